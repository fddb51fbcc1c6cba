"""The table of bad inputs: what one row is, what it is made in, and what its command must and must not do."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from tests.bad_inputs.goods import Goods

MISTAKE = 2
"""Exit status of a user's mistake."""


@dataclass(frozen=True)
class Place:
    """Where a case makes its bad input: an empty folder, and good input to copy and break."""

    root: Path
    goods: Goods
    keep: list[object] = field(default_factory=list)
    """What shall live as long as the case, such as an open file."""

    def text(self, name: str, text: str = "hello") -> Path:
        """Write a text file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def bytes(self, name: str, content: bytes) -> Path:
        """Write a binary file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def folder(self, name: str) -> Path:
        """Make an empty folder."""
        path = self.root / name
        path.mkdir(parents=True)
        return path

    def run_folder(self, of: Path | None = None, **changes: object) -> Path:
        """Copy a run, the one just begun by default; ``changes`` go into its config.json, signed again."""
        path = Path(shutil.copytree(of or self.goods.begun, self.root / "run"))
        if changes:
            sign_config(path, **changes)
        return path

    def renders(self) -> Path:
        """Copy the good data set."""
        return Path(shutil.copytree(self.goods.renders, self.root / "renders"))

    def cars(self, labels: str) -> Path:
        """Make a folder of car photographs with these labels and one good image, car.png."""
        self.text("cars/labels.csv", labels)
        shutil.copy(self.goods.photo, self.root / "cars" / "car.png")
        return self.root / "cars"


def sign_config(run: Path, **changes: object) -> None:
    """Change config.json of a run as a program would, checksum included."""
    import json

    from vantage.training.run_folder import config_digest

    path = run / "config.json"
    config = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({**config, "sha256": config_digest(config)}))


@dataclass(frozen=True)
class Case:
    """One bad input.

    Args:
        name: what is wrong, for people.
        make: makes the input and returns the command line after ``vantage``.
        says: parts of the message; together no other case's message has them.
        status: exit status.
        lines: of standard error; None where progress comes before.
        leaves: patterns of paths, relative to the place, that may be new afterwards.
    """

    name: str
    make: Callable[[Place], str]
    says: tuple[str, ...]
    status: int = MISTAKE
    lines: int | None = 1
    leaves: tuple[str, ...] = ()


CASES: list[Case] = []


def bad(name: str, *says: str, **facts) -> Callable:
    """Put the decorated function, which makes the input, into the table."""

    def put(make: Callable[[Place], str]) -> Callable[[Place], str]:
        CASES.append(Case(name, make, says, **facts))
        return make

    return put


def check(case: Case, place: Place, run_vantage: Callable) -> None:
    """Run a case's command and see that it is refused clearly, and that nothing is lost or left half-written."""
    command = shlex.split(case.make(place))
    before = {**contents(place.root), **contents(place.goods.root)}
    status, out, err = run_vantage(*command)
    assert status == case.status, err
    err = err if status == MISTAKE else err + out  # what a check finds is its result
    assert "Traceback" not in err
    assert says(case, err), f"{err!r} says not all of {case.says}"
    assert case.status != MISTAKE or err.splitlines()[-1].startswith("vantage: error: "), err
    assert case.lines is None or err.count("\n") == case.lines, err
    others = [other.name for other in CASES if other is not case and says(other, err)]
    assert not others, f"{err!r} is also what is said of {others}"
    check_nothing_lost(before, {**contents(place.root), **contents(place.goods.root)})
    new = [name for name in contents(place.root) if name not in before]
    stray = [name for name in new if not any(fnmatch(name, str(place.root / pattern)) for pattern in case.leaves)]
    assert not stray, f"new files: {stray}"


def says(case: Case, text: str) -> bool:
    """Whether all that a case's message must say is in ``text``."""
    return all(part in text for part in case.says)


def contents(root: Path) -> dict[str, str]:
    """Return path -> checksum (links: where to) of all files below ``root``."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():  # before is_file, which follows it
            found[str(path)] = str(path.readlink())
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def check_nothing_lost(before: dict[str, str], after: dict[str, str]) -> None:
    """Assert that files of before are there unchanged, and none under a temporary name."""
    lost = [name for name, checksum in before.items() if after.get(name) != checksum]
    assert not lost, f"lost or changed: {lost}"
    half = [name for name in after if "tmp-" in Path(name).name or name.endswith(".tmp")]
    assert not half, f"half-written: {half}"
