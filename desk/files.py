"""Files that people sent, served to an agent's browser: shown or heard where that is safe, else only saved; never run.

A file is a stranger's. Its type is what its own bytes said when it came, never what the sender or its name says; the browser may
not guess another (`nosniff`), and whatever it is, it stands in a sandbox without scripts, forms or anything from elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from channels.file_types import ENDINGS, EXPECTED

IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
SOUNDS = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/wav"})
FILMS = frozenset({"video/mp4", "video/webm", "video/3gpp"})
"""What browsers show by themselves. HEIC and AMR they do not; a PDF is a program of sorts, and text could be taken for a page: saved."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; sandbox",
    # Kept by this browser for a while: a talk that is redrawn fetches nothing again. Cleared when the agent leaves.
    "Cache-Control": "private, max-age=600",
    "Vary": "Cookie",
}


def how_shown(kind: str, mime: str) -> str | None:
    """`image`, `audio`, `video` or `download`; None for a type that nobody expects of this kind of file."""
    if mime not in EXPECTED.get(kind, ()):
        return None
    if mime in IMAGES:
        return "image"
    if mime in SOUNDS or (kind in ("voice", "audio") and mime in FILMS):
        return "audio"
    return "video" if mime in FILMS else "download"


def disposition(media_id: int, mime: str, filename: str | None, *, inline: bool) -> str:
    """The header that says what to do with the file. The name to save it under ends as its own bytes say, whatever it was called."""
    stem = "".join(c for c in Path(filename or "").stem if c.isalnum() or c in " -_.")[:80].strip(" .") or f"arquivo-{media_id}"
    name = stem + ENDINGS.get(mime, ".bin")
    plain = name.encode("ascii", "ignore").decode("ascii") or f"arquivo-{media_id}"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def on_shelf(folder: Path, relative: str) -> Path | None:
    """The file itself, if it lies within the folder and is there."""
    path = (folder / relative).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
