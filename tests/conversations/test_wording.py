from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conversations.wording import Utterance, Wording, WordingError, load_responses, money


def word(text: str, *, metadata: dict[str, Any] | None = None, buttons: list[dict[str, str]] | None = None, **values: Any) -> Any:
    variation: dict[str, Any] = {"text": text, "metadata": metadata or {}, "buttons": buttons or []}
    return Wording({"utter_x": [variation]}, {"company": "Acerto"}).word(
        Utterance("utter_x", values), channel="whatsapp", seed="s"
    )


@pytest.mark.parametrize(
    ("template", "value", "written"),
    [
        ("{v}", {"money": 123456}, "R$ 1.234,56"),
        ("{v}", {"money": 1}, "R$ 0,01"),
        ("{v}", {"money": 99999999999999}, "R$ 999.999.999.999,99"),
        ("{v}", {"date": "2026-12-05"}, "05/12/2026"),
        ("{v:weekday}", {"date": "2026-12-05"}, "sábado, 05/12/2026"),
        ("{v:long}", {"date": "2026-12-01"}, "1 de dezembro de 2026"),
        ("{v}", {"instant": "2026-12-06T01:30:00Z"}, "05/12/2026 às 22:30"),
        ("{v:time}", {"instant": "2026-12-06T01:30:00+00:00"}, "22:30"),
        ("{v:date}", {"instant": "2026-12-06T01:30:00Z"}, "05/12/2026"),
        ("{v}", {"code": "000201{n}"}, "000201{n}"),
        ("{v}", 1234, "1.234"),
        ("{v}", "{company} {0} {v.__class__}", "{company} {0} {v.__class__}"),
        ("{company}", "", "Acerto"),
        ("{{v}}", "", "{v}"),
    ],
)
def test_typed_values_are_written_as_brazilians_write_them(template: str, value: object, written: str) -> None:
    assert word(template, v=value).body == written


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{missing}", "x"),
        ("{v.real}", "x"),
        ("{v[0]}", "x"),
        ("{}", "x"),
        ("{0}", "x"),
        ("{v", "x"),
        ("{v}", None),
        ("{v}", True),
        ("{v}", {"amount": 3}),
        ("{v}", {"date": "05/12/2026"}),
        ("{v}", {"date": "2026-02-30"}),
        ("{v}", {"instant": "tomorrow"}),
        ("{v}", {"money": "dez"}),
        ("{v}", {"money": None}),
        ("{v}", {"date": 5}),
    ],
)
def test_a_value_that_is_missing_or_cannot_be_written_is_an_error_with_the_responses_name(template: str, value: object) -> None:
    with pytest.raises(WordingError, match="utter_x"):
        word(template, v=value)


def test_money_has_no_no_break_space() -> None:
    assert money(100) == "R$ 1,00"
    assert "\xa0" not in money(123456789)


def test_rows_are_numbered_lines_and_answers_with_arguments_of_their_own() -> None:
    rows = [
        {"description": "Cartão", "total": {"money": 1050}, "arguments": {"debt": 7}},
        {"description": "{company}", "total": {"money": 20}, "arguments": {"debt": 8}},
    ]
    worded = word(
        "Achei:\n{debts}",
        metadata={
            "lines": {"debts": "{n}. {description}: {total}"},
            "options": {"from": "debts", "title": "{description}", "description": "{total}", "meaning": "escolher_opcao"},
            "button": "Ver",
        },
        debts=rows,
    )
    assert worded.body == "Achei:\n1. Cartão: R$ 10,50\n2. {company}: R$ 0,20"
    assert [(o.label, o.description, o.meaning, o.arguments) for o in worded.offers] == [
        ("Cartão", "R$ 10,50", "escolher_opcao", {"debt": 7}),
        ("{company}", "R$ 0,20", "escolher_opcao", {"debt": 8}),
    ]
    assert worded.button == "Ver"


def test_rasas_buttons_become_answers_with_the_intent_as_meaning() -> None:
    worded = word("Pode ser?", buttons=[{"title": "Sim", "payload": "/confirmar"}], arguments={"debt": 1})
    assert [(o.label, o.meaning, o.arguments) for o in worded.offers] == [("Sim", "confirmar", {"debt": 1})]


def test_a_channels_own_words_are_taken_before_the_general_ones() -> None:
    wording = Wording({"utter_x": [{"text": "todos"}, {"text": "rcs", "channel": "rcs"}]}, {})
    assert wording.word(Utterance("utter_x"), channel="rcs", seed="1").body == "rcs"
    assert {wording.word(Utterance("utter_x"), channel="whatsapp", seed=str(n)).body for n in range(20)} == {"todos"}


def test_a_response_for_another_channel_only_is_an_error() -> None:
    wording = Wording({"utter_x": [{"text": "rcs", "channel": "rcs"}]}, {})
    with pytest.raises(WordingError):
        wording.word(Utterance("utter_x"), channel="whatsapp", seed="1")


def test_the_same_seed_picks_the_same_variation_and_all_variations_are_used() -> None:
    wording = Wording({"utter_x": [{"text": str(n)} for n in range(3)]}, {})

    def said(seed: str) -> str:
        return wording.word(Utterance("utter_x"), channel="whatsapp", seed=seed).body

    assert [said("turn:1")] * 5 == [said("turn:1") for _ in range(5)]
    counted = Counter(said(f"turn:{n}") for n in range(300))
    assert set(counted) == {"0", "1", "2"} and min(counted.values()) > 60


def test_a_template_gets_its_variables_in_words() -> None:
    worded = word("Pago", metadata={"template": {"name": "paid_1", "variables": ["{v}", "{company}"]}}, v={"money": 5})
    assert worded.template == ("paid_1", ("R$ 0,05", "Acerto"))


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("responses:\n  utter_x:\n  - text: oi\n", encoding="utf-8")
    with pytest.raises(WordingError, match="utter_x exists twice"):
        load_responses(tmp_path)


def test_an_answer_that_needs_something_is_offered_only_where_it_is_there() -> None:
    buttons = [{"title": "Pix", "payload": "/a"}, {"title": "Boleto", "payload": "/b"}]
    wording = Wording({"utter_x": [{"text": "x", "buttons": buttons, "metadata": {"needs": {"Boleto": "slip"}}}]}, {})
    offered = [
        [offer.label for offer in wording.word(Utterance("utter_x", values), channel="whatsapp", seed="1").offers]
        for values in ({"slip": True}, {"slip": False}, {})
    ]
    assert offered == [["Pix", "Boleto"], ["Pix"], ["Pix"]]
