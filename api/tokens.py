"""Tokens by which a creditor's systems enter: made once, shown once, kept as a hash, and good for that creditor only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

PREFIX = "trato_"


@dataclass(frozen=True)
class Token:
    """What is known of a token; not the token."""

    id: int
    creditor_cnpj: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


async def add(conn: AsyncConnection, cnpj: str, name: str, now: datetime, *, tenant_id: int = 1) -> tuple[int, str]:
    """Make a token for the creditor with this normalised CNPJ; returns its number and the token, which nobody can read again."""
    token = PREFIX + secrets.token_urlsafe(32)
    made = await conn.execute(
        text("""insert into api_tokens (tenant_id, creditor_cnpj, name, token_hash, created_at)
                values (:tenant, :cnpj, :name, :hash, :now) returning id"""),
        {"tenant": tenant_id, "cnpj": cnpj, "name": name, "hash": _hash(token), "now": now},
    )
    return int(made.scalar_one()), token


async def creditor_of(conn: AsyncConnection, token: str, *, tenant_id: int = 1) -> str | None:
    """The CNPJ of the creditor whose token this is, or nothing."""
    found = await conn.execute(
        text("select creditor_cnpj from api_tokens where token_hash = :hash and tenant_id = :tenant and revoked_at is null"),
        {"hash": _hash(token), "tenant": tenant_id},
    )
    cnpj: str | None = found.scalar_one_or_none()
    return cnpj


async def every(conn: AsyncConnection, *, tenant_id: int = 1) -> list[Token]:
    """All tokens, revoked ones too, the oldest first."""
    rows = await conn.execute(
        text("select id, creditor_cnpj, name, created_at, revoked_at from api_tokens where tenant_id = :tenant order by id"),
        {"tenant": tenant_id},
    )
    return [Token(**row._mapping) for row in rows]


async def revoke(conn: AsyncConnection, token_id: int, now: datetime, *, tenant_id: int = 1) -> bool:
    """Shut the token out from now on; returns whether there was such a token that still let in."""
    done = await conn.execute(
        text(
            "update api_tokens set revoked_at = :now where id = :id and tenant_id = :tenant and revoked_at is null returning id"
        ),
        {"now": now, "id": token_id, "tenant": tenant_id},
    )
    return done.scalar_one_or_none() is not None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
