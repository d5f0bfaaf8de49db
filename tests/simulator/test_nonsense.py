"""No part of a body, replaced by nonsense, makes a fake provider fall over: it refuses, or accepts what is still valid."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.simulated_stage import KEY, Stage, login
from tests.simulator.test_graph import BUTTONS, buttons, listing, order, order_status

NONSENSE: list[Any] = [None, 7, "x", [7], {"a": 1}]
TEMPLATE = {
    "type": "template",
    "template": {
        "name": "aviso",
        "language": {"code": "pt_BR"},
        "components": [
            {"type": "header", "parameters": [{"type": "document", "document": {"link": "https://x.example/a.pdf"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "sim"}]},
        ],
    },
}
COB = {
    "calendario": {"expiracao": 3600},
    "devedor": {"cpf": "52998224725", "nome": "Ana Souza"},
    "valor": {"original": "150.00"},
    "chave": KEY,
    "infoAdicionais": [{"nome": "a", "valor": "b"}],
}


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def spoiled(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with each of its places replaced by each nonsense."""
    for path in places(body):
        for nonsense in NONSENSE:
            changed = copy.deepcopy(body)
            at = changed
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = nonsense
            yield changed


@pytest.mark.parametrize(
    "body", [buttons(BUTTONS), listing([{"id": "1", "title": "x"}]), order(), order_status("pending"), TEMPLATE]
)
async def test_the_graph_api_survives_nonsense(stage: Stage, body: dict[str, Any]) -> None:
    await stage.oi()
    for changed in spoiled(body):
        answer = await stage.send(changed)
        assert answer.status_code in (200, 400, 404), changed


async def test_the_psp_survives_nonsense(stage: Stage) -> None:
    headers = await login(stage)
    for nth, changed in enumerate(spoiled(COB)):
        answer = await stage.http.put(f"/psp/cob/{nth:030d}", json=changed, headers=headers)
        assert answer.status_code in (201, 400), changed
        if answer.status_code == 201:
            answer = await stage.http.patch(f"/psp/cob/{nth:030d}", json=changed, headers=headers)
            assert answer.status_code in (200, 400), changed


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
async def test_bodies_that_are_no_objects_are_refused(stage: Stage, body: bytes) -> None:
    headers = await login(stage)
    for method, path in (("POST", "/meta/v25.0/106540352242922/messages"), ("PUT", "/psp/cob/" + "a" * 30), ("POST", "/pay")):
        sent = headers if path.startswith("/psp") else {}
        assert (await stage.http.request(method, path, content=body, headers=sent)).status_code == 400
