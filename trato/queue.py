"""The queue of work: procrastinate on PostgreSQL, so that a job and the fact it is about are committed together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

TASKS = ("drain", "deliver", "create_charge", "close_charge", "settle", "fetch_media", "look_up_charge")
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
        try:
            await self._defer(conn, [self._job(task, subject)])
        except AlreadyEnqueued:
            pass  # that job has not begun: it will see what this transaction commits

    async def put_all(self, conn: AsyncConnection, jobs: Iterable[tuple[str, str]]) -> None:
        """See `conversations.jobs.BulkJobs.put_all`: a thousand jobs in two statements."""
        wanted = [self._job(task, subject) for task, subject in jobs]
        waiting = await conn.execute(
            text("select queueing_lock from procrastinate_jobs where status = 'todo' and queueing_lock = any(:keys)"),
            {"keys": [job.queueing_lock for job in wanted]},
        )
        known = set(waiting.scalars())
        missing = [job for job in wanted if job.queueing_lock not in known]
        if not missing:
            return
        try:
            await self._defer(conn, missing)
        except AlreadyEnqueued:  # somebody else was quicker with one of them
            for job in missing:
                await self.put(conn, job.task_name, str(job.task_kwargs["subject"]))

    def _job(self, task: str, subject: str) -> Job:
        if task not in TASKS:
            raise ValueError(f"there is no task {task}")
        key = f"{task}:{subject}"
        return self._app.configure_task(task, lock=key, queueing_lock=key).make_new_job(subject=subject)

    async def _defer(self, conn: AsyncConnection, jobs: list[Job]) -> None:
        raw: Any = (await conn.get_raw_connection()).driver_connection
        async with conn.begin_nested():
            await self._app.job_manager.batch_defer_jobs_async(jobs=jobs, connection=raw)
