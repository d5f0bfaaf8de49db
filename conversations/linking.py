"""One person on several channels: talks are one person's from the moment in which each of them has proven to be the same debtor.

A telephone that is the same, a name, a guess link nothing. Once linked, one person's turns come one after another, a human who has
one talk has them all, and what is asked on one channel is answered on whichever the person writes from next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import questions
from conversations.conversation import Proof

LAPSES = timedelta(days=180)
"""After so long without a word an address stands for nobody: telephones that nobody uses are given to other people."""

_A_TURN_TAKES = timedelta(seconds=20)
"""A turn on another channel that takes longer than this holds nobody up: the process that worked on it may have died."""


async def one_at_a_time(conn: AsyncConnection, debtor_id: int) -> None:
    """Whatever this person sets going on two channels at once is done one after the other: the second waits for the first's commit.

    Take it before any debt, charge or conversation is locked.
    """
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 23))"), {"key": f"person:{debtor_id}"})


async def busy_elsewhere(conn: AsyncConnection, conversation_id: str, debtor_id: int, now: datetime) -> bool:
    """Whether a turn of this person is being answered on another channel just now.

    From here to the end of the transaction nobody else begins a turn of theirs.
    """
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 24))"), {"key": f"person:{debtor_id}"})
    found = await conn.execute(
        text("""select 1 from turns t join proofs p on p.conversation_id = t.conversation_id
                where p.debtor_id = :debtor and p.void_at is null and p.valid_until > :now and t.conversation_id <> :id
                and t.state = 'open' and t.attempts = 0 and t.started_at > :since limit 1"""),
        {"debtor": debtor_id, "id": conversation_id, "now": now, "since": now - _A_TURN_TAKES},
    )
    return found.first() is not None


async def bring_question(conn: AsyncConnection, conversation_id: str, proof: Proof, now: datetime) -> bool:
    """Take over what is open in another talk of this proven person, if it was asked later than what is open here.

    It is open in one talk only. Where it was first asked it can be answered outright; elsewhere it has to be shown first (`brought`).
    """
    mine = await questions.open_question(conn, conversation_id, now)
    since = mine.asked_at if mine is not None and mine.asked_at is not None else now - questions.LIVES
    other = (
        await conn.execute(
            text("""select c.id from conversations c where c.debtor_id = :debtor and c.id <> :id and c.asked_at > :since
                    and c.open_question is not null and not cast(c.open_question ->> 'public' as boolean)
                    order by c.asked_at desc, c.id limit 1 for update of c skip locked"""),
            {"debtor": proof.debtor_id, "id": conversation_id, "since": since},
        )
    ).scalar_one_or_none()
    if other is None:
        return False
    await conn.execute(
        text("""update conversations here set asked_at = there.asked_at, open_question = there.open_question
                    || jsonb_build_object('brought', not exists (
                        select 1 from turns t where t.id = there.open_question ->> 'turn' and t.conversation_id = here.id))
                from conversations there where here.id = :id and there.id = :other"""),
        {"id": conversation_id, "other": other},
    )
    await conn.execute(text("update conversations set open_question = null, asked_at = null where id = :other"), {"other": other})
    return True


_UNREACHABLE_FOR = timedelta(days=1)
"""So long a telephone that could not be reached is written to last."""


@dataclass(frozen=True)
class WithHuman:
    """Another talk of the same person that a human has (`agent`) or that waits for one (`queue`)."""

    conversation_id: str
    channel: str
    owner: Literal["queue", "agent"]
    agent_id: int | None
    asked_at: datetime


async def with_human(conn: AsyncConnection, conversation_id: str, debtor_id: int) -> WithHuman | None:
    """Where this person already talks to a human, or waits for one that they asked for, on another channel."""
    row = (
        await conn.execute(
            text("""select c.id, c.channel, c.owner, c.agent_id, h.asked_at from conversations c
                    join handoffs h on h.conversation_id = c.id and h.status in ('waiting', 'taken')
                    where c.debtor_id = :debtor and c.id <> :id and (c.owner = 'agent' or c.owner = 'queue' and h.asked)
                    order by c.owner, h.asked_at, c.id limit 1"""),
            {"debtor": debtor_id, "id": conversation_id},
        )
    ).one_or_none()
    return None if row is None else WithHuman(*row)


@dataclass(frozen=True)
class Seen:
    """A talk that is known to be a person's: where they can be reached, and when they last wrote there."""

    conversation_id: str
    channel: str
    last_seen: datetime | None
    preferred: bool
    reachable: bool = True
    """False where their telephone could not be reached of late, and they have not written from it since."""


async def seen_of(conn: AsyncConnection, debtor_id: int, now: datetime) -> list[Seen]:
    """All talks known to be this debtor's: the channel that they asked for first, then where they can be reached, then where they
    were last heard from. A link that has lapsed (`LAPSES`) is none."""
    rows = await conn.execute(
        text("""select c.id, c.channel, c.last_inbound_at, coalesce(c.channel = (
                    select p.channel from contact_preferences p where p.debtor_id = :debtor and p.channel is not null
                    order by p.changed_at desc, p.id desc limit 1), false) preferred,
                    not exists (
                        select 1 from phone_features f where f.channel = c.channel and f.account = c.account and not f.reachable
                        and f.phone = '+' || regexp_replace(coalesce(c.address_raw, ''), '[^0-9]', '', 'g')
                        and f.checked_at >= greatest(:lately, c.last_inbound_at)) reachable
                from conversations c where c.debtor_id = :debtor and coalesce(c.last_inbound_at, c.created_at) > :lapsed
                order by preferred desc, reachable desc, c.last_inbound_at desc nulls last, c.id"""),
        {"debtor": debtor_id, "lately": now - _UNREACHABLE_FOR, "lapsed": now - LAPSES},
    )
    return [Seen(*row) for row in rows]


async def cut(conn: AsyncConnection, conversation_id: str) -> None:
    """Somebody else may hold this address now: it stands for no debtor until identity is proven again, and nothing personal is open."""
    await conn.execute(
        text("""update conversations set debtor_id = null,
                    asked_at = case when cast(open_question ->> 'public' as boolean) then asked_at end,
                    open_question = case when cast(open_question ->> 'public' as boolean) then open_question end
                where id = :id"""),
        {"id": conversation_id},
    )
