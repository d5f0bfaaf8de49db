from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.desk.stage import Stage, make_stage
from trato.database import make_engine


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    engine = make_engine(database_url, size=15)
    yield make_stage(engine)
    await engine.dispose()
