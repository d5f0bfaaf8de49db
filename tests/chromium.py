"""The Chromium of the browser tests: where it is, how long it may take, and what a test in it may do.

A browser is a program with a clock of its own, on a machine that does other things: its tests wait for a state, at most `PATIENCE`, and one
that fails is tried again, twice at most, which the report says (`rerun`). Nothing else in the suite is tried twice.
"""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.async_api import expect

PATIENCE = 30_000
"""Milliseconds for a state to come about, however slow the machine is; what comes sooner is not waited for."""

expect.set_options(timeout=PATIENCE)

_NAMES = (os.environ.get("TRATO_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in _NAMES if name and (path := shutil.which(name))), None)
MISSING = "NO CHROMIUM: the browser tests did not run. Install chromium or set TRATO_CHROMIUM to its path."

in_chromium = [pytest.mark.skipif(CHROMIUM is None, reason=MISSING), pytest.mark.flaky(reruns=2)]
"""The marks of a file of browser tests: `pytestmark = in_chromium`."""
