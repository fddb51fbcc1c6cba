"""What stands on the deck of a boat: cabins, windscreens, wheelhouses, decks of a liner, funnels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from synth_data.shapes.boat.hull import Hull
from synth_data.shapes.cycles import strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import both_sides, cylinder, merged, moved, rounded_box
from synth_data.shapes.vehicles import DARK_GLASS, Piece, Skin, end_panel, lacquer, long_body, plate, rings

WHITE = lacquer("white paint", (0.78, 0.78, 0.77), roughness=0.35)


def house_pieces(hull: Hull, second: Material) -> list[Piece]:
    """Return cabin, bridge or wheelhouse."""
    makers = {
        "trunk": trunk,
        "screen": screen,
        "fly": flybridge,
        "bow": wheelhouse,
        "stern": wheelhouse,
        "decks": decks,
    }
    return makers[hull.p.house](hull, second) if hull.p.house in makers else []


def box_house(half: float, start: float, end: float, low: float, high: float, lean: float, bow: float = 0.0) -> tuple:
    """Return a house's skin and its front and back as functions of (x, z).

    Args:
        half: half its width. start, end: y of its front's foot and of its back. low, high: its floor and roof.
        lean: how far the top of its front lies back. bow: how far the front's sides do.
    """
    long = end - start
    lean, bow = min(lean, 0.45 * long), min(bow, 0.2 * long)

    def front(x, z):
        return start + lean * ((z - low) / (high - low)).clip(0, 1) + bow * (x / half) ** 2

    def back(x, z):
        return np.full_like(z, end) - 0.1 * lean * ((z - low) / (high - low)).clip(0, 1)

    section = rings(0.0, half, low, high, 9, 12, count=20)[0][:, [0, 2]]
    section[:, 0] *= 1 - 0.08 * ((section[:, 1] - low) / (high - low)).clip(0, 1)
    edge = 0.06 * min(half, high - low, long)
    straight = (start + lean + bow + 2 * edge, end - 0.12 * lean - 2 * edge)
    return long_body(section, front, back, straight, (edge, edge)), front, back


def windows(skin: Skin, y: np.ndarray, low: float, high: float, gap: float) -> Piece:
    """Return a row of windows on both sides between the places ``y`` [n], posts of width ``gap`` between them."""
    thick = 0.02 * (high - low) + 0.004
    panes = [skin.side_panel([a + gap / 2, b - gap / 2], (low, high), thick, 2 * thick) for a, b in pairwise(y)]
    return both_sides(merged(panes)), DARK_GLASS


def trunk(hull: Hull, second: Material) -> list[Piece]:
    """Return the low cabin of a sailing boat, with small windows and a hatch."""
    p = hull.p
    start, end = p.y(p.house_at), p.y(p.house_at + p.house_length)
    half, edge, _ = hull.at(start)
    half, high = 0.62 * max(half, hull.at(end)[0]), p.house_height * p.length
    skin, _, _ = box_house(half, start, end, edge - 0.4 * high, edge + high, 0.12 * (end - start), 0.1 * half)
    y = np.linspace(start + 0.3 * (end - start), end - 0.08 * (end - start), 4)
    panes = windows(skin, y, edge + 0.25 * high, edge + 0.75 * high, 0.07 * (end - start))
    hatch = rounded_box(
        (0.5 * half, 0.3 * (end - start), 0.25 * high),
        (0, end - 0.2 * (end - start), edge + 1.02 * high),
        0.05 * high,
        1,
    )
    return [(skin.mesh(), WHITE), panes, (hatch, DARK_GLASS if p.colors % 2 else WHITE)]


def screen(hull: Hull, second: Material) -> list[Piece]:
    """Return windscreen, dashboard, seats and rear bench of an open motor boat."""
    p = hull.p
    at, high = p.y(p.house_at), p.house_height * p.length
    half, edge, _ = hull.at(at)
    across = np.linspace(-1, 1, 9)
    t = np.linspace(0, 1, 3)[:, None]
    x = 0.86 * half * across * (1 - 0.12 * t)
    y = at + (0.5 + 0.5 * p.rake) * high * t + 0.75 * high * across**2 * 2
    points = np.stack([x, y, edge - 0.05 * high + high * t + 0 * across], -1)
    glass = plate(points, 0.0, 0.05 * high)
    floor = hull.at(p.y(0.7))[2]
    seats: list[Piece] = []
    soft = Material("seat", (0.7, 0.68, 0.62) if p.colors % 3 else (0.03, 0.03, 0.035), roughness=0.5)
    for y0 in (p.y(p.house_at) + 0.16 * p.length, p.y(0.85)):
        wide = 0.44 * half if y0 < p.y(0.8) else 1.5 * half
        x0 = 0.42 * half if y0 < p.y(0.8) else 0.0
        bench = rounded_box(
            (wide, 0.1 * p.length, 0.36 * (edge - floor) + 0.1), (x0, y0, floor + 0.2 * (edge - floor)), 0.03, 1
        )
        rest = rounded_box(
            (wide, 0.03 * p.length, 0.75 * (edge - floor) + 0.1),
            (x0, y0 + 0.05 * p.length, floor + 0.62 * (edge - floor)),
            0.03,
            1,
        )
        pair = merged([bench, rest])
        seats.append((both_sides(pair) if x0 else pair, soft))
    dash = rounded_box(
        (1.5 * half, 0.06 * p.length, 0.5 * (edge - floor)), (0, at + 1.3 * high, edge - 0.2 * (edge - floor)), 0.03, 1
    )
    return [(glass, DARK_GLASS), (dash, BLACK_PLASTIC), *seats]


def flybridge(hull: Hull, second: Material) -> list[Piece]:
    """Return the cabin of a motor yacht, the bridge on its roof, arch and rails."""
    p = hull.p
    start, end = p.y(p.house_at), p.y(p.house_at + p.house_length)
    half, edge, _ = hull.at(0.5 * (start + end))
    half, high, long = 0.76 * half, p.house_height * p.length, end - start
    skin, front, back = box_house(
        half, start, end, edge - 0.25 * high, edge + high, (0.25 + 0.2 * p.rake) * long, 0.3 * half
    )
    y = np.linspace(start + (0.34 + 0.2 * p.rake) * long, end - 0.04 * long, 4 + p.colors % 3)
    pieces = [(skin.mesh(), WHITE), windows(skin, y, edge + 0.35 * high, edge + 0.8 * high, 0.012 * long)]
    rows = np.linspace(edge + 0.38 * high, edge + 0.84 * high, 3)
    pieces.append((end_panel(front, np.linspace(-0.78, 0.78, 5) * half, rows, 0.03 * high, 0.05 * high), DARK_GLASS))
    door = end_panel(
        back, [-0.55 * half, 0.55 * half], [edge + 0.05 * high, edge + 0.82 * high], 0.02 * high, 0.05 * high, back=True
    )
    pieces.append((door, DARK_GLASS))
    top, y0 = edge + high, start + 0.5 * long
    fly, ahead, _ = box_house(
        0.82 * half, y0, end - 0.03 * long, top - 0.05 * high, top + 0.32 * high, 0.08 * long, 0.2 * half
    )
    dark = end_panel(
        ahead, np.linspace(-0.7, 0.7, 5) * 0.82 * half, [top + 0.34 * high, top + 0.55 * high], 0.0, 0.03 * high
    )
    seat = rounded_box(
        (1.2 * half, 0.4 * (end - y0), 0.06 * high), (0, 0.5 * (y0 + end), top + 0.33 * high), 0.02 * high, 1
    )
    pieces += [(fly.mesh(), WHITE), (dark, DARK_GLASS), (seat, BLACK_PLASTIC)]
    arch = strut(
        (0.78 * half, end - 0.1 * long, top), (0.7 * half, end - 0.02 * long, top + 0.95 * high), 0.05 * high, 6
    )
    bridge = strut(
        (-0.72 * half, end - 0.02 * long, top + 0.95 * high),
        (0.72 * half, end - 0.02 * long, top + 0.95 * high),
        0.05 * high,
        6,
    )
    radar = moved(cylinder(0.14 * high, 0, 0.12 * high, 12), (0, end - 0.02 * long, top + high))
    pieces += [(both_sides(arch), WHITE), (merged([bridge, radar]), WHITE)]
    return pieces


def wheelhouse(hull: Hull, second: Material) -> list[Piece]:
    """Return a wheelhouse with windows all round, mast or funnel; tall and broad on a cargo ship."""
    p = hull.p
    start, end = p.y(p.house_at), p.y(p.house_at + p.house_length)
    half, _, floor = hull.at(0.5 * (start + end))
    ship = p.style == "cargo"
    half, high, low = (0.86 if ship else 0.62) * half, p.house_height * p.length, floor - 0.01 * p.length
    lean = 0.0 if ship else (p.rake - 0.5) * 0.16 * (end - start)
    skin, front, back = box_house(half, start, end, low, floor + high, max(lean, 0.0))
    levels = np.linspace(0.3, 0.97, 6)[:-1] if ship else np.array([0.62])
    tall = 0.07 * high if ship else 0.24 * high
    pieces: list[Piece] = [(skin.mesh(), WHITE)]
    for level in levels:
        z = floor + level * high
        count = 7 if ship else 4
        y = np.linspace(start + 0.1 * (end - start) + max(lean, 0), end - 0.12 * (end - start), count)
        pieces.append(windows(skin, y, z, z + tall, 0.3 * (y[1] - y[0])))
        edges = np.linspace(-0.82, 0.82, count + 1) * half
        for surface, back_ in ((front, False), (back, True)):
            spans = [(a + 0.04 * half, b - 0.04 * half) for a, b in pairwise(edges)]
            rows = [z, z + tall]
            panes = [end_panel(surface, span, rows, 0.01 * high, 0.03 * high, back=back_) for span in spans]
            pieces.append((merged(panes if not back_ or ship else panes[1:-1]), DARK_GLASS))
    roof = rounded_box(
        (2.14 * half, 1.1 * (end - start), 0.05 * high), (0, 0.5 * (start + end), floor + high), 0.015 * high, 1
    )
    pieces.append((roof, second))
    if ship:
        wing = rounded_box(
            (2.3 * half, 0.3 * (end - start), 0.1 * high),
            (0, start + 0.2 * (end - start), floor + 0.88 * high),
            0.02 * high,
            1,
        )
        pieces += [(wing, WHITE), *funnel(hull, end + 0.3 * half, floor, 0.98 * high, second)]
    return pieces


def funnel(hull: Hull, y: float, low: float, high: float, second: Material) -> list[Piece]:
    """Return a funnel behind ``y`` with a dark top."""
    half = hull.p.beam * hull.p.length / 2
    long, wide = 0.5 * half, 0.17 * half
    body = rounded_box((2 * wide, long, high), (0, y, low + 0.5 * high), 0.4 * wide, 1)
    cap = rounded_box((1.7 * wide, 0.85 * long, 0.08 * high), (0, y, low + 1.03 * high), 0.02 * high, 1)
    return [(body, second), (cap, BLACK_METAL)]


def decks(hull: Hull, second: Material) -> list[Piece]:
    """Return the decks of a liner, each with its row of windows, lifeboats, bridge and funnels."""
    p = hull.p
    start, long = p.y(p.house_at), p.house_length * p.length
    half, _, floor = hull.at(start + 0.5 * long)
    count = 3 + p.colors % 3
    tall = p.house_height * p.length / count
    pieces: list[Piece] = []
    for k in range(count):
        step = min((0.25 + 0.5 * p.rake) * tall * 2.5, 0.5 * long / count)
        a, b = start + k * step, start + long - k * 0.05 * long
        z = floor + k * tall
        skin, front, _ = box_house(
            (0.93 - 0.03 * k) * half, a, b, z - 0.2 * tall, z + tall, 0.4 * p.rake * tall, 0.3 * half
        )
        y = np.linspace(a + min(half + tall, 0.3 * (b - a)), b - min(tall, 0.1 * (b - a)), 26)
        pieces += [(skin.mesh(), WHITE), windows(skin, y, z + 0.35 * tall, z + 0.72 * tall, 0.35 * (y[1] - y[0]))]
        if k == count - 1:
            panes = end_panel(
                front,
                np.linspace(-0.8, 0.8, 5) * 0.8 * half,
                [z + 0.45 * tall, z + 0.8 * tall],
                0.03 * tall,
                0.1 * tall,
            )
            pieces.append((panes, DARK_GLASS))
    top = floor + count * tall
    for t in (0.45, 0.62)[: 1 + p.colors % 2]:
        pieces += funnel(hull, start + t * long, top - 0.1 * tall, 1.7 * tall, second)
    orange = Material("lifeboat", (0.75, 0.2, 0.03), roughness=0.5)
    size = (0.10 * half, 0.035 * p.length, 0.45 * tall)
    places = [(0.97 * half, start + t * long, floor + 1.35 * tall) for t in np.linspace(0.3, 0.8, 6)]
    boats = [rounded_box(size, place, 0.1 * tall, 1) for place in places]
    mast = strut((0, start + 0.12 * long, top), (0, start + 0.13 * long, top + 2.2 * tall), 0.08 * tall, 6)
    return [*pieces, (both_sides(merged(boats)), orange), (mast, CHROME)]
