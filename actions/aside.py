"""What comes before the topic that was guessed: every reader that may know better, in the order in which they are asked."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from actions.accounts_in_words import accounts_in_words
from actions.after_payment import after_payment, when_it_shows
from actions.agreed_already import all_at_once_instead, cannot_keep
from actions.agreement import talk_of_agreement
from actions.agreement_mended import agreement_put_right, instalment_on_a_day
from actions.agreement_paid import ahead_meant
from actions.awaited import answer_awaited
from actions.beside import hours_beside_documents
from actions.by_debt import by_debt, code_of_another
from actions.called import call_wished
from actions.card_lost import card_lost
from actions.cash import offered_nearly_all
from actions.coming_back import messages_back
from actions.compared import most_of_them, which_first
from actions.confirming import falls_on_a_weekend, keeps_the_day, note_a_day, said_back, whether_it_holds, yes_to_a_guess
from actions.contacted import why_contacted
from actions.contract_copy import contract_copy, how_to_send
from actions.correction import day_missed
from actions.day_of_each import day_of_each, day_of_the_other, day_of_what_is_left
from actions.day_wished import code_for_the_day, pays_on_a_day, yes_and_its_code
from actions.dispute import dispute_disowned, sum_disputed
from actions.dispute_open import if_denied, pays_meanwhile, proofs_offered
from actions.dispute_papers import no_receipt, paper_named
from actions.dispute_told import more_told, number_told, recognises_another
from actions.dispute_withdrawn import withdrawal_tapped
from actions.doubled import same_account_twice
from actions.each import each_of_them, of_a_named_one
from actions.faq import asked_how_to_pay, digress
from actions.few_words import ok_to_moved_day, remembered, whether_discount_lasts
from actions.first_asked import card_again, letter_of_another, pays_for_a_clean_name, sets_right, shop_asked
from actions.for_another import for_another
from actions.hardship import at_a_loss, peace_wished, wages_late
from actions.heard import offers_nothing
from actions.human import ask_human
from actions.instalments import chat_beside_plan, late_in_plan, shown_before, terms_offered, times_of_only_plan
from actions.manners import insulted, sorry
from actions.many_days import in_many_days
from actions.named import debts_named, which_are_theirs
from actions.negotiating import about_offer, less_down
from actions.no_agreement import agreed_elsewhere, of_no_agreement
from actions.not_that_much import amount_refused, bare_amount_told, bare_price_asked, if_so_much, lower_still, the_lightest
from actions.number_back import number_asked
from actions.of_another import of_another
from actions.on_screen import about_screen
from actions.overheard import (
    UNDELAYED,
    ashamed,
    blesses,
    copy_of_own_data,
    court_told_of,
    debt_told_to_others,
    documents_with_courtesy,
    fears_the_register,
    hear_threat,
    nobody_else,
    only_looks,
    wants_no_human,
)
from actions.paid import claim_taken_back, past_and_no_promise
from actions.paid_asked import how_much_paid
from actions.paid_set_right import claim_answered, claim_set_right, no_payment_told, paid_and_stops, receipt_named
from actions.paid_told import arrival_asked, claim_asked
from actions.partial import half_of_each, not_all_of_it, part_and_rest_later, part_asked, rest_told
from actions.particulars import tell_particular
from actions.paying_help import another_pays, code_fails, how_to_copy, no_pix, pays_at_a_place
from actions.paying_instead import paid_instead
from actions.preferences import email_given, email_too, messages_after_all, more_of_hours, reminder_asked
from actions.price import (
    least_price,
    paying_today,
    percent_wished,
    plans_without_interest,
    price_refused,
    rate_asked,
    why_this_sum,
    without_interest,
)
from actions.promise import another_day_after_all, days_that_follow
from actions.proposing import of_the_waiting, terms_told
from actions.protocols import protocols_asked
from actions.quiet import quiet_until
from actions.refreshed import code_refreshed
from actions.refund import about_refund
from actions.rest_denied import rest_denied
from actions.rights import contact_corrected, erase_too, right_while_asked
from actions.scene import Scene
from actions.screen_day import if_paid_then
from actions.settled import all_settled, next_step
from actions.standing import interest_until_then
from actions.staying import stay_with
from actions.stop import after_the_stop
from actions.taken_up import offered_before, starts_later, take_it_up
from actions.the_other_too import other_too, the_other_asked
from actions.together import of_all_together
from actions.too_dear import too_dear
from actions.trust import tell_payee, victim_tells, what_the_code_is_for
from actions.uncollected import of_the_uncollected
from actions.undoing import undo
from actions.unproven import while_unproven
from actions.vulnerability import simply
from actions.why_dearer import why_dearer
from actions.withdrawing import only_these, withdraw, withdraw_wished
from actions.words import plainly_asked, seizure_asked, word_asked
from conversations.turn import text_of, turns_since
from understanding.plain import plain

MOST_IN_AN_HOUR = 80
"""More turns than this in an hour, and a human looks after the talk."""


@dataclass(frozen=True)
class Reader:
    """One who may know better than the guess. `reads` answers and says True, or says False and leaves no trace; it is asked only
    `when` the turn can be its business."""

    reads: Callable[[Scene], Awaitable[bool]]
    when: Callable[[Scene], bool]


async def turn_aside(scene: Scene) -> bool:
    """True: the message was answered, and the topic is not asked."""
    for reader in _BEFORE_SAFETY:
        if reader.when(scene) and await reader.reads(scene):
            return True
    if scene.intent not in UNDELAYED:
        for reader in _BEFORE_THE_TOPIC:
            if reader.when(scene) and await reader.reads(scene):
                return True
    return await digress(scene)


def _any(scene: Scene) -> bool:
    return True


def _typed(scene: Scene) -> bool:
    """Words, and no tap."""
    return bool(scene.turn.text) and not scene.turn.arguments


def _typed_wish(scene: Scene) -> bool:
    return not scene.turn.arguments and scene.intent not in UNDELAYED


def _not_me(scene: Scene) -> bool:
    return scene.intent == "nao_sou_a_pessoa"


def _human(scene: Scene) -> bool:
    return scene.intent == "falar_com_humano" and not scene.turn.arguments


def _undoable(scene: Scene) -> bool:
    return _typed(scene) and (_not_me(scene) or scene.intent not in UNDELAYED)


async def _withdrawn(scene: Scene) -> bool:
    if not withdraw_wished(scene.turn.text or ""):
        return False
    await withdraw(scene)
    return True


async def _what_was_settled(scene: Scene) -> bool:
    if not _WHAT_WAS_SETTLED.search(plain(scene.turn.text or "")) or await scene.proof() is None:
        return False
    await talk_of_agreement(scene)
    return True


async def _too_many(scene: Scene) -> bool:
    if await turns_since(scene.conn, scene.conversation.id, scene.now) <= MOST_IN_AN_HOUR:
        return False
    await ask_human(scene, "muitas_mensagens", "utter_many_messages")
    return True


async def _nothing_offered(scene: Scene) -> bool:
    if not offers_nothing(scene) or await scene.proof() is None:
        return False
    scene.say("utter_amount_not_positive")
    await scene.go_back()
    return True


async def _doubts_no_honesty(scene: Scene) -> bool:
    """ "Por que esse desconto, e não mais?": the second half, torn out, looks like a fear of swindlers. The first half is answered."""
    if (
        scene.piece is None
        or scene.intent != "suspeita_golpe"
        or any(one.get("label") == "suspeita_golpe" and one.get("certainty") == "sure" for one in scene.safety)
    ):
        return False
    return _WHY_SO_MUCH.search(plain(await text_of(scene.conn, scene.turn.id) or "")) is not None


_WHY_SO_MUCH = re.compile(r"\b(?:por ?que|pq|porq)\b.{0,20}\b(?:desconto|valor|oferta|proposta|parcela|entrada|so isso)\b")
_WHAT_WAS_SETTLED = re.compile(
    r"^(?:e |mas )?(?:o que|oq|como) (?:foi que |e que |que )?(?:a gente |nos |eu )?(?:ficou |tinha |tinhamos |foi )?(?:combin\w+|acert\w+|marc\w+|agend\w+|defin\w+|decid\w+)(?: mesmo| entao| no fim)?$"
)

_BEFORE_SAFETY = (
    # who is in a state of their own: grief, a stranger's telephone, accounts that nobody may collect
    Reader(letter_of_another, _typed),
    Reader(for_another, _typed),
    Reader(of_another, _typed),
    Reader(number_asked, _typed),
    Reader(stay_with, _any),
    Reader(of_the_uncollected, _any),
    # what is asked or wished right after a thing was done
    Reader(erase_too, _typed),
    Reader(quiet_until, _typed),
    Reader(peace_wished, _typed),
    Reader(wages_late, _typed),
    Reader(messages_back, _typed),
    Reader(card_lost, _typed),
    Reader(after_the_stop, _typed),
    Reader(all_settled, _typed),
    Reader(after_payment, _typed),
    Reader(when_it_shows, _typed),
    Reader(code_refreshed, _typed),
    Reader(how_to_copy, _typed),
    Reader(no_pix, _typed),
    Reader(code_fails, _typed),
    Reader(interest_until_then, _typed),
    Reader(about_refund, _typed),
    Reader(more_told, _typed),
    Reader(number_told, _any),
    Reader(recognises_another, _typed),
    Reader(next_step, _typed),
    Reader(agreed_elsewhere, _typed),
    Reader(no_receipt, _typed),
    Reader(paper_named, _typed),
    Reader(no_payment_told, _typed),
    Reader(paid_and_stops, _typed),
    Reader(claim_set_right, _typed),
    Reader(claim_answered, _typed),
    Reader(receipt_named, _typed),
    # a question about the thing that is before their eyes
    Reader(protocols_asked, _any),
    Reader(victim_tells, _typed),
    Reader(what_the_code_is_for, _typed),
    Reader(pays_meanwhile, _typed),
    Reader(proofs_offered, _typed),
    Reader(answer_awaited, _typed),
    Reader(of_the_waiting, _typed),
    Reader(terms_told, _typed),
    Reader(offered_before, _typed),
    Reader(ok_to_moved_day, _typed),
    Reader(remembered, _typed_wish),
    Reader(whether_discount_lasts, _typed_wish),
    Reader(day_of_the_other, _typed),
    Reader(day_of_what_is_left, _typed),
    Reader(day_of_each, _typed),
    Reader(falls_on_a_weekend, _typed),
    Reader(said_back, _typed),
    Reader(yes_to_a_guess, _typed),
    Reader(whether_it_holds, _typed),
    Reader(day_missed, _typed),
    Reader(keeps_the_day, _typed),
    Reader(yes_and_its_code, _typed),
    Reader(paid_instead, _typed_wish),
    Reader(chat_beside_plan, _typed),
    Reader(amount_refused, _typed),
    Reader(if_so_much, _typed),
    Reader(bare_price_asked, _typed),
    Reader(bare_amount_told, _typed),
    Reader(lower_still, _typed),
    Reader(the_lightest, _typed),
    Reader(other_too, _typed),
    Reader(the_other_asked, _typed),
    Reader(rest_told, _typed),
    Reader(half_of_each, _typed),
    Reader(seizure_asked, _typed),
    Reader(late_in_plan, _typed_wish),
    Reader(all_at_once_instead, _typed_wish),
    Reader(agreement_put_right, _typed),
    Reader(instalment_on_a_day, _typed_wish),
    Reader(about_screen, _any),
    Reader(tell_particular, _any),
    Reader(if_paid_then, _typed),
    Reader(right_while_asked, _any),
    Reader(withdrawal_tapped, _any),
    Reader(contact_corrected, _typed),
    # words that say more than the wish they were taken for
    Reader(word_asked, _typed),
    Reader(plainly_asked, _typed),
    Reader(sorry, _typed),
    Reader(insulted, _typed),
    Reader(why_contacted, _typed),
    Reader(hear_threat, _typed),
    Reader(debt_told_to_others, _typed),
    Reader(court_told_of, _typed),
    Reader(how_to_send, _typed),
    Reader(contract_copy, _typed),
    Reader(copy_of_own_data, _typed),
    Reader(ashamed, _typed),
    Reader(blesses, _typed),
    Reader(nobody_else, _typed),
    Reader(documents_with_courtesy, _typed),
    Reader(fears_the_register, _typed),
    Reader(shop_asked, _typed),
    Reader(sets_right, _typed),
    Reader(card_again, _typed),
    Reader(pays_for_a_clean_name, _typed),
    Reader(while_unproven, _typed),
    Reader(hours_beside_documents, _typed),
    Reader(only_looks, _typed),
    Reader(call_wished, _typed),
    Reader(email_too, _typed),
    Reader(email_given, _typed),
    Reader(more_of_hours, _typed),
    Reader(messages_after_all, _typed),
    Reader(reminder_asked, _typed),
    Reader(price_refused, _typed),
    Reader(too_dear, _typed),
    Reader(plans_without_interest, _typed),
    Reader(least_price, _typed),
    Reader(why_dearer, _typed),
    Reader(why_this_sum, _typed),
    Reader(paying_today, _typed),
    Reader(percent_wished, _typed),
    Reader(without_interest, _typed),
    Reader(rate_asked, _typed),
    Reader(shown_before, _typed),
    Reader(times_of_only_plan, _typed),
    Reader(another_day_after_all, _typed),
    Reader(days_that_follow, _typed_wish),
    Reader(in_many_days, _typed_wish),
    Reader(note_a_day, _typed_wish),
    Reader(code_for_the_day, _typed_wish),
    Reader(pays_on_a_day, _typed_wish),
    Reader(wants_no_human, _typed),
    Reader(asked_how_to_pay, _typed),
    Reader(pays_at_a_place, _typed),
    Reader(another_pays, _typed),
    # several debts, each with its own wish; "e agora as do colégio" denies nothing
    Reader(rest_denied, _typed),
    Reader(which_first, _typed),
    Reader(most_of_them, _typed),
    Reader(which_are_theirs, _typed),
    Reader(same_account_twice, _typed),
    Reader(debts_named, _not_me),
    Reader(past_and_no_promise, _typed),
    Reader(by_debt, _any),
    Reader(if_denied, _typed),
    Reader(at_a_loss, _typed),
    Reader(not_all_of_it, _typed),
    Reader(dispute_disowned, _typed),
    Reader(sum_disputed, _typed),
    Reader(code_of_another, _any),
    Reader(tell_payee, _any),
    Reader(accounts_in_words, _typed),
    Reader(of_all_together, _typed_wish),
    # "pergunta pro gerente", of a proposal, asks for more than to talk with somebody
    Reader(take_it_up, _human),
    Reader(_doubts_no_honesty, _any),
    Reader(simply, _typed),
    # what was done and is there: how much came in, what was a mistake, several of them at once
    Reader(how_much_paid, _undoable),
    Reader(claim_asked, _undoable),
    Reader(arrival_asked, _undoable),
    Reader(claim_taken_back, _undoable),
    Reader(each_of_them, _undoable),
    Reader(undo, _undoable),
    Reader(of_a_named_one, _undoable),
)
"""Asked even before a safety topic: each of them knows when to leave it alone."""

_BEFORE_THE_TOPIC = (
    Reader(_withdrawn, _typed),
    Reader(of_no_agreement, _typed),
    Reader(cannot_keep, _typed),
    Reader(part_and_rest_later, _typed),
    Reader(part_asked, _typed),
    Reader(take_it_up, _typed),
    Reader(starts_later, _typed),
    Reader(terms_offered, _typed),
    Reader(ahead_meant, _typed),
    Reader(less_down, _typed),
    Reader(only_these, _typed),
    Reader(debts_named, _typed),
    Reader(offered_nearly_all, _typed),
    Reader(about_offer, _typed),
    Reader(_what_was_settled, _any),
    Reader(_too_many, _any),
    Reader(_nothing_offered, _typed),
)
