"""Pix BR Code: the text that a person copies into the bank's app, or that a QR code carries.

Encodes, decodes and checks the Brazilian profile of EMV's merchant-presented code. A code is a row of fields, each two digits
of name, two digits of length and a value; the last field is a CRC-16 of everything before it. A code that only passes the CRC
may still be wrong (a length that lies inside a template), so every level is measured here.

Amounts are integer centavos. Everything that is refused raises `PixCodeError`, whose `code` is stable and safe to log.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

GUI = "br.gov.bcb.pix"
MAX_CODE = 512
MAX_NAME = 25
MAX_CITY = 15
_LEGAL_FORMS = frozenset({"LTDA", "LTD", "SA", "ME", "EPP", "EIRELI", "MEI", "SS"})
MAX_KEY = 77
MAX_LOCATION = 77
MAX_AMOUNT = 9_999_999_999_99

_ANY_TXID = "***"
_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{0,2})?")
_STATIC_TXID = re.compile(r"[a-zA-Z0-9]{1,25}")
_DYNAMIC_TXID = re.compile(r"[a-zA-Z0-9]{1,35}")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*://")
_LOCATION = re.compile(r"[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*(?::[0-9]{1,5})?/[\x21-\x7e]+")
_KEYS = (
    re.compile(r"[0-9]{11}"),  # CPF
    re.compile(r"[0-9A-Z]{12}[0-9]{2}"),  # CNPJ, letters allowed since July 2026
    re.compile(r"\+[1-9][0-9]{7,14}"),  # phone
    re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),  # random key (EVP)
    re.compile(r"[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+"),  # e-mail
)

Kind = Literal["static", "dynamic", "recurring"]


class PixCodeError(ValueError):
    """A Pix code, or a value for one, breaks a rule of the format. `code` names the rule."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class PixCode:
    """What a BR Code says.

    A static code names the payee's `key`; a dynamic one names the `location` where the payer's bank fetches the charge.
    `amount` is in centavos, None when the code leaves it open. `txid` is None for `***`. `recurrence` is the address of a
    Pix Automático authorisation that travels with the code, None for an ordinary payment.
    """

    name: str
    city: str
    key: str | None = None
    location: str | None = None
    amount: int | None = None
    txid: str | None = None
    info: str | None = None
    single_use: bool = False
    category: str = "0000"
    postal_code: str | None = None
    withdrawal_agent: str | None = None
    recurrence: str | None = None

    @property
    def kind(self) -> Kind:
        """Static, dynamic, or an authorisation of recurring payments alone."""
        if self.key is not None:
            return "static"
        return "dynamic" if self.location is not None else "recurring"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a code is not what its charge says. Values are text, for the log and the alarm."""

    field: str
    expected: str
    found: str


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF, nothing reflected), as the BR Code wants it."""
    return binascii.crc_hqx(data, 0xFFFF)


def plain(text: str) -> str:
    """`text` in printable ASCII with single spaces: banks count a code's lengths differently once an accent is in it."""
    folded = unicodedata.normalize("NFKD", text)
    kept = "".join(c if "\x20" <= c <= "\x7e" else (" " if c.isspace() else "") for c in folded)
    return " ".join(kept.split())


def payee_name(text: str) -> str:
    """A payee's name as it fits a code: plain and cut at 25 characters."""
    return plain(text)[:MAX_NAME].rstrip()


def city_name(text: str) -> str:
    """A city's name as it fits a code: plain and cut at 15 characters."""
    return plain(text)[:MAX_CITY].rstrip()


def encode_static(
    *,
    key: str,
    name: str,
    city: str,
    amount: int | None = None,
    txid: str | None = None,
    info: str | None = None,
    single_use: bool = False,
    postal_code: str | None = None,
) -> str:
    """A code that pays into `key`, as often as people like (`single_use` only asks the payer's app not to repeat it).

    Raises PixCodeError. Accents are taken out; what is too long is refused, not cut (see `payee_name`).
    """
    _check_key(key)
    if key != key.lower() and "@" in key:
        raise PixCodeError("bad_key", "an e-mail key is written in lower case")
    note = plain(info) if info is not None else None
    account = [("00", GUI), ("01", key)]
    if note:
        if len(note) > 99 - 4 - len(GUI) - 4 - len(key) - 4:
            raise PixCodeError("info_too_long", "the note does not fit beside the key")
        account.append(("02", note))
    if txid is not None and txid != _ANY_TXID and not _STATIC_TXID.fullmatch(txid):
        raise PixCodeError("bad_txid", "a static code's txid has 1 to 25 letters and digits")
    return _write(account, name, city, amount, txid, single_use, postal_code, None)


def encode_dynamic(
    *,
    location: str,
    name: str,
    city: str,
    amount: int | None = None,
    single_use: bool = True,
    postal_code: str | None = None,
    recurrence: str | None = None,
) -> str:
    """A code that points to the charge which a bank keeps at `location` (no `https://`). Raises PixCodeError.

    The txid is always `***` here: the payer's bank takes it from the charge.
    """
    _check_location(location)
    if recurrence is not None:
        _check_location(recurrence)
    return _write([("00", GUI), ("25", location)], name, city, amount, None, single_use, postal_code, recurrence)


def decode(code: str) -> PixCode:
    """What `code` says. Raises PixCodeError for whatever a bank's app could refuse or read in another way.

    Accepted beyond what is written here: amounts as `100`, `10.` or `10.5`, an upper-case GUI, accents (one character is one
    unit of length, the CRC counts UTF-8 bytes), Pix Automático templates. White space around the code is not forgiven.
    """
    if len(code) > MAX_CODE:
        raise PixCodeError("code_too_long", f"{len(code)} characters, at most {MAX_CODE}")
    if len(code) < 8:
        raise PixCodeError("bad_length", "too short to be a code")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") for c in code):
        raise PixCodeError("bad_character", "control characters in the code")
    if f"{crc16(code[:-4].encode()):04X}" != code[-4:]:
        raise PixCodeError("crc_mismatch", "the CRC is not the one of this text")
    fields = _read(code, "the code")
    _check_frame(fields)
    account = _pix_account(fields)
    recurrence = _recurrence(fields)
    key, location = account.get("01"), account.get("25")
    if key is not None and location is not None:
        raise PixCodeError("key_and_location", "both a key and a location")
    if key is None and location is None and recurrence is None:
        raise PixCodeError("no_key_or_location", "neither a key nor a location")
    if key is not None:
        _check_key(key)
    if location is not None:
        _check_location(location)
    agent = account.get("03")
    if agent is not None and not re.fullmatch(r"[0-9]{8}", agent):
        raise PixCodeError("bad_withdrawal_agent", "an ISPB has eight digits")
    return PixCode(
        name=_checked_text(fields, "59", "name", MAX_NAME),
        city=_checked_text(fields, "60", "city", MAX_CITY),
        key=key,
        location=location,
        amount=_read_amount(fields["54"]) if "54" in fields else None,
        txid=_read_txid(fields, static=key is not None),
        info=account.get("02"),
        single_use=fields.get("01") == "12",
        category=fields["52"],
        postal_code=fields.get("61"),
        withdrawal_agent=agent,
        recurrence=recurrence,
    )


def check(
    code: str,
    *,
    amount: int | None,
    payee_name: str | None = None,
    location: str | None = None,
    key: str | None = None,
    txid: str | None = None,
    recurrence: str | None = None,
) -> list[Difference]:
    """In what `code` differs from the charge it is meant for; empty when it may leave. Never raises.

    `amount` in centavos (None: the payer chooses). A dynamic code may leave the amount out, since the bank's charge fixes it,
    and may write `***` for the txid; when either is there it must be right. `location` may carry its scheme, as some banks
    return it. Names are compared as a code can hold them: without accents or case, 25 characters. What is None is not compared,
    but for `recurrence`: a code that also authorises recurring payments must have been asked for.
    """
    try:
        found = decode(code)
    except PixCodeError as error:
        return [Difference("code", "a valid BR Code", str(error))]
    differences: list[Difference] = []

    def compare(field: str, expected: object, actual: object) -> None:
        if expected != actual:
            differences.append(Difference(field, str(expected), str(actual)))

    if found.amount is not None or found.kind == "static" or amount is None:
        compare("amount", amount, found.amount)
    if payee_name is not None and not same_name(payee_name, found.name):
        compare("payee_name", payee_name, found.name)
    if location is not None:
        compare("location", _SCHEME.sub("", location, count=1), found.location)
    if key is not None:
        compare("key", key, found.key)
    if txid is not None and not (found.kind == "dynamic" and found.txid is None):
        compare("txid", txid, found.txid)
    compare("recurrence", recurrence, found.recurrence)
    return differences


def same_name(full: str, written: str) -> bool:
    """Whether a code's payee is this company, as banks write names: in capitals, cut at 25 characters, with or without points
    and the legal form at the end ("Lojas Tamboril S.A." is "LOJAS TAMBORIL SA" and "LOJAS TAMBORIL")."""
    ours, theirs = _letters(full), _letters(written)
    if not theirs:
        return False
    if len(written) >= MAX_NAME - 1 and ours.startswith(theirs):
        return True
    return _without_form(ours) == _without_form(theirs)


def _letters(name: str) -> str:
    return " ".join(re.findall(r"[A-Z0-9]+", plain(name).upper().replace(".", "")))


def _without_form(letters: str) -> str:
    words = letters.split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _template(tag: str, fields: list[tuple[str, str]]) -> str:
    value = "".join(_field(inner, text) for inner, text in fields)
    if len(value) > 99:
        raise PixCodeError("template_too_long", f"field {tag} holds {len(value)} characters, at most 99")
    return _field(tag, value)


def _write(
    account: list[tuple[str, str]],
    name: str,
    city: str,
    amount: int | None,
    txid: str | None,
    single_use: bool,
    postal_code: str | None,
    recurrence: str | None,
) -> str:
    written = {"59": plain(name), "60": plain(city)}
    text = _field("00", "01")
    if single_use:
        text += _field("01", "12")
    text += _template("26", account) + _field("52", "0000") + _field("53", "986")
    if amount is not None:
        if amount < 1 or amount > MAX_AMOUNT:
            raise PixCodeError("bad_amount", "from 1 centavo to ten digits of reais")
        text += _field("54", f"{amount // 100}.{amount % 100:02d}")
    text += _field("58", "BR")
    text += _field("59", _checked_text(written, "59", "name", MAX_NAME))
    text += _field("60", _checked_text(written, "60", "city", MAX_CITY))
    if postal_code is not None:
        digits = re.sub(r"[\s.\-]", "", postal_code)
        if not re.fullmatch(r"[0-9]{8}", digits):
            raise PixCodeError("bad_postal_code", "a CEP has eight digits")
        text += _field("61", digits)
    text += _template("62", [("05", txid or _ANY_TXID)])
    if recurrence is not None:
        text += _template("80", [("00", GUI), ("25", recurrence)])
    text += "6304"
    return f"{text}{crc16(text.encode()):04X}"


def _read(text: str, where: str) -> dict[str, str]:
    """The fields of one level, in order. Raises `bad_tag`, `bad_length` or `duplicate_field`."""
    fields: dict[str, str] = {}
    position = 0
    while position < len(text):
        tag, digits = text[position : position + 2], text[position + 2 : position + 4]
        if not re.fullmatch(r"[0-9]{2}", tag):
            raise PixCodeError("bad_tag", f"no field name at position {position} of {where}")
        if not re.fullmatch(r"[0-9]{2}", digits):
            raise PixCodeError("bad_length", f"the length of field {tag} of {where} is not two digits")
        start, position = position + 4, position + 4 + int(digits)
        if position > len(text):
            raise PixCodeError("bad_length", f"field {tag} of {where} is shorter than its length says")
        if tag in fields:
            raise PixCodeError("duplicate_field", f"field {tag} of {where} is there twice")
        fields[tag] = text[start:position]
    return fields


def _check_frame(fields: dict[str, str]) -> None:
    tags = list(fields)
    if "63" not in fields:
        raise PixCodeError("crc_missing", "no field 63")
    if tags[-1] != "63":
        raise PixCodeError("crc_not_last", "fields after the CRC")
    if len(fields["63"]) != 4:
        raise PixCodeError("bad_length", "the CRC has four digits")
    if tags[0] != "00" or fields["00"] != "01":
        raise PixCodeError("bad_format_indicator", "a code starts with 000201")
    if fields.get("01", "11") not in ("11", "12"):
        raise PixCodeError("bad_point_of_initiation", "field 01 is 11 or 12")
    for tag in ("52", "53", "58", "59", "60"):
        if tag not in fields:
            raise PixCodeError("missing_field", f"no field {tag}")
    if not re.fullmatch(r"[0-9]{4}", fields["52"]):
        raise PixCodeError("bad_category", "field 52 has four digits")
    if fields["53"] != "986":
        raise PixCodeError("bad_currency", "a Pix is in reais (986)")
    if fields["58"] != "BR":
        raise PixCodeError("bad_country", "a Pix is in Brazil (BR)")
    if "61" in fields and not re.fullmatch(r"[0-9A-Za-z.\- ]{1,10}", fields["61"]):
        raise PixCodeError("bad_postal_code", "field 61 is no CEP")


def _pix_account(fields: dict[str, str]) -> dict[str, str]:
    templates = [_read(value, f"field {tag}") for tag, value in fields.items() if "26" <= tag <= "51"]
    if not templates:
        raise PixCodeError("missing_field", "no merchant account (fields 26 to 51)")
    accounts = [template for template in templates if template.get("00", "").lower() == GUI]
    if not accounts:
        raise PixCodeError("unknown_gui", f"no merchant account of {GUI}")
    if len(accounts) > 1:
        raise PixCodeError("duplicate_field", "two Pix accounts in one code")
    return accounts[0]


def _recurrence(fields: dict[str, str]) -> str | None:
    found: list[str] = []
    for tag, value in fields.items():
        if tag < "80":
            continue
        template = _read(value, f"field {tag}")
        if template.get("00", "").lower() != GUI:
            continue
        if "25" not in template:
            raise PixCodeError("missing_field", f"field {tag} has no location")
        _check_location(template["25"])
        found.append(template["25"])
    if len(found) > 1:
        raise PixCodeError("duplicate_field", "two recurrences in one code")
    return found[0] if found else None


def _checked_text(fields: dict[str, str], tag: str, noun: str, limit: int) -> str:
    text = fields[tag]
    if not text.strip():
        raise PixCodeError(f"{noun}_empty", f"the {noun} is empty")
    if len(text) > limit:
        raise PixCodeError(f"{noun}_too_long", f"the {noun} has {len(text)} characters, at most {limit}")
    return text


def _read_amount(text: str) -> int:
    if len(text) > 13 or not _AMOUNT.fullmatch(text):
        raise PixCodeError("bad_amount", f"{text!r} is no amount")
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def _read_txid(fields: dict[str, str], *, static: bool) -> str | None:
    if "62" not in fields:
        return None
    txid = _read(fields["62"], "field 62").get("05")
    if txid is None or txid == _ANY_TXID:
        return None
    if not (_STATIC_TXID if static else _DYNAMIC_TXID).fullmatch(txid):
        raise PixCodeError("bad_txid", "a txid has letters and digits only, and a limit")
    return txid


def _check_key(key: str) -> None:
    if len(key) > MAX_KEY:
        raise PixCodeError("key_too_long", f"{len(key)} characters, at most {MAX_KEY}")
    if not any(shape.fullmatch(key) for shape in _KEYS):
        raise PixCodeError("bad_key", "neither CPF, CNPJ, phone, e-mail nor random key")


def _check_location(location: str) -> None:
    if _SCHEME.match(location):
        raise PixCodeError("url_has_scheme", "a location is written without https://")
    if len(location) > MAX_LOCATION:
        raise PixCodeError("url_too_long", f"{len(location)} characters, at most {MAX_LOCATION}")
    if not _LOCATION.fullmatch(location):
        raise PixCodeError("bad_url", "a location is a host and a path")
