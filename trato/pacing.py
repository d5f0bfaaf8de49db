"""The pace of sending, kept in Redis for all workers together; each worker by itself while Redis is away."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from conversations.pace import PERSON, SENDER, Limit, OwnPace

_log = structlog.get_logger("trato.pacing")

_AWAY_SECONDS = 5.0
"""How long Redis is left alone after it did not answer."""

# Two buckets at once, all or nothing (generic cell rate algorithm, on Redis's own clock, in microseconds). For each bucket: the
# microseconds that the messages cost, and those that may be borrowed.
_SCRIPT = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local after, wait = {}, 0
for i, key in ipairs(KEYS) do
  local cost, room = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full = tonumber(redis.call('GET', key) or now)
  if full < now then full = now end
  after[i] = full + cost
  if after[i] - room - now > wait then wait = after[i] - room - now end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', after[i]), 'PX', math.ceil((after[i] - now) / 1000) + 1000)
end
return 0
"""


class SharedPace:
    """See `conversations.pace.Pace`. `shared` tells whether Redis answered the last time."""

    def __init__(
        self, url: str, *, sender: Limit = SENDER, person: Limit = PERSON, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5) if url else None
        self._own = OwnPace(clock, sender, person)
        self._limits = (sender, person)
        self._clock = clock
        self._away_until = 0.0
        self.shared = self._client is not None

    async def take(self, sender: str, person: str, count: int = 1) -> float:
        """See `conversations.pace.Pace.take`. Waits at most half a second for Redis."""
        if self._client is None or self._clock() < self._away_until:
            return await self._own.take(sender, person, count)
        # Nobody's telephone stands in Redis.
        whom = hashlib.sha256(person.encode()).hexdigest()[:24]
        keys = (f"trato:pace:{{{sender}}}", f"trato:pace:{{{sender}}}:{whom}")
        costs: list[int] = []
        for limit in self._limits:
            costs += [round(min(count, limit.burst) * limit.every * 1e6), round(limit.burst * limit.every * 1e6)]
        try:
            waited = await self._client.eval(_SCRIPT, 2, *keys, *(str(cost) for cost in costs))
        except (RedisError, OSError) as trouble:
            if self.shared:
                _log.warning("pace_in_process", why=type(trouble).__name__)
            self.shared = False
            self._away_until = self._clock() + _AWAY_SECONDS
            return await self._own.take(sender, person, count)
        self.shared = True
        return float(waited) / 1e6

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
