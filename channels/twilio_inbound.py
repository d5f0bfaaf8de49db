"""Requests of Twilio to our webhooks, read into the program's events: what people send on WhatsApp and RCS, and what became of ours.

Twilio adds parameters without notice and leaves others out, so every one may be missing, blank or new. One request is about one
message; a message with several files is several events, each with an id of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator, get_signature_algorithm

from channels.channel import BadBody
from channels.message import Address, Broken, Event, Media, Notice, Received, Status, Unreachable, WindowClosed
from channels.meta_content import safe_filename
from channels.meta_fields import Json, identifier, mapping, tamed, words
from channels.twilio_errors import error_class

WHATSAPP, RCS = "whatsapp", "rcs"
MOST_FIELDS = 500
MOST_MEDIA = 20

_PHONE = re.compile(r"\+?[0-9][0-9\s().-]{5,30}")
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{4,128}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)")

_STATUSES: Mapping[str, Literal["sent", "delivered", "read", "failed", "unknown"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}


@dataclass(frozen=True)
class Sender:
    """One of our senders. `account` is how the program names it: as Twilio writes it (`whatsapp:+55…`, `rcs:…`), or a service's SID."""

    channel: str
    account: str
    service: str = ""
    """The Messaging Service that it belongs to, if any."""


@dataclass(frozen=True)
class Door:
    """What tells Twilio's requests from anybody else's: our account, its tokens (several while one is rotated), our public address."""

    account_sid: str
    tokens: tuple[str, ...]
    public_url: str
    senders: tuple[Sender, ...]

    def authentic(
        self, path: str, query: str, body: bytes, signature: str | None, *, kind: str = "", settings: str | None = None
    ) -> bool:
        """Whether this request to `path?query` (as received) was signed with one of our tokens.

        The address that counts is the public one, whatever a proxy made of it. Parameters that are blank, repeated or unknown count
        like any other. `kind` is the content type: a JSON body is signed by its digest in the query. `settings` names the algorithm.
        """
        if not signature or not any(self.tokens):
            return False
        url = f"{self.public_url.rstrip('/')}{path}" + (f"?{query}" if query else "")
        params: Any
        try:
            params = body.decode() if kind.startswith("application/json") else _Parameters(fields_of(body))
            algorithm = get_signature_algorithm(settings)
            return any(
                RequestValidator(token).validate(url, params, signature, algorithm) for token in self.tokens if token
            )  # every token is tried: which one it was is nobody's secret
        except (BadBody, ValueError, UnicodeError):
            return False

    def events(self, fields: Sequence[tuple[str, str]], key: str | None = None) -> list[Event]:
        """What one request tells. `key` is our own name of the message, from the status address that we gave.

        Raises `BadBody` for what Twilio would not send to us: no message, another account, a sender that is not ours.
        """
        told = _first(fields)
        sid = identifier(told.get("MessageSid")) or identifier(told.get("SmsSid")) or identifier(told.get("SmsMessageSid"))
        if sid is None or not re.fullmatch(r"[A-Za-z0-9_.:-]{2,100}", sid):
            raise BadBody("no message in it")
        if told.get("AccountSid") != self.account_sid:
            raise BadBody("another account's")
        state = (told.get("MessageStatus") or told.get("SmsStatus") or "").lower()
        if "MessageStatus" in told and state not in ("received", "receiving"):
            return self._status(sid, state, told, key)
        return self._received(sid, told)

    # ------------------------------------------------------------------------------------------------ messages

    def _received(self, sid: str, told: dict[str, str]) -> list[Event]:
        sender = self._sender(told.get("To", ""), told.get("MessagingServiceSid", ""), told)
        by_sms = None if sender is not None else self._answered_by_sms(told)
        sender = sender or by_sms
        if sender is None:
            raise BadBody("not for a sender of ours")
        meta = _json(told.get("ChannelMetadata"))
        address = _person(sender, told)
        if address is None:
            return [
                Broken(
                    external_id=sid, channel=sender.channel, account=sender.account, why="a message without a sender", raw=told
                )
            ]
        common: dict[str, Any] = {
            "address": address,
            "sent_at": _moment(meta),
            "reply_to": identifier(told.get("OriginalRepliedMessageSid")),
            "forwarded": _true(told.get("Forwarded")) or _true(told.get("FrequentlyForwarded")),
            "profile_name": told.get("ProfileName") or None,
            "referral": _referral(told),
        }
        detail: dict[str, Json] = {name: told[name] for name in ("MessageType", "OptOutType", "WaId") if told.get(name)}
        if _true(told.get("FrequentlyForwarded")):
            detail["frequently_forwarded"] = True
        if by_sms is not None:
            detail["carried_by"] = "sms"
        files = _files(told)
        if files:
            return [
                Received(external_id=sid if place == 0 else f"{sid}/{place}", detail=detail | more, **content, **common)
                for place, (content, more) in enumerate(files)
            ]
        content, more = _content(told, meta)
        return [Received(external_id=sid, detail=detail | more, **content, **common)]

    # ------------------------------------------------------------------------------------------------ statuses

    def _status(self, sid: str, state: str, told: dict[str, str], key: str | None) -> list[Event]:
        from_ = told.get("From", "")
        service = told.get("MessagingServiceSid", "")
        sender = self._sender(from_, service, told)
        fell_back = False
        if sender is None and _PHONE.fullmatch(from_):
            # An RCS message that left from a telephone number went out as an SMS.
            sender = next((one for one in self.senders if one.channel == RCS), None)
            fell_back = sender is not None
        if sender is None:
            raise BadBody("not of a sender of ours")
        if (told.get("EventType") or "").upper() == "READ":
            state = "read"
        status = _STATUSES.get(state, "unknown")
        code = identifier(told.get("ErrorCode"))
        error = told.get("ErrorMessage") or told.get("ChannelStatusMessage") or None
        events: list[Event] = [
            Status(
                channel=sender.channel,
                account=sender.account,
                provider_id=sid,
                status=status,
                at=None,
                recipient=_bare(told.get("To", "")) or None,
                key=key,
                error_code=code if code != "0" else None,
                error_text=error[:500] if error else None,
                window_closed=status == "failed" and error_class(code) is WindowClosed,
                unreachable=status == "failed" and error_class(code) is Unreachable,
                carried_by=_carrier(sender, fell_back, status),
                detail={name: value for name, value in told.items() if name not in ("AccountSid", "MessageSid", "SmsSid")},
            )
        ]
        if fell_back:
            events.append(
                Notice(
                    external_id=f"sms_fallback:{sid}",
                    channel=sender.channel,
                    account=sender.account,
                    field="sms_fallback",
                    alarming=True,
                    detail={"message": sid},
                )
            )
        return events

    def _answered_by_sms(self, told: Mapping[str, str]) -> Sender | None:
        """The RCS sender whose message left as an SMS and was answered as one: an SMS through the same Messaging Service."""
        service = told.get("MessagingServiceSid", "")
        if not service or not all(_PHONE.fullmatch(told.get(name, "")) for name in ("From", "To")):
            return None
        return next((one for one in self.senders if one.channel == RCS and one.service == service), None)

    def _sender(self, named: str, service: str, told: Mapping[str, str]) -> Sender | None:
        """Which of our senders is meant. A service's own name stands for its RCS sender where that has no name of its own."""
        wanted = _tidy(named)
        for sender in self.senders:
            if _tidy(sender.account) == wanted:
                return sender
        if service and (wanted.startswith(f"{RCS}:") or _json(told.get("ChannelMetadata")).get("type") == RCS):
            return next((one for one in self.senders if one.account == service), None)
        return None


class _Parameters:
    """The parameters as Twilio's own validator reads them: every value of a name, blank ones too."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> list[str]:
        return self._values[name]


def fields_of(body: bytes) -> list[tuple[str, str]]:
    """The parameters of a request, blank ones too. Raises `BadBody` for what is no such form."""
    try:
        return parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS, errors="strict"
        )
    except (ValueError, UnicodeError) as error:
        raise BadBody(f"no readable form: {type(error).__name__}") from error


def _first(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in fields:
        told.setdefault(str(tamed(name)), str(tamed(value)))
    return told


# --------------------------------------------------------------------------------------------------------------
# People and senders
# --------------------------------------------------------------------------------------------------------------


def _tidy(address: str) -> str:
    """An address for comparison. A plus sign that was left unescaped in a form comes as a space."""
    return re.sub(r"\s", "+", address.strip()).replace(":+", ":").lower() if ":" in address else address.strip().lower()


def _carrier(sender: Sender, fell_back: bool, status: str) -> Literal["rcs", "sms"] | None:
    """What carried a message of an RCS sender; until it arrived nobody knows."""
    if sender.channel != RCS:
        return None
    return "sms" if fell_back else "rcs" if status in ("delivered", "read") else None


def _bare(address: str) -> str:
    return address.partition(":")[2].strip() if ":" in address else address.strip()


def _person(sender: Sender, told: Mapping[str, str]) -> Address | None:
    named = _bare(told.get("From", ""))
    user_id = next(
        (known for name in ("ExternalUserId", "UserId") if (known := identifier(told.get(name))) and _USER_ID.fullmatch(known)),
        None,
    )
    raw = named if _PHONE.fullmatch(named) else None
    if raw is None and _USER_ID.fullmatch(named):
        user_id = named
    if raw is None and user_id is None:
        known = told.get("WaId", "").strip()
        raw = known if _PHONE.fullmatch(known) else None
    if raw is None and user_id is None:
        return None
    return Address(channel=sender.channel, account=sender.account, raw=raw, user_id=user_id)


# --------------------------------------------------------------------------------------------------------------
# Content
# --------------------------------------------------------------------------------------------------------------

_Content = tuple[dict[str, Any], dict[str, Json]]


def _content(told: Mapping[str, str], meta: dict[str, Json]) -> _Content:
    """What was said, as fields of `Received`, and what else is kept of it."""
    body = told.get("Body", "")
    tap = _tap(told, meta)
    if tap is not None:
        payload, title, action = tap
        if action:
            # The telephone opened a page or dialled by itself: nothing is asked of us.
            return {"kind": "system", "text": title}, {"action": payload or True}
        return {"kind": "choice", "choice_id": payload, "text": title or body or None}, {}
    if told.get("FlowData"):
        response = _json(told["FlowData"])
        detail = {"valid": bool(response), "flow_token": identifier(response.get("flow_token")), "response": response}
        return {"kind": "flow", "text": body or None}, detail
    if told.get("Latitude") and told.get("Longitude"):
        names = {"latitude": "Latitude", "longitude": "Longitude", "address": "Address", "name": "Label"}
        return {"kind": "location"}, {ours: told[theirs] for ours, theirs in names.items() if told.get(theirs)}
    kind = told.get("MessageType", "").lower()
    if kind == "reaction":
        return {"kind": "reaction"}, {"emoji": body}
    if kind in ("contacts", "contact"):
        return {"kind": "contacts"}, {"contacts": [], "origin": "other"}
    if kind == "unsupported" or (not body and kind not in ("", "text")):
        return {"kind": "unsupported"}, {}
    return {"kind": "text", "text": body}, {}


def _tap(told: Mapping[str, str], meta: dict[str, Json]) -> tuple[str | None, str | None, bool] | None:
    """The payload and title of a tap on an answer that was offered, and whether it was an action of the telephone."""
    action = told.get("ButtonType", "").upper() == "ACTION"
    if told.get("ButtonPayload") or told.get("ButtonText"):
        return identifier(told.get("ButtonPayload")), told.get("ButtonText") or None, action
    if told.get("ListId"):
        return identifier(told["ListId"]), told.get("ListTitle") or None, False
    data = _json(told.get("InteractiveData"))
    data = mapping(data.get("interactive")) or data
    for name in ("button_reply", "list_reply"):
        answer = mapping(data.get(name))
        if answer:
            return identifier(answer.get("id")), words(answer.get("title")), False
    context = mapping(mapping(meta.get("data")).get("context"))
    answer = mapping(context.get("suggestionResponse")) or mapping(
        mapping(context.get("channelPayload")).get("suggestionResponse")
    )
    payload = identifier(context.get("buttonPayload")) or identifier(answer.get("postbackData"))
    if payload is not None:
        return payload, words(answer.get("text")), words(answer.get("type")) == "ACTION"
    return None


def _files(told: Mapping[str, str]) -> list[_Content]:
    count = told.get("NumMedia", "0")
    many = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    found: list[_Content] = []
    for place in range(min(many, MOST_MEDIA)):
        url = told.get(f"MediaUrl{place}")
        mime = (told.get(f"MediaContentType{place}") or "").split(";")[0].strip().lower()
        caption = told.get("Body") if place == 0 else None
        if mime in ("text/vcard", "text/x-vcard", "text/directory"):
            found.append(({"kind": "contacts"}, {"contacts": [], "origin": "other", "vcard": url}))
            continue
        kind = _kind(mime, told.get("MessageType", "").lower())
        media = Media(
            kind=kind,
            provider_id=url.rsplit("/", 1)[-1][:200] if url else None,
            url=url,
            mime_type=told.get(f"MediaContentType{place}") or None,
            filename=safe_filename(told.get(f"MediaFilename{place}") or None),
            caption=caption or None,
        )
        found.append(({"kind": "media", "media": media, "text": caption or None}, {}))
    return found


def _kind(mime: str, told: str) -> Literal["image", "video", "audio", "voice", "document", "sticker"]:
    if told == "sticker" or (mime == "image/webp" and told != "image"):
        return "sticker"
    if mime == "audio/ogg" or told in ("voice", "ptt"):
        # WhatsApp records voice notes as Opus in Ogg; other recordings come as other types.
        return "voice"
    match mime.partition("/")[0]:
        case "image":
            return "image"
        case "video":
            return "video"
        case "audio":
            return "audio"
    return "document"


def _referral(told: Mapping[str, str]) -> dict[str, Any] | None:
    """The advertisement that somebody came from, under Meta's names."""
    names = {
        "ReferralSourceUrl": "source_url",
        "ReferralSourceId": "source_id",
        "ReferralSourceType": "source_type",
        "ReferralHeadline": "headline",
        "ReferralBody": "body",
        "ReferralMediaId": "media_id",
        "ReferralMediaContentType": "media_type",
        "ReferralMediaUrl": "media_url",
        "ReferralCtwaClid": "ctwa_clid",
        "CtwaClid": "ctwa_clid",
    }
    return {ours: told[theirs] for theirs, ours in names.items() if told.get(theirs)} or None


def _moment(meta: dict[str, Json]) -> datetime | None:
    """When the person sent it, where the channel tells (RCS does, to the nanosecond)."""
    context = mapping(mapping(meta.get("data")).get("context"))
    match = _TIME.fullmatch(words(mapping(context.get("channelPayload")).get("sendTime")) or "")
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match.group(1) + match.group(2).replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _json(value: str | None) -> dict[str, Json]:
    if not value:
        return {}
    try:
        return mapping(tamed(json.loads(value, parse_constant=str)))
    except (ValueError, RecursionError):
        return {}


def _true(value: str | None) -> bool:
    return (value or "").strip().lower() in ("true", "1")
