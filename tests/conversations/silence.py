"""Which words would tell a stranger that somebody owes something.

Left out on purpose, since they are the same for everybody who writes and say nothing of anybody: "Pix" and "pagar" (a service that is
offered), "contrato" (how a company shows that it is itself), "conta", "situação", "cadastro", and the company's own name, by which
it has to introduce itself whatever it is called.
"""

from __future__ import annotations

import re

_DEBT = re.compile(
    r"""\b(?:
        d[ií]vidas? | d[ée]bitos? | dev(?:e|em|es|endo|emos|ido|edor|edora|edores|o)\b | cobr(?:a|an[çc]as?|amos|ar|ado|ando)\b
        | atras(?:o|os|ada|adas|ado|ados)\b | faturas? | parcel(?:a|as|ar|amento|amentos)\b | presta(?:[çc][ãa]o|[çc][õo]es)
        | mensalidades? | boletos? | carn[êe]s? | vencid[oa]s? | vencimentos? | venceu | pend[êe]ncias? | pendentes?
        | inadimpl\w+ | negativ(?:a[çc][ãa]o|ad[oa]s?)\b | restri[çc](?:[ãa]o|[õo]es) | credor(?:es|a)?\b | quita\w+
        | juros | multas? | saldo | em\ aberto | descontos? | acordos? | empr[ée]stimos? | cart[ãa]o\ de\ cr[ée]dito
        )\b | R\$ """,
    re.IGNORECASE | re.VERBOSE,
)


def debt_words(text: str) -> list[str]:
    """The words of the text that reveal a debt, in order."""
    return [found.group() for found in _DEBT.finditer(text)]
