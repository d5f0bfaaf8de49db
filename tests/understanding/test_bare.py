"""When a whole message is an answer, and when it only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understanding.bare import _COURTESIES, _PHRASES, Asked, bare_answer, yes_or_no
from understanding.counts import Count
from understanding.dates import When
from understanding.money import Money

TODAY = date(2026, 11, 23)
YES = [" ".join(words) for words, (kind, _) in _PHRASES.items() if kind == "yes"]
EVERYTHING = [" ".join(words) for words in _PHRASES]


@pytest.mark.parametrize(
    ("said", "kind", "strength"),
    [
        ("sim", "yes", "explicit"),
        ("SIM!!", "yes", "explicit"),
        ("simmmm", "yes", "explicit"),
        ("s", "yes", "explicit"),
        ("pode ser", "yes", "explicit"),
        ("pode ser sim, obrigado", "yes", "explicit"),
        ("fechou", "yes", "explicit"),
        ("aceito", "yes", "explicit"),
        ("eu aceito", "yes", "explicit"),
        ("bora fechar", "yes", "explicit"),
        ("claro que sim", "yes", "explicit"),
        ("isso mesmo", "yes", "explicit"),
        ("bom dia, sim", "yes", "explicit"),
        ("sim 🙏", "yes", "explicit"),
        ("👍", "yes", "weak"),
        ("👍🏽", "yes", "weak"),
        ("blz", "yes", "weak"),
        ("ok", "yes", "weak"),
        ("sim...", "yes", "weak"),
        ("acho que sim", "yes", "weak"),
        ("claro que sim kkk", "yes", "weak"),
        ("não", "no", "explicit"),
        ("Ñ", "no", "explicit"),
        ("n", "no", "explicit"),
        ("quero não", "no", "explicit"),
        ("não quero não", "no", "explicit"),
        ("pode não", "no", "explicit"),
        ("não, obrigado", "no", "explicit"),
        ("nem pensar", "no", "explicit"),
        ("de jeito nenhum", "no", "explicit"),
        ("claro que não", "no", "explicit"),
        ("capaz", "no", "weak"),
        ("👎", "no", "weak"),
        ("depois eu vejo", "stall", "explicit"),
        ("não sei", "stall", "explicit"),
        ("agora não", "stall", "explicit"),
        ("vou ver com minha esposa", "stall", "explicit"),
        ("deixa eu pensar", "stall", "explicit"),
    ],
)
def test_a_yes_a_no_and_a_stall(said: str, kind: str, strength: str) -> None:
    answer = bare_answer(said, "yes_no", TODAY)
    assert answer is not None and (answer.kind, answer.strength) == (kind, strength)


@pytest.mark.parametrize(
    "said",
    ["sim, mas só se tiver desconto", "sim?", "pode ser dia 5", "sim, dia 5", "claro que sim kkk vai sonhando", "sim não", "não 👍", "sim 👎", "aham sei", "claro 🙄",
     "por que não", "sem problema", "bom dia", "obrigado", "aceito se for 300", "boa tarde moça tudo bem", "oi, tudo bem", "valeu tmj", "sim sqn", "pode ser 200?", "quero falar com alguém", "aceito pagar metade", "tá achando que sou otário",
     "sim eu já paguei", "isso é golpe", "ok mas não vou pagar", "fechou a loja", "quero desconto", "", "?", "…", "😡", "sim 😂"],
)  # fmt: skip
def test_what_is_more_or_something_else_is_no_answer(said: str) -> None:
    assert bare_answer(said, "yes_no", TODAY) is None


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(EVERYTHING + sorted(_COURTESIES)), min_size=0, max_size=4),
    st.sampled_from(["não", "NAO", "nao", "ñ", "n", "num", "nem", "nunca", "naum", "nn", "não."]),
    st.lists(st.sampled_from(YES + sorted(_COURTESIES)), min_size=0, max_size=3),
    st.sampled_from([" ", ", ", "\n", "! "]),
)
def test_with_a_no_in_it_nothing_is_ever_a_yes(before: list[str], no: str, after: list[str], between: str) -> None:
    answer = yes_or_no(between.join([*before, no, *after]))
    assert answer is None or answer.kind != "yes"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(YES),
    st.sampled_from(
        ["mas", "só se", "quando", "sqn", "até parece", "300", "dia 5", "desconto", "?", "e se", "porém", "jamais", "antes"]
    ),
)
def test_with_a_reservation_nothing_is_ever_a_yes(yes: str, reservation: str) -> None:
    for said in (f"{yes} {reservation}", f"{reservation} {yes}", f"{yes}, {reservation} eu vejo"):
        answer = yes_or_no(said)
        assert answer is None or answer.kind != "yes"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_may_come(text: str) -> None:
    for kind in ("yes_no", "date", "amount", "count", "option", "money_or_count", "document", "birth_date", "phone", "email"):
        bare_answer(text, kind, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "kind", "meant"),
    [
        ("5", "date", date(2026, 12, 5)),
        ("dia 5", "date", date(2026, 12, 5)),
        ("pode ser sexta", "date", date(2026, 11, 27)),
        ("amanhã sem falta", "date", date(2026, 11, 24)),
        ("a segunda", "date", date(2026, 11, 30)),
        ("12/03/1985", "birth_date", date(1985, 3, 12)),
        ("300", "amount", 30000),
        ("uns 300 conto", "amount", 30000),
        ("consigo pagar 150", "amount", 15000),
        ("12x", "count", 12),
        ("em 12 vezes", "count", 12),
        ("umas 5", "count", 5),
        ("meia dúzia", "count", 6),
        ("5", "money_or_count", 5),
        ("300", "money_or_count", 30000),
        ("em 10x", "money_or_count", 10),
        ("150 reais", "money_or_count", 15000),
        ("529.982.247-25", "document", "52998224725"),
        ("meu cpf é 529.982.247-25", "document", "52998224725"),
        ("(11) 98765-4321", "phone", "+5511987654321"),
        ("meu email é ana@exemplo.com.br", "email", "ana@exemplo.com.br"),
        ("a segunda", "option", "2"),
        ("2", "option", "2"),
    ],
)
def test_a_value_by_itself_answers_what_was_asked(said: str, kind: Asked, meant: object) -> None:
    answer = bare_answer(said, kind, TODAY)
    assert answer is not None
    (value,) = answer.values
    if isinstance(value, When):
        assert value.readings == (meant,)
    elif isinstance(value, Money):
        assert value.amount == meant
    elif isinstance(value, Count):
        assert value.number == meant
    else:
        assert value == meant


@pytest.mark.parametrize(
    ("said", "kind"),
    [("sexta não", "date"), ("dia 5 não posso", "date"), ("já paguei dia 5", "date"), ("300 dia 5", "date"), ("não tenho 300", "amount"), ("12x de 100", "count"),
     ("quero saber o valor", "amount"), ("meu cpf é 529.982.247-25 e quero pagar", "document"), ("não quero a segunda", "option"), ("quero a segunda mas com desconto", "option")],
)  # fmt: skip
def test_a_value_among_other_things_is_no_bare_answer(said: str, kind: Asked) -> None:
    assert bare_answer(said, kind, TODAY) is None


def test_an_option_is_found_among_its_labels() -> None:
    labels = ("Pix", "Boleto", "Cartão")
    for said, meant in (("boleto", 2), ("a do meio", 2), ("3", 3), ("quero pix", 1), ("a última", 3)):
        answer = bare_answer(said, "option", TODAY, labels)
        assert answer is not None and answer.values == (meant,)
    assert bare_answer("quero falar com alguém", "option", TODAY, labels) is None


def test_a_question_is_answered_weakly_where_a_value_is_asked() -> None:
    answer = bare_answer("pode ser dia 5?", "date", TODAY)
    assert answer is not None and answer.strength == "weak"
    answer = bare_answer("sexta que vem", "date", TODAY)
    assert answer is not None and answer.strength == "weak"
