"""\"As de menos de 200, num Pix só\", \"outubro, novembro e janeiro\": several accounts told by what they have in common, with what is
wished of them. Chosen by a limit, they are shown with their sum before anything is made; by name, it is done at once."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.debt import tell
from actions.heard import day_of
from actions.pix import deal, note_means, pay
from actions.scene import Scene
from actions.together import in_one_code
from actions.which_debt import by_measure, in_common, payable
from understanding.dealing import deals
from understanding.plain import plain

_OPEN = (None, "which", "which_to_pay", "pay", "show", "human")
_NEVER = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe contestar_divida informar_ja_paguei colou_codigo
    enviar_comprovante reclamar ameaca_juridica direitos_lgpd pagamento_duplicado_estorno cancelar""".split()
)
_SAYS_MORE = re.compile(
    r"\b(?:paguei|pagei|quitei|ja (?:foi|foram|ta|estao) pag\w*|reconhec\w+|nunca|contest\w+|fraude|golpe|cancel\w+|errad\w+|nao (?:e|sao|eram|foi|fui|fiz|vou|quero|posso|consigo|devo))\b"
)
_TO_PAY = re.compile(r"\b(?:pag\w*|quit\w*|pix|b[ou]l+[eao]?[tl]\w*|codigo|acert\w*|manda\w*|gera\w*)\b")
_AT_ONE_GO = re.compile(
    r"\b(?:num|um|uma|numa|em um|no mesmo|so um) (?:so )?(?:pix|b[ou]l+[eao]?[tl]\w*|codigo|pagamento|vez)\b|\b(?:tudo )?junt[oa]s?\b"
)


async def accounts_in_words(scene: Scene) -> bool:
    """Go on with the accounts that were chosen so. False: none were, or more is said of them than to see, pay or divide them."""
    words = scene.turn.text or ""
    said = plain(words)
    if scene.form is not None or scene.intent in _NEVER or scene.open_question not in _OPEN or _SAYS_MORE.search(said):
        return False
    if await scene.proof() is None:
        return False
    _, debts = await payable(scene)
    listed = (scene.question.arguments.get("shown") if scene.question else None) or ()
    shown = [debt for debt in debts if debt.id in listed and debt.status == "open"]
    among = shown if in_common(scene, words, shown) else [debt for debt in debts if debt.status == "open"]
    chosen = in_common(scene, words, among)
    if not chosen:
        return False
    asked = scene.open_question
    note = _TO_PAY.search(said) is not None
    if note:
        note_means(scene)
    scene.set_slot("focus", [debt.id for debt in chosen])
    scene.turn = replace(scene.turn, arguments={"debts": [debt.id for debt in chosen]})
    if deals(said):
        await deal(scene)
    elif day_of(scene, later=True) is not None:
        scene.intent = "promessa_pagamento"
        await scene.turn_to("promessa_pagamento")
    elif _AT_ONE_GO.search(said) and await in_one_code(scene, chosen):
        return True
    elif (note or asked == "which_to_pay") and not by_measure(scene, words, among):
        await pay(scene)
    else:
        await tell(scene, chosen)
    return True
