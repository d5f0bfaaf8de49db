"""`channel_cases.yml` is whole, names tests that exist, and claims no door that a test does not go through."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.blackbox.doors import EVERY

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
CASES: dict[int, dict[str, Any]] = yaml.safe_load((_HERE / "channel_cases.yml").read_text(encoding="utf-8"))
_FILES = {
    "test_path": {"meta"},
    "test_kills": {"meta"},
    "test_whatsapp_in_full": {"meta"},
    "test_meta_cases": {"meta"},
    "test_rcs": {"rbm"},
    "test_twilio": {"twilio_whatsapp", "twilio_rcs"},
}
"""The doors of files whose tests all go through the same."""


@cache
def written_in(path: Path) -> dict[str, str]:
    """The tests of a file, with their source."""
    written = path.read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(written).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[node.name] = ast.get_source_segment(written, node) or ""
    return found


def doors_of(file: str, source: str) -> set[str]:
    """The doors that a test goes through, as far as its source tells."""
    if file in _FILES:
        return _FILES[file]
    if "handsets(world)" in source or "for index, door in enumerate(EVERY)" in source or "PEOPLE.values()" in source:
        return set(EVERY)
    if "EVERY[:2]" in source or "EVERY[1:]" in source or "EVERY[2:]" in source:
        return set(EVERY[:2] if "[:2]" in source else EVERY[1:] if "[1:]" in source else EVERY[2:])
    named = {door for door in EVERY if f'"{door}"' in source}
    return named | ({"twilio_whatsapp", "twilio_rcs"} if "TWILIO" in source else set())


def test_the_table_has_every_case() -> None:
    assert list(CASES) == list(range(1, 81))


@pytest.mark.parametrize("number", range(1, 81))
def test_a_case_is_shown_by_tests_that_exist_and_go_through_its_doors(number: int) -> None:
    told = CASES[number]
    assert set(told) <= {"case", "inside", "because", *EVERY}
    doors = [door for door in EVERY if door in told]
    assert doors or ("inside" in told and "because" in told), "what no door shows is shown below them, with the reason"
    for door in doors:
        for name in told[door]:
            file, _, test = name.partition("::")
            known = written_in(_HERE / f"{file}.py")
            assert test in known, f"there is no {name}"
            assert door in doors_of(file, known[test]), f"{name} does not go through {door}"
    for name in told.get("inside", ()):
        path, _, test = name.partition("::")
        assert test in written_in(_ROOT / path), f"there is no {name}"


def test_no_test_of_every_door_shows_nothing() -> None:
    """The tests of this room that were written for the cases stand in the table."""
    shown = {name for told in CASES.values() for door in EVERY for name in told.get(door, ())}
    for file in ("test_every_door", "test_meta_cases", "test_provider_cases"):
        for test in written_in(_HERE / f"{file}.py"):
            if test.startswith("test_") and not re.search("object_to$", test):
                assert f"{file}::{test}" in shown, f"{file}::{test} shows no case"
