"""Who writes, when it is not the person who is looked for: read from words that already say so.

Only for messages that were understood as "not me" (or that may be): "sou mãe de três" says something else elsewhere.
"""

from __future__ import annotations

import re
from typing import Literal

from understanding.plain import plain

Relation = Literal["deceased", "minor", "representative", "relative", "stranger"]

_KIN = (
    r"(?:espos[ao]|mulher|marido|companheir[ao]|conjuge|filh[ao]|mae|pai|mamae|papai|irma|irmao|neto|neta|sobrinh[ao]|tio|tia|cunhad[ao]"
    r"|genro|nora|sogr[ao]|namorad[ao]|noiv[ao]|prim[ao]|avo|vo|vovo|vizinh[ao]|amig[ao]|patrao|patroa|chefe|cuidador[a]?|secretari[ao]"
    r"|enteado|enteada|padrasto|madrasta|colega|porteir[ao]|empregad[ao]|ex(?: |-)?(?:marido|mulher|espos[ao]))"
)

_DEATH = re.compile(
    r"\b(?:fale[cs]\w*|falecid[ao]|morreu|morreram|obito|atestado de obito|viuv[ao]|inventario|inventariante|espolio|enterramos|enterrei"
    r"|velorio|partiu (?:faz|ha|mes|ano|ontem|pra|para o|dessa)|nao (?:esta|ta) mais (?:entre nos|vivo|viva)|ja e (?:falecid[ao]|finad[ao])"
    r"|finad[ao]|cemiterio|foi a obito|veio a obito|descansou)\b"
)
_HOLDER = re.compile(
    r"\b(?:titular|don[oa] (?:da (?:conta|divida)|do (?:cpf|cadastro)|dess[ea] (?:conta|divida|cpf|cadastro))"
    r"|(?:conta|divida|compra|cpf|cadastro) (?:era|e) d(?:ele|ela)"
    r"|(?:sou|aqui e|quem (?:fala|escreve) e) (?:o |a )?(?:filh[ao]|net[ao]|irma|irmao|espos[ao]|marido|mulher|mae|pai|sobrinh[ao]) d(?:ele|ela))\b"
)
_YEARS = re.compile(
    r"\b(?:tenho|fiz|faco|to com|estou com|vou fazer|so tenho|com|(?:filh[ao]|neto|neta|ele|ela|menin[ao]) (?:so )?tem) (?:so |apenas |somente |uns )?(\d{1,2}|[a-z]+) an(?:o|inho)s?\b"
)
_AGES = {
    "oito": 8,
    "nove": 9,
    "dez": 10,
    "onze": 11,
    "doze": 12,
    "treze": 13,
    "catorze": 14,
    "quatorze": 14,
    "quinze": 15,
    "dezesseis": 16,
    "dezessete": 17,
}
_MINOR = re.compile(
    r"\b(?:sou (?:de )?menor(?: de idade)?|menor de idade|de menor|sou (?:uma )?crianca|sou (?:um |uma )?adolescente"
    r"|nao tenho (?:18|dezoito)(?: anos)?|ainda nao (?:fiz|tenho) (?:18|dezoito))\b"
)
_REPRESENTATIVE = re.compile(
    r"\b(?:(?:sou|aqui e|aqui quem fala e|falo como|na qualidade de|eu sou)(?: o| a| um| uma)? (?:dr\.? |dra\.? )?"
    r"(?:advogad\w+|adv|procurador\w*|curador\w*|representante|inventariante|tutor\w*|contador\w*|defensor\w*|assistente social)"
    r"|(?:tenho|com|possuo) (?:a |uma )?procuracao|represento (?:o|a|os|as|meu|minha)\b|escritorio de advocacia"
    r"|cuid[ao] d(?:as coisas|a vida|os assuntos) d[aeo]|meu cliente|minha cliente|em nome d[oa] (?:meu|minha)? ?cliente|oab)\b"
)
_RELATIVE = re.compile(
    rf"\b(?:(?:sou|eu sou|aqui e|aqui quem fala e|quem (?:fala|ta falando|esta falando|escreve|ta com o (?:telefone|celular)|atende) e|fala)(?: o| a)? (?:\w+ )?{_KIN}\b(?! de \d)"
    rf"|(?:esse|este|o) (?:numero|telefone|celular|zap|whats\w*|aparelho) (?:e|eh) (?:d[oa]|dele|dela)\b"
    rf"|(?:e|isso e|isso eh|eh) (?:com|d[oa]|pro|pra|para [oa]?) ?(?:meu|minha) {_KIN}"
    rf"|(?:meu|minha) {_KIN} (?:que|quem|nao|ta|esta|saiu|viajou|deixou|esqueceu|foi)\b"
    r"|(?:ele|ela) (?:nao (?:esta|ta|mora|pode)|saiu|viajou|ta (?:dormindo|trabalhando)|esta (?:dormindo|trabalhando))"
    r"|(?:vou|posso) (?:passar|avisar|dar o recado|falar) (?:pra|para|a|com) (?:ele|ela))\b"
)
_GONE_NUMBER = re.compile(
    r"\b(?:numero|chip|linha|telefone|celular) (?:e |eh )?(?:novo|nova|agora e meu|trocou|mudou|nao e mais)|nao conheco\b"
)


_WRONG_NUMBER = re.compile(
    r"\b(?:errad[oa]|engano|enganad[oa]|desconheco|nao (?:conheco|sou|e (?:mais )?(?:meu|minha|comigo|dele|dela|o numero|esse numero))"
    r"|nao mora\w* mais|mudou|mudaram|numero (?:e |eh )?(?:novo|agora e meu)|chip novo|trocou de numero)\b"
)
_MOVED_AWAY = re.compile(
    r"\b(?:nao|num|n) (?:mora|moram|trabalha|trabalham) mais (?:aqui|ai|nesse|neste|com|nessa|nesta|$)|\b(?:nao|num|n) mora\w* mais$|\bse mud(?:ou|aram)\b"
)
_OF_ANOTHER = re.compile(rf"\b(?:dele|dela|ele|ela|(?:meu|minha) {_KIN})\b")
_IN_PERSON = re.compile(
    r"(?<!nao )(?<!num )\b(?:sou eu mesm[oa]|(?:e|eh) (?:a |o )?propri[oa] (?:pessoa|don[oa]|titular)|(?:eu )?sou (?:a |o )?propri[oa](?: (?:pessoa|don[oa]|titular))?|(?:conta|divida) e minha mesmo|(?:conta|divida|mensalidade|contrato|boleto)s? (?:e|eh|ta|esta|sao|estao) (?:n?o|em) meu nome|(?:eu )?(?:que )?sou (?:eu )?(?:a |o )?responsavel financeir[ao]|eu mesm[oa] (?:que|aqui|falando)|aqui e (?:a|o) propri[oa]|(?:sou|eu sou) (?:a|o) (?:propri[oa]|titular))\b"
)


def in_person(text: str) -> bool:
    """Whether somebody says to be the very person: "sou eu mesma", "aqui é o próprio"."""
    return _IN_PERSON.search(plain(text)) is not None


_BESIDE = re.compile(
    r"\b(?:(?:ta|esta|to|estou) (?:aqui|aki|do (?:meu )?lado|comigo|junto|com (?:ele|ela))|do (?:meu|lado d[eoa]l[ae]) lado|ao meu lado|(?:ele|ela) (?:ta|esta) (?:aqui|ouvindo|me ouvindo|vendo)"
    r"|(?:digit\w+|escrev\w+|falar|respond\w+|mexer) (?:por|pra|para) (?:ele|ela)|nao (?:enxerga|escuta|ouve|sabe (?:ler|escrever|mexer|digitar|usar)|consegue (?:ler|digitar|escrever|mexer)))\b"
)
_NO_OFFER = re.compile(
    r"\b(?:se|quando|caso) (?:\w+ ){0,3}?(?:nao|num|n|nunca|deixar de|ninguem) (?:\w+ )?pag\w+|\b(?:nao|num|n|nem|nunca) (?:vou|vai|quero|posso|consigo|tenho como|da pra|pretendo|e (?:pra|para)) (?:\w+ )?pag\w+"
    r"|\b(?:o que|oq|que) (?:e que )?(?:acontece|acontecera|pode acontecer|vai acontecer|da|rola)\b"
)
"""Who asks what comes of not paying, or will not pay, offers nothing."""
_PAYS = re.compile(r"\b(?:pag(?:ar|o|aria|amos|ando)|quit(?:ar|o)|acert(?:ar|o)|pix|boleto)\b")


def beside(text: str) -> bool:
    """Whether the person is there, and somebody lends them eyes or hands: "ela tá aqui do meu lado", "posso digitar por ela?"."""
    return _BESIDE.search(plain(text)) is not None


def wants_to_pay(text: str) -> bool:
    """Whether somebody offers to pay for another: "eu posso pagar por ela?"."""
    said = plain(text)
    return _PAYS.search(said) is not None and _NO_OFFER.search(said) is None


def relation(text: str) -> Relation:
    """Who writes: in order of weight `deceased` (the person looked for has died), `minor`, `representative`, `relative`; else a stranger."""
    said = plain(text)
    if _DEATH.search(said):
        return "deceased"
    if _MINOR.search(said) or any(_young(found) for found in _YEARS.findall(said)):
        return "minor"
    if _REPRESENTATIVE.search(said):
        return "representative"
    if _MOVED_AWAY.search(said):
        return "stranger"
    if _RELATIVE.search(said) and not _GONE_NUMBER.search(said):
        return "relative"
    # Who speaks of somebody else and does not say that the number is wrong belongs to them: nothing is switched off.
    if _OF_ANOTHER.search(said) and not _WRONG_NUMBER.search(said):
        return "relative"
    return "stranger"


def _young(years: str) -> bool:
    age = int(years) if years.isdigit() else _AGES.get(years, 99)
    return 5 <= age < 18


def tells_of_holder(words: str) -> bool:
    """Whether a death that is told of is that of the person who is looked for, and not of somebody whom that person mourns."""
    return bool(_HOLDER.search(plain(words)))
