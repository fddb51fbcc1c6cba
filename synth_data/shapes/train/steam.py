"""Steam engines and their tenders."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.finish import REFLECTOR, TAIL_RED
from synth_data.shapes.cycles import axle, hoop, strut, wire_spokes
from synth_data.shapes.materials import BLACK_METAL, BRASS, STEEL
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, box, cylinder, merged, moved, revolve, rounded_box, turned
from synth_data.shapes.train.leads import Lead
from synth_data.shapes.train.params import TrainParams
from synth_data.shapes.train.stock import UNDERFRAME, Colors, bogie, coupling, flat, wheelset
from synth_data.shapes.vehicles import DARK_GLASS, Piece, body_section, lamp, long_body

SMOKEBOX = Material("smokebox", (0.03, 0.03, 0.032), metallic=0.4, roughness=0.5)
COAL = Material("coal", (0.015, 0.015, 0.015), roughness=0.9)
CHIMNEYS = {
    "straight": ((0.0, 0.27), (0.1, 0.21), (0.8, 0.19), (0.86, 0.25), (1.0, 0.25)),
    "flared": ((0.0, 0.26), (0.12, 0.18), (0.7, 0.26), (0.95, 0.34), (1.0, 0.31)),
    "balloon": ((0.0, 0.2), (0.25, 0.2), (0.65, 0.48), (0.78, 0.48), (1.0, 0.3)),
}
"""Form of a chimney -> parts of its height, radii there in metres."""


def level(p: TrainParams) -> float:
    """Return the height of the boiler's axis."""
    return 1.35 + max(p.driver - 0.75, 0) + p.boiler


def along(profile, radius: float, y: float, z: float, segments: int = 20) -> Mesh:
    """Return a body of revolution about a line along y at height ``z``; its profile (radius, ahead of ``y``)."""
    return moved(turned(revolve(np.array(profile) * (radius, 1), segments), "x", 90), (0, y, z))


def steam(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> Lead:
    """Return a steam engine without its tender."""
    z, r = level(p), p.boiler
    nose = start + 0.75
    cab = end - 0.19 * p.lead
    box_long = 0.16 * p.lead
    smokebox = along([(0, -box_long), (1.03, -box_long), (1.03, -0.02), (0.98, 0.03), (0, 0.03)], r, nose, z)
    door = along([(0, 0), (0.82, 0), (0.8, 0.06), (0.5, 0.13), (0, 0.16)], r, nose - 0.02, z)
    long = cab - nose - box_long + 0.1
    boiler = along([(0, -long), (1, -long), (1, 0), (0, 0)], 0.96 * r, nose + box_long, z)
    fire = rounded_box((1.9 * r, 0.24 * p.lead, 1.5 * r), (0, cab - 0.11 * p.lead, z - 0.28 * r), 0.3 * r, 2)
    bands = [
        along([(0, -0.03), (1.0, -0.03), (1.0, 0.03), (0, 0.03)], 0.985 * r, y, z)
        for y in np.linspace(nose + box_long + 0.2, cab - 0.3, 5)
    ]
    hinge = merged([box((1.3 * r, 0.04, 0.05), (0, nose - 0.18, z + s * 0.25 * r)) for s in (-1, 1)])
    pieces = [
        (smokebox, SMOKEBOX),
        (door, SMOKEBOX),
        (boiler, colors.paint),
        (fire, colors.paint),
        (merged(bands), BRASS),
        (hinge, STEEL),
    ]
    pieces += [
        *_domes(p, colors, nose, cab),
        *_cab(p, colors, cab, end),
        *_running_gear(p, colors, start, cab, end),
        *_head(p, colors, start, nose),
    ]
    heads = {
        "bottom": np.array([1.15, start + 0.35, 1.1]),
        "top": np.array([0.72 * r, nose, z + 0.72 * r]),
        "crown": np.array([0, nose, z + 1.02 * r]),
    }
    return pieces, heads


def _domes(p: TrainParams, colors: Colors, nose: float, cab: float) -> list[Piece]:
    """Return chimney, domes, whistle."""
    top = level(p) + p.boiler
    tall = max(p.height + 0.1 - top, 0.35)
    form = np.array(CHIMNEYS[p.chimney])
    profile = np.concatenate(
        [[(0, -0.2), (form[0, 1], -0.2)], np.stack([form[:, 1], form[:, 0] * tall], -1), [(0, 0.93 * tall)]]
    )
    chimney = moved(revolve(profile, 16), (0, nose + 0.08 * p.lead, top - 0.05))
    pieces = [(chimney, SMOKEBOX)]
    for t, wide, high, material in (
        (0.38, 0.36, 0.75, BRASS if p.drivers % 2 else colors.paint),
        (0.68, 0.3, 0.55, colors.paint),
    ):
        dome = np.array([(0, -0.3), (1.2, -0.3), (1.0, 0.1), (0.98, 0.5), (0.75, 0.85), (0.35, 0.98), (0, 1.0)]) * (
            wide,
            high * tall,
        )
        dome[:2, 1] = -0.2
        pieces.append((moved(revolve(dome, 14), (0, nose + t * (cab - nose), top - 0.05)), material))
    return pieces


def _cab(p: TrainParams, colors: Colors, start: float, end: float) -> list[Piece]:
    """Return the driver's cab with its overhanging roof."""
    low, high = 1.3, p.height
    section = body_section(0.95 * p.half, low, high, 3.2, 14.0, 0.0, 20)
    skin = long_body(section, flat(start), flat(end - 0.25), (start + 0.08, end - 0.33), (0.05, 0.05))
    sill = low + 0.48 * (high - low)
    side = skin.side_panel([start + 0.25, end - 0.5], (sill, high - 0.55), 0.012)
    roof = skin.top_panel(
        np.linspace(-0.93, 0.93, 7) * 0.95 * p.half, [start - 0.12, start + 0.3, end - 0.4, end + 0.1], 0.03, 0.03
    )
    roof[0][:, 1] = np.interp(roof[0][:, 1], [roof[0][:, 1].min(), roof[0][:, 1].max()], [start - 0.2, end + 0.15])
    fronts = [
        moved(turned(cylinder(0.2, 0, 0.03, 12), "x", 90), (s * 0.68 * p.half, start, high - 0.75)) for s in (-1, 1)
    ]
    back = box((1.3 * p.half, 0.03, 0.8), (0, end - 0.24, sill + 0.35))
    return [(skin.mesh(), colors.paint), (both_sides(side), DARK_GLASS), (roof, SMOKEBOX), (merged(fronts), DARK_GLASS),
            (back, UNDERFRAME)]  # fmt: skip


def _running_gear(p: TrainParams, colors: Colors, start: float, cab: float, end: float) -> list[Piece]:
    """Return frame, footplate, driving wheels with their rods, cylinders, small wheels."""
    r = p.driver
    first = start + 0.34 * p.lead
    last = min(first + (p.drivers - 1) * 2.12 * r, end - 0.9)
    places = np.linspace(first, last, p.drivers)
    r = min(r, 0.485 * (places[1] - places[0]))
    spokes = wire_spokes(8, 0.1 * r, 0.0, 0.9 * r, 0.035 * r + 0.01)
    wheel = merged([hoop(0.93 * r, 0.14 * r, 0.14, 18, 4), spokes, axle(0.2 * r, 0.1, 8)])
    wheels = [moved(wheel, (0.75, y, r)) for y in places]
    pins = np.array([(0.92, y, 0.72 * r) for y in places])
    rod = rounded_box((0.06, pins[-1, 1] - pins[0, 1] + 0.3, 0.14), 0.5 * (pins[0] + pins[-1]), 0.025, 1)
    front = start + 0.17 * p.lead
    valve = merged(
        [
            moved(turned(cylinder(0.34, -0.5, 0.5, 14), "x", 90), (0.98, front, 0.98)),
            rounded_box((0.4, 0.8, 0.4), (0.98, front, 1.42), 0.08, 1),
        ]
    )
    main = strut((1.0, front + 0.4, 0.98), pins[len(pins) // 2] + (0.06, 0, 0), 0.05, 5)
    small = [
        moved(wheelset(p.wheel), (0, start + t * p.lead, p.wheel)) for t in ((0.1, 0.24) if p.drivers < 4 else (0.13,))
    ]
    if end - last > 2.2:
        small.append(moved(wheelset(p.wheel), (0, end - 0.9, p.wheel)))
    frame = box((1.0, p.lead - 0.5, 0.75), (0, 0.5 * (start + end) + 0.15, 1.1))
    plate_ = box((0.92 * p.width, cab - start - 0.3, 0.07), (0, 0.5 * (start + 0.3 + cab), max(1.5, 2 * r + 0.06)))
    moving = [(both_sides(merged(wheels)), colors.second), (both_sides(merged([rod, main])), STEEL)]
    return [*moving, (both_sides(valve), SMOKEBOX), (merged(small), STEEL), (frame, UNDERFRAME), (plate_, BLACK_METAL)]


def _head(p: TrainParams, colors: Colors, start: float, nose: float) -> list[Piece]:
    """Return buffer beam, lamps, cowcatcher or buffers, number plate, saddle."""
    beam = rounded_box((2.45, 0.16, 0.5), (0, start + 0.4, 1.08), 0.03, 1)
    saddle = rounded_box(
        (1.2 * p.boiler, 0.13 * p.lead, level(p) - 1.0), (0, nose + 0.08 * p.lead, 0.5 * (level(p) + 0.7)), 0.05, 1
    )
    z = level(p)
    pieces = [(beam, colors.second), (saddle, SMOKEBOX)]
    if p.catcher:
        bars = [
            strut((x, start + 0.35, 0.95), (0.35 * x, start - 0.55 + 0.35 * abs(x), 0.16), 0.045, 5)
            for x in np.linspace(-1.05, 1.05, 9)
        ]
        low = [strut((s * 0.37, start - 0.18, 0.16), (0, start - 0.55, 0.16), 0.05, 5) for s in (-1, 1)]
        shell = rounded_box((0.42, 0.4, 0.42), (0, nose + 0.1, z + p.boiler + 0.2), 0.06, 1)
        pieces += [(merged([*bars, *low]), colors.second), (shell, BLACK_METAL)]
        pieces.append((lamp((0, nose - 0.12, z + p.boiler + 0.2), 0.18, 0.04, 12), REFLECTOR))
    else:
        pieces += coupling(p, start + 0.35, -1)
        lamps = [lamp((x, start + 0.28, 1.46), 0.12, 0.06) for x in (-0.85, 0.85)]
        top = lamp((0, nose - 0.1, z + 0.98 * p.boiler), 0.12, 0.08)
        pieces.append((merged([*lamps, top]), REFLECTOR))
    plate_ = moved(turned(cylinder(0.2, 0, 0.03, 14), "x", 90), (0, nose - 0.17, z))
    return [*pieces, (plate_, BRASS)]


def tender(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> list[Piece]:
    """Return the tender: water tank, coal, bogies; red lamps where nothing follows."""
    long, middle = end - start, 0.5 * (start + end)
    low, high = 1.25, min(1.3 + 2.2 * p.boiler, p.height - 0.6)
    tank = rounded_box((0.95 * p.width, long - 0.2, high - low), (0, middle, 0.5 * (low + high)), 0.06, 1)
    edge = rounded_box((0.08, long - 0.3, 0.35), (0.44 * p.width, middle, high + 0.1), 0.03, 1)
    heap = np.array([(1.0, 0.0), (0.92, 0.22), (0.6, 0.48), (0.25, 0.6), (0, 0.62)])
    coal = revolve(np.concatenate([[(0, -0.15), (1.0, -0.15)], heap]), 10)
    coal = (coal[0] * (0.41 * p.width, 0.36 * long, 1.0), coal[1])
    frame = rounded_box((0.85 * p.width, long, 0.3), (0, middle, 1.1), 0.04, 1)
    line = rounded_box((0.97 * p.width, long - 0.5, 0.12), (0, middle, 0.5 * (low + high)), 0.02, 1)
    spread = min(0.95, 0.16 * long)
    coal = moved(coal, (0, middle - 0.1 * long, high - 0.02))
    pieces = [(tank, colors.paint), (both_sides(edge), colors.paint), (coal, COAL), (frame, UNDERFRAME)]
    pieces.append((line, colors.second))
    pieces += [*bogie(p, start + 0.25 * long, spread), *bogie(p, end - 0.25 * long, spread), *coupling(p, end, 1)]
    red = both_sides(lamp((0.4 * p.width, end - 0.04, high - 0.3), 0.1, 0.05, back=True))
    ladder = merged([box((0.35, 0.04, 0.04), (0, end - 0.07, z)) for z in np.linspace(low + 0.1, high, 5)])
    return [*pieces, (ladder, STEEL)] + ([(red, TAIL_RED)] if last else [])
