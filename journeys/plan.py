"""What is to be remembered in the next days, found in the store and scheduled: whoever makes a promise need not think of its reminder."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.delivery import unsent_answers
from journeys.kinds import REMINDED_DAYS_BEFORE
from journeys.schedule import schedule
from receivables.brasilia import BRASILIA
from receivables.ground import Ground
from receivables.promising import due_to_remind
from receivables.reminding import agreements_made_at_the_desk, instalments_due

_MORNING = time(9)
_LOOK_BACK = timedelta(days=2)


async def plan(conn: AsyncConnection, ground: Ground) -> int:
    """Schedule what is not scheduled yet; returns how much of it was new. Run again, it does nothing twice."""
    today, now = ground.clock.today(), ground.clock.now()
    new = 0
    for promise in await due_to_remind(conn, today):
        new += await schedule(
            conn,
            kind="promise_reminder",
            key=f"promise:{promise.id}:{promise.day}",
            due_at=_morning_of(today),
            debtor_id=promise.debtor_id,
            conversation_id=promise.conversation_id,
            values={"promise": promise.id, "day": promise.day.isoformat()},
        )
    for one in await instalments_due(conn, today, today + timedelta(days=REMINDED_DAYS_BEFORE)):
        for before in (REMINDED_DAYS_BEFORE, 0):
            if one.due_date - timedelta(days=before) < today:
                continue
            new += await schedule(
                conn,
                kind="instalment_due",
                key=f"instalment:{one.agreement_id}:{one.number}:{one.due_date}:{before}",
                due_at=_morning_of(one.due_date - timedelta(days=before)),
                debtor_id=one.debtor_id,
                conversation_id=one.conversation_id,
                values={"agreement": one.agreement_id, "number": one.number, "day": one.due_date.isoformat(), "before": before},
            )
    for agreement_id, debtor_id, conversation_id, at in await agreements_made_at_the_desk(conn, now - _LOOK_BACK):
        new += await schedule(
            conn,
            kind="agreement_confirmed",
            key=f"agreement:{agreement_id}:confirmed",
            due_at=at,
            debtor_id=debtor_id,
            conversation_id=conversation_id,
            values={"agreement": agreement_id},
        )
    for outbox_id, conversation_id in await unsent_answers(conn, now - _LOOK_BACK):
        new += await schedule(
            conn, kind="human_answer", key=f"human_answer:{outbox_id}", due_at=now, conversation_id=conversation_id
        )
    return new


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, _MORNING, BRASILIA)
