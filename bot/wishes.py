"""Several wishes in one message, each run as a message of its own within the same turn.

The parse data names the wishes of a message, the weightiest first (`understanding.wishes`). Here it is decided which of them are
served: a wish that ends the talk is the last one, the same thing said in two ways is one wish, and what only answers or greets
("sim", "oi") is left to the message as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from understanding.plain import plain
from understanding.values import read_values
from understanding.wishes import weight

MOST = 3
"""So many wishes are served in one turn; whoever names more is answered the weightiest."""
_BEGINNING = 12
"""Characters by which words are found again in the message."""
LEAST = 0.45
"""Below this confidence of a wish it is no wish, except for the message as a whole."""
LEAST_OF_A_STOP = 0.2
"""The same for a stop that a sure rule has read, too: whatever else is said, nobody who says it is written to."""

SERVED = frozenset(
    """vulnerabilidade parar_mensagens nao_sou_a_pessoa contestar_divida suspeita_golpe ameaca_juridica falar_com_humano informar_ja_paguei
    pagamento_duplicado_estorno enviar_comprovante solicitar_pagamento parcelar pedir_desconto pedir_prorrogacao promessa_pagamento
    consultar_acordo recibo_quitacao consultar_divida direitos_lgpd negativacao consequencias preferencia_contato
    dificuldade_financeira reclamar quem_e_voce""".split()
)
STOP = "parar_mensagens"
ENDS = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa falar_com_humano".split())
"""After these the bot does not go on by itself."""
ANSWERS = frozenset(
    "afirmar negar escolher_opcao informar_data informar_valor corrigir_informacao responder informar_cpf".split()
)
"""What answers something: it belongs to the question that is open, together with all that was said."""

# The left one is served by what serves the right one, when both were said.
_WITHIN: Mapping[str, frozenset[str]] = {
    "enviar_comprovante": frozenset({"informar_ja_paguei", "contestar_divida"}),
    "informar_ja_paguei": frozenset({"pagamento_duplicado_estorno", "contestar_divida"}),
    "dificuldade_financeira": frozenset({"parcelar", "pedir_prorrogacao", "pedir_desconto", "promessa_pagamento"}),
    "reclamar": frozenset({"ameaca_juridica", "falar_com_humano", "contestar_divida", "suspeita_golpe"}),
    "quem_e_voce": frozenset({"suspeita_golpe"}),
    "pedir_desconto": frozenset({"contestar_divida"}),
    "consequencias": frozenset({"negativacao"}),
    "promessa_pagamento": frozenset({"pedir_prorrogacao"}),
    "consultar_divida": frozenset({"solicitar_pagamento", "parcelar", "pedir_desconto", "pedir_prorrogacao"}),
    # Plans and new dates bring their own code, once they are agreed on.
    "solicitar_pagamento": frozenset({"parcelar", "pedir_prorrogacao"}),
    "recibo_quitacao": frozenset({"informar_ja_paguei"}),
}


def pieces(parse: Mapping[str, Any], ends: frozenset[str] = ENDS) -> list[dict[str, Any]]:
    """The parse data of each message that is run in the place of this one: mostly this one alone."""
    found = [one for one in parse.get("wishes") or () if one.get("intent")]
    if len(found) < 2 or any(one["intent"] in ANSWERS for one in found):
        return [dict(parse)]
    named = {one["intent"] for one in found}
    well_read = {one["intent"] for one in found if float(one.get("confidence") or 0.0) >= LEAST}
    told = {one["label"] for one in parse.get("safety") or () if one.get("certainty") == "sure"}
    wishes = [
        one
        for one in found
        if one["intent"] in SERVED
        and float(one.get("confidence") or 0.0) >= (LEAST_OF_A_STOP if one["intent"] == STOP and STOP in told else LEAST)
        and not (_WITHIN.get(one["intent"], frozenset()) & named and not _of_something_else(one, found))
        and not (
            one["intent"] == "consultar_divida"
            and "contestar_divida" in named
            and _ONLY_A_NAME.fullmatch(plain(str(one.get("text"))))
        )
        and not _asks_for_no_code(one, well_read, str(parse.get("text") or ""))
        and not (
            one["intent"] == "promessa_pagamento"
            and named & {"solicitar_pagamento", "pedir_desconto"}
            and not _names_a_day(str(one.get("text")))
        )
    ]
    kept: list[Mapping[str, Any]] = []
    for one in wishes[:MOST]:
        kept.append(one)
        if one["intent"] in ends:
            break
    if not kept or (len(kept) == 1 and kept[0]["intent"] == (parse.get("intent") or {}).get("name")):
        return [dict(parse)]
    whole = str(parse.get("text") or "")
    if len(kept) == 1:
        return [_parse(parse, kept[0], whole)]
    said = {id(one): _words(one, kept, whole) for one in kept}
    # Of equal weight, what was said first is served first.
    order = sorted(kept, key=lambda one: (weight(one["intent"]), whole.find(said[id(one)][:_BEGINNING])))
    return [_parse(parse, one, said[id(one)]) for one in order]


_ITS_OWN = re.compile(
    r"\b(?:boleto|pix|codigo|via|fatura|conta|divida|pag\w+|quit\w+|parcel\w+|divid\w+|acordo|prazo|adi\w+|desconto)\b"
    r"(?: (?:em|no|na) \d+(?: ?x| vezes)?| \d+ ?x)?(?: (?:a|o|d[aoe]s?|n[ao]|pra|para|com|so|conta|divida|fatura|boleto))+ (\w{3,})"
)
"""What a wish is about: "o boleto da loja", "parcelar o colégio"."""
_NOTHING_OF_ITS_OWN = frozenset(
    """acordo entrada parcela parcelas primeira primeiro segunda valor divida dividas conta contas boleto pix codigo fatura hoje agora amanha vista
    total tudo toda todas minha meu isso essa esse mesmo favor cartao sexta quinta quarta terca sabado dia mes banco juros desconto""".split()
)


def _of_something_else(one: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a code is wanted for one thing and something else for another: "o boleto da loja, parcelar o colégio"."""
    if one["intent"] != "solicitar_pagamento":
        return False
    mine = _named_in(str(one.get("text")))
    rest = [str(other.get("text")) for other in found if other["intent"] in _WITHIN["solicitar_pagamento"]]
    others = [_named_in(words.replace(str(one.get("text")), " ")) for words in rest]
    return mine is not None and any(other is not None and other != mine for other in others)


def _named_in(words: str) -> str | None:
    named = _ITS_OWN.search(plain(words))
    return named[1] if named is not None and named[1] not in _NOTHING_OF_ITS_OWN else None


_ONLY_A_NAME = re.compile(r"(?:e )?(?:a|o|as|os|ess[ae]s?)(?: conta| divida| fatura)? (?:d[aoe]s?|n[ao]) \w+(?: \w+)?")
""""E a da Ventania", torn off, names what the rest of the message is about."""
_CODE = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*|codigo\w*|qr|linha|chave|copia e cola|(?:segunda|2a?) via|carne)\b")
_PAYS = re.compile(r"\b(?:pag\w+|quit\w+|acert\w+|liquid\w+|cobr\w+)\b")
_PRICED = frozenset({"pedir_desconto", "recibo_quitacao", "contestar_divida", "ameaca_juridica", "reclamar"})


def _asks_for_no_code(one: Mapping[str, Any], beside: set[Any], whole: str) -> bool:
    """Whether a piece that was torn out of the message ("aceita?", "manda outro", "e pra pagar hoje") looks like a wish for a code and
    names none: what stands beside it is what is wanted."""
    words = str(one.get("text") or whole)
    if one["intent"] != "solicitar_pagamento" or words == whole or _CODE.search(plain(words)):
        return False
    return bool(_PRICED & beside) or _PAYS.search(plain(words)) is None


def _names_a_day(words: str) -> bool:
    """Whether another day than today is named; "já vou pagar, manda o pix" asks for a code and promises nothing."""
    any_day = date(2026, 1, 1)
    return any(not one.readings or max(one.readings) != any_day for one in read_values(words, any_day).dates)


def _words(one: Mapping[str, Any], all_of_them: Sequence[Mapping[str, Any]], whole: str) -> str:
    """The words that say a wish; of one that was read out of the whole message, what the others leave of it."""
    words = str(one.get("text") or whole)
    if words != whole:
        return words
    for other in all_of_them:
        if other is not one and other.get("text") and other["text"] != whole:
            words = words.replace(str(other["text"]), " ")
    return " ".join(words.split()).strip(" ,.;") or whole


def _parse(parse: Mapping[str, Any], one: Mapping[str, Any], words: str) -> dict[str, Any]:
    intent = {"name": one["intent"], "confidence": float(one.get("confidence") or 0.0)}
    return {**parse, "text": words, "intent": intent, "intent_ranking": [intent], "wishes": []}
