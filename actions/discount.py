"""\"Tem desconto?\": the most that the policy gives for paying at once, what would change it, and what a human may decide."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from actions.debt import named_by_words, payable
from actions.negotiating import (
    WHY,
    bill_values,
    counter_in,
    debts_meant,
    known_facts,
    lone_amount,
    names_others,
    percent_in,
    say_why,
    says_no,
    titles_in_a_line,
    understood,
)
from actions.partial import consider as consider_part
from actions.proving import proven
from actions.resting import at_rest
from actions.scene import Scene, Topic
from actions.several import (
    APART,
    answer_apart,
    apart,
    discounts_of_each,
    percent_for_several,
    price_for_several,
    price_of_named,
    take_apart,
)
from conversations.handover import request_human
from conversations.wording import money
from payments.agreeing import Facts
from payments.proposing import propose
from receivables.owed import Owed
from receivables.proposals import Proposal, waiting_proposals
from receivables.store import Debt, get_debtor, get_debts, owed
from understanding.explicit import said_yes
from understanding.plain import plain


class Haggle(Topic):
    """The wish for a discount, with or without an amount in it."""

    def name(self) -> str:
        return "action_discount"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "pedir_desconto"):
            await haggle(scene)


async def haggle(scene: Scene) -> None:
    """Today's real maximum for the debts meant, or the answer to the amount that was proposed."""
    if await at_rest(scene):
        return
    if _nothing_chosen(scene):
        named = [debt for debt in await named_by_words(scene) if debt.status == "open"]
        if len(named) < 2 and await percent_for_several(scene):
            return
        if await price_of_named(scene, named) or await price_for_several(scene) or await discounts_of_each(scene):
            return
    debts = await debts_meant(scene, "pedir_desconto")
    if debts and apart(debts) and await percent_for_several(scene, debts):
        return
    if debts and apart(debts) and (await price_for_several(scene, debts) or await discounts_of_each(scene, debts)):
        return
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return
    if WHY.search(plain(scene.words)):
        await say_why(scene, known)
        if scene.open_question:
            scene.say(f"utter_back_to_{scene.open_question}")
        else:
            say_most(scene, known)
        return
    percent = percent_in(scene)
    if percent is not None:
        await answer_percent(scene, known, percent)
        return
    counter, total = counter_in(scene)
    if counter.count is not None or counter.down is not None or counter.instalment is not None:
        from actions.instalments import propose_plan  # the other half of a negotiation; each leads to the other

        await propose_plan(scene, known)
        return
    amount = total if total is not None else lone_amount(scene)
    if amount is not None and total is None and _A_PART_NOW.search(plain(scene.words)) and len(known.debts) == 1:
        await consider_part(scene, known.debts[0], amount)
    elif amount is not None:
        await answer_cash(scene, known, amount)
    else:
        say_most(scene, known)


async def priced(scene: Scene) -> bool:
    """\"850 então, manda\": the very price of one of several debts, or of all of them. False: no such price."""
    amount = lone_amount(scene)
    if amount is None or await scene.proof() is None or not _nothing_chosen(scene):
        return False
    free = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    prices = [owed(scene.ground, debt).total for debt in free]
    if len(free) < 2 or (prices.count(amount) != 1 and amount != sum(prices)):
        return False
    if amount != sum(prices):
        free = [debt for debt, price in zip(free, prices, strict=True) if price == amount]
    elif apart(free):
        await answer_apart(scene, free, amount)
        return True
    known = await known_facts(scene, free)
    if known is not None:
        await answer_cash(scene, known, amount)
    return True


def _nothing_chosen(scene: Scene) -> bool:
    """Whether no debt is being talked about, tapped or named."""
    about = scene.question.arguments.get("debts") if scene.question else None
    return not (about or scene.slots.get("focus") or scene.turn.arguments.get("debts"))


_A_PART_NOW = re.compile(
    r"\b(?:posso|consigo|da pra|quero|vou) (?:te |lhe |ja )?(?:pagar|dar|mandar) .{0,25}\b(?:agora|hoje|ja)\b(?!.*\b(?:a vista|quit\w*|descont\w*)\b)"
)
""""Posso pagar 100 agora?": a part, and no price."""


def say_most(scene: Scene, known: Facts) -> None:
    """What is let off for paying at once today, and what would change it."""
    discount = sum(due.discount for due in known.dues)
    scene.ask("discount", takes=("amount", "yes_no", "count"), debts=[debt.id for debt in known.debts])
    if not discount:
        scene.say("utter_discount_none", **_cash(known))
    elif len({due.band for due in known.dues}) > 1:
        # No one rule explains the sum: each bill has its own.
        scene.say("utter_discount_most_by_bill", bills=[bill_values(debt, due) for debt, due in _bills(known)], **_cash(known))
    else:
        scene.say("utter_discount_most", **_cash(known))


def _bills(known: Facts) -> list[tuple[Debt, Owed]]:
    return list(zip(known.debts, known.dues, strict=True))


def _cash(known: Facts) -> dict[str, Any]:
    gross = sum(due.gross for due in known.dues)
    bands = [due.band for due in known.dues if due.band is not None]
    return {
        "about": titles_in_a_line(known.debts),
        "gross": {"money": gross},
        "discount": {"money": gross - known.cash},
        "cash": {"money": known.cash},
        "today": {"date": known.today.isoformat()},
        "days": max(due.days_overdue for due in known.dues),
        "principal_percent": _number(max((band.principal_percent for band in bands), default=0)),
        "charges_percent": _number(max((band.charges_percent for band in bands), default=0)),
        "divided": {"money": known.agreed.total},
        "arguments": {"debts": [debt.id for debt in known.debts]},
    }


def _number(percent: Any) -> str:
    return f"{percent.normalize():f}".replace(".", ",") if percent else "0"


async def answer_cash(scene: Scene, known: Facts, amount: int) -> None:
    """\"Faço por 700 à vista\": enough, more than enough, or less than the policy allows."""
    values = _cash(known) | {"offered": {"money": amount}}
    if amount <= 0:
        scene.say("utter_amount_not_positive")
        return
    # With several debts open it is said which ones the answer is about.
    values["of"] = [{"about": values["about"]}] if len((await payable(scene))[1]) > 1 else []
    values["lacking"] = [{"value": {"money": known.cash - amount}}] if nearly_all(amount, known) else []
    if amount >= known.cash:
        scene.ask("pay")
        scene.say("utter_cash_enough" if amount == known.cash else "utter_cash_more_than_enough", **values)
        return
    waiting = await waiting_proposal(scene, [debt.id for debt in known.debts])
    if waiting is not None and dict(waiting.wanted) == {"total": amount}:
        from actions.proposing import tell_waiting  # which stands on this file

        await tell_waiting(scene, waiting)
        return
    scene.ask("propose", takes=("yes_no", "amount", "count"), debts=[debt.id for debt in known.debts], wanted={"total": amount})
    values["arguments"] = {"debts": [debt.id for debt in known.debts], "wanted": {"total": amount}}
    scene.say("utter_cash_too_little" if any(due.discount for due in known.dues) else "utter_cash_less_than_owed", **values)


async def offered_nearly_all(scene: Scene) -> bool:
    """ "E 849,50 hoje? É tudo que eu tenho", of 850,00 that were just shown: what is missing, and who may allow it. False: no such offer."""
    question = scene.question
    said = plain(scene.turn.text or "")
    if (
        question is None
        or question.name not in ("pay", "plans", "accept_offer", "discount", "propose")
        or not _ALL_THERE_IS.search(said)
        or _NO_OFFER.search(said)
    ):
        return False
    values = understood(scene)
    amount = lone_amount(scene)
    if (
        amount is None
        or await scene.proof() is None
        or values.counts
        or any(one.role not in (None, "total") for one in values.money)
    ):
        return False
    meant = question.arguments.get("debts") or scene.slots.get("focus") or ()
    debts = [debt for debt in (await payable(scene))[1] if debt.id in meant and debt.status == "open"]
    known = await known_facts(scene, debts) if debts and len(debts) == len(meant) and not apart(debts) else None
    if known is None or not nearly_all(amount, known):
        return bool(scene.said)
    await answer_cash(scene, known, amount)
    return True


_ALL_THERE_IS = re.compile(
    r"\b(?:(?:e )?(?:tudo|td|so|o que|oq) (?:\w+ ){0,2}(?:tenho|consigo|posso|consegui|juntei)|tenho so|so isso|agora|hoje|a vista|quit\w*|fech\w+|resolv\w+|mat\w+|aceit\w+|faz(?:em)? por|por \d)\b"
)
_NO_OFFER = re.compile(
    r"\b(?:paguei|pagei|pago ja|pag[oa]s?$|quitei|mandei|transferi|depositei|fiz|entrada|rest\w+|parcel\w+|vezes|por mes|metade|falt\w+|cobr\w+|nao)\b"
)
NEARLY = 95
"""From so many percent of the price on, an offer is told what it lacks."""


def nearly_all(amount: int, known: Facts) -> bool:
    """Whether only a little is missing to the price of paying at once."""
    return amount < known.cash and 100 * amount >= NEARLY * known.cash


async def answer_percent(scene: Scene, known: Facts, percent: int) -> None:
    """\"40%?\": so much off what is owed today; what there is instead, and that a human may be asked."""
    gross = sum(due.gross for due in known.dues)
    amount = gross - gross * percent // 100
    if amount >= known.cash:
        say_most(scene, known)
        return
    if not any(due.discount for due in known.dues):
        await answer_cash(scene, known, amount)  # there is no most to be told
        return
    wanted = {"total": amount}
    scene.ask("propose", takes=("yes_no", "amount", "count"), debts=[debt.id for debt in known.debts], wanted=wanted)
    values = _cash(known) | {"percent": percent}
    values["arguments"] = {"debts": [debt.id for debt in known.debts], "wanted": wanted}
    scene.say("utter_percent_too_much", **values)


class Propose(Topic):
    """A tap on \"Levar proposta\": what was proposed goes to a human."""

    def name(self) -> str:
        return "action_propose"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "pedir_desconto"):
            await propose_wished(scene)


async def propose_wished(scene: Scene) -> None:
    """Take what was proposed to a human, or ask what is proposed."""
    from actions.proposing import propose_own, read_back, wanted_in  # which stands on this file

    own = wanted_in(scene) if not scene.turn.arguments else {}
    if not own and await take_apart(scene):
        return
    tapped = scene.turn.arguments.get("wanted")
    kept = scene.question.arguments if scene.question else {}
    wanted = tapped or kept.get("wanted")
    debts = await debts_meant(scene, "pedir_desconto")
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return
    if own:
        await propose_own(scene, known, own)
    elif wanted and not tapped and kept.get("mixed"):
        read_back(scene, known, wanted)
    elif wanted:
        await take_to_human(scene, known, wanted)
    else:
        scene.ask("proposal", takes=("amount", "count"), debts=[debt.id for debt in known.debts])
        scene.say("utter_ask_proposal")


async def take_to_human(scene: Scene, known: Facts, wanted: dict[str, int]) -> None:
    """Keep the proposal, put the talk before a human, and say its number; what waited for these debts goes, which is said."""
    before = await waiting_proposal(scene, [debt.id for debt in known.debts])
    proposal = await propose(
        scene.conn,
        scene.till,
        known,
        wanted,
        words=scene.turn.text or "",
        conversation_id=scene.conversation.id,
        request_key=f"{scene.turn.id}:proposal",
    )
    debtor = await get_debtor(scene.conn, known.debts[0].debtor_id)
    place = await request_human(
        scene.conn,
        scene.till.talk,
        scene.conversation.id,
        "proposta",
        _summary(known, proposal.protocol, wanted, debtor.name),
        asked=False,
    )
    scene.ask(None)
    replaced = [{"protocol": before.protocol}] if before is not None and before.id != proposal.id else []
    scene.say(
        "utter_proposal_taken", protocol=proposal.protocol, place=max(place.place, 1), replaced=replaced, **wanted_values(wanted)
    )


def wanted_values(wanted: Mapping[str, int]) -> dict[str, Any]:
    """A proposal as typed values: one row for each part that was said."""
    return {
        "at_once": [{"value": {"money": wanted["total"]}}] if "total" in wanted else [],
        "down": [{"value": {"money": wanted["down"]}}] if "down" in wanted else [],
        "parts": [{"value": wanted["count"]}] if "count" in wanted else [],
        "monthly": [{"value": {"money": wanted["instalment"]}}] if "instalment" in wanted else [],
        "begins": [{"value": {"date": date.fromordinal(wanted["first_due"]).isoformat()}}] if "first_due" in wanted else [],
    }


_FOR_THE_DESK = {
    "total": "total",
    "down": "entrada",
    "count": "parcelas",
    "instalment": "por mês",
    "first_due": "1º pagamento em",
}


def _for_the_desk(part: str, value: int) -> str:
    if part == "first_due":
        return f"{date.fromordinal(value):%d/%m/%Y}"
    return str(value) if part == "count" else money(value)


def _summary(known: Facts, protocol: str, wanted: Mapping[str, int], name: str) -> str:
    parts = [f"{_FOR_THE_DESK[part]} {_for_the_desk(part, value)}" for part, value in wanted.items()]
    return (
        f"Identidade confirmada: {name}. Proposta {protocol}, além da política: {', '.join(parts)}.\n"
        f"Dívidas: {', '.join(debt.title for debt in known.debts)}. À vista hoje: {money(known.cash)}."
    )


# ------------------------------------------------------------------------------------------------ answers to what is open


async def _known(scene: Scene) -> Facts | None:
    debts = await get_debts(scene.conn, scene.question.arguments.get("debts", []) if scene.question else [])
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return None
    return await known_facts(scene, debts)


async def answer_discount(scene: Scene) -> bool:
    """After the maximum was told: an amount, a count, or a yes to paying."""
    if await names_others(scene):
        await haggle(scene)
        return True
    known = await _known(scene)
    if known is None:
        return False
    percent = percent_in(scene)
    if percent is not None:
        await answer_percent(scene, known, percent)
        return True
    counter, total = counter_in(scene, asked="count")
    amount = total if total is not None else lone_amount(scene)
    if counter.count is not None or counter.down is not None or counter.instalment is not None:
        from actions.instalments import propose_plan

        return await propose_plan(scene, known, asked="count")
    if amount is not None:
        await answer_cash(scene, known, amount)
        return True
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_offer_declined")
        return True
    if said_yes(scene.words):
        scene.ask("pay")
        await scene.turn_to("solicitar_pagamento")
        return True
    return False


async def answer_propose(scene: Scene) -> bool:
    """Whether a proposal is taken to a human; another amount is another proposal."""
    assert scene.question is not None
    from actions.proposing import other_terms  # which stands on this file

    wanted = dict(scene.question.arguments.get("wanted") or {})
    if said_yes(scene.words) and wanted:
        known = await _known(scene)
        if known is not None:
            await take_to_human(scene, known, wanted)
        return known is not None
    known = await _known(scene) if scene.question.arguments.get("read_back") else None
    return (known is not None and await other_terms(scene, known)) or await answer_discount(scene)


async def answer_propose_apart(scene: Scene) -> bool:
    """Whether a proposal over debts of several creditors is taken to the team; another amount is another proposal."""
    assert scene.question is not None
    if said_yes(scene.words):
        return await take_apart(scene)
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_offer_declined")
        return True
    amount = lone_amount(scene)
    if amount is None:
        return False
    await answer_apart(scene, await get_debts(scene.conn, scene.question.arguments.get("debts") or ()), amount)
    return True


async def answer_proposal_question(scene: Scene) -> bool:
    """What is proposed, in the person's words."""
    known = await _known(scene)
    if known is None:
        return False
    from actions.proposing import propose_own, wanted_in  # which stands on this file

    wanted = wanted_in(scene)
    if not wanted:
        return False
    await propose_own(scene, known, wanted)
    return True


async def waiting_proposal(scene: Scene, debt_ids: Sequence[int] | None = None) -> Proposal | None:
    """The newest proposal of this person, over any of these debts if given, that nobody has answered yet."""
    proof = await scene.proof()
    if proof is None:
        return None
    waiting = await waiting_proposals(scene.conn, debtor_id=proof.debtor_id)
    return next((one for one in reversed(waiting) if debt_ids is None or set(one.debt_ids) & set(debt_ids)), None)


async def waiting_protocol(scene: Scene) -> str | None:
    """The number of the proposal of this person that nobody has answered yet."""
    waiting = await waiting_proposal(scene)
    return waiting.protocol if waiting else None


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "discount": answer_discount,
    "propose": answer_propose,
    "proposal": answer_proposal_question,
    APART: answer_propose_apart,
}

topics = (Haggle, Propose)
