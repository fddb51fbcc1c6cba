"""``vantage render``, ``vantage inspect`` and ``vantage verify``: options, and nothing heavy before it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Render:
    """Render a labelled data set with Blender's Cycles: procedural shapes, or the CAD files of a folder.

    The same command goes on where a run was stopped; the bytes do not depend on the number of workers.
    """

    out: Path
    """Folder to write; new, empty, or one that the same command began."""
    categories: str = ""
    """Names with commas between; without it all there are (procedural: car, chair, table, sofa)."""
    cad: Path | None = None
    """Folder of GLB, glTF, OBJ, PLY, STL, OFF, DAE, FBX or USD files, one sub-folder for each category; ShapeNetCore;
    ModelNet; or one file, whose category is its folder's name or the one of --categories."""
    viewpoints: str = "uniform"
    """uniform (over the sphere between two elevations), grid, or a CSV file of real annotations to imitate."""
    count: int = 1000
    """Images in all splits together."""
    size: int = 128
    """Width and height in pixels."""
    samples: int = 4
    """Paths that Cycles traces for a pixel."""
    seed: int = 0
    """Another seed gives other models, views and lights."""
    workers: int = 2
    """Processes, each with one thread."""
    models: int | None = None
    """Procedural models of each category; without it one for every eight images (4 to 2000)."""
    procedural_fraction: float | None = None
    """Share of procedural models beside --cad, in categories that have both (0 with --cad, else 1)."""
    val_fraction: float = 0.1
    """Share of models, and of images, in the split val."""
    up: str | None = None
    """Axis that points up in the CAD files; without it, what file, collection or format says (docs/conventions.md)."""
    front: str | None = None
    """Axis along which CAD models look; without it, as for --up. A minus needs --front=-y."""
    strict: bool = False
    """Stop before rendering when a CAD file cannot be imported, instead of leaving it out."""
    recolour: float = 0.8
    """Probability of new paint on the body of CAD vehicles."""
    lights: str = "mixed"
    """mixed, outdoor, overcast, studio, or paper (the point lamps of Render for CNN)."""
    ground: float = 0.5
    """Probability of a shadow on the ground."""
    truncation: float = 0.0
    """Probability that the frame cuts the object."""
    smooth: bool = True
    """Take the noise of few samples out, guided by the geometry (a few milliseconds an image)."""
    passes: str = ""
    """Further maps and boxes, with commas between: normal, object_coordinates, instance, part, bbox_amodal."""
    elevation_low: float = -10.0
    """Lowest elevation of uniform viewpoints, degrees."""
    elevation_high: float = 60.0
    """Highest elevation of uniform viewpoints, degrees."""
    tilt_std: float = 3.0
    """Standard deviation of the tilt of uniform viewpoints, degrees."""
    broad: float = 0.2
    """With a CSV file: share of viewpoints from a broad distribution (all azimuths)."""
    grid_azimuths: int = 24
    """Azimuths of the grid."""
    grid_elevations: str = "0,15,30"
    """Elevations of the grid, degrees."""
    shard_size: int | None = None
    """Images in a file; without it about 32 files in all."""
    json: Path | None = None
    """File for the summary as JSON."""

    def run(self) -> int | None:
        """Render."""
        from synth_data.order import carry_out

        carry_out(self)


@dataclass(frozen=True)
class Inspect:
    """Say what a rendered data set holds, and draw contact_sheet.png again."""

    folder: Annotated[Path, tyro.conf.Positional]
    """A folder that vantage render wrote."""
    sheet: bool = True
    """Draw the contact sheet."""
    json: Path | None = None
    """File for the same as JSON."""

    def run(self) -> int | None:
        """Inspect."""
        from synth_data.inspection import inspect_dataset

        inspect_dataset(self.folder, self.sheet, self.json)


@dataclass(frozen=True)
class Verify:
    """Check every file of a data set against its manifest, byte for byte; exits with 1 when something is wrong."""

    folder: Annotated[Path, tyro.conf.Positional]
    """A folder that vantage render wrote."""
    json: Path | None = None
    """File for the list of problems as JSON."""

    def run(self) -> int | None:
        """Verify."""
        from vantage.console import results, write_json
        from vantage.records.reader import verify_dataset

        problems = list(verify_dataset(self.folder))
        write_json(self.json, {"folder": self.folder, "problems": problems})
        for problem in problems:
            results.print(problem, markup=False, soft_wrap=True)
        results.print(
            f"{self.folder}: {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}", markup=False, soft_wrap=True
        )
        return 1 if problems else None
