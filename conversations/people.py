"""Which conversation an address belongs to: by the provider's user id first, then by the telephone in its canonical form.

A telephone is not a proof of anything: it only says where to answer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Address
from conversations import ids
from conversations.conversation import void_proof
from receivables.phone import key_of_address


async def conversation_of(conn: AsyncConnection, address: Address, now: datetime) -> str:
    """The id of this address's conversation, made if it is new, locked until the transaction ends.

    The exact address received last is the one that is answered; every name seen is remembered. When a user id is seen for
    the first time with a telephone already known, both are the same person's.
    """
    names = _names(address)
    if not names:
        raise ValueError("an address without a telephone or user id")
    # Two first messages at the same instant must not make two conversations.
    for kind, value in names:
        await conn.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:name, 7))"),
            {"name": f"{address.channel}/{address.account}/{kind}/{value}"},
        )
    found = None
    for kind, value in names:
        found = (
            await conn.execute(
                text("""select conversation_id from conversation_addresses
                        where channel = :channel and account = :account and kind = :kind and value = :value"""),
                {"channel": address.channel, "account": address.account, "kind": kind, "value": value},
            )
        ).scalar_one_or_none()
        if found:
            break
    if found is None:
        found = ids.conversation_id()
        await conn.execute(
            text("""insert into conversations (id, channel, account, address_raw, user_id, phone_key, created_at)
                    values (:id, :channel, :account, :raw, :user, :phone, :now)"""),
            {
                "id": found,
                "channel": address.channel,
                "account": address.account,
                "raw": address.raw,
                "user": address.user_id,
                "phone": dict(names).get("phone"),
                "now": now,
            },
        )
    else:
        await conn.execute(
            text("""update conversations set address_raw = coalesce(:raw, address_raw), user_id = coalesce(:user, user_id),
                        phone_key = coalesce(:phone, phone_key) where id = :id"""),
            {"id": found, "raw": address.raw, "user": address.user_id, "phone": dict(names).get("phone")},
        )
    await _remember(conn, found, address, names)
    return str(found)


async def identity_changed(
    conn: AsyncConnection, previous: Address | None, current: Address | None, reason: str, now: datetime
) -> str | None:
    """The provider says that a number, user id or device changed hands: the proof is void, the new name is linked.

    Returns the conversation concerned, or nothing when nobody is known under either address.
    """
    conversation_id = None
    for address in (previous, current):
        for kind, value in _names(address) if address else []:
            assert address is not None
            conversation_id = (
                conversation_id
                or (
                    await conn.execute(
                        text("""select conversation_id from conversation_addresses
                            where channel = :channel and account = :account and kind = :kind and value = :value"""),
                        {"channel": address.channel, "account": address.account, "kind": kind, "value": value},
                    )
                ).scalar_one_or_none()
            )
    if conversation_id is None:
        return None
    await void_proof(conn, conversation_id, now, reason)
    if current is not None:
        names = _names(current)
        await _remember(conn, conversation_id, current, names)
        await conn.execute(
            text("""update conversations set address_raw = coalesce(:raw, address_raw), user_id = coalesce(:user, user_id),
                        phone_key = coalesce(:phone, phone_key) where id = :id"""),
            {"id": conversation_id, "raw": current.raw, "user": current.user_id, "phone": dict(names).get("phone")},
        )
    return str(conversation_id)


def _names(address: Address) -> list[tuple[str, str]]:
    names = []
    if address.user_id:
        names.append(("user_id", address.user_id))
    if address.raw:
        names.append(("phone", key_of_address(address.raw) or address.raw))
    return names


async def _remember(conn: AsyncConnection, conversation_id: str, address: Address, names: list[tuple[str, str]]) -> None:
    for kind, value in names:
        await conn.execute(
            text("""insert into conversation_addresses (channel, account, kind, value, conversation_id)
                    values (:channel, :account, :kind, :value, :id) on conflict do nothing"""),
            {"channel": address.channel, "account": address.account, "kind": kind, "value": value, "id": conversation_id},
        )
