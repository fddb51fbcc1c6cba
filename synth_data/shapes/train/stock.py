"""Rolling stock behind the engine: bogies, coaches, wagons, couplings, pantographs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from synth_data.shapes.car.finish import TAIL_RED
from synth_data.shapes.cycles import axle, strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, STEEL
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, box, merged, moved, revolve, rounded_box, turned
from synth_data.shapes.train.params import TrainParams
from synth_data.shapes.vehicles import DARK_GLASS, Piece, Skin, body_section, end_panel, lacquer, lamp, long_body

UNDERFRAME = Material("underframe", (0.02, 0.02, 0.021), roughness=0.7)


@dataclass(frozen=True)
class Colors:
    """The materials of one train, by what they are for."""

    paint: Material
    second: Material
    roof: Material


def colors_of(p: TrainParams) -> Colors:
    """Return the materials of ``p``."""
    return Colors(
        lacquer("paint", p.paint, roughness=p.roughness), lacquer("second paint", p.second, roughness=p.roughness),
        Material("roof", p.roof, roughness=0.6),
    )  # fmt: skip


def wheelset(radius: float) -> Mesh:
    """Return an axle with both wheels about the x axis, flanges inside."""
    r = radius
    profile = [
        (0, -0.07),
        (1.06 * r, -0.07),
        (1.06 * r, -0.03),
        (r, -0.02),
        (0.98 * r, 0.07),
        (0.75 * r, 0.04),
        (0, 0.06),
    ]
    wheel = revolve(np.array(profile), 12)
    left = moved(turned(wheel, "y", 90), (0.75, 0, 0))
    return merged([both_sides(left), axle(0.08, 0.7, 6)])


def bogie(p: TrainParams, y: float, spread: float = 1.25) -> list[Piece]:
    """Return a bogie with two axles about ``y``."""
    r = p.wheel
    wheels = [moved(wheelset(r), (0, y + s * spread, r)) for s in (-1, 1)]
    side = box((0.14, 2 * spread + 1.4 * r, 0.22), (0.98, y, 1.12 * r))
    boxes = [box((0.16, 0.3, 0.3), (1.0, y + s * spread, r)) for s in (-1, 1)]
    springs = box((0.14, 0.45, 0.5 * r), (1.0, y, 0.75 * r))
    bolster = box((1.8, 0.5, 0.25), (0, y, 1.25 * r))
    frame = merged([both_sides(merged([side, *boxes, springs])), bolster])
    return [(merged(wheels), STEEL), (frame, UNDERFRAME)]


def bogies(p: TrainParams, start: float, end: float) -> list[Piece]:
    """Return both bogies of a car from ``start`` to ``end``, and what hangs under its floor."""
    inset = 0.17 * (end - start)
    low = p.under if p.style != "tram" else p.under + 0.05
    long = end - start
    boxes = [box((0.8 * p.width, 0.13 * long, 0.5 * low), (0, start + t * long, 0.72 * low)) for t in (0.42, 0.6)]
    spread = 0.9 if p.style == "tram" else 1.25
    pieces = [*bogie(p, start + inset, spread), *bogie(p, end - inset, spread)]
    return pieces if p.style == "tram" else [*pieces, (merged(boxes), UNDERFRAME)]


def flat(y: float, bow: float = 0.0, half: float = 1.0):
    """Return the surface of an end at ``y``, its edges drawn in by ``bow`` (negative at the back)."""
    return lambda x, z: y + bow * (x / half) ** 2 + 0 * z


def coach_body(p: TrainParams, start: float, end: float) -> Skin:
    """Return the skin of a coach with two flat ends."""
    section = body_section(p.half, p.under, p.height, p.top_power, 14.0, 0.05, 24)
    return long_body(section, flat(start), flat(end), (start + 0.12, end - 0.12), (0.08, 0.08))


def side_details(p: TrainParams, colors: Colors, skin: Skin, start: float, end: float, doors) -> list[Piece]:
    """Return windows, doors and stripes on both sides between two places; ``doors``: y of their middles."""
    low, high = p.belt, p.belt + p.pane
    pieces = stripes(p, colors, skin, start, end)
    wide = {"tram": 1.15, "commuter": 1.2}.get(p.style, 0.75)
    leaves, panes = [], []
    for y in doors:
        leaves.append(skin.side_panel([y - wide / 2, y + wide / 2], (p.under + 0.08, high + 0.08), 0.012))
        for s in (-1, 1) if wide > 1 else (0,):
            middle, half = y + s * wide / 4, wide * (0.2 if wide > 1 else 0.3)
            foot = low - (0.9 if p.style == "tram" else 0.1)
            panes.append(skin.side_panel([middle - half, middle + half], (max(foot, p.under + 0.3), high - 0.02), 0.02))
    spots = sorted([start, end, *[y + s * (wide / 2 + 0.12) for y in doors for s in (-1, 1)]])
    pitch = (end - start) / p.windows
    for a, b in zip(spots[::2], spots[1::2]):
        if b - a < 0.5:
            continue
        edges = np.linspace(a, b, max(1, round((b - a) / pitch)) + 1)
        panes += [skin.side_panel([c + 0.12, d - 0.12], (low, high), 0.015) for c, d in pairwise(edges)]
    door = colors.second if p.decoration in ("plain", "windows") else colors.paint
    return [*pieces, (both_sides(merged(leaves)), door), (both_sides(merged(panes)), DARK_GLASS)]


def stripes(p: TrainParams, colors: Colors, skin: Skin, start: float, end: float) -> list[Piece]:
    """Return the stripe along a car, and its roof."""
    y = np.linspace(start, end, 2 if p.style != "highspeed" else 6)
    levels = {"band": (p.belt - 0.45, p.belt - 0.2), "skirt": (p.under + 0.03, p.under + 0.45 * (p.belt - p.under)),
              "windows": (p.belt - 0.12, p.belt + p.pane + 0.12)}.get(p.decoration)  # fmt: skip
    roof = skin.top_panel(np.linspace(-0.8, 0.8, 7) * p.half, y, 0.006)
    pieces = [(roof, colors.roof)]
    return [*pieces, (both_sides(skin.side_panel(y, levels, 0.006)), colors.second)] if levels else pieces


def coach(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> list[Piece]:
    """Return a coach: body, sides, bogies, gangways; red lamps where it is the last."""
    skin = coach_body(p, start, end)
    long = end - start
    doors = (
        [start + 0.9, end - 0.9]
        if p.doors < 3 or p.style == "highspeed"
        else list(start + long * (np.arange(p.doors) + 0.5) / p.doors)
    )
    pieces = [(skin.mesh(), colors.paint), *side_details(p, colors, skin, start + 0.25, end - 0.25, doors)]
    pieces += [*bogies(p, start, end), *gangway(p, start, -1), *gangway(p, end, 1)]
    if p.style in ("commuter", "tram") and not last:
        unit = rounded_box((0.55 * p.width, 0.2 * long, 0.22), (0, 0.5 * (start + end), p.height + 0.06), 0.06, 1)
        pieces.append((unit, Material("roof unit", (0.45, 0.45, 0.45), roughness=0.6)))
    return pieces + (tail_end(p, end) if last else [])


def gangway(p: TrainParams, y: float, side: int) -> list[Piece]:
    """Return the bellows before an end, and its door."""
    reach = p.gap / 2
    bellows = rounded_box(
        (0.48 * p.width, reach, 0.62 * (p.height - p.under)),
        (0, y + side * reach / 2, p.under + 0.33 * (p.height - p.under)),
        0.05,
        1,
    )
    return [(bellows, BLACK_PLASTIC)]


def tail_end(p: TrainParams, y: float) -> list[Piece]:
    """Return windows and red lamps on a flat rear."""
    surface = flat(y)
    panes = [end_panel(surface, np.array(x) * p.half, [p.belt, p.belt + 0.8 * p.pane], 0.012, back=True)
             for x in ((0.55, 0.82), (-0.82, -0.55))]  # fmt: skip
    red = both_sides(lamp((0.78 * p.half, y + 0.05, p.under + 0.35), 0.11, 0.04, back=True))
    return [(merged(panes), DARK_GLASS), (red, TAIL_RED)]


def wagon(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> list[Piece]:
    """Return a goods wagon: box, tank or hopper, on a frame with bogies."""
    long, middle = end - start, 0.5 * (start + end)
    deck = p.under + 0.15
    frame = rounded_box((0.8 * p.width, long, 0.25), (0, middle, deck), 0.04, 1)
    pieces = [*bogies(p, start, end)[:4], (frame, UNDERFRAME)]
    if p.wagons == "tank":
        r = min(0.46 * p.width, 0.5 * (p.height - deck) - 0.1)
        t = np.array(
            [(0, -0.5), (0.6, -0.49), (0.92, -0.465), (1, -0.44), (1, 0.44), (0.92, 0.465), (0.6, 0.49), (0, 0.5)]
        )
        barrel = moved(turned(revolve(t * (r, 0.96 * long), 20), "x", 90), (0, middle, deck + 0.1 + r))
        dome = moved(revolve(np.array([(0.35, 0), (0.35, 0.3), (0.2, 0.38), (0, 0.38)]), 12), (0, middle, deck + 2 * r))
        dome = merged([dome, box((0.5, 0.5, 0.02), (0, middle, deck + 2 * r + 0.02))])
        pieces += [(barrel, colors.second), (dome, BLACK_METAL)]
    elif p.wagons == "hopper":
        y = np.array([-0.46, 0.46, 0.30, -0.30]) * long
        z = np.array([p.height - 0.5, p.height - 0.5, deck + 0.2, deck + 0.2])
        body = hopper(p.half * 0.98, middle + y, z)
        load = rounded_box((1.7 * p.half, 0.86 * long, 0.35), (0, middle, p.height - 0.48), 0.15, 1)
        pieces += [(body, colors.second), (load, Material("coal", (0.02, 0.02, 0.02), roughness=0.9))]
    else:
        body = rounded_box(
            (0.97 * p.width, 0.98 * long, p.height - deck - 0.1), (0, middle, 0.5 * (p.height + deck)), 0.06, 1
        )
        ribs = [box((0.06, 0.09, p.height - deck - 0.35), (0.49 * p.width, start + t * long, 0.5 * (p.height + deck)))
                for t in np.linspace(0.06, 0.94, 9)]  # fmt: skip
        door = rounded_box(
            (0.08, 2.2, p.height - deck - 0.5), (0.49 * p.width, middle, 0.5 * (p.height + deck)), 0.02, 1
        )
        pieces += [(body, colors.second), (both_sides(merged(ribs)), colors.second), (both_sides(door), colors.paint)]
    if last:
        pieces.append((both_sides(lamp((0.36 * p.width, end + 0.05, deck), 0.1, 0.04, back=True)), TAIL_RED))
    return pieces + coupling(p, start, -1) + coupling(p, end, 1)


def hopper(half: float, y: np.ndarray, z: np.ndarray) -> Mesh:
    """Return a prism over a quadrangle [4] in (y, z), from -``half`` to ``half`` in x, narrower below."""
    narrow = np.where(z > z.mean(), 1.0, 0.72) * half
    ring = np.stack([narrow, y, z], -1)
    vertices = np.concatenate([ring, ring * (-1, 1, 1)])
    quads = [(3, 2, 1, 0), (4, 5, 6, 7)] + [(k, (k + 1) % 4, (k + 1) % 4 + 4, k + 4) for k in range(4)]
    faces = np.array([(a, b, c, a, c, d) for a, b, c, d in quads]).reshape(-1, 3)
    return vertices, faces


def coupling(p: TrainParams, y: float, side: int, z: float | None = None) -> list[Piece]:
    """Return buffers or a knuckle before an end at ``y``."""
    z = z or 1.05
    if p.buffers and p.style not in ("tram", "highspeed"):
        stem = strut((0.86, y, z), (0.86, y + side * 0.34, z), 0.09, 8)
        head = strut((0.86, y + side * 0.30, z), (0.86, y + side * 0.36, z), 0.22, 10)
        hook = box((0.12, 0.35, 0.12), (0, y + side * 0.12, z))
        return [(merged([both_sides(merged([stem, head])), hook]), UNDERFRAME)]
    knuckle = rounded_box((0.3, 0.45, 0.28), (0, y + side * 0.2, 0.85 * z), 0.05, 1)
    return [(knuckle, UNDERFRAME)]


def pantograph(p: TrainParams, y: float) -> list[Piece]:
    """Return a pantograph on the roof at ``y``: base, knee to the front, bow with its strips."""
    z = p.height
    base = [np.array([0.5, y + s * 0.5, z + 0.12]) for s in (-1, 1)]
    knee, top = np.array([0.3, y - 0.75, z + 0.62]), np.array([0.35, y + 0.35, z + 1.15])
    arms = both_sides(merged([strut(base[1], knee, 0.035, 5), strut(knee, top, 0.028, 5)]))
    cross = [strut(point * (-1, 1, 1), point, 0.03, 5) for point in (*base, knee)]
    bow = [
        strut((-0.75, top[1] + s * 0.16, top[2] + 0.03), (0.75, top[1] + s * 0.16, top[2] + 0.03), 0.035, 5)
        for s in (-1, 1)
    ]
    feet = [rounded_box((0.16, 0.16, 0.2), point - (0, 0, 0.06), 0.04, 1) for point in base]
    return [(merged([arms, *cross, *bow]), STEEL), (both_sides(merged(feet)), BLACK_PLASTIC)]
