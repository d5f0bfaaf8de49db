"""Debts and debtors as they lie in the store. Reads give small frozen values; documents stay sealed until asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables import owed as rules
from receivables.ground import Ground
from receivables.owed import DebtState, Owed


@dataclass(frozen=True)
class Debtor:
    id: int
    tenant_id: int
    kind: str
    """`person` or `company`."""
    name: str
    birth_date: date | None
    document_sealed: bytes

    @property
    def first_name(self) -> str:
        """How a person is addressed; a company by its whole name."""
        return self.name if self.kind == "company" else self.name.split()[0].capitalize()


@dataclass(frozen=True)
class Debt:
    id: int
    tenant_id: int
    creditor_id: int
    creditor_cnpj: str
    creditor_name: str
    debtor_id: int
    portfolio: str
    contract: str
    reference: str
    description: str
    product: str | None
    original_amount: int
    due_date: date
    judicial: bool
    status: str
    principal_left: int
    charges_left: int
    charged_until: date | None
    fine_charged: bool
    paid_total: int
    settled_at: datetime | None
    extended_from: date | None = None
    extended_to: date | None = None
    extended_before: int = 0

    @property
    def payable_to(self) -> date:
        """The day up to which it is to be paid: its due date, or the one that an extension gave it. Not rolled."""
        return self.extended_to or self.due_date

    @property
    def state(self) -> DebtState:
        """What the rules of what is owed need to know of it."""
        return DebtState(
            original_amount=self.original_amount,
            due_date=self.due_date,
            principal_left=self.principal_left,
            charges_left=self.charges_left,
            charged_until=self.charged_until,
            fine_charged=self.fine_charged,
            extended_from=self.extended_from,
            extended_to=self.extended_to,
            extended_before=self.extended_before,
        )

    @property
    def title(self) -> str:
        """What people call it: its description, else its product, else the contract."""
        return self.description or self.product or f"Contrato {self.contract}"


_DEBT = """select d.id, d.tenant_id, d.creditor_id, c.cnpj creditor_cnpj, c.name creditor_name, d.debtor_id, d.portfolio,
    d.contract, d.reference, d.description, d.product, d.original_amount, d.due_date, d.judicial, d.status,
    d.principal_left, d.charges_left, d.charged_until, d.fine_charged, d.paid_total, d.settled_at,
    d.extended_from, d.extended_to, d.extended_before
    from debts d join creditors c on c.id = d.creditor_id"""

_DEBTOR = "select id, tenant_id, kind, name, birth_date, document_sealed from debtors"


def document_index(ground: Ground, document: str) -> bytes:
    """The blind index of a normalised CPF (11 digits) or CNPJ (14, upper case)."""
    return ground.vault.index(f"document:{document}")


def contract_index(contract: str) -> str:
    """A contract as it is compared: letters and digits only, upper case, without accents or leading zeros."""
    plain = unicodedata.normalize("NFKD", contract.upper())
    return "".join(c for c in plain if c.isascii() and c.isalnum()).lstrip("0") or "0"


async def get_debtor(conn: AsyncConnection, debtor_id: int) -> Debtor:
    """The debtor. Raises `LookupError`."""
    row = (await conn.execute(text(f"{_DEBTOR} where id = :id"), {"id": debtor_id})).one_or_none()
    if row is None:
        raise LookupError(f"there is no debtor {debtor_id}")
    return Debtor(**row._mapping)


async def debtor_by_document(conn: AsyncConnection, ground: Ground, tenant_id: int, document: str) -> Debtor | None:
    """Whose normalised document this is, or nobody."""
    row = (
        await conn.execute(
            text(f"{_DEBTOR} where tenant_id = :tenant and document_index = :index"),
            {"tenant": tenant_id, "index": document_index(ground, document)},
        )
    ).one_or_none()
    return Debtor(**row._mapping) if row else None


def debtor_document(ground: Ground, debtor: Debtor) -> str:
    """The debtor's CPF or CNPJ in clear. Whoever shows it to a person records that in the audit."""
    return ground.vault.open(debtor.document_sealed, "document")


async def debts_of(conn: AsyncConnection, debtor_id: int) -> list[Debt]:
    """All debts of a debtor, the oldest first."""
    rows = await conn.execute(text(f"{_DEBT} where d.debtor_id = :id order by d.due_date, d.id"), {"id": debtor_id})
    return [Debt(**row._mapping) for row in rows]


async def get_debts(conn: AsyncConnection, ids: Sequence[int], *, lock: bool = False) -> list[Debt]:
    """These debts, by id; with `lock` nobody else changes them until this transaction ends (locked in order of id)."""
    rows = await conn.execute(
        text(f"{_DEBT} where d.id = any(:ids) order by d.id" + (" for update of d" if lock else "")), {"ids": list(ids)}
    )
    return [Debt(**row._mapping) for row in rows]


def owed(ground: Ground, debt: Debt, day: date | None = None) -> Owed:
    """What the debt comes to on `day` (the clock's day if left out), by its portfolio's policy."""
    return rules.owed(debt.state, ground.policies.for_portfolio(debt.portfolio), day or ground.clock.today())


def why_uncollectable(ground: Ground, debt: Debt) -> str | None:
    """`judicial` or `prescribed` when nothing may be done to collect it, else nothing."""
    return rules.why_uncollectable(debt.due_date, debt.judicial, ground.clock.today())
