"""The bot's model: trained in Rasa's own environment when what it learns from has changed, and not otherwise.

`python -m trato.training [--force]` does it from the Makefile.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from pathlib import Path

from trato.paths import BOT_PYTHON, MODEL, ROOT
from trato.processes import end, spawn


class TrainingError(Exception):
    """The model could not be trained; the message is one sentence."""


def ensure_model(*, force: bool = False, root: Path = ROOT, model: Path = MODEL, python: Path = BOT_PYTHON) -> None:
    """Trains the model when it is missing or its inputs changed, which `bot.train` decides; its progress goes to
    standard error. Safe to call from several processes: the second waits, and then finds the model there.
    """
    if not python.exists():
        raise TrainingError("Rasa's environment is missing: run `make setup`.")
    model.parent.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "bot.train", "--root", str(root), "--out", str(model), *(["--force"] if force else [])]
    sys.stderr.flush()
    with (model.parent / ".training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = spawn(command, output=2, cwd=root, env=os.environ)
        try:
            code = process.wait()
        except BaseException:
            end(process, signal.SIGTERM, patience=2)
            raise
    if code != 0 or not model.exists():
        raise TrainingError("The model could not be trained: see the lines above.")


def main() -> int:
    try:
        ensure_model(force="--force" in sys.argv[1:])
    except TrainingError as error:
        sys.stderr.write(f"trato: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
