"""The people and papers of a payment test, and short ways to do what a test does again and again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import ids
from conversations.conversation import give_proof, void_proof
from conversations.talk import Talk
from conversations.wording import Wording
from payments import charges
from payments.at_provider import close_at_provider, create_at_provider
from payments.boleto_notices import BOLETO, read_boleto_notice
from payments.charges import Charge, Payment
from payments.issue import issue
from payments.notices import read_pix_notice, store_notices
from payments.settle import settle
from payments.till import Till
from receivables.ground import Ground
from receivables.policy import Collector, CreditorTerms, Policies, Policy
from receivables.sealing import Vault
from receivables.store import Debt, document_index, get_debts
from tests.payments.fake_boletos import FakeBoletos
from tests.payments.fake_pix import PAYEE, FakePix
from trato.clock import FixedClock
from trato.paths import RESPONSES

CNPJ = "90731425000163"
KEY = "5b0c1c1e-7a3d-4f5e-9d52-0a8e6f4b2c11"
COLLECTOR = "93417862000103"


@dataclass
class ListedJobs:
    """Jobs as a list: at most one waiting for a task and a subject."""

    waiting: list[tuple[str, str]]

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        if (task, subject) not in self.waiting:
            self.waiting.append((task, subject))


@dataclass(frozen=True)
class Said:
    response: str | None
    words: str
    message: dict[str, Any]
    author: str


def responses() -> dict[str, list[dict[str, Any]]]:
    """The real words of payments, and a stand-in for the one response of another topic that they may lead to."""
    found: dict[str, list[dict[str, Any]]] = {"utter_identity_needed": [{"text": "Antes, preciso confirmar quem é você."}]}
    for name in ("agreement.yml", "discount.yml", "instalments.yml", "pix.yml", "boleto.yml", "payment.yml", "partial.yml"):
        found |= yaml.safe_load((RESPONSES / name).read_text(encoding="utf-8"))["responses"]
    return found


class Stage:
    def __init__(self, engine: AsyncEngine, clock: FixedClock, documents: Path | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self.jobs = ListedJobs([])
        self.bank = FakePix(clock)
        self.slips = FakeBoletos(clock)
        self.documents = documents or Path()
        policies = Policies(
            Policy(
                portfolio="default",
                version="test",
                collector=Collector(name="Acerto Leve Ltda.", cnpj=COLLECTOR, address="Rua das Gameleiras, 410"),
                creditors={
                    CNPJ: CreditorTerms(
                        name="Lojas Tamboril S.A.", address="Avenida dos Jequitibás, 1500, Goiânia/GO", payee=PAYEE, pix_key=KEY
                    )
                },
                fine_percent=Decimal(2),
            )
        )
        self.ground = Ground(clock, policies, Vault((b"k" * 32,)))
        self.till = Till(
            Talk(self.ground, Wording(responses(), {}), self.jobs), {"api_pix": self.bank}, {"simulated": self.slips}, documents
        )
        self.conversation = ids.conversation_id()
        self.creditor = self.debtor = 0
        self._requests = 0

    async def set_up(self) -> None:
        self.creditor = await self.add_creditor(CNPJ, "Lojas Tamboril S.A.")
        self.debtor = await self.add_debtor("52998224725", "Maria das Dores")
        async with self.engine.begin() as conn:
            await conn.execute(
                text("""insert into conversations (id, channel, account, address_raw, last_inbound_at, created_at)
                        values (:id, 'whatsapp', '1', '5511999990000', :now, :now)"""),
                {"id": self.conversation, "now": self.clock.now()},
            )
            await give_proof(conn, self.conversation, self.debtor, self.clock.now(), 60 * 24 * 10)

    async def add_creditor(self, cnpj: str, name: str) -> int:
        return await self.scalar("insert into creditors (cnpj, name) values (:cnpj, :name) returning id", cnpj=cnpj, name=name)

    async def add_debtor(self, document: str, name: str) -> int:
        return await self.scalar(
            """insert into debtors (kind, document_sealed, document_index, name)
               values ('person', :sealed, :index, :name) returning id""",
            sealed=self.ground.vault.seal(document, "document"),
            index=document_index(self.ground, document),
            name=name,
        )

    async def add_debt(self, amount: int, due: date, *, reference: str = "", **other: Any) -> int:
        values = {"creditor": self.creditor, "debtor": self.debtor, "status": "open", "judicial": False, **other}
        return await self.scalar(
            """insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, description,
                   original_amount, due_date, principal_left, status, judicial)
               values (:creditor, :debtor, 'Cartão', 'C-1', 'C1', :reference, :description, :amount, :due, :amount, :status,
                   :judicial) returning id""",
            amount=amount,
            due=due,
            reference=reference or f"R{amount}-{due}",
            description=f"Compra de {due:%d/%m}",
            **values,
        )

    async def scalar(self, sql: str, **values: Any) -> Any:
        async with self.engine.begin() as conn:
            return (await conn.execute(text(sql), values)).scalar_one()

    async def run(self, sql: str, **values: Any) -> None:
        async with self.engine.begin() as conn:
            await conn.execute(text(sql), values)

    async def lose_proof(self) -> None:
        async with self.engine.begin() as conn:
            await void_proof(conn, self.conversation, self.clock.now(), "test")

    async def ask(self, *debt_ids: int, request: str = "", **other: Any) -> Charge:
        """Ask for a Pix, as an action does."""
        self._requests += 1
        values = {"debtor_id": self.debtor, "conversation_id": self.conversation, **other}
        async with self.engine.begin() as conn:
            return await issue(conn, self.till, debt_ids=debt_ids, request_key=request or f"turn:{self._requests}", **values)

    async def work(self) -> None:
        """Do the waiting jobs of this room once."""
        waiting, self.jobs.waiting = self.jobs.waiting, []
        for task, subject in waiting:
            if task == "create_charge":
                await create_at_provider(self.engine, self.till, int(subject))
            elif task == "close_charge":
                await close_at_provider(self.engine, self.till, int(subject))
            elif task == "settle":
                await settle(self.engine, self.till, int(subject))

    async def charge(self, *debt_ids: int) -> Charge:
        """A Pix that can be paid."""
        made = await self.ask(*debt_ids)
        await self.work()
        return await self.read(made.id)

    async def boleto(self, *debt_ids: int, **other: Any) -> Charge:
        """A boleto that can be paid."""
        made = await self.ask(*debt_ids, kind="boleto", **other)
        await self.work()
        return await self.read(made.id)

    async def read(self, charge_id: int) -> Charge:
        async with self.engine.connect() as conn:
            return await charges.get(conn, charge_id)

    async def debt(self, debt_id: int) -> Debt:
        async with self.engine.connect() as conn:
            return (await get_debts(conn, [debt_id]))[0]

    async def payments(self) -> list[Payment]:
        """All payments of the debtor, the oldest first."""
        async with self.engine.connect() as conn:
            return list(reversed(await charges.payments_of(conn, self.debtor)))

    async def notify(self, body: bytes) -> int:
        """What the web does with a notification."""
        async with self.engine.begin() as conn:
            return await store_notices(conn, self.till, "api_pix", read_pix_notice(body))

    async def paid(self, txid: str | None, amount: int, **other: Any) -> str:
        """Somebody pays, the bank notifies and the worker settles; returns the end-to-end id."""
        end_to_end_id = self.bank.pay(txid, amount, **other)
        await self.notify(b'{"pix": [{"endToEndId": "%s"}]}' % end_to_end_id.encode())
        await self.work()
        return end_to_end_id

    async def notify_boleto(self, **told: Any) -> int:
        """What the web does with a notification of the boletos' bank."""
        async with self.engine.begin() as conn:
            return await store_notices(conn, self.till, BOLETO, read_boleto_notice(json.dumps([told]).encode()))

    async def paid_boleto(self, charge: Charge, amount: int | None = None, *, on: date | None = None) -> str:
        """Somebody pays a boleto, its bank notifies and the worker settles; returns the payment's id."""
        assert charge.provider_ref is not None
        total = self.slips.pay(charge.provider_ref, amount, on)
        state = "RECEBIDO" if total >= charge.amount else "A_RECEBER"
        value = f"{total // 100}.{total % 100:02d}"
        told = {"codigoSolicitacao": charge.provider_ref, "situacao": state, "valorTotalRecebido": value}
        if on is None:
            told["dataHoraSituacao"] = (
                self.clock.now().astimezone(ZoneInfo("America/Sao_Paulo")).strftime("%Y-%m-%dT%H:%M:%S.000")
            )
        await self.notify_boleto(**told)
        await self.work()
        return f"{charge.provider_ref}.{total}"

    async def said(self) -> list[Said]:
        async with self.engine.connect() as conn:
            rows = await conn.execute(text("select response, words, message, author from outbox order by id"))
            return [Said(row.response, row.words, row.message, row.author) for row in rows]

    async def alarms(self) -> list[str]:
        async with self.engine.connect() as conn:
            return list((await conn.execute(text("select kind from alarms order by id"))).scalars())
