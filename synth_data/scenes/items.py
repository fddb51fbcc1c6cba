"""Things of the shape families that stand in a scene: which, where, how turned; and the room that they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synth_data.composition import Placed, placement
from synth_data.models import Model, model_from_shape
from synth_data.shapes.mesh import Shape
from synth_data.shapes.registry import CATEGORIES, sample_shape

_TRIES = 24


@dataclass(frozen=True)
class Item:
    """A procedural object in a scene, in metres.

    Attributes:
        name: unique in the scene.
        category, seed: of the shape (`synth_data.shapes.registry.sample_shape`).
        position: of the origin of the shape in its own units: on the ground, about its middle.
        turn_deg: about z, counter-clockwise from above; at 0 the front looks along -y.
    """

    name: str
    category: str
    seed: int
    position: tuple[float, float, float]
    turn_deg: float = 0.0

    @property
    def model_id(self) -> str:
        """The id of its model."""
        return f"procedural:{self.category}:{self.seed}"

    def bounds(self) -> np.ndarray:
        """Return the axis-aligned box [2, 3] of its turned box, in the scene."""
        return turned_bounds(own_bounds(self.category, self.seed), self.turn_deg) + np.asarray(self.position)

    def placed(self) -> Placed:
        """Return the model where it stands, in metres."""
        norm = shape_of(self.category, self.seed).normalisation
        undo = placement(norm.offset, scale=1 / norm.scale)
        return Placed(model_of(self.category, self.seed), placement(self.position, self.turn_deg) @ undo, self.name)


def turned_bounds(bounds: np.ndarray, turn_deg: float) -> np.ndarray:
    """Return the axis-aligned box [2, 3] around a box [2, 3] that was turned about the z axis through the origin."""
    x, y = bounds[:, 0], bounds[:, 1]
    corners = np.array([(x[i], y[j], z) for i in (0, 1) for j in (0, 1) for z in bounds[:, 2]])
    moved = corners @ placement((0, 0, 0), turn_deg)[:3, :3].T
    return np.stack([moved.min(axis=0), moved.max(axis=0)])


@lru_cache(maxsize=96)
def shape_of(category: str, seed: int) -> Shape:
    """Return the normalised shape."""
    return sample_shape(category, seed)


@lru_cache(maxsize=96)
def model_of(category: str, seed: int) -> Model:
    """Return its model."""
    return model_from_shape(shape_of(category, seed), f"procedural:{category}:{seed}")


def own_bounds(category: str, seed: int) -> np.ndarray:
    """Return the box [2, 3] of a shape in metres, in its own frame."""
    shape = shape_of(category, seed)
    return shape.normalisation.undo(shape.bounds())


def draw_seed(rng: np.random.Generator, category: str, styles: Sequence[str] = ()) -> int:
    """Draw the seed of a shape; one of ``styles`` where that is asked for and a few tries find it."""
    stream = list(CATEGORIES).index(category)
    seed = 0
    for _ in range(_TRIES):
        seed = int(rng.integers(2**31))
        if not styles or CATEGORIES[category].sample(np.random.default_rng([seed, stream])).style in styles:
            return seed
    return seed
