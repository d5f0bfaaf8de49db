"""What people ask of us that is answered by a day: their data, complaints, papers of a representative. Each has a protocol.

LGPD (Lei 13.709/2018): rights in art. 18, an answer within 15 days in art. 19 II. Complaints: an ombudsman answers within ten business
days (Res. CMN 4.860/2020 art. 6), which is promised here to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import Conversation
from conversations.protocol import new_protocol
from receivables.calendar import add_business_days
from receivables.ground import Ground

DATA_DAYS = 15
COMPLAINT_BUSINESS_DAYS = 10
_MOST_WORDS = 4000


@dataclass(frozen=True)
class Request:
    """A request as it is kept. `new` is False when the same had been asked before and is still open."""

    id: int
    kind: str
    protocol: str
    asked_at: datetime
    due_on: date
    status: str
    new: bool = False


NAMED_KINDS = frozenset("complaint contract legal_threat contact representative deceased".split())
"""Requests that have a name of their own under `data/labels`; any other is a request."""
_REQUEST = "select id, kind, protocol, asked_at, due_on, status from requests"


async def register(
    conn: AsyncConnection,
    ground: Ground,
    conversation: Conversation,
    kind: str,
    turn_id: str,
    *,
    debtor_id: int | None = None,
    words: str | None = None,
    done: str | None = None,
) -> Request:
    """Keep a request and give its protocol. The same turn registers once; who asks the same again on the same day gets the same one.

    `words` are kept sealed. `done` tells what was done at once: the request is then closed as it is made.
    """
    now, today = ground.clock.now(), ground.clock.today()
    known = (
        await conn.execute(
            text(f"""{_REQUEST} where conversation_id = :id and kind = :kind and (key = :key or status = 'open' and asked_at > :since)
                    order by id desc limit 1"""),
            {"id": conversation.id, "kind": kind, "key": f"{turn_id}:{kind}", "since": now - timedelta(days=1)},
        )
    ).one_or_none()
    if known is not None:
        return Request(**known._mapping)
    row = (
        await conn.execute(
            text("""insert into requests (tenant_id, conversation_id, debtor_id, kind, protocol, key, words_sealed, asked_at, due_on,
                        status, done_at, done_by, answer)
                    values (:tenant, :id, :debtor, :kind, :protocol, :key, :words, :now, :due, :status, :done_at, :done_by, :answer)
                    returning id, kind, protocol, asked_at, due_on, status"""),
            {
                "tenant": conversation.tenant_id,
                "id": conversation.id,
                "debtor": debtor_id,
                "kind": kind,
                "protocol": new_protocol(today),
                "key": f"{turn_id}:{kind}",
                "words": ground.vault.seal(words, "request") if words else None,
                "now": now,
                "due": due_on(kind, today),
                "status": "done" if done else "open",
                "done_at": now if done else None,
                "done_by": "bot" if done else None,
                "answer": done,
            },
        )
    ).one()
    request = Request(**row._mapping, new=True)
    await audit.record(
        conn,
        "debtor",
        "request.made",
        f"request:{request.protocol}",
        {"kind": kind, "due": request.due_on.isoformat()},
        now,
        tenant_id=conversation.tenant_id,
    )
    return request


async def add_words(conn: AsyncConnection, ground: Ground, request_id: int, words: str) -> None:
    """Keep what else was said of a request, sealed with what was said before."""
    sealed = (
        await conn.execute(text("select words_sealed from requests where id = :id for update"), {"id": request_id})
    ).scalar_one()
    before = ground.vault.open(sealed, "request") if sealed else ""
    together = "\n".join(filter(None, (before, words)))[:_MOST_WORDS]
    await conn.execute(
        text("update requests set words_sealed = :words where id = :id"),
        {"id": request_id, "words": ground.vault.seal(together, "request")},
    )


async def newest_request(conn: AsyncConnection, conversation_id: str, kind: str) -> Request | None:
    """The newest request of this kind that was made in a talk, whatever became of it."""
    row = (
        await conn.execute(
            text(f"{_REQUEST} where conversation_id = :id and kind = :kind order by id desc limit 1"),
            {"id": conversation_id, "kind": kind},
        )
    ).one_or_none()
    return Request(**row._mapping) if row else None


async def close_request(
    conn: AsyncConnection,
    request_id: int,
    status: Literal["done", "refused"],
    *,
    by: str,
    answer: str,
    now: datetime,
    tenant_id: int,
) -> bool:
    """A human has done what was asked, or says why not (`answer`, which is kept). False when it was closed already. `by` as in the audit."""
    row = (
        await conn.execute(
            text("""update requests set status = :status, done_at = :now, done_by = :by, answer = :answer
                    where id = :id and tenant_id = :tenant and status = 'open' returning protocol, kind"""),
            {"id": request_id, "tenant": tenant_id, "status": status, "now": now, "by": by, "answer": answer},
        )
    ).one_or_none()
    if row is None:
        return False
    await audit.record(conn, by, f"request.{status}", f"request:{row.protocol}", {"kind": row.kind}, now, tenant_id=tenant_id)
    return True


def due_on(kind: str, today: date) -> date:
    """By when it is answered: LGPD art. 19 II counts 15 days; everything else has ten business days."""
    if kind.startswith("data_"):
        return today + timedelta(days=DATA_DAYS)
    return add_business_days(today, COMPLAINT_BUSINESS_DAYS)


async def open_requests_of(conn: AsyncConnection, debtor_id: int, conversation_id: str) -> list[Request]:
    """What this debtor, or this talk before it was known whose it is, asked for and has had no answer to."""
    rows = await conn.execute(
        text(f"""{_REQUEST} where status = 'open' and (debtor_id = :debtor or debtor_id is null and conversation_id = :id)
                order by id"""),
        {"debtor": debtor_id, "id": conversation_id},
    )
    return [Request(**row._mapping) for row in rows]


async def requests_of(conn: AsyncConnection, debtor_id: int) -> list[Request]:
    """Every request of this debtor, answered or not, the newest first."""
    rows = await conn.execute(text(f"{_REQUEST} where debtor_id = :debtor order by id desc"), {"debtor": debtor_id})
    return [Request(**row._mapping) for row in rows]
