"""A limit to what neighbours hide: an object of which hardly anything is seen teaches nothing but guessing.

Whether neighbours hide too much is known when models and cameras are; it is told from triangles, without a render, and
follows from the views alone, so that an index alone is still that index of the set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from synth_data.models import Model
from synth_data.raster import ScreenTriangles, rasterise, screen_triangles
from synth_data.sampling.neighbours import Neighbour
from vantage.geometry.cameras import Camera

LEAST_VISIBLE = 0.3
"""Least share of an object's pixels inside the frame that is seen beside what stands before it.

BOP scores poses of objects that are visible by 10 % and more (Hodan et al., ECCV 2018), which know the very model.
A viewpoint of an unknown object needs more of it: what is left of it below a third is often one plain surface.
"""

SMALLER = (1.0, 0.7, 0.5, 0.35)
"""Factors by which neighbours that hide too much are made smaller, tried in turn; after them they are left out."""

_SIDE = 64
"""Longer side of the frame in which pixels are counted, px."""


def shows_enough(model: Model, camera: Camera) -> bool:
    """Return whether the others leave `LEAST_VISIBLE` of the object of the labels to be seen.

    What the frame cuts off does not count; an object that is not in the frame at all is nobody's fault.

    Args:
        model: the object among its neighbours.
        camera: of any resolution, which does not matter.
    """
    scale = _SIDE / max(camera.width, camera.height)
    width, height = (max(round(side * scale), 1) for side in (camera.width, camera.height))
    intrinsics = np.diag([width / camera.width, height / camera.height, 1]) @ camera.intrinsics
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, intrinsics)
    _, face = rasterise(screen, width, height)
    seen = np.count_nonzero((face >= 0) & model.own[face])
    own = screen.of(model.own)
    if seen >= LEAST_VISIBLE * _box_pixels(own, width, height):
        return True  # which is quickly told: its outline is smaller than the box around it
    alone, _ = rasterise(own, width, height)
    return seen >= LEAST_VISIBLE * np.count_nonzero(alone)


def _box_pixels(screen: ScreenTriangles, width: int, height: int) -> float:
    """Return how many pixels the box around triangles has inside the frame, or a few more."""
    if not len(screen.source):
        return 0.0
    size = (width, height)
    low, high = np.floor(screen.low.min(axis=1)), np.ceil(screen.high.max(axis=1))
    return float(np.prod(np.clip(high, 0, size) - np.clip(low, 0, size)))


def spared(neighbours: Sequence[Neighbour], fits: Callable[[tuple[Neighbour, ...]], bool]) -> tuple[Neighbour, ...]:
    """Return the neighbours at the largest of the sizes `SMALLER` at which they hide no more than they may; else none.

    Args:
        neighbours: as they were drawn, which is what comes back where they hide little enough.
        fits: whether neighbours hide little enough.
    """
    for factor in SMALLER:
        tried = tuple(replace(other, scale=other.scale * factor) for other in neighbours)
        if fits(tried):
            return tried
    return ()
