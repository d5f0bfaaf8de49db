"""Checked rows of a creditor's book, written into the store: what is new, what changed, what was there already.

Rows come in batches, each batch in the caller's transaction. A file read again, in whole or after a crash, changes nothing that it
had written before. Facts of a debtor stand in every row of that debtor; when rows of one file differ, the first one that says
a fact counts, so that the same file read again is the same again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.book import COLUMNS, BookRow
from receivables.ground import Ground
from receivables.owed import why_uncollectable
from receivables.store import contract_index, document_index

BATCH = 1000
"""Rows of one transaction: enough to be quick, few enough that nobody waits for its locks."""

Verdict = Literal["imported", "updated", "unchanged", "refused"]

_LOCK = 0x7472_6174_6F02
"""One import writes at a time, so that two of the same book wait for one another instead of meeting half-way."""

_FACTS = ("name", "birth_date", "email", "address", "city", "state", "postal_code", "language_note")
_OPTIONAL = ("description", "product", "judicial")
"""Columns of a debt that a file may leave out altogether; then what is stored stays."""

_FLAGS = {
    "judicial": ("judicial", "the debt is before a court and is not collected"),
    "prescribed": ("due_date", "the debt is over five years old and is not collected"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about a row that is imported all the same."""

    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row. A refused one names the column at fault and why; `debt_id` is the debt's, if it was not refused."""

    row: BookRow
    verdict: Verdict
    column: str = ""
    why: str = ""
    remarks: tuple[Remark, ...] = ()
    debt_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Creditor:
    id: int
    name: str


@dataclass
class _Debtor:
    """A debtor as stored or about to be: `fresh` while not stored, `touched` when a fact changed."""

    index: bytes
    facts: dict[str, Any]
    phones: set[str]
    id: int | None = None
    fresh: bool = False
    touched: bool = False
    new_phones: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A debt as stored, with what forbids to rewrite it."""

    id: int
    creditor_id: int
    reference: str
    debtor_id: int
    portfolio: str
    contract: str
    description: str
    product: str | None
    original_amount: int
    due_date: date
    judicial: bool
    status: str
    principal_left: int
    paid_total: int


def _short(key: bytes) -> int:
    """A blind index or a CNPJ by its first fourteen bytes, which tell them apart, in half the memory."""
    return int.from_bytes(key[:14])


class _Changes:
    """What a run changed of its debtors and creditors: name → (before, after). Packed, because a book may change all of them."""

    def __init__(self) -> None:
        self._packed: dict[int, bytes] = {}

    def of(self, key: bytes) -> dict[str, tuple[Any, Any]]:
        """What was changed so far; empty for most."""
        packed = self._packed.get(_short(key))
        if packed is None:
            return {}
        return {name: (_day_again(name, before), _day_again(name, after)) for name, (before, after) in json.loads(packed).items()}

    def add(self, key: bytes, changes: dict[str, tuple[Any, Any]]) -> None:
        """Remember these too."""
        self._packed[_short(key)] = _json(self.of(key) | changes).encode()


def _day_again(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name == "debtor.birth_date" and value is not None else value


class Import:
    """One run over one source of rows. It remembers, a few bytes a debtor, which facts the source has told already.

    Verdicts are the same when each transaction is rolled back instead: that is a rehearsal.

    `source` goes into the history of every debt that changes (`import:12`, `api`). `given` are the columns that the source has:
    a debt's optional columns that it lacks are left as they are stored.
    """

    def __init__(self, ground: Ground, *, source: str, now: datetime, tenant_id: int = 1, given: Iterable[str] = COLUMNS) -> None:
        self._ground = ground
        self._source = source
        self._now = now
        self._today = ground.clock.today()
        self._tenant = tenant_id
        self._kept = tuple(column for column in _OPTIONAL if column not in set(given))
        # A million debtors must fit into memory here.
        self._told: dict[int, int] = {}
        self._changed = _Changes()
        self._refused: dict[int, tuple[str, str]] = {}

    async def write(self, conn: AsyncConnection, rows: Sequence[BookRow]) -> list[Outcome]:
        """Write these rows, in the caller's transaction, and tell what became of each, in order.

        The rows of one call name each reference of a creditor once, but for rows whose `repeats` is set.
        """
        fresh = [row for row in rows if row.repeats is None]
        outcomes: dict[int, Outcome] = {}
        if fresh:
            await conn.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            outcomes = await self._write(conn, fresh)
        return [outcomes[id(row)] if row.repeats is None else self._repeated(row) for row in rows]

    def _repeated(self, row: BookRow) -> Outcome:
        assert row.repeats is not None
        refused = self._refused.get(row.repeats)
        return Outcome(row, "refused", *refused) if refused else Outcome(row, "unchanged")

    async def _write(self, conn: AsyncConnection, rows: Sequence[BookRow]) -> dict[int, Outcome]:
        creditors = await self._creditors(conn, {row.creditor_cnpj for row in rows})
        indexes = {row.debtor_document: document_index(self._ground, row.debtor_document) for row in rows}
        debtors = await self._debtors(conn, set(indexes.values()))
        stored = await self._stored(conn, rows, creditors)
        outcomes: dict[int, Outcome] = {}
        accepted: list[tuple[BookRow, _Debtor, _Stored | None, list[Remark]]] = []
        for row in rows:
            index = indexes[row.debtor_document]
            debtor = debtors.get(index)
            debt = stored.get((row.creditor_cnpj, row.debt_reference))
            fault = _fault(row, debtor, debt)
            if fault is None and debt and debt.debtor_id != (debtor.id if debtor else None):
                fault = await _fault_of_another_debtor(conn, debt)
            if fault:
                self._refused[row.line] = fault
                outcomes[id(row)] = Outcome(row, "refused", *fault)
                continue
            if debtor is None:
                debtor = debtors[index] = _Debtor(index, dict.fromkeys(_FACTS), set(), fresh=True)
            accepted.append((row, debtor, debt, self._take_facts(row, debtor)))
        await self._save_creditors(conn, [row for row, _, _, _ in accepted], creditors)
        await self._save_debtors(conn, accepted)
        new, changed = self._sort(accepted, outcomes)
        await self._insert_debts(conn, new, {cnpj: known.id for cnpj, known in creditors.items()}, outcomes)
        await self._update_debts(conn, changed)
        return outcomes

    # ------------------------------------------------------------------------------------------------ what is stored

    async def _creditors(self, conn: AsyncConnection, cnpjs: set[str]) -> dict[str, _Creditor]:
        found = await conn.execute(
            text("select id, cnpj, name from creditors where tenant_id = :tenant and cnpj = any(:cnpjs)"),
            {"tenant": self._tenant, "cnpjs": list(cnpjs)},
        )
        return {row.cnpj: _Creditor(row.id, row.name) for row in found}

    async def _debtors(self, conn: AsyncConnection, indexes: set[bytes]) -> dict[bytes, _Debtor]:
        found = await conn.execute(
            text(f"""select id, document_index, {", ".join(_FACTS)},
                        array(select phone_key from debtor_phones p where p.debtor_id = d.id) phones
                    from debtors d where tenant_id = :tenant and document_index = any(:indexes)"""),
            {"tenant": self._tenant, "indexes": list(indexes)},
        )
        debtors = {}
        for row in found:
            values = row._mapping
            index = bytes(row.document_index)
            debtors[index] = _Debtor(index, {name: values[name] for name in _FACTS}, set(row.phones), id=row.id)
        return debtors

    async def _stored(
        self, conn: AsyncConnection, rows: Sequence[BookRow], creditors: dict[str, _Creditor]
    ) -> dict[tuple[str, str], _Stored]:
        """The debts that these rows are about, locked until the transaction ends (in order of id, as payments lock them)."""
        cnpjs = {known.id: cnpj for cnpj, known in creditors.items()}
        known = [row for row in rows if row.creditor_cnpj in creditors]
        found = await conn.execute(
            text("""select d.id, d.creditor_id, d.reference, d.debtor_id, d.portfolio, d.contract, d.description, d.product,
                        d.original_amount, d.due_date, d.judicial, d.status, d.principal_left, d.paid_total
                    from debts d where d.tenant_id = :tenant and (d.creditor_id, d.reference) in
                        (select * from unnest(cast(:creditors as bigint[]), cast(:references as text[])))
                    order by d.id for update of d"""),
            {
                "tenant": self._tenant,
                "creditors": [creditors[row.creditor_cnpj].id for row in known],
                "references": [row.debt_reference for row in known],
            },
        )
        return {(cnpjs[row.creditor_id], row.reference): _Stored(**row._mapping) for row in found}

    # ---------------------------------------------------------------------------------------------- facts of a debtor

    def _tell(self, key: bytes, facts: int) -> int:
        """Remember that these facts (one bit each) were told; returns those that had been before."""
        short = _short(key)
        told = self._told.get(short, 0)
        self._told[short] = told | facts
        return told

    def _take_facts(self, row: BookRow, debtor: _Debtor) -> list[Remark]:
        """Take over what the row says of its debtor. An empty cell says nothing; what an earlier row of this source said stays."""
        remarks = []
        facts = (
            row.debtor_name, row.birth_date, row.email, row.address, row.city, row.state, row.postal_code, row.language_note,
        )  # fmt: skip
        told = self._tell(debtor.index, sum([1 << bit for bit, said in enumerate(facts) if said is not None]))
        changed = self._changed.of(debtor.index)
        changes: dict[str, tuple[Any, Any]] = {}
        for bit, (name, said) in enumerate(zip(_FACTS, facts, strict=True)):
            if said is None:
                continue
            before = changed.get(f"debtor.{name}") if changed else None
            known = before[1] if before else debtor.facts[name]
            if said == known:
                continue
            if told >> bit & 1 and known is not None:
                column = "debtor_name" if name == "name" else name
                remarks.append(Remark(column, "an earlier row says otherwise of the same debtor, and that one counts"))
                continue
            debtor.facts[name] = said
            debtor.touched = True
            if not debtor.fresh:
                changes[f"debtor.{name}"] = (known, said)
        if row.phone and row.phone not in debtor.phones:
            debtor.phones.add(row.phone)
            debtor.new_phones.append(row.phone)
            if not debtor.fresh:
                changes[f"debtor.phone {row.phone}"] = (None, row.phone)
        if changes:
            self._changed.add(debtor.index, changes)
        return remarks

    def _facts_changed(self, row: BookRow, debtor: _Debtor) -> dict[str, tuple[Any, Any]]:
        """What this run changed of the creditor and the debtor, as far as this very row says it."""
        changes: dict[str, tuple[Any, Any]] = {}
        for name, (before, after) in self._changed.of(row.creditor_cnpj.encode()).items():
            if row.creditor_name == after:
                changes[name] = (before, after)
        for name, (before, after) in self._changed.of(debtor.index).items():
            fact = name.partition(".")[2].partition(" ")[0]
            if (row.debtor_name if fact == "name" else getattr(row, fact)) == after:
                changes[f"debtor.{fact}"] = (before, after)
        return changes

    async def _save_creditors(self, conn: AsyncConnection, rows: Sequence[BookRow], creditors: dict[str, _Creditor]) -> None:
        """Make the creditors that are new, and take over a new name of a known one; adds the new ones to `creditors`."""
        for row in rows:
            known = creditors.get(row.creditor_cnpj)
            first = not self._tell(row.creditor_cnpj.encode(), 1)
            if known is None:
                made = await conn.execute(
                    text("insert into creditors (tenant_id, cnpj, name) values (:tenant, :cnpj, :name) returning id"),
                    {"tenant": self._tenant, "cnpj": row.creditor_cnpj, "name": row.creditor_name},
                )
                creditors[row.creditor_cnpj] = _Creditor(made.scalar_one(), row.creditor_name)
            elif first and known.name != row.creditor_name:
                self._changed.add(row.creditor_cnpj.encode(), {"creditor.name": (known.name, row.creditor_name)})
                await conn.execute(
                    text("update creditors set name = :name where id = :id"), {"name": row.creditor_name, "id": known.id}
                )

    async def _save_debtors(
        self, conn: AsyncConnection, accepted: Sequence[tuple[BookRow, _Debtor, _Stored | None, list[Remark]]]
    ) -> None:
        documents = {debtor.index: row.debtor_document for row, debtor, _, _ in accepted}
        debtors = {debtor.index: debtor for _, debtor, _, _ in accepted}
        fresh = [debtor for debtor in debtors.values() if debtor.fresh]
        if fresh:
            made = await conn.execute(
                text(f"""insert into debtors (tenant_id, kind, document_sealed, document_index, {", ".join(_FACTS)},
                            created_at, updated_at)
                        select :tenant, t.*, :now, :now from unnest(cast(:kinds as text[]), cast(:sealed as bytea[]),
                            cast(:indexes as bytea[]), {_FACT_ARRAYS}) as t
                        returning id, document_index"""),
                {
                    "tenant": self._tenant,
                    "now": self._now,
                    "kinds": ["person" if len(documents[debtor.index]) == 11 else "company" for debtor in fresh],
                    "sealed": [self._ground.vault.seal(documents[debtor.index], "document") for debtor in fresh],
                    "indexes": [debtor.index for debtor in fresh],
                    **_columns(fresh),
                },
            )
            for row in made:
                debtors[bytes(row.document_index)].id = row.id
        touched = [debtor for debtor in debtors.values() if debtor.touched and not debtor.fresh]
        if touched:
            sets = ", ".join(f"{name} = t.{name}" for name in _FACTS)
            await conn.execute(
                text(f"""update debtors d set {sets}, updated_at = :now
                        from unnest(cast(:ids as bigint[]), {_FACT_ARRAYS}) as t(id, {", ".join(_FACTS)}) where d.id = t.id"""),
                {"now": self._now, "ids": [debtor.id for debtor in touched], **_columns(touched)},
            )
        phones = [(debtor.id, phone) for debtor in debtors.values() for phone in debtor.new_phones]
        if phones:
            await conn.execute(
                text("""insert into debtor_phones (tenant_id, debtor_id, phone_key, created_at)
                        select :tenant, t.*, :now from unnest(cast(:ids as bigint[]), cast(:phones as text[])) as t
                        on conflict do nothing"""),
                {
                    "tenant": self._tenant,
                    "now": self._now,
                    "ids": [debtor for debtor, _ in phones],
                    "phones": [phone for _, phone in phones],
                },
            )

    # ----------------------------------------------------------------------------------------------------------- debts

    def _sort(
        self,
        accepted: Sequence[tuple[BookRow, _Debtor, _Stored | None, list[Remark]]],
        outcomes: dict[int, Outcome],
    ) -> tuple[list[tuple[BookRow, _Debtor, list[Remark]]], list[_Change]]:
        new: list[tuple[BookRow, _Debtor, list[Remark]]] = []
        changed: list[_Change] = []
        for row, debtor, debt, remarks in accepted:
            assert debtor.id is not None
            judicial = debt.judicial if debt and "judicial" in self._kept else row.judicial
            flag = why_uncollectable(row.due_date, judicial, self._today)
            if flag:
                remarks.append(Remark(*_FLAGS[flag]))
            if debt is None:
                new.append((row, debtor, remarks))
                continue
            wanted: dict[str, Any] = {
                "debtor_id": debtor.id,
                "portfolio": row.portfolio,
                "contract": row.contract,
                "description": row.description,
                "product": row.product,
                "original_amount": row.original_amount,
                "due_date": row.due_date,
                "judicial": row.judicial,
            }
            for column in self._kept:
                wanted[column] = getattr(debt, column)
            differences = {name: (getattr(debt, name), after) for name, after in wanted.items() if getattr(debt, name) != after}
            if "original_amount" in differences:
                differences["principal_left"] = (debt.principal_left, row.original_amount)
            trace = differences | self._facts_changed(row, debtor)
            if trace:
                changed.append(_Change(debt.id, wanted, trace, own=bool(differences)))
            outcomes[id(row)] = Outcome(row, "updated" if trace else "unchanged", remarks=tuple(remarks), debt_id=debt.id)
        return new, changed

    async def _insert_debts(
        self,
        conn: AsyncConnection,
        new: Sequence[tuple[BookRow, _Debtor, list[Remark]]],
        creditors: dict[str, int],
        outcomes: dict[int, Outcome],
    ) -> None:
        if not new:
            return
        rows = [row for row, _, _ in new]
        made = await conn.execute(
            text("""insert into debts (tenant_id, creditor_id, debtor_id, portfolio, contract, contract_index, reference,
                        description, product, original_amount, due_date, judicial, principal_left, created_at, updated_at)
                    select :tenant, t.*, t.original_amount, :now, :now from unnest(cast(:creditors as bigint[]),
                        cast(:debtors as bigint[]), cast(:portfolios as text[]), cast(:contracts as text[]),
                        cast(:contract_indexes as text[]), cast(:references as text[]), cast(:descriptions as text[]),
                        cast(:products as text[]), cast(:amounts as bigint[]), cast(:due_dates as date[]),
                        cast(:judicial as boolean[])) as t(creditor_id, debtor_id, portfolio, contract, contract_index,
                        reference, description, product, original_amount, due_date, judicial)
                    returning id, creditor_id, reference"""),
            {
                "tenant": self._tenant,
                "now": self._now,
                "creditors": [creditors[row.creditor_cnpj] for row in rows],
                "debtors": [debtor.id for _, debtor, _ in new],
                "portfolios": [row.portfolio for row in rows],
                "contracts": [row.contract for row in rows],
                "contract_indexes": [contract_index(row.contract) for row in rows],
                "references": [row.debt_reference for row in rows],
                "descriptions": [row.description for row in rows],
                "products": [row.product for row in rows],
                "amounts": [row.original_amount for row in rows],
                "due_dates": [row.due_date for row in rows],
                "judicial": [row.judicial for row in rows],
            },
        )
        ids = {(row.creditor_id, row.reference): row.id for row in made}
        for row, _, remarks in new:
            debt_id = ids[(creditors[row.creditor_cnpj], row.debt_reference)]
            outcomes[id(row)] = Outcome(row, "imported", remarks=tuple(remarks), debt_id=debt_id)

    async def _update_debts(self, conn: AsyncConnection, changed: Sequence[_Change]) -> None:
        own = [change for change in changed if change.own]
        if own:
            await conn.execute(
                text("""update debts d set debtor_id = t.debtor_id, portfolio = t.portfolio, contract = t.contract,
                            contract_index = t.contract_index, description = t.description, product = t.product,
                            principal_left = case when d.original_amount <> t.original_amount then t.original_amount
                                else d.principal_left end,
                            original_amount = t.original_amount, due_date = t.due_date, judicial = t.judicial, updated_at = :now
                        from unnest(cast(:ids as bigint[]), cast(:debtor_id as bigint[]), cast(:portfolio as text[]),
                            cast(:contract as text[]), cast(:contract_index as text[]), cast(:description as text[]),
                            cast(:product as text[]), cast(:original_amount as bigint[]), cast(:due_date as date[]),
                            cast(:judicial as boolean[])) as t(id, debtor_id, portfolio, contract, contract_index, description,
                            product, original_amount, due_date, judicial)
                        where d.id = t.id"""),
                {
                    "now": self._now,
                    "ids": [change.debt_id for change in own],
                    "contract_index": [contract_index(change.wanted["contract"]) for change in own],
                    **{name: [change.wanted[name] for change in own] for name in own[0].wanted},
                },
            )
        if changed:
            await conn.execute(
                text("""insert into debt_changes (tenant_id, debt_id, at, source, before, after)
                        select :tenant, t.debt, :now, :source, cast(t.before as jsonb), cast(t.after as jsonb)
                        from unnest(cast(:debts as bigint[]), cast(:before as text[]), cast(:after as text[]))
                            as t(debt, before, after)"""),
                {
                    "tenant": self._tenant,
                    "now": self._now,
                    "source": self._source,
                    "debts": [change.debt_id for change in changed],
                    "before": [_json({name: before for name, (before, _) in change.trace.items()}) for change in changed],
                    "after": [_json({name: after for name, (_, after) in change.trace.items()}) for change in changed],
                },
            )


@dataclass(frozen=True, slots=True)
class _Change:
    """A debt that changes: its columns as wanted, and the trace; not its `own` columns when only its debtor's facts changed."""

    debt_id: int
    wanted: dict[str, Any]
    trace: dict[str, tuple[Any, Any]]
    own: bool


_FACT_ARRAYS = ", ".join(f"cast(:{name} as {'date' if name == 'birth_date' else 'text'}[])" for name in _FACTS)


def _columns(debtors: Sequence[_Debtor]) -> dict[str, list[Any]]:
    return {name: [debtor.facts[name] for debtor in debtors] for name in _FACTS}


def _fault(row: BookRow, debtor: _Debtor | None, debt: _Stored | None) -> tuple[str, str] | None:
    """Why the row contradicts what is stored in a way that nobody may settle silently: column and reason."""
    known = debtor.facts["birth_date"] if debtor else None
    if row.birth_date is not None and known is not None and row.birth_date != known:
        return "birth_date", "this document is known with another birth date"
    if debt is None:
        return None
    if row.original_amount != debt.original_amount and (debt.paid_total or debt.status in ("paid", "agreed")):
        return "original_amount", "payments or an agreement rest on the stored amount, so it is not rewritten"
    return None


async def _fault_of_another_debtor(conn: AsyncConnection, debt: _Stored) -> tuple[str, str] | None:
    """A wrong document is mended only while nobody has talked money about the debt."""
    charged = await conn.execute(text("select 1 from charge_items where debt_id = :id limit 1"), {"id": debt.id})
    if debt.paid_total or debt.status not in ("open", "closed") or charged.first() is not None:
        return "debtor_document", "this debt was negotiated, charged or paid under another document"
    return None


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
