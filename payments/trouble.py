"""What is done when a provider does not do what was asked: wait and ask again, or give up, and never in silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.alarms import raise_alarm
from conversations.conversation import get as get_conversation
from conversations.handover import announce
from conversations.reply import reply
from conversations.wording import Utterance
from payments import charges
from payments.charges import Charge
from payments.issue import close
from payments.provider import Unavailable
from payments.till import Till

_log = structlog.get_logger("trato.payments")

_WAITS = (5, 15, 60, 300, 900, 1800)
"""Seconds until the provider is asked again after the first, second, … failure; the last one for all later ones."""

ALARM_AFTER = 3


def wait_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts that came to nothing."""
    return timedelta(seconds=_WAITS[min(max(attempts, 1), len(_WAITS)) - 1])


async def later(conn: AsyncConnection, till: Till, charge_id: int, attempts: int, trouble: Unavailable) -> None:
    """The provider decided nothing: it is asked again, the person told once, an operator when it goes on."""
    charge = await charges.get(conn, charge_id, lock=True)
    if charge.status != "pending":
        if charge.status not in ("paid", "active"):
            await close(conn, till, charge, "expired" if charge.status == "expired" else "cancelled")
        return
    await postpone(conn, till, charge, attempts, trouble)
    await say(conn, till, charge, "delayed", [Utterance(f"utter_{charge.kind}_delayed")])


async def postpone(conn: AsyncConnection, till: Till, charge: Charge, attempts: int, trouble: Unavailable) -> None:
    """When a provider that gave no answer is asked again; an alarm when it goes on giving none."""
    now = till.talk.ground.clock.now()
    wait = max(wait_after(attempts), timedelta(seconds=min(trouble.retry_after or 0, 3600)))
    await charges.postpone(conn, charge.id, now + wait)
    _log.warning(f"{charge.kind}_provider_unavailable", charge=charge.id, attempts=attempts, why=str(trouble))
    if attempts >= ALARM_AFTER:
        await raise_alarm(conn, f"{charge.kind}_provider_down", str(trouble), now, subject=charge.provider)


async def give_up(conn: AsyncConnection, till: Till, charge: Charge, why: str, kind: str | None = None) -> None:
    """Never silently: the person is told honestly, an operator by an alarm, and nothing stays payable at the provider."""
    await close(conn, till, charge, "cancelled", blocked_why=why[:500])
    now = till.talk.ground.clock.now()
    await raise_alarm(conn, kind or f"{charge.kind}_not_issued", why, now, subject=f"charge:{charge.id}")
    await say(conn, till, charge, "blocked", [Utterance(f"utter_{charge.kind}_blocked")])
    if charge.conversation_id:
        await announce(conn, charge.conversation_id)


async def say(conn: AsyncConnection, till: Till, charge: Charge, event: str, said: Sequence[Utterance]) -> None:
    """Say what became of a charge where it was asked for; each event once."""
    if charge.conversation_id is None:
        return
    author = "bot"
    if charge.request_key.startswith("desk:"):
        # Asked for by the human who has the talk: said although the bot is silent there.
        owner = (await get_conversation(conn, charge.conversation_id, lock=True)).owner
        author = "journey" if owner == "agent" else "bot"
    await reply(conn, till.talk, charge.conversation_id, said, source=f"charge:{charge.id}:{event}", author=author)
