"""Draw the README's picture again: ``python docs/make_overview.py [FOLDER]`` (default docs/figures).

Renders procedural cars that no training saw, shows their labels, what a network is trained on, and what the shipped
weights say of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from render4cnn.predict import Predictor
from vantage.console import console
from vantage.geometry import camera_from_object_rotation
from vantage.records.augment import AugmentConfig, augment
from vantage.records.backgrounds import make_pool
from vantage.records.reader import open_records
from vantage.records.sources import RecordViews
from vantage.report.drawing import Canvas, contact_sheet

SEED, COUNT, SIZE, COLUMNS = 2026, 24, 160, 6


def render(folder: Path) -> None:
    """Render a handful of cars with another seed than any training's."""
    options = ["--categories", "car", "--count", str(COUNT), "--models", str(COUNT), "--val-fraction", "0"]
    options += [
        "--size",
        str(SIZE),
        "--samples",
        "32",
        "--elevation-low",
        "0",
        "--elevation-high",
        "25",
        "--seed",
        str(SEED),
        "--out",
        str(folder),
    ]
    subprocess.run([sys.executable, "-m", "vantage", "render", *options], check=True)


def labelled(record) -> np.ndarray:
    """Return a render with its box, keypoints and axes."""
    canvas = Canvas(record.image, zoom=2)
    canvas.box(record.bbox)
    canvas.keypoints(record.keypoints_2d, record.keypoint_visibility)
    centre = (record.bbox[:2] + record.bbox[2:]) / 2
    canvas.axes(camera_from_object_rotation(*record.viewpoint[:3]), centre)
    return canvas.array()


def predicted(crop: np.ndarray, found) -> np.ndarray:
    """Return a crop with the predicted axes."""
    canvas = Canvas(crop, zoom=2)
    canvas.axes(camera_from_object_rotation(*found))
    return canvas.array()


def main(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        render(Path(scratch) / "cars")
        records, views = open_records(Path(scratch) / "cars"), RecordViews(open_records(Path(scratch) / "cars"))
        chosen = np.linspace(0, len(records) - 1, COLUMNS).astype(int)
        config, pool, rng = (
            AugmentConfig(image_size=SIZE, flip=0.0, erase=0.0),
            make_pool(("procedural",)),
            np.random.default_rng(1),
        )
        crops = [np.rint(augment(views[k], config, rng, pool)["image"] * 255).astype(np.uint8) for k in chosen]
        results = Predictor.load().predict(crops, "car")
        angles = [tuple(item.viewpoint) for item in results]
        tiles = [labelled(records[k]) for k in chosen] + crops + [predicted(*pair) for pair in zip(crops, angles)]
        truth = [f"rendered: az {records[k].viewpoint[0]:.0f} el {records[k].viewpoint[1]:.0f}" for k in chosen]
        captions = truth + ["as trained on"] * COLUMNS + [f"predicted: az {a:.0f} el {e:.0f}" for a, e, _ in angles]
    sheet = contact_sheet(tiles, COLUMNS, captions)
    path = folder / "overview.png"
    Image.fromarray(sheet).quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)
    console.print(f"{path}: {path.stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "figures"))
