"""The one place where anything from a provider comes in: stored with its job in one transaction, or not at all.

A batch is stored in a few statements, however many people are in it. If one of its items cannot be stored, the batch is halved
until that item is alone and set aside, so that the others are not lost. An item seen before changes nothing, for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Address, Broken, Event, IdentityChange, Notice, Preference, Received, Status, Typing
from conversations import consent, handover, media, people
from conversations.alarms import raise_alarm
from conversations.conversation import get
from conversations.delivery import note_statuses
from conversations.handover import announce
from conversations.in_words import say_in_words
from conversations.jobs import put_all
from conversations.masking import mask
from conversations.other_door import take_another
from conversations.phone_features import note_carriers, note_sms
from conversations.reopening import ask_to_write
from conversations.reply import reply
from conversations.second_thoughts import note_second_thoughts
from conversations.talk import Talk
from conversations.templates import note_template
from conversations.wording import Utterance

_log = structlog.get_logger("trato.receive")

_AHEAD = timedelta(minutes=5)
"""A provider's time may run ahead of ours by this much; beyond it the receipt counts."""

_LONGEST_ID = 512

# What the desk reads where somebody used a switch and said nothing.
_STOPPED = "(parou as nossas mensagens no próprio aplicativo)"
_RESUMED = "(voltou a aceitar as nossas mensagens no próprio aplicativo)"

TALK_KINDS = frozenset(
    {"text", "choice", "media", "location", "contacts", "order", "flow", "empty_interactive", "unsupported", "payment_method"}
)
"""What a person may expect an answer to. The others (reactions, edits, deletions, system notes) are recorded only."""


async def receive(conn: AsyncConnection, talk: Talk, events: Sequence[Event], accounts: frozenset[str]) -> int:
    """Store these events; returns how many were new. `accounts` are ours: what is for another is set aside with an alarm."""
    stored = _Stored()
    for run in _runs(events):
        stored += await _store_or_halve(conn, talk, run, accounts)
    # The conversations' rows are locked since their messages were stored, so a job that is about to start sees the messages.
    await put_all(talk.jobs, conn, stored.jobs)
    await announce(conn, *sorted(stored.shown))
    for kind, subject, detail in sorted(stored.alarms):
        await raise_alarm(conn, kind, detail, talk.ground.clock.now(), subject=subject)
    return stored.fresh


@dataclass(frozen=True)
class _Stored:
    """What came of some events: how many were new, the jobs to ask for, the talks that changed, the alarms to raise."""

    fresh: int = 0
    jobs: frozenset[tuple[str, str]] = frozenset()
    shown: frozenset[str] = frozenset()
    alarms: frozenset[tuple[str, str, str]] = frozenset()

    def __add__(self, other: _Stored) -> _Stored:
        return _Stored(self.fresh + other.fresh, self.jobs | other.jobs, self.shown | other.shown, self.alarms | other.alarms)


@dataclass(frozen=True)
class _Item:
    """One event as it will stand in the inbox."""

    event: Received | IdentityChange | Notice | Preference | Typing | Broken | Status
    kind: str
    state: str
    conversation_id: str | None = None
    sent_at: datetime | None = None
    why: str | None = None


def _runs(events: Sequence[Event]) -> list[Sequence[Event]]:
    """The events in order, each change of identity by itself: what follows it is of the person under the new name."""
    runs: list[list[Event]] = []
    for event in events:
        if not runs or isinstance(event, IdentityChange) or isinstance(runs[-1][0], IdentityChange):
            runs.append([])
        runs[-1].append(event)
    return list(runs)


async def _store_or_halve(conn: AsyncConnection, talk: Talk, events: Sequence[Event], accounts: frozenset[str]) -> _Stored:
    try:
        async with conn.begin_nested():
            return await _store(conn, talk, events, accounts)
    except (IntegrityError, DataError, ValueError, LookupError) as trouble:
        if len(events) > 1:
            half = len(events) // 2
            return await _store_or_halve(conn, talk, events[:half], accounts) + await _store_or_halve(
                conn, talk, events[half:], accounts
            )
        _log.error("item_set_aside", kind=events[0].event, why=type(trouble).__name__)
        why = f"could not be stored: {type(trouble).__name__}"
        return await _insert(conn, talk, [_Item(events[0], events[0].event, "set_aside", why=why)], {})


async def _store(conn: AsyncConnection, talk: Talk, events: Sequence[Event], accounts: frozenset[str]) -> _Stored:
    now = talk.ground.clock.now()
    ours = [event for event in events if not isinstance(event, Broken) and event_account(event) in accounts]
    said = [
        e.address for e in ours if isinstance(e, Preference) or (isinstance(e, Received) and e.group is None and not e.from_us)
    ]
    changed = [a for e in ours if isinstance(e, IdentityChange) for a in (e.previous, e.current) if a is not None]
    conversations = await people.conversations_of(conn, said, now, also=changed)
    items = []
    for event in events:
        if isinstance(event, Broken):
            items.append(_Item(event, "broken", "set_aside", why=event.why))
        elif event_account(event) not in accounts and not isinstance(event, Notice):
            # A notice may be about the account above all our numbers: whatever its name, it is kept and heard.
            items.append(_Item(event, event.event, "set_aside", why="not an account of ours"))
        elif isinstance(event, IdentityChange):
            items.append(_Item(event, "identity_change", "recorded", sent_at=event.at))
        elif isinstance(event, Notice):
            items.append(_Item(event, f"notice/{event.field}", "recorded"))
        elif isinstance(event, Preference):
            items.append(_Item(event, "preference", "recorded", conversations[event.address], event.at))
        elif isinstance(event, Received):
            items.append(_item(event, conversations, now))
    await people.note_typing(conn, [event.address for event in ours if isinstance(event, Typing)], now)
    stored = await _insert(conn, talk, items, conversations)
    statuses = [event for event in ours if isinstance(event, Status)]
    await note_carriers(conn, statuses, now)
    for noted in await note_statuses(conn, statuses, now):
        shown = frozenset({noted.conversation_id} if noted.conversation_id else ())
        jobs = frozenset(("deliver", conversation_id) for conversation_id in shown if noted.lets_go)
        if noted.window_closed and noted.conversation_id:
            await ask_to_write(conn, talk, noted.conversation_id)
        if noted.unreachable is not None:
            await take_another(conn, talk, noted.unreachable, accounts)
        if noted.card_failed is not None:
            await say_in_words(conn, talk, noted.card_failed)
        stored += _Stored(int(noted.new), jobs, shown)
    return stored


def _item(event: Received, conversations: Mapping[Address, str], now: datetime) -> _Item:
    if event.group is not None or event.from_us:
        # A debt is never discussed in a group, and our own words are no question.
        return _Item(event, event.kind, "recorded", sent_at=event.sent_at)
    sent_at = event.sent_at if event.sent_at is not None and event.sent_at <= now + _AHEAD else now
    state = "pending" if event.kind in TALK_KINDS and not _shares_own_phone(event) else "recorded"
    return _Item(event, event.kind, state, conversations[event.address], sent_at)


def event_account(event: Event) -> str | None:
    """The account of ours that the event is for."""
    return event.address.account if isinstance(event, Received | Preference | Typing) else event.account


async def _insert(conn: AsyncConnection, talk: Talk, items: Sequence[_Item], conversations: Mapping[Address, str]) -> _Stored:
    """Write the items into the inbox in their order, and what the new ones among them bring about."""
    if not items:
        return _Stored()
    now = talk.ground.clock.now()
    keys = [_key(item.event) for item in items]
    rows = await conn.execute(
        text("""insert into inbox (channel, account, external_id, conversation_id, kind, event_sealed, sent_at, received_at,
                    state, why)
                select channel, account, external_id, conversation_id, kind, sealed, sent_at, :now, state, why
                from unnest(cast(:channels as text[]), cast(:accounts as text[]), cast(:externals as text[]),
                        cast(:conversations as text[]), cast(:kinds as text[]), cast(:sealed as bytea[]),
                        cast(:sent as timestamptz[]), cast(:states as text[]), cast(:whys as text[])) with ordinality
                    as u (channel, account, external_id, conversation_id, kind, sealed, sent_at, state, why, place)
                order by place on conflict (channel, account, external_id) do nothing
                returning id, channel, account, external_id"""),
        {
            "channels": [key[0] for key in keys],
            "accounts": [key[1] for key in keys],
            "externals": [key[2] for key in keys],
            "conversations": [item.conversation_id for item in items],
            "kinds": [_storable(item.kind)[:200] for item in items],
            "sealed": [talk.ground.vault.seal(_dumped(item.event), "inbox") for item in items],
            "sent": [item.sent_at for item in items],
            "states": [item.state for item in items],
            "whys": [_storable(item.why)[:500] if item.why else None for item in items],
            "now": now,
        },
    )
    inbox_ids = {(row.channel, row.account, row.external_id): row.id for row in rows}
    # Of two items with one id in the same batch, the first was stored.
    new = [(inbox_ids.pop(key), item) for key, item in zip(keys, items, strict=True) if key in inbox_ids]
    written = [(inbox_id, item.event, item) for inbox_id, item in new if isinstance(item.event, Received)]
    await _note_in_talks(conn, [(inbox_id, event, item) for inbox_id, event, item in written if item.conversation_id])
    files = await media.note(
        conn,
        talk,
        [(inbox_id, event_item.conversation_id, event) for inbox_id, event, event_item in written if event_item.conversation_id],
    )
    alarms = set()
    for inbox_id, item in new:
        subject = str(event_account(item.event) or "")
        if item.state == "set_aside":
            alarms.add(("item_set_aside", _storable(subject), _storable(item.why or "")[:200]))
        elif isinstance(item.event, IdentityChange):
            await people.identity_changed(conn, item.event.previous, item.event.current, item.event.reason, now)
        elif isinstance(item.event, Preference):
            await _obey(conn, talk, item.event, conversations[item.event.address], inbox_id)
        elif isinstance(item.event, Notice):
            await note_template(conn, item.event, now)
            if item.event.alarming:
                alarms.add(("provider_notice", _storable(subject), item.event.field))
        elif isinstance(item.event, Received) and _came_as_sms(item.event):
            address = item.event.address
            await note_sms(conn, address.channel, address.account, address.raw or "", now)
        elif isinstance(item.event, Received) and item.conversation_id and _shares_own_phone(item.event):
            await _learn_phone(conn, talk, item.event, item.conversation_id, inbox_id)
    await note_second_thoughts(
        conn, talk, [(item.conversation_id, event) for _, event, item in written if item.conversation_id is not None]
    )
    for inbox_id, event, _ in written:
        if event.from_us and event.detail.get("echo") and event.group is None:
            # Perhaps the first word between them: whoever answers it is not talked over either.
            here = (await people.conversations_of(conn, [event.address], now))[event.address]
            await handover.answered_in_the_app(conn, talk, here, event.text or "", f"echo:{inbox_id}")
    awake = frozenset(item.conversation_id for _, item in new if item.state == "pending" and item.conversation_id)
    jobs = {("drain", conversation) for conversation in awake} | {("fetch_media", str(file)) for file in files}
    return _Stored(len(new), frozenset(jobs), awake, frozenset(alarms))


def _came_as_sms(event: Received) -> bool:
    return event.address.channel == "rcs" and event.detail.get("carried_by") == "sms"


def _shares_own_phone(event: Received) -> bool:
    """Whether the person answered our own request for their telephone; any other card is about somebody else."""
    return event.kind == "contacts" and event.detail.get("origin") == "contact_request"


async def _learn_phone(conn: AsyncConnection, talk: Talk, event: Received, conversation_id: str, inbox_id: int) -> None:
    """The telephone that somebody shared is theirs to be called at; it proves nothing, and is taken from nobody else's talk."""
    phones = [
        str(phone.get("wa_id") or phone.get("phone") or "")
        for card in event.detail.get("contacts", ())
        if isinstance(card, Mapping)
        for phone in (card.get("phones") or ())
        if isinstance(phone, Mapping)
    ]
    if any([await people.learn_phone(conn, conversation_id, event.address, phone) for phone in phones[:1] if phone]):
        thanks = Utterance("utter_phone_received")
        if thanks.response in talk.wording.names:
            await reply(conn, talk, conversation_id, [thanks], source=f"phone:{inbox_id}")


async def _obey(conn: AsyncConnection, talk: Talk, event: Preference, conversation_id: str, inbox_id: int) -> None:
    """The person used the provider's own switch: it holds at once, and is confirmed once."""
    conversation = await get(conn, conversation_id)
    now = talk.ground.clock.now()
    stop = event.wants == "stop"
    await conn.execute(
        text("""insert into transcript (conversation_id, author, text, detail, at, inbox_id)
                values (:id, 'debtor', :text, :detail, :at, :inbox)"""),
        {
            "id": conversation_id,
            "text": _STOPPED if stop else _RESUMED,
            "detail": json.dumps({"kind": "preference", "media": None}),
            "at": now,
            "inbox": inbox_id,
        },
    )
    changed = await (consent.opt_out if stop else consent.opt_in)(conn, conversation, now)
    if changed:
        confirmed = Utterance("utter_opted_out" if stop else "utter_opted_in")
        await reply(conn, talk, conversation_id, [confirmed], source=f"preference:{inbox_id}")


async def _note_in_talks(conn: AsyncConnection, written: Sequence[tuple[int, Received, _Item]]) -> None:
    """The person's line in the transcript, and what their conversation keeps of their last message."""
    if not written:
        return
    last: dict[str, dict[str, Any]] = {}
    for _, event, item in written:
        assert item.conversation_id is not None and item.sent_at is not None
        before = last.get(item.conversation_id, {})
        last[item.conversation_id] = {
            "id": item.conversation_id,
            "sent": max(item.sent_at, before.get("sent", item.sent_at)),
            "external": event.external_id,
            "raw": event.address.raw or before.get("raw"),
            "user": event.address.user_id or before.get("user"),
            "phone": people.phone_key(event.address) or before.get("phone"),
            "referral": before.get("referral") or (json.dumps(_storable_all(event.referral)) if event.referral else None),
        }
    await conn.execute(
        text("""update conversations set last_inbound_at = greatest(coalesce(last_inbound_at, :sent), :sent),
                    read_external_id = :external, address_raw = coalesce(:raw, address_raw), user_id = coalesce(:user, user_id),
                    phone_key = coalesce(:phone, phone_key), referral = coalesce(referral, :referral) where id = :id"""),
        list(last.values()),
    )
    await conn.execute(
        text("""insert into transcript (conversation_id, author, text, detail, at, inbox_id)
                values (:id, 'debtor', :text, :detail, :at, :inbox)"""),
        [
            {
                "id": item.conversation_id,
                "text": mask(_storable(event.text or "")),
                "detail": json.dumps(
                    {"kind": event.kind, "media": event.media.kind if event.media else None}
                    # Which of the offered answers was tapped: ours alone have such ids.
                    | (
                        {"choice": event.choice_id}
                        if (event.choice_id or "").startswith("o_") and len(event.choice_id or "") < 100
                        else {}
                    )
                ),
                "at": item.sent_at,
                "inbox": inbox_id,
            }
            for inbox_id, event, item in written
        ],
    )


def _key(event: Event) -> tuple[str, str, str]:
    """What makes an item one: its channel, account and the provider's id of it."""
    external_id = _storable(event.provider_id if isinstance(event, Status) else event.external_id)
    if not external_id or len(external_id) > _LONGEST_ID:
        external_id = f"{external_id[:100]}#{hashlib.sha256(_dumped(event).encode()).hexdigest()}"
    channel = event.address.channel if isinstance(event, Received | Preference | Typing) else event.channel
    return channel, _storable(event_account(event) or "unknown"), external_id


def _dumped(event: Event) -> str:
    return json.dumps(_storable_all(event.model_dump(mode="python")), default=_written)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _storable_all(value: Any) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, Mapping):
        return {_storable(str(key)): _storable_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable_all(item) for item in value]
    return value


def _storable(written: str) -> str:
    """PostgreSQL holds no NUL and no lone surrogate."""
    if "\x00" in written:
        written = written.replace("\x00", "")
    return written if written.isascii() else written.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
