"""\"Para de me mandar mensagem até sexta\": silence until a day is kept as such, and is not the end of all messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from actions.heard import day_of
from actions.scene import Scene
from conversations.care import pause_person
from conversations.reply import last_response
from receivables.brasilia import BRASILIA
from receivables.promising import promises_of
from understanding.plain import plain

LONGEST = timedelta(days=90)
"""Who wants to hear nothing for longer has stopped the messages, and is told how to come back."""

_MAY_BE = frozenset("parar_mensagens preferencia_contato adiar_resposta".split())
_SILENCE = re.compile(
    r"\b(?:par[ae]\w*|parem|chega|nao|num|n|sem|nem|ninguem) (?:\w+ ){0,4}?(?:encher|enche\w*|mand\w+|mensage\w+|msgs?|cobr\w+|cham\w+|escrev\w+|fal\w+|perturb\w+|incomod\w+|contat\w+|procur\w+|aviso\w*|amol\w+)\b"
    r"|\b(?:volt\w+|retorn\w+) (?:a |me |com )*(?:fal\w+|cham\w+|mand\w+|escrev\w+|contat\w+)\b|\bme (?:deixa\w*|da|deem|dao) (?:\w+ )?(?:em )?(?:paz|sossego|quiet\w+|um tempo)\b"
    r"|\bme esquec\w*|\besquec\w* de mim\b"
    r"|\b(?:fal\w+|cham\w+|escrev\w+|mand\w+) (?:comigo )?(?:so|somente|apenas) depois\b|\bso (?:me )?(?:fal\w+|cham\w+|escrev\w+|mand\w+) (?:\w+ )?depois\b"
)
_UNTIL = re.compile(
    r"\b(?:ate|depois|so (?:em|no|na|dia)|antes d[eoa]|a partir|(?:um|1|uma|dois|duas|2|\d\d|quinze|trinta|uns|umas) (?:mes|meses|semanas?|dias)|(?:ess[ae]|esta|este) (?:semana|mes)|resto d[ao])\b"
)
_TILL_THEN = re.compile(r"\bate (?:la|esse dia|essa data|o dia|a data)\b|\bantes disso\b")


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _after_christmas(today: date) -> date:
    return date(today.year, 12, 26)


def _after_new_year(today: date) -> date:
    return date(today.year + 1, 1, 2)


def _in_days(days: int) -> Callable[[date], date]:
    return lambda today: today + timedelta(days=days)


_SPANS = (
    (re.compile(r"\b(?:(?:dois|2) meses|60 dias)\b"), _in_days(60)),
    (re.compile(r"\b(?:(?:um|1) mes|30 dias|trinta dias)\b"), _in_days(30)),
    (re.compile(r"\b(?:(?:duas|2) semanas|15 dias|quinze dias)\b"), _in_days(15)),
    (re.compile(r"\b(?:(?:uma|1|umas) semanas?|uns dias)\b"), _in_days(7)),
    (re.compile(r"\b(?:semana que vem|proxima semana|outra semana|ess[ae] semana|esta semana|resto da semana)\b"), _next_monday),
    (
        re.compile(r"\b(?:mes que vem|proximo mes|outro mes|ess[ae] mes|este mes|resto do mes|virar o mes|virada do mes)\b"),
        _next_month,
    ),
    (re.compile(r"\bnatal\b"), _after_christmas),
    (re.compile(r"\b(?:ano novo|virada do ano|reveillon|ano que vem)\b"), _after_new_year),
)
"""Spans that name no day, and the day after which they are over."""


async def quiet_until(scene: Scene) -> bool:
    """Keep still until the day that was named, and say so. False: no silence was wished, or none with an end."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _MAY_BE or not _SILENCE.search(said) or not _UNTIL.search(said):
        return False
    day = await _day(scene, said)
    if day is None or not scene.today < day <= scene.today + LONGEST:
        return False
    until = datetime.combine(day, time(), BRASILIA)
    await pause_person(scene.conn, scene.conversation, "asked_quiet", scene.turn.id, scene.now, until=until)
    scene.say("utter_quiet_until", day={"date": day.isoformat()})
    return True


async def _day(scene: Scene, said: str) -> date | None:
    span = next((span for words, span in _SPANS if words.search(said)), None)
    if span is not None:
        return span(scene.today)
    heard = day_of(scene, later=True)
    if heard is not None and heard.readings:
        return max(heard.readings)
    if not _TILL_THEN.search(said):
        return None
    proof = await scene.proof()
    if proof is None or not (await last_response(scene.conn, scene.conversation.id) or "").startswith(
        ("utter_promise_", "utter_extension_")
    ):
        return None
    return max((one.day for one in await promises_of(scene.conn, proof.debtor_id) if one.status == "open"), default=None)
