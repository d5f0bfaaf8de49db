"""Files that are sent with a dispute: kept for who answers it, and no proof of payment, unless one can be read in them."""

from __future__ import annotations

import re

from actions.dispute_withdrawn import open_ones
from actions.paid import claim_meant, close_claim
from actions.scene import Scene
from conversations.reply import last_response
from documents.receipt_reader import read_receipt
from receivables.claims import open_claim_of
from receivables.disputing import Dispute, add_story
from understanding.plain import plain

_PDF = "application/pdf"
_OF_DISPUTES = ("utter_dispute_", "utter_anything_else", "utter_receipt_none_came", "utter_legal_threat")


async def paper_for_dispute(scene: Scene) -> bool:
    """Keep a photo or PDF with the dispute that was just talked about. False: none was, a payment is looked into, or it is a receipt."""
    proof = await scene.proof()
    files = [file for file in scene.turn.media if file.kind in ("image", "document") and file.state == "kept"]
    if proof is None or not files:
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not (last.startswith(_OF_DISPUTES) or scene.open_question == "dispute_story"):
        return False
    known = [one for one in await open_ones(scene) if one.reason != "already_paid"]
    if not known or await open_claim_of(scene.conn, proof.debtor_id, "paid") is not None:
        return False
    file = files[0]
    read = await read_receipt(file.path, today=scene.today) if file.mime == _PDF and file.path is not None else None
    if read is not None and not read.empty:
        return False  # a payment can be read in it
    await _keep(scene, known[0])
    return True


async def _keep(scene: Scene, dispute: Dispute) -> None:
    await add_story(scene.conn, dispute.id, "(arquivo enviado na conversa)")
    scene.say("utter_dispute_paper_kept", protocol=dispute.protocol, answer_by={"date": dispute.answer_by.isoformat()})


_NO_RECEIPT = re.compile(
    r"\b(?:nao|num|n) (?:e|eh|era|foi|to mandando|estou mandando|mandei) (?:um |o |nenhum |isso )*(?:comprovante|recibo|pagamento|pix)\b"
    r"|\b(?:e|eh|era|foi|mandei) (?:o |a |um |uma |so )*(?:laudo|boletim|b ?o|atestado|contrato|print|documento|declarac\w+|carta|rg|cnh|identidade)\b"
)


_SENT = re.compile(
    r"(?:(?:ja|eu|te|acabei de|pronto|ta|o|a|foto|documento|prontinho|agora) )*(?:mandei|enviei|mandar|enviar|foi|mandad[oa]|enviad[oa]|anexei)(?: (?:viu|ja|ai|aqui|tudo|o|a|foto|documento|ta|ok|agora|recebeu|chegou|moc[oa]))*"
)


async def paper_named(scene: Scene) -> bool:
    """ "Já mandei, viu?", of a paper for a dispute: it is here, or nothing came; no payment is told. False: of no paper."""
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith(("utter_dispute_paper_kept", "utter_dispute_proof_here")) or scene.form is not None:
        return False
    if not _SENT.fullmatch(plain(scene.turn.text or "")):
        return False
    known = await open_ones(scene)
    if not known:
        return False
    if last == "utter_dispute_proof_here":
        scene.say("utter_receipt_none_came")
    else:
        scene.say("utter_dispute_paper_is_here", protocol=known[0].protocol)
    return True


async def no_receipt(scene: Scene) -> bool:
    """ "Isso não é comprovante, é o laudo", right after a file was taken for one: no payment is looked into any more, and the file belongs
    to the dispute, if one is open. False: no such words or file."""
    said = plain(scene.turn.text or "")
    proof = await scene.proof()
    if proof is None or scene.form is not None or not _NO_RECEIPT.search(said) or "?" in (scene.turn.text or ""):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith(("utter_receipt_photo", "utter_receipt_nothing_", "utter_receipt_read", "utter_receipt_kept")):
        return False
    claim = await claim_meant(scene, proof.debtor_id)
    if claim is not None:
        await close_claim(scene, claim)
    known = await open_ones(scene)
    if known:
        scene.ask(None)
        await _keep(scene, known[0])
    elif claim is not None:
        scene.say("utter_paid_taken_back_what_now", protocol=claim.protocol, arguments={"debts": list(claim.debts)})
    else:
        scene.say("utter_file_kept_what_for")
    return True
