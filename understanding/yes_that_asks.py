"""\"Tá bom, então quanto é\": words of a yes around a question are no yes."""

from __future__ import annotations

import re

from understanding.plain import plain

_ASKS = re.compile(
    r"\b(?:quantos?|quantas?|qto|qnto|qnt|qtos|cade|por ?que|pq|quais|(?<!com )(?<!tal )qual(?! (?:quer|for|deles|delas)\b)|que (?:dia|horas?|valor|conta|loja|divida)|onde (?:eu|e|fica|pago|faco|vejo|ta)"
    r"|como (?:eu |e que eu |que eu )?(?:faco|pago|fica|funciona|consigo|vejo|fa[cç]o)|quando (?:vence|e|eh|cai|que|eu pago|seria)|e (?:de )?quem|quem (?:e|eh|sao))\b"
    r"|^(?:(?:mas|e|ue|nossa) )*(?:(?:voces|vcs|vc|voce) )?(?:tem|tens|ce tem) (?:certeza|ctz)\b"
)
_NO_QUESTION = re.compile(
    r"\b(?:quanto antes|por que nao|pq nao|quanto a isso|como (?:voce|vc|vcs|voces) (?:falou|disse|quiser))\b"
)


def yes_that_asks(text: str) -> bool:
    """Whether the words ask for something, so that a yes in them is not meant."""
    said = plain(text)
    return _ASKS.search(said) is not None and _NO_QUESTION.search(said) is None
