"""Whether somebody may be written to who did not ask, and if not now, when: consent, pauses, hours, a cap, quiet after a human.

This is asked at the one door (`conversations.reply`) for every message that its response calls `unasked`, whoever sends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.consent import opted_out
from conversations.contact_hours import next_allowed, zone_of
from conversations.conversation import Conversation
from conversations.preferences import preference_of
from conversations.talk import Talk
from receivables.pauses import collection_paused, conversation_paused

Unasked = Literal["reminder", "answer"]
"""`answer`: of a human to somebody who had written, who is not kept waiting by the quiet after that human, nor by a pause. It counts to
the weekly cap as any other, and waits where that is reached."""

_WITH_A_HUMAN = timedelta(hours=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Verdict:
    """`now`; or `later`, from `at` on; or `never`. `why` says what stands against it, for the trace."""

    may: Literal["now", "later", "never"]
    at: datetime | None = None
    why: str = ""


class NotNow(Exception):
    """A message that nobody asked for may not be sent now."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.why)
        self.verdict = verdict


async def may_write(conn: AsyncConnection, talk: Talk, conversation: Conversation, sort: Unasked = "reminder") -> Verdict:
    """What stands against a message of our own accord in this conversation now. Senders to one person wait for one another here."""
    now = talk.ground.clock.now()
    whose = conversation.debtor_id
    key = f"debtor:{whose}" if whose is not None else f"address:{conversation.phone_key or conversation.id}"
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 17))"), {"key": f"contact:{key}"})
    if await opted_out(conn, conversation):
        return Verdict("never", why="opted_out")
    wish = await preference_of(conn, conversation)
    if wish.channel is not None and wish.channel != conversation.channel:
        return Verdict("never", why="another_channel")
    contact = talk.ground.policies.default.contact
    hours = [contact.hours, *([wish.hours] if wish.hours else [])]
    zone = zone_of(await _state_of(conn, whose), conversation.phone_key)
    at, why = now, ""
    if sort == "reminder":
        if conversation.owner != "bot":
            at, why = now + _WITH_A_HUMAN, "with_a_human"
        pause = await (
            collection_paused(conn, whose, now) if whose is not None else conversation_paused(conn, conversation.id, now)
        )
        if pause is not None:
            if pause.until is None:
                return Verdict("never", why=f"paused:{pause.reason}")
            at, why = max(at, pause.until), f"paused:{pause.reason}"
        ended = await _human_ended(conn, conversation)
        if ended is not None and ended + timedelta(hours=contact.quiet_after_human_hours) > at:
            at, why = ended + timedelta(hours=contact.quiet_after_human_hours), "quiet_after_human"
    own_wish = ((wish.most, timedelta(days=wish.days)),) if wish.most and wish.days and sort == "reminder" else ()
    for most, span in ((contact.weekly_cap, _WEEK), *own_wish):
        if most == 0:
            return Verdict("never", why="weekly_cap")
        free = await _free_from(conn, conversation, most, span, now)
        if free is not None and free > at:
            at, why = free, "weekly_cap"
    allowed = next_allowed(at, zone, hours)
    if allowed is None:
        return Verdict("never", why="no_hours")
    if allowed > now:
        return Verdict("later", allowed, why if allowed == at and why else why or "contact_hours")
    return Verdict("now")


async def _state_of(conn: AsyncConnection, debtor_id: int | None) -> str | None:
    found: str | None = (
        await conn.execute(text("select state from debtors where id = :id"), {"id": debtor_id})
    ).scalar_one_or_none()
    return found


async def _human_ended(conn: AsyncConnection, conversation: Conversation) -> datetime | None:
    """When a human last left a talk with this person."""
    ended: datetime | None = (
        await conn.execute(
            text("""select max(h.ended_at) from handoffs h join conversations c on c.id = h.conversation_id
                    where h.taken_at is not null and (h.conversation_id = :id or c.debtor_id = :debtor)"""),
            {"id": conversation.id, "debtor": conversation.debtor_id},
        )
    ).scalar_one()
    return ended


async def _free_from(
    conn: AsyncConnection, conversation: Conversation, most: int, span: timedelta, now: datetime
) -> datetime | None:
    """From when on one more message keeps within `most` in `span`, on all the person's channels together; None: now."""
    rows = await conn.execute(
        text("""select o.queued_at from outbox o join conversations c on c.id = o.conversation_id
                where o.unasked and o.queued_at > :since and o.state not in ('dead', 'suppressed') and o.ordinal = 0
                and (c.id = :id or c.debtor_id = :debtor or c.phone_key = :phone)
                order by o.queued_at desc limit :most"""),
        {
            "since": now - span,
            "id": conversation.id,
            "debtor": conversation.debtor_id,
            "phone": conversation.phone_key,
            "most": most,
        },
    )
    sent = list(rows.scalars())
    return sent[-1] + span if len(sent) >= most else None
