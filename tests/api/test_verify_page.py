"""The public page that says whether a talk is ours, on a real database and through HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.public.verify import VerifyContext, create_verify
from conversations import speaker_code
from conversations.conversation import get
from receivables.ground import Ground
from receivables.policy import Policies
from receivables.sealing import Vault
from tests.conversations.silence import debt_words
from trato.clock import FixedClock
from trato.database import make_engine
from trato.paths import POLICIES
from trato.program import fixed_values

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MINE, OTHERS = "c_aaaaaaaaaaaaaaaaaaaa", "c_bbbbbbbbbbbbbbbbbbbb"


@dataclass
class Page:
    engine: AsyncEngine
    clock: FixedClock
    client: httpx.AsyncClient

    async def code(self, conversation: str = MINE) -> str:
        async with self.engine.begin() as conn:
            return (await speaker_code.code_for(conn, await get(conn, conversation), self.clock.now())).code

    async def types(self, code: str) -> httpx.Response:
        return await self.client.post("/verificar", data={"codigo": code})


@pytest_asyncio.fixture
async def page(databases: Callable[[], str]) -> AsyncIterator[Page]:
    engine = make_engine(databases())
    clock = FixedClock(NOW)
    policies = Policies.load(POLICIES)
    app = FastAPI()
    about = fixed_values(policies.default, "https://trato.example")
    app.include_router(create_verify(VerifyContext(engine, Ground(clock, policies, Vault((b"k" * 32,))), about)))
    async with engine.begin() as conn:
        for one, phone in ((MINE, "5512988112041"), (OTHERS, "5581997345120")):
            await conn.execute(
                text("""insert into conversations (id, channel, account, address_raw, phone_key, created_at)
                        values (:id, 'whatsapp', '1', :phone, '+' || :phone, :now)"""),
                {"id": one, "phone": phone, "now": NOW},
            )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield Page(engine, clock, client)
    await engine.dispose()


async def test_the_page_opens_and_says_what_is_never_asked(page: Page) -> None:
    opened = await page.client.get("/verificar")
    assert opened.status_code == 200
    assert '<html lang="pt-BR">' in opened.text and '<label for="codigo">' in opened.text
    assert "Nunca pedimos senha" in opened.text and "MED" in opened.text
    assert opened.headers["cache-control"] == "no-store"
    assert "script-src" not in opened.headers["content-security-policy"] and "<script" not in opened.text


async def test_a_code_of_ours_is_known_with_its_channel_and_a_masked_telephone(page: Page) -> None:
    answer = await page.types(await page.code())
    assert answer.status_code == 200
    assert "Sim, esta conversa é nossa" in answer.text and "WhatsApp" in answer.text and "(12) 9****-2041" in answer.text
    assert "98811" not in answer.text


async def test_a_code_may_be_typed_in_two_halves(page: Page) -> None:
    code = await page.code()
    assert "esta conversa é nossa" in (await page.types(f" {code[:3]} {code[3:]} ")).text


async def test_nothing_about_anybodys_debts_is_on_the_page(page: Page) -> None:
    for answer in (await page.client.get("/verificar"), await page.types(await page.code()), await page.types("000000")):
        read = answer.text.partition("<body>")[2].replace("Cobranças", "").replace("Pix ou boleto", "").replace("um boleto", "")
        assert "R$" not in read and "Marina" not in read and "Tamboril" not in read
        assert debt_words(read.replace("liberar desconto", "")) == []


async def test_a_code_is_of_one_conversation_alone(page: Page) -> None:
    mine, others = await page.code(), await page.code(OTHERS)
    assert mine != others
    assert "2041" in (await page.types(mine)).text and "5120" in (await page.types(others)).text


async def test_a_code_expires_after_half_an_hour(page: Page) -> None:
    code = await page.code()
    page.clock.advance(timedelta(minutes=29))
    assert "esta conversa é nossa" in (await page.types(code)).text
    page.clock.advance(timedelta(minutes=2))
    assert "Não encontramos este código" in (await page.types(code)).text


async def test_a_code_that_lives_long_enough_is_shown_again(page: Page) -> None:
    code = await page.code()
    page.clock.advance(timedelta(minutes=10))
    assert await page.code() == code
    page.clock.advance(timedelta(minutes=10))
    assert await page.code() != code
    assert "Não encontramos" in (await page.types(code)).text


async def test_who_tries_codes_has_to_wait_and_the_next_visitor_has_not(page: Page) -> None:
    code = await page.code()
    for guess in range(speaker_code.MOST_MISSES):
        assert (await page.types(f"{guess:06d}" if f"{guess:06d}" != code else "999999")).status_code == 200
    assert (await page.types(code)).status_code == 429
    page.clock.advance(speaker_code.MISS_WINDOW + timedelta(seconds=1))
    assert (await page.types(code)).status_code == 200


async def test_right_codes_are_not_counted(page: Page) -> None:
    code = await page.code()
    for _ in range(speaker_code.MOST_MISSES + 3):
        assert (await page.types(code)).status_code == 200


async def test_what_is_no_code_is_said_kindly_and_never_breaks(page: Page) -> None:
    for typed in ("12345", "abcdef", "１２３４５６", "'; drop table speaker_codes; --", "<script>", "1" * 1500):
        answer = await page.types(typed)
        assert answer.status_code == 422 and "Faltou algum número" in answer.text and "<script>" not in answer.text
    assert (await page.client.post("/verificar", content=b"\xff\xfe")).status_code == 200
    assert (await page.client.post("/verificar", content=b"codigo=" + b"1" * 5000)).status_code == 200
