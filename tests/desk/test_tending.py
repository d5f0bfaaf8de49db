"""What happens by rule while people wait for a human, and who is given whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from conversations import handover
from conversations.priority import Rank, Situation, rank
from conversations.service import ServiceClock, Waiting, attended, clock_of, due
from conversations.tending import tend
from desk import seats
from receivables.pauses import pause_collection
from receivables.policy import Service
from tests.desk.stage import CPF, NOON, Stage

PHONE = "+5511987654321"
HIGH = 500_000


# ------------------------------------------------------------------------------------------------ who is first


def test_who_is_not_well_comes_before_a_dispute_a_promise_of_today_and_much_money() -> None:
    everything = Situation(frozenset({"illness"}), True, True, HIGH)
    assert rank(5, everything, high_value=HIGH) == Rank(1, "vulnerable")
    assert rank(5, Situation(frozenset({"hardship"}), True, True, HIGH), high_value=HIGH) == Rank(2, "dispute")
    assert rank(5, Situation(promised_today=True, owed=HIGH), high_value=HIGH) == Rank(3, "promise")
    assert rank(5, Situation(owed=HIGH), high_value=HIGH) == Rank(4, "value")
    assert rank(5, Situation(owed=HIGH - 1), high_value=HIGH) == Rank(5, "reason")
    assert rank(2, Situation(promised_today=True, owed=HIGH), high_value=HIGH) == Rank(2, "reason")


async def asks(stage: Stage, one: str, reason: str = "falar_com_humano", *, asked: bool = True) -> Any:
    async with stage.engine.begin() as conn:
        return await handover.request_human(conn, stage.talk, one, reason, "", asked=asked)


async def handoff(stage: Stage, one: str) -> Any:
    return (await stage.rows("select * from handoffs where conversation_id = :id order by id desc limit 1", id=one))[0]


async def owner(stage: Stage, one: str) -> str:
    return str((await stage.one("select owner from conversations where id = :id", id=one)).owner)


async def test_the_priority_comes_from_who_asks_once_they_are_proven(stage: Stage) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    await stage.debt(debtor, "Cartão", 6_000_00, date(2026, 10, 1))
    one = await stage.conversation(PHONE, debtor_id=debtor)
    await asks(stage, one)
    assert ((await handoff(stage, one)).priority, (await handoff(stage, one)).priority_why) == (5, "reason")
    async with stage.engine.begin() as conn:
        await handover.leave_queue(conn, stage.talk, one)
    await stage.prove(one, debtor)
    await asks(stage, one)
    assert ((await handoff(stage, one)).priority, (await handoff(stage, one)).priority_why) == (4, "value")
    async with stage.engine.begin() as conn:
        await handover.leave_queue(conn, stage.talk, one)
        await pause_collection(conn, "bereavement", stage.clock.now(), key="k", debtor_id=debtor)
    assert (await asks(stage, one)).place == 1
    assert ((await handoff(stage, one)).priority, (await handoff(stage, one)).priority_why) == (1, "vulnerable")


# ------------------------------------------------------------------------------------------------ clocks


@pytest.mark.parametrize(
    ("since", "minutes", "until"),
    [
        (NOON, 10, NOON + timedelta(minutes=10)),
        # Friday, ten minutes before the team goes home: the rest is counted on Monday.
        (datetime(2026, 11, 27, 20, 50, tzinfo=UTC), 15, datetime(2026, 11, 30, 12, 5, tzinfo=UTC)),
        # On a Sunday the clock begins with Monday.
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), 10, datetime(2026, 11, 23, 12, 10, tzinfo=UTC)),
        # 25 December is a holiday.
        (datetime(2026, 12, 25, 15, 0, tzinfo=UTC), 10, datetime(2026, 12, 28, 12, 10, tzinfo=UTC)),
        (NOON, 600, datetime(2026, 11, 24, 16, 0, tzinfo=UTC)),
    ],
)
def test_service_is_counted_while_the_team_is_there(stage: Stage, since: datetime, minutes: int, until: datetime) -> None:
    hours = [stage.ground.policies.default.contact.hours]
    assert due(since, minutes, hours) == until
    assert attended(NOON, hours) and not attended(datetime(2026, 11, 22, 15, 0, tzinfo=UTC), hours)


def test_a_clock_warns_before_it_breaks(stage: Stage) -> None:
    hours, service = [stage.ground.policies.default.contact.hours], Service()

    def at(minute: int, waits: Waiting) -> ServiceClock:
        found = clock_of(waits, service, hours, NOON + timedelta(minutes=minute))
        assert found is not None
        return found

    first = Waiting(True, 5, NOON, None, None)
    assert [at(minute, first).state for minute in (0, 6, 7, 10, 11)] == ["fine", "fine", "soon", "soon", "broken"]
    assert at(0, first).kind == "first" and at(0, first).left == 600
    assert at(0, Waiting(True, 1, NOON, None, None)).left == 180
    then = Waiting(True, 5, NOON, NOON, NOON + timedelta(minutes=5))
    assert (at(5, then).kind, at(5, then).left) == ("next", 900)
    assert clock_of(Waiting(True, 5, NOON, NOON, None), service, hours, NOON) is None
    assert clock_of(Waiting(False, 5, NOON, None, None), service, hours, NOON) is None


# ------------------------------------------------------------------------------------------------ rules


async def test_whoever_waits_long_moves_up_once_and_is_told_when_nobody_comes_and_keeps_their_place(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    await asks(stage, one)
    stage.clock.advance(minutes=19)
    assert await tend(stage.engine, stage.talk) == 0
    stage.clock.advance(minutes=1)
    assert (await tend(stage.engine, stage.talk), await tend(stage.engine, stage.talk)) == (1, 0)
    assert ((await handoff(stage, one)).priority, (await handoff(stage, one)).priority_why) == (4, "age")
    stage.clock.advance(minutes=100)
    await tend(stage.engine, stage.talk)
    assert await owner(stage, one) == "bot"
    assert [row.response for row in await stage.rows("select response from outbox")] == ["utter_human_nobody_came"]
    assert (await handoff(stage, one)).outcome == handover.NOBODY_CAME

    # Asking again, they stand where they stood, and are not sent away at once.
    late = await stage.conversation("+5511987650000")
    await asks(stage, late)
    await asks(stage, one)
    assert (await handoff(stage, one)).asked_at == NOON
    assert await tend(stage.engine, stage.talk) == 0
    assert await owner(stage, one) == "queue"


async def test_out_of_hours_nobody_is_sent_away_and_no_clock_runs(stage: Stage) -> None:
    stage.clock.advance(hours=8)  # 20:00 in São Paulo
    one = await stage.conversation(PHONE)
    await asks(stage, one)
    stage.clock.advance(hours=12, minutes=30)
    assert await tend(stage.engine, stage.talk) == 0
    stage.clock.advance(hours=3)
    await tend(stage.engine, stage.talk)
    assert await owner(stage, one) == "bot"


async def test_somebody_who_is_not_well_is_never_given_back_to_a_machine_but_the_house_is_told(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    await asks(stage, one, "vulnerabilidade")
    stage.clock.advance(hours=5)
    for _ in range(2):
        await tend(stage.engine, stage.talk)
    assert await owner(stage, one) == "queue"
    assert [(row.kind, row.times) for row in await stage.rows("select kind, times from alarms")] == [("urgent_waits", 1)]
    assert await stage.rows("select 1 from outbox") == []


async def test_whom_the_bot_only_wants_looked_at_is_not_told_that_nobody_came(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    await asks(stage, one, "superendividamento", asked=False)
    stage.clock.advance(hours=5)
    assert await tend(stage.engine, stage.talk) == 0
    assert await owner(stage, one) == "queue"


async def test_a_talk_that_its_agent_leaves_unanswered_goes_on_to_somebody_else(stage: Stage) -> None:
    one, ana = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    await asks(stage, one)
    async with stage.engine.begin() as conn:
        await handover.take(conn, stage.talk, one, ana)
    stage.clock.advance(minutes=29)
    assert await tend(stage.engine, stage.talk) == 0
    async with stage.engine.begin() as conn:
        await handover.speak(conn, stage.talk, one, ana, "Oi, sou a Ana.", source="a")
    stage.clock.advance(hours=1)
    assert await tend(stage.engine, stage.talk) == 0, "an answered person waits for nothing"
    await stage.rows("update handoffs set unanswered_since = :now", now=stage.clock.now())
    stage.clock.advance(minutes=31)
    assert await tend(stage.engine, stage.talk) == 1
    row = await handoff(stage, one)
    assert (await owner(stage, one), row.status, row.agent_id, row.handed_on) == ("queue", "waiting", None, 1)
    assert (row.priority, row.priority_why, row.unanswered_since is not None) == (4, "age", True)
    said = [row.response for row in await stage.rows("select response from outbox order by id")]
    assert said == [None, "utter_human_handed_on"]
    assert await tend(stage.engine, stage.talk) == 0


async def test_whoever_is_served_elsewhere_is_neither_handed_on_nor_given_up(stage: Stage) -> None:
    talks = [await stage.conversation(f"+551198765432{n}") for n in range(3)]
    ana = await stage.agent("ana@trato.example", "Ana")
    for one, reason in zip(talks, (*handover.SERVED_ELSEWHERE, handover.OTHER_CHANNEL), strict=True):
        await asks(stage, one, reason)
    async with stage.engine.begin() as conn:
        await handover.take(conn, stage.talk, talks[2], ana)
    await sits(stage, ana)
    assert await seats.give(stage.engine, stage.talk) == []
    stage.clock.advance(hours=5)
    assert await tend(stage.engine, stage.talk) == 0
    assert [await owner(stage, one) for one in talks] == ["queue", "queue", "agent"]


async def test_a_parked_talk_comes_back_when_its_time_or_its_person_comes(stage: Stage) -> None:
    one, ana = await stage.conversation(PHONE), await stage.agent("ana@trato.example", "Ana")
    await asks(stage, one)
    async with stage.engine.begin() as conn:
        await handover.take(conn, stage.talk, one, ana)
        assert not await handover.park(conn, stage.talk, one, ana + 1, None)
        with pytest.raises(ValueError):
            await handover.park(conn, stage.talk, one, ana, stage.clock.now())
        assert await handover.park(conn, stage.talk, one, ana, stage.clock.now() + timedelta(days=1))
    stage.clock.advance(hours=23)
    assert await tend(stage.engine, stage.talk) == 0, "who is put aside is not called unanswered"
    stage.clock.advance(hours=1)
    assert await tend(stage.engine, stage.talk) == 1
    assert (await handoff(stage, one)).parked_at is None
    async with stage.engine.begin() as conn:
        assert await handover.park(conn, stage.talk, one, ana, None)
    stage.clock.advance(hours=50)
    assert await tend(stage.engine, stage.talk) == 0
    kinds = [
        row.kind for row in await stage.rows("select detail->>'kind' kind from transcript where author = 'note' order by id")
    ]
    assert kinds == ["requested", "taken", "parked", "woken", "parked"]


# ------------------------------------------------------------------------------------------------ transfers


async def test_a_talk_is_transferred_with_its_note_and_only_by_who_has_it(stage: Stage) -> None:
    one = await stage.conversation(PHONE)
    ana, bia = await stage.agent("ana@trato.example", "Ana"), await stage.agent("bia@trato.example", "Bia")
    eva = await stage.agent("eva@outra.example", "Eva", tenant_id=2)
    await asks(stage, one)
    async with stage.engine.begin() as conn:
        await handover.take(conn, stage.talk, one, ana)
        before = (await stage.one("select fence from conversations where id = :id", id=one)).fence
        assert not await handover.transfer(conn, stage.talk, one, bia, to_agent=bia)
        assert not await handover.transfer(conn, stage.talk, one, ana, to_agent=eva)
        for wrong in ({}, {"to_agent": bia, "to_queue": "geral"}, {"to_queue": "nenhuma"}):
            with pytest.raises(ValueError):
                await handover.transfer(conn, stage.talk, one, ana, **wrong)
        assert await handover.transfer(conn, stage.talk, one, ana, to_agent=bia, note=f"CPF {CPF} confere")
    row = await stage.one("select agent_id, fence from conversations where id = :id", id=one)
    assert row.agent_id == bia and row.fence > before
    line = await stage.one("select detail from transcript where detail->>'kind' = 'transferred'")
    assert line.detail["to_name"] == "Bia" and CPF not in line.detail["note"]
    async with stage.engine.begin() as conn:
        assert await handover.transfer(conn, stage.talk, one, bia, to_queue="juridico", note="quer falar do Procon")
    row = await handoff(stage, one)
    assert (row.status, row.queue, row.agent_id, row.asked_at) == ("waiting", "juridico", None, NOON)
    assert [row.response for row in await stage.rows("select response from outbox")] == ["utter_human_transferred"]
    async with stage.engine.begin() as conn:
        assert await handover.transfer(conn, stage.talk, one, ana, to_queue="geral", whose=False)
    assert (await handoff(stage, one)).queue == "geral"


# ------------------------------------------------------------------------------------------------ seats


async def sits(stage: Stage, agent: int, *, capacity: int = 5, queues: dict[str, int] | None = None) -> None:
    async with stage.engine.begin() as conn:
        await seats.arrange(conn, 1, agent, agent, capacity, queues or {}, stage.clock.now())
        await seats.set_state(conn, 1, agent, "available", stage.clock.now())


async def test_who_waits_is_given_to_who_is_available_serves_the_queue_and_has_room(stage: Stage) -> None:
    ana, bia, caio = [await stage.agent(f"{name}@trato.example", name) for name in ("ana", "bia", "caio")]
    talks = [await stage.conversation(f"+551198765432{n}") for n in range(6)]
    for one in talks[:4]:
        await asks(stage, one)
    await asks(stage, talks[4], "ameaca_juridica")
    await asks(stage, talks[5], "superendividamento", asked=False)
    assert await seats.give(stage.engine, stage.talk) == [], "nobody has sat down"
    await sits(stage, ana, capacity=2)
    await sits(stage, bia, queues={"juridico": 1})
    await sits(stage, caio)
    async with stage.engine.begin() as conn:
        await seats.set_state(conn, 1, caio, "paused", stage.clock.now(), "almoco")
    given = dict(await seats.give(stage.engine, stage.talk))
    assert given == {talks[4]: bia, talks[0]: ana, talks[1]: ana}
    assert await seats.give(stage.engine, stage.talk) == []

    # What is put aside makes room.
    async with stage.engine.begin() as conn:
        await handover.park(conn, stage.talk, talks[0], ana, None)
    assert await seats.give(stage.engine, stage.talk) == [(talks[2], ana)]

    # Whose browser is gone is given nothing, and is offline after a while.
    async with stage.engine.begin() as conn:
        await seats.set_state(conn, 1, caio, "available", stage.clock.now())
    stage.clock.advance(minutes=2)
    assert await seats.give(stage.engine, stage.talk) == []
    async with stage.engine.begin() as conn:
        await seats.seen(conn, caio, stage.clock.now())
    assert await seats.give(stage.engine, stage.talk) == [(talks[3], caio)]
    stage.clock.advance(minutes=11)
    await seats.give(stage.engine, stage.talk)
    assert {row.state for row in await stage.rows("select state from desk_seats")} == {"offline"}


async def test_whoever_helped_before_helps_again_if_they_can(stage: Stage) -> None:
    ana, bia = await stage.agent("ana@trato.example", "Ana"), await stage.agent("bia@trato.example", "Bia")
    one = await stage.conversation(PHONE)
    await asks(stage, one)
    async with stage.engine.begin() as conn:
        await handover.take(conn, stage.talk, one, bia)
        await handover.give_back(conn, stage.talk, one, bia, "outro", "")
    await asks(stage, one)
    await sits(stage, ana)
    await sits(stage, bia)
    assert await seats.give(stage.engine, stage.talk) == [(one, bia)]


async def test_a_pause_has_a_reason_and_an_arrangement_its_limits(stage: Stage) -> None:
    ana = await stage.agent("ana@trato.example", "Ana")
    async with stage.engine.begin() as conn:
        for state, why in (("paused", None), ("paused", "praia"), ("available", "almoco"), ("busy", None)):
            with pytest.raises(ValueError):
                await seats.set_state(conn, 1, ana, state, stage.clock.now(), why)
        for capacity, queues in ((-1, {}), (61, {}), (5, {"nenhuma": 1}), (5, {"geral": 0})):
            with pytest.raises(ValueError):
                await seats.arrange(conn, 1, ana, ana, capacity, queues, stage.clock.now())
        assert (await seats.seat_of(conn, 1, ana)).state == "offline"
