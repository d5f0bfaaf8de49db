"""What an agent has written and not sent: kept in the store as they type, so that nothing is lost with a browser or a talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.logins import Agent
from receivables.sealing import Vault

KINDS = ("reply", "note", "return")
_SEAL = "desk-draft"


@dataclass(frozen=True)
class Drafts:
    """The words of each kind; empty where there is nothing. `saved_at` of the reply."""

    reply: str = ""
    note: str = ""
    return_note: str = ""
    saved_at: datetime | None = None


async def drafts_of(conn: AsyncConnection, vault: Vault, agent: Agent, conversation_id: str) -> Drafts:
    rows = await conn.execute(
        text("""select kind, words_sealed, saved_at from desk_drafts
                where conversation_id = :id and agent_id = :agent and tenant_id = :tenant and words_sealed is not null"""),
        {"id": conversation_id, "agent": agent.id, "tenant": agent.tenant_id},
    )
    found = {row.kind: row for row in rows}
    words = {kind: vault.open(row.words_sealed, _SEAL) for kind, row in found.items()}
    reply = found.get("reply")
    return Drafts(words.get("reply", ""), words.get("note", ""), words.get("return", ""), reply.saved_at if reply else None)


async def keep(
    conn: AsyncConnection, vault: Vault, agent: Agent, conversation_id: str, kind: str, words: str, nonce: str, now: datetime
) -> bool:
    """Keep these words; False when the form that they are from was sent meanwhile."""
    kept = await conn.execute(
        text("""insert into desk_drafts (tenant_id, conversation_id, agent_id, kind, words_sealed, saved_at)
                values (:tenant, :id, :agent, :kind, :words, :now)
                on conflict (conversation_id, agent_id, kind) do update
                    set words_sealed = excluded.words_sealed, saved_at = excluded.saved_at
                    where desk_drafts.sent_nonce is null or desk_drafts.sent_nonce is distinct from :nonce"""),
        {
            "tenant": agent.tenant_id,
            "id": conversation_id,
            "agent": agent.id,
            "kind": kind,
            "words": vault.seal(words, _SEAL) if words else None,
            "nonce": nonce or None,
            "now": now,
        },
    )
    return kept.rowcount == 1


async def sent(conn: AsyncConnection, agent: Agent, conversation_id: str, kind: str, nonce: str, now: datetime) -> None:
    """These words have been sent (or kept as a note) by the form of this nonce: there is no draft of them any more."""
    await conn.execute(
        text("""insert into desk_drafts (tenant_id, conversation_id, agent_id, kind, sent_nonce, saved_at)
                values (:tenant, :id, :agent, :kind, :nonce, :now)
                on conflict (conversation_id, agent_id, kind) do update
                    set words_sealed = null, sent_nonce = excluded.sent_nonce, saved_at = excluded.saved_at"""),
        {"tenant": agent.tenant_id, "id": conversation_id, "agent": agent.id, "kind": kind, "nonce": nonce or None, "now": now},
    )
