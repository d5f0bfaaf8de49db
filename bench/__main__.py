"""Starts the product on loopback with providers of the tests' own, measures, and ends it. Progress goes to standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from bench import books, rasa_turns, replies, values, webhooks
from tests.blackbox.product import open_world


def say(name: str, value: float, unit: str, vs: dict[str, Any]) -> None:
    """One measurement on standard output; `vs` holds what it aims at."""
    sys.stdout.write(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "vs": vs}) + "\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    load = os.getloadavg()[0]
    sys.stderr.write(f"▸ {text} (load {load:.1f})\n")
    sys.stderr.flush()


def main() -> int:
    began = time.monotonic()
    tell("starting the product")
    world = open_world({"TRATO_BURST_SECONDS": "0"})
    try:
        tell("notification to reply")
        replies.warm_up(world)
        found = replies.measure(world)
        say("notification_to_reply_p50", found.p50, "ms", {"at_most": 150})
        say("notification_to_reply_p99", found.p99, "ms", {})
        tell("memory")
        for name, megabytes in replies.memory(world).items():
            say(f"memory_{name}", megabytes, "MB", {})
        tell("Rasa's turns")
        early, late = rasa_turns.measure(world)
        say("rasa_cpu_turn_5", early, "ms", {"at_most": 20})
        say("rasa_cpu_turn_200", late, "ms", {"at_most": 20, "of_turn_5": round(late / early, 2), "of_turn_5_at_most": 1.5})
        for name, text in (("", None), ("_while_answering", "oi")):
            tell("webhooks that are answered meanwhile" if text else "webhooks")
            accepted = webhooks.measure(world, text)
            say(f"webhooks_accepted{name}", accepted.per_second, "1/s", {"at_least": 200})
            say(f"webhook_answer{name}_p50", accepted.p50, "ms", {})
            say(f"webhook_answer{name}_p99", accepted.p99, "ms", {"at_most": 250})
    finally:
        tell("ending the product")
        world.close()
    tell("values in messages")
    say("values_per_second", values.per_second(), "1/s", {"at_least": 1000})
    books.report(say, tell)
    tell(f"done in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
