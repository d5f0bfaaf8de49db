"""Limits kept by construction: whatever the bot may say, with the longest of names and the most of rows, fits on every channel.

Each response of `data/responses` is worded with values of every size, shaped as the program shapes it, cut and rendered for each door,
and judged by the limits of its provider, which the fake providers hold written down a second time.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from channels import meta_outbound, rbm_outbound, telegram, twilio_outbound
from channels.message import Address, Cards, Choice, Option, Outgoing, Rejected, Template
from channels.registry import DOORS
from conversations.shape import shape
from conversations.wording import Utterance, Wording, load_responses
from receivables.policy import Policies
from tests.channels import meta_graph, rbm_google, twilio_house
from tests.conversations.doubles import NOW
from trato.paths import POLICIES, RESPONSES
from trato.program import fixed_values

KEY = "m_AAAAAAAAAAAAAAAAAAAAAA"
WORDS = {
    "usual": "Cartão da loja",
    "long": "Conta de São João da Boa Vista, parcela única " * 2,
    "odd": "👩‍👩‍👧 {{1}} *x* \n ção",
}
ROWS = (1, 3, 4, 10, 13)
FIXED = fixed_values(Policies.load(POLICIES).default, "https://trato.example.com.br")
RESPONSES_ = load_responses(RESPONSES)
SPECS = {"weekday": {"date": "2026-12-05"}, "long": {"date": "2026-12-05"}, "time": {"instant": "2026-12-05T12:00:00Z"}}
SPECS["date"] = {"instant": "2026-12-05T12:00:00Z"}


def places(*templates: str) -> dict[str, str]:
    """The values that these texts ask for, with the form in which they are written."""
    found: dict[str, str] = {}
    for template in templates:
        for _, name, spec, _ in string.Formatter().parse(template):
            if name:
                found[name] = spec or found.get(name, "")
    return found


def texts(told: Any) -> Iterator[str]:
    """Every text under these metadata."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from texts(value)


def values_for(variation: Mapping[str, Any], words: str, rows: int) -> dict[str, Any]:
    extra = variation.get("metadata") or {}
    asked = places(variation.get("text", ""), *texts(extra), *(button["title"] for button in variation.get("buttons", ())))
    row = {name: SPECS.get(spec, words) for name, spec in asked.items() if name != "n"}
    # No two answers of one list are called the same.
    many = [row | {name: f"{n} {value}" for name, value in row.items() if value == words} for n in range(1, rows + 1)]
    given: dict[str, Any] = dict(row)
    for name in (*(extra.get("lines") or {}), *([extra["options"]["from"]] if "options" in extra else [])):
        given[name] = many
    for action in extra.get("actions", ()):
        if "day" in action:
            given[action["day"]] = {"date": "2026-12-05"}
    ends = extra.get("expires")
    if ends and ends != "today":
        given[ends] = {"instant": (NOW + timedelta(days=1)).isoformat()}
    return given | {"needs": True} | dict.fromkeys((extra.get("needs") or {}).values(), True)


CARD = {
    "reference": "E" * 35 + "-12", "pix_code": "000201" + "9" * 400 + "6304ABCD", "merchant_name": "L" * 80, "pix_key": "k" * 77,
    "pix_key_type": "EVP", "total": 1_234_567, "lines": [{"name": "Conta " * 20, "amount": 1_234_567}],
    "expires_at": (NOW + timedelta(days=1)).isoformat(), "digitable_line": "3" * 47,
}  # fmt: skip
FILE = {"path": "a/b.pdf", "filename": "boleto.pdf", "mime_type": "application/pdf"}


def messages(name: str, variation: Mapping[str, Any], words: str, rows: int) -> Iterator[Outgoing]:
    """The message in all the shapes that these words could have."""
    channel = variation.get("channel", "whatsapp")
    given = values_for(variation, words, rows)
    worded = Wording({name: [dict(variation)]}, FIXED).word(Utterance(name, given), channel=channel, seed="s")
    options = [Option(id=f"o_{'x' * 22}{n}", label=one.label, description=one.description) for n, one in enumerate(worded.offers)]
    for followed in (False, True):
        yield shape(worded, Utterance(name, given), options, followed=followed)
    if worded.body and not worded.offers:
        yield shape(worded, Utterance(name, given | {"card": CARD}), ())
        yield shape(worded, Utterance(name, given | {"file": FILE}), ())
        status = {"reference": "r", "status": "paid", "paid_at": NOW.isoformat()}
        yield shape(worded, Utterance(name, given | {"card_status": status}), ())
    if worded.template:
        yield Template(name=worded.template[0], variables=worded.template[1], words=worded.body)


# ------------------------------------------------------------------------------------------------------------- doors


def on_meta(message: Outgoing) -> str:
    shown = []
    for piece in meta_outbound.split(message):
        payload = meta_outbound.render(piece, Address(channel="whatsapp", account="1", raw="5511988887777"), KEY, "media-1", NOW)
        meta_graph.check_payload(payload)
        shown.append(payload)
    return str(shown)


def on_twilio(channel: str) -> Callable[[Outgoing], str]:
    def judge(message: Outgoing) -> str:
        shown: list[Any] = []
        for piece in twilio_outbound.split(message, channel):
            told = twilio_outbound.render(piece, channel, NOW, {"a/b.pdf": "https://trato.example.com.br/d/x"})
            assert told.body is None or 0 < twilio_house.units(told.body) <= twilio_outbound.TEXT
            assert told.plain is None or 0 < twilio_house.units(told.plain) <= twilio_outbound.TEXT, "nor its plainer form"
            if told.form is not None:
                filled = twilio_house.filled(told.form.request["types"], told.variables or "{}")
                twilio_house.check_types(filled, whatsapp=channel == "whatsapp")
                shown.append(filled)
            shown.append(told)
        return str(shown)

    return judge


def on_rbm(features: frozenset[str]) -> Callable[[Outgoing], str]:
    def judge(message: Outgoing) -> str:
        shown = []
        for piece in rbm_outbound.split(message):
            for payload in rbm_outbound.render(piece, NOW, features, {"a/b.pdf": "https://trato.example.com.br/d/x"}):
                rbm_google.check(payload.content)
                shown.append(payload.content)
        return str(shown)

    return judge


def on_telegram(message: Outgoing) -> str:
    shown = []
    for piece in telegram.split(message):
        _, told = telegram.render(piece, "1")
        assert "text" not in told or 0 < len(told["text"]) <= 4096
        assert "caption" not in told or 0 < len(told["caption"]) <= 1024
        for row in told.get("reply_markup", {}).get("inline_keyboard", ()):
            assert all(button["text"] and len(button.get("callback_data", "").encode()) <= 64 for button in row)
        shown.append(told)
    return str(shown)


JUDGES: dict[str, tuple[Callable[[Outgoing], str], ...]] = {
    "WhatsApp (Meta)": (on_meta,),
    "WhatsApp (Twilio)": (on_twilio("whatsapp"),),
    "RCS (Google)": (on_rbm(rbm_outbound.EVERYTHING), on_rbm(frozenset())),
    "RCS (Twilio)": (on_twilio("rcs"),),
    "Telegram": (on_telegram,),
}


def test_every_door_is_judged() -> None:
    assert set(JUDGES) == set(DOORS)


@cache
def everything() -> tuple[tuple[str, str, int, Outgoing], ...]:
    """Every message that the responses can become: name, size of the words, rows."""
    found = []
    for name, variations in RESPONSES_.items():
        for variation, (size, words) in itertools.product(variations, WORDS.items()):
            for count in ROWS if re.search(r"options|lines", str(variation.get("metadata"))) else (1,):
                found += [(name, size, count, message) for message in messages(name, variation, words, count)]
    return tuple(found)


@pytest.mark.parametrize("door", JUDGES)
def test_whatever_the_bot_may_say_fits(door: str) -> None:
    troubles = []
    for name, size, count, message in everything():
        for judge in JUDGES[door]:
            try:
                shown = judge(message)
            except (AssertionError, Rejected) as trouble:
                troubles.append(f"{name} ({size}, {count} rows, {message.kind}): {trouble}")
                continue
            if isinstance(message, Choice | Cards) and size == "usual":
                offered = [*(card.option for card in getattr(message, "cards", ())), *message.options]
                lost = [
                    one.label
                    for place, one in enumerate(offered, 1)
                    if not any(way in shown for way in (one.id, one.label[:20], f"{place}. "))
                ]
                if lost:
                    troubles.append(f"{name} ({count} rows): answers that nobody can give: {lost}")
    assert not troubles, f"{len(troubles)} of {len(everything())}:\n" + "\n".join(troubles[:25])
    assert len(everything()) > 3000
