"""The symmetry of a model that nobody told, measured on its surface: which turns about z leave it as it is.

A turn is one that nobody can see where all of the surface comes to lie on the surface again, within 1 % of the diagonal
(of slim things 4 % of the radius), and on the same colours: corners and points of the whole area, and of each material
by itself, so that a knob, a label or tail lights count, small as they are. In doubt a model has no symmetry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from synth_data.models import Model
from synth_data.palettes import look_up
from vantage.geometry.rotations import rotation_z
from vantage.geometry.symmetry import Symmetry

TOLERANCE, SLIM_TOLERANCE = 0.01, 0.04
"""How far off the surface may lie: in diagonals, and in radii about z; the smaller counts."""

SAME_COLOUR = 0.12
"""Greatest difference of any channel (display values in [0, 1]) that is the same colour."""

ANY_TURN = (9.0, 16.5, 22.5, 45.0, 67.3, 137.5)
"""One of these turns (degrees) brings the corners of every polygon of up to twelve next to the middles of its sides."""

FOLDS = (12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
"""Those that are looked for, the greatest first; what has more corners is round."""

_FIRST, _POINTS, _CORNERS, _SURFACE = 100, 600, 600, 6_000
_MATERIALS, _OF_MATERIAL = 64, 40
_NEAR = 3
"""Points of the surface that are looked at beside each; eight times as many where these do not fit."""


def measured_symmetry(model: Model) -> Symmetry:
    """Return the symmetry of a normalised model; none for what is no solid or sheet of some width."""
    surface = _Surface(model)
    mirror = surface.lies_on_itself([np.diag([-1.0, 1.0, 1.0])])
    if surface.lies_on_itself(rotation_z(np.array(ANY_TURN))):
        return Symmetry(mirror, 0)
    # all multiples: one turn alone may be next to another that fits
    multiples = {fold: rotation_z(360.0 * np.arange(1, fold // 2 + 1) / fold) for fold in FOLDS}
    return Symmetry(mirror, next((fold for fold in FOLDS if surface.lies_on_itself(multiples[fold])), 1))


@dataclass(frozen=True, eq=False)
class _Points:
    """Points on a surface: where they are [n, 3], on which triangle [n], and how they look [n, 6]."""

    places: np.ndarray
    triangles: np.ndarray
    looks: np.ndarray

    def of(self, chosen: Any) -> _Points:
        return _Points(self.places[chosen], self.triangles[chosen], self.looks[chosen])


class _Surface:
    """A model's surface as points to compare and points to compare them with."""

    def __init__(self, model: Model):
        rng = np.random.default_rng(len(model.triangles))
        self.model, self.corners = model, model.vertices[model.triangles]
        self.area = np.linalg.norm(np.cross(*(self.corners[:, 1:] - self.corners[:, :1]).transpose(1, 0, 2)), axis=1)
        each = rng.permutation(len(self.area))[:_SURFACE]
        self.known = self._points(np.concatenate([each, self._drawn(np.arange(len(self.area)), _SURFACE, rng)]), rng)
        self.tree = cKDTree(self.known.places, balanced_tree=False, compact_nodes=False)
        self.asked = self._asked(rng)
        self.material = model.surface_of[self.asked.triangles]
        radius = np.linalg.norm(self.asked.places[:, :2], axis=1).max()
        self.tolerance = min(TOLERANCE, SLIM_TOLERANCE * float(radius))
        middle = np.average(self.corners.mean(axis=1), axis=0, weights=self.area) * (1, 1, 0)
        # the box of what has an odd number of corners lies beside its axis
        self.axis = middle if np.linalg.norm(middle) <= self.tolerance else np.zeros(3)

    def lies_on_itself(self, turns: Sequence[np.ndarray]) -> bool:
        """Whether the surface, turned by any of some matrices [3, 3], is where it was, in the same colours."""
        few = all(self._fits(turn, slice(_FIRST), 0.9) for turn in turns)
        return few and all(self._fits(turn, slice(None), 0.99) for turn in turns)

    def _fits(self, turn: np.ndarray, chosen: slice, share: float) -> bool:
        asked, material = self.asked.of(chosen), self.material[chosen]
        axis = self.axis if np.linalg.det(turn) > 0 else np.zeros(3)
        off, right = self._compare((asked.places - axis) @ turn.T + axis, asked.looks)
        if right.mean() < share or off.max() > 3 * self.tolerance:
            return False
        count = np.bincount(material)
        return chosen.stop is not None or bool((np.bincount(material, right) >= 0.9 * count).all())

    def _compare(self, places: np.ndarray, looks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far points are from the surface [n], and whether it is where they are, and looks like them [n]."""
        off, right = self._near(places, looks, _NEAR)
        wrong = np.flatnonzero(~right)  # a label may lie before it, or small triangles
        if len(wrong):
            off[wrong], right[wrong] = self._near(places[wrong], looks[wrong], 8 * _NEAR)
        return off, right

    def _near(self, places: np.ndarray, looks: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Look at the ``count`` points next to each."""
        _, near = self.tree.query(places, k=count)
        far = distance_to_triangles(places[:, None], self.corners[self.known.triangles[near]])
        alike = np.abs(self.known.looks[near] - looks[:, None]).max(axis=-1) <= SAME_COLOUR
        return far.min(axis=1), ((far <= self.tolerance) & alike).any(axis=1)

    def _asked(self, rng: np.random.Generator) -> _Points:
        """Return what is compared, in random order: points of all, of each material, and corners."""
        of_each = (
            np.flatnonzero(self.model.surface_of == number) for number in np.unique(self.model.surface_of)[:_MATERIALS]
        )
        drawn = [self._drawn(np.arange(len(self.area)), _POINTS, rng)]
        drawn += [self._drawn(own, _OF_MATERIAL, rng) for own in of_each]
        inside = self._points(np.concatenate(drawn), rng)
        faces = rng.permutation(len(self.area))[:_CORNERS]
        weights = np.eye(3)[rng.integers(0, 3, len(faces))]
        corners = self._at(faces, weights)
        both = [np.concatenate(pair) for pair in zip(vars(inside).values(), vars(corners).values())]
        return _Points(*both).of(rng.permutation(len(both[0])))

    def _drawn(self, triangles: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
        """Return ``count`` of some triangles, in proportion to area."""
        ends = np.cumsum(self.area[triangles])
        places = (np.arange(count) + rng.random(count)) / count * ends[-1]
        return triangles[np.minimum(np.searchsorted(ends, places, side="right"), len(ends) - 1)]

    def _points(self, triangles: np.ndarray, rng: np.random.Generator) -> _Points:
        """Return a random point of each of some triangles."""
        root, other = np.sqrt(rng.random(len(triangles))), rng.random(len(triangles))
        return self._at(triangles, np.stack([1 - root, root * (1 - other), root * other], -1))

    def _at(self, triangles: np.ndarray, weights: np.ndarray) -> _Points:
        places = (weights[..., None] * self.corners[triangles]).sum(axis=1)
        return _Points(places, triangles, _looks(self.model, triangles, weights))


def _looks(model: Model, triangles: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return display colour, opacity, metal and light of points, in [0, 1], [n, 6].

    Args:
        triangles: [n].
        weights: barycentric [n, 3].
    """
    number = model.surface_of[triangles]
    plain = np.array([[*s.base_color, s.alpha, s.metallic, min(s.emission, 1.0)] for s in model.surfaces], np.float64)
    looks = plain[number]
    if model.colors is not None:
        painted = np.array([surface.vertex_colors for surface in model.surfaces])[number]
        colours = (weights[..., None] * model.colors[triangles]).sum(axis=1)[:, :3]
        looks[:, :3] *= np.where(painted[:, None], colours, 1.0)
    looks[:, :3] = np.clip(looks[:, :3], 0, 1) ** (1 / 2.2)
    for texture, pixels in enumerate(model.textures):
        chosen = np.flatnonzero(np.array([surface.texture == texture for surface in model.surfaces])[number])
        if len(chosen):
            uv = (weights[chosen, :, None] * model.uv[triangles[chosen]]).sum(axis=1)
            looks[chosen, :3] *= look_up(uv, pixels) / 255
    return looks


def distance_to_triangles(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return the distances [...] of points [..., 3] from triangles [..., 3, 3], broadcast against each other."""
    a = triangles[..., 0, :]
    first, second, to = triangles[..., 1, :] - a, triangles[..., 2, :] - a, points - a
    normal = np.cross(first, second)
    square = np.maximum((normal * normal).sum(-1), 1e-30)
    u = (np.cross(to, second) * normal).sum(-1) / square
    v = (np.cross(first, to) * normal).sum(-1) / square
    plane = np.abs((to * normal).sum(-1)) / np.sqrt(square)
    sides = np.stack(np.broadcast_arrays(*(_distance_to_side(points, triangles, side) for side in range(3))))
    return np.where((u >= 0) & (v >= 0) & (u + v <= 1), plane, sides.min(axis=0))


def _distance_to_side(points: np.ndarray, triangles: np.ndarray, side: int) -> np.ndarray:
    start = triangles[..., side, :]
    along, to = triangles[..., (side + 1) % 3, :] - start, points - start
    share = np.clip((to * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-30), 0.0, 1.0)
    return np.linalg.norm(to - share[..., None] * along, axis=-1)
