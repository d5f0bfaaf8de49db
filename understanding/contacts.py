"""Phones in the form `+5511987654321` and e-mail addresses, as people write and dictate them."""

from __future__ import annotations

import re
from dataclasses import dataclass

AREA_CODES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 65 66 67"
    " 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99".split()
)
"""Anatel's national codes (DDD)."""

_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+ ?|00)?(?:55[ .-]?)?\(? ?0?\d{2} ?\)?[ .-]{0,2}(?:9[ .-]?)?\d{4}[ .-]{0,2}\d{4}(?![\d\w]|[.,/-]\d)"
    r"|(?<![\w.,/-])\(? ?0?\d{2} ?\)?[ .-]{0,2}9[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}(?![\d\w]|[.,/-]\d)"
    r"|(?<![\w.,/-])\(? ?0?\d{2} ?\)?[ .-]{0,2}9?\d{3}[ .-]\d{3}[ .-]\d{2,3}(?![\d\w]|[.,/-]\d)"
)
_AREA_APART = re.compile(
    r"(?:ddd:? ?(\d\d)[ ,.;-]{0,3}(?:(?:o )?(?:numero|n|tel|telefone|cel|celular|zap)(?: e|:)? ?)?|\(?0xx(\d\d)\)? ?)(9?[ .-]?\d{4}[ .-]?\d{4})(?![\d\w]|[.,/-]\d)"
)
_MOBILE = re.compile(r"9[1-9]\d{7}")
_OLD_MOBILE = re.compile(r"[6-9]\d{7}")
_LANDLINE = re.compile(r"[2-5]\d{7}")
_EMAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63} ?@ ?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?![a-z0-9@])")
_SPOKEN_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])([a-z0-9][a-z0-9._+-]{0,63}(?: (?:ponto|underline|underscore|anderline|traco|hifen) [a-z0-9]{1,40}){0,3}) ?(?:arroba|@) ?"
    r"([a-z0-9-]{2,40}(?:(?: ponto | ?\. ?)(?:com|br|net|org|edu|gov|me|app|io|co)){1,3})(?![a-z0-9])"
)


@dataclass(frozen=True)
class Phone:
    """A Brazilian number in its normal form, at `start` to `end`; `clear` when its writing says that it is a phone (+, parentheses)."""

    value: str
    start: int
    end: int
    clear: bool = False


@dataclass(frozen=True)
class Email:
    """An address in lower case, at `start` to `end`."""

    value: str
    start: int
    end: int


def phone_number(digits: str) -> str | None:
    """`+55DD9XXXXXXXX` (or `+55DDXXXXXXXX` for a landline) of a number's digits with its area code; None if there is no such number.

    A country code, a trunk zero and a mobile without its ninth digit are understood.
    """
    if digits.startswith("0055"):
        digits = digits[2:]
    if len(digits) in (12, 13) and digits.startswith("55"):
        digits = digits[2:]
    if digits.startswith("0"):
        digits = {11: digits[1:], 12: digits[1:], 13: digits[3:], 14: digits[3:]}.get(len(digits), "")
    area, number = digits[:2], digits[2:]
    if area not in AREA_CODES or len(set(number)) == 1:
        return None
    if _OLD_MOBILE.fullmatch(number):
        number = "9" + number
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return f"+55{area}{number}"
    return None


def find_phones(folded: str) -> list[Phone]:
    """Every number with an area code, in order."""
    found = []
    for match in _PHONE.finditer(folded):
        value = phone_number(re.sub(r"\D", "", match.group()))
        if value is not None:
            written = match.group()
            clear = "(" in written or "+" in written or re.search(r"\d{4}-\d{4}$", written) is not None
            found.append(Phone(value, match.start(), match.end(), clear))
    for match in _AREA_APART.finditer(folded) if "ddd" in folded or "xx" in folded else ():
        value = phone_number((match[1] or match[2]) + re.sub(r"\D", "", match[3]))
        if value is not None and all(match.end() <= one.start or one.end <= match.start() for one in found):
            found.append(Phone(value, match.start(), match.end(), clear=True))
    return sorted(found, key=lambda one: one.start)


def find_emails(folded: str) -> list[Email]:
    """Every e-mail address, dictated ones ("joao ponto silva arroba gmail ponto com") too."""
    if "@" not in folded and "arroba" not in folded:
        return []
    found = [Email(match.group().replace(" ", ""), match.start(), match.end()) for match in _EMAIL.finditer(folded)]
    for match in _SPOKEN_EMAIL.finditer(folded):
        if any(match.start() < one.end and one.start < match.end() for one in found):
            continue
        name = re.sub(r" ponto ", ".", match[1])
        name = re.sub(r" (?:underline|underscore|anderline) ", "_", name)
        name = re.sub(r" (?:traco|hifen) ", "-", name)
        domain = re.sub(r" ponto | ?\. ?", ".", match[2])
        found.append(Email(f"{name}@{domain}", match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)
