"""Every Content template that we have at Twilio, built and named in this one place.

In a talk a template is only a form with places: one for a question with two buttons, one for a list of five rows. Its words come
with each message, so that a handful of forms carries every talk, and none of them says anything by itself. A form's name ends in a
digest of what it is: a form that changes is a new one, and a message never goes out in an old form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

LANGUAGE = "pt_BR"


@dataclass(frozen=True)
class Form:
    """A template: its name at Twilio, its definition, and a sample for each of its places."""

    name: str
    types: dict[str, Any]
    samples: dict[str, str]
    language: str = LANGUAGE

    @property
    def request(self) -> dict[str, Any]:
        """The body of the request that makes it."""
        return {"friendly_name": self.name, "language": self.language, "variables": self.samples, "types": self.types}


def buttons(count: int) -> Form:
    """A question with `count` buttons on WhatsApp. Places: the words, then title and id of each."""
    actions = [{"type": "QUICK_REPLY", "title": _place(2 * n), "id": _place(2 * n + 1)} for n in range(1, count + 1)]
    return _form(f"buttons_{count}", {"twilio/quick-reply": {"body": _place(1), "actions": actions}})


def rows(described: Sequence[bool]) -> Form:
    """A question with a list on WhatsApp; `described` says of each row whether it has a second line.

    Places: the words, the button's words, then item, id and perhaps description of each row.
    """
    items = []
    place = 3
    for has_description in described:
        item = {"item": _place(place), "id": _place(place + 1)}
        if has_description:
            item["description"] = _place(place + 2)
        items.append(item)
        place += 3 if has_description else 2
    shape = "".join("d" if one else "p" for one in described)
    return _form(
        f"rows_{len(described)}_{shape}", {"twilio/list-picker": {"body": _place(1), "button": _place(2), "items": items}}
    )


def chips(count: int) -> Form:
    """A question with `count` suggested answers on RCS, which knows no quick reply but a card. Places as of `buttons`."""
    actions = [{"type": "QUICK_REPLY", "title": _place(2 * n), "id": _place(2 * n + 1)} for n in range(1, count + 1)]
    return _form(f"chips_{count}", {"twilio/card": {"body": _place(1), "actions": actions}})


def carousel(count: int, *, pictured: bool = False) -> Form:
    """Cards side by side on RCS, one button each. Places: title, text, the button's title and id, and perhaps the picture's address,
    of each."""
    each = 5 if pictured else 4
    cards = [
        {
            "title": _place(each * n + 1),
            "body": _place(each * n + 2),
            "actions": [{"type": "QUICK_REPLY", "title": _place(each * n + 3), "id": _place(each * n + 4)}],
            **({"media": _place(each * n + 5)} if pictured else {}),
        }
        for n in range(count)
    ]
    return _form(f"cards_{count}{'_p' if pictured else ''}", {"twilio/carousel": {"body": "Opções", "cards": cards}})


def pay(status: Literal["completed", "canceled"] | None = None) -> Form:
    """WhatsApp's own payment card in Brazil, by Pix; with `status`, what became of the order of an earlier one.

    Places: our reference, the words, the payee, the items (a JSON array in a string), their sum, the total, when it ends (seconds
    since 1970) and what is said of that; of a new card also the Pix code, its key and the key's kind.
    """
    pix: dict[str, Any] = {"type": "ORDER_STATUS", "status": status}
    if status is None:
        pix = {"type": "ORDER_DETAILS", "code": _place(9), "key": _place(10), "key_type": _place(11)}
    card = {
        "payment_id": _place(1),
        "body": _place(2),
        "merchant_name": _place(3),
        "country_code": "BR",
        "currency_code": "BRL",
        "items": _place(4),
        "subtotal_amount": _place(5),
        "total_amount": _place(6),
        "order_expiration": _place(7),
        "order_expiration_description": _place(8),
        "pix": pix,
    }
    # Twilio shows the richest kind that a channel takes; the words are for one that takes no card.
    made = _form(f"pay_{status or 'order'}", {"twilio/text": {"body": _place(2)}, "twilio/pay": card})
    item = '[{"label":"Conta","quantity":"1","id":"1","amount":"10.00"}]'
    samples = {"4": item, "5": "10.00", "6": "10.00", "7": "1893456000"} | ({"11": "EVP"} if status is None else {})
    return replace(made, samples=made.samples | samples)


def words(
    name: str, text: str, samples: dict[str, str], answers: Sequence[tuple[str, str]] = (), language: str = LANGUAGE
) -> Form:
    """A template of the registry, for outside the window: approved under its own name, with the words that people read in it.

    `answers` are its quick replies (title, payload).
    """
    types: dict[str, Any] = {"twilio/text": {"body": text}}
    if answers:
        actions = [{"type": "QUICK_REPLY", "title": title, "id": payload} for title, payload in answers]
        types = {"twilio/quick-reply": {"body": text, "actions": actions}, **types}
    return Form(name, types, samples, language)


def variables(*values: str) -> str:
    """The places of a form, filled: a JSON object in a string, as Twilio wants it."""
    return json.dumps({str(place): value for place, value in enumerate(values, 1)}, ensure_ascii=False)


def _place(number: int) -> str:
    return "{{" + str(number) + "}}"


def _form(kind: str, types: dict[str, Any]) -> Form:
    written = json.dumps(types, sort_keys=True)
    digest = hashlib.sha256(written.encode()).hexdigest()[:8]
    samples: dict[str, str] = {}
    number = 1
    while _place(number) in written:
        samples[str(number)] = f"Exemplo {number}"
        number += 1
    return Form(f"trato_{kind}_{digest}", types, samples)
