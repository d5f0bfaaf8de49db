"""What telephones can show, as their provider said: kept for all processes, so that it is not asked before each message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.features import BY_SMS, Features
from channels.message import Status
from conversations.conversation import Conversation


async def note_carriers(conn: AsyncConnection, statuses: Sequence[Status], now: datetime) -> None:
    """Remember whose RCS messages left as SMS, until one arrives by RCS again."""
    for status in statuses:
        phone = _phone(status.recipient)
        if status.carried_by == "sms":
            await note_sms(conn, status.channel, status.account, phone, now)
        elif status.carried_by == "rcs":
            await conn.execute(
                text("""delete from phone_features where channel = :channel and account = :account and phone = :phone
                        and features = :sms"""),
                {"channel": status.channel, "account": status.account, "phone": phone, "sms": [BY_SMS]},
            )


async def note_sms(conn: AsyncConnection, channel: str, account: str, phone: str, now: datetime) -> None:
    """What goes to this telephone on this channel leaves as an SMS."""
    await _keep(conn, channel, account, _phone(phone), Features(frozenset({BY_SMS})), now)


async def note_unreachable(conn: AsyncConnection, conversation: Conversation, now: datetime) -> None:
    """This telephone could not be reached on this channel just now."""
    if conversation.address_raw:
        phone = _phone(conversation.address_raw)
        await _keep(conn, conversation.channel, conversation.account, phone, Features(frozenset(), reachable=False), now)


def _phone(named: str | None) -> str:
    return "+" + "".join(char for char in named or "" if char.isascii() and char.isdigit())


async def _keep(conn: AsyncConnection, channel: str, account: str, phone: str, features: Features, now: datetime) -> None:
    await conn.execute(
        text("""insert into phone_features (channel, account, phone, features, reachable, checked_at)
                values (:channel, :account, :phone, :features, :reachable, :now)
                on conflict (channel, account, phone) do update set features = excluded.features,
                    reachable = excluded.reachable, checked_at = excluded.checked_at"""),
        {
            "channel": channel,
            "account": account,
            "phone": phone,
            "features": sorted(features.shown),
            "reachable": features.reachable,
            "now": now,
        },
    )


class StoredFeatures:
    """A `channels.features.FeatureMemory` in the store, of one channel."""

    def __init__(self, engine: AsyncEngine, channel: str) -> None:
        self._engine = engine
        self._channel = channel

    async def recall(self, account: str, phone: str, now: datetime) -> tuple[Features, datetime] | None:
        """What was said of this telephone, and when."""
        async with self._engine.connect() as conn:
            row = (
                await conn.execute(
                    text("""select features, reachable, checked_at from phone_features
                            where channel = :channel and account = :account and phone = :phone"""),
                    {"channel": self._channel, "account": account, "phone": phone},
                )
            ).one_or_none()
        return (Features(frozenset(row.features), row.reachable), row.checked_at) if row else None

    async def keep(self, account: str, phone: str, features: Features, now: datetime) -> None:
        """What is said of it now replaces what was."""
        async with self._engine.begin() as conn:
            await _keep(conn, self._channel, account, phone, features, now)
