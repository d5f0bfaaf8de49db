"""A Pix provider in memory: it shows what it was asked, and misbehaves when told to."""

from __future__ import annotations

import itertools
import string
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from codes import pix
from payments.provider import OutcomeUnknown, PixCharge, PixRequest, ReceivedPix, Refund, Refused, Unavailable
from receivables.ground import Clock

PAYEE = "LOJAS TAMBORIL SA"


@dataclass
class FakePix:
    """`down`: how many calls find nobody there; `lost_answers`: how many creations have their effect and lose their answer;
    `change`: what the bank does to a charge before it answers; `during_create`: what happens between its making one and its answer."""

    clock: Clock
    key: str = "5b0c1c1e-7a3d-4f5e-9d52-0a8e6f4b2c11"
    payee: str = PAYEE
    charges: dict[str, PixCharge] = field(default_factory=dict)
    payments: dict[str, ReceivedPix] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    hooks: dict[str, str] = field(default_factory=dict)
    down: int = 0
    lost_answers: int = 0
    refuse: str | None = None
    change: Callable[[PixCharge], PixCharge] = lambda charge: charge
    during_create: Callable[[], Awaitable[None]] | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def _ring(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            self.down -= 1
            raise Unavailable("nobody is there")

    async def create(self, request: PixRequest) -> PixCharge:
        self._ring(f"create {request.txid}")
        if self.refuse:
            raise Refused(self.refuse)
        known = self.charges.get(request.txid)
        if known is None:
            location = f"pix.example.com/qr/v2/{request.txid.lower()}"
            code = pix.encode_dynamic(location=location, name=self.payee, city="GOIANIA", amount=request.amount)
            known = PixCharge(
                txid=request.txid,
                status="active",
                amount=request.amount,
                key=request.key,
                location=location,
                code=code,
                created_at=self.clock.now(),
                expires_in=request.expires_in,
            )
            self.charges[request.txid] = known
        elif (known.amount, known.key) != (request.amount, request.key):
            raise Refused("CobOperacaoInvalida", "the txid is taken", 400)
        if self.during_create:
            await self.during_create()
        if self.lost_answers:
            self.lost_answers -= 1
            raise OutcomeUnknown("the answer was lost")
        return self.change(known)

    async def get(self, txid: str) -> PixCharge | None:
        self._ring(f"get {txid}")
        known = self.charges.get(txid)
        return self.change(known) if known else None

    async def cancel(self, txid: str) -> None:
        self._ring(f"cancel {txid}")
        known = self.charges.get(txid)
        if known is None:
            return
        if known.status == "concluded":
            raise Refused("CobOperacaoInvalida", "it was paid", 400)
        self.charges[txid] = replace(known, status="removed")

    async def get_payment(self, end_to_end_id: str) -> ReceivedPix | None:
        self._ring(f"get_payment {end_to_end_id}")
        return self.payments.get(end_to_end_id)

    async def payments_between(self, start: datetime, end: datetime) -> list[ReceivedPix]:
        self._ring("payments_between")
        return [payment for payment in self.payments.values() if start <= payment.paid_at <= end]

    async def register_webhook(self, url: str, key: str | None = None) -> None:
        self._ring("register_webhook")
        self.hooks[key or self.key] = url

    def pay(self, txid: str | None, amount: int, at: datetime | None = None) -> str:
        """Somebody pays; returns the payment's end-to-end id."""
        number = next(self._numbers)
        paid_at = at or self.clock.now()
        suffix = "".join(string.ascii_lowercase[int(digit)] for digit in f"{number:011d}")
        payment = ReceivedPix(f"E60701190{paid_at:%Y%m%d%H%M}{suffix}", txid, amount, paid_at)
        self.payments[payment.end_to_end_id] = payment
        known = self.charges.get(txid or "")
        if known is not None:
            self.charges[known.txid] = replace(known, status="concluded", payments=(*known.payments, payment))
        return payment.end_to_end_id

    def refund(self, end_to_end_id: str, refund: Refund) -> None:
        """A part of a payment goes back."""
        payment = self.payments[end_to_end_id]
        self.payments[end_to_end_id] = replace(payment, refunds=(*payment.refunds, refund))
