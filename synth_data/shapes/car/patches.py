"""Pieces that lie on the wall of a car: lamps, grilles, plates, shut lines.

Each is given in the wall's own coordinates (u around the car, height z) and put on the surface with a lift, so that
it follows the corner however it is rounded.
"""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.layout import Layout
from synth_data.shapes.primitives import Mesh, grid_faces

BURIED = -0.012
"""Lift of the border of a raised patch: under the surface, so that its edge is closed."""


def patch(layout: Layout, u: np.ndarray, low: np.ndarray, high: np.ndarray, lift: float = 0.01, rows: int = 4) -> Mesh:
    """Return a raised piece over ``low`` <= z <= ``high`` at the positions ``u`` [n], with a rounded border.

    Args:
        layout: the car.
        u: increasing positions around the wall.
        low, high: [n] or numbers, heights of its edges there.
        lift: how far it stands out.
        rows: cells from low to high, the border's two included.
    """
    u = np.asarray(u, np.float64)
    low, high = np.broadcast_to(low, u.shape), np.broadcast_to(high, u.shape)
    edge = min(0.006, 0.2 * (u[-1] - u[0]))
    u_all = np.sort(np.concatenate([[u[0], u[0] + edge], u[1:-1], [u[-1] - edge, u[-1]]]))  # round ones begin finely
    low, high = (np.interp(u_all, u, values) for values in (low, high))
    inner = np.linspace(0, 1, max(2, rows - 1))
    margin = np.minimum(0.006, 0.2 * (high - low))
    v_low, v_high = low + margin, high - margin
    z = np.concatenate([[low], v_low + inner[:, None] * (v_high - v_low), [high]])
    out = np.full(z.shape, lift)
    out[[0, -1]] = out[:, [0, -1]] = BURIED
    points = layout.wall(np.broadcast_to(u_all, z.shape), z, out)
    return points.reshape(-1, 3), grid_faces(*z.shape)


def outline(kind: str, count: int = 14) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a unit outline for `patch`: a [n] from 0 to 1, and the lower and upper edge [n] between 0 and 1."""
    if kind in ("oval", "round"):
        angle = np.linspace(np.pi, 0, count)
        half = np.maximum(0.5 * np.sin(angle), 0.01)
        return 0.5 + 0.5 * np.cos(angle), 0.5 - half, 0.5 + half
    a = np.linspace(0, 1, count)
    ends = np.minimum(np.minimum(a, 1 - a) / 0.12, 1)
    soft = 0.16 * (1 - np.sqrt(np.clip(1 - (1 - ends) ** 2, 0, 1)))
    if kind == "swept":
        return a, 0.0 + 0.52 * a**1.8 + soft, np.minimum(0.5 + 0.62 * a**0.8, 1) - soft - 0.12 * a**6
    if kind == "slim":
        low = 0.12 + 0.40 * a + soft
        return a, low, np.maximum(0.42 + 0.55 * a - soft, low + 0.02)
    if kind == "shield":
        return a, 0.30 * (2 * np.abs(a - 0.5)) ** 1.5 + soft, 1 - 0.04 * (2 * a - 1) ** 2 - soft
    if kind == "hexagon":
        return a, np.clip(0.32 - 1.3 * np.minimum(a, 1 - a), 0, 1), 1 - soft
    return a, soft, 1 - soft


def shaped(layout: Layout, kind: str, u0: float, u1: float, z0: float, z1: float, lift: float = 0.01,
           outward: bool = True, rows: int = 4) -> Mesh:  # fmt: skip
    """Return a patch of the outline ``kind`` between ``u0`` < ``u1`` and ``z0`` < ``z1``.

    ``outward``: the outline's a runs with u; else against it (rear lamps, whose outer end comes first). Tall ones have
    more than ``rows``, so that a wall that bends away from z0 to z1 does not come through.
    """
    rows = max(rows, 2 + int(np.ceil((z1 - z0) / 0.06)))
    a, low, high = outline(kind, 12 if kind in ("oval", "round") else int(np.clip((u1 - u0) / 0.04, 4, 14)))
    if not outward:
        a, low, high = 1 - a[::-1], low[::-1], high[::-1]
    return patch(layout, u0 + (u1 - u0) * a, z0 + (z1 - z0) * low, z0 + (z1 - z0) * high, lift, rows)


def ribbon(layout: Layout, path: np.ndarray, width: float, lift: float = 0.002) -> Mesh:
    """Return a flat strip of ``width`` along ``path`` [n, 2] in (u, z)."""
    path = np.asarray(path, np.float64)
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0]], -1) * width / 2
    lines = np.stack([path - across, path + across])
    points = layout.wall(lines[..., 0], lines[..., 1], lift)
    return points.reshape(-1, 3), grid_faces(2, len(path))


def spans(low: float, high: float, count: int, part: float) -> list[tuple[float, float]]:
    """Return ``count`` equal intervals from ``low`` to ``high``, each ``part`` of its share, centred in it."""
    step = (high - low) / count
    return [(low + step * (k + 0.5 - part / 2), low + step * (k + 0.5 + part / 2)) for k in range(count)]
