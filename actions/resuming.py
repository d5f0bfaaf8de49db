"""Back after hours or days: the thread is kept, identity is proven again, and what was open is asked with the facts of today."""

from __future__ import annotations

from actions.debt import show_debts
from actions.proving import proven
from actions.scene import Scene, Topic
from conversations.questions import open_question, shown_here

RESUME = "retomar"


async def resume_thread(scene: Scene) -> None:
    """Ask again what was open, now that it is known who writes; what is owed when nothing is."""
    if scene.question is None:
        scene.question = await open_question(scene.conn, scene.conversation.id, scene.now)
        if scene.question is not None and scene.question.brought:
            scene.set_slot("focus", list(scene.question.focus) or None)
            await shown_here(scene.conn, scene.conversation.id)
    if not await scene.ask_again():
        await show_debts(scene)


async def brought_here(scene: Scene) -> bool:
    """Whether something is open that was asked on another channel of this person, and was not shown here yet."""
    found = await open_question(scene.conn, scene.conversation.id, scene.now)
    return found is not None and found.brought


async def prove_and_resume(scene: Scene) -> bool:
    """An answer came to a question whose proof of identity has lapsed: it is proven again, then asked again. False: there is none."""
    if scene.lapsed is None or scene.form is not None:
        return False
    scene.say("utter_resume_prove" if await scene.proof() is None else "utter_resume_here")
    if await proven(scene, RESUME):
        await resume_thread(scene)
    return True


class TakeUp(Topic):
    """\"Continuar de onde paramos\"."""

    def name(self) -> str:
        return "action_take_up"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, RESUME):
            await resume_thread(scene)


topics = (TakeUp,)
