"""Each of the 47 expectations of people is shown by talks: the table names them, and none may be lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

_HERE = Path(__file__).parent
_SHOWN_ELSEWHERE = {
    9: _HERE.parent / "channels" / "test_meta_messages.py",
    47: _HERE.parent / "channels" / "test_meta_rendering.py",
}
"""Expectations that no talk can show: the tests that do."""


def expectations() -> dict[int, list[str]]:
    table = yaml.safe_load((_HERE / "expectations.yml").read_text(encoding="utf-8"))
    return {int(words.split(".")[0]): shown for words, shown in table.items()}


def talks() -> set[str]:
    return {
        f"{path.stem}: {talk['talk']}"
        for path in (_HERE / "talks").glob("*.yml")
        for talk in yaml.safe_load(path.read_text(encoding="utf-8"))
    }


def test_the_table_is_complete() -> None:
    assert sorted(expectations()) == list(range(1, 48))


@pytest.mark.parametrize("number", range(1, 48))
def test_every_expectation_is_shown(number: int) -> None:
    shown = expectations()[number]
    titles = talks()
    if not shown:
        assert _SHOWN_ELSEWHERE[number].is_file()
    for named in shown:
        assert any(title.startswith(named) for title in titles), f"no talk begins with {named!r}"


def test_there_are_enough_talks_and_enough_of_them_with_the_noise_of_typing() -> None:
    titles = talks()
    assert len(titles) >= 150
    assert sum(title.startswith(("noise", "typed_badly")) for title in titles) >= 30
