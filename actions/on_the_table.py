"""What is said of the offer that lies on the table, whatever it was taken for: when it is to begin, what an amount beside it is,
that a proposal is to be taken to the team, and that a no was no no after all."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.cash import answer_cash, nearly_all, say_most
from actions.negotiating import (
    TAKES,
    answer_capacity,
    answer_counter,
    known_facts,
)
from actions.proposed import MONTHLY
from actions.scene import Scene
from conversations.effects import newest_said
from payments.agreeing import Facts
from receivables.offers import Counter
from receivables.store import get_debts
from understanding.plain import plain


async def facts_on_the_table(scene: Scene) -> Facts | None:
    kept = scene.question.arguments.get("debts") or () if scene.question else ()
    debts = await get_debts(scene.conn, kept) if kept else []
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return None
    return await known_facts(scene, debts)


# ------------------------------------------------------------------------------------------------ an amount beside the plans


_CORRECTS = re.compile(
    r"^(?:(?:opa|ops|nao|desculpa|perai|ou|eu) )*(?:quer dizer|quis dizer|digo|alias|na verdade|minto|errei|corrig\w+)\b"
)
"""A down payment was told before, and this is what it was to be."""


async def take_amount(scene: Scene, known: Facts, amount: int, *, given: bool = False) -> None:
    """A lone amount while plans are talked about: so much a month, unless it is too much for that; then what it is for is asked.

    `given`: it was spoken of as given at one time, so that it may as well be a down payment."""
    kept = scene.question.arguments if scene.question else {}
    if MONTHLY.search(plain(scene.words)) or amount <= 0:
        await answer_capacity(scene, known, amount)
    elif kept.get("own_down") and _CORRECTS.search(plain(scene.words)):
        await answer_counter(scene, known, Counter(count=kept.get("count"), down=amount))
    elif amount >= known.cash or nearly_all(amount, known):
        await answer_cash(scene, known, amount)
    elif given or 2 * amount >= known.agreed.total:
        debts = [debt.id for debt in known.debts]
        scene.ask("plans", takes=TAKES, debts=debts, said=amount, count=kept.get("count"))
        scene.say("utter_amount_for_what", offered={"money": amount}, arguments={"debts": debts, "amount": amount})
    else:
        await answer_capacity(scene, known, amount)


async def amount_is(scene: Scene, known: Facts) -> bool:
    """What an amount was for, tapped: a down payment, so much a month, or all at once. False: nothing such was tapped."""
    meant, amount = scene.turn.arguments.get("as"), scene.turn.arguments.get("amount")
    if meant is None or not isinstance(amount, int):
        return False
    if meant == "down":
        count = scene.question.arguments.get("count") if scene.question else None
        await answer_counter(scene, known, Counter(count=count, down=amount))
    elif meant == "month":
        await answer_capacity(scene, known, amount)
    else:
        await answer_cash(scene, known, amount)
    return True


AT_ONE_GO = re.compile(r"\b(?:a vista|avista|tudo|total|inteir[oa]|cheio|todo|de uma vez|quit\w*|com desconto|sem parcela\w*)\b")


async def all_at_once(scene: Scene, known: Facts) -> bool:
    """\"Melhor pagar à vista\", instead of a plan: its code where that is asked for, else what it comes to. False: not said."""
    said = plain(scene.words)
    if not re.search(r"\b(?:a vista|avista|de uma vez)\b", said) or "?" in scene.words or re.search(r"\bnao\b", said):
        return False
    scene.set_slot("focus", [debt.id for debt in known.debts])
    if re.search(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|manda\w*|gera\w*|codigo)\b", said):
        await scene.turn_to("solicitar_pagamento")
    else:
        say_most(scene, known)
    return True


async def take_spoken_of_plan(scene: Scene) -> bool:
    """A yes to plans that are near the one that was wished for, in so many times: that one, as it can be had. False: no count was told,
    or none of those shown has it."""
    question = scene.question
    count = (question.arguments.get("wanted") or {}).get("count") or question.arguments.get("count") if question else None
    known = await facts_on_the_table(scene) if count else None
    if question is None or question.name != "plans" or known is None:
        return False
    shown = await newest_said(scene.conn, scene.conversation.id, ("utter_plans",), scene.now - timedelta(hours=12))
    rows = shown[1].get("plans") or [] if shown is not None else []
    row = next((row.get("arguments") or {} for row in rows if (row.get("arguments") or {}).get("count") == int(count or 0)), None)
    if row is None or set(row.get("debts") or ()) != {debt.id for debt in known.debts}:
        return False
    first = date.fromisoformat(row["first_due"]) if row.get("first_due") else None
    await answer_counter(scene, known, Counter(count=int(row["count"]), down=row.get("down") or None, first_due=first))
    return True


# ------------------------------------------------------------------------------------------------ to the team


# ------------------------------------------------------------------------------------------------ after a no
