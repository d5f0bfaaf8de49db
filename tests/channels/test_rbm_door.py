"""What comes from Google: the handshake, the signature over the decoded data, and every message and event."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.channel import BadBody
from channels.message import Broken, Event, Notice, Preference, Received, Status, Typing
from channels.rbm import BadSignature, handshake, key_of, message_id, opened, parse
from channels.rbm_inbound import moment
from tests.channels.rbm_google import envelope, signature, user_message, without

TOKEN = "client-token-for-tests"
PHONE = "+5511987654321"


def read(told: Any) -> Event:
    (event,) = parse(json.dumps(told).encode(), "trato")
    return event


# ---------------------------------------------------------------------------------------------------------------- the door


def test_the_handshake_answers_the_secret() -> None:
    assert handshake(json.dumps({"clientToken": TOKEN, "secret": "1234567890"}).encode(), TOKEN) == "1234567890"


@pytest.mark.parametrize(
    "told", [{"clientToken": "another", "secret": "1"}, {"secret": "1"}, {"clientToken": None, "secret": "1"}]
)
def test_a_handshake_with_anothers_token_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        handshake(json.dumps(told).encode(), TOKEN)


@pytest.mark.parametrize("secret", ["", None, "<script>alert(1)</script> x", 12])
def test_a_handshake_without_a_plain_secret_is_no_handshake(secret: Any) -> None:
    with pytest.raises(BadBody):
        handshake(json.dumps({"clientToken": TOKEN, "secret": secret}).encode(), TOKEN)


def test_a_message_is_never_a_handshake_whatever_else_is_in_it() -> None:
    body, _ = envelope(user_message())
    relabelled = json.loads(body) | {"clientToken": TOKEN, "secret": "5"}
    assert handshake(json.dumps(relabelled).encode(), TOKEN) is None


def test_the_signature_is_over_the_decoded_data_and_not_over_the_body() -> None:
    body, data = envelope(user_message("não é"))
    assert opened(body, signature(data, TOKEN), TOKEN) == data
    for wrong in (signature(body, TOKEN), signature(data, "another"), "", None, "ç", signature(data, TOKEN)[:-4]):
        with pytest.raises(BadSignature):
            opened(body, wrong, TOKEN)
    with pytest.raises(BadSignature):
        opened(body, signature(data, ""), "")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"message": {}}', b'{"message": {"data": 5}}', b'{"message": {"data": "@@@"}}', b'{"message": {"data": ""}}',
     b'{"message": "x"}', b"\xff\xfe", b"null"],
)  # fmt: skip
def test_what_is_no_notification_is_a_bad_body(body: bytes) -> None:
    with pytest.raises(BadBody):
        opened(body, "x", TOKEN)


def test_attributes_of_the_envelope_are_not_believed() -> None:
    _, data = envelope(user_message())
    body = {"message": {"data": base64.b64encode(data).decode(), "attributes": {"message_type": "TEXT", "phone": "+551"}}}
    told = opened(json.dumps(body).encode(), signature(data, TOKEN), TOKEN)
    (event,) = parse(told, "trato")
    assert isinstance(event, Received) and event.address.raw == PHONE


@pytest.mark.parametrize("data", [b"{", b"[1]", b'"x"', b"\xff"])
def test_signed_data_that_is_no_object_is_a_bad_body(data: bytes) -> None:
    with pytest.raises(BadBody):
        parse(data, "trato")


# ------------------------------------------------------------------------------------------------------------ what people send


def test_a_text_is_read_with_its_nanoseconds_and_our_own_name_for_the_agent() -> None:
    event = read(user_message("Olá"))
    assert isinstance(event, Received)
    assert (event.kind, event.text, event.address.channel, event.address.account, event.address.raw) == (
        "text", "Olá", "rcs", "trato", PHONE,
    )  # fmt: skip
    assert event.sent_at == datetime(2026, 11, 22, 15, 1, 23, 45123, tzinfo=UTC)
    assert event.external_id == "5511987654321/MxA1"


@pytest.mark.parametrize("name", ["trato", "trato@rbm.goog", None])
def test_our_agent_is_known_with_and_without_its_domain(name: str | None) -> None:
    event = read(user_message(agentId=name))
    assert isinstance(event, Received) and event.address.account == "trato"


def test_another_agents_message_keeps_its_name_so_that_it_is_set_aside() -> None:
    event = read(user_message(agentId="somebody@rbm.goog"))
    assert isinstance(event, Received) and event.address.account == "somebody@rbm.goog"


def test_an_event_id_stands_in_for_a_message_id_and_ids_belong_to_a_telephone() -> None:
    first = read(without(user_message(eventId="E1"), "messageId", "sendTime"))
    other = read(without(user_message(eventId="E1", senderPhoneNumber="+5511900000000"), "messageId"))
    assert isinstance(first, Received) and isinstance(other, Received)
    assert first.external_id != other.external_id and first.sent_at is None


def test_a_tapped_suggestion_is_a_choice_by_its_postback() -> None:
    event = read(without(user_message(suggestionResponse={"postbackData": "o_abc", "text": "Pagar", "type": "REPLY"}), "text"))
    assert isinstance(event, Received) and (event.kind, event.choice_id, event.text) == ("choice", "o_abc", "Pagar")
    silent = read(without(user_message(suggestionResponse={"postbackData": "o_abc"}), "text"))
    assert isinstance(silent, Received) and (silent.kind, silent.choice_id, silent.text) == ("choice", "o_abc", None)


@pytest.mark.parametrize("answer", [{"postbackData": "x", "text": "Ligar", "type": "ACTION"}, {"postbackData": "action:dial"}])
def test_a_tap_that_the_telephone_did_by_itself_asks_nothing_of_us(answer: dict[str, Any]) -> None:
    event = read(without(user_message(suggestionResponse=answer), "text"))
    assert isinstance(event, Received) and event.kind == "system"


def test_a_suggestion_response_without_anything_asks_to_tap_again() -> None:
    event = read(without(user_message(suggestionResponse={}), "text"))
    assert isinstance(event, Received) and event.kind == "empty_interactive"


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "image"),
        ("application/pdf", "document"),
        ("audio/ogg", "voice"),
        ("video/mp4", "video"),
        (None, "document"),
    ],
)
def test_a_file_is_media_with_an_address_and_a_harmless_name(mime: str | None, kind: str) -> None:
    payload = {"mimeType": mime, "fileSizeBytes": 12, "fileUri": "https://storage.googleapis.com/x", "fileName": "../../a<b>.pdf"}
    event = read(without(user_message(userFile={"thumbnail": {}, "payload": payload}), "text"))
    assert isinstance(event, Received) and event.kind == "media" and event.media is not None
    assert (event.media.kind, event.media.url, event.media.filename) == (kind, payload["fileUri"], "a_b_.pdf")
    assert event.detail == {"size": 12}


def test_a_contact_card_is_somebody_else() -> None:
    payload = {"mimeType": "text/vcard; charset=utf-8", "fileUri": "https://rcs-copper-us.googleapis.com/v", "fileName": "x.vcf"}
    event = read(without(user_message(userFile={"payload": payload}), "text"))
    assert isinstance(event, Received) and (event.kind, event.media, event.detail["origin"]) == ("contacts", None, "other")


def test_a_location_keeps_its_coordinates() -> None:
    event = read(without(user_message(location={"latitude": -23.5, "longitude": -46.6}), "text"))
    assert isinstance(event, Received) and event.kind == "location" and event.detail["latitude"] == -23.5


# ------------------------------------------------------------------------------------------------------------------ events


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("DELIVERED", "delivered"),
        ("READ", "read"),
        ("TTL_EXPIRATION_REVOKED", "failed"),
        ("TTL_EXPIRATION_REVOKE_FAILED", "unknown"),
    ],
)
def test_an_event_of_our_message_is_a_status_that_leads_to_our_key(kind: str, status: str) -> None:
    ours = "m_AAECAwQFRgeICQoLDA0ODw"
    name = "phoneNumber" if kind.startswith("TTL") else "senderPhoneNumber"
    event = read({"agentId": "trato", name: PHONE, "messageId": message_id(ours), "eventId": "E", "eventType": kind})
    assert isinstance(event, Status)
    assert (event.status, event.key, event.recipient) == (status, ours, PHONE)


def test_keys_of_ours_and_uuids_are_one_for_another_and_other_texts_get_a_uuid_of_their_own() -> None:
    assert key_of(message_id("m_AAECAwQFRgeICQoLDA0ODw")) == "m_AAECAwQFRgeICQoLDA0ODw"
    assert message_id("anything") == message_id("anything") != message_id("anything else")
    assert key_of("no uuid") is None


@pytest.mark.parametrize(("kind", "wants"), [("UNSUBSCRIBE", "stop"), ("SUBSCRIBE", "resume")])
def test_the_switch_of_the_messages_app_is_a_preference(kind: str, wants: str) -> None:
    event = read({"agentId": "trato", "senderPhoneNumber": PHONE, "eventId": "E7", "eventType": kind})
    assert isinstance(event, Preference) and event.wants == wants and event.address.raw == PHONE


def test_typing_is_no_message() -> None:
    event = read({"agentId": "trato", "senderPhoneNumber": PHONE, "eventId": "E8", "eventType": "IS_TYPING"})
    assert isinstance(event, Typing) and event.address.raw == PHONE


def test_what_is_new_is_noted_and_never_lost() -> None:
    event = read({"agentId": "trato", "senderPhoneNumber": PHONE, "eventId": "E9", "eventType": "SOMETHING_NEW"})
    assert isinstance(event, Notice) and event.field == "something_new" and not event.alarming
    launch = read({"agentId": "trato", "eventId": "L1", "agentLaunchEvent": {"launchState": "REJECTED"}})
    assert isinstance(launch, Notice) and launch.alarming and launch.field == "agentLaunchEvent"


@pytest.mark.parametrize(
    "told",
    [without(user_message(), "senderPhoneNumber"), without(user_message(), "messageId"), {"eventType": "READ", "eventId": "1"},
     user_message(senderPhoneNumber={"a": 1}), user_message(messageId=["x"])],
)  # fmt: skip
def test_an_item_that_cannot_be_read_is_set_aside_with_a_reason(told: dict[str, Any]) -> None:
    event = read(told)
    assert isinstance(event, Broken) and event.why


def test_the_same_notification_is_the_same_item() -> None:
    told = user_message()
    assert read(told) == read(json.loads(json.dumps(told)))


@pytest.mark.parametrize(
    "text", ["2026-11-22T15:01:23Z", "2026-11-22T15:01:23.1Z", "2026-11-22T12:01:23.999999999-03:00", "2026-11-22t15:01:23z"]
)
def test_instants_are_read_in_every_precision(text: str) -> None:
    found = moment(text)
    assert found is not None and found.replace(microsecond=0) == datetime(2026, 11, 22, 15, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", 5, "2026-13-40T00:00:00Z", "2026-11-22"])
def test_what_is_no_instant_is_none(value: Any) -> None:
    assert moment(value) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    "agentId senderPhoneNumber phoneNumber messageId eventId eventType sendTime text suggestionResponse location userFile".split()
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(names | st.text(max_size=8), json_values, max_size=8))
def test_no_signed_object_ever_breaks_the_reader(told: dict[str, Any]) -> None:
    events = parse(json.dumps(told).encode(), "trato")
    assert len(events) == (1 if told else 0)
