"""A stage for the simulator's tests: the simulator's client, the fake product that it calls, and a clock moved by hand."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

NUMBER = "106540352242922"
KEY = "39580525000189"
_COLUMNS = (
    "creditor_cnpj;creditor_name;portfolio;debtor_document;debtor_name;birth_date;phone;contract;"
    "debt_reference;description;original_amount;due_date"
)
_ANA = "39580525000189;Loja Sol;cartao;52998224725;Ana Souza;1990-05-17;(11) 98888-7777"
BOOK = f"""{_COLUMNS}
{_ANA};C-1;R1;Cartão da loja;150,00;2026-09-10
39580525000189;Loja Sol;cartao;11144477735;Bento Lima;02/03/1985;;C-2;R2;Cartão da loja;90,00;10/10/2026
{_ANA};C-9;R3;Carnê;33,00;2026-10-10
"""


@dataclass
class Product:
    """What the product would receive; `answers` are the statuses with which it answers, 200 when they run out."""

    notices: list[tuple[str, bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    verify_token: str = "verifica"

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{path:path}")
        async def receive(path: str, request: Request) -> Response:
            self.notices.append((path, await request.body(), request.headers.get("x-hub-signature-256", "")))
            return Response(status_code=self.answers.pop(0) if self.answers else 200)

        @app.get("/{path:path}")
        async def prove(request: Request) -> Response:
            query = request.query_params
            right = query.get("hub.mode") == "subscribe" and query.get("hub.verify_token") == self.verify_token
            return Response(query.get("hub.challenge")) if right else Response(status_code=403)

        return app

    def values(self) -> list[dict[str, Any]]:
        """The `value` of every notice from Meta."""
        bodies = [json.loads(body) for path, body, _ in self.notices if path == "webhooks/meta"]
        return [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]

    def messages(self) -> list[dict[str, Any]]:
        return [m for value in self.values() for m in value.get("messages", [])]

    def statuses(self) -> list[dict[str, Any]]:
        return [s for value in self.values() for s in value.get("statuses", [])]

    def pix(self) -> list[dict[str, Any]]:
        return [p for path, body, _ in self.notices if path == "hook/pix" for p in json.loads(body)["pix"]]


class Hand:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    async def move(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class Stage:
    """The simulator's client, with what a test looks at."""

    http: httpx.AsyncClient
    app: FastAPI
    product: Product
    clock: Hand

    async def settle(self) -> None:
        await self.app.state.world.postman.settle()

    async def phone(self, **asked: Any) -> dict[str, Any]:
        answer = await self.http.post("/phones", json=asked or {"debtor": "52998224725"})
        assert answer.status_code == 201, answer.text
        phone: dict[str, Any] = answer.json()
        return phone

    async def oi(self, **asked: Any) -> dict[str, Any]:
        """A phone whose window is open."""
        phone = await self.phone(**asked)
        await self.http.post(f"/phones/{phone['id']}/text", json={"text": "oi"})
        await self.settle()
        return phone

    async def send(self, body: dict[str, Any], **kwargs: Any) -> httpx.Response:
        full = {"messaging_product": "whatsapp", "to": "+5511988887777", **body}
        return await self.http.post(f"/meta/v25.0/{NUMBER}/messages", json=full, **kwargs)


async def login(stage: Stage) -> dict[str, str]:
    """The header of a client of the PSP."""
    basic = base64.b64encode(b"simulador:simulador").decode()
    answer = await stage.http.post(
        "/psp/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
