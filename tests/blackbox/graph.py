"""Meta as the product meets it: a Graph API that records and judges every call, and the sender of signed notifications."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx

from tests.blackbox.http_server import Answer, Asked, LoopbackServer
from tests.blackbox.payload_rules import Rules

PHONE_NUMBER_ID = "106999888777666"
DISPLAY_NUMBER = "551130042000"
ACCESS_TOKEN = "EAAblackbox"
APP_SECRET = "0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "prove-que-sou-eu"

_ERRORS: dict[int, tuple[int, str]] = {
    130429: (400, "Rate limit hit"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    190: (401, "Access token has expired"),
    131000: (500, "Something went wrong"),
    131047: (400, "Re-engagement message"),
    131026: (400, "Message undeliverable"),
    131009: (400, "Parameter value is not valid"),
    131008: (400, "Required parameter is missing"),
}


@dataclass(frozen=True)
class Sent:
    """One message that the product gave to Meta, whether it was accepted or not."""

    at: float
    to: str
    payload: dict[str, Any]
    wamid: str
    outcome: str

    @property
    def accepted(self) -> bool:
        return self.outcome in ("accepted", "lost", "late")

    @property
    def kind(self) -> str:
        """text, button, list, order_details, order_status, document, template…"""
        kind = str(self.payload["type"])
        return str(self.payload["interactive"]["type"]) if kind == "interactive" else kind

    @property
    def text(self) -> str:
        """What a person reads of it."""
        kind = self.payload["type"]
        if kind == "text":
            return str(self.payload["text"]["body"])
        if kind == "interactive":
            return str(self.payload["interactive"].get("body", {}).get("text", ""))
        return str(self.payload.get(kind, {}).get("caption", ""))

    @property
    def options(self) -> list[tuple[str, str]]:
        """(id, title) of what can be tapped."""
        action = self.payload.get("interactive", {}).get("action", {})
        found = [(button["reply"]["id"], button["reply"]["title"]) for button in action.get("buttons", [])]
        return found + [(row["id"], row["title"]) for section in action.get("sections", []) for row in section["rows"]]

    @property
    def visible(self) -> str:
        """Everything in it that a person may see, joined."""
        return json.dumps(self.payload, ensure_ascii=False)


@dataclass
class Fault:
    """How the next calls are answered: an error, lost, late, slow. `to` limits it to one address; `only` to payloads it likes;
    `times` counts down; `seconds` is how long it takes, or when an error says to come again."""

    kind: str
    times: int = 1
    to: str | None = None
    seconds: float = 0.0
    code: int = 0
    only: Callable[[dict[str, Any]], bool] | None = None


@dataclass
class Meta:
    """A Graph API server. `statuses` makes it tell sent and delivered after each accepted message, as Meta does."""

    now: Callable[[], datetime]
    webhook_url: str = ""
    statuses: bool = True
    sent: list[Sent] = field(default_factory=list)
    received: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    refused_notifications: list[str] = field(default_factory=list)
    media_urls: dict[str, str] = field(default_factory=dict)
    """What the addresses of some files are told to be."""
    expired_media: list[str] = field(default_factory=list)
    """Files whose address has expired, once for each time that they stand here."""
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """What people sent, by id; any other id is a photo made of the id itself."""

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._mark = f"{time.monotonic_ns():x}"
        self._uploaded: set[str] = set()
        self._references: set[str] = set()
        self._client = httpx.Client(timeout=30.0, limits=httpx.Limits(max_connections=64))
        self._post: queue.Queue[tuple[float, list[dict[str, Any]]] | None] = queue.Queue()
        self._postman = threading.Thread(target=self._deliver, daemon=True)
        self._postman.start()
        self._server = LoopbackServer(self._answer)
        self.url = f"http://127.0.0.1:{self._server.port}/v25.0"

    def close(self) -> None:
        self._post.put(None)
        self._postman.join(5)
        self._server.close()
        self._client.close()

    # ------------------------------------------------------------------------------------------ what it is asked

    def _answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {ACCESS_TOKEN}":
            self.violations.append(f"{asked.method} {asked.path} without the access token")
            return self._error(190)
        if asked.method == "POST" and asked.path == f"/v25.0/{PHONE_NUMBER_ID}/messages":
            return self._message(asked)
        if asked.method == "POST" and asked.path == f"/v25.0/{PHONE_NUMBER_ID}/media":
            if b"messaging_product" not in asked.body or b'name="file"' not in asked.body:
                self.violations.append("a media upload without messaging_product or file")
            media = f"7{next(self._numbers):012d}"
            self._uploaded.add(media)
            return Answer(200, {"id": media})
        media_id = re.fullmatch(r"/v25\.0/([0-9]+)", asked.path)
        if asked.method == "GET" and media_id:
            mime, content = self.media.get(media_id[1]) or ("image/jpeg", self.media_content(media_id[1]))
            return Answer(
                200,
                {
                    "messaging_product": "whatsapp",
                    "url": self.media_urls.get(media_id[1], f"http://127.0.0.1:{self._server.port}/download/{media_id[1]}"),
                    "mime_type": mime,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "file_size": len(content),
                    "id": media_id[1],
                },
            )
        if asked.method == "GET" and asked.path.rpartition("/")[2] in self.expired_media:
            self.expired_media.remove(asked.path.rpartition("/")[2])
            return Answer(404)
        if asked.method == "GET" and asked.path.startswith("/download/"):
            name = asked.path.rpartition("/")[2]
            mime, content = self.media.get(name) or ("image/jpeg", self.media_content(name))
            return Answer(200, content, kind=mime)
        self.violations.append(f"unknown call {asked.method} {asked.path}")
        return self._error(131009, "Unsupported request")

    @staticmethod
    def media_content(media_id: str) -> bytes:
        return b"\xff\xd8\xff\xe0" + media_id.encode() * 20 + b"\xff\xd9"

    def _error(self, code: int, details: str = "") -> Answer:
        status, title = _ERRORS[code]
        error = {
            "message": f"(#{code}) {title}",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details or title},
            "fbtrace_id": "Abbox",
        }
        return Answer(status, {"error": error})

    def _fault(self, to: str, payload: dict[str, Any]) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.to in (None, to) and (fault.only is None or fault.only(payload)):
                fault.times -= 1
                return fault
        return None

    def _message(self, asked: Asked) -> Answer:
        at = time.monotonic()
        try:
            payload = asked.json()
        except ValueError:
            self.violations.append("a body that is no JSON")
            return self._error(131009)
        with self._changed:
            faults = Rules(self._uploaded, self._references, self.now().timestamp()).check(payload)
            if faults:
                self.violations.append(f"{'; '.join(faults)} in {json.dumps(payload, ensure_ascii=False)[:600]}")
            if isinstance(payload, dict) and payload.get("status") == "read":
                self.marks.append(payload)
                return self._error(131009, "; ".join(faults)) if faults else Answer(200, {"success": True})
            to = str(payload.get("to") or payload.get("recipient"))
            fault = None if faults else self._fault(to, payload)
            wamid = f"wamid.out{self._mark}{next(self._numbers):06d}"
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
            fault = None
        outcome = "accepted" if fault is None else fault.kind
        if faults:
            outcome = "refused"
        with self._changed:
            if outcome in ("accepted", "lost", "late"):
                interactive = payload.get("interactive", {})
                if interactive.get("type") == "order_details":
                    self._references.add(interactive["action"]["parameters"]["reference_id"])
            self.sent.append(Sent(at, to, payload, wamid, outcome))
            self._changed.notify_all()
        if faults:
            return self._error(131009, "; ".join(faults))
        if fault is not None and fault.kind == "error":
            refusal = self._error(fault.code)
            return replace(refusal, headers={"retry-after": f"{fault.seconds:.0f}"}) if fault.seconds else refusal
        if self.statuses:
            for status in ("sent", "delivered"):
                self.tell_status(wamid, status, payload)
        if fault is not None and fault.kind in ("lost", "late"):
            time.sleep(fault.seconds)
            if fault.kind == "lost":
                return Answer(lost=True)
        contact = (
            {"input": to, "user_id": to} if "recipient" in payload and "to" not in payload else {"input": to, "wa_id": wa_id(to)}
        )
        return Answer(200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]})

    # ------------------------------------------------------------------------------------------ what it tells

    def tell_status(self, wamid: str, status: str, payload: dict[str, Any] | None = None) -> None:
        """Queues a status; they go out in order, each in a notification of its own."""
        item: dict[str, Any] = {"id": wamid, "status": status, "timestamp": self.timestamp()}
        if payload is not None:
            if "to" in payload:
                item["recipient_id"] = wa_id(str(payload["to"]))
            else:
                item["recipient_user_id"] = payload.get("recipient")
            if "biz_opaque_callback_data" in payload:
                item["biz_opaque_callback_data"] = payload["biz_opaque_callback_data"]
        self._post.put((time.monotonic() + 0.05, [item]))

    def _deliver(self) -> None:
        while (job := self._post.get()) is not None:
            due, statuses = job
            time.sleep(max(0.0, due - time.monotonic()))
            body = notification(statuses=statuses)
            for pause in (0.2, 0.5, 1, 2, 4, 8, 0):
                try:
                    if self.post(body).status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
                time.sleep(pause)
            else:
                self.refused_notifications.append(body.decode()[:300])

    def timestamp(self) -> str:
        return str(int(self.now().timestamp()))

    def new_id(self) -> str:
        return f"wamid.in{self._mark}{next(self._numbers):06d}"

    def post(self, body: bytes, secret: str = APP_SECRET, *, to: str = "", **more: str) -> httpx.Response:
        """One notification as Meta posts it; `to` is another server than the usual one, `more` other headers."""
        headers = {
            "content-type": "application/json",
            "user-agent": "facebookexternalua",
            "x-hub-signature-256": signature(body, secret),
        } | more
        return self._client.post(f"{to}/webhooks/meta" if to else self.webhook_url, content=body, headers=headers)

    def deliver(self, message: dict[str, Any], contact: dict[str, Any] | None = None) -> None:
        """One message, again until it is taken, as Meta does. Raises if the product refuses it for 60 s."""
        self.received.append((time.monotonic(), message))
        body = notification(messages=[message], contacts=[contact] if contact else [])
        until = time.monotonic() + 60
        while True:
            try:
                answer = self.post(body)
                if answer.status_code == 200:
                    return
                trouble = f"{answer.status_code} {answer.text[:200]}"
            except httpx.HTTPError as error:
                trouble = repr(error)
            if time.monotonic() > until:
                raise AssertionError(f"the webhook did not take a message for a minute: {trouble}")
            time.sleep(0.3)

    def transcript(self) -> str:
        """All talks as people saw them, one after the other: for reading."""
        lines: dict[str, list[tuple[float, str]]] = {}
        for at, message in self.received:
            address = f"+{message['from']}" if "from" in message else str(message.get("from_user_id"))
            content = message.get(message["type"])
            said = content["body"] if message["type"] == "text" and content else json.dumps(content, ensure_ascii=False)
            lines.setdefault(address, []).append((at, f">> {said}"))
        for one in self.sent:
            options = "".join(f" [{title}]" for _, title in one.options)
            lines.setdefault(one.to, []).append((one.at, f"   {one.kind} ({one.outcome}): {one.text}{options}"))
        return "\n\n".join(f"== {who}\n" + "\n".join(text for _, text in sorted(talk)) for who, talk in lines.items())

    # ------------------------------------------------------------------------------------------ what was sent

    def to(self, address: str, since: int = 0) -> list[Sent]:
        """Accepted messages to one address, in the order in which they came, from the `since`-th on."""
        with self._changed:
            return [one for one in self.sent if one.to == address and one.accepted][since:]

    def wait(self, ready: Callable[[], Any], timeout: float) -> Any:
        """The first true value of `ready`, asked again whenever a message comes in; None after `timeout` seconds."""
        until = time.monotonic() + timeout
        while True:
            found = ready()
            if found:
                return found
            left = until - time.monotonic()
            if left <= 0:
                return None
            with self._changed:
                self._changed.wait(min(left, 0.1))


def wa_id(to: str) -> str:
    """The id that WhatsApp keeps: many Brazilian accounts are known without the ninth digit."""
    digits = to.lstrip("+")
    if re.fullmatch(r"55(3[1-8]|[4-9][0-9])9[0-9]{8}", digits):
        return digits[:4] + digits[5:]
    return digits


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def notification(
    messages: Sequence[Any] = (), statuses: Sequence[Any] = (), contacts: Sequence[Any] = (), field: str = "messages"
) -> bytes:
    """The bytes of one notification, with Meta's escaped non-ASCII."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": DISPLAY_NUMBER, "phone_number_id": PHONE_NUMBER_ID},
    }
    for name, items in (("contacts", contacts), ("messages", messages), ("statuses", statuses)):
        if items:
            value[name] = list(items)
    body = {"object": "whatsapp_business_account", "entry": [{"id": "102999", "changes": [{"field": field, "value": value}]}]}
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()
