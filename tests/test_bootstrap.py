"""The set-up script, with stand-ins for Python, pip and uv that write down what they were asked."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "cat", "cut", "dirname", "grep", "sha256sum", "chmod", "cp", "mkdir")

PYTHON = """#!/bin/bash
case "$*" in
    -c*) exit ${NO_ENSUREPIP:-0} ;;
    --version) echo Python 3.11.9 ;;
    "-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python; echo "venv $*" >>log ;;
    "-m pip"*) echo "pip $*" >>log; exit ${PIP_FAILS:-0} ;;
    "-m vantage.libraries") echo libraries >>log; exit ${LIBRARIES_MISSING:-0} ;;
esac
"""
UV = """#!/bin/bash
mkdir -p .venv/bin; cp "$STAND_IN" .venv/bin/python; echo "uv $*" >>log
"""


def executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


class Machine:
    """A checkout on a machine that has only what is put into its ``bin``."""

    def __init__(self, folder: Path):
        self.checkout, self.bin, self.home = folder / "checkout", folder / "bin", folder / "home"
        for made in (self.checkout / "tools", self.bin, self.home):
            made.mkdir(parents=True)
        for name in ("setup.cfg", "pyproject.toml", "constraints.txt", "tools/bootstrap.sh"):
            shutil.copy(ROOT / name, self.checkout / name)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stand_in = executable(folder / "python", PYTHON)

    def add(self, name: str, text: str) -> None:
        executable(self.bin / name, text)

    def bootstrap(self, *args: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.checkout / "tools/bootstrap.sh", *args],
            env={"PATH": str(self.bin), "HOME": str(self.home), "STAND_IN": str(self.stand_in), **environment},
            capture_output=True,
            text=True,
        )

    def log(self) -> list[str]:
        """What was asked since the last look."""
        path = self.checkout / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return [line.split()[0] for line in lines]


@pytest.fixture
def machine(tmp_path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def with_python(machine) -> Machine:
    machine.add("python3.11", PYTHON)
    return machine


def test_the_first_call_sets_up_and_the_second_does_nothing(with_python):
    assert with_python.bootstrap("dev").returncode == 0
    assert with_python.log() == ["venv", "pip", "libraries"]
    second = with_python.bootstrap("dev")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert with_python.log() == []


def test_pip_is_held_to_the_constraints_and_takes_the_extra(with_python):
    with_python.bootstrap("dev")
    line = next(line for line in (with_python.checkout / "log").read_text().splitlines() if line.startswith("pip"))
    assert "--constraint constraints.txt" in line
    assert line.endswith("--editable .[dev]")


def test_what_tests_need_includes_what_running_needs(with_python):
    with_python.bootstrap("dev")
    with_python.log()
    with_python.bootstrap()
    assert with_python.log() == []


def test_but_not_the_other_way_round(with_python):
    with_python.bootstrap()
    with_python.log()
    with_python.bootstrap("dev")
    assert with_python.log() == ["pip", "libraries"]


@pytest.mark.parametrize("name", ["setup.cfg", "constraints.txt", "pyproject.toml"])
def test_a_changed_requirement_installs_again(with_python, name):
    with_python.bootstrap("dev")
    with_python.log()
    with (with_python.checkout / name).open("a") as file:
        file.write("# changed\n")
    with_python.bootstrap("dev")
    assert with_python.log() == ["pip", "libraries"]


def test_a_moved_checkout_installs_again(with_python):
    with_python.bootstrap()
    with_python.log()
    with_python.checkout = with_python.checkout.rename(with_python.checkout.with_name("moved"))
    with_python.bootstrap()
    assert with_python.log() == ["pip", "libraries"]


@pytest.mark.parametrize("trouble", ["PIP_FAILS", "LIBRARIES_MISSING"])
def test_a_failure_is_tried_again_the_next_time(with_python, trouble):
    assert with_python.bootstrap(**{trouble: "1"}).returncode != 0
    with_python.log()
    assert with_python.bootstrap().returncode == 0
    assert with_python.log() == ["pip", "libraries"]


def test_a_broken_environment_is_made_again(with_python):
    with_python.bootstrap()
    with_python.log()
    executable(with_python.checkout / ".venv/bin/python", "#!/bin/bash\nexit 1\n")
    (with_python.checkout / ".venv/.installed").unlink()
    assert with_python.bootstrap().returncode == 0
    assert with_python.log() == ["venv", "pip", "libraries"]


def test_pyenv_is_found_where_its_shims_are_not(machine):
    versions = machine.home / ".pyenv/versions/3.11.7/bin"
    versions.mkdir(parents=True)
    executable(versions / "python", PYTHON)
    assert machine.bootstrap().returncode == 0
    assert machine.log() == ["venv", "pip", "libraries"]


def test_an_interpreter_can_be_named(machine, tmp_path):
    assert machine.bootstrap(PYTHON=str(machine.stand_in)).returncode == 0


def test_uv_makes_the_environment_where_there_is_no_python(machine):
    machine.add("uv", UV)
    assert machine.bootstrap().returncode == 0
    assert machine.log() == ["uv", "pip", "libraries"]


def test_another_python_is_not_taken(machine):
    machine.add("python3", "#!/bin/bash\nexit 1\n")
    machine.add("uv", UV)
    machine.bootstrap()
    assert machine.log() == ["uv", "pip", "libraries"]


def test_without_python_and_uv_one_message_says_how_to_get_it(machine):
    done = machine.bootstrap()
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    for word in ("Python 3.11", "apt-get install python3.11 python3.11-venv", "pyenv install 3.11", "uv"):
        assert word in done.stderr
    assert machine.log() == []


def test_make_alone_lists_the_targets():
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "test-slow", "lint", "bench", "docs", "clean"):
        assert f"make {target} " in done.stdout
