"""Messages of the program as payloads of Google's RCS for Business API, each within its limits.

`split` first, then `render`, which is told what the person's telephone can show and degrades what it cannot: a carousel to
single cards' words with suggestions, a suggestion that would not fit or would tell too much on a locked screen to a numbered
line. What `split` gives can be rendered.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.channel import Capabilities
from channels.lengths import cut, length, pieces
from channels.message import (
    Action,
    Card,
    Cards,
    Choice,
    Dial,
    Document,
    File,
    Image,
    Link,
    OpenUrl,
    Option,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Rejected,
    Template,
    Text,
)
from channels.plainer import as_choice, numbered, one_line, with_actions_written, without_marks

TEXT = 3072
SUGGESTION, POSTBACK, SUGGESTIONS = 25, 2048, 11
CARD_TITLE, CARD_BODY, CARD_SUGGESTIONS = 200, 2000, 4
FEWEST_CARDS, MOST_CARDS = 2, 10
URL = 2048
EVENT_TITLE, EVENT_DESCRIPTION = 100, 500
WHOLE = 250 * 1024
"""Bytes of a whole message."""

LONGEST_LIFE = timedelta(days=15)
SHORTEST_LIFE = timedelta(seconds=10)

CAPABILITIES = Capabilities(
    text=TEXT,
    buttons=0,
    rows=0,
    suggestions=SUGGESTIONS,
    cards=MOST_CARDS,
    actions=frozenset({"url", "dial", "calendar"}),
    files=True,
    file_links=True,
    typing=True,
    repeatable=True,
)

STANDALONE, CAROUSEL = "RICHCARD_STANDALONE", "RICHCARD_CAROUSEL"
EVERYTHING = frozenset(
    {
        STANDALONE, CAROUSEL, "ACTION_OPEN_URL", "ACTION_DIAL", "ACTION_CREATE_CALENDAR_EVENT", "ACTION_VIEW_LOCATION",
        "ACTION_SHARE_LOCATION",
    }
)  # fmt: skip
"""What Google Messages can show today; older telephones can less."""

_ACTION_FEATURES = {"url": "ACTION_OPEN_URL", "dial": "ACTION_DIAL", "calendar": "ACTION_CREATE_CALENDAR_EVENT"}
_TRAFFIC = {"answer": "SERVICEREQUEST", "notice": "TRANSACTION", "acknowledgement": "ACKNOWLEDGEMENT"}
_URL = re.compile(r"https?://[^\s<>\"]{1,2040}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# What must not be read over somebody's shoulder: a locked screen shows a card's title and the first suggestions.
_TELLING = re.compile(
    r"\b(?:divid|debit|dev(?:e|o|em|endo|edor\w*)\b|atras|vencid|inadimpl|negativ|cobran|credor|calote|protest(?:o|ad)|serasa|spc\b)"
)

_NAMESPACE = uuid.UUID("6f2d1c1e-6f0b-4f6e-9a53-8a3a52c0b6d1")
_KEY = re.compile(r"m_([A-Za-z0-9_-]{22})")

ACTION_MARK = "action:"
"""Begins the postback of an action: the telephone did it, and nothing is asked of us."""


@dataclass(frozen=True)
class Payload:
    """One message for the provider. `rich` says that an older telephone might refuse it."""

    content: dict[str, Any]
    rich: bool


def message_id(key: str) -> str:
    """The UUID under which the message of this key goes out, always the same one: a repeat is ignored by Google.

    Our own keys are UUIDs in another form, so that `key_of` finds them again; any other text gets a UUID of its own.
    """
    match = _KEY.fullmatch(key)
    if match:
        return str(uuid.UUID(bytes=_from_base64(match.group(1))))
    return str(uuid.uuid5(_NAMESPACE, key))


def key_of(provider_id: str) -> str | None:
    """The key whose message has this id, as far as the id tells: one that was made of another text leads to no key of ours."""
    try:
        raw = uuid.UUID(provider_id).bytes
    except ValueError:
        return None
    return "m_" + _to_base64(raw)


def _from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def _to_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


# --------------------------------------------------------------------------------------------------------------
# Splitting
# --------------------------------------------------------------------------------------------------------------


def split(message: Outgoing) -> list[Outgoing]:
    """The messages, in order, that say `message` within RCS's limits, whatever the telephone can show.

    Words that belong to cards or a file go ahead as a text of their own: RCS has no place for them.
    """
    message = without_marks(message)
    match message:
        case Text():
            parts = pieces(with_actions_written(message.body, message.actions, CAPABILITIES.actions), TEXT)
            return _texts(message, parts[:-1], message.model_copy(update={"body": parts[-1]})) if parts else [message]
        case Choice():
            return _split_choice(message)
        case Cards():
            return _split_cards(message)
        case Link():
            return split(_link(message))
        case Document() | Image():
            ahead = pieces(message.caption or "", TEXT)
            return _texts(message, ahead, message.model_copy(update={"caption": None}))
        case PaymentCard() | PaymentStatus():
            footer = message.footer if isinstance(message, PaymentCard) else None
            said = _as_text(message, "\n\n".join(part for part in (message.body, footer) if part))
            actions = message.actions if isinstance(message, PaymentCard) else ()
            return split(said.model_copy(update={"actions": actions}))
        case Template():
            return split(_as_text(message, message.words))


def _as_text(message: Outgoing, body: str) -> Text:
    return Text(body=body, expires_at=message.expires_at, purpose=message.purpose)


def _texts(message: Outgoing, ahead: Sequence[str], last: Outgoing) -> list[Outgoing]:
    return [*(_as_text(message, part) for part in ahead), last]


def _split_choice(message: Choice) -> list[Outgoing]:
    # Written as it will be on the telephone that can least, so that no degraded form is too long.
    options = message.options
    body = message.body
    if message.footer:
        body = f"{body}\n\n{message.footer}".strip()
    whole = message.model_copy(update={"body": body, "footer": None})
    if length(_plainest(whole)) <= TEXT:
        return [whole]
    parts = pieces(body, TEXT)
    ending = whole.model_copy(update={"body": parts[-1] if parts else ""})
    if len(parts) > 1 and length(_plainest(ending)) <= TEXT:
        return _texts(message, parts[:-1], ending)
    lines = pieces(numbered(body, options), TEXT)
    last = _as_text(message, lines[-1]).model_copy(update={"actions": message.actions}) if lines else message
    return _texts(message, lines[:-1], last)


def _plainest(message: Choice) -> str:
    return with_actions_written(numbered(message.body, message.options), message.actions)


def _split_cards(message: Cards) -> list[Outgoing]:
    plain = as_choice(message)
    written = with_actions_written(_written_cards(message.model_copy(update={"body": ""})), plain.actions)
    if not _fit_as_cards(message) or length(written) > TEXT:
        return _split_choice(plain)
    body = message.lead or message.body
    if message.footer:
        body = f"{body}\n\n{message.footer}".strip()
    if message.followed and message.options:
        # The suggestions below the cards vanish with the next message: what they answer is written as well.
        first = len(message.cards) + 1
        further = [f"{number}. {one_line(option.label)}" for number, option in enumerate(message.options, first)]
        body = "\n\n".join(part for part in (body, "\n".join(further)) if part)
    return _texts(message, pieces(body, TEXT), message.model_copy(update={"body": "", "lead": None, "footer": None}))


def _fit_as_cards(message: Cards) -> bool:
    if not 1 <= len(message.cards) <= MOST_CARDS or len(message.options) > SUGGESTIONS:
        return False
    if not all(_fits_suggestion(option) for option in message.options):
        return False
    return all(_fits_card(card) for card in message.cards)


def _fits_card(card: Card) -> bool:
    title, body = one_line(card.title), card.body.strip()
    return bool(
        length(title) <= CARD_TITLE
        and length(_card_body(title, body)) <= CARD_BODY
        and (title or body)
        and 1 + len(card.actions) <= CARD_SUGGESTIONS
        and _fits_suggestion(Option(id=card.option.id, label=card.button))
        and all(_fits_action(action) for action in card.actions)
    )


# --------------------------------------------------------------------------------------------------------------
# Rendering
# --------------------------------------------------------------------------------------------------------------


def render(
    message: Outgoing, now: datetime, features: Collection[str] = EVERYTHING, urls: Mapping[str, str] | None = None
) -> list[Payload]:
    """The bodies of `POST /phones/<number>/agentMessages` for one message that `split` gave; mostly one.

    `features` is what the telephone can show. `urls` tells where each file of it (by its path) is fetched. Raises
    `Rejected` for what no form of RCS can carry, and for what is no longer true now.
    """
    life = _life(message.expires_at, now)
    made = []
    for content, rich in _contents(message, frozenset(features), urls or {}):
        payload = {"contentMessage": content, "messageTrafficType": _TRAFFIC[message.purpose], **life}
        if len(json.dumps(payload, ensure_ascii=False).encode()) > WHOLE:
            raise Rejected(f"a message of more than {WHOLE} bytes")
        made.append(Payload(payload, rich))
    return made


def _life(expires_at: datetime | None, now: datetime) -> dict[str, str]:
    """Until when it may still be delivered: never beyond what it says, and never beyond what RCS takes."""
    if expires_at is None:
        return {}
    if expires_at <= now:
        raise Rejected("its time is over", "expired")
    until = min(max(expires_at, now + SHORTEST_LIFE), now + LONGEST_LIFE)
    return {"expireTime": until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def _contents(message: Outgoing, features: frozenset[str], urls: Mapping[str, str]) -> Iterable[tuple[dict[str, Any], bool]]:
    match message:
        case Text():
            yield _text(message.body, [], message.actions, features)
        case Choice():
            yield _choice(message, features)
        case Cards():
            yield from _cards(message, features, urls)
        case Link():
            yield _text(message.body, [], _link(message).actions, features)
        case Document() | Image():
            yield {"contentInfo": _file(message.file, urls, message.alt if isinstance(message, Image) else None)}, False
        case PaymentCard() | PaymentStatus():
            yield _text(message.body, [], (), features)
        case Template():
            yield _text(message.words, [], (), features)


def _text(
    body: str, replies: list[dict[str, Any]], actions: Sequence[Action], features: frozenset[str]
) -> tuple[dict[str, Any], bool]:
    """Words with suggestions; an action that this telephone has not got is written out, where there is room."""
    able = [action for action in actions if _able(action, features) and _fits_action(action)][: SUGGESTIONS - len(replies)]
    written = with_actions_written(body, [action for action in actions if action not in able])
    body = written if length(written) <= TEXT else body
    if not body.strip():
        raise Rejected("a message without words")
    if length(body) > TEXT:
        raise Rejected(f"more than {TEXT} characters in one message: split it first")
    suggestions = [*replies, *(_action(action) for action in able)]
    return {"text": body} | ({"suggestions": suggestions} if suggestions else {}), bool(able)


def _file(file: File, urls: Mapping[str, str], alt: str | None = None) -> dict[str, Any]:
    url = urls.get(file.path, "")
    if not _URL.fullmatch(url):
        raise Rejected("a file without an address to fetch it from")
    return {"fileUrl": url, "forceRefresh": False} | ({"altText": cut(one_line(alt), CARD_TITLE)} if alt else {})


def _able(action: Action, features: frozenset[str]) -> bool:
    return _ACTION_FEATURES[action.action] in features


# --------------------------------------------------------------------------------------------------------------
# Suggestions
# --------------------------------------------------------------------------------------------------------------


def telling(text: str) -> bool:
    """Whether these words tell a passer-by that somebody owes something."""
    plain = "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
    return _TELLING.search(plain) is not None


def _fits_suggestion(option: Option) -> bool:
    label = one_line(option.label)
    return 0 < length(label) <= SUGGESTION and 0 < length(option.id) <= POSTBACK and not telling(label)


def _choice(message: Choice, features: frozenset[str]) -> tuple[dict[str, Any], bool]:
    """A question with suggestions. Answers that must be readable elsewhere than on a suggestion stand in the words, numbered:
    those too long for one or too telling, those with a description, and those that vanish when the next message comes."""
    options = message.options
    labels = [one_line(option.label) for option in options]
    in_full = all(_fits_suggestion(option) for option in options) and len({label.casefold() for label in labels}) == len(labels)
    ids = all(0 < length(option.id) <= POSTBACK for option in options)
    shown = 0 < len(options) <= SUGGESTIONS and ids
    plain = shown and in_full and not message.followed and not any(option.description for option in options)
    body = message.body if plain else _numbered_once(message)
    replies = []
    if shown:
        replies = [
            _reply(option.id, label if in_full else f"Opção {number}")
            for number, (option, label) in enumerate(zip(options, labels, strict=True), start=1)
        ]
    return _text(body, replies, message.actions, features)


def _numbered_once(message: Choice) -> str:
    """The answers below the words, unless each stands there already on a line with its own number."""
    lines = [line.strip() for line in message.body.splitlines()]
    written = [any(line.startswith(f"{number}. ") for line in lines) for number in range(1, len(message.options) + 1)]
    if message.options and all(written) and len(written) > 1:
        return message.body
    return numbered(message.body, message.options)


def _reply(option_id: str, label: str) -> dict[str, Any]:
    return {"reply": {"text": label, "postbackData": option_id}}


def _fits_action(action: Action) -> bool:
    if not 0 < length(one_line(action.label)) <= SUGGESTION or telling(action.label):
        return False
    if isinstance(action, OpenUrl):
        return bool(_URL.fullmatch(action.url)) and length(action.url) <= URL
    if isinstance(action, Dial):
        return bool(_E164.fullmatch(action.phone))
    described = length(action.description or "") <= EVENT_DESCRIPTION
    return action.starts_at < action.ends_at and length(action.title) <= EVENT_TITLE and described and not telling(action.title)


def _action(action: Action) -> dict[str, Any]:
    told: dict[str, Any] = {"text": one_line(action.label), "postbackData": f"{ACTION_MARK}{action.action}"}
    if isinstance(action, OpenUrl):
        told["openUrlAction"] = {"url": action.url}
    elif isinstance(action, Dial):
        told["dialAction"] = {"phoneNumber": action.phone}
    else:
        told["createCalendarEventAction"] = {
            "startTime": _instant(action.starts_at),
            "endTime": _instant(action.ends_at),
            "title": action.title,
            "description": action.description or action.title,
        }
    return {"action": told}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(message: Link) -> Text:
    page = OpenUrl(label=one_line(message.label), url=message.url)
    # A page that fits no suggestion is written out, in full.
    body = message.body if _fits_action(page) else with_actions_written(message.body, [page])
    actions = (page,) if _fits_action(page) else ()
    return Text(body=body or message.url, actions=actions, expires_at=message.expires_at, purpose=message.purpose)


# --------------------------------------------------------------------------------------------------------------
# Cards
# --------------------------------------------------------------------------------------------------------------


def _cards(message: Cards, features: frozenset[str], urls: Mapping[str, str]) -> Iterable[tuple[dict[str, Any], bool]]:
    """One card, a carousel, or where the telephone has none the same as pictures and a question with suggestions."""
    below = [] if message.followed else [_reply(option.id, one_line(option.label)) for option in message.options]
    fits = _fit_as_cards(message)
    if fits and len(message.cards) == 1 and STANDALONE in features:
        content = {"cardOrientation": "VERTICAL", "cardContent": _card(message.cards[0], features, urls)}
        yield _with({"richCard": {"standaloneCard": content}}, below), True
    elif fits and len(message.cards) >= FEWEST_CARDS and CAROUSEL in features:
        carousel = {"cardWidth": "MEDIUM", "cardContents": [_card(card, features, urls) for card in message.cards]}
        yield _with({"richCard": {"carouselCard": carousel}}, below), True
    else:
        for card in message.cards:
            if card.image is not None:
                yield {"contentInfo": _file(card.image, urls, card.image_alt)}, False
        yield _choice(as_choice(message).model_copy(update={"body": _written_cards(message)}), features)


def _written_cards(message: Cards) -> str:
    """The cards and the further answers as numbered paragraphs, for a telephone that shows no cards."""
    written = [
        f"{number}. {one_line(card.option.label)}\n{card.body.strip() or card.option.description or ''}".strip()
        for number, card in enumerate(message.cards, 1)
    ]
    written += [f"{number}. {one_line(option.label)}" for number, option in enumerate(message.options, len(written) + 1)]
    return "\n\n".join([*([message.body.strip()] if message.body.strip() else []), *written])


def _with(content: dict[str, Any], suggestions: list[dict[str, Any]]) -> dict[str, Any]:
    return content | ({"suggestions": suggestions} if suggestions else {})


def _card(card: Card, features: frozenset[str], urls: Mapping[str, str]) -> dict[str, Any]:
    title = one_line(card.title)
    able = [_action(action) for action in card.actions if _able(action, features)]
    content: dict[str, Any] = {"title": title} if title and not telling(title) else {}
    body = _card_body(title, card.body.strip())
    if body:
        content["description"] = body
    if card.image is not None:
        content["media"] = {"height": "SHORT", "contentInfo": _file(card.image, urls, card.image_alt)}
    content["suggestions"] = [_reply(card.option.id, one_line(card.button)), *able]
    return content


def _card_body(title: str, body: str) -> str:
    """What stands below the title; a title that would tell too much on a locked screen begins it."""
    return f"{title}\n{body}".strip() if telling(title) else body
