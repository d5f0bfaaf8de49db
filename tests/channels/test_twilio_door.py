"""Who may come in: Twilio's signature over our public address and every parameter, known or not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.channel import BadBody
from channels.twilio import Door, fields_of, senders_of
from tests.channels.twilio_house import ACCOUNT, PUBLIC, RCS_FROM, TOKEN, WHATSAPP_FROM, form, inbound, sign, status

PATH = "/webhooks/twilio"
DOOR = Door(ACCOUNT, (TOKEN,), PUBLIC, senders_of(WHATSAPP_FROM, RCS_FROM, ""))


def lets_in(fields: list[tuple[str, str]], signature: str | None, door: Door = DOOR, query: str = "", path: str = PATH) -> bool:
    return door.authentic(path, query, form(fields), signature)


def test_a_signed_request_comes_in() -> None:
    assert lets_in(inbound("oi, São João! ção"), sign(PUBLIC + PATH, inbound("oi, São João! ção")))


@pytest.mark.parametrize("signature", [None, "", "x", sign(PUBLIC + PATH, inbound()) + "=", "ção"])
def test_a_missing_or_wrong_signature_stays_outside(signature: str | None) -> None:
    assert not lets_in(inbound(), signature)


def test_a_changed_parameter_stays_outside() -> None:
    assert not lets_in(inbound("outra"), sign(PUBLIC + PATH, inbound("oi")))
    assert not lets_in([*inbound(), ("Novo", "1")], sign(PUBLIC + PATH, inbound()))


def test_blank_unknown_and_repeated_parameters_are_part_of_the_signature() -> None:
    fields = [*inbound(""), ("NewParameterOfTomorrow", ""), ("Twice", "b"), ("Twice", "a"), ("Twice", "b"), ("Ünï", "çã")]
    assert lets_in(fields, sign(PUBLIC + PATH, fields))


def test_the_public_address_counts_with_and_without_its_port() -> None:
    for url in ("https://trato.example.com.br:443", PUBLIC):
        for own in ("https://trato.example.com.br:443", PUBLIC):
            assert lets_in(inbound(), sign(url + PATH, inbound()), replace(DOOR, public_url=own)), (url, own)
    assert lets_in(inbound(), sign("http://h:8000/x" + PATH, inbound()), replace(DOOR, public_url="http://h:8000/x/"))


def test_another_address_or_path_stays_outside() -> None:
    assert not lets_in(inbound(), sign("https://evil.example" + PATH, inbound()))
    assert not lets_in(inbound(), sign(PUBLIC + PATH, inbound()), path="/webhooks/twilio/status")


def test_the_query_is_part_of_the_address() -> None:
    signature = sign(PUBLIC + PATH + "?key=m_1%2F2", status("sent"))
    assert lets_in(status("sent"), signature, query="key=m_1%2F2")
    assert not lets_in(status("sent"), signature, query="key=m_2")
    assert not lets_in(status("sent"), signature)


def test_while_a_token_is_replaced_both_count_and_no_token_lets_nobody_in() -> None:
    both = replace(DOOR, tokens=("new", TOKEN))
    assert lets_in(inbound(), sign(PUBLIC + PATH, inbound()), both)
    assert lets_in(inbound(), sign(PUBLIC + PATH, inbound(), "new"), both)
    assert not lets_in(inbound(), sign(PUBLIC + PATH, inbound(), "other"), both)
    assert not lets_in(inbound(), sign(PUBLIC + PATH, inbound(), ""), replace(DOOR, tokens=()))
    assert not lets_in(inbound(), sign(PUBLIC + PATH, inbound(), ""), replace(DOOR, tokens=("",)))


def test_a_json_body_is_signed_by_its_digest_in_the_query() -> None:
    body = b'{"MessageSid": "x"}'
    query = "bodySHA256=" + hashlib.sha256(body).hexdigest()
    signature = sign(f"{PUBLIC}{PATH}?{query}", [])
    assert DOOR.authentic(PATH, query, body, signature, kind="application/json")
    assert not DOOR.authentic(PATH, query, body + b" ", signature, kind="application/json")


@pytest.mark.parametrize("body", [b"\xff\xfe", "ção=1".encode(), b"a=%ff", b"&".join([b"a=1"] * 600), b"no-equals-sign"])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadBody):
        fields_of(body)
    assert not DOOR.authentic(PATH, "", body, "x")


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=8))
def test_whatever_the_parameters_a_right_signature_passes_and_no_other(extra: dict[str, str]) -> None:
    try:
        fields = [*inbound(), *extra.items()]
        body = urlencode(fields).encode()
    except UnicodeEncodeError:
        return
    signature = sign(PUBLIC + PATH, fields_of(body))
    assert DOOR.authentic(PATH, "", body, signature)
    assert not DOOR.authentic(PATH, "", body + b"&z=1", signature)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("AccountSid", ACCOUNT)],
        inbound(AccountSid="AC" + "f" * 32),
        inbound(To="whatsapp:+551140009999"),
        inbound(To="+551140000000"),
        inbound(To=""),
        status("sent", From="whatsapp:+551140009999"),
        inbound(MessageSid="../../x", SmsSid="", SmsMessageSid=""),
    ],
)
def test_what_is_not_for_us_is_refused(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(BadBody):
        DOOR.events(fields)


def test_senders_are_named_with_or_without_their_channel() -> None:
    assert senders_of("+551140000000", "trato_agent", "") == senders_of(WHATSAPP_FROM, RCS_FROM, "")
    assert [sender.account for sender in senders_of("", "", "MG1")] == ["MG1"]
    assert senders_of("", "", "") == ()
