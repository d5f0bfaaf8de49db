"""Start Rasa with our door and nothing else: `python -m bot.run --model models/…`. Loopback unless told otherwise."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.without_tensorflow import keep_out

if TYPE_CHECKING:
    from sanic import Sanic

LARGEST_BODY = 64 * 1024
# Longer than ten actions at their time-out would be; the worker gives up before.
LONGEST_TURN_SECONDS = 240


def prepare_process() -> None:
    """What has to be true before Rasa is imported: no TensorFlow, no telemetry, no crash reports, one thread a library."""
    keep_out()
    os.environ.update(RASA_TELEMETRY_ENABLED="false", SANIC_MOTD="false", DO_NOT_TRACK="1")
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    _log_shortly()


def make_app(model: Path, endpoints: Path, credentials: Path) -> Sanic[Any, Any]:
    """The Sanic application: one channel, no API of Rasa's. The model is loaded when the server starts."""
    from rasa.core.channels.channel import register
    from rasa.core.run import create_http_input_channels
    from sanic import Sanic

    from bot import patches

    patches.apply()
    app = Sanic("trato_rasa", configure_logging=False)
    app.ctx.started = False
    app.config.update(
        REQUEST_MAX_SIZE=LARGEST_BODY,
        RESPONSE_TIMEOUT=LONGEST_TURN_SECONDS,
        KEEP_ALIVE_TIMEOUT=75,
        FALLBACK_ERROR_FORMAT="json",
        MOTD=False,
        ACCESS_LOG=False,
    )
    register(create_http_input_channels(None, str(credentials)), app, route="/webhooks/")

    async def load(app: Sanic[Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.agent = make_agent(model, endpoints)
        await app.ctx.agent.tracker_store.open()
        logging.getLogger("bot").info("ready model=%s", model.name)

    async def started(app: Sanic[Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.started = True

    async def close(app: Sanic[Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        await close_agent(app.ctx.agent)

    app.register_listener(load, "before_server_start")
    app.register_listener(started, "after_server_start")
    app.register_listener(close, "after_server_stop")
    return app


def make_agent(model: Path, endpoints: Path) -> Any:
    """Rasa's agent, put together from `endpoints.yml` and the trained model."""
    from rasa.core.nlg import NaturalLanguageGenerator
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    from bot.action_endpoint import ActionEndpoint
    from bot.turn import TurnAgent

    found = AvailableEndpoints.read_endpoints(str(endpoints))
    agent = TurnAgent(
        generator=NaturalLanguageGenerator.create(found.nlg, None),
        tracker_store=TrackerStore.create(found.tracker_store),
        action_endpoint=ActionEndpoint(found.action.url, found.action.headers),
    )
    agent.load_model(model)
    return agent


async def close_agent(agent: Any) -> None:
    """Give back the connections of an agent."""
    await agent.action_endpoint.close()
    await agent.tracker_store.close()


def main(arguments: list[str] | None = None) -> int:
    """The command. Exit code 2, with one sentence, when something that is needed to start is missing."""
    options = _read(arguments)
    missing = [name for name in ("TRATO_INTERNAL_TOKEN", "TRATO_DATABASE_URL", "TRATO_ACTION_URL") if not os.environ.get(name)]
    if missing:
        return _refuse(f"Falta definir {', '.join(missing)}.")
    if not options.model.is_file():
        return _refuse(f"Não há modelo treinado em {options.model}; treine com: python -m bot.train --out {options.model}")
    prepare_process()
    from bot.patches import WrongRasa

    try:
        app = make_app(options.model, options.endpoints, options.credentials)
    except WrongRasa as error:
        return _refuse(str(error))
    app.run(host=options.host, port=options.port, workers=1, access_log=False, debug=False)
    if not app.ctx.started:
        # Sanic only logs that it could not listen, and returns as if it had ended well.
        return _refuse(f"Não foi possível abrir {options.host}:{options.port}: a porta está livre?")
    return 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.run", description="Inicia o Rasa do Trato.")
    parser.add_argument("--host", default=os.environ.get("TRATO_RASA_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("TRATO_RASA_PORT", "5005")))
    parser.add_argument("--model", type=Path, default=Path(os.environ.get("TRATO_RASA_MODEL", "models/trato.tar.gz")))
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"))
    parser.add_argument("--credentials", type=Path, default=Path("credentials.yml"))
    return parser.parse_args(arguments)


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2


class _OneLine(logging.Formatter):
    """A line of JSON an event. Of an exception only the kind: its words may repeat what a person wrote."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"at": self.formatTime(record), "level": record.levelname, "from": record.name, "event": record.getMessage()[:500]}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def _log_shortly() -> None:
    """One line an event to stderr. Rasa's debug lines repeat what people wrote, so they stay off."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Rasa's age shows in every import, whatever the filters say; none of it can be acted on here.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    logging.getLogger("bot").setLevel(os.environ.get("TRATO_LOG_LEVEL", "INFO"))
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), logger_factory=structlog.stdlib.LoggerFactory()
    )


if __name__ == "__main__":
    raise SystemExit(main())
