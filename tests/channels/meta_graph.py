"""A Graph API written by hand: it checks what it receives against WhatsApp's limits, keeps it, and answers as told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx

Answer = Callable[[httpx.Request], httpx.Response]


class FakeGraph:
    """`received` holds the JSON messages, `uploads` the bodies of uploads, `requests` everything. `answers` are given in turn."""

    def __init__(self, *answers: Answer | httpx.Response) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.received: list[dict[str, Any]] = []
        self.uploads: list[bytes] = []

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._handle), timeout=10)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        upload = request.url.path.endswith("/media")
        if upload:
            self.uploads.append(request.content)
        elif request.method == "POST":
            self.received.append(json.loads(request.content))
        if self.answers:
            answer = self.answers.pop(0)
            return answer(request) if callable(answer) else answer
        if upload:
            return httpx.Response(200, json={"id": f"media-{len(self.uploads)}"})
        return accepted(f"wamid.{len(self.received)}")


def accepted(wamid: str = "wamid.1", **contact: str) -> httpx.Response:
    contacts = [contact or {"input": "+5511988887777", "wa_id": "551188887777"}]
    return httpx.Response(200, json={"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": wamid}]})


def refused(code: int, status: int = 400, details: str = "details", **more: Any) -> httpx.Response:
    error = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code, "error_data": {"details": details}, **more}
    return httpx.Response(status, json={"error": error})


def lost(error: type[httpx.TransportError]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("lost", request=request)

    return answer


# --------------------------------------------------------------------------------------------------------------
# WhatsApp's limits, written down a second time
# --------------------------------------------------------------------------------------------------------------


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def words(text: Any, most: int) -> None:
    assert isinstance(text, str)
    assert text.strip()
    assert units(text) <= most, f"{units(text)} > {most}: {text[:60]!r}"


def check_payload(payload: dict[str, Any]) -> None:
    """Refuse with an AssertionError what WhatsApp would refuse."""
    assert payload["messaging_product"] == "whatsapp"
    assert ("to" in payload) != ("recipient" in payload)
    assert payload.get("to", "+").startswith("+")
    words(payload["biz_opaque_callback_data"], 512)
    kind = payload["type"]
    content = payload[kind]
    match kind:
        case "text":
            words(content["body"], 4096)
        case "document" | "image":
            assert content["id"]
            if "caption" in content:
                words(content["caption"], 1024)
        case "template":
            assert re.fullmatch(r"[a-z0-9_]+", content["name"])
            for component in content.get("components", []):
                for parameter in component["parameters"]:
                    words(parameter["text"], 1024)
                    assert not re.search(r"[\n\t]| {4}", parameter["text"])
        case "interactive":
            _check_interactive(content)
        case _:
            raise AssertionError(kind)


def _check_interactive(content: dict[str, Any]) -> None:
    action = content["action"]
    words(content["body"]["text"], 4096 if content["type"] == "list" else 1024)
    if "footer" in content:
        words(content["footer"]["text"], 60)
    match content["type"]:
        case "button":
            replies = [button["reply"] for button in action["buttons"]]
            assert 1 <= len(replies) <= 3
            for reply in replies:
                words(reply["id"], 256)
                words(reply["title"], 20)
            _distinct(replies)
        case "list":
            words(action["button"], 20)
            rows = [row for section in action["sections"] for row in section["rows"]]
            assert 1 <= len(rows) <= 10
            for row in rows:
                words(row["id"], 200)
                words(row["title"], 24)
                if "description" in row:
                    words(row["description"], 72)
            _distinct(rows)
        case "cta_url":
            words(action["parameters"]["display_text"], 20)
            assert action["parameters"]["url"].startswith(("https://", "http://"))
        case "order_details":
            _check_card(action["parameters"])
        case "order_status":
            assert action["parameters"]["order"]["status"] in ("completed", "canceled")
        case other:
            raise AssertionError(other)


def _distinct(shown: list[dict[str, str]]) -> None:
    assert len({item["id"] for item in shown}) == len(shown)
    assert len({item["title"] for item in shown}) == len(shown)


def _check_card(card: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", card["reference_id"])
    assert card["currency"] == "BRL"
    order = card["order"]
    amounts = [card["total_amount"], order["subtotal"], order["tax"], *(item["amount"] for item in order["items"])]
    amounts += [order[name] for name in ("discount", "shipping") if name in order]
    assert all(amount["offset"] == 100 and type(amount["value"]) is int and amount["value"] >= 0 for amount in amounts)
    for item in order["items"]:
        words(item["name"], 60)
    assert order["subtotal"]["value"] == sum(item["amount"]["value"] * item["quantity"] for item in order["items"])
    discount = order.get("discount", {"value": 0})["value"]
    assert card["total_amount"]["value"] == order["subtotal"]["value"] + order["tax"]["value"] - discount
