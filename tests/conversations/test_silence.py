"""Nobody who has not proven who they are hears of a debt, a creditor, an amount or a name: crawled through the real Rasa.

Every intent is said in its own phrases, at three places (nothing asked yet, identity being asked, half of it given), from a
stranger's telephone and from a debtor's own; every answer that is offered is tapped, and what that offers again.
"""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
import yaml
from sqlalchemy import text

from channels.message import Choice, Outgoing
from tests.conversations.house import House, Person, open_house, words_of
from tests.conversations.silence import debt_words
from trato.paths import EXAMPLE_BOOK, ROOT
from trato.program import fixed_values

_ID = re.compile(r'"id":"[^"]*"')
MARINAS_PHONE = "5512988112041"
_HALF_AN_HOUR_AND_MORE = timedelta(minutes=31)
OPENINGS: tuple[tuple[str, ...], ...] = ((), ("quero ver minha situação",), ("quero ver minha situação", "529.982.247-25"))
GENERAL_ANSWERS = ("utter_answer_consequencias", "utter_answer_negativacao", "utter_faq", "utter_did_you_mean")
"""What is said to whoever asks: the question itself brought the word. Creditors, amounts and names are looked for there too."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(databases: Callable[[], str]) -> AsyncIterator[House]:
    async with open_house(databases()) as opened:
        yield opened


def phrases(count: int) -> Iterator[str]:
    """So many phrases of every intent; always the same ones."""
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            yield from random.Random(block["intent"]).sample(lines, count)


def secrets() -> set[str]:
    """The names of everybody in the book, and of whom they owe."""
    rows = [line.split(";") for line in Path(EXAMPLE_BOOK).read_text(encoding="utf-8").splitlines()[1:]]
    names = {row[4].lower() for row in rows} | {row[1].lower() for row in rows} | {row[2].lower() for row in rows}
    return names | {"marina", "tamboril", "ventania", "pé de ipê", "tam-", "ven-", "ipe-"}


SECRETS = secrets()


async def judge(house: House, person: Person, got: list[Outgoing], where: str) -> None:
    """What came tells nothing. The company's own name is its name, whatever word is in it."""
    read = "\n".join(f"{words_of(message)} {_ID.sub('', message.model_dump_json())}" for message in got)
    for own in fixed_values(house.talk.ground.policies.default).values():
        read = read.replace(own, "")
    assert [secret for secret in SECRETS if secret and secret in read.lower()] == [], where
    assert "R$" not in read, where
    names = await person.responses(len(got)) if got else []
    for name, message in zip(names, got, strict=True):
        if not name.startswith(GENERAL_ANSWERS):
            words = words_of(message)
            for own in fixed_values(house.talk.ground.policies.default).values():
                words = words.replace(own, "")
            assert debt_words(words) == [], f"{where}: {name}"


def stranger(house: House) -> Person:
    return house.person()


async def walk(house: House, steps: list[str]) -> tuple[Person, list[Outgoing]]:
    """Somebody new does these steps (`[label]` is a tap); what came last."""
    person = stranger(house)
    got: list[Outgoing] = []
    for step in steps:
        got = await (person.tap(step[1:-1]) if step.startswith("[") else person.write(step))
        await judge(house, person, got, " → ".join(steps))
    return person, got


async def test_whatever_is_said_or_tapped_nothing_is_told(house: House) -> None:
    seen: set[tuple[str, ...]] = set()
    tapped: set[tuple[str, ...]] = set()
    for opening in OPENINGS:
        for phrase in phrases(1 if opening else 2):
            paths = [[*opening, phrase]]
            while paths:
                steps = paths.pop()
                person, got = await walk(house, steps)
                told = (*opening, *(await person.responses(len(got)) if got else ()))
                if told in seen or len(steps) > len(opening) + 2:
                    continue
                seen.add(told)
                labels = {option.label for message in got if isinstance(message, Choice) for option in message.options}
                fresh = {label for label in labels if (told[-1], label) not in tapped}
                tapped |= {(told[-1], label) for label in fresh}
                paths += [[*steps, f"[{label}]"] for label in sorted(fresh)]
    async with house.engine.connect() as conn:
        alarms = (await conn.execute(text("select kind, detail from alarms where kind = 'personal_without_proof'"))).all()
    assert alarms == []
    assert len(seen) > 60, "the crawl came round"


async def test_a_debtors_own_telephone_is_told_no_more_than_a_strangers(house: House) -> None:
    for phrase in phrases(1):
        person = Person(house, MARINAS_PHONE)
        got = await person.write(phrase)
        await judge(house, person, got, f"Marina's telephone: {phrase}")
        await _back_from_the_queue(house, person)


async def test_a_wrong_birthday_is_told_no_more(house: House) -> None:
    for document in ("529.982.247-25", "187.452.039-97", "111.444.777-35", "12.ABC.345/01DE-35 TAM-1"):
        for steps in (
            ["quero pagar", document, "01/02/1988", "sim", "quanto eu devo?"],
            [f"{document} 01/02/1988 quero pagar", "ok"],
        ):
            await walk(house, steps)


async def test_when_the_proof_has_expired_silence_is_back(house: House) -> None:
    for phrase in (
        "oi",
        "sim",
        "1",
        "a primeira",
        "não entendi",
        "repete",
        "quanto devo?",
        "todas",
        "já paguei",
        "e as outras?",
        "obrigado",
    ):
        person = house.person()
        await person.write("187.452.039-97 02/08/1975")
        house.clock.advance(_HALF_AN_HOUR_AND_MORE)
        got = await person.write(phrase)
        assert got
        await judge(house, person, got, f"after the proof expired: {phrase}")


async def _back_from_the_queue(house: House, person: Person) -> None:
    """Whoever asked for a human goes on with the assistant, so that the next phrase is answered."""
    async with house.engine.connect() as conn:
        owner = (
            await conn.execute(text("select owner from conversations where address_raw = :number"), {"number": person.number})
        ).scalar_one()
    if owner == "queue":
        await person.write("voltar")
