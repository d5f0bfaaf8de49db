"""What the talks share: one house with the real Rasa, and one town of people, for the whole run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.conversations.house import House, open_house
from tests.conversations.people import Town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(databases: Callable[[], str]) -> AsyncIterator[House]:
    async with open_house(databases()) as opened:
        yield opened


@pytest.fixture(scope="session")
def town() -> Town:
    return Town()
