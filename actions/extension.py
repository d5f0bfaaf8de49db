"""\"Dá pra esperar até o dia 10?\": the last day to pay moved, within the policy, read back and confirmed before it is done."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from actions.choices import day_options
from actions.debt import show_debts
from actions.dispute import skip_story
from actions.heard import Day, day_of, month_named, yes_or_no
from actions.meant import debts_meant, take_up
from actions.promised_day import consider
from actions.promised_day import read_back as read_promise_back
from actions.proving import proven
from actions.resting import at_rest
from actions.scene import Scene, Topic
from actions.standing import tell_standing
from actions.which_debt import payable_of
from conversations import audit
from conversations.effects import last_said
from conversations.protocol import new_protocol
from conversations.turn import text_of
from payments.moved_date import follow_extension
from receivables.calendar import months_later
from receivables.extending import Extension, extensions_of, grant, preview
from receivables.extension import Extended, ExtensionRefused, counted_from
from receivables.promise import PromiseRefused, last_day
from receivables.promising import limits_of, open_promises
from receivables.promising import preview as preview_promise
from receivables.store import Debt, get_debts, owed
from understanding.plain import plain
from understanding.values import read_values

_AS_LONG_AS_POSSIBLE = re.compile(
    r"\b(maximo|o mais longe|mais tarde possivel|quanto tempo|quantos dias|ate quando|ate que dia|o maior prazo)\b"
)

_UNTIL_THEN = re.compile(r"\bate (?:la|esse dia|essa data|esse mes|entao)\b")
_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")

_REASONS = {
    "already_extended": "utter_extension_once",
    "too_long_overdue": "utter_extension_too_old",
    "in_agreement": "utter_extension_in_agreement",
    "disputed": "utter_rests_disputed",
    "none_allowed": "utter_extension_none",
}


class Extend(Topic):
    """More time for a debt."""

    def name(self) -> str:
        return "action_extend"

    async def act(self, scene: Scene) -> None:
        if scene.question is not None and scene.question.name == "dispute_story" and await skip_story(scene):
            return  # "pular" is said of instalments too
        if await proven(scene, "pedir_prorrogacao"):
            await extend(scene)


_CAN_IT_WAIT = re.compile(
    r"(?:(?:e|mas|ai|moc[ao]|entao|sera que|por favor) )*(?:tem como|da (?:pra|para)|pode|podem|voces podem|vcs podem|consegue|conseguem|teria como|poderia) (?:me )?esperar(?: (?:ate la|por mim|esse dia|ate esse dia|um pouco|ate eu receber|por favor|moc[ao]))*"
)


_OF_THE_PLAN = re.compile(r"\b(?:entrada|sinal|parcelas?|prestac\w+|primeir[ao] pagamento)\b")


async def _whole(scene: Scene) -> str:
    return await text_of(scene.conn, scene.turn.id) or ""


async def extend(scene: Scene) -> None:
    """Find out which debt and which day, and read both back; an answer to what is open already is taken as one."""
    if await at_rest(scene):
        return
    if scene.open_question == "promise_confirm" and _CAN_IT_WAIT.fullmatch(plain(scene.words)):
        await scene.go_back()  # "tem como esperar?", of the very day that was just read back
        return
    if scene.open_question in ("plans", "accept_offer") and _OF_THE_PLAN.search(plain(await _whole(scene))):
        scene.wish_words = await _whole(scene)  # "e a entrada, posso dar dia 30?" is of the plan that lies open
        await scene.turn_to("parcelar")
        return
    if scene.question is not None and scene.question.name in ("extension_day", "extension_confirm") and day_of(scene) is not None:
        await answerers[scene.question.name](scene)
        return
    debts = await debts_meant(scene, "extension_which")
    if debts is not None:
        await _propose_what_was_said(scene, debts)


async def _propose_what_was_said(scene: Scene, debts: Sequence[Debt]) -> None:
    if not debts:
        await show_debts(scene)
        return
    heard = day_of(scene, later=True) or await _told_before(scene)
    if heard is not None and await _moves_a_promise(scene, debts, heard):
        return
    longest = _AS_LONG_AS_POSSIBLE.search(plain(scene.words))
    await propose(scene, debts, heard, longest=bool(longest))


async def _told_before(scene: Scene) -> Day | None:
    """The day that "até lá" means: the one of the message before."""
    if not _UNTIL_THEN.search(plain(scene.words)):
        return None
    last = await last_said(scene.conn, scene.conversation.id, scene.turn.id)
    said = await text_of(scene.conn, last[0]) if last is not None else None
    dates = read_values(said or "", scene.today).dates
    return Day(dates[-1].kind, dates[-1].readings, dates[-1].words) if dates else None


def _beyond(heard: Day, today: date, latest: date) -> bool:
    """Whether a month that is named without a day ("em janeiro") begins after the latest day."""
    named = _MONTH.search(plain(heard.words))
    if named is None:
        return False
    return _first_of(heard, today) > latest


def _first_of(heard: Day, today: date) -> date:
    """The first day of the month that is named."""
    named = _MONTH.search(plain(heard.words))
    assert named is not None
    month = _MONTHS.index(named[0]) + 1
    return date(today.year + (month < today.month), month, 1)


async def _moves_a_promise(scene: Scene, debts: Sequence[Debt], heard: Day) -> bool:
    """Another day for what was promised, where the due date itself cannot be moved: it is the promise that moves."""
    held = await open_promises(scene.conn, [debt.id for debt in debts])
    allowed, _ = await _allowed(scene, debts)
    if len(held) != 1 or allowed or set(held[0].debts) != {debt.id for debt in debts}:
        return False
    await consider(scene, debts, heard, None if held[0].whole else held[0].amount, changing=held[0].id)
    return True


async def propose(scene: Scene, debts: Sequence[Debt], heard: Day | None, *, longest: bool = False) -> None:
    """Read back what moving these debts to that day comes to, or ask for a day that can be."""
    scene.set_slot("focus", [debt.id for debt in debts])
    allowed, refused = await _allowed(scene, debts)
    if not allowed:
        held = refused[0][0].extended_to if refused[0][1].code == "already_extended" else None
        if held is not None and heard is not None and held in heard.readings:
            await tell_standing(scene)  # the very day that holds: it is what was settled, and no wish for more
        elif not await _promise_where_none_moves(scene, refused, heard):
            _say_refused(scene, refused[0][0], refused[0][1])
        return
    latest = min(moved.due_date for _, moved in allowed)
    wanted = [debt for debt, _ in allowed]
    if longest and (heard is None or heard.day is None):
        await read_back(scene, wanted, latest, latest)
    elif heard is None:
        unknown = _NOBODY_KNOWS_WHEN.search(plain(scene.words)) is not None
        _ask_day(scene, wanted, latest, "utter_extension_too_late_month" if unknown else "utter_extension_until")
    elif heard.kind == "ambiguous":
        scene.ask("extension_day", takes=("date", "option"), debts=[debt.id for debt in wanted])
        scene.say("utter_which_day", options=day_options(heard.readings))
    elif heard.kind == "impossible":
        _ask_day(scene, wanted, latest, "utter_extension_no_such_day")
    elif heard.day is None and heard.kind != "range":
        # A day that names none ("semana que vem"): the latest one is proposed, and asked about.
        if heard.kind == "vague" and heard.readings and heard.readings[-1] <= latest:
            await read_back(scene, wanted, heard.readings[-1], latest)
        else:
            far = _beyond(heard, scene.today, latest)
            _ask_day(scene, wanted, latest, "utter_extension_too_late_month" if far else "utter_extension_until")
    else:
        await read_back(scene, wanted, _after_due(wanted, heard.readings[-1], scene.today, latest), latest)


_NOBODY_KNOWS_WHEN = re.compile(
    r"\b(?:ate|quando|assim que|so depois que|depois que|enquanto) (?:eu )?(?:nao )?(?:arrum\w+|arranj\w+|consig\w+|conseg\w+|ach\w+|encontr\w+|volt\w+ a|tiver|tenho|ter) (?:\w+ ){0,2}?(?:servico|empreg\w+|trabalh\w+|trampo|bico|vaga|renda)\b"
)
"""A day that has no date: it is said how far the date can be moved, and no yes to more than that."""


def _after_due(debts: Sequence[Debt], day: date, today: date, latest: date) -> date:
    """ "Dia 24" of a date that is to move beyond this month's 24th is the next month's."""
    if day <= max(counted_from(debt.payable_to, today) for debt in debts) and months_later(day, 1) <= latest:
        return months_later(day, 1)
    return day


async def read_back(scene: Scene, debts: Sequence[Debt], to: date, latest: date) -> None:
    """The new date and what is owed on it, before anything is done."""
    try:
        moved = [(debt, await preview(scene.conn, scene.ground, debt, to)) for debt in debts]
    except ExtensionRefused as refusal:
        if refusal.code == "too_late" and await _promise_instead(scene, debts, to, latest):
            return
        if refusal.code == "too_late":
            _ask_day(scene, debts, latest, "utter_extension_too_late", asked=to)
        elif refusal.code == "not_later":
            _ask_day(scene, debts, latest, "utter_extension_not_later", asked=to)
        else:
            _say_refused(scene, debts[0], refusal)
        return
    day = moved[0][1].due_date
    totals = {str(debt.id): one.total for debt, one in moved}
    arguments: dict[str, Any] = {"debts": [debt.id for debt, _ in moved], "day": day.isoformat(), "totals": totals}
    scene.ask("extension_confirm", takes=("yes_no", "date"), month_named=month_named(scene, to), **arguments)
    values: dict[str, Any] = {
        "debts": [{"description": debt.title, "total": {"money": one.total}} for debt, one in moved],
        "day": {"date": day.isoformat()},
        "total": {"money": sum(totals.values())},
        "arguments": arguments,
    }
    interest = sum(one.interest for _, one in moved)
    if interest:
        scene.say("utter_extension_interest", interest={"money": interest})
    if to != day:
        scene.say("utter_extension_moved", asked={"date": to.isoformat()}, **values)
    else:
        scene.say("utter_extension_confirm", **values)


async def _promise_instead(scene: Scene, debts: Sequence[Debt], day: date, latest: date) -> bool:
    """A day that the due date cannot be moved to may still be promised: that is offered, with what it comes to then. False: neither."""
    free = [debt for debt in debts if debt.status == "open"]
    try:
        preview_promise(scene.ground, free, day, None)
    except PromiseRefused:
        return False
    scene.say("utter_extension_too_late_promise", latest={"date": latest.isoformat()})
    await read_promise_back(scene, free, day, None)
    return True


async def _promise_where_none_moves(scene: Scene, refused: Sequence[tuple[Debt, ExtensionRefused]], heard: Day | None) -> bool:
    """Where no due date can be moved any more, the day that was named may still be promised: that is read back. False: it may not."""
    if heard is None or any(why.code not in ("too_long_overdue", "none_allowed") for _, why in refused):
        return False
    free = [debt for debt, _ in refused if debt.status == "open"]
    if heard.day is None and free and _beyond(heard, scene.today, last_day(limits_of(scene.ground, free), scene.today)):
        heard = Day("exact", (_first_of(heard, scene.today),), heard.words)  # "até janeiro": as far away as its first day
    if heard.day is None:
        return False
    try:
        preview_promise(scene.ground, free, heard.day, None)
    except PromiseRefused as refusal:
        if refusal.code != "too_late":
            return False
        await read_promise_back(scene, free, heard.day, None)  # which says the last day there is
        return True
    scene.say("utter_extension_none_promise")
    await read_promise_back(scene, free, heard.day, None)
    return True


async def _allowed(
    scene: Scene, debts: Sequence[Debt]
) -> tuple[list[tuple[Debt, Extended]], list[tuple[Debt, ExtensionRefused]]]:
    """Which of the debts may be moved at all, and why the others may not."""
    allowed, refused = [], []
    for debt in debts:
        try:
            allowed.append((debt, await preview(scene.conn, scene.ground, debt, None)))
        except ExtensionRefused as refusal:
            refused.append((debt, refusal))
    return allowed, refused


def _ask_day(scene: Scene, debts: Sequence[Debt], latest: date, response: str, *, asked: date | None = None) -> None:
    """Ask for a day up to `latest`, which is offered. `asked`: the day that could not be."""
    kept: dict[str, Any] = {"debts": [debt.id for debt in debts], "latest": latest.isoformat()}
    scene.ask("extension_day", takes=("date", "yes_no"), month_named=month_named(scene, asked), **kept)
    day = {"date": latest.isoformat()}
    scene.say(response, latest=day, arguments={"day": latest.isoformat()})


def _say_refused(scene: Scene, debt: Debt, refusal: ExtensionRefused) -> None:
    if refusal.code == "too_long_overdue" and debt.status == "open":
        scene.ask("promise_day", takes=("date",), debts=[debt.id], amount=None, changing=None)
    else:
        scene.ask("human")
    response = _REASONS.get(refusal.code, "utter_extension_not_now")
    values: dict[str, Any] = {"description": debt.title}
    if refusal.code == "already_extended":
        values["day"] = {"date": debt.payable_to.isoformat()}
    scene.say(response, **values)


# ------------------------------------------------------------------------------------------------------ answers


async def _which(scene: Scene) -> bool:
    debts = await take_up(scene)
    if debts is None:
        return bool(scene.said)
    answer = scene.turn.text or ""
    if any(one.readings for one in read_values(answer, scene.today).dates) and "venc" not in plain(answer):
        scene.wish_words = answer  # "as duas, dia 20 de dezembro" says the day, too
    await _propose_what_was_said(scene, debts)
    return True


async def _day(scene: Scene) -> bool:
    assert scene.question is not None
    arguments = scene.question.arguments
    debts = await payable_of(scene, arguments["debts"])
    heard = day_of(scene, asked=True)
    latest = arguments.get("latest")
    if heard is None and _AS_LONG_AS_POSSIBLE.search(plain(scene.words)):
        await propose(scene, debts, None, longest=True)
    elif heard is not None:
        await propose(scene, debts, heard)
    elif latest and yes_or_no(scene):
        await propose(scene, debts, Day("exact", (date.fromisoformat(latest),), ""))
    elif yes_or_no(scene) is False:
        _leave(scene)
    else:
        return False
    return True


async def _confirm(scene: Scene) -> bool:
    assert scene.question is not None
    arguments = scene.question.arguments
    answer = yes_or_no(scene)
    if answer:
        await _do(scene, arguments)
    elif answer is False:
        _leave(scene)
    else:
        heard = day_of(scene, asked=scene.intent == "responder")
        if heard is None and scene.intent != "afirmar":
            return False
        debts = await payable_of(scene, arguments["debts"])
        await propose(scene, debts, heard or Day("exact", (date.fromisoformat(arguments["day"]),), ""))
    return True


def _leave(scene: Scene) -> None:
    scene.ask(None)
    scene.say("utter_extension_left")


# -------------------------------------------------------------------------------------------------------- doing


class ConfirmExtension(Topic):
    """The button under what was read back."""

    def name(self) -> str:
        return "action_confirm_extension"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "pedir_prorrogacao"):
            await _do(scene, scene.turn.arguments)


async def _do(scene: Scene, arguments: Any) -> None:
    """Move the dates, let the charges follow, and say what the store says now."""
    proof = await scene.proof()
    assert proof is not None
    debts = [debt for debt in await get_debts(scene.conn, arguments["debts"]) if debt.debtor_id == proof.debtor_id]
    if not debts:
        await show_debts(scene)
        return
    day = date.fromisoformat(arguments["day"])
    protocol = new_protocol(scene.today)
    # A second yes, by whatever way, finds what the first one did.
    key = f"extension:{scene.conversation.id}:{','.join(str(debt.id) for debt in debts)}:{day}"
    granted: list[Extension] = []
    for debt in debts:
        try:
            granted.append(
                await grant(
                    scene.conn,
                    scene.ground,
                    debt.id,
                    to=day,
                    total=int(arguments["totals"][str(debt.id)]),
                    request_key=key,
                    protocol=protocol,
                    conversation_id=scene.conversation.id,
                    by="bot",
                )
            )
        except ExtensionRefused as refusal:
            if refusal.code in ("changed", "not_later", "too_late"):
                await propose(scene, debts, Day("exact", (day,), ""))
            else:
                _say_refused(scene, debt, refusal)
            return
    charges = []
    for one in granted:
        request = f"extension:{one.protocol}:{one.debt_id}"
        charges += await follow_extension(
            scene.conn, scene.till, one.debt_id, one.due_date, conversation_id=scene.conversation.id, request_key=request
        )
    scene.ask(None)
    await _say_done(scene, granted, bool(charges))
    for one in granted:
        await audit.record(
            scene.conn,
            "bot",
            "debt.extended",
            f"debt:{one.debt_id}",
            {"due_date": one.due_date.isoformat(), "total": one.total, "protocol": one.protocol},
            scene.now,
        )


async def _say_done(scene: Scene, granted: Sequence[Extension], reissued: bool) -> None:
    """What holds now, read back from the store."""
    debts = {debt.id: debt for debt in await get_debts(scene.conn, [one.debt_id for one in granted])}
    kept = {one.id for one in await extensions_of(scene.conn, granted[0].debtor_id)}
    assert all(one.id in kept and debts[one.debt_id].extended_to == one.due_date for one in granted)
    day = granted[0].due_date
    total = sum(owed(scene.ground, debts[one.debt_id], day).total for one in granted)
    scene.set_slot("focus", list(debts))
    scene.say(
        "utter_extension_done_new_code" if reissued else "utter_extension_done",
        day={"date": day.isoformat()},
        total={"money": total},
        protocol=granted[0].protocol,
        arguments={"debts": list(debts)},
        slip=True,
    )


answerers: dict[str, Callable[[Scene], Awaitable[bool]]] = {
    "extension_which": _which,
    "extension_day": _day,
    "extension_confirm": _confirm,
}

topics = (Extend, ConfirmExtension)
