"""Other materials for a whole model: the same in other colours, or anything on anything (domain randomisation)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synth_data.models import Model, Surface

MATERIALS = ("own", "recoloured", "random")
"""Names for --materials."""


@dataclass(frozen=True)
class Finish:
    """How the surfaces of a model change; surfaces that let light through or shine keep their nature.

    Attributes:
        kind: ``recoloured`` (hue and brightness) or ``random`` (roughness, metal and coat as well).
        seed: of the draws.
    """

    kind: str
    seed: int

    def of(self, model: Model, apart: bool = False) -> dict[int, Surface]:
        """Return the changed surfaces by number; those of one name change alike, unless they shall be ``apart``."""
        names = sorted({surface.name for surface in model.surfaces})
        return {
            number: self._changed(
                surface, np.random.default_rng([self.seed, number if apart else names.index(surface.name)])
            )
            for number, surface in enumerate(model.surfaces)
            if surface.emission == 0
        }

    def _changed(self, surface: Surface, rng: np.random.Generator) -> Surface:
        hue, saturation, value = rng.random(), rng.beta(1.2, 1.8), rng.beta(1.5, 1.5)
        color = tuple(float(channel) for channel in _rgb(hue, saturation, 0.05 + 0.9 * value))
        if self.kind == "recoloured" or surface.alpha < 0.95:
            return replace(surface, base_color=color)
        metallic = float(rng.random() < 0.25) * float(rng.uniform(0.5, 1))
        coat = float(rng.random() < 0.3) * float(rng.random())
        return replace(surface, base_color=color, metallic=metallic, roughness=float(rng.uniform(0.05, 1)), coat=coat)


def sample_finish(rng: np.random.Generator, kind: str) -> Finish | None:
    """Draw a finish of one of `MATERIALS`; None for ``own``."""
    return None if kind == "own" else Finish(kind, int(rng.integers(2**31)))


def _rgb(hue: float, saturation: float, value: float) -> np.ndarray:
    """Return linear RGB of hue, saturation and (display) value."""
    ramp = np.clip(np.abs((hue * 6 + np.array([0.0, 4.0, 2.0])) % 6 - 3) - 1, 0, 1)
    return (value * (1 - saturation * (1 - ramp))) ** 2.2
