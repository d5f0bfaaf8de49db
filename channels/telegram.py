"""Telegram's Bot API, as a small channel in one file: what a channel needs, and no more. `docs/how-to/add-a-channel.md` walks through it.

Facts from core.telegram.org/bots/api: an update is one JSON object; `X-Telegram-Bot-Api-Secret-Token` carries the secret that was
given to `setWebhook`; `callback_data` holds 1 to 64 bytes; a text holds 4096 characters; a refusal is `{"ok": false, "error_code",
"description", "parameters": {"retry_after"}}`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx

from channels.channel import BadBody, Capabilities
from channels.fetching import FetchError, Source, local_origin
from channels.lengths import cut, pieces
from channels.message import (
    Accepted,
    Address,
    Broken,
    Cards,
    Choice,
    Document,
    Event,
    Image,
    Link,
    Media,
    OpenUrl,
    OutcomeUnknown,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Preference,
    Received,
    Rejected,
    SendError,
    SlowDownPerson,
    StopAll,
    Template,
    Text,
    TryLater,
    Unreachable,
)
from channels.meta_content import safe_filename
from channels.meta_fields import Json, identifier, mapping, mappings, tamed, words
from channels.plainer import as_choice, numbered, one_line, unmarked, with_actions_written

CHANNEL = "telegram"
TEXT, CAPTION, LABEL, BUTTONS = 4096, 1024, 64, 12
LARGEST_FILE = 50_000_000
CAPABILITIES = Capabilities(text=TEXT, buttons=BUTTONS, rows=0, files=True, actions=frozenset({"url"}), typing=True)

_FILES: Mapping[str, Literal["image", "video", "audio", "voice", "document", "sticker"]] = {
    "photo": "image",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "sticker": "sticker",
    "document": "document",
}


# ----------------------------------------------------------------------------------------------------------- in


def secret_ok(secret: str, given: str | None) -> bool:
    """Whether a request carries the secret that only Telegram was told."""
    return bool(secret) and given is not None and hmac.compare_digest(secret.encode(), given.encode())


def parse(body: bytes, account: str) -> list[Event]:
    """What one update tells. Raises `BadBody` for what is no update."""
    try:
        update = mapping(tamed(json.loads(body)))
    except (ValueError, RecursionError) as error:
        raise BadBody("no JSON object") from error
    update_id = identifier(update.get("update_id"))
    if update_id is None:
        raise BadBody("no update")
    try:
        event = _event(update, account)
    except (ValueError, TypeError, OverflowError) as error:
        event = Broken(external_id=f"update/{update_id}", channel=CHANNEL, account=account, why=type(error).__name__, raw=update)
    return [event] if event is not None else []


def _event(update: dict[str, Json], account: str) -> Event | None:
    tap = mapping(update.get("callback_query"))
    if tap:
        message = mapping(tap.get("message"))
        buttons = [button for row in _rows(message) for button in mappings(row)]
        shown = next((words(button.get("text")) for button in buttons if button.get("callback_data") == tap.get("data")), None)
        return Received(
            external_id=f"callback/{_needed(tap.get('id'))}",
            address=_address(mapping(tap.get("from")), account),
            sent_at=None,
            kind="choice",
            choice_id=identifier(tap.get("data")),
            text=shown,
            group=_group(mapping(message.get("chat"))),
        )
    member = mapping(update.get("my_chat_member"))
    if member and _group(mapping(member.get("chat"))) is None:
        # Who blocks a bot does not want to hear from it; who starts it anew does.
        state = words(mapping(member.get("new_chat_member")).get("status"))
        return Preference(
            external_id=f"update/{_needed(update.get('update_id'))}",
            address=_address(mapping(member.get("chat")), account),
            wants="stop" if state in ("kicked", "left") else "resume",
            at=_moment(member.get("date")),
        )
    message = mapping(update.get("message")) or mapping(update.get("edited_message"))
    return _message(message, account, edited="edited_message" in update) if message else None


def _message(message: dict[str, Json], account: str, *, edited: bool) -> Received:
    sender, chat = mapping(message.get("from")), mapping(message.get("chat"))
    name = f"{_needed(chat.get('id'))}/{_needed(message.get('message_id'))}"
    quoted = identifier(mapping(message.get("reply_to_message")).get("message_id"))
    said: dict[str, Any] = {
        "external_id": f"{name}/{message.get('edit_date')}" if edited else name,
        "address": _address(sender or chat, account),
        "sent_at": _moment(message.get("edit_date" if edited else "date")),
        "group": _group(chat),
        "from_us": sender.get("is_bot") is True,
        "forwarded": "forward_origin" in message,
        "reply_to": f"{chat['id']}/{quoted}" if quoted else None,
        "profile_name": words(sender.get("first_name")),
    }
    text, caption = words(message.get("text")), words(message.get("caption"))
    if edited:
        return Received(**said, kind="edit", text=text or caption, detail={"original_message_id": name})
    if text is not None:
        # The button "Start", which opens every talk, is a hello.
        return Received(**said, kind="text", text="oi" if text.split(" ")[0] == "/start" else text)
    for field, kind in _FILES.items():
        file = mapping(message.get(field)) or next(reversed(mappings(message.get(field))), {})
        if file:
            media = Media(
                kind=kind,
                provider_id=identifier(file.get("file_id")),
                mime_type=words(file.get("mime_type")),
                filename=safe_filename(words(file.get("file_name"))),
                caption=caption,
            )
            return Received(**said, kind="media", media=media, text=caption)
    if "location" in message:
        return Received(**said, kind="location", detail=mapping(message.get("location")))
    contact = mapping(message.get("contact"))
    if contact:
        own = contact.get("user_id") is not None and contact.get("user_id") == sender.get("id")
        cards: list[Json] = [{"phones": [{"phone": words(contact.get("phone_number")) or ""}]}]
        return Received(**said, kind="contacts", detail={"contacts": cards, "origin": "contact_request" if own else "other"})
    return Received(**said, kind="unsupported", detail={"fields": sorted(message)[:30]})


def _address(person: dict[str, Json], account: str) -> Address:
    return Address(channel=CHANNEL, account=account, user_id=_needed(person.get("id")))


def _group(chat: dict[str, Json]) -> str | None:
    return None if chat.get("type") in ("private", None) else identifier(chat.get("id")) or "group"


def _rows(message: dict[str, Json]) -> list[Json]:
    rows = mapping(message.get("reply_markup")).get("inline_keyboard")
    return rows if isinstance(rows, list) else []


def _needed(value: Json) -> str:
    found = identifier(value)
    if found is None:
        raise ValueError("an id is missing")
    return found


def _moment(value: Json) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and not isinstance(value, bool) else None


# ---------------------------------------------------------------------------------------------------------- out


def split(message: Outgoing) -> list[Outgoing]:
    """The messages that say `message` within the limits: long words go ahead, cards become a question, a card its words."""
    match message:
        case Cards():
            return split(as_choice(message))
        case Choice():
            body = "\n\n".join(filter(None, (_with_rows(message), message.footer)))
            if len(message.options) > BUTTONS or len({option.id for option in message.options}) < len(message.options):
                return _texts(message, numbered(body, message.options))
            *ahead, last = pieces(body, TEXT) or [message.button]
            bare = message.model_copy(
                update={"body": last, "footer": None, "actions": _pages(message), "options": _bare(message)}
            )
            return [*_texts(message, "\n\n".join(ahead)), bare]
        case Link():
            return _texts(message, message.body if message.url in message.body else f"{message.body}\n\n{message.url}")
        case Document() | Image():
            *ahead, last = pieces(message.caption or "", CAPTION) or [""]
            return [*_texts(message, "\n\n".join(ahead)), message.model_copy(update={"caption": last or None})]
        case Text() if len(pieces(message.body, TEXT)) < 2 and _pages(message) == message.actions:
            return [message]
        case Text():
            return _texts(message, with_actions_written(message.body, message.actions)) or [message]
        case PaymentCard() | PaymentStatus():
            return _texts(message, message.body)
        case Template():
            return _texts(message, message.words)


def _texts(message: Outgoing, said: str) -> list[Outgoing]:
    ends = None if isinstance(message, PaymentCard) else message.expires_at
    return [Text(body=part, expires_at=ends, purpose=message.purpose) for part in pieces(said, TEXT)]


def _with_rows(message: Choice) -> str:
    """The words, with what a button has no room for, and the actions that no button can do."""
    rows = [f"{one_line(option.label)}: {one_line(option.description)}" for option in message.options if option.description]
    words_ = with_actions_written(message.body, [one for one in message.actions if one not in _pages(message)])
    return "\n\n".join(filter(None, (words_, "\n".join(rows))))


def _bare(message: Choice) -> tuple[Any, ...]:
    return tuple(option.model_copy(update={"description": None}) for option in message.options)


def _pages(message: Text | Choice) -> tuple[OpenUrl, ...]:
    """Pages that a button can open: Telegram refuses those without TLS."""
    return tuple(action for action in message.actions if isinstance(action, OpenUrl) and action.url.startswith("https://"))


def render(message: Outgoing, chat: str) -> tuple[str, dict[str, Any]]:
    """Telegram's method and its parameters for a message that `split` gave; a file's content is added by `send`."""
    keyboard: list[list[dict[str, Any]]] = []
    match message:
        case Choice():
            keyboard = [[{"text": cut(option.label, LABEL), "callback_data": option.id}] for option in message.options]
            keyboard += [[{"text": cut(page.label, LABEL), "url": page.url}] for page in _pages(message)]
            method, said = "sendMessage", {"text": unmarked(message.body)}
        case Text():
            keyboard = [[{"text": cut(page.label, LABEL), "url": page.url}] for page in _pages(message)]
            method, said = "sendMessage", {"text": unmarked(message.body)}
        case Document() | Image():
            method = "sendDocument" if isinstance(message, Document) else "sendPhoto"
            said = {"caption": unmarked(message.caption)} if message.caption else {}
        case _:
            raise Rejected(f"{message.kind} was not split")
    parameters: dict[str, Any] = {"chat_id": chat, **said}
    if keyboard:
        parameters["reply_markup"] = {"inline_keyboard": keyboard}
    elif isinstance(message, Text) and message.asks_contact:
        button = {"text": "Compartilhar meu telefone", "request_contact": True}
        parameters["reply_markup"] = {"keyboard": [[button]], "one_time_keyboard": True, "resize_keyboard": True}
    return method, parameters


class TelegramChannel:
    """A bot, ready to send. `data_dir` holds the files of outgoing documents under `documents/`."""

    def __init__(
        self, *, api_url: str, token: str, data_dir: Path, client: httpx.AsyncClient | None = None, timeout: float = 10.0
    ) -> None:
        if not api_url.startswith(("http://", "https://")):
            raise ValueError("the API's address must start with http:// or https://")
        self._api_url = api_url.rstrip("/")
        self._token = token
        self._files = data_dir / "documents"
        self._timeout = timeout
        self._client = client or httpx.AsyncClient(timeout=timeout, follow_redirects=False)

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def split(self, message: Outgoing) -> list[Outgoing]:
        """See `channels.telegram.split`."""
        return split(message)

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        """Send one message. Telegram has no key of ours, so a lost answer is an unknown outcome."""
        assert address.user_id is not None
        method, parameters = render(message, address.user_id)
        if isinstance(message, Document | Image):
            field = "document" if isinstance(message, Document) else "photo"
            content = await asyncio.to_thread(self._read, message.file.path)
            files = {field: (message.file.filename, content, message.file.mime_type)}
            answer = await self._call(method, data=parameters, files=files)
        else:
            answer = await self._call(method, json=parameters)
        return Accepted(provider_id=f"{address.user_id}/{_needed(answer.get('message_id'))}", user_id=address.user_id)

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        """End the waiting sign on a tapped button, and show that an answer is being written. There is no read mark."""
        try:
            if provider_message_id.startswith("callback/"):
                await self._call("answerCallbackQuery", json={"callback_query_id": provider_message_id.partition("/")[2]})
            if typing and address is not None:
                await self._call("sendChatAction", json={"chat_id": address.user_id, "action": "typing"})
        except OutcomeUnknown as error:
            raise TryLater(error.text) from error

    async def locate(self, media: Media) -> Source:
        """Where a file is that a person sent. Its address holds the bot's token and lives an hour."""
        try:
            file = await self._call("getFile", json={"file_id": media.provider_id})
            path = _needed(file.get("file_path"))
        except (SendError, ValueError) as error:
            raise FetchError(f"Telegram tells no address: {type(error).__name__}") from None
        host = httpx.URL(self._api_url).host
        return Source(url=f"{self._api_url}/file/bot{self._token}/{path}", hosts=(host,), local=local_origin(self._api_url))

    async def aclose(self) -> None:
        await self._client.aclose()

    def _read(self, name: str) -> bytes:
        base = self._files.resolve()
        path = (base / name).resolve()
        if not path.is_relative_to(base) or not path.is_file() or path.stat().st_size > LARGEST_FILE:
            raise Rejected("the file to send is not among the documents, or too large")
        return path.read_bytes()

    async def _call(self, method: str, **request: Any) -> dict[str, Json]:
        """One request. No error names the address, which holds the token."""
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(f"{self._api_url}/bot{self._token}/{method}", **request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise TryLater(f"no connection to Telegram: {type(error).__name__}") from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise OutcomeUnknown(f"the answer from Telegram was lost: {type(error).__name__}") from None
        try:
            answer = mapping(response.json())
        except (ValueError, RecursionError):
            answer = {}
        if answer.get("ok") is True:
            return mapping(answer.get("result"))
        raise refusal(response.status_code, answer)


def refusal(status: int, answer: Mapping[str, Json]) -> SendError:
    """What Telegram's refusal asks of us."""
    code = answer.get("error_code")
    code = code if isinstance(code, int) and not isinstance(code, bool) else status
    said = words(answer.get("description")) or f"HTTP {status}"
    wait = mapping(answer.get("parameters")).get("retry_after")
    match code:
        case 429:
            return SlowDownPerson(said, "429", float(wait) if isinstance(wait, int) and not isinstance(wait, bool) else None)
        case 401 | 404:
            return StopAll(said, str(code))
        case 403:
            return Unreachable(said, "403")
        case 400:
            gone = "chat not found" in said.lower()
            return Unreachable(said, "400") if gone else Rejected(said, "400")
        case _ if code >= 500 and not answer:
            return OutcomeUnknown(said, str(code))
        case _:
            return TryLater(said, str(code))
