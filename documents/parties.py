"""Who a paper is from, who it is for, and who writes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A person or a company as papers name it. `document` is a normalised CPF or CNPJ (see `receivables.taxid`).

    A creditor's `address` belongs on every collection document (CDC art. 42-A).
    """

    name: str
    document: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Collector(Party):
    """The company that collects for the creditor, and where it can be reached."""

    site: str = ""
    phone: str = ""
    ombudsman: str = ""
