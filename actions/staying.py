"""After a heavy word the talk does not fall back into routine: what comes next is read in the light of what was said before.

Whoever wrote that they want to die, that somebody has died, that they are a child, a lawyer or a relative is met as such in the turns
that follow, until a person of the team has talked to them or they say to be somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from actions.scene import Scene
from conversations import handover
from conversations.consent import opt_out
from conversations.requests import Request, add_words, newest_request
from conversations.said import newest_said
from receivables.pauses import pause_collection
from receivables.store import debtor_by_document, debts_of, owed, why_uncollectable
from understanding.plain import plain
from understanding.safety import speaks_of_dying
from understanding.safety.distress import distress
from understanding.safety.relations import beside, in_person, relation, wants_to_pay

_STATES: dict[str, tuple[str, timedelta]] = {
    "utter_vulnerable_self_harm": ("self_harm", timedelta(days=1)),
    "utter_deceased": ("deceased", timedelta(days=7)),
    "utter_representative": ("representative", timedelta(days=7)),
    "utter_minor": ("minor", timedelta(days=7)),
    "utter_relative": ("relative", timedelta(days=1)),
    "utter_wrong_person": ("stranger", timedelta(days=1)),
    "utter_stranger_asks": ("stranger", timedelta(days=1)),
    "utter_vulnerable_bereavement": ("unwell", timedelta(days=1)),
    "utter_vulnerable_illness": ("unwell", timedelta(days=1)),
    "utter_vulnerable_violence": ("unwell", timedelta(days=1)),
    "utter_vulnerable_hunger": ("unwell", timedelta(days=1)),
    "utter_vulnerable_waits": ("unwell", timedelta(days=1)),
}
"""By the beginning of the response's name: what it was about, and for how long that is in the room."""
_OVER = ("utter_own_person", "utter_opted_out", "utter_identity_proven")
_WITHOUT_PROOF = frozenset({"relative", "stranger"})
_LONGEST = timedelta(days=7)

_ANYWAY = frozenset("falar_com_humano parar_mensagens voltar_ao_assistente voltar_a_receber colou_codigo".split())
"""What is done whatever was said before."""
_STOPPED_OTHERWISE = ("deceased", "stranger")
"""To these "parem" says more, or something else, than that one's own messages are to stop."""
_TALK = frozenset("agradecer despedir saudar suspeita_golpe quem_e_voce".split())


async def stay_with(scene: Scene) -> bool:
    """Answer in the light of the heavy word that was said a while ago; False: there was none, or this asks for something else."""
    stops = scene.intent == "parar_mensagens"
    tapped = bool(scene.turn.arguments) or (scene.turn.text is None and scene.turn.given.empty)
    if (scene.intent in _ANYWAY and not (stops and not tapped)) or (tapped and not _tap_of_matter(scene)):
        return False
    state = await state_of(scene)
    if state is None or (stops and state not in _STOPPED_OTHERWISE):
        return False
    # An old button, or words that resemble one, leads nobody in despair back to what they owe.
    return (not tapped or state == "self_harm") and await _STAYING[state](scene)


def _tap_of_matter(scene: Scene) -> bool:
    """Whether an answer that was tapped, or named in words, goes on with what is owed."""
    return bool(scene.turn.arguments) or scene.intent in scene.repair.wishes()


async def heavy_file(scene: Scene) -> bool:
    """A photo or a PDF after such a word belongs to it; False where it is an ordinary file."""
    state = await state_of(scene)
    if state == "self_harm":
        return _say(scene, "utter_vulnerable_self_harm_here")
    if state not in ("deceased", "representative"):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, state)
    if kept is None:
        return False
    scene.say(f"utter_{state}_file", protocol=kept.protocol)
    return True


async def state_of(scene: Scene) -> str | None:
    """What the heavy word was about that is still in the room: a death, a relative, a stranger, …; None: there was none."""
    names = [name for name in scene.till.talk.wording.names if name.startswith((*_STATES, *_OVER, "utter_returned_"))]
    last = await newest_said(scene.conn, scene.conversation.id, names, scene.now - _LONGEST)
    found = next((state for name, state in _STATES.items() if last is not None and last.startswith(name)), None)
    if found is None:
        return None
    state, lasts = found
    if state in _WITHOUT_PROOF and await scene.proof() is not None:
        return None  # any proof from before was made void: whoever has one now has turned out to be the person
    if lasts < _LONGEST and await newest_said(scene.conn, scene.conversation.id, names, scene.now - lasts) is None:
        return None
    return state


# ------------------------------------------------------------------------------------------------------ despair

_BETTER = re.compile(
    r"\b(?:melhor|mais calm[ao]|ja passou|passou|me acalmei|falei com|conversei com|liguei|to bem|estou bem|obrigad[oa]|vou ligar|vou procurar)\b"
)
_WORSE = re.compile(r"\b(?:nao (?:estou|to|fiquei) (?:bem|melhor)|ninguem|nao adianta|piorou|pior)\b")
_MATTER = re.compile(r"\b(?:divida\w*|conta\w*|pag\w*|pix|boleto|parcel\w*|valor|acordo|desconto|cobr\w*|negoci\w*)\b")


async def _with_despair(scene: Scene) -> bool:
    """Every message gets a warm line; what is owed is not talked of."""
    said = plain(scene.turn.text or "")
    if scene.intent == "vulnerabilidade" and (distress(said) == "self_harm" or speaks_of_dying(said)):
        return False  # said again: met in its own place, in other words
    scene.ask(None)
    if _BETTER.search(said) and not _WORSE.search(said):
        scene.say("utter_vulnerable_self_harm_better_matter" if _MATTER.search(said) else "utter_vulnerable_self_harm_better")
    elif _MATTER.search(said) or scene.turn.given.of_a_person or scene.turn.arguments or scene.turn.text is None:
        scene.say("utter_vulnerable_self_harm_matter")
    else:
        scene.say("utter_vulnerable_self_harm_here")
    return True


# -------------------------------------------------------------------------------------------------------- death

_PAPERS = re.compile(
    r"\b(?:certida\w+|obito|atestado|documento\w*|papel|papeis|papelada|inventario|alvara|mand\w+|envi\w+|anex\w+|junt(?:ar|o|amos))\b"
)
_WHEN = re.compile(r"\b(?:quando|quanto tempo|demora\w*|prazo|respond\w*|retorn\w*|e agora|falam comigo)\b")
_ESTATE = re.compile(
    r"\b(?:pag\w*|divida\w*|conta\w*|dev[eo]\w*|devia|herd\w*|heranca|bens|filh[oa]s?|viuv[ao]|pensao|casa|cobr\w*|valor|quanto|nome (?:dele|dela)|negoci\w*|parcel\w*"
    r"|dinheiro|salario|bolso|assum\w+|obrigad[oa] a)\b"
)
_STOP = re.compile(r"\b(?:par(?:em|a|e|ar) (?:tudo|de|com)|nao (?:me )?(?:mand\w+|cobr\w+|lig\w+|escrev\w+|procur\w+) mais)\b")
_STOPPED = re.compile(
    r"\b(?:(?:ja )?(?:pararam|parou|param)|(?:vao|vai) (?:\w+ )?parar|(?:ainda )?(?:continuam|vao continuar|estao))\b.{0,20}\b(?:cobr\w+|procur\w+|ess[ae]s? cobranc\w+)\b"
    r"|^(?:e |entao |mas )?(?:voces |vcs )?(?:ja )?(?:pararam|parou)(?: mesmo| ja| com tudo| tudo)*$"
)
"""Whether the collection has stopped, asked."""
_CONTACTS = re.compile(r"\b(?:mensage\w+|msg|ligar|ligando|ligam|ligacao|ligacoes|contat\w+|procur\w+)\b")
_THEIRS = re.compile(
    r"\b(?:dele|dela|do falecido|da falecida|(?:ele|ela) (?:nasceu|tinha)|d[oa] (?:meu|minha) (?:pai|mae|avo|vo|marido|esposa|mulher|irmao|irma|filh[oa]|ti[oa]|sogr[oa]))\b"
)
_UNCLEAR = frozenset("nlu_fallback fora_de_escopo ajuda nao_entendi informar_data informar_valor responder reclamar".split())


async def _with_mourners(scene: Scene) -> bool:
    said = plain(scene.turn.text or "")
    owes = _ESTATE.search(said) is not None
    if in_person(said) or scene.intent in ("despedir", "suspeita_golpe", "vulnerabilidade"):
        return False
    if scene.intent == "agradecer" and not (owes and "?" in (scene.turn.text or "")):
        return False
    if scene.intent == "nao_sou_a_pessoa" and relation(said) not in ("deceased", "relative"):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "deceased")
    if kept is None:
        return False
    if scene.turn.given.of_a_person:
        await _data_of_the_dead(scene, kept, said)
    elif _STOPPED.search(said) and _asks(scene):
        scene.say("utter_deceased_stopped_yes", protocol=kept.protocol)
    elif _CONTACTS.search(said) and _asks(scene) and not _STOP.search(said):
        scene.say("utter_deceased_contacts", protocol=kept.protocol)
    elif (scene.intent == "parar_mensagens" and not (owes and _asks(scene))) or _STOP.search(said):
        if scene.intent == "parar_mensagens":
            await opt_out(scene.conn, scene.conversation, scene.now)
        scene.say("utter_deceased_stopped", protocol=kept.protocol)
    elif _CONTACTS.search(said):
        scene.say("utter_deceased_contacts", protocol=kept.protocol)
    elif _PAPERS.search(said):
        scene.say("utter_deceased_papers", protocol=kept.protocol)
    elif owes:
        scene.say("utter_deceased_estate", protocol=kept.protocol)
    elif _WHEN.search(said):
        scene.say("utter_deceased_when", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
    elif scene.intent == "nao_sou_a_pessoa":
        scene.say("utter_deceased_known", protocol=kept.protocol)
    elif scene.intent in _UNCLEAR and scene.turn.text:
        scene.say("utter_deceased_noted", protocol=kept.protocol)
    else:
        return False
    return True


def _asks(scene: Scene) -> bool:
    return (scene.turn.text or "").rstrip().endswith("?")


async def _data_of_the_dead(scene: Scene, kept: Request, said: str) -> None:
    """What the family tells of who died is kept with their notice; nothing is told of what is known by it, not even whether it is.

    Only where CPF and birthday are those of one person, and are said to be of the dead, is their collection paused at once: a CPF
    alone would let anybody stop anybody's.
    """
    given = scene.turn.given
    theirs = _THEIRS.search(said) is not None
    if not given.documents:
        if given.bad_documents:
            scene.say("utter_deceased_cpf_wrong", protocol=kept.protocol)
        else:
            scene.say("utter_deceased_noted", protocol=kept.protocol)
        return
    told = ", ".join([*given.documents, *(f"{day:%d/%m/%Y}" for day in given.dates)])
    await add_words(scene.conn, scene.ground, kept.id, f"CPF: {told}")
    named = await debtor_by_document(scene.conn, scene.ground, scene.conversation.tenant_id, given.documents[-1])
    if theirs and named is not None and named.birth_date in given.dates:
        key = f"{scene.turn.id}:deceased:{named.id}"
        await pause_collection(
            scene.conn, "deceased", scene.now, key=key, debtor_id=named.id, tenant_id=scene.conversation.tenant_id
        )
    scene.say("utter_deceased_cpf" if theirs else "utter_deceased_cpf_whose", protocol=kept.protocol)


async def say_to_mourner(scene: Scene) -> bool:
    """To somebody who told of a death and asks for what only the person is shown. False: no death was told of."""
    if await state_of(scene) != "deceased":
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "deceased")
    if kept is not None:
        scene.say("utter_deceased_mine", protocol=kept.protocol)
    return kept is not None


# ------------------------------------------------------------------------------------------------------ strangers

_LET_GO = re.compile(
    r"\b(?:vao|vai|voces|vcs) (?:mesmo |realmente )?(?:parar|para|pararam?|continuar|mandar|sumir)\b|\bpar(?:a|am|ar) mesmo\b|\btir(?:a|e|em|ar|aram|ou)\b.{0,20}\b(?:numero|lista|cadastro|dai)\b"
)
_OF_THEM = re.compile(
    r"\bquem (?:e |eh |seria )?(?:ess[ea]|est[ea]|[oa]) \w+|\b(?:deve|devendo|devia) (?:muito|quanto|o que)\b|\bquanto (?:\w+ )?dev\w+"
    r"|\b(?:dele|dela|ele|ela|dess[ea] (?:pessoa|cara|homem|mulher|moca|moco|senhora?)|ess[ea] (?:pessoa|cara|homem|mulher|divida|conta))\b"
)
_ASKS = re.compile(r"\?|\b(?:qual|quanto|que|q|quem|por ?que|pq|onde|como|o que|oq)\b")


async def _with_strangers(scene: Scene) -> bool:
    """Whoever said that the number is not the person's is told nothing, asked for nothing, and thanked no less the second time."""
    said = plain(scene.turn.text or "")
    stops = scene.intent == "parar_mensagens"
    if in_person(said) or not scene.turn.given.empty or scene.intent in (*_TALK, "vulnerabilidade", "nao_sou_a_pessoa"):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "wrong_person")
    if kept is None:
        return False
    if stops or _LET_GO.search(said):
        if stops:
            await opt_out(scene.conn, scene.conversation, scene.now)
        scene.say("utter_wrong_person", protocol=kept.protocol)
        return True
    return (_OF_THEM.search(said) is not None and _ASKS.search(said) is not None) and _say(scene, "utter_stranger_asks")


# ------------------------------------------------------------------------------------------------ who is not well

_WAITS = re.compile(
    r"\b(?:esper\w+|aguard\w+|dar? um tempo|mais (?:pra|para) frente|deixar (?:pra|para) depois|adiar|ver (?:isso )?depois)\b"
)
_MAY_WAIT = frozenset(
    "pedir_prorrogacao adiar_resposta promessa_pagamento nlu_fallback fora_de_escopo ajuda dificuldade_financeira".split()
)


async def _with_the_unwell(scene: Scene) -> bool:
    """Whoever was told that nothing needs to be settled now, and asks whether it can wait, is told that it can, and what it costs."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _MAY_WAIT or not _WAITS.search(said) or re.search(r"\d", said):
        return False
    await tell_that_it_waits(scene)
    return True


async def tell_that_it_waits(scene: Scene) -> None:
    """It can wait, as long as it takes; and what waiting costs, to whom it may be told."""
    scene.say("utter_vulnerable_waits")
    proof = await scene.proof()
    if proof is None:
        return
    debts = [
        debt
        for debt in await debts_of(scene.conn, proof.debtor_id)
        if debt.status == "open" and why_uncollectable(scene.ground, debt) is None
    ]
    grows = sum(
        owed(scene.ground, debt, scene.today + timedelta(days=1)).interest - owed(scene.ground, debt).interest for debt in debts
    )
    if grows > 0:
        scene.say("utter_vulnerable_waits_cost", day={"money": grows})


async def called_off(scene: Scene) -> bool:
    """Whoever wants to talk to nobody waits for nobody any more, unless a death or a life is looked after. False: nobody was called."""
    if scene.conversation.owner != "queue" or await state_of(scene) in ("self_harm", "deceased", "minor", "representative"):
        return False
    if not await handover.leave_queue(scene.conn, scene.till.talk, scene.conversation.id):
        return False
    return _say(scene, "utter_human_called_off")


# ------------------------------------------------------------------------------------------------ representatives

_THEIR_PAPERS = re.compile(r"\b(?:procurac\w+|curatela|termo|anexo|em anexo|segue\w*|envi\w+|oab|documento\w*|pdf|foto)\b")


_HOW_TO_SEND = re.compile(
    r"\b(?:como|onde|aonde|por onde|pra onde|para onde|qual e ?mail|que documento\w*|quais documento\w*|o que)\b.{0,25}\b(?:envi\w+|mand\w+|anex\w+|entreg\w+|precis\w+|encaminh\w+|apresent\w+|exig\w+)\b"
)


async def _with_representatives(scene: Scene) -> bool:
    said = plain(scene.turn.text or "")
    if in_person(said) or scene.intent in (*_TALK, "vulnerabilidade"):
        return False
    if scene.intent == "nao_sou_a_pessoa" and relation(said) not in ("representative", "relative", "stranger"):
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "representative")
    if kept is None:
        return False
    values = {"protocol": kept.protocol, "due": {"date": kept.due_on.isoformat()}}
    if _HOW_TO_SEND.search(said):
        scene.say("utter_representative_how", **values)
    elif _THEIR_PAPERS.search(said):
        scene.say("utter_representative_papers", **values)
    elif scene.turn.given.of_a_person or scene.intent in scene.repair.wishes() or _MATTER.search(said):
        scene.say("utter_representative_waits", **values)
    else:
        scene.say("utter_representative_noted", **values)
    return True


# ------------------------------------------------------------------------------------------------------- children


async def _with_minors(scene: Scene) -> bool:
    if scene.intent in (*_TALK, "vulnerabilidade") and scene.turn.given.empty:
        return False
    kept = await newest_request(scene.conn, scene.conversation.id, "minor")
    scene.say("utter_minor_again", protocol=kept.protocol if kept else "")
    return kept is not None


# ------------------------------------------------------------------------------------------------------ relatives


async def _with_relatives(scene: Scene) -> bool:
    said = scene.turn.text or ""
    if in_person(said) or scene.turn.given.of_a_person or scene.intent in (*_TALK, "vulnerabilidade", "ameaca_juridica"):
        return False
    if scene.intent == "nao_sou_a_pessoa" and relation(said) in ("deceased", "minor", "representative", "stranger"):
        return beside(said) and relation(said) == "stranger" and _say(scene, "utter_relative_beside")
    if beside(said):
        return _say(scene, "utter_relative_beside")
    if wants_to_pay(said) and scene.intent != "informar_ja_paguei":
        return _say(scene, "utter_relative_pays")
    return False


def _say(scene: Scene, response: str) -> bool:
    scene.say(response)
    return True


_STAYING: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "self_harm": _with_despair,
    "deceased": _with_mourners,
    "representative": _with_representatives,
    "minor": _with_minors,
    "relative": _with_relatives,
    "stranger": _with_strangers,
    "unwell": _with_the_unwell,
}
