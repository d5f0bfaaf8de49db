"""What the file of a channel offers, so that the program can speak through it without knowing its provider.

A channel is one file `channels/<provider>.py` (split by idea when it grows). It offers three kinds of things:

* **Inbound, pure functions.** A check of the signature over the raw bytes, and `parse`, which turns one notification into
  `channels.message` events: one event an item, a bad item as `Broken`, and `BadBody` only for what the provider would never
  send. Each provider signs in its own way, so these are functions of the file and no part of the protocol below.
* **Outbound, pure functions.** `split`, which cuts a message into messages that each fit, and a renderer into payloads.
* **One object that meets `Channel`**, made by the program's composition with its settings, which does the I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from channels.message import Accepted, Address, Outgoing


class BadBody(ValueError):
    """The body is not what the provider sends: the web answers 400 and keeps nothing."""


@dataclass(frozen=True)
class Capabilities:
    """What a channel can carry. Nobody has to ask before sending: what does not fit is degraded by the channel itself."""

    text: int
    """Longest text of one message, in UTF-16 units."""
    buttons: int
    """Most answers shown as buttons; 0 where there are none."""
    rows: int
    """Most answers shown as a list; beyond it, numbered text."""
    suggestions: int = 0
    """Most answers shown below a message for as long as it is the last one."""
    cards: int = 0
    """Most cards side by side; 0 where an answer's card becomes a row or a line."""
    files: bool = False
    """Files are carried as such; where not, as a link that expires."""
    file_links: bool = False
    """A file is fetched by the provider from an address of ours, which expires."""
    actions: frozenset[str] = frozenset()
    """Kinds of `Action` that a tap can do on the phone."""
    payment_card: bool = False
    templates: bool = False
    typing: bool = False
    window: timedelta | None = None
    """How long after the person's last message free text is allowed; None where it always is."""
    repeatable: bool = False
    """Sending again under the same key is one message for the person, so that an unknown outcome may be repeated."""


@runtime_checkable
class Channel(Protocol):
    """An account of a provider, ready to send."""

    @property
    def name(self) -> str:
        """The channel's name as written in `Address.channel`."""

    @property
    def capabilities(self) -> Capabilities: ...

    def split(self, message: Outgoing) -> list[Outgoing]:
        """The messages, in order, that say `message` within the channel's limits; mostly itself alone."""

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        """Send one message that `split` gave. `key` is the outbox's own id, echoed in statuses where the provider can.

        Raises one of the `SendError` family, by what the caller should do next.
        """

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        """Show the person that their message was read and, with `typing`, that an answer is being written.

        `address` is whose message it was, for providers that want to know. Does nothing where the provider has no such thing. Raises `SendError`, never `OutcomeUnknown`.
        """

    async def aclose(self) -> None:
        """Let go of the connections."""
