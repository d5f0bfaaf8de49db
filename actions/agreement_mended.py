"""What the policy allows of an agreement that cannot be kept as it is: a date moved, an instalment skipped, the tolerance, the end of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from actions.agreement_paid import AHEAD, ALL_OF_IT, due_named
from actions.agreement_told import agreement_spoken_of
from actions.cash import say_most
from actions.negotiating import known_facts
from actions.proposed import counter_in, understood
from actions.scene import Scene
from payments.agreed import next_of, title
from payments.agreeing import (
    CannotAgree,
    cancel_agreement,
    move_instalment,
    skip_instalment,
)
from receivables.agreed import Due, RepairRefused, break_day, latest_move, price
from receivables.agreements import Agreement, get_agreement
from receivables.calendar import months_later
from receivables.store import get_debts
from understanding.plain import plain

CANCEL = re.compile(
    r"\b(?:cancel\w+|desist\w+|desfaz\w*|nao quero mais|nao quero (?:mais |esse |este |o |meu )*acordo|anul\w+"
    r"|(?:quero|queria|preciso|vou|posso|como (?:eu )?(?:faco|faz) (?:pra|para)|da pra|da para|tem como) (?:quebr\w+|romp\w+|encerr\w+|larg\w+|sair)(?: d?o| d?esse| d?este| meu)* (?:acordo|trato|parcelamento|combinado))\b"
)
CANNOT_KEEP = re.compile(
    r"\b(?:nao|num|n|nem) (?:\w+ )?(?:vou |vo )?(?:mais )?(?:consig\w*|conseg\w+|posso|poss[oa]|tenho (?:mais )?(?:como|condic\w+|dinheiro)|dou conta|da|vai dar)"
    r" ?(?:mais )?(?:de |pra |para )?(?:pagar|honrar|manter|arcar|cumprir|continuar|acompanhar|dar)\b"
    r"|\b(?:sem|nao tenho) (?:mais )?(?:dinheiro|condic\w+) (?:de|pra|para) (?:pagar|continuar|o acordo|a entrada|a parcela)"
    r"|\b(?:nao|num|n|nem) (?:\w+ ){0,2}(?:dar|dando|dou|dei) conta (?:mais )?(?:\w+ )?(?:acordo|parcelas?|entrada|pagar|disso)\b"
    r"|\b(?:acordo|parcela|entrada) (?:ficou|esta|ta|e) (?:muito |bem )?(?:pesad\w|car[oa]|apertad\w|alt[oa])\b"
)
"""Who says that what was agreed on is too much for them is never sent its code."""
_THIS_DAY_INSTEAD = re.compile(r"\b(?:so|mas|apenas|somente|consigo|posso|daria)\b")
OTHER_TERMS = re.compile(
    r"\b(?:refa\w+|renegoci\w+|(?:outro|novo|fazer outro|mudar o) acordo|(?:mais|menos) (?:parcelas|vezes)|parcelas? (?:menor|mais baixa|mais leve)\w*"
    r"|(?:diminu\w+|baixar|reduzir|aumentar) (?:a|as|o|os) (?:parcela|entrada|valor)\w*|(?:quero|prefiro|pagar|trocar? (?:pra|para|por)|mudar? (?:pra|para)) (?:tudo )?a vista)\b"
)
"""Other terms than those that were agreed on."""
_AT_ONE_GO = re.compile(r"\b(?:a vista|avista|de uma vez)\b")


async def repair(scene: Scene, agreement: Agreement, due: Due | None = None) -> None:
    """What the policy still allows for this instalment, or the one that comes next."""
    due = due or agreement.unpaid[0]
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    can_move = agreement.moved_times < policy.agreements.move_instalment_times
    can_skip = due.number > 0 and due == agreement.unpaid[0] and agreement.skipped_times < policy.agreements.skip_instalment_times
    if not can_move and not can_skip:
        say_used_up(scene, agreement, used=agreement.moved_times + agreement.skipped_times > 0)
        return
    scene.ask("move_to", takes=("date", "yes_no"), agreement=agreement.id, number=due.number)
    scene.say(
        "utter_repair" if can_move and can_skip else "utter_repair_move" if can_move else "utter_repair_skip",
        title=title(agreement, due),
        due={"date": due.due_date.isoformat()},
        latest={"date": latest_move(agreement.dues, due, policy.extension.max_days, scene.today).isoformat()},
        arguments={"agreement": agreement.id},
    )


async def move(scene: Scene, agreement: Agreement) -> None:
    """Move the next instalment to the day that was named, or ask for one."""
    due = instalment_named(scene, agreement)
    day = day_named(scene)
    if day is None:
        await repair(scene, agreement, due)
        return
    await move_to_day(scene, agreement, due, day)


_PAYS_IT = re.compile(r"\b(?:pag\w+|acert\w+|quit\w+|jog\w+|pass\w+|fica\w*|venc\w+|pode ser|mesmo)\b")
_TOLD = re.compile(
    r"\b(?:paguei|pagou|foi pag\w|ta pag\w|esta pag\w|caiu|baixou|quando|quanto|se eu|atras\w+|adiant\w+|antecip\w+)\b"
)
_AN_INSTALMENT = re.compile(r"\b(?:entrada|parcela|prestacao)\b")


async def instalment_on_a_day(scene: Scene) -> bool:
    """ "Posso pagar a entrada dia 4?", of an agreement: until its due date nothing changes, after it the instalment is moved there; no
    code of today. False: no instalment or no one day to come is named, or there is no agreement."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _AN_INSTALMENT.search(said) or not _PAYS_IT.search(said) or _TOLD.search(said):
        return False
    if scene.open_question not in (None, "agreement", "pay", "show", "pay_ahead", "move_to") or CANNOT_KEEP.search(said):
        return False
    days = {one.readings[0] for one in understood(scene).dates if one.kind == "exact" and one.readings}
    if len(days) != 1 or min(days) <= scene.today or await scene.proof() is None:
        return False
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        return False
    day, due = days.pop(), instalment_named(scene, agreement)
    if day > due.due_date or OTHER_DAY.search(said):
        await move_to_day(scene, agreement, due, day)
        return True
    scene.ask("agreement", takes=("yes_no", "date"), agreement=agreement.id)
    scene.say(
        "utter_instalment_until",
        title=title(agreement, due),
        amount={
            "money": price(agreement.dues, due, scene.ground.policies.for_portfolio(agreement.portfolio), scene.today).amount
        },
        due={"date": due.due_date.isoformat()},
        day={"date": day.isoformat()},
        arguments={"agreement": agreement.id},
    )
    return True


OTHER_DAY = re.compile(r"\b(?:mud\w+|troc\w+|pass\w+|jog\w+|adi(?:ar|a|o|e)|empurr\w+|alter\w+)\b")


_WRONG_ONE = re.compile(
    r"\bnao (?:e|era|foi|eh|quero|queria|pedi) (?:\w+ ){0,2}?(?:ess[ea]|est[ea]|isso|aquel[ea]|assim)\b|\b(?:ta|esta|saiu|veio|ficou|fechou|fechei|foi|apertei|toquei|cliquei|escolhi|marquei|fiz) (?:o |a |no |na |tudo |em )?(?:plano |opcao |botao |acordo )?errad\w\b"
    r"|\b(?:errei|me enganei|me confundi|sem querer|apertei|toquei|cliquei)\b|\b(?:era|queria|pedi|falei|disse|combinei|quis) .{0,40}\b(?:nao|e nao|em vez)\b|^(?:ei |opa |nao |mas |perai )*(?:eu )?(?:era|queria|pedi|disse|falei|quis)\b"
)


_PLAINLY_WRONG = re.compile(r"\berrad\w\b|\berrei\b|\bengan\w+\b|\bnao (?:e|era|foi)\b|\b(?:era|foi) .{0,40}\bnao\b")
_ANOTHER_WISH = re.compile(r"\b(?:adiant\w+|antecip\w+|quit\w+|pag\w+|boleto|pix|codigo|vencimento|dia|data|recibo)\b")
_WRONG_PLAN = re.compile(
    r"\b(?:plano|opcao|acordo|proposta|parcelamento|botao)\b.{0,15}\berrad\w\b|\berr(?:ei|ado|ada)\b.{0,20}\b(?:plano|opcao|acordo|proposta|parcelamento|botao)\b"
    r"|\bnao (?:e|era|foi|queria|quero) (?:ess[ea]|est[ea]|aquel[ea]) (?:plano|opcao|acordo|proposta|parcelamento)?(?: nao)?$"
)


async def agreement_put_right(scene: Scene) -> bool:
    """ "Não era esse, era o de 6x", "a entrada era 300 e não 191": the agreement that was just made is not what was meant; before it is
    paid it can be undone for the right one, which is asked. False: no such words, no agreement, or the terms are what it has."""
    said = plain(scene.turn.text or "")
    if (
        scene.form is not None
        or scene.open_question not in (None, "agreement", "pay", "show", "cancel_agreement")
        or not _WRONG_ONE.search(said)
    ):
        return False
    if await scene.proof() is None or CANCEL.search(said) or (_ANOTHER_WISH.search(said) and not _PLAINLY_WRONG.search(said)):
        return False
    agreement = await agreement_spoken_of(scene)
    if agreement is None or agreement.paid:
        return False
    known = {due.amount // 100 for due in agreement.dues}
    new = [one.amount for one in understood(scene).money if one.amount // 100 not in known]
    told = counter_in(scene)[0].count
    count = told if told is not None and told != agreement.count else None
    if count is None and not new:
        if _WRONG_PLAN.search(said):
            await ask_redo(scene, agreement, wish="parcelar")
        return _WRONG_PLAN.search(said) is not None
    count = count or agreement.count
    if new and re.search(r"\b(?:parcelas?|por mes|mensa\w+|prestac\w+)\b", said) and not re.search(r"\bentrada\b", said):
        wish = f"parcelas de {_reais(new[0])} por mês"
    elif new:
        wish = f"{_reais(new[0])} de entrada em {count}x"
    else:
        wish = f"em {count}x"
    await ask_redo(scene, agreement, wish=wish)
    return True


def _reais(amount: int) -> str:
    return f"R$ {amount // 100},{amount % 100:02}"


async def move_to_day(scene: Scene, agreement: Agreement, due: Due, day: date) -> None:
    said = [one.words for one in understood(scene, asked="date").dates]
    if day <= due.due_date and len(said) == 1 and re.fullmatch(r"(?:no |o |pro )?(?:dia )?\d{1,2}", plain(said[0])):
        # "Dia 3" of an instalment that is due on the 28th is the 3rd that comes after it.
        day = next((later for later in (months_later(day, months) for months in range(1, 13)) if later > due.due_date), day)
    try:
        changed, moved_to = await move_instalment(scene.conn, scene.till, agreement.id, due.number, day, actor="debtor")
    except RepairRefused as refusal:
        _say_refused(scene, agreement, due, refusal)
        return
    scene.ask("agreement", takes=("yes_no",), agreement=agreement.id)
    scene.say(
        "utter_instalment_moved" if moved_to == day else "utter_instalment_moved_to_business_day",
        title=title(changed, due),
        day={"date": moved_to.isoformat()},
        asked={"date": day.isoformat()},
        arguments={"agreement": agreement.id},
    )


async def skip(scene: Scene, agreement: Agreement) -> None:
    """Skip the next instalment: it is paid at the end."""
    due = agreement.unpaid[0]
    try:
        changed, day = await skip_instalment(scene.conn, scene.till, agreement.id, due.number, actor="debtor")
    except RepairRefused as refusal:
        _say_refused(scene, agreement, due, refusal)
        return
    scene.ask("agreement", takes=("yes_no",), agreement=agreement.id)
    following = next_of(scene.till, changed)
    assert following is not None
    scene.say(
        "utter_instalment_skipped",
        title=title(changed, due),
        day={"date": day.isoformat()},
        **{f"next_{key}": value for key, value in following.items()},
    )


def instalment_named(scene: Scene, agreement: Agreement) -> Due:
    named = due_named(plain(scene.words), agreement)
    if named is not None:
        return named
    number = scene.question.arguments.get("number") if scene.question and scene.open_question == "move_to" else None
    if number is None:
        number = next((count.part for count in understood(scene).counts if count.part), None)
    return next((due for due in agreement.unpaid if due.number == number), agreement.unpaid[0])


def day_named(scene: Scene) -> date | None:
    dates = understood(scene, asked="date").dates
    return next((one.readings[0] for one in dates if one.readings and one.kind in ("exact", "past", "range", "ambiguous")), None)


def _say_refused(scene: Scene, agreement: Agreement, due: Due, refusal: RepairRefused) -> None:
    if refusal.code in ("not_later", "too_late") and refusal.limit is not None:
        scene.ask("move_to", takes=("date", "yes_no"), agreement=agreement.id, number=due.number)
        scene.say(f"utter_move_{refusal.code}", latest={"date": refusal.limit.isoformat()}, title=title(agreement, due))
    elif refusal.code == "down_payment":
        scene.ask("move_to", takes=("date", "yes_no"), agreement=agreement.id, number=due.number)
        scene.say("utter_skip_down_payment")
    else:
        say_used_up(scene, agreement, used=refusal.code == "used_up", late=refusal.code == "broken")


async def tell_tolerance(scene: Scene, agreement: Agreement) -> None:
    """\"E se eu atrasar?\": what is added, and on which day the agreement would end."""
    _say_tolerance(scene, agreement, "utter_tolerance", named=due_named(plain(scene.words), agreement))


def say_used_up(scene: Scene, agreement: Agreement, *, used: bool, late: bool = False) -> None:
    """Nothing can be moved or skipped any more, and which of the reasons it is."""
    reasons = {"used": used, "late": late and not used, "fixed": not used and not late}
    _say_tolerance(
        scene, agreement, "utter_repair_used_up", named=None, **{reason: [{}] for reason, holds in reasons.items() if holds}
    )


def _say_tolerance(scene: Scene, agreement: Agreement, response: str, *, named: Due | None = None, **more: Any) -> None:
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    due = named or agreement.unpaid[0]
    breaks = break_day((due,) if named is not None else agreement.dues, policy.broken_after_days)
    assert breaks is not None
    scene.ask("agreement", takes=("yes_no",), agreement=agreement.id)
    scene.say(
        response,
        title=title(agreement, due),
        due={"date": due.due_date.isoformat()},
        days=policy.broken_after_days,
        breaks={"date": breaks.isoformat()},
        arguments={"agreement": agreement.id},
        **more,
    )


async def ask_cancel(scene: Scene, agreement: Agreement) -> None:
    """Before anything was paid an agreement may be undone; it is asked about once, because it cannot be taken back."""
    if agreement.paid:
        scene.ask("human")
        scene.say("utter_cannot_cancel", paid={"money": agreement.paid}, arguments={"agreement": agreement.id})
        return
    scene.ask("cancel_agreement", takes=("yes_no",), agreement=agreement.id)
    scene.say("utter_ask_cancel", protocol=agreement.protocol, arguments={"agreement": agreement.id})


async def ask_redo(scene: Scene, agreement: Agreement, wish: str | None = None, *, cash: int | None = None) -> None:
    """Other terms mean another agreement: the one there is must be given up first, which is asked; the `wish`, in its words, is kept
    for after it. `cash`: what all at once would cost today, in centavos, where that is wished for."""
    if agreement.paid:
        scene.ask("human")
        scene.say("utter_cannot_redo", paid={"money": agreement.paid}, arguments={"agreement": agreement.id})
        return
    wish = wish or (scene.words if other_terms(scene) else "parcelar")
    scene.ask("cancel_agreement", takes=("yes_no",), agreement=agreement.id, then=wish)
    if cash is not None and cash < agreement.left:
        scene.say(
            "utter_ask_redo_cash",
            protocol=agreement.protocol,
            cash={"money": cash},
            left={"money": agreement.left},
            arguments={"agreement": agreement.id},
        )
        return
    scene.say("utter_ask_redo", protocol=agreement.protocol, arguments={"agreement": agreement.id})


def other_terms(scene: Scene) -> bool:
    """Whether other terms are wished for: "quero trocar pra 10x", "quero à vista então", "parcelas menores"."""
    counts = [one for one in understood(scene).counts if not one.part and one.number > 1]
    said = plain(scene.words)
    return OTHER_TERMS.search(said) is not None or (bool(counts) and not AHEAD.search(said) and not ALL_OF_IT.search(said))


async def ease(scene: Scene, agreement: Agreement) -> None:
    """Somebody cannot pay what was agreed on: what can be changed, never its code. A day that they can is taken up."""
    if re.search(r"\bpul(?:a|ar|e|o)\b", plain(scene.words)):
        await skip(scene, agreement)
        return
    day = day_named(scene)
    due = agreement.unpaid[0]
    if day is not None and day > due.due_date and _THIS_DAY_INSTEAD.search(plain(scene.words)):
        await move(scene, agreement)
        return
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    can_move = agreement.moved_times < policy.agreements.move_instalment_times
    can_skip = due.number > 0 and agreement.skipped_times < policy.agreements.skip_instalment_times
    if agreement.paid and not can_move and not can_skip:
        say_used_up(scene, agreement, used=agreement.moved_times + agreement.skipped_times > 0)
        return
    latest = latest_move(agreement.dues, due, policy.extension.max_days, scene.today)
    scene.ask("move_to", takes=("date",), agreement=agreement.id, number=due.number)
    scene.say(
        "utter_agreement_hard_begun" if agreement.paid else "utter_agreement_hard" if can_move else "utter_agreement_hard_moved",
        title=title(agreement, due),
        amount={"money": price(agreement.dues, due, policy, scene.today).amount},
        due={"date": due.due_date.isoformat()},
        move=[{"latest": {"date": latest.isoformat()}}] if can_move else [],
        skip=[{}] if can_skip else [],
        arguments={"agreement": agreement.id},
    )


async def cancel(scene: Scene, agreement: Agreement) -> None:
    """Undo it; what was owed before is owed again, and its code is worth nothing any more."""
    try:
        gone = await cancel_agreement(scene.conn, scene.till, agreement.id, actor="debtor", why="the debtor gave it up")
    except CannotAgree as refusal:
        if refusal.why == "disputed":
            scene.say("utter_cannot_agree_disputed")
            return
        await ask_cancel(scene, await get_agreement(scene.conn, agreement.id))
        return
    then = str(scene.question.arguments.get("then") or "") if scene.question is not None else ""
    if then:
        await _go_on_anew(scene, gone, then)
        return
    scene.ask("show")
    scene.say("utter_agreement_cancelled", protocol=gone.protocol)


async def _go_on_anew(scene: Scene, gone: Agreement, words: str) -> None:
    """The agreement was given up for other terms: those are shown now."""
    scene.say("utter_agreement_undone", protocol=gone.protocol)
    scene.ask(None)
    scene.wish_words = words
    scene.set_slot("focus", list(gone.debt_ids))
    if _AT_ONE_GO.search(plain(words)) and understood(scene).dates:
        await scene.turn_to("promessa_pagamento")
        return
    if _AT_ONE_GO.search(plain(words)) and not understood(scene).counts:
        known = await known_facts(scene, await get_debts(scene.conn, gone.debt_ids))
        if known is not None:
            say_most(scene, known)
        return
    await scene.turn_to("parcelar")
