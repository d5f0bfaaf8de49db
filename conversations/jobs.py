"""How a room asks for work to be done after its transaction: one job for a task and a subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncConnection


class Jobs(Protocol):
    """The queue of the worker (procrastinate in the product, a list in unit tests)."""

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        """Ask for `task` on `subject` once this transaction commits; nothing happens if it does not.

        At most one such job waits at a time, and two of them never run at once. Tasks: `drain` and `deliver` (a conversation),
        `create_charge` and `close_charge` (a charge's id), `settle` (a payment notice's id), `fetch_media` (a file's id).
        """
        ...


@runtime_checkable
class BulkJobs(Protocol):
    """A queue that takes many jobs at once."""

    async def put_all(self, conn: AsyncConnection, jobs: Iterable[tuple[str, str]]) -> None:
        """`put` for each (task, subject)."""
        ...


async def put_all(jobs: Jobs, conn: AsyncConnection, wanted: Iterable[tuple[str, str]]) -> None:
    """Ask for all of these jobs, in one order for everybody: two transactions that ask for the same ones do not deadlock."""
    ordered = sorted(set(wanted))
    if isinstance(jobs, BulkJobs):
        await jobs.put_all(conn, ordered)
        return
    for task, subject in ordered:
        await jobs.put(conn, task, subject)
