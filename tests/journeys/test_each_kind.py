"""Each kind of message that reaches people outside the 24-hour window, through the one door: its own template, consent, contact hours on
the person's own clock, holidays, the weekly cap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from conversations.consent import opt_out
from conversations.conversation import get
from journeys.kinds import kinds
from journeys.plan import plan
from tests.journeys.test_journeys import NOW, RCS, TALK, Post, post  # noqa: F401

TEMPLATES = {
    "promise_reminder": "lembrete_combinado",
    "instalment_due": "lembrete_de_data",
    "agreement_confirmed": "combinado_registrado",
    "human_answer": "resposta_da_equipe",
}
KEY = "of-this-kind"
pytestmark = pytest.mark.parametrize("kind", TEMPLATES)


async def due(post: Post, kind: str) -> None:  # noqa: F811
    """One message of this kind, due now, of which all is true."""
    values: dict[str, object] = {}
    if kind == "promise_reminder":
        await post.promise(date(2026, 12, 4))
        await post.do("delete from scheduled_messages")
        values = {"promise": 1, "day": "2026-12-04"}
    elif kind != "human_answer":
        await agreement(post)
        values = {"agreement": 1, "number": 1, "day": "2026-12-04", "before": 0} if kind == "instalment_due" else {"agreement": 1}
    await post.schedule(KEY, kind, values=values)


async def agreement(post: Post) -> None:  # noqa: F811
    """An agreement that a human wrote down, with one instalment to come."""
    async with post.engine.begin() as conn:
        for query in _AGREEMENT:
            await conn.execute(text(query), {"now": NOW, "talk": TALK} if ":now" in query else {})


_AGREEMENT = (
    """insert into offers (id, debtor_id, creditor_id, portfolio, terms, terms_hash, policy_version, made_at, expires_at, status, closed_at)
       values ('of_aaaaaaaaaaaaaaaaaaaa', 1, 1, 'Outra', '{}', repeat('a', 64), 'v', :now, cast(:now as timestamptz) + interval '1 day',
               'accepted', :now)""",
    """insert into agreements (protocol, debtor_id, creditor_id, portfolio, conversation_id, offer_id, gross, discount, interest, total,
           down_payment, count, policy_version, terms, terms_hash, shown_text, shown_hash, shown_message_ids, accepted_how,
           accepted_message_ids, accepted_at)
       values ('P', 1, 1, 'Outra', :talk, 'of_aaaaaaaaaaaaaaaaaaaa', 100000, 0, 0, 100000, 0, 1, 'v', '{}', repeat('a', 64), 'x',
               repeat('a', 64), '{x}', 'desk', '{}', :now)""",
    """insert into agreement_debts (agreement_id, debt_id, gross, discount, interest, share, principal_before, charges_before,
           fine_charged_before) values (1, 1, 100000, 0, 0, 100000, 100000, 0, false)""",
    """insert into agreement_instalments (agreement_id, number, amount, principal, interest, agreed_due_date, due_date, amount_left)
       values (1, 1, 100000, 100000, 0, '2026-12-04', '2026-12-04', 100000)""",
)


def test_there_are_no_other_kinds(kind: str) -> None:
    assert kind in kinds() and set(kinds()) == set(TEMPLATES)


async def test_outside_the_window_it_is_a_template_of_its_own_that_tells_of_no_debt(post: Post, kind: str) -> None:  # noqa: F811
    await due(post, kind)
    assert await post.send() == 1
    row = await post.one("select message ->> 'kind' kind, message ->> 'name' name, words, unasked from outbox")
    assert (row.kind, row.name, row.unasked) == ("template", TEMPLATES[kind], True)
    assert "R$" not in row.words and "Tamboril" not in row.words


async def test_whoever_stopped_it_on_any_channel_is_not_written_to(post: Post, kind: str) -> None:  # noqa: F811
    async with post.engine.begin() as conn:
        await opt_out(conn, await get(conn, RCS), NOW)
    await due(post, kind)
    assert await post.send() == 0
    assert (await post.state(KEY))[:2] == ("dropped", "opted_out")


async def test_before_the_persons_own_morning_it_waits(post: Post, kind: str) -> None:  # noqa: F811
    await post.do("update debtors set state = 'AC'")
    post.clock.advance(timedelta(hours=-1))
    await due(post, kind)
    assert await post.send() == 0
    assert await post.state(KEY) == ("waiting", "contact_hours", datetime(2026, 11, 23, 14, 0, tzinfo=UTC))


async def test_on_a_holiday_it_waits_for_the_next_day_of_work(post: Post, kind: str) -> None:  # noqa: F811
    await due(post, kind)
    # Friday, 20 November: Consciência Negra.
    post.clock.set(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    await post.do("update scheduled_messages set due_at = :at", at=post.clock.now())
    await post.do("update conversations set last_inbound_at = :at where id = :id", at=NOW - timedelta(days=9), id=TALK)
    assert await post.send() == 0
    assert await post.state(KEY) == ("waiting", "contact_hours", datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


async def test_beyond_the_weekly_cap_it_waits(post: Post, kind: str) -> None:  # noqa: F811
    for number in range(3):
        await post.do(
            """insert into outbox (key, conversation_id, author, source, ordinal, fence, message, words, unasked, due_at, queued_at)
               values (:key, :id, 'journey', :key, 0, 1, '{}', 'x', true, :now, :now)""",
            key=f"x{number}", id=RCS, now=NOW,
        )  # fmt: skip
    await due(post, kind)
    assert await post.send() == 0
    state, why, at = await post.state(KEY)
    assert (state, why) == ("waiting", "weekly_cap") and at >= NOW + timedelta(days=7)


async def test_what_is_no_longer_true_is_not_said(post: Post, kind: str) -> None:  # noqa: F811
    await due(post, kind)
    await post.do("update promises set status = 'cancelled', ended_at = now()")
    await post.do("update agreements set status = 'cancelled', ended_at = now()")
    await post.do("update conversations set last_inbound_at = :now", now=NOW)  # they have written meanwhile: no answer waits
    assert await post.send() == 0
    assert (await post.state(KEY))[:2] == ("dropped", "no_longer_true")


async def test_it_is_planned_by_itself_and_once(post: Post, kind: str) -> None:  # noqa: F811
    if kind == "promise_reminder":
        await post.promise(date(2026, 11, 24))
    elif kind == "human_answer":
        await post.do("insert into agents (email, name, role, password_hash) values ('a@b', 'Ana', 'agent', '-')")
        await post.do(
            """insert into outbox (key, conversation_id, author, agent_id, source, ordinal, fence, message, words, state, error_code,
                   due_at, queued_at) values ('k', :id, 'agent', 1, 's', 0, 1, '{}', 'x', 'dead', 'window_closed', :now, :now)""",
            id=TALK, now=NOW,
        )  # fmt: skip
    else:
        await agreement(post)
        if kind == "instalment_due":
            post.clock.set(datetime(2026, 12, 1, 13, tzinfo=UTC))
    await post.do("delete from scheduled_messages")
    async with post.engine.begin() as conn:
        await plan(conn, post.talk.ground)
        assert await plan(conn, post.talk.ground) == 0
    assert kind in {row.kind for row in await post.rows("select kind from scheduled_messages")}
