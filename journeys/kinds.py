"""What each kind of scheduled message says, from the facts as they are when it is sent; nothing when it is no longer true.

They go to people who have not proven who they are in this session, so their words tell of no debt and no amount.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import Conversation
from conversations.talk import Talk
from conversations.wording import Utterance
from journeys.schedule import Scheduled
from receivables.promising import get_promise
from receivables.reminding import agreement_lives, instalment
from receivables.resting import resting
from receivables.store import get_debts

REMINDED_DAYS_BEFORE = 3


@dataclass(frozen=True)
class Moment:
    """Where a message is about to be sent."""

    conn: AsyncConnection
    talk: Talk
    conversation: Conversation
    scheduled: Scheduled

    @property
    def today(self) -> date:
        return self.talk.ground.clock.today()


Kind = Callable[[Moment], Awaitable[Utterance | None]]


async def _promise_reminder(moment: Moment) -> Utterance | None:
    """The day before a promise: as long as it is open, on that very day, and nothing of it is disputed or said to be paid."""
    facts = moment.scheduled.facts
    try:
        promise = await get_promise(moment.conn, int(facts["promise"]))
    except LookupError:
        return None
    if promise.status != "open" or promise.day.isoformat() != facts["day"] or promise.day < moment.today:
        return None
    debts = await get_debts(moment.conn, promise.debts)
    rests = await resting(moment.conn, promise.debts, moment.today)
    if any(debt.status != "open" for debt in debts) or any(rest.why in ("disputed", "claimed") for rest in rests.values()):
        return None
    return Utterance("utter_reminder_promise", {"day": {"date": promise.day.isoformat()}})


async def _instalment_due(moment: Moment) -> Utterance | None:
    """Three days before an instalment and on its day: as long as it is open, due on that very day, and nothing is disputed or said to be paid."""
    facts = moment.scheduled.facts
    found = await instalment(moment.conn, int(facts["agreement"]), int(facts["number"]))
    if found is None or not found.to_be_paid or found.due_date.isoformat() != facts["day"] or found.due_date < moment.today:
        return None
    if facts.get("before") and found.due_date - moment.today < timedelta(days=1):
        return None  # put off until the day itself, which has a reminder of its own
    return Utterance("utter_reminder_instalment", {"day": {"date": found.due_date.isoformat()}})


async def _agreement_confirmed(moment: Moment) -> Utterance | None:
    """What was agreed on with a human has been written down."""
    lives = await agreement_lives(moment.conn, int(moment.scheduled.facts["agreement"]))
    return Utterance("utter_reminder_agreement") if lives else None


async def _human_answer(moment: Moment) -> Utterance | None:
    """A human answered after the window had closed: the person is asked to write, and the window opens."""
    now = moment.talk.ground.clock.now()
    return None if moment.conversation.window_open(now) else Utterance("utter_reminder_answer")


def kinds() -> Mapping[str, Kind]:
    """Every kind there is, by its name."""
    return {
        "promise_reminder": _promise_reminder,
        "instalment_due": _instalment_due,
        "agreement_confirmed": _agreement_confirmed,
        "human_answer": _human_answer,
    }
