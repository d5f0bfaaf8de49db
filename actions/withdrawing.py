"""\"Cancela esse Pix\": the code that was sent stops working, at the bank too; what is owed stays, and that is said."""

from __future__ import annotations

import re

from actions.pix import pay
from actions.proving import proven
from actions.scene import Scene
from actions.which_debt import chosen_debts, named_by_words
from payments import charges
from payments.issue import close
from receivables.store import get_debts
from understanding.plain import plain

WITHDRAW = "cancelar_codigo"

_CODE = re.compile(
    r"\b(?:cancel(?:a|ar|e|em|amento)|anul(?:a|ar|e)|desfaz(?:er)?|exclu(?:i|ir|a)|apag(?:a|ar|ue)|invalid(?:a|ar|e)|nao quero mais|desist\w+)"
    r"(?: (?:o|os|esse|este|esses|meu|aquele|a|essa|esta|d[oae]|desse|deste|pra mim|por favor|pagar|com|por|no|usar|(?:, )?nao quero(?: mais)?|\w{1,3}))*"
    r" (?P<what>pix|boletos?|codigos?|qr ?code|cobrancas?)\b"
    r"(?!.*\b(?:mand\w+|quero|prefiro|ger\w+|faz|me da)\b.*\b(?:pix|boleto|codigo)\b)"
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


_ONLY = re.compile(r"\b(?:so|somente|apenas|unicamente|so mesmo)\b")
_WITHOUT = re.compile(
    r"\b(?:cancel\w+|tir(?:a|ar|e)|retir\w+|exclu\w+)\b (?:\w+ ){0,2}(?:o|a|os|as) (?:pix |boleto |codigo )?d[aoe]s?\b"
)
"""\"Cancela o da loja\": the other stays."""
_ANOTHER_WISH = re.compile(
    r"\b(?:parcel\w*|divid\w*|descont\w*|juros|acordo|por ?que|quanto|qual|paguei|pago dia|reconhec\w+|contest\w+)\b"
)


async def only_these(scene: Scene) -> bool:
    """\"Na verdade só a da loja\", with the codes of several debts just sent: the others' stop working, and that one's is sent alone.
    False: no such words, or no codes of more than what they name."""
    said = plain(scene.turn.text or "")
    proof = await scene.proof()
    drops = _WITHOUT.search(said) is not None
    if proof is None or not (drops or _ONLY.search(said)) or _ANOTHER_WISH.search(said):
        return False
    if scene.open_question not in (None, "pay"):
        return False
    live = [one for one in await charges.charges_of(scene.conn, proof.debtor_id) if one.live]
    held = {
        one.id: {item.debt_id for item in await charges.items_of(scene.conn, one.id)}
        for one in live
        if not await charges.instalments_of(scene.conn, one.id)
    }
    every = set().union(*held.values()) if held else set()
    if len(every) < 2:
        return False
    kept = {debt.id for debt in await chosen_debts(scene) or await named_by_words(scene)} & every
    kept = every - kept if drops else kept
    if not kept or kept == every:
        return False
    await get_debts(scene.conn, sorted(every), lock=True)
    gone = []
    for charge_id, debt_ids in held.items():
        charge = await charges.get(scene.conn, charge_id, lock=True)
        if charge.live and not debt_ids <= kept:
            await close(scene.conn, scene.till, charge, "cancelled")
            gone.append(await charges.get(scene.conn, charge_id))
    gone = [charge for charge in gone if charge.status == "cancelled"]
    if gone:
        scene.say(
            "utter_only_these",
            codes=[{"kind": {"phrase": f"kind:{charge.kind}"}, "amount": {"money": charge.amount}} for charge in gone],
        )
    kinds = {one.kind for one in live if held.get(one.id, set()) & kept}
    scene.set_slot("focus", sorted(kept))
    if kinds == {"boleto"}:
        scene.set_slot("means", "boleto")
    scene.wish_words = ""  # "manda só da loja" was a choice, and no wish to pay a part
    await pay(scene)
    return True


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
