"""For somebody whose collection stands still for good nothing is asked, offered or charged: a person of the team decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from actions.scene import Scene
from receivables.claims import claimed_debts
from receivables.disputing import open_disputes
from receivables.pauses import collection_paused
from receivables.store import Debt, owed


async def at_rest(scene: Scene) -> bool:
    """Whether nothing may be charged to the proven person (a life in danger, a death, a child); it is then said."""
    proof = await scene.proof()
    if proof is None:
        return False
    pause = await collection_paused(scene.conn, proof.debtor_id, scene.now)
    if pause is None or not pause.no_charge_at_all:
        return False
    scene.ask("human")
    scene.say("utter_collection_rests")
    return True


@dataclass(frozen=True)
class Resting:
    """Why a debt is not charged just now: it is under dispute, or said to be paid and looked into. `until`: the day of the answer."""

    kind: Literal["disputed", "claimed"]
    protocol: str
    until: date


async def resting(scene: Scene, debts: Sequence[Debt]) -> dict[int, Resting]:
    """Which of these debts rest, and why. What is agreed on is paid by its agreement, and does not count."""
    ids = [debt.id for debt in debts if debt.status in ("open", "disputed")]
    if not ids:
        return {}
    claims = await claimed_debts(scene.conn, ids)
    found = {debt_id: Resting("claimed", claim.protocol, claim.review_until) for debt_id, claim in claims.items()}
    disputed = [debt.id for debt in debts if debt.status == "disputed"]
    for dispute in await open_disputes(scene.conn, disputed) if disputed else []:
        found |= {one: Resting("disputed", dispute.protocol, dispute.answer_by) for one in dispute.debts if one in disputed}
    return found


def say_resting(scene: Scene, response: str, debts: Sequence[Debt], rests: Mapping[int, Resting]) -> None:
    """Tell of the debts that rest, in this response: a row each, by why they do."""
    rows = {
        kind: [
            {
                "description": debt.title,
                "creditor": debt.creditor_name,
                "total": {"money": owed(scene.ground, debt).total},
                "protocol": rests[debt.id].protocol,
                "until": {"date": rests[debt.id].until.isoformat()},
            }
            for debt in debts
            if debt.id in rests and rests[debt.id].kind == kind
        ]
        for kind in ("disputed", "claimed")
    }
    scene.say(response, **rows)
