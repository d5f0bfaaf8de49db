"""A creditor's book of many rows: how fast it comes in and with how much memory; and how fast amounts and documents are made."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from documents import agreement, boleto, receipt
from receivables.owed import DebtState, owed
from receivables.policy import Policies
from tests.documents import papers
from trato.embedded import EmbeddedPostgres
from trato.migrate import upgrade
from trato.paths import POLICIES

ROWS = 50_000
AMOUNTS = 100_000
_DAY = "2026-11-23T12:00:00-03:00"
_ROOT = Path(__file__).resolve().parents[1]
_HEADER = (
    "creditor_cnpj;creditor_name;portfolio;debtor_document;debtor_name;birth_date;phone;email;contract;debt_reference;"
    "description;original_amount;due_date;product;address;city;state;postal_code;judicial\n"
)
_CREDITORS = (("90.731.425/0001-63", "Lojas Tamboril S.A."), ("91.826.043/0001-86", "Financeira Ipê S.A."))
_FIRST = "Ana Bruno Célia Davi Elza Fábio Gilda Hugo Íris João Kátia Luís Maria Nelson Olga Paulo Rosa Saulo Tânia Vítor".split()
_LAST = "Alves Borges Cardoso Duarte Esteves Farias Gomes Lima Moraes Nunes Oliveira Prado Queiroz Ramos Souza Teixeira".split()


@dataclass(frozen=True)
class Imported:
    """`again` is the rate of the same file once more; `memory` the peak of the importing process in MB."""

    rows: int
    per_second: float
    again: float
    memory: float


def write_book(path: Path, rows: int, seed: int = 7) -> None:
    """A book of `rows` debts; a debtor has two and a half on average. The same seed writes the same book."""
    dice = random.Random(seed)
    written = debtors = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(_HEADER)
        while written < rows:
            debtors += 1
            cpf = _cpf(debtors)
            name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)} {dice.choice(_LAST)}"
            born = date(1945, 1, 1) + timedelta(days=dice.randrange(22_000))
            phone = f"({dice.choice((11, 21, 31, 71, 81))}) 9{dice.randrange(8000, 9999)}-{dice.randrange(10_000):04d}"
            street = f"Rua {dice.choice(_LAST)}, {dice.randrange(1, 2000)};São Paulo;SP;0{dice.randrange(1000, 9999)}-000"
            for _ in range(min(dice.randrange(1, 5), rows - written)):
                written += 1
                cnpj, creditor = _CREDITORS[written % 2]
                cents = dice.randrange(2_000, 900_000)
                due = date(2022, 6, 1) + timedelta(days=dice.randrange(1_600))
                amount = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
                out.write(
                    f"{cnpj};{creditor};Cartão;{cpf};{name};{born:%d/%m/%Y};{phone};p{written}@example.com;CT-{written // 3};"
                    f"R-{written};Fatura do cartão, {due:%m/%Y};{amount};{due:%d/%m/%Y};Cartão;{street};false\n"
                )


def _cpf(number: int) -> str:
    """The nth of a billion different ones, in no visible order."""
    digits = [int(digit) for digit in f"{number * 387_420_489 % 10**9:09d}"]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        digits.append(sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11 % 10)
    d = "".join(map(str, digits))
    return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"


def report(say: Callable[[str, float, str, dict[str, Any]], None], tell: Callable[[str], None]) -> None:
    """Measure everything here, and tell it."""
    tell("a book")
    found = measure_import()
    say("import_rows", found.per_second, "1/s", {"at_least": 6000, "rows": found.rows})
    say("import_rows_again", found.again, "1/s", {"rows": found.rows})
    say("memory_import", found.memory, "MB", {"at_most": 500, "rows": found.rows})
    tell("amounts owed")
    say("amounts_owed", amounts_per_second(), "1/s", {})
    tell("documents")
    for name, per_second in documents_per_second().items():
        say(f"pdf_{name}", per_second, "1/s", {})


def measure_import(rows: int = ROWS) -> Imported:
    """Import a book twice with the command, as an operator would, into a database of its own."""
    with tempfile.TemporaryDirectory(prefix="trato-bench-") as folder:
        book = Path(folder) / "book.csv"
        write_book(book, rows)
        server = EmbeddedPostgres(Path(folder))
        process = server.start()
        try:
            upgrade(server.url)
            variables = {**os.environ, "TRATO_DATABASE_URL": server.url, "TRATO_DATA_DIR": folder, "TRATO_CLOCK": _DAY}
            first, memory = _import(book, variables)
            again, _ = _import(book, variables)
        finally:
            server.stop(process)
    return Imported(rows, rows / first, rows / again, memory)


def _import(book: Path, variables: dict[str, str]) -> tuple[float, float]:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "trato", "import", str(book)], cwd=_ROOT, env=variables, stdout=subprocess.DEVNULL
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return time.monotonic() - began, peak


def _peak(pid: int) -> float:
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def amounts_per_second(count: int = AMOUNTS) -> float:
    """How many debts' amounts are worked out in a second, by the default policy, on days of six years."""
    policy = Policies.load(POLICIES).default
    dice = random.Random(11)
    day = date(2026, 11, 23)
    debts = []
    for _ in range(count):
        amount = dice.randrange(1_000, 5_000_000)
        due = day - timedelta(days=dice.randrange(-30, 2_100))
        debts.append(
            DebtState(
                original_amount=amount,
                due_date=due,
                principal_left=amount,
                charges_left=0,
                charged_until=None,
                fine_charged=False,
            )
        )
    began = time.perf_counter()
    for debt in debts:
        owed(debt, policy, day)
    return count / (time.perf_counter() - began)


def documents_per_second(seconds: float = 4.0) -> dict[str, float]:
    """How many PDFs of each kind are made in a second, by one process."""
    kinds: dict[str, Callable[[], bytes]] = {
        "boleto": lambda: boleto.render(papers.slip(), papers.TEXTS),
        "receipt": lambda: receipt.render(papers.a_receipt(), papers.TEXTS),
        "agreement": lambda: agreement.render(papers.an_agreement(), papers.TEXTS),
    }
    found = {}
    for name, make in kinds.items():
        make()  # fonts are read at the first one
        began, made = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            make()
            made += 1
        found[name] = made / (time.perf_counter() - began)
    return found


def _say(name: str, value: float, unit: str, vs: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "vs": vs}) + "\n")


def _tell(text: str) -> None:
    sys.stderr.write(f"▸ {text} (load {os.getloadavg()[0]:.1f})\n")


if __name__ == "__main__":
    report(_say, _tell)
