"""How somebody wants to be written to: hours, how often, by which channel. Honoured at the one door, on all their channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import Conversation, live_proof
from receivables.policy import Contact, ContactHours


@dataclass(frozen=True)
class Preference:
    """What holds for a person. `hours` are on their own clock; at most `most` messages of our own accord in `days` days."""

    hours: ContactHours | None = None
    most: int | None = None
    days: int | None = None
    channel: str | None = None


async def prefer(
    conn: AsyncConnection,
    conversation: Conversation,
    now: datetime,
    *,
    hours: str | None = None,
    most: int | None = None,
    days: int | None = None,
    channel: str | None = None,
) -> Preference:
    """Keep what was wished; what is not named stays as it was. Returns what holds now, read back.

    Raises `ValueError` for hours that cannot be read.
    """
    if hours is not None:
        hours_of(hours)
    proof = await live_proof(conn, conversation.id, now)
    debtor_id = proof.debtor_id if proof else conversation.debtor_id
    await conn.execute(
        text("""insert into contact_preferences (tenant_id, conversation_id, debtor_id, hours, most, days, channel, changed_at)
                values (:tenant, :id, :debtor, :hours, :most, :days, :channel, :now)
                on conflict (tenant_id, conversation_id) do update set
                    debtor_id = coalesce(excluded.debtor_id, contact_preferences.debtor_id),
                    hours = coalesce(excluded.hours, contact_preferences.hours),
                    most = coalesce(excluded.most, contact_preferences.most),
                    days = coalesce(excluded.days, contact_preferences.days),
                    channel = coalesce(excluded.channel, contact_preferences.channel), changed_at = :now"""),
        {
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "debtor": debtor_id,
            "hours": hours,
            "most": most,
            "days": days,
            "channel": channel,
            "now": now,
        },
    )
    detail = {"hours": hours, "most": most, "days": days, "channel": channel}
    await audit.record(conn, "debtor", "contact.preferred", conversation.id, detail, now, tenant_id=conversation.tenant_id)
    return await preference_of(conn, conversation)


async def preference_of(conn: AsyncConnection, conversation: Conversation) -> Preference:
    """What this person wished last, here or on another channel that is known to be theirs."""
    row = (
        await conn.execute(
            text("""select hours, most, days, channel from contact_preferences where tenant_id = :tenant
                    and (conversation_id = :id or debtor_id = :debtor) order by changed_at desc, id desc limit 1"""),
            {"tenant": conversation.tenant_id, "id": conversation.id, "debtor": conversation.debtor_id},
        )
    ).one_or_none()
    if row is None:
        return Preference()
    return Preference(hours_of(row.hours) if row.hours else None, row.most, row.days, row.channel)


async def adopt_preference(conn: AsyncConnection, conversation_id: str, debtor_id: int) -> None:
    """Whoever wished this has proven to be this debtor: it holds on all their channels."""
    await conn.execute(
        text("update contact_preferences set debtor_id = :debtor where conversation_id = :id and debtor_id is null"),
        {"id": conversation_id, "debtor": debtor_id},
    )


def hours_of(written: str) -> ContactHours:
    """Hours as a policy writes them (`Mon-Fri 14:00-18:00`). Raises `ValueError`."""
    return Contact.model_validate({"hours": written}).hours
