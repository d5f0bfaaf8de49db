"""What a talk has asked and not yet had answered. A bare "5", "sexta" or "sim" answers this, and nothing else.

It lies in the store and not in Rasa, so that what is understood of the next message, the desk and a restarted process agree on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from understanding.bare import Asked

LIVES = timedelta(days=7)
"""After this long a bare answer is no answer any more; amounts and dates are counted anew by whoever acts on it before."""


@dataclass(frozen=True)
class Question:
    """An open question.

    `takes` are the kinds of bare answers it accepts; `public` says that it tells nothing of a debt, so that it stays open without
    proof of identity. Words that name an option may be given as the argument `labels`.
    """

    name: str
    takes: tuple[Asked, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    public: bool = False
    asked_at: datetime | None = None
    turn: str | None = None
    """The turn that asked it."""
    wish: tuple[str, str] | None = None
    """What the person wanted that led to it: the intent, and its words."""
    brought: bool = False
    """It was asked on another channel of the same person and not shown here yet: it is asked again before an answer counts."""
    focus: tuple[int, ...] = ()
    """The debts that the talk was about when it was asked: what a plain yes is about, on whichever channel it is said."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written on its options."""
        return tuple(self.arguments.get("labels", ()))


async def open_question(conn: AsyncConnection, conversation_id: str, now: datetime) -> Question | None:
    """The question that is open now, whoever is allowed to answer it, or nothing."""
    row = (
        await conn.execute(
            text("select open_question, asked_at from conversations where id = :id and asked_at > :since"),
            {"id": conversation_id, "since": now - LIVES},
        )
    ).one_or_none()
    if row is None:
        return None
    kept = row.open_question
    return Question(
        kept["name"],
        tuple(kept["takes"]),
        kept["arguments"],
        kept["public"],
        row.asked_at,
        kept.get("turn"),
        tuple(kept["wish"]) if kept.get("wish") else None,
        bool(kept.get("brought")),
        tuple(kept.get("focus") or ()),
    )


async def put(conn: AsyncConnection, conversation_id: str, question: Question | None, now: datetime) -> None:
    """Remember what is asked now; None: nothing is."""
    kept = None
    if question is not None:
        kept = json.dumps(
            {
                "name": question.name,
                "takes": list(question.takes),
                "arguments": dict(question.arguments),
                "public": question.public,
                "turn": question.turn,
                "wish": question.wish,
                "brought": question.brought,
                "focus": question.focus,
            }
        )
    await conn.execute(
        text("update conversations set open_question = :kept, asked_at = :at where id = :id"),
        {"id": conversation_id, "kept": kept, "at": now if kept else None},
    )


async def shown_here(conn: AsyncConnection, conversation_id: str) -> None:
    """What was brought from another channel has been asked here as well: from now on an answer to it counts."""
    await conn.execute(
        text("update conversations set open_question = open_question - 'brought' where id = :id"), {"id": conversation_id}
    )


def asked(name: str, takes: Sequence[Asked] = (), *, public: bool = False, **arguments: Any) -> Question:
    """A question as it is about to be asked."""
    return Question(name, tuple(takes), arguments, public)
