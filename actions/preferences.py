"""When, where and how often somebody wants to be written to: kept, read back, and honoured at the one door."""

from __future__ import annotations

from typing import Any

from actions.faq import is_question
from actions.scene import Scene, Topic
from conversations.consent import opt_in, opted_out
from conversations.contact_hours import compatible
from conversations.handover import hours_in_words
from conversations.preferences import Preference, hours_of, prefer
from conversations.requests import register
from understanding.contact_wishes import ContactWish, contact_wish


class PreferContact(Topic):
    """\"Me chama só de tarde\", \"uma vez por semana\", \"prefiro e-mail\", \"me lembra na véspera\"."""

    def name(self) -> str:
        return "action_prefer_contact"

    async def act(self, scene: Scene) -> None:
        tapped = scene.turn.arguments
        wish = ContactWish() if tapped else contact_wish(scene.turn.text or "")
        hours = tapped.get("hours") or wish.hours
        most, days = tapped.get("most") or wish.most, tapped.get("days") or wish.every_days
        channel = tapped.get("channel") or _channel(scene, wish)
        if hours and not compatible([scene.ground.policies.default.contact.hours, hours_of(hours)]):
            scene.say("utter_preference_outside_hours")
        elif channel in ("phone", "email", "letter") and not tapped and is_question(scene):
            scene.say("utter_preference_may", arguments={"channel": channel})
        elif wish.on_a_day or wish.another_number or channel in ("phone", "email", "letter"):
            await _for_the_team(scene, wish, channel)
        elif hours or most or channel:
            kept = await prefer(scene.conn, scene.conversation, scene.now, hours=hours, most=most, days=days, channel=channel)
            scene.say("utter_preference_kept", **_read_back(kept))
        elif wish.not_by == "phone":
            scene.say("utter_preference_no_calls")
        elif wish.reminder:
            if await opted_out(scene.conn, scene.conversation):
                await opt_in(scene.conn, scene.conversation, scene.now)
            scene.say("utter_preference_reminder")
        elif wish.easier:
            scene.say("utter_preference_easier")
        else:
            scene.say("utter_preference_ask")


def _channel(scene: Scene, wish: ContactWish) -> str | None:
    """The wished channel; the one we are on already is nothing to be changed."""
    return None if wish.channel == scene.conversation.channel else wish.channel


async def _for_the_team(scene: Scene, wish: ContactWish, channel: str | None) -> None:
    """What the assistant cannot do by itself: a person of the team sees to it, and nothing is written here meanwhile."""
    proof = await scene.proof()
    debtor_id = proof.debtor_id if proof else None
    kept = await register(
        scene.conn, scene.ground, scene.conversation, "contact", scene.turn.id, debtor_id=debtor_id, words=scene.turn.text
    )
    if channel is not None:
        await prefer(scene.conn, scene.conversation, scene.now, channel=channel)
    which = "another_number" if wish.another_number else "on_a_day" if wish.on_a_day else "other_channel"
    scene.say(f"utter_preference_{which}", protocol=kept.protocol)


def _read_back(kept: Preference) -> dict[str, list[dict[str, Any]]]:
    """What holds now, as rows of the response; their words are in `data/responses`."""
    rows: dict[str, list[dict[str, Any]]] = {}
    if kept.hours:
        rows["hours_kept"] = [{"value": hours_in_words(kept.hours.text)}]
    if kept.most is not None and kept.days is not None:
        rows[_OFTEN.get(kept.days, "other_days")] = [{"most": kept.most, "days": kept.days}]
    if kept.channel:
        rows[f"by_{kept.channel}"] = [{}]
    return rows


_OFTEN = {1: "each_day", 7: "each_week", 30: "each_month"}


topics = (PreferContact,)
