"""What an answer says: a day, an amount, yes or no, told by a tap or in words, and read the same way by every topic."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from actions.scene import Scene
from receivables.calendar import next_business_day
from understanding import bare
from understanding.beginnings import first_of
from understanding.dates import When
from understanding.normal import tokens
from understanding.plain import plain
from understanding.values import read_values

_INSTEAD = re.compile(
    r"\b(na verdade|melhor|corrig\w*|quis dizer|errei|troca|muda|em vez|ao inves|alias|digo|opa|ops|perai|minto|quer dizer)\b"
)
_NO_THEN = re.compile(r"[,.;!…\-]\s*n[aã]o\s*[,.;!…]", re.IGNORECASE)
"""A no between two pauses takes back what stands before it: "pago sexta, não, segunda"."""
_DO_IT = re.compile(
    r"(?:pode |ja )?(?:anot\w|anotar|mand[ae]|manda ver|envi[ae]|mud[ae]|mudar|ger[ae]|gerar|registr[ae]|registrar|retir[ae]|retirar|serve|confirm\w+)(?: (?:sim|ai|ja|entao|por favor|pfv|pf|isso))*"
)
"""The verb of what was offered, said back."""
_NOTHING = re.compile(
    r"(?<!\S)(?:[-−–] ?r\$ ?\d|[-−–]\d[\d.,]* ?(?:reais|real|conto)|r\$ ?[-−–] ?\d|(?:r\$ ?0+(?:[.,]0+)?|(?:0+(?:[.,]0+)?|zero) (?:reais|real|conto))(?![\d.,]))"
)
_BARE_NOTHING = re.compile(r"[-−–] ?\d[\d.,]*|0+(?:[.,]0+)?|zero|nada")
_ALL_OF_IT = re.compile(r"\b(tudo|inteir[oa]|o valor todo|valor total|a conta toda|integral)\b")


@dataclass(frozen=True)
class Day:
    """A day that was named. `readings` are several when the words are ambiguous, none when they name no day.

    `kind`: exact, ambiguous, range, vague, event, past, impossible.
    """

    kind: Literal["exact", "ambiguous", "vague", "past", "impossible", "range", "event"]
    readings: tuple[date, ...]
    words: str

    @property
    def day(self) -> date | None:
        """The one day that is meant, if there is one."""
        return self.readings[0] if self.kind == "exact" and self.readings else None


_CLAUSES = re.compile(r"[,.;!?\n]")
_REFUSED = re.compile(
    r"\b(?:nao|num|nem)\b(?: (?!mas\b|quero\b|muda\w*|so\b)\w+){0,6} ?(?:n[ao]|em|dia|pra|para|ate|d[ao]|a|o)?\s*$"
)
"""What stands before a day that is refused; "quero", "muda" and "só" between them begin the wish."""


_ONLY_NOT_THEN = re.compile(
    r"(?:e|mas|so) (?:nao|n|num|nem) (?:me )?(?:mand\w+ |lig\w+ |cham\w+ )?(?:n?o |n?a |aos? |em |d[eo] |nos |nas )?(?:sabados?|domingos?|segundas?|tercas?|quartas?|quintas?|sextas?|fim de semana|fins de semana)(?: feira)?"
)
_UNABLE = re.compile(
    r"\b(?:nao|num|n|nem) (?:vou (?:poder|conseguir)|posso|consigo|da|vai (?:dar|rolar)|tenho como|poderei|conseguirei|rola|deu)"
    r"(?: (?!mas\b|quero\b|muda\w*|so\b|antes\b)\w+){0,4}\s*$"
)
_REFUSED_AFTER = re.compile(
    r"^(?: (?:eu|ja|mesmo|acho que|infelizmente|pra mim|agora|que vem))* (?:nao|num|n|nem) (?:vou|vai|da|consigo|posso|rola|tenho|terei|poderei|conseguirei|cai|deu|dava|tem como|e possivel|vo)\b"
)
"""What follows a day that is refused: "dia 4 não vou conseguir, passa pro dia 9"."""
_NOW_CANNOT_BE = re.compile(r"\b(?:quero|queria|vou|posso|consigo|prefiro|da pra)\b(?: \w+){1,6} (?:agora|hoje|ja)$")
_FELL_DUE = re.compile(
    r"\b(?:(?:vai|vao|iria|ia) vencer|venc(?:e|eu|em|eram|ia|iam|ida|ido|endo)|pagava|recebia|caia)(?: (?:agora|ja|n?o|em|na|pra|para))*(?: dia)?\s*$"
)
"""What stands before the day on which something falls due, which is no day to pay it: "a que vence dia 5"."""
_SO_MANY_OF_A_MONTH = re.compile(r"\b(?:tem|tinha|sao|vieram|veio|aparecem|apareceu|ha|por ?que|pq)$")
"""What stands before so many bills of a month, which are no day: "por que tem 2 de outubro?"."""
_BROKE = re.compile(
    r"\b(?:sem (?:grana|dinheiro|condic\w+|nada|um (?:real|tostao))|dur[oa]|zerad[oa]|lis[oa])(?: (?:n?o dia de|de))?\s*$"
)
"""What stands before a day on which there is no money."""


def day_of(scene: Scene, *, asked: bool = False, past: bool = False, later: bool = False) -> Day | None:
    """The day in what was said or tapped; nothing when none was named.

    `past`: of what is over. `later`: of what is to come after today ("hoje não consigo, só dia 5").
    """
    # The answers under one message carry the same facts; a no takes none of them up.
    tapped = scene.turn.arguments.get("day") if scene.intent != "negar" else None
    if tapped:
        return Day("exact", (date.fromisoformat(tapped),), "")
    words = scene.words if past else as_said(scene.words)
    found = [
        when
        for when in read_values(words, scene.today, asked="date" if asked else None).dates
        if (past or when.kind != "past" or not when.readings)
        and not (later and when.readings and max(when.readings) <= scene.today)
    ]
    found = [when for when in found if not _FELL_DUE.search(plain(scene.words[: when.start]))]
    found = [when for when in found if not _SO_MANY_OF_A_MONTH.search(plain(scene.words[: when.start]))]
    if not found:
        return None
    found = _to_pay_on(scene, found)
    if all(_taken_back(scene.words, when.end) or _unable(scene.words, when.start) for when in found):
        return None  # "hoje não posso", and no other day beside it
    if not past and len(found) == 1 and _ONLY_NOT_THEN.fullmatch(plain(scene.words[: found[0].end])):
        return None  # "e não no sábado" names no day to pay
    # A day that is refused ("não vou pagar na segunda, muda pra sexta") gives way to one that is not.
    found = [when for when in found if not _REFUSED.search(plain(_CLAUSES.split(scene.words[: when.start])[-1]))] or found
    found = [when for when in found if not _taken_back(scene.words, when.end)] or found
    # A day that is only asked about ("sábado? então dia 7") gives way to one that is said.
    found = [when for when in found if not scene.words[when.end :].lstrip().startswith("?")] or found
    if len(found) == 1 and _BROKE.search(plain(scene.words[: found[0].start])):
        return None  # "tô sem grana hoje" names no day to pay
    found = [when for when in found if not _BROKE.search(plain(scene.words[: when.start]))] or found
    # A day says more than "esse mês" beside it.
    found = [when for when in found if when.kind in ("exact", "ambiguous", "past") and when.readings] or found
    # "Não dia 10, na verdade dia 15": what comes last holds.
    instead = _INSTEAD.search(plain(scene.words)) or _NO_THEN.search(scene.words[found[0].end : found[-1].start])
    when = found[-1] if instead else found[0]
    return _in_the_month_named(scene, Day(when.kind, when.readings, when.words))


_AFTER_A_FEAST = re.compile(r"\b(?:depois|dps|apos|passad[oa]|passar|passando)\b.*\b(?:natal|ano novo|reveillon|virada)\b")
_MONEY_COMES = re.compile(
    r"\b(?:recebo|receber|ganho|pagamento|salario|beneficio|aposentadoria|vale)\b(?: (?:so|cai|sai|vem|entra|e|eh|todo|no|na|n|em|la|pro|pelo|o))*\s*$"
)
"""What stands before the day on which money comes in; where another day is named beside it, that one is to pay on."""


def _to_pay_on(scene: Scene, found: list[When]) -> list[When]:
    """ "Depois do Natal" is the first business day after it, read back like any other; "recebo dia 5, pago dia 8" is the eighth."""
    days = []
    for when in found:
        first = first_of(when.words, scene.today) if when.kind == "event" and _AFTER_A_FEAST.search(plain(when.words)) else None
        days.append(replace(when, kind="exact", readings=(next_business_day(first),)) if first is not None else when)
    others = [when for when in days if not _MONEY_COMES.search(plain(scene.words[: when.start]))]
    return others if any(when.readings for when in others) else days


_HAVING_SAID = re.compile(
    r"\b(?:(?:que|como|foi|era|o|eu|ja|te|lhe) ){0,4}(?:falei|disse|pedi|marquei|combinei|escrevi|coloquei|quis dizer|tinha (?:falado|dito|pedido|marcado|combinado))\b(?: que(?: era| e| foi| seria)?| foi| era)?",
    re.IGNORECASE,
)


_BILL_OF_A_MONTH = re.compile(
    r"\b((?:a|as|da|das|conta|contas|fatura|mensalidade|parcela) )de (?:janeiro|fevereiro|mar[cç]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)(?= (?:eu |so |s[oó] |pago |vou |posso |no |pro |para o |pra )*dia \d)",
    re.IGNORECASE,
)
""" "A de novembro dia 5" calls a bill by its month, and names no day of that month."""


def as_said(words: str) -> str:
    """The words without those that only say that they were said before ("dia 5 eu falei"), which make no day one that is over; every
    other word keeps its place."""
    words = _BILL_OF_A_MONTH.sub(lambda found: found[1] + " " * (len(found[0]) - len(found[1])), words)
    return _HAVING_SAID.sub(lambda found: " " * len(found[0]), words)


_ONLY_A_DAY = re.compile(r"(?:(?:n?o|pro|para o|pelo|ate o|la pro|so) )?(?:dia )?(\d{1,2})")


_A_FEW_WEEKS = timedelta(days=62)


def _in_the_month_named(scene: Scene, heard: Day) -> Day:
    """ "E dia 24?" after "25 de dezembro" is a day of that December: the open question keeps the day whose month was named."""
    named = scene.question.arguments.get("month_named") if scene.question is not None else None
    bare = _ONLY_A_DAY.fullmatch(plain(heard.words))
    if named is None or bare is None or not heard.readings:
        return heard
    before = date.fromisoformat(named)
    try:
        day = before.replace(day=int(bare[1]))
    except ValueError:
        return heard
    # "Melhor dia 28", after "3 de dezembro", is the 28th just before it.
    nearer = abs(day - before) < abs(heard.readings[0] - before)
    # After "30/06/2027", which was much too far, "dia 30" is the next one there is.
    soon = scene.today <= day <= scene.today + _A_FEW_WEEKS
    return Day("exact", (day,), heard.words) if soon and nearer else heard


def month_named(scene: Scene, day: date | None) -> str | None:
    """What an open question keeps of a day that was asked for: itself, where its month was said, or was said before."""
    if day is None:
        return None
    kept = scene.question.arguments.get("month_named") if scene.question is not None else None
    said = [when for when in read_values(scene.words, scene.today).dates if day in when.readings]
    if any(not _ONLY_A_DAY.fullmatch(plain(when.words)) for when in said) or (
        kept and date.fromisoformat(kept).month == day.month
    ):
        return day.isoformat()
    return None


def _unable(words: str, start: int) -> bool:
    """Whether the clause says before this day that it cannot be: "não consigo na sexta"."""
    return _UNABLE.search(plain(_CLAUSES.split(words[:start])[-1])) is not None


def _taken_back(words: str, end: int) -> bool:
    """Whether a day that ends here is refused by what follows it in its own clause."""
    if _NOW_CANNOT_BE.search(plain(words[:end])):
        return False  # "quero pagar dia 27, agora não dá": it is now that cannot be
    return _REFUSED_AFTER.search(f" {plain(_CLAUSES.split(words[end:])[0])}") is not None


def refuses_day(scene: Scene) -> bool:
    """Whether a day is named that cannot be, and no other one: "sexta não vou conseguir"."""
    found = [when for when in read_values(scene.words, scene.today).dates if when.readings]
    return bool(found) and all(_taken_back(scene.words, when.end) or _unable(scene.words, when.start) for when in found)


def amount_of(scene: Scene, *, asked: bool = False) -> int | None:
    """The amount in what was said, in centavos; nothing when none was named."""
    tapped = scene.turn.arguments.get("amount")
    # An account that is chosen from a list carries its price, which is no amount that somebody named.
    if isinstance(tapped, int) and scene.intent != "negar" and "due" not in scene.turn.arguments:
        return tapped
    found = [
        money for money in read_values(scene.words, scene.today, asked="amount" if asked else None).money if money.amount > 0
    ]
    if not found:
        return None
    return found[-1].amount if _INSTEAD.search(plain(scene.words)) else found[0].amount


def offers_nothing(scene: Scene) -> bool:
    """\"0 reais\", \"-50\": no amount at all or less than none, named or given for an amount that was asked for."""
    said = scene.words.lower().strip()
    asked = scene.question is not None and "amount" in scene.question.takes
    return bool(_NOTHING.search(said) or (asked and _BARE_NOTHING.fullmatch(said)))


def all_of_it(scene: Scene) -> bool:
    """\"Tudo\", \"o valor inteiro\"."""
    return bool(_ALL_OF_IT.search(plain(scene.words)))


def yes_or_no(scene: Scene) -> bool | None:
    """A plain yes or no, and nothing beside it; None for anything else (\"sim, mas…\")."""
    if scene.turn.arguments.get("answer") in ("yes", "no"):
        return bool(scene.turn.arguments["answer"] == "yes")
    if scene.turn.text is None and scene.intent in ("afirmar", "negar"):
        return scene.intent == "afirmar"
    said = scene.turn.text or ""
    answer = bare.yes_or_no(said) or bare.yes_or_no(" ".join(tokens(said)))
    if answer is not None:
        return {"yes": True, "no": False}.get(answer.kind)
    return True if _DO_IT.fullmatch(plain(said)) else None


_QUESTION = re.compile(
    r"^(?:e |mas |oi |ola |moca |moco |entao |ah |aham )*(?:quant[oa]s?|qual|quais|quando|onde|como|quem|por ?que|pq|o que|oq|que|cade|sera|tem|da pra|posso|pode"
    r"|vcs?|voces?|e se|se eu|ate|em quanto|depois|precisa|vale|aceita|isso)\b"
)


def is_question(scene: Scene) -> bool:
    """Whether the message is put as a question."""
    said = scene.turn.text or ""
    return "?" in said or _QUESTION.match(plain(said)) is not None
