"""`docs/channels.md` says what the code declares."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from channels.channel import Capabilities
from channels.registry import DOORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"


def _many(number: int) -> str:
    return str(number) if number else "no"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _window(window: timedelta | None) -> str:
    return f"{int(window / timedelta(hours=1))} h" if window else "no"


def row(name: str, can: Capabilities) -> dict[str, str]:
    files = "yes, fetched from `/d/<token>`" if can.files and can.file_links else _yes(can.files)
    return {
        "name in `Address.channel`": f"`{name}`",
        "longest text (UTF-16 units)": str(can.text),
        "answers as buttons": _many(can.buttons),
        "answers as a list": _many(can.rows),
        "answers as suggestions": _many(can.suggestions),
        "cards side by side": _many(can.cards),
        "actions of a tap": ", ".join(sorted(can.actions)) or "no",
        "files": files,
        "native payment card": _yes(can.payment_card),
        "approved templates": _yes(can.templates),
        "typing sign": _yes(can.typing),
        "window after the person's last message": _window(can.window),
        "a repeat is one message": _yes(can.repeatable),
    }


def table() -> str:
    """The matrix as it should stand in the page."""
    columns = {door: row(name, can) for door, (name, can) in DOORS.items()}
    names = next(iter(columns.values()))
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(column[name] for column in columns.values())} |" for name in names]
    return "\n".join(lines)


def test_the_matrix_says_what_each_channel_declares() -> None:
    shown = PAGE.read_text(encoding="utf-8").split("<!-- matrix -->")[1].split("<!-- end -->")[0].strip()
    assert shown == table(), f"docs/channels.md should hold:\n{table()}"


def test_the_same_channel_has_the_same_window_whoever_carries_it() -> None:
    windows: dict[str, set[timedelta | None]] = {}
    for name, can in DOORS.values():
        windows.setdefault(name, set()).add(can.window)
    assert all(len(found) == 1 for found in windows.values())
