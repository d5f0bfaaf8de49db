"""Papers from the store: what stands on them, read back, is what the store says; and none is made that would not be true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest

from documents.texts import Texts
from payments.papers import FileValue, calculation, receipt, settlement_letter, yearly_statement
from payments.provider import Refund
from tests.payments.stage import Stage
from trato.paths import PAPERS

PRICE = 101_533


@pytest.fixture
def papers(stage: Stage) -> Stage:
    """A stage where papers can be drawn."""
    stage.till = replace(stage.till, papers=Texts.load(PAPERS))
    return stage


def read(stage: Stage, file: FileValue) -> str:
    """The text of a paper as it lies in its folder, white space as single spaces."""
    document = pypdfium2.PdfDocument((stage.documents / file["path"]).read_bytes())
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


async def receipt_of_last(stage: Stage) -> FileValue | None:
    payment = (await stage.payments())[-1]
    async with stage.engine.connect() as conn:
        return await receipt(conn, stage.till, payment.id)


async def letters(stage: Stage) -> list[FileValue]:
    async with stage.engine.connect() as conn:
        return await settlement_letter(conn, stage.till, stage.debtor)


async def statements(stage: Stage, year: int) -> list[FileValue]:
    async with stage.engine.connect() as conn:
        return await yearly_statement(conn, stage.till, stage.debtor, year)


# ------------------------------------------------------------------------------------------------ receipts


async def test_a_receipt_says_what_the_store_says(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    end_to_end_id = await papers.paid(charge.txid, PRICE)
    file = await receipt_of_last(papers)
    assert file is not None
    assert (file["filename"], file["mime_type"]) == ("recibo-2026-11-23.pdf", "application/pdf")
    text = read(papers, file)
    for words in (
        "R$ 1.015,33", "mil e quinze reais e trinta e três centavos", "23/11/2026 às 12:00", end_to_end_id, "Pix",
        "Maria das Dores", "529.982.247-25", "LOJAS TAMBORIL SA", "90.731.425/0001-63", "Avenida dos Jequitibás",
        "R$ 1.000,00", "R$ 15,33", "R$ 15,34", "Quitado", "C-1", "Compra de 22/10",
    ):  # fmt: skip
        assert words in text


async def test_a_receipt_of_a_part_says_what_is_left(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, 50_000)
    file = await receipt_of_last(papers)
    assert file is not None
    text = read(papers, file)
    left = (await papers.debt(debt)).principal_left
    assert left == 100_000 - (50_000 - 3_067)
    for words in ("R$ 500,00", "R$ 469,33", "R$ 30,67", "Resta R$ 530,67 em 23/11/2026"):
        assert words in text
    assert "Quitado" not in text


async def test_a_receipt_says_what_was_paid_too_much(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE + 700)
    file = await receipt_of_last(papers)
    assert file is not None
    assert "R$ 7,00 a mais" in read(papers, file)


async def test_a_receipt_of_something_paid_twice_is_all_the_payers_own(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE)
    papers.clock.advance(timedelta(minutes=2))
    await papers.paid(charge.txid, PRICE)
    file = await receipt_of_last(papers)
    assert file is not None
    assert "R$ 1.015,33 a mais" in read(papers, file)


async def test_a_boleto_paid_late_has_a_receipt_with_what_its_bank_added(papers: Stage, debt: int) -> None:
    charge = await papers.boleto(debt)
    papers.clock.advance(timedelta(days=5))
    cost = charge.amount + 4 * (await papers.scalar("select late_interest_day from charge_items"))
    cost += await papers.scalar("select late_fine from charge_items")
    await papers.paid_boleto(charge, cost)
    (payment,) = await papers.payments()
    file = await receipt_of_last(papers)
    assert file is not None
    text = read(papers, file)
    assert "Boleto bancário" in text
    assert f"{payment.amount // 100:,}".replace(",", ".") in text
    assert "Quitado" in text


async def test_the_same_paper_is_the_same_file(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE)
    assert await receipt_of_last(papers) == await receipt_of_last(papers)
    assert len(list((papers.documents / "recibos").iterdir())) == 1


async def test_a_payment_that_belongs_to_nobody_has_no_receipt(papers: Stage, debt: int) -> None:
    await papers.charge(debt)
    await papers.paid(None, 1_000)
    payment = await papers.scalar("select id from payments")
    async with papers.engine.connect() as conn:
        assert await receipt(conn, papers.till, payment) is None
        with pytest.raises(LookupError):
            await receipt(conn, papers.till, 999_999)


async def test_a_payment_that_went_back_proves_nothing(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    end_to_end_id = await papers.paid(charge.txid, PRICE)
    assert await letters(papers)
    papers.bank.refund(end_to_end_id, Refund("d1", PRICE, "returned"))
    told = b'{"pix": [{"endToEndId": "%s", "devolucoes": {"id": "d1", "valor": "1015.33", "status": "DEVOLVIDO"}}]}'
    await papers.notify(told % end_to_end_id.encode())
    await papers.work()
    assert await receipt_of_last(papers) is None
    assert await letters(papers) == []


async def test_without_words_or_a_folder_there_are_no_papers(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    await stage.paid(charge.txid, PRICE)
    assert await receipt_of_last(stage) is None
    assert await letters(stage) == []
    stage.till = replace(stage.till, papers=Texts.load(PAPERS), documents=None)
    assert await receipt_of_last(stage) is None
    async with stage.engine.connect() as conn:
        assert await calculation(conn, stage.till, [debt]) == []


# ------------------------------------------------------------------------------------------------ letters


async def test_a_letter_names_what_is_paid_and_the_last_day_for_a_clean_name(papers: Stage, debt: int) -> None:
    other = await papers.add_debt(50_000, date(2026, 11, 1))
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE)
    (file,) = await letters(papers)
    assert file["filename"] == "carta-2026-11-23.pdf"
    text = read(papers, file)
    # Five business days from the first one after Monday, 23 November: to the next Monday.
    for words in (
        "Maria das Dores",
        "Lojas Tamboril S.A.",
        "Compra de 22/10",
        "R$ 1.015,33",
        "22/10/2026",
        "5 dias úteis",
        "30/11/2026",
    ):
        assert words in text
    assert (await papers.debt(other)).title not in text


async def test_each_creditor_has_a_letter_of_its_own(papers: Stage, debt: int) -> None:
    school = await papers.add_creditor("92640517000163", "Colégio Pé de Ipê Ltda.")
    fee = await papers.add_debt(30_000, date(2026, 11, 23), creditor=school)
    await papers.run(
        """update debts set status = 'paid', principal_left = 0, paid_total = original_amount, settled_at = :now
           where id in (:debt, :fee)""",
        now=papers.clock.now(),
        debt=debt,
        fee=fee,
    )
    first, second = await letters(papers)
    assert [first["filename"], second["filename"]] == ["carta-2026-11-23.pdf", "carta-2026-11-23-2.pdf"]
    assert "Colégio Pé de Ipê" in read(papers, first)
    assert "Tamboril" not in read(papers, first)
    assert "Compra de 22/10" in read(papers, second)


async def test_nothing_paid_is_no_letter(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, 50_000)
    assert await letters(papers) == []


# ------------------------------------------------------------------------------------------------ calculations


async def test_a_calculation_is_of_today(papers: Stage, debt: int) -> None:
    papers.clock.advance(timedelta(days=1))
    async with papers.engine.connect() as conn:
        (file,) = await calculation(conn, papers.till, [debt])
    assert file["filename"] == "calculo-2026-11-24.pdf"
    text = read(papers, file)
    for words in ("24/11/2026", "33 dias corridos", "R$ 1.000,00", "R$ 20,00", "R$ 11,00", "-R$ 15,50", "R$ 1.015,50"):
        assert words in text


async def test_a_calculation_leaves_out_what_may_not_be_collected(papers: Stage, debt: int) -> None:
    court = await papers.add_debt(70_000, date(2026, 10, 1), judicial=True)
    old = await papers.add_debt(80_000, date(2020, 10, 1))
    async with papers.engine.connect() as conn:
        assert await calculation(conn, papers.till, [court, old]) == []
        (file,) = await calculation(conn, papers.till, [court, old, debt])
    assert "700,00" not in read(papers, file)


async def test_a_calculation_is_one_persons(papers: Stage, debt: int) -> None:
    somebody = await papers.add_debtor("11144477735", "Outra Pessoa")
    theirs = await papers.add_debt(10_000, date(2026, 10, 1), debtor=somebody)
    async with papers.engine.connect() as conn:
        with pytest.raises(ValueError, match="one person"):
            await calculation(conn, papers.till, [debt, theirs])


# ------------------------------------------------------------------------------------------------ declarations


async def paid_in_2026(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE)
    papers.clock.set(datetime(2027, 2, 1, 15, 0, tzinfo=UTC))


async def test_a_year_is_declared_after_it_has_ended(papers: Stage, debt: int) -> None:
    charge = await papers.charge(debt)
    await papers.paid(charge.txid, PRICE)
    assert await statements(papers, 2026) == []
    papers.clock.set(datetime(2027, 2, 1, 15, 0, tzinfo=UTC))
    (file,) = await statements(papers, 2026)
    assert file["filename"] == "declaracao-2026.pdf"
    text = read(papers, file)
    for words in ("quitou todos os débitos", "2026", "23/11/2026", "R$ 1.015,33", "Lojas Tamboril S.A.", "1 pagamento"):
        assert words in text
    assert await statements(papers, 2025) == []


@pytest.mark.parametrize("due", [date(2026, 12, 31), date(2025, 3, 10)])
async def test_a_year_is_not_declared_while_something_due_by_its_end_is_open(papers: Stage, debt: int, due: date) -> None:
    await papers.add_debt(10_000, due)
    await paid_in_2026(papers, debt)
    assert await statements(papers, 2026) == []


async def test_what_fell_due_after_the_year_does_not_matter_to_it(papers: Stage, debt: int) -> None:
    await papers.add_debt(10_000, date(2027, 1, 2))
    await paid_in_2026(papers, debt)
    assert len(await statements(papers, 2026)) == 1


async def test_what_is_disputed_is_left_out_and_named(papers: Stage, debt: int) -> None:
    await papers.add_debt(10_000, date(2026, 5, 4), status="disputed")
    await paid_in_2026(papers, debt)
    (file,) = await statements(papers, 2026)
    text = read(papers, file)
    assert "com exceção dos que estão em discussão" in text
    assert "Compra de 04/05" in text


async def test_a_withdrawn_debt_was_not_paid_here(papers: Stage, debt: int) -> None:
    await papers.add_debt(10_000, date(2026, 5, 4), status="closed")
    await paid_in_2026(papers, debt)
    assert await statements(papers, 2026) == []
