"""\"Pode ser tudo junto?\", \"quitou tudo?\": what is asked of all the debts at once is answered from the store."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.debt import tell_agreements
from actions.pix import pay
from actions.resting import resting
from actions.scene import Scene
from actions.which_debt import named_by_words, payable
from receivables.store import Debt, owed
from understanding.plain import plain

_IN_ONE = re.compile(
    r"\b(?:tudo|todas?|ambas|as duas|os dois|as tres|contas)\b.{0,30}\b(?:junt[oa]s?|n?um so|so um|(?:num|em um|um) (?:unico )?(?:pix|boleto|codigo|pagamento)|uma (?:so )?vez so|no mesmo)\b"
    r"|\b(?:num|em um|um) (?:so |unico )?(?:pix|boleto|codigo|pagamento)(?: so)?\b.{0,25}\b(?:tudo|todas|(?:as|pras|nas) (?:duas|tres)|(?:os|pros) dois)\b|\b(?:pagar|pago|ser|fazer|mandar) (?:tudo )?junto\b"
)
_ASKS_LEAVE = re.compile(r"^(?:e |mas |entao )?(?:pode|posso|da (?:pra|para|p)|tem como|consigo|queria saber se|sera que)\b")
_ALL_SETTLED = re.compile(
    r"\b(?:quit(?:ou|ei)|zer(?:ou|ei)|acabou|(?:ta|esta|ficou|fico|foi) (?:tudo )?(?:quitad[ao]s?|zerad[ao]|resolvid[ao]s?)|(?:ta|esta) tudo pago)\b"
    r"|\b(?:nao|n) (?:devo|falta|tem) mais nada\b|\b(?:ainda )?(?:devo|falta) (?:mais )?(?:alguma coisa|algo)\b"
)
_MAY_BE = frozenset(
    "agradecer afirmar despedir nlu_fallback fora_de_escopo responder informar_ja_paguei consultar_divida recibo_quitacao ajuda consequencias nao_entendi".split()
)
_MORE_WISHED = re.compile(r"\b(?:parcel\w+|divid\w+|descont\w+|vezes|\d+ ?x|acordo|nome|serasa|spc|score)\b")
_LONGEST = 14


async def of_all_together(scene: Scene) -> bool:
    """Answer what is asked of all debts at once. False: nothing of the kind was asked."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not said or len(said.split()) > _LONGEST or _MORE_WISHED.search(said):
        return False
    asks = "?" in (scene.turn.text or "")
    if _IN_ONE.search(said) and (asks or _ASKS_LEAVE.search(said)):
        return await scene.proof() is not None and await in_one_code(scene)
    if _IN_ONE.search(said) and scene.intent in _MAY_BE and scene.open_question in (None, "pay", "which", "which_to_pay", "show"):
        if await scene.proof() is None:
            return False
        await pay(scene)  # "as duas num boleto só" wishes for it
        return True
    if asks and _ALL_SETTLED.search(said) and scene.intent in _MAY_BE and await scene.proof() is not None:
        if await named_by_words(scene):
            return False  # of one of them it is asked
        return await _tell_what_is_left(scene)
    return False


async def in_one_code(scene: Scene, meant: Sequence[Debt] | None = None) -> bool:
    """One code holds what one creditor is owed; for several there is one each, and that is said before they are made. `meant`: these
    debts alone."""
    debts = list(meant) if meant is not None else (await payable(scene))[1]
    rests = await resting(scene, debts)
    free = [debt for debt in debts if debt.status == "open" and debt.id not in rests]
    creditors = {debt.creditor_name: 0 for debt in free}
    if len(creditors) < 2:
        return False
    for debt in free:
        creditors[debt.creditor_name] += owed(scene.ground, debt).total
    ids = [debt.id for debt in free]
    scene.set_slot("focus", ids)
    scene.ask("pay")
    scene.say(
        "utter_one_code_each",
        count=len(creditors),
        parts=[{"creditor": name, "total": {"money": total}} for name, total in creditors.items()],
        total={"money": sum(creditors.values())},
        arguments={"debts": ids},
    )
    return True


async def _tell_what_is_left(scene: Scene) -> bool:
    """Yes, when nothing is left; else what is."""
    _, debts = await payable(scene)
    agreed = [debt for debt in debts if debt.status == "agreed"]
    rests = await resting(scene, debts)
    free = [debt for debt in debts if debt.status == "open" and debt.id not in rests]
    if not free and not agreed:
        return False  # what rests, or is settled, is told by its own topic
    if free:
        totals = [owed(scene.ground, debt).total for debt in free]
        scene.set_slot("focus", [debt.id for debt in free] if len(free) == 1 else None)
        if len(free) == 1:
            scene.ask("pay")
        else:
            scene.ask("which", shown=[debt.id for debt in free])
        scene.say(
            "utter_not_all_settled",
            debts=[{"description": debt.title, "total": {"money": total}} for debt, total in zip(free, totals, strict=True)],
            arguments={"debts": [debt.id for debt in free]},
        )
    if agreed:
        await tell_agreements(scene, agreed, alone=False)
    return True
