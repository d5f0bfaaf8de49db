"""Asking Rasa what a turn means and what is to be said: one request, and a positive receipt that the whole turn ran."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from conversations.wording import Utterance


class RasaAway(Exception):
    """Rasa cannot be reached or is still starting: the turn waits and is asked again."""


class RasaFailed(Exception):
    """Rasa was reached but the turn did not run to its end: it may be asked again, and will say the same if it did run."""


@dataclass(frozen=True)
class Answer:
    """What Rasa made of a turn: what to say, and which intent it saw."""

    said: tuple[Utterance, ...]
    intent: str | None
    confidence: float | None


_ACTIONS_AWAY = re.compile(r"was not answered: (?:Client|Server)\w*Error")
"""Rasa is well, but the process that runs its actions could not be reached: it may need a minute to come back."""


class Mind(Protocol):
    """Whoever understands a turn (Rasa in the product)."""

    async def ask(self, conversation_id: str, turn_id: str, *, text: str | None, intent: str | None) -> Answer:
        """The answer to harmless text, or to an intent given outright. Raises `RasaAway` or `RasaFailed`."""
        ...


class RasaMind:
    """Rasa, through the channel of our own in `bot/`."""

    def __init__(self, url: str, token: str, client: httpx.AsyncClient | None = None) -> None:
        self._url = url.rstrip("/")
        self._client = client or httpx.AsyncClient(timeout=httpx.Timeout(45.0, connect=3.0))
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, conversation_id: str, turn_id: str, *, text: str | None, intent: str | None) -> Answer:
        body: dict[str, Any] = {
            "conversation": conversation_id,
            "turn": turn_id,
            # What is known outright is not classified: the words are for the actions then.
            "text": None if intent else text,
            "intent": {"name": intent, "entities": []} if intent else None,
            "metadata": {},
        }
        try:
            response = await self._client.post(f"{self._url}/webhooks/trato/turn", json=body, headers=self._headers)
        except httpx.HTTPError as trouble:
            raise RasaAway(type(trouble).__name__) from trouble
        if response.status_code == 503:
            raise RasaAway("Rasa is still starting")
        try:
            answer: Mapping[str, Any] = response.json()
        except ValueError as trouble:
            raise RasaFailed(f"HTTP {response.status_code} without JSON") from trouble
        if response.status_code != 200 or answer.get("status") != "done" or answer.get("turn") != turn_id:
            why = f"HTTP {response.status_code}: {str(answer.get('error', 'no receipt'))[:200]}"
            raise RasaAway(why) if _ACTIONS_AWAY.search(why) else RasaFailed(why)
        understood = answer.get("intent") or {}
        return Answer(
            said=tuple(Utterance(m["response"], m.get("values") or {}) for m in answer["messages"]),
            intent=understood.get("name"),
            confidence=understood.get("confidence"),
        )

    async def aclose(self) -> None:
        await self._client.aclose()
