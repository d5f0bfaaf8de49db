"""The command `trato`. Each command imports what it needs when it runs, so that help and mistakes answer at once.

Exit codes: 0 well, 1 the work found a fault in the input or the data, 2 wrong usage or configuration (one sentence).
"""

from __future__ import annotations

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from trato.settings import Settings, SettingsError, given_settings, load_running_settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    Work = Callable[[Settings, AsyncEngine], Awaitable[int]]

app = typer.Typer(
    name="trato",
    help="The virtual agent with which Brazilians settle what they owe, on WhatsApp and RCS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
agent_app = typer.Typer(help="Logins for the desk.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(agent_app, name="agent")
token_app = typer.Typer(help="Tokens with which creditors' systems enter the API.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(token_app, name="api-token")

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]


class Role(str, Enum):
    """What a login may do at the desk."""

    agent = "agent"
    supervisor = "supervisor"
    admin = "admin"


@app.command()
def up(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Add simulated providers, an example book and demo logins.")] = False,
    book: Annotated[Path | None, typer.Option(help="With --demo: import this CSV instead of the example book.")] = None,
) -> None:
    """Run the whole product on this machine."""
    from trato.supervisor import up as run

    if book is not None and not demo:
        _refuse("--book belongs to --demo; use `trato import FILE` otherwise.")
    if book is not None and not book.is_file():
        _refuse(f"The book {book} does not exist.")
    raise SystemExit(run(given_settings(), host=host, port=port, demo=demo, book=book.resolve() if book else None))


@app.command()
def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the web process: webhooks, actions, desk, API."""
    import uvicorn

    from trato.logs import configure_logs
    from trato.supervisor import check_port

    settings = _settings_of_a_process()
    check_port(host, port)
    configure_logs("web", _log_level())
    _refuse_demo_logins(settings)
    from trato.app import create_app

    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )


@app.command()
def worker() -> None:
    """Run a worker: turns, deliveries, charges."""
    from trato.logs import configure_logs

    settings = _settings_of_a_process()
    configure_logs("worker", _log_level())
    _refuse_demo_logins(settings)
    from trato.worker import run

    _stop_at_sigterm()
    asyncio.run(run(settings))


@app.command()
def rasa(
    host: Annotated[str, typer.Option(help="Address to listen on: loopback, or a private one.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: the port of TRATO_RASA_URL.")] = None,
) -> None:
    """Run Rasa, in its own Python."""
    from urllib.parse import urlsplit

    from trato.paths import BOT_PYTHON, MODEL, ROOT

    settings = _settings_of_a_process()
    if not BOT_PYTHON.exists():
        _refuse("Rasa's environment is missing: run `make setup`.")
    if not MODEL.exists():
        _refuse("There is no trained model yet: run `make model`.")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | given_settings()
    environment |= {
        "TRATO_DATABASE_URL": settings.database_url,
        "TRATO_REDIS_URL": settings.redis_url,
        "TRATO_ACTION_URL": settings.action_url,
        "TRATO_INTERNAL_TOKEN": settings.internal_token,
        "TRATO_DATA_DIR": str(settings.data_dir),
        "TRATO_RASA_HOST": host,
        "TRATO_RASA_PORT": str(port or urlsplit(settings.rasa_url).port or 5005),
        "TRATO_RASA_MODEL": str(MODEL),
        "PYTHONUNBUFFERED": "1",
    }
    # This process becomes Rasa's; the last two words keep its command line recognisable as `trato rasa`.
    start = "from bot.run import main; raise SystemExit(main([]))"
    os.chdir(ROOT)
    os.execve(BOT_PYTHON, [str(BOT_PYTHON), "-W", "ignore", "-c", start, "trato", "rasa"], environment)  # noqa: S606


@app.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    from trato.embedded import reachable_database
    from trato.migrate import upgrade

    with reachable_database(load_settings()) as url:
        upgrade(url)
    print("The database is at the current schema.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The CSV of receivables.", metavar="FILE.csv")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check only; change nothing.")] = False,
) -> None:
    """Import receivables; exit code 1 if any row was refused."""
    if not file.is_file():
        _refuse(f"The file {file} does not exist.")
    from trato.importing import run

    raise SystemExit(_with_database(lambda settings, engine: run(settings, engine, file, dry_run=dry_run, say=print)))


class Exported(str, Enum):
    """What `trato export` can write."""

    payments = "payments"
    agreements = "agreements"
    disputes = "disputes"


@app.command("export")
def export_(
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The first day.")],
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The last day, included.")],
    what: Annotated[Exported, typer.Option(help="Payments by their day, or the debts that stand agreed or disputed.")] = (
        Exported.payments
    ),
    creditor: Annotated[str | None, typer.Option(metavar="CNPJ", help="Only what is this creditor's.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Default: standard output.")] = None,
) -> None:
    """Write payments, agreements or disputes as CSV for a creditor's own system."""
    from trato.exporting import Wanted, run

    first, last = _day_of("--since", since), _day_of("--until", until)
    if first > last:
        _refuse("--since must not be after --until.")
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        _refuse(f"The file {out} cannot be written there.")
    wanted = Wanted(what.value, first, last, _cnpj(creditor) if creditor is not None else None)

    async def work(settings: Settings, engine: AsyncEngine) -> int:
        try:
            rows = await run(settings, engine, wanted, out)
        except OSError as error:
            _refuse(f"The file {out} cannot be written: {error.strerror or error}.")
        if out is not None:
            print(f"{rows} rows written to {out}.")
        return 0

    raise SystemExit(_with_database(work))


@app.command("reconcile")
def reconcile_(
    day: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day that is compared, São Paulo's time.")],
    repair: Annotated[bool, typer.Option("--repair", help="Look into what is missing here.")] = False,
) -> None:
    """Compare a day's payments and charges with the providers; exit code 1 if anything differs."""
    chosen = _day_of("--date", day)

    async def work(settings: Settings, _: AsyncEngine) -> int:
        from trato.program import open_program
        from trato.reconciling import run

        async with open_program(settings) as program:
            if not program.till.providers and not program.till.boletos:
                _refuse("There is no payment provider in the settings (TRATO_PIX_API_URL).")
            return await run(program.engine, program.till, chosen, repair=repair, say=print)

    # Beside a demo that runs here, its simulated providers are the ones to ask.
    raise SystemExit(_with_database(work, _settings_to_examine()))


@app.command()
def understand(
    day: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day that “amanhã” counts from.")] = None,
) -> None:
    """Read one utterance a line, print one JSON object a line."""
    from trato.clock import SystemClock
    from trato.paths import BOT_PYTHON, MODEL, ROOT

    _given_day(day)
    if not BOT_PYTHON.exists() or not MODEL.exists():
        _refuse("There is no trained model yet: run `make setup` and `make model`.")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"PYTHONUNBUFFERED": "1"}
    environment["PYTHONIOENCODING"] = "utf-8"
    command = [str(BOT_PYTHON), "-m", "bot.understand", "--model", str(MODEL), "--date", day or SystemClock().today().isoformat()]
    os.chdir(ROOT)
    os.execve(BOT_PYTHON, command, environment)  # noqa: S606


@app.command()
def explain(
    debt: Annotated[str, typer.Argument(metavar="DEBT", help="Its number, or CNPJ/reference.")],
    day: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day to calculate for; default: today.")
    ] = None,
) -> None:
    """Say how what a debt comes to is calculated, line by line."""
    on = _given_day(day)
    from trato.explain import UnknownName, read_name, run

    try:
        read_name(debt)
    except UnknownName as error:
        _refuse(f"{error}.")
    raise SystemExit(_with_database(lambda settings, engine: run(settings, engine, debt, day=on, say=print)))


@agent_app.command("add")
def agent_add(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    name: Annotated[str, typer.Option()],
    role: Annotated[Role, typer.Option()],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
    creditor: Annotated[
        list[str] | None,
        typer.Option(metavar="CNPJ", help="Sees only this creditor's people; may be given again. All if left out."),
    ] = None,
    queue: Annotated[
        list[str] | None, typer.Option(metavar="FILA", help="Is given talks of this queue; may be given again. All if left out.")
    ] = None,
) -> None:
    """Create a login for the desk; again, it is given this name, role, password, and these creditors and queues."""
    from conversations.handover import QUEUES
    from desk.access import UnknownCreditor, limit_to
    from desk.logins import LoginRefused, add
    from desk.seats import arrange
    from trato.clock import SystemClock

    cnpjs = [_cnpj(one) for one in creditor or ()]

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked_password()

    async def run(_: Settings, engine: AsyncEngine) -> int:
        async with engine.begin() as connection:
            try:
                agent_id = await add(connection, email, name, role.value, password)
                await limit_to(connection, agent_id, cnpjs)
                if queue is not None:
                    capacity = 5
                    served = dict.fromkeys(queue, capacity)
                    await arrange(connection, 1, agent_id, agent_id, capacity, served, SystemClock().now())
            except (LoginRefused, UnknownCreditor) as error:
                _refuse(f"{error}.")
            except ValueError:
                _refuse(f"--queue is one of {', '.join(QUEUES)}.")
        print(f"{email.strip().lower()} may now log in as {role.value}.")
        return 0

    raise SystemExit(_with_database(run))


@token_app.command("add")
def token_add(
    creditor: Annotated[str, typer.Option(metavar="CNPJ", help="Whose debts, charges and payments the token shows.")],
    name: Annotated[str, typer.Option(help="What the token is for.")] = "",
) -> None:
    """Make a token and print it, once: it is not kept in clear."""
    from api import tokens
    from trato.clock import SystemClock

    cnpj = _cnpj(creditor)

    async def run(settings: Settings, engine: AsyncEngine) -> int:
        clock = SystemClock()
        async with engine.begin() as connection:
            await clock.anchor(connection, settings.clock)
            number, token = await tokens.add(connection, cnpj, name.strip()[:100], clock.now())
        print(token)
        sys.stderr.write(f"Token {number} of {cnpj}. Keep it now: it is not shown again.\n")
        if not settings.api_token:
            sys.stderr.write("TRATO_API_TOKEN is empty, so the API is off and lets nobody in.\n")
        return 0

    raise SystemExit(_with_database(run))


@token_app.command("list")
def token_list() -> None:
    """Say which tokens there are, without showing them."""
    from api import tokens

    async def run(_: Settings, engine: AsyncEngine) -> int:
        async with engine.connect() as connection:
            for token in await tokens.every(connection):
                state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else "in use"
                print(f"{token.id}  {token.creditor_cnpj}  made {token.created_at:%Y-%m-%d}, {state}  {token.name}".rstrip())
        return 0

    raise SystemExit(_with_database(run))


@token_app.command("revoke")
def token_revoke(number: Annotated[int, typer.Argument(min=1, metavar="NUMBER")]) -> None:
    """Shut a token out from now on; its number is in the list."""
    from api import tokens
    from trato.clock import SystemClock

    async def run(settings: Settings, engine: AsyncEngine) -> int:
        clock = SystemClock()
        async with engine.begin() as connection:
            await clock.anchor(connection, settings.clock)
            if not await tokens.revoke(connection, number, clock.now()):
                print(f"There is no token {number} in use.")
                return 1
        print(f"Token {number} is revoked.")
        return 0

    raise SystemExit(_with_database(run))


@app.command()
def verify() -> None:
    """Check every invariant of the stored data; exit code 1 if any is broken."""
    from trato.verify import run

    raise SystemExit(_with_database(lambda settings, engine: run(settings, engine, print)))


@app.command()
def doctor() -> None:
    """Say what is configured, what is reachable, what is off and why."""
    from trato.doctor import examine

    raise SystemExit(examine(_settings_to_examine()))


def main() -> None:
    """The entry point: a user's mistake is one sentence and exit code 2, never a traceback."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (`trato understand | head`): nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        _refuse(sentence)


def _sentence(error: Exception) -> str | None:
    """What to tell about an error that is the operator's to mend; None for a fault of ours."""
    from trato.embedded import EmbeddedError
    from trato.training import TrainingError

    if isinstance(error, SettingsError | EmbeddedError | TrainingError):
        return str(error)
    loaded = sys.modules
    policy = loaded.get("receivables.policy")
    if policy is not None and isinstance(error, policy.PolicyError):
        return str(error)
    if "sqlalchemy" in loaded:
        from sqlalchemy.exc import OperationalError

        if isinstance(error, OperationalError):
            return _unreachable(error.orig)
    if "psycopg" in loaded:
        import psycopg

        if isinstance(error, psycopg.OperationalError):
            return _unreachable(error)
    return None


def _unreachable(error: BaseException | None) -> str:
    reason = " ".join(str(error).split())[:300]
    return f"The database cannot be reached (TRATO_DATABASE_URL): {reason}"


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"trato: {sentence}\n")
    raise SystemExit(2)


def _given_day(day: str | None) -> date | None:
    """What `--date` says, if it is given."""
    try:
        return None if day is None else date.fromisoformat(day)
    except ValueError:
        _refuse(f"--date must be a day such as 2026-12-05, not {day!r}.")


def _log_level() -> str:
    level = os.environ.get("TRATO_LOG_LEVEL", "INFO").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        _refuse(f"TRATO_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {level!r}.")
    return level


def _stop_at_sigterm() -> None:
    """SIGTERM ends an asyncio program as Ctrl-C does, until the program asks for the signal itself."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _settings_to_examine() -> Settings:
    """What runs, when `trato up` runs here; what is configured, otherwise."""
    from trato.embedded import DataDirLock

    settings = load_settings()
    lock = DataDirLock(settings.data_dir)
    if lock.try_acquire():
        lock.release()
        return settings
    return load_running_settings()


def _settings_of_a_process() -> Settings:
    """For a process started by itself: the embedded services count only while a `trato up` runs them."""
    settings = load_settings()
    if settings.database_url and settings.redis_url:
        return settings
    from trato.embedded import EmbeddedPostgres, EmbeddedRedis

    if not settings.database_url and not EmbeddedPostgres(settings.data_dir).answers():
        _refuse(f"TRATO_DATABASE_URL is not set, and no `trato up` runs PostgreSQL under {settings.data_dir}.")
    if not settings.redis_url and not EmbeddedRedis(settings.data_dir).answers():
        _refuse(f"TRATO_REDIS_URL is not set, and no `trato up` runs Redis under {settings.data_dir}.")
    settings = load_running_settings()
    if not settings.database_url or not settings.redis_url:
        _refuse("TRATO_DATABASE_URL and TRATO_REDIS_URL are needed here.")
    return settings


def _refuse_demo_logins(settings: Settings) -> None:
    if not settings.production:
        return
    import psycopg

    from trato.demo import DEMO_DOMAIN

    with psycopg.connect(settings.database_url, connect_timeout=10) as connection:
        if connection.execute("select to_regclass('agents')").fetchone() == (None,):
            return
        found = connection.execute(
            "select email from agents where disabled_at is null and email like %s limit 1", [f"%@{DEMO_DOMAIN}"]
        ).fetchone()
    if found:
        _refuse(f"The demo login {found[0]} exists, which is refused in production: use a database of its own.")


def _with_database(work: Work, settings: Settings | None = None) -> int:
    """Runs `work` on the database of the settings, at the current schema; the embedded one is started when need be."""
    from dataclasses import replace

    from sqlalchemy import text

    from trato.database import make_engine
    from trato.embedded import reachable_database
    from trato.migrate import upgrade

    settings = settings or load_settings()

    async def run(url: str) -> int:
        engine = make_engine(url, size=2)
        try:
            clock = settings.clock
            if clock is None:
                # A command that is started without TRATO_CLOCK beside an anchored product must not set it back to real time.
                async with engine.connect() as connection:
                    clock = (await connection.execute(text("select anchor from clock"))).scalar_one_or_none()
            return await work(replace(settings, database_url=url, clock=clock), engine)
        finally:
            await engine.dispose()

    with reachable_database(settings) as url:
        upgrade(url)
        return asyncio.run(run(url))


def _day_of(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(f"{option} must be a day such as 2026-12-05, not {text!r}.")


def _cnpj(text: str) -> str:
    from receivables.taxid import TaxIdError, parse_cnpj

    try:
        return parse_cnpj(text)
    except TaxIdError as error:
        _refuse(f"--creditor must be a CNPJ: {error}.")


def _asked_password() -> str:
    if not sys.stdin.isatty():
        _refuse("There is no terminal to ask the password on: use --password-stdin.")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        _refuse("The two passwords differ.")
    return first
