"""A look at labelled photographs: what a set holds, and a sheet of views with boxes, axes and CAD models drawn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.table import Table

from vantage.benchmarks import open_views
from vantage.benchmarks.release_cad import ReleaseCad, read_cad
from vantage.console import atomic_write, results, write_json
from vantage.errors import DataError, NoSplitError, UserError
from vantage.geometry.cameras import Camera
from vantage.geometry.viewpoints import camera_from_object_rotation
from vantage.records.sources import FINE, label_of
from vantage.report.drawing import AXIS_COLOURS, BOX_COLOUR, FRONT_COLOUR, Canvas, contact_sheet

TILES = 30
SHEET = "photographs.png"
ZOOM_TO = 256
"""Views are enlarged to about this width, px."""

FLAGS = ("truncated", "occluded", "difficult")
KINDS = ("fine", "coarse", "none")
SPLITS = ("train", "val", "test", "all")
CAD_COLOUR = (214, 76, 190)
LEGEND = (
    ("box", BOX_COLOUR),
    ("front", FRONT_COLOUR),
    *((f"{name} axis", colour) for name, colour in AXIS_COLOURS.items()),
)


def inspect_photographs(
    spec: str, sheet: bool = True, json: Path | None = None, out: Path | None = None, cad: bool = False
) -> dict[str, Any]:
    """Print what the splits of a set of photographs hold, draw a sheet, write and return the facts.

    Args:
        spec: a text such as ``pascal3d:DIR,subset=easy``.
        sheet: draw a sheet of views.
        json: file for the facts.
        out: file for the sheet; ``photographs.png`` in the working folder without it.
        cad: lay the CAD models that the labels name over the views.

    Raises:
        DataError: the set cannot be read, or ``cad`` and it has no CAD models.
        UserError: ``out`` is a folder.
    """
    if out is not None and out.is_dir():
        raise UserError(f"--out {out} is a folder", "a file", "choose another --out")
    sources = _open(spec)
    facts: dict[str, Any] = {"data": spec, "splits": {name: describe(source) for name, source in sources.items()}}
    _show(facts)
    if sheet:
        facts["sheet"] = str(write_sheet(out or Path(SHEET), next(iter(sources.values())), spec, cad))
        results.print(f"drawn: {facts['sheet']}", markup=False, soft_wrap=True)
    write_json(json, facts)
    return facts


def _open(spec: str) -> dict[str, Any]:
    """Return the splits that a set has; ``all`` only where there is no other.

    Raises:
        DataError: one cannot be read, or there is none.
    """
    found, errors = {}, []
    for split in SPLITS:
        if split == "all" and found:
            break
        try:
            found[split] = open_views(spec, split)
        except NoSplitError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return found


def describe(source: Any) -> dict[str, Any]:
    """Return counts of a split: views, photographs, classes, kinds of viewpoint, flags, and ranges of the angles."""
    labels = [label_of(source, index) for index in range(len(source))]
    fine = [label for label in labels if label.get("viewpoint_kind", FINE) == FINE]
    angles = np.array([label["viewpoint"][:3] for label in fine]).reshape(-1, 3)
    return {
        "views": len(labels),
        "photographs": len({label.get("source_image", index) for index, label in enumerate(labels)}),
        "categories": dict(sorted(Counter(label["category"] for label in labels).items())),
        "viewpoints": {kind: sum(label.get("viewpoint_kind", FINE) == kind for label in labels) for kind in KINDS},
        **{flag: sum(bool(label.get(flag)) for label in labels) for flag in FLAGS},
        **{
            name: [float(values.min()), float(values.max())]
            for name, values in zip(("azimuth", "elevation", "tilt"), angles.T)
            if values.size
        },
    }


def _show(facts: dict[str, Any]) -> None:
    """Print the facts as a table."""
    splits = facts["splits"]
    table = Table(title=facts["data"], title_justify="left")
    table.add_column("")
    for name in splits:
        table.add_column(name, justify="right")
    for name in ("views", "photographs", *FLAGS):
        table.add_row(name, *(str(split[name]) for split in splits.values()))
    for kind in KINDS:
        table.add_row(f"viewpoint {kind}", *(str(split["viewpoints"][kind]) for split in splits.values()))
    for name in ("azimuth", "elevation", "tilt"):
        spans = [split.get(name) for split in splits.values()]
        table.add_row(name, *(f"{span[0]:.4g} to {span[1]:.4g}" if span else "-" for span in spans))
    for category in sorted({name for split in splits.values() for name in split["categories"]}):
        table.add_row(f"  {category}", *(str(split["categories"].get(category, 0)) for split in splits.values()))
    results.print(table)


def write_sheet(path: Path, source: Any, title: str, cad: bool = False) -> Path:
    """Draw some views of a source, evenly spread over it, and write the sheet; return its path.

    Raises:
        DataError: there is no view; with ``cad``, no CAD model.
    """
    if not len(source):
        raise DataError(f"{title} has no view to draw", "at least one", "choose other options, or add --no-sheet")
    chosen = np.unique(np.linspace(0, len(source) - 1, min(TILES, len(source))).round().astype(int)).tolist()
    views = [source[index] for index in chosen]
    tiles = [annotated(view, _model(source, view, title) if cad else None) for view in views]
    legend = (*LEGEND, ("CAD model", CAD_COLOUR)) if cad else LEGEND
    picture = contact_sheet(tiles, columns=6, captions=[_caption(view) for view in views], title=title, legend=legend)
    with atomic_write(path) as file:
        Image.fromarray(picture).save(file, "PNG")
    return path


def _model(source: Any, view: dict[str, Any], title: str) -> ReleaseCad | None:
    """Return the CAD model of a view; None where its camera is not known."""
    if "cad_index" not in view or not hasattr(source, "folder"):
        raise DataError(f"{title} names no CAD models", "pascal3d:DIR or objectnet3d:DIR", "leave --cad out")
    return read_cad(source.folder, view["category"], view["cad_index"]) if "intrinsics" in view else None


def annotated(view: dict[str, Any], cad: ReleaseCad | None = None) -> np.ndarray:
    """Return a view with its box and, where its viewpoint is fine, the object's axes over it, uint8 RGB.

    Args:
        view: of a source.
        cad: laid over it by the view's camera.
    """
    image, box = view["image"], np.asarray(view["bbox"], np.float64)
    canvas = Canvas(image, ZOOM_TO / image.shape[1])
    if cad is not None:
        camera = Camera(view["intrinsics"], view["camera_from_world"], image.shape[1], image.shape[0])
        canvas.silhouette(camera.project(cad.vertices.astype(np.float32))[0], cad.faces, CAD_COLOUR)
    canvas.box(box)
    if view.get("viewpoint_kind", FINE) == FINE:
        rotation = camera_from_object_rotation(*(float(angle) for angle in view["viewpoint"][:3]))
        centre = view["intrinsics"][:2, 2] if "intrinsics" in view else (box[:2] + box[2:]) / 2
        canvas.axes(rotation, centre=centre, length=0.4 * float((box[2:] - box[:2]).max()))
    return canvas.array()


def _caption(view: dict[str, Any]) -> str:
    kind = view.get("viewpoint_kind", FINE)
    words = [flag for flag in FLAGS if view.get(flag)]
    azimuth, elevation, tilt = (float(angle) for angle in view["viewpoint"][:3])
    angles = {
        "fine": f"az {azimuth:.0f} el {elevation:.0f} tilt {tilt:.0f}",
        "coarse": f"az {azimuth:.0f}, coarse",
    }.get(kind, "no viewpoint")
    return "\n".join([f"{view['category']} {view['index']}", angles, *([", ".join(words)] if words else [])])
