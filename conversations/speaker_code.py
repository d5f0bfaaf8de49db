"""A code that proves who speaks: shown in one talk, typed on our own public page, which says whether that talk is ours.

Whoever fears a scam reaches the page by an address they find by themselves; a swindler can show neither a code of ours that belongs
to the victim's own telephone nor change what the page says. The page tells the channel and the masked address, never a debt or a name.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import Conversation

LIVES = timedelta(minutes=30)
_AS_GOOD_AS_NEW = timedelta(minutes=15)
"""A code that still lives this long is shown again as it is, so that two on one screen do not confuse."""

MISS_WINDOW = timedelta(minutes=10)
MOST_MISSES = 10
"""So many wrong codes from one address within the window, and it has to wait."""
MOST_MISSES_OF_ALL = 200
"""So many from everybody together: somebody is trying codes from many addresses."""

_ONE_AT_A_TIME = 0x7472_6174_6F02


@dataclass(frozen=True)
class SpeakerCode:
    code: str
    expires_at: datetime

    @property
    def spaced(self) -> str:
        """In two halves, as people read and type it."""
        return f"{self.code[:3]} {self.code[3:]}"


@dataclass(frozen=True)
class OurTalk:
    """The talk that a code belongs to, as far as anybody may know of it."""

    channel: str
    masked_address: str
    made_at: datetime
    expires_at: datetime


async def code_for(conn: AsyncConnection, conversation: Conversation, now: datetime) -> SpeakerCode:
    """The code of this conversation: the one it has while that is good for a while yet, else a new one that nobody else has."""
    await conn.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
    row = (
        await conn.execute(
            text("select code, expires_at from speaker_codes where conversation_id = :id and expires_at > :soon"),
            {"id": conversation.id, "soon": now + _AS_GOOD_AS_NEW},
        )
    ).one_or_none()
    if row is not None:
        return SpeakerCode(row.code, row.expires_at)
    await conn.execute(
        text("delete from speaker_codes where conversation_id = :id or expires_at <= :now"), {"id": conversation.id, "now": now}
    )
    while True:
        made = SpeakerCode(f"{secrets.randbelow(1_000_000):06d}", now + LIVES)
        done = await conn.execute(
            text("""insert into speaker_codes (conversation_id, tenant_id, code, made_at, expires_at)
                    values (:id, :tenant, :code, :now, :until) on conflict (code) do nothing"""),
            {
                "id": conversation.id,
                "tenant": conversation.tenant_id,
                "code": made.code,
                "now": now,
                "until": made.expires_at,
            },
        )
        if done.rowcount == 1:
            return made


def digits_of(typed: str) -> str | None:
    """The six digits that somebody typed, however they spaced them; None when it is no code."""
    digits = re.sub(r"[\s.\-]", "", typed)
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


async def look_up(conn: AsyncConnection, code: str, who: bytes, now: datetime) -> OurTalk | None:
    """The talk that this code belongs to right now, or nothing, which is counted against `who` (a keyed hash of an address)."""
    row = (
        await conn.execute(
            text("""select s.made_at, s.expires_at, c.channel, c.phone_key, c.user_id from speaker_codes s
                    join conversations c on c.id = s.conversation_id where s.code = :code and s.expires_at > :now"""),
            {"code": code, "now": now},
        )
    ).one_or_none()
    if row is None:
        await conn.execute(text("insert into code_misses (who, at) values (:who, :now)"), {"who": who, "now": now})
        return None
    return OurTalk(row.channel, masked_address(row.phone_key, row.user_id), row.made_at, row.expires_at)


async def must_wait(conn: AsyncConnection, who: bytes, now: datetime) -> bool:
    """Whether too many wrong codes came from here, or from everywhere, to look for another one."""
    await conn.execute(text("delete from code_misses where at < :since"), {"since": now - timedelta(days=1)})
    row = (
        await conn.execute(
            text("select count(*) filter (where who = :who) mine, count(*) every from code_misses where at > :since"),
            {"who": who, "since": now - MISS_WINDOW},
        )
    ).one()
    return bool(row.mine >= MOST_MISSES or row.every >= MOST_MISSES_OF_ALL)


def masked_address(phone_key: str | None, user_id: str | None) -> str:
    """A telephone as its owner knows it again and nobody else learns it: (11) 9****-0001; an account by its last letters."""
    if phone_key:
        digits = re.sub(r"\D", "", phone_key)
        if digits.startswith("55") and len(digits) in (12, 13):
            return f"({digits[2:4]}) {digits[4]}****-{digits[-4:]}"
        return f"+{digits[:2]} ****{digits[-4:]}"
    return f"****{user_id[-4:]}" if user_id else "****"
