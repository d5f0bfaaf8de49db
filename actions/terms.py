"""The terms of a proposal as they were meant: what was corrected within the sentence, what was called too much, what is mere chat.

Pure, over the words alone; `actions.negotiating` reads amounts, counts and days out of what is left.
"""

from __future__ import annotations

import re

from understanding.plain import plain

_WORD = (
    r"(?:um|uma|dois|duas|tr[eê]s|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|quatorze|catorze|quinze|dezesseis|dezessete|dezoito|dezenove"
    r"|vinte|trinta|quarenta|cinquenta|cinq[uü]enta|sessenta|setenta|oitenta|noventa|cem|cento|duzent[oa]s|trezent[oa]s|quatrocent[oa]s|quinhent[oa]s"
    r"|seiscent[oa]s|setecent[oa]s|oitocent[oa]s|novecent[oa]s|mil)"
)
_NUMBER = rf"(?:(?:r\$ ?)?\d[\d.]*(?:,\d{{1,2}})?|\b{_WORD}(?:(?: e)? {_WORD})*\b)"
_UNIT = r"(?: ?(?:x|vezes|vez|parcelas?|presta[cç](?:[aã]o|[oõ]es)|reais|contos?|pila|mil|por m[eê]s|ao m[eê]s|mensa\w+|todo m[eê]s|de entrada|de sinal)(?!\w))?"
_MARK = (
    r"(?:digo|quer dizer|quis dizer|ou melhor|ali[aá]s|opa|ops|[oó]ps|minto|errei|per[aá]i|pera(?: a[ií])?|n[aã]o(?=\s*[,.;!…])|na verdade|corrigindo|desculpa|desculpe"
    r"|melhor|me enganei)"
)
_FILL = r"(?:(?:a|o|de|em|por|com|s[aã]o|[eé]|uns|umas|s[oó]|at[eé]|entrada|dia|pode ser|vai ser|seria|fica|faz|p[oõ]e|bota) )*"
_CORRECTED = re.compile(
    rf"(?P<old>{_NUMBER})(?P<old_unit>{_UNIT})(?P<dots>[\s,.;:!?…-]+)(?:(?:mas|e|ai|a[ií]) )?{_MARK}(?:[\s,.;:!…]+{_MARK})*[\s,.;:!…-]+"
    rf"(?P<fill>{_FILL})(?P<new>{_NUMBER})(?P<new_unit>{_UNIT})(?![\w,.]*\d)",
    re.IGNORECASE,
)
"""\"Entrada de 200, digo 250\": the second number stands in the place of the first."""
_COUNT = re.compile(r"\b(?:x|vez\w*|parcela\w*|presta\w*)$", re.IGNORECASE)
_MONTHLY = re.compile(r"(?:m[eê]s|mensa\w+)$", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:entrada|sinal)\b", re.IGNORECASE)
_REAIS = re.compile(r"\b(?:reais|contos?|pila|mil)$", re.IGNORECASE)
_LEAD = re.compile(r"(?:(?P<day>\bdia )|(?P<down>\b(?:entrada|sinal) (?:de |com |[eé] )?)|(?P<count>\bem ))$", re.IGNORECASE)

_TOO_MUCH = re.compile(
    rf"{_NUMBER}{_UNIT}(?: (?:de|do) \w+)? ?(?:(?:[eé]|eh|t[aá]|est[aá]|fica|ficou|acho|achei|seria|vai ser) (?:um )?(?:pouco |muito |mt )?"
    r"(?:muito|mto|mt|mta|demais|car[oa]|pesad[oa]|puxad[oa]|salgad[oa]|alt[oa])\b|(?:demais|pesad[oa]|puxad[oa]|salgad[oa])\b)[ ,.;!]*",
    re.IGNORECASE,
)
"""\"Mil e duzentos é muito\": what was shown, and no offer."""
_HAS_NOT = re.compile(
    rf"\b(?:n[aã]o|num|nem) (?:eu )?(?:tenho|consigo|posso|dou|d[aá]|vou ter|arrumo)(?: (?:dar|pagar|pra|para|juntar|como|esses?|ess[ae]))* {_NUMBER}{_UNIT}(?: (?:de|d[ae]|na|pra) (?:entrada|sinal))?(?: (?:n[aã]o|agora|hoje|mo[cç]o|mo[cç]a))*[ ,.;!]*(?=(?:s[oó]|mas|apenas|tenho|consigo|posso|no m[aá]ximo)\b)",
    re.IGNORECASE,
)
"""\"Não tenho 794 de entrada, só tenho 250\": the first is what was asked for, and no offer."""
_HAS_NOT_THAT = re.compile(
    rf"(?<![\w,.]){_NUMBER}{_UNIT}(?: (?:de|d[ae]|na|pra) (?:entrada|sinal))?,? (?:eu )?(?:n[aã]o|num|n) (?:tenho|consigo|posso|tem como|d[aá]|rola|cabe|tenho como|vai dar|arrumo)\b(?: (?:de jeito nenhum|agora|hoje|mesmo|n[aã]o|pagar|dar|como))*[ ,.;!]*",
    re.IGNORECASE,
)
""" "316 eu não tenho de jeito nenhum": refused, and no offer."""
_AND_MONTHLY = re.compile(
    rf"\b(entrada|sinal),? (?:e|mais|depois|a[ií]) (?=(?:uns |umas |mais |depois )?{_NUMBER}(?: ?reais| conto)? (?:por|ao|todo|cada) (?:o )?m[eê]s|(?:uns |umas )?{_NUMBER}(?: ?reais)? mensa)",
    re.IGNORECASE,
)
"""In \"de entrada e cem por mês\" the hundred are no down payment."""
_HUNDREDS_AND_COUNT = re.compile(
    r"\b((?:\w+ e )?(?:cem|cento|duzent[oa]s|trezent[oa]s|quatrocent[oa]s|quinhent[oa]s|seiscent[oa]s|setecent[oa]s|oitocent[oa]s|novecent[oa]s|mil)"
    r"(?: e (?:vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa))?) e "
    r"((?:uma|duas|tr[eê]s|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|\d{1,2}) (?:parcelas|vezes|presta[cç][oõ]es))",
    re.IGNORECASE,
)
"""\"Seiscentos e cinco parcelas\" are no 605 of them."""
_PROPOSAL_OF = re.compile(rf"\b(propost\w+|oferta) (?:de|por) (?={_NUMBER})", re.IGNORECASE)
_DOWN_IS = re.compile(
    rf"\b(entrada|sinal) (?:é|eh|seria|fica|vai ser|era|foi|tinha que ser|tem que ser) (?={_NUMBER})", re.IGNORECASE
)
_TAKES_WITH = re.compile(
    rf"^\W*com (?:os )?({_NUMBER})(?: reais)?,? (?:eu )?(?=(?:aceito|fecho|topo|fechava|aceitaria)\b)", re.IGNORECASE
)
""" "Com 800 eu aceito", of an offer with a down payment."""
_AND_SO_MANY_OF = re.compile(
    rf"(?<!de )(?<!x )({_NUMBER})(?: reais| conto| pila)? (?:e|mais|\+) (\d{{1,2}}|duas|tr[eê]s|quatro|cinco|seis|sete|oito|nove|dez|onze|doze) ?(?:x |vezes |parcelas )?de (?={_NUMBER})",
    re.IGNORECASE,
)
""" "100 e 6 de 50": so much first, and so many of so much."""
_SO_MANY_OF_CENTS = re.compile(
    r"(?<![\d,.] )\b(e|mais|com|\+) (\d{1,2}) ?(?:x )?de (?=(?:r\$ ?)?\d{1,3}(?:\.\d{3})*,\d{2}\b)", re.IGNORECASE
)
"""\"… e 12 de 51,39\", whatever stands before it."""
_NO_DOWN = re.compile(r"\b(?:nada|zero|0|nenhum[a]?|sem)(?: reais)? (?:de |d |nenhuma |dar |uma |pagar )*(?:entrada|sinal)\b")
_CHAT = re.compile(
    r"\b(?:aniversario|niver|faz(?:em|endo)? \d{1,2} (?:anos?|aninhos)|fez \d{1,2} (?:anos?|aninhos)|casamento|casa(?:r|mos)?|formatura|batizado|batismo|festa|festinha|churrasco"
    r"|viagem|viaj\w+|prova|consulta|medico|dentista|cirurgia|exame|jogo|futebol|missa|culto|feriado|natal|ano novo|carnaval|ferias|escola do meu|nasc(?:e|eu|er|imento)|gravida"
    r"|chuva|chove\w*|calor|frio|visita)\b"
)
_OF_THE_DEAL = re.compile(
    r"\b(?:pag\w+|entrada|sinal|parcel\w+|comec\w+|inici\w+|a partir|venc\w+|pode ser|muda\w*|troca\w*|prefiro|melhor|jog\w+|empurr\w+|adia\w*|receb\w+|salario|primeir\w+"
    r"|depois|so (?:posso|consigo|tenho|da)|da pra|consigo|quero|acordo|boleto|pix|data|prazo|todo (?:dia|mes)|por mes|aceit\w+|fech\w+|concordo|topo)\b"
)


_CLAUSES = re.compile(r"(?:[.!?;…]|,(?!\d))+")


def as_meant(text: str) -> str:
    """The words with each number in the place of the one that it corrects, and without what is only called too much."""
    for _ in range(4):  # three corrections in a row are still one wish
        mended = _CORRECTED.sub(_in_its_place, text, count=1)
        if mended == text:
            break
        text = mended
    text = _TAKES_WITH.sub(r"entrada de \1 ", _DOWN_IS.sub(r"\1 de ", _PROPOSAL_OF.sub(r"\1: ", text)))
    text = _HUNDREDS_AND_COUNT.sub(r"\1 de entrada e \2", _AND_MONTHLY.sub(r"\1; ", text))
    text = _SO_MANY_OF_CENTS.sub(r"\1 \2 parcelas de ", text)
    text = _AND_SO_MANY_OF.sub(r"\1 de entrada e \2 parcelas de ", text)
    clauses = _CLAUSES.split(text)
    if any(map(chats, clauses)) and not all(map(chats, filter(str.strip, clauses))):
        text = ". ".join(clause.strip() for clause in clauses if not chats(clause))
    less = _HAS_NOT_THAT.sub(" ", _HAS_NOT.sub(" ", _TOO_MUCH.sub(" ", text)))
    return less if re.search(_NUMBER, less, re.IGNORECASE) else text


def _in_its_place(found: re.Match[str]) -> str:
    lead = _LEAD.search(found.string[: found.start()])
    old = _kind(found["old_unit"], "", lead)
    new = _kind(found["new_unit"], found["fill"], None)
    if (old is not None and new is not None and old != new) or (
        old is None and new == "count" and len(re.sub(r"\D", "", found["old"])) > 2
    ):
        return found[0]
    if old == "day" and new is None and len(re.sub(r"\D", "", found["new"])) > 2:
        return found[0]
    return found["new"] + (found["new_unit"] or found["old_unit"])


def _kind(unit: str, fill: str, lead: re.Match[str] | None) -> str | None:
    unit = unit.strip()
    if _COUNT.search(unit):
        return "count"
    if _MONTHLY.search(unit):
        return "monthly"
    if _DOWN.search(unit) or _DOWN.search(fill):
        return "down"
    if re.search(r"\bdia $", fill, re.IGNORECASE):
        return "day"
    if lead is not None:
        return next((name for name, part in lead.groupdict().items() if part), None)
    return None


def without_down(text: str) -> bool:
    """Whether no down payment at all is wished for: "nada de entrada"."""
    return _NO_DOWN.search(plain(text)) is not None


def chats(text: str) -> bool:
    """Whether the words tell of somebody's life and not of the plan: "meu filho faz aniversário amanhã"."""
    said = plain(text)
    return _CHAT.search(said) is not None and _OF_THE_DEAL.search(said) is None
