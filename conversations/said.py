"""What was said in a talk, word for word: the proof of what somebody read before they agreed to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Received, event_adapter
from conversations.talk import Talk


async def messages_that_said(conn: AsyncConnection, conversation_id: str, source: str, words: str) -> list[str]:
    """The ids of the messages of this source that hold these very words and were not kept back; ours, and the provider's if known."""
    rows = await conn.execute(
        text("""select coalesce(provider_id, key) id from outbox where conversation_id = :conversation and source = :source
                and strpos(words, :words) > 0 and state not in ('dead', 'suppressed') order by id"""),
        {"conversation": conversation_id, "source": source, "words": words},
    )
    return list(rows.scalars())


async def messages_of_turn(conn: AsyncConnection, turn_id: str) -> list[str]:
    """The provider's ids of the messages that a turn answers, in order."""
    rows = await conn.execute(text("select external_id from inbox where turn_id = :turn order by id"), {"turn": turn_id})
    return list(rows.scalars())


async def last_lines(conn: AsyncConnection, conversation_id: str, most: int = 6) -> list[tuple[str, str]]:
    """The newest lines of a talk, oldest first: who said it (`debtor`, `bot`, `agent`) and the words, as the desk may read them."""
    rows = await conn.execute(
        text("""select author, text from transcript where conversation_id = :id and author in ('debtor', 'bot', 'agent') and text <> ''
                order by id desc limit :most"""),
        {"id": conversation_id, "most": most},
    )
    return [(row.author, row.text) for row in reversed(rows.all())]


async def typed_in_turn(conn: AsyncConnection, talk: Talk, turn_id: str) -> str | None:
    """The words of a turn's messages as they were typed, signs and all; None when it was a tap.

    What a turn keeps for the classifier is made harmless and reads a thumb as a word: no proof of what somebody said.
    """
    rows = await conn.execute(text("select event_sealed from inbox where turn_id = :turn order by id"), {"turn": turn_id})
    events = [event_adapter.validate_json(talk.ground.vault.open(sealed, "inbox")) for sealed in rows.scalars()]
    if any(isinstance(event, Received) and event.kind == "choice" for event in events):
        return None
    return "\n".join(event.text or "" for event in events if isinstance(event, Received))


async def newest_said(conn: AsyncConnection, conversation_id: str, names: Sequence[str], since: datetime) -> str | None:
    """Which of these responses was said last in this talk since then; None: none of them."""
    rows = await conn.execute(
        text("""select response from outbox where conversation_id = :id and response = any(:names) and queued_at > :since
                order by id desc limit 1"""),
        {"id": conversation_id, "names": list(names), "since": since},
    )
    found: str | None = rows.scalar_one_or_none()
    return found


async def code_said_since(
    conn: AsyncConnection, conversation_id: str, names: Sequence[str], body: str, since: datetime, *, last: bool = False
) -> bool:
    """Whether this very text was said in this talk since then by one of these responses. `last`: and by no other of them after it."""
    found = await conn.execute(
        text("""select 1 from outbox said where said.conversation_id = :id and said.queued_at > :since
                and said.response = any(:names) and said.message->>'body' = :body
                and not (:last and exists (select 1 from outbox later where later.conversation_id = :id and later.id > said.id
                         and later.response = any(:names) and later.response <> said.response))
                limit 1"""),
        {"id": conversation_id, "names": list(names), "since": since, "body": body, "last": last},
    )
    return found.first() is not None
