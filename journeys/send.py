"""Scheduled messages on their way to the one door: facts read anew, put off where they may not be said now, dropped where never."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.contact import NotNow
from conversations.conversation import Conversation, get
from conversations.handover import announce
from conversations.linking import seen_of
from conversations.reply import reply
from conversations.talk import Talk
from journeys import schedule
from journeys.kinds import Moment, kinds
from journeys.schedule import Scheduled

_log = structlog.get_logger("trato.journeys")

_MOST_PUT_OFF = 30
_TOO_OLD = timedelta(days=14)


async def send_due(engine: AsyncEngine, talk: Talk) -> int:
    """Send what is due and may be sent; returns how many messages went to the outbox. Several workers may do this at once."""
    async with engine.connect() as conn:
        ids = await schedule.due(conn, talk.ground.clock.now())
    sent = 0
    for one in ids:
        async with engine.begin() as conn:
            scheduled = await schedule.take(conn, one)
            if scheduled is not None:
                sent += await _send(conn, talk, scheduled)
    return sent


async def _send(conn: AsyncConnection, talk: Talk, scheduled: Scheduled) -> int:
    now = talk.ground.clock.now()
    conversation = await _where(conn, scheduled, now)
    kind = kinds().get(scheduled.kind)
    if conversation is None or kind is None:
        await schedule.end(conn, scheduled.id, "dropped", "no_conversation" if kind else "unknown_kind", now)
        return 0
    utterance = await kind(Moment(conn, talk, conversation, scheduled))
    if utterance is None:
        await schedule.end(conn, scheduled.id, "dropped", "no_longer_true", now)
        return 0
    try:
        count = await reply(conn, talk, conversation.id, [utterance], source=f"journey:{scheduled.key}", author="journey")
    except NotNow as refusal:
        verdict = refusal.verdict
        too_late = verdict.at is None or scheduled.put_off >= _MOST_PUT_OFF or verdict.at > scheduled.due_at + _TOO_OLD
        if verdict.may == "never" or too_late:
            await schedule.end(conn, scheduled.id, "dropped", verdict.why, now)
        elif verdict.at is not None:
            await schedule.put_off(conn, scheduled.id, verdict.at, verdict.why)
        _log.info("journey_not_now", kind=scheduled.kind, may=verdict.may, why=verdict.why)
        return 0
    await schedule.end(conn, scheduled.id, "sent" if count else "dropped", None if count else "no_template", now)
    await announce(conn, conversation.id)
    return count


async def _where(conn: AsyncConnection, scheduled: Scheduled, now: datetime) -> Conversation | None:
    """The channel that the person asked for, else where they were last heard from, else the talk it was scheduled in; no talk where
    somebody else is now."""
    if scheduled.debtor_id is None:
        return await get(conn, scheduled.conversation_id) if scheduled.conversation_id is not None else None
    seen = await seen_of(conn, scheduled.debtor_id, now)
    if not seen:
        return None
    first = (seen[0].preferred, seen[0].reachable, seen[0].last_seen)
    best = [one for one in seen if (one.preferred, one.reachable, one.last_seen) == first]
    here = next((one for one in best if one.conversation_id == scheduled.conversation_id), best[0])
    return await get(conn, here.conversation_id)
