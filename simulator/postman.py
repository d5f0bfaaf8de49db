"""Delivers webhooks as the providers do: at least once, with retries, from their own processes' point of view.

Sources: Meta, webhooks overview (signature over the raw body, retries on anything but 200); Google, RCS webhooks; BACEN API Pix 2.9.0 (callbacks).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

import httpx

from simulator.config import SimulatorConfig
from simulator.state import Json, Notice, State


def meta_body(payload: Json) -> bytes:
    """JSON as Meta writes it: compact, non-ASCII and slashes escaped; a receiver must sign these very bytes."""
    return json.dumps(payload, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def rbm_signature(token: str, body: bytes) -> str:
    """The value of X-Goog-Signature: over the decoded data, not over the body."""
    data = base64.b64decode(json.loads(body)["message"]["data"])
    return base64.b64encode(hmac.new(token.encode(), data, hashlib.sha512).digest()).decode()


def twilio_signature(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """The value of X-Twilio-Signature: the address, then each name with its value, in the order of the names."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Postman:
    """Posts notices in tasks of its own and remembers those that nobody confirmed.

    `confirmed` is told what a notice was about once its receiver has it.
    """

    def __init__(self, config: SimulatorConfig, state: State, client: httpx.AsyncClient | None) -> None:
        self._config = config
        self._state = state
        self._own_client = client is None
        self._client = client
        self._tasks: set[asyncio.Task[Any]] = set()
        self._resumed = False
        self.confirmed: Callable[[str], object] | None = None

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs something beside the request that asked for it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Takes up the notices that an earlier process left behind; only the first call does something."""
        if self._resumed:
            return
        self._resumed = True
        for notice in self._state.notices():
            self.spawn(self.deliver(notice))

    def queue(self, target: str, url: str, body: bytes, about: str = "") -> Notice:
        """Remembers a body that must be delivered, before anything else can go wrong."""
        self.resume()
        return self._state.add_notice(target, url, body, about)

    async def deliver(self, notice: Notice) -> bool:
        """Posts a body: True if the first attempt was confirmed; otherwise further attempts go on by themselves."""
        if await self._attempt(notice):
            return True
        self.spawn(self._insist(notice))
        return False

    async def _insist(self, notice: Notice) -> None:
        for pause in self._config.retry_seconds[notice.tries :] or (1.0,):
            await asyncio.sleep(pause)
            if await self._attempt(notice):
                return
        self._state.drop_notice(notice.id)

    async def _attempt(self, notice: Notice) -> bool:
        agent = "facebookexternalua" if notice.target == "meta" else "psp-simulado"
        headers = {"Content-Type": "application/json", "User-Agent": agent}
        if notice.target == "rbm":
            headers |= {"User-Agent": "Google-RBM", "X-Goog-Signature": rbm_signature(self._config.rbm_client_token, notice.body)}
        if notice.target == "twilio":
            fields = parse_qsl(notice.body.decode(), keep_blank_values=True)
            headers = {
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "User-Agent": "TwilioProxy/1.1",
                "X-Twilio-Signature": twilio_signature(self._config.twilio_auth_token, notice.url, fields),
            }
        if notice.target == "meta":
            headers["X-Hub-Signature-256"] = signature(self._config.meta_app_secret, notice.body)
        self._state.count_try(notice.id)
        try:
            answer = await self.line().post(notice.url, content=notice.body, headers=headers)
        except httpx.HTTPError:
            return False
        if answer.status_code != 200:
            return False
        self._state.drop_notice(notice.id)
        if notice.about and self.confirmed is not None:
            self.confirmed(notice.about)
        return True

    async def rbm_handshake(self) -> bool:
        """Asks the business to prove that it owns its RCS webhook, as Google does when its address is set."""
        secret = str(secrets.randbelow(10**10))
        question = {"clientToken": self._config.rbm_client_token, "secret": secret}
        try:
            answer = await self.line().post(str(self._config.webhook_rbm_url), json=question)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and answer.text == secret

    async def handshake(self) -> bool:
        """Asks the business to prove that it owns its webhook, as Meta does when its address is edited."""
        challenge = str(secrets.randbelow(10**10))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self._config.meta_verify_token}
        try:
            answer = await self.line().get(self._config.webhook_meta_url, params=query)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and answer.text == challenge

    def line(self) -> httpx.AsyncClient:
        """The client that reaches the business."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=20, trust_env=False)
        return self._client

    async def settle(self) -> None:
        """Waits until nothing is under way (for tests)."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    async def close(self) -> None:
        """Stops all deliveries; what is unconfirmed stays in the state for the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*list(self._tasks), return_exceptions=True)
        if self._own_client and self._client is not None:
            await self._client.aclose()
            self._client = None
