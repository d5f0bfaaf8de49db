"""Living with an agreement: what is left, the next instalment, its code again, paying ahead, moving, skipping, giving it up."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any

from actions.debt import named_by_words, payable
from actions.discount import say_most, waiting_protocol
from actions.instalments import show_table
from actions.negotiating import current_offer, known_facts, lone_amount, says_no, understood
from actions.proving import proven
from actions.scene import Scene, Topic
from conversations import audit
from conversations.reply import last_response
from conversations.said import typed_in_turn
from payments.agreed import next_of, title
from payments.agreeing import (
    CannotAgree,
    broken_values,
    cancel_agreement,
    issue_instalments,
    keep_agreement,
    move_instalment,
    skip_instalment,
)
from payments.issue import CannotIssue, Kind
from payments.papers import agreement_term
from payments.present import present, present_again, shown_since
from receivables.agreed import Due, RepairRefused, break_day, latest_move, price
from receivables.agreements import Agreement, agreements_of, get_agreement, status_on
from receivables.calendar import months_later
from receivables.claims import claimed_debts
from receivables.disputing import open_disputes
from receivables.extending import last_extension
from receivables.store import get_debts
from understanding.explicit import said_yes
from understanding.plain import plain

_CODE = re.compile(r"\b(?:2a via|segunda via|codigo|pix|b[ou]l+[eao]?[tl]\w*|manda\w*|envia\w*|reenvia\w*|pagar|gera\w*)\b")
_SLIP = re.compile(r"\b(?:b[ou]l+[eao]?[tl]\w*|codigo de barras?|linha digitavel|carne|loterica)\b")
_ALL = re.compile(r"\b(?:quit\w*|tudo|todas|o resto|restante|que falta|antecip\w* tudo|acabar|encerrar)\b")
_AHEAD = re.compile(
    r"\b(?:adiant\w+|antecip\w+|pagar antes|pagar a proxima|mais de uma parcela|quitar|(?:pagar|quitar) (?:o resto|o restante|o que falta|o acordo))\b"
)
_MOVE = re.compile(
    r"\b(?:mudar|muda|mover|troca\w*|adiar?|adie|adio|alter\w+|passar|joga\w*|empurr\w+|mais prazo|outr[oa] d(?:ia|ata)|vou atrasar|prorrog\w+)\b"
)
_SKIP = re.compile(
    r"\b(?:pul\w+|nao (?:vou )?(?:consigo|consiguir|conseguir|posso|da pra) (?:pagar )?(?:esse|este) mes|deixar pro final)\b"
)
_CANCEL = re.compile(
    r"\b(?:cancel\w+|desist\w+|desfaz\w*|nao quero mais|nao quero (?:mais |esse |este |o |meu )*acordo|anul\w+)\b"
)
_BARE_CANCEL = re.compile(
    r"(?:quero |pode |por favor |entao )*(?:cancel\w+|desist\w+|desfaz\w*)(?: (?:isso|tudo|por favor|ai|ja))*"
)
_SETTLED = re.compile(r"\b(?:combin\w+|promet\w+|promess\w+|marc(?:ad|ou|amos|ei)\w*|ficou|ficamos|prazo)\b")
"""What was settled, be it an agreement, a promise or a new date."""
_CANNOT_KEEP = re.compile(
    r"\b(?:nao|num|n|nem) (?:\w+ )?(?:vou |vo )?(?:mais )?(?:consig\w*|conseg\w+|posso|poss[oa]|tenho (?:mais )?(?:como|condic\w+|dinheiro)|dou conta|da|vai dar)"
    r" ?(?:mais )?(?:de |pra |para )?(?:pagar|honrar|manter|arcar|cumprir|continuar|acompanhar|dar)\b"
    r"|\b(?:sem|nao tenho) (?:mais )?(?:dinheiro|condic\w+) (?:de|pra|para) (?:pagar|continuar|o acordo|a entrada|a parcela)"
    r"|\b(?:nao|num|n|nem) (?:\w+ ){0,2}(?:dar|dando|dou|dei) conta (?:mais )?(?:\w+ )?(?:acordo|parcelas?|entrada|pagar|disso)\b"
    r"|\b(?:acordo|parcela|entrada) (?:ficou|esta|ta|e) (?:muito |bem )?(?:pesad\w|car[oa]|apertad\w|alt[oa])\b"
)
"""Who says that what was agreed on is too much for them is never sent its code."""
_THIS_DAY_INSTEAD = re.compile(r"\b(?:so|mas|apenas|somente|consigo|posso|daria)\b")
_REDO = re.compile(
    r"\b(?:refa\w+|renegoci\w+|(?:outro|novo|fazer outro|mudar o) acordo|(?:mais|menos) (?:parcelas|vezes)|parcelas? (?:menor|mais baixa|mais leve)\w*"
    r"|(?:diminu\w+|baixar|reduzir|aumentar) (?:a|as|o|os) (?:parcela|entrada|valor)\w*|(?:quero|prefiro|pagar|trocar? (?:pra|para|por)|mudar? (?:pra|para)) (?:tudo )?a vista)\b"
)
"""Other terms than those that were agreed on."""
_AT_ONE_GO = re.compile(r"\b(?:a vista|avista|de uma vez)\b")
_DISCOUNT = re.compile(r"\b(?:descont\w+|abat\w+|menos|mais barato)\b")
_NTH = re.compile(
    r"\b(?:(segunda|terceira|quarta|quinta|sexta|setima|oitava|nona|decima)|(\d{1,2}) ?[ao]) parcela\b|\bparcela (?:numero )?(\d{1,2})\b"
)
_NTHS = ("segunda", "terceira", "quarta", "quinta", "sexta", "setima", "oitava", "nona", "decima")
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
    agreement = await _live(scene)
    if agreement is None:
        if not await _divides_instead(scene):
            await tell_none(scene)
        return
    said = plain(scene.words)
    if _PAID.search(said) and not _ASKS_OF_PAID.search(said):
        await tell_of_payment(scene, agreement)
    elif _CANCEL.search(said):
        await ask_cancel(scene, agreement)
    elif _CANNOT_KEEP.search(said):
        await ease(scene, agreement)
    elif _other_terms(scene):
        await ask_redo(scene, agreement)
    elif _ON_PAPER.search(said):
        await give_term(scene, agreement)
    elif _LATE.search(said):
        await tell_tolerance(scene, agreement)
    elif _SKIP.search(said):
        await skip(scene, agreement)
    elif _MOVE.search(said) or (understood(scene).dates and not _CODE.search(said)):
        await move(scene, agreement)
    elif _AHEAD.search(said):
        await ahead(scene, agreement)
    elif _CODE.search(said):
        await charge(scene, agreement, [agreement.unpaid[0].number], "boleto" if _SLIP.search(said) else "pix")
    else:
        await tell(scene, agreement)


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
        agreement = await _live(scene)
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


async def _live(scene: Scene) -> Agreement | None:
    """The agreement that is meant: the one tapped, in focus, or the newest; as it is today, broken if its time is over."""
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    kept = scene.question.arguments.get("agreement") if scene.question else None
    wanted = scene.turn.arguments.get("agreement") or kept
    for one in live:
        if wanted in (None, one.id):
            await keep_agreement(scene.conn, scene.till, one.id)
            fresh = await get_agreement(scene.conn, one.id)
            if fresh.status == "active":
                return fresh
    return None


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


async def tell_standing(scene: Scene) -> bool:
    """The promise or the new date that holds, where there is no agreement; False when there is neither."""
    from actions.promise import tell_promises  # promises read agreements with the help of this file

    proof = await scene.proof()
    assert proof is not None
    if await tell_promises(scene):
        return True
    _, debts = await payable(scene)
    moved = await last_extension(scene.conn, [debt.id for debt in debts if debt.status == "open"])
    if moved is None or moved.due_date < scene.today:
        return False
    scene.ask(None)
    scene.say(
        "utter_extension_holds", day={"date": moved.due_date.isoformat()}, amount={"money": moved.total}, protocol=moved.protocol
    )
    return True


async def tell(scene: Scene, agreement: Agreement) -> None:
    """How it stands: what was paid, what is left, what comes next and until when; and what can be done."""
    following = next_of(scene.till, agreement)
    assert following is not None
    scene.ask("agreement", takes=("yes_no", "date"), agreement=agreement.id)
    paid = sum(1 for kept in agreement.instalments if kept.status == "paid")
    scene.say(
        "utter_agreement_late" if following["late"] else "utter_agreement_stands",
        protocol=agreement.protocol,
        total={"money": agreement.total},
        paid={"money": agreement.paid},
        paid_count=paid,
        left={"money": agreement.left},
        left_count=len(agreement.unpaid),
        rows=_rows(scene, agreement),
        arguments={"agreement": agreement.id},
        checking=[
            {"protocol": claim.protocol, "until": {"date": claim.review_until.isoformat()}}
            for claim in list((await claimed_debts(scene.conn, agreement.debt_ids)).values())[:1]
        ],
        **{f"next_{key}": value for key, value in following.items()},
    )


def _rows(scene: Scene, agreement: Agreement) -> list[dict[str, Any]]:
    today = scene.today
    marks = {"paid": "✅", "late": "⚠️", "open": "▫️", "cancelled": "▫️"}
    ordered = sorted(agreement.instalments, key=lambda kept: (kept.due.due_date, kept.due.number))
    return [
        {
            "mark": marks[status_on(kept, today)],
            "title": title(agreement, kept.due),
            "amount": {"money": kept.due.amount},
            "due": {"date": kept.due.due_date.isoformat()},
        }
        for kept in ordered
    ]


async def give_term(scene: Scene, agreement: Agreement) -> None:
    """The agreement on paper; told in the talk where no paper can be made."""
    file = await agreement_term(scene.conn, scene.till, agreement.id)
    if file is None:
        await tell(scene, agreement)
        return
    scene.say("utter_paper_agreement", file=file)
    await audit.record(
        scene.conn, "bot", "papers.given", f"debtor:{agreement.debtor_id}", {"count": 1}, scene.now, tenant_id=agreement.tenant_id
    )


async def _tell_resting(scene: Scene, agreement: Agreement, numbers: list[int], means: Kind, *, ahead: bool) -> bool:
    """A code while a payment of this agreement, or its debt, is looked into comes only after this notice, and an explicit wish."""
    claims = list((await claimed_debts(scene.conn, agreement.debt_ids)).values())
    disputes = await open_disputes(scene.conn, agreement.debt_ids)
    if not claims and not disputes:
        return False
    kept: dict[str, Any] = {
        "agreement": agreement.id,
        "numbers": numbers,
        "means": means,
        "ahead": ahead,
        "disputed": bool(disputes),
    }
    scene.ask("pay_agreed_despite", takes=("yes_no",), **kept)
    if disputes:
        scene.say("utter_agreement_disputed", protocol=disputes[0].protocol, until={"date": disputes[0].answer_by.isoformat()})
    else:
        scene.say("utter_agreement_checked", protocol=claims[0].protocol, until={"date": claims[0].review_until.isoformat()})
    return True


async def charge(
    scene: Scene, agreement: Agreement, numbers: list[int], means: Kind, *, ahead: bool = False, despite: bool = False
) -> None:
    """The code of these instalments: the one that lives, or a new one. `despite`: wished for after the notice that it is looked into."""
    try:
        made = await issue_instalments(
            scene.conn,
            scene.till,
            agreement,
            numbers,
            conversation_id=scene.conversation.id,
            request_key=f"{scene.turn.id}:agreement:{agreement.id}:{means}",
            kind=means,
            ahead=ahead,
            despite_dispute=despite,
        )
    except CannotIssue as refusal:
        if means == "boleto" and refusal.why in ("no_payee", "too_large"):
            scene.say("utter_pix_instead_of_slip")
            await charge(scene, agreement, numbers, "pix", ahead=ahead, despite=despite)
            return
        if refusal.why in ("claimed", "disputed") and await _tell_resting(scene, agreement, numbers, means, ahead=ahead):
            return
        scene.say("utter_cannot_agree_disputed" if refusal.why == "disputed" else "utter_cannot_pay_now")
        return
    scene.ask(None)
    if made.status == "active" and await shown_since(
        scene.conn, made, scene.conversation.id, scene.now - timedelta(hours=12), last=True
    ):
        for utterance in await present_again(scene.conn, scene.till, made, file=True):
            scene.say(utterance.response, **utterance.values)
    elif made.status == "active":
        for utterance in await present(scene.conn, scene.till, made):
            scene.say(utterance.response, **utterance.values)
    # A new one is said by the worker as soon as the provider has made it and its code was checked.
    scene.code_comes = made.status != "active"


async def agreed_among(scene: Scene, debt_ids: Sequence[int]) -> set[int]:
    """Those of these debts that a live agreement of this person holds, disputed or not."""
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    return {debt_id for one in live for debt_id in one.debt_ids} & set(debt_ids)


async def pay_agreed(scene: Scene, debt_ids: list[int], means: Kind, *, despite: bool = False) -> None:
    """\"Quero pagar\" a debt that is agreed on: its next instalment. `despite`: see `charge`."""
    proof = await scene.proof()
    assert proof is not None
    for one in await agreements_of(scene.conn, proof.debtor_id, status="active"):
        if set(one.debt_ids) & set(debt_ids):
            await keep_agreement(scene.conn, scene.till, one.id)
            fresh = await get_agreement(scene.conn, one.id)
            if fresh.status == "active":
                await charge(scene, fresh, [fresh.unpaid[0].number], means, despite=despite)
            else:
                scene.say("utter_agreement_broken", **broken_values(scene.till, fresh))


async def tell_of_debts(scene: Scene, debt_ids: list[int], *, alone: bool) -> None:
    """How the agreements of these debts stand: the whole of one, or one sentence each beside other debts."""
    proof = await scene.proof()
    assert proof is not None
    mine = [one for one in await agreements_of(scene.conn, proof.debtor_id, status="active") if set(one.debt_ids) & set(debt_ids)]
    for one in mine:
        if alone and len(mine) == 1:
            await tell(scene, one)
        else:
            following = next_of(scene.till, one)
            assert following is not None
            scene.say(
                "utter_agreement_beside",
                protocol=one.protocol,
                left={"money": one.left},
                **{f"next_{key}": value for key, value in following.items()},
            )


async def tell_of_payment(scene: Scene, agreement: Agreement) -> None:
    """\"Já paguei a entrada\": said to be paid where the store has it; else looked into, with a number, and charged by nobody meanwhile."""
    from actions.paid import look_for_instalment  # which stands on what this file stands on

    said = plain(scene.words)
    number = 0 if re.search(r"\bentrada\b", said) else _number_named(said)
    kept = next((one for one in agreement.instalments if one.due.number == number), None)
    if kept is not None and kept.status == "paid":
        following = next_of(scene.till, agreement)
        assert following is not None
        scene.ask("agreement", takes=("yes_no", "date"), agreement=agreement.id)
        scene.say(
            "utter_instalment_is_paid",
            title=title(agreement, kept.due),
            **{f"next_{key}": value for key, value in following.items()},
        )
        return
    await look_for_instalment(scene, agreement.debtor_id, agreement.debt_ids)


def _number_named(said: str) -> int | None:
    """The number of the instalment that is named: "a segunda parcela", "a primeira"."""
    if re.search(r"\b(?:primeira|1 ?a) parcela\b|\bparcela 1\b", said):
        return 1
    found = _NTH.search(said)
    if found is None:
        return None
    return _NTHS.index(found[1]) + 2 if found[1] else int(found[2] or found[3])


async def _answer_despite(scene: Scene) -> bool:
    """Whether a code is wished for although a payment is being looked into."""
    agreement = await _live(scene)
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


async def ahead(scene: Scene, agreement: Agreement) -> None:
    """Paying ahead: the next one, two, or all that is left, with what each comes to. Who asks for all is given its code, but a
    question is answered first."""
    said = plain(scene.words)
    asks = "?" in scene.words or _DISCOUNT.search(said) is not None
    if _ALL.search(said) and not asks and not scene.turn.arguments.get("do"):
        await charge(scene, agreement, [due.number for due in agreement.unpaid], "pix", ahead=True)
        return
    if _DISCOUNT.search(said) and not scene.turn.arguments.get("do"):
        scene.say("utter_discount_is_in_agreement")
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    prices = [price(agreement.dues, due, policy, scene.today, ahead=True) for due in agreement.unpaid]
    offered = lone_amount(scene) if not scene.turn.arguments.get("do") else None
    if offered is not None and offered > 0:
        _say_what_it_pays(scene, agreement, offered, [one.amount for one in prices])
        return
    later = _out_of_turn(said, agreement)
    scene.ask("pay_ahead", takes=("option",), agreement=agreement.id)
    scene.say(
        "utter_pay_ahead",
        first={"money": prices[0].amount},
        everything={"money": sum(one.amount for one in prices)},
        saved=[{"off": {"money": sum(one.let_off for one in prices)}}] if any(one.let_off for one in prices) else [],
        count=len(prices),
        order=[{"before": title(agreement, agreement.unpaid[0])}] if later else [],
        arguments={"agreement": agreement.id},
    )


def _say_what_it_pays(scene: Scene, agreement: Agreement, offered: int, prices: list[int]) -> None:
    """\"Quero adiantar 500\": how many whole instalments that is, in their order, and what is left over."""
    count = next((n for n in range(len(prices), 0, -1) if sum(prices[:n]) <= offered), 0)
    arguments: dict[str, Any] = {"agreement": agreement.id, "count": count}
    scene.ask("pay_ahead", takes=("yes_no", "option", "amount"), **arguments)
    values = {
        "offered": {"money": offered},
        "count": count,
        "amount": {"money": sum(prices[:count])},
        "left": {"money": offered - sum(prices[:count])},
        "next": {"money": prices[min(count, len(prices) - 1)]},
        "arguments": arguments,
    }
    if count == 0:
        scene.say("utter_ahead_too_little", **values)
    elif count == len(prices):
        scene.say("utter_ahead_everything", **values)
    else:
        scene.say("utter_ahead_so_many", payments="1 pagamento" if count == 1 else f"{count} pagamentos", **values)


def _out_of_turn(said: str, agreement: Agreement) -> Due | None:
    """The instalment that is named ("a segunda parcela") while another one has to be paid before it."""
    found = _NTH.search(said)
    if found is None:
        return None
    number = _NTHS.index(found[1]) + 2 if found[1] else int(found[2] or found[3])
    return next((due for due in agreement.unpaid[1:] if due.number == number), None)


# ------------------------------------------------------------------------------------------------ repairing


async def repair(scene: Scene, agreement: Agreement) -> None:
    """What the policy still allows for the instalment that comes next."""
    due = agreement.unpaid[0]
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    can_move = agreement.moved_times < policy.agreements.move_instalment_times
    can_skip = due.number > 0 and agreement.skipped_times < policy.agreements.skip_instalment_times
    if not can_move and not can_skip:
        _say_used_up(scene, agreement, used=agreement.moved_times + agreement.skipped_times > 0)
        return
    scene.ask("move_to", takes=("date", "yes_no"), agreement=agreement.id, number=due.number)
    scene.say(
        "utter_repair" if can_move and can_skip else "utter_repair_move" if can_move else "utter_repair_skip",
        title=title(agreement, due),
        due={"date": due.due_date.isoformat()},
        latest={"date": latest_move(agreement.dues, due, policy.extension.max_days, scene.today).isoformat()},
        arguments={"agreement": agreement.id},
    )


async def move(scene: Scene, agreement: Agreement) -> None:
    """Move the next instalment to the day that was named, or ask for one."""
    due = _named(scene, agreement)
    day = _day(scene)
    if day is None:
        await repair(scene, agreement)
        return
    await _move(scene, agreement, due, day)


async def _move(scene: Scene, agreement: Agreement, due: Due, day: date) -> None:
    said = [one.words for one in understood(scene, asked="date").dates]
    if day <= due.due_date and len(said) == 1 and re.fullmatch(r"(?:no |o |pro )?(?:dia )?\d{1,2}", plain(said[0])):
        # "Dia 3" of an instalment that is due on the 28th is the 3rd that comes after it.
        day = next((later for later in (months_later(day, months) for months in range(1, 13)) if later > due.due_date), day)
    try:
        changed, moved_to = await move_instalment(scene.conn, scene.till, agreement.id, due.number, day, actor="debtor")
    except RepairRefused as refusal:
        _say_refused(scene, agreement, due, refusal)
        return
    scene.ask("agreement", takes=("yes_no",), agreement=agreement.id)
    scene.say(
        "utter_instalment_moved" if moved_to == day else "utter_instalment_moved_to_business_day",
        title=title(changed, due),
        day={"date": moved_to.isoformat()},
        asked={"date": day.isoformat()},
        arguments={"agreement": agreement.id},
    )


async def skip(scene: Scene, agreement: Agreement) -> None:
    """Skip the next instalment: it is paid at the end."""
    due = agreement.unpaid[0]
    try:
        changed, day = await skip_instalment(scene.conn, scene.till, agreement.id, due.number, actor="debtor")
    except RepairRefused as refusal:
        _say_refused(scene, agreement, due, refusal)
        return
    scene.ask("agreement", takes=("yes_no",), agreement=agreement.id)
    following = next_of(scene.till, changed)
    assert following is not None
    scene.say(
        "utter_instalment_skipped",
        title=title(changed, due),
        day={"date": day.isoformat()},
        **{f"next_{key}": value for key, value in following.items()},
    )


def _named(scene: Scene, agreement: Agreement) -> Due:
    number = (scene.question.arguments.get("number") if scene.question else None) or next(
        (count.part for count in understood(scene).counts if count.part), None
    )
    return next((due for due in agreement.unpaid if due.number == number), agreement.unpaid[0])


def _day(scene: Scene) -> date | None:
    dates = understood(scene, asked="date").dates
    return next((one.readings[0] for one in dates if one.readings and one.kind in ("exact", "past", "range", "ambiguous")), None)


def _say_refused(scene: Scene, agreement: Agreement, due: Due, refusal: RepairRefused) -> None:
    if refusal.code in ("not_later", "too_late") and refusal.limit is not None:
        scene.ask("move_to", takes=("date", "yes_no"), agreement=agreement.id, number=due.number)
        scene.say(f"utter_move_{refusal.code}", latest={"date": refusal.limit.isoformat()}, title=title(agreement, due))
    elif refusal.code == "down_payment":
        scene.ask("move_to", takes=("date", "yes_no"), agreement=agreement.id, number=due.number)
        scene.say("utter_skip_down_payment")
    else:
        _say_used_up(scene, agreement, used=refusal.code == "used_up", late=refusal.code == "broken")


async def tell_tolerance(scene: Scene, agreement: Agreement) -> None:
    """\"E se eu atrasar?\": what is added, and on which day the agreement would end."""
    _say_tolerance(scene, agreement, "utter_tolerance")


def _say_used_up(scene: Scene, agreement: Agreement, *, used: bool, late: bool = False) -> None:
    """Nothing can be moved or skipped any more, and which of the reasons it is."""
    reasons = {"used": used, "late": late and not used, "fixed": not used and not late}
    _say_tolerance(scene, agreement, "utter_repair_used_up", **{reason: [{}] for reason, holds in reasons.items() if holds})


def _say_tolerance(scene: Scene, agreement: Agreement, response: str, **more: Any) -> None:
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    due = agreement.unpaid[0]
    breaks = break_day(agreement.dues, policy.broken_after_days)
    assert breaks is not None
    scene.ask("agreement", takes=("yes_no",), agreement=agreement.id)
    scene.say(
        response,
        title=title(agreement, due),
        due={"date": due.due_date.isoformat()},
        days=policy.broken_after_days,
        breaks={"date": breaks.isoformat()},
        arguments={"agreement": agreement.id},
        **more,
    )


# ------------------------------------------------------------------------------------------------ giving it up


async def ask_cancel(scene: Scene, agreement: Agreement) -> None:
    """Before anything was paid an agreement may be undone; it is asked about once, because it cannot be taken back."""
    if agreement.paid:
        scene.ask("human")
        scene.say("utter_cannot_cancel", paid={"money": agreement.paid}, arguments={"agreement": agreement.id})
        return
    scene.ask("cancel_agreement", takes=("yes_no",), agreement=agreement.id)
    scene.say("utter_ask_cancel", protocol=agreement.protocol, arguments={"agreement": agreement.id})


async def ask_redo(scene: Scene, agreement: Agreement) -> None:
    """Other terms mean another agreement: the one there is must be given up first, which is asked; the wish is kept for after it."""
    if agreement.paid:
        scene.ask("human")
        scene.say("utter_cannot_redo", paid={"money": agreement.paid}, arguments={"agreement": agreement.id})
        return
    wish = scene.words if _other_terms(scene) else "parcelar"
    scene.ask("cancel_agreement", takes=("yes_no",), agreement=agreement.id, then=wish)
    scene.say("utter_ask_redo", protocol=agreement.protocol, arguments={"agreement": agreement.id})


def _other_terms(scene: Scene) -> bool:
    """Whether other terms are wished for: "quero trocar pra 10x", "quero à vista então", "parcelas menores"."""
    counts = [one for one in understood(scene).counts if not one.part and one.number > 1]
    said = plain(scene.words)
    return _REDO.search(said) is not None or (bool(counts) and not _AHEAD.search(said) and not _ALL.search(said))


async def ease(scene: Scene, agreement: Agreement) -> None:
    """Somebody cannot pay what was agreed on: what can be changed, never its code. A day that they can is taken up."""
    if re.search(r"\bpul(?:a|ar|e|o)\b", plain(scene.words)):
        await skip(scene, agreement)
        return
    day = _day(scene)
    due = agreement.unpaid[0]
    if day is not None and day > due.due_date and _THIS_DAY_INSTEAD.search(plain(scene.words)):
        await move(scene, agreement)
        return
    policy = scene.ground.policies.for_portfolio(agreement.portfolio)
    can_move = agreement.moved_times < policy.agreements.move_instalment_times
    can_skip = due.number > 0 and agreement.skipped_times < policy.agreements.skip_instalment_times
    if agreement.paid and not can_move and not can_skip:
        _say_used_up(scene, agreement, used=agreement.moved_times + agreement.skipped_times > 0)
        return
    latest = latest_move(agreement.dues, due, policy.extension.max_days, scene.today)
    scene.ask("move_to", takes=("date",), agreement=agreement.id, number=due.number)
    scene.say(
        "utter_agreement_hard_begun" if agreement.paid else "utter_agreement_hard" if can_move else "utter_agreement_hard_moved",
        title=title(agreement, due),
        amount={"money": price(agreement.dues, due, policy, scene.today).amount},
        due={"date": due.due_date.isoformat()},
        move=[{"latest": {"date": latest.isoformat()}}] if can_move else [],
        skip=[{}] if can_skip else [],
        arguments={"agreement": agreement.id},
    )


async def cannot_keep(scene: Scene) -> bool:
    """ "Não vou conseguir pagar a entrada", whatever it was taken for, with a live agreement. False: no such words, or no agreement."""
    said = plain(scene.turn.text or "")
    if not _CANNOT_KEEP.search(said) or _CANCEL.search(said) or await scene.proof() is None:
        return False
    agreement = await _live(scene)
    _, debts = await payable(scene)
    # With other debts beside it, only what names the agreement is about it.
    others = any(debt.status == "open" for debt in debts)
    if agreement is None or (others and not re.search(r"\b(?:acordo|entrada|parcelas?)\b", said)):
        return False
    await ease(scene, agreement)
    return True


async def agreed_already(scene: Scene) -> None:
    """A wish for a discount or for instalments of what is agreed on: taken up as one about the agreement."""
    agreement = await _live(scene)
    said = plain(scene.words)
    if agreement is None:
        scene.say("utter_agreed_already")
    elif _CANNOT_KEEP.search(said):
        await ease(scene, agreement)
    elif _AHEAD.search(said) or _ALL.search(said) or _DISCOUNT.search(said):
        await ahead(scene, agreement)
    elif _other_terms(scene):
        await ask_redo(scene, agreement)
    else:
        await tell(scene, agreement)


_AHEAD_IN_ANY_FORM = re.compile(r"\b(?:adiant(?:ar|ando|o|a|aria)|antecip(?:ar|ando|o|a|aria))\b")
_NOT_AHEAD = re.compile(r"\b(?:nao adianta|adianta (?:nada|falar|ligar|reclamar|alguma|de|eu|voces|pedir)|adiantad[oa])\b")


async def ahead_meant(scene: Scene) -> bool:
    """\"Posso ir adiantando?\", whatever it was taken for, with a live agreement. False: no such words, or no agreement."""
    said = plain(scene.turn.text or "")
    if not _AHEAD_IN_ANY_FORM.search(said) or _NOT_AHEAD.search(said) or await scene.proof() is None:
        return False
    if scene.open_question in ("partial_amount", "partial_confirm", "dispute_story") or scene.intent == "consultar_acordo":
        return False
    agreement = await _live(scene)
    if agreement is None:
        return False
    await ahead(scene, agreement)
    return True


async def agreement_meant(scene: Scene) -> bool:
    """\"Cancela\", and nothing else, with an agreement just made or looked at: whether that one is meant is asked. False: it is not."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    close = scene.open_question == "agreement" or last.startswith(("utter_agreement_", "utter_pix_agreement"))
    if scene.open_question == "cancel_agreement" or not _BARE_CANCEL.fullmatch(said) or await scene.proof() is None:
        return False
    agreement = await _live(scene)
    if agreement is None or not (close or scene.open_question is None):
        return False
    await ask_cancel(scene, agreement)
    return True


async def cancel(scene: Scene, agreement: Agreement) -> None:
    """Undo it; what was owed before is owed again, and its code is worth nothing any more."""
    try:
        gone = await cancel_agreement(scene.conn, scene.till, agreement.id, actor="debtor", why="the debtor gave it up")
    except CannotAgree as refusal:
        if refusal.why == "disputed":
            scene.say("utter_cannot_agree_disputed")
            return
        await ask_cancel(scene, await get_agreement(scene.conn, agreement.id))
        return
    then = str(scene.question.arguments.get("then") or "") if scene.question is not None else ""
    if then:
        await _go_on_anew(scene, gone, then)
        return
    scene.ask("show")
    scene.say("utter_agreement_cancelled", protocol=gone.protocol)


async def _go_on_anew(scene: Scene, gone: Agreement, words: str) -> None:
    """The agreement was given up for other terms: those are shown now."""
    scene.say("utter_agreement_undone", protocol=gone.protocol)
    scene.ask(None)
    scene.wish_words = words
    scene.set_slot("focus", list(gone.debt_ids))
    if _AT_ONE_GO.search(plain(words)) and not understood(scene).counts:
        known = await known_facts(scene, await get_debts(scene.conn, gone.debt_ids))
        if known is not None:
            say_most(scene, known)
        return
    await scene.turn_to("parcelar")


# ------------------------------------------------------------------------------------------------ answers to what is open


async def answer_agreement(scene: Scene) -> bool:
    """Something said while an agreement is being looked at."""
    agreement = await _live(scene)
    if agreement is None:
        return False
    said = plain(scene.words)
    if says_no(scene) and not _CANCEL.search(said):
        scene.ask(None)
        scene.say("utter_no_problem")
        return True
    if said_yes(scene.words):
        await charge(scene, agreement, [agreement.unpaid[0].number], "pix")
        return True
    patterns = (_CANCEL, _CANNOT_KEEP, _REDO, _SKIP, _MOVE, _AHEAD, _CODE, _LATE)
    if any(pattern.search(said) for pattern in patterns) or _other_terms(scene) or _day(scene):
        await talk_of_agreement(scene)
        return True
    return False


async def answer_ahead(scene: Scene) -> bool:
    """How much is paid ahead: the next one, two, or all."""
    agreement = await _live(scene)
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
    elif lone_amount(scene) is not None and not _ALL.search(said):
        await ahead(scene, agreement)
    elif "?" in (scene.turn.text or "") or len(said.split()) > 8:
        return await answer_agreement(scene)
    elif _ALL.search(said):
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
    agreement = await _live(scene)
    if agreement is None:
        return False
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_no_problem")
        return True
    if _SKIP.search(plain(scene.words)) and not _CANNOT_KEEP.search(plain(scene.words)):
        await skip(scene, agreement)
        return True
    if _other_terms(scene):
        await ask_redo(scene, agreement)
        return True
    day = _day(scene)
    if day is None:
        return False
    await _move(scene, agreement, _named(scene, agreement), day)
    return True


async def answer_cancel(scene: Scene) -> bool:
    """Whether the agreement is undone: only by a clear yes."""
    agreement = await _live(scene)
    if agreement is None:
        return False
    typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id) or ""
    if says_no(scene):
        scene.ask(None)
        scene.say("utter_agreement_kept", protocol=agreement.protocol)
        return True
    if said_yes(typed) == "explicit" or re.fullmatch(r"(?:sim )?(?:quero |pode )?cancel\w+(?: (?:o )?acordo)?", plain(typed)):
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
