"""The registry of approved templates, given to the providers that take it over their API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
import yaml

from channels.channel import Channel
from channels.message import SendError
from channels.twilio import TwilioChannel
from channels.twilio_contents import Form, words

_log = structlog.get_logger("trato.templates")


def forms_of(path: Path) -> Iterator[tuple[Form, str]]:
    """Each template of the registry as Twilio's Content, with Meta's category for it.

    One with WhatsApp's payment button is left out: Twilio has no such button in a template of its own.
    """
    registry: dict[str, dict[str, Any]] = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("templates") or {}
    for name, told in registry.items():
        if told.get("buttons"):
            continue
        samples = {str(place): str(sample) for place, sample in enumerate(told.get("examples", ()), 1)}
        yield (
            words(name, " ".join(str(told["text"]).split("\n")).strip(), samples, language=told["language"]),
            str(told["category"]),
        )


async def submit_templates(channels: Iterator[Channel], path: Path) -> None:
    """Submit what is not there yet. Raises `SendError` when a provider could not be asked; then it is tried again later."""
    for channel in channels:
        if not isinstance(channel, TwilioChannel):
            continue
        for form, category in forms_of(path):
            try:
                await channel.submit_template(form, category)
            except SendError as trouble:
                _log.warning("template_not_submitted", template=form.name, code=trouble.code)
                raise
