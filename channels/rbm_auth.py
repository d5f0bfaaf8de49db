"""Who we are at Google: a service account's signed word, exchanged for an access token that lasts about an hour.

Source: Google's pages on OAuth 2.0 for server-to-server applications (a JWT signed with RS256, grant type jwt-bearer).
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from channels.message import StopAll, TryLater

SCOPE = "https://www.googleapis.com/auth/rcsbusinessmessaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFE = timedelta(hours=1)
_EARLY = timedelta(minutes=2)
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class ServiceAccount:
    """A service account as its key file tells it."""

    email: str
    key_id: str
    token_uri: str
    key: RSAPrivateKey

    @classmethod
    def read(cls, path: Path) -> ServiceAccount:
        """Raises `ValueError` with one sentence for a file that is no service account's key."""
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            key = serialization.load_pem_private_key(str(told["private_key"]).encode(), password=None)
            email, token_uri = str(told["client_email"]), str(told.get("token_uri") or "https://oauth2.googleapis.com/token")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is no key file of a Google service account ({type(error).__name__})") from error
        if not isinstance(key, RSAPrivateKey):
            raise ValueError(f"{path} holds a key that is not RSA")
        parts = urlsplit(token_uri)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError(f"{path} names a token address that is not https")
        return cls(email, str(told.get("private_key_id", "")), token_uri, key)

    def assertion(self, now: datetime) -> str:
        """The signed word for one exchange."""
        issued = int(now.timestamp())
        claims = {
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri,
            "iat": issued,
            "exp": issued + int(_LIFE.total_seconds()),
        }
        header = {"alg": "RS256", "typ": "JWT"} | ({"kid": self.key_id} if self.key_id else {})
        signed = f"{_part(header)}.{_part(claims)}".encode()
        signature = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return f"{signed.decode()}.{_base64(signature)}"


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Tokens:
    """Access tokens of one service account; each is asked for once and used until shortly before its end."""

    def __init__(self, account: ServiceAccount, client: httpx.AsyncClient, timeout: float = 10.0) -> None:
        self._account = account
        self._client = client
        self._timeout = timeout
        self._token = ""
        self._until: datetime | None = None
        self._asking = asyncio.Lock()

    async def get(self, now: datetime) -> str:
        """A token that holds now. Raises `TryLater` when Google cannot be asked, `StopAll` when it refuses us."""
        async with self._asking:
            if self._until is None or now >= self._until:
                await self._fetch(now)
            return self._token

    def forget(self) -> None:
        """The token was refused: the next one is asked for anew."""
        self._until = None

    async def _fetch(self, now: datetime) -> None:
        form = {"grant_type": _GRANT, "assertion": await asyncio.to_thread(self._account.assertion, now)}
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.post(self._account.token_uri, data=form)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TryLater(f"no access token from Google: {type(error).__name__}") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TryLater(f"no access token from Google: HTTP {answer.status_code}")
        try:
            told = answer.json()
            token, seconds = told["access_token"], int(told.get("expires_in", 3600))
        except (ValueError, KeyError, TypeError) as error:
            raise StopAll(f"Google gives us no access token: HTTP {answer.status_code}", str(answer.status_code)) from error
        if not answer.is_success or not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise StopAll(f"Google gives us no access token: HTTP {answer.status_code}", str(answer.status_code))
        self._token = token
        self._until = now + max(timedelta(seconds=seconds) - _EARLY, timedelta(seconds=30))


def _part(content: dict[str, Any]) -> str:
    return _base64(json.dumps(content, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
