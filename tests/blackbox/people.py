"""An invented book of receivables, and what is owed computed from the published arithmetic alone."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

TODAY = date(2026, 11, 23)
COLLECTOR = "Ponte Clara Atendimento Ltda."
COLLECTOR_CNPJ = "31245678000168"
COLLECTOR_KEY = "0d3b1f52-6f6e-4c59-8a0e-1f2a3b4c5d6e"

# Bank holidays from August 2025 to November 2026 on which a due date of this book may fall, or which may follow one.
_HOLIDAYS = {
    date(2025, 9, 7), date(2025, 10, 12), date(2025, 11, 2), date(2025, 11, 15), date(2025, 11, 20), date(2025, 12, 25),
    date(2026, 1, 1), date(2026, 2, 16), date(2026, 2, 17), date(2026, 4, 3), date(2026, 4, 21), date(2026, 5, 1),
    date(2026, 6, 4), date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 2), date(2026, 11, 15), date(2026, 11, 20),
}  # fmt: skip


@dataclass(frozen=True)
class Creditor:
    """Whom a debt of the book is owed to, as the policy of the tests describes them."""

    cnpj: str
    name: str
    payee: str
    key: str
    portfolio: str
    bands: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Debt:
    """One row of the book."""

    creditor: Creditor
    reference: str
    description: str
    cents: int
    due: date
    contract: str


@dataclass(frozen=True)
class Owed:
    """What is owed on the clock's day, in centavos."""

    principal: int
    fine: int
    interest: int
    discount: int
    days: int

    @property
    def total(self) -> int:
        return self.principal + self.fine + self.interest - self.discount


@dataclass(frozen=True)
class Person:
    """A debtor of the book: `born` is None for a company."""

    name: str
    document: str
    phone: str
    born: date | None
    debts: tuple[Debt, ...]

    @property
    def written_document(self) -> str:
        one = self.document
        if len(one) == 11:
            return f"{one[:3]}.{one[3:6]}.{one[6:9]}-{one[9:]}"
        return f"{one[:2]}.{one[2:5]}.{one[5:8]}/{one[8:12]}-{one[12:]}"

    @property
    def second_factor(self) -> str:
        return f"{self.born:%d/%m/%Y}" if self.born else self.debts[0].contract


def cpf(root: int) -> str:
    """A valid CPF whose first nine digits are `root`."""
    digits = [int(one) for one in f"{root:09d}"]
    for length in (10, 11):
        rest = sum(digit * weight for digit, weight in zip(digits, range(length, 1, -1), strict=False)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def cnpj(root: str) -> str:
    """A valid CNPJ, digits or letters, from its first twelve characters."""
    text = root
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        rest = sum((ord(one) - 48) * weight for one, weight in zip(text, weights, strict=True)) % 11
        text += str(0 if rest < 2 else 11 - rest)
    return text


_DEFAULT = ((31, 90, 0, 50), (91, 180, 15, 100), (181, 1825, 30, 100))
SHOP = Creditor(
    cnpj("462310780001"), "Lojas Girassol do Vale S.A.", "LOJAS GIRASSOL DO VALE",
    "7e1f0b44-93ab-4c1e-8d1e-5a6b7c8d9e0f", "Carnê Girassol", ((11, 60, 5, 60), (61, 1825, 20, 100)),
)  # fmt: skip
NET = Creditor(
    cnpj("588102340001"), "Aurora Fibra Internet Ltda.", "AURORA FIBRA INTERNET",
    "a9d2c6b1-0f3e-4b7a-b1c2-d3e4f5a6b7c8", "Internet Aurora", _DEFAULT,
)  # fmt: skip
# A portfolio of the shop whose Pix is good for a minute.
FLASH = replace(SHOP, portfolio="Oferta Relâmpago", bands=_DEFAULT)
CREDITORS = (SHOP, NET)
HOLDERS = {one.key: one.payee for one in CREDITORS} | {COLLECTOR_KEY: "PONTE CLARA ATENDIMENTO"}


def rolled(due: date) -> date:
    """The next business day of banks, or `due` itself when it is one."""
    while due.weekday() >= 5 or due in _HOLIDAYS:
        due += timedelta(days=1)
    return due


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def owed(debt: Debt, day: date = TODAY) -> Owed:
    """By contract: 2 % fine, 1 % a month simple interest over days / 3000, then the band's discount."""
    days = max(0, (day - rolled(debt.due)).days)
    if days == 0:
        return Owed(debt.cents, 0, 0, 0, 0)
    fine = _half_up(debt.cents * 2, 100)
    interest = _half_up(debt.cents * days, 3000)
    discount = 0
    for first, last, principal_percent, charges_percent in debt.creditor.bands:
        if first <= days <= last:
            discount = _half_up(debt.cents * principal_percent, 100) + _half_up((fine + interest) * charges_percent, 100)
    return Owed(debt.cents, fine, interest, discount, days)


def _debt(creditor: Creditor, number: int, description: str, cents: int, due: date) -> Debt:
    mark = "AUR" if creditor is NET else "GIR"
    return Debt(creditor, f"{mark}-{number:05d}", description, cents, due, f"{mark}{700000 + number}")


_number = itertools.count(1)


def _person(name: str, *debts: tuple[Creditor, str, int, date], company: str | None = None, ddd: int = 31) -> Person:
    number = next(_number)
    document = cnpj(company) if company else cpf(248163100 + 7919 * number)
    born = None if company else date(1960 + number * 2 % 40, 1 + number % 12, 13 + number % 15)
    made = tuple(
        _debt(creditor, number * 10 + place, words, cents, due) for place, (creditor, words, cents, due) in enumerate(debts)
    )
    return Person(name, document, f"55{ddd}9{88100000 + 1371 * number:08d}", born, made)


PEOPLE = dict(
    {
        "plain": _person("Helena Sampaio Duarte", (SHOP, "Carnê da geladeira, parcela 3", 123457, date(2026, 10, 14))),
        "split": _person("Caetano Brito Falcão", (NET, "Internet de julho", 14990, date(2026, 7, 15))),
        "over": _person("Iracema Lobo Pontes", (NET, "Internet de setembro", 9990, date(2026, 9, 10))),
        "double": _person("Benedito Arruda Sales", (SHOP, "Carnê do fogão, parcela 1", 45000, date(2026, 11, 3))),
        "several": _person(
            "Joelma Vidal Quintana",
            (SHOP, "Carnê do celular, parcela 2", 20033, date(2026, 9, 15)),
            (SHOP, "Carnê do sofá, parcela 5", 31099, date(2026, 10, 15)),
            (SHOP, "Carnê da televisão, parcela 9", 17777, date(2026, 11, 12)),
        ),
        "two": _person(
            "Ubirajara Neves Teles",
            (SHOP, "Carnê da bicicleta, parcela 1", 60001, date(2026, 8, 20)),
            (NET, "Internet de outubro", 12990, date(2026, 10, 26)),
        ),
        "company": _person(
            "Padaria Lua Nova Ltda.", (NET, "Link dedicado de maio", 250000, date(2026, 5, 18)), company="7KX4Z90B0001"
        ),
        "lied": _person("Neusa Prado Valadares", (SHOP, "Carnê do colchão, parcela 4", 88000, date(2026, 10, 1))),
        "human": _person("Olavo Pinheiro Mourão", (NET, "Internet de agosto", 11990, date(2026, 8, 12))),
        "not_due": _person("Quitéria Rocha Lemos", (SHOP, "Carnê do armário, parcela 1", 39990, date(2026, 12, 15))),
        "web": _person("Rubens Toledo Caldas", (NET, "Internet de junho", 13990, date(2026, 6, 15))),
        "worker": _person("Sueli Bastos Amorim", (NET, "Internet de setembro", 15990, date(2026, 9, 15))),
        "rasa": _person("Tarcísio Leme Galvão", (SHOP, "Carnê da mesa, parcela 2", 52000, date(2026, 10, 5))),
        "lost": _person("Valdirene Couto Rios", (SHOP, "Carnê da cadeira, parcela 6", 27000, date(2026, 9, 1))),
        "burst": _person("Wagner Sá Figueira", (NET, "Internet de outubro", 10990, date(2026, 10, 13))),
        "nameless": _person("Yara Mendonça Pires", (NET, "Internet de abril", 16990, date(2026, 4, 15))),
        "ninth": _person("Zenaide Moura Cintra", (SHOP, "Carnê do tanquinho, parcela 3", 64000, date(2026, 11, 6))),
        "moved": _person("Anselmo Vieira Dantas", (NET, "Internet de março", 18990, date(2026, 3, 16))),
        "locked": _person("Cleonice Barros Tavares", (SHOP, "Carnê da batedeira, parcela 1", 21000, date(2026, 10, 20))),
        "weekend": _person("Domingos Freire Alencar", (SHOP, "Carnê do rádio, parcela 7", 99999, date(2026, 8, 22))),
        "slashes": _person("Edileuza Matos Rangel", (NET, "Internet de fevereiro", 19990, date(2026, 2, 18))),
        "expiring": _person("Genésio Paes Loureiro", (FLASH, "Carnê da cafeteira, parcela 2", 18000, date(2026, 11, 17))),
        "card": _person("Hortência Passos Braga", (SHOP, "Carnê da estante, parcela 3", 90000, date(2026, 8, 3))),
        "cards": _person(
            "Juvenal Prates Moura",
            (SHOP, "Carnê da lavadora, parcela 2", 30000, date(2026, 9, 8)),
            (NET, "Internet de agosto", 12990, date(2026, 8, 26)),
        ),
        "paper": _person("Lindalva Torres Maia", (NET, "Internet de maio", 17990, date(2026, 5, 13))),
        "twilio_whatsapp": _person("Hortência Lins Macedo", (SHOP, "Carnê da estante, parcela 2", 41055, date(2026, 10, 2))),
        "twilio_rcs": _person("Ivonete Salles Brandão", (NET, "Internet de setembro", 17990, date(2026, 9, 14))),
        "lawful": _person("Fausto Guedes Prata", (SHOP, "Carnê do ventilador, parcela 8", 30000, date(2025, 11, 28))),
        "door_meta": _person("Adelaide Simas Rocha", (SHOP, "Carnê do guarda-roupa, parcela 2", 90000, date(2026, 8, 3))),
        "door_twilio_whatsapp": _person("Belmiro Castro Neiva", (SHOP, "Carnê da cômoda, parcela 4", 80000, date(2026, 8, 4))),
        "door_twilio_rcs": _person("Corina Matoso Leal", (SHOP, "Carnê do berço, parcela 1", 70000, date(2026, 8, 5))),
        "door_rbm": _person("Dirceu Fonseca Amado", (SHOP, "Carnê da poltrona, parcela 7", 95000, date(2026, 8, 6))),
        "abroad": _person("Eunice Valente Porto", (NET, "Internet de outubro", 15990, date(2026, 10, 8))),
        "both_apps": _person("Firmino Batista Lago", (SHOP, "Carnê do micro-ondas, parcela 3", 50000, date(2026, 9, 22))),
    }.items()
)

UNKNOWN_CPF = cpf(735261940)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def write_book(path: Path) -> int:
    """Writes the CSV and gives its number of rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    columns = "debtor_name debtor_document birth_date phone email contract debt_reference description original_amount due_date"
    writer.writerow(["portfolio", "creditor_cnpj", "creditor_name", *columns.split()])
    rows = 0
    for person in PEOPLE.values():
        for debt in person.debts:
            born = f"{person.born:%d/%m/%Y}" if person.born else ""
            phone = f"+{person.phone}"
            what = [debt.contract, debt.reference, debt.description, _money(debt.cents), debt.due.isoformat()]
            whom = [debt.creditor.portfolio, debt.creditor.cnpj, debt.creditor.name]
            writer.writerow([*whom, person.name, person.written_document, born, phone, "", *what])
            rows += 1
    path.write_text(out.getvalue(), encoding="utf-8-sig")
    return rows


def write_policies(folder: Path, shipped: Path) -> None:
    """The shipped policies with a collector and creditors of the tests, and one portfolio with discounts of its own."""
    import yaml

    policy = yaml.safe_load((shipped / "default.yml").read_text(encoding="utf-8"))
    policy["collector"] |= {"name": COLLECTOR, "cnpj": COLLECTOR_CNPJ, "site": "https://ponteclara.example"}
    policy["creditors"] = {
        one.cnpj: {
            "name": one.name,
            "address": "Rua das Acácias, 77, Centro, Juiz de Fora/MG, 36000-000",
            "payee": one.payee,
            "pix_key": one.key,
            "pix_provider": "api_pix",
            "boleto_provider": "simulated",
            "bank": "Banco Caixa Preta",
        }
        for one in CREDITORS
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "default.yml").write_text(yaml.safe_dump(policy, allow_unicode=True, sort_keys=False), encoding="utf-8")
    bands = [
        {"overdue_from": first, "overdue_to": last, "principal_percent": principal, "charges_percent": charges}
        for first, last, principal, charges in SHOP.bands
    ]
    text = yaml.safe_dump({"discounts": bands}, allow_unicode=True)
    (folder / "carne-girassol.yml").write_text(text, encoding="utf-8")
    flash = yaml.safe_dump({"pix": {"expires_minutes": 1}})
    (folder / "oferta-relampago.yml").write_text(flash, encoding="utf-8")
