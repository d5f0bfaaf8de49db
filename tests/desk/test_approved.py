"""Once the window has closed, an approved template is all that leaves, with days of the store alone."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from tests.desk.office import Browser, waiting
from tests.desk.stage import CPF, Stage


async def closed(stage: Stage, ana: Browser, **more: object) -> str:
    one = await waiting(stage, last_inbound=timedelta(hours=25), **more)
    await ana.post(f"/c/{one}/take")
    return one


async def test_a_closed_window_offers_templates_and_nothing_else(stage: Stage, ana: Browser) -> None:
    one = await closed(stage, ana)
    page = unescape((await ana.get(f"/c/{one}")).text)
    assert 'data-testid="approved"' in page and "Resposta da equipe" in page and "A nossa equipe respondeu" in page
    assert "pagamento_preparado" not in page
    nonce = await ana.nonce(one)
    assert (await ana.post(f"/c/{one}/reply", nonce=nonce, text="Oi")).status_code == 409
    for _ in range(2):
        assert (await ana.post(f"/c/{one}/template", nonce=nonce, template="resposta_da_equipe")).status_code == 303
    sent = await stage.one("select message, words, author from outbox")
    assert (sent.author, sent.message["kind"], sent.message["name"]) == ("agent", "template", "resposta_da_equipe")
    assert sent.words.startswith("Oi! A nossa equipe respondeu")


async def test_an_open_window_has_no_picker(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    assert 'data-testid="approved"' not in (await ana.get(f"/c/{one}")).text


async def test_a_day_in_a_template_is_one_of_the_store(stage: Stage, ana: Browser) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    one = await closed(stage, ana, debtor_id=debtor)
    form = {"nonce": await ana.nonce(one), "template": "lembrete_combinado"}
    assert (await ana.post(f"/c/{one}/template", **form)).status_code == 422
    assert (
        await ana.post(f"/c/{one}/template", **form, **{"lembrete_combinado:1": "sexta-feira, 27/11/2026"})
    ).status_code == 422
    await stage.rows(
        """insert into promises (debtor_id, request_key, protocol, promised_at, day, keep_until, remind_on, amount, whole)
           values (:debtor, 'k', '2026-1123-AAAAAA', :now, '2026-11-27', '2026-12-02', '2026-11-26', 100, true)""",
        debtor=debtor,
        now=stage.clock.now(),
    )
    assert "<option>sexta-feira, 27/11/2026</option>" in (await ana.get(f"/c/{one}/approved")).text
    assert (
        await ana.post(f"/c/{one}/template", **form, **{"lembrete_combinado:1": "sexta-feira, 27/11/2026"})
    ).status_code == 303
    sent = await stage.one("select message from outbox")
    assert sent.message["variables"] == ["sexta-feira, 27/11/2026"] and "para sexta-feira, 27/11/2026." in sent.message["words"]


async def test_a_paused_template_a_late_hour_and_a_wish_for_silence_are_kept(stage: Stage, ana: Browser) -> None:
    one = await closed(stage, ana)
    nonce = await ana.nonce(one)
    await stage.rows(
        "insert into template_states (channel, name, usable, why, at) values ('whatsapp', 'resposta_da_equipe', false, 'PAUSED', :now)",
        now=stage.clock.now(),
    )
    assert "pausado pelo canal" in (await ana.get(f"/c/{one}/approved")).text
    assert (await ana.post(f"/c/{one}/template", nonce=nonce, template="resposta_da_equipe")).status_code == 409
    stage.clock.advance(minutes=12 * 60)
    late = await ana.post(f"/c/{one}/template", nonce=nonce, template="novidade_conversa")
    assert late.status_code == 401 or (late.status_code == 409 and "a partir de" in late.text)
    assert await stage.rows("select 1 from outbox") == []
