"""Receipts as Brazilian banks print them: what is read, and that a hostile file harms nobody."""

from __future__ import annotations

import io
import zlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from documents.receipt_reader import LARGEST, Receipt, read_receipt, read_text

TODAY = date(2026, 11, 23)

PIX = """Comprovante de Pix
Pix enviado
Valor
R$ 1.015,33
Data e hora
21/11/2026 às 14:32:10
Quem pagou
Nome: Marina Alves Teixeira
CPF: ***.982.247-**
Banco: Banco Azul
Quem recebeu
Nome: LOJAS TAMBORIL SA
CNPJ: 90.731.425/0001-63
Instituição: Banco Simulado
ID da transação
E12345678202611211732aB3dE5fG7h9
Autenticação
9F2A.77B1.C0DE.4321
"""

SLIP = """Banco Verde S.A.
Comprovante de pagamento de boleto
Linha digitável: 07790.00116 12000.000104 00000.000018 1 16480000071745
Beneficiário: COLEGIO PE DE IPE LTDA
CPF/CNPJ do beneficiário: 92.640.517/0001-63
Data de vencimento: 02/12/2026
Data do pagamento: 20/11/2026
Valor do documento: R$ 717,45
Valor pago: R$ 720,00
Autenticação bancária: 77AB9001CC
"""

WORDS = """Transferência realizada
R$ 89,92
sexta-feira, 20 nov 2026 - 09:11
Para
Ventania Telecom SA
CNPJ **.826.043/0001-**
De
Cláudia Queiroz
"""

STRANGER = """Pix realizado
Valor: R$ 350,00
Data: 22/11/2026
Destino
Nome JOAO DA SILVA PEREIRA
CPF ***.456.789-**
Origem
Nome RITA MOURA
E98765432202611221010zzzzzzzzzzz
"""


def pdf_of(words: str) -> bytes:
    paper = io.BytesIO()
    canvas = Canvas(paper)
    for place, line in enumerate(words.split("\n")):
        canvas.drawString(40, 800 - 14 * place, line)
    canvas.save()
    return paper.getvalue()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            PIX,
            Receipt(
                amount=101533,
                paid_on=date(2026, 11, 21),
                payee="LOJAS TAMBORIL SA",
                payee_document="90.731.425/0001-63",
                end_to_end_id="E12345678202611211732aB3dE5fG7h9",
                authentication="9f2a.77b1.c0de.4321",
            ),
        ),
        (
            SLIP,
            Receipt(
                amount=72000,
                paid_on=date(2026, 11, 20),
                payee="COLEGIO PE DE IPE LTDA",
                payee_document="92.640.517/0001-63",
                line="07790001161200000010400000000018116480000071745",
                authentication="77ab9001cc",
            ),
        ),
        (
            WORDS,
            Receipt(amount=8992, paid_on=date(2026, 11, 20), payee="Ventania Telecom SA", payee_document="**.826.043/0001-**"),
        ),
        (
            STRANGER,
            Receipt(
                amount=35000,
                paid_on=date(2026, 11, 22),
                payee="JOAO DA SILVA PEREIRA",
                payee_document="***.456.789-**",
                end_to_end_id="E98765432202611221010zzzzzzzzzzz",
            ),
        ),
    ],
    ids=["a Pix", "a boleto", "a date in words", "somebody else"],
)
async def test_what_a_receipt_says_is_read(tmp_path: Path, words: str, expected: Receipt) -> None:
    assert read_text(words, today=TODAY) == expected
    file = tmp_path / "comprovante.pdf"
    file.write_bytes(pdf_of(words))
    assert await read_receipt(file, today=TODAY) == expected


def test_a_scheduled_payment_is_known() -> None:
    assert read_text("Pix agendado para 30/11/2026\nValor: R$ 10,00", today=TODAY).scheduled


def test_a_shopping_list_is_no_receipt() -> None:
    assert read_text("banana, maçã, pão\nfeira de sábado", today=TODAY).empty


def _bomb() -> bytes:
    """A page whose few bytes become a gigabyte."""
    stream = zlib.compress(b"\x00" * 200_000_000, 9)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length " + str(len(stream)).encode() + b"/Filter/FlateDecode>>stream\n" + stream + b"\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n",
        b"not a pdf at all" * 100,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 99999999>>endobj\ntrailer<</Root 1 0 R>>",
        b"%PDF-1.4" + b"(" * 500_000,
        b"%PDF-1.4" + b"[" * 500_000,
        _bomb(),
        b"%PDF-1.4\n" + b"x" * LARGEST,
    ],
    ids=["empty", "a head", "no pdf", "a loop", "a loop of pages", "brackets", "lists", "a bomb", "too large"],
)
async def test_a_hostile_file_is_not_read_and_does_no_harm(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(content)
    assert await read_receipt(file, today=TODAY) is None


async def test_a_file_that_is_gone_is_not_read(tmp_path: Path) -> None:
    assert await read_receipt(tmp_path / "gone.pdf", today=TODAY) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.integers(0, 9999999), st.dates(date(2020, 1, 1), TODAY))
def test_whatever_stands_around_them_an_amount_and_a_day_are_read_and_never_a_day_to_come(
    noise: str, amount: int, day: date
) -> None:
    money = f"{amount // 100:,}".replace(",", ".") + f",{amount % 100:02d}"
    words = f"Valor pago: R$ {money}\nData do pagamento: {day:%d/%m/%Y}\n"
    found = read_text(words + noise, today=TODAY)
    assert (found.amount, found.paid_on) == (amount, day)
    anything = read_text(noise, today=TODAY)
    assert anything.paid_on is None or anything.paid_on <= TODAY
