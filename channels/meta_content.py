"""What a WhatsApp message says, by its type: words, a tap, a file, a place, or something that is only recorded.

One small reader a type, in `_READERS`; a type that is not there is "unsupported", with what was received as its detail.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from channels.message import Media
from channels.meta_fields import Json, identifier, mapping, mappings, tamed, words

Kind: TypeAlias = Literal[
    "text", "choice", "media", "location", "contacts", "reaction", "order", "flow", "payment_method",
    "edit", "revoke", "empty_interactive", "unsupported", "system",
]  # fmt: skip
MediaKind: TypeAlias = Literal["image", "video", "audio", "voice", "document", "sticker"]


@dataclass(frozen=True)
class Content:
    """What was said. `about` is the id of the earlier message that a reaction, an edit or a deletion is about."""

    kind: Kind
    text: str | None = None
    choice_id: str | None = None
    media: Media | None = None
    about: str | None = None
    detail: dict[str, Json] = field(default_factory=dict)


def read_content(message: dict[str, Json]) -> Content:
    """The content of a message object of the webhook; never fails, "unsupported" at worst."""
    kind = words(message.get("type")) or ""
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(message)
    detail: dict[str, Json] = {"type": kind or None}
    for name in ("unsupported", kind):
        if name and name in message and name != "type":
            detail[name] = message[name]
    return Content("unsupported", detail=detail)


def _text(message: dict[str, Json]) -> Content:
    body = mapping(message.get("text")).get("body")
    if not isinstance(body, str):
        return Content("unsupported", detail={"type": "text", "text": message.get("text")})
    return Content("text", text=body)


def _media(kind: MediaKind) -> Callable[[dict[str, Json]], Content]:
    def read(message: dict[str, Json]) -> Content:
        told = mapping(message.get(kind))
        voice = kind == "audio" and told.get("voice") is True
        detail = {"animated": told["animated"]} if "animated" in told else {}
        return Content(
            "media",
            media=Media(
                kind="voice" if voice else kind,
                provider_id=identifier(told.get("id")),
                url=words(told.get("url")),
                mime_type=words(told.get("mime_type")),
                sha256=words(told.get("sha256")),
                filename=safe_filename(words(told.get("filename"))),
                caption=words(told.get("caption")),
            ),
            detail=detail,
        )

    return read


def safe_filename(name: str | None) -> str | None:
    """A declared file name that can be shown and kept: no folders, no controls, no direction marks, at most 120 characters."""
    if name is None:
        return None
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    shown = re.sub(r'[<>:"|?*]', "_", shown).strip(" .")
    if len(shown) > 120:
        stem, dot, ending = shown.rpartition(".")
        shown = stem[: 119 - len(ending)] + dot + ending if dot and len(ending) <= 8 else shown[:120]
    return shown or None


def _location(message: dict[str, Json]) -> Content:
    return Content("location", detail=mapping(message.get("location")))


def _contacts(message: dict[str, Json]) -> Content:
    cards = mappings(message.get("contacts"))
    origins = [words(card.get("origin")) for card in cards]
    # Only a card that answers our own request speaks about the sender; any other is somebody else's number.
    origin = "contact_request" if origins and all(told == "contact_request" for told in origins) else "other"
    return Content("contacts", detail={"contacts": list(cards), "origin": origin})


def _reaction(message: dict[str, Json]) -> Content:
    told = mapping(message.get("reaction"))
    return Content("reaction", about=identifier(told.get("message_id")), detail={"emoji": words(told.get("emoji")) or ""})


def _interactive(message: dict[str, Json]) -> Content:
    told = mapping(message.get("interactive"))
    kind = words(told.get("type")) or next((name for name in _INTERACTIVE if name in told), "")
    answer = told.get(kind) if kind else None
    if not isinstance(answer, dict):
        return Content("empty_interactive", detail={"interactive": told} if told else {})
    reader = _INTERACTIVE.get(kind)
    return reader(answer) if reader else Content("unsupported", detail={"type": f"interactive/{kind}", "interactive": told})


def _tap(answer: dict[str, Json]) -> Content:
    detail = {"description": answer["description"]} if "description" in answer else {}
    return Content("choice", text=words(answer.get("title")), choice_id=identifier(answer.get("id")), detail=detail)


def _flow(answer: dict[str, Json]) -> Content:
    told = answer.get("response_json")
    response: Json = told if isinstance(told, dict) else None
    if isinstance(told, str):
        try:
            response = tamed(json.loads(told, parse_constant=str))
        except (ValueError, RecursionError):
            response = None
    valid = isinstance(response, dict)
    token = identifier(response.get("flow_token")) if valid else None
    detail: dict[str, Json] = {"name": answer.get("name"), "valid": valid, "flow_token": token, "response": response}
    if not valid:
        detail["response_json"] = told
    return Content("flow", text=words(answer.get("body")), detail=detail)


def _payment_method(answer: dict[str, Json]) -> Content:
    return Content("payment_method", detail=answer)


def _template_reply(message: dict[str, Json]) -> Content:
    told = mapping(message.get("button"))
    return Content("choice", text=words(told.get("text")), choice_id=identifier(told.get("payload")))


def _order(message: dict[str, Json]) -> Content:
    told = mapping(message.get("order"))
    return Content("order", text=words(told.get("text")) or None, detail=told)


def _system(message: dict[str, Json]) -> Content:
    told = mapping(message.get("system"))
    return Content("system", text=words(told.get("body")), detail=told)


def _edit(message: dict[str, Json]) -> Content:
    told = mapping(message.get("edit"))
    original = identifier(told.get("original_message_id"))
    again = mapping(told.get("message"))
    # An edit inside an edit says nothing more: it is not followed.
    new = read_content(again) if again.get("type") not in ("edit", "revoke") else Content("unsupported")
    detail = {"original_message_id": original, "message": again, "kind": new.kind}
    return Content("edit", text=new.text, media=new.media, about=original, detail=detail)


def _revoke(message: dict[str, Json]) -> Content:
    original = identifier(mapping(message.get("revoke")).get("original_message_id"))
    return Content("revoke", about=original, detail={"original_message_id": original})


_INTERACTIVE: Mapping[str, Callable[[dict[str, Json]], Content]] = MappingProxyType(
    {"button_reply": _tap, "list_reply": _tap, "nfm_reply": _flow, "payment_method": _payment_method}
)

_READERS: Mapping[str, Callable[[dict[str, Json]], Content]] = MappingProxyType(
    {
        "text": _text,
        "image": _media("image"),
        "video": _media("video"),
        "audio": _media("audio"),
        "document": _media("document"),
        "sticker": _media("sticker"),
        "location": _location,
        "contacts": _contacts,
        "reaction": _reaction,
        "interactive": _interactive,
        "button": _template_reply,
        "order": _order,
        "system": _system,
        "edit": _edit,
        "revoke": _revoke,
    }
)
