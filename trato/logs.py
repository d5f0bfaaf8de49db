"""Log lines that tell what happens and not to whom: every line is masked, whoever wrote it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# The whole line is masked at the very end, so that no library's message slips by. When in doubt, it is masked:
# a masked order number costs a look at the store, a CPF in a log costs much more.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Pix copy-and-paste: from its fixed head to the CRC.
    (re.compile(r"000201[0-9]{2}.{0,600}?6304[0-9A-Fa-f]{4}"), "<pix>"),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+"), r"\1 <secret>"),
    (re.compile(r"(/webhooks/(?:pix|boleto)/|/d/)[^/\s\"'?]+"), r"\1<secret>"),
    (
        re.compile(r"((?:verify_token|access_token|client_secret|password|senha|token)[\"']?[=:]\s*[\"']?)[^\s&\"',}]+"),
        r"\1<secret>",
    ),
    (re.compile(r"(://[^:/@\s]+:)[^@/\s]+@"), r"\1<secret>@"),
    (re.compile(r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+\b"), "<email>"),
    # Digitable lines, with or without their dots and spaces.
    (re.compile(r"\b\d{5}[.]?\d{5}\s?\d{5}[.]?\d{6}\s?\d{5}[.]?\d{6}\s?\d\s?\d{14}\b"), "<boleto>"),
    (re.compile(r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"), "<cpf>"),
    (re.compile(r"\b[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}\b"), "<cnpj>"),
    (re.compile(r"(?:\+?\b\d{2}[ -]?)?\(?\b\d{2}\)?[ -]?9?\d{4}-\d{4}\b"), "<phone>"),
    # A WhatsApp message id holds the phone number, in base64; its end is enough to tell one from another.
    (re.compile(r"wamid\.[A-Za-z0-9+/_-]*?([A-Za-z0-9+/_-]{8}=*)(?![A-Za-z0-9+/=_-])"), r"wamid.…\1"),
    # Any other long run of digits: CPF, CNPJ, phone or code without punctuation. Hexadecimal words (ids) are left.
    (re.compile(r"(?<![0-9A-Za-z._-])\+?\d{10,}(?![0-9A-Za-z])"), "<digits>"),
    (re.compile(r"(?<=[_:])\d{10,}(?![0-9A-Za-z])"), "<digits>"),
)


def mask(line: str) -> str:
    """The line without CPF, CNPJ, phone numbers, e-mail addresses, payment codes and secrets."""
    for pattern, shown in _MASKS:
        line = pattern.sub(shown, line)
    return line


class MaskedFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record and masks what comes out, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def configure_logs(process: str, level: str = "INFO") -> None:
    """Sends structlog's and the standard library's records of this process to standard error, one masked line each."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%S.%fZ", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        MaskedFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _one_line],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "sqlalchemy.engine", "procrastinate", "rasa_sdk", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for own_handlers in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(own_handlers).handlers[:] = []
        logging.getLogger(own_handlers).propagate = True
    structlog.contextvars.bind_contextvars(process=process)


def _one_line(_: object, __: str, event: MutableMapping[str, Any] | Mapping[str, Any]) -> str:
    """`at level logger: event key=value …`, and a traceback below when there is one."""
    fields = dict(event)
    head = (
        f"{fields.pop('at', '')} {str(fields.pop('level', 'info')).upper()} {fields.pop('logger', '')}: {fields.pop('event', '')}"
    )
    trace = fields.pop("exception", None)
    fields.pop("process", None)
    rest = " ".join(f"{name}={value!r}" for name, value in fields.items() if not name.startswith("_"))
    line = f"{head} {rest}".rstrip().replace("\n", "\\n")
    return f"{line}\n{trace}" if trace else line
