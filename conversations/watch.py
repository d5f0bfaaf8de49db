"""What must be heard while the bot is silent: somebody waits for a human or talks to one, and a life, a stop or a fear comes up.

Who only waits is answered. Where a human has the talk the bot says nothing (promise 6): what was heard takes effect in the store,
and the desk sees it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import handover
from conversations.alarms import raise_alarm
from conversations.care import pause_person
from conversations.consent import opt_out
from conversations.conversation import Conversation
from conversations.reply import reply
from conversations.speaker_code import LIVES, code_for
from conversations.talk import Talk
from conversations.wording import Utterance
from understanding.safety.interrupts import interrupt

SELF_HARM = "autolesao"


async def watch(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, said: str, source: str, now: datetime
) -> str | None:
    """Act on what this message says; returns what was heard (`self_harm`, `stop`, `scam`), or nothing. The same `source` acts once."""
    heard = interrupt(said)
    waits = conversation.owner == "queue"
    if heard == "self_harm":
        await pause_person(conn, conversation, "self_harm", source, now)
        await conn.execute(
            text("update handoffs set reason = :reason where conversation_id = :id and status in ('waiting', 'taken')"),
            {"reason": SELF_HARM, "id": conversation.id},
        )
        await raise_alarm(
            conn, "self_harm", "somebody speaks of ending their life: a human is needed at once", now, subject=conversation.id
        )
        if waits:
            await reply(conn, talk, conversation.id, [Utterance("utter_vulnerable_self_harm")], source=source)
    elif heard == "stop":
        fresh = await opt_out(conn, conversation, now)
        if waits:
            await handover.close(conn, talk, conversation.id, "debtor", "pediu_para_parar")
            response = "utter_opted_out" if fresh else "utter_opted_out_already"
            await reply(conn, talk, conversation.id, [Utterance(response)], source=source)
    elif heard == "scam" and waits:
        code = await code_for(conn, conversation, now)
        values = {"code": code.spaced, "minutes": int(LIVES.total_seconds() // 60)}
        await reply(conn, talk, conversation.id, [Utterance("utter_trust", values)], source=source)
    if heard is not None:
        await handover.announce(conn, conversation.id)
    return heard if heard != "scam" or waits else None
