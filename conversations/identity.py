"""Proving who writes: by the policy's factors, in any order, in one message or several, whatever the telephone.

Nothing here tells which factor was wrong, nor whether a document is known: the same look-ups are made and the same words said for an
unknown CPF as for a wrong birthday. Attempts are counted per address and per document, and a lock holds both alike.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit, linking, questions
from conversations.consent import adopt_stop, take_back
from conversations.conversation import Conversation, give_proof, live_proof
from conversations.preferences import adopt_preference
from receivables.ground import Ground
from receivables.pauses import adopt_pauses
from receivables.store import contract_index, debtor_by_document, debts_of, document_index, get_debts

_FORGET_AFTER = timedelta(minutes=30)

Verdict = Literal["proven", "wrong", "locked", "need_document", "need_birth_date", "need_contract", "bad_document", "nothing"]


@dataclass(frozen=True)
class Given:
    """What one message held: documents with right check digits, whether others had wrong ones, full dates, contract-like words."""

    documents: tuple[str, ...] = ()
    bad_documents: int = 0
    dates: tuple[date, ...] = ()
    contracts: tuple[str, ...] = ()
    pasted: str | None = None
    """A payment code that was pasted in (a boleto's line, a Pix code); it proves nothing."""

    @property
    def of_a_person(self) -> bool:
        """Whether it holds what belongs to one person alone: a document, right or mistyped, or a whole date."""
        return bool(self.documents or self.bad_documents or self.dates)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it that could prove who somebody is."""
        return not (self.documents or self.bad_documents or self.dates or self.contracts)

    def dump(self) -> str:
        return json.dumps(
            {
                "documents": self.documents,
                "bad": self.bad_documents,
                "dates": [d.isoformat() for d in self.dates],
                "contracts": self.contracts,
                "pasted": self.pasted,
            }
        )

    @classmethod
    def load(cls, dumped: str) -> Given:
        raw = json.loads(dumped)
        return cls(
            tuple(raw["documents"]),
            int(raw["bad"]),
            tuple(date.fromisoformat(d) for d in raw["dates"]),
            tuple(raw["contracts"]),
            raw.get("pasted"),
        )


@dataclass(frozen=True)
class Outcome:
    """What came of it. `left` is how many tries remain after a wrong one; `until` is when a lock ends."""

    verdict: Verdict
    left: int = 0
    until: datetime | None = None
    debtor_id: int | None = None


async def lock_of(conn: AsyncConnection, conversation_id: str, now: datetime) -> datetime | None:
    """Until when this address may not try again, or nothing."""
    return await _lock_until(conn, "address", conversation_id.encode(), now)


async def consider(conn: AsyncConnection, ground: Ground, conversation: Conversation, given: Given, turn_id: str) -> Outcome:
    """Take in what a message held; compare once both factors are there. Asked again for the same turn it counts once."""
    now = ground.clock.now()
    locked = await lock_of(conn, conversation.id, now)
    if locked:
        return Outcome("locked", until=locked)
    rules = ground.policies.default.identity
    factors = await _progress(conn, ground, conversation.id, now)
    if given.documents:
        factors["document"] = given.documents[-1]
    elif given.bad_documents and "document" not in factors:
        return Outcome("bad_document")
    if given.dates:
        factors["birth_date"] = given.dates[-1].isoformat()
    if given.contracts:
        factors["contracts"] = " ".join(contract_index(c) for c in given.contracts[:20])
    document = factors.get("document")
    if document is None:
        await _keep(conn, ground, conversation, factors, now)
        return Outcome("need_document")
    needed: Sequence[str] = rules.factors_company if len(document) == 14 else rules.factors_person
    for factor in needed:
        if factor == "birth_date" and "birth_date" not in factors:
            await _keep(conn, ground, conversation, factors, now)
            return Outcome("bad_document" if given.bad_documents and not given.documents else "need_birth_date")
        if factor == "contract" and "contracts" not in factors:
            await _keep(conn, ground, conversation, factors, now)
            return Outcome("need_contract")
    return await _compare(conn, ground, conversation, document, factors, needed, turn_id, now)


async def _compare(
    conn: AsyncConnection,
    ground: Ground,
    conversation: Conversation,
    document: str,
    factors: Mapping[str, str],
    needed: Sequence[str],
    turn_id: str,
    now: datetime,
) -> Outcome:
    rules = ground.policies.default.identity
    index = document_index(ground, document)
    # Guesses on one document wait for one another, from however many conversations they come.
    await conn.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 11))"), {"key": index.hex()})
    await conn.execute(text("delete from identity_progress where conversation_id = :id"), {"id": conversation.id})
    held = await _lock_until(conn, "document", index, now)
    if held:
        await _lock(conn, "address", conversation.id.encode(), now, held)
        return Outcome("locked", until=held)
    right, debtor_id = await _matches(conn, ground, conversation.tenant_id, document, factors, needed)
    await conn.execute(
        text("""insert into identity_attempts (conversation_id, document_index, succeeded, at, turn_id)
                values (:id, :index, :ok, :now, :turn) on conflict (turn_id) do nothing"""),
        {"id": conversation.id, "index": index, "ok": right, "now": now, "turn": turn_id},
    )
    if right and debtor_id is not None:
        await linking.one_at_a_time(conn, debtor_id)
        # What this person asks for may be done in this transaction: debts come before any conversation of theirs is touched.
        await get_debts(conn, [debt.id for debt in await debts_of(conn, debtor_id)], lock=True)
        if conversation.debtor_id not in (None, debtor_id):
            # Two people on one telephone: what was asked of the one is not the other's to answer.
            await questions.put(conn, conversation.id, None, now)
        await give_proof(conn, conversation.id, debtor_id, now, rules.valid_minutes)
        await adopt_stop(conn, conversation.id, debtor_id)
        await adopt_pauses(conn, conversation.id, debtor_id)
        await adopt_preference(conn, conversation.id, debtor_id)
        proof = await live_proof(conn, conversation.id, now)
        assert proof is not None
        await linking.bring_question(conn, conversation.id, proof, now)
        await take_back(conn, conversation, debtor_id, now)
        await audit.record(conn, "bot", "identity_proven", conversation.id, {"debtor": debtor_id}, now)
        return Outcome("proven", debtor_id=debtor_id)
    since = now - timedelta(hours=rules.lock_hours)
    failures = (
        await conn.execute(
            text("""select count(*) filter (where conversation_id = :id) mine, count(*) filter (where document_index = :index) theirs
                    from identity_attempts a where not succeeded and at > :since
                    and (conversation_id = :id or document_index = :index)
                    and not exists (select 1 from identity_attempts later where later.succeeded and later.id > a.id
                                    and later.conversation_id = a.conversation_id
                                    and later.document_index = a.document_index)"""),
            {"id": conversation.id, "index": index, "since": since},
        )
    ).one()
    left = rules.attempts - max(failures.mine, failures.theirs)
    if left > 0:
        return Outcome("wrong", left=left)
    until = now + timedelta(hours=rules.lock_hours)
    await _lock(conn, "address", conversation.id.encode(), now, until)
    await _lock(conn, "document", index, now, until)
    await audit.record(conn, "bot", "identity_locked", conversation.id, {}, now)
    return Outcome("locked", until=until)


async def _matches(
    conn: AsyncConnection, ground: Ground, tenant_id: int, document: str, factors: Mapping[str, str], needed: Sequence[str]
) -> tuple[bool, int | None]:
    """Whether all factors are this debtor's. The same queries run for a document that nobody has."""
    debtor = await debtor_by_document(conn, ground, tenant_id, document)
    debts = await debts_of(conn, debtor.id if debtor else 0)
    right = debtor is not None
    if "birth_date" in needed:
        theirs = debtor.birth_date.isoformat() if debtor and debtor.birth_date else "0000-00-00"
        right &= hmac.compare_digest(theirs, factors.get("birth_date", ""))
    if "contract" in needed:
        said = set(factors.get("contracts", "").split())
        right &= any(contract_index(debt.contract) in said for debt in debts)
    return right, debtor.id if debtor else None


async def _progress(conn: AsyncConnection, ground: Ground, conversation_id: str, now: datetime) -> dict[str, str]:
    row = (
        await conn.execute(
            text("select factors_sealed, updated_at from identity_progress where conversation_id = :id"), {"id": conversation_id}
        )
    ).one_or_none()
    if row is None or now - row.updated_at > _FORGET_AFTER:
        return {}
    factors: dict[str, str] = json.loads(ground.vault.open(row.factors_sealed, "identity"))
    return factors


async def _keep(
    conn: AsyncConnection, ground: Ground, conversation: Conversation, factors: Mapping[str, str], now: datetime
) -> None:
    await conn.execute(
        text("""insert into identity_progress (conversation_id, factors_sealed, updated_at) values (:id, :sealed, :now)
                on conflict (conversation_id) do update set factors_sealed = excluded.factors_sealed, updated_at = :now"""),
        {"id": conversation.id, "sealed": ground.vault.seal(json.dumps(dict(factors)), "identity"), "now": now},
    )


async def has_progress(conn: AsyncConnection, conversation_id: str, now: datetime | None = None) -> bool:
    """Whether part of a proof was already given here; with `now`, and not forgotten again."""
    found = await conn.execute(
        text("select 1 from identity_progress where conversation_id = :id and updated_at >= :since"),
        {"id": conversation_id, "since": now - _FORGET_AFTER if now else datetime.min.replace(tzinfo=UTC)},
    )
    return found.first() is not None


async def _lock_until(conn: AsyncConnection, scope: str, key: bytes, now: datetime) -> datetime | None:
    until: datetime | None = (
        await conn.execute(
            text("select max(until) from identity_locks where scope = :scope and key = :key and until > :now"),
            {"scope": scope, "key": key, "now": now},
        )
    ).scalar_one()
    return until


async def _lock(conn: AsyncConnection, scope: str, key: bytes, now: datetime, until: datetime) -> None:
    await conn.execute(
        text("insert into identity_locks (scope, key, since, until) values (:scope, :key, :now, :until)"),
        {"scope": scope, "key": key, "now": now, "until": until},
    )
