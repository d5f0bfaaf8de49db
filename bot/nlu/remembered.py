"""What a classifier has learnt, kept beside the model: a changed rule does not make it learn the same phrases again.

`FOLDER` in the environment names the place; without it nothing is kept. The name of what is kept is a hash over everything that
it was learnt from: the phrases, the settings, the code that looks at a text, and the versions of what does the sums.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = "TRATO_NLU_CACHE"
_KEPT = 3
"""Of so many trainings the latest are kept: a branch is left and returned to."""
_DONE = "complete"


def place(config: Mapping[str, Any], examples: Sequence[tuple[str, str]]) -> Path | None:
    """Where the training on these examples is kept, or would be; None when nothing is to be kept."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return None
    total = hashlib.sha256(json.dumps([sorted(config.items()), sorted(examples)], default=str).encode())
    for package in ("numpy", "scipy", "scikit-learn"):
        total.update(f"{package} {version(package)}\0".encode())
    here = Path(__file__).resolve().parent
    for path in [*sorted(here.rglob("*.py")), *sorted((here.parents[1] / "understanding").rglob("*.py"))]:
        total.update(path.read_bytes())
    return Path(folder) / total.hexdigest()[:24]


def holds(learnt: Path) -> bool:
    """Whether a whole training is kept there."""
    return (learnt / _DONE).is_file()


def bring(learnt: Path, folder: Path) -> None:
    """Copy what is kept into the `folder` of a component."""
    for path in learnt.iterdir():
        if path.name != _DONE:
            shutil.copy(path, folder / path.name)
    os.utime(learnt)


def keep(folder: Path, learnt: Path) -> None:
    """Copy the `folder` of a component to where the next training finds it, and forget the oldest."""
    learnt.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=learnt.parent, prefix=".partial-"))
    for path in folder.iterdir():
        shutil.copy(path, partial / path.name)
    (partial / _DONE).touch()
    if learnt.exists():
        shutil.rmtree(partial)
        return
    partial.rename(learnt)
    kept = sorted(
        (path for path in learnt.parent.iterdir() if not path.name.startswith(".")), key=lambda path: path.stat().st_mtime
    )
    for old in kept[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
