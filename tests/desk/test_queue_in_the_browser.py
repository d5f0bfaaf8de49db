"""The queue in Chromium: two agents at once, by keyboard; sixty open talks; a web process that goes and another that comes."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright, expect

from conversations import handover
from conversations.conversation import get
from desk.app import DeskContext, router
from desk.logins import add
from tests.chromium import CHROMIUM, PATIENCE, in_chromium
from tests.desk.stage import PASSWORD, Stage

SHOTS = os.environ.get("TRATO_SHOTS")

pytestmark = in_chromium


@contextlib.asynccontextmanager
async def serving(stage: Stage, port: int = 0) -> AsyncIterator[int]:
    """One web process of the desk; its port."""
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk)))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def seated(browser: Browser, stage: Stage, url: str, email: str, name: str, troubles: list[str]) -> Page:
    async with stage.engine.begin() as conn:
        await add(conn, email, name, "agent", PASSWORD)
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="pt-BR")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" and "409" not in said.text else None)
    await page.goto(url)
    await page.fill("[name=email]", email)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#queue")
    return page


async def asks(stage: Stage, number: int, name: str, reason: str, words: str = "preciso de ajuda com o boleto") -> str:
    phone = f"+55119876{number:05d}"
    one = await stage.conversation(phone, debtor_id=await stage.debtor(name, f"{number:011d}"))
    await stage.line(one, "debtor", words)
    async with stage.engine.begin() as conn:
        await handover.request_human(conn, stage.talk, one, reason, words)
    return one


async def writes(stage: Stage, one: str, words: str) -> None:
    """The person writes while a human has the talk, as `conversations.turn` keeps it."""
    await stage.line(one, "debtor", words)
    async with stage.engine.begin() as conn:
        await handover.person_wrote(conn, await get(conn, one, lock=True), stage.clock.now())


async def order(page: Page, group: str) -> list[str]:
    return await page.locator(f"[data-testid=group-{group}] .who").all_inner_texts()


async def test_two_agents_share_a_queue_by_keyboard(stage: Stage) -> None:
    plain = await asks(stage, 1, "Marina Lopes", "falar_com_humano")
    await asks(stage, 2, "Caio Duarte", "contestar_divida")
    await asks(stage, 3, "Dona Lurdes", "vulnerabilidade")
    troubles: list[str] = []
    async with serving(stage) as port, async_playwright() as playwright:
        url = f"http://127.0.0.1:{port}/desk"
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        ana = await seated(browser, stage, url, "ana@trato.example", "Ana Prado", troubles)
        bia = await seated(browser, stage, url, "bia@trato.example", "Bia Nunes", troubles)

        # Who needs it most comes first; the clocks warn, then break, in colour and words.
        assert await order(ana, "waiting") == ["Dona Lurdes", "Caio Duarte", "Marina Lopes"]
        clocks = ana.locator("[data-testid=group-waiting] [data-testid=clock]")
        assert [await clock.get_attribute("data-state") for clock in await clocks.all()] == ["fine"] * 3
        stage.clock.advance(minutes=8)
        async with stage.engine.begin() as conn:
            await handover.announce(conn, plain)
        await expect(clocks.first).to_have_attribute("data-state", "broken")
        await expect(clocks.last).to_contain_text("vence em 2 min")

        # An available agent is given what waits.
        await ana.keyboard.press("i")
        await expect(ana.locator("[data-testid=group-mine] .count")).to_have_text("3")
        await expect(bia.locator("#waiting-count")).to_have_text("0")
        await expect(bia.locator("[data-testid=group-others] .count")).to_have_text("3")

        # By its name, from the bar.
        await ana.keyboard.press("Control+k")
        await ana.keyboard.type("marina")
        await expect(ana.get_by_test_id("command-talk")).to_have_count(1)
        await ana.keyboard.press("Enter")
        await ana.wait_for_url(f"**/c/{plain}")
        await ana.wait_for_selector(".badge.mine")

        # Who else is here, and who writes.
        await bia.goto(f"{url}/c/{plain}")
        await expect(ana.get_by_test_id("company")).to_contain_text("Bia Nunes está vendo")
        await ana.keyboard.press("r")
        await ana.keyboard.type("Oi, Marina.")
        await expect(bia.get_by_test_id("company")).to_contain_text("Ana Prado está escrevendo")

        # What came while she wrote stops the reply, and is said; the next try goes.
        await writes(stage, plain, "na verdade já paguei")
        await expect(ana.locator(".bubble.debtor").last).to_contain_text("na verdade já paguei")
        await ana.keyboard.press("Control+Enter")
        await expect(ana.locator("#composer-trouble")).to_contain_text("na verdade já paguei")
        assert await stage.rows("select 1 from outbox") == []
        assert await ana.input_value("#reply textarea") == "Oi, Marina."
        await expect(ana.locator("#seen")).to_have_value(str((await stage.one("select max(id) n from transcript")).n))
        await ana.keyboard.press("Control+Enter")
        await expect(ana.locator(".bubble.agent")).to_contain_text("Oi, Marina.")

        # Handed on with a note, that the colleague reads and the person does not get.
        await ana.keyboard.press("Escape")
        await ana.keyboard.press("t")
        await ana.get_by_test_id("transfer-target").select_option(label="Bia Nunes · offline, 0 de 5")
        await ana.get_by_test_id("transfer-note").fill("já pagou, conferir comprovante")
        if SHOTS:
            await ana.screenshot(path=f"{SHOTS}/transfer.png")
        await ana.get_by_test_id("transfer-go").press("Enter")
        await expect(ana.locator("main .notice.good")).to_have_text("Atendimento transferido.")
        await expect(bia.locator(".badge.mine")).to_be_visible()
        await expect(bia.locator(".bubble.note")).to_contain_text("conferir comprovante")

        # Put aside until the person writes: then it is back.
        await bia.keyboard.press("e")
        await bia.get_by_test_id("park-go").press("Enter")
        await expect(bia.get_by_test_id("parked")).to_contain_text("até o cliente responder")
        assert await order(bia, "parked") == ["Marina Lopes"]
        await writes(stage, plain, "achei o comprovante")
        await expect(bia.locator("[data-testid=group-mine] .who")).to_have_text("Marina Lopes")
        await expect(bia.get_by_test_id("parked")).to_have_count(0)
        if SHOTS:
            await bia.screenshot(path=f"{SHOTS}/queue.png")

        # A search becomes a view of one's own, that is still there after a reload.
        await bia.keyboard.press("f")
        await bia.keyboard.type("comprovante")
        await bia.keyboard.press("Enter")
        await expect(bia.locator("[data-testid=group-found] .count")).to_have_text("1")
        await bia.locator("[data-key=save-view] summary").press("Enter")
        await bia.get_by_test_id("view-name").fill("Comprovantes")
        await bia.get_by_test_id("view-name").press("Enter")
        await expect(bia.get_by_test_id("drop-view")).to_be_visible()
        await bia.reload()
        await expect(bia.locator("#view-select option:checked")).to_have_text("Comprovantes")
        await bia.keyboard.press("g")
        await bia.keyboard.press("t")
        await expect(bia.locator("[data-testid=group-mine] .count")).to_have_text("1")

        # Every key is listed.
        await bia.keyboard.press("?")
        for words in ("transferir o atendimento", "estacionar a conversa", "buscar conversas", "ficar disponível ou em pausa"):
            await expect(bia.locator("#shortcuts-list")).to_contain_text(words)
        await bia.keyboard.press("Escape")
        await expect(bia.locator("dialog[open]")).to_have_count(0)
        await browser.close()
    assert troubles == []


async def test_sixty_open_talks_stay_quick_and_a_lost_web_process_loses_nothing(stage: Stage) -> None:
    troubles: list[str] = []
    asked: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        async with serving(stage) as port:
            url = f"http://127.0.0.1:{port}/desk"
            ana = await seated(browser, stage, url, "ana@trato.example", "Ana Prado", troubles)
            talks = [await asks(stage, n, f"Pessoa {n:02d}", "falar_com_humano") for n in range(60)]
            await stage.rows(
                """with held as (update handoffs set status = 'taken', taken_at = asked_at, first_answer_at = asked_at,
                       agent_id = (select id from agents) returning conversation_id)
                   update conversations set owner = 'agent', agent_id = (select id from agents)
                   where id in (select conversation_id from held)"""
            )
            await ana.goto(f"{url}/c/{talks[0]}")
            await expect(ana.locator("[data-testid=group-mine] .count")).to_have_text("60")
            await ana.keyboard.press("r")
            await ana.keyboard.type("rascunho")
            ana.on("request", lambda sent: asked.append(sent.url) if "/desk/queue" in sent.url else None)
            for one in talks:
                await stage.line(one, "debtor", "oi de novo")
            asked.clear()
            async with stage.engine.begin() as conn:
                for one in talks:
                    await handover.person_wrote(conn, await get(conn, one, lock=True), stage.clock.now())
            await ana.keyboard.type(" que fica")
            await expect(ana.locator("[data-testid=group-mine] a.unanswered")).to_have_count(60)
            assert await ana.input_value("#reply textarea") == "rascunho que fica"
            # A burst redraws the list some times, not once for each talk.
            assert len(asked) < len(talks) / 2, len(asked)
            # A key moves on at once: the next talk is drawn by the server and nothing else has to be fetched before.
            await ana.keyboard.press("Escape")
            first = await ana.locator("#queue a.one").first.get_attribute("href")
            await ana.keyboard.press("j" if first == f"/desk/c/{talks[0]}" else "k")
            await ana.wait_for_url(lambda at: at != f"{url}/c/{talks[0]}")
            here = ana.url.rsplit("/", 1)[1]

        # The web process is gone. Meanwhile somebody writes; another process comes.
        await expect(ana.locator("#connection")).to_be_visible()
        troubles.clear()
        await writes(stage, here, "escrevi enquanto o painel estava fora")
        async with serving(stage, port):
            await expect(ana.locator("#talk")).to_contain_text("escrevi enquanto o painel estava fora")
            await expect(ana.locator("#connection")).to_be_hidden()
            await browser.close()
    # What was on its way while nobody served (a draft, the live lines) fails as a connection, in one of several words.
    assert [one for one in troubles if "net::ERR_" not in one] == []
