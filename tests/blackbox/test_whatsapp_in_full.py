"""Files, the closed window, switches, shared telephones, and what Meta says about accounts and templates."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

import httpx

from tests.blackbox import graph
from tests.blackbox.graph import notification
from tests.blackbox.http_server import Answer, Asked, LoopbackServer
from tests.blackbox.phone import Phone, plain, words
from tests.blackbox.product import API_TOKEN, World

numbers = (f"55119780{n:05d}" for n in itertools.count(10000))
files = (f"9{n:012d}" for n in itertools.count(1))


def stranger(world: World) -> Phone:
    return Phone(world.meta, next(numbers))


def photo(media_id: str) -> dict[str, Any]:
    return {"id": media_id, "mime_type": "image/jpeg", "sha256": ""}


def kept(world: World) -> list[bytes]:
    return [path.read_bytes() for path in (world.product.data / "media").rglob("*") if path.is_file()]


def until_kept(world: World, content: bytes, timeout: float = 20.0) -> bool:
    until = time.monotonic() + timeout
    while content not in kept(world) and time.monotonic() < until:
        time.sleep(0.2)
    return content in kept(world)


def told(field: str, value: dict[str, Any]) -> bytes:
    body = {"object": "whatsapp_business_account", "entry": [{"id": "102999", "changes": [{"field": field, "value": value}]}]}
    return json.dumps(body).encode()


def test_a_photo_is_fetched_at_once_and_answered(world: World) -> None:
    phone, media_id = stranger(world), next(files)
    phone.send("image", photo(media_id))
    assert until_kept(world, world.meta.media_content(media_id))
    assert phone.listen()


def test_an_expired_address_is_asked_for_anew(world: World) -> None:
    phone, media_id = stranger(world), next(files)
    world.meta.expired_media.append(media_id)
    phone.send("image", photo(media_id))
    assert until_kept(world, world.meta.media_content(media_id))


def test_an_address_that_is_not_metas_is_never_asked_for(world: World) -> None:
    asked: list[str] = []

    def answer(one: Asked) -> Answer:
        asked.append(one.path)
        return Answer(200, b"\xff\xd8\xff\xe0stolen", kind="image/jpeg")

    elsewhere = LoopbackServer(answer)
    try:
        for url in (f"http://127.0.0.1:{elsewhere.port}/x", f"http://localhost:{elsewhere.port}/x", "http://169.254.169.254/x"):
            phone, media_id = stranger(world), next(files)
            world.meta.media_urls[media_id] = url
            phone.send("image", photo(media_id))
            assert phone.listen()
    finally:
        elsewhere.close()
    assert asked == []


def test_an_album_has_one_answer(world: World) -> None:
    phone = stranger(world)
    phone.say("oi")
    ids = [next(files) for _ in range(5)]
    for media_id in ids:
        phone.send("image", photo(media_id))
    for media_id in ids:
        assert until_kept(world, world.meta.media_content(media_id))
    assert len(phone.listen(quiet=3.0)) <= 2


def test_a_file_too_large_for_whatsapp_is_asked_for_again(world: World) -> None:
    phone = stranger(world)
    errors = [{"code": 131052, "title": "Media download error", "error_data": {"details": "larger than 100 MB"}}]
    world.meta.deliver({**phone.message("unsupported", {}), "errors": errors}, phone.contact())
    assert "de novo" in plain(words(phone.listen()))


def test_a_message_that_comes_days_late_is_answered_by_an_approved_template_once(world: World) -> None:
    phone = stranger(world)
    old = str(int(world.clock.now().timestamp()) - 26 * 3600)
    for n in range(2):
        world.meta.deliver({**phone.message("text", {"body": f"oi {n}"}), "timestamp": old}, phone.contact())
    heard = phone.listen(quiet=3.0)
    assert [one.kind for one in heard] == ["template"]
    assert phone.say("oi"), "and the talk goes on"


def test_the_switch_in_whatsapp_is_a_stop(world: World) -> None:
    phone = stranger(world)
    phone.say("oi")
    wish = {"wa_id": phone.number, "category": "marketing_messages", "value": "stop", "timestamp": world.meta.timestamp()}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": graph.DISPLAY_NUMBER, "phone_number_id": graph.PHONE_NUMBER_ID},
        "user_preferences": [wish],
    }
    for _ in range(2):
        assert world.meta.post(told("user_preferences", value)).status_code == 200
    assert len(phone.listen(quiet=2.0)) <= 1, "confirmed once at most"
    listed = httpx.get(f"{world.product.url}/api/v1/opt-outs", headers={"authorization": f"Bearer {API_TOKEN}"})
    assert any(str(phone.number)[-8:] in str(one["address"]) for one in listed.json()["items"])


def test_notices_about_the_account_and_its_templates_are_taken_and_answer_nobody(world: World) -> None:
    before = len(world.meta.sent)
    for field, value in (
        (
            "message_template_status_update",
            {"event": "PAUSED", "message_template_id": 1, "message_template_name": "x", "reason": "LOW"},
        ),
        (
            "message_template_quality_update",
            {"previous_quality_score": "GREEN", "new_quality_score": "RED", "message_template_name": "x"},
        ),
        (
            "phone_number_quality_update",
            {"display_phone_number": graph.DISPLAY_NUMBER, "event": "DOWNGRADE", "current_limit": "TIER_1K"},
        ),
        ("account_update", {"event": "ACCOUNT_RESTRICTION"}),
        ("account_alerts", {"alert_type": "x"}),
        ("of_tomorrow", {"anything": [1, 2, None]}),
    ):
        assert world.meta.post(told(field, value)).status_code == 200, field
    metrics = httpx.get(f"{world.product.url}/metrics").text
    assert "trato_alarms" in metrics
    time.sleep(1.0)
    assert len(world.meta.sent) == before


def test_a_telephone_shared_on_our_request_is_thanked_for_and_anybody_elses_card_is_not(world: World) -> None:
    number = next(numbers)
    phone = Phone(world.meta, None, user_id="BR.77001122334455")
    phone.say("oi")
    card = {"name": {"formatted_name": "Eu"}, "phones": [{"phone": f"+{number}", "wa_id": number, "type": "CELL"}]}
    phone.send("contacts", [{**card, "origin": "contact_request"}])
    assert "telefone" in plain(words(phone.listen()))
    other = stranger(world)
    other.say("oi")
    other.send("contacts", [{**card, "origin": "other"}])
    assert "guardei o seu telefone" not in plain(words(other.listen()))


def test_who_comes_from_an_advertisement_is_greeted(world: World) -> None:
    phone = stranger(world)
    referral = {"source_url": "https://fb.me/x", "source_id": "1", "source_type": "ad", "headline": "Negocie", "ctwa_clid": "c"}
    world.meta.post(
        notification(messages=[{**phone.message("text", {"body": "oi"}), "referral": referral}], contacts=[phone.contact()])
    )
    assert phone.listen()
