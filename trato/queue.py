"""The queue of work: procrastinate on PostgreSQL, so that a job and the fact it is about are committed together."""

from __future__ import annotations

from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.ext.asyncio import AsyncConnection

TASKS = ("drain", "deliver", "create_charge", "close_charge", "settle")
"""What a room may ask for; each is given the id of what it is about."""


def make_queue(database_url: str, *, pool: int = 4) -> App:
    """A procrastinate app on this database; open it with `async with app.open_async()`."""
    return App(connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=pool))


class QueueJobs:
    """`conversations.jobs.Jobs` on procrastinate: at most one waiting and one running job for a task and a subject."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        """See `conversations.jobs.Jobs.put`. The savepoint keeps a clash from spoiling the caller's transaction."""
        if task not in TASKS:
            raise ValueError(f"there is no task {task}")
        key = f"{task}:{subject}"
        raw: Any = (await conn.get_raw_connection()).driver_connection
        try:
            async with conn.begin_nested():
                await self._app.configure_task(task, lock=key, queueing_lock=key, connection=raw).defer_async(subject=subject)
        except AlreadyEnqueued:
            pass  # that job has not begun: it will see what this transaction commits
