"""The only door into Rasa: `POST /webhooks/trato/turn`. It says "done" when the whole turn ran and was kept, else an error."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.constants import USER_INTENT_BACK, USER_INTENT_RESTART, USER_INTENT_SESSION_START
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.failure import NoModel
from bot.turn import CHANNEL, Conversations, Turn, run_turn

log = logging.getLogger(__name__)

LONGEST_TEXT = 2000
LONGEST_ID = 200
# Rasa's own commands: they overrule every rule, and would wipe a conversation.
COMMANDS = frozenset({USER_INTENT_BACK, USER_INTENT_RESTART, USER_INTENT_SESSION_START})


class BadRequest(ValueError):
    """The body is not a turn; the message says why."""


class TratoInput(InputChannel):
    """Asks Rasa for one turn. `token` is the secret that the worker and this process share; it must not be empty."""

    def __init__(self, token: str) -> None:
        if not token:
            raise ValueError("the door into Rasa needs a token: set TRATO_INTERNAL_TOKEN")
        self._authorization = f"Bearer {token}".encode()
        self._conversations = Conversations()

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TratoInput:
        return cls(str((credentials or {}).get("token") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes. Rasa's `on_new_message` is not used: it parses slashes, polls for its lock and forgets failures."""
        door = Blueprint("trato_turn")

        @door.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "no model"}, status=503)
            return response.json({"status": "ok"})

        @door.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return response.json({"status": "refused", "error": "unknown token"}, status=401)
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"status": "failed", "error": "no model is loaded"}, status=503)
            try:
                asked = read_turn(request.body)
                _check_intent(asked, set(agent.domain.intents))
            except BadRequest as error:
                return response.json({"status": "refused", "error": str(error)}, status=400)
            try:
                async with self._conversations.enter(asked.conversation):
                    return response.json(await run_turn(agent, asked))
            except NoModel:
                return response.json({"status": "failed", "error": "no model is loaded"}, status=503)
            except Exception as error:
                # Our own failures say what happened; of others only the kind is told, for their words may repeat the person's.
                reason = str(error) if type(error).__module__ == "bot.failure" else type(error).__name__
                log.error("turn failed conversation=%s turn=%s error=%s", asked.conversation, asked.turn, reason)
                log.debug("turn failed", exc_info=True)
                return response.json({"status": "failed", "turn": asked.turn, "error": reason}, status=502)

        return door

    def _is_known(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._authorization)


def read_turn(body: bytes) -> Turn:
    """Read the body of a request. Raises `BadRequest`."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    if not isinstance(asked, dict):
        raise BadRequest("the body is not an object")
    conversation, turn = _id(asked, "conversation"), _id(asked, "turn")
    if conversation == "default":
        raise BadRequest("'default' is no conversation")
    text, intent, metadata = asked.get("text"), asked.get("intent"), asked.get("metadata")
    if (text is None) == (intent is None):
        raise BadRequest("exactly one of text and intent is needed")
    if text is not None and not isinstance(text, str):
        raise BadRequest("text is not a string")
    if text is not None and len(text) > LONGEST_TEXT:
        raise BadRequest(f"text is longer than {LONGEST_TEXT} characters")
    if intent is not None:
        _check_shape(intent)
    if metadata is not None and not isinstance(metadata, dict):
        raise BadRequest("metadata is not an object")
    return Turn(conversation, turn, text, intent, metadata or {})


def _id(asked: dict[str, Any], key: str) -> str:
    value = asked.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID or "\0" in value:
        raise BadRequest(f"{key} is missing or is no identifier")
    return value


def _check_shape(intent: Any) -> None:
    if not isinstance(intent, dict) or not isinstance(intent.get("name"), str):
        raise BadRequest("intent has no name")
    entities = intent.get("entities")
    if entities is None:
        return
    if not isinstance(entities, list) or not all(
        isinstance(one, dict) and isinstance(one.get("entity"), str) and "value" in one for one in entities
    ):
        raise BadRequest("entities is not a list of {entity, value}")


def _check_intent(asked: Turn, known: set[str]) -> None:
    if asked.intent is not None and (asked.intent["name"] in COMMANDS or asked.intent["name"] not in known):
        raise BadRequest("intent is not in the domain")
