"""What proves somebody, typed beside anything that is answered without proof, is taken in: it is never asked for again. And what is
wished beside it is not lost."""

from __future__ import annotations

from actions.identity import ask_new_contact, give_identity
from actions.preferences import hours_wished, prefer_contact
from actions.proving import FORM, ask_next, says_another_person, third_party_told
from actions.scene import Scene
from conversations import identity


async def take_in(scene: Scene) -> None:
    """After the topic: the documents that stood beside it count, though the topic asked for none. Asked of every topic."""
    given = scene.turn.given
    if scene.intent in _BESIDE_A_WISH and scene.form is None and not scene.more_to_come and await scene.proof() is not None:
        ask_new_contact(scene, scene.turn.text or "")
    if not given.documents or scene.form is not None or await scene.proof() is not None:
        return
    if (
        any(event.get("event") == "followup" for event in scene.events)
        or says_another_person(scene)
        or await third_party_told(scene)
    ):
        return
    if scene.intent in _ANOTHERS or any(name.startswith("utter_identity_") for name, _ in scene.said):
        return
    outcome = await identity.consider(scene.conn, scene.ground, scene.conversation, given, scene.turn.id)
    if outcome.verdict == "proven" and not scene.more_to_come and scene.intent not in _QUIET:
        scene.say("utter_identity_beside")
    elif outcome.verdict == "wrong" and scene.intent not in _QUIET:
        scene.say("utter_identity_wrong", left=outcome.left)
        ask_next(scene, outcome)
        scene.set_slot("identity_proven", None)
        scene.then(FORM)


_BESIDE_A_WISH = frozenset(
    "consultar_divida parcelar solicitar_pagamento pedir_desconto pedir_prorrogacao promessa_pagamento consultar_acordo".split()
)
_ANOTHERS = frozenset({"nao_sou_a_pessoa"})
"""Whose documents they are is not known."""
_QUIET = frozenset("vulnerabilidade parar_mensagens suspeita_golpe falar_com_humano ameaca_juridica".split())
"""What is not disturbed by a word on documents; they count all the same."""


async def hours_beside_documents(scene: Scene) -> bool:
    """ "<CPF> <data>, e só de tarde por favor": the hours are kept, and then comes what was waited for. False: no hours were wished."""
    if scene.form is not None or not scene.turn.given.documents or scene.intent not in _GIVES or await scene.proof() is not None:
        return False
    if not hours_wished(scene.turn.text or ""):
        return False
    await prefer_contact(scene)
    await give_identity(scene)
    return True


_GIVES = frozenset("informar_cpf consultar_divida nlu_fallback saudar fora_de_escopo".split())
