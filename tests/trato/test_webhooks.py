from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.requests import Request

from trato.app import TooLarge, create_app, read_body
from trato.database import make_engine
from trato.program import Program
from trato.settings import Settings, load_settings

SECRET = "an-app-secret-for-tests"
ACCOUNT = "106540352242922"
DOWN = "postgresql://nobody@127.0.0.1:9/none"


def settings(database_url: str, folder: Path, **env: str) -> Settings:
    return load_settings(
        {
            "TRATO_DATABASE_URL": database_url,
            "TRATO_REDIS_URL": "redis://127.0.0.1:9/0",
            "TRATO_RASA_URL": "http://127.0.0.1:9",
            "TRATO_DATA_DIR": str(folder),
            "TRATO_META_APP_SECRET": SECRET,
            "TRATO_META_VERIFY_TOKEN": "verify-me",
            "TRATO_META_ACCESS_TOKEN": "token",
            "TRATO_META_PHONE_NUMBER_ID": ACCOUNT,
            **env,
        },
        folder / "no.env",
    )


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://trato") as client:
        yield client


@pytest.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(create_app(settings(database_url, tmp_path))) as client:
        yield client


def notification(*texts: str, first: int = 0) -> dict[str, Any]:
    messages = [
        {"from": "5511987654321", "id": f"wamid.{first + n}", "timestamp": "1795000000", "type": "text", "text": {"body": body}}
        for n, body in enumerate(texts)
    ]
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": ACCOUNT}, "messages": messages}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def post(client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return await client.post("/webhooks/meta", content=body, headers=signed(body) if headers is None else dict(headers))


async def count(database_url: str, table: str) -> int:
    engine = make_engine(database_url)
    try:
        async with engine.connect() as conn:
            return int((await conn.execute(text(f"select count(*) from {table}"))).scalar_one())
    finally:
        await engine.dispose()


async def test_a_signed_notification_is_stored_with_its_job_before_it_is_answered(
    web: httpx.AsyncClient, database_url: str
) -> None:
    answer = await post(web, json.dumps(notification("oi", "tudo bem?")).encode())
    assert (answer.status_code, answer.json()) == (200, {"stored": 2})
    assert await count(database_url, "inbox") == 2
    assert await count(database_url, "procrastinate_jobs") == 1


async def test_twenty_copies_at_once_are_all_acknowledged_and_one_is_kept(web: httpx.AsyncClient, database_url: str) -> None:
    body = json.dumps(notification("oi")).encode()
    answers = await asyncio.gather(*(post(web, body) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["stored"] for answer in answers) == 1
    assert await count(database_url, "procrastinate_jobs") == 1


async def test_raw_utf8_and_escapes_are_both_signed_as_they_are(web: httpx.AsyncClient) -> None:
    for n, ascii_only in enumerate((True, False)):
        body = json.dumps(notification("não é", first=n), ensure_ascii=ascii_only).encode()
        assert (await post(web, body)).json() == {"stored": 1}


async def test_what_is_not_signed_by_our_secret_is_refused_and_not_kept(web: httpx.AsyncClient, database_url: str) -> None:
    body = json.dumps(notification("oi")).encode()
    for headers in (
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature": "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()},
        {"x-hub-signature-256": signed(body)["x-hub-signature-256"].removeprefix("sha256=")},
        signed(b"{}"),
        signed(body, "another-secret"),
        signed(json.dumps(notification("oi"), indent=1).encode()),
    ):
        assert (await post(web, body, headers)).status_code == 401, headers
    assert await count(database_url, "inbox") == 0


async def test_two_signatures_are_one_too_many(web: httpx.AsyncClient) -> None:
    body = json.dumps(notification("oi")).encode()
    right = signed(body)["x-hub-signature-256"]
    answer = await web.post(
        "/webhooks/meta", content=body, headers=[("x-hub-signature-256", right), ("x-hub-signature-256", "sha256=" + "0" * 64)]
    )
    assert answer.status_code == 401


async def test_a_signed_body_that_is_no_notification_is_a_bad_request(web: httpx.AsyncClient) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"{}{}", b"\xff\xfe{}", b'{"a": NaN}', b"[" * 100_000):
        assert (await post(web, body)).status_code == 400, body[:20]


async def test_three_megabytes_are_taken_and_four_are_too_large(web: httpx.AsyncClient) -> None:
    three = json.dumps(notification("a" * 3_000_000)).encode()
    assert (await post(web, three)).json() == {"stored": 1}
    four = json.dumps(notification("a" * 4_000_000, first=1)).encode()
    assert (await post(web, four)).status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(four), 65_536):
            yield four[start : start + 65_536]

    unannounced = await web.post("/webhooks/meta", content=chunks(), headers=signed(four))
    assert unannounced.status_code == 413


async def test_a_batch_of_a_thousand_is_stored_whole(web: httpx.AsyncClient, database_url: str) -> None:
    assert (await post(web, json.dumps(notification(*["oi"] * 1000)).encode())).json() == {"stored": 1000}
    assert await count(database_url, "inbox") == 1000


async def test_something_else_than_a_message_is_acknowledged_and_starts_nothing(
    web: httpx.AsyncClient, database_url: str
) -> None:
    assert (await post(web, json.dumps({"object": "page", "entry": []}).encode())).status_code == 200
    assert (await post(web, b"{}")).json() == {"stored": 0}
    assert await count(database_url, "procrastinate_jobs") == 0


async def test_the_handshake_echoes_the_challenge_as_plain_text_to_whoever_knows_the_token(web: httpx.AsyncClient) -> None:
    params = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    answer = await web.get("/webhooks/meta", params=params)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in (
        {"hub.verify_token": "guess"},
        {"hub.challenge": "<script>"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
    ):
        refused = await web.get("/webhooks/meta", params={**params, **wrong})
        assert (refused.status_code, refused.text) == (403, "")


async def test_without_an_app_secret_there_is_no_door(database_url: str, tmp_path: Path) -> None:
    async with opened(create_app(settings(database_url, tmp_path, TRATO_META_APP_SECRET=""))) as client:
        assert (await client.get("/webhooks/meta")).status_code == 404
        assert (await post(client, json.dumps(notification("oi")).encode())).status_code == 404
        assert (await client.post("/webhooks/pix/guess/pix", json={"pix": []})).status_code in (401, 404)


async def test_when_the_store_is_away_nothing_is_acknowledged_and_nothing_breaks(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings(database_url, tmp_path))
    async with opened(app) as client:
        program: Program = app.state.program
        away = make_engine(DOWN)
        app.state.program = Program(
            program.settings, away, program.clock, program.queue, program.talk, program.till, program.channels
        )
        assert (await post(client, json.dumps(notification("oi")).encode())).status_code == 503
        ready = await client.get("/readyz")
        parts = {"store": "down", "redis": "down", "rasa": "down", "worker": "down", "pacing": "in process"}
        assert (ready.status_code, ready.json()) == (503, parts)
        figures = await client.get("/metrics")
        assert (figures.status_code, "trato_store_up 0.0" in figures.text) == (503, True)
        assert (await client.get("/livez")).status_code == 200
        app.state.program = program
        assert (await post(client, json.dumps(notification("oi")).encode())).json() == {"stored": 1}
        await away.dispose()


async def test_a_notification_that_deadlocked_is_stored_at_the_second_try(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings(database_url, tmp_path))
    async with opened(app) as client:
        engine = make_engine(database_url)
        async with engine.begin() as conn:
            # As PostgreSQL would at a deadlock; the sequence keeps its count through the rollback.
            await conn.execute(text("create sequence tries"))
            await conn.execute(
                text("""create function fall_over() returns trigger language plpgsql as $$ begin
                        if nextval('tries') = 1 then raise exception 'deadlock' using errcode = '40P01'; end if;
                        return new; end $$""")
            )
            await conn.execute(text("create trigger t before insert on inbox for each row execute function fall_over()"))
        await engine.dispose()
        assert (await post(client, json.dumps(notification("oi")).encode())).json() == {"stored": 1}


async def test_figures_count_what_waits(web: httpx.AsyncClient) -> None:
    await post(web, json.dumps(notification("oi", "oi")).encode())
    figures = (await web.get("/metrics")).text
    assert "trato_inbox_waiting 2.0" in figures and "trato_store_up 1.0" in figures
    ready = await web.get("/readyz")
    assert (ready.status_code, ready.json()["store"], ready.json()["worker"]) == (200, "ok", "starting")


@pytest.mark.parametrize(("pieces", "heard"), [(40, 40), (400, 161)])
async def test_what_is_too_large_is_heard_out_within_reason_before_it_is_refused(pieces: int, heard: int) -> None:
    taken = 0

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b" " * 100_000, "more_body": taken < pieces}

    with pytest.raises(TooLarge):
        await read_body(Request({"type": "http", "method": "POST", "headers": []}, receive), 3_500_000)
    assert taken == heard
