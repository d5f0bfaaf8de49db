"""Suggested replies: only from facts, nothing of a debt before identity, never sent by themselves."""

from __future__ import annotations

import string
from datetime import date

import pytest
import yaml

from desk.conduct import Known, findings
from tests.desk.office import Browser, waiting
from tests.desk.stage import CPF, ROOT, Stage

SUGGESTED = yaml.safe_load((ROOT / "data/desk/suggestions.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SUGGESTED)
def test_every_suggestion_could_be_sent(name: str) -> None:
    values = {field: "x" for _, field, _, _ in string.Formatter().parse(SUGGESTED[name]["words"]) if field}
    assert findings(SUGGESTED[name]["words"].format(**values), Known(date(2026, 11, 23), "proven")) == []


async def test_what_is_suggested_follows_the_facts_and_nothing_is_sent(stage: Stage, ana: Browser) -> None:
    debtor = await stage.debtor("Marina Lopes", CPF)
    debt = await stage.debt(debtor, "Cartão Tamboril", 1000_00, date(2026, 11, 16))
    talk = await waiting(stage, debtor_id=debtor)
    assert (await ana.get(f"/c/{talk}/suggestions?live=1")).text.strip() == ""  # nobody has the talk yet
    await ana.post(f"/c/{talk}/take")
    unproven = (await ana.get(f"/c/{talk}/suggestions?live=1")).text
    assert "Oi! Aqui é Ana" in unproven and "me confirma o CPF" in unproven
    assert "Marina" not in unproven and "R$" not in unproven
    await stage.prove(talk, debtor)
    proven = (await ana.get(f"/c/{talk}/suggestions?live=1")).text
    assert "Oi, Marina!" in proven and "Hoje o total é R$" in proven.replace("\xa0", " ")
    await ana.post(f"/c/{talk}/deed/promise", nonce="n" * 20, day="2026-11-27", **{f"debt-{debt}": "on"})
    queued = len(await stage.rows("select 1 from outbox"))
    assert "em 27/11/2026. Ficou alguma dúvida?" in (await ana.get(f"/c/{talk}/suggestions?live=1")).text

    taken = await ana.post(f"/c/{talk}/suggestions", name="promise")
    assert taken.status_code == 303
    assert "em 27/11/2026. Ficou alguma dúvida?" in (await ana.get(f"/c/{talk}")).text  # in the composer, as a draft
    assert len(await stage.rows("select 1 from outbox")) == queued
    assert len(await stage.rows("select 1 from audit where what = 'suggestion.taken'")) == 1
    assert (await ana.post(f"/c/{talk}/suggestions", name="offer")).status_code == 409


async def test_whoever_suffers_is_met_with_care_first(stage: Stage, ana: Browser) -> None:
    talk = await waiting(stage)
    await stage.rows("update handoffs set reason = 'vulnerabilidade'")
    await ana.post(f"/c/{talk}/take")
    page = (await ana.get(f"/c/{talk}/suggestions?live=1")).text
    assert page.index("Sinto muito") < page.index("Aqui é Ana")
