"""What a turn costs Rasa: `python -m bot.measure --model models/trato.tar.gz --database URL`.

Runs whole turns (understanding, rules, one action over HTTP, memory) against a stub of the actions in a process of its own, and
prints the CPU milliseconds of this process at turn 5 and at turn 200.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

EARLY, LATE, AROUND = 5, 200, 5
CONVERSATIONS = 8
MOST_MS = 20.0
MOST_GROWTH = 1.5

# Answers each call with one response of the domain and one slot, whatever action was asked for.
STUB = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
response = sys.argv[1]
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"events": [], "responses": [{"response": response, "valor": 12345}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


async def measure(agent: Any, text: str, intent: str | None) -> dict[str, float]:
    """CPU milliseconds a turn (median) early and late in a talk, and of the understanding alone."""
    from bot.run import close_agent
    from bot.turn import Turn, run_turn

    costs: dict[int, list[float]] = {EARLY: [], LATE: []}
    given = {"name": intent, "entities": []} if intent else None
    mark = f"measure-{os.getpid()}-{time.monotonic_ns()}"
    for conversation in range(CONVERSATIONS):
        for number in range(1, LATE + 1):
            near = next((place for place in costs if place - AROUND < number <= place), None)
            if near is None and conversation >= CONVERSATIONS // 4:
                continue  # only some of the talks are led in full; the others show the early turns
            began = time.process_time()
            turn = Turn(f"{mark}-{conversation}", f"{mark}-{conversation}-{number}", None if given and number % 2 else text, None)
            if given and number % 2:
                turn = Turn(turn.conversation, turn.turn, None, given)
            await run_turn(agent, turn)
            full = conversation < CONVERSATIONS // 4
            if near == EARLY or (near == LATE and full):
                costs[near].append(1000 * (time.process_time() - began))
    tracker = agent.tracker_store.init_tracker("measure")
    began = time.process_time()
    for _ in range(100):
        agent.processor.understand(text, tracker)
    understanding = 10 * (time.process_time() - began)
    store = agent.tracker_store
    pool = await store._connections()
    async with pool.connection() as connection:
        await connection.execute("delete from rasa_trackers where conversation_id like %s", (f"{mark}%",))
        await connection.execute("delete from rasa_events where conversation_id like %s", (f"{mark}%",))
    await close_agent(agent)
    return {
        f"turn_{EARLY}_ms": round(statistics.median(costs[EARLY]), 2),
        f"turn_{LATE}_ms": round(statistics.median(costs[LATE]), 2),
        "understanding_ms": round(understanding, 2),
    }


def main(arguments: list[str] | None = None) -> int:
    """The command. Prints one JSON line; exit code 1 when a turn costs more than it may or grows with the talk."""
    parser = argparse.ArgumentParser(prog="python -m bot.measure", description="Mede o custo de um turno no Rasa.")
    parser.add_argument("--model", type=Path, default=Path("models/trato.tar.gz"))
    parser.add_argument("--database", default=os.environ.get("TRATO_DATABASE_URL", ""))
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"))
    parser.add_argument("--text", default="me manda o pix por favor, quero pagar hoje")
    parser.add_argument("--intent", default=None, help="every second turn gives this intent instead of the text")
    options = parser.parse_args(arguments)

    began = time.monotonic()
    from bot.run import prepare_process

    prepare_process()
    from bot import patches

    patches.apply()
    os.environ.update(TRATO_DATABASE_URL=options.database, TRATO_ACTION_URL="http://127.0.0.1:9/")
    os.environ.setdefault("TRATO_INTERNAL_TOKEN", "measure")
    from bot.run import make_agent

    agent = make_agent(options.model, options.endpoints)
    start = time.monotonic() - began
    command = [sys.executable, "-c", STUB, min(agent.domain.responses)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stub:  # noqa: S603  our own interpreter and text
        try:
            port = stub.stdout.readline().strip() if stub.stdout else ""
            agent.action_endpoint.url = f"http://127.0.0.1:{port}/"
            result: dict[str, Any] = asyncio.run(measure(agent, options.text, options.intent))
        finally:
            stub.kill()
    result["start_s"] = round(start, 1)
    sys.stdout.write(json.dumps(result) + "\n")
    early, late = result[f"turn_{EARLY}_ms"], result[f"turn_{LATE}_ms"]
    return 0 if late <= MOST_MS and late <= MOST_GROWTH * early else 1


if __name__ == "__main__":
    raise SystemExit(main())
