"""The end of a talk with a human: required, two levels deep, done after ten seconds in which it can be taken back.

Until it takes effect the talk stays with its agent, so that the bot says nothing that would have to be unsaid; what the person
writes meanwhile undoes the ending, for somebody has to read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import audit, handover
from conversations.care import pause_person
from conversations.consent import let_go, opt_out
from conversations.conversation import Conversation, get, live_proof, void_proof
from conversations.handover import announce
from conversations.masking import mask
from conversations.requests import register
from conversations.talk import Talk
from desk.dispositions import CLAIMED_DAYS, DISPOSITIONS, HARDSHIP_DAYS, LACKS, Done, first_words
from desk.guard import Refused
from receivables.pauses import Reason

_log = structlog.get_logger("trato.desk")

SECOND_THOUGHTS = timedelta(seconds=10)
_LONGEST_SUMMARY = 4000


@dataclass(frozen=True)
class Ending:
    """An ending that was chosen. `state`: waiting, done or undone."""

    id: int
    conversation_id: str
    handoff_id: int
    agent_id: int
    disposition: str
    summary: str
    facts: Mapping[str, Any]
    made_at: datetime
    due_at: datetime
    state: str
    why: str | None

    def seconds_left(self, now: datetime) -> int:
        return max(0, -int((now - self.due_at) // timedelta(seconds=1)))


_ENDING = """select id, conversation_id, handoff_id, agent_id, disposition, summary, facts, made_at, due_at, state, why from talk_endings"""


async def what_was_done(conn: AsyncConnection, conversation: Conversation) -> Done:
    """What happened since a human took this talk, by the store."""
    row = (
        await conn.execute(
            text("""
                select h.taken_at, h.reason,
                    (select count(*) from transcript t where t.conversation_id = h.conversation_id and t.author = 'debtor'
                        and t.at >= h.taken_at) wrote,
                    (select t.text from transcript t where t.conversation_id = h.conversation_id and t.author = 'debtor'
                        and t.text <> '' order by t.id desc limit 1) last_words,
                    (select array[p.day::text, p.amount::text] from promises p where p.debtor_id = c.debtor_id
                        and p.status = 'open' order by p.id desc limit 1) promise,
                    (select array[a.protocol, a.total::text] from agreements a where a.debtor_id = c.debtor_id
                        and a.status = 'active' and a.accepted_at >= h.taken_at order by a.id desc limit 1) agreement,
                    (select array[x.kind, x.amount::text] from charges x where x.debtor_id = c.debtor_id
                        and x.status in ('pending', 'active') and (x.created_at >= h.taken_at or x.conversation_id = c.id)
                        order by x.id desc limit 1) charge,
                    (select y.amount from payments y where y.debtor_id = c.debtor_id and y.recorded_at >= h.taken_at
                        order by y.id desc limit 1) payment,
                    (select array[e.due_date::text, e.total::text] from extensions e where e.debtor_id = c.debtor_id
                        and e.granted_at >= h.taken_at order by e.id desc limit 1) extension,
                    (select array[d.protocol, d.answer_by::text] from disputes d where d.debtor_id = c.debtor_id
                        and d.status = 'open' order by d.id desc limit 1) dispute,
                    (select q.protocol from proposals q where q.debtor_id = c.debtor_id and q.status = 'waiting'
                        order by q.id desc limit 1) proposal
                from handoffs h join conversations c on c.id = h.conversation_id
                where h.conversation_id = :id and h.status = 'taken'"""),
            {"id": conversation.id},
        )
    ).one_or_none()
    if row is None:
        raise LookupError(f"nobody has taken {conversation.id}")
    return Done(
        taken_at=row.taken_at,
        reason=row.reason,
        wrote=row.wrote,
        last_words=row.last_words,
        promise=(_day(row.promise[0]), int(row.promise[1])) if row.promise else None,
        agreement=(row.agreement[0], int(row.agreement[1])) if row.agreement else None,
        charge=(row.charge[0], int(row.charge[1])) if row.charge else None,
        payment=row.payment,
        extension=(_day(row.extension[0]), int(row.extension[1])) if row.extension else None,
        dispute=(row.dispute[0], _day(row.dispute[1])) if row.dispute else None,
        proposal=row.proposal,
    )


def _day(written: str) -> date:
    return date.fromisoformat(written)


async def begin(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int, disposition: str, summary: str) -> Ending:
    """Choose how the talk ends; it takes effect after `SECOND_THOUGHTS`. Chosen again, the first choice stays. Raises `Refused`."""
    chosen = DISPOSITIONS.get(disposition)
    if chosen is None:
        raise Refused(422, "Escolha a tabulação: como o atendimento terminou.")
    conversation = await get(conn, conversation_id, lock=True)
    if conversation.owner != "agent" or conversation.agent_id != agent_id:
        raise Refused(409, "Este atendimento já não está com você.")
    waiting = await waiting_ending(conn, conversation_id)
    if waiting is not None:
        return waiting
    done = await what_was_done(conn, conversation)
    if not done.has(chosen.needs):
        assert chosen.needs is not None
        raise Refused(409, LACKS[chosen.needs])
    now = talk.ground.clock.now()
    ending_id = (
        await conn.execute(
            text("""insert into talk_endings (tenant_id, conversation_id, handoff_id, agent_id, disposition, summary, facts, made_at,
                        due_at)
                    select :tenant, :id, h.id, :agent, :disposition, :summary, jsonb_build_object('last_line',
                        coalesce((select max(id) from transcript where conversation_id = :id), 0)), :now, :due
                    from handoffs h where h.conversation_id = :id and h.status = 'taken' returning id"""),
            {
                "tenant": conversation.tenant_id,
                "id": conversation_id,
                "agent": agent_id,
                "disposition": disposition,
                "summary": mask(summary)[:_LONGEST_SUMMARY],
                "now": now,
                "due": now + SECOND_THOUGHTS,
            },
        )
    ).scalar_one()
    await announce(conn, conversation_id)
    return await _get(conn, ending_id)


async def undo(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int) -> bool:
    """Take the ending back while it waits; False when it is too late, or was not this agent's."""
    await get(conn, conversation_id, lock=True)
    waiting = await waiting_ending(conn, conversation_id)
    if waiting is None or waiting.agent_id != agent_id:
        return False
    await _end(conn, waiting.id, "undone", "agent", [], talk.ground.clock.now())
    await announce(conn, conversation_id)
    return True


async def waiting_ending(conn: AsyncConnection, conversation_id: str) -> Ending | None:
    """The ending of this talk that can still be taken back."""
    row = (
        await conn.execute(text(f"{_ENDING} where conversation_id = :id and state = 'waiting'"), {"id": conversation_id})
    ).one_or_none()
    return Ending(**row._mapping) if row else None


async def waiting_of(conn: AsyncConnection, agent_id: int) -> list[Ending]:
    """Those of an agent, wherever they look meanwhile."""
    rows = await conn.execute(text(f"{_ENDING} where agent_id = :agent and state = 'waiting' order by id"), {"agent": agent_id})
    return [Ending(**row._mapping) for row in rows]


async def finish_due(engine: AsyncEngine, talk: Talk) -> int:
    """Let every ending take effect whose seconds are over; returns how many. For the sweep; one transaction each."""
    async with engine.begin() as conn:
        rows = await conn.execute(
            text("select id from talk_endings where state = 'waiting' and due_at <= :now order by due_at limit 100"),
            {"now": talk.ground.clock.now()},
        )
        due = list(rows.scalars())
    done = 0
    for ending_id in due:
        try:
            async with engine.begin() as conn:
                done += await finish(conn, talk, ending_id)
        except Exception as trouble:
            # One talk that cannot end keeps nobody else's from ending; it is tried again with the next sweep.
            _log.error("talk_not_ended", ending=ending_id, why=type(trouble).__name__, detail=str(trouble)[:200])
    return done


async def finish(conn: AsyncConnection, talk: Talk, ending_id: int) -> bool:
    """Let an ending take effect now: what it says is done, and the bot has the talk back. Done twice, it does nothing more."""
    seen = await _get(conn, ending_id)
    conversation = await get(conn, seen.conversation_id, lock=True)
    ending = await _get(conn, ending_id)
    if ending.state != "waiting":
        return False
    now = talk.ground.clock.now()
    if conversation.owner != "agent" or conversation.agent_id != ending.agent_id:
        await _end(conn, ending.id, "undone", "not_theirs", [], now)
        await announce(conn, conversation.id)
        return False
    wrote = await conn.execute(
        text("select 1 from transcript where conversation_id = :id and author = 'debtor' and id > :last limit 1"),
        {"id": conversation.id, "last": int(ending.facts.get("last_line", 0))},
    )
    if wrote.first() is not None:
        await _end(conn, ending.id, "undone", "debtor_wrote", [], now)
        await announce(conn, conversation.id)
        return False
    disposition = DISPOSITIONS[ending.disposition]
    done = await what_was_done(conn, conversation)
    proven = await live_proof(conn, conversation.id, now) is not None
    said = first_words(disposition, done, proven=proven)
    did = [await _do(conn, talk, conversation, ending, effect, now) for effect in disposition.effects]
    if "unlink" in disposition.effects:
        conversation = await get(conn, conversation.id)
    given = await handover.give_back(
        conn,
        talk,
        conversation.id,
        ending.agent_id,
        disposition.outcome,
        ending.summary,
        disposition=disposition.name,
        said=said,
        silent=disposition.silent,
    )
    assert given
    await _end(conn, ending.id, "done", None, did, now)
    await audit.record(
        conn,
        f"agent:{ending.agent_id}",
        "talk.ended",
        conversation.id,
        {"disposition": disposition.name, "did": did},
        now,
        tenant_id=conversation.tenant_id,
    )
    return True


async def _do(conn: AsyncConnection, talk: Talk, conversation: Conversation, ending: Ending, effect: str, now: datetime) -> str:
    """One effect of an ending, named for the record."""
    source = f"ending:{ending.id}"
    if effect == "unlink":
        await let_go(conn, conversation, now)
    elif effect == "void":
        await void_proof(conn, conversation.id, now, "another_person_writes")
    elif effect == "opt_out":
        await opt_out(conn, conversation, now)
    elif effect == "complaint":
        made = await register(
            conn, talk.ground, conversation, "complaint", source, debtor_id=conversation.debtor_id, words=ending.summary or None
        )
        return f"complaint:{made.protocol}"
    else:
        days = {"hardship": HARDSHIP_DAYS, "already_paid": CLAIMED_DAYS}.get(effect)
        until = now + timedelta(days=days) if days else None
        await pause_person(conn, conversation, cast(Reason, effect), source, now, until=until)
        return f"pause:{effect}"
    return effect


def summary_of(done: Done, reason: str, money: Any) -> str:
    """A summary of the talk from its facts, for the agent to correct."""
    parts = [f"Motivo: {reason}."]
    if done.payment:
        parts.append(f"Pagou {money(done.payment)}.")
    if done.agreement:
        parts.append(f"Acordo fechado, protocolo {done.agreement[0]}, total {money(done.agreement[1])}.")
    if done.charge:
        parts.append(f"{'Pix' if done.charge[0] == 'pix' else 'Boleto'} de {money(done.charge[1])} enviado.")
    if done.promise:
        parts.append(f"Prometeu {money(done.promise[1])} para {done.promise[0]:%d/%m/%Y}.")
    if done.extension:
        parts.append(f"Vencimento mudado para {done.extension[0]:%d/%m/%Y}, {money(done.extension[1])}.")
    if done.dispute:
        parts.append(f"Contestação em análise, protocolo {done.dispute[0]}.")
    if done.proposal:
        parts.append(f"Proposta esperando resposta, protocolo {done.proposal}.")
    if not done.wrote:
        parts.append("Cliente não escreveu desde que assumi.")
    elif done.last_words:
        words = " ".join(done.last_words.split())
        parts.append(f"Última mensagem: “{words[:160]}{'…' if len(words) > 160 else ''}”.")
    return " ".join(parts)


async def _get(conn: AsyncConnection, ending_id: int) -> Ending:
    row = (await conn.execute(text(f"{_ENDING} where id = :id"), {"id": ending_id})).one()
    return Ending(**row._mapping)


async def _end(
    conn: AsyncConnection, ending_id: int, state: Literal["done", "undone"], why: str | None, did: list[str], now: datetime
) -> None:
    await conn.execute(
        text("""update talk_endings set state = :state, why = :why, did = cast(:did as jsonb), ended_at = :now
                where id = :id and state = 'waiting'"""),
        {"id": ending_id, "state": state, "why": why, "did": json.dumps(did), "now": now},
    )
