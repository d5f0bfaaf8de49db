"""\"Quero ver o contrato\": the paper itself lies with the creditor, so the wish goes to the team, with a protocol."""

from __future__ import annotations

import re

from actions.proving import proven
from actions.scene import Scene
from actions.which_debt import named_by_words, payable
from conversations.reply import last_response
from conversations.requests import add_words, newest_request, register
from conversations.turn import text_of
from understanding.plain import plain

CONTRACT = "copia_do_contrato"
"""The wish, kept while identity is asked."""

_PAPER = r"(?:contratos?|ficha (?:de )?cadastro|termo de (?:adesao|compra)|papel(?:ada)? que (?:eu )?assinei|(?:fatura|nota)(?: (?:detalhada|fiscal|da compra|com (?:as compras|os itens)|do que comprei))?(?= (?:ai|pra (?:eu )?ver|pra mim ver|com voces|com vcs|detalhada|da compra|com|do que)\b)|documento (?:da compra|que (?:eu )?assinei|assinado)|duplicata)"
_WISHED = re.compile(
    rf"\b(?:ver|veja|receber|mand\w+|envi\w+|mostr\w+|quero|queria|gostaria|preciso|copia|segunda via|2a via|2 via|tem|cade|acesso|solicit\w+|pedir|peco|exij\w+|apresent\w+)\b.{{0,30}}\b{_PAPER}\b"
)
_NO_COPY = re.compile(
    rf"\b(?:cancel\w+|rescind\w+|romp\w+|encerr\w+|numero|n do|sem contrato|acordo|parcel\w+|novo contrato|nao (?:tenho|tem|assinei|fiz|sei|quero|preciso)|nunca assinei|mando|envio|segue|ta aqui|quebr\w+|paguei|pagar|processo|advogad\w+|process\w+|{_PAPER} (?:do|de) (?:trabalho|aluguel))\b"
)
_NEVER = frozenset(
    "vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe informar_ja_paguei enviar_comprovante ameaca_juridica cancelar informar_cpf recibo_quitacao".split()
)


async def contract_copy(scene: Scene) -> bool:
    """Register the wish, or ask who they are first. False: no copy is wished."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent in _NEVER or not _WISHED.search(said) or _NO_COPY.search(said):
        return False
    if (scene.open_question or "").startswith("dispute"):
        return False
    if await scene.proof() is None:
        if scene.intent == "contestar_divida":
            return False
        await proven(scene, CONTRACT)
        return True
    await ask_for_copy(scene)
    return True


async def ask_for_copy(scene: Scene) -> None:
    """Once identity is proven: the team is asked for the copy, and it is said what there is here."""
    words = scene.words or await text_of(scene.conn, scene.turn.id) or ""
    proof = await scene.proof()
    assert proof is not None
    _, debts = await payable(scene)
    named = await named_by_words(scene, words) or [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())] or debts
    kept = await register(
        scene.conn, scene.ground, scene.conversation, "contract", scene.turn.id, debtor_id=proof.debtor_id, words=words
    )
    scene.say(
        "utter_contract_copy",
        debts=[{"description": debt.title, "creditor": debt.creditor_name, "contract": debt.contract} for debt in named],
        protocol=kept.protocol,
        due={"date": kept.due_on.isoformat()},
    )
    await scene.go_back()


_BY_MAIL = re.compile(r"\be ?mail\b|@|\b(?:correio|carta|impress\w+)\b")
_SHORT = 8


async def how_to_send(scene: Scene) -> bool:
    """ "Por e-mail", right below it: kept with the wish for the team, and nothing changes here. False: nothing such."""
    text = scene.turn.text or ""
    if not _BY_MAIL.search(text.lower().replace("-", " ")) or len(text.split()) > _SHORT or scene.form is not None:
        return False
    if not (await last_response(scene.conn, scene.conversation.id) or "").startswith(
        ("utter_contract_copy", "utter_contract_how")
    ):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "contract")
    if kept is None or kept.status != "open":
        return False
    await add_words(scene.conn, scene.ground, kept.id, text)
    scene.say("utter_contract_how", protocol=kept.protocol)
    return True
