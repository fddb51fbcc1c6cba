"""The body of a car: one closed surface on a grid that follows windows, pillars and wheel arches.

It has the topology of a box. The *wall* goes around (front, left, rear, right) from the lower edge to the belt line;
the *top* spans its upper edge: bonnet, windscreen, roof, rear window and boot, with the side windows between belt
line and roof rail; the *floor* spans the lower edge, with wells over the wheels. Across the top, columns run from the
belt line (0) over the foot of the glass (1) to the roof rail (`RAIL`) and on to the middle (`MIDDLE`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.stations import Stations, stations
from synth_data.shapes.curves import smoothstep

RAIL = 8
MIDDLE = 16
WELL = 9
"""Columns of the floor, from outside, that belong to the wheel wells."""
ROWS = np.array([0, 0.05, 0.12, 0.2, 0.3, 0.4, 0.5, 0.59, 0.66, 0.73, 0.80, 0.87, 0.94, 1.0])
"""Rows of the wall, as parts of its height."""


@dataclass(frozen=True)
class Grid:
    """The surface in pieces: vertices [V, 3] and the vertex numbers of wall, top and floor as grids.

    Attributes:
        wall: [rows, ring], counter-clockwise seen from above from the middle of the front.
        top, floor: [stations, 2 * MIDDLE + 1] from right to left.
    """

    vertices: np.ndarray
    wall: np.ndarray
    top: np.ndarray
    floor: np.ndarray
    stations: Stations


def body_grid(layout: Layout) -> Grid:
    """Return the grid of the body."""
    at = stations(layout)
    x, z = _section(layout, at)
    u = _ring(layout, at, x)
    low, high = layout.bottom(u), layout.top(u)
    heights = low + (high - low) * ROWS[:, None]
    wall_half = layout.wall(np.broadcast_to(u, heights.shape), heights)
    wall = _mirrored_ring(wall_half)
    ring = np.arange(wall.size // 3).reshape(wall.shape[:2])
    n, middle = len(at.belt), MIDDLE
    top_points = _mirrored_sheet(_top_half(layout, at, x, z, wall_half[-1]))
    floor_points = _mirrored_sheet(_floor_half(layout, at, wall_half[0]))
    inner = (n - 2) * (2 * middle - 1)
    start = wall.size // 3
    top = _sheet_numbers(ring[-1], n, start)
    floor = _sheet_numbers(ring[0], n, start + inner)
    vertices = np.concatenate(
        [wall.reshape(-1, 3), top_points[1:-1, 1:-1].reshape(-1, 3), floor_points[1:-1, 1:-1].reshape(-1, 3)]
    )
    return Grid(vertices, ring, top, floor, at)


def _section(layout: Layout, at: Stations) -> tuple[np.ndarray, np.ndarray]:
    """Return x and z [n, MIDDLE + 1] of the top's columns at each station, before the ends are fitted."""
    p = layout.p
    edge = layout.wall(layout.half + at.belt, layout.top(layout.half + at.belt))
    x0, z0 = edge[:, 0], edge[:, 2]
    crown = np.interp(
        at.along, [0, at.along[at.at["cowl"]], at.along[at.at["header"]], p.length], [0.02, 0.045, 0.065, 0.03]
    )
    z1 = np.maximum(at.z - crown, z0 + 0.012)
    high = z1 - z0
    cabin = smoothstep(high, 0.03, 0.16)
    ledge = 0.16 + (0.032 - 0.16) * cabin
    x1 = x0 - ledge - np.tan(np.radians(p.tumblehome)) * high
    x, z = np.empty((len(x0), MIDDLE + 1)), np.empty((len(x0), MIDDLE + 1))
    g = np.arange(RAIL + 1) / RAIL
    fillet_x = x1[:, None] + (x0 - x1)[:, None] * np.cos(g * np.pi / 2)
    fillet_z = z0[:, None] + high[:, None] * np.sin(g * np.pi / 2)
    glass_x, glass_z = _window_column(x0, z0, x1, z1)
    w = cabin[:, None]
    x[:, : RAIL + 1], z[:, : RAIL + 1] = (1 - w) * fillet_x + w * glass_x, (1 - w) * fillet_z + w * glass_z
    across = np.concatenate([[0.05], np.linspace(0.05, 1, MIDDLE - RAIL)[1:]])
    xr = x1[:, None] * (1 - across)
    x[:, RAIL + 1 :] = xr
    z[:, RAIL + 1 :] = z1[:, None] + (at.z - z1)[:, None] * (1 - (xr / x1[:, None]) ** 2)
    for a in (x, z):
        a[:, RAIL] += 0.5 * w[:, 0] * (0.5 * (a[:, RAIL - 1] + a[:, RAIL + 1]) - a[:, RAIL])
    if layout.sunken or layout.open:
        _lower_bed(layout, at, x, z, x0, z0)
    return x, z


def _window_column(x0, z0, x1, z1) -> tuple[np.ndarray, np.ndarray]:
    """Return x and z [n, RAIL + 1] from the belt line up the side window to the roof rail."""
    foot_x, foot_z = x0 - 0.03, z0 + 0.012
    length = np.maximum(np.hypot(x1 - foot_x, z1 - foot_z), 1e-6)
    last = 1 - np.minimum(0.05 / length, 0.14)
    g = np.concatenate([np.zeros((len(x0), 1)), last[:, None] * np.linspace(0, 1, RAIL - 1), np.ones((len(x0), 1))], 1)
    bow = 0.06 * np.maximum(z1 - foot_z, 0)[:, None] * 4 * g * (1 - g)
    x = foot_x[:, None] + g * (x1 - foot_x)[:, None] + bow
    z = foot_z[:, None] + g * (z1 - foot_z)[:, None]
    x[:, 0], z[:, 0] = x0, z0
    return x, z


def _lower_bed(layout: Layout, at: Stations, x, z, x0, z0) -> None:
    """Sink the columns of a pickup's bed or an open car's cockpit in place: rail, inner side, wheel housings, floor."""
    bed = slice(at.at["bed"], at.at["bed_end"] + 1)
    floor = at.z[at.at["bed"]]
    edge = x0[bed, None]
    housing = layout.well + 0.03
    x[bed, :3] = edge - (0, 0.02, 0.085)
    x[bed, 3 : RAIL + 1] = edge - np.linspace(0.095, housing, RAIL - 2)
    x[bed, RAIL + 1 :] = (edge - housing - 0.02) * np.linspace(1, 0, MIDDLE - RAIL)
    z[bed, :3] = z0[bed, None] + (0, 0.012, 0.012)
    over_wheel = layout.bottom(layout.half + at.belt[bed]) + 0.03
    z[bed, 3 : RAIL + 1] = np.maximum(floor, over_wheel)[:, None]
    z[bed, RAIL + 1 :] = floor
    rear = slice(at.at["gate"], None)
    x[rear] = x0[rear, None] * (x[bed][-1] / x0[bed][-1])
    z[rear] = z0[rear, None] + (at.z[rear] - z0[rear])[:, None] * (1 - (x[rear] / x0[rear, None]) ** 2)


def _ring(layout: Layout, at: Stations, x: np.ndarray) -> np.ndarray:
    """Return u [half ring] of the wall's columns: across the front as the bonnet has them, the stations, the rear."""
    half, length = layout.half, layout.p.length
    front = half * (x[0] / x[0, 0])[::-1]
    rear = half * (x[-1] / x[-1, 0])
    return np.concatenate([front[:-1], half + at.belt, 2 * half + length - rear[1:]])


def _top_half(layout: Layout, at: Stations, x, z, ring) -> np.ndarray:
    """Return the left half of the top [n, MIDDLE + 1, 3], its three outer sides on ``ring`` [half ring, 3]."""
    n, length, m = len(at.belt), layout.p.length, layout.marks
    side = ring[MIDDLE : MIDDLE + n]
    front, rear = ring[MIDDLE::-1], ring[MIDDLE + n - 1 :]
    lean = np.concatenate([np.linspace(0, 1, RAIL + 1), np.ones(MIDDLE - RAIL)])
    base = at.belt[:, None] + (at.along - at.belt)[:, None] * lean
    rounding = side[:, 1] + length / 2 - at.belt
    ahead = np.clip(1 - at.along / m["cowl"], 0, 1)[:, None] ** 1.3
    start, end = at.along[at.at["gate"]] if layout.open else m["roof_end"], length
    if layout.sunken:
        start, end = length - 0.6, at.along[at.at["bed_end"]]  # the gate leans as the tail does, all of it
    behind = smoothstep(at.along, start, end)[:, None]
    inner = ahead[:, 0] * rounding[0] + behind[:, 0] * rounding[-1]
    y = base - length / 2 + (1 - lean) * rounding[:, None] + lean * inner[:, None]
    y = y + ahead * (front[:, 1] - front[0, 1]) + behind * (rear[:, 1] - rear[0, 1])
    peak = 0.5 * (m["cowl"] + m["header"])
    bow = np.interp(at.along, [0.35 * m["cowl"], m["cowl"], peak, m["header"], m["header"] + 0.5], [0, 0.9, 1, 0.7, 0])
    inside = np.clip(1 - (x / np.maximum(x[:, RAIL], 1e-6)[:, None]) ** 2, 0, 1)
    y = y - layout.p.windscreen_bow * bow[:, None] * inside
    sheet = np.stack([x, y, z], -1)
    sheet[:, 0], sheet[0], sheet[-1] = side, front, rear
    return sheet


def _floor_half(layout: Layout, at: Stations, ring) -> np.ndarray:
    """Return the left half of the floor [n, MIDDLE + 1, 3], from outside to the middle, with the wheel wells."""
    n = len(at.belt)
    side = ring[MIDDLE : MIDDLE + n]
    well = layout.well / layout.half
    inner = np.concatenate(
        [np.linspace(0, well, WELL), well + 0.012 + (1 - well - 0.012) * np.linspace(0, 1, MIDDLE + 1 - WELL)]
    )
    x = side[:, :1] * (1 - inner)
    y = np.broadcast_to(side[:, 1:2], x.shape)
    floor = np.minimum(side[:, 2:], layout.p.clearance + 0.07)
    z = np.where(np.arange(MIDDLE + 1) < WELL, side[:, 2:], floor)
    sheet = np.stack([x, y, z], -1)
    front, rear = ring[MIDDLE::-1], ring[MIDDLE + n - 1 :]
    for end, weight in (
        (front, smoothstep(1 - at.belt / 0.2)),
        (rear, smoothstep(1 - (layout.p.length - at.belt) / 0.2)),
    ):
        shift = end - end[0]
        sheet[..., :2] += weight[:, None, None] * (shift - (sheet - sheet[:, :1]))[..., :2] * np.array([1, 1])
    sheet[:, 0], sheet[0], sheet[-1] = side, front, rear
    return sheet


def _mirrored_ring(half: np.ndarray) -> np.ndarray:
    """Return rows of the whole ring from its left half [rows, h, 3]."""
    half = half.copy()
    half[:, [0, -1], 0] = 0
    return np.concatenate([half, half[:, -2:0:-1] * (-1, 1, 1)], axis=1)


def _mirrored_sheet(half: np.ndarray) -> np.ndarray:
    """Return [n, 2 * MIDDLE + 1, 3] from right to left, from the left half that runs from outside to the middle."""
    half = half.copy()
    half[:, -1, 0] = 0
    return np.concatenate([half * (-1, 1, 1), half[:, -2::-1]], axis=1)


def _sheet_numbers(ring: np.ndarray, n: int, start: int) -> np.ndarray:
    """Return vertex numbers [n, 2 * MIDDLE + 1] of a sheet bordered by ``ring``, its inside from ``start`` on."""
    m, count = MIDDLE, len(ring)
    numbers = np.empty((n, 2 * m + 1), np.int64)
    numbers[1:-1, 1:-1] = start + np.arange((n - 2) * (2 * m - 1)).reshape(n - 2, 2 * m - 1)
    across, along = np.arange(m + 1), np.arange(n)
    last = m + n - 1
    numbers[0, m + across], numbers[0, m - across] = ring[across], ring[-across % count]
    numbers[along, 2 * m], numbers[along, 0] = ring[m + along], ring[-(m + along) % count]
    numbers[-1, m + across], numbers[-1, m - across] = ring[last + m - across], ring[-(last + m - across) % count]
    return numbers
