"""Several wishes, each of another debt, in one message: every one is done for the debt that it names, and for no other.

\"O boleto da escola, parcelar a da loja em 3 e a do telefone eu já paguei dia 5\": what was understood of each is told first, so that
nothing is written down unseen of a debt that was not meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from actions.clauses import clauses
from actions.going_on import wishes
from actions.pix import pay
from actions.proving import proven
from actions.rights import CORRECTION
from actions.scene import Scene
from actions.which_debt import named_by_words, payable, spoken_of
from conversations import effects
from conversations.turn import text_of
from receivables.store import Debt
from understanding.by_account import Kind, Part, in_so_many, offers_a_choice
from understanding.dealing import deals
from understanding.dispute_reasons import dispute_reason
from understanding.kinds import kinds_called
from understanding.plain import plain

_INTENTS: dict[Kind, str] = {
    "paid": "informar_ja_paguei",
    "dispute": "contestar_divida",
    "correct": CORRECTION,
    "pay": "solicitar_pagamento",
    "discount": "pedir_desconto",
    "divide": "parcelar",
    "later": "promessa_pagamento",
}
_FORMAL = ("paid", "dispute", "fine", "unpaid", "correct")
"""What is written down, and so has to be said and not asked."""
SERVED = frozenset(_INTENTS.values()) | frozenset(
    "corrigir_informacao pedir_prorrogacao enviar_comprovante nlu_fallback pagamento_duplicado_estorno".split()
)
"""What the pieces of such a message may have been taken for; any other piece is answered beside them."""
_ORDER: tuple[Kind, ...] = ("paid", "dispute", "correct", "fine", "unpaid", "pay", "discount", "later", "divide")
"""What rests comes first, then what is kept, then the codes; what asks back comes last."""
_NOT_SERVED = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe colou_codigo ameaca_juridica responder
    dificuldade_financeira""".split()
)
_SHOWN = "utter_one_by_one"
_OTHER = re.compile(r"\boutr[ao]\b")


@dataclass
class Wished:
    """What is wished of some debts. `sure`: these very debts, and not one of them. `missing`: what was named and is not there."""

    kind: Kind | None
    debts: list[Debt]
    words: list[str]
    means: str | None = None
    sure: bool = True
    missing: list[str] = field(default_factory=list)


async def by_debt(scene: Scene) -> bool:
    """Serve each wish of the message for its own debt. False: there are no such several wishes."""
    if scene.turn.arguments or not scene.turn.text or scene.form is not None or scene.intent in _NOT_SERVED:
        return False
    if scene.piece is not None and scene.intent not in SERVED:
        return False  # another question beside them has an answer of its own
    if scene.piece and any(name == _SHOWN for name, _ in await effects.said_in(scene.conn, scene.turn.id)):
        return True  # served with the piece before
    whole = scene.turn.text if scene.piece is None else await text_of(scene.conn, scene.turn.id) or ""
    if not _may_be_several(whole):
        return False
    if await scene.proof() is None:
        if not scene.turn.given.documents:
            return False
        wanted = scene.intent if scene.intent in wishes() else "consultar_divida"
        if not await proven(scene, wanted or "consultar_divida"):
            return True
    return await serve_by_debt(scene, whole)


async def code_of_another(scene: Scene) -> bool:
    """ "Quero o Pix da escola", with an offer for the shop's debt on the table: that code, and no plan of it. False: nothing such."""
    said = plain(scene.turn.text or "")
    offered = set((scene.question.arguments.get("debts") if scene.question else None) or ())
    if not offered and scene.intent not in _UNSURE:
        return False  # the topic of paying finds the debts by itself
    if scene.intent in _NOT_SERVED or scene.turn.arguments or not _A_CODE.search(said) or deals(said):
        return False
    if await scene.proof() is None or "?" in (scene.turn.text or "") or _kinds(scene.turn.text or "") != {"pay"}:
        return False
    named = await named_by_words(scene)
    if not named or {debt.id for debt in named} & offered:
        return False
    scene.set_slot("focus", [debt.id for debt in named])
    await pay(scene)
    return True


_UNSURE = frozenset("nlu_fallback fora_de_escopo escolher_opcao".split())
_A_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]o\w*|codigo)\b")


def _kinds(whole: str) -> set[Kind]:
    return {part.kind for part in clauses(whole) if part.kind is not None}


def _may_be_several(whole: str) -> bool:
    kinds = {(part.kind, part.means) for part in clauses(whole) if part.kind is not None}
    return len({kind for kind, _ in kinds}) > 1 or len({means for _, means in kinds if means}) > 1


async def serve_by_debt(scene: Scene, whole: str) -> bool:
    """The same, of these words of a message that may be an earlier one, once it is known who wrote them."""
    if offers_a_choice(whole) or not _may_be_several(whole):
        return False
    _, debts = await payable(scene)
    found = read(scene, whole, debts)
    if not found:
        return False
    turn, piece, words, wish_turn = scene.turn, scene.piece, scene.wish_words, scene.wish_turn
    scene.say(_SHOWN, wishes=[row for one in found for row in _rows(one)])
    if any(one.missing for one in found):
        scene.say("utter_account_not_there", accounts=[{"account": name} for one in found for name in one.missing])
    served = [one for one in found if one.kind in _INTENTS and not one.missing]
    for place, one in enumerate(served, 1):
        assert one.kind is not None
        said = in_so_many(", ".join(one.words))
        ids = [debt.id for debt in one.debts]
        given = {"debts" if one.sure else "among": ids} if ids else {}
        scene.turn = replace(turn, text=said, arguments=given | ({"means": one.means or "pix"} if one.kind == "pay" else {}))
        scene.piece, scene.wish_words, scene.wish_turn, scene.question = None, None, None, None
        scene.more_to_come = place < len(served)
        scene.intent = _INTENTS[one.kind]
        scene.set_slot("focus", [debt.id for debt in one.debts] or None)
        await wishes()[scene.intent](scene)
    scene.turn, scene.piece, scene.wish_words, scene.wish_turn = turn, piece, words, wish_turn
    return True


def read(scene: Scene, whole: str, debts: Sequence[Debt]) -> list[Wished]:
    """What the message wishes of each debt, in the order in which it is done; empty unless that is several things and plain."""
    found: list[Wished] = []
    if any(part.kind in _FORMAL and part.words.endswith("?") for part in clauses(whole)):
        return []  # "a da loja eu já paguei?" asks, and tells nothing that could be written down
    for part in clauses(whole):
        one = _of(scene, part, debts, found)
        last = found[-1] if found else None
        if not one.debts and not one.missing:
            if (
                last is not None
                and (one.kind is None or one.kind == last.kind or last.kind in (None, "fine", "unpaid"))
                and one.kind != "correct"
            ):
                last.kind = one.kind or last.kind
                last.means = one.means or last.means
                last.words += one.words
            elif one.kind is not None:
                found.append(one)
            continue
        if last is not None and not last.debts and not last.missing and one.kind is None and last.kind != "correct":
            # "Quero parcelar, a da loja": the wish came first.
            last.debts, last.sure, last.missing, last.words = one.debts, one.sure, one.missing, last.words + one.words
        else:
            found.append(one)
    _lend(found)
    merged: list[Wished] = []
    for one in found:
        same = next(
            (m for m in merged if m.kind == one.kind and m.means == one.means and m.sure == one.sure and one.kind != "divide"),
            None,
        )
        if same is None:
            merged.append(one)
        else:
            same.debts += [debt for debt in one.debts if debt not in same.debts]
            same.words += one.words
            same.missing += one.missing
    return sorted(merged, key=_turn) if _plain_enough(merged) else []


def _turn(one: Wished) -> int:
    """When a wish is served: a denial without a reason, and a payment of one of several, are asked about, and so come last."""
    if (one.kind == "dispute" and dispute_reason(", ".join(one.words)) is None) or (one.kind == "paid" and not one.sure):
        return len(_ORDER)
    return _ORDER.index(one.kind or "fine")


def _lend(found: list[Wished]) -> None:
    """ "A da loja e a do telefone, manda o pix": what is wished of the last is wished of those before it."""
    for place in range(len(found) - 2, -1, -1):
        one, after = found[place], found[place + 1]
        if one.kind is None and after.kind is not None:
            one.kind, one.means = after.kind, after.means


def _plain_enough(found: Sequence[Wished]) -> bool:
    """Whether several things are wished of debts that were told apart."""
    if len({(one.kind, one.means) for one in found}) < 2 or any(one.kind is None for one in found):
        return False
    about = [one for one in found if one.debts or one.missing]
    if any(not one.debts and not one.missing and one.kind != "correct" for one in found):
        return False
    if not about or len(about) + any(one.kind == "correct" for one in found) < 2:
        return False
    seen: set[int] = set()
    for one in about:
        ids = {debt.id for debt in one.debts}
        if ids & seen:
            return False  # two things of one debt are no business of this file
        seen |= ids
    return True


def _of(scene: Scene, part: Part, debts: Sequence[Debt], before: Sequence[Wished]) -> Wished:
    """A part with the debts that it speaks of."""
    known = {debt.id for one in before for debt in one.debts}
    if part.kind == "correct":
        return Wished(part.kind, [], [part.words])
    named, sure = spoken_of(scene, part.words, debts)
    others = [debt for debt in named or debts if debt.id not in known]
    if (not named or len(named) > 1) and _OTHER.search(plain(part.words)) and before and others:
        named, sure = others, len(others) == 1
    missing = list(kinds_called(part.words).values()) if not named else []
    return Wished(part.kind, named, [part.words], part.means, sure, missing)


def _rows(one: Wished) -> list[dict[str, object]]:
    """What was understood of each debt, in a line."""
    if one.missing:
        return []
    if one.kind == "correct":
        return [{"about": {"phrase": "kind:own_data"}, "wish": {"phrase": "kind:wished_correct"}}]
    wish = {"phrase": f"kind:wished_{one.means if one.kind == 'pay' and one.means else one.kind}"}
    if not one.sure:
        return [{"about": f"Uma conta de {one.debts[0].creditor_name}", "wish": wish}]
    return [{"about": debt.title, "wish": wish} for debt in one.debts]
