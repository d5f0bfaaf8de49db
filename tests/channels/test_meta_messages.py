"""Every kind of message of WhatsApp, as the program sees it: one fixture, one meaning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.message import Address, Broken, IdentityChange, Media, Notice, Preference, Received, Status, event_adapter
from channels.meta import parse
from tests.channels.meta_notifications import ACCOUNT, FIXTURES, named, notification, only, text

ANA = Address(channel="whatsapp", account=ACCOUNT, raw="5511988887777", user_id="BR.1502576394655843")
WHEN = datetime.fromtimestamp(1764000000, UTC)


def received(name: str) -> Received:
    event = only(name)
    assert isinstance(event, Received)
    return event


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_survives_being_stored(path: Any) -> None:
    for event in parse(path.read_bytes()):
        assert event_adapter.validate_json(event_adapter.dump_json(event)) == event
        if not isinstance(event, Status):
            assert event.external_id


def test_a_text_says_who_wrote_what_and_when() -> None:
    assert received("text") == Received(
        external_id="wamid.text",
        address=ANA,
        sent_at=WHEN,
        kind="text",
        text="oi, quanto eu devo?",
        profile_name="Ana Souza",
    )


def expected(name: str, **fields: Any) -> Received:
    whole: dict[str, Any] = {
        "external_id": f"wamid.{name}",
        "address": ANA,
        "sent_at": WHEN,
        "profile_name": "Ana Souza",
    } | fields
    return Received(**whole)


CONTENT: dict[str, dict[str, Any]] = {
    "text_blank": {"kind": "text", "text": "\u200b \u200b"},
    "text_forwarded_many_times": {
        "kind": "text",
        "text": "meu CPF é 529.982.247-25",
        "forwarded": True,
        "detail": {"frequently_forwarded": True},
    },
    "text_reply_to_our_offer": {"kind": "text", "text": "quero essa", "reply_to": "wamid.our_question"},
    "text_in_a_group": {"kind": "text", "text": "oi gente", "group": "120363020000000000"},
    "text_with_a_bad_timestamp": {"kind": "text", "text": "oi", "sent_at": None, "detail": {"timestamp": "amanhã"}},
    "image": {
        "kind": "media",
        "media": Media(
            kind="image",
            provider_id="654",
            url="https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=654",
            mime_type="image/jpeg",
            sha256="Qx1=",
            caption="comprovante",
        ),
    },
    "video": {"kind": "media", "media": Media(kind="video", provider_id="655", mime_type="video/mp4", sha256="Qx2=")},
    "document": {
        "kind": "media",
        "media": Media(
            kind="document",
            provider_id="656",
            mime_type="application/pdf",
            sha256="Qx3=",
            filename="comprovante.pdf",
            caption="paguei",
        ),
    },
    "audio_voice_note": {
        "kind": "media",
        "media": Media(kind="voice", provider_id="658", mime_type="audio/ogg; codecs=opus", sha256="Qx4="),
    },
    "audio_file": {"kind": "media", "media": Media(kind="audio", provider_id="659", mime_type="audio/mpeg", sha256="Qx5=")},
    "sticker": {
        "kind": "media",
        "media": Media(kind="sticker", provider_id="660", mime_type="image/webp", sha256="Qx6="),
        "detail": {"animated": False},
    },
    "location": {
        "kind": "location",
        "detail": {"latitude": -23.55, "longitude": -46.63, "name": "Sé", "address": "Praça da Sé"},
    },
    "reaction_added": {"kind": "reaction", "reply_to": "wamid.our_offer", "detail": {"emoji": "👍"}},
    "reaction_removed": {"kind": "reaction", "reply_to": "wamid.our_offer", "detail": {"emoji": ""}},
    "button_reply": {"kind": "choice", "text": "Pagar com Pix", "choice_id": "c_8fK2", "reply_to": "wamid.our_question"},
    "button_reply_forged": {"kind": "choice", "text": "Sim", "choice_id": "/restart"},
    "list_reply": {
        "kind": "choice",
        "text": "Cartão da loja",
        "choice_id": "c_91aa",
        "reply_to": "wamid.our_question",
        "detail": {"description": "R$ 512,30"},
    },
    "template_quick_reply": {"kind": "choice", "text": "Ver minha dívida", "choice_id": "c_77"},
    "flow_completed": {
        "kind": "flow",
        "text": "Sent",
        "detail": {"name": "flow", "valid": True, "flow_token": "t1", "response": {"flow_token": "t1", "dia": "5"}},
    },
    "flow_with_broken_json": {
        "kind": "flow",
        "text": "Sent",
        "detail": {"name": "flow", "valid": False, "flow_token": None, "response": None, "response_json": '{"dia": '},
    },
    "flow_without_a_token": {
        "kind": "flow",
        "text": "Sent",
        "detail": {"name": "flow", "valid": True, "flow_token": None, "response": {"dia": "5"}},
    },
    "payment_method": {
        "kind": "payment_method",
        "detail": {
            "payment_method": "offsite_card_pay",
            "payment_timestamp": 1764000000,
            "reference_id": "r-1",
            "last_four_digits": "4242",
            "credential_id": "c1",
        },
    },
    "interactive_without_content": {
        "kind": "empty_interactive",
        "detail": {
            "errors": [
                {
                    "code": 131000,
                    "title": "Something went wrong",
                    "error_data": {"details": "Unsupported webhook payload"},
                }
            ]
        },
    },
    "order": {
        "kind": "order",
        "detail": {
            "catalog_id": "1",
            "text": "",
            "product_items": [{"product_retailer_id": "7", "quantity": 1, "item_price": 10, "currency": "BRL"}],
        },
    },
    "revoke": {"kind": "revoke", "reply_to": "wamid.before", "detail": {"original_message_id": "wamid.before"}},
    "edit_of_a_text": {
        "kind": "edit",
        "text": "quis dizer 6 vezes",
        "reply_to": "wamid.before",
        "detail": {
            "original_message_id": "wamid.before",
            "message": {"type": "text", "text": {"body": "quis dizer 6 vezes"}},
            "kind": "text",
        },
    },
    "unheard_of_type": {"kind": "unsupported", "detail": {"type": "hologram", "hologram": {"id": "9"}}},
}


@pytest.mark.parametrize("name", CONTENT)
def test_a_message_keeps_what_it_said(name: str) -> None:
    event = next(event for event in parse(named(name)) if isinstance(event, Received))
    assert event == expected(name, **CONTENT[name])


def test_an_edited_image_brings_its_new_file() -> None:
    event = received("edit_of_an_image")
    assert (event.kind, event.reply_to) == ("edit", "wamid.before")
    assert event.media == Media(kind="image", provider_id="661", mime_type="image/jpeg", caption="nova")


def test_a_poll_is_unsupported_and_says_why() -> None:
    event = received("unsupported_poll")
    assert event.kind == "unsupported"
    assert event.detail["unsupported"] == {"type": "poll_creation"}
    assert event.detail["errors"][0]["code"] == 131051


def test_a_first_message_from_an_ad_keeps_its_referral() -> None:
    referral = received("text_from_an_ad").referral
    assert referral is not None
    assert referral["source_type"] == "ad"


def test_a_hostile_file_name_is_made_harmless() -> None:
    media = received("document_with_a_hostile_name").media
    assert media is not None
    assert media.filename == "fdp.exe_img_.pdf"


def test_only_a_card_that_answers_our_request_speaks_of_the_sender() -> None:
    assert received("contacts_answer_to_our_request").detail["origin"] == "contact_request"
    assert received("contacts_somebody_else").detail["origin"] == "other"


def test_a_person_without_a_phone_is_known_by_the_user_id() -> None:
    event = received("text_without_a_phone")
    assert event.address == Address(channel="whatsapp", account=ACCOUNT, raw=None, user_id="BR.1502576394655843")
    assert event.detail == {"username": "@ana"}


@pytest.mark.parametrize(("name", "raw"), [("text_from_a_landline", "551131234567"), ("text_with_eight_digits", "551188887777")])
def test_the_address_is_kept_as_received(name: str, raw: str) -> None:
    assert received(name).address.raw == raw


def test_a_message_from_nobody_is_set_aside() -> None:
    event = only("text_without_a_sender")
    assert isinstance(event, Broken)
    assert (event.external_id, event.account) == ("wamid.text_without_a_sender", ACCOUNT)


def test_our_own_echo_is_flagged() -> None:
    own = received("text_from_our_own_number")
    assert own.from_us and "echo" not in own.detail, "nobody of ours wrote it in the app"
    echo = received("echo_of_a_human_in_the_app")
    assert echo.from_us and echo.detail["echo"] is True
    assert (echo.external_id, echo.address, echo.profile_name) == ("wamid.echo", ANA, "Ana Souza")


def test_our_own_number_is_known_without_its_ninth_digit() -> None:
    said = {"from": "5511930001000", "id": "wamid.1", "type": "text", "text": {"body": "eco"}}
    (event,) = parse(notification(messages=[said]))
    assert isinstance(event, Received)
    assert event.from_us


def test_a_very_long_text_is_kept_whole() -> None:
    (event,) = parse(notification(messages=[text(1, text={"body": "a " * 100_000})]))
    assert isinstance(event, Received)
    assert event.text == "a " * 100_000


def test_people_of_a_batch_are_joined_by_number_and_not_by_place() -> None:
    contacts = [{"wa_id": "5521977776666", "profile": {"name": "Bia"}}, {"wa_id": "5511988887777", "profile": {"name": "Ana"}}]
    events = parse(notification(contacts=contacts, messages=[text(1), text(2, **{"from": "5521977776666"})]))
    assert [event.profile_name for event in events if isinstance(event, Received)] == ["Ana", "Bia"]


# --------------------------------------------------------------------------------------------------------------
# Identity
# --------------------------------------------------------------------------------------------------------------


def person(raw: str | None = None, user_id: str | None = None) -> Address:
    return Address(channel="whatsapp", account=ACCOUNT, raw=raw, user_id=user_id)


@pytest.mark.parametrize(
    ("name", "reason", "previous", "current"),
    [
        ("system_number_changed", "user_changed_number", person("5511988887777"), person("5521977776666", "BR.77")),
        ("system_user_id_changed", "user_changed_user_id", person(user_id="BR.1502576394655843"), person(user_id="BR.77")),
        ("system_identity_changed", "customer_identity_changed", ANA, ANA),
        (
            "user_id_updated",
            "user_changed_user_id",
            person(user_id="BR.1502576394655843"),
            person("5521977776666", "BR.77"),
        ),
    ],
)
def test_a_changed_identity_names_before_and_after(name: str, reason: str, previous: Address, current: Address) -> None:
    event = only(name)
    assert isinstance(event, IdentityChange)
    assert (event.reason, event.previous, event.current, event.at) == (reason, previous, current, WHEN)
    assert event.external_id == only(name).external_id


def test_an_unknown_system_message_is_only_recorded() -> None:
    event = received("system_something_new")
    assert (event.kind, event.text) == ("system", "Algo mudou")


# --------------------------------------------------------------------------------------------------------------
# Statuses and notices
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("status_sent", "sent"),
        ("status_delivered", "delivered"),
        ("status_read_without_delivered", "read"),
        ("status_played", "played"),
        ("status_unheard_of", "unknown"),
    ],
)
def test_a_status_names_our_message_and_our_key(name: str, status: str) -> None:
    event = only(name)
    assert isinstance(event, Status)
    assert (event.status, event.provider_id, event.key, event.recipient) == (status, "wamid.ours", "out-42", "5511988887777")
    assert event.at == datetime.fromtimestamp(1764000010, UTC)


def test_a_failed_status_tells_the_code_and_the_words() -> None:
    event = only("status_failed_window_closed")
    assert isinstance(event, Status)
    assert (event.status, event.error_code) == ("failed", "131047")
    assert event.error_text == "Re-engagement message: Message failed to send because more than 24 hours have passed"


def test_statuses_out_of_order_are_all_told_in_the_order_received() -> None:
    told = ["read", "sent", "failed", "delivered"]
    statuses = [{"id": "wamid.ours", "status": word, "timestamp": "1764000000"} for word in told]
    assert [event.status for event in parse(notification(statuses=statuses)) if isinstance(event, Status)] == told


@pytest.mark.parametrize(
    ("name", "field", "alarming"),
    [
        ("account_restricted", "account_update", True),
        ("template_paused", "message_template_status_update", True),
        ("template_approved", "message_template_status_update", False),
        ("phone_number_quality_fell", "phone_number_quality_update", True),
        ("field_unheard_of", "weather_update", False),
        ("account_error", "errors", True),
        ("object_of_a_page", "object:page", False),
    ],
)
def test_a_notice_is_kept_and_alarms_when_somebody_should_look(name: str, field: str, alarming: bool) -> None:
    event = only(name)
    assert isinstance(event, Notice)
    assert (event.field, event.alarming) == (field, alarming)
    assert event.external_id == only(name).external_id


def test_a_preference_names_the_person_and_what_they_want() -> None:
    event = only("user_stopped_marketing")
    assert isinstance(event, Preference)
    assert (event.wants, event.address.user_id) == ("stop", "BR.1502576394655843")


@pytest.mark.parametrize(("name", "usable"), [("template_paused", False), ("template_approved", True)])
def test_a_notice_about_a_template_says_whether_it_may_be_used(name: str, usable: bool) -> None:
    event = only(name)
    assert isinstance(event, Notice)
    assert event.template
    assert event.usable is usable


def test_a_file_that_was_too_large_for_whatsapp_is_a_file_to_be_asked_for_again() -> None:
    error = {"code": 131052, "title": "Media download error", "error_data": {"details": "over 100 MB"}}
    (told,) = parse(notification(messages=[text(1, type="unsupported", errors=[error])]))
    assert isinstance(told, Received)
    assert told.kind == "media"
    assert told.media is not None
    assert told.media.provider_id is None
