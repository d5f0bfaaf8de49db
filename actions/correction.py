"""\"Na verdade…\": what is being talked about is corrected by its own topic; a person's own data by the team, with a protocol."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from actions.answering import answer_open
from actions.asked_right import ask_what_is_right
from actions.debt import tell
from actions.extension import answerers as extension_answerers
from actions.heard import Day, amount_of, day_of
from actions.identity import give_identity
from actions.partial import part_wished
from actions.pix import choose, pay
from actions.promise import answerers as promise_answerers
from actions.promise import promise
from actions.promised_day import consider
from actions.proposed import counter_in
from actions.proving import proven
from actions.receipt_sent import paid_and_sent
from actions.rights import CORRECTION, correct_personal
from actions.scene import Scene, Topic
from actions.standing import tell_standing
from actions.which_debt import chosen_debts, named_by_words
from conversations.effects import last_said
from conversations.reply import last_response
from conversations.turn import text_of
from payments.charges import charges_of
from payments.present import last_day_of
from receivables.promising import promises_of
from understanding.by_account import parts
from understanding.kinds import called_accounts
from understanding.plain import plain

_PERSONAL = re.compile(
    r"\b(?:telefone|celular|numero (?:de|do) (?:telefone|celular)|numero novo|zap|whats\w*|chip|nome|sobrenome|enderec\w+|rua|cep|cidade|bairro"
    r"|e ?-?mail|nascimento|nasci|cadastro|dados|estado civil|casei|divorciei|separei)\b"
)
_MEANS = re.compile(
    r"(?:\w+ ){0,6}?(?:pix|b[ou]l+[eao]?[tl]\w*)(?: (?:e|por favor|pfv|mesmo|entao|nao|pix|em vez|no lugar|d[oe]|sim|melhor))*"
)
"""Hardly more than the name of a means of payment."""
_ANOTHER_MATTER = re.compile(r"\b(?:valor|errad\w+|nome|data|vencimento|dia|cancel\w+|paguei|pago)\b")
_PROVES = re.compile(r"\b(?:cpf|cnpj|documento|nascimento|nasci|data de nasc\w*|contrato)\b")


_SORRY = re.compile(
    r"\b(?:desculp\w+|perdao|perdoa\w*)\b.{0,25}\b(?:exalt\w+|grosser\w+|nervos\w+|estress\w+|xing\w+|falei assim|gritei)\b"
)


_BESIDE_A_DAY = (None, "pay", "which", "which_to_pay", "show", "promise_made")
"""What is open where a day that is corrected can only be the day of a payment."""


async def other_means(scene: Scene) -> bool:
    """\"Na verdade boleto\", \"não, pix\", right after a code: the other one, for the same debts. False: no such thing was said."""
    said = plain(scene.turn.text or "")
    if scene.turn.text is None or _ANOTHER_MATTER.search(said) or not _MEANS.fullmatch(said):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith(("utter_pix_", "utter_boleto_")) or await scene.proof() is None:
        return False
    await pay(scene)
    return True


class Correct(Topic):
    """Something said or kept is not right."""

    def name(self) -> str:
        return "action_correct"

    async def act(self, scene: Scene) -> None:
        if await answer_open(scene):
            return
        said = plain(scene.turn.text or "")
        if await other_means(scene):
            return
        if scene.open_question in ("which", "which_to_pay") and await scene.proof() is not None and await chosen_debts(scene):
            await choose(scene)  # "não, só outubro", of what was listed
            return
        if _SORRY.search(said):
            scene.say("utter_no_offence")
            await scene.go_back()
            return
        if any(part.kind == "paid" for part in parts(scene.turn.text or "")):
            # "E a do telefone, que eu paguei dia 5?" corrects nothing of a person's data.
            if scene.form is None and await proven(scene, "informar_ja_paguei"):
                await paid_and_sent(scene)
            elif scene.form is not None:
                scene.want("informar_ja_paguei")
                scene.say("utter_identity_first")
            return
        # "A do telefone" is a bill; nothing is registered about somebody's telephone.
        about = " ".join(word for word in said.split() if word not in called_accounts(scene.turn.text or ""))
        personal = _PERSONAL.search(about) is not None
        if scene.form is None and scene.turn.given.documents and await scene.proof() is None:
            await give_identity(scene)  # "CPF …, não, …, nasci …": a slip of the finger, put right at once
            return
        if scene.form is not None and await scene.proof() is None:
            if personal and not _PROVES.search(said):
                scene.want(CORRECTION)
                scene.say("utter_identity_first")
            return  # the form asks again, and takes the right number
        if personal:
            await correct_personal(scene)
        elif scene.open_question in _BESIDE_A_DAY and day_of(scene) is not None and await scene.proof() is not None:
            await promise(scene)  # "pode ser dia 11… na verdade dia 10": said in one go, to nothing that asked for a day
        elif await _chosen(scene) or await _another_account(scene) or await _stands_there(scene) or await _another_number(scene):
            return
        elif counter_in(scene)[0].count is not None and await scene.proof() is not None:
            await scene.turn_to("parcelar")  # "melhor em duas vezes… não, três"
        else:
            ask_what_is_right(scene)


_ANOTHER_NUMBER = re.compile(
    r"(?:(?:nao|num|n|melhor|acho|prefiro|quero|queria|poe|bota|coloca|muda|faz|pode|ser|pra|para|pro|entao|na verdade|uns|so|errei|desculpa|digo|quis dizer|ops|opa|e|seria) )*(?P<number>\d{1,2})(?: (?:entao|melhor|mesmo|e melhor|dias|por favor|pf|pfv))*"
)
_SO_MANY_DAYS = re.compile(r"\b\d{1,2} dias\b")


async def _another_number(scene: Scene) -> bool:
    """ "Não, melhor 15", to a day that was read back: as many days where days were counted, else the fifteenth. False: nothing such."""
    question, found = scene.question, _ANOTHER_NUMBER.fullmatch(plain(scene.words))
    if question is None or found is None or question.name not in _DAYS_READ_BACK:
        return False
    last = await last_said(scene.conn, scene.conversation.id, scene.turn.id)
    before = plain(await text_of(scene.conn, last[0]) or "") if last is not None else ""
    counted = _SO_MANY_DAYS.search(before) or _SO_MANY_DAYS.search(plain(scene.words))
    scene.wish_words = f"daqui a {found['number']} dias" if counted else f"dia {found['number']}"
    return await _DAYS_READ_BACK[question.name](scene)


_DAYS_READ_BACK = {
    "extension_confirm": extension_answerers["extension_confirm"],
    "promise_confirm": promise_answerers["promise_confirm"],
}


_WAS = re.compile(
    r"\b(?:era|foi|tinha que|devia|deveria)\b(?: (?:(?:pra|para) )?(?:ser|pagar|sair|vencer|ter))?"
    r"(?= (?:(?:pra|para|pro|no|em|o|de|do|com|r\$|vencimento|vencer) ?)*(?:dia )?\d)",
    re.IGNORECASE,
)
_KEPT_DAY = re.compile(
    r"\b(?:cade|onde (?:ta|esta|ficou|foi parar)|qual (?:foi|e|era)|mostra\w*) (?:(?:a|o|e|foi|era) )*(?:data|dia|prazo|combinado|promessa|agendamento)\b"
)
_OF_A_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|codigo|linha)\b")
_LISTED = ("which", "which_to_pay")


_NOTED = re.compile(r"\b(?:anot\w+|marc\w+|combin\w+|agend\w+|registr\w+|falei|pedi|escolhi)\b")


async def day_missed(scene: Scene) -> bool:
    """ "Cadê o dia que você anotou?": the day that holds, or that there is none. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or len(said.split()) > 10 or not (_KEPT_DAY.search(said) and _NOTED.search(said)):
        return False
    if day_of(scene) is not None or scene.open_question in _READ_BACK or await scene.proof() is None:
        return False
    if not await tell_standing(scene):
        scene.say("utter_no_day_kept")
    return True


_READ_BACK = ("promise_confirm", "extension_confirm", "accept_offer")


async def _stands_there(scene: Scene) -> bool:
    """Take up what the sentence itself corrects: the day that was noted, the code that was sent, the part that is paid. False: nothing
    of a correction stands in it."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or await scene.proof() is None:
        return False
    if await day_missed(scene):
        return True
    scene.wish_words = _WAS.sub(lambda found: " " * len(found[0]), scene.words)
    heard = day_of(scene, later=True)
    if heard is not None:
        kept = await _tell_code(scene) if _OF_A_CODE.search(said) else None
        if kept is None or kept not in heard.readings:
            await promise(scene)
        return bool(scene.said)
    if scene.open_question in _BESIDE_A_DAY and amount_of(scene) is not None and await part_wished(scene):
        return True
    scene.wish_words = None
    return False


async def _chosen(scene: Scene) -> bool:
    """ "As três que são menos de 200", to the list that is open. False: no list is, or nothing of it was named."""
    if (
        scene.form is not None
        or scene.open_question not in _LISTED
        or await scene.proof() is None
        or not await chosen_debts(scene)
    ):
        return False
    await choose(scene)
    return True


async def _tell_code(scene: Scene) -> date | None:
    """The code that was sent last, as it is: its amount is today's, and what is noted for a day (which is returned) stays."""
    proof = await scene.proof()
    assert proof is not None
    charge = next((one for one in await charges_of(scene.conn, proof.debtor_id) if one.status == "active"), None)
    if charge is None:
        return None
    held = [one for one in await promises_of(scene.conn, proof.debtor_id) if one.status == "open" and one.day > scene.today]
    scene.say(
        "utter_code_is_of_today",
        kind={"phrase": f"kind:paid_by_{charge.kind}"},
        amount={"money": charge.amount},
        until={"date": (charge.due_date or last_day_of(charge)).isoformat()},
        held=[{"amount": {"money": one.amount}, "day": {"date": one.day.isoformat()}} for one in held[:1]],
    )
    return held[0].day if held else None


async def _another_account(scene: Scene) -> bool:
    """ "Era da Ventania que eu falei": that account is spoken of from now on, with the day or the code that was read back or sent for
    another. False: none is named."""
    if await scene.proof() is None:
        return False
    named = await named_by_words(scene)
    if not named:
        return False
    kept = (
        scene.question.arguments
        if scene.question is not None and scene.open_question in ("promise_confirm", "promise_day")
        else {}
    )
    last = await last_response(scene.conn, scene.conversation.id) or ""
    scene.set_slot("focus", [debt.id for debt in named])
    if kept.get("day") and all(debt.status == "open" for debt in named):
        heard = day_of(scene) or Day("exact", (date.fromisoformat(kept["day"]),), "")
        await consider(scene, named, heard, amount_of(scene))
    elif last.startswith(("utter_pix_", "utter_boleto_")):
        scene.turn = replace(scene.turn, arguments={"debts": [debt.id for debt in named]})
        await pay(scene)
    else:
        await tell(scene, named)
    return True


topics = (Correct,)
