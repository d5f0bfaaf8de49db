"""The door through which the boletos' bank tells of payments: stored first, then answered; closed to whoever knows no secret."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.trato.test_webhooks import DOWN, count, opened, settings
from trato.app import create_app
from trato.database import make_engine
from trato.program import Program

DOOR = "/webhooks/boleto/s3cret"
NOTICE = json.dumps(
    [{"codigoSolicitacao": "a-1", "seuNumero": "TABC", "situacao": "RECEBIDO", "valorTotalRecebido": 10.50}]
).encode()


@pytest.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(create_app(settings(database_url, tmp_path, TRATO_BOLETO_WEBHOOK_SECRET="s3cret"))) as client:
        yield client


async def test_a_notice_is_stored_once_however_often_it_comes(web: httpx.AsyncClient, database_url: str) -> None:
    for stored in (1, 0):
        answer = await web.post(DOOR, content=NOTICE)
        assert (answer.status_code, answer.json()) == (200, {"stored": stored})
    assert await count(database_url, "payment_notices") == 1
    assert await count(database_url, "procrastinate_jobs") == 1


async def test_what_is_not_the_banks_is_refused(web: httpx.AsyncClient, database_url: str) -> None:
    for path, body, status in (
        ("/webhooks/boleto/wrong", NOTICE, 401),
        ("/webhooks/boleto/%E2%82%AC", NOTICE, 401),
        (DOOR, b"nada", 400),
        (DOOR, b"[{}]", 400),
        (DOOR, b"[" + b" " * 600_000 + b"]", 413),
    ):
        assert (await web.post(path, content=body)).status_code == status
    assert await count(database_url, "payment_notices") == 0


async def test_without_a_secret_there_is_no_door(database_url: str, tmp_path: Path) -> None:
    async with opened(create_app(settings(database_url, tmp_path))) as client:
        assert (await client.post(DOOR, content=NOTICE)).status_code == 404


async def test_when_the_store_is_away_the_bank_must_come_again(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings(database_url, tmp_path, TRATO_BOLETO_WEBHOOK_SECRET="s3cret"))
    async with opened(app) as client:
        program: Program = app.state.program
        away = make_engine(DOWN)
        app.state.program = replace(program, engine=away)
        assert (await client.post(DOOR, content=NOTICE)).status_code == 503
        app.state.program = program
        assert (await client.post(DOOR, content=NOTICE)).json() == {"stored": 1}
        await away.dispose()
