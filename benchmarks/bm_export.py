"""``vantage export``: images a second on one core, for each format.

Run it as ``python -m benchmarks.bm_export [--data DIR]``; without a rendered set it takes records that are drawn. The
target is 300 images a second at 128 pixels for the plain folder. Processor time counts, since the clock belongs to
others too.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from synth_data.exporters.export import FORMATS, export_dataset
from tests.records.samples import write_dataset
from vantage.records.reader import open_records

COUNT, SIZE, REPEATS = 400, 128, 2


def bench(dataset: Path, place: Path, to: str) -> None:
    """Export ``dataset`` a few times and print the best rate."""
    count = len(open_records(dataset))
    wall, processor = [], []
    for repeat in range(REPEATS):
        start, used = time.perf_counter(), time.process_time()
        export_dataset(dataset, place / f"{to}-{repeat}", to)
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    rates = f"{count / min(wall):6.0f} images/s  {count / min(processor):6.0f} images/s of one core's time"
    print(f"{to:12} {count} images  {rates}")


def main() -> None:
    """Run all formats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a rendered data set")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vantage-bm-") as folder:
        place = Path(folder)
        dataset = options.data or write_dataset(place / "set", {"train": (COUNT,)}, size=SIZE)
        for to in FORMATS:
            bench(dataset, place, to)


if __name__ == "__main__":
    main()
