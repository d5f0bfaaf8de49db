"""What only Meta does, case by case: its handshake and signature, its envelopes, its odd messages, its errors."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from typing import Any

import httpx

from tests.blackbox import graph
from tests.blackbox.doors import MetaHandset, handset, silent, until
from tests.blackbox.graph import APP_SECRET, Fault, notification
from tests.blackbox.people import PEOPLE
from tests.blackbox.phone import amounts, plain, words
from tests.blackbox.product import World


def somebody(world: World) -> MetaHandset:
    found: MetaHandset = handset(world, "meta")
    return found


def alarms(world: World) -> float:
    return float(re.search(r"^trato_alarms ([0-9.]+)", httpx.get(f"{world.product.url}/metrics").text, re.MULTILINE)[1])  # type: ignore[index]


def posted(world: World, body: dict[str, Any]) -> int:
    return world.meta.post(json.dumps(body).encode()).status_code


def value(**lists: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": graph.DISPLAY_NUMBER, "phone_number_id": graph.PHONE_NUMBER_ID}
    return {"messaging_product": "whatsapp", "metadata": metadata, **lists}


def envelope(*entries: list[Any], object_: str = "whatsapp_business_account") -> dict[str, Any]:
    return {"object": object_, "entry": [{"id": f"10299{n}", "changes": changes} for n, changes in enumerate(entries)]}


# ------------------------------------------------------------------------------------------------------ the door


def test_the_signature_is_over_the_bytes_in_any_case_of_hex_and_by_sha256_alone(world: World) -> None:
    raw, escaped, upper, old = (somebody(world) for _ in range(4))
    for phone, ascii_only in ((raw, False), (escaped, True)):
        message = phone.phone.message("text", {"body": "olá, é você aí? 👋"})
        body = json.dumps(json.loads(notification(messages=[message])), ensure_ascii=ascii_only).encode()
        assert world.meta.post(body).status_code == 200
    body = notification(messages=[upper.phone.message("text", {"body": "oi"})])
    shouted = "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest().upper()
    assert world.meta.post(body, **{"x-hub-signature-256": shouted}).status_code == 200
    for phone in (raw, escaped, upper):
        assert phone.listen(), phone.number
    body = notification(messages=[old.phone.message("text", {"body": "oi"})])
    sha1 = "sha1=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha1).hexdigest()
    headers = {"content-type": "application/json", "x-hub-signature": sha1}
    assert httpx.post(world.meta.webhook_url, content=body, headers=headers).status_code == 401
    assert world.meta.post(body, **{"x-hub-signature-256": sha1}).status_code == 401


def test_the_handshake_needs_a_challenge_and_never_answers_a_page(world: World) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": graph.VERIFY_TOKEN}
    assert httpx.get(world.meta.webhook_url, params=query).status_code in range(400, 500)
    markup = "<script>alert(1)</script>"
    answer = httpx.get(world.meta.webhook_url, params=query | {"hub.challenge": markup})
    assert answer.status_code in (200, 400, 403)
    assert answer.headers.get("content-type", "text/plain").startswith("text/plain")
    refused = httpx.get(world.meta.webhook_url, params=query | {"hub.challenge": markup, "hub.verify_token": "outro"})
    assert refused.status_code == 403 and markup not in refused.text


def test_what_is_about_something_else_or_somebody_else_is_taken_and_never_answered(world: World) -> None:
    phone = somebody(world)
    before = len(world.meta.sent), alarms(world)
    message = phone.phone.message("text", {"body": "oi"})
    assert posted(world, envelope([{"field": "messages", "value": value(messages=[message])}], object_="page")) == 200
    assert posted(world, envelope([{"field": "of_tomorrow", "value": value(messages=[message])}])) == 200
    other = {"display_phone_number": "551130049999", "phone_number_id": "999999999999999"}
    strange = value(messages=[phone.phone.message("text", {"body": "oi"})]) | {"metadata": other}
    assert posted(world, envelope([{"field": "messages", "value": strange}])) == 200
    until(lambda: alarms(world) > before[1], "what is for another number is set aside with an alarm")
    assert len(world.meta.sent) == before[0]
    phone.say("oi")


def test_three_entries_with_changes_of_every_sort_are_all_read_and_a_repeat_within_another_batch_is_none(world: World) -> None:
    people = [somebody(world) for _ in range(4)]
    said = [phone.phone.message("text", {"body": "oi"}) for phone in people]
    status = {"id": "wamid.nobody", "status": "sent", "timestamp": world.meta.timestamp(), "recipient_id": "5511900000000"}
    contacts = [phone.phone.contact() for phone in people]
    first = [
        {"field": "messages", "value": value(messages=[said[0]], contacts=contacts)},
        {"field": "messages", "value": value(statuses=[status])},
    ]
    second = [
        {"field": "messages", "value": "broken"},
        {"field": "messages", "value": value(messages=[said[1], {"id": "x"}], contacts=contacts, statuses=[status])},
    ]
    third = [{"field": "messages", "value": value(messages=[said[2]], contacts=contacts)}]
    assert posted(world, envelope(first, second, third)) == 200
    for phone in people[:3]:
        assert len(phone.listen()) == 1, phone.number
    again = [{"field": "messages", "value": value(messages=[said[0], said[3], said[1]], contacts=contacts)}]
    assert posted(world, envelope(again)) == 200
    assert len(people[3].listen()) == 1
    assert not any(phone.listen(0.01, 0.01) for phone in people[:3])


# ------------------------------------------------------------------------------------------------------ odd messages


def test_reactions_deletions_and_what_we_said_ourselves_make_no_turn(world: World) -> None:
    phone = somebody(world)
    (greeting, *_) = phone.say("oi")
    own = phone.phone.message("text", {"body": "fala aqui o dono"}) | {"from": graph.DISPLAY_NUMBER, "to": phone.number}
    group = somebody(world)
    silent(
        [
            (phone, phone.message("reaction", {"message_id": greeting.wamid, "emoji": "👍"})),
            (phone, phone.message("reaction", {"message_id": greeting.wamid, "emoji": ""})),
            (phone, phone.message("reaction", {"message_id": greeting.wamid})),
            (phone, phone.message("revoke", {"original_message_id": greeting.wamid})),
            (phone, phone.file("image/webp", b"RIFF0000WEBPVP8 ")),
            (phone, lambda to="": world.meta.post(notification(messages=[own]))),
            (group, group.message("text", {"body": "quanto devo?"}, group_id="1203630@g.us")),
        ]
    )
    assert phone.say("quem é você?")


def test_messages_that_carry_nothing_to_read_are_asked_for_again(world: World) -> None:
    errors = [{"code": 131000, "title": "Something went wrong", "error_data": {"details": "Unsupported webhook payload"}}]
    phones = [somebody(world) for _ in range(6)]
    for phone in phones[1:]:
        phone.do(phone.text("oi"))
    for phone in phones[1:]:
        assert phone.listen()
    first, empty, broken, tokenless, order, audio = phones
    unknown = first.phone.message("unsupported", {"type": "poll_creation"}, errors=[{"code": 131051, "title": "Unknown"}])
    first.do(lambda to="": world.meta.post(notification(messages=[unknown], contacts=[first.phone.contact()])))
    bare = empty.phone.message("interactive", {})
    del bare["interactive"]
    body = value(messages=[bare], errors=errors, contacts=[empty.phone.contact()])
    assert posted(world, envelope([{"field": "messages", "value": body}])) == 200
    reply = {"name": "flow", "body": "Sent", "response_json": "{not json"}
    broken.do(broken.message("interactive", {"type": "nfm_reply", "nfm_reply": reply}))
    tokenless.do(tokenless.message("interactive", {"type": "nfm_reply", "nfm_reply": reply | {"response_json": '{"cpf": "1"}'}}))
    item = {"product_retailer_id": "1", "quantity": 1, "item_price": 1, "currency": "BRL"}
    order.do(order.message("order", {"catalog_id": "1", "text": "", "product_items": [item]}))
    audio.do(audio.file("audio/mpeg", b"ID3" + b"\x00" * 300))
    heard = {
        name: words(phone.listen())
        for name, phone in zip("first empty broken tokenless order audio".split(), phones, strict=True)
    }
    assert all(heard.values()), heard
    assert "assistente virtual" in plain(heard["first"]), "whoever comes with an unreadable message is greeted"
    assert re.search(r"toque|toca|escolh|de novo", plain(heard["empty"])), heard["empty"]
    assert not re.search("pedido confirmado", plain(heard["order"]))
    for said in heard.values():
        assert not amounts(said)


def test_an_edit_is_kept_and_the_last_words_count_where_no_answer_went_out(world: World) -> None:
    phone = somebody(world)
    phone.say("oi")
    phone.forget()
    made = phone.phone.message("text", {"body": "asdfgh"})
    world.meta.post(notification(messages=[made], contacts=[phone.phone.contact()]))
    edited = {"type": "text", "text": {"body": "quem é você?"}, "context": {"id": "M0"}}
    phone.do(phone.message("edit", {"original_message_id": made["id"], "message": edited}))
    heard = phone.listen(quiet=1.5)
    assert 1 <= len(heard) <= 2, words(heard)


def test_a_template_button_without_its_context_is_read_by_payload_and_words(world: World) -> None:
    phone = somebody(world)
    phone.say("oi")
    heard = phone.hear(phone.message("button", {"payload": "quem", "text": "Quem é você?"}))
    assert "programa" in plain(words(heard)), words(heard)


def test_every_change_of_identity_voids_what_was_proven(world: World) -> None:
    person = PEOPLE["abroad"]
    kinds = ("user_changed_number", "user_changed_user_id", "customer_identity_changed")
    for place, kind in enumerate((*kinds, "update")):
        phone = somebody(world)
        user = f"BR.88001122334{place}"
        phone.phone.user_id = user
        assert amounts(words(phone.say(f"{person.written_document} {person.second_factor}")))
        if kind == "update":
            change = {"user_id": {"previous": user, "current": user + "9"}, "timestamp": world.meta.timestamp()}
            told = value(user_id_update=[change])
            assert posted(world, envelope([{"field": "user_id_update", "value": told}])) == 200
        else:
            change = {"body": "mudou", "type": kind, "user_id": f"{user}9"}
            if kind == "user_changed_number":
                change["wa_id"] = phone.number.lstrip("+")
            assert world.meta.post(notification(messages=[phone.phone.message("system", change)])).status_code == 200
        heard = phone.say("quanto eu devo?")
        assert not amounts(words(heard)), f"{kind}: {words(heard)}"


def test_a_human_who_answers_in_the_app_pauses_the_bot(world: World) -> None:
    phone = somebody(world)
    phone.say("oi")
    echo = {
        "from": graph.DISPLAY_NUMBER,
        "to": phone.number.lstrip("+"),
        "id": world.meta.new_id(),
        "timestamp": world.meta.timestamp(),
        "type": "text",
        "text": {"body": "Oi, aqui é a Bela, da loja."},
    }
    assert posted(world, envelope([{"field": "smb_message_echoes", "value": value(message_echoes=[echo])}])) == 200
    silent([(phone, phone.text("que bom, Bela!"))])


def test_an_answer_to_an_older_message_is_read_with_it(world: World) -> None:
    person = PEOPLE["two"]
    phone = somebody(world)
    phone.prove(person)
    phone.say("quanto eu devo?")
    shown = phone.say("a da internet")
    phone.say("quanto eu devo?")
    phone.say("a da girassol")
    assert person.debts[1].description in words(shown), words(shown)
    heard = phone.hear(phone.text("quero pagar essa com pix", reply_to=shown[0].wamid))
    assert person.debts[1].creditor.payee.lower() in words([*heard, *phone.listen(1.0)]).lower(), words(heard)


# ------------------------------------------------------------------------------------------------------ what became of it


def test_a_status_that_overtakes_the_answer_to_our_request_is_kept_for_its_message(world: World) -> None:
    phone = somebody(world)
    phone.say("oi")
    world.meta.faults.append(Fault("late", to=phone.number, seconds=1.5))
    phone.say("quem é você?")
    until(lambda: phone.kept()[-1]["status"] == "delivered", str(phone.kept()[-1]))
    assert len(phone.listen(1.0)) == 0


def test_what_failed_because_the_window_closed_is_announced_by_a_template(world: World) -> None:
    phone = somebody(world)
    world.meta.statuses = False
    try:
        (sent, *_) = phone.say("oi")
    finally:
        world.meta.statuses = True
    phone.forget()
    errors = [{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "more than 24 hours"}}]
    status = {
        "id": sent.wamid,
        "status": "failed",
        "timestamp": world.meta.timestamp(),
        "recipient_id": phone.number,
        "errors": errors,
    }
    assert world.meta.post(notification(statuses=[status])).status_code == 200
    heard = phone.listen()
    assert [one.kind for one in heard] == ["template"], [one.kind for one in heard]


def test_who_cannot_be_reached_is_not_tried_again_and_again(world: World) -> None:
    phone = somebody(world)
    world.meta.faults.append(Fault("error", times=99, to=phone.number, code=131026))
    phone.do(phone.text("oi"))
    until(lambda: [one for one in world.meta.sent if one.to == phone.number], "nothing was tried")
    until(lambda: phone.kept()[-1]["status"] == "failed", str(phone.kept()))
    time.sleep(1.5)
    tried = [one for one in world.meta.sent if one.to == phone.number]
    world.meta.faults.clear()
    assert len(tried) == 1, "no loop"


def test_an_expired_token_holds_everything_back_and_asks_nobody_again_until_it_is_over(world: World) -> None:
    phones = [somebody(world) for _ in range(4)]
    before = alarms(world)
    world.meta.faults.append(Fault("error", times=1, code=190, seconds=4))
    for phone in phones:
        phone.do(phone.text("oi"))
    until(lambda: [one for one in world.meta.sent if one.outcome == "error" and one.to in {p.number for p in phones}], "no call")
    until(lambda: alarms(world) >= before, "an alarm")
    for phone in phones:
        assert len(phone.listen(40.0)) == 1, phone.number
    refused = [one for one in world.meta.sent if one.outcome == "error" and one.to in {phone.number for phone in phones}]
    assert len(refused) == 1


def test_meta_had_nothing_to_object_to(world: World) -> None:
    assert world.meta.violations == []
    assert world.meta.refused_notifications == []
