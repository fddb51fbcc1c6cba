"""What is fixed to the sides and the top of a car: doors, handles, mirrors, wipers, rails, spoiler."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car import finish
from synth_data.shapes.car.body import MIDDLE, RAIL, Grid
from synth_data.shapes.car.finish import Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.patches import patch, ribbon
from synth_data.shapes.curves import resampled
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material, Part, assembled
from synth_data.shapes.primitives import Mesh, both_sides, box, merged, moved, rounded_box, tube, turned

Piece = tuple[Mesh, Material]


def trim_part(layout: Layout, grid: Grid, colors: Palette) -> Part:
    """Return doors, handles, wipers, rails, spoiler and antenna as one part."""
    pieces = [*door_lines(layout), *handles(layout, colors), *bonnet_lines(layout, grid), *wipers(layout, grid)]
    pieces += [*rails(layout, grid), *spoiler(layout, grid, colors), *strips(layout, colors)]
    if layout.details.decoration == "taxi" and not layout.open:
        pieces.append(_taxi_sign(layout, grid))
    if layout.details.antenna and not layout.open:
        pieces.append(_fin(grid, colors))
    return assembled("trim", pieces)


def door_edges(layout: Layout) -> list[float]:
    """Return along of the shut lines at the belt line: front of the front door, its end, end of the rear door."""
    m = layout.marks
    front = max(layout.axles[0] + layout.arch_radius + 0.10, m["cowl"] + 0.05)
    edges = [front, m["pillar"] + 0.04]
    rear = min(layout.axles[1] + 0.08, m["window_end"] + 0.05)
    return edges if layout.details.two_doors else [*edges, rear]


def door_lines(layout: Layout) -> list[Piece]:
    """Return the shut lines of the doors of both sides."""
    low = layout.p.clearance + 0.10
    edges = door_edges(layout)
    lines = []
    for along in edges:
        lines.append(resampled(_door_edge(layout, along, low), 14))
    last = lines[-1][-1, 0] - layout.half
    lines.append(np.stack([layout.half + np.linspace(edges[0], last, 16), np.full(16, low)], -1))
    return [(both_sides(merged([ribbon(layout, line, 0.012) for line in lines])), finish.GRILLE_DARK)]


def _door_edge(layout: Layout, along: float, low: float) -> np.ndarray:
    """Return a shut line in (u, z) from the belt line at ``along`` to ``low``, giving way to the rear arch."""
    rear, radius = layout.axles[1], layout.arch_radius + 0.045
    top = float(layout.belt(along))
    points = [(along, top)]
    if along > rear - radius:
        angle = np.linspace(np.arccos(np.clip((along - rear) / radius, -1, 1)), np.pi, 7)
        arc = np.stack([rear + radius * np.cos(angle), layout.wheel_radius + radius * np.sin(angle)], -1)
        points += [tuple(point) for point in arc if point[1] < top - 0.03]
        points.append((rear - radius, low))
    else:
        points.append((along, low))
    return np.array(points) + (layout.half, 0)


def handles(layout: Layout, colors: Palette) -> list[Piece]:
    """Return the door handles."""
    pieces = []
    material = {"chrome": CHROME, "black": BLACK_PLASTIC}.get(layout.details.trim, colors.paint)
    for along in door_edges(layout)[1:]:
        along = along - 0.16
        u = layout.half + along + np.linspace(-0.10, 0.10, 6)
        z = float(layout.belt(along)) - 0.105 * layout.p.height / 1.45
        pieces.append((both_sides(patch(layout, u, z - 0.030, z + 0.018, 0.004)), finish.GRILLE_DARK))
        pieces.append((both_sides(patch(layout, u, z - 0.004, z + 0.022, 0.028, 4)), material))
    return pieces


def strips(layout: Layout, colors: Palette) -> list[Piece]:
    """Return rubbing strips along the doors, and cladding over the arches."""
    pieces = []
    d = layout.details
    front, rear = (layout.axles[0] + layout.arch_radius + 0.05, layout.axles[1] - layout.arch_radius - 0.05)
    u = layout.half + np.linspace(front, rear, 16)
    if d.cladding == "sill" or d.decoration == "side strip":
        middle = layout.p.clearance + 0.40 * (layout.p.belt_height - layout.p.clearance)
        material = BLACK_PLASTIC if d.cladding == "sill" else colors.second
        pieces.append((both_sides(patch(layout, u, middle - 0.03, middle + 0.03, 0.014, 4)), material))
    if d.cladding == "full":
        angle = np.linspace(0, np.pi, 19)
        for axle in layout.axles:
            radius = layout.arch_radius + 0.03
            path = np.stack([axle + radius * np.cos(angle), layout.wheel_radius + radius * np.sin(angle)], -1)
            pieces.append((both_sides(ribbon(layout, path + (layout.half, 0), 0.07, 0.006)), BLACK_PLASTIC))
    return pieces


def mirror_center(layout: Layout) -> np.ndarray:
    """Return the middle of the left mirror [3]."""
    m = layout.marks
    along = m["cowl"] + 0.36 * (m["header"] - m["cowl"])
    edge = layout.side(along, layout.belt(along))
    return edge + np.array([0.085, 0.0, 0.085])


def mirror_part(layout: Layout, colors: Palette) -> Part:
    """Return both mirrors: shell, stalk and glass."""
    center = mirror_center(layout)
    big = 1.2 if layout.style in ("suv", "pickup", "van") else 1.0
    shell = rounded_box((0.20 * big, 0.10, 0.13 * big), (0, 0, 0), 0.05, 2)
    shell[0][:, 1] += 0.35 * shell[0][:, 0]
    glass = box((0.16 * big, 0.004, 0.095 * big), (0, 0.052, 0))
    glass[0][:, 1] += 0.35 * glass[0][:, 0]
    stalk = box((0.09, 0.05, 0.03), (-0.10, -0.02, -0.055))
    material = (
        BLACK_PLASTIC
        if layout.details.trim == "black"
        else CHROME
        if layout.style == "pickup" and layout.details.trim == "chrome"
        else colors.paint
    )
    pieces = [(shell, material), (glass, CHROME), (stalk, BLACK_PLASTIC)]
    return assembled("mirrors", [(both_sides(moved(mesh, center)), kind) for mesh, kind in pieces])


def _along_top(grid: Grid, column: float, rows: np.ndarray, lift: float = 0.0) -> np.ndarray:
    """Return points of the top at fractional ``rows`` of the left half, ``column`` counted from the middle."""
    sheet = grid.vertices[grid.top[:, MIDDLE:]]
    low = min(int(column), MIDDLE - 1)
    line = sheet[:, low] + (column - low) * (sheet[:, low + 1] - sheet[:, low])
    return np.stack([np.interp(rows, np.arange(len(line)), c) for c in line.T], -1) + (0, 0, lift)


def bonnet_lines(layout: Layout, grid: Grid) -> list[Piece]:
    """Return the shut lines of the bonnet."""
    cowl = grid.stations.at["cowl"]
    rows = np.linspace(1.0, cowl, 14)
    column = MIDDLE - RAIL + 1.5
    left, right = _along_top(grid, column, rows, 0.003), _along_top(grid, column - 0.25, rows, 0.003)
    middle = (left + right) / 2
    left, right = middle + (0.006, 0, 0), middle - (0.006, 0, 0)
    count = len(rows)
    faces = np.array([[i, i + 1, count + i + 1, i, count + i + 1, count + i] for i in range(count - 1)]).reshape(-1, 3)
    return [(both_sides((np.concatenate([right, left]), faces[:, ::-1])), finish.GRILLE_DARK)]


def wipers(layout: Layout, grid: Grid) -> list[Piece]:
    """Return the cowl panel's two wipers, lying on the foot of the windscreen."""
    cowl = grid.stations.at["cowl"]
    pieces = []
    for start, end in ((-1.0, 3.4), (2.6, 7.2)):
        columns = np.linspace(start, end, 6)
        points = [_along_top(grid, abs(c), np.array([cowl + 0.25 + 0.5 * k / 5]), 0.014)[0] * (np.sign(c) or 1, 1, 1)
                  for k, c in enumerate(columns)]  # fmt: skip
        pieces.append((tube(np.array(points), 0.008, 4), BLACK_PLASTIC))
    return pieces


def rails(layout: Layout, grid: Grid) -> list[Piece]:
    """Return roof rails."""
    if layout.details.rails == "none" or layout.open:
        return []
    at = grid.stations.at
    rows = np.linspace(at["header"] + 0.6, at["roof_end"] - 0.2, 12)
    line = _along_top(grid, MIDDLE - RAIL - 0.4, rows)
    line[1:-1, 2] += 0.05
    return [(both_sides(tube(line, 0.018, 6)), CHROME if layout.details.rails == "chrome" else BLACK_PLASTIC)]


def spoiler(layout: Layout, grid: Grid, colors: Palette) -> list[Piece]:
    """Return a lip over the rear window, or a wing on the boot."""
    if not layout.details.spoiler or layout.style == "pickup":
        return []
    at = grid.stations.at
    sheet = grid.vertices[grid.top]
    if layout.style in ("sedan", "coupe") or layout.open:
        deck = at["gate"] if layout.open else at["sill"]
        row = sheet[(deck + at["tail"]) // 2 if at["tail"] - deck > 2 else -2]
        y, z, reach = row[MIDDLE, 1] + 0.05, row[MIDDLE, 2] + 0.09, 0.80 * row[-1, 0]
        wing = rounded_box((2 * reach, 0.17, 0.035), (0, y, z), 0.016)
        feet = both_sides(box((0.04, 0.10, 0.12), (0.85 * reach, y, z - 0.06)))
        return [(merged([wing, feet]), colors.paint)]
    row = sheet[at["roof_end"]]
    reach = row[MIDDLE + MIDDLE - RAIL, 0]
    wing = rounded_box((2 * reach, 0.24, 0.04), (0, 0, 0), 0.018)
    wing = turned(wing, "x", -8)
    return [(moved(wing, (0, row[MIDDLE, 1] + 0.10, row[MIDDLE, 2] - 0.035)), colors.paint)]


def _taxi_sign(layout: Layout, grid: Grid) -> Piece:
    """Return the lit sign on a taxi's roof."""
    at = grid.stations.at
    top = grid.vertices[grid.top[(at["header"] + at["pillar"]) // 2, MIDDLE]]
    return rounded_box((0.42, 0.16, 0.15), top + (0, 0, 0.065), 0.03, 1), finish.TAXI_SIGN


def _fin(grid: Grid, colors: Palette) -> Piece:
    """Return a shark-fin antenna."""
    top = grid.vertices[grid.top[grid.stations.at["roof_end"] - 1, MIDDLE]]
    fin = rounded_box((0.035, 0.16, 0.06), (0, 0, 0.02), 0.015)
    fin[0][:, 1] += 0.9 * np.maximum(fin[0][:, 2], 0)
    return moved(fin, top), colors.paint
