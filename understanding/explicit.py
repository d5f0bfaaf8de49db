"""Whether somebody says yes so that they can be held to it. Pure and strict: when in doubt, it is no yes.

For what binds (an agreement, a payment plan, giving something up) a tap or plain words are asked for. A condition ("sim, mas…"), a
question, a number, a lone emoji, a joke or "pode ser" is not enough; who says that is asked once more, kindly.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from understanding.plain import plain

Strength = Literal["explicit", "weak"]

_LEAD = r"(?:(?:sim|ss|s|a+h|aa+|entendi|entendido|saquei|agora sim|agora entendi|legal|isso|isso mesmo|claro|com certeza|perfeito|otimo|ok|okay|okey|ta bom|ta|ta certo|certo|beleza|blz|entao|bom|opa|show|maravilha|gostei|pode ser|eu|oi|bora|boa)[ ]*)*"
_VERB = (
    r"(?:fecha(?= (?:assim|o acordo|esse|essa|este|isso|ai|entao))|aceito|aceitamos|aceitar|aceita|aceitei|aceitado|acceito|aseito|aceto|confirmo|confirmado|confirma|cofirmo|concordo|fechado|fechad[ao]s?"
    r"|fecho|fechou|fexado|fechadissimo|fechar|pode fechar|podemos fechar|vamos? fechar|bora fechar|quero fechar|pode confirmar|pode gerar"
    r"|topo|topado|topei|de acordo|estou de acordo|to de acordo|tou de acordo|negocio fechado|trato feito|combinado|quero aceitar"
    r"|vou aceitar|quero sim|aceito sim|sim aceito|pode fazer|pode mandar fechar|quero esse acordo|quero fazer o acordo)"
)
_WHAT = (
    r"(?: (?:sim|o|a|os|as|esse|este|essa|esta|com|e|do|da|no|na|nesse|nessa|todos|todas|meu|minha|acordo|proposta|oferta|plano"
    r"|termos|condicoes|condicao|parcelamento|parcelas|valor|valores|contrato|negocio|assim|entao|agora|ja|pode|fechar|mandar|manda|gerar|gera"
    r"|o pix|pix|por favor|pfv|pf|por gentileza|o?brigad[oa]|obg|vlw|valeu|moca|moco|ta|bom|tudo|isso))*"
)
_ACCEPTS = re.compile(rf"{_LEAD}{_VERB}{_WHAT}(?: {_VERB}{_WHAT})?")
_YES = re.compile(
    r"(?:s+i+m+|sin|sim senhor|sim senhora|sim sim|sim por favor|sim pode|sim quero|claro que sim|com certeza sim"
    r"|isso sim|sim isso|sim com certeza|sim obrigad[oa]|sim eu quero|eu quero sim|quero sim|sim pode sim|pode sim|sim pfv)"
)
_WEAK = re.compile(
    r"(?:(?:sim|s|ss|ok|okay|okk+|ta|ta bom|ta certo|ta ok|beleza|blz|pode ser|pode|uhum|aham|arram|hum|hm+|certo|isso|isso ai|isso mesmo"
    r"|claro|com certeza|perfeito|otimo|show|legal|bora|vamos|vamo|demoro|joia|positivo|quero|acho que sim|talvez sim|entendi|entendido|ciente"
    r"|afirmativo|yes|fechou ne|e|eh|uai sim|tranquilo|suave|de boa|massa|top|gostei|maravilha|por favor|pfv|obrigad[oa]|entao|ne|ai|pode sim)[ ]*)+"
)
_REFUSES = re.compile(r"(?:nao|num|nem|nunca|jamais|recuso|rejeito|deixa|desisto|sem chance|negativo|nops?|nem pensar|cancela)\b")
_LAUGH = re.compile(
    r"(?:k{2,}|(?:ha|he|hua|rs){2,}|rsrs|lol|ironia|so que nao|sqn|ate parece|nem morto|to brincando|brincadeira)"
)
_GOOD_SIGNS = frozenset("👍👌✅☑✔🆗🤝💪🙏😊🙂😀😃😄😁🥰❤💚💙☺🎉👏🫡")


def said_yes(text: str) -> Strength | None:
    """`explicit` for words that bind, `weak` for a yes that is asked about once more, None for anything else."""
    signs = [char for char in text if unicodedata.category(char) in ("So", "Sk") and char not in "\ufe0f"]
    said = plain(text)
    if not said:
        return "weak" if signs and all(sign in _GOOD_SIGNS or "\U0001f3fb" <= sign <= "\U0001f3ff" for sign in signs) else None
    if _REFUSES.search(said) or _LAUGH.search(said):
        return None
    doubtful = (
        "?" in text
        or any(char in text for char in "\"“”'")
        or (any(sign not in _GOOD_SIGNS and not "\U0001f3fb" <= sign <= "\U0001f3ff" for sign in signs))
    )
    firm = bool(_ACCEPTS.fullmatch(said) or _YES.fullmatch(said))
    if firm and not doubtful and not re.search(r"\.\.|…", text):
        return "explicit"
    return "weak" if (firm or _WEAK.fullmatch(said)) and "?" not in text and not doubtful else None
