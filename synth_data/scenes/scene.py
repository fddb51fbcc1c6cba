"""A scene: one model of everything, where cameras may be, and the lamps; normalised like every model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth_data.composition import Placed, merged
from synth_data.models import Model
from synth_data.sampling.environments import Environment
from synth_data.sampling.lights import Light
from synth_data.scenes.rigs import Ground


@dataclass(frozen=True)
class Target:
    """Something worth looking at: its middle [3], and half the diagonal of its box."""

    name: str
    centre: tuple[float, float, float]
    radius: float


@dataclass(frozen=True, eq=False)
class Scene:
    """A scene in metres, z up.

    Attributes:
        scene_id, category: ``room`` or ``street`` is the category.
        placed: everything in it.
        lights: lamps; energies in watts.
        environment: sky, or the dark around a room.
        targets: what rigs look at.
        ground: where rigs may stand and go.
    """

    scene_id: str
    category: str
    placed: Sequence[Placed]
    lights: tuple[Light, ...]
    environment: Environment
    targets: tuple[Target, ...]
    ground: Ground


def scene_model(scene: Scene) -> Model:
    """Return the model of a scene with a bounding-box diagonal of 1 about the origin; its ``normalisation`` undoes it.

    Every object is an instance.
    """
    boxes = np.array([item.bounds() for item in scene.placed])
    low, high = boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)
    scale, offset = 1 / float(np.linalg.norm(high - low)), (low + high) / 2
    shift = np.diag([scale, scale, scale, 1.0])
    shift[:3, 3] = -scale * offset
    placed = [replace(item, world_from_object=shift @ item.world_from_object) for item in scene.placed]
    norm = {"scale": scale, "offset": tuple(map(float, offset)), "up": "+z", "front": "-y"}
    return replace(merged(placed, scene.scene_id, scene.category), normalisation=norm)


def normalised_lights(lights: Sequence[Light], scale: float, offset) -> tuple[Light, ...]:
    """Return lamps in the units of the normalised model, as bright as before."""
    return tuple(_normalised_light(light, scale, offset) for light in lights)


def _normalised_light(light: Light, scale: float, offset) -> Light:
    if light.kind == "sun":
        return light
    position = tuple(float(c) for c in (np.asarray(light.position) - offset) * scale)
    return replace(light, position=position, energy=light.energy * scale**2, size=light.size * scale)
