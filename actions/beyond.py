"""What the assistant cannot do by itself yet (instalments, extensions, disputes…): said plainly, with a human at hand."""

from __future__ import annotations

from actions.answering import answer_open
from actions.scene import Scene, Topic


class Beyond(Topic):
    """A wish that a human takes care of today."""

    def name(self) -> str:
        return "action_beyond"

    async def act(self, scene: Scene) -> None:
        if await answer_open(scene):
            return  # "na verdade em 5 vezes" corrects what is on the table
        scene.ask("human")
        scene.say(f"utter_beyond_{scene.intent}")


topics = (Beyond,)
