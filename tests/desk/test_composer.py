"""The composer: drafts that survive, the guard with its proposals, notes that stay, a failed message sent again once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from html import unescape

import pytest

from conversations import handover
from tests.desk.office import ORIGIN, PHONE, Browser, Office, seated, waiting
from tests.desk.stage import CPF, Stage

HX = {"origin": ORIGIN, "sec-fetch-site": "same-origin", "hx-request": "true"}


async def proven(stage: Stage, ana: Browser) -> str:
    """A talk that Ana has with somebody proven, who owes 1.000,00 since a month."""
    debtor = await stage.debtor("Marina Lopes", CPF)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    one = await waiting(stage, debtor_id=debtor)
    await stage.prove(one, debtor)
    await ana.post(f"/c/{one}/take")
    return one


async def say(stage: Stage, browser: Browser, one: str, words: str) -> int:
    """The browser's agent sends these words; the number of the message."""
    assert (await browser.post(f"/c/{one}/reply", nonce=await browser.nonce(one), text=words)).status_code == 303
    return int((await stage.one("select max(id) id from outbox")).id)


async def test_a_draft_is_there_after_a_reload_in_another_browser_and_without_the_talk(
    stage: Stage, office: Office, ana: Browser
) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    words = "<b>meu</b> rascunho\ncom duas linhas"
    assert (await ana.post(f"/c/{one}/draft", kind="reply", text=words, nonce=await ana.nonce(one))).status_code == 200
    await ana.post(f"/c/{one}/draft", kind="note", text="nota a meio")
    elsewhere = office.browser()
    await elsewhere.enter("ana@trato.example")
    for browser in (ana, elsewhere):
        page = unescape((await browser.get(f"/c/{one}")).text)
        assert f">{words}</textarea>" in page and ">nota a meio</textarea>" in page
    async with stage.engine.begin() as conn:
        await handover.close(conn, stage.talk, one, "debtor", "left")
    assert words in unescape((await ana.get(f"/c/{one}")).text)
    kept = await stage.rows("select words_sealed from desk_drafts")
    assert kept and all(b"rascunho" not in bytes(row.words_sealed) for row in kept)


async def test_a_colleague_does_not_see_my_draft(stage: Stage, office: Office, ana: Browser) -> None:
    beto = await seated(stage, office, "beto@trato.example", "Beto Reis")
    one = await waiting(stage)
    await ana.post(f"/c/{one}/draft", kind="reply", text="só meu")
    assert "só meu" not in (await beto.get(f"/c/{one}")).text


async def test_what_was_sent_is_no_draft_even_when_an_autosave_comes_late(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    nonce = await ana.nonce(one)
    await ana.post(f"/c/{one}/draft", kind="reply", text="Bom dia!", nonce=nonce)
    assert (await ana.post(f"/c/{one}/reply", nonce=nonce, text="Bom dia!")).status_code == 303
    await ana.post(f"/c/{one}/draft", kind="reply", text="Bom dia!", nonce=nonce)
    assert ">Bom dia!</textarea>" not in (await ana.get(f"/c/{one}")).text
    await ana.post(f"/c/{one}/draft", kind="reply", text="E agora?", nonce=await ana.nonce(one))
    assert ">E agora?</textarea>" in (await ana.get(f"/c/{one}")).text


async def test_what_may_not_be_said_stays_as_a_draft_and_says_what_would_be_right(stage: Stage, ana: Browser) -> None:
    one = await proven(stage, ana)
    nonce = await ana.nonce(one)
    held = await ana.post(f"/c/{one}/reply", headers=HX, nonce=nonce, text="O valor original é R$ 1.010,00. Você é caloteira.")
    page = unescape(held.text)
    assert (held.status_code, held.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert 'data-testid="held-amount"' in page and 'data-testid="held-shame"' in page
    assert 'data-found="R$ 1.010,00" data-instead="R$ 1.0' in page
    assert await stage.rows("select 1 from outbox") == []
    assert "Você é caloteira." in unescape((await ana.get(f"/c/{one}")).text)
    row = await stage.one("select detail from audit where what = 'reply.held'")
    assert row.detail == {"kinds": ["amount", "shame"]}
    # Without a script the page says the same.
    plain = await ana.post(f"/c/{one}/reply", nonce=nonce, text="Vou ligar para o seu chefe.")
    assert (plain.status_code, plain.headers["location"]) == (303, f"/desk/c/{one}?aviso=guarda")
    assert "held-third_party" in (await ana.get(f"/c/{one}?aviso=guarda")).text
    # What is so, is sent.
    await say(stage, ana, one, "O valor original é R$ 1.000,00, com vencimento em 22/10/2026.")


async def test_before_the_proof_nothing_of_the_debt_leaves(stage: Stage, ana: Browser) -> None:
    one = await proven(stage, ana)
    await stage.rows("update proofs set void_at = :now, void_reason = 'test'", now=stage.clock.now())
    for words in ("São R$ 1.000,00.", "Venceu em 22/10/2026.", "Falo pela Lojas Tamboril."):
        assert (await ana.post(f"/c/{one}/reply", headers=HX, nonce=await ana.nonce(one), text=words)).status_code == 422, words
    await say(stage, ana, one, "Oi! Sou a Ana. Preciso confirmar quem é você.")


async def test_the_draft_is_told_what_the_guard_will_say(stage: Stage, ana: Browser) -> None:
    one = await proven(stage, ana)
    told = await ana.post(f"/c/{one}/draft", kind="reply", text="Última chance!")
    assert "Ainda não dá para enviar" in told.text and "held-pressure" in told.text
    assert (await ana.post(f"/c/{one}/draft", kind="reply", text="Oi!")).text.strip() == ""


async def test_the_preview_shows_the_words_as_each_channel_does(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    shown = (await ana.post(f"/c/{one}/preview", headers=HX, text="Oi, *Marina*! <b>x</b>\n\n" + "a" * 5000)).text
    assert "<strong>Marina</strong>" in shown and "&lt;b&gt;x&lt;/b&gt;" in shown
    assert shown.index("preview-whatsapp") < shown.index("preview-rcs")
    assert "é por aqui que vai" in shown.split("preview-rcs")[0]
    plain = await ana.post(f"/c/{one}/preview", text="Oi, *Marina*!")
    assert plain.headers["location"] == f"/desk/c/{one}?previa=1"
    assert "<strong>Marina</strong>" in (await ana.get(f"/c/{one}?previa=1")).text


FAILED = "update outbox set state = 'sent', sent_at = queued_at, delivery = 'failed', error_code = '131052' where id = :id"


async def test_a_message_that_failed_is_sent_again_once_however_often_it_is_asked(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    first = await say(stage, ana, one, "Bom dia!")
    assert (await ana.post(f"/c/{one}/again", id=str(first))).status_code == 409
    await stage.rows(FAILED, id=first)
    page = (await ana.get(f"/c/{one}/talk")).text
    assert 'data-testid="again"' in page and "não pôde ser baixado" in page
    answers = await asyncio.gather(*(ana.post(f"/c/{one}/again", id=str(first)) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    rows = await stage.rows("select source, words from outbox order by id")
    assert [row.words for row in rows] == ["Bom dia!", "Bom dia!"] and rows[1].source == f"again:{first}"
    page = (await ana.get(f"/c/{one}/talk")).text
    assert "Reenviada às" in page and 'data-testid="again"' not in page


@pytest.mark.parametrize(
    "state",
    [
        "state = 'unknown', error_code = null",
        "state = 'dead', error_code = 'unknown_outcome'",
        "state = 'sent', sent_at = queued_at, delivery = 'delivered'",
        "state = 'dead', error_code = '131026'",
        "state = 'queued'",
    ],
)
async def test_what_may_have_arrived_or_never_will_is_not_sent_again(stage: Stage, ana: Browser, state: str) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    first = await say(stage, ana, one, "Bom dia!")
    await stage.rows(f"update outbox set {state}")
    assert 'data-testid="again"' not in (await ana.get(f"/c/{one}/talk")).text
    assert (await ana.post(f"/c/{one}/again", id=str(first))).status_code == 409
    assert len(await stage.rows("select 1 from outbox")) == 1


async def test_only_who_has_the_talk_sends_again_and_only_what_is_still_so(stage: Stage, office: Office, ana: Browser) -> None:
    one = await proven(stage, ana)
    total = (await stage.one("select original_amount amount from debts")).amount
    first = await say(stage, ana, one, "O valor original é R$ 1.000,00.")
    await stage.rows(FAILED, id=first)
    beto = await seated(stage, office, "beto@trato.example", "Beto Reis")
    assert (await beto.post(f"/c/{one}/again", id=str(first))).status_code == 409
    await stage.rows("update debts set original_amount = 200000, principal_left = 200000")
    refused = await ana.post(f"/c/{one}/again", id=str(first))
    assert refused.status_code == 422 and "mudou desde então" in refused.text and total == 1000_00


async def test_the_talk_shows_what_was_offered_and_what_was_tapped(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await stage.rows(
        """with said as (insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, state, due_at, queued_at, sent_at)
            values ('k', :id, 'bot', 's', 0, 1, cast(:message as jsonb), 'Como prefere?', 'sent', :now, :now, :now) returning id)
           insert into transcript (conversation_id, author, text, detail, at, outbox_id)
           select :id, 'bot', 'Como prefere?', '{"kind": "choice", "options": ["À vista", "Parcelar"]}', :now, id from said""",
        id=one,
        now=stage.clock.now(),
        message='{"kind": "choice", "body": "Como prefere?", "options": ['
        '{"id": "o_aaaaaaaaaaaaaaaaaaaaaaaa", "label": "À vista", "description": "com desconto"},'
        '{"id": "o_bbbbbbbbbbbbbbbbbbbbbbbb", "label": "Parcelar"}]}',
    )
    await stage.line(one, "debtor", "Parcelar", kind="choice", choice="o_bbbbbbbbbbbbbbbbbbbbbbbb")
    page = (await ana.get(f"/c/{one}/talk")).text
    offered = page[
        page.index('aria-label="Opções oferecidas"') : page.index("</ul>", page.index('aria-label="Opções oferecidas"'))
    ]
    assert "com desconto" in offered and offered.count("escolhida") == 1
    assert offered.index("Parcelar") < offered.index("escolhida")
    assert "tocou na opção" in page


async def test_older_lines_come_page_by_page_and_stay(stage: Stage, ana: Browser) -> None:
    one = await stage.conversation(PHONE)
    await stage.rows(
        """insert into transcript (conversation_id, author, text, detail, at)
           select :id, 'debtor', 'linha ' || n, '{"kind": "text"}', cast(:now as timestamptz) - interval '1 minute' * (400 - n)
           from generate_series(1, 200) n""",
        id=one,
        now=stage.clock.now() - timedelta(hours=1),
    )
    page = (await ana.get(f"/c/{one}/talk")).text
    assert "linha 200<" in page and "linha 121<" in page and "linha 120<" not in page
    first = (await stage.one("select id from transcript where text = 'linha 121'")).id
    assert f'id="first" name="desde" value="{first}"' in page
    more = (await ana.get(f"/c/{one}/talk?desde={first}&antes=1")).text
    assert "linha 41<" in more and "linha 40<" not in more and "linha 200<" in more
    first = (await stage.one("select id from transcript where text = 'linha 41'")).id
    await stage.line(one, "debtor", "linha nova")
    live = (await ana.get(f"/c/{one}/talk?live=1&desde={first}")).text
    assert "linha 41<" in live and "linha nova" in live
    assert 'data-testid="earlier"' not in (await ana.get(f"/c/{one}/talk?desde={first}&antes=1")).text
    for odd in ("desde=x", "desde=-1", "desde=" + "9" * 40, "antes"):
        assert (await ana.get(f"/c/{one}/talk?{odd}")).status_code == 200
