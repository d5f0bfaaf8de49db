"""`/webhooks/rbm` as Google sees it, and papers behind their links."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from channels.features import Features
from conversations.phone_features import StoredFeatures
from documents import links
from tests.channels.rbm_google import envelope, signature, user_message, without
from tests.trato.test_webhooks import opened, settings
from trato.app import create_app
from trato.program import Program

TOKEN = "client-token-of-google"
RBM = {"TRATO_RBM_AGENT_ID": "trato", "TRATO_RBM_CLIENT_TOKEN": TOKEN, "TRATO_RBM_API_URL": "http://127.0.0.1:9"}
PHONE = "+5511987654321"


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> FastAPI:
    return create_app(settings(database_url, tmp_path, **RBM))


@pytest.fixture
async def web(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(app) as client:
        yield client


async def post(web: httpx.AsyncClient, told: Any, **headers: str) -> httpx.Response:
    body, data = envelope(told)
    return await web.post("/webhooks/rbm", content=body, headers={"x-goog-signature": signature(data, TOKEN)} | headers)


async def rows(app: FastAPI, query: str) -> list[Any]:
    program: Program = app.state.program
    async with program.engine.connect() as conn:
        return list((await conn.execute(text(query))).all())


async def test_the_handshake_answers_the_secret_as_plain_text(web: httpx.AsyncClient) -> None:
    answer = await web.post("/webhooks/rbm", json={"clientToken": TOKEN, "secret": "1234567890"})
    assert (answer.status_code, answer.text) == (200, "1234567890")
    assert answer.headers["content-type"].startswith("text/plain")
    assert (await web.post("/webhooks/rbm", json={"clientToken": "x", "secret": "1"})).status_code == 401
    assert (await web.post("/webhooks/rbm", json={"clientToken": TOKEN})).status_code == 400


async def test_a_message_is_stored_once_with_its_job(web: httpx.AsyncClient, app: FastAPI) -> None:
    for _ in range(3):
        assert (await post(web, user_message())).status_code == 200
    assert [tuple(row) for row in await rows(app, "select channel, account, state from inbox")] == [("rcs", "trato", "pending")]
    assert len(await rows(app, "select 1 from procrastinate_jobs")) == 1
    talk = (await rows(app, "select channel, address_raw, phone_key from conversations"))[0]
    assert (talk.channel, talk.address_raw) == ("rcs", PHONE)


async def test_what_is_not_signed_is_refused_and_not_kept(web: httpx.AsyncClient, app: FastAPI) -> None:
    body, data = envelope(user_message())
    for headers in (
        {},
        {"x-goog-signature": "x"},
        {"x-goog-signature": signature(body, TOKEN)},
        {"x-goog-signature": signature(data, "a")},
    ):
        assert (await web.post("/webhooks/rbm", content=body, headers=headers)).status_code == 401
    label = {"x-goog-webhook-type": "verification"}
    assert (await web.post("/webhooks/rbm", content=body, headers=label)).status_code == 401
    assert (await post(web, user_message(), **label)).json() == {"stored": 1}


async def test_bodies_that_google_would_not_send_are_bad_requests(web: httpx.AsyncClient) -> None:
    for body in (b"", b"[]", b"{", b"{}", b'{"message": {"data": "%%%"}}', b'{"message": null}'):
        assert (await web.post("/webhooks/rbm", content=body)).status_code == 400, body
    assert (await web.post("/webhooks/rbm", content=b"x" * 1_100_000)).status_code == 413


async def test_without_settings_the_address_is_not_there(database_url: str, tmp_path: Path) -> None:
    async with opened(create_app(settings(database_url, tmp_path))) as client:
        assert (await client.post("/webhooks/rbm", json={"clientToken": TOKEN, "secret": "1"})).status_code == 404


async def test_another_agents_message_is_set_aside_with_an_alarm(web: httpx.AsyncClient, app: FastAPI) -> None:
    assert (await post(web, user_message(agentId="other@rbm.goog"))).json() == {"stored": 1}
    assert [row.state for row in await rows(app, "select state from inbox")] == ["set_aside"]
    assert await rows(app, "select 1 from alarms where kind = 'item_set_aside'")
    assert not await rows(app, "select 1 from conversations")


async def test_unsubscribe_stops_us_at_once_and_is_confirmed_once(web: httpx.AsyncClient, app: FastAPI) -> None:
    event = {"agentId": "trato", "senderPhoneNumber": PHONE, "eventType": "UNSUBSCRIBE"}
    for event_id in ("e1", "e1", "e2"):
        assert (await post(web, event | {"eventId": event_id})).status_code == 200
    assert len(await rows(app, "select 1 from opt_outs where lifted_at is null")) == 1
    said = await rows(app, "select response, message from outbox")
    assert [row.response for row in said] == ["utter_opted_out"]
    assert said[0].message["purpose"] == "acknowledgement"
    await post(web, event | {"eventId": "e3", "eventType": "SUBSCRIBE"})
    assert not await rows(app, "select 1 from opt_outs where lifted_at is null")


async def test_typing_is_kept_of_nobody_new_and_makes_no_turn(web: httpx.AsyncClient, app: FastAPI) -> None:
    typing = {"agentId": "trato", "senderPhoneNumber": PHONE, "eventType": "IS_TYPING", "eventId": "t1"}
    assert (await post(web, typing)).status_code == 200
    assert not await rows(app, "select 1 from conversations")
    await post(web, user_message())
    await post(web, typing)
    assert (await rows(app, "select typing_at from conversations"))[0].typing_at is not None
    assert len(await rows(app, "select 1 from inbox")) == 1


async def test_a_status_before_its_message_is_known_waits_for_it(web: httpx.AsyncClient, app: FastAPI) -> None:
    status = {"agentId": "trato", "senderPhoneNumber": PHONE, "eventType": "DELIVERED", "messageId": "m1", "eventId": "s1"}
    assert (await post(web, status)).json() == {"stored": 1}
    assert (await post(web, status)).json() == {"stored": 0}
    assert (await post(web, without(status, "messageId"))).status_code == 200


async def test_hostile_content_never_makes_us_stumble(web: httpx.AsyncClient) -> None:
    for told in (
        user_message("\x00\ud800 oi"),
        user_message("x" * 60_000),
        user_message(messageId="x" * 5_000),
        user_message(sendTime="9999-99-99T99:99:99Z"),
        user_message(senderPhoneNumber="+0"),
        user_message(suggestionResponse=[1]),
        user_message(userFile="x"),
        user_message(agentId={"a": 1}),
    ):
        assert (await post(web, told)).status_code == 200, told


async def test_what_a_telephone_shows_is_remembered_for_all_processes(web: httpx.AsyncClient, app: FastAPI) -> None:
    program: Program = app.state.program
    memory, now = StoredFeatures(program.engine, "rcs"), program.clock.now()
    assert await memory.recall("trato", PHONE, now) is None
    await memory.keep("trato", PHONE, Features(frozenset({"RICHCARD_CAROUSEL"})), now)
    await memory.keep("trato", PHONE, Features(frozenset(), reachable=False), now)
    assert await memory.recall("trato", PHONE, now) == (Features(frozenset(), reachable=False), now)


async def test_a_paper_is_there_for_who_holds_its_link_until_it_ends(
    web: httpx.AsyncClient, app: FastAPI, tmp_path: Path
) -> None:
    program: Program = app.state.program
    vault, now = program.talk.ground.vault, program.clock.now()
    folder = tmp_path / "documents" / "boletos"
    folder.mkdir(parents=True)
    (folder / "a.pdf").write_bytes(b"%PDF-1.4 x")
    paper = {"filename": "boleto-novembro.pdf", "mime_type": "application/pdf"}
    async with program.engine.begin() as conn:
        token = await links.make(conn, vault, key="m_1", path="boletos/a.pdf", now=now, **paper)
        assert token == await links.make(conn, vault, key="m_1", path="boletos/a.pdf", now=now, **paper)
        other = await links.make(conn, vault, key="m_2", path="boletos/a.pdf", now=now, **paper)
        ended = await links.make(conn, vault, key="m_3", path="boletos/a.pdf", now=now - timedelta(days=8), **paper)
        outside = await links.make(conn, vault, key="m_4", path="../secret_key", now=now, **paper)
    assert len({token, other, ended}) == 3 and len(token) == 32
    answer = await web.get(f"/d/{token}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"%PDF-1.4 x", "application/pdf")
    assert "boleto-novembro.pdf" in answer.headers["content-disposition"]
    assert (await web.head(f"/d/{token}")).status_code == 200
    assert (await web.get(f"/d/{ended}")).status_code == 410
    for wrong in (outside, token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "%2e%2e%2fsecret"):
        assert (await web.get(f"/d/{wrong}")).status_code == 404, wrong
    stored = json.dumps([str(row.token_hash) for row in await rows(app, "select token_hash from document_links")])
    assert token not in stored
