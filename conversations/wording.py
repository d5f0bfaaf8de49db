"""Words for what is to be said: a response's name and typed values in, what a person reads out.

All Portuguese of the bot lies in `data/responses/*.yml`, in Rasa's format, so that Rasa and this file read the same.
What Rasa has no word for stands under `metadata` of a variation:

    lines:   {debts: "{n}. {description}: {total}"}    how each row of a list value is written, one below the other
    options: {from: debts, title: "{description}", description: "{total}", meaning: escolher_opcao}
             answers offered one for each row (the row's own `arguments` travel in the store, never in the button; a row may
             have a `meaning` of its own)
    needs:   {"Pagar com boleto": slip}    an answer that is offered only where this value is given and true
    button:  "Ver dívidas"     label that opens a list
    single_use: true           its answers have an effect on money: each works once
    personal: true             tells something about a debt or a person: said only while identity is proven
    alone: true                a message of its own (a payment code), never joined with its neighbours
    buttons may carry arguments as Rasa writes them (`/solicitar_pagamento{"means": "boleto"}`); they too stay in the store.
    cards: {title: "{short}", body: "{total}", button: "Escolher"}
             beside `options` (`lead`: the words above them, without what the cards tell): where a channel has cards, each row is one; elsewhere the options are buttons or a list as ever
    actions: [{dial: "Ligar", phone: "{company_phone}"}, {url: "Conferir", link: "{verify_page}"},
              {calendar: "Lembrar no dia", day: due, title: "Lembrete"}]
             what a tap does on the phone itself; one whose values are not given is left out
    expires: expires           the value (an instant or a date) after which what is said is no longer true;
             `today`: amounts of this day
    purpose: acknowledgement   it confirms a wish of the person, and is no answer
    template: {name: …, variables: ["{…}"]}            the approved template that says the same outside the 24-hour window
                                                       (`card: true`: it has a payment button, for the response's card)
    asks_contact: true                                 with a button that shares the person's telephone, where numbers are hidden
    again: [utter_…, …]        what is said in its place where it was said a short while ago, in this order, then round again:
                               the same values, other words
    collection: false          tells an amount without asking for it (a payment that came): no creditor's data are added to it
    unasked: reminder | answer  nobody asked for it: said only when `conversations.contact` lets it (consent, hours, cap)

Typed values (JSON, so that they pass through Rasa): {"phrase": "…"} (words that lie under `data/` by that name); {"money": centavos}, {"date": "2026-12-05"}, {"instant": "…Z"},
{"code": "…"}; plain strings and integers as they are; lists of mappings for rows. In a text `{amount}` writes a value;
`{due:weekday}`, `{due:long}`, `{at:time}` choose another form of a date or an instant.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal

from receivables.brasilia import BRASILIA

LOCALE = "pt_BR"
TODAY = "today"


class WordingError(Exception):
    """A response is missing, or its text asks for a value that was not given."""


@dataclass(frozen=True)
class Utterance:
    """Something to be said: the response's name, and the values that its text needs."""

    response: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """One answer to be offered: what is written on it, and what it means (an intent and its arguments)."""

    label: str
    description: str | None
    meaning: str
    arguments: Mapping[str, Any]
    card: OfferCard | None = None


@dataclass(frozen=True)
class OfferCard:
    """How one answer looks where the channel has cards."""

    title: str
    body: str
    button: str


@dataclass(frozen=True)
class OfferAction:
    """Something that a tap does on the phone: `kind` is `dial` (target: a telephone), `url` (a page) or `calendar` (a day)."""

    kind: str
    label: str
    target: str
    title: str = ""


@dataclass(frozen=True)
class Worded:
    """One message in words, before it is given to a channel."""

    response: str
    body: str
    offers: tuple[Offer, ...] = ()
    button: str | None = None
    footer: str | None = None
    lead: str | None = None
    single_use: bool = False
    personal: bool = False
    alone: bool = False
    actions: tuple[OfferAction, ...] = ()
    expires_at: datetime | None = None
    until_midnight: bool = False
    acknowledges: bool = False
    template: tuple[str, tuple[str, ...]] | None = None
    template_words: str | None = None
    """What the template itself says, filled in: what the person reads outside the window."""
    unasked: str | None = None
    asks_contact: bool = False
    pays_in_template: bool = False
    """Its template was approved with a payment button, which carries the card."""
    collection: bool = True


def money(centavos: int) -> str:
    """R$ 1.234,56, with a plain space: a no-break space spoils searching and copying."""
    return format_currency(Decimal(centavos) / 100, "BRL", locale=LOCALE).replace("\xa0", " ")


def _write_value(value: Any, spec: str) -> str:
    if isinstance(value, Mapping):
        if "money" in value:
            return money(int(value["money"]))
        if "date" in value:
            day = date.fromisoformat(value["date"])
            if spec == "weekday":
                return format_date(day, "EEEE, dd/MM/yyyy", locale=LOCALE)
            if spec == "long":
                return format_date(day, "d 'de' MMMM 'de' yyyy", locale=LOCALE)
            return format_date(day, "dd/MM/yyyy", locale=LOCALE)
        if "instant" in value:
            at = datetime.fromisoformat(value["instant"]).astimezone(BRASILIA)
            if spec == "time":
                return format_time(at, "HH:mm", locale=LOCALE)
            if spec == "date":
                return format_datetime(at, "dd/MM/yyyy", locale=LOCALE)
            if at.time() == time.min:
                at -= timedelta(
                    minutes=1
                )  # midnight ends the day that is meant: "até 01/12 às 00:00" reads as the first of December
            return format_datetime(at, "dd/MM/yyyy 'às' HH:mm", locale=LOCALE)
        if "code" in value:
            return str(value["code"])
        raise WordingError(f"a value of unknown type: {sorted(value)}")
    if isinstance(value, bool) or value is None:
        raise WordingError(f"a value that cannot be written: {value!r}")
    if isinstance(value, int):
        return format_decimal(value, locale=LOCALE)
    return str(value)


def _end_of(value: Any) -> datetime | None:
    """The last instant at which a value (an instant, or a day in Brazil) still holds."""
    if isinstance(value, Mapping) and "instant" in value:
        return datetime.fromisoformat(value["instant"])
    if isinstance(value, Mapping) and "date" in value:
        return datetime.combine(date.fromisoformat(value["date"]), time(23, 59, 59), BRASILIA)
    return None


class _Writer(string.Formatter):
    """Fills a text with typed values; an attribute or index in a placeholder is refused."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if field_name not in kwargs:
            raise WordingError(f"the value {{{field_name}}} was not given")
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return _write_value(value, format_spec)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return value


_WRITER = _Writer()
_DOUBLE_POINT = re.compile(r"(?<!\.)\.\.(?!\.)")


def load_responses(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every response of the folder's files. A name that stands twice is refused: Rasa would silently keep one of them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for name, variations in (content.get("responses") or {}).items():
            if name in found:
                raise WordingError(f"{path.name}: the response {name} exists twice")
            found[name] = variations
    return found


def load_templates(path: Path) -> dict[str, str]:
    """The words of the approved templates, by name; `{{1}}` and so on are the places of their variables."""
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {name: " ".join(str(one["text"]).split("\n")).strip() for name, one in (content.get("templates") or {}).items()}


class Wording:
    """The bot's words. `fixed` are values that every response may use (the company's name, site, telephone); `phrases` are words
    that a response takes in by their name (an answer to a frequent question, a label)."""

    def __init__(
        self,
        responses: Mapping[str, list[dict[str, Any]]],
        fixed: Mapping[str, Any],
        templates: Mapping[str, str] | None = None,
        phrases: Mapping[str, str] | None = None,
    ) -> None:
        self._responses = responses
        self._fixed = dict(fixed)
        self._templates = dict(templates or {})
        self._phrases = dict(phrases or {})

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._responses)

    @property
    def fixed(self) -> Mapping[str, Any]:
        """Who speaks and how to check it, as every response may name it."""
        return self._fixed

    @property
    def templates(self) -> Mapping[str, str]:
        """The words of each approved template, by its name."""
        return self._templates

    def again(self, response: str) -> tuple[str, ...]:
        """What may be said in the place of a response that was said a short while ago; empty where it bears repetition."""
        return next(
            (tuple(v["metadata"]["again"]) for v in self._responses.get(response, ()) if "again" in v.get("metadata", {})), ()
        )

    def varies(self, response: str) -> bool:
        """Whether there are several texts for one response."""
        return len(self._responses.get(response, ())) > 1

    def word(self, said: Utterance, *, channel: str, seed: str, times: int = 0) -> Worded:
        """The message in words. `times`: how often it is said by now, this time too; each time the next text has its turn. At 0 the
        seed picks one, the same seed the same. Raises `WordingError`."""
        variation = self._pick(said.response, channel, seed, times)
        extra: Mapping[str, Any] = variation.get("metadata") or {}
        values: dict[str, Any] = {**self._fixed, **self._named(said.values, said.response)}
        for key, template in (extra.get("lines") or {}).items():
            rows = values.get(key, [])
            # A row that brings its own line break stands right below the one before it.
            values[key] = ("" if template.startswith("\n") else "\n").join(
                self._fill(template, {**values, "n": n, **self._named(row, said.response)}, said.response)
                for n, row in enumerate(rows, 1)
            )
        template = extra.get("template")
        variables = tuple(self._fill(one, values, said.response) for one in template.get("variables", ())) if template else ()
        return Worded(
            response=said.response,
            body=self._fill(variation.get("text", ""), values, said.response).strip(),
            offers=tuple(self._offers(variation, extra, said, values)),
            button=extra.get("button"),
            footer=self._fill(extra["footer"], values, said.response) if "footer" in extra else None,
            lead=self._fill(extra["cards"]["lead"], values, said.response).strip() if "lead" in extra.get("cards", ()) else None,
            single_use=bool(extra.get("single_use", False)),
            personal=bool(extra.get("personal", False)),
            alone=bool(extra.get("alone", False)),
            actions=tuple(self._actions(extra, said, values)),
            expires_at=_end_of(values.get(extra["expires"])) if extra.get("expires", TODAY) != TODAY else None,
            until_midnight=extra.get("expires") == TODAY,
            asks_contact=bool(extra.get("asks_contact", False)),
            pays_in_template=bool(template and template.get("card", False)),
            acknowledges=extra.get("purpose") == "acknowledgement",
            template=(template["name"], variables) if template else None,
            template_words=self._mirrored(template["name"], variables) if template else None,
            unasked=extra.get("unasked"),
            collection=bool(extra.get("collection", True)),
        )

    def _mirrored(self, template: str, variables: tuple[str, ...]) -> str | None:
        """The words of an approved template, its numbered places filled in; None where they are not known here."""
        words = self._templates.get(template)
        if words is None:
            return None
        for place, value in enumerate(variables, 1):
            words = words.replace(f"{{{{{place}}}}}", value)
        return words

    def _pick(self, response: str, channel: str, seed: str, times: int) -> dict[str, Any]:
        variations = self._responses.get(response)
        if not variations:
            raise WordingError(f"there is no response {response}")
        mine = [v for v in variations if v.get("channel") == channel] or [v for v in variations if "channel" not in v]
        if not mine:
            raise WordingError(f"the response {response} has no words for {channel}")
        if times:
            return mine[(times - 1) % len(mine)]
        place = int.from_bytes(hashlib.sha256(f"{seed}/{response}".encode()).digest()[:4], "big")
        return mine[place % len(mine)]

    def _offers(
        self, variation: Mapping[str, Any], extra: Mapping[str, Any], said: Utterance, values: Mapping[str, Any]
    ) -> list[Offer]:
        offers = []
        spec = extra.get("options")
        card: Mapping[str, str] | None = extra.get("cards")
        if spec:
            for n, row in enumerate(said.values.get(spec["from"], ()), 1):
                filled = {**values, "n": n, **self._named(row, said.response)}
                offers.append(
                    Offer(
                        label=self._fill(spec["title"], filled, said.response),
                        description=self._fill(spec["description"], filled, said.response) if "description" in spec else None,
                        meaning=row.get("meaning", spec.get("meaning")),
                        arguments=row.get("arguments", {}),
                        card=OfferCard(*(self._fill(card[part], filled, said.response) for part in ("title", "body", "button")))
                        if card
                        else None,
                    )
                )
        needs: Mapping[str, str] = extra.get("needs") or {}
        for button in variation.get("buttons", ()):
            if button["title"] in needs and not said.values.get(needs[button["title"]]):
                continue
            meaning, _, own = str(button["payload"]).lstrip("/").partition("{")
            offers.append(
                Offer(
                    label=self._fill(button["title"], values, said.response),
                    description=None,
                    meaning=meaning,
                    arguments={**said.values.get("arguments", {}), **(json.loads("{" + own) if own else {})},
                )
            )
        return offers

    def _named(self, values: Mapping[str, Any], response: str) -> dict[str, Any]:
        """The values, with the words of those that only name them."""
        found = dict(values)
        for key, value in values.items():
            if isinstance(value, Mapping) and "phrase" in value:
                if value["phrase"] not in self._phrases:
                    raise WordingError(f"{response}: there is no phrase {value['phrase']}")
                found[key] = self._fill(self._phrases[value["phrase"]], self._fixed, response)
        return found

    def _actions(self, extra: Mapping[str, Any], said: Utterance, values: Mapping[str, Any]) -> list[OfferAction]:
        found = []
        for action in extra.get("actions") or ():
            kind = next(name for name in ("dial", "url", "calendar") if name in action)
            if kind == "calendar":
                day = values.get(action["day"])
                if isinstance(day, Mapping) and "date" in day:
                    found.append(OfferAction(kind, action[kind], str(day["date"]), action["title"]))
                continue
            target = self._fill(action["phone" if kind == "dial" else "link"], values, said.response)
            found.append(OfferAction(kind, action[kind], target))
        return found

    def _fill(self, template: str, values: Mapping[str, Any], response: str) -> str:
        try:
            # A name that ends in a point ("Ltda.") needs no second one at the end of a sentence.
            return _DOUBLE_POINT.sub(".", _WRITER.vformat(template, (), values))
        except (WordingError, ValueError, TypeError) as trouble:
            raise WordingError(f"{response}: {trouble}") from trouble
