"""Only what speaks of a trick, of proof or of trust is rather taken for the fear of a scam."""

from __future__ import annotations

import pytest

from understanding.safety.fear import speaks_of_a_trick
from understanding.views import features


@pytest.mark.parametrize(
    "text",
    [
        "isso é golpe?",
        "como vou saber que é a loja mesmo, tenho medo",
        "me passa o cnpj pra eu checar",
        "meu filho disse que é fria",
        "tão me passando a perna",
        "quem é esse beneficiário do pix?",
        "nunca vi esse site de vocês",
    ],
)
def test_who_fears_a_trick_is_leant_to(text: str) -> None:
    assert speaks_of_a_trick(features(text))


@pytest.mark.parametrize(
    "text",
    [
        "vou ter que pagar isso do meu bolso?",
        "o boleto vence quando e se passar do dia?",
        "em quantas vezes vcs fazem?",
        "me manda o código de novo",
        "minha mãe morreu, o que acontece com a conta?",
    ],
)
def test_a_plain_question_is_not(text: str) -> None:
    assert not speaks_of_a_trick(features(text))
