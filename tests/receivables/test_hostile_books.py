"""Files as they really come: saved by the wrong program, cut, garbled or made to do harm. Each gets a clear verdict.

A case is what the bytes are and what is said: one sentence about the whole file, or a verdict a row. A verdict is `ok`, or the
column at fault; `mended` and `warned` name the column that a warning is about, and the row stays.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from receivables.book import BookError, BookRow, BookWarning, Refusal, read_book

TODAY = date(2026, 11, 23)
COLUMNS = (
    "creditor_cnpj", "creditor_name", "portfolio", "debtor_document", "debtor_name", "birth_date", "phone", "contract",
    "debt_reference", "original_amount", "due_date",
)  # fmt: skip
HEADER = ";".join(COLUMNS)
CELLS = {
    "creditor_cnpj": "90.731.425/0001-63",
    "creditor_name": "Lojas Tamboril S.A.",
    "portfolio": "Cartão",
    "debtor_document": "529.982.247-25",
    "debtor_name": "João da Conceição",
    "birth_date": "12/04/1988",
    "phone": "(31) 98888-8888",
    "contract": "CT-1",
    "original_amount": "1.234,56",
    "due_date": "20/10/2026",
}


def line(number: int, **cells: str) -> str:
    row = CELLS | {"debt_reference": f"R-{number}"} | cells
    return ";".join(row[column] for column in COLUMNS)


def lines(*rows: str, end: str = "\n", header: str = HEADER) -> bytes:
    return (end.join((header, *rows)) + end).encode()


def verdicts(path: Path) -> list[str]:
    """`ok` or the column of the refusal, line by line; a warning as `~column` before its row."""
    said = []
    for item in read_book(path, today=TODAY):
        if isinstance(item, BookWarning):
            said.append(f"~{item.column}")
        else:
            said.append("ok" if isinstance(item, BookRow) else item.column)
    return said


ONE, TWO = line(1), line(2)
UTF16 = (HEADER + "\n" + ONE + "\n").encode("utf-16-le")

NO_BOOK: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "header is missing"),
    "only blank lines": (b"\r\n\r\n", "header is missing"),
    "no header": (ONE.encode() + b"\n", "header lacks creditor_cnpj"),
    "a mandatory column missing": (lines(ONE, header=HEADER.replace("due_date", "vencimento")), "header lacks due_date"),
    "a column twice": (lines(ONE, header=HEADER.replace("birth_date", "phone")), "phone more than once"),
    "UTF-16 with its mark": (b"\xff\xfe" + UTF16, "UTF-16"),
    "UTF-16 the other way round": (b"\xfe\xff" + (HEADER + "\n" + ONE).encode("utf-16-be"), "UTF-16"),
    "UTF-16 without its mark": (UTF16, "UTF-16"),
    "Latin-1 in every row": (lines(ONE, TWO).decode().encode("latin-1"), "2 of 2 rows cannot be read; save it as UTF-8"),
    "Latin-1 in the header": ((HEADER + ";observação\n").encode("latin-1"), "header is not UTF-8"),
    "tabs": (lines(ONE).replace(b";", b"\t"), "separated by tabs or bars"),
    "bars": (lines(ONE).replace(b";", b"|"), "separated by tabs or bars"),
    "each line one quoted cell": (b'"' + HEADER.encode() + b'"\n"' + ONE.encode() + b'"\n', "one pair of quotation marks"),
    "a sep= line first": (b"sep=;\n" + lines(ONE), "sep= mark"),
    "xlsx": (b"PK\x03\x04" + b"\x00" * 200, "spreadsheet or an archive"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20, "spreadsheet or an archive"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\n", "is a PDF"),
    "one endless line": (b"a" * 1_000_000, "first line is longer than 64 KB"),
    "JSON": (b'[{"creditor_cnpj": "90731425000163"}]\n', "header lacks"),
}

ROWS: dict[str, tuple[bytes, list[str]]] = {
    "header only": (lines(), []),
    "a byte order mark and CRLF": (b"\xef\xbb\xbf" + lines(ONE, TWO, end="\r\n"), ["ok", "ok"]),
    "CR alone": (lines(ONE, TWO, end="\r"), ["ok", "ok"]),
    "ends of lines mixed": (f"{HEADER}\r\n{ONE}\n{TWO}\r{line(3)}".encode(), ["ok", "ok", "ok"]),
    "no end of line at the end": (lines(ONE).rstrip(b"\n"), ["ok"]),
    "empty columns at the end": (lines(ONE + ";;;;", TWO + ";;;;", ";" * 14, header=HEADER + ";;;;"), ["ok", "ok"]),
    "more empty cells than the header": (lines(ONE + ";;;;", ";;;;;;;;;;;;;;;;;"), ["ok"]),
    "more cells": (lines(ONE + ";mais", TWO), ["row", "ok"]),
    "fewer cells": (lines("90.731.425/0001-63;Lojas", TWO), ["row", "ok"]),
    "an unknown column": (lines(ONE + ";9", header=HEADER + ";score"), ["~score", "ok"]),
    "a line of 10 MB": (lines("x" * 10_000_000, TWO), ["row", "ok"]),
    "a cell of 60 KB": (lines(line(1, debtor_name="A" * 60_000), TWO), ["debtor_name", "ok"]),
    "NUL in a name": (lines(line(1, debtor_name="Jo\0ao"), TWO), ["debtor_name", "ok"]),
    "a quotation mark never closed": (lines(line(1, debtor_name='"João'), TWO, line(3)), ["row", "ok", "ok"]),
    "a quoted line break": (lines(line(1, debtor_name='"João\nda Silva"'), TWO), ["ok", "ok"]),
    "a quoted CR": (lines(line(1, debtor_name='"João\rda Silva"'), TWO), ["ok", "ok"]),
    "a delimiter in quotation marks": (lines(line(1, debtor_name='"João; da Silva"'), TWO), ["ok", "ok"]),
    "quotation marks in the wrong place": (lines(line(1, debtor_name='"João" Silva'), TWO), ["row", "ok"]),
    "one garbled row": (lines(ONE, TWO, line(3)).replace("João".encode(), b"Jo\xe3o", 1), ["row", "ok", "ok"]),
    "overlong UTF-8 and surrogates": (
        lines(ONE, TWO, line(3)).replace("João".encode(), b"Jo\xc0\xafo\xed\xa0\x80", 1), ["row", "ok", "ok"]),
    "text kept by =\"…\"": (lines(line(1, debtor_document='="52998224725"', contract='="00012"')), ["ok"]),
    "text kept by =\"…\", quoted once more": (lines(line(1, debtor_document='"=""52998224725"""')), ["ok"]),
    "a CPF that lost its zero": (lines(line(1, debtor_document="1234567890")), ["~debtor_document", "ok"]),
    "a CPF that lost two": (lines(line(1, debtor_document="123456789")), ["debtor_document"]),
    "a CNPJ that lost its zero": (lines(line(1, creditor_cnpj="191000100012")), ["creditor_cnpj"]),
    "a CPF as 5,29982E+10": (lines(line(1, debtor_document="5,29982E+10"), line(2, debtor_document="5.3E+10")),
                             ["debtor_document", "debtor_document"]),
    "a CPF as a quantity": (lines(line(1, debtor_document="52998224725.0"), line(2, debtor_document="1234567890,00")),
                            ["debtor_document", "debtor_document"]),
    "a contract as 1,23E+10": (lines(line(1, contract="1,23E+10")), ["contract"]),
    "a reference as 1,23E+10": (lines(line(1, debt_reference="1,23E+10"), line(2, debt_reference="1,23E+10")),
                                ["debt_reference", "debt_reference"]),
    "a phone as 5,53E+12": (lines(line(1, phone="5,53E+12")), ["~phone", "ok"]),
    "wrong check digits": (lines(line(1, debtor_document="529.982.247-26"), line(2, debtor_document="000.000.000-00")),
                           ["debtor_document", "debtor_document"]),
    "a creditor's CPF": (lines(line(1, creditor_cnpj="529.982.247-25")), ["creditor_cnpj"]),
    "amounts that cannot be": (
        lines(*(line(n, original_amount=text) for n, text in enumerate(
            ("1,234.56", "-1", "0", "0,00", "R$ 10", "1e3", "1,23E+05", "", "1.234", "999999999999999", "10,5", "NaN", "=1+1", "１２"),
        ))),
        ["original_amount"] * 14,
    ),
    "amounts that can": (
        lines(*(line(n, original_amount=text) for n, text in enumerate(("1.234,56", "1234.56", "1234,56", "150", " 150,00 ")))),
        ["ok"] * 5,
    ),
    "days that are none": (
        lines(*(line(n, due_date=text) for n, text in enumerate(
            ("31/02/2026", "10/25/2026", "20/10/26", "45321", "0001-01-01", "9999-12-31", "2026-10-20 00:00:00",
             "2026-10-20T00:00:00Z", "20-10-2026", "20 de outubro", "00/00/0000", ""),
        ))),
        ["due_date"] * 12,
    ),
    "a birthday in the future, and one as a number": (
        lines(line(1, birth_date="01/01/2027"), line(2, birth_date="32245")), ["birth_date", "birth_date"]),
    "phones that are none": (
        lines(*(line(n, phone=text) for n, text in enumerate(("8888-8888", "+1 415 555 2671", "0000000000", "' or 1=1 --")))),
        ["~phone", "ok"] * 4,
    ),
    "a landline": (lines(line(1, phone="(31) 3222-1000")), ["ok"]),
    "a formula as a name": (lines(line(1, debtor_name="=cmd|'/c calc'!A1")), ["~debtor_name", "ok"]),
    "markup as a name": (lines(line(1, debtor_name="<script>alert(1)</script>")), ["ok"]),
    "a spreadsheet's errors": (
        lines(line(1, debtor_name="#N/D"), line(2, contract="#REF!"), line(3, original_amount="########"), line(4, phone="#NOME?")),
        ["debtor_name", "contract", "original_amount", "~phone", "ok"],
    ),
    "writing turned round": (lines(line(1, debtor_name="Ana \u202eavlis")), ["ok"]),
    "one reference, two amounts": (
        lines(line(1, debt_reference="X"), TWO, line(3, debt_reference="X", original_amount="9,00")),
        ["debt_reference", "ok", "debt_reference"],
    ),
    "one reference, two amounts, one of them mangled": (
        lines(line(1, debt_reference="X"), line(3, debt_reference="X", original_amount="9")), ["debt_reference", "debt_reference"]),
    "one reference, one amount written in two ways": (
        lines(line(1, debt_reference="X"), line(3, debt_reference=" X ", original_amount="1234.56")), ["ok", "ok"]),
    "one reference of one creditor written in two ways": (
        lines(line(1, debt_reference="X", creditor_cnpj="90731425000163"), line(3, debt_reference="=\"X\"", original_amount="9")),
        ["debt_reference", "debt_reference"],
    ),
    "one document, two birthdays": (lines(ONE, line(2, birth_date="13/04/1988")), ["ok", "birth_date"]),
    "neither true nor false": (lines(ONE + ";sim", header=HEADER + ";judicial"), ["judicial"]),
    "commas and a decimal comma": (lines(ONE, TWO).replace(b";", b","), ["row", "row"]),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_BOOK)
def test_what_is_no_book_is_said_in_one_sentence(tmp_path: Path, case: str) -> None:
    content, sentence = NO_BOOK[case]
    path = tmp_path / "book.csv"
    path.write_bytes(content)
    with pytest.raises(BookError) as caught:
        read_book(path, today=TODAY)
    said = str(caught.value)
    assert sentence in said
    assert "\n" not in said and said.endswith(".")


@pytest.mark.parametrize("case", ROWS)
def test_each_row_has_its_own_verdict(tmp_path: Path, case: str) -> None:
    content, expected = ROWS[case]
    path = tmp_path / "book.csv"
    path.write_bytes(content)
    assert verdicts(path) == expected


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_read_may_end_anywhere(tmp_path: Path, cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receivables.book._CHUNK", cut)
    path = tmp_path / "book.csv"
    for end in ("\n", "\r\n", "\r"):
        path.write_bytes(lines(ONE, TWO, "", line(3, debtor_name='"João\r\nda Silva"'), end=end))
        rows = list(read_book(path, today=TODAY))
        assert [(type(row), row.line) for row in rows] == [(BookRow, 2), (BookRow, 3), (BookRow, 5)]


def test_a_refusal_never_repeats_what_the_cell_held(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(lines(line(1, debtor_document="529.982.247-26"), line(2, debtor_name="Ana\x07secreta")))
    for item in read_book(path, today=TODAY):
        assert isinstance(item, Refusal)
        assert "529" not in item.why and "secreta" not in item.why


@pytest.mark.parametrize(
    "write",
    [lambda out: out.write("x" * 30_000_000), lambda out: out.writelines('"' + "a;" * 50 + "\n" for _ in range(3_000))],
    ids=["one line of 30 MB", "quotation marks opened everywhere"],
)
def test_memory_does_not_follow_a_hostile_file(tmp_path: Path, write: Callable[..., object]) -> None:
    path = tmp_path / "book.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        write(out)
    tracemalloc.start()
    try:
        for _ in read_book(path, today=TODAY):
            pass
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
