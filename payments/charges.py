"""Charges and payments as they lie in the store: the one place with SQL for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.store import get_debts

LIVE = ("pending", "active")
"""A charge that can still be paid, or soon can."""


@dataclass(frozen=True)
class Charge:
    """One charge. Amounts in centavos; `txid` is our reference; `code` (of a boleto: the line) is set once it was checked.

    A Pix is known to its provider by `txid`; a boleto by `our_number`, and by `provider_ref` once the bank has given it one.
    """

    id: int
    tenant_id: int
    creditor_id: int
    debtor_id: int
    conversation_id: str | None
    kind: str
    provider: str
    txid: str
    request_key: str
    amount: int
    status: str
    payee_name: str
    payee_document: str
    pix_key: str | None
    code: str | None
    location: str | None
    created_at: datetime
    expires_at: datetime
    activated_at: datetime | None
    closed_at: datetime | None
    replaced_by: int | None
    provider_closed_at: datetime | None
    attempts: int
    retry_at: datetime | None
    blocked_why: str | None
    due_date: date | None = None
    """Of a boleto: until when its amount holds, a business day; it can be paid, with the bank's charges, until `expires_at`."""
    wanted_due_date: date | None = None
    our_number: str | None = None
    provider_ref: str | None = None
    barcode: str | None = None
    bank_number: str | None = None
    document_path: str | None = None
    on_account: bool = False
    """It asks for a part of one debt: paid, it lowers what is owed, and settles nothing by its own price."""

    @property
    def live(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True)
class ChargeItem:
    """What a charge asks for one debt: the calculation that was shown. principal + fine + interest - discount = amount."""

    debt_id: int
    amount: int
    principal: int
    fine: int
    interest: int
    discount: int
    days_overdue: int
    calculated_for: date
    late_fine: int = 0
    late_interest_day: int = 0

    def cost(self, days_late: int) -> int:
        """What it costs so many days after a boleto's due date: the bank adds a fine once and interest for each day."""
        return self.amount + (self.late_fine + days_late * self.late_interest_day if days_late > 0 else 0)


@dataclass(frozen=True)
class ChargeInstalment:
    """What a charge asks for one instalment of an agreement: principal + fine + interest - discount = amount.

    `discount` is interest of the plan that is not charged because it is paid ahead. `late_*`: as of a `ChargeItem`.
    """

    instalment_id: int
    amount: int
    principal: int
    fine: int
    interest: int
    discount: int
    days_late: int
    late_fine: int = 0
    late_interest_day: int = 0

    def cost(self, days_late: int) -> int:
        """What it costs so many days after a boleto's due date."""
        return self.amount + (self.late_fine + days_late * self.late_interest_day if days_late > 0 else 0)


@dataclass(frozen=True)
class Payment:
    """One payment that the provider confirmed. `status`: applied, partial, excess or unmatched; `remark` says why."""

    id: int
    charge_id: int | None
    debtor_id: int | None
    provider: str
    means: str
    end_to_end_id: str
    txid: str | None
    amount: int
    paid_at: datetime
    recorded_at: datetime
    status: str
    remark: str | None


@dataclass(frozen=True)
class NewCharge:
    """What the store needs for a charge that is about to be made."""

    creditor_id: int
    debtor_id: int
    conversation_id: str | None
    kind: str
    provider: str
    txid: str
    request_key: str
    amount: int
    payee_name: str
    payee_document: str
    pix_key: str | None
    created_at: datetime
    expires_at: datetime
    retry_at: datetime
    tenant_id: int
    due_date: date | None = None
    our_number: str | None = None
    on_account: bool = False


_CHARGE = """select id, tenant_id, creditor_id, debtor_id, conversation_id, kind, provider, txid, request_key, amount, status,
    payee_name, payee_document, pix_key, code, location, created_at, expires_at, activated_at, closed_at, replaced_by,
    provider_closed_at, attempts, retry_at, blocked_why, due_date, wanted_due_date, our_number, provider_ref, barcode,
    bank_number, document_path, on_account from charges"""

_PAYMENT = """select id, charge_id, debtor_id, provider, means, end_to_end_id, txid, amount, paid_at, recorded_at, status, remark
    from payments"""


async def get(conn: AsyncConnection, charge_id: int, *, lock: bool = False) -> Charge:
    """The charge; with `lock`, nobody else changes it until this transaction ends. Raises `LookupError`.

    Its debts are locked before it: debts, charges, conversation is the order everywhere.
    """
    if lock:
        asked = await conn.execute(text("select debt_id from charge_items where charge_id = :id"), {"id": charge_id})
        await get_debts(conn, list(asked.scalars()), lock=True)
    found = await conn.execute(text(f"{_CHARGE} where id = :id" + (" for update" if lock else "")), {"id": charge_id})
    row = found.one_or_none()
    if row is None:
        raise LookupError(f"there is no charge {charge_id}")
    return Charge(**row._mapping)


async def by_txid(conn: AsyncConnection, txid: str) -> Charge | None:
    """The charge of ours that has this reference, or nothing."""
    row = (await conn.execute(text(f"{_CHARGE} where txid = :txid"), {"txid": txid})).one_or_none()
    return Charge(**row._mapping) if row else None


async def by_request(conn: AsyncConnection, tenant_id: int, request_key: str) -> Charge | None:
    """The charge that this very request made before, or nothing."""
    found = await conn.execute(
        text(f"{_CHARGE} where tenant_id = :tenant and request_key = :key"), {"tenant": tenant_id, "key": request_key}
    )
    row = found.one_or_none()
    return Charge(**row._mapping) if row else None


async def items_of(conn: AsyncConnection, charge_id: int) -> list[ChargeItem]:
    """What the charge asks, debt by debt, the oldest debt first."""
    rows = await conn.execute(
        text("""select i.debt_id, i.amount, i.principal, i.fine, i.interest, i.discount, i.days_overdue, i.calculated_for,
                i.late_fine, i.late_interest_day
                from charge_items i join debts d on d.id = i.debt_id where i.charge_id = :id order by d.due_date, d.id"""),
        {"id": charge_id},
    )
    return [ChargeItem(**row._mapping) for row in rows]


async def live_of_debts(
    conn: AsyncConnection, debt_ids: Sequence[int], *, kind: str | None = None, lock: bool = False
) -> list[Charge]:
    """Every charge of any of these debts that can still be paid, by id."""
    rows = await conn.execute(
        text(
            f"""{_CHARGE} where status in ('pending', 'active') and (cast(:kind as text) is null or kind = :kind)
                and id in (select charge_id from charge_items where debt_id = any(:ids) and live) order by id"""
            + (" for update" if lock else "")
        ),
        {"ids": list(debt_ids), "kind": kind},
    )
    return [Charge(**row._mapping) for row in rows]


async def charges_of(conn: AsyncConnection, debtor_id: int) -> list[Charge]:
    """All charges of a debtor, the newest first."""
    rows = await conn.execute(text(f"{_CHARGE} where debtor_id = :id order by id desc"), {"id": debtor_id})
    return [Charge(**row._mapping) for row in rows]


async def payments_of(conn: AsyncConnection, debtor_id: int) -> list[Payment]:
    """All payments of a debtor, the newest first."""
    rows = await conn.execute(text(f"{_PAYMENT} where debtor_id = :id order by paid_at desc, id desc"), {"id": debtor_id})
    return [Payment(**row._mapping) for row in rows]


async def excess_of(conn: AsyncConnection, debtor_id: int) -> list[tuple[Payment, int]]:
    """A debtor's payments that no debt took all of, the newest first, and the centavos of each that are the payer's."""
    rows = await conn.execute(
        text("""select a.payment_id id, sum(a.amount)::bigint amount from allocations a join payments p on p.id = a.payment_id
                where p.debtor_id = :id and a.part = 'excess' group by a.payment_id"""),
        {"id": debtor_id},
    )
    amounts = {row.id: int(row.amount) for row in rows}
    return [(payment, amounts[payment.id]) for payment in await payments_of(conn, debtor_id) if payment.id in amounts]


async def payment_by_end_to_end_id(conn: AsyncConnection, end_to_end_id: str) -> Payment | None:
    """The payment with this id, or nothing."""
    row = (await conn.execute(text(f"{_PAYMENT} where end_to_end_id = :id"), {"id": end_to_end_id})).one_or_none()
    return Payment(**row._mapping) if row else None


async def settling_payment(conn: AsyncConnection, charge_id: int) -> Payment | None:
    """The latest payment that went to any debt of this charge, whichever charge it came by."""
    found = await conn.execute(
        text(f"""{_PAYMENT} where id in (select a.payment_id from allocations a join charge_items i on i.debt_id = a.debt_id
                 where i.charge_id = :id) order by paid_at desc, id desc limit 1"""),
        {"id": charge_id},
    )
    row = found.one_or_none()
    return Payment(**row._mapping) if row else None


async def instalments_of(conn: AsyncConnection, charge_id: int) -> list[ChargeInstalment]:
    """What the charge asks for instalments of an agreement, as they fall due; nothing when it is for debts themselves."""
    rows = await conn.execute(
        text("""select c.instalment_id, c.amount, c.principal, c.fine, c.interest, c.discount, c.days_late, c.late_fine,
                c.late_interest_day from charge_instalments c join agreement_instalments i on i.id = c.instalment_id
                where c.charge_id = :id order by i.due_date, i.number"""),
        {"id": charge_id},
    )
    return [ChargeInstalment(**row._mapping) for row in rows]


async def insert(
    conn: AsyncConnection, new: NewCharge, items: Sequence[ChargeItem], instalments: Sequence[ChargeInstalment] = ()
) -> Charge:
    """Write a pending charge, what it asks for each debt and, of an agreement, for each instalment."""
    charge_id = (
        await conn.execute(
            text("""insert into charges (tenant_id, creditor_id, debtor_id, conversation_id, kind, provider, txid, request_key,
                        amount, payee_name, payee_document, pix_key, created_at, expires_at, retry_at,
                        due_date, our_number, on_account)
                    values (:tenant_id, :creditor_id, :debtor_id, :conversation_id, :kind, :provider, :txid, :request_key,
                        :amount, :payee_name, :payee_document, :pix_key, :created_at, :expires_at, :retry_at,
                        :due_date, :our_number, :on_account) returning id"""),
            vars(new),
        )
    ).scalar_one()
    for item in items:
        await conn.execute(
            text("""insert into charge_items (charge_id, tenant_id, debt_id, kind, amount, principal, fine, interest, discount,
                        days_overdue, calculated_for, late_fine, late_interest_day)
                    values (:charge_id, :tenant_id, :debt_id, :kind, :amount, :principal, :fine, :interest, :discount,
                        :days_overdue, :calculated_for, :late_fine, :late_interest_day)"""),
            {"charge_id": charge_id, "tenant_id": new.tenant_id, "kind": new.kind, **vars(item)},
        )
    for one in instalments:
        await conn.execute(
            text("""insert into charge_instalments (charge_id, tenant_id, instalment_id, amount, principal, fine, interest,
                        discount, days_late, late_fine, late_interest_day)
                    values (:charge_id, :tenant_id, :instalment_id, :amount, :principal, :fine, :interest, :discount,
                        :days_late, :late_fine, :late_interest_day)"""),
            {"charge_id": charge_id, "tenant_id": new.tenant_id, **vars(one)},
        )
    return await get(conn, charge_id)


async def begin_attempt(conn: AsyncConnection, charge_id: int, retry_at: datetime) -> int:
    """Count an attempt at the provider, and when the next one is due if this one comes to nothing; returns the count."""
    counted = await conn.execute(
        text("update charges set attempts = attempts + 1, retry_at = :retry_at where id = :id returning attempts"),
        {"id": charge_id, "retry_at": retry_at},
    )
    return int(counted.scalar_one())


async def postpone(conn: AsyncConnection, charge_id: int, retry_at: datetime) -> None:
    """When the provider is to be asked again."""
    await conn.execute(text("update charges set retry_at = :at where id = :id"), {"id": charge_id, "at": retry_at})


async def look_again(conn: AsyncConnection, charge_id: int, at: datetime) -> None:
    """The provider answered and is not done yet: it is asked again then, and no attempt came to nothing so far."""
    await conn.execute(text("update charges set retry_at = :at, attempts = 1 where id = :id"), {"id": charge_id, "at": at})


async def activate(conn: AsyncConnection, charge_id: int, code: str, location: str | None, now: datetime) -> Charge:
    """The provider has the charge and its code was checked: it can be paid."""
    await conn.execute(
        text("""update charges set status = 'active', code = :code, location = :location, activated_at = :now, retry_at = null
                where id = :id"""),
        {"id": charge_id, "code": code, "location": location, "now": now},
    )
    return await get(conn, charge_id)


async def name_payee(conn: AsyncConnection, charge_id: int, name: str, document: str) -> Charge:
    """The account that is charged for turned out to be this company's."""
    await conn.execute(
        text("update charges set payee_name = :name, payee_document = :document where id = :id"),
        {"id": charge_id, "name": name, "document": document},
    )
    return await get(conn, charge_id)


async def name_at_provider(conn: AsyncConnection, charge_id: int, ref: str) -> None:
    """Remember the bank's name for a boleto, as soon as it is known."""
    await conn.execute(text("update charges set provider_ref = :ref where id = :id"), {"id": charge_id, "ref": ref})


async def activate_boleto(
    conn: AsyncConnection, charge_id: int, *, line: str, barcode: str, bank_number: str | None, now: datetime
) -> Charge:
    """The bank has registered the boleto and its codes were checked: it can be paid."""
    await conn.execute(
        text("""update charges set status = 'active', code = :line, barcode = :barcode, bank_number = :number,
                activated_at = :now, retry_at = null where id = :id"""),
        {"id": charge_id, "line": line, "barcode": barcode, "number": bank_number, "now": now},
    )
    return await get(conn, charge_id)


async def keep_document(conn: AsyncConnection, charge_id: int, path: str) -> Charge:
    """Where the charge's PDF lies, relative to the folder of documents."""
    await conn.execute(text("update charges set document_path = :path where id = :id"), {"id": charge_id, "path": path})
    return await get(conn, charge_id)


async def want_due_date(conn: AsyncConnection, charge_id: int, due_date: date, now: datetime) -> Charge:
    """The boleto is to fall due on another day; the worker asks its bank."""
    await conn.execute(
        text("update charges set wanted_due_date = :due, retry_at = :now where id = :id"),
        {"id": charge_id, "due": due_date, "now": now},
    )
    return await get(conn, charge_id)


async def move_due_date(
    conn: AsyncConnection, charge_id: int, *, due_date: date, expires_at: datetime, line: str, barcode: str
) -> Charge:
    """The bank has moved the due date, and the new codes were checked; the PDF of the old ones is forgotten."""
    await conn.execute(
        text("""update charges set due_date = :due, expires_at = :expires, code = :line, barcode = :barcode,
                wanted_due_date = null, retry_at = null, document_path = null where id = :id"""),
        {"id": charge_id, "due": due_date, "expires": expires_at, "line": line, "barcode": barcode},
    )
    return await get(conn, charge_id)


async def by_provider_ref(conn: AsyncConnection, ref: str) -> Charge | None:
    """The boleto that its bank knows by this name, or nothing."""
    row = (await conn.execute(text(f"{_CHARGE} where kind = 'boleto' and provider_ref = :ref"), {"ref": ref})).one_or_none()
    return Charge(**row._mapping) if row else None


async def by_our_number(conn: AsyncConnection, our_number: str) -> Charge | None:
    """The boleto with this number of ours, or nothing."""
    row = (await conn.execute(text(f"{_CHARGE} where our_number = :number"), {"number": our_number})).one_or_none()
    return Charge(**row._mapping) if row else None


async def received_under(conn: AsyncConnection, ref: str) -> int:
    """All that was recorded as paid on the boleto that its bank knows by this name, in centavos."""
    total = await conn.execute(
        text("""select coalesce(sum(amount), 0)::bigint from payments
                where means = 'boleto' and split_part(end_to_end_id, '.', 1) = :ref"""),
        {"ref": ref},
    )
    return int(total.scalar_one())


async def close(conn: AsyncConnection, charge_id: int, status: str, now: datetime, *, blocked_why: str | None = None) -> None:
    """The charge cannot be paid any more here (`expired` or `cancelled`); at the provider it is yet to be closed."""
    await conn.execute(
        text("""update charges set status = :status, closed_at = coalesce(closed_at, :now), retry_at = :now,
                blocked_why = coalesce(blocked_why, :why), provider_closed_at = null where id = :id"""),
        {"id": charge_id, "status": status, "now": now, "why": blocked_why},
    )


async def replace(conn: AsyncConnection, charge_id: int, by: int) -> None:
    """Remember which charge took the place of this one."""
    await conn.execute(text("update charges set replaced_by = :by where id = :id"), {"id": charge_id, "by": by})


async def move(conn: AsyncConnection, charge_id: int, conversation_id: str) -> Charge:
    """From now on what becomes of the charge is said in this conversation."""
    await conn.execute(
        text("update charges set conversation_id = :conversation where id = :id"),
        {"id": charge_id, "conversation": conversation_id},
    )
    return await get(conn, charge_id)


async def closed_at_provider(conn: AsyncConnection, charge_id: int, now: datetime) -> None:
    """The provider's own copy can no longer be paid."""
    await conn.execute(
        text("update charges set provider_closed_at = :now, retry_at = null where id = :id"), {"id": charge_id, "now": now}
    )


async def conclude(conn: AsyncConnection, charge_id: int, status: str, now: datetime) -> None:
    """A payment used the charge up: `paid`, or `cancelled` when it covered only a part. The provider concluded its copy."""
    await conn.execute(
        text("""update charges set status = :status, closed_at = coalesce(closed_at, :now), provider_closed_at = :now,
                retry_at = null where id = :id"""),
        {"id": charge_id, "status": status, "now": now},
    )


async def expired(conn: AsyncConnection, now: datetime) -> list[Charge]:
    """Active charges whose time is over, locked; those that somebody works on right now are left for the next time."""
    rows = await conn.execute(
        text(f"{_CHARGE} where status = 'active' and expires_at <= :now order by id for update skip locked"),
        {"now": now},
    )
    return [Charge(**row._mapping) for row in rows]


async def waiting(conn: AsyncConnection, now: datetime) -> tuple[list[int], list[int]]:
    """Charges that wait for the provider and are due: those to be created or changed, and those to be closed."""
    rows = await conn.execute(
        text("""select id, status from charges where retry_at <= :now and (status = 'pending'
                or status = 'active' and wanted_due_date is not null
                or status in ('expired', 'cancelled') and provider_closed_at is null) order by id"""),
        {"now": now},
    )
    found = rows.all()
    open_ones = ("pending", "active")
    return [row.id for row in found if row.status in open_ones], [row.id for row in found if row.status not in open_ones]


async def add_payment(
    conn: AsyncConnection,
    *,
    charge: Charge | None,
    provider: str,
    end_to_end_id: str,
    txid: str | None,
    amount: int,
    paid_at: datetime,
    now: datetime,
    status: str,
    remark: str | None,
    means: str = "pix",
    parts: Sequence[tuple[int | None, str, int]],
) -> int:
    """Write a payment and what became of every centavo: (debt or None, principal|fine|interest|excess|unmatched, amount)."""
    payment_id = int(
        (
            await conn.execute(
                text("""insert into payments (tenant_id, charge_id, debtor_id, provider, means, end_to_end_id, txid, amount,
                            paid_at, recorded_at, status, remark)
                        values (:tenant, :charge, :debtor, :provider, :means, :e2e, :txid, :amount, :paid_at, :now, :status,
                            :remark) returning id"""),
                {
                    "tenant": charge.tenant_id if charge else 1,
                    "charge": charge.id if charge else None,
                    "debtor": charge.debtor_id if charge else None,
                    "provider": provider,
                    "means": means,
                    "e2e": end_to_end_id,
                    "txid": txid,
                    "amount": amount,
                    "paid_at": paid_at,
                    "now": now,
                    "status": status,
                    "remark": remark,
                },
            )
        ).scalar_one()
    )
    for debt_id, part, of in parts:
        if of:
            await conn.execute(
                text("""insert into allocations (payment_id, tenant_id, debt_id, part, amount)
                        values (:payment, :tenant, :debt, :part, :amount)"""),
                {
                    "payment": payment_id,
                    "tenant": charge.tenant_id if charge else 1,
                    "debt": debt_id,
                    "part": part,
                    "amount": of,
                },
            )
    return payment_id
