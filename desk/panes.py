"""What the panes of the desk show, gathered from the store and the rules, ready for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.registry import window_of as window_of_channel
from conversations.conversation import Proof, live_proof
from conversations.masking import mask
from desk import store
from desk.access import creditors_of, money_of, people_of
from desk.contacts import Contacts, Told, Wish, contacts_of, told_of, wish_of
from desk.deeds import OnTheTable, on_the_table
from desk.lines import Lines, lines_of
from desk.logins import Agent
from desk.matters import Matters, matters_of
from payments.till import Till
from receivables import store as book
from receivables.owed import Owed
from receivables.store import Debt, Debtor

_ALWAYS = 10 * 365 * 86_400
"""Seconds left where a channel never closes."""


@dataclass(frozen=True)
class Window:
    """The time in which a channel lets us write freely after the person's last message; always, where it does not count."""

    until: datetime | None
    seconds_left: int

    @property
    def open(self) -> bool:
        return self.seconds_left > 0


def window_of(channel: str, last_inbound_at: datetime | None, now: datetime) -> Window:
    lasts = window_of_channel(channel)
    if lasts is None:
        return Window(None, _ALWAYS)
    if last_inbound_at is None:
        return Window(None, 0)
    until = last_inbound_at + lasts
    return Window(until, max(0, int((until - now) / timedelta(seconds=1))))


@dataclass(frozen=True)
class TalkPane:
    opened: store.Opened
    lines: Lines
    window: Window
    proof: Proof | None
    silent_because: str | None
    """Why this agent may not write to the person now: `queue`, `bot`, `other`, `opted_out`, `window`; None when they may."""

    @property
    def last_inbound(self) -> int:
        """Id of the person's last line, 0 if none: it grows when they write."""
        return max((line.id for line in self.lines.shown if line.author == "debtor"), default=0)


async def talk_pane(
    conn: AsyncConnection,
    agent: Agent,
    conversation_id: str,
    now: datetime,
    *,
    first: int | None = None,
    before: int = 0,
    lines: bool = True,
) -> TalkPane | None:
    """The talk from its line `first` on (and `before` lines more), or its last lines; none of them without `lines`."""
    opened = await store.open_talk(conn, agent.tenant_id, conversation_id)
    if opened is None:
        return None
    window = window_of(opened.channel, opened.last_inbound_at, now)
    return TalkPane(
        opened=opened,
        lines=await lines_of(conn, agent.tenant_id, conversation_id, first=first, before=before) if lines else Lines((), False),
        window=window,
        proof=await live_proof(conn, conversation_id, now),
        silent_because=_silent_because(opened, agent, window),
    )


def _silent_because(opened: store.Opened, agent: Agent, window: Window) -> str | None:
    if opened.owner != "agent":
        return opened.owner
    if opened.agent_id != agent.id:
        return "other"
    if opened.opted_out:
        return "opted_out"
    return None if window.open else "window"


@dataclass(frozen=True)
class Owing:
    """A debt, and what it comes to today."""

    debt: Debt
    owed: Owed
    why_uncollectable: str | None

    @property
    def counts(self) -> bool:
        """Whether it belongs in the sum that may be asked for."""
        return self.debt.status in ("open", "agreed") and self.why_uncollectable is None


@dataclass(frozen=True)
class DebtorPane:
    opened: store.Opened
    proof: Proof | None
    debtor: Debtor | None
    masked_document: str | None
    owing: list[Owing]
    charges: list[store.Charge]
    payments: list[store.Payment]
    candidates: list[store.Candidate]
    matters: Matters
    table: OnTheTable | None = None
    """The offer that they could accept now."""
    contacts: Contacts = field(default_factory=Contacts)
    wish: Wish | None = None
    told: Mapping[int, Told] = field(default_factory=dict)
    """By charge: what became of its code."""

    @property
    def total(self) -> int:
        return sum(one.owed.total for one in self.owing if one.counts)


async def debtor_pane(conn: AsyncConnection, till: Till, agent: Agent, conversation_id: str, now: datetime) -> DebtorPane | None:
    """What this agent may know of the person: of a debtor with several creditors, what is owed to theirs."""
    opened = await store.open_talk(conn, agent.tenant_id, conversation_id)
    if opened is None:
        return None
    ground = till.talk.ground
    matters = await matters_of(conn, till, agent, opened)
    proof = await live_proof(conn, conversation_id, now)
    creditors = await creditors_of(conn, agent.id)
    contacts = await contacts_of(conn, agent.tenant_id, conversation_id, opened.debtor_id, now)
    wish = await wish_of(conn, agent.tenant_id, conversation_id, opened.debtor_id)
    if opened.debtor_id is None:
        found = await store.candidates(conn, agent.tenant_id, opened.phone_key) if opened.phone_key else []
        known = await people_of(conn, creditors, [one.id for one in found])
        candidates = [one for one in found if one.id in known]
        return DebtorPane(opened, proof, None, None, [], [], [], candidates, matters, contacts=contacts, wish=wish)
    debtor = await book.get_debtor(conn, opened.debtor_id)
    debts = [debt for debt in await book.debts_of(conn, debtor.id) if not creditors or debt.creditor_id in creditors]
    charges = await store.charges(conn, agent.tenant_id, debtor.id)
    payments = await store.payments(conn, agent.tenant_id, debtor.id)
    if creditors:
        matters = matters.only({debt.id for debt in debts})
        of_charge, of_payment = await money_of(conn, debtor.id, creditors)
        charges = [one for one in charges if one.id in of_charge]
        payments = [one for one in payments if one.id in of_payment]
    table = await on_the_table(conn, till, debtor.id, conversation_id)
    if table is not None and not set(table.offer.debt_ids) <= {debt.id for debt in debts}:
        table = None
    return DebtorPane(
        opened=opened,
        proof=proof,
        debtor=debtor,
        masked_document=mask(book.debtor_document(ground, debtor)),
        owing=[Owing(debt, book.owed(ground, debt), book.why_uncollectable(ground, debt)) for debt in debts],
        charges=charges,
        payments=payments,
        candidates=[],
        matters=matters,
        table=table,
        contacts=contacts,
        wish=wish,
        told=await told_of(conn, agent.tenant_id, debtor.id),
    )
