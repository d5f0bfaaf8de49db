"""Starting and ending processes so that none is left behind, whatever happens to the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str],
    *,
    output: IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: tuple[int, int] | None = None,
    dies_by: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Starts `command` in a session of its own: Ctrl-C in the terminal reaches only us, and we end it in order.

    Where the system can (Linux), it gets `dies_by` when the thread that called this ends, even by kill -9, so call it
    from the main thread. `user` is a uid and gid to become.
    """
    identity: dict[str, object] = {}
    if user is not None:
        identity = {"user": user[0], "group": user[1], "extra_groups": []}
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # noqa: S603 - only commands of ours
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        preexec_fn=_death_signal(dies_by),
        **identity,
    )


def end(process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
    """Asks the process to end; after `patience` seconds kills it; then kills what is left of its group."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    kill_group(process.pid)
    process.wait()


def kill_group(leader: int) -> None:
    """Kills whatever still lives in the group that `leader` (a pid from `spawn`) led."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _death_signal(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        # Runs between fork and exec: only system calls here. The parent may have died before we asked.
        libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return ask
