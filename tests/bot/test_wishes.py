"""Which wishes of a message are run, in which order, and with which words."""

from __future__ import annotations

from typing import Any

from bot.wishes import pieces


def parsed(text: str, *wishes: tuple[str, float, str], intent: str | None = None) -> dict[str, Any]:
    first = {"name": intent or (wishes[0][0] if wishes else "fora_de_escopo"), "confidence": 0.9}
    return {
        "text": text,
        "intent": first,
        "entities": [],
        "intent_ranking": [first],
        "wishes": [{"intent": name, "confidence": confidence, "text": words} for name, confidence, words in wishes],
    }


def intents(parse: dict[str, Any]) -> list[str]:
    return [one["intent"]["name"] for one in pieces(parse)]


def test_a_message_of_one_wish_is_run_as_it_is() -> None:
    parse = parsed("quero pagar", ("solicitar_pagamento", 0.9, "quero pagar"))
    assert pieces(parse) == [parse]


def test_two_wishes_are_run_one_after_the_other_each_with_its_own_words() -> None:
    text = "me manda o boleto e diz quando meu nome sai do serasa"
    parse = parsed(text, ("solicitar_pagamento", 0.9, text), ("negativacao", 0.95, "diz quando meu nome sai do serasa"))
    first, second = pieces(parse)
    assert (first["intent"]["name"], first["text"]) == ("solicitar_pagamento", "me manda o boleto e")
    assert (second["intent"]["name"], second["text"]) == ("negativacao", "diz quando meu nome sai do serasa")


def test_who_wants_peace_is_asked_for_nothing_more() -> None:
    text = "para de mandar mensagem e me manda o boleto"
    assert intents(
        parsed(text, ("parar_mensagens", 0.9, "para de mandar mensagem"), ("solicitar_pagamento", 0.8, "me manda o boleto"))
    ) == ["parar_mensagens"]


def test_a_reason_is_served_by_the_request_that_it_is_given_for() -> None:
    text = "to desempregado, tem como jogar pra janeiro"
    parse = parsed(text, ("pedir_prorrogacao", 0.8, "tem como jogar pra janeiro"), ("dificuldade_financeira", 0.9, text))
    (only,) = pieces(parse)
    assert (only["intent"]["name"], only["text"]) == ("pedir_prorrogacao", text)


def test_an_answer_beside_a_wish_is_left_to_what_is_open() -> None:
    parse = parsed("aceito, manda o pix", ("solicitar_pagamento", 0.8, "manda o pix"), ("afirmar", 0.9, "aceito"))
    assert pieces(parse) == [parse]


def test_a_wish_that_is_hardly_read_is_none() -> None:
    text = "bla bla e quero pagar"
    parse = parsed(text, ("ameaca_juridica", 0.3, text), ("solicitar_pagamento", 0.9, "quero pagar"), intent="nlu_fallback")
    assert intents(parse) == ["solicitar_pagamento"]


def test_no_more_than_three_are_served() -> None:
    text = "a e b e c e d"
    named = ("contestar_divida", "negativacao", "parcelar", "direitos_lgpd")
    assert intents(parsed(text, *((name, 0.9, letter) for name, letter in zip(named, "abcd", strict=True)))) == list(named[:3])


def test_of_equal_weight_what_was_said_first_is_served_first() -> None:
    text = "quem é você e por que meu nome tá no serasa"
    parse = parsed(text, ("negativacao", 0.9, "por que meu nome tá no serasa"), ("quem_e_voce", 0.8, "quem é você"))
    assert intents(parse) == ["quem_e_voce", "negativacao"]


def test_what_a_plan_brings_with_it_is_no_wish_of_its_own() -> None:
    text = "quanto eu devo? divide em 5 e manda o boleto"
    parse = parsed(
        text,
        ("parcelar", 0.9, "divide em 5"),
        ("solicitar_pagamento", 0.9, "manda o boleto"),
        ("consultar_divida", 0.9, "quanto eu devo?"),
    )
    (only,) = pieces(parse)
    assert (only["intent"]["name"], only["text"]) == ("parcelar", text)
