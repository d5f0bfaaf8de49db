"""What people change or take back after they sent it: heard while it still waits for its answer, and kept on record in any case.

What was answered stays answered: no agreement, promise or code changes because somebody edits an old message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Received, event_adapter
from conversations.talk import Talk


async def note_second_thoughts(conn: AsyncConnection, talk: Talk, events: Sequence[tuple[str, Received]]) -> None:
    """Take in edits and revokes (each with its conversation, which is locked): the newest words of what is not yet answered count,
    and what was taken back before its answer has none."""
    for conversation_id, event in events:
        original = event.detail.get("original_message_id")
        if event.kind not in ("edit", "revoke") or not isinstance(original, str):
            continue
        row = (
            await conn.execute(
                text("""select id, state, event_sealed from inbox where channel = :channel and account = :account
                        and external_id = :original and conversation_id = :conversation for update"""),
                {
                    "channel": event.address.channel,
                    "account": event.address.account,
                    "original": original,
                    "conversation": conversation_id,
                },
            )
        ).one_or_none()
        if row is None:
            continue
        await conn.execute(
            text("update transcript set detail = detail || cast(:mark as jsonb) where inbox_id = :id"),
            {"id": row.id, "mark": '{"edited": true}' if event.kind == "edit" else '{"deleted": true}'},
        )
        if row.state != "pending":
            continue
        if event.kind == "revoke":
            await conn.execute(
                text("update inbox set state = 'recorded', why = 'taken back by the person' where id = :id"), {"id": row.id}
            )
        elif event.text:
            await _read_anew(conn, talk, row, event.text)


async def _read_anew(conn: AsyncConnection, talk: Talk, row: Any, words: str) -> None:
    before = event_adapter.validate_json(talk.ground.vault.open(row.event_sealed, "inbox"))
    if not isinstance(before, Received) or before.kind not in ("text", "media"):
        return
    changed: Mapping[str, Any] = {"text": words}
    if before.media is not None:
        changed = {"text": words, "media": before.media.model_copy(update={"caption": words})}
    sealed = talk.ground.vault.seal(before.model_copy(update=changed).model_dump_json(), "inbox")
    await conn.execute(text("update inbox set event_sealed = :sealed where id = :id"), {"id": row.id, "sealed": sealed})
