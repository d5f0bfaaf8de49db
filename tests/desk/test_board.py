"""Supervisors see what goes on, take talks over and whisper; each agent sees their own day; nobody sees what is not theirs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from desk.access import UnknownCreditor, creditors_of, limit_to
from desk.counting import average, counts
from payments.agreeing import facts
from payments.proposing import propose
from payments.till import Till
from receivables.store import get_debts
from tests.desk.office import Browser, Office, seated, waiting
from tests.desk.stage import CPF, NOON, Stage


@pytest.fixture
async def sonia(stage: Stage, office: Office) -> Browser:
    return await seated(stage, office, "sonia@trato.example", "Sônia Reis", "supervisor")


async def handoff(stage: Stage, phone: str, status: str, **at: int | None) -> None:
    """A hand-over that took place some seconds ago: `asked`, `taken`, `answered`, `ended`."""
    talk = await stage.conversation(phone)
    when = {name: None if ago is None else NOON - timedelta(seconds=ago) for name, ago in at.items()}
    agent = await stage.one("select min(id) id from agents")
    taken = when.get("taken")
    await stage.rows(
        """insert into handoffs (conversation_id, reason, status, agent_id, asked_at, taken_at, first_answer_at, ended_at, queue)
           values (:talk, 'falar_com_humano', :status, :agent, :asked, :taken, :answered, :ended, 'geral')""",
        talk=talk,
        status=status,
        agent=agent.id if taken else None,
        asked=when["asked"],
        taken=taken,
        answered=when.get("answered"),
        ended=when.get("ended"),
    )
    owner = {"waiting": "queue", "taken": "agent"}.get(status, "bot")
    await stage.rows(
        "update conversations set owner = :owner, agent_id = :agent where id = :id",
        owner=owner,
        agent=agent.id if owner == "agent" else None,
        id=talk,
    )


async def test_the_board_counts_by_blips_definitions(stage: Stage, sonia: Browser, ana: Browser) -> None:
    await handoff(stage, "+5511900000001", "waiting", asked=300)
    await handoff(stage, "+5511900000002", "taken", asked=400, taken=300)
    await handoff(stage, "+5511900000003", "taken", asked=500, taken=400, answered=340)
    await handoff(stage, "+5511900000004", "closed", asked=900, ended=600)  # left before anybody had it: lost
    await handoff(stage, "+5511900000005", "closed", asked=900, taken=800, ended=600)  # left after that: abandoned
    await handoff(stage, "+5511900000006", "returned", asked=2000, taken=1900, answered=1880, ended=1300)
    await handoff(stage, "+5511900000007", "returned", asked=200_000, taken=199_000, ended=190_000)  # of another day
    async with stage.engine.begin() as conn:
        (all_,) = await counts(conn, 1, NOON)
        by_agent = await counts(conn, 1, NOON, by="agent")
    assert (all_.waiting, all_.unanswered, all_.serving) == (1, 1, 1)
    assert (all_.lost, all_.abandoned, all_.attended, all_.closed) == (1, 1, 1, 3)
    assert (all_.wait, all_.first_answer, all_.handling) == (100.0, 40.0, 400.0)
    assert [one.attended for one in by_agent] == [1]
    page = (await sonia.get("/board")).text
    for name, value in (("lost", "1"), ("abandoned", "1"), ("attended", "1"), ("wait", "2 min"), ("first-answer", "40 s")):
        assert f'data-testid="{name}">{value}<' in page, name
    assert (await sonia.get("/board/live?live=1")).status_code == 200
    assert [(await ana.get(path)).status_code for path in ("/board", "/board/live", "/places")] == [403, 403, 403]


async def test_a_supervisor_takes_over_and_the_agent_is_out(stage: Stage, ana: Browser, sonia: Browser) -> None:
    talk = await waiting(stage)
    await ana.post(f"/c/{talk}/take")
    assert (await ana.post(f"/c/{talk}/take-over")).status_code == 403
    taken = await sonia.post(f"/c/{talk}/take-over")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/desk/c/{talk}")
    nonce = re.search(r'id="nonce" value="([^"]+)"', (await ana.get(f"/c/{talk}")).text)
    assert nonce
    assert (await ana.post(f"/c/{talk}/reply", text="ainda sou eu", nonce=nonce[1])).status_code == 409
    sonias = await stage.one("select id from agents where name = 'Sônia Reis'")
    assert (await stage.one("select agent_id from conversations")).agent_id == sonias.id
    assert (await stage.one("select agent_id from handoffs")).agent_id == sonias.id


async def test_a_whisper_reaches_the_agent_and_never_the_debtor(stage: Stage, ana: Browser, sonia: Browser) -> None:
    talk = await waiting(stage)
    assert (await sonia.post(f"/c/{talk}/whisper", words="oi")).status_code == 409  # nobody there to hear it
    await ana.post(f"/c/{talk}/take")
    assert 'data-testid="supervise"' in (await sonia.get(f"/c/{talk}/debtor")).text
    assert 'data-testid="supervise"' not in (await ana.get(f"/c/{talk}/debtor")).text
    assert (await ana.post(f"/c/{talk}/whisper", words="eu mesma")).status_code == 403
    assert (await sonia.post(f"/c/{talk}/whisper", words="Ofereça 5x, <b>CPF</b> 529.982.247-25")).status_code == 303
    heard = (await ana.get(f"/c/{talk}/talk")).text
    assert "Cochicho da supervisão" in heard and "Ofereça 5x, &lt;b&gt;CPF&lt;/b&gt; ***.982.247-**" in heard
    assert await stage.rows("select 1 from outbox") == []


async def test_what_waits_for_approval_is_on_the_board_and_counted_beside_its_name(
    stage: Stage, ana: Browser, sonia: Browser
) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    debt = await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    talk = await waiting(stage, debtor_id=debtor)
    till = Till(stage.talk, {})
    async with stage.engine.begin() as conn:
        known = await facts(conn, till, await get_debts(conn, [debt]))
        anas = (await stage.one("select id from agents where name = 'Ana Prado'")).id
        await propose(
            conn, till, known, {"total": 950_00}, words="fecha hoje", conversation_id=talk, request_key="k", asked_by=anas
        )
    page = (await sonia.get("/board")).text
    assert "pedida por <bdi>Ana Prado</bdi>" in page and "fecha hoje" in page and f"/desk/c/{talk}" in page
    assert ">1<" in (await sonia.get("/places?live=1")).text


async def test_my_day_is_only_mine(stage: Stage, ana: Browser, office: Office) -> None:
    bia = await seated(stage, office, "bia@trato.example", "Bia")
    debtor = await stage.debtor("Marina Lopes", CPF)
    debt = await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 11, 16))
    talk = await waiting(stage, debtor_id=debtor)
    await stage.prove(talk, debtor)
    await ana.post(f"/c/{talk}/take")
    await ana.post(f"/c/{talk}/deed/promise", nonce="n" * 20, day="2026-11-27", **{f"debt-{debt}": "on"})
    await ana.post(f"/c/{talk}/return", disposition="promessa/data_marcada", note="")
    await ana.post(f"/c/{talk}/return/now")
    mine = (await ana.get("/my-day")).text
    assert 'data-testid="due-promise"' in mine and "27/11/2026" in mine
    assert "Promessa e prazo: Prometeu pagar em uma data" in mine
    assert 'data-testid="mine-attended">1<' in mine
    hers = (await bia.get("/my-day")).text
    assert "Marina" not in hers and 'data-testid="mine-attended">0<' in hers


# ------------------------------------------------------------------------------------------- creditors kept apart


async def test_an_agent_of_one_creditor_sees_that_creditors_people_alone(stage: Stage, ana: Browser, office: Office) -> None:
    marina, joao = await stage.debtor("Marina Lopes", CPF), await stage.debtor("João Prates", "11144477735")
    await stage.debt(marina, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    other = await stage.one("insert into creditors (cnpj, name) values ('90731425000163', 'Outra') returning id")
    theirs = await stage.debt(joao, "Conta de luz", 77_00, date(2026, 10, 22))
    await stage.rows("update debts set creditor_id = :other where id = :id", other=other.id, id=theirs)
    hers = await waiting(stage, "+5511900000001", debtor_id=marina)
    his = await waiting(stage, "+5511900000002", debtor_id=joao)
    strange = await waiting(stage, "+5511900000003")
    await stage.rows(
        "insert into agent_creditors (agent_id, creditor_id) select a.id, :other from agents a where a.name = 'Ana Prado'",
        other=other.id,
    )
    for path in ("", "/talk", "/debtor", "/deed/pix"):
        assert (await ana.get(f"/c/{hers}{path}")).status_code == 404, path
        assert (await ana.get(f"/c/{his}{path}")).status_code != 404, path
    assert (await ana.post(f"/c/{hers}/take")).status_code == 404
    assert (await ana.get(f"/c/{strange}")).status_code == 200
    bia = await seated(stage, office, "bia@trato.example", "Bia")
    assert (await bia.get(f"/c/{hers}")).status_code == 200


async def test_a_login_is_limited_to_creditors_that_are_known(stage: Stage, ana: Browser) -> None:
    await stage.debt(await stage.debtor("Marina Lopes", CPF), "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    anas = (await stage.one("select id from agents")).id
    async with stage.engine.begin() as conn:
        await limit_to(conn, anas, ["11222333000181"])
        assert len(await creditors_of(conn, anas)) == 1
        with pytest.raises(UnknownCreditor):
            await limit_to(conn, anas, ["90731425000163"])
    async with stage.engine.begin() as conn:
        await limit_to(conn, anas, [])
        assert await creditors_of(conn, anas) == ()


async def test_every_look_at_a_person_is_in_the_audit(stage: Stage, ana: Browser) -> None:
    talk = await waiting(stage, debtor_id=await stage.debtor("Marina Lopes", CPF))
    await ana.get(f"/c/{talk}")
    await ana.get(f"/c/{talk}/talk?live=1")  # a page that refreshes itself is no other look
    await ana.post(f"/c/{talk}/reveal")
    seen = [row.what for row in await stage.rows("select what from audit where actor like 'agent:%' and what <> 'login.entered'")]
    assert seen == ["talk.seen", "document.revealed"]


def test_averages_are_written_as_people_read_them() -> None:
    assert [average(seconds) for seconds in (None, 0.4, 59.0, 61.0, 3900.0)] == ["–", "0 s", "59 s", "1 min", "1 h 05 min"]
