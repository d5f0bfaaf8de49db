"""The example book is the one its maker makes, is read without a word, and looks like life."""

from __future__ import annotations

import runpy
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from receivables.book import BookRow, read_book
from receivables.owed import DebtState, owed, why_uncollectable
from receivables.policy import Policies
from receivables.taxid import formatted

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def rows() -> list[BookRow]:
    found = list(read_book(ROOT / "examples" / "book.csv", today=DAY))
    assert all(isinstance(row, BookRow) and row.repeats is None for row in found)
    return [row for row in found if isinstance(row, BookRow)]


def test_the_book_is_the_one_its_maker_makes() -> None:
    maker = runpy.run_path(str(ROOT / "examples" / "make_book.py"))
    assert maker["as_text"]() == (ROOT / "examples" / "book.csv").read_text(encoding="utf-8")


def test_it_has_every_kind_of_debtor(rows: list[BookRow]) -> None:
    debts, holders = defaultdict(list), defaultdict(set)
    for row in rows:
        debts[row.debtor_document].append(row)
        if row.phone:
            holders[row.phone].add(row.debtor_document)
    assert len(debts) >= 600 and len({row.creditor_cnpj for row in rows}) == 3
    assert sum(len(each) > 1 for each in debts.values()) > 100
    assert sum(len({row.creditor_cnpj for row in each}) > 1 for each in debts.values()) > 100
    assert sum(not document.isdigit() for document in debts) >= 30
    assert sum(len(each) > 1 for each in holders.values()) >= 20
    assert any(row.phone is None for row in rows) and any(row.phone and len(row.phone) == 13 for row in rows)


def test_it_has_every_age_of_debt_and_each_portfolio_its_policy(rows: list[BookRow]) -> None:
    policies = Policies.load(ROOT / "policies")
    bands: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        policy = policies.for_portfolio(row.portfolio)
        assert policy is not policies.default and policies.creditor(row.creditor_cnpj) is not None
        band = owed(DebtState.new(row.original_amount, row.due_date), policy, DAY).band
        bands[policy.portfolio].add(band.overdue_from if band else 0)
    for portfolio, seen in bands.items():
        assert seen == {0} | {band.overdue_from for band in policies.for_portfolio(portfolio).discounts}
    reasons = [why_uncollectable(row.due_date, row.judicial, DAY) for row in rows]
    assert reasons.count("judicial") >= 5 and reasons.count("prescribed") >= 20
    assert any(row.due_date > DAY for row in rows) and any(row.due_date == DAY for row in rows)


def test_the_people_to_try_are_who_the_readme_says(rows: list[BookRow]) -> None:
    readme = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    cast = {row.debtor_document: row for row in rows if formatted(row.debtor_document) in readme}
    assert len(cast) == 8
    for row in cast.values():
        assert row.debtor_name in readme
        factor = f"{row.birth_date:%d/%m/%Y}" if row.birth_date else row.contract
        assert f"{formatted(row.debtor_document)}, {'contract ' if not row.birth_date else ''}{factor}" in readme
