"""A book of receivables: a creditor's CSV, read row by row into checked values. Touches no database.

A file is read twice. The first pass only looks whether it is such a CSV at all and which references occur more than once (those
rows alone are then compared); the second hands out every row in order, as a `BookRow` or a `Refusal`, with `BookWarning`s before
the row they are about. Memory grows by eight bytes a row and some tens a person, not with what the file says.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from receivables import phone as phones
from receivables import taxid
from receivables.policy import slug

REQUIRED = (
    "creditor_cnpj", "creditor_name", "portfolio", "debtor_document", "debtor_name", "contract", "debt_reference",
    "original_amount", "due_date",
)  # fmt: skip
COLUMNS = (
    "creditor_cnpj", "creditor_name", "portfolio", "debtor_document", "debtor_name", "birth_date", "phone", "email", "contract",
    "debt_reference", "description", "original_amount", "due_date", "product", "address", "city", "state", "postal_code",
    "judicial", "language_note",
)  # fmt: skip

MAX_AMOUNT = 99_999_999_999_999
_NOT_UTF8 = "it is not UTF-8 text"
_CHUNK = 256 * 1024
_MAX_RECORD = 64 * 1024
_MAX_RECORD_LINES = 100
_LONGEST = {"contract": 100, "debt_reference": 100, "portfolio": 100, "email": 254, "phone": 60}
_LONGEST_OTHER = 300

_DROPPED = ("phone", "email", "state", "postal_code")
"""Columns whose faults cost the cell, not the row."""

_NUMBERS = frozenset(("creditor_cnpj", "debtor_document", "contract", "debt_reference", "phone"))
"""Columns of digits that are names: a spreadsheet that takes them for quantities destroys them."""

_FORMULA = re.compile(r"[=@]|[+\-]\S")
_FORMULA_IS_TEXT = frozenset(COLUMNS) - {
    "creditor_cnpj", "debtor_document", "birth_date", "phone", "email", "original_amount", "due_date", "state", "postal_code",
    "judicial",
}  # fmt: skip
"""Columns in which anything may be written. The others have a form of their own, which no formula has."""

_SUSPECT = frozenset("=+-@#")
_AS_TEXT = re.compile(r'="([^"]*)"')
_EXPONENT = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
_DECIMALS = re.compile(r"[0-9]{5,}[.,]0+")
_SPREADSHEET_ERROR = re.compile(r"#{3,}|#[A-ZÇÃÚ0-9/]{2,8}[!?]?", re.IGNORECASE)
_DAY_NUMBER = re.compile(r"[1-7][0-9]{4}")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2}")
_WITH_TIME = re.compile(r"[0-9/\-]{8,10}[T ][0-9]{1,2}:[0-9:.]+Z?")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_WHOLE = re.compile(r"[0-9]{1,15}")
_TWO_DECIMALS = re.compile(r"([0-9]{1,15})[.,]([0-9]{2})")
_BRAZILIAN = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]{2})")
_TWO_READINGS = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRAZILIAN_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_STATES = frozenset("AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split())


class BookError(Exception):
    """The file cannot be read as a CSV of receivables. The message is one sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """One debt, checked. `line` is the first line of its record, the header being line 1.

    `debtor_document` is normalised (11 digits, or 14 characters), `phone` a canonical key, `original_amount` in centavos.
    `repeats` is the line of an equal row earlier in the file: nothing new is said here.
    """

    line: int
    creditor_cnpj: str
    creditor_name: str
    portfolio: str
    debtor_document: str
    debtor_name: str
    contract: str
    debt_reference: str
    original_amount: int
    due_date: date
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None
    description: str = ""
    product: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    judicial: bool = False
    language_note: str | None = None
    repeats: int | None = None

    @property
    def debtor_kind(self) -> taxid.Kind:
        """`person` or `company`, by the document's length."""
        return "person" if len(self.debtor_document) == 11 else "company"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not imported, the column at fault (`row` when it is none alone), and why, without the cell's content."""

    line: int
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class BookWarning:
    """Something left out or mended; the row itself stays."""

    line: int
    column: str
    why: str


class _BadCell(Exception):
    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column
        self.why = why


def read_book(path: Path, *, today: date) -> Iterator[BookRow | Refusal | BookWarning]:
    """Every row of the file at `path`, in order. Raises BookError, before anything is handed out, if it is no such CSV.

    `today` only bounds birth dates. Among rows that are otherwise sound: two of one creditor's reference with different content
    are all refused; an equal one has `repeats` set; a row whose document had another birth date before is refused.
    """
    try:
        with path.open("rb") as stream:
            several = _several(stream)
        with path.open("rb") as stream:
            conflicting = _conflicting(stream, today, several)
    except OSError as error:
        raise BookError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    return _second_pass(path, today, several, conflicting)


def _second_pass(
    path: Path, today: date, several: frozenset[int], conflicting: frozenset[bytes]
) -> Iterator[BookRow | Refusal | BookWarning]:
    first_lines: dict[bytes, int] = {}
    births: dict[int | str, date] = {}
    with path.open("rb") as stream:
        layout, records = _open(stream)
        for name in layout.unknown:
            yield BookWarning(1, name, "unknown column, not read")
        for record in records:
            row, warnings = _row(record, layout, today)
            if row is None:
                continue
            if isinstance(row, BookRow):
                row = _against_the_others(row, several, conflicting, first_lines, births)
            if isinstance(row, BookRow):
                yield from warnings
            yield row


def parse_cells(cells: Mapping[str, str], *, today: date, line: int = 1) -> tuple[BookRow | Refusal, list[BookWarning]]:
    """One row from its cells by column name, by the same rules as in a file; columns left out are empty, unknown ones ignored."""
    warnings: list[BookWarning] = []
    try:
        cleaned = {column: _cleaned(column, cells.get(column, ""), line, warnings) for column in COLUMNS}
        return _parse(cleaned, line, today, warnings), warnings
    except _BadCell as fault:
        return Refusal(line, fault.column, fault.why), warnings


def parse_amount(text: str) -> int:
    """Centavos from `1234.56`, `1.234,56`, `1234,56` or `150`. Raises ValueError with the reason."""
    if found := _BRAZILIAN.fullmatch(text) or _TWO_DECIMALS.fullmatch(text):
        centavos = int(found[1].replace(".", "")) * 100 + int(found[2])
    elif text.startswith("-"):
        raise ValueError("the amount must be more than zero")
    elif _TWO_READINGS.fullmatch(text):
        raise ValueError("it can be read in two ways; write 1234.00 or 1.23 instead")
    elif _WHOLE.fullmatch(text):
        centavos = int(text) * 100
    elif _EXPONENT.fullmatch(text):
        raise ValueError("a spreadsheet shortened the number; write it out as 1234.56")
    elif text[:2].upper() == "R$":
        raise ValueError("not an amount such as 1234.56 or 1.234,56: leave out R$")
    else:
        raise ValueError("not an amount such as 1234.56 or 1.234,56")
    if centavos == 0:
        raise ValueError("the amount must be more than zero")
    if centavos > MAX_AMOUNT:
        raise ValueError("the amount is too large")
    return centavos


def parse_date(text: str) -> date:
    """A day from `2026-11-23` or `23/11/2026`. Raises ValueError with the reason."""
    if found := _ISO_DATE.fullmatch(text):
        parts = found[1], found[2], found[3]
    elif found := _BRAZILIAN_DATE.fullmatch(text):
        parts = found[3], found[2], found[1]
    elif _DAY_NUMBER.fullmatch(text):
        day = date(1899, 12, 30) + timedelta(days=int(text))
        raise ValueError(f"a spreadsheet's number of a day (that would be {day.isoformat()}); write 2026-11-23 or 23/11/2026")
    elif _SHORT_YEAR.fullmatch(text):
        raise ValueError("its year has two digits; write 2026-11-23 or 23/11/2026")
    elif _WITH_TIME.fullmatch(text):
        raise ValueError("it has a time of day; write the day alone, 2026-11-23 or 23/11/2026")
    else:
        raise ValueError("not a date such as 2026-11-23 or 23/11/2026")
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


# ---------------------------------------------------------------------------------------------- the file and its records


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    names: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    text: str
    fault: str | None = None


def _open(stream: BinaryIO) -> tuple[_Layout, Iterator[_Record]]:
    raw_lines = _raw_lines(stream)
    header = next(raw_lines, b"")
    if header is None:
        raise BookError(f"The first line is longer than {_MAX_RECORD // 1024} KB: this is no CSV with a header.")
    if header.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BookError("The file is a spreadsheet or an archive; save it as CSV in UTF-8.")
    if header.startswith((b"\xff\xfe", b"\xfe\xff")) or header.count(0) * 5 > len(header) * 2:
        raise BookError("The file is UTF-16; save it as UTF-8.")
    if header.startswith(b"%PDF"):
        raise BookError("The file is a PDF; the book is a CSV in UTF-8.")
    try:
        text = header.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise BookError("The header is not UTF-8 text; save the file as UTF-8.") from None
    if not text.strip():
        raise BookError("The file is empty, or its first line is: the header is missing.")
    if re.fullmatch(r"sep=.?", text.strip(), re.IGNORECASE):
        raise BookError("The first line is a spreadsheet's sep= mark; delete it, so that the header is the first line.")
    layout = _layout(text)
    return layout, _records(raw_lines, layout)


def _raw_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines without their ends, which may be LF, CRLF or CR; None for one that is too long to be kept."""
    rest = b""
    skipping = False
    while chunk := stream.read(_CHUNK):
        lines = (rest + chunk).splitlines(keepends=True)
        # A last CR may be the first half of a CRLF.
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        for line in lines:
            yield None if skipping or len(line) > _MAX_RECORD + 2 else line.rstrip(b"\r\n")
            skipping = False
        if len(rest) > _MAX_RECORD + 2:
            rest, skipping = rest[-1:] if rest.endswith(b"\r") else b"", True
    if rest or skipping:
        yield None if skipping or len(rest) > _MAX_RECORD + 2 else rest.rstrip(b"\r")


def _layout(header: str) -> _Layout:
    best: tuple[int, str, list[str]] = (-1, ",", [])
    for delimiter in (";", ","):
        try:
            cells = next(csv.reader([header], delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        names = [" ".join(cell.split()).lower() for cell in cells]
        known = len(set(names) & set(COLUMNS))
        if known > best[0]:
            best = known, delimiter, names
    _, delimiter, found = best
    missing = [name for name in REQUIRED if name not in found]
    if missing and header.count("\t") + header.count("|") >= len(REQUIRED) - 1:
        raise BookError("The header's columns are separated by tabs or bars; save the file with ; or , between them.")
    if missing and header.startswith('"') and len(found) == 1:
        raise BookError("The whole header stands in one pair of quotation marks; save the file with one cell a column.")
    if missing:
        raise BookError(f"The header lacks {', '.join(missing)}; columns are separated by ; or , and named in the first line.")
    doubled = sorted({_shown(name) for name in found if name and found.count(name) > 1})
    if doubled:
        raise BookError(f"The header has {', '.join(doubled)} more than once.")
    unknown = tuple(_shown(name) for name in found if name and name not in COLUMNS)
    return _Layout(delimiter, tuple(found), unknown)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:60]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    fault: str | None = None


def _lines(raw_lines: Iterator[bytes | None]) -> Iterator[_Line]:
    """The lines after the header, as text."""
    number = 1
    for raw in raw_lines:
        number += 1
        if raw is None:
            yield _Line(number, "", f"the line is longer than {_MAX_RECORD // 1024} KB")
            continue
        try:
            yield _Line(number, raw.decode())
        except UnicodeDecodeError:
            yield _Line(number, "", _NOT_UTF8)


def _records(raw_lines: Iterator[bytes | None], layout: _Layout) -> Iterator[_Record]:
    """Records in order. A quotation mark that is opened and not closed costs its own line only: the rest is read on."""
    lines = _lines(raw_lines)
    waiting: deque[_Line] = deque()
    while True:
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        if first.fault is not None or '"' not in first.text or not _ends_in_quotes(first.text, layout.delimiter):
            yield _Record(first.number, first.text, first.fault)
            continue
        taken: list[_Line] = []
        whole = first.text
        closed = False
        while not closed and len(taken) < _MAX_RECORD_LINES and len(whole) < _MAX_RECORD:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None:
                break
            taken.append(following)
            if following.fault is not None:
                break
            whole += "\n" + following.text
            closed = '"' in following.text and not _ends_in_quotes(whole, layout.delimiter)
        # A stray mark may seem closed by the next row's first quoted cell: then the pieces do not make one row.
        if closed and len(_split(whole, layout.delimiter) or ()) == len(layout.names):
            yield _Record(first.number, whole)
        else:
            waiting.extendleft(reversed(taken))
            yield _Record(first.number, "", "a quotation mark is opened and not closed")


def _split(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record, None when its quotation marks or line ends are not those of a CSV."""
    if '"' not in text and "\r" not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _ends_in_quotes(text: str, delimiter: str) -> bool:
    """Whether the record goes on after `text`, because a cell that began with a quotation mark is still open."""
    position, length = 0, len(text)
    while position < length:
        if text[position] == '"':
            position += 1
            while True:
                close = text.find('"', position)
                if close < 0:
                    return True
                position = close + 1
                if position >= length or text[position] != '"':
                    break
                position += 1
        following = text.find(delimiter, position)
        if following < 0:
            return False
        position = following + 1
    return False


def _values(record: _Record, layout: _Layout) -> list[str] | None:
    """The record's cells in order, None for an empty line."""
    if record.fault is not None:
        raise _BadCell("row", record.fault)
    values = _split(record.text, layout.delimiter)
    if values is None:
        raise _BadCell("row", "its quotation marks or line ends are not those of a CSV")
    expected = len(layout.names)
    if len(values) != expected:
        if not any(value.strip() for value in values):
            return None
        if len(values) < expected or any(value.strip() for value in values[expected:]):
            raise _BadCell("row", f"it has {len(values)} cells, the header has {expected}")
    return values


# ------------------------------------------------------------------------------------------------------------- one row


def _row(record: _Record, layout: _Layout, today: date) -> tuple[BookRow | Refusal | None, list[BookWarning]]:
    warnings: list[BookWarning] = []
    try:
        values = _values(record, layout)
        if values is None:
            return None, warnings
        cells = _cleaned_all(record, layout, values, warnings)
        if not any(values) or not any(value.strip() for value in values):
            return None, []
        return _parse(cells, record.line, today, warnings), warnings
    except _BadCell as fault:
        return Refusal(record.line, fault.column, fault.why), []


def _cleaned_all(record: _Record, layout: _Layout, values: list[str], warnings: list[BookWarning]) -> dict[str, str]:
    """The cells by column. Most rows are tidy as a whole, which is quicker to see than cell by cell."""
    text = record.text
    tidy = text.isprintable() and "  " not in text and (text.isascii() or unicodedata.is_normalized("NFC", text))
    cells = dict.fromkeys(COLUMNS, "")
    for name, place, longest in _places(layout):
        value = values[place]
        if tidy:
            plain = value.strip()
            if len(plain) <= longest and plain[:1] not in _SUSPECT and (name not in _NUMBERS or "+" not in plain):
                cells[name] = plain
                continue
        cells[name] = _cleaned(name, value, record.line, warnings)
    return cells


@lru_cache(8)
def _places(layout: _Layout) -> tuple[tuple[str, int, int], ...]:
    found = {name: place for place, name in enumerate(layout.names) if name in COLUMNS}
    return tuple((name, found[name], _LONGEST.get(name, _LONGEST_OTHER)) for name in COLUMNS if name in found)


def _parse(cell: Mapping[str, str], line: int, today: date, warnings: list[BookWarning]) -> BookRow:
    for column in REQUIRED:
        if not cell[column]:
            raise _BadCell(column, "it is empty")
    document = _document(cell["debtor_document"])
    if document.lost_zero:
        warnings.append(BookWarning(line, "debtor_document", "ten digits, read as a CPF that lost its first zero"))
    try:
        creditor = _cnpj(cell["creditor_cnpj"])
    except taxid.TaxIdError as error:
        raise _BadCell("creditor_cnpj", f"not a valid CNPJ: {error}") from None
    if not _slug(cell["portfolio"]):
        raise _BadCell("portfolio", "it has no letter or digit")
    for column in ("creditor_name", "debtor_name"):
        name = cell[column]
        if not name[0].isalpha() and not any(c.isalpha() for c in name):
            raise _BadCell(column, "a name has letters")
    return BookRow(
        line=line,
        creditor_cnpj=creditor,
        creditor_name=cell["creditor_name"],
        portfolio=cell["portfolio"],
        debtor_document=document.number,
        debtor_name=cell["debtor_name"],
        contract=cell["contract"],
        debt_reference=cell["debt_reference"],
        original_amount=_amount(cell["original_amount"]),
        due_date=_day("due_date", cell["due_date"], date(1970, 1, 1), date(2100, 12, 31)),
        birth_date=_day("birth_date", cell["birth_date"], date(1900, 1, 1), today) if cell["birth_date"] else None,
        phone=_phone(cell["phone"], line, warnings),
        email=_email(cell["email"], line, warnings),
        description=cell["description"],
        product=cell["product"] or None,
        address=cell["address"] or None,
        city=cell["city"] or None,
        state=_state(cell["state"], line, warnings),
        postal_code=_postal_code(cell["postal_code"], line, warnings),
        judicial=_judicial(cell["judicial"]),
        language_note=cell["language_note"] or None,
    )


# The same few creditors, portfolios and days stand in every row.
_cnpj = lru_cache(1024)(taxid.parse_cnpj)
_slug = lru_cache(1024)(slug)
_parsed_day = lru_cache(65_536)(parse_date)


def _cleaned(column: str, text: str, line: int, warnings: list[BookWarning]) -> str:
    try:
        plain = _clean(column, text)
    except _BadCell as fault:
        if column not in _DROPPED:
            raise
        warnings.append(BookWarning(line, column, f"{fault.why}, left out"))
        return ""
    if column in _FORMULA_IS_TEXT and _FORMULA.match(plain):
        warnings.append(BookWarning(line, column, "it begins like a spreadsheet formula, kept as text"))
    return plain


def _clean(column: str, text: str) -> str:
    """The cell as one line of composed characters, without what cannot be seen; refuses what has no place in text, and what a
    spreadsheet left where something else stood."""
    longest = _LONGEST.get(column, _LONGEST_OTHER)
    if len(text) > 4 * longest + 100:
        raise _BadCell(column, f"it is longer than {longest} characters")
    plain = text
    if not text.isprintable():
        plain = "".join(c for c in text if unicodedata.category(c) != "Cf")
        for c in plain:
            if not c.isspace() and unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn"):
                raise _BadCell(column, f"it has a character that is no text (U+{ord(c):04X})")
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
    plain = " ".join(plain.split())
    if found := _AS_TEXT.fullmatch(plain):  # how a CSV makes a spreadsheet keep first zeros
        plain = found[1].strip()
    if len(plain) > longest:
        raise _BadCell(column, f"it is longer than {longest} characters")
    if plain[:1] == "#" and _SPREADSHEET_ERROR.fullmatch(plain):
        raise _BadCell(column, "a spreadsheet's error stands where the value was")
    if column in _NUMBERS and _EXPONENT.fullmatch(plain):
        raise _BadCell(column, "a spreadsheet made a rounded number of it, and its digits are lost")
    return plain


def _document(text: str) -> taxid.TaxId:
    if _DECIMALS.fullmatch(text):
        raise _BadCell("debtor_document", "not a valid CPF or CNPJ: it is written as a number with decimals")
    try:
        return taxid.parse(text)
    except taxid.TaxIdError as error:
        raise _BadCell("debtor_document", f"not a valid CPF or CNPJ: {error}") from None


def _amount(text: str) -> int:
    try:
        return parse_amount(text)
    except ValueError as error:
        raise _BadCell("original_amount", str(error)) from None


def _day(column: str, text: str, earliest: date, latest: date) -> date:
    try:
        day = _parsed_day(text)
    except ValueError as error:
        raise _BadCell(column, str(error)) from None
    if not earliest <= day <= latest:
        raise _BadCell(column, f"it lies outside {earliest.isoformat()} to {latest.isoformat()}")
    return day


def _phone(text: str, line: int, warnings: list[BookWarning]) -> str | None:
    key = phones.canonical(text) if text else None
    if text and key is None:
        warnings.append(BookWarning(line, "phone", "it cannot be a Brazilian number, left out"))
    return key


def _email(text: str, line: int, warnings: list[BookWarning]) -> str | None:
    if text and not _EMAIL.fullmatch(text):
        warnings.append(BookWarning(line, "email", "it is no e-mail address, left out"))
        return None
    return text.lower() or None


def _state(text: str, line: int, warnings: list[BookWarning]) -> str | None:
    if text and text.upper() not in _STATES:
        warnings.append(BookWarning(line, "state", "it is no Brazilian state's two letters, left out"))
        return None
    return text.upper() or None


def _postal_code(text: str, line: int, warnings: list[BookWarning]) -> str | None:
    digits = re.sub(r"[\s.\-]", "", text)
    if text and not re.fullmatch(r"[0-9]{7,8}", digits):
        warnings.append(BookWarning(line, "postal_code", "a CEP has eight digits, left out"))
        return None
    return digits.zfill(8) if digits else None


def _judicial(text: str) -> bool:
    if text.lower() not in ("", "true", "false"):
        raise _BadCell("judicial", "it is neither true nor false")
    return text.lower() == "true"


# ------------------------------------------------------------------------------------------------------ between the rows


def _several(stream: BinaryIO) -> frozenset[int]:
    """The references that more than one row has, as short hashes. Reads the file to its end, so it also finds faults."""
    layout, records = _open(stream)
    creditor, reference = layout.names.index("creditor_cnpj"), layout.names.index("debt_reference")
    hashes = [array("Q") for _ in range(64)]  # in 64 parts, so that sorting one takes little memory
    total = garbled = 0
    for record in records:
        total += 1
        if record.fault is not None:
            garbled += record.fault == _NOT_UTF8
            continue
        values = _split(record.text, layout.delimiter)
        if values is None or len(values) < len(layout.names):
            continue
        try:
            key = _cnpj(_plain("creditor_cnpj", values[creditor])), _plain("debt_reference", values[reference])
        except (_BadCell, taxid.TaxIdError):
            continue
        hashed = _short_hash(key)
        hashes[hashed & 63].append(hashed)
    if garbled and 2 * garbled >= total:  # not some bad rows, but another encoding
        raise BookError(f"The file is not UTF-8 text: {garbled} of {total} rows cannot be read; save it as UTF-8.")
    found: set[int] = set()
    for part in hashes:
        ordered = sorted(part)
        found.update(one for one, following in pairwise(ordered) if one == following)
    return frozenset(found)


def _plain(column: str, text: str) -> str:
    """The cell cleaned, as `_cleaned_all` does it; the quick way for what is plainly plain."""
    if text.isascii() and text.isprintable() and "  " not in text and text[:1] not in _SUSPECT and "+" not in text:
        plain = text.strip()
        if len(plain) <= _LONGEST_OTHER // 3 and plain[:1] not in _SUSPECT:
            return plain
    return _clean(column, text)


def _short_hash(key: tuple[str, str]) -> int:
    # Python's own, keyed anew in every process: nobody can make a file whose rows collide.
    return hash(key) & 0xFFFF_FFFF_FFFF_FFFF


def _conflicting(stream: BinaryIO, today: date, several: frozenset[int]) -> frozenset[bytes]:
    """Of the references that several rows have, those that say different things in different sound rows."""
    if not several:
        return frozenset()
    contents: dict[bytes, bytes] = {}
    conflicting: set[bytes] = set()
    layout, records = _open(stream)
    creditor, reference = layout.names.index("creditor_cnpj"), layout.names.index("debt_reference")
    for record in records:
        values = _split(record.text, layout.delimiter) if record.fault is None else None
        if values is None or len(values) < len(layout.names):
            continue
        try:
            named = _cnpj(_plain("creditor_cnpj", values[creditor])), _plain("debt_reference", values[reference])
        except (_BadCell, taxid.TaxIdError):
            continue
        if _short_hash(named) not in several:
            continue
        row, _ = _row(record, layout, today)
        if isinstance(row, BookRow):
            key, content = _reference(row), _content(row)
            if contents.setdefault(key, content) != content:
                conflicting.add(key)
    return frozenset(conflicting)


def _against_the_others(
    row: BookRow,
    several: frozenset[int],
    conflicting: frozenset[bytes],
    first_lines: dict[bytes, int],
    births: dict[int | str, date],
) -> BookRow | Refusal:
    alone = _short_hash((row.creditor_cnpj, row.debt_reference)) not in several
    key = b"" if alone else _reference(row)
    if key in conflicting:
        return Refusal(row.line, "debt_reference", "the same reference of this creditor is in the file with different content")
    if key in first_lines:
        return replace(row, repeats=first_lines[key])
    if row.birth_date is not None:
        document = row.debtor_document
        # A number takes half the memory of its digits; companies, whose documents may have letters, have no birth dates to speak of.
        earlier = births.setdefault(int(document) if len(document) == 11 else document, row.birth_date)
        if earlier != row.birth_date:
            return Refusal(row.line, "birth_date", "an earlier row gives this document another birth date")
    if not alone:
        first_lines[key] = row.line
    return row


def _reference(row: BookRow) -> bytes:
    return _digest(row.creditor_cnpj, row.debt_reference)


def _content(row: BookRow) -> bytes:
    return _digest(*(repr(getattr(row, f.name)) for f in fields(row) if f.name not in ("line", "repeats")))


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
