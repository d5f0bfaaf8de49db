"""The end of a talk with a human: two levels that do what they say, a summary, the bot's next words, ten seconds to take it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conversations import handover
from desk.dispositions import DISPOSITIONS, GROUPS, Done, first_words, suggested
from desk.endings import finish_due, summary_of
from tests.desk.office import PHONE, Browser, Office, seated, waiting
from tests.desk.stage import CPF, NOON, Stage


async def taken(stage: Stage, ana: Browser, *, proven: bool = True) -> tuple[str, int]:
    debtor = await stage.debtor("Marina Lopes", CPF, phone=PHONE)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 11, 16))
    talk = await waiting(stage, debtor_id=debtor)
    if proven:
        await stage.prove(talk, debtor)
    await ana.post(f"/c/{talk}/take")
    await stage.line(talk, "debtor", "obrigada pela ajuda")
    return talk, debtor


async def end(stage: Stage, ana: Browser, talk: str, disposition: str, note: str = "") -> int:
    return (await ana.post(f"/c/{talk}/return", disposition=disposition, note=note)).status_code


async def pass_seconds(stage: Stage, seconds: int = 11) -> int:
    stage.clock.advance(timedelta(seconds=seconds))
    return await finish_due(stage.engine, stage.talk)


async def last_words(stage: Stage) -> str:
    rows = await stage.rows("select words from outbox order by id desc limit 1")
    return str(rows[0].words) if rows else ""


def test_every_ending_has_a_group_words_for_its_effect_and_first_words_of_the_bot(stage: Stage) -> None:
    done = Done(
        NOON, "x", 1, "oi", (date(2026, 12, 1), 1), ("P", 1), ("pix", 1), 1, (date(2026, 12, 1), 1), ("P", date(2026, 12, 1)), "P"
    )
    for one in DISPOSITIONS.values():
        assert one.group in GROUPS and one.does and one.outcome in handover.OUTCOMES, one.name
        for proven in (True, False):
            said = first_words(one, done, proven=proven)
            if one.silent:
                assert said is None
                continue
            assert said is not None
            worded = stage.talk.wording.word(said, channel="whatsapp", seed="s")
            assert worded.body.startswith("Aqui é o assistente virtual de novo.")
            assert proven or not worded.personal, one.name


async def test_the_talk_stays_with_the_agent_for_ten_seconds_and_comes_back_by_a_tap(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    assert await end(stage, ana, talk, "atendimento/duvida", "Explicou o CPF 529.982.247-25") == 303
    assert await pass_seconds(stage, 5) == 0
    bar = (await ana.get("/endings?live=1")).text
    assert "Tirou dúvida" in bar and "em 5 s" in bar and "Desfazer" in bar
    assert (await stage.one("select owner from conversations")).owner == "agent"
    assert (await ana.post(f"/c/{talk}/return/undo")).status_code == 303
    assert await pass_seconds(stage) == 0
    assert (await stage.one("select owner from conversations")).owner == "agent"
    assert (await stage.one("select state, why, summary from talk_endings"))[:2] == ("undone", "agent")
    assert "529.982" not in (await stage.one("select summary from talk_endings")).summary

    assert await end(stage, ana, talk, "atendimento/duvida") == 303
    assert await pass_seconds(stage) == 1
    assert await pass_seconds(stage) == 0
    assert (await stage.one("select owner from conversations")).owner == "bot"
    assert "ficou resolvido" in await last_words(stage)
    late = await ana.post(f"/c/{talk}/return/undo")
    assert (late.status_code, late.text) == (409, "Já foi devolvida: não dá mais para desfazer.")


async def test_whoever_writes_in_these_seconds_is_read_by_the_agent(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    await end(stage, ana, talk, "atendimento/duvida")
    await stage.line(talk, "debtor", "espera, mais uma coisa")
    assert await pass_seconds(stage) == 0
    assert (await stage.one("select owner from conversations")).owner == "agent"
    assert (await stage.one("select state, why from talk_endings"))[:] == ("undone", "debtor_wrote")
    assert await stage.rows("select 1 from outbox") == []


async def test_two_workers_end_a_talk_once(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    await end(stage, ana, talk, "atendimento/duvida")
    await end(stage, ana, talk, "sem_acordo/vai_pensar")  # chosen again: the first choice stays
    assert (await stage.one("select disposition from talk_endings")).disposition == "atendimento/duvida"
    assert await pass_seconds(stage) + await finish_due(stage.engine, stage.talk) == 1
    assert len(await stage.rows("select 1 from outbox")) == 1


@pytest.mark.parametrize(
    ("disposition", "lacking"),
    [
        ("promessa/data_marcada", "Anote a promessa antes"),
        ("pagamento/acordo_fechado", "Feche o acordo antes"),
        ("pagamento/codigo_enviado", "Gere o Pix ou o boleto antes"),
        ("contestacao/aberta", "Abra a contestação antes"),
    ],
)
async def test_an_ending_asks_for_the_fact_that_it_tells_of(stage: Stage, ana: Browser, disposition: str, lacking: str) -> None:
    talk, _ = await taken(stage, ana)
    refused = await ana.post(f"/c/{talk}/return", disposition=disposition, note="")
    assert (refused.status_code, lacking in refused.text) == (409, True)
    assert lacking in (await ana.get(f"/c/{talk}/return/check?disposition={disposition}")).text


async def test_a_promise_ends_the_talk_and_the_bot_knows_day_and_amount(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    debt = (await stage.one("select id from debts")).id
    await ana.post(f"/c/{talk}/deed/promise", nonce="n" * 20, day="2026-11-27", **{f"debt-{debt}": "on"})
    form = (await ana.get(f"/c/{talk}/return", **{"hx-request": "true"})).text
    assert 'value="promessa/data_marcada" required checked' in form
    assert "Prometeu R$" in form.replace("\xa0", " ") and "27/11/2026" in form
    preview = (await ana.get(f"/c/{talk}/return/check?disposition=promessa/data_marcada")).text
    await end(stage, ana, talk, "promessa/data_marcada")
    await pass_seconds(stage)
    said = await last_words(stage)
    assert "combinou com a nossa equipe pagar" in said and "sexta-feira, 27" in said
    assert said.split("\n")[0] in preview  # what was previewed is what is said


async def test_the_wrong_person_unlinks_the_number_and_is_left_alone(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    await end(stage, ana, talk, "pessoa/nao_e_a_pessoa")
    await pass_seconds(stage)
    one = await stage.one("select debtor_id, owner from conversations")
    assert (one.debtor_id, one.owner) == (None, "bot")
    assert (await stage.one("select state from debtor_phones")).state == "wrong_person"
    assert len(await stage.rows("select 1 from opt_outs where lifted_at is null")) == 1
    assert await stage.rows("select 1 from proofs where void_at is null") == []
    assert "não é a pessoa que procurávamos" in await last_words(stage)


@pytest.mark.parametrize(
    ("disposition", "reason", "lasting"),
    [
        ("sem_acordo/sem_condicoes", "hardship", timedelta(days=30)),
        ("contestacao/ja_pagou", "already_paid", timedelta(days=5)),
        ("pessoa/faleceu", "deceased", None),
    ],
)
async def test_a_pause_is_made_by_the_ending_that_promises_it(
    stage: Stage, ana: Browser, disposition: str, reason: str, lasting: timedelta | None
) -> None:
    talk, debtor = await taken(stage, ana)
    await end(stage, ana, talk, disposition)
    await pass_seconds(stage)
    pause = await stage.one("select reason, debtor_id, since, until from collection_pauses")
    assert (pause.reason, pause.debtor_id) == (reason, debtor)
    assert (pause.until - pause.since if pause.until else None) == lasting


async def test_whoever_wants_no_messages_gets_none_not_even_a_goodbye(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    assert "não dirá nada" in (await ana.get(f"/c/{talk}/return/check?disposition=sem_conversa/nao_quer_mensagens")).text
    await end(stage, ana, talk, "sem_conversa/nao_quer_mensagens")
    await pass_seconds(stage)
    assert await stage.rows("select 1 from outbox") == []
    assert len(await stage.rows("select 1 from opt_outs where lifted_at is null")) == 1


async def test_a_complaint_gets_a_protocol_and_a_deadline(stage: Stage, ana: Browser) -> None:
    talk, _ = await taken(stage, ana)
    await end(stage, ana, talk, "atendimento/reclamacao", "Reclama de ligações no domingo")
    await pass_seconds(stage)
    assert (await stage.one("select kind, status from requests"))[:] == ("complaint", "open")
    assert (await stage.one("select did from talk_endings")).did[0].startswith("complaint:")


async def test_nobody_ends_anothers_talk(stage: Stage, ana: Browser, office: Office) -> None:
    talk, _ = await taken(stage, ana)
    bia = await seated(stage, office, "bia@trato.example", "Bia")
    assert await end(stage, bia, talk, "atendimento/duvida") == 409
    await end(stage, ana, talk, "atendimento/duvida")
    assert (await bia.post(f"/c/{talk}/return/undo")).status_code == 409
    assert (await bia.post(f"/c/{talk}/return/now")).status_code == 409
    assert (await bia.get("/endings?live=1")).text.strip() == ""


def test_the_facts_suggest_the_ending_and_write_the_summary() -> None:
    nothing = Done(NOON, "falar_com_humano")
    assert suggested(nothing) == "sem_conversa/sem_resposta"
    assert suggested(Done(NOON, "nao_sou_a_pessoa", 2)) == "pessoa/nao_e_a_pessoa"
    paid = Done(NOON, "x", 1, "paguei agora\n\nviu", payment=10_00, promise=(date(2026, 12, 1), 5_00))
    assert suggested(paid) == "pagamento/pagou"
    said = summary_of(paid, "Pediu uma pessoa", lambda centavos: f"R$ {centavos // 100}")
    assert said == "Motivo: Pediu uma pessoa. Pagou R$ 10. Prometeu R$ 5 para 01/12/2026. Última mensagem: “paguei agora viu”."
