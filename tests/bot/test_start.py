"""Starting: refused with one sentence, or ready and closed in order."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import ROOT, TOKEN

SETTINGS = {
    "TRATO_DATABASE_URL": "postgresql://127.0.0.1:9/none",
    "TRATO_ACTION_URL": "http://127.0.0.1:9/",
    "TRATO_INTERNAL_TOKEN": TOKEN,
}


def start(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment: dict[str, Any] = {**os.environ, **SETTINGS, **settings}
    command = [sys.executable, "-m", "bot.run", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_missing_setting_is_named(model: Path, name: str) -> None:
    ran = start("--model", str(model), **{name: ""})
    assert (ran.returncode, ran.stderr.strip()) == (2, f"Falta definir {name}.")


def test_a_missing_model_is_named_with_what_to_do() -> None:
    ran = start("--model", "/nowhere/trato.tar.gz")
    assert ran.returncode == 2
    assert "bot.train" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_an_error(model: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = start("--model", str(model), "--port", str(taken.getsockname()[1]))
    assert ran.returncode == 2
    assert "porta" in ran.stderr.strip().splitlines()[-1]
