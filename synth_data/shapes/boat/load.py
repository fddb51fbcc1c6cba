"""Rails, seats, nets, containers, hatches and cranes of a boat."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.boat.hull import Hull
from synth_data.shapes.cycles import axle, strut
from synth_data.shapes.materials import BLACK_METAL, CHROME, RUBBER, hsv
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import both_sides, box, cylinder, merged, moved, rounded_box, tube
from synth_data.shapes.vehicles import Piece, lacquer

NET = Material(
    "net", (0.04, 0.16, 0.12), roughness=0.9, pattern="fabric", pattern_color=(0.02, 0.08, 0.06), pattern_scale=0.1
)


def load_pieces(hull: Hull, second: Material) -> list[Piece]:
    """Return what the boat carries."""
    makers = {"thwarts": thwarts, "net": fishing_gear, "containers": containers, "hatches": hatches}
    pieces = makers[hull.p.load](hull, second) if hull.p.load in makers else []
    return pieces + (rails(hull) if hull.p.style in ("sailing", "cruiser", "fishing", "speed") else [])


def rails(hull: Hull) -> list[Piece]:
    """Return the rail around the bow on its posts."""
    p = hull.p
    end = {"speed": 0.34, "fishing": 0.2}.get(p.style, 0.62)
    high = (0.035 if p.style == "speed" else 0.055) * p.length if p.length < 12 else 0.04 * p.length
    thin = 0.0022 * p.length
    line = hull.rail(0.012, end, 8)
    top = line + (0, 0, high)
    posts = [strut(a, b, thin, 4) for a, b in zip(line[1:], top[1:])]
    return [(both_sides(merged([tube(top, 1.2 * thin, 5), *posts])), CHROME)]


def thwarts(hull: Hull, second: Material) -> list[Piece]:
    """Return the seats across a rowing boat, floor boards and the rubbing strake."""
    p = hull.p
    pieces = []
    for t, deep in ((0.27, 0.06), (0.55, 0.065), (0.84, 0.09)):
        half, edge, floor = hull.at(p.y(t))
        z = floor + 0.62 * (edge - floor)
        pieces.append(box((1.86 * half * 0.94, deep * p.length, 0.03), (0, p.y(t), z)))
    _, _, floor = hull.at(p.y(0.5))
    boards = [box((0.09, 0.55 * p.length, 0.02), (x, p.y(0.52), floor + 0.015)) for x in (-0.24, -0.12, 0, 0.12, 0.24)]
    strake = tube(
        hull.rail(0.03, 0.97 if not p.pointed_stern else 0.96, 12, 1.0), np.array([[0.02, 0.025]] * 12), square=True
    )
    return [
        (merged(pieces), p.wood),
        (merged(boards), p.wood),
        (both_sides(strake), p.wood if p.colors % 2 else second),
    ]


def fishing_gear(hull: Hull, second: Material) -> list[Piece]:
    """Return mast and boom, a drum with its net, boxes and the tyres that fend the side."""
    p = hull.p
    ahead = p.house_at < 0.5
    at = p.y(p.house_at + p.house_length + 0.04) if ahead else p.y(0.42)
    free = p.y(0.78) if ahead else p.y(0.3)
    _, _, floor = hull.at(at)
    high = p.mast * p.length
    mast = tube(np.array([[0, at, floor], [0, at, floor + high]]), np.array([[0.011], [0.007]]) * p.length, 8)
    tip = np.array([0, free, floor + 0.72 * high])
    boom = strut((0, at, floor + 0.25 * high), tip, 0.006 * p.length, 6)
    wire = strut((0, at, floor + high), tip, 0.002 * p.length, 3)
    half, _, low = hull.at(free)
    r = 0.05 * p.length
    drum = moved(axle(r, 0.5 * half, 14), (0, free + 0.02 * p.length, low + r))
    flanges = both_sides(moved(axle(1.2 * r, 0.02 * half, 14), (0.52 * half, free + 0.02 * p.length, low + r)))
    size = np.array([0.05, 0.04, 0.03]) * p.length
    middle = np.array([0.5 * half, 0.5 * (at + free), low + 0.02 * p.length])
    crates = [rounded_box(size, middle + (0, k * 0.05 * p.length, 0), 0.1 * size[1], 1) for k in (-1, 0)]
    line = hull.rail(0.3, 0.85, 5, 1.0)
    tyre = [moved(axle(0.022 * p.length, 0.009 * p.length, 10), point - (0, 0, 0.035 * p.length)) for point in line]
    orange = Material("crate", (0.6, 0.16, 0.03), roughness=0.6)
    return [(merged([mast, boom]), second), (wire, BLACK_METAL), (drum, NET), (flanges, BLACK_METAL),
            (both_sides(merged(crates)), orange), (both_sides(merged(tyre)), RUBBER)]  # fmt: skip


def containers(hull: Hull, second: Material) -> list[Piece]:
    """Return stacks of containers in a few colours, bay after bay."""
    p = hull.p
    rng = np.random.default_rng(p.colors)
    shades = ((0.02, 0.5), (0.58, 0.4), (0.08, 0.6), (0.4, 0.35), (0.0, 0.75))
    paints = [lacquer(f"container {k}", hsv(hue, 0.75, value), roughness=0.6) for k, (hue, value) in enumerate(shades)]
    start, end = p.y(0.15), p.y(p.house_at - 0.025)
    bays = max(5, int((end - start) / (0.058 * p.length)))
    long = (end - start) / bays
    pieces: list[Piece] = []
    for k in range(bays):
        y = start + (k + 0.5) * long
        half, _, floor = hull.at(y)
        wide, tall = 1.84 * half / 5, 0.2 * p.beam * p.length * 0.9
        for row in range(5):
            for level in range(int(rng.integers(1, 4))):
                size = (0.97 * wide, 0.93 * long, 0.97 * tall)
                center = ((row - 2) * wide, y, floor + (level + 0.55) * tall)
                pieces.append((box(size, center), paints[int(rng.integers(len(paints)))]))
    return pieces


def hatches(hull: Hull, second: Material) -> list[Piece]:
    """Return the hatch covers of a bulk carrier, cranes between them, a pipe along the deck."""
    p = hull.p
    start, end = p.y(0.15), p.y(p.house_at - 0.02)
    count = 4 + p.colors % 3
    long = (end - start) / count
    covers, cranes = [], []
    for k in range(count):
        y = start + (k + 0.5) * long
        half, _, floor = hull.at(y)
        covers.append(rounded_box((1.2 * half, 0.72 * long, 0.25 * half), (0, y, floor + 0.1 * half), 0.03 * half, 1))
        if k and p.colors % 2:
            foot = np.array([0, y - 0.5 * long, floor])
            post = moved(cylinder(0.12 * half, 0, 1.7 * half, 10), foot)
            cab = rounded_box((0.4 * half, 0.4 * half, 0.4 * half), foot + (0, 0, 1.8 * half), 0.05 * half, 1)
            jib = strut(foot + (0, 0.1 * half, 1.8 * half), foot + (0, 0.85 * long, 2.6 * half), 0.05 * half, 5)
            cranes += [post, cab, jib]
    _, _, floor = hull.at(0.5 * (start + end))
    pipe = strut(
        (0.75 * p.beam * p.length / 2, start, floor + 0.01 * p.length),
        (0.75 * p.beam * p.length / 2, end, floor + 0.01 * p.length),
        0.003 * p.length,
        6,
    )
    pieces = [(merged(covers), second), (both_sides(pipe), BLACK_METAL)]
    return pieces + ([(merged(cranes), lacquer("crane", (0.7, 0.4, 0.05), roughness=0.5))] if cranes else [])
