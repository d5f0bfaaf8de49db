"""A copy of everything that is kept of one person, as PDF and JSON, from a real database."""

from __future__ import annotations

import json
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from sqlalchemy import text

from documents.texts import Texts
from payments.personal_data import gather, personal_data
from tests.payments.stage import Stage
from trato.paths import PAPERS

PRICE = 100_000 + 2_000 + 1_067 - 1_534


@pytest.fixture
def papers(stage: Stage) -> Stage:
    """A stage where papers can be drawn."""
    stage.till = replace(stage.till, papers=Texts.load(PAPERS))
    return stage


def read(paper: bytes) -> str:
    document = pdfium.PdfDocument(paper)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


async def test_the_copy_holds_what_is_kept_and_is_the_same_on_paper_and_in_json(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE)
    async with papers.engine.begin() as conn:
        await conn.execute(text("update conversations set debtor_id = :debtor"), {"debtor": papers.debtor})
        pdf, machine = await personal_data(conn, papers.till, papers.debtor)
    assert pdf["mime_type"] == "application/pdf" and machine["filename"].endswith(".json")
    data = json.loads((papers.documents / machine["path"]).read_text(encoding="utf-8"))
    words = read((papers.documents / pdf["path"]).read_bytes())
    assert data["titular"]["nome"] in words
    assert len(data["contas"]) == 1 and len(data["pagamentos"]) == 1 and data["codigos_de_pagamento"]
    assert data["contas"][0]["credor"] in words and data["pagamentos"][0]["identificacao"] in words.replace(" ", "")
    assert data["pagamentos"][0]["valor_centavos"] == PRICE
    assert "15 dias" in words and "art. 16" in words


async def test_nothing_inner_or_of_somebody_else_is_in_it(papers: Stage, debt: int) -> None:
    async with papers.engine.begin() as conn:
        await conn.execute(
            text(
                """insert into debtors (kind, document_sealed, document_index, name) values ('person', 'y', 'y', 'Outra Pessoa')"""
            )
        )
        data = await gather(conn, papers.till, papers.debtor)
    written = json.dumps(data, default=str)
    assert "Outra Pessoa" not in written
    for inner in ("_sealed", "_index", "tenant_id", "request_key", "document_index"):
        assert inner not in written
