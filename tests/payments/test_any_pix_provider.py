"""What every Pix provider must do. A new one joins the list of `PROVIDERS` and passes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from codes import pix
from payments.api_pix import ApiPix
from payments.provider import PixProvider, PixRequest, Refused
from simulator.app import create
from simulator.config import PixAccount, SimulatorConfig
from tests.payments.fake_pix import FakePix
from tests.payments.mock_bank import MockBank
from trato.clock import FixedClock

KEY = "5b0c1c1e-7a3d-4f5e-9d52-0a8e6f4b2c11"
OTHER_KEY = "outra@chave.example"
TXID = "Aa1" * 10
REQUEST = PixRequest(
    txid=TXID, amount=12345, key=KEY, expires_in=3600, payer_document="52998224725", payer_name="Maria", note="Compra"
)


@dataclass(frozen=True)
class Counter:
    provider: PixProvider
    pay: Callable[[str | None, int], Awaitable[str]]
    hooks: Callable[[], dict[str, str]]


def later(pay: Callable[[str | None, int], str]) -> Callable[[str | None, int], Awaitable[str]]:
    async def paying(txid: str | None, amount: int) -> str:
        return pay(txid, amount)

    return paying


def api_pix(client: httpx.AsyncClient, clock: FixedClock, base: str, secret: str) -> ApiPix:
    return ApiPix(
        client,
        clock,
        api_url=f"{base}",
        token_url=f"{base.removesuffix('/api')}/oauth/token",
        client_id="trato",
        client_secret=secret,
        key=KEY,
    )


@asynccontextmanager
async def in_memory(clock: FixedClock, folder: Path) -> AsyncIterator[Counter]:
    fake = FakePix(clock)
    yield Counter(fake, later(fake.pay), lambda: fake.hooks)


@asynccontextmanager
async def over_http(clock: FixedClock, folder: Path) -> AsyncIterator[Counter]:
    bank = MockBank(clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(bank.handle)) as client:
        provider = api_pix(client, clock, "https://bank.example/api", "segredo")
        yield Counter(provider, later(bank.pay), lambda: bank.hooks)


@asynccontextmanager
async def simulated(clock: FixedClock, folder: Path) -> AsyncIterator[Counter]:
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
        pix_accounts=tuple(PixAccount(key, "LOJAS TAMBORIL SA", "GOIANIA", "90731425000163") for key in (KEY, OTHER_KEY)),
        pix_client_id="trato",
        latency=0,
    )
    app = create(config, client=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sim") as client:
        provider = api_pix(client, clock, "http://sim/psp", config.pix_client_secret)

        async def pay(txid: str | None, amount: int) -> str:
            if txid:
                charge = await provider.get(txid)
                code = charge.code if charge else None
            else:
                code = pix.encode_static(key=KEY, name="LOJAS TAMBORIL SA", city="GOIANIA")
            asked = {"code": code, "amount": f"{amount // 100}.{amount % 100:02d}"}
            answer = (await client.post("/pay", json=asked)).json()
            assert answer["status"] == "paid", answer
            return str(answer["end_to_end_id"])

        yield Counter(provider, pay, lambda: {one: found["webhookUrl"] for one, found in _hooks(app.state.world)})
        await app.state.world.close()


def _hooks(world: Any) -> list[tuple[str, dict[str, str]]]:
    return [(key, world.state.get("webhook", key)) for key in (KEY, OTHER_KEY) if world.state.get("webhook", key)]


PROVIDERS = {"in memory": in_memory, "over http": over_http, "simulated": simulated}


@pytest.fixture(params=PROVIDERS)
async def counter(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Counter]:
    async with PROVIDERS[request.param](clock, tmp_path) as made:
        yield made


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
    await counter.pay(TXID, 12345)
    with pytest.raises(Refused):
        await counter.provider.cancel(TXID)
    found = await counter.provider.get(TXID)
    assert found is not None
    assert found.status == "concluded"


async def test_a_payment_is_known_by_its_id_by_its_charge_and_by_its_time(counter: Counter, clock: FixedClock) -> None:
    await counter.provider.create(REQUEST)
    end_to_end_id = await counter.pay(TXID, 12000)
    paid = await counter.provider.get_payment(end_to_end_id)
    assert paid is not None
    assert (paid.txid, paid.amount) == (TXID, 12000)
    charge = await counter.provider.get(TXID)
    assert charge is not None
    assert [one.end_to_end_id for one in charge.payments] == [end_to_end_id]
    others = [await counter.pay(None, 100) for _ in range(4)]
    hour = timedelta(hours=1)
    found = await counter.provider.payments_between(clock.now() - hour, clock.now() + hour)
    assert sorted(one.end_to_end_id for one in found) == sorted([end_to_end_id, *others])
    assert await counter.provider.payments_between(clock.now() - 2 * hour, clock.now() - hour) == []


async def test_a_webhook_is_registered_for_a_key(counter: Counter) -> None:
    await counter.provider.register_webhook("https://trato.example/webhooks/pix/s")
    await counter.provider.register_webhook("https://trato.example/webhooks/pix/s", OTHER_KEY)
    assert counter.hooks() == {
        KEY: "https://trato.example/webhooks/pix/s",
        OTHER_KEY: "https://trato.example/webhooks/pix/s",
    }
