"""What cannot reach a person on one channel goes by another door of theirs, as far as it may go there.

Only doors that are known to be the same person's count: each talk has proven it (`conversations.linking`). What tells of a debt goes
where identity is proven now; elsewhere one neutral line asks the person to write. No door is tried twice for one message.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import outgoing_adapter
from conversations.consent import opted_out
from conversations.contact import may_write
from conversations.conversation import Conversation, get, live_proof
from conversations.linking import seen_of
from conversations.phone_features import note_unreachable
from conversations.reopening import RESPONSE
from conversations.reply import reply, say_here_instead
from conversations.talk import Talk
from conversations.wording import Utterance

_log = structlog.get_logger("trato.other_door")

_SOURCE = "door:"


async def hold_doors(conn: AsyncConnection, conversation_id: str) -> None:
    """Lock this talk and the person's others, in one order for everybody. Take it before the message itself is locked."""
    await conn.execute(
        text("""select 1 from conversations where id = :id
                or debtor_id = (select debtor_id from conversations where id = :id) order by id for update"""),
        {"id": conversation_id},
    )


async def take_another(conn: AsyncConnection, talk: Talk, outbox_id: int, accounts: Collection[str]) -> str | None:
    """Say a message that could not reach its person in another of their talks; returns that talk, or nothing where there is none.

    `accounts` are those of ours that can send. Where the message itself may not be said, a neutral line stands for it, once for all
    that waits.
    """
    now = talk.ground.clock.now()
    row = (
        await conn.execute(
            text("""select id, conversation_id, author, agent_id, source, response, message, words, weight, needs_proof, unasked,
                        delivery, (select p.debtor_id from proofs p where p.conversation_id = outbox.conversation_id
                                   and p.proven_at <= outbox.queued_at order by p.proven_at desc, p.id desc limit 1) told
                    from outbox where id = :id"""),
            {"id": outbox_id},
        )
    ).one()
    if row.delivery in ("delivered", "read"):
        return None  # whatever is told of it now, they have it
    here = await get(conn, row.conversation_id)
    await note_unreachable(conn, here, now)
    if here.debtor_id is None:
        return None
    first = row.source.split(":")[1] if row.source.startswith(_SOURCE) else str(row.id)
    for there in await _doors(conn, here, first, now, accounts):
        if row.author == "bot" and there.owner == "agent":
            continue
        if row.unasked and (await may_write(conn, talk, there)).may != "now":
            continue
        said = await _say(conn, talk, here, there, row, f"{_SOURCE}{first}:{there.id}", now)
        _log.info("another_door", outbox=row.id, channel=there.channel, said=said)
        if said:
            return there.id
    return None


async def _doors(
    conn: AsyncConnection, here: Conversation, first: str, now: datetime, accounts: Collection[str]
) -> list[Conversation]:
    assert here.debtor_id is not None
    tried = set(
        (
            await conn.execute(
                text("""select conversation_id from outbox where tenant_id = :tenant and (source like :door or id = :first)"""),
                {"tenant": here.tenant_id, "door": f"{_SOURCE}{first}:%", "first": int(first)},
            )
        ).scalars()
    )
    found = []
    for seen in await seen_of(conn, here.debtor_id, now):
        if seen.conversation_id in (here.id, *tried) or not seen.reachable:
            continue
        there = await get(conn, seen.conversation_id)
        if there.account in accounts:
            found.append(there)
    return found


async def _say(
    conn: AsyncConnection, talk: Talk, here: Conversation, there: Conversation, row: Any, source: str, now: datetime
) -> bool:
    proof = await live_proof(conn, there.id, now)
    # What a human wrote may tell anything; and whoever has this number now need not be whom it was said to.
    personal = row.needs_proof or row.author == "agent"
    if not personal or (proof is not None and proof.debtor_id == row.told):
        message = outgoing_adapter.validate_python(row.message)
        return await say_here_instead(conn, talk, there, message, row, source=source)
    if RESPONSE not in talk.wording.names or await opted_out(conn, there):
        return False
    # By the person's last message here: however many messages could not be delivered, one line says so.
    since = here.last_inbound_at.isoformat() if here.last_inbound_at else "never"
    await reply(conn, talk, there.id, [Utterance(RESPONSE)], source=f"asked:{here.id}:{there.id}:{since}", author="journey")
    return True
