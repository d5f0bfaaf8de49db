"""A small world for the desk's tests: a real store, people in every state, agents who can log in."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import ids
from conversations.conversation import give_proof
from conversations.talk import Shelf, Talk
from conversations.wording import Wording, load_responses
from receivables.ground import Ground
from receivables.policy import Policies
from receivables.sealing import Vault
from receivables.store import document_index
from trato.clock import FixedClock

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PASSWORD = "cadeira-azul-42"
CPF = "52998224725"


@dataclass
class ListedJobs:
    """The queue of jobs, as a list."""

    put_jobs: list[tuple[str, str]] = field(default_factory=list)

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        self.put_jobs.append((task, subject))


@dataclass
class Stage:
    engine: AsyncEngine
    clock: FixedClock
    jobs: ListedJobs
    talk: Talk

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

    async def agent(self, email: str, name: str, *, role: str = "agent", tenant_id: int = 1, password_hash: str = "-") -> int:
        """An agent; without a real hash they cannot log in, which is quick."""
        if tenant_id != 1:
            await self.rows(
                "insert into tenants (id, slug) values (:id, :slug) on conflict do nothing", id=tenant_id, slug=f"t{tenant_id}"
            )
        row = await self.one(
            """insert into agents (tenant_id, email, name, role, password_hash)
               values (:tenant, :email, :name, :role, :hash) returning id""",
            tenant=tenant_id,
            email=email,
            name=name,
            role=role,
            hash=password_hash,
        )
        return int(row.id)

    async def debtor(self, name: str, cpf: str, *, phone: str | None = None, tenant_id: int = 1) -> int:
        row = await self.one(
            """insert into debtors (tenant_id, kind, document_sealed, document_index, name, birth_date)
               values (:tenant, 'person', :sealed, :index, :name, :birth) returning id""",
            tenant=tenant_id,
            sealed=self.ground.vault.seal(cpf, "document"),
            index=document_index(self.ground, cpf),
            name=name,
            birth=date(1987, 4, 12),
        )
        if phone:
            await self.rows(
                "insert into debtor_phones (tenant_id, debtor_id, phone_key) values (:tenant, :debtor, :phone)",
                tenant=tenant_id,
                debtor=row.id,
                phone=phone,
            )
        return int(row.id)

    async def debt(self, debtor_id: int, description: str, amount: int, due: date, *, status: str = "open") -> int:
        creditor = await self.one(
            """insert into creditors (cnpj, name) values ('11222333000181', 'Lojas Tamboril')
               on conflict (tenant_id, cnpj) do update set name = excluded.name returning id"""
        )
        row = await self.one(
            """insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, description,
                   original_amount, due_date, principal_left, status)
               values (:creditor, :debtor, 'Cartão Tamboril', 'C-77120', 'C77120', :reference, :description, :amount, :due,
                   :left, :status) returning id""",
            creditor=creditor.id,
            debtor=debtor_id,
            reference=ids.group_id(),
            description=description,
            amount=amount,
            due=due,
            left=0 if status == "paid" else amount,
            status=status,
        )
        return int(row.id)

    async def conversation(
        self, phone: str, *, debtor_id: int | None = None, tenant_id: int = 1, last_inbound: timedelta = timedelta(minutes=5)
    ) -> str:
        """A talk that the bot has, whose person wrote `last_inbound` ago."""
        name = ids.conversation_id()
        now = self.clock.now()
        await self.rows(
            """insert into conversations (id, tenant_id, channel, account, address_raw, phone_key, debtor_id, last_inbound_at,
                   created_at)
               values (:id, :tenant, 'whatsapp', '1055', :raw, :phone, :debtor, :last, :now)""",
            id=name,
            tenant=tenant_id,
            raw=phone.lstrip("+"),
            phone=phone,
            debtor=debtor_id,
            last=now - last_inbound,
            now=now - timedelta(days=1),
        )
        return name

    async def prove(self, conversation_id: str, debtor_id: int) -> None:
        async with self.engine.begin() as conn:
            await give_proof(conn, conversation_id, debtor_id, self.clock.now(), 30)

    async def line(
        self, conversation_id: str, author: str, words: str, *, tenant_id: int = 1, ago: timedelta = timedelta(0), **detail: Any
    ) -> None:
        await self.rows(
            """insert into transcript (tenant_id, conversation_id, author, text, detail, at)
               values (:tenant, :id, :author, :text, :detail, :at)""",
            tenant=tenant_id,
            id=conversation_id,
            author=author,
            text=words,
            detail=json.dumps({"kind": "text", **detail}),
            at=self.clock.now() - ago,
        )

    async def file(
        self, conversation_id: str, kind: str, mime: str, content: bytes, *, filename: str | None = None, state: str = "kept"
    ) -> int:
        """A file that the person sent, with its line in the talk; its bytes are on the shelf."""
        digest = hashlib.sha256(content).hexdigest()
        path = f"{digest[:2]}/{digest}.x"
        lies = self.talk.shelf.folder / path
        lies.parent.mkdir(parents=True, exist_ok=True)
        lies.write_bytes(content)
        now = self.clock.now()
        inbox = await self.one(
            """insert into inbox (channel, account, external_id, conversation_id, kind, event_sealed, received_at, state)
               values ('whatsapp', '1055', :name, :id, 'media', 'x', :now, 'done') returning id""",
            name=ids.group_id(),
            id=conversation_id,
            now=now,
        )
        media = await self.one(
            """insert into media (conversation_id, inbox_id, kind, state, mime, filename, size, sha256, path, retry_at, received_at,
                   fetched_at, keep_until)
               values (:id, :inbox, :kind, :state, :mime, :filename, :size, :sha256, :path, :now, :now, :now, :until) returning id""",
            id=conversation_id,
            inbox=inbox.id,
            kind=kind,
            state=state,
            mime=mime,
            filename=filename,
            size=len(content),
            sha256=digest,
            path=path,
            now=now,
            until=now + timedelta(days=180),
        )
        await self.rows(
            """insert into transcript (conversation_id, author, text, detail, at, inbox_id)
               values (:id, 'debtor', '', cast(:detail as jsonb), :now, :inbox)""",
            id=conversation_id,
            detail=json.dumps({"kind": "media", "media": kind}),
            now=now,
            inbox=inbox.id,
        )
        return int(media.id)


def make_stage(engine: AsyncEngine) -> Stage:
    clock = FixedClock(NOON)
    jobs = ListedJobs()
    ground = Ground(clock, Policies.load(ROOT / "policies"), Vault((b"k" * 32,)))
    wording = Wording(load_responses(ROOT / "data" / "responses"), {})
    return Stage(engine, clock, jobs, Talk(ground, wording, jobs, Shelf(Path(tempfile.mkdtemp(prefix="trato-shelf-")))))
