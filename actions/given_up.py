"""\"Cancela isso\", right after something was written down: what was written down is undone where it can be, and nothing is said to be undone
that stands."""

from __future__ import annotations

import re

from actions.dispute_withdrawn import ask_withdrawal, open_ones
from actions.paid import ask_to_close
from actions.scene import Scene
from conversations.preferences import prefer
from conversations.reply import last_response
from conversations.requests import Request, close_request, newest_request
from understanding.plain import plain

_ANOTHER = re.compile(
    r"\b(?:promess\w*|combinad\w*|acordo|pix|boleto|codigo|parcel\w*|agendament\w*|dia \d+|cartao|compra|servico|assinatura|plano|mensage\w*|msgs?|avisos?)\b"
)
_REQUESTS = (
    ("utter_data_correction", ("data_correction",)),
    ("utter_data_erasure", ("data_erasure",)),
    ("utter_data_objection", ("data_erasure",)),
    ("utter_data_review", ("data_review",)),
    ("utter_preference_other_channel", ("contact",)),
    ("utter_preference_another_number", ("contact",)),
    ("utter_preference_on_a_day", ("contact",)),
    ("utter_preference_email_too", ("contact",)),
    ("utter_preference_here_too", ("contact",)),
    ("utter_call_wished", ("contact",)),
    ("utter_complaint", ("complaint",)),
    ("utter_contract_", ("contract",)),
)
"""What the team was asked for in the words that were said last."""
_LET_BE = (None, "pay", "show", "human", "correction_words", "dispute_story", "paid_when", "paid_means", "paid_receipt", "which")


async def record_given_up(scene: Scene) -> bool:
    """Undo, or ask whether to undo, what the last words told to be written down. False: they told of nothing such."""
    if scene.form is not None or scene.open_question not in _LET_BE or _ANOTHER.search(plain(scene.turn.text or "")):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if last.startswith("utter_opted_out"):
        scene.say("utter_opted_out_already")
        return True
    kinds = next((kinds for begins, kinds in _REQUESTS if last.startswith(begins)), None)
    if kinds is not None:
        kept = await newest_request(scene.conn, scene.conversation.id, kinds[0])
        return kept is not None and kept.status == "open" and await _end(scene, kept, last)
    if await scene.proof() is None:
        return False
    if last.startswith(("utter_paid_", "utter_receipt_")) or (scene.open_question or "").startswith("paid_"):
        return await ask_to_close(scene)
    if (
        last.startswith(("utter_dispute_", "utter_each_registered", "utter_human_requested"))
        or scene.open_question == "dispute_story"
    ):
        return bool(await open_ones(scene)) and await ask_withdrawal(scene)
    return False


async def _end(scene: Scene, kept: Request, last: str) -> bool:
    """The request is taken back by who made it."""
    await close_request(
        scene.conn,
        kept.id,
        "done",
        by="debtor",
        answer="taken back in the talk",
        now=scene.now,
        tenant_id=scene.conversation.tenant_id,
    )
    if last.startswith("utter_preference_other_channel"):
        await prefer(scene.conn, scene.conversation, scene.now, channel=scene.conversation.channel)
    scene.ask(None)
    scene.say("utter_request_taken_back", protocol=kept.protocol)
    return True
