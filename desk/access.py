"""Whose talks an agent sees: of their tenant, and, where they work for some creditors only, of those creditors' debtors.

It is asked once for every request about a talk, before whatever answers it; and a look at a person's data is written down there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from desk.guard import Refused, token_of

if TYPE_CHECKING:
    from desk.room import Room


async def creditors_of(conn: AsyncConnection, agent_id: int) -> tuple[int, ...]:
    """The creditors that this agent works for; none named means all of the tenant's."""
    rows = await conn.execute(
        text("select creditor_id from agent_creditors where agent_id = :agent order by creditor_id"), {"agent": agent_id}
    )
    return tuple(rows.scalars())


class UnknownCreditor(LookupError):
    """No book has debts of this creditor; the message says which."""


async def limit_to(conn: AsyncConnection, agent_id: int, cnpjs: Sequence[str]) -> None:
    """From now on this agent sees the people of these creditors alone; of all where none is named. Raises `UnknownCreditor`."""
    await conn.execute(text("delete from agent_creditors where agent_id = :agent"), {"agent": agent_id})
    for cnpj in cnpjs:
        done = await conn.execute(
            text("""insert into agent_creditors (tenant_id, agent_id, creditor_id)
                    select a.tenant_id, a.id, c.id from agents a join creditors c on c.tenant_id = a.tenant_id
                    where a.id = :agent and c.cnpj = :cnpj on conflict do nothing"""),
            {"agent": agent_id, "cnpj": cnpj},
        )
        if done.rowcount == 0:
            raise UnknownCreditor(f"no debts of the creditor {cnpj} have been imported")


async def people_of(conn: AsyncConnection, creditors: Sequence[int], debtor_ids: Sequence[int]) -> set[int]:
    """Those of these debtors who owe something to these creditors; all of them where no creditor is named."""
    if not creditors:
        return set(debtor_ids)
    rows = await conn.execute(
        text("select distinct debtor_id from debts where debtor_id = any(:debtors) and creditor_id = any(:creditors)"),
        {"debtors": list(debtor_ids), "creditors": list(creditors)},
    )
    return set(rows.scalars())


async def money_of(conn: AsyncConnection, debtor_id: int, creditors: Sequence[int]) -> tuple[set[int], set[int]]:
    """The charges of a debtor for these creditors, and the payments of those charges."""
    rows = await conn.execute(
        text("""select c.id charge, p.id payment from charges c left join payments p on p.charge_id = c.id
                where c.debtor_id = :debtor and c.creditor_id = any(:creditors)"""),
        {"debtor": debtor_id, "creditors": list(creditors)},
    )
    found = rows.all()
    return {row.charge for row in found}, {row.payment for row in found if row.payment is not None}


async def hidden(conn: AsyncConnection, agent_id: int, conversation_id: str) -> bool:
    """Whether there is this talk, and this agent may not see it."""
    found = await conn.execute(
        text("select not desk_sees(:agent, id) from conversations where id = :id"), {"agent": agent_id, "id": conversation_id}
    )
    return bool(found.scalar_one_or_none())


class Gate:
    """Stands before every route of the desk."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def __call__(self, request: Request) -> None:
        """Refuses a talk that is not this agent's to see, and writes down that it was looked at. Raises `Refused`."""
        conversation_id = request.path_params.get("conversation_id")
        token = token_of(request)
        if conversation_id is None or token is None:
            return  # no talk; or nobody signed in, which whoever answers says
        async with self._room.engine.begin() as conn:
            now = self._room.now()
            session = await self._room.door.session(conn, token, now, touch=False)
            if session is None:
                return
            if await hidden(conn, session.agent.id, conversation_id):
                raise Refused(404, "Não encontramos esta conversa.")
            if request.method == "GET" and request.url.path.endswith(f"/c/{conversation_id}"):
                await audit.record(
                    conn, f"agent:{session.agent.id}", "talk.seen", conversation_id, {}, now, tenant_id=session.agent.tenant_id
                )
