"""Training: only when something changed, in seconds, and with a sentence when the data is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.nlu import remembered
from bot.nlu.intent import NgramIntentClassifier
from bot.train import InvalidData, fingerprint, inputs_of, is_up_to_date, mark_of, train
from tests.bot.conftest import PROJECT, ROOT


@pytest.fixture()
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT, tmp_path / "project")
    shutil.copy(ROOT / "config.yml", tmp_path / "project" / "config.yml")
    return tmp_path / "project"


def quiet(line: str) -> None:
    pass


def test_every_input_changes_the_fingerprint(project: Path) -> None:
    before = fingerprint(project)
    seen = {before}
    for path in inputs_of(project):
        if path.is_relative_to(project):
            path.write_text(path.read_text() + "\n# x\n")
            seen.add(fingerprint(project))
    (project / "data" / "novo.yml").write_text('version: "3.1"\n')
    seen.add(fingerprint(project))
    assert len(seen) == 1 + 5 + 1
    assert any("nlu/intent.py" in str(path) for path in inputs_of(project))


def test_the_fingerprint_does_not_hang_on_how_the_project_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert fingerprint(Path()) == fingerprint(ROOT) == fingerprint(ROOT / "bot" / "..")


def test_a_model_is_trained_once_and_then_up_to_date(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(remembered.FOLDER, raising=False)  # another test's training may have named a place
    out, lines = tmp_path / "models" / "trato.tar.gz", []
    train(project, out, lines.append)
    assert out.is_file() and is_up_to_date(project, out)
    assert any("entender" in line for line in lines) and any("regras" in line for line in lines)
    (project / "domain.yml").write_text((project / "domain.yml").read_text() + "\n# x\n")
    assert not is_up_to_date(project, out)
    assert sorted(path.name for path in out.parent.iterdir()) == [".nlu", out.name, mark_of(out).name]


def test_phrases_that_were_learnt_once_are_not_learnt_again_for_a_new_rule(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(remembered.FOLDER, str(tmp_path / "kept"))
    train(project, tmp_path / "first.tar.gz", quiet)
    (project / "domain.yml").write_text((project / "domain.yml").read_text() + "\n# x\n")

    def never(*_: object) -> None:
        raise AssertionError("it learnt again")

    monkeypatch.setattr(NgramIntentClassifier, "_fit", never)
    train(project, tmp_path / "second.tar.gz", quiet)
    assert (tmp_path / "second.tar.gz").is_file()
    phrases = project / "data" / "nlu.yml"
    phrases.write_text(phrases.read_text().replace("    - oi\n", "    - oi de novo\n", 1))
    with pytest.raises(InvalidData, match="NgramIntentClassifier"):
        train(project, tmp_path / "third.tar.gz", quiet)


def test_the_command_says_that_the_model_is_up_to_date_without_loading_rasa(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "trato.tar.gz"
    out.write_bytes(b"model")
    mark_of(out).write_text(fingerprint(project))
    command = [sys.executable, "-X", "importtime", "-m", "bot.train", "--root", str(project), "--out", str(out)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, env=dict(os.environ))
    assert ran.returncode == 0
    assert "em dia" in ran.stdout
    assert "rasa.shared" not in ran.stderr


def test_a_broken_file_is_named_in_one_sentence(project: Path, tmp_path: Path) -> None:
    (project / "data" / "rules.yml").write_text("rules: [")
    command = [sys.executable, "-m", "bot.train", "--root", str(project), "--out", str(tmp_path / "m.tar.gz")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=dict(os.environ))
    assert ran.returncode == 2
    assert "rules.yml" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("place", "old", "new", "said"),
    [
        ("data/nlu.yml", "- intent: cumprimentar", "- intent: sem_dominio", "sem_dominio"),
        ("data/rules.yml", "action: utter_juros", "action: utter_inexistente", "utter_inexistente"),
        ("data/responses.yml", "  utter_default:", "  utter_outra:", "utter_default"),
        ("data/responses.yml", "  utter_pix:", "  utter_outra:", None),
    ],
)
def test_invalid_data_is_refused(project: Path, tmp_path: Path, place: str, old: str, new: str, said: str | None) -> None:
    path = project / place
    path.write_text(path.read_text().replace(old, new))
    out = tmp_path / "m.tar.gz"
    if said is None:
        # No rule and no form names this response; an action may, and then the turn fails.
        train(project, out, quiet)
        return
    with pytest.raises(InvalidData, match=said):
        train(project, out, quiet)
    assert not out.exists()
