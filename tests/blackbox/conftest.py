import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.product import World, open_world

_HERE = Path(__file__).parent
_running: list[World] = []


def _end(world: World) -> None:
    """Nothing of the product may be left, its data must be sound, and it must not have stumbled on the way."""
    _running.remove(world)
    try:
        checked = world.product.trato("verify")
        log = world.product.log()
        if "TRATO_TRANSCRIPT" in os.environ:
            Path(os.environ["TRATO_TRANSCRIPT"]).write_text(world.meta.transcript())
    finally:
        left = world.close()
    assert not left, f"processes were left: {left}"
    assert checked.returncode == 0, f"trato verify: {checked.stdout}{checked.stderr}"
    assert "Traceback" not in log, log[max(0, log.find("Traceback") - 500) : log.find("Traceback") + 2500]


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One product for all black-box tests, ended after the last of them."""
    opened = open_world()
    _running.append(opened)
    yield opened
    if opened in _running:
        _end(opened)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The product goes when these tests are over, not when all tests are: it would cost the others half the machine."""
    # Side by side, a worker may come back to these tests after other files.
    others_next = nextitem is not None and _HERE not in nextitem.path.parents and "PYTEST_XDIST_WORKER" not in os.environ
    if _running and (nextitem is None or others_next):
        _end(_running[0])
