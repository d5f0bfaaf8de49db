"""Notifications as Meta sends them: those of `fixtures/`, and batches made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from channels.message import Event
from channels.meta import parse

FIXTURES = Path(__file__).parent / "fixtures"
ACCOUNT = "106540352242922"


def named(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def only(name: str) -> Event:
    (event,) = parse(named(name))
    return event


def notification(**value: Any) -> bytes:
    metadata = {"display_phone_number": "551130001000", "phone_number_id": ACCOUNT}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def text(number: int, **changed: Any) -> dict[str, Any]:
    said = {"type": "text", "text": {"body": f"mensagem {number}"}}
    return {"from": "5511988887777", "id": f"wamid.{number}", "timestamp": "1764000000", **said, **changed}
