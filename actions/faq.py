"""Frequent questions: answered wherever they are asked, with the asker's own facts once they are proven, then back to what was open."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from actions.heard import is_question
from actions.scene import Scene, Topic
from actions.which_debt import payable
from conversations.knowledge import Asked, Known
from conversations.reply import last_response
from payments.charges import charges_of, payments_of
from payments.payee import payee_of
from receivables.agreements import agreements_of
from receivables.brasilia import BRASILIA
from receivables.calendar import add_business_days
from receivables.owed import Owed
from receivables.store import Debt, debts_of, owed
from understanding.plain import plain
from understanding.values import read_values

_UNSURE = 0.6
"""Below this confidence of the classifier, a question that is known counts more than the intent that was guessed."""

_HOURS = "hours_human"
"""Who asks when people are there is told so, and not put into the queue."""
_WHO = "company_who"
_HUMAN = "human_how"
_WE_CALL = re.compile(r"\b(?:posso|consigo|da pra|tem como|prefiro|quero) (?:eu )?ligar\b|\btem telefone\b")
_REACH = re.compile(r"\b(?:telefone|numero de telefone|endereco|site|cnpj|fica\w*|e ?mail)\b")
_WHAT_IF = "stay_silent"
_IF_PAID = re.compile(r"\bse (?:eu )?(?:pagar|pago|quitar|acertar)\b")
_SUPPOSED = re.compile(r"\b(?:e se eu|se eu (?:nao|n|num|deixar|atrasar|demorar|esquecer)|(?:o que|oq|que) (?:que )?acontece)\b")
_ALMOST_THE_WORDS = 0.68
"""A question that no topic answers better, and this near, counts more than any intent."""
_LEAST = 0.12
"""An intent of this confidence or more is worth offering."""
_MOST_GUESSES = 3
_MOST_QUESTIONS = 2

_NEVER_ASIDE = frozenset(
    """parar_mensagens nao_sou_a_pessoa vulnerabilidade suspeita_golpe falar_com_humano contestar_divida ameaca_juridica direitos_lgpd
    informar_cpf responder cancelar negar afirmar saudar despedir agradecer nao_entendi nlu_fallback fora_de_escopo""".split()
)
"""What is never taken for a mere question, and what looks for one by itself."""


async def digress(scene: Scene) -> bool:
    """Answer a known question in the place of the topic that was guessed: where the classifier was not sure, or where no topic
    answers it better. True: it was answered."""
    given_outright = len(scene.ranking) < 2 and scene.piece is None
    asked_hours = scene.intent == "falar_com_humano"
    if (
        given_outright
        or (scene.intent in _NEVER_ASIDE and not asked_hours)
        or not scene.turn.given.empty
        or not is_question(scene)
    ):
        return False
    asked = scene.till.talk.knowledge.asked(scene.turn.text or "", beside=await _beside(scene))
    if asked.sure is None:
        return False
    # Who asks for our telephone or address is told it, and not put into a queue.
    reach = asked.sure.name == _WHO and _REACH.search(plain(scene.turn.text or "")) is not None
    reach = reach or (asked.sure.name == _HUMAN and _WE_CALL.search(plain(scene.turn.text or "")) is not None)
    if asked_hours and asked.sure.name != _HOURS and not reach:
        return False
    if scene.confidence >= _UNSURE and not asked_hours and not _better(scene, asked):
        return False
    await tell(scene, asked.sure)
    return True


_PLANS = frozenset({"plans", "accept_offer", "capacity", "agreement", "pay_ahead"})


async def _beside(scene: Scene) -> str | None:
    """What stands before their eyes, and may be asked about (`knowledge.BESIDE`)."""
    if scene.open_question in _PLANS:
        return "plan"
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if last.startswith(("utter_agreement_made", "utter_plans", "utter_offer_")):
        return "plan"
    proof = await scene.proof()
    if proof is None or not last.startswith(("utter_pix_", "utter_boleto_", "utter_faq")):
        return None
    if last.startswith("utter_faq") and not any(one.status == "active" for one in await charges_of(scene.conn, proof.debtor_id)):
        return None  # no code waits that a further question could be about
    return "instalment" if await agreements_of(scene.conn, proof.debtor_id, status="active") else "code"


async def asked_how_to_pay(scene: Scene) -> bool:
    """\"Aceita cartão?\", \"posso pagar direto na loja?\": told how one pays, and no code is made of a question. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _MIGHT_PAY or re.search(r"\b(?:ja )?paguei\b", said):
        return False
    if _WHERE_TO_PAY.fullmatch(said):
        await tell(
            scene,
            scene.till.talk.knowledge.known[
                "lottery" if scene.slots.get("means") == "boleto" or await _slip_shown(scene) else "ways_to_pay"
            ],
        )
        return True
    by_card = _BY_CARD.search(said) is not None and not _OWED_ON_A_CARD.search(said)
    asks_of_it = _OTHER_WAYS.search(said) and is_question(scene) and scene.intent != "consultar_divida"
    if not by_card and not asks_of_it:
        return False
    knowledge = scene.till.talk.knowledge
    sure = None if by_card else knowledge.asked(scene.turn.text or "").sure
    await tell(scene, sure or knowledge.known["ways_to_pay"])
    return True


_WHERE_TO_PAY = re.compile(
    r"(?:(?:e|mas|moc[oa]|entao|oi|ai|filh[ao]|minha|meu) )*(?:(?:aonde|onde|adonde|em que lugar) (?:que |e que )?(?:eu )?(?:pago|posso pagar|vou pagar|faco (?:o |esse )?pagamento|se paga|da pra pagar|paga|que pago)|pago (?:isso |ele )?(?:aonde|onde))(?: (?:isso|ele|esse|essa|o|boleto|esse boleto|a conta|aqui|agora|hein|moc[oa]))*"
)
""""Onde eu pago isso?": a question, and no wish for one more code."""


async def _slip_shown(scene: Scene) -> bool:
    last = await last_response(scene.conn, scene.conversation.id) or ""
    return last.startswith("utter_boleto_")


_MIGHT_PAY = frozenset(
    "dificuldade_financeira solicitar_pagamento afirmar responder consultar_acordo consultar_divida escolher_opcao informar_valor parcelar".split()
)
_BY_CARD = re.compile(
    r"\b(?:aceita\w*|n[oae]|com|pelo|por|passa\w*|via) (?:o |meu )?(?:cart\w+(?: de (?:credito|debito))?|credito|debito)\b(?! d[ao]s? loja)"
)
_OWED_ON_A_CARD = re.compile(
    r"\b(?:devendo|devo|devia|divida|dividas|enrol\w+|atrasad\w+|atraso|pendur\w+|apertei|apertad\w|estour\w+|fatura|conta|negoci\w+|juntar tudo)\b.{0,25}\bcart\w+|\bcart\w+ d[aeo]s? (?!credito|debito)\w+"
)
"""The card is what is owed, and no way of paying: "tô devendo no cartão da Tamboril"."""
_OTHER_WAYS = re.compile(
    r"\b(?:n[ao] loja|direto|em dinheiro|dinheiro (?:vivo|na mao)|especie|na mao|outra pessoa|outra conta|conta d[eoa] (?:outr\w+|minha|meu)|terceir\w+"
    r"|(?:minha|meu) (?:mae|pai|marido|esposa|filh[oa]|irma|irmao)|picpay|paypal|cheque|deposit\w*|transfer\w+|ted|caixa|balcao|beneficio|lotericas?)\b"
)


def _better(scene: Scene, asked: Asked) -> bool:
    """Whether the answer is better than what a topic does: almost the question's own words, or "e se eu atrasar?"."""
    assert asked.sure is not None
    if asked.sure.beside is not None:
        told = read_values(scene.turn.text or "", scene.today)
        return not told.money and not told.counts  # "e se eu der 300?" proposes
    if asked.sure.name == _WHAT_IF and _IF_PAID.search(plain(scene.turn.text or "")):
        return False  # "e se eu pagar até sexta?" asks what it costs then
    if asked.sure.name == _WHAT_IF:
        return _SUPPOSED.search(plain(scene.turn.text or "")) is not None
    return asked.sure.first and asked.score >= _ALMOST_THE_WORDS


async def answer_question(scene: Scene, *, but: frozenset[str] = frozenset()) -> bool:
    """Answer the known question that the message asks, if it clearly is one (and none of `but`), and go back to what was open."""
    if scene.turn.text is None:
        return False
    careful = scene.intent in ("fora_de_escopo", "nlu_fallback") and await scene.proof() is None
    sure = scene.till.talk.knowledge.asked(scene.turn.text, careful=careful, beside=await _beside(scene)).sure
    if sure is None or sure.name in but:
        return False
    await tell(scene, sure)
    return True


async def guesses(scene: Scene) -> list[dict[str, Any]]:
    """The nearest readings of a message that was not understood, as answers to pick from: known questions, then intents."""
    knowledge = scene.till.talk.knowledge
    careful = await scene.proof() is None
    near = [one for one in knowledge.asked(scene.turn.text or "", careful=careful).perhaps if _may_be_offered(scene, one)]
    near = near[:_MOST_QUESTIONS]
    found: list[dict[str, Any]] = [
        {"short": {"phrase": f"title:{one.name}"}, "meaning": "pergunta_frequente", "arguments": {"faq": one.name}}
        for one in near
    ]
    for intent, confidence in scene.ranking:
        if len(found) < _MOST_GUESSES and confidence >= _LEAST and knowledge.offered(intent, careful=careful):
            found.append({"short": {"phrase": f"label:{intent}"}, "meaning": intent, "arguments": {"said_in": scene.turn.id}})
    return found


def _may_be_offered(scene: Scene, known: Known) -> bool:
    """A question of the dead, or of husband and wife, is offered to nobody who has not named them."""
    return known.name not in _CLOSE_TO_HOME or _OF_THEM.search(plain(scene.turn.text or "")) is not None


_CLOSE_TO_HOME = frozenset({"inheritance", "spouse"})
_OF_THEM = re.compile(
    r"\b(?:morr\w+|falec\w+|obito|heran\w+|herd\w+|viuv\w+|finad\w+|marid\w+|espos\w+|mulher|conjuge|casad\w+|companheir\w+|mae|pai|avo|filh\w+)\b"
)


async def tell(scene: Scene, known: Known) -> None:
    """Say the answer, what it is in the asker's own case, and the question that was open."""
    scene.say("utter_faq", answer={"phrase": f"faq:{known.name}"})
    if _PAYS_BY_SLIP.search(plain(scene.turn.text or "")) and not _TURNS_SLIP_DOWN.search(plain(scene.turn.text or "")):
        scene.set_slot("means", "boleto")  # who pays at the counter is offered the boleto from here on
    if known.own is not None and await scene.proof() is not None:
        await _OWN[known.own](scene)
    await scene.go_back()


_PAYS_BY_SLIP = re.compile(
    r"\b(?:lotericas?|boletos?|carne|codigo de barras?|no (?:mercado|banco|balcao|correio)|caixa eletronico|em dinheiro|dinheiro vivo"
    r"|(?:nao|num|n) (?:mexo|uso|tenho|sei|entendo|gosto|faco|confio) (?:\w+ ){0,3}pix)\b"
)
_TURNS_SLIP_DOWN = re.compile(
    r"\b(?:nao|num|n|sem|nem) (?:quero |e |com |por |pelo |preciso de )*(?:o )?boleto\b|\b(?:e|eh|quero|prefiro) (?:o |no )?pix\b"
)


class AskedQuestion(Topic):
    """One of the questions that were offered (\"did you mean\") was picked."""

    def name(self) -> str:
        return "action_faq"

    async def act(self, scene: Scene) -> None:
        known = scene.till.talk.knowledge.known.get(str(scene.turn.arguments.get("faq")))
        if known is None:
            scene.say("utter_what_i_can_do")
        else:
            await tell(scene, known)


async def say_on_behalf_of(scene: Scene) -> None:
    """For whom we speak: only to whom it concerns."""
    if await scene.proof() is not None:
        creditors = sorted({debt.creditor_name for debt in (await payable(scene))[1]})
        if creditors:
            scene.say("utter_on_behalf_of", creditors=" e ".join(creditors))


async def _meant(scene: Scene) -> list[tuple[Debt, Owed]]:
    """What is being talked about, or else all that may be collected, as it is owed today."""
    _, debts = await payable(scene)
    focus = [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())]
    return [(debt, owed(scene.ground, debt)) for debt in focus or debts]


async def _charges(scene: Scene) -> None:
    dues = [due for _, due in await _meant(scene)]
    if dues and any(due.fine or due.interest for due in dues):
        scene.say(
            "utter_faq_own_charges",
            today={"date": scene.today.isoformat()},
            principal={"money": sum(due.principal for due in dues)},
            fine={"money": sum(due.fine for due in dues)},
            interest={"money": sum(due.interest for due in dues)},
        )


async def _total(scene: Scene) -> None:
    dues = [due for _, due in await _meant(scene)]
    if dues:
        discount = sum(due.discount for due in dues)
        scene.say(
            "utter_faq_own_discount" if discount else "utter_faq_own_total",
            today={"date": scene.today.isoformat()},
            total={"money": sum(due.total for due in dues)},
            **({"discount": {"money": discount}} if discount else {}),
        )


async def _oldest(scene: Scene) -> None:
    meant = await _meant(scene)
    if meant:
        scene.say("utter_faq_own_oldest", due={"date": min(debt.due_date for debt, _ in meant).isoformat()})


async def _payee(scene: Scene) -> None:
    names = sorted({payee_of(scene.till, debt.creditor_cnpj, debt.portfolio).name for debt, _ in await _meant(scene)})
    if names:
        scene.say("utter_faq_own_payee", payees=" e ".join(names))


async def _code(scene: Scene) -> None:
    proof = await scene.proof()
    assert proof is not None
    live = [charge for charge in await charges_of(scene.conn, proof.debtor_id) if charge.status == "active"]
    if live:
        newest = max(live, key=lambda charge: charge.id)
        scene.say(
            f"utter_faq_own_{newest.kind}", amount={"money": newest.amount}, until={"instant": newest.expires_at.isoformat()}
        )


async def _clean(scene: Scene) -> None:
    """By when an entry has to be gone: five business days from the payment in full (CDC art. 43 §3º, Súmula 548 STJ)."""
    proof = await scene.proof()
    assert proof is not None
    paid = [debt for debt in await debts_of(scene.conn, proof.debtor_id) if debt.status == "paid"]
    payments = await payments_of(scene.conn, proof.debtor_id)
    if paid and payments:
        day = max(payment.paid_at for payment in payments).astimezone(BRASILIA).date()
        scene.say("utter_faq_own_clean", paid={"date": day.isoformat()}, until={"date": add_business_days(day, 5).isoformat()})


_OWN: Mapping[str, Callable[[Scene], Awaitable[None]]] = {
    "charges": _charges,
    "total": _total,
    "oldest": _oldest,
    "payee": _payee,
    "creditors": say_on_behalf_of,
    "code": _code,
    "clean": _clean,
}

topics = (AskedQuestion,)
