"""What is open between a person and us beside the debts: proposals, agreements, promises, disputes, claims, requests, pauses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from desk import store
from desk.beyond import Breach, breaches
from desk.logins import Agent
from payments.agreeing import CannotAgree, Facts, facts
from payments.proposing import Role, refusal_of
from payments.till import Till
from receivables.agreements import Agreement, InstalmentStatus, Kept, agreements_of, status_on
from receivables.claims import Claim, claims_of
from receivables.disputing import Dispute, disputes_of
from receivables.extending import Extension, extensions_of
from receivables.pauses import NO_CHARGE_AT_ALL, Pause
from receivables.promising import Promise, promises_of
from receivables.proposals import Proposal, proposals_of
from receivables.store import get_debts

SUPERVISORS = frozenset({"supervisor", "admin"})


def may_lift(role: str, reason: str) -> bool:
    """Who may let collection go on: whoever sits at the desk, but for the gravest reasons only a supervisor or an admin."""
    return reason not in NO_CHARGE_AT_ALL or role in SUPERVISORS


@dataclass(frozen=True)
class Judged:
    """A proposal, why it is beyond the policy, and whether this agent's role may allow it as it is."""

    proposal: Proposal
    debts: tuple[str, ...]
    beyond: tuple[Breach, ...]
    cash: int | None
    to_divide: int | None
    gone: str | None
    """Why the debts can no longer be agreed on (`payments.agreeing.CannotAgree.why`)."""
    may_approve: bool


@dataclass(frozen=True)
class Proof:
    """A receipt that somebody sent for a claim, and what was read in it. `media_id`: the file, while it is kept."""

    verdict: str
    read: Mapping[str, Any]
    media_id: int | None
    download: bool


@dataclass(frozen=True)
class Claimed:
    claim: Claim
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Asked:
    """A request with a protocol, and the person's own words."""

    request: store.Request
    words: str | None


@dataclass(frozen=True)
class Matters:
    proposals: tuple[Judged, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    promises: tuple[Promise, ...] = ()
    extensions: tuple[Extension, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    claims: tuple[Claimed, ...] = ()
    requests: tuple[Asked, ...] = ()
    pauses: tuple[Pause, ...] = ()
    titles: Mapping[int, str] | None = None

    def only(self, debt_ids: Collection[int]) -> Matters:
        """What of it is about these debts; what is the person's own (requests, pauses) stays."""
        theirs = frozenset(debt_ids)
        return replace(
            self,
            proposals=tuple(one for one in self.proposals if theirs & set(one.proposal.debt_ids)),
            agreements=tuple(one for one in self.agreements if theirs & set(one.debt_ids)),
            promises=tuple(one for one in self.promises if theirs & set(one.debts)),
            extensions=tuple(one for one in self.extensions if one.debt_id in theirs),
            disputes=tuple(one for one in self.disputes if theirs & set(one.debts)),
            claims=tuple(one for one in self.claims if theirs & set(one.claim.debts)),
            titles={debt_id: title for debt_id, title in (self.titles or {}).items() if debt_id in theirs},
        )

    def titles_of(self, debt_ids: tuple[int, ...]) -> str:
        return ", ".join(title for one in debt_ids if (title := (self.titles or {}).get(one)))


async def matters_of(conn: AsyncConnection, till: Till, agent: Agent, opened: store.Opened) -> Matters:
    """All of it, of the debtor of this talk; of somebody unknown only what their talk brought."""
    ground = till.talk.ground
    now = ground.clock.now()
    asked = await store.requests(conn, agent.tenant_id, opened.id, opened.debtor_id)
    requests = tuple(Asked(one, ground.vault.open(one.words_sealed, "request") if one.words_sealed else None) for one in asked)
    pauses = tuple(await store.pauses(conn, agent.tenant_id, opened.id, opened.debtor_id, now))
    if opened.debtor_id is None:
        return Matters(requests=requests, pauses=pauses)
    debtor_id = opened.debtor_id
    return Matters(
        proposals=tuple([await _judged(conn, till, agent, one) for one in (await proposals_of(conn, debtor_id))[:6]]),
        agreements=tuple((await agreements_of(conn, debtor_id))[:6]),
        promises=tuple((await promises_of(conn, debtor_id))[:6]),
        extensions=tuple((await extensions_of(conn, debtor_id))[:6]),
        disputes=tuple((await disputes_of(conn, debtor_id))[:6]),
        claims=tuple(
            [Claimed(one, await _proofs(conn, agent.tenant_id, one.id)) for one in (await claims_of(conn, debtor_id))[:6]]
        ),
        requests=requests,
        pauses=pauses,
        titles=await store.titles(conn, agent.tenant_id, debtor_id),
    )


async def _judged(conn: AsyncConnection, till: Till, agent: Agent, proposal: Proposal) -> Judged:
    debts = await get_debts(conn, proposal.debt_ids)
    titles = tuple(debt.title for debt in debts)
    if proposal.status != "waiting":
        return Judged(proposal, titles, (), None, None, None, False)
    known: Facts
    try:
        known = await facts(conn, till, debts)
    except CannotAgree as refusal:
        return Judged(proposal, titles, (), None, None, refusal.why, False)
    allowed = refusal_of(known, proposal.wanted, cast(Role, agent.role)) is None
    beyond = tuple(breaches(known, proposal.wanted))
    return Judged(proposal, titles, beyond, known.cash, known.agreed.total, None, allowed)


async def _proofs(conn: AsyncConnection, tenant_id: int, claim_id: int) -> tuple[Proof, ...]:
    rows = await conn.execute(
        text("""select p.verdict, p.read, m.id media_id, coalesce(m.kind = 'document', false) download
                from payment_proofs p
                left join lateral (select m.id, m.kind from media m where m.tenant_id = p.tenant_id and m.state = 'kept'
                    and m.conversation_id = p.conversation_id and (m.sha256 = p.sha256 or m.inbox_id = p.inbox_id)
                    order by m.id desc limit 1) m on true
                where p.tenant_id = :tenant and p.claim_id = :claim order by p.id limit 10"""),
        {"tenant": tenant_id, "claim": claim_id},
    )
    return tuple(Proof(**row._mapping) for row in rows)


def instalment_state(kept: Kept, till: Till) -> InstalmentStatus:
    return status_on(kept, till.talk.ground.clock.today())
