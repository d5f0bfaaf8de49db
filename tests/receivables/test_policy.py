"""Policies: what ships, how a portfolio overrides it, and what is refused with its line."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from receivables.owed import DebtState, owed
from receivables.policy import Policies, Policy, PolicyError, slug

SHIPPED = Path(__file__).parents[2] / "policies"
COLLECTOR = 'collector: {name: "Acerto Leve", cnpj: "93417862000103"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "default.yml").write_text(COLLECTOR)
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        Policies.load(folder)
    return str(caught.value).replace(f"{folder}/", "")


def test_the_shipped_default_is_the_published_one() -> None:
    policy = Policies.load(SHIPPED).default
    published = Policy(portfolio="default", version=policy.version, collector=policy.collector, creditors=policy.creditors)
    assert policy == published
    assert (policy.fine_percent, policy.interest_percent_month, policy.interest_from) == (2, 1, "rolled")
    assert [(b.overdue_from, b.overdue_to, b.principal_percent, b.charges_percent) for b in policy.discounts] == [
        (31, 90, 0, 50), (91, 180, 15, 100), (181, 1825, 30, 100),
    ]  # fmt: skip
    assert policy.instalments.model_dump() == {
        "max": 12, "min_amount": 5000, "down_payment_percent": 20, "monthly_rate_percent": 0,
        "first_due_days": 5, "discount_factor": Decimal("0.5"),
    }  # fmt: skip
    assert policy.pix.expires_minutes == 1440 and policy.identity.factors_company == ("document", "contract")


def test_three_creditors_are_described_and_fit_a_pix_code() -> None:
    policies = Policies.load(SHIPPED)
    for cnpj in ("90731425000163", "91826043000186", "92640517000163"):
        creditor = policies.creditor(cnpj)
        assert creditor is not None and len(creditor.payee_name) <= 25 and len(creditor.pix_key) == 36
    assert policies.creditor("12ABC34501DE35") is None


def test_a_policy_says_what_is_owed() -> None:
    policies = Policies.load(SHIPPED)
    debt = DebtState.new(100000, date(2026, 6, 10))
    assert owed(debt, policies.default, date(2026, 11, 23)).total == 85000
    assert owed(debt, policies.for_portfolio("Telefonia Ventania"), date(2026, 11, 23)).total == 80000


def test_a_portfolio_overrides_key_by_key_and_lists_whole(folder: Path) -> None:
    (folder / "default.yml").write_text(COLLECTOR + "instalments: {max: 9, down_payment_percent: 30}\n")
    (folder / "cartao-sol.yml").write_text(
        "fine_percent: 0.5\ninstalments: {max: 4}\ndiscounts:\n  - {overdue_from: 5, overdue_to: 9}\n"
    )
    policies = Policies.load(folder)
    card = policies.for_portfolio("Cartão  SOL")
    assert card.portfolio == "cartao-sol" and card.fine_percent == Decimal("0.5")
    assert (card.instalments.max, card.instalments.down_payment_percent, card.instalments.min_amount) == (4, 30, 5000)
    assert [band.overdue_from for band in card.discounts] == [5]
    assert policies.for_portfolio("Outra") is policies.default
    assert card.version != policies.default.version


def test_the_version_changes_with_the_text(folder: Path) -> None:
    before = Policies.load(folder)
    (folder / "default.yml").write_text(COLLECTOR + "fine_percent: 1\n")
    after = Policies.load(folder)
    assert before.version != after.version and before.default.version != after.default.version
    assert after.version == Policies.load(folder).version


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("fine_percent: 2.01", "default.yml:2: fine_percent: 2.01 is more than the 2 % that the law allows on consumer debts"),
        ("fine_percent: -1", "default.yml:2: fine_percent: Input should be greater than or equal to 0"),
        ("fine_percent: 2%", "default.yml:2: fine_percent: a number is wanted, without quotes or %"),
        ("fine_percnt: 1", "default.yml:2: unknown key fine_percnt, did you mean fine_percent?"),
        ("version: 1", "default.yml:2: unknown key version"),
        ("fine_percent: 1\nfine_percent: 2", "default.yml:3: fine_percent is there twice"),
        ("promise:\n  max_days: 3\n  grace: 1", "default.yml:4: unknown key grace"),
        ("fine_percent:", "default.yml:2: a value is missing"),
        ("fine_percent: .inf", "default.yml:2: fine_percent: a number is wanted, without quotes or %"),
        ("instalments: {min_amount: 50}", "default.yml:2: instalments.min_amount: money is a string such as \"50.00\""),
        ("instalments: {max: 2.5}", "default.yml:2: instalments.max: a whole number is wanted"),
        ("instalments: {discount_factor: 1.5}",
         "default.yml:2: instalments.discount_factor: Input should be less than or equal to 1"),
        ("discounts:\n  - {overdue_from: 1, overdue_to: 30}\n  - {overdue_from: 30, overdue_to: 60}",
         "default.yml:2: discounts: the bands 1-30 and 30-60 overlap"),
        ("discounts:\n  - {overdue_from: 9, overdue_to: 3}", "default.yml:3: discounts: overdue_from 9 is after overdue_to 3"),
        ("discounts:\n  - {overdue_from: 9}", "default.yml:3: discounts.overdue_to is missing"),
        ("discounts:\n  - {overdue_from: 1, overdue_to: 3, principal_percent: 101}",
         "default.yml:3: discounts.principal_percent: Input should be less than or equal to 100"),
        ("discounts:\n  - {overdue_from: 1, overdue_to: 3, principal_percent: 100, charges_percent: 100}",
         "default.yml:3: discounts: 100 % of everything would leave nothing to pay"),
        ("interest_from: sometimes", "default.yml:2: interest_from: Input should be 'rolled' or 'original'"),
        ("extension: {max_days: 0, max_times: 1}",
         "default.yml:2: extension: extensions of 0 days: set max_times to 0 to allow none"),
        ("identity: {factors_person: [document]}",
         "default.yml:2: identity.factors_person: at least two factors, the document among them"),
        ("identity: {factors_person: [document, document]}", "default.yml:2: identity.factors_person: the same factor twice"),
        ("authority: {agent_discount_extra_percent: 20}",
         "default.yml:2: authority: an agent may not give more than a supervisor"),
        ("contact: {hours: \"Mon-Fri 9-18\"}",
         "default.yml:2: contact.hours: \"Mon-Fri 9-18\": hours are written \"Mon-Fri 09:00-18:00\", "
         "several with a comma between"),
        ("contact: {hours: \"Mon-Fri 18:00-09:00\"}",
         "default.yml:2: contact.hours: \"Mon-Fri 18:00-09:00\": the hours end before they begin"),
        ("contact: {hours: \"Mon-Fri 09:00-18:00, Fri 17:00-19:00\"}", "default.yml:2: contact.hours: two of the hours overlap"),
        ("contact: {hours: \"Mon-Fri 09:00-25:00\"}", "default.yml:2: contact.hours: 25:00 is no time of day"),
        ("creditors: {\"11222333000182\": {name: X}}", "default.yml:2: creditors: 11222333000182 is no valid CNPJ"),
        ("creditors:\n  \"90731425000163\": {}", "default.yml:3: creditors.90731425000163.name is missing"),
        ("fine_percent: [", "default.yml:3: expected the node content, but found '<stream end>'"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_stand_is_refused_with_file_and_line(folder: Path, lines: str, message: str) -> None:
    (folder / "default.yml").write_text(COLLECTOR + lines + "\n")
    assert refusal(folder) == message


def test_a_fault_in_a_portfolio_names_its_own_file(folder: Path) -> None:
    (folder / "loja.yml").write_text("# a note\n\nfine_percent: 10\n")
    assert refusal(folder).startswith("loja.yml:3: fine_percent: 10 is more")


def test_a_file_that_no_portfolio_could_have_is_refused(folder: Path) -> None:
    (folder / "Cartão Sol.yml").write_text("fine_percent: 1\n")
    assert refusal(folder) == "Cartão Sol.yml:1: a policy file is named cartao-sol.yml"


def test_a_folder_without_default_and_a_file_that_is_no_mapping_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "default.yml:1: there is no such file, and every policy starts from it"
    (tmp_path / "default.yml").write_text("- one\n")
    assert refusal(tmp_path) == "default.yml:1: a policy is a list of keys and values"
    (tmp_path / "default.yml").write_bytes(b"\xff\xfe")
    assert refusal(tmp_path) == "default.yml:1: this is not UTF-8 text"
    (tmp_path / "default.yml").write_text("")
    assert refusal(tmp_path) == "default.yml:1: collector is missing"


def test_unquoted_documents_and_keys_keep_their_zeros(folder: Path) -> None:
    (folder / "default.yml").write_text(COLLECTOR + "creditors:\n  90731425000163: {name: Loja, pix_key: 01234567890}\n")
    creditor = Policies.load(folder).creditor("90731425000163")
    assert creditor is not None and creditor.pix_key == "01234567890" and creditor.payee_name == "Loja"


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (datetime(2026, 11, 23, 9, 0), True),
        (datetime(2026, 11, 23, 8, 59), False),
        (datetime(2026, 11, 23, 17, 59), True),
        (datetime(2026, 11, 23, 18, 0), False),
        (datetime(2026, 11, 28, 10, 0), True),
        (datetime(2026, 11, 29, 10, 0), False),
    ],
)
def test_contact_hours(folder: Path, moment: datetime, allowed: bool) -> None:
    (folder / "default.yml").write_text(COLLECTOR + 'contact: {hours: "Mon-Fri 09:00-18:00, Sat 09:00-13:00"}\n')
    assert Policies.load(folder).default.contact.hours.allow(moment) is allowed


def test_portfolio_names_become_file_names() -> None:
    assert slug("Cartão – Loja São João (2026)") == "cartao-loja-sao-joao-2026"
