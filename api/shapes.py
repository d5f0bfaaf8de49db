"""What the API's JSON looks like. Money is an object, so that nobody adds up texts or rounds floats."""

from __future__ import annotations

from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Money(_Shape):
    """An amount in reais: `{"amount": "1234.56", "currency": "BRL"}`."""

    amount: str
    currency: Literal["BRL"] = "BRL"

    @classmethod
    def of(cls, centavos: int) -> Money:
        return cls(amount=f"{centavos // 100}.{centavos % 100:02d}")


Item = TypeVar("Item")


class Page(_Shape, Generic[Item]):
    """A part of a list; `next` is the cursor of the part after it, null at the end."""

    items: list[Item]
    next: str | None = None


class Debtor(_Shape):
    id: int
    kind: Literal["person", "company"]
    document: str
    name: str
    birth_date: date | None
    phones: list[str]
    email: str | None
    address: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    language_note: str | None


class Owed(_Shape):
    """What a debt comes to on `day`, settled in cash: principal + fine + interest - discount = total."""

    day: date
    principal: Money
    fine: Money
    interest: Money
    discount: Money
    total: Money
    days_overdue: int


class Debt(_Shape):
    id: int
    debtor: int
    creditor_cnpj: str
    creditor_name: str
    reference: str
    portfolio: str
    contract: str
    description: str
    product: str | None
    original_amount: Money
    paid_total: Money
    due_date: date
    judicial: bool
    collectable: bool
    status: Literal["open", "agreed", "disputed", "paid", "closed"]
    closed_reason: Literal["withdrawn", "sold"] | None
    owed: Owed


class Remark(_Shape):
    """Something left out or mended in what was sent."""

    column: str
    why: str


class WrittenDebt(Debt):
    """A debt after it was created or updated."""

    warnings: list[Remark]


class Payee(_Shape):
    name: str
    document: str


class Charge(_Shape):
    id: int
    debtor: int
    creditor_cnpj: str
    debts: list[int]
    kind: Literal["pix", "boleto"]
    status: Literal["pending", "active", "paid", "expired", "cancelled"]
    amount: Money
    due_date: date | None
    pix_copy_paste: str | None
    digitable_line: str | None
    barcode: str | None
    txid: str
    payee: Payee
    created_at: datetime
    expires_at: datetime


class Instalment(_Shape):
    """One payment of an agreement; number 0 is the down payment, so that all of them sum to the agreement's total."""

    number: int
    amount: Money
    due_date: date
    status: Literal["open", "paid", "late", "cancelled"]


class Agreement(_Shape):
    """An agreement. `down_payment` is the amount of instalment 0 again, null when there is none; `paid` counts late charges too."""

    id: int
    protocol: str
    debtor: int
    debts: list[int]
    status: Literal["active", "fulfilled", "broken", "cancelled"]
    total: Money
    down_payment: Money | None
    paid: Money
    accepted_at: datetime
    instalments: list[Instalment]


class Extension(_Shape):
    """A last day to pay that was moved: `total` is owed up to `due_date`, `interest` of it for the days."""

    id: int
    debtor: int
    debt: int
    protocol: str
    granted_at: datetime
    previous_due_date: date
    due_date: date
    interest: Money
    total: Money


class Promise(_Shape):
    """What somebody promised to pay for these debts on `day`; a payment up to `keep_until` keeps it."""

    id: int
    debtor: int
    debts: list[int]
    protocol: str
    promised_at: datetime
    day: date
    keep_until: date
    amount: Money
    status: Literal["open", "kept", "broken"]


class Dispute(_Shape):
    """Debts that their debtor says are not owed so; nothing is collected for them while it is open."""

    id: int
    debtor: int
    debts: list[int]
    reason: Literal[
        "not_mine", "already_paid", "wrong_amount", "fraud", "not_delivered", "cancelled", "prescribed", "deceased", "other"
    ]
    story: str
    protocol: str
    opened_at: datetime
    answer_by: date
    status: Literal["open", "accepted", "rejected", "withdrawn"]


class Payment(_Shape):
    id: int
    debtor: int | None
    amount: Money
    paid_at: datetime
    means: Literal["pix", "boleto"]
    end_to_end_id: str
    charge: int | None
    status: Literal["applied", "partial", "excess", "unmatched"]
    remark: str | None


class OptOut(_Shape):
    channel: str
    address: str
    since: datetime


class Handoff(_Shape):
    id: int
    conversation: str
    debtor: int | None
    reason: str
    summary: str
    status: Literal["waiting", "taken", "returned", "closed"]
    asked_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


class Conversation(_Shape):
    id: str
    channel: str
    address: str
    debtor: int | None
    owner: Literal["bot", "queue", "agent"]
    created_at: datetime
    last_inbound_at: datetime | None


class Message(_Shape):
    """One line of a talk, documents masked. `sent_at` is null while a message of ours has not been sent."""

    id: int
    author: Literal["debtor", "bot", "agent", "journey"]
    text: str
    sent_at: datetime | None
    status: Literal["received", "queued", "sent", "delivered", "read", "failed", "unknown", "suppressed"]
