"""The desk in Chromium: one server and one browser for a test, agents with a window each, and axe."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from desk.logins import add
from tests.chromium import CHROMIUM, PATIENCE
from tests.desk.stage import PASSWORD, ROOT, Stage

AXE = (ROOT / "tests" / "axe" / "axe-4.10.3.min.js").read_text(encoding="utf-8")
_EXPECTED = ("403", "409", "422", "401")
"""Refusals that a browser writes into its console and that a test means to cause."""


@dataclass
class Desks:
    """A desk that is served, and those who sit at it. `troubles`: what their browsers complained about."""

    stage: Stage
    url: str
    browser: Chromium
    troubles: list[str] = field(default_factory=list)

    async def window(self, **more: Any) -> Page:
        """A browser of its own, that nobody has entered."""
        context = await self.browser.new_context(locale="pt-BR", **{"viewport": {"width": 1280, "height": 800}, **more})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self.troubles.append(f"dialog: {dialog.message}"))
        return page

    def _said(self, said: Any) -> None:
        # htmx says of itself what it gave up because something newer came; that is how it is meant.
        noise = said.text.startswith("htmx:")
        # Taking a picture leaves empty `style` attributes behind, which htmx then copies and the policy refuses.
        noise |= bool(os.environ.get("TRATO_SHOTS")) and "inline style" in said.text
        if said.type == "error" and not noise and not any(code in said.text for code in _EXPECTED):
            self.troubles.append(f"{said.text} ({said.location})")

    async def agent(self, email: str, name: str, role: str = "agent", **more: Any) -> Page:
        """An agent who is signed in, at the list."""
        async with self.stage.engine.begin() as conn:
            await add(conn, email, name, role, PASSWORD)
        return await self.enter(email, **more)

    async def enter(self, email: str, **more: Any) -> Page:
        page = await self.window(**more)
        await page.goto(self.url)
        await page.fill("[name=email]", email)
        await page.fill("[name=password]", PASSWORD)
        await page.click("button[type=submit]")
        await page.wait_for_selector("#queue")
        return page

    async def talk(self, page: Page, conversation_id: str) -> None:
        await page.goto(f"{self.url}/c/{conversation_id}")
        await page.wait_for_selector("#composer")


@contextlib.asynccontextmanager
async def served(app: FastAPI, *, lifespan: str = "off") -> AsyncIterator[str]:
    """The application at a port of its own."""
    config = uvicorn.Config(app, port=0, log_level="warning", lifespan=lifespan, timeout_graceful_shutdown=1)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done()
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@contextlib.asynccontextmanager
async def desks(stage: Stage, app: FastAPI, *, lifespan: str = "off") -> AsyncIterator[Desks]:
    """Whatever a browser complains about fails the test at its end."""
    async with served(app, lifespan=lifespan) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = Desks(stage, f"{url}/desk", browser)
        yield found
        await browser.close()
    assert not found.troubles, found.troubles


async def violations(page: Page, within: str = "html") -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands, each with where."""
    # Evaluated, not added as a script: the page's own policy lets no script in.
    await page.evaluate(f"window.axe || (() => {{ {AXE} }})()")
    found = await page.evaluate(
        """async (within) => {
            const rules = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
            const { violations } = await axe.run(within, { runOnly: rules });
            return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
        }""",
        within,
    )
    return list(found)


async def shot(page: Page, name: str) -> None:
    """A picture for whoever wants to look (TRATO_SHOTS names a folder)."""
    if folder := os.environ.get("TRATO_SHOTS"):
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))
