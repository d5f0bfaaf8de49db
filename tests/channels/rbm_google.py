"""Google's RCS API written by hand from its pages: it checks each body against their limits, keeps it, and answers as told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import httpx

Answer = Callable[[httpx.Request], httpx.Response]
ALL_FEATURES = ("RICHCARD_STANDALONE", "RICHCARD_CAROUSEL", "ACTION_OPEN_URL", "ACTION_DIAL", "ACTION_CREATE_CALENDAR_EVENT")
TRAFFIC = {"TRANSACTION", "PROMOTION", "AUTHENTICATION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"}


class FakeGoogle:
    """`sent` holds (phone, messageId, body) of messages, `events` those of events. `answers` are given in turn to messages."""

    def __init__(self, *answers: Answer | httpx.Response, features: Iterable[str] | None = ALL_FEATURES) -> None:
        self.answers = list(answers)
        self.features = features
        self.requests: list[httpx.Request] = []
        self.asked: list[str] = []
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.events: list[tuple[str, str, dict[str, Any]]] = []
        self.tokens: list[dict[str, str]] = []

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._handle), timeout=10)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path.endswith("/token"):
            form = dict(pair.split("=", 1) for pair in request.content.decode().split("&"))
            self.tokens.append(form)
            return httpx.Response(200, json={"access_token": f"token-{len(self.tokens)}", "expires_in": 3600})
        phone = re.fullmatch(r"/v1/phones/(\+[0-9]+)/(\w+)", request.url.path)
        assert phone, request.url.path
        assert request.url.params["agentId"] == "trato"
        if phone[2] == "capabilities":
            UUID(request.url.params["requestId"])
            self.asked.append(phone[1])
            if self.features is None:
                return refused(404, "NOT_FOUND")
            return httpx.Response(200, json={"features": list(self.features)})
        body = json.loads(request.content)
        if phone[2] == "agentEvents":
            UUID(request.url.params["eventId"])
            assert body["eventType"] in ("READ", "IS_TYPING")
            assert ("messageId" in body) == (body["eventType"] == "READ")
            self.events.append((phone[1], request.url.params["eventId"], body))
            return httpx.Response(200, json={})
        assert phone[2] == "agentMessages"
        UUID(request.url.params["messageId"])
        check(body)
        self.sent.append((phone[1], request.url.params["messageId"], body))
        if self.answers:
            answer = self.answers.pop(0)
            return answer(request) if callable(answer) else answer
        return httpx.Response(200, json={"name": f"phones/{phone[1]}/agentMessages/{request.url.params['messageId']}", **body})


def refused(status: int, name: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": status, "message": "no", "status": name}})


def lost(error: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("lost", request=request)

    return answer


# ---------------------------------------------------------------------------------- Google's limits, written down a second time


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check(body: dict[str, Any]) -> None:
    assert set(body) <= {"contentMessage", "messageTrafficType", "expireTime", "ttl"}
    assert not {"expireTime", "ttl"} <= set(body)
    assert body["messageTrafficType"] in TRAFFIC
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 250 * 1024
    if "expireTime" in body:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", body["expireTime"])
    content = body["contentMessage"]
    kinds = {"text", "richCard", "contentInfo", "uploadedRbmFile"} & set(content)
    assert len(kinds) == 1, content
    assert set(content) <= kinds | {"suggestions"}
    assert len(content.get("suggestions", [])) <= 11
    for suggestion in content.get("suggestions", []):
        check_suggestion(suggestion)
    if "text" in content:
        assert content["text"].strip() and units(content["text"]) <= 3072
    if "contentInfo" in content:
        check_file(content["contentInfo"])
    if "richCard" in content:
        check_rich(content["richCard"])


def check_rich(card: dict[str, Any]) -> None:
    assert len(card) == 1
    if "standaloneCard" in card:
        assert card["standaloneCard"]["cardOrientation"] in ("VERTICAL", "HORIZONTAL")
        check_card(card["standaloneCard"]["cardContent"])
    else:
        carousel = card["carouselCard"]
        assert carousel["cardWidth"] in ("SMALL", "MEDIUM")
        assert 2 <= len(carousel["cardContents"]) <= 10
        for one in carousel["cardContents"]:
            check_card(one)


def check_card(card: dict[str, Any]) -> None:
    assert set(card) <= {"title", "description", "media", "suggestions"}
    assert card.get("title") or card.get("description") or card.get("media")
    assert units(card.get("title", "")) <= 200 and units(card.get("description", "")) <= 2000
    assert len(card.get("suggestions", [])) <= 4
    for suggestion in card.get("suggestions", []):
        check_suggestion(suggestion)
    if "media" in card:
        assert card["media"]["height"] in ("SHORT", "MEDIUM", "TALL")
        check_file(card["media"]["contentInfo"])
        assert not card["media"]["contentInfo"]["fileUrl"].endswith(".pdf")


def check_file(file: dict[str, Any]) -> None:
    assert re.fullmatch(r"https?://\S+", file["fileUrl"])


def check_suggestion(suggestion: dict[str, Any]) -> None:
    assert len(suggestion) == 1
    (kind, told), *_ = suggestion.items()
    assert kind in ("reply", "action")
    assert 0 < units(told["text"]) <= 25 and units(told["postbackData"]) <= 2048
    if kind == "reply":
        assert set(told) == {"text", "postbackData"} and told["postbackData"]
        return
    actions = set(told) - {"text", "postbackData", "fallbackUrl"}
    assert len(actions) == 1
    if "openUrlAction" in told:
        assert re.fullmatch(r"https?://\S{1,2040}", told["openUrlAction"]["url"])
    elif "dialAction" in told:
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", told["dialAction"]["phoneNumber"])
    else:
        event = told["createCalendarEventAction"]
        assert event["startTime"] < event["endTime"] and event["title"]
        assert units(event["title"]) <= 100 and units(event.get("description", "")) <= 500


# ------------------------------------------------------------------------------------------------- what Google's webhook sends


def envelope(told: Any) -> tuple[bytes, bytes]:
    """The body of a notification, and the decoded bytes that are signed."""
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    return json.dumps({"message": {"data": base64.b64encode(data).decode(), "messageId": "7"}}).encode(), data


def signature(data: bytes, token: str) -> str:
    return base64.b64encode(hmac.new(token.encode(), data, hashlib.sha512).digest()).decode()


def user_message(text: str = "oi", **changed: Any) -> dict[str, Any]:
    return {
        "agentId": "trato@rbm.goog",
        "senderPhoneNumber": "+5511987654321",
        "messageId": "MxA1",
        "sendTime": "2026-11-22T15:01:23.045123456Z",
        "text": text,
    } | changed


def without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}
