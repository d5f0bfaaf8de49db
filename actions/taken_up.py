"""Terms or an amount of before, taken up below what is shown: "leva os 500 que eu falei"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from actions.beyond_policy import propose_wished
from actions.cash import answer_cash
from actions.instalments import propose_plan
from actions.meant import debts_meant
from actions.negotiating import (
    WHY,
    answer_counter,
    known_facts,
    monthly_day,
    say_offer,
    show_plans,
    wanted_of,
)
from actions.on_the_table import AT_ONE_GO, facts_on_the_table
from actions.proposal import take_to_human, tell_waiting, waiting_proposal, waiting_protocol
from actions.proposed import DUE_DAY, MONTHLY_DAY, counter_in, two_payments, understood
from actions.proposing import read_back
from actions.scene import Scene
from actions.several import APART, take_apart
from actions.terms import chats, without_down
from conversations.effects import newest_said, said_in
from conversations.reply import last_response
from conversations.turn import text_of
from payments.agreeing import lay_on_the_table
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


_TAKEN_FOR_A_DAY = frozenset(
    "pedir_prorrogacao promessa_pagamento informar_data corrigir_informacao nlu_fallback fora_de_escopo".split()
)
"""What "o vencimento pode ser dia 10?" may look like, where a plan is spoken of and no single bill."""


async def starts_later(scene: Scene) -> bool:
    """ "Dá pra começar em janeiro?" of what lies open: that very plan from that day, else from the latest there is, and why. False: not asked."""
    question, said = scene.question, plain(scene.turn.text or "")
    if question is None or question.name not in _OPEN:
        return False
    if DUE_DAY.search(said) and scene.intent in _TAKEN_FOR_A_DAY and not WHY.search(said):
        known = await facts_on_the_table(scene)
        return bool(scene.said) if known is None else await monthly_day(scene, known)
    if not _BEGINS.search(said):
        return False
    if (
        chats(scene.words)
        or WHY.search(said)
        or _ANOTHER_MATTER.search(said)
        or MONTHLY_DAY.search(said)
        or AT_ONE_GO.search(said)
    ):
        return False
    values = understood(scene)
    day = _begins(values.dates, scene.today)
    if day is None or values.money or [one for one in values.counts if not one.part]:
        return False
    known = await facts_on_the_table(scene)
    if known is None:
        return bool(scene.said)
    if counter_in(scene, asked="count")[0].count is not None:
        return await propose_plan(scene, known, asked="count")
    kept = {**(question.arguments.get("wanted") or {}), **question.arguments}
    count = kept.get("count")
    await answer_counter(
        scene,
        known,
        Counter(count=int(count) if count else None, down=kept.get("own_down") or kept.get("down"), first_due=day),
    )
    return True


_TO_THEM = re.compile(
    r"\b(?:lev\w+|mand\w*|pass\w*|envi\w*|encaminh\w+|apresent\w+|repass\w*|pergunt\w*|consult\w*|fal[ae]\w*|ve(?:r|ja)?|tent\w*|ped[ei]\w*|submet\w*|joga\w*|sobe)\b.{0,30}"
    r"\b(?:equipe|time|pessoal|gerente|gerencia|chef\w+|supervis\w+|responsave\w+|diretor\w*|superior\w*|alguem|analis\w+|aprov\w+|autoriz\w+|propost\w+|eles|credor\w*)\b"
    r"|\b(?:lev[ae]\w*|apresent\w+|submet\w*)\b.{0,40}\bpessoa\b|\blev[ae] (?:entao |ai |la )?(?:os |o |meus )?(?:r )?\d[\d.,]*(?: reais| conto)? por mes\b|\d(?: reais| por mes)? lev[ae](?: (?:isso|essa|ai|la|entao))?$"
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
    if await _take_as_wished(scene):
        return True
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
    first = _begins(understood(scene).dates, scene.today)
    if first is not None and (wanted.keys() & {"count", "instalment", "down"}):
        wanted["first_due"] = first.toordinal()  # "leva o pedido da entrada dia 10": that day, and no older one
    known = await facts_on_the_table(scene)
    if known is not None and question.arguments.get("mixed"):
        read_back(scene, known, wanted)
    elif known is not None:
        await take_to_human(scene, known, wanted)
    return True


async def _take_as_wished(scene: Scene) -> bool:
    """ "Leva então os 100 por mês": the wish that named them, with all that was said beside it ("sem entrada"). False: other numbers."""
    wanted = dict((scene.question.arguments.get("wanted") if scene.question is not None else None) or {})
    values = understood(scene)
    amounts = {one.amount for one in values.money}
    if len(wanted) < 2 or not amounts or values.counts or not amounts <= set(wanted.values()):
        return False
    known = await facts_on_the_table(scene)
    if known is not None:
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
            day_alone = len(values.dates) == 1 and not values.counts
            if not _NUMBERS.search(plain(whole)) or (day_alone and scene.question and scene.question.arguments.get("wanted")):
                return False  # "leva o pedido da entrada dia 10": what was wished before, from that day
            scene.set_slot(
                "focus", (scene.question.arguments.get("debts") if scene.question else None) or scene.slots.get("focus")
            )
            scene.ask(None)
            await propose_wished(scene)  # numbers that are not plain: nothing older is taken in their place
            return True
        counter, total = counter_in(scene)
        if counter.empty and total is None:
            counter, total = counter_in(scene, asked="amount")
        if (two := two_payments(scene)) is not None:
            counter, total = Counter(count=1, down=two[0], instalment=two[1]), None
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
            if wanted:
                await take_to_human(scene, known, wanted)
            else:
                await propose_wished(scene)  # numbers of which nobody can say what they are: it is asked
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
