import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.product import ANCHOR, Product

_HERE = Path(__file__).parent
_running: list[Product] = []


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go: TRATO_SCREENSHOTS, or a temporary folder."""
    folder = Path(os.environ.get("TRATO_SCREENSHOTS") or tempfile.mkdtemp(prefix="trato-screenshots-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _end(product: Product) -> None:
    _running.remove(product)
    left = product.stop()
    product.remove()
    assert not left, f"processes were left: {left}"


@pytest.fixture(scope="session")
def demo() -> Iterator[Product]:
    """`trato up --demo` with the example book, on the day that its ages are meant for; ended after the last of these tests."""
    product = Product(("--demo",), {"TRATO_CLOCK": ANCHOR.isoformat(), "TRATO_BURST_SECONDS": "0.5"})
    _running.append(product)
    try:
        product.start()
        yield product
    finally:
        if product in _running:
            _end(product)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The product goes when these tests are over, not when all tests are; after the very last test pytest itself ends it."""
    # Side by side, a worker may come back to these tests after other files.
    if _running and nextitem is not None and _HERE not in nextitem.path.parents and "PYTEST_XDIST_WORKER" not in os.environ:
        _end(_running[0])
