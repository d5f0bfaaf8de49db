"""`/verificar`: is the talk on my telephone really yours? Somebody types the code that was shown to them there.

It is in `api` because it does what the API does, reads the store and answers over HTTP, and knows neither words of the bot nor
providers. It needs no script, tells nothing of a debt or a name, is kept by nobody on the way, and is slow to be guessed at.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations import speaker_code
from receivables.brasilia import BRASILIA
from receivables.ground import Ground

_log = structlog.get_logger("trato.public")

PATH = "/verificar"
_HERE = Path(__file__).parent
_LONGEST_FORM = 2048
_CHANNELS = {"whatsapp": "WhatsApp", "rcs": "RCS, as mensagens do celular"}


@dataclass(frozen=True)
class VerifyContext:
    """What the page needs. `about` names who speaks: company, company_cnpj, company_address, company_site, company_phone, ombudsman."""

    engine: AsyncEngine
    ground: Ground
    about: Mapping[str, str]


def create_verify(context: VerifyContext) -> APIRouter:
    """The page's routes, to be included by the web application."""
    page = _Page(context)
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, page.show, methods=["GET", "HEAD"])
    routes.add_api_route(PATH, page.check, methods=["POST"])
    return routes


class _Page:
    def __init__(self, context: VerifyContext) -> None:
        self._engine = context.engine
        self._ground = context.ground
        self._about = dict(context.about)
        style = (_HERE / "templates" / "verify.css").read_text(encoding="utf-8")
        pages = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        pages.globals.update(style=style, channels=_CHANNELS)
        pages.filters["time"] = _clock_time
        self._template = pages.get_template("verify.html")
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._headers = {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
                "form-action 'self'"
            ),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        }

    async def show(self) -> Response:
        return self._page("empty")

    async def check(self, request: Request) -> Response:
        typed = await _typed(request)
        code = speaker_code.digits_of(typed)
        if code is None:
            return self._page("malformed" if typed.strip() else "empty", typed=typed[:20], status=422 if typed.strip() else 200)
        now = self._ground.clock.now()
        who = self._ground.vault.index(f"visitor:{request.client.host if request.client else ''}")
        try:
            async with self._engine.begin() as conn:
                if await speaker_code.must_wait(conn, who, now):
                    return self._page("wait", status=429, more={"Retry-After": "600"})
                talk = await speaker_code.look_up(conn, code, who, now)
        except (SQLAlchemyError, OSError) as trouble:
            _log.error("verify_store_trouble", why=type(trouble).__name__)
            return self._page("away", status=503, more={"Retry-After": "10"})
        if talk is None:
            return self._page("unknown", typed=code)
        return self._page("ours", talk=talk, typed=code)

    def _page(
        self,
        state: str,
        *,
        typed: str = "",
        talk: speaker_code.OurTalk | None = None,
        status: int = 200,
        more: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        read = self._template.render(state=state, typed=typed, talk=talk, now=self._ground.clock.now(), **self._about)
        return HTMLResponse(read, status, headers={**self._headers, **(more or {})})


async def _typed(request: Request) -> str:
    """The form's one field; empty for anything that is not this form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return ""
    try:
        return parse_qs(body.decode("utf-8"), max_num_fields=5).get("codigo", [""])[0]
    except (UnicodeDecodeError, ValueError):
        return ""


def _clock_time(at: datetime) -> str:
    return at.astimezone(BRASILIA).strftime("%H:%M")
