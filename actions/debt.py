"""What is owed: none, one or several debts, and the calculation line by line."""

from __future__ import annotations

from typing import Any

from actions.agreement_told import tell_of_debts
from actions.choices import options
from actions.resting import at_rest, resting, say_resting
from actions.scene import Scene
from actions.which_debt import payable
from payments.payee import payee_of
from receivables.owed import Owed
from receivables.promising import open_promises, promised_now
from receivables.store import Debt, Debtor, debts_of, get_debtor, get_debts, owed, why_uncollectable

MOST_PAPERS = 3
"""So many documents in one turn: more would bury the words beside them."""


async def show_debts(scene: Scene) -> None:
    """All of it when there is one debt; a list to choose from when there are several."""
    if await at_rest(scene):
        return
    debtor, debts = await payable(scene)
    if not debts:
        await _say_nothing_payable(scene, debtor)
        return
    agreed = [debt for debt in debts if debt.status == "agreed"]
    debts = [debt for debt in debts if debt.status != "agreed"]
    if agreed:
        await tell_agreements(scene, agreed, alone=not debts)
        if not debts:
            return
    rests = await resting(scene, debts) if len(debts) > 1 else {}
    free = [debt for debt in debts if debt.id not in rests]
    if rests and not free:
        scene.ask(None)
        say_resting(scene, "utter_debts_resting", debts, rests)
        return
    all_debts, debts = debts, free or debts
    if len(debts) == 1:
        await tell(scene, debts)
        if rests:
            say_resting(scene, "utter_debts_resting_beside", all_debts, rests)
        return
    totals = [owed(scene.ground, debt).total for debt in debts]
    if rests:
        say_resting(scene, "utter_debts_resting_beside", all_debts, rests)
    scene.set_slot("focus", None)
    scene.ask("which", shown=[debt.id for debt in debts])
    scene.say(
        "utter_debts_several",
        name=debtor.first_name,
        count=len(debts),
        total={"money": sum(totals)},
        debts=[_row(debt, total) for debt, total in zip(debts, totals, strict=True)],
        options=options(debts, totals),
    )


async def tell_agreements(scene: Scene, debts: list[Debt], *, alone: bool) -> None:
    """What is owed of debts that are agreed on is what their agreements say; beside other debts in one sentence."""
    await tell_of_debts(scene, [debt.id for debt in debts], alone=alone)


async def tell(scene: Scene, debts: list[Debt]) -> None:
    """The calculation of one debt line by line, or of each of several, with the sum."""
    agreed = [debt for debt in debts if debt.status == "agreed"]
    if agreed:
        debts = [debt for debt in debts if debt.status != "agreed"]
        await tell_agreements(scene, agreed, alone=not debts)
        if not debts:
            return
    proof = await scene.proof()
    assert proof is not None
    debtor = await get_debtor(scene.conn, proof.debtor_id)
    rests = await resting(scene, debts)
    if len(debts) > 1 and rests:
        free = [debt for debt in debts if debt.id not in rests]
        if free:
            say_resting(scene, "utter_debts_resting_beside", debts, rests)
            debts = free
        else:
            scene.ask(None)
            say_resting(scene, "utter_debts_resting", debts, rests)
            return
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask("pay")
    arguments = {"debts": [debt.id for debt in debts]}
    slip = any(payee_of(scene.till, debt.creditor_cnpj, debt.portfolio).boleto_provider in scene.till.boletos for debt in debts)
    if len(debts) == 1:
        debt = debts[0]
        due = owed(scene.ground, debt)
        rest = rests.get(debt.id)
        if rest is not None:
            # Nothing is asked for while it is looked into; what it comes to is told, because it was asked.
            scene.ask(None)
            scene.say(
                f"utter_debt_{rest.kind}",
                description=debt.title,
                creditor=debt.creditor_name,
                protocol=rest.protocol,
                answer_by={"date": rest.until.isoformat()},
                today={"date": due.day.isoformat()},
                total={"money": due.total},
            )
            return
        values = {"name": debtor.first_name, "arguments": arguments, "slip": slip, **_calculation(debt, due)}
        if debt.extended_to is not None and debt.extended_to >= scene.today:
            scene.say("utter_debt_extended", **{**values, "due": {"date": debt.extended_to.isoformat()}})
        elif due.days_overdue == 0:
            scene.say("utter_debt_on_time", **values)
        else:
            scene.say("utter_debt_with_discount" if due.discount else "utter_debt", **values)
        for held in await open_promises(scene.conn, [debt.id]):
            # What is owed on that day counts: it sinks with what was paid meanwhile.
            promised = promised_now(scene.ground, held, await get_debts(scene.conn, held.debts))
            scene.say("utter_promise_held", day={"date": held.day.isoformat()}, amount={"money": promised})
        return
    dues = [owed(scene.ground, debt) for debt in debts]
    scene.say(
        "utter_debts_together",
        debts=[_calculation(debt, due) for debt, due in zip(debts, dues, strict=True)],
        count=len(debts),
        total={"money": sum(due.total for due in dues)},
        arguments=arguments,
        slip=slip,
    )


def _calculation(debt: Debt, due: Owed) -> dict[str, Any]:
    return {
        "description": debt.title,
        "creditor": debt.creditor_name,
        "contract": debt.contract,
        "due": {"date": debt.due_date.isoformat()},
        "days": due.days_overdue,
        "principal": {"money": due.principal},
        "fine": {"money": due.fine},
        "interest": {"money": due.interest},
        "discount": {"money": -due.discount},
        "total": {"money": due.total},
        "today": {"date": due.day.isoformat()},
    }


def _row(debt: Debt, total: int) -> dict[str, Any]:
    return {
        "description": debt.title,
        "creditor": debt.creditor_name,
        "due": {"date": debt.due_date.isoformat()},
        "total": {"money": total},
    }


async def _say_nothing_payable(scene: Scene, debtor: Debtor) -> None:
    """No debt, or only such as may not be collected: said plainly, nothing offered, nothing acknowledged."""
    open_ones = [d for d in await debts_of(scene.conn, debtor.id) if d.status in ("open", "agreed", "disputed")]
    whys = {why_uncollectable(scene.ground, debt) for debt in open_ones}
    if whys & {"judicial", "prescribed"}:
        scene.ask("human")
    if "judicial" in whys:
        scene.say("utter_debt_judicial", name=debtor.first_name)
    elif "prescribed" in whys:
        scene.say("utter_debt_prescribed", name=debtor.first_name)
    else:
        scene.say("utter_no_debt", name=debtor.first_name)
