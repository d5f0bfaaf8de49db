"""What was read back and waits for a yes: said again it is a yes, another day is a correction, and what is asked about it is answered.

\"Posso anotar dia 10, R$ 640,00?\" \"Pode ser, anota a da Ventania dia 10\": every word of it belongs to the yes, the day, the amount or
the account that was read back. Alike for promises, new dates and the plan of an agreement; the question's own arguments say which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions.extension import answerers as extension_answerers
from actions.extension import propose
from actions.faq import tell
from actions.going_on import wishes
from actions.heard import Day, yes_or_no
from actions.instalments import accepts_by_its_count, answer_offer
from actions.negotiating import back_on_the_table, titles_in_a_line
from actions.promise import answerers as promise_answerers
from actions.promise import promise
from actions.promised_day import consider
from actions.proving import proven
from actions.scene import Scene
from actions.standing import tell_standing
from actions.which_debt import named_by_words, payable, payable_of, spoken_of
from conversations.effects import last_said, newest_said
from conversations.reply import last_response
from conversations.said import typed_in_turn
from conversations.turn import text_of
from receivables.calendar import is_business_day, next_business_day
from receivables.extending import last_extension
from receivables.promising import owed_on, promises_of
from receivables.store import Debt, get_debts
from understanding.kinds import also_called
from understanding.plain import plain
from understanding.values import read_values

_DAYS = ("promise_confirm", "extension_confirm")
"""The questions under which a day was read back."""

_YES = frozenset(
    """sim s ss isso exato exatamente certo certinho ok okay okey blz beleza ta bom boa show otimo perfeito fechado fechou claro combinado pode podemos podem ser bora
    vamos uhum aham confirmo concordo aceito quero gostei joia maravilha legal""".split()
)
_DOES = re.compile(
    r"(?:anot\w+|marc(?:a|ar|ado|e|o|ada)|agend(?:a|ar|ado|e|o|ada)|confirm\w+|mud(?:a|ar|e|o)|pass(?:a|ar|e)|deix(?:a|ar|e|o)|coloc(?:a|ar|ue)|bot(?:a|ar|e)|registr(?:a|ar|e)|fech(?:a|ar|o)"
    r"|troc(?:a|ar)|fic(?:a|ar|o|ou)|salv(?:a|ar)|faz|fazer)"
)
_BESIDE = frozenset(
    """o a os as no na nos nas em de do da dos das pra pro para por pelo pela ate com que e eh entao mesmo mesma so ai ja la assim mim eu me voce vc vcs voces por favor pf pfv pfvr obrigado obrigada obg vlw
    valeu moca moco ne viu dia data esse essa este esta nesse nessa desse dessa valor reais real conta contas divida fatura compra minha meu vou pagar pago pagamento tudo inteira inteiro todo toda vai eu ali certinho bem tambem
    prazo vencimento novo nova feira moça querida amigo amiga senhor senhora boa noite tarde""".split()
)


async def said_back(scene: Scene) -> bool:
    """What was read back, said again: the yes it is, or the other day or amount that it names instead; a day for another account is no
    answer to it, but a promise of its own. False: it is none of these."""
    asked = scene.open_question
    words = scene.turn.text or ""
    if scene.turn.arguments or not words or "?" in words or scene.form is not None or scene.question is None:
        return False
    if asked == "accept_offer":
        typed = await typed_in_turn(scene.conn, scene.till.talk, scene.turn.id) or ""
        return accepts_by_its_count(scene, typed) and await answer_offer(scene)
    if asked not in _DAYS:
        return False
    kept = scene.question.arguments
    debts = await payable_of(scene, kept["debts"])
    if not debts:
        return False
    if await _day_of_another(scene, words, debts):
        return True
    same = await _all_belongs(scene, words, kept, debts)
    if same is None:
        return False
    if same:
        scene.turn = replace(scene.turn, text="sim")
    return await {**promise_answerers, **extension_answerers}[str(asked)](scene)


async def _day_of_another(scene: Scene, words: str, debts: list[Debt]) -> bool:
    """ "Anota a da loja dia 9" while the telephone's day waits for its yes. False: no other account is named with a day."""
    days = [when for when in read_values(words, scene.today).dates if when.kind == "exact" and when.readings]
    others = [debt for debt in await named_by_words(scene) if debt.status == "open"]
    if not others or {debt.id for debt in others} & {debt.id for debt in debts}:
        return False
    if not days and scene.open_question == "promise_confirm" and scene.question is not None:
        # "Não, a da escola": the day stays, and only the account was another one.
        left = [word for word in plain(words).split() if word not in _INSTEAD and word not in _names_of(others)]
        if left or read_values(words, scene.today).money:
            return False
        scene.set_slot("focus", [debt.id for debt in others])
        await consider(scene, others, Day("exact", (date.fromisoformat(scene.question.arguments["day"]),), ""), None)
        return True
    if scene.intent in _ANOTHER_WISH or _NOT_A_PROMISE.search(plain(words)):
        return False
    if len(days) != 1:
        return False
    scene.set_slot("focus", [debt.id for debt in others])
    await consider(scene, others, Day("exact", days[0].readings, days[0].words), None)
    return True


_INSTEAD = frozenset(
    """nao n era e eh a o as os da do das dos na verdade errei digo quis dizer quer essa esse eu falei disse foi mas sim so conta fatura
    boleto pera perai opa ops desculpa no lugar dessa""".split()
)


_ANOTHER_WISH = frozenset(
    """informar_ja_paguei contestar_divida parcelar pedir_desconto solicitar_pagamento nao_sou_a_pessoa vulnerabilidade parar_mensagens
    suspeita_golpe reclamar ameaca_juridica direitos_lgpd enviar_comprovante pagamento_duplicado_estorno""".split()
)


async def _all_belongs(scene: Scene, words: str, kept: Mapping[str, Any], debts: list[Debt]) -> bool | None:
    """Whether every word belongs to a yes to this: True; False: one value is another; None: something else is said, too."""
    values = read_values(words, scene.today, asked="date")
    rest, other = words, False
    places = {(when.start, when.end) for when in values.dates} | {(one.start, one.end) for one in values.money}
    for start, end in sorted(places, reverse=True):
        rest = f"{rest[:start]} . {rest[end:]}"
    day = date.fromisoformat(kept["day"])
    if any(len(when.readings) != 1 and day not in when.readings for when in values.dates):
        return None
    other = any(day not in when.readings for when in values.dates)
    amount = _read_back(scene, kept, debts)
    other = other or any(abs(one.amount - amount) >= 100 for one in values.money)
    said = plain(rest).split()
    accounts = _names_of(debts)
    left = [word for word in said if word not in _YES and word not in _BESIDE and not _DOES.fullmatch(word)]
    if any(word not in accounts for word in left) or any(char.isdigit() for char in rest):
        return None
    if left:
        everything = (await payable(scene))[1]
        named, _ = spoken_of(scene, words, everything)
        if named and not {debt.id for debt in debts} & {debt.id for debt in named}:
            return None
    if not any(word in _YES or _DOES.fullmatch(word) or word == "mesmo" for word in said):
        return None
    return not other


def _read_back(scene: Scene, kept: Mapping[str, Any], debts: list[Debt]) -> int:
    """The amount that was read back, in centavos: that of the new date, that of the part, or all that is owed on the day."""
    if kept.get("totals"):
        return sum(int(total) for total in kept["totals"].values())
    return int(kept.get("amount") or owed_on(scene.ground, debts, date.fromisoformat(kept["day"])))


def _names_of(debts: list[Debt]) -> frozenset[str]:
    """The words by which these accounts are called."""
    names = " ".join(
        f"{debt.title} {debt.creditor_name} {also_called(debt.product or '', debt.title, debt.creditor_name)}" for debt in debts
    )
    return frozenset(word for word in plain(names).split() if len(word) > 2 and not word.isdigit())


# ------------------------------------------------------------------------------------------------ "mudou? ficou pra dia 30?"

_DONE_YET = re.compile(
    r"\b(?:ja )?(?:mudou|mudaram|anotou|anotaram|marcou|marcaram|agendou|registrou|confirmou)\b"
    r"|\b(?:ja )?(?:ficou|ficamos|fica|ta|esta|tava|foi) (?:\w+ ){0,2}?(?:marcad\w|combinad\w|anotad\w|mudad\w|agendad\w|registrad\w|confirmad\w|feit\w|valendo)\b"
    r"|\b(?:entao )?(?:ficou|ficamos|fica)\b.{0,12}\bdia \d|\b(?:ficou|ficamos|fica) (?:combinad\w|pra|para) (?:que dia|quando|qual)\b|\bo que (?:e que )?(?:ficou|foi)\b"
    r"|\b(?:data|dia)\b.{0,25}\b(?:ainda )?(?:vale|valendo|conta|precisa)\b|\b(?:qual|que) (?:data|dia) (?:ficou|ta valendo|esta valendo|vale)\b"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:pagamento|pix|boleto|codigo|comprovante|valor|telefone|numero|email|e mail|senha|conta|juros|atendente|pessoa|proposta|contestac\w+|parcel\w+|acordo)\b"
)
_MOST_WORDS = 9


async def whether_it_holds(scene: Scene) -> bool:
    """\"Mudou a data?\", \"então ficou pra dia 30?\": what the store says of it, and nothing is taken for a new wish. False: not asked,
    or nothing of the kind was talked about."""
    said = plain(scene.turn.text or "")
    asks = (
        "?" in (scene.turn.text or "") or re.match(r"(?:e |mas |entao )*(?:o que|qual|que dia|ficou|mudou)\b", said) is not None
    )
    if not asks or scene.turn.arguments or scene.form is not None or len(said.split()) > _MOST_WORDS:
        return False
    if not _DONE_YET.search(said) or _OF_SOMETHING_ELSE.search(said) or await scene.proof() is None:
        return False
    asked = scene.open_question
    if asked in _DAYS:
        assert scene.question is not None
        kept = scene.question.arguments
        day = {"date": kept["day"]}
        scene.say("utter_day_not_yet", day=day)
        await scene.go_back()
        return True
    if asked in _AT_REST and await _kept_by_paying(scene):
        return True
    if asked not in _AT_REST or not await _holds(scene):
        return False
    dates = [when for when in read_values(scene.turn.text or "", scene.today).dates if when.readings]
    held = await _held_day(scene)
    if dates and held is not None and held in dates[0].readings:
        scene.say("utter_day_holds_yes")
    await tell_standing(scene)
    return True


_KEEPS = re.compile(r"\b(?:deix\w+|fica|ficar|mant\w+)\b.{0,20}\bmesmo\b")


async def keeps_the_day(scene: Scene) -> bool:
    """ "Esquece, deixa no dia 3 mesmo", of the very day that holds: what holds is told; nothing is moved, and nothing given up. False:
    another day, or none holds."""
    words = scene.turn.text or ""
    if scene.form is not None or scene.open_question not in _AT_REST or not _KEEPS.search(plain(words)):
        return False
    dates = [when for when in read_values(words, scene.today).dates if when.readings]
    if len(dates) != 1 or await scene.proof() is None:
        return False
    held = await _held_day(scene)
    if held is None or held not in dates[0].readings:
        return False
    return await tell_standing(scene)


_AT_REST = (None, "promise_made", "pay", "show", "human")


async def _kept_by_paying(scene: Scene) -> bool:
    """The day that was noted for what is paid meanwhile: it is not needed any more. False: nothing such."""
    proof = await scene.proof()
    assert proof is not None
    noted = [
        one for one in await promises_of(scene.conn, proof.debtor_id) if one.day >= scene.today and one.status != "cancelled"
    ]
    if not noted:
        return False
    debts = await get_debts(scene.conn, list(noted[0].debts))
    if any(debt.status != "paid" for debt in debts):
        return False
    scene.say("utter_day_not_needed", day={"date": noted[0].day.isoformat()}, description=titles_in_a_line(debts))
    return True


async def _holds(scene: Scene) -> bool:
    return await _held_day(scene) is not None


async def _held_day(scene: Scene) -> date | None:
    """The one day that was promised or moved to, and is still to come; as the store has it."""
    proof = await scene.proof()
    assert proof is not None
    held = [one.day for one in await promises_of(scene.conn, proof.debtor_id) if one.status == "open"]
    if held:
        return held[-1]
    debts = [debt.id for debt in (await payable(scene))[1] if debt.status == "open"]
    moved = await last_extension(scene.conn, debts)
    return moved.due_date if moved is not None and moved.due_date >= scene.today else None


# ------------------------------------------------------------------------------------------------ "é sábado, cai na segunda né"

_FALLS_ON = re.compile(
    r"\b(?:cai|passa|fica|vai|pula|conta|vale|empurra|joga|segue)\b.{0,16}\b(?:segunda|terca|dia util|dia de semana|depois do feriado)\b"
    r"|\b(?:e|eh|cai|cair|for|caindo|da) (?:num |no |em |um |bem )?(?:sabado|domingo|feriado|fim de semana|final de semana|fds)\b"
)


_IF_IT_FALLS = re.compile(r"\bse (?:\w+ )?(?:cair|for|cai)\b")
""""E se cair no fim de semana?" names no day."""


async def falls_on_a_weekend(scene: Scene) -> bool:
    """\"Dia 5 é sábado, cai na segunda né\", of the day that was read back: the next business day is read back in its place, and said
    why. False: not of that, or it is a business day."""
    if scene.open_question not in _DAYS or scene.turn.arguments or scene.question is None:
        return False
    said = plain(scene.turn.text or "")
    if not _FALLS_ON.search(said):
        return False
    kept = scene.question.arguments
    day = date.fromisoformat(kept["day"])
    debts = await payable_of(scene, kept["debts"])
    if _IF_IT_FALLS.search(said) and is_business_day(day):
        scene.say("utter_day_is_business_day", day={"date": kept["day"]})
        await scene.go_back()
        return True
    if scene.open_question != "promise_confirm":
        return False
    if is_business_day(day) or not debts:
        return False
    scene.say("utter_day_weekend", day={"date": kept["day"]})
    await consider(scene, debts, Day("exact", (next_business_day(day),), ""), kept.get("amount"), changing=kept.get("changing"))
    return True


# ------------------------------------------------------------------------------------------------ "anota a da loja pra dia 10"

_NOTE = re.compile(
    r"\b(?:anot(?:a|ar|e|o)|marc(?:a|ar|ue)|agend(?:a|ar|e)|deixa(?:r)? (?:\w+ )?(?:marcad\w|anotad\w|agendad\w))\b"
)
_NOT_A_PROMISE = re.compile(
    r"\b(?:nao|nem|telefone novo|numero|email|e mail|ligar|liga|me ligu\w+|vezes|parcel\w+|paguei|protocolo|reuniao|lembr\w+|avis\w+)\b"
)


_NOTE_IT = re.compile(
    r"(?:(?:sim|ta|ok|isso|entao|ai|pode|por favor|pfv|pode ser|blz|beleza|certo) )*(?:anota|anotar|marca|marcar|agenda|agendar|deixa anotado|deixa marcado)(?: (?:ai|entao|isso|sim|por favor|pfv|pra mim|esse dia|essa data|nesse dia))*"
)


async def note_a_day(scene: Scene) -> bool:
    """\"Anota a da Ventania pra dia 10/12\", with nothing of the kind open: the promise that it is. False: no such words."""
    said = plain(scene.turn.text or "")
    if scene.turn.arguments or scene.form is not None or not _NOTE.search(said) or _NOT_A_PROMISE.search(said):
        return False
    asked = scene.open_question if scene.open_question != "human" or not _NOTE_IT.fullmatch(said) else None
    if "?" in (scene.turn.text or "") or asked not in (None, "pay", "show", "which", "which_to_pay"):
        return False
    days = [when for when in read_values(scene.turn.text or "", scene.today).dates if when.kind == "exact" and when.readings]
    if not days and _NOTE_IT.fullmatch(said) and await scene.proof() is not None:
        # "20 de janeiro, pode?" … "pode anotar": the day that was named a line before.
        before = await last_said(scene.conn, scene.conversation.id, scene.turn.id)
        words = await text_of(scene.conn, before[0]) if before is not None else None
        days = [when for when in read_values(words or "", scene.today).dates if when.kind == "exact" and when.readings]
        if len(days) != 1:
            return False
        scene.wish_words = words
    if len(days) != 1 or days[0].readings[0] <= scene.today or await scene.proof() is None:
        return False
    scene.intent = "promessa_pagamento"
    await promise(scene)
    return True


# ------------------------------------------------------------------------------------------------ a yes that comes late


async def still_to_confirm(scene: Scene) -> bool:
    """A yes with nothing open, while what was read back last was neither done nor left: it is read back once more, so that nobody
    goes away with a \"certo\" for what was not done. False: there is nothing such."""
    if await scene.proof() is None:
        return False
    found = await newest_said(
        scene.conn, scene.conversation.id, (*_SHOWN_DATES, *_SHOWN_PROMISES, *_SETTLED), scene.now - timedelta(hours=1)
    )
    if found is None or found[0].startswith(_SETTLED):
        return False
    kept = found[1].get("arguments") or {}
    debts = await payable_of(scene, kept.get("debts", ()))
    if not debts or "day" not in kept:
        return False
    day = Day("exact", (date.fromisoformat(kept["day"]),), "")
    if found[0].startswith(_SHOWN_DATES):
        await propose(scene, debts, day)
    else:
        await consider(scene, debts, day, kept.get("amount"), changing=kept.get("changing"))
    return True


_SHOWN_DATES = ("utter_extension_confirm", "utter_extension_moved")
_SHOWN_PROMISES = ("utter_promise_confirm",)
_SETTLED = (
    "utter_extension_done", "utter_extension_left", "utter_promise_done", "utter_promise_left", "utter_agreement_made", "utter_pix_", "utter_boleto_", "utter_cancelled",
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ "é uma destas?" "sim"

_GUESSED = "utter_did_you_mean"


async def yes_to_a_guess(scene: Scene) -> bool:
    """A yes to the only thing that was offered as a guess does it, with the words that were guessed at; where several were offered it
    is asked which, and nothing that was open before is done instead. False: no guess was offered last."""
    if scene.form is not None or scene.turn.arguments or yes_or_no(scene) is not True:
        return False
    if not (await last_response(scene.conn, scene.conversation.id) or "").startswith(_GUESSED):
        return False
    if await back_on_the_table(scene):
        return True  # "fechado" is a yes to the deal, and to no guess
    if scene.open_question == "pay" and scene.intent == "solicitar_pagamento":
        return False  # "manda" is what was asked before: the code
    found = await newest_said(scene.conn, scene.conversation.id, (_GUESSED,), scene.now - timedelta(hours=1))
    offered = list(found[1].get("guesses") or ()) if found is not None else []
    if len(offered) > 1:
        scene.say("utter_did_you_mean_again", guesses=offered)
        return True
    if not offered:
        return False
    meaning, arguments = str(offered[0]["meaning"]), offered[0]["arguments"]
    known = scene.till.talk.knowledge.known.get(str(arguments.get("faq")))
    if known is not None:
        await tell(scene, known)
        return True
    if meaning not in wishes():
        return False
    scene.intent = meaning
    scene.wish_words = await text_of(scene.conn, str(arguments["said_in"]))
    if await proven(scene, meaning):
        await wishes()[meaning](scene)
    else:
        scene.set_slot("wanted_turn", str(arguments["said_in"]))
    return True
