"""\"Cancela esse Pix\": the code that was sent stops working, at the bank too; what is owed stays, and that is said."""

from __future__ import annotations

import re

from actions.proving import proven
from actions.scene import Scene
from payments import charges
from payments.issue import close
from receivables.store import get_debts
from understanding.plain import plain

WITHDRAW = "cancelar_codigo"

_CODE = re.compile(
    r"\b(?:cancel(?:a|ar|e|em|amento)|anul(?:a|ar|e)|desfaz(?:er)?|exclu(?:i|ir|a)|apag(?:a|ar|ue)|invalid(?:a|ar|e)|nao quero mais|desist\w+)"
    r"(?: (?:o|os|esse|este|esses|meu|aquele|a|essa|esta|d[oae]|desse|deste|pra mim|por favor|pagar|com|por|no|usar|\w{1,3}))*"
    r" (?P<what>pix|boletos?|codigos?|qr ?code|cobrancas?)\b"
)


def withdraw_wished(words: str) -> bool:
    """Whether these words ask for a code to be withdrawn, and not for a debt or an agreement to be."""
    return _CODE.search(plain(words)) is not None


async def withdraw(scene: Scene) -> None:
    """Close what can still be paid; of several kinds the one that was named."""
    proof = await proven(scene, WITHDRAW)
    if proof is None:
        return
    found = _CODE.search(plain(scene.words))
    kind = {"pix": "pix", "boleto": "boleto", "boletos": "boleto"}.get(found["what"] if found else "")
    done = await close_codes(scene, proof.debtor_id, kind)
    if not done:
        scene.say("utter_withdraw_nothing")
        return
    if scene.open_question == "pay":
        scene.ask(None)
    scene.say(
        "utter_withdrawn",
        codes=[{"kind": {"phrase": f"kind:{charge.kind}"}, "amount": {"money": charge.amount}} for charge in done],
    )


async def close_codes(scene: Scene, debtor_id: int, kind: str | None = None) -> list[charges.Charge]:
    """Close every code of somebody that can still be paid (of one kind, if it is named); those that are cancelled now."""
    closed = []
    for one in await charges.charges_of(scene.conn, debtor_id):
        if not one.live or kind not in (None, one.kind):
            continue
        # Debts before charges: the order of locks in all of payments.
        await get_debts(scene.conn, [item.debt_id for item in await charges.items_of(scene.conn, one.id)], lock=True)
        charge = await charges.get(scene.conn, one.id, lock=True)
        if charge.live:
            await close(scene.conn, scene.till, charge, "cancelled")
            closed.append(await charges.get(scene.conn, one.id))
    return [charge for charge in closed if charge.status == "cancelled"]
