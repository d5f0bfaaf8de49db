"""RCS from the outside: Google's door, a talk with cards and suggestions, and what goes wrong on the way."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.blackbox.google import AGENT, CLIENT_TOKEN, RcsPhone, Sent
from tests.blackbox.http_server import Answer
from tests.blackbox.people import PEOPLE, Person, owed
from tests.blackbox.phone import plain, reais
from tests.blackbox.product import API_TOKEN, World

TELLING = r"divida|debito|\bdev[eo]\b|atras|vencid|inadimpl|negativ|cobranca|credor"


def words(heard: list[Sent]) -> str:
    return "\n---\n".join(one.text + "".join(f"\n[{title}]" for _, title in one.options) for one in heard)


def on_lock_screens(heard: list[Sent]) -> str:
    """Titles of cards and everything that can be tapped."""
    shown = [card.get("title", "") for one in heard for card in one.cards]
    return plain(" | ".join([*shown, *(title for one in heard for _, title in one.options)]))


def phone_of(world: World, key: str) -> tuple[RcsPhone, Person]:
    person = PEOPLE[key]
    return RcsPhone(world.google, f"+{person.phone}"), person


def proven(world: World, key: str) -> tuple[RcsPhone, Person, list[Sent]]:
    phone, person = phone_of(world, key)
    phone.say("oi")
    return phone, person, phone.say(f"{person.written_document} {person.second_factor}")


def stranger(world: World, number: str) -> RcsPhone:
    return RcsPhone(world.google, f"+55219{number}")


# ------------------------------------------------------------------------------------------------------------- the door


def test_the_handshake_answers_the_secret_in_plain_text(world: World) -> None:
    answer = httpx.post(world.google.webhook_url, json={"clientToken": CLIENT_TOKEN, "secret": "9876543210"})
    assert (answer.status_code, answer.text) == (200, "9876543210")
    assert answer.headers["content-type"].startswith("text/plain")
    assert httpx.post(world.google.webhook_url, json={"clientToken": "x", "secret": "1"}).status_code in range(400, 500)


def test_the_door_says_what_is_wrong_with_a_body(world: World) -> None:
    phone = stranger(world, "76000001")
    good = phone.raw(text="oi")
    assert world.google.post(good, "another token").status_code == 401
    assert httpx.post(world.google.webhook_url, json={"message": {"data": "e30="}}).status_code == 401
    for body in (b"", b"[", b"[]", b'{"message": {"data": "***"}}', b'{"message": {}}', b"{}"):
        assert httpx.post(world.google.webhook_url, content=body).status_code == 400, body
    for data in (b"{", b"[1]", b"\xff\xfe"):
        assert world.google.post(data).status_code == 400, data
    signed_but_relabelled = world.google.post(good, **{"x-goog-webhook-type": "verification"})
    assert signed_but_relabelled.status_code == 200 and phone.listen()


@pytest.mark.parametrize(
    "told",
    [
        {"text": "\x00\ud83d oi"},
        {"text": "a" * 30_000},
        {"text": {"body": "oi"}},
        {"suggestionResponse": []},
        {"suggestionResponse": {}},
        {"userFile": {"payload": {"fileUri": "file:///etc/passwd", "mimeType": 5}}},
        {"location": None},
        {"messageId": "x" * 3000, "text": "oi"},
        {"sendTime": "ontem", "text": "oi"},
        {"sendTime": "2031-01-01T00:00:00Z", "text": "oi"},
        {"eventType": "SOMETHING_NEW"},
        {"eventType": 7},
        {"agentId": "another-agent@rbm.goog", "text": "oi"},
    ],
)
def test_a_signed_notification_is_taken_whatever_it_holds(world: World, told: dict[str, object]) -> None:
    phone = stranger(world, "76000002")
    data = json.dumps(phone.raw(**told)).encode("utf-8", "surrogatepass")
    assert world.google.post(data).status_code == 200


def test_another_agents_message_is_never_answered(world: World) -> None:
    phone = stranger(world, "76000003")
    phone.send(agentId="another-agent@rbm.goog", text="oi")
    assert not phone.listen(2.0)


# ------------------------------------------------------------------------------------------------------------- the talk


def test_oi_is_answered_read_and_typed_and_reveals_nothing(world: World) -> None:
    phone, person = phone_of(world, "card")
    heard = phone.say("oi")
    assert "assistente virtual" in plain(words(heard))
    assert not re.search(TELLING, plain(words(heard)).replace("cobrancas", "")), words(heard)
    assert person.name.split()[0] not in words(heard)
    told = [event for number, event in world.google.events if number == phone.number]
    assert {"READ", "IS_TYPING"} <= {event["eventType"] for event in told}
    assert heard[0].payload["messageTrafficType"] == "SERVICEREQUEST"


def test_from_the_amount_to_the_code_alone_that_ends_when_the_pix_does(world: World) -> None:
    phone, person, heard = proven(world, "card")
    total = owed(person.debts[0]).total
    assert reais(total) in words(heard), words(heard)
    assert "*" not in words(heard), "WhatsApp's marks must not be seen on RCS"
    pix = next(option for one in heard for option in one.options if "pix" in plain(option[1]))
    told = phone.tap(pix) + phone.listen(2.0)
    codes = [one for one in told if re.fullmatch(r"000201.+6304[0-9A-F]{4}", one.text)]
    assert len(codes) == 1, words(told)
    assert person.debts[0].creditor.payee.lower() in words(told[: told.index(codes[0])]).lower()
    ends = world.psp.by_code(codes[0].text)
    assert "expireTime" in codes[0].payload and ends is not None
    twice = phone.tap(pix, 4.0) + phone.listen(1.0)
    assert not [one for one in twice if one.text.startswith("000201") and one.text != codes[0].text]
    assert len(world.psp.charges_of(person.document)) == 1


def test_offers_are_cards_side_by_side_and_a_tap_a_number_or_a_name_answers_them(world: World) -> None:
    phone, person, heard = proven(world, "cards")
    carousel = next(one for one in heard if one.cards)
    assert [card["title"] for card in carousel.cards][:2] and len(carousel.cards) == 3
    assert not re.search(TELLING, on_lock_screens(heard))
    for creditor in {debt.creditor.cnpj for debt in person.debts}:
        assert creditor in re.sub(r"[./-]", "", words(heard)), "every collection message names its creditor (CDC art. 42-A)"
    by_total = sorted(person.debts, key=lambda debt: words(heard).index(debt.description))
    tapped = phone.tap(carousel.options[0])
    assert reais(owed(by_total[0]).total) in words(tapped), words(tapped)
    phone.say("quanto eu devo?")
    second = phone.say("2")
    assert reais(owed(by_total[1]).total) in words(second), words(second)
    phone.say("quanto eu devo?")
    named = phone.say("a da internet")
    assert reais(owed(person.debts[1]).total) in words(named), words(named)


def test_plans_are_cards_and_one_that_is_tapped_is_asked_for_a_yes(world: World) -> None:
    phone, _, _ = proven(world, "card")
    heard = phone.say("quero parcelar")
    carousel = next((one for one in heard if one.cards), None)
    assert carousel is not None, words(heard)
    asked = phone.tap(carousel.options[0])
    assert "aceit" in plain(words(asked)), words(asked)
    assert any("aceit" in plain(title) for one in asked for _, title in one.options)


def test_an_old_telephone_reads_the_same_in_words_and_is_asked_for_its_features_once(world: World) -> None:
    phone, person = phone_of(world, "cards")
    old = RcsPhone(world.google, "+5531976554433")
    world.google.features[old.number] = []
    old.say("oi")
    heard = old.say(f"{person.written_document} {person.second_factor}")
    assert not any(one.cards for one in heard)
    # What this person's other telephone was asked may come along first.
    heard = old.say("quanto eu devo?")
    assert not any(one.cards for one in heard)
    assert all(f"{number}. " in words(heard) for number in (1, 2, 3)), words(heard)
    assert world.google.asked.count(old.number) == 1
    chosen = old.say("1")
    assert any(reais(owed(debt).total) in words(chosen) for debt in person.debts)
    assert phone.number != old.number


def test_a_telephone_that_refuses_cards_gets_words_instead(world: World) -> None:
    person = PEOPLE["cards"]
    liar = RcsPhone(world.google, "+5531976554422")
    liar.say("oi")
    # Google says that it shows cards, and refuses them all the same (see `Google.refuses_cards`).
    world.google.refuses_cards.add(liar.number)
    heard = liar.say(f"{person.written_document} {person.second_factor}")
    assert any(reais(owed(debt).total) in words(heard) for debt in person.debts), words(heard)


def test_a_paper_is_a_file_message_that_is_fetched_from_an_unguessable_address(world: World) -> None:
    phone, _, _ = proven(world, "paper")
    heard = phone.say("quero a memória de cálculo") + phone.listen(4.0)
    files = [one.file for one in heard if one.file]
    assert len(files) == 1, words(heard)
    answer = httpx.get(str(files[0]), follow_redirects=False)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert str(files[0]).startswith(f"{world.product.url}/d/")
    assert httpx.get(str(files[0])[:-2] + "zz").status_code == 404


# ------------------------------------------------------------------------------------------------------- tricky cases


def test_the_same_message_many_times_at_once_is_one_turn(world: World) -> None:
    phone = stranger(world, "76000010")
    told = phone.raw(text="oi")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.google.post(told).status_code, range(16)))
    assert set(answers) == {200}
    assert len(phone.listen()) == 1
    assert world.google.post(told).status_code == 200 and not phone.listen(2.0)


def test_two_people_may_choose_the_same_message_id(world: World) -> None:
    one, other = stranger(world, "76000011"), stranger(world, "76000012")
    for phone in (one, other):
        assert world.google.post(phone.raw(text="oi", messageId="Mx-the-same")).status_code == 200
    assert one.listen() and other.listen()


def test_a_message_with_an_event_id_and_no_time_is_read(world: World) -> None:
    phone = stranger(world, "76000013")
    told = {"agentId": AGENT, "senderPhoneNumber": phone.number, "eventId": "E-77", "text": "oi"}
    assert world.google.post(told).status_code == 200
    assert phone.listen()


def test_a_forged_tap_is_only_words_and_an_action_asks_nothing(world: World) -> None:
    phone = stranger(world, "76000014")
    phone.say("oi")
    heard = phone.tap(("o_forged_by_somebody", "falar com uma pessoa"))
    assert heard, "a forged tap is read as its words"
    phone.send(suggestionResponse={"postbackData": "action:url", "text": "Conferir agora", "type": "ACTION"})
    assert not phone.listen(2.0)


def test_an_old_suggestion_without_words_still_counts_by_its_postback(world: World) -> None:
    phone, _, _ = proven(world, "card")
    heard = phone.say("quanto eu devo?")
    option = next(option for one in heard for option in one.options)
    phone.seen += len(world.google.to(phone.number, phone.seen))
    phone.send(suggestionResponse={"postbackData": option[0]})
    assert phone.listen()


def test_typing_alone_is_never_answered(world: World) -> None:
    phone = stranger(world, "76000015")
    phone.event("IS_TYPING")
    assert not phone.listen(2.0)


@pytest.mark.parametrize("text", ["   ", "\u200b\u200b", "/restart", "/inform{}", "<b>oi</b>\u202e", "👍"])
def test_odd_words_are_answered_and_break_nothing(world: World, text: str) -> None:
    phone = stranger(world, f"7601{abs(hash(text)) % 10000:04d}")
    phone.say("oi")
    assert phone.say(text)


def test_a_photo_a_place_and_a_voice_message_are_answered_honestly(world: World) -> None:
    phone = stranger(world, "76000016")
    phone.say("oi")
    world.google.files["/files/1"] = b"\xff\xd8\xff\xe0" + b"x" * 200 + b"\xff\xd9"
    payload = {"mimeType": "image/jpeg", "fileSizeBytes": 206, "fileUri": f"{world.google.url}/files/1", "fileName": "foto.jpg"}
    phone.send(userFile={"payload": payload})
    assert phone.listen(30.0)
    phone.send(location={"latitude": -23.5, "longitude": -46.6})
    assert phone.listen()
    phone.send(userFile={"payload": payload | {"mimeType": "audio/ogg", "fileUri": "http://169.254.169.254/latest/meta-data"}})
    assert phone.listen(30.0)


def test_unsubscribe_stops_us_at_once_and_is_confirmed_once(world: World) -> None:
    phone = stranger(world, "76000017")
    phone.say("oi")
    phone.event("UNSUBSCRIBE")
    heard = phone.listen()
    assert len(heard) == 1 and "parei" in plain(words(heard)), words(heard)
    assert heard[0].payload["messageTrafficType"] == "ACKNOWLEDGEMENT"
    listed = httpx.get(f"{world.product.url}/api/v1/opt-outs", headers={"authorization": f"Bearer {API_TOKEN}"}).json()["items"]
    assert any(one["channel"] == "rcs" and one["address"].endswith("76000017") for one in listed), listed
    phone.event("UNSUBSCRIBE")
    assert not phone.listen(2.0)
    assert phone.say("oi"), "who writes is still answered"


def test_a_lost_answer_is_not_repeated_once_the_delivery_is_told(world: World) -> None:
    phone = stranger(world, "76000018")
    phone.say("oi")
    world.google.faults.append((phone.number, Answer(lost=True)))
    phone.send(text="quem é você?")
    first = phone.listen()
    assert len(first) == 1
    phone.event("DELIVERED", messageId=first[0].id)
    time.sleep(3.0)
    assert [one.id for one in world.google.sent if one.to == phone.number].count(first[0].id) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_passing_trouble_of_google_delays_an_answer_and_loses_none(world: World, status: int) -> None:
    phone = stranger(world, f"7600{status:04d}")
    phone.say("oi")
    world.google.faults.append((phone.number, Answer(status, {"error": {"code": status, "status": "X"}})))
    assert phone.say("quem é você?", 40.0)


def test_a_flood_is_answered_with_few_messages(world: World) -> None:
    phone = stranger(world, "76000020")
    phone.say("oi")
    for number in range(20):
        phone.send(text=f"mensagem {number}")
    heard = phone.listen(20.0, 3.0)
    assert 1 <= len(heard) <= 4, words(heard)


def test_nothing_that_was_sent_broke_googles_rules_or_showed_on_a_locked_screen(world: World) -> None:
    assert not world.google.violations
    assert not re.search(TELLING, on_lock_screens(world.google.sent))
    for one in world.google.sent:
        assert not (one.file and one.cards)
