""" "Quanto eu devo?": all debts, one of them, why so much, and on paper."""

from __future__ import annotations

import re

from actions.debt import MOST_PAPERS, show_debts, tell
from actions.negotiating import explain_offer
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.several import discounts_of_each
from actions.which_debt import chosen_debts, payable, payable_of
from conversations import audit
from payments.papers import calculation
from understanding.plain import plain

_DISCOUNT = re.compile(r"\b(?:descont\w+|abatiment\w+)\b")
_HOW_MUCH_AND_WHY = re.compile(r"\b(por ?que|pq|como|explica\w*|detalh\w*|multa|juros|calculo|conta feita)\b")
_HOW_MUCH = re.compile(
    r"(?:(?:e|mas|ai|ta|entao|ok) )*quanto (?:e|eh|fica|da|ta|sai|vai dar|vai ficar|daria|ficaria)(?: (?:que fica|isso|as duas|os dois|as tres|elas|essas|essas duas|junto|juntas))*"
)
_WHY_SO = re.compile(r"\b(?:por ?que|pq|porq|como (?:voces |vcs )?(?:chegaram|calcul\w+)|explica\w*|de onde)\b")
_ON_PAPER = re.compile(r"\b(pdf|memoria d[eo] calculo|por escrito|planilha)\b")


class ShowDebts(Topic):
    """\"Quanto eu devo?\""""

    def name(self) -> str:
        return "action_show_debts"

    async def act(self, scene: Scene) -> None:
        if not await proven(scene, "consultar_divida"):
            return
        if _WHY_SO.search(plain(scene.words)) and await explain_offer(scene):
            return
        if _DISCOUNT.search(plain(scene.words)) and await discounts_of_each(scene):
            return
        in_focus = await payable_of(scene, scene.slots.get("focus") or ())
        if in_focus and _HOW_MUCH_AND_WHY.search(plain(scene.words)):
            await tell(scene, in_focus)
            scene.say("utter_how_it_adds_up")
        elif len(in_focus) > 1 and _HOW_MUCH.fullmatch(plain(scene.words)):
            await tell(scene, in_focus)  # "quanto fica?", of the two that were shown
        else:
            named = await chosen_debts(scene)
            await (tell(scene, named) if named else show_debts(scene))
        if _ON_PAPER.search(plain(scene.words)):
            await _give_calculation(scene)


async def _give_calculation(scene: Scene) -> None:
    """The same on paper, of what is being talked about or else of all that is owed."""
    debtor, debts = await payable(scene)
    focus = scene.slots.get("focus") or [debt.id for debt in debts]
    files = (await calculation(scene.conn, scene.till, [debt.id for debt in debts if debt.id in focus]))[:MOST_PAPERS]
    for file in files:
        scene.say("utter_paper_calculation", file=file)
    if files:
        await audit.record(
            scene.conn, "bot", "papers.given", f"debtor:{debtor.id}", {"count": len(files)}, scene.now, tenant_id=debtor.tenant_id
        )


topics = (ShowDebts,)
