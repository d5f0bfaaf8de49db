"""WhatsApp, through Meta's Cloud API.

Inbound, all pure: `handshake` and `signature_ok` before anything is read, then `parse`. Outbound: `split` and `render`, pure,
and `MetaChannel`, which sends. What any channel's file must offer is told in `channels.channel`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from channels.abroad import card_or_words
from channels.channel import BadBody, Capabilities
from channels.fetching import FetchLater, FileGone, FileRefused, Source, local_origin
from channels.message import (
    Accepted,
    Address,
    Document,
    File,
    Image,
    Media,
    OutcomeUnknown,
    Outgoing,
    Rejected,
    SendError,
    TryLater,
)
from channels.meta_errors import error_class, error_of
from channels.meta_fields import Json, identifier, mapping, mappings, words
from channels.meta_inbound import CHANNEL, parse
from channels.meta_outbound import CAPABILITIES, render, split

__all__ = [
    "CHANNEL", "BadBody", "MetaChannel", "error_class", "handshake", "parse", "render", "signature_ok", "split",
]  # fmt: skip

_CHALLENGE = re.compile(r"[\w-]{1,128}", re.ASCII)
_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})")
_TOKEN = re.compile(r"[!-~]*")

_UPLOAD_KEPT = timedelta(days=29)
"""Meta keeps an uploaded file for 30 days."""
_UPLOADS_REMEMBERED = 2_000
_LARGEST = {"image": 5 * 1024 * 1024, "document": 100 * 1024 * 1024}
_IMAGE_TYPES = frozenset({"image/jpeg", "image/png"})
_UPLOAD_SECONDS = 60.0
_MEDIA_HOSTS = ("graph.facebook.com", "lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net", "mmg.whatsapp.net")
_GONE_MEDIA = frozenset({"100", "131009", "131052", "131053"})


def handshake(params: Mapping[str, str], verify_token: str) -> str | None:
    """The challenge to answer (as plain text) to Meta's `GET`; None when it is not Meta's or the token is not ours."""
    told = params.get("hub.verify_token", "")
    challenge = params.get("hub.challenge", "")
    if not verify_token or params.get("hub.mode") != "subscribe":
        return None
    if not hmac.compare_digest(told.encode(errors="replace"), verify_token.encode(errors="replace")):
        return None
    return challenge if _CHALLENGE.fullmatch(challenge) else None


def signature_ok(secret: str, body: bytes, header: str | None) -> bool:
    """Whether `X-Hub-Signature-256` signs these very bytes with our app secret. An empty secret signs nothing."""
    match = _SIGNATURE.fullmatch((header or "").strip())
    if not secret or match is None:
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, match.group(1).lower())


class MetaChannel:
    """One WhatsApp number, ready to send. Use it as an async context manager, or call `aclose`.

    `data_dir` holds the files of outgoing documents under `documents/`. A client that is handed in is used as it is and closed
    with the channel.
    """

    name = CHANNEL
    capabilities: Capabilities = CAPABILITIES

    def __init__(
        self,
        *,
        api_url: str,
        access_token: str,
        phone_number_id: str,
        data_dir: Path,
        client: httpx.AsyncClient | None = None,
        timeout: float = 10.0,
    ) -> None:
        # A header library would name an unsendable token in its error, and the error would be logged.
        if not _TOKEN.fullmatch(access_token):
            raise ValueError("the access token has characters that no HTTP header can carry")
        if not api_url.startswith(("http://", "https://")):
            raise ValueError("the API's address must start with http:// or https://")
        self._base = f"{api_url.rstrip('/')}/{quote(phone_number_id, safe='')}"
        self._headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        self._api = api_url.rstrip("/")
        self._files = data_dir / "documents"
        self._timeout = timeout
        self._client = client or httpx.AsyncClient(timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)))
        self._uploads: dict[str, tuple[str, datetime]] = {}

    async def __aenter__(self) -> MetaChannel:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def split(self, message: Outgoing) -> list[Outgoing]:
        """See `channels.meta_outbound.split`."""
        return split(message)

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        """Send one message (a file is uploaded first) and give Meta's id of it.

        Raises one of the `SendError` family: by Meta's code where it gave one; `TryLater` when nothing left this machine;
        `OutcomeUnknown` when the answer to a request that may have arrived is lost or cannot be read.
        """
        message = card_or_words(message, address)
        if not isinstance(message, Document | Image):
            return await self._send(render(message, address, key, now=now))
        media_id, fresh = await self._media_id(message, now)
        try:
            return await self._send(render(message, address, key, media_id, now))
        except Rejected as error:
            if fresh or error.code not in _GONE_MEDIA:
                raise
        # Refused for certain, perhaps because Meta let the remembered file go: once more with a new upload.
        self._uploads = {known: kept for known, kept in self._uploads.items() if kept[0] != media_id}
        media_id, _ = await self._media_id(message, now)
        return await self._send(render(message, address, key, media_id, now))

    async def upload(self, path: Path, mime: str, filename: str | None = None) -> str:
        """Upload a file and give its media id, good for 30 days. Harmless when repeated, so never `OutcomeUnknown`."""
        content = await asyncio.to_thread(path.read_bytes)
        return await self._upload(content, mime, filename or path.name)

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        """Blue ticks for the person's message and, with `typing`, the typing sign until our answer or for 25 seconds."""
        payload: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_message_id}
        if typing:
            payload["typing_indicator"] = {"type": "text"}
        await self._post("messages", self._timeout, harmless=True, json=payload)

    async def locate(self, media: Media) -> Source:
        """Where Meta keeps a file that a person sent: its address is asked for anew, because it is good for five minutes."""
        if not media.provider_id:
            raise FileRefused("a file that WhatsApp did not hand on")
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.get(f"{self._api}/{quote(media.provider_id, safe='')}", headers=self._headers)
        except (httpx.HTTPError, TimeoutError) as error:
            raise FetchLater(f"no answer from Meta: {type(error).__name__}") from error
        told = _json(response)
        url = words(told.get("url"))
        if not response.is_success or url is None:
            # 100: Meta does not know the id (any more); anything else may pass.
            gone = response.status_code in (400, 404) and mapping(told.get("error")).get("code") == 100
            raise (FileGone if gone or response.is_success else FetchLater)(f"Meta named no address: HTTP {response.status_code}")
        return Source(
            url=url,
            hosts=_MEDIA_HOSTS,
            headers=self._headers,
            local=local_origin(self._api),
            sha256=words(told.get("sha256")) or media.sha256,
        )

    async def _send(self, payload: dict[str, Any]) -> Accepted:
        answer = await self._post("messages", self._timeout, harmless=False, json=payload)
        sent = mappings(answer.get("messages"))
        provider_id = identifier(sent[0].get("id")) if sent else None
        if provider_id is None:
            raise OutcomeUnknown("accepted, but the answer has no message id")
        contact = next(iter(mappings(answer.get("contacts"))), {})
        return Accepted(
            provider_id=provider_id,
            recipient=identifier(contact.get("wa_id")),
            user_id=identifier(contact.get("user_id")),
        )

    async def _media_id(self, message: Document | Image, now: datetime) -> tuple[str, bool]:
        """The id of the message's file, and whether it was uploaded just now."""
        content = await asyncio.to_thread(self._read, message.file, message.kind)
        digest = hashlib.sha256(content).hexdigest() + message.file.mime_type
        known = self._uploads.get(digest)
        if known and known[1] > now:
            return known[0], False
        media_id = await self._upload(content, message.file.mime_type, message.file.filename)
        while len(self._uploads) >= _UPLOADS_REMEMBERED:
            del self._uploads[next(iter(self._uploads))]
        self._uploads[digest] = (media_id, now + _UPLOAD_KEPT)
        return media_id, True

    def _read(self, file: File, kind: str) -> bytes:
        base = self._files.resolve()
        path = (base / file.path).resolve()
        if not path.is_relative_to(base) or not path.is_file():
            raise Rejected("the file to send is not among the documents")
        if kind == "image" and file.mime_type not in _IMAGE_TYPES:
            raise Rejected(f"WhatsApp shows no images of type {file.mime_type}")
        if path.stat().st_size > _LARGEST[kind]:
            raise Rejected("the file is larger than WhatsApp takes")
        return path.read_bytes()

    async def _upload(self, content: bytes, mime: str, filename: str) -> str:
        answer = await self._post(
            "media",
            max(self._timeout, _UPLOAD_SECONDS),
            harmless=True,
            data={"messaging_product": "whatsapp", "type": mime},
            files={"file": (filename, content, mime)},
        )
        media_id = identifier(answer.get("id"))
        if media_id is None:
            raise TryLater("the answer to an upload has no id")
        return media_id

    async def _post(self, path: str, seconds: float, *, harmless: bool, **request: Any) -> dict[str, Json]:
        """One request. `harmless`: doing it twice shows nobody anything, so that a lost answer is only tried later."""
        lost: type[SendError] = TryLater if harmless else OutcomeUnknown
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.post(f"{self._base}/{path}", headers=self._headers, **request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise TryLater(f"no connection to Meta: {type(error).__name__}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise lost(f"the answer from Meta was lost: {type(error).__name__}") from error
        answer = _json(response)
        problem = mapping(answer.get("error"))
        if response.is_success and not problem:
            if not answer:
                raise lost("Meta's answer cannot be read")
            return answer
        refusal = _refusal(response, problem)
        if harmless and isinstance(refusal, OutcomeUnknown):
            raise TryLater(refusal.text, refusal.code, refusal.retry_after)
        raise refusal


def _json(response: httpx.Response) -> dict[str, Json]:
    try:
        return mapping(response.json())
    except (ValueError, RecursionError):
        return {}


def _refusal(response: httpx.Response, problem: dict[str, Json]) -> SendError:
    code = problem.get("code")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        code = int(code)
    details = words(mapping(problem.get("error_data")).get("details"))
    said = [part for part in (words(problem.get("message")), details) if part]
    wait = response.headers.get("retry-after", "")
    return error_of(
        response.status_code,
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        ": ".join(said)[:1000] or f"HTTP {response.status_code}",
        transient=problem.get("is_transient") is True,
        retry_after=float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None,
    )
