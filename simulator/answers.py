"""Answers that go wrong on the wire, and JSON that keeps what was written."""

import json
from decimal import Decimal
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send


class CutOff(Response):
    """Begins an answer and never ends it, so that the server closes the line: accepted, but the client does not learn it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends a beginning and then nothing."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4096")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def json_object(request: Request) -> dict[str, Any] | None:
    """The body as a JSON object, numbers with a point kept exact (Decimal); None if it is anything else."""
    try:
        body = json.loads(await request.body(), parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
