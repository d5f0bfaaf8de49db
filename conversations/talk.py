"""What a conversation needs to be held: the ground, the words, the queue."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.jobs import Jobs
from conversations.wording import Wording
from receivables.ground import Ground


@dataclass(frozen=True)
class Talk:
    """Made once at start, handed down to whoever says something in a conversation."""

    ground: Ground
    wording: Wording
    jobs: Jobs
