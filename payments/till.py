"""What it takes to be paid: a conversation to speak in, and the providers by the name that policies give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversations.talk import Talk
from payments.provider import PixProvider


@dataclass(frozen=True)
class Till:
    """Made once at start, handed down to whoever issues or settles. `providers`: `pix_provider` of a creditor → provider."""

    talk: Talk
    providers: Mapping[str, PixProvider]
