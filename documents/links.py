"""Links to papers, for channels and providers that fetch a file from an address of ours.

A link cannot be guessed and ends by itself. Only its hash is kept, so that a copy of the database opens no paper.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from receivables.sealing import Vault

PATH = "/d"

LASTS = timedelta(days=7)
"""Long enough for a provider's retries and for a person who comes back, short for a paper with somebody's data on it."""

_TOKEN_CHARACTERS = 32


@dataclass(frozen=True)
class Linked:
    """What a link leads to. `path` is relative to the folder of documents; `over` says that the link has ended."""

    path: str
    filename: str
    mime_type: str
    over: bool


async def make(conn: AsyncConnection, vault: Vault, *, key: str, path: str, filename: str, mime_type: str, now: datetime) -> str:
    """The link's token (192 bits) for this paper in the message `key`: asked again it is the same one, good from now on."""
    token = base64.urlsafe_b64encode(vault.index(f"document-link:{key}:{path}")).decode()[:_TOKEN_CHARACTERS]
    await conn.execute(
        text("""insert into document_links (token_hash, path, filename, mime_type, made_at, expires_at)
                values (:hash, :path, :filename, :mime, :now, :until)
                on conflict (token_hash) do update set expires_at = greatest(document_links.expires_at, excluded.expires_at)"""),
        {
            "hash": vault.token_hash(token),
            "path": path,
            "filename": filename,
            "mime": mime_type,
            "now": now,
            "until": now + LASTS,
        },
    )
    return token


async def follow(conn: AsyncConnection, vault: Vault, token: str, now: datetime) -> Linked | None:
    """What the token leads to; nothing for one that was never made."""
    row = (
        await conn.execute(
            text("""update document_links set fetched_at = coalesce(fetched_at, :now) where token_hash = :hash
                    returning path, filename, mime_type, expires_at <= :now as over"""),
            {"hash": vault.token_hash(token), "now": now},
        )
    ).one_or_none()
    return Linked(**row._mapping) if row else None


async def drop_old(conn: AsyncConnection, now: datetime) -> int:
    """Forget links that ended a month ago; until then whoever comes late is told so."""
    done = await conn.execute(text("delete from document_links where expires_at < :then"), {"then": now - timedelta(days=30)})
    return int(done.rowcount)
