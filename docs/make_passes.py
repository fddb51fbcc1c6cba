"""Draw docs/records.md's picture again: ``python docs/make_passes.py [FOLDER]`` (default docs/figures).

Renders two views each of a procedural car, chair and motorbike with all passes, and lays the passes out in rows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from synth_data.develop import srgb_from_linear
from synth_data.passes import PASSES
from vantage.console import atomic_write, console
from vantage.records.reader import open_records
from vantage.records.schema import Record
from vantage.report.drawing import contact_sheet

NAMES = ("image", "normal", "object_coordinates", "part", "albedo", "shading", "flow")
DARK = 40
"""Grey level of what a pass says nothing of."""


def render(folder: Path) -> None:
    """Render the views: two of each model, 25 degrees apart."""
    options = (
        "--categories car,chair,motorbike --models 1 --azimuth 20,45 --elevation 20 --size 160 --samples 32 --seed 2"
    )
    words = [*options.split(), "--records", "--no-images", "--passes", ",".join(PASSES)]
    subprocess.run([sys.executable, "-m", "vantage", "render", "--out", folder, *words], check=True)


def tiles(record: Record) -> Iterator[np.ndarray]:
    """Yield the pictures of `NAMES`."""
    seen = record.depth > 0
    alpha = record.image[..., 3:] / 255
    yield (record.image[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    yield _shown(record.normal / 2 + 0.5, seen)
    yield _shown(record.object_coordinates + 0.5, seen)
    colors = np.random.default_rng(7).uniform(0.15, 1, (len(record.part_names) + 1, 3))
    yield _shown(colors[record.part], record.part > 0)
    yield _shown(record.albedo / 255, seen)
    bright = np.percentile(record.shading[seen], 95)
    yield _shown(srgb_from_linear(0.8 * record.shading / bright), seen)
    yield _shown(_wheel(record.flow) * np.where(record.flow_valid > 0, 1, 0.45)[..., None], seen)


def _shown(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return values [h, w, 3] in [0, 1] as a picture, dark elsewhere."""
    return np.where(where[..., None], np.clip(values, 0, 1) * 255, DARK).astype(np.uint8)


def _wheel(flow: np.ndarray) -> np.ndarray:
    """Return the direction of flow as hue and its length as saturation, [h, w, 3]."""
    length = np.linalg.norm(flow, axis=-1)
    hue = np.arctan2(flow[..., 1], flow[..., 0]) / (2 * np.pi) % 1
    hsv = np.stack([hue, length / max(length.max(), 1e-6), np.ones_like(hue)], -1) * 255
    return np.asarray(Image.fromarray(hsv.astype(np.uint8), "HSV").convert("RGB")) / 255


def main(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        render(Path(scratch, "set"))
        records = list(open_records(Path(scratch, "set")))[::2]
        pictures = [tile for record in records for tile in tiles(record)]
    sheet = contact_sheet(pictures, columns=len(NAMES), captions=list(NAMES) * len(records), tile_size=160)
    path = folder / "passes.png"
    with atomic_write(path) as file:
        Image.fromarray(sheet).save(file, "PNG", optimize=True)  # fewer colours would look like facets
    console.print(f"{path}: {path.stat().st_size / 1024:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "figures")))
