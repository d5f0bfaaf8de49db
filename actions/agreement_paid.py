"""Paying an agreement: the code of what is due next, and instalments ahead of their day."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from actions.agreement_told import agreement_spoken_of
from actions.paid import look_for_instalment
from actions.proposed import lone_amount
from actions.scene import Scene
from payments.agreed import next_of, title
from payments.agreeing import (
    broken_values,
    issue_instalments,
    keep_agreement,
)
from payments.issue import CannotIssue, Kind
from payments.present import present, present_again, shown_since
from receivables.agreed import Due, price
from receivables.agreements import Agreement, agreements_of, get_agreement
from receivables.claims import claimed_debts
from receivables.disputing import open_disputes
from understanding.plain import plain

ALL_OF_IT = re.compile(r"\b(?:quit\w*|tudo|todas|o resto|restante|que falta|antecip\w* tudo|acabar|encerrar)\b")
AHEAD = re.compile(
    r"\b(?:adiant\w+|antecip\w+|pagar antes|pagar a proxima|mais de uma parcela|quitar|(?:pagar|quitar) (?:o resto|o restante|o que falta|o acordo))\b"
)
A_DISCOUNT = re.compile(r"\b(?:descont\w+|abat\w+|menos|mais barato)\b")
NTH = re.compile(
    r"\b(?:(segunda|terceira|quarta|quinta|sexta|setima|oitava|nona|decima)|(\d{1,2}) ?[ao]) parcela\b|\bparcela (?:numero )?(\d{1,2})\b"
)
NTHS = ("segunda", "terceira", "quarta", "quinta", "sexta", "setima", "oitava", "nona", "decima")


async def _tell_resting(scene: Scene, agreement: Agreement, numbers: list[int], means: Kind, *, ahead: bool) -> bool:
    """A code while a payment of this agreement, or its debt, is looked into comes only after this notice, and an explicit wish."""
    claims = list((await claimed_debts(scene.conn, agreement.debt_ids)).values())
    disputes = await open_disputes(scene.conn, agreement.debt_ids)
    if not claims and not disputes:
        return False
    kept: dict[str, Any] = {
        "agreement": agreement.id,
        "numbers": numbers,
        "means": means,
        "ahead": ahead,
        "disputed": bool(disputes),
    }
    scene.ask("pay_agreed_despite", takes=("yes_no",), **kept)
    if disputes:
        scene.say("utter_agreement_disputed", protocol=disputes[0].protocol, until={"date": disputes[0].answer_by.isoformat()})
    else:
        scene.say("utter_agreement_checked", protocol=claims[0].protocol, until={"date": claims[0].review_until.isoformat()})
    return True


async def charge(
    scene: Scene, agreement: Agreement, numbers: list[int], means: Kind, *, ahead: bool = False, despite: bool = False
) -> None:
    """The code of these instalments: the one that lives, or a new one. `despite`: wished for after the notice that it is looked into."""
    try:
        made = await issue_instalments(
            scene.conn,
            scene.till,
            agreement,
            numbers,
            conversation_id=scene.conversation.id,
            request_key=f"{scene.turn.id}:agreement:{agreement.id}:{means}",
            kind=means,
            ahead=ahead,
            despite_dispute=despite,
        )
    except CannotIssue as refusal:
        if means == "boleto" and refusal.why in ("no_payee", "too_large"):
            scene.say("utter_pix_instead_of_slip")
            await charge(scene, agreement, numbers, "pix", ahead=ahead, despite=despite)
            return
        if refusal.why in ("claimed", "disputed") and await _tell_resting(scene, agreement, numbers, means, ahead=ahead):
            return
        scene.say("utter_cannot_agree_disputed" if refusal.why == "disputed" else "utter_cannot_pay_now")
        return
    scene.ask(None)
    if made.status == "active" and await shown_since(
        scene.conn, made, scene.conversation.id, scene.now - timedelta(hours=12), last=True
    ):
        for utterance in await present_again(scene.conn, scene.till, made, file=True):
            scene.say(utterance.response, **utterance.values)
    elif made.status == "active":
        for utterance in await present(scene.conn, scene.till, made):
            scene.say(utterance.response, **utterance.values)
    # A new one is said by the worker as soon as the provider has made it and its code was checked.
    scene.code_comes = made.status != "active"


async def pay_agreed(scene: Scene, debt_ids: list[int], means: Kind, *, despite: bool = False) -> None:
    """\"Quero pagar\" a debt that is agreed on: its next instalment. `despite`: see `charge`."""
    proof = await scene.proof()
    assert proof is not None
    for one in await agreements_of(scene.conn, proof.debtor_id, status="active"):
        if set(one.debt_ids) & set(debt_ids):
            await keep_agreement(scene.conn, scene.till, one.id)
            fresh = await get_agreement(scene.conn, one.id)
            if fresh.status == "active" and not despite and not scene.turn.arguments and out_of_turn(plain(scene.words), fresh):
                await ahead(scene, fresh)
            elif fresh.status == "active":
                await charge(scene, fresh, [fresh.unpaid[0].number], means, despite=despite)
            else:
                scene.say("utter_agreement_broken", **broken_values(scene.till, fresh))


async def tell_of_payment(scene: Scene, agreement: Agreement) -> None:
    """\"Já paguei a entrada\": said to be paid where the store has it; else looked into, with a number, and charged by nobody meanwhile."""
    said = plain(scene.words)
    number = 0 if re.search(r"\bentrada\b", said) else number_named(said)
    kept = next((one for one in agreement.instalments if one.due.number == number), None)
    if kept is not None and kept.status == "paid":
        following = next_of(scene.till, agreement)
        assert following is not None
        scene.ask("agreement", takes=("yes_no", "date"), agreement=agreement.id)
        scene.say(
            "utter_instalment_is_paid",
            title=title(agreement, kept.due),
            **{f"next_{key}": value for key, value in following.items()},
        )
        return
    await look_for_instalment(scene, agreement.debtor_id, agreement.debt_ids)


def number_named(said: str) -> int | None:
    """The number of the instalment that is named: "a segunda parcela", "a primeira"."""
    if re.search(r"\b(?:primeira|1 ?a) parcela\b|\bparcela 1\b", said):
        return 1
    found = NTH.search(said)
    if found is None:
        return None
    return NTHS.index(found[1]) + 2 if found[1] else int(found[2] or found[3])


async def ahead(scene: Scene, agreement: Agreement) -> None:
    """Paying ahead: the next one, two, or all that is left, with what each comes to. Who asks for all is given its code, but a
    question is answered first."""
    said = plain(scene.words)
    asks = "?" in scene.words or A_DISCOUNT.search(said) is not None
    if ALL_OF_IT.search(said) and not asks and not scene.turn.arguments.get("do"):
        await charge(scene, agreement, [due.number for due in agreement.unpaid], "pix", ahead=True)
        return
    if A_DISCOUNT.search(said) and not scene.turn.arguments.get("do"):
        scene.say("utter_discount_is_in_agreement")
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    prices = [price(agreement.dues, due, policy, scene.today, ahead=True) for due in agreement.unpaid]
    offered = lone_amount(scene) if not scene.turn.arguments.get("do") else None
    if offered is not None and offered > 0:
        _say_what_it_pays(scene, agreement, offered, [one.amount for one in prices])
        return
    later = out_of_turn(said, agreement)
    scene.ask("pay_ahead", takes=("option",), agreement=agreement.id)
    scene.say(
        "utter_pay_ahead",
        first={"money": prices[0].amount},
        everything={"money": sum(one.amount for one in prices)},
        saved=[{"off": {"money": sum(one.let_off for one in prices)}}] if any(one.let_off for one in prices) else [],
        count=len(prices),
        order=[{"before": title(agreement, agreement.unpaid[0])}] if later else [],
        arguments={"agreement": agreement.id},
    )


def _say_what_it_pays(scene: Scene, agreement: Agreement, offered: int, prices: list[int]) -> None:
    """\"Quero adiantar 500\": how many whole instalments that is, in their order, and what is left over."""
    count = next((n for n in range(len(prices), 0, -1) if sum(prices[:n]) <= offered), 0)
    arguments: dict[str, Any] = {"agreement": agreement.id, "count": count}
    scene.ask("pay_ahead", takes=("yes_no", "option", "amount"), **arguments)
    values = {
        "offered": {"money": offered},
        "count": count,
        "amount": {"money": sum(prices[:count])},
        "left": {"money": offered - sum(prices[:count])},
        "next": {"money": prices[min(count, len(prices) - 1)]},
        "arguments": arguments,
    }
    if count == 0:
        scene.say("utter_ahead_too_little", **values)
    elif count == len(prices):
        scene.say("utter_ahead_everything", **values)
    else:
        scene.say("utter_ahead_so_many", payments="1 pagamento" if count == 1 else f"{count} pagamentos", **values)


_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_OF_A_MONTH = re.compile(
    rf"\b(?:parcela|prestacao|mensalidade) (?:d[eo] |que vence em |que cai em )(?:mes de )?({'|'.join(_MONTHS)})\b"
)
_LAST = re.compile(
    r"\bultim[ao] (?:parcela|prestacao|mensalidade|pagamento)\b|\b(?:boleto|pix|codigo|data|dia|vencimento|valor) d[ao] ultim[ao]\b"
)
_DOWN = re.compile(r"\b(?:a|da|na|minha) entrada\b")


def due_named(said: str, agreement: Agreement) -> Due | None:
    """The unpaid instalment that the words name: "a segunda parcela", "a última", "a parcela de janeiro", "a entrada"."""
    month = _OF_A_MONTH.search(said)
    if month is not None:
        called = [due for due in agreement.unpaid if _MONTHS[due.due_date.month - 1] == month[1]]
        return called[0] if len(called) == 1 else None
    if _LAST.search(said):
        return agreement.unpaid[-1]
    number = number_named(said)
    if number is None and _DOWN.search(said):
        number = 0
    return next((due for due in agreement.unpaid if due.number == number), None)


def out_of_turn(said: str, agreement: Agreement) -> Due | None:
    """The instalment that is named ("a segunda parcela") while another one has to be paid before it."""
    due = due_named(said, agreement)
    return due if due is not None and due != agreement.unpaid[0] else None


_AHEAD_IN_ANY_FORM = re.compile(r"\b(?:adiant(?:ar|ando|o|a|aria)|antecip(?:ar|ando|o|a|aria))\b")
_NOT_AHEAD = re.compile(r"\b(?:nao adianta|adianta (?:nada|falar|ligar|reclamar|alguma|de|eu|voces|pedir)|adiantad[oa])\b")


async def ahead_meant(scene: Scene) -> bool:
    """\"Posso ir adiantando?\", whatever it was taken for, with a live agreement. False: no such words, or no agreement."""
    said = plain(scene.turn.text or "")
    if not _AHEAD_IN_ANY_FORM.search(said) or _NOT_AHEAD.search(said) or await scene.proof() is None:
        return False
    if scene.open_question in ("partial_amount", "partial_confirm", "dispute_story") or scene.intent == "consultar_acordo":
        return False
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        return False
    await ahead(scene, agreement)
    return True
