"""Forty hostile texts, names and files, through the webhook to the desk in Chromium: nothing runs, nothing breaks, all is read as it is."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from conversations import handover
from tests.chromium import in_chromium
from tests.desk.chromium import desks
from tests.desk.stage import make_stage
from trato.app import create_app
from trato.database import make_engine
from trato.program import Program
from trato.settings import load_settings

pytestmark = in_chromium

SECRET, ACCOUNT = "an-app-secret-for-tests", "106540352242922"
RUN = "window.__ran=1"
HOSTILE = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f"</textarea><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</bdi></p></article><script>{RUN}</script>",
    f"<iframe srcdoc='<script>parent.{RUN[7:]}</script>'></iframe>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<a href='javascript:{RUN}'>clique</a>",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
    f"<template><script>{RUN}</script></template>",
    f"<object data='javascript:{RUN}'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<form action='javascript:{RUN}'><button>x</button></form>",
    f"<link rel=stylesheet href='javascript:{RUN}'>",
    f"<style>@import 'javascript:{RUN}';*{{display:none}}</style>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    f"<div hx-get='/desk/logout' hx-trigger='load' hx-on:click='{RUN}'>x</div>",
    f"<div hx-on::load='{RUN}' data-hx-trigger='load' sse-connect='/x'>x</div>",
    f"<div data-instead='x' data-open='return' onpointerenter={RUN}>x</div>",
    "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %> #{7*7}",
    f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;img src=x onerror={RUN}&#62;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    "\u202etxt.exe \u2066abc\u2069 \u200b\u200d\ufeff fim",
    "Z\u0351\u036b\u0343\u036aa\u0300\u0301\u0302\u0303\u0304" * 20,
    "👩‍👩‍👧‍👦" * 30 + "🇧🇷🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "linha\r\nevent: ended\r\ndata: x\r\n\r\nid: 9",
    "'; drop table transcript; -- \" or 1=1",
    "%00%0d%0aSet-Cookie: a=b %s %n {0} {nome}",
    f"<!--><script>{RUN}</script>-->",
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\">",
]  # fmt: skip


def said(number: int, kind: str, phone: str, **body: Any) -> dict[str, Any]:
    return {"from": phone, "id": f"wamid.h{number}", "timestamp": "1795000000", "type": kind, **body}


def notifications() -> list[dict[str, Any]]:
    """Five texts, a file, a contact, a place and a tap from each of eight telephones, each with a hostile name."""
    found = []
    for talk in range(8):
        phone, words = f"55119876500{talk:02d}", HOSTILE[talk * 5 : talk * 5 + 5]
        number = talk * 100
        messages = [said(number + n, "text", phone, text={"body": one}) for n, one in enumerate(words)]
        document = {"id": f"media{talk}", "mime_type": "text/html", "filename": f"{words[0]}.pdf", "caption": words[1]}
        place = {"latitude": -23.5, "longitude": -46.6, "name": words[2], "address": words[3]}
        card = {"name": {"formatted_name": words[4], "first_name": words[0]}, "phones": [{"phone": words[1], "type": words[2]}]}
        tap = {"type": "button_reply", "button_reply": {"id": words[3], "title": words[4]}}
        messages += [
            said(number + 10, "document", phone, document=document),
            said(number + 11, "location", phone, location=place),
            said(number + 12, "contacts", phone, contacts=[card]),
            said(number + 13, "interactive", phone, interactive=tap),
            said(number + 14, "reaction", phone, reaction={"message_id": words[0], "emoji": words[1]}),
        ]
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": ACCOUNT},
            "contacts": [{"wa_id": phone, "profile": {"name": words[0]}}],
            "messages": messages,
        }
        found.append(
            {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}
        )
    return found


async def test_forty_hostile_texts_names_and_files_run_nothing_and_break_nothing(database_url: str, tmp_path: Path) -> None:
    assert len(HOSTILE) == 40
    engine = make_engine(database_url, size=5)
    stage = make_stage(engine)
    settings = load_settings(
        {
            "TRATO_DATABASE_URL": database_url,
            "TRATO_REDIS_URL": "redis://127.0.0.1:9/0",
            "TRATO_RASA_URL": "http://127.0.0.1:9",
            "TRATO_DATA_DIR": str(tmp_path),
            "TRATO_META_APP_SECRET": SECRET,
            "TRATO_META_VERIFY_TOKEN": "verify-me",
            "TRATO_META_ACCESS_TOKEN": "token",
            "TRATO_META_PHONE_NUMBER_ID": ACCOUNT,
        },
        tmp_path / "no.env",
    )
    app = create_app(settings)
    async with desks(stage, app, lifespan="on") as desk:
        async with httpx.AsyncClient() as provider:
            for one in notifications():
                body = json.dumps(one).encode()
                signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                url = desk.url.removesuffix("/desk") + "/webhooks/meta"
                answer = await provider.post(url, content=body, headers={"x-hub-signature-256": signature})
                assert (answer.status_code, answer.json()["stored"]) == (200, 10)
        program: Program = app.state.program
        stage.talk = program.talk
        talks = [row.id for row in await stage.rows("select id from conversations order by phone_key")]
        assert len(talks) == 8
        now = program.clock.now()
        for place, one in enumerate(talks):
            name, words = HOSTILE[place * 5], HOSTILE[place * 5 + 1]
            debtor = await stage.debtor(name, f"{place:011d}")
            await stage.debt(debtor, words, 100_00, date(2026, 10, 22))
            async with engine.begin() as conn:
                await conn.execute(
                    text("update conversations set debtor_id = :d, last_inbound_at = :now where id = :id"),
                    {"d": debtor, "now": now, "id": one},
                )
                await conn.execute(
                    text("""update media set state = 'kept', mime = 'application/pdf', size = 9, sha256 = :sha, path = 'aa/x.pdf'
                            where conversation_id = :id"""),
                    {"sha": "a" * 64, "id": one},
                )
                await handover.request_human(conn, program.talk, one, words, words)
        page = await desk.agent("ana@trato.example", "Ana Prado", "supervisor")
        scripts = await page.locator("script").count()
        for place, one in enumerate(talks):
            await desk.talk(page, one)
            shown = await page.inner_text("#talk")
            for words in HOSTILE[place * 5 : place * 5 + 5]:
                first = words.splitlines()[0].strip()[:40]
                assert first.replace("\x00", "") in shown, words
            assert await page.evaluate("window.__ran") is None
            assert await page.locator("script").count() == scripts
            assert (
                await page.locator("iframe, object, embed, base, #talk style, #talk link, #talk svg, #talk [onerror]").count()
                == 0
            )
            assert (
                await page.locator(
                    "#talk img[src=x], #debtor img, #queue img, #talk [hx-on\\:click], #talk [sse-connect]"
                ).count()
                == 0
            )
        # Taken, answered with what they wrote in the composer, and noted: the desk's own words are as harmless.
        await page.click("#take button")
        await page.wait_for_selector(".badge.mine")
        await page.click("#tab-note")
        await page.fill("#note textarea", "\n".join(HOSTILE)[:3900])
        await page.click("[data-testid=save-note]")
        await page.wait_for_selector(".bubble.note")
        await page.click("#tab-reply")
        await page.fill("#reply textarea", "\n".join(HOSTILE)[:4000])
        await page.click("[data-testid=open-preview]")
        await page.wait_for_selector("[data-testid=preview-whatsapp]")
        await page.wait_for_selector("#saved >> text=Rascunho salvo")
        await page.reload()
        await page.wait_for_selector("#composer")
        assert (await page.input_value("#reply textarea")).startswith(HOSTILE[0])
        assert await page.evaluate("window.__ran") is None
    await engine.dispose()
