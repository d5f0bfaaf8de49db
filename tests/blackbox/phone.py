"""A debtor's phone: writes, taps, and reads what comes back."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from tests.blackbox import brcode
from tests.blackbox.graph import Meta, Sent
from tests.blackbox.people import Person

QUIET = 0.4
_MONEY = re.compile(r"R\$\s*([0-9.]+,[0-9]{2})")


@dataclass
class Phone:
    """One WhatsApp person. `number` as in `from`; without one, `user_id` alone."""

    meta: Meta
    number: str | None
    name: str = "Fulano"
    user_id: str | None = None

    def __post_init__(self) -> None:
        self.seen = 0

    @property
    def address(self) -> str:
        return f"+{self.number}" if self.number else str(self.user_id)

    def message(self, kind: str, content: Any, **more: Any) -> dict[str, Any]:
        """One element of `messages[]`."""
        made: dict[str, Any] = {"id": self.meta.new_id(), "timestamp": self.meta.timestamp(), "type": kind, kind: content}
        if self.number:
            made["from"] = self.number
        if self.user_id:
            made["from_user_id"] = self.user_id
        return made | more

    def contact(self) -> dict[str, Any]:
        made: dict[str, Any] = {"profile": {"name": self.name}}
        if self.number:
            made["wa_id"] = self.number
        if self.user_id:
            made["user_id"] = self.user_id
        return made

    def send(self, kind: str, content: Any, **more: Any) -> None:
        self.meta.deliver(self.message(kind, content, **more), self.contact())

    def write(self, text: str) -> None:
        self.send("text", {"body": text})

    def tap(self, option: tuple[str, str], kind: str = "button_reply") -> None:
        """Taps (id, title)."""
        self.send("interactive", {"type": kind, kind: {"id": option[0], "title": option[1]}})

    # ------------------------------------------------------------------------------------------------- reading

    def unread(self) -> list[Sent]:
        return self.meta.to(self.address, self.seen)

    def listen(self, timeout: float = 20.0, quiet: float = QUIET) -> list[Sent]:
        """What comes until nothing more comes for `quiet` seconds; empty when nothing comes at all in `timeout`."""
        if not self.meta.wait(self.unread, timeout):
            return []
        while True:
            found = self.unread()
            if not self._more_than(len(found), quiet):
                self.seen += len(found)
                return found

    def _more_than(self, count: int, timeout: float) -> bool:
        return bool(self.meta.wait(lambda: len(self.unread()) > count, timeout))

    def say(self, text: str, timeout: float = 20.0) -> list[Sent]:
        """Writes and listens; fails when nobody answers."""
        self.listen_to_rest()
        self.write(text)
        return self._answered(text, timeout)

    def choose(self, option: tuple[str, str], kind: str = "button_reply", timeout: float = 20.0) -> list[Sent]:
        self.listen_to_rest()
        self.tap(option, kind)
        return self._answered(f"[{option[1]}]", timeout)

    def _answered(self, what: str, timeout: float) -> list[Sent]:
        found = self.listen(timeout)
        assert found, f"nothing answered {what!r} within {timeout:.0f} s"
        return found

    def listen_to_rest(self) -> None:
        """What came unasked counts as read."""
        self.seen += len(self.unread())

    def hears_nothing(self, seconds: float) -> None:
        found = self.listen(seconds, 0.1)
        assert not found, f"there should be silence, but came: {words(found)}"

    def hears(self, pattern: str, timeout: float = 20.0) -> list[Sent]:
        """Messages up to one whose plain text matches, in any case; fails when none does."""
        until = time.monotonic() + timeout
        heard: list[Sent] = []
        while True:
            heard += self.listen(max(0.05, until - time.monotonic()), 0.3)
            if re.search(pattern, plain(words(heard))):
                return heard
            assert time.monotonic() < until, f"nothing like {pattern!r} within {timeout:.0f} s, but: {words(heard)!r}"

    # ----------------------------------------------------------------------------------------- the usual sentences

    def prove(self, person: Person) -> list[Sent]:
        """From "oi" to a proven identity, in one message."""
        self.say("oi")
        return self.say(f"{person.written_document} {person.second_factor}")


def words(heard: list[Sent]) -> str:
    """All that a person reads of some messages."""
    return "\n---\n".join(one.text + "".join(f"\n[{title}]" for _, title in one.options) for one in heard)


def plain(text: str) -> str:
    """Lower case without accents, no-break spaces as spaces."""
    spread = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in spread if not unicodedata.combining(one)).replace("\u00a0", " ").replace("\u202f", " ")


def reais(cents: int) -> str:
    """1234567 as R$ 12.345,67 is written, without the sign of the currency."""
    whole = f"{cents // 100:,}".replace(",", ".")
    return f"{whole},{cents % 100:02d}"


def amounts(text: str) -> list[int]:
    """All amounts in reais, in centavos."""
    found = _MONEY.findall(text.replace("\u00a0", " "))
    return [int(one.replace(".", "").replace(",", "")) for one in found]


def line_amount(text: str, label: str) -> int | None:
    """The last amount of the first line that begins with or contains the label (plain words)."""
    for line in text.splitlines():
        if re.search(rf"\b{label}\b", plain(line)):
            found = amounts(line)
            if found:
                return found[-1]
    return None


def calculation(heard: list[Sent]) -> dict[str, int | None]:
    """Principal, fine, interest, discount and total, each read from a line of its own, from the last message that has them."""
    for one in reversed(heard):
        for text in (one.text,):
            if line_amount(text, "principal") is not None:
                names = {
                    "principal": "principal",
                    "fine": "multa",
                    "interest": "juros",
                    "discount": "descontos?",
                    "total": "total",
                }
                return {name: line_amount(text, label) for name, label in names.items()}
    return {}


def codes(heard: list[Sent]) -> list[str]:
    """Pix codes that stand alone in a message."""
    return [one.text for one in heard if one.kind == "text" and re.fullmatch(r"000201\S.*6304[0-9A-F]{4}", one.text)]


def pix_of(heard: list[Sent], payee: str, cents: int) -> str:
    """The code of a well-presented Pix: payee, amount and expiry, then the code alone, and the card. Fails otherwise."""
    found = codes(heard)
    assert len(found) == 1, f"one message must be the code alone, but: {words(heard)}"
    place = next(index for index, one in enumerate(heard) if one.text == found[0])
    before = words(heard[:place])
    assert payee.lower() in before.lower(), f"the payee {payee} must come before the code: {before}"
    assert cents in amounts(before), f"the amount {reais(cents)} must come before the code: {before}"
    assert re.search(
        r"(vale ate|valido ate|expira|vence|validade)[^\n]*(\d{1,2}/\d{1,2}|\d{1,2}[:h]\d{0,2}|hoje|amanha)", plain(before)
    ), before
    content = brcode.read(found[0])
    assert content["amount"] == f"{cents // 100}.{cents % 100:02d}"
    cards = [one for one in heard if one.kind == "order_details"]
    assert len(cards) == 1, f"one payment card, but: {[one.kind for one in heard]}"
    parameters = cards[0].payload["interactive"]["action"]["parameters"]
    pix = next(one["pix_dynamic_code"] for one in parameters["payment_settings"] if one["type"] == "pix_dynamic_code")
    assert (pix["code"], parameters["total_amount"]) == (found[0], {"value": cents, "offset": 100})
    return found[0]
