"""The import as it is seen: one bar on a terminal, its words where they were sent to."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

from bench.books import write_book
from trato.paths import ROOT


def test_a_bar_on_the_terminal_keeps_out_of_what_is_written_to_a_file(database_url: str, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    write_book(book, 10_000)
    lines = book.read_text(encoding="utf-8").splitlines()
    lines[5] = lines[5].replace(";Cartão;", ";;", 1)
    book.write_text("\n".join(lines), encoding="utf-8")
    ours, theirs = pty.openpty()
    shown = bytearray()

    def watch() -> None:
        try:
            while piece := os.read(ours, 65_536):
                shown.extend(piece)
        except OSError:
            return  # the terminal's other end is closed

    environment = {**os.environ, "TRATO_DATABASE_URL": database_url, "TRATO_DATA_DIR": str(tmp_path / "var"), "TERM": "xterm"}
    command = [sys.executable, "-m", "trato", "import", str(book)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, cwd=ROOT, env=environment, text=True) as process:
        os.close(theirs)
        watcher = threading.Thread(target=watch)
        watcher.start()
        assert process.stdout is not None
        said = process.stdout.read().splitlines()
        assert process.wait(120) == 1
    watcher.join(10)
    os.close(ours)
    assert "line 6, portfolio: refused, it is empty" in said
    assert said[-1] == "9999 imported, 0 updated, 0 unchanged, 1 refused"
    assert "Importing book.csv" in shown.decode() and "/10001" in shown.decode()
    assert "refused" not in shown.decode()


def test_a_row_in_another_encoding_near_the_top_is_refused_alone(database_url: str, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    write_book(book, 20)
    lines = book.read_bytes().splitlines()
    lines[1] = lines[1].replace(lines[1].split(b";")[4], "José".encode("latin-1"), 1)
    book.write_bytes(b"\r\n".join(lines))
    environment = {**os.environ, "TRATO_DATABASE_URL": database_url, "TRATO_DATA_DIR": str(tmp_path / "var")}
    for arguments, counts in (["--dry-run"], "19 imported, 0 updated, 0 unchanged"), ([], "19 imported, 0 updated, 0 unchanged"):
        command = [sys.executable, "-m", "trato", "import", str(book), *arguments]
        done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, text=True, timeout=120, check=False)
        said = done.stdout.splitlines()
        assert (done.returncode, done.stderr) == (1, "")
        assert "line 2, row: refused, it is not UTF-8 text" in said
        assert said[-1] == f"{counts}, 1 refused"
