"""How many instalments: `12x`, "doze vezes", "em 3 parcelas", "no máximo 5x", "parcela 3/10".

Times that something was done ("já liguei 3 vezes") and things that are counted otherwise (filhos, dias) are no instalments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from understanding.line import Line, affirmed, pattern

MOST = 480
"""More instalments than any contract has."""
SMALLEST_AMOUNT = 20
"""Reais from which a number behind "4x" is an amount."""


@dataclass(frozen=True)
class Count:
    """A number of instalments at `start` to `end`: this many, or `at_most` so many; `part` is the 3 of "parcela 3/10"."""

    number: int
    start: int
    end: int
    at_most: bool = False
    part: int | None = None


_TIMES = r"(?:x|vez|vezes|vezis|veses|veiz|veizes|veis|vz|vzs|ves|xis|xs|vezez|vezinhas?)"
_INSTALMENTS = r"(?:parcelas?|parcelinhas?|parcel|parselas?|parc|prcl|prestac(?:ao|oes|ao)|prestacoe|prest|prestasoes|mensalidades?|pagamentos?|boletos|letras|cheques|depositos)"
_PART = pattern(
    rf"(?:{_INSTALMENTS}) (?:n |numero |a |de |º )*(#\d+i) (?:/|de|d) (#\d+i)(?! (?:reais|conto|rs|d?e? ?(?:#|cada)))"
)
_ALIKE = r"(?:iguais|fixas|mensais|suaves|unicas?|pequenas|parecidas)"
_COUNTED = pattern(rf"<q> (?:\( #\d+[iw] \) )?(?:ou mais )?(?:{_TIMES}|(?:uteis )?(?:{_ALIKE} )?{_INSTALMENTS}|mensais(?= de #))")
_OR_COUNTED = pattern(r"(#\d+[iw]) (?:ou|a|ate|e|,|-)(?: em)?(?= C+(?: |$))")
_THEN_COUNTED = pattern(r"(?<=C )(?:ou|e) (?:em )?(#\d+[iw])(?= (?:[.,!?]|sem|vezes|$)|$)")
_OF_ALL = pattern(
    r"(?:acordo|paguei|pagas?|parcela|ja foram|foram|faltam|falta|estou na|to na|na) (#\d+[iw]) de (#\d+[iw])(?! (?:reais|conto|cada|#))"
)
_DOZEN = pattern(rf"(meia duzia|uma duzia|duas duzias|#\d+w duzias)(?: de)?(?: (?:{_TIMES}|{_INSTALMENTS}))?")
_SPLIT = pattern(
    r"(?:par[cs]el(?:ar|a|e|o|em|am|ando|aria|ei|amos|ou|asse|assem|ado|ada)|divid\w+|rach\w+|fati\w+|pic(?:a|ar)|reparcel\w*|refinanci\w*|quebr\w+|espalh\w+)"
    r"(?: (?:isso|tudo|a divida|o valor|pra mim|ai|o resto|o restante|esse valor|o total|a conta|essa divida|essa conta|esse debito|ai em umas|igual|em ate|ate|no maximo|no minimo|uns|umas|pelo menos))*"
    r" (?:em|por)(?: (?:ate|no maximo|uns|umas|so|apenas|no minimo|pelo menos|mais))* <i>(?! (?:dias?|meses|reais|conto|anos?|%|de cada|pila|mil))"
)
_SPLIT_BARE = pattern(
    r"(?:faz|faco|fazer|fizer|fizerem|fizesse|fazem|resto|restante|saldo|fecha|fecho|bote|bota|ponha|poe|joga|jogar|mete|meter|deixa|bota|botar|coloca|consegue|pode|da|aceita|quero|prefiro|pago|paga|pagar|possivel|rola|quanto fica|quanto ficaria|quanto sai|quanto da|simula|simular|calcula|daria|ficaria|ver|tem)(?: (?:isso|tudo|ai|pra mim|ser))* em(?: (?:ate|no maximo|uns|umas|so|apenas))* <i>(?= (?:[?.,!;|]|pra|por favor|pfv|sem|de|ou|e|se|ta|com|que|mas|eu|por|ai|D+)|$| $)"
)
_ENTRANCE_AND = pattern(r"entrada (?:e )?(?:\+|mais|e) (?:de )?<i>(?= (?:[.,!?]|iguais|fixas|$)|$)")
_IN_SO_MANY = pattern(
    rf"em <i>(?= {_ALIKE}(?: |$))|parcel\w+ de #\d+[idgw] (?:reais |conto )?em <i>(?= (?:[.!?] )?$)|"
    r"(?<=^ )(?:em|so em|ate em|em ate|em no maximo|no maximo em|em uns|em umas|em so|em apenas) <i>(?= (?:[.!?] )?$)|em <i>(?= (?:eu )?(?:fecho|fecha|pago|consigo|aceito|quero|da|fica|cabe|topo|serve))"
)
_BARE_MONTHS = pattern(r"(?<=^ )(?:(?:no maximo|ate|so|pode ser|quero|prefiro) )*<i> (?:meses|mes)(?= (?:[.!?] )?$)")
_YEARS = pattern(
    r"(?:par[cs]el\w+|divid\w+|negoci\w+|reparcel\w*|financi\w+|espalh\w+)(?: (?!em |por |pra |ao )[a-z']+){0,3} (?:em|por|durante|ao longo de)(?: (?:ate|uns|umas|no maximo))*"
    r" (<q>|meio) anos?( e meio)?"
)
_AMOUNT_TIMES = pattern(
    r"(?:r\$ #\d+[idgw]|#\d+d|#\d+[ig] (?:reais|conto|rs|pila))(?: cada| por)? x <i>(?= (?:[.,!?;]|no|sem|pra|pode|$)|$)"
)
_X_BEFORE = pattern(r"x <i>(?= (?:[.,!?;]|sem|de|no|pra|$)|$)")
_MONTHS = pattern(
    r"(?:(?<!#\di )(?<!#\d\di )(?:em|durante)|^ (?:uns|umas)|^ por|todo dia #\d+i por|(?:parcel\w+|divid\w+|por mes|mensais) por|por mes|por mes durante)(?: (?:ate|uns|umas))* <i> (?:meses|mes|mez|mezes)"
)
_PLAN_IN = pattern(
    r"(?:parcelamento|acordo|plano|proposta) em(?: ate| umas)? <i>(?! (?:dias?|meses|reais|conto|anos?|%|mil))|em <i> pix"
)
_OF_EACH = pattern(r"<i>(?= de #\d+[idgw](?: |$)(?!(?:dias?|parcelas?|vezes|x) ))")
_BEFORE_AT_MOST = re.compile(r" (?:ate|no maximo|max|no maximo em|maximo|ate no maximo|so ate|em ate)(?: em| de)? $")
_NOT_BEFORE = re.compile(
    r" (?:lig\w+|mand(?:ei|aram|ou|am|ando|o)|p(?:a|g)g?(?:uei|ei|aram|ou|amos)|fal(?:ei|aram|ou)|cobr(?:aram|ou|am|ando|ad[ao])|tent(?:ei|ou)|ped(?:i|iu)|envi(?:ei|aram|ou)|diss?e|repet\w+|repita"
    r"|expliqu?ei|descont(?:ou|aram)|debit(?:ou|aram|ad[ao])|receb(?:i|eu)|cliquei|escaneei|respondi|avisei|atend\w+|reclamei|roubad[ao]|assaltad[ao]|fui|veio|vieram|pens\w+|pass(?:ei|ou|aram|ad[ao])|deu"
    r"|ca(?:iu|i|iram)|sa(?:iu|iram)|li|digit\w+|escrevi|perguntei|vi|fiz|foi(?= #)|foram|ja(?= #)|mais de|boleto|comprovante|pix(?: foi)?|depositei|transferi|quitei)(?: (?!em |de |por |no |na )[a-z']+){0,3} $"
)
_NOT_AFTER = re.compile(
    r" (?:(?:por|ao|no|na|so por|a cada) (?:dia|semana|hora|ano|mes(?= $))|(?:mais|menos|maior|melhor|pior)(?= )|\+|o (?:preco|valor|salario)|#\d+i(?= ))"
)
_DONE_AFTER = re.compile(
    r" (?:que|q) (?:voces|vcs|vc|eu|me|ja|mando|ligo|peco|falo|tento)|(?: (?:ja|que))+ (?:liguei|mandei|paguei|falei|pedi|tentei)"
)


# How many are paid, late or sent is not how many are wanted.
_OTHERWISE = re.compile(
    r" (?:pag(?:uei|amos|ou)|quitei|atras(?:ei|ou|amos|ada|adas|ado|ados)|venc(?:eu|eram|idas?)|mand(?:aram|ou)|envi(?:aram|ou)|cheg(?:aram|ou)|receb(?:i|emos)|perdi|devendo)"
    r"(?: (?:ja|so|as|os|uns|umas|mais|me|pra mim|essas|esses))* $"
)


def _is_an_amount(line: Line, after: str) -> bool:
    """Whether "4x" goes on with what each is: "4x 200", but not the shift "6x1"."""
    each = re.match(r" (#\d+i)(?= (?:reais|conto|cada|$)|$)", after)
    return each is not None and (line.whole(each[1]) or 0) >= SMALLEST_AMOUNT


def find_counts(line: Line) -> list[Count]:
    """Every number of instalments, in order, and claimed on the line."""
    found: list[tuple[int, int, Count]] = []

    def keep(match: re.Match[str], number: int | None, part: int | None = None, group: int = 0) -> None:
        if number is None or not 1 <= number <= MOST:
            return
        place = match.start(1) if match[1] else match.start(group)
        before = line.text[max(0, place - 60) : place]
        start, end = line.span(match.start(group), match.end(group))
        found.append(
            (match.start(group), match.end(group), Count(number, start, end, _BEFORE_AT_MOST.search(before) is not None, part))
        )
        line.claim(match.start(group), match.end(group), "C")

    for match in [*_PART.finditer(line.text), *_OF_ALL.finditer(line.text)]:
        part, of = line.whole(match[1]), line.whole(match[2])
        if part is not None and of is not None and 1 <= part <= of <= 120:
            keep(match, of, part)
    for match in list(_DOZEN.finditer(line.text)):
        first = match[1].split()[0]
        keep(match, {"meia": 6, "uma": 12, "duas": 24}.get(first) or (line.whole(first) or 0) * 12)
    for match in list(_COUNTED.finditer(line.text)):
        before, after = line.text[max(0, match.start() - 60) : match.start()], line.text[match.end() :]
        if match[1].startswith("#") and line.numeral(match[1]).shape == "d":
            continue
        times = re.search(rf" {_TIMES}$", match.group()) is not None
        if times and match[1] in ("um", "uma") and not re.match(r" so| apenas", after):
            continue
        if match[1] in ("um", "uma") and not times and " unica" not in match.group():
            continue
        if (
            times
            and not before.endswith((" em ", " ate ", " de "))
            and (_NOT_BEFORE.search(before) or _NOT_AFTER.match(after) or _DONE_AFTER.match(after))
            and not _is_an_amount(line, after)
        ):
            line.claim(match.start(), match.end(), "W")
            continue
        if not times and (_OTHERWISE.search(before) or re.match(r" (?:atrasad|vencid|pag[ao]s|em atraso)", after)):
            line.claim(match.start(), match.end(), "W")
            continue
        keep(match, line.whole(match[1]))
    for match in list(_YEARS.finditer(line.text)):
        years = 0 if match[1] == "meio" else line.whole(match[1]) or 0
        months = 12 * years + (6 if match[1] == "meio" or match[3] else 0)
        keep(match, months if months <= 120 else None)
    for wanted in (_AMOUNT_TIMES, _X_BEFORE):
        for match in list(wanted.finditer(line.text)):
            if (number := line.whole(match[1])) is not None and number <= 60:
                keep(match, number, group=1)
    for _ in range(3):
        for match in [*_OR_COUNTED.finditer(line.text), *_THEN_COUNTED.finditer(line.text)]:
            number = line.whole(match[1])
            if number is not None and number <= 60 and not line.text[: match.start(1)].endswith(("entrada de ", "sinal de ")):
                keep(match, number, group=1)
    for wanted in (_SPLIT, _SPLIT_BARE, _ENTRANCE_AND, _IN_SO_MANY, _PLAN_IN, _MONTHS, _BARE_MONTHS):
        for match in list(wanted.finditer(line.text)):
            group = match.lastindex or 1
            number = line.whole(match[group])
            if number is not None and number <= 120:
                keep(match, number, group=group if wanted not in (_MONTHS, _BARE_MONTHS) else 0)
    for match in list(_OF_EACH.finditer(line.text)):
        number = line.whole(match[1])
        if number is not None and number <= 120 and line.numeral(match[1]).shape in ("i", "w"):
            keep(match, number)
    return [count for _, _, count in affirmed(line, found)]
