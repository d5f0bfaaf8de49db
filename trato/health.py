"""Whether the program lives, whether it can take messages, and its figures."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import redis.asyncio as redis
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from trato.program import Program
from trato.settings import Settings

_WORKER_SILENT_AFTER = 15
_STORE_SECONDS = 5.0
"""A store that has not answered by then is down for whoever asks."""

_FIGURES = {
    "trato_inbox_waiting": ("Messages that wait for an answer", "select count(*) from inbox where state in ('pending', 'turn')"),
    "trato_inbox_set_aside": ("Items that could not be read", "select count(*) from inbox where state = 'set_aside'"),
    "trato_outbox_waiting": ("Messages on their way out", "select count(*) from outbox where state in ('queued', 'sending')"),
    "trato_outbox_unknown": ("Messages whose outcome is unknown", "select count(*) from outbox where state = 'unknown'"),
    "trato_outbox_dead": ("Messages given up", "select count(*) from outbox where state = 'dead'"),
    "trato_charges_pending": ("Charges not yet made at the provider", "select count(*) from charges where status = 'pending'"),
    "trato_payments": ("Payments recorded", "select count(*) from payments"),
    "trato_handoffs_waiting": ("People who wait for a human", "select count(*) from handoffs where status = 'waiting'"),
    "trato_alarms": ("Alarms nobody has resolved", "select count(*) from alarms where resolved_at is null"),
}


def add_health(app: FastAPI, settings: Settings) -> None:
    """`/livez`, `/readyz`, `/metrics`."""

    @app.get("/livez", include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        program: Program = app.state.program
        (store, worker), redis_state, rasa = await asyncio.gather(_store(program), _redis(settings), _rasa(settings))
        # Without Redis each worker keeps to the pace of sending by itself.
        pacing = "ok" if redis_state == "ok" else "in process"
        parts = {"store": store, "redis": redis_state, "rasa": rasa, "worker": worker, "pacing": pacing}
        return JSONResponse(parts, status_code=200 if store == "ok" else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        registry = CollectorRegistry()
        up = Gauge("trato_store_up", "Whether the store answers", registry=registry)
        program: Program = app.state.program
        try:
            async with asyncio.timeout(_STORE_SECONDS), program.engine.connect() as conn:
                counted = [(await conn.execute(text(query))).scalar_one() for _, query in _FIGURES.values()]
        except (SQLAlchemyError, OSError):
            up.set(0)
            return Response(generate_latest(registry), status_code=503, media_type=CONTENT_TYPE_LATEST)
        up.set(1)
        for (name, (help_text, _)), count in zip(_FIGURES.items(), counted, strict=True):
            Gauge(name, help_text, registry=registry).set(count)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _store(program: Program) -> tuple[str, str]:
    """The store's state, and the workers' as the store knows it."""
    try:
        async with asyncio.timeout(_STORE_SECONDS), program.engine.connect() as conn:
            seen: Any = (
                await conn.execute(text("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers"))
            ).scalar_one()
    except (SQLAlchemyError, OSError):
        return "down", "down"
    if seen is None:
        return "ok", "starting"
    return "ok", "ok" if seen < _WORKER_SILENT_AFTER else "down"


async def _redis(settings: Settings) -> str:
    client = redis.from_url(settings.redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
    try:
        await client.ping()
        return "ok"
    except (RedisError, OSError):
        return "down"
    finally:
        await client.aclose()


async def _rasa(settings: Settings) -> str:
    try:
        async with httpx.AsyncClient(timeout=1.5) as client:
            answer = await client.get(f"{settings.rasa_url.rstrip('/')}/webhooks/trato/ready")
        return "ok" if answer.status_code == 200 else "starting"
    except httpx.ConnectError:
        return "down"
    except httpx.HTTPError:
        return "starting"
