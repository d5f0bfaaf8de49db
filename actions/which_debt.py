"""Which debts are meant: by what was tapped, by what was shown, by the words, the month, the price or the place."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from actions.chosen_in_words import chosen_by_measure, chosen_in_words
from actions.scene import Scene
from receivables.store import Debt, Debtor, debts_of, get_debtor, owed, why_uncollectable
from understanding.kinds import also_called, kind_of, kinds_called
from understanding.options import Shown, alike, named_in, of_whom, picked, which
from understanding.plain import plain
from understanding.values import read_values

_ALL_BUT = re.compile(
    r"\b(?:menos|exceto|tirando|fora|sem ser|com exce[cç][aã]o d)(?=\s*(?:a|o|as|os|da|do|das|dos|ess[ae]s?|est[ae]s?)\b)",
    re.IGNORECASE,
)
"""What follows is left out: "todas menos a da loja"."""
_OTHERS = re.compile(r"\boutr[ao]s?\b", re.IGNORECASE)
_ONLY_A_PLACE = re.compile(r"(?:a |o |as |os |numero |opcao )*\d{1,2}(?:(?: e |,| )\d{1,2})*")


async def payable(scene: Scene) -> tuple[Debtor, list[Debt]]:
    """Who was proven, and their debts that may be collected today."""
    proof = await scene.proof()
    assert proof is not None
    debtor = await get_debtor(scene.conn, proof.debtor_id)
    debts = [d for d in await debts_of(scene.conn, debtor.id) if d.status in ("open", "agreed", "disputed")]
    return debtor, [d for d in debts if why_uncollectable(scene.ground, d) is None]


async def payable_of(scene: Scene, ids: Collection[int]) -> list[Debt]:
    """Those of these debts that this person may still pay."""
    return [debt for debt in (await payable(scene))[1] if debt.id in ids]


async def chosen_debts(scene: Scene) -> list[Debt] | None:
    """The debts that were tapped or named, as long as they are this person's and still open; else nothing."""
    _, debts = await payable(scene)
    ids = scene.turn.arguments.get("debts")
    if ids:
        return [debt for debt in debts if debt.id in ids] or None
    # A number is a place in the list that was shown, which leaves out what rests.
    listed = (scene.question.arguments.get("shown") if scene.question else None) or ()
    shown = [debt for debt in debts if debt.id in listed]
    return (_named(scene, shown) if shown else None) or (
        None if _ONLY_A_PLACE.fullmatch(plain(scene.words)) and shown else _named(scene, debts)
    )


async def named_by_words(scene: Scene, words: str | None = None) -> list[Debt]:
    """The debts that the words of this message (or these) name by what belongs to them: a creditor, a month, a child; never by a place or number."""
    _, debts = await payable(scene)
    said = words or scene.turn.text or ""
    named = [debts[position - 1] for position in named_in(said, [_shown(scene, debt) for debt in debts])]
    return named or all_of_a_kind(said, debts) or _the_most(scene, said, debts)


_THE_MOST = re.compile(
    r"\b(?:a|o|d[ao]|n[ao]|(?:d|n)?ess[ae]|(?:d|n)?aquel[ae]|pela|qual|tem|com) (?:d(?:as|elas|essas) (?:\w+ )?)?(?:(?:e|eh|q|que|ta|esta|tem|conta|divida|fatura|a|o) )*"
    r"(?:(?P<dear>mais car\w+|maior(?= (?:conta|divida|fatura|de todas|delas|em \d|entao)\b|$))|(?P<cheap>mais barat\w+|menor(?= (?:conta|divida|fatura|de todas|delas)\b|$))"
    r"|(?P<old>mais (?:antig|velh|atrasad)\w+)|(?P<new>mais (?:nov|recent)\w+)|(?P<interest>mais (?:juros?|multa))|(?P<discount>mais desconto|maior desconto))\b(?! (?:parcela|prazo|que|do que|por mes))"
    r"|\b(?:qual|o que|oq|que)\b (?:\w+ ){0,3}?(?P<first>venc\w+ (?:primeiro|antes))\b"
)


def superlative(said: str) -> str | None:
    """What one of several is said to be most of: `dear`, `cheap`, `old`, `new`, `interest` or `discount`; None: nothing such is said."""
    found = _THE_MOST.search(said)
    which = next((name for name, words in found.groupdict().items() if words), None) if found else None
    return "old" if which == "first" else which


def _the_most(scene: Scene, said: str, debts: Sequence[Debt]) -> list[Debt]:
    """ "A mais cara então", "qual tem mais juros", anywhere in a sentence: that one of several, where one alone is it."""
    which = superlative(plain(said)) if len(debts) > 1 else None
    if which is None:
        return []
    many = _MOST_OF_MANY.search(plain(said))
    wanted = 1 if many is None else _COUNTS.get(many[1] or many[2] or "", 0)
    if not wanted:
        return []  # "as mais velhas": how many, only the person knows

    def measure(debt: Debt) -> int:
        if which in ("old", "new"):
            return debt.due_date.toordinal() * (-1 if which == "old" else 1)
        due = owed(scene.ground, debt)
        if which == "discount":
            return due.discount
        return due.fine + due.interest if which == "interest" else due.total * (-1 if which == "cheap" else 1)

    ranked = sorted(debts, key=measure, reverse=True)
    best = ranked[:wanted]
    tied = len(ranked) > wanted and measure(ranked[wanted]) == measure(best[-1])
    return [] if tied else [debt for debt in debts if debt in best]


_MOST_OF_MANY = re.compile(
    r"\b(?:as|os|das|dos|nas|nos)(?: (duas|dois|tres|quatro|[2-4]))? (?:contas? |dividas? |faturas? )?(?:que (?:tem|tao|estao) )?mais \w+(?: (duas|dois|tres))?\b"
)
""" "As duas mais antigas", "as mais velhas": more than one of them."""


def named_in_words(scene: Scene, words: str, debts: Sequence[Debt]) -> list[Debt]:
    """The debts that these words name by what belongs to them, or by their place in the list: "a 2", "a segunda"."""
    shown = [_shown(scene, debt) for debt in debts]
    placed = _PLACE.search(plain(words))
    by_words = named_in(words, shown)
    if by_words or placed is None:
        return [debts[position - 1] for position in by_words]
    place = int(placed[1]) if placed[1] else _PLACES.index(placed[2]) + 1
    return [debts[place - 1]] if 0 < place <= len(debts) else []


_PLACES = ("primeira", "segunda", "terceira", "quarta", "quinta")
_PLACE = re.compile(rf"\b(?:a|da|na|o|do|no|conta|numero) (?:(\d)|({'|'.join(_PLACES)}))\b(?! (?:parcela|feira|vez|de \w+))")


def narrowed(scene: Scene, debts: Sequence[Debt]) -> list[Debt]:
    """Those of these debts among which the words leave a choice: two of one creditor ("a do colégio"), two that are as cheap ("a mais
    barata"). That is said, and the choice is the caller's to ask; all of them when the words narrow nothing."""
    shown = [_shown(scene, debt) for debt in debts]
    said = scene.words or scene.turn.text or ""
    tied, theirs = alike(said, shown), of_whom(said, shown)
    if tied:
        those = [debts[position - 1] for position in tied]
        totals = {owed(scene.ground, debt).total for debt in those}
        if len(totals) == 1:
            scene.say("utter_alike_in_amount", count=len(those), amount={"money": totals.pop()})
        else:
            scene.say("utter_alike_in_date", count=len(those), day={"date": those[0].due_date.isoformat()})
        return those
    priced = _all_of_that_price(scene, said, debts)
    if 1 < len(priced) < len(debts):
        return priced
    if 1 < len(theirs) < len(debts):
        those = [debts[position - 1] for position in theirs]
        scene.say("utter_several_of_theirs", count=len(those), creditor=those[0].creditor_name)
        return those
    return list(debts)


def spoken_of(scene: Scene, words: str, debts: Sequence[Debt]) -> tuple[list[Debt], bool]:
    """The debts that some words of a message speak of, and whether these very ones: "a do colégio" of two is one of them."""
    monthly = of_months(scene, words, debts)
    if monthly:
        return monthly, True
    some = _FIRST_OR_LAST.search(plain(words))
    if some is not None and _COUNTS[some[1]] < len(debts):
        count = _COUNTS[some[1]]
        return list(debts[:count] if some[2].startswith("prim") else debts[-count:]), True
    if len(debts) > 1 and _THE_LAST.search(plain(words)):
        return [debts[-1]], True
    alike_in_kind = all_of_a_kind(words, debts)
    if alike_in_kind:
        return alike_in_kind, True
    shown = [_shown(scene, debt) for debt in debts]
    said = plain(words)
    positions = named_in(words, shown)
    superlative = _A_MOST.search(said)
    if superlative:
        theirs = [debt for debt in debts if plain(debt.creditor_name) in said] or [debts[n - 1] for n in positions] or list(debts)
        among = theirs if len(theirs) > 1 else list(debts)
        most = which(superlative[0], [_shown(scene, debt) for debt in among])
        if isinstance(most, int):
            return [among[most - 1]], True
    if positions:
        return [debts[position - 1] for position in positions], True
    every = picked(words, shown) if _EVERY.search(said) else ()
    if every:
        return [debts[position - 1] for position in every], True
    placed = _PLACED.search(said)
    if placed and 0 < int(placed[1]) <= len(debts):
        return [debts[int(placed[1]) - 1]], True
    kinds = set(kinds_called(words))
    theirs = [debt for debt in debts if _kind(debt) in kinds or _creditor_in(said, debt)]
    return theirs, len(theirs) == 1


def all_of_a_kind(words: str, debts: Sequence[Debt]) -> list[Debt]:
    """The several debts that the first word of their names is said of, in the plural: "só as faturas", "as duas mensalidades". Empty where
    that is all of them, one alone, another number than was said, or where something is left out."""
    said = plain(words)
    for debt in debts:
        kind = (plain(debt.title).split() or [""])[0]
        found = (
            re.search(rf"\b(?:as|so|das|nas|pelas|(as|das|nas|so) (?:duas|tres|quatro)) ({re.escape(kind)}s)\b", said)
            if len(kind) > 3
            else None
        )
        if found is None or _LEFT_OUT.search(said) or any(month in said.split() for month in MONTHS):
            continue
        those = [one for one in debts if plain(one.title).split()[:1] == [kind]]
        number = next((count for word, count in _NUMBERS.items() if f"{word} {kind}s" in said), len(those))
        return those if 1 < len(those) < len(debts) and number == len(those) else []
    return []


def in_common(scene: Scene, words: str, debts: Sequence[Debt]) -> list[Debt]:
    """The several debts that are chosen by what they have in common: months, a limit of what they cost, so many of the oldest."""
    return [debts[position - 1] for position in chosen_in_words(words, [_shown(scene, debt) for debt in debts])]


def by_measure(scene: Scene, words: str, debts: Sequence[Debt]) -> bool:
    """Whether these were chosen by a limit or a superlative, and not by their names."""
    return chosen_by_measure(words, [_shown(scene, debt) for debt in debts])


_LEFT_OUT = re.compile(r"\b(?:menos|exceto|tirando|fora|sem|nao|nem)\b")
_NUMBERS = {"duas": 2, "tres": 3, "quatro": 4}
MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_OF_MONTHS = re.compile(
    rf"(?<!no mes )\bde ({'|'.join(MONTHS)})\b(?:(?: e)? (?:(?:a|o|as|os|d[aeo]) )?(?:mes )?(?:de )?({'|'.join(MONTHS)})\b)?"
    rf"|\b(?:fatura|conta|mensalidade|parcela|cartao|boleto) ({'|'.join(MONTHS)})\b"
)
_AN_ACCOUNT = re.compile(r"\b(?:a|o|as|os|d[ao]s?|ess[ae]s?|uma?|contas?|faturas?|boletos?|mensalidades?|parcelas?)\b")
_A_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)}|março)\b", re.IGNORECASE)


def of_months(scene: Scene, words: str, debts: Sequence[Debt]) -> list[Debt]:
    """The debts whose bill is called after a month that was named, each month one bill: "a de agosto eu não reconheço", "a conta do
    celular de julho", "junho e julho da escola". The month of a day ("dia 10 de outubro") calls no bill."""
    kept = words
    for start, end in sorted(
        ((one.start, one.end) for one in read_values(words, scene.today).dates if any(map(str.isdigit, one.words))), reverse=True
    ):
        kept = f"{kept[:start]} . {kept[end:]}"
    said = plain(kept)
    named = list(dict.fromkeys(month for match in _OF_MONTHS.finditer(said) for month in match.groups() if month))
    if not named or not _AN_ACCOUNT.search(said):
        return []
    found: list[Debt] = []
    for month in named:
        called = [debt for debt in debts if month in plain(debt.title).split()]
        if len(called) > 1:
            called = spoken_of(scene, _A_MONTH.sub(" ", kept), called)[0] or called
        if len(called) != 1:
            return []
        found += called
    return found


_A_MOST = re.compile(
    r"\b(?:a|o|d[ao]|n[ao]) (?:conta |divida |fatura )?(?:menor|maior|mais (?:barat|car|antig|nov|velh|atrasad|recent)\w*)\b"
)
_EVERY = re.compile(r"\b(?:todas|ambas|as duas|as tres|os dois)\b")
_PLACED = re.compile(r"\b(?:a|d[ao]|n[ao]|conta|numero|pix|boleto) (\d)\b(?! (?:x|vez\w*|parcel\w*|reais|dias?|d[eo]|/))")


def _kind(debt: Debt) -> str | None:
    return kind_of(debt.product or "", debt.title, debt.creditor_name)


def _creditor_in(said: str, debt: Debt) -> bool:
    """Whether a word of the creditor's own name is said: "da Ventania", "do Pé de Ipê"."""
    words = said.split()
    return any(word in words for word in plain(debt.creditor_name).split() if len(word) >= 5)


def _named(scene: Scene, debts: Sequence[Debt]) -> list[Debt] | None:
    """The debts that the words mean: by number, place, name, creditor, \"a mais barata\", \"1 e 3\", \"a outra\", \"todas\"."""
    said = scene.words
    if not said or not debts:
        return None
    shown = [_shown(scene, debt) for debt in debts]
    alike_in_kind = all_of_a_kind(said, debts)
    if alike_in_kind:
        return alike_in_kind
    together = in_common(scene, said, debts)
    if together:
        return together
    each = _each_part(scene, said, debts)
    if each:
        return each
    if _MOST_OF_MANY.search(plain(said)) and superlative(plain(said)) is not None:
        return _the_most(scene, said, debts) or None
    said = _IN_ONE_CODE.sub(" ", said)
    first = _FIRST_OR_LAST.search(plain(said))
    if first is not None and _COUNTS[first[1]] <= len(debts):
        count = _COUNTS[first[1]]
        return list(debts[:count] if first[2].startswith("prim") else debts[-count:])
    few = so_many_said(said)
    if few is not None and few == len(debts):
        return list(debts)
    if few is not None and few < len(debts) and not named_in(said, shown):
        last = [debt for debt in debts if debt.id in (scene.slots.get("focus") or ())]
        return last if len(last) == few else None  # "as duas" of five are the two last spoken of, or have yet to be said
    but = _ALL_BUT.search(said)
    if but is not None:
        left_out = picked(said[but.end() :], shown) or named_in(said[but.end() :], shown)
        if left_out:
            focus = scene.slots.get("focus") or ()
            among = [debt for debt in debts if debt.id in focus] if len(focus) > 1 else list(debts)
            gone = {debts[position - 1].id for position in left_out}
            return [debt for debt in among if debt.id not in gone] or None
    if _all_of_so_many(said, len(debts)):
        return list(debts)
    positions = picked(said, shown) or picked(_SLIP.sub(" ", said), shown) or named_in(said, shown)
    if positions:
        return [debts[position - 1] for position in positions]
    priced = _of_that_price(scene, said, debts)
    if priced is not None:
        return [priced]
    if _OTHERS.search(said):
        focus = scene.slots.get("focus") or ()
        others = [debt for debt in debts if debt.id not in focus]
        return others if len(others) == 1 or _OTHERS.search(said)[0].endswith("s") else None  # type: ignore[index]
    return None


_IN_ONE_CODE = re.compile(
    r"\b(?:num|em um|no mesmo|num mesmo) (?:s[oó] |[uú]nico )?(?:pix|boleto|c[oó]digo)(?: s[oó])?\b", re.IGNORECASE
)
_AND = re.compile(r"\s*[,;]\s*|\s+e\s+|\s+mais\s+(?=as?\s)", re.IGNORECASE)


def _each_part(scene: Scene, said: str, debts: Sequence[Debt]) -> list[Debt]:
    """ "As do colégio e a mais barata da loja": what each half names, where one of them says the cheapest, or the oldest, of somebody's.
    Empty: no such halves, or one of them names nothing."""
    parts = [part for part in _AND.split(said) if part.strip()]
    if len(parts) < 2 or not any(_A_MOST.search(plain(part)) for part in parts):
        return []
    found: list[Debt] = []
    for part in parts:
        named, sure = spoken_of(scene, part, debts)
        if not named or not (sure or _SEVERAL.search(plain(part))):
            return []
        found += [debt for debt in named if debt not in found]
    return [debt for debt in debts if debt in found]


_SEVERAL = re.compile(r"\b(?:as|das|nas|todas)\b")
_PRICED = re.compile(
    r"\b(?:a|o|[dn][ao]|pel[ao]|pra|pro|conta|fatura|essa|esse|d?n?aquel[ae]|uma|mensalidade|boleto|pix|codigo|c[oó]digo) (?:de (?:janeiro|fevereiro|mar[cç]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro) )?(?:de|do|da|que e|que custa|que da|no valor de|com) (?:r\$ ?)?(\d{2,3}(?:\.\d{3})+|\d{2,6})(?:,(\d{2}))?(?! ?(?:x|vezes|parcelas?|dias?|/))\b",
    re.IGNORECASE,
)


def _of_that_price(scene: Scene, said: str, debts: Sequence[Debt]) -> Debt | None:
    """The one debt that is called by what it costs, today or at first: "a de 840", the centavos left out or not."""
    alike = _all_of_that_price(scene, said, debts)
    return alike[0] if len(alike) == 1 else None


def _all_of_that_price(scene: Scene, said: str, debts: Sequence[Debt]) -> list[Debt]:
    found = _PRICED.search(said)
    if found is None:
        return []
    whole, cents = int(found[1].replace(".", "")) * 100, found[2]
    return [
        debt
        for debt in debts
        if any(
            price == whole + int(cents) if cents else price // 100 * 100 == whole
            for price in (owed(scene.ground, debt).total, debt.original_amount)
        )
    ]


_PLACES_NAMED = re.compile(
    r"^(?:(?:quero|pagar|pago|paga|manda|so|pix|boleto|d[ao]s?|as?|os?|contas?|numeros?|vou|e|faz|gera|me|o) )*\d{1,2}(?: ?(?:,|e|mais)(?: (?:a|o))? ?\d{1,2})+\b(?! ?(?:reais|real|conto|x|vezes))"
)


def names_places(words: str) -> bool:
    """Whether accounts are called by their places in the list, "1 e 3 no pix": no number of it is an amount."""
    return _PLACES_NAMED.match(" ".join(plain(words.replace(",", " , ")).split())) is not None


def called_by_price(scene: Scene, words: str, debts: Sequence[Debt]) -> tuple[Debt, str] | None:
    """The one debt that is called by what it costs ("a de 840"), and the words without its price; nothing where none is."""
    debt = _of_that_price(scene, words, debts) if len(debts) > 1 else None
    if debt is None:
        return None
    return debt, _PRICED.sub(" ", words, count=1)


_SLIP = re.compile(r"\bboletos?\b", re.IGNORECASE)
_SO_MANY = re.compile(
    r"(?<!nao )(?<!nao quero )(?<!menos )\b(?:(as duas|os dois|ambas)|(as tres|os tres))\b(?! (?:contas? |faturas? )?d[aeo]s?\b)"
)


def _all_of_so_many(said: str, count: int) -> bool:
    """Whether all of them are said by their number, in however long a sentence: "a da loja e a do telefone, quero pagar as duas"."""
    found = _SO_MANY.search(plain(said))
    return found is not None and count == (2 if found[1] else 3)


_COUNTS = {"duas": 2, "dois": 2, "tres": 3, "quatro": 4, "2": 2, "3": 3, "4": 4}
_FIRST_OR_LAST = re.compile(r"\b(?:as|os|das|dos|nas|nos) (duas|dois|tres|quatro|[2-4]) (primeir[ao]s|ultim[ao]s)\b")
_THE_LAST = re.compile(r"\b(?:a|d?a|so a|na) ultima\b(?! (?:parcela|vez|semana|opcao|fatura|conta|compra|oferta))")
_FEW = re.compile(
    r"(?<!nao )(?<!nao quero )(?<!menos )\b(?:as|os|nas|nos|das|dos|pelas) (duas|dois|tres|quatro|cinco|[2-9])\b"
    r"(?! (?:e )?\d)(?! (?:contas? |faturas? |boletos? |mensalidades? |compras? )?(?:primeir\w+|ultim\w+|mais|menor\w*|maior\w*|velh\w+|antig\w+|nov\w+|barat\w+|vezes|parcelas|semanas|meses|dias|empresas|lojas|que|d[aeo]s?|n[ao]s?)\b)|\bamb[ao]s\b"
)


def so_many_said(said: str) -> int | None:
    """How many accounts are spoken of by nothing but their number: "as duas juntas", "ambas"."""
    found = _FEW.search(plain(said))
    if found is None:
        return None
    return int(found[1]) if found[1] and found[1].isdigit() else {**_NUMBERS, "cinco": 5}.get(found[1] or "", 2)


def _shown(scene: Scene, debt: Debt) -> Shown:
    return Shown(debt.title, all_its_names(debt), owed(scene.ground, debt).total, debt.due_date, its_creditor(debt))


def all_its_names(debt: Debt) -> str:
    kind = also_called(debt.product or "", debt.title, debt.creditor_name)
    return f"{debt.title} {debt.creditor_name} {debt.product or ''} {debt.contract} {kind}"


def its_creditor(debt: Debt) -> str:
    return f"{debt.creditor_name} {also_called(debt.creditor_name)}"


_GENERIC = frozenset(
    "lojas loja telecomunicacoes colegio escola banco companhia empresa comercio servicos credito brasil".split()
)


def absent_creditor(scene: Scene, words: str, debts: Sequence[Debt]) -> str | None:
    """The creditor that is named and of whom none of these is, "a da Ventania" of whoever owes the shop alone; None: none such is named."""
    theirs = {word for debt in debts for word in plain(f"{all_its_names(debt)} {debt.creditor_name}").split()}
    said = set(plain(words).split())
    for terms in scene.ground.policies.default.creditors.values():
        own = {word for word in plain(terms.name).split() if len(word) >= 5 and word not in _GENERIC}
        if own & said and not own & theirs:
            return terms.name
    return None


def apart(debts: Sequence[Debt]) -> bool:
    """Whether no one agreement can hold these debts."""
    return len({(debt.creditor_id, debt.portfolio) for debt in debts}) > 1
