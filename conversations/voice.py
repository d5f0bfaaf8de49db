"""Hearing voice notes: an optional ability of the machine that it runs on, and honest where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Transcriber(Protocol):
    """Turns speech in Brazilian Portuguese into words, on this machine: what people say leaves it for nobody."""

    @property
    def available(self) -> bool:
        """Whether there is a model; without one nothing is promised to anybody."""

    async def transcribe(self, file: Path) -> str | None:
        """The words of a recording, without blocking the event loop; None where nothing could be understood."""


class Unavailable:
    """No model is configured: recordings are kept for a human, and the person is asked to write."""

    available = False

    async def transcribe(self, file: Path) -> str | None:
        return None
