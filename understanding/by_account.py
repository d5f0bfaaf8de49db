"""What one message wishes of several accounts: \"o boleto da escola, parcelar a da loja em 3 e a do telefone eu já paguei\".

Pure: the message in parts, each with what it wishes. Whose account a part speaks of is for whoever knows the accounts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from understanding.dispute_reasons import dispute_reason
from understanding.plain import plain

Kind = Literal["paid", "dispute", "fine", "unpaid", "correct", "pay", "discount", "divide", "later"]
"""Paid already, denied, acknowledged, said not to be paid, personal data to be changed, to be paid now, for less, in instalments, on another day."""

_ACCOUNT = r"(?:(?:tem|com) (?:uma|um|outra|outro)|a|o|as|os|ess[ae]s?|est[ae]s?|uma|outr[ao]s?|d[aeo]s?|n[ao]s?|já a|ja a|também a|tambem a)\s"
_OPENS = (
    r"(?:eu |me |vou |j[aá] |tamb[eé]m |tb |depois |agora )*(?:quero|queria|qro|gostaria|preciso|precisava|parcel|divid|negoci|pag|quit|mand|ger[ae]|muda|mudar|troca|trocar|atualiz|corrig"
    r"|boleto|pix|desconto|v[eê] |fa[zç]|n[aã]o |quanto|posso|consigo|deix)"
)
_PARTS = re.compile(
    rf"[;!\n]+|(?<!\d),+|,+(?!\d)|[.:]+(?=\s|$)|(?<=\?)|\s+(?:e|mas|mais|porém|porem|só que|so que|aí|ai|daí|dai)\s+(?={_ACCOUNT}|{_OPENS})|\s+(?=(?:e )?j[aá] (?:a|o) d[aeo]\s)"
    rf"|\s+e\s+(?=(?:[^\W\d]+\s){{1,3}}(?:[àa]\s?vista|parcelad[ao]|n?o (?:pix|boleto)|em \d)\b)",
    re.IGNORECASE,
)

_UNPAID = re.compile(r"\b(?:nao|nem|ainda nao|num) (?:\w+ )?(?:paguei|quitei|pago)\b")
_PAID = re.compile(
    r"\b(?:ja (?:foi |ta |esta |tinha |esta )?(?:pag[ao]|quitad[ao])|(?:eu )?(?:ja )?(?:paguei|pagei|quitei|acertei)|foi pag[ao]|ta pag[ao]|esta pag[ao]|fiz o pagamento)\b"
)
_FINE = re.compile(
    r"\b(?:(?:ta|esta|e|eh) (?:cert[ao]|corret[ao]|ok|minh[ao]|meu)|(?<!nao )(?<!nem )(?:re)?conheco|tudo bem|(?:e|eh) minha (?:mesmo|sim))\b"
)
_NOT_FINE = re.compile(r"\bnao (?:ta|esta|e|eh|era|foi) (?:\w+ )?(?:cert[ao]|corret[ao]|minh[ao]|meu)\b")
_DENIES = re.compile(
    r"\b(?:contest\w+|nao reconhec\w*|nao devo|nao fui eu|nao conhec\w+|nunca (?:comprei|fiz|tive|contratei|assinei))\b"
)
_CORRECTS = re.compile(
    r"\b(?:mud\w+|troc\w+|atualiz\w+|corrig\w+|corrij\w+|alter\w+)\b.{0,25}\b(?:e ?-?mail|telefone|celular|numero|endereco|nome|cadastro|whats\w*|zap)\b"
)
_DISCOUNT = re.compile(r"\b(?:descont\w+|abat\w+|mais barato)\b")
_DIVIDE = re.compile(
    r"\b(?:parcelar|parcele|parcelo|parcela (?=a |o |as |os |em |pra |essa|so |tambem)|parcela$|parcelad[ao]|dividir|divide|divido|dividid[ao]|renegoci\w+"
    r"|em (?:\d{1,2}|duas|tres|quatro|cinco|seis|oito|dez|doze) ?(?:x|vezes|parcelas|prestac\w+)|\d{1,2} ?x)\b|\b(?:parcel\w+|divid\w+|quero) .{0,25}\bem \d{1,2}$"
)
_MONTH = r"janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
_LATER = re.compile(
    rf"\b(?:em (?:{_MONTH})|(?:mes|semana|ano) que vem|(?:no |pro )?proximo mes|depois|mais pra frente|no fim do mes|amanha|(?:so )?(?:n?o )?dia \d{{1,2}}|(?:na |ate )?(?:segunda|terca|quarta|quinta|sexta)(?: feira)?|mais prazo|adi\w+|prorrog\w+)\b"
)
_NOW = re.compile(r"\b(?:agora|hoje|hj|ja)\b")
_SLIP = re.compile(r"\bb[ou]l+[eao]?[tl]\w*")
_PIX = re.compile(r"\bpix\b")
_PAYS = re.compile(r"\b(?:pagar|pago|pague|paga|quitar|quito|quita|acertar|acerto|pix|codigo|b[ou]l+[eao]?[tl]o\w*)\b")
_OR = re.compile(r"\bou\b")
_IN_SO_MANY = re.compile(r"\bem (\d{1,2})(?=\s*$|\s*[,.;]|\s+(?:e|por favor|pfv)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A part of a message: its words, what it wishes (None: nothing by itself), and whether by boleto or by Pix."""

    words: str
    kind: Kind | None
    means: Literal["pix", "boleto"] | None


def parts(text: str) -> list[Part]:
    """The message in the parts that may each speak of another account."""
    return [_part(found.strip()) for found in _PARTS.split(text) if found and plain(found)]


def _part(words: str) -> Part:
    said = plain(words)
    slip, pix = _SLIP.search(said) is not None, _PIX.search(said) is not None
    return Part(words, _kind(said), "boleto" if slip and not pix else "pix" if pix and not slip else None)


_FEW = 6
_AT_ONCE = re.compile(r"\b(?:a ?vista|de uma vez)\b")
_ASKS = re.compile(r"\b(?:quant[oa]s?|qual|sai|fica)\b")


def _kind(said: str) -> Kind | None:
    if _CORRECTS.search(said):
        return "correct"
    if _UNPAID.search(said):
        return "unpaid"
    if _PAID.search(said):
        return "paid"
    if _NOT_FINE.search(said) or _DENIES.search(said):
        return "dispute"
    if _FINE.search(said):
        return "fine"
    if _DIVIDE.search(said):
        return "divide"
    if _DISCOUNT.search(said):
        return "discount"
    if _LATER.search(said) and not _NOW.search(said):
        return "later"
    if _PAYS.search(said) or (_AT_ONCE.search(said) and not _ASKS.search(said)):
        return "pay"
    if _NOW.search(said) and len(said.split()) <= _FEW:
        return "pay"  # "e a de julho agora"
    return "dispute" if dispute_reason(said) in ("fraud", "not_mine", "cancelled", "not_delivered") else None


def in_so_many(words: str) -> str:
    """ "Parcelar em 3" with the sign that says that three are instalments."""
    return _IN_SO_MANY.sub(r"em \1x", words)


def offers_a_choice(text: str) -> bool:
    """Whether one thing or another is wished: nothing is done of either."""
    return _OR.search(plain(text)) is not None
