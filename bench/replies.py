"""From a posted notification to the reply at Meta's door, one talk after the other on an idle product; and memory."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from bench.quantiles import quantile
from tests.blackbox.people import PEOPLE
from tests.blackbox.phone import Phone
from tests.blackbox.product import World

TURNS = 120


@dataclass(frozen=True)
class Replies:
    """Milliseconds from the notification to the first message of its answer."""

    p50: float
    p99: float


def warm_up(world: World) -> None:
    """The first turns load what is loaded once."""
    for number in range(3):
        Phone(world.meta, f"55119650000{number:02d}").say("oi")


def measure(world: World) -> Replies:
    """Greetings, proofs and amounts, in turn."""
    times: list[float] = []
    people = [person for person in PEOPLE.values() if person.born and len(person.debts) == 1]
    talk = 0
    while len(times) < TURNS:
        person = people[talk % len(people)]
        phone = Phone(world.meta, f"5511965{talk:06d}")
        for text in ("oi", f"{person.document} {person.second_factor}", "quanto eu devo?", "obrigado"):
            phone.listen_to_rest()
            body_sent = time.monotonic()
            phone.write(text)
            heard = phone.listen(20.0, 0.25)
            if not heard:
                raise SystemExit(f"nothing answered {text!r}")
            times.append(1000 * (heard[0].at - body_sent))
        talk += 1
    return Replies(quantile(times, 0.5), quantile(times, 0.99))


def memory(world: World) -> dict[str, float]:
    """Megabytes of each process by its name, with shared pages split among their users; PostgreSQL's children are summed."""
    found: dict[str, float] = {}
    for pid, line in world.product.family().items():
        name = re.search(r"\btrato(?:\.\w+)? (up|web|worker|rasa)\b", line)
        kind = name[1] if name else "postgres" if "postgres" in line else "redis" if "redis" in line else "other"
        try:
            status = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        resident = re.search(r"Pss:\s+(\d+) kB", status)
        if resident:
            found[kind] = found.get(kind, 0.0) + int(resident[1]) / 1024
    return found
