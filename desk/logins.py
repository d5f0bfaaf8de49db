"""Who may enter the desk: passwords (argon2id), the lock after wrong ones, and sessions that can be taken back.

Only a keyed hash of a session's token is stored. A wrong e-mail and a wrong password take the same time and get the same answer.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from receivables.sealing import Vault

ROLES = ("agent", "supervisor", "admin")
ATTEMPTS = 5
LOCK = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
MIN_PASSWORD = 8
_KNOWN_STRANGERS = 10_000


class LoginRefused(ValueError):
    """A login that cannot be created as asked; the message says why."""


@dataclass(frozen=True)
class Agent:
    """Who sits at the desk."""

    id: int
    tenant_id: int
    email: str
    name: str
    role: str


@dataclass(frozen=True)
class Session:
    """An agent's visit, proven by the token that the browser holds."""

    agent: Agent
    csrf: str
    token_hash: bytes


@dataclass(frozen=True)
class Refusal:
    """Why nobody was let in: `wrong` (never telling what), or `locked` until `until`."""

    why: str
    until: datetime | None = None


def hasher() -> PasswordHasher:
    """argon2id with 19 MiB and two passes (the floor that OWASP names)."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


async def add(conn: AsyncConnection, email: str, name: str, role: str, password: str) -> int:
    """Create a login, or give an existing one this name, role and password (its sessions end). Returns the agent's id.

    Raises `LoginRefused` with a sentence for the person at the keyboard.
    """
    address = email.strip().lower()
    if "@" not in address.strip("@") or any(c.isspace() for c in address):
        raise LoginRefused(f"not an e-mail address: {email!r}")
    if role not in ROLES:
        raise LoginRefused(f"the role is one of {', '.join(ROLES)}, not {role!r}")
    if not name.strip():
        raise LoginRefused("the agent's name is empty")
    if len(password) < MIN_PASSWORD:
        raise LoginRefused(f"the password needs at least {MIN_PASSWORD} characters")
    hashed = await asyncio.to_thread(hasher().hash, password)
    agent_id = (
        await conn.execute(
            text("""insert into agents (email, name, role, password_hash) values (:email, :name, :role, :hash)
                    on conflict (tenant_id, email) do update set name = excluded.name, role = excluded.role,
                        password_hash = excluded.password_hash, failed_logins = 0, locked_until = null, disabled_at = null
                    returning id"""),
            {"email": address, "name": name.strip(), "role": role, "hash": hashed},
        )
    ).scalar_one()
    await conn.execute(
        text("update agent_sessions set revoked_at = now() where agent_id = :id and revoked_at is null"), {"id": agent_id}
    )
    return int(agent_id)


@dataclass
class _Strangers:
    """Wrong tries on e-mails that do not exist, so that their lock looks like that of a real one. One process's memory."""

    tries: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def locked_until(self, email: str, now: datetime) -> datetime | None:
        count, last = self.tries.get(email, (0, now))
        return last + LOCK if count >= ATTEMPTS and last + LOCK > now else None

    def fail(self, email: str, now: datetime) -> None:
        count, last = self.tries.pop(email, (0, now))
        self.tries[email] = (1 if count >= ATTEMPTS or last + LOCK <= now else count + 1, now)
        while len(self.tries) > _KNOWN_STRANGERS:
            del self.tries[next(iter(self.tries))]


class Door:
    """Checks passwords and sessions. One in each process."""

    def __init__(self, vault: Vault, *, tenant_id: int = 1) -> None:
        self._vault = vault
        self._tenant_id = tenant_id
        self._hasher = hasher()
        self._decoy: str | None = None
        self._strangers = _Strangers()

    async def enter(
        self, conn: AsyncConnection, email: str, password: str, now: datetime, *, instead_of: str | None = None
    ) -> tuple[str, Session] | Refusal:
        """A new session and its token, or why not. The caller commits either way: wrong tries are counted.

        `instead_of` is the token that the browser held before; that session ends, so that none survives a login.
        """
        address = email.strip().lower()[:320]
        row = (
            await conn.execute(
                text("""select id, tenant_id, email, name, role, password_hash, failed_logins, locked_until from agents
                        where tenant_id = :tenant and email = :email and disabled_at is null for update"""),
                {"tenant": self._tenant_id, "email": address},
            )
        ).one_or_none()
        right = await asyncio.to_thread(self._matches, row.password_hash if row else None, password[:1024])
        if row is None:
            until = self._strangers.locked_until(address, now)
            if until is not None:
                return Refusal("locked", until)
            self._strangers.fail(address, now)
            return Refusal("wrong")
        if row.locked_until is not None and row.locked_until > now:
            return Refusal("locked", row.locked_until)
        if not right:
            failed = row.failed_logins + 1
            locked = now + LOCK if failed >= ATTEMPTS else None
            await conn.execute(
                text("update agents set failed_logins = :failed, locked_until = :locked where id = :id"),
                {"failed": 0 if locked else failed, "locked": locked, "id": row.id},
            )
            if locked:
                await audit.record(conn, f"agent:{row.id}", "login.locked", None, {}, now, tenant_id=row.tenant_id)
            return Refusal("wrong")
        await conn.execute(text("update agents set failed_logins = 0, locked_until = null where id = :id"), {"id": row.id})
        if instead_of:
            await self.leave(conn, instead_of, now)
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        hashed = self._vault.token_hash(token)
        await conn.execute(
            text("""insert into agent_sessions (token_hash, tenant_id, agent_id, csrf, created_at, seen_at, expires_at)
                    values (:hash, :tenant, :agent, :csrf, :now, :now, :expires)"""),
            {
                "hash": hashed,
                "tenant": row.tenant_id,
                "agent": row.id,
                "csrf": csrf,
                "now": now,
                "expires": now + ABSOLUTE,
            },
        )
        await audit.record(conn, f"agent:{row.id}", "login.entered", None, {}, now, tenant_id=row.tenant_id)
        agent = Agent(id=row.id, tenant_id=row.tenant_id, email=row.email, name=row.name, role=row.role)
        return token, Session(agent, csrf, hashed)

    async def session(self, conn: AsyncConnection, token: str, now: datetime, *, touch: bool) -> Session | None:
        """The session of this token while it lives. `touch` counts as activity (a person did something)."""
        hashed = self._vault.token_hash(token)
        row = (
            await conn.execute(
                text("""select s.csrf, s.seen_at, a.id, a.tenant_id, a.email, a.name, a.role
                        from agent_sessions s join agents a on a.tenant_id = s.tenant_id and a.id = s.agent_id
                        where s.token_hash = :hash and s.revoked_at is null and s.expires_at > :now
                            and s.seen_at > :idle and a.disabled_at is null"""),
                {"hash": hashed, "now": now, "idle": now - IDLE},
            )
        ).one_or_none()
        if row is None:
            return None
        if touch and now - row.seen_at > timedelta(seconds=30):
            await conn.execute(
                text("update agent_sessions set seen_at = :now where token_hash = :hash"), {"now": now, "hash": hashed}
            )
        agent = Agent(id=row.id, tenant_id=row.tenant_id, email=row.email, name=row.name, role=row.role)
        return Session(agent, row.csrf, hashed)

    async def leave(self, conn: AsyncConnection, token: str, now: datetime) -> None:
        """End a session: its token is worth nothing from this commit on."""
        await conn.execute(
            text("update agent_sessions set revoked_at = :now where token_hash = :hash and revoked_at is null"),
            {"now": now, "hash": self._vault.token_hash(token)},
        )

    def _matches(self, stored: str | None, password: str) -> bool:
        if stored is None:
            # Work as long as for a login that exists.
            if self._decoy is None:
                self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
            stored = self._decoy
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())
