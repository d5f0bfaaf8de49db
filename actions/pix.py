"""Paying: by Pix or boleto, which debts, one charge for each creditor, the same code while it is good."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from actions.agreement_paid import pay_agreed
from actions.agreement_told import agreed_among, say_which_agreement
from actions.choices import options
from actions.code_below_plans import agree_or_pay
from actions.day_wished import pays_on_a_day
from actions.debt import show_debts, tell
from actions.dispute import dispute, disputed_notice
from actions.heard import yes_or_no
from actions.negotiating import back_on_the_table, titles_in_a_line
from actions.paid import look_for_payment, payment_told
from actions.partial import part_answered, part_wished
from actions.proving import proven
from actions.resting import Resting, at_rest, resting, say_resting
from actions.scene import Scene, Topic
from actions.several import price_of_named
from actions.which_debt import absent_creditor, chosen_debts, narrowed, payable, payable_of, so_many_said, spoken_of
from conversations.meaning import tells_of_them
from conversations.said import newest_said, typed_in_turn
from conversations.turn import text_before, text_of
from payments.charges import Charge
from payments.issue import CannotIssue, Kind, issue
from payments.present import present, present_again, present_boleto, shown_since
from receivables.store import Debt, owed
from understanding.dealing import deals
from understanding.plain import plain

_NOT_PAYING = re.compile(
    r"\b(?:nao|num|n|nunca|nem) (?:vou|quero|qro|posso|pretendo|irei) (?:mais )?(?:pagar?|quitar|acertar)\b(?! (?:com|por|em|o|a|de))"
)
"""Who refuses is never sent a code, however much the words look like a payment."""

_PAID = re.compile(r"\b(?:paguei|quitei|foram pag[ao]s|foi (?:no |na |com |em )?(?:boleto|pix|dinheiro|cartao|pag[ao]))\b")
_TO_PAY = re.compile(r"\b(pag\w*|quit\w*|pix|acert\w*)\b")
_SEND = re.compile(r"\b(?:manda|mande|mandar|envia|envie|enviar|gera|gere|gerar)(?: ai)?\b")
_SLIP = re.compile(r"\b(b[ou]l+[eao]?[tl]\w*|codigo de barras?|linha digitavel|carne|loterica|papel|imprim\w+)\b")
"""A boleto, as people spell it."""


_MORE_TIME = re.compile(
    r"\b(?:adi(?:ar?|e|em|ando)|prorrog\w+|(?:mais|novo|outro) prazo|segurar?|empurrar?|mudar? o vencimento)\b"
)


_NOT_BY = re.compile(
    r"\b(?:nao (?:e |quero |precisa |o |por )*|em vez (?:d[oe] |da )?|no lugar d[oa] |ao inves d[oe] |sem )(?:pix|b[ou]l+[eao]?[tl]\w*)\b"
    r"|\b(?:pix|b[ou]l+[eao]?[tl]\w*) nao\b(?! (?:che\w+|veio|abr\w+|funcion\w+|cons\w+|receb\w+|aparec\w+|deu|foi|esta|ta|da|tem|pag\w+|sei|quer\w*))"
)
"""The means that is turned down: "não boleto, pix"; "não, pix" turns down what was there before."""

_MEANS = re.compile(rf"\bpix\b|{_SLIP.pattern}")


_EXPLAINED = timedelta(hours=12)
"""So long people find above who is paid and what for."""
_NO_FILE = re.compile(
    r"\b(?:so|somente|apenas) (?:\w+ ){0,3}(?:numer\w+|linha|codig\w+|digitos)\b|\b(?:nao|num|n) (?:consigo|consegui|sei|abr\w+|da|deu)\b"
)
"""Who cannot open it is not sent the PDF again."""


_NOT_SO_MUCH = re.compile(
    r"\b(?:nao|num|n|nunca|jamais) (?:vou |quero |posso |consigo |tenho como |pretendo |da pra )?(?:pag(?:o|ar|aria)|acho justo|aceito|tenho)"
    r" (?:tudo isso|isso tudo|(?:todo )?(?:ess[ae]|est[ae]|aquel[ae]|o|todo o) (?:valor\w*|preco|total|quantia|dinheiro todo|montante)|nesse valor|esse tanto)\b"
)
"""Who will not pay this amount is sent no code of it: what there is instead is talked about."""


class Pay(Topic):
    """\"Quero pagar\", a tap on the Pix button, \"manda o código de novo\"."""

    def name(self) -> str:
        return "action_pay"

    async def act(self, scene: Scene) -> None:
        if _NOT_PAYING.search(plain(scene.words)):
            scene.say("utter_no_problem")
        else:
            note_means(scene)
            if not await proven(scene, "solicitar_pagamento"):
                return
            await _numbers_of_the_slip(scene)
            if scene.turn.arguments or not (await back_on_the_table(scene) or await agree_or_pay(scene)):
                await pay(scene)


_CODES = ("utter_boleto_line", "utter_pix_code")
_NOT_OPENED = re.compile(
    r"\b(?:pdf|arquivo|anexo|documento|boleto)\b(?: \w+){0,4}? nao (?:\w+ )?(?:abr\w+|baix\w+|carreg\w+|aparec\w+)|\bnao (?:\w+ ){0,2}?(?:abr\w+|baix\w+|carreg\w+) (?:\w+ ){0,2}?(?:pdf|arquivo|anexo|documento)\b"
)
""""Não abriu o PDF", below a boleto, wants the boleto in another way."""
_ANOTHER_MEANS = re.compile(r"\bpix\b")
_NUMBERS = re.compile(r"\b(?:numer\w+|numerac\w+|digitos|linha)\b")


_BARE_SEND = re.compile(
    r"(?:(?:pode|me|entao|ta|ok|sim|isso) )*(?:mand(?:a|ar|e)|envi(?:a|ar|e)|passa(?:r)?)(?: (?:ai|aqui|entao|por favor|pra mim|de novo|dnv|ele))*"
)
""""Manda aí", below a boleto, is of that boleto."""


async def _numbers_of_the_slip(scene: Scene) -> None:
    """\"Manda de novo só os números\", below a boleto, means the boleto's."""
    said = plain(scene.words)
    if (
        scene.turn.arguments
        or not (_NUMBERS.search(said) or _NOT_OPENED.search(said) or _BARE_SEND.fullmatch(said))
        or _ANOTHER_MEANS.search(said)
    ):
        return
    last = await newest_said(scene.conn, scene.conversation.id, _CODES, scene.now - _EXPLAINED)
    if last is not None and last.startswith("utter_boleto_"):
        scene.set_slot("means", "boleto")


async def choose(scene: Scene) -> None:
    """One of the listed debts, or several, or all, was tapped or named: shown, or paid when that was the question."""
    if not await proven(scene, "consultar_divida"):
        return
    if scene.turn.text and tells_of_them(scene.turn.text):
        await (look_for_payment if _PAID.search(plain(scene.turn.text)) else dispute)(scene)
        return
    asked = scene.open_question
    if asked in ("which", "which_to_pay") and _MORE_TIME.search(plain(scene.turn.text or "")):
        await scene.turn_to("pedir_prorrogacao")  # "queria adiar a que vence antes" names a debt, and wants more than to see it
        return
    if asked == "pay" and _AT_ONCE.fullmatch(plain(scene.turn.text or "")):
        await pay(scene)
        return
    debts = await chosen_debts(scene)
    if not scene.words:
        # "Paga as duas", typed, names the answer and says what is wished of it.
        scene.wish_words = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id)
        if scene.wish_words and await pays_on_a_day(scene):
            return
    if debts is not None and asked != "which_to_pay" and deals(scene.words):
        await deal(scene)
    elif debts is not None and await price_of_named(scene, debts):
        return
    elif debts is not None and (
        asked == "which_to_pay"
        or _TO_PAY.search(plain(scene.words))
        or _MEANS.search(plain(scene.words))
        or _sent_at_this_price(scene)
    ):
        await pay(scene)
    elif debts is not None:
        await tell(scene, debts)
    elif _MEANS.search(plain(scene.words)):
        await pay(scene)  # "prefiro pix": the means was chosen, not the debt
    elif await which_of_fewer(scene):
        return
    elif asked in ("which", "which_to_pay") and len((await payable(scene))[1]) > 1:
        scene.say("utter_which_one")
    else:
        await show_debts(scene)


_AT_ONCE = re.compile(
    r"(?:(?:entao|quero|prefiro|pode ser|vai ser|ok|ta|sim|pago|pagar|vou pagar|e) )*(?:avista|a vista|tudo a vista|de uma vez|tudo de uma vez)(?: (?:mesmo|entao|por favor))*"
)
""" "À vista", to the price of today that was just told: its code."""


def _sent_at_this_price(scene: Scene) -> bool:
    """\"Manda as duas\", right below what each comes to at once: its code is meant, and no list once more."""
    priced = scene.question is not None and scene.question.arguments.get("priced") is True
    return priced and "?" not in scene.words and _SEND.search(plain(scene.words)) is not None


async def deal(scene: Scene) -> None:
    """\"As duas do colégio em 4x\": debts are named, and more is wished of them than to see them."""
    less = re.search(r"\b(?:descont\w*|abat\w+)\b", plain(scene.words))
    await scene.turn_to("pedir_desconto" if less else "parcelar")


async def which_of_fewer(scene: Scene) -> bool:
    """\"A do colégio\" of two, \"a mais barata\" of two as cheap: asked among those alone. False: the words narrow nothing."""
    _, debts = await payable(scene)
    rests = await resting(scene, debts)
    free = [debt for debt in debts if debt.status == "open" and debt.id not in rests]
    among = narrowed(scene, free)
    if len(among) == len(free):
        return False
    scene.ask("which_to_pay" if scene.open_question == "which_to_pay" else "which", shown=[debt.id for debt in among])
    scene.say("utter_which_of_these", options=options(among, [owed(scene.ground, debt).total for debt in among]))
    return True


async def pay(scene: Scene) -> None:
    """Issue the charge of the debts meant, or ask which ones."""
    if await at_rest(scene):
        return
    if not scene.turn.arguments and await _not_so_much(scene):
        return
    if not scene.turn.arguments and await payment_told(scene):
        return
    if not scene.turn.arguments and await price_of_named(scene, await chosen_debts(scene) or ()):
        return
    if not scene.turn.arguments and (await part_answered(scene) or await part_wished(scene)):
        return
    _, debts = await payable(scene)
    if not debts:
        await show_debts(scene)
        return
    absent = absent_creditor(scene, scene.words, debts) if not scene.turn.arguments else None
    if absent is not None:
        scene.say("utter_account_not_there", accounts=[{"account": absent}])  # and no code of another one
        return
    apart = await _each_its_own(scene)
    if apart:
        scene.set_slot("focus", [debt.id for named, _ in apart for debt in named])
        scene.ask(None)
        scene.set_slot("means", None)
        for named, way in apart:
            await _issue(scene, named[0].creditor_id, named, way)
        return
    means = note_means(scene)
    meant = await _meant(scene, debts)
    rests = await resting(scene, debts)
    free = [debt for debt in debts if debt.id not in rests]
    if meant is None and len(free) > 1:
        if rests:
            say_resting(scene, "utter_debts_resting_beside", debts, rests)
        free = narrowed(scene, free)
        totals = [owed(scene.ground, debt).total for debt in free]
        scene.ask("which_to_pay", shown=[debt.id for debt in free])
        few = so_many_said(scene.words)
        if few is not None and 1 < few < len(free):
            scene.say("utter_which_few_to_pay", count=len(free), few=_WORDS[few], options=options(free, totals))
        else:
            scene.say("utter_which_to_pay", options=options(free, totals))
        return
    if meant is not None and not scene.turn.arguments:
        meant = _without_what_is_not_due(scene, meant)
    left_out = [debt for debt in meant or debts if debt.id in rests]
    meant = [debt for debt in meant or debts if debt.id not in rests]
    if left_out and not meant:
        # What is being checked is charged by the wish after the notice alone.
        scene.set_slot("means", None)
        await resting_notice(scene, left_out, rests, means)
        return
    if left_out:
        say_resting(scene, "utter_debts_resting_left_out", left_out, rests)
    scene.set_slot("focus", [debt.id for debt in meant])
    scene.ask(None)
    scene.set_slot("means", None)
    in_agreement = [debt.id for debt in meant if debt.status == "agreed"]
    if in_agreement:
        # Of what is agreed on, the next instalment is paid, and not the whole debt.
        if not scene.turn.arguments and not await chosen_debts(scene):
            await say_which_agreement(scene, in_agreement)
        await pay_agreed(scene, in_agreement, means)
        meant = [debt for debt in meant if debt.status != "agreed"]
    for creditor_id, group in groupby(sorted(meant, key=lambda d: d.creditor_id), key=lambda d: d.creditor_id):
        await _issue(scene, creditor_id, list(group), means)


_EVERY_ONE = re.compile(
    r"\b(?:tod[ao]s|tudo|ambas|ambos|as duas|os dois|as tres|junt[ao]s|dezembro|janeiro|inclusive|tambem|adiant\w+)\b"
)


def _without_what_is_not_due(scene: Scene, meant: list[Debt]) -> list[Debt]:
    """ "Da escola quero o boleto", of one bill that is late and one that falls due later: the late one, and the other is spoken of."""
    later = [debt for debt in meant if debt.status == "open" and debt.payable_to > scene.today]
    late = [debt for debt in meant if debt not in later]
    if not later or not late or _EVERY_ONE.search(plain(scene.words)):
        return meant
    scene.say(
        "utter_not_due_left_out",
        later=[{"description": debt.title, "due": {"date": debt.payable_to.isoformat()}} for debt in later],
    )
    return late


_WORDS = {2: "duas", 3: "três", 4: "quatro"}


_PARTS = re.compile(r"\s+e\s+|\s*[,;]\s*")


async def _each_its_own(scene: Scene) -> list[tuple[list[Debt], Kind]]:
    """\"O boleto da loja e o pix do colégio\": each debt with its own means. Empty: one means was named, or none, or nothing that can be
    charged at once."""
    parts = _PARTS.split(scene.words)
    if scene.turn.arguments or len(parts) != 2:
        return []
    found: list[tuple[list[Debt], Kind]] = []
    kept = scene.wish_words
    for part in parts:
        said = plain(part)
        slip, pix = _SLIP.search(said) is not None, re.search(r"\bpix\b", said) is not None
        scene.wish_words = part
        named = await chosen_debts(scene) if slip != pix else None
        if named:
            found.append((named, "boleto" if slip else "pix"))
    scene.wish_words = kept
    mine = [debt for named, _ in found for debt in named]
    apart = len(found) == 2 and len({way for _, way in found}) == 2 and len({debt.id for debt in mine}) == len(mine)
    whole = all(len({debt.creditor_id for debt in named}) == 1 for named, _ in found)
    free = all(debt.status == "open" for debt in mine) and not await resting(scene, mine)
    return found if apart and whole and free else []


async def _not_so_much(scene: Scene) -> bool:
    """Whether they said in this very message that they do not pay this amount; what there is instead is told, once."""
    if _NOT_SO_MUCH.search(plain(scene.words)):
        await scene.turn_to("pedir_desconto")
        return True
    in_pieces = scene.piece is not None or scene.wish_turn is not None
    whole = await text_of(scene.conn, scene.wish_turn or scene.turn.id) if in_pieces else None
    return whole is not None and _NOT_SO_MUCH.search(plain(whole)) is not None  # its other half has answered


def note_means(scene: Scene) -> Kind:
    """Pix or boleto: by the tap, by the words, by what was wished before identity or the list came between; else Pix."""
    words = _NOT_BY.sub(" ", plain(re.sub(r"\b(n[aã]o)\s*[,.;]", r"\1 agora ", scene.words)))
    means = scene.turn.arguments.get("means")
    if means is None and _SLIP.search(words):
        means = "boleto"
    elif means is None and not re.search(r"\bpix\b", words):
        means = scene.slots.get("means")
    chosen: Kind = "boleto" if means == "boleto" else "pix"
    scene.set_slot("means", chosen)
    return chosen


async def _meant(scene: Scene, debts: list[Debt]) -> list[Debt] | None:
    """By the tap, by the words, by what was just being talked about, or the only one there is."""
    chosen = await chosen_debts(scene)
    if chosen:
        return chosen
    if _ALL_TOGETHER.search(plain(scene.words)) and not scene.slots.get("focus"):
        return [debt for debt in debts if debt.status != "disputed"] or None
    focus = [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())]
    free = [debt for debt in debts if debt.status != "disputed"]
    few = so_many_said(scene.words)
    if few is not None and few < len(debts) and few != len(focus):
        return None
    if focus and all(debt.status == "disputed" for debt in focus) and free:
        return free if len(free) == 1 else None  # "quero pagar" means what is not denied
    if focus:
        return focus
    if len(debts) > 1 and _OF_HER.search(plain(scene.words)) and (spoken := await _spoken_of_before(scene, debts)):
        return spoken
    return debts if len(debts) == 1 else None


_ALL_TOGETHER = re.compile(
    r"(?<!nao )\b(?:tudo|tod[ao]s) (?:(?:elas|eles|as contas|isso|de uma vez|num|n?um so|so) )*(?:junt[oa]s?|de uma vez|num (?:so|boleto|pix)|n?um (?:so )?(?:boleto|pix|codigo))\b"
)
""" "Manda o boleto tudo junto"."""
_OF_HER = re.compile(r"\b(?:d(?:ela|ele|essa|esse|esta|este)|n(?:ela|ele))\b(?! (?:vez|dia|mes|jeito|valor|numero))")


async def _spoken_of_before(scene: Scene, debts: list[Debt]) -> list[Debt]:
    """ "Manda o pix dela": the account that the message before named, if it was one alone."""
    before = await text_before(scene.conn, scene.turn.id)
    named, _ = spoken_of(scene, before or "", debts)
    return named if len(named) == 1 else []


async def _issue(scene: Scene, creditor_id: int, debts: list[Debt], means: Kind, *, despite_dispute: bool = False) -> None:
    try:
        charge = await issue(
            scene.conn,
            scene.till,
            debtor_id=debts[0].debtor_id,
            debt_ids=[debt.id for debt in debts],
            conversation_id=scene.conversation.id,
            request_key=f"{scene.turn.id}:{creditor_id}:{means}",
            kind=means,
            despite_dispute=despite_dispute,
        )
    except CannotIssue as refusal:
        if means == "boleto" and refusal.why in ("no_payee", "too_large"):
            # This creditor has no bank for boletos: said, and the Pix given instead.
            scene.say("utter_pix_instead_of_slip")
            await _issue(scene, creditor_id, debts, "pix", despite_dispute=despite_dispute)
            return
        if refusal.why in ("disputed", "claimed"):
            await resting_notice(scene, debts, await resting(scene, debts), means)
            return
        scene.say(f"utter_cannot_pay_{'no_payee' if refusal.why == 'no_payee' else 'now'}")
        return
    if charge.status == "active" and await shown_since(
        scene.conn, charge, scene.conversation.id, scene.now - _EXPLAINED, last=True
    ):
        await give_again(scene, charge, file=_NO_FILE.search(plain(scene.words)) is None)
    elif charge.status == "active":
        shown = present_boleto if means == "boleto" else present
        for utterance in await shown(scene.conn, scene.till, charge):
            scene.say(utterance.response, **utterance.values)
    # A new one is said by the worker as soon as the provider has made it and its code was checked.
    scene.code_comes = charge.status != "active"


async def give_again(scene: Scene, charge: Charge, *, file: bool) -> None:
    """The code that this talk explained a short while ago: until when it is good, and the code alone."""
    for utterance in await present_again(scene.conn, scene.till, charge, file=file):
        scene.say(utterance.response, **utterance.values)


async def resting_notice(scene: Scene, debts: Sequence[Debt], rests: Mapping[int, Resting], means: Kind) -> None:
    """A code for what is disputed, or said to be paid: only after this notice, and an explicit wish."""
    rests = {debt.id: rests[debt.id] for debt in debts if debt.id in rests}
    if any(one.kind == "disputed" for one in rests.values()):
        await disputed_notice(scene, debts, means)
        return
    arguments: dict[str, Any] = {"debts": [debt.id for debt in debts], "means": means}
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask("pay_disputed", takes=("yes_no",), **arguments)
    first = next(iter(rests.values()))
    scene.say(
        "utter_pay_claimed",
        about=titles_in_a_line(debts),
        protocol=first.protocol,
        until={"date": first.until.isoformat()},
        arguments=arguments,
    )


class PayDisputed(Topic):
    """The explicit wish for a code of a debt under dispute, after the notice."""

    def name(self) -> str:
        return "action_pay_disputed"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "solicitar_pagamento"):
            await _pay_despite(scene, scene.turn.arguments)


async def _pay_despite(scene: Scene, arguments: Mapping[str, Any]) -> None:
    """The dispute stays open; its debts are charged because their debtor wants it so."""
    debts = await payable_of(scene, arguments.get("debts", ()))
    scene.ask(None)
    means: Kind = "boleto" if arguments.get("means") == "boleto" else "pix"
    agreed = await agreed_among(scene, [debt.id for debt in debts])
    if agreed:
        # Of what is agreed on, the next instalment is paid, and not the whole debt.
        await pay_agreed(scene, sorted(agreed), means, despite=True)
        debts = [debt for debt in debts if debt.id not in agreed]
    for creditor_id, group in groupby(sorted(debts, key=lambda d: d.creditor_id), key=lambda d: d.creditor_id):
        await _issue(scene, creditor_id, list(group), means, despite_dispute=True)


async def _answer_despite(scene: Scene) -> bool:
    assert scene.question is not None
    answer = yes_or_no(scene)
    if answer is None:
        return False
    if answer:
        await _pay_despite(scene, scene.question.arguments)
    else:
        rests = await resting(scene, await payable_of(scene, scene.question.arguments.get("debts", ())))
        scene.ask(None)
        scene.say(
            "utter_pay_disputed_left" if any(one.kind == "disputed" for one in rests.values()) else "utter_pay_claimed_left"
        )
    return True


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {"pay_disputed": _answer_despite}


topics = (Pay, PayDisputed)
