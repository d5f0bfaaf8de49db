"""Scheduled messages, from a row to the channel, on a real database: consent, pauses, hours, the cap, facts read anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.consent import opt_out
from conversations.contact import may_write
from conversations.conversation import get
from conversations.preferences import prefer
from conversations.talk import Talk
from conversations.wording import Wording, load_responses, load_templates
from journeys.plan import plan
from journeys.schedule import schedule
from journeys.send import send_due
from receivables.ground import Ground
from receivables.pauses import pause_collection
from receivables.policy import Policies
from receivables.promising import make
from receivables.sealing import Vault
from tests.conversations.house import ListedJobs
from trato.clock import FixedClock
from trato.database import make_engine
from trato.paths import POLICIES, RESPONSES, TEMPLATES
from trato.program import fixed_values

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
"""Monday, ten in the morning in São Paulo."""
TALK, RCS = "c_aaaaaaaaaaaaaaaaaaaa", "c_bbbbbbbbbbbbbbbbbbbb"


@dataclass
class Post:
    engine: AsyncEngine
    clock: FixedClock
    talk: Talk

    async def one(self, query: str, **values: Any) -> Any:
        async with self.engine.begin() as conn:
            return (await conn.execute(text(query), values)).one()

    async def rows(self, query: str) -> list[Any]:
        async with self.engine.begin() as conn:
            return list((await conn.execute(text(query))).all())

    async def do(self, query: str, **values: Any) -> None:
        async with self.engine.begin() as conn:
            await conn.execute(text(query), values)

    async def schedule(self, key: str = "k1", kind: str = "human_answer", **more: Any) -> bool:
        async with self.engine.begin() as conn:
            values = {"debtor_id": 1, "due_at": self.clock.now(), **more}
            return await schedule(conn, kind=kind, key=key, **values)

    async def promise(self, day: date = date(2026, 11, 27)) -> int:
        """A promise, and its reminder due now."""
        async with self.engine.begin() as conn:
            made = await make(
                conn,
                self.talk.ground,
                [1],
                day=day,
                amount=None,
                request_key=f"t:{day}",
                protocol=f"P-{day}",
                conversation_id=TALK,
            )
        await self.schedule(f"promise:{made.id}", "promise_reminder", values={"promise": made.id, "day": made.day.isoformat()})
        return made.id

    async def send(self) -> int:
        return await send_due(self.engine, self.talk)

    async def state(self, key: str) -> tuple[str, str | None, datetime]:
        row = await self.one("select state, why, due_at from scheduled_messages where key = :key", key=key)
        return row.state, row.why, row.due_at

    async def said(self) -> list[tuple[str, str]]:
        return [
            (row.response, row.kind)
            for row in await self.rows("select response, message ->> 'kind' kind from outbox order by id")
        ]


@pytest_asyncio.fixture
async def post(databases: Callable[[], str]) -> AsyncIterator[Post]:
    engine = make_engine(databases(), size=10)
    clock = FixedClock(NOW)
    policies = Policies.load(POLICIES)
    wording = Wording(load_responses(RESPONSES), fixed_values(policies.default), load_templates(TEMPLATES))
    made = Post(engine, clock, Talk(Ground(clock, policies, Vault((b"k" * 32,))), wording, ListedJobs()))
    await made.do("insert into creditors (cnpj, name) values ('90731425000163', 'Lojas Tamboril S.A.')")
    await made.do(
        "insert into debtors (kind, document_sealed, document_index, name, state) values ('person', 'x', 'x', 'Marina', 'SP')"
    )
    await made.do(
        """insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, original_amount, due_date,
               principal_left) values (1, 1, 'Outra', 'C', 'C', 'R', 100000, '2026-10-22', 100000)"""
    )
    for one, channel, phone, heard in (
        (TALK, "whatsapp", "+5512988112041", NOW - timedelta(days=3)),
        (RCS, "rcs", "+5512988110000", None),
    ):
        await made.do(
            """insert into conversations (id, channel, account, address_raw, phone_key, debtor_id, last_inbound_at, created_at)
               values (:id, :channel, '1', :phone, :phone, 1, :heard, :now)""",
            id=one, channel=channel, phone=phone, heard=heard, now=NOW,
        )  # fmt: skip
    yield made
    await engine.dispose()


async def test_a_key_schedules_once_for_ever(post: Post) -> None:
    assert await post.schedule() and not await post.schedule()
    assert await post.send() == 1
    assert not await post.schedule() and await post.send() == 0


async def test_outside_the_window_a_template_goes_out_and_its_own_words_are_kept(post: Post) -> None:
    await post.promise()
    assert await post.send() == 1
    assert await post.said() == [("utter_reminder_promise", "template")]
    row = await post.one("select words, message ->> 'name' name, message -> 'variables' variables, unasked from outbox")
    assert row.name == "lembrete_combinado" and row.variables == ["sexta-feira, 27/11/2026"] and row.unasked
    assert row.words.startswith("Oi! Passando para lembrar") and "sexta-feira, 27/11/2026" in row.words


async def test_inside_the_window_it_is_said_in_plain_words(post: Post) -> None:
    await post.do("update conversations set last_inbound_at = :at where id = :id", at=NOW - timedelta(hours=1), id=TALK)
    await post.promise()
    assert await post.send() == 1
    assert await post.said() == [("utter_reminder_promise", "text")]


async def test_out_of_hours_it_waits_for_the_next_allowed_minute(post: Post) -> None:
    post.clock.advance(timedelta(hours=9))
    await post.promise()
    assert await post.send() == 0
    assert await post.state("promise:1") == ("waiting", "contact_hours", datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    post.clock.advance(timedelta(hours=14, minutes=1))
    assert await post.send() == 1


async def test_hours_are_those_of_the_debtors_own_state(post: Post) -> None:
    await post.do("update debtors set state = 'AC'")
    post.clock.advance(timedelta(hours=-1))
    await post.schedule()
    assert await post.send() == 0
    assert (await post.state("k1"))[2] == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


async def test_who_opted_out_gets_nothing_on_any_channel(post: Post) -> None:
    async with post.engine.begin() as conn:
        await opt_out(conn, await get(conn, RCS), NOW)
    await post.promise()
    assert await post.send() == 0
    assert (await post.state("promise:1"))[:2] == ("dropped", "opted_out")


async def test_who_is_in_need_is_not_reminded(post: Post) -> None:
    await post.promise()
    async with post.engine.begin() as conn:
        await pause_collection(conn, "illness", NOW, key="t", debtor_id=1)
    assert await post.send() == 0
    assert (await post.state("promise:1"))[:2] == ("dropped", "paused:illness")


async def test_the_weekly_cap_holds_over_all_channels_and_the_next_one_waits(post: Post) -> None:
    for number in range(4):
        await post.promise(date(2026, 11, 27) + timedelta(days=number))
        await post.send()
    assert len(await post.said()) <= 3
    for number in range(5):
        await post.do(
            """insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, unasked, due_at, queued_at)
               values (:key, :id, 'journey', :key, 0, 1, '{}', 'x', true, :now, :now)""",
            key=f"x{number}", id=RCS, now=NOW,
        )  # fmt: skip
    await post.schedule("k9", "promise_reminder", values={"promise": 4, "day": "2026-11-30"})
    assert await post.send() == 0
    state, why, at = await post.state("k9")
    assert (state, why) == ("waiting", "weekly_cap") and at >= NOW + timedelta(days=7)


async def test_several_senders_at_once_keep_within_the_cap(post: Post) -> None:
    async def verdict(conversation: str) -> str:
        async with post.engine.begin() as conn:
            found = await may_write(conn, post.talk, await get(conn, conversation))
            if found.may == "now":
                key = f"{conversation}:{id(conn)}"
                await conn.execute(
                    text("""insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, unasked, due_at,
                                queued_at) values (:key, :id, 'journey', :key, 0, 1, '{}', 'x', true, :now, :now)"""),
                    {"key": key, "id": conversation, "now": NOW},
                )
            return found.may

    got = await asyncio.gather(*(verdict(one) for one in [TALK, RCS] * 4))
    assert sorted(got).count("now") == 3


async def test_after_a_human_there_is_a_day_of_quiet(post: Post) -> None:
    await post.do("insert into agents (email, name, role, password_hash) values ('a@b', 'Ana', 'agent', '-')")
    await post.do(
        """insert into handoffs (conversation_id, reason, status, agent_id, asked_at, taken_at, ended_at, outcome)
           values (:id, 'x', 'returned', 1, :at, :at, :at, 'resolvido')""",
        id=TALK, at=NOW - timedelta(hours=2),
    )  # fmt: skip
    await post.promise()
    assert await post.send() == 0
    state, why, at = await post.state("promise:1")
    assert (state, why, at) == ("waiting", "quiet_after_human", NOW + timedelta(hours=22) + timedelta(hours=1))


async def test_a_wish_of_hours_and_of_how_often_is_honoured(post: Post) -> None:
    async with post.engine.begin() as conn:
        await prefer(conn, await get(conn, TALK), NOW, hours="Mon-Fri 14:00-18:00", most=1, days=30)
    await post.promise()
    assert await post.send() == 0
    assert (await post.state("promise:1"))[2] == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    post.clock.advance(timedelta(hours=4))
    assert await post.send() == 1
    await post.promise(date(2026, 11, 30))
    assert await post.send() == 0
    assert (await post.state("promise:2"))[1] == "weekly_cap"


async def test_who_wants_another_channel_is_not_written_to_here(post: Post) -> None:
    async with post.engine.begin() as conn:
        await prefer(conn, await get(conn, TALK), NOW, channel="email")
    await post.promise()
    assert await post.send() == 0
    assert (await post.state("promise:1"))[:2] == ("dropped", "another_channel")


async def test_nothing_is_reminded_that_is_no_longer_true(post: Post) -> None:
    await post.promise()
    await post.do("update promises set status = 'cancelled', ended_at = now()")
    assert await post.send() == 0
    assert (await post.state("promise:1"))[:2] == ("dropped", "no_longer_true")


async def test_nothing_disputed_is_reminded(post: Post) -> None:
    await post.promise()
    await post.do("update debts set status = 'disputed'")
    assert await post.send() == 0
    assert (await post.state("promise:1"))[1] == "no_longer_true"


async def test_while_a_human_has_the_talk_reminders_wait_and_answers_do_not(post: Post) -> None:
    await post.do("update conversations set owner = 'queue' where id = :id", id=TALK)
    await post.promise()
    await post.schedule("answer", "human_answer")
    assert await post.send() == 1
    assert (await post.state("promise:1"))[1] == "with_a_human" and (await post.state("answer"))[0] == "sent"


async def test_a_promise_is_planned_by_itself_and_once(post: Post) -> None:
    async with post.engine.begin() as conn:
        made = await make(
            conn, post.talk.ground, [1], day=date(2026, 11, 27), amount=None, request_key="t", protocol="P", conversation_id=TALK
        )
    post.clock.advance(datetime(made.remind_on.year, made.remind_on.month, made.remind_on.day, 13, tzinfo=UTC) - NOW)
    async with post.engine.begin() as conn:
        assert await plan(conn, post.talk.ground) == 1
        assert await plan(conn, post.talk.ground) == 0
    assert await post.send() == 1


async def test_an_answer_of_a_human_that_came_too_late_asks_the_person_to_write(post: Post) -> None:
    await post.do("insert into agents (email, name, role, password_hash) values ('a@b', 'Ana', 'agent', '-')")
    await post.do(
        """insert into outbox (key, conversation_id, author, agent_id, source, ordinal, fence, message, words, state, error_code,
               due_at, queued_at) values ('k', :id, 'agent', 1, 's', 0, 1, '{}', 'x', 'dead', 'window_closed', :now, :now)""",
        id=TALK, now=NOW,
    )  # fmt: skip
    async with post.engine.begin() as conn:
        assert await plan(conn, post.talk.ground) == 1
    assert await post.send() == 1
    assert ("utter_reminder_answer", "template") in await post.said()


async def test_a_talk_that_is_nobodys_is_left_alone(post: Post) -> None:
    await post.do("update conversations set debtor_id = null")
    await post.promise()
    assert await post.send() == 0
    assert (await post.state("promise:1"))[:2] == ("dropped", "no_conversation")
