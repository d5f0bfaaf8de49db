"""What is asked about the thing that stands on the screen (a new date, a promise, a code, an offer, an agreement) is answered by it in
a line or two, from the store, and the thing itself stays open: never the whole account again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from actions.agreement import charge as charge_instalments
from actions.debt import named_by_words, payable, payable_of
from actions.extension import answerers as extension_answerers
from actions.extension import read_back as read_extension_back
from actions.heard import day_of
from actions.negotiating import current_offer, understood
from actions.pix import give_again, pay
from actions.promise import answerers as promise_answerers
from actions.promise import cheaper_rows
from actions.promise import read_back as read_promise_back
from actions.scene import Scene
from conversations import effects
from conversations.reply import last_response
from conversations.turn import text_of
from payments.agreed import next_of
from payments.charges import Charge, charges_of, items_of
from payments.present import last_day_of, shown_since
from receivables.agreements import Agreement, agreements_of, instalment_title
from receivables.brasilia import BRASILIA
from receivables.claims import claimed_debts
from receivables.disputing import open_disputes
from receivables.extending import last_extension
from receivables.extending import preview as preview_extension
from receivables.extension import ExtensionRefused
from receivables.pauses import collection_paused
from receivables.promise import PromiseRefused, last_day
from receivables.promising import limits_of, owed_on, promised_now, promises_of
from receivables.promising import preview as preview_promise
from receivables.store import Debt, get_debts, owed
from understanding.plain import plain

_NEVER = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe contestar_divida ameaca_juridica direitos_lgpd
    reclamar colou_codigo""".split()
)
"""What is heard by its own topic, whatever question stands beside it."""
_SAME_TALK = timedelta(hours=12)
_CODES = ("utter_pix_", "utter_boleto_")
_OF_EXTENSION = ("extension_day", "extension_confirm")
_OF_PROMISE = ("promise_day", "promise_confirm", "promise_made")


async def about_screen(scene: Scene) -> bool:
    """Answer what is asked of what stands on the screen. False: nothing of the kind was asked, or it is not known who asks."""
    if not scene.turn.text or scene.turn.arguments or scene.form is not None or scene.intent in _NEVER:
        return False
    if scene.turn.given.documents or scene.turn.given.bad_documents:
        return False
    proof = await scene.proof()
    pause = await collection_paused(scene.conn, proof.debtor_id, scene.now) if proof is not None else None
    if proof is None or (pause is not None and pause.no_charge_at_all):
        return False
    said = plain(scene.turn.text)
    for answer in (
        _marks,
        _will_pay,
        _code_of_that_day,
        _code_on_a_later_day,
        _on_that_day,
        _still_good,
        _last_day,
        _when_missed,
        _code_alone,
        _instalments_named,
        _of_plan,
    ):
        if await answer(scene, said):
            return True
    return False


# ------------------------------------------------------------------------------------------------ "beleza, marca"

_MARK = re.compile(
    r"(?:(?:beleza|blz|ok|ta|ta bom|entao|sim|isso|bora|show|certo|fechado|fechou|pode|por favor|pf|pfv|otimo|perfeito|ai|ja|eu|quero|que|deixa) )*"
    r"(?:marc(?:a|ar|ado|ada|e|o)|agend(?:a|ar|ado|e|o)|anot(?:a|ar|ado|e)|confirm(?:a|ar|ado|o))"
    r"(?: (?:ai|ja|sim|isso|entao|esse dia|essa data|nesse dia|nessa data|pra mim|por favor|pf|pfv|assim|la|o dia|a data|obrigad[oa]|vlw|valeu))*"
)
_DATES = ("utter_extension_confirm", "utter_extension_moved")
_PROMISES = ("utter_promise_confirm", "utter_promise_confirm_part")
_DONE = ("utter_extension_done", "utter_extension_left", "utter_promise_done", "utter_promise_left", "utter_agreement_made")


async def _marks(scene: Scene, said: str) -> bool:
    """\"Marca aí\" is a yes to the day that was read back, and buys nothing: with another question between, it is read back once more."""
    if not _MARK.fullmatch(said):
        return False
    name = scene.open_question
    if name in (*_OF_EXTENSION, "promise_day", "promise_confirm"):
        scene.turn = replace(scene.turn, text="sim")
        return await {**extension_answerers, **promise_answerers}[str(name)](scene)
    if name not in (None, "pay", "show"):
        return False
    found = await effects.newest_said(
        scene.conn, scene.conversation.id, (*_DATES, *_PROMISES, *_DONE), scene.now - timedelta(hours=1)
    )
    if found is None or found[0].startswith(_DONE):
        return False
    kept = found[1].get("arguments") or {}
    debts = await payable_of(scene, kept.get("debts", ()))
    if not debts or "day" not in kept:
        return False
    day = date.fromisoformat(kept["day"])
    if found[0] in _DATES:
        await read_extension_back(scene, debts, day, day)
    else:
        await read_promise_back(scene, debts, day, kept.get("amount"), changing=kept.get("changing"))
    return True


# ------------------------------------------------------------------------------------------------ "quando vence? pago já"

_PAYS_NOW = re.compile(
    r"(?P<before>(?:\w+ )?)\bpago (?:ja|ja ja|agora|agora mesmo|na hora|neste instante|no ato|logo|rapidinho)\b"
)
_WAS_PAID = re.compile(
    r"\b(?:paguei|foi pag\w+|fiz o (?:pix|pagamento)|quitei|(?:ja|ta|esta|tava|estava|foi|tudo|era|sendo) pag[oa])\b"
)
_DUE = re.compile(
    r"\b(?:quando|que dia|ate quando|ate que dia)\b.{0,15}\b(?:venc\w+|cai|e)\b|\bvenc\w+ (?:quando|que dia)\b|\bvencimento\b"
)


async def _will_pay(scene: Scene, said: str) -> bool:
    """\"Pago já\" is a wish to pay now, and no payment that was made: nothing is written down as paid."""
    whole = plain(await text_of(scene.conn, scene.turn.id) or "") if scene.piece is not None else said
    if not _PAYS_NOW.search(whole) or _WAS_PAID.search(whole):
        return False
    if _DUE.search(said):
        named = await named_by_words(scene)
        debts = named or await payable_of(scene, scene.slots.get("focus") or ()) or (await payable(scene))[1]
        if debts and all(debt.status == "open" for debt in debts):
            _say_due(scene, debts)
            return True
    if not _PAYS_NOW.search(said) or (not _DUE.search(whole) and scene.intent != "informar_ja_paguei"):
        return False
    if said == whole or not _DUE.search(whole):
        await pay(scene)
    return True  # else the other half of the message has asked how to pay


def _say_due(scene: Scene, debts: Sequence[Debt]) -> None:
    """When these fall due and what they come to, and by what means to pay them."""
    scene.set_slot("focus", [debt.id for debt in debts])
    scene.ask("pay")
    scene.say(
        "utter_screen_due_and_pay",
        debts=[
            {
                "description": debt.title,
                "due": {"date": debt.payable_to.isoformat()},
                "total": {"money": owed(scene.ground, debt).total},
            }
            for debt in debts
        ],
        arguments={"debts": [debt.id for debt in debts]},
    )


# ------------------------------------------------------------------------------------------------ "quanto vai estar nesse dia?"

_THAT_DAY = re.compile(
    r"\b(?:n|d|ate |pra |para |a)?(?:esse|este|aquele|mesmo) dia\b|\b(?:n|d)?(?:essa|esta|aquela|mesma) data\b|\bate la\b"
    r"|\b(?:n?o|d?o|na|da) (?:proprio )?(?:dia|data)(?: (?:marcad\w|combinad\w|que (?:eu )?(?:marquei|combinei|falei|escolhi)))?$"
)
_HOW_MUCH = re.compile(
    r"\bquanto\b|\bqual (?:e |vai ser |sera |seria |fica )*(?:o )?(?:valor|preco|total)\b|\b(?:aument\w+|sobe|subir|muda|cresce\w*|encarece)\b"
)
_GIVE = re.compile(r"\b(?:manda\w*|me ve|envia\w*|gera\w*|faz|quero|preciso d[oe]|passa|pix|b[ou]l+[eao]?[tl]\w*|codigo)\b")
_ITS_PRICE = re.compile(r"\b(?:valor|preco|total|calculad\w+|vencimento|vencendo|data)\b")


@dataclass(frozen=True)
class _That:
    """The day that is talked about, and what is owed on it."""

    day: date
    total: int
    debts: Sequence[Debt]


async def _that_day(scene: Scene) -> _That | None:
    """The day that was read back, or else the one that holds."""
    name, kept = scene.open_question, scene.question.arguments if scene.question else {}
    asked = kept.get("day") or kept.get("proposed") or kept.get("latest")
    if name in (*_OF_EXTENSION, "promise_day", "promise_confirm") and asked:
        debts = await payable_of(scene, kept.get("debts", ()))
        day = date.fromisoformat(asked)
        if not debts:
            return None
        if name in _OF_EXTENSION:
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
    r"\b(?:tem|ter|tera|teria|dar|da|com|cobra\w*|vem|entra\w*|corre\w*|paga\w*|sem)\b.{0,15}\b(?:juros|multa|acrescimo|encargos?)\b"
)


async def _on_that_day(scene: Scene, said: str) -> bool:
    before_their_eyes = scene.open_question in ("extension_confirm", "promise_confirm") and _WILL_BE.search(said) is not None
    dearer = _MORE_INTEREST.search(said) is not None and (before_their_eyes or _THAT_DAY.search(said) is not None)
    if not (_THAT_DAY.search(said) or before_their_eyes) or not (_HOW_MUCH.search(said) or dearer) or understood(scene).money:
        return False
    if any(one.readings and one.kind == "exact" for one in understood(scene).dates):
        return False  # a day of its own is asked of the account
    that = await _that_day(scene)
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


async def _code_of_that_day(scene: Scene, said: str) -> bool:
    """\"Manda o Pix já com o valor desse dia\": a code is made on its day; what today's would be is said before it is made."""
    if not _GIVE.search(said) or not _ITS_PRICE.search(said) or "quanto" in said.split():
        return False
    that = await _that_day(scene)
    if that is None or that.day <= scene.today:
        return False
    heard = day_of(scene, later=True)
    if not (_THAT_DAY.search(said) or (heard is not None and heard.day == that.day)):
        return False
    now = sum(owed(scene.ground, debt).total for debt in that.debts)
    if scene.open_question in (*_OF_EXTENSION, "promise_day", "promise_confirm"):
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


_SENDS = re.compile(r"\b(?:manda\w*|me ve|envia\w*|gera\w*|passa|pode mandar|pode gerar)\b")
_FOR_THAT_DAY = re.compile(r"\b(?:pra|para|pro|p|venc\w+|ate|com data)\b")
_ANOTHER_WISH = re.compile(r"\b(?:pag\w+|lembr\w+|mensage\w+|msg|lig\w+|comprovante|recibo|anot\w+|marc\w+|nao)\b")


async def _code_on_a_later_day(scene: Scene, said: str) -> bool:
    """ "Beleza, manda amanhã então": what that day's code comes to, and the day is offered to be noted; no code of today. False: no such
    day, or another thing is to be sent."""
    if scene.open_question not in (None, "pay", "show", "discount") or not _SENDS.search(said) or _ANOTHER_WISH.search(said):
        return False
    if understood(scene).money or understood(scene).counts:
        return False
    heard = day_of(scene, later=True)
    if heard is None or heard.day is None or heard.day <= scene.today or _FOR_THAT_DAY.search(said):
        return False
    _, owing = await payable(scene)
    named = await named_by_words(scene)
    focus = [debt for debt in owing if debt.id in (scene.slots.get("focus") or ())]
    debts = named or focus or owing
    if not debts or any(debt.status != "open" for debt in debts):
        return False
    try:
        made = preview_promise(scene.ground, debts, heard.day, None)
    except PromiseRefused:
        return False
    arguments: dict[str, Any] = {
        "debts": [debt.id for debt in debts],
        "day": heard.day.isoformat(),
        "amount": None,
        "changing": None,
    }
    now = owed_on(scene.ground, debts, scene.today)
    scene.set_slot("focus", arguments["debts"])
    scene.ask("promise_confirm", takes=("yes_no", "date", "amount"), **arguments)
    scene.say(
        "utter_screen_code_then",
        day={"date": heard.day.isoformat()},
        total={"money": made.amount},
        today=[{"now": {"money": now}}] if now != made.amount else [],
        arguments=arguments,
    )
    return True


# ------------------------------------------------------------------------------------------------ "até que dia posso?"

_GOOD = re.compile(
    r"\b(?:serv\w+|val(?:e|er|endo)|continua|da (?:pra|para) pagar|(?:posso|consigo|pode) (?:eu )?(?:pagar|usar)|aceita\w*|funciona)\b"
)


async def _still_good(scene: Scene, said: str) -> bool:
    """ "O boleto que mandou serve até lá?": yes or no, with what it costs then. False: no code was sent, or no day is named."""
    if (
        not _GOOD.search(said)
        or not _A_CODE.search(said)
        or not ("?" in (scene.turn.text or "") or said.startswith(("o ", "esse ", "este ")))
    ):
        return False
    charge = await _shown(scene, _kind_named(said))
    heard = day_of(scene, later=True)
    day = heard.day if heard is not None else None
    if day is None and _THAT_DAY.search(said):
        that = await _that_day(scene)
        day = that.day if that is not None else None
    if charge is None or day is None:
        return False
    await _until_when(scene, charge, day)
    if scene.open_question not in (None, "pay", "show", "human", "promise_made"):
        await scene.go_back()
    return True


_LAST = re.compile(
    r"\b(?:ultimo|ultima) (?:dia|data|prazo)\b|\b(?:dia|data|prazo) (?:limite|maxim[oa]|final)\b|\bate (?:quando|que dia|qual dia|que data|qual data|quantos dias)\b"
    r"|\bqual (?:e )?(?:o |a )?(?:limite|maximo|prazo|validade)\b|\bo mais longe\b|\bvale ate\b|\bquando (?:vence|expira|acaba)\b"
)
_A_CODE = re.compile(r"\b(?:b[ou]l+[eao]?[tl]\w*|pix|codigo|linha|qr ?code|copia e cola)\b")
_AS_LONG_AS_POSSIBLE = re.compile(r"\b(?:maximo|o mais longe|ate quando|ate que dia|maior prazo)\b")
_AN_INSTALMENT = re.compile(r"\b(?:entrada|parcela|prestacao)\b")
_OF_PAYING = re.compile(r"\b(?:pag\w+|vale|validade|vence|expira)\b")


async def _last_day(scene: Scene, said: str) -> bool:
    """Until when a day may be chosen, or the code that was sent be paid."""
    if not _LAST.search(said):
        return False
    name = scene.open_question
    if _AN_INSTALMENT.search(said) and not _A_CODE.search(said):
        agreement = await _agreement(scene, said)
        if agreement is None or not agreement.unpaid:
            return False
        due = agreement.unpaid[0]
        _say_payment(scene, _Payment(due.number, due.amount, due.due_date), agreement.count)
        return True
    if _A_CODE.search(said) or name in (None, "pay"):
        named = _A_CODE.search(said) is not None
        charge = await _shown(scene, _kind_named(said))
        before = await last_response(scene.conn, scene.conversation.id) or ""
        if charge is not None and (named or (before.startswith(_CODES) and _OF_PAYING.search(said))):
            await _until_when(scene, charge)
            return True
    kept = scene.question.arguments if scene.question else {}
    if name == "extension_day" and _AS_LONG_AS_POSSIBLE.search(said):
        return False  # "o máximo que der" takes it up
    if name in _OF_EXTENSION:
        debts = await payable_of(scene, kept.get("debts", ()))
        latest = await _latest(scene, debts)
        if latest is None:
            return False
        scene.ask("extension_day", takes=("date", "yes_no"), debts=[debt.id for debt in debts], latest=latest.isoformat())
        scene.say("utter_screen_latest", latest={"date": latest.isoformat()}, arguments={"day": latest.isoformat()})
        return True
    if name in _OF_PROMISE:
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


async def _shown(scene: Scene, kind: str | None = None, *, alone: bool = False) -> Charge | None:
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
    if live and await shown_since(scene.conn, live[-1], scene.conversation.id, scene.now - _SAME_TALK):
        return live[-1]
    return None


def _kind_named(said: str) -> str | None:
    if re.search(r"\b(?:pix|copia e cola|qr ?code)\b", said):
        return "pix"
    return "boleto" if re.search(r"\b(?:b[ou]l+[eao]?[tl]\w*|linha|barras)\b", said) else None


async def _until_when(scene: Scene, charge: Charge, day: date | None = None) -> None:
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
    else:
        scene.say("utter_screen_boleto_until", other=_other_day(day, charge), **values)


def _other_day(day: date | None, charge: Charge) -> list[dict[str, Any]]:
    """The day that was named and comes after the code's end: it is made anew then."""
    return [{"day": {"date": day.isoformat()}}] if day is not None and day > charge.expires_at.astimezone(BRASILIA).date() else []


_MISSED = re.compile(
    r"\bse (?:eu )?(?:\w+ )?(?:perder|passar|esquecer|atrasar|vencer|nao (?:\w+ )?(?:conseguir|pagar|der|puder))\b.{0,30}"
)
_OF_THE_DATE = re.compile(r"\b(?:dia|data|prazo|vencimento|hora|b[ou]l+[eao]?[tl]\w*|pix|codigo|ele|nele)\b")


async def _when_missed(scene: Scene, said: str) -> bool:
    """\"E se eu perder esse dia?\" of a code that was sent: what the code itself says."""
    if not _MISSED.search(said) or not _OF_THE_DATE.search(said) or scene.open_question not in (None, "pay"):
        return False
    charge = await _shown(scene, _kind_named(said))
    if charge is None or await _agreement(scene, said) is not None:
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


# ------------------------------------------------------------------------------------------------ "manda só os números"

_ONLY_THE_CODE = re.compile(
    r"\b(?:so|somente|apenas|soh)\b (?:\w+ ){0,3}(?:numer\w+|codig\w+|linha|digitos|copia e cola|pix)\b"
    r"|\b(?:cade|kd|cd|onde (?:ta|esta)|repete|repet\w+|manda|me manda|passa|envia|reenvia) (?:\w+ ){0,3}(?:numer\w+|digitos|linha|codig\w+)\b"
)
_ANOTHER = re.compile(r"\b(?:protocolo|contrato|atendente|telefone|cnpj|cpf|whats\w*|verificacao|novo|outr[oa]|quando|se)\b")


async def _code_alone(scene: Scene, said: str) -> bool:
    """The code that was sent, alone, and until when it is good."""
    if not _ONLY_THE_CODE.search(said) or _ANOTHER.search(said) or understood(scene).money:
        return False
    if await named_by_words(scene):
        return False
    named = _kind_named(said)
    charge = await _shown(scene, named or ("boleto" if re.search(r"\b(?:numer\w+|digitos)\b", said) else None), alone=True)
    charge = charge or (await _shown(scene, alone=True) if named is None else None)
    if charge is None or await _looked_into(scene, charge):
        return False
    await give_again(scene, charge, file=False)
    return True


async def _looked_into(scene: Scene, charge: Charge) -> bool:
    """Whether what the code is for is said to be paid, or is disputed: then it comes only after the notice of that."""
    debts = [item.debt_id for item in await items_of(scene.conn, charge.id)]
    return bool(await claimed_debts(scene.conn, debts) or await open_disputes(scene.conn, debts))


# ------------------------------------------------------------------------------------------------ "e a segunda, quando é?"


@dataclass(frozen=True)
class _Payment:
    number: int
    amount: int
    due: date


@dataclass(frozen=True)
class _Plan:
    """What an offer and an agreement have in common."""

    payments: Sequence[_Payment]
    count: int
    total: int
    interest: int
    gross: int
    discount: int
    offered: bool
    until: str | None = None


_ASKED_OF_A_PLAN = "quando|que dia|qual (?:e )?(?:o )?(?:dia|data|vencimento|valor)|quanto"
_NTH_WORDS = "primeir[ao]|segund[ao]|terceir[ao]|quart[ao]|quint[ao]|sext[ao]|setim[ao]|oitav[ao]|non[ao]|decim[ao]|ultim[ao]|entrada|\\d{1,2} ?[ao]|proxima"
_OPENING = r"^(?:(?:e|mas|entao|ta|ok|certo|tipo|ai|moca|moco|pera|perai|espera|calma|so|uma|duvida) )*"
_NTH = re.compile(
    rf"{_OPENING}(?:n?a |o |d[ao] )?(?P<a>{_NTH_WORDS})\b(?: (?:d[aeo]s? |parcela|prestacao|mensalidade|pagamento|\w+ parcelas|tres|duas|seis)+)*.{{0,12}}\b(?:{_ASKED_OF_A_PLAN})\b"
    rf"|{_OPENING}(?:{_ASKED_OF_A_PLAN}) (?:que )?(?:eu )?(?:e|eh|vai ser|sera|seria|fica|vence|cai|pago|comeco a pagar|d?a)? ?(?:a |o |n?a |da |d?o )*(?P<b>{_NTH_WORDS})\b"
    rf"|^e (?:n?a |d[ao] |o )(?P<c>{_NTH_WORDS})(?: (?:parcela|prestacao|mensalidade))?$"
)
_ORDER = ("primeir", "segund", "terceir", "quart", "quint", "sext", "setim", "oitav", "non", "decim")
_DOWN_ASKED = re.compile(
    r"\b(?:fica|vai ser|da|sai|seria|vem|e|eh|custa) (?:de )?quanto (?:a |de |na |pra )?entrada\b"
    r"|\bquanto (?:\w+ ){0,5}(?:de|na|pra|para|com a|a) entrada\b|\bquanto (?:\w+ ){0,2}entrada$|\bentrada\b.{0,12}\bquanto\b|\bqual (?:\w+ ){0,4}entrada$"
)
_LEFT = re.compile(r"\b(?:falta\w*|resta\w*|sobra\w*)\b")
_LEFT_TO_PAY = re.compile(
    r"\bquant[ao]s? (?:\w+ ){0,4}(?:falta\w*|resta\w*|sobra\w*)\b|\b(?:falta\w*|resta\w*) (?:\w+ ){0,2}quant[ao]s?\b"
)
_EACH = re.compile(
    r"\bquanto (?:que )?(?:fica\w*|vai (?:ficar|ser|dar|sair)|da|sai\w*|e|seria|custa|vem) ?(?:de |em |pra )?(?:cada|por mes|a parcela|as parcelas|a prestacao|a mensalidade)\b"
    r"|\bcada (?:uma|um|parcela|mes|prestacao)\b.{0,15}\bquanto\b|\b(?:qual|quanto) (?:e |eh |vai ser |fica )?(?:o )?valor (?:de cada|das? (?:parcelas?|prestac\w+))"
    r"|\bcada (?:uma|parcela) (?:fica|sai|da|e) (?:de |por )?(?:quanto|qnt\w*)|\bparcelas? (?:fica\w*|sai\w*|e|sao) (?:de )?quanto\b"
)
_INTEREST = re.compile(r"\bjuros\b")
_ABOUT_WHY = re.compile(
    r"\b(?:por ?que|pq|porq|explica\w*|como|abusiv\w*|tira\w*|abat\w+|sem (?:os |a |pagar )?juros (?:eu|quero|aceito|da)|descont\w+|reduz\w*|baix\w+|menos)\b"
)
_IN_ALL = re.compile(
    r"\b(?:total|no fim(?: das contas)?|no final|somando tudo|ao todo|tudo junto|quanto (?:eu )?(?:vou )?pag\w+ (?:por |em )?tudo)\b"
)
_HOW_MANY = re.compile(r"\bquant[ao]s (?:\w+ )?(?:parcelas?|vezes|meses|pagamentos|prestac\w+)\b")
_CODE_WISHED = re.compile(
    r"\b(?:manda\w*|envia\w*|gera\w*|paguei|adiant\w+|antecip\w+|mud\w+|troc\w+|pul\w+|cancel\w+|quit\w+|atras\w+|nao vou|nao consigo"
    r"|conta|contas|fatura|compra|divida|loja)\b"
)


async def _of_plan(scene: Scene, said: str) -> bool:
    """One particular of the offer that lies open, or of the agreement."""
    if _CODE_WISHED.search(said) or len(said.split()) > 14:
        return False
    nth = _NTH.search(said)
    values = understood(scene)
    if not values.money and _LEFT_TO_PAY.search(said) and await _left_to_pay(scene, said):
        return True
    down = _DOWN_ASKED.search(said) is not None and not values.counts
    if down and not values.money and scene.open_question == "plans":
        return await _down_of_plans(scene)
    if values.money or not (
        nth
        or down
        or _EACH.search(said)
        or _HOW_MANY.search(said)
        or (_INTEREST.search(said) and not _ABOUT_WHY.search(said) and _asks(scene, said))
        or (_IN_ALL.search(said) and _asks(scene, said))
        or (values.counts and "quanto" in said.split())
    ):
        return False
    plan = await _plan(scene, said)
    if plan is None or not plan.payments:
        return False
    counts = {one.number for one in values.counts if not one.part}
    if counts - {plan.count, 1} and not nth:
        return False  # another plan is asked for
    which = nth["a"] or nth["b"] or nth["c"] if nth else "entrada" if down else None
    if not _say_of(scene, plan, said, which, counts):
        return False
    if plan.offered:
        await scene.go_back()
    return True


_ONLY_NEXT = re.compile(
    r"(?:(?:quero|queria|manda\w*|me manda|gera\w*|pode ser|entao|ta|ok|nao|vou|pagar|pago|o|um|pix|boleto|codigo|d[ao]) )*(?:so|somente|apenas) (?:mesmo )?(?:d?[ao] |pra |com )?"
    r"(?:proxima|primeira|parcela (?:da vez|deste mes|desse mes|do mes)|prestacao da vez)(?: (?:parcela|prestacao|mesmo|entao|por enquanto|por favor|agora|de|da|r|rs|\d[\d.,]*|reais))*"
)
_ALL_LEFT = re.compile(
    r"\b(?:manda\w*|gera\w*|envia\w*|quero|vou|pode)\b.{0,25}\b(?:tod[ao]s? (?:as |os )?(?:parcelas |pagamentos )?(?:que (?:ainda )?(?:falta\w*|resta\w*|sobr\w+)|restantes)|tudo (?:o )?que (?:ainda )?(?:falta|resta)|o que (?:ainda )?falta)\b"
)


async def _instalments_named(scene: Scene, said: str) -> bool:
    """ "Só a próxima parcela", "manda todas que faltam": their code. False: no such words, or no agreement is meant."""
    only, every = _ONLY_NEXT.fullmatch(said), _ALL_LEFT.search(said)
    if not (only or every) or "?" in (scene.turn.text or ""):
        return False
    agreement = await _agreement(scene, said)
    if agreement is None or not agreement.unpaid:
        return False
    numbers = [due.number for due in agreement.unpaid]
    await charge_instalments(
        scene, agreement, numbers[:1] if only else numbers, "boleto" if _kind_named(said) == "boleto" else "pix", ahead=not only
    )
    return True


async def _down_of_plans(scene: Scene) -> bool:
    """ "Quanto fica a entrada?", below plans that all begin with the same one. False: they do not, or they are gone."""
    shown = await effects.newest_said(scene.conn, scene.conversation.id, ("utter_plans",), scene.now - _SAME_TALK)
    rows = shown[1].get("plans") or [] if shown is not None else []
    downs = {(row["down"]["money"], row["down_due"]["date"]) for row in rows if row.get("down") and row.get("down_due")}
    if len(downs) != 1 or not next(iter(downs))[0]:
        return False
    ((amount, due),) = downs
    scene.say("utter_screen_down_of_plans", down={"money": amount}, due={"date": due})
    return True


async def _left_to_pay(scene: Scene, said: str) -> bool:
    """ "Quantas ainda faltam?" of the agreement: how many, how much, and the next one. False: no agreement is meant, or all is paid."""
    agreement = await _agreement(scene, said)
    following = next_of(scene.till, agreement) if agreement is not None else None
    if agreement is None or following is None:
        return False
    values = {key: following[key] for key in ("title", "amount", "due")}
    left = agreement.unpaid
    if len(left) == 1:
        scene.say("utter_screen_left_one", **values)
        return True
    paid = len(agreement.instalments) - len(left)
    scene.say(
        "utter_screen_left",
        count=len(left),
        all=len(agreement.instalments),
        left={"money": agreement.left},
        paid=[{"count": paid}] if paid else [],
        **values,
    )
    return True


def _asks(scene: Scene, said: str) -> bool:
    return (
        "?" in (scene.turn.text or "")
        or re.match(rf"{_OPENING}(?:quanto|quantos|qual|tem|sem|com|vai|cobra\w*|da|e)\b", said) is not None
    )


def _say_of(scene: Scene, plan: _Plan, said: str, nth: str | None, counts: set[int]) -> bool:
    if nth is not None:
        one = _payment(plan, nth)
        if one is None:
            return False
        _say_payment(scene, one, plan.count)
    elif _INTEREST.search(said):
        scene.say(
            "utter_screen_interest",
            interest={"money": plan.interest},
            gross={"money": plan.gross},
            less=[{"discount": {"money": plan.discount}}] if plan.discount else [],
            total={"money": plan.total},
        )
    elif _IN_ALL.search(said) and not _EACH.search(said) and not _HOW_MANY.search(said):
        scene.say("utter_screen_total", total={"money": plan.total}, **_amounts(plan))
    elif _EACH.search(said) or _HOW_MANY.search(said) or plan.count in counts:
        scene.say("utter_screen_each", total={"money": plan.total}, **_amounts(plan))
    else:
        return False
    return True


def _say_payment(scene: Scene, one: _Payment, count: int) -> None:
    scene.say(
        "utter_screen_payment",
        title=instalment_title(one.number, count),
        amount={"money": one.amount},
        due={"date": one.due.isoformat()},
    )


def _amounts(plan: _Plan) -> dict[str, Any]:
    """The down payment, how many instalments are alike, and those that differ."""
    down = [one for one in plan.payments if one.number == 0]
    rest = [one for one in plan.payments if one.number > 0]
    amounts = [one.amount for one in rest]
    usual = max(amounts, key=amounts.count) if amounts else 0
    alike = [one for one in rest if one.amount == usual]
    return {
        "downs": [{"amount": {"money": one.amount}, "due": {"date": one.due.isoformat()}} for one in down],
        "alike": [
            {"count": len(alike), "amount": {"money": usual}, "first": {"date": alike[0].due.isoformat()}} for _ in alike[:1]
        ],
        "others": [{"number": one.number, "amount": {"money": one.amount}} for one in rest if one.amount != usual],
    }


def _payment(plan: _Plan, word: str) -> _Payment | None:
    rest = [one for one in plan.payments if one.number > 0]
    if word.startswith("ultim"):
        return rest[-1]
    if word == "entrada":
        return next((one for one in plan.payments if one.number == 0), None)
    if word == "proxima":
        return None
    number = int(re.sub(r"\D", "", word)) if word[0].isdigit() else next(n for n, w in enumerate(_ORDER, 1) if word.startswith(w))
    return next((one for one in rest if one.number == number), None)


async def _plan(scene: Scene, said: str) -> _Plan | None:
    """The offer that lies open, or the agreement that is meant."""
    if scene.open_question == "accept_offer":
        offer = await current_offer(scene)
        if offer is None:
            return None
        plan = offer.terms.plan
        payments = [_Payment(one.number, one.amount, one.due_date) for one in plan.instalments]
        if plan.down_payment and plan.down_payment_due:
            payments.insert(0, _Payment(0, plan.down_payment, plan.down_payment_due))
        return _Plan(payments, plan.count, plan.total, plan.interest, offer.terms.gross, offer.terms.discount, True)
    agreement = await _agreement(scene, said)
    if agreement is None:
        return None
    payments = [
        _Payment(kept.due.number, kept.due.amount, kept.due.due_date)
        for kept in sorted(agreement.instalments, key=lambda kept: kept.due.number)
    ]
    return _Plan(
        payments, agreement.count, agreement.total, agreement.interest, agreement.gross, agreement.discount, offered=False
    )


_OF_AN_AGREEMENT = re.compile(r"\b(?:acordo|parcel\w+|prestac\w+|entrada)\b")


async def _agreement(scene: Scene, said: str) -> Agreement | None:
    """The one agreement that is meant: there are no other debts beside it, or it was just talked about, or the words name it."""
    if scene.open_question not in (None, "agreement", "pay", "show", "pay_ahead"):
        return None
    proof = await scene.proof()
    assert proof is not None
    live = await agreements_of(scene.conn, proof.debtor_id, status="active")
    if len(live) != 1:
        return None
    _, debts = await payable(scene)
    last = await last_response(scene.conn, scene.conversation.id) or ""
    close = scene.open_question == "agreement" or last.startswith(("utter_agreement_", "utter_pix_", "utter_screen_"))
    alone = all(debt.status == "agreed" for debt in debts)
    return live[0] if alone or close or _OF_AN_AGREEMENT.search(said) else None
