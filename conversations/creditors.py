"""Who is owed, said wherever an amount is: name, CNPJ and address of the creditor on every collection message (CDC art. 42-A).

It is added at the one door, so that no topic can forget it. What already names the creditor's CNPJ is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.questions import open_question
from conversations.talk import Talk
from conversations.wording import Utterance, Worded
from receivables.agreements import agreements_of, get_offer
from receivables.store import Debt, debts_of, why_uncollectable

RESPONSE = "utter_creditors"
_AMOUNT = re.compile(r"R\$ ?\d")
_OPEN = ("open", "agreed", "disputed")


def asks_for_money(worded: Worded) -> bool:
    """Whether these words are a collection message: personal, with an amount, and not only about what was paid."""
    return worded.personal and worded.collection and any(_AMOUNT.search(words) for words in _read_in(worded))


def _read_in(worded: Worded) -> Iterator[str]:
    """All that a person reads in it: an amount in a list's row or on a card is told like any other."""
    yield from (worded.body, worded.lead or "", worded.footer or "")
    for offer in worded.offers:
        yield from (offer.label, offer.description or "")
        if offer.card is not None:
            yield from (offer.card.title, offer.card.body)


async def name_creditors(
    conn: AsyncConnection,
    talk: Talk,
    debtor_id: int,
    pairs: Sequence[tuple[Worded, Utterance]],
    *,
    conversation_id: str,
    channel: str,
    seed: str,
) -> list[tuple[Worded, Utterance]]:
    """The same messages, the last collection message among them with whoever is owed under it."""
    found = list(pairs)
    places = [place for place, (worded, said) in enumerate(found) if asks_for_money(worded) and not _SPECIAL & set(said.values)]
    if not places or RESPONSE not in talk.wording.names:
        return found
    debts = await debts_of(conn, debtor_id)
    documents = [row["document"] for row in _rows(talk, debts)]
    # A message that names a creditor's CNPJ is about that creditor alone.
    places = [place for place in places if not any(document in found[place][0].body for document in documents)]
    if not places:
        return found
    meant = {one for place in places for one in await _about(conn, debts, debtor_id, *found[place])}
    if not meant:
        # An amount without a name, below an open question: what that question is about.
        question = await open_question(conn, conversation_id, talk.ground.clock.now())
        meant = await _referred(conn, debtor_id, question.arguments) if question is not None else set()
    rows = _rows(talk, [debt for debt in debts if _is_meant(talk, debt, meant)])
    if rows:
        line = talk.wording.word(Utterance(RESPONSE, {"creditors": rows}), channel=channel, seed=seed).body
        worded, said = found[places[-1]]
        # Where cards stand below shorter words, those name the creditor as well.
        lead = f"{worded.lead}\n\n{line}" if worded.lead else None
        found[places[-1]] = (replace(worded, body=f"{worded.body}\n\n{line}", lead=lead), said)
    return found


_SPECIAL = {"card", "card_status", "file"}


async def _about(conn: AsyncConnection, debts: Sequence[Debt], debtor_id: int, worded: Worded, said: Utterance) -> set[int]:
    """The debts that a message is about: by the ids that its buttons carry, by its protocol, else by the names that are read in it."""
    referred = await _referred(conn, debtor_id, said.values)
    if referred:
        return referred
    words = "\n".join(_read_in(worded))
    agreed = {one for deal in await agreements_of(conn, debtor_id) if deal.protocol in words for one in deal.debt_ids}
    return agreed or {
        debt.id for debt in debts if debt.status in _OPEN and any(name in words for name in (debt.title, debt.creditor_name))
    }


async def _referred(conn: AsyncConnection, debtor_id: int, values: Any) -> set[int]:
    """The debts whose ids these values carry; of an agreement or an offer that they carry, its own."""
    found = {one for one in _ids_in("debts", values) if isinstance(one, int)}
    agreements, offers = set(_ids_in("agreement", values)), set(_ids_in("offer", values))
    if agreements:
        mine = await agreements_of(conn, debtor_id)
        found |= {debt_id for one in mine if one.id in agreements for debt_id in one.debt_ids}
    for offer_id in offers:
        offer = await get_offer(conn, str(offer_id))
        found |= set(offer.debt_ids) if offer is not None and offer.debtor_id == debtor_id else set()
    return found


def _ids_in(wanted: str, values: Any) -> Iterator[int | str]:
    """What stands under this name anywhere in a message's own values, for its buttons and rows: one id, or a list of them."""
    if isinstance(values, Mapping):
        for name, value in values.items():
            if name == wanted and isinstance(value, (int, str)):
                yield value
            elif name == wanted and isinstance(value, (list, tuple)):
                yield from (one for one in value if isinstance(one, int))
            yield from _ids_in(wanted, value)
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from _ids_in(wanted, value)


def _is_meant(talk: Talk, debt: Debt, meant: set[int]) -> bool:
    if meant:
        return debt.id in meant
    return debt.status in _OPEN and why_uncollectable(talk.ground, debt) is None


def _rows(talk: Talk, debts: Iterable[Debt]) -> list[dict[str, str]]:
    """Each creditor once: name, CNPJ as it is written, and the address where a policy gives one."""
    rows: dict[str, dict[str, str]] = {}
    policies = talk.ground.policies
    for debt in debts:
        cnpj = debt.creditor_cnpj
        terms = policies.for_portfolio(debt.portfolio).creditors.get(cnpj) or policies.creditor(cnpj)
        address = f", {terms.address}" if terms and terms.address else ""
        written = f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"
        rows[cnpj] = {"name": debt.creditor_name, "document": written, "address": address}
    return list(rows.values())
