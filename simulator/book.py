"""The people whose phones can be played: read from the same book of receivables that the product imports."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class BookDebt:
    """One row of the book, as a help for whoever plays the debtor."""

    creditor: str
    contract: str
    description: str
    amount: str
    due_date: str


@dataclass
class BookDebtor:
    """A debtor of the book: what this person knows about themselves. `phone` has digits only, with country code, or is empty."""

    document: str
    name: str
    birth_date: str
    phone: str
    debts: list[BookDebt] = field(default_factory=list)


def phone_digits(text: str) -> str:
    """A Brazilian number as digits with 55 in front; empty when it is too short to be one."""
    digits = re.sub(r"\D", "", text).lstrip("0")
    if len(digits) in (10, 11):
        digits = "55" + digits
    return digits if len(digits) in (12, 13) and digits.startswith("55") else ""


def iso_date(text: str) -> str:
    """`25/12/1990` as `1990-12-25`; anything else as it is."""
    found = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text.strip())
    return f"{found[3]}-{found[2]}-{found[1]}" if found else text.strip()


def folded(text: str) -> str:
    """Lower case without accents, for searching."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _words(debtor: BookDebtor) -> list[str]:
    return [word for debt in debtor.debts for word in (debt.contract, debt.creditor, debt.description)]


class Book:
    """The debtors by document, searchable by name, document, phone, contract or creditor."""

    def __init__(self, debtors: dict[str, BookDebtor]) -> None:
        self.debtors = debtors
        self._haystack = {document: folded(" ".join([d.name, document, d.phone, *_words(d)])) for document, d in debtors.items()}

    @classmethod
    def read(cls, path: Path | None) -> "Book":
        """Reads the CSV leniently: judging its rows is the product's task, so a row without a document is merely skipped."""
        debtors: dict[str, BookDebtor] = {}
        if path is None or not path.exists():
            return cls(debtors)
        text = path.read_text(encoding="utf-8-sig")
        header = text.split("\n", 1)[0]
        delimiter = ";" if header.count(";") >= header.count(",") else ","
        for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            cells = {(key or "").strip(): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
            document = re.sub(r"[^0-9A-Za-z]", "", cells.get("debtor_document", "")).upper()
            if not document:
                continue
            if document.isdigit() and len(document) < 11:
                document = document.zfill(11)
            debtor = debtors.setdefault(document, BookDebtor(document, cells.get("debtor_name", ""), "", ""))
            debtor.birth_date = debtor.birth_date or iso_date(cells.get("birth_date", ""))
            debtor.phone = debtor.phone or phone_digits(cells.get("phone", ""))
            debtor.debts.append(
                BookDebt(
                    cells.get("creditor_name", ""),
                    cells.get("contract", ""),
                    cells.get("description", ""),
                    cells.get("original_amount", ""),
                    iso_date(cells.get("due_date", "")),
                )
            )
        return cls(debtors)

    def search(self, wanted: str, limit: int = 40) -> list[BookDebtor]:
        """Debtors in which every word of `wanted` occurs; punctuation in documents and numbers does not matter."""
        wanted = re.sub(r"(?<=\d)[.\-/](?=\d)", "", folded(wanted))
        words = wanted.split()
        found = [d for document, d in self.debtors.items() if all(word in self._haystack[document] for word in words)]
        return found[:limit]

    def by_phone(self, key: str) -> BookDebtor | None:
        """The first debtor whose phone is the same subscriber, ninth digit or not."""
        return next((d for d in self.debtors.values() if d.phone and subscriber(d.phone) == key), None)


def subscriber(digits: str) -> str:
    """The number by which two spellings of a Brazilian mobile are the same: without the ninth digit."""
    if len(digits) == 13 and digits.startswith("55") and digits[4] == "9":
        return digits[:4] + digits[5:]
    return digits
