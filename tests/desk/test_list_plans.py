"""The list, its views and the search read by indexes alone, however many messages there are (`bench/desk.py` measures a million)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from desk.finding import _BY_NAME, _BY_WORDS
from desk.queues import VIEWS, query_of
from tests.desk.stage import Stage

GROWING = {"transcript", "conversations", "handoffs", "debtors", "proofs"}
"""Tables that must never be read whole."""


@pytest.fixture
async def filled(stage: Stage) -> Stage:
    await stage.agent("ana@trato.example", "Ana")
    await stage.rows(
        """insert into conversations (id, channel, account, address_raw, last_inbound_at, created_at)
           select 'c_' || md5(n::text), 'whatsapp', '1055', n::text, now() - n * interval '1 minute', now()
           from generate_series(1, 2000) n"""
    )
    await stage.rows(
        """insert into transcript (conversation_id, author, text, at)
           select 'c_' || md5((1 + n % 2000)::text), 'debtor', 'boleto ' || n, now() from generate_series(1, 20000) n"""
    )
    await stage.rows("analyze")
    return stage


def tables_read_whole(plan: dict[str, Any]) -> set[str]:
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    for below in plan.get("Plans", []):
        found |= tables_read_whole(below)
    return found


async def plan_of(stage: Stage, query: str, values: dict[str, Any]) -> dict[str, Any]:
    async with stage.engine.begin() as conn:
        # What is left as a sequential scan then has no index that could answer it.
        await conn.execute(text("set local enable_seqscan = off"))
        named = {name: value for name, value in values.items() if f":{name}" in query}
        found = (await conn.execute(text(f"explain (format json) {query}"), named)).scalar_one()
    return (found if isinstance(found, list) else json.loads(found))[0]["Plan"]  # type: ignore[no-any-return]


async def test_every_view_and_every_search_is_read_by_indexes(filled: Stage) -> None:
    now = filled.clock.now()
    values: dict[str, Any] = {"tenant": 1, "agent": 1, "now": now, "today": now.date(), "queue": "geral", "found": ["c_x"]}
    for shown in (*VIEWS, "queue", "found"):
        whole = tables_read_whole(await plan_of(filled, query_of(shown), values)) & GROWING
        assert not whole, (shown, whole)
    for way in (_BY_NAME, _BY_WORDS):
        whole = tables_read_whole(await plan_of(filled, way, {"tenant": 1, "query": "boleto:*", "lines": 400})) & GROWING
        assert not whole, (way, whole)
