"""Small releases in the structs of PASCAL3D+ and ObjectNet3D, as MATLAB writes them, with photographs drawn by the
releases' own projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from scipy.io import savemat

SIZE = 160, 120
EMPTY = np.zeros((0, 0))

BODY = np.array([(x, y, z) for x in (-0.2, 0.2) for y in (-0.5, 0.5) for z in (-0.16, 0.02)])
CABIN = np.array([(x, y, z) for x in (-0.16, 0.16) for y in (-0.15, 0.45) for z in (0.02, 0.16)])
CAR = np.vstack([BODY, CABIN])
"""A car: front along -y, its cabin towards the back, z up."""

_QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
FACES = np.array([np.array(quad) + start for start in (0, 8) for quad in _QUADS])
TRIANGLES = np.concatenate([FACES[:, [0, 1, 2]], FACES[:, [0, 2, 3]]]) + 1
"""As the release counts: from 1."""

FINE = {
    "azimuth": 40.0,
    "elevation": 15.0,
    "theta": -12.0,
    "distance": 6.0,
    "focal": 1.0,
    "px": 80.0,
    "py": 60.0,
    "viewport": 500.0,
    "azimuth_coarse": 45.0,
    "elevation_coarse": 0.0,
    "interval_azimuth": 5.0,
    "num_anchor": 8.0,
    "error": 1.5,
}


def project_3d(points: np.ndarray, view: dict[str, float]) -> np.ndarray:
    """Return MATLAB pixels [n, 2] of points [n, 3]: the formula of the releases' toolboxes, written out anew.

    The camera stands at C; it sees ``Rx(elevation - 90) Rz(-azimuth) (X - C)``, is divided by the negated third
    coordinate, turned by theta in the plane (y up), and laid on the picture about the principal point, y down.
    """
    a, e, t = (np.radians(view[name]) for name in ("azimuth", "elevation", "theta"))
    centre = view["distance"] * np.array([np.cos(e) * np.sin(a), -np.cos(e) * np.cos(a), np.sin(e)])
    turn, lift = -a, e - np.pi / 2
    rz = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    rx = np.array([[1, 0, 0], [0, np.cos(lift), -np.sin(lift)], [0, np.sin(lift), np.cos(lift)]])
    seen = (points - centre) @ (rx @ rz).T
    flat = view["viewport"] * view["focal"] * seen[:, :2] / -seen[:, 2:]
    flat = flat @ np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]).T
    return flat * (1, -1) + (view["px"], view["py"])


def draw(views: Sequence[dict[str, float]]) -> Image.Image:
    """Return a photograph of cars seen so: the front red, the back blue, the rest grey."""
    image = Image.new("RGB", SIZE, (70, 110, 80))
    pen = ImageDraw.Draw(image)
    for view in views:
        a, e = np.radians(view["azimuth"]), np.radians(view["elevation"])
        eye = view["distance"] * np.array([np.cos(e) * np.sin(a), -np.cos(e) * np.cos(a), np.sin(e)])
        pixels = project_3d(CAR, view) - 0.5
        for face in sorted(FACES.tolist(), key=lambda face: -np.linalg.norm(CAR[face].mean(0) - eye)):
            middle = CAR[face].mean(0)
            colour = (220, 40, 40) if middle[1] <= -0.5 else (40, 60, 220) if middle[1] >= 0.5 else (150, 150, 155)
            shade = 0.7 + 0.3 * (middle[2] > 0.1) - 0.15 * (abs(middle[0]) > 0.1)
            pen.polygon([tuple(pixels[i]) for i in face], tuple(int(c * shade) for c in colour), (20, 20, 20))
    return image


def box_of(view: dict[str, float]) -> tuple[float, ...]:
    """Return the box of a car as the release has it: x1, y1, x2, y2, from 1, both ends within."""
    pixels = project_3d(CAR, view)
    return (*np.floor(pixels.min(0)), *np.ceil(pixels.max(0)))


@dataclass(frozen=True)
class Thing:
    """One object of an annotation; ``viewpoint`` None is MATLAB's empty."""

    category: str = "car"
    viewpoint: dict[str, Any] | None = field(default_factory=lambda: FINE)
    box: tuple[float, ...] | None = None
    truncated: Any = 0
    occluded: Any = 0
    difficult: Any = 0
    cad: Any = 1


def struct(rows: Sequence[dict[str, Any]]) -> np.ndarray:
    """Return a 1 x n struct array as savemat wants it."""
    array = np.empty((1, len(rows)), [(name, object) for name in rows[0]])
    for number, row in enumerate(rows):
        array[0, number] = tuple(row.values())
    return array


def write_annotation(path: Path, filename: str, things: Sequence[Thing], size: Any = (*SIZE, 3)) -> None:
    """Write one annotation, with fields in it that nobody reads, as the releases have them."""
    rows = [
        {
            "class": thing.category,
            "view": "Unspecified",
            "truncated": thing.truncated,
            "occluded": thing.occluded,
            "difficult": thing.difficult,
            "bbox": np.array([thing.box or box_of(thing.viewpoint)], float),
            "cad_index": thing.cad,
            "viewpoint": EMPTY if thing.viewpoint is None else struct([thing.viewpoint]),
            "anchors": struct([{"left_front_wheel": struct([{"location": np.array([[3.0, 4.0]]), "status": 1.0}])}]),
        }
        for thing in things
    ]
    record = {"folder": "VOC2012", "filename": filename, "imgsize": np.array([size], float), "segmented": np.uint8(0)}
    path.parent.mkdir(parents=True, exist_ok=True)
    objects = struct(rows) if rows else EMPTY
    savemat(path, {"record": {**record, "objects": objects}}, do_compression=True)


def write_shot(root: Path, shelf: str, stem: str, things: Sequence[Thing], suffix: str) -> None:
    """Write a photograph and its annotation; ``shelf`` is the folder of both, such as ``car_pascal``."""
    views = [thing.viewpoint for thing in things if thing.viewpoint and thing.viewpoint.get("azimuth")]
    photo = root / "Images" / shelf / f"{stem}{suffix}"
    photo.parent.mkdir(parents=True, exist_ok=True)
    draw(views).save(photo, "JPEG", quality=95)
    write_annotation(root / "Annotations" / shelf / f"{stem}.mat", photo.name, things)


COARSE = {"azimuth_coarse": 135.0, "elevation_coarse": 0.0, "distance": 0.0, "azimuth": 0.0, "elevation": 0.0}
LEFT = {**FINE, "px": 40.0, "azimuth": 300.0, "theta": 20.0, "elevation": -5.0}
RIGHT = {**FINE, "px": 120.0, "azimuth": 200.0, "elevation": 30.0}
BOX = (20.0, 20.0, 60.0, 50.0)


def write_pascal3d(root: Path) -> Path:
    """Write a release of cars and buses: photographs of VOC with several objects, and of ImageNet; return its folder.

    Its split val has six cars of VOC (two easy and fine, one of each flag, one coarse), and one of ImageNet.
    """
    things = {
        "2008_000001": [Thing(), Thing("person", None, BOX), Thing("bus", RIGHT)],
        "2008_000002": [Thing(viewpoint=LEFT), Thing(viewpoint=RIGHT, truncated=1), Thing("bus", None, BOX)],
        "2008_000003": [Thing(occluded=1), Thing(viewpoint=LEFT, difficult=np.uint8(1))],
        "2008_000004": [Thing(viewpoint=COARSE, box=BOX, occluded=EMPTY), Thing(viewpoint=None, box=BOX)],
    }
    for stem, objects in things.items():
        write_shot(root, "car_pascal", stem, objects, ".jpg")
    write_shot(root, "bus_pascal", "2008_000001", things["2008_000001"], ".jpg")
    write_shot(root, "car_imagenet", "n02814533_7", [Thing(cad=2)], ".JPEG")
    write_shot(root, "car_imagenet", "n02814533_8", [Thing(viewpoint=RIGHT)], ".JPEG")
    write_shot(root, "bus_imagenet", "n02924116_1", [Thing("bus")], ".JPEG")
    _lists(root / "Image_sets", "{}_imagenet_{}.txt", {
        "car": {"train": "n02814533_7", "val": "n02814533_8"},
        "bus": {"train": "n02924116_1", "val": ""},
    })  # fmt: skip
    flags = "2008_000002  1\n2008_000003  1\n2008_000004  0\n2008_000009 -1"
    _lists(root / "PASCAL" / "VOCdevkit" / "VOC2012" / "ImageSets" / "Main", "{}_{}.txt", {
        "car": {"train": "2008_000001  1\n2008_000008 -1", "val": flags},
        "bus": {"train": "2008_000001  1", "val": "2008_000002  0"},
    })  # fmt: skip
    return root


def _lists(folder: Path, pattern: str, lists: dict[str, dict[str, str]]) -> None:
    folder.mkdir(parents=True)
    for category, splits in lists.items():
        for split, text in splits.items():
            (folder / pattern.format(category, split)).write_text(text + "\n" if text else "")


def write_objectnet3d(root: Path) -> Path:
    """Write a release of three photographs; return its folder."""
    by_hand = {name: value for name, value in FINE.items() if name not in ("azimuth", "elevation")}
    things = {
        "n02690373_1": [Thing(viewpoint={**by_hand, "azimuth_coarse": 77.0, "elevation_coarse": 9.0}, box=BOX)],
        "n02690373_2": [Thing("eyeglasses"), Thing("cup", {"azimuth_coarse": 10.0}, BOX), Thing("cup", None, BOX)],
        "n02690373_3": [Thing("cup", {**by_hand, "distance": EMPTY, "elevation_coarse": 3.0}, BOX, truncated=1)],
    }
    for stem, objects in things.items():
        write_shot(root, ".", stem, objects, ".JPEG")
    sets = {"train": "n02690373_1", "val": "n02690373_2", "test": "n02690373_3"}
    _lists(root / "Image_sets", "{1}.txt", {"": {**sets, "classes": "car\ncup\neyeglasses\nsofa"}})
    return root


def write_cad(root: Path, category: str = "car") -> None:
    """Write two CAD models, as OFF and in one struct array."""
    cad = [
        {"vertices": CAR * size, "faces": TRIANGLES.astype(float), "pnames": "wheel", "wheel": CAR[:1] * size}
        for size in (1.0, 0.5)
    ]
    (root / "CAD" / category).mkdir(parents=True)
    savemat(root / "CAD" / f"{category}.mat", {category: struct(cad)})
    for number, item in enumerate(cad, 1):
        rows = [" ".join(f"{x:.6f}" for x in vertex) for vertex in item["vertices"]]
        rows += ["3 " + " ".join(str(int(i)) for i in face - 1) for face in item["faces"]]
        head = f"OFF\n{len(item['vertices'])} {len(item['faces'])} 0\n"
        (root / "CAD" / category / f"{number:02}.off").write_text(head + "\n".join(rows) + "\n")
