"""Books of receivables: what is read, what is mended with a warning, what is refused and why."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from receivables.book import (
    BookError,
    BookRow,
    BookWarning,
    Refusal,
    parse_amount,
    parse_cells,
    parse_date,
    read_book,
)

TODAY = date(2026, 11, 23)
GOOD = {
    "creditor_cnpj": "90.731.425/0001-63",
    "creditor_name": "Lojas Tamboril S.A.",
    "portfolio": "Cartão Tamboril",
    "debtor_document": "529.982.247-25",
    "debtor_name": "Ana Maria de Souza",
    "birth_date": "1988-04-12",
    "phone": "(31) 8888-8888",
    "email": "Ana@Example.com",
    "contract": "CT-001",
    "debt_reference": "F-1",
    "description": "Fatura de outubro",
    "original_amount": "1.234,56",
    "due_date": "20/10/2026",
}

Outcome = BookRow | Refusal | BookWarning


def book(
    folder: Path, *rows: dict[str, str], delimiter: str = ";", columns: tuple[str, ...] = tuple(GOOD), head: str = ""
) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, extrasaction="raise")
    writer.writeheader()
    for number, row in enumerate(rows, 1):
        writer.writerow(GOOD | {"debt_reference": f"F-{number}"} | row)
    path = folder / "book.csv"
    path.write_text(head + out.getvalue(), encoding="utf-8", newline="")
    return path


def read(path: Path) -> list[Outcome]:
    return list(read_book(path, today=TODAY))


def test_a_row_becomes_checked_values(tmp_path: Path) -> None:
    assert read(book(tmp_path, {})) == [
        BookRow(
            line=2,
            creditor_cnpj="90731425000163",
            creditor_name="Lojas Tamboril S.A.",
            portfolio="Cartão Tamboril",
            debtor_document="52998224725",
            debtor_name="Ana Maria de Souza",
            contract="CT-001",
            debt_reference="F-1",
            original_amount=123456,
            due_date=date(2026, 10, 20),
            birth_date=date(1988, 4, 12),
            phone="+5531988888888",
            email="ana@example.com",
            description="Fatura de outubro",
        )
    ]


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("head", ["", "\ufeff"])
def test_both_delimiters_a_mark_at_the_start_and_any_order_of_columns_are_read(tmp_path: Path, delimiter: str, head: str) -> None:
    path = book(tmp_path, {}, {}, delimiter=delimiter, head=head, columns=tuple(reversed(GOOD)))
    rows = read(path)
    assert [(type(row), row.line) for row in rows] == [(BookRow, 2), (BookRow, 3)]


def test_optional_columns_are_read_and_unknown_ones_warned_of(tmp_path: Path) -> None:
    extra = {"judicial": "TRUE", "product": "Cartão", "city": "Recife", "state": "pe", "postal_code": "1310-100", "score": "9"}
    warning, row = read(book(tmp_path, extra, columns=(*GOOD, *extra)))
    assert warning == BookWarning(1, "score", "unknown column, not read")
    assert isinstance(row, BookRow)
    assert (row.judicial, row.product, row.city, row.state, row.postal_code) == (True, "Cartão", "Recife", "PE", "01310100")


def test_a_row_is_named_by_the_first_line_of_its_record(tmp_path: Path) -> None:
    rows = read(book(tmp_path, {"description": 'duas\nlinhas; e "aspas"'}, {"original_amount": "0"}, {}))
    assert [row.line for row in rows] == [2, 4, 5]
    assert isinstance(rows[0], BookRow) and rows[0].description == 'duas linhas; e "aspas"'
    assert rows[1] == Refusal(4, "original_amount", "the amount must be more than zero")


@pytest.mark.parametrize(
    ("changes", "column", "why"),
    [
        ({"debtor_document": "529.982.247-24"}, "debtor_document", "not a valid CPF or CNPJ: its check digits are wrong"),
        ({"debtor_document": "111.111.111-11"}, "debtor_document", "not a valid CPF or CNPJ: its check digits are wrong"),
        ({"creditor_cnpj": "52998224725"}, "creditor_cnpj", "not a valid CNPJ: a CNPJ has 14 characters"),
        ({"original_amount": "1.234"}, "original_amount", "it can be read in two ways; write 1234.00 or 1.23 instead"),
        ({"original_amount": "-5,00"}, "original_amount", "the amount must be more than zero"),
        ({"original_amount": "doze"}, "original_amount", "not an amount such as 1234.56 or 1.234,56"),
        ({"due_date": "31/02/2026"}, "due_date", "there is no such day in the calendar"),
        ({"due_date": "10-20-2026"}, "due_date", "not a date such as 2026-11-23 or 23/11/2026"),
        ({"due_date": "2206-10-20"}, "due_date", "it lies outside 1970-01-01 to 2100-12-31"),
        ({"birth_date": "2027-01-01"}, "birth_date", "it lies outside 1900-01-01 to 2026-11-23"),
        ({"debtor_name": ""}, "debtor_name", "it is empty"),
        ({"contract": "   "}, "contract", "it is empty"),
        ({"debtor_name": "12345"}, "debtor_name", "a name has letters"),
        ({"debtor_name": "An\x00a"}, "debtor_name", "it has a character that is no text (U+0000)"),
        ({"debtor_name": "#NOME?"}, "debtor_name", "a spreadsheet's error stands where the value was"),
        ({"contract": "1,23E+10"}, "contract", "a spreadsheet made a rounded number of it, and its digits are lost"),
        ({"debtor_name": "A" * 301}, "debtor_name", "it is longer than 300 characters"),
        ({"debtor_name": "A" * 50_000}, "debtor_name", "it is longer than 300 characters"),
        ({"debtor_name": "A" * 200_000}, "row", "the line is longer than 64 KB"),
        ({"portfolio": "—"}, "portfolio", "it has no letter or digit"),
    ],
)
def test_a_bad_row_is_refused_by_column_and_the_others_stay(
    tmp_path: Path, changes: dict[str, str], column: str, why: str
) -> None:
    assert [r if isinstance(r, Refusal) else r.line for r in read(book(tmp_path, {}, changes, {}))] == [
        2,
        Refusal(3, column, why),
        4,
    ]


@pytest.mark.parametrize(
    ("changes", "column", "field"),
    [
        ({"phone": "+1 415 555 2671"}, "phone", "phone"),
        ({"phone": "=1+1"}, "phone", "phone"),
        ({"phone": "1" * 5000}, "phone", "phone"),
        ({"email": "ana"}, "email", "email"),
    ],
)
def test_a_cell_that_can_be_done_without_is_dropped_with_a_warning(
    tmp_path: Path, changes: dict[str, str], column: str, field: str
) -> None:
    warning, row = read(book(tmp_path, changes))
    assert isinstance(warning, BookWarning) and (warning.line, warning.column) == (2, column)
    assert isinstance(row, BookRow) and getattr(row, field) is None


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3|cmd"])
@pytest.mark.parametrize("column", ["debtor_name", "description", "contract"])
def test_what_looks_like_a_formula_is_kept_as_the_text_it_is(tmp_path: Path, text: str, column: str) -> None:
    warning, row = read(book(tmp_path, {column: text}))
    assert warning == BookWarning(2, column, "it begins like a spreadsheet formula, kept as text")
    assert isinstance(row, BookRow) and getattr(row, column) == text


def test_a_cpf_that_lost_its_zero_is_mended_with_a_warning(tmp_path: Path) -> None:
    warning, row = read(book(tmp_path, {"debtor_document": "1234567890"}))
    assert isinstance(warning, BookWarning) and warning.column == "debtor_document"
    assert isinstance(row, BookRow) and row.debtor_document == "01234567890" and row.debtor_kind == "person"


def test_one_reference_with_two_contents_is_refused_both_times(tmp_path: Path) -> None:
    same = {"debt_reference": "X"}
    rows = read(book(tmp_path, same, {}, same | {"original_amount": "9,00"}, same))
    assert [type(row) for row in rows] == [Refusal, BookRow, Refusal, Refusal]
    assert [row.column for row in rows if isinstance(row, Refusal)] == ["debt_reference"] * 3


def test_one_reference_twice_with_the_same_content_repeats_it(tmp_path: Path) -> None:
    rows = read(book(tmp_path, {"debt_reference": "X"}, {"debt_reference": "X", "original_amount": "1234.56"}))
    assert [row.repeats for row in rows if isinstance(row, BookRow)] == [None, 2]


def test_a_refused_row_does_not_stop_another_with_its_reference(tmp_path: Path) -> None:
    rows = read(book(tmp_path, {"debt_reference": "X", "original_amount": "0"}, {"debt_reference": "X"}))
    assert [type(row) for row in rows] == [Refusal, BookRow]


def test_two_creditors_may_use_one_reference(tmp_path: Path) -> None:
    rows = read(book(tmp_path, {"debt_reference": "X"}, {"debt_reference": "X", "creditor_cnpj": "91826043000186"}))
    assert [type(row) for row in rows] == [BookRow, BookRow]


def test_the_later_row_with_another_birth_date_is_refused(tmp_path: Path) -> None:
    rows = read(book(tmp_path, {}, {"birth_date": ""}, {"birth_date": "12/04/1989"}, {"birth_date": "12/04/1988"}))
    assert [type(row) for row in rows] == [BookRow, BookRow, Refusal, BookRow]
    assert rows[2] == Refusal(4, "birth_date", "an earlier row gives this document another birth date")


def test_rows_with_too_few_or_too_many_cells_are_refused_and_empty_lines_skipped(tmp_path: Path) -> None:
    path = book(tmp_path, {}, {})
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1], "", ";;;", lines[2] + ";;", "a;b", lines[2] + ";extra"]))
    rows = read(path)
    assert [(type(row), row.line) for row in rows] == [(BookRow, 2), (BookRow, 5), (Refusal, 6), (Refusal, 7)]
    assert rows[2] == Refusal(6, "row", "it has 2 cells, the header has 13")


def test_a_decimal_comma_without_quotes_in_a_comma_file_is_refused_not_guessed(tmp_path: Path) -> None:
    path = book(tmp_path, {}, delimiter=",")
    path.write_text(path.read_text().replace('"1.234,56"', "1.234,56"))
    assert read(path) == [Refusal(2, "row", "it has 14 cells, the header has 13")]


@pytest.mark.parametrize("later", [{}, {"description": "com; ponto"}, {"description": 'a\n"b"'}])
def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path, later: dict[str, str]) -> None:
    path = book(tmp_path, {"description": "MARK"}, *[later] * 150)
    path.write_text(path.read_text().replace("MARK", '"aberta'), newline="")
    rows = read(path)
    assert rows[0] == Refusal(2, "row", "a quotation mark is opened and not closed")
    assert [type(row) for row in rows[1:]] == [BookRow] * 150


def test_marks_that_are_no_csv_are_refused_and_marks_inside_a_cell_are_kept(tmp_path: Path) -> None:
    path = book(tmp_path, {"description": "MARK"}, {"description": "TELA"})
    path.write_text(path.read_text().replace("MARK", '"a" b').replace("TELA", 'TV 40" nova'), newline="")
    refused, kept = read(path)
    assert refused == Refusal(2, "row", "its quotation marks or line ends are not those of a CSV")
    assert isinstance(kept, BookRow) and kept.description == 'TV 40" nova'


def test_what_cannot_be_seen_is_taken_out(tmp_path: Path) -> None:
    (row,) = read(book(tmp_path, {"debtor_name": "A\u0301na\u200b \u202e  Souza\u00a0", "debt_reference": "F\u200b-1"}))
    assert isinstance(row, BookRow) and row.debtor_name == "Ána Souza" and row.debt_reference == "F-1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty, or its first line is: the header is missing."),
        (b"\n\n", "The file is empty, or its first line is: the header is missing."),
        ("a".encode("utf-16"), "The file is UTF-16; save it as UTF-8."),
        (b"PK\x03\x04zip", "The file is a spreadsheet or an archive; save it as CSV in UTF-8."),
        ("credor;nome\n".encode("latin-1"), "The header lacks creditor_cnpj, creditor_name, portfolio, debtor_document, debtor_name,"
         " contract, debt_reference, original_amount, due_date; columns are separated by ; or , and named in the first line."),
        ("crédor;nome\n".encode("latin-1"), "The header is not UTF-8 text; save the file as UTF-8."),
        (b"\x00\x01\x02", "The header lacks creditor_cnpj, creditor_name, portfolio, debtor_document, debtor_name,"
         " contract, debt_reference, original_amount, due_date; columns are separated by ; or , and named in the first line."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_csv_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(content)
    with pytest.raises(BookError) as caught:
        read_book(path, today=TODAY)
    assert str(caught.value) == sentence


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"nada\.csv cannot be read: No such file"):
        read_book(tmp_path / "nada.csv", today=TODAY)


def test_a_garbled_row_is_refused_alone_but_another_encoding_is_no_such_file(tmp_path: Path) -> None:
    path = book(tmp_path, {}, {"debtor_name": "João"}, {})
    text = path.read_bytes()
    path.write_bytes(text.replace("João".encode(), b"Jo\xe3o"))
    assert [r if isinstance(r, Refusal) else r.line for r in read(path)] == [2, Refusal(3, "row", "it is not UTF-8 text"), 4]
    path.write_bytes(text.decode().encode("latin-1"))
    with pytest.raises(BookError) as caught:
        read_book(path, today=TODAY)
    assert str(caught.value) == "The file is not UTF-8 text: 3 of 3 rows cannot be read; save it as UTF-8."


def test_a_header_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {})
    path.write_text(path.read_text().replace("email", "phone", 1))
    with pytest.raises(BookError, match="phone more than once"):
        read_book(path, today=TODAY)


@pytest.mark.parametrize(
    ("text", "centavos"),
    [("1234.56", 123456), ("1.234,56", 123456), ("1234,56", 123456), ("150", 15000), ("1.234.567,89", 123456789), ("0,01", 1)],
)
def test_amounts_are_read(text: str, centavos: int) -> None:
    assert parse_amount(text) == centavos


@pytest.mark.parametrize(
    "text",
    ["1.234", "1,234", "12.345", "0", "0,00", "-1", "1,5", "1.234,5", "12.34,56", "R$ 5,00", "1e3", "1.2345,00", "", "١٢",
     "1 234,56", "1,234.56", "9" * 15, "NaN"],
)  # fmt: skip
def test_amounts_that_are_unclear_or_not_positive_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_amount(text)


def test_dates_are_read_in_both_ways() -> None:
    assert parse_date("2026-11-23") == parse_date("23/11/2026") == TODAY
    for text in ("23-11-2026", "2026/11/23", "1/2/2026", "23/11/26", "2026-02-30", "2026-11-23T00:00"):
        with pytest.raises(ValueError, match=r"."):
            parse_date(text)


def test_one_row_can_be_read_without_a_file() -> None:
    row, warnings = parse_cells(GOOD | {"phone": "x"}, today=TODAY)
    assert isinstance(row, BookRow) and row.original_amount == 123456 and len(warnings) == 1
    refusal, _ = parse_cells({"creditor_cnpj": "1"}, today=TODAY)
    assert refusal == Refusal(1, "creditor_name", "it is empty")
