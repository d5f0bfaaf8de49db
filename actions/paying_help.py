"""Where, by whom and how a code is paid: "posso pagar na farmácia?", "meu neto vai pagar pra mim", "não sei copiar isso". No code is made."""

from __future__ import annotations

import re

from actions.faq import tell
from actions.heard import day_of
from actions.scene import Scene
from conversations.reply import last_response
from understanding.plain import plain

_PLACE = r"(?:farmacia|drogaria|(?:super)?mercado|mercadinho|mercearia|correios?|padaria|posto|banca|(?:casa )?loterica|lotericas|banco|caixa(?: eletronico| economica)?|agencia|shopping)"
_AT_A_PLACE = re.compile(
    rf"(?:(?:e|mas|ai|entao|moc[ao]|oi|sera que|queria saber se|isso|esse boleto|o boleto|ele|esse) )*(?:posso|pode|podemos|da (?:pra|para)|consigo|tem como|aceita\w*|recebe\w*|paga|pago)(?: \w+){{0,4}}? (?:n[ao]s?|em|pel[ao]) (?:qualquer |uma |um |algum |alguma )?{_PLACE}(?: (?:tambem|mesmo|daqui|da esquina|da minha cidade|em dinheiro|com dinheiro|aqui|sem problema))*"
)
_KIN = (
    r"(?:net[ao]|filh[ao]|espos[ao]|marido|mulher|mae|pai|irma|irmao|sobrinh[ao]|ti[oa]|genro|nora|cunhad[ao]|sogr[ao]|prim[ao]|avo|vo|"
    r"amig[ao]|namorad[ao]|noiv[ao]|vizinh[ao]|patrao|patroa|chefe|companheir[ao]|afilhad[ao]|cuidador[a]?)"
)
_ANOTHER_PAYS = re.compile(
    rf"(?:(?:e|mas|entao|ai|olha|oi|moc[ao]|e que|quem vai pagar e|quem paga e|quem paga|quem vai pagar) )*(?:o |a )?(?:meu|minha) {_KIN}(?: \w+)?(?: (?:que|quem))? ?(?:vai|ira|quer|pode|consegue|paga|pagar|vai fazer|faz|quem paga)?(?: (?:pagar|paga|acertar|quitar|fazer|o pix|o pagamento|isso|essa conta|essa|tudo|por mim|pra mim|para mim|no app(?: del[ea])?|d[ao] (?:celular|conta|banco)(?: del[ea])?|no (?:celular|banco) del[ea]|com o cartao del[ea]))+"
)
_MAY_PAY = re.compile(
    rf"\b(?:se )?(?:o |a )?(?:meu|minha) {_KIN}(?: \w+)?\b(?: \w+){{0,2}}? (?:pag\w+|quit\w+|acert\w+|fizer o pix|fazer o pix)\b.*\b(?:por mim|pra mim|para mim|ess[ea] (?:codigo|pix|boleto|conta)|o (?:codigo|pix|boleto)|com o (?:celular|cartao|app)|d[ao] (?:celular|conta) d|pela conta|tem problema|pode ser)\b"
    rf"|\b(?:pode|posso|da pra|tem problema|tem que ser)\b.{{0,25}}\b(?:pagar|pago|paga)\b.{{0,25}}\b(?:d[ao]|pel[ao]|na|com a) (?:conta|celular|app|banco|cartao) (?:d[aoe] )?(?:(?:meu|minha) )?{_KIN}\b"
)
_CANNOT_COPY = re.compile(
    r"\b(?:nao|num|n) (?:sei|consigo|to conseguindo|estou conseguindo|entendo|aprendi)(?: \w+){0,2}? (?:copi\w+|col(?:ar|o)|mexer|usar|fazer (?:pix|isso)|pagar (?:pix|por pix|no pix|pelo celular|com isso)|fazer o pix)\b"
    r"|\bcomo (?:que )?(?:eu |se |e que )*(?:copi\w+|col(?:a|o|ar)|uso|faco|pago)\b(?: (?:isso|ele|esse|essa|o|com|codigo|numero|linha|pix|boleto|no celular|pelo celular|aqui))*$"
)
_HEAVIER = frozenset(
    "vulnerabilidade parar_mensagens falar_com_humano suspeita_golpe informar_ja_paguei contestar_divida".split()
)
_CODES = ("utter_pix_", "utter_boleto_")


async def pays_at_a_place(scene: Scene) -> bool:
    """Where a boleto can be paid. False: no place is asked about."""
    said = plain(scene.turn.text or "")
    if scene.intent in _HEAVIER or not _AT_A_PLACE.fullmatch(said) or _is_said_to_be_paid(said):
        return False
    await tell(scene, scene.till.talk.knowledge.known["lottery"])
    return True


async def another_pays(scene: Scene) -> bool:
    """Somebody else pays for the person who has proven who they are: they may, with the same code. False: not said, or a day is."""
    said = plain(scene.turn.text or "")
    told = _ANOTHER_PAYS.fullmatch(said) is not None and "pag" in said
    if scene.form is not None or scene.intent in _HEAVIER or not (told or _MAY_PAY.search(said)) or _is_said_to_be_paid(said):
        return False
    if day_of(scene, later=True) is not None or scene.open_question in ("promise_day", "promise_confirm"):
        return False
    if await scene.proof() is None:
        return False
    await tell(scene, scene.till.talk.knowledge.known["third_party_pays"])
    return True


_NO_PIX = re.compile(
    r"\b(?:nao|num|n|nem) (?:sei|consigo|gosto de|confio (?:em|no)|tenho|uso|entendo (?:de|nada de)|aprendi a?)(?: \w+){0,3}? ?(?:mexer |usar |fazer |lidar )?(?:com |n?o |d?o |de |esse |esses )*pix\b"
)


async def no_pix(scene: Scene) -> bool:
    """ "Não sei mexer com Pix não", before any code: by boleto then, at the counter, and no lesson. False: not said, or a code is there."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if scene.form is not None or scene.intent in _HEAVIER or not _NO_PIX.search(said) or last.startswith(_CODES):
        return False
    if "boleto" in said or await scene.proof() is None:
        return False
    scene.set_slot("means", "boleto")
    await tell(scene, scene.till.talk.knowledge.known["lottery"])
    return True


async def how_to_copy(scene: Scene) -> bool:
    """How the code that was just sent is copied and paid. False: not asked, or there is none before their eyes."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if scene.form is not None or scene.intent in _HEAVIER or not last.startswith(_CODES) or not _CANNOT_COPY.search(said):
        return False
    if last.startswith("utter_boleto_"):
        await tell(scene, scene.till.talk.knowledge.known["boleto_how"])
    else:
        scene.say("utter_how_to_pay")
    return True


_FAILS = re.compile(
    r"(?:(?:e|mas|aqui|ai|ele|ela|o codigo|o boleto|o pix|o banco|o app|o aplicativo|no app|no banco|la|ta|esta|diz|fala|falou|disse|aparece|deu|da|dando|que|e|eh|como) )*(?:invalid[oa]|(?:da|deu|dando|um) erro|erro|nao (?:passa|passou|aceit\w+|foi aceito|funciona|funcionou|da certo|deu certo|vai|foi|encontrad[oa]|reconhec\w+|existe|le|leu|consigo pagar|to conseguindo pagar|deixa pagar|quer ir))(?: (?:no (?:banco|app|aplicativo|caixa)|na loterica|aqui|isso|o codigo|o boleto|o pix|de novo|nao|esse|esse codigo|moc[ao]|o que faco|como faco|agora|codigo|invalido))*"
)


async def code_fails(scene: Scene) -> bool:
    """ "Diz que é inválido", right below a code or the help with it: what to look at, and not the same code once more. False: not that."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if scene.form is not None or scene.intent in _HEAVIER or not last.startswith(_CODES) or not _FAILS.fullmatch(said):
        return False
    if await scene.proof() is None:
        return False
    await tell(scene, scene.till.talk.knowledge.known["boleto_fails" if last.startswith("utter_boleto_") else "pix_fails"])
    return True


def _is_said_to_be_paid(said: str) -> bool:
    return re.search(r"\b(?:paguei|foi pag[ao]|ja pag\w+)\b", said) is not None
