"""Names of streets and quarters, taken out of the words before the rules read them.

"Moro na Rua das Acácias" is an address, "moro na rua" a life on it; a street may be called after a hospital, a law or a death.
"""

from __future__ import annotations

import re

NAMED = "logradouro"
"""What stands in the place of a name."""

# What a name cannot go on with: the sentence does.
_GOES_ON = (
    r"(?:faz|ha|com|sem|desde|e|mas|porque|pois|que|tem|ja|agora|hoje|ontem|mesmo|debaixo|embaixo|por|to|tou|estou|eu|nao|ai|aqui|la|minha|meu"
    r"|quando|depois|onde|tambem|ate|em|no|na|a|o|para|pra|sou|era|foi|toda|todo|inteira|cheia|alagou|alagada|encheu|amargura|\w+ndo)\b"
)
_NAME = rf"(?!{_GOES_ON})\w+"
_OF = r"d[aeo]s?"
_SPAN = r"(?:an\w+|mes\w*|dias?|semanas?|noites?|filh\w+|crianca\w*|pessoa\w*)"
_PLACES = re.compile(
    # Always called by a name.
    rf"\b(?:avenida|av|travessa|alameda|rodovia)(?: {_OF})?(?: {_NAME})(?: {_OF} {_NAME}| {_NAME}){{0,2}}(?: \d+)?"
    # "Na rua das acácias 40", "na rua 15 de novembro", "na rua joão pessoa 33"; not "na rua faz 2 anos".
    rf"|\brua(?: {_OF} (?!gente\b|amargura\b|mim\b){_NAME}(?: {_OF} {_NAME})?(?: \d+(?! {_SPAN}))?| \d+(?! {_SPAN})(?: {_OF} {_NAME})?| {_NAME}(?: {_NAME}){{0,2}} \d+(?! {_SPAN}))"
    # Where somebody works is no illness: "de plantão no hospital", "sou técnica da UTI".
    r"|(?<=\bplantao )(?:n[ao]|d[ao]|num|em|de) (?:hospital|uti|upa|pronto socorro)(?: \w+ de plantao)?"
    r"|(?<=\bturno )(?:n[ao]|d[ao]) (?:hospital|uti|upa)"
    rf"|\b(?:praca|largo|estrada|ladeira|viela|beco|bairro|vila|jardim|loteamento|conjunto|residencial|condominio|edificio|parque) {_OF}"
    rf"(?: (?:boa|bom|santa|santo|sao|nossa|nova|novo|alto))? (?!gente\b|lixo\b){_NAME}"
)


def without_places(said: str) -> str:
    """The plain words of a message with every named street or quarter made one word that names nothing."""
    return _PLACES.sub(NAMED, said)
