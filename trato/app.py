"""`trato web`: what providers, Rasa, agents and integrators reach over HTTP."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.endpoint import mount_actions
from api.app import ApiContext, create_api
from api.public.papers import PapersContext, create_papers
from api.public.verify import VerifyContext, create_verify
from channels import rbm, telegram, twilio
from channels.channel import BadBody
from channels.meta import handshake, parse, signature_ok
from conversations.receive import receive
from desk.app import DeskContext, router
from payments.boleto_notices import BOLETO, read_boleto_notice
from payments.notices import BadNotice, PixNotice, read_pix_notice, store_notices
from trato.health import add_health
from trato.program import Program, fixed_values, open_program, twilio_door
from trato.settings import Settings

_log = structlog.get_logger("trato.web")

META_LIMIT = 3_500_000
"""Bytes of one notification; Meta's own limit is 3 MB."""

TWILIO_LIMIT = 512_000
"""Bytes of one request: Twilio sends one message at a time, files as addresses."""

RBM_LIMIT = 1_000_000
"""Bytes of one notification: Google sends one event at a time, files as addresses."""

TELEGRAM_LIMIT = 512_000
"""Bytes of one update, files as ids."""

NOTICE_LIMIT = 512_000

_HEARD_OUT = 16_000_000
"""Bytes that are read, not kept, of what is too large before it is refused."""

_WAITED_FOR_EACH_OTHER = ("40P01", "40001")
"""PostgreSQL's codes for a deadlock and for a failed serialisation: done again, it mostly succeeds."""


class TooLarge(Exception):
    """A body is larger than its provider ever sends."""


def create_app(settings: Settings) -> FastAPI:
    """The web application. The program behind it is opened with the server and closed with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_program(settings) as program:
            app.state.program = program
            mount_actions(app, program.engine, program.till, settings.internal_token)
            app.include_router(router(DeskContext(program.engine, program.talk, program.till)))
            about = fixed_values(program.talk.ground.policies.default, settings.public_url)
            app.include_router(create_verify(VerifyContext(program.engine, program.talk.ground, about)))
            app.include_router(create_papers(PapersContext(program.engine, program.talk.ground, settings.data_dir / "documents")))
            app.mount(
                "/api/v1", create_api(ApiContext(program.engine, program.talk.ground, settings.api_token, till=program.till))
            )
            simulator = _mount_simulator(app, program) if settings.demo else None
            try:
                yield
            finally:
                if simulator is not None:
                    await simulator.state.world.close()

    app = FastAPI(title="Trato", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_health(app, settings)
    _add_meta(app, settings)
    _add_twilio(app, settings)
    _add_rbm(app, settings)
    _add_telegram(app, settings)
    _add_notices(app, "/webhooks/pix/{secret}/pix", settings.pix.webhook_secret, "api_pix", read_pix_notice)
    _add_notices(app, "/webhooks/boleto/{secret}", settings.boleto.webhook_secret, BOLETO, read_boleto_notice)
    return app


async def read_body(request: Request, limit: int) -> bytes:
    """The raw body, never more than `limit` bytes in memory. Raises `TooLarge`.

    What is too large is mostly read to its end all the same: an answer that comes while a client still sends reaches few clients.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > _HEARD_OUT:
        raise TooLarge
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _HEARD_OUT:
            raise TooLarge
        if size <= limit:
            body += chunk
        else:
            body.clear()
    if size > limit:
        raise TooLarge
    return bytes(body)


async def _stored(program: Program, store: Callable[[AsyncConnection], Awaitable[int]]) -> int:
    """What `store` returns, committed; done once more when it and another transaction waited for each other."""
    try:
        async with program.engine.begin() as conn:
            return await store(conn)
    except DBAPIError as trouble:
        if getattr(trouble.orig, "sqlstate", None) not in _WAITED_FOR_EACH_OTHER:
            raise
    async with program.engine.begin() as conn:
        return await store(conn)


def _add_meta(app: FastAPI, settings: Settings) -> None:
    meta = settings.meta

    @app.get("/webhooks/meta", include_in_schema=False)
    async def meta_handshake(request: Request) -> Response:
        if not meta.app_secret:
            return Response(status_code=404)
        challenge = handshake(dict(request.query_params), meta.verify_token)
        return PlainTextResponse(challenge) if challenge is not None else Response(status_code=403)

    @app.post("/webhooks/meta", include_in_schema=False)
    async def meta_notification(request: Request) -> Response:
        if not meta.app_secret:
            return Response(status_code=404)
        try:
            body = await read_body(request, META_LIMIT)
        except TooLarge:
            return Response(status_code=413)
        signatures = request.headers.getlist("x-hub-signature-256")
        if len(signatures) != 1 or not signature_ok(meta.app_secret, body, signatures[0]):
            return Response(status_code=401)
        try:
            events = parse(body)
        except BadBody:
            return Response(status_code=400)
        program: Program = app.state.program
        return await _answer(lambda: _stored(program, lambda conn: receive(conn, program.talk, events, program.accounts)))


def _add_twilio(app: FastAPI, settings: Settings) -> None:
    door = twilio_door(settings)

    async def request_of_twilio(request: Request) -> Response:
        if not door.account_sid or not any(door.tokens):
            return Response(status_code=404)
        headers, query = request.headers, request.scope["query_string"].decode("latin-1")
        signatures = headers.getlist("x-twilio-signature")
        try:
            body = await read_body(request, TWILIO_LIMIT)
            if len(signatures) != 1 or not door.authentic(
                request.url.path,
                query,
                body,
                signatures[0],
                kind=headers.get("content-type", ""),
                settings=headers.get("x-twilio-webhooks-signature-settings"),
            ):
                return Response(status_code=401)
            events = door.events(twilio.fields_of(body), request.query_params.get(twilio.KEY))
        except TooLarge:
            return Response(status_code=413)
        except BadBody as trouble:
            _log.warning("twilio_request_refused", why=str(trouble))
            return Response(status_code=400)
        program: Program = app.state.program
        answer = await _answer(lambda: _stored(program, lambda conn: receive(conn, program.talk, events, program.accounts)))
        return Response(twilio.EMPTY_TWIML, media_type="text/xml") if answer.status_code == 200 else answer

    for path in ("/webhooks/twilio", "/webhooks/twilio/status"):
        app.post(path, include_in_schema=False)(request_of_twilio)


def _add_rbm(app: FastAPI, settings: Settings) -> None:
    token, agent_id = settings.rbm.client_token, settings.rbm.agent_id

    @app.post("/webhooks/rbm", include_in_schema=False)
    async def rbm_notification(request: Request) -> Response:
        if not token or not agent_id:
            return Response(status_code=404)
        try:
            body = await read_body(request, RBM_LIMIT)
            secret = rbm.handshake(body, token)
            if secret is not None:
                return PlainTextResponse(secret, headers={"X-Content-Type-Options": "nosniff"})
            signatures = request.headers.getlist("x-goog-signature")
            events = rbm.parse(rbm.opened(body, signatures[0] if len(signatures) == 1 else None, token), agent_id)
        except TooLarge:
            return Response(status_code=413)
        except rbm.BadSignature:
            return Response(status_code=401)
        except BadBody:
            return Response(status_code=400)
        program: Program = app.state.program
        return await _answer(lambda: _stored(program, lambda conn: receive(conn, program.talk, events, program.accounts)))


def _add_telegram(app: FastAPI, settings: Settings) -> None:
    secret, account = settings.telegram.webhook_secret, settings.telegram.account

    @app.post("/webhooks/telegram", include_in_schema=False)
    async def telegram_update(request: Request) -> Response:
        if not secret or not account:
            return Response(status_code=404)
        if not telegram.secret_ok(secret, request.headers.get("x-telegram-bot-api-secret-token")):
            return Response(status_code=401)
        try:
            events = telegram.parse(await read_body(request, TELEGRAM_LIMIT), account)
        except TooLarge:
            return Response(status_code=413)
        except BadBody:
            return Response(status_code=400)
        program: Program = app.state.program
        return await _answer(lambda: _stored(program, lambda conn: receive(conn, program.talk, events, program.accounts)))


def _add_notices(app: FastAPI, path: str, expected: str, source: str, read: Callable[[bytes], list[PixNotice]]) -> None:
    """A provider's notifications of payments, at an address that holds a secret; without one the address is not there."""

    @app.post(path, include_in_schema=False)
    async def payment_notification(secret: str, request: Request) -> Response:
        if not expected:
            return Response(status_code=404)
        if not hmac.compare_digest(secret.encode(), expected.encode()):
            return Response(status_code=401)
        try:
            items = read(await read_body(request, NOTICE_LIMIT))
        except TooLarge:
            return Response(status_code=413)
        except BadNotice:
            return Response(status_code=400)
        program: Program = app.state.program
        return await _answer(lambda: _stored(program, lambda conn: store_notices(conn, program.till, source, items)))


async def _answer(store: Callable[[], Awaitable[int]]) -> Response:
    """200 once it is stored, 503 if it cannot be: the provider then sends it again."""
    try:
        return JSONResponse({"stored": await store()})
    except (SQLAlchemyError, OSError) as trouble:
        _log.error("not_stored", why=type(trouble).__name__)
        return Response(status_code=503)


def _sender_account(program: Program, prefix: str) -> str:
    """Our sender at Twilio on this channel, as Twilio writes it."""
    return next((account for _, account in program.channels if account.startswith(prefix)), "")


def _mount_simulator(app: FastAPI, program: Program) -> FastAPI:
    """The fake providers and the phones, in demo mode only; they know the product only by its public protocols."""
    from simulator.app import create
    from simulator.config import PixAccount, SimulatorConfig

    settings = program.settings
    here = settings.public_url.rstrip("/")

    async def move(by: timedelta) -> None:
        async with program.engine.begin() as conn:
            await program.clock.move(conn, by)

    policies = program.talk.ground.policies
    accounts = {
        terms.pix_key: PixAccount(terms.pix_key, terms.payee_name, "Sao Paulo", cnpj)
        for policy in (policies.default, *policies.portfolios.values())
        for cnpj, terms in policy.creditors.items()
        if terms.pix_key
    }
    collector = policies.default.collector
    accounts.setdefault(settings.pix.key, PixAccount(settings.pix.key, collector.name, "Sao Paulo", collector.cnpj))
    config = SimulatorConfig(
        own_url=f"{here}/simulator",
        webhook_meta_url=f"{here}/webhooks/meta",
        meta_app_secret=settings.meta.app_secret,
        meta_verify_token=settings.meta.verify_token,
        meta_access_token=settings.meta.access_token,
        meta_phone_number_id=settings.meta.phone_number_id,
        rbm_agent_id=settings.rbm.agent_id.removesuffix("@rbm.goog"),
        rbm_client_token=settings.rbm.client_token,
        webhook_rbm_url=f"{here}/webhooks/rbm",
        twilio_account_sid=settings.twilio.account_sid,
        twilio_auth_token=settings.twilio.auth_token.split(",")[0].strip(),
        twilio_whatsapp_from=_sender_account(program, "whatsapp:"),
        twilio_rcs_from=_sender_account(program, "rcs:"),
        webhook_twilio_url=f"{here}/webhooks/twilio" if settings.twilio.auth_token else None,
        business_name=collector.name,
        pix_client_id=settings.pix.client_id,
        pix_client_secret=settings.pix.client_secret,
        pix_accounts=tuple(accounts.values()),
        webhook_pix_url=f"{here}/webhooks/pix/{settings.pix.webhook_secret}",
        boleto_client_id=settings.boleto.client_id,
        boleto_client_secret=settings.boleto.client_secret,
        webhook_boleto_url=f"{here}/webhooks/boleto/{settings.boleto.webhook_secret}",
        book_csv=settings.demo_book,
        now=program.clock.now,
        move_clock=move,
        state_path=settings.data_dir / "simulator.sqlite",
    )
    simulator = create(config)
    app.mount("/simulator", simulator)
    # What a crash interrupted (webhooks not confirmed, statuses on their way) goes on.
    simulator.state.resume()
    return simulator
