"""A voice note that was heard on this machine: read back and confirmed before anything is made of it."""

from __future__ import annotations

from actions.scene import Scene
from conversations.masking import mask

_LONGEST = 600


def say_what_was_heard(scene: Scene) -> bool:
    """Read the newest recording back, with its words to be confirmed; False where nothing was heard."""
    heard = [file for file in scene.turn.media if file.words]
    if not heard:
        return False
    file = heard[-1]
    words = mask(file.words or "")
    shown = words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + "…"
    scene.say("utter_voice_heard", heard=shown, arguments={"media": file.id})
    return True


def say_what_did_not_come(scene: Scene) -> bool:
    """Ask for the files once more when none of them could be had; False when something came.

    One that is still being fetched after the turn has waited for it is told like one that is lost: nothing is said to be kept that is not.
    """
    files = scene.turn.media
    if not files or any(file.state not in ("lost", "refused", "waiting") for file in files):
        return False
    scene.say("utter_media_lost")
    return True
