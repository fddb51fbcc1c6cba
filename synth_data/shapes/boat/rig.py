"""Masts, sails, keel and rudder; oars and motors."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.boat.hull import Hull
from synth_data.shapes.cycles import strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, STEEL
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, merged, moved, rounded_box, tube, turned
from synth_data.shapes.vehicles import Piece, Skin, plate, rings

CLOTH = Material("sail", (0.82, 0.81, 0.76), roughness=0.85)
ALLOY = Material("mast", (0.6, 0.6, 0.61), metallic=0.7, roughness=0.35)


def sail(tack, clew, head, belly: float, count: int = 6) -> Mesh:
    """Return a three-cornered sail with its ``tack`` (low front), ``clew`` (low back) and ``head`` (top), each [3].

    ``belly`` metres it is blown out to +x.
    """
    tack, clew, head = (np.asarray(corner, np.float64) for corner in (tack, clew, head))
    u, v = np.meshgrid(np.linspace(0, 1, count), np.linspace(0, 0.97, count))
    u, v = u[..., None], v[..., None]
    points = (1 - v) * ((1 - u) * tack + u * clew) + v * head
    roach = 0.10 * np.linalg.norm(clew - tack) * u * 4 * v * (1 - v)
    points = points + roach * np.array([0, 1, 0])
    points[..., 0] += belly * (4 * u * (1 - u) * (1 - v) * (0.6 + v))[..., 0]
    return plate(points, 0.0, 0.012 * np.linalg.norm(clew - tack))


def swung(point, pivot, angle_deg: float) -> np.ndarray:
    """Return ``point`` [3] turned about the upright through ``pivot``; positive: the end behind it goes to the left."""
    offset = np.asarray(point, np.float64) - pivot
    return turned((offset[None], np.zeros((0, 3), int)), "z", -angle_deg)[0][0] + pivot


def rig_pieces(hull: Hull) -> list[Piece]:
    """Return masts with their stays, booms and sails."""
    p = hull.p
    if p.style != "sailing":
        return []
    high = p.mast * p.length
    foot = np.array([0, p.y(0.38), hull.at(p.y(0.38))[1]])
    pieces = _mast(hull, foot, high, 0.38, p.sails in ("sloop", "ketch"))
    if p.sails == "ketch":
        aft = np.array([0, p.y(0.84), hull.at(p.y(0.9))[1] - 0.02 * p.length])
        pieces += _mast(hull, aft, 0.62 * high, 0.24, False)
    return pieces


def _mast(hull: Hull, foot: np.ndarray, high: float, reach: float, jib: bool) -> list[Piece]:
    """Return one mast with stays, boom, mainsail (or the sail furled on the boom) and jib."""
    p, thin = hull.p, 0.0016 * hull.p.length
    head = foot + (0, 0.012 * high * p.rake, high)
    spar = tube(np.array([foot - (0, 0, 0.3 * p.depth * p.length), head]), np.array([[0.009], [0.0055]]) * p.length, 8)
    low = foot + (0, 0.01 * p.length, 0.10 * p.length)
    end = swung(low + (0, reach * p.length, 0), low, p.boom_deg)
    boom = strut(low, end, 0.0055 * p.length, 6)
    stays = []
    half, edge, _ = hull.at(foot[1] + 0.02 * p.length)
    bow = np.array([0, p.y(0.015), hull.at(p.y(0.015))[1]])
    stern = np.array([0, p.y(0.985), hull.at(p.y(0.985))[1]])
    for side in (-1, 1):
        spread = np.array([side * 0.55 * half, foot[1] + 0.01 * p.length, foot[2] + 0.52 * high])
        stays.append(
            tube(
                np.array([(side * 0.95 * half, foot[1] + 0.02 * p.length, edge), spread, head - (0, 0, 0.04 * high)]),
                thin,
                3,
            )
        )
        stays.append(strut(spread, foot + 0.52 * (head - foot), 2 * thin, 4))
    if foot[1] < 0.2 * p.length:
        stays += [strut(head - (0, 0, 0.02 * high), bow, thin, 3), strut(head, stern, thin, 3)]
    pieces = [(spar, ALLOY), (boom, ALLOY), (merged(stays), STEEL)]
    sign = np.sign(p.boom_deg) or 1.0
    if p.sails == "none":
        roll = tube(
            np.array([low + (0, 0.02, 0.012 * p.length), end - (0, 0.05, -0.012 * p.length)]), 0.014 * p.length, 8
        )
        return [*pieces, (roll, Material("sail cover", p.second, roughness=0.85))]
    main = sail(low + (0, 0.012 * p.length, 0.01 * p.length), end + (0, 0, 0.01 * p.length), head - (0, 0, 0.03 * high),
                sign * 0.10 * reach * p.length)  # fmt: skip
    pieces.append((main, CLOTH))
    if jib:
        clew = swung(np.array([0, foot[1] + 0.03 * p.length, foot[2] + 0.08 * p.length]), bow, 0.7 * p.boom_deg)
        fore = sail(
            bow + (0, 0.012 * p.length, 0.03 * p.length),
            clew,
            head - (0, 0.01 * p.length, 0.12 * high),
            sign * 0.035 * p.length,
        )
        pieces.append((fore, CLOTH))
    return pieces


def fin_pieces(hull: Hull, bottom: Material) -> list[Piece]:
    """Return the keel fin and the rudder of a sailing boat."""
    p = hull.p
    if p.style != "sailing":
        return []
    unit = p.length
    y = np.array([-0.09, -0.08, 0.0, 0.09, 0.10]) * unit
    wide = np.array([0.2, 0.8, 1.0, 0.4, 0.1]) * 0.02 * unit
    fin = Skin(rings(y + p.y(0.5), wide, -0.115 * unit + np.abs(y) * 0.1, 0.3 * p.depth * unit, 4, 3, count=12)).mesh()
    fin[0][:, 1] += 0.35 * np.maximum(0, -fin[0][:, 2])
    rudder = Skin(rings(p.y(np.array([0.93, 0.94, 0.98, 0.985])), 0.008 * unit * np.array([0.5, 1, 0.7, 0.2]),
                        -0.03 * unit, 0.75 * p.depth * unit, 4, 4, count=10)).mesh()  # fmt: skip
    return [(fin, bottom), (rudder, bottom)]


def motor_pieces(hull: Hull) -> list[Piece]:
    """Return outboard motors at the stern."""
    p = hull.p
    if p.motor == "none" or p.pointed_stern:
        return []
    size = np.clip(0.085 * p.length, 0.3, 0.7)
    _, edge, _ = hull.at(p.y(0.995))
    place = np.array([0.55 * size if p.motor == "twin" else 0.0, p.y(1.0) + 0.28 * size, edge + 0.30 * size])
    cowl = rounded_box((0.62 * size, 0.85 * size, 0.7 * size), (0, 0, 0.2 * size), 0.2 * size, 2)
    leg = rounded_box((0.2 * size, 0.34 * size, 1.5 * size), (0, 0.02 * size, -0.75 * size), 0.06 * size, 1)
    plane = rounded_box((0.4 * size, 0.6 * size, 0.05 * size), (0, 0.08 * size, -1.2 * size), 0.02 * size, 1)
    torpedo = tube(np.array([[0, -0.25 * size, -1.4 * size], [0, 0.3 * size, -1.4 * size]]), 0.1 * size, 8)
    blades = [turned(rounded_box((0.04 * size, 0.04 * size, 0.32 * size), (0, 0, 0.16 * size), 0.015 * size, 1), "y", a)
              for a in (0, 120, 240)]  # fmt: skip
    screw = moved(merged(blades), (0, 0.3 * size, -1.4 * size))
    bracket = rounded_box((0.4 * size, 0.3 * size, 0.5 * size), (0, -0.3 * size, -0.3 * size), 0.05 * size, 1)
    shell = Material("cowl", p.second if p.colors % 2 else (0.015, 0.015, 0.016), roughness=0.25, coat=0.8)
    pieces = [(cowl, shell), (merged([leg, plane, torpedo, screw, bracket]), BLACK_METAL)]
    return [
        (both_sides(moved(mesh, place)) if p.motor == "twin" else moved(mesh, place), kind) for mesh, kind in pieces
    ]


def oar_pieces(hull: Hull) -> list[Piece]:
    """Return the oars of a rowing boat in their locks."""
    p = hull.p
    if p.load != "thwarts":
        return []
    half, edge, _ = hull.at(p.y(0.52))
    lock = np.array([half - 0.01, p.y(0.52), edge + 0.05])
    out = np.array([0.86, 0.25 - 0.6 * p.rake, -0.18])
    out /= np.linalg.norm(out)
    grip, blade = lock - 0.62 * half * out, lock + 0.42 * p.length * out
    shaft = tube(np.array([grip, lock, blade]), np.array([[0.018], [0.022], [0.018]]), 6)
    tip = tube(np.array([blade, blade + 0.03 * p.length * out, blade + 0.13 * p.length * out]),
               np.array([[0.02, 0.012], [0.016 * p.length, 0.01], [0.018 * p.length, 0.008]]), 8)  # fmt: skip
    pin = strut(lock - (0, 0, 0.09), lock + (0, 0, 0.03), 0.02, 6)
    return [(both_sides(shaft), p.wood), (both_sides(tip), p.wood), (both_sides(pin), BLACK_PLASTIC)]
