"""Engines, propellers, undercarriage, missiles of an aeroplane."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.aeroplane.fuselage import fuselage
from synth_data.shapes.aeroplane.lift import wing_root, wing_sections
from synth_data.shapes.aeroplane.params import AeroplaneParams
from synth_data.shapes.cycles import strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, RUBBER, STEEL
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, cylinder, merged, moved, revolve, rounded_box, tube, turned
from synth_data.shapes.vehicles import Piece, Skin, end_panel, rings, wheel

DARK = Material("duct", (0.015, 0.015, 0.016), roughness=0.6)
BLADE = Material("blade", (0.03, 0.03, 0.032), metallic=0.3, roughness=0.4)
TIP = Material("blade tip", (0.7, 0.5, 0.05), roughness=0.5)
LIGHT_METAL = Material("light metal", (0.55, 0.55, 0.56), metallic=0.8, roughness=0.3)


def along(mesh: Mesh, place) -> Mesh:
    """Return a mesh about the z axis with z turned forwards (-y), moved to ``place`` [3]."""
    return moved(turned(mesh, "x", 90), place)


def power_pieces(p: AeroplaneParams, paint: Material, second: Material) -> list[Piece]:
    """Return the engines with what drives the air."""
    kind, count = p.engines[:-1], int(p.engines[-1])
    if kind == "jet":
        return jets(p, paint, count)
    if p.engines == "prop1":
        return nose_engine(p, second)
    if kind == "tail":
        r = p.engine * p.body
        place = np.array([p.body + 0.75 * r, p.y(0.66), 0.55 * p.body])
        pylon = rounded_box((1.2 * r, 2.4 * r, 0.3 * r), place + (-0.75 * r, 1.2 * r, 0), 0.1 * r, 1)
        return [*nacelle(p, place, r, 4.2 * r, paint), (both_sides(pylon), paint)]
    return wing_engines(p, paint, second, kind)


def engine_places(p: AeroplaneParams) -> list[np.ndarray]:
    """Return points of the left wing's leading edge [3] where engines hang."""
    sections = np.array(wing_sections(p))
    shares = (0.33, 0.62) if p.engines.endswith("4") else (0.34,)
    places = []
    for share in shares:
        x = share * p.span * p.length / 2
        places.append(np.array([x, *(np.interp(x, sections[:, 0], sections[:, k]) for k in (1, 2))]))
    return places


def wing_engines(p: AeroplaneParams, paint: Material, second: Material, kind: str) -> list[Piece]:
    """Return engines on the wing: jets on pylons under it, or propellers before it."""
    pieces: list[Piece] = []
    r = p.engine * p.body
    for place in engine_places(p):
        if kind == "wing":
            middle = place + (0, -0.9 * r, -1.25 * r)
            pieces += nacelle(p, middle, r, 3.4 * r, second if p.decoration == "belly" else paint)
            foot = np.array([place + (0, 2.6 * r, -0.1 * r), middle + (0, 0.8 * r, 0.5 * r)])
            pylon = tube(foot, np.array([[0.09 * r, 0.5 * r], [0.09 * r, 0.8 * r]]), square=True)
            pieces.append((both_sides(pylon), paint))
        else:
            y = place[1] + r * np.array([-3.0, -2.9, -2.2, -0.5, 1.5, 4.2, 5.0])
            wide = r * np.array([0.45, 0.62, 0.82, 0.9, 0.85, 0.4, 0.15])
            low, high = place[2] - wide * 1.15 - 0.15 * r, place[2] + wide * 0.85
            body = Skin(rings(y, 0.9 * wide, low, high, 2.4, 2.4, count=16)).mesh()
            pieces.append((both_sides(moved(body, (place[0], 0, 0))), paint))
            hub = np.array([place[0], y[0], place[2] - 0.22 * r])
            pieces += [(both_sides(mesh), material) for mesh, material in propeller(p, hub, 0.42 * r, 2.5 * r)]
    return pieces


def nacelle(p: AeroplaneParams, place, radius: float, length: float, paint: Material) -> list[Piece]:
    """Return a pair of jet engines with their intakes at ``place`` [3]: cowling, bright lip, dark fan, cone, nozzle."""
    r, n = radius, length
    cowl = [
        (0.0, -0.9 * n),
        (0.55 * r, -0.9 * n),
        (0.78 * r, -0.72 * n),
        (r, -0.4 * n),
        (r, -0.15 * n),
        (0.94 * r, -0.03 * n),
    ]
    lip = [(0.78 * r, -0.1 * n), (0.97 * r, -0.07 * n), (0.95 * r, -0.02 * n), (0.88 * r, 0.0), (0.8 * r, -0.03 * n)]
    inner = [(0, -0.08 * n), (0.86 * r, -0.08 * n), (0.86 * r, -0.06 * n), (0, -0.06 * n)]
    cone = [(0, -0.07 * n), (0.3 * r, -0.07 * n), (0, 0.0)]
    exhaust = [(0, -n), (0.2 * r, -0.95 * n), (0.42 * r, -0.86 * n), (0, -0.86 * n)]
    rim = revolve(np.array([*cowl, (0.84 * r, -0.09 * n), (0, -0.09 * n)]), 18)
    ring = revolve(np.array([(0, -0.1 * n), *lip, (0.8 * r, -0.075 * n), (0, -0.075 * n)]), 18)
    pieces = [(rim, paint), (ring, LIGHT_METAL), (revolve(np.array(inner), 18), DARK)]
    pieces += [(revolve(np.array(cone), 10), LIGHT_METAL), (revolve(np.array(exhaust), 12), BLACK_METAL)]
    return [(both_sides(along(mesh, place)), material) for mesh, material in pieces]


def propeller(p: AeroplaneParams, hub, radius: float, reach: float) -> list[Piece]:
    """Return spinner and blades before ``hub`` [3]."""
    spinner = revolve(np.array([(0, -0.1), (1, -0.1), (0.95, 0.45), (0.7, 1.1), (0.35, 1.55), (0, 1.7)]) * radius, 14)
    blades, tips = [], []
    for k in range(p.blades):
        t = np.array([0.3 * radius, 0.35 * reach, 0.7 * reach, 0.88 * reach, reach])
        chord = reach * np.array([0.035, 0.07, 0.075, 0.06, 0.03])
        path = np.stack([np.zeros(5), np.zeros(5), t], -1)
        section = np.stack([chord, 0.16 * chord], -1)
        for cut, store in ((slice(0, 4), blades), (slice(3, 5), tips)):
            blade = turned(tube(path[cut], section[cut], 6), "z", 24)
            store.append(turned(blade, "y", p.turn_deg + 360 * k / p.blades))
    place = np.asarray(hub) - (0, 0.45 * radius, 0)
    return [
        (along(spinner, hub), LIGHT_METAL),
        (moved(merged(blades), place), BLADE),
        (moved(merged(tips), place), TIP),
    ]


def nose_engine(p: AeroplaneParams, second: Material) -> list[Piece]:
    """Return the propeller on the nose, the cowling of a radial engine or the intake of a light one, exhausts."""
    r = p.body
    hub = fuselage(p).points[0].mean(axis=0)
    pieces = propeller(p, hub, 0.26 * r, 1.95 * r if p.style == "light" else 1.7 * r)
    pipe = strut((0.4 * r, p.y(0.12), -0.8 * r), (0.45 * r, p.y(0.17), -1.1 * r), 0.05 * r, 6)
    pieces.append((both_sides(pipe), BLACK_METAL))
    if p.style == "biplane":
        face = moved(along(cylinder(0.62 * r, 0, 0.015 * r, 16), (0, 0, 0)), hub)
        heads = [
            turned(rounded_box((0.2 * r, 0.3 * r, 0.3 * r), (0, 0, 0.98 * r), 0.04 * r, 1), "y", 360 * k / 7)
            for k in range(7)
        ]
        ring = revolve(np.array([(0, -0.1), (1.0, -0.1), (1.04, 0.0), (1.0, 0.1), (0, 0.1)]) * r, 20)
        pieces += [
            (face, DARK),
            (moved(merged(heads), (0, p.y(0.035), 0)), STEEL),
            (along(ring, (0, p.y(0.07), 0)), second),
        ]
    return pieces


def jets(p: AeroplaneParams, paint: Material, count: int) -> list[Piece]:
    """Return the intakes and nozzles of a fighter, and its missiles."""
    r = p.body
    y = p.y(np.array([0.34, 0.345, 0.45, 0.62, 0.74]))
    wide = r * np.array([0.24, 0.26, 0.27, 0.25, 0.08])
    duct = Skin(rings(y, wide, -0.5 * r, r * np.array([0.26, 0.28, 0.34, 0.36, 0.3]), 5, 5, count=16)).mesh()
    x = 0.72 * r
    mouth = end_panel(
        lambda a, b: np.full_like(a, p.y(0.34)), [x - 0.18 * r, x + 0.18 * r], [-0.40 * r, 0.17 * r], 0.01 * r
    )
    pieces = [(both_sides(moved(duct, (x, 0, 0))), paint), (both_sides(mouth), DARK)]
    size = 0.44 * r if count == 1 else 0.37 * r
    pipe = revolve(np.array([(0, -0.9), (0.62, -0.9), (0.85, -0.45), (1.0, 0), (1.0, 0.4), (0, 0.4)]) * size, 16)
    throat = revolve(np.array([(0, -0.93), (0.54, -0.93), (0.54, -0.88), (0, -0.88)]) * size, 14)
    places = [(0.0, p.y(0.965), 0.0)] if count == 1 else [(0.42 * r, p.y(0.965), 0.0)]
    for mesh, material in ((pipe, BLACK_METAL), (throat, DARK)):
        mesh = along(mesh, places[0])
        pieces.append((mesh if count == 1 else both_sides(mesh), material))
    return pieces + (missiles(p) if p.missiles else [])


def missiles(p: AeroplaneParams) -> list[Piece]:
    """Return missiles under the wings and at their tips."""
    sections = np.array(wing_sections(p))
    half, pieces = sections[-1, 0], []
    for x, drop in ((0.55 * half, 0.055), (1.005 * half, 0.0)):
        y, z, chord = (np.interp(x, sections[:, 0], sections[:, k]) for k in (1, 2, 3))
        r = 0.0075 * p.length
        profile = np.array([(0, -8), (1, -8), (1, 6), (0.55, 7.6), (0, 8.3)]) * r
        fins = merged(
            [turned(rounded_box((4.4 * r, 1.8 * r, 0.2 * r), (0, 6.6 * r, 0), 0.05 * r, 1), "y", a) for a in (45, 135)]
        )
        body = merged([along(revolve(profile, 10), (0, 0, 0)), fins])
        place = np.array([x, y + 0.45 * chord, z - drop * p.body * 10])
        pieces.append((both_sides(moved(body, place)), Material("missile", (0.75, 0.75, 0.74), roughness=0.4)))
        if drop:
            pylon = rounded_box((0.8 * r, 6 * r, drop * p.body * 10), place + (0, 0, drop * p.body * 5), 0.2 * r, 1)
            pieces.append((both_sides(pylon), BLACK_PLASTIC))
    return pieces


def ground(p: AeroplaneParams) -> float:
    """Return the height of the ground where the wheels are out: ``leg`` under the fuselage."""
    low = {"light": 0.95, "fighter": 0.58, "biplane": 0.95}.get(p.style, 1.0)
    clear = low * p.body + p.leg * p.length
    if p.engines.startswith("wing"):
        r = p.engine * p.body
        clear = max(clear, *(2.45 * r - place[2] for place in engine_places(p)))
    if p.engines.startswith("prop"):
        reach = {"light": 2.3, "biplane": 1.9}.get(p.style, 0.0) * p.body if p.engines == "prop1" else 0.0
        if p.engines != "prop1":
            reach = max(2.9 * p.engine * p.body - place[2] for place in engine_places(p))
        clear = max(clear, reach)
    return -clear


def nose_leg(p: AeroplaneParams) -> np.ndarray:
    """Return the middle of the nose wheel (or where it hides), [3]."""
    at = {"light": 0.1, "biplane": 0.06, "fighter": 0.24}.get(p.style, 0.12)
    skin = fuselage(p).ring(p.y(at))
    low = skin[:, 2].min()
    z = ground(p) + wheel_radius(p) if p.gear == "nose" else low + 0.05 * p.body
    return np.array([0, p.y(at), z])


def wheel_radius(p: AeroplaneParams) -> float:
    """Return the radius of the main wheels."""
    return {"light": 0.3, "biplane": 0.42, "fighter": 0.3, "airliner": 0.3}.get(p.style, 0.28) * p.body


def gear_pieces(p: AeroplaneParams, paint: Material) -> list[Piece]:
    """Return legs and wheels, where they are out."""
    if p.gear == "up":
        return []
    r, z = wheel_radius(p), ground(p) + wheel_radius(p)
    root = wing_root(p)
    chord = p.chord * p.length
    heavy = p.style in ("airliner", "turboprop", "bizjet")
    y = root[1] + (0.25 if p.gear == "tail" else 0.72 if heavy else 0.62) * chord
    y = p.y(0.2) if p.style == "biplane" else y
    x = (
        {"airliner": 0.16, "turboprop": 0.17, "bizjet": 0.14, "light": 0.17, "fighter": 0.2}.get(p.style, 0.13)
        * p.length
        / 2
    )
    top = np.array([0.7 * p.body if p.style in ("light", "biplane", "turboprop") else x, y, -0.55 * p.body])
    foot = np.array([x, y, z])
    tyre, rim = wheel(r, 0.42 * r, segments=14)
    offsets = (
        [(s * 0.32 * r, t * 1.15 * r, 0) for s in (-1, 1) for t in ((-1, 1) if p.length > 45 else (0,))]
        if heavy
        else [(0, 0, 0)]
    )
    pieces: list[Piece] = [(strut(top, foot, 0.16 * r, 6), LIGHT_METAL if p.style != "biplane" else paint)]
    for offset in offsets:
        pieces += [(moved(tyre, foot + offset), RUBBER), (moved(rim, foot + offset), LIGHT_METAL)]
    found = [(both_sides(mesh), material) for mesh, material in pieces]
    if p.style == "biplane":
        found.append((strut(foot * (-1, 1, 1), foot, 0.09 * r, 6), BLACK_METAL))
    return found + third_wheel(p)


def third_wheel(p: AeroplaneParams) -> list[Piece]:
    """Return the nose wheel or the tail wheel on the middle line."""
    r = wheel_radius(p)
    if p.gear == "nose":
        place, small = nose_leg(p), 0.85 * r
        place = place + (0, 0, small - r)
    else:
        small = 0.4 * r
        place = np.array([0, p.y(0.95), -0.3 * p.body])
    tyre, rim = wheel(small, 0.5 * small, segments=12)
    both = [moved(mesh, place) for mesh in (tyre, rim)]
    top = place * (0, 1, 0) + (0, 0.1 * small if p.gear == "nose" else -0.6 * r, 0.0)
    return [(both[0], RUBBER), (both[1], LIGHT_METAL), (strut(top, place, 0.14 * r, 6), LIGHT_METAL)]
