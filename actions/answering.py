"""The answer to what is open: found by the question that was asked, never by guessing an intent."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from actions.agreement import answerers as agreement_answerers
from actions.discount import answerers as discount_answerers
from actions.dispute import answerers as dispute_answerers
from actions.extension import answerers as extension_answerers
from actions.extension import extend
from actions.hardship import answerers as hardship_answerers
from actions.heard import day_of
from actions.instalments import answerers as instalment_answerers
from actions.instalments import divide
from actions.number_back import answerers as number_answerers
from actions.paid import answerers as paid_answerers
from actions.partial import answerers as partial_answerers
from actions.partial import part_wished
from actions.pix import answerers as payment_answerers
from actions.pix import choose
from actions.priced import priced
from actions.promise import answerers as promise_answerers
from actions.promise import promise
from actions.proposed import IN_SO_MANY
from actions.resuming import prove_and_resume
from actions.rights import answerers as rights_answerers
from actions.scene import Again, Scene, Topic
from actions.stop import answerers as stop_answerers
from actions.which_debt import MONTHS, named_by_words
from conversations.reply import last_response
from understanding.plain import plain

Answerer = Callable[[Scene], Awaitable[bool]]
"""Takes the answer to its question; False when what was said does not answer it."""


def answerers() -> Mapping[str, Answerer]:
    """Who takes the answer to which question, by the question's name. A topic adds its own here."""
    return {
        **extension_answerers,
        **promise_answerers,
        **dispute_answerers,
        **payment_answerers,
        **partial_answerers,
        **agreement_answerers,
        **discount_answerers,
        **instalment_answerers,
        **hardship_answerers,
        **paid_answerers,
        **rights_answerers,
        **stop_answerers,
        **number_answerers,
    }


def again() -> Mapping[str, Again]:
    """How an open question is asked once more after an answer to something else, where the words of its `utter_back_to_<name>` need
    values of today. A topic adds its own here."""
    return {}


async def answer_open(scene: Scene) -> bool:
    """Give what was said to the open question's topic; False when nothing is open or this does not answer it."""
    question = scene.question
    if question is None:
        return await prove_and_resume(scene)
    answerer = answerers().get(question.name)
    return answerer is not None and await answerer(scene)


class AnswerOpen(Topic):
    """A bare answer, or a date, an amount or a correction by itself."""

    def name(self) -> str:
        return "action_answer_open"

    async def act(self, scene: Scene) -> None:
        if await answer_open(scene):
            return
        if scene.intent == "informar_valor" and scene.open_question in _OPEN_TO_A_PART and await priced(scene):
            return
        if scene.intent == "informar_valor" and scene.open_question in _OPEN_TO_A_PART and await part_wished(scene):
            return
        if scene.intent == "informar_data" and scene.open_question in _OPEN_TO_A_PART and await _day_or_count(scene):
            return
        if scene.intent == "informar_data" and await _day_for_the_slip(scene):
            return
        if scene.intent == "escolher_opcao":
            await choose(scene)
        elif scene.open_question == "plans" and scene.intent == "responder":
            scene.say("utter_which_plan")
        elif (scene.open_question or "").endswith("_which"):
            scene.say("utter_which_one")
        else:
            scene.say(f"utter_answer_{scene.intent}" if scene.intent in _ABOUT_WHAT else "utter_say_what")


_FOR_A_DAY = re.compile(
    r"(?:(?:mas|e|nao|quero|queria|coloca|poe|bota|faz|tem que ser|pode ser|esse|ele) )*(?:pra|para|pro|p|com vencimento|vencendo|venc)\b.*\b\w*\d\w*"
)


async def _day_for_the_slip(scene: Scene) -> bool:
    """ "Pra dia 10", right below a boleto: a later day for it. False: no boleto was given, or no such words."""
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith("utter_boleto_") or not _FOR_A_DAY.fullmatch(plain(scene.words)) or await scene.proof() is None:
        return False
    await extend(scene)
    return True


async def _day_or_count(scene: Scene) -> bool:
    """ "E a de julho dia 5" is a day for that debt; "em 10", beside debts to be paid, is a count. False: neither."""
    count = IN_SO_MANY.fullmatch(plain(scene.words))
    if count is not None and int(count[1]) > 1 and await scene.proof() is not None:
        scene.wish_words = f"em {count[1]}x"
        await divide(scene)
        return True
    if await scene.proof() is None:
        return False
    named = [debt for debt in await named_by_words(scene) if debt.status == "open"]
    if not named:
        return False
    scene.set_slot("focus", [debt.id for debt in named])
    words = scene.words
    scene.wish_words = _A_MONTHS_BILL.sub(" ", words)  # "a de julho dia 5" names no day of July
    heard = day_of(scene, later=True)
    if heard is None or heard.day is None or heard.day <= scene.today:
        scene.wish_words = words
        return False
    await promise(scene)
    return True


_A_MONTHS_BILL = re.compile(
    rf"\b(?:a|as|o|conta|fatura|boleto) d[eo] (?:m[eê]s de )?(?:{'|'.join(MONTHS)}|março)\b(?= (?:dia|no dia|pra|para|pro|s[oó]|n[ao]|em|at[eé])\b)",
    re.IGNORECASE,
)


_OPEN_TO_A_PART = (None, "pay", "which", "which_to_pay", "show")
_ABOUT_WHAT = frozenset({"informar_data", "informar_valor"})

topics = (AnswerOpen,)
