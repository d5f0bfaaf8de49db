"""Several wishes in one message: "para de mandar mensagem, essa dívida não é minha" asks two things.

A message is cut where a sentence ends, and before a word that opens a new wish ("e quero…", ", quanto…", "mas não…"). Cutting is
careful: what is left over without a wish of its own stays with its neighbour, and a piece counts only when it is clearly read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from understanding.plain import plain

Ranking = Callable[[str], list[dict[str, Any]]]

CLEAR = 0.6
"""Confidence from which a piece of a message counts as a wish of its own."""

GRAVE = 0.85
"""The same for what weighs more than a request: a few words torn out of a sentence must not stop a talk."""

TORN = 3
"""A piece of so few words says too little by itself: the whole message must leave its wish a chance, `GIVEN` it or more."""

GIVEN = 0.003
GRAVELY_GIVEN = 0.06
PLAIN = 0.97
"""From this confidence a torn piece that orders nothing grave ("quero desconto", "já paguei") is believed by itself."""

MOST_PIECES = 5

_OPENERS = (
    r"(?:eu |vc |vcs |voce |voces |vocês |você |moç[ao] |me )?(?:quero|qro|kero|queria|qria|gostaria|preciso|precisava|vou|vo|posso|pode|podem|poderia|"
    r"d[aá] p|tem como|tem jeito|manda|mande|mandem|envia|passa|gera|quanto|qto|qnto|qnt|qual|quais|quando|qdo|qnd|como|onde|cad[eê]|kd|quem|"
    r"n[aã]o|ñ|num|n |j[aá] |paguei|par[ae]m?\b|chega|faz|fazem|aceita|divid|parcel|pag|estou|to |tô |tou |t[aá] |sou|tenho|nunca|segue|"
    r"obrigad|obg|valeu|vlw|tchau|bloque|tir[ae]|fal[ae]|diz|me |sab(?:er|ê)\b|ser[aá] que|o que|oq|por ?qu|pq|minha|meu |ess[ae]|isso|isto|perdi|confirm|"
    r"desej|cancel|exclu|apag|explic|process|lig[ao]|li[gb]|cham|transfer|consig|recebi|receb|fui|vim|est[aá]|devo|nem|vai|vão|vao|vocês|vcs|vc )"
)
_CUT = re.compile(
    rf"(?:(?<=[^\d\s])[.;!?…]+(?=\s|$)|(?<=\d)[.;!?…]+(?=\s|$)|\n+)[\s.;!?…]*"
    rf"|\s*,?\s+(?:e|mas|mais|porém|porem|tb|tbm|também|tambem|aí|ai|só que|so que|so q|daí|dai|e também|e tambem|e tb|e tbm|e ainda|e depois|e ai|e aí|agora)\s+(?={_OPENERS})"
    rf"|\s*,\s*(?={_OPENERS})",
    re.IGNORECASE,
)

_WEIGHTS = {
    label: place
    for place, labels in enumerate(
        (
            "vulnerabilidade parar_mensagens nao_sou_a_pessoa",
            "contestar_divida suspeita_golpe ameaca_juridica falar_com_humano",
            "informar_ja_paguei pagamento_duplicado_estorno enviar_comprovante",
            "solicitar_pagamento parcelar pedir_desconto pedir_prorrogacao promessa_pagamento consultar_acordo recibo_quitacao consultar_divida"
            " direitos_lgpd negativacao consequencias preferencia_contato dificuldade_financeira reclamar quem_e_voce",
            "afirmar negar corrigir_informacao escolher_opcao informar_cpf informar_data informar_valor adiar_resposta cancelar ajuda nao_entendi",
        )
    )
    for label in labels.split()
}
_LIGHTEST = 9
_REQUESTS = 3
_CLAIMS = 2


@dataclass(frozen=True)
class Wish:
    """One thing that is wanted: its label, how sure that is, and the words of the message that say it."""

    intent: str
    confidence: float
    text: str


def weight(label: str) -> int:
    """How early a wish is to be met: safety, dispute, payment claim, requests, the rest."""
    return _WEIGHTS.get(label, _LIGHTEST)


def pieces(text: str) -> list[str]:
    """The parts of a message that may each hold a wish; the whole message when it holds one thing."""
    found: list[str] = []
    start = 0
    for cut in _CUT.finditer(text):
        # A question mark says what the piece before it is.
        ends = cut.start() + (1 if text[cut.start() : cut.start() + 1] in "?!" else 0)
        piece = text[start:ends].strip(" ,")
        if piece:
            found.append(piece)
        start = cut.end()
    rest = text[start:].strip(" ,")
    if rest:
        found.append(rest)
    joined: list[str] = []
    for piece in found:
        # A word alone ("mas", "moça") says nothing without its neighbour.
        if joined and (len(joined[-1]) < 4 or not plain(joined[-1])):
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    return joined if 1 < len(joined) <= MOST_PIECES else [text.strip()]


def wishes(
    text: str, whole: Sequence[Wish], rank: Ranking, chances: Mapping[str, float] | None = None, *, clear: float = CLEAR
) -> tuple[Wish, ...]:
    """Every wish of a message, the weightiest first: what the `whole` was read as, and what its pieces clearly say besides.

    `chances` are those of the whole message; a few words torn out of it ("perdi meu cartão, bloqueia") must not go against them.
    """
    found: dict[str, Wish] = {one.intent: one for one in whole}
    parts = pieces(text)
    if len(parts) > 1:
        for part in parts:
            ranking = rank(part)
            if not ranking:
                continue
            name = ranking[0]["name"]
            grave = weight(name) < _REQUESTS
            if ranking[0]["confidence"] < (max(clear, GRAVE) if grave else clear):
                continue
            heavy = weight(name) < _CLAIMS
            torn = len(plain(part).split()) <= TORN and (heavy or ranking[0]["confidence"] < PLAIN)
            if chances is not None and torn and chances.get(name, 0.0) < (GRAVELY_GIVEN if heavy else GIVEN):
                continue
            if name not in found and name != "fora_de_escopo":
                found[name] = Wish(name, float(ranking[0]["confidence"]), part)
    return tuple(sorted(found.values(), key=lambda one: weight(one.intent)))
