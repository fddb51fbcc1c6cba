"""Lens distortion: where a point that a pinhole would show at (x, y) of the plane z = 1 really appears.

The formulas are those of OpenCV's ``calib3d``, which COLMAP and transforms.json share::

    perspective   (x, y) * (1 + k1 r^2 + k2 r^4 + k3 r^6 + k4 r^8) / (1 + d1 r^2 + d2 r^4 + d3 r^6)
                  + (2 p1 x y + p2 (r^2 + 2 x^2), p1 (r^2 + 2 y^2) + 2 p2 x y)                      r^2 = x^2 + y^2
    fisheye       (x, y) / r * (t + k1 t^3 + k2 t^5 + k3 t^7 + k4 t^9)                               t = atan(r)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vantage.errors import DataError

_STEPS = 100
_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Lens:
    """Distortion of one camera.

    Attributes:
        radial: k1, k2, k3, k4 (fewer are filled up with 0).
        tangential: p1, p2.
        denominator: d1, d2, d3, of the rational model (OpenCV calls them k4, k5, k6).
        fisheye: the equidistant model; the other two are then not used.
    """

    radial: tuple[float, ...] = ()
    tangential: tuple[float, float] = (0.0, 0.0)
    denominator: tuple[float, float, float] = (0.0, 0.0, 0.0)
    fisheye: bool = False

    def __post_init__(self):
        values = (*self.radial, *self.tangential, *self.denominator)
        if len(self.radial) > 4 or not np.isfinite(values).all():
            raise DataError(f"lens distortion {values}", "finite numbers, at most k1 to k4")
        object.__setattr__(self, "radial", (*map(float, self.radial), *(0.0,) * (4 - len(self.radial))))

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return not self.fisheye and not any((*self.radial, *self.tangential, *self.denominator))

    def distort(self, plane: np.ndarray) -> np.ndarray:
        """Return where points [..., 2] of the plane z = 1 appear, in the same coordinates."""
        plane = np.asarray(plane, np.float64)
        squared = (plane**2).sum(axis=-1, keepdims=True)
        if self.fisheye:
            return plane * self._fisheye_factor(np.sqrt(squared))
        x, y, r2 = plane[..., :1], plane[..., 1:], squared
        p1, p2 = self.tangential
        shift = np.concatenate([2 * p1 * x * y + p2 * (r2 + 2 * x**2), p1 * (r2 + 2 * y**2) + 2 * p2 * x * y], axis=-1)
        return plane * self._radial_factor(r2) + shift

    def undistort(self, plane: np.ndarray) -> np.ndarray:
        """Return the points [..., 2] whose images `distort` puts at ``plane`` [..., 2]; NaN where there are none.

        Newton's method, with the Jacobian by differences.
        """
        plane = np.asarray(plane, np.float64)
        found = plane.copy()
        for _ in range(_STEPS):
            error = self.distort(found) - plane
            if not (np.abs(error) > _TOLERANCE).any():
                break
            found = found - self._newton_step(found, error)
        wrong = ~(np.abs(self.distort(found) - plane) < 1e-6).all(axis=-1)
        wrong |= (found * plane).sum(axis=-1) < 0  # polynomials have roots on the other side, where no lens images
        return np.where(wrong[..., None], np.nan, found)

    def _radial_factor(self, r2: np.ndarray) -> np.ndarray:
        k1, k2, k3, k4 = self.radial
        d1, d2, d3 = self.denominator
        return (1 + r2 * (k1 + r2 * (k2 + r2 * (k3 + r2 * k4)))) / (1 + r2 * (d1 + r2 * (d2 + r2 * d3)))

    def _fisheye_factor(self, radius: np.ndarray) -> np.ndarray:
        angle = np.arctan(radius)
        t2 = angle**2
        k1, k2, k3, k4 = self.radial
        ratio = np.divide(angle, radius, out=np.ones_like(radius), where=radius > 1e-12)
        return ratio * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))

    def _newton_step(self, found: np.ndarray, error: np.ndarray) -> np.ndarray:
        """Return the inverse of the Jacobian at ``found``, times ``error``."""
        h = 1e-6
        columns = [(self.distort(found + step) - self.distort(found - step)) / (2 * h) for step in np.eye(2) * h]
        (a, c), (b, d) = ((column[..., 0], column[..., 1]) for column in columns)
        determinant = a * d - b * c
        determinant = np.where(np.abs(determinant) < 1e-9, np.nan, determinant)
        x, y = error[..., 0], error[..., 1]
        return np.stack([d * x - b * y, a * y - c * x], axis=-1) / determinant[..., None]
