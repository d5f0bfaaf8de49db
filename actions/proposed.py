"""What somebody proposes in words: an amount, so many times, so much a month, a percentage, or no."""

from __future__ import annotations

import re

from actions.scene import Scene
from actions.terms import as_meant, chats
from receivables.offers import Counter
from understanding.bare import bare_answer
from understanding.beginnings import first_of
from understanding.plain import plain
from understanding.values import Values, read_values

MONTHLY_DAY = re.compile(
    r"\b(?:todo|todos os|sempre (?:n?o )?|cada|qualquer) ?(?:mes )?(?:n?o )?dias? (\d{1,2})\b|\bdia (\d{1,2}) (?:de |do |em )?(?:cada|todo|todos os) mes(?:es)?\b"
)
""""Todo dia 15", "dia 15 de cada mês"."""
DUE_DAY = re.compile(
    r"\bvencimentos?\b(?: (?!atual|passad)(?:\w+ ){0,4}?)?(?:n?o |pro |para o |todo |em )?dia (\d{1,2})\b(?! de (?:jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez))"
    r"|\b(?:parcelas?|prestac\w+|mensalidades?)\b(?: (?:ser|serem|seja|sejam|for|fosse|ficar|ficarem|cair|cairem|pode|podem|vencer|vencerem|todas?|todo|com))+ (?:n?o |pro |para o |todo )?dia (\d{1,2})\b"
    r"|\b(?:vencer|vencendo|cair|caia|caindo|venca|vencesse)(?: (?:todo|sempre|tudo|mes|as parcelas|a parcela|ela|elas))* (?:n?o |todo )?dia (\d{1,2})\b"
    r"|\bdia (\d{1,2}) (?:de|como|pra|para|pro|o)(?: o| ser o)? vencimento\b"
    r"|\b(?:mud(?:ar|a|e|o)|troc(?:ar|a|o)|pass(?:ar|a)|coloc(?:ar|a)|bot(?:ar|a)|poe|por)(?: (?:o|a|as|pra|para|pro|no|todo|tudo|data|dia|parcelas?|isso|elas?|cada uma))* dia (\d{1,2})\b(?! de (?:jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez))"
)
""""O vencimento pode ser dia 10?", of instalments."""
_MOST_COUNT = 72
"""A bare number above it is no count of instalments, whatever was asked."""
_REST_IN = re.compile(
    r"\b(?:resto|restante|sobra|saldo|que falta|diferenca|que sobrar)\b[^0-9]{0,24}?\b(\d{1,2}|duas|dois|tres|quatro|cinco|seis|oito|dez|doze)\b(?! *(?:reais|conto|pila|dias?))"
)
_REST = re.compile(r"\b(?:resto|restante|sobra|saldo|que falta|diferenca|que sobrar)\b")
_NOW = re.compile(r"\b(?:agora|agr|hoje|hj|ja|de imediato|neste momento|nesse momento)\b")
_COUNTED = r"(?P<{}>\d{{1,2}}|duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)"
_IN_ALL = re.compile(
    rf"\b{_COUNTED.format('a')}(?! ?(?:reais|conto|%))(?: ?(?:x|vezes|parcelas|pagamentos|prestac\w+|boletos))?(?: (?:so|e|ja|mas))* (?:(?:no|ao|em) (?:total|todo)|contando (?:com )?a entrada|incluindo a entrada|inclui a entrada|(?:ja )?com a entrada (?:inclusa|incluida|junto|dentro))\b"
    rf"|\b(?:no total|ao todo)(?: (?:de|em|sao|seriam|quero|so|da|das))* {_COUNTED.format('b')} ?(?:x|vezes|parcelas|pagamentos|prestac\w+)\b"
)
""""Quatro pagamentos no total": the down payment is one of them."""
_PERCENT = re.compile(r"\b(\d{1,3})(?:[.,]\d+)? ?(?:%|por ?cento\b)", re.IGNORECASE)
_AT_ONE_GO = re.compile(r"\b(?:junt\w+ tudo|tudo junto)\b")
_REST_AT_ONCE = re.compile(
    r"\b(?:resto|restante|sobra|saldo|que falta|diferenca)\b.{0,20}\b(?:mes que vem|proximo mes|mes seguinte|no outro mes|daqui um mes)\b"
)
_TWO_PAYMENTS = re.compile(
    r"\b(\d[\d.,]*)(?: (?:reais|conto|contos|pila))? (?:agora|hoje|hj|ja|de cara|a vista)(?: (?:e|mais|depois|os|outros|outras|o|resto|dou|pago))* (?:r )?(\d[\d.,]*)(?: (?:reais|conto|contos|pila))? (?:(?:n?o |pro |para o |no )?(?:mes que vem|proximo mes|outro mes|mes seguinte)|daqui (?:a )?(?:um mes|30 dias|uns dias)|dia \d{1,2})\b"
)
""""400 agora e 400 mês que vem": a payment now and one more."""
_IN = re.compile(
    r"^(?:(?:ah|ta|ok|hum|entao|certo|ue|e|mas|tudo bem|ta bom) )*(?:em|por|de|e em|mas em|sim mas em|so se for em|quero em|quero|pode ser em|faz em|pode|prefiro em|prefiro|nao melhor(?: em)?|melhor(?: em)?|nao|nao quero|na verdade|entao|acho melhor(?: em)?)? ?(\d{1,2}|uma|duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)$"
)
_IN_THE_END = re.compile(
    r"\b(?:fica\w*|sai\w*|seria|for|fosse|faz\w*|divid\w*|parcel\w*|muda\w*|ta|entao|e) (?:(?:se|for|isso|tudo|ele|ela|assim) )*em (?:umas )?(\d{1,2}|"
    r"duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)(?: (?:entao|mesmo|vezes|por favor|ne))*$"
)
_DIVIDES = re.compile(r"\b(?:parcel\w+|divid\w+)\b")
_DIVIDED_IN = re.compile(
    r"\b(?:parcel\w+|divid\w+)\b.* (?<!venceu )(?<!venc )em (\d{1,2}|duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)(?: (?:vezes|por favor|pfv|entao))*$"
)
""""Divide a mais cara em 4"."""
_AND_IN = re.compile(
    r"\b(?:e|mas|disse|falei|so que|so) em (\d{1,2}|duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)$"
)
_IN_WITH_DOWN = re.compile(
    r"\bem (\d{1,2}|duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)(?= (?:com|sem|e|mais) (?:\w+ ){0,2}(?:entrada|sinal)\b)"
)
_I_SAID = re.compile(
    r"\b(?:eu|ja) (?:tinha )?(?:disse|dito|falei|falado|escrevi|pedi)\b|\b(?:disse|falei) (?:que )?(?:era|foi)\b"
)
""""250 eu disse": what was read otherwise is said again."""
"""\"Quanto fica em 5?\", while plans are on the table."""
IN_SO_MANY = re.compile(
    r"(?:(?:e|mas|ta|ok|entao|so|quero|queria|faz|fica|quanto|da|pode|ser|se|for|seria|sai|nao|melhor|era|pra|para|digo) )*em (\d{1,2})(?: (?:entao|fica|quanto|da|ne|sai|seria|vezes|mesmo))*"
)
""""E em 10?", which asks for a count without a word of times."""
_MONTHLY_OF = re.compile(
    r"\b(?:por|ao|todo|cada) mes (?:de |no maximo |ate |uns |so )*(?:r\$ ?)?(\d[\d.]*(?:,\d{2})?)(?! ?(?:x|vezes|parcelas?|dias?))",
    re.I,
)
_OF_SO_MANY = re.compile(r"\bparcelas:([1-9]\d?)\b")
_BEGINS = re.compile(
    r"\b(?:comec\w+|a partir d[eo]|so (?:em|a partir)|primeir[ao] (?:parcela |pagamento )?(?:so |fica\w* |seja |sendo )?(?:em|n[oa]|pra|para))\b"
)
"""From when somebody wishes to pay: "dá pra começar em janeiro?"."""
_FROM_A_MONTH = re.compile(
    r"\ba partir (?:so )?d[eo] (?:mes de )?(janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)\b"
)
_NUMBERS = {
    "uma": 1, "duas": 2, "dois": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8, "nove": 9, "dez": 10,
    "onze": 11, "doze": 12,
}  # fmt: skip
MONTHLY = re.compile(
    r"\b(?:por mes|ao mes|mensa\w*|todo mes|cada mes|no meu mes|no mes|pro mes|p mes|/mes|no orcamento|cabe\w*|consigo|aguento|da pra mim)\b"
)
_PER_CASH = re.compile(r"\b(?:a vista|avista|avsta|de uma vez|tudo de uma|quit\w*|acabar com isso|encerr\w*|liquid\w*|zerar?)\b")


def understood(scene: Scene, text: str | None = None, *, asked: str | None = None) -> Values:
    """The values in the words that carry the wish. A percentage is neither an amount nor a count."""
    return read_values(_PERCENT.sub(" ", as_meant(scene.words if text is None else text)), scene.today, asked=asked)


_NOT_OFF = re.compile(r"\bnao (?:e|eh|to|estou|falei|disse|quero|pedi|foi)\b(?: \w+){0,6}? desconto\b")
_OFF = re.compile(r"\b(?:descont\w+|abat\w+|menos|tir\w+|off|a menos)\b")
_PAYS_PERCENT = re.compile(
    r"\b(?:pago|pagar|pagaria|dou|ofereco|quito|quitar|consigo|acerto)\b(?: (?:com|so|ate|no|maximo|uns|apenas|esses|somente|por)){0,3} \d{1,2} por ?cento\b|\b\d{1,2} por ?cento (?:d[oa] (?:valor|total|divida|conta) )?e quit\w+"
)
""""Pago 40% à vista": so much of it, and not so much off."""


def percent_in(scene: Scene) -> int | None:
    """The one percentage that is asked for: \"40%?\"."""
    found = {int(one[1]) for one in _PERCENT.finditer(scene.words)}
    percent = found.pop() if len(found) == 1 else None
    if percent is None or not 0 < percent < 100:
        return None
    said = _NOT_OFF.sub(" ", plain(scene.words.replace("%", " por cento ")))
    return 100 - percent if _PAYS_PERCENT.search(said) and not _OFF.search(said) else percent


def payments_in_all(said: str) -> int | None:
    """So many payments, the down payment among them, if the words say that they count it."""
    found = _IN_ALL.search(said)
    named = (found["a"] or found["b"]) if found is not None else None
    return None if named is None else _NUMBERS.get(named) or int(named)


def counter_in(scene: Scene, *, asked: str | None = None) -> tuple[Counter, int | None]:
    """The instalments that somebody proposes, and the amount they would pay at once instead."""
    if chats(scene.words):
        return Counter(), None
    words = as_meant(scene.words)
    said = plain(words)
    values = understood(scene, asked=asked)
    count = next((one.number for one in values.counts if one.number <= _MOST_COUNT), None)
    if count is None and (of := _OF_SO_MANY.search(" ".join(values.options))):
        count = int(of[1])  # "e a proposta de 8x?"
    if count == 1 and (MONTHLY.search(said) or _AT_ONE_GO.search(said)):
        count = None  # "uma parcela só por mês de 250" says how much a month, and not how often
    if count is None and (found := _REST_IN.search(said)):
        count = _NUMBERS.get(found[1]) or int(found[1])
    if count is None and _REST_AT_ONCE.search(said):
        count = 1
    bare = _IN.fullmatch(said) if asked == "count" and not _PERCENT.search(words) else None
    bare = bare or IN_SO_MANY.fullmatch(said)
    bare = bare or (_IN_THE_END.search(said) if (asked == "count" or _DIVIDES.search(said)) and not values.money else None)
    bare = bare or (_AND_IN.search(said) if asked == "count" else None)
    bare = bare or (_DIVIDED_IN.search(said) if not values.money and not values.dates else None)
    if count is None and bare:
        count = _NUMBERS.get(bare[1]) or int(bare[1])
    if count is None and (found := _IN_WITH_DOWN.search(said)):
        count = _NUMBERS.get(found[1]) or int(found[1])
    down = next((one.amount for one in values.money if one.role == "down"), None)
    instalment = next((one.amount for one in values.money if one.role == "instalment"), None)
    total = next((one.amount for one in values.money if one.role == "total"), None)
    if not values.money and (found := _MONTHLY_OF.search(words)):
        instalment = next((one.amount for one in read_values(f"R$ {found[1]}", scene.today).money), None)
    plain_ones = [one.amount for one in values.money if one.role is None]
    if len(plain_ones) == 2 and down is None and instalment is None and MONTHLY_DAY.search(said) and _NOW.search(said):
        down, instalment = plain_ones  # "300 agora e 150 todo dia 10"
    elif plain_ones and bare and down is None and instalment is None and _I_SAID.search(said):
        down = plain_ones[0]  # "250 eu disse, em 3": the down payment that was misheard
    elif plain_ones and not bare:
        first = plain_ones[0]
        if total is None and _PER_CASH.search(said):
            total = first
        elif (
            down is None
            and instalment is None
            and (
                (count is not None and re.search(r"\b(?:resto|restante|agora|hoje|ja)\b", said))
                or (_I_SAID.search(said) and _down_before(scene))
            )
        ):
            down = first
        elif instalment is None and (MONTHLY.search(said) or count is not None):
            instalment = first
        elif instalment is not None and down is None and _NOW.search(said):
            down = first  # "tenho 200 agora e 150 por mês"
        elif asked == "count" and down is None and instalment is None and _NOW.search(said):
            down = first  # while plans are chosen from, "tenho 400 agora" is what is paid first
    if down is None and _REST.search(said):
        down = _said_before(scene)
    first_due = next((one.readings[0] for one in values.dates if one.kind == "exact" and len(one.readings) == 1), None)
    if first_due is None and _BEGINS.search(said):
        days = [min(one.readings) if one.readings else first_of(one.words, scene.today) for one in values.dates]
        first_due = next((day for day in days if day is not None), None)
        if first_due is None and (named := _FROM_A_MONTH.search(said)):
            first_due = first_of(f"em {named[1]}", scene.today)
    return Counter(count=count, down=down, instalment=instalment, first_due=first_due), total


def two_payments(scene: Scene) -> tuple[int, int] | None:
    """Centavos now, and centavos later, where exactly these two are proposed ("400 agora e 400 mês que vem")."""
    found = _TWO_PAYMENTS.search(plain(as_meant(scene.words)))
    amounts = [one.amount for said in (found.groups() if found else ()) for one in read_values(f"R$ {said}", scene.today).money]
    return (amounts[0], amounts[1]) if len(amounts) == 2 else None


def _down_before(scene: Scene) -> bool:
    """Whether it was a down payment that was spoken of last."""
    return scene.question is not None and bool(scene.question.arguments.get("own_down"))


def _said_before(scene: Scene) -> int | None:
    """The amount of the message before, of which \"e o resto em 3\" is the other half."""
    if scene.question is None:
        return None
    kept = scene.question.arguments
    if scene.question.name in ("partial_confirm", "partial_amount"):
        return kept.get("amount")
    if scene.question.name == "plans":
        return kept.get("own_down") or kept.get("said")
    return None


def says_no(scene: Scene) -> bool:
    """Whether the message is a no, and nothing beside it."""
    if scene.intent == "negar":
        return True
    bare = bare_answer(scene.words, "yes_no", scene.today)
    return bare is not None and bare.kind in ("no", "stall")


_SHORT = 6
"""In so few words a number of hundreds is an amount, though nothing names its kind: "850 então, manda", "e se for 3500?"."""
_BARE_AMOUNT = re.compile(
    r"(?<![\d/.,-])(?!20[12]\d(?!\d))\d{3,6}(?![\d/.,-]|\s*(?:x|vezes|parcelas?|dias?|mes\w*|anos?|horas?)\b)(?! ?%)",
    re.IGNORECASE,
)


def lone_amount(scene: Scene) -> int | None:
    """The one amount in the message, whatever it is called; None when there is none or several."""
    values = understood(scene, asked="amount")
    amounts = {one.amount for one in values.money}
    if not amounts and not values.dates and not values.counts and len(scene.words.split()) <= _SHORT:
        amounts = {int(bare) * 100 for bare in _BARE_AMOUNT.findall(scene.words)}
    return amounts.pop() if len(amounts) == 1 else None
