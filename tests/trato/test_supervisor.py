import contextlib
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from trato.settings import SettingsError
from trato.supervisor import Child, Console, check_port

SCRIPT = Path(__file__).with_name("supervised.py")
PATIENCE = 20.0


class Running:
    """The supervisor under test and what it prints."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(folder), *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line, from here on, that matches."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                line = self._queue.get(timeout=0.1)
                self.lines.append(line)
                if found := re.search(pattern, line):
                    return found
        raise AssertionError(f"no line like {pattern!r} in {self.lines}")

    def pids(self) -> dict[str, int]:
        """The three children and the grandchild."""
        found: dict[str, int] = {}
        while len(found) < 3:
            line = self.wait_for(r"^(calm|stubborn) +\| (pid|grandchild) (\d+)$")
            found[line[1] if line[2] == "pid" else "grandchild"] = int(line[3])
        return found


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    supervisor = Running(tmp_path)
    yield supervisor
    supervisor.process.kill()
    supervisor.process.wait()


def are_gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]
        if not alive:
            return True
        time.sleep(0.05)
    return False


def test_a_killed_child_is_back_within_seconds_and_the_others_never_left(running: Running) -> None:
    pids = running.pids()
    began = time.monotonic()
    os.kill(pids["calm"], signal.SIGKILL)
    again = int(running.wait_for(r"^calm +\| pid (\d+)$")[1])
    assert again != pids["calm"]
    assert time.monotonic() - began < 5
    assert psutil.pid_exists(pids["stubborn"])


def test_a_killed_child_takes_its_own_children_with_it(running: Running) -> None:
    pids = running.pids()
    os.kill(pids["stubborn"], signal.SIGKILL)
    assert are_gone([pids["grandchild"]])


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_it_leaves_no_process(running: Running, wish: signal.Signals) -> None:
    pids = running.pids()
    children = [child.pid for child in psutil.Process(running.process.pid).children(recursive=True)]
    # The stubborn one would hold everybody up for the full patience: a second wish ends that.
    running.process.send_signal(wish)
    running.wait_for("^stopped$")
    running.process.send_signal(wish)
    assert running.process.wait(PATIENCE) == 0
    assert are_gone([*children, *pids.values()])


@pytest.mark.skipif(sys.platform != "linux", reason="needs the death signal of Linux")
def test_even_kill_9_of_the_supervisor_leaves_none_of_its_children(running: Running) -> None:
    pids = running.pids()
    running.process.kill()
    assert are_gone([pids["calm"], pids["stubborn"]])
    with contextlib.suppress(ProcessLookupError):
        os.kill(pids["grandchild"], signal.SIGKILL)


def test_lines_carry_their_process_and_no_persons_number(running: Running, tmp_path: Path) -> None:
    line = running.wait_for(r"^talks +\| (.*)$")[1]
    assert line == "o CPF <cpf> e o fone <digits>"
    assert (tmp_path / "logs" / "talks.log").read_text() == line + "\n"


def test_a_child_that_refuses_its_configuration_ends_the_start_with_its_sentence(tmp_path: Path) -> None:
    running = Running(tmp_path, "refuse")
    running.wait_for(r"^refuses +\| trato: the policy is wrong$")
    running.wait_for("^refuses refused to start")
    assert running.process.wait(PATIENCE) == 2


def test_the_pause_grows_while_a_child_keeps_dying_and_stays_under_a_minute() -> None:
    pauses = [Child("x", [], {}, failures=failures).pause for failures in range(12)]
    assert pauses[0] == 0 and pauses[1] < 3
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 45


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"^Port {port} is in use: [^\n]*--port\.$"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_a_console_that_nobody_reads_never_makes_the_product_wait() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        console = Console(stream)
        began = time.monotonic()
        for _ in range(20_000):
            console.say("x" * 200)
        assert time.monotonic() - began < 5
        os.close(reading)
        console.close()
