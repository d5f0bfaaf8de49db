"""Amounts that are no offer yet: "não tenho 794 de entrada", which refuses one, and "e se eu der 500?", which asks what would come of it."""

from __future__ import annotations

import re

from actions.instalments import ask_capacity
from actions.negotiating import answer_counter, say_least_down
from actions.on_the_table import facts_on_the_table, take_amount
from actions.partial import part_wished
from actions.proposed import MONTHLY, lone_amount, understood
from actions.scene import Scene
from actions.terms import as_meant
from actions.which_debt import payable
from receivables.instalments import most_instalments
from receivables.offers import Counter
from understanding.money import Money
from understanding.plain import plain

_HAS_NOT = re.compile(
    r"\b(?:nao|num|n|nem|nunca) (?:\w+ )?(?:tenho|tem|terei|consigo|conseguiria|posso|poderia|dou|daria|da|vou (?:ter|conseguir|poder)|tenho como|arrumo|arranjo|junto|quero)"
    r"(?: (?:dar|pagar|pra|para|como|juntar|arrumar|arranjar|esse|esses|essa|nem|os|a|de|com|entrada|uma|tudo|isso|ess[ae]s?|com|conta)){0,5} $"
)
"""What stands before an amount that is not to be had."""
_HAS_NOT_THAT = re.compile(
    r"(?:(?:reais|conto|pila|de entrada|de sinal|eu|por mes) )*(?:nao|num|n) (?:tenho|consigo|posso|tem como|da|rola|cabe|vai dar|arrumo)\b"
)
"""What stands behind it: "316 eu não tenho"."""
_DOWN = re.compile(r"\b(?:entrada|sinal)\b")
_OTHER_MATTER = re.compile(r"\b(?:paguei|mandei|recebi|desconto|juros|golpe|devo|divida|conta de|reconhec\w+)\b")


async def amount_refused(scene: Scene) -> bool:
    """ "Não tenho 794 de entrada", below plans: the least there is, or what fits their month, and no offer of 794. False: no amount is
    refused, or another one is offered beside it."""
    if scene.open_question not in ("plans", "accept_offer") or scene.form is not None or await scene.proof() is None:
        return False
    words = as_meant(scene.words)
    values = understood(scene)
    if not values.money or values.counts or _OTHER_MATTER.search(plain(words)):
        return False
    if not all(_refused(words, one) for one in values.money):
        return False
    kept = scene.question.arguments if scene.question is not None else {}
    downs = {int(down) // 100 for down in (kept.get("own_down"), *(row.get("down") for row in kept.get("shown") or ())) if down}
    named = {one.amount // 100 for one in values.money}
    if _DOWN.search(plain(words)) or any(one.role == "down" for one in values.money) or named & downs:
        return await say_least_down(scene)
    known = await facts_on_the_table(scene)
    if known is None:
        return bool(scene.said)
    ask_capacity(scene, known)
    return True


def _refused(words: str, one: Money) -> bool:
    if _HAS_NOT_THAT.match(plain(words[one.end :])):
        return True
    before = re.split(r"[,.;!?](?!\d)|\bmas\b", words[: one.start])[-1]
    return _HAS_NOT.search(plain(re.sub(r"r\$\s*$", "", before.lower())) + " ") is not None


_IF = re.compile(
    r"^(?:(?:e|mas|entao|moca|moco|oi|ai|hum|tipo|bom|ta|ok|ah) )*(?:se|caso|digamos que|supondo que|vamos supor que) (?:por acaso )?(?:eu )?(?:te |lhe |ja |so |agora |hoje )*"
    r"(?:der|desse|dar|dou|pagar|pagasse|pago|oferecer|oferecesse|mandar|mandasse|depositar|depositasse|fizer|fizesse|fazer|tiver|tivesse|conseguir|conseguisse|arrumar"
    r"|arrumasse|juntar|juntasse|entrar com|entrasse com|botar|colocar|passar|transferir|transferisse|for|fosse)\b"
)
_MORE = re.compile(
    r"\b(?:entrada|sinal|por mes|mensa\w+|vezes|parcel\w+|\d+ ?x|resto|restante|a vista|avista|atras\w+|dia|amanha|semana|mes|nao)\b"
)


async def if_so_much(scene: Scene) -> bool:
    """ "E se eu der 500?": what would come of it, whatever the question was taken for; nothing is written down. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _IF.search(said) or _MORE.search(said) or await scene.proof() is None:
        return False
    amount = lone_amount(scene)
    if amount is None or understood(scene).counts:
        return False
    if scene.open_question in ("plans", "accept_offer"):
        known = await facts_on_the_table(scene)
        if known is None:
            return bool(scene.said)
        await take_amount(scene, known, amount, given=not MONTHLY.search(said))
        return True
    if scene.open_question in ("discount", "propose"):
        await scene.turn_to("pedir_desconto")
        return True
    if scene.open_question in (None, "pay", "show", "which", "which_to_pay", "partial_confirm", "partial_amount"):
        if not await part_wished(scene):
            await scene.turn_to("pedir_desconto")  # no part: all of it, or more
        return True
    return False


_ONLY_ASKED = re.compile(
    r"(?:(?:e|mas|entao|ou|por|com|uns|umas|so|se|for|r|tipo|ai) )*\d[\d ]*(?: ?(?:reais|conto|pila|mil|k))?"
)
_UNCLEAR = frozenset("nlu_fallback fora_de_escopo informar_valor escolher_opcao".split())


async def bare_price_asked(scene: Scene) -> bool:
    """ "E 600?", below the code or the price of one account: what that amount comes to. False: nothing such."""
    text = scene.turn.text or ""
    if scene.intent not in _UNCLEAR or scene.form is not None or scene.open_question != "pay" or not text.rstrip().endswith("?"):
        return False
    if not _ONLY_ASKED.fullmatch(plain(text)) or lone_amount(scene) is None or await scene.proof() is None:
        return False
    if len(scene.slots.get("focus") or ()) != 1 and len((await payable(scene))[1]) != 1:
        return False
    await scene.turn_to("pedir_desconto")
    return True


_LOWER = re.compile(
    r"(?:(?:e|mas|nao|ai|entao|moca|moco|vcs|voces) )*(?:tem|teria|existe|ha|da|faz|fazem|consegue\w*|pode ser|quero|queria|algo|alguma|uma|outra)? ?(?:algo |alguma |uma |outra |um |opcao |parcela |um valor |como ser )*"
    r"(?:(?:ainda )?(?:mais (?:baix|barat|em conta|lev|suav|pequen)\w*|menor\w*|abaix\w+ mais|baix\w+ mais)|men[oa]s que isso|abaixo disso)(?: (?:ainda|que isso|que essa|que esse|do que isso|por mes|a parcela|parcela|nao|ai|pra mim))*"
)


async def lower_still(scene: Scene) -> bool:
    """ "Tem mais baixo?", below plans: the longest, which is the lightest, or that there is none below it. False: not asked."""
    said = plain(scene.turn.text or "")
    if scene.open_question not in ("plans", "accept_offer") or not _LOWER.fullmatch(said) or await scene.proof() is None:
        return False
    kept = scene.question.arguments if scene.question is not None else {}
    known = await facts_on_the_table(scene)
    if known is None:
        return bool(scene.said)
    most = most_instalments(known.agreed.total, known.limits)
    shown = [int(row["count"]) for row in kept.get("shown") or ()]
    count = (kept.get("only") or {}).get("count") or kept.get("count")
    if not kept.get("only") and max([*shown, int(count or 0)]) < most:
        await answer_counter(scene, known, Counter(count=most, down=kept.get("own_down")))
    else:
        ask_capacity(scene, known)
    return True


_LIGHTEST = re.compile(
    r"(?:(?:qual|e|a|o|com|aceito|topo|fecho|faco|sim|quero|queria|prefiro|pode ser|fico com|vou na|essa|entao|da|de|que|tem|opcao|parcela|prestacao|mensalidade|seria|eh|fica) )*"
    r"(?:(?:menor|menorzinha) (?:parcela|prestacao|mensalidade|valor por mes)|(?:parcela|prestacao|mensalidade) (?:menor|mais (?:baixa|leve|suave|barata|pequena|em conta))|mais (?:leve|suave|levinha|folgada)"
    r"|(?:menos|menor) (?:por mes|valor mensal))(?: (?:de todas|delas|por mes|ai|entao|mesmo|possivel|que tem|que tiver|dessas))*"
)


_CHEAPEST = re.compile(
    r"(?:(?:e|mas|entao|qual|ta|bom|quero|a|o|seria|fica|que|eh) )*mais (?:em conta|barat\w+|baix\w+)(?: (?:entao|de todas|que tem|possivel|pra mim|ai))*"
)
"""Below no list at all, after nothing was found that fits: the lightest there is."""


async def the_lightest(scene: Scene) -> bool:
    """ "A menor parcela", below plans: of those that were shown the one with the lowest instalment, read back whole. False: not said."""
    kept = scene.question.arguments if scene.question is not None else {}
    said, below = plain(scene.turn.text or ""), scene.open_question in ("plans", "accept_offer")
    asked = _LIGHTEST.fullmatch(said) or (not kept.get("shown") and _CHEAPEST.fullmatch(said))
    if not below or not asked or await scene.proof() is None:
        return False
    shown = [int(row["count"]) for row in kept.get("shown") or ()]
    known = await facts_on_the_table(scene)
    if known is None:
        return bool(scene.said)
    most = max(shown, default=most_instalments(known.agreed.total, known.limits))
    await answer_counter(scene, known, Counter(count=most, down=kept.get("own_down")))
    return True


_BARE = re.compile(r"(?:r\$ ?)?\d{2,6}(?:[.,]\d{2,3})*(?: ?(?:reais|real|conto|pila))?", re.IGNORECASE)
_LEAST = 20_00
"""Centavos. Below it a bare number is a day or a place in a list."""


async def bare_amount_told(scene: Scene) -> bool:
    """ "400", below what one account comes to: that part of it, read back before any code. False: no bare amount, or it is an answer."""
    text = (scene.turn.text or "").strip()
    if (
        scene.intent not in _UNCLEAR
        or scene.form is not None
        or scene.open_question not in (None, "pay")
        or not _BARE.fullmatch(text)
    ):
        return False
    amount = lone_amount(scene)
    if amount is None or amount < _LEAST or await scene.proof() is None:
        return False
    if len(scene.slots.get("focus") or ()) != 1 and len((await payable(scene))[1]) != 1:
        return False
    return await part_wished(scene)
