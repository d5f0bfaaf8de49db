"""One turn of a talk: what waits in the inbox is gathered, made harmless, asked of Rasa, and answered once.

`drain` is the one job of a conversation. A turn is written down before Rasa is asked, so that a crash at any point asks the same
turn again: Rasa and the actions then give the same answer and do nothing twice, and the reply's source keeps it from being said twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.channel import Channel
from channels.message import Received, SendError, event_adapter
from conversations import effects, handover, ids, linking, media
from conversations.alarms import raise_alarm
from conversations.conversation import Conversation, get, keep_proof_alive, live_proof
from conversations.faults import fault_of
from conversations.identity import Given
from conversations.meaning import HEARD_RIGHT, Meaning, meaning_of, wishes_beside_leaving
from conversations.media import TurnMedia
from conversations.open_turn import drop_open_turn
from conversations.rasa import Answer, Mind, RasaAway, RasaFailed
from conversations.reopening import ask_to_write
from conversations.reply import INTRODUCTION, reply
from conversations.service import opening
from conversations.talk import Talk
from conversations.waiting import still_waiting
from conversations.watch import watch
from conversations.wording import Utterance, WordingError
from conversations.yes_first import yes_comes_first
from receivables.sealing import SealBroken

_log = structlog.get_logger("trato.turn")

_LONGEST_WAIT = 4
"""A burst is answered at the latest after this many quiet times, however fast somebody types."""

_HOLD_AFTER = timedelta(seconds=20)
"""After this long without an answer the person is told that it takes a moment."""

_SIGN_SECONDS = 1.0
_AFTER_ANOTHER = 0.1
"""Seconds until it is looked again whether the person's turn on another channel has ended."""
PASSED_ON = "passed_on"
"""Marks the kind of a text that was forwarded: whose words they are, nobody knows."""

_GIVE_UP_FAILED = 4
_GIVE_UP_AWAY = 40
_ORDER = "pedido_do_catalogo"
_BACK_TO_BOT = "voltar_ao_assistente"
_ASKS_WHO = "utter_ask_identity_"


@dataclass(frozen=True)
class Turn:
    """A turn as it is written down, ready to be asked."""

    id: str
    conversation_id: str
    text: str | None
    intent: str | None
    attempts: int
    started_at: datetime


async def drain(
    engine: AsyncEngine,
    talk: Talk,
    mind: Mind,
    channels: Mapping[tuple[str, str], Channel],
    conversation_id: str,
    burst_seconds: float,
) -> None:
    """Answer everything that waits in this conversation, turn after turn; returns when nothing is left or Rasa is away."""
    while True:
        try:
            async with engine.begin() as conn:
                step = await _next(conn, talk, channels, conversation_id, burst_seconds)
                if isinstance(step, Turn):
                    conversation = await get(conn, conversation_id)
        except (ValueError, TypeError, LookupError, AttributeError, SealBroken) as fault:
            await _unreadable(engine, talk, conversation_id, fault)
            return
        if step is None:
            return
        if isinstance(step, float):
            await asyncio.sleep(step)
            continue
        sign = asyncio.create_task(_show_reading(channels, conversation))
        try:
            answer = await _ask(engine, talk, mind, step)
            async with engine.begin() as conn:
                await _answered(conn, talk, step, answer)
        except (RasaAway, RasaFailed) as trouble:
            async with engine.begin() as conn:
                await _failed(conn, talk, step, trouble)
            return
        except (ValueError, TypeError, LookupError, AttributeError, WordingError) as fault:
            # An answer that cannot be read or worded is as good as none; without this it would be asked for ever.
            _log.error("answer_unusable", turn=step.id, fault=fault_of(fault))
            async with engine.begin() as conn:
                await _failed(conn, talk, step, RasaFailed(f"unusable answer: {type(fault).__name__}"))
            return
        finally:
            await _let_go(sign)


async def _ask(engine: AsyncEngine, talk: Talk, mind: Mind, turn: Turn) -> Answer:
    """Rasa's answer; whoever has waited long for it is told meanwhile that it takes a moment."""
    asking = asyncio.ensure_future(mind.ask(turn.conversation_id, turn.id, text=turn.text, intent=turn.intent))
    try:
        waited = talk.ground.clock.now() - turn.started_at
        done, _ = await asyncio.wait({asking}, timeout=max((_HOLD_AFTER - waited).total_seconds(), 0.5))
        if not done:
            async with engine.begin() as conn:
                await _ask_for_a_moment(conn, talk, turn)
        return await asking
    finally:
        asking.cancel()


async def _let_go(sign: asyncio.Task[None]) -> None:
    """The read mark is mostly done by now; a slow one holds nobody up."""
    await asyncio.wait({sign}, timeout=_SIGN_SECONDS)
    sign.cancel()


async def _next(
    conn: AsyncConnection,
    talk: Talk,
    channels: Mapping[tuple[str, str], Channel],
    conversation_id: str,
    burst_seconds: float,
) -> Turn | float | None:
    """The turn to ask now; or how many seconds to wait for more messages; or nothing."""
    now = talk.ground.clock.now()
    conversation = await get(conn, conversation_id, lock=True)
    unfinished = (
        await conn.execute(
            text("""select t.id, t.conversation_id, t.text, coalesce(c.meaning, t.intent) intent, t.attempts, t.started_at
                    from turns t left join choices c on c.id = t.choice_id
                    where t.conversation_id = :id and t.state = 'open'"""),
            {"id": conversation_id},
        )
    ).one_or_none()
    if unfinished is not None:
        if conversation.owner == "agent":
            await drop_open_turn(conn, conversation_id, "a human took over", now)
        elif conversation.retry_at is not None and conversation.retry_at > now:
            return None  # it failed a moment ago: more messages do not make Rasa well; the sweep comes back
        else:
            return Turn(**unfinished._mapping)
    waiting = [_Waiting.read(talk, row) for row in await _pending(conn, conversation_id)]
    if not waiting:
        return None
    proof = await live_proof(conn, conversation_id, now)
    if proof is not None:
        if await linking.busy_elsewhere(conn, conversation_id, proof.debtor_id, now):
            return _AFTER_ANOTHER
        if await handover.join_human(conn, talk, conversation, proof.debtor_id):
            conversation = await get(conn, conversation_id)
    if conversation.owner == "queue" and await handover.leave_the_app(conn, talk, conversation_id):
        conversation = await get(conn, conversation_id)
    if await _is_the_desks(conn, talk, conversation, waiting, now):
        return await _for_the_desk(conn, talk, conversation, waiting, now)
    first, last = waiting[0], waiting[-1]
    if not last.event.choice_id and burst_seconds > 0:
        # Whoever is seen to write on is waited for like whoever sends on.
        stirred = max(last.received_at, conversation.typing_at or last.received_at)
        quiet = (now - stirred).total_seconds()
        whole = (now - first.received_at).total_seconds()
        wait = min(burst_seconds - quiet, _LONGEST_WAIT * burst_seconds - whole)
        if wait > 0:
            return max(wait, 0.01)
    channel = channels.get((conversation.channel, conversation.account))
    if await media.still_coming(conn, talk, channel, [one.id for one in waiting], now):
        return None  # whoever fetches the file asks for this job again, and so does the sweep
    return await _open(conn, talk, conversation, waiting, now)


@dataclass(frozen=True)
class _Waiting:
    id: int
    event: Received
    sent_at: datetime
    received_at: datetime

    @classmethod
    def read(cls, talk: Talk, row: Any) -> _Waiting:
        event = event_adapter.validate_json(talk.ground.vault.open(row.event_sealed, "inbox"))
        assert isinstance(event, Received)
        return cls(row.id, event, row.sent_at or row.received_at, row.received_at)


async def _pending(conn: AsyncConnection, conversation_id: str) -> list[Any]:
    rows = await conn.execute(
        text("""select id, event_sealed, sent_at, received_at from inbox
                where conversation_id = :id and state = 'pending' order by id limit 200"""),
        {"id": conversation_id},
    )
    return list(rows.all())


async def _open(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, waiting: list[_Waiting], now: datetime
) -> Turn | float | None:
    """Write the next turn down: neighbouring texts as one, a tap by itself, media by themselves."""
    fresh = [w for w in waiting if not conversation.too_old(w.sent_at, now)]
    if len(fresh) < len(waiting):
        await _mark(conn, [w.id for w in waiting if w not in fresh], "stale", None)
        await raise_alarm(conn, "stale_messages", "messages over a day old came in and can only be answered by a template", now)
        if not fresh and not conversation.window_open(now):
            await ask_to_write(conn, talk, conversation.id)
    if not fresh:
        return 0.0
    group = _group(fresh)
    if group[0].event.kind == "text" and await yes_comes_first(conn, conversation.id, [w.event.text or "" for w in group], now):
        group = group[:1]
    proof = await live_proof(conn, conversation.id, now)
    if proof is not None:
        await linking.bring_question(conn, conversation.id, proof, now)
    meaning = await meaning_of(conn, conversation, [w.event for w in group], now)
    spent = meaning.choice_id
    if meaning.intent == HEARD_RIGHT and meaning.choice_id:
        meaning = await _as_if_written(conn, talk, conversation, meaning.choice_id, group[0].event, now)
    await keep_proof_alive(conn, conversation.id, now, talk.ground.policies.default.identity.valid_minutes)
    if any(w.event.kind == "order" for w in group):
        # We sell nothing, so somebody of the team looks at what was meant; the bot says that it cannot.
        await handover.request_human(conn, talk, conversation.id, _ORDER, "A pessoa enviou um pedido do catálogo.", asked=False)
    turn_id = ids.turn_id()
    await _mark(conn, [w.id for w in group], "turn", turn_id)
    if meaning.silent:
        await _mark(conn, [w.id for w in group], "done", turn_id)
        return 0.0
    await conn.execute(
        text("""insert into turns (id, conversation_id, number, text, choice_id, intent, secrets_sealed, kinds, started_at)
                values (:id, :conversation, 1 + coalesce((select max(number) from turns where conversation_id = :conversation), 0),
                        :text, :choice, :intent, :secrets, :kinds, :now)"""),
        {
            "id": turn_id,
            "conversation": conversation.id,
            "text": meaning.text,
            "choice": meaning.choice_id,
            "intent": meaning.intent,
            "secrets": None
            if meaning.given.empty and not meaning.given.pasted
            else talk.ground.vault.seal(meaning.given.dump(), "turn"),
            "kinds": [_kind(w.event) for w in group],
            "now": now,
        },
    )
    if spent:
        await conn.execute(
            text("update choices set used_at = coalesce(used_at, :now), used_turn = coalesce(used_turn, :turn) where id = :id"),
            {"id": spent, "now": now, "turn": turn_id},
        )
    return Turn(turn_id, conversation.id, meaning.text, meaning.intent, 0, now)


async def _as_if_written(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, choice_id: str, event: Received, now: datetime
) -> Meaning:
    """The person confirmed what was heard in their voice note: from here on it is as if they had written it."""
    media_id = (
        await conn.execute(text("select arguments -> 'media' from choices where id = :id"), {"id": choice_id})
    ).scalar_one_or_none()
    words = await media.heard_words(conn, talk, conversation.id, media_id) if isinstance(media_id, int) else None
    if not words:
        return Meaning(intent="escolha_antiga")
    return await meaning_of(
        conn, conversation, [event.model_copy(update={"kind": "text", "text": words, "choice_id": None})], now
    )


def _group(waiting: list[_Waiting]) -> list[_Waiting]:
    """The first run of messages that are answered together."""
    kind = waiting[0].event.kind
    if kind == "choice":
        return waiting[:1]
    group = []
    for one in waiting:
        if one.event.kind == "choice" or (one.event.kind == "text") != (kind == "text"):
            break
        group.append(one)
    return group


def _kind(event: Received) -> str:
    if event.media:
        return f"media/{event.media.kind}"
    return f"{event.kind}/{PASSED_ON}" if event.forwarded else event.kind


async def _mark(conn: AsyncConnection, inbox_ids: list[int], state: str, turn_id: str | None) -> None:
    await conn.execute(
        text("update inbox set state = :state, turn_id = coalesce(:turn, turn_id) where id = any(:ids)"),
        {"state": state, "turn": turn_id, "ids": inbox_ids},
    )


async def _is_the_desks(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, waiting: list[_Waiting], now: datetime
) -> bool:
    """Whether the bot is silent. Whoever waits for a human while none is there was told that the bot goes on meanwhile, and so it does."""
    if conversation.owner != "queue":
        return conversation.owner == "agent"
    if not await handover.waits_in_silence(conn, conversation.id):
        return False
    hours = [talk.ground.policies.default.contact.hours]
    if opening(now, hours) is None or await handover.in_the_app(conn, conversation.id):
        return True
    meanings = [await meaning_of(conn, conversation, [one.event], now) for one in waiting]
    return any(meaning.intent == _BACK_TO_BOT for meaning in meanings)


async def _for_the_desk(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, waiting: list[_Waiting], now: datetime
) -> float | None:
    """A human owns the talk, or the person waits for one: the bot is silent, but lets go of who wants it back."""
    await keep_proof_alive(conn, conversation.id, now, talk.ground.policies.default.identity.valid_minutes)
    if conversation.owner == "queue":
        for place, one in enumerate(waiting):
            if (await meaning_of(conn, conversation, [one.event], now)).intent != _BACK_TO_BOT:
                continue
            await _mark(conn, [w.id for w in waiting[:place]], "desk", None)
            wishes = wishes_beside_leaving(one.event.text or "")
            if not wishes:
                await _mark(conn, [one.id], "done", None)
            await handover.leave_queue(conn, talk, conversation.id)
            left = "utter_human_left_queue_served" if wishes else "utter_human_left_queue"
            await reply(conn, talk, conversation.id, [Utterance(left)], source=f"back:{one.id}")
            return 0.0  # what was written after it, and a wish of its own, is for the bot again
    await handover.person_wrote(conn, conversation, waiting[0].received_at)
    heard = [await watch(conn, talk, conversation, one.event.text or "", f"watch:{one.id}", now) for one in waiting]
    if conversation.owner == "queue" and not any(heard) and not await handover.in_the_app(conn, conversation.id):
        words = " ".join(one.event.text or "" for one in waiting)
        await still_waiting(conn, talk, conversation, waiting[-1].id, words)
    await _mark(conn, [w.id for w in waiting], "desk", None)
    return None


async def _answered(conn: AsyncConnection, talk: Talk, turn: Turn, answer: Answer) -> None:
    now = talk.ground.clock.now()
    await get(conn, turn.conversation_id, lock=True)
    closed = await conn.execute(
        text("""update turns set state = 'done', done_at = :now, intent = :intent, confidence = :confidence, failure = null
                where id = :id and state = 'open'"""),
        {"id": turn.id, "now": now, "intent": answer.intent, "confidence": answer.confidence},
    )
    if closed.rowcount == 0:
        return  # somebody else finished or dropped it
    await conn.execute(text("update inbox set state = 'done' where turn_id = :id and state = 'turn'"), {"id": turn.id})
    await conn.execute(
        text("update conversations set failures = 0, retry_at = null, outcome = null where id = :id"),
        {"id": turn.conversation_id},
    )
    said: Sequence[Utterance] = answer.said
    if not said and not await effects.code_comes(conn, turn.id):
        # Nobody is left without an answer, whichever topic forgot its own.
        _log.error("turn_without_answer", turn=turn.id, intent=answer.intent)
        await raise_alarm(conn, "turn_without_answer", f"a message taken for {answer.intent} found no answer", now)
        said = [Utterance("utter_answer_lost")]
    said = await _introduced(conn, turn.conversation_id, _asking_last(said))
    await reply(conn, talk, turn.conversation_id, said, source=f"turn:{turn.id}", turn_id=turn.id)
    await handover.announce(conn, turn.conversation_id)


def _asking_last(said: Sequence[Utterance]) -> Sequence[Utterance]:
    """Of several wishes answered in one go, one may have asked who writes: what is asked comes last."""
    asks = [one for one in said if one.response.startswith(_ASKS_WHO)]
    return [*(one for one in said if not one.response.startswith(_ASKS_WHO)), *asks]


async def _introduced(conn: AsyncConnection, conversation_id: str, said: Sequence[Utterance]) -> Sequence[Utterance]:
    """The first thing that anybody hears from us says who speaks, whatever they asked."""
    if not said or said[0].response.startswith("utter_greet"):
        return said
    spoken = await conn.execute(text("select 1 from outbox where conversation_id = :id limit 1"), {"id": conversation_id})
    return said if spoken.first() else (Utterance(INTRODUCTION), *said)


async def _failed(conn: AsyncConnection, talk: Talk, turn: Turn, trouble: RasaAway | RasaFailed) -> None:
    """The turn stays open and is asked again later; whoever waits long is told so, and after too many tries a human is asked."""
    now = talk.ground.clock.now()
    away = isinstance(trouble, RasaAway)
    _log.warning("turn_failed", turn=turn.id, attempts=turn.attempts + 1, why=str(trouble)[:200])
    await get(conn, turn.conversation_id, lock=True)
    still_open = await conn.execute(
        text("update turns set attempts = attempts + 1, failure = :why where id = :id and state = 'open'"),
        {"id": turn.id, "why": str(trouble)[:500]},
    )
    if still_open.rowcount == 0:
        return
    if turn.attempts + 1 >= (_GIVE_UP_AWAY if away else _GIVE_UP_FAILED):
        await drop_open_turn(conn, turn.conversation_id, str(trouble), now)
        await conn.execute(
            text("update conversations set failures = 0, retry_at = null where id = :id"), {"id": turn.conversation_id}
        )
        await raise_alarm(conn, "turn_dropped", "a turn could not be answered and went to a human", now)
        place = await handover.request_human(conn, talk, turn.conversation_id, "falha", "O assistente não conseguiu responder.")
        await reply(
            conn,
            talk,
            turn.conversation_id,
            [Utterance("utter_trouble", {"place": max(place.place, 1)})],
            source=f"turn:{turn.id}",
        )
        return
    wait = min(1.0 * 2**turn.attempts, 15.0) if away else min(0.5 * 2**turn.attempts, 15.0)
    await conn.execute(
        text("update conversations set failures = failures + 1, retry_at = :at where id = :id"),
        {"id": turn.conversation_id, "at": now + timedelta(seconds=wait)},
    )
    if now - turn.started_at > _HOLD_AFTER:
        await _ask_for_a_moment(conn, talk, turn)


async def _ask_for_a_moment(conn: AsyncConnection, talk: Talk, turn: Turn) -> None:
    await reply(conn, talk, turn.conversation_id, [Utterance("utter_one_moment")], source=f"turn:{turn.id}:moment")
    await handover.announce(conn, turn.conversation_id)


async def _unreadable(engine: AsyncEngine, talk: Talk, conversation_id: str, fault: Exception) -> None:
    """What waits here could not be made a turn. After a few tries it is set aside and a human asked, not tried for ever."""
    _log.error("turn_not_made", conversation=conversation_id, fault=fault_of(fault))
    now = talk.ground.clock.now()
    async with engine.begin() as conn:
        conversation = await get(conn, conversation_id, lock=True)
        wrong_key = isinstance(fault, SealBroken)
        await conn.execute(
            text("update conversations set failures = failures + :one, retry_at = :at where id = :id"),
            {
                "id": conversation_id,
                "one": int(not wrong_key),
                "at": now + timedelta(seconds=60 if wrong_key else 2 ** min(conversation.failures, 6)),
            },
        )
        if wrong_key:
            await raise_alarm(conn, "seal_broken", "what was stored cannot be opened: is TRATO_SECRET_KEY the one it was?", now)
            return
        if conversation.failures + 1 < _GIVE_UP_FAILED:
            return
        await conn.execute(
            text("""update inbox set state = 'set_aside', why = :why
                    where conversation_id = :id and state in ('pending', 'turn')"""),
            {"id": conversation_id, "why": f"no turn could be made of it: {type(fault).__name__}"},
        )
        await conn.execute(text("update conversations set failures = 0, retry_at = null where id = :id"), {"id": conversation_id})
        await raise_alarm(conn, "turn_not_made", f"messages were set aside: {type(fault).__name__}", now)
        place = await handover.request_human(conn, talk, conversation_id, "falha", "O assistente não conseguiu ler a mensagem.")
        trouble = Utterance("utter_trouble", {"place": max(place.place, 1)})
        await reply(conn, talk, conversation_id, [trouble], source=f"unreadable:{conversation_id}:{now.isoformat()}")


async def waiting_conversations(conn: AsyncConnection, now: datetime, limit: int = 500) -> list[str]:
    """Conversations with something unanswered and no reason to wait longer: the net under every lost job."""
    rows = await conn.execute(
        text("""select distinct i.conversation_id from inbox i join conversations c on c.id = i.conversation_id
                where i.state in ('pending', 'turn') and i.received_at < :settled
                and (c.retry_at is null or c.retry_at <= :now) limit :limit"""),
        {"now": now, "settled": now - timedelta(seconds=1), "limit": limit},
    )
    return list(rows.scalars())


async def _show_reading(channels: Mapping[tuple[str, str], Channel], conversation: Conversation) -> None:
    """Read mark and typing sign: pleasant, never worth a failed turn."""
    channel = channels.get((conversation.channel, conversation.account))
    if channel is None or conversation.read_external_id is None:
        return
    try:
        await channel.mark_read(conversation.read_external_id, typing=True, address=conversation.address)
    except SendError as trouble:
        _log.info("read_mark_failed", code=trouble.code)
    except Exception as fault:
        _log.warning("read_mark_failed", fault=fault_of(fault))


@dataclass(frozen=True)
class TurnFacts:
    """What an action may know of the turn that it works for."""

    id: str
    text: str | None
    kinds: tuple[str, ...]
    arguments: Mapping[str, Any]
    given: Given
    media: tuple[TurnMedia, ...] = ()


async def turns_since(conn: AsyncConnection, conversation_id: str, now: datetime, hours: int = 1) -> int:
    """How many turns a talk has had in the last hours."""
    found = await conn.execute(
        text("select count(*) from turns where conversation_id = :id and started_at > :since"),
        {"id": conversation_id, "since": now - timedelta(hours=hours)},
    )
    return int(found.scalar_one())


async def text_of(conn: AsyncConnection, turn_id: str) -> str | None:
    """The harmless words of an earlier turn."""
    words: str | None = (await conn.execute(text("select text from turns where id = :id"), {"id": turn_id})).scalar_one_or_none()
    return words


async def text_before(conn: AsyncConnection, turn_id: str) -> str | None:
    """The harmless words of the turn before this one, in the same talk."""
    found = await conn.execute(
        text("""select before.text from turns now_ join turns before on before.conversation_id = now_.conversation_id
                and before.number < now_.number where now_.id = :id order by before.number desc limit 1"""),
        {"id": turn_id},
    )
    words: str | None = found.scalar_one_or_none()
    return words


async def facts(conn: AsyncConnection, talk: Talk, turn_id: str) -> TurnFacts:
    """Read the turn again: the meaning of the tapped choice and the documents that Rasa never sees. Raises `LookupError`."""
    row = (
        await conn.execute(
            text("""select t.id, t.text, t.kinds, t.secrets_sealed, c.arguments from turns t
                    left join choices c on c.id = t.choice_id where t.id = :id"""),
            {"id": turn_id},
        )
    ).one_or_none()
    if row is None:
        raise LookupError(f"there is no turn {turn_id}")
    given = Given.load(talk.ground.vault.open(row.secrets_sealed, "turn")) if row.secrets_sealed else Given()
    files = await media.media_of_turn(conn, talk, turn_id)
    return TurnFacts(row.id, row.text, tuple(row.kinds), row.arguments or {}, given, files)


__all__ = ["HEARD_RIGHT", "PASSED_ON", "Meaning", "Turn", "TurnFacts", "drain", "facts", "text_of", "waiting_conversations"]
