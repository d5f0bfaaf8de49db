"""\"Aqui é a Juliana agora, meu CPF é…\": who writes is the person, whatever was said before by somebody else on the same telephone."""

from __future__ import annotations

import re

from conversations.identity import Given
from understanding.plain import plain
from understanding.safety.relations import in_person


def speaks_as_oneself(text: str, given: Given) -> bool:
    """Whether the words are those of the very person: they say so, or give the own CPF, or the name beside the proof."""
    said = plain(text)
    if in_person(said) or _YES_ME.search(said):
        return True
    whole = bool(given.documents and given.dates)
    if whole and _IS_NAMED.search(said) and not DENIES.search(said):
        return True  # "ele chegou aqui, sou o Kauã", with his own proof
    if _OF_ANOTHER.search(said) or DENIES.search(said) or speaks_of_holder(said):
        return False
    if _ME_NOW.search(said):
        return True
    return bool(given.documents) and (_MY_OWN.search(said) is not None or (whole and _NAMED.search(said) is not None))


def speaks_of_holder(text: str) -> bool:
    """Whether somebody says in so many words to be another than the person that owes. A pronoun alone says nothing: "ela nem venceu"
    is of a bill, "ela disse" of whoever answered yesterday, and "minha filha que mexe nisso" of who helps."""
    said = _HELPS.sub(" ", plain(text))
    return _OF_HOLDER.search(said) is not None


_KIN = (
    r"(?:espos[ao]|mulher|marido|companheir[ao]|filh[ao]|mae|pai|mamae|papai|irma|irmao|net[ao]|sobrinh[ao]|ti[oa]|cunhad[ao]|genro|nora|sogr[ao]|namorad[ao]"
    r"|noiv[ao]|prim[ao]|avo|vo|vizinh[ao]|amig[ao]|patrao|patroa|chefe|cuidador[a]?|secretari[ao]|colega|porteir[ao]|empregad[ao]|parente)"
)
_HELPS = re.compile(
    rf"\b(?:meu|minha) {_KIN} (?:e |eh |ja |sempre )?(?:(?:que|quem) )?(?:sempre )?(?:mexe|cuida|paga|resolve|ve|faz|entende|sabe|ajuda|instalou|cuidava|pagava)\w*\b(?!.*\b(?:por|pra|para) (?:ele|ela)\b).*"
)
_OF_HOLDER = re.compile(
    rf"(?<!nao )\b(?:sou|aqui (?:quem fala )?e|quem (?:fala|escreve|ta falando|esta falando|atende|ta aqui) (?:aqui )?(?:e|eh)|fala) (?:a |o |uma? )?{_KIN}\b"
    rf"|\b(?:meu|minha) {_KIN} (?:e |eh )?(?:que |q |quem )?(?:e|eh) (?:a|o) (?:don[oa]|titular|responsavel|devedor\w*)\b"
    rf"|\bd[oa] (?:meu|minha) (?:\w+ )?{_KIN}\b|\b(?:e|eh|com|pra|para|por|pel[oa]) (?:a |o )?(?:meu|minha) {_KIN}\b"
    rf"|\b(?:meu|minha) {_KIN} (?:que |quem )?(?:dev|nao|num|ta |esta |saiu|viaj|deixou|esqueceu|fez|comprou|tem|trabalha|mora|dorm)"
    r"|\b(?:ele|ela) (?:(?:nao|num) (?:esta|ta|mora|pode|usa|sabe|consegue|enxerga|escuta|tem)|saiu|viajou|faleceu|trabalha|mora|(?:ta|esta) (?:dormindo|trabalhando|viajando|internad\w|doente|aqui|no|na|sem|ocupad\w))\b"
    r"|\b(?:por|pra|para|com|responder pel[oa]|falar com) (?:ele|ela)\b"
    r"|\b(?:nome|cpf|cadastro|numero|celular|telefone|zap|chip|whats\w*|aparelho) (?:e |eh |ta |esta |era )?(?:(?:no|em) nome )?d(?:ele|ela)\b|\bnao (?:e|eh|sou) (?:ele|ela)\b"
)


_OF_ANOTHER = re.compile(r"\b(?:dele|dela|ele|ela|d[oa] (?:meu|minha)|outra pessoa)\b")
DENIES = re.compile(r"\b(?:nao|num|nem) (?:sou|e|eh|conheco|tenho|moro)\b|\b(?:engano|errad[oa])\b")
"""Words that say that somebody is not the person."""
_YES_ME = re.compile(
    r"\bsou eu sim\b|(?<!nao )\bsou (?:eu )?(?:mesm[oa] )?(?:a |o )?don[oa] (?:mesm[oa] )?(?:d[aeo]|dess[ea]|dest[ea]) (?:divida|conta|numero|telefone|cpf|celular|cadastro|zap)\b"
    r"|\b(?:ess[ea]|est[ea]|[oa]) (?:numero|telefone|celular|zap|divida|conta) (?:e|eh) (?:meu|minha) (?:sim|mesm[oa])\b"
    r"|^(?:(?:mas|so que|porem|nao|e|ue|opa|calma) )*(?:a|as|essa|o|quem deve|quem (?:ta|esta) devendo|o devedor|a devedora) ?(?:divida|dividas|conta|contas|debito)? ?(?:e |eh |ta |esta |sou )(?:minhas?|meu|eu|(?:no|em) meu nome)(?: (?:mesmo|mesma|sim|viu|ta))*$"
)
""" "Não, sou eu sim, a dona da dívida": a no to what was thought, and no other person."""
_ME_NOW = re.compile(
    r"\bsou eu (?:agora|a pessoa|quem|que|sim|aqui|falando)\b|\bagora (?:sou eu|e eu)\b|\b(?:eu )?sou a pessoa (?:certa|que)\b"
    r"|\b(?:aqui|quem (?:ta |esta )?(?:aqui|fala|falando|escreve|escrevendo)) (?:agora )?(?:e|eh) (?:a |o )?(?!da\b|do\b|de\b|um\b|uma\b|outr)\w{3,} (?:agora|mesm[oa]|falando)\b"
)
_IS_NAMED = re.compile(
    rf"(?<!nao )\b(?:eu )?sou (?:o |a )?(?!{_KIN}\b|eu\b|um|advog|procurador|representante|de\b|d[ao]\b)[a-z]{{3,}}"
)
_MY_OWN = re.compile(r"\b(?:meu (?:cpf|documento|cnpj)|meus dados|nasci|minha data|sou nascid[oa])\b")
_NAMED = re.compile(
    r"\b(?:aqui|quem (?:ta |esta )?(?:aqui|fala|falando|escreve|escrevendo)|meu nome|^) ?(?:agora )?(?:e|eh) (?:a |o )?(?!da\b|do\b|um\b|uma\b|outr)\w{3,}|\bme chamo \w+|\beu sou (?:a |o )?\w+"
)
