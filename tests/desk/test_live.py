"""What changes reaches every open desk, also one that was not connected while it changed."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI
from sqlalchemy import text

from conversations import handover
from desk.app import DeskContext, router, told, told_of
from desk.live import Change, Feed, announce_company, drop_old_changes, horizon, missed
from tests.desk.office import PHONE, Browser, Office
from tests.desk.stage import Stage


async def change(stage: Stage, *talks: str) -> None:
    async with stage.engine.begin() as conn:
        await handover.announce(conn, *talks)


async def now(stage: Stage) -> str:
    async with stage.engine.connect() as conn:
        return await horizon(conn)


async def since(stage: Stage, known: str, tenant_id: int | None = 1) -> tuple[str, ...] | None:
    async with stage.engine.connect() as conn:
        return (await missed(conn, tenant_id, known)).talks


async def test_each_change_is_heard_once_by_every_web_process_with_its_tenant(stage: Stage) -> None:
    mine = await stage.conversation(PHONE)
    await stage.agent("eva@outra.example", "Eva", tenant_id=2)
    theirs = await stage.conversation(PHONE, tenant_id=2)
    one, other = Feed(stage.engine), Feed(stage.engine)
    async with one.reading() as changes, other.reading() as too:
        assert await one.hears(5) and await other.hears(5)
        for talk in (theirs, mine):
            await change(stage, talk, talk)
        for heard in (changes, too):
            found = [await asyncio.wait_for(heard.get(), 5), await asyncio.wait_for(heard.get(), 5)]
            assert [(change.tenant_id, change.conversation_id) for change in found] == [(2, theirs), (1, mine)]
            assert heard.empty()


async def test_whoever_lost_the_connection_is_told_what_was_missed_and_nothing_else(stage: Stage) -> None:
    first, second, third = [await stage.conversation(f"+551198765432{n}") for n in range(3)]
    await change(stage, first)
    known = await now(stage)
    assert await since(stage, known) == ()
    await change(stage, third, second)
    assert await since(stage, known) == tuple(sorted((second, third)))
    assert await since(stage, await now(stage)) == ()


async def test_what_was_still_open_when_a_later_change_was_heard_is_not_missed(stage: Stage) -> None:
    slow, quick = await stage.conversation("+5511987654321"), await stage.conversation("+5511987654322")
    feed = Feed(stage.engine)
    async with feed.reading() as changes:
        assert await feed.hears(5)
        async with stage.engine.begin() as conn:
            await handover.announce(conn, slow)
            await change(stage, quick)
            heard = await asyncio.wait_for(changes.get(), 5)
            assert heard.conversation_id == quick
    # The browser heard of the quick one and lost its connection; the slow one was committed meanwhile.
    assert slow in (await since(stage, heard.horizon) or ())


async def test_who_comes_with_something_unknown_or_too_old_looks_at_everything(stage: Stage) -> None:
    talk = await stage.conversation(PHONE)
    known = await now(stage)
    for _ in range(3):
        await change(stage, talk)
    for strange in ("", "0", "abc", "9" * 18, "-1", "1; drop table agents", "9" * 40):
        assert (await since(stage, strange)) in (None, (talk,)), strange
    assert await since(stage, "") is None and await since(stage, "9" * 18) is None
    await stage.rows("update desk_changes set at = at - interval '2 hours'")
    async with stage.engine.begin() as conn:
        await drop_old_changes(conn)
    assert len(await stage.rows("select 1 from desk_changes")) == 1
    assert await since(stage, known) is None
    assert await since(stage, await now(stage)) == ()


async def test_a_web_process_that_lost_the_store_catches_up(stage: Stage) -> None:
    talk = await stage.conversation(PHONE)
    feed = Feed(stage.engine)
    async with feed.reading() as changes:
        assert await feed.hears(5)
        # In one transaction, so that the change comes only when nobody listens.
        async with stage.engine.begin() as conn:
            await handover.announce(conn, talk)
            await conn.execute(
                text("""select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()""")
            )
        assert (await asyncio.wait_for(changes.get(), 10)).conversation_id == talk


async def test_the_stream_begins_with_what_was_missed_from_any_web_process(stage: Stage, office: Office, ana: Browser) -> None:
    talk = await stage.conversation(PHONE)
    page = (await ana.get("")).text
    known = page.split("since=")[1].split('"')[0]
    await change(stage, talk)
    # Another process of the same product: it has never seen this browser.
    twin = FastAPI()
    twin.include_router(router(DeskContext(stage.engine, stage.talk)))
    cookie = "; ".join(f"{name}={value}" for name, value in ana.client.cookies.items())
    for path, headers in (
        (f"/desk/events?live=1&since={known}", {}),
        ("/desk/events?live=1&since=1", {"last-event-id": known}),
    ):
        begun = await first_words(twin, path, {"cookie": cookie, **headers})
        assert f"event: {talk}\n" in begun and "event: queue\n" in begun and "id: " in begun


async def first_words(app: FastAPI, path: str, headers: dict[str, str]) -> str:
    """The first piece of a stream, which has no end."""
    said: asyncio.Queue[str] = asyncio.Queue()
    left = asyncio.Event()
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in {"host": "desk.test", **headers}.items()],
        "scheme": "http",
        "server": ("desk.test", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
        "root_path": "",
        "asgi": {"version": "3.0"},
    }
    asked = False

    async def receive() -> dict[str, object]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        body = message.get("body")
        if isinstance(body, bytes) and body:
            said.put_nowait(body.decode())

    serving = asyncio.create_task(app(scope, receive, send))  # type: ignore[arg-type]
    try:
        return await asyncio.wait_for(said.get(), 10)
    finally:
        left.set()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def test_a_burst_is_told_once_for_each_talk_and_company_moves_no_horizon() -> None:
    heard = [Change("7", 1, "c_a"), Change("8", 1, "c_b"), Change("9", 1, "c_a"), Change("0", 1, "c_b", "company")]
    said = told_of(heard)
    assert said.count("event: c_a\n") == 1 and said.count("event: queue\n") == 1 and "id: 9\n" in said
    assert "event: company-c_b\n" in said
    assert told_of([Change("0", 1, "c_b", "company")]) == "event: company-c_b\ndata: c_b\n\n"
    assert "event: refresh\n" in told_of([Change("9", None, "")])
    assert "event: queue" not in told("9", ()) and "id: 9\n" in told("9", ())


async def test_who_looks_at_a_talk_is_told_but_not_kept(stage: Stage) -> None:
    talk = await stage.conversation(PHONE)
    feed = Feed(stage.engine)
    async with feed.reading() as changes:
        assert await feed.hears(5)
        async with stage.engine.begin() as conn:
            await announce_company(conn, 1, talk)
        assert (await asyncio.wait_for(changes.get(), 5)) == Change("0", 1, talk, "company")
    assert await stage.rows("select 1 from desk_changes") == []
