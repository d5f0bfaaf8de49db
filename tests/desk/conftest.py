from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from desk.app import DeskContext, router
from tests.desk.office import Browser, Office, seated
from tests.desk.stage import Stage, make_stage
from trato.database import make_engine


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    engine = make_engine(database_url, size=15)
    yield make_stage(engine)
    await engine.dispose()


@pytest_asyncio.fixture
async def office(stage: Stage) -> AsyncIterator[Office]:
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk)))
    office = Office(app)
    yield office
    for browser in office.browsers:
        await browser.client.aclose()


@pytest_asyncio.fixture
async def ana(stage: Stage, office: Office) -> Browser:
    return await seated(stage, office, "ana@trato.example", "Ana Prado")
