"""Slips of utilities and of the state: recognised and checked, so that they are refused for what they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.slip_digits import SlipError, mod10, mod11_remainder
from codes.utility_slip import decode_utility, line_of_utility


@pytest.mark.parametrize(
    ("line", "amount", "segment"),
    [
        ("836200000005667800481000180975657313001589636081", 6678, "3"),
        ("848900000002404201622015806051904292586034111220", 4042, "4"),
        ("858000000070438403281922630720192528304729600523", 74384, "5"),
        ("858900004609524601791605607593050865831483000010", 4605246, "5"),
    ],
)
def test_published_utility_slips_are_read(line: str, amount: int, segment: str) -> None:
    slip = decode_utility(line)
    assert (slip.amount, slip.segment, slip.line) == (amount, segment, line)
    assert decode_utility(slip.barcode) == decode_utility(slip.formatted) == slip


def test_the_bars_are_the_line_without_its_four_check_digits() -> None:
    slip = decode_utility("836200000005667800481000180975657313001589636081")
    assert slip.barcode == "83620000000667800481001809756573100158963608"
    assert slip.formatted == "83620000000-5 66780048100-0 18097565731-3 00158963608-1"
    assert slip.company == "00481001"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("836200000005667800481800180975657313001589636081", "check_digit_mismatch"),
        ("848900000002404201622015809051904292586034111220", "check_digit_mismatch"),
        ("842900000002404201622015806051904292586034111220", "bad_value_kind"),
        ("536400000002404201622015806051904292586034111220", "not_a_utility_slip"),
        ("83620000000566780048100018097565731300158963608", "bad_length"),
        ("83630000000667800481001809756573100158963608", "check_digit_mismatch"),
    ],
)
def test_what_is_no_utility_slip_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.RaisesExc(SlipError, check=lambda error: error.code == code):
        decode_utility(text)


def _slip(segment: str, kind: str, value: int, rest: str) -> str:
    body = f"8{segment}{kind}{value:011d}{rest}"
    if kind in "67":
        return body[:3] + mod10(body) + body[3:]
    remainder = mod11_remainder(body)
    return body[:3] + ("0" if remainder < 2 else str(11 - remainder)) + body[3:]


slips = st.builds(
    _slip,
    st.sampled_from("12345679"),
    st.sampled_from("6789"),
    st.integers(0, 10**11 - 1),
    st.text("0123456789", min_size=29, max_size=29),
)


@settings(max_examples=200)
@given(slips)
def test_every_utility_slip_goes_round(barcode: str) -> None:
    slip = decode_utility(line_of_utility(barcode))
    assert slip.barcode == barcode
    assert slip.amount == ((int(barcode[4:15]) or None) if barcode[2] in "68" else None)


@settings(max_examples=200)
@given(slips, st.integers(0, 47), st.integers(1, 9))
def test_a_utility_slip_with_one_changed_digit_is_refused(barcode: str, at: int, by: int) -> None:
    if barcode[2] in "89":
        return  # modulo 11 writes 0 for two remainders and so cannot see every change
    line = line_of_utility(barcode)
    with pytest.raises(SlipError):
        decode_utility(f"{line[:at]}{(int(line[at]) + by) % 10}{line[at + 1 :]}")
