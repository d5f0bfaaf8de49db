"""CSV that goes out, harmless in the spreadsheet that opens it."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from typing import IO

_STARTS = frozenset("=+-@\t\r\n|%")
"""First characters at which a spreadsheet may run a cell instead of showing it."""


def harmless(text: str) -> str:
    """`text` as a spreadsheet shows it: an apostrophe before what it would run, full-width look-alikes included, and no line ends
    or other controls inside."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if unicodedata.category(c) != "Cs")
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\ufeff\u200b")[:1])
    return f"'{plain}" if first[:1] in _STARTS and first else plain


class CsvOut:
    """Writes rows under a header: commas, CRLF, every cell in quotation marks and harmless."""

    def __init__(self, stream: IO[str], columns: Sequence[str]) -> None:
        self._columns = columns
        self._writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._writer.writerow(columns)

    def write(self, row: Mapping[str, str]) -> None:
        """One row; raises `KeyError` for a column that is missing."""
        self._writer.writerow([harmless(row[name]) for name in self._columns])
