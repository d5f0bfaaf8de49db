from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from itertools import permutations

import pytest

from channels.message import Address
from conversations import audit
from conversations.conversation import keep_proof_alive, live_proof
from conversations.identity import Given, Outcome, lock_of
from conversations.ids import turn_id
from conversations.meaning import take_out
from tests.conversations.doubles import ACCOUNT, BORN, CNPJ, CPF, NOW, OTHER_CPF, World, make_world
from trato.database import make_engine

WRONG_DAY = date(1990, 1, 1)
NOBODY = "39053344705"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    engine = make_engine(database_url, size=20)
    yield make_world(engine)
    await engine.dispose()


async def tell(world: World, conversation_id: str, *said: str) -> list[Outcome]:
    return [await world.consider(conversation_id, take_out(words, NOW)[0]) for words in said]


async def proven(world: World, conversation_id: str) -> bool:
    async with world.engine.connect() as conn:
        return await live_proof(conn, conversation_id, world.clock.now()) is not None


def both(document: str = CPF, born: date = BORN) -> Given:
    return Given(documents=(document,), dates=(born,))


def verdicts(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.verdict for outcome in outcomes]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["529.982.247-25 12/04/1987"], ["proven"]),
        (["nasci em 12 de abril de 1987, cpf 52998224725"], ["proven"]),
        (["529.982.247-25", "12/04/1987"], ["need_birth_date", "proven"]),
        (["12/04/1987", "529.982.247-25"], ["need_document", "proven"]),
        (["oi", "52998224725", "oi?", "12041987"], ["need_document", "need_birth_date", "need_birth_date", "proven"]),
    ],
)
async def test_two_factors_in_any_order_and_any_number_of_messages_prove(
    world: World, said: list[str], expected: list[str]
) -> None:
    debtor = await world.debtor()
    here = await world.write()
    outcomes = await tell(world, here, *said)
    assert verdicts(outcomes) == expected
    assert outcomes[-1].debtor_id == debtor
    assert await proven(world, here)


@pytest.mark.parametrize("order", list(permutations(["CNPJ 11.222.333/0001-81", "contrato C-77120"])))
async def test_a_company_proves_by_cnpj_and_contract_in_any_order(world: World, order: tuple[str, str]) -> None:
    await world.debtor(CNPJ, born=None, contract="C-77120")
    here = await world.write()
    outcomes = await tell(world, here, *order)
    assert outcomes[-1].verdict == "proven"
    assert outcomes[0].verdict == ("need_contract" if order[0].startswith("CNPJ") else "need_document")


async def test_a_company_with_a_wrong_contract_or_a_birth_date_proves_nothing(world: World) -> None:
    await world.debtor(CNPJ, born=None, contract="C-77120")
    here = await world.write()
    assert verdicts(await tell(world, here, "11.222.333/0001-81 12/04/1987", "contrato C-77121")) == ["need_contract", "wrong"]
    assert not await proven(world, here)


async def test_a_person_without_a_birth_date_in_the_book_cannot_be_guessed(world: World) -> None:
    await world.debtor(born=None)
    here = await world.write()
    assert (await world.consider(here, both())).verdict == "wrong"


async def test_three_wrong_tries_lock_address_and_document_for_a_day(world: World) -> None:
    await world.debtor()
    here = await world.write()
    there = await world.write(who=Address(channel="whatsapp", account=ACCOUNT, raw="5511911112222"))
    outcomes = [await world.consider(here, both(born=WRONG_DAY)) for _ in range(3)]
    assert [(o.verdict, o.left) for o in outcomes] == [("wrong", 2), ("wrong", 1), ("locked", 0)]
    assert outcomes[-1].until == NOW + timedelta(hours=24)
    assert (await world.consider(here, both())).verdict == "locked"
    assert (await world.consider(there, both())).verdict == "locked"
    assert not await proven(world, there)
    world.clock.advance(hours=24, minutes=1)
    assert (await world.consider(here, both())).verdict == "proven"


async def test_wrong_tries_of_one_address_count_together_whatever_the_document(world: World) -> None:
    here = await world.write()
    documents = [CPF, OTHER_CPF, NOBODY]
    assert verdicts([await world.consider(here, both(d)) for d in documents]) == ["wrong", "wrong", "locked"]
    async with world.engine.connect() as conn:
        assert await lock_of(conn, here, world.clock.now()) is not None


async def test_wrong_tries_expire_after_the_lock_hours(world: World) -> None:
    await world.debtor()
    here = await world.write()
    for _ in range(2):
        await world.consider(here, both(born=WRONG_DAY))
    world.clock.advance(hours=24, minutes=1)
    assert (await world.consider(here, both(born=WRONG_DAY))).left == 2


async def test_who_proves_after_two_wrong_tries_starts_anew(world: World) -> None:
    await world.debtor()
    here = await world.write()
    for _ in range(2):
        await world.consider(here, both(born=WRONG_DAY))
    assert (await world.consider(here, both())).verdict == "proven"
    world.clock.advance(minutes=1)
    assert (await world.consider(here, both(born=WRONG_DAY))).left == 2


async def test_guesses_from_ten_conversations_at_once_are_compared_three_times_at_most(world: World) -> None:
    await world.debtor()
    talks = [await world.write(who=Address(channel="whatsapp", account=ACCOUNT, raw=f"55119{80000000 + n}")) for n in range(10)]

    async def guess(here: str, first: int) -> list[Outcome]:
        return [await world.consider(here, both(born=date(1960 + first, 1, 1 + n))) for n in range(10)]

    outcomes = await asyncio.gather(*(guess(here, n) for n, here in enumerate(talks)))
    assert len(await world.rows("select 1 from identity_attempts")) == 3
    assert all(row[-1].verdict == "locked" for row in outcomes)
    assert all(outcome.verdict in ("wrong", "locked") for row in outcomes for outcome in row)
    async with world.engine.connect() as conn:
        assert await audit.check_chain(conn) == []


async def test_an_unknown_cpf_and_a_wrong_birthday_leave_the_same_outcome_and_the_same_trace(world: World) -> None:
    await world.debtor()
    traces = []
    for n, document in enumerate([CPF, NOBODY]):
        here = await world.write(who=Address(channel="whatsapp", account=ACCOUNT, raw=f"55119{80000000 + n}"))
        outcomes = [await world.consider(here, both(document, WRONG_DAY)) for _ in range(4)]
        rows = await world.rows(
            """select succeeded, at, (select count(*) from identity_locks) locks from identity_attempts
               where conversation_id = :id order by id""",
            id=here,
        )
        audited = await world.rows("select what, actor, detail from audit where subject = :id", id=here)
        traces.append((outcomes, [(row.succeeded, row.at) for row in rows], [tuple(row) for row in audited]))
    assert traces[0] == traces[1]


async def test_a_cpf_with_wrong_check_digits_is_no_try(world: World) -> None:
    here = await world.write()
    said = ["529.982.247-26"] * 5
    assert verdicts(await tell(world, here, *said)) == ["bad_document"] * 5
    assert await world.rows("select 1 from identity_attempts") == []


async def test_the_same_turn_asked_again_counts_once(world: World) -> None:
    await world.debtor()
    here, turn = await world.write(), turn_id()
    for _ in range(5):
        await world.consider(here, both(born=WRONG_DAY), turn)
    assert len(await world.rows("select 1 from identity_attempts")) == 1


async def test_what_was_given_is_kept_sealed_and_forgotten_after_half_an_hour(world: World) -> None:
    await world.debtor()
    here = await world.write()
    await tell(world, here, "529.982.247-25")
    row = await world.one("select factors_sealed from identity_progress")
    assert CPF.encode() not in bytes(row.factors_sealed)
    world.clock.advance(minutes=31)
    assert verdicts(await tell(world, here, "12/04/1987")) == ["need_document"]
    world.clock.advance(minutes=29)
    assert verdicts(await tell(world, here, "529.982.247-25")) == ["proven"]


async def test_a_wrong_try_forgets_both_factors_so_that_the_next_is_whole(world: World) -> None:
    await world.debtor()
    here = await world.write()
    assert verdicts(await tell(world, here, "529.982.247-25 01/01/1990", "12/04/1987")) == ["wrong", "need_document"]


async def test_a_proof_ends_by_itself_and_lives_on_while_the_person_writes(world: World) -> None:
    here = await world.write()
    await world.prove(here, await world.debtor())
    for _ in range(3):
        world.clock.advance(minutes=29)
        async with world.engine.begin() as conn:
            await keep_proof_alive(conn, here, world.clock.now(), 30)
        assert await proven(world, here)
    world.clock.advance(minutes=30)
    assert not await proven(world, here)
    async with world.engine.begin() as conn:
        await keep_proof_alive(conn, here, world.clock.now(), 30)
    assert not await proven(world, here), "what has ended is not woken up"


async def test_nobody_is_two_people_at_once_in_one_talk(world: World) -> None:
    await world.debtor()
    other = await world.debtor(OTHER_CPF)
    here = await world.write()
    await world.consider(here, both())
    assert (await world.consider(here, both(OTHER_CPF))).debtor_id == other
    assert len(await world.rows("select 1 from proofs where void_at is null")) == 1
    assert (await world.conversation(here)).debtor_id == other


async def test_a_proof_in_one_talk_is_none_in_another(world: World) -> None:
    await world.debtor()
    here = await world.write()
    there = await world.write(who=Address(channel="whatsapp", account=ACCOUNT, raw="5511911112222"))
    await world.consider(here, both())
    assert await proven(world, here) and not await proven(world, there)
