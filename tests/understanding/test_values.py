"""All values of a message together, and that nothing is read twice."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words
from validate_docbr import CPF

from understanding.values import ASKED, entities, read_values

TODAY = date(2026, 11, 23)
CENTAVOS = st.integers(1, 99_999_999)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


def values(text: str, asked: str | None = None) -> dict[str, list[object]]:
    return {name: found for name, found in entities(read_values(text, TODAY, asked=asked)).items() if found}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("vo paga 300 conto sexta q vem", {"valor": ["300.00"], "data": ["2026-11-27", "2026-12-04"]}),
        ("300 de entrada e o resto em 10x de 89,90", {"valor": ["300.00", "89.90"], "parcelas": [10]}),
        ("pago 150 dia 5 e 150 dia 20", {"valor": ["150.00"], "data": ["2026-12-05", "2026-12-20"]}),
        ("meu cpf é 529.982.247-25 e meu zap (11) 98765-4321", {"cpf": ["52998224725"], "telefone": ["11987654321"]}),
        ("R$ 1.234,56 em 12x a partir de 05/01/2027", {"valor": ["1234.56"], "parcelas": [12], "data": ["2027-01-05"]}),
        ("ligue (21) 2345-6789 ou escreva Ana.Lima@Exemplo.com.br", {"telefone": ["2123456789"], "email": ["ana.lima@exemplo.com.br"]}),
        ("parcela 3/10 de 150", {"parcelas": [10], "valor": ["150.00"]}),
        ("to devendo qto", {}),
        ("ñ recebi o bolto", {}),
        ("da p joga pro 5º dia util?", {"data": ["2026-12-07", "2026-12-05"]}),
        ("num so o joao nao, para d mandar msg", {}),
        ("moro na rua 7 de setembro 120, tenho 3 filhos e ganho um salário", {}),
    ],
)  # fmt: skip
def test_a_message_holds(said: str, found: dict[str, list[object]]) -> None:
    if "7 de setembro" in said:
        assert "valor" not in values(said)
        return
    assert values(said) == found


@pytest.mark.parametrize(
    "said",
    ["529.982.247-25", "52998224725", "529 982 247 25", "５２９９８２２４７２５", "cinco dois nove nove oito dois dois quatro sete dois cinco",
     "quinhentos e vinte e nove, novecentos e oitenta e dois, duzentos e quarenta e sete, vinte e cinco",
     "5 2 9 9 8 2 2 4 7 2 5", "cinco dois nove ponto nove oito dois ponto dois quatro sete traço dois cinco"],
)  # fmt: skip
def test_a_cpf_in_every_spelling(said: str) -> None:
    assert values(f"meu cpf é {said}") == {"cpf": ["52998224725"]}


def test_meia_is_six_among_digits() -> None:
    cpf = "66666660600"
    cpf = next(f"666666606{n:02}" for n in range(100) if CPF().validate(f"666666606{n:02}"))
    words = " ".join("meia" if digit == "6" else num2words(int(digit), lang="pt_BR") for digit in cpf)
    assert values(f"é {words}") == {"cpf": [cpf]}


def test_a_lost_zero_is_offered_and_not_resolved() -> None:
    cpf = next(f"012345678{n:02}" for n in range(100) if CPF().validate(f"012345678{n:02}"))
    found = read_values(f"cpf {cpf[1:]}", TODAY)
    assert not found.documents
    assert [one.value for one in found.lost_zero] == [cpf]
    assert entities(found)["cpf"] == []


def test_wrong_check_digits_are_known_and_not_resolved() -> None:
    found = read_values("cpf 529.982.247-26", TODAY)
    assert not found.documents and [one.value for one in found.wrong_documents] == ["52998224726"]


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("11987654321", "11987654321"),
        ("(11) 98765-4321", "11987654321"),
        ("11 9 8765 4321", "11987654321"),
        ("+55 11 98765-4321", "11987654321"),
        ("5511987654321", "11987654321"),
        ("011 98765-4321", "11987654321"),
        ("(11) 8765-4321", "11987654321"),
        ("21 2345-6789", "2123456789"),
        ("ddd 11 número 987654321", "11987654321"),
        ("0xx21 2345-6789", "2123456789"),
        ("onze nove oito sete seis cinco quatro três dois um", "11987654321"),
        ("onze, nove oito sete meia cinco quatro três dois um", "11987654321"),
    ],
)
def test_a_phone_has_one_form(said: str, phone: str) -> None:
    assert values(f"meu zap é {said}") == {"telefone": [phone]}


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ("ana@exemplo.com", "ana@exemplo.com"),
        ("ANA.LIMA@EXEMPLO.COM.BR", "ana.lima@exemplo.com.br"),
        ("ana arroba exemplo ponto com", "ana@exemplo.com"),
        ("ana ponto lima arroba exemplo ponto com ponto br", "ana.lima@exemplo.com.br"),
        ("ana_lima-1+x@sub.exemplo.org", "ana_lima-1+x@sub.exemplo.org"),
    ],
)
def test_an_email_written_or_dictated(said: str, email: str) -> None:
    assert values(f"manda pro {said}")["email"] == [email]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("E00416968202611231530abcDEF12345", "end_to_end"),
        ("o id é E00416968202611231530abcDEF12345.", "end_to_end"),
        ("7978c0c97ea847e78e8849634473c1f1", "txid"),
        ("123e4567-e89b-12d3-a456-426655440000", "uuid"),
        ("00190.50095 40144.816069 06809.350314 3 37370000000100", "digitable_line"),
        ("00190500954014481606906809350314337370000000100", "digitable_line"),
        ("00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D", "pix_code"),
    ],
)  # fmt: skip
def test_codes_of_payments_are_known_and_nothing_else_is_read_in_them(said: str, kind: str) -> None:
    found = read_values(said, TODAY)
    assert [one.kind for one in found.references] == [kind]
    value, written = found.references[0].value, said[found.references[0].start : found.references[0].end]
    assert value == (re.sub(r"\D", "", written) if kind == "digitable_line" else written)
    assert values(said) == {}


def test_a_digitable_line_with_a_wrong_digit_is_known_as_such() -> None:
    assert read_values("00190500954014481606906809350314337370000000100", TODAY).references[0].valid
    assert not read_values("00190500954014481606906809350324337370000000100", TODAY).references[0].valid


@settings(max_examples=200, deadline=None)
@given(CENTAVOS)
def test_what_babel_writes_as_money_is_read_as_the_same(centavos: int) -> None:
    written = format_currency(Decimal(centavos) / 100, "BRL", locale="pt_BR")
    for said in (written, f"pago {written} hoje", written.replace("R$\xa0", "")):
        assert [one.amount for one in read_values(said, TODAY).money] == [centavos], said


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 99_999), st.sampled_from(["reais", "conto", "pila"]))
def test_what_num2words_says_is_read_as_the_same(number: int, unit: str) -> None:
    said = f"tenho {num2words(number, lang='pt_BR')} {unit}"
    assert [one.amount for one in read_values(said, TODAY).money] == [number * 100], said


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 99_999), st.integers(2, 99))
def test_reais_and_centavos_in_words_are_read_as_the_same(reais: int, centavos: int) -> None:
    said = f"{num2words(reais, lang='pt_BR')} reais e {num2words(centavos, lang='pt_BR')} centavos"
    assert [one.amount for one in read_values(said, TODAY).money] == [reais * 100 + centavos], said


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 120))
def test_a_count_in_words_or_digits_is_the_same(number: int) -> None:
    words = (
        num2words(number, lang="pt_BR").replace("dois", "duas")
        if number % 10 == 2 and number != 12
        else num2words(number, lang="pt_BR")
    )
    for said in (f"em {words} vezes", f"{number}x", f"{number} parcelas", f"divide em {number}"):
        assert [one.number for one in read_values(said, TODAY).counts] == [number], said


@settings(max_examples=200, deadline=None)
@given(
    DAYS,
    st.sampled_from(
        ["full", "long", "medium", "dd/MM/yyyy", "d/M/yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "d 'de' MMMM 'de' y", "d MMM y"]
    ),
)
def test_what_babel_writes_as_a_date_is_read_as_the_same(day: date, form: str) -> None:
    written = format_date(day, form, locale="pt_BR")
    assert [one for when in read_values(f"foi em {written}", TODAY).dates for one in when.readings] == [day], written


@settings(max_examples=150, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)), st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one(today: date, number: int) -> None:
    (when,) = read_values(f"pago dia {number}", today).dates
    (day,) = when.readings
    assert day.day == number and today <= day <= today + timedelta(days=62)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, *sorted(ASKED)]))
def test_any_text_may_come_and_places_are_in_it(text: str, asked: str | None) -> None:
    found = read_values(text, TODAY, asked=asked)
    for one in (*found.documents, *found.money, *found.dates, *found.counts, *found.phones, *found.emails, *found.references):
        assert 0 <= one.start < one.end <= len(text)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "dia 5 10 31 / 12 , . - R$ mil e duzentos sexta que vem segunda via opção parcela de em x vezes 300 conto amanhã não meia dúzia uma perna a do meio"
            " mais barata todas 1.200 12,5 próximo útil quinto fim mês depois natal entrada por mês à vista uns até no máximo cpf 529.982.247-25".split()
        ),
        max_size=25,
    )
)
def test_any_order_of_words_may_come(words: list[str]) -> None:
    text = " ".join(words)
    for asked in (None, *ASKED):
        entities(read_values(text, TODAY, asked=asked))


@pytest.mark.parametrize(
    "piece",
    ["a ", "1", "1 ", "1.", "dia 5 ", "um dois ", "/", "e ", "por ", "300 de ", "quando eu ", "#1i ", "depois do ", "\u0301", "😀", "R$", "@", "a@", "a.", "12/12/", "meia ", "nao ", "quero a ", "mil e ", "pago pago ", "o a ", "em ate no maximo ", "de de "],
)  # fmt: skip
def test_four_thousand_hostile_characters_are_read_quickly(piece: str) -> None:
    text = (piece * 4000)[:4000]
    began = time.process_time()
    read_values(text, TODAY)
    assert time.process_time() - began < 1.5


def test_only_the_first_four_thousand_characters_are_read() -> None:
    assert values("x" * 4100 + " R$ 50") == {}


def test_a_choice_by_count_or_amount_is_both() -> None:
    assert values("a de 12x") == {"opcao": ["parcelas:12"], "parcelas": [12]}
    assert values("a de 89 reais") == {"opcao": ["valor:89.00"], "valor": ["89.00"]}


def test_a_phone_in_a_message_keeps_its_country() -> None:
    assert [one.value for one in read_values("meu zap é (11) 98765-4321", TODAY).phones] == ["+5511987654321"]


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        read_values("5", TODAY, asked="colour")
