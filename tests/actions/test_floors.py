"""Actions stand on each other in one direction, so that one may be read without all the others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ACTIONS = sorted(path for path in Path("actions").glob("*.py") if path.name != "__init__.py")


def test_there_are_actions_to_look_at() -> None:
    assert len(ACTIONS) > 50


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.stem)
def test_no_action_imports_another_inside_a_function(path: Path) -> None:
    """That is how a circle hides: with every import at the top, Python itself refuses one."""
    tree = ast.parse(path.read_text())
    hidden = [
        f"{node.module} in line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node not in tree.body and (node.module or "").startswith("actions")
    ]
    assert not hidden, "hand the wish on with scene.turn_to, or move what both need to a file that both stand on"
