"""The import on a real database: what is new, updated with a trace, unchanged or refused; and what a crash leaves behind."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from receivables.book import COLUMNS, BookRow, parse_cells
from receivables.ground import Ground
from receivables.imports import Import, Outcome
from receivables.policy import Policies
from receivables.sealing import Vault
from receivables.store import debtor_by_document, debtor_document
from tests.postgres import embedded_postgres
from trato.clock import FixedClock
from trato.database import make_engine
from trato.importing import run
from trato.migrate import upgrade
from trato.paths import EXAMPLE_BOOK, POLICIES
from trato.settings import Settings, load_settings

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MARINA, JOAQUIM = "529.982.247-25", "187.452.039-97"
GOOD = {
    "creditor_cnpj": "90.731.425/0001-63",
    "creditor_name": "Lojas Tamboril S.A.",
    "portfolio": "Cartão Tamboril",
    "debtor_document": MARINA,
    "debtor_name": "Marina Alves",
    "birth_date": "1990-03-14",
    "phone": "(12) 98811-2041",
    "email": "marina@example.com",
    "contract": "TAM-1",
    "debt_reference": "F-1",
    "description": "Fatura de outubro",
    "original_amount": "1.000,00",
    "due_date": "2026-10-22",
}


@pytest.fixture(scope="module")
def fresh_database() -> Iterator[Callable[[], str]]:
    with embedded_postgres(upgrade) as fresh:
        yield fresh


@pytest.fixture
def url(fresh_database: Callable[[], str]) -> str:
    return fresh_database()


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(url, size=3)
    yield made
    await made.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = {"TRATO_DATA_DIR": str(tmp_path / "var"), "TRATO_CLOCK": "2026-11-23T12:00:00-03:00"}
    return load_settings(given | {"TRATO_POLICY_DIR": str(POLICIES)}, tmp_path / "no.env")


@pytest.fixture
def ground() -> Ground:
    return Ground(FixedClock(NOW), Policies.load(POLICIES), Vault((b"k" * 32,)))


def row(line: int = 2, **cells: str) -> BookRow:
    parsed, _ = parse_cells(GOOD | cells, today=date(2026, 11, 23), line=line)
    assert isinstance(parsed, BookRow), parsed
    return parsed


async def write(engine: AsyncEngine, ground: Ground, *rows: BookRow, given: tuple[str, ...] = COLUMNS) -> list[Outcome]:
    async with engine.begin() as conn:
        return await Import(ground, source="import:1", now=NOW, given=given).write(conn, rows)


def verdicts(outcomes: list[Outcome]) -> list[str]:
    return [outcome.verdict for outcome in outcomes]


async def fetch(engine: AsyncEngine, query: str) -> list[tuple[Any, ...]]:
    async with engine.connect() as conn:
        return [tuple(found) for found in await conn.execute(text(query))]


async def test_a_new_row_makes_creditor_debtor_phone_and_debt(engine: AsyncEngine, ground: Ground) -> None:
    assert verdicts(await write(engine, ground, row())) == ["imported"]
    assert await fetch(engine, "select cnpj, name from creditors") == [("90731425000163", "Lojas Tamboril S.A.")]
    assert await fetch(engine, "select phone_key, state from debtor_phones") == [("+5512988112041", "imported")]
    (debt,) = await fetch(engine, "select original_amount, principal_left, contract_index, status from debts")
    assert debt == (100_000, 100_000, "TAM1", "open")
    async with engine.connect() as conn:
        debtor = await debtor_by_document(conn, ground, 1, "52998224725")
    assert debtor is not None
    assert debtor_document(ground, debtor) == "52998224725"
    assert b"52998224725" not in debtor.document_sealed


async def test_the_same_rows_again_change_nothing(engine: AsyncEngine, ground: Ground) -> None:
    rows = [row(2), row(3, debt_reference="F-2", debtor_document=JOAQUIM, debtor_name="Joaquim", birth_date="")]
    await write(engine, ground, *rows)
    before = await fetch(engine, "select d.*, b.updated_at from debts d join debtors b on b.id = d.debtor_id order by d.id")
    assert verdicts(await write(engine, ground, *rows)) == ["unchanged", "unchanged"]
    assert (
        await fetch(engine, "select d.*, b.updated_at from debts d join debtors b on b.id = d.debtor_id order by d.id") == before
    )
    assert await fetch(engine, "select * from debt_changes") == []


async def test_changed_cells_are_updated_with_a_trace(engine: AsyncEngine, ground: Ground) -> None:
    await write(engine, ground, row())
    changed = row(original_amount="900", due_date="2026-10-20", description="Outra", contract="TAM-2", portfolio="Outra")
    assert verdicts(await write(engine, ground, changed)) == ["updated"]
    ((before, after, source),) = await fetch(engine, "select before, after, source from debt_changes")
    assert before == {
        "portfolio": "Cartão Tamboril", "contract": "TAM-1", "description": "Fatura de outubro", "original_amount": 100_000,
        "due_date": "2026-10-22", "principal_left": 100_000,
    }  # fmt: skip
    assert after["original_amount"] == after["principal_left"] == 90_000
    assert source == "import:1"
    (debt,) = await fetch(engine, "select original_amount, principal_left, contract_index, due_date from debts")
    assert debt == (90_000, 90_000, "TAM2", date(2026, 10, 20))


async def test_a_changed_fact_of_the_debtor_is_an_update_of_each_row_that_says_it(engine: AsyncEngine, ground: Ground) -> None:
    rows = [row(2), row(3, debt_reference="F-2")]
    await write(engine, ground, *rows)
    renamed = [
        row(2, debtor_name="Marina Teixeira", phone="11987654321"),
        row(3, debt_reference="F-2", debtor_name="Marina Teixeira"),
    ]
    assert verdicts(await write(engine, ground, *renamed)) == ["updated", "updated"]
    assert await fetch(engine, "select name from debtors") == [("Marina Teixeira",)]
    assert len(await fetch(engine, "select 1 from debtor_phones")) == 2
    assert await fetch(engine, "select after->>'debtor.name' from debt_changes") == [("Marina Teixeira",)] * 2
    assert verdicts(await write(engine, ground, *renamed)) == ["unchanged", "unchanged"]


async def test_a_fact_that_changed_in_an_earlier_batch_is_still_an_update_of_a_later_row(
    engine: AsyncEngine, ground: Ground
) -> None:
    await write(engine, ground, row(birth_date="", email=""), row(debt_reference="F-2", birth_date="", email=""))
    work = Import(ground, source="import:2", now=NOW)
    for reference in ("F-1", "F-2"):
        async with engine.begin() as conn:
            assert verdicts(await work.write(conn, [row(debt_reference=reference)])) == ["updated"]
    changes = await fetch(engine, "select before, after from debt_changes order by id")
    before = {"debtor.birth_date": None, "debtor.email": None}
    after = {"debtor.birth_date": "1990-03-14", "debtor.email": "marina@example.com"}
    assert changes == [(before, after), (before, after)]


async def test_rows_that_differ_about_one_debtor_settle_on_the_first(engine: AsyncEngine, ground: Ground) -> None:
    rows = [row(2), row(3, debt_reference="F-2", debtor_name="MARINA ALVES T.", email="")]
    outcomes = await write(engine, ground, *rows)
    assert verdicts(outcomes) == ["imported", "imported"]
    assert [remark.column for remark in outcomes[1].remarks] == ["debtor_name"]
    assert verdicts(await write(engine, ground, *rows)) == ["unchanged", "unchanged"]
    assert await fetch(engine, "select name, email from debtors") == [("Marina Alves", "marina@example.com")]


async def test_a_new_name_of_the_creditor_is_taken_over(engine: AsyncEngine, ground: Ground) -> None:
    await write(engine, ground, row())
    assert verdicts(await write(engine, ground, row(creditor_name="Tamboril S.A."))) == ["updated"]
    assert await fetch(engine, "select name from creditors") == [("Tamboril S.A.",)]


async def test_another_birth_date_than_the_stored_one_is_refused_and_so_is_its_repeat(
    engine: AsyncEngine, ground: Ground
) -> None:
    await write(engine, ground, row())
    other = row(2, debt_reference="F-9", birth_date="1991-03-14", creditor_cnpj="11.222.333/0001-81", creditor_name="Outro")
    repeat = BookRow(**{name: getattr(other, name) for name in BookRow.__slots__} | {"line": 3, "repeats": 2})
    outcomes = await write(engine, ground, other, repeat)
    assert [(outcome.verdict, outcome.column) for outcome in outcomes] == [("refused", "birth_date")] * 2
    assert len(await fetch(engine, "select 1 from debts")) == 1
    assert len(await fetch(engine, "select 1 from creditors")) == 1


@pytest.mark.parametrize("cells", [{"judicial": "true"}, {"due_date": "2021-11-23"}])
async def test_a_debt_that_is_not_collected_any_more_is_imported_and_flagged(
    engine: AsyncEngine, ground: Ground, cells: dict[str, str]
) -> None:
    (outcome,) = await write(engine, ground, row(**cells))
    assert outcome.verdict == "imported"
    assert [remark.column for remark in outcome.remarks] == list(cells)


async def test_the_amount_of_a_debt_with_payments_is_not_rewritten(engine: AsyncEngine, ground: Ground) -> None:
    await write(engine, ground, row())
    async with engine.begin() as conn:
        await conn.execute(text("update debts set principal_left = 60000, paid_total = 43000"))
    (refused,) = await write(engine, ground, row(original_amount="999"))
    assert (refused.verdict, refused.column) == ("refused", "original_amount")
    assert verdicts(await write(engine, ground, row())) == ["unchanged"]
    assert verdicts(await write(engine, ground, row(description="Outra"))) == ["updated"]
    assert await fetch(engine, "select original_amount, principal_left, paid_total from debts") == [(100_000, 60_000, 43_000)]


async def test_a_debt_moves_to_another_document_only_while_nothing_was_paid(engine: AsyncEngine, ground: Ground) -> None:
    await write(engine, ground, row())
    other = row(debtor_document=JOAQUIM, debtor_name="Joaquim", birth_date="")
    assert verdicts(await write(engine, ground, other)) == ["updated"]
    async with engine.begin() as conn:
        await conn.execute(text("update debts set principal_left = 60000, paid_total = 43000"))
    (refused,) = await write(engine, ground, row())
    assert (refused.verdict, refused.column) == ("refused", "debtor_document")


async def test_columns_that_a_file_lacks_leave_the_debt_as_it_is(engine: AsyncEngine, ground: Ground) -> None:
    await write(engine, ground, row(judicial="true", product="Cartão"))
    given = tuple(column for column in COLUMNS if column not in ("judicial", "product"))
    (outcome,) = await write(engine, ground, row(), given=given)
    assert outcome.verdict == "unchanged"
    assert [remark.column for remark in outcome.remarks] == ["judicial"]
    assert verdicts(await write(engine, ground, row(judicial="false"))) == ["updated"]


async def test_two_imports_of_the_same_rows_at_once_write_them_once(engine: AsyncEngine, ground: Ground) -> None:
    rows = [row(n, debt_reference=f"F-{n}") for n in range(2, 40)]
    outcomes = await asyncio.gather(write(engine, ground, *rows), write(engine, ground, *reversed(rows)))
    assert sorted({verdict for one in outcomes for verdict in verdicts(one)}) == ["imported", "unchanged"]
    assert len(await fetch(engine, "select 1 from debts")) == 38


# ------------------------------------------------------------------------------------------------- the command


def book(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, tuple(GOOD), delimiter=";")
        writer.writeheader()
        writer.writerows(GOOD | cells for cells in rows)
    return path


async def test_the_command_tells_refused_rows_and_the_counts_last(
    engine: AsyncEngine, settings: Settings, tmp_path: Path
) -> None:
    path = book(
        tmp_path / "b.csv", {}, {"debt_reference": "F-2", "original_amount": "1.234"}, {"debt_reference": "F-3", "phone": "x"}, {}
    )
    told: list[str] = []
    assert await run(settings, engine, path, dry_run=False, say=told.append) == 1
    assert told[-1] == "2 imported, 0 updated, 1 unchanged, 1 refused"
    assert told[0].startswith("line 3, original_amount: refused, ")
    assert told[1].startswith("line 4, phone: warning, ")
    (kept,) = await fetch(engine, "select imported, updated, unchanged, refused, finished_at is not null from imports")
    assert kept == (2, 0, 1, 1, True)


async def test_a_rehearsal_says_the_same_and_changes_nothing(engine: AsyncEngine, settings: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "b.csv", {}, {"debt_reference": "F-2"})
    told: list[str] = []
    assert await run(settings, engine, path, dry_run=True, say=told.append) == 0
    assert told == ["2 imported, 0 updated, 0 unchanged, 0 refused"]
    for table in ("debts", "debtors", "creditors", "imports", "audit"):
        assert await fetch(engine, f"select 1 from {table}") == []


async def test_a_rehearsal_of_many_batches_says_what_the_import_then_says(
    engine: AsyncEngine, settings: Settings, tmp_path: Path
) -> None:
    book(tmp_path / "b.csv", *({"debt_reference": f"F-{n}"} for n in range(1_200)))
    await run(settings, engine, tmp_path / "b.csv", dry_run=False, say=lambda _: None)
    changes = {"debtor_name": "Marina Teixeira", "phone": "11987654321", "creditor_name": "Tamboril S.A."}
    rows = [changes | {"debt_reference": f"F-{n}"} for n in range(0, 2_000)]
    rows += [{"debt_reference": f"G-{n}", "debtor_document": JOAQUIM, "birth_date": "1975-08-02"} for n in range(600)]
    path = book(tmp_path / "c.csv", *rows)
    rehearsed: list[str] = []
    imported: list[str] = []
    await run(settings, engine, path, dry_run=True, say=rehearsed.append)
    await run(settings, engine, path, dry_run=False, say=imported.append)
    assert rehearsed == imported
    assert imported[-1] == "1400 imported, 1200 updated, 0 unchanged, 0 refused"


async def test_what_is_no_book_is_one_sentence(engine: AsyncEngine, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("isto não é um livro\n")
    told: list[str] = []
    assert await run(settings, engine, path, dry_run=False, say=told.append) == 1
    assert len(told) == 1
    assert "header" in told[0]


async def test_the_example_book_goes_in_whole_and_stays_as_it_is(engine: AsyncEngine, settings: Settings) -> None:
    told: list[str] = []
    assert await run(settings, engine, EXAMPLE_BOOK, dry_run=False, say=told.append) == 0
    rows = int(told[-1].split()[0])
    assert told[-1] == f"{rows} imported, 0 updated, 0 unchanged, 0 refused"
    assert await run(settings, engine, EXAMPLE_BOOK, dry_run=False, say=told.append) == 0
    assert told[-1] == f"0 imported, 0 updated, {rows} unchanged, 0 refused"


async def test_an_import_killed_half_way_leaves_whole_rows_and_is_finished_by_the_next(
    engine: AsyncEngine, settings: Settings, tmp_path: Path, url: str
) -> None:
    path = book(tmp_path / "b.csv", *({"debt_reference": f"F-{n}"} for n in range(4_000)))
    script = (
        "import asyncio, sys; from pathlib import Path; from trato.database import make_engine; from trato.importing import run;"
        "from trato.settings import load_settings; url, path = sys.argv[1:];"
        "asyncio.run(run(load_settings(), make_engine(url), Path(path), dry_run=False, say=print))"
    )
    environment = os.environ | {
        "TRATO_DATA_DIR": str(settings.data_dir),
        "TRATO_CLOCK": settings.clock or "",
        "TRATO_POLICY_DIR": str(POLICIES),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, url, str(path), env=environment)
    written = 0
    while written == 0 and process.returncode is None:
        written = int((await fetch(engine, "select count(*) from debts"))[0][0])
        await asyncio.sleep(0.02)
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
    await process.wait()
    half = int((await fetch(engine, "select count(*) from debts"))[0][0])
    assert half % 500 == 0
    assert half > 0
    told: list[str] = []
    assert await run(settings, engine, path, dry_run=False, say=told.append) == 0
    assert told[-1] == f"{4_000 - half} imported, 0 updated, {half} unchanged, 0 refused"
