"""\"Já paguei\": answered from the store, never by belief; else looked into, with a protocol, while nobody collects."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from actions.choices import options
from actions.clauses import clauses
from actions.debt import tell_agreements
from actions.dispute import answerers as dispute_answerers
from actions.heard import all_of_it, amount_of, day_of, yes_or_no
from actions.meant import named_debts
from actions.paid_asked import SENTENCES, how_much_paid, only_asks_if_paid
from actions.paid_day import day_paid, other_days_paid
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.which_debt import payable, spoken_of
from conversations import audit
from conversations.consent import opt_out
from conversations.protocol import new_protocol
from conversations.reply import last_response
from conversations.turn import text_of
from payments.charges import Charge, Payment, charges_of, instalments_of, items_of, payments_of
from payments.look_up import LOOK_UP
from receivables.claims import Claim, claimed_debts, get_claim, narrow, open_claim, open_claim_of, take_back, tell_more
from receivables.store import Debt, get_debts, owed
from understanding.kinds import kinds_called
from understanding.plain import plain

_MEANS = (
    ("boleto", re.compile(r"\b(b[ou]l[eoi]t\w*|codigo de barras?|loterica|lot[eé]rica|carne)\b")),
    ("pix", re.compile(r"\b(pix|chave|qr ?code|copia e cola)\b")),
    # "A da loja", "a do cartão" name a bill, and tell no way of paying it.
    (
        "store",
        re.compile(
            r"\b(?:n[ao]s?|pela|direto (?:n?a|com a)) (?:propri[ao] )?(?:loja|escola|empresa|colegio|secretaria|balcao|caixa)\b|\b(?:balcao|dinheiro|pessoalmente)\b|^(?:a |foi |loja )*loja$"
        ),
    ),
    ("card", re.compile(r"(?<!d[aoe] )\b(?:cartao|credito|debito automatico)\b")),
    ("transfer", re.compile(r"\b(transfer\w*|ted|doc|deposit\w*)\b")),
    ("other", re.compile(r"\b(outro|outra|outro jeito|nao lembro|nao sei)\b")),
)

NAMED_MEANS = ("boleto", "pix", "store", "card", "transfer")
"""Means that are told back by name: `kind:paid_by_…` in data/labels."""


class AlreadyPaid(Topic):
    """Somebody says that they have paid."""

    def name(self) -> str:
        return "action_already_paid"

    async def act(self, scene: Scene) -> None:
        if scene.question is not None and scene.question.name == "dispute_story":
            await dispute_answerers["dispute_story"](scene)
        elif scene.question is not None and scene.question.name in answerers and await answerers[scene.question.name](scene):
            return
        else:
            await tell_paid(scene)


async def tell_paid(scene: Scene, *, stops: bool = False) -> None:
    """Look for the payment; "já paguei, e parem de me mandar mensagem" `stops` the messages as well."""
    stops = stops or (
        scene.piece is None
        and any(one.get("label") == "parar_mensagens" and one.get("certainty") == "sure" for one in scene.safety)
    )
    scene.more_to_come = scene.more_to_come or stops
    if stops and await scene.proof() is None and scene.turn.given.empty:
        await opt_out(scene.conn, scene.conversation, scene.now)
        scene.say("utter_opted_out")
        stops = False
    if await proven(scene, "informar_ja_paguei"):
        await look_for_payment(scene)
        if stops:
            fresh = await opt_out(scene.conn, scene.conversation, scene.now)
            scene.say("utter_opted_out" if fresh else "utter_opted_out_already")


async def look_for_payment(scene: Scene) -> None:
    """What the store knows: a payment that arrived, a code that is still unpaid, or nothing, which is then looked into."""
    debtor, debts = await payable(scene)
    if await how_much_paid(scene):
        return
    payments = await payments_of(scene.conn, debtor.id)
    spoken = await _named(scene)
    named = spoken if payments else None
    if named is not None and len(debts) == 1 and (debts[0].status == "agreed" or await _some_came(scene, debts[0], payments)):
        named = None
    charges = await charges_of(scene.conn, debtor.id)
    if payments and named is None and not _newer_than(charges, payments):
        last = max(payments, key=lambda payment: payment.paid_at)
        if debts and all(debt.status == "agreed" for debt in debts):
            scene.say("utter_paid_found_in_agreement", amount={"money": last.amount}, at={"instant": last.paid_at.isoformat()})
            await tell_agreements(scene, debts, alone=False)
            return
        scene.say(
            "utter_paid_found_rest" if debts else "utter_paid_found_all",
            amount={"money": last.amount},
            at={"instant": last.paid_at.isoformat()},
            count=len(debts),
        )
        scene.ask("show" if debts else None)
        return
    waiting = [charge for charge in charges if charge.status == "active"]
    for charge in waiting:
        # The bank is asked again; what it knows is settled and told as always.
        await scene.till.talk.jobs.put(scene.conn, LOOK_UP, str(charge.id))
    if not debts:
        scene.say("utter_no_debt", name=debtor.first_name)
        return
    asks, ours = only_asks_if_paid(scene.words), await _ours(scene, waiting, spoken)
    if ours is not None and ours.kind == "pix" and means_of(scene) in (None, "pix") and day_of(scene, past=True) is None:
        scene.ask("paid_when", takes=("date",))
        scene.say("utter_paid_not_yet_asked" if asks else "utter_paid_not_yet", amount={"money": ours.amount})
        return
    if asks:
        await _tell_whether_paid(scene, debtor.id, debts, spoken)
        return
    await look_into(scene, debtor.id, debts)


def _newer_than(charges: Sequence[Charge], payments: Sequence[Payment]) -> bool:
    """Whether a code was made after the last payment and still waits: "paguei" is said of it, and not of what came before."""
    last = max(payment.paid_at for payment in payments)
    return any(charge.status == "active" and charge.created_at > last for charge in charges)


async def _ours(scene: Scene, waiting: Sequence[Charge], named: Sequence[Debt] | None) -> Charge | None:
    """The newest code that is still unpaid, if it is no other debt that is spoken of."""
    for charge in waiting:
        held = {item.debt_id for item in await items_of(scene.conn, charge.id)}
        if named is None or {debt.id for debt in named} <= held:
            return charge
        if not held and all(debt.status == "agreed" for debt in named) and await instalments_of(scene.conn, charge.id):
            return charge  # the code of an agreement's payment holds no debt of its own
    return None


async def _tell_whether_paid(scene: Scene, debtor_id: int, debts: Sequence[Debt], spoken: Sequence[Debt] | None) -> None:
    """To who asks whether something is paid: what is looked into already, else that nothing came, and how to tell of a payment."""
    about = [debt for debt in debts if debt in (spoken or ())] or list(debts)
    claims = await claimed_debts(scene.conn, [debt.id for debt in about])
    if claims:
        claim = max(claims.values(), key=lambda one: one.id)
        scene.ask("paid_receipt", takes=("amount", "date"), claim=claim.id)
        scene.say("utter_paid_still_looked_into", **noted(claim, [debt for debt in debts if debt.id in claim.debts]))
        return
    scene.set_slot("focus", [debt.id for debt in about])
    scene.ask("paid_when", takes=("date", "yes_no"))
    scene.say("utter_paid_nothing_came", debts=[{"description": debt.title} for debt in about])


async def _some_came(scene: Scene, debt: Debt, payments: Sequence[Payment]) -> bool:
    """Whether one of these payments was for this debt: a part of it, since it is still open."""
    for payment in payments:
        if payment.charge_id is not None and debt.id in [item.debt_id for item in await items_of(scene.conn, payment.charge_id)]:
            return True
    return False


async def look_for_instalment(scene: Scene, debtor_id: int, debt_ids: Sequence[int]) -> None:
    """An instalment that is said to be paid and is not in the store: the bank is asked again, and it is looked into."""
    waiting = [charge for charge in await charges_of(scene.conn, debtor_id) if charge.status == "active"]
    for charge in waiting:
        await scene.till.talk.jobs.put(scene.conn, LOOK_UP, str(charge.id))
    debts = [debt for debt in (await payable(scene))[1] if debt.id in debt_ids]
    scene.set_slot("focus", [debt.id for debt in debts])
    ours = await _ours(scene, waiting, debts)
    fresh = ours is not None and ours.kind == "pix" and means_of(scene) in (None, "pix") and day_of(scene, past=True) is None
    if ours is not None and fresh:
        scene.ask("paid_when", takes=("date",))
        scene.say("utter_paid_not_yet", amount={"money": ours.amount})
        return
    await look_into(scene, debtor_id, debts)


async def look_into(scene: Scene, debtor_id: int, debts: Sequence[Debt], *, sure: Sequence[Debt] | None = None) -> None:
    """Write down that a payment is looked for, and ask what is still missing, one thing at a time. `sure`: these very debts. While it
    is open which of several was paid, nothing is written down: no account rests that nobody spoke of."""
    named = list(sure) if sure is not None else await _named(scene)
    if named is not None and not {debt.id for debt in named} & {debt.id for debt in debts}:
        named = None
    focus = [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())]
    missing = kinds_called(scene.words) if named is None else {}
    if missing and not await _of_that_kind(scene, debts):
        # Of an account that is not there, nothing is written down, and of no other either.
        scene.say("utter_account_not_there", accounts=[{"account": word} for word in missing.values()])
        return
    known = await open_claim_of(scene.conn, debtor_id, "paid")
    claimed = [debt for debt in debts if known is not None and debt.id in known.debts]
    # What names no other account is about the payment that is looked into already.
    meant = named or claimed or focus or list(debts)
    among = scene.turn.arguments.get("among")
    if named is None and not claimed and len(meant) > 1 and (among or not focus):
        ask_which(scene, [debt for debt in debts if debt.id in among] if among else meant)
        return
    scene.set_slot("focus", [debt.id for debt in meant])
    claim = await open_claim(
        scene.conn,
        scene.ground,
        "paid",
        debtor_id,
        [debt.id for debt in meant],
        request_key=f"paid:{scene.turn.id}",
        protocol=new_protocol(scene.today),
        conversation_id=scene.conversation.id,
    )
    claim = await tell_more(scene.conn, claim.id, **_told(scene))
    if known is not None and claim.id != known.id:
        known = claim if claim.said_at < scene.now else None
    about = [debt for debt in debts if debt.id in claim.debts]
    if known is not None and known.paid_on is not None and known.means is not None:
        scene.ask("paid_receipt", takes=("amount", "date"), claim=claim.id)
        scene.say("utter_paid_noted", **noted(claim, about))
    else:
        _ask_next(scene, claim, first=known is None, about=about)
    await audit.record(scene.conn, "bot", "payment.claimed", f"claim:{claim.id}", {"protocol": claim.protocol}, scene.now)


def ask_which(scene: Scene, debts: Sequence[Debt]) -> None:
    """Which of these was paid; what was told of the payment is kept with the question."""
    before = scene.question.arguments.get("said") if scene.open_question == "paid_which" and scene.question else None
    scene.ask(
        "paid_which",
        takes=("option",),
        shown=[debt.id for debt in debts],
        said=", ".join(filter(None, (before, scene.words))),
    )
    scene.say("utter_paid_which", options=options(list(debts), [owed(scene.ground, debt).total for debt in debts]))


async def _of_that_kind(scene: Scene, debts: Sequence[Debt]) -> bool:
    return bool(spoken_of(scene, scene.words, debts)[0])


async def _named(scene: Scene) -> list[Debt] | None:
    """The debts that are named, be it in another wish of the same message: "não vou pagar a de agosto, já paguei". Of several clauses
    that say different things, those of the clause that tells of the payment."""
    said = clauses(scene.words)
    told = [part for part in said if part.kind == "paid"]
    if told and len(said) > len(told) and not scene.turn.arguments.get("debts"):
        _, debts = await payable(scene)
        sure = [debt for found, very in (spoken_of(scene, part.words, debts) for part in told) if very for debt in found]
        if sure:
            return [debt for debt in debts if debt in sure]
    named = await named_debts(scene)
    if named is not None or (scene.piece is None and scene.wish_turn is None):
        return named
    kept = scene.wish_words
    scene.wish_words = await text_of(scene.conn, scene.wish_turn or scene.turn.id)
    try:
        return await named_debts(scene)
    finally:
        scene.wish_words = kept


def _day_over(scene: Scene) -> date | None:
    """The day that was told of the payment, if it is not still to come."""
    day = day_paid(scene)
    return day if day is not None and day <= scene.today else None


def _told(scene: Scene) -> dict[str, Any]:
    """What the words tell of the payment: the day or days, the means, the amount."""
    day = _day_over(scene)
    return {
        "paid_on": day,
        "also_paid_on": other_days_paid(scene, day),
        "means": means_of(scene),
        "amount": amount_of(scene),
    }


def means_of(scene: Scene) -> str | None:
    """By what they say that they paid: pix, boleto, store, card, transfer, other."""
    tapped = scene.turn.arguments.get("means")
    if tapped:
        return str(tapped)
    words = plain(scene.words)
    found = next((means for means, pattern in _MEANS if pattern.search(words)), None)
    # "A outra", "não sei" say by what only where that is asked.
    return None if found == "other" and scene.open_question != "paid_means" else found


def noted(claim: Claim, about: Sequence[Debt]) -> dict[str, Any]:
    """What the store holds of the claim, for words that tell it back."""
    return {
        "protocol": claim.protocol,
        "until": {"date": claim.review_until.isoformat()},
        "debts": [{"description": debt.title} for debt in about],
        "paid_on": [{"day": {"date": day.isoformat()}} for day in (claim.paid_on, *claim.also_paid_on) if day is not None],
        "means": [{"by": {"phrase": f"kind:paid_by_{claim.means}"}}] if claim.means in NAMED_MEANS else [],
        "amount": [{"value": {"money": claim.amount}}] if claim.amount is not None else [],
    }


def _ask_next(
    scene: Scene, claim: Claim, *, first: bool, about: Sequence[Debt] = (), day_asked: bool = False, told: int = 0
) -> None:
    """The one thing to be told next: the day, then by what, then the receipt. `told`: so much was told just now; several are told back."""
    values: dict[str, Any] = {"protocol": claim.protocol, "until": {"date": claim.review_until.isoformat()}}
    if first:
        scene.say("utter_paid_looked_into", **noted(claim, about))
    if scene.more_to_come:
        return  # what else is wished goes on; the day and the way may be told at any time
    if claim.paid_on is None and not day_asked:
        scene.ask("paid_when", takes=("date",), claim=claim.id)
        roughly = _SOME_TIME.search(plain(scene.words)) if first else None
        if not first and told and claim.means in NAMED_MEANS:
            scene.say("utter_paid_when_by", by={"phrase": f"kind:paid_by_{claim.means}"})
        else:
            scene.say("utter_paid_when_about" if roughly and _PERIOD.search(roughly[0]) else "utter_paid_when")
    elif claim.means is None:
        scene.ask("paid_means", takes=("option",), claim=claim.id)
        if claim.paid_on is None:
            scene.say("utter_paid_means_without_day")
        else:
            rest = [{"day": {"date": day.isoformat()}} for day in claim.also_paid_on]
            scene.say("utter_paid_means", day={"date": claim.paid_on.isoformat()}, more=rest)
    else:
        scene.ask("paid_receipt", takes=("amount", "date"), claim=claim.id)
        if told > 1:
            scene.say("utter_paid_noted", **noted(claim, about))
        else:
            values |= {name: rows[:1] for name, rows in noted(claim, about).items() if name in ("paid_on", "means")}
            scene.say("utter_paid_receipt_boleto" if claim.means == "boleto" else "utter_paid_receipt", **values)


# ------------------------------------------------------------------------------------------------------ answers


async def _which(scene: Scene) -> bool:
    """Which of the debts that were shown was paid: that one is looked into, with what was told before."""
    assert scene.question is not None
    if await _wishes_to_pay(scene):
        return True
    if _OFFERS.search(plain(scene.turn.text or "")) or _NOT_PAID.search(plain(scene.turn.text or "")):
        scene.ask("show")
        return False  # "faz por 300 as duas?" offers, "acho que não paguei" takes it back
    if _pays_later(scene):
        scene.ask(None)
        await scene.turn_to("promessa_pagamento")
        return True
    debtor, debts = await payable(scene)
    shown = [debt for debt in debts if debt.id in (scene.question.arguments.get("shown") or ())]
    every = all_of_it(scene) or _ALL.search(plain(scene.turn.text or "")) or scene.turn.arguments.get("all")
    named = shown if every else [debt for debt in await _named(scene) or () if debt in shown]
    before = str(scene.question.arguments.get("said") or "")
    if not named:
        if day_of(scene, asked=False, past=True) is None and means_of(scene) is None and amount_of(scene) is None:
            return False
        ask_which(scene, shown)
        return True
    scene.wish_words = f"{before}, {scene.turn.text or ''}"
    scene.turn = replace(scene.turn, arguments={})
    await look_into(scene, debtor.id, debts, sure=named)
    return True


_ALL = re.compile(r"\b(?:todas|todos|as duas|os dois|ambas)\b")


_OFFERS = re.compile(
    r"\b(?:faz\w*|fech\w+|aceita\w*|deix\w+|sai|da (?:pra|para|por)|quit\w+|mat\w+|ofereco)\b.{0,15}\b(?:por |em )?(?<!dia )\d|\bpor (?:r )?\d+.{0,12}(?:duas|todas|tudo)"
)


async def _narrowed(scene: Scene) -> bool:
    """ "A de agosto": the claim is about that one alone. False: none of its debts was named, or all of them were."""
    claim_id = scene.question.arguments.get("claim") if scene.question else None
    if claim_id is None:
        return False
    claim = await get_claim(scene.conn, int(claim_id))
    named = [debt for debt in await _named(scene) or () if debt.id in claim.debts]
    if claim.status != "open" or not named or len(named) == len(claim.debts):
        return False
    claim = await narrow(scene.conn, claim.id, [debt.id for debt in named])
    scene.set_slot("focus", [debt.id for debt in named])
    claim = await tell_more(scene.conn, claim.id, **_told(scene))
    scene.say("utter_paid_narrowed", debts=[{"description": debt.title} for debt in named], protocol=claim.protocol)
    _ask_next(scene, claim, first=False)
    return True


_NOT_PAID = re.compile(
    r"\b(?:era|foi) (?:foi )?(?:a |o |uma? |de |em )?outr[ao] (?:conta|boleto|fatura|divida|empresa|loja|lugar|que (?:eu )?paguei)\b"
    r"|\b(?:nao|num|n) (?:\w+ )?paguei\b(?! (?:so|tudo|nada (?:a mais|alem|alem disso|mais))\b)|\bpaguei (?:nao|n)$|\b(?:ainda )?nao (?:foi|ta|esta) pag[oa]\b|\bretir\w+ (?:a|essa|minha) conferencia\b"
)


async def claim_meant(scene: Scene, debtor_id: int) -> Claim | None:
    """The claim that is spoken of: of the account that is named, else the newest."""
    named = await claimed_debts(scene.conn, [debt.id for debt in await _named(scene) or ()])
    return next(iter(named.values()), None) or await open_claim_of(scene.conn, debtor_id, "paid")


async def claim_taken_back(scene: Scene) -> bool:
    """ "Na verdade não paguei ainda": nothing is looked into any more, and what else is wished goes on. False: no such words or claim."""
    said = plain(scene.turn.text or "")
    proof = await scene.proof()
    if proof is None or not _NOT_PAID.search(said) or re.search(r"\bja paguei\b", said):
        return False
    if any(_NOT_PAID.search(plain(one)) for one in SENTENCES.findall(scene.turn.text or "") if one.rstrip().endswith("?")):
        return False
    claim = await claim_meant(scene, proof.debtor_id)
    if claim is None:
        last = await last_response(scene.conn, scene.conversation.id) or ""
        if last.startswith("utter_paid_taken_back") and day_of(scene, later=True) is None:
            scene.say("utter_paid_none_told")
            return True
        return False
    await close_claim(scene, claim)
    if day_of(scene, later=True) is not None:
        scene.say("utter_paid_taken_back", protocol=claim.protocol)
        await scene.turn_to("pedir_prorrogacao")
    else:
        scene.say("utter_paid_taken_back_what_now", protocol=claim.protocol, arguments={"debts": list(claim.debts)})
    return True


async def close_claim(scene: Scene, claim: Claim) -> None:
    """Nothing is looked into any more; its accounts are those that are talked about from now on."""
    if await take_back(scene.conn, claim.id, scene.now):
        await audit.record(scene.conn, "debtor", "payment.claim_taken_back", f"claim:{claim.id}", {}, scene.now)
    scene.set_slot("focus", list(claim.debts))
    scene.ask("pay")


async def ask_anew(scene: Scene) -> bool:
    """ "Errei, volta", to the questions about a payment: one step back; before the first of them, whether to look at all."""
    assert scene.question is not None
    claim_id = scene.question.arguments.get("claim")
    if claim_id is None or scene.question.name not in ("paid_means", "paid_receipt"):
        return await ask_to_close(scene)
    if scene.question.name == "paid_means":
        scene.ask("paid_when", takes=("date",), claim=claim_id)
        scene.say("utter_paid_when_anew")
    else:
        scene.ask("paid_means", takes=("option",), claim=claim_id)
        scene.say("utter_paid_means_anew")
    return True


async def ask_to_close(scene: Scene) -> bool:
    """Whether what was said of a payment was a mistake: told what is looked into, and asked. False: nothing is."""
    proof = await scene.proof()
    claim = await claim_meant(scene, proof.debtor_id) if proof is not None else None
    if claim is None:
        return False
    scene.ask("paid_undo", takes=("yes_no",), claim=claim.id)
    debts = await get_debts(scene.conn, claim.debts)
    scene.say("utter_paid_undo", protocol=claim.protocol, debts=[{"description": debt.title} for debt in debts])
    return True


async def _undo(scene: Scene) -> bool:
    assert scene.question is not None
    answer = yes_or_no(scene)
    if answer is None:
        return False
    claim = await get_claim(scene.conn, int(scene.question.arguments["claim"]))
    scene.ask(None)
    if not answer:
        scene.say("utter_paid_kept")
        return True
    await close_claim(scene, claim)
    scene.say("utter_paid_taken_back_what_now", protocol=claim.protocol, arguments={"debts": list(claim.debts)})
    return True


_PAY_ANOTHER = re.compile(
    r"^(?:entao |ta |agora |e )?primeiro (?:a|o) (?:\w+ ){1,4}(?:por |no |em |com )?(?:boleto|pix)$|\b(?:quero|queria|manda|me ve|gera|preciso d[eo]) (?:o |um )?(?:boleto|pix|codigo) d[aeo]\b|"
    r"(?<!nao )(?<!ja )\b(?:quero|queria|vou|posso|gostaria de|prefiro|deixa eu) (?:\w+ )?(?:pagar|quitar|acertar)\b"
)


def _pays_later(scene: Scene) -> bool:
    """ "Vou pagar a da ventania dia 5": a day to come, and the person's own."""
    day = day_of(scene, later=True)
    to_come = day is not None and bool(day.readings) and min(day.readings) > scene.today
    return to_come and _WILL.search(plain(scene.turn.text or "")) is not None


async def _wishes_to_pay(scene: Scene) -> bool:
    """ "Quero pagar só a de julho", to the question when the other was paid, is a wish of its own."""
    if not _PAY_ANOTHER.search(plain(scene.turn.text or "")):
        return False
    if _pays_later(scene):
        return False
    await scene.turn_to("solicitar_pagamento")
    return True


async def _when(scene: Scene) -> bool:
    """The day of the payment; told before anything was looked into, it is now."""
    if await _wishes_to_pay(scene) or await _narrowed(scene):
        return True
    if _WAGES_COME.search(plain(scene.words)):
        return False  # "recebo dia 7" is when there will be money, and no day of a payment
    day = day_paid(scene, asked=True)
    if day is None and yes_or_no(scene) and scene.question is not None and scene.question.arguments.get("claim") is None:
        return await _tell(scene)
    if day is None and means_of(scene) in (None, "other"):
        return await _day_forgotten(scene)
    if day is not None and day > scene.today:
        scene.say("utter_paid_not_in_future")
        return True
    return await _tell(scene, paid_on=day, also_paid_on=other_days_paid(scene, day), means=means_of(scene))


_WAGES_COME = re.compile(
    r"\b(?:recebo|vou receber|quando (?:eu )?receber|(?:cai|sai|entra) (?:so |apenas )?(?:dia|na|no|amanha|semana))\b"
)
_SOME_TIME = re.compile(
    r"\b(?:(?:semana|mes|ano|fim de semana) (?:passad[oa]|retrasad[oa])|(?:faz|tem|ha) (?:uns?|umas?|mais|bastante|muito|um bom|poucos?|alguns|algumas|quase)?\b.{0,20}\b(?:dias|semanas?|mes(?:es)?|anos?|tempo)"
    r"|nao (?:lembro|sei|recordo|tenho certeza)|(?:nem|num) (?:lembro|sei)|outro dia|esses dias|dias atras|(?:comeco|inicio|meio|fim|final) (?:do|desse|deste) mes)\b"
)


_PERIOD = re.compile(r"\b(?:passad[oa]|retrasad[oa]|outro dia|esses dias|dias atras|comeco|inicio|meio|fim|final)\b")


async def _day_forgotten(scene: Scene) -> bool:
    """ "Semana passada", "não lembro o dia": the payment is looked for without it. False: nothing of the kind was said."""
    assert scene.question is not None
    claim_id = scene.question.arguments.get("claim")
    if claim_id is None or not _SOME_TIME.search(plain(scene.turn.text or "")):
        return False
    claim = await get_claim(scene.conn, int(claim_id))
    if claim.means is not None:
        _ask_next(scene, claim, first=False, about=await get_debts(scene.conn, claim.debts), day_asked=True)
        return True
    scene.ask("paid_means", takes=("option",), claim=claim_id, no_day=True)
    scene.say("utter_paid_means_without_day")
    return True


async def _means(scene: Scene) -> bool:
    if await _wishes_to_pay(scene) or await _narrowed(scene):
        return True
    means = means_of(scene)
    return means is not None and await _tell(scene, means=means)


async def _receipt(scene: Scene) -> bool:
    """Words instead of a file: what is told of the payment is kept, and the receipt is not needed."""
    if await _wishes_to_pay(scene) or await _narrowed(scene):
        return True
    assert scene.question is not None
    claim_id = scene.question.arguments.get("claim")
    day, amount = _day_over(scene), amount_of(scene, asked=scene.intent == "responder")
    means = means_of(scene) if _BY_WHAT.search(plain(scene.turn.text or "")) else None
    told = amount is not None or day is not None or means in NAMED_MEANS
    if claim_id is not None and scene.intent != "solicitar_pagamento" and told:
        claim = await tell_more(
            scene.conn,
            int(claim_id),
            paid_on=day,
            also_paid_on=other_days_paid(scene, day),
            amount=amount,
            means=means if means in NAMED_MEANS else None,
        )
        scene.say("utter_paid_noted", **noted(claim, await get_debts(scene.conn, claim.debts)))
        return True
    if yes_or_no(scene) is not False and not HAS_NONE.search(plain(scene.turn.text or "")):
        return False
    scene.ask(None)
    scene.say("utter_paid_without_receipt")
    return True


_BY_WHAT = re.compile(r"\b(?:foi|paguei|era|fiz|na verdade|errei)\b")
_WISHES = re.compile(r"\b(quer\w*|gera\w*|manda\w*|pagar|paga|novo|nova|outro codigo|codigo)\b")
HAS_NONE = re.compile(
    r"\b(nao (?:me )?(?:deram|deu|entregaram|peguei|veio) (?:o |a |nenhum |nada de )?(?:recibo|comprovante|papel|nota|via)|sem (?:recibo|comprovante)|nao tenho (?:o |nenhum |mais |mais o |um |esse )*(?:recibo|comprovante)|nao tenho(?= mais|$)|nao guardei|perdi|joguei fora|sem comprovante|nao achei|nao encontro)\b"
)


async def _tell(scene: Scene, **more: Any) -> bool:
    assert scene.question is not None
    proof = await scene.proof()
    claim_id = scene.question.arguments.get("claim")
    if proof is None:
        return False
    if claim_id is None:
        debtor, debts = await payable(scene)
        await look_into(scene, debtor.id, debts)
        return True
    more = {what: told for what, told in {**more, "amount": amount_of(scene)}.items() if told}
    claim = await tell_more(scene.conn, int(claim_id), **more)
    _ask_next(
        scene,
        claim,
        first=False,
        about=await get_debts(scene.conn, claim.debts),
        day_asked=bool(scene.question.arguments.get("no_day")),
        told=len(more),
    )
    return True


async def payment_told(scene: Scene) -> bool:
    """ "Hoje cedo, pix", to the question when or by what it was paid, is no wish to pay; False for anything else."""
    if scene.open_question not in ("paid_which", "paid_when", "paid_means") or _WISHES.search(plain(scene.words)):
        return False
    assert scene.question is not None
    if scene.question.name == "paid_when" and day_of(scene, past=True) is None:
        return False  # "pix" alone asks for the code
    return await answerers[scene.question.name](scene)


async def past_and_no_promise(scene: Scene) -> bool:
    """ "A da ventania, dia 16, 640 no pix", to the question what was paid: told of what is over, and no day to come."""
    if scene.intent not in ("promessa_pagamento", "pedir_prorrogacao") or _WILL.search(plain(scene.turn.text or "")):
        return False
    return await payment_told(scene)


_WILL = re.compile(r"\b(?:vou|vo|pago|pagarei|pretendo|posso|consigo|amanha|que vem|proxim[oa])\b")


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "paid_which": _which,
    "paid_when": _when,
    "paid_means": _means,
    "paid_receipt": _receipt,
    "paid_undo": _undo,
}

topics = (AlreadyPaid,)
