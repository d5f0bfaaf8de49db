"""When the talk stumbles: cancel, say it again, not understood, yes and no to what is open."""

from __future__ import annotations

import re

from actions.agreement import agreement_meant
from actions.answering import answer_open
from actions.answers import particular_answer
from actions.confirming import still_to_confirm
from actions.correction import other_means
from actions.debt import show_debts
from actions.dispute_withdrawn import dispute_taken_back
from actions.faq import answer_question, guesses
from actions.given_up import record_given_up
from actions.human import ask_human
from actions.instalments import take_only_plan
from actions.negotiating import back_on_the_table, current_offer
from actions.on_the_table import take_spoken_of_plan
from actions.pix import choose, pay
from actions.promise import promise_taken_back
from actions.proving import forget_form, proven
from actions.scene import Scene, Topic
from actions.taken_up import after_all
from actions.which_debt import chosen_debts, payable
from conversations import effects
from conversations.reply import last_response
from payments.charges import charges_of
from receivables.brasilia import BRASILIA
from understanding.plain import plain

_SURELY_NOT_OURS = 0.6
"""Strange words look like what is out of scope; below this confidence the person is asked instead of turned away."""


_CODES = ("utter_pix_", "utter_boleto_")
"""What is made anew rather than said again: a code may have been paid meanwhile."""

_SIMPLER_AFTER = (
    ("utter_pix_", "pix"),
    ("utter_boleto_card_both", "pix_or_boleto"),
    ("utter_boleto_", "boleto"),
    ("utter_extension_done", "extension_done"),
    ("utter_dispute_", "under_way"),
    ("utter_paid_", "under_way"),
    ("utter_under_way", "under_way"),
    ("utter_receipt_", "under_way"),
    ("utter_faq", "faq"),
)
"""After these nothing is asked; what was said last is said more simply."""
_AFTER = tuple(begins for begins, _ in _SIMPLER_AFTER)
_MENU = re.compile(r"\b(menu|inicio|comeco|opcoes)\b")


class Cancel(Topic):
    """\"Deixa pra lá\": nothing is done, and that is said."""

    def name(self) -> str:
        return "action_cancel"

    async def act(self, scene: Scene) -> None:
        if scene.open_question == "cancel_agreement" and await answer_open(scene):
            return  # "sim, desfaz" is the very yes that was asked for
        if await record_given_up(scene):
            return
        if await promise_taken_back(scene) or await dispute_taken_back(scene) or await agreement_meant(scene):
            return
        if _PAYS_INSTEAD.search(plain(scene.turn.text or "")) and await scene.proof() is not None:
            scene.ask(None)
            await pay(scene)  # "deixa pra lá, manda o pix": the second half is what is wished
            return
        offer = await current_offer(scene) if scene.open_question == "accept_offer" else None
        for slot in ("wanted", "wanted_turn", "focus"):
            scene.set_slot(slot, None)
        scene.ask(None)
        forget_form(scene)
        last = await last_response(scene.conn, scene.conversation.id) or ""
        if _MENU.search(plain(scene.turn.text or "")):
            scene.say("utter_what_i_can_do")
        elif last.startswith(_REGISTERED):
            scene.say("utter_stays_registered")
        elif (await last_response(scene.conn, scene.conversation.id) or "").startswith("utter_extension_done"):
            scene.say("utter_extension_stays")
        elif offer is not None:
            scene.say("utter_offer_left", until={"instant": offer.expires_at.isoformat()})
        else:
            scene.say("utter_cancelled_code" if await _waits_for_payment(scene) else "utter_cancelled")


_PAYS_INSTEAD = re.compile(
    r"(?<!nao )(?<!num )(?<!nem )\b(?:manda|mande|envia|envie|gera|gere|quero|me da|faz|passa|prefiro)\b(?: (?!nao\b)\w+){0,4}? (?:pix|boleto|codigo|qr)\b|(?<!nao )(?<!num )(?<!nem )\b(?:vou|quero|prefiro) pagar (?:tudo|inteir[oa]|a vista|de uma vez)\b"
)
"""A way to pay, wished in the same breath as something is given up."""


class SayAgain(Topic):
    """\"Não entendi\": simpler words for what is open; a second time the options; then a human is offered."""

    understood = False

    def name(self) -> str:
        return "action_say_again"

    async def act(self, scene: Scene) -> None:
        particular = particular_answer(scene)
        if particular:
            scene.say(particular)
            return
        if await answer_question(scene):
            scene.set_slot("misses", 0)
            return
        misses = _count(scene)
        last = await last_response(scene.conn, scene.conversation.id) or ""
        told = last.startswith("utter_faq") or (scene.open_question is None and last.startswith(_AFTER))
        if misses == 1 and not scene.form and told and await scene.proof() is not None:
            scene.say(next(f"utter_simpler_{name}" for begins, name in _SIMPLER_AFTER if last.startswith(begins)))
        elif misses == 1:
            asked = "identity" if scene.form else scene.open_question or "start"
            known = f"utter_simpler_{asked}" in scene.till.talk.wording.names
            scene.say(f"utter_simpler_{asked if known else 'start'}")
        elif misses == 2:
            scene.say("utter_simpler_identity_again" if scene.form else "utter_what_i_can_do")
        else:
            scene.say("utter_offer_human")


class NotUnderstood(Topic):
    """The bot did not understand, and says so; never twice in the same words, and soon a human is offered."""

    understood = False

    def name(self) -> str:
        return "action_default_fallback"

    async def act(self, scene: Scene) -> None:
        if _NO_WORDS.fullmatch((scene.turn.text or "").strip()):
            await _say_here(scene)
        elif not await _answered_after_all(scene):
            await not_understood(scene)


_NO_WORDS = re.compile(r"[\W_]{1,8}|(?:k{2,}|(?:[hk]?u?[ae]){1}(?:h[aeu]+)+|(?:rs)+|hu(?:e?hu?e?)+|[\W_])+", re.IGNORECASE)
"""A dot, three dots, a dash, a laugh: nobody is misunderstood who has said nothing."""


_TEARS = re.compile("[😭😢🥺😞😔😥💔]")


async def _say_here(scene: Scene) -> None:
    """Somebody is there and says nothing: that is met, and what was asked stands in few words."""
    if _TEARS.search(scene.turn.text or ""):
        scene.say("utter_tears")
    elif scene.form is None:
        scene.say("utter_here")
        await scene.go_back()


class OutOfScope(Topic):
    """Something that is not ours to answer; when that is not quite sure, it counts as not understood."""

    understood = False

    def name(self) -> str:
        return "action_out_of_scope"

    async def act(self, scene: Scene) -> None:
        if _NO_WORDS.fullmatch((scene.turn.text or "").strip()):
            await _say_here(scene)
            return
        if await _answered_after_all(scene):
            return
        if await answer_question(scene):
            scene.set_slot("misses", 0)
        elif scene.confidence < _SURELY_NOT_OURS or scene.turn.given.documents or scene.turn.given.bad_documents:
            await not_understood(scene)
        else:
            scene.set_slot("misses", 0)
            scene.say("utter_answer_fora_de_escopo")


class Repeat(Topic):
    """\"Repete\": the last thing said, from the facts as they are now."""

    def name(self) -> str:
        return "action_repeat"

    async def act(self, scene: Scene) -> None:
        last = await last_response(scene.conn, scene.conversation.id)
        if last is not None and last.startswith(_CODES) and await scene.proof() is not None:
            await pay(scene)
        elif not await _said_again(scene):
            if await scene.proof() is None:
                scene.say("utter_what_i_can_do")
            else:
                await show_debts(scene)


class Yes(Topic):
    """\"Sim\" to what is open, and to nothing else."""

    def name(self) -> str:
        return "action_yes"

    async def act(self, scene: Scene) -> None:
        if await answer_open(scene) or await back_on_the_table(scene):
            return
        asked = scene.open_question
        if asked == "pay" and scene.slots.get("focus"):
            await pay(scene)
        elif asked == "human":
            await ask_human(scene, "falar_com_humano")
        elif asked in ("which", "which_to_pay") and scene.turn.text and await chosen_debts(scene) is not None:
            await choose(scene)  # "ok, manda as duas" names them beside its yes
        elif asked is not None and (asked.startswith("which") or asked.endswith("_which")):
            scene.say("utter_which_one")
        elif asked == "show":
            await show_debts(scene)
        elif (await last_response(scene.conn, scene.conversation.id) or "").startswith("utter_opted_out"):
            scene.say("utter_opted_out_fine")  # nobody who wants peace is offered something to pay
        elif await accepts_without_saying_what(scene) or await still_to_confirm(scene):
            return
        elif asked == "plans" and scene.turn.text:
            scene.say("utter_which_plan")  # a yes to three plans is no yes to one of them
        elif await scene.proof() is not None:
            scene.say(await _waiting(scene) or "utter_anything_else")
        else:
            scene.say(
                "utter_say_what"
                if await last_response(scene.conn, scene.conversation.id) == "utter_what_i_can_do"
                else "utter_what_i_can_do"
            )


_ACCEPTS = re.compile(
    r"\b(?:aceit[oa]\w*|fech(?:o|a|ou|ad[oa]|ar|amos)|top(?:o|ado|ei)|concordo|combinado|de acordo|negocio fechado|trato feito)\b"
)
_DENIED = re.compile(r"\b(?:nao|nem|num|nunca|recuso)\b")


async def accepts_without_saying_what(scene: Scene) -> bool:
    """\"Então tá, fechado\" to nothing that one yes could settle: nothing is closed, and it is asked which. False: no such words."""
    said = plain(scene.turn.text or "")
    if not _ACCEPTS.search(said) or _DENIED.search(said) or "?" in (scene.turn.text or "") or await scene.proof() is None:
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if last.startswith((*_CODES, "utter_promise_done", "utter_extension_done", "utter_agreement_made", "utter_proposal_taken")):
        return False  # what was to be settled is settled
    _, debts = await payable(scene)
    if not any(debt.status == "open" for debt in debts):
        return False
    if await after_all(scene):
        return True
    if await take_only_plan(scene) or await take_spoken_of_plan(scene):
        return True
    scene.say("utter_which_plan" if scene.open_question == "plans" else "utter_accept_which")
    return True


_DIVIDES_INSTEAD = re.compile(
    r"(?<!nao )\b(?:quero|queria|prefiro|melhor|gostaria de|vou|posso|da pra)\b (?:\w+ ){0,2}?(?:parcel\w+|divid\w+)\b"
)
""""Não, pera, quero parcelar": a no with another wish behind it."""


_REGISTERED = (
    "utter_dispute_open",
    "utter_dispute_story_kept",
    "utter_dispute_to_human",
    "utter_paid_",
    "utter_promise_done",
    "utter_proposal_taken",
)
"""Below these "não tenho papel" is a no to nothing: what was registered stands, and it would be false to say that nothing was done."""


class No(Topic):
    """\"Não\" to what is open."""

    def name(self) -> str:
        return "action_no"

    async def act(self, scene: Scene) -> None:
        if await other_means(scene) or await answer_open(scene):
            return
        scene.ask(None)
        if _DIVIDES_INSTEAD.search(plain(scene.turn.text or "")):
            await scene.turn_to("parcelar")
            return
        last = await last_response(scene.conn, scene.conversation.id) or ""
        scene.say("utter_stays_registered" if last.startswith(_REGISTERED) else "utter_no_problem")


class OldChoice(Topic):
    """A tap on something that has been used or has expired: nothing is done, and what holds now is shown."""

    def name(self) -> str:
        return "action_old_choice"

    async def act(self, scene: Scene) -> None:
        if await scene.proof() is None:
            scene.say("utter_old_choice_start")
        else:
            scene.say("utter_old_choice")
            if not await scene.ask_again():
                await show_debts(scene)


async def _said_again(scene: Scene) -> bool:
    """Say what was said last once more, if that was today and the values in it still hold. False: there is nothing such."""
    last = await effects.last_said(scene.conn, scene.conversation.id, scene.turn.id)
    if last is None or last[1].astimezone(BRASILIA).date() != scene.today:
        return False
    said = await effects.said_in(scene.conn, last[0])
    if await scene.proof() is None and scene.lapsed is not None:
        return False
    scene.said += said
    scene.word_for_word = True
    return bool(said)


async def _waiting(scene: Scene) -> str | None:
    """What is said to "ok" while a code waits to be paid, by which code it is; None: none waits."""
    proof = await scene.proof()
    kinds = (
        [charge.kind for charge in await charges_of(scene.conn, proof.debtor_id) if charge.status == "active"]
        if proof is not None
        else []
    )
    if not kinds:
        return None
    return "utter_waiting_for_payment" if "pix" in kinds else "utter_waiting_for_slip"


async def _waits_for_payment(scene: Scene) -> bool:
    """Whether this proven person has a code that is still good."""
    proof = await scene.proof()
    return proof is not None and any(charge.status == "active" for charge in await charges_of(scene.conn, proof.debtor_id))


async def _answered_after_all(scene: Scene) -> bool:
    """Words that no intent fits may still answer what is open: an amount, a count, a condition."""
    if scene.form or scene.turn.given.documents or _of_other_business(scene) or not await answer_open(scene):
        return False
    if scene.slots.get("misses"):
        scene.set_slot("misses", 0)
    return True


_PLAINLY_NOT_OURS = 0.85
_TAKES_NUMBERS = ("plans", "accept_offer", "capacity", "fits", "partial_amount", "partial_confirm", "discount", "propose", "pay")
_TERMS = re.compile(
    r"\b(?:entrada|parcel\w*|mes|mensa\w+|vezes|\d+ ?x|pag\w+|dou|daria|posso|consigo|acert\w+|quit\w+|a vista|fech\w+|aceit\w+|divid\w+)\b"
)


def _of_other_business(scene: Scene) -> bool:
    """ "Tô vendendo rifa, 5 reais o número": a number in it is no answer to what is open."""
    if scene.open_question not in _TAKES_NUMBERS:
        return False
    many = len(plain(scene.turn.text or "").split()) > 3
    return many and scene.confidence >= _PLAINLY_NOT_OURS and _TERMS.search(plain(scene.turn.text or "")) is None


async def not_understood(scene: Scene) -> None:
    """Say so; never twice in the same words, and soon a human is offered."""
    if scene.form is None and await answer_open(scene):
        scene.set_slot("misses", 0)
        return
    if scene.turn.given.documents or scene.turn.given.bad_documents:
        if await proven(scene, scene.slots.get("wanted") or "consultar_divida"):
            await show_debts(scene)
        return
    if await answer_question(scene):
        scene.set_slot("misses", 0)
        return
    misses = _count(scene)
    if misses > 2:
        scene.say("utter_offer_human")
    elif scene.form:
        scene.say(("utter_not_understood_here", "utter_simpler_identity")[misses - 1])
    elif misses == 1 and scene.open_question in ("which", "which_to_pay") and len((await payable(scene))[1]) > 1:
        scene.say("utter_which_one")
    elif likely := await guesses(scene):
        scene.say(("utter_did_you_mean", "utter_did_you_mean_again")[misses - 1], guesses=likely)
    else:
        scene.say(("utter_not_understood", "utter_not_understood_again")[misses - 1])


def _count(scene: Scene) -> int:
    misses = int(scene.slots.get("misses") or 0) + 1
    scene.set_slot("misses", misses)
    if misses >= 3:
        scene.ask("human")
    return misses


topics = (Cancel, SayAgain, NotUnderstood, OutOfScope, Repeat, Yes, No, OldChoice)
