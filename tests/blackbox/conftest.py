import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.product import World, open_world


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One product for all black-box tests; at the end no process of it may be left."""
    opened = open_world()
    try:
        yield opened
        checked = opened.product.trato("verify")
        log = opened.product.log()
    finally:
        if "TRATO_TRANSCRIPT" in os.environ:
            Path(os.environ["TRATO_TRANSCRIPT"]).write_text(opened.meta.transcript())
        left = opened.close()
    assert not left, f"processes were left: {left}"
    assert checked.returncode == 0, f"trato verify: {checked.stdout}{checked.stderr}"
    assert "Traceback" not in log, log[log.find("Traceback") - 500 : log.find("Traceback") + 2500]
