"""Rasa's CPU milliseconds a turn, early and late in a talk, measured by `bot.measure` in Rasa's own Python."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from tests.blackbox.product import ROOT, World


def measure(world: World) -> tuple[float, float]:
    """Turn 5 and turn 200."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"TRATO_DATABASE_URL": _database(world), "TRATO_INTERNAL_TOKEN": "bench"}
    done = subprocess.run(
        [str(ROOT / "bot/.venv/bin/python"), "-m", "bot.measure"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    try:
        found = json.loads(done.stdout.strip().splitlines()[-1])
        return float(found["turn_5_ms"]), float(found["turn_200_ms"])
    except (IndexError, ValueError, KeyError):
        raise SystemExit(f"bot.measure ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-1500:]}") from None


def _database(world: World) -> str:
    """The embedded PostgreSQL that Rasa was given."""
    pid = world.product.process("rasa")
    environment = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    found = re.search(r"TRATO_DATABASE_URL=([^\0]+)", environment)
    if not found:
        raise SystemExit("Rasa's database is not known")
    return found[1]
