"""The same talk on a WhatsApp phone and on an RCS phone, side by side: buttons here, cards and suggestions there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.blackbox.product import Product
from tests.chromium import CHROMIUM, PATIENCE, in_chromium

pytestmark = in_chromium

# Three debts in the example book.
JOAQUIM = "18745203997"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield opened
        finally:
            await opened.close()


async def open_phone(page: Page, app: str, door: str) -> Locator:
    await page.get_by_test_id(app).check(force=True)
    await page.get_by_test_id("debtor-search").fill(JOAQUIM)
    item = page.locator(f'[data-testid="debtor-item"][data-document="{JOAQUIM}"]')
    name = await item.locator("strong").inner_text()
    await item.click()
    # Phones of other tests stand on the same page: the simulator keeps them.
    whose = page.get_by_label(f"Guardar o telefone de {name}")
    phone = page.locator(f'[data-testid="phone"][data-door="{door}"]').filter(has=whose)
    await expect(phone.get_by_test_id("phone-input")).to_be_visible()
    return phone


async def write(phone: Locator, text: str) -> None:
    await phone.get_by_test_id("phone-input").fill(text)
    await phone.get_by_test_id("send").click()


async def test_one_talk_on_both_apps_looks_like_each_of_them(browser: Browser, demo: Product, screenshots: Path) -> None:
    troubles: list[str] = []
    page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="pt-BR", timezone_id="America/Sao_Paulo")
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(f"{demo.url}/simulator")
    whatsapp = await open_phone(page, "door-whatsapp", "meta")
    rcs = await open_phone(page, "door-rcs", "rbm")
    for phone in (whatsapp, rcs):
        await write(phone, "oi")
        await expect(phone.get_by_text(re.compile("assistente virtual"))).to_be_visible()
        await write(phone, "187.452.039-97 e 02/08/1975")
    await expect(whatsapp.get_by_test_id("list-open").last).to_be_visible()
    await expect(rcs.get_by_test_id("carousel").last).to_be_visible()
    await page.screenshot(path=screenshots / "both-apps-choice.png")

    # The same answer: a row of a list here, a card there.
    await whatsapp.get_by_test_id("list-open").last.click()
    await whatsapp.get_by_test_id("list-row").first.click()
    await rcs.get_by_test_id("carousel").last.get_by_test_id("card-button").first.click()
    for phone in (whatsapp, rcs):
        await expect(phone.get_by_text(re.compile("Valor principal")).last).to_be_visible()
    await expect(rcs.get_by_test_id("chip").first).to_be_visible()
    await page.screenshot(path=screenshots / "both-apps-amount.png")

    await write(rcs, "quero pagar com boleto")
    await expect(rcs.get_by_test_id("document-open").last).to_be_visible()
    await expect(rcs.get_by_text("Lembrar no dia")).to_be_visible()
    await page.screenshot(path=screenshots / "rcs-boleto.png")
    assert not await rcs.get_by_text(re.compile(r"\*\w")).count(), "WhatsApp's marks are not for RCS"

    # By night, and on a narrow screen.
    await page.emulate_media(color_scheme="dark")
    for phone in (whatsapp, rcs):
        ground = await phone.locator(".device").evaluate("node => getComputedStyle(node).backgroundColor")
        assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 60, f"{ground} is no dark ground"
    await page.screenshot(path=screenshots / "both-apps-dark.png")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.locator("#people-toggle").click()
    for phone in (whatsapp, rcs):
        await phone.get_by_test_id("phone-input").scroll_into_view_if_needed()
        box = await phone.locator(".device").bounding_box()
        assert box is not None and box["width"] <= 390, box
        assert await phone.locator(".chat").evaluate("node => node.scrollWidth <= node.clientWidth + 1")
    await page.screenshot(path=screenshots / "narrow-dark.png")
    assert not troubles, troubles
