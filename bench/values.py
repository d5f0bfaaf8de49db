"""How many messages a second the grammar of values reads, in one process: every phrase that the model learns from."""

from __future__ import annotations

import time
from datetime import date

import yaml

from trato.paths import ROOT
from understanding.values import entities, read_values

_DAY = date(2026, 11, 23)


def phrases() -> list[str]:
    """The examples of the training data."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for topic in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [line.removeprefix("- ") for line in topic.get("examples", "").splitlines()]
    return found


def per_second() -> float:
    """Messages a second."""
    messages = phrases()
    for message in messages[:200]:
        read_values(message, _DAY)
    began = time.perf_counter()
    for message in messages:
        entities(read_values(message, _DAY))
    return len(messages) / (time.perf_counter() - began)
