"""What all at once comes to, and an amount or a percentage offered for it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from actions.negotiating import bill_values, known_facts, rule_in_words, titles_in_a_line
from actions.proposal import tell_waiting, waiting_proposal
from actions.proposed import lone_amount, understood
from actions.scene import Scene
from actions.which_debt import apart, payable
from payments.agreeing import Facts
from receivables.owed import Owed
from receivables.store import Debt
from understanding.plain import plain


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
        "rule": rule_in_words(
            max((band.principal_percent for band in bands), default=Decimal(0)),
            max((band.charges_percent for band in bands), default=Decimal(0)),
        ),
        "divided": {"money": known.agreed.total},
        "arguments": {"debts": [debt.id for debt in known.debts]},
    }


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
