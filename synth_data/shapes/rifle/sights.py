"""What is mounted on a rifle: iron sights, telescopes, carrying handles, the bolt's handle, a bipod."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.furniture import fillet
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, box, cylinder, merged, moved, revolve, tube, turned
from synth_data.shapes.rifle.params import RifleParams

Pieces = list[tuple[Mesh, Material]]


def rod(y0: float, y1: float, radius: float, z: float = 0.0, segments: int = 16, end: float | None = None) -> Mesh:
    """Return a round bar along y from ``y0`` to ``y1`` at height ``z``, to the radius ``end`` there."""
    return moved(turned(cylinder(radius if end is None else end, 0, y1 - y0, segments, radius), "x", 90), (0, y1, z))


def rear_sight(p: RifleParams) -> tuple[float, float]:
    """Return y and z of the rear sight's top, or of the eye end of what replaces it."""
    top = 0.38 * p.deep
    if p.sight == "scope":
        return _scope_middle(p) + p.scope_length / 2, top + 0.045
    if p.sight == "handle":
        return -0.06, top + 0.05
    if p.sight == "none":
        return p.front - 0.02, 1.45 * p.bore
    if p.sight == "dot":
        return -0.5 * p.receiver + 0.03, top + 0.03
    return (
        (p.front - 0.02, top + 0.012)
        if p.stock in ("classic", "straight", "fixed", "skeleton")
        else (-0.04, top + 0.014)
    )


def _scope_middle(p: RifleParams) -> float:
    """Return y of the middle of a telescope."""
    return -0.45 * p.receiver - 0.02


def sight_pieces(p: RifleParams) -> Pieces:
    """Return the sights."""
    top, (y, z) = 0.38 * p.deep, rear_sight(p)
    post = front_sight(p)
    meshes = [tube(np.array([(0, post[1], 0.0), (0, post[1], post[2])]), np.array([[0.004, 0.008], [0.002, 0.003]]), 6)]
    if p.style in ("carbine", "assault") and p.fore != "rail":
        legs = [(0, post[1] - 0.012, 0.0), (0, post[1], post[2] - 0.008), (0, post[1] + 0.022, 0.0)]
        meshes.append(tube(np.array(legs), 0.0045, 6))
    if p.sight == "scope":
        return [(merged(meshes), p.steel), *_scope(p, top)]
    if p.sight == "handle":
        line = fillet(
            [(0, -0.02, top - 0.004), (0, -0.04, z - 0.006), (0, -0.15, z - 0.006), (0, -0.17, top - 0.004)], 0.015, 4
        )
        return [
            (
                merged(
                    [
                        *meshes,
                        tube(line, np.array([[0.009, 0.006]] * len(line)), 8),
                        box((0.016, 0.014, 0.02), (0, y, z - 0.01)),
                    ]
                ),
                p.steel,
            )
        ]
    if p.sight == "dot":
        y -= 0.03
        ring = rod(y - 0.03, y + 0.03, 0.018, z, 20)
        lens = rod(y - 0.031, y + 0.031, 0.0145, z, 20)
        return [
            (merged([*meshes, ring, box((0.022, 0.05, z - top), (0, y, (z + top) / 2 - 0.008))]), p.steel),
            (lens, GLASS),
        ]
    if p.sight == "none":
        return [(merged(meshes), p.steel)]
    return [(merged([*meshes, box((0.018, 0.02, 0.022), (0, y, z - 0.011))]), p.steel)]


GLASS = Material("lens", (0.03, 0.02, 0.06), roughness=0.05, coat=0.6)


def _scope(p: RifleParams, top: float) -> Pieces:
    """Return a telescope on two rings."""
    s, y, z = p.scope_length, _scope_middle(p), top + 0.04
    wide = 0.021 if s > 0.24 else 0.017
    profile = [
        (0, -0.5 * s),
        (wide, -0.5 * s),
        (wide, -0.3 * s),
        (0.0125, -0.2 * s),
        (0.0125, 0.25 * s),
        (0.0185, 0.33 * s),
        (0.0185, 0.5 * s),
        (0, 0.5 * s),
    ]
    # the profile runs upwards; turned about x by -90 degrees its upper end looks to the back
    body = moved(turned(revolve(np.array(profile), 20), "x", -90), (0, y, z))
    lenses = merged(
        [
            rod(y - 0.5 * s - 0.001, y - 0.5 * s + 0.01, 0.85 * wide, z, 20),
            rod(y + 0.49 * s, y + 0.5 * s + 0.001, 0.016, z, 20),
        ]
    )
    knobs = [moved(cylinder(0.009, 0, 0.022, 14), (0, y, z + 0.008)), turned(cylinder(0.009, 0, 0.022, 14), "y", -90)]
    knobs[1] = moved(knobs[1], (-0.008, y, z))
    mounts = [box((0.018, 0.018, z - top + 0.012), (0, y + at * s, (z + top) / 2 - 0.006)) for at in (-0.14, 0.18)]
    return [(body, p.steel), (merged([*knobs, *mounts]), p.steel), (lenses, GLASS)]


def front_sight(p: RifleParams) -> np.ndarray:
    """Return the top of the front sight."""
    if p.style == "carbine" and p.fore != "rail":
        return np.array(
            [0.0, p.front - p.fore_length - 0.02 if p.front - p.fore_length - 0.03 > p.end else p.end + 0.03, 0.058]
        )
    if p.style == "assault":
        return np.array([0.0, p.end + 0.06, 0.052])
    return np.array([0.0, p.end + 0.02 + (0.06 if p.muzzle != "plain" else 0.0), p.bore + 0.014])


def extra_pieces(p: RifleParams) -> Pieces:
    """Return the bolt's handle on the right, and a bipod."""
    pieces: Pieces = []
    if p.style in ("bolt", "hunting", "sniper"):
        path = [(-0.01, -0.04, 0.0), (-0.04, -0.038, -0.008), (-0.056, -0.03, -0.036)]
        ball = revolve(np.array([(0, -1), (0.7, -0.7), (1, 0), (0.7, 0.7), (0, 1)]) * 0.010, 12)
        pieces.append((merged([tube(np.array(path), 0.005, 8), moved(ball, path[-1])]), p.steel))
    elif p.style == "assault":
        pieces.append(
            (tube(np.array([(-0.01, -0.5 * p.receiver, 0.0), (-0.045, -0.5 * p.receiver, 0.004)]), 0.006, 8), p.steel)
        )
    if p.bipod:
        y = p.front - 0.8 * p.fore_length
        y = max(y, p.end + 0.1)
        one = tube(np.array([(0.012, y, -0.02), (0.5 * p.bipod, y - 0.03, -p.bipod)]), 0.007, 8)
        pieces.append((both_sides(one), p.steel))
    return pieces
