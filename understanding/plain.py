"""Portuguese reduced to what is compared: lower case, no accents, no punctuation, single blanks."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^0-9a-z\s]+")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """`"Não, OBRIGADO!"` becomes `"nao obrigado"`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACE.sub(" ", _NOT_WORD.sub(" ", kept)).strip()
