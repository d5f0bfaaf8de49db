"""The boleto as paper: what a bank scans and what a person reads say what the charge says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pypdfium2 as pdfium
import pytest

from codes import pix
from documents import boleto
from documents.parties import Party
from tests.documents import papers
from tests.documents.papers import BARCODE, HOSTILE_NAMES, LINE, PIX, TEXTS, codes_at, pages, sizes, slip

MANDATORY = (
    "Local de pagamento",
    "Vencimento",
    "Beneficiário",
    "Agência/Código do beneficiário",
    "Data do documento",
    "Nº do documento",
    "Espécie doc.",
    "Aceite",
    "Data processamento",
    "Nosso número",
    "Uso do banco",
    "Carteira",
    "Espécie",
    "Quantidade",
    "Valor",
    "(=) Valor do documento",
    "Instruções",
    "(-) Desconto/Abatimento",
    "(-) Outras deduções",
    "(+) Mora/Multa",
    "(+) Outros acréscimos",
    "(=) Valor cobrado",
    "Pagador",
    "Sacador/Avalista",
    "Autenticação mecânica – Ficha de Compensação",
    "Recibo do pagador",
)


@pytest.mark.parametrize("dpi", [200, 300])
def test_a_scanner_reads_barcode_and_qr_back_from_the_print(dpi: int) -> None:
    assert codes_at(boleto.render(slip(), TEXTS), dpi) == {"ITF": BARCODE, "QR Code": PIX}


@pytest.mark.parametrize("bank", ["001", "033", "104", "237", "341", "756", "748", "000", "999"])
def test_codes_of_any_bank_amount_and_day_are_read_back(bank: str) -> None:
    number = int(bank)
    due = date(2024 + number % 5, number % 12 + 1, number % 28 + 1)
    amount = 1 + number * 99_999
    barcode, line = papers.make_codes(bank, amount, due, f"{number * 7919:025d}")
    made = slip(barcode=barcode, line=line, amount=amount, due_date=due, items=(), pix_code=None)
    paper = boleto.render(made, TEXTS)
    assert codes_at(paper, 200) == {"ITF": barcode}
    assert boleto.masked_line(line) in pages(paper)[0]


def test_the_longest_pix_code_is_read_back_too() -> None:
    longest = pix.encode_dynamic(
        location="p" * 40 + ".example/" + "q" * 28,
        name="N" * 25,
        city="C" * 15,
        amount=papers.AMOUNT,
        recurrence="r" * 30 + ".example/rec/" + "s" * 20,
    )
    assert longest in codes_at(boleto.render(slip(pix_code=longest), TEXTS), 200).values()


def test_it_is_one_a4_page() -> None:
    assert sizes(boleto.render(slip(), TEXTS)) == [(210.0, 297.0)]


def test_every_mandatory_box_is_there() -> None:
    text = pages(boleto.render(slip(), TEXTS))[0]
    assert [label for label in MANDATORY if label not in text] == []


def test_the_page_says_what_the_charge_says() -> None:
    text = pages(boleto.render(slip(), TEXTS))[0]
    for value in (
        "00190.00009 03128.557018 23456.789173 1 16500000123456",
        "001-9",
        "R$ 1.234,56",
        "04/12/2026",
        "22/11/2026",
        "Não receber depois de 04/01/2027",
        "31285570123456789",
        "TR-000482",
        "3128-5 / 570123-4",
        "Colégio Pé de Ipê Ltda.",
        "COLEGIO PE DE IPE LTDA · CNPJ 92.640.517/0001-63",
        "Rua das Quaresmeiras, 27, Jardim das Flores, Campinas/SP, 13000-000",
        "Conceição Ângela d'Ávila Gonçalves · CPF 529.982.247-25",
        "Rua dos Ipês, 12, apto 301, Campinas/SP, 13010-000",
        "Acerto Leve Cobranças Ltda., CNPJ 93.417.862/0001-03",
        "Mensalidade de março de 2026 (3º ano) · contrato CT-2026/0917",
        "R$ 1.150,00",
        "R$ 23,00",
        "R$ 91,00",
        "-R$ 29,44",
    ):
        assert value in text, value
    assert text.count(boleto.masked_line(LINE)) == 2


def test_the_barcode_is_as_large_as_banks_want_it() -> None:
    bars = _bars(boleto.render(slip(pix_code=None), TEXTS))
    left, right, low, high = bars
    assert right - left == pytest.approx(103.0, abs=0.3)
    assert high - low == pytest.approx(13.0, abs=0.3)
    assert low == pytest.approx(12.0, abs=0.3)
    assert left >= 5.0


def _bars(paper: bytes) -> tuple[float, float, float, float]:
    """Left, right, foot and head of the barcode in millimetres, measured on the print: its rows are black and white by turns."""
    document = pdfium.PdfDocument(paper)
    image = document[0].render(scale=600 / 72, grayscale=True).to_pil()
    document.close()
    per_mm = 600 / 25.4
    wide, tall = image.size

    def dark(row: int) -> list[int]:
        line = image.crop((0, row, wide, row + 1)).tobytes()
        return [x for x, value in enumerate(line) if value < 128]

    def is_bars(row: int) -> bool:
        found = dark(row)
        changes = sum(1 for a, b in pairwise(found) if b != a + 1)
        return changes > 100 and len(found) > 800

    rows = [row for row in range(int(tall * 0.85), tall) if is_bars(row)]
    found = dark(rows[len(rows) // 2])
    return found[0] / per_mm, (found[-1] + 1) / per_mm, (tall - rows[-1] - 1) / per_mm, (tall - rows[0]) / per_mm


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_breaks_the_sheet_or_hides_a_document(name: str) -> None:
    made = slip(
        payer=Party(name, "52998224725", name),
        payee=Party(name, "92640517000163", name),
        creditor=Party(name, "92640517000163", name),
        guarantor=Party(name, "11144477735", name),
        bank_name=name,
        document_number=name,
        instructions=(name,) * 5,
        items=(boleto.SlipItem(name, name, papers.AMOUNT, 0, 0, 0), *(boleto.SlipItem(name, name, 0, 0, 0, 0) for _ in range(9))),
    )
    paper = boleto.render(made, TEXTS)
    text = pages(paper)
    assert len(text) == 1
    assert text[0].count("529.982.247-25") == 2
    assert text[0].count("92.640.517/0001-63") >= 4
    assert "111.444.777-35" in text[0]
    assert set(codes_at(paper, 200).values()) == {BARCODE, PIX}


def test_a_payee_of_120_letters_is_printed_whole() -> None:
    name = ("Associação Beneficente Educacional e Cultural dos Moradores do Vale do Rio Doce e Região " * 2)[:119] + "z"
    text = pages(boleto.render(slip(payee=replace(papers.PAYEE, name=name)), TEXTS))[0]
    assert text.count(name) >= 2


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": papers.AMOUNT + 1, "items": ()},
        {"line": LINE[:-1] + "9"},
        {"line": "1" * 48},
        {"barcode": BARCODE[:-1]},
        {"barcode": "x" * 44},
        {"amount": 0},
        {"items": (boleto.SlipItem("a", "b", 1, 0, 0, 0),)},
        {"pix_code": pix.encode_dynamic(location="a.example/b", name="N", city="C", amount=papers.AMOUNT - 1)},
        {"pix_code": PIX[:-1] + "0"},
    ],
)
def test_codes_that_contradict_the_charge_are_never_printed(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        slip(**changes)


def test_without_a_pix_code_nothing_speaks_of_pix() -> None:
    paper = boleto.render(slip(pix_code=None), TEXTS)
    assert "Pix" not in pages(paper)[0]
    assert list(codes_at(paper, 300).values()) == [BARCODE]


@pytest.mark.parametrize(
    ("bank", "printed"),
    [
        ("001", "001-9"),
        ("033", "033-7"),
        ("104", "104-0"),
        ("237", "237-2"),
        ("341", "341-7"),
        ("748", "748-X"),
        ("756", "756-0"),
    ],
)
def test_a_bank_is_named_with_its_check_digit(bank: str, printed: str) -> None:
    assert boleto.bank_code(bank + "9" * 41) == printed
