"""Symmetry of an object about its vertical axis, and distances of rotations that know about it.

Of a square table nobody can tell which side is the front: a prediction a quarter turn off shows the same picture, and
is no error. The turns that matter are those about z; a mirror image is no turn, it only says that a mirrored picture
shows the object itself::

        fold 1            fold 2            fold 4            fold 0
       (a chair)     (a dining table)   (a square table)  (a wine bottle)
        _______         _________          _____             ___
       |  back |       |         |        |     |          /     \\
       |       |       |_________|        |_____|          \\ ___ /
        front                                                             seen from above
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vantage.errors import DataError
from vantage.geometry.arrays import DEGREE, Array, arrays, norm, require_broadcast, require_shape
from vantage.geometry.rotations import geodesic_distance_deg, rotation_z


@dataclass(frozen=True)
class Symmetry:
    """What leaves an object as it is.

    Attributes:
        mirror: exchanging left and right, x -> -x.
        fold: the turn by 360 / fold degrees about z; 1 for none, 0 for every angle (a surface of revolution).
    """

    mirror: bool = False
    fold: int = 1

    def __post_init__(self):
        whole = isinstance(self.fold, int | np.integer) and not isinstance(self.fold, bool)
        if not whole or self.fold < 0 or not isinstance(self.mirror, bool | np.bool_):
            raise DataError(f"a symmetry with mirror {self.mirror!r}, fold {self.fold!r}", "a truth and a whole number")

    def as_json(self) -> dict[str, Any]:
        """Return ``{"mirror": bool, "fold": int}``."""
        return {"mirror": bool(self.mirror), "fold": int(self.fold)}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Symmetry:
        """Return the symmetry of ``as_json``'s dictionary; what it leaves out is no symmetry.

        Raises:
            DataError: for other keys or kinds of values.
        """
        unknown = sorted(set(entry) - {"mirror", "fold"})
        if unknown:
            raise DataError(f"a symmetry with {', '.join(unknown)}", "mirror and fold")
        return cls(**entry)


def rotations(symmetry: Symmetry) -> np.ndarray:
    """Return the turns [n, 3, 3] of the object that leave it as it is, the identity first; n is the fold.

    Raises:
        DataError: fold 0, which has no end of them.
    """
    if symmetry.fold == 0:
        raise DataError("the turns of a surface of revolution", "a fold of at least 1")
    return rotation_z(np.arange(symmetry.fold) * (360.0 / symmetry.fold))


def symmetric_geodesic(found: Array, true: Array, symmetry: Symmetry) -> Array:
    """Return the smallest angle [...] in [0, 180] degrees between two views that may each show the object turned.

    It is the least ``geodesic_distance_deg(found @ S, true)`` over the turns S of the object that leave it as it is.
    With fold 0 that is the angle between the two images of the z axis, which is all that no S changes. Mirror symmetry
    has no part in it.

    Args:
        found, true: camera_from_object rotations [..., 3, 3], broadcast against each other.
        symmetry: of the object; one for all of them.

    Raises:
        ShapeError: unless the last dimensions are 3, 3.
    """
    xp, found, true = arrays(found, true)
    require_shape("found rotation", found, 3, 3)
    require_shape("true rotation", true, 3, 3)
    require_broadcast(found=found, true=true)
    if symmetry.fold == 0:
        return _angle_deg(xp, found[..., 2], true[..., 2])
    _, turns, _ = arrays(rotations(symmetry).astype("float64" if "64" in str(found.dtype) else "float32"), found)
    turned = xp.matmul(found[..., None, :, :], turns)
    return xp.min(geodesic_distance_deg(turned, true[..., None, :, :]), axis=-1)


def _angle_deg(xp: Any, first: Array, second: Array) -> Array:
    """Return the angle [...] between unit vectors [..., 3], in degrees."""
    return 2 * xp.arctan2(norm(xp, first - second), norm(xp, first + second))[..., 0] / DEGREE
