"""What a creditor's system takes back, and that no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from payments.reconcile import reconcile
from receivables.export import CsvOut, harmless
from tests.payments.stage import CNPJ, Stage
from trato.clock import FixedClock
from trato.exporting import COLUMNS, Wanted, run
from trato.settings import Settings, load_settings

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)


@pytest.fixture
async def stage(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(engine, FixedClock(NOW), tmp_path / "documents")
    await made.set_up()
    yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    loaded = load_settings({"TRATO_DATA_DIR": str(tmp_path / "var")}, dotenv=tmp_path / "none")
    return replace(loaded, secret_keys=(b"k" * 32,), clock=None)


async def export(stage: Stage, settings: Settings, folder: Path, wanted: Wanted) -> list[dict[str, str]]:
    out = folder / "out.csv"
    rows = await run(settings, stage.engine, wanted, out)
    content = out.read_bytes()
    assert content.endswith(b"\r\n") and out.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    read = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert len(read) == rows
    return read


async def test_a_payment_is_told_debt_by_debt_and_sums_to_its_amount(stage: Stage, settings: Settings, tmp_path: Path) -> None:
    debts = [
        await stage.add_debt(100_000, date(2026, 10, 22), reference="=cmd|' /C calc'!A0"),
        await stage.add_debt(50_000, date(2026, 11, 30), reference="000123"),
    ]
    charge = await stage.charge(*debts)
    stage.bank.pay(charge.txid, charge.amount + 250)
    await reconcile(stage.engine, stage.till, datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
    await stage.work()
    rows = await export(stage, settings, tmp_path, Wanted("payments", DAY, DAY))
    assert [row["debt_reference"] for row in rows] == ["'=cmd|' /C calc'!A0", "000123", ""]
    assert {row["payment_amount"] for row in rows} == {f"{(charge.amount + 250) / 100:.2f}"}
    parts = ("principal", "fine", "interest", "excess", "unmatched")
    for row in rows:
        assert sum(round(100 * float(row[part])) for part in parts) == round(100 * float(row["amount"]))
    assert sum(round(100 * float(row["amount"])) for row in rows) == charge.amount + 250
    assert rows[-1]["excess"] == "2.50"
    first = rows[0]
    assert (first["paid_at"], first["debtor_document"], first["creditor_cnpj"]) == (
        "2026-11-23T12:00:00-03:00", "529.982.247-25", "90.731.425/0001-63",
    )  # fmt: skip
    assert await export(stage, settings, tmp_path, Wanted("payments", DAY, DAY, CNPJ)) == rows
    assert await export(stage, settings, tmp_path, Wanted("payments", DAY, DAY, "91826043000186")) == []
    assert await export(stage, settings, tmp_path, Wanted("payments", date(2026, 11, 22), date(2026, 11, 22))) == []
    async with stage.engine.connect() as conn:
        audited = (
            (await conn.execute(text("select detail from audit where what = 'export.payments' order by id"))).scalars().all()
        )
    assert [one["rows"] for one in audited] == [3, 3, 0, 0]


@pytest.mark.parametrize(("what", "status"), [("agreements", "agreed"), ("disputes", "disputed")])
async def test_debts_that_stand_agreed_or_disputed_are_told_from_the_day_they_came_to(
    stage: Stage, settings: Settings, tmp_path: Path, what: str, status: str
) -> None:
    await stage.add_debt(100_000, date(2026, 10, 22))
    debt = await stage.add_debt(123_456, date(2026, 10, 22), reference="X")
    await stage.run("update debts set status = :status, updated_at = :now where id = :id", status=status, now=NOW, id=debt)
    wanted = Wanted("agreements" if what == "agreements" else "disputes", DAY, DAY)
    (row,) = await export(stage, settings, tmp_path, wanted)
    assert tuple(row) == COLUMNS[wanted.what]
    assert (row["debt_reference"], row["original_amount"], row["status"]) == ("X", "1234.56", status)
    assert await export(stage, settings, tmp_path, replace(wanted, since=date(2026, 11, 24), until=date(2026, 11, 24))) == []


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+55", "'+55"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("|cmd", "'|cmd"),
        ("a\r\nb\x00", "a  b "),
        ("Ana", "Ana"),
        ("", ""),
        ("529.982.247-25", "529.982.247-25"),
        ("12.50", "12.50"),
    ],
)
def test_what_a_spreadsheet_would_run_is_shown(cell: str, shown: str) -> None:
    assert harmless(cell) == shown


def test_every_cell_is_quoted() -> None:
    out = io.StringIO()
    CsvOut(out, ("a", "b")).write({"a": 'x"y', "b": "1,5;2"})
    assert out.getvalue() == '"a","b"\r\n"x""y","1,5;2"\r\n'
