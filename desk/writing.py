"""How times, phones and documents are written on the desk's pages."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from babel.dates import format_date, format_datetime

from receivables.brasilia import BRASILIA

_LOCALE = "pt_BR"


def clock_time(at: datetime) -> str:
    """14:05."""
    return format_datetime(at.astimezone(BRASILIA), "HH:mm", locale=_LOCALE)


def day_and_time(at: datetime) -> str:
    """22/11 às 14:05."""
    return format_datetime(at.astimezone(BRASILIA), "dd/MM 'às' HH:mm", locale=_LOCALE)


def day(value: date) -> str:
    """22/11/2026; an instant is taken in São Paulo."""
    return format_date(local_day(value), "dd/MM/yyyy", locale=_LOCALE)


def day_in_words(value: datetime) -> str:
    """domingo, 22 de novembro."""
    return format_date(local_day(value), "EEEE, d 'de' MMMM", locale=_LOCALE)


def local_day(value: date) -> date:
    return value.astimezone(BRASILIA).date() if isinstance(value, datetime) else value


def day_begins(at: datetime) -> datetime:
    """The midnight in Brazil before this instant."""
    return datetime.combine(local_day(at), time(), BRASILIA)


def lasting(start: datetime, end: datetime) -> str:
    """agora, 7 min, 2 h 05 min, 3 dias."""
    minutes = max(0, int((end - start).total_seconds() // 60))
    if minutes < 1:
        return "agora"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    days = minutes // (24 * 60)
    return "1 dia" if days == 1 else f"{days} dias"


def masked_phone(phone: str) -> str:
    """+55 11 •••••-4321: enough to tell two people apart."""
    digits = "".join(c for c in phone if c.isdigit())
    if digits.startswith("55") and len(digits) in (12, 13):
        return f"+55 {digits[2:4]} •••••-{digits[-4:]}"
    return f"•••••{digits[-4:]}" if len(digits) > 6 else "•••••"


def document(value: str) -> str:
    """A normalised CPF or CNPJ with its points."""
    if len(value) == 11:
        return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}"
    if len(value) == 14:
        return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"
    return value


def percent(value: object) -> str:
    """2 %, 1,5 %."""
    return f"{value}".replace(".", ",") + " %"


def size(count: int) -> str:
    """A file's size: 12 kB, 3,4 MB."""
    return f"{max(1, round(count / 1000))} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB".replace(".", ",")


_REAIS = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,9})(?:,(\d{1,2}))?")


def centavos(typed: str) -> int | None:
    """Reais as an agent types them ("1.234,50", "R$ 900") in centavos; None for anything else."""
    found = _REAIS.fullmatch(typed.strip().removeprefix("R$").strip())
    return int(found[1].replace(".", "")) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def long_day(value: date) -> str:
    """sexta-feira, 27/11/2026."""
    return format_date(local_day(value), "EEEE, dd/MM/yyyy", locale=_LOCALE)
