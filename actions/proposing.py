"""Proposals to the team in the person's own terms: what goes is what was said in one breath, read back where it has several parts; and
what waits there is told, changed and taken back. Terms that nobody said, or that were dropped, are never carried."""

from __future__ import annotations

import re
from collections.abc import Mapping

from actions.cash import answer_cash
from actions.negotiating import answer_counter, known_facts, wanted_of
from actions.proposal import take_to_human, tell_waiting, waiting_proposal, wanted_values
from actions.proposed import counter_in, lone_amount, two_payments, understood
from actions.scene import Scene
from actions.terms import chats, without_down
from conversations.effects import said_in
from conversations.reply import last_response
from payments.agreeing import Facts
from receivables.offers import Counter, answer
from receivables.proposals import Proposal, withdraw_proposals
from receivables.store import get_debts
from understanding.plain import plain


def wanted_in(scene: Scene) -> dict[str, int]:
    """The terms that this very message proposes; none for a tap, or for words without any."""
    if not scene.turn.text or chats(scene.words):
        return {}
    two = two_payments(scene)
    if two is not None:
        day = next(
            (one.readings[0] for one in understood(scene).dates if one.kind == "exact" and one.readings[0] > scene.today), None
        )
        begins = {"first_due": day.toordinal()} if day is not None else {}
        return {"down": two[0], "count": 1, "instalment": two[1], **begins}
    counter, total = counter_in(scene, asked="amount")
    wanted = wanted_of(counter)
    if without_down(scene.words) and "down" not in wanted:
        wanted = {"down": 0, **wanted} if wanted else {}
    amount = total if total is not None else lone_amount(scene) if not wanted else None
    return {**wanted, "total": amount} if amount is not None and amount > 0 else wanted


async def propose_own(scene: Scene, known: Facts, wanted: Mapping[str, int]) -> None:
    """What the policy allows is shown as the plan it is; what is beyond it goes to the team."""
    counter = Counter(count=wanted.get("count"), down=wanted.get("down"), instalment=wanted.get("instalment"))
    if "total" in wanted and wanted["total"] >= known.cash:
        await answer_cash(scene, known, wanted["total"])
    elif (
        "total" not in wanted
        and "first_due" not in wanted
        and answer(known.agreed.total, counter, known.limits, today=known.today).plan
    ):
        await answer_counter(scene, known, counter)
    elif not wanted:
        scene.ask("proposal", takes=("amount", "count"), debts=[debt.id for debt in known.debts])
        scene.say("utter_ask_proposal")
    else:
        await take_to_human(scene, known, dict(wanted))


def read_back(scene: Scene, known: Facts, wanted: Mapping[str, int]) -> None:
    """Say what would go to the team, part by part, and ask whether it may."""
    debts = [debt.id for debt in known.debts]
    scene.ask("propose", takes=("yes_no", "amount", "count"), debts=debts, wanted=dict(wanted), read_back=True)
    scene.say("utter_propose_these", arguments={"debts": debts, "wanted": dict(wanted)}, **wanted_values(wanted))


async def terms_told(scene: Scene) -> bool:
    """\"A entrada é 90\", after the terms were read back, and \"150 de entrada e 6 de 60\", after they were asked for, whatever the
    words look like besides. False: none were, or there are none in the words."""
    question = scene.question
    if question is None or scene.form is not None or scene.intent in _NEVER or not wanted_in(scene):
        return False
    if question.name == "propose" and question.arguments.get("read_back"):
        known = await _facts(scene)
        return known is not None and await other_terms(scene, known)
    if question.name != "proposal" or len(wanted_in(scene)) < 2:
        return False
    known = await _facts(scene)
    if known is not None:
        await propose_own(scene, known, wanted_in(scene))
    return known is not None


_NEVER = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa colou_codigo suspeita_golpe informar_ja_paguei".split())


async def _facts(scene: Scene) -> Facts | None:
    debts = await get_debts(scene.conn, scene.question.arguments.get("debts") or () if scene.question else ())
    proof = await scene.proof()
    if not debts or proof is None or any(debt.debtor_id != proof.debtor_id for debt in debts):
        return None
    return await known_facts(scene, debts)


async def other_terms(scene: Scene, known: Facts) -> bool:
    """Right after the terms were read back, what is not so: said with one part, it changes that one; with more, all of them. False: none."""
    question = scene.question
    own = wanted_in(scene)
    if question is None or not question.arguments.get("read_back") or not own:
        return False
    before = dict(question.arguments.get("wanted") or {})
    if set(own) == {"total"} and "total" not in before:
        return False  # a lone amount: nobody said which part it is
    if len(own) == 1:
        read_back(scene, known, {**before, **own})
    else:
        await propose_own(scene, known, own)
    return True


# ------------------------------------------------------------------------------------------------ what waits with the team

_THEIRS = re.compile(r"\b(?:propost\w+|ofert\w+|contraproposta|pedido|equipe|voces mandaram|mandaram|levaram|levou|mandou)\b")
_WRONG = re.compile(
    r"\b(?:errad\w+|errou|erraram|trocad\w+|nao (?:foi|era|e) (?:isso|assim|ess[ae]|o que)|corrig\w+|mud(?:a|ar|o|e)|troc(?:a|ar|o|ue)|alter\w+)\b"
)
_TAKE_BACK = re.compile(r"\b(?:cancel\w+|desist\w+|retir\w+|tira(?:r)?|esquec\w+|nao quero mais|deixa pra la|anul\w+)\b")
_WAITS = re.compile(
    r"\b(?:esper\w+|aguard\w+) (?:\w+ ){0,3}(?:respost\w+|retorno|decis\w+|eles|equipe)\b|\b(?:cade|e) (?:a )?(?:respost\w+|retorno)\b"
    r"|\b(?:cade|como (?:ta|esta|ficou|anda)|e) (?:a )?(?:minha )?propost\w+\b|\brespost\w+ d(?:os|as|a|o)\b"
)
_ASKS_WHAT = re.compile(
    r"\b(?:o que|oq|qual|como|quero saber|queria saber|saber|ver|cade)\b.{0,40}\bpropost\w+|\bpropost\w+\b.{0,40}\b(?:em branco|vazi\w|sumiu|nao apareceu|o que|oq|anot\w+|qual)\b"
    r"|^(?:(?:mas|e|so que|aqui|ela|isso) )*(?:apareceu|veio|ta|esta|ficou|saiu|chegou) (?:tudo )?(?:em branco|vazi[oa]|sem nada)(?: (?:aqui|pra mim|isso|nao))*$"
)
_ADDS = re.compile(r"\bsem (?:nenhuma )?entrada\b")
_OTHER = re.compile(
    r"\b(?:boleto|pix|codigo|acordo|promess\w+|contestac\w+|lembrete|mensage\w+|ligac\w+|comprovante|e ?mail|conta|cadastro|agendamento)\b"
)
_MORE = frozenset("vulnerabilidade colou_codigo suspeita_golpe".split())
_JUST_TAKEN = ("utter_proposal_taken", "utter_proposal_waiting", "utter_awaited_proposal", "utter_proposal_is_with_them")


async def of_the_waiting(scene: Scene) -> bool:
    """\"Mandaram errado\", \"cancela aquela de 500\", \"melhor esperar a resposta dos 2 mil\", of a proposal that waits with the team:
    what is there, how it is put right, or that it is withdrawn. False: none waits, or it is not spoken of."""
    said = plain(scene.turn.text or "")
    theirs, back = _THEIRS.search(said) is not None, _TAKE_BACK.search(said) is not None
    wrong, waits = _WRONG.search(said) is not None, _WAITS.search(said) is not None
    what = _ASKS_WHAT.search(said) is not None or _ADDS.search(said) is not None
    if not (waits or what or ((wrong or back) and not _OTHER.search(said))) or scene.form is not None or scene.intent in _MORE:
        return False
    waiting = await waiting_proposal(scene)
    if waiting is None:
        return False
    amounts = {one.amount for one in understood(scene).money}
    of_it = bool(amounts & {value for part, value in waiting.wanted.items() if part in ("total", "down", "instalment")})
    just = (await last_response(scene.conn, scene.conversation.id) or "").startswith(_JUST_TAKEN)
    if _ADDS.search(said) and without_down(scene.words) and "down" not in waiting.wanted and just:
        known = await known_facts(scene, await get_debts(scene.conn, waiting.debt_ids))
        if known is not None:
            read_back(scene, known, {"down": 0, **waiting.wanted})
        return True
    if not (theirs or just or (of_it and scene.open_question in (None, "proposal"))):
        return False
    if what and not wrong and not back:
        if scene.piece and any(name == "utter_proposal_is_with_them" for name, _ in await said_in(scene.conn, scene.turn.id)):
            return True  # told with the other half of the message
        await tell_waiting(scene, waiting)
    elif back and not wrong:
        await _withdraw(scene, waiting, of_it or not amounts)
    elif waits and not wrong:
        await tell_waiting(scene, waiting)
    else:
        await _put_right(scene, waiting)
    return True


async def _put_right(scene: Scene, waiting: Proposal) -> None:
    """The right terms, where they stand in the sentence and are not those that wait; else they are asked for."""
    own = wanted_in(scene)
    debts = await get_debts(scene.conn, waiting.debt_ids)
    if own and len(own) > 1 and own != dict(waiting.wanted) and not _THEY_SENT.search(plain(scene.words)):
        known = await known_facts(scene, debts)
        if known is not None:
            read_back(scene, known, own)
        return
    scene.ask("proposal", takes=("amount", "count"), debts=list(waiting.debt_ids))
    scene.say("utter_proposal_put_right", protocol=waiting.protocol, **wanted_values(waiting.wanted))


_THEY_SENT = re.compile(r"\b(?:mandaram|mandou|levaram|levou|anotaram|anotou|colocaram|colocou|puseram|pos|enviaram)\b")


async def _withdraw(scene: Scene, waiting: Proposal, meant: bool) -> None:
    """Take the proposal back; one with other amounts is no longer there, which is said instead."""
    if not meant:
        scene.ask("proposal", takes=("amount", "count"), debts=list(waiting.debt_ids))
        scene.say("utter_proposal_only_this", protocol=waiting.protocol, **wanted_values(waiting.wanted))
        return
    await withdraw_proposals(scene.conn, waiting.debt_ids, scene.now)
    scene.ask(None)
    scene.set_slot("focus", list(waiting.debt_ids))
    scene.say("utter_proposal_withdrawn", protocol=waiting.protocol)
