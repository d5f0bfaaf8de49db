"""The promise or the new date that holds now, told."""

from __future__ import annotations

import re
from typing import Any

from actions.scene import Scene
from actions.which_debt import payable
from conversations.reply import last_response
from receivables.extending import last_extension
from receivables.promising import (
    Promise,
    promised_now,
    promises_of,
)
from receivables.store import get_debts
from understanding.plain import plain


async def tell_promises(scene: Scene) -> bool:
    """What was promised and holds, the newest first; False when nothing was."""
    held = await promises_that_stand(scene)
    if not held:
        return False
    scene.ask("promise_made", takes=("date", "amount"), promise=held[-1].id)
    for one in held:
        debts = await get_debts(scene.conn, list(one.debts))
        amount = promised_now(scene.ground, one, debts)
        scene.say("utter_promise_stands", debts=[{"description": debt.title} for debt in debts], **as_promised(one, amount))
    return True


async def promises_that_stand(scene: Scene) -> list[Promise]:
    proof = await scene.proof()
    return [one for one in await promises_of(scene.conn, proof.debtor_id) if one.status == "open"] if proof is not None else []


def as_promised(one: Promise, amount: int | None = None) -> dict[str, Any]:
    return {
        "day": {"date": one.day.isoformat()},
        "amount": {"money": one.amount if amount is None else amount},
        "protocol": one.protocol,
    }


async def tell_standing(scene: Scene) -> bool:
    """The promise or the new date that holds, where there is no agreement; False when there is neither."""
    proof = await scene.proof()
    assert proof is not None
    if await tell_promises(scene):
        return True
    _, debts = await payable(scene)
    moved = await last_extension(scene.conn, [debt.id for debt in debts if debt.status == "open"])
    if moved is None or moved.due_date < scene.today:
        return False
    scene.ask(None)
    scene.say(
        "utter_extension_holds", day={"date": moved.due_date.isoformat()}, amount={"money": moved.total}, protocol=moved.protocol
    )
    return True


_DEARER_MEANWHILE = re.compile(
    r"\b(?:juros?|multa|acrescimo|taxa|aument\w+|sobe|subir|encarec\w+|mais caro|correcao|o mesmo valor|muda o valor)\b"
)
_OF_THAT_TIME = re.compile(
    r"\b(?:nesse (?:meio )?tempo|nesse periodo|nesse prazo|ate la|nesses dias|enquanto isso|desses dias|por causa disso|por isso|pelo prazo|ate esse dia|no novo|da prorrogacao|do prazo)\b"
    r"|^(?:(?:e|mas|ai|entao) )*(?:vai |vao |tem |ter |cobra\w* |corre\w* |vou pagar |pago |vem |o |a |mais |com |sobre isso )+(?:juros?|multa|acrescimo|taxa|aumento|mais caro|valor muda|mesmo valor)(?: (?:mais|a mais|ou nao|nao|disso|ne|mesmo))*$"
)


async def interest_until_then(scene: Scene) -> bool:
    """ "Vai ter juros nesse tempo?", right below a date that was moved: what holds until then, and no lesson on delay. False: not that."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _DEARER_MEANWHILE.search(said) or not _OF_THAT_TIME.search(said):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith(("utter_extension_done", "utter_extension_holds", "utter_promise_done", "utter_promise_stands")):
        return False
    return await scene.proof() is not None and await tell_standing(scene)
