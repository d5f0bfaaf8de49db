"""When, where and how often somebody wants to be written to: kept, read back, and honoured at the one door."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions.heard import is_question
from actions.scene import Scene, Topic
from conversations.consent import opt_in, opted_out
from conversations.contact_hours import compatible, together
from conversations.effects import last_said
from conversations.handover import hours_in_words
from conversations.preferences import Preference, hours_of, prefer, preference_of
from conversations.reply import last_response
from conversations.requests import add_words, newest_request, register
from conversations.turn import text_of
from understanding.contact_wishes import ContactWish, contact_wish
from understanding.plain import plain
from understanding.values import read_values

_WHAT_IS_OWED = re.compile(
    r"\b(?:manda|mande|quero|envia|passa|me ve)\w*\b.{0,20}\b(?:tudo|quanto|o que|oq|as contas|as dividas|lista|relacao)\b.{0,15}\b(?:devo|devendo|em aberto|atrasad\w+)\b"
)
""""Me manda tudo que eu devo por escrito" asks what is owed, and for no channel."""


class PreferContact(Topic):
    """\"Me chama só de tarde\", \"uma vez por semana\", \"prefiro e-mail\", \"me lembra na véspera\"."""

    def name(self) -> str:
        return "action_prefer_contact"

    async def act(self, scene: Scene) -> None:
        await prefer_contact(scene)


async def prefer_contact(scene: Scene, before: ContactWish | None = None) -> None:
    """Keep what is wished, and read it back. `before`: a wish of the message before, which this one adds to."""
    if not scene.turn.arguments and _WHAT_IS_OWED.search(plain(scene.turn.text or "")):
        await scene.turn_to("consultar_divida")
        return
    tapped = scene.turn.arguments
    wish = ContactWish() if tapped else contact_wish(scene.turn.text or "")
    if before is not None:
        wish = _added(before, wish)
    hours = tapped.get("hours") or wish.hours
    most, days = tapped.get("most") or wish.most, tapped.get("days") or wish.every_days
    channel = tapped.get("channel") or _channel(scene, wish)
    if not tapped and not channel and not most and _LATER.search(plain(scene.turn.text or "")):
        scene.say("utter_preference_later")  # "me chama mais tarde", said of today, changes nothing for good
    elif hours and not compatible([scene.ground.policies.default.contact.hours, hours_of(hours)]):
        scene.say("utter_preference_outside_hours")
    elif channel in ("email", "letter") and not tapped and _as_well(scene):
        await _also_by(scene)
    elif channel in ("phone", "email", "letter") and not tapped and is_question(scene):
        scene.say("utter_preference_may", arguments={"channel": channel})
    elif wish.on_a_day or wish.another_number or channel in ("phone", "email", "letter"):
        await _for_the_team(scene, wish, channel)
    elif hours or most or channel:
        kept = await prefer(scene.conn, scene.conversation, scene.now, hours=hours, most=most, days=days, channel=channel)
        scene.say("utter_preference_kept", **_read_back(scene, kept))
    elif (
        wish.not_by == "phone"
        and _MESSAGES_WISHED.search(plain(scene.turn.text or ""))
        and await opted_out(scene.conn, scene.conversation)
    ):
        await opt_in(scene.conn, scene.conversation, scene.now)
        scene.say("utter_preference_messages_back")
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


def hours_wished(words: str) -> bool:
    """Whether hours, or how often, are wished in so many words."""
    wish = contact_wish(words)
    return bool(wish.hours or wish.most) and _OF_MESSAGES.search(plain(words)) is not None


_MESSAGES_WISHED = re.compile(
    r"\b(?:quer\w+|pode\w*|so|somente|apenas|prefiro|aceito|continu\w+)\b.{0,25}\b(?:mensage\w+|msgs?|escrit\w+|escrev\w+|zap|whats\w*|por aqui)\b|\b(?:aqui|por aqui) (?:\w+ )?pode\w*\b"
)
_OF_MESSAGES = re.compile(
    r"\b(?:so|somente|apenas|prefiro|melhor|pode|podem|manda\w*|mande\w*|escrev\w+|cham\w+|fal\w+|avis\w+)\b.{0,25}"
    r"\b(?:manha|tarde|noite|hora\w*|horas|h|as|das|depois|antes|vez|vezes|seman\w+)\b"
)


_LATER = re.compile(
    r"\b(?:mais tarde|daqui a pouco|depois do almoco|outra hora|outro momento|mais logo|(?:hoje|hj) (?:\w+ )?(?:a|de) (?:tarde|noite|tardinha))\b"
    r"(?!.*\b(?:sempre|so|somente|apenas|todo dia|todos os dias|prefiro|normalmente|toda vez)\b)"
)
"""A moment of today, and no hours for good."""


_AS_WELL = re.compile(
    r"\b(?:tambem|tambm|tbm|tb|tbem|tmb|alem d\w+|nos dois|as duas coisas|copia)\b|\baqui e (?:\w+ )?(?:no|por|pelo|pro|e ?mail)|\be (?:\w+ )?aqui\b"
    r"|\b(?:nao|num|n) (?:e |eh |era |quero )?(?:pra |para |que )?(?:par\w+|deix\w+|troc\w+|mud\w+|tir\w+)\b.{0,30}\baqui\b"
)
_SEND_IT = re.compile(r"\b(?:mand\w+|envi\w+|encaminh\w+|passa\w*)\b.{0,40}\be ?-?mail\b|@")


def _as_well(scene: Scene) -> bool:
    """Whether a paper is wished by e-mail too ("manda também pro meu e-mail"), which ends nothing here."""
    said = plain(scene.turn.text or "")
    return _AS_WELL.search(said) is not None or (
        _SEND_IT.search(scene.turn.text or "") is not None and _ONLY_THERE.search(said) is None
    )


_ONLY_THERE = re.compile(r"\b(?:so|somente|apenas|prefiro|em vez|no lugar|ao inves|contato|fal\w+ comigo)\b")


async def reminder_asked(scene: Scene) -> bool:
    """ "Você lembra que horas?", "é na véspera que avisa?": the day and the hours of a reminder. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.intent in _NEVER_OF_REMINDERS or scene.form is not None or not _REMINDER.search(said):
        return False
    if not (is_question(scene) or _PUT_AS_QUESTION.search(said) or scene.open_question == "promise_made"):
        return False
    scene.say("utter_reminder_when")
    hours = contact_wish(said).hours
    if hours and compatible([scene.ground.policies.default.contact.hours, hours_of(hours)]):
        kept = await prefer(scene.conn, scene.conversation, scene.now, hours=hours)
        scene.say("utter_preference_kept", **_read_back(scene, kept))
    await scene.go_back()
    return True


_NEVER_OF_REMINDERS = frozenset(
    "vulnerabilidade parar_mensagens nao_sou_a_pessoa suspeita_golpe falar_com_humano reclamar".split()
)
_REMINDER = re.compile(
    r"\b(?:lembr(?:a|ar|am|e|em|ando|ete)|avis(?:a|ar|am|e|em|ando|o))\b.{0,25}\b(?:que horas?|q horas?|hora|quando|que dia|qual dia|vespera|no dia|antes)\b"
    r"|\b(?:que horas?|q horas?|quando|que dia|vespera|no dia)\b.{0,25}\b(?:lembr(?:a|ar|am|e|em|ete)|avis(?:a|ar|am|e|em|o))\b"
    r"|\b(?:voces|vcs|vc|voce) (?:\w+ )?(?:me |vao me |vai me )+(?:lembr\w+|avis\w+)\b"
    r"|\bme (?:lembr(?:a|ar|e)|avis(?:a|ar|e))\b.{0,12}\b(?:segunda|terca|quarta|quinta|sexta|vespera|um dia antes|dia antes|antes)\b"
)
_PUT_AS_QUESTION = re.compile(r"\bne\b|\bvai\b|\bvao\b|^(?:vc|vcs|voce|voces)\b")


async def messages_after_all(scene: Scene) -> bool:
    """ "Eu queria mensagem sim, só não ligação", after everything was stopped: the messages come back. False: not that."""
    said = scene.turn.text or ""
    if contact_wish(said).not_by != "phone" or not _MESSAGES_WISHED.search(plain(said)) or scene.form is not None:
        return False
    if not await opted_out(scene.conn, scene.conversation):
        return False
    await prefer_contact(scene)
    return True


async def more_of_hours(scene: Scene) -> bool:
    """ "E não no sábado", right after a preference was kept: one more of it, and no correction. False: nothing such was said."""
    text = scene.turn.text or ""
    wish = contact_wish(text)
    if scene.form is not None or not (wish.hours or wish.most) or scene.intent in _NEVER_OF_REMINDERS or is_question(scene):
        return False
    if _PAYS.search(plain(text)) or not (await last_response(scene.conn, scene.conversation.id) or "").startswith(
        "utter_preference_kept"
    ):
        return False
    last = await last_said(scene.conn, scene.conversation.id, scene.turn.id)
    before = contact_wish(await text_of(scene.conn, last[0]) or "") if last is not None else None
    await prefer_contact(scene, before)
    return True


def _added(before: ContactWish, wish: ContactWish) -> ContactWish:
    """ "Depois das 10", and then "e de fim de semana não": both hold."""
    if wish.first is None and wish.last is None:
        wish = replace(wish, first=before.first, last=before.last)
    return replace(wish, days=before.days) if wish.days is None else wish


_PAYS = re.compile(r"\b(?:pag\w+|pix|boleto|quit\w+|parcel\w+|vencim\w+|prazo|acert\w+)\b")


async def email_too(scene: Scene) -> bool:
    """ "Envia também no meu e-mail…", taken for something else. False: no such wish."""
    if scene.intent not in _MAY_BE_TOO or scene.form is not None or contact_wish(scene.turn.text or "").channel != "email":
        return False
    if not _as_well(scene) or is_question(scene):
        return False
    await _also_by(scene)
    return True


_MOST_BESIDE = 4


async def email_given(scene: Scene) -> bool:
    """An address by itself, right after it was told that e-mail is for the team: kept with that request. False: nothing such."""
    text = scene.turn.text or ""
    emails = read_values(text, scene.today).emails
    if not emails or len(text.split()) > _MOST_BESIDE or scene.form is not None:
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    kept = await newest_request(scene.conn, scene.conversation.id, "contact") if last.startswith("utter_preference_") else None
    if kept is None:
        return False
    await add_words(scene.conn, scene.ground, kept.id, text)
    scene.say("utter_preference_email_too", protocol=kept.protocol, email=emails[-1].value)
    return True


_MAY_BE_TOO = frozenset("fora_de_escopo nlu_fallback responder afirmar negar".split())


async def _also_by(scene: Scene) -> None:
    """Nothing is sent by e-mail from here, which is said; the address goes to the team, and here all goes on as before."""
    proof = await scene.proof()
    kept = await register(
        scene.conn,
        scene.ground,
        scene.conversation,
        "contact",
        scene.turn.id,
        debtor_id=proof.debtor_id if proof else None,
        words=scene.turn.text,
    )
    if (await preference_of(scene.conn, scene.conversation)).channel not in (None, scene.conversation.channel):
        await prefer(scene.conn, scene.conversation, scene.now, channel=scene.conversation.channel)
    emails = read_values(scene.turn.text or "", scene.today).emails
    if emails:
        scene.say("utter_preference_email_too", protocol=kept.protocol, email=emails[-1].value)
    else:
        scene.say("utter_preference_here_too", protocol=kept.protocol)


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


def _read_back(scene: Scene, kept: Preference) -> dict[str, list[dict[str, Any]]]:
    """What holds now, as rows of the response; their words are in `data/responses`."""
    rows: dict[str, list[dict[str, Any]]] = {}
    if kept.hours:
        within = together([scene.ground.policies.default.contact.hours, kept.hours])
        rows["hours_kept"] = [{"value": hours_in_words(within or kept.hours.text)}]
    if kept.most is not None and kept.days is not None:
        rows[_OFTEN.get(kept.days, "other_days")] = [{"most": kept.most, "days": kept.days}]
    if kept.channel:
        rows[f"by_{kept.channel}"] = [{}]
    return rows


_OFTEN = {1: "each_day", 7: "each_week", 30: "each_month"}


topics = (PreferContact,)
