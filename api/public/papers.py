"""`/d/<token>`: a paper for whoever holds its link, mostly a provider that carries it to the person's telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import structlog
from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from documents import links
from receivables.ground import Ground

_log = structlog.get_logger("trato.public")

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@dataclass(frozen=True)
class PapersContext:
    """What the address needs; `folder` is where papers lie."""

    engine: AsyncEngine
    ground: Ground
    folder: Path


def create_papers(context: PapersContext) -> APIRouter:
    """The address's route, to be included by the web application."""
    routes = APIRouter(include_in_schema=False)
    base = context.folder.resolve()

    @routes.api_route(links.PATH + "/{token}", methods=["GET", "HEAD"])
    async def paper(token: str) -> Response:
        if not _TOKEN.fullmatch(token):
            return _missing()
        now = context.ground.clock.now()
        try:
            async with context.engine.begin() as conn:
                found = await links.follow(conn, context.ground.vault, token, now)
        except (SQLAlchemyError, OSError) as trouble:
            _log.error("paper_store_trouble", why=type(trouble).__name__)
            return PlainTextResponse("Tente de novo em instantes.", 503, headers={**_HEADERS, "Retry-After": "10"})
        if found is None:
            return _missing()
        if found.over:
            return PlainTextResponse(
                "Este link já venceu. Peça o documento de novo na conversa: eu mando outro na hora.", 410, headers=_HEADERS
            )
        path = (base / found.path).resolve()
        if not path.is_relative_to(base) or not path.is_file():
            return _missing()
        way = "inline" if found.mime_type in _SHOWN else "attachment"
        named = {"Content-Disposition": f"{way}; filename*=UTF-8''{quote(found.filename)}"}
        return FileResponse(path, media_type=found.mime_type, headers={**_HEADERS, **named})

    return routes


def _missing() -> Response:
    return PlainTextResponse("Não encontrei este documento. Confira se o link está inteiro.", 404, headers=_HEADERS)
