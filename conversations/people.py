"""Which conversation an address belongs to: by the provider's user id first, then by the telephone in its canonical form.

A telephone is not a proof of anything: it only says where to answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Address
from conversations import ids
from conversations.conversation import void_proof
from conversations.linking import LAPSES, cut
from receivables.phone import key_of_address


@dataclass(frozen=True, order=True)
class _Name:
    """One name by which a provider knows somebody."""

    channel: str
    account: str
    kind: str
    value: str


async def conversations_of(
    conn: AsyncConnection, addresses: Sequence[Address], now: datetime, *, also: Sequence[Address] = ()
) -> dict[Address, str]:
    """The ids of these addresses' conversations, made where they are new, locked until the transaction ends.

    Every name seen is remembered. When a user id is seen for the first time with a telephone already known, both are the same
    person's; but where either differs from the one known before, the number may have changed hands, and the proof is void.
    Conversations known under `also` are locked with the others. Locks are taken in one order (names, then conversations), so
    that two batches with the same people do not wait for each other. Raises `ValueError` for an address without any name.
    """
    wanted = list(dict.fromkeys(addresses))
    named = {address: _names(address) for address in wanted}
    if not all(named.values()):
        raise ValueError("an address without a telephone or user id")
    others = [name for address in also for name in _names(address)]
    known = await _known(conn, [*others, *(name for names in named.values() for name in names)])
    strangers = [name for names in named.values() if not any(name in known for name in names) for name in names]
    if strangers:
        # Two first messages at the same instant must not make two conversations.
        await conn.execute(
            text("""select count(pg_advisory_xact_lock(hashtextextended(name, 7)))
                    from (select distinct unnest(cast(:names as text[])) as name order by 1) as sorted"""),
            {"names": [f"{name.channel}/{name.account}/{name.kind}/{name.value}" for name in strangers]},
        )
        known |= await _known(conn, strangers)
    before = await _locked(conn, known.values())
    new: dict[str, Address] = {}
    found: dict[Address, str] = {}
    fresh_names: dict[_Name, str] = {}
    for address, names in named.items():
        here = next((known[name] for name in names if name in known), None)
        if here is None:
            here = ids.conversation_id()
            new[here] = address
        elif here in before and _someone_else(before[here], address):
            await void_proof(conn, here, now, "another_number_or_user")
            await cut(conn, here)
        elif here in before and before[here].silent_since(now):
            await void_proof(conn, here, now, "long_silence")
            await cut(conn, here)
        for name in names:
            if name not in known:
                known[name] = fresh_names[name] = here
        found[address] = here
    if new:
        await conn.execute(
            text("""insert into conversations (id, channel, account, address_raw, user_id, phone_key, created_at)
                    values (:id, :channel, :account, :raw, :user, :phone, :now)"""),
            [
                {
                    "id": id_,
                    "channel": address.channel,
                    "account": address.account,
                    "raw": address.raw,
                    "user": address.user_id,
                    "phone": phone_key(address),
                    "now": now,
                }
                for id_, address in new.items()
            ],
        )
    await _remember(conn, fresh_names)
    return found


async def identity_changed(
    conn: AsyncConnection, previous: Address | None, current: Address | None, reason: str, now: datetime
) -> str | None:
    """The provider says that a number, user id or device changed hands: the proof is void, the new name is linked.

    A name that was given up is let go: whoever gets that number next is a stranger. Returns the conversation concerned, or
    nothing when nobody is known under either address.
    """
    before, after = (_names(address) if address else [] for address in (previous, current))
    known = await _known(conn, [*before, *after])
    conversation_id = next((known[name] for name in (*before, *after) if name in known), None)
    if conversation_id is None:
        return None
    await void_proof(conn, conversation_id, now, reason)
    if reason == "customer_identity_changed":
        # The same number on another device: perhaps the person's new telephone, perhaps another person's.
        await cut(conn, conversation_id)
    if current is not None:
        kinds = {name.kind for name in after}
        for name in before:
            if name.kind in kinds and name not in after:
                await conn.execute(
                    text("""delete from conversation_addresses where channel = :channel and account = :account and kind = :kind
                            and value = :value and conversation_id = :id"""),
                    {**name.__dict__, "id": conversation_id},
                )
        await _remember(conn, dict.fromkeys(after, conversation_id))
        await conn.execute(
            text("""update conversations set address_raw = coalesce(:raw, address_raw), user_id = coalesce(:user, user_id),
                        phone_key = coalesce(:phone, phone_key) where id = :id"""),
            {"id": conversation_id, "raw": current.raw, "user": current.user_id, "phone": phone_key(current)},
        )
    return conversation_id


async def note_typing(conn: AsyncConnection, addresses: Sequence[Address], now: datetime) -> None:
    """These people are writing just now. Whoever is not known yet has said nothing that could wait."""
    known = await _known(conn, [name for address in addresses for name in _names(address)])
    if known:
        await conn.execute(
            text("update conversations set typing_at = :now where id = any(:ids)"),
            {"now": now, "ids": sorted(set(known.values()))},
        )


async def learn_phone(conn: AsyncConnection, conversation_id: str, address: Address, phone: str) -> bool:
    """The person shared this telephone: their talk is found under it from now on. False where it is another talk's, or is none."""
    key = key_of_address(phone)
    if key is None:
        return False
    named = _Name(address.channel, address.account, "phone", key)
    owner = (await _known(conn, [named])).get(named)
    if owner is not None and owner != conversation_id:
        return False
    await _remember(conn, {named: conversation_id})
    await conn.execute(
        text("update conversations set phone_key = coalesce(phone_key, :key) where id = :id"), {"key": key, "id": conversation_id}
    )
    return True


def phone_key(address: Address) -> str | None:
    """The canonical telephone of an address, or what stands in its place; None when there is no telephone."""
    return (key_of_address(address.raw) or address.raw) if address.raw else None


def _names(address: Address) -> list[_Name]:
    names = [("user_id", address.user_id), ("phone", phone_key(address))]
    return [_Name(address.channel, address.account, kind, value) for kind, value in names if value]


@dataclass(frozen=True)
class _Person:
    user_id: str | None
    phone_key: str | None
    last_inbound_at: datetime | None

    def silent_since(self, now: datetime) -> bool:
        """Whether nobody wrote from here for so long that the number may be somebody else's by now."""
        return self.last_inbound_at is not None and now - self.last_inbound_at > LAPSES


def _someone_else(known: _Person, address: Address) -> bool:
    phone = phone_key(address)
    return bool(known.user_id and address.user_id and known.user_id != address.user_id) or bool(
        known.phone_key and phone and known.phone_key != phone
    )


async def _known(conn: AsyncConnection, names: Sequence[_Name]) -> dict[_Name, str]:
    if not names:
        return {}
    rows = await conn.execute(
        text("""select a.channel, a.account, a.kind, a.value, a.conversation_id from conversation_addresses a
                join (select distinct * from unnest(cast(:channels as text[]), cast(:accounts as text[]), cast(:kinds as text[]),
                          cast(:names as text[])) as u (channel, account, kind, value)) n using (channel, account, kind, value)"""),
        {
            "channels": [name.channel for name in names],
            "accounts": [name.account for name in names],
            "kinds": [name.kind for name in names],
            "names": [name.value for name in names],
        },
    )
    return {_Name(row.channel, row.account, row.kind, row.value): row.conversation_id for row in rows}


async def _locked(conn: AsyncConnection, conversations: Iterable[str]) -> dict[str, _Person]:
    rows = await conn.execute(
        text("select id, user_id, phone_key, last_inbound_at from conversations where id = any(:ids) order by id for update"),
        {"ids": sorted(set(conversations))},
    )
    return {row.id: _Person(row.user_id, row.phone_key, row.last_inbound_at) for row in rows}


async def _remember(conn: AsyncConnection, names: dict[_Name, str]) -> None:
    if names:
        await conn.execute(
            text("""insert into conversation_addresses (channel, account, kind, value, conversation_id)
                    values (:channel, :account, :kind, :value, :id) on conflict do nothing"""),
            [{**name.__dict__, "id": conversation_id} for name, conversation_id in sorted(names.items())],
        )
