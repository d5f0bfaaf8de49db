"""The sheet that every paper but the boleto is written on: identity above, help and page numbers below, metadata inside.

The creditor's name, CNPJ and address head each paper (CDC art. 42-A). Equal input gives equal bytes: no clock, no random id.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from documents import figures
from documents.parties import Collector, Party
from documents.texts import Texts
from documents.typeface import BOLD, REGULAR, Markup, broken, clean, fitted, markup, register, style
from receivables.taxid import formatted

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 20 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
INK = "#000000"
GREY = "#3a3a3a"
HAIR = "#8c8c8c"
TINT = "#f1f1f1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a paper is: its title, its number, whose it is, who writes it (the creditor itself when `collector` is None)."""

    title: str
    subject: str
    number: str
    issued_on: date
    creditor: Party
    collector: Collector | None = None


class _NumberedCanvas(Canvas):
    """Holds the pages back until their count is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: list[dict[str, Any]] = []
        self.page_words = "{page}/{pages}"

    def showPage(self) -> None:
        self._held.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        words, pages = self.page_words, len(self._held)
        for number, state in enumerate(self._held, 1):
            self.__dict__.update(state)
            self.setFont(REGULAR, 8)
            self.setFillColor(GREY)
            self.drawRightString(PAGE_WIDTH - MARGIN, 12 * mm, words.format(page=number, pages=pages))
            super().showPage()
        super().save()


def build(sheet: Sheet, story: Sequence[Flowable], texts: Texts) -> bytes:
    """The paper as PDF."""
    register()
    out = io.BytesIO()
    top = PAGE_HEIGHT - 15 * mm
    bottom = 27 * mm
    first = Frame(MARGIN, bottom, TEXT_WIDTH, top - bottom, 0, 0, 0, 0, id="first")
    later = Frame(MARGIN, bottom, TEXT_WIDTH, top - bottom - 5 * mm, 0, 0, 0, 0, id="later")

    def draw_foot(canvas: Canvas, _: Any) -> None:
        _foot(canvas, sheet, texts)

    def draw_later(canvas: Canvas, doc: Any) -> None:
        _later_head(canvas, sheet, texts)
        draw_foot(canvas, doc)

    document = BaseDocTemplate(
        out,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        lang="pt-BR",
        title=clean(f"{sheet.title} {sheet.number}".strip()),
        author=clean((sheet.collector or sheet.creditor).name),
        subject=clean(sheet.subject),
        creator="Trato",
        producer="Trato",
        displayDocTitle=True,
    )
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=draw_foot, autoNextPageTemplate="later"),
            PageTemplate("later", [later], onPage=draw_later),
        ]
    )

    words = texts.plain("page.pages", page="{page}", pages="{pages}")

    def canvas(*args: Any, **kwargs: Any) -> _NumberedCanvas:
        made = _NumberedCanvas(*args, **kwargs)
        made.page_words = words
        return made

    document.build([NextPageTemplate("later"), *_head(sheet, texts), *story], canvasmaker=canvas)
    return out.getvalue()


def _head(sheet: Sheet, texts: Texts) -> list[Flowable]:
    creditor = sheet.creditor
    right: list[Flowable] = []
    if sheet.number:
        right.append(Paragraph(texts.rich("page.number", number=sheet.number), style(9, bold=True, right=True)))
    right.append(Paragraph(texts.rich("page.issued", day=figures.day(sheet.issued_on)), style(9, right=True, grey=True)))
    name = clean(creditor.name, 160)
    size = 14 if len(name) <= 60 else 11
    left: list[Flowable] = [
        Paragraph(markup(name, 160), style(size, bold=True)),
        Paragraph(texts.rich("page.identity", document=formatted(creditor.document)), style(8.5, grey=True)),
    ]
    if creditor.address:
        left.append(Paragraph(markup(creditor.address), style(8.5, grey=True)))
    table = Table([[left, right]], colWidths=[TEXT_WIDTH * 0.70, TEXT_WIDTH * 0.30])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (0, -1), 10),
                ("RIGHTPADDING", (1, 0), (1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return [
        table,
        HRFlowable(width="100%", thickness=1.4, color=INK, spaceBefore=0, spaceAfter=6 * mm),
        Paragraph(markup(sheet.title), style(19, bold=True, after=5)),
    ]


def _later_head(canvas: Canvas, sheet: Sheet, texts: Texts) -> None:
    y = PAGE_HEIGHT - 14 * mm
    title = texts.plain("page.later_pages", title=sheet.title, number=sheet.number) if sheet.number else sheet.title
    canvas.setFillColor(GREY)
    left, size = fitted(title, BOLD, 8.5, TEXT_WIDTH * 0.55)
    canvas.setFont(BOLD, size)
    canvas.drawString(MARGIN, y, left)
    right, size = fitted(sheet.creditor.name, REGULAR, 8.5, TEXT_WIDTH * 0.42)
    canvas.setFont(REGULAR, size)
    canvas.drawRightString(PAGE_WIDTH - MARGIN, y, right)
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, y - 2 * mm, PAGE_WIDTH - MARGIN, y - 2 * mm)


def contact_lines(creditor: Party, collector: Collector | None, texts: Texts) -> list[str]:
    """Who writes, in whose name; then its address; then where help is. Empty lines are left out."""
    if collector is None:
        alone = texts.plain("page.creditor_alone", creditor=creditor.name, document=formatted(creditor.document))
        return [line for line in (alone, clean(creditor.address)) if line]
    who = texts.plain(
        "page.collector",
        name=collector.name,
        document=formatted(collector.document),
        creditor=creditor.name,
        creditor_document=formatted(creditor.document),
    )
    help_at = [
        texts.plain("page.phone", phone=collector.phone) if collector.phone else "",
        texts.plain("page.site", site=collector.site) if collector.site else "",
        texts.plain("page.ombudsman", ombudsman=collector.ombudsman) if collector.ombudsman else "",
    ]
    lines = [who, clean(collector.address), " · ".join(part for part in help_at if part)]
    return [line for line in lines if line]


def _foot(canvas: Canvas, sheet: Sheet, texts: Texts) -> None:
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 24 * mm, PAGE_WIDTH - MARGIN, 24 * mm)
    canvas.setFillColor(GREY)
    y = 20 * mm
    for place, text in enumerate(contact_lines(sheet.creditor, sheet.collector, texts)):
        rows, size = broken(text, REGULAR, 8, TEXT_WIDTH - (24 * mm if place else 0), 1 if place else 2, 6)
        canvas.setFont(REGULAR, size)
        for row in rows:
            canvas.drawString(MARGIN, y, row)
            y -= max(size, 7) * 1.3


def paragraph(text: str, size: float = 10, *, after: float = 6, bold: bool = False, grey: bool = False) -> Paragraph:
    """A paragraph of running text (markup of `Texts.rich`)."""
    return Paragraph(text, style(size, bold=bold, grey=grey, after=after))


def heading(text: str) -> list[Flowable]:
    """The heading of a part, kept off the foot of a page."""
    return [CondPageBreak(30 * mm), Paragraph(text, style(11.5, bold=True, before=10, after=4))]


def facts(rows: Sequence[tuple[str, str]], label_share: float = 0.27, *, right: bool = False) -> Table:
    """Label and value, one below the other (both markup); `right` for values that are figures."""
    cells = [[Paragraph(label, style(9, grey=True)), Paragraph(value, style(10, right=right))] for label, value in rows]
    table = Table(cells, colWidths=[TEXT_WIDTH * label_share, TEXT_WIDTH * (1 - label_share)])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIR),
                ("LINEABOVE", (0, 0), (-1, 0), 0.4, HAIR),
            ]
        )
    )
    return table


def rows_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    *,
    right: Sequence[int] = (),
    total: Sequence[str] | None = None,
    size: float = 9,
) -> Table:
    """A ruled table whose head repeats on each page (cells are markup; `right` names the columns of figures)."""

    def cells(row: Sequence[str], bold: bool = False) -> list[Paragraph]:
        return [Paragraph(cell, style(size, bold=bold, right=column in right)) for column, cell in enumerate(row)]

    data = [cells(head, True), *(cells(row) for row in rows)]
    rules: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), 5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
        ("BACKGROUND", (0, 0), (-1, 0), TINT),
        ("LINEABOVE", (0, 0), (-1, 0), 0.9, INK),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.35, HAIR),
    ]
    if total is not None:
        data.append(cells(total, True))
        rules += [("LINEABOVE", (0, -1), (-1, -1), 0.9, INK), ("LINEBELOW", (0, -1), (-1, -1), 0.9, INK)]
        rules.append(("NOSPLIT", (0, max(1, len(data) - 2)), (-1, -1)))
    return Table(data, colWidths=[TEXT_WIDTH * share for share in shares], repeatRows=1, style=TableStyle(rules))


def panel(label: str, value: str, note: str = "") -> Table:
    """The one figure that a paper is about, in a frame."""
    cell: list[Flowable] = [Paragraph(label, style(9, grey=True)), Paragraph(value, style(22, bold=True))]
    if note:
        cell.append(Paragraph(note, style(9.5, before=3)))
    table = Table([[cell]], colWidths=[TEXT_WIDTH])
    table.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 0.9, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), 10),
                ("RIGHTPADDING", (0, 0), (-1, -1), 10),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ]
        )
    )
    return table


def gap(height: float = 3) -> Spacer:
    """`height` millimetres of air."""
    return Spacer(1, height * mm)


def together(*parts: Flowable | Sequence[Flowable]) -> KeepTogether:
    """Parts that stay on one page when one page can hold them."""
    flat: list[Flowable] = []
    for part in parts:
        flat.extend([part] if isinstance(part, Flowable) else part)
    # A conditional break inside would always break: what follows it is measured as one piece.
    return KeepTogether([part for part in flat if not isinstance(part, CondPageBreak)])


def signature(sheet: Sheet, texts: Texts) -> list[Flowable]:
    """Who issued the paper, and when: it stands for a signature by hand."""
    issuer = sheet.collector or sheet.creditor
    words = texts.rich("page.electronic", issuer=issuer.name, day=figures.long_day(sheet.issued_on))
    return [
        Spacer(1, 7 * mm),
        HRFlowable(width=80 * mm, thickness=0.6, color=INK, hAlign="LEFT", spaceAfter=3),
        Paragraph(markup(sheet.creditor.name), style(10, bold=True)),
        Paragraph(texts.rich("page.identity", document=formatted(sheet.creditor.document)), style(9, grey=True)),
        Paragraph(words, style(9, grey=True)),
    ]


def person(party: Party, texts: Texts) -> Markup:
    """A party in running text: name in bold, CPF or CNPJ (markup)."""
    kind = texts.plain("page.cpf" if len(party.document) == 11 else "page.cnpj")
    return Markup(texts.rich("page.person", name=party.name, kind=kind, document=formatted(party.document)))
