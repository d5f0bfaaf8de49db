"""What is asked of the plan on the screen: an offer that lies open, or the agreement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from actions.debt import show_debts
from actions.negotiating import current_offer
from actions.proposed import understood
from actions.scene import Scene
from actions.which_debt import payable
from conversations import effects
from conversations.reply import last_response
from payments.agreed import next_of
from receivables.agreements import Agreement, agreements_of, instalment_title

SAME_TALK = timedelta(hours=12)


@dataclass(frozen=True)
class Payment:
    number: int
    amount: int
    due: date


@dataclass(frozen=True)
class _Plan:
    """What an offer and an agreement have in common."""

    payments: Sequence[Payment]
    count: int
    total: int
    interest: int
    gross: int
    discount: int
    offered: bool
    until: str | None = None


_ASKED_OF_A_PLAN = "quando|que dia|qual (?:e )?(?:o )?(?:dia|data|vencimento|valor)|quanto"
_NTH_WORDS = "primeir[ao]|segund[ao]|terceir[ao]|quart[ao]|quint[ao]|sext[ao]|setim[ao]|oitav[ao]|non[ao]|decim[ao]|ultim[ao]|entrada|\\d{1,2} ?[ao]|proxima"
_OPENING = r"^(?:(?:e|mas|entao|ta|ok|certo|tipo|ai|moca|moco|pera|perai|espera|calma|so|uma|duvida) )*"
_NTH = re.compile(
    rf"{_OPENING}(?:n?a |o |d[ao] )?(?P<a>{_NTH_WORDS})\b(?: (?:d[aeo]s? |parcela|prestacao|mensalidade|pagamento|\w+ parcelas|tres|duas|seis)+)*.{{0,12}}\b(?:{_ASKED_OF_A_PLAN})\b"
    rf"|{_OPENING}(?:{_ASKED_OF_A_PLAN}) (?:que )?(?:eu )?(?:e|eh|vai ser|sera|seria|fica|vence|cai|pago|comeco a pagar|d?a)? ?(?:a |o |n?a |da |d?o )*(?P<b>{_NTH_WORDS})\b"
    rf"|^e (?:n?a |d[ao] |o )(?P<c>{_NTH_WORDS})(?: (?:parcela|prestacao|mensalidade))?$"
)
_ORDER = ("primeir", "segund", "terceir", "quart", "quint", "sext", "setim", "oitav", "non", "decim")
_DOWN_ASKED = re.compile(
    r"\b(?:fica|vai ser|da|sai|seria|vem|e|eh|custa) (?:de )?quanto (?:a |de |na |pra )?entrada\b"
    r"|\bquanto (?:\w+ ){0,5}(?:de|na|pra|para|com a|a) entrada\b|\bquanto (?:\w+ ){0,2}entrada$|\bentrada\b.{0,12}\bquanto\b|\bqual (?:\w+ ){0,4}entrada$"
)
_LEFT_TO_PAY = re.compile(
    r"\bquant[ao]s? (?:\w+ ){0,4}(?:falta\w*|resta\w*|sobra\w*)\b|\b(?:falta\w*|resta\w*) (?:\w+ ){0,2}quant[ao]s?\b"
)
_EACH = re.compile(
    r"\bquanto (?:que )?(?:fica\w*|vai (?:ficar|ser|dar|sair)|da|sai\w*|e|seria|custa|vem) ?(?:de |em |pra )?(?:cada|por mes|a parcela|as parcelas|a prestacao|a mensalidade)\b"
    r"|\bcada (?:uma|um|parcela|mes|prestacao)\b.{0,15}\bquanto\b|\b(?:qual|quanto) (?:e |eh |vai ser |fica )?(?:o )?valor (?:de cada|das? (?:parcelas?|prestac\w+))"
    r"|\bcada (?:uma|parcela) (?:fica|sai|da|e) (?:de |por )?(?:quanto|qnt\w*)|\bparcelas? (?:fica\w*|sai\w*|e|sao) (?:de )?quanto\b"
)
_INTEREST = re.compile(r"\bjuros\b")
_ABOUT_WHY = re.compile(
    r"\b(?:por ?que|pq|porq|explica\w*|como|abusiv\w*|tira\w*|abat\w+|sem (?:os |a |pagar )?juros (?:eu|quero|aceito|da)|descont\w+|reduz\w*|baix\w+|menos)\b"
)
_IN_ALL = re.compile(
    r"\b(?:total|no fim(?: das contas)?|no final|somando tudo|ao todo|tudo junto|quanto (?:eu )?(?:vou )?pag\w+ (?:por |em )?tudo)\b"
)
_HOW_MANY = re.compile(r"\bquant[ao]s (?:\w+ )?(?:parcelas?|vezes|meses|pagamentos|prestac\w+)\b")
_CODE_WISHED = re.compile(
    r"\b(?:manda\w*|envia\w*|gera\w*|paguei|adiant\w+|antecip\w+|mud\w+|troc\w+|pul\w+|cancel\w+|quit\w+|atras\w+|nao vou|nao consigo"
    r"|conta|contas|fatura|compra|divida|loja)\b"
)


_ALL_THEY_OWE = re.compile(
    r"\b(?:devo|devendo|dever|deve|minhas? dividas?|minhas contas|(?:com )?as outras|todas as contas|somando tudo)\b"
)


_EACH_MONTH = re.compile(
    r"\b(?:outras|proximas|demais|restantes|todas as) (?:parcelas|prestac\w+)\b.{0,25}\b(?:mand\w+|envi\w+|cheg\w+|vem|receb\w+|gera\w*|como (?:e|eh|faco|pago))\b"
    r"|\b(?:mand\w+|envi\w+|cheg\w+|receb\w+|vem)\b.{0,25}\b(?:todo|cada) mes\b"
)


async def each_month(scene: Scene, said: str) -> bool:
    """ "E as outras parcelas, você manda todo mês?", with an agreement: how each code is had. False: not asked, or there is none."""
    if not _EACH_MONTH.search(said) or not ("?" in (scene.turn.text or "") or said.startswith(("e ", "as "))):
        return False
    agreement = await agreement_on_screen(scene, said)
    if agreement is None or not agreement.unpaid:
        return False
    scene.say("utter_each_instalment", next={"date": agreement.unpaid[0].due_date.isoformat()})
    return True


async def of_plan(scene: Scene, said: str) -> bool:
    """One particular of the offer that lies open, or of the agreement."""
    if _CODE_WISHED.search(said) or len(said.split()) > 14:
        return False
    if scene.open_question == "accept_offer" and _UNTIL.search(said) and (offer := await current_offer(scene)) is not None:
        scene.say("utter_screen_offer_until", until={"instant": offer.expires_at.isoformat()})
        await scene.go_back()
        return True
    nth = _NTH.search(said)
    values = understood(scene)
    everything = _ALL_THEY_OWE.search(said) and any(debt.status == "open" for debt in (await payable(scene))[1])
    if everything and (_LEFT_TO_PAY.search(said) or _IN_ALL.search(said)):
        scene.set_slot("focus", None)
        await show_debts(scene)
        return True
    if not values.money and _LEFT_TO_PAY.search(said) and await _left_to_pay(scene, said):
        return True
    down = _DOWN_ASKED.search(said) is not None and not values.counts
    if down and not values.money and scene.open_question == "plans":
        return await _down_of_plans(scene)
    day_asked = scene.open_question == "accept_offer" and _WHICH_DAY.fullmatch(said) is not None
    if values.money or not (
        nth
        or down
        or day_asked
        or _EACH.search(said)
        or _HOW_MANY.search(said)
        or (_INTEREST.search(said) and not _ABOUT_WHY.search(said) and _asks(scene, said))
        or (_IN_ALL.search(said) and _asks(scene, said))
        or (values.counts and "quanto" in said.split())
    ):
        return False
    plan = await _plan(scene, said)
    if plan is None or not plan.payments:
        return False
    counts = {one.number for one in values.counts if not one.part}
    if counts - {plan.count, 1} and not nth:
        return False  # another plan is asked for
    which = nth["a"] or nth["b"] or nth["c"] if nth else "entrada" if down else "primeira" if day_asked else None
    if which == "proxima":
        agreement = await agreement_on_screen(scene, said)
        if agreement is None or not agreement.unpaid:
            return False
        following = agreement.unpaid[0]
        say_payment(scene, Payment(following.number, following.amount_left, following.due_date), agreement.count)
        return True
    if not _say_of(scene, plan, said, which, counts):
        return False
    if plan.offered:
        await scene.go_back()
    return True


_UNTIL = re.compile(
    r"\b(?:ate quando|ate que (?:dia|horas?)|quanto tempo|por quanto tempo)\b.{0,25}\b(?:val\w+|dura\w*|segura\w*|fica\w*|mantem|posso (?:aceitar|pensar|responder|decidir))\b|\b(?:val\w+|dura\w*|mantem|oferta|proposta)\b.{0,25}\b(?:ate quando|ate que dia|quanto tempo)\b"
)
""" "Essa oferta vale até quando?"."""
_WHICH_DAY = re.compile(
    r"(?:(?:e|mas|ai|entao) )*(?:qual|que) (?:(?:e|o|seria|vai ser|fica|sera|foi) )*dia(?: (?:de|do|que|pagar|pago|vence|vencimento|cai|eu|seria|e|das parcelas|do mes|todo mes|por mes))*"
)
""""Qual o dia?", of the plan that is read back."""


async def _down_of_plans(scene: Scene) -> bool:
    """ "Quanto fica a entrada?", below plans that all begin with the same one. False: they do not, or they are gone."""
    shown = await effects.newest_said(scene.conn, scene.conversation.id, ("utter_plans",), scene.now - SAME_TALK)
    rows = shown[1].get("plans") or [] if shown is not None else []
    downs = {(row["down"]["money"], row["down_due"]["date"]) for row in rows if row.get("down") and row.get("down_due")}
    if len(downs) != 1 or not next(iter(downs))[0]:
        return False
    ((amount, due),) = downs
    scene.say("utter_screen_down_of_plans", down={"money": amount}, due={"date": due})
    return True


async def _left_to_pay(scene: Scene, said: str) -> bool:
    """ "Quantas ainda faltam?" of the agreement: how many, how much, and the next one. False: no agreement is meant, or all is paid."""
    agreement = await agreement_on_screen(scene, said)
    following = next_of(scene.till, agreement) if agreement is not None else None
    if agreement is None or following is None:
        return False
    values = {key: following[key] for key in ("title", "amount", "due")}
    left = agreement.unpaid
    if len(left) == 1:
        scene.say("utter_screen_left_one", **values)
        return True
    paid = len(agreement.instalments) - len(left)
    scene.say(
        "utter_screen_left",
        count=len(left),
        all=len(agreement.instalments),
        left={"money": agreement.left},
        paid=[{"count": paid}] if paid else [],
        **values,
    )
    return True


def _asks(scene: Scene, said: str) -> bool:
    return (
        "?" in (scene.turn.text or "")
        or re.match(rf"{_OPENING}(?:quanto|quantos|qual|tem|sem|com|vai|cobra\w*|da|e)\b", said) is not None
    )


def _say_of(scene: Scene, plan: _Plan, said: str, nth: str | None, counts: set[int]) -> bool:
    if nth is not None:
        one = _payment(plan, nth)
        if one is None:
            return False
        say_payment(scene, one, plan.count)
    elif _INTEREST.search(said):
        scene.say(
            "utter_screen_interest",
            interest={"money": plan.interest},
            gross={"money": plan.gross},
            less=[{"discount": {"money": plan.discount}}] if plan.discount else [],
            total={"money": plan.total},
        )
    elif _IN_ALL.search(said) and not _EACH.search(said) and not _HOW_MANY.search(said):
        scene.say("utter_screen_total", total={"money": plan.total}, **_amounts(plan))
    elif _EACH.search(said) or _HOW_MANY.search(said) or plan.count in counts:
        scene.say("utter_screen_each", total={"money": plan.total}, **_amounts(plan))
    else:
        return False
    return True


def say_payment(scene: Scene, one: Payment, count: int) -> None:
    scene.say(
        "utter_screen_payment",
        title=instalment_title(one.number, count),
        amount={"money": one.amount},
        due={"date": one.due.isoformat()},
    )


def _amounts(plan: _Plan) -> dict[str, Any]:
    """The down payment, how many instalments are alike, and those that differ."""
    down = [one for one in plan.payments if one.number == 0]
    rest = [one for one in plan.payments if one.number > 0]
    amounts = [one.amount for one in rest]
    usual = max(amounts, key=amounts.count) if amounts else 0
    alike = [one for one in rest if one.amount == usual]
    return {
        "downs": [{"amount": {"money": one.amount}, "due": {"date": one.due.isoformat()}} for one in down],
        "alike": [
            {"count": len(alike), "amount": {"money": usual}, "first": {"date": alike[0].due.isoformat()}} for _ in alike[:1]
        ],
        "others": [{"number": one.number, "amount": {"money": one.amount}} for one in rest if one.amount != usual],
    }


def _payment(plan: _Plan, word: str) -> Payment | None:
    rest = [one for one in plan.payments if one.number > 0]
    if word.startswith("ultim"):
        return rest[-1]
    if word == "entrada":
        return next((one for one in plan.payments if one.number == 0), None)
    if word == "proxima":
        return None
    number = int(re.sub(r"\D", "", word)) if word[0].isdigit() else next(n for n, w in enumerate(_ORDER, 1) if word.startswith(w))
    return next((one for one in rest if one.number == number), None)


async def _plan(scene: Scene, said: str) -> _Plan | None:
    """The offer that lies open, or the agreement that is meant."""
    if scene.open_question == "accept_offer":
        offer = await current_offer(scene)
        if offer is None:
            return None
        plan = offer.terms.plan
        payments = [Payment(one.number, one.amount, one.due_date) for one in plan.instalments]
        if plan.down_payment and plan.down_payment_due:
            payments.insert(0, Payment(0, plan.down_payment, plan.down_payment_due))
        return _Plan(payments, plan.count, plan.total, plan.interest, offer.terms.gross, offer.terms.discount, True)
    agreement = await agreement_on_screen(scene, said)
    if agreement is None:
        return None
    payments = [
        Payment(kept.due.number, kept.due.amount, kept.due.due_date)
        for kept in sorted(agreement.instalments, key=lambda kept: kept.due.number)
    ]
    return _Plan(
        payments, agreement.count, agreement.total, agreement.interest, agreement.gross, agreement.discount, offered=False
    )


_OF_AN_AGREEMENT = re.compile(r"\b(?:acordo|parcel\w+|prestac\w+|entrada)\b")


async def agreement_on_screen(scene: Scene, said: str) -> Agreement | None:
    """The one agreement that is meant: there are no other debts beside it, or it was just talked about, or the words name it."""
    if scene.open_question not in (None, "agreement", "pay", "show", "pay_ahead"):
        return None
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    if len(live) != 1:
        return None
    _, debts = await payable(scene)
    last = await last_response(scene.conn, scene.conversation.id) or ""
    close = scene.open_question in ("agreement", "pay_ahead") or last.startswith(
        ("utter_agreement_", "utter_pix_", "utter_boleto_", "utter_screen_", "utter_pay_ahead")
    )
    alone = all(debt.status == "agreed" for debt in debts)
    return live[0] if alone or close or _OF_AN_AGREEMENT.search(said) else None
