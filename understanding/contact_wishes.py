"""When, where and how often somebody wants to be written to, read from their own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from understanding.plain import plain

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMED = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6}
_NUMBERS = {
    "uma": 1,
    "um": 1,
    "duas": 2,
    "dois": 2,
    "tres": 3,
    "quatro": 4,
    "cinco": 5,
    "seis": 6,
    "sete": 7,
    "oito": 8,
    "nove": 9,
    "dez": 10,
    "onze": 11,
    "doze": 12,
    "meio dia": 12,
}
_HOUR = r"(\d{1,2}|uma|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|meio dia)(?: ?h(?:oras?|rs?|s)?\b)?(?: ?:? ?(?:00|30))?(?: da (manha|tarde|noite))?"
_PARTS = (
    (r"(?:hora|horario) d[oe] almoco|almoco|meio dia", 12, 14),
    (r"(?:fim|final) d[ae] tarde|tardinha", 16, 18),
    (r"manha(?: cedo)?|manhazinha|cedo", 8, 12),
    (r"tardes?", 12, 18),
    (r"noite\w*|noitinha|madrugada", 18, 22),
)
_NOT = r"(?:nao|n|num|nunca|sem|nem|menos)"


@dataclass(frozen=True)
class ContactWish:
    """What was wished. `first` and `last` are full hours of the person's own clock, `days` weekdays from Monday (0).

    `most` messages in `every_days` days. `channel` is one of whatsapp, rcs, phone, email, letter. `not_by` is a channel they do not want.
    """

    first: int | None = None
    last: int | None = None
    days: tuple[int, ...] | None = None
    most: int | None = None
    every_days: int | None = None
    channel: str | None = None
    not_by: str | None = None
    reminder: bool = False
    another_number: bool = False
    easier: bool = False
    """They read badly, or want it written plainly or large."""
    on_a_day: bool = False
    """At one moment ("amanhã às 10"), not always."""

    @property
    def hours(self) -> str | None:
        """As a policy writes it: `Mon-Fri 14:00-18:00`; None when no hour or day was wished."""
        if self.first is None and self.last is None and self.days is None:
            return None
        window = f"{self.first or 0:02d}:00-{'24:00' if (self.last or 24) == 24 else f'{self.last:02d}:00'}"
        days = self.days if self.days is not None else tuple(range(7))
        return ", ".join(f"{run} {window}" for run in _runs(days))

    @property
    def empty(self) -> bool:
        """Whether nothing of it was understood."""
        return self == ContactWish()


def contact_wish(text: str) -> ContactWish:
    """What the words wish; an empty wish when they say none of it."""
    said = plain(text)
    first, last = _hours(said)
    most, every = _how_often(said)
    channel, not_by = _channels(said)
    return ContactWish(
        first=first,
        last=last,
        days=_weekdays(said),
        most=most,
        every_days=every,
        channel=channel,
        not_by=not_by,
        reminder=bool(
            re.search(r"\b(?:lembr\w+|avis\w+ (?:antes|na vespera|um dia|no dia|quando)|ser avisad\w+|vespera)\b", said)
        ),
        another_number=bool(
            re.search(
                r"\b(?:(?:outro|novo) (?:numero|telefone|celular|zap)|(?:numero|telefone|celular) (?:novo|novinho|do trabalho|da minha|do meu|outro)"
                r"|mudei de (?:numero|telefone|celular|chip)|troquei de (?:numero|telefone|celular|chip)|meu outro (?:numero|telefone)|usa esse numero)\b",
                said,
            )
        ),
        easier=bool(
            re.search(
                r"\b(?:nao sei ler|leio mal|letra grande|prefiro audio|manda audio|nao enxergo|fonte maior|cego|cega)\b", said
            )
        ),
        on_a_day=bool(
            re.search(r"\b(?:amanha|semana que vem|mes que vem|proxima semana|daqui a|depois do dia \d|hoje mais tarde)\b", said)
        ),
    )


def _hours(said: str) -> tuple[int | None, int | None]:
    between = re.search(rf"\b(?:entre|d[ae]s?) (?:as? )?{_HOUR} (?:e|a|as|ate)(?: as)? {_HOUR}", said)
    if between:
        start, end = _hour(between[1], between[2] or between[4]), _hour(between[3], between[4])
        if start < end:
            return start, end
    before = re.search(rf"\b{_NOT}\b.{{0,30}}\bantes d[aeo]s? {_HOUR}", said)
    if before:
        return _hour(before[1], before[2] or "manha"), None
    after_not = re.search(rf"\b{_NOT}(?: \w+){{0,2}} (?:depois|dps|apos) d[aeo]s? {_HOUR}", said)
    if after_not:
        return None, _hour(after_not[1], after_not[2] or "noite")
    after = re.search(rf"\b(?:depois|dps|apos|a partir) (?:d[aeo]s?|as) {_HOUR}", said)
    if after:
        late = "noite" if re.search(r"\b(?:noite|mais tarde|criancas dormem)\b", said) else "tarde"
        return _hour(after[1], after[2] or late), None
    until = re.search(rf"\b(?:ate|antes d[aeo]s?)(?: as| o)? {_HOUR}", said)
    if until:
        return None, _hour(until[1], until[2] or "tarde")
    if re.search(
        r"\b(?:depois do (?:expediente|trabalho|servico)|(?:fora|nao) .{0,15}horario (?:de trabalho|comercial))\b", said
    ):
        return 18, None
    for part, start, end in _PARTS:
        found = re.search(rf"\b(?:{part})\b", said)
        if found is None:
            continue
        if _denied(said, found):
            return (end, None) if start < 12 else (None, start) if start >= 16 else (14, None)
        return start, end
    return None, None


def _denied(said: str, found: re.Match[str]) -> bool:
    """Whether this part of the day is what they do not want: "de manhã não", "só não manda de noite"."""
    before, after = said[: found.start()], said[found.end() :]
    no_before = (
        re.search(rf"\b{_NOT}\b(?! (?:precisa parar|e (?:pra|para) parar|quero parar))[^,.;]{{0,30}}$", before) is not None
    )
    return no_before or re.match(rf"[^,.;]{{0,3}},? ?{_NOT}\b", after) is not None


def _hour(word: str, part: str | None) -> int:
    hour = int(word) if word.isdigit() else _NUMBERS[word]
    if part in ("tarde", "noite") and hour < 8:
        return hour + 12
    if part == "noite" and hour < 12:
        return hour + 12
    return min(hour, 24)


def _weekdays(said: str) -> tuple[int, ...] | None:
    weekend_not = re.search(
        rf"\b(?:{_NOT} .{{0,25}}(?:fim|final|fins|finais) de semana|(?:fim|final) de semana,? {_NOT}|(?:so |somente |apenas )?(?:em |nos )?dias? (?:de semana|uteis?|util))\b",
        said,
    )
    if weekend_not:
        return (0, 1, 2, 3, 4)
    if re.search(r"\b(?:so|somente|apenas) .{0,15}(?:fim|final|fins|finais) de semana\b", said):
        return (5, 6)
    span = re.search(
        rf"\b(?:so|somente|apenas|prefiro)\b.{{0,25}}?\b({'|'.join(_NAMED)})(?: feira)? a ({'|'.join(_NAMED)})\b", said
    )
    if span and _NAMED[span[1]] < _NAMED[span[2]]:
        return tuple(range(_NAMED[span[1]], _NAMED[span[2]] + 1))
    named = {day for name, day in _NAMED.items() if re.search(rf"\b{name}s?(?:-feiras?| feiras?)?\b", said)}
    if not named:
        return None
    if re.search(rf"\b{_NOT}\b", said):
        return tuple(day for day in range(7) if day not in named)
    return tuple(sorted(named))


def _how_often(said: str) -> tuple[int | None, int | None]:
    counted = re.search(
        r"\b(\d{1,2}|uma|um|duas|dois|tres|quatro|cinco)(?: ?x\b)?(?: (?:vez|vezes|mensagem|mensagens|msgs?|aviso|avisos|so))*,? (?:por|ao|a cada|na|no|cada) (dia|semana|mes|quinzena)\b",
        said,
    )
    if counted and not re.search(rf"\b{_NOT}\b[^,.;]{{0,12}}$", said[: counted.start()]):
        count = int(counted[1]) if counted[1].isdigit() else _NUMBERS[counted[1]]
        return min(count, 50), {"dia": 1, "semana": 7, "quinzena": 15, "mes": 30}[counted[2]]
    if re.search(
        r"\b(?:nao|n) todo (?:santo )?dia\b|\bmenos (?:mensage\w+|msgs?|avisos?|vezes)\b|\b(?:diminu\w+|reduz\w+|manda\w* menos|tanta mensagem)\b",
        said,
    ):
        return 1, 7
    if re.search(r"\b(?:so|somente|apenas) o (?:necessario|essencial|importante)\b|\bso me avisa quando\b", said):
        return 1, 30
    return None, None


_BY = (
    ("email", r"e ?-?mails?"),
    ("rcs", r"rcs|sms|torpedo"),
    ("letter", r"cartas?|correios?"),
    ("phone", r"ligac\w+|lig(?:ar?|ue[mn]?|a)|por telefone|telefonema\w*|chamadas?"),
    ("whatsapp", r"whats\w*|zap\w*|wpp|por aqui|mensage\w+|msgs?"),
)


def _channels(said: str) -> tuple[str | None, str | None]:
    wanted = unwanted = None
    for name, words in _BY:
        found = re.search(rf"\b(?:{words})\b", said)
        if found is None:
            continue
        if name == "whatsapp" and re.fullmatch(r"mensage\w+|msgs?", found[0]) and not re.search(r"\bprefiro mensage", said):
            continue
        denied = (
            re.search(rf"\b(?:{_NOT}|em vez d[aeo]s?|do que|inves d[aeo]|nao atendo)\b[^,.;]{{0,14}}$", said[: found.start()])
            is not None
        )
        if denied or re.match(rf"(?: (?:pra|para|no) \w+)? ?,? {_NOT}\b", said[found.end() :]):
            unwanted = unwanted or name
        else:
            wanted = wanted or name
    return (None if wanted == unwanted else wanted), unwanted


def _runs(days: tuple[int, ...]) -> list[str]:
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [_DAYS[run[0]] if len(run) == 1 else f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" for run in runs]
