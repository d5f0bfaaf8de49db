"""A price or a discount for several debts at once: which debts it is about, the least that is possible, and what the team may decide.

Debts of several creditors make several agreements, so that one proposal over all of them is taken as one for each creditor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from actions.cash import answer_cash
from actions.choices import options
from actions.negotiating import bill_values, known_facts
from actions.proposed import counter_in, lone_amount, percent_in
from actions.resting import resting
from actions.scene import Scene
from actions.which_debt import apart, names_places, payable
from conversations.handover import request_human
from conversations.wording import money
from payments.agreeing import Facts
from payments.proposing import propose
from receivables.store import Debt, get_debtor, get_debts, owed
from understanding.plain import plain

APART = "propose_apart"
"""The question whether a proposal over debts of several creditors is taken to the team."""

_ALL = re.compile(
    r"\b(?:tudo|todas?|todos|ambas?|ambos|(?:n?as|pelas) (?:duas|tres)|(?:n?os|pelos) (?:dois|tres)|junt\w+|encerr\w+|zer(?:a|o|ar)|limp(?:a|o|ar)|total|inteir[oa])\b"
)
_EACH = re.compile(r"\b(?:cada|quais|nas? (?:duas|tres|contas)|em todas|pra todas|todas|delas|tudo)\b")


async def _free(scene: Scene) -> list[Debt]:
    _, debts = await payable(scene)
    rests = await resting(scene, debts)
    return [debt for debt in debts if debt.status == "open" and debt.id not in rests]


async def price_for_several(scene: Scene, meant: Sequence[Debt] | None = None) -> bool:
    """ "Faz por 800?" with debts of several creditors: answered for those `meant`, for the one whose price it is, for all of them where
    that is said, else asked about with the price of each. False: no price was offered, or there is nothing to tell apart."""
    counter, total = counter_in(scene)
    amount = total if total is not None else lone_amount(scene)
    if amount is None or amount <= 0 or counter.count or counter.down or counter.instalment or percent_in(scene) is not None:
        return False
    free = list(meant) if meant is not None else await _free(scene)
    if len(free) < 2 or not apart(free):
        return False
    prices = {debt.id: owed(scene.ground, debt).total for debt in free}
    exact = [debt for debt in free if prices[debt.id] == amount]
    if meant is None and len(exact) == 1:
        known = await known_facts(scene, exact)
        if known is not None:
            await answer_cash(scene, known, amount)
        return True
    if meant is not None or amount >= sum(prices.values()) or _ALL.search(plain(scene.words)):
        await answer_apart(scene, free, amount)
        return True
    scene.ask("which_to_divide", takes=("option", "amount", "count"), again="pedir_desconto", words=scene.words)
    rows = options(free, [prices[debt.id] for debt in free])
    scene.say("utter_price_for_which", offered={"money": amount}, total={"money": sum(prices.values())}, options=rows)
    return True


async def price_of_named(scene: Scene, debts: Sequence[Debt]) -> bool:
    """ "Pago 1.000 nas duas": a price for the debts that were named, and no wish to be sent what they cost. False: no such price."""
    if (
        len(debts) < 2
        or scene.turn.arguments.get("means")
        or names_places(scene.words)
        or any(debt.status != "open" for debt in debts)
    ):
        return False
    if apart(debts):
        return await price_for_several(scene, debts)
    counter, total = counter_in(scene)
    amount = total if total is not None else lone_amount(scene)
    if amount is None or amount <= 0 or counter.count or counter.down or counter.instalment:
        return False
    known = await known_facts(scene, debts)
    if known is not None:
        await answer_cash(scene, known, amount)
    return True


_NO_PRICE = re.compile(r"\b(?:parcel\w+|divid\w+|vezes|mes|mensa\w+|entrada|resto)\b")


async def price_of_all(scene: Scene) -> bool:
    """ "Pago 1.200 nas duas", taken for a plan, is a price where nothing is said of months or times. False: no such price."""
    said = plain(scene.words)
    return _ALL.search(said) is not None and not _NO_PRICE.search(said) and await price_for_several(scene)


async def answer_apart(scene: Scene, debts: Sequence[Debt], amount: int) -> None:
    """A price for debts of several creditors: enough, or the least there is and that the team may be asked."""
    dues = [owed(scene.ground, debt) for debt in debts]
    cash = sum(due.total for due in dues)
    ids = [debt.id for debt in debts]
    scene.set_slot("focus", ids)
    values = {
        "offered": {"money": amount},
        "cash": {"money": cash},
        "discount": {"money": sum(due.discount for due in dues)},
        "bills": [
            {"description": debt.title, "creditor": debt.creditor_name, "total": {"money": due.total}}
            for debt, due in zip(debts, dues, strict=True)
        ],
        "arguments": {"debts": ids},
    }
    if amount >= cash:
        scene.ask("pay")
        scene.say("utter_price_apart_enough", **values)
        return
    scene.ask(APART, takes=("yes_no", "amount"), debts=ids, wanted={"total": amount})
    scene.say("utter_price_apart_too_little", parts=_rows(_parts(scene, debts, amount)), **values)


async def percent_for_several(scene: Scene, meant: Sequence[Debt] | None = None) -> bool:
    """ "50% de desconto nas duas", of several creditors: so much off each, which the team may decide. False: no such percentage, or it is
    given already."""
    percent = percent_in(scene)
    if percent is None or (meant is None and not _ALL.search(plain(scene.words)) and not _EACH.search(plain(scene.words))):
        return False
    debts = list(meant) if meant is not None else await _free(scene)
    parts = _percent_parts(scene, debts, percent) if len(debts) > 1 and apart(debts) else []
    if not parts:
        return False
    dues = [owed(scene.ground, debt) for debt in debts]
    ids = [debt.id for group, _ in parts for debt in group]
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask(APART, takes=("yes_no", "amount"), debts=ids, wanted={"total": sum(part for _, part in parts)}, percent=percent)
    scene.say(
        "utter_percent_apart_too_much",
        percent=percent,
        cash={"money": sum(due.total for due in dues)},
        discount={"money": sum(due.discount for due in dues)},
        bills=[
            {"description": debt.title, "creditor": debt.creditor_name, "total": {"money": due.total}}
            for debt, due in zip(debts, dues, strict=True)
        ],
        parts=_rows(parts),
        arguments={"debts": [debt.id for debt in debts]},
    )
    return True


def _groups(debts: Sequence[Debt]) -> list[list[Debt]]:
    """The debts, those together that one agreement can hold."""
    ordered = sorted(debts, key=lambda debt: (debt.creditor_id, debt.portfolio))
    return [list(group) for _, group in groupby(ordered, key=lambda debt: (debt.creditor_id, debt.portfolio))]


def _percent_parts(scene: Scene, debts: Sequence[Debt], percent: int) -> list[tuple[list[Debt], int]]:
    """Each group with what it would come to with so much off what is owed; those that cost no more already are left out."""
    parts = []
    for group in _groups(debts):
        dues = [owed(scene.ground, debt) for debt in group]
        gross = sum(due.gross for due in dues)
        if gross - gross * percent // 100 < sum(due.total for due in dues):
            parts.append((group, gross - gross * percent // 100))
    return parts


def _parts(scene: Scene, debts: Sequence[Debt], amount: int) -> list[tuple[list[Debt], int]]:
    """The debts that one agreement can hold, each group with its part of the amount, by what it costs at once today."""
    groups = _groups(debts)
    prices = [sum(owed(scene.ground, debt).total for debt in group) for group in groups]
    parts = [amount * price // sum(prices) for price in prices]
    parts[-1] += amount - sum(parts)
    return list(zip(groups, parts, strict=True))


def _rows(parts: Sequence[tuple[Sequence[Debt], int]]) -> list[dict[str, object]]:
    return [{"creditor": group[0].creditor_name, "amount": {"money": part}} for group, part in parts]


async def take_apart(scene: Scene) -> bool:
    """Take the open proposal over several creditors to the team, as one for each. False: none is open."""
    question = scene.question
    if question is None or question.name != APART:
        return False
    proof = await scene.proof()
    debts = await get_debts(scene.conn, question.arguments.get("debts") or ())
    if proof is None or not debts or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return False
    taken: list[tuple[Facts, int, str]] = []
    percent = question.arguments.get("percent")
    parts = _percent_parts(scene, debts, percent) if percent else _parts(scene, debts, int(question.arguments["wanted"]["total"]))
    for group, part in parts:
        known = await known_facts(scene, group)
        if known is None:
            return True
        proposal = await propose(
            scene.conn,
            scene.till,
            known,
            {"total": part},
            words=scene.turn.text or "",
            conversation_id=scene.conversation.id,
            request_key=f"{scene.turn.id}:proposal:{group[0].creditor_id}:{group[0].portfolio}",
        )
        taken.append((known, part, proposal.protocol))
    debtor = await get_debtor(scene.conn, proof.debtor_id)
    lines = [
        f"Proposta {protocol}: {money(part)} por {', '.join(debt.title for debt in known.debts)}. À vista hoje: {money(known.cash)}."
        for known, part, protocol in taken
    ]
    place = await request_human(
        scene.conn,
        scene.till.talk,
        scene.conversation.id,
        "proposta",
        "\n".join([f"Identidade confirmada: {debtor.name}. Uma proposta por tudo, dividida por credor.", *lines]),
        asked=False,
    )
    scene.ask(None)
    scene.set_slot("focus", None)
    scene.say(
        "utter_proposals_taken",
        parts=[
            {"creditor": known.debts[0].creditor_name, "amount": {"money": part}, "protocol": protocol}
            for known, part, protocol in taken
        ],
        place=max(place.place, 1),
    )
    return True


async def discounts_of_each(scene: Scene, meant: Sequence[Debt] | None = None) -> bool:
    """ "Qual o desconto de cada uma?" of debts of several creditors: each with its own rule. False: that was not asked."""
    said = plain(scene.words)
    debts = list(meant) if meant is not None else await _free(scene)
    if len(debts) < 2 or not apart(debts) or (meant is None and not _EACH.search(said)):
        return False
    dues = [owed(scene.ground, debt) for debt in debts]
    bills = list(zip(debts, dues, strict=True))
    scene.ask("which", shown=[debt.id for debt in debts], priced=True)
    scene.say(
        "utter_discount_of_each",
        bills=[bill_values(debt, due) for debt, due in bills if due.discount],
        full=[bill_values(debt, due) for debt, due in bills if not due.discount],
        gross={"money": sum(due.gross for due in dues)},
        discount={"money": sum(due.discount for due in dues)},
        cash={"money": sum(due.total for due in dues)},
        today={"date": scene.today.isoformat()},
        arguments={"debts": [debt.id for debt in debts]},
    )
    return True
