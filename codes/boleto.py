"""Bank boletos: the 44 digits of the bars, the 47 that people type, and what both say.

Bank (3), currency 9, check digit, due-date factor (4), amount in centavos (10), and 25 digits that belong to the bank. The line
has the same in another order, with a check digit after each of three fields.

A factor counts days and started anew at 1000 on 2025-02-22, so that one factor means two dates: who reads one gives the day from
which to look (FEBRABAN's notice 082/2012: from 3,000 days before it to 5,500 after it). Nothing here asks for the time.
Amounts are integer centavos. Everything that is refused raises `SlipError`, whose `code` is stable and safe to log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from codes.pix import Difference
from codes.slip_digits import SlipError, digits_of, mod10, mod11_remainder, without_marks
from codes.utility_slip import UtilitySlip, decode_utility

__all__ = [
    "FIRST_DUE",
    "LAST_DUE",
    "MAX_AMOUNT",
    "Difference",
    "Misread",
    "Slip",
    "SlipError",
    "UtilitySlip",
    "barcode_of",
    "check",
    "decode",
    "due_date_of",
    "due_factor",
    "encode",
    "formatted",
    "judge",
    "line_of",
]

FIRST_DUE = date(2000, 7, 3)
LAST_DUE = date(2049, 10, 13)
MAX_AMOUNT = 99_999_999_99
NO_DUE_DATE = "0000"

_DAY_ZERO = date(1997, 10, 7)
_FACTORS = 9000
_LOOK_BACK = timedelta(days=3000)
_LOOK_AHEAD = timedelta(days=5500)
_MAX_PASTED = 5_000  # more than a WhatsApp message holds
_SPAN = re.compile(r"[0-9](?:[\s.\-_/|]*[0-9])*")
_LIKE_A_SLIP = range(36, 61)


@dataclass(frozen=True, slots=True)
class Slip:
    """What a boleto says. `amount` is in centavos, None when the slip leaves it open; `due_date` is None without one."""

    barcode: str
    amount: int | None
    due_date: date | None

    @property
    def bank(self) -> str:
        """The bank's three digits (001 is Banco do Brasil)."""
        return self.barcode[:3]

    @property
    def free_field(self) -> str:
        """The 25 digits of the bank's own: our number, branch, account, as each bank has it."""
        return self.barcode[19:]

    @property
    def due_factor(self) -> str:
        """The four digits that stand for the due date."""
        return self.barcode[5:9]

    @property
    def line(self) -> str:
        """The 47 digits that people type."""
        return line_of(self.barcode)

    @property
    def formatted(self) -> str:
        """The line as it is printed: `00190.00009 03128.557000 00000.123174 6 16560000123456`."""
        return formatted(self.line)


@dataclass(frozen=True, slots=True)
class Misread:
    """Pasted text that is no code one could pay. `code` is a SlipError's; `no_slip` when nothing in it looks like one."""

    code: str
    detail: str


def due_factor(due_date: date | None) -> str:
    """The four digits that stand for a due date; `0000` for none. Raises `not_a_date` or `due_date_out_of_range`.

    A datetime is refused: an hour turns into another day as soon as somebody rounds it.
    """
    if due_date is None:
        return NO_DUE_DATE
    if type(due_date) is not date:
        raise SlipError("not_a_date", "a due date is a date without a time")
    if not FIRST_DUE <= due_date <= LAST_DUE:
        raise SlipError("due_date_out_of_range", f"{due_date} cannot be written: {FIRST_DUE} to {LAST_DUE} can")
    days = (due_date - _DAY_ZERO).days
    return str(days if days <= 9999 else (days - 10_000) % _FACTORS + 1000)


def due_date_of(factor: str, *, today: date) -> date | None:
    """The date that a factor means for somebody who reads it on `today`; None for `0000`.

    Raises `bad_due_factor`, or `due_date_out_of_range` when neither of its dates is near enough to `today`.
    """
    if not re.fullmatch(r"[0-9]{4}", factor):
        raise SlipError("bad_due_factor", "a factor has four digits")
    if factor == NO_DUE_DATE:
        return None
    if int(factor) < 1000:
        raise SlipError("bad_due_factor", f"{factor}: factors begin at 1000")
    if type(today) is not date:
        raise SlipError("not_a_date", "the day of reading is a date without a time")
    first = _DAY_ZERO + timedelta(days=int(factor))
    for candidate in (first, first + timedelta(days=_FACTORS)):
        if -_LOOK_BACK <= candidate - today <= _LOOK_AHEAD:
            return candidate
    raise SlipError("due_date_out_of_range", f"factor {factor} is no date near {today}")


def encode(*, bank: str, free_field: str, amount: int | None, due_date: date | None) -> str:
    """The 44 digits of a boleto (`line_of` makes the line of them). Raises SlipError.

    `bank` has three digits, `free_field` 25; `amount` None leaves it open, `due_date` None writes none.
    """
    if not re.fullmatch(r"[0-9]{3}", bank) or bank == "000":
        raise SlipError("bad_bank", "a bank has three digits")
    if bank[0] == "8":
        raise SlipError("bad_bank", "what begins with 8 is a utility slip")
    if not re.fullmatch(r"[0-9]{25}", free_field):
        raise SlipError("bad_free_field", "the bank's own field has 25 digits")
    if amount is not None and (type(amount) is not int or not 1 <= amount <= MAX_AMOUNT):
        raise SlipError("bad_amount", f"from 1 centavo to {MAX_AMOUNT} centavos")
    body = f"{bank}9{due_factor(due_date)}{amount or 0:010d}{free_field}"
    return body[:4] + _check_digit(body) + body[4:]


def line_of(barcode: str) -> str:
    """The 47 digits that people type for the 44 of the bars. Raises SlipError when these are no boleto's."""
    digits = digits_of(barcode)
    if len(digits) != 44:
        raise SlipError("bad_length", f"{len(digits)} digits; the bars have 44")
    _check_barcode(digits)
    free = digits[19:]
    fields = (digits[:4] + free[:5], free[5:15], free[15:])
    return "".join(field + mod10(field) for field in fields) + digits[4:19]


def barcode_of(line: str) -> str:
    """The 44 digits of the bars for the 47 of a line, with or without its mask. Raises SlipError."""
    digits = digits_of(line)
    if len(digits) != 47:
        raise SlipError("bad_length", f"{len(digits)} digits; the line has 47")
    for number, (start, end) in enumerate(((0, 9), (10, 20), (21, 31)), start=1):
        if mod10(digits[start:end]) != digits[end]:
            raise SlipError("check_digit_mismatch", f"the check digit of field {number} is not the one of its digits")
    barcode = digits[:4] + digits[32:] + digits[4:9] + digits[10:20] + digits[21:31]
    _check_barcode(barcode)
    return barcode


def formatted(line: str) -> str:
    """A line in its usual mask, `AAABC.CCCCX DDDDD.DDDDDY EEEEE.EEEEEZ K UUUUVVVVVVVVVV`. Raises SlipError."""
    d = digits_of(line)
    barcode_of(d)
    return f"{d[:5]}.{d[5:10]} {d[10:15]}.{d[15:21]} {d[21:26]}.{d[26:32]} {d[32]} {d[33:]}"


def decode(text: str, *, today: date) -> Slip:
    """What a boleto's 44 or 47 digits say, with or without their mask, to somebody who reads them on `today`.

    Raises SlipError; `utility_slip` for a good slip of a utility or of the state, which is no bank's boleto.
    """
    digits = digits_of(text)
    if digits[0] == "8" and len(digits) in (44, 48):
        decode_utility(digits)
        raise SlipError("utility_slip", "a slip of a utility or of the state, not a bank's boleto")
    if len(digits) not in (44, 47):
        raise SlipError("bad_length", f"{len(digits)} digits; a boleto has 44 in its bars and 47 in its line")
    barcode = digits if len(digits) == 44 else barcode_of(digits)
    _check_barcode(barcode)
    return Slip(barcode=barcode, amount=int(barcode[9:19]) or None, due_date=due_date_of(barcode[5:9], today=today))


def judge(text: str, *, today: date) -> Slip | UtilitySlip | Misread:
    """What the first code in anything that somebody pasted is. Never raises.

    Words around the code, its mask, line breaks and other numbers beside it are tolerated; a digit that is wrong is not.
    """
    complaint: SlipError | None = None
    for candidate in _candidates(without_marks(text[:_MAX_PASTED])):
        try:
            utility = candidate[0] == "8" and len(candidate) in (44, 48)
            return decode_utility(candidate) if utility else decode(candidate, today=today)
        except SlipError as error:
            # The complaint about a code of the right length says more than that about a number beside it.
            if complaint is None or (complaint.code == "bad_length" and error.code != "bad_length"):
                complaint = error
    if complaint is None:
        return Misread("no_slip", "nothing in it looks like a boleto")
    return Misread(complaint.code, complaint.detail)


def check(
    line: str,
    barcode: str | None = None,
    *,
    amount: int | None,
    due_date: date | None,
    bank: str | None = None,
    free_field: str | None = None,
    our_number: str | None = None,
) -> list[Difference]:
    """In what a boleto that a provider returned differs from the charge it is meant for; empty when it may leave. Never raises.

    `line` and `barcode` must be of one boleto. `amount` (centavos) and `due_date` are always compared, None meaning that the
    slip leaves them out; the rest only when given. `our_number` must stand whole in the bank's own field: give it only for
    banks that keep it together there.
    """
    try:
        digits = barcode_of(line)
    except SlipError as error:
        return [Difference("line", "a valid line of 47 digits", str(error))]
    differences: list[Difference] = []

    def compare(field: str, expected: object, found: object) -> None:
        if expected != found:
            differences.append(Difference(field, str(expected), str(found)))

    if barcode is not None:
        try:
            compare("barcode", digits, digits_of(barcode))
        except SlipError as error:
            differences.append(Difference("barcode", digits, str(error)))
    compare("amount", amount, int(digits[9:19]) or None)
    try:
        expected_factor = due_factor(due_date)
    except SlipError as error:
        differences.append(Difference("due_date", str(error), f"factor {digits[5:9]}"))
    else:
        if digits[5:9] != expected_factor:
            differences.append(Difference("due_date", f"{due_date} (factor {expected_factor})", f"factor {digits[5:9]}"))
    if bank is not None:
        compare("bank", bank, digits[:3])
    if free_field is not None:
        compare("free_field", free_field, digits[19:])
    if our_number is not None and (not our_number.isdigit() or our_number not in digits[19:]):
        differences.append(Difference("our_number", our_number, digits[19:]))
    return differences


def _check_digit(body: str) -> str:
    """The check digit of the 43 other digits: modulo 11, and 1 where that would be 0, 10 or 11."""
    digit = 11 - mod11_remainder(body)
    return "1" if digit in (10, 11) else str(digit)


def _check_barcode(barcode: str) -> None:
    if barcode[0] == "8":
        raise SlipError("not_a_boleto", "what begins with 8 is no bank's boleto")
    if _check_digit(barcode[:4] + barcode[5:]) != barcode[4]:
        raise SlipError("check_digit_mismatch", "the boleto's own check digit is not the one of its digits")
    if barcode[3] != "9":
        raise SlipError("bad_currency", "a boleto is in reais (9)")
    if barcode[:3] == "000":
        raise SlipError("bad_bank", "no bank is 000")


def _candidates(text: str) -> Iterator[str]:
    """The runs of digits that may be a code: whole ones first, then neighbouring pieces that have its length together."""
    spans = [match.group() for match in _SPAN.finditer(text)]
    for span in spans:
        whole = re.sub(r"[^0-9]", "", span)
        if len(whole) in (44, 47, 48):
            yield whole
    # Lines before bars: one in eleven runs of 44 digits has the check digit by chance, also one that starts outside the line.
    for lengths in ((47, 48), (44,)):
        for span in spans:
            yield from _pieces(span, lengths)
    for span in spans:
        whole = re.sub(r"[^0-9]", "", span)
        if len(whole) in _LIKE_A_SLIP and len(whole) not in (44, 47, 48):
            yield whole


def _pieces(span: str, lengths: tuple[int, ...]) -> Iterator[str]:
    pieces = [re.sub(r"[^0-9]", "", piece) for piece in span.split()]
    for start in range(len(pieces)):
        length = 0
        for end in range(start, len(pieces)):
            length += len(pieces[end])
            if length > 48:
                break
            if length in lengths and end - start + 1 < len(pieces):
                yield "".join(pieces[start : end + 1])
