"""What every rule and verb stands on: the clock, the creditor's policies, the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from receivables.policy import Policies
from receivables.sealing import Vault


class Clock(Protocol):
    """The one time of the program."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """This day in America/Sao_Paulo, where due dates are counted."""
        ...


@dataclass(frozen=True)
class Ground:
    """Made once at start, handed down; nothing in it changes while the program runs but the clock."""

    clock: Clock
    policies: Policies
    vault: Vault
