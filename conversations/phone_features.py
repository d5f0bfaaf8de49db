"""What telephones can show, as their provider said: kept for all processes, so that it is not asked before each message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.features import Features


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
            await conn.execute(
                text("""insert into phone_features (channel, account, phone, features, reachable, checked_at)
                        values (:channel, :account, :phone, :features, :reachable, :now)
                        on conflict (channel, account, phone) do update set features = excluded.features,
                            reachable = excluded.reachable, checked_at = excluded.checked_at"""),
                {
                    "channel": self._channel,
                    "account": account,
                    "phone": phone,
                    "features": sorted(features.shown),
                    "reachable": features.reachable,
                    "now": now,
                },
            )
