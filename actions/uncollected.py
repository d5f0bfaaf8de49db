"""What is asked by somebody whose accounts are all in court or too old: answered for their case, and never by what holds for others."""

from __future__ import annotations

import re

from actions.scene import Scene
from actions.which_debt import payable
from receivables.owed import uncollectable_from
from receivables.store import Debt, debts_of, why_uncollectable
from understanding.plain import plain

_ELSEWHERE = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe colou_codigo informar_ja_paguei direitos_lgpd
    recibo_quitacao ameaca_juridica reclamar pagamento_duplicado_estorno dificuldade_financeira preferencia_contato enviar_comprovante
    corrigir_informacao informar_cpf voltar_a_receber voltar_ao_assistente""".split()
)
"""What has an answer of its own, whatever is owed."""
_WISHES = frozenset("solicitar_pagamento parcelar pedir_desconto pedir_prorrogacao promessa_pagamento informar_valor".split())

_LISTED = re.compile(
    r"\b(?:serasa|spc|negativ\w+|score|nome (?:suj\w+|limp\w+)|(?:suj\w+|limp\w+|tir\w+|sai\w*) (?:o )?(?:meu )?nome)\b"
)
_FREES = re.compile(r"\b(?:sai\w*|som\w+|tir\w+|limp\w+|apag\w+|continu\w+|fica\w*)\b")
_TOO_OLD = re.compile(r"\b(?:caduc\w+|prescr\w+|(?:cinco|5) anos|(?:pass\w+|venc\w+|acab\w+) (?:d?o )?prazo)\b")
_EACH = re.compile(r"\b(?:as duas|os dois|as tres|ambas|cada uma|quais|as contas|a mais (?:antiga|velha|nova|recente))\b")
_WHAT_COMES = re.compile(
    r"\b(?:process\w+|justica|acontec\w+|se eu (?:nao|deixar|n|num)|da em nada|da problema|obrigad[oa]|penhor\w*|pres[oa]"
    r"|(?:podem?|vao|vai|continuam?) (?:ainda )?(?:me )?(?:cobr\w+|proces\w+))\b"
)
_PAYING = re.compile(
    r"\b(?:boleto|pix|pag(?:ar|o|amento)|loteric\w+|parcel\w+|desconto|cartao|dinheiro|acordo|negoci\w+|quit(?:ar|o)|codigo)\b"
)
_PAID = re.compile(r"\b(?:paguei|pagamos|quitei|foi pag[ao])\b")


async def of_the_uncollected(scene: Scene) -> bool:
    """Answer what is asked of accounts that are not collected; False: there are others, or this asks for something else."""
    said = plain(scene.turn.text or "")
    if not said or scene.turn.arguments or scene.form is not None or scene.intent in _ELSEWHERE or scene.turn.given.of_a_person:
        return False
    asks = "?" in (scene.turn.text or "") or scene.intent in ("negativacao", "consequencias")
    wished = scene.intent in _WISHES or _PAYING.search(said) is not None
    if _PAID.search(said) or not (asks or wished) or await scene.proof() is None:
        return False
    debtor, debts = await payable(scene)
    if debts:
        return False
    kept = [debt for debt in await debts_of(scene.conn, debtor.id) if debt.status in ("open", "agreed", "disputed")]
    whys = {debt.id: why_uncollectable(scene.ground, debt) for debt in kept}
    old = [debt for debt in kept if whys[debt.id] == "prescribed"]
    in_court = [debt for debt in kept if whys[debt.id] == "judicial"]
    if old and not in_court:
        return _of_the_old(scene, said, old, asks, wished)
    return bool(in_court) and _of_the_court(scene, said, asks, wished)


def _of_the_old(scene: Scene, said: str, old: list[Debt], asks: bool, wished: bool) -> bool:
    """CC art. 206 §5 I: not collected; CDC art. 43 §1: not in any register, paid or not."""
    if asks and _LISTED.search(said):
        scene.ask("human")
        scene.say("utter_particular_listed_old")
    elif asks and (_TOO_OLD.search(said) or (_EACH.search(said) and not _FREES.search(said))):
        rows = [
            {
                "description": debt.title,
                "due": {"date": debt.due_date.isoformat()},
                "since": {"date": uncollectable_from(debt.due_date).isoformat()},
            }
            for debt in old
        ]
        scene.say("utter_too_old_each", debts=rows)
    elif asks and (_WHAT_COMES.search(said) or scene.intent == "consequencias"):
        scene.ask("human")
        scene.say("utter_too_old_nothing_comes")
    elif wished:
        scene.ask("human")
        scene.say("utter_debt_prescribed_again")
    else:
        return False
    return True


def _of_the_court(scene: Scene, said: str, asks: bool, wished: bool) -> bool:
    if asks and (_WHAT_COMES.search(said) or scene.intent == "consequencias"):
        scene.ask("human")
        scene.say("utter_in_court_what_comes")
    elif wished:
        scene.ask("human")
        scene.say("utter_in_court_no_code")
    else:
        return False
    return True
