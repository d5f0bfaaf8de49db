"""Plays Banco Inter's API Cobrança v3: boletos asked for now and registered a moment later, paid, cancelled, moved, told.

A charge (cobrança) is kept as the JSON that the API answers with, and beside it what only the simulator needs. Time is computed:
a charge is registered once its moment has come, late once its due date is over, expired after its last day.
"""

import asyncio
import base64
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData

from simulator import boleto_code
from simulator.answers import CutOff, json_object
from simulator.boleto_paper import paper
from simulator.state import Json, Notice
from simulator.world import World

TOKEN_SECONDS = 3600
ZONE = ZoneInfo("America/Sao_Paulo")
_PAYER = ("cpfCnpj", "tipoPessoa", "nome", "endereco", "cidade", "uf", "cep")


class BoletoProblem(Exception):
    """An error as the bank writes it."""

    def __init__(self, status: int, title: str, detail: str, violations: list[Json] | None = None) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.violations = status, title, detail, violations or []

    def answer(self) -> JSONResponse:
        """The HTTP answer."""
        body = {"title": self.title, "detail": self.detail, "violacoes": self.violations}
        return JSONResponse(body, self.status, media_type="application/problem+json")


def invalid(where: str, reason: str, value: object = "") -> BoletoProblem:
    """400 for one field."""
    violation = {"razao": reason, "propriedade": where, "valor": str(value)}
    return BoletoProblem(400, "Requisição inválida", "Os dados informados não são válidos.", [violation])


def cents_of(value: object) -> int | None:
    """Centavos of a JSON number of reais, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    exact = Decimal(value) * 100
    return int(exact) if exact == int(exact) and 0 <= exact < 10**10 else None


def exact_json(body: object) -> bytes:
    """JSON with amounts as numbers of two decimals."""
    return re.sub(rb'"\\ue000(\d+\.\d\d)"', rb"\1", json.dumps(body).encode())


def reais(cents: int) -> str:
    """An amount for `exact_json`."""
    return f"\ue000{cents // 100}.{cents % 100:02d}"


class BoletoBank:
    """The bank's rules and memory."""

    def __init__(self, world: World) -> None:
        self._world = world

    def today(self) -> date:
        """The bank's day."""
        return self._world.now().astimezone(ZONE).date()

    # --- access ------------------------------------------------------------------------------------------------

    def token(self, form: FormData) -> Json:
        """OAuth2 client credentials in the form, as this bank wants them."""
        config = self._world.config
        right = hmac.compare_digest(str(form.get("client_id")).encode(), config.boleto_client_id.encode())
        if not (right and hmac.compare_digest(str(form.get("client_secret")).encode(), config.boleto_client_secret.encode())):
            raise BoletoProblem(401, "Acesso negado", "Credenciais do cliente inválidas.")
        ends = str(int(self._world.now().timestamp()) + TOKEN_SECONDS)
        scope = str(form.get("scope") or "")
        return {"access_token": f"{ends}.{self._seal(ends)}", "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}

    def _seal(self, text: str) -> str:
        return hmac.new(self._world.config.boleto_client_secret.encode(), text.encode(), sha256).hexdigest()

    def admit(self, request: Request) -> None:
        """Raises BoletoProblem unless the bearer token is ours and still valid."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        ends, _, seal = token.partition(".")
        if scheme.lower() != "bearer" or not hmac.compare_digest(seal.encode(), self._seal(ends).encode()):
            raise BoletoProblem(401, "Acesso negado", "Token de acesso inválido.")
        if int(ends) <= self._world.now().timestamp():
            raise BoletoProblem(401, "Acesso negado", "Token de acesso expirado.")

    def stumble(self) -> None:
        """Raises what the switches ask for."""
        if self._world.faults.strikes("boleto.rate_limit"):
            raise BoletoProblem(429, "Muitas requisições", "Limite de requisições atingido.")
        if self._world.faults.strikes("boleto.error_500"):
            raise BoletoProblem(500, "Erro interno", "Condição inesperada.")
        if self._world.faults.strikes("boleto.unavailable"):
            raise BoletoProblem(503, "Serviço indisponível", "Serviço não está disponível no momento.")

    # --- charges -----------------------------------------------------------------------------------------------

    def issue(self, body: Json | None) -> Json:
        """Takes a charge; its codes come when it is registered. Nothing keeps the same `seuNumero` from coming twice."""
        if body is None:
            raise invalid("cobranca", "O corpo não é um objeto JSON.")
        number = body.get("seuNumero")
        if not isinstance(number, str) or not re.fullmatch(r"[^\s]{1,15}", number):
            raise invalid("seuNumero", "Obrigatório, até 15 caracteres.", number)
        cents = cents_of(body.get("valorNominal"))
        if cents is None or not 1 <= cents <= 99_999_999_99:
            raise invalid("valorNominal", "O valor vai de 0.01 a 99999999.99.", body.get("valorNominal"))
        due = self._due(body.get("dataVencimento"))
        days = body.get("numDiasAgenda", 0)
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 60:
            raise invalid("numDiasAgenda", "De 0 a 60 dias.", days)
        payer = body.get("pagador")
        if not isinstance(payer, dict):
            raise invalid("pagador", "Obrigatório.")
        for name in _PAYER:
            if not isinstance(payer.get(name), str) or not payer[name]:
                raise invalid(f"pagador.{name}", "Obrigatório.")
        if not re.fullmatch(r"\d{11}|[0-9A-Z]{12}\d{2}", payer["cpfCnpj"]):
            raise invalid("pagador.cpfCnpj", "CPF ou CNPJ inválido.")
        payee = body.get("beneficiarioFinal") or {}
        if not isinstance(payee, dict) or not all(isinstance(value, str) for value in payee.values()):
            raise invalid("beneficiarioFinal", "Precisa ser um objeto com textos.")
        now = self._world.now()
        ref = str(uuid.uuid4())
        taken = len(self._world.state.all("boleto"))
        charge: Json = {
            "ref": ref,
            "seuNumero": number,
            "cents": cents,
            "due": due.isoformat(),
            "days": days,
            "payer": payer,
            "payee": payee,
            "fine": self._charge_of(body.get("multa"), "multa", "VALORFIXO", "PERCENTUAL"),
            "interest": self._charge_of(body.get("mora"), "mora", "VALORDIA", "TAXAMENSAL"),
            "message": body.get("mensagem") or {},
            "issued": self.today().isoformat(),
            "ready_at": (now + timedelta(seconds=self._world.config.boleto_pending_seconds)).isoformat(),
            "number": f"{taken + 1:03d}{secrets.randbelow(10**8):08d}",
            "state": "A_RECEBER",
            "received": 0,
            "changed_at": now.isoformat(),
            "wrong": self._world.faults.strikes("boleto.wrong_codes"),
        }
        self._world.state.put("boleto", ref, charge)
        self._world.tell("boleto", ref=ref, state=charge["state"])
        return {"codigoSolicitacao": ref}

    def _due(self, value: object) -> date:
        try:
            due = date.fromisoformat(str(value))
        except ValueError:
            raise invalid("dataVencimento", "A data não está certa.", value) from None
        if due < self.today():
            raise invalid("dataVencimento", "O vencimento não pode ser anterior a hoje.", value)
        return due

    @staticmethod
    def _charge_of(value: Any, where: str, fixed: str, rate: str) -> Json | None:
        if value is None:
            return None
        kind = value.get("codigo") if isinstance(value, dict) else None
        amount = cents_of(value.get("valor" if kind == fixed else "taxa")) if isinstance(value, dict) else None
        if kind not in (fixed, rate) or not amount:
            raise invalid(where, f"O código é {fixed} ou {rate}, com valor ou taxa.", value)
        return {"kind": kind, "hundredths": amount}

    def charge(self, ref: str) -> Json:
        """The charge as it is kept, or 404."""
        found = self._world.state.get("boleto", ref)
        if found is None:
            raise BoletoProblem(404, "Não encontrado", "Cobrança não encontrada.")
        return found

    def state_of(self, charge: Json) -> str:
        """The bank's word for where the charge stands today."""
        if datetime.fromisoformat(charge["ready_at"]) > self._world.now():
            return "EM_PROCESSAMENTO"
        if charge["state"] != "A_RECEBER":
            return str(charge["state"])
        due = date.fromisoformat(charge["due"])
        if self.today() > boleto_code.last_day(due, charge["days"]):
            return "EXPIRADO"
        return "ATRASADO" if self.today() > due else "A_RECEBER"

    def bars_of(self, charge: Json) -> str:
        """The 44 digits, which change with the due date."""
        cents = charge["cents"] + (1 if charge.get("wrong") else 0)
        return boleto_code.barcode(cents, date.fromisoformat(charge["due"]), charge["number"])

    def view(self, charge: Json) -> Json:
        """The charge as the API answers it."""
        state = self.state_of(charge)
        told: Json = {
            "codigoSolicitacao": charge["ref"],
            "seuNumero": charge["seuNumero"],
            "dataEmissao": charge["issued"],
            "dataVencimento": charge["due"],
            "valorNominal": reais(charge["cents"]),
            "tipoCobranca": "SIMPLES",
            "situacao": state,
            "dataSituacao": datetime.fromisoformat(charge["changed_at"]).astimezone(ZONE).date().isoformat(),
            "arquivada": False,
            "pagador": charge["payer"],
            "beneficiarioFinal": charge["payee"],
        }
        if charge["received"]:
            told |= {"valorTotalRecebido": reais(charge["received"]), "origemRecebimento": "BOLETO"}
        if charge.get("reason"):
            told["motivoCancelamento"] = charge["reason"]
        answer: Json = {"cobranca": told}
        if state != "EM_PROCESSAMENTO":
            bars = self.bars_of(charge)
            answer["boleto"] = {"nossoNumero": charge["number"], "codigoBarras": bars, "linhaDigitavel": boleto_code.line(bars)}
        return answer

    def listing(self, request: Request) -> Json:
        """GET /cobrancas: by day of issue, due date or payment, in pages."""
        query = request.query_params
        try:
            start, end = date.fromisoformat(query.get("dataInicial", "")), date.fromisoformat(query.get("dataFinal", ""))
        except ValueError:
            raise invalid("dataInicial", "As datas são obrigatórias.") from None
        by = query.get("filtrarDataPor", "VENCIMENTO")
        page, size = query.get("paginacao.paginaAtual", "0"), query.get("paginacao.itensPorPagina", "100")
        if by not in ("VENCIMENTO", "EMISSAO", "PAGAMENTO") or not (page.isdigit() and size.isdigit() and 0 < int(size) <= 1000):
            raise invalid("filtrarDataPor", "Os parâmetros da consulta estão errados.")

        def day(charge: Json) -> str:
            if by == "PAGAMENTO":
                return str(charge.get("paid_on", ""))
            return str(charge["due" if by == "VENCIMENTO" else "issued"])

        found = [
            charge
            for charge in self._world.state.all("boleto")
            if start.isoformat() <= day(charge) <= end.isoformat()
            and query.get("seuNumero") in (None, charge["seuNumero"])
            and query.get("situacao") in (None, self.state_of(charge))
        ]
        at, many, pages = int(page) * int(size), len(found), max(1, -(-len(found) // int(size)))
        return {
            "totalPaginas": pages,
            "totalElementos": many,
            "ultimaPagina": int(page) >= pages - 1,
            "primeiraPagina": page == "0",
            "tamanhoPagina": int(size),
            "numeroDeElementos": len(found[at : at + int(size)]),
            "cobrancas": [self.view(charge) for charge in found[at : at + int(size)]],
        }

    def cancel(self, ref: str, body: Json | None) -> None:
        """Ends a charge that nobody paid."""
        charge = self.charge(ref)
        reason = (body or {}).get("motivoCancelamento")
        if not isinstance(reason, str) or not 0 < len(reason) <= 50:
            raise invalid("motivoCancelamento", "Obrigatório, até 50 caracteres.", reason)
        state = self.state_of(charge)
        if state not in ("A_RECEBER", "ATRASADO"):
            raise BoletoProblem(400, "Operação inválida", f"A cobrança está {state} e não pode ser cancelada.")
        charge["reason"] = reason
        self._change(charge, "CANCELADO")

    def change(self, ref: str, body: Json | None) -> None:
        """Moves the due date: taken now, done when the next registration comes."""
        charge = self.charge(ref)
        state = self.state_of(charge)
        if state not in ("A_RECEBER", "ATRASADO"):
            raise BoletoProblem(400, "Operação inválida", f"A cobrança está {state} e não pode ser alterada.")
        charge["due"] = self._due((body or {}).get("dataVencimento")).isoformat()
        self._change(charge, "A_RECEBER", tell=False)

    def pdf(self, ref: str) -> Json:
        """A plain sheet with the facts, base64."""
        charge = self.charge(ref)
        if self.state_of(charge) == "EM_PROCESSAMENTO":
            raise BoletoProblem(404, "Não encontrado", "O PDF ainda não está disponível.")
        bars = self.bars_of(charge)
        value = f"R$ {charge['cents'] // 100},{charge['cents'] % 100:02d}"
        sheet = paper(
            "Boleto do Banco Simulado (demonstracao)",
            [
                ("Linha digitavel", boleto_code.line(bars)),
                ("Beneficiario", f"{charge['payee'].get('nome', '')} {charge['payee'].get('cpfCnpj', '')}"),
                ("Pagador", charge["payer"]["nome"]),
                ("Vencimento", date.fromisoformat(charge["due"]).strftime("%d/%m/%Y")),
                ("Valor", value),
                ("Nosso numero", charge["number"]),
            ],
        )
        return {"pdf": base64.b64encode(sheet).decode()}

    def set_webhook(self, body: Json | None) -> None:
        """Where changes are told."""
        url = (body or {}).get("webhookUrl")
        if not isinstance(url, str) or not re.match(r"https?://[^\s]+$", url):
            raise invalid("webhookUrl", "A URL não é válida.", url)
        self._world.state.put("boleto_webhook", "one", {"webhookUrl": url})

    # --- payments ----------------------------------------------------------------------------------------------

    def by_bars(self, bars: str) -> Json | None:
        """The charge that these bars pay: due date and amount may be of an earlier version of it."""
        if bars[:3] != boleto_code.BANK:
            return None
        number = bars[33:]
        return next((charge for charge in self._world.state.all("boleto") if charge["number"] == number), None)

    def cost(self, charge: Json) -> int:
        """What the bank asks for today: after the due date with what was registered for that."""
        late = (self.today() - date.fromisoformat(charge["due"])).days
        cents = int(charge["cents"])
        if late <= 0:
            return cents
        fine, interest = charge["fine"], charge["interest"]
        total = cents
        if fine:
            total += fine["hundredths"] if fine["kind"] == "VALORFIXO" else (cents * fine["hundredths"] + 5000) // 10000
        if interest:
            a_day = interest["hundredths"] * late
            total += a_day if interest["kind"] == "VALORDIA" else (cents * a_day + 150_000) // 300_000
        return total

    def receive(self, charge: Json, cents: int) -> str:
        """Books a payment and tells; returns its id: the charge's name and the total that it reached."""
        charge["received"] += cents
        charge["paid_on"] = self.today().isoformat()
        whole = charge["received"] >= charge["cents"]
        self._change(charge, "RECEBIDO" if whole else "A_RECEBER")
        return f"{charge['ref']}.{charge['received']}"

    def _change(self, charge: Json, state: str, *, tell: bool = True) -> None:
        charge.update(state=state, changed_at=self._world.now().isoformat())
        self._world.state.put("boleto", charge["ref"], charge)
        self._world.tell("boleto", ref=charge["ref"], state=state)
        if tell:
            self._tell(charge)

    def _tell(self, charge: Json) -> None:
        """Queues the notice at once, so that no crash loses it, and posts it beside."""
        faults = self._world.faults
        hook = self._world.state.get("boleto_webhook", "one")
        url = hook["webhookUrl"] if hook else self._world.config.webhook_boleto_url
        if not url or faults.strikes("boleto.webhook_lost"):
            return
        view = self.view(charge)
        local = datetime.fromisoformat(charge["changed_at"]).astimezone(ZONE)
        item: Json = {
            "codigoSolicitacao": charge["ref"],
            "seuNumero": charge["seuNumero"],
            "situacao": view["cobranca"]["situacao"],
            "dataHoraSituacao": local.replace(tzinfo=None).isoformat(timespec="milliseconds"),
            **view.get("boleto", {}),
        }
        if charge["received"]:
            item |= {"valorTotalRecebido": reais(charge["received"]), "origemRecebimento": "BOLETO"}
        body = exact_json([item])
        copies = 2 if faults.strikes("boleto.webhook_duplicate") else 1
        notices = [self._world.postman.queue("psp", url, body) for _ in range(copies)]
        self._world.postman.spawn(self._post(notices, late=faults.strikes("boleto.webhook_late")))

    async def _post(self, notices: list[Notice], *, late: bool) -> None:
        await self._world.pause()
        if late:
            await asyncio.sleep(self._world.config.late_seconds)
        await asyncio.gather(*(self._world.postman.deliver(notice) for notice in notices))


def routes(world: World, bank: BoletoBank) -> APIRouter:
    """The HTTP door, below /boleto."""
    router = APIRouter(prefix="/boleto")
    base = "/cobranca/v3/cobrancas"

    async def guarded(request: Request, work: Callable[[], Any], status: int = 200, *, writes: bool = False) -> Response:
        try:
            bank.admit(request)
            bank.stumble()
            answer = work()
        except BoletoProblem as problem:
            return problem.answer()
        if writes and world.faults.strikes("boleto.answer_lost"):
            return CutOff()
        if writes and world.faults.strikes("boleto.answer_late"):
            await asyncio.sleep(world.config.lost_answer_seconds)
        if answer is None:
            return Response(status_code=status)
        return Response(exact_json(answer), status, media_type="application/json")

    @router.post("/oauth/v2/token")
    async def token(request: Request) -> Response:
        form = await request.form()
        try:
            if form.get("grant_type") != "client_credentials":
                raise BoletoProblem(400, "Requisição inválida", "grant_type precisa ser client_credentials.")
            return JSONResponse(bank.token(form))
        except BoletoProblem as problem:
            return problem.answer()

    @router.post(base)
    async def issue(request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: bank.issue(body), writes=True)

    @router.get(base)
    async def listing(request: Request) -> Response:
        return await guarded(request, lambda: bank.listing(request))

    @router.put(f"{base}/webhook")
    async def put_webhook(request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: bank.set_webhook(body), 204)

    @router.get(f"{base}/{{ref}}")
    async def get(ref: str, request: Request) -> Response:
        return await guarded(request, lambda: bank.view(bank.charge(ref)))

    @router.get(f"{base}/{{ref}}/pdf")
    async def pdf(ref: str, request: Request) -> Response:
        return await guarded(request, lambda: bank.pdf(ref))

    @router.post(f"{base}/{{ref}}/cancelar")
    async def cancel(ref: str, request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: bank.cancel(ref, body), 202, writes=True)

    @router.patch(f"{base}/{{ref}}")
    async def change(ref: str, request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: bank.change(ref, body), 202, writes=True)

    return router
