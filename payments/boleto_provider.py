"""What Trato asks of whoever registers its boletos: one interface beside Pix, typed answers, and the same typed trouble.

Registration is asynchronous at most banks: a boleto may be `pending`, without codes, for a while. There is no idempotency key
either: a request whose answer was lost is looked for by our own number before it is made again. Amounts are integer centavos,
due dates are dates, instants are aware. Trouble is `payments.provider.Refused`, `Unavailable` and `OutcomeUnknown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

BoletoState = Literal["pending", "open", "paid", "expired", "cancelled", "rejected"]
"""`pending` is being registered, `open` can be paid (its due date may be over), `rejected` never came to be."""

Means = Literal["boleto", "pix"]


@dataclass(frozen=True)
class Capabilities:
    """What a provider can do; honest, so that what it cannot is done another way (a new boleto in place of a changed one)."""

    async_issue: bool
    change_due_date: bool
    pdf: bool
    pix: bool
    """Its boletos carry a Pix of their own."""
    max_days_after_due: int
    """How long after its due date the bank takes a payment at most."""


@dataclass(frozen=True)
class Payer:
    """Whom the boleto is registered for; every bank wants a name and a document."""

    document: str
    name: str
    address: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True)
class FinalPayee:
    """The creditor whom the debt is owed to, where the account is a collector's."""

    document: str
    name: str


@dataclass(frozen=True)
class BoletoRequest:
    """A boleto to be registered. The bank adds `late_fine` once and `late_interest_day` for each day after `due_date`, and takes
    payments for `pay_until_days` days after it.
    """

    our_number: str
    amount: int
    due_date: date
    pay_until_days: int
    payer: Payer
    payee: FinalPayee
    late_fine: int = 0
    late_interest_day: int = 0
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Boleto:
    """A boleto as its bank knows it. `ref` is the bank's name for it; the codes are None while it is `pending`.

    `received` is all that was ever paid on it (more than `amount` when the bank added charges, or when it was paid twice), and
    `paid_on` the day of the last payment. `payee_document` is None where the bank does not tell it.
    """

    ref: str
    our_number: str
    state: BoletoState
    amount: int
    due_date: date
    bank: str
    line: str | None = None
    barcode: str | None = None
    bank_number: str | None = None
    payee_document: str | None = None
    pix_code: str | None = None
    received: int = 0
    paid_on: date | None = None
    paid_by: Means = "boleto"
    issued_on: date | None = None
    why: str | None = None


class BoletoProvider(Protocol):
    """A bank that registers boletos. Every call may raise `Unavailable`; those that write, `Refused` and `OutcomeUnknown` too."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def issue(self, request: BoletoRequest) -> str:
        """Ask for the boleto; returns the bank's name for it. Never repeat it without having looked with `find`."""
        ...

    async def get(self, ref: str) -> Boleto | None:
        """The boleto, or None when the bank knows none of this name."""
        ...

    async def find(self, our_number: str, issued_on: date) -> list[Boleto]:
        """All boletos under our number, issued on or near that day."""
        ...

    async def change_due_date(self, ref: str, due_date: date) -> None:
        """Ask for another due date; `get` tells when it is so, with new codes. `Refused` when the bank does not."""
        ...

    async def cancel(self, ref: str, reason: str) -> None:
        """Make sure that it can never be paid. One that is cancelled or expired stays so; a paid one is `Refused`."""
        ...

    async def pdf(self, ref: str) -> bytes | None:
        """The bank's own PDF; None when it has none (yet)."""
        ...

    async def paid_between(self, start: date, end: date) -> list[Boleto]:
        """Every boleto on which something was paid from `start` to `end`, both included."""
        ...

    async def register_webhook(self, url: str) -> None:
        """Ask to be notified at `url` of whatever happens to a boleto."""
        ...
