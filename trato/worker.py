"""`trato worker`: turns, deliveries, charges and settlements, as jobs; and a sweep that finds what lost its job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import procrastinate
import structlog
from procrastinate import jobs as procrastinate_jobs
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.delivery import deliver, due_conversations
from conversations.jobs import put_all
from conversations.media import fetch_media, purge_media, waiting_media
from conversations.rasa import RasaMind
from conversations.tending import tend
from conversations.turn import drain, waiting_conversations
from desk.endings import finish_due
from desk.live import drop_old_changes
from desk.seats import give
from documents import links
from journeys.plan import plan
from journeys.send import send_due
from payments.agreeing import keep_agreements
from payments.at_provider import close_at_provider, create_at_provider
from payments.charges import waiting as waiting_charges
from payments.issue import expire_due
from payments.look_up import LOOK_UP, look_up
from payments.notices import waiting as waiting_notices
from payments.provider import PixError
from payments.reconcile import reconcile, register_boleto_webhooks, register_webhooks
from payments.settle import settle
from receivables.claims import review as review_claims
from receivables.pauses import end_pauses_due
from receivables.promising import review as review_promises
from trato.paths import TEMPLATES
from trato.program import Program, open_program
from trato.settings import Settings
from trato.templates import submit_templates

_log = structlog.get_logger("trato.worker")

CONCURRENCY = 32
"""Jobs at once: most of them wait, for a quiet moment of the debtor or for a provider."""

_HEARTBEAT = 3.0
_STALLED_AFTER = 12.0
"""A worker that has not been heard for this long is dead; its jobs are taken over."""

_SWEEP_LOCK = 782365

_LOOK_BACK = timedelta(days=2)
"""How far the hourly question goes for payments of which no notification came."""


def add_tasks(program: Program, mind: RasaMind) -> None:
    """Register what this process can do."""
    queue, engine, talk, till = program.queue, program.engine, program.talk, program.till
    # Of its own, so that no provider's credentials or cookies ever meet an address that came with a message.
    files = httpx.AsyncClient(timeout=httpx.Timeout(20.0, connect=5.0), follow_redirects=False)

    @queue.task(name="drain")
    async def _drain(subject: str) -> None:
        await drain(engine, talk, mind, program.channels, subject, program.settings.burst_seconds)

    @queue.task(name="deliver")
    async def _deliver(subject: str) -> None:
        await deliver(engine, talk, program.channels, subject, program.pace)

    @queue.task(name="create_charge")
    async def _create_charge(subject: str) -> None:
        await create_at_provider(engine, till, int(subject))

    @queue.task(name="close_charge")
    async def _close_charge(subject: str) -> None:
        await close_at_provider(engine, till, int(subject))

    @queue.task(name=LOOK_UP)
    async def _look_up(subject: str) -> None:
        await look_up(engine, till, int(subject))

    @queue.task(name="settle")
    async def _settle(subject: str) -> None:
        await settle(engine, till, int(subject))

    @queue.task(name="fetch_media")
    async def _fetch_media(subject: str) -> None:
        await fetch_media(engine, talk, program.channels, files, int(subject))

    @queue.periodic(cron="* * * * * */2")
    @queue.task(name="sweep", queueing_lock="sweep")
    async def _sweep(timestamp: int) -> None:
        await sweep(program)

    @queue.periodic(cron="* * * * * */2")
    @queue.task(name="desk", queueing_lock="desk")
    async def _desk(timestamp: int) -> None:
        await tend(engine, talk)
        await give(engine, talk)

    @queue.periodic(cron="* * * * *")
    @queue.task(name="journeys", queueing_lock="journeys")
    async def _journeys(timestamp: int) -> None:
        await remember(program)

    @queue.periodic(cron="7 * * * *")
    @queue.task(name="reconcile", queueing_lock="reconcile")
    async def _reconcile(timestamp: int) -> None:
        now = program.clock.now()
        try:
            await reconcile(engine, till, now - _LOOK_BACK, now)
        except PixError as trouble:
            _log.warning("not_reconciled", why=type(trouble).__name__)  # asked again within the hour

    @queue.periodic(cron="*/10 * * * *")
    @queue.task(name="tidy", queueing_lock="tidy")
    async def _tidy(timestamp: int) -> None:
        await queue.job_manager.delete_old_jobs(nb_hours=24, include_failed=True)
        await purge_media(engine, talk)
        async with engine.begin() as conn:
            await links.drop_old(conn, program.clock.now())
            await drop_old_changes(conn)


async def sweep(program: Program) -> None:
    """Give a job to everything that waits without one: after a crash, a time-out, a lifted hold, an expiry."""
    await _take_over(program.queue)
    now = program.clock.now()
    async with program.engine.begin() as conn:
        if not await _alone(conn):
            return
        to_create, to_close = await waiting_charges(conn, now)
        wanted = [
            *(("drain", conversation) for conversation in await waiting_conversations(conn, now)),
            *(("deliver", conversation) for conversation in await due_conversations(conn, now)),
            *(("create_charge", str(charge)) for charge in to_create),
            *(("close_charge", str(charge)) for charge in to_close),
            *(("settle", str(notice)) for notice in await waiting_notices(conn, now)),
            *(("fetch_media", str(file)) for file in await waiting_media(conn, now)),
        ]
        await put_all(program.talk.jobs, conn, await _without_job(conn, wanted))
    # By itself, because it locks charges and conversations, and whoever holds those may wait for one of the jobs above.
    async with program.engine.begin() as conn:
        if await _alone(conn):
            await expire_due(conn, program.till)
            await review_promises(conn, program.talk.ground)
            await review_claims(conn, program.talk.ground)
    await keep_agreements(program.engine, program.till)
    await finish_due(program.engine, program.talk)


async def remember(program: Program) -> None:
    """Plan what people are to be reminded of, end the pauses whose time has come, and send what is due."""
    async with program.engine.begin() as conn:
        await plan(conn, program.talk.ground)
        await end_pauses_due(conn, program.clock.now())
    await send_due(program.engine, program.talk)


async def _alone(conn: AsyncConnection) -> bool:
    """Whether no other worker sweeps just now."""
    return bool((await conn.execute(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": _SWEEP_LOCK})).scalar_one())


async def _without_job(conn: AsyncConnection, wanted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that have no job yet, waiting or running: one that runs sees by itself what it still has to do."""
    found = await conn.execute(
        text("select distinct lock from procrastinate_jobs where status in ('todo', 'doing') and lock = any(:keys)"),
        {"keys": [f"{task}:{subject}" for task, subject in wanted]},
    )
    known = set(found.scalars())
    return [(task, subject) for task, subject in wanted if f"{task}:{subject}" not in known]


async def _take_over(queue: procrastinate.App) -> None:
    """Jobs of a worker that died stay `doing` and keep their locks: let them be done again, or end them if another waits."""
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
        _log.warning("job_taken_over", task=job.task_name)
        try:
            await queue.job_manager.retry_job(job)
        except ConnectorException:
            assert job.id is not None
            await queue.job_manager.finish_job_by_id_async(
                job_id=job.id, status=procrastinate_jobs.Status.FAILED, delete_job=False
            )


async def run(settings: Settings) -> None:
    """Work until told to stop (SIGTERM or cancellation); what has begun is finished first, for a few seconds."""
    async with open_program(settings) as program:
        mind = RasaMind(settings.rasa_url, settings.internal_token)
        add_tasks(program, mind)
        registering = asyncio.create_task(_register_webhooks(program))
        try:
            await program.queue.run_worker_async(
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=_STALLED_AFTER,
                shutdown_graceful_timeout=5.0,
            )
        finally:
            registering.cancel()
            await mind.aclose()


async def _register_webhooks(program: Program) -> None:
    """Tell the PSP and the boletos' bank where their notifications go."""
    settings, till = program.settings, program.till
    here = f"{settings.public_url.rstrip('/')}/webhooks"
    wanted: list[Callable[[], Awaitable[None]]] = []
    if settings.pix.webhook_secret:
        wanted.append(lambda: register_webhooks(till, f"{here}/pix/{settings.pix.webhook_secret}"))
    if settings.boleto.webhook_secret:
        wanted.append(lambda: register_boleto_webhooks(till, f"{here}/boleto/{settings.boleto.webhook_secret}"))
    wanted.append(lambda: submit_templates(iter(program.channels.values()), TEMPLATES))
    await asyncio.gather(*(_until_done(register) for register in wanted))


async def _until_done(register: Callable[[], Awaitable[None]]) -> None:
    """A provider may be away at start, so this is tried until it works."""
    for tries, wait in enumerate((1, 2, 3, 5, 10, 30, *([60] * 60)), 1):
        try:
            await register()
            return
        except Exception as trouble:
            # The demo's providers live in the web process, which starts at the same time.
            (_log.info if tries < 5 else _log.warning)("webhook_not_registered", why=type(trouble).__name__)
            await asyncio.sleep(wait)
