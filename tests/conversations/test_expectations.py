"""What people expect (47) and the tricky cases (40 and a last row of others): tables name the very talk or test that shows each.

A talk is named as "file: its whole title", a test as "tests/room/test_file.py::test_name". Neither may be lost or renamed unnoticed.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
TABLES = {"expectations.yml": 47, "tricky_cases.yml": 41}


@cache
def table(name: str) -> dict[int, list[str]]:
    """What shows each row of a table."""
    rows = yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))
    return {int(words.split(".")[0]): shown for words, shown in rows.items()}


@cache
def talks() -> frozenset[str]:
    """Every talk, as "file: title"."""
    return frozenset(
        f"{path.stem}: {talk['talk']}"
        for path in (_HERE / "talks").glob("*.yml")
        for talk in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


@cache
def functions_of(path: str) -> frozenset[str]:
    """The tests that a file defines."""
    tree = ast.parse((_ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


@pytest.mark.parametrize(("name", "rows"), TABLES.items())
def test_a_table_is_complete(name: str, rows: int) -> None:
    assert sorted(table(name)) == list(range(1, rows + 1))


@pytest.mark.parametrize(("name", "number"), [(name, number) for name, rows in TABLES.items() for number in range(1, rows + 1)])
def test_every_row_is_shown_by_talks_and_tests_that_exist(name: str, number: int) -> None:
    shown = table(name)[number]
    assert shown
    for one in shown:
        if "::" in one:
            path, _, test = one.partition("::")
            assert test in functions_of(path), f"there is no test {one}"
        else:
            assert one in talks(), f"there is no talk {one!r}"


def test_there_are_enough_talks_and_enough_of_them_with_the_noise_of_typing() -> None:
    titles = talks()
    assert len(titles) >= 150
    assert sum(title.startswith(("noise", "typed_badly")) for title in titles) >= 30
