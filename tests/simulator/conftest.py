"""A simulator that stands alone, and the fake product that it calls."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.app import create
from simulator.config import PixAccount, SimulatorConfig
from tests.simulator.simulated_stage import BOOK, KEY, NUMBER, Hand, Product, Stage


@pytest.fixture
def config(tmp_path: Path) -> SimulatorConfig:
    book = tmp_path / "book.csv"
    book.write_text(BOOK, encoding="utf-8")
    return SimulatorConfig(
        own_url="http://sim",
        base_path="",
        webhook_meta_url="http://product/webhooks/meta",
        meta_app_secret="segredo",
        meta_verify_token="verifica",
        meta_access_token="token",
        meta_phone_number_id=NUMBER,
        now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        state_path=tmp_path / "state.sqlite",
        pix_accounts=(PixAccount(KEY, "Loja Sol e Comércio de Açaí Ltda", "São José dos Campos", "39580525000189"),),
        book_csv=book,
        latency=0,
        late_seconds=0.01,
        lost_answer_seconds=0.01,
        retry_seconds=(0.01, 0.01, 0.01),
    )


@pytest.fixture
async def open_stage(config: SimulatorConfig) -> AsyncIterator[Callable[..., Stage]]:
    """Opens a simulator with the given changes of its configuration; may be called again, as after a restart."""
    opened: list[Stage] = []

    def build(**changes: Any) -> Stage:
        product, clock = Product(), Hand()
        client = httpx.AsyncClient(transport=httpx.ASGITransport(product.app()))
        app = create(replace(config, **{"now": clock.now, "move_clock": clock.move, **changes}), client=client)
        headers = {"Authorization": "Bearer token"}
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sim", headers=headers)
        opened.append(Stage(http, app, product, clock))
        return opened[-1]

    yield build
    for stage in opened:
        await stage.app.state.world.close()
        await stage.http.aclose()


@pytest.fixture
def stage(open_stage: Callable[..., Stage]) -> Stage:
    return open_stage()
