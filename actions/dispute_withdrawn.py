"""A dispute that its own people take back: which one, whether they mean it, and what can be paid then."""

from __future__ import annotations

import re

from actions.denial import wishes_to_pay
from actions.heard import yes_or_no
from actions.scene import Scene
from actions.which_debt import payable, spoken_of
from conversations import audit
from receivables.disputing import Dispute, disputes_of, end_dispute, open_disputes
from receivables.store import get_debts
from understanding.dispute_reasons import takes_dispute_back
from understanding.plain import plain


async def whose_disputes(scene: Scene) -> int:
    proof = await scene.proof()
    assert proof is not None
    return proof.debtor_id


async def ask_withdrawal(scene: Scene) -> bool:
    """Read back which dispute would be taken back; False when there is none."""
    known = await open_ones(scene)
    if not known:
        scene.say("utter_dispute_none")
        return False
    scene.ask("dispute_withdraw", takes=("yes_no",), dispute=known[0].id)
    titles = [{"description": debt.title} for debt in await get_debts(scene.conn, known[0].debts)]
    scene.say("utter_dispute_withdraw", protocol=known[0].protocol, debts=titles, arguments={"withdraw": known[0].id})
    return True


async def open_ones(scene: Scene) -> list[Dispute]:
    """This person's open disputes: first the one whose number or debt is named, then the one that is talked about, then the newest."""
    proof = await scene.proof()
    if proof is None:
        return []
    known = [one for one in await disputes_of(scene.conn, proof.debtor_id) if one.status == "open"]
    said, here = plain(scene.turn.text or ""), scene.question.arguments.get("dispute") if scene.question else None
    every = await get_debts(scene.conn, [debt_id for one in known for debt_id in one.debts])
    named = {debt.id for debt in spoken_of(scene, scene.turn.text or "", every)[0]} if len(known) > 1 else set()

    def rank(one: Dispute) -> tuple[bool, bool, bool, float]:
        number = plain(one.protocol)
        called = number in said or number.split()[-1] in said.split()
        return not called, not named & set(one.debts), one.id != here, -one.opened_at.timestamp()

    return sorted(known, key=rank)


_WITHDRAWS = re.compile(
    r"(?:(?:sim|isso|pode|ta|ok|quero|claro|bom|entao|por favor|eu) )*(?:retir|tir|cancel|anul|desfa[zç]|confirm)\w*(?: (?:sim|ela|essa|isso|ai|entao|por favor|a contestac\w+|logo|pra mim))*"
)


async def answer_withdrawal(scene: Scene) -> bool:
    assert scene.question is not None
    said = scene.turn.text or ""
    dispute_id = int(scene.question.arguments["dispute"])
    answer = yes_or_no(scene)
    if answer is None and said and not scene.turn.arguments:
        (known,) = [one for one in await disputes_of(scene.conn, await whose_disputes(scene)) if one.id == dispute_id]
        ours = {debt.id for debt in await get_debts(scene.conn, known.debts)}
        named = {debt.id for debt in spoken_of(scene, said, (await payable(scene))[1])[0]}
        if wishes_to_pay(said) and (not named or named <= ours):
            return await withdraw_and_pay(scene, dispute_id)
        if named and not named & ours and not wishes_to_pay(said) and await open_disputes(scene.conn, sorted(named)):
            return await ask_withdrawal(scene)  # of another one
        answer = True if _WITHDRAWS.fullmatch(plain(said)) else None
    if answer is None:
        return False
    scene.ask(None)
    if not answer:
        scene.say("utter_dispute_stays")
        return True
    await take_back_dispute(scene, dispute_id)
    scene.ask("pay")
    scene.say("utter_dispute_withdrawn")
    return True


async def take_back_dispute(scene: Scene, dispute_id: int) -> None:
    """Withdraw it; its debts are those that are talked about from now on."""
    (known,) = [one for one in await disputes_of(scene.conn, await whose_disputes(scene)) if one.id == dispute_id]
    await end_dispute(scene.conn, scene.ground, dispute_id, "withdrawn", by="debtor")
    await audit.record(scene.conn, "debtor", "dispute.withdrawn", f"dispute:{dispute_id}", {}, scene.now)
    scene.set_slot("focus", list(known.debts))


async def withdraw_and_pay(scene: Scene, dispute_id: int) -> bool:
    """ "É minha, manda o Pix": the dispute is withdrawn and what it was about can be paid, which is what was asked for."""
    await take_back_dispute(scene, dispute_id)
    scene.ask("pay")
    scene.say("utter_dispute_withdrawn")
    await scene.turn_to("solicitar_pagamento")
    return True


async def withdrawal_tapped(scene: Scene) -> bool:
    """An answer that was tapped below the question whether to withdraw is about that dispute, however late. False: no such tap."""
    dispute_id = scene.turn.arguments.get("withdraw")
    if dispute_id is None or scene.intent not in ("afirmar", "negar") or await scene.proof() is None:
        return False
    mine = [one for one in await disputes_of(scene.conn, await whose_disputes(scene)) if one.id == int(dispute_id)]
    if not mine:
        return False
    if mine[0].status != "open":
        scene.say("utter_dispute_over")
        return True
    if scene.intent == "negar":
        scene.ask(None)
        scene.say("utter_dispute_stays")
        return True
    await take_back_dispute(scene, int(dispute_id))
    scene.ask("pay")
    scene.say("utter_dispute_withdrawn")
    return True


async def dispute_taken_back(scene: Scene) -> bool:
    """\"Cancela a contestação\" among what is cancelled; False when nothing of the kind was meant."""
    if await scene.proof() is None or not takes_dispute_back(scene.words):
        return False
    return await ask_withdrawal(scene)
