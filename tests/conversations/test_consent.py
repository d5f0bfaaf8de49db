"""Stopping on every channel of a person, starting again, letting a number go; and collection that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.care import pause_person
from conversations.consent import adopt_stop, let_go, opt_in, opt_out, opted_out, take_back
from conversations.conversation import get, give_proof
from conversations.requests import open_requests_of, register
from receivables.ground import Ground
from receivables.pauses import adopt_pauses, collection_paused, end_pauses_due, lift_pause, pause_collection
from receivables.policy import Policies
from receivables.sealing import Vault
from trato.clock import FixedClock
from trato.database import make_engine
from trato.paths import POLICIES

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WHATSAPP, RCS, STRANGER = "c_aaaaaaaaaaaaaaaaaaaa", "c_bbbbbbbbbbbbbbbbbbbb", "c_cccccccccccccccccccc"


@pytest_asyncio.fixture
async def conn(databases: Callable[[], str]) -> AsyncIterator[AsyncConnection]:
    engine = make_engine(databases())
    async with engine.begin() as opened:
        await opened.execute(
            text(
                """insert into debtors (kind, document_sealed, document_index, name) values ('person', 'x', 'x', 'Marina Alves')"""
            )
        )
        for one, channel, phone, debtor in (
            (WHATSAPP, "whatsapp", "+5512988112041", 1),
            (RCS, "rcs", "+5512988110000", 1),
            (STRANGER, "whatsapp", "+5511980000000", None),
        ):
            await opened.execute(
                text("""insert into conversations (id, channel, account, address_raw, phone_key, debtor_id, created_at)
                        values (:id, :channel, '1', :phone, :phone, :debtor, :now)"""),
                {"id": one, "channel": channel, "phone": phone, "debtor": debtor, "now": NOW},
            )
        await opened.execute(text("insert into debtor_phones (debtor_id, phone_key) values (1, '+5511980000000')"))
        yield opened
    await engine.dispose()


async def test_a_stop_holds_on_every_channel_of_the_person(conn: AsyncConnection) -> None:
    assert await opt_out(conn, await get(conn, WHATSAPP), NOW)
    assert await opted_out(conn, await get(conn, WHATSAPP)) and await opted_out(conn, await get(conn, RCS))
    assert not await opted_out(conn, await get(conn, STRANGER))


async def test_a_stop_is_new_once(conn: AsyncConnection) -> None:
    assert await opt_out(conn, await get(conn, WHATSAPP), NOW)
    assert not await opt_out(conn, await get(conn, WHATSAPP), NOW + timedelta(hours=1))


async def test_coming_back_lifts_the_stop_everywhere(conn: AsyncConnection) -> None:
    await opt_out(conn, await get(conn, WHATSAPP), NOW)
    assert await opt_in(conn, await get(conn, RCS), NOW + timedelta(days=1))
    assert not await opted_out(conn, await get(conn, WHATSAPP)) and not await opted_out(conn, await get(conn, RCS))
    assert not await opt_in(conn, await get(conn, RCS), NOW + timedelta(days=2))


async def test_a_stop_of_somebody_unknown_is_the_persons_once_they_prove_who_they_are(conn: AsyncConnection) -> None:
    await opt_out(conn, await get(conn, STRANGER), NOW)
    assert not await opted_out(conn, await get(conn, RCS))
    await give_proof(conn, STRANGER, 1, NOW, 30)
    await adopt_stop(conn, STRANGER, 1)
    assert await opted_out(conn, await get(conn, RCS))


async def test_a_number_that_is_let_go_of_is_never_written_to(conn: AsyncConnection) -> None:
    await let_go(conn, await get(conn, STRANGER), NOW)
    assert await opted_out(conn, await get(conn, STRANGER))
    state = (await conn.execute(text("select state from debtor_phones where phone_key = '+5511980000000'"))).scalar_one()
    assert state == "wrong_person"


async def test_a_number_that_was_let_go_of_is_the_persons_once_they_prove_it_and_messages_wait_for_their_word(
    conn: AsyncConnection,
) -> None:
    for one in (WHATSAPP, STRANGER):
        await let_go(conn, await get(conn, one), NOW)
    await conn.execute(
        text(
            "insert into debtor_phones (debtor_id, phone_key, state) values (1, '+5512988112041', 'wrong_person') on conflict do nothing"
        )
    )
    assert await take_back(conn, await get(conn, WHATSAPP), 1, NOW)
    assert not await take_back(conn, await get(conn, WHATSAPP), 1, NOW)
    states = {
        row.phone_key: row.state
        for row in (await conn.execute(text("select phone_key, state from debtor_phones order by state"))).all()
    }
    assert states["+5512988112041"] == "proven" and states["+5511980000000"] == "wrong_person"
    assert await opted_out(conn, await get(conn, WHATSAPP))
    await opt_in(conn, await get(conn, WHATSAPP), NOW)
    assert not await opted_out(conn, await get(conn, WHATSAPP))


async def test_a_pause_holds_until_it_is_lifted(conn: AsyncConnection) -> None:
    assert await collection_paused(conn, 1) is None
    assert await pause_collection(conn, "illness", NOW, key="t1", debtor_id=1)
    assert not await pause_collection(conn, "illness", NOW, key="t1", debtor_id=1)
    paused = await collection_paused(conn, 1, NOW)
    assert paused is not None and paused.reason == "illness" and not paused.no_charge_at_all
    assert await lift_pause(conn, paused.id, "agent:1", NOW) and not await lift_pause(conn, paused.id, "agent:1", NOW)
    assert await collection_paused(conn, 1, NOW) is None


async def test_the_weightiest_of_several_pauses_is_told(conn: AsyncConnection) -> None:
    await pause_collection(conn, "hardship", NOW, key="t1", debtor_id=1, until=NOW + timedelta(days=30))
    await pause_collection(conn, "self_harm", NOW, key="t2", debtor_id=1)
    paused = await collection_paused(conn, 1)
    assert paused is not None and paused.reason == "self_harm" and paused.no_charge_at_all


async def test_a_pause_with_an_end_ends(conn: AsyncConnection) -> None:
    await pause_collection(conn, "hardship", NOW, key="t1", debtor_id=1, until=NOW + timedelta(days=30))
    assert await collection_paused(conn, 1, NOW + timedelta(days=29)) is not None
    assert await collection_paused(conn, 1, NOW + timedelta(days=30)) is None
    assert await end_pauses_due(conn, NOW + timedelta(days=31)) == 1
    assert await collection_paused(conn, 1) is None


async def test_whoever_is_known_by_the_telephone_alone_is_left_in_peace_too(conn: AsyncConnection) -> None:
    assert await pause_person(conn, await get(conn, STRANGER), "deceased", "t_1", NOW) == [1]
    assert await collection_paused(conn, 1) is not None


async def test_a_pause_of_somebody_unknown_is_the_debtors_once_they_prove_who_they_are(conn: AsyncConnection) -> None:
    await conn.execute(text("delete from debtor_phones"))
    assert await pause_person(conn, await get(conn, STRANGER), "illness", "t_1", NOW) == []
    assert await collection_paused(conn, 1) is None
    await adopt_pauses(conn, STRANGER, 1)
    assert await collection_paused(conn, 1) is not None


async def test_a_request_has_one_protocol_and_the_laws_days(conn: AsyncConnection) -> None:
    ground = Ground(FixedClock(NOW), Policies.load(POLICIES), Vault((b"k" * 32,)))
    conversation = await get(conn, WHATSAPP)
    first = await register(conn, ground, conversation, "data_erasure", "t_1", debtor_id=1, words="apaga tudo")
    again = await register(conn, ground, conversation, "data_erasure", "t_2", debtor_id=1)
    assert first.new and not again.new and first.protocol == again.protocol
    assert (first.due_on - NOW.date()).days == 15
    complaint = await register(conn, ground, conversation, "complaint", "t_3", debtor_id=1)
    assert complaint.due_on.isoformat() == "2026-12-07"
    assert [one.kind for one in await open_requests_of(conn, 1, conversation.id)] == ["data_erasure", "complaint"]
