"""Living with an agreement: what is left, the next instalment, its code again, paying ahead, moving, skipping, giving it up."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from actions.agreement_mended import (
    CANCEL,
    CANNOT_KEEP,
    OTHER_TERMS,
    ask_cancel,
    ask_redo,
    cancel,
    day_named,
    ease,
    instalment_named,
    move,
    move_to_day,
    other_terms,
    repair,
    skip,
    tell_tolerance,
)
from actions.agreement_paid import AHEAD, ALL_OF_IT, ahead, charge, out_of_turn, tell_of_payment
from actions.agreement_told import agreement_spoken_of, give_term, tell
from actions.instalments import show_table
from actions.negotiating import current_offer
from actions.proposal import waiting_protocol
from actions.proposed import lone_amount, says_no, understood
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.standing import tell_standing
from actions.which_debt import named_by_words
from conversations.reply import last_response
from conversations.said import typed_in_turn
from payments.agreeing import (
    broken_values,
)
from payments.issue import Kind
from receivables.agreements import agreements_of
from understanding.explicit import said_yes
from understanding.plain import plain

_CODE = re.compile(r"\b(?:2a via|segunda via|codigo|pix|b[ou]l+[eao]?[tl]\w*|manda\w*|envia\w*|reenvia\w*|pagar|gera\w*)\b")
_SLIP = re.compile(r"\b(?:b[ou]l+[eao]?[tl]\w*|codigo de barras?|linha digitavel|carne|loterica)\b")
_MOVE = re.compile(
    r"\b(?:mudar|muda|mover|troca\w*|adiar?|adie|adio|alter\w+|passar|joga\w*|empurr\w+|mais prazo|outr[oa] d(?:ia|ata)|vou atrasar|prorrog\w+)\b"
)
_SKIP = re.compile(
    r"\b(?:pul\w+|nao (?:vou )?(?:consigo|consiguir|conseguir|posso|da pra) (?:pagar )?(?:esse|este) mes|deixar pro final)\b"
)
_BARE_CANCEL = re.compile(
    r"(?:quero |pode |por favor |entao )*(?:cancel\w+|desist\w+|desfaz\w*)(?: (?:isso|tudo|por favor|ai|ja))*"
)
_SETTLED = re.compile(r"\b(?:combin\w+|promet\w+|promess\w+|marc(?:ad|ou|amos|ei)\w*|ficou|ficamos|prazo)\b")
"""What was settled, be it an agreement, a promise or a new date."""
_TWO = re.compile(r"\b(?:duas|dois|2)\b")
_NEXT = re.compile(r"\b(?:proxima|primeira|essa|uma|1)\b")
_ON_PAPER = re.compile(r"\b(?:pdf|por escrito|termo|contrato do acordo|documento do acordo|imprim\w+|copia do acordo)\b")
_LATE = re.compile(r"\b(?:e se (?:eu )?(?:atras|nao pag)\w*|se eu atras\w*|tolerancia|quebr\w+)\b")


_PAID = re.compile(
    r"\b(?:ja )?(?:paguei|pagei|quitei|depositei|transferi|fiz o (?:pix|pagamento)|efetuei|foi pag[ao]|ta pag[ao]|esta pag[ao]|ja (?:e|foi|ta) pag\w+)\b"
)
_ASKS_OF_PAID = re.compile(r"\b(?:nao|num|nem|quanto|quantas?|quais|o que|se eu|quando eu|depois que|ainda falta|falta quanto)\b")


class AskAgreement(Topic):
    """\"E o meu acordo?\", and everything that people want of it."""

    def name(self) -> str:
        return "action_agreement"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "consultar_acordo"):
            await talk_of_agreement(scene)


async def talk_of_agreement(scene: Scene) -> None:
    """By the words: the code again, paying ahead, moving, skipping, cancelling; else how it stands."""
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        if not await _divides_instead(scene):
            await tell_none(scene)
        return
    said = plain(scene.words)
    if _PAID.search(said) and not _ASKS_OF_PAID.search(said):
        await tell_of_payment(scene, agreement)
    elif CANCEL.search(said):
        await ask_cancel(scene, agreement)
    elif CANNOT_KEEP.search(said):
        await ease(scene, agreement)
    elif other_terms(scene):
        await ask_redo(scene, agreement)
    elif _ON_PAPER.search(said):
        await give_term(scene, agreement)
    elif _LATE.search(said):
        await tell_tolerance(scene, agreement)
    elif _SKIP.search(said):
        await skip(scene, agreement)
    elif _MOVE.search(said) or (understood(scene).dates and not _CODE.search(said)):
        await move(scene, agreement)
    elif AHEAD.search(said) or (_CODE.search(said) and out_of_turn(said, agreement)):
        await ahead(scene, agreement)
    elif _CODE.search(said):
        await charge(scene, agreement, [agreement.unpaid[0].number], "boleto" if _SLIP.search(said) else "pix")
    else:
        await tell(scene, agreement, beside=True)


async def _divides_instead(scene: Scene) -> bool:
    """\"Tamboril, parcela?\" of somebody who never had an agreement is a wish to divide. False: it asks for one that is not there."""
    said = plain(scene.words)
    proof = await scene.proof()
    assert proof is not None
    if scene.more_to_come and len(said.split()) <= _A_NAME and not _OF_AN_AGREEMENT.search(said):
        named = await named_by_words(scene)
        if named:
            scene.set_slot("focus", [debt.id for debt in named])  # the next piece of the message says what is wished of them
            return True
    if not _DIVIDE.search(said) or _OF_AN_AGREEMENT.search(said) or await agreements_of(scene.conn, proof.debtor_id):
        return False
    if await current_offer(scene) is not None or await waiting_protocol(scene) is not None:
        return False
    await scene.turn_to("parcelar")
    return True


_A_NAME = 3
_DIVIDE = re.compile(r"\b(?:parcel\w*|parsel\w*|divid\w*)\b")
_OF_AN_AGREEMENT = re.compile(
    r"\b(?:acordo|acordu|meu|minha|minhas|meus|proxim\w+|venc\w+|atras\w+|cade|segunda via|2a via|paguei|pago|fiz|fechei|quando|boleto|pix|codigo|adiant\w+|antecip\w+|cancel\w+)\b"
)


class ChangeAgreement(Topic):
    """A tap below an agreement; `do` in its arguments says what."""

    def name(self) -> str:
        return "action_change_agreement"

    async def act(self, scene: Scene) -> None:
        if not await proven(scene, "consultar_acordo"):
            return
        agreement = await agreement_spoken_of(scene)
        if agreement is None:
            await tell_none(scene)
            return
        do = scene.turn.arguments.get("do")
        unpaid = agreement.unpaid
        if do == "pay":
            await charge(
                scene, agreement, [unpaid[0].number], "boleto" if scene.turn.arguments.get("means") == "boleto" else "pix"
            )
        elif do == "all":
            await charge(scene, agreement, [due.number for due in unpaid], "pix", ahead=True)
        elif do == "two":
            await charge(scene, agreement, [due.number for due in unpaid[:2]], "pix", ahead=True)
        elif do == "some":
            count = int(scene.turn.arguments.get("count") or 1)
            await charge(scene, agreement, [due.number for due in unpaid[:count]], "pix", ahead=True)
        elif do == "ahead":
            await ahead(scene, agreement)
        elif do == "repair":
            await repair(scene, agreement)
        elif do == "move":
            await move(scene, agreement)
        elif do == "skip":
            await skip(scene, agreement)
        elif do == "cancel":
            await cancel(scene, agreement)
        elif do == "redo":
            await ask_redo(scene, agreement)
        else:
            await tell(scene, agreement)


async def tell_none(scene: Scene) -> None:
    """No live agreement: what lies on the table, what waits for a human, how the last one ended; else what can be done."""
    proof = await scene.proof()
    assert proof is not None
    if _SETTLED.search(plain(scene.words)) and await tell_standing(scene):
        return
    if await current_offer(scene) is not None:
        await show_table(scene)
        return
    waiting = await waiting_protocol(scene)
    if waiting is not None:
        scene.say("utter_proposal_waiting", protocol=waiting)
        return
    if await tell_standing(scene):
        return
    past = await agreements_of(scene.conn, proof.debtor_id)
    scene.ask("show")
    if past and past[0].status == "broken":
        scene.say("utter_agreement_broken", **broken_values(scene.till, past[0]))
    elif past and past[0].status == "fulfilled":
        scene.say("utter_agreement_was_fulfilled", protocol=past[0].protocol, paid={"money": past[0].paid})
    else:
        scene.say("utter_no_agreement")


async def _answer_despite(scene: Scene) -> bool:
    """Whether a code is wished for although a payment is being looked into."""
    agreement = await agreement_spoken_of(scene)
    if agreement is None or scene.question is None:
        return False
    kept = scene.question.arguments
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_pay_disputed_left" if kept.get("disputed") else "utter_pay_claimed_left")
        return True
    if said_yes(scene.words) is None:
        return False
    means: Kind = "boleto" if kept.get("means") == "boleto" else "pix"
    await charge(scene, agreement, list(kept.get("numbers") or ()), means, ahead=bool(kept.get("ahead")), despite=True)
    return True


# ------------------------------------------------------------------------------------------------ repairing


# ------------------------------------------------------------------------------------------------ giving it up


async def agreement_meant(scene: Scene) -> bool:
    """\"Cancela\", and nothing else, with an agreement just made or looked at: whether that one is meant is asked. False: it is not."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    close = scene.open_question == "agreement" or last.startswith(("utter_agreement_", "utter_pix_agreement"))
    if scene.open_question == "cancel_agreement" or not _BARE_CANCEL.fullmatch(said) or await scene.proof() is None:
        return False
    agreement = await agreement_spoken_of(scene)
    if agreement is None or not (close or scene.open_question is None):
        return False
    await ask_cancel(scene, agreement)
    return True


# ------------------------------------------------------------------------------------------------ answers to what is open


async def answer_agreement(scene: Scene) -> bool:
    """Something said while an agreement is being looked at."""
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        return False
    said = plain(scene.words)
    if says_no(scene) and not CANCEL.search(said):
        scene.ask(None)
        scene.say("utter_no_problem")
        return True
    if said_yes(scene.words):
        await charge(scene, agreement, [agreement.unpaid[0].number], "pix")
        return True
    patterns = (CANCEL, CANNOT_KEEP, OTHER_TERMS, _SKIP, _MOVE, AHEAD, _CODE, _LATE)
    if any(pattern.search(said) for pattern in patterns) or other_terms(scene) or day_named(scene):
        await talk_of_agreement(scene)
        return True
    return False


async def answer_ahead(scene: Scene) -> bool:
    """How much is paid ahead: the next one, two, or all."""
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        return False
    said = plain(scene.turn.text or "")
    unpaid = [due.number for due in agreement.unpaid]
    count = int(scene.question.arguments.get("count") or 0) if scene.question else 0
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_no_problem")
    elif count and said_yes(scene.words):
        await charge(scene, agreement, unpaid[:count], "pix", ahead=True)
    elif lone_amount(scene) is not None and not ALL_OF_IT.search(said):
        await ahead(scene, agreement)
    elif "?" in (scene.turn.text or "") or len(said.split()) > 8:
        return await answer_agreement(scene)
    elif ALL_OF_IT.search(said):
        await charge(scene, agreement, unpaid, "pix", ahead=True)
    elif _TWO.search(said):
        await charge(scene, agreement, unpaid[:2], "pix", ahead=True)
    elif _NEXT.search(said):
        await charge(scene, agreement, unpaid[:1], "pix")
    else:
        return await answer_agreement(scene)
    return True


async def answer_move(scene: Scene) -> bool:
    """The day to which an instalment moves."""
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        return False
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_no_problem")
        return True
    if _SKIP.search(plain(scene.words)) and not CANNOT_KEEP.search(plain(scene.words)):
        await skip(scene, agreement)
        return True
    if other_terms(scene):
        await ask_redo(scene, agreement)
        return True
    day = day_named(scene)
    if day is None:
        return False
    await move_to_day(scene, agreement, instalment_named(scene, agreement), day)
    return True


_UNDOES = re.compile(
    r"(?:(?:sim|isso|quero|pode|por favor|entao) )*(?:cancel\w+|desfaz\w*|desfac\w+|desmanch\w+)(?: (?:o acordo|acordo|ele|isso|tudo|por favor|pf))*"
)


async def answer_cancel(scene: Scene) -> bool:
    """Whether the agreement is undone: only by a clear yes."""
    agreement = await agreement_spoken_of(scene)
    if agreement is None:
        return False
    typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id) or ""
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_agreement_kept", protocol=agreement.protocol)
        return True
    if said_yes(typed) == "explicit" or _UNDOES.fullmatch(plain(typed)):
        await cancel(scene, agreement)
        return True
    if said_yes(typed) == "weak":
        scene.say("utter_cancel_explicitly")
        return True
    return False


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "agreement": answer_agreement,
    "move_to": answer_move,
    "pay_ahead": answer_ahead,
    "cancel_agreement": answer_cancel,
    "pay_agreed_despite": _answer_despite,
}

topics = (AskAgreement, ChangeAgreement)
