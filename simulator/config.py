"""What the simulator must be told: who it plays, whom it calls, and whose clock it reads."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class PixAccount:
    """A receiver's account at the simulated PSP: its Pix key, and the holder whom a payer sees."""

    key: str
    name: str
    city: str
    document: str = ""


@dataclass(frozen=True)
class SimulatorConfig:
    """Everything that `simulator.app.create` needs; nothing is read from the environment.

    `base_path` is where the app is mounted (empty when it stands alone); `own_url` is the same place as the product reaches it.
    `templates` maps an approved template's name to its body (`{{1}}` or `{{nome}}`): when empty, any template is accepted.
    A boleto is registered `boleto_pending_seconds` after it was asked for, on the product's clock.
    `latency` is the real time in seconds between two steps of a delivery; `late_seconds` is what the "late" faults wait, and
    `lost_answer_seconds` how long an answer is held back so that any client has given up.
    """

    own_url: str
    webhook_meta_url: str
    meta_app_secret: str
    meta_verify_token: str
    meta_access_token: str
    meta_phone_number_id: str
    now: Callable[[], datetime]
    state_path: Path
    base_path: str = "/simulator"
    waba_id: str = "102290129340398"
    display_phone_number: str = "551140028922"
    business_name: str = "Trato"
    pix_client_id: str = "simulador"
    pix_client_secret: str = "simulador"  # noqa: S105 - a made-up password of a made-up bank
    pix_accounts: tuple[PixAccount, ...] = ()
    webhook_pix_url: str | None = None
    boleto_client_id: str = "simulador"
    boleto_client_secret: str = "simulador"  # noqa: S105 - a made-up password of a made-up bank
    webhook_boleto_url: str | None = None
    boleto_pending_seconds: float = 1.0
    book_csv: Path | None = None
    move_clock: Callable[[timedelta], Awaitable[None]] | None = None
    rbm_agent_id: str = "trato-demo"
    rbm_client_token: str = ""
    webhook_rbm_url: str | None = None
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_whatsapp_from: str = "whatsapp:+551140028900"
    twilio_rcs_from: str = "rcs:trato_demo"
    webhook_twilio_url: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    latency: float = 0.25
    late_seconds: float = 20.0
    lost_answer_seconds: float = 60.0
    retry_seconds: tuple[float, ...] = (0.5, 1, 2, 4, 8, 16, 30, 60, 120)
