"""What every door of the desk has in common: its headers, who may come in, and that a request is the agent's own wish."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.routing import APIRoute

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
"""Pico draws its small icons as `data:` pictures in its stylesheet; nothing else may come from elsewhere."""

LOGIN = "/desk/login"
MAX_BODY = 64 * 1024
COOKIE = "trato_desk"
SECURE_COOKIE = "__Host-trato_desk"


class Refused(Exception):
    """This request is not served: `status`, and a sentence for a person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class NotSignedIn(Refused):
    """There is no living session."""

    def __init__(self) -> None:
        super().__init__(401, "Sua sessão terminou. Entre de novo.")


class DeskRoute(APIRoute):
    """A route whose every answer carries the desk's headers, refusals included. `most`: bytes of a request that it takes."""

    most = MAX_BODY

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if request.method not in ("GET", "HEAD"):
                    own_wish(request, self.most)
                response = await handle(request)
            except Refused as refused:
                response = _refusal(request, refused)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded


def own_wish(request: Request, most: int = MAX_BODY) -> None:
    """Refuses a request that changes something when the browser says that it comes from a page that is not ours.

    Besides the session's token in the form and the cookie's SameSite, which alone hold for a client that says nothing of
    where it comes from: every browser of today says it. Raises `Refused`.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site is not None:
        # The browser compares whole origins itself, so this holds behind a proxy that changes the Host as well.
        ours = site == "same-origin" and origin != "null"
    elif origin is None:
        ours = True
    else:
        ours = origin != "null" and urlsplit(origin).netloc == request.headers.get("host", "")
    if not ours:
        raise Refused(403, "Este pedido não veio do painel.")
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise Refused(411, "Pedido sem tamanho.")
    if int(length) > most:
        raise Refused(413, "Texto longo demais." if most == MAX_BODY else "Arquivo grande demais: até 16 MB.")


def _refusal(request: Request, refused: Refused) -> Response:
    if isinstance(refused, NotSignedIn):
        if request.headers.get("hx-request"):
            return PlainTextResponse(refused.sentence, 401, headers={"HX-Redirect": LOGIN})
        if request.method == "GET" and "text/event-stream" not in request.headers.get("accept", ""):
            return RedirectResponse(LOGIN, 303)
    return PlainTextResponse(refused.sentence, refused.status)


def is_https(request: Request) -> bool:
    return request.url.scheme == "https"


def token_of(request: Request) -> str | None:
    """The session's token that the browser holds. Over https only the cookie that no other host can set counts."""
    return request.cookies.get(SECURE_COOKIE if is_https(request) else COOKIE)


def give_cookie(request: Request, response: Response, token: str) -> None:
    secure = is_https(request)
    response.set_cookie(SECURE_COOKIE if secure else COOKIE, token, path="/", httponly=True, samesite="strict", secure=secure)


def take_cookie(request: Request, response: Response) -> None:
    secure = is_https(request)
    response.delete_cookie(SECURE_COOKIE if secure else COOKIE, path="/", httponly=True, samesite="strict", secure=secure)
