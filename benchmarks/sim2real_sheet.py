"""Renders and photographs side by side, as a network sees them: ``python -m benchmarks.sim2real_sheet --run RUN ...``.

On the left training images of a run, with its crops, backgrounds and colours; on the right photographs of the split
train, cropped and not changed. To find what gives a render away. The sheet shows photographs that may be for research
use only: it stays where it is made.

    python -m benchmarks.sim2real_sheet --run RUN --photos cars:DIR --out sheet.png [--columns 6 --rows 8 --scale 2]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from render4cnn.data import mixing_weights, open_training, spread, training_stream
from render4cnn.runs import PACKAGE, read_settings
from render4cnn.train import plan_of
from vantage.benchmarks import open_views
from vantage.console import atomic_write
from vantage.errors import UserError
from vantage.records.augment import crop_only
from vantage.training.run_folder import open_run

GAP = 12
"""Pixels between the two halves."""


def training_images(run: str | Path, count: int) -> np.ndarray:
    """Return the first images that a run was trained on: uint8 [count, S, S, 3].

    Raises:
        RunError: it is no run, or one of another version.
        DataError: its data are gone.
    """
    folder = open_run(run, PACKAGE)
    config, classes = read_settings(folder)
    plan = plan_of(folder)
    sources = [item.train for item in open_training(plan.data, config.seed, config.validation_views)]
    stream = training_stream(sources, mixing_weights(plan.data, sources), config, classes)
    images: list[np.ndarray] = []
    while len(images) < count:
        images.extend(next(stream)[0])
    return np.rint(np.stack(images[:count]) * 255).astype(np.uint8)


def photographs(spec: str, count: int, size: int) -> np.ndarray:
    """Return photographs spread over the split train, cropped as they are scored: uint8 [n, size, size, 3]."""
    chosen = spread(open_views(spec, "train"), count)
    images = [crop_only(chosen[number], size)["image"] for number in range(len(chosen))]
    return np.rint(np.stack(images) * 255).astype(np.uint8)


def tiled(images: np.ndarray, columns: int) -> np.ndarray:
    """Return images [n, S, S, 3] in rows of ``columns``: [rows * S, columns * S, 3], what is missing in white."""
    size = images.shape[1]
    rows = -(-len(images) // columns)
    full = np.full((rows * columns, size, size, 3), 255, np.uint8)
    full[: len(images)] = images
    return full.reshape(rows, columns, size, size, 3).transpose(0, 2, 1, 3, 4).reshape(rows * size, columns * size, 3)


def sheet(left: np.ndarray, right: np.ndarray, columns: int) -> np.ndarray:
    """Return two sets of images side by side, a white gap between them."""
    halves = [tiled(left, columns), tiled(right, columns)]
    height = max(len(half) for half in halves)
    halves = [np.pad(half, ((0, height - len(half)), (0, 0), (0, 0)), constant_values=255) for half in halves]
    return np.hstack([halves[0], np.full((height, GAP, 3), 255, np.uint8), halves[1]])


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--scale", type=int, default=2)
    options = parser.parse_args()
    try:
        left = training_images(options.run, options.columns * options.rows)
        right = photographs(options.photos, len(left), left.shape[1])
    except UserError as error:
        raise SystemExit(f"error: {error}") from None
    picture = Image.fromarray(sheet(left, right, options.columns))
    picture = picture.resize([side * options.scale for side in picture.size], Image.Resampling.LANCZOS)
    with atomic_write(options.out) as file:
        picture.save(file, "PNG")


if __name__ == "__main__":
    main()
