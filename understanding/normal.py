"""A message as its words are meant: folded, look-alikes undone, elongations squashed, short forms written out, emoji in words.

The raw text is never changed; this is one more way to look at it. Nothing here may turn a meaning round: a negation, a word of
fewer than five letters and a word that Portuguese has is never "corrected" into another.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from understanding.short_forms import EMOJI, GLUED, RUNS, SHORT

LONGEST = 600
"""Characters that are looked at; a longer run says nothing more about what is wanted."""

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХавекмнорстухѕіјԁɡοαερνικΟΑΕΡΝΙΚ$" + "’‘´`“”–—…ı",
    "ABEKMHOPCTYXabekmhopctyxsijdgoaepvikOAEPNIK$" + "''''\"\"--.i",
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0e\ufeff]"
)
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_LAUGHTER = re.compile(r"\b(?:k{3,}|(?:rs){2,}s?|(?:ha){2,}h?|(?:he){2,}h?|(?:hue){2,}|(?:ka){3,}k?)\b")
_LEET = str.maketrans("013457@", "oieasta")
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:[-'][^\W\d_]+)*|[?!]|r\$")
# Before it is folded, for "nº" folded is "no", and the "n" of "n°" would be a denial.
_NUMBER_SIGN = re.compile(r"\b[nN]\.?\s?[º°ᵒ˚]")
_SPACED = re.compile(r"\b(?:[a-z] ){3,}[a-z]\b")
_LEETED = re.compile(r"\b(?=[a-z0-9@]*[a-z])(?=[a-z0-9@]*[013457@])[a-z0-9@]{4,}\b")

# What a mistyped word may be mended into: the words that carry what is wanted. None denies anything.
DOMAIN = tuple(
    """boleto pagamento desconto parcela parcelas parcelar parcelamento vencimento vencido vencida prorrogar prorrogacao comprovante
    recibo quitacao quitar negociar negociacao renegociar acordo contrato divida debito fatura cartao emprestimo prestacao atrasada
    atrasado juros multa entrada valor dinheiro salario desempregado desempregada desemprego atendente atendimento funcionario pessoa
    humano mensagem mensagens telefone numero advogado procon justica processo processar serasa golpe fraude suspeito falso
    transferencia transferi deposito depositei codigo barras banco amanha semana quinzena aposentadoria beneficio
    faleceu falecido morreu hospital internado internada doenca cancer tratamento cirurgia remedio depressao suicidio
    reconheco desconheco comprei contratei cancelei cancelar excluir dados vazamento cobranca cobrando cobrar endereco
    obrigado obrigada consigo conseguir condicoes condicao situacao resolver conversar confirmar confirmo aceito
    receber recebi enviar enviei mandar informacao explicar entendi quanto devendo devo""".split()
)
_DOMAIN_SET = frozenset(DOMAIN)
_LEAVE = frozenset(
    """aceita acerto acorda atendendo bando barra cancel cancela cancelado carta cobra cobrado cobram comigo
    compre confirmou conseguem consegui conseguia conseguiram conseguiu consiga contato contrario conversa danos debitou divide
    duvida emprestado emprestam entendo exclui explica falecida funcionaria human mandam morrer muita numeros pessoal
    pessoas quando quantos quarto quinto quinzenal receba recebem receberam recebeu recebia reconhecer resolvem resolveu
    salarios semanas simulacao transfere transferir vencidas vencimentos enviar enviou envios aceitou aceitar aceitei conversas
    comprar compras contrata carteira parcial parcelado parceria pessoalmente humana humanos multas bancos valores desconta
    descontar descontou contratos dinheiros mensal mensalidade pagamentos atrasar atrasando atrasos vence vencer venceu vencem
    juro processos processou morreram faltou morrem recebo resolvo resolva confirma confirmar explico explicou excluiu
    excluo contratar contratou cobrador cobraram cobrei situacoes hospitais telefonema telefones enderecos cartoes doencas remedios
    entrar entrou entre noite entrego entregue devia devido deveu quente quantia santo acordei acordou
    cortado contado contando juntar junto junta mundo tratado parcelei cancele valeram valeu salarial""".split()
)
"""Words of their own that look like a slip of another."""
_NEVER = re.compile(r"^(?:nao|nem|nunca|jamais|ninguem|nada|sem|nenhum\w*|des\w+|in\w+|im\w+)$")


# "Ter" is a verb, and short for Tuesday only behind these, or as the last word where no verb is looked for.
_BEFORE_A_DAY = frozenset("na ate essa nessa esta nesta proxima toda segunda seg".split())
_BEFORE_A_VERB = frozenset("de sem para deve devem pode podia queria devia quero vou vai a posso".split())

# What stands behind "num" where it is "em um", and no denial.
_IN_A = frozenset(
    """dia mes ano momento instante minuto lugar hospital banco valor boleto pix acordo carro papel grupo site link app aplicativo cartao
    posto shopping outro fds feriado sabado domingo golpe processo emprego servico bico celular telefone""".split()
)
_WITHOUT = frozenset(
    "juros juro multa dinheiro grana din condicao condicoes emprego trabalho entrada desconto internet salario renda".split()
)
_AFTER_YOU = frozenset(
    "pode podem consegue tem ta sabe acha faz manda quer ve disse falou vai entendeu viu entende acredita acha e".split()
)
_AFTER_WE = frozenset(
    """vai ta paga pagou pode podia quer queria tem tinha nao n num ja vamos recebe recebeu fica faz fez precisa combina combinou acerta
    acertou conversa ve chega deve devia consegue conseguiu mora trabalha vive sabe fechou negocia negociou""".split()
)
_TO_ME = frozenset(
    "manda mande envia envie passa passe liga ligue da ve ajuda ajude tira tire fala fale explica explique desculpa deixa".split()
)


def fold(text: str) -> str:
    """Lower case, compatibility forms and look-alikes undone, no accents, no invisible characters, elongations squashed."""
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[: 2 * LONGEST]).translate(_LOOK_ALIKES))[:LONGEST]
    lower = unicodedata.normalize("NFKD", seen.casefold())
    bare = "".join(character for character in lower if not unicodedata.combining(character))
    return _ELONGATED.sub(r"\1", _LAUGHTER.sub("kkk", bare).replace("kkk", "risada"))


@lru_cache(maxsize=8192)
def mended(word: str) -> str:
    """A word of five letters or more that is one slip (two in eight letters) away from exactly one word of the domain."""
    if len(word) < 5 or word in _DOMAIN_SET or word in SHORT or _NEVER.match(word) or not word.isalpha():
        return word
    if word in _LEAVE:
        return word
    slips = 2 if len(word) >= 9 else 1
    near = process.extract(word, DOMAIN, scorer=OSA.distance, score_cutoff=slips, limit=2)
    if not near or (len(near) > 1 and near[1][1] == near[0][1]):
        return word
    found: str = near[0][0]
    # The beginning of a word is where a slip changes what it means ("reconheço" and "desconheço").
    return found if found[0] == word[0] else word


def tokens(text: str) -> list[str]:
    """The words of a message as they are meant, folded, with `?` and `!` as words of their own; numbers stay as typed."""
    return list(_tokens(text))


@lru_cache(maxsize=64)
def _tokens(text: str) -> tuple[str, ...]:
    folded = fold(_in_words(_NUMBER_SIGN.sub(" numero ", text)))
    for pattern, plain in RUNS:
        folded = pattern.sub(plain, folded)
    folded = _SPACED.sub(lambda run: run.group().replace(" ", ""), folded)
    folded = _LEETED.sub(_unleet, folded)
    raw = _TOKEN.findall(folded.replace("p/", " para ").replace("c/", " com ").replace("s/", " sem "))
    said: list[str] = []
    for place, word in enumerate(raw):
        before = raw[place - 1] if place else ""
        after = raw[place + 1] if place + 1 < len(raw) else ""
        said += _meant(word, before, after).split()
    return tuple(said)


def _meant(word: str, before: str, after: str) -> str:
    """The plain word of a token, with its neighbours where it alone means several things."""
    if word in ("n", "num", "nu", "nun"):
        if word == "num" and after in _IN_A:
            return "em um"
        if before in ("meu", "seu", "esse", "este", "o", "do", "no", "outro", "novo") or after.isdigit():
            return "numero"
        return "nao"
    if word == "s":
        return "sem" if after in _WITHOUT else "sim" if not before and not after else word
    if word == "x" and before.isdigit():
        return "vezes"
    if word == "rs":
        return "reais" if before[:1].isdigit() or after[:1].isdigit() else "risada"
    if word == "r$":
        return "reais"
    if word == "d":
        return "de"
    if word == "m":
        return "me"
    if word == "t":
        return "te"
    if word == "c":
        return "voce" if after in _AFTER_YOU else "com"
    if word == "agente":
        # The noun has an article before it, or is called for.
        return "a gente" if after in _AFTER_WE and before not in ("o", "um", "do", "ao", "pelo", "seu") else word
    if word == "mim":
        return "me" if after in _TO_ME and before not in ("para", "pra", "pro", "p", "por", "de", "a", "em") else word
    if word == "fz":
        return "fiz" if before in ("ja", "eu") else "faz" if after in ("tempo", "dias", "meses", "quanto", "dia") else word
    if word == "eh":
        return "e"
    if word == "cm":
        return "como" if before == "tem" else "com"
    if word == "seg":
        return "segunda" if after == "via" else "segunda feira"
    if (
        word == "ter"
        and before not in _BEFORE_A_DAY
        and after not in ("ou", "qua", "qui", "sex")
        and (after or before in _BEFORE_A_VERB)
    ):
        return "ter"
    if word == "pg":
        return "paguei" if before in ("ja", "foi", "ta") else "pago"
    if word == "vez" and not before.isdigit():
        return "vez"
    if word == "real" and not before.isdigit():
        return "real"
    if (
        word in ("conto", "prata", "din", "dim", "val", "sal", "tao", "ter", "ref", "cart", "bt", "bd", "bn")
        and not before.isdigit()
        and not after
    ):
        return SHORT.get(word, word)
    glued = GLUED.match(word)
    if glued:
        return f"{'nem' if glued.group() == 'nem' else 'nao'} {_meant(word[glued.end() :], '', after)}"
    plain = SHORT.get(word)
    return plain if plain is not None else mended(word)


def _unleet(found: re.Match[str]) -> str:
    """`b0leto` is a word; `12x`, `1k` and `5000` are none."""
    word = found.group()
    if sum(character.isdigit() for character in word) * 2 > len(word) or word[0].isdigit():
        return word
    bare = word.translate(_LEET)
    return bare if bare in _DOMAIN_SET else word


def _in_words(text: str) -> str:
    """Emoji replaced by what they say."""
    if text.isascii():
        return text
    out = []
    for character in text[: 2 * LONGEST]:
        if character in EMOJI:
            out.append(f" {EMOJI[character]} ")
        elif ord(character) > 0x2190 and unicodedata.category(character) == "So":
            out.append(" figurinha ")
        else:
            out.append(character)
    return "".join(out)
