"""A payment card that a channel or a telephone does not take is said in words: who receives, how much and until when is never lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import PaymentCard, PaymentStatus, Text, outgoing_adapter
from conversations.conversation import get
from conversations.reply import say_here_instead
from conversations.talk import Talk

CARDS = frozenset({"payment_card", "payment_status"})
"""The kinds of messages that have words to stand for them."""


def in_words(message: Mapping[str, Any]) -> Text | None:
    """The words of a payment card or of what became of it; nothing for any other message."""
    if message["kind"] not in CARDS:
        return None
    card = outgoing_adapter.validate_python(dict(message))
    assert isinstance(card, PaymentCard | PaymentStatus)
    footer = card.footer if isinstance(card, PaymentCard) else None
    actions = card.actions if isinstance(card, PaymentCard) else ()
    words = "\n\n".join(part.strip() for part in (card.body, footer) if part and part.strip())
    # Until when it may be paid stands in the words; they themselves stay true.
    return Text(body=words, actions=actions, purpose=card.purpose)


async def say_in_words(conn: AsyncConnection, talk: Talk, outbox_id: int) -> None:
    """Say in words what failed as a card, once."""
    row = (
        await conn.execute(
            text("""select id, conversation_id, author, agent_id, source, response, message, words, weight, needs_proof, unasked,
                        delivery
                    from outbox where id = :id"""),
            {"id": outbox_id},
        )
    ).one()
    said = in_words(row.message) if row.delivery not in ("delivered", "read") else None
    if said is not None:
        conversation = await get(conn, row.conversation_id, lock=True)
        await say_here_instead(conn, talk, conversation, said, row, source=f"words:{row.id}")
