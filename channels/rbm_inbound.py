"""Notifications of Google's RCS for Business, read into the program's events.

What counts is the decoded `message.data` alone: it is what Google signs. A tolerant reader: Google's pages show messages with and
without `messageId` and `sendTime`, and telephones under two names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any, Literal

from channels.channel import BadBody
from channels.message import Address, Broken, Event, Media, Notice, Preference, Received, Status, Typing
from channels.meta_content import safe_filename
from channels.meta_fields import Json, Unreadable, identifier, mapping, tamed, words
from channels.rbm_outbound import ACTION_MARK, key_of

CHANNEL = "rcs"
_DOMAIN = "@rbm.goog"
_PHONE = re.compile(r"\+?[0-9][0-9\s().-]{5,30}")
_SECRET = re.compile(r"[!-~]{1,512}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:?\d\d)?")
_STATUSES: dict[str, Literal["delivered", "read", "failed", "unknown"]] = {
    "DELIVERED": "delivered",
    "READ": "read",
    # Taken back before it reached the telephone: the way is free for another channel.
    "TTL_EXPIRATION_REVOKED": "failed",
    # Google could not take it back, so it may be there or not.
    "TTL_EXPIRATION_REVOKE_FAILED": "unknown",
}
_WISHES: dict[str, Literal["stop", "resume"]] = {"UNSUBSCRIBE": "stop", "SUBSCRIBE": "resume"}
_ALARMING = ("REJECT", "SUSPEND", "UNLAUNCH", "TERMINAT", "FAIL")


class BadSignature(ValueError):
    """The notification is not signed with our client token."""


def handshake(body: bytes, client_token: str) -> str | None:
    """The secret to answer (as plain text) when Google checks that the webhook is ours; None when this is no such question.

    A body with a `message` is never a handshake, whatever its headers call it. Raises `BadSignature` for another's token.
    """
    question = _object(body)
    if "message" in question or "data" in question or not {"clientToken", "secret"} & set(question):
        return None
    told, secret = words(question.get("clientToken")) or "", words(question.get("secret")) or ""
    if not client_token or not hmac.compare_digest(told.encode(errors="replace"), client_token.encode(errors="replace")):
        raise BadSignature("not our client token")
    if not _SECRET.fullmatch(secret):
        raise BadBody("a handshake without a secret")
    return secret


def opened(body: bytes, signature: str | None, client_token: str) -> bytes:
    """The decoded `message.data`, once its signature is ours. Raises `BadBody` or `BadSignature`."""
    envelope = _object(body)
    message = envelope.get("message")
    told = mapping(message).get("data") if message is not None else envelope.get("data")
    if not isinstance(told, str) or not told:
        raise BadBody("no `message.data` in it")
    try:
        data = base64.b64decode(told.translate(str.maketrans("-_", "+/")) + "=" * (-len(told) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadBody("`message.data` is no base64") from error
    if not signature_ok(client_token, data, signature):
        raise BadSignature("`message.data` is not signed with our client token")
    return data


def signature_ok(client_token: str, data: bytes, header: str | None) -> bool:
    """Whether `X-Goog-Signature` signs these very decoded bytes (HMAC-SHA512, base64). An empty token signs nothing."""
    if not client_token or not header:
        return False
    expected = base64.b64encode(hmac.new(client_token.encode(), data, hashlib.sha512).digest())
    return hmac.compare_digest(expected, header.strip().encode(errors="replace"))


def parse(data: bytes, agent_id: str) -> list[Event]:
    """The events of one decoded notification: one, or none for an empty object.

    `agent_id` is ours, in the form that the program's accounts use; another agent's notification keeps its own name. Raises
    `BadBody` for what is no JSON object.
    """
    told = _object(data)
    if not told:
        return []
    account = _account(told.get("agentId"), agent_id)
    try:
        return [_event(told, account)]
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        why = str(error) if isinstance(error, Unreadable) else f"unexpected shape: {type(error).__name__}"
        return [Broken(external_id=_digest("broken", told), channel=CHANNEL, account=account, why=why, raw=told)]


def _object(body: bytes) -> dict[str, Json]:
    try:
        found = tamed(json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        raise BadBody(f"no readable JSON: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise BadBody("JSON, but no object")
    return found


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def _account(told: Json, ours: str) -> str:
    """Our own form of the agent's name where it is ours: Google writes it with and without its domain."""
    named = identifier(told)
    if named is None or named.removesuffix(_DOMAIN) == ours.removesuffix(_DOMAIN):
        return ours
    return named


def _event(told: dict[str, Json], account: str) -> Event:
    at = moment(told.get("sendTime"))
    phone = _phone(told.get("senderPhoneNumber")) or _phone(told.get("phoneNumber"))
    kind = (words(told.get("eventType")) or "").upper()
    if kind in _STATUSES:
        return _status(told, account, kind, phone, at)
    address = Address(channel=CHANNEL, account=account, raw=phone) if phone else None
    event_id = identifier(told.get("eventId")) or identifier(told.get("messageId"))
    if kind == "IS_TYPING" and address:
        return Typing(external_id=_scoped(address, event_id or _digest("typing", told)), address=address, at=at)
    if kind in _WISHES and address:
        external_id = _scoped(address, event_id or _digest("preference", told))
        return Preference(external_id=external_id, address=address, wants=_WISHES[kind], at=at)
    spoken = any(name in told for name in ("text", "suggestionResponse", "location", "userFile"))
    if kind or not spoken:
        field = kind.lower() or next((name for name in told if name.lower().endswith("event")), "unknown")
        alarming = any(mark in json.dumps(told).upper() for mark in _ALARMING) and not phone
        external_id = _digest("notice", told) if event_id is None else f"notice:{event_id}"
        if address is None or kind:
            return Notice(
                external_id=external_id, channel=CHANNEL, account=account, field=field[:80], alarming=alarming, detail=told
            )
    if address is None:
        raise Unreadable("a message without a sender")
    message_id = identifier(told.get("messageId")) or identifier(told.get("eventId"))
    if message_id is None:
        raise Unreadable("a message without an id")
    return _received(told, address, _scoped(address, message_id), at)


_CONTACT_CARDS = ("text/vcard", "text/x-vcard", "text/directory")
"""A contact comes as a file: somebody else's telephone, which becomes nobody's."""


def _received(told: dict[str, Json], address: Address, external_id: str, at: datetime | None) -> Received:
    said: dict[str, Any] = {"external_id": external_id, "address": address, "sent_at": at}
    text = words(told.get("text"))
    if "suggestionResponse" in told:
        return _tap(mapping(told.get("suggestionResponse")), said)
    if "userFile" in told:
        return _file(mapping(told.get("userFile")), text, said)
    if "location" in told:
        return Received(**said, kind="location", text=text, detail=mapping(told.get("location")))
    if text is not None:
        return Received(**said, kind="text", text=text)
    return Received(**said, kind="unsupported", detail={name: told[name] for name in told if name != "senderPhoneNumber"})


def _tap(answer: dict[str, Json], said: dict[str, Any]) -> Received:
    postback = identifier(answer.get("postbackData"))
    shown = words(answer.get("text"))
    if words(answer.get("type")) == "ACTION" or (postback or "").startswith(ACTION_MARK):
        # The telephone opened a page, called or kept a date: good to know, nothing to answer.
        return Received(**said, kind="system", text=shown, detail=answer)
    if postback is None and not shown:
        return Received(**said, kind="empty_interactive", detail=answer)
    return Received(**said, kind="choice", text=shown, choice_id=postback)


def _file(file: dict[str, Json], text: str | None, said: dict[str, Any]) -> Received:
    payload = mapping(file.get("payload")) or file
    mime = words(payload.get("mimeType"))
    if (mime or "").split(";")[0].strip().lower() in _CONTACT_CARDS:
        return Received(
            **said, kind="contacts", detail={"contacts": [], "origin": "other", "vcard": words(payload.get("fileUri"))}
        )
    detail = {"size": payload["fileSizeBytes"]} if "fileSizeBytes" in payload else {}
    media = Media(
        kind=_media_kind(mime),
        url=words(payload.get("fileUri")),
        mime_type=mime,
        filename=safe_filename(words(payload.get("fileName"))),
        caption=text,
    )
    return Received(**said, kind="media", media=media, detail=detail)


def _media_kind(mime: str | None) -> Literal["image", "video", "voice", "document"]:
    """By its declared type. A recording on an RCS telephone is a voice message."""
    match (mime or "").split("/")[0].strip().lower():
        case "image":
            return "image"
        case "video":
            return "video"
        case "audio":
            return "voice"
        case _:
            return "document"


def _status(told: dict[str, Json], account: str, kind: str, phone: str | None, at: datetime | None) -> Status:
    provider_id = identifier(told.get("messageId"))
    if provider_id is None:
        raise Unreadable("a status without the id of a message")
    expired = kind.startswith("TTL_")
    return Status(
        channel=CHANNEL,
        account=account,
        provider_id=provider_id,
        status=_STATUSES[kind],
        at=at,
        recipient=phone,
        key=key_of(provider_id),
        error_code=kind.lower() if expired else None,
        error_text="not delivered in its time" if expired else None,
    )


def original_id(external_id: str) -> str:
    """Google's own id of a person's message, out of ours."""
    return external_id.partition("/")[2] or external_id


def _scoped(address: Address, provider_id: str) -> str:
    """Telephones choose these ids themselves: one is only unique together with its telephone."""
    return f"{re.sub(r'[^0-9]', '', address.raw or '')}/{provider_id}"


def _phone(value: Json) -> str | None:
    named = identifier(value)
    return named if named and _PHONE.fullmatch(named) else None


def moment(value: Json) -> datetime | None:
    """An instant in Google's form, which has up to nine digits behind the second; None for anything else."""
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    zone = (match.group(3) or "Z").upper().replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{match.group(1).upper()}.{(match.group(2) or '0')[:6]:0<6}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _digest(kind: str, content: Json) -> str:
    """An id for what has none: the same content, the same id, however often it comes."""
    return f"{kind}:{hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()}"
