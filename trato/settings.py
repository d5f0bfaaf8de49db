"""Every setting of the program, read once from the environment and `.env`, and handed down.

The environment wins over `.env`; an empty value counts as not given. A setting that makes no sense is a
`SettingsError`: one sentence for the person who starts the program, who then sees exit code 2.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from receivables.brasilia import BRASILIA
from trato.paths import ROOT

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class MetaSettings:
    """WhatsApp Cloud API. Without `app_secret` its webhook is off."""

    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    phone_number_id: str = ""
    api_url: str = "https://graph.facebook.com/v25.0"


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """Twilio, for WhatsApp and RCS. Without `auth_token` its webhooks are off."""

    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    whatsapp_from: str = ""
    rcs_from: str = ""
    messaging_service_sid: str = ""
    api_url: str = "https://api.twilio.com"
    content_url: str = "https://content.twilio.com"


@dataclass(frozen=True, slots=True)
class RbmSettings:
    """Google RCS for Business. Without `client_token` its webhook is off."""

    agent_id: str = ""
    client_token: str = field(default="", repr=False)
    service_account_file: Path | None = None
    api_url: str = "https://rcsbusinessmessaging.googleapis.com"


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """A Telegram bot. Without `webhook_secret` its webhook is off."""

    bot_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_url: str = "https://api.telegram.org"

    @property
    def account(self) -> str:
        """The bot's id, which begins its token."""
        return self.bot_token.partition(":")[0]


@dataclass(frozen=True, slots=True)
class PixSettings:
    """A PSP that speaks BACEN's API Pix. `key` is the chave; without `api_url` there is no Pix provider."""

    api_url: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    cert_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None
    key: str = ""
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class BoletoSettings:
    """The boleto provider. Without `api_url` there is none. A real bank asks for a client certificate (mutual TLS)."""

    api_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    cert_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """The program's settings. `database_url` and `redis_url` are empty where the embedded services are meant;
    under `trato up` every process gets the real addresses. `demo` says that the simulator belongs to the program
    (`trato up --demo` sets it), with the book whose debtors its phones show."""

    env: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    data_dir: Path
    public_url: str
    clock: str | None
    secret_keys: tuple[bytes, ...] = field(repr=False)
    rasa_url: str
    action_url: str
    internal_token: str = field(repr=False)
    policy_dir: Path
    api_token: str = field(repr=False)
    burst_seconds: float
    media_days: int
    transcriber: str
    faq_model: str
    demo: bool
    demo_book: Path | None
    meta: MetaSettings
    twilio: TwilioSettings
    rbm: RbmSettings
    telegram: TelegramSettings
    pix: PixSettings
    boleto: BoletoSettings

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def simulated(self) -> tuple[str, ...]:
        """Names of the provider addresses that lead to the simulator."""
        addresses = {
            "TRATO_META_API_URL": self.meta.api_url,
            "TRATO_TWILIO_API_URL": self.twilio.api_url,
            "TRATO_TWILIO_CONTENT_URL": self.twilio.content_url,
            "TRATO_RBM_API_URL": self.rbm.api_url,
            "TRATO_PIX_API_URL": self.pix.api_url,
            "TRATO_PIX_TOKEN_URL": self.pix.token_url,
            "TRATO_BOLETO_API_URL": self.boleto.api_url,
        }
        return tuple(name for name, url in addresses.items() if urlsplit(url).path.startswith("/simulator"))


def given_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> dict[str, str]:
    """The environment over `.env` (by default the one in the working directory), empty values left out."""
    from dotenv import dotenv_values

    environment = os.environ if environ is None else environ
    file = Path(".env") if dotenv is None else dotenv
    values: dict[str, str] = {}
    if file.is_file():
        try:
            values = {name: value for name, value in dotenv_values(file, interpolate=False).items() if value}
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The file {file} cannot be read: {error}.") from error
    values |= {name: value for name, value in environment.items() if value}
    return {name: value.strip() for name, value in values.items() if value.strip()}


def load_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """Reads and checks all settings; in development makes the secret key and the internal token once.

    Raises `SettingsError` with one sentence.
    """
    given = given_settings(environ, dotenv)

    def text(name: str, default: str = "") -> str:
        return given.get(f"TRATO_{name}", default)

    def url(name: str, default: str = "") -> str:
        return _http_url(f"TRATO_{name}", text(name, default))

    def file(name: str) -> Path | None:
        return _existing_file(f"TRATO_{name}", text(name))

    env = text("ENV", "development")
    if env not in ("development", "production"):
        raise SettingsError(f"TRATO_ENV must be development or production, not {env!r}.")
    production = env == "production"
    data_dir = Path(text("DATA_DIR", "./var")).expanduser().resolve()

    clock = text("CLOCK") or None
    if clock is not None:
        if production:
            raise SettingsError("TRATO_CLOCK is refused in production: remove it, the real time is used there.")
        parse_instant(clock)

    if production:
        for name in ("TRATO_SECRET_KEY", "TRATO_INTERNAL_TOKEN"):
            if name not in given:
                raise SettingsError(f"{name} is required when TRATO_ENV=production.")

    def generated(name: str, made: Callable[[], str]) -> str:
        return text(name) or _kept_secret(data_dir / name.lower(), made)

    keys = generated("SECRET_KEY", lambda: base64.b64encode(secrets.token_bytes(32)).decode())
    settings = Settings(
        env=env,
        database_url=_service_url("TRATO_DATABASE_URL", text("DATABASE_URL"), ("postgresql", "postgres")),
        redis_url=_service_url("TRATO_REDIS_URL", text("REDIS_URL"), ("redis", "rediss", "unix")),
        data_dir=data_dir,
        public_url=url("PUBLIC_URL", "http://127.0.0.1:8000"),
        clock=clock,
        secret_keys=_secret_keys(keys),
        rasa_url=url("RASA_URL", "http://127.0.0.1:5005"),
        action_url=url("ACTION_URL", "http://127.0.0.1:8000/internal/actions"),
        internal_token=generated("INTERNAL_TOKEN", lambda: secrets.token_urlsafe(32)),
        policy_dir=Path(text("POLICY_DIR") or _default_policy_dir()).expanduser().resolve(),
        api_token=text("API_TOKEN"),
        burst_seconds=_seconds("TRATO_BURST_SECONDS", text("BURST_SECONDS", "1.5")),
        media_days=_days("TRATO_MEDIA_DAYS", text("MEDIA_DAYS", "180")),
        transcriber=text("TRANSCRIBER"),
        faq_model=text("FAQ_MODEL"),
        demo=text("DEMO") == "1",
        demo_book=file("DEMO_BOOK"),
        meta=MetaSettings(
            app_secret=text("META_APP_SECRET"),
            verify_token=text("META_VERIFY_TOKEN"),
            access_token=text("META_ACCESS_TOKEN"),
            phone_number_id=text("META_PHONE_NUMBER_ID"),
            api_url=url("META_API_URL", "https://graph.facebook.com/v25.0"),
        ),
        twilio=TwilioSettings(
            account_sid=text("TWILIO_ACCOUNT_SID"),
            auth_token=text("TWILIO_AUTH_TOKEN"),
            whatsapp_from=text("TWILIO_WHATSAPP_FROM"),
            rcs_from=text("TWILIO_RCS_FROM"),
            messaging_service_sid=text("TWILIO_MESSAGING_SERVICE_SID"),
            api_url=url("TWILIO_API_URL", "https://api.twilio.com"),
            content_url=url("TWILIO_CONTENT_URL", "https://content.twilio.com"),
        ),
        rbm=RbmSettings(
            agent_id=text("RBM_AGENT_ID"),
            client_token=text("RBM_CLIENT_TOKEN"),
            service_account_file=file("RBM_SERVICE_ACCOUNT_FILE"),
            api_url=url("RBM_API_URL", "https://rcsbusinessmessaging.googleapis.com"),
        ),
        telegram=TelegramSettings(
            bot_token=text("TELEGRAM_BOT_TOKEN"),
            webhook_secret=text("TELEGRAM_WEBHOOK_SECRET"),
            api_url=url("TELEGRAM_API_URL", "https://api.telegram.org"),
        ),
        pix=PixSettings(
            api_url=url("PIX_API_URL"),
            token_url=url("PIX_TOKEN_URL"),
            client_id=text("PIX_CLIENT_ID"),
            client_secret=text("PIX_CLIENT_SECRET"),
            cert_file=file("PIX_CERT_FILE"),
            key_file=file("PIX_KEY_FILE"),
            ca_file=file("PIX_CA_FILE"),
            key=text("PIX_KEY"),
            webhook_secret=text("PIX_WEBHOOK_SECRET"),
        ),
        boleto=BoletoSettings(
            api_url=url("BOLETO_API_URL"),
            client_id=text("BOLETO_CLIENT_ID"),
            client_secret=text("BOLETO_CLIENT_SECRET"),
            cert_file=file("BOLETO_CERT_FILE"),
            key_file=file("BOLETO_KEY_FILE"),
            ca_file=file("BOLETO_CA_FILE"),
            webhook_secret=text("BOLETO_WEBHOOK_SECRET"),
        ),
    )
    if production:
        _refuse_unfinished(settings)
    return settings


def keep_running_settings(data_dir: Path, added: Mapping[str, str]) -> None:
    """Notes what `trato up` chose by itself (addresses, the demo's providers), for commands beside it.

    What an operator gave is not among it; the file is for its owner only.
    """
    draft = data_dir / f".up.{os.getpid()}"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({name: value for name, value in added.items() if name.startswith("TRATO_")}, file, indent=1)
    draft.replace(data_dir / "up.json")


def load_running_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """The settings, with what the last `trato up` on the data directory chose in the place of what is not given.

    Whether it still runs is for the caller to find out.
    """
    settings = load_settings(environ, dotenv)
    try:
        added = json.loads((settings.data_dir / "up.json").read_text())
    except (OSError, ValueError):
        return settings
    return load_settings({**added, **given_settings(environ, dotenv)}, Path(os.devnull))


def parse_instant(text: str) -> datetime:
    """An ISO instant; without an offset it is read as São Paulo's time. Raises `SettingsError`."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"TRATO_CLOCK must be an ISO instant such as 2026-12-05T10:00:00-03:00, not {text!r}.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=BRASILIA)


def _refuse_unfinished(settings: Settings) -> None:
    if settings.demo:
        raise SettingsError("The demo is refused in production: unset TRATO_ENV, or start without --demo.")
    if settings.simulated:
        raise SettingsError(f"{settings.simulated[0]} leads to the simulator, which is refused in production.")
    meta, twilio, rbm, pix, boleto = settings.meta, settings.twilio, settings.rbm, settings.pix, settings.boleto
    # What is switched on must be complete: a half-configured provider would lose messages or payments.
    together = (
        (
            bool(meta.app_secret or meta.access_token or meta.phone_number_id),
            {
                "TRATO_META_APP_SECRET": meta.app_secret,
                "TRATO_META_VERIFY_TOKEN": meta.verify_token,
                "TRATO_META_ACCESS_TOKEN": meta.access_token,
                "TRATO_META_PHONE_NUMBER_ID": meta.phone_number_id,
            },
        ),
        (
            bool(twilio.account_sid or twilio.auth_token),
            {"TRATO_TWILIO_ACCOUNT_SID": twilio.account_sid, "TRATO_TWILIO_AUTH_TOKEN": twilio.auth_token},
        ),
        (
            bool(rbm.agent_id or rbm.client_token),
            {
                "TRATO_RBM_AGENT_ID": rbm.agent_id,
                "TRATO_RBM_CLIENT_TOKEN": rbm.client_token,
                "TRATO_RBM_SERVICE_ACCOUNT_FILE": str(rbm.service_account_file or "")
                or ("none" if urlsplit(rbm.api_url).hostname in _LOOPBACK else ""),
            },
        ),
        (
            bool(settings.telegram.bot_token or settings.telegram.webhook_secret),
            {
                "TRATO_TELEGRAM_BOT_TOKEN": settings.telegram.bot_token,
                "TRATO_TELEGRAM_WEBHOOK_SECRET": settings.telegram.webhook_secret,
            },
        ),
        (
            bool(pix.api_url),
            {
                "TRATO_PIX_CLIENT_ID": pix.client_id,
                "TRATO_PIX_CLIENT_SECRET": pix.client_secret,
                "TRATO_PIX_WEBHOOK_SECRET": pix.webhook_secret,
            },
        ),
        (
            bool(boleto.api_url),
            {"TRATO_BOLETO_CLIENT_SECRET": boleto.client_secret, "TRATO_BOLETO_WEBHOOK_SECRET": boleto.webhook_secret},
        ),
    )
    for used, values in together:
        for name, value in values.items():
            if used and not value:
                raise SettingsError(f"{name} is required in production, because its provider is configured.")


def _default_policy_dir() -> Path:
    here = Path("policies")
    return here if here.is_dir() else ROOT / "policies"


def _http_url(name: str, value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{name} must be an http:// or https:// address, not {value!r}.")
    return value.rstrip("/")


def _service_url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    # The value may hold a password, so the message does not repeat it.
    if value and value.partition("://")[0] not in schemes:
        raise SettingsError(f"{name} must start with {schemes[0]}://.")
    return value


def _existing_file(name: str, value: str) -> Path | None:
    if not value:
        return None
    path = Path(value).expanduser().resolve()
    if not path.is_file():
        raise SettingsError(f"{name} names a file that does not exist: {path}.")
    return path


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise SettingsError(f"{name} must be a number of seconds from 0 to 60, not {value!r}.")
    return seconds


def _days(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 3650):
        raise SettingsError(f"{name} must be a number of days from 1 to 3650, not {value!r}.")
    return int(value)


def _secret_keys(value: str) -> tuple[bytes, ...]:
    keys = []
    for part in value.split(","):
        try:
            key = base64.b64decode(part.strip().translate(str.maketrans("-_", "+/")), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise SettingsError("TRATO_SECRET_KEY must be 32 bytes in base64 (several: separated by commas).")
        keys.append(key)
    return tuple(keys)


def _kept_secret(path: Path, made: Callable[[], str]) -> str:
    """The secret kept in `path`, made there the first time, readable by its owner only.

    Several processes may come here at once: the one whose link lands first decides, and all read that.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(made() + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"The secret {path} cannot be read or made ({error.strerror}); set TRATO_DATA_DIR.") from error
