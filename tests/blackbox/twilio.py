"""Twilio as the product meets it, written from Twilio's pages alone: it signs what it sends, keeps Content, judges every message."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from tests.blackbox.http_server import Answer, Asked, LoopbackServer

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "fedcba9876543210fedcba9876543210"
WHATSAPP = "whatsapp:+551130043000"
RCS = "rcs:ponte_clara"
_BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@dataclass(frozen=True)
class Sent:
    """One message that the product gave to Twilio, as the person's telephone shows it."""

    at: float
    to: str
    fields: dict[str, str]
    types: dict[str, Any]
    sid: str
    outcome: str

    @property
    def accepted(self) -> bool:
        return self.outcome in ("accepted", "lost")

    @property
    def kind(self) -> str:
        return next(iter(self.types)).removeprefix("twilio/") if self.types else "media" if "MediaUrl" in self.fields else "text"

    @property
    def text(self) -> str:
        content = next(iter(self.types.values()), {})
        cards = " ".join(f"{card['title']} {card['body']}" for card in content.get("cards", []))
        return str(self.fields.get("Body") or cards or content.get("body") or "")

    @property
    def options(self) -> list[tuple[str, str]]:
        content = next(iter(self.types.values()), {})
        taps = [*content.get("actions", []), *(one for card in content.get("cards", []) for one in card["actions"])]
        return [(one["id"], one["title"]) for one in taps] + [(one["id"], one["item"]) for one in content.get("items", [])]

    @property
    def visible(self) -> str:
        return json.dumps([self.types, self.fields.get("Body", "")], ensure_ascii=False)


@dataclass
class Fault:
    """What happens to the next `times` messages to `to` (any, when empty): an error code, a lost answer."""

    kind: str
    times: int = 1
    to: str = ""
    code: int = 0
    status: int = 400


@dataclass
class Twilio:
    """`webhook_url` is the product's address for messages; `files` are what people sent, by path."""

    webhook_url: str = ""
    sent: list[Sent] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused_requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._contents: dict[str, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._server = LoopbackServer(self._answer)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        self._server.close()

    def new_sid(self, kind: str = "SM") -> str:
        return f"{kind}{next(self._numbers):032x}"

    # -------------------------------------------------------------------------------------------- to the product

    def post(
        self, fields: dict[str, str], *, url: str = "", token: str = TOKEN, signature: str | None = None, to: str = ""
    ) -> httpx.Response:
        """One signed request; `to` is another server than the signed address names, as behind a proxy."""
        url = url or self.webhook_url
        text = url + "".join(name + fields[name] for name in sorted(fields))
        signed = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": signed if signature is None else signature,
            "i-twilio-idempotency-token": self.new_sid("id"),
        }
        return httpx.post(f"{to}/webhooks/twilio" if to else url, content=urlencode(fields), headers=headers, timeout=20)

    def inbound(self, person: str, channel: str, **more: str) -> dict[str, str]:
        """The parameters of a message; blank and unknown ones are among them."""
        sid = more.get("MessageSid") or self.new_sid()
        fields = {
            "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": ACCOUNT, "From": f"{channel}:{person}",
            "To": WHATSAPP if channel == "whatsapp" else RCS, "Body": "", "NumMedia": "0", "NumSegments": "1",
            "SmsStatus": "received", "ApiVersion": "2010-04-01", "ReferralNumMedia": "0", "ParameterOfTomorrow": "",
        }  # fmt: skip
        if channel == "whatsapp":
            fields |= {"ProfileName": "Fulano & Cia +1", "WaId": person.lstrip("+")}
        return fields | more

    def report(self, sent: Sent, status: str, **more: str) -> httpx.Response:
        """A status call-back to the address that the message named."""
        fields = {
            "MessageSid": sent.sid, "SmsSid": sent.sid, "AccountSid": ACCOUNT, "MessageStatus": status, "SmsStatus": status,
            "From": WHATSAPP if sent.to.startswith("whatsapp:") else RCS, "To": sent.to, "ApiVersion": "2010-04-01", "ErrorMessage": "",
        }  # fmt: skip
        return self.post(fields | more, url=sent.fields["StatusCallback"])

    # ------------------------------------------------------------------------------------------ from the product

    def to(self, address: str, seen: int = 0) -> list[Sent]:
        return [one for one in self.sent if one.to == address and one.accepted][seen:]

    def wait(self, found: Callable[[], Any], timeout: float) -> Any:
        until = time.monotonic() + timeout
        with self._changed:
            while not (result := found()):
                left = until - time.monotonic()
                if left <= 0:
                    return result
                self._changed.wait(left)
            return result

    def _answer(self, asked: Asked) -> Answer:
        self.asked.append(f"{asked.method} {asked.path}")
        if asked.path.startswith("/public/"):
            return Answer(200, b"stolen", kind="image/jpeg")
        if asked.headers.get("authorization") != _BASIC:
            return _refusal(401, 20003)
        if asked.path in self.files:
            mime, content = self.files[asked.path]
            return Answer(200, content, kind=mime)
        if asked.path == "/v1/Content":
            return self._content(asked)
        if asked.method == "POST" and asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return self._message(dict(parse_qsl(asked.body.decode(), keep_blank_values=True)))
        if asked.path.endswith("/ApprovalRequests/whatsapp"):
            return Answer(201, {"status": "received"})
        return _refusal(404, 20404)

    def _content(self, asked: Asked) -> Answer:
        with self._changed:
            if asked.method == "GET":
                listed = [{"sid": sid, **content} for sid, content in self._contents.items()]
                return Answer(200, {"contents": listed, "meta": {"next_page_url": None}})
            sid = self.new_sid("HX")
            self._contents[sid] = asked.json()
            return Answer(201, {"sid": sid, **self._contents[sid]})

    def _message(self, fields: dict[str, str]) -> Answer:
        with self._changed:
            to = fields.get("To", "")
            fault = next((one for one in self.faults if one.to in ("", to)), None)
            if fault is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
            types = self._shown(fields)
            sid = self.new_sid()
            outcome = "accepted" if fault is None else fault.kind
            self.sent.append(Sent(time.monotonic(), to, fields, types, sid, outcome))
            self._changed.notify_all()
        if outcome == "lost":
            return Answer(lost=True)
        if fault is not None:
            return _refusal(fault.status, fault.code)
        return Answer(201, {"sid": sid, "status": "queued", "to": to, "error_code": None})

    def _shown(self, fields: dict[str, str]) -> dict[str, Any]:
        """The Content with its places filled; whatever Twilio's pages forbid is a violation."""
        to = fields.get("To", "")
        self._judge(re.fullmatch(r"(whatsapp|rcs):\+[1-9][0-9]{7,14}", to) is not None, f"To: {to}")
        self._judge(fields.get("From") == (WHATSAPP if to.startswith("whatsapp:") else RCS), f"From: {fields.get('From')}")
        self._judge(fields.get("StatusCallback", "").startswith(self.webhook_url + "/status"), "StatusCallback")
        if "ContentSid" not in fields:
            self._judge(bool(fields.get("Body")) or "MediaUrl" in fields, "neither body nor file")
            self._judge(len(fields.get("Body", "")) <= 1600, "a body of more than 1600 characters")
            return {}
        content = self._contents.get(fields["ContentSid"])
        self._judge(content is not None, f"unknown {fields['ContentSid']}")
        values = json.loads(fields.get("ContentVariables", "{}"))
        self._judge(all(isinstance(value, str) and value for value in values.values()), "an empty variable")
        written = json.dumps((content or {}).get("types", {}))
        for place, value in values.items():
            written = written.replace("{{" + place + "}}", json.dumps(value)[1:-1])
        self._judge("{{" not in written, "a place was left open")
        types: dict[str, Any] = json.loads(written)
        for kind, told in types.items():
            self._judge_type(kind, told, whatsapp=to.startswith("whatsapp:"))
        return types

    def _judge_type(self, kind: str, told: dict[str, Any], *, whatsapp: bool) -> None:
        if kind == "twilio/quick-reply":
            self._judge(whatsapp, "a quick reply on RCS")
            self._judge(len(told["actions"]) <= 3 and all(len(one["title"]) <= 20 for one in told["actions"]), f"buttons: {told}")
        elif kind == "twilio/list-picker":
            self._judge(whatsapp, "a list on RCS")
            fits = all(len(one["item"]) <= 24 and len(one.get("description", "")) <= 72 for one in told["items"])
            self._judge(fits and len(told["items"]) <= 10 and len(told["button"]) <= 20, f"list: {told}")
        elif kind in ("twilio/card", "twilio/carousel"):
            self._judge(not whatsapp, f"{kind} wants approval on WhatsApp")
            taps = [*told.get("actions", []), *(one for card in told.get("cards", []) for one in card["actions"])]
            self._judge(all(len(one["title"]) <= 25 for one in taps), f"{kind}: {told}")
        if kind != "twilio/carousel" and "body" in told:
            self._judge(0 < len(told["body"]) <= 1600, f"{kind} without words, or with too many")

    def _judge(self, right: bool, what: str) -> None:
        if not right:
            self.violations.append(what)


def _refusal(status: int, code: int) -> Answer:
    return Answer(
        status, {"code": code, "message": "refused", "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
    )


@dataclass
class TwilioPhone:
    """A person behind Twilio, on `channel` whatsapp or rcs."""

    twilio: Twilio
    number: str
    channel: str = "whatsapp"

    def __post_init__(self) -> None:
        self.seen = 0

    def send(self, **fields: str) -> None:
        answer = self.twilio.post(self.twilio.inbound(self.number, self.channel, **fields))
        if answer.status_code != 200:
            self.twilio.refused_requests.append(f"{answer.status_code}: {fields}")

    def write(self, text: str) -> None:
        self.send(Body=text)

    def unread(self) -> list[Sent]:
        return self.twilio.to(f"{self.channel}:{self.number}", self.seen)

    def listen(self, timeout: float = 20.0, quiet: float = 1.0) -> list[Sent]:
        if not self.twilio.wait(self.unread, timeout):
            return []
        while True:
            found = self.unread()
            if not self.twilio.wait(lambda n=len(found): len(self.unread()) > n, quiet):  # type: ignore[misc]
                self.seen += len(found)
                return found

    def say(self, text: str) -> list[Sent]:
        self.seen += len(self.unread())
        self.write(text)
        return self._answered(text)

    def tap(self, option: tuple[str, str], *, row: bool = False) -> list[Sent]:
        self.seen += len(self.unread())
        names = {"ListId": option[0], "ListTitle": option[1]} if row else {"ButtonPayload": option[0], "ButtonText": option[1]}
        self.send(Body=option[1], **names)
        return self._answered(f"[{option[1]}]")

    def hand_in(self, mime: str, content: bytes, *, url: str = "", **fields: str) -> list[Sent]:
        """Sends a file, kept at Twilio unless `url` says otherwise."""
        self.seen += len(self.unread())
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{self.twilio.new_sid('MM')}/Media/{self.twilio.new_sid('ME')}"
        self.twilio.files[path] = (mime, content)
        self.send(NumMedia="1", MediaUrl0=url or f"{self.twilio.url}{path}", MediaContentType0=mime, **fields)
        return self._answered(f"[{mime}]")

    def _answered(self, what: str) -> list[Sent]:
        found = self.listen()
        assert found, f"nothing answered {what!r}"
        return found
