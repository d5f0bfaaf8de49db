"""`trato explain`: the five lines, what each was made of, and mistakes told in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from receivables.owed import DebtState, allocate, owed
from receivables.policy import Collector, Policy
from receivables.store import Debt
from trato.clock import FixedClock
from trato.explain import UnknownName, explained, find, read_name

POLICY = Policy(portfolio="default", version="1", collector=Collector(name="Acerto", cnpj="93417862000103"))
CNPJ = "90731425000163"
DAY = date(2026, 11, 23)


def debt(amount: int, due: date, **changes: object) -> Debt:
    values: dict[str, object] = {
        "id": 7, "tenant_id": 1, "creditor_id": 1, "creditor_cnpj": CNPJ, "creditor_name": "Lojas Tamboril S.A.", "debtor_id": 1,
        "portfolio": "Cartão", "contract": "C-1", "reference": "R-1", "description": "Compra de móveis", "product": None,
        "original_amount": amount, "due_date": due, "judicial": False, "status": "open", "principal_left": amount,
        "charges_left": 0, "charged_until": None, "fine_charged": False, "paid_total": 0, "settled_at": None,
    }  # fmt: skip
    return Debt(**(values | changes))  # type: ignore[arg-type]


def lines(of: Debt, day: date = DAY, policy: Policy = POLICY) -> list[str]:
    return explained(of, owed(of.state, policy, day))


def test_the_five_lines_show_rates_days_and_band() -> None:
    assert lines(debt(100000, date(2026, 10, 22))) == [
        "Compra de móveis (Lojas Tamboril S.A., CNPJ 90.731.425/0001-63)",
        "Contrato C-1, referência R-1, débito 7, carteira Cartão",
        "Situação: em aberto",
        "Vencimento: 22/10/2026 (quinta-feira)",
        "Conta do dia 23/11/2026: 32 dias de atraso, contados de 22/10/2026",
        "",
        "Valor principal: R$ 1.000,00 (valor original)",
        "Multa: R$ 20,00 (2% de R$ 1.000,00, uma única vez)",
        "Juros: R$ 10,67 (R$ 1.000,00 × 1% ao mês × 32 dias ÷ 30, juros simples desde 22/10/2026)",
        "Desconto: -R$ 15,34 (faixa de 31 a 90 dias de atraso: 0% do principal = R$ 0,00, "
        "50% da multa e dos juros = R$ 15,34)",
        "Total: R$ 1.015,33 (principal + multa + juros - desconto, pago à vista neste dia)",
    ]  # fmt: skip


def test_a_due_date_without_banks_says_until_when_it_is_payable() -> None:
    carnival = debt(100000, date(2027, 2, 6))
    told = lines(carnival, date(2027, 2, 15))
    assert "Vencimento: 06/02/2027 (sábado), sem expediente bancário; vale até 10/02/2027 (quarta-feira)" in told
    assert "Conta do dia 15/02/2027: 5 dias de atraso, contados de 10/02/2027" in told
    assert told[8].startswith("Juros: R$ 1,67 (R$ 1.000,00 × 1% ao mês × 5 dias ÷ 30, juros simples desde 10/02/2027)")
    assert "nenhuma faixa para 5 dias de atraso" in told[9]
    original = lines(carnival, date(2027, 2, 15), POLICY.model_copy(update={"interest_from": "original"}))
    assert original[8].startswith("Juros: R$ 3,00 (R$ 1.000,00 × 1% ao mês × 9 dias ÷ 30, juros simples desde 06/02/2027)")


def test_nothing_is_added_before_the_due_date_is_over() -> None:
    told = lines(debt(9990, date(2026, 11, 20)))
    assert told[4] == "Conta do dia 23/11/2026: nenhum dia de atraso"
    assert told[7:10] == [f"{part}: R$ 0,00 (não há: sem atraso)" for part in ("Multa", "Juros", "Desconto")]


def test_after_a_partial_payment_it_says_what_is_left_and_from_when_interest_runs() -> None:
    state = DebtState.new(80000, date(2026, 9, 23))
    left = allocate(state, owed(state, POLICY, DAY), 1000).debt
    after = debt(
        80000, state.due_date, charges_left=left.charges_left, charged_until=left.charged_until, fine_charged=left.fine_charged
    )
    told = lines(after, date(2026, 12, 23))
    assert told[7] == "Multa: R$ 0,00 (já cobrada antes, não se repete)"
    assert told[8] == (
        "Juros: R$ 30,27 (R$ 800,00 × 1% ao mês × 30 dias ÷ 30, juros simples desde 23/11/2026, "
        "mais R$ 22,27 de multa e juros que um pagamento anterior não alcançou)"
    )
    assert lines(after, date(2026, 10, 23))[-1].startswith("Houve pagamento em 23/11/2026, depois deste dia")
    assert lines(replace(after, principal_left=70000))[6] == "Valor principal: R$ 700,00 (o que resta de R$ 800,00)"


def test_a_debt_that_is_not_collected_says_so() -> None:
    assert lines(debt(100000, date(2021, 11, 22)))[-1].startswith("Não se cobra: já passou o prazo")
    assert lines(debt(100000, date(2026, 10, 22), judicial=True))[-1].startswith("Não se cobra: está na Justiça")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("7", 7),
        (f"{CNPJ}/R-1", (CNPJ, "R-1")),
        ("90.731.425/0001-63/R-1", (CNPJ, "R-1")),
        (" 90.731.425/0001-63/2026/11 ", (CNPJ, "2026/11")),
    ],
)
def test_a_debt_is_named_by_number_or_by_creditor_and_reference(name: str, wanted: object) -> None:
    assert read_name(name) == wanted


@pytest.mark.parametrize("name", ["", "R-1", "90731425000164/R-1", f"{CNPJ}/", "90.731.425/0001-63", "-7", "9" * 30])
def test_a_name_that_can_be_no_debt_is_refused(name: str) -> None:
    with pytest.raises(UnknownName):
        read_name(name)


async def _store_a_debt(engine: AsyncEngine) -> int:
    async with engine.begin() as conn:
        creditor = await conn.execute(
            text("insert into creditors (cnpj, name) values (:cnpj, 'Lojas Tamboril S.A.') returning id"), {"cnpj": CNPJ}
        )
        debtor = await conn.execute(
            text("""insert into debtors (kind, document_sealed, document_index, name)
                    values ('person', '\\x00', '\\x00', 'Maria das Dores') returning id""")
        )
        made = await conn.execute(
            text("""insert into debts (creditor_id, debtor_id, portfolio, contract, contract_index, reference, description,
                        original_amount, due_date, principal_left)
                    values (:creditor, :debtor, 'Cartão', 'C-1', 'C1', 'R/1', 'Compra de móveis', 100000, '2026-10-22', 100000)
                    returning id"""),
            {"creditor": creditor.scalar_one(), "debtor": debtor.scalar_one()},
        )
        return int(made.scalar_one())


def _trato(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRATO_")}
    environment |= {"TRATO_DATA_DIR": str(folder / "var")} | {f"TRATO_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "trato", "explain", *arguments]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


async def test_the_command_explains_a_stored_debt(tmp_path: Path, engine: AsyncEngine, database_url: str) -> None:
    number = await _store_a_debt(engine)
    for name in (str(number), "90.731.425/0001-63/R/1"):
        code, told, complaint = _trato(tmp_path, name, "--date", "2026-11-23", DATABASE_URL=database_url)
        assert (code, complaint) == (0, "")
        assert "Conta do dia 23/11/2026: 32 dias de atraso, contados de 22/10/2026" in told
        assert "\nTotal: R$ 1.015,33 (" in told
    code, told, complaint = _trato(tmp_path, f"{CNPJ}/other", DATABASE_URL=database_url)
    assert (code, told, complaint) == (1, f"Não há débito {CNPJ}/other.\n", "")


async def test_without_a_day_the_products_clock_says_it(tmp_path: Path, engine: AsyncEngine, database_url: str) -> None:
    number = await _store_a_debt(engine)
    clock = FixedClock(datetime(2027, 1, 5, 12, tzinfo=UTC))
    code, told, _ = _trato(tmp_path, str(number), DATABASE_URL=database_url, CLOCK=clock.now().isoformat())
    assert code == 0 and "Conta do dia 05/01/2027: 75 dias de atraso" in told


async def test_an_unknown_debt_is_not_found(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        assert await find(conn, "999999") is None
        assert await find(conn, f"{CNPJ}/R-1") is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("7", "--date", "amanhã"), "--date must be a day such as"),
        (("R-1",), "A debt is named by its number or by CNPJ/reference, not 'R-1'."),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    code, told, complaint = _trato(tmp_path, *arguments)
    assert (code, told) == (2, "") and complaint.startswith(f"trato: {sentence}") and complaint.count("\n") == 1
