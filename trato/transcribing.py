"""Hearing voice notes with a faster-whisper model on this machine, where one is installed and named by `TRATO_TRANSCRIBER`."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import threading
from pathlib import Path
from typing import Any

from conversations.voice import Transcriber, Unavailable


class FasterWhisper:
    """`model` is a folder with a converted model, or the name of one that is already on this machine: nothing is downloaded."""

    available = True

    def __init__(self, model: str) -> None:
        self._name = model
        self._model: Any = None
        self._one_at_a_time = threading.Lock()

    async def transcribe(self, file: Path) -> str | None:
        """See `conversations.voice.Transcriber`."""
        return await asyncio.to_thread(self._transcribe, file)

    def _transcribe(self, file: Path) -> str | None:
        with self._one_at_a_time:
            if self._model is None:
                library = importlib.import_module("faster_whisper")
                self._model = library.WhisperModel(self._name, device="cpu", compute_type="int8", local_files_only=True)
            segments, _ = self._model.transcribe(str(file), language="pt", vad_filter=True, beam_size=1)
            words = " ".join(segment.text.strip() for segment in segments)
        return words.strip() or None


def transcriber_of(model: str) -> Transcriber:
    """The transcriber that the settings ask for; an honest "unavailable" without a model or without the library."""
    if not model or importlib.util.find_spec("faster_whisper") is None:
        return Unavailable()
    return FasterWhisper(model)
