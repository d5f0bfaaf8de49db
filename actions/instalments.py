"""\"Quero parcelar\": plans to choose from, counter-offers in people's own words, what fits their month, and the summary before a yes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from actions.cash import answer_cash, answer_percent
from actions.choices import options
from actions.debts_to_negotiate import amount_instead, debts_meant, names_others, offers_anew
from actions.many_days import in_many_days
from actions.negotiating import (
    WHY,
    answer_capacity,
    answer_counter,
    current_offer,
    known_facts,
    monthly_day,
    say_cannot,
    say_down_is_needed,
    say_offer,
    say_why,
    show_plans,
    show_summary,
)
from actions.on_the_table import all_at_once, amount_is, take_amount, take_spoken_of_plan
from actions.partial import names_day_of_rest, part_before_rest, part_wished, pays_part_now
from actions.priced import priced
from actions.proposal import waiting_proposal
from actions.proposed import counter_in, lone_amount, payments_in_all, percent_in, says_no, two_payments, understood
from actions.proving import proven
from actions.resting import at_rest
from actions.scene import Scene, Topic
from actions.several import price_of_all
from actions.terms import chats, without_down
from actions.which_debt import chosen_debts, narrowed, payable
from conversations.reply import last_response
from conversations.said import messages_of_turn, messages_that_said, typed_in_turn
from payments.agreed import next_of
from payments.agreeing import CannotAgree, Facts, accept
from payments.offering import plan_values
from receivables.agreements import close_offer, get_offer, newest_offer
from receivables.instalments import PlanRefused, lowest_down_payment, make_plan, most_instalments
from receivables.offers import Counter
from receivables.promising import open_promises
from receivables.store import get_debts, owed
from understanding.bare import bare_answer
from understanding.explicit import said_yes
from understanding.plain import plain

_INCOME = re.compile(
    r"^(?!.*\b(?:posso|consigo|da pra|cabe|sobra\w*|pago ate|faco|dou) (?:\w+ ){0,2}\d).*"
    r"\b(?:recebo|ganho|salario|renda|aposentadoria|beneficio|pensao) (?:\w+ ){0,3}\d"
)
"""Somebody's income, where no amount is offered beside it."""
_FITS = re.compile(r"\b(?:cabe|caiba|caber|quanto fica por mes|meu orcamento|quanto cabe)\b")
_THE_MOST = re.compile(
    r"(?:(?:quero|entao|pode ser|em|ta|ok|faz) )*(?:[on]o? )?maximo(?: (?:de vezes|de parcelas|entao|possivel|que der|que puder|que da|mesmo))*"
)
_DEAL = re.compile(r"(?:sim |entao |ta |ok |eu )*(?:aceito|fechado|fecho|topo|concordo)\b")
_THIS_ONE = re.compile(
    r"(?:(?:sim|entao|ta|ok|bom|eu|vou) )*(?:quero|fico com|ficar com|prefiro|escolho|pego|pegar|vou de|gostei d) ?(?:ess[ae]|est[ae]|aquel[ae]|dess[ae]|dest[ae]|daquel[ae])"
    r"(?: (?:ai|mesm[ao]|entao|opcao|plano|proposta|por favor))*"
)
_PLANS = re.compile(r"\b(?:outr[oa]s? (?:opco\w+|plano\w*|forma\w*|jeito)|mais opco\w+|outras condic\w+|opcoes)\b")


class Divide(Topic):
    """The wish for instalments, with or without a proposal in it."""

    def name(self) -> str:
        return "action_instalments"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "parcelar"):
            await divide(scene)


_THAT_OFFER = re.compile(
    r"\b(?:n?aquel[ae]|ess[ae]|a|minha|ultim[ao]|mesm[ao]) (?:\w+ )?(?:propostas?|ofertas?|plano|parcelamento|simulac\w+|condic\w+)\b(?: \w+){0,3}? (?:de (?:ontem|antes|hoje cedo|anteontem|outro dia|semana passada)|que (?:voce|vc|vcs|voces|a gente|tinha\w*|eu)|ainda|de novo|anterior)\b"
    r"|\b(?:propostas?|ofertas?|plano|parcelamento) (?:de ontem|de antes|anterior)\b"
)
"""What was shown before and is meant again: "e aquela proposta de ontem?"."""
_SHOWN_AGAIN = re.compile(
    r"\b(?:mostra\w*|ver|rever|repete|volta\w*|simul\w+)\b.{0,30}\b(?:\d{1,2} ?x|(?:em|de) \d{1,2} (?:vezes|parcelas))\b"
    r"|\b(?:\d{1,2} ?x|(?:em|de) \d{1,2} (?:vezes|parcelas)) (?:de novo|dnv|outra vez|novamente)\b"
)
_GIVEN_UP = re.compile(r"\b(?:cancel\w*|desist\w*|esquec\w*|nao (?:quero|aceito|gostei)|deixa (?:pra|para) la|paguei)\b")
_MAY_MEAN_AN_OFFER = frozenset(
    "consultar_divida pedir_desconto consultar_acordo repetir fora_de_escopo nlu_fallback solicitar_pagamento ajuda escolher_opcao cancelar".split()
)


async def shown_before(scene: Scene) -> bool:
    """\"Mostra 3x de novo\", \"e aquela proposta de ontem?\": the plan that is named, or that was on the table, by today's facts. False: it
    was not asked for."""
    said = plain(scene.turn.text or "")
    if (
        scene.turn.arguments
        or _GIVEN_UP.search(said)
        or scene.intent not in _MAY_MEAN_AN_OFFER
        or not (_THAT_OFFER.search(said) or _SHOWN_AGAIN.search(said))
    ):
        return False
    if not await proven(scene, "parcelar"):
        return True
    if not any(debt.status == "open" for debt in (await payable(scene))[1]):
        return False
    await divide(scene)
    return True


async def _that_offer(scene: Scene) -> bool:
    """Lay on the table anew what lay there last; False where nothing did, or where it can be had no more."""
    proof = await scene.proof()
    assert proof is not None
    before = await newest_offer(scene.conn, proof.debtor_id)
    debts = [
        debt for debt in (await payable(scene))[1] if before is not None and debt.id in before.debt_ids and debt.status == "open"
    ]
    if before is None or len(debts) != len(before.debt_ids):
        return False
    known = await known_facts(scene, debts)
    if known is not None:
        plan = before.terms.plan
        lowest = lowest_down_payment(known.agreed.total, known.limits)
        await answer_counter(
            scene, known, Counter(count=plan.count, down=max(lowest, plan.down_payment) if plan.down_payment else None)
        )
    return True


async def divide(scene: Scene) -> None:
    """Plans for the debts meant, or the answer to what was proposed."""
    if await at_rest(scene):
        return
    if _THAT_OFFER.search(plain(scene.words)) and not understood(scene).money and await _that_offer(scene):
        return
    if scene.open_question in (None, "pay") and pays_part_now(scene.words) and await part_wished(scene):
        return
    if scene.open_question in (None, "pay") and names_day_of_rest(scene.words) and await part_before_rest(scene):
        return
    if scene.open_question in (None, "which", "show", "pay") and not understood(scene).counts and await priced(scene):
        return
    if scene.open_question in (None, "which", "show", "pay") and not understood(scene).counts and await price_of_all(scene):
        return
    if scene.open_question not in ("capacity",) and await in_many_days(scene):
        return
    if _IN_SO_MANY.search(plain(scene.words)):
        scene.wish_words = f"{scene.words.rstrip(' .!?')}x"  # "divide a mais cara em 4"
    before = scene.words
    debts = await debts_meant(scene, "parcelar")
    if debts and scene.words != before and await in_many_days(scene):
        return  # the wish's own words came back with the answer which debt it is about
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return
    if await amount_is(scene, known):
        return
    said = plain(scene.words)
    if WHY.search(said) and not _offers_terms(scene):
        offered = lone_amount(scene) if scene.open_question in ("propose", "discount") else None
        await say_why(scene, known)
        if offered is not None:
            await answer_cash(scene, known, offered)  # "por que não? ofereço 500": the offer is said again
        else:
            await go_on(scene, known)
    elif not await propose_plan(scene, known, asked="count" if scene.open_question in ("plans", "accept_offer") else None):
        if _FITS.search(said):
            ask_capacity(scene, known)
        elif scene.open_question in ("plans", "accept_offer") and (amount := lone_amount(scene)) is not None:
            await take_amount(scene, known, amount)
        else:
            say_down_is_needed(scene, known)
            await show_plans(scene, known)


_IN_SO_MANY = re.compile(r"\b(?:divid|parcel|repart)\w* .{0,60}\bem \d{1,2}$")


async def propose_plan(scene: Scene, known: Facts, *, asked: str | None = None) -> bool:
    """Answer the plan, or what fits the month, that the words propose; False when they propose none."""
    if await monthly_day(scene, known):
        return True
    counter, total = counter_in(scene, asked=asked)
    two = two_payments(scene)
    if two is not None:
        if sum(two) != known.agreed.total:
            scene.say("utter_two_payments", offered={"money": sum(two)}, total={"money": known.agreed.total})
        await answer_counter(scene, known, Counter(count=1, down=two[0]))
        return True
    in_all = payments_in_all(plain(scene.words))
    if in_all is not None and in_all > 1:
        has_down = bool(counter.down or lowest_down_payment(known.agreed.total, known.limits)) and not without_down(scene.words)
        counter, total = replace(counter, count=in_all - has_down), None
    if _HALVES.search(plain(scene.words)):
        await answer_counter(scene, known, _halved(known, counter))
        return True
    percent = percent_in(scene)
    if percent is not None and counter.empty and total is None:
        await answer_percent(scene, known, percent)
        return True
    if total is not None and counter.count is None and counter.down is None:
        await answer_cash(scene, known, total)
        return True
    if counter.instalment is not None and counter.count is None and _INCOME.search(plain(scene.words)):
        ask_capacity(scene, known)  # what comes in is not what can be paid
        return True
    if counter.instalment is not None and counter.count is None and counter.down is None:
        await answer_capacity(scene, known, counter.instalment, counter)
        return True
    counter = _same_but(scene, counter)
    if counter.empty or (counter.first_due is not None and counter == Counter(first_due=counter.first_due) and not asked):
        return False
    await answer_counter(scene, known, counter)
    return True


def _halved(known: Facts, counter: Counter) -> Counter:
    """ "Metade agora, metade mês que vem": half of it down, and the other half at one go unless it was divided, too."""
    half = max(-(-known.agreed.total // 2), lowest_down_payment(known.agreed.total, known.limits))
    count = counter.count if counter.count is not None and counter.count > 2 else 1
    return Counter(count=count, down=half, first_due=counter.first_due)


_HALVES = re.compile(r"\bmetade\b.*\b(?:metade|outra (?:metade|parte)|rest[oa]|restante)\b|\bmei[oa] a mei[oa]\b")


def _same_but(scene: Scene, counter: Counter) -> Counter:
    """What was not corrected stays as it was on the table: \"na verdade 5 vezes\" keeps a down payment that was agreed on."""
    kept = scene.question.arguments if scene.question and scene.question.name in ("accept_offer", "plans") else {}
    row = None if counter.empty or counter.instalment is not None else _row_meant(scene, counter, kept.get("shown") or ())
    if row is not None:
        first_due = date.fromisoformat(row["first_due"]) if row.get("first_due") else None
        down = counter.down if counter.down is not None else row.get("down") or None
        return Counter(count=row["count"], down=down, first_due=counter.first_due or first_due)
    if counter.empty or not (kept.get("count") or kept.get("own_down")):
        return counter
    down = counter.down if counter.down is not None else kept.get("own_down")
    first = counter.first_due
    count = counter.count if counter.count is not None else (None if counter.instalment else kept.get("count"))
    return Counter(count=count, down=down, instalment=counter.instalment, first_due=first)


def _row_meant(scene: Scene, counter: Counter, shown: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of the plans on the screen, the one that a count or a place names: \"a primeira, mas com entrada de 300\". Its own down payment
    holds where no other was said."""
    if counter.count is not None:
        return next((row for row in shown if row["count"] == counter.count), None)
    places = [int(one) for one in understood(scene, asked="count").options if one.isdigit()]
    return shown[places[0] - 1] if len(places) == 1 and 1 <= places[0] <= len(shown) else None


_OFFERS = re.compile(
    r"\b(?:posso|consigo|conseguiria|dou|daria|tenho|da pra|quero (?:dar|pagar)|pago|pagaria|faco|proponho|ofereco|topo)\b"
)


def _offers_terms(scene: Scene) -> bool:
    """Whether a question \"por que?\" brings terms of its own: they are answered, with the limit that they meet."""
    counter, total = counter_in(scene)
    return _OFFERS.search(plain(scene.words)) is not None and (
        total is not None or counter.down is not None or counter.instalment is not None
    )


async def chat_beside_plan(scene: Scene) -> bool:
    """\"Amanhã é aniversário da minha filha\", with a plan open, whatever it was taken for. False: no plan is open, or no chat."""
    if scene.open_question not in ("plans", "accept_offer") or not chats(scene.turn.text or ""):
        return False
    if scene.intent in _MORE_THAN_CHAT or _OF_ANOTHER_MATTER.search(plain(scene.turn.text or "")):
        return False
    if scene.intent in _PLAINLY_MORE and scene.confidence >= _PLAINLY:
        return False
    if any(one.get("label") == scene.intent and one.get("words") for one in scene.safety):
        return False
    await _nothing_changed(scene)
    return True


_MORE_THAN_CHAT = frozenset(
    "vulnerabilidade parar_mensagens falar_com_humano suspeita_golpe colou_codigo ameaca_juridica".split()
)
_PLAINLY_MORE = frozenset(
    """consequencias negativacao dificuldade_financeira direitos_lgpd enviar_comprovante recibo_quitacao
    adiar_resposta corrigir_informacao informar_ja_paguei""".split()
)
_PLAINLY = 0.7
"""From this confidence these are no chat: a house is spoken of in "podem tomar minha casa?", and a mother by who holds the telephone."""
_OF_ANOTHER_MATTER = re.compile(
    r"\b(?:nao sou|engano|numero|divida|cobran\w+|caduc\w+|prescr\w+|golpe|morr\w+|falec\w+|luto|enterro)\b"
)
_UNCLEAR = frozenset(
    "informar_valor informar_data responder escolher_opcao nlu_fallback fora_de_escopo corrigir_informacao".split()
)


async def terms_offered(scene: Scene) -> bool:
    """\"Cem de entrada e nove de sessenta\", which is a plan though nothing was asked. False: it was taken for something, or is none."""
    if scene.intent not in _UNCLEAR or scene.open_question not in (None, "pay", "show") or await scene.proof() is None:
        return False
    counter, _ = counter_in(scene)
    if sum(part is not None for part in (counter.count, counter.down, counter.instalment)) < 2:
        return False
    await divide(scene)
    return True


async def _nothing_changed(scene: Scene) -> None:
    """A kind word for what was told of a life; the plan stays as it is."""
    scene.say("utter_chat_beside_plan")
    await scene.go_back()


_IF_LATE = re.compile(
    r"\b(?:se|caso|quando) (?:eu )?(?:(?:por acaso|um dia|algum mes|depois) )?(?:atras\w+|esquec\w+|falh\w+|pul(?:ar|o)|deix(?:ar|o) de pagar|nao (?:\w+ )?(?:pag\w+|consegu\w+|der|puder))\b"
)


async def late_in_plan(scene: Scene) -> bool:
    """\"E se eu atrasar uma?\", while a plan is talked about: what the agreement says about it. False: not asked."""
    if scene.open_question not in ("plans", "accept_offer") or not _IF_LATE.search(plain(scene.turn.text or "")):
        return False
    known = await _known(scene)
    if known is None:
        return bool(scene.said)
    scene.say("utter_late_in_plan", days=known.policy.broken_after_days)
    await scene.go_back()
    return True


def ask_capacity(scene: Scene, known: Facts, *, words: str = "utter_ask_capacity") -> None:
    """\"Quanto cabe no seu mês?\""""
    scene.ask("capacity", takes=("amount",), debts=[debt.id for debt in known.debts])
    scene.say(words)


class ChoosePlan(Topic):
    """One of the shown plans was chosen: all of it is said before anybody says yes."""

    def name(self) -> str:
        return "action_choose_plan"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "parcelar"):
            await choose_plan(scene)


async def choose_plan(scene: Scene) -> None:
    """The summary of the plan that was tapped; made anew from today's facts."""
    if await at_rest(scene):
        return
    debts = await debts_meant(scene, "parcelar")
    known = await known_facts(scene, debts) if debts else None
    if known is None:
        return
    chosen = scene.turn.arguments
    typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id)
    if typed is not None:
        # "24x" looks like the "2x" on a button: what was typed counts, and not what it resembles.
        scene.wish_words = typed
        if WHY.search(plain(typed)):
            await say_why(scene, known)
            await go_on(scene, known)
            return
        told = {count.number for count in understood(scene).counts}
        if (told and told != {chosen.get("count")}) or understood(scene).money:
            if not await propose_plan(scene, known, asked="count"):
                await show_plans(scene, known)
            return
    if "count" not in chosen:
        await show_plans(scene, known)
        return
    first = date.fromisoformat(chosen["first_due"]) if chosen.get("first_due") else None
    lowest = lowest_down_payment(known.agreed.total, known.limits)
    try:
        plan = make_plan(
            known.agreed.total,
            int(chosen["count"]),
            known.limits,
            today=known.today,
            down_payment=max(lowest, int(chosen.get("down") or 0)),
            first_due=first if first and first >= known.today else None,
        )
    except PlanRefused:
        scene.say("utter_plan_changed")
        await show_plans(scene, known)
        return
    await show_summary(scene, known, plan)


class Accept(Topic):
    """A tap on \"Aceito o acordo\", or these very words typed."""

    def name(self) -> str:
        return "action_accept_agreement"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "parcelar"):
            typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id)
            if typed is not None and said_yes(typed) != "explicit":
                await _ask_for_a_clear_yes(scene)
                return
            offer = scene.turn.arguments.get("offer")
            if isinstance(offer, str):
                await take_offer(scene, offer, typed)
            else:
                await show_table(scene)


async def take_offer(scene: Scene, offer_id: str, typed: str | None) -> None:
    """Make the agreement of this offer, or say why it holds no more and what does."""
    proof = await scene.proof()
    assert proof is not None
    offer = await get_offer(scene.conn, offer_id)
    waiting = await waiting_proposal(scene, offer.debt_ids) if offer is not None else None
    promised = await open_promises(scene.conn, offer.debt_ids) if offer is not None else []
    shown: list[str] = []
    if offer is not None and offer.shown_text and offer.shown_source and offer.conversation_id:
        shown = await messages_that_said(scene.conn, offer.conversation_id, offer.shown_source, offer.shown_text)
    try:
        agreement, new = await accept(
            scene.conn,
            scene.till,
            offer_id,
            debtor_id=proof.debtor_id,
            conversation_id=scene.conversation.id,
            shown_message_ids=shown,
            how="tap" if typed is None else "words",
            words=typed,
            message_ids=await messages_of_turn(scene.conn, scene.turn.id),
        )
    except CannotAgree as refusal:
        if offer is not None and refusal.why in ("gone", "expired", "changed", "not_shown"):
            scene.say("utter_offer_changed")
            await renew(scene, list(offer.debt_ids), offer.terms.plan.count, offer.terms.plan.down_payment)
        else:
            debts = await get_debts(scene.conn, offer.debt_ids) if offer else []
            say_cannot(scene, refusal, debts)
        return
    following = next_of(scene.till, agreement)
    scene.ask(None)
    values = {
        "protocol": agreement.protocol,
        "total": {"money": agreement.total},
        "count": agreement.count,
        "name": "",
        "gone": [{"protocol": waiting.protocol}] if new and waiting is not None else [],
        "instead": [{"day": {"date": one.day.isoformat()}} for one in promised] if new else [],
        "agreement": agreement.id,
        **({f"next_{key}": value for key, value in following.items()} if following else {}),
    }
    scene.say("utter_agreement_made" if new else "utter_agreement_made_already", **values)


async def renew(scene: Scene, debt_ids: list[int], count: int, down: int) -> None:
    """The offer as it is today: the same plan from today's facts, or the plans there are."""
    current = await current_offer(scene)
    if current is not None and set(current.debt_ids) == set(debt_ids):
        await say_offer(scene, current, await get_debts(scene.conn, current.debt_ids))
        return
    debts = await get_debts(scene.conn, debt_ids)
    known = await known_facts(scene, debts)
    if known is None:
        return
    try:
        lowest = lowest_down_payment(known.agreed.total, known.limits)
        plan = make_plan(known.agreed.total, count, known.limits, today=known.today, down_payment=max(lowest, down))
    except PlanRefused:
        await show_plans(scene, known)
        return
    await show_summary(scene, known, plan)


async def show_table(scene: Scene) -> None:
    """What lies on the table, or the plans there are."""
    offer = await current_offer(scene)
    if offer is not None:
        await say_offer(scene, offer, await get_debts(scene.conn, offer.debt_ids))
    else:
        await divide(scene)


async def go_on(scene: Scene, known: Facts) -> None:
    """After an answer to something else: the question that was open comes back."""
    name = scene.open_question
    if name in ("plans", "accept_offer", "capacity"):
        scene.say(f"utter_back_to_{name}")
    else:
        await show_plans(scene, known)


# ------------------------------------------------------------------------------------------------ answers to what is open


async def _known(scene: Scene) -> Facts | None:
    kept = scene.question.arguments.get("debts", []) if scene.question else []
    debts = await get_debts(scene.conn, kept)
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return None
    return await known_facts(scene, debts)


async def show_plans_again(scene: Scene) -> bool:
    """The plans, after one of them was chosen by mistake: nothing was agreed on yet. False: it is not known of which debts."""
    known = await _known(scene)
    if known is None:
        return False
    scene.say("utter_plan_unchosen")
    await show_plans(scene, known)
    return True


_UNTIL_THEN = re.compile(
    r"(?:(?:ta|bom|ok|obrigad[oa]|valeu|tchau|entao) )*ate (?:amanha|logo|mais|depois|breve|segunda|terca|quarta|quinta|sexta)(?: (?:entao|tchau|obrigad[oa]|moc[ao]|querid[oa]))*"
)
""""Até amanhã então" is a goodbye, and no day of a first payment."""


async def answer_plans(scene: Scene) -> bool:
    """A count, an amount, a down payment, a date, a place in the list, or a yes that does not say to which."""
    said = plain(scene.words)
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_offer_declined")
        return True
    if chats(scene.words):
        await _nothing_changed(scene)
        return True
    if await names_others(scene):
        await divide(scene)
        return True
    if _UNTIL_THEN.fullmatch(said):
        scene.say("utter_answer_despedir")
        return True
    if _WILL_WAIT.search(said):
        scene.say("utter_answer_adiar_resposta")  # "ta bom, vou esperar então" chooses no plan
        return True
    known = await _known(scene)
    if known is None:
        return False
    if WHY.search(said) and not _offers_terms(scene):
        await say_why(scene, known)
        await go_on(scene, known)
        return True
    if await propose_plan(scene, known, asked="count"):
        return True
    if await all_at_once(scene, known):
        return True
    amount = lone_amount(scene)
    if amount is not None:
        await take_amount(scene, known, amount)
        return True
    if _THE_MOST.fullmatch(said) and (most := most_instalments(known.agreed.total, known.limits)):
        await answer_counter(scene, known, Counter(count=most))
        return True
    if _FITS.search(said):
        ask_capacity(scene, known)
        return True
    if _PLANS.search(said):
        await show_plans(scene, known)
        return True
    if (
        scene.intent == "afirmar"
        or (scene.intent == "responder" and said_yes(scene.words))
        or ((_DEAL.match(said) or _THIS_ONE.fullmatch(said)) and "?" not in scene.words)
    ):
        if not (await take_only_plan(scene) or await take_spoken_of_plan(scene)):
            scene.say("utter_which_plan")
        return True
    return False


_WILL_WAIT = re.compile(r"\b(?:vou|fico|prefiro|melhor|quero|posso) (?:\w+ )?(?:esper\w+|aguard\w+|pens\w+)\b")


async def take_only_plan(scene: Scene) -> bool:
    """ "Fechou então", where a single plan was shown: all of it is said before anybody says yes. False: none, or several were shown."""
    only = scene.question.arguments.get("only") if scene.question is not None and scene.question.name == "plans" else None
    known = await _known(scene) if only else None
    if only is None or known is None:
        return False
    try:
        plan = make_plan(known.agreed.total, only["count"], known.limits, today=known.today, down_payment=only["down"])
    except PlanRefused:
        return False
    await show_summary(scene, known, plan)
    return True


_HOW_MANY_TIMES = re.compile(r"\b(?:quantas|qntas) (?:vezes|parcelas|prestac\w+)\b|\bquantos (?:pagamentos|meses)\b")


async def _ask_for_a_clear_yes(scene: Scene) -> None:
    """Half a yes to the offer; where something else was talked about meanwhile, the offer is read back, so that the yes is to it."""
    offer = await current_offer(scene) if scene.open_question != "accept_offer" else None
    if offer is not None:
        await say_offer(scene, offer, await get_debts(scene.conn, offer.debt_ids), before="utter_offer_again")
    else:
        scene.say("utter_accept_explicitly")


async def times_of_only_plan(scene: Scene) -> bool:
    """How many payments the one plan has that was shown. False: not asked, or several were shown."""
    only = scene.question.arguments.get("only") if scene.question is not None and scene.question.name == "plans" else None
    if only is None or not _HOW_MANY_TIMES.search(plain(scene.turn.text or "")):
        return False
    known = await _known(scene)
    if known is None:
        return False
    plan = make_plan(known.agreed.total, only["count"], known.limits, today=known.today, down_payment=only["down"])
    scene.say(
        "utter_times_in_all",
        times=plan.count + bool(plan.down_payment),
        **plan_values(plan, cash=known.cash),
    )
    return True


async def answer_offer(scene: Scene) -> bool:
    """The answer to \"aceita?\": a yes that binds, half a yes, a no, or another plan."""
    assert scene.question is not None
    offer_id = str(scene.question.arguments["offer"])
    typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id) or ""
    yes = said_yes(typed)
    if yes == "explicit" and await _was_not_understood(scene):
        offer = await current_offer(scene)
        if offer is not None and str(offer.id) == offer_id:
            # What came before may have changed something: the yes is asked for to what is read back now.
            await say_offer(scene, offer, await get_debts(scene.conn, offer.debt_ids), before="utter_offer_again")
            return True
    if yes == "explicit" or accepts_by_its_count(scene, typed):
        await take_offer(scene, offer_id, typed)
        return True
    if yes == "weak":
        scene.say("utter_accept_explicitly")
        return True
    if says_no(scene) and not understood(scene).counts and not understood(scene).money:
        await decline(scene, offer_id)
        return True
    if chats(scene.words):
        await _nothing_changed(scene)
        return True
    if await names_others(scene):
        await divide(scene)
        return True
    known = await _known(scene)
    if known is None:
        return False
    if WHY.search(plain(scene.words)) and not _offers_terms(scene):
        await say_why(scene, known)
        await go_on(scene, known)
        return True
    if await propose_plan(scene, known, asked="count"):
        return True
    if await all_at_once(scene, known):
        return True
    amount = lone_amount(scene)
    if amount is not None:
        await take_amount(scene, known, amount)
        return True
    if _THE_MOST.fullmatch(plain(scene.words)) and (most := most_instalments(known.agreed.total, known.limits)):
        await answer_counter(scene, known, Counter(count=most))
        return True
    if _PLANS.search(plain(scene.words)):
        await show_plans(scene, known)
        return True
    bare = bare_answer(typed, "yes_no", scene.today)
    if scene.intent == "afirmar" or (bare is not None and bare.kind == "yes"):
        scene.say("utter_accept_explicitly")
        return True
    return False


_NOT_UNDERSTOOD = (
    "utter_answer_informar_valor",
    "utter_answer_informar_data",
    "utter_answer_fora_de_escopo",
    "utter_did_you_mean",
    "utter_not_understood",
    "utter_say_what",
    "utter_correct_what",
)


async def _was_not_understood(scene: Scene) -> bool:
    """Whether the last thing said was that the words before were not understood."""
    return (await last_response(scene.conn, scene.conversation.id) or "").startswith(_NOT_UNDERSTOOD)


_ITS_COUNT = re.compile(
    r"\b(?:(?:em|n?[oa]s?|de|ess[ea]|est[ea]) )?(\d{1,2}) ?(?:x|vez(?:es)?|parcelas?|prestac(?:oes|ao))?\b(?! ?(?:reais|de|/|,|%))",
    re.IGNORECASE,
)


def accepts_by_its_count(scene: Scene, typed: str) -> bool:
    """ "Quero fechar esse 4x" is a yes that binds to the plan of four that was read back; with another number it is none."""
    assert scene.question is not None
    counts = {int(one[1]) for one in _ITS_COUNT.finditer(typed)}
    return counts == {scene.question.arguments.get("count")} and said_yes(_ITS_COUNT.sub(" ", typed)) == "explicit"


async def decline(scene: Scene, offer_id: str) -> None:
    """No: nothing was agreed on, and how it can be taken up again."""
    await close_offer(scene.conn, offer_id, "declined", scene.now)
    scene.ask(None)
    scene.say("utter_offer_declined")


async def answer_capacity_question(scene: Scene) -> bool:
    """What fits the month: an amount, whatever it is called."""
    known = await _known(scene)
    amount = lone_amount(scene)
    if known is None:
        return False
    if amount is None:
        return await propose_plan(scene, known, asked="amount")
    if amount <= 0:
        scene.say("utter_amount_not_positive")
        return True
    await answer_capacity(scene, known, amount)
    return True


_PAYS_IT_NOW = re.compile(
    r"\b(?:pag\w+|quit\w+|manda\w*|gera\w*)\b.{0,30}\b(?:pix|boleto)\b|\b(?:pix|boleto) d[aeo]s?\b|\b(?:no|pelo|via|por) (?:pix|boleto)\b"
)


async def _which_of_theirs(scene: Scene) -> bool:
    """ "A da Tamboril", of two: which of them, or both, with what was wished kept. False: the words narrow nothing."""
    assert scene.question is not None
    kept = scene.question.arguments
    free = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    among = narrowed(scene, free)
    if len(among) == len(free):
        return False
    rows = options(among, [owed(scene.ground, debt).total for debt in among])
    scene.ask("which_to_divide", takes=("option", "amount", "count"), **{**kept, "shown": [debt.id for debt in among]})
    scene.say("utter_which_to_divide", options=rows)
    return True


async def answer_which(scene: Scene) -> bool:
    """Which debts to divide: by number, place or name."""
    assert scene.question is not None
    kept = scene.question.arguments
    an_amount = amount_instead(scene, str(kept.get("words") or "")) is not None
    debts = await chosen_debts(scene) if not an_amount else None
    if not debts or understood(scene).counts:
        said = understood(scene, asked="amount")
        if not (said.money or said.counts):
            return await _which_of_theirs(scene)
        await scene.turn_to("pedir_desconto" if kept.get("again") == "pedir_desconto" and not said.counts else "parcelar")
        return True
    scene.set_slot("focus", [debt.id for debt in debts])
    if scene.turn.text and _PAYS_IT_NOW.search(plain(scene.turn.text)) and not understood(scene).counts:
        scene.ask(None)
        scene.turn = replace(scene.turn, arguments={**scene.turn.arguments, "debts": [debt.id for debt in debts]})
        await scene.turn_to("solicitar_pagamento")  # "posso pagar a de 640 no pix?" is another wish than the one that was kept
        return True
    if not offers_anew(scene, scene.words, debts):
        scene.wish_words = str(kept.get("words") or "")
    # Those that were named now hold, whatever the words of the wish named before.
    scene.turn = replace(scene.turn, arguments={**scene.turn.arguments, "debts": [debt.id for debt in debts]})
    scene.ask(None)
    await scene.turn_to("pedir_desconto" if kept.get("again") == "pedir_desconto" else "parcelar")
    return True


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "plans": answer_plans,
    "accept_offer": answer_offer,
    "capacity": answer_capacity_question,
    "which_to_divide": answer_which,
}

topics = (Divide, ChoosePlan, Accept)
