"""Words of somebody in danger or in need, by what they need to hear. Read before anything else is made of a message."""

from __future__ import annotations

import re
from typing import Literal

from understanding.plain import plain

Distress = Literal["self_harm", "violence", "bereavement", "hunger", "illness"]

# Rather once too often than once too seldom: the answer to a wrong alarm is a kind one. What is said of a telephone, a debt or money
# that "dies" or of "morrer de rir" is left out.
_SELF_HARM = re.compile(
    r"\b(?:suicid\w*|(?:me|mim) (?:matar|mato|cortar|corto|enforcar|jogar|jogo (?:da|na|do|de))"
    r"|(?:quero|queria|qria|qro|kero|vontade de|melhor|prefiro|preferia|pensando em|penso em|vou|so queria|desejo de) (?:era )?morrer?\b(?! de (?:rir|amor|fome de))"
    r"|era melhor (?:eu )?(?:estar |ta |ter )?mort[oa]|melhor (?:eu )?mort[oa]|(?:mort[oa]|morrer) (?:eu )?(?:valho|resolv\w+)"
    r"|se eu morr\w+ (?:acab|resolv|tudo|pag|quit)\w*|tirar (?:a )?(?:minha|propria) (?:propria )?vida|(?:acabar|dar (?:um )?fim) (?:com|na|a) (?:a )?(?:minha vida|vida|tudo|mim|meu sofrimento)"
    r"|por (?:um )?fim (?:na|a) (?:minha )?vida|(?:nao|n|num) (?:quero|qro|aguento|guento|consigo|tenho (?:mais )?(?:vontade|forca)\w*) (?:mais )?(?:de )?(?:viver|estar aqui|essa vida|existir)"
    r"|(?:nao|n|num) (?:aguento|guento) mais (?:viver|essa vida|a vida)|dormir? e n(?:ao|unca|um)?(?: mais)? acorda\w*|sumir (?:pra sempre|da vida|do mapa|desse mundo|de vez)"
    r"|quero sumir|queria sumir|vontade de sumir|(?:fazer|fazendo|faco) (?:uma )?(?:besteira|loucura)(?: comigo| com (?:a )?minha vida)?"
    r"|(?:minha vida|a vida|viver|nada) (?:nao|n|num) (?:vale|faz|tem) mais (?:nada|sentido|a pena|pena)|(?:vida|viver) (?:nao|n) (?:vale|faz) (?:a pena|sentido)"
    r"|ninguem (?:ia|vai|iria|vao) sentir (?:a )?minha falta|vive melhor sem mim|carta de despedida|comprei veneno|tomei (?:um monte|muito|varios|veneno|tudo)"
    r"|monte de (?:comprimido|remedio)\w*|nao vejo (?:mais )?(?:saida|sentido)|vejo saida nenhuma|jogar da ponte|jogar (?:debaixo|na frente)|pular d[ao])\b"
)
_NOT_MEANT = re.compile(
    r"\b(?:(?:voces|vcs|voce|vc|vao|vai|querem|quer) (?:\w+ )?me matar|(?:nao|n|num) (?:quero|qro|vou|pretendo) (?:\w+ )?(?:sumir|morrer|me matar|desaparecer)(?! mas)"
    r"|(?:valor|quanto|pag\w+|custa|fica|sai|desconto) (?:\w+ ){0,3}acabar com (?:tudo|isso)|mandar? me matar|morr\w+ de (?:rir|vergonha|saudade|preguica|sono|calor|frio|amor)|matar (?:a|essa|minha) (?:saudade|divida|conta|charada)|me mat\w+ de (?:rir|trabalh\w+))\b"
)
_BEREAVEMENT = re.compile(
    r"\b(?:fale[cs]\w*|morreu|morreram|velorio|enterr\w+|luto|viuv[ao]|se matou"
    r"|(?:perdi|perdemos|perdeu|acabei de perder) (?:(?:o|a|meu|minha|meus|minhas|nosso|nossa|um|uma|pai e) )*(?:mae|pai|filh\w+|marido|espos[ao]|mulher|irma\w*|avo|bebe|nene|companheir[ao]|familia\w*|amig[ao]))\b"
)
_VIOLENCE = re.compile(
    r"\b(?:me (?:bat\w+|agred\w+|ameac\w+ de morte|espanc\w+|estupr\w+)|violencia (?:em casa|domestica)|sofro violencia|apanh(?:o|ei|ando) d[oae]"
    r"|casa abrigo|fugi d[oe] (?:meu|casa|ex)|fugida d|medo do meu (?:marido|ex|companheiro|namorado|pai))"
)
_HUNGER = re.compile(
    r"\b(?:passando fome|passar fome|(?:nao|n) (?:temos|tenho|tem) (?:nada |mais )?(?:o que comer|comida)|sem (?:ter o que )?comer|nao comemos"
    r"|morando na rua|mora na rua|(?:nao|n) tenho onde (?:dormir|morar|ficar)|fui despejad\w+|dormindo no carro|so toma agua|perdemos tudo|pegou fogo|enchente|alagou)\b"
)
_ILLNESS = re.compile(
    r"\b(?:cancer|quimio\w*|radioterapia|leucemia|tumor|hemodialise|uti|internad[ao]|internacao|hospital|cirurgia|acamad[ao]|avc|infarto|enfart\w+|coma\b|terminal"
    r"|depress\w+|panico|ansiedade|burnout|psiquiatr\w+|remedio controlado|esquizofren\w+|bipolar|alzheimer|parkinson|acidente|incubadora|prematur\w+|doenca|doente"
    r"|gravida de risco|deficien\w+|surd[ao]|cego|cega|autis\w+|tratamento|medico me deu)\b"
)


def distress(text: str) -> Distress | None:
    """What somebody who says this needs, the most pressing first; None when nothing of it is said."""
    said = _NOT_MEANT.sub(" ", plain(text))
    if _SELF_HARM.search(said):
        return "self_harm"
    if _VIOLENCE.search(said):
        return "violence"
    if _BEREAVEMENT.search(said):
        return "bereavement"
    if _HUNGER.search(said):
        return "hunger"
    return "illness" if _ILLNESS.search(said) else None
