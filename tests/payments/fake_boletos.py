"""A bank for boletos in memory: it shows what it was asked, and misbehaves when told to."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from codes import boleto as slips
from payments.boleto_provider import Boleto, BoletoRequest, Capabilities
from payments.provider import OutcomeUnknown, Refused, Unavailable
from receivables.ground import Clock

PDF = b"%PDF-1.4 paper"


@dataclass
class FakeBoletos:
    """`pending`: how many looks find a boleto still being registered; `down`: how many calls find nobody there; `lost_answers`:
    how many requests have their effect and lose their answer; `change`: what the bank tells of a boleto instead of the truth."""

    clock: Clock
    can_move: bool = True
    boletos: dict[str, Boleto] = field(default_factory=dict)
    requests: list[BoletoRequest] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    pending: int = 0
    down: int = 0
    lost_answers: int = 0
    refuse: str | None = None
    change: Callable[[Boleto], Boleto] = lambda boleto: boleto
    during_issue: Callable[[], Awaitable[None]] | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(async_issue=True, change_due_date=self.can_move, pdf=True, pix=False, max_days_after_due=60)

    def _ring(self, call: str) -> None:
        self.calls.append(call)
        if self.down:
            self.down -= 1
            raise Unavailable("nobody is there")

    def _coded(self, boleto: Boleto) -> Boleto:
        assert boleto.bank_number is not None
        free = f"00011120000001{boleto.bank_number}"
        bars = slips.encode(bank="077", free_field=free, amount=boleto.amount, due_date=boleto.due_date)
        return replace(boleto, line=slips.line_of(bars), barcode=bars)

    def _told(self, boleto: Boleto) -> Boleto:
        if self.pending:
            self.pending -= 1
            return replace(boleto, state="pending", line=None, barcode=None, bank_number=None)
        return self.change(boleto)

    async def issue(self, request: BoletoRequest) -> str:
        self._ring(f"issue {request.our_number}")
        if self.refuse:
            raise Refused(self.refuse)
        number = next(self._numbers)
        self.requests.append(request)
        ref = f"c0de-{number:04d}"
        self.boletos[ref] = self._coded(
            Boleto(
                ref=ref,
                our_number=request.our_number,
                state="open",
                amount=request.amount,
                due_date=request.due_date,
                bank="077",
                bank_number=f"{number:011d}",
                payee_document=request.payee.document,
                issued_on=self.clock.today(),
            )
        )
        if self.during_issue:
            await self.during_issue()
        if self.lost_answers:
            self.lost_answers -= 1
            raise OutcomeUnknown("the answer was lost")
        return ref

    async def get(self, ref: str) -> Boleto | None:
        self._ring(f"get {ref}")
        known = self.boletos.get(ref)
        return self._told(known) if known else None

    async def find(self, our_number: str, issued_on: date) -> list[Boleto]:
        self._ring(f"find {our_number}")
        return [self._told(one) for one in self.boletos.values() if one.our_number == our_number]

    async def change_due_date(self, ref: str, due_date: date) -> None:
        self._ring(f"change_due_date {ref}")
        known = self.boletos[ref]
        if known.state != "open" or not self.can_move or due_date < self.clock.today():
            raise Refused("cannot be moved")
        self.boletos[ref] = self._coded(replace(known, due_date=due_date))

    async def cancel(self, ref: str, reason: str) -> None:
        self._ring(f"cancel {ref}")
        known = self.boletos[ref]
        if known.state == "paid":
            raise Refused("it was paid")
        if known.state == "open":
            self.boletos[ref] = replace(known, state="cancelled", why=reason)

    async def pdf(self, ref: str) -> bytes | None:
        self._ring(f"pdf {ref}")
        return PDF if ref in self.boletos else None

    async def paid_between(self, start: date, end: date) -> list[Boleto]:
        self._ring("paid_between")
        return [one for one in self.boletos.values() if one.paid_on and start <= one.paid_on <= end]

    async def register_webhook(self, url: str) -> None:
        self._ring("register_webhook")
        self.hooks.append(url)

    def pay(self, ref: str, amount: int | None = None, on: date | None = None) -> int:
        """Somebody pays, by default what the bank asks for; returns the total received by then."""
        known = self.boletos[ref]
        day = on or self.clock.today()
        cents = self.cost(ref, day) if amount is None else amount
        total = known.received + cents
        state = known.state if total < known.amount else "paid"
        self.boletos[ref] = replace(known, state=state, received=total, paid_on=day)
        return total

    def cost(self, ref: str, day: date) -> int:
        """What the bank asks for on a day, with what was registered for being late."""
        known = self.boletos[ref]
        request = next(one for one in self.requests if one.our_number == known.our_number)
        late = (day - known.due_date) // timedelta(days=1)
        return known.amount + (request.late_fine + late * request.late_interest_day if late > 0 else 0)
