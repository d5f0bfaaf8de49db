"""`trato import`: a creditor's book into the store, told line by line to whoever sent it."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit
from receivables.book import COLUMNS, BookError, BookRow, BookWarning, Refusal, read_book
from receivables.ground import Ground
from receivables.imports import BATCH, Import, Outcome
from receivables.policy import Policies
from receivables.sealing import Vault
from trato.clock import SystemClock
from trato.settings import Settings

_LARGE = 2_000_000
"""Bytes from which a file takes about two seconds, so that its progress is shown."""

_LONGEST_HEADER = 128 * 1024

Say = Callable[[str], None]


async def run(settings: Settings, engine: AsyncEngine, path: Path, *, dry_run: bool, say: Say) -> int:
    """Import the book at `path`, telling `say` each refused row and each warning, and the counts last; returns the exit code.

    A batch of rows is one transaction, so what a crash leaves is whole, and the same file again finishes the work. In a dry
    run each transaction is rolled back.
    """
    clock = SystemClock()
    async with engine.begin() as conn:
        await clock.anchor(conn, settings.clock)
    ground = Ground(clock, Policies.load(settings.policy_dir), Vault(settings.secret_keys))
    with _progress(path) as advance:
        try:
            items = await asyncio.to_thread(read_book, path, today=clock.today())
            counts = await (_rehearse if dry_run else _import)(engine, ground, path, items, _Teller(say, advance))
        except BookError as error:
            say(str(error))
            return 1
    say(
        f"{counts['imported']} imported, {counts['updated']} updated, {counts['unchanged']} unchanged, {counts['refused']} refused"
    )
    return 1 if counts["refused"] else 0


class _Teller:
    """Tells refusals and warnings in the order of the file's lines, batch by batch, and counts."""

    def __init__(self, say: Say, advance: Callable[[int], None]) -> None:
        self._say = say
        self._advance = advance
        self.counts: Counter[str] = Counter()

    def tell(self, others: list[Refusal | BookWarning], outcomes: list[Outcome]) -> Counter[str]:
        """Tell one batch; returns its own counts."""
        counts: Counter[str] = Counter(outcome.verdict for outcome in outcomes)
        lines: list[tuple[int, str]] = []
        for other in others:
            if isinstance(other, Refusal):
                counts["refused"] += 1
                lines.append((other.line, f"line {other.line}, {other.column}: refused, {other.why}"))
            else:
                lines.append((other.line, f"line {other.line}, {other.column}: warning, {other.why}"))
        for outcome in outcomes:
            line = outcome.row.line
            if outcome.verdict == "refused":
                lines.append((line, f"line {line}, {outcome.column}: refused, {outcome.why}"))
            lines += [(line, f"line {line}, {remark.column}: warning, {remark.why}") for remark in outcome.remarks]
        for _, told in sorted(lines, key=lambda line: line[0]):
            self._say(told)
        self._advance(max([item.line for item in others] + [outcome.row.line for outcome in outcomes], default=0))
        self.counts += counts
        return counts


_Item = BookRow | Refusal | BookWarning
_Batch = tuple[list[BookRow], list[Refusal | BookWarning]]


async def _import(engine: AsyncEngine, ground: Ground, path: Path, items: Iterator[_Item], teller: _Teller) -> Counter[str]:
    async with engine.begin() as conn:
        import_id = await _begin(conn, ground, path)
    work = Import(ground, source=f"import:{import_id}", now=ground.clock.now(), given=_header(path))
    async for rows, others in _read_ahead(items):
        async with engine.begin() as conn:
            outcomes = await work.write(conn, rows)
            await _count(conn, import_id, others, outcomes)
        teller.tell(others, outcomes)
    async with engine.begin() as conn:
        await _finish(conn, ground, import_id, teller.counts)
    return teller.counts


async def _rehearse(engine: AsyncEngine, ground: Ground, path: Path, items: Iterator[_Item], teller: _Teller) -> Counter[str]:
    work = Import(ground, source="dry-run", now=ground.clock.now(), given=_header(path))
    async for rows, others in _read_ahead(items):
        # Batch by batch, so that nobody who pays meanwhile waits for the rehearsal's locks.
        async with engine.connect() as conn, conn.begin() as transaction:
            outcomes = await work.write(conn, rows)
            await transaction.rollback()
        teller.tell(others, outcomes)
    return teller.counts


async def _read_ahead(items: Iterator[_Item]) -> AsyncIterator[_Batch]:
    """The batches, each read by a thread while the one before it is written: the database works meanwhile."""
    batches = _batches(items)
    following = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while batch := await following:
            following = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        # A thread cannot be interrupted; nothing may read on once the caller has gone.
        await asyncio.gather(following, return_exceptions=True)


def _batches(items: Iterator[_Item]) -> Iterator[_Batch]:
    rows: list[BookRow] = []
    others: list[Refusal | BookWarning] = []
    for item in items:
        if isinstance(item, BookRow):
            rows.append(item)
        else:
            others.append(item)
        if len(rows) + len(others) >= BATCH:
            yield rows, others
            rows, others = [], []
    if rows or others:
        yield rows, others


def _header(path: Path) -> set[str]:
    """The known columns of a file that was found readable."""
    # Bytes, because rows further on may be no UTF-8, and a text stream reads ahead; a bare CR may end the line.
    with path.open("rb") as stream:
        first = stream.readline(_LONGEST_HEADER).splitlines()[0].decode(errors="ignore").removeprefix("\ufeff")
    readings = ({name.strip().lower() for name in next(csv.reader([first], delimiter=mark))} & set(COLUMNS) for mark in ";,")
    return max(readings, key=len)


async def _begin(conn: AsyncConnection, ground: Ground, path: Path) -> int:
    made = await conn.execute(
        text("insert into imports (filename, started_at) values (:name, :now) returning id"),
        {"name": path.name[:300], "now": ground.clock.now()},
    )
    return int(made.scalar_one())


async def _count(conn: AsyncConnection, import_id: int, others: list[Refusal | BookWarning], outcomes: list[Outcome]) -> None:
    counts = Counter(outcome.verdict for outcome in outcomes)
    refused = counts["refused"] + sum(isinstance(other, Refusal) for other in others)
    await conn.execute(
        text("""update imports set imported = imported + :imported, updated = updated + :updated,
                    unchanged = unchanged + :unchanged, refused = refused + :refused where id = :id"""),
        {
            "imported": counts["imported"],
            "updated": counts["updated"],
            "unchanged": counts["unchanged"],
            "refused": refused,
            "id": import_id,
        },
    )


async def _finish(conn: AsyncConnection, ground: Ground, import_id: int, counts: Counter[str]) -> None:
    now = ground.clock.now()
    await conn.execute(text("update imports set finished_at = :now where id = :id"), {"now": now, "id": import_id})
    await audit.record(conn, "operator", "book.imported", f"import:{import_id}", dict(counts), now)


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[int], None]]:
    """Calls with the line that was reached move a bar, on a terminal and for a large file."""
    if not sys.stderr.isatty() or not path.is_file() or path.stat().st_size < _LARGE:
        yield lambda line: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with path.open("rb") as stream:
        total = sum(1 for _ in zip(stream, count(), strict=False))
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    # What is said goes above the bar on a terminal, and where it was sent to otherwise.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task(f"Importing {path.name}", total=total)
        yield lambda line: bar.update(task, completed=line)
