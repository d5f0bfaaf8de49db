"""What agents answer at the desk: proposals, disputes, requests, pauses; by the verbs that the talk itself uses, within their authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from conversations import handover
from conversations.conversation import get
from conversations.requests import register
from desk.answers import terms_of
from desk.beyond import Breach, breaches
from desk.guard import Refused
from desk.writing import centavos
from payments.agreeing import facts
from payments.proposing import propose
from payments.till import Till
from receivables.claims import open_claim, tell_more
from receivables.disputing import open_dispute
from receivables.extending import grant, preview
from receivables.pauses import pause_collection
from receivables.promising import make
from receivables.store import get_debts
from tests.desk.office import Browser, Office, seated, waiting
from tests.desk.stage import CPF, Stage


class Case:
    """Marina, proven, with one debt, who waits for a human."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.debtor = self.debt = 0
        self.talk = ""

    async def set_up(self) -> Case:
        self.debtor = await self.stage.debtor("Marina Lopes", CPF)
        self.debt = await self.stage.debt(self.debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
        self.talk = await waiting(self.stage, debtor_id=self.debtor)
        await self.stage.prove(self.talk, self.debtor)
        return self

    async def proposes(self, **wanted: int) -> int:
        till = Till(self.stage.talk, {})
        async with self.stage.engine.begin() as conn:
            known = await facts(conn, till, await get_debts(conn, [self.debt]))
            made = await propose(
                conn, till, known, wanted, words="faz por menos?", conversation_id=self.talk, request_key=f"t:{wanted}"
            )
        return made.id

    async def said(self) -> list[str]:
        return [row.words for row in await self.stage.rows("select words from outbox order by id")]


@pytest.fixture
async def case(stage: Stage) -> Case:
    return await Case(stage).set_up()


@pytest.fixture
async def sonia(stage: Stage, office: Office) -> Browser:
    return await seated(stage, office, "sonia@trato.example", "Sônia Reis", "supervisor")


async def status_of(stage: Stage, table: str) -> str:
    return str((await stage.one(f"select status from {table}")).status)


# ------------------------------------------------------------------------------------------------ proposals


async def test_a_proposal_is_shown_with_its_terms_and_why_it_is_beyond(case: Case, ana: Browser, sonia: Browser) -> None:
    await case.proposes(total=950_00)
    page = (await ana.get(f"/c/{case.talk}/debtor")).text
    for said in ("Espera resposta", "faz por menos?", "R$ 950,00", "abaixo do mínimo de hoje", "peça a um supervisor"):
        assert said in page, said
    assert "Aprovar como foi pedida" not in page
    assert "Aprovar como foi pedida" in (await sonia.get(f"/c/{case.talk}/debtor")).text


async def test_a_supervisor_approves_and_the_answer_arrives_in_the_talk(case: Case, sonia: Browser) -> None:
    proposal = await case.proposes(total=950_00)
    done = await sonia.post(f"/c/{case.talk}/proposal", id=str(proposal), verdict="approve")
    assert done.status_code == 303
    approved, summary = (await case.said())[-2:]
    assert "foi aprovada" in approved and "Total do acordo: R$ 950,00" in summary
    assert "Aprovada" in (await sonia.get(f"/c/{case.talk}/debtor")).text
    row = await case.stage.one("select actor, detail from audit where what = 'proposal.approved'")
    assert row.actor.startswith("agent:") and row.detail["role"] == "supervisor"


async def test_an_agent_gives_no_more_than_their_authority_even_by_a_forged_form(case: Case, ana: Browser) -> None:
    proposal = await case.proposes(total=950_00)
    refused = await ana.post(f"/c/{case.talk}/proposal", id=str(proposal), verdict="approve", role="admin")
    assert refused.status_code == 403 and "alçada" in refused.text
    assert await status_of(case.stage, "proposals") == "waiting" and await case.said() == []


async def test_a_counter_has_the_agents_terms_and_htmx_gets_the_fresh_pane(case: Case, sonia: Browser) -> None:
    proposal = await case.proposes(total=500_00)
    headers = {"origin": "http://desk.test", "sec-fetch-site": "same-origin", "hx-request": "true"}
    done = await sonia.post(f"/c/{case.talk}/proposal", headers, id=str(proposal), verdict="counter", total="R$ 960,00", count="")
    assert (
        done.status_code == 200
        and "Contraproposta feita" in done.headers["hx-trigger"]
        and "Respondida com outra condição" in done.text
    )
    assert "Total do acordo: R$ 960,00" in (await case.said())[-1]


async def test_a_refusal_needs_a_reason_which_the_debtor_reads(case: Case, ana: Browser) -> None:
    proposal = str(await case.proposes(total=500_00))
    assert (await ana.post(f"/c/{case.talk}/proposal", id=proposal, verdict="refuse", reason=" ")).status_code == 422
    await ana.post(f"/c/{case.talk}/proposal", id=proposal, verdict="refuse", reason="O valor é muito baixo.")
    assert "O valor é muito baixo." in (await case.said())[-1]
    again = await ana.post(f"/c/{case.talk}/proposal", id=proposal, verdict="approve")
    assert again.status_code == 409 and await status_of(case.stage, "proposals") == "refused"


async def test_nobody_answers_what_belongs_to_another_talk(case: Case, ana: Browser, sonia: Browser) -> None:
    proposal = str(await case.proposes(total=950_00))
    other = await waiting(case.stage, "+5511900000009", debtor_id=await case.stage.debtor("João Lima", "11144477735"))
    for deed in ("proposal", "dispute", "request"):
        for id in (proposal, "0", "", "x"):
            assert (await sonia.post(f"/c/{other}/{deed}", id=id, verdict="approve")).status_code == 404
    assert (await sonia.post(f"/c/{other}/pause", id="1")).status_code == 409
    assert await status_of(case.stage, "proposals") == "waiting"


async def test_each_broken_rule_is_named_with_its_limit(case: Case) -> None:
    async with case.stage.engine.begin() as conn:
        known = await facts(conn, Till(case.stage.talk, {}), await get_debts(conn, [case.debt]))
    limits = known.policy.instalments
    assert breaches(known, {"total": known.cash - 1}) == [Breach("discount", known.cash - 1, known.cash)]
    assert breaches(known, {"total": known.cash}) == []
    too_many = breaches(known, {"count": limits.max + 1})
    assert too_many[0] == Breach("count", limits.max + 1, limits.max)
    assert [one.rule for one in breaches(known, {"count": 2, "down": 1_00})] == ["down"]
    assert breaches(known, {"count": 2}) == []


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ({"total": "1.250,50"}, {"total": 125050}),
        ({"total": "R$ 900", "count": "1"}, {"total": 90000}),
        ({"down": "100", "count": "12"}, {"down": 10000, "count": 12}),
    ],
)
def test_terms_are_read_as_they_are_typed(typed: Mapping[str, str], terms: Mapping[str, int]) -> None:
    assert terms_of(typed) == terms


@pytest.mark.parametrize(
    "typed", [{}, {"total": "mil"}, {"total": "0"}, {"total": "-5"}, {"count": "0"}, {"down": "10"}, {"count": "1e9"}]
)
def test_terms_that_are_none_are_refused(typed: Mapping[str, str]) -> None:
    with pytest.raises(Refused):
        terms_of(typed)


def test_reais_become_centavos_without_a_fraction_lost() -> None:
    typed = ("1.234,5", "0,01", "1234", "R$ 10,00", "1.23", "1,234.00", "12.34", "")
    assert [centavos(one) for one in typed] == [123450, 1, 123400, 1000, None, None, None, None]


# ------------------------------------------------------------------------------------------------ disputes and claims


async def disputed(case: Case) -> int:
    async with case.stage.engine.begin() as conn:
        made = await open_dispute(
            conn,
            case.stage.ground,
            [case.debt],
            reason="wrong_amount",
            story="O valor não é esse.",
            request_key="t:1",
            protocol="2026112300001",
            conversation_id=case.talk,
        )
    return made.id


async def test_a_dispute_is_shown_with_reason_story_protocol_and_deadline(case: Case, ana: Browser) -> None:
    await disputed(case)
    page = (await ana.get(f"/c/{case.talk}/debtor")).text
    for said in ("Valor errado", "O valor não é esse.", "2026112300001", "responder até 07/12/2026"):
        assert said in page, said


@pytest.mark.parametrize(
    ("verdict", "told", "paused"), [("accepted", "você tinha razão", 1), ("rejected", "a conta foi mantida", 0)]
)
async def test_a_dispute_is_answered_with_words_and_told_in_the_talk(
    case: Case, ana: Browser, verdict: str, told: str, paused: int
) -> None:
    dispute = str(await disputed(case))
    assert (await ana.post(f"/c/{case.talk}/dispute", id=dispute, verdict=verdict, words="")).status_code == 422
    assert (await ana.post(f"/c/{case.talk}/dispute", id=dispute, verdict="withdrawn", words="x")).status_code == 422
    await ana.post(f"/c/{case.talk}/dispute", id=dispute, verdict=verdict, words="Conferimos com a loja.")
    said = await case.said()
    assert len(said) == 1 and told in said[0] and "Conferimos com a loja." in said[0] and "2026112300001" in said[0]
    assert (await case.stage.one("select status, note from disputes")).note == "Conferimos com a loja."
    # Whoever was right is not asked for money again before the book is corrected.
    assert len(await case.stage.rows("select 1 from collection_pauses where lifted_at is null")) == paused
    other = "rejected" if verdict == "accepted" else "accepted"
    assert (await ana.post(f"/c/{case.talk}/dispute", id=dispute, verdict=other, words="x")).status_code == 409
    assert len(await case.said()) == 1 and (await case.stage.one("select actor from audit where what like 'dispute.%'")).actor


async def test_without_proof_only_that_there_is_news_is_told(case: Case, ana: Browser) -> None:
    dispute = str(await disputed(case))
    await case.stage.rows("update proofs set valid_until = :now", now=case.stage.clock.now())
    await ana.post(f"/c/{case.talk}/dispute", id=dispute, verdict="rejected", words="Conferimos com a loja.")
    assert len(await case.said()) == 1 and "Conferimos" not in (await case.said())[0]


async def test_a_claim_is_shown_with_its_receipt_and_what_was_read_in_it(case: Case, ana: Browser) -> None:
    file = await case.stage.file(case.talk, "document", "application/pdf", b"%PDF-1.4 recibo")
    async with case.stage.engine.begin() as conn:
        claim = await open_claim(
            conn, case.stage.ground, "paid", case.debtor, [case.debt], request_key="c", protocol="P-9", conversation_id=case.talk
        )
        await tell_more(conn, claim.id, paid_on=date(2026, 11, 20), means="pix", amount=1000_00)
    await case.stage.rows(
        """insert into payment_proofs (conversation_id, debtor_id, claim_id, sha256, mime_type, read, verdict, received_at)
           select :talk, :debtor, :claim, sha256, mime, '{"amount": 100000, "payee": "Lojas <b>"}', 'ours', :now from media""",
        talk=case.talk,
        debtor=case.debtor,
        claim=claim.id,
        now=case.stage.clock.now(),
    )
    page = (await ana.get(f"/c/{case.talk}/debtor")).text
    for said in ("Diz que pagou", "20/11/2026", "P-9", "em conferência", "Lojas &lt;b&gt;", f"/c/{case.talk}/media/{file}"):
        assert said in page, said


# ------------------------------------------------------------------------------------------------ requests and pauses


async def test_a_request_is_closed_with_an_outcome_once(case: Case, ana: Browser) -> None:
    async with case.stage.engine.begin() as conn:
        talk = await get(conn, case.talk)
        made = await register(conn, case.stage.ground, talk, "data_erasure", "t_1", debtor_id=case.debtor, words="apaga tudo")
    page = (await ana.get(f"/c/{case.talk}/debtor")).text
    for said in ("Apagar dados", "apaga tudo", made.protocol, "responder até 08/12/2026"):
        assert said in page, said
    assert (await ana.post(f"/c/{case.talk}/request", id=str(made.id), verdict="done", words="")).status_code == 422
    await ana.post(f"/c/{case.talk}/request", id=str(made.id), verdict="refused", words="Há dívida em aberto: guarda por lei.")
    row = await case.stage.one("select status, answer, done_by from requests")
    assert (row.status, row.answer) == ("refused", "Há dívida em aberto: guarda por lei.") and row.done_by.startswith("agent:")
    again = await ana.post(f"/c/{case.talk}/request", id=str(made.id), verdict="done", words="feito")
    assert again.status_code == 409
    assert len(await case.stage.rows("select 1 from audit where what = 'request.refused'")) == 1


async def test_a_pause_is_shown_and_lifted_and_the_gravest_by_a_supervisor_alone(
    case: Case, ana: Browser, sonia: Browser
) -> None:
    now = case.stage.clock.now()
    async with case.stage.engine.begin() as conn:
        await pause_collection(conn, "hardship", now, key="a", debtor_id=case.debtor)
        await pause_collection(conn, "self_harm", now, key="b", conversation_id=case.talk)
    page = (await ana.get(f"/c/{case.talk}/debtor")).text
    assert "Dificuldade financeira" in page and "Risco à vida" in page and "Só um supervisor" in page
    ids = {row.reason: str(row.id) for row in await case.stage.rows("select id, reason from collection_pauses")}
    assert (await ana.post(f"/c/{case.talk}/pause", id=ids["self_harm"])).status_code == 403
    assert (await ana.post(f"/c/{case.talk}/pause", id=ids["hardship"])).status_code == 303
    assert (await ana.post(f"/c/{case.talk}/pause", id=ids["hardship"])).status_code == 409
    assert (await sonia.post(f"/c/{case.talk}/pause", id=ids["self_harm"])).status_code == 303
    assert "Cobrança pausada" not in (await ana.get(f"/c/{case.talk}/debtor")).text
    assert len(await case.stage.rows("select 1 from audit where what = 'collection.resumed'")) == 2


async def test_promises_and_extensions_are_listed(case: Case, ana: Browser) -> None:
    ground = case.stage.ground
    other = await case.stage.debt(case.debtor, "Carnê", 200_00, date(2026, 11, 18))
    async with case.stage.engine.begin() as conn:
        await make(
            conn,
            ground,
            [case.debt],
            day=date(2026, 11, 27),
            amount=None,
            request_key="p",
            protocol="PR-1",
            conversation_id=case.talk,
        )
        moved = await preview(conn, ground, (await get_debts(conn, [other]))[0], None)
    page = (await ana.get(f"/c/{case.talk}/debtor")).text
    assert "Promessa para 27/11/2026" in page and "em aberto" in page
    async with case.stage.engine.begin() as conn:
        await grant(
            conn, ground, other, to=moved.due_date, total=moved.total, request_key="e", protocol="EX-1", conversation_id=case.talk,
            by="bot",
        )  # fmt: skip
    assert "Prazo até" in (await ana.get(f"/c/{case.talk}/debtor")).text


async def test_somebody_unknown_still_has_their_requests_and_pauses(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    async with stage.engine.begin() as conn:
        await register(conn, stage.ground, await get(conn, one), "wrong_person", "t_1", words="não sou eu")
        await pause_collection(conn, "wrong_person", stage.clock.now(), key="w", conversation_id=one)
        await handover.announce(conn, one)
    page = (await ana.get(f"/c/{one}/debtor")).text
    assert "Não é a pessoa" in page and "Cobrança pausada" in page
