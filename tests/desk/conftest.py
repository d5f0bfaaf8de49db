from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from tests.desk.stage import Stage, make_stage
from tests.postgres import embedded_postgres
from trato.database import make_engine
from trato.migrate import upgrade


@pytest.fixture(scope="session")
def databases() -> Iterator[Callable[[], str]]:
    with embedded_postgres(upgrade) as fresh:
        yield fresh


@pytest_asyncio.fixture
async def stage(databases: Callable[[], str]) -> AsyncIterator[Stage]:
    engine = make_engine(databases(), size=15)
    yield make_stage(engine)
    await engine.dispose()
