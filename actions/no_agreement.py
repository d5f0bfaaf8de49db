"""\"Quero quebrar o acordo\", \"a parcela 3 baixou?\" of somebody who has no agreement: that there is none, and what can be done."""

from __future__ import annotations

import re

from actions.agreement import tell_none
from actions.proving import proven
from actions.scene import Scene
from receivables.agreements import has_live_agreement
from understanding.plain import plain

_OF_IT = r"(?:acordo|trato|parcelamento|renegociacao)"
_ENDS = re.compile(
    rf"\b(?:quebr\w+|romp\w+|cancel\w+|desfa[zc]\w*|encerr\w+|anul\w+|larg\w+|desist\w+|sair) (?:(?:d?o|d?esse|d?este|d?aquele|meu|do meu|com o) )*{_OF_IT}\b"
)
_STANDS = re.compile(
    rf"\b(?:parcelas?|prestac\w+|mensalidades?) (?:\w+ ){{0,3}}d?[oe] (?:meu |nosso |esse )?{_OF_IT}\b"
    r"|\bquantas (?:parcelas|prestac\w+) (?:\w+ ){0,3}?(?:falt\w+|rest\w+|ja paguei|ja foram|ainda tenho|ainda devo|tenho (?:em aberto|pra pagar))\b"
    r"|\b(?:falt\w+|rest\w+) quantas (?:parcelas|prestac\w+)\b"
    r"|\b(?:parcela|prestacao) (?:numero )?\d{1,2} (?:ja |ainda )?(?:ta|esta|foi|baix\w+|caiu|consta|venc\w+|atras\w+|paga|quitada)\b"
    r"|\b(?:a|minha) (?:segunda|terceira|quarta|quinta|proxima|ultima|\d ?a) (?:parcela|prestacao) (?:ja |ainda )?(?:ta|esta|foi|baix\w+|caiu|consta|venc\w+|atras\w+)\b"
    rf"|\b(?:meu|o) {_OF_IT} (?:ja |ainda )?(?:ta|esta|foi|continua|vale|venceu|caiu|quebrou)\b"
)
_OF_TERMS = re.compile(r"\b(?:\d+ ?x|vezes|se (?:eu |for |a gente )|fosse|seria|caso|novo acordo|outro acordo|ate quantas)\b")
_ON_THE_TABLE = ("plans", "accept_offer", "capacity", "propose", "cancel_agreement")
_OTHER = frozenset(
    """informar_ja_paguei contestar_divida nao_sou_a_pessoa parar_mensagens suspeita_golpe reclamar ameaca_juridica direitos_lgpd
    falar_com_humano vulnerabilidade enviar_comprovante colou_codigo""".split()
)


_WITH_THE_SHOP = re.compile(
    r"\b(?:ja )?(?:fiz|fechei|fizemos|tenho|fecharam|combinei|acertei|negociei|renegociei|parcelei)\b(?: \w+){0,4}? (?:(?:direto )?com (?:a |o )?|(?:direto |la )?n[ao] |pel[ao] )(?:propri[ao] )?(?:loja|escola|colegio|empresa|operadora|telefonica|credor\w*)\b"
)
_PAID_IT = re.compile(r"\b(?:pag(?:uei|o|amos|a)|quit\w+)\b")


_WITH_SOMEBODY = re.compile(
    r"\b(?:combin(?:ei|ado|amos|ou)|acert(?:ei|ado|amos|ou)|fech(?:ei|ado|amos)|negoci(?:ei|ado|amos)|acord(?:ei|ado)|fiz (?:um )?acordo)\b(?: \w+){0,3}? com (?:a |o |um |uma |as |os )?(?:outr[oa] )?"
    r"(?:moc[ao]|menin[ao]|rapaz|senhor[a]?|mulher|homem|atendente|funcionari[ao]|pessoa|cobrador[a]?|consultor[a]?|operador[a]?|gerente|alguem|voces|vcs|escritorio|cobranca|telemarketing)\b(?! da (?:loja|escola|faculdade))"
    r"|\b(?:moc[ao]|menin[ao]|rapaz|atendente|funcionari[ao]|cobrador[a]?|consultor[a]?|gerente|pessoa)\b(?: \w+){0,3}? (?:combinou|acertou|fechou|prometeu|disse que (?:ia|dava|fazia|tirava|ficava)|falou que (?:ia|dava|fazia|tirava|ficava))\b"
)
""""Eu tinha combinado com a moça": of a talk that is not this one."""


async def agreed_elsewhere(scene: Scene) -> bool:
    """ "Já fiz acordo direto com a loja": nothing of it stands here, no payment is written down, and the team asks the shop. False: not said."""
    said = plain(scene.turn.text or "")
    if scene.piece is not None:
        return False  # beside it more is said: that it was paid, or that it is disputed
    by_word = _WITH_SOMEBODY.search(said) is not None
    if (
        scene.form is not None
        or not (by_word or _WITH_THE_SHOP.search(said))
        or _PAID_IT.search(said)
        or "?" in (scene.turn.text or "")
    ):
        return False
    if scene.intent in _OTHER - {"informar_ja_paguei", "contestar_divida"}:
        return False
    if await proven(scene, "consultar_divida"):
        scene.ask("human")
        scene.say("utter_agreed_by_word" if by_word else "utter_agreed_elsewhere")
    return True


async def of_no_agreement(scene: Scene) -> bool:
    """What is said of an agreement that is not there is told so, and divides nothing. False: nothing such was said, or there is one."""
    said = plain(scene.turn.text or "")
    ends, stands = _ENDS.search(said), _STANDS.search(said)
    if scene.form is not None or scene.intent in _OTHER or not (ends or stands) or _OF_TERMS.search(said):
        return False
    named = re.search(rf"\b{_OF_IT}\b", said) is not None
    if scene.open_question in _ON_THE_TABLE and not (ends or named):
        return False  # "a última parcela", below plans, is one of theirs
    proof = await scene.proof()
    if proof is not None and await has_live_agreement(scene.conn, proof.debtor_id):
        return False
    if await proven(scene, "consultar_acordo"):
        await tell_none(scene)
    return True
