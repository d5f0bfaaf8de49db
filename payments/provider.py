"""What Trato asks of whoever makes its Pix charges: one interface, typed answers, typed trouble.

A charge is made under our own reference (txid), so that a repeated request finds the first one and nothing is lost when an answer
is. Amounts are integer centavos, instants are aware. A provider's file in this folder translates; nothing else of the program
knows the provider's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

ChargeState = Literal["active", "concluded", "removed"]
"""`active` can be paid (unless it expired, which is nowhere a state), `concluded` was paid, `removed` can never be paid."""

RefundState = Literal["processing", "returned", "failed"]


class PixError(Exception):
    """A Pix provider did not do what was asked."""


class Refused(PixError):
    """The provider said no, and would say no again. `code` is its own word for why, `detail` what it explained."""

    def __init__(self, code: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.status = status


class Unavailable(PixError):
    """Nothing was decided: ask again later, not before `retry_after` seconds when it is given."""

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class OutcomeUnknown(Unavailable):
    """The request may have had its effect: its answer was lost. Safe to repeat under the same txid (get first)."""


@dataclass(frozen=True)
class Refund:
    """Money of one payment that went back, or was to go back, to the payer."""

    id: str
    amount: int
    status: RefundState


@dataclass(frozen=True)
class ReceivedPix:
    """One Pix that the provider says was received. `txid` is None when it belongs to no charge."""

    end_to_end_id: str
    txid: str | None
    amount: int
    paid_at: datetime
    refunds: tuple[Refund, ...] = ()


@dataclass(frozen=True)
class PixRequest:
    """An immediate charge to be made under our own `txid`. `expires_in` in seconds from its creation."""

    txid: str
    amount: int
    key: str
    expires_in: int
    payer_document: str | None = None
    payer_name: str | None = None
    note: str | None = None
    """What the payer's bank shows, at most 140 characters."""


@dataclass(frozen=True)
class PixCharge:
    """A charge as the provider knows it. `code` is the text to copy; `location` where banks fetch the charge."""

    txid: str
    status: ChargeState
    amount: int
    key: str
    location: str | None
    code: str | None
    created_at: datetime | None
    expires_in: int | None
    payments: tuple[ReceivedPix, ...] = ()


class PixProvider(Protocol):
    """A provider of Pix charges. Every call may raise `Unavailable`; those that write, `Refused` and `OutcomeUnknown` too."""

    @property
    def key(self) -> str:
        """Our own chave at this provider: where money goes for a creditor that names none of its own; may be empty."""
        ...

    async def create(self, request: PixRequest) -> PixCharge:
        """Make the charge; a repeat under the same txid, amount and key gives the first one back."""
        ...

    async def get(self, txid: str) -> PixCharge | None:
        """The charge, or None when the provider knows none under this txid."""
        ...

    async def cancel(self, txid: str) -> None:
        """Make sure that the charge can never be paid. One that is removed already stays so; a paid one is `Refused`."""
        ...

    async def get_payment(self, end_to_end_id: str) -> ReceivedPix | None:
        """The payment, or None when the provider received none under this id."""
        ...

    async def payments_between(self, start: datetime, end: datetime) -> list[ReceivedPix]:
        """Every payment received from `start` to `end`, for what no notification told."""
        ...

    async def register_webhook(self, url: str, key: str | None = None) -> None:
        """Ask to be notified at `url` of what arrives on a chave; our own one (`self.key`) when none is given."""
        ...
