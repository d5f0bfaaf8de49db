"""What the bot's own words become on RCS: nothing on a locked screen, and nothing that has to be degraded for its length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from channels.lengths import length
from channels.rbm_outbound import SUGGESTION, telling
from conversations.wording import load_responses
from trato.paths import RESPONSES


def variations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, found in load_responses(RESPONSES).items():
        for variation in found:
            yield name, variation


def shown() -> Iterator[tuple[str, str]]:
    """Every label, card title, card button and calendar title that stands in the responses."""
    for name, variation in variations():
        extra = variation.get("metadata") or {}
        yield from ((name, button["title"]) for button in variation.get("buttons", ()))
        if "options" in extra:
            yield name, extra["options"]["title"]
        for part in ("title", "button"):
            if part in extra.get("cards", {}):
                yield name, extra["cards"][part]
        for action in extra.get("actions", ()):
            yield from ((name, str(action[part])) for part in ("title", "calendar", "dial", "url") if part in action)


@pytest.mark.parametrize(("name", "label"), sorted(set(shown())))
def test_nothing_on_a_locked_screen_tells_of_a_debt(name: str, label: str) -> None:
    assert not telling(label)


@pytest.mark.parametrize(("name", "label"), sorted({pair for pair in shown() if "{" not in pair[1]}))
def test_every_fixed_label_fits_on_a_suggestion(name: str, label: str) -> None:
    assert length(label) <= SUGGESTION


def test_cards_stand_beside_options_and_say_what_is_below_them() -> None:
    carded = [(name, variation) for name, variation in variations() if "cards" in (variation.get("metadata") or {})]
    assert carded
    for name, variation in carded:
        extra = variation["metadata"]
        assert "options" in extra and {"title", "body", "button"} <= set(extra["cards"]), name
        assert set(extra["cards"]) <= {"title", "body", "button", "lead"}, name
