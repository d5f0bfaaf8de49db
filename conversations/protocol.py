"""The numbers that people are given for what was agreed on, asked for or complained about, to come back with."""

from __future__ import annotations

import secrets
from datetime import date

# No letters or digits that are taken for one another when they are read aloud or copied by hand.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def new_protocol(today: date) -> str:
    """A number such as `2026-1122-AB3K7M`: the day, and thirty bits of chance. Its table refuses one that exists already."""
    return f"{today:%Y-%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"
