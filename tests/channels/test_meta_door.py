"""Who may come in: Meta's handshake and the signature over the raw bytes."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.meta import handshake, signature_ok

SECRET = "app-secret"
BODY = json.dumps({"object": "whatsapp_business_account", "text": "São João"}, ensure_ascii=False).encode()
ASKED = {"hub.mode": "subscribe", "hub.verify_token": "segredo", "hub.challenge": "1158201444"}


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_the_challenge_comes_back_when_the_token_is_ours() -> None:
    assert handshake(ASKED, "segredo") == "1158201444"


@pytest.mark.parametrize(
    ("changed", "token"),
    [
        ({"hub.verify_token": "outro"}, "segredo"),
        ({"hub.verify_token": ""}, "segredo"),
        ({"hub.verify_token": "ségredo"}, "segredo"),
        ({"hub.verify_token": ""}, ""),
        ({"hub.mode": "unsubscribe"}, "segredo"),
        ({"hub.challenge": ""}, "segredo"),
        ({"hub.challenge": "<script>alert(1)</script>"}, "segredo"),
        ({"hub.challenge": "9" * 129}, "segredo"),
        ({"hub.challenge": "1158201444\n"}, "segredo"),
        ({"hub.challenge": "١٢٣"}, "segredo"),
    ],
)
def test_any_other_handshake_gets_no_echo(changed: dict[str, str], token: str) -> None:
    assert handshake(ASKED | changed, token) is None


def test_a_handshake_without_parameters_gets_no_echo() -> None:
    assert handshake({}, "segredo") is None
    assert handshake({name: value for name, value in ASKED.items() if name != "hub.challenge"}, "segredo") is None


def test_the_right_signature_passes_in_either_case_of_its_letters() -> None:
    assert signature_ok(SECRET, BODY, signed(BODY))
    assert signature_ok(SECRET, BODY, "sha256=" + signed(BODY).removeprefix("sha256=").upper())


def test_escaped_and_raw_letters_are_each_signed_as_they_came() -> None:
    escaped = json.dumps(json.loads(BODY)).encode()
    assert escaped != BODY
    assert signature_ok(SECRET, escaped, signed(escaped))
    assert not signature_ok(SECRET, BODY, signed(escaped))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest(),
        signed(BODY).removeprefix("sha256="),
        signed(BODY)[:-1],
        signed(BODY) + "0",
        signed(BODY).replace("sha256=", "sha512="),
        signed(BODY) + "," + signed(BODY),
        "sha256=" + "é" * 64,
        signed(BODY, "another tenant's secret"),
        signed(json.dumps(json.loads(BODY), indent=2).encode()),
    ],
)
def test_any_other_signature_is_refused(header: str | None) -> None:
    assert not signature_ok(SECRET, BODY, header)


def test_an_empty_secret_signs_nothing() -> None:
    assert not signature_ok("", BODY, signed(BODY, ""))


@settings(deadline=None)
@given(st.integers(0, len(BODY) * 8 - 1))
def test_a_body_with_one_changed_bit_is_refused(bit: int) -> None:
    changed = bytearray(BODY)
    changed[bit // 8] ^= 1 << bit % 8
    assert not signature_ok(SECRET, bytes(changed), signed(BODY))
