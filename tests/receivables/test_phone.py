"""The ninth digit, and the many ways to write a number."""

from __future__ import annotations

import pytest

from receivables.phone import candidates, canonical, formatted, is_mobile, key_of_address, masked


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("553188888888", "+5531988888888"),
        ("5531988888888", "+5531988888888"),
        ("+55 (31) 98888-8888", "+5531988888888"),
        ("(31) 8888-8888", "+5531988888888"),
        ("031 98888 8888", "+5531988888888"),
        ("0 15 31 98888-8888", "+5531988888888"),
        ("015 31 3333-4444", "+553133334444"),
        ("0055 31 98888-8888", "+5531988888888"),
        ("31 3333-4444", "+553133334444"),
        ("553133334444", "+553133334444"),
        ("55 98888-8888", "+5555988888888"),
        ("5598888888", "+5555998888888"),
        ("11 91234-5678", "+5511912345678"),
        ("３１ ９８８８８ ８８８８", "+5531988888888"),
    ],
)
def test_every_way_to_write_a_number_gives_one_key(text: str, key: str) -> None:
    assert canonical(text) == key
    assert canonical(key) == key


@pytest.mark.parametrize(
    "text",
    ["", "98888-8888", "20 98888-8888", "+1 415 555 2671", "0800 123 4567", "11 0234-5678", "11 88888-8888", "abc", "11 9888-888",
     "553188888888 ramal 2", "119888888881234", "+5511", "1+1988888888", "11 90234-5678"],
)  # fmt: skip
def test_what_cannot_be_brazilian_has_no_key(text: str) -> None:
    assert canonical(text) is None


def test_an_address_is_matched_by_all_its_forms_the_received_one_first() -> None:
    assert candidates("553188888888") == ("+553188888888", "+5531988888888")
    assert candidates("5531988888888") == ("+5531988888888", "+553188888888")
    assert candidates("whatsapp:+553133334444") == ("+553133334444",)
    assert candidates("14155552671") == ("+14155552671",)
    assert candidates("BR.user-id") == ()


def test_foreign_addresses_keep_their_own_key_and_user_ids_have_none() -> None:
    assert key_of_address("351912345678") == "+351912345678"
    assert key_of_address("whatsapp:+553188888888") == "+5531988888888"
    assert key_of_address("BR.13491208655302741918") is None
    assert key_of_address("13491208655302741918") is None


def test_numbers_are_shown_as_brazilians_write_them() -> None:
    assert formatted("+5531988888888") == "(31) 98888-8888"
    assert formatted("+553133334444") == "(31) 3333-4444"
    assert formatted("+14155552671") == "+14155552671"
    assert masked("+5531988888888") == "(••) •••••-8888"
    assert is_mobile("+5531988888888") and not is_mobile("+553133334444")
