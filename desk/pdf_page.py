"""One page of a stranger's PDF as a picture, in a process of its own with little time and memory: `python -m desk.pdf_page FILE N`.

A PDF is a program of sorts. What an agent sees is only the picture that this process drew; whatever the file does ends with it.
Writes the number of pages on the first line, then the PNG; exit 1 for what cannot be read.
"""

from __future__ import annotations

import io
import resource
import sys
from pathlib import Path

_SECONDS = 10
_BYTES = 1_500_000_000
_WIDTH = 1200
_MOST_PIXELS = 12_000_000


def main(path: Path, number: int) -> int:
    """Draws page `number`, from 1."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
        if not 1 <= number <= len(document):
            return 1
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(_WIDTH / max(width, 1), (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        drawn = io.BytesIO()
        page.render(scale=scale, may_draw_forms=False).to_pil().save(drawn, "PNG")
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
        return 1
    sys.stdout.buffer.write(f"{len(document)}\n".encode() + drawn.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
