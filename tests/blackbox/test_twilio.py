"""The same talk behind Twilio, on WhatsApp and on RCS, as Twilio sees it: signatures, forms, files, statuses, troubles."""

from __future__ import annotations

import concurrent.futures
import re
import time

import pytest

from tests.blackbox.people import PEOPLE, owed
from tests.blackbox.phone import amounts, calculation, plain, words
from tests.blackbox.product import World
from tests.blackbox.twilio import ACCOUNT, RCS, WHATSAPP, Fault, TwilioPhone

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 400
numbers = iter(f"+55119{n:08d}" for n in range(77100000, 77200000))


def stranger(world: World, channel: str = "whatsapp") -> TwilioPhone:
    return TwilioPhone(world.twilio, next(numbers), channel)


def files_of(world: World) -> list[bytes]:
    return [path.read_bytes() for path in (world.product.data / "media").rglob("*") if path.is_file()]


@pytest.mark.parametrize("channel", ["whatsapp", "rcs"])
def test_somebody_proves_who_they_are_sees_what_they_owe_and_gets_a_pix(world: World, channel: str) -> None:
    person = PEOPLE[f"twilio_{channel}"]
    phone = TwilioPhone(world.twilio, f"+{person.phone}", channel)
    first = phone.say("oi")
    assert not amounts(words(first))  # type: ignore[arg-type]
    assert first[-1].options, "answers are offered to be tapped"
    phone.say("quanto eu devo?")
    shown = phone.say(f"{person.written_document} {person.second_factor}")
    assert calculation(shown)["total"] == owed(person.debts[0]).total  # type: ignore[arg-type]
    assert person.debts[0].creditor.cnpj[:2] in words(shown)  # type: ignore[arg-type]
    option = next(one for message in reversed(shown) for one in message.options if "pix" in plain(one[1]))
    paid = phone.tap(option)
    codes = [one for one in paid if re.fullmatch(r"000201\S.*6304[0-9A-F]{4}", one.text)]
    assert len(codes) == 1, "the code stands alone in a message of its own"
    assert owed(person.debts[0]).total in amounts(words(paid))  # type: ignore[arg-type]
    again = phone.tap(option)
    assert [one.text for one in again if one.text.startswith("000201")] in ([], [codes[0].text]), (
        "one charge, however often tapped"
    )


def test_a_typed_number_or_label_answers_what_was_offered(world: World) -> None:
    for channel in ("whatsapp", "rcs"):
        for answer in ("label", "number"):
            phone = stranger(world, channel)
            offered = phone.say("oi")[-1].options
            place = next(n for n, (_, title) in enumerate(offered) if "segur" in plain(title))
            said = phone.say(offered[place][1] if answer == "label" else str(place + 1))
            assert re.search("cnpj|golpe|segur", plain(words(said))), words(said)  # type: ignore[arg-type]


def test_what_is_not_signed_by_twilio_stays_outside(world: World) -> None:
    phone = stranger(world)
    fields = world.twilio.inbound(phone.number, "whatsapp", Body="oi")
    assert world.twilio.post(fields, token="another").status_code in (401, 403)
    assert world.twilio.post(fields, signature="").status_code in (401, 403)
    good = world.twilio.inbound(phone.number, "whatsapp", Body="oi")
    assert world.twilio.post({**good, "AccountSid": "AC" + "9" * 32}).status_code in range(400, 500)
    assert world.twilio.post({**good, "To": "whatsapp:+15550001111"}).status_code in range(400, 500)
    assert phone.listen(2.0) == []


def test_every_request_is_answered_with_empty_twiml(world: World) -> None:
    answer = world.twilio.post(world.twilio.inbound(next(numbers), "whatsapp", Body="oi"))
    assert answer.status_code == 200
    assert re.fullmatch(r"(<\?xml[^>]*\?>)?\s*<Response\s*/>|(<\?xml[^>]*\?>)?\s*<Response></Response>", answer.text.strip())
    assert "xml" in answer.headers["content-type"]


def test_the_same_message_ten_times_at_once_is_answered_once(world: World) -> None:
    phone = stranger(world)
    fields = world.twilio.inbound(phone.number, "whatsapp", Body="oi")
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: world.twilio.post(fields).status_code, range(10)))
    assert set(answers) == {200}
    assert len(phone.listen()) == 1
    assert world.twilio.post(fields).status_code == 200
    assert phone.listen(2.0) == []


def test_empty_location_contact_and_forwarded_messages_have_an_honest_answer(world: World) -> None:
    for fields in (
        {"Body": ""},
        {"Latitude": "-23.5", "Longitude": "-46.6"},
        {"NumMedia": "1", "MediaUrl0": f"{world.twilio.url}/vcard", "MediaContentType0": "text/vcard"},
        {"Body": "oi", "Forwarded": "true", "FrequentlyForwarded": "true"},
        {"Body": "/restart"},
        {"Body": "x" * 1600},
        {"Body": "oi", "ReferralSourceUrl": "https://fb.me/1", "ReferralHeadline": "Negocie", "CtwaClid": "c"},
    ):
        phone = stranger(world)
        phone.send(**fields)
        assert phone.listen(), fields


def test_a_photo_is_fetched_at_once_with_our_credentials_and_kept(world: World) -> None:
    phone = stranger(world)
    phone.hand_in("image/jpeg", JPEG + b"one")
    assert JPEG + b"one" in files_of(world)


def test_a_file_at_a_strangers_address_is_never_asked_for(world: World) -> None:
    phone = stranger(world)
    port = world.meta.url.split(":")[2].split("/")[0]
    for url in (
        f"http://127.0.0.1:{port}/public/x",
        f"http://localhost:{world.product.port}/livez",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
    ):
        assert phone.hand_in("image/jpeg", JPEG, url=url)
    assert not [path for path in world.twilio.asked if "/public/" in path]
    assert b"stolen" not in files_of(world)


def test_a_program_that_calls_itself_a_pdf_is_kept_apart(world: World) -> None:
    before = len(files_of(world))
    stranger(world).hand_in("application/pdf", b"MZ\x90\x00" + b"\x00" * 300, Body="comprovante")
    assert len(files_of(world)) == before + 1
    assert not [path for path in (world.product.data / "media").rglob("*.pdf") if path.read_bytes().startswith(b"MZ")]


def test_an_album_has_one_answer(world: World) -> None:
    phone = stranger(world)
    phone.say("oi")
    for n in range(4):
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{n}/Media/ME{n}"
        world.twilio.files[path] = ("image/jpeg", JPEG + bytes([n]))
        phone.send(NumMedia="1", MediaUrl0=f"{world.twilio.url}{path}", MediaContentType0="image/jpeg")
    assert len(phone.listen(quiet=3.0)) <= 2


def test_statuses_in_any_order_are_taken_and_foreign_ones_refused(world: World) -> None:
    phone = stranger(world)
    (message, *_) = phone.say("oi")
    for status in ("read", "sent", "delivered", "failed", "delivered"):
        assert world.twilio.report(message, status).status_code == 200
    assert world.twilio.report(message, "sent", From="whatsapp:+15550001111").status_code in range(400, 500)


def test_a_lost_answer_is_not_sent_again_when_its_status_comes(world: World) -> None:
    phone = stranger(world)
    world.twilio.faults.append(Fault("lost", to=f"whatsapp:{phone.number}"))
    (message, *_) = phone.say("oi")
    assert world.twilio.report(message, "delivered").status_code == 200
    time.sleep(3.0)
    assert [one for one in world.twilio.sent if one.to == message.to] == [message]
    assert phone.say("isso é golpe?"), "and the talk goes on"


def test_limits_and_troubles_of_twilio_are_waited_out(world: World) -> None:
    for fault in (
        Fault("error", 2, code=63017),
        Fault("error", 1, code=20500, status=500),
        Fault("error", 1, code=20429, status=429),
    ):
        phone = stranger(world)
        fault.to = f"whatsapp:{phone.number}"
        world.twilio.faults.append(fault)
        phone.write("oi")
        assert len(phone.listen(40.0)) == 1, fault


def test_rcs_is_never_addressed_as_sms_and_twilio_had_nothing_to_object_to(world: World) -> None:
    assert {one.to.partition(":")[0] for one in world.twilio.sent} <= {"whatsapp", "rcs"}
    assert {one.fields["From"] for one in world.twilio.sent} <= {WHATSAPP, RCS}
    assert world.twilio.violations == []
    assert world.twilio.refused_requests == []
