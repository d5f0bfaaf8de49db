"""The clauses of a message, as topics need them to tell what is said of which debt."""

from __future__ import annotations

import re
from dataclasses import replace

from understanding.by_account import Part, parts
from understanding.plain import plain

_GOES_ON = re.compile(
    r"\s+(?:e|mas)\s+(?=(?:hoje|hj|amanh[aã]|s[oó]|ainda|ent[aã]o|por isso|queria|gostaria)\s)|\s+(?:e|mas)\s+(?=(?:tamb[eé]m|tb)\s+(?:a|o)\s)",
    re.IGNORECASE,
)


def clauses(whole: str) -> list[Part]:
    """The parts of a message; "paguei a da loja, a do telefone não" says of the second that it is not paid."""
    found = parts(_GOES_ON.sub(", ", whole))
    for place in range(1, len(found)):
        one = found[place]
        if one.kind is None and found[place - 1].kind == "paid" and plain(one.words).endswith(" nao"):
            found[place] = replace(one, kind="unpaid")
    return found
