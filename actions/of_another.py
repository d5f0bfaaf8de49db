"""\"E a dívida da minha mãe?\", asked by who has proven to be somebody else: of her nothing is told, and one's own stays as it was."""

from __future__ import annotations

import re

from actions.scene import Scene
from understanding.plain import plain
from understanding.safety.distress import distress

_KIN = (
    r"(?:espos[ao]|mulher|marido|companheir[ao]|filh[ao]|mae|pai|mamae|papai|irma|irmao|net[ao]|sobrinh[ao]|ti[oa]|cunhad[ao]|genro|nora|sogr[ao]"
    r"|namorad[ao]|noiv[ao]|prim[ao]|avo|vo|vovo|vizinh[ao]|amig[ao]|patrao|patroa|chefe|colega|padrasto|madrasta|ex(?:[ -](?:marido|mulher|espos[ao]))?)"
)
_WHOSE = rf"(?:d[ao]s? )?(?:minha|meu|minhas|meus) {_KIN}s?"
_MATTER = r"(?:divid\w+|debit\w+|cont(?:a|as)|situac\w+|pendenc\w+|acordo|parcelas?|boletos?|cadastro|nome|cpf|cobranc\w+|valor)"
_ASKS = re.compile(
    rf"\b{_MATTER} d[ao]s? (?:minha|meu|minhas|meus) {_KIN}s?\b"
    rf"|\b(?:minha|meu) {_KIN} (?:tambem |tb |ainda |ai |aqui )*(?:deve|ta devendo|esta devendo|tem|possui) (?:\w+ ){{0,2}}?(?:quanto|muito|algo|alguma coisa|divid\w+|debito\w*|conta\w*|pendenc\w+|cobranc\w+|ai|com voces|com vcs|pra voces|pra vcs|la|nada)\b"
    rf"|\bquanto (?:e que )?(?:a |o )?(?:minha|meu) {_KIN} (?:\w+ )?(?:deve|ta devendo|esta devendo)\b|\bquanto (?:\w+ )?(?:deve|e|ta) (?:a |o |d[ao] )*(?:minha|meu) {_KIN}\b|\bos? (?:debitos?|dividas?) dela\b"
)
_OWN = re.compile(
    rf"\b(?:no|em|pelo) (?:nome|cpf) d[ao] (?:minha|meu) {_KIN}\b|\b(?:pix|dinheiro|salario|cartao|celular|telefone|ajuda|casa|ape|apartamento|aposentadoria|banco|(?:pela|da|na|com a|numa) conta) (?:\w+ )?d[ao] (?:minha|meu) {_KIN}\b"
    rf"|\b(?:paguei|pagou|pagaram|paga|usou|fez|fizeram|comprou|usaram|por causa d|deposit\w+|transfer\w+|reconhec\w+|morreu|faleceu|falecid\w|doente|internad\w|hospital|cuid\w+|ajud\w+)\b"
)
_INTENTS = frozenset(
    """consultar_divida fora_de_escopo nlu_fallback ajuda quem_e_voce consultar_acordo solicitar_pagamento parcelar pedir_desconto nao_sou_a_pessoa
    responder informar_cpf afirmar negar""".split()
)


async def of_another(scene: Scene) -> bool:
    """Tell nothing of another person, kindly, and leave the talk where it is. False: nobody else's account was asked for."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _INTENTS or not _ASKS.search(said) or _OWN.search(said) or distress(said) is not None:
        return False
    if scene.form is not None or not scene.turn.given.empty or await scene.proof() is None:
        return False
    scene.say("utter_only_ones_own")
    if scene.open_question not in ("pay", "show"):
        await scene.go_back()
    return True
