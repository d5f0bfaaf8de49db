"""The one clock of the program: the only module that asks the machine for the time.

`TRATO_CLOCK` anchors it at an instant from which it runs on. The offset to the machine's time is one row of the
table `clock`, so that restarts and all processes agree; each process follows that row once a second.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from receivables.brasilia import BRASILIA
from trato.settings import parse_instant

logger = logging.getLogger(__name__)


class Clock(Protocol):
    """What every part of the program asks for the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The present day in São Paulo: the day that due dates and interest are counted on."""
        ...


class SystemClock:
    """The machine's time plus an offset in seconds, 0 unless the clock was anchored or moved."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def today(self) -> date:
        return self.now().astimezone(BRASILIA).date()

    async def anchor(self, connection: AsyncConnection, instant: str | None) -> None:
        """Takes over the stored offset, or anchors anew when `instant` (TRATO_CLOCK) is not the stored one.

        Without an anchor, before and now, the stored offset stays too: it is 0, or was moved by the simulator.
        Several processes may start at once: the row lock makes one of them decide. The caller commits.
        """
        await connection.execute(
            text("insert into clock (id, anchor, offset_seconds) values (1, null, 0) on conflict do nothing")
        )
        row = (await connection.execute(text("select anchor, offset_seconds from clock where id = 1 for update"))).one()
        if row.anchor == instant:
            self.offset_seconds = float(row.offset_seconds)
            return
        offset = 0.0 if instant is None else (parse_instant(instant) - datetime.now(UTC)).total_seconds()
        await connection.execute(
            text("update clock set anchor = :anchor, offset_seconds = :offset where id = 1"),
            {"anchor": instant, "offset": offset},
        )
        self.offset_seconds = offset

    async def refresh(self, connection: AsyncConnection) -> None:
        """Takes over the stored offset; without a row the present one stays."""
        offset = (await connection.execute(text("select offset_seconds from clock where id = 1"))).scalar_one_or_none()
        if offset is not None:
            self.offset_seconds = float(offset)

    async def move(self, connection: AsyncConnection, by: timedelta) -> None:
        """Moves the clock of all processes by `by`; the others see it within about a second. The caller commits."""
        moved = await connection.execute(
            text(
                "insert into clock (id, anchor, offset_seconds) values (1, null, :by) "
                "on conflict (id) do update set offset_seconds = clock.offset_seconds + :by returning offset_seconds"
            ),
            {"by": by.total_seconds()},
        )
        self.offset_seconds = float(moved.scalar_one())

    async def follow(self, engine: AsyncEngine, every_seconds: float = 1.0) -> None:
        """Refreshes the offset for ever: run it as a background task. A store that is away is asked again."""
        away = False
        while True:
            try:
                async with engine.connect() as connection:
                    await self.refresh(connection)
                away = False
            except (SQLAlchemyError, OSError) as error:
                if not away:
                    logger.warning("clock: the store is away, the offset stays as it is: %s", type(error).__name__)
                away = True
            await asyncio.sleep(every_seconds)


class FixedClock:
    """A clock for tests: it stands still until it is advanced or set."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.astimezone(BRASILIA).date()

    def advance(self, by: timedelta | None = None, **parts: float) -> None:
        """Moves on by a timedelta, or by `days=1, minutes=5` and so on."""
        self._now += timedelta(**parts) if by is None else by

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)
