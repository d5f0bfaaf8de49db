"""A stage for payments: a real PostgreSQL, a clock that stands still, a bank in memory, one debtor and their talk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from tests.payments.stage import Stage
from tests.postgres import embedded_postgres
from trato.clock import FixedClock
from trato.database import make_engine
from trato.migrate import upgrade

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday, noon in São Paulo."""


@pytest.fixture(scope="session")
def fresh_database() -> Iterator[Callable[[], str]]:
    with embedded_postgres(upgrade) as fresh:
        yield fresh


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def stage(fresh_database: Callable[[], str], clock: FixedClock) -> AsyncIterator[Stage]:
    engine = make_engine(fresh_database(), size=5)
    made = Stage(engine, clock)
    await made.set_up()
    yield made
    await engine.dispose()


@pytest.fixture
async def debt(stage: Stage) -> int:
    """R$ 1.000,00 due 2026-10-22, 32 days ago: 20,00 of fine and 10,67 of interest, half of which are let off in cash."""
    return await stage.add_debt(100_000, date(2026, 10, 22))
