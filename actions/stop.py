"""People who want to be left alone, and people who are not who we look for."""

from __future__ import annotations

import re

from sqlalchemy import text

from actions.proving import forget_form
from actions.scene import Scene, Topic
from conversations import audit
from conversations.conversation import void_proof
from understanding.plain import plain


class OptOut(Topic):
    """\"Para de me mandar mensagem\": at once, and how to come back."""

    def name(self) -> str:
        return "action_opt_out"

    async def act(self, scene: Scene) -> None:
        address = scene.conversation.phone_key or scene.conversation.user_id or scene.conversation.id
        await scene.conn.execute(
            text("""insert into opt_outs (conversation_id, channel, address, since) values (:id, :channel, :address, :now)
                    on conflict do nothing"""),
            {"id": scene.conversation.id, "channel": scene.conversation.channel, "address": address, "now": scene.now},
        )
        forget_form(scene)
        scene.say("utter_opted_out")
        await audit.record(scene.conn, "debtor", "opted_out", scene.conversation.id, {}, scene.now)


_DEATH = re.compile(r"\b(falec\w*|morr\w*|obito|viuv[ao]|falecid[ao]|partiu|inventari\w*)\b")


class WrongPerson(Topic):
    """\"Não sou essa pessoa\": the number is let go of, and nothing is told about anybody."""

    def name(self) -> str:
        return "action_wrong_person"

    async def act(self, scene: Scene) -> None:
        await void_proof(scene.conn, scene.conversation.id, scene.now, "wrong_person")
        await scene.conn.execute(text("update conversations set debtor_id = null where id = :id"), {"id": scene.conversation.id})
        if scene.conversation.phone_key:
            await scene.conn.execute(
                text("update debtor_phones set state = 'wrong_person' where phone_key = :phone"),
                {"phone": scene.conversation.phone_key},
            )
        for slot in ("wanted", "focus", "open_question"):
            scene.set_slot(slot, None)
        forget_form(scene)
        scene.say("utter_wrong_person_mourning" if _DEATH.search(plain(scene.turn.text or "")) else "utter_wrong_person")
        await audit.record(scene.conn, "debtor", "wrong_person", scene.conversation.id, {}, scene.now)


topics = (OptOut, WrongPerson)
