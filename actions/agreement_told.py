"""What an agreement says: what is paid, what is left, what comes next, and its term."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.scene import Scene
from conversations import audit
from payments.agreed import next_of, title
from payments.agreeing import (
    keep_agreement,
)
from payments.papers import agreement_term
from receivables.agreements import Agreement, agreements_of, get_agreement, status_on
from receivables.claims import claimed_debts
from receivables.store import get_debts


async def agreement_spoken_of(scene: Scene) -> Agreement | None:
    """The agreement that is meant: the one tapped, in focus, or the newest; as it is today, broken if its time is over."""
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    kept = scene.question.arguments.get("agreement") if scene.question else None
    wanted = scene.turn.arguments.get("agreement") or kept
    for one in live:
        if wanted in (None, one.id):
            await keep_agreement(scene.conn, scene.till, one.id)
            fresh = await get_agreement(scene.conn, one.id)
            if fresh.status == "active":
                return fresh
    return None


async def say_which_agreement(scene: Scene, debt_ids: Sequence[int]) -> None:
    """Before the code of one of several agreements, none of which was named: whose it is, and how to have the others'."""
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    mine = [one for one in live if set(one.debt_ids) & set(debt_ids)]
    others = [(one, next_of(scene.till, one)) for one in live if one not in mine]
    if len(mine) != 1 or not others:
        return
    scene.say(
        "utter_code_of_agreement",
        creditor=await _creditor_of(scene, mine[0]),
        others=[
            {"creditor": await _creditor_of(scene, one), "title": coming["title"], "amount": coming["amount"]}
            for one, coming in others
            if coming is not None
        ],
    )


async def tell(scene: Scene, agreement: Agreement, *, beside: bool = False) -> None:
    """How it stands: what was paid, what is left, what comes next and until when; and what can be done. `beside`: their other live
    agreements, too, in one sentence each."""
    for other in await agreements_of(scene.conn, agreement.debtor_id, status="active") if beside else ():
        coming = next_of(scene.till, other) if other.id != agreement.id else None
        if coming is not None:
            scene.say(
                "utter_agreement_other",
                protocol=other.protocol,
                creditor=await _creditor_of(scene, other),
                left={"money": other.left},
                agreement=other.id,
                **{f"next_{key}": value for key, value in coming.items()},
            )
    following = next_of(scene.till, agreement)
    assert following is not None
    scene.ask("agreement", takes=("yes_no", "date"), agreement=agreement.id)
    paid = sum(1 for kept in agreement.instalments if kept.status == "paid")
    scene.say(
        "utter_agreement_late" if following["late"] else "utter_agreement_stands",
        protocol=agreement.protocol,
        total={"money": agreement.total},
        paid={"money": agreement.paid},
        paid_count=paid,
        left={"money": agreement.left},
        left_count=len(agreement.unpaid),
        rows=_rows(scene, agreement),
        arguments={"agreement": agreement.id},
        checking=[
            {"protocol": claim.protocol, "until": {"date": claim.review_until.isoformat()}}
            for claim in list((await claimed_debts(scene.conn, agreement.debt_ids)).values())[:1]
        ],
        **{f"next_{key}": value for key, value in following.items()},
    )


async def _creditor_of(scene: Scene, agreement: Agreement) -> str:
    return (await get_debts(scene.conn, agreement.debt_ids))[0].creditor_name


def _rows(scene: Scene, agreement: Agreement) -> list[dict[str, Any]]:
    today = scene.today
    marks = {"paid": "✅", "late": "⚠️", "open": "▫️", "cancelled": "▫️"}
    ordered = sorted(agreement.instalments, key=lambda kept: (kept.due.due_date, kept.due.number))
    return [
        {
            "mark": marks[status_on(kept, today)],
            "title": title(agreement, kept.due),
            "amount": {"money": kept.due.amount},
            "due": {"date": kept.due.due_date.isoformat()},
        }
        for kept in ordered
    ]


async def give_term(scene: Scene, agreement: Agreement) -> None:
    """The agreement on paper; told in the talk where no paper can be made."""
    file = await agreement_term(scene.conn, scene.till, agreement.id)
    if file is None:
        await tell(scene, agreement)
        return
    scene.say("utter_paper_agreement", file=file)
    await audit.record(
        scene.conn, "bot", "papers.given", f"debtor:{agreement.debtor_id}", {"count": 1}, scene.now, tenant_id=agreement.tenant_id
    )


async def agreed_among(scene: Scene, debt_ids: Sequence[int]) -> set[int]:
    """Those of these debts that a live agreement of this person holds, disputed or not."""
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    return {debt_id for one in live for debt_id in one.debt_ids} & set(debt_ids)


async def tell_of_debts(scene: Scene, debt_ids: list[int], *, alone: bool) -> None:
    """How the agreements of these debts stand: the whole of one, or one sentence each beside other debts."""
    proof = await scene.proof()
    assert proof is not None
    mine = [one for one in await agreements_of(scene.conn, proof.debtor_id, status="active") if set(one.debt_ids) & set(debt_ids)]
    for one in mine:
        if alone and len(mine) == 1:
            await tell(scene, one)
        else:
            following = next_of(scene.till, one)
            assert following is not None
            scene.say(
                "utter_agreement_beside",
                protocol=one.protocol,
                left={"money": one.left},
                **{f"next_{key}": value for key, value in following.items()},
            )
