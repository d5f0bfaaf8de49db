"""The product as a black box: started by its own command, reached only by its documented doors."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.blackbox import google, graph, people, psp, twilio
from tests.blackbox.http_server import free_port

ROOT = Path(__file__).resolve().parents[2]
ANCHOR = datetime.fromisoformat("2026-11-23T10:00:00-03:00")
API_TOKEN = "api-caixa-preta"
BURST = 0.3
_READY = 150.0


class TestClock:
    """The product's clock as seen from outside: the anchor plus the time since the product took it over."""

    __test__ = False

    def __init__(self) -> None:
        self._began = time.monotonic()

    def start(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return datetime.fromtimestamp(ANCHOR.timestamp() + time.monotonic() - self._began, UTC)


@dataclass
class Product:
    """One `trato up`. `extra` settings win over the usual ones; an empty value takes one away."""

    arguments: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    clock: TestClock | None = None
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="trato-blackbox-")))

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = self.folder / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRATO_", "PYTHON"))}
        return kept | {"TRATO_DATA_DIR": str(self.data), "PYTHONUNBUFFERED": "1"} | {k: v for k, v in self.extra.items() if v}

    def start(self) -> None:
        """Starts it and waits until every part is ready; raises with the end of its log otherwise."""
        command = [str(ROOT / ".venv/bin/trato"), "up", "--port", str(self.port), *self.arguments]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_clock()
        self.wait_ready()

    def _wait_clock(self) -> None:
        """The clock is anchored as the first process opens the store: shortly before the web answers."""
        until = time.monotonic() + _READY
        while self.clock is not None and time.monotonic() < until and self._process is not None and self._process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/livez", timeout=2.0)
                self.clock.start()
                return
            time.sleep(0.05)

    def readiness(self) -> dict[str, Any]:
        """The parts of /readyz; empty while nobody answers."""
        with contextlib.suppress(httpx.HTTPError, ValueError):
            found: Any = httpx.get(f"{self.url}/readyz", timeout=5.0).json()
            parts = found.get("parts", found.get("checks", found))
            return {name: parts.get(name) for name in ("store", "redis", "rasa", "worker")}
        return {}

    def wait_ready(self, timeout: float = _READY) -> None:
        until = time.monotonic() + timeout
        found: dict[str, Any] = {}
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                raise AssertionError(f"trato up ended with {self._process.returncode}:\n{self.log_end()}")
            found = self.readiness()
            if found and all(state == "ok" for state in found.values()):
                return
            time.sleep(0.2)
        raise AssertionError(f"not ready after {timeout:.0f} s: {found}\n{self.log_end()}")

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log_end(self) -> str:
        return "\n".join(self.log().splitlines()[-40:])

    def stop(self) -> list[str]:
        """Ends it as Ctrl-C does and gives the command lines of what is left; those are killed."""
        family = self.family()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        self._process = None
        until = time.monotonic() + 3
        while (left := self._left(family)) and time.monotonic() < until:
            time.sleep(0.1)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return list(left.values())

    def _left(self, family: Mapping[int, str]) -> dict[int, str]:
        """Of those who were there, and of all that name its folder, who still runs."""
        found = self.processes()
        for pid, line in family.items():
            with contextlib.suppress(OSError):
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z":
                    found[pid] = line
        return found

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self) -> dict[int, str]:
        """Processes of this very product: their command line or environment names its data directory."""
        mark = str(self.folder).encode()
        found: dict[int, str] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes()
                if line and (mark in line or mark in (entry / "environ").read_bytes()):
                    found[int(entry.name)] = line.replace(b"\0", b" ").decode(errors="replace").strip()
        return found

    def family(self) -> dict[int, str]:
        """Its processes and all their descendants: PostgreSQL's name neither folder in their titles."""
        found = self.processes()
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        fresh = set(found)
        while fresh:
            fresh = {pid for pid, parent in parents.items() if parent in fresh and pid not in found}
            for pid in fresh:
                with contextlib.suppress(OSError):
                    found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return found

    def process(self, name: str) -> int:
        """The pid of `trato <name>`."""
        shown = self.processes()
        for pid, line in shown.items():
            if re.search(rf"\btrato(?:\.\w+)? {name}\b", line):
                return pid
        raise AssertionError(f"no process `trato {name}` among {sorted(shown.values())}")

    def kill(self, name: str) -> int:
        """kill -9 of `trato <name>`; gives its pid."""
        pid = self.process(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_back(self, name: str, killed: int, timeout: float = 60.0) -> None:
        """Until another `trato <name>` runs and all parts are ready."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            with contextlib.suppress(AssertionError):
                if self.process(name) != killed:
                    self.wait_ready(max(1.0, until - time.monotonic()))
                    return
            time.sleep(0.2)
        raise AssertionError(f"trato {name} was not back after {timeout:.0f} s\n{self.log_end()}")

    def trato(self, *arguments: str, stdin: str = "", timeout: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Another `trato` command on the same data."""
        return subprocess.run(
            [str(ROOT / ".venv/bin/trato"), *arguments],
            cwd=self.folder,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@dataclass
class World:
    """The product between a Meta, a Google and a PSP of the tests' own."""

    clock: TestClock
    meta: graph.Meta
    psp: psp.Psp
    product: Product
    google: google.Google
    twilio: twilio.Twilio = field(default_factory=twilio.Twilio)

    def close(self) -> list[str]:
        left = self.product.stop()
        self.meta.close()
        self.psp.close()
        self.google.close()
        self.twilio.close()
        if not os.environ.get("TRATO_KEEP_BLACKBOX"):
            self.product.remove()
        return left


def open_world(extra: Mapping[str, str] | None = None, *, book: bool = True) -> World:
    """Starts everything and imports the book. Progress goes to standard error."""
    clock = TestClock()
    meta = graph.Meta(clock.now)
    bank = psp.Psp(clock.now, dict(people.HOLDERS))
    rcs = google.Google(clock.now)
    behind = twilio.Twilio()
    product = Product(clock=clock)
    policies = product.folder / "policies"
    people.write_policies(policies, ROOT / "policies")
    product.extra = {
        "TRATO_CLOCK": ANCHOR.isoformat(),
        "TRATO_API_TOKEN": API_TOKEN,
        "TRATO_BURST_SECONDS": str(BURST),
        "TRATO_POLICY_DIR": str(policies),
        "TRATO_META_APP_SECRET": graph.APP_SECRET,
        "TRATO_META_VERIFY_TOKEN": graph.VERIFY_TOKEN,
        "TRATO_META_ACCESS_TOKEN": graph.ACCESS_TOKEN,
        "TRATO_META_PHONE_NUMBER_ID": graph.PHONE_NUMBER_ID,
        "TRATO_META_API_URL": meta.url,
        "TRATO_TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
        "TRATO_TWILIO_AUTH_TOKEN": twilio.TOKEN,
        "TRATO_TWILIO_WHATSAPP_FROM": twilio.WHATSAPP,
        "TRATO_TWILIO_RCS_FROM": twilio.RCS,
        "TRATO_TWILIO_API_URL": behind.url,
        "TRATO_TWILIO_CONTENT_URL": behind.url,
        "TRATO_PIX_API_URL": bank.url,
        "TRATO_PIX_TOKEN_URL": bank.token_url,
        "TRATO_PIX_CLIENT_ID": psp.CLIENT_ID,
        "TRATO_PIX_CLIENT_SECRET": psp.CLIENT_SECRET,
        "TRATO_PIX_KEY": people.COLLECTOR_KEY,
        "TRATO_PIX_WEBHOOK_SECRET": psp.WEBHOOK_SECRET,
        "TRATO_RBM_AGENT_ID": google.AGENT,
        "TRATO_RBM_CLIENT_TOKEN": google.CLIENT_TOKEN,
        "TRATO_RBM_API_URL": rcs.url,
        **(extra or {}),
    }
    rcs.webhook_url = f"{product.url}/webhooks/rbm"
    meta.webhook_url = f"{product.url}/webhooks/meta"
    bank.webhook_url = f"{product.url}/webhooks/pix/{psp.WEBHOOK_SECRET}/pix"
    behind.webhook_url = f"{product.url}/webhooks/twilio"
    world = World(clock, meta, bank, product, rcs, behind)
    try:
        product.start()
        if book:
            path = product.folder / "livro.csv"
            rows = people.write_book(path)
            imported = product.trato("import", str(path))
            if imported.returncode != 0 or f"{rows} imported, 0 updated, 0 unchanged, 0 refused" not in imported.stdout:
                raise AssertionError(f"the import ended with {imported.returncode}:\n{imported.stdout}\n{imported.stderr}")
    except BaseException:
        print(product.log_end(), file=sys.stderr)
        world.close()
        raise
    return world
