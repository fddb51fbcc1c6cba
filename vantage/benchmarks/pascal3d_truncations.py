"""``python -m vantage.benchmarks.pascal3d_truncations DIR OUT.csv``: how PASCAL3D+'s boxes differ from its CAD models.

For each annotated object, the difference of the annotated box and the box of its projected CAD model, divided by the
latter's width (left, right) or height (top, bottom): what Render for CNN's truncation is fitted to (released
``get_voc12train_truncation_stats.m``, specification 1.5). The CSV that is written goes to ``AugmentConfig.truncations``
and ``vantage train render4cnn --truncations``.

DIR is the release as it is unpacked::

    Annotations/car_pascal/2008_000027.mat   record.objects: class, bbox, cad_index, viewpoint
    CAD/car.mat                              car(cad_index).vertices, in the object frame of docs/conventions.md
    PASCAL/VOCdevkit/VOC2012/ImageSets/Main/train.txt

Objects without an exact viewpoint (distance 0) are left out, as the paper does.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from vantage.benchmarks.annotations import read_annotation
from vantage.benchmarks.matlab import read_mat
from vantage.benchmarks.pascal3d import CLASSES
from vantage.console import atomic_write, console
from vantage.errors import DataError, UserError, VantageError
from vantage.geometry import Camera, Viewpoint, camera_from_world_at
from vantage.records.truncations import EDGES

TRAIN = Path("PASCAL", "VOCdevkit", "VOC2012", "ImageSets", "Main", "train.txt")
ANGLES = ("azimuth", "elevation", "theta", "distance")


@dataclass(frozen=True)
class Measure:
    """Measure how annotated boxes differ from projected CAD models, class by class."""

    root: tyro.conf.Positional[Path]
    """Folder of the PASCAL3D+ release, with Annotations and CAD in it."""
    out: tyro.conf.Positional[Path]
    """CSV file to write."""
    images: Path | None = None
    """Text file with a name on each line: the images to use; without it the release's train.txt, or all."""

    def run(self) -> None:
        """Measure and write."""
        chosen = images_to_use(self.root, self.images)
        rows = [(name, *row) for name in CLASSES for row in measure_class(self.root, name, chosen)]
        if not rows:
            raise DataError(f"{self.root} has no object with box, viewpoint and CAD model", "a release of PASCAL3D+")
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerows([("class", "image", *EDGES), *((*row[:2], *(f"{v:.6f}" for v in row[2:])) for row in rows)])
        with atomic_write(self.out, "w") as file:
            file.write(text.getvalue())
        console.print(f"{self.out}: {len(rows)} objects", markup=False, soft_wrap=True)


def images_to_use(root: Path, given: Path | None) -> frozenset[str] | None:
    """Return the names of the images to use; None for all.

    Raises:
        UserError: no such folder or file.
    """
    if not (root / "Annotations").is_dir():
        raise UserError(f"{root} has no folder Annotations", "the release of PASCAL3D+", "check the path")
    path = given or root / TRAIN
    if not path.is_file():
        if given:
            raise UserError(f"there is no file {given}", "a text file with the name of an image on each line")
        return None
    words = (line.split() for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return frozenset(line[0] for line in words if line)


def measure_class(root: Path, category: str, images: frozenset[str] | None) -> Iterator[tuple]:
    """Yield image and shifts of left, top, right, bottom edge of each object of a class.

    Raises:
        DataError: a file that cannot be read, or that lacks what the release has.
    """
    paths = sorted((root / "Annotations" / f"{category}_pascal").glob("*.mat"))
    paths = [path for path in paths if images is None or path.stem in images]
    models = read_models(root / "CAD" / f"{category}.mat", category) if paths else []
    for path in paths:
        for item in read_annotation(path)["objects"]:
            if item["class"] == category and (shifts := measure_object(item, models, path)) is not None:
                yield path.stem, *shifts


def measure_object(item: Mapping[str, Any], models: Sequence[np.ndarray], path: Path) -> tuple[float, ...] | None:
    """Return the shifts of the edges of an object's box, or None where it has no CAD model or exact viewpoint.

    Raises:
        DataError: values that are no box, no viewpoint or no model of the release.
    """
    view = item.get("viewpoint", {})
    if not view.get("distance") or "cad" not in item:
        return None
    try:
        number, box = item["cad"], np.array(item["box"])
        camera = camera_of({name: view[name] for name in (*ANGLES, "focal", "viewport", "px", "py")})
    except KeyError as error:
        raise DataError(f"{path} has an object that cannot be used ({error})", "that of the release") from error
    if not 1 <= number <= len(models):
        raise DataError(f"{path} names CAD model {number}", f"1 to {len(models)}")
    pixels, _ = camera.project(models[number - 1])
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    size = high - low
    if not (np.isfinite(size).all() and (size > 0).all()):
        raise DataError(f"{path} has an object whose CAD model projects to no box", "that of the release")
    return tuple(((box - (*low, *high)) / (*size, *size)).tolist())


def camera_of(view: Mapping[str, float]) -> Camera:
    """Return the camera of an annotation: focal length ``focal * viewport`` px, principal point (px, py)."""
    focal = view["focal"] * view["viewport"]
    intrinsics = np.array([[focal, 0, view["px"]], [0, focal, view["py"]], [0, 0, 1]])
    return Camera(intrinsics, camera_from_world_at(Viewpoint(*(view[name] for name in ANGLES))), 1, 1)


def read_models(path: Path, category: str) -> list[np.ndarray]:
    """Return the vertices of each CAD model of a class, float64 [v, 3] in the object frame.

    Raises:
        DataError: no such file, or one without vertices.
    """
    found = read_mat(path, {category, "vertices"}).get(category)
    models = [item.get("vertices") for item in found] if isinstance(found, list) else []
    if not models or any(np.ndim(item) != 2 or item.shape[1] != 3 or not len(item) for item in models):
        raise DataError(f"{path} holds no models named {category}", "the release's CAD file")
    return models


def main(args: Sequence[str] | None = None) -> int:
    """Measure, and return the exit status; a user's mistake is one line."""
    try:
        tyro.cli(Measure, args=args).run()
    except VantageError as error:
        console.print(f"error: {error}", markup=False, soft_wrap=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
