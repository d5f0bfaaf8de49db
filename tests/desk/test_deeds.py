"""What an agent does for a debtor from the side pane: the bot's own verbs, for the talk that they hold and a person who is proven."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from desk import offering
from payments.agreeing import facts
from payments.till import Till
from receivables.pauses import pause_collection
from receivables.store import get_debts
from tests.desk.office import Browser, Office, seated, waiting
from tests.desk.stage import CPF, NOON, Stage

TODAY = NOON.date()


class Case:
    """Marina, proven, with one debt of R$ 1.000, whose talk Ana has."""

    def __init__(self, stage: Stage, ana: Browser) -> None:
        self.stage = stage
        self.ana = ana
        self.debtor = self.debt = 0
        self.talk = ""

    async def set_up(self) -> Case:
        self.debtor = await self.stage.debtor("Marina Lopes", CPF)
        self.debt = await self.stage.debt(self.debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
        await self.stage.rows("update creditors set cnpj = '90731425000163'")  # one that the policy pays
        self.talk = await waiting(self.stage, debtor_id=self.debtor)
        await self.stage.prove(self.talk, self.debtor)
        await self.ana.post(f"/c/{self.talk}/take")
        return self

    async def form(self, deed: str) -> str:
        answered = await self.ana.get(f"/c/{self.talk}/deed/{deed}", **{"hx-request": "true"})
        assert answered.status_code == 200, answered.text
        return answered.text

    async def do(self, deed: str, nonce: str = "n" * 20, **fields: str) -> tuple[int, str]:
        fields = {f"debt-{self.debt}": "on", **fields} if deed not in ("accept", "prove") else fields
        sent = {"origin": "http://desk.test", "sec-fetch-site": "same-origin", "hx-request": "true"}
        done = await self.ana.post(f"/c/{self.talk}/deed/{deed}", sent, nonce=nonce, **fields)
        told = done.headers.get("hx-trigger", "").encode().decode("unicode_escape")
        return done.status_code, told or done.text

    async def check(self, deed: str, **fields: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in {f"debt-{self.debt}": "on", **fields}.items())
        return (await self.ana.get(f"/c/{self.talk}/deed/{deed}/check?live=1&{query}")).text

    async def said(self) -> list[str]:
        return [row.words for row in await self.stage.rows("select words from outbox order by id")]


@pytest.fixture
async def case(stage: Stage, ana: Browser) -> Case:
    return await Case(stage, ana).set_up()


async def test_only_who_holds_the_talk_acts_in_it_and_only_with_a_proven_person(case: Case, stage: Stage, office: Office) -> None:
    bia = await seated(stage, office, "bia@trato.example", "Bia")
    refused = await bia.get(f"/c/{case.talk}/deed/pix")
    assert (refused.status_code, refused.text) == (409, "Assuma o atendimento antes.")
    await stage.rows("update proofs set valid_until = :past", past=NOON - timedelta(seconds=1))
    for deed in ("pix", "boleto", "offer", "extension", "promise", "dispute"):
        assert (await case.do(deed, day="2026-11-30", count="3", how="plan"))[0] == 409, deed
    assert "Confirmar identidade" in (await case.ana.get(f"/c/{case.talk}/debtor")).text
    for table in ("charges", "offers", "extensions", "promises", "disputes"):
        assert await stage.rows(f"select 1 from {table}") == []


async def test_a_person_is_proven_at_the_desk_by_the_rules_and_tries_of_the_bot(case: Case, stage: Stage) -> None:
    await stage.rows("update proofs set void_at = now(), void_reason = 'x'")
    wrong = await case.do("prove", nonce="w" * 20, document=CPF, birth="01/01/1990")
    assert wrong == (422, "Os dados não conferem. Não diga ao cliente qual deles está diferente.")
    assert [row.succeeded for row in await stage.rows("select succeeded from identity_attempts")] == [False]
    status, told = await case.do("prove", nonce="r" * 20, document="529.982.247-25", birth="12/04/1987")
    assert (status, "Identidade confirmada." in told) == (200, True)
    assert "Gerar Pix" in await case.form("pix")


async def test_a_pix_is_asked_for_once_however_often_the_form_is_sent(case: Case, stage: Stage) -> None:
    assert "Total de hoje" in await case.check("pix", kind="pix")
    for _ in range(2):
        status, told = await case.do("pix", kind="pix")
        assert (status, "Pix pedido ao banco" in told) == (200, True)
    made = await stage.one("select kind, amount, status, request_key, conversation_id from charges")
    assert (made.kind, made.status, made.conversation_id) == ("pix", "pending", case.talk)
    assert made.request_key.startswith("desk:")
    assert ("create_charge", "1") in case.stage.jobs.put_jobs


async def test_a_boleto_says_why_it_cannot_be_where_the_creditor_has_no_bank_for_it(case: Case) -> None:
    assert await case.do("boleto", kind="boleto") == (409, "Este credor não recebe por este meio.")


async def test_a_part_is_paid_by_pix_of_one_debt(case: Case, stage: Stage) -> None:
    assert "Paga agora" in await case.check("pix", kind="pix", part="200")
    assert (await case.do("pix", kind="pix", part="200"))[0] == 200
    made = await stage.one("select amount, on_account from charges")
    assert (made.amount, made.on_account) == (200_00, True)


async def test_nothing_is_charged_while_collection_rests_for_good(case: Case, stage: Stage) -> None:
    async with stage.engine.begin() as conn:
        await pause_collection(conn, "deceased", NOON, key="k", debtor_id=case.debtor)
    status, why = await case.do("pix", kind="pix")
    assert (status, "supervisor precisa retirar a pausa" in why) == (409, True)


# ------------------------------------------------------------------------------------------------------- the offer


async def test_the_builder_judges_legality_authority_and_total_while_it_is_typed(case: Case) -> None:
    assert "Política: até" in await case.check("offer", how="plan", count="5")
    within = await case.check("offer", how="plan", count="5")
    assert 'data-within="policy"' in within
    assert within.count("<tr>") >= 5
    assert 'data-within="supervisor"' in await case.check("offer", how="plan", count="30")
    assert 'data-within="supervisor"' in await case.check("offer", how="cash", total="950")
    nobody = await case.check("offer", how="cash", total="500")
    assert 'data-within="nobody"' in nobody and "Nem a supervisão" in nobody
    assert "Escreva o valor total em reais" in await case.check("offer", how="cash", total="abc")
    late = await case.check("offer", how="plan", count="3", first="2027-06-01")
    assert "O primeiro pagamento vai de hoje até" in late


async def test_an_offer_within_the_policy_is_sent_shown_whole_and_accepted_in_the_debtors_own_words(
    case: Case, stage: Stage
) -> None:
    status, told = await case.do("offer", how="plan", count="3", down="300", first="2026-11-25")
    assert (status, "Oferta enviada" in told) == (200, True)
    offer = await stage.one("select status, basis, conversation_id from offers")
    assert (offer.status, offer.basis, offer.conversation_id) == ("open", "policy", case.talk)
    summary = (await case.said())[-1]
    assert "Resumo do acordo" in summary and "25/11/2026" in summary
    pane = (await case.ana.get(f"/c/{case.talk}/debtor")).text
    assert 'data-testid="on-the-table"' in pane and "Espera a resposta do cliente" in pane
    offer_id = (await stage.one("select id from offers")).id

    # Nobody accepts for the debtor.
    assert await case.do("accept", nonce="a" * 20, offer=offer_id) == (
        409,
        "O cliente ainda não respondeu à oferta: só ele pode aceitar.",
    )
    await stage.line(case.talk, "debtor", "fechado, pode fazer")
    assert "fechado, pode fazer" in await case.form("accept")
    status, told = await case.do("accept", nonce="b" * 20, offer=offer_id)
    assert (status, "Acordo fechado, protocolo" in told) == (200, True)
    made = await stage.one("select status, accepted_how, accepted_words, down_payment, count from agreements")
    assert (made.status, made.accepted_how, made.accepted_words, made.down_payment, made.count) == (
        "active",
        "desk",
        "fechado, pode fazer",
        300_00,
        3,
    )
    assert "Acordo fechado!" in (await case.said())[-1]
    audited = {row.what for row in await stage.rows("select what from audit where actor like 'agent:%'")}
    assert {"offer.sent", "agreement.accepted"} <= audited


async def test_what_is_beyond_the_agent_goes_to_a_supervisor_and_is_answered_in_the_talk(
    case: Case, stage: Stage, office: Office
) -> None:
    refused = await case.do("offer", how="cash", total="950")
    assert refused == (422, "Escreva ao supervisor por que vale a pena.")
    status, told = await case.do("offer", how="cash", total="950", reason="Recebe hoje o 13º, fecha na hora")
    assert (status, "Pedido enviado à supervisão" in told) == (200, True)
    asked = await stage.one("select id, status, asked_by, words from proposals")
    assert (asked.status, asked.words) == ("waiting", "Recebe hoje o 13º, fecha na hora")
    assert asked.asked_by is not None
    assert await case.said() == []  # the debtor has heard nothing yet
    sonia = await seated(stage, office, "sonia@trato.example", "Sônia", "supervisor")
    assert "Aprovar como foi pedida" in (await sonia.get(f"/c/{case.talk}/debtor")).text
    await sonia.post(f"/c/{case.talk}/proposal", id=str(asked.id), verdict="approve")
    assert (await stage.one("select status from proposals")).status == "approved"
    assert "Resumo do acordo" in (await case.said())[-1]
    # The talk is still Ana's.
    assert (await stage.one("select owner from conversations")).owner == "agent"


async def test_a_supervisor_sends_at_once_what_an_agent_would_ask_for(case: Case, stage: Stage) -> None:
    await stage.rows("update agents set role = 'supervisor'")
    assert "Você pode enviar." in await case.check("offer", how="cash", total="950")
    assert (await case.do("offer", how="cash", total="950"))[0] == 200
    assert (await stage.one("select basis from offers")).basis == "authority"


async def test_terms_that_a_dishonest_form_brings_are_judged_again(case: Case, stage: Stage) -> None:
    other = await stage.debtor("Outra Pessoa", "11144477735")
    theirs = await stage.debt(other, "Alheia", 500_00, date(2026, 10, 1))
    till = Till(stage.talk, {})
    async with stage.engine.begin() as conn:
        known = await facts(conn, till, await get_debts(conn, [case.debt]))
    assert offering.judge(known, {"total": 1}).within == "nobody"
    assert (await case.do("offer", how="cash", total="0,01", reason="x"))[0] == 422
    fields = {f"debt-{theirs}": "on", "kind": "pix"}
    sent = {"origin": "http://desk.test", "sec-fetch-site": "same-origin"}
    alien = await case.ana.post(f"/c/{case.talk}/deed/pix", sent, nonce="z" * 20, **fields)
    assert (alien.status_code, alien.text) == (422, "Marque ao menos uma dívida.")
    assert await stage.rows("select 1 from charges") == []


# --------------------------------------------------------------------------------------- time, promises, disputes


async def test_an_extension_is_previewed_granted_once_and_told(case: Case, stage: Stage) -> None:
    await stage.rows("update debts set due_date = :due", due=date(2026, 11, 16))
    seen = await case.check("extension")
    assert "Novo vencimento" in seen
    for _ in range(2):
        assert (await case.do("extension"))[0] in (200, 409)
    moved = await stage.one("select granted_by, due_date, total from extensions")
    assert moved.granted_by.startswith("agent:")
    assert (await stage.one("select extended_to from debts")).extended_to == moved.due_date
    assert "o novo vencimento é" in (await case.said())[0].lower()


async def test_an_extension_beyond_the_policy_says_until_when_it_could_be(case: Case) -> None:
    seen = await case.check("extension", day="2027-05-01")
    assert re.search(r"não permite|venceu há tempo demais|O último dia possível", seen)


async def test_a_promise_is_kept_read_back_and_told_with_its_protocol(case: Case, stage: Stage) -> None:
    assert "Valor nesse dia" in await case.check("promise", day="2026-11-27")
    status, told = await case.do("promise", day="2026-11-27", amount="400")
    assert (status, "27/11/2026" in told) == (200, True)
    kept = await stage.one("select status, day, amount, conversation_id from promises")
    assert (kept.status, kept.day, kept.amount, kept.conversation_id) == ("open", date(2026, 11, 27), 400_00, case.talk)
    assert "Protocolo:" in (await case.said())[-1]
    assert "passa do que a política permite" in await case.check("promise", day="2027-11-27")


async def test_a_dispute_rests_the_debt_and_cancels_what_could_be_paid(case: Case, stage: Stage) -> None:
    await case.do("pix", kind="pix")
    assert "Códigos que serão cancelados" in await case.check("dispute")
    assert await case.do("dispute", nonce="d" * 20) == (422, "Escolha o motivo da contestação.")
    status, _ = await case.do("dispute", nonce="d" * 20, reason="wrong_amount", story="paguei 300 em setembro")
    assert status == 200
    assert (await stage.one("select status from debts")).status == "disputed"
    assert (await stage.one("select status from charges")).status == "cancelled"
    assert "Registrei a sua contestação" in (await case.said())[-1]


async def test_each_form_works_without_script(case: Case) -> None:
    for deed in ("pix", "boleto", "offer", "extension", "promise", "dispute", "accept", "prove"):
        page = (await case.ana.get(f"/c/{case.talk}/deed/{deed}")).text
        assert page.startswith("<!doctype html>") and f'action="/desk/c/{case.talk}/deed/{deed}"' in page, deed
    done = await case.ana.post(f"/c/{case.talk}/deed/pix", None, nonce="p" * 20, kind="pix", **{f"debt-{case.debt}": "on"})
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/c/{case.talk}")
