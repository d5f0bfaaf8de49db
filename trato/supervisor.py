"""`trato up`: every process of the product on one machine, started in order, watched, and ended together.

The supervisor owns the data directory, runs the embedded services, brings the schema and the model up to date, and keeps
`trato web`, `trato worker` and `trato rasa` alive. It watches from its main thread, because on Linux a child's death
signal is bound to the thread that started it: even kill -9 of the supervisor leaves nothing running.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, BinaryIO, Protocol, TextIO
from urllib.parse import urlsplit

from trato.logs import mask
from trato.processes import end, kill_group, spawn
from trato.settings import Settings, SettingsError

if TYPE_CHECKING:
    from trato.demo import DemoLogin

PARTS = ("store", "redis", "rasa", "worker")
_PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STEADY_SECONDS = 60.0
_LARGEST_LOG = 20 * 1024 * 1024


class Stop(Exception):
    """Somebody asked the supervisor to end: a wish, not an error."""


class GaveUp(Exception):
    """A process said that it cannot start as configured (exit code 2); it has printed why."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} refused to start: see its lines above.")


class Service(Protocol):
    """An embedded service: `start` returns when it answers."""

    name: str

    def start(self) -> subprocess.Popen[bytes]: ...

    def stop(self, process: subprocess.Popen[bytes]) -> None: ...


class Console:
    """Prints lines without ever making the product wait: when nobody reads the terminal, lines are dropped."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._lines: queue.Queue[str | None] = queue.Queue(maxsize=5000)
        self._thread = threading.Thread(target=self._print, name="console", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(line)

    def close(self) -> None:
        """Prints what is left, for at most a second."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)
        self._thread.join(1.0)

    def _print(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except OSError:
                # The reader went away; the log files have it all. What is buffered must not fail again at exit.
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            except ValueError:
                return  # the stream was closed


@dataclass
class Child:
    """One supervised process and its history."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0
    reader: threading.Thread | None = field(default=None, repr=False)

    @property
    def pause(self) -> float:
        """Seconds before the next start: short after a single death, longer while it keeps dying."""
        return _PAUSES[min(self.failures, len(_PAUSES)) - 1] if self.failures else 0.0


class Supervisor:
    """Keeps children and embedded services alive. Use it from the main thread, as a context."""

    def __init__(self, console: Console, logs: Path) -> None:
        self._console = console
        self._logs = logs
        self._children: list[Child] = []
        self._services: list[tuple[Service, subprocess.Popen[bytes]]] = []
        self._stopping = False
        self.ready = False

    def __enter__(self) -> Supervisor:
        self._logs.mkdir(parents=True, exist_ok=True)
        for number in _WISHES:
            signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        try:
            self._end_all()
        except Stop:
            self._kill_all()
        self._ignore_signals()

    def start_service(self, service: Service) -> None:
        self._services.append((service, service.start()))

    def start(self, child: Child) -> None:
        self._children.append(child)
        self._launch(child)

    def check(self) -> None:
        """One look at everything: what has died is started again when its pause is over."""
        for place, (service, process) in enumerate(self._services):
            if process.poll() is not None:
                self._console.say(f"trato    | {service.name} ended, starting it again")
                self._services[place] = (service, service.start())
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if now >= child.due:
                    self._launch(child)
                continue
            code = child.process.poll()
            if code is None:
                continue
            kill_group(child.process.pid)
            if code == 2 and not self.ready:
                if child.reader is not None:
                    child.reader.join(1.0)
                raise GaveUp(child.name)
            steady = now - child.started > _STEADY_SECONDS
            child.failures = 1 if steady else child.failures + 1
            child.process, child.due = None, now + child.pause
            how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
            self._console.say(f"trato    | {child.name} {how}, back in {child.pause:g} s")

    def run(self, every_seconds: float = 0.1) -> None:
        """Watches until somebody asks it to end (`Stop`)."""
        while True:
            self.check()
            time.sleep(every_seconds)

    def _launch(self, child: Child) -> None:
        process = spawn(child.command, output=subprocess.PIPE, env=child.env, cwd=child.cwd)
        child.process, child.started = process, time.monotonic()
        if process.stdout is None:
            raise RuntimeError("a child was started without a pipe")
        child.reader = threading.Thread(target=self._relay, args=(child.name, process.stdout), daemon=True)
        child.reader.start()

    def _relay(self, name: str, lines: BinaryIO) -> None:
        path = self._logs / f"{name}.log"
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        with lines, path.open("a", encoding="utf-8") as log:
            for raw in lines:
                line = mask(raw.decode(errors="replace").rstrip())
                log.write(line + "\n")
                log.flush()
                self._console.say(f"{name:8} | {line}")

    @staticmethod
    def _ignore_signals() -> None:
        for number in _WISHES:
            signal.signal(number, signal.SIG_IGN)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        raise Stop(signal.Signals(number).name)

    def _end_all(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        while any(process.poll() is None for process in running) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in running:
            end(process, signal.SIGKILL, patience=5)
        self._children.clear()
        while self._services:
            service, process = self._services[-1]
            service.stop(process)
            self._services.pop()

    def _kill_all(self) -> None:
        """A second Ctrl-C: no patience any more. PostgreSQL still closes its files in order; that takes a moment."""
        self._ignore_signals()
        for child in self._children:
            if child.process is not None:
                end(child.process, signal.SIGKILL, patience=5)
        for service, process in reversed(self._services):
            service.stop(process)


def check_port(host: str, port: int) -> None:
    """Raises `SettingsError` with one sentence when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(f"Port {port} is in use: stop what listens there, or choose another with --port.") from None
            raise SettingsError(f"Port {port} of {host} cannot be used: {error.strerror}.") from error
        except OverflowError:
            raise SettingsError(f"{port} is no port: choose one from 1 to 65535.") from None


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parts_of(url: str) -> dict[str, str]:
    """What `/readyz` says of each part; empty while nothing answers."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=3) as answer:  # noqa: S310 - our own loopback address
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            body = json.load(error)
        except ValueError:
            return {}
    except (OSError, ValueError):
        return {}
    found = body if any(part in body for part in PARTS) else next((v for v in body.values() if isinstance(v, dict)), {})
    return {part: str(found[part]) for part in PARTS if part in found}


@contextlib.contextmanager
def owned(data_dir: Path) -> Iterator[None]:
    """Holds the data directory's lock for the length of the block."""
    from trato.embedded import DataDirLock

    lock = DataDirLock(data_dir)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def up(
    given: Mapping[str, str], *, host: str = "127.0.0.1", port: int = 8000, demo: bool = False, book: Path | None = None
) -> int:
    """Runs the product until it is asked to end; returns the exit code.

    `given` is what the environment and `.env` say (`trato.settings.given_settings`). Raises `SettingsError`,
    `EmbeddedError` or `TrainingError` with one sentence before or while starting.
    """
    from trato.demo import demo_settings, fill, kept_secrets
    from trato.embedded import EmbeddedPostgres, EmbeddedRedis
    from trato.migrate import upgrade
    from trato.paths import BOT_PYTHON, EXAMPLE_BOOK
    from trato.settings import keep_running_settings, load_settings
    from trato.training import ensure_model

    nowhere = Path(os.devnull)
    reached = "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host  # noqa: S104 - compared, not bound
    here = f"http://{reached}:{port}"
    values = {
        "TRATO_PUBLIC_URL": here,
        "TRATO_ACTION_URL": f"{here}/internal/actions",
        **given,
    }
    if demo:
        values |= {"TRATO_DEMO": "1", "TRATO_DEMO_BOOK": str(book or EXAMPLE_BOOK)}
        if book is None and not EXAMPLE_BOOK.exists():
            del values["TRATO_DEMO_BOOK"]
    settings = load_settings(values, nowhere)
    check_port(host, port)
    if not BOT_PYTHON.exists():
        raise SettingsError("Rasa's environment is missing: run `make setup` first.")

    console = Console()
    with owned(settings.data_dir), Supervisor(console, settings.data_dir / "logs") as supervisor:
        try:
            logins: tuple[DemoLogin, ...] = ()
            if demo:
                kept = kept_secrets(settings.data_dir)
                values |= demo_settings(given, port, kept)
                logins = kept.logins
            if "TRATO_RASA_URL" not in values:
                values["TRATO_RASA_URL"] = f"http://127.0.0.1:{free_port()}"
            if not settings.database_url:
                console.say("▸ PostgreSQL")
                postgres = EmbeddedPostgres(settings.data_dir)
                supervisor.start_service(postgres)
                values["TRATO_DATABASE_URL"] = postgres.url
            if not settings.redis_url:
                console.say("▸ Redis")
                redis = EmbeddedRedis(settings.data_dir)
                supervisor.start_service(redis)
                values["TRATO_REDIS_URL"] = redis.url
            values |= {
                "TRATO_DATA_DIR": str(settings.data_dir),
                "TRATO_SECRET_KEY": given.get("TRATO_SECRET_KEY") or (settings.data_dir / "secret_key").read_text().strip(),
                "TRATO_INTERNAL_TOKEN": settings.internal_token,
            }
            settings = load_settings(values, nowhere)
            keep_running_settings(settings.data_dir, {name: values[name] for name in values.keys() - given.keys()})
            ensure_model()
            waiting = children(settings, values, host, port)
            if waiting[0].name == "rasa":
                supervisor.start(waiting.pop(0))  # the slowest to start, and it touches no table before its first turn
            console.say("▸ Database schema")
            upgrade(settings.database_url)
            if demo:
                for line in asyncio.run(fill(settings, logins)):
                    console.say(line)
            for child in waiting:
                supervisor.start(child)
            _wait_until_ready(supervisor, here, console)
            for line in _welcome(settings, here, logins):
                console.say(line)
            console.say("Trato is ready")
            supervisor.ready = True
            supervisor.run()
        except Stop:
            console.say("▸ Stopping")
        except GaveUp as reason:
            console.say(f"trato: {reason}")
            console.close()
            return 2
    console.close()
    return 0


def children(settings: Settings, values: Mapping[str, str], host: str, port: int) -> list[Child]:
    """The product's processes. `values` is put over the environment of each."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TRATO_")} | dict(values)
    env["PYTHONUNBUFFERED"] = "1"
    trato = [sys.executable, "-m", "trato"]
    found = [
        Child("web", [*trato, "web", "--host", host, "--port", str(port)], env),
        Child("worker", [*trato, "worker"], env),
    ]
    if urlsplit(settings.rasa_url).hostname in ("127.0.0.1", "localhost", "::1"):
        found.insert(0, Child("rasa", [*trato, "rasa"], env))
    return found


def _wait_until_ready(
    supervisor: Supervisor, url: str, console: Console, ask: Callable[[str], dict[str, str]] = parts_of
) -> None:
    started = time.monotonic()
    told = ""
    complained = False
    while True:
        supervisor.check()
        parts = ask(url)
        waiting = [part for part in PARTS if parts.get(part) != "ok"]
        if not waiting:
            return
        line = ", ".join(f"{part} {parts.get(part, 'starting')}" for part in PARTS)
        if line != told:
            console.say(f"▸ {line}")
            told = line
        if not complained and time.monotonic() - started > 120:
            console.say(f"trato: still waiting for {', '.join(waiting)}; the lines above, or `trato doctor`, may say why.")
            complained = True
        time.sleep(0.2)


def _welcome(settings: Settings, url: str, logins: Sequence[DemoLogin]) -> list[str]:
    lines = ["", f"  Desk        {url}/desk"]
    if settings.demo:
        lines += [f"  Phones      {url}/simulator"]
    if settings.meta.app_secret:
        lines += [f"  Webhook     {settings.public_url}/webhooks/meta"]
    if logins:
        lines += ["", "  Logins for the desk:"]
        lines += [f"    {login.role:11} {login.email:28} {login.password}" for login in logins]
    return [*lines, ""]
