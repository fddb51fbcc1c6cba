"""The light of a scene: lamps, the sun, the surroundings, and how the picture is exposed and developed.

Energies are Blender's: watts for point and area lamps, watts per square metre for the sun, with one object unit for a
metre. ``paper`` is the light of Render for CNN (Su et al. 2015, ``render_model_views.py``): 0 to 6 point lamps at
distance U(8, 20), in any direction, energy N(2, 2), and an environment of U(0, 1). Those numbers belong to Blender
2.71's old renderer; here one unit of that energy gives, from 14 units away, a third of the reference irradiance, and
negative energies are taken as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth_data.sampling.environments import (
    Environment,
    SoftBox,
    sample_outdoor,
    sample_studio,
)
from synth_data.sampling.sphere import mean_radiance
from vantage.records.schema import LIGHT_KINDS

MIXED = ("outdoor", "overcast", "studio", "paper")
STYLES = ("mixed", *MIXED, "key", "soft")
"""Names for ``--lights``; ``mixed`` draws one of `MIXED` for each picture, ``key`` is one lamp, ``soft`` is always
the same."""

_SHARES = (0.40, 0.20, 0.22, 0.18)

MAX_POINTS, MAX_AREAS = 6, 3


@dataclass(frozen=True)
class Light:
    """One lamp.

    Attributes:
        kind: ``point``, ``area`` or ``sun``.
        position: where it stands, or for the sun the direction from the object to it.
        energy: watts, or for the sun watts per square metre.
        color: linear RGB.
        size: radius of a point lamp, side of an area lamp (object units); the sun's angle in degrees.
    """

    kind: str
    position: tuple[float, float, float]
    energy: float
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    size: float = 0.1


@dataclass(frozen=True)
class Lighting:
    """All light of a scene, whether there is ground to take a shadow, and the camera's exposure.

    Attributes:
        style: its name.
        lights: the lamps.
        environment: what surrounds the object.
        ground: whether a shadow-catching plane lies under the object.
        exposure: how bright a white surface comes out: 1 is display white.
    """

    style: str
    lights: tuple[Light, ...]
    environment: Environment
    ground: bool
    exposure: float


SOFT = Lighting(
    "soft",
    (Light("area", (2.5, -3.0, 3.5), 190.0, size=2.0), Light("area", (-3.5, -1.5, 2.0), 60.0, size=2.5)),
    Environment(
        (0.85, 0.88, 0.92),
        (0.75, 0.75, 0.75),
        (0.35, 0.34, 0.33),
        boxes=(SoftBox(40, 50, 60, 25, 2.5), SoftBox(200, 40, 80, 20, 1.5)),
    ),
    ground=False,
    exposure=1.0,
)
"""The same soft light for every picture."""


def sample_lighting(
    rng: np.random.Generator, style: str = "mixed", ground: float = 0.5, pictures: Sequence[str] = ()
) -> Lighting:
    """Draw the light of one picture; ``ground`` is the probability of a shadow on the ground.

    Where there are ``pictures`` (paths of environment images), one of them, turned at random, is all the light.
    """
    drawn = str(rng.choice(MIXED, p=_SHARES))
    style = drawn if style == "mixed" else style
    exposure = float(0.85 * 2 ** rng.normal(0, 0.4))
    has_ground = bool(rng.random() < ground)
    if pictures:
        grey = (1.0, 1.0, 1.0)
        picture, turn = str(pictures[int(rng.integers(len(pictures)))]), float(rng.uniform(0, 360))
        return Lighting("folder", (), Environment(grey, grey, grey, turn=turn, picture=picture), has_ground, exposure)
    if style == "soft":
        return replace(SOFT, ground=has_ground)
    lights, environment = _SAMPLERS[style](rng)
    return Lighting(style, tuple(lights), environment, has_ground, exposure)


def turned(lighting: Lighting, degrees: float) -> Lighting:
    """Return the light with lamps and surroundings turned about the object towards higher azimuths."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    places = [(c * x - s * y, s * x + c * y, z) for x, y, z in (light.position for light in lighting.lights)]
    lights = tuple(replace(light, position=tuple(map(float, place))) for light, place in zip(lighting.lights, places))
    around = lighting.environment
    return replace(lighting, lights=lights, environment=replace(around, turn=(around.turn + degrees) % 360))


def reference_irradiance(lighting: Lighting, image: np.ndarray) -> float:
    """Return what an exposure meter at the object's place reads: mean irradiance over directions that see light.

    Args:
        lighting: the lamps.
        image: of the environment (`environment_image`).
    """
    lamps = sum(lamp_irradiance(light) for light in lighting.lights)
    return float(np.pi * mean_radiance(image).mean() + 0.5 * lamps)


def lamp_irradiance(light: Light) -> float:
    """Return the irradiance that a lamp gives at the origin on a surface that faces it, W per square unit."""
    strength = light.energy * float(np.mean(light.color))
    if light.kind == "sun":
        return strength
    squared = float(np.square(light.position).sum())
    return strength / ((np.pi if light.kind == "area" else 4 * np.pi) * squared)


def light_rows(lighting: Lighting, image: np.ndarray) -> np.ndarray:
    """Return the lights as a record stores them: float32 [L, 8] kind, xyz, energy, rgb; the environment is last.

    Args:
        lighting: the lamps.
        image: of the environment (`environment_image`).
    """
    mean = mean_radiance(image)
    rows = [(LIGHT_KINDS.index(light.kind), *light.position, light.energy, *light.color) for light in lighting.lights]
    peak = max(float(mean.max()), 1e-9)
    rows.append((LIGHT_KINDS.index("environment"), 0, 0, 0, peak, *(mean / peak)))
    return np.array(rows, np.float32)


def _outdoor(rng: np.random.Generator) -> tuple[list[Light], Environment]:
    """Sun and sky: the sun gives 0.5 to 4 times what the sky does."""
    environment = sample_outdoor(rng, overcast=False)
    warm = float(rng.uniform(0, 0.3))
    direction = _direction(float(rng.uniform(0, 360)), float(rng.uniform(12, 80)))
    energy = float(np.pi * np.exp(rng.uniform(np.log(0.5), np.log(4.0))))
    sun = Light("sun", direction, energy, (1.0, 1 - 0.4 * warm, 1 - warm), float(rng.uniform(0.5, 8)))
    return [sun], environment


def _overcast(rng: np.random.Generator) -> tuple[list[Light], Environment]:
    """Clouds, no sun."""
    return [], sample_outdoor(rng, overcast=True)


def _studio(rng: np.random.Generator) -> tuple[list[Light], Environment]:
    """Area lamps in a room with bright boxes."""
    lamps = []
    for _ in range(int(rng.integers(1, MAX_AREAS + 1))):
        distance, key = float(rng.uniform(2, 5)), float(np.exp(rng.uniform(np.log(0.3), np.log(2.5))))
        place = distance * np.array(_direction(float(rng.uniform(0, 360)), float(rng.uniform(10, 85))))
        tint = tuple(float(c) for c in np.clip(1 + rng.normal(0, 0.05, 3), 0.7, 1.2))
        energy = key * np.pi * np.pi * distance**2
        lamps.append(Light("area", tuple(map(float, place)), float(energy), tint, float(rng.uniform(0.5, 3))))
    return lamps, sample_studio(rng)


def _paper(rng: np.random.Generator) -> tuple[list[Light], Environment]:
    """The point lamps of Render for CNN."""
    lamps = []
    for _ in range(int(rng.integers(0, MAX_POINTS + 1))):
        distance, energy = float(rng.uniform(8, 20)), max(float(rng.normal(2, 2)), 0.0)
        place = distance * np.array(_direction(float(rng.uniform(0, 360)), float(rng.uniform(-90, 90))))
        watts = energy * (np.pi / 3) * 4 * np.pi * 14.0**2
        lamps.append(Light("point", tuple(map(float, place)), float(watts), size=0.5))
    grey = (1.0, 1.0, 1.0)
    strength = max(float(rng.uniform(0, 1)), 0.1)
    return lamps, Environment(grey, grey, grey, strength=strength)


def _key(rng: np.random.Generator) -> tuple[list[Light], Environment]:
    """One lamp that throws clear shadows, in dim grey surroundings: where it stands can be seen in the picture."""
    direction = _direction(float(rng.uniform(0, 360)), float(rng.uniform(25, 60)))
    grey = (0.25, 0.25, 0.25)
    return [Light("sun", direction, float(1.2 * np.pi), size=4.0)], Environment(grey, grey, grey)


_SAMPLERS = {"outdoor": _outdoor, "overcast": _overcast, "studio": _studio, "paper": _paper, "key": _key}


def _direction(azimuth: float, elevation: float) -> tuple[float, float, float]:
    """Return the unit vector to where a viewpoint of this azimuth and elevation is."""
    a, e = np.radians([azimuth, elevation])
    return (float(np.cos(e) * np.sin(a)), float(-np.cos(e) * np.cos(a)), float(np.sin(e)))
