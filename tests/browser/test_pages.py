"""What people see: the phones of the simulator and the agents' desk, in a real browser, from "oi" to the end."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.blackbox.product import Product
from tests.chromium import CHROMIUM, PATIENCE, in_chromium

pytestmark = in_chromium


class Person(NamedTuple):
    document: str
    born: str
    name: str


# One for each time that a test may be tried: what went wrong with the first is not in the way of the next.
_WHO_PAY = (
    Person("529.982.247-25", "14/03/1990", "Marina"),
    Person("484.702.027-82", "25/05/1953", "Juliana"),
    Person("907.002.025-44", "12/04/1980", "Camila"),
)
_WHO_ASK = (
    Person("304.918.265-24", "30/12/1968", "Célia"),
    Person("755.314.366-96", "08/04/2002", "Francisca"),
    Person("019.569.769-30", "06/11/1985", "Patrícia"),
)


def of_this_try(request: pytest.FixtureRequest, people: tuple[Person, ...]) -> Person:
    return people[getattr(request.node, "execution_count", 1) - 1]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield opened
        finally:
            await opened.close()


class Simulated:
    """One phone on the simulator's page."""

    def __init__(self, page: Page, phone: Locator) -> None:
        self.page, self.phone = page, phone

    async def write(self, text: str) -> None:
        await self.phone.get_by_test_id("phone-input").fill(text)
        await self.phone.get_by_test_id("send").click()

    def shows(self, words: str | re.Pattern[str]) -> Locator:
        return self.phone.get_by_text(words)


async def phone_of(browser: Browser, product: Product, person: Person, troubles: list[str]) -> Simulated:
    document = re.sub(r"\D", "", person.document)
    page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="pt-BR", timezone_id="America/Sao_Paulo")
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(f"{product.url}/simulator")
    await page.get_by_test_id("debtor-search").fill(document)
    item = page.locator(f'[data-testid="debtor-item"][data-document="{document}"]')
    name = await item.locator("strong").inner_text()
    await item.click()
    phone = page.get_by_test_id("phone").filter(has=page.get_by_label(f"Guardar o telefone de {name}"))
    await expect(phone.get_by_test_id("phone-input")).to_be_visible()
    return Simulated(page, phone)


async def test_from_oi_to_a_paid_pix_on_the_phone(
    browser: Browser, demo: Product, screenshots: Path, request: pytest.FixtureRequest
) -> None:
    troubles: list[str] = []
    who = of_this_try(request, _WHO_PAY)
    marina = await phone_of(browser, demo, who, troubles)
    await marina.write("oi")
    await expect(marina.shows(re.compile("assistente virtual"))).to_be_visible()
    await marina.write(f"{who.document} e {who.born}")
    await expect(marina.shows(re.compile(r"Valor principal|principal", re.I)).first).to_be_visible()
    await marina.page.screenshot(path=screenshots / "phone-amount.png")
    await marina.write("quero pagar com pix")
    card = marina.phone.get_by_test_id("pix-card").last
    await expect(card).to_be_visible()
    await expect(marina.shows(re.compile("^000201"))).to_be_visible()
    await marina.page.screenshot(path=screenshots / "phone-pix.png")
    await marina.phone.get_by_test_id("pay").last.click()
    await marina.page.get_by_test_id("pay-confirm").click()
    await expect(marina.page.get_by_test_id("pay-result")).to_have_attribute("data-result", "paid")
    await marina.page.get_by_test_id("pay-done").click()
    await expect(marina.shows(re.compile("Pagamento confirmado|Recebemos"))).to_be_visible()
    await expect(card).to_have_attribute("data-payment", "captured")
    await marina.page.screenshot(path=screenshots / "phone-paid.png")
    assert not troubles, troubles


async def test_from_humano_through_the_desk_and_back(
    browser: Browser, demo: Product, screenshots: Path, request: pytest.FixtureRequest
) -> None:
    who = of_this_try(request, _WHO_ASK)
    email, password = "navegador@caixapreta.example", "Outra-senha-longa-77"
    added = demo.trato(
        "agent", "add", email, "--name", "Nara Navegante", "--role", "agent", "--password-stdin", stdin=password + "\n"
    )
    assert added.returncode == 0, added.stderr
    troubles: list[str] = []
    celia = await phone_of(browser, demo, who, troubles)
    await celia.write("oi")
    await expect(celia.shows(re.compile("assistente virtual"))).to_be_visible()
    await celia.write(f"{who.document} {who.born}")
    await expect(celia.shows(re.compile("principal|confirmad", re.I)).first).to_be_visible()
    await celia.write("quero falar com um atendente")
    await expect(celia.shows(re.compile(r"número \d+ da fila"))).to_be_visible()

    context = await browser.new_context(viewport={"width": 1400, "height": 900}, locale="pt-BR", timezone_id="America/Sao_Paulo")
    desk = await context.new_page()
    desk.set_default_timeout(PATIENCE)
    desk.on("pageerror", lambda error: troubles.append(str(error)))
    await desk.goto(f"{demo.url}/desk")
    await desk.get_by_label("E-mail").fill(email)
    await desk.get_by_label("Senha").fill(password)
    await desk.get_by_role("button", name="Entrar").click()
    await desk.locator(".group.waiting a.one").filter(has_text=who.name).click()
    await expect(desk.locator("h1, h2").filter(has_text=who.name).first).to_be_visible()
    await desk.screenshot(path=screenshots / "desk-queue.png")
    await desk.get_by_role("button", name=re.compile("Assumir")).click()
    box = desk.get_by_label("Resposta ao cliente")
    await expect(box).to_be_enabled()

    await celia.write("é sobre a minha conta de telefone")
    await expect(desk.get_by_text("é sobre a minha conta de telefone").first).to_be_visible()
    await box.fill(f"Oi, {who.name}! Aqui é a Nara. Sua conta ainda não venceu, pode ficar tranquila.")
    await desk.get_by_role("button", name="Enviar ao cliente").click()
    await expect(celia.shows("Aqui é a Nara")).to_be_visible()
    await desk.screenshot(path=screenshots / "desk-talk.png")
    assert await celia.shows(re.compile("não entendi")).count() == 0, "the bot must be silent while a human has the talk"

    await desk.get_by_role("button", name="Devolver ao assistente").first.click()
    await desk.get_by_test_id("find-disposition").fill("duvida")
    await expect(desk.get_by_test_id("next-words")).to_contain_text("ficou resolvido")
    await desk.get_by_test_id("end-talk").click()
    await desk.get_by_test_id("return-now").click()
    await expect(desk.get_by_text("Conversa devolvida ao assistente")).to_be_visible()
    await celia.write("obrigada")
    await expect(celia.shows(re.compile("assistente virtual de novo|de nada|por nada|disponha", re.I)).last).to_be_visible()
    await celia.page.screenshot(path=screenshots / "phone-returned.png")
    assert not troubles, troubles
