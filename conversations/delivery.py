"""The outbox of a conversation on its way out, in order; and what providers say became of each message.

A send is `queued → sending → sent`, the attempt committed before the call. A crash or a lost answer leaves it *unknown*: nobody
knows whether the person has it. Then nothing is sent again for a minute, in which a status may tell; after that a message that
still matters is repeated once, because all that the bot says is harmless when read twice (a Pix code keeps its charge).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.channel import Channel
from channels.message import (
    Accepted,
    OutcomeUnknown,
    Outgoing,
    Rejected,
    SendError,
    SlowDownAll,
    SlowDownPerson,
    Status,
    StopAll,
    TryLater,
    Unreachable,
    WindowClosed,
    outgoing_adapter,
)
from conversations.alarms import raise_alarm
from conversations.conversation import Conversation, get
from conversations.faults import fault_of
from conversations.handover import announce
from conversations.in_words import CARDS, in_words
from conversations.other_door import hold_doors, take_another
from conversations.pace import NoPace, Pace
from conversations.reopening import ask_to_write
from conversations.talk import Talk
from conversations.templates import template_usable

_log = structlog.get_logger("trato.delivery")

GRACE = timedelta(seconds=60)
"""How long an unknown outcome is left alone, waiting for a status."""

_UNCONFIGURED = timedelta(minutes=1)
_MOST_ATTEMPTS = 8

_PATIENCE = 2.0
"""Seconds that a job itself waits for room; for longer the message is put off and others have the job's place."""


@dataclass(frozen=True)
class _Row:
    id: int
    key: str
    author: str
    source: str
    fence: int
    message: dict[str, Any]
    weight: str
    needs_proof: bool
    state: str
    attempts: int
    unknowns: int
    pieces_sent: int
    due_at: datetime
    queued_at: datetime


async def deliver(
    engine: AsyncEngine,
    talk: Talk,
    channels: Mapping[tuple[str, str], Channel],
    conversation_id: str,
    pace: Pace | None = None,
) -> None:
    """Send what is due in this conversation, in order; stops at the first message that has to wait. `pace` is asked before each."""
    while True:
        async with engine.begin() as conn:
            conversation = await get(conn, conversation_id, lock=True)
            channel = channels.get((conversation.channel, conversation.account))
            row = await _next(conn, talk, conversation, channel, pace or NoPace())
        if isinstance(row, float):
            await asyncio.sleep(row)
            continue
        if row is None or channel is None:
            return
        message = outgoing_adapter.validate_python(row.message)
        outcome, pieces = await _send(channel, conversation, message, row, talk.ground.clock.now())
        async with engine.begin() as conn:
            await _record(conn, talk, conversation, row, outcome, pieces, {account for _, account in channels})
            await announce(conn, conversation_id)


async def _next(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, channel: Channel | None, pace: Pace
) -> _Row | float | None:
    """The next message to send, its attempt written down; or the seconds to wait for it; nothing when none is due."""
    now = talk.ground.clock.now()
    waiting_sources: set[str] = set()
    rows = await conn.execute(
        text("""select id, key, author, source, fence, message, weight, needs_proof, state, attempts, pieces_sent, due_at, queued_at,
                    (select count(*) from send_attempts a where a.outbox_id = outbox.id and a.outcome = 'unknown') unknowns
                from outbox where conversation_id = :id and state in ('queued', 'sending', 'unknown') order by id"""),
        {"id": conversation.id},
    )
    waiting = [_Row(**r._mapping) for r in rows]
    if waiting and await _held(conn, conversation, now):
        return None
    if waiting and channel is None:
        why = "messages wait for an account that is not configured"
        await raise_alarm(conn, "no_channel", why, now, subject=conversation.account)
        await _hold(conn, conversation, now + _UNCONFIGURED, why)
        return None
    for row in waiting:
        if row.state == "sending":
            # We are the only sender of this conversation, so whoever wrote this died before it learned the outcome.
            await _finish_attempt(conn, row, "unknown", None, "interrupted", now)
            if not await _told_by_status(conn, row, even_failed=True):
                await _outcome_unknown(conn, row, "interrupted", now)
            waiting_sources.add(row.source)
            continue
        if row.due_at > now:
            if row.state == "queued":
                return None  # order: nothing overtakes a message that will be tried again
            waiting_sources.add(row.source)
            continue
        if row.source in waiting_sources:
            continue
        why_not = await _forbidden(conn, conversation, row)
        if why_not:
            await _mark(conn, row.id, "suppressed", code=why_not)
            await announce(conn, conversation.id)
            continue
        if await _outdated(conn, conversation, row):
            # Only behind a message of unknown outcome can anything be overtaken.
            code = "unknown_outcome" if row.state == "unknown" else "outdated"
            await _mark(conn, row.id, "dead", code=code, error="no status came, and the talk has gone on")
            continue
        if _over(row.message, now):
            await _mark(conn, row.id, "dead", code="expired", error="what it says was true until an instant that has passed")
            continue
        if row.message["kind"] != "template" and not conversation.window_open(now):
            await _mark(conn, row.id, "dead", code="window_closed", error="the 24-hour window closed before it could be sent")
            await ask_to_write(conn, talk, conversation.id)
            continue
        if row.message["kind"] == "template" and not await template_usable(conn, conversation.channel, row.message["name"]):
            await _mark(conn, row.id, "dead", code="template_off", error="the provider has paused or refused this template")
            await raise_alarm(conn, "template_off", "a paused or refused template is needed", now, subject=row.message["name"])
            continue
        wait = await _wait_for_room(pace, conversation, channel, row)
        if wait > _PATIENCE:
            await conn.execute(
                text("update outbox set due_at = :at where id = :id"), {"id": row.id, "at": now + timedelta(seconds=wait)}
            )
            return None
        if wait > 0:
            return wait
        await conn.execute(text("update outbox set state = 'sending', attempts = attempts + 1 where id = :id"), {"id": row.id})
        await conn.execute(
            text("insert into send_attempts (outbox_id, number, started_at) values (:id, :number, :now)"),
            {"id": row.id, "number": row.attempts + 1, "now": now},
        )
        return row
    return None


async def _wait_for_room(pace: Pace, conversation: Conversation, channel: Channel | None, row: _Row) -> float:
    """Seconds until this message may leave without going faster than the provider lets us; 0 takes the room."""
    if channel is None:
        return 0.0
    try:
        pieces = len(channel.split(outgoing_adapter.validate_python(row.message))) - row.pieces_sent
    except Exception:
        pieces = 1  # what cannot be cut is found out, and recorded, when it is sent
    sender = f"{conversation.channel}/{conversation.account}"
    return await pace.take(sender, conversation.address_raw or conversation.user_id or conversation.id, max(pieces, 1))


async def _forbidden(conn: AsyncConnection, conversation: Conversation, row: _Row) -> str | None:
    """Why this message may not go out any more."""
    if row.author == "bot" and (conversation.owner == "agent" or row.fence != conversation.fence):
        return "human_took_over"
    if row.needs_proof:
        # The proof must not be void, and be of the same debtor as when this was said: a number may have changed hands since.
        found = await conn.execute(
            text("""select 1 from proofs p where p.conversation_id = :id and p.void_at is null
                    and p.debtor_id = (select said.debtor_id from proofs said
                                       where said.conversation_id = :id and said.proven_at <= :queued
                                       order by said.proven_at desc, said.id desc limit 1)"""),
            {"id": conversation.id, "queued": row.queued_at},
        )
        if found.first() is None:
            return "identity_void"
    return None


def _over(message: Mapping[str, Any], now: datetime) -> bool:
    """Whether what a message says is no longer true. A payment card says by itself until when it may be paid."""
    until = message.get("expires_at")
    return until is not None and message["kind"] != "payment_card" and datetime.fromisoformat(until) <= now


async def _outdated(conn: AsyncConnection, conversation: Conversation, row: _Row) -> bool:
    """A plain answer whose person has written and been answered since is not worth a second bubble."""
    if row.weight == "payment" or row.author != "bot":
        return False
    found = await conn.execute(
        text("select 1 from outbox where conversation_id = :id and id > :row and source <> :source and state = 'sent' limit 1"),
        {"id": conversation.id, "row": row.id, "source": row.source},
    )
    return found.first() is not None


async def _held(conn: AsyncConnection, conversation: Conversation, now: datetime) -> bool:
    found = await conn.execute(
        text("select 1 from account_holds where channel = :channel and account = :account and until > :now"),
        {"channel": conversation.channel, "account": conversation.account, "now": now},
    )
    return found.first() is not None


async def _send(
    channel: Channel, conversation: Conversation, message: Outgoing, row: _Row, now: datetime
) -> tuple[Accepted | SendError, int]:
    """The outcome, and how many pieces of the message were accepted so far: a repeat goes on behind them."""
    accepted: Accepted | None = None
    pieces = row.pieces_sent
    try:
        whole = channel.split(message)
        for place, piece in enumerate(whole[row.pieces_sent :], start=row.pieces_sent + 1):
            # Where a key is sent once for ever, each piece has one of its own; the last one's is the message's.
            own = channel.capabilities.repeatable and place < len(whole)
            accepted = await channel.send(conversation.address, piece, f"{row.key}/{place}" if own else row.key, now)
            pieces += 1
    except SendError as error:
        return error, pieces
    except Exception as fault:
        # A fault of ours, perhaps after the request left: as unknown as a lost answer, and as seldom repeated.
        _log.error("send_broke", outbox=row.id, fault=fault_of(fault))
        return OutcomeUnknown(f"a fault of ours: {type(fault).__name__}"), pieces
    return accepted or Rejected("the message was empty", "empty"), pieces


async def _record(
    conn: AsyncConnection,
    talk: Talk,
    conversation: Conversation,
    row: _Row,
    outcome: Accepted | SendError,
    pieces: int,
    accounts: Collection[str],
) -> None:
    now = talk.ground.clock.now()
    attempts = row.attempts + 1
    if isinstance(outcome, Unreachable):
        await hold_doors(conn, conversation.id)
    if pieces > row.pieces_sent:
        await conn.execute(text("update outbox set pieces_sent = :pieces where id = :id"), {"pieces": pieces, "id": row.id})
    if isinstance(outcome, Accepted):
        await _finish_attempt(conn, row, "accepted", None, None, now)
        await conn.execute(
            text("""update outbox set state = 'sent', sent_at = :now, provider_id = coalesce(provider_id, :provider),
                        error_code = null, error_text = null where id = :id"""),
            {"id": row.id, "now": now, "provider": outcome.provider_id},
        )
        await _adopt_statuses(conn, row.id, row.key, outcome.provider_id)
        return
    _log.warning("send_failed", error=type(outcome).__name__, code=outcome.code, outbox=row.id)
    unknown = isinstance(outcome, OutcomeUnknown)
    if isinstance(outcome, OutcomeUnknown):
        result = "unknown"
    elif isinstance(outcome, (SlowDownAll, StopAll)):
        result = "held"
    else:
        result = "later" if isinstance(outcome, (TryLater, SlowDownPerson)) else "refused"
    await _finish_attempt(conn, row, result, outcome.code, outcome.text, now)
    if await _told_by_status(conn, row, even_failed=unknown):
        return  # it arrived, whatever the answer said
    if unknown:
        await _outcome_unknown(conn, row, outcome.text, now, code=outcome.code)
    elif isinstance(outcome, (SlowDownAll, StopAll)):
        until = now + _wait(outcome, attempts)
        await _hold(conn, conversation, until, f"{outcome.code}: {outcome.text}")
        if isinstance(outcome, StopAll):
            await raise_alarm(conn, "account_stopped", f"code {outcome.code}", now, subject=conversation.account)
        await _mark(conn, row.id, "queued", due_at=until, code=outcome.code, error=outcome.text)
    elif result == "later":
        tries = await _put_off(conn, row)
        if tries < _MOST_ATTEMPTS:
            await _mark(conn, row.id, "queued", due_at=now + _wait(outcome, tries), code=outcome.code, error=outcome.text)
            return
        await _mark(conn, row.id, "dead", code=outcome.code, error=outcome.text)
        await raise_alarm(conn, "message_dead", f"given up after {tries} attempts, code {outcome.code}", now)
    else:
        if isinstance(outcome, Rejected) and (said := in_words(row.message)) is not None:
            # What carries the code comes behind it: who receives, how much and until when is said first, in whatever form.
            await conn.execute(
                text("update outbox set message = :message, pieces_sent = 0 where id = :id"),
                {"id": row.id, "message": outgoing_adapter.dump_json(said).decode()},
            )
            await _mark(conn, row.id, "queued", due_at=now, code=outcome.code, error=outcome.text)
            await raise_alarm(conn, "card_refused", f"a payment card was refused with code {outcome.code}", now)
            return
        await _mark(conn, row.id, "dead", code=outcome.code, error=outcome.text)
        if isinstance(outcome, WindowClosed):
            await ask_to_write(conn, talk, conversation.id)
        if isinstance(outcome, Unreachable):
            await take_another(conn, talk, row.id, accounts)
        if not isinstance(outcome, (WindowClosed, Unreachable)):
            await raise_alarm(conn, "message_dead", f"refused with code {outcome.code}", now)


async def _told_by_status(conn: AsyncConnection, row: _Row, *, even_failed: bool) -> bool:
    """Whether a status came while we were still waiting for the answer to our request; then it has settled the message."""
    # A status that is being stored just now holds the row: what it says is seen once it is committed.
    await conn.execute(text("select 1 from outbox where id = :id for update"), {"id": row.id})
    found = await conn.execute(
        text("""select 1 from delivery_statuses where (outbox_id = :id or (outbox_id is null and key = :key))
                and status in ('sent', 'delivered', 'read', 'played', :failed) limit 1"""),
        {"id": row.id, "key": row.key, "failed": "failed" if even_failed else "sent"},
    )
    if found.first() is None:
        return False
    await _adopt_statuses(conn, row.id, row.key, "")
    return True


async def _outcome_unknown(conn: AsyncConnection, row: _Row, why: str, now: datetime, *, code: str | None = None) -> None:
    """Left alone for a minute the first time; after its one repeat it is given up."""
    if row.unknowns == 0:
        await _mark(conn, row.id, "unknown", due_at=now + GRACE, code=code, error=why)
    else:
        await _mark(conn, row.id, "dead", code="unknown_outcome", error=why)
        await raise_alarm(conn, "unknown_outcome", "a message's outcome stayed unknown after its one repeat", now)


async def _put_off(conn: AsyncConnection, row: _Row) -> int:
    """How often this message was put off, leaving out the times when the whole account was stopped or slowed down."""
    found = await conn.execute(
        text("select count(*) from send_attempts where outbox_id = :id and outcome = 'later'"), {"id": row.id}
    )
    return int(found.scalar_one())


def _wait(error: SendError, attempts: int) -> timedelta:
    """Growing waits: 4^X seconds for one person (Meta's own advice), 2^X for passing trouble, minutes for a stopped account."""
    if error.retry_after is not None:
        return timedelta(seconds=min(error.retry_after, 3600))
    if isinstance(error, StopAll):
        return timedelta(minutes=5)
    if isinstance(error, SlowDownPerson):
        return timedelta(seconds=min(4 ** (attempts - 1), 256))
    if isinstance(error, SlowDownAll):
        return timedelta(seconds=min(2**attempts, 60))
    return timedelta(seconds=min(2 ** (attempts - 1), 120))


async def _hold(conn: AsyncConnection, conversation: Conversation, until: datetime, why: str) -> None:
    await conn.execute(
        text("""insert into account_holds (channel, account, until, why) values (:channel, :account, :until, :why)
                on conflict (channel, account) do update set
                    until = greatest(account_holds.until, excluded.until), why = excluded.why"""),
        {"channel": conversation.channel, "account": conversation.account, "until": until, "why": why[:300]},
    )


async def _mark(
    conn: AsyncConnection,
    outbox_id: int,
    state: Literal["queued", "unknown", "dead", "suppressed"],
    *,
    due_at: datetime | None = None,
    code: str | None = None,
    error: str | None = None,
) -> None:
    await conn.execute(
        text("""update outbox set state = :state, due_at = coalesce(cast(:due as timestamptz), due_at),
                    error_code = :code, error_text = :error where id = :id"""),
        {"id": outbox_id, "state": state, "due": due_at, "code": code, "error": error[:500] if error else None},
    )


async def _finish_attempt(
    conn: AsyncConnection, row: _Row, outcome: str, code: str | None, detail: str | None, now: datetime
) -> None:
    await conn.execute(
        text("""update send_attempts set finished_at = :now, outcome = :outcome, code = :code, detail = :detail
                where outbox_id = :id and finished_at is null"""),
        {"id": row.id, "now": now, "outcome": outcome, "code": code, "detail": detail[:500] if detail else None},
    )


# ------------------------------------------------------------------------------------------------------ statuses


@dataclass(frozen=True)
class Noted:
    """What a status brought: whether it was new, whose talk it shows in, and whether a message there waited for it."""

    new: bool
    conversation_id: str | None = None
    lets_go: bool = False
    window_closed: bool = False
    unreachable: int | None = None
    """The message that could not reach its person on this channel."""
    card_failed: int | None = None
    """A payment card, or what became of one, that the person's telephone did not take."""


async def note_statuses(conn: AsyncConnection, statuses: Sequence[Status], now: datetime) -> list[Noted]:
    """Keep these statuses, and what each tells of our message, in a few statements. Works in any order of arrival.

    The caller tells the desks, and puts a `deliver` job where a message waited for this.
    """
    if not statuses:
        return []
    # In one order for everybody, so that two batches with the same messages do not wait for each other.
    ordered = sorted(statuses, key=lambda status: (status.provider_id, status.status))
    inserted = await conn.execute(
        text("""insert into delivery_statuses
                    (channel, account, provider_id, status, key, at, received_at, error_code, error_text)
                select channel, account, provider_id, status, key, at, :now, code, error
                from unnest(cast(:channels as text[]), cast(:accounts as text[]), cast(:providers as text[]),
                        cast(:statuses as text[]), cast(:keys as text[]), cast(:ats as timestamptz[]), cast(:codes as text[]),
                        cast(:errors as text[])) with ordinality
                    as u (channel, account, provider_id, status, key, at, code, error, place)
                order by place on conflict (channel, provider_id, status) do nothing
                returning id, provider_id, key, status"""),
        {
            "channels": [status.channel for status in ordered],
            "accounts": [status.account for status in ordered],
            "providers": [status.provider_id for status in ordered],
            "statuses": [status.status for status in ordered],
            "keys": [status.key for status in ordered],
            "ats": [status.at for status in ordered],
            "codes": [status.error_code for status in ordered],
            "errors": [status.error_text[:500] if status.error_text else None for status in ordered],
            "now": now,
        },
    )
    new = inserted.all()
    too_late = {(status.provider_id, status.status) for status in ordered if status.window_closed}
    nowhere = {(status.provider_id, status.status) for status in ordered if status.unreachable}
    rows = (
        await conn.execute(
            text("""select id, conversation_id, state, provider_id, key, message->>'kind' kind from outbox
                    where provider_id = any(:providers) or key = any(:keys) order by id for update"""),
            {"providers": [one.provider_id for one in new], "keys": [one.key for one in new if one.key]},
        )
    ).all()
    by_name = {("key", row.key): row for row in rows} | {("provider", row.provider_id): row for row in rows if row.provider_id}
    noted, told = [], []
    for one in new:
        row = by_name.get(("provider", one.provider_id)) or by_name.get(("key", one.key))
        if row is None:
            noted.append(Noted(True))  # it came before the answer to our own request; adopted when that is recorded
            continue
        told.append({"id": one.id, "row": row.id, "provider": one.provider_id})
        lets_go = row.state in ("sending", "unknown", "queued")
        failed = one.status == "failed"
        known = (one.provider_id, "failed") in too_late | nowhere
        noted.append(
            Noted(
                True,
                row.conversation_id,
                lets_go,
                window_closed=failed and (one.provider_id, "failed") in too_late,
                unreachable=row.id if failed and (one.provider_id, "failed") in nowhere else None,
                card_failed=row.id if failed and not known and row.kind in CARDS else None,
            )
        )
    if told:
        await conn.execute(text("update delivery_statuses set outbox_id = :row where id = :id"), told)
        await conn.execute(text("update outbox set provider_id = :provider where id = :row and provider_id is null"), told)
        await _project(conn, [one["row"] for one in told])
    return noted


async def _adopt_statuses(conn: AsyncConnection, outbox_id: int, key: str, provider_id: str) -> None:
    await conn.execute(
        text("""update delivery_statuses set outbox_id = :row
                where outbox_id is null and (provider_id = :provider or key = :key)"""),
        {"row": outbox_id, "provider": provider_id, "key": key},
    )
    await _project(conn, [outbox_id])


async def _project(conn: AsyncConnection, outbox_ids: Sequence[int]) -> None:
    """The outbox rows as all their statuses together tell: any of them but `failed` proves that a message was sent.

    A later word of higher rank wins: what was read was delivered, whatever came before or comes late. A failure ends what had
    an unknown outcome; what is to be tried again anyway it does not end.
    """
    await conn.execute(
        text("""update outbox set delivery = best.delivery,
                    state = case when state in ('sending', 'unknown') or state in ('queued', 'dead') and best.delivery <> 'failed'
                                 then 'sent' else state end,
                    sent_at = case when state in ('queued', 'dead') and best.delivery = 'failed' then sent_at
                                   else coalesce(sent_at, best.at) end,
                    error_code = case best.delivery when 'failed' then coalesce(best.error_code, outbox.error_code) end,
                    error_text = case best.delivery when 'failed' then coalesce(best.error_text, outbox.error_text) end
                from (select distinct on (outbox_id) outbox_id, delivery, error_code, error_text, at
                      from (select outbox_id, case status when 'played' then 'read' else status end delivery, error_code,
                                error_text, coalesce(at, received_at) at
                            from delivery_statuses where outbox_id = any(:ids)) one
                      where delivery in ('sent', 'failed', 'delivered', 'read')
                      order by outbox_id, array_position(array['sent', 'failed', 'delivered', 'read'], delivery) desc) best
                where outbox.id = best.outbox_id"""),
        {"ids": sorted(set(outbox_ids))},
    )


async def unsent_answers(conn: AsyncConnection, since: datetime) -> list[tuple[int, str]]:
    """What humans wrote since then and could not be sent because the window had closed: row and conversation, one for each talk."""
    rows = await conn.execute(
        text("""select distinct on (conversation_id) id, conversation_id from outbox
                where author = 'agent' and state = 'dead' and error_code = 'window_closed' and queued_at > :since
                order by conversation_id, id"""),
        {"since": since},
    )
    return [(row.id, row.conversation_id) for row in rows]


async def due_conversations(conn: AsyncConnection, now: datetime, limit: int = 500) -> list[str]:
    """Conversations with a message whose time has come (retries, unknown outcomes, a lifted hold)."""
    rows = await conn.execute(
        text("""select distinct o.conversation_id from outbox o join conversations c on c.id = o.conversation_id
                where o.state in ('queued', 'sending', 'unknown')
                and o.due_at <= case when o.state = 'sending' then cast(:interrupted as timestamptz) else :now end
                and not exists (select 1 from account_holds h where h.channel = c.channel and h.account = c.account
                                and h.until > :now) limit :limit"""),
        {"now": now, "interrupted": now - timedelta(seconds=20), "limit": limit},
    )
    return list(rows.scalars())
