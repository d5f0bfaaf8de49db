"""Whether a message speaks of fear, proof, fraud or trust at all: only there a doubt is rather taken for the fear of a scam.

Without it, plain questions of money ("vou ter que pagar isso do meu bolso?") would be answered as if somebody were afraid of us.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS = re.compile(
    # Tricks and who plays them.
    r"\b(?:engan\w+|mentira|maracutaia\w*|trampa|mutreta|treta|esquema|malandr\w+|safad\w+|pilantr\w+|vigarist\w+|trapac\w+|trambi\w+"
    r"|fria|roubada|roub\w+|perna|clon\w+|hacke\w+|impostor\w*|passando por|fing\w+|invent\w+|laranja|bandid\w+|ladr\w+|virus|perfil|robo"
    # What is proved by what.
    r"|prov[ae]\w*|comprov\w+|checar|conferir|verificar|valid\w+|garant\w+|oficia\w+|autoriz\w+|credenciad\w+|cadastrad\w+|beneficiari[oa]"
    r"|cnpj|ltda|gmail|hotmail|google|link|clic\w+|senha|policia\w*|delegacia|presidio|cadeia|reportagem|jornal|televisao|noticia"
    # Trust, and what goes against it.
    r"|confi\w+|acredit\w+|duvid\w+|suspeit\w+|legit\w*|seri[ao]s?|segur\w+|verdade\w*|medo|receio|cuidado|cheir[ao]\w*|estranh\w+"
    r"|esquisit\w+|coincidencia|igualzinh\w+|conheco|desconheco|nunca vi|sumir)\b"
)


def speaks_of_a_trick(features: Collection[str]) -> bool:
    """Whether any of the features of a message (see `understanding.views`) speaks of a trick, of proof or of trust."""
    return (
        "i scam" in features
        or any(name.startswith("z suspeita_golpe") for name in features)
        or _WORDS.search(" ".join(name[2:] for name in features if name[:2] in ("n ", "m "))) is not None
    )
