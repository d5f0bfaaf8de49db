"""The integration API on a real database, mounted as the web process mounts it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api import tokens
from api.app import ApiContext, create_api
from receivables.book import COLUMNS, BookRow, parse_cells
from receivables.ground import Ground
from receivables.imports import Import
from receivables.policy import Policies
from receivables.sealing import Vault
from tests.postgres import embedded_postgres
from trato.clock import FixedClock
from trato.database import make_engine
from trato.migrate import upgrade
from trato.paths import POLICIES

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TOKEN = "segredo-do-teste"
CNPJ = "90731425000163"
CELLS = {
    "creditor_cnpj": "90.731.425/0001-63",
    "creditor_name": "Lojas Tamboril S.A.",
    "portfolio": "Outra",
    "debtor_document": "529.982.247-25",
    "debtor_name": "Marina Alves",
    "birth_date": "1990-03-14",
    "phone": "(12) 98811-2041",
    "contract": "TAM-1",
    "debt_reference": "F-1",
    "description": "Fatura de outubro",
    "original_amount": "1000.00",
    "due_date": "2026-10-22",
}
BODY = {name: value for name, value in CELLS.items() if name not in ("creditor_cnpj", "debt_reference")}
TALK = "c_aaaaaaaaaaaaaaaaaaaa"

FILL = """
insert into conversations (id, channel, account, address_raw, phone_key, debtor_id, created_at)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'whatsapp', '1', '5512988112041', '+5512988112041', 1, :now);
insert into conversation_addresses (channel, account, kind, value, conversation_id)
    values ('whatsapp', '1', 'phone', '+5512988112041', 'c_aaaaaaaaaaaaaaaaaaaa');
insert into inbox (channel, account, external_id, conversation_id, kind, event_sealed, received_at, state)
    values ('whatsapp', '1', 'wamid.1', 'c_aaaaaaaaaaaaaaaaaaaa', 'text', 'x', :now, 'done');
insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, state, due_at, queued_at, sent_at,
        delivery)
    values ('k1', 'c_aaaaaaaaaaaaaaaaaaaa', 'bot', 's', 0, 1, '{}', 'Olá!', 'sent', :now, :now, :now, 'read'),
        ('k2', 'c_aaaaaaaaaaaaaaaaaaaa', 'journey', 's2', 0, 1, '{}', 'Recebemos.', 'queued', :now, :now, null, null);
insert into transcript (conversation_id, author, text, at, inbox_id)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'debtor', 'oi', :now, 1);
insert into transcript (conversation_id, author, text, at, outbox_id)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'bot', 'Olá!', :now, 1), ('c_aaaaaaaaaaaaaaaaaaaa', 'journey', 'Recebemos.', :now, 2);
insert into transcript (conversation_id, author, text, at) values ('c_aaaaaaaaaaaaaaaaaaaa', 'note', 'entre nós', :now);
insert into handoffs (conversation_id, debtor_id, reason, summary, asked_at)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 1, 'falar_com_humano', 'Quer falar de um acordo.', :now);
insert into opt_outs (conversation_id, channel, address, since)
    values ('c_aaaaaaaaaaaaaaaaaaaa', 'whatsapp', '5512988112041', :now);
insert into charges (creditor_id, debtor_id, kind, provider, txid, request_key, amount, status, payee_name, payee_document, code,
        created_at, activated_at, expires_at)
    values (1, 1, 'pix', 'api_pix', 'tx00000000000000000000000001', 'r1', 103067, 'active', 'Lojas Tamboril S.A.', '90731425000163',
        '000201…', :now, :now, :later);
insert into charge_items (charge_id, debt_id, kind, amount, principal, fine, interest, discount, days_overdue, calculated_for)
    values (1, 1, 'pix', 103067, 100000, 2000, 1067, 0, 32, '2026-11-23');
insert into payments (charge_id, debtor_id, provider, means, end_to_end_id, txid, amount, paid_at, recorded_at, status)
    values (1, 1, 'api_pix', 'pix', 'E1', 'tx00000000000000000000000001', 50, :now, :now, 'partial'),
        (null, null, 'api_pix', 'pix', 'E2', null, 777, :now, :now, 'unmatched');
insert into allocations (payment_id, debt_id, part, amount) values (1, 1, 'interest', 50), (2, null, 'unmatched', 777)
"""


@dataclass
class Stage:
    engine: AsyncEngine
    client: httpx.AsyncClient
    ground: Ground

    async def get(self, path: str, status: int = 200) -> Any:
        response = await self.client.get(f"/api/v1{path}")
        assert response.status_code == status, response.text
        return response.json()

    async def token(self, cnpj: str = CNPJ) -> dict[str, str]:
        """The header of a new token of that creditor's own."""
        async with self.engine.begin() as conn:
            _, token = await tokens.add(conn, cnpj, "test", NOW)
        return {"authorization": f"Bearer {token}"}

    async def put(self, body: Any, *, reference: str = "F-1", cnpj: str = CNPJ, raw: bytes | None = None) -> httpx.Response:
        path = f"/api/v1/creditors/{cnpj}/debts/{quote(reference, safe='')}"
        content = raw if raw is not None else json.dumps(body).encode()
        return await self.client.put(path, content=content, headers={"content-type": "application/json"})


def mounted(context: ApiContext) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.mount("/api/v1", create_api(context))
    return app


@pytest.fixture(scope="module")
def fresh_database() -> Iterator[Callable[[], str]]:
    with embedded_postgres(upgrade) as fresh:
        yield fresh


@pytest.fixture
async def stage(fresh_database: Callable[[], str]) -> AsyncIterator[Stage]:
    engine = make_engine(fresh_database(), size=3)
    ground = Ground(FixedClock(NOW), Policies.load(POLICIES), Vault((b"k" * 32,)))
    transport = httpx.ASGITransport(mounted(ApiContext(engine, ground, TOKEN)), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://trato.example", headers={"authorization": f"Bearer {TOKEN}"}
    ) as client:
        yield Stage(engine, client, ground)
    await engine.dispose()


@pytest.fixture
async def filled(stage: Stage) -> Stage:
    """One debtor with one debt, charged and paid in part; one talk."""
    row, _ = parse_cells(CELLS, today=date(2026, 11, 23))
    assert isinstance(row, BookRow)
    async with stage.engine.begin() as conn:
        await Import(stage.ground, source="test", now=NOW).write(conn, [row])
        # This test is about reading; what must add up is tested where it is written.
        await conn.execute(text("set local session_replication_role = replica"))
        for statement in FILL.split(";\n"):
            values = {"now": NOW, "later": NOW + timedelta(days=1)}
            await conn.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
    return stage


# -------------------------------------------------------------------------------------------------------- the door


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", TOKEN, f"Basic {TOKEN}", "Bearer \u00e9"])
async def test_whoever_does_not_know_the_token_stays_outside(stage: Stage, header: str | None) -> None:
    for path in ("/debtors", "/openapi.json", "/nothing", "/debts/1"):
        headers = [] if header is None else [(b"authorization", header.encode())]
        request = httpx.Request("GET", f"http://trato.example/api/v1{path}", headers=headers)
        response = await stage.client.send(request)
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["www-authenticate"] == "Bearer"


async def test_without_a_token_in_the_settings_there_is_no_api(stage: Stage) -> None:
    app = mounted(ApiContext(stage.engine, stage.ground, ""))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://trato.example") as client:
        for path in ("/debtors", "/openapi.json", "/debts/1", "/", "/x"):
            for token in ("", TOKEN):
                response = await client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {token}"})
                assert response.status_code == 404


async def test_the_api_describes_itself(stage: Stage) -> None:
    described = await stage.get("/openapi.json")
    assert described["servers"] == [{"url": "/api/v1"}]
    assert {
        "/debtors", "/debtors/{debtor_id}", "/debts", "/debts/{debt_id}", "/creditors/{cnpj}/debts/{reference}", "/charges",
        "/agreements", "/extensions", "/promises", "/disputes", "/payments", "/opt-outs", "/handoffs", "/conversations",
        "/conversations/{conversation_id}/messages",
    } == set(described["paths"])  # fmt: skip


async def test_what_is_not_there_is_a_problem(stage: Stage) -> None:
    for path in (
        "/debtors/99",
        "/debts/99",
        "/debts/abc",
        "/debts/-1",
        f"/debts/{'9' * 40}",
        "/nothing",
        "/conversations/x/messages",
    ):
        problem = await stage.get(path, 404)
        assert (problem["status"], problem["title"]) == (404, "Not Found")
    response = await stage.client.delete("/api/v1/debts/1")
    assert response.status_code == 405
    assert response.headers["content-type"] == "application/problem+json"


# ------------------------------------------------------------------------------------------------------------ reads


async def test_a_debtor_is_found_by_document_however_it_is_written(filled: Stage) -> None:
    for document in ("52998224725", "529.982.247-25"):
        (debtor,) = (await filled.get(f"/debtors?document={document}"))["items"]
        assert debtor["document"] == "52998224725"
        assert debtor["phones"] == ["+5512988112041"]
    assert await filled.get(f"/debtors/{debtor['id']}") == debtor
    assert await filled.get("/debtors?document=187.452.039-97") == {"items": [], "next": None}


async def test_a_debt_tells_what_is_owed_on_the_clocks_day(filled: Stage) -> None:
    (debt,) = (await filled.get(f"/debts?debtor=1&creditor={CNPJ}&reference=F-1"))["items"]
    assert await filled.get(f"/debts/{debt['id']}") == debt
    assert (debt["reference"], debt["creditor_cnpj"], debt["status"], debt["due_date"]) == ("F-1", CNPJ, "open", "2026-10-22")
    assert debt["owed"] == {
        "day": "2026-11-23",
        "principal": {"amount": "1000.00", "currency": "BRL"},
        "fine": {"amount": "20.00", "currency": "BRL"},
        "interest": {"amount": "10.67", "currency": "BRL"},
        "discount": {"amount": "15.34", "currency": "BRL"},
        "total": {"amount": "1015.33", "currency": "BRL"},
        "days_overdue": 32,
    }
    assert (await filled.get("/debts?reference=F-2"))["items"] == []


async def test_charges_and_payments_are_told_with_payee_and_money(filled: Stage) -> None:
    (charge,) = (await filled.get("/charges?debtor=1"))["items"]
    assert charge["amount"] == {"amount": "1030.67", "currency": "BRL"}
    assert charge["payee"] == {"name": "Lojas Tamboril S.A.", "document": CNPJ}
    assert (charge["kind"], charge["status"], charge["pix_copy_paste"], charge["digitable_line"]) == (
        "pix",
        "active",
        "000201…",
        None,
    )
    (payment,) = (await filled.get("/payments?debtor=1"))["items"]
    assert (payment["end_to_end_id"], payment["status"], payment["charge"]) == ("E1", "partial", charge["id"])
    assert [one["status"] for one in (await filled.get("/payments"))["items"]] == ["partial", "unmatched"]


@pytest.mark.parametrize(
    "address", ["5512988112041", "%2B5512988112041", "+5512988112041", "551288112041", "whatsapp:5512988112041"]
)
async def test_a_talk_is_found_by_the_address_in_any_form(filled: Stage, address: str) -> None:
    (talk,) = (await filled.get(f"/conversations?address={address}"))["items"]
    assert (talk["id"], talk["address"]) == (TALK, "5512988112041")


async def test_messages_come_in_the_order_of_the_talk_without_private_notes(filled: Stage) -> None:
    messages = (await filled.get(f"/conversations/{TALK}/messages"))["items"]
    assert [(one["author"], one["text"], one["status"], one["sent_at"] is None) for one in messages] == [
        ("debtor", "oi", "received", False), ("bot", "Olá!", "read", False), ("journey", "Recebemos.", "queued", True),
    ]  # fmt: skip


async def test_handoffs_and_opt_outs_are_told(filled: Stage) -> None:
    (handoff,) = (await filled.get("/handoffs?debtor=1"))["items"]
    assert (handoff["reason"], handoff["status"], handoff["summary"]) == (
        "falar_com_humano",
        "waiting",
        "Quer falar de um acordo.",
    )
    (opt_out,) = (await filled.get("/opt-outs"))["items"]
    assert set(opt_out) == {"channel", "address", "since"}


async def test_a_list_is_continued_where_it_ended(filled: Stage) -> None:
    for number in range(2, 6):
        assert (await filled.put(BODY, reference=f"F-{number}")).status_code == 201
    seen, path = [], "/debts?debtor=1&limit=2"
    page = await filled.get(path)
    while True:
        seen += [debt["reference"] for debt in page["items"]]
        if page["next"] is None:
            break
        page = await filled.get(f"{path}&cursor={page['next']}")
    assert seen == ["F-1", "F-2", "F-3", "F-4", "F-5"]
    first = await filled.get(f"/conversations/{TALK}/messages?limit=1")
    second = await filled.get(f"/conversations/{TALK}/messages?limit=2&cursor={first['next']}")
    assert [one["text"] for one in second["items"]] == ["Olá!", "Recebemos."]
    assert second["next"] is None


async def test_what_nobody_has_agreed_on_yet_is_an_empty_list(filled: Stage) -> None:
    for path in ("/agreements", "/extensions", "/promises", "/disputes"):
        assert await filled.get(f"{path}?debtor=1") == {"items": [], "next": None}


# ----------------------------------------------------------------------------------------------------------- writing


async def test_a_debt_is_created_once_and_then_updated(stage: Stage) -> None:
    created = await stage.put(BODY)
    assert created.status_code == 201
    assert created.json()["warnings"] == []
    again = await stage.put(BODY)
    assert (again.status_code, again.json()) == (200, created.json())
    updated = await stage.put(BODY | {"original_amount": {"amount": "900.00", "currency": "BRL"}, "judicial": True})
    assert updated.status_code == 200
    assert updated.json()["original_amount"]["amount"] == "900.00"
    assert [one["column"] for one in updated.json()["warnings"]] == ["judicial"]
    async with stage.engine.connect() as conn:
        sources = (await conn.execute(text("select source from debt_changes"))).scalars().all()
        audited = (await conn.execute(text("select what from audit order by id"))).scalars().all()
    assert sources == ["api"]
    assert audited == ["debt.imported", "debt.updated"]


async def test_a_reference_may_hold_a_slash(stage: Stage) -> None:
    assert (await stage.put(BODY, reference="2026/10 A")).json()["reference"] == "2026/10 A"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"original_amount": "1.234"}, 422, "original_amount"),
        ({"original_amount": 10.5}, 422, "original_amount"),
        ({"original_amount": {"amount": "10.00", "currency": "USD"}}, 422, "original_amount"),
        ({"debtor_document": "111.111.111-11"}, 422, "debtor_document"),
        ({"creditor_cnpj": "11.222.333/0001-81"}, 422, "creditor_cnpj"),
        ({"debt_reference": "F-2"}, 422, "debt_reference"),
        ({"role": "admin"}, 422, "role"),
        ({"debtor_name": ["x"]}, 422, "debtor_name"),
        ({"debtor_name": "a\u0000b"}, 422, "debtor_name"),
        ({"debtor_name": "a\ud800b"}, 422, "debtor_name"),
        ({"birth_date": "1991-01-01"}, 409, "birth_date"),
    ],
)
async def test_what_cannot_be_taken_over_is_told_by_its_column(
    filled: Stage, change: dict[str, Any], status: int, field: str
) -> None:
    response = await filled.put(BODY | change)
    assert response.status_code == status, response.text
    assert [one["field"] for one in response.json()["errors"]] == [field]


async def test_bodies_that_are_no_debt_are_problems(stage: Stage) -> None:
    for raw in (b"", b"{", b"\xff\xfe{", b"[" * 50_000, b"NaN"):
        assert (await stage.put(None, raw=raw)).status_code == 400
    for raw in (b"[]", b"null", b'"x"', b"1" * 5_000, b"{}"):
        assert (await stage.put(None, raw=raw)).status_code == 422
    assert (await stage.put(None, raw=b" " * 70_000)).status_code == 413
    assert (await stage.put(BODY, cnpj="123")).status_code == 422
    plain = await stage.client.put(f"/api/v1/creditors/{CNPJ}/debts/F-1", content=b"{}", headers={"content-type": "text/plain"})
    assert plain.status_code == 415


# ------------------------------------------------------------------------------------------------ a creditor's own token

OTHER = "91826043000186"
THEIRS = ("/debtors/1", "/debtors?document=52998224725", "/debts", "/debts/1", "/charges", "/payments")
NOT_THEIRS = ("/opt-outs", "/handoffs", "/conversations", f"/conversations/{TALK}/messages")


async def test_a_creditors_token_shows_what_is_that_creditors(filled: Stage) -> None:
    headers = await filled.token()
    for path in THEIRS:
        answered = await filled.client.get(f"/api/v1{path}", headers=headers)
        everything = await filled.get(path)
        assert answered.status_code == 200
        if path == "/payments":
            assert [one["end_to_end_id"] for one in answered.json()["items"]] == ["E1"]
        else:
            assert answered.json() == everything
    for path in NOT_THEIRS:
        assert (await filled.client.get(f"/api/v1{path}", headers=headers)).status_code == 403


async def test_a_creditors_token_shows_nothing_of_another_creditor(filled: Stage) -> None:
    headers = await filled.token(OTHER)
    for path in (*THEIRS, f"/debts?creditor={CNPJ}", "/debts?debtor=1", "/charges?debtor=1", "/payments?debtor=1"):
        answered = await filled.client.get(f"/api/v1{path}", headers=headers)
        if "items" in answered.json():
            assert answered.json() == {"items": [], "next": None}, path
        else:
            assert answered.status_code == 404, path
    body = json.dumps(BODY | {"creditor_name": "Financeira Ipê S.A."})
    headers |= {"content-type": "application/json"}
    refused = await filled.client.put(f"/api/v1/creditors/{CNPJ}/debts/F-1", content=body, headers=headers)
    assert refused.status_code == 403
    made = await filled.client.put(f"/api/v1/creditors/{OTHER}/debts/F-1", content=body, headers=headers)
    assert made.status_code == 201
    (debt,) = (await filled.client.get("/api/v1/debts", headers=headers)).json()["items"]
    assert (debt["creditor_cnpj"], debt["reference"]) == (OTHER, "F-1")


async def test_a_token_is_kept_as_a_hash_and_lets_nobody_in_once_revoked(filled: Stage) -> None:
    headers = await filled.token()
    token = headers["authorization"].split()[1]
    async with filled.engine.begin() as conn:
        row = (await conn.execute(text("select t.*::text from api_tokens t"))).scalar_one()
        assert token not in row
        (known,) = await tokens.every(conn)
        assert await tokens.revoke(conn, known.id, NOW) and not await tokens.revoke(conn, known.id, NOW)
    assert (await filled.client.get("/api/v1/debts", headers=headers)).status_code == 401
    for wrong in (token[:-1], token + "x", token.upper(), "trato_", "trato_\u00e9"):
        header = [(b"authorization", f"Bearer {wrong}".encode())]
        request = httpx.Request("GET", "http://trato.example/api/v1/debts", headers=header)
        assert (await filled.client.send(request)).status_code == 401


# ------------------------------------------------------------------------------------------------------------- closing


async def test_a_withdrawn_debt_is_closed_with_its_charge_and_can_come_back(filled: Stage) -> None:
    closed = await filled.put({"status": "closed", "reason": "withdrawn"})
    assert closed.status_code == 200, closed.text
    assert (closed.json()["status"], closed.json()["closed_reason"]) == ("closed", "withdrawn")
    (charge,) = (await filled.get("/charges"))["items"]
    assert charge["status"] == "cancelled"
    again = await filled.put({"status": "closed", "reason": "withdrawn"})
    assert again.json() == closed.json()
    kept = await filled.put(BODY)
    assert (kept.status_code, kept.json()["status"]) == (200, "closed")
    sold = await filled.put(BODY | {"status": "closed", "reason": "sold"})
    assert sold.json()["closed_reason"] == "sold"
    back = await filled.put({"status": "open"})
    assert (back.json()["status"], back.json()["closed_reason"]) == ("open", None)
    async with filled.engine.connect() as conn:
        changes = (await conn.execute(text("select before, after, source from debt_changes order by id"))).all()
        audited = (await conn.execute(text("select what from audit order by id"))).scalars().all()
    assert [(row.before["status"], row.after["status"], row.after["closed_reason"]) for row in changes] == [
        ("open", "closed", "withdrawn"), ("closed", "closed", "sold"), ("closed", "open", None),
    ]  # fmt: skip
    assert audited == ["debt.closed", "debt.closed", "debt.reopened"]


async def test_a_debt_may_be_made_and_closed_at_once(stage: Stage) -> None:
    made = await stage.put(BODY | {"status": "closed", "reason": "sold"})
    assert (made.status_code, made.json()["status"]) == (201, "closed")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"status": "closed"}, 422, "reason"),
        ({"status": "closed", "reason": "tired"}, 422, "reason"),
        ({"status": "paid"}, 422, "status"),
        ({"status": ["closed"]}, 422, "status"),
        ({"status": {}, "reason": {}}, 422, "reason"),
        ({"status": "open", "reason": "sold"}, 422, "reason"),
        ({"reason": "sold"}, 422, "reason"),
    ],
)
async def test_a_wish_that_is_none_is_told_by_its_field(filled: Stage, body: dict[str, Any], status: int, field: str) -> None:
    response = await filled.put(body)
    assert (response.status_code, [one["field"] for one in response.json()["errors"]]) == (status, [field])


@pytest.mark.parametrize("standing", ["paid", "agreed"])
async def test_what_is_paid_or_agreed_is_not_closed(filled: Stage, standing: str) -> None:
    async with filled.engine.begin() as conn:
        await conn.execute(text("set local session_replication_role = replica"))
        await conn.execute(
            text("update debts set status = :status, principal_left = 0 where reference = 'F-1'"), {"status": standing}
        )
    refused = await filled.put({"status": "closed", "reason": "sold"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "status")
    assert (await filled.put({"status": "open"})).json()["status"] == standing


async def test_what_is_not_there_is_not_closed(stage: Stage) -> None:
    assert (await stage.put({"status": "closed", "reason": "sold"})).status_code == 404


# --------------------------------------------------------------------------------------------------------- described


async def test_the_description_tells_problems_tokens_and_parameters(stage: Stage) -> None:
    described = await stage.get("/openapi.json")
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    schemas = described["components"]["schemas"]

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for inner in node.values():
                yield from references(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from references(inner)

    for reference in set(references(described)):
        _, _, kind, name = reference.split("/")
        assert name in described["components"][kind], reference
    assert "HTTPValidationError" not in schemas
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            assert {"401", "403", "422", "503"} <= set(operation["responses"]), path
            for parameter in operation.get("parameters", ()):
                assert parameter["description"] and parameter["schema"], (path, parameter)


# ----------------------------------------------------------------------------------------------------- whatever comes

NASTY = st.one_of(
    st.sampled_from(
        ["", " ", "0", "-1", "1e9", "9" * 19, "9" * 5000, "\x00", "a\x00b", "%", "' or 1=1 --", "../..", "\u202e", "ª", "①"]
    ),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode()),
    st.integers(-(10**30), 10**30).map(str),
)
PATHS = ("/debtors", "/debts", "/charges", "/agreements", "/extensions", "/promises", "/disputes", "/payments", "/opt-outs", "/handoffs", "/conversations", f"/conversations/{TALK}/messages")  # fmt: skip
WISHES = ("closed", "open", "sold", "withdrawn", "paid")
PARAMETERS = ("document", "debtor", "creditor", "reference", "address", "cursor", "limit")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


async def test_nothing_that_is_asked_makes_a_fault_of_ours(filled: Stage) -> None:
    requests: list[tuple[str, str, bytes | None]] = []

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        st.sampled_from(PATHS),
        st.dictionaries(st.sampled_from(PARAMETERS), NASTY, max_size=4),
        NASTY,
        st.dictionaries(st.sampled_from((*COLUMNS, "status", "reason")), JSON | NASTY | st.sampled_from(WISHES), max_size=5),
    )
    def collect(path: str, parameters: dict[str, str], id: str, change: dict[str, Any]) -> None:
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        requests.append(("GET", f"{path}?{query}", None))
        for nested in ("/debtors/{}", "/debts/{}", "/conversations/{}/messages"):
            requests.append(("GET", nested.format(quote(id, safe="")), None))
        body = json.dumps(BODY | change).encode()
        requests.append(("PUT", f"/creditors/{CNPJ}/debts/{quote(id, safe='')}", body))
        requests.append(("PUT", f"/creditors/{quote(id, safe='')}/debts/F-1", body))

    collect()
    own = await filled.token()
    for number, (method, path, body) in enumerate(requests):
        headers = {"content-type": "application/json"} | (own if number % 3 == 0 else {})
        if len(path) > 8_000:
            continue
        response = await filled.client.request(method, f"/api/v1{path}", content=body, headers=headers)
        assert response.status_code < 500, (method, path, body, response.text)
        kind = "application/json" if response.status_code < 400 else "application/problem+json"
        assert response.headers["content-type"] == kind, (method, path)
