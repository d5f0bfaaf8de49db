"""\"Consegue atualizar?\", \"manda em pdf\": the code that was shown, anew or as a file; nobody's personal data are meant."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.pix import pay
from actions.proving import proven
from actions.scene import Scene
from conversations.said import newest_said
from understanding.plain import plain

_ASKED_POLITELY = r"(?:(?:oi|ola|e|mas|bom dia|boa tarde|boa noite|moc[ao]|por favor|pfv|pf|voce|vc|voces|vcs|tu|me|sera que|gostaria|queria|quero|preciso|precisava|consegue|conseguem|consigo|pode|podem|poderia|da pra|da para|tem como|teria como|de|que|ja|so) )*"
_REFRESH = re.compile(
    rf"{_ASKED_POLITELY}atualiz(?:a|ar|e|em|am|ando|asse|ado)?(?: (?:o|a|ele|ela|esse|essa|este|isso|pra|para|mim|por favor|pfv|pf|boleto|bolto|pix|codigo|conta|fatura|valor|valores|data|vencimento|hoje|amanha|agora|de novo|novo|vencido|vencida|meu|minha|do|da|com|um|uma))*"
)
_AS_A_FILE = re.compile(
    rf"{_ASKED_POLITELY}(?:mand\w*|envi\w*|gera\w*|passa\w*|tem|ver|baixar|quero|abrir)?(?: (?:o|a|ele|ela|esse|essa|me|aqui|isso|boleto|ai))*(?: ?(?:em|no|um|por|formato|o|arquivo))* (?:pdf|arquivo pdf)(?: (?:por favor|pfv|pf|pra mim|pra imprimir|ai|aqui|tambem|do boleto))*"
)
_HERE = re.compile(
    r"(?:(?:entao|ta|ok|pode|me|moc[ao]|por favor|ah|nao|pf|pfv|sim) )*(?:mand\w*|envi\w*|pass\w*|(?:quero|pode ser|coloca|bota|cola))(?: (?:ele|ela|me|isso|o boleto|o bolto|o pix|o codigo|de novo|novamente))* (?:por )?(?:aqui|aki|no zap|no whats\w*|nesse numero|nessa conversa)(?: (?:mesmo|msm|de novo|entao|por favor|pf|pfv|pelo zap|novamente))*"
)
""""Manda aqui mesmo", of a code that did not come by e-mail."""
_NEVER = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa recibo_quitacao enviar_comprovante".split())
_CODES = ("utter_pix_", "utter_boleto_")
_RECENTLY = timedelta(days=1)


async def code_refreshed(scene: Scene) -> bool:
    """Issue or show the code again; as a boleto where a file is wished. False: not that, or there was no code where one is needed."""
    said = plain(scene.turn.text or "")
    if (
        scene.form is not None
        or scene.intent in _NEVER
        or (scene.open_question or "").startswith(("correction", "dispute", "paid"))
    ):
        return False
    as_file = _AS_A_FILE.fullmatch(said) is not None
    here = _HERE.fullmatch(said) is not None
    if not as_file and not here and not _REFRESH.fullmatch(said):
        return False
    codes = [name for name in scene.till.talk.wording.names if name.startswith(_CODES)]
    last = await newest_said(scene.conn, scene.conversation.id, codes, scene.now - _RECENTLY)
    if last is None and (
        as_file or here or re.search(r"\b(?:boleto|bolto|pix|codigo|conta|fatura|valor|vencid[ao]|vencimento)\b", said) is None
    ):
        return False
    if as_file or (last is not None and last.startswith("utter_boleto_") and "pix" not in said.split()):
        scene.set_slot("means", "boleto")
    if await proven(scene, "solicitar_pagamento"):
        await pay(scene)
    return True
