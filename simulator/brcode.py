"""The simulated bank's own reading and writing of Pix codes.

Kept apart from the product's on purpose: two readers that share no code share no bug.
Source: EMV merchant-presented QR, BACEN's manual of standards for starting a Pix.
"""

import re
import unicodedata
from dataclasses import dataclass

GUI = "br.gov.bcb.pix"


class BrCodeRefused(ValueError):
    """A bank would not accept this code; `reason` is a stable word, the message is for a person."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class BrCode:
    """A decoded Pix code: exactly one of `key` (static) and `location` (dynamic) is set; `amount` is in centavos."""

    key: str | None
    location: str | None
    amount: int | None
    name: str
    city: str
    txid: str | None


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of the text, as four upper-case hexadecimal digits."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def tlv(tag: str, value: str) -> str:
    """One field: tag, two-digit length, value."""
    if not 1 <= len(value) <= 99:
        raise ValueError(f"field {tag} holds {len(value)} characters")
    return f"{tag}{len(value):02d}{value}"


def plain(text: str, limit: int) -> str:
    """The text in ASCII without accents, cut to what the field holds."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(ascii_only.split())[:limit].strip()


def dynamic_code(location: str, amount: str, name: str, city: str) -> str:
    """The code of a charge kept at `location` (host and path, no scheme); `amount` like `123.45`."""
    body = (
        tlv("00", "01")
        + tlv("01", "12")
        + tlv("26", tlv("00", GUI) + tlv("25", location))
        + tlv("52", "0000")
        + tlv("53", "986")
        + tlv("54", amount)
        + tlv("58", "BR")
        + tlv("59", plain(name, 25))
        + tlv("60", plain(city, 15))
        + tlv("62", tlv("05", "***"))
        + "6304"
    )
    return body + crc16(body)


def centavos(text: str) -> int | None:
    """`10`, `10.`, `10.5` or `10.50` in centavos; None for anything else."""
    found = re.fullmatch(r"(\d{1,10})(?:\.(\d{0,2}))?", text)
    if not found:
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if not re.fullmatch(r"[0-9]{4}", head):
            raise BrCodeRefused("bad_length", "O código está incompleto ou foi alterado.")
        length = int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) < length or length == 0 or head[:2] in fields:
            raise BrCodeRefused("bad_length", "O código está incompleto ou foi alterado.")
        fields[head[:2]] = value
        at += 4 + length
    return fields


def read(code: str) -> BrCode:
    """Decodes a code as a payer's bank does: lengths, check digits and the fields that it needs."""
    code = code.strip()
    fields = _fields(code)
    if list(fields)[-1:] != ["63"] or len(fields["63"]) != 4:
        raise BrCodeRefused("bad_length", "O código está incompleto ou foi alterado.")
    if crc16(code[:-4]) != code[-4:].upper():
        raise BrCodeRefused("crc_mismatch", "O código foi digitado errado ou foi alterado: a conferência não bate.")
    if fields.get("00") != "01" or fields.get("53") != "986" or fields.get("58") != "BR":
        raise BrCodeRefused("not_pix", "Este código não é um Pix em reais.")
    account: dict[str, str] = {}
    for tag in range(26, 52):
        inner = fields.get(f"{tag:02d}")
        if inner is not None:
            parts = _fields(inner)
            if parts.get("00", "").lower() == GUI:
                account = parts
                break
    key, location = account.get("01"), account.get("25")
    if (key is None) == (location is None):
        raise BrCodeRefused("not_pix", "Este código não é um Pix que dê para pagar.")
    if location is not None and "://" in location:
        raise BrCodeRefused("bad_location", "O endereço da cobrança dentro do código está errado.")
    name, city = fields.get("59", ""), fields.get("60", "")
    if not 1 <= len(name) <= 25 or not 1 <= len(city) <= 15:
        raise BrCodeRefused("bad_payee", "O nome ou a cidade de quem recebe está fora do padrão.")
    amount = None
    if "54" in fields:
        amount = centavos(fields["54"])
        if amount is None or amount == 0:
            raise BrCodeRefused("bad_amount", "O valor dentro do código está errado.")
    txid = _fields(fields["62"]).get("05") if "62" in fields else None
    return BrCode(key=key, location=location, amount=amount, name=name, city=city, txid=None if txid == "***" else txid)
