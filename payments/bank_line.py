"""HTTP to a bank or PSP with OAuth2 client credentials: who may be asked again, and what an answer that never came means.

Nothing is retried here but a request whose token had expired. JSON is read with its numbers as text and written with amounts as
exact numbers: an amount is never a float.
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from payments.provider import OutcomeUnknown, Refused, Unavailable
from receivables.ground import Clock

_MARK = "\ue000"
_NUMBER = re.compile(r'"\\ue000([0-9]+\.[0-9]{2})"')


class Reais:
    """Centavos that JSON shows as a number of reais with two decimals."""

    def __init__(self, centavos: int) -> None:
        if centavos < 0:
            raise ValueError("an amount is not negative")
        self.centavos = centavos


def write_json(body: Any) -> bytes:
    """JSON in which every `Reais` is an exact number."""

    def written(value: Any) -> str:
        if not isinstance(value, Reais):
            raise TypeError(f"{type(value).__name__} is no JSON")
        return f"{_MARK}{value.centavos // 100}.{value.centavos % 100:02d}"

    return _NUMBER.sub(r"\1", json.dumps(body, default=written)).encode()


class BankLine:
    """Calls to one bank or PSP. `client` carries TLS and timeouts, and is the caller's to close. `token_url` empty: no token is sent.

    `basic` says that the token's door wants our credentials as HTTP Basic (RFC 6749, 2.3.1) instead of in its form.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: Clock,
        *,
        api_url: str,
        token_url: str,
        client_id: str,
        client_secret: str,
        scope: str,
        basic: bool = False,
    ) -> None:
        self._client = client
        self._clock = clock
        self._api_url = api_url.rstrip("/")
        self._token_url = token_url
        self._form = {"grant_type": "client_credentials", "scope": scope}
        self._auth = httpx.BasicAuth(client_id, client_secret) if basic else httpx.Auth()
        if not basic:
            self._form |= {"client_id": client_id, "client_secret": client_secret}
        self._token: str | None = None
        self._token_until = datetime.min.replace(tzinfo=UTC)
        self._token_lock = asyncio.Lock()

    async def call(self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None) -> Any:
        """The answer's JSON, `{}` for an empty one. Raises `Refused`, `Unavailable`, `OutcomeUnknown`."""
        response = await self._send(method, path, body, params)
        if response.status_code == 401:
            self._token = None
            response = await self._send(method, path, body, params)
        writes = method != "GET"
        status = response.status_code
        if 200 <= status < 300:
            if not response.content and writes:
                return {}
            answer = read_json(response)
            if answer is None:
                raise (OutcomeUnknown if writes else Unavailable)(f"{method} answered {status} without JSON")
            return answer
        if status in (401, 403):
            # Our credentials, not this charge: an operator mends it and the same request is good.
            raise Unavailable(f"{method} was not allowed ({status})")
        if status in (408, 425, 429):
            raise Unavailable(f"{method} answered {status}", _retry_after(response))
        if 400 <= status < 500:
            raise _refused(response)
        raise (OutcomeUnknown if writes else Unavailable)(f"{method} answered {status}", _retry_after(response))

    async def _send(self, method: str, path: str, body: Any, params: dict[str, str] | None) -> httpx.Response:
        headers = {"Accept": "application/json"}
        token = await self._bearer()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            content = write_json(body)
            headers["Content-Type"] = "application/json"
        try:
            return await self._client.request(method, self._api_url + path, content=content, params=params, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as trouble:
            raise Unavailable(f"no connection: {type(trouble).__name__}") from trouble
        except httpx.HTTPError as trouble:
            error = OutcomeUnknown if method != "GET" else Unavailable
            raise error(f"the answer was lost: {type(trouble).__name__}") from trouble

    async def _bearer(self) -> str | None:
        if not self._token_url:
            return None
        async with self._token_lock:
            now = self._clock.now()
            if self._token is not None and now < self._token_until:
                return self._token
            try:
                response = await self._client.post(
                    self._token_url, data=self._form, auth=self._auth, headers={"Accept": "application/json"}
                )
            except httpx.HTTPError as trouble:
                raise Unavailable(f"no token: {type(trouble).__name__}") from trouble
            answer = read_json(response)
            token = answer.get("access_token") if isinstance(answer, dict) else None
            if response.status_code != 200 or not isinstance(answer, dict) or not isinstance(token, str) or not token:
                raise Unavailable(f"no token: {response.status_code}")
            seconds = str(answer.get("expires_in", "300"))
            lifetime = int(seconds) if re.fullmatch(r"[0-9]{1,7}", seconds) else 300
            self._token = token
            self._token_until = now + timedelta(seconds=max(1, lifetime - 30))
            return token


def read_json(response: httpx.Response) -> Any:
    """The body with its decimal numbers as text, None for what is no JSON."""
    try:
        return json.loads(response.content, parse_float=str)
    except (ValueError, RecursionError):
        return None


def _refused(response: httpx.Response) -> Refused:
    problem = read_json(response)
    if not isinstance(problem, dict):
        return Refused(f"http_{response.status_code}", "", response.status_code)
    # RFC 7807: BACEN's API Pix names the problem by the end of its type's address, Inter by its title.
    kind = str(problem.get("type") or "")
    title = str(problem.get("title") or "")
    by_address = "/" in kind
    code = (kind.rstrip("/").rpartition("/")[2] if by_address else title or kind) or f"http_{response.status_code}"
    said = [str(part) for part in (title if by_address else "", problem.get("detail")) if part]
    violations = problem.get("violacoes")
    for violation in violations if isinstance(violations, list) else ():
        if isinstance(violation, dict):
            # The value itself may be a person's document: only the field and the reason are kept.
            said.append(f"{violation.get('propriedade', '?')}: {violation.get('razao', '?')}")
    return Refused(code[:80], "; ".join(said)[:400], response.status_code)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if re.fullmatch(r"[0-9]{1,5}", value) else None
