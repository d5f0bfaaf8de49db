"""When: the days that people name, counted from the day on which they write, with every reading of what is ambiguous.

"sexta que vem" is one of two Fridays; "quinto dia útil" is a bank day, or one day of wages (Saturdays count, CLT art. 459); "mês que
vem" is no day at all. Past days are known by their verb ("paguei dia 5"); what cannot be (31/02) is known and not resolved.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from understanding.bank_days import bank_days_later, easter, last_bank_day, next_bank_day, nth_bank_day
from understanding.line import Line, affirmed, pattern

_A_BIRTH_IS_OLDER = 10
"""Years: a full date that is longer ago is a birthday or a contract's, and is read without a verb of the past."""

Kind = Literal["exact", "ambiguous", "vague", "past", "impossible", "range", "event"]
Bound = Literal["until", "after", "before", "about"]


@dataclass(frozen=True)
class When:
    """A time that was named at `start` to `end`.

    `readings` in order of likelihood; none for what names no day (`vague`, `event`), cannot be (`impossible`), or is over although
    it was meant for the future (`past`). A `range` has its first and its last day.
    """

    readings: tuple[date, ...]
    words: str
    kind: Kind
    start: int
    end: int
    bound: Bound | None = None


_MONTHS = {
    "janeiro": 1, "jan": 1, "fevereiro": 2, "fev": 2, "marco": 3, "mar": 3, "abril": 4, "abr": 4, "maio": 5, "mai": 5, "junho": 6,
    "jun": 6, "julho": 7, "jul": 7, "agosto": 8, "ago": 8, "setembro": 9, "set": 9, "outubro": 10, "out": 10, "novembro": 11,
    "nov": 11, "dezembro": 12, "dez": 12, "desembro": 12, "dezenbro": 12, "novenbro": 11, "janero": 1, "feverero": 2,
}  # fmt: skip
_WEEKDAYS = {
    "segunda": 0, "seg": 0, "segundona": 0, "terca": 1, "ter": 1, "quarta": 2, "qua": 2, "quinta": 3, "qui": 3, "sexta": 4, "sex": 4,
    "sesta": 4, "sextou": 4, "sabado": 5, "sab": 5, "domingo": 6, "dom": 6,
}  # fmt: skip
_ORDINALS = {
    "primeiro": 1, "segundo": 2, "terceiro": 3, "quarto": 4, "quinto": 5, "sexto": 6, "setimo": 7, "oitavo": 8, "nono": 9,
    "decimo": 10,
}  # fmt: skip

_MONTH = "|".join(_MONTHS)
_FULL_MONTH = "|".join(word for word in _MONTHS if len(word) > 3)
_DAY_NAME = "segunda|terca|quarta|quinta|sexta|sesta|sabado|domingo|segundona"
_DAY_SHORT = "seg|ter|qua|qui|sex|sab|dom"
_WEEKDAY = rf"(?:({_DAY_NAME}|{_DAY_SHORT})(?: ?-? ?fei?ra)?|#(\d+)i (?:a|ª) (?:fei?ra|f)|#(\d+)i (?:ª|a)f)"
_MONEY_OR_COUNT = r"(?! (?:x|vez|vezes|vzs?|reais|real|rs|r\$|conto|contos|pila|pilas|pau|paus|mangos?|parcelas?|prestac\w+|mil|k|%|horas?|hrs?|min\w*)(?= ))"
_NEXT_MONTH = r"(?:(?:do|no|de|d|o)? ?(?:(?:mes|mez) (?:que vem|q vem|qvem|seguinte|proximo|entrante|que entra|q entra)|(?:proximo|prox|outro) (?:mes|mez))|que vem do mes)"
_THIS_MONTH = r"(?:do|deste|desse|d(?:o|esse)|neste|nesse|esse|este) (?:mes|mez)(?: (?:mesmo|agora|atual))?|(?:do|no) (?:mes|mez) (?:atual|corrente)|agora"

_PAST = re.compile(
    r"(?<= )(?:pag(?:uei|amos|aram|ou)|pag(?:o|a|os|as) (?=(?:desde|em|no|na|dia))|quit(?:ei|amos|ou)|fiz|fizemos|fez|deposit(?:ei|ou)|transferi"
    r"|mand(?:ei|ou|aram)|envi(?:ei|ou|aram)|pixei|caiu|venceu|venceram|vencid[oa]s?|passou|passad[oa]|recebi|compr(?:ei|ou)|assinei"
    r"|fechei|foi|foram|era|tava|estava|desde|debitou|debitaram|descontaram|nasci\w*|perdi|acertei|combin(?:ei|amos|ou)|atrasad[oa]|cancelei"
    r"|ligaram|ligou|falei|cobraram|liguei|morreu|faleceu|saiu|tinha|devia|parcelei|(?!\w*rei )[a-z]{3,}ei|(?!vou |sou |dou |estou |quitou )[a-z]{2,}ou|emiti\w*|gerei|atrasei|entrou|cai[ur]am)(?= )"
)
_FUTURE = re.compile(
    r"(?<= )(?:vou|vo|irei|posso|pago|pagarei|pagar|paga|quero|queria|consigo|consegue|dar|joga|jogar|recebo|cai|vence"
    r"|quito|quitar|acerto|acertar|deposito|mando|faco|farei|pagaria|poderia|pode|prometo|muda|mudar|passa|passar|remarca\w*|prorroga\w*"
    r"|adia\w*|marca\w*|deixa|deixar|so|estica|empurra|segura|mais|prazo|vai|vamos|tera|terei|resolvo)(?= )"
)
_BOUNDS: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r" (?:ate|ate o|ate a|no maximo(?: ate)?(?: o| a)?|antes ou no) $"), "until"),
    (re.compile(r" (?:depois d[eoa]|dps d[eoa]|so depois d[eoa]|apos(?: [oa])?|a partir d[eoa]|passando [oa]|passad[oa] [oa]) $"), "after"),
    (re.compile(r" antes d[eoa] $"), "before"),
    (re.compile(r" (?:la (?:pel[oa]|pro|pra|por)|pel[oa]|por volta d[eoa]|mais ou menos|perto d[eoa]|uns|umas|tipo|acho que|la para [oa]) $"), "about"),
)  # fmt: skip


_AIMED_AT = re.compile(r" (?:pra|pro|para|para [oa]|ate|ate [oa]) $")


_STREET = re.compile(r" (?:rua|r|av|avenida|travessa|praca|bairro|largo|escola|colegio|vila)(?: d[aeo])? $")
_DAY_TO_COME = re.compile(r"\s*(?:dia|amanha|depois|segunda|terca|quarta|quinta|sexta|sabado|domingo)\b")
"""How a date begins that no street and no school is called after."""


class _Reader:
    """One line, read from one day on."""

    def __init__(self, line: Line, today: date) -> None:
        self.line = line
        self.today = today

    def past(self, start: int, end: int) -> bool:
        """Whether the nearest verb before (else after) speaks of what is over."""
        text = self.line.text
        if _AIMED_AT.search(text[max(0, start - 20) : start]):
            return False
        before = self._last(_PAST, text[: start + 1]), self._last(_FUTURE, text[: start + 1])
        if before != (-1, -1):
            return before[0] > before[1]
        after = _PAST.search(text, end - 1 if end else 0), _FUTURE.search(text, end - 1 if end else 0)
        if after[0] is None:
            return False
        return after[1] is None or after[0].start() < after[1].start()

    @staticmethod
    def _last(wanted: re.Pattern[str], text: str) -> int:
        place = -1
        for match in wanted.finditer(text[-200:]):
            place = match.start()
        return place

    def day(self, number: int, past: bool) -> tuple[tuple[date, ...], Kind]:
        """The next (or last) day of that number in a month."""
        if not 1 <= number <= 31:
            return (), "impossible"
        year, month = self.today.year, self.today.month
        for _ in range(4):
            if number <= monthrange(year, month)[1]:
                found = date(year, month, number)
                if (past and found <= self.today) or (not past and found >= self.today):
                    return (found,), "past" if past and found < self.today else "exact"
            year, month = _shift(year, month, -1 if past else 1)
        return (), "impossible"

    def in_month(self, number: int, months: int) -> tuple[tuple[date, ...], Kind]:
        """The day of that number so many months from now."""
        year, month = _shift(self.today.year, self.today.month, months)
        if not 1 <= number <= monthrange(year, month)[1]:
            return (), "impossible"
        found = date(year, month, number)
        return (found,), "past" if found < self.today else "exact"

    def calendar_day(self, day: int, month: int, year: int | None, past: bool) -> tuple[tuple[date, ...], Kind]:
        """A day of a month, of the year that fits best when none is said."""
        if not 1 <= month <= 12 or not 1 <= day <= (29 if month == 2 else monthrange(2024, month)[1]):
            return (), "impossible"
        if year is not None:
            if day > monthrange(year, month)[1]:
                return (), "impossible"
            found = date(year, month, day)
            if found < self.today and not past and found.year > self.today.year - _A_BIRTH_IS_OLDER:
                # Over, and no verb that says it was meant so: nothing to resolve.
                return (), "past"
            return (found,), "past" if found < self.today else "exact"
        years = (self.today.year, self.today.year - 1) if past else (self.today.year, self.today.year + 1)
        for one in years:
            if day > monthrange(one, month)[1]:
                continue
            found = date(one, month, day)
            if past and found <= self.today:
                return (found,), "past" if found < self.today else "exact"
            if not past and found >= self.today:
                return (found,), "exact"
            if not past and (self.today - found).days <= 90:
                return (), "past"
        return (), "impossible"

    def weekday(self, wanted: int, past: bool) -> date:
        """The next (or last) such day of the week, never today."""
        if past:
            return self.today - timedelta(days=(self.today.weekday() - wanted - 1) % 7 + 1)
        return self.today + timedelta(days=(wanted - self.today.weekday() - 1) % 7 + 1)

    def weekday_of_next_week(self, wanted: int, weeks: int = 1) -> date:
        monday = self.today - timedelta(days=self.today.weekday())
        return monday + timedelta(days=7 * weeks + wanted)

    def number(self, piece: str) -> int:
        value = self.line.whole(piece)
        return -1 if value is None else value

    def year(self, piece: str | None) -> int | None:
        """A year of two or four digits."""
        if not piece:
            return None
        value = self.number(piece)
        if value < 0:
            return None
        if value < 100:
            return 2000 + value if 2000 + value <= self.today.year + 10 else 1900 + value
        return value if 1900 <= value <= 2200 else None


Found = tuple[tuple[date, ...], Kind]
Handler = Callable[[_Reader, "re.Match[str]"], "Found | None"]


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def _months_later(day: date, months: int) -> date:
    year, month = _shift(day.year, day.month, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _after(day: date, today: date) -> Found:
    return (day,), "past" if day < today else "exact"


def _full(reader: _Reader, match: re.Match[str]) -> Found | None:
    parts = [int(part) for part in re.split(r"[./-]", reader.line.dates[int(match[1])])]
    if parts[0] > 31:
        year, month, day = parts
    else:
        day, month, year = parts
        if year < 100:
            year = 2000 + year if 2000 + year <= reader.today.year + 10 else 1900 + year
    if not 1900 <= year <= 2200:
        return (), "impossible"
    return reader.calendar_day(day, month, year, reader.past(match.start(), match.end()))


def _day_month_year(reader: _Reader, match: re.Match[str]) -> Found | None:
    year = reader.year(match[3] or match[4])
    if year is None or (match[4] and reader.number(match[4]) < 1900):
        return None
    return _in_month_named(reader, match, year)


def _day_month_words(reader: _Reader, match: re.Match[str]) -> Found | None:
    return _in_month_named(reader, match, None)


def _month_day_words(reader: _Reader, match: re.Match[str]) -> Found | None:
    """ "Janeiro dia 20"."""
    day = 1 if match[2].startswith("prim") else reader.number(match[2])
    if not 1 <= day <= 99:
        return None
    return reader.calendar_day(day, _MONTHS[match[1]], None, reader.past(match.start(), match.end()))


def _in_month_named(reader: _Reader, match: re.Match[str], year: int | None) -> Found | None:
    day = 1 if match[1].startswith("prim") else reader.number(match[1])
    if not 1 <= day <= 99:
        return None
    return reader.calendar_day(day, _MONTHS[match[2]], year, reader.past(match.start(), match.end()))


def _day_month_digits(reader: _Reader, match: re.Match[str]) -> Found | None:
    day, month = reader.number(match[1]), reader.number(match[2])
    if day < 0 or month < 0 or (day, month) == (24, 7) or day > 99 or month > 99:
        return None
    if (
        month == 0
        or day == 0
        or ((day, month) in _FRACTIONS and not match.group().startswith("d") and _PART_OF.match(reader.line.text[match.end() :]))
    ):
        return None
    return reader.calendar_day(day, month, None, reader.past(match.start(), match.end()))


_FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)})
_PART_OF = re.compile(r" (?:agora|d[oae]|hoje|e o)(?= )")


def _day_dot_month(reader: _Reader, match: re.Match[str]) -> Found | None:
    day, month = divmod(reader.line.numeral(match[1]).hundredths, 100)
    return reader.calendar_day(day, month, None, reader.past(match.start(), match.end()))


def _bare_day(reader: _Reader, match: re.Match[str]) -> Found | None:
    day = 1 if match[1].startswith("prim") else reader.number(match[1])
    return reader.day(day, reader.past(match.start(), match.end())) if 0 <= day < 100 else None


def _day_next_month(reader: _Reader, match: re.Match[str]) -> Found | None:
    return reader.in_month(1 if match[1].startswith("prim") else reader.number(match[1]), 1)


def _next_month_day(reader: _Reader, match: re.Match[str]) -> Found | None:
    return reader.in_month(1 if match[1].startswith("prim") else reader.number(match[1]), 1)


def _day_this_month(reader: _Reader, match: re.Match[str]) -> Found | None:
    found, kind = reader.in_month(1 if match[1].startswith("prim") else reader.number(match[1]), 0)
    if kind == "past" and match.group().endswith(" agora"):
        # "Dia 5 agora", said on the 23rd, is the one that comes.
        return _bare_day(reader, match)
    if kind == "past" and not reader.past(match.start(), match.end()):
        return (), "past"
    return found, kind


def _day_last_month(reader: _Reader, match: re.Match[str]) -> Found | None:
    return reader.in_month(reader.number(match[1]), -1)


def _day_before_last_month(reader: _Reader, match: re.Match[str]) -> Found | None:
    return reader.in_month(reader.number(match[1]), -2)


def _weekday_of_last_week(reader: _Reader, match: re.Match[str]) -> Found | None:
    """`quinta da semana passada`."""
    wanted = _wanted(match, reader)
    return None if wanted is None else ((reader.weekday_of_next_week(wanted) - timedelta(days=14),), "past")


def _business_day(reader: _Reader, match: re.Match[str]) -> Found | None:
    nth = _ORDINALS[match[1]] if match[1] in _ORDINALS else reader.number(match[1])
    when = match[2] or ""
    year, month = reader.today.year, reader.today.month
    named = re.search(rf" (?:de|em) ({_FULL_MONTH})", f" {when}")
    if not 1 <= nth <= 23:
        return None
    if named:
        wanted = _MONTHS[named[1]]
        year, month = (year, wanted) if wanted >= month else (year + 1, wanted)
    elif re.search(_NEXT_MONTH, when):
        year, month = _shift(year, month, 1)
    else:
        past = reader.past(match.start(), match.end())
        this = nth_bank_day(year, month, nth)
        if past and (this is None or this > reader.today):
            year, month = _shift(year, month, -1)
        elif not past and (this is None or this < reader.today):
            year, month = _shift(year, month, 1)
    banks = nth_bank_day(year, month, nth)
    if banks is None:
        return (), "impossible"
    wages = nth_bank_day(year, month, nth, saturdays=True) if nth == 5 else banks
    if wages is None or wages == banks:
        return _after(banks, reader.today)
    return (banks, wages), "ambiguous"


def _last_business_day(reader: _Reader, match: re.Match[str]) -> Found | None:
    months = 1 if re.search(_NEXT_MONTH, match.group()) else 0
    return _after(last_bank_day(*_shift(reader.today.year, reader.today.month, months)), reader.today)


def _next_business_day(reader: _Reader, match: re.Match[str]) -> Found | None:
    return (next_bank_day(reader.today + timedelta(days=1)),), "exact"


def _business_days_ahead(reader: _Reader, match: re.Match[str]) -> Found | None:
    count = reader.number(match[1])
    return ((bank_days_later(reader.today, count),), "exact") if 1 <= count <= 120 else None


def _ahead(reader: _Reader, match: re.Match[str]) -> Found | None:
    """`daqui a 15 dias`, `em duas semanas`, `daqui um mês`."""
    count, unit = reader.number(match[1]), match[2]
    if not 1 <= count <= 400:
        return None
    if unit.startswith("mes") or unit.startswith("mez"):
        return ((_months_later(reader.today, count),), "exact") if count <= 60 else None
    days = count * (7 if unit.startswith("seman") else 15 if unit.startswith("quinz") else 1)
    return (reader.today + timedelta(days=days),), "exact"


def _ago(reader: _Reader, match: re.Match[str]) -> Found | None:
    count, unit = reader.number(match[1]), match[2]
    if not 1 <= count <= 400:
        return None
    if unit.startswith("mes"):
        return (), "vague"
    return (reader.today - timedelta(days=count * 7 if unit.startswith("seman") else count),), "past"


def _fixed(days: int) -> Handler:
    def handler(reader: _Reader, match: re.Match[str]) -> Found | None:
        return (reader.today + timedelta(days=days),), "past" if days < 0 else "exact"

    return handler


def _wanted(match: re.Match[str], reader: _Reader, first: int = 1) -> int | None:
    if match[first]:
        return _WEEKDAYS[match[first]]
    digit = match[first + 1] or match[first + 2]
    value = reader.number(f"#{digit}i")
    return value - 2 if 2 <= value <= 6 else None


def _weekday_next(reader: _Reader, match: re.Match[str]) -> Found | None:
    """`sexta que vem`: the next one, or the one of the next week."""
    wanted = _wanted(match, reader)
    if wanted is None:
        return None
    near, far = reader.weekday(wanted, False), reader.weekday_of_next_week(wanted)
    return ((near,), "exact") if near >= far else ((near, far), "ambiguous")


def _weekday_of_next_week(reader: _Reader, match: re.Match[str]) -> Found | None:
    wanted = _wanted(match, reader)
    return None if wanted is None else ((reader.weekday_of_next_week(wanted),), "exact")


def _next_week_weekday(reader: _Reader, match: re.Match[str]) -> Found | None:
    return _weekday_of_next_week(reader, match)


def _weekday_not_this(reader: _Reader, match: re.Match[str]) -> Found | None:
    """`sem ser essa sexta, a outra`: a week after the next one."""
    wanted = _wanted(match, reader)
    return None if wanted is None else ((reader.weekday(wanted, False) + timedelta(days=7),), "exact")


def _weekday_last(reader: _Reader, match: re.Match[str]) -> Found | None:
    wanted = _wanted(match, reader)
    return None if wanted is None else ((reader.weekday(wanted, True),), "past")


def _weekday_this(reader: _Reader, match: re.Match[str]) -> Found | None:
    wanted = _wanted(match, reader)
    return None if wanted is None else ((reader.weekday(wanted, False),), "exact")


def _weekday(reader: _Reader, match: re.Match[str]) -> Found | None:
    wanted = _wanted(match, reader)
    if wanted is None:
        return None
    past = reader.past(match.start(), match.end())
    return (reader.weekday(wanted, past),), "past" if past else "exact"


def _weekday_and_day(reader: _Reader, match: re.Match[str]) -> Found | None:
    """`sexta, dia 27`: one day when they agree, else the readings of both."""
    wanted, day = _wanted(match, reader), reader.number(match[4])
    if wanted is None or not 1 <= day <= 31:
        return None
    past = reader.past(match.start(), match.end())
    found, kind = reader.day(day, past)
    if found and found[0].weekday() == wanted:
        return found, kind
    return (*found, reader.weekday(wanted, past)), "ambiguous"


def _weekend(reader: _Reader, match: re.Match[str]) -> Found | None:
    if re.search(r"passad|retrasad", match.group()):
        return (), "vague"
    weeks = 1 if re.search(r"vem|proxim|outro", match.group()) and reader.today.weekday() < 5 else 0
    saturday = reader.today + timedelta(days=(5 - reader.today.weekday()) % 7 + 7 * weeks)
    if reader.today.weekday() == 6 and not weeks:
        saturday = reader.today + timedelta(days=6)
    return (saturday, saturday + timedelta(days=1)), "range"


def _end_of_month(reader: _Reader, match: re.Match[str]) -> Found | None:
    said = match.group()
    year, month = reader.today.year, reader.today.month
    named = re.search(rf"(?<= )({_FULL_MONTH})$", said)
    if named:
        month = _MONTHS[named[1]]
        year += month < reader.today.month
    elif re.search(r"que vem|q vem|proximo|seguinte|outro", said):
        year, month = _shift(year, month, 1)
    elif re.search(r"passado", said):
        year, month = _shift(year, month, -1)
    return _after(date(year, month, monthrange(year, month)[1]), reader.today)


def _range(reader: _Reader, match: re.Match[str]) -> Found | None:
    past = reader.past(match.start(), match.end())
    first, last = reader.number(match[1]), reader.number(match[2])
    if not (1 <= first <= 31 and 1 <= last <= 31):
        return None
    begin, _ = reader.day(first, past)
    if not begin:
        return (), "impossible"
    if last < first:
        end, _ = _Reader(reader.line, begin[0]).day(last, False)
    else:
        try:
            end = (begin[0].replace(day=last),)
        except ValueError:
            end = (date(begin[0].year, begin[0].month, monthrange(begin[0].year, begin[0].month)[1]),)
    return (begin[0], end[0]), "range"


def _holiday(reader: _Reader, match: re.Match[str]) -> Found | None:
    past = reader.past(match.start(), match.end())
    name = match[1]
    for words, of in _HOLIDAYS:
        if words.fullmatch(name):
            days = [of(reader.today.year + offset) for offset in (-1, 0, 1)]
            fitting = [day for day in days if (day < reader.today if past else day >= reader.today)]
            if not fitting:
                return None
            return ((fitting[-1],), "past") if past else ((fitting[0],), "exact")
    return None


def _nth_sunday(month: int, nth: int) -> Callable[[int], date]:
    def of(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))

    return of


def _black_friday(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


_HOLIDAYS: tuple[tuple[re.Pattern[str], Callable[[int], date]], ...] = (
    (re.compile(r"vesperas? d[eo] natal"), lambda year: date(year, 12, 24)),
    (re.compile(r"natal"), lambda year: date(year, 12, 25)),
    (re.compile(r"reveillon|vesperas? d[eo] ano novo|virada do ano|ultimo dia do ano"), lambda year: date(year, 12, 31)),
    (re.compile(r"ano novo|primeiro dia do ano"), lambda year: date(year, 1, 1)),
    (re.compile(r"(?:terca (?:feira )?de )?carnaval"), lambda year: easter(year) - timedelta(days=47)),
    (re.compile(r"quarta (?:feira )?de cinzas"), lambda year: easter(year) - timedelta(days=46)),
    (re.compile(r"sexta (?:feira )?santa|sexta da paixao"), lambda year: easter(year) - timedelta(days=2)),
    (re.compile(r"(?:domingo de )?pascoa"), easter),
    (re.compile(r"corpus christi"), lambda year: easter(year) + timedelta(days=60)),
    (re.compile(r"tiradentes"), lambda year: date(year, 4, 21)),
    (re.compile(r"dia d[oa]s? trabalh\w+"), lambda year: date(year, 5, 1)),
    (re.compile(r"dia das maes"), _nth_sunday(5, 2)),
    (re.compile(r"dia dos pais"), _nth_sunday(8, 2)),
    (re.compile(r"dia dos namorados"), lambda year: date(year, 6, 12)),
    (re.compile(r"sao joao"), lambda year: date(year, 6, 24)),
    (re.compile(r"(?:dia da )?independencia"), lambda year: date(year, 9, 7)),
    (re.compile(r"dia das criancas|dia de nossa senhora(?: aparecida)?"), lambda year: date(year, 10, 12)),
    (re.compile(r"(?:dia de )?finados"), lambda year: date(year, 11, 2)),
    (re.compile(r"proclamacao da republica"), lambda year: date(year, 11, 15)),
    (re.compile(r"(?:dia da )?consciencia negra"), lambda year: date(year, 11, 20)),
    (re.compile(r"black friday"), _black_friday),
)
_HOLIDAY_NAMES = "|".join(words.pattern for words, _ in _HOLIDAYS)


def _no_day(kind: Kind) -> Handler:
    def handler(reader: _Reader, match: re.Match[str]) -> Found | None:
        return (), kind

    return handler


_DAY_NUMBER = r"(?:#\d+[iw]|primeiro|primeira)(?: [ºaoª])?"
_DIA = r"(?:dias?|d)"
_DAY_AND_MONTH = rf"(?:{_DIA} )?({_DAY_NUMBER}) (?:(?:de|do|/|-|d|em) )?(?:mes de )?({_MONTH})(?: \.)?"
_ORDINAL_OF = (
    r"(?:via|opca?o|opc\w*|parcelas?|prestac\w+|proposta|alternativa|vez|divida|conta|fatura|cobranca|compra|oferta|boleto|ligacao|mensagem"
    r"|chamada|pessoa|tentativa|linha|mensalidade|metade|parte|carta|entrada|hipotese|forma|data|semana|quinzena|serie)"
)

_PATTERNS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    # What names a time and no day.
    (pattern(
        r"(?:(?:so |somente |ai |e )?(?:quando|qd|qdo|qnd|assim que|logo que|depois que|dps que|so quando|no dia (?:que|q|em que))"
        r" (?:eu |o |a |meu |minha |me |o meu |a minha |q |eles |a empresa |o patrao |patrao |sair |cair |entrar )*"
        r"(?:receb\w+|pagarem|(?:(?<=me )|(?<=patrao )|(?<=empresa )|(?<=firma )|(?<=cliente ))pagar|cair|sair|pingar|entrar|depositarem|puder|der|conseguir|arrumar|tiver|melhorar|liberar(?:em)?)"
        r"(?: (?:o |a |meu |minha |d?o ?meu |de |do |da )*(?:salario|pagamento|pgto|dinheiro|decimo|terceiro|beneficio|vale|auxilio|bolsa|inss|aposentadoria|emprego|grana|S+(?: S+)*|acerto|rescisao|seguro|fgts))*)"
    ), _no_day("event")),
    (pattern(
        r"(?:depois|dps|antes|ate|apos|no dia|dia|na data|perto) (?:do |de |da |o |a |d |meu |minha |que cai o )*"
        r"(?:pagamento|pgto|pagto|salario|vale|adiantamento|beneficio|S+(?: S+)*|decimo|ferias|festas|festa|inss|aposentadoria|auxilio|bolsa(?: familia)?|seguro desemprego|rescisao|acerto)"
        r"(?: (?:salario|terceiro|do mes|da firma|da empresa))*"
    ), _no_day("event")),
    (pattern(rf"(?:depois|dps|antes|passad[oa]|apos|passar|passando) (?:d[eoa] |[oa] )?(?:{_HOLIDAY_NAMES}|feriado|feriadao|eleicoes|copa)"), _no_day("event")),
    # Business days.
    (pattern(r"(?:n?[oa]s? |d[oae] )?(?:ultimo|derradeiro) dia util(?: d[oae] (?:proximo mes|mes que vem|mes q vem|mes|ano))?"), _last_business_day),
    (pattern(r"(?:no |pro |o )?(?:proximo|primeiro) dia util(?: seguinte| depois de hoje)?(?! d[oe])"), _next_business_day),
    (pattern(r"(?:em|daqui|daqui a|dentro de|mais|uns|so|prazo de|preciso de|me da|espera) <q> dias? ut(?:il|eis|eil|ils|ei)"), _business_days_ahead),
    (pattern(
        r"(" + "|".join(_ORDINALS) + r"|#\d+[iw])(?: [ºoª°a])? dias? ut(?:il|eis|eil|ils|ei)"
        rf"(?: ((?:d[oe]|d?este|d?esse|desse|em) (?:(?:proximo|outro) (?:mes|mez)|(?:mes|mez)(?: que vem| q vem| seguinte)?|{_FULL_MONTH})))?"
    ), _business_day),
    # Full dates, days with a month.
    (pattern(r"@(\d+)"), _full),
    (pattern(_DAY_AND_MONTH + r" (?:(?:d[eo]|/|-) (?:ano de )?(#\d+[igw])|(#\d+i))(?! (?:reais|conto|x))"), _day_month_year),
    (pattern(_DAY_AND_MONTH), _day_month_words),
    (pattern(rf"({_FULL_MONTH}) ,? ?(?:no )?{_DIA} ({_DAY_NUMBER})"), _month_day_words),
    (pattern(r"(?:entre|de|do|dos) (?:os |o |a )?(?:dias? )?(#\d+[iw]) (?:e|ate|ao|a|ate o|ou) (?:o |a )?(?:dia )?(#\d+[iw])" + _MONEY_OR_COUNT), _range),
    (pattern(rf"{_DIA} (#\d+[iw]) (?:do|de|/|-|barra|d) (?:mes )?(#\d+[iw])(?: [oº])?" + _MONEY_OR_COUNT), _day_month_digits),
    (pattern(rf"{_DIA} (#\d+d)"), _day_dot_month),
    (pattern(r"(#\d+i) / (#\d+i)(?! [/%])"), _day_month_digits),
    (pattern(r"(?<=^ )(#\d+i) - (#\d+i)(?= $)"), _day_month_digits),
    (pattern(r"(#\d+[iw]) (?:do|barra) (#\d+[iw])"), _day_month_digits),
    # Days of some month.
    (pattern(rf"(?:{_DIA} )?({_DAY_NUMBER}) (?:,? ?){_NEXT_MONTH}"), _day_next_month),
    (pattern(rf"{_NEXT_MONTH} ,? ?(?:n?o |la pro |la pelo |pelo |pro |em )?{_DIA} ({_DAY_NUMBER})"), _next_month_day),
    (pattern(rf"{_DIA} (#\d+[iw]) (?:,? ?)(?:do |no |d[eo] )?(?:mes passado|passado)"), _day_last_month),
    (pattern(rf"(?:n?o |do )?mes passado ,? ?(?:(?:foi |la |mais ou menos |por volta d[eo] |acho que )*(?:n?o |pelo |pro |em )?)?{_DIA} (#\d+[iw])"), _day_last_month),
    (pattern(rf"{_DIA} (#\d+[iw]) (?:,? ?)(?:do |no )?mes retrasado"), _day_before_last_month),
    (pattern(rf"(?:n?o |do )?mes retrasado ,? ?(?:n?o |la pelo |pelo )?{_DIA} (#\d+[iw])"), _day_before_last_month),
    (pattern(rf"{_DIA} ({_DAY_NUMBER}) (?:{_THIS_MONTH})"), _day_this_month),
    (pattern(rf"{_WEEKDAY} ,? ?(?:agora )?(?:que e )?\(? ?(?:dia )?(#\d+[iw])(?: \))?(?! [/%.])" + _MONEY_OR_COUNT), _weekday_and_day),
    (pattern(rf"(?<! bom )(?:(?:todo|todos os|cada) )?{_DIA} ({_DAY_NUMBER})(?: que vem| q vem| proximo)?" + _MONEY_OR_COUNT), _bare_day),
    # Spans of time from now, and back.
    (pattern(r"(?:ha|faz|tem|fazem|(?<!daqui )(?<!daki )a) (?:uns |umas |mais de |quase |cerca de )*<q> (dias?|semanas?|mes(?:es)?)(?! (?:pra|para|d?e? ?prazo))"), _ago),
    (pattern(r"<q> (dias?|semanas?|mes(?:es)?) (?:atras|passad[oa]s)"), _ago),
    (pattern(
        r"(?:em|daqui|daki|daqui a|daqui ha|daki a|dentro de|d'aqui a|mais|prazo de|preciso de|me da|da|espera|segura|aguenta|aguarda|adia|so|por)"
        r" (?:mais |uns |umas |ate |so |no maximo |pelo menos |apenas |so mais |mais uns |mais umas )*<q> (dias?|semanas?|mes|mez|quinzenas?)(?! (?:de atraso|atras|sem|seguidos))"
    ), _ahead),
    (pattern(r"(?:daqui|daki|daqui a|daqui ha|dentro de|d'aqui a) (?:mais |uns )*<q> (mes(?:es)?|mezes)"), _ahead),
    (pattern(r"<q> (dias?|semanas?) (?:de prazo|a mais|pra frente|de folga|de folego|pra pagar|para pagar)"), _ahead),
    # Named days.
    (pattern(r"(?:depois|dps|dpois|dpdps|despois) (?:de |d )?(?:amanha|amnha?|amn|amanh|amanhan)"), _fixed(2)),
    (pattern(r"ant(?:es ?de ?ontem|e ?ontem|es d ontem|i ontem)|trasontem"), _fixed(-2)),
    (pattern(r"ontem|onte|ontm|ont"), _fixed(-1)),
    (pattern(r"(?:amanha|amnha|amnh|amn|amanh|amanhan|amanhaa+|manha (?=(?:eu )?(?:pago|vou|acerto|quito)))(?: (?:cedo|cedinho|de manha|pela manha|a tarde|de tarde|a noite|de noite|mesmo|sem falta))?"), _fixed(1)),
    (pattern(r"(?:hoje|hj|oje|hje)(?: (?:mesmo|msm|ainda|a noite|a tarde|de noite|de tarde))?"), _fixed(0)),
    # Holidays.
    (pattern(rf"(?<!feliz )(?<!presente de )(?<!bom )(?<!cesta de )(?<!semana d[oe] )({_HOLIDAY_NAMES})"), _holiday),
    # Ends, beginnings, stretches.
    (pattern(
        rf"(?:fim|final|finalzinho|finzinho|ultimo dia|finais|fins) (?:d[eo]|desse|deste|d) ?(?:(?:proximo|outro) (?:mes|mez)|(?:mes|mez)(?: (?:que vem|q vem|seguinte|passado|de (?:{_FULL_MONTH})))?|(?:{_FULL_MONTH}))"
    ), _end_of_month),
    (pattern(r"(?:proximo |no proximo |outro )?(?:fim|final|finalzinho|fds|findi|finde)(?: (?:de|d) semana)?(?<! fim)(?<! final)(?<! finalzinho)(?: (?:que vem|q vem|passado|retrasado))?"), _weekend),
    # Days of the week.
    (pattern(rf"(?:de |das |da )?(?:{_DAY_NAME}|{_DAY_SHORT})(?: - feira| feira)? (?:a|ate|as) (?:{_DAY_NAME}|{_DAY_SHORT})(?: - feira| feira)?"), _no_day("vague")),
    (pattern(rf"(?:sem ser |nao (?:e |n?essa |nessa ))(?:n?essa |n?esta |a )?{_WEEKDAY}(?: agora)? ,? ?(?:e? ?n?a outra|a proxima|a seguinte|a da outra semana)"), _weekday_not_this),
    (pattern(rf"{_WEEKDAY} ,? ?(?:sem ser|nao) (?:n?essa|n?esta|a proxima|a que vem|agora) ?,? ?(?:(?:e )?n?a (?:outra|seguinte|proxima))?"), _weekday_not_this),
    (pattern(rf"(?:n?a )?outra {_WEEKDAY}"), _weekday_not_this),
    (pattern(rf"{_WEEKDAY} ,? ?(?:da |na |d[ae]? )?(?:semana (?:que vem|q vem|qvem|seguinte)|proxima semana|outra semana)"), _weekday_of_next_week),
    (pattern(rf"(?:semana (?:que vem|q vem|qvem|seguinte)|proxima semana|outra semana) ,? ?(?:n[ao] |pra |la pela |la pra |tipo )?{_WEEKDAY}"), _next_week_weekday),
    (pattern(rf"{_WEEKDAY} ,? ?(?:da |na |d[ae]? )?semana passada"), _weekday_of_last_week),
    (pattern(rf"(?:n?a |da )?semana passada ,? ?(?:foi )?(?:n[ao] |numa )?{_WEEKDAY}"), _weekday_of_last_week),
    (pattern(rf"{_WEEKDAY} ,? ?(?:que vem|q vem|qvem|proxim[ao]|seguinte|q ven|que ven)"), _weekday_next),
    (pattern(rf"(?:proxim[ao]|prox) {_WEEKDAY}"), _weekday_next),
    (pattern(rf"{_WEEKDAY} (?:passad[ao]|retrasad[ao])"), _weekday_last),
    (pattern(rf"(?:n?essa|n?esta|d?essa|desta|n?este|n?esse|desta) {_WEEKDAY}"), _weekday_this),
    (pattern(rf"{_WEEKDAY} (?:agora|d?essa semana|n?esta semana)"), _weekday_this),
    (pattern(rf"ultim[ao] {_WEEKDAY}"), _weekday_last),
    # Nothing but a stretch.
    (pattern(
        r"(?:n[ao]|pr[ao]|d[ao]|est?[ea]|ess[ea]|ness[ea]|nest[ea]|dess[ea]|a|o)? ?(?:semana|mes|mez|ano|quinzena|semn|smn) (?:que vem|q vem|qvem|seguinte|passad[ao]|retrasad[ao]|que entra|entrante|proxim[ao])"
        r"|(?:proxim[ao]|outr[ao]|ess[ea]|est[ea]|ness[ea]|nest[ea]) (?:semana|mes|mez|ano|quinzena|semn|smn|dias)"
        r"|(?:comeco|inicio|meio|meados|metade|primeira quinzena|segunda quinzena|primeira semana|ultima semana|segunda semana|virada|comecinho) (?:d[oe]|da|de|desse|deste) (?:proximo |outro )?(?:mes|mez|ano|semana|janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)(?: (?:que vem|q vem|seguinte))?"
        r"|(?:fim|final) d[eo] ano|uns dias|alguns dias|um dia desses|qualquer dia|qq dia|mais pra frente|mais (?:pro|para o) fim|em breve|logo mais|outro dia|uns tempos|mais tarde|ano que vem"
    ), _no_day("vague")),
    (pattern(rf"(?:em|no mes de|pra|para|ate|so em|la pra|la por|comeco de|inicio de|meados de) ({_FULL_MONTH})(?: d[eo] #\d+[igw])?"), _no_day("vague")),
)  # fmt: skip
# As answers to "when?".
_ASKED_PATTERNS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (pattern(r"(?<=^ )(?:(?:uns|umas|so|mais) )*<q> (dias?|semanas?|mes|quinzenas?)(?= (?:[.!?] ?)?$)"), _ahead),
    (pattern(r"(?:agora(?: (?:mesmo|msm|ja))?|ja|imediatamente)(?= (?:[.!?] ?)?$)"), _fixed(0)),
)
_PLAIN_WEEKDAY = pattern(_WEEKDAY)
_INSTALMENT_BEFORE = re.compile(
    r" (?:parcelas?|parc|prestac\w+|prest|mensalidade|n[ro]?|numero|casa|rua|apto?|ap|bloco|lote|quadra|km)(?: (?:n|numero|de|a|º|:))* $"
)
_THIRTEENTH = pattern(
    r"(?:(?<= o )|(?<= meu )|(?<= do )|(?<= seu ))(#\d+[iw])(?! (?:x|vez|dia|parcela|conto|reais))|(#\d+i) [ºo](?! (?:dia|parcela))|decimo terceiro(?: salario)?"
)
"""The year's thirteenth salary: no day by itself, and no number either."""


def find_dates(line: Line, today: date, *, asked: bool = False) -> list[When]:
    """Every time that is named, in order, and claimed on the line. `asked` says that a day was the question: "a sexta" is Friday."""
    reader = _Reader(line, today)
    found: list[tuple[int, int, When]] = []
    _thirteenth_salary(line)
    if asked:
        for wanted, handler in _ASKED_PATTERNS:
            _apply(reader, wanted, handler, found)
    for wanted, handler in _PATTERNS:
        _apply(reader, wanted, handler, found)
    for match in list(_PLAIN_WEEKDAY.finditer(line.text)):
        if _is_day_of_week(line.text, match, asked):
            _keep(reader, match, _weekday(reader, match), found)
    _apply(reader, _LONE_SALARY, _no_day("event"), found)
    _alternatives(reader, found)
    return _agreed(line, affirmed(line, found))


def _apply(reader: _Reader, wanted: re.Pattern[str], handler: Handler, found: list[tuple[int, int, When]]) -> None:
    for match in list(wanted.finditer(reader.line.text)):
        if handler is _day_month_digits and _INSTALMENT_BEFORE.search(
            reader.line.text[max(0, match.start() - 40) : match.start()]
        ):
            continue
        _keep(reader, match, handler(reader, match), found)


def _keep(reader: _Reader, match: re.Match[str], read: Found | None, found: list[tuple[int, int, When]]) -> None:
    if read is None:
        return
    line = reader.line
    readings, kind = read
    if not _DAY_TO_COME.match(match[0]) and _STREET.search(line.text[max(0, match.start() - 12) : match.start()]):
        # "rua 7 de setembro": an address; "a escola dia 7", "a escola amanhã" is a day to pay it.
        line.claim(match.start(), match.end(), "U")
        return
    before = line.text[max(0, match.start() - 30) : match.start()]
    bound = next((bound for wanted, bound in _BOUNDS if wanted.search(before)), None)
    start, end = line.span(match.start(), match.end())
    found.append((match.start(), match.end(), When(readings, match.group(), kind, start, end, bound)))
    line.claim(match.start(), match.end(), "D" if readings else "V")


_NOTHING_BETWEEN = re.compile(r" (?:(?:,|\(|que e|no|dia|agora|ou seja|isto e) )*")


def _agreed(line: Line, found: list[tuple[int, int, When]]) -> list[When]:
    """A day that is named twice on end ("sexta 27/11") is one day: what both names have in common."""
    kept: list[tuple[int, int, When]] = []
    for start, end, when in found:
        if kept and kept[-1][2].readings and when.readings and _NOTHING_BETWEEN.fullmatch(line.text[kept[-1][1] : start]):
            before = kept[-1][2]
            common = tuple(day for day in before.readings if day in when.readings) or _on_that_weekday(before, when)
            if common and "range" not in (before.kind, when.kind):
                kind: Kind = "exact" if len(common) == 1 and when.kind != "past" else when.kind
                kept[-1] = (kept[-1][0], end, When(common, before.words, kind, before.start, when.end, before.bound))
                continue
        kept.append((start, end, when))
    return [when for _, _, when in kept]


def _on_that_weekday(one: When, other: When) -> tuple[date, ...]:
    """The day of the name that is more than a weekday, where it falls on the weekday that the other is."""
    for weekday, day in ((one, other), (other, one)):
        wanted = _WEEKDAYS.get(weekday.words.split()[0])
        if (
            wanted is not None
            and day.words.split()[0] not in _WEEKDAYS
            and {found.weekday() for found in day.readings} == {wanted}
        ):
            return day.readings
    return ()


_LONE_SALARY = pattern(r"(?:(?:a|na|com a) )?(?:(?:primeira|segunda|#\d+i [ªa]) parcela d[oe] )?S+(?: S+)*(?: salario)?")


def _thirteenth_salary(line: Line) -> None:
    for match in list(_THIRTEENTH.finditer(line.text)):
        piece = match[1] or match[2]
        if piece is None or line.numeral(piece).hundredths == 1300:
            line.claim(match.start(), match.end(), "S")


_ORDINAL_BEFORE = re.compile(r" (?:a|as|da opcao|opcao|segunda|essa|aquela) $")
_ORDINAL_AFTER = re.compile(rf" (?:{_ORDINAL_OF}|#\d+[iw] parcelas?)(?= )")
_TOWARDS = re.compile(r" (?:ate|pra|para|so|somente|toda|cada|prox) (?:a|as) $")
_BEFORE_SHORT = re.compile(r" (?:na|no|ate|ate a|pra|para|so|de|dia|e|ou|,|pago|toda|essa|nessa|desde) $")


def _is_day_of_week(text: str, match: re.Match[str], asked: bool) -> bool:
    """A weekday and no ordinal ("a segunda opção", "segunda via"), no other word ("ter", "sem", "qua")."""
    before, after = text[max(0, match.start() - 20) : match.start()], text[match.end() :]
    word = match[1]
    if "f" in match.group().replace(word or "", ""):
        return True
    if _ORDINAL_AFTER.match(after):
        return False
    if word in ("seg", "ter", "qua", "qui", "sex", "sab", "dom"):
        return asked or (
            bool(_BEFORE_SHORT.search(before)) and not (word == "ter" and not re.match(r" (?:[.,!?;]|e|ou)(?= )| ?$", after))
        )
    if word in ("sabado", "domingo"):
        return True
    if asked or _TOWARDS.search(before):
        return True
    return not _ORDINAL_BEFORE.search(before)


_ALSO = re.compile(r"(?<= )D+(?: D+)* (?:,|e|ou|ou no|ou entao|ou ate) (?:dia |o )?(#\d+[iw])(?= )" + _MONEY_OR_COUNT)


def _alternatives(reader: _Reader, found: list[tuple[int, int, When]]) -> None:
    """`dia 5 ou 10`, `dias 5 e 20`: a further day after the first one."""
    for _ in range(4):
        match = _ALSO.search(reader.line.text)
        if match is None:
            return
        before = [when for start, end, when in found if start <= match.start(1) and when.readings]
        number = reader.number(match[1])
        last = before[-1] if before else None
        words = last.words.split() if last else []
        if last is None or not 1 <= number <= 31 or not (words and words[0] in ("dia", "dias", "d")):
            return
        past = last.kind == "past"
        start, end = reader.line.span(match.start(1), match.end(1))
        readings, kind = reader.day(number, past)
        found.append((match.start(1), match.end(1), When(readings, f"dia {number}", kind, start, end)))
        reader.line.claim(match.start(1), match.end(1), "D")


def day_alone(line: Line, piece: str, today: date, start: int, end: int) -> When | None:
    """A lone number as the answer to "which day?": `5`, `10.12`, `0512`."""
    reader = _Reader(line, today)
    number = line.whole(piece)
    found: Found
    if number is None:
        day, month = divmod(line.numeral(piece).hundredths, 100)
        found = reader.calendar_day(day, month, None, False)
    elif 1 <= number <= 31:
        found = reader.day(number, False)
    elif 101 <= number <= 3112:
        found = reader.calendar_day(number // 100, number % 100, None, False)
    else:
        found = (), "impossible"
    return When(found[0], piece, found[1], start, end)
