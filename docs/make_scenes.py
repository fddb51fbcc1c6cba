"""Draw docs/figures/scenes.jpg again: ``python docs/make_scenes.py [FOLDER]`` (default docs/figures).

Every row is one group of the preset ``scenes``: four views by one rig, and depth and instances of the last.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from synth_data.scenes import RIGS
from vantage.console import atomic_write, console
from vantage.records.reader import open_records
from vantage.report.drawing import contact_sheet

GROUPS, VIEWS, SIZE, LIMIT = 8, 4, 192, 300_000


def render(folder: Path) -> None:
    """Render as many scenes as there are rows."""
    options = ["--preset", "scenes", "--count", str(GROUPS * VIEWS), "--group-size", str(VIEWS), "--size", str(SIZE)]
    options += ["--passes", "instance", "--val-fraction", "0", "--seed", "5", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "vantage", "render", *options], check=True)


def depth_picture(depth: np.ndarray) -> np.ndarray:
    """Return depth as grey, near things bright, uint8 [h, w, 3]."""
    near = np.percentile(depth[depth > 0], 2)
    grey = np.where(depth > 0, np.clip(near / np.maximum(depth, 1e-9), 0, 1), 0)
    return np.repeat((255 * grey).astype(np.uint8)[..., None], 3, axis=-1)


def instance_picture(instance: np.ndarray) -> np.ndarray:
    """Return each object in a colour of its own, uint8 [h, w, 3]."""
    colors = np.random.default_rng(3).integers(40, 250, (int(instance.max()) + 1, 3)).astype(np.uint8)
    colors[0] = 0
    return colors[instance]


def row(records: list) -> tuple[list[np.ndarray], list[str]]:
    """Return the tiles and captions of a group."""
    last = records[-1]
    name = f"{last.category}, {RIGS[round(last.factors['rig'])]}"
    tiles = [record.image[..., :3] for record in records]
    tiles += [depth_picture(last.depth), instance_picture(last.instance)]
    return tiles, [f"{name} {place}" for place in range(len(records))] + ["depth", "instances"]


def jpeg(picture: np.ndarray) -> bytes:
    """Return the picture as JPEG, as good as fits the limit."""
    for quality in (88, 82, 76, 70, 60):
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= LIMIT:
            break
    return file.getvalue()


def main() -> None:
    """Render and draw."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "figures"
    with tempfile.TemporaryDirectory() as work:
        render(Path(work, "scenes"))
        records = list(open_records(Path(work, "scenes"), "train"))
    tiles, captions = [], []
    for start in range(0, len(records), VIEWS):
        more, words = row(records[start : start + VIEWS])
        tiles, captions = tiles + more, captions + words
    sheet = contact_sheet(tiles, columns=VIEWS + 2, captions=captions, title="vantage render --preset scenes")
    with atomic_write(folder / "scenes.jpg") as file:
        file.write(jpeg(sheet))
    console.print(f"{folder / 'scenes.jpg'}")


if __name__ == "__main__":
    main()
