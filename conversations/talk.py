"""What a conversation needs to be held: the ground, the words, the queue."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from conversations.jobs import Jobs
from conversations.knowledge import Knowledge
from conversations.voice import Transcriber, Unavailable
from conversations.wording import Wording
from receivables.ground import Ground


@dataclass(frozen=True)
class Shelf:
    """Where files that people sent are kept, and for how many days."""

    folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "trato-media")
    days: int = 180


@dataclass(frozen=True)
class Talk:
    """Made once at start, handed down to whoever says something in a conversation."""

    ground: Ground
    wording: Wording
    jobs: Jobs
    shelf: Shelf = field(default_factory=Shelf)
    transcriber: Transcriber = field(default_factory=Unavailable)
    knowledge: Knowledge = field(default_factory=Knowledge)
