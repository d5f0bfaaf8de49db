"""What a telephone can show, where the provider tells, and the memory of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

BY_SMS = "SMS"
"""A feature that takes all others away: what was meant for RCS reaches this telephone as an SMS, which shows nothing but words."""


@dataclass(frozen=True)
class Features:
    """What Google said about a telephone: what it can show, and whether it can be reached at all."""

    shown: frozenset[str]
    reachable: bool = True


class FeatureMemory(Protocol):
    """Where what is known of telephones is kept between sends."""

    async def recall(self, account: str, phone: str, now: datetime) -> tuple[Features, datetime] | None:
        """What was said, and when; nothing where nobody asked."""

    async def keep(self, account: str, phone: str, features: Features, now: datetime) -> None: ...


class InMind:
    """A memory for one process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[Features, datetime]] = {}

    async def recall(self, account: str, phone: str, now: datetime) -> tuple[Features, datetime] | None:
        return self._known.get((account, phone))

    async def keep(self, account: str, phone: str, features: Features, now: datetime) -> None:
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[(account, phone)] = (features, now)
