"""What is asked of the day on the screen, read back or agreed: what is owed on it, and its code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.heard import day_of
from actions.promised_day import cheaper_rows
from actions.proposed import understood
from actions.scene import Scene
from actions.which_debt import named_by_words, payable, payable_of
from receivables.extending import last_extension
from receivables.extending import preview as preview_extension
from receivables.extension import ExtensionRefused
from receivables.promise import PromiseRefused
from receivables.promising import owed_on, promised_now, promises_of
from receivables.promising import preview as preview_promise
from receivables.store import Debt, get_debts, owed
from understanding.plain import plain

OF_EXTENSION = ("extension_day", "extension_confirm")
THAT_DAY = re.compile(
    r"\b(?:n|d|ate |pra |para |a)?(?:esse|este|aquele|mesmo) dia\b|\b(?:n|d)?(?:essa|esta|aquela|mesma) data\b|\bate la\b"
    r"|\b(?:n?o|d?o|na|da) (?:proprio )?(?:dia|data)(?: (?:marcad\w|combinad\w|que (?:eu )?(?:marquei|combinei|falei|escolhi)))?$"
)
_HOW_MUCH = re.compile(
    r"\bquanto\b|\bqual (?:e |vai ser |sera |seria |fica )*(?:o )?(?:valor|preco|total)\b|\b(?:aument\w+|sobe|subir|muda|cresce\w*|encarece)\b"
)
_GIVE = re.compile(r"\b(?:manda\w*|me ve|envia\w*|gera\w*|faz|quero|preciso d[oe]|passa|pix|b[ou]l+[eao]?[tl]\w*|codigo)\b")
_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|codigo)\b")
_ITS_PRICE = re.compile(r"\b(?:valor|preco|total|calculad\w+|vencimento|vencendo|data)\b")


@dataclass(frozen=True)
class _That:
    """The day that is talked about, and what is owed on it."""

    day: date
    total: int
    debts: Sequence[Debt]


async def that_day(scene: Scene) -> _That | None:
    """The day that was read back, or else the one that holds."""
    name, kept = scene.open_question, scene.question.arguments if scene.question else {}
    asked = kept.get("day") or kept.get("proposed") or kept.get("latest")
    if name in (*OF_EXTENSION, "promise_day", "promise_confirm") and asked:
        debts = await payable_of(scene, kept.get("debts", ()))
        day = date.fromisoformat(asked)
        if not debts:
            return None
        if name in OF_EXTENSION:
            try:
                moved = [await preview_extension(scene.conn, scene.ground, debt, day) for debt in debts]
            except ExtensionRefused:
                return None
            return _That(moved[0].due_date, sum(one.total for one in moved), debts)
        then = owed_on(scene.ground, debts, day)
        return _That(day, min(kept.get("amount") or then, then), debts)
    if name not in (None, "pay", "show", "promise_made", "human"):
        return None
    proof = await scene.proof()
    assert proof is not None
    held = [one for one in await promises_of(scene.conn, proof.debtor_id) if one.status == "open" and one.day >= scene.today]
    if len(held) == 1:
        debts = await get_debts(scene.conn, held[0].debts)
        return _That(held[0].day, promised_now(scene.ground, held[0], debts), debts)
    _, debts = await payable(scene)
    moved_to = await last_extension(scene.conn, [debt.id for debt in debts if debt.status == "open"])
    if held or moved_to is None or moved_to.due_date < scene.today:
        return None
    debts = [debt for debt in debts if debt.id == moved_to.debt_id]
    return _That(moved_to.due_date, owed_on(scene.ground, debts, moved_to.due_date), debts)


_WILL_BE = re.compile(
    r"\b(?:vai (?:ser|ficar|dar|ter)|fica(?:ria)?|seria|sera|vou pagar|pagaria|pago|tem|tera|teria|aument\w+|sobe|vao cobrar|cobra\w*)\b"
)
"""Of the day that is to be confirmed, and of no other."""
_MORE_INTEREST = re.compile(
    r"\b(?:tem|ter|tera|teria|dar|da|com|cobra\w*|vem|entra\w*|corre\w*|paga\w*|sem)\b.{0,15}\b(?:juros?|multa|acrescimo|encargos?)\b"
)


_EARLIER = re.compile(r"\b(?:pag\w+|quit\w+|acert\w+) antes\b|\bantes (?:disso|do dia|da data|desse dia)\b")


async def on_that_day(scene: Scene, said: str) -> bool:
    before_their_eyes = scene.open_question in ("extension_confirm", "promise_confirm") and _WILL_BE.search(said) is not None
    earlier = _EARLIER.search(said) is not None and scene.open_question in (
        "promise_made",
        "promise_confirm",
        "extension_confirm",
    )
    before_their_eyes = before_their_eyes or earlier
    dearer = earlier or (_MORE_INTEREST.search(said) is not None and (before_their_eyes or THAT_DAY.search(said) is not None))
    if not (THAT_DAY.search(said) or before_their_eyes) or not (_HOW_MUCH.search(said) or dearer) or understood(scene).money:
        return False
    if any(one.readings and one.kind == "exact" for one in understood(scene).dates):
        return False  # a day of its own is asked of the account
    that = await that_day(scene)
    if that is None:
        return False
    now = sum(owed(scene.ground, debt).total for debt in that.debts)
    values = {"day": {"date": that.day.isoformat()}, "total": {"money": that.total}}
    if now == that.total:
        scene.say("utter_screen_on_that_day_the_same", **values)
    else:
        whole = that.total == owed_on(scene.ground, that.debts, that.day)
        cheaper = cheaper_rows(scene, that.debts, that.day) if whole else []
        scene.say("utter_screen_on_that_day", now={"money": now}, cheaper=cheaper, **values)
    if scene.open_question not in ("pay", "show", "human"):
        await scene.go_back()
    return True


async def code_of_that_day(scene: Scene, said: str) -> bool:
    """\"Manda o Pix já com o valor desse dia\": a code is made on its day; what today's would be is said before it is made."""
    read_back = scene.open_question in (*OF_EXTENSION, "promise_day", "promise_confirm")
    of_its_price = _ITS_PRICE.search(said) is not None or (read_back and _CODE.search(said) is not None)
    if not _GIVE.search(said) or not of_its_price or "quanto" in said.split():
        return False
    that = await that_day(scene)
    if that is None or that.day <= scene.today:
        return False
    heard = day_of(scene, later=True)
    if not (THAT_DAY.search(said) or (heard is not None and heard.day == that.day)):
        return False
    now = sum(owed(scene.ground, debt).total for debt in that.debts)
    if read_back:
        scene.say("utter_screen_first_the_day", day={"date": that.day.isoformat()}, total={"money": that.total})
        await scene.go_back()
        return True
    if now == that.total:
        return False  # today's code is that day's, too
    scene.set_slot("focus", [debt.id for debt in that.debts])
    scene.ask("pay")
    scene.say(
        "utter_screen_code_on_its_day",
        day={"date": that.day.isoformat()},
        total={"money": that.total},
        now={"money": now},
        arguments={"debts": [debt.id for debt in that.debts]},
    )
    return True


_IF_PAID = re.compile(r"\bse (?:eu )?(?:pagar|pago|quitar|acertar|for pagar|deixar (?:pra|para) pagar)\b|\bpagando\b")
_NOT_OF_ALL = re.compile(r"\b(?:nao|num|nem|parcel\w+|vezes|entrada|metade|parte|resto|atras\w+|desconto|\d+ ?x|paguei)\b")


_BESIDE = (
    *(None, "pay", "show", "which", "discount", "propose", "partial_confirm", "fits"),
    *("promise_confirm", "promise_day", "extension_day", "extension_confirm"),
)
_NEVER = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe informar_ja_paguei".split())


async def if_paid_then(scene: Scene) -> bool:
    """ "E se eu pagar até sexta?": what all of it comes to on that day, which may be noted. False: no such day, or a plan is talked about."""
    said = plain(scene.turn.text or "")
    if scene.open_question not in _BESIDE or scene.form is not None or scene.intent in _NEVER or await scene.proof() is None:
        return False
    if not _IF_PAID.search(said) or _NOT_OF_ALL.search(said) or understood(scene).money or understood(scene).counts:
        return False
    heard = day_of(scene, later=True)
    if heard is None or heard.day is None or heard.day <= scene.today:
        return False
    _, owing = await payable(scene)
    debts = await named_by_words(scene) or [one for one in owing if one.id in (scene.slots.get("focus") or ())] or owing
    if not debts or any(debt.status != "open" for debt in debts):
        return False
    try:
        made = preview_promise(scene.ground, debts, heard.day, None)
    except PromiseRefused:
        return False
    ids = [debt.id for debt in debts]
    arguments: dict[str, Any] = {"debts": ids, "day": heard.day.isoformat(), "amount": None, "changing": None}
    now = owed_on(scene.ground, debts, scene.today)
    scene.set_slot("focus", ids)
    scene.ask("promise_confirm", takes=("yes_no", "date", "amount"), **arguments)
    scene.say(
        "utter_screen_if_paid_then",
        day={"date": heard.day.isoformat()},
        total={"money": made.amount},
        today=[{"now": {"money": now}}] if now != made.amount else [],
        cheaper=cheaper_rows(scene, debts, heard.day),
        arguments=arguments,
    )
    return True
