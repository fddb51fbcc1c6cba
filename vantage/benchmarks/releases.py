"""What the readers of PASCAL3D+ and ObjectNet3D share: is a release whole, and what an annotated object becomes.

Their viewpoints are the ones of Vantage (docs/conventions.md): theta is the tilt, with the same sign. Boxes and
principal points are MATLAB's, whose pixels count from 1 with centres at whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from vantage.benchmarks.annotation_index import Annotation, annotations_of, tolerate
from vantage.benchmarks.objects import COARSE, FINE, NONE, ObjectLabel, placed_box
from vantage.choices import nearest
from vantage.console import console
from vantage.errors import DataError, NoSplitError
from vantage.geometry.viewpoints import Viewpoint, wrap_degrees
from vantage.records.photos import SUFFIXES, photo_size

UNPACK = "unpack or copy the whole release again"

Camera = tuple[float, float, float]


@dataclass(frozen=True)
class Shelf:
    """Annotations and photographs that belong together.

    Args:
        annotations: folder of ``.mat`` files.
        images: folders that the photographs may lie in, the first that has one counts.
        suffix: of the photographs, such as ``.JPEG``.
        category: take objects of this class alone; None for all.
        title: what stands before a view's name, such as ``car_pascal/``.
    """

    annotations: Path
    images: tuple[Path, ...]
    suffix: str
    category: str | None = None
    title: str = ""


def check_release(root: Path, kind: str, signs: Sequence[str], needed: Iterable[Path], do: str = UNPACK) -> None:
    """Tell a wrong path from a release that is not whole.

    Args:
        root: the folder that was named.
        kind: such as ``PASCAL3D+``.
        signs: names below the folder by which a release is known.
        needed: what has to be there for the options given.
        do: what to do where that is missing.

    Raises:
        DataError: it does not exist, is none, or lacks something (listing what).
    """
    expected = f"the folder of the {kind} release, with {', '.join(signs)}"
    if not root.is_dir():
        found = f"{root} is a file" if root.exists() else f"{root} does not exist"
        raise DataError(found, expected, "unpack it" if root.exists() else "check the path")
    if not any((root / sign).exists() for sign in signs):
        below = [path for path in sorted(root.iterdir()) if path.is_dir() and (path / signs[0]).is_dir()]
        raise DataError(f"{root} is no {kind} release", expected, f"name {below[0]}" if below else "check the path")
    lacking = [path.relative_to(root).as_posix() for path in needed if not path.exists()]
    if lacking:
        has = ", ".join(sign for sign in signs if (root / sign).exists())
        more = f" and {len(lacking) - 4} more" if len(lacking) > 4 else ""
        found = f"{root} is not the whole {kind} release: it has {has}, but lacks {', '.join(lacking[:4])}{more}"
        raise DataError(found, do=do)


def labels_of(root: Path, shelf: Shelf, stems: Sequence[str], loose_fine: bool) -> list[ObjectLabel]:
    """Return the objects of the annotations ``stems`` of a shelf, in their order.

    Args:
        root: what the files of labels are relative to.
        shelf: where annotations and photographs are.
        stems: names of the annotations; every one has to exist, but for a hundredth.
        loose_fine: a viewpoint without fine angles or distance is fine too (ObjectNet3D).

    Raises:
        DataError: annotations or photographs are missing or cannot be read.
    """
    found = annotations_of(shelf.annotations, stems)
    there = {path.name for path in shelf.annotations.iterdir()}  # of the unreadable ones was told
    missing = [f"{stem}.mat" for stem in stems if f"{stem}.mat" not in there]
    tolerate(shelf.annotations, "annotations that the image sets name are missing", missing, len(stems), "all", UNPACK)
    photos = _photographs(shelf)
    missing = [f"{stem}{shelf.suffix}" for stem in found if stem not in photos]
    place = next((folder for folder in shelf.images if folder.is_dir()), shelf.images[0])
    tolerate(place, "photographs are missing", missing, len(found), "one for each annotation", UNPACK)
    labels = []
    for stem, annotation in found.items():
        if stem in photos:
            file = photos[stem].relative_to(root).as_posix()
            labels += _objects(annotation, shelf, f"{shelf.title}{stem}", file, loose_fine)
    return _inside(root, shelf, labels)


def _photographs(shelf: Shelf) -> dict[str, Path]:
    """Return stem -> path of the photographs of a shelf; what the annotations call them is not needed."""
    folders = [folder for folder in shelf.images if folder.is_dir()]
    files = [path for folder in reversed(folders) for path in folder.iterdir()]
    return {path.stem: path for path in files if path.suffix.lower() in SUFFIXES}


def _objects(annotation: Annotation, shelf: Shelf, title: str, file: str, loose_fine: bool) -> list[ObjectLabel]:
    """Return the objects of one annotation that the shelf is for."""
    size = annotation["size"]
    labels = []
    for number, item in enumerate(annotation["objects"], 1):
        if shelf.category in (None, item["class"]):
            x0, y0, x1, y1 = item["box"]
            seen = viewpoint_of(item.get("viewpoint", {}), loose_fine)
            labels.append(
                ObjectLabel(
                    file,
                    item["class"],
                    *seen[:2],
                    (x0 - 1, y0 - 1, x1, y1),
                    item.get("truncated"),
                    item.get("occluded"),
                    item.get("difficult"),
                    f"{title} {number}",
                    PurePosixPath(file).name,
                    (size[0], size[1]) if size else None,
                    *seen[2:],
                    item["cad"] - 1 if item.get("cad", 0) > 0 else None,
                )
            )
    return labels


def _inside(root: Path, shelf: Shelf, labels: list[ObjectLabel]) -> list[ObjectLabel]:
    """Return the labels whose box lies within the photograph.

    A photograph is opened only where the annotation's size, whichever of its sides is the width, does not settle it.
    """

    def fits(label: ObjectLabel) -> bool:
        if label.size and placed_box(label, *label.size) and placed_box(label, *label.size[::-1]):
            return True
        return placed_box(label, *photo_size(root / label.file, upright=False)) is not None

    good = [label for label in labels if fits(label)]
    if len(good) < len(labels):
        found = f"left out: {len(labels) - len(good)} objects of {shelf.annotations} whose box lies outside"
        console.print(found, markup=False, soft_wrap=True)
    return good


def viewpoint_of(
    view: Mapping[str, float], loose_fine: bool = False
) -> tuple[tuple[float, float, float], str, float, Camera | None]:
    """Return angles, kind, distance and camera (see `ObjectLabel`) of an annotated viewpoint.

    In PASCAL3D+ a viewpoint was fitted to keypoints where its distance is more than 0; else its coarse azimuth alone
    is meant. In ObjectNet3D (``loose_fine``) models were laid over photographs by hand, which left the angles in the
    coarse fields: those are fine unless the distance is there and 0.
    """
    azimuth, elevation = view.get("azimuth"), view.get("elevation")
    distance = view.get("distance", math.nan if loose_fine else 0.0)
    if loose_fine:
        azimuth = view.get("azimuth_coarse") if azimuth is None else azimuth
        elevation = view.get("elevation_coarse") if elevation is None else elevation
    if azimuth is not None and elevation is not None and not distance <= 0:
        angles = _canonical(azimuth, elevation, view.get("theta", 0.0))
        known = 0.0 if math.isnan(distance) else distance
        return angles, FINE, known, _camera(view, known)
    coarse = view.get("azimuth_coarse")
    if coarse is None:
        return (math.nan, math.nan, math.nan), NONE, 0.0, None
    return (coarse % 360, math.nan, math.nan), COARSE, 0.0, None


def _canonical(azimuth: float, elevation: float, tilt: float) -> tuple[float, float, float]:
    """Return the same rotation with each angle in its range."""
    if abs(elevation) > 90:
        seen = Viewpoint(azimuth, elevation, tilt).canonical()
        return float(seen.azimuth), float(seen.elevation), float(seen.tilt)
    return azimuth % 360, elevation, -float(wrap_degrees(-tilt))


def _camera(view: Mapping[str, float], distance: float) -> Camera | None:
    """Return focal length and principal point in pixels, counted from the photograph's corner."""
    parts = [view.get(name) for name in ("focal", "viewport", "px", "py")]
    if distance <= 0 or None in parts or parts[0] * parts[1] <= 0:
        return None
    return parts[0] * parts[1], parts[2] - 0.5, parts[3] - 0.5


def read_stems(path: Path) -> dict[str, int]:
    """Return name -> flag of an image set: 1 where it has none, as VOC's have (1, 0 for difficult ones alone, -1)."""
    lines = [line.split() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    try:
        return {words[0]: int(words[1]) if len(words) > 1 else 1 for words in lines if words}
    except ValueError as error:
        raise DataError(f"{path} has a line that is none of an image set ({error})", "NAME, or NAME FLAG") from error


def read_sets(paths: Sequence[Path]) -> dict[str, int]:
    """Return all names of some image sets with their flags."""
    return {stem: flag for path in paths for stem, flag in read_stems(path).items()}


def check_split(split: str, known: Mapping[str, Any], kind: str) -> None:
    """Refuse a split that a set does not have.

    Raises:
        NoSplitError: it has none of that name.
    """
    if split not in known:
        raise NoSplitError(
            f"{kind} has no split {split!r}{nearest(split, known)}",
            f"one of {', '.join(known)}",
            "name one with --split",
        )
