"""What Rasa's answers mean: who is away is waited for, and what failed is not."""

from __future__ import annotations

import httpx
import pytest

from conversations.rasa import RasaAway, RasaFailed, RasaMind


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (502, "action 'action_pay' was not answered: ClientConnectorError", RasaAway),
        (502, "action 'action_pay' was not answered: ServerDisconnectedError", RasaAway),
        (502, "action 'action_pay' was not answered: TimeoutError", RasaFailed),
        (500, "no rule fits", RasaFailed),
        (503, "starting", RasaAway),
    ],
)
async def test_a_turn_waits_for_a_web_that_runs_the_actions_and_is_away(
    status: int, error: str, expected: type[Exception]
) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"status": "failed", "turn": "t", "error": error})

    mind = RasaMind("http://rasa", "token", httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    with pytest.raises(expected):
        await mind.ask("c", "t", text="oi", intent=None)
    await mind.aclose()
