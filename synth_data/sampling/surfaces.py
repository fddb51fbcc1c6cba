"""New paint for the body of a model: which surface is the body, and what colours cars are painted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from synth_data.models import Model, Surface

PAINTS = (
    (0.21, (0.80, 0.80, 0.78)),
    (0.20, (0.012, 0.012, 0.013)),
    (0.17, (0.07, 0.072, 0.077)),
    (0.14, (0.42, 0.43, 0.44)),
    (0.10, (0.010, 0.045, 0.22)),
    (0.10, (0.40, 0.010, 0.012)),
    (0.03, (0.10, 0.05, 0.025)),
    (0.02, (0.010, 0.09, 0.03)),
    (0.03, (0.0, 0.0, 0.0)),
)
"""Share and linear RGB of usual car paints (white, black, grey, silver, blue, red, brown, green; the last: any hue).
The shares are this project's estimate of what stands in streets."""

_NEVER = re.compile(
    r"glass|window|windscreen|tyre|tire|wheel|rim|light|lamp|chrome|rubber|interior|seat|plate|grill|mirror|black|"
    r"plastic|under|bottom|shadow|metal|brake",
    re.IGNORECASE,
)
_BODY = re.compile(r"paint|body|carroc|main|primary|shell|exterior", re.IGNORECASE)


def body_surface(model: Model) -> int | None:
    """Return the number of the surface that paint goes on, or None where none looks like a body.

    It is the largest surface whose name does not speak against it, those named like a body first; textured ones, whose
    image holds more than the body, are left alone.
    """
    areas = model.surface_areas
    candidates = [number for number, surface in enumerate(model.surfaces) if _paintable(surface)]
    if not candidates or areas[candidates].max() < 0.08 * areas.sum():
        return None
    named = [number for number in candidates if _BODY.search(model.surfaces[number].name)]
    return max(named or candidates, key=lambda number: areas[number])


def _paintable(surface: Surface) -> bool:
    plain = surface.texture < 0 and not surface.vertex_colors and surface.alpha > 0.95 and surface.emission == 0
    return plain and max(surface.base_color) > 0.05 and not _NEVER.search(surface.name)


@dataclass(frozen=True)
class Paint:
    """A coat of paint: linear RGB, and the numbers of `Surface` that go with it."""

    color: tuple[float, float, float]
    metallic: float
    roughness: float
    coat: float

    def on(self, surface: Surface) -> Surface:
        """Return ``surface`` painted."""
        return replace(
            surface,
            base_color=self.color,
            metallic=self.metallic,
            roughness=self.roughness,
            coat=self.coat,
            pattern=None,
        )


def sample_paint(rng: np.random.Generator) -> Paint:
    """Draw a colour and a finish: solid, metallic, or matt now and then."""
    shares = np.array([share for share, _ in PAINTS])
    number = int(rng.choice(len(PAINTS), p=shares / shares.sum()))
    any_hue = _any_hue(rng)
    color = np.asarray(PAINTS[number][1]) if number < len(PAINTS) - 1 else any_hue
    color = np.clip(color * np.exp(rng.normal(0, 0.25)) + rng.uniform(0, 0.01, 3), 0.004, 0.9)
    metallic = float(rng.uniform(0.25, 0.85)) if rng.random() < 0.5 else 0.0
    roughness = float(rng.uniform(0.15, 0.45)) if rng.random() < 0.93 else float(rng.uniform(0.5, 0.8))
    coat = float(rng.uniform(0.5, 1.0)) if roughness < 0.5 else 0.0
    return Paint(tuple(map(float, color)), metallic, roughness, coat)


def _any_hue(rng: np.random.Generator) -> np.ndarray:
    """Return a saturated colour of any hue, linear RGB."""
    hue, saturation, value = rng.random(), rng.uniform(0.4, 0.95), rng.uniform(0.3, 0.9)
    ramp = np.clip(np.abs((hue * 6 + np.array([0.0, 4.0, 2.0])) % 6 - 3) - 1, 0, 1)
    return (value * (1 - saturation * (1 - ramp))) ** 2.2
