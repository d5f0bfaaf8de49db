"""What `trato understand` prints for a line, with a ranking written by hand in the place of the model."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.understand import understand

TODAY = date(2026, 11, 23)


def ranking(*pairs: tuple[str, float], **besides: Any) -> dict[str, Any]:
    return {"intent_ranking": [{"name": name, "confidence": confidence} for name, confidence in pairs], **besides}


def test_the_likeliest_label_is_told_and_a_close_second_beside_it() -> None:
    told = understand(
        "quero pagar", lambda _: ranking(("solicitar_pagamento", 0.55), ("consultar_divida", 0.4), ("saudar", 0.05)), TODAY
    )
    assert (told["intent"], told["confidence"], told["also"]) == ("solicitar_pagamento", 0.55, ["consultar_divida"])


def test_other_wishes_and_what_must_not_be_missed_are_told_beside_the_label() -> None:
    parsed = ranking(
        ("solicitar_pagamento", 0.9),
        safety=[{"label": "parar_mensagens", "certainty": "sure"}, {"label": "suspeita_golpe", "certainty": "maybe"}],
        wishes=[{"intent": "parar_mensagens"}, {"intent": "negativacao"}, {"intent": "solicitar_pagamento"}],
    )
    assert understand("x", lambda _: parsed, TODAY)["also"] == ["parar_mensagens", "negativacao"]


def test_what_is_no_label_of_the_contract_is_never_told() -> None:
    told = understand("hm", lambda _: ranking(("nlu_fallback", 0.9), ("voltar_ao_assistente", 0.5), ("saudar", 0.2)), TODAY)
    assert (told["intent"], told["confidence"], told["also"]) == ("saudar", 0.2, [])


def test_a_document_is_an_entity_and_the_model_does_not_see_it() -> None:
    seen: list[str] = []

    def read(text: str) -> dict[str, Any]:
        seen.append(text)
        return ranking(("informar_cpf", 0.9))

    told = understand("meu cpf é 529.982.247-25, não 529.982.247-26", read, TODAY)
    assert told["entities"]["cpf"] == ["52998224725"]
    assert told["text"] == "meu cpf é 529.982.247-25, não 529.982.247-26"
    assert "529" not in seen[0]


def test_values_are_resolved_against_the_day_that_is_given() -> None:
    told = understand("pago 300 de entrada sexta que vem e o resto em 6x", lambda _: ranking(("parcelar", 0.9)), TODAY)
    assert told["entities"] == {
        "cpf": [],
        "valor": ["300.00"],
        "data": ["2026-11-27", "2026-12-04"],
        "parcelas": [6],
        "opcao": [],
        "telefone": [],
        "email": [],
    }


def test_a_line_with_nothing_in_it_is_out_of_scope() -> None:
    told = understand(" \u200b", lambda _: ranking(("saudar", 1.0)), TODAY)
    assert (told["intent"], told["confidence"]) == ("fora_de_escopo", 0.0)
    assert set(told["entities"]) == {"cpf", "valor", "data", "parcelas", "opcao", "telefone", "email"}
