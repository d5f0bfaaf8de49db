import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.product import ANCHOR, Product


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the browser tests are skipped, and say so."""
    names = (os.environ.get("TRATO_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    for name in names:
        path = shutil.which(name) if name else None
        if path:
            return path
    pytest.skip("NO CHROMIUM: the browser tests did not run. Install chromium or set TRATO_CHROMIUM to its path.")


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go: TRATO_SCREENSHOTS, or a temporary folder."""
    folder = Path(os.environ.get("TRATO_SCREENSHOTS") or tempfile.mkdtemp(prefix="trato-screenshots-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def demo(chromium: str) -> Iterator[Product]:
    """`trato up --demo` with the example book, on the day that its ages are meant for."""
    product = Product(("--demo",), {"TRATO_CLOCK": ANCHOR.isoformat(), "TRATO_BURST_SECONDS": "0.5"})
    try:
        product.start()
        yield product
    finally:
        left = product.stop()
        product.remove()
    assert not left, f"processes were left: {left}"
