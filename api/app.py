"""The API as an application of its own, to be mounted under /api/v1."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import Depends, FastAPI, Query, Request, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from api import asked, described, shapes, store, tokens
from api.problems import Problem, answer, render_problems
from api.shapes import Money, Page
from api.writing import Sent, read_debt
from conversations import audit
from payments import charges, issue
from payments.record import withdraw_cards
from payments.till import Till
from receivables.agreements import Agreement, agreements_after, status_on
from receivables.book import COLUMNS, Refusal, parse_cells
from receivables.closing import CannotClose, Reason, close_debt, reason_closed, reopen_debt
from receivables.ground import Ground
from receivables.imports import Import
from receivables.phone import candidates
from receivables.store import Debt, document_index, get_debts, owed, why_uncollectable


@dataclass(frozen=True)
class ApiContext:
    """What the API stands on. An empty `token` switches it off: every address answers 404, to creditors' own tokens too.

    With a `till`, the charges of a debt that is closed are closed at their provider at once; without one, by the worker's sweep.
    """

    engine: AsyncEngine
    ground: Ground
    token: str
    tenant_id: int = 1
    till: Till | None = None


Text = Annotated[str | None, Query()]

_log = structlog.get_logger("trato.api")
_CREDITOR = "trato.api.creditor"
"""Where the guard leaves the CNPJ of the creditor whose token it was; None for the token that sees all."""


def _creditor(request: Request) -> str | None:
    creditor: str | None = request.scope[_CREDITOR]
    return creditor


def _everything(request: Request) -> None:
    if _creditor(request) is not None:
        raise Problem(403, "This token is one creditor's, and sees its debts, debtors, charges and payments only.")


Creditor = Annotated[str | None, Depends(_creditor)]
ALL_SEEING = [Depends(_everything)]


def create_api(context: ApiContext) -> FastAPI:
    """The API, described at `openapi.json`; mount it with `app.mount("/api/v1", create_api(context))`."""
    api = FastAPI(title="Trato", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    render_problems(api)
    api.add_middleware(_Guard, context=context)
    _add_debtors(api, context)
    _add_debts(api, context)
    _add_money(api, context)
    _add_talks(api, context)
    described.describe(api)
    return api


class _Guard:
    """Lets in who knows the token, or has a creditor's own; nobody while there is none. Answers are kept by nobody on the way."""

    def __init__(self, app: ASGIApp, context: ApiContext) -> None:
        self._app = app
        self._context = context
        self._token = context.token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not self._token:
            await answer(404, "There is nothing at this address.")(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        token = token.strip() if scheme.lower() == b"bearer" else b""
        creditor = None
        if not hmac.compare_digest(token, self._token):
            try:
                creditor = await self._creditor_of(token)
            except (SQLAlchemyError, OSError) as trouble:
                _log.error("api_store_trouble", why=type(trouble).__name__)
                away = answer(503, "The store cannot answer now; try again.", headers={"Retry-After": "5"})
                await away(scope, receive, send)
                return
            if creditor is None:
                refusal = answer(401, "The bearer token is missing or wrong.", headers={"WWW-Authenticate": "Bearer"})
                await refusal(scope, receive, send)
                return
        scope = {**scope, _CREDITOR: creditor}

        async def unkept(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"cache-control", b"no-store")]
            await send(message)

        await self._app(scope, receive, unkept)

    async def _creditor_of(self, token: bytes) -> str | None:
        if not token.startswith(tokens.PREFIX.encode()) or not token.isascii():
            return None
        async with self._context.engine.connect() as conn:
            return await tokens.creditor_of(conn, token.decode(), tenant_id=self._context.tenant_id)


Row = TypeVar("Row")
Shape = TypeVar("Shape")


def _page(rows: Sequence[Row], limit: int, shape: Callable[[Row], Shape]) -> Page[Shape]:
    """The first `limit` of rows that were asked for with one more, which tells whether the list goes on."""
    shown = rows[:limit]
    more = asked.cursor(shown[-1].id) if len(rows) > limit else None  # type: ignore[attr-defined]
    return Page(items=[shape(row) for row in shown], next=more)


# ------------------------------------------------------------------------------------------------------ debtors


def _add_debtors(api: FastAPI, context: ApiContext) -> None:
    ground, tenant = context.ground, context.tenant_id

    def shape(row: Any) -> shapes.Debtor:
        values = {name: value for name, value in row._mapping.items() if name != "document_sealed"}
        return shapes.Debtor(document=ground.vault.open(row.document_sealed, "document"), **values)

    @api.get("/debtors", summary="The debtor with a CPF or CNPJ")
    async def list_debtors(creditor: Creditor, document: Text = None) -> Page[shapes.Debtor]:
        index = document_index(ground, asked.document("document", document))
        async with context.engine.connect() as conn:
            rows = await store.debtors(conn, tenant_id=tenant, creditor=creditor, index=index)
        return Page(items=[shape(row) for row in rows])

    @api.get("/debtors/{debtor_id}", summary="One debtor")
    async def get_debtor(creditor: Creditor, debtor_id: str) -> shapes.Debtor:
        async with context.engine.connect() as conn:
            rows = await store.debtors(conn, tenant_id=tenant, creditor=creditor, id=asked.path_number(debtor_id))
        if not rows:
            raise Problem(404, "There is no such debtor.")
        return shape(rows[0])


# -------------------------------------------------------------------------------------------------------- debts


def _debt(ground: Ground, debt: Debt, closed: dict[int, Reason]) -> shapes.Debt:
    due = owed(ground, debt)
    return shapes.Debt(
        id=debt.id,
        debtor=debt.debtor_id,
        creditor_cnpj=debt.creditor_cnpj,
        creditor_name=debt.creditor_name,
        reference=debt.reference,
        portfolio=debt.portfolio,
        contract=debt.contract,
        description=debt.description,
        product=debt.product,
        original_amount=Money.of(debt.original_amount),
        paid_total=Money.of(debt.paid_total),
        due_date=debt.due_date,
        judicial=debt.judicial,
        collectable=why_uncollectable(ground, debt) is None,
        status=debt.status,  # type: ignore[arg-type]
        closed_reason=closed.get(debt.id),
        owed=shapes.Owed(
            day=due.day,
            principal=Money.of(due.principal),
            fine=Money.of(due.fine),
            interest=Money.of(due.interest),
            discount=Money.of(due.discount),
            total=Money.of(due.total),
            days_overdue=due.days_overdue,
        ),
    )


_DEBT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        name: {"type": ["boolean", "string", "null"] if name == "judicial" else ["string", "null"]}
                        for name in COLUMNS
                        if name != "original_amount"
                    }
                    | {
                        "original_amount": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Money"}]},
                        "status": {"enum": ["open", "closed", None]},
                        "reason": {"enum": ["withdrawn", "sold", None]},
                    },
                    "anyOf": [
                        {"required": ["portfolio", "debtor_document", "debtor_name", "contract", "original_amount", "due_date"]},
                        {"required": ["status"]},
                    ],
                }
            }
        },
    }
}


def _add_debts(api: FastAPI, context: ApiContext) -> None:
    ground, tenant = context.ground, context.tenant_id

    @api.get("/debts", summary="Debts, with what is owed today")
    async def list_debts(
        whose: Creditor,
        debtor: Text = None,
        creditor: Text = None,
        reference: Text = None,
        cursor: Text = None,
        limit: Text = None,
    ) -> Page[shapes.Debt]:
        most, named = asked.limit(limit), asked.cnpj("creditor", creditor)
        if whose is not None and named not in (None, whose):
            return Page(items=[])
        async with context.engine.connect() as conn:
            found = await store.debts(
                conn,
                tenant_id=tenant,
                debtor=asked.number("debtor", debtor),
                creditor=whose or named,
                reference=asked.plain("reference", reference),
                after=asked.after_number(cursor),
                limit=most + 1,
            )
            closed = await reason_closed(conn, [debt.id for debt in found])
        return _page(found, most, lambda debt: _debt(ground, debt, closed))

    @api.get("/debts/{debt_id}", summary="One debt, with what is owed today")
    async def get_debt(creditor: Creditor, debt_id: str) -> shapes.Debt:
        async with context.engine.connect() as conn:
            found = await get_debts(conn, [asked.path_number(debt_id)])
            closed = await reason_closed(conn, [debt.id for debt in found])
        if not found or found[0].tenant_id != tenant or creditor not in (None, found[0].creditor_cnpj):
            raise Problem(404, "There is no such debt.")
        return _debt(ground, found[0], closed)

    @api.put(
        "/creditors/{cnpj}/debts/{reference:path}",
        summary="Create or update a debt; the same content again changes nothing",
        openapi_extra=_DEBT_BODY,
        responses={201: {"model": shapes.WrittenDebt}},
    )
    async def put_debt(whose: Creditor, cnpj: str, reference: str, request: Request, response: Response) -> shapes.WrittenDebt:
        creditor = asked.cnpj("cnpj", cnpj)
        assert creditor is not None
        if whose not in (None, creditor):
            raise Problem(403, "This token is another creditor's.")
        sent = await read_debt(request, creditor, asked.plain("reference", reference) or "")
        async with context.engine.begin() as conn:
            written = await _write(conn, context, sent)
            closed = await reason_closed(conn, [written.debt.id])
        response.status_code = 201 if written.new else 200
        return shapes.WrittenDebt(warnings=written.remarks, **dict(_debt(ground, written.debt, closed)))


@dataclass(frozen=True)
class _Written:
    debt: Debt
    new: bool
    remarks: list[shapes.Remark]


async def _write(conn: AsyncConnection, context: ApiContext, sent: Sent) -> _Written:
    """Write the debt as it was sent, and close or open it if that was asked. Raises `Problem`."""
    ground, tenant, now = context.ground, context.tenant_id, context.ground.clock.now()
    creditor, reference = sent.cells["creditor_cnpj"], sent.cells["debt_reference"]
    remarks: list[shapes.Remark] = []
    verdict, debt_id = "unchanged", None
    if sent.status and not set(sent.given) - {"creditor_cnpj", "debt_reference"}:
        found = await store.debts(
            conn, tenant_id=tenant, debtor=None, creditor=creditor, reference=" ".join(reference.split()), after=0, limit=1
        )
        if not found:
            raise Problem(404, "There is no such debt.")
        debt_id = found[0].id
    else:
        cells = dict(sent.cells)
        if "creditor_name" not in cells:
            cells["creditor_name"] = await store.creditor_name(conn, tenant, creditor) or ""
        row, warnings = parse_cells(cells, today=ground.clock.today())
        if isinstance(row, Refusal):
            raise Problem(422, "The debt cannot be taken over as it was sent.", [(row.column, row.why)])
        (outcome,) = await Import(ground, source="api", now=now, tenant_id=tenant, given=sent.given).write(conn, [row])
        if outcome.debt_id is None:
            raise Problem(409, "The debt contradicts what is stored.", [(outcome.column, outcome.why)])
        verdict, debt_id = outcome.verdict, outcome.debt_id
        remarks += [shapes.Remark(column=warning.column, why=warning.why) for warning in warnings]
        remarks += [shapes.Remark(column=remark.column, why=remark.why) for remark in outcome.remarks]
    (debt,) = await get_debts(conn, [debt_id], lock=True)
    changed = bool(sent.status) and await _set_status(conn, context, debt, sent)
    # Last, because the audit stays locked until the commit.
    if verdict != "unchanged":
        await audit.record(conn, "api", f"debt.{verdict}", f"debt:{debt.id}", {}, now, tenant_id=tenant)
    if changed:
        detail = {"reason": sent.reason} if sent.reason else {}
        what = "debt.closed" if sent.status == "closed" else "debt.reopened"
        await audit.record(conn, "api", what, f"debt:{debt.id}", detail, now, tenant_id=tenant)
        (debt,) = await get_debts(conn, [debt_id])
    return _Written(debt, verdict == "imported", remarks)


async def _set_status(conn: AsyncConnection, context: ApiContext, debt: Debt, sent: Sent) -> bool:
    """Close the debt, and with it whatever could still be paid for it; or open it again. Returns whether anything changed."""
    now = context.ground.clock.now()
    if sent.status == "open":
        return await reopen_debt(conn, debt, source="api", now=now)
    assert sent.reason is not None
    live = await charges.live_of_debts(conn, [debt.id], lock=True)
    try:
        changed = await close_debt(conn, debt, sent.reason, source="api", now=now)
    except CannotClose as why:
        raise Problem(409, "The debt cannot be closed.", [("status", str(why))]) from None
    for charge in live:
        if context.till is not None:
            await issue.close(conn, context.till, charge, "cancelled")
        else:
            await charges.close(conn, charge.id, "cancelled", now)
    if context.till is not None:
        # Only once all are closed: the audit of what is sent is locked until the commit.
        await withdraw_cards(conn, context.till, live)
    return changed


# -------------------------------------------------------------------------------------------------------- money


def _charge(row: Any) -> shapes.Charge:
    return shapes.Charge(
        id=row.id,
        debtor=row.debtor_id,
        creditor_cnpj=row.cnpj,
        debts=list(row.debts),
        kind=row.kind,
        status=row.status,
        amount=Money.of(row.amount),
        due_date=row.due_date,
        pix_copy_paste=row.code if row.kind == "pix" else None,
        digitable_line=row.code if row.kind == "boleto" else None,
        barcode=row.barcode,
        txid=row.txid,
        payee=shapes.Payee(name=row.payee_name, document=row.payee_document),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _payment(row: Any) -> shapes.Payment:
    return shapes.Payment(
        id=row.id,
        debtor=row.debtor_id,
        amount=Money.of(row.amount),
        paid_at=row.paid_at,
        means=row.means,
        end_to_end_id=row.end_to_end_id,
        charge=row.charge_id,
        status=row.status,
        remark=row.remark,
    )


def _extension(row: Any) -> shapes.Extension:
    return shapes.Extension(
        id=row.id,
        debtor=row.debtor_id,
        debt=row.debt_id,
        protocol=row.protocol,
        granted_at=row.granted_at,
        previous_due_date=row.previous_due,
        due_date=row.due_date,
        interest=Money.of(row.interest),
        total=Money.of(row.total),
    )


def _promise(row: Any) -> shapes.Promise:
    return shapes.Promise(
        id=row.id,
        debtor=row.debtor_id,
        debts=list(row.debts),
        protocol=row.protocol,
        promised_at=row.promised_at,
        day=row.day,
        keep_until=row.keep_until,
        amount=Money.of(row.amount),
        status=row.status,
    )


def _dispute(row: Any) -> shapes.Dispute:
    return shapes.Dispute(
        id=row.id,
        debtor=row.debtor_id,
        debts=list(row.debts),
        reason=row.reason,
        story=row.story,
        protocol=row.protocol,
        opened_at=row.opened_at,
        answer_by=row.answer_by,
        status=row.status,
    )


def _agreement(row: Agreement, today: date) -> shapes.Agreement:
    return shapes.Agreement(
        id=row.id,
        protocol=row.protocol,
        debtor=row.debtor_id,
        debts=list(row.debt_ids),
        status=row.status,
        total=Money.of(row.total),
        down_payment=Money.of(row.down_payment) if row.down_payment else None,
        paid=Money.of(row.paid),
        accepted_at=row.accepted_at,
        instalments=[
            shapes.Instalment(
                number=one.due.number,
                amount=Money.of(one.due.amount),
                due_date=one.due.due_date,
                status=status_on(one, today),
            )
            for one in row.instalments
        ],
    )


def _add_money(api: FastAPI, context: ApiContext) -> None:
    def agreement(row: Agreement) -> shapes.Agreement:
        return _agreement(row, context.ground.clock.today())

    async def agreements(conn: AsyncConnection, part: store.Part) -> Sequence[Agreement]:
        return await agreements_after(
            conn, tenant_id=part.tenant, creditor=part.creditor, debtor=part.debtor, after=part.after, limit=part.limit
        )

    def add(
        name: str, summary: str, page: Any, read: Callable[..., Awaitable[Sequence[Any]]], shape: Callable[[Any], Any]
    ) -> None:
        async def answer_with(creditor: Creditor, debtor: Text = None, cursor: Text = None, limit: Text = None) -> Any:
            most, whose, after = asked.limit(limit), asked.number("debtor", debtor), asked.after_number(cursor)
            async with context.engine.connect() as conn:
                rows = await read(conn, store.Part(context.tenant_id, creditor, whose, after, most + 1))
            return _page(rows, most, shape)

        api.get(f"/{name}", name=f"list_{name}", summary=summary, response_model=page)(answer_with)

    add("charges", "Pix and boletos", Page[shapes.Charge], store.charges, _charge)
    add("payments", "Payments, as the provider confirmed them", Page[shapes.Payment], store.payments, _payment)
    add("agreements", "Agreements and their instalments", Page[shapes.Agreement], agreements, agreement)
    add("extensions", "Due dates that were put off", Page[shapes.Extension], store.extensions, _extension)
    add("promises", "Promises to pay", Page[shapes.Promise], store.promises, _promise)
    add("disputes", "Debts that their debtor disputes", Page[shapes.Dispute], store.disputes, _dispute)


# -------------------------------------------------------------------------------------------------------- talks


def _add_talks(api: FastAPI, context: ApiContext) -> None:
    tenant = context.tenant_id

    @api.get("/opt-outs", dependencies=ALL_SEEING, summary="Addresses that asked to be left alone")
    async def list_opt_outs(cursor: Text = None, limit: Text = None) -> Page[shapes.OptOut]:
        most, after = asked.limit(limit), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            rows = await store.opt_outs(conn, tenant_id=tenant, after=after, limit=most + 1)
        return _page(rows, most, lambda row: shapes.OptOut(channel=row.channel, address=row.address, since=row.since))

    @api.get("/handoffs", dependencies=ALL_SEEING, summary="Talks handed over to humans")
    async def list_handoffs(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Handoff]:
        most, whose, after = asked.limit(limit), asked.number("debtor", debtor), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            rows = await store.handoffs(conn, tenant_id=tenant, debtor=whose, after=after, limit=most + 1)

        def shape(row: Any) -> shapes.Handoff:
            values = dict(row._mapping)
            return shapes.Handoff(conversation=values.pop("conversation_id"), debtor=values.pop("debtor_id"), **values)

        return _page(rows, most, shape)

    @api.get("/conversations", dependencies=ALL_SEEING, summary="Talks, by the address of the person")
    async def list_conversations(address: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Conversation]:
        most, after, named = asked.limit(limit), asked.after_conversation(cursor), asked.plain("address", address)
        # A plus sign in a query means a blank, and comes as one.
        forms = None if named is None else [named, named.strip(), *candidates(named), named.strip().lstrip("+")]
        async with context.engine.connect() as conn:
            rows = await store.conversations(conn, tenant_id=tenant, addresses=forms, after=after, limit=most + 1)

        def shape(row: Any) -> shapes.Conversation:
            values = dict(row._mapping)
            return shapes.Conversation(debtor=values.pop("debtor_id"), **values)

        return _page(rows, most, shape)

    @api.get("/conversations/{conversation_id}/messages", dependencies=ALL_SEEING, summary="What was said in a talk")
    async def list_messages(conversation_id: str, cursor: Text = None, limit: Text = None) -> Page[shapes.Message]:
        found = asked.path_conversation(conversation_id)
        most, after = asked.limit(limit), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            if not await store.has_conversation(conn, tenant, found):
                raise Problem(404, "There is no such conversation.")
            rows = await store.messages(conn, tenant_id=tenant, conversation_id=found, after=after, limit=most + 1)
        return _page(rows, most, lambda row: shapes.Message(**row._mapping))
