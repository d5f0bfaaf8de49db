"""What is asked of the code that was sent, or of the last day to choose: until when, what if it is missed, the numbers alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from actions.heard import day_of
from actions.pix import give_again
from actions.proposed import understood
from actions.scene import Scene
from actions.screen_day import OF_EXTENSION
from actions.screen_plan import SAME_TALK, Payment, agreement_on_screen, say_payment
from actions.which_debt import named_by_words, payable_of
from conversations.reply import last_response
from payments.charges import Charge, charges_of, items_of
from payments.present import last_day_of, shown_since
from receivables.brasilia import BRASILIA
from receivables.claims import claimed_debts
from receivables.disputing import open_disputes
from receivables.extending import preview as preview_extension
from receivables.extension import ExtensionRefused
from receivables.promise import last_day
from receivables.promising import limits_of, promises_of
from receivables.store import Debt, get_debts

CODES = ("utter_pix_", "utter_boleto_")
OF_PROMISE = ("promise_day", "promise_confirm", "promise_made")
_LAST = re.compile(
    r"\b(?:ultimo|ultima) (?:dia|data|prazo)\b|\b(?:dia|data|prazo) (?:limite|maxim[oa]|final)\b|\bate (?:quando|que dia|qual dia|que data|qual data|quantos dias)\b"
    r"|\bqual (?:e )?(?:o |a )?(?:limite|maximo|prazo|validade)\b|\bo mais longe\b|\bvale ate\b|\bquando (?:vence|expira|acaba)\b|^(?:(?:e|mas|ai) )*(?:ele |ela |esse |isso )?(?:vence|expira|vale)(?:ndo)? (?:quando|ate quando|que dia)$"
)
A_CODE = re.compile(r"\b(?:b[ou]l+[eao]?[tl]\w*|pix|codigo|linha|qr ?code|copia e cola)\b")
_AS_LONG_AS_POSSIBLE = re.compile(r"\b(?:maximo|o mais longe|ate quando|ate que dia|maior prazo)\b")
_AN_INSTALMENT = re.compile(r"\b(?:entrada|parcela|prestacao)\b")
_THE_FIRST = re.compile(
    r"\b(?:o|a) proxim[oa] (?:pagamento |parcela )?(?:vence|cai|e|eh) (?:quando|que dia)\b|\bproxim[oa] (?:\w+ )?quando (?:vence|cai|e|eh|pago)\b|\bquando (?:vence|cai|e|tenho que pagar|pago) (?:a )?(?:primeira|proxima)\b"
)
_OF_PAYING = re.compile(r"\b(?:pag\w+|vale|validade|vence|expira)\b")


async def last_day_asked(scene: Scene, said: str) -> bool:
    """Until when a day may be chosen, or the code that was sent be paid."""
    if not _LAST.search(said):
        return False
    name = scene.open_question
    if (_AN_INSTALMENT.search(said) or _THE_FIRST.search(said)) and not A_CODE.search(said):
        agreement = await agreement_on_screen(scene, said)
        if agreement is None or not agreement.unpaid:
            return False
        due = agreement.unpaid[0]
        say_payment(scene, Payment(due.number, due.amount, due.due_date), agreement.count)
        return True
    if A_CODE.search(said) or name in (None, "pay"):
        named = A_CODE.search(said) is not None
        charge = await charge_shown(scene, kind_named(said))
        before = await last_response(scene.conn, scene.conversation.id) or ""
        if charge is not None and (named or (before.startswith(CODES) and _OF_PAYING.search(said))):
            await until_when(scene, charge)
            return True
    kept = scene.question.arguments if scene.question else {}
    if name == "extension_day" and _AS_LONG_AS_POSSIBLE.search(said):
        return False  # "o máximo que der" takes it up
    if name in OF_EXTENSION:
        debts = await payable_of(scene, kept.get("debts", ()))
        latest = await _latest(scene, debts)
        if latest is None:
            return False
        scene.ask("extension_day", takes=("date", "yes_no"), debts=[debt.id for debt in debts], latest=latest.isoformat())
        scene.say("utter_screen_latest", latest={"date": latest.isoformat()}, arguments={"day": latest.isoformat()})
        return True
    if name in OF_PROMISE:
        debts = await payable_of(scene, kept.get("debts", ())) or await _promised(scene, kept.get("promise"))
        if not debts:
            return False
        latest = await _latest(scene, debts)
        last = last_day(limits_of(scene.ground, debts), scene.today)
        if name != "promise_made":
            wished: dict[str, Any] = {key: kept.get(key) for key in ("debts", "amount", "changing")}
            scene.ask("promise_day", takes=("date", "yes_no"), proposed=last.isoformat(), **wished)
        scene.say(
            "utter_screen_latest_promise",
            last={"date": last.isoformat()},
            moved=[{"latest": {"date": latest.isoformat()}}] if latest is not None else [],
        )
        return True
    return False


async def _latest(scene: Scene, debts: Sequence[Debt]) -> date | None:
    """The latest day to which all of these may be moved."""
    days = []
    for debt in debts:
        try:
            days.append((await preview_extension(scene.conn, scene.ground, debt, None)).due_date)
        except ExtensionRefused:
            return None
    return min(days, default=None)


async def _promised(scene: Scene, promise_id: int | None) -> list[Debt]:
    proof = await scene.proof()
    assert proof is not None
    held = [one for one in await promises_of(scene.conn, proof.debtor_id) if one.id == promise_id]
    return await get_debts(scene.conn, held[0].debts) if held else []


async def charge_shown(scene: Scene, kind: str | None = None, *, alone: bool = False) -> Charge | None:
    """The newest code that this person holds and can still pay, if this talk showed it a short while ago.

    `alone`: nothing where several are meant as well, codes of several creditors.
    """
    proof = await scene.proof()
    assert proof is not None
    live = [
        one
        for one in await charges_of(scene.conn, proof.debtor_id)
        if one.status == "active" and one.code and one.expires_at > scene.now and kind in (None, one.kind)
    ]
    live.sort(key=lambda one: one.id)
    if alone and len({one.creditor_id for one in live}) > 1:
        return None
    if live and await shown_since(scene.conn, live[-1], scene.conversation.id, scene.now - SAME_TALK):
        return live[-1]
    return None


def kind_named(said: str) -> str | None:
    if re.search(r"\b(?:pix|copia e cola|qr ?code)\b", said):
        return "pix"
    return "boleto" if re.search(r"\b(?:b[ou]l+[eao]?[tl]\w*|linha|barras)\b", said) else None


async def until_when(scene: Scene, charge: Charge, day: date | None = None) -> None:
    """Until when this code is good; with a day that was named, what it costs then, or that it is made anew on that day."""
    heard = day_of(scene, later=True)
    day = day or (heard.day if heard is not None else None)
    if charge.kind == "pix" or charge.due_date is None:
        scene.say("utter_screen_pix_until", until={"instant": charge.expires_at.isoformat()}, other=_other_day(day, charge))
        return
    items = await items_of(scene.conn, charge.id)
    until = last_day_of(charge)
    due = max(charge.due_date, scene.today)
    values: dict[str, Any] = {"due": {"date": charge.due_date.isoformat()}, "until": {"date": until.isoformat()}}
    if day is not None and due < day <= until and not charge.on_account:
        cost = sum(item.cost((day - charge.due_date).days) for item in items)
        scene.say("utter_screen_boleto_on_day", day={"date": day.isoformat()}, total={"money": cost}, **values)
    elif charge.due_date < scene.today:
        scene.say("utter_screen_boleto_until_late", **values)
    elif day is not None and scene.today < day <= due and not charge.on_account:
        scene.say("utter_screen_boleto_by_then", day={"date": day.isoformat()}, total={"money": charge.amount}, **values)
    else:
        scene.say("utter_screen_boleto_until", other=_other_day(day, charge), **values)


def _other_day(day: date | None, charge: Charge) -> list[dict[str, Any]]:
    """The day that was named and comes after the code's end: it is made anew then."""
    return [{"day": {"date": day.isoformat()}}] if day is not None and day > charge.expires_at.astimezone(BRASILIA).date() else []


_MISSED = re.compile(
    r"\bse (?:eu )?(?:\w+ )?(?:perder|passar|esquecer|atrasar|vencer|nao (?:\w+ )?(?:conseguir|pagar|der|puder))\b.{0,30}"
)
_OF_THE_DATE = re.compile(r"\b(?:dia|data|prazo|vencimento|hora|b[ou]l+[eao]?[tl]\w*|pix|codigo|ele|nele)\b")


async def when_missed(scene: Scene, said: str) -> bool:
    """\"E se eu perder esse dia?\" of a code that was sent: what the code itself says."""
    if not _MISSED.search(said) or not _OF_THE_DATE.search(said) or scene.open_question not in (None, "pay"):
        return False
    charge = await charge_shown(scene, kind_named(said))
    if charge is None or await agreement_on_screen(scene, said) is not None:
        return False
    if charge.kind == "pix" or charge.due_date is None:
        scene.say("utter_screen_pix_missed", until={"instant": charge.expires_at.isoformat()})
    else:
        scene.say(
            "utter_screen_boleto_missed",
            due={"date": charge.due_date.isoformat()},
            until={"date": last_day_of(charge).isoformat()},
        )
    return True


_ONLY_THE_CODE = re.compile(
    r"\bnao (?:\w+ )?(?:abr\w+|baix\w+|carreg\w+) (?:o |esse |este )?(?:pdf|arquivo|boleto|anexo)\b|\b(?:so|somente|apenas|soh)\b (?:\w+ ){0,3}(?:numer\w+|codig\w+|linha|digitos|copia e cola|pix)\b"
    r"|\b(?:cade|kd|cd|onde (?:ta|esta)|repete|repet\w+|manda|me manda|passa|envia|reenvia) (?:\w+ ){0,3}(?:numer\w+|digitos|linha|codig\w+)\b"
)
_ANOTHER = re.compile(r"\b(?:protocolo|contrato|atendente|telefone|cnpj|cpf|whats\w*|verificacao|novo|outr[oa]|quando|se)\b")


async def code_alone(scene: Scene, said: str) -> bool:
    """The code that was sent, alone, and until when it is good."""
    if not _ONLY_THE_CODE.search(said) or _ANOTHER.search(said) or understood(scene).money:
        return False
    if await named_by_words(scene):
        return False
    named = kind_named(said)
    charge = await charge_shown(scene, named or ("boleto" if re.search(r"\b(?:numer\w+|digitos)\b", said) else None), alone=True)
    charge = charge or (await charge_shown(scene, alone=True) if named is None else None)
    if charge is None or await _looked_into(scene, charge):
        return False
    await give_again(scene, charge, file=False)
    return True


async def _looked_into(scene: Scene, charge: Charge) -> bool:
    """Whether what the code is for is said to be paid, or is disputed: then it comes only after the notice of that."""
    debts = [item.debt_id for item in await items_of(scene.conn, charge.id)]
    return bool(await claimed_debts(scene.conn, debts) or await open_disputes(scene.conn, debts))
