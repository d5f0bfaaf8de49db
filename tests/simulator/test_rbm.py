"""The simulated Google and its telephones: what the business is told, what is refused, and what the page shows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.simulator.simulated_stage import Stage

TOKEN = "segredo-do-google"
ANA = "+5511988887777"


@pytest.fixture
def stage(open_stage: Callable[..., Stage]) -> Stage:
    return open_stage(rbm_agent_id="trato", rbm_client_token=TOKEN, webhook_rbm_url="http://product/webhooks/rbm")


def told(stage: Stage) -> list[dict[str, Any]]:
    """Every event that the business was told, its signature checked when it is sent."""
    bodies = [json.loads(body) for path, body, _ in stage.product.notices if path == "webhooks/rbm"]
    return [json.loads(base64.b64decode(body["message"]["data"])) for body in bodies]


async def phone(stage: Stage, **asked: Any) -> dict[str, Any]:
    return await stage.phone(**({"debtor": "52998224725", "door": "rbm"} | asked))


async def send(stage: Stage, content: dict[str, Any], *, to: str = ANA, key: str | None = None, **more: Any) -> httpx.Response:
    body = {"contentMessage": content, "messageTrafficType": "TRANSACTION", **more}
    query = {"messageId": key or str(uuid4()), "agentId": "trato"}
    answer = await stage.http.post(f"/rbm/v1/phones/{to}/agentMessages", params=query, json=body)
    await stage.settle()
    return answer


def card(n: int) -> dict[str, Any]:
    reply = {"reply": {"text": "Quero esta", "postbackData": f"o{n}"}}
    return {"title": f"{n}x", "description": "Total: R$ 10,00", "suggestions": [reply]}


async def test_what_people_write_is_told_as_google_tells_it(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/text", json={"text": "olá"})
    await stage.settle()
    (event,) = told(stage)
    assert (event["agentId"], event["senderPhoneNumber"], event["text"]) == ("trato@rbm.goog", ANA, "olá")
    assert event["messageId"] and len(event["sendTime"]) == len("2026-11-23T12:00:00.000000123Z")


async def test_the_signature_is_over_the_decoded_data() -> None:
    from simulator.postman import rbm_signature
    from simulator.rcs_phones import webhook_body

    body = webhook_body({"text": "não"})
    data = base64.b64decode(json.loads(body)["message"]["data"])
    assert rbm_signature("t", body) == base64.b64encode(hmac.new(b"t", data, hashlib.sha512).digest()).decode()


async def test_the_same_number_may_have_both_apps(stage: Stage) -> None:
    one, other = await phone(stage), await stage.phone()
    assert one["id"] != other["id"] and one["number"] == other["number"]
    await stage.http.post(f"/phones/{other['id']}/text", json={"text": "oi"})
    await stage.settle()
    assert not told(stage) and len(stage.product.messages()) == 1


async def test_a_message_arrives_once_and_its_delivery_and_reading_are_told(stage: Stage) -> None:
    ana = await phone(stage)
    key = str(uuid4())
    for _ in range(2):
        assert (await send(stage, {"text": "Oi"}, key=key)).status_code == 200
    shown = (await stage.http.get(f"/phones/{ana['id']}/messages")).json()["items"]
    assert [(one["id"], one["status"]) for one in shown] == [(key, "read")]
    assert [(event["eventType"], event["messageId"]) for event in told(stage)] == [("DELIVERED", key), ("READ", key)]


async def test_a_tap_on_a_card_or_a_suggestion_is_told_with_its_postback(stage: Stage) -> None:
    ana = await phone(stage)
    key = str(uuid4())
    dial = {"action": {"text": "Ligar", "postbackData": "action:dial", "dialAction": {"phoneNumber": "+551130000000"}}}
    carousel = {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": [card(1), card(2)]}}
    assert (await send(stage, {"richCard": carousel, "suggestions": [dial]}, key=key)).status_code == 200
    for option in ("o2", "action:dial"):
        assert (await stage.http.post(f"/phones/{ana['id']}/tap", json={"message": key, "option": option})).status_code == 200
    await stage.settle()
    taps = [event["suggestionResponse"] for event in told(stage) if "suggestionResponse" in event]
    assert [(tap["postbackData"], tap["type"]) for tap in taps] == [("o2", "REPLY"), ("action:dial", "ACTION")]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"text": ""},
        {"text": "x" * 3073},
        {"text": "x", "contentInfo": {"fileUrl": "https://x"}},
        {"text": "x", "suggestions": [{"reply": {"text": "y" * 26, "postbackData": "z"}}]},
        {"text": "x", "suggestions": [{"reply": {"text": "y", "postbackData": "z"}}] * 12},
        {"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": [card(1)]}}},
        {"richCard": {"standaloneCard": {"cardContent": card(1)}}},
        {"contentInfo": {"fileUrl": "boleto.pdf"}},
        {"text": "x", "footer": "y"},
    ],
)
async def test_what_google_does_not_take_is_refused(stage: Stage, content: dict[str, Any]) -> None:
    await phone(stage)
    answer = await send(stage, content)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


async def test_an_old_telephone_tells_what_it_lacks_and_refuses_cards(stage: Stage) -> None:
    await phone(stage, old=True)
    asked = await stage.http.get(f"/rbm/v1/phones/{ANA}/capabilities", params={"requestId": str(uuid4()), "agentId": "trato"})
    assert asked.json() == {"features": []}
    refused = await send(stage, {"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL", "cardContent": card(1)}}})
    assert refused.status_code == 400


async def test_a_number_without_rcs_and_another_agent_are_refused(stage: Stage) -> None:
    assert (await send(stage, {"text": "x"}, to="+5511900001111")).status_code == 404
    query = {"messageId": str(uuid4()), "agentId": "other"}
    assert (await stage.http.post(f"/rbm/v1/phones/{ANA}/agentMessages", params=query, json={})).status_code == 403


async def test_what_was_not_delivered_in_its_time_is_taken_back_and_told(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/presence", json={"presence": "off"})
    until = (stage.clock.now() + timedelta(hours=1)).isoformat()
    await send(stage, {"text": "Oferta"}, key=(key := str(uuid4())), expireTime=until)
    await stage.clock.move(timedelta(hours=2))
    stage.app.state.resume()
    await stage.settle()
    (event,) = told(stage)
    assert (event["eventType"], event["messageId"], event["phoneNumber"]) == ("TTL_EXPIRATION_REVOKED", key, ANA)
    too_long = (stage.clock.now() + timedelta(days=16)).isoformat()
    assert (await send(stage, {"text": "x"}, expireTime=too_long)).status_code == 400


async def test_reading_typing_files_and_the_switch(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/media", data={"kind": "image"})
    await stage.http.post(f"/phones/{ana['id']}/typing")
    await stage.http.post(f"/phones/{ana['id']}/identity", json={"event": "unsubscribe"})
    await stage.settle()
    by_kind = {event.get("eventType", "file"): event for event in told(stage)}
    file = by_kind["file"]["userFile"]["payload"]
    assert file["mimeType"] == "image/jpeg"
    assert (await stage.http.get(file["fileUri"].removeprefix("http://sim"))).status_code == 200
    assert {"IS_TYPING", "UNSUBSCRIBE"} <= set(by_kind) and "messageId" not in by_kind["IS_TYPING"]
    read = {"eventType": "READ", "messageId": by_kind["file"]["messageId"]}
    query = {"eventId": str(uuid4()), "agentId": "trato"}
    assert (await stage.http.post(f"/rbm/v1/phones/{ANA}/agentEvents", params=query, json=read)).status_code == 200
    shown = (await stage.http.get(f"/phones/{ana['id']}/messages")).json()["items"]
    assert shown[0]["status"] == "read"


@pytest.mark.parametrize(
    ("fault", "status"), [("rbm.rate_limit", 429), ("rbm.error_500", 503), ("rbm.token_expired", 401), ("rbm.not_reachable", 404)]
)
async def test_each_fault_strikes_as_often_as_it_was_told(stage: Stage, fault: str, status: int) -> None:
    await phone(stage)
    await stage.http.post("/faults", json={"name": fault, "calls": 1})
    assert (await send(stage, {"text": "x"})).status_code == status
    assert (await send(stage, {"text": "x"})).status_code == 200


async def test_google_asks_for_the_secret(stage: Stage) -> None:
    assert (await stage.http.post("/handshake")).json()["rbm"] is False  # the fake product answers an empty body
