import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from trato.demo import demo_settings, kept_secrets
from trato.settings import keep_running_settings, load_running_settings


def trato(folder: Path, *arguments: str, said: str = "", **settings: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRATO_")}
    environment |= {"TRATO_DATA_DIR": str(folder / "var")} | {f"TRATO_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "trato", *arguments]
    done = subprocess.run(
        command, env=environment, cwd=folder, input=said, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (("worker",), {"ENV": "staging"}, "TRATO_ENV must be development or production"),
        (("worker",), {}, "TRATO_DATABASE_URL is not set, and no `trato up` runs"),
        (("migrate",), {"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "The database cannot be reached"),
        (("import", "missing.csv"), {}, "The file missing.csv does not exist."),
        (("up", "--book", "x.csv"), {}, "--book belongs to --demo"),
        (("understand", "--date", "tomorrow"), {}, "--date must be a day such as"),
        (("up", "--demo"), {"ENV": "production"}, "TRATO_SECRET_KEY is required"),
    ],
)
def test_a_mistake_of_the_user_is_one_sentence_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    code, _, complaint = trato(tmp_path, *arguments, **settings)
    assert code == 2
    assert complaint.startswith(f"trato: {sentence}") and complaint.count("\n") == 1


def test_a_wrong_role_is_told_without_a_traceback(tmp_path: Path) -> None:
    code, _, complaint = trato(tmp_path, "agent", "add", "ana@exemplo.com.br", "--name", "Ana", "--role", "boss")
    assert code == 2
    assert "'boss' is not one of 'agent', 'supervisor', 'admin'" in complaint and "Traceback" not in complaint


def test_a_login_is_added_on_the_embedded_database_and_nothing_keeps_running(tmp_path: Path) -> None:
    add = ("agent", "add", "Ana@exemplo.com.br", "--name", "Ana", "--role", "agent", "--password-stdin")
    code, told, complaint = trato(tmp_path, *add, said="uma senha longa\n")
    assert (code, told) == (0, "ana@exemplo.com.br may now log in as agent.\n"), complaint
    assert not (tmp_path / "var" / "postgres" / "postmaster.pid").exists()


def test_the_demo_fills_only_what_is_not_given(tmp_path: Path) -> None:
    kept = kept_secrets(tmp_path)
    filled = demo_settings({}, 9000, kept)
    assert filled["TRATO_META_API_URL"] == "http://127.0.0.1:9000/simulator/meta/v25.0"
    assert filled["TRATO_PIX_API_URL"] == "http://127.0.0.1:9000/simulator/psp"
    given = {"TRATO_META_API_URL": "http://127.0.0.1:1/v25.0", "TRATO_META_APP_SECRET": "mine", "TRATO_PIX_API_URL": "http://psp"}
    filled = demo_settings(given, 9000, kept)
    assert not filled.keys() & {*given, "TRATO_PIX_TOKEN_URL", "TRATO_PIX_CLIENT_ID", "TRATO_PIX_CLIENT_SECRET"}
    assert "TRATO_API_TOKEN" not in filled


def test_the_demos_secrets_and_logins_stay_over_a_restart_for_their_owner_only(tmp_path: Path) -> None:
    assert kept_secrets(tmp_path) == kept_secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    passwords = {login.password for login in kept_secrets(tmp_path).logins}
    assert len(passwords) == 3 and all(len(password) >= 16 for password in passwords)


def test_a_command_beside_a_running_product_sees_its_settings_and_what_is_given_wins(tmp_path: Path) -> None:
    keep_running_settings(tmp_path, {"TRATO_RASA_URL": "http://127.0.0.1:5999", "TRATO_API_TOKEN": "kept", "HOME": "/x"})
    settings = load_running_settings({"TRATO_DATA_DIR": str(tmp_path), "TRATO_API_TOKEN": "given"}, tmp_path / ".env")
    assert (settings.rasa_url, settings.api_token) == ("http://127.0.0.1:5999", "given")
    assert "HOME" not in (tmp_path / "up.json").read_text()
