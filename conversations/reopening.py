"""What a closed window keeps from a person is not lost in silence: an approved template asks them to write, once for each window.

WhatsApp lets a business write freely for 24 hours after a person's last message. A message that comes too late (a backlog, a worker
that was away, an agent who answers the next day) cannot be said; that there is one can.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.consent import opted_out
from conversations.conversation import get
from conversations.reply import reply
from conversations.talk import Talk
from conversations.wording import Utterance

RESPONSE = "utter_message_waiting"


async def ask_to_write(conn: AsyncConnection, talk: Talk, conversation_id: str) -> bool:
    """Send the template that says that an answer waits, because the window is closed; False where somebody stopped us or it was
    sent."""
    conversation = await get(conn, conversation_id, lock=True)
    if RESPONSE not in talk.wording.names or await opted_out(conn, conversation):
        return False
    # By the person's last message: however many messages the closed window holds back, one template says so.
    last = conversation.last_inbound_at.isoformat() if conversation.last_inbound_at else "never"
    source = f"window:{conversation_id}:{last}"
    said = await reply(conn, talk, conversation_id, [Utterance(RESPONSE)], source=source, author="journey", window_closed=True)
    return said > 0
