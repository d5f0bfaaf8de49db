"""Banco Inter's API Cobrança v3, the boletos of bank 077.

A charge (cobrança) is asked for under our `seuNumero` and known from then on by its `codigoSolicitacao`; its codes come a moment
later. Amounts are numbers of reais. The bank tells how much was received in all (`valorTotalRecebido`) and on which day, not each
payment by itself. Sources: developers.inter.co, "API Cobrança (Boleto + Pix) v3"; field names as its public clients use them.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from payments.bank_line import BankLine, Reais
from payments.boleto_provider import Boleto, BoletoRequest, BoletoState, Capabilities, FinalPayee, Payer
from payments.provider import OutcomeUnknown, Refused, Unavailable
from payments.written import read_amount
from receivables.ground import Clock

BANK = "077"
SCOPES = "boleto-cobranca.read boleto-cobranca.write"
MAX_DAYS_AFTER_DUE = 60

_BASE = "/cobranca/v3/cobrancas"
_STATES: dict[str, BoletoState] = {
    "EM_PROCESSAMENTO": "pending",
    "A_RECEBER": "open",
    "ATRASADO": "open",
    "PROTESTO": "open",
    "RECEBIDO": "paid",
    "MARCADO_RECEBIDO": "paid",
    "EXPIRADO": "expired",
    "CANCELADO": "cancelled",
    "FALHA_EMISSAO": "rejected",
}
_PAGES = 1000
_PAGE_SIZE = 100
_UNKNOWN = "Não informado"


class Inter:
    """A `BoletoProvider`. `client` carries our certificate (the bank asks for mutual TLS) and is the caller's to close."""

    capabilities = Capabilities(async_issue=True, change_due_date=True, pdf=True, pix=True, max_days_after_due=MAX_DAYS_AFTER_DUE)

    def __init__(self, client: httpx.AsyncClient, clock: Clock, *, api_url: str, client_id: str, client_secret: str) -> None:
        self._line = BankLine(
            client,
            clock,
            api_url=api_url,
            token_url=f"{api_url.rstrip('/')}/oauth/v2/token",
            client_id=client_id,
            client_secret=client_secret,
            scope=SCOPES,
        )

    async def issue(self, request: BoletoRequest) -> str:
        """POST /cobrancas."""
        body: dict[str, Any] = {
            "seuNumero": request.our_number,
            "valorNominal": Reais(request.amount),
            "dataVencimento": request.due_date.isoformat(),
            "numDiasAgenda": min(request.pay_until_days, MAX_DAYS_AFTER_DUE),
            "pagador": _payer(request.payer),
            "beneficiarioFinal": _final_payee(request.payee),
        }
        if request.late_fine:
            body["multa"] = {"codigo": "VALORFIXO", "valor": Reais(request.late_fine)}
        if request.late_interest_day:
            body["mora"] = {"codigo": "VALORDIA", "valor": Reais(request.late_interest_day)}
        if request.instructions:
            body["mensagem"] = {f"linha{n}": _plain(line, 78) for n, line in enumerate(request.instructions[:5], start=1)}
        answer = await self._line.call("POST", _BASE, body)
        ref = answer.get("codigoSolicitacao") if isinstance(answer, dict) else None
        if not isinstance(ref, str) or not re.fullmatch(r"[A-Za-z0-9-]{1,64}", ref):
            raise OutcomeUnknown("the answer names no charge")
        return ref

    async def get(self, ref: str) -> Boleto | None:
        """GET /cobrancas/{codigoSolicitacao}."""
        try:
            answer = await self._line.call("GET", f"{_BASE}/{quote(ref, safe='')}")
        except Refused as refused:
            if refused.status in (404, 410):
                return None
            # A reading that is refused decides nothing about the money.
            raise Unavailable(f"GET was refused: {refused}") from refused
        return _read(answer)

    async def find(self, our_number: str, issued_on: date) -> list[Boleto]:
        """GET /cobrancas?seuNumero=…, which wants dates of issue around it."""
        day = timedelta(days=1)
        found = await self._list(issued_on - 2 * day, issued_on + 2 * day, filtrarDataPor="EMISSAO", seuNumero=our_number)
        return [one for one in found if one.our_number == our_number]

    async def change_due_date(self, ref: str, due_date: date) -> None:
        """PATCH /cobrancas/{codigoSolicitacao}: taken now, done a moment later."""
        await self._line.call("PATCH", f"{_BASE}/{quote(ref, safe='')}", {"dataVencimento": due_date.isoformat()})

    async def cancel(self, ref: str, reason: str) -> None:
        """POST /cobrancas/{codigoSolicitacao}/cancelar."""
        try:
            await self._line.call("POST", f"{_BASE}/{quote(ref, safe='')}/cancelar", {"motivoCancelamento": _plain(reason, 50)})
        except Refused:
            found = await self.get(ref)
            if found is not None and found.state not in ("cancelled", "expired", "rejected"):
                raise

    async def pdf(self, ref: str) -> bytes | None:
        """GET /cobrancas/{codigoSolicitacao}/pdf, base64 in JSON."""
        try:
            answer = await self._line.call("GET", f"{_BASE}/{quote(ref, safe='')}/pdf")
            content = base64.b64decode(str(answer["pdf"]), validate=True)
        except Refused:
            return None
        except (KeyError, TypeError, binascii.Error, ValueError) as trouble:
            raise Unavailable("the PDF cannot be read") from trouble
        return content if content.startswith(b"%PDF") else None

    async def paid_between(self, start: date, end: date) -> list[Boleto]:
        """GET /cobrancas by day of payment."""
        return [one for one in await self._list(start, end, filtrarDataPor="PAGAMENTO") if one.received]

    async def register_webhook(self, url: str) -> None:
        """PUT /cobrancas/webhook: one address for all."""
        await self._line.call("PUT", f"{_BASE}/webhook", {"webhookUrl": url})

    async def _list(self, start: date, end: date, **wanted: str) -> list[Boleto]:
        found: list[Boleto] = []
        for page in range(_PAGES):
            params = {
                "dataInicial": start.isoformat(),
                "dataFinal": end.isoformat(),
                "paginacao.paginaAtual": str(page),
                "paginacao.itensPorPagina": str(_PAGE_SIZE),
                **wanted,
            }
            try:
                answer = await self._line.call("GET", _BASE, params=params)
            except Refused as refused:
                raise Unavailable(f"GET was refused: {refused}") from refused
            items = answer.get("cobrancas") if isinstance(answer, dict) else None
            if not isinstance(items, list):
                raise Unavailable("the list of charges cannot be read")
            found += [_read(item) for item in items]
            pages = str(answer.get("totalPaginas", "1"))
            if not re.fullmatch(r"[0-9]{1,6}", pages) or page + 1 >= int(pages):
                break
        return found


def _payer(payer: Payer) -> dict[str, str]:
    # The bank wants an address; a book may hold none.
    return {
        "cpfCnpj": payer.document,
        "tipoPessoa": "FISICA" if len(payer.document) == 11 else "JURIDICA",
        "nome": _plain(payer.name, 100),
        "endereco": _plain(payer.address or _UNKNOWN, 90),
        "cidade": _plain(payer.city or _UNKNOWN, 60),
        "uf": payer.state if re.fullmatch(r"[A-Z]{2}", payer.state) else "SP",
        "cep": re.sub(r"[^0-9]", "", payer.postal_code).ljust(8, "0")[:8],
    }


def _final_payee(payee: FinalPayee) -> dict[str, str]:
    return {
        "cpfCnpj": payee.document,
        "tipoPessoa": "FISICA" if len(payee.document) == 11 else "JURIDICA",
        "nome": _plain(payee.name, 100),
    }


def _plain(words: str, most: int) -> str:
    return " ".join("".join(c for c in words if c.isprintable()).split())[:most]


def _read(answer: Any) -> Boleto:
    """A charge as the bank tells it; raises Unavailable for what cannot be understood, which decides nothing."""
    try:
        charge, slip = answer["cobranca"], answer.get("boleto") or {}
        pix, payee = answer.get("pix") or {}, charge.get("beneficiarioFinal") or {}
        state = _STATES[charge["situacao"]]
        received = read_amount(charge["valorTotalRecebido"]) if charge.get("valorTotalRecebido") is not None else 0
        return Boleto(
            ref=str(charge["codigoSolicitacao"]),
            our_number=str(charge["seuNumero"]),
            state=state,
            amount=read_amount(charge["valorNominal"]),
            due_date=date.fromisoformat(charge["dataVencimento"]),
            bank=BANK,
            line=_digits(slip.get("linhaDigitavel")),
            barcode=_digits(slip.get("codigoBarras")),
            bank_number=_digits(slip.get("nossoNumero")),
            payee_document=str(payee["cpfCnpj"]) if payee.get("cpfCnpj") else None,
            pix_code=str(pix["pixCopiaECola"]) if pix.get("pixCopiaECola") else None,
            received=received,
            paid_on=date.fromisoformat(str(charge["dataSituacao"])[:10]) if received and charge.get("dataSituacao") else None,
            paid_by="pix" if charge.get("origemRecebimento") == "PIX" else "boleto",
            issued_on=date.fromisoformat(charge["dataEmissao"]) if charge.get("dataEmissao") else None,
            why=str(charge["motivoCancelamento"])[:200] if charge.get("motivoCancelamento") else None,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as trouble:
        raise Unavailable(f"a charge that cannot be read: {type(trouble).__name__}") from trouble


def _digits(value: Any) -> str | None:
    return re.sub(r"[ .\-]", "", value) or None if isinstance(value, str) else None
