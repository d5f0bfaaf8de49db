"""A small world for the path of a message: a real store and real rules; only Rasa, the channel, the queue and the clock are played."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.channel import Capabilities
from channels.message import Accepted, Address, Event, Outgoing, Received, SendError
from conversations import identity, ids
from conversations.conversation import Conversation, get, give_proof
from conversations.delivery import deliver
from conversations.rasa import Answer, RasaAway
from conversations.receive import receive
from conversations.reply import reply
from conversations.talk import Talk
from conversations.turn import drain
from conversations.wording import Utterance, Wording
from receivables.ground import Ground
from receivables.policy import Policies
from receivables.sealing import Vault
from receivables.store import contract_index, document_index
from trato.clock import FixedClock
from trato.paths import POLICIES

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ACCOUNT = "1055"
ANA = Address(channel="whatsapp", account=ACCOUNT, raw="5511987654321")
BIA = Address(channel="whatsapp", account=ACCOUNT, raw="5511987650000")
CPF = "52998224725"
OTHER_CPF = "11144477735"
CNPJ = "11222333000181"
BORN = date(1987, 4, 12)

RESPONSES: dict[str, list[dict[str, Any]]] = {
    "utter_hello": [{"text": "Oi!"}],
    "utter_greet": [{"text": "Oi!"}],
    "utter_introduction": [{"text": "Sou o assistente virtual."}],
    "utter_more": [{"text": "Posso ajudar?"}],
    "utter_code": [{"text": "{code}", "metadata": {"alone": True, "personal": True}}],
    "utter_debt": [{"text": "Você deve {amount}.", "metadata": {"personal": True}}],
    "utter_debts": [
        {
            "text": "Qual delas?",
            "metadata": {
                "options": {"from": "debts", "title": "{description}", "meaning": "escolher_opcao"},
                "button": "Ver dívidas",
                "single_use": True,
            },
        }
    ],
    "utter_paid": [{"text": "Recebemos {amount}.", "metadata": {"template": {"name": "paid_1", "variables": ["{amount}"]}}}],
    "utter_answer_lost": [{"text": "Me diga de novo?"}],
    "utter_one_moment": [{"text": "Só um momento."}],
    "utter_trouble": [{"text": "Vou chamar uma pessoa. Lugar {place}."}],
    "utter_human_requested": [{"text": "Já chamei uma pessoa."}],
    "utter_human_waiting": [{"text": "Você é o número {place} da fila."}],
    "utter_human_left_queue": [{"text": "Voltei."}],
    "utter_returned_outro": [{"text": "De volta com o assistente."}],
    "utter_identity_needed": [{"text": "Preciso confirmar quem é você."}],
}


@dataclass
class ListedJobs:
    """`Jobs` as a list, in the order asked for."""

    waiting: list[tuple[str, str]] = field(default_factory=list)

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        if (task, subject) not in self.waiting:
            self.waiting.append((task, subject))


@dataclass
class Asked:
    """One question as the mind heard it."""

    conversation_id: str
    turn_id: str
    text: str | None
    intent: str | None


@dataclass
class FakeMind:
    """Says `answer` to everything; the next questions may end in `troubles` first, and `meanwhile` happens before each answer.

    Like Rasa it gives the same answer to the same turn id.
    """

    answer: tuple[Utterance, ...] = (Utterance("utter_greet"),)
    troubles: list[Exception] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    dies_after_answering: bool = False

    async def ask(self, conversation_id: str, turn_id: str, *, text: str | None, intent: str | None) -> Answer:
        self.asked.append(Asked(conversation_id, turn_id, text, intent))
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.troubles:
            raise self.troubles.pop(0)
        if self.dies_after_answering:
            self.dies_after_answering = False
            raise asyncio.CancelledError
        return Answer(self.answer, "saudar", 0.9)


@dataclass
class FakeChannel:
    """Keeps what reaches the phones. `outcomes` are taken one a send: an error to raise, or None to accept.

    `lost` says that a message which ends in an unknown outcome did reach the phone.
    """

    name: str = "whatsapp"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(text=4096, buttons=3, rows=10))
    outcomes: list[Exception | None] = field(default_factory=list)
    tried: list[tuple[str, str]] = field(default_factory=list)
    arrived: list[tuple[Address, str]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    pieces: int = 1
    during: Callable[[str], Awaitable[None]] | None = None
    read_trouble: Exception | None = None

    def split(self, message: Outgoing) -> list[Outgoing]:
        return [message] * self.pieces

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        words = message.words if message.kind == "template" else getattr(message, "body", "")
        self.tried.append((key, words))
        if self.during is not None:
            await self.during(key)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        self.arrived.append((address, words))
        return Accepted(provider_id=f"wamid.{len(self.tried)}.{key}")

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        if self.read_trouble is not None:
            raise self.read_trouble
        self.reads.append(provider_message_id)

    async def aclose(self) -> None:
        return None

    @property
    def words(self) -> list[str]:
        return [words for _, words in self.arrived]


@dataclass
class World:
    engine: AsyncEngine
    clock: FixedClock
    talk: Talk
    jobs: ListedJobs
    mind: FakeMind
    channel: FakeChannel
    messages: int = 0

    @property
    def ground(self) -> Ground:
        return self.talk.ground

    async def rows(self, query: str, **values: Any) -> list[Any]:
        async with self.engine.begin() as conn:
            found = await conn.execute(text(query), values)
            return list(found.all()) if found.returns_rows else []

    async def one(self, query: str, **values: Any) -> Any:
        found = await self.rows(query, **values)
        assert len(found) == 1, found
        return found[0]

    def written(self, words: str | None = "oi", who: Address = ANA, **rest: Any) -> Received:
        """A message as a channel hands it over; each has an id of its own unless told."""
        self.messages += 1
        return Received.model_validate(
            {
                "external_id": f"wamid.in.{self.messages}",
                "address": who,
                "sent_at": self.clock.now(),
                "kind": "text",
                "text": words,
                **rest,
            }
        )

    async def receive(self, *events: Event) -> int:
        async with self.engine.begin() as conn:
            return await receive(conn, self.talk, events, frozenset({ACCOUNT}))

    async def drain(self, conversation_id: str, burst: float = 0) -> None:
        await drain(self.engine, self.talk, self.mind, self.channels, conversation_id, burst)

    async def deliver(self, conversation_id: str) -> None:
        await deliver(self.engine, self.talk, self.channels, conversation_id)

    @property
    def channels(self) -> dict[tuple[str, str], FakeChannel]:
        return {("whatsapp", ACCOUNT): self.channel}

    async def write(self, words: str = "oi", who: Address = ANA) -> str:
        """One message is received; the conversation it is in."""
        event = self.written(words, who)
        await self.receive(event)
        row = await self.one("select conversation_id from inbox where external_id = :id", id=event.external_id)
        return str(row.conversation_id)

    async def work(self) -> None:
        """Do the jobs that wait, and those that they ask for."""
        while self.jobs.waiting:
            task, subject = self.jobs.waiting.pop(0)
            if task in ("drain", "deliver"):
                await (self.drain(subject) if task == "drain" else self.deliver(subject))

    async def say(self, conversation_id: str, *said: Utterance, source: str = "turn:1", **rest: Any) -> int:
        async with self.engine.begin() as conn:
            return await reply(conn, self.talk, conversation_id, said or [Utterance("utter_hello")], source=source, **rest)

    async def conversation(self, conversation_id: str) -> Conversation:
        async with self.engine.connect() as conn:
            return await get(conn, conversation_id)

    async def agent(self, email: str = "ana@trato.example") -> int:
        row = await self.one(
            "insert into agents (email, name, role, password_hash) values (:email, 'Ana', 'agent', '-') returning id", email=email
        )
        return int(row.id)

    async def debtor(self, document: str = CPF, *, born: date | None = BORN, contract: str | None = None) -> int:
        row = await self.one(
            """insert into debtors (kind, document_sealed, document_index, name, birth_date)
               values (:kind, :sealed, :index, 'Marina Lopes', :born) returning id""",
            kind="person" if len(document) == 11 else "company",
            sealed=self.ground.vault.seal(document, "document"),
            index=document_index(self.ground, document),
            born=born,
        )
        if contract is not None:
            creditor = await self.one("insert into creditors (cnpj, name) values ('11222333000181', 'Loja') returning id")
            await self.rows(
                """insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, original_amount,
                       due_date, principal_left)
                   values (:creditor, :debtor, 'Cartão', :contract, :index, :contract, 1000, '2026-01-10', 1000)""",
                creditor=creditor.id,
                debtor=row.id,
                contract=contract,
                index=contract_index(contract),
            )
        return int(row.id)

    async def prove(self, conversation_id: str, debtor_id: int) -> None:
        async with self.engine.begin() as conn:
            await give_proof(conn, conversation_id, debtor_id, self.clock.now(), 30)

    async def consider(self, conversation_id: str, given: identity.Given, turn_id: str | None = None) -> identity.Outcome:
        async with self.engine.begin() as conn:
            conversation = await get(conn, conversation_id, lock=True)
            return await identity.consider(conn, self.ground, conversation, given, turn_id or ids.turn_id())

    async def alarms(self) -> list[str]:
        return [row.kind for row in await self.rows("select kind from alarms order by kind")]

    async def outbox(self) -> list[tuple[str, str]]:
        return [(row.words, row.state) for row in await self.rows("select words, state from outbox order by id")]


def make_world(engine: AsyncEngine) -> World:
    clock = FixedClock(NOW)
    jobs = ListedJobs()
    talk = Talk(Ground(clock, Policies.load(POLICIES), Vault((b"k" * 32,))), Wording(RESPONSES, {}), jobs)
    return World(engine, clock, talk, jobs, FakeMind(), FakeChannel())


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


__all__ = ["RasaAway", "SendError", "World", "make_world", "seconds"]
