"""Questions that have one honest answer whoever asks, and files that people send."""

from __future__ import annotations

from actions.scene import Scene, Topic


class Answer(Topic):
    """Says the response that is named after the intent."""

    def name(self) -> str:
        return "action_answer"

    async def act(self, scene: Scene) -> None:
        scene.set_slot("misses", 0)
        scene.say(f"utter_answer_{scene.intent}")


class FileReceived(Topic):
    """A photo, a PDF, a voice note: kept, and said honestly that a person will look at it."""

    def name(self) -> str:
        return "action_file_received"

    async def act(self, scene: Scene) -> None:
        kinds = {kind.removeprefix("media/") for kind in scene.turn.kinds if kind.startswith("media/")}
        if kinds & {"voice", "audio"}:
            scene.say("utter_media_voice")
        elif kinds & {"image", "document"}:
            scene.say("utter_media_file")
        else:
            scene.say("utter_media_other")


topics = (Answer, FileReceived)
