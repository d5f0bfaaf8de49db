"""Why somebody denies a debt, in their words: fraud before "not mine", a death before all, the plain "contesto" for nothing yet."""

from __future__ import annotations

import re

from understanding.normal import tokens
from understanding.plain import plain

_REASONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("deceased", re.compile(r"\b(falec\w*|morre\w*|morto|morta|obito|inventario|espolio)\b")),
    (
        "fraud",
        re.compile(
            r"\b(fraud\w*|golpe|golpista|clon\w*|hacke\w*|roub\w*|furt\w*|estelionat\w*|falsific\w*|laranja"
            r"|us(?:ou|aram|o) (?:o )?(?:meu|minha|meus|minhas)|(?:no|em|com) meu nome|no meu cpf|com meus documentos|b ?o|boletim)\b"
        ),
    ),
    (
        "already_paid",
        re.compile(
            r"\b(ja (?:foi |ta |esta |esta |tinha )?(?:pag\w*|quit\w*|acert\w*)|paguei|pagei|quitei|foi pago|comprovante)\b"
        ),
    ),
    (
        "prescribed",
        re.compile(
            r"\b(prescr\w*|caduc\w*|venceu o prazo|mais de (?:5|cinco|6|seis|7|sete|8|oito|9|nove|10|dez) anos"
            r"|(?:faz|tem|ha) (?:uns |mais de )?(?:6|7|8|9|10|11|12|seis|sete|oito|nove|dez) anos|20(?:0\d|1\d))\b"
        ),
    ),
    (
        "cancelled",
        re.compile(
            r"\b(cancel(?:ei|ado|ada|amento|amos|aram)|tranqu\w*|tranc(?:ei|ado)|devolv(?:i|ido)|encerr(?:ei|ado|ada)|desist[io]\w*|rescindi\w*"
            r"|tir(?:ei|amos|ou) .{0,25}\bd[ao] (?:escola|colegio|escolinha|faculdade|creche|curso)|sai d[ao] (?:escola|colegio|faculdade|curso)|nao (?:sou|era) mais (?:cliente|alun[ao]))\b"
        ),
    ),
    (
        "not_delivered",
        re.compile(
            r"\b(nao (?:(?:tinha|teve|havia|tive) (?:mais )?(?:aula|servico|sinal|internet)|chegou|entreg\w*|receb\w*|usei|funcion\w*|prest\w*|cheguei a|frequent\w*|instal\w*)|nunca (?:foi )?(?:chegou|recebi|entreg\w*|usei|funcion\w*|instal\w*)"
            r"|defeit\w*|nao (?:foi )?entregue|sem servico)\b"
        ),
    ),
    (
        "wrong_amount",
        re.compile(
            r"\b(valor\w*|a mais|errad[oa]|juros|multa|abus\w*|caro|tudo isso|duas vezes|nao bate|nao confere|diferente do|dobro|duplicad\w*|incorret\w*)\b"
        ),
    ),
    (
        "not_mine",
        re.compile(
            r"\b(nao (?:e|eh|sao|era|foi) (?:minha|meu|minhas|meus|eu)|nao fui eu|nao fiz|nao comprei|nao contratei|nao assinei|nao reconhe\w*|desconhe\w*"
            r"|nunca (?:comprei|tive|fiz|contratei|assinei|pedi|vi|ouvi)|nao devo|nao tenho (?:essa|esse|nada|conta|divida|cartao)|nao sei o que|que (?:conta|divida) e essa"
            r"|de outra pessoa|homonimo|outro cpf)\b"
        ),
    ),
)

_TAKES_BACK = re.compile(
    r"\b(?<!pra )(?<!nao )(retir\w*|desist\w*|anul\w*|desfa[zc]\w*|cancel(?:ar|a|o|em|e)|tir(?:ar|a|o)|encerr(?:ar|a|o)|suspend\w*|esquec\w*|volt\w* atras|nao quero mais)\b.*\b(contestac\w*|reclamac\w*|disputa|contestar|contestei)\b"
)


_OWNS_UP = re.compile(
    r"\b(?<!nao )(?<!nem )(?:reconheco|lembrei|e minha (?:sim|mesmo)|e minha$|fui eu (?:sim|mesm[oa])|foi eu (?:sim|mesm[oa])|(?:me enganei|foi engano meu|falei errado|foi meu (?:filho|marido)) )"
)


def owns_up(said: str) -> bool:
    """ "Na verdade reconheço sim, lembrei": what was denied is denied no more."""
    return bool(_OWNS_UP.search(f"{plain(said)} "))


def dispute_reason(said: str) -> str | None:
    """One of the reasons of `receivables.dispute`, or nothing when the words name none."""
    words = f"{plain(said)} {' '.join(tokens(said))}"
    return next((reason for reason, pattern in _REASONS if pattern.search(words)), None)


def takes_dispute_back(said: str) -> bool:
    """\"Quero retirar a contestação\"."""
    return bool(_TAKES_BACK.search(plain(said)))
