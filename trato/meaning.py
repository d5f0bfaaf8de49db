"""Which model says what a question means: the small one that lies in `data/faq`, or any Sentence Transformers model by setting."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from trato.paths import FAQ
from trato.settings import SettingsError
from understanding.faq import Embedding
from understanding.static_meaning import StaticMeaning

OWN_MODEL = FAQ / "meaning.json"


class SentenceModel:
    """Any Sentence Transformers model, by its name or folder. Only this needs torch, and only when it is asked for."""

    def __init__(self, name: str) -> None:
        try:
            library = importlib.import_module("sentence_transformers")
        except ImportError as trouble:
            raise SettingsError(
                "TRATO_FAQ_MODEL needs the package sentence-transformers, which is not installed here: see docs/faq.md."
            ) from trouble
        self._model: Any = library.SentenceTransformer(name, device="cpu")

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length 1 for each text."""
        vectors: list[list[float]] = self._model.encode(list(texts), normalize_embeddings=True).tolist()
        return vectors


def embedding_of(name: str) -> Embedding:
    """The model that TRATO_FAQ_MODEL names; empty: our own. Raises `SettingsError`."""
    return SentenceModel(name) if name else StaticMeaning.read(OWN_MODEL)
