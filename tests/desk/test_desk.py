from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from markupsafe import escape

from conversations import handover
from desk.app import DeskContext, router
from desk.logins import add
from tests.desk.office import ORIGIN, PHONE, Browser, Office, seated, waiting
from tests.desk.stage import CPF, PASSWORD, Stage

CONVERSATION = "c_aaaaaaaaaaaaaaaaaaaaaaaa"
OPEN = {"/login", "/static/{name}"}
"""The doors that need no session."""


def doors(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of these routes, with those of the parts that are included; whoever is named in a path is nobody."""
    for route in routes:
        if isinstance(route, APIRoute):
            path = (prefix + route.path).removeprefix("/desk")
            if path not in OPEN:
                filled = path.replace("{conversation_id}", CONVERSATION)
                yield from ((method, re.sub(r"\{\w+\}", "7", filled)) for method in route.methods)
        else:
            yield from doors(route.original_router.routes, prefix + route.include_context.prefix)


@pytest.fixture
def reads(stage: Stage) -> list[str]:
    return [path for method, path in doors(router(DeskContext(stage.engine, stage.talk)).routes) if method == "GET"]


@pytest.fixture
def deeds(stage: Stage) -> list[str]:
    return [path for method, path in doors(router(DeskContext(stage.engine, stage.talk)).routes) if method == "POST"]


# ------------------------------------------------------------------------------------------------------ doors


async def test_nothing_is_read_or_done_without_a_session(office: Office, reads: list[str], deeds: list[str]) -> None:
    browser = office.browser()
    assert len(reads) > 7 and len(deeds) > 9
    for path in reads:
        page = await browser.get(path, accept="text/event-stream" if path == "/events" else "text/html")
        assert (page.status_code, page.headers.get("location")) in [(303, "/desk/login"), (401, None)], path
        part = await browser.get(path, **{"hx-request": "true"})
        assert (part.status_code, part.headers["hx-redirect"]) == (401, "/desk/login"), path
    for path in deeds:
        assert (await browser.post(path)).status_code == 401, path


FOREIGN: list[dict[str, str]] = [
    {"origin": "null"},
    {"origin": "https://evil.example"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"origin": "http://desk.test.evil.example"},
    {"sec-fetch-site": "cross-site"},
]


async def test_a_form_from_elsewhere_is_refused(ana: Browser, deeds: list[str]) -> None:
    for path in ["/login", *deeds]:
        for headers in FOREIGN:
            assert (await ana.post(path, headers=headers)).status_code == 403, (path, headers)


async def test_a_form_without_the_sessions_token_is_refused(ana: Browser, deeds: list[str]) -> None:
    ana.csrf = "x" * 32
    for path in deeds:
        assert (await ana.post(path)).status_code == 403, path


async def test_every_answer_forbids_what_is_not_our_own(ana: Browser) -> None:
    for path in ["/login", "", "/static/desk.js", "/static/nothing.js", "/c/c_nobodynobodynobody"]:
        headers = (await ana.get(path)).headers
        policy = headers["content-security-policy"]
        for rule in (
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ):
            assert rule in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


async def test_pages_hold_no_script_and_no_style_of_their_own(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage, debtor_id=await stage.debtor("Marina Lopes", CPF))
    for page in [(await ana.get("")).text, (await ana.get(f"/c/{one}")).text, (await ana.get("/login")).text]:
        assert re.search(r"<script(?![^>]*\bsrc=)", page) is None
        assert re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page) is None


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stage: Stage, office: Office) -> None:
    async with stage.engine.begin() as conn:
        await add(conn, "ana@trato.example", "Ana", "agent", PASSWORD)
    entered = await office.browser().post("/login", email="ana@trato.example", password=PASSWORD)
    cookie = entered.headers["set-cookie"].lower()
    assert cookie.startswith("trato_desk=") and "httponly" in cookie and "samesite=strict" in cookie
    secure = httpx.AsyncClient(transport=httpx.ASGITransport(office.app), base_url="https://desk.test")
    async with secure:
        entered = await secure.post(
            "/desk/login",
            data={"email": "ana@trato.example", "password": PASSWORD},
            headers={"origin": "https://desk.test"},
        )
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-trato_desk=") and "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
        assert (await secure.get("/desk")).status_code == 200


async def test_a_wrong_login_says_one_thing_and_the_sixth_try_is_told_to_wait(stage: Stage, office: Office) -> None:
    async with stage.engine.begin() as conn:
        await add(conn, "ana@trato.example", "Ana", "agent", PASSWORD)
    browser = office.browser()
    said = set()
    for email in ("ana@trato.example", "ninguem@trato.example"):
        for _ in range(5):
            page = await browser.post("/login", email=email, password="errada-errada")
            assert page.status_code == 401
            said.add(page.text.replace(email, "…"))
        assert (await browser.post("/login", email=email, password=PASSWORD)).status_code == 429
    assert len(said) == 1


async def test_logging_out_ends_the_session_itself(ana: Browser) -> None:
    held = dict(ana.client.cookies)
    assert (await ana.post("/logout")).headers["location"] == "/desk/login"
    ana.client.cookies.update(held)
    assert (await ana.get("")).status_code == 303


# ------------------------------------------------------------------------------------------------------- work


async def test_the_queue_shows_who_waits_and_why(stage: Stage, ana: Browser) -> None:
    await waiting(stage, debtor_id=await stage.debtor("Marina Lopes", CPF))
    stage.clock.advance(minutes=7)
    page = (await ana.get("/queue?live=1")).text
    assert "Marina Lopes" in page and "Pediu uma pessoa" in page
    assert "vence em 3 min" in page and "há 7 min" in page


async def test_whoever_needs_it_most_comes_first_with_priority_and_queue(stage: Stage, ana: Browser) -> None:
    for n, (name, reason) in enumerate(
        [("Ana Um", "falar_com_humano"), ("Bia Dois", "proposta"), ("Caio Três", "vulnerabilidade")]
    ):
        one = await stage.conversation(f"+55119876500{n:02d}", debtor_id=await stage.debtor(name, f"{n:011d}"))
        async with stage.engine.begin() as conn:
            await handover.request_human(conn, stage.talk, one, reason, "")
        stage.clock.advance(minutes=1)
    page = (await ana.get("/queue?live=1")).text
    assert page.index("Caio Três") < page.index("Bia Dois") < page.index("Ana Um")
    for said in ("1 · cuidado", "3 · negociação", "5 · geral", "Fez uma proposta", "Prioridade 1 de 5"):
        assert said in page


async def test_one_of_two_agents_takes_and_the_other_is_told(stage: Stage, office: Office, ana: Browser) -> None:
    beto = await seated(stage, office, "beto@trato.example", "Beto Reis")
    one = await waiting(stage)
    answers = await asyncio.gather(ana.post(f"/c/{one}/take"), beto.post(f"/c/{one}/take"))
    assert sorted(answer.headers["location"] for answer in answers) == [f"/desk/c/{one}", f"/desk/c/{one}?aviso=outro"]
    owner = await stage.one("select a.name from conversations c join agents a on a.id = c.agent_id")
    loser = beto if owner.name == "Ana Prado" else ana
    page = unescape((await loser.get(f"/c/{one}?aviso=outro")).text)
    assert "Outra pessoa assumiu" in page and f"<bdi>{owner.name}</bdi> está com este atendimento" in page


async def test_a_reply_is_queued_once_however_often_the_button_is_pressed(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    nonce = await ana.nonce(one)
    for answer in [await ana.post(f"/c/{one}/reply", nonce=nonce, text="Bom dia!\r\nComo posso ajudar?") for _ in range(3)]:
        assert answer.status_code == 303
    sent = await stage.one("select author, words, source, fence from outbox")
    assert (sent.author, sent.words, sent.fence) == ("agent", "Bom dia!\nComo posso ajudar?", 2)
    await ana.post(f"/c/{one}/reply", nonce=nonce, text="Outra mensagem, do mesmo formulário")
    assert len(await stage.rows("select 1 from outbox")) == 2
    assert ("deliver", one) in stage.jobs.put_jobs


async def test_htmx_gets_the_fresh_talk_and_a_fresh_form(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    nonce = await ana.nonce(one)
    headers = {"origin": ORIGIN, "hx-request": "true"}
    answer = await ana.post(f"/c/{one}/reply", headers=headers, nonce=nonce, text="Bom dia!")
    assert answer.headers["hx-trigger"] == "desk-reply-written"
    assert "Bom dia!" in answer.text and "na fila de envio" in answer.text
    fresh = re.search(r'id="nonce" value="([^"]+)" hx-swap-oob', answer.text)
    assert fresh and fresh[1] != nonce


async def test_only_the_owner_replies(stage: Stage, office: Office, ana: Browser) -> None:
    beto = await seated(stage, office, "beto@trato.example", "Beto Reis")
    one = await waiting(stage)
    nonce = await ana.nonce(one)
    early = await ana.post(f"/c/{one}/reply", nonce=nonce, text="Oi")
    assert (early.status_code, early.text) == (409, "Assuma o atendimento antes de responder.")
    await beto.post(f"/c/{one}/take")
    late = await ana.post(f"/c/{one}/reply", nonce=nonce, text="Oi")
    assert late.status_code == 409 and "Outra pessoa" in late.text
    assert await stage.rows("select 1 from outbox") == []


async def test_after_24_hours_the_composer_is_closed_and_says_why(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage, last_inbound=timedelta(hours=23, minutes=50))
    await ana.post(f"/c/{one}/take")
    assert 'data-may-write="yes"' in (await ana.get(f"/c/{one}")).text
    nonce = await ana.nonce(one)
    stage.clock.advance(minutes=11)
    page = (await ana.get(f"/c/{one}")).text
    assert 'id="reply-fields" disabled' in page and "A janela de 24 horas fechou" in page
    refused = await ana.post(f"/c/{one}/reply", nonce=nonce, text="Oi")
    assert refused.status_code == 409 and "janela" in refused.text
    assert await stage.rows("select 1 from outbox") == []


async def test_a_reply_has_words_and_fits_in_a_message(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    for text, status in [("  \n ", 422), ("x" * 4097, 422), ("x" * 4096, 303)]:
        assert (await ana.post(f"/c/{one}/reply", nonce=await ana.nonce(one), text=text)).status_code == status


async def test_a_form_that_is_too_large_is_refused_unread(ana: Browser) -> None:
    assert (await ana.post(f"/c/{CONVERSATION}/note", text="x" * 70_000)).status_code == 413


async def test_a_note_is_for_the_team_and_never_sent(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    assert (await ana.post(f"/c/{one}/note", text="Falar do CPF 529.982.247-25 amanhã")).status_code == 303
    page = (await ana.get(f"/c/{one}/talk")).text
    assert "Nota interna" in page and "***.982.247-**" in page and "529.982" not in page
    assert await stage.rows("select 1 from outbox") == [] and stage.jobs.put_jobs == []


async def test_a_talk_is_returned_with_an_outcome_and_the_bot_knows(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    assert (await ana.post(f"/c/{one}/return", disposition="sumiu", note="")).status_code == 422
    begun = await ana.post(f"/c/{one}/return", disposition="atendimento/duvida", note="Dúvida sobre o vencimento")
    assert begun.headers["location"] == f"/desk/c/{one}"
    back = await ana.post(f"/c/{one}/return/now")
    assert back.headers["location"] == f"/desk/c/{one}?aviso=devolvida"
    page = (await ana.get(f"/c/{one}")).text
    assert "devolveu ao assistente · Dúvida e serviço: Tirou dúvida" in page
    assert "ficou resolvido" in page and "Dúvida sobre o vencimento" in page
    again = await ana.post(f"/c/{one}/return", disposition="atendimento/duvida", note="")
    assert (again.status_code, again.text) == (409, "Este atendimento já não está com você.")


async def test_the_debts_are_shown_line_by_line_and_the_document_only_on_demand(stage: Stage, ana: Browser) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    await stage.debt(debtor, "Cartão Tamboril", 100_00, date(2026, 11, 3))
    one = await waiting(stage, debtor_id=debtor)
    page = (await ana.get(f"/c/{one}/debtor")).text
    for said in ("R$ 100,00", "Multa", "R$ 2,00", "20 dias", "R$ 0,67", "R$ 102,67", "***.982.247-**", "não nesta sessão"):
        assert said in page, said
    assert "529.982.247-25" not in page
    shown = await ana.post(f"/c/{one}/reveal")
    assert "529.982.247-25" in shown.text
    row = await stage.one("select actor, subject from audit where what = 'document.revealed'")
    assert row.actor.startswith("agent:") and row.subject == f"debtor:{debtor}"


async def test_charges_and_payments_are_shown_with_their_state(stage: Stage, ana: Browser) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    debt = await stage.debt(debtor, "Cartão Tamboril", 100_00, date(2026, 11, 3))
    one = await waiting(stage, debtor_id=debtor)
    now = stage.clock.now()
    await stage.rows(
        """with made as (
               insert into charges (creditor_id, debtor_id, kind, provider, txid, request_key, amount, status, payee_name,
                   payee_document, code, created_at, expires_at, activated_at)
               select creditor_id, debtor_id, 'pix', 'api_pix', repeat('A', 30), 'k', 10267, 'active', 'Lojas Tamboril',
                   '11222333000181', '000201aaa', :now, :until, :now from debts where id = :debt returning id),
           item as (
               insert into charge_items (charge_id, debt_id, kind, amount, principal, fine, interest, discount, days_overdue,
                   calculated_for)
               select id, :debt, 'pix', 10267, 10000, 200, 67, 0, 20, '2026-11-23' from made),
           paid as (
               insert into payments (charge_id, debtor_id, provider, means, end_to_end_id, amount, paid_at, recorded_at, status)
               select id, :debtor, 'api_pix', 'pix', 'E1', 5000, :now, :now, 'partial' from made returning id)
           insert into allocations (payment_id, debt_id, part, amount) select id, :debt, 'principal', 5000 from paid""",
        now=now,
        until=now + timedelta(hours=24),
        debt=debt,
        debtor=debtor,
    )
    page = (await ana.get(f"/c/{one}/debtor")).text
    for said in ("aguardando pagamento", "vale até 24/11 às 12:00", "R$ 102,67", "R$ 50,00", "parcial"):
        assert said in page, said


async def test_somebody_unknown_is_not_named_but_the_book_is_asked_by_phone(stage: Stage, ana: Browser) -> None:
    await stage.debtor("Marina Lopes", CPF, phone=PHONE)
    one = await waiting(stage)
    page = (await ana.get(f"/c/{one}/debtor")).text
    assert "Ainda não confirmou quem é" in page and "Marina Lopes" in page and "não prova nada" in page
    assert (await ana.post(f"/c/{one}/reveal")).status_code == 404


async def test_what_became_of_a_message_is_told_in_portuguese(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    await ana.post(f"/c/{one}/reply", nonce=await ana.nonce(one), text="Oi")
    for change, said in [
        ("state = 'sent', sent_at = now(), delivery = 'delivered'", "entregue"),
        ("delivery = 'read'", "lida"),
        ("delivery = 'failed', error_code = '131026'", "o número pode não ter WhatsApp"),
        ("state = 'unknown', delivery = null, error_code = null", "Conferimos sozinhos se chegou"),
        ("state = 'dead', error_code = '99', error_text = 'x'", "(código <bdi>99</bdi>)"),
    ]:
        await stage.rows(f"update outbox set {change}")
        assert said in (await ana.get(f"/c/{one}/talk")).text


async def test_another_tenants_talk_does_not_exist(stage: Stage, ana: Browser) -> None:
    await stage.agent("eva@outra.example", "Eva", tenant_id=2)
    theirs = await stage.conversation(PHONE, tenant_id=2)
    assert theirs not in (await ana.get("")).text
    for part in ("", "/talk", "/debtor"):
        assert (await ana.get(f"/c/{theirs}{part}")).status_code == 404
    for deed in (
        "take",
        "reply",
        "note",
        "return",
        "reveal",
        "proposal",
        "dispute",
        "request",
        "pause",
        "draft",
        "preview",
        "again",
    ):
        answer = await ana.post(f"/c/{theirs}/{deed}", text="oi", nonce="x" * 20, outcome="outro")
        assert answer.status_code == 404, deed


HOSTILE = [
    "<script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=1>",
    '"><svg onload=window.__xss=1>',
    "javascript:window.__xss=1",
    "{{ 7*7 }}{% raw %}",
    "</textarea><script>1</script>",
    "' onmouseover='window.__xss=1",
    "\u202egnp.exe\u202c",
    "<a href=data:text/html,x>x</a>",
]


async def test_what_people_write_stays_text(stage: Stage, ana: Browser) -> None:
    for n, text in enumerate(HOSTILE):
        debtor = await stage.debtor(text, f"{n:011d}")
        await stage.debt(debtor, text, 100_00, date(2026, 11, 3))
        one = await stage.conversation(f"+551198765{n:04d}", debtor_id=debtor)
        async with stage.engine.begin() as conn:
            await handover.request_human(conn, stage.talk, one, text, text)
        await stage.line(one, "debtor", text, media=text)
        await stage.line(one, "bot", text, options=[text])
        page = (await ana.get(f"/c/{one}")).text
        for tag in ("<img src=x", "<svg onload", "<script>", "onmouseover='window", "<a href=data"):
            assert tag not in page
        assert f"<bdi>{escape(text)}</bdi>" in page
