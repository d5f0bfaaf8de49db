"""What is asked about the thing that stands on the screen (a new date, a promise, a code, an offer, an agreement) is answered by it in
a line or two, from the store, and the thing itself stays open: never the whole account again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions.agreement_paid import charge as charge_instalments
from actions.extension import answerers as extension_answerers
from actions.extension import read_back as read_extension_back
from actions.heard import day_of
from actions.pix import pay
from actions.promise import answerers as promise_answerers
from actions.promised_day import read_back as read_promise_back
from actions.proposed import understood
from actions.scene import Scene
from actions.screen_code import A_CODE, charge_shown, code_alone, kind_named, last_day_asked, until_when, when_missed
from actions.screen_day import OF_EXTENSION, THAT_DAY, code_of_that_day, on_that_day, that_day
from actions.screen_plan import agreement_on_screen, each_month, of_plan
from actions.which_debt import named_by_words, payable, payable_of
from conversations import effects
from conversations.turn import text_of
from receivables.pauses import collection_paused
from receivables.promise import PromiseRefused
from receivables.promising import owed_on
from receivables.promising import preview as preview_promise
from receivables.store import Debt, owed
from understanding.plain import plain

_NEVER = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe contestar_divida ameaca_juridica direitos_lgpd
    reclamar colou_codigo""".split()
)
"""What is heard by its own topic, whatever question stands beside it."""


async def about_screen(scene: Scene) -> bool:
    """Answer what is asked of what stands on the screen. False: nothing of the kind was asked, or it is not known who asks."""
    if not scene.turn.text or scene.turn.arguments or scene.form is not None or scene.intent in _NEVER:
        return False
    if scene.turn.given.documents or scene.turn.given.bad_documents:
        return False
    proof = await scene.proof()
    pause = await collection_paused(scene.conn, proof.debtor_id, scene.now) if proof is not None else None
    if proof is None or (pause is not None and pause.no_charge_at_all):
        return False
    said = plain(scene.turn.text)
    for answer in (
        _marks,
        _will_pay,
        code_of_that_day,
        _code_on_a_later_day,
        on_that_day,
        _still_good,
        last_day_asked,
        when_missed,
        code_alone,
        _instalments_named,
        each_month,
        of_plan,
    ):
        if await answer(scene, said):
            return True
    return False


# ------------------------------------------------------------------------------------------------ "beleza, marca"

_MARK = re.compile(
    r"(?:(?:beleza|blz|ok|ta|ta bom|entao|sim|isso|bora|show|certo|fechado|fechou|pode|por favor|pf|pfv|otimo|perfeito|ai|ja|eu|quero|que|deixa) )*"
    r"(?:marc(?:a|ar|ado|ada|e|o)|agend(?:a|ar|ado|e|o)|anot(?:a|ar|ado|e)|confirm(?:a|ar|ado|o))"
    r"(?: (?:ai|ja|sim|isso|entao|esse dia|essa data|nesse dia|nessa data|pra mim|por favor|pf|pfv|assim|la|o dia|a data|obrigad[oa]|vlw|valeu))*"
)
_DATES = ("utter_extension_confirm", "utter_extension_moved")
_PROMISES = ("utter_promise_confirm", "utter_promise_confirm_part")
_DONE = ("utter_extension_done", "utter_extension_left", "utter_promise_done", "utter_promise_left", "utter_agreement_made")


async def _marks(scene: Scene, said: str) -> bool:
    """\"Marca aí\" is a yes to the day that was read back, and buys nothing: with another question between, it is read back once more."""
    if not _MARK.fullmatch(said):
        return False
    name = scene.open_question
    if name in (*OF_EXTENSION, "promise_day", "promise_confirm"):
        scene.turn = replace(scene.turn, text="sim")
        return await {**extension_answerers, **promise_answerers}[str(name)](scene)
    if name not in (None, "pay", "show"):
        return False
    found = await effects.newest_said(
        scene.conn, scene.conversation.id, (*_DATES, *_PROMISES, *_DONE), scene.now - timedelta(hours=1)
    )
    if found is None or found[0].startswith(_DONE):
        return False
    kept = found[1].get("arguments") or {}
    debts = await payable_of(scene, kept.get("debts", ()))
    if not debts or "day" not in kept:
        return False
    day = date.fromisoformat(kept["day"])
    if found[0] in _DATES:
        await read_extension_back(scene, debts, day, day)
    else:
        await read_promise_back(scene, debts, day, kept.get("amount"), changing=kept.get("changing"))
    return True


# ------------------------------------------------------------------------------------------------ "quando vence? pago já"

_PAYS_NOW = re.compile(
    r"(?P<before>(?:\w+ )?)\bpago (?:ja|ja ja|agora|agora mesmo|na hora|neste instante|no ato|logo|rapidinho)\b"
)
_WAS_PAID = re.compile(
    r"\b(?:paguei|foi pag\w+|fiz o (?:pix|pagamento)|quitei|(?:ja|ta|esta|tava|estava|foi|tudo|era|sendo) pag[oa])\b"
)
_DUE = re.compile(
    r"\b(?:quando|que dia|ate quando|ate que dia)\b.{0,15}\b(?:venc\w+|cai|e)\b|\bvenc\w+ (?:quando|que dia)\b|\bvencimento\b"
)


async def _will_pay(scene: Scene, said: str) -> bool:
    """\"Pago já\" is a wish to pay now, and no payment that was made: nothing is written down as paid."""
    whole = plain(await text_of(scene.conn, scene.turn.id) or "") if scene.piece is not None else said
    if not _PAYS_NOW.search(whole) or _WAS_PAID.search(whole):
        return False
    if _DUE.search(said):
        named = await named_by_words(scene)
        debts = named or await payable_of(scene, scene.slots.get("focus") or ()) or (await payable(scene))[1]
        if debts and all(debt.status == "open" for debt in debts):
            _say_due(scene, debts)
            return True
    if not _PAYS_NOW.search(said) or (not _DUE.search(whole) and scene.intent != "informar_ja_paguei"):
        return False
    if said == whole or not _DUE.search(whole):
        await pay(scene)
    return True  # else the other half of the message has asked how to pay


def _say_due(scene: Scene, debts: Sequence[Debt]) -> None:
    """When these fall due and what they come to, and by what means to pay them."""
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask("pay")
    scene.say(
        "utter_screen_due_and_pay",
        debts=[
            {
                "description": debt.title,
                "due": {"date": debt.payable_to.isoformat()},
                "total": {"money": owed(scene.ground, debt).total},
            }
            for debt in debts
        ],
        arguments={"debts": [debt.id for debt in debts]},
    )


# ------------------------------------------------------------------------------------------------ "quanto vai estar nesse dia?"


_SENDS = re.compile(r"\b(?:manda\w*|me ve|envia\w*|gera\w*|passa|pode mandar|pode gerar)\b")
_FOR_THAT_DAY = re.compile(r"\b(?:pra|para|pro|p|venc\w+|ate|com data)\b")
_ANOTHER_WISH = re.compile(r"\b(?:pag\w+|lembr\w+|mensage\w+|msg|lig\w+|comprovante|recibo|anot\w+|marc\w+|nao)\b")


async def _code_on_a_later_day(scene: Scene, said: str) -> bool:
    """ "Beleza, manda amanhã então": what that day's code comes to, and the day is offered to be noted; no code of today. False: no such
    day, or another thing is to be sent."""
    if scene.open_question not in (None, "pay", "show", "discount") or not _SENDS.search(said) or _ANOTHER_WISH.search(said):
        return False
    if understood(scene).money or understood(scene).counts:
        return False
    heard = day_of(scene, later=True)
    if heard is None or heard.day is None or heard.day <= scene.today or _FOR_THAT_DAY.search(said):
        return False
    _, owing = await payable(scene)
    named = await named_by_words(scene)
    focus = [debt for debt in owing if debt.id in (scene.slots.get("focus") or ())]
    debts = named or focus or owing
    if not debts or any(debt.status != "open" for debt in debts):
        return False
    try:
        made = preview_promise(scene.ground, debts, heard.day, None)
    except PromiseRefused:
        return False
    arguments: dict[str, Any] = {
        "debts": [debt.id for debt in debts],
        "day": heard.day.isoformat(),
        "amount": None,
        "changing": None,
    }
    now = owed_on(scene.ground, debts, scene.today)
    scene.set_slot("focus", arguments["debts"])
    scene.ask("promise_confirm", takes=("yes_no", "date", "amount"), **arguments)
    scene.say(
        "utter_screen_code_then",
        day={"date": heard.day.isoformat()},
        total={"money": made.amount},
        today=[{"now": {"money": now}}] if now != made.amount else [],
        arguments=arguments,
    )
    return True


# ------------------------------------------------------------------------------------------------ "até que dia posso?"

_GOOD = re.compile(
    r"\b(?:serv\w+|val(?:e|er|endo)|continua|da (?:pra|para) pagar|(?:posso|consigo|pode) (?:eu )?(?:pagar|usar)|aceita\w*|funciona|vence (?:hoje|amanha|hj))\b"
)


_THIS_SUM = re.compile(r"\b(?:ess[ea]|est[ea]|mesm[oa]) (?:valor|preco|total|quantia|desconto)\b")


async def _still_good(scene: Scene, said: str) -> bool:
    """ "O boleto que mandou serve até lá?": yes or no, with what it costs then. False: no code was sent, or no day is named."""
    if (
        not _GOOD.search(said)
        or not (A_CODE.search(said) or _THIS_SUM.search(said))
        or not ("?" in (scene.turn.text or "") or said.startswith(("o ", "esse ", "este ")))
    ):
        return False
    charge = await charge_shown(scene, kind_named(said))
    heard = day_of(scene, later=True)
    day = heard.day if heard is not None else None
    if day is None and THAT_DAY.search(said):
        that = await that_day(scene)
        day = that.day if that is not None else None
    if charge is None or day is None:
        return False
    await until_when(scene, charge, day)
    if scene.open_question not in (None, "pay", "show", "human", "promise_made"):
        await scene.go_back()
    return True


# ------------------------------------------------------------------------------------------------ "manda só os números"


# ------------------------------------------------------------------------------------------------ "e a segunda, quando é?"


_LEFT = re.compile(r"\b(?:falta\w*|resta\w*|sobra\w*)\b")


_ONLY_NEXT = re.compile(
    r"(?:(?:quero|queria|manda\w*|me manda|gera\w*|pode ser|entao|ta|ok|nao|vou|pagar|pago|o|um|pix|boleto|codigo|d[ao]) )*(?:so|somente|apenas) (?:mesmo )?(?:d?[ao] |pra |com )?"
    r"(?:proxima|primeira|parcela (?:da vez|deste mes|desse mes|do mes)|prestacao da vez)(?: (?:parcela|prestacao|mesmo|entao|por enquanto|por favor|agora|de|da|r|rs|\d[\d.,]*|reais))*"
)
_ALL_LEFT = re.compile(
    r"\b(?:manda\w*|gera\w*|envia\w*|quero|vou|pode)\b.{0,25}\b(?:tod[ao]s? (?:as |os )?(?:parcelas |pagamentos )?(?:que (?:ainda )?(?:falta\w*|resta\w*|sobr\w+)|restantes)|tudo (?:o )?que (?:ainda )?(?:falta|resta)|o que (?:ainda )?falta)\b"
)


async def _instalments_named(scene: Scene, said: str) -> bool:
    """ "Só a próxima parcela", "manda todas que faltam": their code. False: no such words, or no agreement is meant."""
    only, every = _ONLY_NEXT.fullmatch(said), _ALL_LEFT.search(said)
    if not (only or every) or "?" in (scene.turn.text or ""):
        return False
    agreement = await agreement_on_screen(scene, said)
    if agreement is None or not agreement.unpaid:
        return False
    numbers = [due.number for due in agreement.unpaid]
    await charge_instalments(
        scene, agreement, numbers[:1] if only else numbers, "boleto" if kind_named(said) == "boleto" else "pix", ahead=not only
    )
    return True
