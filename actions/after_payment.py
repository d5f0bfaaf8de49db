"""What is asked once a payment came in: whether a proof of it is wanted, whether the other code still holds, what is left, and who
calls now. Answered from the store, so that nobody pays twice or goes on waiting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from actions.debt import show_debts, tell
from actions.paid import look_for_payment
from actions.receipt import give_papers
from actions.scene import Scene
from actions.standing import tell_standing
from actions.which_debt import payable
from conversations.reply import last_response
from conversations.turn import text_of
from payments.charges import Charge, Payment, charges_of, items_of, payments_of
from payments.charges import get as get_charge
from payments.present import last_day_of
from receivables.agreements import agreements_of
from receivables.brasilia import BRASILIA
from receivables.claims import claimed_debts, open_claim_of
from receivables.store import debts_of, get_debts, owed
from understanding.plain import plain

_JUST = timedelta(days=3)
"""So long after a payment came in what is asked without naming one is about it."""
_MOST_WORDS = 22
_NEVER = frozenset(
    "vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe contestar_divida colou_codigo".split()
)

_SEND_PROOF = re.compile(
    r"\b(?:preciso|precisa|precisava|precisam|tenho (?:que|de)|tem que|e pra|e para|era pra|devo|necessari[oa]|obrigatori[oa]|vcs querem|voces querem|quer que eu)\b"
    r"(?: \w+){0,3} ?(?:mand\w+|envi\w+|pass\w+|mostr\w+|apresent\w+)\b(?: \w+){0,3} (?:comprovante|comprovan\w*|recibo|print)\b"
)
_PROOF_IN_THE_MAIL = re.compile(r"\be ?-?mails?\b")
_A_PAPER = re.compile(r"\b(?:recibo|comprovante|quitacao|documento|nota)\b")
_WISHED = re.compile(r"\b(?:mand\w+|envi\w+|me (?:da|de|ve|passa)|quero|queria|preciso d[oe]|gostaria|cade|pode)\b")
_TOLD = re.compile(r"\b(?:paguei|pagei|quitei|ta pago|ja pago|fiz o (?:pix|pagamento))\b")

_HOLDS = re.compile(
    r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|codigo|qr ?code|outro|outra|ele|esse|aquele|linha)\b(?: \w+){0,3} (?:ainda |continua\w* |segue |ta |esta |fica |ficou )*"
    r"(?:val(?:e|endo|ido|ida)|ativ[oa]|em aberto|abert[oa]|pendente|funcion\w+|cancel\w+)\b"
    r"|\b(?:ainda|continua|segue) (?:val(?:e|endo|ido)|ativ[oa])\b"
)
_TWICE = re.compile(
    r"\b(?:pagar|pago|pagando|cobrad[oa])\b(?: \w+){0,3} (?:duas vezes|2 ?(?:x|vezes)|de novo|outra vez|em dobro|dobrado)\b"
)
_AFRAID_OF_TWICE = re.compile(r"\b(?:nao (?:quero|vou|posso)|medo|risco|receio|sera que (?:eu )?(?:vou|pago)|corro|perigo)\b")
_A_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|codigo|qr ?code|linha)\b")

_LEFT = re.compile(
    r"(?:(?:e|mas|entao|ai|ok|pronto|agora|beleza|blz|ta|certo) )*(?:(?:quanto|qto|qnto|o que|oq) (?:e que )?(?:eu )?(?:ainda )??(?:me )?(?:falta\w*|resta|sobr\w+|fic(?:a|ou) (?:faltando|devendo|pra pagar)|ainda devo)"
    r"|(?:ainda )?(?:falta|resta|sobrou|fica faltando|ficou faltando) (?:quanto|qto|qnto|o que|oq|mais quanto|qual|quais)|(?:qual|quais) (?:e que |que |ainda )*(?:falta\w*|resta\w*|sobr\w+)|(?:so )?(?:falta|resta|sobrou) (?:so |apenas )?(?:a|essa|uma) (?:outra )?(?:conta )?(?:ne)?)(?: (?:ainda|agora|pagar|pra pagar|entao|pra (?:quitar|acabar|zerar)|mais|por pagar|em aberto|a pagar|no total|ao todo|tudo))*"
)
_LESS = re.compile(
    r"\b(?:e |como (?:fica|faco|pago) )(?:o |com o )?(?:resto|restante|que falta|diferenca)\b|\b(?:mandei|paguei|fiz|coloquei|digitei) (?:\w+ ){0,3}?(?:a menos|menos|errado|so \d+)\b.*\b(?:resto|restante|falta|diferenca)\b"
)
_PLANS = re.compile(r"\b(?:parcel\w+|vezes|\d+ ?x|dia \d|amanha|semana|mes que vem|devolv\w+|estorn\w+|de volta)\b")
_CALLS = re.compile(
    r"\b(?:ainda |continu\w+ |vao |vai |voltam a |vcs |voces )(?:\w+ ){0,3}?(?:cobranca\w*|cobrar|cobrando|cobram|ligar|ligando|ligam|me perturba\w*|mensagem de cobranca|aviso)\b"
    r"|\b(?:para|param|parou|acab\w+) (?:de me |de |com |a |as )*(?:cobrar|cobranca\w*|ligar|ligac\w+)\b|\b(?:vem|chega|vou receber|recebo) (?:\w+ )?cobranca\w*\b"
)


_BOTH_CODES = re.compile(
    r"\b(?:pag\w+)\b(?: \w+){0,2} (?:os dois|as duas|ambos|duas vezes|2 vezes|dois boletos|em dobro|dobrado)\b"
)
_ARRIVED_AFTER_ALL = re.compile(
    r"\b(?:medo|receio|insegur\w+|nervos\w+|ansios\w+)\b.{0,40}\b(?:pix|pagamento|boleto|dinheiro) (?:ja )?(?:caiu|entrou|chegou|foi)\b"
)


async def _codes_that_hold(scene: Scene, debtor_id: int) -> bool:
    return any(one.status == "active" and one.code for one in await charges_of(scene.conn, debtor_id))


async def after_payment(scene: Scene) -> bool:
    """Answer what is asked right after a payment came in. False: nothing of the kind was asked, or none came lately."""
    words = scene.turn.text or ""
    said = plain(words)
    afraid = scene.intent == "suspeita_golpe" and _ARRIVED_AFTER_ALL.search(said) is not None
    if scene.form is not None or (scene.intent in _NEVER and not afraid) or not said or len(said.split()) > _MOST_WORDS:
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    came = [
        one
        for one in await payments_of(scene.conn, proof.debtor_id)
        if one.charge_id is not None and one.paid_at > scene.now - _JUST
    ]
    if _SEND_PROOF.search(said):
        return await _proof_wanted(scene, proof.debtor_id, came)
    if not came and _BOTH_CODES.search(said) and "?" in words and await _codes_that_hold(scene, proof.debtor_id):
        scene.say("utter_pay_only_one")
        return True
    if came and _ARRIVED_AFTER_ALL.search(said):
        await look_for_payment(scene)
        return True
    if not came:
        return _LEFT.fullmatch(said) is not None and await _left_beside_what_was_told(scene, proof.debtor_id)
    if _TOLD.search(said) and _A_PAPER.search(said) and _WISHED.search(said) and not _by_mail(said):
        await give_papers(scene)
        return True
    if _A_PAPER.search(said) and _WISHED.search(said) and _by_mail(said):
        await give_papers(scene)
        scene.say("utter_papers_not_by_email")
        return True
    if (_HOLDS.search(said) and (_A_CODE.search(said) or _TWICE.search(said))) or (
        _TWICE.search(said) and (_AFRAID_OF_TWICE.search(said) or words.rstrip().endswith("?"))
    ):
        return await _holds(scene, said, proof.debtor_id, came)
    less = came[0].status == "partial" and _LESS.search(said) is not None and _PLANS.search(said) is None
    if came[0].status == "partial" and _REST_WHEN.fullmatch(said):
        return await _rest_when(scene, proof.debtor_id)
    if less or _LEFT.fullmatch(said):
        return await _left(scene, proof.debtor_id)
    if _CALLS.search(said) and ("?" in words or said.startswith(("ainda ", "e ", "agora "))):
        return await _calls(scene)
    return False


def _by_mail(said: str) -> bool:
    return _PROOF_IN_THE_MAIL.search(said) is not None


async def _proof_wanted(scene: Scene, debtor_id: int, came: Sequence[Payment]) -> bool:
    """ "Preciso mandar comprovante?": not of what came in; of what is looked into it helps; of our own codes the bank tells us."""
    claim = await open_claim_of(scene.conn, debtor_id, "paid")
    if claim is not None:
        scene.say("utter_proof_helps", protocol=claim.protocol, until={"date": claim.review_until.isoformat()})
    elif came:
        scene.say("utter_proof_not_needed", amount={"money": came[0].amount}, at={"instant": came[0].paid_at.isoformat()})
    else:
        scene.say("utter_proof_only_if_wished")
    return True


async def _holds(scene: Scene, said: str, debtor_id: int, came: Sequence[Payment]) -> bool:
    """Whether the other code of what was paid can still be paid, and which code there is for what was not."""
    assert came[0].charge_id is not None
    paid = await get_charge(scene.conn, came[0].charge_id)
    charges = await charges_of(scene.conn, debtor_id)
    settled = {item.debt_id for item in await items_of(scene.conn, paid.id)}
    named = (
        "boleto"
        if re.search(r"\bb[ou]l+[eao]?[tl]\w*|\blinha\b", _after_telling(said))
        else "pix"
        if "pix" in _after_telling(said)
        else None
    )
    live = [one for one in charges if one.status == "active" and (named is None or one.kind == named)]
    same = [one for one in live if settled & {item.debt_id for item in await items_of(scene.conn, one.id)}]
    if same or (paid.on_account and named is None):
        return False
    others = [
        {
            "description": _titles(await _debts_of(scene, one)),
            "kind": {"phrase": f"kind:paid_by_{one.kind}"},
            "until": {"date": last_day_of(one).isoformat()},
        }
        for one in live
        if await items_of(scene.conn, one.id)
    ]
    means = named or paid.kind
    values = {"kind": {"phrase": f"kind:paid_by_{means}"}, "amount": {"money": came[0].amount}}
    cancelled = any(one.kind == means and one.id != paid.id and not one.live for one in charges)
    scene.say("utter_code_ended" if means != paid.kind and cancelled else "utter_code_was_paid", others=others, **values)
    if came[0].status == "partial" and any(debt.id in settled for debt in (await payable(scene))[1]):
        await show_debts(scene)  # a part was paid by it, and the rest needs a new one
    return True


def _after_telling(said: str) -> str:
    """What is asked, without what is told before it: "paguei o boleto, e o pix ainda vale?"."""
    told = re.search(
        r"\b(?:paguei|pagei|quitei|pago)\b (?:pelo |pela |no |na |com |o |a |por )*(?:pix|b[ou]l+[eao]?[tl]\w*|codigo)\b", said
    )
    return f"{said[: told.start()]} {said[told.end() :]}" if told else said


async def _debts_of(scene: Scene, charge: Charge) -> list[str]:
    return [debt.title for debt in await get_debts(scene.conn, [item.debt_id for item in await items_of(scene.conn, charge.id)])]


def _titles(titles: Sequence[str]) -> str:
    return ", ".join(titles)


async def _left(scene: Scene, debtor_id: int) -> bool:
    """ "E agora falta quanto?": what is open still, and what is told to be paid and not seen yet. False: an agreement answers it."""
    debtor, debts = await payable(scene)
    if await agreements_of(scene.conn, debtor_id, status="active"):
        return False
    if not debts:
        if any(debt.status not in ("paid", "closed") for debt in await debts_of(scene.conn, debtor.id)):
            return False
        scene.say("utter_all_settled", name=debtor.first_name)
        return True
    scene.say("utter_left_after_payment")
    scene.set_slot("focus", None)
    await show_debts(scene)
    return True


_REST_WHEN = re.compile(
    r"(?:(?:e|mas|ai|entao|ok|ta|agora) )*(?:o resto|o restante|o que (?:falta|faltou|sobrou|ficou)|a diferenca|a outra (?:parte|metade)|o saldo)"
    r"(?: (?:eu|tenho que|tem que|e pra|fica|vai ser|vence|pago|pagar|posso|pra|para|e|tem|ate|ser pago))* (?:quando|que dia|ate que dia|quanto tempo|prazo)"
    r"|(?:(?:e|mas|ai|entao|ok|ta|agora) )*(?:quando|que dia|ate quando|ate que dia) (?:(?:eu|e que|que|tenho que|e pra|vence|fica|pago|pagar|posso) )*(?:o resto|o restante|o que (?:falta|faltou|sobrou|ficou)|a diferenca|a outra (?:parte|metade)|o saldo)"
)


async def _rest_when(scene: Scene, debtor_id: int) -> bool:
    """ "E o resto, quando?", after a part was paid: what is left, and the day that was promised, or that none is set."""
    if await tell_standing(scene):
        return True
    if not await _left(scene, debtor_id):
        return False
    late = all(owed(scene.ground, debt).days_overdue for debt in (await payable(scene))[1])
    if late and scene.said[0][0] == "utter_left_after_payment":
        scene.said.insert(1, ("utter_rest_has_no_day", {}))
    return True


async def _left_beside_what_was_told(scene: Scene, debtor_id: int) -> bool:
    """What is owed, and that what was told of a part is looked into and not taken off yet. False: no part was told."""
    claim = await open_claim_of(scene.conn, debtor_id, "paid")
    if claim is None:
        return False
    _, debts = await payable(scene)
    if any(debt.status == "open" and debt.id not in claim.debts for debt in debts):
        await show_debts(scene)
        return True
    if claim.amount is None:
        return False
    total = sum(owed(scene.ground, debt).total for debt in debts if debt.id in claim.debts)
    if not total or claim.amount >= total:
        return False
    await tell(scene, [debt for debt in debts if debt.id in claim.debts])
    row = {"amount": {"money": claim.amount}, "until": {"date": claim.review_until.isoformat()}, "protocol": claim.protocol}
    scene.say("utter_paid_told_beside", claims=[row])
    return True


_WHEN_SHOWS = re.compile(
    r"\b(?:quando|em quanto tempo|quanto tempo|quantos dias|que horas|que dia|demora|leva)\b(?: \w+){0,5}? ?(?:aparec\w+|cai|caem|cair|compens\w+|const\w+|baix(?:a|ar)|confirm\w+|entra|entrar|mostra\w*|atualiz\w+|processa\w*|demora|leva)\b"
    r"|^(?:e )?(?:demora|leva) (?:muito|quanto)\b|^(?:e |mas )?(?:quando|qnd[oe]?|qdo|qd) (?:que )?(?:cai|caem|entra|baixa|compensa|aparece|confirma)\b"
)
_OF_THE_REGISTER = re.compile(
    r"\b(?:nome|serasa|spc|score|limpa\w*|negativ\w+|devol\w+|volt\w+|estorn\w+|salario|auxilio|beneficio)\b"
)
_OF_WHAT_WAS_PAID = ("utter_paid_", "utter_receipt_", "utter_proof_", "utter_instalment_")


async def _is_there_already(scene: Scene, debtor_id: int) -> bool:
    """Whether a payment came in today and no code waits to be paid."""
    if any(one.status == "active" for one in await charges_of(scene.conn, debtor_id)):
        return False
    paid = await payments_of(scene.conn, debtor_id)
    return any(one.charge_id is not None and one.paid_at.astimezone(BRASILIA).date() == scene.today for one in paid)


async def when_it_shows(scene: Scene) -> bool:
    """ "Paguei o boleto hoje, quando aparece?": how long the bank takes. False: not asked, or nothing is told to be paid."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent in _NEVER or not _WHEN_SHOWS.search(said) or _OF_THE_REGISTER.search(said):
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    whole = plain(await text_of(scene.conn, scene.turn.id) or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not _TOLD.search(whole) and await _is_there_already(scene, proof.debtor_id):
        await look_for_payment(scene)
        return True
    told = _TOLD.search(whole) is not None
    if not told and not last.startswith(_OF_WHAT_WAS_PAID):
        return False
    if told and scene.piece is None:
        await look_for_payment(scene)
        if any(response.startswith("utter_paid_found_") for response, _ in scene.said):
            return True
    claim = await open_claim_of(scene.conn, proof.debtor_id, "paid")
    charges = await charges_of(scene.conn, proof.debtor_id)
    means = (
        _named_in(whole)
        or (claim.means if claim is not None else None)
        or next((one.kind for one in charges if one.status == "active"), None)
    )
    scene.say("utter_paid_shows_pix" if means == "pix" else "utter_paid_shows_boleto")
    return True


def _named_in(said: str) -> str | None:
    return "boleto" if re.search(r"\bb[ou]l+[eao]?[tl]\w*", said) else "pix" if re.search(r"\bpix\b", said) else None


async def _calls(scene: Scene) -> bool:
    """ "Ainda vem cobrança?": not of what is paid; of what is open it may."""
    _, debts = await payable(scene)
    resting = await claimed_debts(scene.conn, [debt.id for debt in debts]) if debts else {}
    still = [debt for debt in debts if debt.id not in resting]
    if still:
        scene.ask("show")
        scene.say("utter_calls_for_the_rest", debts=[{"description": debt.title} for debt in still])
    else:
        scene.say("utter_no_more_calls")
    return True
