"""CDC art. 42-A: whoever is told what they owe is told to whom, with CNPJ and address; on a real database, through the one door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.conversation import give_proof
from conversations.creditors import asks_for_money
from conversations.questions import asked, put
from conversations.reply import reply
from conversations.talk import Talk
from conversations.wording import Utterance, Worded, Wording, load_responses
from receivables.ground import Ground
from receivables.policy import Policies
from receivables.sealing import Vault
from tests.conversations.house import ListedJobs
from trato.clock import FixedClock
from trato.database import make_engine
from trato.paths import POLICIES, RESPONSES
from trato.program import fixed_values

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
TALK = "c_aaaaaaaaaaaaaaaaaaaa"
TAMBORIL = (
    "Credor: Lojas Tamboril S.A., CNPJ 90.731.425/0001-63, Avenida dos Jequitibás, 1500, Setor Comercial, Goiânia/GO, 74000-000"
)
VENTANIA = "Credor: Ventania Telecomunicações S.A., CNPJ 91.826.043/0001-86"

ABOUT_WHAT_WAS_PAID = {
    # These tell of money that came or went back, and ask for none.
    "utter_agreement_fulfilled",
    "utter_all_settled",
    "utter_all_settled_again",
    "utter_settled_but",
    "utter_code_ended",
    "utter_code_was_paid",
    "utter_left_after_payment",
    "utter_no_more_calls",
    "utter_proof_not_needed",
    "utter_paid_told_beside",
    "utter_refund_asked_already",
    "utter_refund_noted",
    "utter_refund_when_back",
    "utter_refund_when_back_again",
    "utter_agreement_was_fulfilled",
    "utter_receipt_confirmed",
    "utter_receipt_read",
    "utter_refund_found",
    "utter_refund_paid_once",
    "utter_boleto_paid_late",
    "utter_instalment_paid",
    "utter_paid_found_all",
    "utter_paid_found_in_agreement",
    "utter_paid_found_rest",
    "utter_paid_sum",
    "utter_paid_sum_again",
    "utter_paid_sum_none",
    "utter_payment_confirmed",
    "utter_payment_double",
    "utter_payment_double_boleto",
    "utter_payment_double_pix",
    "utter_payment_excess",
    "utter_payment_partial_settled",
    "utter_payment_refund_failed",
    "utter_payment_refunded",
    "utter_payment_some_settled",
}


def test_only_what_asks_for_nothing_goes_without_the_creditors_data() -> None:
    exempt = {
        name
        for name, variations in load_responses(RESPONSES).items()
        if any((one.get("metadata") or {}).get("collection") is False for one in variations)
    }
    assert exempt == ABOUT_WHAT_WAS_PAID


@pytest.mark.parametrize(
    ("body", "more", "asks"),
    [
        ("Total: R$ 1.015,33", {}, True),
        ("Desconto: -R$ 15,34", {}, True),
        ("Tudo certo", {}, False),
        ("Recebemos R$ 10,00", {"collection": False}, False),
        ("R$ 10,00", {"personal": False}, False),
        ("Resumo: R$ 10,00", {"alone": True}, True),
    ],
)
def test_an_amount_that_is_owed_is_known_as_such(body: str, more: dict[str, Any], asks: bool) -> None:
    assert asks_for_money(Worded(**{"response": "utter_x", "body": body, "personal": True, **more})) is asks


@pytest_asyncio.fixture
async def stage(databases: Callable[[], str]) -> AsyncIterator[tuple[AsyncEngine, Talk]]:
    engine = make_engine(databases())
    policies = Policies.load(POLICIES)
    responses = {
        **load_responses(RESPONSES),
        "utter_x": [{"text": "Total: {total}", "metadata": {"personal": True}}],
        "utter_named": [{"text": "{who}: {total}", "metadata": {"personal": True}}],
        "utter_known": [{"text": "Total: {total}. Credor: CNPJ 90.731.425/0001-63", "metadata": {"personal": True}}],
    }
    talk = Talk(
        Ground(FixedClock(NOW), policies, Vault((b"k" * 32,))), Wording(responses, fixed_values(policies.default)), ListedJobs()
    )
    async with engine.begin() as conn:
        for statement in (
            """insert into creditors (cnpj, name) values ('90731425000163', 'Lojas Tamboril S.A.'),
                   ('91826043000186', 'Ventania Telecomunicações S.A.'), ('11222333000181', 'Sem Endereço Ltda.')""",
            "insert into debtors (kind, document_sealed, document_index, name) values ('person', 'x', 'x', 'Marina')",
            """insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, original_amount, due_date,
                   principal_left) select n, 1, 'Outra', 'C', 'C', 'R' || n, 1000, '2026-10-22', 1000 from generate_series(1, 2) n""",
        ):
            await conn.execute(text(statement))
        await conn.execute(
            text("""insert into conversations (id, channel, account, address_raw, last_inbound_at, created_at)
                    values (:id, 'whatsapp', '1', '5511', :now, :now)"""),
            {"id": TALK, "now": NOW},
        )
        await give_proof(conn, TALK, 1, NOW, 30)
    yield engine, talk
    await engine.dispose()


async def said(stage: tuple[AsyncEngine, Talk], *utterances: Utterance, source: str = "turn:1") -> list[str]:
    engine, talk = stage
    async with engine.begin() as conn:
        await reply(conn, talk, TALK, utterances, source=source)
        return list((await conn.execute(text("select words from outbox order by id"))).scalars())


async def test_the_shorter_words_above_cards_name_them_too(stage: tuple[AsyncEngine, Talk]) -> None:
    rows = [{"short": "Fatura", "full": "Fatura", "hint": "x", **MONEY, "arguments": {"debts": [1]}}]
    await said(stage, Utterance("utter_which_to_pay", {"options": rows, **MONEY}))
    await said(
        stage, Utterance("utter_debts_several", {"name": "Ana", "count": 1, "debts": [], "options": rows, **MONEY}), source="2"
    )
    async with stage[0].connect() as conn:
        sent = list((await conn.execute(text("select message from outbox order by id"))).scalars())
    assert {one["kind"] for one in sent} == {"cards"}
    assert all(one["lead"] is None or one["lead"].endswith(TAMBORIL) for one in sent) and sent[-1]["lead"]


MONEY = {"total": {"money": 1000}}


async def test_everybody_who_is_owed_is_named_with_document_and_address(stage: tuple[AsyncEngine, Talk]) -> None:
    (words,) = await said(stage, Utterance("utter_x", MONEY))
    assert TAMBORIL in words and VENTANIA in words


async def test_only_whom_the_message_is_about_is_named(stage: tuple[AsyncEngine, Talk]) -> None:
    (words,) = await said(stage, Utterance("utter_x", {**MONEY, "arguments": {"debts": [1]}}))
    assert TAMBORIL in words and "Ventania" not in words


async def test_the_names_that_are_read_say_whom_it_is_about(stage: tuple[AsyncEngine, Talk]) -> None:
    (words,) = await said(stage, Utterance("utter_named", {**MONEY, "who": "Lojas Tamboril S.A."}))
    assert TAMBORIL in words and VENTANIA not in words


async def test_an_amount_without_a_name_is_about_what_the_open_question_is_about(stage: tuple[AsyncEngine, Talk]) -> None:
    async with stage[0].begin() as conn:
        await put(conn, TALK, asked("offer", debts=[1]), NOW)
    (words,) = await said(stage, Utterance("utter_x", MONEY))
    assert TAMBORIL in words and VENTANIA not in words


async def test_whoever_is_named_already_is_not_named_again(stage: tuple[AsyncEngine, Talk]) -> None:
    (words,) = await said(stage, Utterance("utter_known", {**MONEY, "arguments": {"debts": [1]}}))
    assert words.count("90.731.425/0001-63") == 1


async def test_of_several_messages_in_one_answer_one_names_them(stage: tuple[AsyncEngine, Talk]) -> None:
    words = await said(stage, Utterance("utter_x", MONEY), Utterance("utter_x", MONEY))
    assert "\n".join(words).count("90.731.425/0001-63") == 1


async def test_a_creditor_without_an_address_is_named_without_one(stage: tuple[AsyncEngine, Talk]) -> None:
    async with stage[0].begin() as conn:
        await conn.execute(text("update debts set creditor_id = 3"))
    (words,) = await said(stage, Utterance("utter_x", MONEY))
    assert words.endswith("Credor: Sem Endereço Ltda., CNPJ 11.222.333/0001-81")


async def test_what_may_not_be_collected_names_nobody(stage: tuple[AsyncEngine, Talk]) -> None:
    async with stage[0].begin() as conn:
        await conn.execute(text("update debts set due_date = '2015-01-01' where creditor_id = 2"))
    (words,) = await said(stage, Utterance("utter_x", MONEY))
    assert "Tamboril" in words and "Ventania" not in words
