"""The offer builder: what an agent types, judged against the policy and everybody's authority while it is typed, then laid on the table.

Whoever may allow it sends it at once; what is beyond them goes to a supervisor, whose answer arrives in the same talk
(`payments.proposing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit, questions
from conversations.handover import announce
from conversations.reply import reply
from conversations.said import messages_that_said
from conversations.wording import Utterance
from desk.beyond import Breach, breaches
from desk.guard import Refused
from desk.logins import Agent
from desk.typed import agreeable, count_of, day_of, money_of
from payments.agreed import next_of
from payments.agreeing import AUTHORITY_HOLDS, CannotAgree, Facts, accept, facts, lay_on_the_table
from payments.offering import SUMMARY, offer_values, words_of_summary
from payments.proposing import Role, propose, terms_allowed
from payments.till import Till
from receivables.agreements import Agreement, Offer, show_offer
from receivables.instalments import latest_first_due, lowest_down_payment, most_instalments
from receivables.offers import Terms
from receivables.promising import open_promises
from receivables.proposals import Proposal
from receivables.store import Debt

Within = Literal["policy", "agent", "supervisor", "nobody"]


@dataclass(frozen=True)
class Judgement:
    """An offer as it stands in the builder. `terms` are None where they make no plan; `within` says who may allow them."""

    known: Facts
    wanted: Mapping[str, int]
    terms: Terms | None
    within: Within
    beyond: tuple[Breach, ...]
    trouble: str | None = None

    @property
    def against_cash(self) -> int:
        """What it costs more than paying everything today; less than nothing when it costs less."""
        assert self.terms is not None
        return self.terms.plan.total - self.known.cash

    def may_send(self, role: str) -> bool:
        """Whether somebody with this role sends it by themselves."""
        return self.terms is not None and (
            self.within in ("policy", "agent") or (self.within == "supervisor" and role != "agent")
        )


@dataclass(frozen=True)
class Limits:
    """What the policy asks of instalments for these debts today; centavos."""

    total: int
    cash: int
    gross: int
    most: int
    lowest_down: int
    smallest: int
    latest: str


def limits_of(known: Facts) -> Limits:
    total = known.agreed.total
    return Limits(
        total=total,
        cash=known.cash,
        gross=known.agreed.gross,
        most=most_instalments(total, known.limits),
        lowest_down=lowest_down_payment(total, known.limits),
        smallest=known.limits.min_amount,
        latest=latest_first_due(known.limits, known.today).isoformat(),
    )


async def facts_for(conn: AsyncConnection, till: Till, debts: Sequence[Debt]) -> Facts:
    """What an offer over these debts follows from. Raises `Refused` with a sentence for the agent."""
    try:
        return await facts(conn, till, debts)
    except CannotAgree as refusal:
        raise Refused(409, CANNOT.get(refusal.why, "Estas dívidas não aceitam acordo agora.")) from refusal


def wanted_of(known: Facts, fields: Mapping[str, str]) -> dict[str, int]:
    """What the builder's form asks for, as a proposal is kept. Raises `Refused`."""
    wanted: dict[str, int] = {}
    cash = fields.get("how") == "cash"
    total = money_of(fields, "total", "o valor total")
    first = day_of(fields, "first", "o dia do primeiro pagamento")
    if cash:
        wanted["total"] = total or known.cash
    else:
        if total:
            wanted["total"] = total
        down = money_of(fields, "down", "a entrada")
        if down:
            wanted["down"] = down
        wanted["count"] = count_of(fields, "count") or 1
    if first is not None:
        wanted["first_due"] = first.toordinal()
    return wanted


def judge(known: Facts, wanted: Mapping[str, int]) -> Judgement:
    """Who may allow these terms, and what they come to."""
    beyond = tuple(breaches(known, {name: value for name, value in wanted.items() if name != "first_due"}))
    found: Terms | None = None
    within: Within = "nobody"
    roles: tuple[Role, ...] = ("agent", "supervisor")
    for role in roles:
        try:
            found = terms_allowed(known, wanted, role)
        except ValueError:
            continue
        within = "agent" if role == "agent" else "supervisor"
        break
    if found is not None and within == "agent" and not _more_than_policy(known, wanted):
        within = "policy"
    latest = latest_first_due(known.limits, known.today)
    trouble = None
    if found is None:
        first = wanted.get("first_due")
        if first is not None and not known.today.toordinal() <= first <= latest.toordinal():
            trouble = f"O primeiro pagamento vai de hoje até {latest:%d/%m/%Y}."
        else:
            trouble = "Nem a supervisão pode oferecer isto. Confira total, entrada e parcelas."
    return Judgement(known, dict(wanted), found, within, beyond, trouble)


def _more_than_policy(known: Facts, wanted: Mapping[str, int]) -> bool:
    """Whether more is let off than the bot itself would offer."""
    total = wanted.get("total")
    least = known.agreed.total if "count" in wanted else known.cash
    return total is not None and total < least


async def send(conn: AsyncConnection, till: Till, agent: Agent, judged: Judgement, *, conversation_id: str, source: str) -> Offer:
    """Lay the offer on the table and show it in the talk, word by word what an acceptance will refer to."""
    assert judged.terms is not None and judged.may_send(agent.role)
    now = till.talk.ground.clock.now()
    beyond = judged.within != "policy"
    offer = await lay_on_the_table(
        conn,
        till,
        judged.known,
        judged.terms.plan,
        conversation_id=conversation_id,
        terms=judged.terms,
        basis="authority" if beyond else "policy",
        holds=AUTHORITY_HOLDS if beyond else None,
    )
    values = offer_values(till, offer, judged.known.debts)
    await show_offer(conn, offer.id, words_of_summary(till, values), source)
    question = questions.asked("accept_offer", ("yes_no", "count", "amount"), offer=offer.id)
    await questions.put(conn, conversation_id, question, now)
    await reply(conn, till.talk, conversation_id, [Utterance(SUMMARY, values)], source=source, author="journey")
    await announce(conn, conversation_id)
    await audit.record(
        conn,
        f"agent:{agent.id}",
        "offer.sent",
        f"offer:{offer.id}",
        {"within": judged.within, "total": judged.terms.plan.total, "wanted": dict(judged.wanted)},
        now,
        tenant_id=agent.tenant_id,
    )
    return offer


async def ask_approval(
    conn: AsyncConnection,
    till: Till,
    agent: Agent,
    judged: Judgement,
    *,
    conversation_id: str,
    words: str,
    request_key: str,
) -> Proposal:
    """Take what is beyond this agent to whoever may allow it."""
    made = await propose(
        conn,
        till,
        judged.known,
        judged.wanted,
        words=words,
        conversation_id=conversation_id,
        request_key=request_key,
        asked_by=agent.id,
    )
    await announce(conn, conversation_id)
    return made


async def close_deal(
    conn: AsyncConnection, till: Till, agent: Agent, offer: Offer, *, conversation_id: str, words: str, message_ids: Sequence[str]
) -> Agreement:
    """The debtor said yes to the offer in these words: the agreement is made, its first code is on its way."""
    assert offer.shown_text is not None and offer.shown_source is not None
    promised = await open_promises(conn, offer.debt_ids)
    shown = await messages_that_said(conn, offer.conversation_id or conversation_id, offer.shown_source, offer.shown_text)
    try:
        agreement, new = await accept(
            conn,
            till,
            offer.id,
            debtor_id=offer.debtor_id,
            conversation_id=conversation_id,
            shown_message_ids=shown,
            how="desk",
            words=words,
            message_ids=message_ids,
            actor=f"agent:{agent.id}",
        )
    except CannotAgree as refusal:
        raise Refused(409, CANNOT.get(refusal.why, "Esta oferta não vale mais. Monte outra.")) from refusal
    await questions.put(conn, conversation_id, None, till.talk.ground.clock.now())
    following = next_of(till, agreement)
    values = {
        "protocol": agreement.protocol,
        "total": {"money": agreement.total},
        "count": agreement.count,
        "name": "",
        "instead": [{"day": {"date": one.day.isoformat()}} for one in promised] if new else [],
        "agreement": agreement.id,
        **({f"next_{key}": value for key, value in following.items()} if following else {}),
    }
    said = Utterance("utter_agreement_made" if new else "utter_agreement_made_already", values)
    await reply(conn, till.talk, conversation_id, [said], source=f"agreement:{agreement.id}:made", author="journey")
    await announce(conn, conversation_id)
    return agreement


def chosen(debts: Sequence[Debt], fields: Mapping[str, str]) -> list[Debt]:
    """The debts that were ticked, of those that may be agreed on. Raises `Refused` for none."""
    picked = [debt for debt in agreeable(debts) if fields.get(f"debt-{debt.id}")]
    if not picked:
        raise Refused(422, "Marque ao menos uma dívida.")
    return picked


CANNOT = {
    "agreed": "Uma destas dívidas já está em acordo.",
    "disputed": "Uma destas dívidas está contestada: espere a resposta da contestação.",
    "not_open": "Uma destas dívidas não está em aberto.",
    "uncollectable": "Uma destas dívidas não pode ser cobrada.",
    "nothing_owed": "Não há nada a pagar nestas dívidas hoje.",
    "too_often": "Esta dívida já teve todos os acordos que a política permite.",
    "several_creditors": "Escolha dívidas de um só credor e da mesma carteira.",
    "other_debtor": "Estas dívidas não são da mesma pessoa.",
    "no_debts": "Marque ao menos uma dívida.",
    "gone": "Esta oferta foi trocada por outra ou já terminou.",
    "expired": "Esta oferta venceu. Monte outra com os valores de hoje.",
    "changed": "A dívida ou a política mudou depois da oferta. Monte outra.",
    "not_shown": "A oferta ainda não apareceu para o cliente.",
}
