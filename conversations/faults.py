"""A fault of ours as a log may tell it: what and where, never the words of a person that it stumbled over."""

from __future__ import annotations

import traceback
from pathlib import Path


def fault_of(fault: BaseException) -> str:
    """`ValueError at meaning.py:57`."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{type(fault).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else type(fault).__name__
