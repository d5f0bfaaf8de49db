"""What is heard even while somebody waits for a human or talks to one: a life in danger, \"stop\", fear of a scam."""

from __future__ import annotations

from typing import Literal

from understanding.contact_wishes import contact_wish
from understanding.safety.denials import denied
from understanding.safety.signals import read_safety, speaks_of_dying

Interrupt = Literal["self_harm", "stop", "scam"]


def interrupt(text: str) -> Interrupt | None:
    """The weightiest of them, or nothing."""
    if speaks_of_dying(text):
        return "self_harm"
    sure = {one.label for one in read_safety(text) if one.certainty == "sure"}
    if "parar_mensagens" in sure and not denied("parar_mensagens", text) and contact_wish(text).hours is None:
        return "stop"
    return "scam" if "suspeita_golpe" in sure else None
