"""A reader and a writer of dynamic Pix codes of the driver's own, from BACEN's manual; lengths and CRC are both checked."""

from __future__ import annotations


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE as four upper-case hexadecimal digits."""
    register = 0xFFFF
    for byte in text.encode():
        register ^= byte << 8
        for _ in range(8):
            register = ((register << 1) ^ 0x1021) & 0xFFFF if register & 0x8000 else (register << 1) & 0xFFFF
    return f"{register:04X}"


def field(tag: str, value: str) -> str:
    assert len(value) <= 99, f"{tag} is too long"
    return f"{tag}{len(value):02d}{value}"


def dynamic(location: str, amount: str, name: str, city: str, txid: str = "***") -> str:
    """The copy-and-paste text of a charge whose payload lives at `location` (no https://)."""
    head = (
        field("00", "01")
        + field("01", "12")
        + field("26", field("00", "br.gov.bcb.pix") + field("25", location))
        + field("52", "0000")
        + field("53", "986")
        + field("54", amount)
        + field("58", "BR")
        + field("59", name[:25])
        + field("60", city[:15])
        + field("62", field("05", txid))
        + "6304"
    )
    return head + crc16(head)


def fields(text: str) -> dict[str, str]:
    """Tags and values, one level deep. Raises ValueError when a length does not fit."""
    found: dict[str, str] = {}
    rest = text
    while rest:
        tag, length = rest[:2], rest[2:4]
        if not (tag.isdigit() and length.isdigit() and len(rest) >= 4 + int(length)):
            raise ValueError(f"bad length at {rest[:20]!r}")
        if tag in found:
            raise ValueError(f"tag {tag} twice")
        found[tag] = rest[4 : 4 + int(length)]
        rest = rest[4 + int(length) :]
    return found


def read(code: str) -> dict[str, str]:
    """amount, name, city and location of a valid dynamic code. Raises ValueError for any fault."""
    if not code.isascii():
        raise ValueError("not ASCII")
    found = fields(code)
    if next(iter(found)) != "00" or list(found)[-1] != "63":
        raise ValueError("00 must be first and 63 last")
    if crc16(code[:-4]) != code[-4:]:
        raise ValueError("wrong CRC")
    account = fields(found["26"])
    if account["00"].lower() != "br.gov.bcb.pix" or "25" not in account or "01" in account:
        raise ValueError("not a dynamic Pix")
    if (found["53"], found["58"]) != ("986", "BR"):
        raise ValueError("not in Brazil")
    return {"amount": found["54"], "name": found["59"], "city": found["60"], "location": account["25"]}
