"""What people call an account after its kind: "a do telefone", "a da escola", "o celular", where the bill bears a company's name.

Pure. A telephone is also what somebody is called on, and a shop where they paid: only what is said as an account counts.
"""

from __future__ import annotations

import re

from understanding.plain import plain

_MOBILE = "celular celu telefone telefonia fone operadora"
_NET = "internet wifi fibra"
_KINDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("telefone", re.compile(r"\b(?:internet|fibra|banda larga)\b"), _NET),
    ("telefone", re.compile(r"\b(?:celular|movel)\b"), _MOBILE),
    ("telefone", re.compile(r"\b(?:tele\w+|operadora)\b"), f"{_MOBILE} {_NET}"),
    ("escola", re.compile(r"\b(?:colegi\w+|escol\w+|faculdade|universi\w+|creche|ensino|educac\w+)\b"), "escola colegio escolinha faculdade creche"),
    ("loja", re.compile(r"\b(?:lojas?|magazine|varejo)\b"), "loja"),
)  # fmt: skip
"""The kind, what in an account's names shows it, and what else people then call it; the first that fits counts."""

_SAID = {word: kind for kind, _, words in _KINDS for word in words.split()} | dict.fromkeys(
    ("lojas", "cartao", "crediario", "magazine"), "loja"
)
_OTHERS = {
    "luz": "luz",
    "energia": "luz",
    "agua": "água",
    "gas": "gás",
    "condominio": "condomínio",
    "aluguel": "aluguel",
    "academia": "academia",
}
_WORDS = "|".join(sorted({*_SAID, *_OTHERS}, key=len, reverse=True))

_AS_ACCOUNT = re.compile(
    r"(?:\b(?:a|o|as|os|uma|um|ess[ae]s?|aquel[ae]s?|outr[ao]s?|contas?|faturas?|mensalidades?|boletos?|pix|codigos?|parcelas?|dividas?|debitos?|primeiro|depois|desconto|so|e|mas"
    r"|tambem|paguei|quitei|pagar) d[aeo]s? "
    r"|\b(?:pag(?:ar|a|o|ue)|quit(?:ar|a|o)|parcel(?:ar|a|e|o)|divid(?:ir|e|o|a)|acert(?:ar|a|o)|resolv(?:er|e|o)|negoci(?:ar|a|o)) (?:a |o |as |os )?"
    r"|\b(?:loja|lojas|escola|colegio|cartao|telefone|celular) e (?:a |o |d[ao] )?"
    r"|^(?:(?:e|mas|olha|entao|oi|moc[ao]) )*(?:a |o |essa |esse |minha |meu )(?=\w+ (?:eu |ja |nunca |nao )+(?:cancel|devolv|reconhe|conhec|paguei|quit|pago|contrat|tive|fiz)))"
    rf"(?:minha |meu |conta d[aeo] )?(?P<word>{_WORDS})\b(?! (?:de|d[ao]s?) (?:voces|vcs|contato|atendimento|suporte|sac)\b)"
)
_ALONE = re.compile(
    rf"(?:primeiro |agora |entao |e |so |quero |depois )*(?:a |o |d[ao] |a d[aeo] |o d[aeo] )?(?P<word>{_WORDS})"
    r"(?: (?:primeiro|antes|mesmo|por favor|pfv|pix|boleto|agora|depois|no|e))*"
)
_WHERE = re.compile(
    r"\b(?:paguei|pagei|quitei|pago|pagou|pagando|fui|ir|passei|ligu?ei|fal[eo]i|direto|pessoalmente|la)\b(?: \w+){0,2}? (?:n[ao]s?|pel[ao]s?) (?:propri[ao] )?"
    rf"(?:{_WORDS})\b"
)
"""Where somebody paid or spoke, which names no account: "paguei na loja"."""


def also_called(*names: str) -> str:
    """Further words by which people name an account that bears these names, from the most particular one on (its product, its
    description, its creditor); empty where its kind is not known."""
    for name in names:
        said = plain(name)
        for _, shows, words in _KINDS:
            if shows.search(said):
                return words
    return ""


def without_places(said: str) -> str:
    """These plain words without what tells where something was done."""
    return _WHERE.sub(" ", said)


def is_kind(word: str) -> bool:
    """Whether this plain word may call an account by its kind, or somebody's telephone."""
    return _SAID.get(word) in ("telefone", "escola") and word not in ("escola", "colegio", "faculdade")


def called_accounts(text: str) -> frozenset[str]:
    """The words that are said of accounts by their kind in this text: "quero pagar a do celular" has "celular"."""
    said = without_places(plain(text))
    alone = _ALONE.fullmatch(said)
    found = {match["word"] for match in _AS_ACCOUNT.finditer(said)}
    return frozenset(found | ({alone["word"]} if alone else set()))


def kinds_called(text: str) -> dict[str, str]:
    """The kinds of accounts that are named, each with the word that says it: {"telefone": "celular"}."""
    return {(_SAID | _OTHERS)[word]: word for word in sorted(called_accounts(text))}


def kind_of(*names: str) -> str | None:
    """The kind of an account with these names: telefone, escola, loja; None where it is not known."""
    for name in names:
        said = plain(name)
        for kind, shows, _ in _KINDS:
            if shows.search(said):
                return kind
    return None
