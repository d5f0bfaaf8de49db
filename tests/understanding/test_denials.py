"""What the words deny is not read out of them; a denial elsewhere denies nothing."""

from __future__ import annotations

import pytest

from tests.understanding.what_is_denied import (
    AFTER_A_DENIAL,
    CLAIMS,
    DENIALS_ELSEWHERE,
    DENIED_PAYMENTS,
    DENIED_STOPS,
    DENIED_YES,
    OPENINGS,
    STOPS,
)
from understanding.safety import read_safety
from understanding.safety.denials import denied


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("sim uma ova", "afirmar"),
        ("claro que não", "afirmar"),
        ("pode confirmar? pode não", "afirmar"),
        ("não aceito isso", "afirmar"),
        ("eu não disse sim", "afirmar"),
        ("nunca paguei essa parcela", "informar_ja_paguei"),
        ("não fui eu que paguei", "informar_ja_paguei"),
        ("paguei nada", "informar_ja_paguei"),
        ("ainda não paguei", "informar_ja_paguei"),
        ("não é que eu já paguei, é que quero pagar", "informar_ja_paguei"),
        ("paguei não moço", "informar_ja_paguei"),
        ("não quero parar de receber as mensagens não", "parar_mensagens"),
        ("no domingo não me manda nada", "parar_mensagens"),
        ("não me chama de noite", "parar_mensagens"),
        ("fim de semana não me perturbem", "parar_mensagens"),
        ("hoje não me escreve mais, amanhã eu vejo", "parar_mensagens"),
        ("domingo não quero ser incomodada", "parar_mensagens"),
        ("parar de mandar vocês não param né?", "parar_mensagens"),
        ("para de gracinha comigo", "parar_mensagens"),
        ("não para de subir essa conta", "parar_mensagens"),
        ("não paro de pensar nisso", "parar_mensagens"),
        ("para com esse papo de parcela", "parar_mensagens"),
        ("dou 800 e vocês esquecem que eu existo", "parar_mensagens"),
        ("pago metade hoje e vocês somem", "parar_mensagens"),
    ],
)
def test_what_is_denied_is_not_meant(text: str, label: str) -> None:
    assert denied(label, text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("não vou recusar, aceito", "afirmar"),
        ("sem problema, pode fechar", "afirmar"),
        ("não precisa mandar boleto, já paguei", "informar_ja_paguei"),
        ("não devo mais nada não, paguei tudo", "informar_ja_paguei"),
        ("não paguei por boleto, paguei em dinheiro", "informar_ja_paguei"),
        ("não quero mais receber mensagem", "parar_mensagens"),
        ("não vou responder, podem parar", "parar_mensagens"),
        ("não me mande mais nada", "parar_mensagens"),
        ("não me manda mensagem de noite nem de dia", "parar_mensagens"),
        ("nunca mais me chama de madrugada, para com isso", "parar_mensagens"),
        ("não tá atrasada não, paguei dia 8", "informar_ja_paguei"),
        ("não aceito", "negar"),
    ],
)
def test_a_denial_elsewhere_denies_nothing(text: str, label: str) -> None:
    assert not denied(label, text)


@pytest.mark.parametrize(
    "text",
    [
        "quase paguei ontem",
        "nunca que eu paguei isso",
        "nem a primeira parcela eu paguei ainda",
        "não foi feito o pagamento ainda",
        "não consegui fazer o pagamento",
        "não tenho certeza se paguei",
        "nada foi pago até agora",
        "é mentira que eu paguei, não paguei não",
        "faz de conta que já paguei",
        "queria já ter pago isso",
        "se eu tivesse pago não tava aqui",
        "pensei que tinha pago mas não paguei",
        "quem disse que eu paguei",
        "já tá pago isso aí?",
        "será que meu marido já pagou?",
        "ela disse que pagou mas eu não paguei",
        "como que tá pago se eu não paguei",
        "o pagamento não foi",
    ],
)
def test_a_payment_that_did_not_come_to_pass_is_none(text: str) -> None:
    assert denied("informar_ja_paguei", text)


@pytest.mark.parametrize(
    "text",
    [
        "não já paguei",
        "não recebi baixa e já paguei",
        "não consta aí? fiz o pix ontem",
        "se eu já paguei por que ainda cobram?",
        "nunca atrasei paguei dia 10",
        "não tenho nada em aberto paguei tudo",
        "meu pagamento não foi identificado mas eu paguei",
        "nem precisava mandar já tá pago",
        "ela disse que pagou ontem",
        "não tô devendo não, quitei mês passado",
    ],
)
def test_a_payment_that_is_told_stands(text: str) -> None:
    assert not denied("informar_ja_paguei", text)


@pytest.mark.parametrize(
    "text",
    [
        "nunca pedi pra parar",
        "não vou bloquear vcs não",
        "não parem de me avisar",
        "nunca deixem de mandar lembrete",
        "quem disse que eu quero parar de receber",
        "se eu pedir pra parar vcs param?",
        "vocês pararam de me mandar mensagem pq?",
        "não me mandou mais nada",
        "não recebi mais mensagem",
        "digitei sair sem querer",
        "pare o débito automático",
        "bloqueia meu cartão não",
    ],
)
def test_who_wants_to_hear_more_stops_nothing(text: str) -> None:
    assert denied("parar_mensagens", text) or not any(
        one.label == "parar_mensagens" and one.certainty == "sure" for one in read_safety(text)
    )


@pytest.mark.parametrize(
    "text",
    [
        "vou bloquear esse número",
        "não quero receber mensagem de vocês",
        "não é cancelar o acordo não, é parar de mandar mensagem",
        "não me chamem mais nesse número",
        "não quero mais, parem de mandar e tirem os juros",
        "não recebi boleto nenhum e não quero, parem de me mandar mensagem",
        "para com essa palhaçada de me mandar mensagem",
        "parem de palhaçada, me tira da lista",
        "não para de chegar mensagem de vocês, parem",
        "já paguei, me deixem em paz",
    ],
)
def test_a_stop_beside_something_else_stands(text: str) -> None:
    assert not denied("parar_mensagens", text)


@pytest.mark.parametrize("said", DENIED_PAYMENTS)
def test_no_words_around_a_denied_payment_make_it_one(said: str) -> None:
    told = [f"{before}{said}{after}" for before in OPENINGS for after in AFTER_A_DENIAL]
    assert [text for text in told if not denied("informar_ja_paguei", text)] == []


@pytest.mark.parametrize("said", CLAIMS)
def test_no_denial_elsewhere_takes_a_payment_back(said: str) -> None:
    told = [f"{before}{said}{after}" for before in DENIALS_ELSEWHERE for after in ("", " viu", ", confere aí", " moça")]
    assert [text for text in told if denied("informar_ja_paguei", text)] == []


@pytest.mark.parametrize("said", DENIED_STOPS)
def test_no_words_around_a_denied_stop_make_it_one(said: str) -> None:
    told = [f"{before}{said}{after}" for before in OPENINGS for after in ("", " viu", " não", ", me ajuda", " kkk", "!!")]
    assert [
        text
        for text in told
        if not denied("parar_mensagens", text)
        and any(one.label == "parar_mensagens" and one.certainty == "sure" for one in read_safety(text))
    ] == []


@pytest.mark.parametrize("said", STOPS)
@pytest.mark.parametrize(
    "before", ["", "não recebi boleto nenhum, ", "não quero desconto, ", "não aguento mais, ", "nunca devi nada, "]
)
def test_no_denial_elsewhere_takes_a_stop_back(said: str, before: str) -> None:
    assert not denied("parar_mensagens", f"{before}{said}")


@pytest.mark.parametrize("said", DENIED_YES)
def test_no_words_around_a_denied_yes_make_it_one(said: str) -> None:
    told = [
        f"{before}{said}{after}"
        for before in OPENINGS
        for after in ("", " viu", ", tá caro", " moça", " kkk", "!!", " por enquanto")
    ]
    assert [text for text in told if not denied("afirmar", text)] == []
