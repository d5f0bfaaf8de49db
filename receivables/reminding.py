"""What of agreements people are reminded of, read from the store: instalments that fall due, and agreements just made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class DueInstalment:
    """An instalment as a reminder needs it. `left` centavos of it are still to be paid."""

    agreement_id: int
    debtor_id: int
    conversation_id: str | None
    number: int
    due_date: date
    left: int
    status: str
    agreement_status: str
    disputed: bool
    claimed: bool
    """Somebody says that it is paid, and that is being looked into."""

    @property
    def to_be_paid(self) -> bool:
        """Whether there is anything to remind of."""
        return (
            self.agreement_status == "active" and self.status == "open" and self.left > 0 and not (self.disputed or self.claimed)
        )


_INSTALMENT = """select a.id agreement_id, a.debtor_id, a.conversation_id, i.number, i.due_date, i.amount_left "left", i.status,
    a.status agreement_status, exists (select 1 from agreement_debts d join debts b on b.id = d.debt_id
        where d.agreement_id = a.id and b.status = 'disputed') disputed,
    exists (select 1 from agreement_debts d join claim_debts e on e.debt_id = d.debt_id join payment_claims c on c.id = e.claim_id
        where d.agreement_id = a.id and c.kind = 'paid' and c.status = 'open') claimed
    from agreement_instalments i join agreements a on a.id = i.agreement_id"""


async def instalments_due(conn: AsyncConnection, first: date, last: date) -> list[DueInstalment]:
    """Open instalments of living agreements that fall due from `first` to `last`, both included."""
    rows = await conn.execute(
        text(
            f"{_INSTALMENT} where a.status = 'active' and i.status = 'open' and i.due_date between :first and :last order by i.id"
        ),
        {"first": first, "last": last},
    )
    return [DueInstalment(**row._mapping) for row in rows]


async def instalment(conn: AsyncConnection, agreement_id: int, number: int) -> DueInstalment | None:
    """The instalment as it is now, or nothing."""
    row = (
        await conn.execute(
            text(f"{_INSTALMENT} where a.id = :agreement and i.number = :number"), {"agreement": agreement_id, "number": number}
        )
    ).one_or_none()
    return DueInstalment(**row._mapping) if row else None


async def agreements_made_at_the_desk(conn: AsyncConnection, since: datetime) -> list[tuple[int, int, str | None, datetime]]:
    """Living agreements that a human wrote down since then: id, debtor, conversation, and when."""
    rows = await conn.execute(
        text("""select id, debtor_id, conversation_id, accepted_at from agreements
                where status = 'active' and accepted_how = 'desk' and accepted_at > :since order by id"""),
        {"since": since},
    )
    return [(row.id, row.debtor_id, row.conversation_id, row.accepted_at) for row in rows]


async def agreement_lives(conn: AsyncConnection, agreement_id: int) -> bool:
    """Whether this agreement is active."""
    found = await conn.execute(text("select 1 from agreements where id = :id and status = 'active'"), {"id": agreement_id})
    return found.first() is not None
