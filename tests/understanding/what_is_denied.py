"""Payments, stops and yeses that are denied, what people put around them, and what only seems to deny."""

from __future__ import annotations

OPENINGS = ("", "oi, ", "moça ", "boa noite ", "olha, ", "então ", "num briga comigo não, ")
DENIED_PAYMENTS = (
    "não paguei", "ainda não paguei", "num paguei ainda", "nunca paguei isso", "nem paguei a primeira", "não consegui pagar",
    "não deu pra pagar", "não tenho pago", "não foi pago", "ninguém pagou", "não sei se paguei", "não lembro de ter pago",
    "não fui eu que paguei", "não é que eu já paguei", "não disse que paguei", "quase paguei", "era pra eu ter pago",
    "queria ter pago", "se eu tivesse pago eu falava", "não cheguei a fazer o pix", "não fiz o pagamento",
)  # fmt: skip
AFTER_A_DENIAL = (
    "",
    " viu",
    ", me manda o boleto",
    " mas sexta eu pago",
    " porque tô sem dinheiro",
    " kkk",
    " moça",
    " 😔",
    "!!",
)
CLAIMS = (
    "já paguei", "paguei ontem", "fiz o pix", "quitei tudo", "tá pago", "já foi pago", "minha mãe pagou", "transferi sexta",
    "depositei na conta", "mandei o pix ontem",
)  # fmt: skip
DENIALS_ELSEWHERE = (
    "não precisa mandar boleto, ", "não devo mais nada, ", "não entendi a cobrança, ", "não recebi recibo mas ",
    "nem precisava cobrar, ", "não tô devendo não, ", "nunca atrasei, ", "não sei por que cobram, ", "vcs não deram baixa, ",
    "não me cobra mais, ", "não caiu aí? ", "não é possível, ",
)  # fmt: skip
DENIED_STOPS = (
    "não quero parar de receber", "não é pra parar", "não precisa parar de mandar", "nunca pedi pra parar",
    "não vou bloquear vocês", "não quero sair da lista", "não parem de me avisar", "pode continuar mandando",
    "se eu quisesse parar eu falava", "não disse pra parar", "quero continuar recebendo",
)  # fmt: skip
STOPS = (
    "parem de mandar mensagem",
    "me tira da lista",
    "não me mande mais nada",
    "vou bloquear esse número",
    "não me ligue mais",
)
DENIED_YES = (
    "não aceito", "não vou aceitar", "claro que não", "não posso aceitar isso", "não concordo", "não confirmo", "nem morto eu aceito",
    "ainda não aceitei", "não fecho assim", "não disse que aceito", "aceito não", "quase aceitei",
)  # fmt: skip
