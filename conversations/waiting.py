"""What somebody hears who waits for a human: their place once in a while, and whenever they ask for it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import handover
from conversations.conversation import Conversation
from conversations.reply import reply
from conversations.talk import Talk
from conversations.wording import Utterance
from understanding.plain import plain

_EVERY = timedelta(minutes=10)
_ASKS = re.compile(
    r"\b(?:quanto (?:tempo|falta)|quantos minutos|vai demorar|demora\w*|ta demorando|qual (?:e )?(?:a )?(?:minha )?(?:posicao|vez|lugar)|minha (?:posicao|vez)"
    r"|quant[oa]s? (?:pessoas?|gente|tem|estao)?.{0,12}(?:na (?:minha )?frente|na fila)|que horas?|ate que horas?|qual (?:e )?o horario|horario de atendimento"
    r"|quando (?:e que )?(?:alguem|voces|vcs|vao|vai|o atendente|a atendente|sou|vou ser|me)|a que horas?"
    r"|cade (?:o |a |os )?(?:atendente|pessoa|moc[ao]|humano|pessoal|voces|vcs|alguem)|(?:nao (?:vem|tem|vai vir)|tem|vem) (?:ninguem|alguem)|ninguem (?:vem|responde|aparece|atende|fala|me)"
    r"|alguem (?:ai|vai|pode)|ainda (?:vai|estou|to)|to esperando|estou esperando|ja (?:vem|vai|chega))\b"
)
"""How long it takes, which place, from when to when, where they are: what who waits asks for."""


_HOURS = re.compile(r"\b(?:horas?|horario)\b")
_IN_TURN = ("utter_human_waiting_asked", "utter_human_waiting_asked_again", "utter_human_waiting_asked_still")


async def still_waiting(conn: AsyncConnection, talk: Talk, conversation: Conversation, inbox_id: int, said: str) -> None:
    """Tell whoever waits for a human that they still do: once in ten minutes, and whenever it is asked how long or when.

    Only while the team is there; at other hours the bot itself answers.
    """
    now = talk.ground.clock.now()
    asks = _ASKS.search(plain(said)) is not None
    told = (
        await conn.execute(
            text("""select greatest((select max(queued_at) from outbox where conversation_id = :id and starts_with(response, 'utter_human_waiting')),
                        (select max(asked_at) from handoffs where conversation_id = :id and status = 'waiting'))"""),
            {"id": conversation.id},
        )
    ).scalar_one()
    if not asks and told is not None and now - told < _EVERY:
        return
    place = await handover.place_in_queue(conn, conversation.id)
    said_before = (
        await conn.execute(
            text(
                "select count(*) from outbox where conversation_id = :id and starts_with(response, :name) and queued_at > :since"
            ),
            {"id": conversation.id, "name": "utter_human_waiting_asked", "since": now - _EVERY},
        )
    ).scalar_one()
    hours = _HOURS.search(plain(said)) is not None
    response = (
        "utter_human_waiting" if not asks else "utter_human_waiting_hours" if hours else _IN_TURN[said_before % len(_IN_TURN)]
    )
    said_now = Utterance(response, {"place": max(place.place, 1) if place else 1})
    await reply(conn, talk, conversation.id, [said_now], source=f"waiting:{inbox_id}")
