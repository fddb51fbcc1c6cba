"""The record: one view of one scene, with its camera and every label.

Conventions are those of docs/conventions.md: the object frame has z up and the front along -y; cameras are OpenCV's;
pixel centres lie at integer + 0.5; angles are degrees. This module needs numpy alone, so that a render worker
imports it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np

from vantage.errors import DataError
from vantage.geometry.symmetry import Symmetry

DATASET_NAME = "vantage_records"
"""Name of the TFDS data set that a folder of records is."""

VERSION = "1.1.0"
"""Version of the format: another major number means other features, a minor one adds some and older sets still read."""

SPLITS = ("train", "val")
"""The splits a rendered set may have."""

VISIBLE, SELF_OCCLUDED, OCCLUDED, OUTSIDE = range(4)
"""Keypoint visibility: visible, hidden by the object itself, hidden by another object, outside the frame."""

LIGHT_KINDS = ("point", "area", "sun", "environment")
"""The meaning of the first number of a row of ``lights``."""

NO_NORMALISATION = MappingProxyType({"scale": 1.0, "offset": (0.0, 0.0, 0.0), "up": "z", "front": "-y"})


@dataclass(frozen=True)
class ArraySpec:
    """What one numeric feature looks like: dtype, shape (a letter is a size that several features share), meaning."""

    dtype: str
    shape: tuple[int | str, ...]
    doc: str
    optional: bool = False


ARRAYS: Mapping[str, ArraySpec] = MappingProxyType(
    {
        "image": ArraySpec("uint8", ("H", "W", 4), "RGBA, straight alpha; alpha may also hold a ground shadow"),
        "mask": ArraySpec("uint8", ("H", "W"), "255 where the object is (the object only), else 0"),
        "depth": ArraySpec("float32", ("H", "W"), "z-depth in object units, 0 = background"),
        "normal": ArraySpec("float32", ("H", "W", 3), "unit shading normals in the object frame, 0 = background", True),
        "object_coordinates": ArraySpec(
            "float32", ("H", "W", 3), "surface point in the object frame, 0 = background", True
        ),
        "instance": ArraySpec("uint16", ("H", "W"), "0 = none, i + 1 = object i of instances", True),
        "part": ArraySpec("uint16", ("H", "W"), "0 = none, i + 1 = name i of part_names", True),
        "intrinsics": ArraySpec("float32", (3, 3), "pinhole matrix in pixels"),
        "camera_from_world": ArraySpec("float32", (4, 4), "rigid transform, OpenCV camera axes"),
        "viewpoint": ArraySpec("float32", (4,), "azimuth, elevation, tilt in degrees; distance in object units"),
        "keypoints_2d": ArraySpec("float32", ("K", 2), "pixels"),
        "keypoints_3d": ArraySpec("float32", ("K", 3), "object frame"),
        "keypoint_visibility": ArraySpec(
            "uint8", ("K",), "0 visible, 1 self-occluded, 2 occluded, 3 outside the frame"
        ),
        "bbox": ArraySpec("float32", (4,), "x0, y0, x1, y1 in pixels, edges, tight on the mask"),
        "albedo": ArraySpec("uint8", ("H", "W", 3), "base colour, sRGB, 0 = nothing", True),
        "shading": ArraySpec("float32", ("H", "W", 3), "linear light over linear albedo, before exposure", True),
        "flow": ArraySpec("float32", ("H", "W", 2), "pixels to the next view of the group (view_id + 1)", True),
        "flow_valid": ArraySpec("uint8", ("H", "W"), "255 where the point is seen in the next view, else 0", True),
        "bbox_amodal": ArraySpec(
            "float32",
            (4,),
            "x0, y0, x1, y1 in pixels of the whole object, behind others and outside the frame too",
            True,
        ),
        "lights": ArraySpec("float32", ("L", 8), "kind (point, area, sun, environment), xyz, energy, rgb"),
    }
)
"""The numeric features, in the order in which they are listed and stored."""

TEXTS = ("category", "model_id", "scene_id")
INTEGERS = ("view_id", "index", "seed")
NAMES = ("keypoint_names", "part_names")
JSONS = ("factors", "normalisation", "symmetry", "instances")
LATER = MappingProxyType({"symmetry": Symmetry().as_json(), "instances": [], "part_names": ()})
"""What sets of version 1.0 lack, and what is read in its place."""


def _empty(*shape: int, dtype: str = "float32") -> Any:
    """Return a dataclass field whose default is a new array of zeros."""
    return field(default_factory=lambda: np.zeros(shape, dtype))


@dataclass(frozen=True, eq=False)
class Record:
    """One view. Shapes, dtypes and meaning of the arrays are in `ARRAYS`.

    Attributes:
        keypoint_names: K names, in the order of the keypoint arrays.
        factors: the named values that a generator varied.
        category: class name, such as ``car``.
        model_id: the CAD model; views of one model share it.
        scene_id, view_id: views of one scene share ``scene_id`` and are numbered by ``view_id``.
        index: place in the whole data set (over all shards of all splits).
        seed: the seed of the data set.
        normalisation: scale, offset (3), source up axis and front axis; undoes the normalisation of the model.
        symmetry: ``mirror`` (about x = 0) and ``fold`` (of turns about z; 0 = any angle).
        instances: of a view of several objects, each with name, model_id, category, world_from_object, symmetry.
        part_names: what the numbers of ``part`` mean.
    """

    image: np.ndarray
    mask: np.ndarray
    depth: np.ndarray
    intrinsics: np.ndarray
    camera_from_world: np.ndarray
    viewpoint: np.ndarray
    bbox: np.ndarray
    keypoints_2d: np.ndarray = _empty(0, 2)
    keypoints_3d: np.ndarray = _empty(0, 3)
    keypoint_visibility: np.ndarray = _empty(0, dtype="uint8")
    keypoint_names: tuple[str, ...] = ()
    lights: np.ndarray = _empty(0, 8)
    factors: Mapping[str, float] = field(default_factory=dict)
    category: str = ""
    model_id: str = ""
    scene_id: str = ""
    view_id: int = 0
    index: int = 0
    seed: int = 0
    normalisation: Mapping[str, Any] = field(default_factory=lambda: dict(NO_NORMALISATION))
    normal: np.ndarray | None = None
    object_coordinates: np.ndarray | None = None
    instance: np.ndarray | None = None
    part: np.ndarray | None = None
    albedo: np.ndarray | None = None
    shading: np.ndarray | None = None
    flow: np.ndarray | None = None
    flow_valid: np.ndarray | None = None
    bbox_amodal: np.ndarray | None = None
    symmetry: Mapping[str, Any] = field(default_factory=lambda: dict(LATER["symmetry"]))
    instances: Sequence[Mapping[str, Any]] = field(default_factory=list)
    part_names: tuple[str, ...] = ()

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays that are present, by name, in the order of `ARRAYS`."""
        return {name: value for name in ARRAYS if (value := getattr(self, name)) is not None}

    def as_dict(self) -> dict[str, Any]:
        """Return all fields that are present, by name."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}


def checked(record: Record) -> Record:
    """Return ``record`` with exact dtypes, or raise.

    Raises:
        DataError: for a wrong shape, sizes that disagree, a value that is not finite, a viewpoint out of range, or
            numbers of parts or instances without a name.
    """
    sizes: dict[str, int] = {}
    arrays = {name: _checked_array(name, value, sizes) for name, value in record.arrays().items()}
    keypoints = sizes.get("K", 0)
    if len(record.keypoint_names) != keypoints:
        raise DataError(f"record {record.index} has {len(record.keypoint_names)} keypoint names", f"{keypoints}")
    check_viewpoint(arrays["viewpoint"], f"record {record.index}")
    Symmetry.from_json(record.symmetry)
    _check_numbers(record, "part", len(record.part_names))
    _check_numbers(record, "instance", max(len(record.instances), 1))
    return Record(**{**record.as_dict(), **arrays})


def check_viewpoint(viewpoint: np.ndarray, where: str) -> None:
    """Check one viewpoint: azimuth [0, 360], elevation [-90, 90], tilt [-180, 180] degrees, distance >= 0.

    Raises:
        DataError: naming ``where`` it was found.
    """
    azimuth, elevation, tilt, distance = (float(value) for value in viewpoint)
    if not np.isfinite(viewpoint).all():
        raise DataError(f"{where} has the viewpoint {_listed(viewpoint)}", "finite numbers")
    if not (0 <= azimuth <= 360 and abs(elevation) <= 90 and abs(tilt) <= 180 and distance >= 0):
        expected = "azimuth in [0, 360], elevation in [-90, 90], tilt in [-180, 180], distance >= 0"
        raise DataError(f"{where} has the viewpoint {_listed(viewpoint)}", expected)


def _check_numbers(record: Record, name: str, known: int) -> None:
    """Check that a map of numbers, if there is one, holds none above ``known``."""
    numbers = getattr(record, name)
    if numbers is not None and numbers.size and numbers.max() > known:
        raise DataError(f"record {record.index} has {name} number {numbers.max()}", f"at most {known}")


def _checked_array(name: str, value: Any, sizes: dict[str, int]) -> np.ndarray:
    """Return ``value`` with the dtype of its spec; ``sizes`` collects what each letter stands for."""
    spec = ARRAYS[name]
    value = np.asarray(value)
    if spec.dtype != "float32" and value.dtype != spec.dtype:
        raise DataError(f"record feature {name!r} has dtype {value.dtype}", spec.dtype)
    if value.ndim != len(spec.shape) or any(
        size != (sizes.setdefault(want, size) if isinstance(want, str) else want)
        for size, want in zip(value.shape, spec.shape)
    ):
        known = tuple(sizes.get(want, want) if isinstance(want, str) else want for want in spec.shape)
        raise DataError(f"record feature {name!r} has shape {value.shape}", f"{known}")
    value = np.ascontiguousarray(value, dtype=spec.dtype)
    if spec.dtype == "float32" and not np.isfinite(value).all():
        raise DataError(f"record feature {name!r} holds values that are not finite", "finite numbers")
    return value


def _listed(values: np.ndarray) -> str:
    """Return ``(1.5, 2, nan, 3)``."""
    return "(" + ", ".join(f"{float(value):g}" for value in values) + ")"
