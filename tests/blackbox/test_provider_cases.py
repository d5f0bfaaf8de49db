"""What only Twilio or only Google does, case by case."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.blackbox.doors import RbmHandset, TwilioHandset, all_hear, all_say, handset, handsets, until
from tests.blackbox.google import CLIENT_TOKEN
from tests.blackbox.people import PEOPLE
from tests.blackbox.phone import plain, words
from tests.blackbox.product import World
from tests.blackbox.test_meta_cases import alarms
from tests.blackbox.twilio import WHATSAPP

TWILIO = ("twilio_whatsapp", "twilio_rcs")


def behind(world: World, door: str) -> Any:
    found: TwilioHandset | RbmHandset = handset(world, door)
    return found


# ------------------------------------------------------------------------------------------------------ Twilio


def test_a_signature_may_be_of_the_address_with_or_without_its_port_and_stranger_parameters_count(world: World) -> None:
    phone = behind(world, "twilio_whatsapp")
    port = world.product.port
    for url in (f"http://127.0.0.1:{port}/webhooks/twilio", "http://127.0.0.1/webhooks/twilio"):
        fields = world.twilio.inbound(phone.number, "whatsapp", Body="oi", NewIn2027="é", Blank="")
        assert world.twilio.post(fields, url=url, to=world.product.url).status_code in (200, 401), url
    fields = world.twilio.inbound(phone.number, "whatsapp", Body="oi", NewIn2027="é", Blank="")
    assert world.twilio.post(fields).status_code == 200
    assert phone.listen()
    assert world.twilio.post(fields | {"Blank": "x"}, signature=signature_of(world, fields)).status_code == 401


def signature_of(world: World, fields: dict[str, str]) -> str:
    from tests.blackbox.twilio import TOKEN

    text = world.twilio.webhook_url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


def test_a_payload_wins_over_the_words_on_the_button(world: World) -> None:
    phones = handsets(world, TWILIO)
    for phone, heard in all_say(phones, "oi"):
        safe = next(found for one in heard for found in one.options if "segur" in plain(found[1]))
        fields = {"Body": "outra coisa", "ButtonPayload": safe[0], "ButtonText": "outra coisa", "ButtonType": "REPLY"}
        said = words(phone.hear(phone.form(**fields)))
        assert re.search("cnpj|golpe|segur", plain(said)), f"{phone.door}: {said}"


def test_the_answer_of_a_form_that_cannot_be_read_is_asked_for_again(world: World) -> None:
    phones = [behind(world, "twilio_whatsapp") for _ in range(2)]
    all_say(phones, "oi")
    asked = [
        (phones[0], phones[0].form(Body="", FlowData="{broken", InteractiveData="{broken")),
        (phones[1], phones[1].form(Body="", ChannelMetadata="{broken", MessageType="unsupported")),
    ]
    for phone, heard in all_hear(asked):
        assert len(heard) == 1, phone.number


def test_what_left_as_an_sms_all_the_same_is_an_alarm(world: World) -> None:
    phone = behind(world, "twilio_rcs")
    (sent, *_) = phone.say("oi")
    before = alarms(world)
    assert world.twilio.report(sent, "delivered", From="+551130043000").status_code in (200, 403)
    until(lambda: alarms(world) > before, "an SMS is told to somebody")


def test_an_answer_on_whatsapp_to_an_older_message_of_ours_is_read_with_it(world: World) -> None:
    person = PEOPLE["cards"]
    phone = behind(world, "twilio_whatsapp")
    phone.prove(person)
    phone.say("quanto eu devo?")
    shown = phone.say("a da internet")
    phone.say("quanto eu devo?")
    phone.say("a da girassol")
    heard = phone.hear(phone.text("quero pagar essa com pix", reply_to=shown[0].sid))
    assert person.debts[1].creditor.payee.lower() in words([*heard, *phone.listen(1.0)]).lower(), words(heard)


# ------------------------------------------------------------------------------------------------------ Google


def test_a_signature_over_anything_but_the_decoded_data_is_none(world: World) -> None:
    phone = behind(world, "rbm")
    data = json.dumps(phone.phone.raw(text="oi")).encode()
    body = json.dumps({"message": {"data": base64.b64encode(data).decode()}}).encode()
    over_body = base64.b64encode(hmac.new(CLIENT_TOKEN.encode(), body, hashlib.sha512).digest()).decode()
    over_text = base64.b64encode(hmac.new(CLIENT_TOKEN.encode(), base64.b64encode(data), hashlib.sha512).digest()).decode()
    for signed in (over_body, over_text, "", "x"):
        headers = {"x-goog-signature": signed, "content-type": "application/json"}
        assert httpx.post(world.google.webhook_url, content=body, headers=headers).status_code == 401
    changed = {"message": {"data": base64.b64encode(data).decode(), "attributes": {"message_type": "EVENT"}}}
    right = base64.b64encode(hmac.new(CLIENT_TOKEN.encode(), data, hashlib.sha512).digest()).decode()
    headers = {"x-goog-signature": right}
    assert httpx.post(world.google.webhook_url, json=changed, headers=headers).status_code == 200
    assert phone.listen(), "only the decoded data counts"


@pytest.mark.parametrize("order", [("DELIVERED", "TTL"), ("TTL", "DELIVERED")])
def test_delivered_wins_over_a_revoked_message_in_either_order(world: World, order: tuple[str, str]) -> None:
    phone = behind(world, "rbm")
    world.google.statuses = False
    try:
        (sent, *_) = phone.say("oi")
    finally:
        world.google.statuses = True
    for kind in order:
        told = {"eventType": "TTL_EXPIRATION_REVOKED", "messageId": sent.id, "phoneNumber": phone.number}
        if kind == "DELIVERED":
            told = {"eventType": "DELIVERED", "messageId": sent.id, "senderPhoneNumber": phone.number}
        world.google.tell(told)
    until(lambda: phone.kept()[-1]["status"] == "delivered", str(phone.kept()[-1]))
    assert len(phone.got) == 1, "nothing is sent again"


def test_typing_makes_the_answer_wait_for_what_follows(world: World) -> None:
    phone = behind(world, "rbm")
    phone.say("oi")
    phone.do(phone.text("queria saber"))
    for _ in range(3):
        phone.do(phone.told(eventType="IS_TYPING", eventId=world.google.new_id()))
    phone.do(phone.text("quem é você"))
    heard = phone.listen(quiet=1.5)
    assert 1 <= len(heard) <= 2, words(heard)


def test_a_telephone_without_rcs_is_found_out_and_not_tried_for_ever(world: World) -> None:
    phone = behind(world, "rbm")
    world.google.features[phone.number] = None
    phone.do(phone.text("oi"))
    until(lambda: [one for one in phone.kept() if one["status"] == "failed"], str(phone.kept()))
    asked = world.google.asked.count(phone.number)
    time.sleep(1.0)
    assert world.google.asked.count(phone.number) == asked <= 2
    assert phone.got == []


def test_a_message_that_waited_for_days_at_google_is_answered_once(world: World) -> None:
    phone = behind(world, "rbm")
    heard = phone.hear(phone.text("oi", at=world.clock.now() - timedelta(days=3)))
    assert len(heard) == 1


def test_neither_provider_had_anything_to_object_to(world: World) -> None:
    assert world.twilio.violations == []
    assert world.google.violations == []
    assert {one.fields["From"] for one in world.twilio.sent if one.to.startswith("whatsapp:")} <= {WHATSAPP}
