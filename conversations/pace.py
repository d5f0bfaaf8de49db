"""How fast messages may leave: so many a second from one of our senders, and one in six seconds to one person, with a reserve.

WhatsApp's limits (Meta's pages on throughput and on pair rates): 80 messages a second for a number; to one person one message in six
seconds on average, where up to 45 may go at once if the time is made up for afterwards. Staying below is better than being refused:
a refusal costs a request, and many of them a number's good name. Other channels have limits near these or none that is published.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Limit:
    """One message in `every` seconds on average; up to `burst` at once, made up for afterwards."""

    every: float
    burst: int


SENDER = Limit(every=1 / 80, burst=80)
PERSON = Limit(every=6.0, burst=45)


class Pace(Protocol):
    """Asked before each send."""

    async def take(self, sender: str, person: str, count: int = 1) -> float:
        """Room for `count` messages from a sender to a person: 0 and the room is taken, or the seconds to wait and nothing is."""


@dataclass
class OwnPace:
    """The limits within this process alone, on `clock` (seconds that only go forward)."""

    clock: Callable[[], float] = time.monotonic
    sender: Limit = SENDER
    person: Limit = PERSON
    _full_until: dict[str, float] = field(default_factory=dict)
    """When each bucket will have made up for everything that went (generic cell rate algorithm)."""

    async def take(self, sender: str, person: str, count: int = 1) -> float:
        """See `Pace.take`."""
        now = self.clock()
        buckets = ((f"s/{sender}", self.sender), (f"p/{sender}/{person}", self.person))
        after: dict[str, float] = {}
        wait = 0.0
        for key, limit in buckets:
            # More than a burst at once would never go: it goes when the bucket is empty.
            size = min(count, limit.burst)
            after[key] = max(self._full_until.get(key, now), now) + size * limit.every
            wait = max(wait, after[key] - limit.burst * limit.every - now)
        if wait > 1e-9:
            return wait
        if len(self._full_until) > 50_000:
            self._full_until = {key: until for key, until in self._full_until.items() if until > now}
        self._full_until |= after
        return 0.0


class NoPace:
    """No limits: for tests of other things."""

    async def take(self, sender: str, person: str, count: int = 1) -> float:
        """See `Pace.take`."""
        return 0.0
