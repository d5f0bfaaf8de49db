"""What a Pix provider tells us of its own accord: read tolerantly, kept once, believed only after asking back.

A notice is a pointer, never a proof: amounts in it are not used. Of its content only what names the payment is kept; a payer's
name or message is nobody's business here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.alarms import raise_alarm
from payments.provider import ReceivedPix
from payments.till import Till

_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_TXID = re.compile(r"[A-Za-z0-9]{1,35}")
_WORD = re.compile(r"[A-Z_]{1,40}")
_KEPT = ("endToEndId", "txid", "valor", "horario", "chave")
_KEPT_OF_REFUND = ("id", "rtrId", "valor", "status", "natureza")
_MAX_TEXT = 100
_LOST_JOB = timedelta(seconds=60)

UNKNOWN_TRIES = 5
"""After this many answers "I know of no such payment" a notice is set aside."""


class BadNotice(ValueError):
    """The body is not what a Pix provider sends."""


@dataclass(frozen=True)
class PixNotice:
    """One thing to look into. `external_id` has one effect for ever: the payment's endToEndId, or that with a refund's id and
    status. `broken` says why an item of an otherwise readable batch cannot be looked into.
    """

    external_id: str
    end_to_end_id: str | None
    txid: str | None
    refund_id: str | None = None
    refund_status: str | None = None
    broken: str | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptNotice:
    """A notice as it lies in the store."""

    id: int
    provider: str
    external_id: str
    txid: str | None
    state: str
    attempts: int
    body: dict[str, Any]

    @property
    def end_to_end_id(self) -> str:
        return str(self.body.get("end_to_end_id") or self.external_id.partition("/")[0])

    @property
    def refund_id(self) -> str | None:
        found = self.body.get("refund_id")
        return str(found) if found else None


def read_pix_notice(body: bytes) -> list[PixNotice]:
    """The items of a notification of BACEN's API Pix. Raises `BadNotice`; never anything else, whatever the body holds.

    `devolucoes` may be a list or one object. An item that cannot be read does not take the others with it.
    """
    try:
        content = json.loads(body, parse_float=str, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError) as trouble:
        raise BadNotice("not JSON") from trouble
    items = content.get("pix") if isinstance(content, dict) else None
    if not isinstance(items, list):
        raise BadNotice("no list of Pix")
    notices: list[PixNotice] = []
    for item in items:
        notices += _read(item)
    if notices and all(notice.broken for notice in notices):
        raise BadNotice(notices[0].broken or "nothing that can be read")
    return notices


def notice_of(payment: ReceivedPix) -> PixNotice:
    """The notice that should have come for a payment that was found by asking."""
    return PixNotice(payment.end_to_end_id, payment.end_to_end_id, payment.txid, body={"found": "by asking"})


async def store_notices(conn: AsyncConnection, till: Till, provider: str, items: Sequence[PixNotice]) -> int:
    """Keep each notice that is new, with one `settle` job; returns how many were new. Answer the provider after the commit."""
    now = till.talk.ground.clock.now()
    new = 0
    for item in sorted(items, key=lambda item: item.external_id):
        inserted = await conn.execute(
            text("""insert into payment_notices (provider, external_id, txid, body, received_at, state, retry_at, why)
                    values (:provider, :external, :txid, :body, :now, :state, :retry_at, :why)
                    on conflict (provider, external_id) do nothing returning id"""),
            {
                "provider": provider,
                "external": item.external_id,
                "txid": item.txid,
                "body": json.dumps(
                    {
                        "end_to_end_id": item.end_to_end_id,
                        "refund_id": item.refund_id,
                        "refund_status": item.refund_status,
                        "told": item.body,
                    }
                ),
                "now": now,
                "state": "set_aside" if item.broken else "pending",
                "retry_at": None if item.broken else now + _LOST_JOB,
                "why": item.broken,
            },
        )
        notice_id = inserted.scalar_one_or_none()
        if notice_id is None:
            continue
        new += 1
        if item.broken:
            await raise_alarm(conn, "payment_notice_broken", item.broken, now, subject=f"notice:{notice_id}")
        else:
            await till.talk.jobs.put(conn, "settle", str(notice_id))
    return new


async def waiting(conn: AsyncConnection, now: datetime) -> list[int]:
    """Notices that are due to be looked into (again): their job was lost, or the provider had no answer yet."""
    found = await conn.execute(
        text("select id from payment_notices where state = 'pending' and retry_at <= :now order by id"), {"now": now}
    )
    return list(found.scalars().all())


async def take_notice(conn: AsyncConnection, notice_id: int) -> KeptNotice:
    """The notice, locked until this transaction ends. Raises `LookupError`."""
    found = await conn.execute(
        text("""select id, provider, external_id, txid, state, attempts, body from payment_notices
                where id = :id for update"""),
        {"id": notice_id},
    )
    row = found.one_or_none()
    if row is None:
        raise LookupError(f"there is no payment notice {notice_id}")
    return KeptNotice(**row._mapping)


async def postpone_notice(conn: AsyncConnection, notice_id: int, attempts: int, at: datetime) -> None:
    """When it is looked into again, after so many attempts."""
    await conn.execute(
        text("update payment_notices set attempts = :attempts, retry_at = :at where id = :id"),
        {"id": notice_id, "attempts": attempts, "at": at},
    )


async def finish_notice(conn: AsyncConnection, notice_id: int, state: str, why: str | None) -> None:
    """It was looked into (`done`), or cannot be (`set_aside`)."""
    await conn.execute(
        text("update payment_notices set state = :state, why = :why, retry_at = null where id = :id"),
        {"id": notice_id, "state": state, "why": why},
    )


def _whole(digits: str) -> int | str:
    # Python refuses to read numbers of thousands of digits; nothing here needs even twenty.
    return int(digits) if len(digits) < 20 else digits


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _read(item: Any) -> list[PixNotice]:
    end_to_end_id = item.get("endToEndId") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(end_to_end_id, str) or not _ID.fullmatch(end_to_end_id):
        return [_broken(item, "an item without endToEndId")]
    txid = item.get("txid")
    txid = txid if isinstance(txid, str) and _TXID.fullmatch(txid) else None
    notices = [PixNotice(end_to_end_id, end_to_end_id, txid, body=_kept(item, _KEPT))]
    refunds = item.get("devolucoes")
    for refund in refunds if isinstance(refunds, list) else [refunds] if refunds else []:
        refund_id = refund.get("id") if isinstance(refund, dict) else None
        status = refund.get("status") if isinstance(refund, dict) else None
        if not (isinstance(refund_id, str) and _ID.fullmatch(refund_id) and isinstance(status, str) and _WORD.fullmatch(status)):
            notices.append(_broken(refund, f"a refund of {end_to_end_id} without id or status"))
            continue
        notices.append(
            PixNotice(
                f"{end_to_end_id}/{refund_id}/{status}",
                end_to_end_id,
                txid,
                refund_id,
                status,
                body=_kept(refund, _KEPT_OF_REFUND),
            )
        )
    return notices


def _broken(item: Any, why: str) -> PixNotice:
    digest = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:32]
    return PixNotice(f"broken:{digest}", None, None, broken=why)


def _kept(item: dict[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The named texts, short and in characters that a database can hold."""
    kept = {}
    for name in names:
        value = item.get(name)
        if isinstance(value, str):
            kept[name] = "".join(c for c in value[:_MAX_TEXT] if c.isprintable())
    return kept
