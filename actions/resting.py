"""For somebody whose collection stands still for good nothing is asked, offered or charged: a person of the team decides."""

from __future__ import annotations

from actions.scene import Scene
from receivables.pauses import collection_paused


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
