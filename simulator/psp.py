"""Plays a payment provider (PSP) that speaks BACEN's API Pix 2.9.0: charges (cob), Pix received, refunds, webhooks.

A charge is kept as the JSON that the API answers with. Expiry is computed: an expired charge stays ATIVA, as the standard says.
Source: bacen/pix-api 2.9.0 (openapi.yaml), with its semantics that the schema does not state.
"""

import asyncio
import base64
import hmac
import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData

from simulator.answers import CutOff, json_object
from simulator.brcode import dynamic_code
from simulator.config import PixAccount
from simulator.state import Json, Notice
from simulator.world import World

TOKEN_SECONDS = 3600
REMOVED = "REMOVIDA_PELO_USUARIO_RECEBEDOR"
_TXID = re.compile(r"[a-zA-Z0-9]{26,35}")
_AMOUNT = re.compile(r"\d{1,10}\.\d{2}")


class PixProblem(Exception):
    """An RFC 7807 answer; `kind` is the last part of the error's type."""

    def __init__(self, status: int, kind: str, title: str, detail: str, violations: list[Json] | None = None) -> None:
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail, self.violations = status, kind, title, detail, violations or []

    def answer(self) -> JSONResponse:
        """The HTTP answer."""
        body: Json = {
            "type": f"https://pix.bcb.gov.br/api/v2/error/{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "correlationId": secrets.token_hex(16),
        }
        if self.violations:
            body["violacoes"] = self.violations
        return JSONResponse(body, self.status, media_type="application/problem+json")


def invalid_cob(*violations: tuple[str, str, object]) -> PixProblem:
    """400 CobOperacaoInvalida with (reason, property, value) for each rule that was broken."""
    return PixProblem(
        400,
        "CobOperacaoInvalida",
        "Cobrança inválida.",
        "A requisição de criar ou alterar a cobrança não respeita o schema ou está semanticamente errada.",
        [{"razao": reason, "propriedade": where, "valor": str(value)} for reason, where, value in violations],
    )


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def instant(text: str, where: str, kind: str) -> datetime:
    """An RFC 3339 instant of a query, or PixProblem."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError
    except ValueError:
        violation = [{"razao": "O instante não respeita o RFC 3339.", "propriedade": where, "valor": text}]
        raise PixProblem(400, kind, "Consulta inválida.", "Os parâmetros da consulta estão errados.", violation) from None
    return moment


def _info(item: object) -> bool:
    if not isinstance(item, dict):
        return False
    return 0 < len(str(item.get("nome") or "")) <= 50 and 0 < len(str(item.get("valor") or "")) <= 200


class Psp:
    """The provider's rules and memory."""

    def __init__(self, world: World) -> None:
        self._world = world

    # --- access ------------------------------------------------------------------------------------------------

    def token(self, request: Request, form: FormData) -> Json:
        """OAuth2 client credentials; the token says when it ends, so that nothing need be stored."""
        config = self._world.config
        try:
            given = base64.b64decode(request.headers.get("authorization", "").partition(" ")[2], validate=True).decode()
        except ValueError:
            given = ""
        client, _, secret = given.partition(":")
        if form.get("client_id"):
            client, secret = str(form.get("client_id")), str(form.get("client_secret"))
        right = hmac.compare_digest(client.encode(), config.pix_client_id.encode())
        if not (right and hmac.compare_digest(secret.encode(), config.pix_client_secret.encode())):
            raise PixProblem(401, "AcessoNegado", "Acesso negado.", "Credenciais do cliente inválidas.")
        ends = str(int(self._world.now().timestamp()) + TOKEN_SECONDS)
        return {
            "access_token": f"{ends}.{self._seal(ends)}",
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": str(form.get("scope") or "cob.read cob.write pix.read pix.write webhook.read webhook.write"),
        }

    def _seal(self, text: str) -> str:
        return hmac.new(self._world.config.pix_client_secret.encode(), text.encode(), sha256).hexdigest()

    def admit(self, request: Request) -> None:
        """Raises PixProblem unless the bearer token is ours and still valid."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        ends, _, seal = token.partition(".")
        if scheme.lower() != "bearer" or not hmac.compare_digest(seal.encode(), self._seal(ends).encode()):
            raise PixProblem(401, "AcessoNegado", "Acesso negado.", "Token de acesso inválido.")
        if int(ends) <= self._world.now().timestamp():
            raise PixProblem(401, "AcessoNegado", "Acesso negado.", "Token de acesso expirado.")

    def stumble(self) -> None:
        """Raises what the switches ask for."""
        if self._world.faults.strikes("psp.rate_limit"):
            raise PixProblem(429, "LimiteDeRequisicoes", "Muitas requisições.", "Limite de requisições atingido.")
        if self._world.faults.strikes("psp.error_500"):
            raise PixProblem(500, "ErroInternoDoServidor", "Erro interno do servidor.", "Condição inesperada.")
        if self._world.faults.strikes("psp.unavailable"):
            raise PixProblem(503, "ServicoIndisponivel", "Serviço indisponível.", "Serviço não está disponível no momento.")

    # --- charges -----------------------------------------------------------------------------------------------

    def account(self, key: object) -> PixAccount | None:
        """The receiver's account with this Pix key."""
        return next((a for a in self._world.config.pix_accounts if a.key == key), None)

    def _checked(self, body: Json, *, whole: bool) -> None:
        wrong: list[tuple[str, str, object]] = []
        calendar, value = body.get("calendario"), body.get("valor")
        if calendar is not None:
            seconds = calendar.get("expiracao", 86400) if isinstance(calendar, dict) else None
            if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
                wrong.append(("O objeto cob.calendario não respeita o schema.", "cob.calendario.expiracao", seconds))
        elif whole:
            wrong.append(("O objeto cob.calendario é obrigatório.", "cob.calendario", ""))
        if value is not None:
            original = value.get("original") if isinstance(value, dict) else None
            if not isinstance(original, str) or not _AMOUNT.fullmatch(original):
                wrong.append(("O campo cob.valor.original não respeita o schema.", "cob.valor.original", original))
            elif int(original.replace(".", "")) == 0:
                wrong.append(("O campo cob.valor.original é zero.", "cob.valor.original", original))
        elif whole:
            wrong.append(("O objeto cob.valor é obrigatório.", "cob.valor", ""))
        if (body.get("chave") is not None or whole) and self.account(body.get("chave")) is None:
            wrong.append(("A chave não pertence ao usuário recebedor.", "cob.chave", body.get("chave", "")))
        payer = body.get("devedor")
        if payer is not None:
            fits = isinstance(payer, dict) and 1 <= len(str(payer.get("nome") or "")) <= 200
            cpf, cnpj = (payer.get("cpf"), payer.get("cnpj")) if isinstance(payer, dict) else (None, None)
            one = (cpf is None) != (cnpj is None)
            if not fits or not one or not re.fullmatch(r"\d{11}", str(cpf or "0" * 11)):
                wrong.append(("O objeto cob.devedor não respeita o schema.", "cob.devedor", payer))
            elif not re.fullmatch(r"[0-9A-Z]{12}\d{2}", str(cnpj or "0" * 14)):
                wrong.append(("O objeto cob.devedor não respeita o schema.", "cob.devedor.cnpj", cnpj))
        if len(str(body.get("solicitacaoPagador") or "")) > 140:
            wrong.append(("Texto maior que 140 caracteres.", "cob.solicitacaoPagador", body["solicitacaoPagador"]))
        extra = body.get("infoAdicionais") or []
        if not isinstance(extra, list) or len(extra) > 50 or not all(_info(item) for item in extra):
            wrong.append(("O array cob.infoAdicionais não respeita o schema.", "cob.infoAdicionais", extra))
        if wrong:
            raise invalid_cob(*wrong)

    def put_cob(self, txid: str, body: Json | None) -> Json:
        """Creates a charge; the same body again answers the same charge, another body is refused."""
        if body is None:
            raise invalid_cob(("O corpo não é um objeto JSON.", "cob", ""))
        if not _TXID.fullmatch(txid):
            raise invalid_cob(("O txid não respeita o padrão [a-zA-Z0-9]{26,35}.", "cob.txid", txid))
        self._checked(body, whole=True)
        asked = json.dumps(body, sort_keys=True, default=str)
        known = self._world.state.get("cob", txid)
        if known is not None:
            if known["asked"] == asked:
                return public(known)
            raise invalid_cob(("O txid já identifica outra cobrança.", "cob.txid", txid))
        token = secrets.token_hex(16)
        cob: Json = {
            "calendario": {"criacao": stamp(self._world.now()), "expiracao": body["calendario"].get("expiracao", 86400)},
            "txid": txid,
            "revisao": 0,
            "loc": {
                "id": len(self._world.state.all("cob")) + 1,
                "location": f"pix.banco-simulado.com.br/qr/v2/{token}",
                "tipoCob": "cob",
                "criacao": stamp(self._world.now()),
            },
            "location": f"pix.banco-simulado.com.br/qr/v2/{token}",
            "status": "ATIVA",
            "valor": {"original": body["valor"]["original"], "modalidadeAlteracao": body["valor"].get("modalidadeAlteracao", 0)},
            "chave": body["chave"],
            "asked": asked,
            "pix": [],
        }
        for name in ("devedor", "solicitacaoPagador", "infoAdicionais"):
            if body.get(name) is not None:
                cob[name] = body[name]
        self._keep(cob)
        return public(cob)

    def _keep(self, cob: Json) -> None:
        account = self.account(cob["chave"])
        if account is None:
            raise invalid_cob(("A chave não pertence ao usuário recebedor.", "cob.chave", cob["chave"]))
        cob["pixCopiaECola"] = dynamic_code(cob["location"], cob["valor"]["original"], account.name, account.city)
        self._world.state.put("cob", cob["txid"], cob)
        self._world.state.put("location", cob["location"], {"txid": cob["txid"]})
        self._world.tell("charge", txid=cob["txid"], status=cob["status"])

    def cob(self, txid: str) -> Json:
        """The charge as it is kept, or 404."""
        cob = self._world.state.get("cob", txid)
        if cob is None:
            raise PixProblem(404, "CobNaoEncontrado", "Não encontrado.", "Cobrança não encontrada para o txid informado.")
        return cob

    def patch_cob(self, txid: str, body: Json | None) -> Json:
        """Revises or removes a charge; only one that is still ATIVA."""
        cob = self.cob(txid)
        if body is None:
            raise invalid_cob(("O corpo não é um objeto JSON.", "cob", ""))
        if cob["status"] != "ATIVA":
            raise invalid_cob((f"A cobrança não está ATIVA, está {cob['status']}.", "cob.status", cob["status"]))
        if "status" in body:
            if body["status"] != REMOVED:
                raise invalid_cob((f"O status só pode ser {REMOVED}.", "cob.status", body["status"]))
            if len(body) > 1:
                raise invalid_cob(("A remoção não pode vir com outras alterações.", "cob.status", body["status"]))
            cob["status"] = REMOVED
        else:
            self._checked(body, whole=False)
            cob["calendario"].update({k: v for k, v in (body.get("calendario") or {}).items() if k == "expiracao"})
            cob["valor"].update(body.get("valor") or {})
            for name in ("devedor", "chave", "solicitacaoPagador", "infoAdicionais"):
                if body.get(name) is not None:
                    cob[name] = body[name]
        cob["revisao"] += 1
        self._keep(cob)
        return public(cob)

    def expired(self, cob: Json) -> bool:
        """Whether the charge's time is over by the product's clock."""
        return self._world.now() >= self.expires_at(cob)

    def expires_at(self, cob: Json) -> datetime:
        """The instant from which the charge cannot be paid any more."""
        made = datetime.fromisoformat(cob["calendario"]["criacao"])
        return made + timedelta(seconds=int(cob["calendario"]["expiracao"]))

    def find(self, location: str) -> Json | None:
        """The charge that a code's location names."""
        found = self._world.state.get("location", location)
        return self.cob(found["txid"]) if found else None

    # --- payments ----------------------------------------------------------------------------------------------

    def receive(self, *, cents: int, key: str, txid: str | None, note: str, cob: Json | None) -> Json:
        """Books a Pix that arrived, concludes its charge and notifies; returns the Pix."""
        now = self._world.now()
        alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        value = f"{cents // 100}.{cents % 100:02d}"
        pix: Json = {
            "endToEndId": f"E60701190{now.astimezone(UTC):%Y%m%d%H%M}" + "".join(secrets.choice(alphabet) for _ in range(11)),
            "valor": value,
            "componentesValor": {"original": {"valor": value}},
            "chave": key,
            "horario": stamp(now),
        }
        if txid:
            pix["txid"] = txid
        if note:
            pix["infoPagador"] = note[:140]
        self._world.state.put("pix", pix["endToEndId"], pix)
        if cob is not None:
            cob["status"] = "CONCLUIDA"
            cob["pix"] = [*cob["pix"], pix]
            self._world.state.put("cob", cob["txid"], cob)
        self._world.tell("paid", txid=txid, end_to_end_id=pix["endToEndId"], amount=value)
        if txid:
            self._tell(pix)
        return pix

    def _tell(self, pix: Json) -> None:
        """Queues the notice of a Pix at once, so that no crash loses it, and posts it beside."""
        faults = self._world.faults
        hook = self._world.state.get("webhook", pix["chave"])
        url = hook["webhookUrl"] if hook else self._world.config.webhook_pix_url
        if not url or faults.strikes("psp.webhook_lost"):
            return
        body = json.dumps({"pix": [pix]}, ensure_ascii=False).encode()
        copies = 2 if faults.strikes("psp.webhook_duplicate") else 1
        notices = [self._world.postman.queue("psp", f"{url}/pix", body) for _ in range(copies)]
        self._world.postman.spawn(self._post(notices, late=faults.strikes("psp.webhook_late")))

    async def _post(self, notices: list[Notice], *, late: bool) -> None:
        await self._world.pause()
        if late:
            await asyncio.sleep(self._world.config.late_seconds)
        await asyncio.gather(*(self._world.postman.deliver(notice) for notice in notices))

    def pix(self, end_to_end_id: str) -> Json:
        """One Pix received, or 404."""
        pix = self._world.state.get("pix", end_to_end_id)
        if pix is None:
            raise PixProblem(404, "PixNaoEncontrado", "Não encontrado.", "Pix não encontrado para o e2eid informado.")
        return pix

    def refund(self, end_to_end_id: str, key: str, body: Json | None) -> Json:
        """Asks for a refund; the same id and amount again answers the same refund."""
        pix = self.pix(end_to_end_id)
        asked = str((body or {}).get("valor"))
        if not re.fullmatch(r"[a-zA-Z0-9]{1,35}", key) or not _AMOUNT.fullmatch(asked) or int(asked.replace(".", "")) == 0:
            raise self._bad_refund("O id ou o valor da devolução não respeita o schema.", asked)
        refunds = pix.setdefault("devolucoes", [])
        for known in refunds:
            if known["id"] == key:
                if known["valor"] == asked:
                    return dict(known)
                raise self._bad_refund("O id já identifica outra devolução.", asked)
        used = sum(int(d["valor"].replace(".", "")) for d in refunds if d["status"] != "NAO_REALIZADO")
        if used + int(asked.replace(".", "")) > int(pix["valor"].replace(".", "")):
            raise self._bad_refund("A soma das devoluções passa do valor do Pix.", asked)
        if self._world.now() - datetime.fromisoformat(pix["horario"]) > timedelta(days=90):
            raise self._bad_refund("O prazo de 90 dias para devolver terminou.", asked)
        refund: Json = {
            "id": key,
            "rtrId": f"D60701190{self._world.now().astimezone(UTC):%Y%m%d%H%M}" + secrets.token_hex(6)[:11],
            "valor": asked,
            "natureza": (body or {}).get("natureza", "ORIGINAL"),
            "horario": {"solicitacao": stamp(self._world.now())},
            "status": "EM_PROCESSAMENTO",
        }
        refunds.append(refund)
        self._save_pix(pix)
        self._world.postman.spawn(self._settle_refund(end_to_end_id, key))
        return refund

    def _save_pix(self, pix: Json) -> None:
        self._world.state.put("pix", pix["endToEndId"], pix)
        cob = self._world.state.get("cob", pix.get("txid", ""))
        if cob is not None:
            cob["pix"] = [pix if p["endToEndId"] == pix["endToEndId"] else p for p in cob["pix"]]
            self._world.state.put("cob", cob["txid"], cob)

    async def _settle_refund(self, end_to_end_id: str, key: str) -> None:
        await self._world.pause()
        pix = self.pix(end_to_end_id)
        for refund in pix["devolucoes"]:
            if refund["id"] == key:
                refund["status"] = "DEVOLVIDO"
                refund["horario"]["liquidacao"] = stamp(self._world.now())
        self._save_pix(pix)
        self._tell(pix)

    @staticmethod
    def _bad_refund(reason: str, value: str) -> PixProblem:
        violation = [{"razao": reason, "propriedade": "devolucao.valor", "valor": value}]
        return PixProblem(400, "PixDevolucaoInvalida", "Devolução inválida.", "A devolução não pode ser feita.", violation)

    def set_webhook(self, key: str, body: Json | None) -> None:
        """Registers where Pix of this key are told."""
        url = (body or {}).get("webhookUrl")
        if self.account(key) is None or not isinstance(url, str) or not re.match(r"https?://[^\s]+$", url):
            violation = [{"razao": "A chave ou a URL não é válida.", "propriedade": "webhook.webhookUrl", "valor": str(url)}]
            why = "O webhook não pode ser configurado."
            raise PixProblem(400, "WebhookOperacaoInvalida", "Webhook inválido.", why, violation)
        self._world.state.put("webhook", key, {"webhookUrl": url, "chave": key, "criacao": stamp(self._world.now())})

    def webhook(self, key: str) -> Json:
        """The registered webhook of a key, or 404."""
        hook = self._world.state.get("webhook", key)
        if hook is None:
            raise PixProblem(404, "WebhookNaoEncontrado", "Não encontrado.", "Webhook não encontrado para a chave informada.")
        return hook

    def listing(self, request: Request, kind: str) -> Json:
        """GET /cob and GET /pix: by time, filtered, in pages."""
        query, problem = request.query_params, "CobConsultaInvalida" if kind == "cob" else "PixConsultaInvalida"
        start, end = instant(query.get("inicio", ""), "inicio", problem), instant(query.get("fim", ""), "fim", problem)
        page, size = query.get("paginacao.paginaAtual", "0"), query.get("paginacao.itensPorPagina", "100")
        if not (page.isdigit() and size.isdigit() and 1 <= int(size) <= 1000) or end < start:
            raise PixProblem(400, problem, "Consulta inválida.", "Os parâmetros da consulta estão errados.")

        def wanted(item: Json) -> bool:
            moment = datetime.fromisoformat(item["calendario"]["criacao"] if kind == "cob" else item["horario"])
            payer = item.get("devedor", {})
            return (
                start <= moment <= end
                and query.get("txid") in (None, item.get("txid"))
                and query.get("status") in (None, item.get("status"))
                and query.get("cpf") in (None, payer.get("cpf"))
                and query.get("cnpj") in (None, payer.get("cnpj"))
                and (query.get("txIdPresente") != "true" or "txid" in item)
            )

        found = [item for item in self._world.state.all(kind) if wanted(item)]
        at, many = int(page) * int(size), len(found)
        return {
            "parametros": {
                "inicio": stamp(start),
                "fim": stamp(end),
                "paginacao": {
                    "paginaAtual": int(page),
                    "itensPorPagina": int(size),
                    "quantidadeDePaginas": max(1, -(-many // int(size))),
                    "quantidadeTotalDeItens": many,
                },
            },
            "cobs" if kind == "cob" else "pix": [public(item) for item in found[at : at + int(size)]],
        }


def public(item: Json) -> Json:
    """A charge or a Pix without what only the simulator keeps in it."""
    return {name: value for name, value in item.items() if name != "asked" and not (name == "pix" and not value)}


def routes(world: World, psp: Psp) -> APIRouter:
    """The HTTP door, below /psp."""
    router = APIRouter(prefix="/psp")

    async def guarded(request: Request, work: Callable[[], Any], status: int = 200, *, writes: bool = False) -> Response:
        try:
            psp.admit(request)
            psp.stumble()
            answer = work()
        except PixProblem as problem:
            return problem.answer()
        if writes and world.faults.strikes("psp.answer_lost"):
            return CutOff()
        if writes and world.faults.strikes("psp.answer_late"):
            await asyncio.sleep(world.config.lost_answer_seconds)
        return Response(status_code=status) if answer is None else JSONResponse(answer, status)

    @router.post("/oauth/token")
    async def token(request: Request) -> Response:
        form = await request.form()
        try:
            if form.get("grant_type") != "client_credentials":
                raise PixProblem(400, "RequisicaoInvalida", "Requisição inválida.", "grant_type precisa ser client_credentials.")
            return JSONResponse(psp.token(request, form))
        except PixProblem as problem:
            return problem.answer()

    @router.post("/cob")
    async def post_cob(request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: psp.put_cob(secrets.token_hex(16), body), 201, writes=True)

    @router.put("/cob/{txid}")
    async def put_cob(txid: str, request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: psp.put_cob(txid, body), 201, writes=True)

    @router.patch("/cob/{txid}")
    async def patch_cob(txid: str, request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: psp.patch_cob(txid, body), writes=True)

    @router.get("/cob/{txid}")
    async def get_cob(txid: str, request: Request) -> Response:
        return await guarded(request, lambda: public(psp.cob(txid)))

    @router.get("/cob")
    async def list_cob(request: Request) -> Response:
        return await guarded(request, lambda: psp.listing(request, "cob"))

    @router.get("/pix")
    async def list_pix(request: Request) -> Response:
        return await guarded(request, lambda: psp.listing(request, "pix"))

    @router.get("/pix/{end_to_end_id}")
    async def get_pix(end_to_end_id: str, request: Request) -> Response:
        return await guarded(request, lambda: psp.pix(end_to_end_id))

    @router.put("/pix/{end_to_end_id}/devolucao/{key}")
    async def refund(end_to_end_id: str, key: str, request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: psp.refund(end_to_end_id, key, body), 201, writes=True)

    @router.get("/pix/{end_to_end_id}/devolucao/{key}")
    async def get_refund(end_to_end_id: str, key: str, request: Request) -> Response:
        def find() -> Json:
            for known in psp.pix(end_to_end_id).get("devolucoes", []):
                if known["id"] == key:
                    return dict(known)
            raise PixProblem(404, "PixDevolucaoNaoEncontrada", "Não encontrado.", "Devolução não encontrada.")

        return await guarded(request, find)

    @router.put("/webhook/{key}")
    async def put_webhook(key: str, request: Request) -> Response:
        body = await json_object(request)
        return await guarded(request, lambda: psp.set_webhook(key, body), 200)

    @router.get("/webhook/{key}")
    async def get_webhook(key: str, request: Request) -> Response:
        return await guarded(request, lambda: psp.webhook(key))

    @router.delete("/webhook/{key}")
    async def delete_webhook(key: str, request: Request) -> Response:
        def forget() -> None:
            psp.webhook(key)
            world.state.drop("webhook", key)

        return await guarded(request, forget, 204)

    return router
