import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEAD_SHIM = "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n"
LYING_SHIM = "#!/bin/sh\necho 3.11\nexit 1\n"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def python_that_says(path: Path, version: str) -> Path:
    """A stand-in for an interpreter: the finder asks it for its version only."""
    return program(path, f"#!/bin/sh\necho {version}\n")


def find(home: Path, *versions: str, path: str = "", **environment: str) -> tuple[int, str]:
    bare = {"HOME": str(home), "PATH": f"{path}:{home / 'nothing'}"} | environment
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "find-python"), *versions], env=bare, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def test_dead_shims_on_the_path_are_passed_over_for_one_that_runs(tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    for name in ("python", "python3", "python3.11"):
        program(shims / name, DEAD_SHIM)
    real = python_that_says(tmp_path / "bin" / "python3.11", "3.11")
    assert find(tmp_path, "3.11", path=f"{shims}:{real.parent}") == (0, str(real))


def test_pyenvs_own_interpreters_are_found_behind_its_dead_shims(tmp_path: Path) -> None:
    program(tmp_path / "shims" / "python3.10", DEAD_SHIM)
    real = python_that_says(tmp_path / "pyenv" / "versions" / "3.10.13" / "bin" / "python", "3.10")
    assert find(tmp_path, "3.10", path=str(tmp_path / "shims"), PYENV_ROOT=str(tmp_path / "pyenv")) == (0, str(real))
    at_home = python_that_says(tmp_path / ".pyenv" / "versions" / "3.12.1" / "bin" / "python", "3.12")
    assert find(tmp_path, "3.12", path=str(tmp_path / "shims")) == (0, str(at_home))


def test_uvs_interpreters_are_found(tmp_path: Path) -> None:
    real = python_that_says(tmp_path / ".local/share/uv/python/cpython-3.10.19-linux-x86_64-gnu/bin/python3.10", "3.10")
    assert find(tmp_path, "3.10") == (0, str(real))


def test_the_first_version_named_is_preferred_and_a_plain_python3_counts_by_what_it_says(tmp_path: Path) -> None:
    twelve = python_that_says(tmp_path / "a" / "python3", "3.12")
    eleven = python_that_says(tmp_path / "b" / "python3", "3.11")
    path = f"{twelve.parent}:{eleven.parent}"
    assert find(tmp_path, "3.11", "3.12", path=path) == (0, str(eleven))
    assert find(tmp_path, "3.13", "3.12", path=path) == (0, str(twelve))


def test_one_that_names_its_version_but_fails_is_no_candidate(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.11", LYING_SHIM)
    assert find(tmp_path, "3.11", path=str(tmp_path / "bin")) == (1, "")


def test_folders_with_spaces_are_no_trap(tmp_path: Path) -> None:
    real = python_that_says(tmp_path / "my tools" / "python3.11", "3.11")
    assert find(tmp_path, "3.11", path=str(real.parent)) == (0, str(real))
    pyenv = python_that_says(tmp_path / "my pyenv" / "versions" / "3.10.1" / "bin" / "python", "3.10")
    assert find(tmp_path, "3.10", PYENV_ROOT=str(tmp_path / "my pyenv")) == (0, str(pyenv))


def test_the_python_that_runs_these_tests_would_be_found(tmp_path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert find(tmp_path, version, path=str(Path(sys.executable).parent))[0] == 0


@pytest.fixture
def bare_project(tmp_path: Path) -> Path:
    """The scripts and locks alone, as on a fresh clone."""
    project = tmp_path / "project"
    for name in ("scripts/setup", "scripts/find-python", "pyproject.toml", "uv.lock", "bot/pyproject.toml", "bot/uv.lock"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes((ROOT / name).read_bytes())
    return project


def set_up(project: Path, tools: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": f"{tools}:/usr/bin:/bin", "UV_FIND_LINKS": "/somewhere"}
    return subprocess.run(
        ["/bin/sh", str(project / "scripts" / "setup")], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


FAKE_UV = """#!/bin/sh
[ "$1" = --version ] && { echo "uv 0.9.1"; exit 0; }
echo "$* find_links=${UV_FIND_LINKS:-none}" >>"$(dirname "$0")/asked"
[ "$1" = sync ] || exit 0
mkdir -p "$3/.venv/bin"
printf '#!/bin/sh\\nexit 0\\n' >"$3/.venv/bin/python"
chmod +x "$3/.venv/bin/python"
"""


def test_a_second_set_up_asks_for_nothing_and_a_changed_lock_asks_again(bare_project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    program(tools / "uv", FAKE_UV)
    python_that_says(tools / "python3.11", "3.11")
    python_that_says(tools / "python3.10", "3.10")
    first = set_up(bare_project, tools, tmp_path)
    assert first.returncode == 0, first.stderr
    asked = (tools / "asked").read_text().splitlines()
    assert len(asked) == 2 and all("--frozen" in line and "find_links=none" in line for line in asked)
    assert set_up(bare_project, tools, tmp_path).returncode == 0
    assert len((tools / "asked").read_text().splitlines()) == 2
    with (bare_project / "bot" / "uv.lock").open("a") as lock:
        lock.write("\n")
    assert set_up(bare_project, tools, tmp_path).returncode == 0
    assert len((tools / "asked").read_text().splitlines()) == 3


def test_an_interpreter_that_nobody_can_bring_is_one_sentence(bare_project: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    program(tools / "uv", '#!/bin/sh\n[ "$1" = --version ] && { echo "uv 0.9.1"; exit 0; }\nexit 1\n')
    for name in ("python3.11", "python3.12", "python3.13", "python3.10", "python3", "python"):
        program(tools / name, DEAD_SHIM)
    # The machine's own interpreters must not help here, whatever they are.
    for name in ("cat", "cksum", "tr", "dirname", "mkdir", "rm", "grep", "sh"):
        for folder in ("/usr/bin", "/bin"):
            if os.path.exists(f"{folder}/{name}"):
                (tools / name).symlink_to(f"{folder}/{name}")
                break
    done = subprocess.run(
        ["/bin/sh", str(bare_project / "scripts" / "setup")],
        env={"HOME": str(tmp_path), "PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "trato: Python 3.11 is missing and could not be downloaded: install it and try again."
