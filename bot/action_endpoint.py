"""The call to the action endpoint: one kept connection, a short time-out, and no failure that Rasa could swallow."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.failure import ActionCallFailed

TIMEOUT_SECONDS = 20.0
REJECTED = 400  # how rasa-sdk says that an action refuses to run


class ActionEndpoint(EndpointConfig):
    """Asks our action endpoint to run one action.

    Rasa's own opens a connection for each call and waits 300 s. A rejection (400 with an `action_name`) stays what it is in Rasa;
    everything else that is not a well-formed answer raises `ActionCallFailed`.
    """

    def __init__(self, url: str, headers: dict[str, str] | None = None, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        super().__init__(url=url, headers=headers)
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = None,
        compress: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Post the call in `kwargs["json"]`; return the answer's JSON object.

        Raises `ClientResponseError` (400) for a rejection, `ActionCallFailed` for anything else that is not an answer.
        """
        call = kwargs["json"]
        action = call.get("next_action")
        try:
            async with self._open().post(self.url, json=call, headers=self.headers, allow_redirects=False) as response:
                body = await response.read()
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ActionCallFailed(f"action '{action}' was not answered: {type(error).__name__}") from error
        answer = _object(body)
        # A rejected slot validation would be taken by Rasa as "all valid", so it counts as a failure.
        if status == REJECTED and answer and "action_name" in answer and action != ACTION_VALIDATE_SLOT_MAPPINGS:
            raise ClientResponseError(status, "rejected", body.decode("utf-8", "replace"))
        if status != 200 or answer is None:
            raise ActionCallFailed(f"action '{action}' was answered with status {status}")
        if not isinstance(answer.get("events", []), list) or not all(
            isinstance(event, dict) and "event" in event for event in answer.get("events", [])
        ):
            raise ActionCallFailed(f"action '{action}' answered with events that are none")
        return answer

    async def close(self) -> None:
        """End the kept connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        # Made at the first call, because it belongs to the server's event loop.
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
