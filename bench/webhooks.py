"""How many signed notifications of one message each are stored durably in a second."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.quantiles import quantile
from tests.blackbox.graph import notification, signature
from tests.blackbox.product import World

CONCURRENCY, SECONDS = 16, 6.0


@dataclass(frozen=True)
class Accepted:
    """Notifications answered 200 a second, and the milliseconds that an answer took."""

    per_second: float
    p50: float
    p99: float


def measure(world: World, text: str | None = None) -> Accepted:
    """Posts for some seconds from 16 connections: reactions, which are stored and get no reply, or a text, which is answered
    by the same processors meanwhile."""
    address = urlsplit(world.meta.webhook_url)
    bodies = [_bodies(world, number, text) for number in range(CONCURRENCY)]
    times: list[float] = []
    refused: list[int] = []
    until = time.monotonic() + SECONDS

    def post(mine: list[bytes]) -> None:
        connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port)
        for body in mine:
            if time.monotonic() > until:
                break
            began = time.perf_counter()
            headers = {"content-type": "application/json", "x-hub-signature-256": signature(body)}
            connection.request("POST", address.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            times.append(1000 * (time.perf_counter() - began))
            if answer.status != 200:
                refused.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=post, args=(mine,)) for mine in bodies]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    if refused:
        raise SystemExit(f"{len(refused)} of {len(times)} notifications were refused: {sorted(set(refused))}")
    return Accepted(len(times) / lasted, quantile(times, 0.5), quantile(times, 0.99))


def _bodies(world: World, thread: int, text: str | None) -> list[bytes]:
    made = []
    for number in range(600):
        sender = f"5511966{thread:02d}{number % 50:04d}"
        message: dict[str, object] = {
            "from": sender,
            "id": f"wamid.bench{time.monotonic_ns():x}{thread:02d}{number:05d}",
            "timestamp": world.meta.timestamp(),
            "type": "text" if text else "reaction",
        }
        message |= {"text": {"body": text}} if text else {"reaction": {"message_id": "wamid.none", "emoji": "👍"}}
        made.append(notification(messages=[message], contacts=[{"profile": {"name": "Bancada"}, "wa_id": sender}]))
    return made
