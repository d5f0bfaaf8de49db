"""Who is owed, said wherever an amount is: name, CNPJ and address of the creditor on every collection message (CDC art. 42-A).

It is added at the one door, so that no topic can forget it. What already names the creditor's CNPJ is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.talk import Talk
from conversations.wording import Utterance, Worded
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
    conn: AsyncConnection, talk: Talk, debtor_id: int, pairs: Sequence[tuple[Worded, Utterance]], *, channel: str, seed: str
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
    meant = {debt_id for place in places for debt_id in _debts_named(found[place][1].values)}
    rows = _rows(talk, [debt for debt in debts if _is_meant(talk, debt, meant)])
    if rows:
        line = talk.wording.word(Utterance(RESPONSE, {"creditors": rows}), channel=channel, seed=seed).body
        worded, said = found[places[-1]]
        # Where cards stand below shorter words, those name the creditor as well.
        lead = f"{worded.lead}\n\n{line}" if worded.lead else None
        found[places[-1]] = (replace(worded, body=f"{worded.body}\n\n{line}", lead=lead), said)
    return found


_SPECIAL = {"card", "card_status", "file"}


def _debts_named(values: Any) -> Iterator[int]:
    """The ids of debts that a message's own values carry, for its buttons and rows."""
    if isinstance(values, dict):
        for name, value in values.items():
            if name == "debts" and isinstance(value, (list, tuple)):
                yield from (one for one in value if isinstance(one, int))
            yield from _debts_named(value)
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from _debts_named(value)


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
