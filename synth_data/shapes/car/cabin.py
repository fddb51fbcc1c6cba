"""What is seen through the windows: dashboard, steering wheel, seats, and a dark lining under the belt line."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.body import MIDDLE, Grid
from synth_data.shapes.car.finish import Palette
from synth_data.shapes.car.layout import COCKPIT, Layout
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Part, assembled
from synth_data.shapes.primitives import Mesh, box, grid_faces, merged, moved, rounded_box, tube, turned


def cabin_part(layout: Layout, grid: Grid, colors: Palette) -> Part:
    """Return the interior."""
    seats = [_row(layout, along, bench) for along, bench in seat_rows(layout)]
    pieces = [] if layout.open else [(_lining(layout, grid), BLACK_PLASTIC)]
    pieces.append((merged(seats), colors.interior))
    pieces += [(_dashboard(layout), colors.interior), (_steering_wheel(layout), BLACK_PLASTIC)]
    return assembled("cabin", pieces)


def seat_rows(layout: Layout) -> list[tuple[float, bool]]:
    """Return along of the backs of each row of seats, and whether it is a bench."""
    m = layout.marks
    front = m["pillar"] - 0.02 - (0.12 if layout.details.two_doors else 0)
    rows = [(front, False)]
    row = front + 0.84
    if layout.open:
        return rows
    while row < min(m["roof_end"] + 0.15, m["sill"] - 0.25) and len(rows) < 3:
        rows.append((row, True))
        row += 0.80
    return rows


def _row(layout: Layout, along: float, bench: bool) -> Mesh:
    """Return a row of seats with head rests."""
    p = layout.p
    top = min(p.height - 0.30, p.belt_height + 0.17)
    y, half = along - p.length / 2, layout.half
    width = 1.36 * half if bench else 0.54 * half
    tall = 0.62
    back = turned(rounded_box((width, 0.14, tall), (0, 0, 0), 0.05, 1), "x", -14)
    meshes = []
    for x in (0.0,) if bench else (-0.40 * half, 0.40 * half):
        meshes.append(moved(back, (x, y, top - tall / 2)))
    for x in (-0.40 * half, 0.40 * half):
        meshes.append(rounded_box((0.25, 0.10, 0.18), (x, y + 0.09, top + 0.10), 0.04, 1))
    return merged(meshes)


def _dashboard(layout: Layout) -> Mesh:
    """Return the dashboard with its hood."""
    m, p = layout.marks, layout.p
    along = m["cowl"] + 0.30 * (m["header"] - m["cowl"]) + 0.12
    wide = 1.62 * layout.half * (1 - 0.05)
    return rounded_box((wide, 0.50, 0.24), (0, along - p.length / 2, p.belt_height - 0.115), 0.07, 1)


def _steering_wheel(layout: Layout) -> Mesh:
    """Return the steering wheel."""
    side = -1 if layout.details.right_hand_drive else 1
    angle = np.linspace(0, 2 * np.pi, 17)[:-1]
    ring = 0.185 * np.stack([np.cos(angle), np.sin(angle)], -1)
    tubes = ring[:, None, :] * (1 + 0.016 / 0.185 * np.array([1, 0, -1, 0]))[:, None]
    height = np.broadcast_to(0.016 * np.array([0, 1, 0, -1]), (16, 4))
    torus = np.concatenate([tubes, height[..., None]], -1).reshape(-1, 3)
    faces = grid_faces(16, 4, wrap_rows=True, wrap_columns=True)[:, ::-1]
    spoke = box((0.34, 0.05, 0.02))
    wheel = turned(merged([(torus, faces), spoke, tube(np.array([[0, 0, 0], [0, 0.0, -0.3]]), 0.03, 6)]), "x", 62)
    seat = seat_rows(layout)[0][0]
    return moved(wheel, (side * 0.40 * layout.half, seat - 0.56 - layout.p.length / 2, layout.p.belt_height + 0.01))


def _lining(layout: Layout, grid: Grid) -> Mesh:
    """Return a dark sheet just under the windows from the windscreen to the rear window."""
    at = grid.stations.at
    rows = slice(at["cowl"] + 1, at["sill"])
    edge = grid.vertices[grid.top[rows, 2 * MIDDLE]]
    across = np.linspace(-0.93, 0.93, 5)
    points = np.stack([edge[:, None, 0] * across, np.broadcast_to(edge[:, 1:2], (len(edge), 5)),
                       np.broadcast_to(edge[:, 2:] - COCKPIT, (len(edge), 5))], -1)  # fmt: skip
    return points.reshape(-1, 3), grid_faces(len(edge), 5)
