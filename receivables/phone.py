"""Brazilian phone numbers and their ninth digit.

Mobile numbers gained a leading 9 between 2012 and 2016, yet providers still hand some of them over without it. So a number is
matched by its canonical key, while messages are answered to the address exactly as it came. A number proves nothing about who
holds it: numbers are recycled.
"""

from __future__ import annotations

import re
import unicodedata

AREA_CODES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 65 66 67"
    " 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99".split()
)

_OLD_MOBILE = re.compile(r"[6-9][0-9]{7}")
_MOBILE = re.compile(r"9[1-9][0-9]{7}")
_LANDLINE = re.compile(r"[2-5][0-9]{7}")
_WRITTEN = re.compile(r"[0-9\s()+.\-/\u2010-\u2015\u2212]+")


def canonical(text: str) -> str | None:
    """The key `+55DD9XXXXXXXX` (or `+55DDXXXXXXXX` for a landline) of a number as people write it; None if it is not Brazilian.

    Understands a country code or none, a trunk 0 with or without a carrier, and mobiles without their ninth digit. Idempotent.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _WRITTEN.fullmatch(plain) or "+" in plain[1:]:
        return None
    digits = re.sub(r"[^0-9]", "", plain)
    if plain.startswith("+"):
        return _key(digits[2:]) if digits.startswith("55") else None
    if digits.startswith("0055"):
        digits = digits[2:]
    if digits.startswith("0"):
        return _key({11: digits[1:], 12: digits[1:], 13: digits[3:], 14: digits[3:]}.get(len(digits), ""))
    if len(digits) in (12, 13) and digits.startswith("55"):
        return _key(digits[2:])
    return _key(digits)


def key_of_address(address: str) -> str | None:
    """The key under which a provider's address (`5531988888888`, `whatsapp:+55…`) is matched; foreign numbers as they are.

    None for what is no phone number, such as a user id.
    """
    number = address.rpartition(":")[2].strip()
    if not re.fullmatch(r"\+?[0-9]{8,15}", number):
        return None
    international = "+" + number.lstrip("+")
    return canonical(international) or international


def candidates(address: str) -> tuple[str, ...]:
    """The forms in which an address may be stored: as received, canonical, and without the ninth digit; each once."""
    key = key_of_address(address)
    if key is None:
        return ()
    forms = ["+" + re.sub(r"[^0-9]", "", address.rpartition(":")[2]), key]
    if is_mobile(key) and _OLD_MOBILE.fullmatch(key[6:]):
        forms.append(key[:5] + key[6:])
    return tuple(dict.fromkeys(forms))


def is_mobile(key: str) -> bool:
    """Whether a canonical key is a Brazilian mobile's."""
    return key.startswith("+55") and bool(_MOBILE.fullmatch(key[5:]))


def formatted(key: str) -> str:
    """A canonical key as Brazilians write it, `(11) 98765-4321`; a foreign number as it is."""
    if not key.startswith("+55") or canonical(key) != key:
        return key
    return f"({key[3:5]}) {key[5:-4]}-{key[-4:]}"


def masked(key: str) -> str:
    """A key of which only the last four digits show: `(••) •••••-4321`."""
    return f"(••) •••••-{key[-4:]}"


def _key(national: str) -> str | None:
    area, subscriber = national[:2], national[2:]
    if area not in AREA_CODES:
        return None
    if _OLD_MOBILE.fullmatch(subscriber):
        return f"+55{area}9{subscriber}"
    if _MOBILE.fullmatch(subscriber) or _LANDLINE.fullmatch(subscriber):
        return f"+55{area}{subscriber}"
    return None
