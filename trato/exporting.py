"""`trato export`: what a creditor's ERP takes back, as CSV.

UTF-8 without a mark, commas, every cell in quotation marks; amounts as 1234.56, days as YYYY-MM-DD, instants as ISO in São Paulo's
time. The first and the last day both count. What each file holds:

- `payments`, by the day of payment: one row for each debt that a payment went to, and one for what went to none (more than was
  asked, or for no charge of ours). `amount` = principal + fine + interest + excess + unmatched; the rows of one `end_to_end_id` sum
  to its `payment_amount`. `status` is the payment's: applied, partial, excess or unmatched.
- `agreements` and `disputes`: the debts that stand agreed or disputed, by the day on which they came to.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit
from receivables import taxid
from receivables.brasilia import BRASILIA
from receivables.export import CsvOut
from receivables.sealing import Vault
from trato.clock import SystemClock
from trato.settings import Settings

What = Literal["payments", "agreements", "disputes"]

COLUMNS: dict[What, tuple[str, ...]] = {
    "payments": (
        "paid_at", "recorded_at", "creditor_cnpj", "creditor_name", "debtor_document", "debtor_name", "contract",
        "debt_reference", "means", "end_to_end_id", "txid", "status", "remark", "payment_amount", "principal", "fine", "interest",
        "excess", "unmatched", "amount",
    ),
    "agreements": (
        "agreed_on", "creditor_cnpj", "creditor_name", "debtor_document", "debtor_name", "contract", "debt_reference",
        "original_amount", "paid_total", "status",
    ),
    "disputes": (
        "disputed_on", "creditor_cnpj", "creditor_name", "debtor_document", "debtor_name", "contract", "debt_reference",
        "original_amount", "paid_total", "status",
    ),
}  # fmt: skip

_PAYMENTS = """
    select p.paid_at, p.recorded_at, coalesce(k.cnpj, '') creditor_cnpj, coalesce(k.name, '') creditor_name,
        r.document_sealed, coalesce(r.name, '') debtor_name, coalesce(d.contract, '') contract,
        coalesce(d.reference, '') debt_reference, p.means, p.end_to_end_id, coalesce(p.txid, '') txid, p.status,
        coalesce(p.remark, '') remark, p.amount payment_amount,
        coalesce(sum(a.amount) filter (where a.part = 'principal'), 0) principal,
        coalesce(sum(a.amount) filter (where a.part = 'fine'), 0) fine,
        coalesce(sum(a.amount) filter (where a.part = 'interest'), 0) interest,
        coalesce(sum(a.amount) filter (where a.part = 'excess'), 0) excess,
        coalesce(sum(a.amount) filter (where a.part = 'unmatched'), 0) unmatched,
        sum(a.amount) amount
    from payments p join allocations a on a.payment_id = p.id left join debts d on d.id = a.debt_id
        left join charges c on c.id = p.charge_id left join creditors k on k.id = coalesce(d.creditor_id, c.creditor_id)
        left join debtors r on r.id = p.debtor_id
    where p.paid_at >= :start and p.paid_at < :end and (cast(:creditor as text) is null or k.cnpj = :creditor)
    group by p.id, d.id, k.id, r.id order by p.paid_at, p.id, d.id nulls last"""

_STANDING = """
    select coalesce(last.at, d.updated_at) since, k.cnpj creditor_cnpj, k.name creditor_name, r.document_sealed,
        r.name debtor_name, d.contract, d.reference debt_reference, d.original_amount, d.paid_total, d.status
    from debts d join creditors k on k.id = d.creditor_id join debtors r on r.id = d.debtor_id
        left join lateral (select max(at) at from debt_changes h where h.debt_id = d.id and h.after ->> 'status' = d.status) last
            on true
    where d.status = :status and coalesce(last.at, d.updated_at) >= :start and coalesce(last.at, d.updated_at) < :end
        and (cast(:creditor as text) is null or k.cnpj = :creditor) order by 1, d.id"""


@dataclass(frozen=True)
class Wanted:
    """What is to be written: the first and the last day, and whose; None for every creditor."""

    what: What
    since: date
    until: date
    creditor: str | None = None


async def run(settings: Settings, engine: AsyncEngine, wanted: Wanted, out: Path | None) -> int:
    """Write the file `out`, or to standard output; returns how many rows. A file appears whole or not at all.

    That documents left the store is recorded in the audit. Raises `OSError` where the file cannot be written.
    """
    vault = Vault(settings.secret_keys)
    clock = SystemClock()
    rows = 0
    async with engine.begin() as conn:
        await clock.anchor(conn, settings.clock)
    async with engine.begin() as conn:
        with _opened(out) as stream:
            csv = CsvOut(stream, COLUMNS[wanted.what])
            async for row in _rows(conn, vault, wanted):
                csv.write(row)
                rows += 1
        detail = {"since": wanted.since.isoformat(), "until": wanted.until.isoformat(), "rows": rows, "creditor": wanted.creditor}
        await audit.record(conn, "operator", f"export.{wanted.what}", None, detail, clock.now())
    return rows


async def _rows(conn: AsyncConnection, vault: Vault, wanted: Wanted) -> AsyncIterator[dict[str, Any]]:
    values: dict[str, Any] = {
        "start": datetime.combine(wanted.since, time(), BRASILIA),
        "end": datetime.combine(wanted.until + timedelta(days=1), time(), BRASILIA),
        "creditor": wanted.creditor,
    }
    if wanted.what == "payments":
        query = _PAYMENTS
    else:
        query, values["status"] = _STANDING, {"agreements": "agreed", "disputes": "disputed"}[wanted.what]
    async for found in await conn.stream(text(query), values):
        row = dict(found._mapping)
        sealed = row.pop("document_sealed")
        # With its dots, so that no spreadsheet takes it for a number and drops a zero.
        row["debtor_document"] = taxid.formatted(vault.open(sealed, "document")) if sealed is not None else ""
        row["creditor_cnpj"] = taxid.formatted(row["creditor_cnpj"]) if row["creditor_cnpj"] else ""
        if wanted.what != "payments":
            row["agreed_on" if wanted.what == "agreements" else "disputed_on"] = row.pop("since").astimezone(BRASILIA).date()
        yield {name: _shown(name, row[name]) for name in COLUMNS[wanted.what]}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(BRASILIA).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    centavos = int(value)
    return f"{centavos // 100}.{centavos % 100:02d}"


@contextlib.contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        unfinished.touch(0o600, exist_ok=False)  # it names debtors: it is its owner's alone
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
