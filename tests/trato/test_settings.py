import base64
import stat
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from trato.settings import Settings, SettingsError, given_settings, load_settings

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(32)).decode()


def load(tmp_path: Path, **given: str) -> Settings:
    environ: Mapping[str, str] = {"TRATO_DATA_DIR": str(tmp_path / "var")} | {f"TRATO_{k}": v for k, v in given.items()}
    return load_settings(environ, tmp_path / ".env")


def production(tmp_path: Path, **given: str) -> Settings:
    return load(tmp_path, **({"ENV": "production", "SECRET_KEY": KEY, "INTERNAL_TOKEN": "t"} | given))


def test_without_anything_given_the_documented_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.env == "development"
    assert (settings.database_url, settings.redis_url, settings.api_token) == ("", "", "")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.burst_seconds == 1.5
    assert settings.clock is None
    assert settings.meta.api_url == "https://graph.facebook.com/v25.0"
    assert settings.twilio.content_url == "https://content.twilio.com"
    assert settings.rbm.api_url == "https://rcsbusinessmessaging.googleapis.com"
    assert settings.pix.api_url == "" and settings.meta.app_secret == ""
    assert not settings.demo


def test_the_environment_wins_over_the_env_file_and_an_empty_value_is_not_given(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRATO_API_TOKEN=file\nTRATO_META_APP_SECRET='from file'\nTRATO_POLICY_DIR=\n")
    assert load(tmp_path, API_TOKEN="environment").api_token == "environment"
    assert load(tmp_path, API_TOKEN="").api_token == "file"
    assert load(tmp_path).meta.app_secret == "from file"
    assert "TRATO_POLICY_DIR" not in given_settings({}, tmp_path / ".env")


def test_development_makes_its_secrets_once_for_their_owner_only(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert first.secret_keys == second.secret_keys and len(first.secret_keys[0]) == 32
    assert first.internal_token == second.internal_token and len(first.internal_token) >= 32
    for name in ("secret_key", "internal_token"):
        assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secrets(tmp_path: Path) -> None:
    seen: list[bytes] = []
    threads = [threading.Thread(target=lambda: seen.append(load(tmp_path).secret_keys[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1


def test_several_keys_rotate_with_the_first_one_writing(tmp_path: Path) -> None:
    assert load(tmp_path, SECRET_KEY=f"{OTHER_KEY}, {KEY}").secret_keys == (bytes(32), bytes(range(32)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "staging"),
        ("SECRET_KEY", "c2hvcnQ="),
        ("SECRET_KEY", "not base64 at all"),
        ("DATABASE_URL", "mysql://user:hush@host/db"),
        ("REDIS_URL", "http://host"),
        ("PUBLIC_URL", "ftp://host"),
        ("PUBLIC_URL", "http://host:port"),
        ("CLOCK", "tomorrow"),
        ("BURST_SECONDS", "soon"),
        ("BURST_SECONDS", "-1"),
        ("BURST_SECONDS", "nan"),
        ("PIX_CERT_FILE", "/there/is/no/such.pem"),
    ],
)
def test_a_value_that_makes_no_sense_is_one_sentence_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"TRATO_{name}") as refused:
        load(tmp_path, **{name: value})
    assert "\n" not in str(refused.value)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SECRET_KEY": ""}, "TRATO_SECRET_KEY"),
        ({"INTERNAL_TOKEN": ""}, "TRATO_INTERNAL_TOKEN"),
        ({"CLOCK": "2026-12-05T10:00:00Z"}, "TRATO_CLOCK"),
        ({"META_APP_SECRET": "s"}, "TRATO_META_VERIFY_TOKEN"),
        ({"PIX_API_URL": "https://psp.example"}, "TRATO_PIX_CLIENT_ID"),
        ({"PIX_API_URL": "http://127.0.0.1:8000/simulator/psp"}, "TRATO_PIX_API_URL"),
        ({"META_API_URL": "http://127.0.0.1:8000/simulator/meta/v25.0"}, "TRATO_META_API_URL"),
        ({"DEMO": "1"}, "demo"),
    ],
)
def test_production_refuses_what_is_missing_or_simulated(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        production(tmp_path, **given)


def test_production_starts_with_its_secrets_and_makes_none(tmp_path: Path) -> None:
    assert production(tmp_path).production
    assert not (tmp_path / "var" / "secret_key").exists()


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    secrets = {name: f"hush-{name}" for name in ("INTERNAL_TOKEN", "API_TOKEN", "META_APP_SECRET", "META_ACCESS_TOKEN")}
    secrets |= {name: f"hush-{name}" for name in ("META_VERIFY_TOKEN", "PIX_CLIENT_SECRET", "PIX_WEBHOOK_SECRET")}
    secrets |= {name: f"hush-{name}" for name in ("TWILIO_AUTH_TOKEN", "RBM_CLIENT_TOKEN", "BOLETO_CLIENT_SECRET")}
    secrets |= {"BOLETO_WEBHOOK_SECRET": "hush", "DATABASE_URL": "postgresql://u:hush@h/d", "REDIS_URL": "redis://:hush@h"}
    shown = repr(load(tmp_path, **secrets, SECRET_KEY=KEY))
    assert "hush" not in shown
    assert KEY not in shown and "\\x01\\x02" not in shown
