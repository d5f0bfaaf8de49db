"""Papers for the tests: every kind of document with invented people, and how a PDF is read back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import zxingcpp

from codes import pix
from documents import agreement, boleto, calculation, receipt, settlement, statement
from documents.parties import Collector, Party
from documents.texts import Texts
from receivables.owed import DebtState, owed
from receivables.policy import DiscountBand

TEXTS = Texts.load(Path(__file__).parents[2] / "data" / "documents")

CREDITOR = Party(
    "Colégio Pé de Ipê Ltda.", "92640517000163", "Rua das Quaresmeiras, 27, Jardim das Flores, Campinas/SP, 13000-000"
)
PAYEE = Party("COLEGIO PE DE IPE LTDA", "92640517000163", CREDITOR.address)
COLLECTOR = Collector(
    "Acerto Leve Cobranças Ltda.",
    "93417862000103",
    "Rua das Gameleiras, 410, sala 12, Centro, Belo Horizonte/MG, 30190-000",
    site="https://acertoleve.example",
    phone="(31) 3555-0142",
    ombudsman="ouvidoria@acertoleve.example",
)
DEBTOR = Party("Conceição Ângela d'Ávila Gonçalves", "52998224725", "Rua dos Ipês, 12, apto 301, Campinas/SP, 13010-000")

HOSTILE_NAMES = (
    '<b>Ana</b> <font size="90">X</font> & <script>alert(1)</script> <para>',
    "\u202eoãoJ\u202c \u200f\u2066Silva\u2069\x00\x07\x1b[31m",
    "محمد עברית 张伟 🙂 Łukasz Жан",
    "A" * 120,
    "Maria Aparecida dos Santos de Oliveira e Albuquerque " * 3,
    "&amp; &lt;i&gt; {0} {name} %s ]]> \\n",
    "\n\r\t ",
    "W" * 600,
)

# Banco do Brasil's number with an invented account: 44 digits and their line, check digits by hand of the published rules.
AMOUNT = 123456


class Terms:
    """The commercial terms of a policy, by hand."""

    fine_percent = Decimal(2)
    interest_percent_month = Decimal(1)
    interest_from = "rolled"
    discounts = (
        DiscountBand(overdue_from=31, overdue_to=90, principal_percent=Decimal(0), charges_percent=Decimal(50)),
        DiscountBand(overdue_from=91, overdue_to=180, principal_percent=Decimal(15), charges_percent=Decimal(100)),
    )


def _mod10(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return -total % 10


def make_codes(bank: str, amount: int, due: date, free: str) -> tuple[str, str]:
    """A boleto's 44 digits and its 47-digit line, written anew here so that the papers do not judge themselves."""
    days = (due - date(1997, 10, 7)).days
    factor = days if days <= 9999 else (days - 1000) % 9000 + 1000
    body = f"{bank}9{factor:04d}{amount:010d}{free}"
    rest = sum(int(d) * (2 + place % 8) for place, d in enumerate(reversed(body))) % 11
    digit = 1 if 11 - rest in (0, 10, 11) else 11 - rest
    barcode = f"{body[:4]}{digit}{body[4:]}"
    fields = [body[:4] + free[:5], free[5:15], free[15:25]]
    return barcode, "".join(f"{part}{_mod10(part)}" for part in fields) + barcode[4:19]


BARCODE, LINE = make_codes("001", AMOUNT, date(2026, 12, 4), "0000003128557012345678917")
PIX = pix.encode_dynamic(
    location="pix.banco-simulado.example/qr/v2/5b0c1c1e7a3d4f5e9d520a8e6f4b2c11",
    name=pix.payee_name(PAYEE.name),
    city="Campinas",
    amount=AMOUNT,
)

ITEMS = (
    boleto.SlipItem("Mensalidade de março de 2026 (3º ano)", "CT-2026/0917", 100000, 2000, 8000, 0),
    boleto.SlipItem("Material didático", "CT-2026/0917", 15000, 300, 1100, 2944),
)


def slip(**changes: object) -> boleto.Slip:
    values: dict[str, object] = {
        "creditor": CREDITOR,
        "payee": PAYEE,
        "payer": DEBTOR,
        "bank_name": "Banco Simulado",
        "line": LINE,
        "barcode": BARCODE,
        "amount": AMOUNT,
        "due_date": date(2026, 12, 4),
        "issued_on": date(2026, 11, 22),
        "our_number": "31285570123456789",
        "document_number": "TR-000482",
        "agency_account": "3128-5 / 570123-4",
        "wallet": "17",
        "items": ITEMS,
        "pay_until": date(2027, 1, 4),
        "fine_percent": Decimal(2),
        "interest_percent_month": Decimal(1),
        "collector": COLLECTOR,
        "pix_code": PIX,
    }
    return boleto.Slip(**{**values, **changes})  # type: ignore[arg-type]


def a_receipt(**changes: object) -> receipt.Receipt:
    values: dict[str, object] = {
        "number": "2026-000731",
        "issued_on": date(2026, 11, 22),
        "creditor": CREDITOR,
        "payer": DEBTOR,
        "payee": PAYEE,
        "amount": 125456,
        "paid_at": datetime(2026, 11, 22, 2, 30, tzinfo=UTC),
        "means": "pix",
        "bank_reference": "E60701190202611212330DY5W1S2H3K4",
        "covered": (
            receipt.Covered("Mensalidade de março de 2026 (3º ano)", "CT-2026/0917", "MENS-03", 100000, 10000),
            receipt.Covered("Material didático", "CT-2026/0917", "MAT-01", 13000, 456, 1544, left=5210),
        ),
        "excess": 2000,
        "collector": COLLECTOR,
    }
    return receipt.Receipt(**{**values, **changes})  # type: ignore[arg-type]


def a_settlement(**changes: object) -> settlement.Settlement:
    values: dict[str, object] = {
        "number": "Q-2026-0044",
        "issued_on": date(2026, 11, 23),
        "creditor": CREDITOR,
        "debtor": DEBTOR,
        "debts": (
            settlement.SettledDebt(
                "Mensalidade de março", "CT-2026/0917", "MENS-03", date(2026, 3, 10), 98000, 104567, date(2026, 11, 20)
            ),
            settlement.SettledDebt(
                "Material didático", "CT-2026/0917", "MAT-01", date(2026, 4, 10), 15000, 12750, date(2026, 11, 18)
            ),
        ),
        "collector": COLLECTOR,
    }
    return settlement.Settlement(**{**values, **changes})  # type: ignore[arg-type]


def a_calculation(**changes: object) -> calculation.Calculation:
    day = date(2026, 11, 23)
    fresh = owed(DebtState.new(100000, date(2026, 8, 15)), Terms(), day)
    part = owed(DebtState(50000, date(2026, 9, 10), 41234, 777, date(2026, 10, 20), True), Terms(), day)
    values: dict[str, object] = {
        "number": "MC-2026-0310",
        "issued_on": day,
        "creditor": CREDITOR,
        "debtor": DEBTOR,
        "debts": (
            calculation.CalculatedDebt("Mensalidade de agosto", "CT-2026/0917", "MENS-08", 100000, fresh),
            calculation.CalculatedDebt("Material didático", "CT-2026/0917", "MAT-01", 50000, part),
        ),
        "collector": COLLECTOR,
    }
    return calculation.Calculation(**{**values, **changes})  # type: ignore[arg-type]


def an_agreement(count: int = 12, **changes: object) -> agreement.Agreement:
    instalments = (
        agreement.Instalment(0, date(2026, 11, 27), 30005),
        *(
            agreement.Instalment(n, date(2026 + (n + 11) // 12, (n + 11) % 12 + 1, 28), 10000 + (n == count))
            for n in range(1, count + 1)
        ),
    )
    total = sum(one.amount for one in instalments)
    values: dict[str, object] = {
        "number": "AC-2026-0105",
        "issued_on": date(2026, 11, 22),
        "creditor": CREDITOR,
        "debtor": DEBTOR,
        "payee": PAYEE,
        "debts": (
            agreement.AgreedDebt("Mensalidade de março", "CT-2026/0917", "MENS-03", date(2026, 3, 10), 98000, 106780),
            agreement.AgreedDebt(
                "Mensalidade de abril", "CT-2026/0917", "MENS-04", date(2026, 4, 10), total - 90000, total - 80000
            ),
        ),
        "discount": 28180,
        "finance": 1400,
        "total": total,
        "instalments": instalments,
        "monthly_rate_percent": Decimal("0.75"),
        "fine_percent": Decimal(2),
        "interest_percent_month": Decimal(1),
        "broken_after_days": 10,
        "accepted": agreement.Acceptance(datetime(2026, 11, 22, 17, 5, tzinfo=UTC), "WhatsApp"),
        "collector": COLLECTOR,
    }
    return agreement.Agreement(**{**values, **changes})  # type: ignore[arg-type]


def a_statement(count: int = 12, **changes: object) -> statement.YearlyStatement:
    values: dict[str, object] = {
        "number": "DQ-2026-0009",
        "issued_on": date(2027, 3, 12),
        "year": 2026,
        "creditor": CREDITOR,
        "debtor": DEBTOR,
        "payments": tuple(
            statement.YearPayment(
                date(2026, n % 12 + 1, 5),
                f"Mensalidade nº {n}",
                "CT-2026/0917",
                f"MENS-{n:02d}",
                date(2026, n % 12 + 1, 10),
                "pix" if n % 2 else "boleto",
                98000 + n,
            )
            for n in range(count)
        ),
        "collector": COLLECTOR,
    }
    return statement.YearlyStatement(**{**values, **changes})  # type: ignore[arg-type]


def pages(paper: bytes) -> list[str]:
    """The text of each page, white space as single spaces."""
    document = pdfium.PdfDocument(paper)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def sizes(paper: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in millimetres."""
    document = pdfium.PdfDocument(paper)
    try:
        return [(round(w / 72 * 25.4, 1), round(h / 72 * 25.4, 1)) for w, h in (page.get_size() for page in document)]
    finally:
        document.close()


def codes_at(paper: bytes, dpi: int) -> dict[str, str]:
    """What a scanner reads from the first page printed at `dpi`, by format."""
    document = pdfium.PdfDocument(paper)
    try:
        image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
        return {str(found.format).rpartition(".")[2]: found.text for found in zxingcpp.read_barcodes(image)}
    finally:
        document.close()
