"""The front and the rear of a bus: windscreens, signs, lamps, grilles, bumpers."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.bus.layout import Layout
from synth_data.shapes.bus.params import BusParams
from synth_data.shapes.car.finish import AMBER, GRILLE_DARK, PLATE, REFLECTOR, TAIL_RED, TAIL_WHITE
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import both_sides, box, merged, moved, tube
from synth_data.shapes.vehicles import DARK_GLASS, Piece, end_panel, lamp

SIGN = Material("sign", (0.95, 0.5, 0.08), roughness=0.5, emission=1.5)


def _screens(p: BusParams) -> list[tuple[float, float]]:
    """Return the lower and upper edge of each windscreen."""
    if p.style == "double":
        upper = p.decks[1]
        return [(p.belt - 0.1, p.decks[0][1] - 0.05), (upper[0] - 0.02, upper[1])]
    if p.style == "school":
        return [(p.belt - 0.02, p.height - 0.62)]
    if p.style == "mini":
        return [(p.belt + 0.06, p.height - 0.28)]
    return [(p.belt - (0.45 if p.style == "coach" else 0.12), p.height - (0.34 if p.style == "coach" else 0.62))]


def front_pieces(layout: Layout, paint: Material, second: Material) -> list[Piece]:
    """Return windscreens, sign, lamps, grille, bumper and plate."""
    p = layout.p
    pieces: list[Piece] = []
    for low, high in _screens(p):
        reach = 0.90 * p.half - 0.5 * p.tumble
        rows = np.linspace(low, high, 5)
        if p.style in ("school", "double") or p.windows % 2:
            for a, b in ((-reach, -0.02), (0.02, reach)):
                pieces.append((end_panel(layout.front, np.linspace(a, b, 4), rows, 0.014, 0.06), DARK_GLASS))
        else:
            pieces.append((end_panel(layout.front, np.linspace(-reach, reach, 7), rows, 0.014, 0.06), DARK_GLASS))
    pieces += [*_sign(layout), *_wipers(layout), *_mask(layout, second), *_headlights(layout), *_bumper(layout)]
    return pieces


def _sign(layout: Layout) -> list[Piece]:
    """Return the destination sign over the (lower) windscreen; a school bus's warning lamps."""
    p = layout.p
    top = _screens(p)[0][1]
    if p.style == "school":
        x, z = 0.74 * p.half, p.height - 0.34
        y = float(layout.front(np.array(x), np.array(z))) - 0.05
        lamps = merged([lamp((x, y, z), 0.11, 0.06), lamp((x - 0.30, y, z), 0.11, 0.06)])
        panel = end_panel(layout.front, [-0.42 * p.half, 0.42 * p.half], [z - 0.08, z + 0.08], 0.02)
        return [(both_sides(lamps), TAIL_RED), (panel, BLACK_PLASTIC)]
    if p.style == "mini":
        return []
    half = 0.62 * p.half
    low, high = (top + 0.04, top + 0.30) if p.style != "coach" else (top - 0.32, top - 0.08)
    board = end_panel(layout.front, np.linspace(-half, half, 5), [low, high], 0.018, 0.06)
    text = end_panel(layout.front, np.linspace(-0.8 * half, 0.7 * half, 5), [low + 0.06, high - 0.06], 0.022, 0.05)
    return [(board, BLACK_PLASTIC), (text, SIGN)]


def _wipers(layout: Layout) -> list[Piece]:
    """Return two wipers on the windscreen's foot."""
    p = layout.p
    low = _screens(p)[0][0]
    meshes = []
    for start in (-0.72, 0.06):
        x = np.array([start, start + 0.6]) * p.half
        z = np.array([low + 0.03, low + 0.16])
        meshes.append(tube(np.stack([x, layout.front(x, z) - 0.03, z], -1), 0.014, 3))
    return [(merged(meshes), BLACK_PLASTIC)]


def _mask(layout: Layout, second: Material) -> list[Piece]:
    """Return the grille: on the bonnet where there is one; else slats under the windscreen, or a painted mask."""
    p = layout.p
    if p.bonnet:
        half, low, high = (0.42 * p.half, 0.75, p.belt - 0.3) if p.style == "school" else (0.5 * p.half, 0.6, 0.82)
        y = -p.length / 2 - 0.012
        bars = [box((2 * half, 0.03, 0.02), (0, y - 0.02, z)) for z in np.linspace(low, high, 6)[1:-1]]
        grille = box((2 * half, 0.04, high - low), (0, y, 0.5 * (low + high)))
        return [(grille, GRILLE_DARK), (merged(bars), CHROME)]
    low, high = p.clearance + 0.34, _screens(p)[0][0] - 0.12
    pieces: list[Piece] = []
    if p.decoration in ("band", "skirt", "wave"):
        rows = np.linspace(low + 0.05, max(high, low + 0.15), 3)
        pieces.append((end_panel(layout.front, np.linspace(-0.9, 0.9, 7) * p.half, rows, 0.006), second))
    slats = [end_panel(layout.front, np.linspace(-0.4, 0.4, 3) * p.half, [z, z + 0.04], 0.012)
             for z in np.linspace(low + 0.04, min(low + 0.28, high - 0.05), 3)]  # fmt: skip
    return pieces + [(merged(slats), GRILLE_DARK)]


def lamp_place(layout: Layout) -> np.ndarray:
    """Return the middle of the left headlight's face."""
    p = layout.p
    if p.bonnet:
        x, z = (0.76 * p.half, 0.86) if p.style == "school" else (0.70 * p.half, 0.78)
        return np.array([x, -p.length / 2 + (0.02 if p.style == "school" else -0.02), z])
    x, z = 0.74 * p.half, p.clearance + 0.42
    return np.array([x, float(layout.front(np.array(x), np.array(z))) - 0.02, z])


def _headlights(layout: Layout) -> list[Piece]:
    """Return headlights and indicators."""
    p = layout.p
    x, y, z = lamp_place(layout)
    if p.bonnet and p.style == "school":
        return [(both_sides(lamp((x, y - 0.02, z), 0.13, 0.05)), REFLECTOR),
                (both_sides(moved(box((0.16, 0.06, 0.07)), (x, y + 0.02, z - 0.2))), AMBER)]  # fmt: skip
    if p.lamps == "block":
        if p.bonnet:
            mesh = moved(box((0.34, 0.06, 0.18)), (x, y + 0.03, z))
        else:
            mesh = end_panel(layout.front, np.linspace(x - 0.2, x + 0.17, 4), [z - 0.1, z + 0.1], 0.02, 0.05)
        return [(both_sides(mesh), REFLECTOR), (_indicator(layout, x + 0.24, y, z), AMBER)]
    offsets = ((0, 0), (-0.22, 0)) if p.lamps == "round" else ((0, 0), (0, 0.2))
    lamps = [lamp((x + dx, y + 0.006, z + dz), 0.09, 0.04) for dx, dz in offsets]
    return [(both_sides(merged(lamps)), REFLECTOR), (_indicator(layout, x + 0.19, y, z), AMBER)]


def _indicator(layout: Layout, x: float, y: float, z: float):
    """Return both indicators beside the headlights."""
    if layout.p.bonnet:
        return both_sides(box((0.06, 0.06, 0.14), (min(x, 0.88 * layout.p.half), y + 0.06, z)))
    return both_sides(end_panel(layout.front, [x - 0.04, x + 0.03], [z - 0.09, z + 0.09], 0.018, 0.05))


def _bumper(layout: Layout) -> list[Piece]:
    """Return the front bumper and the plate."""
    p = layout.p
    z0, z1 = p.clearance + 0.02, p.clearance + 0.24
    zp = 0.5 * (z0 + z1)
    if p.bonnet:
        y = -p.length / 2
        bar = box((1.9 * p.half, 0.16, z1 - z0), (0, y - 0.02, zp - 0.02))
        return [(bar, BLACK_PLASTIC), (box((0.5, 0.02, 0.13), (0, y - 0.108, zp)), PLATE)]
    bar = end_panel(layout.front, np.linspace(-0.95, 0.95, 7) * p.half, [z0, z1], 0.05, 0.05)
    plate = end_panel(layout.front, [-0.25, 0.25], [zp - 0.06, zp + 0.06], 0.065)
    return [(bar, BLACK_PLASTIC), (plate, PLATE)]


def tail_place(layout: Layout) -> np.ndarray:
    """Return the middle of the left tail lamp's face."""
    p = layout.p
    x, z = 0.86 * p.half, p.clearance + 0.62
    return np.array([x, float(layout.back(np.array(x), np.array(z))) + 0.02, z])


def rear_pieces(layout: Layout, second: Material) -> list[Piece]:
    """Return the rear window, the engine's grille, tail lamps, bumper and plate."""
    p = layout.p
    x, _, z = tail_place(layout)
    pieces = [*_rear_windows(layout), *_engine(layout)]
    stack = ((z, 0.22, TAIL_RED), (z + 0.24, 0.12, AMBER), (z - 0.18, 0.10, TAIL_WHITE))
    for low, tall, material in stack:
        panel = end_panel(layout.back, [x - 0.09, x + 0.07], [low - tall / 2, low + tall / 2], 0.02, 0.05, back=True)
        pieces.append((both_sides(panel), material))
    z0, z1 = p.clearance + 0.02, p.clearance + 0.24
    bar = end_panel(layout.back, np.linspace(-0.95, 0.95, 5) * p.half, [z0, z1], 0.05, 0.05, back=True)
    zp = p.clearance + 0.38
    pieces += [(bar, BLACK_PLASTIC)]
    pieces.append((end_panel(layout.back, [-0.25, 0.25], [zp - 0.06, zp + 0.06], 0.03, back=True), PLATE))
    high = end_panel(layout.back, [0.70 * p.half, 0.82 * p.half], [p.height - 0.32, p.height - 0.22], 0.02, back=True)
    return pieces + [(both_sides(high), TAIL_RED)]


def _rear_windows(layout: Layout) -> list[Piece]:
    """Return the panes of the rear."""
    p = layout.p
    if p.style == "school":
        low, high = p.belt, p.height - 0.45
        xs = ((-0.82, -0.42), (-0.32, 0.32), (0.42, 0.82))
        panes = [end_panel(layout.back, np.array(x) * p.half, [low, high], 0.014, 0.05, back=True) for x in xs]
        outline = [end_panel(layout.back, np.array([s - 0.015, s + 0.015]) * p.half, [p.clearance + 0.3, high + 0.1],
                             0.012, back=True) for s in (-0.38, 0.38)]  # fmt: skip
        return [(merged(panes), DARK_GLASS), (merged(outline), BLACK_PLASTIC)]
    low, high = p.decks[-1]
    reach = 0.72 if p.style in ("city", "mini") else 0.82
    low = low + (0.15 if p.style in ("city", "coach") else 0.0)
    rows, x = np.linspace(low, high - 0.05, 4), np.linspace(-reach, reach, 5) * p.half
    panes = [end_panel(layout.back, x, rows, 0.014, 0.06, back=True)]
    return [(mesh, DARK_GLASS) for mesh in panes]


def _engine(layout: Layout) -> list[Piece]:
    """Return the lid of a rear engine with its slats."""
    p = layout.p
    if p.style in ("school", "mini"):
        return []
    low, high = p.clearance + 0.52, p.belt - 0.05
    lid = end_panel(layout.back, np.linspace(-0.68, 0.68, 3) * p.half, [low, high], 0.010, back=True)
    slats = [end_panel(layout.back, np.linspace(-0.55, 0.55, 3) * p.half, [z, z + 0.05], 0.018, back=True)
             for z in np.linspace(low + 0.05, high - 0.1, 4)]  # fmt: skip
    dark = Material("engine lid", tuple(0.45 * c for c in p.paint), roughness=0.4, coat=0.5)
    return [(lid, dark), (merged(slats), GRILLE_DARK)]
