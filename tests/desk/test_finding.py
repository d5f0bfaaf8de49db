"""Talks are found by whatever an agent knows of them, and only those that the agent may see."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text

from tests.desk.office import Browser
from tests.desk.stage import CPF, Stage

PHONE = "+5531988887766"


async def found(ana: Browser, words: str) -> list[dict[str, Any]]:
    answer = await ana.client.get("/desk/search.json", params={"q": words, "live": "1"})
    assert answer.status_code == 200
    return list(json.loads(answer.text))


async def test_a_talk_is_found_by_all_that_is_known_of_it(stage: Stage, ana: Browser) -> None:
    debtor = await stage.debtor("Antônia Gonçalves", CPF, phone=PHONE)
    one = await stage.conversation(PHONE, debtor_id=debtor)
    await stage.line(one, "debtor", "Não recebi a geladeira vermelha")
    await stage.line(one, "bot", "palavra-que-so-o-robo-disse")
    async with stage.engine.begin() as conn:
        # Only its name and its sum matter here, not where the money went.
        await conn.execute(text("set local session_replication_role = replica"))
        await conn.execute(
            text("""insert into payments (debtor_id, provider, means, end_to_end_id, amount, paid_at, recorded_at, status, remark)
                    values (:debtor, 'api_pix', 'pix', 'E12345678202611221430AbCdEf12345', 12345, :now, :now, 'unmatched', 'unknown')"""),
            {"debtor": debtor, "now": stage.clock.now()},
        )
    await stage.rows(
        """insert into requests (conversation_id, kind, protocol, key, asked_at, due_on)
           values (:id, 'complaint', '2026-1122-AB3K7M', 'k', :now, '2026-12-01')""",
        id=one,
        now=stage.clock.now(),
    )
    for words in (
        "antonia",
        "GONÇ ant",
        "529.982.247-25",
        CPF,
        "(31) 98888-7766",
        "7766",
        "98888 7766",
        "geladeira",
        "nao geladeira",
        "R$ 123,45",
        "123,45",
        "2026-1122-ab3k7m",
        "E12345678202611221430AbCdEf12345",
    ):
        assert [one_found["href"] for one_found in await found(ana, words)] == [f"/desk/c/{one}"], words
    for words in (
        "",
        "a",
        "palavra-que-so-o-robo-disse",
        "marcos",
        "11144477735",
        "'; drop table agents; --",
        "%",
        "\x00",
        "& | !:*",
        "R$ 1,00",
    ):
        assert await found(ana, words) == [], words
    assert (await stage.one("select count(*) n from audit where what = 'document.searched'")).n == 3


async def test_a_name_that_only_the_telephone_tells_is_said_to_be_unproven(stage: Stage, ana: Browser) -> None:
    await stage.debtor("Antônia Gonçalves", CPF, phone=PHONE)
    await stage.conversation(PHONE)
    assert [one["why"] for one in await found(ana, "antonia")] == ["telefone no cadastro de Antônia Gonçalves, não confirmado"]


async def test_talks_of_another_tenant_are_not_found(stage: Stage, ana: Browser) -> None:
    await stage.agent("eva@outra.example", "Eva", tenant_id=2)
    theirs = await stage.conversation(PHONE, tenant_id=2)
    await stage.line(theirs, "debtor", "geladeira", tenant_id=2)
    assert await found(ana, "geladeira") == [] and await found(ana, "7766") == []
