"""Somebody who is not the person we look for: told nothing about anybody, and each met by who they are."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.debt import tell
from actions.denial import denies
from actions.human import ask_human
from actions.identity import give_identity
from actions.oneself import speaks_as_oneself, speaks_of_holder
from actions.partial import part_wished
from actions.proving import done_once_proven, forget_form
from actions.repair import not_understood
from actions.scene import Scene, Topic
from actions.staying import state_of
from actions.undoing import undo
from actions.which_debt import named_by_words
from actions.withdrawing import close_codes
from conversations import handover
from conversations.care import pause_person
from conversations.consent import let_go
from conversations.conversation import void_proof
from conversations.requests import Request, newest_request, register
from conversations.said import newest_said
from understanding.dealing import deals
from understanding.plain import plain
from understanding.safety.relations import beside, in_person, relation, tells_of_holder, wants_to_pay


class WrongPerson(Topic):
    """\"Não sou essa pessoa\", \"sou a esposa\", \"ela faleceu\", \"tenho 15 anos\", \"sou o advogado dele\"."""

    def name(self) -> str:
        return "action_wrong_person"

    async def act(self, scene: Scene) -> None:
        if await _means_something_else(scene):
            return
        if not scene.turn.arguments and await _known_already(scene):
            return
        for slot in ("wanted", "wanted_turn", "focus"):
            scene.set_slot(slot, None)
        scene.ask(None)
        forget_form(scene)
        said = plain(scene.turn.text or "")
        who = "deceased" if scene.turn.arguments.get("deceased") or _PASSED_AWAY.search(said) else relation(said)
        await {
            "deceased": _deceased,
            "minor": _minor,
            "representative": _representative,
            "relative": _relative,
            "stranger": _stranger,
        }[who](scene)


_PASSED_AWAY = re.compile(
    r"\b(?:bateu a?s? ?botas?|foi dessa (?:pra|para) (?:uma )?melhor|foi (?:pro|para o|morar no) ceu|(?:ta|esta) (?:com deus|no ceu|com jesus|junto de deus)|foi morar com (?:deus|jesus|o senhor)"
    r"|virou estrel\w+|nos deixou|deixou a gente|descans(?:a|e) em paz|in memoriam|(?:deus|jesus) (?:o |a |ja )?(?:levou|chamou|recolheu)|foi (?:pra|para) junto de deus)\b"
)
"""A death, as it is said by those who do not say the word."""
_NOT_ME = re.compile(
    r"\b(?:nao (?:sou|e (?:comigo|meu (?:nome|numero|cpf|telefone)|pra mim|a pessoa)|conheco|era (?:eu|pra mim)|fui eu que dei)|nao mora|pessoa errada|num\w+ (?:ta |esta )?errad[oa]"
    r"|(?:ligaram|mandaram|falando|falou|chamaram) (?:pra|com|para|a) (?:a )?(?:pessoa|numero)? ?errad[oa]|outra pessoa|n(?:um|u)mero (?:novo|agora)|chip (?:novo|agora)|trocou de numero|desconheco|sou outr[oa]|nao (?:e|eh) (?:ele|ela|dele|dela))\b"
)


_OF_AN_ACCOUNT = re.compile(
    r"\b(?:contas?|dividas?|faturas?|boletos?|cartao|lojas?|compr\w+|client\w|cancel\w+|contrat\w+|plano|servico|emprestimo|mensalidades?|quanto (?:eu )?dev\w+|o que (?:eu )?devo|meu debito"
    r"|(?:quero|vou|posso|eu) pag\w+|pago (?:a|o)|a d[oa]s? (?:telefone|celular|internet|escola|colegio|loja|cartao))\b"
)
_PLAINLY_NOT_ME = re.compile(
    r"\bnao (?:sou (?!mais|cliente|obrigad|devedor|de )|(?:e|eh) (?:comigo|meu (?:nome|numero|cpf|telefone|celular|zap)|pra mim|para mim|a pessoa|ess[ae] pessoa|ele|ela|dele|dela)|era (?:pra|para) mim|moro?a?\b)"
    r"|\bnao conhec\w+ (?:ninguem|nenhum\w*|quem|tal|ess[ea]s? (?!contas?|dividas?|lojas?|empresas?|cobranc|faturas?|compra|boleto|cartao|servico|plano|credor)\w+|(?!ess[ae]|est[ae]|isso|nada|a\b|o\b|as\b|os\b|d[aeo]|e\b|mas|nao|eu|que|direito|bem)\w+)"
    r"|\b(?:numero|pessoa|telefone|contato|zap) (?:ta |esta )?errad[oa]|\berr(?:ou|aram|ei) (?:de |o )?(?:numero|pessoa)|\bengano\b|\b(?:numero|chip|linha) (?:e |eh )?(?:novo|nova|agora e meu)|\bsou outr[oa]\b|\bnao tem ninguem\b|\b(?:numero|chip|linha|telefone|celular|zap) (?:aqui )?nao (?:e|eh|era|pertence) (?:mais )?(?:d[aeo]|a) (?!dia\b)\w+|\bcompr\w+ (?:o |ess[ea] |est[ea] |um )?(?:chip|numero|linha)\b"
)
"""Said of who somebody is. Everything else that looks like it is of an account, and is gone on with."""


def _beside_documents(scene: Scene, said: str) -> str | None:
    """What is wanted in words that the classifier took for a stranger's: a way to pay, instalments, or its next best reading."""
    if deals(said):
        return "pedir_desconto" if "descont" in said else "parcelar"
    if _CODE.search(said):
        return "solicitar_pagamento"
    return next((name for name, sure in scene.ranking if name in _MAY_WANT and sure >= _LEAST), None)


_PARENT_OF_A_NAME = re.compile(
    r"\b(?:sou|aqui e) (?:a |o )?(?:mae|pai|responsavel|avo|vo|tia|tio|madrasta|padrasto) d[ao] (?!minha|meu|titular|cliente|dona?\b|senhora?\b|conta|divida|numero)\w+"
)
_CODE = re.compile(r"\b(?:pix|boletos?|pagar|quitar)\b")
_MAY_WANT = frozenset("consultar_divida parcelar solicitar_pagamento pedir_desconto pedir_prorrogacao promessa_pagamento".split())
_LEAST = 0.02
_DISOWNS = re.compile(
    r"\b(?:nao|num|n|nunca|nem|errad[oa]|engan\w+|errou|erraram|trocad[oa]|trocou|confund\w+|outr[oa]|antig[oa]|xara|homonim\w+|desconhec\w+|dele|dela|don[oa] d\w+|quem (?:e|eh))\b"
)
"""Words without which nobody who gives a document is taken for a stranger."""
_SPEAKS_FOR_ANOTHER = re.compile(
    r"\b(?:sou|aqui e|quem (?:fala|escreve|ta falando) e) (?:a |o )?(?:espos|mulher|marid|filh|mae|pai|irma|net|sobrinh|cunhad|nora|genro|vizinh|amig|parente|secretari|namorad|cuidador)\w*"
    r"|\b(?:conta|divida|nome|cpf|cadastro|numero|celular|telefone) (?:e |eh |ta |esta |era )?(?:(?:no|em) nome )?d(?:ele|ela)\b"
    r"|\b(?:conta|divida|cpf|numero|celular|telefone) (?:e |eh )?d[oa] (?:meu|minha) \w+|\bnao (?:e|eh|sou) (?:ele|ela)\b"
)


async def _means_something_else(scene: Scene) -> bool:
    """Whoever has proven who they are is not cut off by a guess: it takes words that say so. "Foi engano" beside a dispute is of that.
    Nor is a number let go of that nobody has disowned: "não conheço essa conta", "cancelei faz tempo" speak of an account."""
    said = plain(scene.turn.text or "")
    if scene.turn.arguments or not said or _PASSED_AWAY.search(said):
        return False
    who = relation(said)
    if await scene.proof() is None and in_person(said) and not _PLAINLY_NOT_ME.search(said):
        await give_identity(scene)  # "é a própria pessoa" is what the button says that was offered
        return True
    if await scene.proof() is None:
        if scene.turn.given.documents and who == "stranger" and not _DISOWNS.search(said):
            # "Meu nome é José, CPF …, quero boleto": it proves who somebody is, and the next best reading is what they want.
            scene.set_slot("wanted", _beside_documents(scene, said))
            await give_identity(scene)
            return True
        if scene.turn.given.documents and scene.turn.given.dates and _PARENT_OF_A_NAME.search(said):
            await give_identity(scene)  # a pupil's mother, who owes for the school, gives her own proof
            return True
        if who == "relative" and not speaks_of_holder(said) and await state_of(scene) is None and not beside(said):
            await _ask_who_writes(scene)
            return True
        if who == "stranger" and _hardly_said(scene, said) and not _OF_AN_ACCOUNT.search(said):
            await not_understood(scene)  # a number is let go of for words that say so: it is offered beside other readings
            return True
        if who != "stranger" or not _OF_AN_ACCOUNT.search(said) or _PLAINLY_NOT_ME.search(said):
            return (
                who == "stranger" and not _NOT_ME.search(said) and not _PLAINLY_NOT_ME.search(said) and await _gives_name(scene)
            )
        await _ask_who_writes(scene)
        return True
    if (
        who in ("relative", "stranger")
        and not _NOT_ME.search(said)
        and speaks_as_oneself(scene.turn.text or "", scene.turn.given)
    ):
        await scene.turn_to("consultar_divida")  # "oi minha filha, sou a dona da conta"
        return True
    if who == "relative" and beside(said) and _HELPS_THEM.search(said):
        return False  # a daughter who types for her mother: the mother decides, on whichever telephone it is
    own = who == "relative" and not _SPEAKS_FOR_ANOTHER.search(said)
    if not own and (who != "stranger" or _NOT_ME.search(said)):
        return False
    if own and denies(scene.turn.text or ""):
        await scene.turn_to("contestar_divida")
    elif own and await _of_an_account(scene):
        pass
    elif not await undo(scene):
        await not_understood(scene)
    return True


_HELPS_THEM = re.compile(
    r"\b(?:eu )?(?:ajudo|to ajudando|estou ajudando|vou ajudar|mexo|escrevo|digito|respondo|resolvo|falo|to falando|estou falando) (?:por |pra |para |com )?(?:ela|ele|minha|meu|a|o)\b"
)


def _hardly_said(scene: Scene, said: str) -> bool:
    """Whether it is a weak guess, of words among which none disowns anything: "quem eu procuro"."""
    sure = any(one.get("certainty") == "sure" for one in scene.safety)
    return not sure and scene.confidence < _A_GUESS and not (_DISOWNS.search(said) or _NOT_ME.search(said))


_A_GUESS = 0.6


async def _ask_who_writes(scene: Scene) -> None:
    """What was taken for another person's words is gone on with, once it is known who wrote them."""
    if scene.turn.given.documents:
        await give_identity(scene)
    else:
        await done_once_proven(scene, "contestar_divida" if denies(scene.turn.text or "") else "consultar_divida")


async def _gives_name(scene: Scene) -> bool:
    """ "Aqui é o Rodrigo Souza, me mandaram uma mensagem" disowns nothing."""
    if not _PRESENTS.search(plain(scene.turn.text or "")):
        return False
    await _ask_who_writes(scene)
    return True


async def _of_an_account(scene: Scene) -> bool:
    """ "Ela nem venceu", of a bill: whoever has proven who they are stays who they are, and is told of it. False: none is named."""
    named = await named_by_words(scene)
    if named and len(named) == 1 and _MONEY.search(scene.turn.text or ""):
        scene.set_slot("focus", [named[0].id])
        if await part_wished(scene):
            return True
    if named:
        await tell(scene, named)
    return bool(named)


_MONEY = re.compile(r"\d")
_PRESENTS = re.compile(
    r"\b(?:aqui (?:quem fala )?(?:e|eh)|quem (?:fala|ta falando|esta falando|escreve) (?:aqui )?(?:e|eh)|meu nome (?:e|eh)|me chamo|eu sou) (?:a |o |dona |seu )*(?!d[aeo]\b|um|outr|nao\b)[a-z]{3,}"
)


async def _known_already(scene: Scene) -> bool:
    """Told before that the number is not the person's, and now of where they are: nobody is asked about it any more."""
    said = plain(scene.turn.text or "")
    if relation(said) != "relative" or beside(said) or await state_of(scene) != "stranger" or _PASSED_AWAY.search(said):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "wrong_person")
    if kept is not None:
        scene.say("utter_wrong_person", protocol=kept.protocol)
    return kept is not None


async def _stranger(scene: Scene) -> None:
    """The number is let go of, and nothing more is sent to it."""
    kept = await _register(scene, "wrong_person")
    await handover.close(scene.conn, scene.till.talk, scene.conversation.id, "debtor", "nao_e_a_pessoa")
    await let_go(scene.conn, scene.conversation, scene.now)
    scene.say("utter_wrong_person", protocol=kept.protocol)


async def _relative(scene: Scene) -> None:
    """Nothing is discussed with anybody but the person; the number may well be theirs, so it is kept."""
    await void_proof(scene.conn, scene.conversation.id, scene.now, "another_person_writes")
    said = scene.turn.text or ""
    names = ("utter_relative", "utter_relative_pays", "utter_relative_beside")
    told = await newest_said(scene.conn, scene.conversation.id, names, scene.now - timedelta(hours=24))
    if beside(said):
        scene.say("utter_relative_beside")
    elif wants_to_pay(said):
        scene.say("utter_relative_pays")
    else:
        scene.say("utter_relative" if told is None else "utter_relative_again")


async def _deceased(scene: Scene) -> None:
    if not await asked_whose(scene):
        await _death(scene)


async def asked_whose(scene: Scene) -> bool:
    """Whoever is widowed, and has said no more, may have the account themselves: they are asked."""
    said = plain(scene.turn.text or "")
    mourns = _MY_LATE.search(said) and _OWN_WISH.search(said) and not _OF_THE_DEAD.search(said)
    if not (_WIDOWED.search(said) or mourns) or await scene.proof() is not None or scene.turn.arguments:
        return False
    scene.say("utter_widowed")
    return True


async def _death(scene: Scene) -> None:
    """Condolences; all collection stops; what has to be settled is between the estate and a person of the team (CC 1.792, 1.997)."""
    proof = await scene.proof()
    if proof is not None and not tells_of_holder(scene.turn.text or ""):
        # Whoever proved to be the debtor mourns somebody else.
        await pause_person(scene.conn, scene.conversation, "bereavement", scene.turn.id, scene.now)
        scene.say("utter_vulnerable_bereavement")
        await ask_human(scene, "vulnerabilidade", "utter_human_requested_gently", asked=False)
        return
    await pause_person(scene.conn, scene.conversation, "deceased", scene.turn.id, scene.now)
    if proof is not None:
        # Who writes had the data of the dead: nothing that could be paid by mistake stays open, and nothing more is told.
        await close_codes(scene, proof.debtor_id)
        await void_proof(scene.conn, scene.conversation.id, scene.now, "another_person_writes")
    kept = await _register(scene, "deceased")
    scene.say("utter_deceased_holder" if proof is not None else "utter_deceased", protocol=kept.protocol)
    await ask_human(scene, "falecimento", "utter_human_requested_gently", asked=False)


async def _minor(scene: Scene) -> None:
    """Nothing is agreed on with a child or a teenager (CC arts. 3 and 4), and the talk ends kindly."""
    await void_proof(scene.conn, scene.conversation.id, scene.now, "minor_writes")
    await pause_person(scene.conn, scene.conversation, "minor", scene.turn.id, scene.now)
    kept = await _register(scene, "minor")
    scene.say("utter_minor", protocol=kept.protocol)


async def represented(scene: Scene) -> None:
    """Whoever speaks for another, in whatever words that came: see `_representative`."""
    await _representative(scene)


async def _representative(scene: Scene) -> None:
    """Whoever speaks for another shows a power of attorney, and a person of the team reads it."""
    await void_proof(scene.conn, scene.conversation.id, scene.now, "representative_writes")
    await pause_person(scene.conn, scene.conversation, "representative", scene.turn.id, scene.now)
    kept = await _register(scene, "representative")
    scene.say("utter_representative", protocol=kept.protocol)
    await ask_human(scene, "representante", "utter_human_requested_gently", asked=False)


async def _register(scene: Scene, kind: str) -> Request:
    return await register(scene.conn, scene.ground, scene.conversation, kind, scene.turn.id, words=scene.turn.text)


_WIDOWED = re.compile(
    r"^(?:oi |ola |bom dia |boa tarde |boa noite )*(?:eu )?(?:sou|fiquei|estou) (?:uma |um )?viuv[ao](?: (?:agora|faz pouco tempo|recente))?$"
)
_MY_LATE = re.compile(r"\b(?:meu|minha) (?:falecid[oa]|finad[oa]|saudos[oa])\b")
_OWN_WISH = re.compile(
    r"\b(?:eu (?:\w+ ){0,2}(?:queria|quero|preciso|gostaria|devo|comprei|paguei|pago|pagar)|(?:me|pra mim) (?:mand\w+|pass\w+|envi\w+)|(?:pod\w+|consegu\w+) me (?:mandar|passar|enviar|dizer))\b"
)
_OF_THE_DEAD = re.compile(
    r"\b(?:conta|divida|nome|cpf|debito|cobranca|compra|mensagem|cartao)s? (?:\w+ ){0,3}(?:era\w* |e |eh |esta |ta |estava )?(?:d[oa] (?:meu|minha)|dele|dela|(?:no|em) nome d)|\b(?:ele|ela) (?:que )?(?:devia|comprou|fez|tinha)\b"
)
"""A letter that speaks of one's late husband and asks something for oneself: whose account it is, is asked before anything is stopped."""

topics = (WrongPerson,)
