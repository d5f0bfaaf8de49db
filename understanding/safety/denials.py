"""A yes, a stop or a payment that the very words deny: "claro que não", "não quero parar de receber", "não fui eu que paguei".

Read out of a sentence that denies them, these three do harm: an agreement nobody made, a debtor never written to again, a debt taken
for paid. What only seems so is denied as well: a wish ("queria já ter pago"), a condition ("se eu tivesse pago"), a pretence ("finge
que paguei"), a question ("já tá pago?"). A denial elsewhere in the sentence ("não precisa mandar boleto, já paguei") denies nothing,
and what is said outright beside what is denied stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from understanding.normal import tokens
from understanding.safety.rules import turned
from understanding.safety.signals import read_words

_DENIALS = frozenset("nao nem nunca jamais sem ninguem nenhum nenhuma".split())
_NOT_AT_ALL = r"(?:(?:em|sob) (?:(?:tempo|momento|hipotese) (?:algum\w*|nenhum\w*)|nenhum\w* (?:tempo|momento|hipotese))|de (?:maneira|forma|jeito|modo) (?:algum\w*|nenhum\w*))"
_NO = rf"(?:nao|nem|nunca|jamais|{_NOT_AT_ALL})"

# A mark that ends what a denial reaches; not the one inside "1.200,50".
_MARK = re.compile(r"(?<!\d)[,.;:!…\n()]+|[,.;:!…\n()]+(?!\d)")


# "Paga" is mostly "pagar" without its end ("si nao paga"), but not behind these.
_SETTLED = re.compile(r"\b((?:ta|tao|esta|estao|foi|foram|tava|estava|sido|ficou|consta|como)(?: ja| tudo)?) pagar\b")


@lru_cache(maxsize=64)
def _said(text: str) -> str:
    """The words of a message as they are meant, with ` , ` where a mark parts them and ` ?` where one asks."""
    parts = (" ".join(word for word in tokens(part) if word != "!") for part in _MARK.split(text))
    return _SETTLED.sub(r"\1 paga", " , ".join(part for part in parts if part))


def denies_something(words: Sequence[str]) -> bool:
    """Whether there is any word of denial at all."""
    return not _DENIALS.isdisjoint(words)


def denied(label: str, text: str) -> bool:
    """Whether the words of a message deny the very thing that `label` says."""
    if label == "afirmar":
        return _denies_yes(_said(text))
    if label == "informar_ja_paguei":
        return _denies_payment(_said(text))
    if label == "parar_mensagens":
        return _denies_stop(_said(text))
    return False


def outright(label: str, text: str) -> bool:
    """Whether the words say it so plainly that a denial elsewhere casts no doubt on it; ask `denied` first."""
    said = _said(text)
    if label == "informar_ja_paguei":
        return _tells_of_payment(_CLOSED.sub(" , ", said))
    if label == "parar_mensagens":
        return any(one.label == label and one.certainty == "sure" for one in read_words(said.replace(" ,", "").split()))
    return label == "afirmar" and _PLAIN_YES.search(said) is not None


_YES = r"(?:aceit\w+|concord\w+|confirm\w+|autoriz\w+|fech(?:o|ar|ei|amos)|topo|topar|combinei|combinamos)"
_NEVER = r"(?:galinha (?:\w+ )?dente|esper\w+ sentad[oa]|(?:em|no|nos|so em) (?:(?:seu|seus|meu|meus|teu|teus) )?sonhos?|sao nunca|vai (?:sonhando|esperando))"
"""The day that never comes, as people tell it."""
_NO_YES = re.compile(
    rf"\b(?:{_NO} (?:(?:me|te|vou|quero|posso|disse que|falei que|eu|te|isso|ia|ainda|to|estou|da para|tenho como|pretendo|irei|vejo|imagino|consigo|(?:dizendo|falando|digo) que) )*"
    rf"(?:{_YES}|aceitando|concordando|confirmando|fechando)"
    rf"|{_NO} (?:\w+ ){{0,2}}?(?:disse|falei|digo|dizendo|falando) que (?:(?:ta|esta|tava|foi|tudo|e) )*(?:fechad|combinad|aceit|confirmad|acertad)\w+"
    rf"|(?:querem|quer|quis|mandaram|insist\w+|pediram)(?: em)? (?:que|para|pra) eu {_YES}|{_NO} (?:quer dizer|significa) que (?:eu )?(?:quer|topo|vou)\w*"
    r"|(?:sim|positivo|de acordo|fechado|combinado|ok|okay) (?:isso )?nao (?:e|ta|esta|estou|to|foi)\b|nada de (?:sim|acordo)|(?:nao|nem) (?:posso|vou|quero|consigo|da para|tenho como) (?:dizer|falar|dar) (?:o |um )?sim|(?:ia|iria|quase|pensei em) (?:eu )?(?:fal|diz|d)(?:ar|er|ei) (?:o |um )?sim"
    rf"|{_NO} (?:fech|confirm|finaliz|conclu)\w+ (?:nada|isso|ainda)|(?:claro|logico|sim|bem)(?: ,)? (?:que )?(?:eu )?queria(?: \w+){{0,3}}(?: ,)? (?:mas|so que)"
    # Taken back, far off, wished for, or waiting for the day that never comes.
    r"|(?:retir\w+|anul\w+|desfa\w+|desconsider\w+|ignor\w+) (?:o |meu |o meu |aquele |esse |este )(?:sim|aceite|ok|okay|aceito|confirmo)"
    rf"|longe de (?:\w+ ){{0,4}}?(?:sim\b|{_YES})|falta\w* (?:\w+ ){{0,4}}?(?:(?:dizer|falar|dar) (?:o |um )?(?:sim|ok)\b|{_YES})"
    rf"|(?:queria|gostaria de|adoraria|quem (?:me )?dera)(?: (?:muito|eu|que eu|que))* (?:poder|pudesse|conseguir|conseguisse) (?:\w+ )?{_YES}|bem que (?:eu )?(?:queria|gostaria de) {_YES}"
    rf"|(?:queria|gostaria de|adoraria|ate) (?:\w+ )?{_YES}(?: \w+){{0,3}}(?: ,)? (?:mas|so que|porem)"
    rf"|{_YES}(?: sim)?(?: ,)? (?:\w+ ){{0,2}}?{_NEVER}|{_NEVER}|sem (?:que )?eu (?:ter |tivesse )?(?:{_YES}|dito|falado|dizer)|caso (?:eu|a gente) {_YES}"
    rf"|{_NO} (?:\w+ )?(?:disse|falei|e|foi) (?:que |um )?sim"
    r"|(?:sim|claro|logico|ok|okay|certo|fechado|beleza|combinado|pode ser|aceito|isso)(?: ,)? (?:que nao|uma ova|nada|coisa nenhuma|so que nunca|e que nao)"
    r"|(?:sim|pode confirmar|fechado|aceito|confirmar|pode fechar) \?(?: ,)? (?:\w+ )?(?:nao|nunca|jamais|nada)"
    r"|pode nao\b|concordamos nao|nem eu nem \w+ \w+ concordamos"
    rf"|(?:antes de|sem|quando eu|se eu|quem disse que eu|quem falou que eu|ate parece que eu|nem morto eu|nem que) (?:vou |ia |fosse |ja )?{_YES}"
    r"|nao (?:continue|prossiga|siga|avance|gere|feche|confirme)\b"
    r"|(?:nao|nem) (?:quer dizer|significa|e|foi|era|confund\w+|de|vale como|vale)(?: (?:de|que|por|um|meu|minha|bom|boa|dia|com|ok|eu|como|o|a))* (?:sim|aceit\w+|concord\w+|confirm\w+)"
    r"|nao dei e nao dou"
    r"|prefiro (?:que )?nao|(?<!sem )nem pensar|nem a pau|de jeito nenhum|sem chance|sem acordo$|so que (?:nao|nunca|ao contrario)|dia de sao nunca"
    # "Eu tinha dito sim, mas", "esse sim foi meu filho", "duvido que eu aceite".
    r"|(?:tinha|havia|ia) (?:dit|falad|aceitad|aceit|confirmad|concordad|fechad)o(?: \w+){0,3}(?: ,)? (?:mas|so que|porem)|(?:ess[ea]|aquele|o) (?:sim|aceite|ok) (?:foi|era) (?:(?:o|a|do|da|um|uma|meu|minha) )*"
    r"(?:filh\w+|net\w+|crianca|menin\w+|corretor\w*|teclado|celular|outr\w+|engano|marido|esposa|mulher)"
    rf"|(?:duvido|impossivel|improvavel|dificil)(?: muito)?(?: que)?(?: eu)? {_YES}"
    # "Apertei sim sem querer".
    r"|(?:sim|aceito|aceitei|ok|confirm\w+|fech\w+|concord\w+) (?:foi )?(?:sem querer|por engano|errado|por acidente)"
    r"|(?:apertei|cliquei|respondi|digitei|toquei|marquei|escrevi)(?: \w+){0,3} (?:sem querer|por engano|errado|por acidente)"
    rf"|(?:quase|ninguem) (?:que )?(?:eu )?{_YES}|{_YES} (?:isso |nada )?nao(?= (?:viu|ne|moc[oa]|senhora?|uai|risada|por enquanto|agora|hoje|assim|mas)\b| ,|$)|^nada (?:feito|disso)\b|^assim (?:\w+ )?nao\b)"
)
# What makes a denial a yes again.
_YES_AFTER_ALL = re.compile(
    rf"\b(?:{_NO} (?:vou |quero |posso |tem como |da para |tenho (?:como |por que )?)?(?:recus\w+|neg\w+|discord\w+|mud\w+ de ideia|me op\w+)"
    r"|sem (?:problema|duvida)|nao tenho (?:nada contra|duvida)|por que nao"
    rf"|(?:sim|aceito|quero sim|confirmado|fechado|pode fechar)$|mas (?:eu |vou |ta |entao )*{_YES}(?! nao))"
)


_PLAIN_YES = re.compile(
    r"(?:^|, )(?:(?:eu|entao|sim|ta|bom|ok|claro|mas|por mim) )*(?:aceito|quero sim|fechado|fecho|confirmo|topo|concordo|pode fechar|pode confirmar|combinado)\b(?! (?:nao|nada))"
)


def _denies_yes(said: str) -> bool:
    return _NO_YES.search(said) is not None and _YES_AFTER_ALL.search(_NO_YES.sub(" ", said)) is None


_MONEY_SENT = r"(?:pix|pagamento|deposito|transferencia|ted)"
_A = r"(?:(?:o|a|esse|essa|este|esta|nenhum\w*|um|uma|meu|minha|algum\w*|qualquer) )?"
# "Paguei", "fiz o pix"; "pago", "quitada"; "pagar".
_DID = (
    r"(?:pag(?:uei|amos|ou|aram)|quit(?:ei|amos|ou|aram)|acert(?:ei|amos|ou)|deposit(?:ei|amos|ou)|transfer(?:i|imos|iu)|descont(?:ou|aram)|debit(?:ou|aram)"
    rf"|(?:fiz|fizemos|fez|efetuei|realizei|mandei|enviei) {_A}{_MONEY_SENT})"
)
_DONE = (
    rf"(?:pag[oa]s?|descontad[oa]s?|debitad[oa]s?|quitad[oa]s?|acertad[oa]s?|(?:feit|efetuad|realizad)[oa]s? {_A}{_MONEY_SENT})"
)
_TO_DO = rf"(?:pagar|quitar|acertar|depositar|transferir|(?:fazer|efetuar|realizar|concluir) {_A}{_MONEY_SENT})"
_PAID = rf"(?:{_DID}|{_DONE})"
_WHO = (
    r"(?:(?:eu|ele|ela|eles|voces|a gente|nos|alguem|ja|tudo|isso|foi|ta|tava|esta|estava|tinha|tenha|tenho|ter|meu marido|minha esposa|minha mulher"
    r"|minha mae|meu pai|meu filho|minha filha|dele|dela) ){0,4}"
)
_PIECE = r"(?:(?:a|o|as|os|uma|um|essa|esse) )?(?:(?:primeir|segund|terceir|ultim)[ao] )?(?:parcelas?|contas?|boletos?|entrada|metade|faturas?|primeir[ao]|segund[ao]|ultim[ao])"

_NOT_PAID = re.compile(
    # "Ainda não paguei", "nem a primeira eu paguei", "nunca que eu paguei".
    rf"\b(?:nao (?:(?:ainda|nem|te|lhe|la|isso) )*{_PAID}"
    rf"|nem (?:a|o|as|os) \w+ (?:(?:eu|a gente|ela|ele) )?{_PAID}|(?:nem|nunca|jamais|{_NOT_AT_ALL}) (?:(?:mais|que|eu|a gente|ele|ela|sequer|ainda|na vida|na minha vida|{_PIECE}) ){{0,4}}{_PAID}"
    # "Não foi feito", "não tenho pago", "não fui eu que paguei", "não é que eu já paguei".
    rf"|{_NO} (?:foi|foram|ta|tao|esta|estao|tava|estava|tinha|tenho|tem|temos|havia) (?:(?:sido|nada|ainda|mais|nenhum\w*|eu) )*(?:{_DONE}|feit\w+ nada)"
    rf"|{_NO} (?:considero|dou|vejo|conto|posso (?:dizer|falar|considerar)|da para (?:dizer|falar|considerar)) (?:\w+ ){{0,3}}?{_PAID}"
    rf"|(?:longe de mim|seria (?:bom|otimo|mentira)|sei que (?:falei|disse))(?: dizer| falar)? que {_WHO}{_PAID}|{_PAID} (?:\w+ ){{0,2}}(?:seria|era|e|foi) mentira"
    rf"|(?:marquei|cliquei|apertei|respondi|coloquei|botei)(?: \w+){{0,4}} {_PAID} (?:errado|sem querer|por engano)"
    rf"|{_NO} (?:foi|fui) (?:(?:eu|ele|ela|nos) )?(?:que|quem) {_DID}"
    rf"|{_NO} (?:\w+ )?(?:disse|falei|digo|afirmei|e|e verdade|significa|quer dizer|(?:to|tou|estou|estamos) (?:dizendo|falando|afirmando)|acho|creio|acredito|confirmo) (?:\w+ ){{0,4}}?que (?:(?:o|a|ess[ea]) \w+ )?{_WHO}{_PAID}"
    # "Não consegui pagar", "não deu tempo de pagar", "não cheguei a fazer o pix".
    rf"|{_NO} (?:\w+ )?(?:consegui|conseguimos|conseguiu|deu|da|pude|pudemos|cheguei|chegamos|tive|vou|vai|vamos|posso|quero|pretendo|irei|ia) (?:\w+ ){{0,2}}?{_TO_DO}"
    # "Não sei se paguei", "não lembro de ter pago".
    rf"|{_NO} (?:\w+ )?(?:sei|lembro|recordo|tenho (?:a )?certeza|faco ideia)(?: (?:nem|bem|direito|mais|ao certo|agora))* (?:se|de|que) {_WHO}{_PAID}"
    rf"|(?<!devo )(?<!tenho )(?<!mais )(?<!deve )(?<!devemos )(?:nada|ninguem) (?:(?:foi|ta|esta|ainda|aqui|de casa) )*{_PAID}"
    rf"|nenhum\w* (?:\w+ )?(?:foi |ta |esta )?{_PAID}"
    # "Paguei nada", "paguei não", "paguei ainda não".
    rf"|{_PAID} nem (?:(?:a|o|um|uma|as|os) )?(?:metade|terco|parte|real|centavo|tostao|primeir\w+|parcela|boleto|entrada|comeco)|quanto (?:mais|menos) {_PAID}"
    rf"|{_PAID} (?:foi |e )?(?:nada|coisa nenhuma|nenhum\w*|uma ova|\w+ nenhuma)\b"
    rf"|{_DID} (?:(?:ainda|isso|ess[ae]|est[ae]|conta|parcela|boleto|divida|la|o|a|mes|desse) ){{0,3}}nao"
    r"(?= (?:mas|porque|pois|ainda|viu|ne|moc[oa]|senhora?|uai|risada|so|to|tou|sabe)\b| ,|$)"
    rf"|{_DID} \?(?: ,)? (?:nao|nunca|jamais|quem me dera|que nada|nada|claro que nao)\b"
    rf"|(?:{_MONEY_SENT}|boleto) (?:\w+ )?nao (?:foi(?! (?:reconhecid|identificad|localizad|registrad|computad|baixad|lancad|considerad|creditad|confirmad|encontrad)\w+)|passou|completou|concluiu|rolou)"
    # What did not come to pass: "quase paguei", "finge que paguei", "queria ter pago", "se eu tivesse pago".
    rf"|quase (?:que )?(?:eu )?(?:ja )?{_DID}"
    rf"|(?:fin[gj]\w+|(?:faz|faca) de conta|imagin[ae]|supo\w+|digamos|(?:bota|poe|coloca|marca|anota|diz) ai|vou (?:dizer|falar)|posso dizer|menti\w*|inventei) que {_WHO}{_PAID}"
    rf"|(?:quem|onde)(?: foi| e)?(?: que)? (?:\w+ )?(?:disse|falou|contou|inventou|tirou|tirar\w+|escrit[oa])(?: isso)?(?: de)? que (?:(?:o|a|ess[ea]|est[ea]|minha|meu) \w+ )?{_WHO}{_PAID}"
    rf"|(?:queria|gostaria de|devia|deveria|era para|podia|poderia|quem me dera)(?: eu)?(?: ja)? ter(?: ja)? {_DONE}"
    rf"|se (?:(?:eu|a gente|ele|ela|ja) )*(?:tivesse|tivessemos|tiver|houvesse) (?:(?:ja|sido|tudo) )*{_DONE}"
    rf"|(?<!nao )(?<!nem )(?:deix(?:ei|ando|amos|ou) de|(?:larg|par)(?:uei|ei|amos|ou|ando) de|desisti(?:mos)? de|esqueci de|falta|faltou|tentei|tentando|era para|ia|iria|fiquei de|sem) (?:eu )?{_TO_DO}"
    # "Longe de estar quitado", "tomara que um dia eu diga que paguei", "achei que tinha pago".
    rf"|longe de (?:\w+ ){{0,4}}?(?:{_PAID}|{_TO_DO})|(?:quem (?:me )?dera|tomara|oxala|meu sonho|sonh\w+)(?: \w+){{0,8}}? {_PAID}"
    rf"|(?:pensei|pensava|achei|achava|jurava|imaginei|imaginava|acreditava|acreditei) que (?:(?:o|a|meu|minha) \w+ (?:automatico )?)?{_WHO}{_PAID}"
    rf"|podia jurar que {_WHO}{_PAID}(?= (?:[\w,]+ )*?(?:mas|so que)\b)"
    rf"|{_PAID}(?: \w+){{0,3}}(?: ,)? (?:e |era |foi )?mentira\b|{_PAID}(?: sim)?(?: ,)? so que (?:nao|nunca)(?= ,|$)|{_PAID}(?: ,)? com que (?:dinheiro|grana|roupa)"
    rf"|(?:na duvida|sei la|vai saber|sabe la|la sei) se {_WHO}{_PAID}"
    rf"|(?:ignor\w+|desconsider\w+|esquec\w+|retir\w+|apag\w+) (?:aquele|aquilo|o|esse|meu)(?: que)? {_WHO}{_PAID}"
    rf"|(?:marquei|cliquei|apertei|respondi|coloquei|botei|digitei)(?: \w+){{0,4}} {_PAID} (?:, )?(?:mas )?(?:foi |era )?(?:errado|sem querer|por engano|engano)"
    rf"|{_DID} , (?:mas )?(?:(?:a|o|as|os|ess[ea]|est[ea]|voce|aqui|de|do|da) ){{1,3}}(?:\w+ )?nao(?= ,|$)|zero (?:de )?pagamento|cade que (?:\w+ ){{0,2}}?(?:{_PAID}|{_TO_DO})"
    rf"|(?:queria|gostaria de|quem me dera) (?:ja )?estar (?:\w+ ){{0,4}}?{_DONE}|debito automatico (?:\w+ )?(?:falhou|nao \w+)"
    # What went elsewhere, and whether it went at all.
    rf"|(?:fiz|mandei|enviei|foi) {_A}{_MONEY_SENT} (?:para|pra) (?:a |o )?outr[ao] (?:pessoa|conta|loja|chave|empresa)|(?:pix|pagamento|comprovante)(?: que (?:eu )?\w+)? (?:foi|era|e) (?:d[aoe]|para) (?:a |o )?outr\w+"
    rf"|(?:me )?(?:diz|diga|fala|fale|ve|veja|confere|olha|sabe|saber|verifica) (?:(?:ai|voce|para mim|por favor|me) )*se {_WHO}{_PAID}"
    rf"|(?:quando|que dia|que data)(?: (?:foi|mesmo|que|e|eu))* {_DID}(?: \w+){{0,2}} \?"
    # What went out and came back.
    rf"|(?:{_MONEY_SENT}|boleto|cheque) (?:\w+ ){{0,3}}?(?:(?:foi|ta|esta|deu) (?:como )?(?:recusad|negad|devolvid|rejeitad|estornad|cancelad)\w+|voltou|retornou)"
    rf"|{_DID}(?: \w+){{0,3}}?(?: ,)? (?:mas|so que|e|porem|ai) (?:(?:o|a|meu|banco|pix|dinheiro|depois|ele|ela) ){{0,3}}"
    r"(?:voltou|estornou|estornaram|devolveu|devolveram|retornou|cancelei|cancelamos|cancelou|estornei|foi (?:devolvid|estornad|recusad|negad|cancelad)\w+|nao (?:passou|completou|concluiu|tinha saldo))"
    rf"|(?:^|, )(?:moc[oa] )?(?:diz|fala|poe|bota|escreve|registra) que (?:eu )?(?:ja )?{_PAID}|(?:prometi|jurei|enganei \w+ dizendo) que {_WHO}{_PAID}"
    rf"|{_DID} (?:a|o|as|os) \w+ ,? ?(?:mas )?(?:a|o|as|os) (?:de voce|daqui|dai|outr[oa]s?)(?: ainda)? nao"
    rf"|(?:segue\w*|continua\w*|permanece\w*|ta|esta|ficou) (?:ainda )?pendente (?:o |a )?(?:meu |minha |nosso )?pagamento"
    # "Já tá pago?", "será que ele pagou?", "minha mãe já pagou isso?": asked, not told.
    rf"|(?:^|, )(?:e |mas |oi )?(?:(?:o|a|meu|minha|meus|ele|ela|eles|alguem|alguma|um|mae|pai|marido|esposa|mulher|filh[oa]|irma|irmao|ex|sogr[oa]|avo|vo|tia|tio) ){{1,3}}"
    r"(?:ja )?(?:pagou|pagaram|quitou|quitaram|acertou|acertaram)(?: (?!ne\b|porque\b|se\b|mas\b)\w+){0,3} \?"
    rf"|sera que (?:\w+ ){{0,4}}?{_PAID}"
    rf"|(?:^|, )(?:(?:e|mas|oi|moc[oa]) )*(?:(?:ja|isso|ai|consta|ta|esta|foi|essa|esse|a|o|minha|meu|divida|conta|parcela|boleto) )+{_DONE}(?: (?!porque|se\b)\w+){{0,2}} \?)"
)
# Somebody's word, or a belief that went before: neither told outright nor denied.
_HEARSAY = re.compile(
    rf"\b(?:(?:tao|estao|estavam|anda\w*|vivem?) (?:falando|dizendo|contando)(?: \w+)? que {_WHO}{_PAID}|{_DID} \?(?= ,? ?{_DID} (?:e |foi )?(?:nada|uma ova))|(?:disse|falou|diz|fala|jurou|jura|garantiu|afirma|prometeu) que (?:ia |ja |tinha |ta |foi )*{_PAID}"
    rf"|(?:pensei|achei|achava|pensava|jurava|acreditava|imaginei|imaginava) que (?:(?:o|a) \w+ (?:automatico )?)?{_WHO}{_PAID}"
    rf"|como (?:e )?que (?:isso )?(?:ta|esta|foi) {_DONE}|(?:ta|esta|consta|aparece)\w* (?:ai )?(?:\w+ndo )?(?:como|que (?:ta|foi|esta)) {_DONE})"
)
_TOLD = re.compile(
    rf"\b(?:{_DID}|ja fiz|(?:ta|tao|esta|estao|foi|foram|tava|estava|tenho|tinha|ja|tudo) (?:ja |tudo |sido )*{_DONE}"
    rf"|(?:{_MONEY_SENT}|boleto|parcela|conta) (?:\w+ )?(?:foi|caiu|saiu) (?:feit|efetuad|realizad|pag|ontem|hoje)\w*)"
)
# "Não tá em aberto não paguei", "não já paguei": what is closed, or answered, has nothing to do with what comes after it.
_CLOSED = re.compile(
    r"\b(?:nao (?:(?!nao\b|,)\w+ ){1,5}nao\b(?= \w)(?! (?:sei|lembro|consegui|pag\w+ (?:nada|ainda)))"
    r"|(?:devo|tenho|devendo) (?:nada |isso |mais |mais nada )?nao\b(?= \w)(?! (?:sei|lembro|consegui))|(?:^|, )nao (?=(?:eu )?ja pag|eu pag))"
)


def _denies_payment(said: str) -> bool:
    heard = _CLOSED.sub(" , ", said)
    return _NOT_PAID.search(heard) is not None and not _tells_of_payment(heard)


def _tells_of_payment(heard: str) -> bool:
    return _TOLD.search(_HEARSAY.sub(" ", _NOT_PAID.sub(" ", heard))) is not None


_SEND = r"(?:me )?(?:mand\w+|lig\w+|escrev\w+|cham\w+|envi\w+|perturb\w+|incomod\w+|procur\w+|avis\w+|cobr\w+)"
_NOW_AND_THEN = (
    r"(?:n?(?:o|os|aos|a|as|esse|essa|este|de|do|da|em) )?(?:(?:sabado|domingo|feriado|segunda|terca|quarta|quinta|sexta)s?(?: feira)?|fim de semana"
    r"|final de semana|fins de semana|manha|noite|madrugada|tarde|almoco|hora (?:do|da|de) \w+|dia|horario|hoje|amanha|agora|"
    r"(?:depois|antes) d\w+ \w+)"
)
# Not now, or not then: when to write is asked for, and no end of it.
_AT_TIMES = re.compile(
    rf"\b(?:nao|nem|num) (?:e (?:para|pra) )?{_SEND}(?: (?:mais )?(?:nada|mensagem|mensagens|msg|cobranca|audio|comigo))? {_NOW_AND_THEN}\b"
    rf"|\b{_NOW_AND_THEN}(?: ,)? (?:(?:eu|por favor) )*(?:nao|num) {_SEND}(?: (?:nada|mensagem|msg))?(?: nao)?$"
    rf"|\bhoje (?:nao|num) {_SEND} mais\b|\b{_NOW_AND_THEN}(?: ,)? (?:nao|num) (?:quero|gosto de) ser \w+"
)
_FOR_GOOD = re.compile(
    r"\b(?:nunca|mais|nenhum\w*|nem|par(?:a|e|em|ar)|chega|basta|todo|toda|tod[oa]s|sair|tir\w+|remov\w+|bloque\w+|cess\w+|deix\w+ em paz|larg\w+|some|sum\w+|sossego)\b"
)


_ENDING = (
    r"(?:parar(?:em)?|cessar(?:em)?|sair|bloque(?:ar|io)|descadastr\w+|cancel(?:ar|amento)|(?:me )?(?:remover|tirar|excluir)(?:em)?|silenciar|desligar|cortar|encerrar|interromper|suspender|deixar de receber"
    r"|stop|que (?:\w+ ){0,2}?(?:parem|pare|parassem|cessem|me tirem|me removam|me bloqueiem))(?: (?:de|com|o|a|os|as|em|contato|receber|mandar|ligar|me|mensagens?|avisos?|lembretes?|lista|da))*"
)
# A stop that is denied, wondered at, supposed or waiting for something; and what ends something else.
_NOT_STOPPED = re.compile(
    rf"\b(?:(?<!enquanto )(?<!se )(?:{_NO}|sem essa de|longe de) (?:(?:e|era|foi|seria|que|eu|a gente|me|te|mim|para|pra|em|de|quero|queria|queira|queremos|gostaria|pretendo|cogito|penso|pensei|pense|pensem|pensar"
    r"|pedi|pedir|pediria|pedindo|falei|falar|falando|disse|dizer|dizendo|digo|entend\w+|vou|vai|vao|to|estou|precisa|precisam|precisava|mandei|ia|querer|querendo|tenho|intencao|vontade) )*"
    rf"{_ENDING}"
    rf"|(?:{_NO}) (?:(?:me|as|os|a|o|meus?|minhas?|o meu|essas?|esses?) )*(?:tir[ae]m?|remov[ae]m?|exclu(?:a|i|am)|deslig\w+|cort[ae]m?|bloquei[ae]m?|silenci\w+|cess[ae]m?|suspend[ae]m?|cancel[ae]m?)"
    r"(?: (?:d?[aeo]s? |meus? |minhas? )?(?:lista|cadastro|mensag\w+|avisos?|lembretes?|contato|notificac\w+|disso))?"
    rf"|{_NO} (?:\w+ ){{0,2}}?(?:falei|disse|falando|dizendo|pedi|pedindo|quer dizer|significa)(?: (?:que|para|pra|eu))* nao (?:\w+ ){{0,3}}?(?:mand\w+|receb\w+|lig\w+|mensag\w+)(?: mais)?(?: mensag\w+)?"
    rf"|(?:quem|onde|desde quando)(?: \w+){{0,2}}? (?:disse|falou|inventou|tirou|tiraram|mandou|pediu)(?: (?:que|em|de|eu|quero|queria|para|pra|isso))* (?:me )?{_ENDING}"
    # "As mensagens param se eu pagar?", "quando eu quitar vocês param?"
    r"|(?:mensag\w+|ligac\w+|cobranc\w+|avisos?|voce|eles|so) (?:so )?(?:par(?:a|am|o|em)|cessam?|acabam?)(?: (?!se\b|quando\b)\w+){0,3} (?:se|quando|assim que|depois que) (?:\w+ ){0,3}?(?:pag|quit|acert|fech|faz|fiz|fec)\w*"
    r"|(?:se|quando|depois que|assim que|quando eu) (?:(?!nao\b)\w+ ){0,2}?(?:pag|quit|acert|fech|fiz|parcel)\w*(?: (?!nao\b)\w+){0,4}?(?: ,)? (?:voce |eles |as? \w+ )?(?:par(?:a|am)|cessam?|acabam?)(?: de \w+)?"
    r"|(?:para|pra) (?:\w+ ){0,3}?(?:parar|pararem|cessar|cessarem)(?: \w+){0,4}?(?: ,)? (?:eu )?(?:preciso|tenho que|tem que|basta|so) (?:\w+ )?(?:pagar|quitar|acertar)"
    rf"|(?:se|caso|quando) (?:(?!nao\b)\w+ ){{0,3}}?(?:quiser|queira|quisesse|resolver|fosse (?:para|pra)) (?:\w+ )?{_ENDING}(?: eu \w+ \w+)?"
    rf"|posso {_ENDING} (?:\w+ )?quando (?:eu )?quiser"
    rf"|{_NO} (?:adianta|resolve|ajuda|serve)(?: de nada| voce)* {_ENDING}|{_ENDING}(?: \w+){{0,2}} nao (?:adianta|resolve|ajuda|muda)|{_NO} (?:me )?deix\w+ de fora(?: \w+){{0,2}}"
    rf"|{_NO} (?:desisto|abro mao) de receber(?: \w+){{0,2}}|(?:medo|receio|pena) (?:de )?que (?:\w+ ){{0,2}}?(?:parem|deixem|sumam)(?: de (?:me )?\w+)?"
    r"|(?<!so )se (?:voce )?(?:parar|pararem|deixar|deixarem) de (?:me )?(?:mand|avis|envi|lig|lembr)\w+|(?:o que|que)(?: \w+){0,2} se (?:eu )?(?:sair|bloquear|parar)(?: d\w+ \w+)?"
    r"|pode\w* ficar me \w+ndo|nenhum\w* (?:mensag\w+|avisos?|lembretes?|boletos?)(?: \w+){0,3}? (?:cheg|ve|vi)\w*|nunca mais (?:eu )?(?:atras|dev|compr)\w+"
    r"|par(?:a|e|em|ar) de (?:me )?mand\w+ (?:\w+ )?\w+ (?:errad|velh|antig|vencid)\w+"
    r"|(?:falando|dizendo|pedindo|pedi|falei) (?:para|pra) (?:me )?(?:mandar|enviar|ligar|chamar|avisar|escrever)"
    # It came to an end by itself, or is to begin again.
    r"|deix(?:ei|amos|ou|aram) de (?:me )?(?:receber|mandar|enviar|chegar|avisar|lembrar)(?: \w*(?:mensag|aviso|lembrete)\w*)?"
    r"|(?:nao|nem) (?:me )?(?:chegou|chega|chegaram|veio|vieram)(?: mais)?(?: \w+)? (?:mensag\w+|avisos?|lembretes?)|faz (?:\w+ ){1,4}?que (?:voce )?(?:nao|ninguem) (?:me )?(?:mandam?|avisam?|enviam?|chega|vem)(?: mais)?(?: nada)?"
    r"|(?:po[en]\w*|bot[ae]\w*|coloc\w+|inclu\w+) (?:me |eu )?de (?:novo|volta)(?: \w+){0,2} (?:lista|cadastro)|desfa\w+ (?:o |a |esse )?(?:cancelamento|bloqueio|descadastr\w+)(?: d\w+ \w+)?"
    r"|sem parar de (?:me )?(?:mand|avis|envi|lembr)\w+|(?:sair|stop|parar|pare) (?:que \w+ )?(?:foi |era )?(?:sem querer|por engano|engano|errado)"
    # What is to end is something else.
    r"|(?:prefiro que )?nao (?:me )?lig\w+(?: mais)?(?: ,)? (?:so )?(?:me )?(?:mand|escrev)\w+ (?:por |uma )?(?:mensag|whats|sms|email|escrit)\w*"
    r"|nao (?:me )?(?:mand|envi)\w+ (?:o |a |esse |um |mais )*(?:boletos?|pix|link|codigos?|pdf|carta|foto)\b(?: \w+){0,4}? (?:,? ?)(?:me |so )?(?:mand|envi|quero|passa)\w*"
    r"|chega de (?:juros?|multas?|dever|divida|atraso)|(?:chip|cartao|conta|celular|telefone|beneficio|salario) (?:foi |ta |esta |tava )bloquead\w+"
    r"|par(?:a|e|em|ar) de (?:aumentar|crescer|subir|correr|atrasar|gerar|somar|render|dever)"
    r"|(?:parar|deixar) de (?:dever|atrasar|ficar devendo|gastar|me endividar|pagar juros)|(?:sair|tirar|tira|tire) (?:eu )?d(?:o|a|ess[ae]|est[ae]) (?:situacao|sufoco|divida|vermelho|buraco|aperto|atoleiro)"
    r"|(?:tirar|remover|remov[ae]|retir\w+|abat\w+) (?:(?:a|o|as|os|ess[ae]s?|est[ae]s?) )?(?:multa|juros?|taxas?|encargos|protesto)(?: (?:para|por) \w+)?)\b"
)
_STOPPED = re.compile(
    r"\b(?:quem|par(?:ar|em|e|am|aram|ou)|sair|bloque\w+|descadastr\w+|cancel\w+|remov\w+|silenci\w+|mand\w+|envi\w+|receb\w+|lig\w+|incomod\w+"
    r"|par(?:a|am|o|ei) (?:de|com)|param|esquec\w+|som[ae]m?|sumam|larg\w+|apag\w+)\b"
)


def _denies_stop(said: str) -> bool:
    if _AT_TIMES.search(said) and not _FOR_GOOD.search(_AT_TIMES.sub(" ", said)):
        return True
    rest = _NOT_STOPPED.sub(" , ", said)
    touched = rest != said
    for label, pattern in turned():
        if label == "parar_mensagens":
            touched = touched or any(_STOPPED.search(found.group()) for found in pattern.finditer(rest))
            rest = pattern.sub(" , ", rest)
    if not touched:
        return False
    pieces = [rest, *rest.split(" , ")]
    return not any(
        one.label == "parar_mensagens" and one.certainty == "sure" for piece in pieces for one in read_words(piece.split())
    )
