"""Ready answers: filled from the store, changed by those who may, never put back once they were put away."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
import yaml

from desk.canned import VARIABLES
from desk.conduct import Known, findings
from tests.desk.office import Browser, Office, seated, waiting
from tests.desk.stage import CPF, ROOT, Stage


@pytest.mark.parametrize(
    "answer", yaml.safe_load((ROOT / "data/desk/canned.yml").read_text())["answers"], ids=lambda one: one["shortcut"]
)
def test_every_shipped_answer_could_be_sent(answer: dict[str, str]) -> None:
    words = answer["body"].format(**dict.fromkeys(VARIABLES, "x"))
    assert findings(words, Known(date(2026, 11, 23), "proven")) == []


async def test_an_answer_is_filled_only_with_what_may_be_said(stage: Stage, ana: Browser) -> None:
    debtor = await stage.debtor("Marina <b>Lopes</b>", CPF)
    await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 10, 22))
    one = await waiting(stage, debtor_id=debtor)
    unproven = unescape((await ana.get(f"/c/{one}/canned?live=1")).text)
    assert 'data-words="Oi, {primeiro_nome}! Aqui é Ana, da equipe.' in unproven and "falta: primeiro nome do cliente" in unproven
    assert "R$" not in unproven and "Marina" not in unproven
    await stage.prove(one, debtor)
    proven = unescape((await ana.get(f"/c/{one}/canned?live=1&q=TOTAL")).text)
    assert "O total de hoje, 23/11/2026, é R$ 1.0" in proven and "/ola" not in proven
    # What is filled from the store passes the guard.
    words = proven.split('data-words="')[1].split('"')[0]
    await ana.post(f"/c/{one}/take")
    assert (await ana.post(f"/c/{one}/reply", nonce=await ana.nonce(one), text=words)).headers["location"] == f"/desk/c/{one}"
    assert (await stage.one("select words from outbox")).words == words


async def test_what_is_not_filled_does_not_leave(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    page = unescape((await ana.get(f"/c/{one}/canned")).text)
    number = page.split("?pronta=")[page[: page.index(">/ola ")].count("?pronta=")].split('"')[0]
    chosen = unescape((await ana.get(f"/c/{one}?pronta={number}")).text)
    assert ">Oi, {primeiro_nome}! Aqui é Ana" in chosen
    held = await ana.post(f"/c/{one}/reply", nonce=await ana.nonce(one), text="Oi, {primeiro_nome}!")
    assert held.headers["location"].endswith("aviso=guarda")
    assert (await stage.one("select uses from canned_answers where shortcut = 'ola'")).uses == 1
    await ana.post(f"/c/{one}/canned", id=number)
    assert (await stage.one("select uses from canned_answers where shortcut = 'ola'")).uses == 2


async def test_the_team_s_answers_are_the_supervisor_s_and_one_s_own_are_one_s_own(
    stage: Stage, office: Office, ana: Browser
) -> None:
    chief = await seated(stage, office, "sueli@trato.example", "Sueli Reis", "supervisor")
    mine = {"shortcut": "minha", "title": "Minha <i>", "body": "Oi {atendente}", "scope": "own"}
    assert (await ana.post("/canned", **mine)).status_code == 303
    refused = await ana.post("/canned", **(mine | {"shortcut": "de-todos", "scope": "team"}))
    assert (refused.status_code, "Só a supervisão" in refused.text) == (422, True)
    assert "/minha" in (await ana.get("/canned")).text and "Minha &lt;i&gt;" in (await ana.get("/canned")).text
    assert "/minha" not in (await chief.get("/canned")).text
    assert (await chief.post("/canned", **(mine | {"shortcut": "de-todos", "scope": "team"}))).status_code == 303
    assert "/de-todos" in (await ana.get("/canned")).text
    row = await stage.one("select id from canned_answers where shortcut = 'de-todos'")
    assert (await ana.post("/canned/away", id=str(row.id))).status_code == 403
    assert (await chief.post("/canned/away", id=str(row.id))).status_code == 303
    shipped = await stage.one("select id from canned_answers where shortcut = 'tchau'")
    await chief.post("/canned/away", id=str(shipped.id))
    assert "/tchau" not in (await ana.get("/canned")).text and "/de-todos" not in (await ana.get("/canned")).text


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Você é caloteiro."},
        {"body": "Pague R$ 100,00."},
        {"body": "Oi {cpf}"},
        {"shortcut": "Com Espaço"},
        {"shortcut": "ola", "scope": "team"},
        {"body": ""},
    ],
)
async def test_an_answer_that_could_not_be_sent_is_not_kept(
    stage: Stage, office: Office, ana: Browser, change: dict[str, str]
) -> None:
    chief = await seated(stage, office, "sueli@trato.example", "Sueli Reis", "supervisor")
    answer = await chief.post("/canned", **({"shortcut": "nova", "title": "Nova", "body": "Oi!", "scope": "team"} | change))
    assert answer.status_code == 422 and 'data-testid="canned-trouble"' in answer.text
    assert await stage.rows("select 1 from canned_answers where changed_by is not null") == []
