"""Training speed: images a second, and the share of the time that passes in waiting for images.

Run it as ``python -m benchmarks.bm_training [--preset small,tiny] [--data RENDERS --data cars:DIR --backgrounds DIR]``.
At most 5 % may pass in waiting, so that processor or graphics card is busy for at least 95 %. Without ``--data`` the
images are drawn, half as renders and half as photographs. ``small`` on two cores takes a minute; ``base`` and ``paper``
are for graphics cards. The first steps, in which the network is compiled, do not count.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.study import measure_input_wait
from render4cnn.config import preset, replace
from render4cnn.data import DataSpec, augment_config, class_names, open_training, training_stream
from render4cnn.runs import PACKAGE
from render4cnn.train import compiled_model
from vantage.console import write_json
from vantage.errors import UserError
from vantage.records.pipeline import InMemorySource
from vantage.training.configs import to_plain
from vantage.training.determinism import seed_everything
from vantage.training.loop import LoopOptions, TrainingLoop
from vantage.training.metrics_log import read_metrics
from vantage.training.run_folder import create_run

AT_MOST = 0.05

LOG_EVERY = 10
"""Steps between two rows of metrics; those of the first row do not count."""


def open_sources(specs: Sequence[str], size: int) -> list[Any]:
    """Return the training views of ``--data``, or drawn ones.

    Raises:
        DataError: what cannot be read.
    """
    if specs:
        return [item.train for item in open_training([DataSpec(spec) for spec in specs], 0)]
    from tests.records.samples import drawn_views

    return [InMemorySource(drawn_views(256, real, size)) for real in (False, True)]


def measure(name: str, options: argparse.Namespace) -> dict[str, float]:
    """Train one preset for some steps; return images/s and the share of the time spent waiting for them.

    Raises:
        DataError: data that cannot be read.
    """
    config = replace(preset(name), batch_size=options.batch_size, steps=options.steps)
    config = replace(config, augmentation=to_plain(augment_config(config, options.backgrounds)))
    seed_everything(0)
    sources = open_sources(options.data, 128)
    classes = class_names(sources)
    stream = training_stream(sources, [1 / len(sources)] * len(sources), config, classes)
    model = compiled_model(config, classes, config.steps)
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder) / "run", PACKAGE, {"preset": name})
        loop = LoopOptions(config.steps, config.steps, config.batch_size, LOG_EVERY, config.steps + 1)
        TrainingLoop(run, model, stream, loop, dict).fit()
        return {"batch_size": config.batch_size, **speed(run.path)}


def speed(run: Path) -> dict[str, float]:
    """Return images/s and the share of waiting of a run, both without its first row of metrics."""
    rows = [row for row in read_metrics(run / "metrics.jsonl") if "images_per_second" in row][1:]
    seconds = [1 / row["images_per_second"] for row in rows]
    return {"images_per_second": len(rows) / sum(seconds), "input_wait": measure_input_wait(run)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="small", help="names with commas between")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--data", action="append", default=[])
    parser.add_argument("--backgrounds")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.steps < 3 * LOG_EVERY:
        raise SystemExit(f"error: --steps is {options.steps}; expected {3 * LOG_EVERY} or more")
    try:
        found = {name: measure(name, options) for name in options.preset.split(",")}
    except UserError as error:
        raise SystemExit(f"error: {error}") from None
    print(f"load {os.getloadavg()[0]:.1f}; waiting may take {AT_MOST:.0%} of the time")
    for name, row in found.items():
        print(f"{name:8} {row['images_per_second']:8.0f} images/s  waiting {row['input_wait']:6.1%}  "
              f"batches of {row['batch_size']}")  # fmt: skip
    write_json(options.json, found)


if __name__ == "__main__":
    main()
