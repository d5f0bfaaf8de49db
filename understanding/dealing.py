"""Wishes about a deal that name their object so plainly that no classifier needs to guess: \"cancela o acordo\", \"quanto cabe no meu mês\".

Pure: text in, an intent of the talk out, or nothing. What is said of an agreement counts only for somebody who has one.
"""

from __future__ import annotations

import re

from understanding.plain import plain

_CAPACITY = re.compile(
    r"\bquanto cabe\b|\b(?:que|o que) (?:caiba|cabe|coubesse) no (?:meu )?(?:mes|bolso|orcamento)\b|\bcab\w+ no (?:meu )?(?:mes|bolso|orcamento|salario)\b"
)
_WHY_OFFER = re.compile(
    r"\b(?:por ?que|pq|porq|qual o motivo|como (?:voces |vcs )?(?:chega\w*|calcul\w*)|de onde (?:vem|veio|saiu|tira\w*))\b.{0,40}"
    r"\b(?:ofertas?|propostas?|planos?|entrada|condicoes|opcoes de parcel\w+|parcela (?:minima|maxima))\b"
)
_NEGOTIATE = re.compile(
    r"\b(?:re)?negoci(?:ar|acao|a)\b|\b(?:fazer|faz|fecha\w*|quero|queria|propor|tem como|da pra) (?:um |outro |novo )*acordo\b"
)
_PLAN = re.compile(
    r"\b\d[\d.,]*\b.{0,15}\b(?:d[eai]?|di) (?:entrada|sinal)\b|\b(?:entrada|sinal) d[ei]? ?(?:r\$ ?)?\d|\bresto em \d|\b\d[\d.,]* (?:reais |conto |pila )?(?:por|ao|p) mes\b"
)
"""A plan that somebody proposes: a down payment, or so much a month."""

_AGREEMENT = re.compile(r"\b(?:acordo|acordu|parcelamento|renegocia\w*|negociacao)\b")
_INSTALMENT = re.compile(r"\b(?:parcelas?|parselas?|prestac\w+|entrada|prestassao)\b")
_TO_DO = re.compile(
    r"\b(?:mud\w+|mover|troc\w+|adi\w+|alter\w+|pul\w+|antecip\w+|cancel\w+|desist\w+|desfaz\w*|quebr\w+|atras\w+|quit\w+|falta\w*|resta\w*"
    r"|proxim[ao]|2a via|segunda via|codigo|manda\w*|envia\w*|vence\w*|venceu|ve|ver|como (?:ta|esta)|cade|qual|quando|pagar|paguei|pago|situacao|andamento|saldo|pdf|termo|por escrito|imprim\w+|copia)\b"
)
_AHEAD = re.compile(
    r"(?<!nao )\b(?:adiantar|antecipar|adianta|antecipa|adianto|antecipo)\b|\b(?:quitar|pagar) (?:o resto|o restante|o que falta|o acordo)\b"
)
_LATE = re.compile(
    r"\b(?:e )?se (?:eu )?(?:atras\w+|nao (?:pagar|conseguir)|esquecer|der ruim)\b|\bquantos dias (?:posso|de) (?:atras\w+|toleranc\w+)"
)
_NEWS = re.compile(r"(?:ver |a |qual (?:e |a )*)?novidades?")
_CANCEL = re.compile(
    r"\b(?:cancel\w+|desist\w+|desfaz\w*|nao quero(?: mais)?)\b.{0,25}\bacordo\b|\bacordo\b.{0,25}\b(?:cancel\w+|desist\w+|desfaz\w*)\b"
)


_TAKE_IT_UP = re.compile(
    r"\b(?:lev(?:a|ar|e|em)|apresent\w+|encaminh\w+|repass\w+|(?:mand|envi|pass)(?:a|ar|e|em)) (?:\w+ ){0,3}(?:contra ?)?propostas?\b"
)
"""What is proposed is to be put before a human."""

_CONDITION = re.compile(
    r"(?:sim|s|ok|ta|ta bom|blz|beleza|pode ser|aceito|fechado|quero|certo|topo) (?:mas|porem|so que|so se|desde que|contanto que|se)\b"
)
"""A yes with a condition: it answers what is open, and is no yes."""

_DEALS = re.compile(r"\b(?:parcel\w*|parsel\w*|divid\w*|negoci\w*|descont\w*|abat\w+|acordo|\d+ ?x|\d+ vezes)\b")


def deals(text: str) -> bool:
    """Whether a message that names debts wants more of them than to be shown: to divide them, or a discount."""
    return bool(_DEALS.search(plain(text)))


def wish(text: str, *, has_agreement: bool, negotiating: bool = False) -> str | None:
    """`parcelar`, `consultar_acordo`, `levar_proposta` or `responder` where the words leave no doubt; `negotiating`: an offer or its plans are what is open."""
    said = plain(text)
    if not said or len(said) > 160:
        return None
    if _NEWS.fullmatch(said):
        return "consultar_acordo"
    if _TAKE_IT_UP.search(said) and not re.search(r"\b(?:nao|voces|vcs|pra mim|me)\b", said):
        return "levar_proposta"
    if has_agreement and (
        _CANCEL.search(said)
        or (
            (_AGREEMENT.search(said) or _INSTALMENT.search(said)) and _TO_DO.search(said) and not re.search(r"\boutr[oa]\b", said)
        )
        or _LATE.search(said)
        or _AHEAD.search(said)
    ):
        return "consultar_acordo"
    if not has_agreement and _NEGOTIATE.search(said) and not re.search(r"\b(?:nao|meu|cade|cancel\w+|quebr\w+)\b", said):
        return "parcelar"
    if not has_agreement and _PLAN.search(said):
        return "parcelar"
    if negotiating and _CONDITION.match(said):
        return "responder"
    if _CAPACITY.search(said) or (_WHY_OFFER.search(said) and negotiating):
        return "parcelar"
    return None
