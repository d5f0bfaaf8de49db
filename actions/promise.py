"""\"Pago dia 10\": a day made concrete, read back with what will be owed on it, confirmed, kept with a protocol."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from actions.day_of_each import next_of_each
from actions.debt import show_debts, tell
from actions.extension import answerers as of_extensions
from actions.heard import Day, amount_of, day_of, refuses_day, yes_or_no
from actions.many_days import in_many_days
from actions.meant import debts_meant, named_debts, take_up
from actions.partial import part_before_rest
from actions.promised_day import THE_REST, consider, in_two_parts, part_waiting, promise_rest, read_back, say_refused
from actions.proving import proven
from actions.resting import at_rest
from actions.scene import Scene, Topic
from actions.standing import as_promised, promises_that_stand, tell_standing
from actions.which_debt import payable, payable_of, spoken_of
from conversations import audit
from conversations.protocol import new_protocol
from conversations.said import typed_in_turn
from receivables.promise import PromiseRefused, last_day
from receivables.promising import (
    Promise,
    correct,
    get_promise,
    limits_of,
    make,
    open_promises,
    promised_now,
    take_back,
)
from receivables.store import Debt, get_debts
from understanding.plain import plain
from understanding.values import read_values

_TAKES_BACK = re.compile(
    r"\b(cancel\w*|desist\w*|esquec\w*|tir\w*|desfa\w*|nao vou (?:mais )?conseguir)\b.*\b(promess\w*|combinad\w*|compromiss\w*)\b"
)
_DATE = re.compile(r"\d ?/ ?\d")


_CORRECTED = ("promise_day", "promise_confirm", "promise_made", "extension_day", "extension_confirm")
"""What is open and a promise's words answer."""


class PromiseToPay(Topic):
    """A commitment of the person's own."""

    def name(self) -> str:
        return "action_promise"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "promessa_pagamento"):
            if not scene.words:
                # "Vou pagar a escola dia 2", typed, names an account of the list and says the day beside it.
                scene.wish_words = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id)
            await promise(scene)


_NO_PROMISE = re.compile(
    r"\b(?:nao|num|n|nunca) (?:vou|irei|pretendo|quero) (?:mais )?(?:pagar|quitar|acertar)\b(?! (?:agora|hoje))"
)
"""Who refuses to pay promises nothing."""


_PAYS_TODAY = re.compile(
    r"(?<!nao )\b(?:pago|pagar|acertar|quitar)\b (?:\w+ ){0,2}?(?:hoje|hj|agora|ja)\b(?=.*\b(?:pix|boleto)\b)|\b(?:manda|gera)\w* (?:\w+ ){0,2}(?:pix|boleto)\b.{0,15}\b(?:hoje|hj|agora|ja)\b"
)
""""Deixa eu pagar logo hoje no pix": its code, and no promise of today."""


async def promise(scene: Scene) -> None:
    """Find out which debts, which day and how much, and read it back; said while a promise is open, it corrects that one."""
    if await at_rest(scene):
        return
    if _NO_PROMISE.search(plain(scene.words)) and day_of(scene) is None and amount_of(scene) is None:
        if not scene.said:
            scene.say("utter_no_problem")
        return
    asked = scene.question.name if scene.question else None
    if asked in ("plans", "accept_offer") and _OF_A_PLAN.search(plain(scene.words)):
        await scene.turn_to("parcelar")  # "e se a entrada for dia 5?" is of the plan that lies open
        return
    if asked not in _CORRECTED and await _paid_now(scene):
        return
    says_when_or_what = day_of(scene) is not None or amount_of(scene) is not None or refuses_day(scene)
    if asked in _CORRECTED and says_when_or_what and await _answered(scene, str(asked)):
        return
    if asked not in _CORRECTED and (await _in_many_days(scene) or await in_two_parts(scene) or await part_before_rest(scene)):
        return
    among = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    if not among:
        await _say_why_not(scene)
        return
    debts = await debts_meant(scene, "promise_which", among=among)
    if debts is not None:
        await _what_was_said(scene, debts)


_OF_A_PLAN = re.compile(r"\b(?:entrada|sinal|parcelas?|prestac\w+|primeir[ao] pagamento|\d{1,2} ?x)\b")
_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|codigo)\b")
_I_PAY = re.compile(
    r"^(?:(?:e|mas|entao|agora|ja|so) )*(?:as?|os?|ess[ae]s?|d[ao]s?) .{0,30}?\b(?:eu )?(?:pago|acerto|quito)(?: eu| sim| agora| ja| hoje| tudo)*$"
)
_SOME_DAY = re.compile(
    r"\b(?:dia|dias|semana|mes|amanha|depois|quando|assim que|receb\w+|cair|cai|ate|prazo|promet\w+|promess\w+|combin\w+|marc\w+|agend\w+|anot\w+|lembr\w+|vencimento)\b"
)


_I_PAY_THEM = re.compile(r"\b(?:eu )?(?:pago|acerto|quito)(?: eu| sim| agora| ja| hoje| tudo)*$")


_MONEY_CAME = re.compile(
    r"\b(?:recebi|caiu|ganhei|saiu|entrou|peguei|consegui)\b.{0,30}\b(?:decimo|13|salario|pagamento|fgts|rescisao|dinheiro|ferias|bonus|grana|indenizac\w+|emprestimo)\b"
)
"""Money that has come is paid with now, and not on the day on which it usually comes."""
_THIRTEENTH = re.compile(r"\b(?:o )?(?:d[eé]cimo[\s-]*terceiro|13[ºo°]?)\b", re.IGNORECASE)
_WANTS_TO_PAY = re.compile(
    r"\b(?:quero|queria|vou|posso|gostaria de|vim|da pra) (?:\w+ )?(?:pagar|quitar|acertar|liquidar|zerar)\b"
)
_TO_COME = re.compile(r"\b(?:dia \d|amanha|semana|mes que vem|proxim\w+|depois)\b")


async def _paid_now(scene: Scene) -> bool:
    """ "As da loja eu pago", "as duas juntas, pix": no day is meant but now, and what they come to is shown, or the code sent. False: a
    day is spoken of, or nothing such."""
    said = plain(scene.words)
    came = _MONEY_CAME.search(said) is not None and _WANTS_TO_PAY.search(said) is not None and _TO_COME.search(said) is None
    if not came and (
        day_of(scene) is not None or amount_of(scene) is not None or _SOME_DAY.search(said) or re.search(r"\bnao\b", said)
    ):
        return False
    if _CODE.search(said) or (_MONEY_CAME.search(said) and _WANTS_TO_PAY.search(said)):
        scene.wish_words = _THIRTEENTH.sub(" ", scene.words)
        await scene.turn_to("solicitar_pagamento")
        return True
    if not _I_PAY.search(said):
        return False
    named = await named_debts(scene) or spoken_of(scene, scene.words, (await payable(scene))[1])[0]
    named = [debt for debt in named if debt.status == "open"]
    if named:
        await tell(scene, named)
    return bool(named)


async def _in_many_days(scene: Scene) -> bool:
    return await in_many_days(scene)


async def _answered(scene: Scene, asked: str) -> bool:
    return await {**of_extensions, **answerers}[asked](scene)


async def _say_why_not(scene: Scene) -> None:
    _, debts = await payable(scene)
    disputed = [debt for debt in debts if debt.status == "disputed"]
    if disputed:
        scene.ask("human")
        scene.say("utter_rests_disputed", description=disputed[0].title)
    elif debts:
        scene.say("utter_promise_in_agreement")
    else:
        await show_debts(scene)


async def _what_was_said(scene: Scene, debts: Sequence[Debt]) -> None:
    held = await open_promises(scene.conn, [debt.id for debt in debts])
    changing = held[0].id if len(held) == 1 and set(held[0].debts) == {debt.id for debt in debts} else None
    amount, heard = amount_of(scene), day_of(scene) or _day_over(scene)
    if changing is not None:
        heard = _longer(scene, held[0].day) or heard
    if amount is None and changing is not None and not held[0].whole:
        amount = held[0].amount
    if amount is None and heard is not None and heard.readings and THE_REST.search(plain(scene.words)):
        part = await part_waiting(scene, debts)
        if part:
            await promise_rest(scene, debts, heard.readings[-1], part)
            return
    await consider(scene, debts, heard, amount, changing=changing)


_LONGER = re.compile(
    r"\bmais (?:(?P<one>uma|um)|(?P<two>duas|dois)|(?P<count>\d{1,2})) ?(?P<unit>semanas?|semaninhas?|dias?|diazinhos?)\b(?! (?:de|do) (?:hoje|agora))"
)


def _longer(scene: Scene, held: date) -> Day | None:
    """\"Dá pra mais uma semana?\", of a day that is written down: counted from that day, and not from today."""
    found = _LONGER.search(plain(scene.words))
    if found is None or any(
        one.readings and "mais" not in plain(one.words) and one.readings[0] != held
        for one in read_values(scene.words, scene.today).dates
    ):
        return None
    count = 1 if found["one"] else 2 if found["two"] else int(found["count"])
    day = held + timedelta(days=count * (7 if found["unit"].startswith("semana") else 1))
    return Day("exact", (day,), found.group())


def _day_over(scene: Scene) -> Day | None:
    """A day that was written as a date and is over: "vou pagar dia 10/11/2026". "Era pra pagar ontem" promises nothing."""
    heard = day_of(scene, past=True)
    return heard if heard is not None and heard.kind == "past" and _DATE.search(heard.words) else None


# ------------------------------------------------------------------------------------------------------ answers


async def _which(scene: Scene) -> bool:
    debts = await take_up(scene)
    debts = [debt for debt in debts or () if debt.status == "open"]
    if not debts:
        return bool(scene.said)
    if _CODE.search(plain(scene.turn.text or "")):
        scene.ask("pay")
        scene.wish_words = scene.turn.text
        await scene.turn_to("solicitar_pagamento")
        return True
    if _SOME_DAY.search(plain(scene.words)) is None and _I_PAY_THEM.search(plain(scene.words)) and day_of(scene) is None:
        await tell(scene, debts)
        return True
    if not (await _in_many_days(scene) or await in_two_parts(scene)):
        await _what_was_said(scene, debts)
    return True


async def _day(scene: Scene) -> bool:
    """The day that was asked for, or yes to the one that was proposed."""
    assert scene.question is not None
    arguments = scene.question.arguments
    debts = await payable_of(scene, arguments["debts"])
    heard = day_of(scene, asked=True) or _day_over(scene)
    proposed = arguments.get("proposed")
    answer = yes_or_no(scene)
    if await _pays_today(scene, heard):
        return True
    if heard is not None:
        amount = amount_of(scene)
        amount = amount if amount is not None else arguments.get("amount")
        await consider(scene, debts, heard, amount, changing=arguments.get("changing"), also=arguments.get("also") or ())
    elif (answer or _THAT_ONE.fullmatch(plain(scene.words))) and proposed:
        await read_back(
            scene,
            debts,
            date.fromisoformat(proposed),
            arguments.get("amount"),
            changing=arguments.get("changing"),
            also=arguments.get("also") or (),
        )
    elif answer is False:
        scene.ask("promise_day", takes=("date",), **{**arguments, "proposed": None})
        last = last_day(limits_of(scene.ground, debts), scene.today)
        if proposed:
            scene.say("utter_promise_when", last={"date": last.isoformat()})
        else:
            _leave(scene)
    else:
        return False
    return True


_DENIES = re.compile(r"\b(?:nao|num|nem|nunca|sem|so)\b")
_LATER_TODAY = re.compile(
    r"\b(?:mais tarde|a noite|de noite|de tarde|a tarde|fim do dia|final do dia|depois d\w+|quando|anot\w+)\b"
)
_TODAY = re.compile(r"\b(?:hoje|hj|agora|agr|ja)\b")


async def _pays_today(scene: Scene, heard: Day | None) -> bool:
    """\"Hoje mesmo pode?\" to a day that was to be promised: no promise of today, the code at once. False: it is another day."""
    said = plain(scene.words)
    if heard is None or heard.day != scene.today or not _TODAY.search(said):
        return False
    if _LATER_TODAY.search(said) or _DENIES.search(said):
        return False
    assert scene.question is not None
    made = scene.question.arguments.get("promise")
    debts = (await get_promise(scene.conn, int(made))).debts if made else scene.question.arguments["debts"]
    scene.set_slot("focus", list(debts))
    await scene.turn_to("solicitar_pagamento")
    return True


_THAT_ONE = re.compile(
    r"(?:(?:entao|pode ser|quero|fica|e|ta|ok|nesse caso|vai|deixa) )*(?:n?ess[ae]|n?est[ae]|a ultima|o ultimo|o maximo|no maximo|ness[ae] (?:data|dia)|n?ess[ae] (?:data|dia))(?: (?:mesm[oa]|entao|data|dia|ai|dai|que (?:voce|vc) (?:disse|falou)))*"
)
""""Então essa", of the last day that was told."""


async def another_day_after_all(scene: Scene) -> bool:
    """\"E se eu pagar hoje mesmo?\", put as a question while a day is talked about: no general answer, but the code; and a day that is
    refused, in whatever words, asks for another one. False: neither."""
    asked = scene.question.name if scene.question is not None else None
    if asked not in ("promise_day", "promise_confirm", "promise_made") or scene.turn.arguments or amount_of(scene) is not None:
        return False
    if asked == "promise_made" and scene.intent in (*_MAY_REFUSE, "consultar_divida") and _LONGER.search(plain(scene.words)):
        return await _made(scene)
    if asked != "promise_day" and scene.intent in _MAY_REFUSE and refuses_day(scene):
        return await answerers[str(asked)](scene)
    if asked in ("promise_day", "promise_confirm") and await _keeps_what_holds(scene):
        return True
    if asked in ("promise_day", "promise_confirm") and _THE_LATEST.fullmatch(plain(scene.words)):
        kept = scene.question.arguments if scene.question is not None else {}
        debts = await payable_of(scene, kept["debts"])
        if debts:
            latest = last_day(limits_of(scene.ground, debts), scene.today)
            await read_back(scene, debts, latest, kept.get("amount"), changing=kept.get("changing"))
        return bool(debts)
    return _PAYS.search(plain(scene.words)) is not None and await _pays_today(scene, day_of(scene))


_KEEPS = re.compile(r"\b(?:deixa|deixe|fica|mantem|mantenha|manter|continua|segue|volta)\b")


async def _keeps_what_holds(scene: Scene) -> bool:
    """ "Agora não, deixa terça mesmo", to another day that was read back: the one that holds stays, and is told. False: not said."""
    heard = day_of(scene, asked=True)
    if heard is None or not heard.readings or not _KEEPS.search(plain(scene.words)):
        return False
    by_weekday = re.search(r"\d", heard.words) is None
    days = [held.day for held in await promises_that_stand(scene)]
    if not any(day in heard.readings or (by_weekday and day.weekday() == heard.readings[0].weekday()) for day in days):
        return False
    await tell_standing(scene)
    return True


_THE_LATEST = re.compile(
    r"(?:(?:ah|entao|ok|ta|bom|nao|quero|queria|bota|poe|marca|pode ser|ate|pro|pra|para|e) )*(?:o maximo|no maximo|o (?:dia )?mais (?:longe|tarde|pra frente|distante)|a data mais (?:longe|distante)|o ultimo dia|a ultima data|o maior prazo)"
    r"(?: (?:que (?:der|da|puder|pode|tiver|tem|vc|voce|conseguir|consegue|consigo)|possivel|entao|dai|ai|mesmo|de prazo|de tempo|de dias|por favor|der|pode dar))*"
)


_MAY_REFUSE = frozenset(
    """dificuldade_financeira pedir_prorrogacao promessa_pagamento negar adiar_resposta nlu_fallback corrigir_informacao informar_data cancelar
    responder""".split()
)
_PAYS = re.compile(r"\b(?:pag\w+|quit\w+|acert\w+|pode|posso|da)\b")


async def _amount(scene: Scene) -> bool:
    assert scene.question is not None
    arguments = scene.question.arguments
    amount = amount_of(scene, asked=True)
    if amount is None:
        return False
    debts = await payable_of(scene, arguments["debts"])
    day, then = date.fromisoformat(arguments["day"]), arguments.get("then") or ()
    await read_back(scene, debts, day, amount, changing=arguments.get("changing"), then=then, also=arguments.get("also") or ())
    return True


async def _confirm(scene: Scene) -> bool:
    """Yes does it; another day or amount changes that alone, and is read back again."""
    assert scene.question is not None
    arguments = scene.question.arguments
    answer = yes_or_no(scene)
    if answer:
        await _do(scene, arguments)
        return True
    if answer is False:
        _leave(scene)
        if arguments.get("also"):
            await next_of_each(scene, arguments["also"])
        return True
    heard, amount = day_of(scene, asked=scene.intent == "responder"), amount_of(scene)
    if _DIVIDES_INSTEAD.search(plain(scene.words)):
        scene.set_slot("focus", list(arguments["debts"]))
        scene.ask(None)
        await scene.turn_to("parcelar")  # "não, quero as 12x, com vencimento dia 10"
        return True
    if heard is None and amount is None and refuses_day(scene):
        await consider(
            scene,
            await payable_of(scene, arguments["debts"]),
            None,
            arguments.get("amount"),
            changing=arguments.get("changing"),
            also=arguments.get("also") or (),
        )
        return True
    if heard is None and amount is None and _IN_PARTS.search(plain(scene.words)) and "?" not in scene.words:
        scene.set_slot("focus", list(arguments["debts"]))
        scene.ask(None)
        await scene.turn_to("parcelar")
        return True
    if heard is None and amount is None and scene.intent != "afirmar":
        return False
    if amount is None and await _pays_today(scene, heard):
        return True
    debts = await payable_of(scene, arguments["debts"])
    kept = Day("exact", (date.fromisoformat(arguments["day"]),), "")
    amount = amount if amount is not None else arguments.get("amount")
    await consider(scene, debts, heard or kept, amount, changing=arguments.get("changing"), also=arguments.get("also") or ())
    return True


async def _made(scene: Scene) -> bool:
    """\"Na verdade dia 15\", after it was recorded: that one field, read back again."""
    assert scene.question is not None
    held = await get_promise(scene.conn, int(scene.question.arguments["promise"]))
    if held.status == "open" and _the_following(scene):
        return True
    if _PAYS_TODAY.search(plain(scene.words)):
        scene.ask("pay")
        scene.set_slot("focus", list(held.debts))
        await scene.turn_to("solicitar_pagamento")
        return True
    heard, amount = _longer(scene, held.day) or day_of(scene, asked=True), amount_of(scene)
    another = heard is None and amount is None and refuses_day(scene)
    if held.status != "open" or (heard is None and amount is None and not another):
        return False
    debts = await payable_of(scene, held.debts)
    if not debts:
        return False
    if another:
        await consider(scene, debts, None, None if held.whole else held.amount, changing=held.id)
        return True
    if amount is None and await _pays_today(scene, heard):
        return True
    kept = Day("exact", (held.day,), "")
    amount = amount if amount is not None else None if held.whole else held.amount
    await consider(scene, debts, heard or kept, amount, changing=held.id)
    return True


_DIVIDES_INSTEAD = re.compile(
    r"\b(?:quero|queria|prefiro|e|era) (?:\w+ ){0,2}?(?:parcelar|dividir|parcelad\w)\b|\b(?:as|de|em) \d{1,2} ?x\b|\b\d{1,2} ?x\b.{0,20}\bvencimento\b"
)


_FOLLOWING = re.compile(
    r"\b(?:e )?(?:a|o|as|os|da|do|das|dos) (?:segund[ao]|terceir[ao]|outr[ao]s?|proxim[ao]s?|rest[oa]|demais|seguintes?)\b"
)


async def days_that_follow(scene: Scene) -> bool:
    """ "E o resto?", whatever it was taken for, after the first of several days was noted. False: it is not asked."""
    return scene.open_question == "promise_made" and await scene.proof() is not None and _the_following(scene)


_IN_PARTS = re.compile(r"\b(?:parcel\w+|divid\w+)\b")


def _the_following(scene: Scene) -> bool:
    """ "E a segunda?", after the first of several days was noted: when the others follow. False: there are none, or another day is meant."""
    assert scene.question is not None
    then = scene.question.arguments.get("then") or ()
    if not then or not _FOLLOWING.search(plain(scene.words)) or re.search(r"\d", scene.words):
        return False
    scene.say(
        "utter_promise_following",
        parts=[{"day": {"date": day}, "amount": {"money": amount}} for day, amount in then if amount is not None],
        open=[{"day": {"date": day}} for day, amount in then if amount is None],
    )
    return True


def _leave(scene: Scene) -> None:
    scene.ask(None)
    scene.say("utter_promise_left")


# -------------------------------------------------------------------------------------------------------- doing


class ConfirmPromise(Topic):
    """The button under what was read back."""

    def name(self) -> str:
        return "action_confirm_promise"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "promessa_pagamento"):
            await _do(scene, scene.turn.arguments)


async def _do(scene: Scene, arguments: Mapping[str, Any]) -> None:
    debts = await payable_of(scene, arguments["debts"])
    if not debts:
        await show_debts(scene)
        return
    day, amount, changing = date.fromisoformat(arguments["day"]), arguments.get("amount"), arguments.get("changing")
    try:
        held = await get_promise(scene.conn, int(changing)) if changing else None
        if held is not None and held.status == "open" and held.debtor_id == debts[0].debtor_id:
            kept = await correct(scene.conn, scene.ground, held.id, day=day, amount=amount)
        else:
            kept = await make(
                scene.conn,
                scene.ground,
                [debt.id for debt in debts],
                day=day,
                amount=amount,
                request_key=f"promise:{scene.turn.id}",
                protocol=new_protocol(scene.today),
                conversation_id=scene.conversation.id,
            )
    except PromiseRefused as refusal:
        say_refused(scene, refusal, debts, day, amount, None)
        return
    then = list(arguments.get("then") or ())
    following: dict[str, Any] = {"then": then} if then else {}
    scene.ask("promise_made", takes=("date", "amount"), promise=kept.id, **following)
    scene.say(
        "utter_promise_done_today" if kept.day == scene.today else "utter_promise_done",
        day={"date": kept.day.isoformat()},
        amount={"money": kept.amount},
        until={"date": kept.keep_until.isoformat()},
        protocol=kept.protocol,
        whole=[{}] if kept.whole else [],
        part=[] if kept.whole else [{}],
        next=[{"day": {"date": then[0][0]}}] if then else [],
        arguments={"debts": list(kept.debts)},
    )
    await audit.record(
        scene.conn,
        "bot",
        "promise.made" if held is None else "promise.corrected",
        f"promise:{kept.id}",
        {"day": kept.day.isoformat(), "amount": kept.amount, "protocol": kept.protocol},
        scene.now,
    )
    if arguments.get("also"):
        await next_of_each(scene, arguments["also"])


async def promise_taken_back(scene: Scene) -> bool:
    """\"Cancela a promessa\": done and said; False when nothing of the kind was meant or there is none."""
    proof = await scene.proof()
    if proof is None:
        return False
    held = await promises_that_stand(scene)
    if not held:
        return False
    if _TAKES_BACK.search(plain(scene.words)):
        await _undo(scene, held)
        return True
    if scene.open_question not in (None, "promise_made", "promise_cancel", "show", "human"):
        return False
    # "Cancela" alone, with a promise that stands: whether that is meant is asked, and nothing is said to be left undone.
    scene.ask("promise_cancel", takes=("yes_no",))
    amount = promised_now(scene.ground, held[-1], await get_debts(scene.conn, held[-1].debts))
    scene.say("utter_promise_cancel", **as_promised(held[-1], amount))
    return True


async def _undo(scene: Scene, held: Sequence[Promise]) -> None:
    for one in held:
        await take_back(scene.conn, one.id, scene.now)
    scene.ask(None)
    scene.say("utter_promise_taken_back", protocol=held[0].protocol)


async def _cancel(scene: Scene) -> bool:
    """Whether the promise is undone: by a yes, or by the same word again."""
    held = await promises_that_stand(scene)
    answer = yes_or_no(scene)
    if not held:
        return False
    if answer or re.fullmatch(
        r"(?:sim |pode |quero )*cancel\w+(?: (?:sim|isso|ele|o combinado|por favor))*", plain(scene.turn.text or "")
    ):
        await _undo(scene, held)
        return True
    if answer is False:
        scene.ask(None)
        scene.say("utter_promise_still_holds", **as_promised(held[-1]))
        return True
    return False


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "promise_which": _which,
    "promise_day": _day,
    "promise_amount": _amount,
    "promise_confirm": _confirm,
    "promise_made": _made,
    "promise_cancel": _cancel,
}

topics = (PromiseToPay, ConfirmPromise)
