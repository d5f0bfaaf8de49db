"""Which of the offered answers a typed text means: by number, by place, by all, by what is written on it, by being the dearest.

Pure: labels in, positions out. Nothing is guessed where two options fit equally well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rapidfuzz import fuzz

from understanding.kinds import called_accounts, is_kind, without_places
from understanding.line import Line, pattern
from understanding.plain import plain

ALL: Literal["all"] = "all"

_ORDINALS = {
    "primeira": 1, "primeiro": 1, "segunda": 2, "segundo": 2, "terceira": 3, "terceiro": 3, "quarta": 4, "quarto": 4,
    "quinta": 5, "quinto": 5, "sexta": 6, "sexto": 6, "setima": 7, "setimo": 7, "oitava": 8, "oitavo": 8,
    "nona": 9, "nono": 9, "decima": 10, "decimo": 10,
}  # fmt: skip
_CARDINALS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10,
}  # fmt: skip
_FILLER = frozenset(
    """a o as os um uma de do da dos das no na nos nas em com por para pra pro e eu quero queria vou pode ser pagar paga essa esse contas
    este esta isso opcao opcoes numero n numeros escolho prefiro vai aquela aquele la ai divida dividas debito conta ver mostra
    mostrar favor pfv pf quitar gerar gera manda mandar me acertar resolver so somente apenas mesmo ok entao sobre qual
    minha meu hoje agora ja pix codigo gostaria acho que oi ola bom boa dia tarde noite obrigado obrigada""".split()
)
_CLOSING = frozenset(
    "ta beleza blz certo legal bora vamos fecha fecho fechar fechamos fica fico ficar aceito aceita topo gostei pega pego melhor sim".split()
)
"""Beside a place in the list they choose ("tá bom, fecha a primeira"); with a bare number they may say how many times."""
_A_WEEKDAY = re.compile(
    r"\b(?:pag\w+|quit\w+|acert\w+|deposit\w+|transfir\w+)\b(?: \w+){0,3}? (?:n[ae]ssa|n[ae]sta|na|pra|ate|ate a|proxima|so) (?:proxima )?(?:segunda|quarta|quinta|sexta)\b"
    r"|\b(?:pago|quito|acerto|deposito) (?:segunda|quarta|quinta|sexta)\b"
    r"|\b(?:segunda|quarta|quinta|sexta) (?:eu )?(?:ja )?(?:pago|quito|acerto|deposito|consigo pagar|posso pagar|vou pagar)\b"
)
""" "Vou pagar na segunda" says when, and picks no second answer; "vou pagar a segunda" does."""
_SO_MANY_TIMES = re.compile(r"\bem \d+$")
"""In this many instalments, which is no place in a list."""
_ALL = re.compile(r"\b(todas?|todos?|tudo|cada uma|cada um|junto|juntas)\b")
_SO_MANY = re.compile(
    r"\b(?:ambas?|ambos?|(?:as|os) (?P<many>duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez|[2-9])(?! (?:horas?|h|da (?:manha|tarde|noite))\b))\b"
)
_OF_SO_MANY_TO_PAY = re.compile(
    r"\b(?:pag\w*|pix|b[ou]l+[eao]?[tl]\w*|quit\w*|acert\w*|codigos?)\b.*\b(?:d|n|pel)(?=(?:as|os) (?:duas|dois|tres|quatro|cinco|seis|sete|oito|nove|dez)\b)"
)
"""\"Manda o boleto das duas\", and no receipts of both."""
_HOW_MANY = {"duas": 2, "dois": 2, "2": 2, "tres": 3, "3": 3, "quatro": 4, "4": 4, "cinco": 5, "5": 5}
_FIRST_OR_LAST = re.compile(
    rf"(?:quero |pagar |paga |so )*(?:[ao]s )?({'|'.join(_HOW_MANY)}) (primeir[ao]s|ultim[ao]s)(?: (?:da lista|contas|por favor|pfv))?"
)
_ALL_BUT = re.compile(r"^(?:quero |pagar |paga )*(?:todas?|todos?|tudo) (?:menos|exceto|fora|tirando|sem) (.+)$")
_NEGATION = re.compile(r"\b(nao|nem|nenhum|nenhuma|nunca|sem|menos|exceto)\b")
_AND = re.compile(r"\s*(?:[,;+&/]|\be\b|\bmais a\b|\bmais o\b)\s*", re.IGNORECASE)
_MOST = (
    (re.compile(r"\b(mais (?:barat|baix|facil)\w*|menor(?:zinh[ao])?|menorzinha|de menos valor)\b"), "amount", min),
    (re.compile(r"\b(mais (?:car|alt|pesad)\w*|maior|maiorzinha)\b"), "amount", max),
    (re.compile(r"\b(mais (?:antig|velh|atrasad)\w*)\b"), "due", min),
    (re.compile(r"\b(mais (?:nov|recent)\w*)\b"), "due", max),
)


@dataclass(frozen=True)
class Shown:
    """One offered answer as people see it.

    `also` are further words by which they may name it (a creditor's name); `amount` (centavos) and `due` serve "a mais barata" and
    "a mais antiga". `whose` is the creditor: by its name all that it is owed is meant ("tudo da Tamboril").
    """

    label: str
    also: str = ""
    amount: int | None = None
    due: date | None = None
    whose: str = ""


_NO_BUT = re.compile(r"^\s*(?:n[aã]o|opa|ops|na verdade)\s*(?:[,.;!…]\s*|(?=s[oó]\s))", re.IGNORECASE)
""" "Não, a mais barata", "não só outubro": the no is to what was understood before, and the choice stands behind it."""


def picked(text: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    """The positions (from 1) of all the options meant: one, several (`1 e 3`, `todas menos a segunda`) or all; empty when unclear."""
    text = _NO_BUT.sub("", text)
    said = plain(text)
    every = tuple(position for position, option in enumerate(shown, 1) if not _is_all(option))
    but = _ALL_BUT.match(said)
    if but:
        left_out = set(picked(but[1], shown))
        return tuple(position for position in every if position not in left_out) if left_out else ()
    one = which(text, shown)
    if one == ALL:
        return every
    if one is not None:
        return every if _is_all(shown[one - 1]) else (one,)
    some = _FIRST_OR_LAST.fullmatch(said)
    if some and 2 <= _HOW_MANY[some[1]] <= len(every):
        return every[: _HOW_MANY[some[1]]] if some[2].startswith("prim") else every[-_HOW_MANY[some[1]] :]
    parts = [part for part in _AND.split(text.strip()) if part.strip()]
    if not 2 <= len(parts) <= len(shown):
        return ()
    each = [which(part, shown) for part in parts]
    numbers = [one for one in each if isinstance(one, int)]
    return tuple(sorted(set(numbers))) if len(numbers) == len(each) else ()


def which(text: str, shown: Sequence[Shown], *, by_place: bool = True) -> int | Literal["all"] | None:
    """The position (from 1) of the meant option, `"all"`, or nothing when the text is no clear answer.

    `by_place` is off where numbers and places would mean something else than these options.
    """
    said = plain(text)
    if not said or not shown or len(said) > 120:
        return None
    for position, option in enumerate(shown, 1):
        if said == plain(option.label):
            return position
    words = said.split()
    if _NEGATION.search(said) or _SO_MANY_TIMES.search(said):
        return None
    content = [word for word in words if word not in _FILLER]
    single = [position for position, option in enumerate(shown, 1) if not _is_all(option)]
    if len(words) <= 6 and len(single) > 1:
        if _ALL.search(said) and not named_in(text, shown):
            return ALL
        payable = _OF_SO_MANY_TO_PAY.search(said)
        many = _SO_MANY.search(said[payable.end() :] if payable else said)
        if many:
            return ALL if len(single) == _how_many(many["many"]) else None
    if by_place and len(_parts(text)) == 1 and "dia" not in words and not _A_WEEKDAY.search(said):
        number = _number(content, words, len(single), len(shown))
        if number is not None:
            return number
        most = _most(said, words, shown)
        if most is not None:
            return most
    if not content or len(words) > 9:
        return None
    return _by_words(content, shown)


def _how_many(word: str | None) -> int:
    """ "As cinco" are five; "ambas" are two."""
    if word is None:
        return 2
    return int(word) if word.isdigit() else _CARDINALS[word]


_MONTHS = "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split()
_OF_MONTH = re.compile(rf"\b(?:[ao]|d[ao]|fatura|conta|mensalidade|parcela|boleto) (?:d[eo] )?({'|'.join(_MONTHS)})\b")
_CODES = re.compile(r"pix|b[ou]l+[eao]?[tl]\w*|codigos?|qr\w*|so")
_SAME_WORD = 86
"""Likeness (0 to 100) from which two words are one with a slip of the finger: "loja" and "lojas", "colejio" and "colegio"."""


_CLAUSE = re.compile(r"[,;.\n]|\b(?:e|mas)\b")
_PUT_OFF = re.compile(
    r"\b(?:depois|mais tarde|outra hora|outro dia|por enquanto nao|agora nao|deixa (?:pra la|quieto|ai)|fica (?:pra|para)|ai (?:a gente )?ve)\b"
)
_BUT = re.compile(r"\b(?:menos|exceto|fora|tirando)\b")
_ONE_OF_THEIRS = r"\b(?:a|o|essa|esse|uma|um)(?: (?:conta|fatura|boleto|mensalidade|parcela|divida))? d[aoe] (?:\w+ )?$"


def named_in(text: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    """The positions (from 1) of the options that a longer sentence speaks of, by a word that belongs to one of them alone, or by the
    name of a creditor, who is owed all of its own.

    \"A do colégio eu não reconheço\" names the school's, \"tudo da loja, o colégio depois\" the shop's. Nothing when no such word is
    there, or when one of several is denied.
    """
    # What is put off is named, and not meant.
    folded = "".join(_plain_char(char) for char in text.lower())
    clauses = _CLAUSE.split(folded)
    now = [clause for clause in clauses if not _PUT_OFF.search(plain(clause))]
    if len(now) < len(clauses) and (meant := _names(" ".join(now), shown)):
        return meant
    but = _BUT.split(folded, maxsplit=1)
    if len(but) == 2:
        these, left_out = _names(but[0], shown), _names(but[1], shown)
        if left_out and set(left_out) < set(these):
            return tuple(one for one in these if one not in left_out)
    return _names(text, shown)


def _plain_char(char: str) -> str:
    return char if char in ",;.\n" else plain(char) or char


def _names(text: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    said = without_places(plain(text))
    words = [word for word in said.split() if len(word) >= 4 and word not in _FILLER and word not in _MONTHS]
    if any(is_kind(word) for word in words):
        # "Muda meu telefone" names no bill of the telephone.
        called = called_accounts(text)
        words = [word for word in words if not is_kind(word) or word in called]
    words += _OF_MONTH.findall(said)
    short = {word for word in said.split() if _may_be_a_name(word)}
    theirs = [
        {word for word in plain(f"{option.label} {option.also}").split() if len(word) >= 4 and word not in _FILLER}
        for option in shown
    ]
    whose = [{word for word in plain(option.whose).split() if len(word) >= 4 and word not in _FILLER} for option in shown]
    named = set()
    groups: list[set[int]] = []
    for word in short:
        # "Pé de Ipê" has no longer word; one so short is known by all its letters alone.
        owners = {n for n, option in enumerate(shown, 1) if not _is_all(option) and word in plain(option.whose).split()}
        if len(owners) == 1:
            named |= owners
        elif len(owners) > 1 and not re.search(_ONE_OF_THEIRS, said[: said.index(word)]):
            groups.append(owners)
    for word in words:
        alike = [n for n, own in enumerate(theirs, 1) if any(fuzz.ratio(word, other) >= _SAME_WORD for other in own)]
        singles = [n for n in alike if not _is_all(shown[n - 1])]
        if len(singles) == 1:
            named.add(singles[0])
            continue
        of_creditor = {n for n, own in enumerate(whose, 1) if any(fuzz.ratio(word, other) >= _SAME_WORD for other in own)}
        if len(of_creditor) > 1 and not re.search(_ONE_OF_THEIRS, said[: said.index(word)]):
            groups.append(of_creditor)
    for group in groups:
        # "A de junho da Tamboril" is one of them.
        if not group & named:
            named |= group
    return () if len(named) > 1 and _NEGATION.search(said) else tuple(sorted(named))


_SHORT_WORDS = frozenset(
    "sao bem sem tem vai dia mes ano nao sim vou mim que cia ltd uns sul pra pro aos ate fiz vem tao".split()
)


def _may_be_a_name(word: str) -> bool:
    return len(word) == 3 and word.isalpha() and word not in _FILLER and word not in _SHORT_WORDS


def _is_all(option: Shown) -> bool:
    return plain(option.label) in ("todas", "todos", "tudo")


def _parts(text: str) -> list[str]:
    """What is named one beside the other; a nod before it ("tá bom, a primeira") is no part."""
    parts = [part for part in _AND.split(text.strip()) if part.strip()]
    return [part for part in parts if not set(plain(part).split()) <= _CLOSING | _FILLER] or parts[:1]


def _number(content: list[str], words: list[str], last: int, count: int) -> int | None:
    """`2`, `opção 2`, `a segunda`, `a última`, `o do meio`: alone or with filler words around."""
    if len(content) == 0:
        # "Manda um pix" counts codes, and picks nothing.
        content = [
            word
            for word, after in zip(words, [*words[1:], ""], strict=True)
            if word in _CARDINALS and not _CODES.fullmatch(after)
        ]
    if len(content) > 1:
        content = [word for word in content if word not in _CLOSING]
        if len(content) != 1 or not (content[0] in _ORDINALS or content[0] in ("ultima", "ultimo", "meio")):
            return None
    if len(content) != 1:
        return None
    word = content[0]
    if word in ("ultima", "ultimo"):
        return last
    if word == "meio" and last == 3:
        return 2
    digits = re.fullmatch(r"0*(\d{1,2})[ao]?", word)
    value = int(digits[1]) if digits else _ORDINALS.get(word, _CARDINALS.get(word))
    return value if value is not None and 1 <= value <= count else None


_MORE_THAN_ONE = re.compile(r"\b(?:as|os|das|dos|nas|nos)\b(?: \w+){0,2}? (?:mais \w+|menores|maiores)")
""" "As mais velhas" are several, and how many is not said."""


def _most(said: str, words: list[str], shown: Sequence[Shown]) -> int | None:
    """`a mais barata`, `a maior`, `a mais antiga`: nothing where two are alike."""
    if len(words) > 7 or _MORE_THAN_ONE.search(said):
        return None
    for words_of, fact, best in _MOST:
        if words_of.search(said):
            known = [
                (getattr(option, fact), n) for n, option in enumerate(shown, 1) if getattr(option, fact) and not _is_all(option)
            ]
            values = [value for value, _ in known]
            if values and values.count(best(values)) == 1:
                return best(known)[1]
    return None


def alike(text: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    """The positions (from 1) of the options that share what \"a mais barata\", \"a mais antiga\" asks for; empty where one alone has it."""
    said = plain(text)
    for words_of, fact, best in _MOST:
        if words_of.search(said):
            known = [
                (getattr(option, fact), n) for n, option in enumerate(shown, 1) if getattr(option, fact) and not _is_all(option)
            ]
            top = best(value for value, _ in known) if known else None
            those = tuple(n for value, n in known if value == top)
            return those if len(those) > 1 else ()
    return ()


def of_whom(text: str, shown: Sequence[Shown]) -> tuple[int, ...]:
    """The positions (from 1) of all that the one creditor named in the text is owed: \"a do colégio\", where two of it are shown."""
    names = [{word for word in plain(option.whose).split() if len(word) >= 4 and word not in _FILLER} for option in shown]
    words = [word for word in plain(text).split() if len(word) >= 4 and word not in _FILLER]
    found = tuple(
        n for n, theirs in enumerate(names, 1) if any(fuzz.ratio(word, other) >= _SAME_WORD for word in words for other in theirs)
    )
    return found if len({shown[n - 1].whose for n in found}) == 1 else ()


def _by_words(content: list[str], shown: Sequence[Shown]) -> int | None:
    """The one option whose words cover what was said, tolerant of typos; nothing when two do or none does."""
    scores = []
    for option in shown:
        theirs = [w for w in plain(f"{option.label} {option.also}").split() if w not in _FILLER]
        best = [max((fuzz.ratio(word, other) for other in theirs), default=0.0) for word in content]
        scores.append(sum(best) / len(best) if min(best, default=0.0) >= 75 else 0.0)
    top = max(scores)
    if top < 80:
        return None
    winners = [i for i, score in enumerate(scores, 1) if score > top - 8]
    return winners[0] if len(winners) == 1 else None


# What follows is for a message by itself, when it is not known what was shown: the words of the contract for `opcao`.

_PLACES = "|".join(word for word in _ORDINALS)
_THING = r"(?:opcao|opca|opc|op|alternativa|proposta|oferta|possibilidade|hipotese|divida|conta|fatura|cobranca|pendencia|debito|plano|forma|condicao)"
_ARTICLE = r"(?:[ao]s?|n[ao]|pel[ao]|ess[ae]|aquel[ae]|est[ae]|ness[ae]|naquel[ae]|so [ao])"
_WITH_MORE = rf"(?:{_ARTICLE} (?:{_THING} )?(?:que (?:a|as|tem a) )?(?:que (?:(?:e|tem|fica|sai|for|seja|tiver|ficar) )?)?(?:com |de |do |da |a |o ){{0,3}})"
_TIMES = r"(?:x|vez|vezes|vzs?|parcelas?|parc|prestac\w+|meses)"
_CHOSEN = (
    r"(?=(?: [.,!?;|)^]| (?:e|ou|por|pf|pfv|mesmo|que|eu|ta|eh|fica|serve|da|me|entao|ai|obrigad[ao]|hoje|agora|nao|mas|sai|parece|cabe"
    r"|vou|vai|moca|amigo|opcao|la|ok|sim|e|melhor|delas?|deles?|vcs?|voces|pode|quero|acho|no pix|ja|so)(?= )| ?$))"
)
_NOT_CHOSEN = (
    r"(?: (?:vias?|vez|vezes|parcelas?|prestac\w+|mensalidade|dia|dias|semana|quinzena|mes|ano|pessoa|compra|feira|coisa|mao|linha|chance"
    r"|tentativa|ligacao|mensagem|metade|parte|pagamento|entrada|data|hora|sendo|eu|quero|preciso|lugar|carta|fase|turma|serie|grau|andar|cobranca que|filh\w+|mulher))"
)
_CHOICES: tuple[tuple[re.Pattern[str], str], ...] = (
    (pattern(r"nenhuma?(?: (?:d(?:as|os|el[ae]s|ess[ae]s)(?: (?:duas|dois|tres|opcoes|#\d+[iw]))?|opcao|proposta|alternativa))?|nem uma nem (?:a )?outra"), "nenhuma"),
    (pattern(rf"nem (?:[ao] )?(?:{_PLACES}|#\d+[iw]|uma?) (?:, )?nem (?:[ao] )?(?:{_PLACES}|#\d+[iw]|outr[ao])(?: (?:, )?nem (?:[ao] )?(?:{_PLACES}|#\d+[iw]))?"), "nenhuma"),
    (pattern(rf"{_WITH_MORE}(?:menor|mais (?:baix|barat|lev|suav|pequen)\w*) (?:parcel\w*|prestac\w+|mensalidade|por mes)(?: menor)?"), "menor_parcela"),
    (pattern(rf"{_WITH_MORE}?(?:(?:parcel\w*|prestac\w+|mensalidade) (?:fica |sai |fosse |for |seja |e |ficar )?(?:mais (?:baix|barat|lev|pequen|suav|em conta)\w*|menor(?:zinha)?))"), "menor_parcela"),
    (pattern(rf"{_WITH_MORE}(?:mais (?:lev|suav)\w*|menos (?:pesad\w*|por mes)|pes\w+ menos(?: (?:por|no) mes)?|mais barat\w* por mes|pag\w+ menos por mes)(?: por mes)?"), "menor_parcela"),
    (pattern(rf"{_WITH_MORE}(?:maior (?:prazo|numero de parcelas|quantidade de parcelas|tempo)|mais (?:long\w+|comprid\w+|parcel\w*|prazo|vezes|tempo|meses|x|prestac\w+))"), "maior_prazo"),
    (pattern(rf"{_WITH_MORE}(?:menor (?:prazo|numero de parcelas|quantidade de parcelas|tempo)|mais (?:curt\w+|rapid\w+)|menos (?:parcel\w*|vezes|tempo|meses|x|prestac\w+|prazo)|acab\w+ (?:logo|mais rapido|antes))"), "menor_prazo"),
    (pattern(rf"{_WITH_MORE}(?:mais (?:antig|velh|atrasad)\w*|vencid[ao] (?:ha )?mais tempo)"), "mais_antiga"),
    (pattern(rf"{_WITH_MORE}(?:maior(?: valor|zinha| divida| de todas)?|mais (?:car|alt|pesad)\w*|valor (?:maior|mais alto))(?! (?:parcela|prazo|desconto|entrada))"), "maior_valor"),
    (pattern(rf"{_WITH_MORE}(?:menor(?: valor| total|zinha| preco| divida| de todas)?|mais (?:barat|baix|em conta|baratinh)\w*(?: conta)?|valor (?:menor|mais baixo)|sai(?:r)? mais (?:barato|em conta)|pag\w+ menos)(?! (?:parcela|prazo|entrada|desconto))"), "menor_total"),
    (pattern(rf"(?:[ao]|n[ao]|ess[ae]) (?:{_THING} )?de cima(?= (?:[.,!?;|]|mesmo|por favor|pfv|$)| $)"), "1"),
    (pattern(rf"(?:[ao]|n[ao]|ess[ae]) (?:{_THING} )?de baixo(?= (?:[.,!?;|]|mesmo|por favor|pfv|$)| $)"), "ultima"),
    (pattern(r"(?:[ao] |n[ao] |d[ao] )?(?:(?:opcao|alternativa|proposta) )?do meio(?! (?:dia|ano|d[oae]|ambiente|fio|do ano))"), "meio"),
    (pattern(rf"{_ARTICLE} (?:{_THING} )?ultim[ao](?: (?:opcao|alternativa|proposta|oferta|mesmo|de todas|da lista|ai))?{_CHOSEN}|ultim[ao] (?:opcao|alternativa|proposta|oferta)"), "ultima"),
    (pattern(r"(?:[ao]|ess[ae]) outr[ao](?: (?:opcao|alternativa|proposta|oferta|mesmo|la|ai))?(?= (?:[.,!?;|]|mesmo|por favor|pfv|$))|outra (?:opcao|alternativa|proposta|oferta)"), "outra"),
    (pattern(rf"(?:as|os) (#\d+[iw])(?: (?:juntas?|juntos|opcoes|dividas|contas|faturas|pendencias|propostas|boletos|mesmo))*(?! da){_CHOSEN}"), "todas"),
    (pattern(
        rf"ambas?{_CHOSEN}|ambos{_CHOSEN}|(?<! a )(?<! de )tod[ao]s(?: (?:elas|eles|juntas?|juntos|mesmo))?{_CHOSEN}"
        r"|todas as (?:dividas|contas|opcoes|faturas|pendencias|cobrancas|tres|#\d+w)|todos os (?:debitos|boletos|contratos)|cada uma delas"
    ), "todas"),
)  # fmt: skip
_ALL_OF_IT = re.compile(
    r"^ (?:(?:quero|vou|pagar|pago|quitar|prefiro|eu|acertar|sim|resolver|pode ser|negociar|parcelar|,|ver) )*tudo(?: (?:junto|mesmo|isso|,|\.|!|por favor|hoje|agora))* $"
)
_AT_ONCE = pattern(
    r"(?:pra |para |o )?(?:a vista(?! (?:ruim|boa|dela|dele|de|da|do|cansada|fraca|curta))|avista|vista|de uma (?:so )?(?:vez|tacada|paulada|pancada)(?: so)?|numa (?:tacada|paulada|porrada|pancada)(?: so)?|(?:(?<=pago )|(?<=pagar )|(?<=quito )|(?<=quitar )|(?<=tudo )|(?<=^ ))(?:na lata|na bucha)|em uma (?:so )?(?:vez|parcela)(?: so)?|em (?:vez|parcela) unica|parcela unica|pagamento unico)"
)
_ABOUT_AT_ONCE = re.compile(
    r" (?:quanto|quantos|qual|desconto|abatimento|tem|caso|se|valor|faz|fazem|nao|sem|nunca|preco|so aceita\w*|comprei|compra|fica|ficaria|sairia|sai|paguei|foi|C+|M+|#\d+[idgw])(?= )"
)
_OF_SO_MANY = pattern(
    rf"(?:{_ARTICLE}|opcao|alternativa|proposta) (?:{_THING} )?(?:d[eoa]|com|que e|que tem|em(?= #\d+[iw] (?:x|vez|parc))) (?:r\$ )?<n>(?: ({_TIMES}|reais|rs|conto|pila))?(?: (?:por|ao|/) mes| mensais| de entrada)?(?! (?:de #|dias?|anos?|dezembro|D))"
)
_NTH = pattern(
    rf"(?:(?:{_ARTICLE}|{_THING}) (?:{_THING} )?|(?<=^ ))({_PLACES})(?: ({_THING}|mesmo|da lista|de todas|delas|ai|la|de cima))?(?!{_NOT_CHOSEN}){_CHOSEN}"
)
_NTH_THING = pattern(rf"({_PLACES}|#\d+i (?:ª|a|º|o)) (?:{_THING})")
_NTH_SIGN = pattern(rf"(?:(?:{_ARTICLE}|{_THING}) )(#\d+i) (?:ª|a|º|o)(?! (?:dia|via|parcela|feira|f|prest\w+|vez|salario))")
_NUMBERED = pattern(
    r"(?:opcao|opca|opc|op|alternativa|proposta|oferta|plano|numero|nº|item|letra)(?: (?:numero|nº|de numero|e a|e|:|-|º|#))? (#\d+[iw]|uma?)(?! (?:x|vezes|reais|parcelas|de #|/|da|do|e meia|ª))"
)
# "A 1 e a 3", "opção 1 e 2": all that is named beside the first.
_TAKEN_TOGETHER = pattern(
    rf"(?:[ao]s?|{_THING}|{_THING}s|opcoes) (#\d+i) (?:e|,|mais)(?: [ao])? (#\d+i)(?= (?:[.,!?;|]|mesmo|por favor|pfv|$)| $)"
)
_SIGNED = pattern(r"(?<=^ )(?:(?:\^|n º|num|numero|opcao \^) (#\d+i)(?= $)|(#\d+i) ª(?= $))")
_LETTERED = pattern(r"(?:letra|opcao|alternativa|proposta) (?:a )?([a-e])(?= (?:[.,!?;|)]|mesmo|por favor|pfv|$))")
_TAKEN = pattern(
    r"(?:quero|querer|prefiro|preferir|escolho|escolhi|fico com|fica|vou com|vou de|pode ser|vai ser|vai|melhor|seria|e|pego|aceito|manda|pagar|pago|,|sim|entao|(?<=^ )) ?(?:so )?[ao] (#\d+[iw]|uma?)(?: (?:ª|mesmo|e a|ai|por favor|pfv|entao))*(?= (?:[.,!?;|]|$)| $)"
)
_LABELLED = re.compile(
    r"^ (?:(?:quero|pagar|prefiro|escolho|vou|pago|fico com|pode ser|resolver|acertar|eu|sim|,|so|entao|quitar|negociar|parcelar|vou de|ver|seria|e|primeiro|acho que|gostaria de|queria) )*"
    r"(?:[ao]s?|essa|aquel[ae]) (?:(?:conta|divida|fatura|opcao|boleto|debito|contrato|emprestimo|compra|proposta|pendencia|cobranca) )?(?:d[aoe]s?|que e d[aoe]|com) ((?:[a-z']+ ){1,3}?)(?:(?:por favor|pfv|primeiro|mesmo|hoje|agora|entao|ai|por enquanto|[.!?,]|D+) )*$"
)
_NO_LABEL = frozenset(
    """meio sempre mes semana ano pagamento dia que nao mais menos menor maior parcela parcelas entrada valor vez vezes desconto ontem hoje amanha casa novo entre cima baixo
    jeito antes depois todos todas lado qual quem pagar pix vencimento divida boleto mim voces vcs atraso juros um uma meu minha""".split()
)
# "A primeira não, a segunda"; alone it may ask ("a primeira não?").
_TAKEN_BACK = re.compile(r" nao (?:, |mas |prefiro |quero |e sim )")
_REFUSED = re.compile(
    r" (?:nao|n|nem|num|menos|exceto|fora|tirando|sem ser|sem)(?: (?:quero|e|gostei|serve|vou|pode|ser|aceito|consigo|da|pagar|reconheco|de|a|o|na|no|com|pago|posso|gosto|tenho|devo|vi|fiz))* $"
)


def find_options(line: Line) -> list[str]:
    """What a message chooses, in the contract's words (`2`, `ultima`, `parcelas:12`, `menor_total`, `rotulo:…`), claimed on the line.

    Call it after dates and before counts and money have claimed theirs. What is refused ("não quero a segunda", "menos a última")
    is not chosen.
    """
    found: list[tuple[int, str]] = []

    def keep(match: re.Match[str], option: str) -> None:
        before = line.text[max(0, match.start() - 50) : match.start()]
        if option == "nenhuma" or not (_REFUSED.search(before) or _TAKEN_BACK.match(line.text[match.end() :])):
            found.append((match.start(), option))
        elif re.search(r" (?:menos|exceto|fora|tirando|sem ser) ", before):
            found[:] = [one for one in found if one[1] != "todas"]
        line.claim(match.start(), match.end(), "O")

    for match in list(_OF_SO_MANY.finditer(line.text)):
        option = _by_number(line, match)
        if option is not None:
            keep(match, option)
    for wanted, option in _CHOICES:
        for match in list(wanted.finditer(line.text)):
            if (option == "nenhuma" and not _means_none(line.text, match)) or (option == "todas" and not _means_all(line, match)):
                continue
            if option.startswith("m") and _ASKED_ABOUT.search(line.text[max(0, match.start() - 40) : match.start()]):
                continue
            keep(match, option)
    for match in list(_TAKEN_TOGETHER.finditer(line.text)):
        places = [line.whole(match[1]), line.whole(match[2])]
        if all(place is not None and 1 <= place <= 9 for place in places):
            keep(match, str(places[0]))
            keep(match, str(places[1]))
    for match in list(_LETTERED.finditer(line.text)):
        keep(match, str("abcde".index(match[1]) + 1))
    for match in list(_SIGNED.finditer(line.text)):
        place = line.whole(match[1] or match[2])
        if place is not None and 1 <= place <= 20:
            keep(match, str(place))
    for wanted in (_NTH_THING, _NTH_SIGN, _NTH, _NUMBERED, _TAKEN):
        for match in list(wanted.finditer(line.text)):
            piece = match[1].split()[0]
            place = _ORDINALS.get(piece) or line.whole(piece)
            if place is not None and 1 <= place <= 20 and not (wanted is _NTH and _is_adverb(line.text, match)):
                keep(match, str(place))
    if _ALL_OF_IT.match(line.text):
        found.append((0, "todas"))
    for match in list(_AT_ONCE.finditer(line.text)):
        if (
            not _ABOUT_AT_ONCE.search(line.text[max(0, match.start() - 60) : match.start()])
            and (match.group() != "vista" or line.text.strip() == "vista")
            and not re.match(r" (?:tem|quanto|qual|sai|por quanto|fica|da|o|nao|n)(?= )", line.text[match.end() :])
        ):
            found.append((match.start(), "avista"))
            line.claim(match.start(), match.end(), "A")
    if not found:
        match_label = _LABELLED.match(line.text)
        if match_label:
            words = match_label[1].split()
            if words and not _NO_LABEL.intersection(words[:1]) and not set(words) & {"que", "nao", "mas", "e"}:
                start, end = line.span(match_label.start(1), match_label.end(1))
                found.append((match_label.start(1), f"rotulo:{start}:{end}"))
    return [option for _, option in sorted(found, key=lambda one: one[0])]


def _by_number(line: Line, match: re.Match[str]) -> str | None:
    """`a de 12x`, `a de doze`, `a de 150`, `a de R$ 89,90`."""
    numeral, unit = line.numeral(match[1]), match[2]
    if not re.match(rf"{_ARTICLE} ", match.group()) and " em " in match.group():
        return None
    if match.group().startswith("ess") and line.text[: match.start()].endswith(" e "):
        # "que tarifa é essa de 32 reais"
        return None
    if match.group().startswith(("o do ", "a da ", "os ", "as ")) and unit is None:
        return None
    times = unit is not None and re.fullmatch(_TIMES, unit)
    money = "r$" in match.group() or (unit is not None and not times) or numeral.whole is None or " mes" in match.group()
    if times or (not money and numeral.hundredths <= 48_00):
        return f"parcelas:{numeral.whole}" if numeral.whole and numeral.whole <= 480 else None
    return f"valor:{numeral.hundredths // 100}.{numeral.hundredths % 100:02d}"


_ASKED_ABOUT = re.compile(r" (?:qual|quais|quanto|saber|existe|cade|tem|pago|cobrado)(?: (?:e|seria|fica|sao|ficaria))? $")
_BEFORE_NONE = re.compile(
    r"^ $| (?:[.,!?;]|quero|escolho|prefiro|e|serve|gostei de|com|aceito|acho que|entao|por mim|fico com|a|vou querer|vai ser|gostei de) $"
)
_AFTER_NONE = re.compile(
    r" (?:[.,!?;|^]|me|serve|delas|dessas|por|eu|ta|da|consigo|quero|cabe|pode|mesmo|obrigad[ao]|prefiro|gostei|$)"
)


def _means_none(text: str, match: re.Match[str]) -> bool:
    """`nenhuma`, `nenhuma das duas`, and not "não tenho nenhuma dívida"."""
    if match.group() not in ("nenhum", "nenhuma"):
        return True
    before, after = text[: match.start()], text[match.end() :]
    return _BEFORE_NONE.search(before) is not None and (not after.strip() or _AFTER_NONE.match(after) is not None)


_ALL_BUT_SOME = re.compile(r" (?:,? ?)(?:menos|exceto|fora|tirando|so nao) ")


def _means_all(line: Line, match: re.Match[str]) -> bool:
    """`as duas`, not "os 350" nor "quebrei as duas pernas", nor "todas menos a da escola"."""
    number = line.whole(match[1]) if match.lastindex else 2
    return number is not None and 2 <= number <= 4 and not _ALL_BUT_SOME.match(line.text[match.end() :])


def _is_adverb(text: str, match: re.Match[str]) -> bool:
    """ "primeiro quero saber": first of all, not the first one; "segundo o Procon": according to."""
    if match.group().split()[0] not in _ORDINALS:
        return False
    return text.strip(" .!?,") != match.group().strip() or match[1] == "segundo"
