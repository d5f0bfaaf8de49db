"""What agents do with the queue over HTTP, as plain forms: views, their own state, transfer, parking; and who may arrange the team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.desk.office import PHONE, Browser, Office, seated, waiting
from tests.desk.stage import CPF, Stage


async def state(stage: Stage, one: str) -> Any:
    return await stage.one(
        """select c.owner, c.agent_id, h.queue, h.status, h.parked_at, h.parked_until from conversations c
           left join handoffs h on h.conversation_id = c.id and h.status in ('waiting', 'taken') where c.id = :id""",
        id=one,
    )


async def test_an_agent_passes_a_talk_on_puts_it_aside_and_takes_it_up_again(stage: Stage, office: Office, ana: Browser) -> None:
    bia = await seated(stage, office, "bia@trato.example", "Bia Nunes")
    one = await waiting(stage, debtor_id=await stage.debtor("Marina Lopes", CPF))
    ids = {row.name: row.id for row in await stage.rows("select id, name from agents")}

    # Nobody but its owner passes it on or puts it aside, and nobody to nowhere.
    assert (await ana.post(f"/c/{one}/park", until="answer")).headers["location"].endswith("aviso=nao_era_sua")
    await ana.post(f"/c/{one}/take")
    assert (await bia.post(f"/c/{one}/transfer", target="queue:juridico")).headers["location"].endswith("aviso=nao_era_sua")
    for target in ("", "queue:nada", "agent:", "agent:x", "agent:99999999999999999999", "person:1"):
        assert (await ana.post(f"/c/{one}/transfer", target=target)).status_code in (409, 422), target
    for wrong in (
        {},
        {"until": "nunca"},
        {"until": "at", "at": "ontem"},
        {"until": "at", "at": "2020-01-01T10:00"},
        {"until": "promise"},
    ):
        assert (await ana.post(f"/c/{one}/park", None, **wrong)).status_code == 422, wrong

    # Parked until the next day on which the team is there: Tuesday, nine o'clock in Brasília.
    await ana.post(f"/c/{one}/park", until="tomorrow")
    assert (await state(stage, one)).parked_until.isoformat() == "2026-11-24T12:00:00+00:00"
    assert "Estacionada até 24/11 às 09:00" in (await ana.get(f"/c/{one}")).text
    await ana.post(f"/c/{one}/wake")
    assert (await state(stage, one)).parked_at is None
    await ana.post(f"/c/{one}/park", until="at", at="2026-11-25T14:30")
    assert (await state(stage, one)).parked_until == stage.clock.now() + timedelta(days=2, hours=2, minutes=30)

    sheet = (await ana.get(f"/c/{one}/transfer")).text
    assert "Bia Nunes" in sheet and "Ana Prado" not in sheet
    await ana.post(f"/c/{one}/transfer", target=f"agent:{ids['Bia Nunes']}", note="falta o comprovante")
    assert (await state(stage, one)).agent_id == ids["Bia Nunes"]
    page = (await bia.get(f"/c/{one}")).text
    assert "transferiu para <bdi>Bia Nunes</bdi>" in page and "falta o comprovante" in page
    await bia.post(f"/c/{one}/transfer", target="queue:juridico")
    found = await state(stage, one)
    assert (found.owner, found.queue, found.status) == ("queue", "juridico", "waiting")


async def test_the_list_shows_the_view_that_was_chosen_until_another_is(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage, debtor_id=await stage.debtor("Marina Lopes", CPF))
    await stage.line(one, "debtor", "a geladeira não chegou")
    for view, there in (
        ("minhas", False),
        ("fila", True),
        ("sem_resposta", True),
        ("promessas", False),
        ("contestacoes", False),
        ("janela", False),
        ("estacionadas", False),
        ("fila:geral", True),
        ("fila:juridico", False),
        ("busca:geladeira", True),
        ("busca:fogão", False),
        ("tudo", True),
    ):
        assert (await ana.post("/view", view=view)).status_code == 303
        assert ("Marina Lopes" in (await ana.get("/queue")).text) is there, view
    for wrong in ("nada", "fila:nada", "outra:coisa", "\x00"):
        assert (await ana.post("/view", view=wrong)).status_code == 422, wrong
    await ana.post("/view", q="geladeira")
    await ana.post("/views", name="  Geladeiras  ", view="busca:geladeira")
    assert (await ana.post("/views", name=" ", view="fila")).status_code == 422
    saved = await stage.one("select id, name from desk_views")
    assert saved.name == "Geladeiras" and "Apagar esta visão" in (await ana.get("/queue")).text
    await ana.post("/views/drop", id=str(saved.id))
    assert await stage.rows("select 1 from desk_views") == []


async def test_the_window_that_closes_within_an_hour_has_a_view(stage: Stage, ana: Browser) -> None:
    soon = await waiting(stage, "+5511987650001", last_inbound=timedelta(hours=23, minutes=20))
    await waiting(stage, "+5511987650002", last_inbound=timedelta(hours=2))
    await ana.post("/view", view="janela")
    page = (await ana.get("/queue")).text
    assert page.count('data-testid="talk"') == 1 and soon in page


async def test_an_available_agent_is_given_who_waits_and_a_pause_has_a_reason(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    for wrong in ("", "paused", "paused:praia", "busy", "available:almoco"):
        assert (await ana.post("/seat", state=wrong)).status_code == 422, wrong
    await ana.post("/seat", state="paused:almoco")
    assert (await state(stage, one)).owner == "queue"
    await ana.post("/seat", state="available")
    assert (await state(stage, one)).owner == "agent"
    assert "Disponível · 1 de 5" in (await ana.get("")).text


async def test_only_supervisors_arrange_the_team(stage: Stage, office: Office, ana: Browser) -> None:
    leader = await seated(stage, office, "lia@trato.example", "Lia Rocha", role="supervisor")
    agent = str((await stage.one("select id from agents where name = 'Ana Prado'")).id)
    assert (await ana.get("/team")).status_code == 403
    assert (await ana.post("/team", agent=agent, capacity="9")).status_code == 403
    for wrong in ({"capacity": "muitos"}, {"capacity": "61"}, {"capacity": "3", "queue_juridico": "0"}):
        assert (await leader.post("/team", None, agent=agent, **wrong)).status_code == 422, wrong
    assert (await leader.post("/team", agent="77", capacity="3")).status_code == 404
    await leader.post("/team", agent=agent, capacity="3", queue_juridico="2")
    row = await stage.one("select capacity, queues from desk_seats")
    assert (row.capacity, row.queues) == (3, {"juridico": 2})
    # What she does not serve is told apart, and still hers to take by hand.
    await waiting(stage)
    assert "Em outras filas" in (await ana.get("/queue")).text
    assert "Lia Rocha" in (await leader.get("/team")).text


async def test_a_supervisor_may_pass_on_what_an_agent_holds(stage: Stage, office: Office, ana: Browser) -> None:
    leader = await seated(stage, office, "lia@trato.example", "Lia Rocha", role="supervisor")
    one = await waiting(stage, PHONE)
    await ana.post(f"/c/{one}/take")
    await leader.post(f"/c/{one}/transfer", target="queue:pagamentos", note="Ana saiu mais cedo")
    assert (await state(stage, one)).queue == "pagamentos"


async def test_who_looks_at_a_talk_is_seen_by_the_others_and_goes_again(stage: Stage, office: Office, ana: Browser) -> None:
    bia = await seated(stage, office, "bia@trato.example", "Bia Nunes")
    one = await waiting(stage)
    await bia.post(f"/c/{one}/here")
    assert "Bia Nunes</bdi> está vendo" in (await ana.get(f"/c/{one}/company")).text
    assert "Bia" not in (await bia.get(f"/c/{one}/company")).text
    await bia.post(f"/c/{one}/here", typing="1")
    assert "está escrevendo" in (await ana.get(f"/c/{one}/company")).text
    stage.clock.advance(seconds=30)
    assert "saiu há pouco" in (await ana.get(f"/c/{one}/company")).text
    await bia.post(f"/c/{one}/here", left="1")
    assert (await ana.get(f"/c/{one}/company")).text.strip() == ""


async def test_a_reply_begun_before_the_last_words_is_stopped_once_and_what_was_sent_is_not_called_stopped(
    stage: Stage, ana: Browser
) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    nonce = await ana.nonce(one)
    await stage.line(one, "debtor", "espera, já paguei")
    stopped = await ana.post(f"/c/{one}/reply", text="Oi!", nonce=nonce, seen="0")
    assert stopped.status_code == 409 and "espera, já paguei" in stopped.text
    assert await stage.rows("select 1 from outbox") == []
    last = str((await stage.one("select max(id) n from transcript")).n)
    assert (await ana.post(f"/c/{one}/reply", text="Oi!", nonce=nonce, seen=last)).status_code == 303
    await stage.line(one, "debtor", "e mais uma coisa")
    # The same form once more, after a lost answer: it went, and is not said to have been stopped.
    assert (await ana.post(f"/c/{one}/reply", text="Oi!", nonce=nonce, seen=last)).status_code == 303
    assert len(await stage.rows("select 1 from outbox")) == 1


async def test_out_of_hours_the_list_says_that_the_clocks_stand(stage: Stage, ana: Browser) -> None:
    assert "Fora do horário" not in (await ana.get("/queue")).text
    stage.clock.advance(hours=9)
    await stage.rows("update agent_sessions set seen_at = :now", now=stage.clock.now())
    assert "Fora do horário" in (await ana.get("/queue")).text
