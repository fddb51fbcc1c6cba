"""``vantage export``: options, and nothing heavy before it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro


@dataclass(frozen=True)
class Export:
    """Write a rendered data set in a format that other programs read, whole or not at all.

    transforms: instant-ngp and nerfstudio. colmap: COLMAP model, images, masks. coco: boxes, segmentation, keypoints.
    bop: object poses in millimetres. folder: plain PNG files, labels.csv and cameras.json.
    """

    dataset: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """A folder that vantage render wrote."""
    out: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="OUT")]
    """Folder to write; new or empty."""
    to: Literal["transforms", "colmap", "coco", "bop", "folder"]
    """The format."""
    split: str = "train"
    """Which split of the data set."""
    background: str = ""
    """white, black, none (keeps transparency) or R,G,B from 0 to 255. Without it: none for transforms and folder, white
    for colmap and coco, black for bop."""
    limit: int | None = None
    """The first so many views only."""
    json: Path | None = None
    """File for the summary as JSON."""

    def run(self) -> int | None:
        """Export."""
        from synth_data.exporters.export import export_dataset
        from vantage.console import write_json

        options = (self.dataset, self.out, self.to, self.split, self.background, self.limit)
        write_json(self.json, export_dataset(*options))
