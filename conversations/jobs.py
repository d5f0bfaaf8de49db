"""How a room asks for work to be done after its transaction: one job for a task and a subject."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection


class Jobs(Protocol):
    """The queue of the worker (procrastinate in the product, a list in unit tests)."""

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        """Ask for `task` on `subject` once this transaction commits; nothing happens if it does not.

        At most one such job waits at a time, and two of them never run at once. Tasks: `drain` and `deliver` (a conversation),
        `create_charge` and `close_charge` (a charge's id), `settle` (a payment notice's id).
        """
        ...
