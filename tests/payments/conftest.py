"""A stage for payments: a real PostgreSQL, a clock that stands still, a bank in memory, one debtor and their talk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.payments.stage import Stage
from tests.postgres import embedded_postgres
from trato.clock import FixedClock
from trato.database import make_engine
from trato.migrate import upgrade

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday, noon in São Paulo."""


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    with embedded_postgres(upgrade) as fresh:
        yield fresh()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def stage(database: str, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Stage]:
    engine = make_engine(database, size=5)
    made = Stage(engine, clock, tmp_path)
    async with engine.begin() as conn:
        # Emptying one database is far cheaper than making one for each test.
        await conn.execute(
            text("truncate creditors, debtors, conversations, agents, alarms, audit, payment_notices restart identity cascade")
        )
    await made.set_up()
    yield made
    await engine.dispose()


@pytest.fixture
async def debt(stage: Stage) -> int:
    """R$ 1.000,00 due 2026-10-22, 32 days ago: 20,00 of fine and 10,67 of interest, half of which are let off in cash."""
    return await stage.add_debt(100_000, date(2026, 10, 22))
