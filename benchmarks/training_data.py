"""What training data is worth: renders, photographs, and both, scored on the same real photographs.

Trains the same network for the same number of steps on five mixtures, over several seeds, with only the public
commands, and prints the table of ``render4cnn/README.md`` as Markdown. Interrupt it at any moment; the same command
goes on where it stopped, and finished rows are read back, not trained anew.

    python benchmarks/training_data.py --jobs 2 --renders RENDERS --photos cars:DIR --backgrounds DIR --out DIR
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from vantage import console
from vantage.console import write_json

FIGURES = ("acc_pi_6", "med_err_deg", "azimuth_acc_30", "front_back_flips")


@dataclass(frozen=True)
class Row:
    """One mixture: the share of renders and of photographs, and how many photographs."""

    name: str
    renders: float
    photos: float
    max_real: int | None = None


ROWS = (
    Row("renders only", 1, 0),
    Row("50 photographs", 0, 1, 50),
    Row("renders and 50 photographs", 0.85, 0.15, 50),
    Row("all photographs", 0, 1),
    Row("all of both", 0.3, 0.7),
)


@dataclass(frozen=True)
class Study:
    """Compare kinds of training data on real photographs."""

    renders: str
    """Data set written by vantage render."""
    photos: str
    """cars:DIR."""
    out: str
    """Folder for the runs and the table."""
    backgrounds: str | None = None
    """Folder of photographs to paste renders on."""
    seeds: int = 3
    """Seeds 0, 1, ... per row."""
    steps: int = 1000
    """Training steps of every run."""
    batch_size: int = 32
    """Images in a step."""
    preset: str = "small"
    """Preset of the network."""
    jobs: int = 1
    """Runs side by side, one thread each where there are several: small networks gain little from a second core."""
    rows: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Only these rows of the table, by name; all of them where none is given."""

    def train_command(self, row: Row, seed: int, run: Path) -> list[str]:
        """Return the command that trains ``row``."""
        command = [*_vantage("train"), "--out", str(run), "--preset", self.preset, "--seed", str(seed)]
        command += ["--steps", str(self.steps), "--batch-size", str(self.batch_size)]
        for spec, weight in ((self.renders, row.renders), (self.photos, row.photos)):
            command += ["--data", spec, "--weight", str(weight)] if weight else []
        if row.renders and self.backgrounds:
            command += ["--backgrounds", self.backgrounds]
        return [*command, "--max-real", str(row.max_real)] if row.max_real else command

    def measure(self, row: Row, seed: int) -> dict[str, float]:
        """Train and evaluate ``row`` once, or read what an earlier call found."""
        folder = Path(self.out) / f"{row.name.replace(' ', '-')}-seed{seed}"
        result, run = folder / "evaluation.json", folder / "run"
        if not result.exists():
            folder.mkdir(parents=True, exist_ok=True)
            resume = [*_vantage("train"), "--out", str(run), "--resume"]
            command = resume if (run / "checkpoints").exists() else self.train_command(row, seed, run)
            self.call(command, folder)
            evaluate = ["--run", str(run), "--data", self.photos, "--split", "val", "--json", str(result)]
            self.call([*_vantage("evaluate"), *evaluate], folder)
            console.console.print(f"{row.name}, seed {seed}: done", markup=False)
        return json.loads(result.read_text())["overall"]

    def call(self, command: list[str], folder: Path) -> None:
        """Run a command with its output in the folder's log; stop all where it fails."""
        threads = {"TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1"} if self.jobs > 1 else {}
        with (folder / "log.txt").open("a") as log:
            environment = {**os.environ, **threads}
            status = subprocess.run(command, check=False, stdout=log, stderr=log, env=environment).returncode
        if status:
            raise SystemExit(f"{' '.join(command)}\nfailed with status {status}; see {folder / 'log.txt'}")


def _vantage(command: str) -> list[str]:
    return [sys.executable, "-m", "vantage", command, "render4cnn"]


def spread(values: list[float], digits: int) -> str:
    """Return mean and sample deviation as text."""
    deviation = statistics.stdev(values) if len(values) > 1 else float("nan")
    return f"{statistics.mean(values):.{digits}f} ± {deviation:.{digits}f}"


def table(results: dict[str, list[dict[str, float]]]) -> str:
    """Return the Markdown table of ``{row: [overall of each seed]}``."""
    lines = ["| trained on | acc_pi_6 | med_err_deg | azimuth within 30° | front-back flips |", "|---|---|---|---|---|"]
    for name, overalls in results.items():
        digits = {"acc_pi_6": 3, "med_err_deg": 2, "azimuth_acc_30": 3, "front_back_flips": 3}
        cells = [spread([item[figure] for item in overalls], digits[figure]) for figure in FIGURES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    study = tyro.cli(Study)
    rows = [row for row in ROWS if not study.rows or row.name in study.rows]
    tasks = [(row, seed) for seed in range(study.seeds) for row in rows]
    with ThreadPoolExecutor(study.jobs) as pool:
        overalls = list(pool.map(lambda task: study.measure(*task), tasks))
    results = {row.name: [found for task, found in zip(tasks, overalls) if task[0] is row] for row in rows}
    write_json(str(Path(study.out) / "table.json"), results)
    (Path(study.out) / "table.md").write_text(table(results) + "\n")
    console.results.print(table(results), markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
