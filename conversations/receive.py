"""The one place where anything from a provider comes in: stored with its job in one transaction, or not at all.

Each item of a batch is stored by itself, so that one that cannot be stored is set aside and the others are not lost. An item
seen before changes nothing, for ever.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Broken, Event, IdentityChange, Notice, Received, Status, event_adapter
from conversations import people
from conversations.alarms import raise_alarm
from conversations.delivery import note_status
from conversations.handover import announce
from conversations.masking import mask
from conversations.talk import Talk

_log = structlog.get_logger("trato.receive")

_AHEAD = timedelta(minutes=5)
"""A provider's time may run ahead of ours by this much; beyond it the receipt counts."""

TALK_KINDS = frozenset(
    {"text", "choice", "media", "location", "contacts", "order", "flow", "empty_interactive", "unsupported", "payment_method"}
)
"""What a person may expect an answer to. The others (reactions, edits, deletions, system notes) are recorded only."""


async def receive(conn: AsyncConnection, talk: Talk, events: Sequence[Event], accounts: frozenset[str]) -> int:
    """Store these events; returns how many were new. `accounts` are ours: what is for another is set aside with an alarm."""
    fresh = 0
    awake: set[str] = set()
    for event in events:
        try:
            async with conn.begin_nested():
                fresh += await _store(conn, talk, event, accounts, awake)
        except (IntegrityError, DataError, ValueError, LookupError) as trouble:
            _log.error("item_set_aside", kind=event.event, why=type(trouble).__name__)
            await _set_aside(conn, talk, event, f"could not be stored: {type(trouble).__name__}")
    # The conversation's row is locked since its message was stored, so a job that is about to start sees the message.
    for conversation_id in sorted(awake):
        await talk.jobs.put(conn, "drain", conversation_id)
        await announce(conn, conversation_id)
    return fresh


async def _store(conn: AsyncConnection, talk: Talk, event: Event, accounts: frozenset[str], awake: set[str]) -> int:
    now = talk.ground.clock.now()
    if isinstance(event, Broken):
        return await _set_aside(conn, talk, event, event.why)
    if event_account(event) not in accounts:
        return await _set_aside(conn, talk, event, "not an account of ours")
    if isinstance(event, Status):
        return int(await note_status(conn, talk, event, now))
    if isinstance(event, IdentityChange):
        new = await _insert(conn, talk, event, None, "identity_change", "recorded", event.at, now)
        if new:
            await people.identity_changed(conn, event.previous, event.current, event.reason, now)
        return int(new is not None)
    if isinstance(event, Notice):
        new = await _insert(conn, talk, event, None, f"notice/{event.field}", "recorded", None, now)
        if new and event.alarming:
            await raise_alarm(conn, "provider_notice", event.field, now, subject=event.account)
        return int(new is not None)
    return await _store_received(conn, talk, event, awake, now)


async def _store_received(conn: AsyncConnection, talk: Talk, event: Received, awake: set[str], now: datetime) -> int:
    if event.group is not None or event.from_us:
        # A debt is never discussed in a group, and our own words are no question.
        new = await _insert(conn, talk, event, None, event.kind, "recorded", event.sent_at, now)
        return int(new is not None)
    conversation_id = await people.conversation_of(conn, event.address, now)
    sent_at = min(event.sent_at or now, now + _AHEAD)
    state = "pending" if event.kind in TALK_KINDS else "recorded"
    inbox_id = await _insert(conn, talk, event, conversation_id, event.kind, state, sent_at, now)
    if inbox_id is None:
        return 0
    await conn.execute(
        text("""update conversations set last_inbound_at = greatest(coalesce(last_inbound_at, :sent), :sent),
                    read_external_id = :external where id = :id"""),
        {"id": conversation_id, "sent": sent_at, "external": event.external_id},
    )
    await conn.execute(
        text("""insert into transcript (conversation_id, author, text, detail, at, inbox_id)
                values (:id, 'debtor', :text, :detail, :at, :inbox)"""),
        {
            "id": conversation_id,
            "text": mask(_storable(event.text or "")),
            "detail": json.dumps({"kind": event.kind, "media": event.media.kind if event.media else None}),
            "at": sent_at,
            "inbox": inbox_id,
        },
    )
    if state == "pending":
        awake.add(conversation_id)
    return 1


def event_account(event: Event) -> str | None:
    """The account of ours that the event is for."""
    return event.address.account if isinstance(event, Received) else event.account


def _storable(written: str) -> str:
    """PostgreSQL holds no NUL and no lone surrogate."""
    return written.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


async def _insert(
    conn: AsyncConnection,
    talk: Talk,
    event: Event,
    conversation_id: str | None,
    kind: str,
    state: str,
    sent_at: datetime | None,
    now: datetime,
    why: str | None = None,
) -> int | None:
    """The inbox row's id if the item is new, else nothing."""
    sealed = talk.ground.vault.seal(_storable(event_adapter.dump_json(event).decode("utf-8", "replace")), "inbox")
    external_id = event.provider_id if isinstance(event, Status) else event.external_id
    return (
        await conn.execute(
            text("""insert into inbox (channel, account, external_id, conversation_id, kind, event_sealed, sent_at,
                        received_at, state, why)
                    values (:channel, :account, :external, :conversation, :kind, :sealed, :sent, :now, :state, :why)
                    on conflict (channel, account, external_id) do nothing returning id"""),
            {
                "channel": event.address.channel if isinstance(event, Received) else event.channel,
                "account": _storable(event_account(event) or "unknown"),
                "external": _storable(external_id)[:500],
                "conversation": conversation_id,
                "kind": kind,
                "sealed": sealed,
                "sent": sent_at,
                "now": now,
                "state": state,
                "why": why,
            },
        )
    ).scalar_one_or_none()


async def _set_aside(conn: AsyncConnection, talk: Talk, event: Event, why: str) -> int:
    now = talk.ground.clock.now()
    new = await _insert(conn, talk, event, None, event.event, "set_aside", None, now, why[:500])
    if new is not None:
        await raise_alarm(conn, "item_set_aside", why[:200], now, subject=str(event_account(event) or ""))
    return int(new is not None)
