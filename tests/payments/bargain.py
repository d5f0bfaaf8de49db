"""Short ways to an agreement for tests: an offer laid on the table, shown in the talk, and accepted."""

from __future__ import annotations

from typing import Any

from conversations.reply import reply
from conversations.said import messages_that_said
from conversations.wording import Utterance
from payments.agreeing import accept, facts, issue_instalments, lay_on_the_table
from payments.charges import Charge
from payments.offering import SUMMARY, offer_values, words_of_summary
from receivables.agreements import Agreement, Offer, get_agreement, get_offer, show_offer
from receivables.instalments import make_plan
from receivables.store import get_debts
from tests.payments.stage import Stage


async def offer(stage: Stage, *debt_ids: int, count: int = 3, down: int | None = None, conversation: str | None = None) -> Offer:
    """A plan for these debts, shown in the talk."""
    talk = conversation or stage.conversation
    async with stage.engine.begin() as conn:
        known = await facts(conn, stage.till, await get_debts(conn, debt_ids))
        plan = make_plan(known.agreed.total, count, known.limits, today=known.today, down_payment=down)
        made = await lay_on_the_table(conn, stage.till, known, plan, conversation_id=talk)
        values = offer_values(stage.till, made, known.debts)
        source = f"turn:{made.id}"
        await show_offer(conn, made.id, words_of_summary(stage.till, values), source)
        await reply(conn, stage.till.talk, talk, [Utterance(SUMMARY, values)], source=source)
        return made


async def say_yes(stage: Stage, made: Offer, **other: Any) -> tuple[Agreement, bool]:
    """Accept an offer as an action does, and do what follows."""
    async with stage.engine.begin() as conn:
        kept = await get_offer(conn, made.id)
        assert kept is not None
        shown = []
        if kept.shown_text and kept.shown_source and kept.conversation_id:
            shown = await messages_that_said(conn, kept.conversation_id, kept.shown_source, kept.shown_text)
        values: dict[str, Any] = {
            "debtor_id": stage.debtor,
            "conversation_id": stage.conversation,
            "shown_message_ids": shown,
            "how": "words",
            "words": "aceito",
            "message_ids": ["wamid.yes"],
        }
        agreed = await accept(conn, stage.till, made.id, **{**values, **other})
    await stage.work()
    return agreed


async def agree(stage: Stage, *debt_ids: int, count: int = 3, down: int | None = None) -> Agreement:
    """An agreement over these debts whose first code can be paid."""
    return (await say_yes(stage, await offer(stage, *debt_ids, count=count, down=down)))[0]


async def read(stage: Stage, agreement: Agreement) -> Agreement:
    async with stage.engine.connect() as conn:
        return await get_agreement(conn, agreement.id)


async def ask(stage: Stage, agreement: Agreement, *numbers: int, **other: Any) -> Charge:
    """The code of these instalments, as an action asks for it; made at the bank."""
    stage._requests += 1
    async with stage.engine.begin() as conn:
        made = await issue_instalments(
            conn,
            stage.till,
            agreement,
            numbers,
            conversation_id=stage.conversation,
            request_key=f"turn:{stage._requests}",
            **other,
        )
    await stage.work()
    return await stage.read(made.id)


async def live_charge(stage: Stage) -> Charge:
    """The newest charge that can be paid."""
    return await stage.read(await stage.scalar("select max(id) from charges where status = 'active'"))
