"""What every Pix provider must do. A new one joins the list of `PROVIDERS` and passes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from codes import pix
from payments.api_pix import ApiPix
from payments.provider import PixProvider, PixRequest, Refused
from tests.payments.fake_pix import FakePix
from tests.payments.mock_bank import MockBank
from trato.clock import FixedClock

KEY = "5b0c1c1e-7a3d-4f5e-9d52-0a8e6f4b2c11"
TXID = "Aa1" * 10
REQUEST = PixRequest(
    txid=TXID, amount=12345, key=KEY, expires_in=3600, payer_document="52998224725", payer_name="Maria", note="Compra"
)


@dataclass(frozen=True)
class Counter:
    provider: PixProvider
    pay: Callable[[str | None, int], str]
    hooks: dict[str, str]


@pytest.fixture(params=["in memory", "api_pix"])
async def counter(request: pytest.FixtureRequest, clock: FixedClock) -> AsyncIterator[Counter]:
    if request.param == "in memory":
        fake = FakePix(clock)
        yield Counter(fake, fake.pay, fake.hooks)
        return
    bank = MockBank(clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(bank.handle)) as client:
        provider = ApiPix(
            client,
            clock,
            api_url="https://bank.example/api",
            token_url="https://bank.example/oauth/token",
            client_id="trato",
            client_secret="segredo",
            key=KEY,
        )
        yield Counter(provider, bank.pay, bank.hooks)


async def test_a_new_charge_can_be_paid_and_carries_its_code(counter: Counter) -> None:
    made = await counter.provider.create(REQUEST)
    assert (made.txid, made.status, made.amount, made.key) == (TXID, "active", 12345, KEY)
    assert made.expires_in == 3600
    assert made.code is not None
    assert pix.check(made.code, amount=12345, location=made.location, payee_name="Lojas Tamboril SA") == []


async def test_a_repeated_creation_finds_the_first(counter: Counter) -> None:
    first = await counter.provider.create(REQUEST)
    again = await counter.provider.create(
        PixRequest(txid=TXID, amount=12345, key=KEY, expires_in=3000, payer_document="52998224725", payer_name="Maria")
    )
    assert again == first


async def test_another_amount_under_a_used_txid_is_refused(counter: Counter) -> None:
    await counter.provider.create(REQUEST)
    with pytest.raises(Refused):
        await counter.provider.create(PixRequest(txid=TXID, amount=99, key=KEY, expires_in=3600))


async def test_what_nobody_knows_is_none(counter: Counter) -> None:
    assert await counter.provider.get("b" * 30) is None
    assert await counter.provider.get_payment("E" + "0" * 31) is None


async def test_a_removed_charge_stays_removed(counter: Counter) -> None:
    await counter.provider.create(REQUEST)
    await counter.provider.cancel(TXID)
    await counter.provider.cancel(TXID)
    await counter.provider.cancel("c" * 30)
    found = await counter.provider.get(TXID)
    assert found is not None
    assert found.status == "removed"


async def test_a_paid_charge_is_not_removed(counter: Counter) -> None:
    await counter.provider.create(REQUEST)
    counter.pay(TXID, 12345)
    with pytest.raises(Refused):
        await counter.provider.cancel(TXID)
    found = await counter.provider.get(TXID)
    assert found is not None
    assert found.status == "concluded"


async def test_a_payment_is_known_by_its_id_by_its_charge_and_by_its_time(counter: Counter, clock: FixedClock) -> None:
    await counter.provider.create(REQUEST)
    end_to_end_id = counter.pay(TXID, 12000)
    paid = await counter.provider.get_payment(end_to_end_id)
    assert paid is not None
    assert (paid.txid, paid.amount) == (TXID, 12000)
    charge = await counter.provider.get(TXID)
    assert charge is not None
    assert [one.end_to_end_id for one in charge.payments] == [end_to_end_id]
    others = [counter.pay(None, 100) for _ in range(4)]
    hour = timedelta(hours=1)
    found = await counter.provider.payments_between(clock.now() - hour, clock.now() + hour)
    assert sorted(one.end_to_end_id for one in found) == sorted([end_to_end_id, *others])
    assert await counter.provider.payments_between(clock.now() - 2 * hour, clock.now() - hour) == []


async def test_a_webhook_is_registered_for_a_key(counter: Counter) -> None:
    await counter.provider.register_webhook("https://trato.example/webhooks/pix/s")
    await counter.provider.register_webhook("https://trato.example/webhooks/pix/s", "outra@chave.example")
    assert counter.hooks == {
        KEY: "https://trato.example/webhooks/pix/s",
        "outra@chave.example": "https://trato.example/webhooks/pix/s",
    }
