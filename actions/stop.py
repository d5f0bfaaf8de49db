"""People who want to be left alone, and people who want to hear from us again."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from actions.complained import hear_complaint, told_others
from actions.proving import done_once_proven, forget_form
from actions.scene import Scene, Topic
from conversations import handover
from conversations.consent import let_go, opt_in, opt_out
from conversations.effects import newest_said
from conversations.reply import last_response
from conversations.requests import register
from conversations.turn import text_of
from understanding.plain import plain

_NOT_THEM = re.compile(
    r"\b(?:nao|num|n) conheco (?:nenhum\w*|ess[ea]s?|est[ea]s?|ninguem) |\b(?:numero|pessoa) errad[oa]\b|\bnao sou ess[ea] pessoa\b"
)


_CALLS = re.compile(r"\b(?:lig(?:ar|uem|ue|a|am|ando|acao|acoes|assem|aram)|telefon(?:ar|em|e|ando|emas?)|chamadas?)\b")
_WRITTEN = re.compile(
    r"(?<!nem )(?<!nem por )(?<!sem )\b(?:so|somente|apenas|prefiro|melhor|pode|podem|quero|queria|aceito|gosto)\b.{0,25}\b(?:mensage\w+|msgs?|escrev\w+|zap|whats\w*|texto|por aqui|aqui)\b"
)
_ALL_OF_IT = re.compile(
    r"\b(?:nada|nem|tudo|nenhum\w*|me esquec\w+|de vez|mais mensage\w+|parem de (?:me )?mand\w+|nao mand\w+)\b"
)


def only_calls(words: str) -> bool:
    """ "Não liguem mais, só mensagem": calls are not wanted, and what is written is; nothing is stopped but what nobody does."""
    said = plain(words)
    return _CALLS.search(said) is not None and _WRITTEN.search(said) is not None and _ALL_OF_IT.search(said) is None


_SURE = 0.8
"""From this confidence the classifier alone is believed: real stops that no rule knows are read with more, and "dou 1k e vcs esquecem que
eu existo" with less."""


def _may_mean_another_thing(scene: Scene) -> bool:
    """Whether words that no rule knows for a stop were taken for one with little certainty: it is asked once before anything ends."""
    if not scene.turn.text or scene.confidence >= _SURE or scene.open_question == "stop":
        return False
    return not any(one.get("label") == "parar_mensagens" and one.get("words") for one in scene.safety)


class OptOut(Topic):
    """\"Para de me mandar mensagem\": at once, on every channel of theirs that is known, and how to come back."""

    def name(self) -> str:
        return "action_opt_out"

    async def act(self, scene: Scene) -> None:
        if only_calls(scene.turn.text or ""):
            scene.say("utter_preference_no_calls")
            return
        if _may_mean_another_thing(scene):
            forget_form(scene)
            scene.ask("stop", takes=("yes_no",), public=True)
            scene.say("utter_ask_stop")
            return
        await stop(scene)
        if told_others(scene.turn.text or "") and not any(name == "utter_wrong_person" for name, _ in scene.said):
            await hear_complaint(scene)  # that others were told is looked into, whatever stops
        await _beside_the_stop(scene)


_ASKED_BESIDE = (
    ("parcelar", re.compile(r"\b(?:quero|queria|vou|da pra|posso) (?:\w+ )?(?:parcelar|dividir)\b")),
    ("solicitar_pagamento", re.compile(r"\bmand\w+ (?:\w+ ){0,2}(?:pix|boleto|codigo)\b|\b(?:quero|vou) (?:pagar|quitar)\b")),
    (
        "consultar_divida",
        re.compile(
            r"\bquanto (?:\w+ ){0,2}?(?:ta|esta|e|eh|fica|ficou|dev\w+|deu|da|custa|falta|sai)\b|\bqual (?:e |eh )?o valor\b|\b(?:quero|queria) (?:ver|saber) (?:quanto|o valor|minha)\b"
        ),
    ),
)


async def _beside_the_stop(scene: Scene) -> None:
    """ "Já que tô aqui, quanto tá? E para de me mandar mensagem": messages stop, and what was asked is answered all the same."""
    said = plain(await text_of(scene.conn, scene.turn.id) or scene.turn.text or "")
    wish = next((name for name, asked in _ASKED_BESIDE if asked.search(said)), None)
    if wish is None or _NO_WISH.search(said) or any(name == "utter_wrong_person" for name, _ in scene.said):
        return
    scene.intent = wish
    await done_once_proven(scene, wish)


_NO_WISH = re.compile(
    r"\b(?:nao|nem|num) (?:quero|vou|preciso|me interessa) (?:mais )?(?:saber|pagar|ver|parcelar|negociar)\b|\bquantas vezes\b|\bate quando\b|\bquanto tempo\b"
)


async def stop(scene: Scene) -> None:
    """Stop writing to this person, everywhere, and say so."""
    forget_form(scene)
    for slot in ("wanted", "wanted_turn"):
        scene.set_slot(slot, None)
    scene.ask(None)
    fresh = await opt_out(scene.conn, scene.conversation, scene.now)
    await handover.close(scene.conn, scene.till.talk, scene.conversation.id, "debtor", "pediu_para_parar")
    if fresh and _NOT_THEM.search(plain(scene.turn.text or "")):
        # Who does not know the person has two things to say in one: the number is let go of as well.
        kept = await register(scene.conn, scene.ground, scene.conversation, "wrong_person", scene.turn.id, words=scene.turn.text)
        await let_go(scene.conn, scene.conversation, scene.now)
        scene.say("utter_wrong_person", protocol=kept.protocol)
        return
    scene.say("utter_opted_out" if fresh else "utter_opted_out_already")


class OptIn(Topic):
    """\"Pode voltar a me mandar mensagem\"."""

    def name(self) -> str:
        return "action_opt_in"

    async def act(self, scene: Scene) -> None:
        names = ("utter_wrong_person", "utter_identity_proven")
        last = await newest_said(scene.conn, scene.conversation.id, names, scene.now - timedelta(days=30))
        if last is not None and last[0].startswith("utter_wrong_person") and await scene.proof() is None:
            scene.say("utter_number_was_off")  # it was somebody else's matter: there is nothing to come back to
            return
        lifted = await opt_in(scene.conn, scene.conversation, scene.now)
        scene.say("utter_opted_in" if lifted else "utter_opted_in_already")


async def after_the_stop(scene: Scene) -> bool:
    """ "Vocês param mesmo?", "tá", right after a stop: it holds, and nobody who wants peace is offered something to pay."""
    if scene.conversation.owner != "bot" or not (await last_response(scene.conn, scene.conversation.id) or "").startswith(
        "utter_opted_out"
    ):
        return False
    said = plain(scene.turn.text or "")
    if _STOPPED_FOR_SURE.search(said) and len(said.split()) <= 12:
        scene.say("utter_opted_out_sure")
    elif scene.intent in ("afirmar", "agradecer", "responder") and len(said.split()) <= 4:
        scene.say("utter_opted_out_fine")
    else:
        return False
    return True


_STOPPED_FOR_SURE = re.compile(
    r"\b(?:mesmo|certeza|verdade|serio|garant\w+|jura\w*|promete\w*|confirm\w+)\b.*\b(?:par\w+|cheg\w+|mand\w+|receb\w+|vem|escrev\w+|acab\w+)\b"
    r"|\b(?:par(?:a|am|ou|aram|ar|arao)|cheg\w+|mand\w+|receb\w+|escrev\w+|acab\w+)\b.*\b(?:mesmo|certeza|verdade|ne|nada|nenhuma|mais)\b"
)

_GOES_ON = re.compile(r"\b(?:nao|nada disso|n|continu\w+|pode (?:mandar|seguir)|engano|errado)\b")
_STOPS = re.compile(r"\b(?:sim|par[ae]\w*|isso|quero|pode parar|exclu\w+|tir[ae]\w*)\b")


async def _asked_whether_to_stop(scene: Scene) -> bool:
    """The answer to `utter_ask_stop`. False: neither yes nor no, and the talk goes on with what was said."""
    said = plain(scene.turn.text or "")
    if scene.intent == "negar" or (scene.intent in ("cancelar", "responder") and _GOES_ON.match(said)):
        scene.ask(None)
        wish = next((str(one["intent"]) for one in scene.wishes if one.get("intent") in scene.repair.wishes()), None)
        if wish is not None:
            await scene.turn_to(wish)
        else:
            scene.say("utter_not_stopped")
        return True
    if scene.intent == "afirmar" or (scene.intent == "responder" and _STOPS.match(said)):
        await stop(scene)
        return True
    return False


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {"stop": _asked_whether_to_stop}

topics = (OptOut, OptIn)
