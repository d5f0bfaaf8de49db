"""Whether a message speaks of owing and paying at all: only where it does not is a doubt rather taken for something that is not ours."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS = re.compile(
    r"\b(?:dev(?:o|endo|ia|edor\w*)|divid\w+|debito\w*|boleto\w*|pix|parcel\w+|acordo|pag(?:ar|o|uei|a|amento|ando)|quit\w+|desconto|juros?|prazo"
    r"|vencim\w+|venc\w+|cobr\w+|quanto (?:(?:e|eh|que e|fica\w*|ta|esta|deu|da|foi|sai|seria|era|custa isso)\b|mesmo\b)|valor\w*|serasa|spc|negativ\w+|fatura|protocolo|comprovante|recibo|atendente|cpf)\b"
)


def speaks_of_our_matters(features: Collection[str]) -> bool:
    """Whether any of the features of a message (see `understanding.views`) is a word of debts and payments."""
    return _WORDS.search(" ".join(name[2:] for name in features if name[:2] in ("n ", "m ", "w "))) is not None
