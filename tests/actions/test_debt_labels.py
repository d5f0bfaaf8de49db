"""The labels of debts in a list: at most 24 characters, told apart, and cut where people would cut them."""

from __future__ import annotations

import pytest

from actions.choices import labels


@pytest.mark.parametrize(
    ("titles", "short"),
    [
        (
            ["Fatura do cartão, junho/2026", "Conta de setembro/2026", "Mensalidade de novembro/2026, Alice"],
            ["Fatura do cartão jun/26", "Conta de setembro/2026", "Mensalidade nov/26 Alice"],
        ),
        (
            ["Carnê da geladeira inox duas portas", "Carnê do sofá, parcela 5"],
            ["Carnê da geladeira inox…", "Carnê do sofá, parcela 5"],
        ),
        (["Internet de julho", "Internet de agosto"], ["Internet de julho", "Internet de agosto"]),
        (
            ["Internet de agosto/2026 plano fibra", "Internet de setembro/2026 plano fibra"],
            ["Internet ago/26 plano…", "Internet set/26 plano…"],
        ),
    ],
)
def test_labels_are_short_and_told_apart(titles: list[str], short: list[str]) -> None:
    assert labels(titles) == short


def test_labels_that_begin_alike_are_numbered() -> None:
    found = labels(["Empréstimo consignado do banco, parcela 1", "Empréstimo consignado do banco, parcela 2"])
    assert [one[:3] for one in found] == ["1. ", "2. "] and all(len(one) <= 24 for one in found)
