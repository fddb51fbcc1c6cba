"""What each pass of ``vantage render --passes`` costs: ``python benchmarks/bm_passes.py [--count 24] [--size 128]``.

One process renders the same views once for each pass and once without any, round after round, and encodes the records.
It prints the processor's milliseconds and the bytes for an image, and how much of each the pass adds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np
from rich.table import Table

from synth_data.handover import picture_folder
from synth_data.passes import PASSES, needs_albedo
from synth_data.render import ModelShelf, Renderer
from synth_data.sampling.viewpoints import UniformPrior
from synth_data.shards import on_one_core
from synth_data.spec import Spec, following_view, procedural_models, view_spec
from vantage.console import results
from vantage.records.example import encode_record
from vantage.records.schema import checked

VARIANTS = ((), *((name,) for name in PASSES), ("normal", "object_coordinates"), PASSES)


def costs(spec: Spec, passes: Sequence[str], shelf: ModelShelf) -> tuple[np.ndarray, np.ndarray]:
    """Return processor's seconds and bytes of each view but the first, which loads the model."""
    from synth_data.blender.stage import Stage

    stage = Stage(spec.size, spec.samples, picture_folder(), albedo=needs_albedo(passes))
    renderer, prior = Renderer(stage, shelf, spec.seed, spec.smooth, passes), UniformPrior()
    seconds, sizes = [], []
    for index in range(spec.count):
        start = time.process_time()
        record = renderer.record(view_spec(spec, prior, index), following_view(spec, prior, index))
        sizes.append(len(encode_record(checked(record))))
        seconds.append(time.process_time() - start)
    first = np.arange(spec.count) % spec.group_size == 0
    return np.array(seconds)[~first], np.array(sizes)[~first]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--categories", default="car,chair")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    models = [ref for name in args.categories.split(",") for ref in procedural_models(name, 1, 0)]
    spec = Spec(tuple(models), args.count, args.size, args.samples, val_fraction=0.0, ground=0.0,
                group_size=args.count // len(models), held=("light",))  # fmt: skip
    with on_one_core():
        import synth_data.blender.stage  # noqa: F401
    shelf = ModelShelf({})
    rounds = [[costs(spec, passes, shelf) for passes in VARIANTS] for _ in range(args.rounds)]
    times = [np.median(np.concatenate([found[k][0] for found in rounds])) * 1000 for k in range(len(VARIANTS))]
    sizes = [rounds[0][k][1].mean() / 1000 for k in range(len(VARIANTS))]
    table = Table("passes", "ms", "more", "kB", "more")
    for passes, ms, size in zip(VARIANTS, times, sizes):
        name = "all" if passes == PASSES else ", ".join(passes) or "none"
        table.add_row(name, f"{ms:.1f}", f"{ms - times[0]:+.1f}", f"{size:.1f}", f"{size - sizes[0]:+.1f}")
    results.print(table)


if __name__ == "__main__":
    main()
