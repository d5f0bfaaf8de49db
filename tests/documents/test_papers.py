"""Receipt, letter of settlement, calculation, agreement and yearly statement: what they say, and that nothing spoils them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from documents import agreement, boleto, calculation, figures, receipt, settlement, statement, typeface
from documents.parties import Collector, Party
from documents.texts import Texts, TextsError
from receivables.owed import DebtState, owed
from tests.documents import papers
from tests.documents.papers import CREDITOR, DEBTOR, HOSTILE_NAMES, TEXTS, pages, sizes

Paper = Callable[[], bytes]
PAPERS: dict[str, Paper] = {
    "boleto": lambda: boleto.render(papers.slip(), TEXTS),
    "receipt": lambda: receipt.render(papers.a_receipt(), TEXTS),
    "settlement": lambda: settlement.render(papers.a_settlement(), TEXTS),
    "calculation": lambda: calculation.render(papers.a_calculation(), TEXTS),
    "agreement": lambda: agreement.render(papers.an_agreement(), TEXTS),
    "statement": lambda: statement.render(papers.a_statement(), TEXTS),
}
every_paper = pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS.keys())


def whole(paper: bytes) -> str:
    return " ".join(pages(paper))


@every_paper
def test_every_page_is_a4(paper: Paper) -> None:
    assert set(sizes(paper())) == {(210.0, 297.0)}


@every_paper
def test_equal_values_give_equal_bytes(paper: Paper) -> None:
    assert paper() == paper()


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib, sys\n"
        "from tests.documents.test_papers import PAPERS\n"
        "print(*(hashlib.sha256(make()).hexdigest() for make in reversed(PAPERS.values())))"
    )
    root = Path(__file__).parents[2]
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@every_paper
def test_it_names_itself_and_its_language_and_carries_its_typeface(paper: Paper) -> None:
    made = paper()
    assert re.search(rb"/Lang \(pt-BR\)", made)
    document = pdfium.PdfDocument(made)
    described = document.get_metadata_dict()
    document.close()
    assert described["Title"]
    assert described["Subject"]
    assert described["Author"] == "Acerto Leve Cobranças Ltda."
    assert b"SourceSans" in made
    assert b"/FontFile2" in made


@every_paper
def test_creditor_name_document_and_address_are_on_it_and_so_is_the_collector(paper: Paper) -> None:
    text = pages(paper())[0]
    for value in ("Colégio Pé de Ipê Ltda.", "CNPJ 92.640.517/0001-63", CREDITOR.address, "Acerto Leve Cobranças Ltda."):
        assert value in text
    assert "(31) 3555-0142" in text
    assert "ouvidoria@acertoleve.example" in text


@every_paper
def test_no_text_was_left_unfilled(paper: Paper) -> None:
    text = whole(paper())
    assert not re.search(r"[{}]|<b>|<br|None", text)


def test_a_receipt_says_what_was_paid_and_what_it_covered() -> None:
    text = whole(receipt.render(papers.a_receipt(), TEXTS))
    for value in (
        "Recibo de pagamento",
        "Nº 2026-000731",
        "R$ 1.254,56",
        "mil duzentos e cinquenta e quatro reais e cinquenta e seis centavos",
        "21/11/2026 às 23:30",
        "E60701190202611212330DY5W1S2H3K4",
        "Conceição Ângela d'Ávila Gonçalves, CPF 529.982.247-25",
        "Contrato CT-2026/0917 · MENS-03",
        "R$ 1.100,00",
        "Resta R$ 52,10 em 22/11/2026",
        "Quitado",
        "R$ 15,44",
        "R$ 20,00 a mais",
        "Página 1 de 1",
    ):
        assert value in text, value


def test_a_receipt_whose_parts_do_not_sum_is_refused() -> None:
    with pytest.raises(ValueError, match="parts sum to"):
        papers.a_receipt(excess=2001)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        receipt.render(papers.a_receipt(paid_at=datetime(2026, 11, 22, 12, 0)), TEXTS)


def test_a_letter_of_settlement_names_debts_payments_and_the_day_of_a_clean_name() -> None:
    letter = papers.a_settlement()
    text = whole(settlement.render(letter, TEXTS))
    assert letter.clean_by == date(2026, 11, 27)
    for value in (
        "quitação plena, geral e irrevogável",
        "até 27/11/2026",
        "5 dias úteis",
        "Súmula 548",
        "R$ 1.045,67",
        "R$ 1.173,17",
    ):
        assert value in text, value
    assert "20/11/2026" in text
    assert "MENS-03" in text


@pytest.mark.parametrize(
    ("settled", "clean"),
    [
        (date(2026, 2, 13), date(2026, 2, 24)),  # Friday before Carnaval, whose Monday and Tuesday are no business days
        (date(2026, 11, 21), date(2026, 11, 27)),  # a Saturday
        (date(2026, 12, 24), date(2027, 1, 4)),
    ],
)
def test_a_clean_name_is_promised_for_the_fifth_business_day(settled: date, clean: date) -> None:
    debt = replace(papers.a_settlement().debts[0], settled_on=settled)
    assert papers.a_settlement(debts=(debt,), issued_on=settled).clean_by == clean


def test_a_letter_settles_something_and_nothing_of_the_future() -> None:
    for changes in ({"debts": ()}, {"issued_on": date(2026, 11, 19)}):
        with pytest.raises(ValueError, match="settled by its own day"):
            papers.a_settlement(**changes)


def test_a_calculation_shows_five_lines_that_anybody_can_redo() -> None:
    text = whole(calculation.render(papers.a_calculation(), TEXTS))
    for value in (
        "15/08/2026, que não foi dia útil; passou para 17/08/2026",
        "98 dias corridos, de 17/08/2026 até 23/11/2026",
        "R$ 1.000,00 × 2% (cobrada uma única vez)",
        "R$ 1.000,00 × 1% ao mês × 98 dias ÷ 30 (juros simples)",
        "Sobre o principal: R$ 1.000,00 × 15% = R$ 150,00",
        "Sobre multa e juros: R$ 52,67 × 100% = R$ 52,67",
        "Faixa de 91 a 180 dias de atraso",
        "R$ 1.000,00 + R$ 20,00 + R$ 32,67 − R$ 202,67",
        "R$ 850,00",
        "O que resta do valor original (R$ 500,00)",
        "Já cobrada antes",
        "R$ 412,34 × 1% ao mês × 34 dias ÷ 30 (juros simples) = R$ 4,67 mais R$ 7,77",
        "R$ 418,56",
        "R$ 1.268,56",
    ):
        assert value in text, value


def test_a_calculation_before_the_due_date_adds_nothing() -> None:
    due = owed(DebtState.new(12345, date(2026, 12, 10)), papers.Terms(), date(2026, 11, 23))
    debt = calculation.CalculatedDebt("Mensalidade", "C1", "R1", 12345, due)
    text = whole(calculation.render(papers.a_calculation(debts=(debt,)), TEXTS))
    assert "Nenhum: o prazo vai até 10/12/2026" in text
    assert text.count("não está em atraso") == 2
    assert "Página 1 de 1" in text


def test_an_agreement_of_twelve_instalments_runs_over_two_pages_with_all_of_them() -> None:
    made = papers.an_agreement(12)
    paper = agreement.render(made, TEXTS)
    found = pages(paper)
    assert len(found) == 2
    text = " ".join(found)
    for one in made.instalments:
        label = f"{one.number} de 12" if one.number else "Entrada"
        assert f"{label} {figures.day(one.due_date)} {figures.money(one.amount)}" in text
    for value in (
        "R$ 1.500,06 (mil e quinhentos reais e seis centavos)",
        "0,75% ao mês",
        "-R$ 281,80",
        "10 dias em atraso",
        "22/11/2026 às 14:05, por WhatsApp",
        "Página 1 de 2",
        "Página 2 de 2",
        "Termo de acordo · AC-2026-0105",
    ):
        assert value in text, value


def test_an_agreement_of_sixty_instalments_repeats_the_head_of_its_table() -> None:
    found = pages(agreement.render(papers.an_agreement(60), TEXTS))
    assert sum("Vence em" in page for page in found) >= 2
    assert all("Página" in page for page in found)


@pytest.mark.parametrize("changes", [{"total": 1}, {"discount": 0}, {"instalments": ()}])
def test_an_agreement_that_does_not_add_up_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="total"):
        papers.an_agreement(**changes)


def test_a_proposal_is_not_called_accepted() -> None:
    text = whole(agreement.render(papers.an_agreement(accepted=None), TEXTS))
    assert "Proposta ainda não aceita" in text
    assert "Aceito eletronicamente" not in text


def test_a_statement_of_a_long_year_runs_over_pages_and_loses_no_payment() -> None:
    made = papers.a_statement(40)
    found = pages(statement.render(made, TEXTS))
    assert len(found) >= 2
    assert sum("Pago em" in page for page in found) == len(found)
    text = " ".join(found)
    for payment in made.payments:
        assert figures.money(payment.amount) in text
        assert payment.reference in text
    assert figures.money(sum(payment.amount for payment in made.payments)) in text
    assert "40 pagamentos" in text


def test_a_statement_says_what_the_law_wants_it_to_say() -> None:
    text = whole(statement.render(papers.a_statement(1), TEXTS))
    for value in ("Lei nº 12.007, de 29 de julho de 2009", "2026", "substitui", "dos anos anteriores", "1 pagamento"):
        assert value in text
    disputed = statement.DisputedDebt("Taxa de material", "C9", "TX-9", date(2026, 5, 5), 4321)
    text = whole(statement.render(papers.a_statement(1, disputed=(disputed,)), TEXTS))
    for value in ("com exceção dos que estão em discussão", "TX-9", "R$ 43,21"):
        assert value in text


def test_a_year_is_not_declared_before_it_ends() -> None:
    with pytest.raises(ValueError, match="ended"):
        papers.a_statement(issued_on=date(2026, 12, 31))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_breaks_a_paper_or_becomes_markup(name: str) -> None:
    debtor = Party(name, "52998224725", name)
    creditor = Party(name, "92640517000163", name)
    collector = Collector(name, "93417862000103", name, name, name, name)
    settled = tuple(replace(d, description=name, contract=name, reference=name) for d in papers.a_settlement().debts)
    calculated = tuple(replace(d, description=name, contract=name, reference=name) for d in papers.a_calculation().debts)
    made = [
        receipt.render(papers.a_receipt(payer=debtor, creditor=creditor, collector=collector, number=name), TEXTS),
        settlement.render(papers.a_settlement(debtor=debtor, creditor=creditor, collector=collector, debts=settled), TEXTS),
        calculation.render(papers.a_calculation(debtor=debtor, creditor=creditor, collector=collector, debts=calculated), TEXTS),
        agreement.render(papers.an_agreement(debtor=debtor, creditor=creditor, collector=collector), TEXTS),
        statement.render(papers.a_statement(debtor=debtor, creditor=creditor, collector=collector), TEXTS),
    ]
    for paper in made:
        text = whole(paper)
        assert "529.982.247-25" in text
        assert "92.640.517/0001-63" in text
        assert not any(char in text for char in "\u202e\u202a\u2066\u2069\u200f\x00\x1b")


def test_markup_in_a_name_is_printed_as_letters() -> None:
    text = whole(receipt.render(papers.a_receipt(payer=Party(HOSTILE_NAMES[0], "52998224725")), TEXTS))
    assert '<b>Ana</b> <font size="90">X</font> & <script>alert(1)</script> <para>' in text
    text = whole(receipt.render(papers.a_receipt(payer=Party(HOSTILE_NAMES[5], "52998224725")), TEXTS))
    assert "&amp; &lt;i&gt; {0} {name} %s ]]> \\n" in text


def test_every_letter_of_portuguese_is_printed() -> None:
    letters = "ÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑÝáàâãäéèêëíìîïóòôõöúùûüçñýÿ ªº§°–—“”‘’…•·€ Œœ Łukasz Žižek"
    assert typeface.clean(letters) == letters
    assert letters in whole(receipt.render(papers.a_receipt(payer=replace(DEBTOR, name=letters)), TEXTS))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  a\u00a0 b\n\tc ", "a b c"),
        ("\u202eabc\u202c\u0000", "abc"),
        ("Ana 🙂🙂 Lima", "Ana ? Lima"),
        ("Ａｎａ", "Ana"),
        ("Jose\u0301", "José"),
        ("عمر", "?"),
        ("x" * 300, "x" * 239 + "…"),
        ("", ""),
    ],
)
def test_text_is_cleaned_to_what_can_be_set(text: str, kept: str) -> None:
    assert typeface.clean(text) == kept


@pytest.mark.parametrize(
    ("centavos", "words"),
    [
        (0, "zero centavos"),
        (1, "um centavo"),
        (100, "um real"),
        (101, "um real e um centavo"),
        (10000, "cem reais"),
        (10100, "cento e um reais"),
        (123456, "mil duzentos e trinta e quatro reais e cinquenta e seis centavos"),
        (120000, "mil e duzentos reais"),
        (100500, "mil e cinco reais"),
        (2100000, "vinte e um mil reais"),
        (100000000, "um milhão de reais"),
        (250000000, "dois milhões e quinhentos mil reais"),
        (123456789, "um milhão, duzentos e trinta e quatro mil quinhentos e sessenta e sete reais e oitenta e nove centavos"),
        (200100000, "dois milhões e mil reais"),
        (100000000000, "um bilhão de reais"),
    ],
)
def test_an_amount_in_words_is_as_people_say_it(centavos: int, words: str) -> None:
    assert figures.in_words(centavos, TEXTS) == words


def test_figures_are_written_as_in_brazil() -> None:
    assert figures.money(123456789) == "R$ 1.234.567,89"
    assert figures.money(-5) == "-R$ 0,05"
    assert figures.percent(Decimal("0.0333")) == "0,0333%"
    assert figures.percent(Decimal("2.00")) == "2%"
    assert figures.long_day(date(2026, 3, 1)) == "1 de março de 2026"


def test_a_text_that_is_missing_or_lacks_a_value_is_told_by_name() -> None:
    texts = Texts({"a": {"b": "{c}", "d": ["x"]}})
    with pytest.raises(TextsError, match=r"a\.z"):
        texts.plain("a.z")
    with pytest.raises(TextsError, match=r"a\.b.*\{c\}"):
        texts.rich("a.b")
    with pytest.raises(TextsError, match=r"a\.d"):
        texts.plain("a.d")
    assert texts.rich("a.b", c="<i>") == "&lt;i&gt;"


def test_one_paper_cannot_be_described_by_two_files(tmp_path: Path) -> None:
    for file in ("one.yml", "two.yml"):
        (tmp_path / file).write_text("receipt: {title: x}\n")
    with pytest.raises(TextsError, match="twice"):
        Texts.load(tmp_path)


def test_every_text_is_used() -> None:
    code = "".join(path.read_text() for path in (Path(__file__).parents[2] / "documents").glob("*.py"))
    code += (Path(__file__).parents[2] / "payments" / "personal_data.py").read_text()  # it gathers what its paper says
    folder = Path(__file__).parents[2] / "data" / "documents"
    for path in folder.glob("*.yml"):
        for name in re.findall(r"^  (\w+):", path.read_text(), re.MULTILINE):
            short = re.sub(r"^column_", "", name)
            if name.startswith(("phone_", "said_")):
                continue  # one for each state of a telephone, and for each word of the store
            assert re.search(rf"""[".]{name}["']|"{short}\"""", code) or name in ("pix", "boleto"), f"{path.name}: {name}"
