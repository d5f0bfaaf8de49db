"""Google's RCS for Business (RBM).

Inbound, all pure: `handshake`, then `opened` (which checks the signature), then `parse`. Outbound: `split` and `render`, pure, and
`RbmChannel`, which sends. What any channel's file must offer is told in `channels.channel`.

A message's id at Google is made from our own key, and Google ignores an id that it knows: a repeat is never a second message.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from channels.channel import BadBody, Capabilities
from channels.features import FeatureMemory, Features, InMind
from channels.fetching import FileGone, Source, local_origin
from channels.message import (
    Accepted,
    Address,
    Cards,
    Document,
    File,
    Image,
    Media,
    OutcomeUnknown,
    Outgoing,
    Rejected,
    SendError,
    SlowDownAll,
    StopAll,
    TryLater,
    Unreachable,
)
from channels.meta_fields import Json, mapping, words
from channels.rbm_auth import LOOPBACK, ServiceAccount, Tokens
from channels.rbm_inbound import CHANNEL, BadSignature, handshake, opened, original_id, parse
from channels.rbm_outbound import CAPABILITIES, EVERYTHING, Payload, key_of, message_id, render, split

__all__ = [
    "CAPABILITIES", "CHANNEL", "LOOPBACK", "BadBody", "BadSignature", "Features", "FileLink", "RbmChannel", "ServiceAccount",
    "handshake", "key_of", "message_id", "opened", "parse", "render", "split",
]  # fmt: skip

_ANY_WORDS: frozenset[str] = frozenset()
"""What every telephone with RCS can show: words with suggested answers."""

_MEDIA_HOSTS = ("storage.googleapis.com", ".storage.googleapis.com", ".googleusercontent.com", ".rbm.goog")
"""Where Google's pages show the files of people."""

REMEMBERED = timedelta(days=1)
"""How long what a telephone can show is believed."""
REMEMBERED_UNREACHABLE = timedelta(hours=1)


FileLink = Callable[[File, str, datetime], Awaitable[str]]
"""Gives the address where a file can be fetched, for a message's key: the same key, the same address."""


class RbmChannel:
    """One RCS agent, ready to send. Use it as an async context manager, or call `aclose`.

    Without a service account no token is sent, which only a simulator on loopback accepts. A client that is handed in is used as
    it is and closed with the channel.
    """

    name = CHANNEL
    capabilities: Capabilities = CAPABILITIES

    def __init__(
        self,
        *,
        api_url: str,
        agent_id: str,
        link: FileLink,
        clock: Callable[[], datetime],
        service_account: ServiceAccount | None = None,
        memory: FeatureMemory | None = None,
        client: httpx.AsyncClient | None = None,
        timeout: float = 10.0,
    ) -> None:
        if not api_url.startswith(("http://", "https://")):
            raise ValueError("the API's address must start with http:// or https://")
        self._api_url = api_url
        self._base = f"{api_url.rstrip('/').removesuffix('/v1')}/v1"
        self._agent_id = agent_id
        self._link = link
        self._clock = clock
        self._memory = memory or InMind()
        self._timeout = timeout
        self._client = client or httpx.AsyncClient(timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)))
        self._tokens = Tokens(service_account, self._client, timeout) if service_account else None
        self._anonymous = httpx.URL(api_url).host in LOOPBACK

    async def __aenter__(self) -> RbmChannel:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def split(self, message: Outgoing) -> list[Outgoing]:
        """See `channels.rbm_outbound.split`."""
        return split(message)

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        """Send one message, in the richest form that this telephone can show, and give Google's id of it.

        Raises one of the `SendError` family. A form that the telephone turns out not to know is sent again in the plainest one.
        """
        phone = _phone(address)
        unasked = message.purpose == "notice"
        features = await self._features(phone, now, insist=not unasked)
        if not features.reachable:
            if unasked:
                raise Unreachable("this telephone has no RCS, or our agent is not on its network", "404")
            # Whoever has just written has RCS, whatever is said of them; what their telephone shows is found out by trying.
            features = Features(EVERYTHING)
        urls = {file.path: await self._link(file, key, now) for file in _files(message)}
        try:
            return await self._send_all(phone, render(message, now, features.shown, urls), key)
        except _NotShown:
            # Google refused a feature that we thought this telephone has: from now on it gets plain words.
            await self._memory.keep(self._agent_id, phone, Features(_ANY_WORDS), now)
            return await self._send_all(phone, render(message, now, _ANY_WORDS, urls), f"{key}/plain")
        except Unreachable:
            await self._memory.keep(self._agent_id, phone, Features(_ANY_WORDS, reachable=False), now)
            raise

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        """Tell the telephone that the person's message was read and, with `typing`, that an answer is being written."""
        if address is None:
            return
        phone = _phone(address)
        read = original_id(provider_message_id)
        await self._event(phone, {"eventType": "READ", "messageId": read}, message_id(f"read/{provider_message_id}"))
        if typing:
            await self._event(phone, {"eventType": "IS_TYPING"}, str(uuid.uuid4()))

    async def locate(self, media: Media) -> Source:
        """Where Google keeps a file that a person sent: a public address, so that no token of ours goes with the question."""
        if not media.url:
            raise FileGone("a file without an address")
        return Source(url=media.url, hosts=_MEDIA_HOSTS, local=local_origin(self._api_url) if self._anonymous else None)

    async def features(self, phone: str) -> Features:
        """Ask Google what this telephone can show. Raises one of the `SendError` family, never `Unreachable`."""
        try:
            told = await self._request("GET", f"phones/{_in_path(phone)}/capabilities", {"requestId": str(uuid.uuid4())}, None)
        except Unreachable:
            return Features(_ANY_WORDS, reachable=False)
        listed = told.get("features")
        return Features(frozenset(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else _ANY_WORDS)

    async def _features(self, phone: str, now: datetime, *, insist: bool) -> Features:
        """What is known of this telephone, asked anew when it is old; `insist` asks also where it was unreachable a moment ago."""
        known = await self._memory.recall(self._agent_id, phone, now)
        if known is not None:
            features, asked_at = known
            lasts = REMEMBERED if features.reachable else timedelta(0) if insist else REMEMBERED_UNREACHABLE
            if now - asked_at < lasts:
                return features
        try:
            fresh = await self.features(phone)
        except StopAll:
            raise
        except SendError:
            # Not being able to ask is no reason to be silent: what was known, else everything, since a refusal is answered.
            return known[0] if known is not None and known[0].reachable else Features(EVERYTHING)
        await self._memory.keep(self._agent_id, phone, fresh, now)
        return fresh

    async def _send_all(self, phone: str, payloads: list[Payload], key: str) -> Accepted:
        accepted = Accepted(provider_id=message_id(key), recipient=phone)
        for place, payload in enumerate(payloads, start=1 - len(payloads)):
            # The last one bears the message's own key: it is the one whose delivery counts.
            await self._send_one(phone, payload, message_id(key if place == 0 else f"{key}/{place}"))
        return accepted

    async def _send_one(self, phone: str, payload: Payload, provider_id: str) -> None:
        try:
            await self._request("POST", f"phones/{_in_path(phone)}/agentMessages", {"messageId": provider_id}, payload.content)
        except Rejected as refused:
            if refused.code == "409":
                return  # Google has it already, from an attempt whose answer we never saw
            if refused.code == "400" and payload.rich:
                raise _NotShown(refused.text, refused.code) from refused
            raise

    async def _event(self, phone: str, event: dict[str, Any], event_id: str) -> None:
        try:
            await self._request("POST", f"phones/{_in_path(phone)}/agentEvents", {"eventId": event_id}, event)
        except OutcomeUnknown as lost:
            raise TryLater(lost.text, lost.code) from lost

    async def _request(self, method: str, path: str, query: dict[str, str], content: dict[str, Any] | None) -> dict[str, Json]:
        answer = await self._ask(method, path, query, content)
        if answer.status_code == 401 and self._tokens is not None:
            self._tokens.forget()
            answer = await self._ask(method, path, query, content)
        if answer.is_success:
            try:
                return mapping(answer.json())
            except (ValueError, RecursionError):
                return {}
        raise _refusal(answer)

    async def _ask(self, method: str, path: str, query: dict[str, str], content: dict[str, Any] | None) -> httpx.Response:
        headers = await self._headers()
        asked = {**query, "agentId": self._agent_id}
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client.request(method, f"{self._base}/{path}", params=asked, headers=headers, json=content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise TryLater(f"no connection to Google: {type(error).__name__}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise OutcomeUnknown(f"the answer from Google was lost: {type(error).__name__}") from error

    async def _headers(self) -> dict[str, str]:
        if self._tokens is None:
            if not self._anonymous:
                raise StopAll("no service account: Google answers nobody without a token", "no_service_account")
            return {}
        return {"Authorization": f"Bearer {await self._tokens.get(self._clock())}"}


class _NotShown(SendError):
    """The telephone has not got a feature that the message uses."""


def _in_path(phone: str) -> str:
    """Google writes the plus sign of a number as it is."""
    return quote(phone, safe="+")


def _phone(address: Address) -> str:
    """The telephone in E.164, which is how RCS names people."""
    digits = "".join(char for char in address.raw or "" if char.isascii() and char.isdigit())
    if not digits:
        raise Rejected("an address without a telephone")
    return f"+{digits}"


def _files(message: Outgoing) -> list[File]:
    if isinstance(message, Document | Image):
        return [message.file]
    if isinstance(message, Cards):
        return [card.image for card in message.cards if card.image is not None]
    return []


def _refusal(answer: httpx.Response) -> SendError:
    """What Google's refusal asks for: its status tells, and its `error.status` in words."""
    try:
        error = mapping(mapping(answer.json()).get("error"))
    except (ValueError, RecursionError):
        error = {}
    status = answer.status_code
    said = f"{words(error.get('status')) or 'HTTP'} {status}: {words(error.get('message')) or ''}".strip()[:1000]
    wait = answer.headers.get("retry-after", "")
    after = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
    code = str(status)
    if status == 404:
        return Unreachable(said, code)
    if status == 429:
        return SlowDownAll(said, code, after)
    if status in (401, 403):
        return StopAll(said, code, after)
    if status >= 500 or status == 408:
        # Its id makes a repeat harmless, so nothing is unknown here.
        return TryLater(said, code, after)
    return Rejected(said, code)
