"""Symmetric free-form deformation: more shapes from few CAD models (Su et al., Render for CNN, ICCV 2015, section 4.1).

A lattice of control points fills the box of an object; moving them moves everything inside, by the Bernstein
polynomials of Sederberg and Parry (SIGGRAPH 1986). Points on both sides of x = 0 move as mirror images of each other,
so that what was symmetric stays so, to the last bit. None that can be made here folds space: see `Deformation`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import comb
from typing import Any

import numpy as np

from synth_data.models import Model
from synth_data.subdivision import with_short_edges
from vantage.errors import UserError
from vantage.geometry.symmetry import Symmetry

LATTICE = (4, 5, 4)
MAX_POINTS = 8
"""Control points along an axis."""

LONGEST_EDGE = 0.06
"""Longer edges are cut before bending (object units)."""

_STRETCH, _BEND = 0.5, 0.15
"""Standard deviations, in sides of the box before scaling: of the stretch along each axis, of single control points."""

_MARGIN = 0.9


@dataclass(frozen=True)
class Deformation:
    """Where the control points go.

    With a displacement that is a sum of Bernstein polynomials, the Jacobian is everywhere a weighted mean of matrices
    that follow from the control points. If the symmetric parts of all of them are positive definite, so is that of
    each mean, and its determinant is positive: nothing is turned inside out. Others are refused.

    Attributes:
        lattice: control points along x, y, z; 2 to 8.
        offsets: how far each moves, in sides of the box, times ``amplitude``: those with x <= 0, the last index
            fastest (x, then y, then z slowest to fastest); the others are their mirror images.
        amplitude: 0 changes nothing.

    Raises:
        UserError: another number of offsets, not finite, or so large that the object would be turned inside out.
    """

    lattice: tuple[int, int, int]
    offsets: tuple[tuple[float, float, float], ...]
    amplitude: float = 1.0

    def __post_init__(self):
        if not (len(self.lattice) == 3 and all(2 <= count <= MAX_POINTS for count in self.lattice)):
            raise UserError(f"a lattice of {self.lattice}", f"three numbers from 2 to {MAX_POINTS}")
        expected = (_half(self.lattice), 3)
        if np.shape(self.offsets) != expected or not np.isfinite([*np.ravel(self.offsets), self.amplitude]).all():
            raise UserError(f"offsets of shape {np.shape(self.offsets)}", f"{expected}, of numbers")
        if self.amplitude * self.foldedness >= 1:
            most = 1 / self.foldedness
            raise UserError(
                f"an amplitude of {self.amplitude:g}", f"less than {most:g}, where these offsets would fold"
            )

    @cached_property
    def control(self) -> np.ndarray:
        """Displacements at amplitude 1 in sides of the box, float64 [nx, ny, nz, 3]."""
        count = self.lattice[0]
        near = np.reshape(np.asarray(self.offsets, np.float64), ((count + 1) // 2, *self.lattice[1:], 3))
        if count % 2:
            near = np.concatenate([near[:-1], near[-1:] * (0, 1, 1)])
        return np.concatenate([near, near[: count // 2][::-1] * (-1, 1, 1)])

    @cached_property
    def foldedness(self) -> float:
        """1 over the amplitude at which the bound on the Jacobian is used up; 0 where there is none."""
        slopes = np.stack([_slopes(self.control, axis) for axis in range(3)], -1)
        lowest = np.linalg.eigvalsh((slopes + np.swapaxes(slopes, -1, -2)) / 2).min()
        return float(max(-lowest, 0.0))

    @property
    def key(self) -> str:
        """Eight digits that tell this deformation from others."""
        return hashlib.sha256(json.dumps(self.as_json()).encode()).hexdigest()[:8]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Deformation:
        """Return what `as_json` gave."""
        return cls(tuple(entry["lattice"]), tuple(map(tuple, entry["offsets"])), float(entry["amplitude"]))


def sample_deformation(rng: np.random.Generator, strength: float = 0.5, lattice=LATTICE) -> Deformation:
    """Draw a deformation: each axis stretched, and each control point moved, by normal numbers.

    Args:
        rng: the source of all draws.
        strength: 0 (nothing) to 1 (as far as is safe).
        lattice: control points along x, y, z.
    """
    if not 0 <= strength <= 1:
        raise UserError(f"a strength of {strength:g}", "a number from 0 to 1")
    half = ((lattice[0] + 1) // 2, *lattice[1:])
    place = np.stack(np.meshgrid(*(np.arange(n) / (m - 1) - 0.5 for n, m in zip(half, lattice)), indexing="ij"), -1)
    moves = rng.normal(size=(*half, 3)).clip(-2, 2) * _BEND + place * rng.normal(0, _STRETCH, 3).clip(-1, 1)
    whole = Deformation(lattice, tuple(map(tuple, moves.reshape(-1, 3).round(6).tolist())), 0.0)
    amplitude = min(strength * _MARGIN / max(whole.foldedness, 1e-9), 1.0)
    return replace(whole, amplitude=round(amplitude, 6))


def deform(model: Model, deformation: Deformation, model_id: str | None = None) -> Model:
    """Return a model bent by a deformation, and normalised again.

    Keypoints and normals go along; of symmetries, the mirror image alone stays. The stored normalisation holds the
    deformation, and the scale and offset that were applied after it (``renormalised``).

    Args:
        model: in the object frame.
        deformation: of its box, which is taken symmetric about x = 0.
        model_id: of the result; without it, ``ID~KEY`` (`Deformation.key`).
    """
    if deformation.amplitude == 0:
        return model
    model = with_short_edges(model, LONGEST_EDGE)
    used = model.vertices[np.unique(model.triangles)]
    box = _box(used)
    vertices, jacobian = bend(model.vertices, box, deformation)
    keypoints, _ = bend(model.keypoints, box, deformation)
    bent, _ = bend(used, box, deformation)
    low, high = bent.min(axis=0), bent.max(axis=0)
    offset, scale = (low + high) / 2, 1 / np.linalg.norm(high - low)
    applied = {"scale": float(scale), "offset": offset.tolist()}
    return replace(
        model,
        model_id=model_id or f"{model.model_id}~{deformation.key}",
        vertices=(vertices - offset) * scale,
        normals=_turned(model.normals, jacobian, model.triangles),
        keypoints=(keypoints - offset) * scale,
        symmetry=Symmetry(mirror=model.symmetry.mirror),
        normalisation={**model.normalisation, "deformation": deformation.as_json(), "renormalised": applied},
    )


def deform_by_seed(model: Model, seed: int, model_id: str) -> Model:
    """Return the deformed copy of a model that is called ``MODEL~SEED``; every model is bent in its own way."""
    rng = np.random.default_rng([seed, *model.model_id.encode()])
    return deform(model, sample_deformation(rng), model_id)


def bend(points: np.ndarray, box: tuple[np.ndarray, np.ndarray], deformation: Deformation) -> tuple:
    """Return the points [n, 3] after the deformation of a box, and its Jacobian there [n, 3, 3].

    Computed for ``|x|`` and mirrored, so that mirrored points have mirrored results exactly.

    Args:
        points: inside the box, or not far outside.
        box: its low and high corner, symmetric about x = 0.
        deformation: see there.
    """
    low, high = box
    side = np.maximum(high - low, 1e-9)
    folded = np.concatenate([np.abs(points[:, :1]), points[:, 1:]], axis=1)
    place = (folded - low) / side
    control = deformation.amplitude * deformation.control
    values = [_bernstein(place[:, axis], control.shape[axis]) for axis in range(3)]
    slopes = [_bernstein_slope(place[:, axis], control.shape[axis]) for axis in range(3)]
    mirror = np.stack([np.sign(points[:, 0]), *np.ones((2, len(points)))], -1)
    moved = points + mirror * side * _sum(control, *values)
    columns = [_sum(control, *(slopes[k] if k == axis else values[k] for k in range(3))) for axis in range(3)]
    jacobian = np.stack(columns, -1) * side[:, None] / side
    signs = mirror[:, :, None] * mirror[:, None, :]
    signs[:, 0, 0] = 1
    return moved, np.eye(3) + jacobian * signs


def _box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = points.min(axis=0), points.max(axis=0)
    reach = max(-low[0], high[0])
    return np.array([-reach, *low[1:]]), np.array([reach, *high[1:]])


def _half(lattice: tuple[int, int, int]) -> int:
    """Return how many control points have x <= 0."""
    return (lattice[0] + 1) // 2 * lattice[1] * lattice[2]


def _slopes(control: np.ndarray, axis: int) -> np.ndarray:
    """Return the derivative along an axis as control points of the same degree, [nx, ny, nz, 3]."""
    degree = control.shape[axis] - 1
    steps = np.diff(control, axis=axis)
    none = np.zeros_like(np.take(steps, [0], axis))
    weight = np.arange(degree + 1).reshape([-1 if k == axis else 1 for k in range(4)])
    before, after = np.concatenate([none, steps], axis), np.concatenate([steps, none], axis)
    return weight * before + (degree - weight) * after


def _bernstein(place: np.ndarray, count: int) -> np.ndarray:
    """Return the ``count`` Bernstein polynomials at ``place`` [n], float64 [n, count]."""
    degree = count - 1
    up, down = _powers(place, degree), _powers(1 - place, degree)
    return np.stack([comb(degree, k) * up[k] * down[degree - k] for k in range(count)], -1)


def _powers(place: np.ndarray, most: int) -> list[np.ndarray]:
    """Return the powers 0 to ``most``, by products: see `_sum`."""
    powers = [np.ones_like(place)]
    for _ in range(most):
        powers.append(powers[-1] * place)
    return powers


def _bernstein_slope(place: np.ndarray, count: int) -> np.ndarray:
    """Return the derivatives of the Bernstein polynomials, [n, count]."""
    lower = np.pad(_bernstein(place, count - 1), ((0, 0), (1, 1)))
    return (count - 1) * (lower[:, :-1] - lower[:, 1:])


def _sum(control: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the sum of control points weighted by x [n, nx], y [n, ny] and z [n, nz], float64 [n, 3].

    Term by term: the last bits of NumPy's ``einsum`` and ``**`` depend on where arrays happen to lie in memory, and
    equal models shall be equal to the last bit.
    """
    total = np.zeros((len(x), 3))
    for i, plane in enumerate(control):
        slab = np.zeros_like(total)
        for j, row in enumerate(plane):
            line = np.zeros_like(total)
            for k, point in enumerate(row):
                line += z[:, k, None] * point
            slab += y[:, j, None] * line
        total += x[:, i, None] * slab
    return total


def _turned(normals: np.ndarray, jacobian: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return unit normals [F, 3, 3] of corners after maps with the Jacobians [V, 3, 3] of their vertices."""
    first, second, third = jacobian.transpose(1, 0, 2)
    # the inverse transposed, times a positive determinant
    cofactors = np.stack([np.cross(second, third), np.cross(third, first), np.cross(first, second)], axis=1)
    turned = (cofactors[triangles] * normals[:, :, None, :]).sum(axis=-1)
    return (turned / np.maximum(np.linalg.norm(turned, axis=-1, keepdims=True), 1e-30)).astype(np.float32)
