"""Every value in a message at once: documents, money, dates, counts, options, phones, e-mails, payment references.

What one finder has understood no other reads again: a CPF is no phone, a year no amount, "3/10" after "parcela" no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from understanding.birth_dates import find_birth_dates
from understanding.contacts import Email, Phone, find_emails, find_phones, phone_number
from understanding.counts import Count, find_counts
from understanding.dates import When, day_alone, find_dates
from understanding.documents import Document, cnpj_is_valid, cpf_is_valid, find_documents
from understanding.line import Folded, Line, fold
from understanding.money import Money, find_money, in_thousands
from understanding.options import find_options
from understanding.references import Reference, find_references
from understanding.spoken import find_spoken_digits

ASKED = frozenset({"date", "amount", "count", "option", "document", "birth_date", "phone", "email"})
"""What an open question may ask for."""


@dataclass(frozen=True)
class Values:
    """What a message holds, each in the order of the text. `documents` have right check digits.

    `lost_zero` are CPFs of ten digits that a zero in front would make right: ask back before using them. `wrong_documents` look like a
    CPF or CNPJ and have wrong check digits.
    """

    documents: tuple[Document, ...] = ()
    lost_zero: tuple[Document, ...] = ()
    wrong_documents: tuple[Document, ...] = ()
    money: tuple[Money, ...] = ()
    dates: tuple[When, ...] = ()
    counts: tuple[Count, ...] = ()
    options: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    references: tuple[Reference, ...] = ()


_PHONE_WORD = re.compile(
    r"(?:telefone|tel|fone|celular|cel|celu|zap|zapzap|whats|whatsapp|wpp|ddd|numero novo|me liga|liga)\b[^0-9]{0,25}$"
)
_CPF_WORD = re.compile(r"(?:cpf|c\.?p\.?f\.?|documento|doc|cic|titular)\b[^0-9]{0,25}$")
_AT_HOURS = re.compile(r"(?<![a-z])as(?= \w)")
_ELSEWHERE = re.compile(
    r"(?P<U>(?:https?://|www\.)\S+|\d{2}\.?\d{3}-\d{3}(?!\d))"
    r"|(?P<P>(?:\d+(?:[.,]\d+)? ?)?(?:%|\bpor ?cento\b))"
    r"|(?P<T>(?<![\d.,/-])(?:[01]?\d|2[0-4]) ?(?:hs|hrs?|horas?|h)(?![a-z])(?: ?[0-5]\d(?!\d))?|(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?!\d))"
    r"|(?P<K>(?<![a-z0-9])(?=[a-z0-9]{0,30}[a-z]\d{1,20}[a-z]{1,20}\d)[a-z0-9]{8,40}(?![a-z0-9]))"
    r"|(?P<N>(?<![\d.,])\d{9,}(?![\d]|[.,]\d))"
)


def read_values(text: str, today: date, *, asked: str | None = None) -> Values:
    """The values of a message that was written on `today`. `asked`, one of `ASKED`, is what the open question wants to know.

    At most the first 4,000 characters are read. Raises ValueError for an `asked` that is not known.
    """
    if asked is not None and asked not in ASKED:
        raise ValueError(f"nothing asks for {asked!r}")
    folded = fold(text)
    said = folded.text
    original = text if folded.offsets is None else "".join(text[place] for place in folded.offsets[:-1])

    if folded.offsets is None and "s" in said:
        # The accent tells "às duas", a time of the day, from "as duas".
        said = _AT_HOURS.sub(lambda match: "TT" if original[match.start()] in "àÀ" else match.group(), said)

    references = find_references(said, original)
    said = _without(said, references, "K")
    emails = find_emails(said)
    said = _without(said, emails, "E")
    documents, phones, said = _documents_and_phones(said, asked)

    said = _ELSEWHERE.sub(lambda match: (match.lastgroup or "U") * len(match.group()), said)
    line = Line(said)
    bare = _bare_number(line, today, asked)
    if bare is not None:
        return _all_placed(bare, folded, text)
    dates = find_dates(line, today, asked=asked == "date")
    options = tuple(_label(option, folded, text) for option in find_options(line))
    counts = find_counts(line)
    money = find_money(line)

    if asked == "birth_date" or (not dates and re.search(r"\bnasc", said)):
        dates = _births(folded.text, today) or dates
    values = Values(
        documents=tuple(one for one in documents if one.valid and not one.mended),
        lost_zero=tuple(one for one in documents if one.mended),
        wrong_documents=tuple(one for one in documents if not one.valid),
        money=tuple(money),
        dates=tuple(dates),
        counts=tuple(counts),
        options=options,
        phones=tuple(phones),
        emails=tuple(emails),
        references=tuple(references),
    )
    return _all_placed(values, folded, text)


def _label(option: str, folded: Folded, text: str) -> str:
    """A label in the words of the original, where `find_options` tells their place."""
    if not option.startswith("rotulo:"):
        return option
    start, end = folded.original(*map(int, option.split(":")[1:]))
    return f"rotulo:{text[start:end]}"


_FILLER = re.compile(
    r"(?<= )(?:[.,!?;:|^()=]|o|a|os|no|na|em|de|do|da|por|pra|pro|para|ate|uns|umas|so|mais ou menos|acho que|acho|que|pode ser|prefiro|quero|queria|vou"
    r"|seria|eu|mesmo|por favor|pfv|pf|ok|sim|ta bom|bom|e|eh|r\$|rs|reais|pode|ser|entao|ai|apenas|somente|x|vez|vezes|parcelas?|dia|opcao|numero|melhor"
    r"|n|ta|beleza|blz|minimo|maximo|fica|ficar|com|la|pelo|tipo|talvez|agora|vai|escolho|certo)(?= )"
)
_BARE = re.compile(r" (#\d+[idgw]|uma?)(?: [ºª]| a| o)? ")
_SEVERAL = re.compile(
    r" (?:(?:quero|pagar|a|as|o|os|opcao|opcoes|n) )*(?:#\d+[iw]|uma?)(?: (?:(?:,|e|/|;|[.]|mais) )*(?:(?:a|o) )?(?:#\d+[iw]|uma?))+ (?:[.!] )*"
)
_ONLY_FOR = {
    "date": {"dia"},
    "count": {"x", "vez", "vezes", "parcela", "parcelas"},
    "amount": {"reais", "r$", "rs"},
    "option": {"opcao"},
}


def _bare_number(line: Line, today: date, asked: str | None) -> Values | None:
    """A message of one number and nothing else that matters, read as what was asked for."""
    if asked not in _ONLY_FOR or len(line.tokens) > 12:
        return None
    words = set(line.text.split())
    if any(words & theirs for kind, theirs in _ONLY_FOR.items() if kind != asked):
        return None
    rest = " ".join(_FILLER.sub("", line.text).split())
    if asked == "option" and _SEVERAL.fullmatch(f" {line.text.strip()} "):
        places = [line.whole(piece) for piece in re.findall(r"#\d+[iw]|(?<= )uma?(?= )", line.text)]
        return Values(options=tuple(str(place) for place in places if place and place <= 99))
    match = _BARE.fullmatch(f" {rest} ")
    if match is None:
        return None
    piece = match[1]
    place = line.text.index(f" {piece} ") + 1
    start, end = line.span(place, place + len(piece))
    whole = line.whole(piece)
    if asked == "amount":
        numeral = line.numeral(piece) if piece.startswith("#") else None
        amount = 1_00 if numeral is None else numeral.hundredths if "$" in line.text else in_thousands(line, numeral)
        return Values(money=(Money(amount, None, start, end),)) if amount else None
    if asked == "date":
        when = day_alone(line, piece, today, start, end)
        return Values(dates=(when,)) if when else None
    if whole is None or not 1 <= whole <= 480:
        return None
    if asked == "count":
        return Values(counts=(Count(whole, start, end),))
    return Values(options=(str(whole),)) if whole <= 99 else None


def _births(text: str, today: date) -> list[When]:
    return [When((one.value,), text[one.start : one.end], "past", one.start, one.end) for one in find_birth_dates(text, today)]


def _all_placed(values: Values, folded: Folded, text: str) -> Values:
    """The same values where they stand in the original text."""

    def placed(found: Any) -> Any:
        return tuple(_placed(one, folded, text) for one in found)

    return Values(
        documents=placed(values.documents),
        lost_zero=placed(values.lost_zero),
        wrong_documents=placed(values.wrong_documents),
        money=placed(values.money),
        dates=placed(values.dates),
        counts=placed(values.counts),
        options=values.options,
        phones=placed(values.phones),
        emails=placed(values.emails),
        references=placed(values.references),
    )


def _documents_and_phones(said: str, asked: str | None) -> tuple[list[Document], list[Phone], str]:
    documents: list[Document] = []
    phones: list[Phone] = []
    if sum(char.isdigit() for char in said) >= 8:
        phones = find_phones(said)
        for one in find_documents(said):
            beside = [phone for phone in phones if phone.start < one.end and one.start < phone.end]
            about_phones = _PHONE_WORD.search(said[max(0, one.start - 40) : one.start]) is not None
            about_cpfs = _CPF_WORD.search(said[max(0, one.start - 40) : one.start]) is not None or asked == "document"
            if beside and not about_cpfs and (not one.valid or one.mended or about_phones or asked == "phone" or beside[0].clear):
                if one.mended and not about_phones and not beside[0].clear and asked != "phone":
                    phones = [phone for phone in phones if phone not in beside]
                    documents.append(one)
                continue
            phones = [phone for phone in phones if phone not in beside]
            documents.append(one)
    for spoken in find_spoken_digits(said):
        taken = [(one.start, one.end) for one in documents] + [(one.start, one.end) for one in phones]
        if any(start < spoken.end and spoken.start < end for start, end in taken):
            continue
        digits = spoken.digits
        phone = phone_number(digits)
        about_phones = _PHONE_WORD.search(said[max(0, spoken.start - 40) : spoken.start]) is not None or asked == "phone"
        if cpf_is_valid(digits) and not (phone and about_phones):
            documents.append(Document("cpf", digits, spoken.start, spoken.end, True))
        elif cnpj_is_valid(digits):
            documents.append(Document("cnpj", digits, spoken.start, spoken.end, True))
        elif phone and not _CPF_WORD.search(said[max(0, spoken.start - 40) : spoken.start]):
            phones.append(Phone(phone, spoken.start, spoken.end))
        elif len(digits) == 10 and cpf_is_valid("0" + digits):
            documents.append(Document("cpf", "0" + digits, spoken.start, spoken.end, True, mended=True))
        elif len(digits) == 11:
            documents.append(Document("cpf", digits, spoken.start, spoken.end, False))
    documents.sort(key=lambda one: one.start)
    phones.sort(key=lambda one: one.start)
    said = _without(_without(said, documents, "X"), phones, "F")
    return documents, phones, said


def _without(said: str, found: Any, letter: str) -> str:
    for one in found:
        said = said[: one.start] + letter * (one.end - one.start) + said[one.end :]
    return said


def _placed(one: Any, folded: Folded, text: str) -> Any:
    start, end = folded.original(one.start, one.end)
    if isinstance(one, When):
        return replace(one, start=start, end=end, words=text[start:end])
    return one if folded.offsets is None else replace(one, start=start, end=end)


def entities(values: Values) -> dict[str, list[Any]]:
    """The resolved values as `trato understand` prints them, each once; an ambiguous date with each of its readings.

    Phones are digits with their area code; ordinals of `opcao` are strings like its other words.
    """
    amounts = [amount for money in values.money for amount in _amounts(money)]
    counts = [count.number for count in values.counts]
    for option in values.options:
        # "a de 12x" is a choice and a count, "a de 89 reais" a choice and an amount.
        kind, _, value = option.partition(":")
        if kind == "valor":
            amounts.append(int(value.replace(".", "")))
        elif kind == "parcelas":
            counts.append(int(value))
    days = [day.isoformat() for when in values.dates for day in when.readings]
    return {
        "cpf": _once(one.value for one in values.documents if one.kind == "cpf"),
        "valor": _once(f"{amount // 100}.{amount % 100:02d}" for amount in amounts),
        "data": _once(days),
        "parcelas": _once(counts),
        "opcao": _once(values.options),
        "telefone": _once(one.value.removeprefix("+55") for one in values.phones),
        "email": _once(one.value for one in values.emails),
    }


def _amounts(money: Money) -> tuple[int, ...]:
    if money.low is not None and money.high is not None and money.low != money.high:
        return money.low, money.high
    return (money.amount,)


def _once(found: Any) -> list[Any]:
    return list(dict.fromkeys(found))
