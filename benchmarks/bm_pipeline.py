"""Input pipeline: images a second on one core, from views in memory to training batches.

Run it as ``python -m benchmarks.bm_pipeline [--cars DIR]``. The target is 800 images a second at 96 pixels with all
augmentations at work, since training itself needs the other cores.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np

from tests.records.samples import drawn_views, sample_record
from vantage.records.example import decode_record, encode_record
from vantage.records.pipeline import AugmentConfig, InMemorySource, make_pool, training_batches
from vantage.records.schema import checked

ALWAYS = {
    "blur": 1.0,
    "low_resolution": 1.0,
    "noise_probability": 1.0,
    "jpeg": 1.0,
    "erase": 1.0,
    "soft_edges": 1.0,
    "plain": 0.0,
}


def rate(work, count: int, repeats: int = 1) -> tuple[float, float]:
    """Return how many of ``count`` things ``work`` does in a second, at best: by the clock, and of processor time."""
    spent = []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - wall, time.process_time() - processor))
    return count / min(first for first, _ in spent), count / min(second for _, second in spent)


def report(name: str, rates: tuple[float, float]) -> None:
    """Print one line."""
    print(f"{name:44} {rates[0]:8.0f} images/s  {rates[1]:8.0f} images/s of one core's time")


def bench_batches(name: str, source, config: AugmentConfig, pool, batch_size: int = 64, batches: int = 4) -> None:
    """Time training batches made in the calling thread; the best of eight goes, as other work disturbs."""
    iterator = iter(training_batches([source], None, config, batch_size, 0, pool, prefetch=0))
    next(iterator)
    report(name, rate(lambda: [next(iterator) for _ in range(batches)], batches * batch_size, repeats=8))


def bench_records(count: int = 100) -> None:
    """Time encoding and decoding of 128-pixel records."""
    records = [checked(sample_record(index, 128)) for index in range(count)]
    data = []
    report("encode a record (128 px)", rate(lambda: data.extend(map(encode_record, records)), count))
    report("decode a whole record", rate(lambda: [decode_record(item) for item in data], count))
    names = ("image", "viewpoint", "bbox", "category", "index")
    report("decode what training needs", rate(lambda: [decode_record(item, names) for item in data], count))
    print(f"bytes a record: {np.mean([len(item) for item in data]):.0f}")


def bench_cars(folder: str, config: AugmentConfig, pool) -> None:
    """Time reading and augmenting real photographs."""
    from vantage.benchmarks import open_views

    source = InMemorySource(open_views(f"cars:{folder}", "train"))
    report("decode car photographs", rate(source.preload, len(source)))
    print(f"memory: {source.nbytes / 2**20:.0f} MiB for {source.kept} photographs")
    bench_batches("car photographs to 96 px batches", source, config, pool)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cars", help="folder of car photographs with labels.csv")
    options = parser.parse_args()
    config = AugmentConfig(image_size=96)
    start = time.perf_counter()
    pool = make_pool(("procedural",))
    print(f"procedural backgrounds: {len(pool.images)} in {time.perf_counter() - start:.1f} s")
    bench_records()
    for kind, real in (("renders", False), ("photographs", True)):
        source = drawn_views(64, real, 128)
        bench_batches(f"{kind} 128 -> 96 px, usual probabilities", source, config, pool)
        bench_batches(f"{kind} 128 -> 96 px, each thing always", source, replace(config, **ALWAYS), pool)
    if options.cars:
        bench_cars(options.cars, config, pool)


if __name__ == "__main__":
    main()
