"""A proof of payment that somebody sends: read if it can be, read back, kept for review; it settles nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from actions.paid import answerers as paid_answerers
from actions.paid import claim_meant, look_for_payment, noted
from actions.receipt import give_papers
from actions.scene import Scene, Topic
from actions.which_debt import payable
from conversations import audit
from conversations.media import latest_files
from conversations.protocol import new_protocol
from documents.receipt_reader import Receipt, read_receipt
from payments.charges import payments_of
from payments.look_up import LOOK_UP
from payments.receipt_match import Match, keep, match
from receivables.claims import Claim, open_claim, open_claim_of, tell_more
from receivables.store import get_debts
from understanding.plain import plain

_PDF = "application/pdf"
_FRESH = timedelta(hours=2)
"""So long a file that was sent before identity waits to be looked at."""


class SentFile(Protocol):
    """A file of a message as it is kept: `conversations.media.TurnMedia` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def mime(self) -> str | None: ...
    @property
    def sha256(self) -> str | None: ...
    @property
    def path(self) -> Path | None: ...


class AnnounceReceipt(Topic):
    """\"Vou mandar o comprovante\"."""

    def name(self) -> str:
        return "action_receipt_announced"

    async def act(self, scene: Scene) -> None:
        if await _wants_one(scene):
            await give_papers(scene)
            return
        if scene.open_question == "paid_receipt" and await paid_answerers["paid_receipt"](scene):
            return
        proof = await scene.proof()
        claim = await claim_meant(scene, proof.debtor_id) if proof is not None else None
        kept: dict[str, Any] = {"claim": claim.id} if claim is not None else {}
        if _SENT.search(plain(scene.turn.text or "")) and proof is not None:
            came = await latest_files(scene.conn, scene.till.talk, scene.conversation.id, scene.now - _SENT_IN)
            if came and claim is not None:
                scene.say("utter_paid_noted_yes", **noted(claim, await get_debts(scene.conn, claim.debts)))
                return
            if came:
                scene.say("utter_receipt_is_here")
            else:
                scene.ask("paid_receipt", public=True, **kept)
                scene.say("utter_receipt_none_came")
            return
        scene.ask("paid_receipt", public=True, **kept)
        scene.say("utter_receipt_send")


_SENT = re.compile(
    r"\b(?:ja|acabei de|eu) (?:te |lhe |o |a |eu )*(?:mandei|enviei|mandar|enviar|passei|coloquei|postei|anexei)\b|\b(?:mandei|enviei|passei|anexei)\b.{0,30}\b(?:ai|aqui|ali|em cima|acima|antes|agora|ontem|hoje)\b"
    r"|\b(?:ta|esta|tao|foi) (?:ja )?(?:ai|ali|aqui|em cima|acima|mandad\w+|enviad\w+|anexad\w+)\b|\b(?:recebeu|recebeste|chegou|chegaram|viu|viram)\b"
)
_SENT_IN = timedelta(days=3)
"""So long a file that they say they have sent is looked for above."""


_FROM_US = re.compile(
    r"\b(?:me (?:mand\w+|envi\w+|pass\w+|da|de|ve|arrum\w+|ger\w+|faz\w*)|(?:mand\w+|envi\w+|pass\w+) (?:pra|para) mim"
    r"|(?:quero|queria|preciso(?: d[eo])?|gostaria de) (?:(?:um|o|meu|ter|receber|de) ){0,3}(?:comprovante|recibo)|tem como (?:mandar|enviar|ter|receber))\b"
)
_FROM_THEM = re.compile(
    r"\b(?:te|lhe|vou|vo|posso|quero|preciso|consigo) (?:mandar|enviar|mando|envio|passar)\b|\b(?:te|lhe) (?:mandei|enviei)\b"
)


async def _wants_one(scene: Scene) -> bool:
    """Whether who has paid asks for a proof of it, and does not announce one: "me manda o comprovante que eu paguei"."""
    said = plain(scene.turn.text or "")
    proof = await scene.proof()
    if proof is None or not _FROM_US.search(said) or _FROM_THEM.search(said):
        return False
    return any(payment.charge_id is not None for payment in await payments_of(scene.conn, proof.debtor_id))


async def take_receipt(scene: Scene, files: Sequence[SentFile]) -> bool:
    """Take photos and PDFs of this message as proof of payment; False when there is none, or nobody has proven who they are."""
    sent = [file for file in files if file.kind in ("image", "document")]
    proof = await scene.proof()
    if not sent or proof is None:
        return False
    for file in sent[:1]:
        readable = file.state == "kept" and file.path is not None and file.mime == _PDF
        receipt = await read_receipt(file.path, today=scene.today) if readable and file.path is not None else None
        found = await match(scene.conn, scene.till, proof.debtor_id, receipt)
        await _tell(scene, proof.debtor_id, file, receipt, found)
    return True


async def paid_and_sent(scene: Scene) -> None:
    """ "Já paguei", after identity: what was sent before it is looked at, if a file was."""
    since = scene.now - _FRESH
    sent = await latest_files(scene.conn, scene.till.talk, scene.conversation.id, since)
    if not sent or not await take_receipt(scene, sent):
        await look_for_payment(scene)


async def _tell(scene: Scene, debtor_id: int, file: SentFile, receipt: Receipt | None, found: Match) -> None:
    claim = None
    if found.verdict in ("ours", "unreadable", "nothing_like_it"):
        claim = await _claim(scene, debtor_id, found)
        if claim is not None and receipt is not None:
            claim = await tell_more(scene.conn, claim.id, paid_on=receipt.paid_on, amount=receipt.amount)
    await keep(
        scene.conn,
        conversation_id=scene.conversation.id,
        debtor_id=debtor_id,
        claim_id=claim.id if claim else None,
        sha256=file.sha256,
        mime_type=file.mime,
        receipt=receipt,
        verdict="ours" if found.verdict == "confirmed" else found.verdict,
        now=scene.now,
    )
    if found.charge is not None and found.charge.status != "paid":
        await scene.till.talk.jobs.put(scene.conn, LOOK_UP, str(found.charge.id))
    scene.ask(None)
    _say(scene, receipt, found, claim)
    detail = {"verdict": found.verdict, "claim": claim.protocol if claim else None}
    await audit.record(scene.conn, "bot", "receipt.kept", f"debtor:{debtor_id}", detail, scene.now)


async def _claim(scene: Scene, debtor_id: int, found: Match) -> Claim | None:
    """While it is looked into nobody collects; there is nothing to look into where nothing is open."""
    _, debts = await payable(scene)
    theirs = [debt.id for debt in debts if debt.id in found.debts]
    known = await open_claim_of(scene.conn, debtor_id, "paid")
    if known is not None and not theirs:
        return known  # what cannot be read belongs to what is looked into already
    ids = theirs or [debt.id for debt in debts]
    if not ids:
        return None
    return await open_claim(
        scene.conn,
        scene.ground,
        "paid",
        debtor_id,
        ids,
        request_key=f"receipt:{scene.turn.id}",
        protocol=new_protocol(scene.today),
        conversation_id=scene.conversation.id,
    )


def _say(scene: Scene, receipt: Receipt | None, found: Match, claim: Claim | None) -> None:
    review: dict[str, Any] = {}
    if claim is not None:
        review = {"protocol": claim.protocol, "until": {"date": claim.review_until.isoformat()}}
    if found.verdict == "confirmed" and found.payment is not None:
        scene.say(
            "utter_receipt_confirmed",
            amount={"money": found.payment.amount},
            at={"instant": found.payment.paid_at.isoformat()},
        )
    elif found.verdict == "another_payee" and receipt is not None:
        scene.ask("human")
        scene.say("utter_receipt_another_payee", payee=receipt.payee or receipt.payee_document or "", ours=found.ours or "")
    elif claim is None:
        scene.say("utter_receipt_kept")
    elif found.verdict == "ours" and receipt is not None and receipt.scheduled:
        scene.say("utter_receipt_scheduled", **review)
    elif found.verdict == "ours" and receipt is not None:
        scene.say("utter_receipt_read", read=_rows(receipt), **review)
    elif found.verdict == "nothing_like_it":
        scene.say("utter_receipt_nothing_like_it", **review)
    else:
        scene.say("utter_receipt_photo", **review)


def _rows(receipt: Receipt) -> list[dict[str, Any]]:
    """What was read, one row for each thing that was there: the label's name and its value."""
    rows: list[dict[str, Any]] = []
    if receipt.amount is not None:
        rows.append({"what": "Valor", "value": {"money": receipt.amount}})
    if receipt.paid_on is not None:
        rows.append({"what": "Data", "value": {"date": receipt.paid_on.isoformat()}})
    if receipt.payee is not None:
        rows.append({"what": "Quem recebeu", "value": receipt.payee})
    if receipt.end_to_end_id is not None:
        rows.append({"what": "Código do Pix", "value": receipt.end_to_end_id})
    elif receipt.line is not None:
        rows.append({"what": "Linha do boleto", "value": f"final {receipt.line[-6:]}"})
    elif receipt.authentication is not None:
        rows.append({"what": "Autenticação", "value": receipt.authentication})
    return rows


topics = (AnnounceReceipt,)
