"""What is said of accounts that somebody denies or owns up to, clause by clause: a question, a recognition or a wish to pay denies none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.clauses import clauses
from actions.scene import Scene
from actions.which_debt import spoken_of
from receivables.store import Debt
from understanding.dispute_reasons import dispute_reason, owns_up
from understanding.plain import plain

_DENIES = re.compile(
    r"\b(?:(?<!nao )contest(?:o|ar|ando|e|ei)|nao reconhec\w*|nao devo|nao fui eu|desconhe\w*|nao (?:concordo|aceito)"
    r"|nao (?:e|eh|era|sao|foi) (?:minh\w+|meu\w*)|nao conhec\w+|(?:eu )?nunca (?:\w+ )?(?:comprei|fiz|tive|contratei|assinei|pedi|vi|usei|fui))\b"
)
_KNOWN = re.compile(
    r"\b(?<!nao )(?<!nem )(?:lembrei|me lembrei|lembro sim|lembro agora|agora (?:eu )?(?:me )?lembro)\b|(?<!nao )(?<!nem )\b(?:e|eh|era) (?:minh[ao]s?|meu)\b"
    r"|(?<!nao )(?<!nunca )(?<!nem )\b(?:re)?conhec(?:o|emos)\b|(?<!nao )\bfui eu (?:sim|mesm[oa]|que)\b|(?<!nao )\b(?:ta|tao|esta|estao) cert[oa]s?\b"
    r"|\bnao (?:contestei|quis contestar|queria contestar|estou contestando|to contestando|e contestacao|era contestacao)\b"
)
_NO_DENIAL = re.compile(
    r"\bn[aã]o (?:[eé]|eh|foi) (?:que|q) (?:eu )?(?:n[aã]o|num|n) (?:reconhe[cç]\w+|conhe[cç]\w+|lembr\w+|quer\w+|devo|deva)\b",
    re.IGNORECASE,
)
""" "Não é que não reconheço": two noes that deny nothing."""
_NOT_MINE = re.compile(r"\b(?:nao|num|n|nem) (?:e|eh|era|sao|foi|ta no) (?:o |a )?(?:meu|minh[ao]s?|mesm[ao])\b")
_NONE = re.compile(r"\b(?:nenhum[ao]s?|nem)\b")
_PAYS = re.compile(
    r"(?<!nao )(?<!nunca )(?<!ja )\b(?:quero|queria|vou|posso|prefiro|bora|deixa eu|consigo|eu) (?:\w+ ){0,2}?(?:pagar|pago|quitar|quito|acertar|parcelar)\b"
    r"|^(?:essa |esse |elas? |as? |os? |[ao]s? d\w+ \w+ )?(?:eu )?(?:pago|quito|acerto)\b|\b(?:quito|pago) (?:agora|agorinha|hoje|ja|tudo)\b"
    r"|\b(?:manda\w*|me ve|gera\w*|envia\w*|passa|quero|faz) (?:o |um |logo |ja |entao )*(?:pix|boleto|codigo)\b|^(?:o |um )?(?:pix|boleto)\b"
)
_ASKS = re.compile(
    r"^(?:e |mas |entao |ai |oi |moco |moca |me (?:diz|fala|explica) )*(?:quando|quanto|qual|quais|que dia|por ?que|pq|como|onde|sera|quem|de quem|o que|oq|em quanto tempo|ate quando|depois de quanto tempo)\b"
    r"|\b(?:quando|em quantos anos|em quanto tempo|depois de quantos anos|ou nao|como e que)$|\b(?:quanto (?:e|eh|da|fica|devo|custa)|qual (?:e )?(?:o )?valor|(?:o )?total d[aeo]s?)\b"
)
_SENTENCES = re.compile(r"[^.!?\n]+[.!?]?")


def denies(words: str) -> bool:
    """Whether these words deny a debt, with or without a reason."""
    words = _NO_DENIAL.sub(" ", words)
    return _DENIES.search(plain(words)) is not None or (
        dispute_reason(words) is not None and not recognises(words) and not asks(words)
    )


def recognises(words: str) -> bool:
    """ "É minha", "a do cartão eu conheço", "ah, lembrei": nothing is denied by that."""
    if _NO_DENIAL.search(words):
        return _DENIES.search(plain(_NO_DENIAL.sub(" ", words))) is None
    said = plain(words)
    if _DENIES.search(said) is not None or _NOT_MINE.search(said) or _NONE.search(said):
        return False
    return _KNOWN.search(said) is not None or owns_up(words)


def asks(words: str) -> bool:
    """Whether all of it is a question, with the sign or without: "essa dívida caduca quando"."""
    sentences = [one.strip() for one in _SENTENCES.findall(words) if plain(one)]
    return bool(sentences) and all(one.endswith("?") or _ASKS.search(plain(one)) for one in sentences)


def wishes_to_pay(words: str) -> bool:
    """Whether something is to be paid, or a code sent, and nothing is denied beside it."""
    return _PAYS.search(plain(words)) is not None and _DENIES.search(plain(words)) is None


def tells_what_happened(words: str) -> bool:
    """Whether these words may be the story of a dispute: neither a question, nor a recognition, nor a wish of another kind."""
    return not (asks(words) or wishes_to_pay(words) or (recognises(words) and dispute_reason(words) is None))


@dataclass(frozen=True)
class Apart:
    """The debts that are denied, and those that are owned up to or to be paid; each by what a clause calls them."""

    denied: tuple[Debt, ...] = ()
    known: tuple[Debt, ...] = ()
    words: str = ""
    """What denies, without the clauses of the others."""


def told_apart(scene: Scene, words: str, debts: Sequence[Debt]) -> Apart:
    """What each clause says of the debts that it names: "a da loja eu conheço, a do celular eu nunca tive"."""
    denied: list[Debt] = []
    known: list[Debt] = []
    kept: list[str] = []
    for part in clauses(words):
        about = spoken_of(scene, part.words, debts)[0]
        if not denies(part.words) and (recognises(part.words) or wishes_to_pay(part.words)):
            known += [debt for debt in about if debt not in known]
            continue
        kept.append(part.words)
        denied += [debt for debt in about if debt not in denied]
    return Apart(
        tuple(debt for debt in denied if debt not in known), tuple(debt for debt in known if debt not in denied), ", ".join(kept)
    )


_CALLED = re.compile(
    r"\b(?:a|o|essa|esse|conta|divida|fatura|cartao|boleto|emprestimo|compra|cobranca) (?:conta |divida |fatura |boleto |cartao |emprestimo )?(?:d[aoe]|n[ao]) "
    r"(?P<name>banco do brasil|banco inter|mercado (?:pago|livre)|casas bahia|magazine luiza|c 6|c6 bank|will bank|digio|itau|itaucard|bradesco|bradescard|nubank|nu bank|santander|caixa|"
    r"banrisul|inter|c6|pan|bmg|safra|sicredi|sicoob|picpay|neon|original|bv|agibank|claro|vivo|tim|oi|net|sky|nextel|algar|"
    r"magalu|riachuelo|renner|marisa|pernambucanas|americanas|carrefour|atacadao|assai|havan|c&a|cea|shopee|shein|avon|natura|boticario|enel|cemig|copel|light|sabesp|cpfl|equatorial|neoenergia|"
    r"netflix|spotify|crefisa|losango|midway|credz|porto seguro|unimed|hapvida)\b"
)


def of_a_stranger(words: str, debts: Sequence[Debt]) -> str | None:
    """The bank, shop or company whose account is spoken of, where none of these debts is theirs: "a do Itaú não é minha"."""
    said = plain(words.replace("&", " e "))
    theirs = " ".join(plain(f"{debt.creditor_name} {debt.title} {debt.product or ''}") for debt in debts).split()
    found = _CALLED.search(said)
    if found is None or any(word in theirs for word in found["name"].split()):
        return None
    typed = [word for word in re.findall(r"\w+", words) if plain(word) in found["name"].split()]
    return " ".join(typed) if len(typed) == len(found["name"].split()) else found["name"]
