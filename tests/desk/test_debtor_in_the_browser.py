"""The debtor's pane in Chromium: an offer built and accepted, an ending chosen and taken back, a supervisor beside it, by keys too."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from conversations import handover
from desk.app import DeskContext, router
from desk.logins import add
from tests.chromium import CHROMIUM, PATIENCE, in_chromium
from tests.desk.chromium import violations
from tests.desk.stage import CPF, PASSWORD, Stage

PHONE = "+5511987654321"

pytestmark = in_chromium


@pytest_asyncio.fixture
async def desk_url(stage: Stage) -> AsyncIterator[str]:
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/desk"
    server.should_exit = True
    await serving


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def seat(stage: Stage, chromium: Browser, desk_url: str, email: str, name: str, role: str, troubles: list[Any]) -> Page:
    async with stage.engine.begin() as conn:
        await add(conn, email, name, role, PASSWORD)
    context: BrowserContext = await chromium.new_context(viewport={"width": 1280, "height": 800}, locale="pt-BR")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(desk_url)
    await page.fill("[name=email]", email)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#queue")
    return page


async def picture(page: Page, name: str) -> None:
    if shots := os.environ.get("TRATO_SHOTS"):
        await page.screenshot(path=f"{shots}/{name}.png")
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size({"width": 1024, "height": 768})
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{shots}/{name}-tablet-dark.png")
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size({"width": 1280, "height": 800})


async def readable(page: Page, within: str) -> None:
    """WCAG AA by axe, in light and dark."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        found = await violations(page, within)
        assert not found, f"{within}, {scheme}: " + "\n".join(found)
    await page.emulate_media(color_scheme="light")


async def test_an_offer_is_built_accepted_and_the_talk_ended_beside_a_supervisor(
    stage: Stage, chromium: Browser, desk_url: str
) -> None:
    troubles: list[Any] = []
    debtor = await stage.debtor("Marina Lopes", CPF, phone=PHONE)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    await stage.debt(debtor, "Crediário sofá", 450_00, date(2026, 11, 16))
    await stage.rows("update creditors set cnpj = '90731425000163'")
    talk = await stage.conversation(PHONE, debtor_id=debtor)
    await stage.prove(talk, debtor)
    await stage.line(talk, "debtor", "quero parcelar com uma pessoa")
    async with stage.engine.begin() as conn:
        await handover.request_human(conn, stage.talk, talk, "falar_com_humano", "Quer parcelar.")

    for number, (name, cpf, reason, words) in enumerate(
        (
            ("Célia Duarte", "11144477735", "vulnerabilidade", "perdi o emprego, não sei o que fazer"),
            ("João Prates", "39053344705", "contestar_divida", "essa conta não é minha"),
            ("Rita Sales", "86288366757", "proposta", "faz por 800 à vista?"),
        )
    ):
        other = await stage.conversation(f"+551190000000{number}", debtor_id=await stage.debtor(name, cpf))
        await stage.line(other, "debtor", words)
        async with stage.engine.begin() as conn:
            await handover.request_human(conn, stage.talk, other, reason, words)

    ana = await seat(stage, chromium, desk_url, "ana@trato.example", "Ana Prado", "agent", troubles)
    await ana.goto(f"{desk_url}/c/{talk}")
    await ana.keyboard.press("a")
    await ana.wait_for_selector("[data-testid=do-offer]")

    # A suggested reply is written into the composer, and is not sent.
    await ana.get_by_test_id("suggest-hello").click()
    await expect(ana.locator("#reply textarea")).to_have_value(
        "Oi, Marina! Aqui é Ana, da equipe. Já li a conversa e vou ajudar você."
    )
    assert await stage.rows("select 1 from outbox") == []
    await ana.keyboard.press("Escape")

    # The builder says at each key who may allow this, what is owed when, and the total.
    await ana.keyboard.press("o")
    await expect(ana.get_by_test_id("deed-offer")).to_be_visible()
    await ana.check("[name^=debt-] >> nth=0")
    await ana.fill("[data-testid=offer-count]", "3")
    await expect(ana.get_by_test_id("within")).to_have_attribute("data-within", "policy")
    await ana.fill("[data-testid=offer-count]", "30")
    await expect(ana.get_by_test_id("within")).to_have_attribute("data-within", "supervisor")
    await picture(ana, "offer-beyond")
    # What is typed stays though the pane is redrawn by what happens meanwhile.
    await stage.line(talk, "debtor", "pode ser em 3 vezes?")
    async with stage.engine.begin() as conn:
        await handover.announce(conn, talk)
    await ana.wait_for_selector(".bubble.debtor >> text=pode ser em 3 vezes?")
    await expect(ana.get_by_test_id("offer-count")).to_have_value("30")
    await ana.fill("[data-testid=offer-count]", "3")
    await expect(ana.get_by_test_id("within")).to_have_attribute("data-within", "policy")
    await picture(ana, "offer")
    await readable(ana, "aside.person")
    await ana.get_by_test_id("deed-do").click()
    await expect(ana.locator("#settled")).to_contain_text("Oferta enviada")
    await expect(ana.get_by_test_id("on-the-table")).to_contain_text("Espera a resposta")
    await ana.wait_for_selector("#talk >> text=Resumo do acordo")

    # A supervisor looks on, whispers, and sees the board.
    sonia = await seat(stage, chromium, desk_url, "sonia@trato.example", "Sônia Reis", "supervisor", troubles)
    await sonia.goto(f"{desk_url}/c/{talk}")
    await sonia.get_by_test_id("whisper-words").fill("Boa! Confirma o e-mail dela.")
    await sonia.get_by_test_id("whisper-send").click()
    await expect(ana.get_by_test_id("whisper")).to_contain_text("Confirma o e-mail dela")
    await sonia.goto(f"{desk_url}/board")
    await expect(sonia.get_by_test_id(f"live-{talk}")).to_contain_text("Ana Prado")
    await picture(sonia, "board")
    await readable(sonia, "body")

    # The debtor says yes in their own words; the deal is closed with them.
    await stage.line(talk, "debtor", "fechado!")
    async with stage.engine.begin() as conn:
        await handover.announce(conn, talk)
    await ana.get_by_test_id("do-accept").click()
    await expect(ana.get_by_test_id("acceptance")).to_have_text("fechado!")
    await ana.get_by_test_id("deed-do").click()
    await expect(ana.locator("#settled")).to_contain_text("Acordo fechado, protocolo")
    await ana.wait_for_selector("#talk >> text=Acordo fechado!")
    await picture(ana, "agreed")

    # The end: suggested by the facts, found by typing, with the bot's very next words; taken back, then done.
    await ana.evaluate("document.activeElement.blur()")
    await ana.keyboard.press("d")
    await expect(ana.locator("[name=disposition]:checked")).to_have_value("pagamento/acordo_fechado")
    await expect(ana.get_by_test_id("next-words")).to_contain_text("Já sei do acordo")
    assert "Acordo fechado, protocolo" in await ana.get_by_test_id("ending-summary").input_value()
    await picture(ana, "ending")
    await readable(ana, "dialog#return")
    await ana.get_by_test_id("find-disposition").fill("nao e a pessoa")
    await expect(ana.get_by_test_id("next-words")).to_contain_text("não é a pessoa")
    await ana.get_by_test_id("find-disposition").fill("fechou acordo")
    await expect(ana.get_by_test_id("next-words")).to_contain_text("Já sei do acordo")
    await ana.get_by_test_id("end-talk").click()
    await expect(ana.get_by_test_id("going")).to_contain_text("Fechou acordo")
    await picture(ana, "undo")
    await readable(ana, "#endings")
    await ana.evaluate("document.activeElement.blur()")
    await ana.keyboard.press("z")
    await expect(ana.get_by_test_id("going")).to_have_count(0)
    assert (await stage.one("select owner from conversations where id = :id", id=talk)).owner == "agent"
    await ana.keyboard.press("d")
    await expect(ana.get_by_test_id("next-words")).to_contain_text("Já sei do acordo")
    await ana.get_by_test_id("end-talk").click()
    await ana.get_by_test_id("return-now").click()
    await ana.wait_for_selector("text=Conversa devolvida ao assistente.")
    await ana.wait_for_selector(".bubble.bot >> text=Já sei do acordo")
    await expect(sonia.get_by_test_id(f"live-{talk}")).to_have_count(0)
    await expect(sonia.get_by_test_id("attended")).to_have_text("1")
    await ana.get_by_test_id("to-my-day").click()
    await expect(ana.get_by_test_id("mine-attended")).to_have_text("1")
    await picture(ana, "my-day")
    await readable(ana, "body")
    assert troubles == []
