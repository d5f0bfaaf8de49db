"""`trato doctor`: what is configured, what can be reached, what is off and why."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from trato.settings import Settings

_TIMEOUT = 3.0
_STYLES = {"ok": "green", "off": "dim", "warning": "yellow", "fault": "bold red"}


@dataclass(frozen=True)
class Finding:
    """One line of the report; `state` is ok, off, warning or fault."""

    part: str
    state: str
    says: str


def examine(settings: Settings) -> int:
    """Prints the report; 1 if something that is configured does not work, else 0."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("Part", "State", "What", title=f"Trato, {settings.env}", title_justify="left")
    worst = 0
    for finding in findings(settings):
        table.add_row(finding.part, Text(finding.state, style=_STYLES[finding.state]), Text(finding.says))
        worst = max(worst, int(finding.state == "fault"))
    Console().print(table)
    return worst


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything there is to say, in the order of the path of a message."""
    yield from _database(settings)
    yield _redis(settings)
    yield from _model()
    yield from _rasa(settings)
    yield from _providers(settings)
    yield from _policies(settings)
    if settings.clock:
        yield Finding("clock", "warning", f"anchored at {settings.clock}: the product does not live in real time")
    yield (
        Finding("API", "ok", "/api/v1 asks for TRATO_API_TOKEN")
        if settings.api_token
        else Finding("API", "off", "/api/v1 answers 404: TRATO_API_TOKEN is empty")
    )
    if settings.public_url.startswith("http://") and settings.production:
        yield Finding("public address", "warning", f"{settings.public_url} is not https: providers refuse it")


def _database(settings: Settings) -> Iterator[Finding]:
    import psycopg

    from trato.embedded import EmbeddedPostgres

    url = settings.database_url
    if not url:
        postgres = EmbeddedPostgres(settings.data_dir)
        if not postgres.answers():
            yield Finding("database", "off", f"embedded, under {settings.data_dir}: starts with `trato up`")
            return
        url = postgres.url
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            version = connection.info.server_version // 10000
            yield Finding("database", "ok", f"PostgreSQL {version}" + ("" if settings.database_url else ", embedded"))
            yield from _stored(settings, connection)
    except psycopg.Error as error:
        yield Finding("database", "fault", f"TRATO_DATABASE_URL: {' '.join(str(error).split())[:200]}")


def _stored(settings: Settings, connection: object) -> Iterator[Finding]:
    import psycopg

    assert isinstance(connection, psycopg.Connection)
    if connection.execute("select to_regclass('creditors')").fetchone() == (None,):
        yield Finding("schema", "warning", "not there yet: run `trato migrate`")
        return
    yield Finding("schema", "ok", "there")
    debts = connection.execute("select count(*) from debts").fetchone()
    yield Finding("book", "ok" if debts and debts[0] else "warning", f"{debts[0] if debts else 0} debts imported")
    logins = connection.execute("select count(*) from agents where disabled_at is null").fetchone()
    if not logins or not logins[0]:
        yield Finding("desk", "warning", "nobody can log in: run `trato agent add`")
    else:
        yield Finding("desk", "ok", f"{logins[0]} logins")
    from receivables.policy import Policies, PolicyError

    try:
        policies = Policies.load(settings.policy_dir)
    except PolicyError:
        return  # told once, among the policies
    for cnpj, name in connection.execute("select cnpj, name from creditors order by name"):
        if policies.creditor(cnpj) is None:
            yield Finding("creditor", "warning", f"{name} ({cnpj}) has no policy entry: the collector's data stands in for it")


def _redis(settings: Settings) -> Finding:
    import redis

    from trato.embedded import EmbeddedRedis

    url = settings.redis_url
    if not url:
        embedded = EmbeddedRedis(settings.data_dir)
        if not embedded.answers():
            return Finding("redis", "off", f"embedded, under {settings.data_dir}: starts with `trato up`")
        url = embedded.url
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        return Finding("redis", "fault", f"TRATO_REDIS_URL: {' '.join(str(error).split())[:200]}")
    return Finding("redis", "ok", "answers" + ("" if settings.redis_url else ", embedded"))


def _model() -> Iterator[Finding]:
    from trato.paths import BOT_PYTHON, MODEL

    if not BOT_PYTHON.exists():
        yield Finding("Rasa's Python", "fault", "its environment is missing: run `make setup`")
    if MODEL.exists():
        yield Finding("model", "ok", "trained")
    else:
        yield Finding("model", "warning", "not trained yet: run `make model` (`trato up` does it too)")


def _rasa(settings: Settings) -> Iterator[Finding]:
    yield _answers("rasa", f"{settings.rasa_url}/webhooks/trato/ready", f"nothing answers at {settings.rasa_url}", "warning")


def _answers(part: str, url: str, silence: str, state: str) -> Finding:
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT):  # noqa: S310 - an address of the settings, http or https
            return Finding(part, "ok", "answers")
    except urllib.error.HTTPError as error:
        return Finding(part, state, f"{url} answers {error.code}")
    except OSError:
        return Finding(part, state, silence)


def _providers(settings: Settings) -> Iterator[Finding]:
    meta, twilio, rbm, pix, boleto = settings.meta, settings.twilio, settings.rbm, settings.pix, settings.boleto
    yield _provider(
        "WhatsApp (Meta)",
        meta.api_url if meta.app_secret else "",
        "TRATO_META_APP_SECRET is empty, so /webhooks/meta answers 404",
        {
            "TRATO_META_VERIFY_TOKEN": meta.verify_token,
            "TRATO_META_ACCESS_TOKEN": meta.access_token,
            "TRATO_META_PHONE_NUMBER_ID": meta.phone_number_id,
        },
    )
    yield _provider(
        "Twilio",
        twilio.api_url if twilio.auth_token else "",
        "TRATO_TWILIO_AUTH_TOKEN is empty",
        {"TRATO_TWILIO_ACCOUNT_SID": twilio.account_sid},
    )
    yield _provider(
        "RCS (Google)",
        rbm.api_url if rbm.client_token else "",
        "TRATO_RBM_CLIENT_TOKEN is empty",
        {
            "TRATO_RBM_AGENT_ID": rbm.agent_id,
            "TRATO_RBM_SERVICE_ACCOUNT_FILE": str(rbm.service_account_file or "")
            or ("none" if urlsplit(rbm.api_url).hostname in ("127.0.0.1", "::1", "localhost") else ""),
        },
    )
    yield _provider(
        "Telegram",
        settings.telegram.api_url if settings.telegram.webhook_secret else "",
        "TRATO_TELEGRAM_WEBHOOK_SECRET is empty",
        {"TRATO_TELEGRAM_BOT_TOKEN": settings.telegram.bot_token},
    )
    yield _provider(
        "Pix",
        pix.api_url,
        "TRATO_PIX_API_URL is empty: no Pix can be issued",
        {
            "TRATO_PIX_TOKEN_URL": pix.token_url,
            "TRATO_PIX_CLIENT_ID": pix.client_id,
            "TRATO_PIX_CLIENT_SECRET": pix.client_secret,
            "TRATO_PIX_WEBHOOK_SECRET": pix.webhook_secret,
        },
    )
    yield _provider(
        "boleto",
        boleto.api_url,
        "TRATO_BOLETO_API_URL is empty: no boleto can be issued",
        {"TRATO_BOLETO_WEBHOOK_SECRET": boleto.webhook_secret},
    )


def _provider(part: str, url: str, why_off: str, needed: dict[str, str]) -> Finding:
    if not url:
        return Finding(part, "off", why_off)
    missing = [name for name, value in needed.items() if not value]
    if missing:
        return Finding(part, "fault", f"{', '.join(missing)} missing")
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=_TIMEOUT).close()
    except OSError as error:
        return Finding(part, "fault", f"{parts.hostname}:{port} cannot be reached ({error.strerror or error})")
    return Finding(part, "ok", f"{parts.hostname}:{port} can be reached")


def _policies(settings: Settings) -> Iterator[Finding]:
    from receivables.policy import Policies, PolicyError

    try:
        policies = Policies.load(settings.policy_dir)
    except PolicyError as error:
        yield Finding("policies", "fault", str(error))
        return
    yield Finding("policies", "ok", f"default and {len(policies.portfolios)} portfolios, from {settings.policy_dir}")
