"""Amounts, days and percents as papers write them; an amount in words, as receipts have it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from documents.texts import Texts

_LOCALE = "pt_BR"
_ZONE = ZoneInfo("America/Sao_Paulo")


def money(centavos: int) -> str:
    """R$ 1.234,56; a negative amount with its sign in front."""
    sign = "-" if centavos < 0 else ""
    return f"{sign}R$ {bare_money(abs(centavos))}"


def bare_money(centavos: int) -> str:
    """1.234,56, for a box that says R$ itself."""
    reais = f"{centavos // 100:,}".replace(",", ".")
    return f"{reais},{centavos % 100:02d}"


def day(value: date) -> str:
    """22/11/2026."""
    return f"{value:%d/%m/%Y}"


def long_day(value: date) -> str:
    """22 de novembro de 2026."""
    return format_date(value, "d 'de' MMMM 'de' yyyy", locale=_LOCALE)


def local_day(at: datetime) -> date:
    """The day in São Paulo at an instant. Raises ValueError for one without a time zone."""
    return _local(at).date()


def instant(at: datetime, texts: Texts) -> str:
    """22/11/2026 às 14:05, in São Paulo's time. Raises ValueError for one without a time zone."""
    local = _local(at)
    return texts.plain("page.instant", day=day(local.date()), time=f"{local:%H:%M}")


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return at.astimezone(_ZONE)


def percent(value: Decimal) -> str:
    """2%, 1,5%."""
    return f"{format_decimal(value, format='#,##0.####', locale=_LOCALE)}%"


def in_words(centavos: int, texts: Texts) -> str:
    """An amount as it is read aloud: mil e duzentos reais e dez centavos. Raises ValueError below zero or from 10^12 reais on."""
    reais, cents = divmod(centavos, 100)
    if centavos < 0 or reais >= 10**12:
        raise ValueError("such an amount is not written in words")
    one_real, reais_word, of_reais = texts.words("numbers.currency")
    one_cent, cents_word = texts.words("numbers.cents")
    joiner = f" {texts.plain('numbers.joiner')} "
    parts: list[str] = []
    if reais:
        unit = one_real if reais == 1 else of_reais if reais % 10**6 == 0 else reais_word
        parts.append(f"{_number(reais, texts)} {unit}")
    if cents or not reais:
        parts.append(f"{_number(cents, texts)} {one_cent if cents == 1 else cents_word}")
    return joiner.join(parts)


def _number(value: int, texts: Texts) -> str:
    small = texts.words("numbers.small")
    if value == 0:
        return small[0]
    joiner = f" {texts.plain('numbers.joiner')} "
    groups: list[tuple[int, int]] = []
    rest, power = value, 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            groups.insert(0, (group, power))
        power += 1
    words = [_group_words(group, power, texts) for group, power in groups]
    if len(words) == 1:
        return words[0]
    last = groups[-1][0]
    # "mil e duzentos", "mil e cinco", but "mil duzentos e cinco": the last group is joined when it is a single word of hundreds.
    link = joiner if last < 100 or last % 100 == 0 else " "
    return ", ".join(words[:-1]) + link + words[-1] if len(words) > 2 else words[0] + link + words[1]


def _group_words(group: int, power: int, texts: Texts) -> str:
    if power == 1:
        thousand = texts.plain("numbers.thousand")
        return thousand if group == 1 else f"{_hundreds(group, texts)} {thousand}"
    if power == 0:
        return _hundreds(group, texts)
    one, many = texts.words("numbers.millions" if power == 2 else "numbers.billions")
    return f"{_hundreds(group, texts)} {one if group == 1 else many}"


def _hundreds(group: int, texts: Texts) -> str:
    small, tens, hundreds = (texts.words(f"numbers.{name}") for name in ("small", "tens", "hundreds"))
    if group == 100:
        return texts.plain("numbers.hundred")
    parts: list[str] = []
    if group >= 100:
        parts.append(hundreds[group // 100 - 1])
    group %= 100
    if group >= 20:
        parts.append(tens[group // 10 - 2])
        group %= 10
    if group:
        parts.append(small[group])
    return f" {texts.plain('numbers.joiner')} ".join(parts)
