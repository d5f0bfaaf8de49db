"""The API as an application of its own, to be mounted under /api/v1."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from api import asked, shapes, store
from api.problems import Problem, answer, render_problems
from api.shapes import Money, Page
from api.writing import read_cells
from conversations import audit
from receivables.book import COLUMNS, Refusal, parse_cells
from receivables.ground import Ground
from receivables.imports import Import
from receivables.phone import candidates
from receivables.store import Debt, document_index, get_debts, owed, why_uncollectable


@dataclass(frozen=True)
class ApiContext:
    """What the API stands on. An empty `token` switches it off: every address answers 404."""

    engine: AsyncEngine
    ground: Ground
    token: str
    tenant_id: int = 1


Text = Annotated[str | None, Query()]


def create_api(context: ApiContext) -> FastAPI:
    """The API, described at `openapi.json`; mount it with `app.mount("/api/v1", create_api(context))`."""
    api = FastAPI(title="Trato", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    render_problems(api)
    api.add_middleware(_Guard, token=context.token)
    _add_debtors(api, context)
    _add_debts(api, context)
    _add_money(api, context)
    _add_talks(api, context)
    return api


class _Guard:
    """Lets in who knows the token; nobody while there is none. Answers are kept by nobody on the way."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not self._token:
            await answer(404, "There is nothing at this address.")(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        if scheme.lower() != b"bearer" or not hmac.compare_digest(token.strip(), self._token):
            refusal = answer(401, "The bearer token is missing or wrong.", headers={"WWW-Authenticate": "Bearer"})
            await refusal(scope, receive, send)
            return

        async def unkept(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"cache-control", b"no-store")]
            await send(message)

        await self._app(scope, receive, unkept)


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
    async def list_debtors(document: Text = None) -> Page[shapes.Debtor]:
        index = document_index(ground, asked.document("document", document))
        async with context.engine.connect() as conn:
            return Page(items=[shape(row) for row in await store.debtors(conn, tenant_id=tenant, index=index)])

    @api.get("/debtors/{debtor_id}", summary="One debtor")
    async def get_debtor(debtor_id: str) -> shapes.Debtor:
        async with context.engine.connect() as conn:
            rows = await store.debtors(conn, tenant_id=tenant, id=asked.path_number(debtor_id))
        if not rows:
            raise Problem(404, "There is no such debtor.")
        return shape(rows[0])


# -------------------------------------------------------------------------------------------------------- debts


def _debt(ground: Ground, debt: Debt) -> shapes.Debt:
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
                    | {"original_amount": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Money"}]}},
                    "required": ["portfolio", "debtor_document", "debtor_name", "contract", "original_amount", "due_date"],
                }
            }
        },
    }
}


def _add_debts(api: FastAPI, context: ApiContext) -> None:
    ground, tenant = context.ground, context.tenant_id

    @api.get("/debts", summary="Debts, with what is owed today")
    async def list_debts(
        debtor: Text = None, creditor: Text = None, reference: Text = None, cursor: Text = None, limit: Text = None
    ) -> Page[shapes.Debt]:
        most = asked.limit(limit)
        async with context.engine.connect() as conn:
            found = await store.debts(
                conn,
                tenant_id=tenant,
                debtor=asked.number("debtor", debtor),
                creditor=asked.cnpj("creditor", creditor),
                reference=asked.plain("reference", reference),
                after=asked.after_number(cursor),
                limit=most + 1,
            )
        return _page(found, most, lambda debt: _debt(ground, debt))

    @api.get("/debts/{debt_id}", summary="One debt, with what is owed today")
    async def get_debt(debt_id: str) -> shapes.Debt:
        async with context.engine.connect() as conn:
            found = await get_debts(conn, [asked.path_number(debt_id)])
        if not found or found[0].tenant_id != tenant:
            raise Problem(404, "There is no such debt.")
        return _debt(ground, found[0])

    @api.put(
        "/creditors/{cnpj}/debts/{reference:path}",
        summary="Create or update a debt; the same content again changes nothing",
        openapi_extra=_DEBT_BODY,
        responses={201: {"model": shapes.WrittenDebt}},
    )
    async def put_debt(cnpj: str, reference: str, request: Request, response: Response) -> shapes.WrittenDebt:
        creditor = asked.cnpj("cnpj", cnpj)
        assert creditor is not None
        cells = await read_cells(request, creditor, asked.plain("reference", reference) or "")
        given = tuple(cells)
        async with context.engine.begin() as conn:
            if "creditor_name" not in cells:
                cells["creditor_name"] = await store.creditor_name(conn, tenant, creditor) or ""
            row, warnings = parse_cells(cells, today=ground.clock.today())
            if isinstance(row, Refusal):
                raise Problem(422, "The debt cannot be taken over as it was sent.", [(row.column, row.why)])
            now = ground.clock.now()
            (outcome,) = await Import(ground, source="api", now=now, tenant_id=tenant, given=given).write(conn, [row])
            if outcome.debt_id is None:
                raise Problem(409, "The debt contradicts what is stored.", [(outcome.column, outcome.why)])
            (debt,) = await get_debts(conn, [outcome.debt_id])
            if outcome.verdict != "unchanged":
                await audit.record(conn, "api", f"debt.{outcome.verdict}", f"debt:{debt.id}", {}, now, tenant_id=tenant)
        response.status_code = 201 if outcome.verdict == "imported" else 200
        remarks = [shapes.Remark(column=warning.column, why=warning.why) for warning in warnings]
        remarks += [shapes.Remark(column=remark.column, why=remark.why) for remark in outcome.remarks]
        return shapes.WrittenDebt(warnings=remarks, **dict(_debt(ground, debt)))


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
        due_date=None,
        pix_copy_paste=row.code if row.kind == "pix" else None,
        digitable_line=None,
        barcode=None,
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


def _add_money(api: FastAPI, context: ApiContext) -> None:
    tenant = context.tenant_id

    @api.get("/charges", summary="Pix and boletos")
    async def list_charges(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Charge]:
        most, whose, after = asked.limit(limit), asked.number("debtor", debtor), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            rows = await store.charges(conn, tenant_id=tenant, debtor=whose, after=after, limit=most + 1)
        return _page(rows, most, _charge)

    @api.get("/payments", summary="Payments, as the provider confirmed them")
    async def list_payments(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Payment]:
        most, whose, after = asked.limit(limit), asked.number("debtor", debtor), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            rows = await store.payments(conn, tenant_id=tenant, debtor=whose, after=after, limit=most + 1)
        return _page(rows, most, _payment)

    def nothing_yet(debtor: str | None, cursor: str | None, limit: str | None) -> None:
        asked.limit(limit), asked.number("debtor", debtor), asked.after_number(cursor)

    @api.get("/agreements", summary="Agreements and their instalments")
    async def list_agreements(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Agreement]:
        nothing_yet(debtor, cursor, limit)
        return Page(items=[])

    @api.get("/extensions", summary="Due dates that were put off")
    async def list_extensions(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Extension]:
        nothing_yet(debtor, cursor, limit)
        return Page(items=[])

    @api.get("/promises", summary="Promises to pay")
    async def list_promises(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Promise]:
        nothing_yet(debtor, cursor, limit)
        return Page(items=[])

    @api.get("/disputes", summary="Debts that their debtor disputes")
    async def list_disputes(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Dispute]:
        nothing_yet(debtor, cursor, limit)
        return Page(items=[])


# -------------------------------------------------------------------------------------------------------- talks


def _add_talks(api: FastAPI, context: ApiContext) -> None:
    tenant = context.tenant_id

    @api.get("/opt-outs", summary="Addresses that asked to be left alone")
    async def list_opt_outs(cursor: Text = None, limit: Text = None) -> Page[shapes.OptOut]:
        most, after = asked.limit(limit), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            rows = await store.opt_outs(conn, tenant_id=tenant, after=after, limit=most + 1)
        return _page(rows, most, lambda row: shapes.OptOut(channel=row.channel, address=row.address, since=row.since))

    @api.get("/handoffs", summary="Talks handed over to humans")
    async def list_handoffs(debtor: Text = None, cursor: Text = None, limit: Text = None) -> Page[shapes.Handoff]:
        most, whose, after = asked.limit(limit), asked.number("debtor", debtor), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            rows = await store.handoffs(conn, tenant_id=tenant, debtor=whose, after=after, limit=most + 1)

        def shape(row: Any) -> shapes.Handoff:
            values = dict(row._mapping)
            return shapes.Handoff(conversation=values.pop("conversation_id"), debtor=values.pop("debtor_id"), **values)

        return _page(rows, most, shape)

    @api.get("/conversations", summary="Talks, by the address of the person")
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

    @api.get("/conversations/{conversation_id}/messages", summary="What was said in a talk")
    async def list_messages(conversation_id: str, cursor: Text = None, limit: Text = None) -> Page[shapes.Message]:
        found = asked.path_conversation(conversation_id)
        most, after = asked.limit(limit), asked.after_number(cursor)
        async with context.engine.connect() as conn:
            if not await store.has_conversation(conn, tenant, found):
                raise Problem(404, "There is no such conversation.")
            rows = await store.messages(conn, tenant_id=tenant, conversation_id=found, after=after, limit=most + 1)
        return _page(rows, most, lambda row: shapes.Message(**row._mapping))
