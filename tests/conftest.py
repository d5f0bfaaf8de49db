"""What every test of the product may ask for: a fresh database with the current schema, a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import xdist
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.postgres import embedded_postgres
from tests.sharing import ByFileOfTalks
from trato.database import make_engine
from trato.migrate import upgrade


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: xdist.remote.Producer) -> ByFileOfTalks | None:
    """Side by side by file (`--dist loadfile`), the talks of one file count as a file of tests."""
    return ByFileOfTalks(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def databases() -> Iterator[Callable[[], str]]:
    """Makes databases with the current schema, each call a new one; the server ends with the test run."""
    with embedded_postgres(upgrade) as fresh:
        yield fresh


@pytest.fixture
def database_url(databases: Callable[[], str]) -> str:
    """The URL of a database of this test's own."""
    return databases()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database of this test's own."""
    made = make_engine(database_url, size=5)
    yield made
    await made.dispose()
