"""\"Quero meu recibo\", \"carta de quitação\", \"nada consta\": papers made from the store, for who has proven who they are."""

from __future__ import annotations

import re

from actions.debt import MOST_PAPERS
from actions.proving import proven
from actions.scene import Scene, Topic
from actions.which_debt import payable
from conversations import audit
from payments.charges import payments_of
from payments.papers import FileValue, receipt, returned, settlement_letter, yearly_statement
from receivables.store import Debtor, debts_of
from understanding.plain import plain

_YEARLY = re.compile(r"\b(anual|12\.?007|informe (?:de|anual|do)|imposto de renda|irpf|(?:no|do|o|pro) ir)\b")
_RECEIPT_OF_EACH = re.compile(
    r"\brecibos\b|\b(?:recibo|comprovante)s? (?:\w+ )?d(?:as (?:duas|tres)|os dois|os tres|e cada|e todas|e ambas|e tudo|as outras|e todos)\b"
)
_ONCE_PAID = re.compile(
    r"\b(?:quando|assim que|logo que|depois que|dps que|qnd|qdo) (?:\w+ ){0,4}(?:cair|caia|compens\w+|pagar|for pag\w|quitar|confirmar\w*|terminar|acabar|estiver pag\w|baixar)\b"
)
"""A paper of what is still to be paid."""
_YEAR = re.compile(r"\b(20[0-9]{2})\b")


class GivePapers(Topic):
    """Somebody wants proof of what they have paid."""

    def name(self) -> str:
        return "action_give_papers"

    async def act(self, scene: Scene) -> None:
        if _ONCE_PAID.search(plain(scene.turn.text or "")) and await scene.proof() is not None:
            scene.say("utter_paper_when_paid")
            await scene.go_back()
            return
        _note_year(scene)
        if await proven(scene, "recibo_quitacao"):
            await give_papers(scene)


def _note_year(scene: Scene) -> None:
    """A yearly declaration is wished, of the year named or else of the last one; kept until identity is proven."""
    words = plain(scene.words)
    if not _YEARLY.search(words):
        scene.set_slot("statement_year", None)
        return
    named = _YEAR.search(words)
    scene.set_slot("statement_year", int(named[1]) if named else scene.ground.clock.today().year - 1)


async def give_papers(scene: Scene) -> None:
    """What there is: the declaration that was asked for, else letters of settlement and the last receipt, else the next step."""
    proof = await scene.proof()
    assert proof is not None
    year = scene.slots.get("statement_year")
    scene.set_slot("statement_year", None)
    scene.ask(None)
    debtor, debts = await payable(scene)
    if year is not None:
        statements = await yearly_statement(scene.conn, scene.till, debtor.id, year)
        if statements:
            scene.say("utter_statement_here", name=debtor.first_name, year=str(year))
            for statement in statements[:MOST_PAPERS]:
                scene.say("utter_paper_statement", year=str(year), file=statement)
            await _note_given(scene, debtor, len(statements[:MOST_PAPERS]))
            return
        scene.say("utter_statement_not_there", year=str(year))
    payments = [payment for payment in await payments_of(scene.conn, debtor.id) if payment.charge_id is not None]
    if not payments:
        _say_nothing_paid(scene, debtor, len(debts))
        return
    # The receipt of what settled something says more than that of a second payment of the same.
    payments.sort(key=lambda payment: payment.remark == "double")
    letters = await settlement_letter(scene.conn, scene.till, debtor.id)
    # "Um recibo das duas": each payment has its own.
    of_each = _RECEIPT_OF_EACH.search(plain(scene.words)) is not None
    receipts: list[tuple[FileValue, dict[str, str]]] = []
    for payment in payments:
        if len(receipts) == (1 if letters and not of_each else MOST_PAPERS):
            break
        file = await receipt(scene.conn, scene.till, payment.id)
        if file is not None:
            receipts.append((file, {"instant": payment.paid_at.isoformat()}))
    if not letters and not receipts:
        scene.ask("human")
        scene.say("utter_papers_by_human")
        return
    whole = all(debt.status in ("paid", "closed") for debt in await debts_of(scene.conn, debtor.id))
    if whole and await returned(scene.conn, [payment.id for payment in payments]):
        whole = False
    _introduce(scene, debtor, settled=bool(letters), whole=whole, still_open=len(debts))
    kept = letters[: MOST_PAPERS - (0 if of_each else len(receipts))]
    for letter in kept:
        scene.say("utter_paper_letter", file=letter)
    for given, at in receipts:
        scene.say("utter_paper_receipt", at=at, file=given)
    if len(kept) < len(letters):
        scene.ask("human")
        scene.say("utter_papers_more")
    await _note_given(scene, debtor, len(kept) + len(receipts))


def _introduce(scene: Scene, debtor: Debtor, *, settled: bool, whole: bool, still_open: int) -> None:
    """What the documents are, what they are good for, and what comes next. `whole`: there is nothing beside what was settled."""
    if still_open:
        scene.ask("show")
        if settled:
            scene.say("utter_papers_settled_some", name=debtor.first_name, count=still_open)
        else:
            scene.say("utter_papers_partial", name=debtor.first_name)
    elif settled:
        scene.say("utter_papers_settled" if whole else "utter_papers_settled_listed", name=debtor.first_name)
    else:
        scene.ask("human")
        scene.say("utter_papers_receipt_only", name=debtor.first_name)


def _say_nothing_paid(scene: Scene, debtor: Debtor, still_open: int) -> None:
    if still_open:
        scene.ask("show")
        scene.say("utter_papers_nothing_paid", name=debtor.first_name)
    else:
        scene.ask("human")
        scene.say("utter_papers_nothing_here", name=debtor.first_name)


async def _note_given(scene: Scene, debtor: Debtor, count: int) -> None:
    """Papers name a person and their document: that they were given is recorded."""
    await audit.record(
        scene.conn, "bot", "papers.given", f"debtor:{debtor.id}", {"count": count}, scene.now, tenant_id=debtor.tenant_id
    )


topics = (GivePapers,)
