"""One of several accounts by what it is most: "a mais cara, quanto é", "qual tem mais juros", and which to pay first, as facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from actions.debt import tell
from actions.scene import Scene
from actions.which_debt import payable, superlative
from receivables.store import Debt, owed
from understanding.dealing import deals
from understanding.plain import plain

_NEVER = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano suspeita_golpe contestar_divida informar_ja_paguei colou_codigo
    enviar_comprovante reclamar ameaca_juridica direitos_lgpd pagamento_duplicado_estorno cancelar parcelar pedir_desconto""".split()
)
_OPEN = (None, "which", "which_to_pay", "which_to_divide", "pay", "show", "fits")
_PAYS_OR_MORE = re.compile(
    r"\b(?:pix|boletos?|codigo|pag(?:o|ar|uei|a|ando)|quit\w+|manda|gera\w*|parcel\w+|divid\w+|vezes|\d+ ?x|entrada|nao|nem|contest\w+|dia \d+|amanha|semana|por mes|e a mais|menos a)\b"
)
_TO_BE_TOLD = re.compile(r"\b(?:quanto|qual|valor|ver|mostra\w*|fala|diz|pode ser|quero|detalh\w*|entao|essa|saber)\b")
_WHICH_ONE = re.compile(r"\b(?:qual|quem|que conta|que divida|a que)\b")


async def most_of_them(scene: Scene) -> bool:
    """Which of several is the dearest, the oldest, the one with most interest, or that one's own account. False: not asked, or a deal
    or a payment is wished of it."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent in _NEVER or scene.open_question not in _OPEN or deals(said):
        return False
    kind = superlative(said)
    if kind is None or _PAYS_OR_MORE.search(said) or not _TO_BE_TOLD.search(said) or await scene.proof() is None:
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    best = _most(scene, kind, debts)
    if len(debts) < 2 or len(best) != 1:
        return False
    if _WHICH_ONE.search(said) and "quanto" not in said.split():
        _say_most(scene, kind, best[0])
        scene.set_slot("focus", [best[0].id])
        scene.ask("pay")
    else:
        await tell(scene, best)
    return True


def _measure(scene: Scene, kind: str) -> Callable[[Debt], int]:
    def of(debt: Debt) -> int:
        due = owed(scene.ground, debt)
        by_day = debt.due_date.toordinal()
        return {
            "old": -by_day,
            "new": by_day,
            "interest": due.fine + due.interest,
            "discount": due.discount,
            "cheap": -due.total,
            "dear": due.total,
        }[kind]

    return of


def _most(scene: Scene, kind: str, debts: Sequence[Debt]) -> list[Debt]:
    measure = _measure(scene, kind)
    most = max((measure(debt) for debt in debts), default=0)
    return [debt for debt in debts if measure(debt) == most]


def _say_most(scene: Scene, kind: str, debt: Debt) -> None:
    due = owed(scene.ground, debt)
    scene.say(
        f"utter_most_{kind}",
        description=debt.title,
        creditor=debt.creditor_name,
        due={"date": debt.due_date.isoformat()},
        days=due.days_overdue,
        charges={"money": due.fine + due.interest},
        discount={"money": due.discount},
        total={"money": due.total},
        arguments={"debts": [debt.id]},
    )


_FIRST = re.compile(
    r"\b(?:qual|quais|que conta|por qual|pela qual|com qual|o que)\b.{0,40}\b(?:primeir[ao]|antes|comec\w+|urgente|compensa|vale mais a pena|melhor pagar|prioridade|priori\w+)\b"
    r"|\b(?:pag\w+|comec\w+|quit\w+) (?:por |pela |a )?(?:qual|o que)\b|\b(?:aconselh\w+|recomend\w+|sugere\w*|indica\w*|sua opiniao|no meu lugar)\b.{0,40}\b(?:qual|pagar|primeir[ao])\b"
    r"|\b(?:qual|quais)\b (?:\w+ ){0,3}(?:pior|mais (?:urgente|grave|seri\w|complicad\w))\b"
    r"|\b(?:ajud\w+|ajuda) (?:eu |me |a |pra )*(?:escolher|decidir)\b|\bnao sei (?:qual|por onde|por qual) (?:\w+ )?(?:escolh\w+|comec\w+|pag\w+|decid\w+|priori\w+)\b"
    r"|\bqual\b.{0,30}\b(?:aconselh\w+|recomend\w+|sugere|indica|sua opiniao|no meu lugar)\b"
)
_OTHER_CHOICES = re.compile(
    r"\b(?:parcelas?|vezes|opcao|opcoes|plano|pix|boleto|\d+ ?x|primeir[ao] (?:parcela|vencimento|pagamento)|vence|dia)\b"
)


async def which_first(scene: Scene) -> bool:
    """ "Paga qual primeiro, na sua opinião?": what speaks for each, as facts, and the choice is the person's. False: not asked, or there
    is nothing to choose between."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or scene.intent in _NEVER or scene.open_question not in _OPEN or not _FIRST.search(said):
        return False
    if _OTHER_CHOICES.search(said) or await scene.proof() is None:
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    if len(debts) < 2:
        return False
    facts = []
    for kind in ("old", "cheap", "discount", "interest"):
        best = _most(scene, kind, debts)
        if len(best) == 1:
            facts.append((kind, best[0]))
    scene.ask("which", takes=("option",), shown=[debt.id for debt in debts])
    scene.say("utter_which_first")
    for kind, debt in facts:
        _say_most(scene, kind, debt)
    scene.say("utter_which_first_yours")
    return True
