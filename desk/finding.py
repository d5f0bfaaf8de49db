"""Talks found by what an agent knows: a name, a CPF, a telephone or its end, a protocol, an amount, a Pix id, words of the talk.

What a person typed is told apart by its form, so that each question has one index; only talks that this agent may see are found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from desk.guard import DeskRoute
from desk.logins import Agent
from desk.room import Room
from desk.writing import centavos, masked_phone
from receivables.ground import Ground
from receivables.phone import canonical
from receivables.store import document_index
from receivables.taxid import TaxIdError, parse

MOST = 30
_MOST_LINES = 400
"""How many lines with the words are looked at: of a word that everybody says the newest talks are not all found."""

_PROTOCOL = re.compile(r"\d{4}-\d{4}-[A-Za-z0-9]{6}")
_PIX_ID = re.compile(r"[A-Za-z0-9]{26,35}")
_END_OF_PHONE = re.compile(r"\d{4,9}")
_AMOUNT = re.compile(r"R\$ ?[\d.]+(?:,\d{1,2})?|[\d.]+,\d{2}")
_WORD = re.compile(r"[a-z0-9]+")


WHY = {
    "name": "pelo nome",
    "phone_name": "telefone no cadastro de {line}, não confirmado",
    "document": "pelo CPF ou CNPJ",
    "phone": "pelo telefone",
    "protocol": "pelo protocolo",
    "amount": "por um valor",
    "pix": "pelo Pix",
    "words": "“{line}”",
}


def routes(room: Room) -> APIRouter:
    """What the command bar asks for."""

    async def search(request: Request) -> Response:
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            found = await find(conn, room.ground, session.agent, request.query_params.get("q", ""), room.now())
        return JSONResponse(
            [{"href": f"/desk/c/{one.id}", "name": one.called, "why": one.in_words} for one in found[:12]],
        )

    part = APIRouter(route_class=DeskRoute)
    part.add_api_route("/search.json", search, methods=["GET"])
    return part


@dataclass(frozen=True)
class Found:
    """A talk, and why it was found: `name`, `phone_name` (a name that only the telephone tells), `document`, `phone`, `protocol`,
    `amount`, `pix`, `words` (then `line` holds what was said)."""

    id: str
    owner: str
    name: str | None
    phone: str | None
    channel: str
    last_inbound_at: datetime | None
    why: str
    line: str | None

    @property
    def called(self) -> str:
        return self.name or (masked_phone(self.phone) if self.phone else "Sem telefone")

    @property
    def in_words(self) -> str:
        """Why it was found, for the agent."""
        return WHY[self.why].format(line=" ".join((self.line or "").split())[:80])


def plain(words: str) -> str:
    """Lower case, without accents: as names and words are compared."""
    return "".join(c for c in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(c))


def as_query(words: str) -> str:
    """Words as a question for PostgreSQL's text search, each by its beginning; empty when there is nothing to ask."""
    return " & ".join(f"{word}:*" for word in _WORD.findall(plain(words))[:8])


async def find(conn: AsyncConnection, ground: Ground, agent: Agent, words: str, now: datetime) -> list[Found]:
    """The talks that fit, those with the team first, then the latest. A look by CPF or CNPJ is written down."""
    words = words.replace("\x00", "").strip()[:120]
    ways, values = _ways(ground, words)
    if not ways:
        return []
    rows = await conn.execute(
        text(f"""
            with hits as ({" union all ".join(ways)}),
            best as (select distinct on (id) id, why, line from hits order by id, rank)
            select c.id, c.owner, d.name, coalesce(c.phone_key, c.address_raw) phone, c.channel, c.last_inbound_at, best.why,
                best.line
            from best join conversations c on c.id = best.id and c.tenant_id = :tenant
            left join debtors d on d.id = c.debtor_id and d.tenant_id = c.tenant_id
            where desk_sees(:agent, c.id)
            order by c.owner = 'bot', c.last_inbound_at desc nulls last, c.id limit :most"""),
        {"tenant": agent.tenant_id, "agent": agent.id, "most": MOST, **values},
    )
    found = [Found(**row._mapping) for row in rows]
    if "document" in values:
        talks = {"found": len(found)}
        await audit.record(conn, f"agent:{agent.id}", "document.searched", None, talks, now, tenant_id=agent.tenant_id)
    return found


def _ways(ground: Ground, words: str) -> tuple[list[str], Mapping[str, Any]]:
    """The questions that these words may be, and their values."""
    bare = re.sub(r"[\s.\-/()]", "", words)
    if _PROTOCOL.fullmatch(words):
        return [_BY_PROTOCOL], {"protocol": words.upper()}
    try:
        document = parse(bare).number if len(bare) in (11, 14) else None
    except TaxIdError:
        document = None
    ways, values = [], dict[str, Any]()
    if document is not None:
        ways.append(_BY_DOCUMENT)
        values["document"] = document_index(ground, document)
    phone = canonical(words)
    if phone is not None:
        ways.append(
            "(select id, 'phone' why, null::text line, 1 rank from conversations where tenant_id = :tenant and phone_key = :phone)"
        )
        values["phone"] = phone
    elif _END_OF_PHONE.fullmatch(bare):
        ways.append(
            """(select id, 'phone' why, null::text line, 2 rank from conversations
                where tenant_id = :tenant and reverse(phone_key) like :end limit 50)"""
        )
        values["end"] = bare[::-1] + "%"
    if ways:
        return ways, values
    if _AMOUNT.fullmatch(words):
        amount = centavos(words)
        if amount is not None:
            return [_BY_AMOUNT], {"amount": amount}
    if _PIX_ID.fullmatch(words) and any(c.isdigit() for c in words):
        return [_BY_PIX], {"pix": words}
    query = as_query(words)
    if len(query) < 4:
        return [], {}
    return [_BY_NAME, _BY_WORDS], {"query": query, "lines": _MOST_LINES}


_BY_DOCUMENT = """
    (select c.id, 'document' why, null::text line, 1 rank from debtors d join conversations c on c.debtor_id = d.id
     where d.tenant_id = :tenant and d.document_index = :document)"""

_BY_PROTOCOL = """
    (select c.id, 'protocol' why, null::text line, 1 rank from (
        select debtor_id from agreements where tenant_id = :tenant and protocol = :protocol
        union select debtor_id from proposals where tenant_id = :tenant and protocol = :protocol
        union select debtor_id from extensions where tenant_id = :tenant and protocol = :protocol
        union select debtor_id from promises where tenant_id = :tenant and protocol = :protocol
        union select debtor_id from disputes where tenant_id = :tenant and protocol = :protocol
        union select debtor_id from payment_claims where tenant_id = :tenant and protocol = :protocol
     ) p join conversations c on c.debtor_id = p.debtor_id
     union all select conversation_id, 'protocol', null, 1 from requests where tenant_id = :tenant and protocol = :protocol)"""

_BY_AMOUNT = """
    (select c.id, 'amount' why, null::text line, 1 rank from (
        select debtor_id from charges where tenant_id = :tenant and amount = :amount
        union select debtor_id from payments where tenant_id = :tenant and amount = :amount limit 100
     ) m join conversations c on c.debtor_id = m.debtor_id)"""

_BY_PIX = """
    (select c.id, 'pix' why, null::text line, 1 rank from (
        select debtor_id from charges where tenant_id = :tenant and txid = :pix
        union select debtor_id from payments where tenant_id = :tenant and end_to_end_id = :pix
     ) m join conversations c on c.debtor_id = m.debtor_id)"""

_BY_NAME = """
    (select c.id, 'name' why, null::text line, 1 rank from
        (select id from debtors where tenant_id = :tenant and plain_words(name) @@ to_tsquery('simple', :query) limit 200) d
        join conversations c on c.debtor_id = d.id)
    union all
    (select c.id, 'phone_name', d.name, 2 from
        (select id, name from debtors where tenant_id = :tenant and plain_words(name) @@ to_tsquery('simple', :query) limit 200) d
        join debtor_phones p on p.debtor_id = d.id and p.tenant_id = :tenant and p.state <> 'wrong_person'
        join conversations c on c.tenant_id = :tenant and c.phone_key = p.phone_key and c.debtor_id is null)"""

_BY_WORDS = """
    (select conversation_id, 'words', text, 3 from transcript
     where tenant_id = :tenant and author in ('debtor', 'agent', 'note')
        and plain_words(text) @@ to_tsquery('simple', :query) limit :lines)"""
