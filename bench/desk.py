"""How soon the desk's pages are there with a million messages in the store: the list, a talk, its views, a search.

`python -m bench.desk` runs it by itself; it needs a minute to write the messages.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from desk.app import DeskContext, router
from desk.logins import Door, add
from desk.queues import VIEWS
from tests.desk.stage import PASSWORD, Stage, make_stage
from tests.postgres import embedded_postgres
from trato.database import make_engine
from trato.migrate import upgrade

MESSAGES = 1_000_000
TALKS = 20_000
WITH_TEAM = 160
_TIMES = 15


def measure(messages: int = MESSAGES) -> dict[str, float]:
    """Milliseconds, the median of some requests, for each page."""
    with embedded_postgres(upgrade) as fresh:
        return asyncio.run(_measure(fresh(), messages))


async def _measure(url: str, messages: int) -> dict[str, float]:
    stage = make_stage(make_engine(url, size=5))
    try:
        longest = await _fill(stage, messages)
        app = FastAPI()
        app.include_router(router(DeskContext(stage.engine, stage.talk)))
        async with stage.engine.begin() as conn:
            await add(conn, "ana@trato.example", "Ana", "agent", PASSWORD)
            entered = await Door(stage.ground.vault).enter(conn, "ana@trato.example", PASSWORD, stage.clock.now())
        assert isinstance(entered, tuple)
        cookies = {"trato_desk": entered[0]}
        found = {}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://desk.test", cookies=cookies, timeout=60
        ) as client:
            pages = {
                "list": "/desk/queue?live=1",
                "whole_page": f"/desk/c/{longest}",
                "longest_talk": f"/desk/c/{longest}/talk?live=1",
                "search_name": "/desk/search.json?q=pessoa 19",
                "search_rare_word": "/desk/search.json?q=geladeira",
                "search_common_word": "/desk/search.json?q=boleto",
                "search_phone": "/desk/search.json?q=0042",
            }
            for name, path in pages.items():
                found[name] = await _median(client, path)
            for view in VIEWS:
                await stage.rows(
                    """insert into desk_seats (agent_id, since, view) select id, now(), :view from agents
                       on conflict (agent_id) do update set view = :view""",
                    view=view,
                )
                found[f"view_{view}"] = await _median(client, "/desk/queue?live=1")
        return found
    finally:
        await stage.engine.dispose()


async def _median(client: httpx.AsyncClient, path: str) -> float:
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        answer = await client.get(path)
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(times)


async def _fill(stage: Stage, messages: int) -> str:
    """A store with this many messages; the talk that has a tenth of them."""
    now = stage.clock.now()
    await stage.rows(
        """insert into debtors (tenant_id, kind, document_sealed, document_index, name)
           select 1, 'person', :sealed, decode(md5(n::text), 'hex'), 'Pessoa ' || n from generate_series(1, :talks) n""",
        talks=TALKS,
        sealed=stage.ground.vault.seal("52998224725", "document"),
    )
    await stage.rows(
        """insert into conversations (id, channel, account, address_raw, phone_key, debtor_id, last_inbound_at, created_at, owner)
           select 'c_' || md5(d.id::text), 'whatsapp', '1055', '5511' || 900000000 + d.id, '+5511' || 900000000 + d.id, d.id,
               cast(:now as timestamptz) - d.id * interval '1 minute', cast(:now as timestamptz) - interval '90 days',
               case when d.id <= :team then 'queue' else 'bot' end from debtors d""",
        now=now,
        team=WITH_TEAM,
    )
    await stage.rows(
        """insert into handoffs (conversation_id, debtor_id, reason, asked_at, priority)
           select id, debtor_id, 'falar_com_humano', cast(:now as timestamptz) - debtor_id * interval '1 second', 1 + debtor_id % 5
           from conversations where owner = 'queue'""",
        now=now,
    )
    async with stage.engine.begin() as conn:
        longest = str((await conn.execute(text("select id from conversations order by debtor_id limit 1"))).scalar_one())
        for begun in range(0, messages, 100_000):
            await conn.execute(
                text("""insert into transcript (conversation_id, author, text, detail, at)
                        select case when n % 10 = 0 then :longest else 'c_' || md5((1 + n % :talks)::text) end,
                            case when n % 2 = 0 then 'debtor' else 'bot' end,
                            case when n % 50000 = 2 then 'e a geladeira?' else 'quero pagar o boleto de número ' || n end,
                            '{"kind": "text"}', cast(:now as timestamptz) - (:all - n) * interval '1 second'
                        from generate_series(:first, :last) n"""),
                {
                    "longest": longest,
                    "talks": TALKS,
                    "now": now,
                    "all": messages,
                    "first": begun + 1,
                    "last": min(begun + 100_000, messages),
                },
            )
    async with stage.engine.connect() as conn:
        await (await conn.execution_options(isolation_level="AUTOCOMMIT")).execute(text("vacuum analyze"))
    return longest


def main() -> int:
    """Write what was measured, a line each; 1 when a page took longer than 300 ms."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)
    for name, value in found.items():
        sys.stdout.write(f"{name:24} {value:7.1f} ms\n")
    return int(any(value > 300 for value in found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
