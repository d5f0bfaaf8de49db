"""A day at the desk in Chromium: two agents, a supervisor and three debtors at once, through the whole life of a talk; and one by keyboard."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest_asyncio
from fastapi import FastAPI
from PIL import Image

from conversations import handover
from desk.app import DeskContext, router
from payments.till import Till
from tests.chromium import in_chromium
from tests.desk.chromium import Desks, desks, shot, violations
from tests.desk.stage import Stage

pytestmark = in_chromium


@pytest_asyncio.fixture
async def desk(stage: Stage, tmp_path: Path) -> AsyncIterator[Desks]:
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk, Till(stage.talk, {}, documents=tmp_path / "documents"))))
    async with desks(stage, app) as found:
        yield found


async def asks(stage: Stage, name: str, cpf: str, phone: str, reason: str, words: str) -> str:
    """Somebody proven, who owes 1.000,00, talked to the assistant and wants a person."""
    debtor = await stage.debtor(name, cpf, phone=phone)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    one = await stage.conversation(phone, debtor_id=debtor)
    await stage.prove(one, debtor)
    await stage.line(one, "bot", "Oi! Sou o assistente. Como posso ajudar?", options=["Ver a dívida", "Falar com alguém"])
    await stage.line(one, "debtor", words)
    async with stage.engine.begin() as conn:
        await handover.request_human(conn, stage.talk, one, reason, words)
    return one


async def writes(stage: Stage, one: str, words: str) -> None:
    """The person writes, and whoever looks at their talk sees it."""
    await stage.line(one, "debtor", words)
    await stage.rows("update conversations set last_inbound_at = :now where id = :id", now=stage.clock.now(), id=one)
    async with stage.engine.begin() as conn:
        await handover.announce(conn, one)


async def test_two_agents_a_supervisor_and_three_debtors_have_a_day(stage: Stage, desk: Desks) -> None:
    ana = await desk.agent("ana@trato.example", "Ana Prado")
    bruno = await desk.agent("bruno@trato.example", "Bruno Reis")
    sueli = await desk.agent("sueli@trato.example", "Sueli Dias", "supervisor", color_scheme="dark")

    # Three people ask for a person; everybody sees the queue grow, whoever is not well first.
    marina = await asks(stage, "Marina Lopes", "52998224725", "+5511987650001", "falar_com_humano", "quero falar com uma pessoa")
    paulo = await asks(stage, "Paulo Nunes", "11144477735", "+5511987650002", "contestar_divida", "essa compra não é minha")
    celia = await asks(stage, "Célia Prado", "39053344705", "+5511987650003", "vulnerabilidade", "não estou bem, perdi o emprego")
    for page in (ana, bruno, sueli):
        await page.wait_for_selector("[data-testid=group-waiting] li >> nth=2")
        assert await page.inner_text("[data-testid=group-waiting] li >> nth=0 >> .who") == "Célia Prado"

    # Both want the first: one gets her, the other is told, and sees who has her.
    await asyncio.gather(desk.talk(ana, celia), desk.talk(bruno, celia))
    await asyncio.gather(ana.click("#take button"), bruno.click("#take button"))
    await asyncio.gather(ana.wait_for_selector(".badge.mine, .badge.other"), bruno.wait_for_selector(".badge.mine, .badge.other"))
    won, lost = (ana, bruno) if await ana.locator(".badge.mine").count() else (bruno, ana)
    assert await lost.locator(".badge.other").count() == 1 and await lost.is_disabled("#reply textarea")
    await won.fill("#reply textarea", "Oi, Célia. Já li a conversa. Sinto muito, vamos com calma.")
    await won.keyboard.press("Control+Enter")
    await won.wait_for_selector(".bubble.agent >> text=vamos com calma")
    await lost.wait_for_selector(".bubble.agent >> text=vamos com calma")

    # The loser serves Marina, who sends a photo and writes while the answer is being typed: it waits for a second look.
    await desk.talk(lost, marina)
    await lost.click("#take button")
    await lost.wait_for_selector(".badge.mine")
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(picture, "PNG")
    await stage.file(marina, "image", "image/png", picture.getvalue(), filename="comprovante.png")
    await writes(stage, marina, "mandei a foto do comprovante")
    await lost.wait_for_selector("[data-testid=photo] img")
    await lost.wait_for_selector(".bubble.debtor >> text=mandei a foto")
    await lost.fill("#reply textarea", "Recebi, obrigado! Vou conferir.")
    await lost.click("[data-testid=send-reply]")
    await lost.wait_for_selector(".bubble.agent >> text=Vou conferir")

    # A promise, by the same verb as the bot's; what is promised stands in the pane, and may be written.
    await lost.click("[data-deed=promise]")
    await lost.fill("[data-testid=promise-day]", "2026-11-27")
    await lost.click("[data-testid=deed-do]")
    await lost.wait_for_selector("#debtor >> text=27/11/2026")
    await lost.fill("#reply textarea", "Combinado para 27/11. Qualquer coisa, é só escrever.")
    await lost.click("[data-testid=send-reply]")
    await lost.wait_for_selector(".bubble.agent >> text=Combinado para 27/11")

    # A note, then the talk changes hands with words for the colleague; the draft of the first stays theirs.
    await lost.click("#tab-note")
    await lost.fill("#note textarea", "Prometeu para sexta.")
    await lost.click("[data-testid=save-note]")
    await lost.wait_for_selector(".bubble.note >> text=Prometeu para sexta.")
    await lost.click("#tab-reply")
    await lost.fill("#reply textarea", "rascunho que fica comigo")
    await lost.wait_for_selector("#saved >> text=Rascunho salvo")
    await lost.click("[data-testid=open-transfer]")
    await lost.wait_for_selector("[data-testid=transfer-target]")
    winner = await stage.one("select id from agents where name = :name", name="Ana Prado" if won is ana else "Bruno Reis")
    await lost.select_option("[data-testid=transfer-target]", f"agent:{winner.id}")
    await lost.fill("[data-testid=transfer-note]", "Falta conferir o comprovante.")
    await lost.click("[data-testid=transfer-go]")
    await lost.wait_for_selector("text=Atendimento transferido.")
    await desk.talk(lost, marina)
    assert await lost.input_value("#reply textarea") == "rascunho que fica comigo"
    await desk.talk(won, marina)
    await won.wait_for_selector(".badge.mine")
    await won.wait_for_selector("#talk >> text=Falta conferir o comprovante.")
    assert await won.input_value("#reply textarea") == ""

    # The supervisor looks in, in the dark, and reads it all; nothing of hers can be sent.
    await desk.talk(sueli, marina)
    await sueli.wait_for_selector(".badge.other")
    assert await sueli.is_disabled("#reply textarea")
    await sueli.wait_for_selector("#talk >> text=Combinado para 27/11")
    await shot(sueli, "day-dark")
    await shot(won, "day-light")
    assert await violations(sueli) == [] and await violations(won) == []

    # She whispers to the agent alone.
    await sueli.fill("[data-testid=whisper-words]", "Confira o comprovante antes de encerrar.")
    await sueli.click("[data-testid=whisper-send]")
    await won.wait_for_selector("[data-testid=whisper] >> text=Confira o comprovante")

    # Paulo waits meanwhile; whoever is free takes him, and parks him until he answers; his answer brings him back.
    await desk.talk(lost, paulo)
    await lost.click("#take button")
    await lost.wait_for_selector(".badge.mine")
    await lost.click("[data-testid=open-park]")
    await lost.click("[data-testid=park-go]")
    await lost.wait_for_selector("[data-testid=group-parked] >> text=Paulo Nunes")

    # The end: a promise, which the assistant knows of in its next words, seen live by everybody who looks.
    await won.click("[data-open=return]")
    await won.fill("[data-find-disposition]", "prome")
    await won.wait_for_selector("[data-testid=next-words]")
    await won.click("[data-testid=end-talk]")
    await won.click("[data-testid=return-now]")
    await won.wait_for_selector("#talk .bubble.bot >> nth=1")
    await sueli.wait_for_selector("#talk .badge.bot")
    owner = await stage.one("select owner from conversations where id = :id", id=marina)
    assert owner.owner == "bot"

    # Nobody's words were said twice, and every message of ours is of whoever had the talk.
    said = await stage.rows("select words from outbox where author = 'agent'")
    assert len({row.words for row in said}) == len(said) == 3


async def test_a_talk_from_the_queue_to_its_end_by_the_keyboard_alone(stage: Stage, desk: Desks) -> None:
    one = await asks(stage, "Marina Lopes", "52998224725", "+5511987650001", "falar_com_humano", "quero falar com uma pessoa")
    page = await desk.agent("ana@trato.example", "Ana Prado")
    press, typing = page.keyboard.press, page.keyboard.type
    await page.wait_for_selector("#queue a.one")
    await press("?")
    await page.wait_for_selector("#shortcuts[open] >> text=próxima conversa")
    await press("Escape")
    await page.wait_for_selector("#shortcuts", state="hidden")
    await press("Control+k")
    await typing("marina")
    await page.wait_for_selector("[data-testid=command-talk]")
    await page.wait_for_selector("#command-list [aria-selected=true] >> text=Marina")
    await press("Enter")
    await page.wait_for_selector("#take")
    await press("a")
    await page.wait_for_selector(".badge.mine")

    await press("/")
    await page.wait_for_selector("[data-testid=canned-option][aria-selected=true]")
    await typing("/vencimento")
    await page.wait_for_selector("[aria-selected=true] >> text=/vencimento")
    await press("Enter")
    assert "O vencimento era 22/10/2026." in await page.input_value("#reply textarea")
    await press("Control+Enter")
    await page.wait_for_selector(".bubble.agent >> text=O vencimento era 22/10/2026.")

    await press("Escape")
    await press("n")
    await typing("conferir o comprovante")
    await press("Control+Shift+Enter")
    await page.wait_for_selector(".bubble.note >> text=conferir o comprovante")

    # Begun to end, taken back within ten seconds, then ended.
    await press("Escape")
    await press("d")
    await page.wait_for_selector("[data-find-disposition]")
    await page.focus("[data-find-disposition]")
    await typing("duvida")
    await page.wait_for_selector("[data-testid=next-words]")
    await press("Control+Enter")
    await page.wait_for_selector("[data-testid=going]")
    await press("z")
    await page.wait_for_selector("[data-testid=going]", state="detached")
    await page.wait_for_selector(".badge.mine")
    assert (await stage.one("select owner from conversations where id = :id", id=one)).owner == "agent"
