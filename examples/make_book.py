"""Makes `book.csv`, the book of receivables that the demo imports: invented people, valid digits, the same file every time.

Run it from the project's root: `.venv/bin/python examples/make_book.py`. Ages of debts are meant for 2026-11-23.
"""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DAY = date(2026, 11, 23)
SEED = 20261123
PEOPLE = 590
COMPANIES = 70

COLUMNS = (
    "creditor_cnpj", "creditor_name", "portfolio", "debtor_document", "debtor_name", "birth_date", "phone", "email", "contract",
    "debt_reference", "description", "original_amount", "due_date", "product", "address", "city", "state", "postal_code",
    "judicial", "language_note",
)  # fmt: skip

WOMEN = (
    "Ana Beatriz|Maria das Graças|Juliana|Fernanda|Patrícia|Aline|Camila|Débora|Luciana|Raimunda|Francisca|Tereza|Vitória|Larissa"
    "|Conceição|Rosângela|Simone|Jéssica|Letícia|Márcia|Sônia|Bruna|Eliane|Helena|Isabela|Ivone|Kelly|Lúcia|Mônica|Natália|Priscila"
    "|Renata|Sandra|Tatiane|Vera Lúcia|Yasmin|Antônia|Cláudia|Edilene|Gabriela"
).split("|")
MEN = (
    "João Pedro|José Carlos|Antônio|Francisco|Carlos Eduardo|Paulo Roberto|Marcos|Luís Fernando|Rafael|Felipe|Bruno|Leandro|Diego"
    "|Thiago|Anderson|Rodrigo|Gustavo|Sebastião|Raimundo|Cícero|Edson|Fábio|Geraldo|Henrique|Ítalo|Jorge|Kauã|Lázaro|Márcio|Nelson"
    "|Osvaldo|Pedro Henrique|Reginaldo|Sérgio|Tiago|Ubiratan|Valdir|Wellington|Wagner|Zacarias"
).split("|")
SURNAMES = (
    "Silva|Santos|Oliveira|Souza|Rodrigues|Ferreira|Alves|Pereira|Lima|Gomes|Costa|Ribeiro|Martins|Carvalho|Almeida|Lopes|Soares"
    "|Fernandes|Vieira|Barbosa|Rocha|Dias|Nascimento|Andrade|Moreira|Nunes|Marques|Machado|Mendes|Freitas|Cardoso|Ramos|Gonçalves"
    "|Santana|Teixeira|Araújo|Moura|Cavalcante|Brandão|Queiroz|D'Ávila|Assunção|Peixoto|Figueiredo|Guimarães|Leão|Xavier|Yamada"
    "|Bittencourt|Schmitt"
).split("|")
TRADES = (
    "Padaria Pão Quentinho|Mercadinho Boa Compra|Oficina do Zeca|Farmácia Vida Leve|Salão Bela Aurora|Auto Peças Rodamundo"
    "|Papelaria Lápis de Cor|Restaurante Tempero da Vila|Pet Shop Amigo Fiel|Academia Corpo Firme|Floricultura Jardim Secreto"
    "|Distribuidora Água Clara|Transportes Estrada Longa|Marcenaria Bom Corte|Clínica Sorriso Aberto"
).split("|")
# City, state, area code, the first three digits of its postal codes.
PLACES = (
    ("São Paulo", "SP", "11", "013"), ("Campinas", "SP", "19", "130"), ("Santos", "SP", "13", "110"),
    ("Rio de Janeiro", "RJ", "21", "200"), ("Niterói", "RJ", "21", "240"), ("Belo Horizonte", "MG", "31", "301"),
    ("Uberlândia", "MG", "34", "384"), ("Vitória", "ES", "27", "290"), ("Salvador", "BA", "71", "400"),
    ("Feira de Santana", "BA", "75", "440"), ("Recife", "PE", "81", "500"), ("Fortaleza", "CE", "85", "600"),
    ("Natal", "RN", "84", "590"), ("São Luís", "MA", "98", "650"), ("Belém", "PA", "91", "660"), ("Manaus", "AM", "92", "690"),
    ("Rio Branco", "AC", "68", "699"), ("Brasília", "DF", "61", "700"), ("Goiânia", "GO", "62", "740"), ("Cuiabá", "MT", "65", "780"),
    ("Campo Grande", "MS", "67", "790"), ("Curitiba", "PR", "41", "800"), ("Londrina", "PR", "43", "860"),
    ("Florianópolis", "SC", "48", "880"), ("Porto Alegre", "RS", "51", "900"), ("Santa Maria", "RS", "55", "970"),
)  # fmt: skip
STREETS = (
    "Rua das Acácias",
    "Rua Sete Lagoas",
    "Avenida dos Ipês",
    "Travessa do Sol",
    "Rua Nova Esperança",
    "Alameda dos Sabiás",
)
MONTHS = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
CHILDREN = ("Sofia", "Miguel", "Alice", "Arthur", "Heitor", "Cecília", "Davi", "Manuela", "Theo", "Lívia")


@dataclass(frozen=True)
class Creditor:
    """One of the three who sell on credit here, and how its system writes things."""

    cnpj: str
    name: str
    portfolio: str
    prefix: str
    smallest: int
    largest: int
    brazilian: bool


CARD = Creditor("90.731.425/0001-63", "Lojas Tamboril S.A.", "Cartão Tamboril", "TAM", 4500, 480000, True)
PHONE = Creditor("91.826.043/0001-86", "Ventania Telecomunicações S.A.", "Telefonia Ventania", "VEN", 3990, 39990, True)
SCHOOL = Creditor("92.640.517/0001-63", "Colégio Pé de Ipê Ltda.", "Mensalidades Ipê", "IPE", 65000, 240000, False)


@dataclass(frozen=True)
class Debtor:
    document: str
    name: str
    birth_date: date | None
    phone: str
    email: str
    place: tuple[str, str, str, str]
    company: bool
    note: str = ""


@dataclass(frozen=True)
class Debt:
    creditor: Creditor
    due: date
    amount: int
    judicial: bool = False


def cpf(first_nine: str) -> str:
    """Nine digits with their two check digits."""
    number = first_nine
    for length in (9, 10):
        rest = sum(int(digit) * (length + 1 - i) for i, digit in enumerate(number)) * 10 % 11
        number += str(rest % 10)
    return number


def cnpj(first_twelve: str) -> str:
    """Twelve digits or capital letters with their two check digits."""
    number = first_twelve
    for _ in range(2):
        weights = [(i % 8) + 2 for i in range(len(number))][::-1]
        rest = sum((ord(c) - 48) * weight for c, weight in zip(number, weights, strict=True)) % 11
        number += str(0 if rest < 2 else 11 - rest)
    return number


def written_cpf(number: str) -> str:
    """A CPF with its dots."""
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def written_cnpj(number: str) -> str:
    """A CNPJ with its dots."""
    return f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"


def _days_ago(days: int) -> date:
    return DAY - timedelta(days=days)


TAUBATE, OLINDA, CAXIAS = ("Taubaté", "SP", "12", "120"), ("Olinda", "PE", "81", "530"), ("Caxias do Sul", "RS", "54", "950")

# People to try by hand; examples/README.md tells their stories. Their documents do not change with the seed.
CAST: tuple[tuple[Debtor, tuple[Debt, ...]], ...] = (
    (Debtor(cpf("529982247"), "Marina Alves Teixeira", date(1990, 3, 14), "(12) 98811-2041", "marina@example.com", TAUBATE, False),
     (Debt(CARD, date(2026, 10, 22), 100000),)),
    (Debtor(cpf("187452039"), "Joaquim Nogueira Lins", date(1975, 8, 2), "(81) 99734-5120", "joaquim@example.com", OLINDA, False),
     (Debt(CARD, date(2026, 6, 10), 100000), Debt(PHONE, date(2026, 9, 23), 18990), Debt(SCHOOL, date(2026, 11, 5), 89000))),
    (Debtor(cpf("304918265"), "Célia Regina Prado", date(1968, 12, 30), "(54) 98122-7788", "celia@example.com", CAXIAS, False),
     (Debt(PHONE, date(2026, 12, 10), 9990),)),
    (Debtor(cpf("416203978"), "Otávio Brandão Leite", date(1982, 5, 9), "(12) 98770-3344", "", TAUBATE, False),
     (Debt(CARD, date(2021, 11, 22), 35000), Debt(CARD, date(2021, 3, 1), 52000))),
    (Debtor(cpf("650381724"), "Rita de Cássia Moura", date(1959, 1, 20), "(81) 98655-9012", "", OLINDA, False),
     (Debt(CARD, date(2024, 2, 15), 730000, judicial=True),)),
    (Debtor(cpf("073915486"), "Davi Luz Ferraz", date(1999, 7, 7), "(54) 99177-6600", "davi@example.com", CAXIAS, False),
     (Debt(SCHOOL, date(2026, 11, 20), 9990),)),
    (Debtor(cnpj("12ABC34501DE"), "Padaria Trigo de Ouro Ltda.", None, "(12) 3622-4400", "contato@trigo.example", TAUBATE, True),
     (Debt(PHONE, date(2026, 8, 12), 64990), Debt(PHONE, date(2026, 9, 14), 64990))),
    (Debtor(cnpj("447201930001"), "Oficina Irmãos Calixto Ltda.", None, "(81) 98655-9012", "", OLINDA, True),
     (Debt(CARD, date(2026, 3, 3), 1250000),)),
)  # fmt: skip


class Maker:
    """Draws everything from one seeded source, in one order."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)  # noqa: S311
        self.documents = {debtor.document for debtor, _ in CAST}
        self.phones: list[str] = []

    def person(self) -> Debtor:
        """One more person, sometimes on the phone of somebody before."""
        chance = self.chance
        name = f"{chance.choice(WOMEN if chance.random() < 0.53 else MEN)} {self._surnames()}"
        while (document := cpf(f"{chance.randrange(10**9):09d}")) in self.documents or len(set(document)) == 1:
            pass
        self.documents.add(document)
        born = None if chance.random() < 0.015 else date(1943, 1, 1) + timedelta(days=chance.randrange(365 * 64))
        place = chance.choice(PLACES)
        note = chance.choice(("fala espanhol", "pessoa surda, prefere texto")) if chance.random() < 0.01 else ""
        return Debtor(document, name, born, self._phone(place[2]), self._email(name), place, company=False, note=note)

    def company(self, number: int) -> Debtor:
        """One more company; every other one has letters in its CNPJ."""
        chance = self.chance
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789" if number % 2 else "0123456789"
        while (document := cnpj("".join(chance.choice(letters) for _ in range(8)) + "0001")) in self.documents:
            pass
        self.documents.add(document)
        name = f"{chance.choice(TRADES)} {chance.choice(SURNAMES)} {chance.choice(('Ltda.', 'ME', 'EIRELI', 'S.A.'))}"
        place = chance.choice(PLACES)
        return Debtor(document, name, None, self._phone(place[2]), self._email(name), place, company=True)

    def debts(self, debtor: Debtor) -> Iterator[Debt]:
        """One debt for most, several for many, from more than one creditor for some."""
        chance = self.chance
        choices = [CARD, PHONE] if debtor.company else [CARD, PHONE, SCHOOL]
        weights = [35, 65] if debtor.company else [48, 34, 18]
        first = chance.choices(choices, weights)[0]
        several = chance.random()
        for creditor, count in [(first, 1 if several < 0.55 else chance.randint(2, 5))] + [
            (other, chance.randint(1, 2)) for other in choices if other is not first and chance.random() < 0.17
        ]:
            due = self._due()
            amount = self._amount(creditor)
            judicial = chance.random() < 0.05 and due < _days_ago(200)
            for month in range(count):
                # A month's bill follows the other; the last one may not be due yet.
                yield Debt(creditor, due - timedelta(days=30 * month), amount, judicial)
                amount = amount if creditor is SCHOOL else self._amount(creditor)

    def _due(self) -> date:
        chance = self.chance
        low, high = chance.choices(
            [(-25, -1), (0, 0), (1, 15), (16, 30), (31, 90), (91, 180), (181, 730), (731, 1824), (1825, 2600)],
            [9, 2, 13, 12, 24, 15, 15, 7, 3],
        )[0]
        return _days_ago(chance.randint(low, high))

    def _amount(self, creditor: Creditor) -> int:
        chance = self.chance
        if creditor is SCHOOL:
            return chance.randrange(creditor.smallest, creditor.largest, 500)
        if creditor is PHONE:
            return chance.randrange(creditor.smallest // 1000, creditor.largest // 1000) * 1000 + 990
        if chance.random() < 0.03:
            return chance.choice((37, 1000, 4999, 5000, 1234567, 9845000))
        return int(creditor.smallest * (creditor.largest / creditor.smallest) ** chance.random())

    def _surnames(self) -> str:
        first, second = self.chance.sample(SURNAMES, 2)
        joint = self.chance.choice((" ", " ", " da ", " de ", " dos "))
        return first if self.chance.random() < 0.2 else f"{first}{joint}{second}"

    def _phone(self, area: str) -> str:
        chance, kind = self.chance, self.chance.random()
        if kind < 0.05:
            return ""
        if kind < 0.12:
            return f"({area}) 3{chance.randrange(10**3):03d}-{chance.randrange(10**4):04d}"
        if kind < 0.19 and self.phones:
            return chance.choice(self.phones[-40:])
        eight = f"{chance.choice('789')}{chance.randrange(10**3):03d}-{chance.randrange(10**4):04d}"
        plain = eight.replace("-", "")
        phone = chance.choice(
            (f"({area}) 9{eight}", f"({area}) 9{eight}", f"+55{area}9{plain}", f"55{area}{plain}", f"0{area}9{plain}")
        )
        self.phones.append(phone)
        return phone

    def _email(self, name: str) -> str:
        if self.chance.random() < 0.35:
            return ""
        plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
        words = ["".join(c for c in word if c.isalnum()) for word in plain.split()]
        return f"{words[0]}.{words[-1]}{self.chance.randint(1, 99)}@example.{self.chance.choice(('com', 'org', 'net'))}"


def rows() -> list[dict[str, str]]:
    """Every row of the book, one creditor after the other."""
    maker = Maker()
    book = list(CAST)
    for number in range(PEOPLE + COMPANIES):
        debtor = maker.person() if number < PEOPLE else maker.company(number)
        book.append((debtor, tuple(maker.debts(debtor))))
    written: dict[str, list[dict[str, str]]] = {CARD.prefix: [], PHONE.prefix: [], SCHOOL.prefix: []}
    for number, (debtor, debts) in enumerate(book, 1):
        for debt in sorted(debts, key=lambda debt: debt.due):
            written[debt.creditor.prefix].append(_row(number, debtor, debt))
    return [row for rows in written.values() for row in rows]


def _row(number: int, debtor: Debtor, debt: Debt) -> dict[str, str]:
    creditor, (city, state, _, postal_code) = debt.creditor, debtor.place
    month = f"{MONTHS[debt.due.month - 1]}/{debt.due.year}"
    product, description = {
        CARD.prefix: ("Cartão Tamboril", f"Fatura do cartão, {month}"),
        PHONE.prefix: ("Internet Ventania" if number % 2 else "Celular Ventania", f"Conta de {month}"),
        SCHOOL.prefix: ("Mensalidade escolar", f"Mensalidade de {month}, {CHILDREN[number % len(CHILDREN)]}"),
    }[creditor.prefix]
    decimal = "," if creditor.brazilian else "."
    reais = f"{debt.amount // 100:,}".replace(",", ".") if creditor.brazilian else str(debt.amount // 100)
    day = "%d/%m/%Y" if creditor.brazilian else "%Y-%m-%d"
    return {
        "creditor_cnpj": creditor.cnpj,
        "creditor_name": creditor.name,
        "portfolio": creditor.portfolio,
        "debtor_document": written_cnpj(debtor.document) if debtor.company else written_cpf(debtor.document),
        "debtor_name": debtor.name,
        "birth_date": debtor.birth_date.strftime(day) if debtor.birth_date else "",
        "phone": debtor.phone,
        "email": debtor.email,
        "contract": f"{creditor.prefix}-{100000 + number * 37}",
        "debt_reference": f"{creditor.prefix}-{100000 + number * 37}-{debt.due:%Y%m%d}",
        "description": description,
        "original_amount": f"{reais}{decimal}{debt.amount % 100:02d}",
        "due_date": debt.due.strftime(day),
        "product": product,
        "address": f"{STREETS[number % len(STREETS)]}, {number * 7 % 1900 + 1}",
        "city": city,
        "state": state,
        "postal_code": f"{postal_code}{number * 13 % 100:02d}-{number * 7 % 1000:03d}",
        "judicial": "true" if debt.judicial else "false",
        "language_note": debtor.note,
    }


def as_text() -> str:
    """The whole file as it is committed."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue()


if __name__ == "__main__":
    (Path(__file__).parent / "book.csv").write_text(as_text(), encoding="utf-8", newline="")
