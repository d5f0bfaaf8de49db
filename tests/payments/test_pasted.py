"""Codes that people paste: ours are known again, others are not, and a changed digit is seen."""

from __future__ import annotations

from datetime import date

from codes import boleto as slips
from payments.pasted import judge
from tests.payments.stage import Stage

TODAY = date(2026, 11, 23)
STRANGE_LINE = "34191.09008 00015.710296 30132.800001 9 43950000002980"
STRANGE_PIX = (
    "00020126330014br.gov.bcb.pix01115299822472552040000530398654071234.565802BR5917CREDOR TESTE LTDA6009SAO PAULO"
    "62160512ACORDO000123630474C6"
)


async def test_a_pix_of_ours_is_known_again_and_one_with_a_changed_digit_is_not_a_code(stage: Stage) -> None:
    charge = await stage.charge(await stage.add_debt(100_000, date(2026, 10, 22)))
    assert charge.code is not None
    async with stage.engine.connect() as conn:
        ours = await judge(conn, charge.code, today=TODAY)
        changed = await judge(conn, charge.code[:-1] + ("0" if charge.code[-1] != "0" else "1"), today=TODAY)
    assert ours.charge is not None
    assert (ours.kind, ours.charge.id, ours.amount) == ("pix", charge.id, charge.amount)
    assert changed.kind == "unreadable"


async def test_codes_of_others_are_read_and_are_not_ours(stage: Stage) -> None:
    async with stage.engine.connect() as conn:
        pix = await judge(conn, STRANGE_PIX, today=TODAY)
        line = await judge(conn, STRANGE_LINE, today=TODAY)
        utility = await judge(conn, "836200000005667800481000180975657313001589636081", today=TODAY)
        nothing = await judge(conn, "0" * 47, today=TODAY)
    assert (pix.kind, pix.charge, pix.amount, pix.payee) == ("pix", None, 123_456, "CREDOR TESTE LTDA")
    assert (line.kind, line.charge, line.amount) == ("boleto", None, 2_980)
    assert (utility.kind, utility.amount) == ("utility", 6_678)
    assert nothing.kind == "unreadable"


async def test_a_masked_line_is_found_by_its_digits(stage: Stage) -> None:
    line = slips.decode(STRANGE_LINE, today=TODAY).line
    async with stage.engine.connect() as conn:
        assert await judge(conn, slips.formatted(line), today=TODAY) == await judge(conn, line, today=TODAY)
