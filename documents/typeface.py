"""The typeface of every paper, embedded, and what of a foreign text can be set in it.

Source Sans lies beside this file (SIL Open Font License, `fonts/OFL.txt`): figures of one width, every letter of Portuguese.
Names come from creditors' files: `clean` takes out what would reorder, hide or break a line, `markup` makes the rest harmless
inside reportlab's paragraphs.
"""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from threading import Lock
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "TratoText"
BOLD = "TratoText-Bold"
MAX_TEXT = 240
_MAX_DRAWN = 2000

_FILES = {REGULAR: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Semibold.ttf"}
_SUBSTITUTE = "?"
_LOCK = Lock()


def register() -> None:
    """Makes the typeface known to reportlab; costs nothing after the first time."""
    with _LOCK:
        _register()


@functools.cache
def _register() -> frozenset[int]:
    folder = Path(__file__).parent / "fonts"
    fonts = [TTFont(name, str(folder / file)) for name, file in _FILES.items()]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


def _known() -> frozenset[int]:
    with _LOCK:
        return _register()


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """`text` on one line in characters that can be set: no controls, no change of direction, at most `limit` characters.

    A letter that the typeface lacks becomes its plain form, or a question mark.
    """
    known = _known()
    written: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char.isspace() or category in ("Zl", "Zp"):
            written.append(" ")
        elif category[0] == "C":
            continue
        elif ord(char) in known and unicodedata.bidirectional(char) not in ("R", "AL", "AN"):
            written.append(char)
        else:
            plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
            fits = plain and all(ord(c) in known for c in plain)
            if fits:
                written.extend(plain)
            elif not unicodedata.combining(char) and not (written and written[-1] == _SUBSTITUTE):
                written.append(_SUBSTITUTE)
    line = " ".join("".join(written).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


class Markup(str):
    """Text that is fit for a paragraph already."""

    __slots__ = ()


def markup(text: str, limit: int = MAX_TEXT) -> str:
    """`clean` text as it can stand inside a paragraph: its angle brackets and ampersands are letters, not markup."""
    if isinstance(text, Markup):
        return text
    return escape(clean(text, limit))


def width(text: str, font: str, size: float) -> float:
    """How wide `text` is, in points."""
    register()
    return pdfmetrics.stringWidth(text, font, size)


def fitted(text: str, font: str, size: float, room: float, smallest: float = 5.5) -> tuple[str, float]:
    """`text` and the size at which it fits `room` points; cut with an ellipsis where even the smallest size is too wide."""
    line = clean(text, _MAX_DRAWN)
    natural = width(line, font, size)
    if natural <= room:
        return line, size
    smaller = max(smallest, size * room / natural * 0.995)
    while line and width(line, font, smaller) > room:
        line = line[:-2].rstrip(" …") + "…" if len(line) > 2 else ""
    return line, smaller


def broken(text: str, font: str, size: float, room: float, lines: int, smallest: float = 5.5) -> tuple[list[str], float]:
    """`text` broken between words over at most `lines` lines of `room` points, and the size at which that works."""
    rest = clean(text, _MAX_DRAWN)
    while True:
        rows = _rows(rest, font, size, room)
        if len(rows) <= lines:
            return rows, size
        if size <= smallest:
            kept = rows[:lines]
            kept[-1], _ = fitted(kept[-1] + " …", font, size, room, size)
            return kept, size
        size = max(smallest, size - 0.25)


def _rows(text: str, font: str, size: float, room: float) -> list[str]:
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if width(longer, font, size) <= room:
            row = longer
            continue
        if row:
            rows.append(row)
        row = word
        while width(row, font, size) > room:
            cut = next(n for n in range(len(row) - 1, 0, -1) if n == 1 or width(row[:n], font, size) <= room)
            rows.append(row[:cut])
            row = row[cut:]
    return [*rows, row] if row else rows


@functools.cache
def style(
    size: float = 10, *, bold: bool = False, right: bool = False, grey: bool = False, before: float = 0, after: float = 0
) -> ParagraphStyle:
    """A paragraph's look. Grey is dark enough to survive a bad copier."""
    register()
    return ParagraphStyle(
        f"t{size}{bold}{right}{grey}{before}{after}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=round(size * 1.38, 2),
        alignment=TA_RIGHT if right else TA_LEFT,
        textColor=HexColor("#3a3a3a" if grey else "#000000"),
        spaceBefore=before,
        spaceAfter=after,
        splitLongWords=1,
        allowWidows=0,
        allowOrphans=0,
    )
