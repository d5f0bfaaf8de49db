from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.channels.twilio_house import ACCOUNT, PUBLIC, RCS_FROM, SERVICE, TOKEN, WHATSAPP_FROM, form, inbound, sign, status
from tests.trato.test_webhooks import DOWN, count, opened, settings
from trato.app import create_app
from trato.database import make_engine

PATH = "/webhooks/twilio"
ENV = {
    "TRATO_PUBLIC_URL": PUBLIC,
    "TRATO_TWILIO_ACCOUNT_SID": ACCOUNT,
    "TRATO_TWILIO_AUTH_TOKEN": f"the-next-one,{TOKEN}",
    "TRATO_TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
    "TRATO_TWILIO_RCS_FROM": RCS_FROM,
    "TRATO_TWILIO_MESSAGING_SERVICE_SID": SERVICE,
}


@pytest.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(create_app(settings(database_url, tmp_path, **ENV))) as client:
        yield client


async def post(
    client: httpx.AsyncClient, fields: list[tuple[str, str]], *, path: str = PATH, signature: str | None = None, **headers: str
) -> httpx.Response:
    told = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature or sign(PUBLIC + path, fields)}
    return await client.post(path, content=form(fields), headers=told | headers)


async def test_a_signed_message_is_stored_and_answered_with_empty_twiml(web: httpx.AsyncClient, database_url: str) -> None:
    answer = await post(web, inbound("oi"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    assert await count(database_url, "inbox") == 1
    assert await count(database_url, "procrastinate_jobs") == 1


async def test_a_proxy_that_changes_host_and_port_changes_nothing(web: httpx.AsyncClient) -> None:
    answer = await post(
        web, inbound(""), host="10.0.0.3:8000", **{"x-forwarded-proto": "http", "x-forwarded-host": "evil.example"}
    )
    assert answer.status_code == 200


async def test_the_same_message_again_on_any_replica_is_one(web: httpx.AsyncClient, database_url: str) -> None:
    answers = await asyncio.gather(*(post(web, inbound("oi")) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert await count(database_url, "inbox") == 1
    assert await count(database_url, "procrastinate_jobs") == 1


async def test_what_is_not_signed_by_twilio_is_refused_and_not_kept(web: httpx.AsyncClient, database_url: str) -> None:
    for signature in ("x", sign(PUBLIC + PATH, inbound("oi"), "other-token"), sign("https://x" + PATH, inbound("oi"))):
        assert (await post(web, inbound("oi"), signature=signature)).status_code == 401
    assert (await web.post(PATH, content=form(inbound()))).status_code == 401
    assert await count(database_url, "inbox") == 0


async def test_another_account_or_sender_is_refused(web: httpx.AsyncClient, database_url: str) -> None:
    assert (await post(web, inbound(AccountSid="AC" + "0" * 32))).status_code == 400
    assert (await post(web, inbound(To="whatsapp:+15550000000"))).status_code == 400
    assert await count(database_url, "inbox") == 0


async def test_what_is_too_large_is_refused(web: httpx.AsyncClient) -> None:
    assert (await post(web, inbound("x" * 600_000))).status_code == 413


async def test_a_status_before_our_send_was_noted_is_kept_by_our_key(web: httpx.AsyncClient, database_url: str) -> None:
    path = f"{PATH}/status?key=m_1"
    assert (await post(web, status("delivered"), path=path)).status_code == 200
    assert (await post(web, status("delivered"), path=path)).status_code == 200
    assert (await post(web, status("read"), path=path)).status_code == 200
    assert await count(database_url, "delivery_statuses") == 2
    assert (
        await post(web, status("read"), path=path, signature=sign(f"{PUBLIC}{PATH}/status", status("read")))
    ).status_code == 401


async def test_a_file_has_a_job_of_its_own(web: httpx.AsyncClient, database_url: str) -> None:
    more = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x/ME1", "MediaContentType0": "image/jpeg"}
    assert (await post(web, inbound("", **more))).status_code == 200
    assert await count(database_url, "media") == 1
    assert await count(database_url, "procrastinate_jobs") == 2


async def test_without_a_store_twilio_is_asked_to_come_again(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings(database_url, tmp_path, **ENV))
    async with opened(app) as client:
        object.__setattr__(app.state.program, "engine", make_engine(DOWN))
        assert (await post(client, inbound("oi"))).status_code == 503


async def test_without_a_token_the_address_is_not_there(database_url: str, tmp_path: Path) -> None:
    async with opened(create_app(settings(database_url, tmp_path))) as client:
        assert (await post(client, inbound("oi"))).status_code == 404
