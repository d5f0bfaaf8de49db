"""How a message will look on a channel: cut as that channel cuts it, its marks read as that channel reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from channels import meta_outbound, rbm_outbound, telegram, twilio_outbound
from channels.lengths import length
from channels.message import Cards, Choice, Document, Image, Outgoing
from channels.plainer import unmarked
from channels.registry import DOORS
from channels.twilio_inbound import RCS as TWILIO_RCS
from channels.twilio_inbound import WHATSAPP as TWILIO_WHATSAPP

Split = Callable[[Outgoing], list[Outgoing]]

_SPLITS: Mapping[str, Split] = MappingProxyType(
    {
        DOORS["WhatsApp (Meta)"][0]: meta_outbound.split,
        DOORS["WhatsApp (Twilio)"][0]: partial(twilio_outbound.split, channel=TWILIO_WHATSAPP),
        DOORS["RCS (Google)"][0]: rbm_outbound.split,
        DOORS["RCS (Twilio)"][0]: partial(twilio_outbound.split, channel=TWILIO_RCS),
        DOORS["Telegram"][0]: telegram.split,
    }
)
_LIMITS = MappingProxyType({name: can.text for name, can in DOORS.values()})
_MARKING = frozenset({DOORS["WhatsApp (Meta)"][0], DOORS["WhatsApp (Twilio)"][0]})
_STYLES = MappingProxyType({"*": "bold", "_": "italic", "~": "struck"})
_MARK = re.compile(r"(?<![\w*_~])([*_~])(?=[^\s*_~])([^*_~\n]*[^\s*_~])\1(?![\w*_~])")


@dataclass(frozen=True)
class Piece:
    """Words of one style: `plain`, `bold`, `italic` or `struck`."""

    style: str
    text: str


@dataclass(frozen=True)
class Bubble:
    pieces: tuple[Piece, ...]
    buttons: tuple[str, ...] = ()
    file: str | None = None


@dataclass(frozen=True)
class Shown:
    """A message on one kind of channel; `own` is the channel of the talk. `longest` counts as the channel counts."""

    name: str
    own: bool
    bubbles: tuple[Bubble, ...]
    longest: int
    limit: int


def preview(channel: str, message: Outgoing) -> tuple[Shown, ...]:
    """The message as this channel shows it, then as each other kind of channel does (one of a kind)."""
    shown: list[Shown] = []
    kinds: set[str] = set()
    for name, (door, _) in sorted(DOORS.items(), key=lambda one: one[1][0] != channel):
        kind = name.split(" ")[0]
        if kind not in kinds:
            kinds.add(kind)
            shown.append(_on(kind, door, message, own=door == channel))
    return tuple(shown)


def _on(kind: str, door: str, message: Outgoing, *, own: bool) -> Shown:
    bubbles = []
    longest = 0
    for one in _SPLITS[door](message):
        words = _words(one)
        longest = max(longest, length(words))
        bubbles.append(
            Bubble(_styled(words) if door in _MARKING else (Piece("plain", unmarked(words)),), _buttons(one), _file(one))
        )
    return Shown(kind, own, tuple(bubbles), longest, _LIMITS[door])


def _words(message: Outgoing) -> str:
    if isinstance(message, Document | Image):
        return message.caption or ""
    return str(getattr(message, "body", None) or getattr(message, "words", ""))


def _buttons(message: Outgoing) -> tuple[str, ...]:
    if isinstance(message, Choice):
        return tuple(option.label for option in message.options)
    if isinstance(message, Cards):
        return tuple(card.option.label for card in message.cards) + tuple(option.label for option in message.options)
    return ()


def _file(message: Outgoing) -> str | None:
    return message.file.filename if isinstance(message, Document | Image) else None


def _styled(words: str) -> tuple[Piece, ...]:
    """WhatsApp's marks as what they mean; a code, which has no white space, is left as it is."""
    if len(words.split()) < 2:
        return (Piece("plain", words),)
    pieces: list[Piece] = []
    end = 0
    for match in _MARK.finditer(words):
        if match.start() > end:
            pieces.append(Piece("plain", words[end : match.start()]))
        pieces.append(Piece(_STYLES[match[1]], match[2]))
        end = match.end()
    return (*pieces, Piece("plain", words[end:])) if end < len(words) else tuple(pieces)
