"""The first words: who speaks, that it is a machine, and nothing about anybody's debts."""

from __future__ import annotations

from actions.scene import Scene, Topic
from receivables.store import get_debtor


class Greet(Topic):
    """\"Oi\"; by name only once it is known who says it."""

    def name(self) -> str:
        return "action_greet"

    async def act(self, scene: Scene) -> None:
        proof = await scene.proof()
        if proof is None:
            scene.say("utter_greet")
        else:
            debtor = await get_debtor(scene.conn, proof.debtor_id)
            scene.say("utter_greet_known", name=debtor.first_name)


topics = (Greet,)
