"""The surfaces of a bus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.bus.params import BusParams
from synth_data.shapes.vehicles import Skin, body_section, long_body


@dataclass(frozen=True)
class Layout:
    """The surfaces of a bus that everything else is put on."""

    p: BusParams

    def front(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return y of the front wall at (x, z)."""
        p = self.p
        rise = np.clip((z - p.belt) / (p.height - p.belt), 0, 1)
        return p.front_end + p.rake * rise**1.4 + p.bow * (x / p.half) ** 2

    def back(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return y of the rear wall at (x, z)."""
        p = self.p
        rise = np.clip((z - p.belt) / (p.height - p.belt), 0, 1)
        return p.length / 2 - p.back_rake * rise**1.4 - 0.06 * (x / p.half) ** 2

    @property
    def straight(self) -> tuple[float, float]:
        """Where the sides are straight: y of the first and the last upright section."""
        p = self.p
        start = p.front_end + p.rake + p.bow + p.corner + 0.02
        return start, p.length / 2 - max(p.back_rake, 0) - 0.06 - p.corner - 0.02

    @cached_property
    def body(self) -> Skin:
        """The body without the bonnet."""
        p = self.p
        section = body_section(p.half, p.clearance, p.height, p.top_power, 18.0, p.tumble)
        return long_body(section, self.front, self.back, self.straight, (p.corner, min(p.corner, 0.16)))
