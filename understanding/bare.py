"""Whether a whole message is nothing but the answer to an open question, and which: "sim", "5", "sexta", "a segunda", "👍".

Strict on purpose: every word must belong to the answer or be a courtesy, so that "sim, mas…", a question, irony or a new number is no
yes. A message with a negation in it is never a yes. A thumb or a "blz" is weak: it may choose, but does not accept an agreement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from understanding.counts import Count
from understanding.dates import When
from understanding.line import fold
from understanding.money import Money
from understanding.options import Shown, picked
from understanding.plain import plain
from understanding.values import Values, read_values

Asked = Literal["yes_no", "date", "amount", "count", "option", "money_or_count", "document", "birth_date", "phone", "email"]
Kind = Literal["yes", "no", "stall", "date", "amount", "count", "option", "document", "birth_date", "phone", "email"]
Strength = Literal["explicit", "weak"]


@dataclass(frozen=True)
class Answer:
    """What was answered: `values` holds dates (`When`), amounts (`Money`), counts (`Count`), positions or the contract's options, or texts.

    `weak` where it takes good will to read it so: a lone emoji, "blz", a question mark, a number that could be something else. `rest`
    is what was said beside it (courtesies only).
    """

    kind: Kind
    values: tuple[When | Money | Count | int | str, ...] = ()
    strength: Strength = "explicit"
    rest: str = ""


_NEGATIONS = frozenset("nao n nn nop nope no naum num nem nunca jamais negativo nenhum nenhuma nada sem recuso recusado".split())
_COURTESIES = frozenset(
    """por favor pfv pf pfvr obrigado obrigada obg brigado brigada vlw valeu agradeco moca moco amigo amiga querida querido senhor senhora sr sra dona
    oi ola bom boa dia tarde noite entao viu ta meu minha mano cara chefe parceiro patrao tche so uai visse mainha bah oxe opa ah oh ai""".split()
)
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_GREETINGS = frozenset(
    {
        ("bom", "dia"),
        ("boa", "tarde"),
        ("boa", "noite"),
        ("tudo", "bom"),
        ("por", "favor"),
        ("muito", "obrigado"),
        ("muito", "obrigada"),
    }
)
_LAUGHTER = re.compile(r"(?:k{2,}|(?:rs){1,}|(?:ha|he|hue|hua|ah){2,}h?)")
# The longest first: each is consumed whole.
_YES = {
    "explicit": """sim senhor|sim senhora|sim|sin|simm|ss|s|siim|claro que sim|claro|com certeza|certeza|aceito sim|aceito|eu aceito|aceitamos|concordo|de acordo|estou de acordo|to de acordo
        |confirmo|confirmado|confirmada|eu confirmo|confirma|pode confirmar|pode ser sim|pode ser|pode sim|pode fazer|pode gerar|pode mandar|pode fechar|podemos|podemos fechar|pode
        |fechou|fechado|fechada|fecho|fechamos|to dentro|topo|eu topo|ta topado|topado|combinado|combinadissimo|afirmativo|positivo|quero sim|quero|eu quero|autorizo|eu autorizo
        |isso mesmo|isso ai|isso|e isso|e isso mesmo|e isso ai|exato|exatamente|correto|esta correto|ta correto|esta certo|ta certo|bora|vamos|vamo|vamos nessa|bora fechar|vamos fechar|demorou|ja e|partiu|manda ver|manda bala|toca ficha|dale
        |arrocha|ta na mao|sou eu mesmo|sou eu mesma|sou eu|eu mesmo|eu mesma|sou|sou sim|tenho sim|tenho|posso sim|posso|consigo sim|consigo|vou sim|e sim|pode crer|pdc|feito|perfeito|aceita""",
    "weak": """ok|okay|okk|oks|oki|okey|blz|blza|beleza|bele|ta|ta bom|ta bem|tudo bem|certo|certinho|uhum|aham|ahan|hum hum|show|show de bola|legal|e|joia|otimo|bom|tranquilo|suave|massa|top|yes|de boa|maravilha|faz assim|faz assim entao|entao faz assim|pode fazer assim|vamos fazer assim|faz isso|
        |acho que sim|creio que sim|talvez sim|deve ser|acredito que sim|por mim tudo bem|tanto faz|pode ate ser|vai|bom demais|ctz""",
}  # fmt: skip
_NO = {
    "explicit": """nao quero nao|nao posso nao|nao aceito nao|quero nao|posso nao|vou nao|aceito nao|pode nao|da nao|concordo nao|consigo nao|sou nao|tenho nao|e nao|precisa nao|nao quero|nao posso|nao aceito|nao vou|nao concordo
        |nao consigo|nao sou eu|nao sou|nao tenho|nao da|nao e isso|nao e|nao pode ser|nao pode|nao precisa|nao confirmo|nao autorizo|nao topo|nao fecho|nao tenho interesse|nao me interessa|sem interesse|nao mesmo|nao obrigado|nao obrigada
        |nao nao|nao|naum|nn|n|num quero nao|num quero|num posso|num vou|num da|de jeito nenhum|de jeito maneira|de forma alguma|de modo algum|nem pensar|nem a pau|nem morto|nem morta|nem ferrando|nem fudendo|nem|negativo|nunca|jamais|claro que nao
        |com certeza nao|nada feito|nada disso|recuso|eu recuso|dispenso|nao senhor|nao senhora|prefiro nao|melhor nao|acho melhor nao|deus me livre|errado|esta errado|ta errado|incorreto|nope|nenhum|nenhuma|isso nao|eu nao|aceitar nao|nao sim""",
    "weak": """capaz|acho que nao|creio que nao|no|passo|hoje nao da|ta caro|caro demais|negocio nao""",
}  # fmt: skip
_STALL = {
    "explicit": """depois eu vejo|depois vejo|depois te falo|depois eu falo|depois a gente ve|depois eu aviso|depois te aviso|depois respondo|depois eu respondo|depois|mais tarde|mais tarde eu vejo|agora nao posso|agora nao da|agora nao|por enquanto nao
        |ainda nao sei|ainda nao|nao sei ainda|nao sei nao|nao sei|n sei|sei nao|sei la|sla|vou pensar|vou ver|vou ver aqui|vou analisar|vou verificar|deixa eu ver|deixa eu pensar|deixa eu ver aqui|preciso pensar|preciso ver|tenho que pensar|tenho que ver
        |to pensando|estou pensando|vamos ver|vamo ve|vamo ver|quem sabe|talvez|pode ser que sim|pera|pera ai|perai|espera|espera ai|espera um pouco|calma|calma ai|um minuto|um momento|so um minuto|um instante|amanha te falo|amanha eu vejo|amanha eu falo|te falo depois
        |te aviso|te falo|vou falar com minha esposa|vou falar com meu marido|vou ver com minha esposa|vou ver com meu marido|vou conversar em casa|deixa pra depois|depois eu resolvo|outra hora|outro dia|to ocupado|to ocupada|to trabalhando|to no trabalho
        |hoje nao|nao agora|nao posso agora|nao posso falar agora|depende|preciso de um tempo|me da um tempo|logo mais""",
    "weak": """hum|hmm|hm|ah ta|sei|entendi""",
}  # fmt: skip


def _phrases(table: dict[str, str], kind: Kind) -> dict[tuple[str, ...], tuple[Kind, Strength]]:
    found: dict[tuple[str, ...], tuple[Kind, Strength]] = {}
    for strength, words in table.items():
        for phrase in words.split("|"):
            if phrase.strip():
                found[tuple(phrase.split())] = (kind, "weak" if strength == "weak" else "explicit")
    return found


_PHRASES = _phrases(_YES, "yes") | _phrases(_NO, "no") | _phrases(_STALL, "stall")
_LONGEST = max(map(len, _PHRASES))
_THUMBS: dict[str, Kind] = {**dict.fromkeys("👍👌✅☑✔🆗🤝💪🫡🙌", "yes"), **dict.fromkeys("👎❌🚫✖🙅", "no")}
_KIND_EMOJI = frozenset("🙏❤💚💙🥰😍😘🤗😊🙂😁😃😄☺💖🫶")
_TRIMMINGS = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff♀♂]")
_SIGN = re.compile(r"[^\w\s.,!;:?…()\"'*_~-]")


def bare_answer(text: str, kind: Asked, today: date, labels: Sequence[str | Shown] = ()) -> Answer | None:
    """The answer that the whole `text` is to a question of that `kind`, asked on `today`; None when it is more or something else.

    `labels` are the offered answers of a question for an option: their positions (from 1) are the values then.
    """
    if len(text) > 300:
        return None
    if kind == "yes_no":
        return yes_or_no(text)
    if kind == "option":
        return _option(text, today, labels)
    if kind == "money_or_count":
        return _money_or_count(text, today)
    return _value(text, kind, today)


def yes_or_no(text: str) -> Answer | None:
    """`yes`, `no` or `stall` when the message is nothing else; never `yes` with a negation, a question, a number or a reservation in it."""
    if len(text) > 300 or "?" in text or any(char.isdigit() for char in text):
        return None
    raw = _TRIMMINGS.sub("", text)
    thumbs = {_THUMBS[char] for char in raw if char in _THUMBS}
    if len(thumbs) > 1 or any(char not in _THUMBS and char not in _KIND_EMOJI for char in _SIGN.findall(raw)):
        return None
    written = re.findall(r"[a-z]+", fold(raw).text)
    laughs = any(_LAUGHTER.fullmatch(word) for word in written)
    words = [_STRETCHED.sub(r"\1", word) for word in written if not _LAUGHTER.fullmatch(word)]
    if not words:
        return Answer(thumbs.pop(), (), "weak") if thumbs and not laughs else None
    read = _consumed(words)
    if read is None:
        return None
    kinds, strengths, rest = read
    if not kinds:
        return None
    kind: Kind
    if kinds == {"yes"}:
        if _NEGATIONS & set(words) or "no" in thumbs:
            return None
        kind = "yes"
    elif "stall" in kinds and "yes" not in kinds:
        kind = "stall"
    elif kinds == {"no"}:
        if "yes" in thumbs:
            return None
        kind = "no"
    else:
        return None
    weak = laughs or all(strength == "weak" for strength in strengths) or "..." in text or "…" in text
    return Answer(kind, (), "weak" if weak else "explicit", " ".join(rest))


def _consumed(words: list[str]) -> tuple[set[Kind], list[Strength], list[str]] | None:
    """The meanings of all words together, or None when one of them has nothing to do here."""
    kinds: set[Kind] = set()
    strengths: list[Strength] = []
    rest: list[str] = []
    at = 0
    while at < len(words):
        if tuple(words[at : at + 2]) in _GREETINGS:
            rest += words[at : at + 2]
            at += 2
            continue
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            known = _PHRASES.get(tuple(words[at : at + size]))
            if known is not None:
                kinds.add(known[0])
                strengths.append(known[1])
                at += size
                break
        else:
            if words[at] not in _COURTESIES and words[at] not in ("eu", "ne", "gente"):
                return None
            rest.append(words[at])
            at += 1
    if rest and " ".join(word for word in words if word not in rest) == "tudo bem":
        # With a greeting it greets.
        return None
    # "s" and "n" are answers only by themselves, and a lone "é" or "no" among courtesies is none.
    if {"s", "n"} & set(words) and len(words) - len(rest) > 1:
        return None
    return kinds, strengths, rest


_AROUND = frozenset(
    """a o as os no na em de do da por pra pro para ate uns umas mais ou menos acho que pode ser prefiro quero queria vou seria eu mesmo e eh ok sim
    so entao la pelo pela com fica ficar melhor bom bem tipo minimo maximo pagar pago posso consigo dar daria dou tenho opcao numero ai certo isso sem falta
    r reais real conto meu minha cpf cnpj nascimento nasci data telefone celular zap email numero aqui segue esta favor pfv pf obrigado obrigada valor dia feira cedo
    prox agora acertar acerto faco fazer eh ta beleza blz gostaria escolho primeiro""".split()
)
_WISHES = frozenset(
    "pagar pago pode quero queria vou prefiro posso consigo acertar acerto faco fazer dou dar daria boleto".split()
)
_ASKED_OF: dict[str, str] = {
    "date": "dates",
    "amount": "money",
    "count": "counts",
    "phone": "phones",
    "email": "emails",
    "document": "documents",
}


def _value(text: str, kind: Asked, today: date) -> Answer | None:
    asked = str(kind)
    values = read_values(text, today, asked=asked)
    found: tuple[When, ...] | tuple[Money, ...] | tuple[Count, ...] | tuple[str, ...]
    places: list[tuple[int, int]]
    if kind in ("date", "birth_date"):
        found, places = values.dates, [(one.start, one.end) for one in values.dates]
    elif kind == "amount":
        found, places = values.money, [(one.start, one.end) for one in values.money]
    elif kind == "count":
        found, places = values.counts, [(one.start, one.end) for one in values.counts]
    elif kind == "document":
        found, places = tuple(one.value for one in values.documents), [(one.start, one.end) for one in values.documents]
    elif kind == "phone":
        found, places = tuple(one.value for one in values.phones), [(one.start, one.end) for one in values.phones]
    else:
        found, places = tuple(one.value for one in values.emails), [(one.start, one.end) for one in values.emails]
    if not found or _others(values, kind):
        return None
    rest = _rest(text, places, _TIMES if kind == "count" else frozenset())
    if rest is None or (kind in ("document", "birth_date", "phone", "email") and _WISHES & set(rest.split())):
        return None
    weak = "?" in text or len(found) > 1 or (isinstance(found[0], When) and len(found[0].readings) != 1)
    return Answer("birth_date" if kind == "birth_date" else kind, found, "weak" if weak else "explicit", rest)  # type: ignore[arg-type]


def _others(values: Values, kind: Asked) -> bool:
    """Whether the message has a value of another sort than was asked for."""
    own = "dates" if kind == "birth_date" else _ASKED_OF.get(kind, "")
    fields = ("documents", "lost_zero", "wrong_documents", "money", "dates", "counts", "phones", "emails", "references")
    return any(getattr(values, name) for name in fields if name != own)


_TIMES = frozenset("x vez vezes parcela parcelas prestacao prestacoes meses".split())


def _rest(text: str, places: list[tuple[int, int]], also: frozenset[str]) -> str | None:
    """What stands around the values, if it is nothing but small words."""
    around = text
    for start, end in sorted(places, reverse=True):
        around = f"{around[:start]} {around[end:]}"
    signs = _SIGN.findall(_TRIMMINGS.sub("", around).replace("$", ""))
    if any(char not in _KIND_EMOJI and char not in _THUMBS and char not in "ºª°/" for char in signs):
        return None
    words = re.findall(r"[a-z]+", fold(around).text)
    if (_NEGATIONS & set(words)) - {"no", "sem"} or any(word not in _AROUND | _COURTESIES | also for word in words):
        return None
    if any(char.isdigit() for char in around):
        return None
    return " ".join(words)


def _option(text: str, today: date, labels: Sequence[str | Shown]) -> Answer | None:
    if labels:
        shown = [label if isinstance(label, Shown) else Shown(label) for label in labels]
        chosen = picked(text, shown) or _by_its_only_word(text, shown)
        if not chosen and len(text) <= 60:
            named = read_values(text, today, asked="option").options
            whole = [int(option) for option in named if option.isdigit()]
            chosen = tuple(whole) if whole and len(whole) == len(named) and max(whole) <= len(shown) and _is_short(text) else ()
        return Answer("option", chosen, "weak" if "?" in text else "explicit") if chosen else None
    values = read_values(text, today, asked="option")
    if not values.options or not _is_short(text):
        return None
    return Answer("option", values.options, "weak" if "?" in text else "explicit")


def _by_its_only_word(text: str, shown: list[Shown]) -> tuple[int, ...]:
    """`quero pix`, where Pix is offered and all else are small words."""
    words = plain(text).split()
    named = [place for place, option in enumerate(shown, 1) if plain(option.label) in words]
    others = {word for word in words if word not in _AROUND and word not in _COURTESIES}
    return (named[0],) if len(named) == 1 and others <= {plain(shown[named[0] - 1].label)} else ()


def _is_short(text: str) -> bool:
    words = re.findall(r"[a-z0-9]+", fold(text).text)
    return len(words) <= 8 and not {"mas", "porem", "nao", "quanto", "porque"} & set(words)


def _money_or_count(text: str, today: date) -> Answer | None:
    """An amount or a number of instalments. A bare number up to 24 is instalments, a larger one an amount; both weak."""
    as_count, as_amount = _value(text, "count", today), _value(text, "amount", today)
    if as_count and as_amount:
        number = as_count.values[0]
        if not isinstance(number, Count):
            return None
        chosen = as_count if number.number <= 24 else as_amount
        return Answer(chosen.kind, chosen.values, "weak", chosen.rest)
    return as_count or as_amount
