"""What comes before the topic that was guessed: a code to be withdrawn, too many messages, a question with an answer of its own."""

from __future__ import annotations

from actions.faq import digress
from actions.human import ask_human
from actions.scene import Scene
from actions.withdrawing import withdraw, withdraw_wished
from conversations.turn import turns_since

MOST_IN_AN_HOUR = 80
"""More turns than this in an hour, and a human looks after the talk."""

_FIRST = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe colou_codigo".split())
"""What nothing comes before."""


async def turn_aside(scene: Scene) -> bool:
    """True: the message was answered, and the topic is not asked."""
    if scene.intent in _FIRST:
        return await digress(scene)
    if scene.turn.text and not scene.turn.arguments and withdraw_wished(scene.turn.text):
        await withdraw(scene)
        return True
    if await turns_since(scene.conn, scene.conversation.id, scene.now) > MOST_IN_AN_HOUR:
        await ask_human(scene, "muitas_mensagens", "utter_many_messages")
        return True
    return await digress(scene)
