"""The first words: who speaks, that it is a machine, and nothing about anybody's debts."""

from __future__ import annotations

from actions.identity import give_identity
from actions.resuming import resume_thread
from actions.scene import Scene, Topic
from receivables.brasilia import BRASILIA
from receivables.store import get_debtor


class Greet(Topic):
    """\"Oi\"; by name only once it is known who says it, and briefly while identity is being asked."""

    def name(self) -> str:
        return "action_greet"

    async def act(self, scene: Scene) -> None:
        if scene.turn.given.documents and scene.form is None:
            await give_identity(scene)
            return
        scene.say(f"utter_greet_{_part_of_day(scene)}")
        proof = await scene.proof()
        if proof is not None:
            debtor = await get_debtor(scene.conn, proof.debtor_id)
            scene.say("utter_greet_known", name=debtor.first_name)
            if scene.lapsed is not None:
                scene.say("utter_resume_here")
                await resume_thread(scene)
            else:
                await scene.go_back()
        elif scene.form is None:
            scene.say("utter_greet_back" if scene.lapsed else "utter_greet")


def _part_of_day(scene: Scene) -> str:
    hour = scene.now.astimezone(BRASILIA).hour
    return "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"


topics = (Greet,)
