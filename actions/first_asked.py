"""What people ask first: whether this is the shop, what comes of a stranger's letters, of the shop's card, of a name that is to be clean."""

from __future__ import annotations

import re

from actions.proving import done_once_proven
from actions.scene import Scene
from actions.staying import state_of
from understanding.plain import plain
from understanding.safety.distress import distress
from understanding.safety.relations import relation

_NEVER = frozenset(
    "vulnerabilidade parar_mensagens colou_codigo falar_com_humano ameaca_juridica contestar_divida reclamar".split()
)

# ---------------------------------------------------------------------------------------------------- is it the shop

_HELLO = r"(?:(?:oi|ola|opa|bom dia|boa tarde|boa noite|alo|moc[ao]|por favor|e|mas|entao|ai|aqui|ta) )*"
_SHOP = re.compile(
    rf"{_HELLO}(?:(?:(?:isso |isto |aqui |esse (?:numero|zap|whats\w*) |voces |vcs |vc |voce )?(?:e|eh|sao|fala|falam|seria) (?:aqui )?(?:d[aeo]s?|as?|os?)|falo com (?:as?|os?)|(?:to|estou) falando com (?:as?|os?)) )"
    r"(?:propri[oa] )?(?:lojas?|casas|magazine|mercado|empresa da|colegio|escola|operadora|banco)(?: [a-z]+){0,3}"
)
_MAY_ASK_SHOP = frozenset("fora_de_escopo quem_e_voce saudar nlu_fallback ajuda consultar_divida suspeita_golpe".split())


async def shop_asked(scene: Scene) -> bool:
    """ "Oi, é da loja?": who we are, and that we are not it. False: not asked, or known to be of one's own account."""
    if scene.intent not in _MAY_ASK_SHOP or not (scene.turn.text or "").rstrip().endswith("?") or scene.form is not None:
        return False
    if not _SHOP.fullmatch(plain(scene.turn.text or "")) or await state_of(scene) is not None:
        return False
    if await scene.proof() is not None and scene.intent not in ("fora_de_escopo", "quem_e_voce"):
        return False
    scene.say("utter_not_the_shop")
    await scene.go_back()
    return True


# ------------------------------------------------------------------------------------------------------- the card

_CARD = r"(?:cartao|cartoes|crediario|carne|limite|credito na loja|credito da loja)"
_WORKS = r"(?:liber\w+|desbloque\w+|volt\w+|funcion\w+|reativ\w+|usar|comprar|passar|restabelec\w+)"
_CARD_AGAIN = re.compile(
    rf"\b{_CARD}\b.{{0,40}}\b{_WORKS}\b|\b{_WORKS}\b.{{0,25}}\b{_CARD}\b|\b(?:comprar|compro) (?:\w+ ){{0,3}}(?:de novo|outra vez|novamente|fiado)\b"
)
_PAID = re.compile(r"\b(?:se|depois|quando|ai|assim que|pag\w+|quit\w+|acert\w+|de novo|ja)\b")
_NO_CARD = re.compile(
    r"\b(?:pagar (?:no|com|pelo) cartao|n[ao] cartao|com (?:o )?cartao|passar (?:no|o) cartao|clon\w+|perdi|roub\w+|aceita\w*|fatura do|nao (?:fui|comprei|fiz)|bloqueia|entrada|parcel\w+|vezes)\b"
)


async def card_again(scene: Scene) -> bool:
    """ "Meu cartão da loja libera de novo se eu pagar?": only the shop knows. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.intent in (*_NEVER, "nao_sou_a_pessoa") or not _CARD_AGAIN.search(said) or not _PAID.search(said):
        return False
    if _NO_CARD.search(said) or not ("?" in (scene.turn.text or "") or _ASKING.search(said)):
        return False
    scene.say("utter_card_again")
    if scene.open_question != "pay":
        await scene.go_back()
    return True


_ASKING = re.compile(r"^(?:e |mas |ai |entao )*(?:quando|se|sera|como|meu|minha|o)\b")

# ---------------------------------------------------------------------------------------------- a stranger's letters

_LETTER = re.compile(
    r"\b(?:cartas?|cartinha|correspondencias?|envelopes?|telegramas?)\b(?! (?:de |da )?(?:quitac|anuenc|credito|fianc|motorista))"
)
_OF_ANOTHER = re.compile(
    r"\b(?:dele|dela|deles|(?:no|em) nome d\w+|de (?:outra pessoa|alguem|um tal|uma tal|quem nao)|d[oa] (?:antig\w+|ex|outr\w+|dono|inquilin\w+|morador\w*|vizinh\w+)|(?:pra|para) (?:ele|ela|outra pessoa|alguem))\b"
)
_COMES = re.compile(
    r"\b(?:cheg\w+|receb\w+|vem|vindo|veio|vier\w*|mand\w+|entreg\w+|deix\w+|jog\w+|abr\w+|devolv\w+|rasg\w+|fa(?:co|zer|z))\b"
)


async def letter_of_another(scene: Scene) -> bool:
    """ "Chegou carta dele aqui": it stays shut and goes back; nothing of anybody is told. False: no letter, or one's own."""
    said = plain(scene.turn.text or "")
    if scene.intent in ("vulnerabilidade", "parar_mensagens") or not _LETTER.search(said) or await scene.proof() is not None:
        return False
    if scene.turn.given.of_a_person or distress(said) is not None or relation(said) in ("deceased", "minor", "representative"):
        return False
    state = await state_of(scene)
    known = state == "stranger"
    if state not in (None, "stranger", "relative") or not (known or (_OF_ANOTHER.search(said) and _COMES.search(said))):
        return False
    scene.say("utter_letter_of_another_known" if known else "utter_letter_of_another")
    return True


# ------------------------------------------------------------------------------------------------------- a clean name

_PAYS_FOR_NAME = re.compile(
    r"\b(?:quero|queria|preciso|vou|vim|gostaria de|gostaria|posso|como (?:eu )?(?:faco|fazer)|da pra|ia|to querendo|estou querendo)\b.{0,25}?\b(?P<how>pag\w+|acert\w+|quit\w+|parcel\w+|divid\w+|negoci\w+|resolv\w+|regulariz\w+)\b.{0,50}\bnome\b"
)
_RULE_ASKED = re.compile(
    r"\b(?:quanto tempo|quantos dias|quando|se (?:eu )?(?:pagar|quitar)|ja paguei|nao (?:vou|quero|consigo|posso|tenho))\b"
)


async def pays_for_a_clean_name(scene: Scene) -> bool:
    """ "Quero pagar uma continha pra limpar meu nome": a word on the name, and the paying begins. False: only the name was asked about."""
    said = plain(scene.turn.text or "")
    found = _PAYS_FOR_NAME.search(said)
    if scene.intent != "negativacao" or found is None or _RULE_ASKED.search(said) or scene.form is not None:
        return False
    divides = found["how"].startswith(("parcel", "divid"))
    scene.say("utter_name_once_settled")
    wish = "parcelar" if divides else "solicitar_pagamento" if found["how"].startswith(("pag", "quit")) else "consultar_divida"
    scene.intent = wish
    await done_once_proven(scene, wish)
    return True


# ----------------------------------------------------------------------------------------- to set one's life in order

_SETS_RIGHT = re.compile(
    r"\b(?:acertar|arrumar|resolver|organizar|ajeitar|consertar|regularizar|colocar em dia|por em dia|botar em dia|dar um jeito n\w|por em ordem|colocar em ordem) (?:de vez )?(?:a |as |o |os |com )?(?:minhas?|meu|meus|toda a minha|essa) (?:vida|situac\w+|pendenc\w+|contas|dividas|nome|bagunca|financas|rolo|casa)\b"
    r"|^(?:(?:e|mas|entao|ai|ta|moc[ao]) )*(?:o que|oq|que) (?:eu )?(?:(?:da|daria) (?:pra|para) (?:eu )?fazer|posso fazer|tem (?:pra|para) (?:mim|fazer)|consigo fazer|voces podem fazer|vcs podem fazer)(?: (?:entao|no meu caso|por mim|ai|agora|pra resolver|a respeito))*$"
    r"|\b(?:quais|que|as) (?:sao )?(?:as )?(?:minhas )?(?:opcoes|saidas|alternativas)(?: (?:eu )?(?:tenho|tem|que tem|pra mim|no meu caso))*$"
    r"|\b(?:sair (?:do vermelho|das dividas|dessa|desse (?:buraco|sufoco))|ficar em dia|me acertar com (?:voces|vcs)|me organizar)\b"
)
_BY_CODE = re.compile(r"\b(?:pix|boleto|codigo|pag\w+|quit\w+|parcel\w+|divid\w+|vezes|\d|desconto|hoje|amanha|dia|acordo)\b")
_MAY_SET_RIGHT = frozenset(
    "solicitar_pagamento nlu_fallback fora_de_escopo consultar_divida ajuda parcelar afirmar corrigir_informacao direitos_lgpd".split()
)


async def sets_right(scene: Scene) -> bool:
    """ "Quero acertar minha vida": what there is and the ways out of it, and no code that nobody asked for. False: a way was named."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent not in _MAY_SET_RIGHT or not _SETS_RIGHT.search(said) or _BY_CODE.search(said):
        return False
    if scene.open_question in ("pay", "fits") and await scene.proof() is not None:
        scene.say("utter_ways_out")
        return True
    await done_once_proven(scene, "consultar_divida")
    return True
