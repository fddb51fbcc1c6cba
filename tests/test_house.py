"""The rules of the house hold in every file, and each rule notices when it is broken."""

from __future__ import annotations

import configparser
import fnmatch
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house_rules import global_randomness, private_words

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("vantage", "synth_data", "render4cnn")
SOFT_CAP = 500
MAY_SEED_THE_PROCESS = {"vantage/training/determinism.py"}
TEXT = {".py", ".md", ".cfg", ".toml", ".txt", ".sh", ".html", ".json", ".csv", ".ini", ""}


def tracked() -> list[str]:
    """The files of the repository; without git (a source archive), all that lies in the packages."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode == 0 and listing.stdout:
        return [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    folders = [*PACKAGES, "tests"]
    return [path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.*")]


FILES = tracked()
PYTHON = [name for name in FILES if name.endswith(".py")]
SOURCE = [name for name in PYTHON if name.startswith(PACKAGES)]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_no_global_random_state():
    found = [f"{n}:{hit}" for n in PYTHON if n not in MAY_SEED_THE_PROCESS for hit in global_randomness(read(n))]
    assert not found, "draw from a numpy Generator that the caller passes: " + ", ".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nnp.random.seed(0)",
        "import numpy\nx = numpy.random.rand(3)",
        "from numpy import random\nrandom.shuffle(x)",
        "from numpy.random import randint\nrandint(3)",
        "import random\nrandom.random()",
        "from random import choice as pick\npick(x)",
        "import random\nfunction = random.gauss",
        "import tensorflow as tf\ntf.random.normal((3,))",
        "import tensorflow as tf\ntf.random.set_seed(0)",
        "import keras\nkeras.utils.set_random_seed(0)",
        "from keras import random\nrandom.normal((3,))",
        "import torch\ntorch.manual_seed(0)",
    ],
)
def test_global_random_state_is_noticed(code):
    assert list(global_randomness(code))


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nrng = np.random.default_rng(0)\nrng.normal()",
        "import numpy as np\ndef f(rng: np.random.Generator): return rng.random()",
        "import random\nrng = random.Random(0)",
        "import keras\nkeras.random.normal((3,), seed=generator)",
        "import tensorflow as tf\ntf.random.stateless_uniform((3,), seed=(0, 1))",
        "random = make()\nrandom.shuffle(x)",
    ],
)
def test_carried_random_state_is_fine(code):
    assert not list(global_randomness(code))


def test_files_stay_under_the_soft_cap():
    long = {name: lines for name in SOURCE if (lines := len(read(name).splitlines())) > SOFT_CAP}
    assert not long, f"over {SOFT_CAP} lines, split by subject: {long}"


def test_lines_of_the_changelog_can_be_read():
    long = [line for line in read("CHANGELOG.md").splitlines() if len(line) > 125]
    assert not long, f"over 125 characters: {long}"


def test_no_machine_path_and_no_registry_host():
    names = [name for name in FILES if Path(name).suffix in TEXT and name != "tests/house_rules.py"]
    found = [f"{name}:{hit}" for name in names for hit in private_words(read(name))]
    assert not [hit for hit in found if not hit.startswith("tests/test_house.py")], found


def test_machine_paths_and_hosts_are_noticed():
    assert list(private_words("a\nrun /home/me/x")) == ["2: /home/m"]
    assert list(private_words("--index-url https://pypi.org/simple")) == ["1: pypi.org"]
    assert not list(private_words("data/home/x and $HOME/.cache and ../work/x"))


def test_every_data_file_of_the_packages_is_shipped():
    """A file in a package that is no Python source matches setup.cfg's package data, or pip install leaves it out."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    patterns = {package: globs.split() for package, globs in config["options.package_data"].items()}
    missing = [name for name in FILES if name.startswith(PACKAGES) and not _shipped(name, patterns)]
    assert not missing, f"name them under [options.package_data] in setup.cfg: {missing}"


def _shipped(name: str, patterns: dict[str, list[str]]) -> bool:
    package, _, inside = name.partition("/")
    everywhere = any(fnmatch.fnmatch(Path(name).name, pattern) for pattern in patterns["*"])
    here = any(fnmatch.fnmatch(inside, pattern) for pattern in patterns.get(package, []))
    # the pattern * speaks of folders that are packages themselves
    return name.endswith(".py") or here or (everywhere and (ROOT / name).with_name("__init__.py").is_file())


def test_constraints_pin_versions_and_nothing_else():
    lines = [line for line in read("constraints.txt").splitlines() if line and not line.startswith("#")]
    assert all(line.count("==") == 1 and "@" not in line and "+" not in line for line in lines)
    names = [line.partition("==")[0].lower() for line in lines]
    assert names == sorted(set(names))


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    code = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def skeleton(tmp_path) -> Path:
    """Packages of the same names and rooms as ours, empty, under our contracts."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in (*PACKAGES, "vantage/training", "synth_data/blender"):
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    for room in ("model", "layers", "losses"):
        (tmp_path / "render4cnn" / f"{room}.py").touch()
    return tmp_path


def test_contracts_hold_here():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "code", "contract"),
    [
        ("vantage/x.py", "import synth_data", "The packages stand on the core"),
        ("vantage/training/x.py", "def f():\n    import render4cnn.model", "The packages stand on the core"),
        ("render4cnn/x.py", "import synth_data", "The packages stand on the core"),
        ("synth_data/x.py", "from render4cnn import model", "The packages stand on the core"),
        ("synth_data/x.py", "import bpy", "Only synth_data.blender imports Blender"),
        ("vantage/training/x.py", "def f():\n    import mathutils", "Only synth_data.blender imports Blender"),
        ("render4cnn/x.py", "from bpy import data", "Only synth_data.blender imports Blender"),
        ("render4cnn/model.py", "import tensorflow as tf", "Models, layers and losses name no backend"),
        ("render4cnn/layers.py", "def f():\n    import torch", "Models, layers and losses name no backend"),
        ("render4cnn/losses.py", "from jax import numpy", "Models, layers and losses name no backend"),
    ],
)
def test_each_contract_breaks_on_what_it_forbids(skeleton, file, code, contract):
    (skeleton / file).write_text(code + "\n")
    done = lint_imports(skeleton)
    assert done.returncode == 1, done.stdout
    assert any(line.startswith(contract) and line.endswith("BROKEN") for line in done.stdout.splitlines()), done.stdout


def test_contracts_allow_what_they_should(skeleton):
    (skeleton / "synth_data/blender/scene.py").write_text("import bpy\nimport mathutils\nimport vantage\n")
    (skeleton / "synth_data/pool.py").write_text("import synth_data.blender.scene\n")
    (skeleton / "render4cnn/train.py").write_text("import tensorflow\nimport vantage.training\nimport render4cnn.model")
    done = lint_imports(skeleton)
    assert done.returncode == 0, done.stdout


def test_ruff_bans_print_and_hidden_random_state(tmp_path):
    (tmp_path / "library.py").write_text("import numpy as np\n\nprint(np.random.rand(3))\n")
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--config", ROOT / "pyproject.toml", "library.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "T201" in done.stdout
    assert "NPY002" in done.stdout
