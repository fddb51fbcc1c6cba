"""Speed of prediction: ``python -m benchmarks.bm_predict [--photos DIR] [--count 1000] [--run RUN] [--rounds 3]``.

Crops a second from a folder of image files to lines of JSON (at least 250 on two cores with `small`), beside a bare
``model.predict`` on arrays that are decoded already (at least 0.8 of it), with and without mirror images, and where the
processor's time goes. The rounds take turns, and the best of each counts. Run it on a machine with nothing else to do;
the load is printed beside it, and the ratio of the processor's time, which other work disturbs less.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from PIL import Image

from render4cnn.crops import crop_photo
from render4cnn.predict import Predictor
from render4cnn.predict_files import predict_files
from render4cnn.request import Request
from vantage.console import console, write_json
from vantage.image_files import find_images
from vantage.quiet import load_quietly
from vantage.records.photos import open_photo

AT_LEAST_PER_SECOND, AT_LEAST_OF_BARE = 250, 0.8


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def rounds(works: dict[str, Callable[[], object]], count: int) -> dict[str, tuple[float, float]]:
    """Return the least seconds of each, by the clock and of the processor, over rounds in which they take turns."""
    for work in works.values():  # compiles what compiles
        work()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(count):
        for name, work in works.items():
            found[name].append(timed(work))
    return {name: tuple(min(column) for column in zip(*times)) for name, times in found.items()}


def from_files(paths: list[Path], predictor: Predictor, folder: Path, flip: bool) -> Callable[[], object]:
    """Return what predicts files into a file of lines."""
    apart = Predictor(predictor.trained, flip)
    request = Request(paths, folder / f"{flip}.jsonl", predictor.classes[0])
    return lambda: predict_files(request, apart)


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="folder of image files, one object each; drawn ones without it")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    load_quietly("keras", "grain")
    console.quiet = True  # its progress is not what is asked
    predictor = Predictor.load(args.run)
    with tempfile.TemporaryDirectory() as drawn:
        files, _ = find_images([args.photos or draw(Path(drawn), args.count)])
        measure([file.path for file in files[: args.count]], predictor, args.rounds, args.json)
    return 0


def draw(folder: Path, count: int) -> Path:
    """Write JPEG files of the size of the car photographs, 192 x 110, as rough as these."""
    rng = np.random.default_rng(0)
    for number in range(count):
        rough = Image.fromarray(rng.integers(0, 255, (28, 48, 3), dtype=np.uint8))
        rough.resize((192, 110), Image.Resampling.BICUBIC).save(folder / f"{number:05}.jpg", quality=90)
    return folder


def measure(paths: list[Path], predictor: Predictor, turns: int, json: Path | None) -> None:
    """Measure and print."""
    size = predictor.image_size
    crops = np.stack([predictor.crop(path) for path in paths])
    arrays = crops.astype(np.float32) / 255
    model = predictor.trained.model
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        works = {
            "files to lines": from_files(paths, predictor, Path(folder), False),
            "model.predict": lambda: model.predict(arrays, verbose=0),
            "model.predict, 128 a batch": lambda: model.predict(arrays, batch_size=128, verbose=0),
            "files to lines, mirror images too": from_files(paths, predictor, Path(folder), True),
            "network alone": lambda: predictor.predict_crops(crops, predictor.classes[0]),
            "decoding and crops, one thread": lambda: [crop_photo(open_photo(p, 2 * size), None, size) for p in paths],
        }
        with redirect_stdout(nowhere):
            times = rounds(works, turns)
    load = os.getloadavg()[0]
    for name, (clock, processor) in times.items():
        print(
            f"{name:36} {len(paths) / clock:7.0f} a second  {1000 * processor / len(paths):6.2f} ms of processor each"
        )
    ours, bare = times["files to lines"], times["model.predict"]
    ratio, by_processor = bare[0] / ours[0], bare[1] / ours[1]
    print(f"files to lines: {len(paths) / ours[0]:.0f} a second (at least {AT_LEAST_PER_SECOND})")
    print(f"of a bare model.predict: {ratio:.2f} by the clock (at least {AT_LEAST_OF_BARE}), {by_processor:.2f} of the")
    print(f"processor's time; {len(paths)} images, {os.cpu_count()} cores, load {load:.1f}")
    found = {name: {"per_second": len(paths) / clock, "processor_s": cpu} for name, (clock, cpu) in times.items()}
    write_json(json, {"images": len(paths), "load": load, "ratio": ratio, "rates": found})


if __name__ == "__main__":
    raise SystemExit(main())
