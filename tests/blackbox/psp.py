"""A payment provider as the product meets it: BACEN's API Pix over HTTP, with ways to pay, to fail and to lie."""

from __future__ import annotations

import base64
import itertools
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx

from tests.blackbox import brcode
from tests.blackbox.http_server import Answer, Asked, LoopbackServer

CLIENT_ID = "cliente-caixa-preta"
CLIENT_SECRET = "segredo-caixa-preta"
WEBHOOK_SECRET = "wh-caixa-preta-Jq3x"
_ERROR = "https://pix.bcb.gov.br/api/v2/error/"
_TXID = re.compile(r"[a-zA-Z0-9]{26,35}")
_AMOUNT = re.compile(r"[0-9]{1,10}\.[0-9]{2}")
HOST = "qr.bancocaixapreta.example"


@dataclass
class Cob:
    """One immediate charge."""

    txid: str
    body: dict[str, Any]
    location: str
    code: str
    created: datetime
    status: str = "ATIVA"
    revision: int = 0
    pix: list[dict[str, Any]] = field(default_factory=list)

    @property
    def amount(self) -> str:
        return str(self.body["valor"]["original"])

    @property
    def payer(self) -> str:
        payer = self.body.get("devedor", {})
        return str(payer.get("cpf") or payer.get("cnpj") or "")


@dataclass
class Trouble:
    """How the next calls are answered: `away` (503), `slow` (after `seconds`), `lost` (done, then no answer)."""

    kind: str
    times: int = 1
    method: str = "PUT"
    path: str = "/cob/"
    seconds: float = 0.0


@dataclass
class Psp:
    """The provider. `holders` maps a Pix key to the name that a payer's bank shows."""

    now: Callable[[], datetime]
    holders: dict[str, str]
    webhook_url: str = ""
    lie: str | None = None
    troubles: list[Trouble] = field(default_factory=list)
    cobs: dict[str, Cob] = field(default_factory=dict)
    calls: list[tuple[float, str, str, int]] = field(default_factory=list)
    puts: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._token = "token-1"
        self._pix: dict[str, dict[str, Any]] = {}
        self._webhooks: dict[str, str] = {}
        self._client = httpx.Client(timeout=20.0)
        self._server = LoopbackServer(self._answer)
        root = f"http://127.0.0.1:{self._server.port}"
        self.url, self.token_url = f"{root}/pix/v2", f"{root}/oauth/token"

    def close(self) -> None:
        self._server.close()
        self._client.close()

    # ------------------------------------------------------------------------------------------------ the API

    def _answer(self, asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path == "/oauth/token":
            return self._grant(asked)
        path = asked.path.removeprefix("/pix/v2")
        trouble = self._trouble(asked.method, path)
        if trouble is not None and trouble.kind == "away":
            answer = _problem(503, "ServicoIndisponivel", "fora do ar")
        elif asked.headers.get("authorization") != f"Bearer {self._token}":
            answer = Answer(401, {"title": "Unauthorized", "status": 401})
        else:
            if trouble is not None and trouble.kind == "slow":
                time.sleep(trouble.seconds)
            with self._lock:
                answer = self._route(asked, path)
            if trouble is not None and trouble.kind == "lost":
                time.sleep(trouble.seconds)
                answer = Answer(answer.status, lost=True)
            if trouble is not None and trouble.kind == "slow_after":
                time.sleep(trouble.seconds)
        with self._lock:
            self.calls.append((time.monotonic(), asked.method, path, answer.status))
        return answer

    def _grant(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        basic = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        known = asked.headers.get("authorization") == basic or (form.get("client_id"), form.get("client_secret")) == (
            CLIENT_ID,
            CLIENT_SECRET,
        )
        if not known or form.get("grant_type") != "client_credentials":
            self.violations.append("a token was asked for with wrong credentials or grant_type")
            return Answer(401, {"error": "invalid_client"})
        return Answer(
            200, {"access_token": self._token, "token_type": "Bearer", "expires_in": 3600, "scope": form.get("scope", "")}
        )

    def expire_token(self) -> None:
        """From now on only a new token is good."""
        self._token = f"token-{next(self._numbers)}"

    def _trouble(self, method: str, path: str) -> Trouble | None:
        with self._lock:
            for trouble in self.troubles:
                if trouble.times > 0 and trouble.method in ("*", method) and path.startswith(trouble.path):
                    trouble.times -= 1
                    return trouble
        return None

    def _route(self, asked: Asked, path: str) -> Answer:
        charge = re.fullmatch(r"/cob/([^/]+)", path)
        if charge:
            return self._cob(asked, charge[1])
        payment = re.fullmatch(r"/pix/([^/]+)", path)
        if payment and asked.method == "GET":
            found = self._pix.get(payment[1])
            return Answer(200, found) if found else _problem(404, "PixNaoEncontrado", "não há este Pix")
        if path == "/pix" and asked.method == "GET":
            return self._list(asked)
        hook = re.fullmatch(r"/webhook/([^/]+)", path)
        if hook and asked.method == "PUT":
            self._webhooks[hook[1]] = asked.json()["webhookUrl"]
            return Answer(200, {"webhookUrl": self._webhooks[hook[1]]})
        if hook and asked.method == "GET":
            known = self._webhooks.get(hook[1])
            return Answer(200, {"webhookUrl": known}) if known else _problem(404, "WebhookNaoEncontrado", "não há")
        self.violations.append(f"unknown call {asked.method} {path}")
        return _problem(404, "NaoEncontrado", path)

    def _cob(self, asked: Asked, txid: str) -> Answer:
        known = self.cobs.get(txid)
        if asked.method == "GET":
            return Answer(200, self.shown(known)) if known else _problem(404, "CobNaoEncontrado", txid)
        if not _TXID.fullmatch(txid):
            self.violations.append(f"txid {txid!r} is not 26 to 35 letters and digits")
            return _problem(400, "CobOperacaoInvalida", "txid")
        body = asked.json()
        if asked.method == "PATCH":
            if known is None:
                return _problem(404, "CobNaoEncontrado", txid)
            if body != {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"} or known.status != "ATIVA":
                return _problem(400, "CobOperacaoInvalida", f"{body} em {known.status}")
            known.status, known.revision = body["status"], known.revision + 1
            return Answer(200, self.shown(known))
        if asked.method != "PUT":
            return _problem(400, "RequisicaoInvalida", asked.method)
        self.puts.append(txid)
        if known is not None and (known.status != "ATIVA" or known.body != body):
            return _problem(400, "CobOperacaoInvalida", "txid já usado")
        if known is None:
            fault = self._fault_of(body)
            if fault:
                self.violations.append(f"PUT /cob: {fault} in {body}")
                return _problem(400, "CobOperacaoInvalida", fault)
            known = self._make(txid, body)
            self.cobs[txid] = known
        return Answer(201, self.shown(known))

    def _fault_of(self, body: dict[str, Any]) -> str | None:
        amount = str(body.get("valor", {}).get("original", ""))
        if not _AMOUNT.fullmatch(amount) or float(amount) == 0:
            return f"valor {amount!r}"
        if body.get("chave") not in self.holders:
            return f"chave {body.get('chave')!r} is not of this account"
        seconds = body.get("calendario", {}).get("expiracao", 86400)
        if not isinstance(seconds, int) or seconds <= 0:
            return "expiracao"
        payer = body.get("devedor")
        if payer is not None:
            if ("cpf" in payer) == ("cnpj" in payer) or not payer.get("nome"):
                return "devedor"
            if "cpf" in payer and not re.fullmatch(r"[0-9]{11}", payer["cpf"]):
                return "devedor.cpf"
            if "cnpj" in payer and not re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", payer["cnpj"]):
                return "devedor.cnpj"
        if len(str(body.get("solicitacaoPagador", ""))) > 140:
            return "solicitacaoPagador"
        return None

    def _make(self, txid: str, body: dict[str, Any]) -> Cob:
        location = f"{HOST}/v2/{next(self._numbers):032x}"
        amount, name = str(body["valor"]["original"]), self.holders[body["chave"]]
        shown = location
        if self.lie == "amount":
            amount = f"{float(amount) + 1:.2f}"
        elif self.lie == "payee":
            name = "OUTRA PESSOA LTDA"
        elif self.lie == "location":
            shown = f"{HOST}/v2/{next(self._numbers) + 7:032x}"
        code = brcode.dynamic(shown, amount, name, "SAO PAULO")
        if self.lie == "crc":
            code = code[:-4] + ("0000" if code[-4:] != "0000" else "1111")
        return Cob(txid, body, location, code, self.now())

    def shown(self, cob: Cob) -> dict[str, Any]:
        """The charge as the API shows it."""
        found: dict[str, Any] = {
            "calendario": {"criacao": _instant(cob.created), "expiracao": cob.body.get("calendario", {}).get("expiracao", 86400)},
            "txid": cob.txid,
            "revisao": cob.revision,
            "loc": {"id": 1, "location": cob.location, "tipoCob": "cob", "criacao": _instant(cob.created)},
            "location": cob.location,
            "status": cob.status,
            "valor": {"original": cob.amount, "modalidadeAlteracao": 0},
            "chave": cob.body["chave"],
            "pixCopiaECola": cob.code,
        }
        for name in ("devedor", "solicitacaoPagador", "infoAdicionais"):
            if name in cob.body:
                found[name] = cob.body[name]
        if cob.pix:
            found["pix"] = cob.pix
        return found

    def _list(self, asked: Asked) -> Answer:
        start, end = (_read(asked.query.get(name, "")) for name in ("inicio", "fim"))
        if start is None or end is None or end < start:
            return _problem(400, "PixConsultaInvalida", "inicio e fim")
        found = [one for one in self._pix.values() if start <= (_read(one["horario"]) or start) <= end]
        page, size = int(asked.query.get("paginacao.paginaAtual", 0)), int(asked.query.get("paginacao.itensPorPagina", 100))
        return Answer(
            200,
            {
                "parametros": {
                    "inicio": asked.query["inicio"],
                    "fim": asked.query["fim"],
                    "paginacao": {
                        "paginaAtual": page,
                        "itensPorPagina": size,
                        "quantidadeDePaginas": -(-len(found) // size),
                        "quantidadeTotalDeItens": len(found),
                    },
                },
                "pix": found[page * size : (page + 1) * size],
            },
        )

    # -------------------------------------------------------------------------------------------- what a payer does

    def charges_of(self, document: str) -> list[Cob]:
        """All charges ever made for a payer, oldest first."""
        with self._lock:
            return [cob for cob in self.cobs.values() if cob.payer == document]

    def by_code(self, code: str) -> Cob:
        """The charge that a copy-and-paste text leads to, found as a bank does: by its location."""
        location = brcode.read(code)["location"]
        with self._lock:
            return next(cob for cob in self.cobs.values() if cob.location == location)

    def pay(self, cob: Cob, amount: str | None = None, *, notify: bool = True, copies: int = 1) -> dict[str, Any]:
        """A Pix arrives for `cob`, and the product is told of it `copies` times."""
        at = self.now()
        with self._lock:
            pix = {
                "endToEndId": f"E99887766{at.astimezone(UTC):%Y%m%d%H%M}{next(self._numbers):011d}",
                "txid": cob.txid,
                "valor": amount or cob.amount,
                "horario": _instant(at),
                "chave": cob.body["chave"],
                "infoPagador": "",
                "componentesValor": {"original": {"valor": amount or cob.amount}},
            }
            cob.pix.append(pix)
            cob.status = "CONCLUIDA"
            self._pix[pix["endToEndId"]] = pix
        for _ in range(copies if notify else 0):
            self.notify([pix])
        return pix

    def notify(self, items: list[dict[str, Any]], url: str | None = None) -> int:
        """Posts a notification until it is taken, and gives the last status."""
        status = 0
        for pause in (0.2, 0.5, 1, 2, 4, 8, 16, 0):
            try:
                status = self._client.post(url or self.webhook_url, json={"pix": items}).status_code
                if status in (200, 400, 401, 404, 413):
                    return status
            except httpx.HTTPError:
                pass
            time.sleep(pause)
        return status


def _problem(status: int, kind: str, detail: str) -> Answer:
    content = {"type": _ERROR + kind, "title": kind, "status": status, "detail": detail}
    return Answer(status, content, kind="application/problem+json")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found + timedelta(0)
