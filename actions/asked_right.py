"""\"Isso tá errado\", below what was read back: what is right is asked, and an "ok" that follows agrees to nothing."""

from __future__ import annotations

from typing import Any

from actions.scene import Scene

READ_BACK = ("extension_confirm", "promise_confirm")
"""Days that are read back and wait for a yes."""


def ask_what_is_right(scene: Scene) -> None:
    """Ask it. A day that was read back is asked for again, so that any yes is to what is read back anew."""
    question = scene.question
    if question is not None and question.name in READ_BACK:
        kept = question.arguments
        if question.name == "extension_confirm":
            scene.ask("extension_day", takes=("date", "yes_no"), debts=kept["debts"], latest=kept["day"])
        else:
            own: dict[str, Any] = {name: kept.get(name) for name in ("debts", "amount", "changing")}
            scene.ask("promise_day", takes=("date", "yes_no"), proposed=kept["day"], **own)
    scene.say("utter_correct_what")
