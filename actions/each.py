"""\"A 1 tá com valor errado, a 2 não é minha\": what one message says of several debts, each kept under a number of its own.

Several wishes of several kinds are served by `by_debt`, which comes before; this is for what is one kind there, and two reasons here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.dispute import LABELS, all_of_them, dispute, only_asks, register_dispute
from actions.human import ask_human
from actions.paid import look_for_payment
from actions.scene import Scene
from actions.which_debt import named_by_words, named_in_words, payable
from conversations import audit, effects
from conversations.protocol import new_protocol
from conversations.turn import text_of
from receivables.claims import open_claim
from receivables.dispute import BY_A_HUMAN
from receivables.store import Debt
from understanding.dispute_reasons import dispute_reason
from understanding.plain import plain

_FROM = frozenset(
    "contestar_divida informar_ja_paguei enviar_comprovante nlu_fallback responder reclamar nao_sou_a_pessoa pagamento_duplicado_estorno fora_de_escopo".split()
)
_PARTS = re.compile(
    r"[,;.\n]+|\s+(?:e|mas|porem|porém|já|ja|só que|so que)\s+(?=(?:a|o|as|os|n[ao]|ess[ae]|d[ao])\s)", re.IGNORECASE
)
_OTHER = re.compile(r"\b(?:a|o|na|no|da|do) outr[ao]\b")
_PAID = re.compile(
    r"\b(?:ja (?:foi |ta |esta |tinha )?(?:pag\w+|quit\w+)|paguei|pagei|quitei|foi pag[ao]|ta pag[ao]|esta pag[ao])\b"
)
_UNPAID = re.compile(r"\b(?:nao|nem|ainda nao|num) (?:\w+ )?(?:paguei|quitei|pago)\b")


@dataclass(frozen=True)
class Said:
    """What a message says of one debt."""

    debt: Debt
    reason: str
    words: str


async def each_of_them(scene: Scene) -> bool:
    """Register what was said of each of several debts, every one with its own reason and number. False: nothing of the kind was said."""
    if scene.form is not None or await scene.proof() is None:
        return False
    if scene.intent not in _FROM:
        return False
    if scene.piece and any(name == "utter_each_registered" for name, _ in await effects.said_in(scene.conn, scene.turn.id)):
        return True  # served with the piece before
    # A message of two wishes comes in two pieces; this is one matter, and read as a whole.
    whole = scene.turn.text if scene.piece is None else await text_of(scene.conn, scene.turn.id)
    _, debts = await payable(scene)
    said = _of_each(scene, whole or "", [debt for debt in debts if debt.status in ("open", "agreed")])
    if len({one.reason for one in said}) < 2:
        return False
    await _register(scene, said)
    return True


_UNSURE = frozenset(
    """nlu_fallback fora_de_escopo pagamento_duplicado_estorno consultar_divida consultar_acordo escolher_opcao responder negar cancelar
    reclamar enviar_comprovante nao_sou_a_pessoa contestar_divida informar_ja_paguei afirmar""".split()
)
_DOUBT = re.compile(
    r"\b(?:errad[ao]s?|nao (?:bate|confere|e|era|sao|foi|fui|tinha|tava|estava) (?:minh\w+|meu\w*|sido|cancel\w+|pag[ao]s?|eu|quitad\w+|encerrad\w+)|cancelad[ao]s?|prescr\w+|caduc\w+|fraude"
    r"|nao (?:bate|confere)|ja (?:nao )?(?:foi|foram|tinha|estava|tava|ta) \w+|duplicad[ao]s?)\b"
)
_TWICE = re.compile(
    r"\b(?:duas vezes|2 ?(?:x|vez\w*)|dobro|em dobro|de novo|outra vez|a mais|devolv\w*|estorn\w*|reembols\w*|de volta|sem querer|errad\w+)\b"
)


async def of_a_named_one(scene: Scene) -> bool:
    """What is said or asked of an account that is named, or of all there are, whatever the classifier made of it: paid, denied, doubted.
    False: nothing of the kind."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _UNSURE or scene.form is not None or scene.piece is not None or await scene.proof() is None:
        return False
    _, debts = await payable(scene)
    if len(debts) < 2:
        return False
    if all_of_them(said, len(debts)) and "?" not in (scene.turn.text or "") and _DENIES.search(said):
        await dispute(scene)
        return True
    named = await named_by_words(scene)
    if not named:
        return False
    if only_asks(scene.turn.text or "") and _DOUBT.search(said):
        await dispute(scene)
        return True
    if (
        scene.intent in _NOT_TOLD
        and _PAID.search(said)
        and not _UNPAID.search(said)
        and not _TWICE.search(said)
        and "?" not in (scene.turn.text or "")
    ):
        await look_for_payment(scene)
        return True
    return False


_DENIES = re.compile(
    r"\b(?:nenhum[ao]\b.*\b(?:minh\w+|meu\w*)|nao (?:e|sao|eh|era|eram|foi|foram) (?:minh\w+|meu\w*|eu)|nao reconhec\w*|nunca (?:comprei|fiz|contratei|tive))\b"
)
_NOT_TOLD = _UNSURE - {"informar_ja_paguei", "contestar_divida", "nao_sou_a_pessoa"}


def _of_each(scene: Scene, whole: str, debts: Sequence[Debt]) -> list[Said]:
    if len(debts) < 2 or "?" in whole:
        return []
    parts: list[tuple[list[Debt], str]] = []
    for part in filter(str.strip, _PARTS.split(whole)):
        named = named_in_words(scene, part, debts)
        if not named and _OTHER.search(plain(part)):
            before = {debt.id for known, _ in parts for debt in known}
            left = [debt for debt in debts if debt.id not in before]
            named = left if len(left) == 1 else []
        if named or not parts:
            parts.append((named, part))
        else:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]} {part}")
    found: list[Said] = []
    for named, words in parts:
        reason = _reason(words)
        for debt in named:
            if reason is None or any(one.debt.id == debt.id for one in found):
                return []  # not clear enough to write anything down
            found.append(Said(debt, reason, words.strip()))
    return found


def _reason(words: str) -> str | None:
    said = plain(words)
    if _UNPAID.search(said):
        return None
    return "already_paid" if _PAID.search(said) else dispute_reason(words)


async def _register(scene: Scene, said: Sequence[Said]) -> None:
    denied, claimed = [], []
    for one in said:
        if one.reason == "already_paid":
            claim = await open_claim(
                scene.conn,
                scene.ground,
                "paid",
                one.debt.debtor_id,
                [one.debt.id],
                request_key=f"paid:{scene.turn.id}:{one.debt.id}",
                protocol=new_protocol(scene.today),
                conversation_id=scene.conversation.id,
            )
            until = {"date": claim.review_until.isoformat()}
            claimed.append({"description": one.debt.title, "protocol": claim.protocol, "until": until})
            await audit.record(scene.conn, "bot", "payment.claimed", f"claim:{claim.id}", {"protocol": claim.protocol}, scene.now)
            kept = claim.id
            continue
        made = await register_dispute(scene, one.debt, one.reason, one.words)
        if made is not None:
            denied.append(
                {
                    "description": one.debt.title,
                    "reason": LABELS[one.reason].lower(),
                    "protocol": made[0].protocol,
                    "until": {"date": made[0].answer_by.isoformat()},
                }
            )
    scene.set_slot("focus", None)
    scene.ask(None)
    scene.say("utter_each_registered", denied=denied, claimed=claimed)
    if any(one.reason in BY_A_HUMAN for one in said):
        await ask_human(scene, "contestar_divida", "utter_dispute_to_human", asked=False)
    if claimed:
        # The day and the way of the payment may be told next; nobody is asked for them now.
        scene.ask("paid_when", takes=("date",), claim=kept)
