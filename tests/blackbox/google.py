"""Google's RCS as the product meets it: an API that records and judges every call, and the sender of signed notifications.

Written from Google's public pages on RCS for Business alone.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from tests.blackbox.http_server import Answer, Asked, LoopbackServer

AGENT = "trato-caixa-preta"
CLIENT_TOKEN = "um-token-de-cliente-da-caixa-preta"
FEATURES = ["RICHCARD_STANDALONE", "RICHCARD_CAROUSEL", "ACTION_OPEN_URL", "ACTION_DIAL", "ACTION_CREATE_CALENDAR_EVENT"]
_TRAFFIC = {"AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"}


@dataclass(frozen=True)
class Sent:
    """One message that the product gave to Google."""

    at: float
    to: str
    id: str
    payload: dict[str, Any]
    outcome: str

    @property
    def content(self) -> dict[str, Any]:
        return dict(self.payload["contentMessage"])

    @property
    def cards(self) -> list[dict[str, Any]]:
        rich = self.content.get("richCard", {})
        if "standaloneCard" in rich:
            return [rich["standaloneCard"]["cardContent"]]
        return list(rich.get("carouselCard", {}).get("cardContents", []))

    @property
    def text(self) -> str:
        """What a person reads of it."""
        shown = [str(self.content.get("text", ""))]
        shown += [f"{card.get('title', '')}\n{card.get('description', '')}" for card in self.cards]
        return "\n".join(one for one in shown if one.strip())

    @property
    def options(self) -> list[tuple[str, str]]:
        """(postback, words) of every answer that can be tapped, on cards first."""
        found = [one for card in self.cards for one in card.get("suggestions", [])] + self.content.get("suggestions", [])
        return [(one["reply"]["postbackData"], one["reply"]["text"]) for one in found if "reply" in one]

    @property
    def file(self) -> str | None:
        return self.content.get("contentInfo", {}).get("fileUrl")


@dataclass
class Google:
    """An RBM API server. `statuses` makes it tell DELIVERED after each accepted message."""

    now: Callable[[], datetime]
    webhook_url: str = ""
    statuses: bool = True
    sent: list[Sent] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    features: dict[str, list[str] | None] = field(default_factory=dict)
    refuses_cards: set[str] = field(default_factory=set)
    """Telephones whose cards are refused although their capabilities promise them."""
    faults: list[tuple[str, Answer]] = field(default_factory=list)
    """(number, answer) for the next message to it; with `lost` the message is taken all the same."""
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._known: set[str] = set()
        self._client = httpx.Client(timeout=30.0)
        self._post: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._postman = threading.Thread(target=self._deliver, daemon=True)
        self._postman.start()
        self._server = LoopbackServer(self._answer)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self.files: dict[str, bytes] = {}

    def close(self) -> None:
        self._post.put(None)
        self._postman.join(5)
        self._server.close()
        self._client.close()

    # ---------------------------------------------------------------------------------------------- what it is asked

    def _answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/files/"):
            content = self.files.get(asked.path)
            return Answer(200, content, kind="image/jpeg") if content else Answer(404)
        found = re.fullmatch(r"/v1/phones/((?:\+|%2B)[0-9]+)/(agentMessages|agentEvents|capabilities)", asked.path)
        if not found or asked.query.get("agentId") != AGENT:
            self.violations.append(f"{asked.method} {asked.path} {dict(asked.query)}")
            return _error(403, "PERMISSION_DENIED")
        phone, what = found[1].replace("%2B", "+"), found[2]
        if what == "capabilities":
            self._uuid(asked.query.get("requestId"), "requestId")
            self.asked.append(phone)
            features = self.features.get(phone, FEATURES)
            return _error(404, "NOT_FOUND") if features is None else Answer(200, {"features": features})
        body = asked.json()
        if what == "agentEvents":
            self._uuid(asked.query.get("eventId"), "eventId")
            if body.get("eventType") not in ("READ", "IS_TYPING") or ("messageId" in body) != (body["eventType"] == "READ"):
                self.violations.append(f"event {body}")
            self.events.append((phone, body))
            return Answer(200, {})
        return self._message(phone, str(asked.query.get("messageId")), body)

    def _uuid(self, value: str | None, name: str) -> None:
        with contextlib.suppress(ValueError):
            UUID(str(value))
            return
        self.violations.append(f"{name} is no UUID: {value}")

    def _message(self, phone: str, message_id: str, body: dict[str, Any]) -> Answer:
        self._uuid(message_id, "messageId")
        wrong = judge(body, self.now())
        features = self.features.get(phone, FEATURES)
        with self._changed:
            if wrong:
                self.violations.append(f"{wrong} in {json.dumps(body, ensure_ascii=False)[:500]}")
            if features is None:
                return _error(404, "NOT_FOUND")
            if wrong or (
                "richCard" in body["contentMessage"] and ("RICHCARD_CAROUSEL" not in features or phone in self.refuses_cards)
            ):
                return _error(400, "INVALID_ARGUMENT")
            fault = next((one for one in self.faults if one[0] == phone), None)
            if fault:
                self.faults.remove(fault)
                if not fault[1].lost:
                    self.sent.append(Sent(time.monotonic(), phone, message_id, body, "refused"))
                    return fault[1]
            repeat = message_id in self._known
            self._known.add(message_id)
            self.sent.append(Sent(time.monotonic(), phone, message_id, body, "repeat" if repeat else "accepted"))
            self._changed.notify_all()
        if self.statuses and not repeat and not fault:
            self.tell({"senderPhoneNumber": phone, "eventType": "DELIVERED", "messageId": message_id})
        return Answer(lost=True) if fault else Answer(200, {"name": f"phones/{phone}/agentMessages/{message_id}", **body})

    # ------------------------------------------------------------------------------------------------- what it tells

    def new_id(self) -> str:
        return f"MxBlackBox{next(self._numbers):08d}"

    def stamp(self) -> str:
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "456Z"

    def tell(self, told: dict[str, Any]) -> None:
        """Queues an event; they go out in order."""
        self._post.put({"agentId": f"{AGENT}@rbm.goog", "eventId": self.new_id(), "sendTime": self.stamp(), **told})

    def _deliver(self) -> None:
        while (told := self._post.get()) is not None:
            time.sleep(0.05)
            with contextlib.suppress(httpx.HTTPError):
                self.post(told)

    def post(self, told: dict[str, Any] | bytes, token: str = CLIENT_TOKEN, *, to: str = "", **headers: str) -> httpx.Response:
        """One notification as Google posts it; `to` is another server than the usual one."""
        data = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
        signed = base64.b64encode(hmac.new(token.encode(), data, hashlib.sha512).digest()).decode()
        body = {"message": {"data": base64.b64encode(data).decode(), "messageId": "1"}, "subscription": "x"}
        url = f"{to}/webhooks/rbm" if to else self.webhook_url
        return self._client.post(url, json=body, headers={"x-goog-signature": signed} | headers)

    # ------------------------------------------------------------------------------------------------- what was sent

    def to(self, phone: str, since: int = 0) -> list[Sent]:
        with self._changed:
            return [one for one in self.sent if one.to == phone and one.outcome == "accepted"][since:]

    def wait(self, ready: Callable[[], Any], timeout: float) -> Any:
        """The first true value of `ready`; None after `timeout` seconds."""
        until = time.monotonic() + timeout
        while not (found := ready()):
            if time.monotonic() > until:
                return None
            with self._changed:
                self._changed.wait(0.1)
        return found


def _error(status: int, name: str) -> Answer:
    return Answer(status, {"error": {"code": status, "message": name, "status": name}})


def judge(body: dict[str, Any], now: datetime) -> str:
    """What Google would not take of a message; empty when all is well."""
    content = body.get("contentMessage")
    if not isinstance(content, dict):
        return "no contentMessage"
    if body.get("messageTrafficType") not in _TRAFFIC:
        return "messageTrafficType"
    if len({"text", "richCard", "contentInfo", "uploadedRbmFile"} & set(content)) != 1:
        return "not one content"
    if "text" in content and not 0 < len(content["text"]) <= 3072:
        return "text"
    if "expireTime" in body and not 0 < (datetime.fromisoformat(body["expireTime"]) - now).total_seconds() <= 15 * 86400 + 60:
        return "expireTime"
    rich = content.get("richCard", {})
    cards = rich.get("carouselCard", {}).get("cardContents", [])
    if "carouselCard" in rich and not 2 <= len(cards) <= 10:
        return "carousel"
    if "standaloneCard" in rich:
        cards = [rich["standaloneCard"]["cardContent"]]
    lists = [(content.get("suggestions", []), 11), *((card.get("suggestions", []), 4) for card in cards)]
    for suggestions, most in lists:
        if len(suggestions) > most:
            return "too many suggestions"
        for one in suggestions:
            (told,) = one.values()
            if not 0 < len(told["text"]) <= 25 or not 0 < len(told["postbackData"]) <= 2048:
                return f"suggestion {told}"
    for card in cards:
        if len(card.get("title", "")) > 200 or len(card.get("description", "")) > 2000:
            return "card"
    return ""


@dataclass
class RcsPhone:
    """One person on RCS."""

    google: Google
    number: str

    def __post_init__(self) -> None:
        self.seen = 0

    def raw(self, **told: Any) -> dict[str, Any]:
        return {
            "agentId": f"{AGENT}@rbm.goog",
            "senderPhoneNumber": self.number,
            "messageId": self.google.new_id(),
            "sendTime": self.google.stamp(),
            **told,
        }

    def send(self, **told: Any) -> None:
        answer = self.google.post(self.raw(**told))
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:200]}"

    def event(self, kind: str, **told: Any) -> None:
        self.google.tell({"senderPhoneNumber": self.number, "eventType": kind, **told})

    def listen(self, timeout: float = 20.0, quiet: float = 0.8) -> list[Sent]:
        """What comes until nothing more comes for `quiet` seconds."""
        if not self.google.wait(lambda: self.google.to(self.number, self.seen), timeout):
            return []
        while True:
            count = len(self.google.to(self.number, self.seen))
            if not self.google.wait(lambda count=count: len(self.google.to(self.number, self.seen)) > count, quiet):  # type: ignore[misc]
                found = self.google.to(self.number, self.seen)
                self.seen += len(found)
                return found

    def say(self, text: str, timeout: float = 20.0) -> list[Sent]:
        self.seen += len(self.google.to(self.number, self.seen))
        self.send(text=text)
        heard = self.listen(timeout)
        assert heard, f"nothing answered {text!r}"
        return heard

    def tap(self, option: tuple[str, str], timeout: float = 20.0, **more: Any) -> list[Sent]:
        self.seen += len(self.google.to(self.number, self.seen))
        self.send(suggestionResponse={"postbackData": option[0], "text": option[1], "type": "REPLY"}, **more)
        return self.listen(timeout)
