"""The words of the papers: `data/documents/*.yml`, one top-level key a file, filled in with values.

A text may carry `<b>` and `<br/>`; a value may not: whatever stands in one is letters.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from documents import typeface


class TextsError(Exception):
    """A text is missing, stands twice, or asks for a value that was not given."""


class _Filler(string.Formatter):
    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if field_name not in kwargs:
            raise TextsError(f"the value {{{field_name}}} was not given")
        return kwargs[field_name], field_name


_FILLER = _Filler()


class Texts:
    """Every text of the papers, by `paper.name`."""

    def __init__(self, papers: Mapping[str, Mapping[str, Any]]) -> None:
        self._papers = papers

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """Reads the folder's files. Raises TextsError."""
        papers: dict[str, Mapping[str, Any]] = {}
        for path in sorted(folder.glob("*.yml")):
            for paper, entries in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
                if paper in papers or not isinstance(entries, dict):
                    raise TextsError(f"{path.name}: {paper} stands twice, or is no mapping")
                papers[paper] = entries
        return cls(papers)

    def plain(self, name: str, /, **values: str) -> str:
        """A text to be drawn as it is."""
        return self._fill(name, self._text(name), {key: typeface.clean(value) for key, value in values.items()})

    def rich(self, name: str, /, **values: str) -> str:
        """A text for a paragraph; values are made harmless."""
        return self._fill(name, self._text(name), {key: typeface.markup(value) for key, value in values.items()})

    def rich_list(self, name: str, /, **values: str) -> list[str]:
        """A list of texts for paragraphs (clauses, instructions)."""
        found = self._entry(name)
        if not isinstance(found, list):
            raise TextsError(f"{name} is no list")
        safe = {key: typeface.markup(value) for key, value in values.items()}
        return [self._fill(name, str(text), safe) for text in found]

    def words(self, name: str) -> list[str]:
        """A list of bare words, such as numerals or months."""
        found = self._entry(name)
        if not isinstance(found, list):
            raise TextsError(f"{name} is no list")
        return [str(word) for word in found]

    def _entry(self, name: str) -> Any:
        paper, _, key = name.partition(".")
        try:
            return self._papers[paper][key]
        except KeyError:
            raise TextsError(f"there is no text {name}") from None

    def _text(self, name: str) -> str:
        found = self._entry(name)
        if not isinstance(found, str):
            raise TextsError(f"{name} is no text")
        return found.strip()

    def _fill(self, name: str, text: str, values: Mapping[str, str]) -> str:
        try:
            return _FILLER.vformat(text, (), values)
        except (TextsError, ValueError) as trouble:
            raise TextsError(f"{name}: {trouble}") from trouble
