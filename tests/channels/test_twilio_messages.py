"""What Twilio tells, as events: every kind of message on WhatsApp and RCS, and what became of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.channel import BadBody
from channels.message import Address, Broken, Event, Notice, Received, Status, event_adapter
from channels.twilio import Door, senders_of
from tests.channels.twilio_house import ACCOUNT, PUBLIC, RCS_FROM, SERVICE, SID, TOKEN, WHATSAPP_FROM, inbound, status

DOOR = Door(ACCOUNT, (TOKEN,), PUBLIC, senders_of(WHATSAPP_FROM, RCS_FROM, SERVICE))
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}/Media/ME1"


def one(fields: list[tuple[str, str]], key: str | None = None) -> Event:
    (event,) = DOOR.events(fields, key)
    return event


def received(fields: list[tuple[str, str]]) -> Received:
    event = one(fields)
    assert isinstance(event, Received)
    return event


def test_a_text_on_whatsapp() -> None:
    event = received(inbound("quero pagar"))
    assert (event.kind, event.text, event.external_id, event.profile_name) == ("text", "quero pagar", SID, "Ana")
    assert event.address == Address(channel="whatsapp", account=WHATSAPP_FROM, raw="+5511988887777")
    assert event.sent_at is None


def test_a_text_on_rcs_with_its_time_to_the_nanosecond() -> None:
    payload = {"senderPhoneNumber": "+5511988887777", "messageId": "m1", "sendTime": "2026-11-22T15:01:23.045123456Z"}
    meta = {"type": "rcs", "data": {"context": {"channelPayload": payload}}}
    event = received(inbound("oi", channel="rcs", ChannelMetadata=json.dumps(meta)))
    assert event.address == Address(channel="rcs", account=RCS_FROM, raw="+5511988887777")
    assert event.sent_at == datetime(2026, 11, 22, 15, 1, 23, tzinfo=UTC)


def test_a_number_with_eight_digits_is_kept_as_it_came() -> None:
    assert received(inbound(From="whatsapp:+551188887777")).address.raw == "+551188887777"


def test_a_plus_that_came_as_a_space_is_still_our_number() -> None:
    assert received(inbound(To="whatsapp: 551140000000")).address.account == WHATSAPP_FROM


def test_a_person_without_a_number_is_known_by_their_id() -> None:
    event = received(inbound(From="whatsapp:BR.1502576394655843", WaId=""))
    assert (event.address.raw, event.address.user_id) == (None, "BR.1502576394655843")


def test_a_message_without_any_sender_is_set_aside() -> None:
    event = one(inbound(From="", WaId=""))
    assert isinstance(event, Broken)
    assert event.external_id == SID


def test_an_rcs_sender_without_a_name_of_its_own_is_its_service() -> None:
    door = Door(ACCOUNT, (TOKEN,), PUBLIC, senders_of("", "", SERVICE))
    (event,) = door.events(inbound(channel="rcs", MessagingServiceSid=SERVICE))
    assert isinstance(event, Received)
    assert (event.address.channel, event.address.account) == ("rcs", SERVICE)


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_an_empty_text_is_a_text(text: str) -> None:
    assert received(inbound(text)).kind == "text"


def test_a_tapped_button_counts_by_its_payload_not_by_its_words() -> None:
    event = received(inbound("Pagar agora", ButtonPayload="o_abc123", ButtonText="Pagar", ButtonType="REPLY"))
    assert (event.kind, event.choice_id, event.text) == ("choice", "o_abc123", "Pagar")


def test_a_tapped_row_of_a_list() -> None:
    event = received(inbound("Cartão", ListId="o_row1", ListTitle="Cartão final 12"))
    assert (event.kind, event.choice_id, event.text) == ("choice", "o_row1", "Cartão final 12")


@pytest.mark.parametrize(
    "data",
    [
        {"type": "list_reply", "list_reply": {"id": "o_row2", "title": "Luz", "description": "x"}},
        {"interactive": {"type": "button_reply", "button_reply": {"id": "o_row2", "title": "Luz"}}},
    ],
)
def test_an_answer_in_the_interactive_data_alone(data: dict[str, object]) -> None:
    event = received(inbound("Luz", InteractiveData=json.dumps(data)))
    assert (event.kind, event.choice_id, event.text) == ("choice", "o_row2", "Luz")


def test_a_suggestion_of_rcs_in_its_metadata_alone() -> None:
    context = {"buttonPayload": "o_chip", "suggestionResponse": {"postbackData": "o_chip", "text": "Pagar", "type": "REPLY"}}
    meta = {"type": "rcs", "data": {"context": context}}
    event = received(inbound("", channel="rcs", ChannelMetadata=json.dumps(meta)))
    assert (event.kind, event.choice_id, event.text) == ("choice", "o_chip", "Pagar")


def test_an_action_of_the_telephone_asks_nothing_of_us() -> None:
    assert received(inbound("", channel="rcs", ButtonPayload="url", ButtonText="Ver", ButtonType="ACTION")).kind == "system"


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "image"),
        ("image/webp", "sticker"),
        ("audio/ogg", "voice"),
        ("audio/ogg; codecs=opus", "voice"),
        ("audio/mpeg", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
        ("", "document"),
    ],
)
def test_a_file_is_a_file_with_or_without_words(mime: str, kind: str) -> None:
    event = received(inbound("", NumMedia="1", MediaUrl0=MEDIA, MediaContentType0=mime))
    assert event.kind == "media"
    assert event.media is not None
    assert (event.media.kind, event.media.url, event.media.caption) == (kind, MEDIA, None)
    captioned = received(inbound("paguei", NumMedia="1", MediaUrl0=MEDIA, MediaContentType0=mime))
    assert captioned.media is not None
    assert (captioned.text, captioned.media.caption) == ("paguei", "paguei")


def test_several_files_are_several_events_with_ids_of_their_own() -> None:
    more = {f"MediaUrl{n}": f"{MEDIA}{n}" for n in range(3)} | {f"MediaContentType{n}": "image/jpeg" for n in range(3)}
    events = DOOR.events(inbound("foto", NumMedia="3", **more))
    assert [event.external_id for event in events if isinstance(event, Received)] == [SID, f"{SID}/1", f"{SID}/2"]
    assert [event.text for event in events if isinstance(event, Received)] == ["foto", None, None]


@pytest.mark.parametrize("count", ["-1", "x", "", "9999999", "١"])
def test_a_senseless_number_of_files_is_none(count: str) -> None:
    assert received(inbound("oi", NumMedia=count)).kind == "text"


def test_a_contact_card_is_somebody_else() -> None:
    event = received(inbound("", NumMedia="1", MediaUrl0=MEDIA, MediaContentType0="text/vcard"))
    assert (event.kind, event.detail["origin"]) == ("contacts", "other")


def test_a_place() -> None:
    event = received(inbound("", Latitude="-23.5", Longitude="-46.6", Address="Rua A", Label="Casa"))
    assert event.kind == "location"
    assert event.detail["latitude"] == "-23.5"


def test_a_forwarded_message_says_so_and_a_reply_names_what_it_answers() -> None:
    event = received(inbound(FrequentlyForwarded="true", OriginalRepliedMessageSid="SM9"))
    assert event.forwarded
    assert event.reply_to == "SM9"


def test_the_advertisement_that_somebody_came_from_is_kept() -> None:
    event = received(
        inbound(ReferralSourceUrl="https://fb.me/x", ReferralHeadline="Negocie", ReferralSourceType="ad", CtwaClid="c1")
    )
    assert event.referral == {"source_url": "https://fb.me/x", "headline": "Negocie", "source_type": "ad", "ctwa_clid": "c1"}
    assert received(inbound()).referral is None


def test_a_filled_form_is_read_and_a_broken_one_kept() -> None:
    good = received(inbound("", FlowData='{"flow_token": "t", "cpf": "x"}'))
    assert (good.kind, good.detail["valid"], good.detail["flow_token"]) == ("flow", True, "t")
    assert received(inbound("", FlowData="{no json")).detail["valid"] is False


def test_a_kind_that_nobody_knows_yet_is_unsupported() -> None:
    assert received(inbound("", MessageType="poll")).kind == "unsupported"


# ------------------------------------------------------------------------------------------------------ statuses


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("queued", "unknown"),
        ("sending", "unknown"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("undelivered", "failed"),
        ("failed", "failed"),
        ("of tomorrow", "unknown"),
    ],
)
def test_what_became_of_a_message(told: str, meant: str) -> None:
    event = one(status(told), "m_key")
    assert isinstance(event, Status)
    assert (event.status, event.provider_id, event.key, event.recipient) == (meant, SID, "m_key", "+5511988887777")
    assert (event.channel, event.account) == ("whatsapp", WHATSAPP_FROM)


def test_a_read_event_and_a_failure_with_its_code() -> None:
    event = one(status("delivered", EventType="READ"))
    assert isinstance(event, Status)
    assert event.status == "read"
    failed = one(status("failed", ErrorCode="63016", ErrorMessage="outside the window"))
    assert isinstance(failed, Status)
    assert (failed.error_code, failed.error_text) == ("63016", "outside the window")


def test_an_rcs_message_that_left_as_an_sms_is_alarmed() -> None:
    events = DOOR.events(status("delivered", From="+551140001111", To="+5511988887777", ChannelPrefix="sms"))
    assert [type(event) for event in events] == [Status, Notice]
    notice = events[1]
    assert isinstance(notice, Notice)
    assert (notice.field, notice.alarming, notice.channel) == ("sms_fallback", True, "rcs")


def test_what_carried_an_rcs_message_is_told_once_it_arrived() -> None:
    by_sms = DOOR.events(status("delivered", From="+551140001111", To="+5511988887777"))[0]
    by_rcs, sent, on_whatsapp = (
        one(status("delivered", From=RCS_FROM, To="rcs:+5511988887777")),
        one(status("sent", From=RCS_FROM, To="rcs:+5511988887777")),
        one(status("delivered")),
    )
    carried = [event.carried_by for event in (by_sms, by_rcs, sent, on_whatsapp) if isinstance(event, Status)]
    assert carried == ["sms", "rcs", None, None]


def test_the_answer_to_an_rcs_message_that_left_as_an_sms_is_of_the_same_talk() -> None:
    told = inbound("2", From="+5511988887777", To="+551140001111", MessagingServiceSid=SERVICE, WaId="")
    event = received(told)
    assert event.address == Address(channel="rcs", account=RCS_FROM, raw="+5511988887777")
    assert (event.text, event.detail["carried_by"]) == ("2", "sms")
    for stranger in ({"MessagingServiceSid": "MG" + "0" * 32}, {"MessagingServiceSid": ""}, {"To": "whatsapp:+5511"}):
        with pytest.raises(BadBody):
            DOOR.events([*dict(told, **stranger).items()])


@pytest.mark.parametrize(("code", "nowhere"), [("63024", True), ("63003", True), ("63016", False), ("63018", False), ("", False)])
def test_a_failure_tells_whether_the_person_can_be_reached(code: str, nowhere: bool) -> None:
    event = one(status("undelivered", ErrorCode=code))
    assert isinstance(event, Status) and event.unreachable == nowhere


# ------------------------------------------------------------------------------------------------------ anything


_NAMES = st.sampled_from(
    [
        "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "ButtonPayload", "ButtonText", "ButtonType", "ListId", "FlowData",
        "InteractiveData", "ChannelMetadata", "Latitude", "Longitude", "From", "WaId", "MessageType", "Forwarded", "MessageStatus",
        "ErrorCode", "EventType", "ReferralBody", "OriginalRepliedMessageSid", "ProfileName",
    ]
)  # fmt: skip
_VALUES = st.one_of(
    st.text(max_size=40), st.sampled_from(["1", "null", "[]", '{"data": 1}', '{"data": {"context": []}}', "\x00", "\ud800"])
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_NAMES, _VALUES))
def test_nothing_that_twilio_might_send_breaks_the_reader(more: dict[str, str]) -> None:
    try:
        events = DOOR.events(inbound(**more))
    except BadBody:
        return
    assert events
    for event in events:
        assert event_adapter.validate_json(event_adapter.dump_json(event)) == event
