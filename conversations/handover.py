"""From the bot to a human and back: who owns a talk, and what both sides are told when that changes.

The owner is `bot`, `queue` (waits for a human; the bot may still say so) or `agent`. When an agent takes a talk, and when the talk
leaves them, the fence of the conversation rises: what the *bot* queued under an older fence is not sent any more. Whoever only
waits still gets what the bot said before (a Pix code). Each change is audited, leaves a line in the transcript (author `note`, `detail.kind` one of `requested`, `taken`, `returned`, `left_queue`, `closed`, `transferred`, `handed_on`,
`unanswered`, `parked`, `woken`; the desk words it) and wakes the desks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Text
from conversations import audit
from conversations.conversation import Conversation, get, live_proof, void_proof
from conversations.linking import with_human
from conversations.masking import mask
from conversations.open_turn import drop_open_turn
from conversations.priority import AGED, LOWEST, rank, situation_of
from conversations.reply import reply, say_as_agent
from conversations.talk import Talk
from conversations.wording import Utterance
from receivables.brasilia import BRASILIA

DESK_TOPIC = "trato_desk"
"""The PostgreSQL notification topic that desks listen to; its payload: the tenant, the horizon of the change and the conversation's id
(`1 8841 c_…`, see `desk_changes`)."""

OUTCOMES = ("resolvido", "promessa", "pagamento_combinado", "nao_e_a_pessoa", "sem_acordo", "outro")
"""How a human's talk may end. Each has the bot's first words afterwards: `utter_returned_<outcome>`."""

QUEUES = ("cuidado", "negociacao", "cadastro", "contestacao", "juridico", "pagamentos", "privacidade", "geral")
"""The team's queues; which agent serves which: `desk.seats`."""

NOBODY_CAME = "ninguem_atendeu"
"""The outcome of a hand-over that no agent took in time."""

_KEEPS_PLACE = timedelta(hours=24)

_URGENCY: Mapping[str, tuple[int, str]] = {
    "autolesao": (1, "cuidado"),
    "vulnerabilidade": (1, "cuidado"),
    "falecimento": (2, "cuidado"),
    "superendividamento": (3, "negociacao"),
    "representante": (3, "cadastro"),
    "nao_sou_a_pessoa": (2, "cadastro"),
    "contestar_divida": (2, "contestacao"),
    "ameaca_juridica": (2, "juridico"),
    "judicial": (2, "juridico"),
    "suspeita_golpe": (2, "contestacao"),
    "pagamento_duplicado_estorno": (3, "pagamentos"),
    "informar_ja_paguei": (3, "pagamentos"),
    "proposta": (3, "negociacao"),
    "dificuldade_financeira": (3, "negociacao"),
    "direitos_lgpd": (4, "privacidade"),
    "falha": (4, "geral"),
}
"""By the reason: how soon (1 first), and which queue of the team. Whoever is not well comes before a dispute, a dispute before money."""


def urgency(reason: str) -> tuple[int, str]:
    """Priority (1 first, 5 last) and queue of a hand-over for this reason."""
    return _URGENCY.get(reason, (LOWEST, "geral"))


_TELLING = ("promessa", "pagamento_combinado", "sem_acordo")
"""Outcomes whose words would tell that there is a debt: said only while identity is proven."""


OTHER_CHANNEL = "outro_canal"
"""The reason of a hand-over that only follows one on another channel of the same person; such a talk counts no one in the queue."""


IN_THE_APP = "respondido_no_aplicativo"
"""The reason of a hand-over that began when a human of ours wrote from the provider's own app: the bot is silent there meanwhile."""


SERVED_ELSEWHERE = (OTHER_CHANNEL, IN_THE_APP)
"""Whoever is in the queue for these talks to a human already, and waits for nobody."""


@dataclass(frozen=True)
class HandoffPlace:
    """Where a person stands in the queue of those who wait for a human.

    `place` counts from 1; 0 when an agent has the talk already (`taken`). `waiting` is how many wait in all.
    `new` is False when the person had asked before.
    """

    handoff_id: int
    place: int
    waiting: int
    taken: bool
    new: bool


async def announce(conn: AsyncConnection, *conversations: str) -> None:
    """Tell the desks, when this transaction commits, that something of these conversations changed. Call it after every
    write that a desk shows: transcript, outbox state, owner, proof, charge, payment. Whoever is not connected just now hears of it
    later: what changed is kept for a while. Once for each conversation and transaction."""
    if conversations:
        await conn.execute(
            text("""with changed as (
                        insert into desk_changes (tenant_id, conversation_id)
                        select tenant_id, id from conversations where id = any(:ids) order by id
                        on conflict (xid, conversation_id) do nothing returning tenant_id, horizon, conversation_id)
                    select count(pg_notify(:topic, tenant_id || ' ' || horizon || ' ' || conversation_id)) from changed"""),
            {"topic": DESK_TOPIC, "ids": list(conversations)},
        )


async def request_human(
    conn: AsyncConnection, talk: Talk, conversation_id: str, reason: str, summary: str, *, asked: bool = True
) -> HandoffPlace:
    """Put the person in the queue for a human. Asked again while they wait or talk to one, it only tells their place.

    Without `asked` the bot wants a human to look, and the person does not: the bot goes on answering until somebody takes the talk.

    `reason` is a label of `trato understand` or of ours (`falar_com_humano`, `vulnerabilidade`, `identity_locked`);
    `summary` is what the agent reads first (documents in it are masked). Raises `LookupError`.
    """
    conversation = await get(conn, conversation_id, lock=True)
    now = talk.ground.clock.now()
    live = await _live(conn, conversation_id)
    if live is None:
        handoff_id = await _insert(conn, conversation, reason, mask(summary), now, asked=asked)
        await _rank(conn, talk, conversation, handoff_id, now)
    else:
        handoff_id = live.id
        if asked:
            await conn.execute(text("update handoffs set asked = true where id = :id"), {"id": handoff_id})
        await conn.execute(
            text("""update handoffs set reason = :reason, priority = :priority, queue = :queue, priority_why = 'reason'
                    where id = :id and status = 'waiting' and priority > :priority"""),
            {"id": handoff_id, "reason": reason, "priority": urgency(reason)[0], "queue": urgency(reason)[1]},
        )
    if conversation.owner == "bot":
        await _own(conn, conversation_id, "queue", None, fenced=False)
        await _tell(conn, conversation, "requested", None, {"handoff": handoff_id, "reason": reason}, now, actor="bot")
    return await _place(conn, conversation.tenant_id, handoff_id, new=live is None)


async def join_human(conn: AsyncConnection, talk: Talk, conversation: Conversation, debtor_id: int) -> bool:
    """Whoever talks to a human on another channel, or waits for one there, does so here as well: the bot is silent on both.

    `conversation` is locked, and the person proven to be this debtor. False when the bot may go on.
    """
    other = await with_human(conn, conversation.id, debtor_id)
    if other is None or conversation.owner == "agent" or conversation.owner == other.owner:
        return False
    now = talk.ground.clock.now()
    if await _live(conn, conversation.id) is None:
        # As long in the queue as there: nobody loses their place by changing the telephone's app.
        handoff_id = await _insert(conn, conversation, OTHER_CHANNEL, "", other.asked_at)
        await _own(conn, conversation.id, "queue", None, fenced=False)
        detail = {"handoff": handoff_id, "reason": OTHER_CHANNEL, "conversation": other.conversation_id}
        await _tell(conn, conversation, "requested", None, detail, now, actor="bot")
    if other.agent_id is not None:
        await take(conn, talk, conversation.id, other.agent_id)
    return True


async def answered_in_the_app(conn: AsyncConnection, talk: Talk, conversation_id: str, words: str, source: str) -> None:
    """A human of ours wrote to this person from the provider's own app: the bot says nothing more there, what it was about to say
    included, until the person wants it back, an agent takes the talk here, or nobody wrote from there for the policy's
    `quiet_after_human_hours`."""
    conversation = await get(conn, conversation_id, lock=True)
    now = talk.ground.clock.now()
    if conversation.owner != "agent":
        live = await _live(conn, conversation_id)
        if live is None:
            handoff_id = await _insert(conn, conversation, IN_THE_APP, "", now)
            await _tell(conn, conversation, "requested", None, {"handoff": handoff_id, "reason": IN_THE_APP}, now, actor="app")
        else:
            # Whoever waits in the queue has been answered; the desk sees why it is quiet here.
            await conn.execute(
                text("update handoffs set asked = true, reason = :reason where id = :id and status = 'waiting'"),
                {"id": live.id, "reason": IN_THE_APP},
            )
        await _own(conn, conversation_id, "queue", None, fenced=True)
        await drop_open_turn(conn, conversation_id, "a human wrote from the app", now)
    await _write(conn, conversation, "app", None, {"source": source}, now, body=mask(words))
    await announce(conn, conversation_id)


async def leave_the_app(conn: AsyncConnection, talk: Talk, conversation_id: str) -> bool:
    """Let the bot answer again where nobody of ours has written from the app for long. False where it is not yet so."""
    row = (
        await conn.execute(
            text("""select max(t.at) from handoffs h join transcript t on t.conversation_id = h.conversation_id
                    and t.author = 'note' and t.detail ->> 'kind' = 'app'
                    where h.conversation_id = :id and h.status = 'waiting' and h.reason = :reason"""),
            {"id": conversation_id, "reason": IN_THE_APP},
        )
    ).scalar_one()
    quiet = timedelta(hours=talk.ground.policies.default.contact.quiet_after_human_hours)
    if row is None or talk.ground.clock.now() - row < quiet:
        return False
    return await close(conn, talk, conversation_id, "bot", IN_THE_APP)


async def in_the_app(conn: AsyncConnection, conversation_id: str) -> bool:
    """Whether a human of ours talks to this person in the provider's own app."""
    found = await conn.execute(
        text("select 1 from handoffs where conversation_id = :id and status = 'waiting' and reason = :reason"),
        {"id": conversation_id, "reason": IN_THE_APP},
    )
    return found.first() is not None


async def waits_in_silence(conn: AsyncConnection, conversation_id: str) -> bool:
    """Whether the person asked for a human and waits: while the team is there the bot is silent, but for their place."""
    found = await conn.execute(
        text("select 1 from handoffs where conversation_id = :id and status = 'waiting' and asked"), {"id": conversation_id}
    )
    return found.first() is not None


async def place_in_queue(conn: AsyncConnection, conversation_id: str) -> HandoffPlace | None:
    """The place of a person who waits or is being helped; None when they did not ask for a human."""
    live = await _live(conn, conversation_id)
    return await _place(conn, live.tenant_id, live.id, new=False) if live else None


async def take(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int) -> bool:
    """The agent takes the talk, from the queue or from the bot itself; the bot is silent from this commit on.

    Of several agents only one wins; False for the others, and for an agent who is disabled or of another tenant. True again
    for the agent who has it. Raises `LookupError`.
    """
    conversation = await get(conn, conversation_id, lock=True)
    if conversation.owner == "agent":
        return conversation.agent_id == agent_id
    allowed = await conn.execute(
        text("select 1 from agents where id = :agent and tenant_id = :tenant and disabled_at is null"),
        {"agent": agent_id, "tenant": conversation.tenant_id},
    )
    if allowed.scalar_one_or_none() is None:
        return False
    now = talk.ground.clock.now()
    live = await _live(conn, conversation_id)
    handoff_id = live.id if live else await _insert(conn, conversation, "assumido_pelo_atendente", "", now)
    await conn.execute(
        text("update handoffs set status = 'taken', agent_id = :agent, taken_at = :now where id = :id"),
        {"agent": agent_id, "now": now, "id": handoff_id},
    )
    await _own(conn, conversation_id, "agent", agent_id, fenced=True)
    # What the bot is thinking about must not be said either, not even if the agent gives the talk back at once.
    await drop_open_turn(conn, conversation_id, "a human took over", now)
    await _tell(conn, conversation, "taken", agent_id, {"handoff": handoff_id}, now, actor=f"agent:{agent_id}")
    for other in await _talks_beside(conn, conversation, "queue"):
        await take(conn, talk, other, agent_id)
    return True


async def transfer(
    conn: AsyncConnection,
    talk: Talk,
    conversation_id: str,
    agent_id: int,
    *,
    to_agent: int | None = None,
    to_queue: str | None = None,
    note: str = "",
    whose: bool = True,
) -> bool:
    """Hand the talk on to a colleague, or to one of the team's queues (`QUEUES`); `note` stays among agents.

    Only whoever has it can (`whose=False`: a supervisor may for another; also a talk that waits may change its queue). The person keeps
    how long they have waited, and is told when they wait again. False when it is not theirs, or the colleague cannot. Raises
    `ValueError` for a queue that does not exist, or when neither or both are named.
    """
    if (to_agent is None) == (to_queue is None) or (to_queue is not None and to_queue not in QUEUES):
        raise ValueError("a talk goes to one colleague or to one of the queues")
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    held = conversation.owner == "agent"
    if live is None or (held and whose and conversation.agent_id != agent_id) or (not held and to_agent is not None):
        return False
    now = talk.ground.clock.now()
    detail = {"handoff": live.id, "to_agent": to_agent, "to_queue": to_queue, "note": mask(note)}
    if to_agent is not None:
        allowed = await conn.execute(
            text("""select name from agents where id = :agent and tenant_id = :tenant and disabled_at is null"""),
            {"agent": to_agent, "tenant": conversation.tenant_id},
        )
        name = allowed.scalar_one_or_none()
        if name is None or to_agent == conversation.agent_id:
            return False
        await conn.execute(
            text("""update handoffs set agent_id = :agent, parked_at = null, parked_until = null where id = :id"""),
            {"agent": to_agent, "id": live.id},
        )
        await _own(conn, conversation_id, "agent", to_agent, fenced=True)
        detail["to_name"] = name
    else:
        await conn.execute(text("update handoffs set queue = :queue where id = :id"), {"queue": to_queue, "id": live.id})
        if held:
            await _to_queue(conn, conversation_id, live.id, now)
    await _tell(conn, conversation, "transferred", agent_id, detail, now, actor=f"agent:{agent_id}")
    if to_queue is not None and held:
        await reply(
            conn,
            talk,
            conversation_id,
            [Utterance("utter_human_transferred")],
            source=f"handoff:{live.id}:moved:{now.isoformat()}",
        )
    return True


async def hand_on(conn: AsyncConnection, talk: Talk, conversation_id: str) -> bool:
    """The agent who has this talk has left its person without an answer: somebody else of the team is to help, and the person is told.

    They come before others of their priority who asked later, and one step sooner. False when no agent has it.
    """
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    if live is None or conversation.owner != "agent":
        return False
    now = talk.ground.clock.now()
    await conn.execute(
        text("""update handoffs set priority = greatest(least(priority, 2), priority - 1), priority_why = :why, handed_on = handed_on + 1
                where id = :id"""),
        {"id": live.id, "why": AGED},
    )
    await _to_queue(conn, conversation_id, live.id, now)
    await _tell(conn, conversation, "handed_on", live.agent_id, {"handoff": live.id}, now, actor="rule")
    source = f"handoff:{live.id}:on:{now.isoformat()}"
    await reply(conn, talk, conversation_id, [Utterance("utter_human_handed_on")], source=source)
    return True


async def give_up(conn: AsyncConnection, talk: Talk, conversation_id: str) -> bool:
    """Nobody of the team came: the person is told so, and the bot helps on. Asking again, they have their old place in the queue.

    False when they do not wait.
    """
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    if live is None or conversation.owner != "queue":
        return False
    now = talk.ground.clock.now()
    await _end(conn, live.id, "closed", NOBODY_CAME, None, now)
    await _own(conn, conversation_id, "bot", None, fenced=False)
    await _tell(conn, conversation, "unanswered", None, {"handoff": live.id}, now, actor="rule")
    hours = hours_in_words(talk.ground.policies.default.contact.hours.text)
    said = Utterance("utter_human_nobody_came", {"hours": hours})
    await reply(conn, talk, conversation_id, [said], source=f"handoff:{live.id}:nobody")
    await _let_go_beside(conn, conversation, "rule", NOBODY_CAME, now)
    return True


async def park(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int, until: datetime | None) -> bool:
    """The agent puts the talk aside until a time, or (None) until the person writes; whoever writes wakes it in any case.

    It stays theirs and takes none of their capacity. False when it is not theirs. Raises `ValueError` for a time that is over.
    """
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    if live is None or conversation.owner != "agent" or conversation.agent_id != agent_id:
        return False
    now = talk.ground.clock.now()
    if until is not None and until <= now:
        raise ValueError("the time to come back has passed")
    await conn.execute(
        text("update handoffs set parked_at = :now, parked_until = :until, unanswered_since = null where id = :id"),
        {"now": now, "until": until, "id": live.id},
    )
    detail = {"handoff": live.id, "until": until.isoformat() if until else None}
    await _tell(conn, conversation, "parked", agent_id, detail, now, actor=f"agent:{agent_id}")
    return True


async def wake(conn: AsyncConnection, talk: Talk, conversation_id: str, actor: str) -> bool:
    """A talk that was put aside is before its agent again. `actor` as in the audit. False when it was not aside."""
    conversation = await get(conn, conversation_id, lock=True)
    woken = await conn.execute(
        text("""update handoffs set parked_at = null, parked_until = null where conversation_id = :id and status = 'taken'
                and parked_at is not null returning id, agent_id"""),
        {"id": conversation_id},
    )
    row = woken.one_or_none()
    if row is None:
        return False
    now = talk.ground.clock.now()
    await _tell(conn, conversation, "woken", row.agent_id, {"handoff": row.id}, now, actor=actor)
    return True


async def person_wrote(conn: AsyncConnection, conversation: Conversation, at: datetime) -> None:
    """Somebody whom a human helps has written (`at`): the clock of the next answer runs, and what was put aside comes back."""
    await conn.execute(
        text("""update handoffs set unanswered_since = coalesce(unanswered_since, :at), parked_at = null, parked_until = null
                where conversation_id = :id and status = 'taken'"""),
        {"id": conversation.id, "at": at},
    )
    await announce(conn, conversation.id)


async def _to_queue(conn: AsyncConnection, conversation_id: str, handoff_id: int, now: datetime) -> None:
    """From an agent back into the queue: the person waits again, now in silence, because they were promised a human."""
    await conn.execute(
        text("""update handoffs set status = 'waiting', agent_id = null, taken_at = null, asked = true, waits_since = :now, parked_at = null,
                    parked_until = null, unanswered_since = coalesce(unanswered_since, :now) where id = :id"""),
        {"id": handoff_id, "now": now},
    )
    await _own(conn, conversation_id, "queue", None, fenced=True)


async def give_back(
    conn: AsyncConnection,
    talk: Talk,
    conversation_id: str,
    agent_id: int,
    outcome: str,
    note: str,
    *,
    disposition: str | None = None,
    said: Utterance | None = None,
    silent: bool = False,
) -> bool:
    """The agent returns the talk to the bot, telling how it ended; the bot's first words show that it knows.

    Only the owner can; False otherwise. `note` stays among agents. `disposition` is how it ended in the desk's own, finer words;
    `said`, what the bot says of it instead of the outcome's own words; `silent`: it says nothing. Raises `ValueError` for an outcome that is not one of
    `OUTCOMES`, `LookupError` for a conversation that is not there.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"not an outcome of a talk: {outcome!r}")
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    if conversation.owner != "agent" or conversation.agent_id != agent_id or live is None:
        return False
    now = talk.ground.clock.now()
    await _end(conn, live.id, "returned", outcome, mask(note), now)
    await _own(conn, conversation_id, "bot", None, fenced=True, outcome=outcome)
    detail: dict[str, Any] = {"handoff": live.id, "outcome": outcome}
    if disposition:
        detail["disposition"] = disposition
    await _write(conn, conversation, "returned", agent_id, {**detail, "note": mask(note)}, now)
    if outcome == "nao_e_a_pessoa":
        await void_proof(conn, conversation_id, now, "wrong_person")
    if said is None:
        secret = outcome in _TELLING and await live_proof(conn, conversation_id, now) is None
        said = Utterance("utter_returned_unproven" if secret else f"utter_returned_{outcome}")
    if not silent:
        await reply(conn, talk, conversation_id, [said], source=f"handoff:{live.id}:returned")
    await _let_go_beside(conn, conversation, f"agent:{agent_id}", outcome, now)
    await announce(conn, conversation_id)
    await audit.record(
        conn, f"agent:{agent_id}", "handoff.returned", conversation_id, detail, now, tenant_id=conversation.tenant_id
    )
    return True


async def leave_queue(conn: AsyncConnection, talk: Talk, conversation_id: str) -> bool:
    """The person goes back to the bot by themselves. False when they were not waiting, or when an agent has them already."""
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    if conversation.owner != "queue" or live is None:
        return False
    now = talk.ground.clock.now()
    await _end(conn, live.id, "closed", "voltou_ao_assistente", None, now)
    await _own(conn, conversation_id, "bot", None, fenced=False)
    await _tell(conn, conversation, "left_queue", None, {"handoff": live.id}, now, actor="debtor")
    await _let_go_beside(conn, conversation, "debtor", "voltou_ao_assistente", now)
    return True


async def close(conn: AsyncConnection, talk: Talk, conversation_id: str, actor: str, reason: str) -> bool:
    """End a hand-over without a word to the person (they asked to be left alone, or are not who we look for).

    `actor` as in the audit (`bot`, `debtor`, `agent:7`). False when there was none.
    """
    conversation = await get(conn, conversation_id, lock=True)
    live = await _live(conn, conversation_id)
    if live is None:
        return False
    now = talk.ground.clock.now()
    await _end(conn, live.id, "closed", reason, None, now)
    await _own(conn, conversation_id, "bot", None, fenced=conversation.owner == "agent")
    await _tell(conn, conversation, "closed", live.agent_id, {"handoff": live.id, "reason": reason}, now, actor=actor)
    await _let_go_beside(conn, conversation, actor, reason, now)
    return True


async def speak(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int, words: str, *, source: str) -> bool:
    """The agent says these words to the person. `source` says it once, for ever; False when the talk is not this agent's."""
    said = await say_as_agent(conn, talk, conversation_id, agent_id, Text(body=words), words, source=source)
    if said:
        await announce(conn, conversation_id)
    return said


async def note(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int, body: str) -> None:
    """A private note among agents: kept with the talk (documents masked), never sent."""
    conversation = await get(conn, conversation_id, lock=True)
    now = talk.ground.clock.now()
    await _write(conn, conversation, "note", agent_id, {}, now, body=mask(body))
    await announce(conn, conversation_id)


async def whisper(conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int, body: str) -> None:
    """A supervisor's word to the agent who has the talk: kept with it (documents masked), never sent."""
    conversation = await get(conn, conversation_id, lock=True)
    now = talk.ground.clock.now()
    await _write(conn, conversation, "whisper", agent_id, {"to_agent": conversation.agent_id}, now, body=mask(body))
    await announce(conn, conversation_id)


_DAYS = {
    "Mon": "segunda",
    "Tue": "terça",
    "Wed": "quarta",
    "Thu": "quinta",
    "Fri": "sexta",
    "Sat": "sábado",
    "Sun": "domingo",
}
_HOURS = re.compile(r"(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))? +(?P<from>\d{2}:\d{2})-(?P<to>\d{2}:\d{2})")


def hours_in_words(hours: str) -> str:
    """A policy's `contact.hours` as people say it: `Mon-Fri 09:00-18:00` is "segunda a sexta, das 9h às 18h".

    Several are separated by commas or semicolons; what is not in that form is returned as it is.
    """
    said = []
    for part in re.split(r"\s*[,;]\s*", hours.strip()):
        found = _HOURS.fullmatch(part)
        if found is None or found["first"] not in _DAYS or (found["last"] and found["last"] not in _DAYS):
            return hours
        days = _DAYS[found["first"]] + (f" a {_DAYS[found['last']]}" if found["last"] else "")
        said.append(f"{days}, das {_hour(found['from'])} às {_hour(found['to'])}")
    return "; ".join(said)


def _hour(clock: str) -> str:
    hour, minute = clock.split(":")
    return f"{int(hour)}h" + (minute if minute != "00" else "")


@dataclass(frozen=True)
class _Live:
    id: int
    tenant_id: int
    agent_id: int | None


async def _talks_beside(conn: AsyncConnection, conversation: Conversation, owner: str) -> list[str]:
    """The other talks of this person that are with a human (`agent`) or wait for one (`queue`), locked. One that somebody else
    works on just now is passed over: it follows with the person's next message there.
    """
    if conversation.debtor_id is None:
        return []
    rows = await conn.execute(
        text("""select id from conversations where debtor_id = :debtor and id <> :id and owner = :owner
                order by id for update skip locked"""),
        {"debtor": conversation.debtor_id, "id": conversation.id, "owner": owner},
    )
    return list(rows.scalars())


async def _let_go_beside(conn: AsyncConnection, conversation: Conversation, actor: str, reason: str, now: datetime) -> None:
    """A talk with a human has ended: so have those that had only joined it from the person's other channels."""
    for owner in ("queue", "agent"):
        for other in await _talks_beside(conn, conversation, owner):
            joined = await conn.execute(
                text(
                    """select id from handoffs where conversation_id = :id and status in ('waiting', 'taken') and reason = :reason"""
                ),
                {"id": other, "reason": OTHER_CHANNEL},
            )
            handoff_id = joined.scalar_one_or_none()
            if handoff_id is None:
                continue
            await _end(conn, handoff_id, "closed", reason, None, now)
            await _own(conn, other, "bot", None, fenced=owner == "agent")
            there = await get(conn, other)
            await _tell(conn, there, "closed", None, {"handoff": handoff_id, "reason": reason}, now, actor=actor)


async def _live(conn: AsyncConnection, conversation_id: str) -> _Live | None:
    row = (
        await conn.execute(
            text("""select id, tenant_id, agent_id from handoffs
                    where conversation_id = :id and status in ('waiting', 'taken')"""),
            {"id": conversation_id},
        )
    ).one_or_none()
    return _Live(**row._mapping) if row else None


async def _insert(
    conn: AsyncConnection, conversation: Conversation, reason: str, summary: str, now: datetime, *, asked: bool = True
) -> int:
    inserted = await conn.execute(
        text("""insert into handoffs (tenant_id, conversation_id, debtor_id, reason, summary, asked_at, priority, queue, asked)
                values (:tenant, :id, :debtor, :reason, :summary, :now, :priority, :queue, :asked) returning id"""),
        {
            "asked": asked,
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "debtor": conversation.debtor_id,
            "reason": reason,
            "summary": summary,
            "now": now,
            "priority": urgency(reason)[0],
            "queue": urgency(reason)[1],
        },
    )
    return int(inserted.scalar_one())


async def _rank(conn: AsyncConnection, talk: Talk, conversation: Conversation, handoff_id: int, now: datetime) -> None:
    """The priority by who asks, and not only by what for; whoever nobody came to lately keeps the time when they asked first."""
    proof = await live_proof(conn, conversation.id, now)
    person = proof.debtor_id if proof else None
    today = now.astimezone(BRASILIA).date()
    known = await situation_of(conn, conversation.tenant_id, conversation.id, person, now, today)
    asked = await conn.execute(text("select priority from handoffs where id = :id"), {"id": handoff_id})
    found = rank(int(asked.scalar_one()), known, high_value=talk.ground.policies.default.service.high_value)
    await conn.execute(
        text("""update handoffs set priority = :priority, priority_why = :why, waits_since = asked_at,
                    asked_at = least(asked_at, (select min(earlier.asked_at) from handoffs earlier where earlier.conversation_id = :talk
                        and earlier.outcome = :nobody and earlier.ended_at > :since))
                where id = :id"""),
        {
            "priority": found.priority,
            "why": found.why,
            "talk": conversation.id,
            "nobody": NOBODY_CAME,
            "since": now - _KEEPS_PLACE,
            "id": handoff_id,
        },
    )


async def _end(conn: AsyncConnection, handoff_id: int, status: str, outcome: str, note_text: str | None, now: datetime) -> None:
    await conn.execute(
        text("update handoffs set status = :status, ended_at = :now, outcome = :outcome, note = :note where id = :id"),
        {"status": status, "now": now, "outcome": outcome, "note": note_text, "id": handoff_id},
    )


async def _own(
    conn: AsyncConnection,
    conversation_id: str,
    owner: str,
    agent_id: int | None,
    *,
    fenced: bool,
    outcome: str | None = None,
) -> None:
    """Change the owner; `fenced` raises the fence. `outcome` stays that of the last talk with a human until the next one."""
    await conn.execute(
        text("""update conversations set owner = :owner, agent_id = :agent, fence = fence + :raised,
                    outcome = coalesce(:outcome, outcome) where id = :id"""),
        {"owner": owner, "agent": agent_id, "raised": int(fenced), "outcome": outcome, "id": conversation_id},
    )


async def _place(conn: AsyncConnection, tenant_id: int, handoff_id: int, *, new: bool) -> HandoffPlace:
    row = (
        await conn.execute(
            text("""select mine.status, count(other.id) as waiting,
                        count(other.id) filter (where (other.priority, other.asked_at, other.id) <= (mine.priority, mine.asked_at, mine.id)) as place
                    from handoffs mine
                    left join handoffs other on other.tenant_id = :tenant and other.status = 'waiting'
                        and other.reason <> all(:served)
                    where mine.id = :id group by mine.id"""),
            {"tenant": tenant_id, "id": handoff_id, "served": [*SERVED_ELSEWHERE]},
        )
    ).one()
    taken = row.status == "taken"
    return HandoffPlace(handoff_id, 0 if taken else int(row.place), int(row.waiting), taken, new)


async def _write(
    conn: AsyncConnection,
    conversation: Conversation,
    kind: str,
    agent_id: int | None,
    detail: Mapping[str, Any],
    now: datetime,
    *,
    body: str = "",
) -> None:
    await conn.execute(
        text("""insert into transcript (tenant_id, conversation_id, author, agent_id, text, detail, at)
                values (:tenant, :id, 'note', :agent, :text, :detail, :now)"""),
        {
            "tenant": conversation.tenant_id,
            "id": conversation.id,
            "agent": agent_id,
            "text": body,
            "detail": json.dumps({"kind": kind, **detail}, ensure_ascii=False),
            "now": now,
        },
    )


async def _tell(
    conn: AsyncConnection,
    conversation: Conversation,
    kind: str,
    agent_id: int | None,
    detail: Mapping[str, Any],
    now: datetime,
    *,
    actor: str,
) -> None:
    """One change of owner, told to whoever has to know: the transcript, the desks, the audit."""
    await _write(conn, conversation, kind, agent_id, detail, now)
    await announce(conn, conversation.id)
    await audit.record(conn, actor, f"handoff.{kind}", conversation.id, detail, now, tenant_id=conversation.tenant_id)
