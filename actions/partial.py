"""\"Só tenho 100 hoje\": a part on account, with what it leaves to pay said before, and never as if it settled."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from actions.debt import show_debts
from actions.dispute import disputed_notice
from actions.heard import all_of_it, amount_of, day_of, yes_or_no
from actions.meant import debts_meant, take_up
from actions.promised_day import in_two_parts, promise_rest
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.which_debt import named_by_words, names_places, payable, payable_of
from conversations.turn import text_of
from payments.issue import CannotIssue, issue
from payments.present import present
from receivables.on_account import PartRefused, check_part
from receivables.promise import least_part
from receivables.store import Debt, get_debts, owed
from understanding.plain import plain

_A_PART = re.compile(
    r"\b(uma parte|parte d\w+|pagar parte|um pouco|pouquinho|por conta|adiant\w+ (?:uma|um|alguma)|so (?:tenho|consigo|posso|da pra)|so da|tenho so"
    r"|tenho apenas|metade|valor menor|menos que isso|nao (?:tenho|da) (?:tudo|o valor todo)|ir pagando|abat\w+|amortiz\w*|qualquer valor|o que (?:eu )?tenho"
    r"|o que (?:eu )?(?:der|puder))\b"
)
_LATER = re.compile(r"\b(resto|restante|parcel\w*|vezes|entrada|por mes|mensa\w*|mes que vem|\d+ ?x)\b")
_PART_AND_REST = re.compile(
    r"\b(?:agora|agr|hoje|hj)\b.{0,45}\b(?:resto|restante|que falta|outra metade)\b|\b(?:resto|restante)\b (?:\w+ ){0,2}?(?:depois|mais (?:pra|para) frente|outro dia)\b"
)
_HALF_AND_HALF = re.compile(
    r"^(?!.*\b(?:mes que vem|mes q vem|proximo mes|outro mes|mes seguinte)\b).*?(?:\bmetade\b.{0,12}\b(?:agora|agr|hoje|hj)\b.*\b(?:metade|resto|outra)\b|\b(?:agora|agr|hoje|hj)\b.{0,20}\bmetade\b.*\b(?:metade|resto|outra)\b)"
)
_REST_ON_A_DAY = re.compile(
    r"\b(?:resto|restante|que falta|outra metade)\b.{0,20}\b(?:dia \d|\d{1,2}/\d|amanha|depois de amanha|sexta|sabado|segunda|terca|quarta|quinta)"
)
_DIVIDED = re.compile(r"\b(?:parcel\w*|vezes|entrada|por mes|mensa\w*|\d+ ?x)\b")
_NOW = re.compile(r"\b(agora|agr|hoje|hj|uma parte|metade|por conta|abat\w+)\b")
_REST = re.compile(r"\b(?:rest[oa]|restante|que (?:falta|sobrar?)|outra (?:metade|parte))\b|\bmetade\b.*\bmetade\b")
_HALF = re.compile(r"\bmetade\b")


class PayPart(Topic):
    """The button under what was read back."""

    def name(self) -> str:
        return "action_pay_part"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "solicitar_pagamento"):
            await _do(scene, scene.turn.arguments)


def means_a_part(words: str) -> bool:
    """Whether a part is meant to be paid now: not a plan for the rest, which is a counter-offer."""
    said = plain(words)
    return bool(_A_PART.search(said)) and not _LATER.search(said)


def pays_part_now(words: str) -> bool:
    """Whether a part is meant for today, so plainly that no plan can be: "só consigo 150 agora", "dá pra pagar metade?"."""
    return means_a_part(words) and bool(_NOW.search(plain(words)))


async def part_answered(scene: Scene) -> bool:
    """ "Manda", "gera o pix", after a part was read back, asks for that part; another amount or all of it does not."""
    if scene.question is None or scene.question.name not in ("partial_confirm", "partial_amount"):
        return False
    if all_of_it(scene) or await _of_another(scene):
        return False
    if amount_of(scene) is not None or scene.question.name == "partial_amount":
        return await _amount(scene)
    await _do(scene, scene.question.arguments)
    return True


async def _of_another(scene: Scene) -> bool:
    """Whether another account is named than the one whose part was read back."""
    kept = set(scene.question.arguments.get("debts") or ()) if scene.question is not None else set()
    named = {debt.id for debt in await named_by_words(scene)} if scene.turn.text else set()
    return bool(named) and not named & kept


_ALL_THERE_IS = re.compile(
    r"\b(?:so|somente|apenas) (?:\w+ )?(?:tenho|consigo|posso|juntei|consegui)\b|\btudo (?:o )?que (?:eu )?(?:tenho|consigo|juntei)\b"
)


_IF_A_PART = re.compile(
    r"(?:(?:e|mas|ai|entao|moc[ao]|tenho uma duvida|queria saber) )*se (?:eu )?(?:pagar|der|dar|mandar|fizer) (?:so |apenas |somente |agora |hoje |hj )*(?:(?:a |uma )?metade|r\$ ?\d[\d.,]*|\d[\d.,]*(?: (?:reais|conto|contos|pila))?)(?: (?:agora|hoje|hj|primeiro|so|ja|mesmo|antes|disso|dela|dele))*"
)


async def part_asked(scene: Scene) -> bool:
    """ "Se eu pagar só metade hoje": what that leaves, in their own sums. False: not asked, or plans are talked about."""
    if scene.form is not None or scene.open_question not in _AT_REST or not _IF_A_PART.fullmatch(plain(scene.turn.text or "")):
        return False
    return await part_wished(scene)


_NOT_ALL_OF_IT = re.compile(
    r"\b(?:pag\w+|quit\w+|acert\w+)\b.{0,40}\b(?:mas|so que|porem|e|,)? ?(?:eu )?(?:nao|num|n) (?:tenho|to com|consigo|da pra pagar|da) (?:o dinheiro )?(?:tudo|td|todo o (?:valor|dinheiro)|o valor (?:todo|inteiro|total)|esse valor(?: todo)?|isso tudo|tudo isso|o total|inteiro)\b(?! (?:agora|hoje) nao)"
)


async def not_all_of_it(scene: Scene) -> bool:
    """ "Quero pagar, mas não tenho tudo", in one message or in several at once: how much there is is asked, and no code of the whole is made.
    False: not said."""
    if scene.form is not None or scene.open_question not in (*_AT_REST, "partial_amount"):
        return False
    whole = await text_of(scene.conn, scene.turn.id) or ""
    if not _NOT_ALL_OF_IT.search(plain(whole)) or amount_of(scene) is not None or await scene.proof() is None:
        return False
    if scene.piece and scene.open_question == "partial_amount":
        return True  # asked with the piece before
    scene.wish_words = "quero pagar uma parte"
    return await part_wished(scene)


async def part_wished(scene: Scene) -> bool:
    """Take up the wish to pay a part, if the words hold one; False when they mean something else."""
    if await scene.proof() is None:
        return False
    if await _on_two_days(scene):
        return True
    if _LATER.search(plain(scene.words)) or names_places(scene.words):
        return False
    amount = amount_of(scene)
    if not means_a_part(scene.words) and amount is None:
        return False
    _, debts = await payable(scene)
    if not debts and means_a_part(scene.words):
        await show_debts(scene)
        return True
    debts = [debt for debt in debts if debt.status == "open"]
    if not debts or (amount is not None and not means_a_part(scene.words) and _is_a_price(scene, debts, amount)):
        return False
    if amount is not None and len(debts) > 1 and _ALL_THERE_IS.search(plain(scene.words)):
        dearest = max(owed(scene.ground, debt).total for debt in debts)
        if amount > dearest and not await named_by_words(scene):
            # "Só tenho 1300", of two that come to 1490: an offer for all of them, and a part of none.
            scene.wish_words = f"faz tudo por R$ {amount // 100},{amount % 100:02}"
            scene.set_slot("focus", None)
            await scene.turn_to("pedir_desconto")
            return True
    meant = await debts_meant(scene, "partial_which", among=debts)
    if meant is not None:
        if len(meant) > 1:
            scene.say("utter_partial_one_at_a_time", description=meant[0].title, count=len(meant))
        await consider(scene, meant[0], amount, rest=_day_of_rest(scene))
    return True


async def _on_two_days(scene: Scene) -> bool:
    return await in_two_parts(scene)


_REST_SOME_TIME = re.compile(
    r"\b(?:resto|restante|que (?:falta|sobrar?)|outra (?:metade|parte))\b.{0,12}\b(?:depois|mais (?:pra|para) frente|mais tarde|outro dia|outra hora|quando (?:der|puder|eu puder|receber|sobrar)|a gente ve|eu vejo|vejo|se vira)\b"
)


def names_day_of_rest(words: str) -> bool:
    """Whether the rest is named for one day or left for later: no plan of instalments, but a part now."""
    said = plain(words)
    return _REST_ON_A_DAY.search(said) is not None or (_REST_SOME_TIME.search(said) is not None and _DIVIDED.search(said) is None)


async def part_before_rest(scene: Scene) -> bool:
    """\"100 hoje e o resto dia 5\": the part for today comes first, with what it leaves; False when the words mean something else."""
    if await _on_two_days(scene):
        return True
    said = plain(scene.words)
    amount = amount_of(scene)
    halves = amount is None and _HALF_AND_HALF.search(said) is not None
    if (not halves and (amount is None or not _PART_AND_REST.search(said))) or _DIVIDED.search(said):
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    meant = await debts_meant(scene, "partial_which", among=debts, many=False) if debts else None
    if meant:
        await consider(scene, meant[0], amount, rest=_day_of_rest(scene))
    return bool(debts)


_TOLD = re.compile(r"\b(?:paguei|pagei|quitei|dei|mandei|depositei|transferi|ja (?:foi|ta) pago)\b")
_AT_REST = (None, "pay", "which", "which_to_pay", "show", "human")


async def part_and_rest_later(scene: Scene) -> bool:
    """ "Hoje eu dou 200 na da escola, o resto vejo depois", taken for something else: the part for today, of the account that is
    named. False: no such words."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.open_question not in _AT_REST or _TOLD.search(said):
        return False
    if not (_REST_SOME_TIME.search(said) or _HALF_AND_HALF.search(said)) or _DIVIDED.search(said) or await scene.proof() is None:
        return False
    return await part_before_rest(scene)


def _day_of_rest(scene: Scene) -> date | None:
    """The day that is named for the rest: \"100 hoje e o resto dia 5\"."""
    if not _REST.search(plain(scene.words)):
        return None
    heard = day_of(scene, later=True)
    return heard.day if heard is not None else None


def _is_a_price(scene: Scene, debts: Sequence[Debt], amount: int) -> bool:
    """Whether the amount names a debt, or covers all: \"quero pagar a de 354,60\"."""
    totals = [owed(scene.ground, debt).total for debt in debts]
    if any(total // 100 * 100 == amount for total in totals):
        return True  # "esses 48", of R$ 48,02
    return amount in totals or amount in [debt.original_amount for debt in debts] or amount >= sum(totals)


async def consider(scene: Scene, debt: Debt, amount: int | None, *, rest: date | None = None) -> None:
    """Read the part back with what it leaves, or ask how much. `rest`: the day on which the rest is wished to be paid."""
    scene.set_slot("focus", [debt.id])
    total = owed(scene.ground, debt).total
    if amount is None and _HALF.search(plain(scene.words)):
        amount = total // 2
    if amount is None:
        scene.ask("partial_amount", takes=("amount",), debts=[debt.id])
        scene.say(
            "utter_partial_how_much",
            description=debt.title,
            total={"money": total},
            least={"money": least_part(total)},
            today={"date": scene.today.isoformat()},
        )
        return
    try:
        left = check_part(scene.ground, debt, amount)
    except PartRefused as refusal:
        await _say_refused(scene, debt, refusal)
        return
    arguments: dict[str, Any] = {"debts": [debt.id], "amount": amount, "rest": rest.isoformat() if rest else None}
    scene.ask("partial_confirm", takes=("yes_no", "amount"), **arguments)
    values: dict[str, Any] = {
        "description": debt.title,
        "amount": {"money": amount},
        "total": {"money": total},
        "left": {"money": left},
        "today": {"date": scene.today.isoformat()},
        "later": [{"rest": {"date": rest.isoformat()}}] if rest else [],
        "arguments": arguments,
    }
    # A part has no cash discount and covers first what the discount lets off: what that costs is said before, in money.
    dearer = amount + left - total
    if dearer > 0:
        scene.say("utter_partial_costs_discount", dearer={"money": dearer}, **values)
    else:
        scene.say("utter_partial_confirm", **values)


async def _say_refused(scene: Scene, debt: Debt, refusal: PartRefused) -> None:
    if refusal.code == "too_little":
        scene.ask("partial_amount", takes=("amount",), debts=[debt.id])
        scene.say("utter_partial_too_little", least={"money": refusal.amount})
    elif refusal.code == "all_of_it":
        scene.ask("pay")
        scene.say("utter_partial_is_all", description=debt.title, total={"money": refusal.amount}, arguments={"debts": [debt.id]})
    elif refusal.code == "disputed":
        await disputed_notice(scene, [debt], "pix")
    else:
        scene.ask("human")
        scene.say("utter_partial_not_here")


# ------------------------------------------------------------------------------------------------------ answers


_IN_HALVES = re.compile(
    r"\b(?:metade (?:em|pra|para|de|n)(?:a)? ?cada|meio a meio|metade (?:numa|em uma) e (?:metade|a outra)|(?:divide|reparte|igual) (?:entre|nas|pras) (?:as )?(?:duas|dois))\b"
)


_THE_REST = re.compile(r"\b(?:outra (?:metade|parte)|resto|restante|sobra|que (?:falta|faltar|sobrar|sobra))\b")


async def rest_told(scene: Scene) -> bool:
    """ "A outra metade dia 30", below a part that was read back: it is read back once more, with that day for the rest. False: not that."""
    if scene.open_question != "partial_confirm" or not _THE_REST.search(plain(scene.turn.text or "")) or scene.question is None:
        return False
    day = day_of(scene, later=True)
    debts = await payable_of(scene, scene.question.arguments["debts"])
    if day is None or day.day is None or day.day <= scene.today or not debts or await scene.proof() is None:
        return False
    await consider(scene, debts[0], int(scene.question.arguments["amount"]), rest=day.day)
    return True


async def half_of_each(scene: Scene) -> bool:
    """ "Metade em cada", of an amount for two accounts: the first one's half, as a part is paid on one account at a time. False: not
    said, or of other than two."""
    if scene.open_question != "partial_which" or not _IN_HALVES.search(plain(scene.words)) or await scene.proof() is None:
        return False
    assert scene.question is not None
    scene.wish_words = str(scene.question.arguments.get("said") or "")
    amount = amount_of(scene)
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    if amount is None or len(debts) != 2:
        scene.wish_words = None
        return False
    scene.say("utter_partial_one_at_a_time", description=debts[0].title, count=2)
    await consider(scene, debts[0], amount // 2)
    return True


async def _which(scene: Scene) -> bool:
    debts = await take_up(scene)
    if not debts:
        return bool(scene.said)
    await consider(scene, debts[0], amount_of(scene))
    return True


async def _amount(scene: Scene) -> bool:
    assert scene.question is not None
    debts = await payable_of(scene, scene.question.arguments["debts"])
    amount = amount_of(scene, asked=True)
    if not debts or (amount is None and not all_of_it(scene) and not _HALF.search(plain(scene.words))):
        return False
    if amount is None and all_of_it(scene):
        amount = owed(scene.ground, debts[0]).total
    await consider(scene, debts[0], amount)
    return True


async def _confirm(scene: Scene) -> bool:
    assert scene.question is not None
    answer = yes_or_no(scene)
    if answer:
        await _do(scene, scene.question.arguments)
        return True
    if answer is False:
        scene.ask(None)
        scene.say("utter_partial_left")
        return True
    return await _amount(scene)


async def _do(scene: Scene, arguments: Mapping[str, Any]) -> None:
    """The code of the part; its facts, and what is left after it, are said with it."""
    proof = await scene.proof()
    assert proof is not None
    debts = [debt for debt in await get_debts(scene.conn, arguments.get("debts") or []) if debt.debtor_id == proof.debtor_id]
    if not debts:
        await show_debts(scene)
        return
    amount = int(arguments["amount"])
    try:
        check_part(scene.ground, debts[0], amount)
        charge = await issue(
            scene.conn,
            scene.till,
            debtor_id=proof.debtor_id,
            debt_ids=[debts[0].id],
            conversation_id=scene.conversation.id,
            request_key=f"{scene.turn.id}:part:{amount}",
            on_account=amount,
        )
    except PartRefused as refusal:
        await _say_refused(scene, debts[0], refusal)
        return
    except CannotIssue as refusal:
        if refusal.why == "claimed":
            scene.ask("human")
            scene.say("utter_partial_claimed")
            return
        scene.ask("human")
        scene.say("utter_cannot_pay_no_payee" if refusal.why == "no_payee" else "utter_partial_not_here")
        return
    scene.ask(None)
    if charge.status == "active":
        for utterance in await present(scene.conn, scene.till, charge):
            scene.say(utterance.response, **utterance.values)
    scene.code_comes = charge.status != "active"
    if arguments.get("rest"):
        await promise_rest(scene, debts, date.fromisoformat(arguments["rest"]), amount)


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "partial_which": _which,
    "partial_amount": _amount,
    "partial_confirm": _confirm,
}

topics = (PayPart,)
