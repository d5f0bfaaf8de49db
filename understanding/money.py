"""Amounts of money as people write them: `R$ 1.234,56`, "mil e duzentos", `1,2k`, "300 conto", "cinquentão", "uma perna".

In integer centavos, with the role that the words around give an amount (entrada, parcela, total). Years, phones, dates, counts, house
numbers, percentages, hours and children are no money.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from understanding.line import Line, affirmed, pattern
from understanding.numbers import Numeral

Role = Literal["down", "instalment", "total"]

MOST = 100_000_000_00
"""Centavos beyond which no number is an amount of this business."""


@dataclass(frozen=True)
class Money:
    """`amount` centavos at `start` to `end`.

    `low` and `high` bound what was meant where it was not exact: "até 300" has no low end, "uns 300" is about that much, and of "entre
    200 e 300" `amount` is the upper end.
    """

    amount: int
    role: Role | None
    start: int
    end: int
    low: int | None = None
    high: int | None = None
    about: bool = False


_REAIS = r"(?:reais|real|reas|reias|reau|reaus|reias|rea|rais|reaiss|rs|r\$|\$|conto|contos|pila|pilas|mangos?|pratas?|dinheiros?|cruzeiros?|mirreis|merreis|mil reis|temer|temers|pratinha|dilmas?|bolsonaros?|lulas?)"
_CENTS = r"(?:centavos?|cents?|cts|centavinhos)"
_SLANG = {
    "cinquentao": 50, "cinquentinha": 50, "cinquentinhas": 50, "cenzao": 100, "cenzinho": 100, "cemzao": 100, "cenzinha": 100,
    "duzentao": 200, "duzentinho": 200, "trezentao": 300, "quatrocentao": 400, "quinhentao": 500, "quinhentinho": 500, "seiscentao": 600,
    "setecentao": 700, "oitocentao": 800, "novecentao": 900, "vintao": 20, "vintinha": 20, "vintinho": 20, "dezao": 10, "dezinho": 10,
    "trintao": 30, "trintinha": 30, "quarentao": 40, "sessentao": 60, "setentao": 70, "oitentao": 80, "noventao": 90, "milao": 1000,
    "milzao": 1000, "miliao": 1000, "milzinho": 1000, "quinzao": 15, "conquentao": 50, "duzentinha": 200, "centao": 100, "cincao": 5,
}  # fmt: skip
_UNITS = {
    "barao": 1000, "baroes": 1000, "milao": 1000, "milhao": 1_000_000, "perna": 100, "pernas": 100, "galo": 50, "galos": 50, "onca": 50,
    "oncas": 50, "garoupa": 100, "garoupas": 100, "peixe": 100, "peixes": 100, "mico": 20, "micos": 20, "arara": 10, "araras": 10,
    "garca": 5, "garcas": 5, "lobo": 200, "lobos": 200, "tartaruga": 2, "tartarugas": 2, "milzao": 1000, "k": 1000, "cenzao": 100,
    "cinquentao": 50, "milzinho": 1000,
}  # fmt: skip
_POUCO = r"(?: e (?:pouco|poucos|pouquinho|uns quebrados|quebrados|lá vai|tanto|tantos|uns trocados|alguma coisa|cacetada))?"

_SYMBOL = pattern(rf"(?:r\$|\$|rs) (#\d+[idgw])(?: {_REAIS})?(?: e (#\d+[iw]) {_CENTS})?")
_NAMED = pattern(
    rf"<q>{_POUCO}(?: de)? (?:{_REAIS}|pau|paus)(?: e (#\d+[iw]) {_CENTS}| e (#\d+[iw])(?! (?:x|vezes|parcelas?|{_REAIS}|dias?|de))|,? com (#\d+[iw]) {_CENTS})?"
)
_ONLY_CENTS = pattern(rf"(#\d+[iw]) {_CENTS}")
# "um e duzentos" is 1.200, "noventa e nove e noventa" is 99,90.
_THOUSANDS_LEFT_OUT = pattern(r"(um|#\d+w) e (#\d+w)")
_CENTS_LEFT_OUT = pattern(r"(#\d+w) e (#\d+w)(?! (?:vezes|parcelas|dias?|x))")
_SLANG_WORD = pattern("(" + "|".join(_SLANG) + ")")
_GLUED = pattern(r"(#\d+i) (tao|ao|tinha|zao|ento|entos|inha)")
_UNIT = pattern(
    r"(um|uma|hum|meia|meio|mais um|mais uma|#\d+[iw]) ("
    + "|".join(sorted(_UNITS, key=len, reverse=True))
    + r")(?: e (meio|meia)| e (#\d+[iw])(?! (?:x|vezes|parcelas?)))?"
)
_BETWEEN = pattern(
    rf"(?:entre |de |uns |na faixa de |em torno de )?(?:r\$ )?(#\d+[idgw])(?: {_REAIS})? (?:e|a|ate|ou|-) (?:uns |ate |no maximo |r\$ )*(#\d+[idgw])(?: {_REAIS})?"
)
_FREE = pattern(r"<n>" + _POUCO)

# A number with any of these after it counts something else.
_OTHER_UNIT = re.compile(
    r" (?:(?:ª|º|[ao](?= (?:dia|via|parcela|andar|opcao|vez|feira|f)))|%|P+|percent\w*|pct|x|vez|vezes|vz|dias?|meses|mes|anos?|aninhos|semanas?|horas?|hrs?|h|hs|min|minutos?|segundos?|filh\w+|crianc\w+|pessoas?"
    r"|parcelas?|prestac\w+|boletos?|dividas?|contas?|faturas?|contratos?|mensage\w+|msgs?|ligac\w+|km|kg|kilos?|quilos?|gb|mb|mega|megas|metros?|m2|m|cm|graus|gramas?|g|litros?|netos?"
    r"|irmaos?|casas?|carros?|lojas?|cartoes|cartao|empregos?|numeros?|digitos?|protocolos?|opc\w+|pontos?|caracteres|amigos?|familiares|cachorr\w+|gatos?|cestas?|vias?|linhas?|advogad\w+|juizes"
    r"|atendentes?|meninos?|meninas?|bocas?|unidades?|produtos?|pecas?|itens|camisas?|celular\w*|bilh\w+|vagas?|andar|andares|quartos?|chips?|canais|reels|fotos?|videos?|prints?|salarios?|horario|da manha|da tarde|da noite"
    r"|feira|dia|-? ?feira|turnos?|nomes?|coisas?|motivos?|emails?|whats\w*|tentativas?|acordos?|processos?|audiencias?|folhas?|paginas?|letras?|cpfs?|banco|bancos|empresas?|credores?|idosos?|doent\w+|grana preta|graça|/(?! (?:mes|m|por))|\*)(?= )"
)
# A number with any of these before it names something.
_NAME_BEFORE = re.compile(
    r" (?:nr|nro|numero|num|nº|casa|apto?|apartamento|ap|bloco|lote|quadra|rua|av|avenida|travessa|km|cep|contrato|protocolo|codigo|cod|senha|placa|artigo|art|lei|processo|pedido|os|chamado|ramal|cpf|cnpj|rg|cnh|matricula|conta|agencia|ag"
    r"|opcao|opc|alternativa|item|pagina|dia|dias|ano|anos|mes|em|desde|final|finais|canal|loja|sala|linha|onibus|parcela|parcelas n|prestacao|versao|windows|android|iphone|galaxy|moto|nota|nf|titulo|registro|ticket|token|id|idade|tel|telefone|cel|celular|zap|whats|whatsapp|fone|ddd|digito|digitos|banco|as|às|chave|fatura n|via|cod|temporada|bairro|setor|br|turma|serie|grupo|fase|nivel|copa|carnaval|safra|modelo|gol|palio|T+|ultim[oa]s|numeros|digitos|comeca com|comeca|termina (?:em|com)|termina|sou de|nasci em|nasci|nascimento|aniversario|data|de 19|cep|e cpf|a)(?: (?:n|numero|º|:|e|eh|de|do|da|o|a|final|nº|\.|-|sao|numeros|digitos|com))* $"
)
_STREET_BEFORE = re.compile(r" (?:rua|r|av|avenida|travessa|alameda|estrada|rodovia|praca|beco|vila)(?: [a-z'.]+){1,6}(?: ,)? $")
_MONEY_BEFORE = re.compile(
    r" (?:pag(?:o|ar|aria|ava|amos|uei|ou|a|ando)|tenho|tinha|tem|dou|dar|daria|dava|deposit\w+|consigo|consegue|conseguiria|posso|poderia|pode|da|faz|fazer|fazem|faco|fecha|fecho|fechar|aceita|aceitam|aceito|quito|quita|quitar|oferec\w+"
    r"|proponho|proposta|mand\w+|envi\w+|transfer\w+|pix|valor|vlr|vl|total|entrada|sinal|parcela|parcelas|prestac\w+|mensalidade|desconto|custa|ficou|fica|ficaria|ficava|cobr\w+|devo|devendo|devia|deve|divida|saldo|renda|ganho|recebo|recebi|salario|aluguel|juros"
    r"|multa|boleto|fatura|sobra|sobrou|sobram|resta|falta|faltam|gasto|gastei|gastar|comprei|emprest\w+|so|somente|apenas|no maximo|maximo|minimo|ate|uns|umas|mais ou menos|por volta de|cerca de|quase|aproximadamente|por|de|negoci\w+|abaix\w+|reduz\w+|baix\w+|arredond\w+"
    r"|acerto|acertar|vou|consegui|arrumei|arrumo|arranjo|deixa|deixar|tira|coloca|bota|joga|cada|quero|queria|prefiro|seria|sao|era|foi|e|ou|mas|tipo|talvez|ofereço|desembols\w+|passo|passa|passar|libero|der|desse|fizer|fizesse|tiver|tivesse|conseguir|conseguisse|arrumar|arrumasse|botar|separ\w+|junt\w+|guard\w+|a vista|seja|tudo|menos|caiu|cai|deu|dando|com|x|C+|A+|apertando|valendo|vale|valia|tava|estava|ta|esta|diminui\w*|aumentou|subiu|virou|pediu|pediram|querem|cobrando|cobraram|financiei|peguei|diz|dizia|veio|aparece|consta|marca|dizer|digit\w+|pegou|mais|arredondar|arredonda|somando|soma|ser|a)"
    r"(?: (?:de|a|o|em|no|na|uns|umas|so|ate|os|as|eu|ja|em torno de|mais|no maximo|no minimo|pelo menos|apenas|:|=|por|pra|para|e|eh|era|foi|esta|tava|ta|dar|pagar|fazer|pix|agora|hoje|um|uma|mensal|meu|minha|r\$|cerca|quase|tipo|mes|total|valor|fechar|D+|voces|vcs|vc|isso|tudo|entrada|parcelas|mensais|parcela|essa|divida))* $"
)
_MONEY_AFTER = re.compile(
    r" (?:de entrada|d entrada|entrada|de sinal|por mes|ao mes|p mes|p / mes|/ mes|mensal|mensais|mensalmente|todo mes|cada|A+|a vista|avista|no pix|de pix|pelo pix|via pix|em dinheiro|no cartao|pra quitar|para quitar|pra fechar|pra acabar|no total|total|tudo|de desconto|de juros|de multa|por parcela|de parcela|a parcela)(?= )"
)
# These, too, but only where the number is large enough to be no day, count or place.
_MONEY_AFTER_WEAK = re.compile(
    r" (?:por semana|por quinzena|de uma vez|fechado|fecha|e fechou|ta bom|da|nao da|ta caro|e muito|e pouco|e o que|eu pago|pago|quito|ja|hoje|agora|conto|na hora|na mao|mangos|livre|certinho|redondo|pra nao|e so|por fora|de parcela|a parcela|D+|e (?:o )?(?:resto|restante)|no maximo|e nada mais|ou nada|pode ser|serve|consigo|me ajuda|tava bom|da pra|fica bom|seria|eu fecho|eu quito|eu consigo|ou menos|pra comecar|por parcela|de boa)(?= )"
)
_QUESTION_END = re.compile(r" (?:[.!?,;|^)]+ )*$|^$")

_DOWN_AFTER = re.compile(
    r" (?:ja )?(?:de|d|na|como|pra|para|a|da)? ?(?:entrada|sinal|entradinha|adiantado|adiantamento)(?= )| agora (?:e|mais) o (?:resto|restante)| e o (?:resto|restante|que falta)(?= )| (?:hoje|agora|ja|D+)(?: e)? (?:e )?(?:o )?(?:resto|restante|mais C+)"
)
_DOWN_BEFORE = re.compile(
    r" (?:entrada|sinal|entradinha)(?: (?:de|d|e|eh|uns|umas|no valor de|ate|so|seria|:|=|com|no maximo|a partir de|minima de))* $| (?:dou|dar|daria|com|dando|pago) (?:de |uma |um )*(?:entrada|sinal)(?: (?:de|d|uns))* $"
)
_INSTALMENT_AFTER = re.compile(
    r" (?:por|ao|p|p /|/|todo|cada|a cada|no|d[eo]|pro) (?:mes|mez|parcela|prestacao|vez)(?= )| (?:mensal|mensais|mensalmente|cada|cd|de parcela|por parcela|a parcela|cada uma|cada parcela|todo mes|todos os meses)(?= )| (?:de|na|a) (?:mensalidade|parcela|prestacao)(?= )"
)
_INSTALMENT_BEFORE = re.compile(
    r" (?:(?:parcelas?|parcelinhas?|parc|prest\w*|mensalidades?|parselas?|C+(?: C+)*)(?: (?:de|d|fixas? de|iguais de|a|com|em|no valor de|seria|fica|ficaria|por|ate|uns|umas|no maximo|mensais de|:|=|e|pra|menor|de ate|maxima?|sem juros|sem juros de|fosse|for|seja|ficar|ficasse|em torno de))*|(?:por mes|todo mes|mensal|por parcela|cada parcela|cada uma|cada)(?: (?:de|eu|uns|so|consigo|posso|pago|pagar|da|no maximo|ate|pra|fica|sai|uns|umas))*) $"
)
_TOTAL_BEFORE = re.compile(
    r" (?:total(?: (?:de|e|eh|da divida|a pagar|:|=|do debito|fica|ficou|em))*|(?:a vista|A+(?: A+)*)(?: (?:por|de|eu|pago|da|fica|em|dou))*|avista(?: (?:por|de))*|(?:faz|fazem|fecha|fecho|fechar|quito|quita|quitar|quitava|fechava|fazer|faria|fecharia|quitaria|acerto|acertar|liquid\w+|zero|zerar|encerr\w+|mato|resolvo|resolver|acabar|aceita|aceitam)(?: (?:isso|tudo|por|em|a divida|esse negocio|essa conta|o acordo|a conta|ai|pra mim|de uma vez|ja|com|hoje|agora|o debito|essa divida|por uns|uns|no maximo|ate|so|a|o|fica|no|pix|esse|essa|boleto|tudo isso|os|as|fatura|D+))*|tudo(?: (?:por|em|fica|e|da|sai|isso|de))*|divida (?:de|toda|e de|inteira|ta em|esta em|total)|saldo(?: devedor)? de|desconto (?:pra|para|e pago|e)|deixa por|deixar por|baixa pra|baixar pra|abaixa pra|abaixar para|cai pra|reduz pra|por) $"
)
_TOTAL_AFTER = re.compile(
    r" (?:A+|a vista|avista|no total|total|tudo|de uma vez|em uma vez|numa tacada|pra quitar|para quitar|quita|pra fechar|fechado|pra acabar|pra matar|pra encerrar|pra resolver|pra liquidar|pra zerar|e quito|e quita|e fecho|e fechou|e acabou|e fim|na lata|na bucha|de uma paulada|de uma tacada|eu quito|eu fecho|quito|tudo de uma vez|no ato|de uma so vez|na hora)(?= )"
)
_AT_MOST = re.compile(
    r" (?:ate|no maximo|maximo|max|no maximo ate|nao mais que|nao passa de|nao passo de|menos de|abaixo de|so ate|ate uns|teto de|maximo de|nao mais de|no max|no maximo uns|nao posso pagar mais que|mais que isso nao|limite de)(?: (?:de|e|eh|uns|r\$))* $"
)
_AT_MOST_AFTER = re.compile(
    r" (?:no maximo|no max|e olhe la|o maximo|e o maximo|e meu maximo|ou menos|e meu limite|estourando|e olha la)(?= )"
)
_AT_LEAST = re.compile(r" (?:no minimo|pelo menos|acima de|mais de|minimo de|a partir de|de #\d+[idgw] pra cima)(?: uns)? $")
_ABOUT = re.compile(
    r" (?:uns|umas|mais ou menos|cerca de|por volta de|em torno de|aproximadamente|na faixa de|na casa de|tipo|quase|\+ ou -|coisa de|perto de|la pelos|uma base de|na base de|talvez)(?: (?:de|uns|r\$))* $"
)
_ABOUT_AFTER = re.compile(
    r" (?:mais ou menos|por ai|e pouco|e poucos|aproximadamente|\+ ou -|\+ / -|e uns quebrados|e alguma coisa|e tanto|ou por ai)(?= )"
)


def find_money(line: Line) -> list[Money]:
    """Every amount, in order, and claimed on the line. Call it after dates and counts have claimed theirs."""
    found: list[tuple[int, int, Money]] = []

    def keep(start: int, end: int, amount: int, words: str = "") -> None:
        if not 0 < amount <= MOST:
            return
        before, after = line.text[max(0, start - 80) : start], line.text[end : end + 80]
        at_most = _AT_MOST.search(before) or _AT_MOST_AFTER.match(after)
        at_least = _AT_LEAST.search(before)
        about = bool(_ABOUT.search(before) or _ABOUT_AFTER.match(after) or re.search(r" e (?:pouc|quebr|tant|uns)", words))
        first, last = line.span(start, end)
        money = Money(amount, _role(before, after), first, last, amount if at_least else None, amount if at_most else None, about)
        found.append((start, end, money))
        line.claim(start, end, "M")

    _ranges(line, found)
    for match in list(_SYMBOL.finditer(line.text)):
        keep(match.start(), match.end(), line.numeral(match[1]).hundredths + _cents(line, match[2]), match.group())
    for match in list(_NAMED.finditer(line.text)):
        if match[1] == "uma":
            continue
        if match[1] == "um":
            amount = 1000_00 if re.search(r" paus?$", match.group()) else 1_00
        else:
            amount = line.numeral(match[1]).hundredths
            if re.search(r" paus?(?= |$)", match.group()) and amount < 10_00:
                amount *= 1000
        keep(match.start(), match.end(), amount + _cents(line, match[2] or match[3] or match[4]), match.group())
    for match in list(_THOUSANDS_LEFT_OUT.finditer(line.text)):
        first, rest = line.whole(match[1]), line.whole(match[2])
        if first is not None and rest is not None and 1 <= first <= 9 and 100 <= rest <= 999:
            keep(match.start(), match.end(), (first * 1000 + rest) * 100)
    for match in list(_CENTS_LEFT_OUT.finditer(line.text)):
        first, rest = line.whole(match[1]), line.whole(match[2])
        if first is not None and rest is not None and 20 < first < 1000 and first % 10 and 9 < rest < 100:
            keep(match.start(), match.end(), first * 100 + rest)
    for match in list(_ONLY_CENTS.finditer(line.text)):
        keep(match.start(), match.end(), _cents(line, match[1]))
    for match in list(_GLUED.finditer(line.text)):
        if re.search(r"#\d+i (?:tao|ao|tinha|zao|inha)$", match.group()) and line.numeral(match[1]).hundredths >= 10_00:
            keep(match.start(), match.end(), line.numeral(match[1]).hundredths)
    for match in list(_UNIT.finditer(line.text)):
        _unit(line, match, keep)
    for match in list(_SLANG_WORD.finditer(line.text)):
        keep(match.start(), match.end(), _SLANG[match[1]] * 100)
    for match in list(_FREE.finditer(line.text)):
        if _is_money(line, match):
            keep(match.start(), match.end(), _meant(line, match), match.group())
    return [money for _, _, money in affirmed(line, found)]


_A_FEW_THOUSAND = re.compile(r"[1-9][.,][1-9]")
_OF_A_RATE = re.compile(r" (?:juros|taxa|multa|correcao|selic|cdi|indice)(?: \w+){0,3} $")
_RATE_AFTER = re.compile(r" (?:de |d )?(?:juros|taxa|multa|correcao|ao ano|centavos?)(?= )")


def _meant(line: Line, match: re.Match[str]) -> int:
    """ "1.2", "1,5": so many thousands, as nobody offers one real and some centavos; a rate stays what it is."""
    numeral = line.numeral(match[1])
    before, after = line.text[: match.start()], line.text[match.end() :]
    rate = _OF_A_RATE.search(before) or _RATE_AFTER.match(after)
    return numeral.hundredths if rate else in_thousands(line, numeral)


def in_thousands(line: Line, numeral: Numeral) -> int:
    """The hundredths of a number as an amount without a currency: "1.2" is 1.200."""
    written = "".join(token.text for token in line.tokens[numeral.first : numeral.after])
    return numeral.hundredths * 1000 if _A_FEW_THOUSAND.fullmatch(written) else numeral.hundredths


def _cents(line: Line, piece: str | None) -> int:
    value = line.whole(piece) if piece else None
    return value if value is not None and value < 100 else 0


def _unit(line: Line, match: re.Match[str], keep: Callable[[int, int, int, str], None]) -> None:
    """`uma perna`, `dois barões`, `meia perna`, `um barão e meio`."""
    worth = _UNITS[match[2]] * 100
    if match[2] in ("lobo", "peixe", "mico", "galo", "peixes", "perna", "pernas") and re.match(
        r" (?:do|da|quebrad|doend|inchad|que|torta)", line.text[match.end() :]
    ):
        return
    first = match[1].split()[-1]
    if first in ("meia", "meio"):
        amount = worth // 2
    else:
        count = line.whole(first)
        if count is None or count > 999:
            return
        amount = worth * count
    if match[3]:
        amount += worth // 2
    elif match[4]:
        more = line.numeral(match[4]).hundredths
        amount += more if more < worth else 0
    keep(match.start(), match.end(), amount, match.group())


def _ranges(line: Line, found: list[tuple[int, int, Money]]) -> None:
    """`entre 200 e 300`, `de 200 a 300`, `200 a 300 reais`: one amount with both ends."""
    for match in list(_BETWEEN.finditer(line.text)):
        low, high = line.numeral(match[1]), line.numeral(match[2])
        said = match.group()
        open_range = re.search(r" (?:a|ate|-) ", said) or said.startswith("entre ")
        before, after = line.text[max(0, match.start() - 80) : match.start()], line.text[match.end() : match.end() + 80]
        clear = re.search(rf" {_REAIS}$", said) or "r$" in said or said.startswith(("entre ", "uns ", "na faixa", "em torno"))
        if not open_range or not 0 < low.hundredths < high.hundredths <= low.hundredths * 5 or _OTHER_UNIT.match(after):
            continue
        if _NAME_BEFORE.search(before) and not clear:
            continue
        if (
            not (clear or not (before.strip() or after.strip()) or _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after))
            or low.hundredths < 20_00
        ):
            continue
        start, end = line.span(match.start(), match.end())
        found.append(
            (
                match.start(),
                match.end(),
                Money(high.hundredths, _role(before, after), start, end, low.hundredths, high.hundredths, about=True),
            )
        )
        line.claim(match.start(), match.end(), "M")


def _is_money(line: Line, match: re.Match[str]) -> bool:
    """Whether a number without a currency is an amount, by what stands beside it."""
    numeral = line.numeral(match[1])
    before, after = line.text[max(0, match.start() - 80) : match.start()], line.text[match.end() : match.end() + 60]
    if line.tokens[numeral.first].text.startswith("0") and numeral.shape == "i":
        return False
    if not numeral.hundredths or _OTHER_UNIT.match(after) or line.text[match.start() - 2] in "/#*":
        return False
    if re.match(r" [/-] #| -? ?[A-Z]", after) and not re.match(r" D", after):
        return False
    if _STREET_BEFORE.search(before) or (numeral.shape == "i" and re.search(r" nasc\w+ ", before)):
        return False
    written = numeral.shape
    if numeral.hundredths < 20_00 and written == "w":
        return False
    if _MONEY_AFTER.match(after) or (numeral.hundredths >= 32_00 and written != "i" and _MONEY_AFTER_WEAK.match(after)):
        return not _NAME_BEFORE.search(before) or bool(re.match(r" (?:de entrada|por mes|a vista|reais|ao mes|mensa)", after))
    named = _NAME_BEFORE.search(before)
    if written == "d":
        return not named or bool(re.search(r" (?:em|parcela|fatura|conta|os|as|a)(?: \w+)? $", before))
    if named and not re.search(r" a $", before):
        return False
    if written == "i" and numeral.hundredths > 999_999_00:
        return False
    year = written == "i" and 1950_00 <= numeral.hundredths <= 2049_00
    if _MONEY_BEFORE.search(before):
        strong = _STRONG_BEFORE.search(before)
        if year:
            return bool(strong) and not re.search(r" (?:de|em|desde) $", before)
        if numeral.hundredths >= 20_00 or (
            strong and written != "w" and not re.search(r" (?:tenho|sobra|sobrou|paguei) $", before) and _AFTER_SMALL.match(after)
        ):
            return True
    if year:
        return False
    if written == "g":
        return True
    if written == "w":
        return (numeral.hundredths >= 100_00 and numeral.hundredths != 1000_00) or (
            numeral.hundredths == 1000_00 and _QUESTION_END.match(after) is not None
        )
    return numeral.hundredths >= 32_00 and (_MONEY_AFTER_WEAK.match(after) is not None or _stands_alone(before, after))


_STRONG_BEFORE = re.compile(
    r" (?:pag(?:o|ar|aria|uei)|tenho|dou|daria|deposit\w+|consigo|conseguiria|oferec\w+|mand(?:o|ar)|transfir\w+|valor|vlr|total|entrada|sinal|parcelas? de|prestac\w+ de|sobra|sobrou|C+ de|quito|quitar)(?: (?:de|por|uns|so|ate|no maximo|apenas|pagar|eu|a|com|dar|e|eh|um|:|pix|fazer|em|mais|mensal|somente|:|o))* $"
)
_AFTER_SMALL = re.compile(r" (?:[.,!?;|]|por|agora|hoje|ja|e|ou|mas|no|pra|de entrada|D+|$)|$")
_ALONE_BEFORE = re.compile(
    r"^ $| (?:[.,!?;:|^]|mas|ou|e|entao|ai|pra|so|sim|nao|ok|bom|olha|tipo|uns|eu|por|de|com|ta|moca|moco|amigo|oi) $"
)


def _stands_alone(before: str, after: str) -> bool:
    return _ALONE_BEFORE.search(before) is not None and (
        _QUESTION_END.match(after) is not None
        or re.match(r" (?:[.,!?;:|^]|mas|ou|e|so|nao|ta|da|pode|eu|pra|ja|no|na|por|consigo|serve|e o|de|que|D+)(?= )", after)
        is not None
    )


def _role(before: str, after: str) -> Role | None:
    if _DOWN_AFTER.match(after) or _DOWN_BEFORE.search(before):
        return "down"
    if _INSTALMENT_AFTER.match(after):
        return "instalment"
    if _TOTAL_AFTER.match(after):
        return "total"
    if _INSTALMENT_BEFORE.search(before):
        return "instalment"
    if _TOTAL_BEFORE.search(before):
        return "total"
    return None
