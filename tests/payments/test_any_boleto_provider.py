"""What every boleto provider must do. A new one joins the list of `PROVIDERS` and passes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from codes import boleto as slips
from payments.boleto_provider import Boleto, BoletoProvider, BoletoRequest, FinalPayee, Payer
from payments.inter import Inter
from payments.provider import Refused
from simulator.app import create
from simulator.config import SimulatorConfig
from tests.payments.fake_boletos import FakeBoletos
from trato.clock import FixedClock

DUE = date(2026, 11, 24)
REQUEST = BoletoRequest(
    our_number="TABCDEFGH123456",
    amount=101_533,
    due_date=DUE,
    pay_until_days=30,
    payer=Payer("52998224725", "Maria das Dores"),
    payee=FinalPayee("90731425000163", "LOJAS TAMBORIL SA"),
    late_fine=2_000,
    late_interest_day=33,
)


@dataclass(frozen=True)
class Counter:
    bank: BoletoProvider
    pay: Callable[[str, int | None], Awaitable[int]]
    hooks: Callable[[], list[str]]

    async def registered(self, request: BoletoRequest = REQUEST) -> Boleto:
        """A boleto that can be paid."""
        found = await self.bank.get(await self.bank.issue(request))
        assert found is not None
        return found


@asynccontextmanager
async def in_memory(clock: FixedClock, folder: Path) -> AsyncIterator[Counter]:
    fake = FakeBoletos(clock)

    async def pay(ref: str, amount: int | None) -> int:
        return fake.pay(ref, amount)

    yield Counter(fake, pay, lambda: fake.hooks)


@asynccontextmanager
async def inter(clock: FixedClock, folder: Path) -> AsyncIterator[Counter]:
    config = SimulatorConfig(
        own_url="http://sim",
        base_path="",
        webhook_meta_url="http://product/webhooks/meta",
        meta_app_secret="segredo",
        meta_verify_token="verifica",
        meta_access_token="token",
        meta_phone_number_id="1",
        now=clock.now,
        state_path=folder / "state.sqlite",
        latency=0,
        boleto_pending_seconds=0,
    )
    app = create(config, client=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sim") as client:
        bank = Inter(client, clock, api_url="http://sim/boleto", client_id="simulador", client_secret="simulador")

        async def pay(ref: str, amount: int | None) -> int:
            boleto = await bank.get(ref)
            assert boleto is not None
            asked = {"code": boleto.line} | ({"amount": f"{amount // 100}.{amount % 100:02d}"} if amount else {})
            answer = (await client.post("/pay", json=asked)).json()
            assert answer["status"] == "paid", answer
            return int(str(answer["end_to_end_id"]).rpartition(".")[2])

        def hooks() -> list[str]:
            hook = app.state.world.state.get("boleto_webhook", "one")
            return [hook["webhookUrl"]] if hook else []

        yield Counter(bank, pay, hooks)
        await app.state.world.close()


PROVIDERS = {"in memory": in_memory, "inter": inter}


@pytest.fixture(params=PROVIDERS)
async def counter(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Counter]:
    async with PROVIDERS[request.param](clock, tmp_path) as made:
        yield made


async def test_a_registered_boleto_has_codes_that_say_what_was_asked(counter: Counter) -> None:
    made = await counter.registered()
    assert (made.state, made.our_number, made.amount, made.due_date) == ("open", REQUEST.our_number, 101_533, DUE)
    assert made.payee_document == "90731425000163"
    assert slips.check(made.line or "", made.barcode, amount=101_533, due_date=DUE, bank="077", our_number=made.bank_number) == []


async def test_it_is_found_by_our_number(counter: Counter) -> None:
    made = await counter.registered()
    await counter.registered(replace(REQUEST, our_number="TOTHER"))
    assert [one.ref for one in await counter.bank.find(REQUEST.our_number, date(2026, 11, 23))] == [made.ref]
    assert await counter.bank.find("TNOBODY", date(2026, 11, 23)) == []


async def test_what_nobody_knows_is_none(counter: Counter) -> None:
    assert await counter.bank.get("00000000-0000-0000-0000-000000000000") is None


async def test_the_same_request_twice_is_two_boletos(counter: Counter) -> None:
    first, second = await counter.registered(), await counter.registered()
    assert first.ref != second.ref
    assert len(await counter.bank.find(REQUEST.our_number, date(2026, 11, 23))) == 2


async def test_a_cancelled_boleto_stays_cancelled(counter: Counter) -> None:
    made = await counter.registered()
    for _ in range(2):
        await counter.bank.cancel(made.ref, "ACERTOS")
    found = await counter.bank.get(made.ref)
    assert found is not None
    assert found.state == "cancelled"


async def test_a_paid_boleto_is_not_cancelled(counter: Counter) -> None:
    made = await counter.registered()
    assert await counter.pay(made.ref, None) == 101_533
    with pytest.raises(Refused):
        await counter.bank.cancel(made.ref, "ACERTOS")
    found = await counter.bank.get(made.ref)
    assert found is not None
    assert (found.state, found.received, found.paid_on) == ("paid", 101_533, date(2026, 11, 23))


async def test_a_late_payment_brings_what_was_registered_for_it(counter: Counter, clock: FixedClock) -> None:
    made = await counter.registered()
    clock.advance(days=4)
    assert await counter.pay(made.ref, None) == 101_533 + 2_000 + 3 * 33


async def test_a_part_leaves_it_open_and_a_second_payment_adds_up(counter: Counter) -> None:
    made = await counter.registered()
    assert await counter.pay(made.ref, 40_000) == 40_000
    found = await counter.bank.get(made.ref)
    assert found is not None
    assert (found.state, found.received) == ("open", 40_000)
    assert await counter.pay(made.ref, 101_533) == 141_533


async def test_another_due_date_is_another_line(counter: Counter) -> None:
    made = await counter.registered()
    await counter.bank.change_due_date(made.ref, date(2026, 12, 4))
    moved = await counter.bank.get(made.ref)
    assert moved is not None
    assert (moved.due_date, moved.amount, moved.bank_number) == (date(2026, 12, 4), made.amount, made.bank_number)
    assert moved.line != made.line
    with pytest.raises(Refused):
        await counter.bank.change_due_date(made.ref, date(2026, 11, 1))


async def test_it_has_a_pdf(counter: Counter) -> None:
    made = await counter.registered()
    content = await counter.bank.pdf(made.ref)
    assert content is not None
    assert content.startswith(b"%PDF")


async def test_payments_are_listed_by_day(counter: Counter, clock: FixedClock) -> None:
    made = await counter.registered()
    await counter.registered()
    await counter.pay(made.ref, None)
    today = clock.today()
    assert [one.ref for one in await counter.bank.paid_between(today, today)] == [made.ref]
    assert await counter.bank.paid_between(today - timedelta(days=5), today - timedelta(days=1)) == []


async def test_a_webhook_is_registered(counter: Counter) -> None:
    await counter.bank.register_webhook("https://trato.example/webhooks/boleto/s")
    assert counter.hooks() == ["https://trato.example/webhooks/boleto/s"]
