"""What is said of the offer that lies on the table, whatever it was taken for: when it is to begin, what an amount beside it is,
that a proposal is to be taken to the team, and that a no was no no after all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from actions.discount import answer_cash, propose_wished, say_most, take_to_human, waiting_proposal, waiting_protocol
from actions.meant import debts_meant
from actions.negotiating import (
    MONTHLY,
    MONTHLY_DAY,
    TAKES,
    WHY,
    answer_capacity,
    answer_counter,
    counter_in,
    current_offer,
    known_facts,
    names_others,
    say_offer,
    show_plans,
    understood,
    wanted_of,
)
from actions.proposing import read_back, tell_waiting
from actions.scene import Scene
from actions.several import APART, take_apart
from actions.terms import chats, without_down
from conversations.effects import newest_said, said_in
from conversations.reply import last_response
from conversations.turn import text_of
from payments.agreeing import Facts, lay_on_the_table
from receivables.agreements import last_declined
from receivables.instalments import PlanRefused, lowest_down_payment, make_plan
from receivables.offers import Counter, answer
from receivables.store import get_debts
from understanding.beginnings import first_of
from understanding.dates import When
from understanding.plain import plain

_OPEN = ("plans", "accept_offer", "capacity")
_BEGINS = re.compile(
    r"\b(?:comec\w+|inici\w+|a partir d[eo]|primeir[ao]|1 ?[ao]|entrada|(?:pagar|pago) (?:so |somente |apenas )?(?:em|n[oa]|depois|a partir)"
    r"|so (?:em|n[oa]|depois|da|posso|consigo|tenho|recebo|vou)|depois d[eo]|mais pra frente)\b"
)
_ANOTHER_MATTER = re.compile(
    r"\b(?:quando|qual|paguei|pago ja|ja paguei|lembr\w+|lig\w+|avis\w+|respond\w+|decid\w+|pens\w+|volto|retorn\w+|vence|venc\w+|manda\w*|envia\w*|gera\w*|atras\w+|fal\w+|convers\w+|ver|olh\w+|pergunt\w+|consult\w+)\b"
)


def _begins(dates: Sequence[When], today: date) -> date | None:
    days = [min(when.readings) if when.readings else first_of(when.words, today) for when in dates if when.kind != "past"]
    return next((day for day in days if day is not None and day > today), None)


async def _facts(scene: Scene) -> Facts | None:
    kept = scene.question.arguments.get("debts") or () if scene.question else ()
    debts = await get_debts(scene.conn, kept) if kept else []
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return None
    return await known_facts(scene, debts)


async def starts_later(scene: Scene) -> bool:
    """ "Dá pra começar em janeiro?" of what lies open: that very plan from that day, else from the latest there is, and why. False: not asked."""
    question, said = scene.question, plain(scene.turn.text or "")
    if question is None or question.name not in _OPEN or not _BEGINS.search(said):
        return False
    if (
        chats(scene.words)
        or WHY.search(said)
        or _ANOTHER_MATTER.search(said)
        or MONTHLY_DAY.search(said)
        or _AT_ONE_GO.search(said)
    ):
        return False
    values = understood(scene)
    day = _begins(values.dates, scene.today)
    if day is None or values.money or [one for one in values.counts if not one.part]:
        return False
    known = await _facts(scene)
    if known is None:
        return bool(scene.said)
    if counter_in(scene, asked="count")[0].count is not None:
        from actions.instalments import propose_plan  # which stands on this file

        return await propose_plan(scene, known, asked="count")
    kept = {**(question.arguments.get("wanted") or {}), **question.arguments}
    count = kept.get("count")
    await answer_counter(
        scene,
        known,
        Counter(count=int(count) if count else None, down=kept.get("own_down") or kept.get("down"), first_due=day),
    )
    return True


# ------------------------------------------------------------------------------------------------ an amount beside the plans


async def take_amount(scene: Scene, known: Facts, amount: int) -> None:
    """A lone amount while plans are talked about: so much a month, unless it is too much for that; then what it is for is asked."""
    if MONTHLY.search(plain(scene.words)) or amount <= 0:
        await answer_capacity(scene, known, amount)
    elif amount >= known.cash:
        await answer_cash(scene, known, amount)
    elif 2 * amount >= known.agreed.total:
        kept = scene.question.arguments if scene.question else {}
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


_AT_ONE_GO = re.compile(r"\b(?:a vista|avista|tudo|total|inteir[oa]|cheio|todo|de uma vez|quit\w*|com desconto|sem parcela\w*)\b")


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


async def agree_or_pay(scene: Scene) -> bool:
    """\"Beleza, manda o pix\" below a proposal: is it the agreement's first payment, or all at once? Asked, for one buys not the other.
    False: all at once was said, or no proposal is open."""
    if not scene.turn.text or _AT_ONE_GO.search(plain(scene.turn.text)):
        return False
    if scene.open_question == "plans":
        return await _plan_before_code(scene)
    if scene.open_question != "accept_offer":
        return False
    offer = await current_offer(scene)
    known = await _facts(scene)
    if offer is None or known is None or offer.id != (scene.question.arguments.get("offer") if scene.question else None):
        return False
    plan = offer.terms.plan
    means = "boleto" if re.search(r"\bb[ou]l+[eao]?[tl]\w*\b", plain(scene.turn.text)) else "pix"
    scene.say(
        "utter_agree_or_pay",
        first={"money": plan.down_payment or plan.instalments[0].amount},
        cash={"money": known.cash},
        arguments={"offer": offer.id, "debts": list(offer.debt_ids), "means": means},
    )
    return True


_THE_CODE = re.compile(r"\b(?:manda\w*|envi\w+|gera\w*|passa|cade|codigo|pix|b[ou]l+[eao]?[tl]\w*)\b")


async def _plan_before_code(scene: Scene) -> bool:
    """\"Manda o código\" below plans of which none is chosen: the plan that was spoken of, in full, else that one is to be chosen first.
    False: nothing of a code, or other debts are meant."""
    question = scene.question
    if question is None or not _THE_CODE.search(plain(scene.words)) or await names_others(scene):
        return False
    from actions.instalments import take_only_plan  # which stands on this file

    if not (await take_only_plan(scene) or await take_spoken_of_plan(scene)):
        scene.say("utter_which_plan")
    return True


async def take_spoken_of_plan(scene: Scene) -> bool:
    """A yes to plans that are near the one that was wished for, in so many times: that one, as it can be had. False: no count was told,
    or none of those shown has it."""
    question = scene.question
    count = (question.arguments.get("wanted") or {}).get("count") or question.arguments.get("count") if question else None
    known = await _facts(scene) if count else None
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

_TO_THEM = re.compile(
    r"\b(?:lev\w+|mand\w*|pass\w*|envi\w*|encaminh\w+|apresent\w+|repass\w*|pergunt\w*|consult\w*|fal[ae]\w*|ve(?:r|ja)?|tent\w*|ped[ei]\w*|submet\w*|joga\w*|sobe)\b.{0,30}"
    r"\b(?:equipe|time|pessoal|gerente|gerencia|chef\w+|supervis\w+|responsave\w+|diretor\w*|superior\w*|alguem|analis\w+|aprov\w+|autoriz\w+|propost\w+|eles|credor\w*)\b"
)
_TAKE_IT = re.compile(
    r"(?:(?:pode|por favor|entao|sim|ta|ok|bom|quero|vai|isso|eu quero|pode sim) )*(?:lev(?:a|e|ar|em)|apresent(?:a|e|ar))"
    r"(?: (?:sim|isso|ela|ele|entao|la|por favor|essa|assim|mesmo|pra mim|pra eles|ai|ver))*"
)
_NOT_TO_THEM = re.compile(r"\b(?:nao|nunca|nem)\b")


async def take_it_up(scene: Scene) -> bool:
    """ "Pode levar pra equipe", in whatever words, of what was proposed and is beyond the policy. False: no such words or proposal."""
    if scene.piece and any(name in _TAKEN[:2] for name, _ in await said_in(scene.conn, scene.turn.id)):
        return True  # taken with the piece before, which was read with the whole message
    said = plain(scene.turn.text or "")
    by_name = _TO_THEM.search(said) is not None
    if _NOT_TO_THEM.search(said) or not (by_name or _TAKE_IT.fullmatch(said)) or await scene.proof() is None:
        return False
    if scene.open_question != APART and await _take_as_said(scene):
        return True
    question = scene.question
    if question is None:
        # What was taken before is not taken again.
        taken = (await _last(scene)).startswith(("utter_proposal_taken", "utter_proposals_taken", "utter_proposal_waiting"))
        waiting = await waiting_proposal(scene) if taken else None
        if waiting is None:
            return await _take_spoken_of(scene)
        await tell_waiting(scene, waiting)
        return True
    if question.name == APART:
        return await take_apart(scene)
    wanted = dict(question.arguments.get("wanted") or {})
    if understood(scene).money:
        return False
    if question.name not in ("propose", "plans", "discount", "proposal", "accept_offer"):
        return question.name in _BESIDE and await _take_spoken_of(scene)
    if not wanted:
        if await _take_spoken_of(scene):
            return True
        if question.name not in ("discount", "plans", "accept_offer") or not re.search(r"\bpropost\w+\b", said):
            return False
        await propose_wished(scene)  # asks what is proposed
        return True
    known = await _facts(scene)
    if known is not None and question.arguments.get("mixed"):
        read_back(scene, known, wanted)
    elif known is not None:
        await take_to_human(scene, known, wanted)
    return True


_COUNT_AFTER = re.compile(r" e (?=(?:o resto em )?(?:\d{1,2}|[a-z]+) (?:parcelas?|vezes|x\b))", re.IGNORECASE)


async def _take_as_said(scene: Scene) -> bool:
    """Take the numbers that stand beside "leva", all of them and no older ones. False: there are none, or it is not known of what."""
    whole = (scene.turn.text if scene.piece is None else await text_of(scene.conn, scene.turn.id)) or ""
    before = scene.wish_words
    scene.wish_words = _COUNT_AFTER.sub(", ", whole)
    try:
        values = understood(scene)
        if not values.money:
            values = understood(scene, asked="amount")
        if not values.money:
            if not _NUMBERS.search(plain(whole)):
                return False
            scene.set_slot(
                "focus", (scene.question.arguments.get("debts") if scene.question else None) or scene.slots.get("focus")
            )
            scene.ask(None)
            await propose_wished(scene)  # numbers that are not plain: nothing older is taken in their place
            return True
        counter, total = counter_in(scene)
        if counter.empty and total is None:
            counter, total = counter_in(scene, asked="amount")
        if counter.count and counter.down is None and _DOWN_AND_COUNT.search(plain(scene.wish_words)):
            counter = replace(counter, down=counter.instalment, instalment=None)
        if counter.empty and total is None:
            total = values.money[0].amount if len({one.amount for one in values.money}) == 1 else None
        if counter.empty and total is None:
            return False
        kept = scene.question.arguments.get("debts") or () if scene.question else ()
        debts = await get_debts(scene.conn, kept) if kept else await debts_meant(scene, "pedir_desconto")
        proof = await scene.proof()
        if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
            return bool(scene.said)
        known = await known_facts(scene, debts)
        if known is None:
            return bool(scene.said)
        if total is not None and total >= known.cash:
            await answer_cash(scene, known, total)
        elif not counter.empty and answer(known.agreed.total, counter, known.limits, today=known.today).plan is not None:
            await answer_counter(scene, known, counter)  # nobody has to be asked for what may be had
        else:
            wanted = wanted_of(counter) | ({"total": total} if total is not None else {})
            if without_down(scene.words) and "down" not in wanted:
                wanted = {"down": 0, **wanted}
            await take_to_human(scene, known, wanted)
        return True
    finally:
        scene.wish_words = before


_NUMBERS = re.compile(
    r"\d|\b(?:dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|doze|quinze|vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa|cem|cento|\w+centos|mil)\b"
)
_DOWN_AND_COUNT = re.compile(r"\bproposta de [^,]*, (?:\d{1,2}|[a-z]+) (?:parcelas?|vezes|x\b)")

_THE_SUM = re.compile(r"\b[oa]s? (\d[\d.]*(?:,\d{2})?)(?! ?(?:x|vezes|parcelas?|dias?))\b", re.IGNORECASE)
_THAT_I_SAID = re.compile(
    r"\b(?:os|as|aquel[ea]s?|n?aquel[ea]|o|meus?|minha) .{1,25}?\bque (?:eu )?(?:ja )?(?:te )?(?:falei|disse|ofereci|propus|mandei|ofertei|pedi)\b"
)


async def offered_before(scene: Scene) -> bool:
    """ "E os 500 que eu falei?": that offer, which is with the team, or can be taken there; nothing is corrected. False: not said."""
    said = plain(scene.turn.text or "")
    if not _THAT_I_SAID.search(said) or scene.form is not None or "paguei" in said or await scene.proof() is None:
        return False
    amounts = {one.amount for one in understood(scene, scene.turn.text, asked="amount").money}
    if not amounts and (bare := _THE_SUM.search(scene.turn.text or "")):
        amounts = {one.amount for one in understood(scene, f"R$ {bare[1]}").money}
    if len(amounts) != 1:
        return False
    waiting = await waiting_protocol(scene)
    if waiting is not None:
        scene.say("utter_proposal_waiting", protocol=waiting)
        return True
    before = await newest_said(scene.conn, scene.conversation.id, (*_OFFERED, "utter_cash_"), scene.now - timedelta(hours=12))
    kept = ((before[1].get("arguments") or {}).get("debts") if before is not None else None) or scene.slots.get("focus") or ()
    proof = await scene.proof()
    debts = await get_debts(scene.conn, kept) if kept else []
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return False
    known = await known_facts(scene, debts)
    if known is not None:
        await answer_cash(scene, known, amounts.pop())
    return True


_BESIDE = ("pay", "show", "which", "human", "price_of_which")
"""Questions beside which a proposal of before may still be taken up."""
_OFFERED = ("utter_cash_too_little", "utter_cash_less_than_owed", "utter_percent_too_much", "utter_none_fits_")
_TAKEN = ("utter_proposal_taken", "utter_proposals_taken", "utter_agreement_made", "utter_pix_payee", "utter_boleto_payee")


async def _take_spoken_of(scene: Scene) -> bool:
    """The proposal that was refused a few turns before, and nothing came of since. False: there is none."""
    found = await newest_said(scene.conn, scene.conversation.id, (*_OFFERED, *_TAKEN), scene.now - timedelta(hours=12))
    kept = found[1].get("arguments") or {} if found is not None and found[0].startswith(_OFFERED) else {}
    proof = await scene.proof()
    debts = await get_debts(scene.conn, kept.get("debts") or ()) if kept.get("wanted") else []
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return False
    known = await known_facts(scene, debts)
    if known is not None:
        await take_to_human(scene, known, dict(kept["wanted"]))
    return True


async def _last(scene: Scene) -> str:
    return await last_response(scene.conn, scene.conversation.id) or ""


# ------------------------------------------------------------------------------------------------ after a no


async def after_all(scene: Scene) -> bool:
    """\"Tá bom, aceito vai\" after a no: the plan that was declined comes back in full, from today's facts. False: none was just declined."""
    proof = await scene.proof()
    if proof is None or scene.question is not None or not (await _last(scene)).startswith("utter_offer_declined"):
        return False
    gone = await last_declined(scene.conn, proof.debtor_id, scene.now - timedelta(hours=12))
    if gone is None or gone.basis != "policy":
        return False  # what a human allowed is theirs to offer again
    known = await known_facts(scene, await get_debts(scene.conn, gone.debt_ids))
    if known is None:
        return True
    lowest = lowest_down_payment(known.agreed.total, known.limits)
    try:
        plan = make_plan(
            known.agreed.total,
            gone.terms.plan.count,
            known.limits,
            today=known.today,
            down_payment=max(lowest, gone.terms.plan.down_payment),
        )
    except PlanRefused:
        await show_plans(scene, known)
        return True
    offer = await lay_on_the_table(scene.conn, scene.till, known, plan, conversation_id=scene.conversation.id)
    await say_offer(scene, offer, known.debts, before="utter_offer_after_all")
    return True
