"""BACEN's API Pix 2.9.0, which every Brazilian payment provider speaks with quirks of its own.

OAuth2 client credentials over mutual TLS. Read tolerantly: a refund list that is one object, amounts without decimals, a charge
whose copy-and-paste text is missing, error pages that are no JSON. Written strictly. Nothing is retried here but a request whose
token had expired: 5xx and lost answers are the caller's to repeat, under the same txid.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from payments.bank_line import BankLine
from payments.provider import (
    ChargeState,
    OutcomeUnknown,
    PixCharge,
    PixRequest,
    ReceivedPix,
    Refund,
    RefundState,
    Refused,
    Unavailable,
)
from payments.written import Unreadable, read_amount, read_instant, write_amount
from receivables.ground import Clock

SCOPES = "cob.write cob.read pix.read webhook.read webhook.write"
TIMEOUT = httpx.Timeout(15.0, connect=5.0)

_Found = TypeVar("_Found")
_PAGES = 1000
_PAGE_SIZE = 100
_CHARGE_STATES: dict[str, ChargeState] = {
    "ATIVA": "active",
    "CONCLUIDA": "concluded",
    "REMOVIDA_PELO_USUARIO_RECEBEDOR": "removed",
    "REMOVIDA_PELO_PSP": "removed",
}
_REFUND_STATES: dict[str, RefundState] = {
    "EM_PROCESSAMENTO": "processing",
    "DEVOLVIDO": "returned",
    "NAO_REALIZADO": "failed",
}


def make_client(*, cert_file: Path | None = None, key_file: Path | None = None, ca_file: Path | None = None) -> httpx.AsyncClient:
    """An HTTP client with our certificate, as the provider's mutual TLS asks. The caller closes it."""
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    if cert_file is not None:
        context.load_cert_chain(str(cert_file), str(key_file) if key_file else None)
    return httpx.AsyncClient(verify=context, timeout=TIMEOUT, follow_redirects=False)


class ApiPix:
    """A `PixProvider` over HTTP. `client` carries TLS and timeouts (`make_client`), and is the caller's to close.

    `key` is the chave whose payments the webhook tells of. Without `token_url` no token is asked for or sent.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: Clock,
        *,
        api_url: str,
        token_url: str,
        client_id: str,
        client_secret: str,
        key: str,
    ) -> None:
        self._line = BankLine(
            client,
            clock,
            api_url=api_url,
            token_url=token_url,
            client_id=client_id,
            client_secret=client_secret,
            scope=SCOPES,
            basic=True,
        )
        self._key = key

    # ------------------------------------------------------------------------------------------- the interface

    @property
    def key(self) -> str:
        return self._key

    async def create(self, request: PixRequest) -> PixCharge:
        """PUT /cob/{txid}. When the provider refuses or its answer is lost, what it has under that txid decides."""
        body: dict[str, Any] = {
            "calendario": {"expiracao": request.expires_in},
            "valor": {"original": write_amount(request.amount)},
            "chave": request.key,
        }
        if request.payer_document and request.payer_name:
            kind = "cpf" if len(request.payer_document) == 11 else "cnpj"
            body["devedor"] = {kind: request.payer_document, "nome": request.payer_name[:200]}
        if request.note:
            body["solicitacaoPagador"] = request.note[:140]
        try:
            answer = await self._call("PUT", f"/cob/{_safe(request.txid)}", body)
            return _charge(answer)
        except (Refused, OutcomeUnknown, Unreadable) as trouble:
            found = await self.get(request.txid)
            if found is not None and (found.amount, found.key) == (request.amount, request.key):
                return found
            if isinstance(trouble, Unreadable):
                raise OutcomeUnknown(f"an answer that cannot be read: {trouble}") from trouble
            raise

    async def get(self, txid: str) -> PixCharge | None:
        return await self._read(f"/cob/{_safe(txid)}", _charge)

    async def cancel(self, txid: str) -> None:
        """PATCH /cob/{txid} as removed by us."""
        try:
            await self._call("PATCH", f"/cob/{_safe(txid)}", {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"})
        except Refused:
            found = await self.get(txid)
            if found is not None and found.status != "removed":
                raise

    async def get_payment(self, end_to_end_id: str) -> ReceivedPix | None:
        return await self._read(f"/pix/{_safe(end_to_end_id)}", _payment)

    async def payments_between(self, start: datetime, end: datetime) -> list[ReceivedPix]:
        found: list[ReceivedPix] = []
        for page in range(_PAGES):
            answer = await self._call(
                "GET",
                "/pix",
                params={
                    "inicio": _instant_text(start),
                    "fim": _instant_text(end),
                    "paginacao.paginaAtual": str(page),
                    "paginacao.itensPorPagina": str(_PAGE_SIZE),
                },
            )
            items = answer.get("pix")
            if not isinstance(items, list):
                raise Unavailable("the list of payments cannot be read")
            try:
                found += [_payment(item) for item in items]
                pages = _pages(answer)
            except Unreadable as trouble:
                raise Unavailable(f"the list of payments cannot be read: {trouble}") from trouble
            if page + 1 >= pages:
                break
        return found

    async def register_webhook(self, url: str, key: str | None = None) -> None:
        """PUT /webhook/{chave}: the provider adds `/pix` to `url` when it calls."""
        await self._call("PUT", f"/webhook/{_safe(key or self._key)}", {"webhookUrl": url})

    # ------------------------------------------------------------------------------------------- over the wire

    async def _read(self, path: str, read: Callable[[Any], _Found]) -> _Found | None:
        try:
            answer = await self._call("GET", path)
        except Refused as refused:
            if refused.status in (404, 410):
                return None
            # A reading that is refused decides nothing about the money.
            raise Unavailable(f"GET was refused: {refused}") from refused
        try:
            return read(answer)
        except Unreadable as trouble:
            raise Unavailable(f"an answer that cannot be read: {trouble}") from trouble

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = await self._line.call(method, path, body, params)
        if not isinstance(answer, dict):
            raise (OutcomeUnknown if method != "GET" else Unavailable)(f"{method} was answered with what is no object")
        return answer


# ------------------------------------------------------------------------------------------------- reading


def read_refunds(value: Any) -> tuple[Refund, ...]:
    """Refunds of a payment: a list, or one object where a provider sends it alone; what cannot be read raises ValueError."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    refunds = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise Unreadable("a refund that is none")
        state = _REFUND_STATES.get(str(item.get("status")), "processing")
        refunds.append(Refund(id=item["id"], amount=read_amount(item.get("valor")), status=state))
    return tuple(refunds)


def _charge(answer: Any) -> PixCharge:
    if not isinstance(answer, dict):
        raise Unreadable("a charge that is no object")
    amount, calendar, place = answer.get("valor"), answer.get("calendario"), answer.get("loc")
    state = _CHARGE_STATES.get(str(answer.get("status")))
    if not isinstance(amount, dict) or state is None or not isinstance(answer.get("txid"), str):
        raise Unreadable("a charge without txid, amount or status")
    calendar = calendar if isinstance(calendar, dict) else {}
    location = answer.get("location") or (place.get("location") if isinstance(place, dict) else None)
    seconds = str(calendar.get("expiracao", ""))
    payments = answer.get("pix") or []
    if not isinstance(payments, list):
        raise Unreadable("payments that are no list")
    return PixCharge(
        txid=answer["txid"],
        status=state,
        amount=read_amount(amount.get("original")),
        key=str(answer.get("chave", "")),
        location=str(location) if location else None,
        code=str(answer["pixCopiaECola"]) if answer.get("pixCopiaECola") else None,
        created_at=read_instant(calendar["criacao"]) if calendar.get("criacao") else None,
        expires_in=int(seconds) if re.fullmatch(r"[0-9]{1,9}", seconds) else None,
        payments=tuple(_payment({"txid": answer["txid"], **item}) for item in payments if isinstance(item, dict)),
    )


def _payment(answer: Any) -> ReceivedPix:
    if not isinstance(answer, dict) or not isinstance(answer.get("endToEndId"), str) or not answer["endToEndId"]:
        raise Unreadable("a payment without its id")
    txid = answer.get("txid")
    return ReceivedPix(
        end_to_end_id=answer["endToEndId"],
        txid=txid if isinstance(txid, str) and txid else None,
        amount=read_amount(answer.get("valor")),
        paid_at=read_instant(answer.get("horario")),
        refunds=read_refunds(answer.get("devolucoes")),
    )


def _pages(answer: dict[str, Any]) -> int:
    parameters = answer.get("parametros")
    paging = parameters.get("paginacao") if isinstance(parameters, dict) else None
    count = str(paging.get("quantidadeDePaginas", "1")) if isinstance(paging, dict) else "1"
    return int(count) if re.fullmatch(r"[0-9]{1,6}", count) else 1


def _instant_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _safe(part: str) -> str:
    return quote(part, safe="")
