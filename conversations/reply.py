"""The one door through which anything is said: bot, human, payment notice and journey all come here.

Words are chosen and filled in once; what may not be said now (a secret before identity is proven, the bot under a human) stops
here; offered answers become opaque single rows; messages become outbox rows, in order, in the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import (
    Cards,
    Choice,
    Option,
    Outgoing,
    PaymentCard,
    Template,
    outgoing_adapter,
)
from conversations import effects, ids
from conversations.alarms import raise_alarm
from conversations.contact import NotNow, may_write
from conversations.conversation import Conversation, get, live_proof
from conversations.creditors import name_creditors
from conversations.masking import mask
from conversations.shape import shape
from conversations.talk import Talk
from conversations.wording import Utterance, Worded
from receivables.brasilia import BRASILIA

_JOINED_BODY = 1024
"""Joined messages stay within what a body with buttons may hold on every channel."""

_LEAST_LIFE = timedelta(minutes=2)
_REMEMBERED = timedelta(hours=12)
"""For so long people remember what they were told."""
_WORTH_A_WORD = 200
"""Characters from which a message is worth saying that it is the same as before."""
_LONGEST_BODY = 3500
_SAYS_ITSELF = tuple(
    f"utter_{name}"
    for name in """identity ask_identity human vulnerable greet introduction relative minor deceased representative wrong own_person opted stop
    complaint faq_own insulted contact offer_human about_this one_word cancelled what_i_can_do not_understood did_you_mean answer_ trouble many_messages""".split()
)
"""What shows nothing: small talk, who speaks, what was asked of them, what was done."""

ONCE_MORE = "utter_once_more"
"""Above what was said before, word for word."""
NEEDS_IDENTITY = "utter_identity_needed"
INTRODUCTION = "utter_introduction"
"""Who speaks: said before the first answer of a talk, and not what that answer is known by."""


async def reply(
    conn: AsyncConnection,
    talk: Talk,
    conversation_id: str,
    said: Sequence[Utterance],
    *,
    source: str,
    author: str = "bot",
    turn_id: str | None = None,
    window_closed: bool = False,
) -> int:
    """Say these things, in this order; returns how many messages were queued.

    `source` names what speaks (`turn:t_…`, `charge:12:active`, `payment:E…`): the same source speaks once, for ever, so that a
    repeated job or a crash says nothing twice. `author` is `bot` or `journey` (an event of the store, such as a payment);
    the bot is silent while a human owns the talk. `window_closed`: the provider says so, whatever our own count. Raises `WordingError` for a response that does not exist, and `NotNow` for one
    that nobody asked for and that may not be said now.
    """
    conversation = await get(conn, conversation_id, lock=True)
    if await _has_spoken(conn, conversation.tenant_id, source):
        return 0
    if author == "bot" and conversation.owner == "agent":
        return 0
    now = talk.ground.clock.now()
    before = await _times_named(conn, talk, conversation_id, said, now) if author == "bot" else {}
    spoken = [
        talk.wording.word(one, channel=conversation.channel, seed=source, times=before.get(one.response, 0)) for one in said
    ]
    pairs = list(zip(spoken, said, strict=True))
    proof = await live_proof(conn, conversation_id, now) if any(worded.personal for worded in spoken) else None
    if any(worded.personal for worded in spoken) and proof is None:
        await raise_alarm(conn, "personal_without_proof", spoken[0].response, now, subject=conversation_id)
        pairs = [pair for pair in pairs if not pair[0].personal]
        if not pairs:
            said = [Utterance(NEEDS_IDENTITY)]
            pairs = [(talk.wording.word(said[0], channel=conversation.channel, seed=source), said[0])]
    if proof is not None:
        pairs = await name_creditors(
            conn, talk, proof.debtor_id, pairs, conversation_id=conversation_id, channel=conversation.channel, seed=source
        )
    sort = next((worded.unasked for worded, _ in pairs if worded.unasked), None)
    if sort is not None:
        verdict = await may_write(conn, talk, conversation, "answer" if sort == "answer" else "reminder")
        if verdict.may != "now":
            raise NotNow(verdict)
    # Outside the window each message is an approved template of its own, or is not said at all.
    by_template = author == "journey" and (window_closed or not conversation.window_open(now))
    if author == "bot" and not by_template:
        pairs = [
            (await _not_twice(conn, talk, conversation, worded, utterance, now, seed=source), utterance)
            for worded, utterance in pairs
        ]
    ordinal = 0
    spoken_pairs = pairs if by_template else _joined(pairs)
    for place, (worded, utterance) in enumerate(spoken_pairs, 1):
        message: Outgoing
        if by_template:
            if worded.template is None:
                continue
            name, variables = worded.template
            words = worded.template_words or worded.body
            shown = (
                await _message(conn, conversation, worded, utterance, now, followed=False) if worded.pays_in_template else None
            )
            payable = shown if isinstance(shown, PaymentCard) else None
            message = Template(name=name, variables=variables, words=words, card=payable)
        else:
            message = await _message(conn, conversation, worded, utterance, now, followed=place < len(spoken_pairs))
            words = worded.body
            if worded.until_midnight and message.expires_at is None:
                message = message.model_copy(update={"expires_at": _midnight(now)})
        if worded.acknowledges or author == "journey":
            message = message.model_copy(update={"purpose": "acknowledgement" if worded.acknowledges else "notice"})
        await _queue(
            conn,
            conversation,
            message,
            words,
            author=author,
            agent_id=None,
            source=source,
            ordinal=ordinal,
            turn_id=turn_id,
            response=worded.response,
            weight="payment" if {"card", "code"} & set(utterance.values) else "plain",
            needs_proof=worded.personal,
            unasked=sort is not None,
            now=now,
        )
        ordinal += 1
    if ordinal:
        await talk.jobs.put(conn, "deliver", conversation_id)
    return ordinal


async def say_as_agent(
    conn: AsyncConnection, talk: Talk, conversation_id: str, agent_id: int, message: Outgoing, words: str, *, source: str
) -> bool:
    """A human's message. Only the owner of the talk may speak; returns False (and queues nothing) if it is not theirs."""
    conversation = await get(conn, conversation_id, lock=True)
    if conversation.owner != "agent" or conversation.agent_id != agent_id:
        return False
    if await _has_spoken(conn, conversation.tenant_id, source):
        return True
    await _queue(
        conn,
        conversation,
        message,
        words,
        author="agent",
        agent_id=agent_id,
        source=source,
        ordinal=0,
        turn_id=None,
        response=None,
        weight="plain",
        needs_proof=False,
        unasked=False,
        now=talk.ground.clock.now(),
    )
    await conn.execute(
        text("""update handoffs set first_answer_at = coalesce(first_answer_at, :now), answered_at = :now, unanswered_since = null
                where conversation_id = :id and status = 'taken'"""),
        {"id": conversation_id, "now": talk.ground.clock.now()},
    )
    await talk.jobs.put(conn, "deliver", conversation_id)
    return True


async def say_here_instead(
    conn: AsyncConnection, talk: Talk, conversation: Conversation, message: Outgoing, was: Any, *, source: str
) -> bool:
    """Say in this talk what could not reach the person in another of theirs; False where `source` has spoken already.

    `was` is the row of the outbox. Answers that are offered in it are offered anew here, so that a tap or a number answers them.
    """
    if await _has_spoken(conn, conversation.tenant_id, source):
        return False
    now = talk.ground.clock.now()
    await _queue(
        conn,
        conversation,
        await _offered_anew(conn, conversation, message, now),
        was.words,
        author=was.author,
        agent_id=was.agent_id,
        source=source,
        ordinal=0,
        turn_id=None,
        response=was.response,
        weight=was.weight,
        needs_proof=was.needs_proof,
        unasked=was.unasked,
        now=now,
    )
    await talk.jobs.put(conn, "deliver", conversation.id)
    return True


async def last_response(conn: AsyncConnection, conversation_id: str) -> str | None:
    """The name of the last thing that the bot said in this talk, or nothing."""
    last: str | None = (
        await conn.execute(
            text("select response from outbox where conversation_id = :id and author = 'bot' order by id desc limit 1"),
            {"id": conversation_id},
        )
    ).scalar_one_or_none()
    return last


async def _times_named(
    conn: AsyncConnection, talk: Talk, conversation_id: str, said: Sequence[Utterance], now: datetime
) -> Mapping[str, int]:
    """How often each of these that has several texts is named in this talk by now; of what no turn said nothing is known."""
    several = {one.response for one in said if talk.wording.varies(one.response)}
    if not several:
        return {}
    named = await effects.named_since(conn, conversation_id, now - _REMEMBERED)
    return {response: named.count(response) for response in several}


async def _not_twice(
    conn: AsyncConnection,
    talk: Talk,
    conversation: Conversation,
    worded: Worded,
    utterance: Utterance,
    now: datetime,
    *,
    seed: str,
) -> Worded:
    """What is shown once more, word for word, is said to be that; small talk and codes are left as they are."""
    if worded.response.startswith(_SAYS_ITSELF) or worded.response == ONCE_MORE:
        return worded
    if len(worded.body) < _WORTH_A_WORD or len(worded.body) > _LONGEST_BODY or worded.alone or _special(utterance):
        return worded
    times = (
        await conn.execute(
            text("""select count(*) from outbox where conversation_id = :id and author = 'bot' and queued_at > :since
                    and strpos(words, :body) > 0"""),
            {"id": conversation.id, "since": now - _REMEMBERED, "body": worded.body},
        )
    ).scalar_one()
    if not times:
        return worded
    once_more = talk.wording.word(Utterance(ONCE_MORE), channel=conversation.channel, seed=seed, times=times).body
    if len(worded.body) <= _JOINED_BODY < len(worded.body) + len(once_more) + 2:
        return worded
    return replace(
        worded,
        body=f"{once_more}\n\n{worded.body}",
        lead=f"{once_more}\n\n{worded.lead}" if worded.lead else None,
    )


async def _has_spoken(conn: AsyncConnection, tenant_id: int, source: str) -> bool:
    found = await conn.execute(
        text("select 1 from outbox where tenant_id = :tenant and source = :source limit 1"),
        {"tenant": tenant_id, "source": source},
    )
    return found.first() is not None


def _joined(pairs: Sequence[tuple[Worded, Utterance]]) -> list[tuple[Worded, Utterance]]:
    """Neighbouring plain messages as one: fewer bubbles, and no doubt about their order."""
    joined: list[tuple[Worded, Utterance]] = []
    for worded, utterance in pairs:
        if joined:
            before, earlier = joined[-1]
            # Words that follow a question with buttons go above the buttons, and end as the question's own.
            both_ask = bool(before.offers) and bool(worded.offers)
            plain = not (both_ask or before.alone or worded.alone or _special(earlier) or _special(utterance))
            body = f"{before.body}\n\n{worded.body}"
            if plain and len(body) <= _JOINED_BODY:
                joined[-1] = (
                    Worded(
                        response=worded.response if worded.offers or before.response == INTRODUCTION else before.response,
                        body=body,
                        offers=worded.offers or before.offers,
                        button=worded.button or before.button,
                        footer=worded.footer or before.footer,
                        lead=f"{before.lead or before.body}\n\n{worded.lead or worded.body}"
                        if before.lead or worded.lead
                        else None,
                        single_use=worded.single_use or before.single_use,
                        personal=worded.personal or before.personal,
                        actions=tuple(dict.fromkeys(before.actions + worded.actions)),
                        expires_at=min(filter(None, (before.expires_at, worded.expires_at)), default=None),
                        until_midnight=before.until_midnight or worded.until_midnight,
                        acknowledges=before.acknowledges or worded.acknowledges,
                        template=before.template or worded.template,
                    ),
                    utterance,
                )
                continue
        joined.append((worded, utterance))
    return [(worded, utterance) for worded, utterance in joined if worded.body or _special(utterance)]


def _special(utterance: Utterance) -> bool:
    return bool({"card", "card_status", "file"} & set(utterance.values))


async def _message(
    conn: AsyncConnection, conversation: Conversation, worded: Worded, utterance: Utterance, now: datetime, *, followed: bool
) -> Outgoing:
    status = utterance.values.get("card_status")
    shown = await _card_of(conn, conversation, status["reference"]) if status else None
    options = () if _special(utterance) else await _offer(conn, conversation, worded, now)
    return shape(worded, utterance, options, followed=followed, hidden=conversation.address_raw is None, card=shown)


async def _card_of(conn: AsyncConnection, conversation: Conversation, reference: str) -> PaymentCard | None:
    """The payment card that was shown in this talk under this reference."""
    kept = (
        await conn.execute(
            text("""select message from outbox where conversation_id = :id and message->>'kind' = 'payment_card'
                    and message->>'reference' = :reference order by id desc limit 1"""),
            {"id": conversation.id, "reference": reference},
        )
    ).scalar_one_or_none()
    return PaymentCard.model_validate(kept) if kept is not None else None


def _midnight(now: datetime) -> datetime:
    """The end of this day in Brazil; a moment later for what is said in its last minutes, so that nobody asks in vain."""
    tomorrow = datetime.combine(now.astimezone(BRASILIA).date() + timedelta(days=1), time(), BRASILIA)
    return max(tomorrow, now + _LEAST_LIFE)


async def _offer(conn: AsyncConnection, conversation: Conversation, worded: Worded, now: datetime) -> tuple[Option, ...]:
    """Write the offered answers down, each as one opaque row: what is in a button says nothing and cannot be forged."""
    group = ids.group_id()
    options = []
    for position, offer in enumerate(worded.offers, 1):
        option = Option(id=ids.choice_id(), label=offer.label, description=offer.description)
        options.append(option)
        await conn.execute(
            text("""insert into choices (id, tenant_id, conversation_id, group_id, position, label, meaning, arguments,
                        single_use, created_at)
                    values (:id, :tenant, :conversation, :group, :position, :label, :meaning, :arguments, :single, :now)"""),
            {
                "id": option.id,
                "tenant": conversation.tenant_id,
                "conversation": conversation.id,
                "group": group,
                "position": position,
                "label": offer.label,
                "meaning": offer.meaning,
                "arguments": json.dumps(dict(offer.arguments)),
                "single": worded.single_use,
                "now": now,
            },
        )
    return tuple(options)


async def _offered_anew(conn: AsyncConnection, conversation: Conversation, message: Outgoing, now: datetime) -> Outgoing:
    if not isinstance(message, Choice | Cards):
        return message
    group = ids.group_id()

    async def anew(option: Option) -> Option:
        new = ids.choice_id()
        await conn.execute(
            text("""insert into choices (id, tenant_id, conversation_id, group_id, position, label, meaning, arguments, version,
                        single_use, created_at, expires_at)
                    select :new, tenant_id, :conversation, :group, position, label, meaning, arguments, version, single_use, :now,
                        expires_at from choices where id = :old"""),
            {"new": new, "old": option.id, "conversation": conversation.id, "group": group, "now": now},
        )
        return option.model_copy(update={"id": new})

    options = tuple([await anew(option) for option in message.options])
    if isinstance(message, Choice):
        return message.model_copy(update={"options": options})
    cards = tuple([card.model_copy(update={"option": await anew(card.option)}) for card in message.cards])
    return message.model_copy(update={"options": options, "cards": cards})


async def _queue(
    conn: AsyncConnection,
    conversation: Conversation,
    message: Outgoing,
    words: str,
    *,
    author: str,
    agent_id: int | None,
    source: str,
    ordinal: int,
    turn_id: str | None,
    response: str | None,
    weight: str,
    needs_proof: bool,
    unasked: bool,
    now: datetime,
) -> None:
    dumped: dict[str, Any] = outgoing_adapter.dump_python(message, mode="json")
    outbox_id = (
        await conn.execute(
            text("""insert into outbox (key, tenant_id, conversation_id, turn_id, author, agent_id, source, ordinal, fence,
                        response, message, words, weight, needs_proof, unasked, due_at, queued_at)
                    values (:key, :tenant, :conversation, :turn, :author, :agent, :source, :ordinal, :fence,
                        :response, :message, :words, :weight, :needs_proof, :unasked, :now, :now) returning id"""),
            {
                "key": ids.outbox_key(),
                "tenant": conversation.tenant_id,
                "conversation": conversation.id,
                "turn": turn_id,
                "author": author,
                "agent": agent_id,
                "source": source,
                "ordinal": ordinal,
                "fence": conversation.fence,
                "response": response,
                "message": json.dumps(dumped),
                "words": words,
                "weight": weight,
                "needs_proof": needs_proof,
                "unasked": unasked,
                "now": now,
            },
        )
    ).scalar_one()
    options: list[str] = []
    if isinstance(message, Cards):
        options = [card.option.label for card in message.cards]
    if isinstance(message, Cards | Choice):
        options += [option.label for option in message.options]
    await conn.execute(
        text("""insert into transcript (tenant_id, conversation_id, author, agent_id, text, detail, at, outbox_id)
                values (:tenant, :conversation, :author, :agent, :text, :detail, :now, :outbox)"""),
        {
            "tenant": conversation.tenant_id,
            "conversation": conversation.id,
            "author": author,
            "agent": agent_id,
            "text": mask(words),
            "detail": json.dumps({"kind": message.kind, "options": options}),
            "now": now,
            "outbox": outbox_id,
        },
    )
