"""Where things are on a car: the lines along it and the wall around it, as functions of position.

Positions ``along`` the car are metres from the nose: y = along - length / 2. The wall (front, sides and rear up to the
belt line) is addressed by ``u``, the way around the left half of the box that bounds it, and the height z: u = 0 in
the middle of the front, u = width / 2 at the front corner, then along the side, and width / 2 across the rear.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.car.params import CarDetails, CarProportions
from synth_data.shapes.curves import monotone_cubic, smoothed, smoothstep

STEP = 0.02
"""Spacing of the samples of the silhouette, metres."""
COCKPIT = 0.17
"""Depth of an open car's cockpit and of its dark lining under the belt line, metres."""
TABLE = np.linspace(-0.2, 1.05, 251)
"""Part-heights of the wall at which its profiles are tabulated."""


@dataclass(frozen=True)
class Layout:
    """The lines of a car. All lengths in metres, heights above the ground."""

    style: str
    p: CarProportions
    details: CarDetails

    @cached_property
    def half(self) -> float:
        """Half the width."""
        return self.p.width / 2

    @cached_property
    def wheel_radius(self) -> float:
        """Outer radius of the tyre, which is the height of the axles."""
        return self.p.wheel_diameter / 2

    @cached_property
    def arch_radius(self) -> float:
        """Radius of the wheel arches."""
        return self.wheel_radius + self.p.arch_gap

    @property
    def well(self) -> float:
        """Depth of the wheel wells, from the side inwards."""
        return min(0.42, self.p.tyre_width + 0.13)

    @cached_property
    def axles(self) -> tuple[float, float]:
        """Front and rear axle, along."""
        return self.p.front_overhang, self.p.front_overhang + self.p.wheelbase

    @cached_property
    def marks(self) -> dict[str, float]:
        """Positions along along the car of what the body's grid has to follow, at the belt line."""
        p, length = self.p, self.p.length
        cowl = self.axles[0] + p.cowl_offset
        z_cowl, z_roof = p.belt_height + 0.05, p.height - 0.05
        header = cowl + (z_roof - z_cowl) / np.tan(np.radians(p.windscreen_rake))
        sill = length - p.boot_length
        z_rear = p.height - p.roof_drop
        roof_end = sill - (z_rear - self.belt(sill) - 0.04) / np.tan(np.radians(p.rear_rake))
        roof_end = max(roof_end, header + 0.55)
        sill = max(sill, min(roof_end + 0.06, length - 0.025))
        part = 0.62 if self.details.two_doors else 0.47
        pillar = max(self.axles[0] + part * p.wheelbase + 0.14, header + 0.25)
        pillar = min(pillar, roof_end - 0.15)
        return {
            "cowl": cowl, "header": header, "pillar": pillar, "roof_end": roof_end, "sill": sill,
            "window_end": self._window_end(roof_end, sill, pillar), "quarter": self.axles[1] - 0.12,
        }  # fmt: skip

    def _window_end(self, roof_end: float, sill: float, pillar: float) -> float:
        """Return where the side windows end, at the belt line."""
        if self.style == "pickup":
            end = sill - 0.11
        elif self.details.quarter_window and self.style not in ("sedan", "coupe", "hatchback"):
            end = min(sill - 0.20, roof_end + 0.05)
        elif self.style in ("sedan", "coupe"):
            end = roof_end + (0.52 if self.style == "sedan" else 0.18) * (sill - roof_end)
        else:
            end = min(roof_end - 0.18, self.axles[1] + 0.12)
        return max(end, pillar + 0.25)

    def belt(self, along: np.ndarray | float) -> np.ndarray:
        """Return the height of the shoulder: the top of the wall and foot of the side windows."""
        return np.interp(along, *self._belt_table)

    @cached_property
    def _belt_table(self) -> tuple[np.ndarray, np.ndarray]:
        """The shoulder line, sampled."""
        p = self.p
        cowl = self.axles[0] + p.cowl_offset
        knots = [0, 0.3 * cowl, cowl, 0.78 * p.length, p.length]
        rear = p.belt_height + p.belt_rise
        rise = p.belt_height - p.nose_height
        at = np.linspace(0, p.length, 241)
        fender = max(p.nose_height + 0.42 * rise, min(self.wheel_radius + self.arch_radius + 0.08, p.belt_height))
        heights = [p.nose_height, fender, p.belt_height, rear, rear + p.boot_rise]
        return at, monotone_cubic(at, knots, heights)

    @cached_property
    def line(self) -> tuple[np.ndarray, dict[str, int]]:
        """The silhouette from nose to tail over the top: samples (along, z) [n, 2], and which of them the marks are."""
        p, m = self.p, self.marks
        rear = float(self.belt(p.length)) + 0.025
        peak = m["header"] + 0.4 * (m["roof_end"] - m["header"])
        end = float(self.belt(m["sill"])) + 0.045
        corners = [
            ("nose", 0.0, p.nose_height + 0.03, 0.0),
            ("cowl", m["cowl"], p.belt_height + 0.05, p.bonnet_bulge),
            ("header", m["header"], p.height - 0.05, 0.02),
            ("peak", peak, p.height, p.roof_bulge * 0.3),
            ("roof_end", m["roof_end"], p.height - p.roof_drop, p.roof_bulge * 0.4),
            ("sill", m["sill"], end, 0.02 if self.style != "coupe" else 0.05),
        ]
        if self.open:
            corners = corners[:3]
        elif self.style != "pickup":
            corners.append(("tail", p.length, rear, 0.01))
        line, at = _polyline(corners)
        line = smoothed(line, 0.055 / STEP)
        if not (self.sunken or self.open):
            return line, at
        if self.open:
            floor, deck = float(self.belt(m["cowl"])) - COCKPIT, min(m["pillar"] + 0.80, m["sill"] - 0.25)
            bed = [
                (m["cowl"] + 0.10, floor),
                (deck, floor),
                (deck + 0.02, float(self.belt(deck)) + 0.05),
                (p.length, rear),
            ]
        else:
            floor = float(self.belt(p.length)) - 0.5
            bed = [(m["sill"] + 0.012, floor), (p.length - 0.085, floor), (p.length - 0.07, rear), (p.length, rear)]
        at |= {name: len(line) + i for i, name in enumerate(("bed", "bed_end", "gate", "tail"))}
        return np.concatenate([line, bed]), at

    @property
    def open(self) -> bool:
        """The car has no roof."""
        return self.details.roof == "open"

    @property
    def sunken(self) -> bool:
        """The car has a bed."""
        return self.style == "pickup"

    def plan(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return x, along and the outward normal [..., 2] in (x, along) of the outline seen from above."""
        p, half, length = self.p, self.half, self.p.length
        u = np.asarray(u, np.float64)
        x = np.where(u < half, u, np.where(u > half + length, 2 * half + length - u, half))
        along = np.clip(u - half, 0, length)
        front, rear = (0.66 * half, p.nose_depth), (0.5 * half, p.tail_depth)
        x, along, normal = _rounded(x, along, half, front, rear, length)
        middle = 0.5 * length
        narrow = p.taper_front * np.clip((middle - along) / middle, 0, 1) ** 2
        narrow = narrow + p.taper_rear * np.clip((along - middle) / middle, 0, 1) ** 2
        return x * (1 - narrow), along, normal

    def top(self, u: np.ndarray) -> np.ndarray:
        """Return the height of the wall's upper edge."""
        u = np.asarray(u, np.float64)
        along = np.clip(u - self.half, 0, self.p.length)
        from_middle = np.minimum(u, 2 * self.half + self.p.length - u) / self.half
        return self.belt(along) + 0.028 * np.clip(1 - from_middle**2, 0, 1)

    def bottom(self, u: np.ndarray) -> np.ndarray:
        """Return the height of the wall's lower edge: bumpers, sills, and arches around the wheels."""
        along = np.asarray(u, np.float64) - self.half
        low = self.p.clearance
        edge = monotone_cubic(along, [0, 0.35, self.axles[1], self.p.length], [low + 0.015, low, low, low + 0.07])
        for axle in self.axles:
            inside = np.clip(self.arch_radius**2 - (along - axle) ** 2, 0, None)
            arch = self.wheel_radius + np.sqrt(inside)
            edge = np.where(np.abs(along - axle) <= self.arch_radius + 1e-9, np.maximum(edge, arch), edge)
        return edge

    def wall(self, u: np.ndarray, z: np.ndarray, lift: np.ndarray | float = 0.0) -> np.ndarray:
        """Return points [..., 3] of the wall at ``u`` and height ``z``, ``lift`` metres outside of it."""
        u, z = np.broadcast_arrays(np.asarray(u, np.float64), np.asarray(z, np.float64))
        x, along, normal = self.plan(u)
        height = np.clip((z - self.p.clearance) / (self.top(u) - self.p.clearance), -0.2, 1.05)
        side, front, rear = (np.interp(height, TABLE, profile) for profile in self._insets)
        ahead, behind = np.clip(-normal[..., 1], 0, 1) ** 2, np.clip(normal[..., 1], 0, 1) ** 2
        inset = normal[..., 0] ** 2 * side + ahead * front + behind * rear
        out = np.asarray(lift) - inset + self._flare(u, z) * normal[..., 0]
        return np.stack([x + out * normal[..., 0], along + out * normal[..., 1] - self.p.length / 2, z], axis=-1)

    @cached_property
    def _insets(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How far side, front and rear are drawn in, at the heights `TABLE`."""
        return self._side_inset(TABLE), self._front_inset(TABLE), self._rear_inset(TABLE)

    def _side_inset(self, t: np.ndarray) -> np.ndarray:
        """Return how far the side is drawn in at the part ``t`` of its height."""
        p = self.p
        base = monotone_cubic(
            t, [0, 0.06, 0.2, 0.45, p.crease_height, 0.93, 1.0],
            [p.tuck, 0.55 * p.tuck, 0.18 * p.tuck, 0.002, 0.0, 0.45 * p.shoulder, p.shoulder],
        )  # fmt: skip
        below = np.clip((p.crease_height - t) / 0.16, 0, 1)
        return base + p.crease * np.where(t < p.crease_height, smoothstep(1 - np.abs(2 * below - 1)), 0)

    def _front_inset(self, t: np.ndarray) -> np.ndarray:
        """Return how far the front is drawn in: chin, bumper, grille leaning back, edge of the bonnet."""
        slant = self.p.nose_slant
        return monotone_cubic(
            t, [0, 0.1, 0.25, 0.42, 0.52, 0.9, 0.97, 1.0],
            [0.09, 0.035, 0.0, 0.004, 0.03, 0.03 + 0.62 * slant, 0.05 + 0.8 * slant, 0.09 + slant],
        )  # fmt: skip

    def _rear_inset(self, t: np.ndarray) -> np.ndarray:
        """Return how far the rear is drawn in."""
        slant = self.p.tail_slant
        return monotone_cubic(
            t, [0, 0.12, 0.25, 0.46, 0.53, 0.92, 1.0],
            [0.09, 0.02, 0.0, 0.004, 0.035, 0.035 + 0.7 * max(slant, 0), 0.05 + max(slant, 0)],
        )  # fmt: skip

    def _flare(self, u: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return how far the wall stands out around the arches."""
        along = u - self.half
        out = np.zeros_like(along)
        for axle in self.axles:
            reach = np.hypot(along - axle, np.maximum(z - self.wheel_radius, 0)) - self.arch_radius
            out = np.maximum(out, self.p.flare * smoothstep(1 - np.clip(reach, 0, None) / 0.17))
        return out

    def side(self, along: np.ndarray, z: np.ndarray, lift: np.ndarray | float = 0.0) -> np.ndarray:
        """Return points of the left side."""
        return self.wall(self.half + np.asarray(along, np.float64), z, lift)

    def rear_u(self, x: np.ndarray | float) -> np.ndarray:
        """Return u of the box position ``x`` on the rear."""
        return 2 * self.half + self.p.length - np.asarray(x, np.float64)


def _polyline(corners: list[tuple[str, float, float, float]]) -> tuple[np.ndarray, dict[str, int]]:
    """Return samples along (name, along, z, bulge of the piece that ends here), and the sample of each name."""
    points, at = [np.array([corners[0][1:3]])], {corners[0][0]: 0}
    for (_, l0, z0, _), (name, l1, z1, bulge) in itertools.pairwise(corners):
        count = max(2, int(np.ceil(np.hypot(l1 - l0, z1 - z0) / STEP)))
        t = np.arange(1, count + 1) / count
        points.append(np.stack([l0 + t * (l1 - l0), z0 + t * (z1 - z0) + bulge * 4 * t * (1 - t)], -1))
        at[name] = at[next(reversed(at))] + count
    return np.concatenate(points), at


def _rounded(x, along, half, front, rear, length):
    """Return the box outline (x, along) with its corners rounded to quarter ellipses, and the normals [..., 2]."""
    normal = np.zeros((*np.shape(x), 2))
    out_x, out_l = np.array(x, np.float64), np.array(along, np.float64)
    for (rx, rl), distance, sign in ((front, along, -1), (rear, length - along, 1)):
        zone = distance < rl
        dx, dl = np.maximum(x - (half - rx), 0) / rx, np.maximum(rl - distance, 0) / rl
        norm = np.hypot(dx, dl)
        norm = np.where(norm > 0, norm, 1)
        new_l = np.maximum(distance, rl) - rl * dl / norm
        out_x = np.where(zone, np.minimum(x, half - rx) + rx * dx / norm, out_x)
        out_l = np.where(zone, new_l if sign < 0 else length - new_l, out_l)
        normal = np.where(zone[..., None], np.stack([dx / rx, sign * dl / rl], -1), normal)
    flat = ~((along < front[1]) | (length - along < rear[1]))
    normal[flat] = (1, 0)
    return out_x, out_l, normal / np.linalg.norm(normal, axis=-1, keepdims=True)
