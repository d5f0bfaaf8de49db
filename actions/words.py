"""\"O que quer dizer encargos?\", \"tomam a minha moto?\": plain questions whose words look like a wish of another kind."""

from __future__ import annotations

import re

from actions.faq import tell
from actions.scene import Scene
from understanding.plain import plain
from understanding.values import read_values

_TERMS = (
    (re.compile(r"encargos?|acrescimos?"), "word_charges"),
    (re.compile(r"(?:juros? de )?mora|juros?"), "word_interest"),
    (re.compile(r"multas?"), "word_fine"),
    (re.compile(r"credor(?:a|es)?"), "word_creditor"),
    (re.compile(r"(?:valor )?principal|valor original"), "word_principal"),
    (re.compile(r"contest(?:ar|acao|ado)"), "word_dispute"),
    (re.compile(r"prorrog(?:ar|acao)"), "word_extension"),
    (re.compile(r"a vista"), "word_cash"),
    (re.compile(r"quit(?:ar|acao|ada|ado)|carta de quitacao"), "word_settle"),
    (re.compile(r"entrada"), "word_down"),
    (re.compile(r"protocolos?"), "word_protocol"),
    (re.compile(r"negativ(?:ar|acao|ad[oa])|inadimplen\w+"), "word_listed"),
)
_ANY = "|".join(pattern.pattern for pattern, _ in _TERMS)
_AS_A_WORD = re.compile(
    rf"\b(?:o que|oq|oque|o q|que|q) (?:que )?(?:e|eh|sao|seria|significa\w*|quer dizer|quer dize) (?:(?:isso|ess[ea]s?|est[ea]s?|o|a|os|as|um|uma|tal|d[eo]|palavra|de) )*(?P<first>{_ANY})\b(?! (?:que|eu|d[aeo] (?!mora|atraso|quitacao)|tao|pra))"
    rf"|\b(?P<second>{_ANY}) (?:e |eh )?(?:o que|o q|oq|oque|que) (?:(?:e|eh) )?(?:isso|quer dizer|significa)\b"
    rf"|\b(?P<third>{_ANY}) (?:e|eh) (?:o que|o q|oq)\b|\b(?:significado|sentido) d[aeo] (?:palavra )?(?P<fourth>{_ANY})\b"
    rf"|\b(?:nao (?:sei|entendi|entendo)|me explica|explica) (?:o que (?:e|eh|significa|quer dizer) )(?:(?:o|a|os|as) )?(?P<fifth>{_ANY})\b"
)
_AND_THIS = re.compile(rf"\be (?:(?:o|a|os|as|ess[ea]s?) )?(?P<term>{_ANY})(?: (?:o que e|e o que|o que|q e))?(?= ?(?:$|e\b))")
"""A further word of the same question: "e multa? e o que é credor?"."""
_NEVER = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa colou_codigo".split())
_MOST = 3


async def word_asked(scene: Scene) -> bool:
    """What a word means, each in a sentence or two, with one's own amounts where they are known; no bill, and nothing to pay. False:
    no word was asked."""
    if scene.intent in _NEVER or scene.turn.arguments:
        return False
    said = plain(scene.turn.text or "")
    found = [
        next(word for word in match.groupdict().values() if word) for match in _AS_A_WORD.finditer(said) if any(match.groups())
    ]
    if not found:
        return False
    found += [match["term"] for match in _AND_THIS.finditer(said)]
    names = list(dict.fromkeys(name for term in found for pattern, name in _TERMS if pattern.fullmatch(term)))[:_MOST]
    known = scene.till.talk.knowledge.known
    names = sorted(names, key=lambda name: known[name].own is not None)
    for name in names[:-1]:
        scene.say("utter_faq", answer={"phrase": f"faq:{name}"})
    if not names:
        return False
    question, scene.question = scene.question, None
    await tell(scene, known[names[-1]])
    scene.question = question
    if scene.open_question not in (None, "pay"):
        await scene.go_back()
    return True


_TAKEN = re.compile(
    r"\b(?:penhor\w+|confisc\w+|apreend\w+|(?:tom|tir|lev|peg|busc)(?:ar|am|a|ando|arem) (?:\w+ ){0,2}?(?:minha|meu|meus|minhas|as|os|nossa|nosso)? ?(?:casa|moto|carro|bens|coisas|tv|geladeira|moveis|salario|beneficio|aposentadoria)"
    r"|(?:v(?:ao|em|ir|em) )(?:\w+ ){0,3}(?:na|em) (?:minha )?casa\b)"
)
_IN_COURT = re.compile(r"\b(?:oficial de justica|intimac\w+|processo (?:numero|n)|audiencia|juiz\w*)\b")


_BY_POST = re.compile(r"\b(?:boletos?|carne|carta|correio|conta|fatura|correspondencia|papel)\b")


async def seizure_asked(scene: Scene) -> bool:
    """ "Vocês vão na minha casa?", "podem tomar minha moto?": what may be taken, by whom, and what never. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.intent in _NEVER or not _TAKEN.search(said) or _IN_COURT.search(said) or _BY_POST.search(said):
        return False
    await tell(scene, scene.till.talk.knowledge.known["seizure"])
    return True


_PLAINLY = (
    (
        "a_code_each",
        re.compile(
            r"\b(?:um|dois|duas|varios|outro) (?:codigos?|pix|boletos?)(?: \w+)? (?:pra|para|de|por) cada\b|\b(?:por ?que|pq) (?:\w+ ){0,2}(?:dois|duas|tres|varios) (?:codigos?|pix|boletos?)\b"
            r"|\b(?:junt\w+|fazer|faz|manda\w*|paga\w*|gera\w*|coloc\w+)\b(?: \w+){0,4}? (?:em |n)?um so(?: (?:pix|boleto|codigo))?(?=$| (?:pix|boleto|codigo))|\b(?:pix|boleto|codigo) (?:unico|so pra (?:os dois|as duas|tudo|todas))\b"
        ),
    ),
    (
        "who_may_know",
        re.compile(
            r"\bnao (?:quero|queria|gostaria|pode\w*|e pra)(?: que)? (?:\w+ )?(?:ningu\w+|nenhum\w*|(?:meu|minha|meus|minhas|o|a|os|as) (?:\w+ )?"
            r"(?:chefe|patr\w+|famil\w+|marido|esposa|mulher|mae|pai|filh\w+|vizinh\w+|colega\w*|trabalho|empresa))(?: \w+){0,4} (?:saib\w+|saber|descubr\w+|descobrir|fi(?:que|quem|car) sabendo)\b"
        ),
    ),
    (
        "interest_abusive",
        re.compile(
            r"^(?:(?:mas|e|moc[ao]|oi|ue|oxe) )*(?:pq|por ?que|porq|como|pode\w*|e (?:legal|certo|permitido)|a lei|isso e)\b.{0,60}\bjuros?\b.{0,50}"
            r"\b(?:lei|ilegal|ileg\w+|proibid\w+|nao pode\w*|permitid\w+|legal|crime)\b"
        ),
    ),
    (
        "company_visit",
        re.compile(
            r"^(?:(?:e|mas|moc[ao]|entao|oi) )*(?:posso|da (?:pra|para)|tem como|consigo|queria|quero|gostaria de|pode|vou) (?:ir|passar) (?:ai|la|ate ai|ate voces|ate vcs|no escritorio|na empresa|na sede)(?: (?:pessoalmente|pra pagar|pagar|amanha|hoje|e pago|em pessoa|conversar))*$"
            r"|^(?:(?:e|mas|oi) )*(?:voces|vcs|ai)? ?(?:tem|onde fica|qual|fica onde)(?: (?:o|a|e o|e a|algum|alguma))? (?:loja fisica|escritorio|unidade|sede|agencia)(?: (?:ai|de voces|de vcs|em \w+|na minha cidade|aqui perto))*$"
        ),
    ),
    (
        "interest_only",
        re.compile(
            r"\b(?:pag\w+|quitar|acertar|dar|dou) (?:so|somente|apenas|soh) (?:os? |a )?(?:juros?|multas?|encargos)\b(?! (?:e|mais) )|\bso (?:os? |a )?(?:juros?|multa|encargos) (?:eu )?(?:pago|posso pagar|da pra pagar)\b"
        ),
    ),
    (
        "boleto_fails",
        re.compile(
            r"\b(?:boletos?|bolto|linha(?: digitavel)?|codigo de barras?)\b.{0,30}\b(?:nao (?:passa|passou|passando|aceit\w+|foi aceito|leu|le|funcion\w+|da certo|deu certo|vai|pega|reconhec\w+|abre)|invalid\w+|(?:da|deu|dando|dar) erro|recus\w+|rejeit\w+|nao (?:encontr\w+|localiz\w+|exist\w+|consta))\b"
            r"|\b(?:caixa|banco|loterica|aplicativo|app)\b.{0,20}\b(?:nao (?:aceit\w+|leu|le|reconhec\w+)|recus\w+|rejeit\w+)\b.{0,20}\bboletos?\b"
        ),
    ),
    ("invoice", re.compile(r"\bnotas? fisca(?:l|is)\b|\b(?:emit\w+|mand\w+) (?:a |uma )?nota d[aoe]\b")),
    (
        "lottery_hours",
        re.compile(
            r"\b(?:que horas?|q horas?|horario|abre\w*|fecha\w*|fim de semana|sabado|domingo)\b.{0,40}\blotericas?\b"
            r"|\blotericas?\b.{0,40}\b(?:que horas?|q horas?|horario|abre\w*|fecha\w*|fim de semana|sabado|domingo)\b"
        ),
    ),
)


async def plainly_asked(scene: Scene) -> bool:
    """The seller's invoice, the counter's hours: what is not ours is said to be others'. False: neither was asked."""
    said = plain(scene.turn.text or "")
    if scene.intent in (*_NEVER, "informar_ja_paguei") or scene.form is not None or len(said.split()) > _FEW:
        return False
    found = next((name for name, asked in _PLAINLY if asked.search(said)), None)
    if found is None or any(
        one.readings
        for one in read_values(scene.turn.text or "", scene.today).dates
        if one.kind == "exact" and any(char.isdigit() for char in one.words)
    ):
        return False
    await tell(scene, scene.till.talk.knowledge.known[found])
    return True


_FEW = 14
