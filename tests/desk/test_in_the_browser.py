"""The desk in Chromium: what only a browser shows."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Page, async_playwright

from conversations import handover
from desk.app import DeskContext, router
from desk.logins import add
from payments.agreeing import facts
from payments.proposing import propose
from payments.till import Till
from receivables.pauses import pause_collection
from receivables.store import get_debts
from tests.chromium import CHROMIUM, PATIENCE, in_chromium
from tests.desk.stage import CPF, PASSWORD, Stage

PHONE = "+5511987654321"
HOSTILE = '<img src=x onerror="window.__xss=1"><script>window.__xss=1</script>"\'><svg onload=window.__xss=1>'
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

pytestmark = in_chromium


@pytest_asyncio.fixture
async def desk_url(stage: Stage) -> AsyncIterator[str]:
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/desk"
    server.should_exit = True
    await serving


@pytest_asyncio.fixture
async def page(stage: Stage, desk_url: str) -> AsyncIterator[Page]:
    async with stage.engine.begin() as conn:
        await add(conn, "ana@trato.example", "Ana Prado", "agent", PASSWORD)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="pt-BR")
        page.set_default_timeout(PATIENCE)
        troubles: list[Any] = []
        page.on(
            "console",
            lambda said: troubles.append(said.text) if said.type == "error" and "403" not in said.text else None,
        )
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(desk_url)
        await page.fill("[name=email]", "ana@trato.example")
        await page.fill("[name=password]", PASSWORD)
        await page.click("button[type=submit]")
        await page.wait_for_selector("#queue")
        yield page
        await browser.close()
    assert troubles == []


async def asks(stage: Stage, words: str, name: str = "Marina Lopes") -> str:
    one = await stage.conversation(PHONE, debtor_id=await stage.debtor(name, CPF))
    await stage.line(one, "debtor", words)
    async with stage.engine.begin() as conn:
        await handover.request_human(conn, stage.talk, one, "falar_com_humano", words)
    return one


async def write(stage: Stage, conversation_id: str, words: str) -> None:
    await stage.line(conversation_id, "debtor", words)
    async with stage.engine.begin() as conn:
        await handover.announce(conn, conversation_id)


async def test_an_agent_takes_answers_notes_and_returns_with_the_keyboard_alone(stage: Stage, page: Page) -> None:
    one = await asks(stage, "quero falar com uma pessoa")
    await page.wait_for_selector("#queue a.one")
    await page.keyboard.press("j")
    await page.wait_for_selector("#take")
    await page.keyboard.press("a")
    await page.wait_for_selector(".badge.mine")
    await page.keyboard.press("r")
    await page.keyboard.type("Oi, aqui é a Ana.")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(".bubble.agent >> text=Oi, aqui é a Ana.")
    await page.wait_for_function("document.querySelector('#reply textarea').value === ''")

    # A message that arrives while the agent types takes nothing away.
    await page.keyboard.type("rascunho que fica")
    await write(stage, one, "ainda está aí?")
    await page.wait_for_selector(".bubble.debtor >> text=ainda está aí?")
    assert await page.input_value("#reply textarea") == "rascunho que fica"
    assert await page.evaluate("document.activeElement.name") == "text"
    assert await page.inner_text("#spoken") == "Nova mensagem do cliente"
    await page.wait_for_selector("#saved >> text=Rascunho salvo")
    await page.reload()
    assert await page.input_value("#reply textarea") == "rascunho que fica"

    await page.keyboard.press("n")
    await page.keyboard.type("Ligar amanhã cedo")
    # What the fingers know as "send" does nothing in a note.
    await page.keyboard.press("Control+Enter")
    assert await page.input_value("#note textarea") == "Ligar amanhã cedo"
    await page.keyboard.press("Control+Shift+Enter")
    await page.wait_for_selector(".bubble.note >> text=Ligar amanhã cedo")
    await page.keyboard.press("Escape")
    await page.keyboard.press("d")
    await page.fill("[data-find-disposition]", "duvida")
    await page.wait_for_selector("[data-testid=next-words] >> text=ficou resolvido")
    await page.keyboard.press("Control+Enter")
    await page.click("[data-testid=return-now]")
    await page.wait_for_selector("text=Conversa devolvida ao assistente.")
    await page.wait_for_selector(".bubble.bot >> text=ficou resolvido")
    assert [row.author for row in await stage.rows("select author from outbox order by id")] == ["agent", "bot"]


async def test_nothing_that_people_write_runs(stage: Stage, page: Page) -> None:
    one = await asks(stage, HOSTILE, name=HOSTILE)
    await page.goto(page.url.rstrip("/") + f"/c/{one}")
    await write(stage, one, HOSTILE + " de novo")
    await page.wait_for_selector(".bubble.debtor >> text=de novo")
    assert await page.evaluate("window.__xss") is None
    assert await page.locator("#talk img, #talk script, #talk svg, #debtor img, #queue img").count() == 0


async def test_the_composer_closes_with_the_window_and_keeps_the_draft(stage: Stage, page: Page) -> None:
    one = await asks(stage, "oi")
    await page.goto(page.url.rstrip("/") + f"/c/{one}")
    await page.click("#take button")
    await page.wait_for_selector(".badge.mine")
    await page.fill("#reply textarea", "quase pronto")
    await stage.rows("update conversations set last_inbound_at = :then", then=stage.clock.now() - timedelta(hours=25))
    async with stage.engine.begin() as conn:
        await handover.announce(conn, one)
    await page.wait_for_selector("#why >> text=A janela de 24 horas fechou")
    assert await page.is_disabled("#reply textarea")
    assert await page.input_value("#reply textarea") == "quase pronto"


async def test_a_supervisor_answers_a_proposal_beside_the_photo_that_came_with_it(stage: Stage, page: Page) -> None:
    await stage.rows("update agents set role = 'supervisor'")
    debtor = await stage.debtor("Marina Lopes", CPF)
    debt = await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    one = await stage.conversation(PHONE, debtor_id=debtor)
    await stage.prove(one, debtor)
    till = Till(stage.talk, {})
    async with stage.engine.begin() as conn:
        known = await facts(conn, till, await get_debts(conn, [debt]))
        await propose(
            conn, till, known, {"count": 24, "down": 50_00}, words="consigo 24 vezes", conversation_id=one, request_key="t:1"
        )
        await handover.request_human(conn, stage.talk, one, "proposta", "Propõe 24 parcelas.")
        await pause_collection(conn, "hardship", stage.clock.now(), key="k", debtor_id=debtor)
    await stage.file(one, "image", "image/png", PIXEL, filename="foto.png")
    await stage.file(one, "document", "application/pdf", b"%PDF-1.4 x", filename="recibo.pdf")
    await stage.file(one, "voice", "audio/ogg", b"OggS" + b"x" * 2000)

    await page.goto(page.url.rstrip("/") + f"/c/{one}")
    # Not `wait_for_function`, which the page's own policy forbids as soon as it has to look twice.
    assert await page.locator("#talk a.sent img").evaluate("async (img) => { await img.decode(); return img.naturalWidth; }") == 1
    assert await page.locator("#talk audio.sent").count() == 1
    assert await page.locator("#talk a[download]").count() == 1
    await page.click("text=Propor outra condição")
    await page.fill("[name=total]", "500")
    # The pane is redrawn while the agent types: nothing is lost.
    async with stage.engine.begin() as conn:
        await pause_collection(conn, "illness", stage.clock.now(), key="l", debtor_id=debtor)
        await handover.announce(conn, one)
    await page.wait_for_selector("#debtor >> text=Doença")
    assert await page.input_value("[name=total]") == "500"
    assert await page.evaluate("document.activeElement.name") == "total"
    if shots := os.environ.get("TRATO_SHOTS"):
        await page.screenshot(path=f"{shots}/open.png")

    # More than even a supervisor may give is refused in place, and what was typed stays.
    await page.click("text=Enviar contraproposta")
    await page.wait_for_selector("form.answer .alert >> text=passa do que a política permite")
    assert await page.input_value("[name=total]") == "500"
    await page.fill("[name=total]", "1.000,00")
    await page.fill("[name=count]", "20")
    await page.click("text=Enviar contraproposta")
    await page.wait_for_selector("#settled >> text=Contraproposta feita")
    await page.wait_for_selector("#talk .bubble >> text=Total do acordo: R$ 1.000,00")
    if shots:
        await page.screenshot(path=f"{shots}/done.png")
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size({"width": 1024, "height": 768})
        await page.click("[data-toggle-person]")
        await page.wait_for_timeout(400)
        await page.screenshot(path=f"{shots}/dark.png")
