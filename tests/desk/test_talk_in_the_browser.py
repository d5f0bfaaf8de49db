"""The talk and its composer in Chromium: everything that is claimed of them, and what axe says of it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from PIL import Image

from conversations import handover
from desk.app import DeskContext, router
from payments.till import Till
from tests.chromium import in_chromium
from tests.desk.chromium import Desks, desks, shot, violations
from tests.desk.stage import CPF, Stage
from tests.desk.test_attaching import pdf, photo

pytestmark = in_chromium
PHONE = "+5511987654321"


@pytest_asyncio.fixture
async def desk(stage: Stage, tmp_path: Path) -> AsyncIterator[Desks]:
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk, Till(stage.talk, {}, documents=tmp_path / "documents"))))
    async with desks(stage, app) as found:
        yield found


async def proven(stage: Stage) -> str:
    debtor = await stage.debtor("Marina Lopes", CPF)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    one = await stage.conversation(PHONE, debtor_id=debtor)
    await stage.prove(one, debtor)
    await stage.line(one, "bot", "Oi! Sou o assistente. Como posso ajudar?", options=["Ver a dívida", "Falar com alguém"])
    await stage.line(one, "debtor", "quero falar com uma pessoa sobre o cartão")
    async with stage.engine.begin() as conn:
        await handover.request_human(conn, stage.talk, one, "falar_com_humano", "Quer falar sobre o cartão.")
    return one


async def test_a_message_is_written_with_all_that_helps_and_nothing_is_lost(stage: Stage, desk: Desks) -> None:
    one = await proven(stage)
    ana = await desk.agent("ana@trato.example", "Ana Prado")
    await desk.talk(ana, one)
    await ana.keyboard.press("a")
    await ana.wait_for_selector(".badge.mine")

    # Ready answers by "/", letters that narrow, Enter that fills in what is known.
    await ana.keyboard.press("r")
    await ana.keyboard.type("/tota")
    await ana.wait_for_selector("[data-testid=canned-option][aria-selected=true] >> text=/total")
    await shot(ana, "canned")
    assert await violations(ana) == []
    await ana.keyboard.press("Enter")
    assert (await ana.input_value("#reply textarea")).startswith("O total de hoje, 23/11/2026, é R$ 1.0")
    await ana.keyboard.press("Control+Enter")
    await ana.wait_for_selector(".bubble.agent >> text=O total de hoje")
    await ana.wait_for_function("document.querySelector('#reply textarea').value === ''")

    # The guard says softly what it will stop, stops it, and puts the right amount in.
    await ana.keyboard.type("O valor original é R$ 1.000,10. Vou ligar para o seu chefe.")
    await ana.wait_for_selector("#composer-trouble[role=status] >> text=Ainda não dá para enviar")
    await ana.keyboard.press("Control+Enter")
    await ana.wait_for_selector("#composer-trouble[role=alert] >> text=Não foi enviada")
    await shot(ana, "held")
    assert await violations(ana) == []
    await ana.click("[data-testid=held-amount] [data-testid=use-instead]")
    await ana.click("[data-testid=held-third_party] [data-testid=use-instead]")
    assert await ana.input_value("#reply textarea") == "O valor original é R$ 1.000,00. Este assunto fica só entre nós dois."
    await ana.wait_for_selector("#composer-trouble", state="hidden")

    # How it arrives; and the draft in another browser, unsent.
    await ana.click("[data-testid=open-preview]")
    await ana.wait_for_selector("[data-testid=preview-whatsapp] >> text=fica só entre nós dois")
    await shot(ana, "preview")
    await ana.wait_for_selector("#saved >> text=Rascunho salvo")
    elsewhere = await desk.enter("ana@trato.example")
    await desk.talk(elsewhere, one)
    assert (await elsewhere.input_value("#reply textarea")).startswith("O valor original é R$ 1.000,00.")
    await elsewhere.context.close()
    await ana.keyboard.press("Escape")
    await ana.focus("#reply textarea")
    await ana.keyboard.press("Control+Enter")
    await ana.wait_for_selector(".bubble.agent >> text=entre nós dois")

    # A note looks, sounds and is saved otherwise.
    await ana.keyboard.press("Escape")
    await ana.keyboard.press("n")
    await ana.keyboard.type("Ligar amanhã")
    await ana.keyboard.press("Control+Enter")
    assert await ana.input_value("#note textarea") == "Ligar amanhã"
    await shot(ana, "note")
    assert await violations(ana) == []
    await ana.keyboard.press("Control+Shift+Enter")
    await ana.wait_for_selector(".bubble.note >> text=Ligar amanhã")
    assert [row.author for row in await stage.rows("select author from outbox")] == ["agent", "agent"]

    # A connection that is lost keeps the words in this browser, and saves them once it is back.
    await ana.click("#tab-reply")
    await ana.context.set_offline(True)
    await ana.fill("#reply textarea", "escrito sem rede")
    await ana.wait_for_selector("#saved >> text=O texto fica neste navegador")
    await ana.context.set_offline(False)
    await ana.wait_for_selector("#saved >> text=Rascunho salvo")
    desk.troubles[:] = [said for said in desk.troubles if "ERR_INTERNET_DISCONNECTED" not in said]


async def test_files_are_seen_closely_and_sent_and_a_closed_window_leaves_templates(stage: Stage, desk: Desks) -> None:
    one = await proven(stage)
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(picture, "PNG")
    await stage.file(one, "image", "image/png", picture.getvalue(), filename="foto.png")
    await stage.file(one, "document", "application/pdf", pdf(), filename="recibo.pdf")
    await stage.file(one, "voice", "audio/ogg", b"OggS" + b"x" * 2000)
    ana = await desk.agent("ana@trato.example", "Ana Prado")
    await desk.talk(ana, one)
    await ana.keyboard.press("a")
    await ana.wait_for_selector(".badge.mine")

    await ana.click("[data-testid=photo]")
    await ana.wait_for_selector("#viewer[open]")
    await ana.click("#viewer [aria-label='Girar à direita']")
    await ana.click("#viewer [aria-label='Aumentar']")
    await ana.keyboard.press("+")
    await ana.wait_for_selector("#viewer[data-turn='90'][data-scale='1.5']")
    assert "rotate(90deg) scale(1.5)" in (await ana.get_attribute("#viewer-picture", "style") or "")
    assert await violations(ana, "#viewer") == []
    await ana.keyboard.press("Escape")
    await ana.wait_for_selector("#viewer", state="hidden")
    await ana.click("[data-testid=pdf]")
    await ana.wait_for_selector("#viewer-count >> text=Página 1 de 2")
    await ana.keyboard.press("ArrowRight")
    await ana.wait_for_selector("#viewer-count >> text=Página 2 de 2")
    await ana.wait_for_function("document.querySelector('#viewer-picture').naturalWidth === 1200")
    await ana.click("#viewer [data-close]")
    await ana.click("[data-speed='1.5']")
    assert await ana.evaluate("document.querySelector('audio').playbackRate") == 1.5

    await ana.click("[data-testid=open-attach]")
    await ana.set_input_files("[data-testid=attach-file]", {"name": "doc.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    await ana.fill("[data-testid=attach-caption]", "Segue a foto")
    await shot(ana, "attach")
    assert await violations(ana) == []
    await ana.click("[data-testid=send-file]")
    await ana.wait_for_selector("[data-testid=our-photo] img")
    await ana.wait_for_selector("#attach", state="hidden")

    # The window closes while the talk is open: what was being written stays, and only templates leave.
    await ana.fill("#reply textarea", "quase pronto")
    await stage.rows("update conversations set last_inbound_at = :then", then=stage.clock.now() - timedelta(hours=25))
    async with stage.engine.begin() as conn:
        await handover.announce(conn, one)
    await ana.wait_for_selector("[data-testid=approved]")
    assert await ana.input_value("#reply textarea") == "quase pronto" and await ana.is_disabled("#reply textarea")
    await ana.fill("[data-testid=find-template]", "respondeu")
    await ana.check("[value=resposta_da_equipe]")
    await shot(ana, "window-closed")
    assert await violations(ana) == []
    await ana.click("[data-testid=send-template]")
    await ana.wait_for_selector(".bubble.agent >> text=A nossa equipe respondeu")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_meet_wcag_aa(stage: Stage, desk: Desks, scheme: str) -> None:
    one = await proven(stage)
    await stage.file(one, "image", "image/png", b"x", state="lost")
    page = await desk.agent("ana@trato.example", "Ana Prado", "supervisor", color_scheme=scheme)
    assert await violations(page) == []
    await desk.talk(page, one)
    await page.keyboard.press("a")
    await page.wait_for_selector(".badge.mine")
    await stage.line(one, "note", "uma nota", kind="note")
    async with stage.engine.begin() as conn:
        await handover.speak(conn, stage.talk, one, 1, "Bom dia!", source="t:1")
        await handover.announce(conn, one)
    await page.wait_for_selector(".bubble.agent >> text=Bom dia!")
    await stage.rows("update outbox set state = 'sent', sent_at = queued_at, delivery = 'failed', error_code = '131052'")
    async with stage.engine.begin() as conn:
        await handover.announce(conn, one)
    await page.wait_for_selector("[data-testid=again]")
    for width in (1280, 1024, 820):
        await page.set_viewport_size({"width": width, "height": 800})
        await shot(page, f"talk-{scheme}-{width}")
        assert await violations(page) == [], width
    await page.goto(f"{desk.url}/canned")
    assert await violations(page) == []
    await page.goto(f"{desk.url}/login")
    assert await violations(page) == []
