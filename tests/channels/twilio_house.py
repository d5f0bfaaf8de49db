"""A Twilio written by hand from its pages: it signs its requests, keeps Content, checks what it receives against the limits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

ACCOUNT = "AC" + "a" * 32
TOKEN = "a-token-of-twilio"
PUBLIC = "https://trato.example.com.br"
WHATSAPP_FROM = "whatsapp:+551140000000"
RCS_FROM = "rcs:trato_agent"
SERVICE = "MG" + "b" * 32
SID = "SM" + "c" * 32

Answer = Callable[[httpx.Request], httpx.Response]


def sign(url: str, fields: Iterable[tuple[str, str]], token: str = TOKEN) -> str:
    """Twilio's signature, written from its page on security: the address, then names and values in order of name."""
    text = url
    grouped: dict[str, set[str]] = {}
    for name, value in fields:
        grouped.setdefault(name, set()).add(value)
    for name in sorted(grouped):
        for value in sorted(grouped[name]):
            text += name + value
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def inbound(body: str = "oi", *, channel: str = "whatsapp", **more: str) -> list[tuple[str, str]]:
    """The parameters of a message as Twilio sends them, blank ones included."""
    to = WHATSAPP_FROM if channel == "whatsapp" else RCS_FROM
    fields = {
        "SmsMessageSid": SID,
        "NumMedia": "0",
        "ProfileName": "Ana",
        "SmsSid": SID,
        "WaId": "5511988887777",
        "SmsStatus": "received",
        "Body": body,
        "To": to,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": SID,
        "AccountSid": ACCOUNT,
        "From": f"{channel}:+5511988887777",
        "ApiVersion": "2010-04-01",
        **more,
    }
    return list(fields.items())


def status(state: str, **more: str) -> list[tuple[str, str]]:
    """The parameters of a status call-back."""
    fields = {
        "SmsSid": SID,
        "SmsStatus": state,
        "MessageStatus": state,
        "ChannelToAddress": "+5511988887777",
        "To": "whatsapp:+5511988887777",
        "ChannelPrefix": "whatsapp",
        "MessageSid": SID,
        "AccountSid": ACCOUNT,
        "From": WHATSAPP_FROM,
        "ApiVersion": "2010-04-01",
        **more,
    }
    return list(fields.items())


def form(fields: Iterable[tuple[str, str]]) -> bytes:
    return urlencode(list(fields)).encode()


class FakeTwilio:
    """`sent` holds the parameters of accepted messages, `contents` the Content by SID, `requests` everything.

    `answers` are given to message requests in turn; `content_answers` to new Content.
    """

    def __init__(self, *answers: Answer | httpx.Response) -> None:
        self.answers = list(answers)
        self.content_answers: list[Answer | httpx.Response] = []
        self.requests: list[httpx.Request] = []
        self.sent: list[dict[str, str]] = []
        self.contents: dict[str, dict[str, Any]] = {}

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._handle), timeout=10)

    def shown(self, place: int = -1) -> dict[str, Any]:
        """A message as the person's telephone shows it: its Content with the places filled, or its body."""
        fields = self.sent[place]
        if "ContentSid" not in fields:
            return {"body": fields.get("Body"), "media": fields.get("MediaUrl")}
        shown = filled(self.contents[fields["ContentSid"]]["types"], fields.get("ContentVariables", "{}"))
        check_types(shown, whatsapp=fields["To"].startswith("whatsapp:"))
        return shown

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        path = request.url.path
        if path == "/v1/Content" and request.method == "GET":
            listed = [{"sid": sid, "friendly_name": content["friendly_name"]} for sid, content in self.contents.items()]
            return httpx.Response(200, json={"contents": listed, "meta": {"next_page_url": None}})
        if path == "/v1/Content":
            if self.content_answers:
                answer = self.content_answers.pop(0)
                return answer(request) if callable(answer) else answer
            content = json.loads(request.content)
            assert set(content) == {"friendly_name", "language", "variables", "types"}
            assert re.fullmatch(r"[a-z0-9_]{1,100}", content["friendly_name"])
            sid = "HX" + f"{len(self.contents) + 1:032x}"
            self.contents[sid] = content
            return httpx.Response(201, json={"sid": sid, **content})
        if path.endswith("/ApprovalRequests/whatsapp"):
            return httpx.Response(201, json={"status": "received"})
        assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", path
        fields = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
        if self.answers:
            answer = self.answers.pop(0)
            return answer(request) if callable(answer) else answer
        if "ContentSid" in fields and fields["ContentSid"] not in self.contents:
            return refused(20404, 404)
        self.check(fields)
        self.sent.append(fields)
        return accepted(f"SM{len(self.sent):032x}", fields["To"])

    def check(self, fields: dict[str, str]) -> None:
        assert re.fullmatch(r"(whatsapp|rcs):\+?[A-Za-z0-9.]+", fields["To"])
        assert ("From" in fields) != ("MessagingServiceSid" in fields)
        assert fields["StatusCallback"].startswith(f"{PUBLIC}/webhooks/twilio/status?key=")
        assert ("ContentSid" in fields) != ("Body" in fields or "MediaUrl" in fields)
        if "Body" in fields:
            assert 0 < units(fields["Body"]) <= 1600
        if "MediaUrl" in fields:
            assert fields["MediaUrl"].startswith("https://")


def filled(types: dict[str, Any], variables: str) -> dict[str, Any]:
    """The Content with its places filled, each once: what a value says is never a place itself."""
    values = json.loads(variables)
    assert all(isinstance(value, str) and value for value in values.values())
    places = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(types)))
    assert places == set(values), "a place was left open, or a value has none"
    written = re.sub(r"\{\{(\w+)\}\}", lambda place: json.dumps(values[place[1]])[1:-1], json.dumps(types))
    shown: dict[str, Any] = json.loads(written)
    return shown


def check_types(types: dict[str, Any], *, whatsapp: bool) -> None:
    """Refuse with an AssertionError what Twilio's pages forbid."""
    for kind, content in types.items():
        match kind:
            case "twilio/quick-reply":
                assert whatsapp, "quick replies do not exist on RCS"
                assert 0 < units(content["body"]) <= 1024
                titles = [action["title"] for action in content["actions"]]
                assert 1 <= len(titles) <= 3
                assert len({title.casefold() for title in titles}) == len(titles)
                assert all(0 < units(title) <= 20 for title in titles)
                assert all(0 < units(action["id"]) <= 256 for action in content["actions"])
            case "twilio/list-picker":
                assert whatsapp
                assert 0 < units(content["body"]) <= 1024
                assert 0 < units(content["button"]) <= 20
                assert 1 <= len(content["items"]) <= 10
                for item in content["items"]:
                    assert 0 < units(item["item"]) <= 24
                    assert 0 < units(item["id"]) <= 200
                    assert "description" not in item or 0 < units(item["description"]) <= 72
            case "twilio/card":
                assert not whatsapp, "a card wants approval on WhatsApp"
                assert content["body"]
                assert 1 <= len(content["actions"]) <= 10
                assert all(0 < units(action["title"]) <= 25 for action in content["actions"])
            case "twilio/carousel":
                assert not whatsapp, "a carousel wants approval on WhatsApp"
                assert 2 <= len(content["cards"]) <= 10
                for card in content["cards"]:
                    assert 0 < units(card["title"]) + units(card["body"]) <= 160
                    assert 1 <= len(card["actions"]) <= 2
                    assert all(0 < units(action["title"]) <= 25 for action in card["actions"])
            case "twilio/pay":
                assert whatsapp, "a payment card is WhatsApp's"
                assert 0 < units(content["body"]) <= 1024
                assert 0 < len(content["payment_id"]) <= 35
                assert (content["country_code"], content["currency_code"]) == ("BR", "BRL")
                assert content["order_expiration"].isdigit()
                assert 0 < units(content["order_expiration_description"]) <= 120
                items = json.loads(content["items"])
                sums = {sum(int(one["amount"].replace(".", "")) * int(one["quantity"]) for one in items)}
                amounts = [content["subtotal_amount"], content["total_amount"], *(one["amount"] for one in items)]
                assert all(re.fullmatch(r"[0-9]+\.[0-9]{2}", amount) for amount in amounts)
                assert {int(amount.replace(".", "")) for amount in amounts[:2]} == sums, "the amounts do not add up"
                pix = content["pix"]
                assert all(pix.values())
                assert set(pix) == ({"type", "code", "key", "key_type"} if pix["type"] == "ORDER_DETAILS" else {"type", "status"})
            case "twilio/text":
                assert content["body"]
            case _:
                raise AssertionError(f"unknown type {kind}")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def accepted(sid: str = SID, to: str = "whatsapp:+5511988887777") -> httpx.Response:
    return httpx.Response(201, json={"sid": sid, "status": "queued", "to": to, "error_code": None, "error_message": None})


def refused(code: int, http: int = 400) -> httpx.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return httpx.Response(http, json={"code": code, "message": "refused", "more_info": more, "status": http})


def lost(error: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("lost", request=request)

    return answer
