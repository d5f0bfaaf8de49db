"""Boleto on paper: the payer's receipt above, the bank's form (ficha de compensação) at the foot of an A4 sheet.

The form is 178 × 107 mm with every mandatory box; its barcode is interleaved 2 of 5 of 103 × 13 mm, 12 mm above the sheet's
edge; a Pix QR stands beside it when the charge has a Pix code. What a bank will read is compared with what people read
before anything is drawn.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import segno
from reportlab.graphics.barcode.common import I2of5
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from codes import pix
from documents import figures, letterhead
from documents.parties import Collector, Party
from documents.texts import Texts
from documents.typeface import BOLD, REGULAR, Markup, broken, clean, fitted, register, style, width
from receivables.taxid import formatted

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT = 16 * mm
RIGHT = PAGE_WIDTH - 16 * mm
SPLIT = RIGHT - 48 * mm
BARCODE_WIDTH = 103 * mm
BARCODE_HEIGHT = 13 * mm
BARCODE_MODULES = 405
QR_SIDE = 25 * mm
FORM_TOP = 117 * mm

_HAIR = 0.4
_GREY = "#3a3a3a"
_BANKS_WITHOUT_X = ("104",)


@dataclass(frozen=True, slots=True)
class SlipItem:
    """A debt that the boleto pays, and the calculation of its amount, all in centavos."""

    description: str
    contract: str
    principal: int
    fine: int
    interest: int
    discount: int


@dataclass(frozen=True, slots=True)
class Slip:
    """A registered boleto as its bank returned it. `amount` in centavos; `line` 47 digits, `barcode` 44 digits.

    `bank_code` is the bank's three digits and check digit as printed (`001-9`); left empty, it is worked out.
    `pay_until` is the last day on which banks take it. The late terms are printed when they are given.
    Raises ValueError when line, barcode, amount and Pix code do not say the same.
    """

    creditor: Party
    payee: Party
    payer: Party
    bank_name: str
    line: str
    barcode: str
    amount: int
    due_date: date
    issued_on: date
    our_number: str
    document_number: str
    agency_account: str
    wallet: str
    items: tuple[SlipItem, ...] = ()
    bank_code: str = ""
    processed_on: date | None = None
    pay_until: date | None = None
    document_kind: str = "OU"
    acceptance: str = "N"
    fine_percent: Decimal | None = None
    interest_percent_month: Decimal | None = None
    instructions: tuple[str, ...] = ()
    guarantor: Party | None = None
    collector: Collector | None = None
    pix_code: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch("[0-9]{44}", self.barcode) or not re.fullmatch("[0-9]{47}", self.line):
            raise ValueError("a boleto has 44 digits in its barcode and 47 in its line")
        line = self.line
        if line[:4] + line[32:47] + line[4:9] + line[10:20] + line[21:31] != self.barcode:
            raise ValueError("the line and the barcode are of different boletos")
        in_barcode = int(self.barcode[9:19])
        if self.amount <= 0 or in_barcode not in (0, self.amount):
            raise ValueError("the barcode's amount is not the boleto's")
        if self.items and sum(i.principal + i.fine + i.interest - i.discount for i in self.items) != self.amount:
            raise ValueError("the debts do not sum to the boleto's amount")
        if self.pix_code is not None:
            found = pix.decode(self.pix_code).amount
            if found is not None and found != self.amount:
                raise ValueError("the Pix code's amount is not the boleto's")


def masked_line(line: str) -> str:
    """The 47 digits as people read them: `AAABC.CCCCX DDDDD.DDDDDY EEEEE.EEEEEZ K UUUUVVVVVVVVVV`."""
    return f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:26]}.{line[26:32]} {line[32]} {line[33:]}"


def bank_code(barcode: str) -> str:
    """The bank's number with its check digit, as it stands beside the bank's name: `001-9`, `748-X`."""
    bank = barcode[:3]
    rest = sum(int(digit) * weight for digit, weight in zip(bank, (4, 3, 2), strict=True)) % 11
    if rest == 0:
        return f"{bank}-0"
    if rest == 1:
        return f"{bank}-0" if bank in _BANKS_WITHOUT_X else f"{bank}-X"
    return f"{bank}-{11 - rest}"


def render(slip: Slip, texts: Texts) -> bytes:
    """The boleto as PDF, one A4 page."""
    register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang="pt-BR")
    canvas.setTitle(clean(f"{texts.plain('boleto.title')} {slip.document_number}"))
    canvas.setAuthor(clean((slip.collector or slip.creditor).name))
    canvas.setSubject(texts.plain("boleto.subject", due=figures.day(slip.due_date)))
    canvas.setCreator("Trato")
    canvas.setProducer("Trato")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pen = _Pen(canvas, texts)
    _receipt(pen, slip)
    _cut(pen)
    _form(pen, slip)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Pen:
    """The canvas with the words at hand."""

    canvas: Canvas
    texts: Texts

    def text(self, x: float, y: float, text: str, size: float, *, bold: bool = False, room: float | None = None) -> None:
        font = BOLD if bold else REGULAR
        line, fits = fitted(text, font, size, room if room is not None else RIGHT - x)
        self.canvas.setFont(font, fits)
        self.canvas.drawString(x, y, line)

    def right(self, x: float, y: float, text: str, size: float, *, bold: bool = False, room: float = 60 * mm) -> None:
        font = BOLD if bold else REGULAR
        line, fits = fitted(text, font, size, room)
        self.canvas.setFont(font, fits)
        self.canvas.drawRightString(x, y, line)

    def lines(self, x: float, y: float, text: str, size: float, room: float, count: int, *, bold: bool = False) -> float:
        font = BOLD if bold else REGULAR
        rows, fits = broken(text, font, size, room, count)
        self.canvas.setFont(font, fits)
        for row in rows:
            self.canvas.drawString(x, y, row)
            y -= fits * 1.2
        return y

    def rule(self, x1: float, y1: float, x2: float, y2: float, thickness: float = _HAIR) -> None:
        self.canvas.setLineWidth(thickness)
        self.canvas.line(x1, y1, x2, y2)

    def label(self, x: float, top: float, name: str) -> None:
        self.canvas.setFillColor(_GREY)
        self.text(x + 1.2 * mm, top - 2.3 * mm, self.texts.plain(f"boleto.{name}"), 6, room=60 * mm)
        self.canvas.setFillColor("#000000")

    def box(
        self,
        x: float,
        top: float,
        width: float,
        name: str,
        value: str,
        *,
        right: bool = False,
        bold: bool = False,
        down: float = 5.8,
    ) -> None:
        """A label in small print and its value below it."""
        self.label(x, top, name)
        if not value:
            return
        if right:
            self.right(x + width - 1.5 * mm, top - down * mm, value, 9, bold=bold, room=width - 3 * mm)
        else:
            self.text(x + 1.2 * mm, top - down * mm, value, 9, bold=bold, room=width - 2.4 * mm)

    def party(self, x: float, y: float, party: Party, room: float, size: float = 9) -> None:
        """A name and its CPF or CNPJ on one line. The name may be cut, the document never."""
        kind = self.texts.plain("page.cpf" if len(party.document) == 11 else "page.cnpj")
        tail = f" · {kind} {formatted(party.document)}"
        smallest = 5.5
        name = clean(party.name)
        fits = max(smallest, min(size, size * room / width(name + tail, REGULAR, size) * 0.995))
        name, _ = fitted(name, REGULAR, fits, room - width(tail, REGULAR, fits), fits)
        self.canvas.setFont(REGULAR, fits)
        self.canvas.drawString(x, y, name + tail)

    def paragraph(self, markup: str, x: float, top: float, room: float, size: float) -> float:
        drawn = Paragraph(markup, style(size))
        _, height = drawn.wrap(room, 200 * mm)
        drawn.drawOn(self.canvas, x, top - height)
        return top - height


def _head(pen: _Pen, slip: Slip, top: float, right_text: str, size: float, *, bold: bool) -> None:
    """The top line: bank, its code between thick rules, and what stands to their right."""
    base = top - 8 * mm
    pen.text(LEFT + 1 * mm, base + 2.2 * mm, slip.bank_name, 12, bold=True, room=43 * mm)
    pen.rule(LEFT + 45 * mm, base, LEFT + 45 * mm, top - 1 * mm, 1.2 * mm)
    canvas = pen.canvas
    canvas.setFont(BOLD, 17)
    canvas.drawCentredString(LEFT + 55.5 * mm, base + 1.7 * mm, slip.bank_code or bank_code(slip.barcode))
    pen.rule(LEFT + 66 * mm, base, LEFT + 66 * mm, top - 1 * mm, 1.2 * mm)
    pen.right(RIGHT - 0.5 * mm, base + 2.2 * mm, right_text, size, bold=bold, room=RIGHT - LEFT - 68 * mm)
    pen.rule(LEFT, base, RIGHT, base, 0.5 * mm)


def _receipt(pen: _Pen, slip: Slip) -> None:
    texts, canvas = pen.texts, pen.canvas
    y = PAGE_HEIGHT - 15 * mm
    room = RIGHT - LEFT
    y = pen.lines(LEFT, y, clean(slip.creditor.name, 160), 13, room * 0.72, 2, bold=True)
    canvas.setFillColor(_GREY)
    pen.right(RIGHT, PAGE_HEIGHT - 15 * mm, texts.plain("boleto.receipt_title"), 11, bold=True, room=room * 0.26)
    issued = texts.plain("page.issued", day=figures.day(slip.issued_on))
    pen.right(RIGHT, PAGE_HEIGHT - 20 * mm, issued, 8.5, room=room * 0.26)
    identity = texts.plain("page.identity", document=formatted(slip.creditor.document))
    y = pen.lines(LEFT, y - 0.5 * mm, " · ".join(filter(None, (identity, slip.creditor.address))), 8.5, room * 0.72, 2)
    canvas.setFillColor("#000000")
    y -= 0.5 * mm
    pen.rule(LEFT, y, RIGHT, y, 1.4)
    y = _boxes(pen, slip, y)
    y = _line(pen, slip, y)
    y = _about(pen, slip, y)
    y = _before(pen, slip, y)
    canvas.setFillColor(_GREY)
    y -= 1.5 * mm
    for text in letterhead.contact_lines(slip.creditor, slip.collector, texts):
        y = pen.lines(LEFT, y - 2.6 * mm, text, 8, room, 2) + 2 * mm
    canvas.setFillColor("#000000")


def _boxes(pen: _Pen, slip: Slip, top: float) -> float:
    row = 8.4 * mm
    inner = SPLIT - LEFT - 2.4 * mm
    pen.label(LEFT, top, "box_payee")
    pen.party(LEFT + 1.2 * mm, top - 6.4 * mm, slip.payee, inner)
    pen.box(SPLIT, top, RIGHT - SPLIT, "box_due", figures.day(slip.due_date), right=True, bold=True, down=6.4)
    pen.label(LEFT, top - row, "box_payer")
    pen.party(LEFT + 1.2 * mm, top - row - 6.4 * mm, slip.payer, inner)
    pen.box(SPLIT, top - row, RIGHT - SPLIT, "box_amount", figures.money(slip.amount), right=True, bold=True, down=6.4)
    low = top - 2 * row
    columns = (
        ("box_document_number", slip.document_number, 44 * mm),
        ("box_our_number", slip.our_number, 43 * mm),
        ("box_agency", slip.agency_account, 43 * mm),
    )
    x = LEFT
    for name, value, wide in columns:
        pen.box(x, low, wide, name, value, down=6.4)
        x += wide
        pen.rule(x, low, x, low - row)
    pen.box(SPLIT, low, RIGHT - SPLIT, "box_charged", "", right=True)
    for y in (top - row, low, low - row):
        pen.rule(LEFT, y, RIGHT, y)
    pen.rule(SPLIT, top, SPLIT, low - row)
    return low - row


def _line(pen: _Pen, slip: Slip, top: float) -> float:
    canvas = pen.canvas
    canvas.setFillColor("#f1f1f1")
    canvas.rect(LEFT, top - 17.5 * mm, RIGHT - LEFT, 14.5 * mm, stroke=0, fill=1)
    canvas.setFillColor(_GREY)
    pen.text(LEFT + 3 * mm, top - 7 * mm, pen.texts.plain("boleto.line_label"), 8)
    canvas.setFillColor("#000000")
    pen.text(LEFT + 3 * mm, top - 14 * mm, masked_line(slip.line), 18, bold=True, room=RIGHT - LEFT - 6 * mm)
    return top - 19 * mm


def _about(pen: _Pen, slip: Slip, top: float) -> float:
    if not slip.items:
        return top
    texts = pen.texts
    y = top - 5 * mm
    half = 104 * mm
    pen.text(LEFT, y, texts.plain("boleto.about"), 10, bold=True)
    shown = slip.items if len(slip.items) <= 6 else slip.items[:5]
    low = y - 1.5 * mm
    for item in shown:
        said = texts.plain("boleto.about_item", description=clean(item.description, 120), contract=clean(item.contract, 60))
        low = pen.lines(LEFT, low - 4.2 * mm, said, 9, half, 1 if len(shown) > 3 else 2) + 2.9 * mm
    if len(shown) < len(slip.items):
        more = texts.plain("boleto.about_more", count=str(len(slip.items) - len(shown)))
        pen.text(LEFT, low - 4.2 * mm, more, 9, room=half)
        low -= 4.2 * mm
    x, at = LEFT + 112 * mm, y
    pen.text(x, at, texts.plain("boleto.calculation"), 10, bold=True)
    at -= 1.5 * mm
    sums = {
        "principal": sum(i.principal for i in slip.items),
        "fine": sum(i.fine for i in slip.items),
        "interest": sum(i.interest for i in slip.items),
        "discount": -sum(i.discount for i in slip.items),
        "total": slip.amount,
    }
    for name, amount in sums.items():
        if name == "total":
            pen.rule(x, at - 1.4 * mm, RIGHT, at - 1.4 * mm, 0.7)
            at -= 0.9 * mm
        at -= 4.4 * mm
        pen.text(x, at, texts.plain(f"boleto.{name}"), 9, bold=name == "total", room=30 * mm)
        pen.right(RIGHT, at, figures.money(amount), 9, bold=name == "total", room=35 * mm)
    return min(low - 2 * mm, at - 2 * mm)


def _before(pen: _Pen, slip: Slip, top: float) -> float:
    texts = pen.texts
    y = top - 5.5 * mm
    pen.text(LEFT, y, texts.plain("boleto.before_heading"), 10, bold=True)
    y -= 1.6 * mm
    advice = texts.rich_list(
        "boleto.before",
        payee=clean(slip.payee.name, 120),
        kind=texts.plain("page.cpf" if len(slip.payee.document) == 11 else "page.cnpj"),
        document=formatted(slip.payee.document),
        amount=figures.money(slip.amount),
    )
    if slip.pix_code:
        advice.insert(2, texts.rich("boleto.before_pix"))
    for piece in advice:
        y = pen.paragraph(Markup(f"• {piece}"), LEFT, y, RIGHT - LEFT, 9)
    return y


def _cut(pen: _Pen) -> None:
    canvas = pen.canvas
    y = FORM_TOP + 3 * mm
    canvas.setDash(2, 2)
    pen.rule(8 * mm, y, PAGE_WIDTH - 8 * mm, y, 0.5)
    canvas.setDash()
    canvas.setFillColor(_GREY)
    pen.right(RIGHT, y + 1 * mm, pen.texts.plain("boleto.cut"), 6)
    pen.text(LEFT, y + 9 * mm, pen.texts.plain("boleto.mechanical"), 6.5)
    canvas.setFillColor("#000000")


def _form(pen: _Pen, slip: Slip) -> None:
    texts = pen.texts
    _head(pen, slip, FORM_TOP, masked_line(slip.line), 11.2, bold=True)
    wide, side = SPLIT - LEFT, RIGHT - SPLIT
    row = 7 * mm
    top = FORM_TOP - 8 * mm
    form_start = top

    pen.box(LEFT, top, wide, "box_payment_place", texts.plain("boleto.payment_place"))
    pen.box(SPLIT, top, side, "box_due", figures.day(slip.due_date), right=True, bold=True)
    top -= row
    pen.rule(LEFT, top, RIGHT, top)

    tall = 10 * mm
    pen.label(LEFT, top, "box_payee")
    pen.party(LEFT + 1.2 * mm, top - 5.8 * mm, slip.payee, wide - 2.4 * mm)
    pen.text(LEFT + 1.2 * mm, top - 8.8 * mm, slip.payee.address or slip.creditor.address, 7.5, room=wide - 2.4 * mm)
    pen.box(SPLIT, top, side, "box_agency", slip.agency_account, right=True)
    top -= tall
    pen.rule(LEFT, top, RIGHT, top)

    x = LEFT
    for name, value, share in (
        ("box_document_date", figures.day(slip.issued_on), 0.21),
        ("box_document_number", slip.document_number, 0.31),
        ("box_document_kind", slip.document_kind, 0.14),
        ("box_acceptance", slip.acceptance, 0.11),
        ("box_processed", figures.day(slip.processed_on or slip.issued_on), 0.23),
    ):
        pen.box(x, top, wide * share, name, value)
        x += wide * share
        pen.rule(x, top, x, top - row)
    pen.box(SPLIT, top, side, "box_our_number", slip.our_number, right=True)
    top -= row
    pen.rule(LEFT, top, RIGHT, top)

    x = LEFT
    for name, value, share in (
        ("box_bank_use", "", 0.21),
        ("box_wallet", slip.wallet, 0.18),
        ("box_currency", texts.plain("boleto.currency"), 0.13),
        ("box_quantity", "", 0.25),
        ("box_unit", "", 0.23),
    ):
        pen.box(x, top, wide * share, name, value)
        x += wide * share
        pen.rule(x, top, x, top - row)
    pen.box(SPLIT, top, side, "box_amount", figures.bare_money(slip.amount), right=True, bold=True)
    top -= row
    pen.rule(LEFT, top, RIGHT, top)

    low = _instructions(pen, slip, top)
    pen.rule(SPLIT, form_start, SPLIT, low)
    pen.rule(LEFT, low, RIGHT, low)
    foot = _payer(pen, slip, low)
    pen.rule(LEFT, foot, RIGHT, foot, 0.9)
    _codes(pen, slip, foot)


def _instructions(pen: _Pen, slip: Slip, top: float) -> float:
    texts = pen.texts
    row = 6 * mm
    names = ("box_discount", "box_deductions", "box_late", "box_additions", "box_charged")
    for index, name in enumerate(names):
        pen.box(SPLIT, top - index * row, RIGHT - SPLIT, name, "")
        if index:
            pen.rule(SPLIT, top - index * row, RIGHT, top - index * row)
    pen.label(LEFT, top, "box_instructions")
    lines = [texts.plain("boleto.instruction_value")]
    if slip.fine_percent is not None and slip.interest_percent_month is not None:
        fine, interest = figures.percent(slip.fine_percent), figures.percent(slip.interest_percent_month)
        lines.append(texts.plain("boleto.instruction_late", fine=fine, interest=interest))
    else:
        lines.append(texts.plain("boleto.instruction_due"))
    if slip.pay_until is not None:
        lines.append(texts.plain("boleto.instruction_until", day=figures.day(slip.pay_until)))
    lines += [clean(line) for line in slip.instructions[:3]]
    contacts = letterhead.contact_lines(slip.creditor, slip.collector, texts)[-1]
    y = top - 6.2 * mm
    for line in lines:
        pen.text(LEFT + 1.2 * mm, y, line, 8.5, room=SPLIT - LEFT - 2.4 * mm)
        y -= 3.7 * mm
    if y > top - 26 * mm:
        said = texts.plain("boleto.instruction_help", contacts=contacts)
        pen.lines(LEFT + 1.2 * mm, y, said, 7.5, SPLIT - LEFT - 2.4 * mm, 2)
    return top - len(names) * row


def _payer(pen: _Pen, slip: Slip, top: float) -> float:
    room = RIGHT - LEFT
    pen.label(LEFT, top, "box_payer")
    indent = LEFT + 22 * mm
    inner = room - 24 * mm
    pen.party(indent, top - 3.4 * mm, slip.payer, inner)
    if slip.payer.address:
        pen.text(indent, top - 7 * mm, slip.payer.address, 8, room=inner)
    pen.label(LEFT, top - 7.6 * mm, "box_guarantor")
    if slip.guarantor is not None:
        pen.party(indent, top - 10.2 * mm, slip.guarantor, inner - 18 * mm, 8)
    pen.canvas.setFillColor(_GREY)
    pen.right(RIGHT - 1.5 * mm, top - 10 * mm, pen.texts.plain("boleto.box_barcode_code"), 6)
    pen.canvas.setFillColor("#000000")
    return top - 11.5 * mm


def _codes(pen: _Pen, slip: Slip, top: float) -> None:
    canvas = pen.canvas
    bars = I2of5(
        slip.barcode,
        checksum=0,
        ratio=3,
        barWidth=BARCODE_WIDTH / BARCODE_MODULES,
        barHeight=BARCODE_HEIGHT,
        bearers=0,
        quiet=0,
    )
    bars.drawOn(canvas, LEFT + 5 * mm, 12 * mm)
    right = RIGHT - QR_SIDE - 4 * mm if slip.pix_code else RIGHT
    canvas.setFillColor(_GREY)
    pen.right(right, top - 2.6 * mm, pen.texts.plain("boleto.mechanical_form"), 6.5)
    canvas.setFillColor("#000000")
    if slip.pix_code is None:
        return
    side = RIGHT - QR_SIDE
    _qr(canvas, slip.pix_code, side, top - 2.2 * mm - QR_SIDE, QR_SIDE)
    x = LEFT + 5 * mm + BARCODE_WIDTH + 6 * mm
    y = 21.5 * mm
    pen.text(x, y, pen.texts.plain("boleto.pix_title"), 9.5, bold=True, room=side - x - 3 * mm)
    pen.lines(x, y - 3.8 * mm, pen.texts.plain("boleto.pix_how"), 7.5, side - x - 3 * mm, 4)


def _qr(canvas: Canvas, code: str, x: float, y: float, side: float) -> None:
    """Draws the code's dark squares, each row's neighbours as one bar so that no viewer shows a seam."""
    rows = [bytes(row) for row in segno.make_qr(code, error="m", boost_error=False).matrix]
    module = side / len(rows)
    path = canvas.beginPath()
    for index, row in enumerate(rows):
        for run in re.finditer(rb"\x01+", row):
            start, end = run.span()
            path.rect(x + start * module, y + side - (index + 1) * module, (end - start) * module, module)
    canvas.setFillColor("#000000")
    canvas.drawPath(path, stroke=0, fill=1)
