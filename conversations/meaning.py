"""What a group of messages asks, before Rasa sees it: a tapped or typed choice, documents taken out, the rest harmless text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Received
from conversations.conversation import Conversation
from conversations.identity import Given
from understanding.birth_dates import find_birth_dates
from understanding.documents import find_documents
from understanding.harmless import harmless, tidy
from understanding.options import ALL, Shown, which
from understanding.plain import plain

_OFFER_LIVES = timedelta(hours=24)
_BACK_WORDS = frozenset(
    {"voltar", "voltar ao assistente", "voltar pro robo", "robo", "bot", "assistente", "continuar com o assistente"}
)
_CONTRACT = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z./-]*\d)[0-9A-Za-z][0-9A-Za-z./-]{1,39}(?![0-9A-Za-z])")

# What Rasa reads in the place of what it must not know; the training phrases use the same words.
_DOCUMENT_WORD = "documento"
_DATE_WORD = "01/01/1980"


@dataclass(frozen=True)
class Meaning:
    """Either harmless `text` for the classifier, or an `intent` given outright (with the choice it came from)."""

    text: str | None = None
    intent: str | None = None
    choice_id: str | None = None
    given: Given = field(default_factory=Given)
    silent: bool = False
    """Nothing is to be answered (a sticker in the middle of a talk)."""


async def meaning_of(conn: AsyncConnection, conversation: Conversation, events: Sequence[Received], now: datetime) -> Meaning:
    """The meaning of these messages together; they are one tap, or texts, or things that are no text."""
    first = events[0]
    if first.kind == "choice":
        chosen = await _tapped(conn, conversation, first, now)
        if chosen is not None:
            return chosen
    elif first.kind != "text":
        return await _no_text(conn, conversation, events, now)
    said = "\n".join(tidy(event.text or "") for event in events).strip()
    if not said:
        return Meaning(intent="mensagem_vazia")
    if conversation.owner == "queue" and plain(said) in _BACK_WORDS:
        return Meaning(intent="voltar_ao_assistente")
    given, masked = take_out(said, now)
    if given.empty or not (given.documents or given.bad_documents):
        typed = await _typed(conn, conversation, said, now)
        if typed is not None:
            return typed
    if _only_identity(masked) and (given.documents or given.bad_documents):
        return Meaning(intent="informar_cpf", text=None, given=given)
    return Meaning(text=harmless(masked) or None, intent=None if harmless(masked) else "mensagem_vazia", given=given)


def take_out(said: str, now: datetime) -> tuple[Given, str]:
    """The documents, full dates and contract-like words of a text, and the text with the first two replaced."""
    documents = find_documents(said)
    # The digits of a document must not lend themselves to a date beside it.
    blanked = said
    for doc in documents:
        if doc.valid or doc.kind == "cnpj":
            blanked = blanked[: doc.start] + "#" * (doc.end - doc.start) + blanked[doc.end :]
    dates = find_birth_dates(blanked, now.date())
    documents = [doc for doc in documents if doc.valid or all(d.end <= doc.start or d.start >= doc.end for d in dates)]
    spans = sorted(
        [(d.start, d.end, _DOCUMENT_WORD) for d in documents] + [(d.start, d.end, _DATE_WORD) for d in dates], reverse=True
    )
    masked = said
    rest = said
    for start, end, word in spans:
        masked = f"{masked[:start]} {word} {masked[end:]}"
        rest = f"{rest[:start]} {rest[end:]}"
    given = Given(
        documents=tuple(d.value for d in documents if d.valid),
        bad_documents=sum(not d.valid for d in documents),
        dates=tuple(d.value for d in dates),
        contracts=tuple(m.group() for m in _CONTRACT.finditer(rest))[:20],
    )
    return given, masked


def _only_identity(masked: str) -> bool:
    """Whether hardly anything but documents and dates was written."""
    words = [w for w in plain(masked.replace(_DATE_WORD, " ").replace(_DOCUMENT_WORD, " ")).split() if len(w) > 2]
    return (
        len([w for w in words if w not in {"cpf", "cnpj", "meu", "minha", "nascimento", "nasci", "data", "dia", "contrato"}]) == 0
    )


async def _tapped(conn: AsyncConnection, conversation: Conversation, event: Received, now: datetime) -> Meaning | None:
    """The choice that was tapped, if it is one of ours in this very conversation; else its title counts as typed text."""
    row = (
        await conn.execute(
            text("""select id, meaning, single_use, used_at, expires_at from choices
                    where id = :id and conversation_id = :conversation"""),
            {"id": event.choice_id, "conversation": conversation.id},
        )
    ).one_or_none()
    if row is None:
        return None
    if (row.single_use and row.used_at is not None) or (row.expires_at is not None and row.expires_at <= now):
        return Meaning(intent="escolha_antiga")
    return Meaning(intent=row.meaning, choice_id=row.id)


async def _typed(conn: AsyncConnection, conversation: Conversation, said: str, now: datetime) -> Meaning | None:
    """The one of the last offered answers that this text names, if it clearly does."""
    rows = (
        await conn.execute(
            text("""select id, position, label, meaning, arguments, single_use, used_at from choices
                    where conversation_id = :id and created_at > :since
                    and group_id = (select group_id from choices where conversation_id = :id order by created_at desc, id limit 1)
                    order by position"""),
            {"id": conversation.id, "since": now - _OFFER_LIVES},
        )
    ).all()
    if not rows:
        return None
    picked = which(said, [Shown(row.label, str(row.arguments.get("also", ""))) for row in rows])
    if picked == ALL:
        every = [row for row in rows if row.arguments.get("all")]
        if not every:
            return None
        row = every[0]
    elif picked is None:
        return None
    else:
        row = rows[picked - 1]
    if row.single_use and row.used_at is not None:
        return Meaning(intent="escolha_antiga")
    return Meaning(intent=row.meaning, choice_id=row.id)


async def _no_text(conn: AsyncConnection, conversation: Conversation, events: Sequence[Received], now: datetime) -> Meaning:
    media = [event.media.kind for event in events if event.media]
    captions = "\n".join(
        filter(None, (tidy(event.text or (event.media.caption or "") if event.media else "") for event in events))
    )
    if media and all(kind == "sticker" for kind in media):
        spoken = await conn.execute(
            text("select 1 from outbox where conversation_id = :id and queued_at > :since limit 1"),
            {"id": conversation.id, "since": now - _OFFER_LIVES},
        )
        return Meaning(silent=True) if spoken.first() else Meaning(intent="saudar")
    if media:
        given, _ = take_out(captions, now) if captions else (Given(), "")
        return Meaning(intent="enviou_midia", given=given)
    if events[0].kind in ("unsupported", "empty_interactive"):
        return Meaning(intent="mensagem_vazia")
    return Meaning(intent="enviou_outra_coisa")
