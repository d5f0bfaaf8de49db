"""Notifications of WhatsApp's Cloud API, read into the program's events.

A tolerant reader: every field may be missing, of another type or new. One notification carries up to 1,000 items of many
people; each item is read by itself, and one that cannot be read becomes `Broken` while the others go on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from channels.channel import BadBody
from channels.message import (
    Address,
    Broken,
    Event,
    IdentityChange,
    Media,
    Notice,
    Preference,
    Received,
    Status,
    StopAll,
    Unreachable,
    WindowClosed,
)
from channels.meta_content import read_content
from channels.meta_errors import error_class
from channels.meta_fields import Json, Unreadable, identifier, mapping, mappings, tamed, words

CHANNEL = "whatsapp"
OBJECT = "whatsapp_business_account"
_MOST_ITEMS = 10_000
"""Meta sends up to 1,000 in one notification; what holds ten times as many is not Meta's."""

_TOO_LARGE = "131052"

_ADDRESS = re.compile(r"\+?[\d\s().-]{3,40}")
_STATUSES = frozenset({"sent", "delivered", "read", "played", "failed"})
_IDENTITY_REASONS = {
    "user_changed_number": "user_changed_number",
    "customer_changed_number": "user_changed_number",
    "user_changed_user_id": "user_changed_user_id",
    "customer_identity_changed": "customer_identity_changed",
}
_ALARMING_FIELDS = frozenset({"account_alerts", "security"})
_ALARMING_WORDS = {
    "account_update": ("DISABLED", "RESTRICT", "VIOLATION", "DELETED", "REMOVED", "OFFBOARDED"),
    "account_review_update": ("REJECTED",),
    "message_template_status_update": ("REJECTED", "PAUSED", "DISABLED", "FLAGGED", "DELETED", "LOCKED", "LIMIT_EXCEEDED"),
    "message_template_quality_update": ("RED",),
    "phone_number_quality_update": ("DOWNGRADE", "FLAGGED", "RED"),
    "template_category_update": ("MARKETING",),
    "payment_configuration_update": ("DISABLED", "NEEDS", "REJECTED", "ERROR"),
}
"""Words that, at the start or inside a notice's own value, mean that somebody should look."""


def parse(body: bytes) -> list[Event]:
    """Every event of one notification, in the order received.

    Raises `BadBody` when the body is no JSON object in UTF-8, or an object that Meta would not send (no `object`, or far more
    items than Meta's 1,000; an empty object says nothing and gives no events). A notification about something else than
    WhatsApp gives one `Notice`.
    """
    document = _document(body)
    if not document:
        return []
    kind = document.get("object")
    if not isinstance(kind, str):
        raise BadBody("no `object` in it")
    if kind != OBJECT:
        return [_notice("", f"object:{kind[:80]}", document, None)]
    events = list(islice(_events(document), _MOST_ITEMS + 1))
    if len(events) > _MOST_ITEMS:
        raise BadBody(f"more than {_MOST_ITEMS} items")
    return events


def _events(document: dict[str, Json]) -> Iterator[Event]:
    for entry, why in _items(document.get("entry"), "entry"):
        if why:
            yield _broken(None, entry, why)
            continue
        waba = identifier(entry.get("id"))
        for change, why_change in _items(entry.get("changes"), "changes"):
            if why_change:
                yield _broken(waba, change, why_change)
            else:
                yield from _change(waba, entry.get("time"), change)


def _document(body: bytes) -> dict[str, Json]:
    try:
        text = body.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_no_constant)
        document = tamed(document)
    except (ValueError, RecursionError) as error:
        raise BadBody(f"no readable JSON: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise BadBody("JSON, but no object")
    return document


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def _items(value: Json, name: str) -> Iterator[tuple[Any, str | None]]:
    """The objects of a list that should hold objects, each with the reason why it is none."""
    if value is None:
        return
    if not isinstance(value, list):
        yield value, f"`{name}` is no list"
        return
    for item in value:
        yield item, None if isinstance(item, dict) else f"an item of `{name}` is no object"


# --------------------------------------------------------------------------------------------------------------
# One change
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scene:
    """What the items of one change share: the account, its own number, the people named, errors and the time."""

    account: str
    waba: str | None
    our_number: str | None
    contacts: tuple[dict[str, Json], ...]
    by_name: dict[str, dict[str, Json]]
    """The contacts by their number and by their user id."""
    errors: tuple[dict[str, Json], ...]
    time: Json
    alone: bool
    """Only one message and one person in it, so that what has no name in it is about them."""


def _change(waba: str | None, time: Json, change: dict[str, Json]) -> Iterator[Event]:
    value = change.get("value")
    field = words(change.get("field")) or "messages"
    if not isinstance(value, dict):
        yield (
            _broken(waba, change, "`value` is no object")
            if field == "messages"
            else _notice(waba or "", field, {"value": value}, time)
        )
        return
    metadata = mapping(value.get("metadata"))
    account = identifier(metadata.get("phone_number_id"))
    lists = {
        "messages": ("messages", "statuses", "errors"),
        "smb_message_echoes": ("message_echoes",),
        "user_id_update": ("user_id_update",),
        "user_preferences": ("user_preferences",),
    }.get(field)
    if lists is None or not any(name in value for name in lists):
        yield _notice(account or waba or "", field, value, time)
        return
    contacts = mappings(value.get("contacts"))
    messages = value.get("messages")
    scene = _Scene(
        account=account or "",
        waba=waba,
        our_number=words(metadata.get("display_phone_number")),
        contacts=contacts,
        by_name={
            name: contact
            for contact in reversed(contacts)
            for name in (identifier(contact.get("wa_id")), identifier(contact.get("user_id")))
            if name
        },
        errors=mappings(value.get("errors")),
        time=time,
        alone=isinstance(messages, list) and len(messages) == 1 and len(contacts) <= 1,
    )
    for name in lists:
        raw = value.get(name)
        for item, why in _items([raw] if isinstance(raw, dict) and field == "user_id_update" else raw, name):
            yield _one(name, item, scene, why if account or why else "no phone_number_id: whose account is it?")


def _one(name: str, item: Any, scene: _Scene, why: str | None) -> Event:
    account = scene.account or scene.waba
    # Statuses carry the id of our own message: it must not shadow a person's message.
    own_id = identifier(item.get("id")) if isinstance(item, dict) and name in ("messages", "message_echoes") else None
    if why:
        return _broken(account, item, why, own_id)
    try:
        match name:
            case "messages" | "message_echoes":
                return _message(item, scene, echo=name == "message_echoes")
            case "statuses":
                return _status(item, scene)
            case "user_id_update":
                return _user_id_update(item, scene)
            case "user_preferences":
                return _preference(item, scene)
            case _:
                return _account_error(item, scene)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        reason = str(error) if isinstance(error, Unreadable) else f"unexpected shape: {type(error).__name__}"
        return _broken(account, item, reason, own_id)


# --------------------------------------------------------------------------------------------------------------
# Messages
# --------------------------------------------------------------------------------------------------------------


def _message(item: dict[str, Json], scene: _Scene, *, echo: bool) -> Event:
    external_id = identifier(item.get("id"))
    if external_id is None:
        raise Unreadable("a message without an id")
    system = mapping(item.get("system"))
    if item.get("type") == "system" and words(system.get("type")) in _IDENTITY_REASONS:
        return _identity_change(external_id, item, system, scene)

    from_us = echo or _same_number(words(item.get("from")), scene.our_number)
    named = ("to", "to_user_id") if from_us and (item.get("to") or item.get("to_user_id")) else ("from", "from_user_id")
    raw, user_id = _address(item.get(named[0])), identifier(item.get(named[1]))
    contact = _contact(scene, item.get(named[0]), user_id)
    address = _person(scene.account, raw or _address(contact.get("wa_id")), user_id or identifier(contact.get("user_id")))
    if address is None:
        raise Unreadable("a message without a sender")

    content = read_content(item)
    detail = dict(content.detail)
    errors = mappings(item.get("errors"))
    if not errors and scene.alone and content.kind in ("empty_interactive", "unsupported"):
        errors = scene.errors
    if errors:
        detail["errors"] = list(errors)
    if content.kind == "unsupported" and any(identifier(error.get("code")) == _TOO_LARGE for error in errors):
        # A file that WhatsApp itself could not hand on: a file all the same, which is asked for again.
        content = replace(content, kind="media", media=Media(kind="document"))
    if echo:
        detail["echo"] = True
    sent_at = moment(item.get("timestamp"))
    if sent_at is None and "timestamp" in item:
        detail["timestamp"] = item["timestamp"]
    context = mapping(item.get("context"))
    if context.get("frequently_forwarded") is True:
        detail["frequently_forwarded"] = True
    if "referred_product" in context:
        detail["referred_product"] = context["referred_product"]
    profile = mapping(contact.get("profile"))
    for name, known in (("username", profile.get("username")), ("identity_key_hash", contact.get("identity_key_hash"))):
        if known:
            detail[name] = known
    return Received(
        external_id=external_id,
        address=address,
        sent_at=sent_at,
        kind=content.kind,
        text=content.text,
        choice_id=content.choice_id,
        media=content.media,
        reply_to=content.about or identifier(context.get("id")),
        forwarded=context.get("forwarded") is True or context.get("frequently_forwarded") is True,
        group=identifier(item.get("group_id")),
        from_us=from_us,
        profile_name=words(profile.get("name")),
        referral=mapping(item.get("referral")) or None,
        detail=detail,
    )


def _contact(scene: _Scene, number: Json, user_id: str | None) -> dict[str, Json]:
    """The contact of this sender: joined by number or user id, never by place, which means nothing in a batch."""
    named = identifier(number)
    for name in (user_id, named):
        if name and name in scene.by_name:
            return scene.by_name[name]
    if scene.alone and scene.contacts and named is None and user_id is None:
        return scene.contacts[0]
    return {}


def _person(account: str, raw: str | None, user_id: str | None) -> Address | None:
    if raw is None and user_id is None:
        return None
    return Address(channel=CHANNEL, account=account, raw=raw, user_id=user_id)


def _address(value: Json) -> str | None:
    """A phone-like address as received, for replies; None for what cannot be one."""
    named = identifier(value)
    return named if named and _ADDRESS.fullmatch(named) else None


def _same_number(one: str | None, other: str | None) -> bool:
    """Whether two numbers are one telephone, the Brazilian ninth digit left aside."""
    if not one or not other:
        return False
    first, second = (re.sub(r"\D", "", number) for number in (one, other))
    if first == second:
        return bool(first)
    brazilian = first.startswith("55") and second.startswith("55") and {len(first), len(second)} == {12, 13}
    return brazilian and first[:4] == second[:4] and first[-8:] == second[-8:]


def moment(value: Json) -> datetime | None:
    """A time told in whole seconds since 1970, as a string or a number; None when it is not one of our age."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,12}", text):
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


# --------------------------------------------------------------------------------------------------------------
# Identity
# --------------------------------------------------------------------------------------------------------------


def _identity_change(external_id: str, item: dict[str, Json], system: dict[str, Json], scene: _Scene) -> IdentityChange:
    reason = _IDENTITY_REASONS[words(system.get("type")) or ""]
    number = _address(item.get("from"))
    user_id = identifier(system.get("previous_user_id")) or identifier(item.get("from_user_id"))
    previous = _person(scene.account, number, user_id)
    new_number = _address(system.get("wa_id")) or _address(system.get("new_wa_id"))
    current = _person(scene.account, new_number, identifier(system.get("user_id")))
    if reason == "customer_identity_changed" and current is None:
        current = previous
    if previous is None and current is None:
        raise Unreadable("a change of identity that names nobody")
    return IdentityChange(
        external_id=external_id,
        channel=CHANNEL,
        account=scene.account,
        reason=reason,  # type: ignore[arg-type]
        previous=previous,
        current=current,
        at=moment(item.get("timestamp")),
    )


def _user_id_update(item: dict[str, Json], scene: _Scene) -> IdentityChange:
    changed = mapping(item.get("user_id"))
    previous = _person(scene.account, None, identifier(changed.get("previous")))
    current = _person(scene.account, _address(item.get("wa_id")), identifier(changed.get("current")))
    if previous is None and current is None:
        raise Unreadable("a change of user id that names nobody")
    return IdentityChange(
        external_id=_digest("user_id_update", scene.account, item),
        channel=CHANNEL,
        account=scene.account,
        reason="user_changed_user_id",
        previous=previous,
        current=current,
        at=moment(item.get("timestamp")),
    )


# --------------------------------------------------------------------------------------------------------------
# Statuses and notices
# --------------------------------------------------------------------------------------------------------------


def _status(item: dict[str, Json], scene: _Scene) -> Status:
    provider_id = identifier(item.get("id"))
    if provider_id is None:
        raise Unreadable("a status without the id of a message")
    told = words(item.get("status"))
    known = told in _STATUSES and item.get("type") != "payment"
    detail = {name: kept for name, kept in item.items() if name not in ("id", "timestamp", "biz_opaque_callback_data")}
    if known:
        del detail["status"]
    errors = mappings(item.get("errors"))
    error = errors[0] if errors else {}
    said = [words(error.get("message")) or words(error.get("title")), words(mapping(error.get("error_data")).get("details"))]
    return Status(
        channel=CHANNEL,
        account=scene.account,
        provider_id=provider_id,
        status=told if known else "unknown",  # type: ignore[arg-type]
        at=moment(item.get("timestamp")),
        recipient=identifier(item.get("recipient_id")) or identifier(item.get("recipient_user_id")),
        key=identifier(item.get("biz_opaque_callback_data")),
        error_code=identifier(error.get("code")),
        error_text=": ".join(dict.fromkeys(part for part in said if part)) or None,
        window_closed=told == "failed" and error_class(identifier(error.get("code"))) is WindowClosed,
        unreachable=told == "failed" and error_class(identifier(error.get("code"))) is Unreachable,
        detail=detail,
    )


def _preference(item: dict[str, Json], scene: _Scene) -> Preference | Notice:
    """A switch in WhatsApp itself: whoever stops our marketing there is asked for nothing of our own accord on any channel."""
    contact = scene.contacts[0] if len(scene.contacts) == 1 else {}
    person = {name: item.get(name) or contact.get(name) for name in ("wa_id", "user_id")}
    told = item | {name: known for name, known in person.items() if known}
    address = _person(scene.account, _address(person["wa_id"]), identifier(person["user_id"]))
    wish = (words(item.get("value")) or "").lower()
    if address is None or wish not in ("stop", "resume"):
        return _notice(scene.account, "user_preferences", told, None)
    return Preference(
        external_id=_digest("user_preferences", scene.account, told),
        address=address,
        wants="stop" if wish == "stop" else "resume",
        at=moment(item.get("timestamp")),
        detail=told,
    )


def _account_error(item: dict[str, Json], scene: _Scene) -> Notice:
    alarming = error_class(identifier(item.get("code"))) is StopAll
    return _notice(scene.account, "errors", item, scene.time, alarming=alarming)


def _notice(account: str, field: str, detail: dict[str, Json], time: Json, *, alarming: bool = False) -> Notice:
    marks = _ALARMING_WORDS.get(field, ())
    template, usable = _template_news(field, detail)
    said = [text.upper() for text in detail.values() if isinstance(text, str)]
    return Notice(
        external_id=_digest("notice", account, [field, detail, time]),
        channel=CHANNEL,
        account=account,
        field=field[:120],
        alarming=alarming or field in _ALARMING_FIELDS or any(mark in text for mark in marks for text in said),
        template=template,
        usable=usable,
        detail=detail,
    )


def _template_news(field: str, detail: dict[str, Json]) -> tuple[str | None, bool | None]:
    """The template that a notice is about, and whether it may be used from now on."""
    name = words(detail.get("message_template_name"))
    if field != "message_template_status_update" or not name:
        return name, None
    event = (words(detail.get("event")) or "").upper()
    if event in ("APPROVED", "REINSTATED"):
        return name, True
    return name, False if event in (
        "REJECTED",
        "PAUSED",
        "DISABLED",
        "DELETED",
        "PENDING_DELETION",
        "LOCKED",
        "ARCHIVED",
    ) else None


def _broken(account: str | None, item: Json, why: str, external_id: str | None = None) -> Broken:
    return Broken(
        external_id=external_id or _digest("broken", account or "", item), channel=CHANNEL, account=account, why=why, raw=item
    )


def _digest(kind: str, account: str, content: Json) -> str:
    """An id for what has none: the same content, the same id, whatever batch it comes in again."""
    canonical = json.dumps([kind, account, content], sort_keys=True, ensure_ascii=True)
    return f"{kind}:{hashlib.sha256(canonical.encode()).hexdigest()}"
