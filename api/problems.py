"""What goes wrong, told to a program: problem details (RFC 9457), never a stack trace."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

_log = structlog.get_logger("trato.api")


class Problem(Exception):
    """Answered with this status; `errors` name the fields at fault and why."""

    def __init__(self, status: int, detail: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors


def answer(
    status: int, detail: str, errors: Sequence[tuple[str, str]] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """The response for a problem."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if errors:
        body["errors"] = [{"field": field, "why": why} for field, why in errors]
    return JSONResponse(
        body, status, headers={"Cache-Control": "no-store"} | (headers or {}), media_type="application/problem+json"
    )


def render_problems(app: FastAPI) -> None:
    """Whatever fails in `app` is told as a problem."""

    @app.exception_handler(Problem)
    async def known(_: Request, problem: Problem) -> JSONResponse:
        return answer(problem.status, problem.detail, problem.errors)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        sentence = "There is nothing at this address." if error.status_code == 404 else str(error.detail)
        return answer(error.status_code, sentence, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [(str(fault["loc"][-1]), str(fault["msg"])) for fault in error.errors()]
        return answer(422, "The request cannot be read.", faults)

    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(OSError)
    async def store_away(_: Request, trouble: Exception) -> JSONResponse:
        _log.error("api_store_trouble", why=type(trouble).__name__)
        return answer(503, "The store cannot answer now; try again.", headers={"Retry-After": "5"})

    @app.exception_handler(Exception)
    async def ours(_: Request, trouble: Exception) -> JSONResponse:
        _log.error("api_fault", why=type(trouble).__name__)
        return answer(500, "Something of ours went wrong.")
