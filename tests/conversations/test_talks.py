"""Every talk of `talks/*.yml`, word for word, through the real Rasa, the real actions and the real store.

A step is what a person does (`they` writes one line or several at once, `tap`, `media`, `pdf` with its lines, `send`, `pay` in
centavos or `true`) or what happens (`wait: {minutes: 31}`, `desk: take|say|return|read`, and of a proposal `approve|counter|refuse`),
and what must come of it: `says` the responses by name, in order;
`hear` words that are read; `never` words that are not. `channel: rcs` (or `whatsapp`) is the channel from this step on, and
`telephone: false` says that the person has a user name and tells no number. `{one}` in what they write is
somebody's CPF and birthday: see `people.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from channels.message import Text
from conversations.handover import give_back, take
from conversations.reply import say_as_agent
from conversations.wording import load_responses
from desk import logins
from payments.proposing import answer_proposal
from receivables.proposals import waiting_proposals
from tests.conversations.house import NOW, House, Person, words_of
from tests.conversations.people import Names, Town
from trato.paths import RESPONSES

SETTLED = {
    name
    for name, found in load_responses(RESPONSES).items()
    if any((v.get("metadata") or {}).get("collection") is False for v in found)
}
"""Responses that tell of what was paid, and name no creditor."""

PROTOCOL = re.compile(r"\b\d{4}-\d{4}-[0-9A-Z]{6}\b")

TALKS = Path(__file__).with_name("talks")


def _talks() -> list[Any]:
    found = []
    for path in sorted(TALKS.glob("*.yml")):
        for talk in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(talk["steps"], id=f"{path.stem}: {talk['talk']}"))
    return found


@pytest.mark.parametrize("steps", _talks())
async def test_a_talk_goes_as_it_is_written(house: House, town: Town, steps: list[dict[str, Any]]) -> None:
    # Every talk begins on the same Monday, however long others waited.
    house.clock.set(NOW)
    # The same people of the book are played in many talks: what one talk has proven is no other channel of the next one's.
    async with house.engine.begin() as conn:
        await conn.execute(text("update conversations set debtor_id = null"))
    person = house.person()
    names = town.names()
    for place, step in enumerate(steps, 1):
        person = replace(person, channel=step.get("channel", person.channel), telephone=step.get("telephone", person.telephone))
        told = await _said_so_far(house, person)
        heard = [words_of(message) for message in await _do(house, person, names, step)]
        said = (await _said_so_far(house, person))[len(told) :]
        read = "\n".join(heard)
        where = f"step {place} ({ {k: step[k] for k in step if k not in ('says', 'hear', 'never')} })"
        if "R$" in read and not set(said) & SETTLED and "desk" not in step:
            assert "CNPJ" in read, f"{where} told what is owed without naming the creditor (CDC art. 42-A):\n{read}"
        if "says" in step:
            assert said == step["says"], f"{where} was answered with {said}:\n{read}"
        for words in step.get("hear", ()):
            assert str(words) in read, f"{where} was answered without {words!r}:\n{read}"
        for words in step.get("never", ()):
            # Some letters of a protocol may spell anything.
            assert str(words).lower() not in PROTOCOL.sub("", read).lower(), f"{where} was answered with {words!r}:\n{read}"
    async with house.engine.connect() as conn:
        alarms = (
            await conn.execute(
                text(
                    "select kind, detail from alarms where kind in ('turn_dropped', 'turn_without_answer', 'personal_without_proof')"
                )
            )
        ).all()
    assert not alarms


async def _do(house: House, person: Person, names: Names, step: dict[str, Any]) -> list[Any]:
    if "they" in step:
        lines = step["they"]
        return await person.write(*(names.fill(line) for line in ([lines] if isinstance(lines, str) else lines)))
    if "tap" in step:
        return await person.tap(step["tap"], back=step.get("back", 0))
    if "pdf" in step:
        return await person.send_pdf(step["pdf"])
    if "media" in step:
        return await person.send_media(step["media"])
    if "send" in step:
        return await person.send(step["send"])
    if "pay" in step:
        return await person.pay(None if step["pay"] is True else int(step["pay"]))
    if "wait" in step:
        return await person.wait(timedelta(**step["wait"]))
    return await _desk(house, person, step)


async def _desk(house: House, person: Person, step: dict[str, Any]) -> list[Any]:
    before = len(person.got)
    async with house.engine.begin() as conn:
        await logins.add(conn, "ana@example.com", "Ana", "agent", "uma senha bem comprida")
        agent = (await conn.execute(text("select id from agents where email = 'ana@example.com'"))).scalar_one()
        conversation = (
            await conn.execute(
                text("select id from conversations where address_raw = :number and channel = :channel"),
                {"number": person.number, "channel": person.channel},
            )
        ).scalar_one()
    async with house.engine.begin() as conn:
        if step["desk"] == "read":
            row = (
                await conn.execute(
                    text(
                        "select reason, queue, priority, summary from handoffs where conversation_id = :id order by id desc limit 1"
                    ),
                    {"id": conversation},
                )
            ).one()
            return [Text(body=f"{row.reason} {row.queue} {row.priority}\n{row.summary}")]
        if step["desk"] == "take":
            assert await take(conn, house.talk, conversation, agent)
        elif step["desk"] == "say":
            said = step["words"]
            assert await say_as_agent(conn, house.talk, conversation, agent, Text(body=said), said, source=f"agent:{said}")
        elif step["desk"] == "return":
            assert await give_back(conn, house.talk, conversation, agent, step["outcome"], "")
        elif step["desk"] in ("approve", "counter", "refuse"):
            (proposal,) = [one for one in await waiting_proposals(conn) if one.conversation_id == conversation]
            await answer_proposal(
                conn,
                house.till,
                proposal.id,
                agent_id=agent,
                role="supervisor",
                verdict=step["desk"],
                terms=step.get("terms"),
                reason=step.get("words", ""),
            )
    await house.work()
    return person.got[before:]


async def _said_so_far(house: House, person: Person) -> list[str]:
    async with house.engine.connect() as conn:
        rows = await conn.execute(
            text("""select coalesce(response, 'agent') from outbox o join conversations c on c.id = o.conversation_id
                    where coalesce(c.address_raw, c.user_id) = :address and c.channel = :channel order by o.id"""),
            {"address": person.address.raw or person.address.user_id, "channel": person.channel},
        )
        return list(rows.scalars())
