"""Train the model when what it is made of has changed: `python -m bot.train --out models/trato.tar.gz`.

Exit codes: 0 trained or up to date, 2 invalid data (one sentence on stderr says where).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import io
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.nlu import remembered

if TYPE_CHECKING:
    from rasa.shared.importers.importer import TrainingDataImporter

STAGES = {
    "NgramIntentClassifier": "aprendendo a entender as mensagens",
    "RulePolicy": "conferindo e decorando as regras",
}

_UNREAD = {"documents", "faq", "labels"}

Say = Callable[[str], None]


class InvalidData(Exception):
    """What the bot should learn from cannot be learnt; the message is one sentence that says where."""


def inputs_of(root: Path) -> list[Path]:
    """Every file that a model of the project in `root` is made of, in a fixed order."""
    found = [root / "config.yml", root / "domain.yml", *_taught(root), *code_of_the_understanding()]
    return [path for path in found if path.is_file()]


def code_of_the_understanding() -> list[Path]:
    """The code that decides what a classifier learns from a text."""
    here = Path(__file__).resolve().parent
    return [*sorted((here / "nlu").rglob("*.py")), *sorted((here.parent / "understanding").rglob("*.py"))]


def _taught(root: Path) -> list[Path]:
    """What Rasa reads of `data/`: not the texts of the papers, nor the frequent questions and labels, which it never sees."""
    return sorted(path for path in (root / "data").rglob("*.y*ml") if not _UNREAD & set(path.relative_to(root).parts))


def fingerprint(root: Path) -> str:
    """A hash over the inputs, their places and Rasa's version."""
    from bot.patches import RASA

    root = root.resolve()
    total = hashlib.sha256(RASA.encode())
    for path in inputs_of(root):
        # The bot's own code has one place, wherever the project is.
        place = path.relative_to(root) if path.is_relative_to(root) else path.relative_to(Path(__file__).resolve().parents[1])
        total.update(f"\0{place}\0".encode())
        total.update(_names(path) if path.parent == root / "data" / "responses" else path.read_bytes())
    return total.hexdigest()


def _names(path: Path) -> bytes:
    """Of a file of words the model knows only the responses' names: new words need no new model."""
    return "\n".join(re.findall(r"^  (utter_\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)).encode()


def mark_of(out: Path) -> Path:
    """The file beside the model that holds the fingerprint of its inputs."""
    return out.with_name(out.name + ".inputs")


def is_up_to_date(root: Path, out: Path) -> bool:
    """Whether `out` was trained from exactly these inputs."""
    mark = mark_of(out)
    return out.is_file() and mark.is_file() and mark.read_text(encoding="utf-8").strip() == fingerprint(root)


def train(root: Path, out: Path, say: Say) -> None:
    """Check and train the project in `root`; write the model to `out` and its fingerprint beside it. Raises `InvalidData`."""
    made_from = fingerprint(root)
    say("lendo domínio, regras e exemplos")
    shown = _Stages(say)
    os.environ.setdefault(remembered.FOLDER, str(out.parent / ".nlu"))
    with tempfile.TemporaryDirectory(prefix="trato-train-") as folder, _quiet() as printed, shown.listening():
        try:
            model = _train(_checked(root), Path(folder))
        except SystemExit:
            raise InvalidData(_sentence(printed.getvalue() or "o Rasa recusou os dados")) from None
        except Exception as error:
            raise InvalidData(_sentence(str(error) or type(error).__name__)) from error
        out.parent.mkdir(parents=True, exist_ok=True)
        mark_of(out).unlink(missing_ok=True)
        partial = out.with_name(out.name + ".partial")
        partial.write_bytes(model.read_bytes())
        partial.replace(out)
        mark_of(out).write_text(made_from + "\n", encoding="utf-8")


def _checked(root: Path) -> TrainingDataImporter:
    """The project's data, read once, without what Rasa would take in silence."""
    from rasa.shared.core.domain import Domain
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_config(str(root / "config.yml"), str(root / "domain.yml"), [str(root / "data")])
    domain: Domain = importer.get_domain()
    if domain.is_empty():
        raise InvalidData("domain.yml não existe ou está vazio")
    examples = importer.get_nlu_data()
    strangers = sorted(set(examples.intents) - set(domain.intents))
    if strangers:
        raise InvalidData(f"há exemplos de intenções que domain.yml não tem: {', '.join(strangers)}")
    needed = {name for name in domain.action_names_or_texts if name.startswith("utter_")}
    if "action_default_fallback" not in domain.user_actions:
        # What Rasa's own fall-back says when no rule knows how to go on.
        needed.add("utter_default")
    unnamed = sorted(needed - set(domain.responses))
    if unnamed:
        raise InvalidData(f"faltam respostas em data/responses: {', '.join(unnamed)}")
    if importer.get_stories().is_empty():
        raise InvalidData("não há regras em data/rules")
    return importer


def _train(importer: TrainingDataImporter, folder: Path) -> Path:
    import rasa.model_training
    from rasa.shared.data import TrainingType

    # Rasa's own cache would grow beside the project, and saves nothing on a model that trains in seconds.
    os.environ.update(RASA_CACHE_DIRECTORY=str(folder / "cache"), RASA_MAX_CACHE_SIZE="0")
    # Not `train`: that reads everything once more, and reading is most of the time. Pinned in bot/patches.py.
    result = rasa.model_training._train_graph(
        importer,
        training_type=TrainingType.BOTH,
        output_path=str(folder),
        fixed_model_name="model",
        force_full_training=True,
    )
    if result.code != 0 or not result.model:
        raise InvalidData("o Rasa não treinou um modelo")
    return Path(result.model)


class _Stages(logging.Handler):
    """Turns Rasa's log of the training into one line a stage, with the seconds it took."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.INFO)
        self._say = say
        self._began: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        component = record.getMessage().partition("'")[2].partition("'")[0]
        name = STAGES.get(component)
        if name and record.getMessage().startswith("Starting"):
            self._began[component] = time.monotonic()
            self._say(f"{name}…")
        elif name and component in self._began:
            self._say(f"{name}: pronto em {time.monotonic() - self._began[component]:.1f} s")

    @contextlib.contextmanager
    def listening(self) -> Any:
        log = logging.getLogger("rasa.engine.training.hooks")
        before = log.level, log.propagate
        log.addHandler(self)
        log.setLevel(logging.INFO)
        log.propagate = False
        try:
            yield
        finally:
            log.removeHandler(self)
            log.level, log.propagate = before


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep what Rasa prints for the one sentence of a failure."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield printed


def _sentence(text: str) -> str:
    lines = [line.strip() for line in text.replace("\x1b", "").splitlines() if line.strip()]
    return " ".join(lines)[:600]


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bot.train", description="Treina o modelo do Trato, se algo mudou.")
    parser.add_argument("--out", type=Path, default=Path("models/trato.tar.gz"))
    parser.add_argument("--root", type=Path, default=Path())
    parser.add_argument("--force", action="store_true", help="treina mesmo que nada tenha mudado")
    options = parser.parse_args(arguments)
    out, terminal = options.out, sys.stdout
    if not options.force and is_up_to_date(options.root, out):
        terminal.write(f"O modelo está em dia: {out}\n")
        return 0

    def say(line: str) -> None:
        terminal.write(line + "\n")
        terminal.flush()

    from bot.run import prepare_process

    began = time.monotonic()
    prepare_process()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from bot import patches

    try:
        patches.check(patches.PINNED_FOR_TRAINING)
        asyncio.set_event_loop(asyncio.new_event_loop())
        train(options.root.resolve(), out, say)
    except patches.WrongRasa as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except InvalidData as error:
        sys.stderr.write(f"Os dados do bot não servem: {error}\n")
        return 2
    say(f"Modelo treinado em {time.monotonic() - began:.0f} s: {out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
