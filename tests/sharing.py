"""How the tests are shared out to the workers that run side by side."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling

_TALKS = Path(__file__).parent / "conversations" / "talks"
_OF_THE_BOOK = re.compile(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}")


class ByFileOfTalks(LoadFileScheduling):
    """A file of tests goes to one worker, and so does a file of talks: one module plays a thousand of them, a third of the whole run."""

    def _split_scope(self, nodeid: str) -> str:
        module, _, test = nodeid.partition("::")
        if not module.endswith("test_talks.py"):
            return module
        return f"{module}::{_shares()[test.partition('[')[2].partition(':')[0]]}"


@cache
def _shares() -> dict[str, str]:
    """Each file of talks, and the first of those that play people of the example book with it: they meet each other's traces, so
    that one worker plays them in their order."""
    together: list[tuple[list[str], set[str]]] = []
    for path in sorted(_TALKS.glob("*.yml")):
        files, people = [path.stem], {re.sub(r"\D", "", found) for found in _OF_THE_BOOK.findall(path.read_text("utf-8"))}
        for met in [one for one in together if one[1] & people]:
            together.remove(met)
            files, people = met[0] + files, met[1] | people
        together.append((files, people))
    return {file: min(files) for files, _ in together for file in files}
