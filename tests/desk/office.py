"""Agents at their browsers, and people who wait for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from conversations import handover
from desk.logins import add
from tests.desk.stage import PASSWORD, Stage

ORIGIN = "http://desk.test"
PHONE = "+5511987654321"


@dataclass
class Browser:
    """An agent's browser: keeps the cookie, sends what a browser sends, fills in the form's token."""

    client: httpx.AsyncClient
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get("/desk" + path, headers=headers)

    async def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        sent = {"origin": ORIGIN, "sec-fetch-site": "same-origin"} if headers is None else headers
        return await self.client.post("/desk" + path, data={"csrf": self.csrf, **fields}, headers=sent)

    async def enter(self, email: str) -> None:
        entered = await self.post("/login", email=email, password=PASSWORD)
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.get("")).text)
        assert found
        self.csrf = found[1]

    async def nonce(self, conversation_id: str) -> str:
        found = re.search(r'id="nonce" value="([^"]+)"', (await self.get(f"/c/{conversation_id}")).text)
        assert found
        return found[1]


class Office:
    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.browsers: list[Browser] = []

    def browser(self) -> Browser:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN)
        self.browsers.append(Browser(client))
        return self.browsers[-1]


async def seated(stage: Stage, office: Office, email: str, name: str, role: str = "agent") -> Browser:
    async with stage.engine.begin() as conn:
        await add(conn, email, name, role, PASSWORD)
    browser = office.browser()
    await browser.enter(email)
    return browser


async def waiting(stage: Stage, phone: str = PHONE, **more: Any) -> str:
    one = await stage.conversation(phone, **more)
    async with stage.engine.begin() as conn:
        await handover.request_human(conn, stage.talk, one, "falar_com_humano", "Quer falar do boleto.")
    return one
