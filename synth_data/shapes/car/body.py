"""The body of a car: one closed surface on a grid that follows windows, pillars and wheel arches.

It has the topology of a box. The *wall* goes around (front, left, rear, right) from the lower edge to the belt line;
the *top* spans its upper edge: bonnet, windscreen, roof, rear window and boot, with the side windows between belt
line and roof rail; the *floor* spans the lower edge, with wells over the wheels. Across the top, columns run from the
belt line (0) over the foot of the glass (1) to the roof rail (`RAIL`) and on to the middle (`MIDDLE`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.car.finish import SOFT_TOP, UNDERBODY, Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.curves import smoothstep
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Part
from synth_data.shapes.primitives import grid_faces

RAIL = 8
MIDDLE = 16
WELL = 9
"""Columns of the floor, from outside, that belong to the wheel wells."""
ROWS = np.array([0, 0.05, 0.12, 0.2, 0.3, 0.4, 0.5, 0.59, 0.66, 0.73, 0.80, 0.87, 0.94, 1.0])
"""Rows of the wall, as parts of its height."""
FILL = 0.125
"""Largest spacing of stations along the silhouette, metres."""


@dataclass(frozen=True)
class Stations:
    """Where the grid has its lines along the car.

    Attributes:
        belt: l at the belt line, [n], increasing.
        l, z: the silhouette there, [n].
        at: name of a mark -> index of its station.
    """

    belt: np.ndarray
    l: np.ndarray
    z: np.ndarray
    at: dict[str, int]

    def before(self, name: str) -> np.ndarray:
        """Return which of the n - 1 bands lie before the mark ``name``."""
        return np.arange(len(self.belt) - 1) < self.at[name]


def stations(layout: Layout) -> Stations:
    """Return the stations of ``layout``: its marks, the arches, and as many between as curvature wants."""
    line, at = layout.line
    m, p = layout.marks, layout.p
    index = np.arange(len(line), dtype=np.float64)
    window_top = m["window_end"] + p.quarter_shear
    window_top = np.clip(window_top, m["pillar"] + 0.15, m["sill"] - 0.03)
    known = {"nose": 0.0, "cowl": m["cowl"], "window_end": m["window_end"], "sill": m["sill"], "tail": p.length}
    if layout.open:
        deck = line[at["bed_end"], 0]
        known = {"nose": 0.0, "cowl": m["cowl"], "header": m["cowl"] + 0.04, "bed": m["cowl"] + 0.08, "bed_end": deck,
                 "gate": deck + 0.02, "tail": p.length}  # fmt: skip
        belt = np.interp(index, [at[name] for name in known], list(known.values()))
    else:
        top = [window_top if name == "window_end" else line[at[name], 0] for name in known]
        belt = np.interp(line[:, 0], top, list(known.values()))

    def of_belt(l):
        return np.interp(l, belt, index)

    marks = {name: float(i) for name, i in at.items() if name != "peak"}
    if layout.open:
        return _stations(layout, line, index, belt, marks)
    marks["window_end"] = float(of_belt(m["window_end"]))
    marks["window_start"] = float(of_belt(m["cowl"] + 0.30 * (m["header"] - m["cowl"])))
    marks["pillar"], marks["pillar_end"] = float(of_belt(m["pillar"])), float(of_belt(m["pillar"] + 0.085))
    if layout.details.quarter_window and m["pillar"] + 0.4 < m["quarter"] < m["window_end"] - 0.2:
        marks["quarter"], marks["quarter_end"] = float(of_belt(m["quarter"])), float(of_belt(m["quarter"] + 0.07))
    return _stations(layout, line, index, belt, marks)


def _stations(layout: Layout, line, index, belt, marks: dict[str, float]) -> Stations:
    """Return the stations for ``marks`` (in samples of ``line``), with the arches and the filling added."""
    arches = np.interp(_arch_positions(layout), belt, index)
    positions = _merged_positions(np.array(list(marks.values())), arches, line)
    found = {name: int(np.argmin(np.abs(positions - i))) for name, i in marks.items()}
    l, z = (np.interp(positions, index, line[:, k]) for k in (0, 1))
    return Stations(np.interp(positions, index, belt), l, z, found)


def _arch_positions(layout: Layout) -> np.ndarray:
    """Return l of the columns that draw the arches: even in angle, and a pair at each vertical edge."""
    radius = layout.arch_radius
    angle = np.cos(np.linspace(0, np.pi, 15))
    edge = radius + 0.012
    return np.concatenate([[a - edge, *(a - radius * angle), a + edge] for a in layout.axles])


def _merged_positions(marks: np.ndarray, arches: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return the sorted union of marks, arches and filling, in samples of ``line``; what crowds a mark gives way."""
    gap = 0.25
    arches = arches[np.min(np.abs(arches[:, None] - marks), axis=1) > gap]
    fixed = np.unique(np.concatenate([marks, arches]))
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    way = np.interp(fixed, np.arange(len(line)), arc)
    filled = [fixed]
    for a, b, wa, wb in zip(fixed, fixed[1:], way, way[1:]):
        target = FILL if wa > 0.35 else 0.06
        count = int(np.ceil((wb - wa) / target))
        filled.append(a + (b - a) * np.arange(1, count) / max(count, 1))
    return np.sort(np.concatenate(filled))


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
    vertices = np.concatenate([wall.reshape(-1, 3), top_points[1:-1, 1:-1].reshape(-1, 3), floor_points[1:-1, 1:-1].reshape(-1, 3)])
    return Grid(vertices, ring, top, floor, at)


def _section(layout: Layout, at: Stations) -> tuple[np.ndarray, np.ndarray]:
    """Return x and z [n, MIDDLE + 1] of the top's columns at each station, before the ends are fitted."""
    p = layout.p
    edge = layout.wall(layout.half + at.belt, layout.top(layout.half + at.belt))
    x0, z0 = edge[:, 0], edge[:, 2]
    crown = np.interp(at.l, [0, at.l[at.at["cowl"]], at.l[at.at["header"]], p.length], [0.02, 0.045, 0.065, 0.03])
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
    corner = (1 - w[:, 0]) * 0.0 + 0.5 * w[:, 0]
    for a in (x, z):
        a[:, RAIL] += corner * (0.5 * (a[:, RAIL - 1] + a[:, RAIL + 1]) - a[:, RAIL])
    if layout.sunken or layout.open:
        _lower_bed(at, x, z, x0, z0)
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


def _lower_bed(at: Stations, x, z, x0, z0) -> None:
    """Sink the columns of a pickup's bed or an open car's cockpit in place: rail, inner side, floor."""
    bed = slice(at.at["bed"], at.at["bed_end"] + 1)
    floor = at.z[at.at["bed"]]
    inset = np.array([0, 0.02, 0.085, 0.095, 0.11, 0.13, 0.15, 0.17, 0.19])
    x[bed, : RAIL + 1] = x0[bed, None] - inset
    z[bed, :3] = z0[bed, None] + np.array([0, 0.012, 0.012])
    z[bed, 3:] = floor
    x[bed, RAIL + 1 :] = (x0[bed, None] - 0.19) * np.linspace(1, 0, MIDDLE - RAIL + 1)[1:]
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
    base = at.belt[:, None] + (at.l - at.belt)[:, None] * lean
    rounding = side[:, 1] + length / 2 - at.belt
    ahead = np.clip(1 - at.l / m["cowl"], 0, 1)[:, None] ** 1.3
    start = length - 0.09 if layout.sunken else at.l[at.at["gate"]] if layout.open else m["roof_end"]
    behind = smoothstep(at.l, start, length)[:, None]
    inner = ahead[:, 0] * rounding[0] + behind[:, 0] * rounding[-1]
    y = base - length / 2 + (1 - lean) * rounding[:, None] + lean * inner[:, None]
    y = y + ahead * (front[:, 1] - front[0, 1]) + behind * (rear[:, 1] - rear[0, 1])
    peak = 0.5 * (m["cowl"] + m["header"])
    bow = np.interp(at.l, [0.35 * m["cowl"], m["cowl"], peak, m["header"], m["header"] + 0.5], [0, 0.9, 1, 0.7, 0])
    inside = np.clip(1 - (x / np.maximum(x[:, RAIL], 1e-6)[:, None]) ** 2, 0, 1)
    y = y - layout.p.windscreen_bow * bow[:, None] * inside
    sheet = np.stack([x, y, z], -1)
    sheet[:, 0], sheet[0], sheet[-1] = side, front, rear
    return sheet


def _floor_half(layout: Layout, at: Stations, ring) -> np.ndarray:
    """Return the left half of the floor [n, MIDDLE + 1, 3], from outside to the middle, with the wheel wells."""
    n = len(at.belt)
    side = ring[MIDDLE : MIDDLE + n]
    well = min(0.42, layout.p.tyre_width + 0.13) / layout.half
    inner = np.concatenate([np.linspace(0, well, WELL), well + 0.012 + (1 - well - 0.012) * np.linspace(0, 1, MIDDLE + 1 - WELL)])
    x = side[:, :1] * (1 - inner)
    y = np.broadcast_to(side[:, 1:2], x.shape)
    floor = np.minimum(side[:, 2:], layout.p.clearance + 0.07)
    z = np.where(np.arange(MIDDLE + 1) < WELL, side[:, 2:], floor)
    sheet = np.stack([x, y, z], -1)
    front, rear = ring[MIDDLE::-1], ring[MIDDLE + n - 1 :]
    for end, weight in ((front, smoothstep(1 - at.belt / 0.2)), (rear, smoothstep(1 - (layout.p.length - at.belt) / 0.2))):
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
    """Return vertex numbers [n, 2 * MIDDLE + 1] of a sheet whose border lies on ``ring`` and whose inside begins at ``start``."""
    m, count = MIDDLE, len(ring)
    numbers = np.empty((n, 2 * m + 1), np.int64)
    numbers[1:-1, 1:-1] = start + np.arange((n - 2) * (2 * m - 1)).reshape(n - 2, 2 * m - 1)
    across, along = np.arange(m + 1), np.arange(n)
    last = m + n - 1
    numbers[0, m + across], numbers[0, m - across] = ring[across], ring[-across % count]
    numbers[along, 2 * m], numbers[along, 0] = ring[m + along], ring[-(m + along) % count]
    numbers[-1, m + across], numbers[-1, m - across] = ring[last + m - across], ring[-(last + m - across) % count]
    return numbers


def _quads(numbers: np.ndarray, wrap: bool = False) -> np.ndarray:
    """Return the triangles [cells, 2, 3] of a grid of vertex numbers."""
    return numbers.reshape(-1)[grid_faces(*numbers.shape, wrap_columns=wrap)].reshape(-1, 2, 3)


def body_part(grid: Grid, layout: Layout, colors: Palette) -> Part:
    """Return the body with its materials."""
    materials = (colors.paint, colors.glass, colors.privacy, colors.trim, BLACK_PLASTIC, UNDERBODY, colors.second,
                 colors.interior, SOFT_TOP)  # fmt: skip
    wall = _quads(grid.wall, wrap=True)
    top, floor = _quads(grid.top), _quads(grid.floor)[..., ::-1]
    kinds = [wall_materials(grid, layout), top_materials(grid, layout), np.full(len(floor), 5)]
    faces = np.concatenate([wall, top, floor])
    flat = np.concatenate([k.reshape(-1) for k in kinds])
    return Part("body", grid.vertices, faces.reshape(-1, 3), materials, np.repeat(flat, 2), sharp_angle_deg=38)


def wall_materials(grid: Grid, layout: Layout) -> np.ndarray:
    """Return the material of each cell of the wall [rows - 1, ring]."""
    rows, ring = len(grid.wall) - 1, grid.wall.shape[1]
    kinds = np.zeros((rows, ring), np.int64)
    kinds[0] = 4
    if layout.details.cladding != "none" or layout.style == "suv":
        kinds[:2] = 4
    if layout.details.cladding == "full":
        kinds[:3] = 4
    return kinds


def top_materials(grid: Grid, layout: Layout) -> np.ndarray:
    """Return the material of each cell of the top [stations - 1, 2 * MIDDLE]."""
    at, s = grid.stations.at, grid.stations
    n = len(s.belt) - 1
    half = np.zeros((n, MIDDLE), np.int64)
    band = np.arange(n)

    def between(a, b):
        return (band >= at[a]) & (band < at[b])

    if layout.open:
        half[np.ix_(between("cowl", "bed"), np.arange(RAIL + 1, MIDDLE))] = 1
        half[np.ix_(between("bed", "gate"), np.arange(2, MIDDLE))] = 7
        half[np.ix_(between("header", "bed"), np.arange(2, RAIL + 1))] = 4
        return np.concatenate([half, half[:, ::-1]], axis=1)
    screen, rear = between("cowl", "header"), between("roof_end", "sill")
    side = between("window_start", "window_end")
    _roof_materials(layout, half, between)
    half[np.ix_(screen, np.arange(RAIL + 1, MIDDLE))] = 1
    half[np.ix_(rear, np.arange(RAIL + 1, MIDDLE))] = 2
    half[np.ix_(side & s.before("pillar"), np.arange(1, RAIL - 1))] = 1
    half[np.ix_(side & ~s.before("pillar"), np.arange(1, RAIL - 1))] = 2
    pillars = between("pillar", "pillar_end")
    if "quarter" in at:
        pillars = pillars | between("quarter", "quarter_end")
    half[np.ix_(pillars, np.arange(1, RAIL - 1))] = 4
    half[side, 0] = 3
    if layout.details.roof == "soft":
        half[np.ix_(rear, np.arange(RAIL + 1, RAIL + 3))] = 4
    if layout.details.roof == "sunroof":
        half[at["header"] + 1 : at["pillar_end"] + 1, RAIL + 3 :] = 2
    if layout.sunken:
        half[np.ix_(between("bed", "bed_end"), np.arange(2, MIDDLE))] = 4
    return np.concatenate([half, half[:, ::-1]], axis=1)


def _roof_materials(layout: Layout, half: np.ndarray, between) -> None:
    """Set the cells of ``half`` that a second colour, stripes or a soft top cover, before the windows are cut."""
    roof = between("header", "roof_end")
    if layout.details.decoration == "stripes":
        half[:, MIDDLE - 2] = 6
    if layout.details.decoration == "two-tone":
        half[np.ix_(between("cowl", "sill"), np.arange(1, MIDDLE))] = 6
    if layout.details.roof == "black":
        half[np.ix_(roof, np.arange(RAIL, MIDDLE))] = 4
    if layout.details.roof == "soft":
        half[np.ix_(between("header", "sill"), np.arange(1, MIDDLE))] = 8
