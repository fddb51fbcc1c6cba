"""Draw the contact sheets of docs/presets.md again: ``python docs/make_presets.py [NAME ...]`` (default: all).

Everything shown is procedural. A sheet is a handful of views of the preset, by the command line that a user types, with
fewer models and, where they are large, smaller pictures.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from vantage.console import console
from vantage.records.augment import AugmentConfig, augment
from vantage.records.backgrounds import make_pool
from vantage.records.reader import open_records
from vantage.records.sources import RecordViews
from vantage.report.drawing import Canvas, as_rgb, contact_sheet

FOLDER = Path(__file__).parent / "figures" / "presets"
LIMIT = 300_000
"""Bytes of a sheet, at the most."""


def angles(record) -> str:
    """Return a view's angles in short."""
    azimuth, elevation, tilt, _ = map(float, record.viewpoint)
    return f"{round(azimuth) % 360} / {round(elevation)} / {round(tilt)}"


def named(record) -> str:
    """Return category and angles."""
    return f"{record.category}\n{angles(record)}"


def factor(record) -> str:
    """Return what varies in a factor batch."""
    varies = [name[7:] for name, value in record.factors.items() if name.startswith("varies_") and value]
    turn = f" {record.factors['light_turn_deg']:.0f}" if varies == ["light"] else ""
    return f"{varies[0]}{turn}\n{angles(record)}"


def action(record) -> str:
    """Return the action that led to a view."""
    return f"{record.factors['action']:+.0f}: {round(float(record.viewpoint[0])) % 360}"


def plain(records: Sequence) -> list[np.ndarray]:
    """Return the pictures as they are stored."""
    return [as_rgb(record.image) for record in records]


def with_keypoints(records: Sequence) -> list[np.ndarray]:
    """Return the pictures with keypoints drawn over them."""
    tiles = []
    for record in records:
        canvas = Canvas(record.image, zoom=2)
        canvas.keypoints(record.keypoints_2d, record.keypoint_visibility)
        tiles.append(canvas.array())
    return tiles


@dataclass(frozen=True)
class Sheet:
    """One sheet: options beside ``--preset``, which views it shows, and how."""

    options: str
    shown: Sequence[int]
    columns: int
    caption: Callable = named
    side: int = 128
    tiles: Callable | None = plain


SHEETS = {
    "angles": Sheet("--category car --seed 3 --azimuth 0:360:15 --elevation 20 --records", range(24), 8, angles),
    "render4cnn": Sheet("--count 96 --size 128 --seed 4", range(0, 96, 3), 8, tiles=None),
    "3dinn": Sheet("--count 40", range(0, 40, 2), 7, side=160, tiles=with_keypoints),
    "dcign": Sheet("--count 80 --models 24 --size 128", [20 * (n // 10) + n % 10 for n in range(40)], 10, factor, 112),
    "rotator": Sheet("--count 51 --models 6 --seed 2", range(51), 17, action, 72),
    "ptn": Sheet("--models 2", range(48), 12, angles, 96),
    "chairs": Sheet("--models 1 --seed 5", [*range(0, 31, 2), *range(31, 62, 2)], 16, angles, 80),
    "voxels64": Sheet("--count 56 --size 192", range(0, 56, 2), 7, side=150),
    "scenes": Sheet("--count 72 --size 160", range(0, 72, 2), 9, lambda record: record.category, 128),
    "posenet": Sheet("--count 40 --size 160", range(0, 40, 2), 10, lambda record: f"walk {int(record.scene_id)}", 112),
    "default": Sheet("--count 184", range(0, 184, 4), 8),
    "neighbours": Sheet("--preset default --categories car,chair,bicycle,sofa --models 6 --count 48 --occluders 0.7 "
                        "--companions 2", range(0, 48, 2), 8),
}  # fmt: skip


def render(name: str, sheet: Sheet, folder: Path) -> None:
    """Render the set of a sheet."""
    preset = [] if "--preset" in sheet.options else ["--preset", name]
    options = [*preset, *sheet.options.split(), "--val-fraction", "0", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "vantage", "render", *options], check=True)


def as_trained_on(folder: Path, shown: Sequence[int]) -> list[np.ndarray]:
    """Return views as a network sees them: cropped, truncated, on a background, with a camera's colours."""
    views, pool = RecordViews(open_records(folder)), make_pool(("procedural",))
    config = AugmentConfig(image_size=128, erase=0.0, keep_aspect=True)
    made = [augment(views[index], config, np.random.default_rng([0, index]), pool) for index in shown]
    return [np.rint(example["image"] * 255).astype(np.uint8) for example in made]


def draw(name: str, sheet: Sheet) -> Path:
    """Render and draw one sheet; return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / name
        render(name, sheet, folder)
        source = open_records(folder)
        records = [source[index] for index in sheet.shown]
        tiles = sheet.tiles(records) if sheet.tiles else as_trained_on(folder, sheet.shown)
    image = contact_sheet(tiles, sheet.columns, [sheet.caption(record) for record in records], sheet.side)
    path = FOLDER / f"{name}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(90, 40, -5):
        Image.fromarray(image).save(path, quality=quality, optimize=True)
        if path.stat().st_size < LIMIT:
            break
    return path


def main(names: Sequence[str]) -> int:
    for name in names or SHEETS:
        path = draw(name, SHEETS[name])
        console.print(f"{path}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
