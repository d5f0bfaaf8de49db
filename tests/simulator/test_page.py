"""The page's own small API."""

import asyncio
from typing import Any

from tests.simulator.simulated_stage import Stage


async def test_debtors_are_found_by_name_document_phone_or_contract(stage: Stage) -> None:
    for wanted in ("ana", "529.982.247-25", "988887777", "C-9", "carne souza"):
        items = (await stage.http.get("/debtors", params={"q": wanted})).json()["items"]
        assert [d["name"] for d in items] == ["Ana Souza"], wanted
    bento = (await stage.http.get("/debtors", params={"q": "bento"})).json()["items"][0]
    assert (bento["birth_date"], bento["phone"]) == ("1985-03-02", "")
    ana = (await stage.http.get("/debtors", params={"q": "ana"})).json()["items"][0]
    assert [d["contract"] for d in ana["debts"]] == ["C-1", "C-9"]


async def test_one_number_is_one_phone(stage: Stage) -> None:
    first = await stage.phone(debtor="52998224725")
    second = await stage.phone(number="11 8888-7777")
    assert first["id"] == second["id"]
    assert (await stage.http.post("/phones", json={"number": "123"})).status_code == 400
    assert (await stage.http.post("/phones", json={"debtor": "00000000000"})).status_code == 404


async def test_the_clock_moves_only_forward(stage: Stage) -> None:
    assert (await stage.http.post("/clock", json={"advance_seconds": 86400})).json()["now"].startswith("2026-11-24T12:00")
    assert (await stage.http.post("/clock", json={"advance_seconds": -1})).status_code == 400


async def test_faults_are_listed_and_put_out(stage: Stage) -> None:
    await stage.http.post("/faults", json={"name": "psp.error_500", "calls": None})
    items = (await stage.http.get("/faults")).json()["items"]
    assert [f["name"] for f in items if f["on"]] == ["psp.error_500"]
    await stage.http.post("/faults", json={"clear": True})
    items = (await stage.http.get("/faults")).json()["items"]
    assert not any(f["on"] for f in items)
    assert (await stage.http.post("/faults", json={"name": "nada", "calls": 1})).status_code == 400


async def test_the_page_needs_nothing_from_outside(stage: Stage) -> None:
    answer = await stage.http.get("/")
    assert answer.status_code == 200
    assert "{{" not in answer.text and "http://" not in answer.text and "https://" not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    for name in ("phones.css", "phones.js"):
        assert (await stage.http.get(f"/static/{name}")).status_code == 200


async def test_a_page_that_comes_back_hears_what_it_missed(stage: Stage) -> None:
    await stage.oi()
    last = (await stage.http.get("/state")).json()["last_event"]
    world: Any = stage.app.state.world
    heard = [event async for event in _first(world.watch(last - 1), 1)]
    assert heard[0][0] == last
    waiting = asyncio.ensure_future(_collect(world.watch(last), 1))
    await asyncio.sleep(0)
    world.tell("typing", phone="x")
    assert (await waiting)[0][1] == {"kind": "typing", "phone": "x"}


async def _first(events: Any, many: int) -> Any:
    async for event in events:
        yield event
        many -= 1
        if not many:
            return


async def _collect(events: Any, many: int) -> list[Any]:
    return [event async for event in _first(events, many)]
