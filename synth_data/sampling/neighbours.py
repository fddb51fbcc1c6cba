"""Other objects in a view: before the one that is looked at, so that they hide part of it, or beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_data.composition import Placed, merged, placement
from synth_data.models import Model

MAX_BESIDE = 8


@dataclass(frozen=True)
class Neighbour:
    """One other object on the same ground.

    Attributes:
        model: the `synth_data.spec.ModelRef` of it.
        bearing: azimuth at which it stands, seen from the main object, degrees.
        gap: free space between the two, object units.
        turn: about z, degrees.
        scale: its diagonal over the main object's.
    """

    model: Any
    bearing: float
    gap: float
    turn: float
    scale: float


def sample_neighbours(
    rng: np.random.Generator,
    draw_model: Callable[[np.random.Generator], Any],
    azimuth: float,
    front: float,
    beside: int,
) -> tuple[Neighbour, ...]:
    """Draw the other objects of a view.

    Args:
        rng: the source of all draws.
        draw_model: gives a model.
        azimuth: of the camera, degrees.
        front: probability that something stands between camera and object.
        beside: largest number of objects around it; from none to so many are equally probable.
    """
    found = []
    if rng.random() < front:
        angles = azimuth + rng.normal(0, 20), rng.uniform(0, 360)
        found.append(_neighbour(rng, draw_model(rng), angles, (0.02, 0.25), (0.3, 0.7)))
    for _ in range(int(rng.integers(beside + 1)) if beside else 0):
        found.append(_neighbour(rng, draw_model(rng), rng.uniform(0, 360, 2), (0.03, 0.4), (0.6, 1.1)))
    return tuple(found)


def with_neighbours(main: Model, others: Sequence[tuple[Neighbour, Model]], model_id: str) -> Model:
    """Return ``main`` in its own frame with the others around it, standing on its ground and clear of each other.

    Keypoints, symmetry and normalisation are those of ``main``, which is instance 0.
    """
    ground = float(main.vertices[:, 2].min())
    placed = [Placed(main, np.eye(4), "main")]
    taken: list[tuple[np.ndarray, float]] = []
    for number, (neighbour, model) in enumerate(others):
        place, radius = _place(main, neighbour, model, taken)
        taken.append((place, radius))
        height = ground - neighbour.scale * float(model.vertices[:, 2].min())
        transform = placement((*place, height), neighbour.turn, neighbour.scale)
        placed.append(Placed(model, transform, f"neighbour {number}"))
    return merged(placed, model_id, main.category, main=0)


def _neighbour(rng: np.random.Generator, model: Any, angles, gap, scale) -> Neighbour:
    bearing, turn = (float(angle % 360) for angle in angles)
    return Neighbour(model, bearing, float(rng.uniform(*gap)), turn, float(rng.uniform(*scale)))


def _place(main: Model, neighbour: Neighbour, model: Model, taken: list) -> tuple[np.ndarray, float]:
    """Return where a neighbour stands, [2], and its radius: along its bearing, beyond what is there."""
    angle = np.radians(neighbour.bearing)
    along = np.array([np.sin(angle), -np.cos(angle)])
    radius = neighbour.scale * float(np.linalg.norm(model.hull[:, :2], axis=1).max())
    reach = float((main.hull[:, :2] @ along).max()) + radius + neighbour.gap
    while any(np.linalg.norm(reach * along - place) < radius + other for place, other in taken):
        reach += 0.1
    return reach * along, radius
