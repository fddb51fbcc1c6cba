"""Leading cars other than steam engines: diesels, fast noses, trams, commuter trains."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.finish import GRILLE_DARK, REFLECTOR, TAIL_RED
from synth_data.shapes.cycles import strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import both_sides, box, merged, moved, revolve, rounded_box, tube
from synth_data.shapes.train.params import TrainParams
from synth_data.shapes.train.stock import (
    UNDERFRAME,
    Colors,
    bogies,
    coupling,
    flat,
    gangway,
    pantograph,
    side_details,
    stripes,
    tail_end,
)  # fmt: skip
from synth_data.shapes.vehicles import DARK_GLASS, Piece, Skin, body_section, end_panel, lamp, long_body, rings

Lead = tuple[list[Piece], dict[str, np.ndarray]]
SIGN = Material("sign", (0.95, 0.5, 0.08), roughness=0.5, emission=1.5)

NOSE = (
    (0, 0.008, 0.03, 0.09, 0.2, 0.36, 0.55, 0.78, 1.0),
    (0.12, 0.3, 0.46, 0.62, 0.77, 0.88, 0.95, 0.99, 1.0),
    (0.10, 0.05, 0.02, 0, 0, 0, 0, 0, 0),
    (0.17, 0.24, 0.30, 0.38, 0.5, 0.66, 0.83, 0.96, 1.0),
)
"""A fast nose: stations (parts of its length), half-width, lower and upper line (parts of the section)."""


def highspeed(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> Lead:
    """Return the leading car of a fast train."""
    t, wide, low, high = (np.array(line) for line in NOSE)
    tall = p.height - p.under
    y = np.concatenate([start + t * p.nose, [end - 0.1, end - 0.02, end]])
    wide, low, high = (
        np.concatenate([line, tail])
        for line, tail in ((wide, [1, 0.985, 0.95]), (low, [0, 0, 0.01]), (high, [1, 0.99, 0.97]))
    )
    power = np.interp(y, [start, start + p.nose], [2.2, p.top_power])
    skin = Skin(
        rings(
            y,
            wide * p.half,
            p.under + low * tall,
            p.under + high * tall,
            power,
            np.interp(power, [2, 4], [3, 10]),
            count=24,
        )
    )
    first = start + 0.85 * p.nose
    doors = [first + 0.7, end - 0.9]
    body = [(skin.mesh(), colors.paint), *side_details(p, colors, skin, first, end - 0.25, doors)]
    glass = np.linspace(start + 0.33 * p.nose, start + 0.52 * p.nose, 5)
    reach = np.linspace(-1, 1, 7) * np.interp(glass, [glass[0], glass[-1]], [0.46, 0.6])[:, None] * p.half
    body.append((skin.top_panel(reach, glass, 0.02, 0.04), DARK_GLASS))
    z = p.under + 0.26 * tall
    body.append((both_sides(_nose_lamp(skin, start + 0.06 * p.nose, z)), REFLECTOR))
    if p.decoration != "plain":
        along = np.linspace(start + 0.1 * p.nose, first, 6)
        foot = p.under + np.interp(along, [along[0], along[-1]], [0.12, 0.24])[:, None] * tall
        body.append((both_sides(skin.side_panel(along, foot + np.array([0, 0.06, 0.12]) * tall, 0.012)), colors.second))
    body += bogies(p, start + 0.12 * p.nose, end)
    skirt = rounded_box((1.86 * p.half, 0.5 * (end - start), 0.3), (0, 0.5 * (start + end), p.under - 0.05), 0.05, 1)
    body.append((skirt, UNDERFRAME))
    cowl = start + 0.55 * p.nose
    heads = {"bottom": skin.side(start + 0.09 * p.nose, [p.under + 0.08 * tall])[0]}
    heads |= {"top": skin.side(cowl, [p.under + 0.72 * tall])[0], "crown": skin.top([0.0], cowl)[0]}
    return body + (tail_end(p, end) if last else gangway(p, end, 1)), heads


def _nose_lamp(skin: Skin, y: float, z: float):
    """Return a slanting lamp on the left of a nose."""
    return skin.side_panel(np.linspace(y, y + 0.55, 3), np.linspace(z - 0.07, z + 0.09, 3), 0.02, 0.04)


def faced(p: TrainParams, start: float, end: float):
    """Return the body with a raked and bowed face, and the face's surface."""
    turn = p.belt - 0.1

    def front(x, z):
        rise = np.clip((z - turn) / (p.height - turn), 0, 1)
        return start + p.rake * rise**1.4 + p.bow * (x / p.half) ** 2

    section = body_section(p.half, p.under, p.height, p.top_power, 14.0, 0.05, 24)
    edge = 0.22 if p.style == "tram" else 0.12
    first = start + p.rake + p.bow + edge + 0.03
    return long_body(section, front, flat(end), (first, end - 0.12), (edge, 0.08)), front, first


def multiple_unit(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> Lead:
    """Return the leading car of a tram or a commuter train."""
    skin, front, first = faced(p, start, end)
    long = end - first
    doors = list(first + long * (np.arange(p.doors) + 0.5) / p.doors)
    pieces = [(skin.mesh(), colors.paint), *side_details(p, colors, skin, first + 0.1, end - 0.25, doors)]
    high = p.belt + p.pane + 0.1
    tram = p.style == "tram"
    low = p.belt - (0.25 if tram else -0.1)
    spans = [(-0.88, 0.88)] if tram else [(-0.86, -0.34), (0.34, 0.86), (-0.24, 0.24)]
    for a, b in spans:
        panel = end_panel(
            front, np.linspace(a, b, 7 if tram else 3) * p.half, np.linspace(low, high - 0.05, 6), 0.03, 0.06
        )
        pieces.append((panel, DARK_GLASS))
    if not tram:
        seams = [
            end_panel(front, np.array([s - 0.015, s + 0.015]) * p.half, [p.under + 0.1, high], 0.012)
            for s in (-0.29, 0.29)
        ]
        pieces.append((merged(seams), BLACK_PLASTIC))
    sign = end_panel(front, np.linspace(-0.5, 0.5, 4) * p.half, [high + 0.04, high + 0.24], 0.02, 0.05)
    pieces.append((sign, SIGN))
    x, z = 0.72 * p.half, p.under + 0.38 * (low - p.under)
    lamps = [lamp((x - dx, float(front(np.array(x - dx), np.array(z))) - 0.04, z), 0.11, 0.05) for dx in (0.0, 0.28)]
    pieces.append((both_sides(merged(lamps)), REFLECTOR))
    if p.decoration in ("band", "skirt"):
        face = end_panel(front, np.linspace(-0.93, 0.93, 7) * p.half, [z + 0.2, low - 0.08], 0.006)
        pieces.append((face, colors.second))
    bumper = end_panel(front, np.linspace(-0.9, 0.9, 7) * p.half, [p.under + 0.02, p.under + 0.2], 0.07, 0.06)
    pieces += [(bumper, BLACK_PLASTIC), *bogies(p, start, end), *coupling(p, start, -1, max(p.under, 0.5))]
    if p.pantograph:
        pieces += pantograph(p, first + 0.55 * long)
    unit = rounded_box((0.6 * p.width, 0.24 * long, 0.25), (0, first + 0.24 * long, p.height + 0.06), 0.07, 1)
    pieces.append((unit, Material("roof unit", (0.45, 0.45, 0.45), roughness=0.6)))
    return pieces + (tail_end(p, end) if last else gangway(p, end, 1)), face_points(p, front)


def face_points(p: TrainParams, front) -> dict[str, np.ndarray]:
    """Return the corners of a face on the left, and the middle of its upper edge."""
    points = {}
    for name, x, z in (
        ("bottom", 0.93 * p.half, p.under + 0.1),
        ("top", 0.84 * p.half, p.height - 0.28),
        ("crown", 0.0, p.height - 0.06),
    ):
        points[name] = np.array([x, float(front(np.array(x), np.array(z))), z])
    return points


def diesel(p: TrainParams, colors: Colors, start: float, end: float, last: bool) -> Lead:
    """Return a diesel engine."""
    makers = {"flat": _full_width, "hood": _hooded, "cab": _hooded}
    pieces, heads = makers[p.front](p, colors, start, end)
    red = both_sides(lamp((0.8 * p.half, end + 0.05, p.under + 0.35), 0.11, 0.04, back=True))
    if p.front == "flat" and last:
        door = end_panel(flat(end), [-0.26 * p.half, 0.26 * p.half], [p.under + 0.1, p.belt + p.pane], 0.015, back=True)
        pieces += [*tail_end(p, end)[:1], (door, colors.second)]
    tank = rounded_box((0.8 * p.width, 0.26 * (end - start), 0.55), (0, 0.5 * (start + end), 0.62), 0.12, 1)
    pieces += [(red, TAIL_RED)] if last else []
    pieces += [(tank, UNDERFRAME), *coupling(p, start, -1), *coupling(p, end, 1)]
    inset = 0.19 * (end - start)
    return pieces + bogies(p, start + inset - 0.17 * (end - start), end - inset + 0.17 * (end - start))[:4], heads


def _full_width(p: TrainParams, colors: Colors, start: float, end: float) -> Lead:
    """Return a body as wide as the frame with a raked face, grilles and portholes, fans on the roof."""
    skin, front, first = faced(p, start, end)
    pieces = [(skin.mesh(), colors.paint), *stripes(p, colors, skin, first, end - 0.2)]
    rows = np.linspace(p.belt + 0.05, p.belt + 0.85 * p.pane, 3)
    for a, b in ((-0.84, -0.05), (0.05, 0.84)):
        pieces.append((end_panel(front, np.linspace(a, b, 4) * p.half, rows, 0.016, 0.05), DARK_GLASS))
    cab = skin.side_panel([first + 0.2, first + 0.95], (p.belt + 0.05, p.belt + 0.8 * p.pane), 0.016)
    door = skin.side_panel([first + 1.15, first + 1.8], (p.under + 0.1, p.belt + p.pane), 0.010)
    grilles = [skin.side_panel([y, y + 1.2], (p.belt + 0.1, p.belt + 0.9 * p.pane), 0.014)
               for y in np.arange(first + 2.6, end - 2.0, 1.7)]  # fmt: skip
    pieces += [
        (both_sides(cab), DARK_GLASS),
        (both_sides(door), colors.second),
        (both_sides(merged(grilles)), GRILLE_DARK),
    ]
    x, z = 0.7 * p.half, p.under + 0.45
    y = float(front(np.array(x), np.array(z))) - 0.04
    pieces.append(
        (both_sides(merged([lamp((x, y, z), 0.12, 0.05), lamp((x - 0.3, y - 0.02, z), 0.1, 0.05)])), REFLECTOR)
    )
    if p.decoration != "plain":
        pieces.append(
            (end_panel(front, np.linspace(-0.92, 0.92, 7) * p.half, [z + 0.22, p.belt - 0.1], 0.008), colors.second)
        )
    fans = [moved(revolve(np.array([(0, 0), (0.55, 0), (0.55, 0.16), (0, 0.16)]), 14), (0, y, p.height - 0.02)) for y in
            np.linspace(0.5 * (start + end), end - 2.2, 3)]  # fmt: skip
    plow = rounded_box((1.8 * p.half, 0.25, 0.5), (0, start + 0.25, 0.55), 0.05, 1)
    return [*pieces, (merged(fans), BLACK_METAL), (plow, UNDERFRAME)], face_points(p, front)


def _hooded(p: TrainParams, colors: Colors, start: float, end: float) -> Lead:
    """Return a frame with walkways and rails, a cab, a long hood behind it and a short one (or none) before it."""
    deck, ahead = 1.45, (0.6 if p.front == "cab" else 1.6 + p.nose)
    cab_y, cab_long, hood = start + ahead, 2.4, 0.62 * p.half
    frame = rounded_box((0.98 * p.width, end - start, 0.4), (0, 0.5 * (start + end), deck - 0.2), 0.05, 1)
    cab = body_section(0.96 * p.half, deck - 0.05, p.height, 4.0, 14, 0.12, 20)
    cab_skin = long_body(
        cab, flat(cab_y), flat(cab_y + cab_long), (cab_y + 0.12, cab_y + cab_long - 0.12), (0.07, 0.07)
    )
    top, rear = p.height - 0.25, end - 0.7
    long_hood = rounded_box(
        (2 * hood, rear - cab_y - cab_long + 0.1, top - deck + 0.05),
        (0, 0.5 * (rear + cab_y + cab_long), 0.5 * (top + deck)),
        0.14,
        1,
    )
    pieces = [(frame, UNDERFRAME), (cab_skin.mesh(), colors.paint), (long_hood, colors.paint)]
    low = p.belt + 0.25
    rows = [max(low, deck + 1.1), p.height - 0.55]
    if p.front == "hood":
        nose_top = rows[0] - 0.12
        nose = rounded_box(
            (2 * hood, ahead - 0.55, nose_top - deck + 0.05),
            (0, cab_y - 0.5 * (ahead - 0.6), 0.5 * (nose_top + deck)),
            0.16,
            1,
        )
        pieces.append((nose, colors.paint))
    panes = [end_panel(flat(cab_y), [a, b], rows, 0.012) for a, b in ((0.08, 0.8 * p.half), (-0.8 * p.half, -0.08))]
    sides = [cab_skin.side_panel([cab_y + a, cab_y + b], rows, 0.014) for a, b in ((0.35, 1.1), (1.3, 2.05))]
    pieces += [(merged(panes), DARK_GLASS), (both_sides(merged(sides)), DARK_GLASS)]
    band = rounded_box(
        (2.04 * hood, rear - cab_y - cab_long, 0.3), (0, 0.5 * (rear + cab_y + cab_long), deck + 0.55), 0.02, 1
    )
    vents = [
        box((2.03 * hood, 1.1, 0.6), (0, y, top - 0.55)) for y in np.linspace(cab_y + cab_long + 1.2, rear - 1.2, 4)
    ]
    fans = [
        moved(revolve(np.array([(0, 0), (0.5, 0), (0.5, 0.2), (0, 0.2)]), 14), (0, y, top))
        for y in (rear - 1.2, rear - 2.6)
    ]
    stack = rounded_box((0.4, 0.9, 0.3), (0, cab_y + cab_long + 2.2, top + 0.08), 0.05, 1)
    pieces += [(merged(vents), GRILLE_DARK), (merged([*fans, stack]), BLACK_METAL)]
    pieces += [(band, colors.second)] if p.decoration != "plain" else []
    heads = {"bottom": np.array([0.49 * p.width, start, deck - 0.3]), "crown": np.array([0, cab_y, p.height - 0.04])}
    heads["top"] = np.array([0.8 * p.half, cab_y, p.height - 0.35])
    return [*pieces, *_walkway(p, start, end, deck, cab_y, cab_long)], heads


def _walkway(p: TrainParams, start: float, end: float, deck: float, cab_y: float, cab_long: float) -> list[Piece]:
    """Return the hand rails, steps, pilot and lamps of a hood unit."""
    x, z = 0.46 * p.width, deck + 0.95
    rails = [
        tube(np.array([(x, a, z), (x, b, z)]), 0.03, 5)
        for a, b in ((start + 0.1, cab_y - 0.1), (cab_y + cab_long + 0.1, end - 0.1))
    ]
    places = np.linspace(start + 0.15, end - 0.15, 10)
    outside = places[(places < cab_y - 0.1) | (places > cab_y + cab_long + 0.1)]
    posts = [strut((x, y, deck - 0.1), (x, y, z), 0.025, 4) for y in outside]
    ends = [strut((-x, y, z), (x, y, z), 0.03, 5) for y in (start + 0.1, end - 0.1)]
    pilots = [rounded_box((1.9 * p.half, 0.12, 0.75), (0, y, 0.8), 0.04, 1) for y in (start + 0.1, end - 0.1)]
    lamps = [lamp((s * 0.14, cab_y - 0.06, p.height - 0.3), 0.12, 0.06) for s in (-1, 1)]
    low = both_sides(lamp((0.6 * p.half, start - 0.02, deck - 0.25), 0.1, 0.05))
    dark = [(both_sides(merged([*rails, *posts])), BLACK_METAL), (merged(ends), BLACK_METAL)]
    return [*dark, (merged(pilots), UNDERFRAME), (merged([*lamps, low]), REFLECTOR)]
