"""The generator names responses and makes no words."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain

from bot.failure import UnknownResponse, WordsOutsideData
from bot.nlg import NamedResponseGenerator
from bot.turn import TurnChannel

DOMAIN = Domain.from_dict({"responses": {"utter_pix": [{"text": "Pix de {valor}"}]}})
SDK = {"text": None, "buttons": [], "elements": [], "custom": {}, "template": "utter_pix", "image": None, "attachment": None}


async def generate(name: str, **values: Any) -> Any:
    return await NamedResponseGenerator(None, DOMAIN).generate(name, None, "trato", **values)  # type: ignore[arg-type]


async def test_name_and_values_pass_untouched() -> None:
    said = await generate("utter_pix", **SDK, valor=100, vazio="", nada=None, lista=[{"a": 1}])
    assert said == {"custom": {"response": "utter_pix", "values": {"valor": 100, "vazio": "", "nada": None, "lista": [{"a": 1}]}}}


async def test_a_response_of_a_rule_has_no_values() -> None:
    said = await generate("utter_pix", domain_responses=DOMAIN.responses)
    assert said == {"custom": {"response": "utter_pix", "values": {}}}


async def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownResponse, match="utter_nada"):
        await generate("utter_nada")


@pytest.mark.parametrize("words", [{"text": "oi"}, {"buttons": [{"title": "a"}]}, {"image": "http://x"}, {"custom": {"a": 1}}])
async def test_words_beside_a_name_are_refused(words: dict[str, Any]) -> None:
    with pytest.raises(WordsOutsideData):
        await generate("utter_pix", **{**SDK, **words})


@pytest.mark.parametrize(
    "message",
    [
        {"text": "oi"},
        {"text": None},
        {"text": "oi", "custom": {"response": "utter_pix", "values": {}}},
        {"custom": {"a": 1}},
        {"custom": {"response": "utter_pix"}},
    ],
)
async def test_the_channel_takes_only_what_the_generator_named(message: dict[str, Any]) -> None:
    with pytest.raises(WordsOutsideData):
        await TurnChannel(DOMAIN.responses).send_response("c", message)


async def test_the_channel_takes_no_unknown_name() -> None:
    with pytest.raises(UnknownResponse):
        await TurnChannel(DOMAIN.responses).send_response("c", {"custom": {"response": "utter_nada", "values": {}}})
