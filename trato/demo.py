"""What `trato up --demo` adds: simulated providers for whatever is not configured, and logins to try the desk with."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from trato.settings import Settings

# In production the program refuses to start while a login of this domain exists (RFC 2606: it is nobody's).
DEMO_DOMAIN = "trato.example"


@dataclass(frozen=True)
class DemoLogin:
    """A desk login of the demo."""

    email: str
    name: str
    role: str
    password: str


@dataclass(frozen=True)
class DemoSecrets:
    """What the demo makes up once and keeps, so that a restart finds the same providers and logins."""

    values: Mapping[str, str]

    @property
    def logins(self) -> tuple[DemoLogin, ...]:
        return (
            DemoLogin(f"agente@{DEMO_DOMAIN}", "Ana Agente", "agent", self.values["agent_password"]),
            DemoLogin(f"supervisora@{DEMO_DOMAIN}", "Sofia Supervisora", "supervisor", self.values["supervisor_password"]),
            DemoLogin(f"admin@{DEMO_DOMAIN}", "Adriana Admin", "admin", self.values["admin_password"]),
        )


def kept_secrets(data_dir: Path) -> DemoSecrets:
    """The demo's secrets, made in `data_dir` the first time. The caller owns the directory."""
    path = data_dir / "demo.json"
    values: dict[str, str] = {}
    if path.exists():
        values = json.loads(path.read_text())
    made = {
        "meta_app_secret": secrets.token_hex(16),
        "meta_verify_token": secrets.token_urlsafe(16),
        "meta_access_token": secrets.token_urlsafe(32),
        "rbm_client_token": secrets.token_urlsafe(24),
        "twilio_account_sid": "AC" + secrets.token_hex(16),
        "twilio_auth_token": secrets.token_hex(16),
        "pix_client_secret": secrets.token_urlsafe(24),
        "pix_webhook_secret": secrets.token_urlsafe(24),
        "pix_key": str(uuid.uuid4()),
        "boleto_client_secret": secrets.token_urlsafe(24),
        "boleto_webhook_secret": secrets.token_urlsafe(24),
        "agent_password": _password(),
        "supervisor_password": _password(),
        "admin_password": _password(),
    }
    complete = made | values
    if complete != values:
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(".demo.json")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(complete, file, indent=1)
        draft.replace(path)
    return DemoSecrets(complete)


def demo_settings(given: Mapping[str, str], port: int, kept: DemoSecrets) -> dict[str, str]:
    """The settings that the demo adds to those given: an address or a secret that is given always stays."""
    here = f"http://127.0.0.1:{port}/simulator"
    values = kept.values
    fill = {
        "TRATO_META_API_URL": f"{here}/meta/v25.0",
        "TRATO_META_APP_SECRET": values["meta_app_secret"],
        "TRATO_META_VERIFY_TOKEN": values["meta_verify_token"],
        "TRATO_META_ACCESS_TOKEN": values["meta_access_token"],
        "TRATO_META_PHONE_NUMBER_ID": "106540352242922",
        "TRATO_PIX_WEBHOOK_SECRET": values["pix_webhook_secret"],
        "TRATO_PIX_KEY": values["pix_key"],
    }
    if "TRATO_RBM_API_URL" not in given and "TRATO_RBM_SERVICE_ACCOUNT_FILE" not in given:
        fill |= {
            "TRATO_RBM_API_URL": f"{here}/rbm",
            "TRATO_RBM_AGENT_ID": "trato-demo",
            "TRATO_RBM_CLIENT_TOKEN": values["rbm_client_token"],
        }
    fill["TRATO_BOLETO_WEBHOOK_SECRET"] = values["boleto_webhook_secret"]
    if not any(name.startswith("TRATO_TWILIO_") for name in given):
        # Only together: a real account must never be spoken to with the simulator's senders, nor the other way round.
        fill |= {
            "TRATO_TWILIO_ACCOUNT_SID": values["twilio_account_sid"],
            "TRATO_TWILIO_AUTH_TOKEN": values["twilio_auth_token"],
            "TRATO_TWILIO_WHATSAPP_FROM": "whatsapp:+551140028900",
            "TRATO_TWILIO_RCS_FROM": "rcs:trato_demo",
            "TRATO_TWILIO_API_URL": f"{here}/twilio",
            "TRATO_TWILIO_CONTENT_URL": f"{here}/twilio",
        }
    if "TRATO_BOLETO_API_URL" not in given:
        fill |= {
            "TRATO_BOLETO_API_URL": f"{here}/boleto",
            "TRATO_BOLETO_CLIENT_ID": "trato-demo",
            "TRATO_BOLETO_CLIENT_SECRET": values["boleto_client_secret"],
        }
    if "TRATO_PIX_API_URL" not in given:
        # Only together: a real PSP must never be asked with the simulator's client, nor the other way round.
        fill |= {
            "TRATO_PIX_API_URL": f"{here}/psp",
            "TRATO_PIX_TOKEN_URL": f"{here}/psp/oauth/token",
            "TRATO_PIX_CLIENT_ID": "trato-demo",
            "TRATO_PIX_CLIENT_SECRET": values["pix_client_secret"],
        }
    return {name: value for name, value in fill.items() if name not in given}


async def fill(settings: Settings, logins: Sequence[DemoLogin]) -> list[str]:
    """Imports the demo's book, in which a second time changes nothing, and adds the logins that are missing.

    Returns what there is to tell, a line each.
    """
    from desk import logins as desk_logins
    from trato.database import make_engine
    from trato.importing import run

    told: list[str] = []
    engine = make_engine(settings.database_url, size=2)
    try:
        async with engine.begin() as connection:
            for login in logins:
                known = await connection.execute(text("select 1 from agents where email = :email"), {"email": login.email})
                if known.first() is None:
                    await desk_logins.add(connection, login.email, login.name, login.role, login.password)
        if settings.demo_book is not None:
            await run(settings, engine, settings.demo_book, dry_run=False, say=told.append)
    finally:
        await engine.dispose()
    if not told:
        return []
    *remarks, counts = told
    refused = [line for line in remarks if ": refused," in line]
    lines = [*refused[:10], *([f"… {len(refused) - 10} more refused rows"] if len(refused) > 10 else []), counts]
    if len(remarks) > len(refused):
        lines.append(f"{len(remarks) - len(refused)} warnings, which `trato import` shows")
    return [f"▸ Book: {line}" for line in lines]


def _password() -> str:
    # Four groups of letters that cannot be mistaken for one another: about 79 bits, and readable from a screen.
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
