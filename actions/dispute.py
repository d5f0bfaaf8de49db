"""\"Não reconheço\", \"o valor está errado\": a dispute with a protocol and a deadline, and the collection of that debt rests."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from actions.asked_right import READ_BACK, ask_what_is_right
from actions.debt import show_debts, tell
from actions.denial import asks, denies, of_a_stranger, recognises, tells_what_happened, told_apart, wishes_to_pay
from actions.dispute_withdrawn import answer_withdrawal, ask_withdrawal, open_ones, whose_disputes, withdraw_and_pay
from actions.faq import tell as tell_known
from actions.heard import yes_or_no
from actions.human import ask_human
from actions.meant import debts_meant, take_up
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.which_debt import named_by_words, payable, spoken_of
from conversations import audit, effects
from conversations.protocol import new_protocol
from conversations.reply import last_response
from conversations.turn import text_of
from payments import charges
from payments.issue import close
from payments.record import withdraw_cards
from receivables.dispute import BY_A_HUMAN, REASONS
from receivables.disputing import CannotDispute, Dispute, add_story, disputes_of, open_dispute, open_disputes
from receivables.store import Debt, debts_of, get_debts, owed, why_uncollectable
from understanding.dispute_reasons import dispute_reason, takes_dispute_back
from understanding.kinds import kinds_called
from understanding.plain import plain

_A_STORY = 7
"""So many words tell what happened; fewer only name it."""

_SKIPS = frozenset(("pular", "pula", "nada", "so isso", "so isso mesmo", "e isso", "e so isso", "nao tenho", "depois"))

LABELS = {
    "not_mine": "Não é minha",
    "already_paid": "Já paguei",
    "wrong_amount": "Valor errado",
    "fraud": "Fraude ou golpe",
    "not_delivered": "Não recebi o serviço",
    "cancelled": "Eu já tinha cancelado",
    "prescribed": "Muito antiga",
    "deceased": "Pessoa falecida",
    "other": "Outro motivo",
}


class ContestDebt(Topic):
    """Somebody denies a debt, or says that something in it is wrong."""

    def name(self) -> str:
        return "action_dispute"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "contestar_divida"):
            await dispute(scene)


_ONLY_WRONG = re.compile(
    r"(?:(?:isso|mas|nao|ai|aqui|tem|uma|algo|alguma|coisa|o|a|dia|data|esse|essa|ta|esta|tao|e|eh|ficou|saiu|veio|moc[ao]) )*(?:errad[oa]|incorret[oa])(?: (?:ai|isso|nisso|moc[ao]|o dia|a data|esse dia|essa data|ta))*"
)


async def dispute(scene: Scene) -> None:
    """Find out which debt and why, and let it rest; taken back when the words say so.

    Written down at once is only what is plain: the account (the only one, or named) and the denial, in the person's own words. What is
    less plain is read back first; a question, a recognition or a wish to pay is none of it.
    """
    if takes_dispute_back(scene.words):
        await ask_withdrawal(scene)
        return
    asked = scene.open_question
    if asked in READ_BACK and _ONLY_WRONG.fullmatch(plain(scene.words)):
        ask_what_is_right(scene)
        return
    if asked in ("dispute_reason", "dispute_story") and await answerers[asked](scene):
        return
    if asks(scene.words) and dispute_reason(scene.words) == "prescribed":
        await tell_known(scene, scene.till.talk.knowledge.known["prescription"])  # asked, and nothing is denied
        return
    if recognises(scene.words) and not denies(scene.words) and not _OTHER_SUM.search(plain(scene.words)):
        await _not_denied(scene)
        return
    if scene.turn.given.documents and not denies(scene.words) and not _SPEAKS_OF_ONE.search(plain(scene.words)):
        await show_debts(scene)  # "meu cpf é …, nasci …, a conta venceu 10/06" proves somebody, and denies nothing
        return
    among = await _disputable(scene)
    if among is None:
        return
    _, every = await payable(scene)
    stranger = of_a_stranger(scene.words, every)
    if stranger is not None:
        scene.say("utter_account_not_there", accounts=[{"account": stranger}])
        return
    missing = kinds_called(scene.words)
    if missing and not spoken_of(scene, scene.words, every)[0] and not scene.turn.arguments.get("debts"):
        scene.say("utter_account_not_there", accounts=[{"account": word} for word in missing.values()])
        return
    if all_of_them(scene.words, len(among)):
        await _reason_or_ask(scene, among)
        return
    apart = told_apart(scene, scene.words, every)
    if scene.piece is not None and not apart.denied:
        # The debt may be named in another wish of the same message.
        apart = told_apart(scene, await text_of(scene.conn, scene.turn.id) or "", every)
    if apart.denied and not any(debt in among for debt in apart.denied):
        await _tell_known(scene, apart.denied)
        return
    named = [debt for debt in among if debt in apart.denied]
    left = [debt for debt in among if debt not in apart.known]
    if named and not _one_of_several(scene, named):
        debts: list[Debt] | None = named
    elif len(every) > 1 and len(left) == 1 and not scene.turn.arguments.get("debts"):
        if not apart.known and await _just_disputed(scene, left[0]):
            return
        debts = left
    else:
        debts = await debts_meant(scene, "dispute_which", among=left or among, many=False)
    if debts is None:
        return
    if only_asks(scene.words) or asks(scene.words):
        _offer(scene, debts)
        return
    sure = len(every) == 1 or bool(named or scene.turn.arguments.get("debts")) or _THIS.search(plain(scene.words)) is not None
    other_sum = "wrong_amount" if _OTHER_SUM.search(plain(scene.words)) else None
    await _reason_or_ask(scene, debts, other_sum, sure=sure)


_OTHER_SUM = re.compile(
    r"\b(?:mas|so que|porem) (?:\w+ ){0,3}?(?:era|foi|custou|custava|deu|eram|valia|saiu|comprei por|combinei|combinamos)(?: (?:so|de|por|uns|r|tipo|menos|no valor de))* \d{2,}"
)
""""Lembro da compra, mas era 800": the account is owned up to, and the sum is not."""
_SPEAKS_OF_ONE = re.compile(r"\b(?:contest\w+|disput\w+|reclam\w+|questionar|errad[oa]|nao)\b")
_THIS = re.compile(r"\b(?:[dn]?ess[ae]s?|[dn]?est[ae]s?|[dn]?isso|ela|dela|ela)\b")
_ONE = re.compile(r"\b(?:uma|alguma) (?:d[aeo]s?|conta|delas)\b")


def _one_of_several(scene: Scene, named: Sequence[Debt]) -> bool:
    """Whether several are named where one is meant: "uma das do colégio"."""
    return len(named) > 1 and _ONE.search(plain(scene.words)) is not None


async def _not_denied(scene: Scene) -> None:
    """What was said owns up to a debt: nothing is registered, and what else is wished is done."""
    if wishes_to_pay(scene.words):
        scene.ask(None)
        await scene.turn_to("solicitar_pagamento")
    elif scene.open_question in ("dispute_which", "dispute_reason", "dispute_maybe", "dispute_amount"):
        scene.ask("pay")
        scene.say("utter_dispute_not_opened")
    elif await open_ones(scene):
        await ask_withdrawal(scene)
    elif not scene.more_to_come:  # "reconheço o débito, e quanto é no dia 4?": what comes next is the wish
        await show_debts(scene)


async def _tell_known(scene: Scene, debts: Sequence[Debt]) -> None:
    """What is denied again is under dispute already, or can be none."""
    known = await open_disputes(scene.conn, [debt.id for debt in debts])
    if known:
        _say_known(scene, known[0])
    else:
        await tell(scene, list(debts))


async def _just_disputed(scene: Scene, left: Debt) -> bool:
    """Whether a dispute was registered in this talk a moment ago: "nunca comprei lá", said again, is about that one and no other, unless
    the one that is left was shown since."""
    proof = await scene.proof()
    assert proof is not None
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if list(scene.slots.get("focus") or ()) == [left.id] and not last.startswith("utter_dispute_"):
        return False
    recent = [
        one
        for one in await disputes_of(scene.conn, proof.debtor_id)
        if one.status == "open" and scene.now - one.opened_at < timedelta(hours=1)
    ]
    if not recent or _OTHER.search(plain(scene.words)):
        return False
    _say_known(scene, max(recent, key=lambda one: one.opened_at))
    return True


_OTHER = re.compile(r"\b(?:outr[ao]s?|tambem|tb|nem)\b")


_NONE_OF_THEM = re.compile(r"\b(?:nenhum[ao]|todas?|todos|ambas|ambos)\b(?! (?:vez|lugar|momento|dia|o|a|mundo)\b)")
_NONE_MINE = re.compile(r"\bnenhum[ao]\b.{0,30}\b(?:minh\w+|meu\w*)\b")
_THE_TWO = re.compile(r"\b(?:a|o|ess[ae]|est[ae])s (duas|dois|tres|quatro)\b")
_HOW_MANY = {"duas": 2, "dois": 2, "tres": 3, "quatro": 4}


def all_of_them(said: str, count: int) -> bool:
    """ "Nenhuma das duas é minha", "essas duas eu não reconheço": all that there are, `count` of them, are denied."""
    words = plain(said)
    two = _THE_TWO.search(words)
    if count < 2 or "?" in said:
        return False
    return _HOW_MANY[two[1]] == count if two else _NONE_OF_THEM.search(words) is not None


_SENTENCES = re.compile(r"[^.!?\n]+[.!?]?")
_DENIES = re.compile(r"\b(?:contest\w+|nao reconhec\w*|nao devo|nao fui eu|nunca (?:comprei|fiz|tive|contratei|assinei))\b")


def only_asks(said: str) -> bool:
    """Whether what speaks for a dispute is asked and not said: "essa aí não foi cancelada?". Nobody denies a debt by a question."""
    sentences = [one.strip() for one in _SENTENCES.findall(said)]
    reasons = [one for one in sentences if dispute_reason(one) is not None or _DENIES.search(plain(one))]
    return bool(reasons) and all(one.endswith("?") and not _DENIES.search(plain(one)) for one in reasons)


def _offer(scene: Scene, debts: Sequence[Debt]) -> None:
    """A doubt that was put as a question: nothing is registered, and it is asked whether it should be."""
    arguments: dict[str, Any] = {"debts": [debt.id for debt in debts], "reason": dispute_reason(scene.words) or "other"}
    scene.ask("dispute_maybe", takes=("yes_no",), **arguments, said=scene.words)
    scene.say("utter_dispute_maybe", debts=[{"description": debt.title} for debt in debts], arguments=arguments)


async def _disputable(scene: Scene) -> list[Debt] | None:
    """The debts that can be disputed; None when something else was said instead."""
    proof = await scene.proof()
    assert proof is not None
    all_debts = await debts_of(scene.conn, proof.debtor_id)
    whys = {debt.id: why_uncollectable(scene.ground, debt) for debt in all_debts}
    debts = [debt for debt in all_debts if debt.status in ("open", "agreed") and whys[debt.id] != "judicial"]
    wished = [debt for debt in debts if whys[debt.id] is None]
    if wished:
        return wished
    known = [one for one in await disputes_of(scene.conn, proof.debtor_id) if one.status == "open"]
    if known:
        words = scene.turn.text or ""
        if len(plain(words).split()) > 1 and tells_what_happened(words) and dispute_reason(words) is not None:
            # "Usaram meu nome", below the dispute, is more of what happened.
            kept = await add_story(scene.conn, known[0].id, words)
            scene.say("utter_dispute_story_kept", protocol=kept.protocol, answer_by={"date": kept.answer_by.isoformat()})
        else:
            _say_known(scene, known[0])
    elif debts:
        scene.ask("human")
        scene.say("utter_dispute_not_needed")
    else:
        await show_debts(scene)
    return None


def _say_known(scene: Scene, known: Dispute) -> None:
    scene.ask("dispute_story", dispute=known.id)
    scene.say("utter_dispute_known", protocol=known.protocol, answer_by={"date": known.answer_by.isoformat()})


async def _reason_or_ask(scene: Scene, debts: Sequence[Debt], reason: str | None = None, *, sure: bool = True) -> None:
    scene.set_slot("focus", [debt.id for debt in debts])
    reason = reason or dispute_reason(scene.words) or ("not_mine" if _NONE_MINE.search(plain(scene.words)) else None)
    if reason is None and FORCED.search(plain(scene.words)):
        reason, sure = "other", False  # a debt that was made under force: heard as it is told, and read back
    if reason is None:
        scene.ask("dispute_reason", takes=("option",), debts=[debt.id for debt in debts], said=scene.words)
        scene.say("utter_dispute_reason", reasons=_reasons(debts))
    elif reason == "wrong_amount" and "contest" not in plain(scene.words):
        # Often the sum is only not understood: it is shown first, and the dispute offered beside it.
        scene.ask("dispute_amount", takes=("yes_no",), debts=[debt.id for debt in debts], said=scene.words)
        arguments = {"debts": [debt.id for debt in debts], "reason": reason}
        scene.say("utter_dispute_amount", debts=[_lines(scene, debt) for debt in debts], arguments=arguments)
    elif not sure:
        arguments = {"debts": [debt.id for debt in debts], "reason": reason}
        scene.ask("dispute_maybe", takes=("yes_no",), debts=arguments["debts"], reason=reason, said=scene.words)
        rows = [{"description": f"{debt.title}, {debt.creditor_name}"} for debt in debts]
        scene.say("utter_dispute_confirm", debts=rows, reason=LABELS[reason].lower(), arguments=arguments)
    else:
        await _open(scene, debts, reason, scene.words)


async def read_back_denial(scene: Scene, debts: Sequence[Debt]) -> None:
    """Accounts that are denied by what is said of another: read back, and nothing is registered yet."""
    await _reason_or_ask(scene, debts, "not_mine", sure=False)


def _reasons(debts: Sequence[Debt]) -> list[dict[str, Any]]:
    ids = [debt.id for debt in debts]
    return [{"label": label, "arguments": {"debts": ids, "reason": reason}} for reason, label in LABELS.items()]


def _lines(scene: Scene, debt: Debt) -> dict[str, Any]:
    due = owed(scene.ground, debt)
    return {
        "description": debt.title,
        "due": {"date": debt.due_date.isoformat()},
        "days": due.days_overdue,
        "principal": {"money": due.principal},
        "fine": {"money": due.fine},
        "interest": {"money": due.interest},
        "discount": {"money": -due.discount},
        "total": {"money": due.total},
    }


async def _open(scene: Scene, debts: Sequence[Debt], reason: str, said: str) -> None:
    """Write it down, withdraw what could be paid, and say number, deadline and what rests, as the store has it."""
    opened = [found for debt in debts if (found := await register_dispute(scene, debt, reason, said)) is not None]
    if not opened:
        known = await open_disputes(scene.conn, [debt.id for debt in debts])
        if known:
            _say_known(scene, known[0])
        else:
            await show_debts(scene)
        return
    made, withdrawn = opened[0][0], any(live for _, live in opened)
    titles = {debt.id: debt.title for debt in debts}
    if len(opened) == 1:
        scene.say(
            "utter_dispute_open_withdrawn" if withdrawn else "utter_dispute_open",
            protocol=made.protocol,
            answer_by={"date": made.answer_by.isoformat()},
            debts=[{"description": titles[debt_id]} for debt_id in made.debts],
        )
    else:
        scene.say(
            "utter_dispute_open_each",
            disputes=[{"description": titles[one.debts[0]], "protocol": one.protocol} for one, _ in opened],
            answer_by={"date": made.answer_by.isoformat()},
        )
    kept: dict[str, Any] = {"dispute": made.id, "others": [one.id for one, _ in opened[1:]]}
    if reason in BY_A_HUMAN or FORCED.search(plain(said)):
        await ask_human(scene, "contestar_divida", "utter_dispute_to_human", asked=False)
        if not made.story:
            scene.ask("dispute_story", **kept)
    elif reason == "already_paid":
        scene.ask("dispute_story", **kept)
        scene.say("utter_dispute_send_receipt")
    elif not made.story:
        scene.ask("dispute_story", **kept)
        scene.say("utter_dispute_story")
    else:
        scene.ask(None)
        scene.say("utter_dispute_documents")


async def register_dispute(scene: Scene, debt: Debt, reason: str, said: str) -> tuple[Dispute, bool] | None:
    """Write down the dispute of one debt, under a protocol of its own, and whether a code was withdrawn for it; None: it cannot be."""
    try:
        made = await open_dispute(
            scene.conn,
            scene.ground,
            [debt.id],
            reason=reason,
            story=said if len(said.split()) >= _A_STORY else "",
            request_key=f"dispute:{scene.turn.id}:{debt.id}",
            protocol=new_protocol(scene.today),
            conversation_id=scene.conversation.id,
        )
    except CannotDispute:
        return None
    live = await charges.live_of_debts(scene.conn, made.debts, lock=True)
    for charge in live:
        await close(scene.conn, scene.till, charge, "cancelled")
    await withdraw_cards(scene.conn, scene.till, live)
    assert all(one.status == "disputed" for one in await get_debts(scene.conn, made.debts))
    await audit.record(
        scene.conn, "bot", "dispute.opened", f"dispute:{made.id}", {"reason": reason, "protocol": made.protocol}, scene.now
    )
    return made, bool(live)


# ------------------------------------------------------------------------------------------------------ answers


FORCED = re.compile(
    r"\b(?:me )?(?:obrig(?:ou|aram|ando|ada|ado)|forc(?:ou|aram|ada|ado|ando)|coag\w+|ameac(?:ou|aram|ando))\b.{0,40}\b(?:assin\w+|faz\w*|contrat\w+|compr\w+|empresti\w+|divid\w+|cartao|pegar|tirar|financi\w+|nome)\b"
    r"|\b(?:empresti\w+|divid\w+|cartao|conta|compra|contrato)\b.{0,40}\b(?:me )?(?:obrig(?:ou|aram|ando|ada|ado)|forc(?:ou|aram|ada|ado|ando)|(?:a|na) forca|coag\w+)\b"
)
"""A debt that somebody was made to take up."""


async def _which(scene: Scene) -> bool:
    if recognises(scene.turn.text or "") or wishes_to_pay(scene.turn.text or ""):
        return await _the_others(scene)
    debts = await take_up(scene)
    debts = [debt for debt in debts or () if debt.status in ("open", "agreed")]
    if not debts:
        return bool(scene.said)
    await _reason_or_ask(scene, debts)
    return True


async def _the_others(scene: Scene) -> bool:
    """ "As da loja eu pago", to the question which are denied: the others are, and that is read back. False: none was named."""
    assert scene.question is not None
    said = str(scene.question.arguments.get("said") or "")
    among = await _disputable(scene) or []
    known = told_apart(scene, scene.turn.text or "", among).known
    left = [debt for debt in among if debt not in known]
    reason = dispute_reason(said)
    if not known or not left or reason is None:
        return False
    scene.wish_words = said
    await _reason_or_ask(scene, left, reason, sure=False)
    return True


_DISAGREES = re.compile(
    r"(?:(?:eu|mas|e|so|porque|pq|que|moc[ao]) )*(?:(?:nao|num|n) (?:concordo|aceito|ta certo|bate|e esse valor)|discordo|deu menos|da menos|e menos|era menos|(?:pra mim |aqui |nas minhas contas )?(?:deu|da|dava|era|seria) (?:so )?\d[\d.,]*)(?: (?:com|o|esse|isso|valor|juros|conta|nao|reais|so|a|disso))*"
)
""""Não concordo", "deu 900", where it is asked what is wrong: the amount is."""


async def _reason(scene: Scene) -> bool:
    assert scene.question is not None
    arguments = scene.question.arguments
    words = scene.turn.text or ""
    reason = scene.turn.arguments.get("reason")
    if reason is None and words and (recognises(words) or wishes_to_pay(words) or asks(words)):
        # "Ah, lembrei, manda o Pix", "a do telefone quanto dá?": no reason, and no story.
        another = spoken_of(scene, words, (await payable(scene))[1])[0]
        if not another or {debt.id for debt in another} & set(arguments["debts"]) or scene.intent in scene.repair.wishes():
            return False
        await tell(scene, another)
        return True
    if reason is None and _OF_OTHER_THINGS.search(plain(words)) and dispute_reason(words) is None:
        return False
    debts = await get_debts(scene.conn, arguments["debts"])
    if words and not scene.turn.arguments:
        apart = told_apart(scene, words, (await payable(scene))[1])
        # "O cartão só": the account is said once more, or set right.
        debts = [debt for debt in apart.denied if debt.status in ("open", "agreed")] or debts
    reason = reason or dispute_reason(words) or ("wrong_amount" if _DISAGREES.fullmatch(plain(words)) else None)
    if reason not in REASONS:
        if len(words.split()) < _A_STORY:
            if {debt.id for debt in debts} == set(arguments["debts"]) and not (words and spoken_of(scene, words, debts)[0]):
                return False
            if {debt.id for debt in debts} == set(arguments["debts"]):
                scene.say("utter_simpler_dispute_reason")
            else:
                await _reason_or_ask(scene, debts)
            return True
        reason = "other"
    said = " ".join(filter(None, (arguments.get("said"), scene.turn.text)))
    await _open(scene, debts, str(reason), said)
    return True


_OF_OTHER_THINGS = re.compile(
    r"\b(?:propost\w+|(?:quero|queria) (?:so )?(?:saber|ver|falar)|nao (?:quero|vim|to|estou) contest\w+|nao e contest\w+|nao vou contest\w+|quero (?:pagar|parcelar))\b"
)
"""Words that are no reason of a dispute: "quero saber da proposta que mandei"."""
_NO_PAPERS = re.compile(
    r"\b(?:nao tenho|num tenho|n tenho|nem tenho|sem|perdi|nao guardei|nao achei|joguei fora)\b.{0,25}\b(?:papel|papeis|document\w+|comprovante|prova\w*|protocolo|recibo|contrato|nada disso)\b"
)
""""Não tenho papel não", to whether a dispute is registered, is no no to it."""


async def _maybe(scene: Scene) -> bool:
    """Whether what was asked about is to be disputed; a reason that is told now counts."""
    assert scene.question is not None
    arguments = scene.question.arguments
    answer = yes_or_no(scene)
    if answer is None and _NO_PAPERS.search(plain(scene.words)):
        scene.say("utter_dispute_without_papers")
        return True
    if answer is False:
        scene.ask("pay")
        scene.say("utter_dispute_not_opened")
        return True
    if not answer:
        return False
    said = str(arguments.get("said") or "")
    await _open(scene, await get_debts(scene.conn, arguments["debts"]), str(arguments["reason"]), said)
    return True


async def _amount(scene: Scene) -> bool:
    """Whether the amount that was shown is to be disputed."""
    assert scene.question is not None
    arguments = scene.question.arguments
    answer = yes_or_no(scene)
    if answer:
        await _open(scene, await get_debts(scene.conn, arguments["debts"]), "wrong_amount", str(arguments.get("said") or ""))
    elif answer is False:
        scene.ask("pay")
        scene.say("utter_dispute_not_opened")
    elif (words := scene.turn.text or "") and not asks(words) and not wishes_to_pay(words) and _INSISTS.search(plain(words)):
        said = ", ".join(filter(None, (str(arguments.get("said") or ""), words)))
        await _open(scene, await get_debts(scene.conn, arguments["debts"]), "wrong_amount", said)
    else:
        return False
    return True


async def sum_disputed(scene: Scene) -> bool:
    """ "O certo seria 30 de juros", to the sum that was shown, whatever it was taken for. False: no such words or question."""
    said = scene.turn.text or ""
    if scene.open_question != "dispute_amount" or not _INSISTS.search(plain(said)) or await scene.proof() is None:
        return False
    return await _amount(scene)


_INSISTS = re.compile(
    r"\b(?:registr\w+|contest\w+|reclam\w+|(?:devia|deveria|tinha que|teria que|era pra) (?:ser|dar|estar|ta)|o cert[oa] (?:e|eh|seria|era|sao)"
    r"|(?:multa|juros|valor|conta|isso|ela|ele) (?:ta|esta|e que ta|continua) errad[oa]|ta errad[oa]|esta errad[oa]|nao (?:bate|confere|concordo))\b"
)
"""Said once more to the sum that was shown: it is to be disputed."""


async def _story(scene: Scene) -> bool:
    """What happened, in the person's own words; nothing has to be told."""
    assert scene.question is not None
    said = scene.turn.text or ""
    if takes_dispute_back(said) or recognises(said) or _UNDO_IT.fullmatch(plain(said)):
        if wishes_to_pay(said):
            return await withdraw_and_pay(scene, int(scene.question.arguments["dispute"]))
        return await ask_withdrawal(scene)
    if await _pays_another(scene):
        return True
    if scene.turn.text and len(plain(said).split()) <= 2 and yes_or_no(scene) is True:
        return False  # "sim" tells nothing of what happened
    if said and not tells_what_happened(said):
        return False
    if await _denies_another(scene):
        return True
    if not re.search(r"\w", said) or (scene.intent in ("nao_entendi", "ajuda") and len(plain(said).split()) <= 4):
        return False  # a dot or a question mark tells nothing
    skips = yes_or_no(scene) is False or plain(said) in _SKIPS
    if not skips and not said.strip():
        return False
    known = await add_story(scene.conn, int(scene.question.arguments["dispute"]), "" if skips else said)
    for other in scene.question.arguments.get("others") or ():
        await add_story(scene.conn, int(other), "" if skips else said)
    scene.ask(None)
    if known.status != "open":
        return False
    scene.say(
        "utter_dispute_story_skipped" if skips else "utter_dispute_story_kept",
        protocol=known.protocol,
        answer_by={"date": known.answer_by.isoformat()},
    )
    return True


_UNDO_IT = re.compile(
    r"(?:(?:nao|entao|por favor|pode|quero|ta|moc[oa]|isso|eu|foi engano|errei) )*(?:cancela|retira|tira|anula|desfaz|desiste|esquece|apaga)\w*(?: (?:isso|iss|essa|ela|ai|tudo|por favor|moc[oa]|entao))*"
)


async def _pays_another(scene: Scene) -> bool:
    """ "Mas quero pagar a outra", said while the story of a dispute is waited for: no story. False: nothing of the kind."""
    if not wishes_to_pay(scene.turn.text or ""):
        return False
    disputed = {debt_id for one in await disputes_of(scene.conn, (await whose_disputes(scene))) for debt_id in one.debts}
    named = await named_by_words(scene)
    if any(debt.id in disputed for debt in named):
        return False
    scene.ask(None)
    await scene.turn_to("solicitar_pagamento")
    return True


async def _denies_another(scene: Scene) -> bool:
    """ "A do cartão também não é minha", while the story of another is waited for: a dispute of its own. False: nothing of the kind."""
    assert scene.question is not None
    said = scene.turn.text or ""
    if not said or not (denies(said) or _AS_WELL.fullmatch(plain(said))):
        return False
    here = await get_debts(
        scene.conn,
        [
            debt_id
            for one in await disputes_of(scene.conn, await whose_disputes(scene))
            if one.id in (scene.question.arguments["dispute"], *(scene.question.arguments.get("others") or ()))
            for debt_id in one.debts
        ],
    )
    every = (await payable(scene))[1]
    named: Sequence[Debt] = told_apart(scene, said, every).denied
    if not named and not denies(said) and _OTHER_ONE.search(plain(said)):
        named = [debt for debt in every if debt not in here and debt.status in ("open", "agreed")]
    if not named or any(debt.id in {one.id for one in here} for debt in named):
        return False
    reason = (await disputes_of(scene.conn, await whose_disputes(scene)))[0].reason if not denies(said) else None
    scene.ask(None)
    if dispute_reason(said) == "already_paid":
        await scene.turn_to("informar_ja_paguei")
    elif reason is None:
        await dispute(scene)
    elif len(named) == 1 or re.search(r"\boutr[ao]s\b", plain(said)):
        await _reason_or_ask(scene, named, reason, sure=False)  # "nem a da ventania": for the same reason, and read back
    else:
        await debts_meant(scene, "dispute_which", among=list(named), many=False)
    return True


_AS_WELL = re.compile(
    r"(?:e |mas |ah )*(?:nem (?:a|as|o|ess[ae]|d[ao]) (?:\w+ ?){1,4}|(?:a|as|o|ess[ae]) (?:\w+ ){1,4}?(?:tambem|tb|tbm)(?: nao)?|(?:tambem|tb) nao (?:a|o) (?:\w+ ?){1,4})"
)
""" "Nem a da ventania", "a outra também": the same is said of another."""
_OTHER_ONE = re.compile(r"\boutr[ao]s?\b")


async def skip_story(scene: Scene) -> bool:
    """ "Pular", to the question what happened; False for anything else."""
    return plain(scene.turn.text or "") in _SKIPS and await _story(scene)


class GiveReason(Topic):
    """A reason that was tapped."""

    def name(self) -> str:
        return "action_dispute_reason"

    async def act(self, scene: Scene) -> None:
        if not await proven(scene, "contestar_divida"):
            return
        proof = await scene.proof()
        assert proof is not None
        arguments = scene.turn.arguments
        debts = [debt for debt in await get_debts(scene.conn, arguments.get("debts") or []) if debt.debtor_id == proof.debtor_id]
        if not debts or arguments.get("reason") not in REASONS:
            await dispute(scene)
            return
        said = str(scene.question.arguments.get("said") or "") if scene.question is not None else ""
        await _open(scene, debts, arguments["reason"], said)


# --------------------------------------------------------------------------------------------------- taken back


async def dispute_disowned(scene: Scene) -> bool:
    """ "Não contestei nada", "é minha sim", while a dispute is open or was just asked about, whatever it was taken for. False: not said."""
    said, asked = scene.turn.text or "", scene.open_question
    if scene.piece is not None:
        if scene.piece and any(name == "utter_dispute_withdrawn" for name, _ in await effects.said_in(scene.conn, scene.turn.id)):
            return True  # done with the piece before
        said = await text_of(scene.conn, scene.turn.id) or ""
    if scene.form is not None or "?" in said or await scene.proof() is None:
        return False
    if asked == "dispute_withdraw" and wishes_to_pay(said):
        return await answer_withdrawal(scene)
    if not recognises(said) or denies(said):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if asked in ("dispute_which", "dispute_reason", "dispute_maybe", "dispute_amount"):
        if asked == "dispute_which" and await _which(scene):
            return True
        await _not_denied(scene)
        return True
    if not (asked in ("dispute_story", "pay_disputed") or last.startswith(("utter_dispute_", "utter_pay_disputed"))):
        return False
    known = await open_ones(scene)
    named = {debt.id for debt in await named_by_words(scene)}
    if not known or (named and not named & set(known[0].debts)):
        return False
    if wishes_to_pay(said):
        return await withdraw_and_pay(scene, known[0].id)
    return await ask_withdrawal(scene)


async def disputed_notice(scene: Scene, debts: Sequence[Debt], means: str) -> None:
    """A code for a debt under dispute: only after this notice, and an explicit wish."""
    known = await open_disputes(scene.conn, [debt.id for debt in debts])
    arguments: dict[str, Any] = {"debts": [debt.id for debt in debts], "means": means}
    scene.ask("pay_disputed", takes=("yes_no",), **arguments)
    scene.say("utter_pay_disputed", protocol=known[0].protocol if known else "", arguments=arguments)


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "dispute_which": _which,
    "dispute_reason": _reason,
    "dispute_amount": _amount,
    "dispute_maybe": _maybe,
    "dispute_story": _story,
    "dispute_withdraw": answer_withdrawal,
}

topics = (ContestDebt, GiveReason)
