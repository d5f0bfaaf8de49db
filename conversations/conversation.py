"""One person's talk in one channel: its row, its owner, its proof of identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Address
from channels.registry import window_of

STALE = timedelta(days=7)
"""Where a channel has no window: what is older was said for another day."""


@dataclass(frozen=True)
class Conversation:
    id: str
    tenant_id: int
    channel: str
    account: str
    address_raw: str | None
    user_id: str | None
    phone_key: str | None
    debtor_id: int | None
    """Whom the person last proved to be; whether that still holds is `live_proof`."""
    owner: str
    agent_id: int | None
    fence: int
    last_inbound_at: datetime | None
    read_external_id: str | None
    retry_at: datetime | None
    failures: int
    outcome: str | None
    typing_at: datetime | None = None

    @property
    def address(self) -> Address:
        return Address(channel=self.channel, account=self.account, raw=self.address_raw, user_id=self.user_id)

    def window_open(self, now: datetime) -> bool:
        """Whether free text may be sent now; counted from the time of the person's own message, where the channel counts."""
        window = window_of(self.channel)
        return window is None or (self.last_inbound_at is not None and now - self.last_inbound_at < window)

    def too_old(self, sent_at: datetime, now: datetime) -> bool:
        """Whether what the person sent then can no longer be answered freely, or is no longer worth it."""
        return now - sent_at >= (window_of(self.channel) or STALE)


_COLUMNS = """id, tenant_id, channel, account, address_raw, user_id, phone_key, debtor_id, owner, agent_id, fence,
    last_inbound_at, read_external_id, retry_at, failures, outcome, typing_at"""


async def get(conn: AsyncConnection, conversation_id: str, *, lock: bool = False) -> Conversation:
    """The conversation; with `lock`, nobody else changes it until this transaction ends. Raises `LookupError`.

    The lock lets others write rows that refer to the conversation: who has charged something in it and waits for another charge
    holds up nobody who waits for the conversation.
    """
    row = (
        await conn.execute(
            text(f"select {_COLUMNS} from conversations where id = :id" + (" for no key update" if lock else "")),
            {"id": conversation_id},
        )
    ).one_or_none()
    if row is None:
        raise LookupError(f"there is no conversation {conversation_id}")
    return Conversation(**row._mapping)


@dataclass(frozen=True)
class Proof:
    """Somebody proved to be this debtor, in this conversation, until `valid_until` unless it is made void."""

    id: int
    debtor_id: int
    proven_at: datetime
    valid_until: datetime


async def live_proof(conn: AsyncConnection, conversation_id: str, now: datetime) -> Proof | None:
    """The proof that holds now, or nothing."""
    row = (
        await conn.execute(
            text("""select id, debtor_id, proven_at, valid_until from proofs
                    where conversation_id = :id and void_at is null and valid_until > :now"""),
            {"id": conversation_id, "now": now},
        )
    ).one_or_none()
    return Proof(**row._mapping) if row else None


async def void_proof(conn: AsyncConnection, conversation_id: str, now: datetime, reason: str) -> None:
    """From now on this conversation has to prove identity again (number changed, wrong person, stop)."""
    await conn.execute(
        text("update proofs set void_at = :now, void_reason = :reason where conversation_id = :id and void_at is null"),
        {"id": conversation_id, "now": now, "reason": reason},
    )
    await conn.execute(text("delete from identity_progress where conversation_id = :id"), {"id": conversation_id})


async def give_proof(conn: AsyncConnection, conversation_id: str, debtor_id: int, now: datetime, minutes: int) -> None:
    """Record that this person proved to be the debtor; an older proof is replaced."""
    await void_proof(conn, conversation_id, now, "replaced")
    await conn.execute(
        text("""insert into proofs (tenant_id, conversation_id, debtor_id, proven_at, last_used_at, valid_until)
                select tenant_id, id, :debtor, :now, :now, :until from conversations where id = :id"""),
        {"id": conversation_id, "debtor": debtor_id, "now": now, "until": now + timedelta(minutes=minutes)},
    )
    await conn.execute(
        text("update conversations set debtor_id = :debtor where id = :id"), {"id": conversation_id, "debtor": debtor_id}
    )


async def keep_proof_alive(conn: AsyncConnection, conversation_id: str, now: datetime, minutes: int) -> None:
    """The person wrote again: a proof that still holds is good for `minutes` from now."""
    await conn.execute(
        text("""update proofs set last_used_at = :now, valid_until = :until
                where conversation_id = :id and void_at is null and valid_until > :now and valid_until < :until"""),
        {"id": conversation_id, "now": now, "until": now + timedelta(minutes=minutes)},
    )
