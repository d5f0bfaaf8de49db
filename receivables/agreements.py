"""Offers, agreements and their instalments, and proposals for a human, as they lie in the store: the one place with SQL for them.

The verbs write what was decided elsewhere (`receivables.offers`, `receivables.agreed`) and take an open connection. Whoever changes
an agreement has locked its debts first (`get_debts(…, lock=True)`), then the agreement: always in that order, before charges.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.agreed import Covered, DebtPart, Due
from receivables.calendar import next_business_day
from receivables.offers import Terms, canonical, digest, terms_from
from receivables.owed import Allocation, DebtState
from receivables.store import Debt

InstalmentStatus = Literal["open", "paid", "late", "cancelled"]
AgreementStatus = Literal["active", "fulfilled", "broken", "cancelled"]


@dataclass(frozen=True)
class Offer:
    """An offer on the table: terms, whose they are, under which policy, how they were shown, and until when they hold."""

    id: str
    tenant_id: int
    conversation_id: str | None
    debtor_id: int
    creditor_id: int
    portfolio: str
    basis: str
    terms: Terms
    terms_hash: str
    policy_version: str
    shown_text: str | None
    shown_source: str | None
    made_at: datetime
    expires_at: datetime
    status: str
    debt_ids: tuple[int, ...]


@dataclass(frozen=True)
class Kept:
    """An instalment as it lies in the store; `status` is told on a day: one that is open after its due date is late."""

    due: Due
    status: InstalmentStatus
    agreed_due_date: date
    moved_times: int
    skipped_times: int
    paid_at: datetime | None


@dataclass(frozen=True)
class Agreement:
    """An agreement with its instalments (number 0 is the down payment) and the debts that it resolves. Amounts in centavos."""

    id: int
    tenant_id: int
    protocol: str
    debtor_id: int
    creditor_id: int
    portfolio: str
    conversation_id: str | None
    offer_id: str
    status: AgreementStatus
    gross: int
    discount: int
    interest: int
    total: int
    down_payment: int
    count: int
    policy_version: str
    shown_text: str
    accepted_how: str
    accepted_at: datetime
    moved_times: int
    skipped_times: int
    ended_at: datetime | None
    ended_why: str | None
    instalments: tuple[Kept, ...]
    parts: tuple[DebtPart, ...]

    @property
    def debt_ids(self) -> tuple[int, ...]:
        """The debts that it resolves, the oldest first."""
        return tuple(part.debt_id for part in self.parts)

    @property
    def dues(self) -> tuple[Due, ...]:
        """Its payments, in the order in which they fall due."""
        return tuple(sorted((one.due for one in self.instalments), key=lambda due: (due.due_date, due.number)))

    @property
    def unpaid(self) -> tuple[Due, ...]:
        """Those that are still to be paid, in the order in which they fall due; none of an agreement that has ended."""
        return tuple(due for due in self.dues if not due.settled)

    @property
    def paid(self) -> int:
        """All that was paid under it, late charges included."""
        return sum(part.paid for part in self.parts)

    @property
    def left(self) -> int:
        """What of the total is still to be paid, without late charges."""
        return sum(due.amount_left for due in self.unpaid)


def instalment_title(number: int, count: int) -> str:
    """What people call an instalment; number 0 is the down payment."""
    return "Entrada do acordo" if number == 0 else f"Parcela {number} de {count} do acordo"


# ------------------------------------------------------------------------------------------------ offers


def offer_id() -> str:
    """A name nobody can guess."""
    return "of_" + secrets.token_urlsafe(18)


async def put_offer(
    conn: AsyncConnection,
    terms: Terms,
    debts: Sequence[Debt],
    *,
    conversation_id: str | None,
    policy_version: str,
    now: datetime,
    expires_at: datetime,
    basis: str = "policy",
) -> Offer:
    """Lay an offer on the table; the one that lay there for this person, in whichever of their talks, is replaced."""
    first = debts[0]
    if conversation_id is not None:
        # The person on one channel and a human who answers them on another: the later offer is the one that stays.
        await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 25))"), {"key": f"offers:{first.debtor_id}"})
        await conn.execute(
            text("""update offers set status = 'replaced', closed_at = :now
                    where conversation_id is not null and debtor_id = :debtor and status = 'open'"""),
            {"debtor": first.debtor_id, "now": now},
        )
    kept = canonical(terms.as_json())
    id = offer_id()
    await conn.execute(
        text("""insert into offers (id, tenant_id, conversation_id, debtor_id, creditor_id, portfolio, basis, terms, terms_hash,
                    policy_version, made_at, expires_at)
                values (:id, :tenant, :conversation, :debtor, :creditor, :portfolio, :basis, cast(:terms as jsonb), :hash,
                    :version, :now, :expires)"""),
        {
            "id": id,
            "tenant": first.tenant_id,
            "conversation": conversation_id,
            "debtor": first.debtor_id,
            "creditor": first.creditor_id,
            "portfolio": first.portfolio,
            "basis": basis,
            "terms": kept,
            "hash": digest(kept),
            "version": policy_version,
            "now": now,
            "expires": expires_at,
        },
    )
    for debt in debts:
        await conn.execute(
            text("insert into offer_debts (offer_id, tenant_id, debt_id) values (:offer, :tenant, :debt)"),
            {"offer": id, "tenant": debt.tenant_id, "debt": debt.id},
        )
    made = await get_offer(conn, id)
    assert made is not None
    return made


async def show_offer(
    conn: AsyncConnection, offer_id: str, words: str, source: str, *, conversation_id: str | None = None
) -> None:
    """Remember the very text in which an offer was shown, what said it, and (`conversation_id`) in which talk, where it went with
    the person to another channel."""
    await conn.execute(
        text("""update offers set shown_text = :words, shown_hash = :hash, shown_source = :source,
                    conversation_id = coalesce(:conversation, conversation_id) where id = :id"""),
        {"id": offer_id, "words": words, "hash": digest(words), "source": source, "conversation": conversation_id},
    )


async def get_offer(conn: AsyncConnection, id: str, *, lock: bool = False) -> Offer | None:
    """The offer with this name, or nothing."""
    return await _offer(conn, "where o.id = :id" + (" for update of o" if lock else ""), {"id": id})


async def offer_on_the_table(conn: AsyncConnection, debtor_id: int, now: datetime) -> Offer | None:
    """The offer that this person could accept now, on whichever channel it was made, or nothing."""
    return await _offer(
        conn,
        "where o.conversation_id is not null and o.debtor_id = :debtor and o.status = 'open' and o.expires_at > :now",
        {"debtor": debtor_id, "now": now},
    )


async def last_declined(conn: AsyncConnection, debtor_id: int, since: datetime) -> Offer | None:
    """The newest offer of this person, if they declined it after this instant."""
    return await _offer(
        conn,
        """where o.id = (select id from offers where debtor_id = :debtor order by made_at desc, id desc limit 1)
           and o.status = 'declined' and o.closed_at >= :since""",
        {"debtor": debtor_id, "since": since},
    )


async def newest_offer(conn: AsyncConnection, debtor_id: int) -> Offer | None:
    """The last offer that was shown to this person in a talk, whether or not it still holds, or nothing."""
    return await _offer(
        conn,
        "where o.id = (select id from offers where debtor_id = :debtor and conversation_id is not null order by made_at desc, id desc limit 1)",
        {"debtor": debtor_id},
    )


async def close_offer(conn: AsyncConnection, offer_id: str, status: str, now: datetime) -> None:
    """The offer is on the table no more: `accepted`, `declined`, `replaced` or `expired`. One that was closed stays as it is."""
    await conn.execute(
        text("update offers set status = :status, closed_at = :now where id = :id and status = 'open'"),
        {"id": offer_id, "status": status, "now": now},
    )


async def close_offers_of(conn: AsyncConnection, debt_ids: Sequence[int], now: datetime) -> None:
    """No offer for any of these debts holds any more."""
    await conn.execute(
        text("""update offers set status = 'replaced', closed_at = :now where status = 'open'
                and id in (select offer_id from offer_debts where debt_id = any(:ids))"""),
        {"ids": list(debt_ids), "now": now},
    )


async def _offer(conn: AsyncConnection, where: str, values: Mapping[str, Any]) -> Offer | None:
    row = (
        await conn.execute(
            text(f"""select o.id, o.tenant_id, o.conversation_id, o.debtor_id, o.creditor_id, o.portfolio, o.basis, o.terms,
                     o.terms_hash, o.policy_version, o.shown_text, o.shown_source, o.made_at, o.expires_at, o.status,
                     array(select d.debt_id from offer_debts d where d.offer_id = o.id order by d.debt_id) debt_ids
                     from offers o {where}"""),
            values,
        )
    ).one_or_none()
    if row is None:
        return None
    return Offer(**{**row._mapping, "terms": terms_from(row.terms), "debt_ids": tuple(row.debt_ids)})


# ------------------------------------------------------------------------------------------------ agreements


async def times_agreed(conn: AsyncConnection, debt_ids: Sequence[int]) -> int:
    """How often the most agreed one of these debts was agreed on; an agreement cancelled before anything was paid counts not."""
    found = await conn.execute(
        text("""select coalesce(max(n), 0) from (select count(*) n from agreement_debts p join agreements a on a.id = p.agreement_id
                where p.debt_id = any(:ids) and a.status <> 'cancelled' group by p.debt_id) t"""),
        {"ids": list(debt_ids)},
    )
    return int(found.scalar_one())


async def make_agreement(
    conn: AsyncConnection,
    offer: Offer,
    debts: Sequence[Debt],
    *,
    protocol: str,
    conversation_id: str | None,
    shown_message_ids: Sequence[str],
    how: str,
    words: str | None,
    message_ids: Sequence[str],
    now: datetime,
) -> Agreement:
    """Write the agreement that an accepted offer makes; its debts, which the caller has locked, become `agreed`.

    The store refuses a second one for the same offer, and a second live one for any of the debts.
    """
    terms, plan = offer.terms, offer.terms.plan
    assert offer.shown_text is not None
    agreement_id = int(
        (
            await conn.execute(
                text("""insert into agreements (tenant_id, protocol, debtor_id, creditor_id, portfolio, conversation_id, offer_id,
                            gross, discount, interest, total, down_payment, count, policy_version, terms, terms_hash,
                            shown_text, shown_hash, shown_message_ids, accepted_how, accepted_words, accepted_message_ids,
                            accepted_at)
                        select :tenant, :protocol, debtor_id, creditor_id, portfolio, :conversation, id, :gross, :discount,
                            :interest, :total, :down, :count, policy_version, terms, terms_hash, shown_text, shown_hash,
                            :shown, :how, :words, :said, :now from offers where id = :offer returning id"""),
                {
                    "tenant": offer.tenant_id,
                    "protocol": protocol,
                    "conversation": conversation_id,
                    "offer": offer.id,
                    "gross": terms.gross,
                    "discount": terms.discount,
                    "interest": plan.interest,
                    "total": plan.total,
                    "down": plan.down_payment,
                    "count": plan.count,
                    "shown": list(shown_message_ids),
                    "how": how,
                    "words": words,
                    "said": list(message_ids),
                    "now": now,
                },
            )
        ).scalar_one()
    )
    by_id = {debt.id: debt for debt in debts}
    for share in terms.shares:
        debt = by_id[share.debt_id]
        await conn.execute(
            text("""insert into agreement_debts (agreement_id, tenant_id, debt_id, gross, discount, interest, share,
                        principal_before, charges_before, charged_until_before, fine_charged_before)
                    values (:agreement, :tenant, :debt, :gross, :discount, :interest, :share, :principal, :charges, :until,
                        :fined)"""),
            {
                "agreement": agreement_id,
                "tenant": offer.tenant_id,
                "debt": share.debt_id,
                "gross": share.gross,
                "discount": share.discount,
                "interest": share.interest,
                "share": share.amount,
                "principal": debt.principal_left,
                "charges": debt.charges_left,
                "until": debt.charged_until,
                "fined": debt.fine_charged,
            },
        )
        await set_debt(conn, debt, debt.state, "agreed", source=f"agreement:{agreement_id}", now=now)
    payments = [(one.number, one.amount, one.principal, one.interest, one.due_date) for one in plan.instalments]
    if plan.down_payment:
        assert plan.down_payment_due is not None
        payments.insert(0, (0, plan.down_payment, plan.down_payment, 0, plan.down_payment_due))
    for number, amount, principal, interest, due in payments:
        await conn.execute(
            text("""insert into agreement_instalments (tenant_id, agreement_id, number, amount, principal, interest,
                        agreed_due_date, due_date, amount_left)
                    values (:tenant, :agreement, :number, :amount, :principal, :interest, :due, :due, :amount)"""),
            {
                "tenant": offer.tenant_id,
                "agreement": agreement_id,
                "number": number,
                "amount": amount,
                "principal": principal,
                "interest": interest,
                "due": due,
            },
        )
    return await get_agreement(conn, agreement_id)


async def get_agreement(conn: AsyncConnection, agreement_id: int, *, lock: bool = False) -> Agreement:
    """The agreement; with `lock`, nobody else changes it until this transaction ends. Raises `LookupError`."""
    found = await _agreements(conn, "where id = :id", {"id": agreement_id}, lock=lock)
    if not found:
        raise LookupError(f"there is no agreement {agreement_id}")
    return found[0]


async def agreements_of(conn: AsyncConnection, debtor_id: int, *, status: str | None = None) -> list[Agreement]:
    """All agreements of a debtor, the newest first; only those of one status if it is given."""
    where = "where debtor_id = :debtor and (cast(:status as text) is null or status = :status) order by id desc"
    return await _agreements(conn, where, {"debtor": debtor_id, "status": status})


async def agreement_of_offer(conn: AsyncConnection, offer_id: str) -> Agreement | None:
    """The agreement that this offer made, or nothing."""
    found = await _agreements(conn, "where offer_id = :offer", {"offer": offer_id})
    return found[0] if found else None


async def live_agreement_of(conn: AsyncConnection, debt_ids: Sequence[int], *, lock: bool = False) -> list[Agreement]:
    """The live agreements of any of these debts."""
    return await _agreements(
        conn,
        "where id in (select agreement_id from agreement_debts where debt_id = any(:ids) and live) order by id",
        {"ids": list(debt_ids)},
        lock=lock,
    )


async def agreements_after(
    conn: AsyncConnection, *, tenant_id: int, creditor: str | None, debtor: int | None, after: int, limit: int
) -> list[Agreement]:
    """Agreements by id from the one after `after` on, of one creditor (its CNPJ) and one debtor where they are given."""
    return await _agreements(
        conn,
        """where tenant_id = :tenant and id > :after and (cast(:debtor as bigint) is null or debtor_id = :debtor)
           and (cast(:creditor as text) is null or creditor_id in (select id from creditors where cnpj = :creditor))
           order by id limit :limit""",
        {"tenant": tenant_id, "creditor": creditor, "debtor": debtor, "after": after, "limit": limit},
    )


async def has_live_agreement(conn: AsyncConnection, debtor_id: int) -> bool:
    """Whether this debtor has an agreement to live with."""
    found = await conn.execute(
        text("select 1 from agreements where debtor_id = :debtor and status = 'active' limit 1"), {"debtor": debtor_id}
    )
    return found.first() is not None


async def with_unpaid_before(conn: AsyncConnection, day: date) -> list[int]:
    """The live agreements that have an instalment which was due before `day` and is not paid."""
    rows = await conn.execute(
        text("""select distinct a.id from agreements a join agreement_instalments i on i.agreement_id = a.id
                where a.status = 'active' and i.status in ('open', 'late') and i.due_date < :day order by a.id"""),
        {"day": day},
    )
    return list(rows.scalars())


async def titles_of(conn: AsyncConnection, instalment_ids: Sequence[int]) -> dict[int, str]:
    """What people call these instalments."""
    rows = await conn.execute(
        text("""select i.id, i.number, a.count of_them from agreement_instalments i join agreements a on a.id = i.agreement_id
                where i.id = any(:ids)"""),
        {"ids": list(instalment_ids)},
    )
    return {row.id: instalment_title(row.number, row.of_them) for row in rows}


def status_on(kept: Kept, day: date) -> InstalmentStatus:
    """The contract's word for an instalment on `day`: `late` from the first day after its due date, whatever was noted."""
    if kept.status in ("open", "late"):
        return "late" if kept.due.is_late(day) else "open"
    return "paid" if kept.status == "paid" else "cancelled"


async def _agreements(conn: AsyncConnection, where: str, values: Mapping[str, Any], *, lock: bool = False) -> list[Agreement]:
    rows = (
        await conn.execute(
            text(f"""select id, tenant_id, protocol, debtor_id, creditor_id, portfolio, conversation_id, offer_id, status, gross,
                     discount, interest, total, down_payment, count, policy_version, shown_text, accepted_how, accepted_at,
                     moved_times, skipped_times, ended_at, ended_why from agreements {where}"""
                 + (" for update" if lock else "")),
            values,
        )
    ).all()  # fmt: skip
    ids = [row.id for row in rows]
    instalments: dict[int, list[Kept]] = {}
    parts: dict[int, list[DebtPart]] = {}
    if ids:
        for row in await conn.execute(
            text("""select id, agreement_id, number, amount, principal, interest, agreed_due_date, due_date, status, amount_left,
                    charges_left, charged_until, fine_charged, moved_times, skipped_times, paid_at
                    from agreement_instalments where agreement_id = any(:ids) order by agreement_id, number"""),
            {"ids": ids},
        ):
            due = Due(
                row.id,
                row.number,
                row.amount,
                row.principal,
                row.interest,
                row.due_date,
                row.amount_left,
                row.charges_left,
                row.charged_until,
                row.fine_charged,
                settled=row.status in ("paid", "cancelled"),
            )
            kept = Kept(due, row.status, row.agreed_due_date, row.moved_times, row.skipped_times, row.paid_at)
            instalments.setdefault(row.agreement_id, []).append(kept)
        for row in await conn.execute(
            text("""select p.agreement_id, p.debt_id, p.share, p.paid, p.share - p.interest agreed, d.original_amount, d.due_date,
                    d.extended_from, d.extended_to, d.extended_before, p.principal_before, p.charges_before, p.charged_until_before, p.fine_charged_before
                    from agreement_debts p join debts d on d.id = p.debt_id
                    where p.agreement_id = any(:ids) order by p.agreement_id, d.due_date, d.id"""),
            {"ids": ids},
        ):
            before = DebtState(
                row.original_amount,
                row.due_date,
                row.principal_before,
                row.charges_before,
                row.charged_until_before,
                row.fine_charged_before,
                row.extended_from,
                row.extended_to,
                row.extended_before,
            )
            parts.setdefault(row.agreement_id, []).append(DebtPart(row.debt_id, row.share, row.paid, row.agreed, before))
    return [
        Agreement(**row._mapping, instalments=tuple(instalments.get(row.id, ())), parts=tuple(parts.get(row.id, ())))
        for row in rows
    ]


# ------------------------------------------------------------------------------------------------ living with one


async def apply_payment(
    conn: AsyncConnection,
    agreement: Agreement,
    payment_id: int,
    covered: Sequence[Covered],
    to_debts: Sequence[tuple[int, int]],
    *,
    paid_at: datetime,
) -> None:
    """Write down what a payment did to the instalments, and how much of it went to which debt."""
    for one in covered:
        left: Allocation = one.allocation
        await conn.execute(
            text("""update agreement_instalments set amount_left = :amount, charges_left = :charges, charged_until = :until,
                    fine_charged = :fined, status = case when :settled then 'paid' else status end,
                    paid_at = case when :settled then cast(:at as timestamptz) end where id = :id"""),
            {
                "id": one.instalment.id,
                "amount": left.debt.principal_left,
                "charges": left.debt.charges_left,
                "until": left.debt.charged_until,
                "fined": left.debt.fine_charged,
                "settled": left.settled,
                "at": paid_at,
            },
        )
        await conn.execute(
            text("""insert into instalment_payments (payment_id, tenant_id, instalment_id, principal, charges, let_off)
                    values (:payment, :tenant, :instalment, :principal, :charges, :let_off)"""),
            {
                "payment": payment_id,
                "tenant": agreement.tenant_id,
                "instalment": one.instalment.id,
                "principal": left.to_principal,
                "charges": left.to_charges,
                "let_off": left.discount,
            },
        )
    for debt_id, of in to_debts:
        await conn.execute(
            text("update agreement_debts set paid = paid + :of where agreement_id = :agreement and debt_id = :debt"),
            {"agreement": agreement.id, "debt": debt_id, "of": of},
        )


async def end_agreement(conn: AsyncConnection, agreement: Agreement, status: str, why: str, now: datetime) -> None:
    """The agreement is over: `fulfilled`, `broken` or `cancelled`; what is unpaid of its instalments is not asked for any more."""
    await conn.execute(
        text("update agreement_instalments set status = 'cancelled' where agreement_id = :id and status in ('open', 'late')"),
        {"id": agreement.id},
    )
    await conn.execute(
        text("update agreements set status = :status, ended_at = :now, ended_why = :why where id = :id"),
        {"id": agreement.id, "status": status, "now": now, "why": why},
    )


async def put_due_date(conn: AsyncConnection, agreement: Agreement, instalment: Due, due: date, *, skipped: bool = False) -> None:
    """Move an instalment to another day, or skip it to the end; both are counted."""
    column = "skipped_times" if skipped else "moved_times"
    await conn.execute(
        text(f"""update agreement_instalments set due_date = :due, status = 'open', told_late_at = null,
                 {column} = {column} + 1 where id = :id"""),
        {"id": instalment.id, "due": due},
    )
    await conn.execute(text(f"update agreements set {column} = {column} + 1 where id = :id"), {"id": agreement.id})


async def mark_late(conn: AsyncConnection, agreement: Agreement, today: date, now: datetime) -> list[int]:
    """Note which instalments are late; the numbers of those that were not noted before."""
    late = [one for one in agreement.instalments if one.status == "open" and today > next_business_day(one.due.due_date)]
    await conn.execute(
        text("update agreement_instalments set status = 'late', told_late_at = :now where id = any(:ids)"),
        {"ids": [one.due.id for one in late], "now": now},
    )
    return [one.due.number for one in late]


async def broken_untold(conn: AsyncConnection) -> list[int]:
    """The agreements that broke and whose debtor was not told yet."""
    rows = await conn.execute(text("select id from agreements where status = 'broken' and told_at is null order by id"))
    return list(rows.scalars())


async def note_told(conn: AsyncConnection, agreement_id: int, now: datetime) -> None:
    """The debtor was told that the agreement broke."""
    await conn.execute(text("update agreements set told_at = :now where id = :id"), {"id": agreement_id, "now": now})


async def set_debt(conn: AsyncConnection, debt: Debt, left: DebtState, status: str, *, source: str, now: datetime) -> None:
    """Change a debt that the caller has locked because of its agreement, with a trace of before and after.

    One under dispute rests on; what it becomes is what it will be when the dispute ends.
    """
    if debt.status == "disputed" and status in ("open", "agreed"):
        await conn.execute(
            text("update dispute_debts set status_before = :status where debt_id = :id and live"),
            {"status": status, "id": debt.id},
        )
        status = "disputed"

    def told(status: str, state: DebtState) -> str:
        return json.dumps(
            {
                "status": status,
                "principal_left": state.principal_left,
                "charges_left": state.charges_left,
                "charged_until": state.charged_until.isoformat() if state.charged_until else None,
                "fine_charged": state.fine_charged,
            }
        )

    await conn.execute(
        text("""update debts set status = :status, principal_left = :principal, charges_left = :charges, charged_until = :until,
                fine_charged = :fined, updated_at = :now where id = :id"""),
        {
            "id": debt.id,
            "status": status,
            "principal": left.principal_left,
            "charges": left.charges_left,
            "until": left.charged_until,
            "fined": left.fine_charged,
            "now": now,
        },
    )
    await conn.execute(
        text("""insert into debt_changes (tenant_id, debt_id, at, source, before, after)
                values (:tenant, :id, :now, :source, cast(:before as jsonb), cast(:after as jsonb))"""),
        {
            "tenant": debt.tenant_id,
            "id": debt.id,
            "now": now,
            "source": source,
            "before": told(debt.status, debt.state),
            "after": told(status, left),
        },
    )
