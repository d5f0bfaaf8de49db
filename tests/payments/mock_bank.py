"""A bank that speaks BACEN's API Pix over `httpx.MockTransport`, written from the specification."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx

from codes import pix
from receivables.ground import Clock

Json = dict[str, Any]


@dataclass
class MockBank:
    """`next_answers`: answers given instead of the right ones, one a call, before anything has an effect;
    `lose`: calls that have their effect but whose answer never comes."""

    clock: Clock
    requests: list[httpx.Request] = field(default_factory=list)
    next_answers: list[httpx.Response | Exception] = field(default_factory=list)
    lose: int = 0
    tokens: int = 0
    valid_token: str = ""
    cobs: dict[str, Json] = field(default_factory=dict)
    received: dict[str, Json] = field(default_factory=dict)
    hooks: dict[str, str] = field(default_factory=dict)
    page_size: int = 2

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = unquote(request.url.path)
        if path == "/oauth/token":
            return self._token(request)
        if request.headers.get("Authorization") != f"Bearer {self.valid_token}":
            return problem(401, "AcessoNegado", "no token")
        if self.next_answers:
            answer = self.next_answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        answer = self._route(request, path)
        if self.lose:
            self.lose -= 1
            raise httpx.ReadTimeout("the answer never came", request=request)
        return answer

    def _token(self, request: httpx.Request) -> httpx.Response:
        wanted = "Basic " + base64.b64encode(b"trato:segredo").decode()
        form = parse_qs(request.content.decode())
        if request.headers.get("Authorization") != wanted or form.get("grant_type") != ["client_credentials"]:
            return httpx.Response(401, json={"error": "invalid_client"})
        self.tokens += 1
        self.valid_token = f"token-{self.tokens}"
        return httpx.Response(200, json={"access_token": self.valid_token, "token_type": "Bearer", "expires_in": 3600})

    def _route(self, request: httpx.Request, path: str) -> httpx.Response:
        if found := re.fullmatch(r"/api/cob/([^/]+)", path):
            return self._cob(request, found[1])
        if found := re.fullmatch(r"/api/pix/([^/]+)", path):
            payment = self.received.get(found[1])
            return httpx.Response(200, json=payment) if payment else problem(404, "PixNaoEncontrado", "unknown")
        if path == "/api/pix":
            return self._list(request)
        if found := re.fullmatch(r"/api/webhook/([^/]+)", path):
            self.hooks[found[1]] = json.loads(request.content)["webhookUrl"]
            return httpx.Response(200)
        return problem(404, "NaoEncontrado", path)

    def _cob(self, request: httpx.Request, txid: str) -> httpx.Response:
        known = self.cobs.get(txid)
        if request.method == "GET":
            return httpx.Response(200, json=known) if known else problem(404, "CobNaoEncontrado", "unknown")
        body = json.loads(request.content)
        if request.method == "PATCH":
            if known is None:
                return problem(404, "CobNaoEncontrado", "unknown")
            if known["status"] != "ATIVA" or body != {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}:
                return problem(400, "CobOperacaoInvalida", "it is not ATIVA")
            known["status"] = body["status"]
            return httpx.Response(200, json=known)
        if known is not None:
            # As many banks: a txid is used once, whatever the body.
            return problem(400, "CobOperacaoInvalida", "the txid is taken")
        if not re.fullmatch(r"[a-zA-Z0-9]{26,35}", txid) or not re.fullmatch(r"[0-9]{1,10}\.[0-9]{2}", body["valor"]["original"]):
            return problem(400, "CobOperacaoInvalida", "txid or amount")
        location = f"pix.example.com/qr/v2/{txid.lower()}"
        reais, centavos = body["valor"]["original"].split(".")
        self.cobs[txid] = {
            **body,
            "calendario": {**body["calendario"], "criacao": f"{self.clock.now():%Y-%m-%dT%H:%M:%S}.123Z"},
            "txid": txid,
            "revisao": 0,
            "loc": {"id": 1, "location": location, "tipoCob": "cob"},
            "location": location,
            "status": "ATIVA",
            "pixCopiaECola": pix.encode_dynamic(
                location=location, name="LOJAS TAMBORIL SA", city="GOIANIA", amount=int(reais) * 100 + int(centavos)
            ),
        }
        return httpx.Response(201, json=self.cobs[txid])

    def _list(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        start, end = datetime.fromisoformat(query["inicio"]), datetime.fromisoformat(query["fim"])
        found = [one for one in self.received.values() if start <= datetime.fromisoformat(one["horario"]) <= end]
        page = int(query["paginacao.paginaAtual"])
        pages = max(1, -(-len(found) // self.page_size))
        return httpx.Response(
            200,
            json={
                "parametros": {"paginacao": {"paginaAtual": page, "quantidadeDePaginas": pages}},
                "pix": found[page * self.page_size : (page + 1) * self.page_size],
            },
        )

    def pay(self, txid: str | None, amount: int) -> str:
        """Somebody pays; returns the payment's end-to-end id."""
        at = self.clock.now() + timedelta(seconds=len(self.received))
        end_to_end_id = f"E60701190{at:%Y%m%d%H%M}{len(self.received):011d}"
        payment: Json = {
            "endToEndId": end_to_end_id,
            "valor": f"{amount // 100}.{amount % 100:02d}",
            "horario": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        }
        if txid:
            payment["txid"] = txid
            self.cobs[txid]["status"] = "CONCLUIDA"
            self.cobs[txid].setdefault("pix", []).append(payment)
        self.received[end_to_end_id] = payment
        return end_to_end_id


def problem(status: int, kind: str, detail: str, **more: Any) -> httpx.Response:
    """An error as RFC 7807 and BACEN write it."""
    body = {"type": f"https://pix.bcb.gov.br/api/v2/error/{kind}", "title": kind, "status": status, "detail": detail, **more}
    return httpx.Response(status, json=body, headers={"Content-Type": "application/problem+json"})
