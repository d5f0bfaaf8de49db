"""A yes that binds: said plainly, or it is asked for once more."""

from __future__ import annotations

import pytest

from understanding.explicit import said_yes


@pytest.mark.parametrize(
    "text",
    [
        "sim", "Sim!", "SIM", "siiim", "aceito", "Aceito.", "aceito o acordo", "sim, aceito", "eu aceito a proposta", "fechado", "fechado!",
        "pode fechar", "confirmo", "confirmado", "sim, confirmo", "ok, aceito", "estou de acordo", "tô de acordo", "negócio fechado",
        "trato feito", "concordo com os termos", "vamos fechar", "sim 👍", "aceito sim, obrigada", "blz, pode fechar", "claro que sim",
        "combinado, aceito", "perfeito, aceito o plano", "aseito", "sim por favor", "topo",
    ],
)  # fmt: skip
def test_plain_words_bind(text: str) -> None:
    assert said_yes(text) == "explicit"


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "blz",
        "pode ser",
        "uhum",
        "👍",
        "👍🏽",
        "tá bom",
        "beleza",
        "sim...",
        "acho que sim",
        "isso",
        "quero",
        "👌👌",
        "ta",
        "legal",
    ],
)
def test_half_a_yes_is_asked_about_once_more(text: str) -> None:
    assert said_yes(text) == "weak"


@pytest.mark.parametrize(
    "text",
    [
        "sim, mas em 5x", "sim mas só dia 10", "aceito se tirar os juros", "aceito?", "sim?", "não", "não aceito", "nem pensar", "aceito kkkk",
        "sim claro, até parece", "aceito sim 🙄", "claro que sim 🤡", "5", "300", "aceito 300", "fecho por 500", "quanto fica?", "🤡", "🙄",
        "vou pensar", "depois eu vejo", "sim e não", "aceito só a primeira", "aceito por 200", "o que acontece se eu aceitar?",
        "meu marido disse \"aceito\"", "", "   ", "sim, quando eu receber", "talvez", "aceito pagar dia 15", "fechado em 3x", "rsrs sim",
        "aceito, porém com desconto", "nunca que eu aceito", "sim, vocês são uns ladrões", "como aceito", "quero cancelar", "sqn",
    ],
)  # fmt: skip
def test_conditions_numbers_questions_and_jokes_are_no_yes(text: str) -> None:
    assert said_yes(text) is None
