"""What instalments, discounts and agreements share in the talk: the debts meant, what was proposed, and the offer on the table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from actions.choices import group_options
from actions.proposed import DUE_DAY, MONTHLY_DAY, counter_in, understood
from actions.scene import Scene
from actions.terms import without_down
from conversations.reply import last_response
from payments.agreeing import CannotAgree, Facts, facts, lay_on_the_table
from payments.offering import SUMMARY, choice_values, offer_values, plan_values, words_of_summary
from receivables.agreements import Offer, offer_on_the_table, show_offer
from receivables.instalments import Plan, PlanRefused, latest_first_due, lowest_down_payment, make_plan
from receivables.offers import Choice, Counter, answer, offered, plans_that_fit, why
from receivables.owed import Owed
from receivables.store import Debt, get_debts, owed
from understanding.bare import Asked
from understanding.plain import plain

_LESS_DOWN = re.compile(
    r"\b(?:menos|menor\w*|sem|diminu\w*|baix\w*|reduz\w*|tira\w*|abaix\w*|facilit\w*|nao (?:quero|tenho|dou|posso|consigo|da|vai dar|cabe)|salgad\w|alt[ao]|car[ao]|pesad\w|puxad\w|apertad\w|muito|demais|so isso de)\b"
)
_OF_DOWN = re.compile(r"\b(?:entrada|sinal)\b(?! (?:de|com) \d)")
_NOT_OF_DOWN = re.compile(
    r"\b(?:manda\w*|envia\w*|gera\w*|pix|boletos?|codigo|paguei|pago|quando|vence|venc\w+|acordo|mais entrada|entrada maior|mais alta|maior|menos parcelas|aceit\w+|fech\w+|concord\w+|topo|bo[am]|otim[ao]|perfeit[ao])\b"
)
""""Posso dar menos de entrada?", without an amount."""
_DIVIDES_DOWN = re.compile(
    r"\b(?:parcel\w+|divid\w+|fatia\w*|fraciona\w*|em (?:duas|2|tres|3)(?: vezes)?|2x|3x) (?:\w+ ){0,2}?(?:a |essa |da )entrada\b(?! de)|\bentrada\b (?:\w+ ){0,3}?(?:parcelada|dividida|em (?:duas|2|tres|3) (?:vezes|partes)|em 2x|em 3x)"
)
""""Pode parcelar a entrada?": it is paid at once; the least that it can be is told."""

TAKES: tuple[Asked, ...] = ("yes_no", "count", "amount", "option", "date")


WHY = re.compile(
    r"\b(?:por ?que|pq|porq|qual (?:o|eh o) motivo|como (?:voces |vcs )?(?:chega\w*|calcul\w*)|de onde (?:vem|veio|saiu|tira\w*)|explica\w*)\b.{0,40}"
    r"\b(?:ofertas?|propostas?|planos?|parcelas?|entrada|descontos?|opcoes|limite|minim[oa]|maxim[oa]|condicoes|so isso|tao|(?:so|apenas|nao) (?:em |ate |posso em )?\d+)\b"
)
"""\"Por que essa oferta?\""""


async def _with_their_counts(scene: Scene, debts: Sequence[Debt]) -> None:
    """With a count in the words, what it comes to with each of them stands in the place of the bare list."""
    response, values = scene.said[-1]
    if response == "utter_which_to_divide_apart" and await count_of_each(scene, debts, values["options"]):
        scene.said.pop(-2)


async def count_of_each(scene: Scene, debts: Sequence[Debt], rows: Sequence[dict[str, Any]]) -> bool:
    """ "Quanto fica em 10?", of debts of several creditors: that very count with each of them, or the nearest. False: no count was said."""
    counter, _ = counter_in(scene, asked="count")
    if counter.count is None or counter != Counter(count=counter.count):
        return False
    fits: list[dict[str, Any]] = []
    near: list[dict[str, Any]] = []
    none: list[dict[str, Any]] = []
    for row in rows:
        group = [debt for debt in debts if debt.id in row["arguments"]["debts"]]
        try:
            known = await facts(scene.conn, scene.till, group)
        except CannotAgree:
            return False
        told = answer(known.agreed.total, counter, known.limits, today=known.today)
        plan = told.plan or next(iter(told.near), None)
        whose = {"creditor": f"{row['full']}, {row['hint']}"}
        if plan is None:
            none.append(whose | {"cash": {"money": known.cash}})
        else:
            (fits if told.plan is not None else near).append(
                plan_values(plan, cash=known.cash) | whose | {"asked": counter.count}
            )
    scene.say(
        "utter_count_of_each",
        count=counter.count,
        fits=[one for one in fits if one["down"]["money"]],
        whole=[one for one in fits if not one["down"]["money"]],
        near=near,
        none=none,
        options=list(rows),
    )
    return True


def together(debts: Sequence[Debt], row: dict[str, Any]) -> bool:
    """Debts of several creditors make several agreements: \"todas\" is no choice then."""
    mine = [debt for debt in debts if debt.id in row["arguments"]["debts"]]
    return len({(debt.creditor_id, debt.portfolio) for debt in mine}) == 1


async def known_facts(scene: Scene, debts: Sequence[Debt]) -> Facts | None:
    """The facts of an offer over these debts; None when there can be none, which was said then."""
    try:
        known = await facts(scene.conn, scene.till, debts)
    except CannotAgree as refusal:
        say_cannot(scene, refusal, debts)
        if refusal.why == "several_creditors":
            await _with_their_counts(scene, debts)
        return None
    scene.set_slot("focus", [debt.id for debt in known.debts])
    return known


_SAID_APART = ("several_creditors", "agreed", "disputed", "too_often", "uncollectable")


def say_cannot(scene: Scene, refusal: CannotAgree, debts: Sequence[Debt]) -> None:
    """Why there is no agreement for these debts, and what there is instead."""
    if refusal.why == "several_creditors":
        free = [debt for debt in debts if debt.status == "open"]
        totals = [owed(scene.ground, debt).total for debt in free]
        scene.ask("which_to_divide", takes=("option",), again="parcelar", words=scene.words)
        scene.say("utter_which_to_divide_apart", options=[row for row in group_options(free, totals) if together(free, row)])
        return
    scene.say(f"utter_cannot_agree_{refusal.why if refusal.why in _SAID_APART else 'now'}")


def titles_in_a_line(debts: Sequence[Debt]) -> str:
    """What the debts are called, in one line: what is alike before the last comma is said once."""
    titles = [debt.title for debt in debts]
    heads = {title.rpartition(", ")[0] for title in titles}
    if len(titles) > 1 and len(heads) == 1 and all(", " in title for title in titles):
        titles = [titles[0], *(title.rpartition(", ")[2] for title in titles[1:])]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} e {titles[-1]}"


async def show_choices(
    scene: Scene,
    known: Facts,
    shown: Sequence[Choice],
    kind: str,
    *,
    first_due: date | None = None,
    wanted: Mapping[str, int] | None = None,
    mixed: bool = False,
    **values: Any,
) -> None:
    """Plans to choose from, at most three, each with all that matters, and what paying at once comes to.

    `kind` says why these: as offered, with what was proposed, near it, or fitting the month. `wanted`: what a human may be asked for.
    """
    without = "" if shown and shown[0].plan.down_payment else "_without_down"
    rows = [
        choice_values(choice, cash=known.cash)
        | {
            "short": f"{choice.plan.count}x",
            "also": f"{choice.plan.count} vezes parcelas",
            "arguments": {
                "debts": [debt.id for debt in known.debts],
                "count": choice.plan.count,
                "down": choice.plan.down_payment,
                "first_due": first_due.isoformat() if first_due else None,
            },
        }
        for choice in shown
    ]
    said = values["monthly"]["money"] if "monthly" in values else None
    own_down = shown[0].plan.down_payment if kind == "_with_that" and shown else None
    scene.ask(
        "plans",
        takes=TAKES,
        debts=[debt.id for debt in known.debts],
        said=said,
        own_down=own_down,
        wanted=dict(wanted or {}),
        mixed=mixed,
        shown=[{name: row["arguments"][name] for name in ("count", "down", "first_due")} for row in rows],
    )
    scene.say(
        f"utter_plans{kind}{without}",
        about=titles_in_a_line(known.debts),
        creditor=known.debts[0].creditor_name,
        cash={"money": known.cash},
        plans=rows,
        options=rows,
        **values,
    )


async def show_plans(scene: Scene, known: Facts) -> None:
    """What is offered to everybody who owes this: three plans, or why only cash is."""
    shown = offered(known.agreed.total, known.limits, today=known.today)
    if not shown:
        say_only_cash(scene, known)
        return
    await show_choices(scene, known, shown, "")


def say_only_cash(scene: Scene, known: Facts) -> None:
    """No instalments for this amount."""
    scene.ask("pay")
    scene.say(
        "utter_only_cash",
        cash={"money": known.cash},
        least={"money": known.limits.min_amount},
        arguments={"debts": [debt.id for debt in known.debts]},
    )


async def show_summary(scene: Scene, known: Facts, plan: Plan) -> None:
    """Lay the plan on the table and say all of it, before anybody says yes."""
    offer = await lay_on_the_table(scene.conn, scene.till, known, plan, conversation_id=scene.conversation.id)
    await say_offer(scene, offer, known.debts)


async def say_offer(scene: Scene, offer: Offer, debts: Sequence[Debt], *, before: str | None = None) -> None:
    """The summary of an offer, with the words kept by which it is accepted."""
    values = offer_values(scene.till, offer, debts)
    here = scene.conversation.id
    await show_offer(scene.conn, offer.id, words_of_summary(scene.till, values), f"turn:{scene.turn.id}", conversation_id=here)
    if before:
        scene.say(before)
    scene.say(SUMMARY, **values)
    plan = offer.terms.plan
    scene.ask(
        "accept_offer", takes=TAKES, offer=offer.id, debts=list(offer.debt_ids), count=plan.count, own_down=plan.down_payment
    )


_IN_ROUND_WORDS = 100
"""Centavos. "Dou 191 de entrada" is a yes to the 191,33 that were shown; the plan that is said before acceptance has the very amount."""


async def answer_counter(scene: Scene, known: Facts, counter: Counter) -> None:
    """The very plan that was proposed, if it is allowed; else why not, and the nearest that are."""
    lowest = lowest_down_payment(known.agreed.total, known.limits)
    if counter.down is not None and 0 < lowest - counter.down < _IN_ROUND_WORDS:
        counter = replace(counter, down=lowest)
    counter = _as_it_was_shown(known, counter)
    told = answer(known.agreed.total, counter, known.limits, today=known.today)
    if told.plan is not None:
        asks = "?" in scene.words or re.search(r"\b(?:mesmo|ne)\b", plain(scene.words)) is not None
        offer = await current_offer(scene) if asks and scene.open_question == "accept_offer" else None
        if offer is not None and offer.terms.plan == told.plan and set(offer.debt_ids) == {debt.id for debt in known.debts}:
            await say_offer(scene, offer, known.debts, before="utter_offer_is_so")
            return
        _say_what_is_not_so(scene, known, counter, told.plan)
        await show_summary(scene, known, told.plan)
    elif told.refused is None:
        near = [Choice(plan, ("balanced",)) for plan in told.near]
        await show_choices(scene, known, near, "_with_that", first_due=counter.first_due)
    elif told.refused.code == "only_cash":
        say_only_cash(scene, known)
    elif told.refused.code == "down_payment_too_small" and counter.count is None and await _down_refused_before(scene):
        ids = [debt.id for debt in known.debts]
        scene.ask("propose", takes=("yes_no", "amount", "count"), debts=ids, wanted=wanted_of(counter))
        scene.say(
            "utter_down_too_small_again",
            offered={"money": counter.down},
            least={"money": lowest},
            cash={"money": known.cash},
            arguments={"debts": ids},
        )
    else:
        _say_what_is_not_so(scene, known, counter, None)
        scene.say(f"utter_refused_{told.refused.code}", days=known.limits.first_due_days, **limit_of(told.refused))
        latest = latest_first_due(known.limits, known.today)
        first_due = min(max(counter.first_due, known.today), latest) if counter.first_due else None
        near = [Choice(plan, ("balanced",)) for plan in told.near]
        wanted = wanted_of(replace(counter, down=None) if counter.down == lowest else counter)
        if wanted and "down" not in wanted and without_down(scene.words):
            wanted["down"] = 0
        said = wanted_of(counter_in(scene, asked="count")[0])
        # What is partly of an earlier message is read back before it goes to anybody.
        mixed = any(said.get(part, 0) != value for part, value in wanted.items())
        await show_choices(scene, known, near, "_near", first_due=first_due, wanted=wanted, mixed=mixed)


async def _down_refused_before(scene: Scene) -> bool:
    """Whether a down payment was just refused, with the plans that come closest: they are not shown once more."""
    last = await last_response(scene.conn, scene.conversation.id) or ""
    return last.startswith(("utter_plans_near", "utter_down_too_small_again"))


def _as_it_was_shown(known: Facts, counter: Counter) -> Counter:
    """ "2x de R$ 185,51", of a plan whose last instalment is a centavo more: that plan is meant."""
    if counter.count is None or counter.instalment is None:
        return counter
    try:
        plan = make_plan(
            known.agreed.total,
            counter.count,
            known.limits,
            today=known.today,
            down_payment=counter.down,
            first_due=counter.first_due,
        )
    except PlanRefused:
        return counter
    each = max(one.amount for one in plan.instalments)
    return replace(counter, instalment=each) if 0 < each - counter.instalment < plan.count else counter


def _say_what_is_not_so(scene: Scene, known: Facts, counter: Counter, plan: Plan | None) -> None:
    """What of the proposal is not in the plan that answers it: an instalment larger than needed, no down payment."""
    say_down_is_needed(scene, known, counter)
    if plan is None or counter.instalment is None or counter.count is None:
        return
    each = max(one.amount for one in plan.instalments)
    if counter.instalment - each > plan.count:
        values = plan_values(plan, cash=known.cash) | {"offered": {"money": counter.instalment}, "each": {"money": each}}
        scene.say("utter_instalment_is_less" if plan.down_payment else "utter_instalment_is_less_without_down", **values)


_WITHOUT_DOWN = re.compile(
    r"\b(?:sem|zero(?: de)?|nada de|nao (?:quero|tenho|dou|posso|consigo|da)(?: (?:dar|pagar|de|a|nenhuma|com|pra|para))*|nenhuma) (?:nenhuma |dar )?entrada\b(?! (?:de|com) \d)"
)


_SMALL_DOWN = re.compile(
    r"\b(?:entrada|sinal) (?:bem |mais |um pouco |a mais |o mais )*(?:pequen\w+|baix\w+|menor\w*|minim\w+|fraquinh\w+|em conta)\b"
    r"|\b(?:pequena|menor|baixa|minima|pouca) (?:\w+ )?(?:entrada|sinal)\b|\bentradinha\b(?! de)"
)


def say_down_is_needed(scene: Scene, known: Facts, counter: Counter | None = None) -> None:
    """Whoever wishes for a plan without a down payment is told why there is one in it."""
    lowest = lowest_down_payment(known.agreed.total, known.limits)
    said = plain(scene.words)
    small = counter is not None and _SMALL_DOWN.search(said) is not None
    if lowest and small and (counter is None or counter.down in (None, lowest)):
        scene.say("utter_smallest_down", least={"money": lowest}, percent=_number(known.limits.down_payment_percent))
    elif lowest and (counter is None or counter.down is None) and (_WITHOUT_DOWN.search(said) or without_down(said)):
        scene.say("utter_down_is_needed", least={"money": lowest}, percent=_number(known.limits.down_payment_percent))


def wanted_of(counter: Counter) -> dict[str, int]:
    """A proposal as a human is asked about it; a day as its ordinal."""
    parts = {"count": counter.count, "down": counter.down, "instalment": counter.instalment}
    if counter.first_due is not None and (counter.count or counter.instalment):
        parts["first_due"] = counter.first_due.toordinal()
    return {name: value for name, value in parts.items() if value}


def limit_of(refused: PlanRefused) -> dict[str, Any]:
    """The limit that was hit, for the words that name it."""
    limit = refused.limit
    if refused.code in ("too_many", "too_few", "instalment_too_small"):
        return {"limit": limit if isinstance(limit, int) else 0}
    if refused.code in ("first_due_past", "first_due_too_late"):
        return {"limit": {"date": str(limit)}}
    return {"limit": {"money": limit if isinstance(limit, int) else 0}}


_ON_TOP = re.compile(r"\b(?:com|bota|poe|soma|da|dar|ajuda com|acrescent\w+|junt\w+|e) mais (?:uns |umas |r\$ ?)?\d")


async def answer_capacity(scene: Scene, known: Facts, monthly: int, counter: Counter | None = None) -> None:
    """\"Quanto cabe no seu mês?\": up to three plans of which no payment is above it, or that there is none, and what comes next.

    `counter` has what else was proposed with it: a day that is too late is said, and goes to a human with the rest.
    """
    before = scene.question.arguments.get("said") if scene.question is not None else None
    if before and _ON_TOP.search(plain(scene.words)):
        monthly += int(before)  # "meu filho ajuda com mais 100", of the 150 that were named
    wanted = {**({"down": 0} if without_down(scene.words) else {}), **wanted_of(counter or Counter()), "instalment": monthly}
    latest = latest_first_due(known.limits, known.today)
    first_due = counter.first_due if counter is not None else None
    if first_due is not None and first_due > latest:
        scene.say("utter_refused_first_due_too_late", days=known.limits.first_due_days, limit={"date": latest.isoformat()})
        first_due = None
    fit = plans_that_fit(known.agreed.total, monthly, known.limits, today=known.today)
    if fit.plans:
        if len(wanted) > 1:
            say_down_is_needed(scene, known, counter)
        beyond = wanted if len(wanted) > 1 else None
        await show_choices(scene, known, fit.plans, "_that_fit", first_due=first_due, wanted=beyond, monthly={"money": monthly})
        return
    if fit.least is None:
        say_only_cash(scene, known)
        return
    values = plan_values(fit.least, cash=known.cash) | {"monthly": {"money": monthly}}
    scene.ask(
        "plans",
        takes=TAKES,
        debts=[debt.id for debt in known.debts],
        wanted=wanted,
        said=monthly,
        only={"count": fit.least.count, "down": fit.least.down_payment},
    )
    scene.say(
        f"utter_none_fits_{fit.why}",
        arguments={
            "debts": [debt.id for debt in known.debts],
            "count": fit.least.count,
            "down": fit.least.down_payment,
        },
        **values,
    )


async def say_why(scene: Scene, known: Facts) -> None:
    """Why this offer: the rule, its version and everything that went into it."""
    told = why(known.dues, known.limits, known.agreed, portfolio=known.policy.portfolio, policy_version=known.policy.version)
    percent = known.agreed.discount and int(told.factor_percent)
    by_bill = len({due.band for due in known.dues}) > 1
    scene.say(
        "utter_why_offer_by_bill" if by_bill else "utter_why_offer",
        bills=[bill_values(debt, due) for debt, due in zip(known.debts, known.dues, strict=True)],
        version=told.policy_version[:8],
        portfolio=known.debts[0].portfolio,
        day={"date": told.day.isoformat()},
        gross={"money": told.gross},
        days=max(told.days_overdue),
        cash_discount={"money": told.cash_discount},
        cash={"money": known.cash},
        factor=percent or 0,
        discount={"money": told.discount},
        amount={"money": told.amount},
        down_percent=_number(told.down_payment_percent),
        most=told.max_count,
        least={"money": told.min_amount},
        rate=_number(told.monthly_rate_percent),
        first_days=told.first_due_days,
    )


def bill_values(debt: Debt, due: Owed) -> dict[str, Any]:
    """One bill's discount and the rule that gives it."""
    return {
        "description": debt.title,
        "creditor": debt.creditor_name,
        "days": due.days_overdue,
        "gross": {"money": due.gross},
        "discount": {"money": due.discount},
        "total": {"money": due.total},
        "rule": rule_in_words(
            due.band.principal_percent if due.band else Decimal(0), due.band.charges_percent if due.band else Decimal(0)
        ),
    }


def rule_in_words(principal: Decimal, charges: Decimal) -> str:
    """What is let off, without the part of which nothing is: "50% de multa e juros"."""
    parts = [f"{_number(principal)}% do principal"] if principal else []
    parts += [f"{_number(charges)}% de multa e juros"] if charges else []
    return " e ".join(parts) or "sem desconto"


def _number(percent: Any) -> str:
    return f"{percent.normalize():f}".replace(".", ",")


_A_DEAL = re.compile(r"\b(?:aceit\w+|fech(?:o|ou|ado|ada|amos|ar)|concordo)\b")
_DOWN_PAYMENT = re.compile(
    r"\b(?:da|a|de) entrada\b|\b(?:da|a|dessa|essa) (?:primeir[ao]|1 ?a|parcela|prestacao)(?: (?:parcela|prestacao))?\b|\bd(?:o|esse|este) acordo\b"
)
_AT_ONCE = re.compile(r"\b(?:a vista|pix|boleto|tudo|valor (?:todo|total|inteiro|cheio))\b")


_NOT_THAT_DOWN = re.compile(
    r"\b(?:\d[\d.,]*|tudo isso|isso tudo|isso|esse valor)(?: (?:reais|conto|contos|mil|pila))? de (?:entrada|sinal)(?: (?:eu|ai|nao|num|n))*? (?:nao|num|n) (?:tenho|consigo|posso|dou conta|da|vai dar|cabe|arrumo)\b"
    r"|\b(?:nao|num|n) (?:tenho|consigo|posso dar|dou conta de|arrumo)(?: (?:esses|os|tudo isso|isso tudo|isso))? ?(?:\d[\d.,]*)?(?: (?:reais|conto|contos|mil))? (?:de|pra|para a|da|pra dar de) (?:entrada|sinal)\b(?!.*\b(?:mas|so|consigo|tenho|dou|posso) \d)"
)
""""1024 de entrada não tenho": less is wished, and that amount is none that is offered."""


async def less_down(scene: Scene) -> bool:
    """ "Posso pagar menos de entrada?", while plans are talked about: the least there is, and who may allow less. False: not asked."""
    question = scene.question
    said = plain(scene.turn.text or "")
    if question is None or question.name not in ("plans", "accept_offer"):
        return False
    divided = _DIVIDES_DOWN.search(said) is not None
    if _NOT_THAT_DOWN.search(said):
        return await say_least_down(scene)
    if not divided and (not _OF_DOWN.search(said) or not _LESS_DOWN.search(said) or _NOT_OF_DOWN.search(said)):
        return False
    if not divided and (understood(scene).money or understood(scene).counts or understood(scene).dates or WHY.search(said)):
        return False
    return await say_least_down(scene)


async def say_least_down(scene: Scene) -> bool:
    """The least that is taken down, below the plans that are on the table. False: none of this person's are."""
    question = scene.question
    if question is None:
        return False
    debts = await get_debts(scene.conn, question.arguments.get("debts", []))
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return False
    known = await known_facts(scene, debts)
    if known is None:
        return True
    lowest = lowest_down_payment(known.agreed.total, known.limits)
    count, own = question.arguments.get("count"), question.arguments.get("own_down")
    if own is not None and own > lowest and count:
        await answer_counter(scene, known, Counter(count=int(count), down=lowest))
        return True
    values = {"least": {"money": lowest}, "percent": _number(known.limits.down_payment_percent), "cash": {"money": known.cash}}
    if (await last_response(scene.conn, scene.conversation.id) or "").startswith("utter_least_down"):
        scene.say("utter_least_down_again", **values)
        return True
    scene.say("utter_least_down", **values)
    await scene.go_back()
    return True


_OF_THE_OFFER = re.compile(
    r"^(?:e |mas |entao |ta )*(?:quanto (?:que )?(?:fica|ficou|ficaria|da|deu|sai|saiu|vai ficar)(?: (?:tudo|isso|assim|mesmo|no fim|entao))*$|(?:sem|tem|com|cobra\w*|vai ter) juros|quanto (?:eu )?(?:pago|fica|da|vai dar|sai|seria)(?: tudo)? (?:no|ao|de) total|(?:qual (?:e )?o )?total"
    r"|quando (?:vence|e|cai|comeca|pago)(?: (?:a|o))?(?: (?:primeir\w+|1a|entrada|parcela|pagamento|segunda|ultima))*"
    r"|(?:isso|essa proposta|a proposta|esse valor|essa oferta|ela) (?:tem validade|vale|e valid\w)(?: ate quando| por quanto tempo)?|(?:vale|valid\w+) ate quando|qual a validade)\b"
)
"""What the summary of an offer answers by itself."""


async def about_offer(scene: Scene) -> bool:
    """Asked \"sem juros?\", \"quando vence a primeira?\", \"vale até quando?\" with an offer open: the offer says it. False: nothing such."""
    if scene.open_question != "accept_offer" or not _OF_THE_OFFER.search(plain(scene.turn.text or "")):
        return False
    offer = await current_offer(scene)
    if offer is None:
        return False
    await say_offer(scene, offer, await get_debts(scene.conn, offer.debt_ids))
    return True


async def monthly_day(scene: Scene, known: Facts) -> bool:
    """ "Todo dia 15": the instalments fall on the day of the first payment, so that only some days can be had. False: not wished."""
    said = plain(scene.words)
    found = MONTHLY_DAY.search(said) or (DUE_DAY.search(said) if scene.open_question in ("plans", "accept_offer") else None)
    if found is None:
        return False
    wished = next(int(day) for day in found.groups() if day)
    latest = latest_first_due(known.limits, known.today)
    days = [known.today + timedelta(days=n) for n in range((latest - known.today).days + 1)]
    first = next((day for day in days if day.day == wished), None)
    kept = scene.question.arguments if scene.question else {}
    own = replace(
        counter_in(scene, asked="count" if scene.open_question in ("plans", "accept_offer") else None)[0], first_due=None
    )
    if first is None:
        scene.say("utter_monthly_day", wished=wished, latest={"date": latest.isoformat()})
    if first is None and own.empty:
        await scene.go_back()
    elif own.instalment is not None and own.count is None and own.down is None:
        await answer_capacity(scene, known, own.instalment, replace(own, first_due=first))
    else:
        count = own.count if own.count is not None or own.instalment is not None else kept.get("count")
        down = own.down if own.down is not None else kept.get("own_down")
        await answer_counter(scene, known, Counter(count=count, down=down, instalment=own.instalment, first_due=first))
    return True


async def back_on_the_table(scene: Scene) -> bool:
    """\"Aceito\" after a question in between: the offer comes back in full and is asked about again. No yes to a deal ever buys
    something else, such as a Pix of the whole amount."""
    said = plain(scene.words)
    if not _DOWN_PAYMENT.search(said) and (not _A_DEAL.search(said) or _AT_ONCE.search(said)):
        return False
    offer = await current_offer(scene)
    if offer is None:
        return False
    await say_offer(scene, offer, await get_debts(scene.conn, offer.debt_ids), before="utter_offer_again")
    return True


async def explain_offer(scene: Scene) -> bool:
    """\"Por que esse valor?\" about the offer that lies open: its own arithmetic, and back to it."""
    question = scene.question
    if question is None or question.name not in ("plans", "accept_offer"):
        return False
    debts = await get_debts(scene.conn, question.arguments.get("debts", []))
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return False
    known = await known_facts(scene, debts)
    if known is None:
        return False
    await say_why(scene, known)
    scene.say(f"utter_back_to_{question.name}")
    return True


async def current_offer(scene: Scene) -> Offer | None:
    """The offer that this person could accept now."""
    proof = await scene.proof()
    if proof is None:
        return None
    return await offer_on_the_table(scene.conn, proof.debtor_id, scene.now)
