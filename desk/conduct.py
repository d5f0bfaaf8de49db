"""What a human may not write to a person: threats, shame, words to third parties, and whatever is not in the store. Pure.

CDC art. 42 and 71 (no threat, no shame, no false statement in collection, no contact with a person's work or family), LGPD art. 6
(nobody else learns of it), and the desk's own rule that money goes only where a charge of ours sends it. Each finding says what was
found, why it stays here, and what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from conversations.wording import money
from desk.writing import day
from understanding.dates import When
from understanding.values import read_values

Kind = Literal[
    "threat", "shame", "pressure", "third_party", "pix_key", "code", "amount", "percent", "date", "document", "link", "protocol",
    "unproven", "unfilled", "note",
]  # fmt: skip


SPOKEN = ("conversa", "prazo da resposta")
"""Days that tell nothing of a debt: those of the talk itself."""


@dataclass(frozen=True)
class Finding:
    """`found` are the agent's own words; `instead` what may stand in their place, None where there is nothing to propose."""

    kind: Kind
    found: str
    why: str
    instead: str | None = None


@dataclass(frozen=True)
class Known:
    """What the store knows of this talk's person. Amounts in centavos, each with what it is; so are the dates."""

    today: date
    who: str = "unknown"
    """`proven`; `unproven`, who was proven once but not now; `unknown`."""
    amounts: Mapping[int, str] = field(default_factory=dict)
    owed_today: int | None = None
    """What may be asked for today, in all."""
    dates: Mapping[date, str] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    """Codes that can be paid now, as they were issued."""
    protocols: frozenset[str] = frozenset()
    percents: frozenset[Decimal] = frozenset()
    names: tuple[str, ...] = ()
    """Names that tell of a debt to whoever reads them: the creditors', the debtor's whole one."""
    payee: str | None = None
    ours: frozenset[str] = frozenset()
    """Our own and our creditors' telephones (digits), e-mails and sites (hosts), in small letters."""
    told: bool = False
    """Whether the person spoke of a debt by themselves."""


def plain(words: str) -> str:
    """Small letters without accents, of the same length: places in it are places in `words`."""
    return "".join((unicodedata.normalize("NFKD", char)[0].lower() or char)[:1] for char in words)


def findings(words: str, known: Known) -> list[Finding]:
    """What keeps these words from being sent, in the order of the text; empty when they may go."""
    folded = plain(words)
    left = words
    found: list[tuple[int, Finding]] = []
    # What is understood is blanked, so that no part of a code is read as an amount or a day.
    for read in (_codes, _protocols, _keys, _links):
        for start, end, finding in read(left, known):
            if finding is not None:
                found.append((start, finding))
            left = left[:start] + " " * (end - start) + left[end:]
    found += _unkind(words, folded)
    found += _amounts(left, known)
    found += _percents(left, known)
    found += _dates(left, known)
    found += _exposed(words, folded, known)
    found += _unfilled(words)
    found.sort(key=lambda one: one[0])
    kept: list[Finding] = []
    for _, finding in found:
        if finding not in kept:
            kept.append(finding)
    return kept


# ---------------------------------------------------------------------------------------------------------- unkind words

_WHO = r"(?:seus?|suas?|teus?|tuas?|o|a|os|as|com|no|na|ao|pra|pro|para|d[oae]s?)"
_OTHERS = (
    r"(?:familia(?:res)?|mae|pai|filh[oa]s?|marido|esposa|mulher|irmao|irma|parentes?|sogr[oa]|namorad[oa]|noiv[oa]|vizinh(?:os?|as?|anca)|"
    r"chefe|patrao|patroa|empresa|trabalho|emprego|empregador|servico|rh|colegas?|amig[oa]s?|sindico|portaria|igreja|escola|fiador|avalista)"
)
_UNKIND: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "threat",
        re.compile(
            r"\b(?:process(?:ar|aremos|amos)\b|(?:abrir|mover|entrar com|virar?) (?:um |uma )?(?:processo|acao)|ser(?:a|ao|as)? processad[oa]s?|acionar? (?:a |na |o )?(?:justica|juridico|judicia\w*)|entrar(?:emos)? (?:na|com) (?:a )?(?:justica|acao|processo)|"
            r"(?:na|pela) justica|medidas? (?:judiciais|cabiveis|legais|juridicas|drasticas)|providencias (?:judiciais|legais|cabiveis)|oficial de justica|intimac\w+|mandado|"
            r"penhor\w+|leilao|confisc\w+|despej\w+|busca e apreensao|tomar? (?:o |a |seu|sua)\w*|perder(?:a|as)? (?:o |a |os |as )?(?:sua|seu|seus|suas|casa|carro|moto|bens|emprego|salario|beneficio)\w*|"
            r"bloque(?:ar|io|aremos|amos|ada|ado|ando) \w* ?(?:\w+ )?(?:conta|contas|bens|salario|cpf|cartao|beneficio|celular)|"
            r"pres[oa]s?\b|pris[ao]+o?\b|cadeia|policia\w*|delegacia|crime|criminos\w+|estelionat\w+|boletim de ocorrencia|"
            r"(?:vamos|vou|iremos|irei|podemos) (?:te |lhe |o |a )?(?:negativar|protestar|cobrar em casa|ir (?:ai|na sua casa|ate voce))|"
            r"negativ(?:ar(?:emos)?|acao imediata)|protest(?:ar|aremos|ado|o em cartorio|o) |sujar (?:o )?(?:seu |teu )?nome|nome sujo|nome (?:no|pro|para o) (?:spc|serasa)|"
            r"(?:vamos|vou|iremos|irei|vai|vao|podemos|posso|mandar\w*|coloca\w+|inclui\w*|enviar\w*|ficar\w*|ir|parar) (?:\w+ ){0,6}(?:spc|serasa)\b|sob pena|vai se arrepender|vai ver so|sofrer(?:a|as)? (?:as )?consequencias|aguente as consequencias|sei onde (?:voce )?mora\w*)"
        ),
    ),
    (
        "shame",
        re.compile(
            r"\b(?:calote\w*|caloteir\w*|vergonh\w*|sem[ -]vergonha|envergonh\w*|mau pagador|ma pagadora|irresponsavel|irresponsabilidade|vagabund\w*|safad\w*|mentiros\w*|mentira|"
            r"picaret\w*|golpista|trambiqueir\w*|devedor(?:a|es)?|inadimplente|preguicos\w*|burr[oa]|idiota|imbecil|otari[oa]|palhac\w*|cara de pau|ma[- ]fe|desonest\w*|"
            r"honr(?:e|ar|a) (?:o |a |com )?(?:seu|sua|seus|suas)|cumpr(?:a|ir) (?:com )?(?:o )?(?:seu|sua) (?:dever|obrigacao)|pare de (?:se esconder|fugir|enrolar|inventar)|"
            r"(?:se escondendo|fugindo d\w+|enrolando)|porra|caralho|merda|fod\w+|puta\w*|cacete|desgracad\w*)"
        ),
    ),
    (
        "pressure",
        re.compile(
            r"\b(?:ultim[oa] (?:chance|aviso|oportunidade|prazo|dia)|agora ou nunca|so (?:hoje|ate hoje|agora)|so vale hoje|somente hoje|imediatamente|urgentemente|com urgencia|urgente (?:que|pagar|o pagamento)|pagamento urgente|antes que (?:seja tarde|piore)|"
            r"se nao pagar|caso nao pag\w+|se voce nao pag\w+|ou (?:voce )?paga ou|nao tem (?:mais )?(?:escolha|saida|conversa)|ou entao|pague (?:ja|logo|agora)|paga (?:ja|logo|agora)|"
            r"oferta relampago|vai acabar|nao perca|aproveite)"
        ),
    ),
    (
        "third_party",
        re.compile(
            rf"\b(?:(?:ligar|ligo|ligamos|ligaremos|telefonar|avisar|aviso|avisaremos|contar|conto|falar|falo|falamos|informar|mandar|mando|cobrar|cobro|procurar|procuro|expor|mostrar|comunicar|comunicaremos|ir)"
            rf"(?: (?:isso|tudo|mensagem|carta|uma carta|cobranca|da sua divida|sobre a (?:sua )?divida|ate|la|la no|direto))* (?:{_WHO} )*{_OTHERS}\b|"
            rf"{_OTHERS} (?:vai|vao|ficara?|ficarao|fica) (?:ficar )?(?:saber|sabendo|ouvir)|todo mundo (?:vai|ficara|sabe)|"
            r"(?:postar|publicar|divulgar|expor) (?:\w+ ){0,3}(?:rede|facebook|instagram|grupo|internet|nome|divida|foto)|nas redes sociais|no grupo da|na internet"
            r"|fal(?:e|ar) com (?:ele|ela) sobre a divida)"
        ),
    ),
)
_DENIED = re.compile(r"\b(?:nao|nunca|jamais|ninguem|nem|sem|nenhum\w*|evitar|tampouco)\b[^.!?;\n]{0,40}$")
"""Said not to be so just before: "não vamos ligar para o seu trabalho" promises what the law asks for."""
_CONDITION = re.compile(r"\b(?:se|caso)\b[^.!?;\n]{0,20}\bnao\b[^.!?;\n]{0,40}$")
"""But "se não pagar, vamos ligar…" denies nothing."""

_THEIR_OWN = re.compile(
    r"\b(?:voce|vc|senhora?|se quiser)\b,? (?:\w+ )?(?:pode|poderia|quer|queira|prefere|deseja|precisa|converse|fale)\b[^.!?\n]{0,20}$"
)
"""Whom the person themselves may talk to is theirs to choose."""

_INSTEAD: Mapping[str, str] = {
    "threat": "Quero ajudar você a resolver isso do seu jeito.",
    "shame": "Entendo que isso acontece. Vamos ver juntos o que cabe para você.",
    "pressure": "Você pode decidir com calma. Se quiser, eu explico as opções.",
    "third_party": "Este assunto fica só entre nós dois.",
}
_WHY: Mapping[str, str] = {
    "threat": "Soa como ameaça. Cobrança com ameaça é proibida (CDC, art. 42 e 71).",
    "shame": "Pode envergonhar ou ofender. Expor ao ridículo é proibido (CDC, art. 42).",
    "pressure": "Soa como pressão. A pessoa decide no tempo dela.",
    "third_party": "Fala de levar o assunto a outras pessoas. A dívida é assunto só do cliente (CDC, art. 42; LGPD).",
}


def _unkind(words: str, folded: str) -> Iterator[tuple[int, Finding]]:
    for kind, pattern in _UNKIND:
        for match in pattern.finditer(folded):
            before = folded[: match.start()]
            if _DENIED.search(before) and not _CONDITION.search(before):
                continue
            if kind == "third_party" and _THEIR_OWN.search(before):
                continue
            start, end = _sentence(words, match.start(), match.end())
            yield (
                start,
                Finding(kind, words[start:end], f"“{words[match.start() : match.end()].strip()}”: {_WHY[kind]}", _INSTEAD[kind]),
            )


def _sentence(words: str, start: int, end: int) -> tuple[int, int]:
    first = max((words.rfind(mark, 0, start) for mark in (". ", "! ", "? ", "\n")), default=-1)
    start = 0 if first < 0 else first + 1
    while start < len(words) and words[start].isspace():
        start += 1
    stop = re.compile(r"[.!?](?=\s|$)|\n").search(words, end)
    return start, len(words) if stop is None else stop.end() if stop.group() != "\n" else stop.start()


# --------------------------------------------------------------------------------------------- codes, keys, links, protocols

_BR_CODE = re.compile(r"(?<!\d)0\s*0\s*0\s*2\s*0\s*1\s*(?:\d\s*){2}[\s\S]*|\S*br\.gov\.bcb\.pix\S*", re.I)
_LONG_DIGITS = re.compile(r"(?<!\d)\d(?:[\s.\-]{0,2}\d){24,}(?!\d)")
_PROTOCOL = re.compile(r"(?<![\w-])\d{4}-\d{4}-[A-Z0-9]{6}(?![\w-])", re.I)

Read = Iterator[tuple[int, int, "Finding | None"]]


def _codes(words: str, known: Known) -> Read:
    why = "Este código não é de uma cobrança ativa deste cliente. Código de fora mandaria o dinheiro a estranhos."
    if known.who != "proven":
        why = "Código de pagamento só depois que a pessoa confirma quem é."
    allowed = known.codes if known.who == "proven" else frozenset[str]()
    spans: list[tuple[int, int]] = []
    for code in sorted(allowed, key=len, reverse=True):
        start = words.find(code)
        while start >= 0:
            end = start + len(code)
            if not (words[end : end + 1].isalnum() or (words[start - 1 : start].isalnum() and start)):
                spans.append((start, end))
            start = words.find(code, end)
    left = words
    for start, end in spans:
        left = left[:start] + "\n" * (end - start) + left[end:]
    yield from ((start, end, None) for start, end in spans)
    allowed_digits = {_digits(code) for code in allowed}
    for pattern in (_BR_CODE, _LONG_DIGITS):
        for match in pattern.finditer(left):
            if pattern is _LONG_DIGITS and _digits(match.group()) in allowed_digits:
                yield match.start(), match.end(), None
                continue
            instead = next(iter(sorted(allowed)), None) if len(allowed) == 1 else None
            yield match.start(), match.end(), Finding("code", match.group().strip()[:600], why, instead)
        left = pattern.sub(lambda found: " " * len(found.group()), left)


def _protocols(words: str, known: Known) -> Read:
    for match in _PROTOCOL.finditer(words):
        ours = match.group().upper() in known.protocols
        instead = next(iter(known.protocols)) if len(known.protocols) == 1 else None
        why = "Este protocolo não é de nada registrado para este cliente."
        yield match.start(), match.end(), None if ours else Finding("protocol", match.group(), why, instead)


_CPF = re.compile(r"(?<![\d\w])\d{3}\.?\d{3}\.?\d{3}[-–. ]?\d{2}(?![\d\w])")
_CNPJ = re.compile(r"(?<![\d\w])\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}(?![\d\w])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_RANDOM_KEY = re.compile(r"(?<![\w-])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![\w-])", re.I)
_TELEPHONE = re.compile(r"(?<![\d.,/-])(?:\+?55[ -]?)?(?:\(?\d{2}\)?[ -]?)?9?\d{4}[ -]?\d{4}(?![\d.,/-])")
_MONEY_TO = re.compile(
    r"\b(?:pix|chave|transfer\w+|transfir\w*|deposit\w+|pag(?:ar|ue|amento|a|ando)\b|manda(?:r)? (?:o )?(?:dinheiro|valor)|faz(?:er)? o pix)"
)
_OWN_ACCOUNT = re.compile(
    r"\b(?:(?:(?:a |o )?(?:minha|meu)) (?:chave|pix|conta|cpf|celular|telefone|e-?mail)|chave pix(?: e| é|:)|conta (?:corrente|poupanca)|(?:agencia|ag\.?) ?:? ?\d+|"
    r"no meu nome|em meu nome|direto (?:comigo|pra mim|para mim)|pra minha conta|na minha conta|por fora)\b"
)


def _keys(words: str, known: Known) -> Read:
    folded = plain(words)
    pays = _MONEY_TO.search(folded) is not None
    own = _OWN_ACCOUNT.search(folded)
    charge = (
        f"Gere um Pix ou boleto no painel: sai em nome de {known.payee}." if known.payee else "Gere um Pix ou boleto no painel."
    )
    key = "Parece uma chave Pix ou conta que não é da cobrança. O dinheiro só vai para o credor, por uma cobrança gerada aqui."
    instead = "Vou gerar o Pix por aqui: confira o nome de quem recebe antes de pagar."
    if own is not None:
        yield own.start(), own.start(), Finding("pix_key", words[own.start() : own.end()].strip(), f"{key} {charge}", instead)
    for pattern in (_RANDOM_KEY, _EMAIL, _CNPJ, _CPF, _TELEPHONE):
        for match in pattern.finditer(words):
            value = match.group()
            bare = value.lower() if pattern is _EMAIL else _digits(value)
            if bare in known.ours or bare.removeprefix("55") in known.ours:
                yield match.start(), match.end(), None
                continue
            if pattern is _RANDOM_KEY or (pays and pattern in (_EMAIL, _TELEPHONE, _CPF, _CNPJ)):
                yield match.start(), match.end(), Finding("pix_key", value, f"{key} {charge}", instead)
            elif pattern is _CPF or (pattern is _CNPJ and len(bare) == 14):
                masked = f"***.{bare[3:6]}.{bare[6:9]}-**" if pattern is _CPF else f"**.{bare[2:5]}.{bare[5:8]}/****-**"
                why = "Documento inteiro na conversa pode cair em mãos erradas. Mostre só o meio."
                yield match.start(), match.end(), Finding("document", value, why, masked)
            else:
                yield match.start(), match.end(), None
        words = pattern.sub(lambda found: " " * len(found.group()), words)


_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|br|me|ly|link|app|io|info|site|online|shop|top|xyz)(?:\.br)?(?:/\S*)?(?![\w@])",
    re.I,
)
_PUBLIC = ("consumidor.gov.br", "gov.br", "bcb.gov.br")


def _links(words: str, known: Known) -> Read:
    for match in _LINK.finditer(words):
        address = match.group() if "//" in match.group() else f"https://{match.group()}"
        host = (urlsplit(address).hostname or "").removeprefix("www.").rstrip(".,;)")
        known_host = host in known.ours or any(host == one or host.endswith("." + one) for one in _PUBLIC)
        site = next((one for one in sorted(known.ours) if "." in one and "@" not in one), None)
        why = "Este endereço não é nosso nem do credor. Link desconhecido é a cara do golpe."
        yield match.start(), match.end(), None if known_host else Finding("link", match.group(), why, site)


# ------------------------------------------------------------------------------------------------------ amounts and days

_BARE_AMOUNT = re.compile(
    r"\b(?:pag(?:ue|ar|a|ando|amento de)|valor(?: total)?(?: e| é| de| fica(?: em)?)?|total(?: e| é| de| fica(?: em)?)?|entrada de|parcelas? de|fica(?: em| por)|sai por|por apenas)"
    r"\s*:?\s+(\d{2,7}(?:\.\d{3})*(?:,\d{1,2})?)(?!\s*(?:%|x\b|vezes|parcela|dia|hora|h\b|min|mes|ano|/|:|-\d|\.\d))(?![\d,.]*\d)"
)


def _amounts(words: str, known: Known) -> Iterator[tuple[int, Finding]]:
    spans = {(one.start, one.end): one.amount for one in read_values(words, known.today).money}
    for match in _BARE_AMOUNT.finditer(plain(words)):
        whole, _, cents = match[1].replace(".", "").partition(",")
        if not any(start < match.end(1) and match.start(1) < end for start, end in spans):
            spans[(match.start(1), match.end(1))] = int(whole) * 100 + int(cents.ljust(2, "0") or 0)
    for (start, end), amount in sorted(spans.items()):
        if known.who == "proven" and amount in known.amounts:
            continue
        start, end = _with_sign(words, start, end)
        found = words[start:end]
        if known.who != "proven":
            why = "Valores só depois que a pessoa confirma quem é."
            yield start, Finding("unproven", found, why)
            continue
        near = _nearest_amount(amount, known)
        told = f" O mais perto que está registrado: {money(near)} ({known.amounts[near]})." if near is not None else ""
        why = f"{found} não está registrado para este cliente.{told}"
        yield start, Finding("amount", found, why, money(near) if near is not None else None)


def _with_sign(words: str, start: int, end: int) -> tuple[int, int]:
    """The span with the R$ before it and without white space at its ends."""
    sign = re.search(r"R\s?\$\s?$", words[:start], re.I)
    start = sign.start() if sign else start
    while end > start and words[end - 1].isspace():
        end -= 1
    return start, end


def _nearest_amount(amount: int, known: Known) -> int | None:
    if not known.amounts:
        return None
    return min(known.amounts, key=lambda one: (abs(one - amount), one != known.owed_today))


_PERCENT = re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{1,2})?) ?(?:%|por ?cento)")


def _percents(words: str, known: Known) -> Iterator[tuple[int, Finding]]:
    for match in _PERCENT.finditer(plain(words)):
        if Decimal(match[1].replace(",", ".")) in known.percents:
            continue
        why = "Este percentual não está na política nem no cálculo desta dívida."
        yield match.start(), Finding("percent", words[match.start() : match.end()], why)


_WRITTEN_DAY = re.compile(r"\d|janeiro|fevereiro|mar[cç]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro", re.I)
_SPAN = re.compile(r"(?:(?:em|daqui a|dentro de|ate) )*(?:\w+) (?:dias?|semanas?|meses|mes|horas?)\b")
"""How long something takes is no day of the store."""

_DUE = re.compile(r"\b(?:venc\w*|prazo|pag\w+|boleto|parcela|entrada|acordo|desconto|validade|vale ate|ate)\b")


def _dates(words: str, known: Known) -> Iterator[tuple[int, Finding]]:
    for one in read_values(words, known.today).dates:
        if not one.readings or one.kind in ("range", "vague", "event"):
            continue
        start, end = _with_sign(words, one.start, one.end)
        found = words[start:end]
        sentence = plain(words[slice(*_sentence(words, start, end))])
        if _SPAN.match(plain(found)):
            continue
        sets_a_term = one.readings[0] > known.today and _DUE.search(sentence) and not sentence.rstrip().endswith("?")
        if not _WRITTEN_DAY.search(found) and not sets_a_term:
            continue
        if any(
            known.dates.get(reading) in (SPOKEN if known.who != "proven" else known.dates.values()) for reading in one.readings
        ):
            continue
        if any(reading == known.today for reading in one.readings):
            continue
        yield start, _wrong_date(found, one, known)


def _wrong_date(found: str, one: When, known: Known) -> Finding:
    if known.who != "proven":
        return Finding("unproven", found, "Datas do que foi combinado só depois que a pessoa confirma quem é.")
    ahead = {when: what for when, what in known.dates.items() if what != "conversa"}
    near = min(ahead, key=lambda when: (abs((when - one.readings[0]).days), when), default=None)
    told = f" A mais perto que está registrada: {day(near)} ({ahead[near]})." if near is not None else ""
    return Finding(
        "date", found, f"A data {found} não está registrada para este cliente.{told}", day(near) if near is not None else None
    )


# ------------------------------------------------------------------------------------------------ who may be reading this

_OF_DEBT = re.compile(
    r"\b(?:divid(?:a|as)|debitos?|inadimpl\w+|em atraso|atrasad[oa]s?|negativad[oa]|cobranca|acordo|parcelas?|devendo|fatura|contrato n)\b"
)


def _exposed(words: str, folded: str, known: Known) -> Iterator[tuple[int, Finding]]:
    """Before somebody is proven, whoever holds the telephone may be reading."""
    if known.who == "proven":
        return
    instead = "Para falar disso com segurança, preciso antes confirmar quem é você. Pode me dizer o CPF e a data de nascimento?"
    for name in known.names:
        at = folded.find(plain(name)) if len(name) > 3 else -1
        if at >= 0:
            why = "Ainda não sabemos quem está lendo. Este nome contaria a outra pessoa que existe uma dívida."
            yield at, Finding("unproven", words[at : at + len(name)], why)
    spoken = None if known.told else _OF_DEBT.search(folded)
    if spoken is not None and not _DENIED.search(folded[: spoken.start()]):
        start, end = _sentence(words, spoken.start(), spoken.end())
        why = f"“{words[spoken.start() : spoken.end()]}”: ainda não sabemos quem está lendo. Confirme quem é antes de falar de dívida."
        yield start, Finding("unproven", words[start:end], why, instead)


# ------------------------------------------------------------------------------------------------------------- slips

_BLANK = re.compile(r"\{\{?\s*[\w ]+\s*\}?\}|\[(?:nome|valor|data|vencimento|c[oó]digo|protocolo|credor)\]|_{3,}", re.I)
_NOTE = re.compile(r"^\s*(?:nota(?: interna)?|interno|obs(?:\.| interna)?|s[óo] equipe|n[ãa]o enviar)\s*[:\-–]|^\s*@\w", re.I)


def _unfilled(words: str) -> Iterator[tuple[int, Finding]]:
    for match in _BLANK.finditer(words):
        yield match.start(), Finding("unfilled", match.group(), "Falta preencher este campo.")
    note = _NOTE.search(words)
    if note is not None:
        why = "Parece uma nota para a equipe. Use “Nota interna”, que o cliente não recebe."
        yield note.start(), Finding("note", note.group().strip(), why)


def _digits(value: str) -> str:
    return "".join(char for char in value if char.isdigit())
