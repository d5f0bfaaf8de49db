"""A yes, a stop or a payment that the very words deny: "claro que não", "não quero parar de receber", "não fui eu que paguei".

Read out of a sentence that denies them, these three do harm: an agreement nobody made, a debtor never written to again, a debt taken
for paid. A denial elsewhere in the sentence ("não precisa mandar boleto, já paguei") denies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from understanding.safety.signals import read_words

_DENIALS = frozenset("nao nem nunca jamais sem".split())
_NO = r"(?:nao|nem|nunca|jamais)"
_YES = r"(?:aceit\w+|concord\w+|confirm\w+|autoriz\w+|fech(?:o|ar|ei)|topo|topar|combinei)"

# What denies a yes; and what makes the denial a yes again.
_NO_YES = re.compile(
    rf"\b(?:{_NO} (?:(?:me|te|vou|quero|posso|disse que|falei que|eu|te|isso|ia) )?{_YES}"
    rf"|{_NO} (?:\w+ )?(?:disse|falei|e um|foi um) (?:que )?sim"
    r"|(?:sim|claro|logico|ok|okay|certo|fechado|beleza|combinado|pode ser|aceito|isso) (?:que nao|uma ova|nada|coisa nenhuma|so que nunca|e que nao)"
    r"|(?:sim|pode confirmar|fechado|aceito|confirmar) \? (?:\w+ )?(?:nao|nunca|jamais|nada)"
    r"|pode nao\b|concordamos nao|nem eu nem \w+ \w+ concordamos)"
)
_YES_AFTER_ALL = re.compile(
    rf"\b(?:{_NO} (?:vou |quero |posso |tem como |da para |tenho (?:como |por que )?)?(?:recus\w+|neg\w+|discord\w+|mud\w+ de ideia|me op\w+)"
    r"|sem (?:problema|duvida)|nao tenho (?:nada contra|duvida)|por que nao|(?:sim|aceito|quero sim|confirmado|fechado|pode fechar) ?!?$)"
)

_PAID = r"(?:pag(?:uei|amos|a|o)|quitei|quitad[oa]|acertei|deposit\w+|transferi|fiz (?:o |esse |nenhum )?(?:pix|pagamento|deposito|transferencia))"
_NOT_PAID = re.compile(
    # "Não devo mais não, paguei": a denial that closes what stands before it reaches no further.
    rf"\b(?:(?<!mais )(?<!nada )(?<!isso )(?<!mesmo )(?<!boleto )(?<!pix )(?<!promessa )(?<!nao ){_NO} (?:(?:ainda|nem|foi|e que|e que ja|e que eu ja|ta|esta|fui eu que|tenho|consegui|sei se ja|lembro se|sei se|lembro se ja|te|e que ja|se ja) ){{0,2}}{_PAID}"
    rf"|se eu ja paguei \? nao|{_PAID} (?:nada|coisa nenhuma|uma ova)\b|{_PAID} nao(?: (?:viu|ne|moc[oa]|ainda|senhor|senhora|uai|kk+))?(?: [,.!]|$)|nao (?:\w+ )?(?:sei|lembro) se (?:ja )?{_PAID})"
)
# "Não tá em aberto não, paguei": what a second denial closes has nothing to do with what comes after it.
_CLOSED = re.compile(r"\bnao (?:(?!nao\b)\w+ ){1,4}nao\b(?= \w)(?! (?:sei|lembro|consegui|pag\w+ nada))")
_PAID_WORD = re.compile(rf"\b{_PAID}\b")


def denies_something(words: Sequence[str]) -> bool:
    """Whether there is any word of denial at all."""
    return not _DENIALS.isdisjoint(words)


def denied(label: str, words: Sequence[str]) -> bool:
    """Whether the words (as `understanding.normal.tokens` gives them) deny the very thing that `label` says."""
    said = " ".join(words)
    if label == "informar_ja_paguei":
        said = _CLOSED.sub(" ", said)
    if label == "afirmar":
        return _NO_YES.search(said) is not None and _YES_AFTER_ALL.search(_NO_YES.sub(" ", said)) is None
    if label == "informar_ja_paguei":
        return _NOT_PAID.search(said) is not None and _PAID_WORD.search(_NOT_PAID.sub(" ", said)) is None
    if label == "parar_mensagens":
        if _AT_TIMES.search(said) and not _FOR_GOOD.search(_AT_TIMES.sub(" ", said)):
            return True
        signals = [one for one in read_words(words) if one.label == label]
        return bool(signals) and _NOT_STOP.search(said) is not None and all(one.certainty == "maybe" for one in signals)
    return False


_NOT_STOP = re.compile(
    r"\b(?:nao|nem) (?:quero|precisa\w*|e para|estou|disse|falei|pedi|gostaria|vou pedir|to) (?:\w+ ){0,3}(?:parar|parem|pare|par(?:a|e) de|sair|bloque\w+|descadastr\w+|cancel\w+|remov\w+|silenciar)"
    r"|\b(?:pode|podem|quero) (?:continuar|continuem|seguir) (?:me )?(?:mand|receb|avis|envi)\w+"
)

_SEND = r"(?:me )?(?:mand\w+|lig\w+|escrev\w+|cham\w+|envi\w+|perturb\w+|incomod\w+|procur\w+|avis\w+|cobr\w+)"
_NOW_AND_THEN = (
    r"(?:n?(?:o|os|aos|a|as|esse|essa|este|de|do|da|em) )?(?:(?:sabado|domingo|feriado|segunda|terca|quarta|quinta|sexta)s?(?: feira)?|fim de semana"
    r"|final de semana|fins de semana|manha|noite|madrugada|tarde|almoco|hora (?:do|da|de) \w+|dia|horario|hoje|amanha|agora|"
    r"(?:depois|antes) d\w+ \w+)"
)
# Not now, or not then: when to write is asked for, and no end of it.
_AT_TIMES = re.compile(
    rf"\b(?:nao|nem|num) (?:e (?:para|pra) )?{_SEND}(?: (?:mais )?(?:nada|mensagem|mensagens|msg|cobranca|audio|comigo))? {_NOW_AND_THEN}\b"
    rf"|\b{_NOW_AND_THEN}(?: (?:eu |por favor |, )*)?,? ?(?:nao|num) {_SEND}(?: (?:nada|mensagem|msg))?(?: nao)?$"
    rf"|\bhoje (?:nao|num) {_SEND} mais\b|\b{_NOW_AND_THEN},? (?:nao|num) (?:quero|gosto de) ser \w+"
)
_FOR_GOOD = re.compile(
    r"\b(?:nunca|mais|nenhum\w*|nem|par(?:a|e|em|ar)|chega|basta|todo|toda|tod[oa]s|sair|tir\w+|remov\w+|bloque\w+|cess\w+|deix\w+ em paz|larg\w+|some|sum\w+|sossego)\b"
)
