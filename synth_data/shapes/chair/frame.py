"""Where things are on a chair: the seat's outline and corners, and the surface that the back lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.chair.params import ChairParams
from synth_data.shapes.primitives import Mesh


@dataclass(frozen=True)
class Frame:
    """Measures that follow from `ChairParams`. The seat's middle is over the origin, the floor is z = 0."""

    p: ChairParams

    @property
    def under(self) -> float:
        """Height of the seat's underside."""
        return self.p.height - self.p.thickness

    @property
    def half(self) -> float:
        """Half the width of the back where it meets the seat."""
        p = self.p
        inset = 0.0 if p.back in ("upholstered", "mesh", "shell") else p.leg_radius
        return p.width * p.taper / 2 - inset - (0.35 * p.corner if p.style in ("windsor", "stool", "office") else 0)

    @property
    def posts(self) -> bool:
        """The back legs run up as posts of the back."""
        return self.p.base in ("straight", "tapered", "sabre") and self.p.style in ("dining", "kitchen")

    def corner(self, front: bool) -> np.ndarray:
        """Return x, y of the left leg's top under the seat, at the ``front`` or back."""
        p = self.p
        inset = p.leg_radius * 1.15 + (0.25 * p.corner if p.corner > 0.03 else 0) + (0.03 if p.splay_deg > 5 else 0)
        if front:
            return np.array([p.width / 2 - inset, inset - p.depth / 2])
        if self.posts:
            return np.array([self.half, p.depth / 2 - p.leg_radius])
        return np.array([p.width * p.taper / 2 - inset, p.depth / 2 - inset])

    def place(self, points: np.ndarray) -> np.ndarray:
        """Return points of the flat back in the chair's frame.

        Args:
            points: [..., 3] across (+-`half` at the sides), backwards, upwards from the seat.
        """
        p = self.p
        x, y, z = np.moveaxis(np.asarray(points, np.float64), -1, 0)
        up = z / p.back_height
        t = np.clip(up, 0, None)
        across = np.clip(x / max(self.half, 1e-6), -1.2, 1.2)
        lean = np.tan(np.radians(p.rake_deg)) * np.clip(z, 0, None) * (0.55 + 0.45 * np.minimum(t, 1))
        cosine = np.cos(np.radians(p.rake_deg))
        return np.stack([
            x * (1 + p.back_flare * t),
            p.depth / 2 - p.leg_radius + y + lean + p.back_curve * (1 - across**2) * np.clip(3 * t, 0, 1),
            p.height + z * (cosine if p.style == "armchair" else 1) + p.back_arch * t**3 * (1 - across**2),
        ], -1)  # fmt: skip

    def placed(self, mesh: Mesh) -> Mesh:
        """Return a mesh of the flat back in the chair's frame."""
        return self.place(mesh[0]), mesh[1]
