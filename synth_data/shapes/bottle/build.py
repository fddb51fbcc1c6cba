"""A bottle from its parameters: glass, content, cap and label, surfaces of revolution all of them."""

from __future__ import annotations

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bottle.params import BottleParams
from synth_data.shapes.curves import monotone_cubic
from synth_data.shapes.furniture import parts_of
from synth_data.shapes.mesh import Material, Shape
from synth_data.shapes.primitives import Mesh, cylinder, grid_faces, revolve, sleeve
from vantage.geometry.symmetry import Symmetry

Pieces = list[tuple[Mesh, Material]]

SEGMENTS = 40
"""Sides of the glass."""


def build_bottle(params: BottleParams) -> Shape:
    """Return the bottle of ``params``, in metres, standing on z = 0 with its axis at x = y = 0.

    Its seven keypoints are PASCAL3D+'s: the mouth, the middle of the body (on the axis), the bottom, and the left and
    right ends of the shoulder and of the bottom's edge.
    """
    p = params
    groups = {"glass": [(_body(p), p.glass)], "content": _content(p), "cap": _cap(p), "label": _labels(p)}
    shoulder = p.shoulder * p.height
    base, wide = radius_at(p, 0.03 * p.height), radius_at(p, 0.97 * shoulder)
    keypoints = {
        "mouth": np.array([0.0, 0.0, p.height]),
        "body": np.array([0.0, 0.0, 0.5 * shoulder]),
        "bottom": np.array([0.0, 0.0, p.punt * p.height]),
        "top_left": np.array([wide, 0.0, 0.97 * shoulder]),
        "top_right": np.array([-wide, 0.0, 0.97 * shoulder]),
        "bottom_left": np.array([base, 0.0, 0.03 * p.height]),
        "bottom_right": np.array([-base, 0.0, 0.03 * p.height]),
    }
    edges = (
        ("mouth", "body"), ("body", "bottom"), ("top_left", "top_right"), ("bottom_left", "bottom_right"),
        ("top_left", "bottom_left"), ("top_right", "bottom_right"),
    )  # fmt: skip
    return Shape("bottle", p.style, parts_of(groups), keypoints, p, bottle_symmetry(p), edges=edges)


def bottle_symmetry(p: BottleParams) -> Symmetry:
    """Return what leaves it as it is: every turn, unless a label has a front or the body is square."""
    around = p.label == "none" or (p.label_turn_deg == 360 and p.art in ("plain", "stripes"))
    return Symmetry(mirror=True, fold=(4 if p.corners else 0) if around else 1)


def _outline(p: BottleParams) -> tuple[np.ndarray, np.ndarray]:
    """Return heights and radii of the outer surface from the bottom's edge to the mouth."""
    r, h, neck = p.radius, p.height, p.neck * p.radius
    top, shoulder = p.mouth, p.shoulder * h
    end = min(shoulder + p.slope * h, 0.93 * top)
    knots = [0.0, 0.012 * h, 0.03 * h, 0.5 * shoulder, 0.97 * shoulder, shoulder + 0.3 * (end - shoulder), end, top]
    radii = [0.86 * r, 0.96 * r, r, r * (1 - p.waist), r, 0.86 * r + 0.14 * neck, neck, neck]
    fine = np.unique(np.concatenate([np.linspace(0, 0.04 * h, 4), np.linspace(0.04 * h, shoulder, 12),
                                     np.linspace(shoulder, end, 10), np.linspace(end, top, 5)]))  # fmt: skip
    if p.ribs:
        fine = np.unique(np.concatenate([fine, np.linspace(0.05 * h, 0.95 * shoulder, 4 * p.ribs)]))
    radius = monotone_cubic(fine, knots, radii)
    if p.ribs:
        phase = np.clip((fine - 0.05 * h) / (0.95 * shoulder - 0.05 * h), 0, 1)
        free = (phase < p.label_low) | (phase > p.label_high) | (p.label == "none")
        radius = radius - 0.025 * r * np.sin(np.pi * p.ribs * phase) ** 2 * free
    return fine, radius


def radius_at(p: BottleParams, z: float) -> float:
    """Return the radius of the outer surface at height ``z``."""
    heights, radii = _outline(p)
    return float(np.interp(z, heights, radii))


def _squared(p: BottleParams, mesh: Mesh) -> Mesh:
    """Return a mesh whose wide parts are drawn out towards four corners."""
    if not p.corners:
        return mesh
    vertices = mesh[0].copy()
    reach = np.hypot(vertices[:, 0], vertices[:, 1])
    angle = np.arctan2(vertices[:, 1], vertices[:, 0])
    square = 1 / np.maximum(np.abs(np.cos(angle)), np.abs(np.sin(angle)))
    wide = np.clip((reach / p.radius - p.neck) / (1 - p.neck + 1e-6), 0, 1) ** 0.5
    soft = 1 + (np.minimum(square, 1.22) - 1) * p.corners * wide
    vertices[:, :2] *= soft[:, None]
    return vertices, mesh[1]


def _body(p: BottleParams) -> Mesh:
    """Return the glass: outside, mouth and the hollow at the bottom."""
    heights, radii = _outline(p)
    neck, top = radii[-1], p.mouth
    ring = [(neck * (1 + p.lip), top - 0.02 * p.height), (neck * (1 + p.lip), top - 0.002)] if p.lip else []
    rim = top - 0.022 * p.height
    below = heights < rim  # a profile that went up and down again would be several walls of glass
    profile = [(0, p.punt * p.height), (0.6 * p.radius, 0.004), *zip(radii[below], heights[below])]
    profile += [(neck, rim), *ring, (0.8 * neck, top), (0, top)]
    return _squared(p, revolve(np.array(profile), SEGMENTS))


def _content(p: BottleParams) -> Pieces:
    """Return what is in the bottle."""
    if not p.fill:
        return []
    heights, radii = _outline(p)
    level = p.fill * p.mouth
    low = (p.punt + 0.012) * p.height
    keep = (heights > low) & (heights < level)
    inner = [(0.93 * r, z) for r, z in zip(radii[keep], heights[keep])]
    profile = [(0, low), (0.8 * p.radius, low), *inner, (0.93 * radius_at(p, level), level), (0, level)]
    return [(_squared(p, revolve(np.array(profile), 28)), p.content)]


def _cap(p: BottleParams) -> Pieces:
    """Return what closes the bottle, up to the full height."""
    neck, top, high = radius_at(p, p.mouth), p.mouth, p.cap_height * p.height
    r = neck * (1 + p.lip)
    low = p.height - high
    if p.cap == "cork":
        return [(cylinder(0.8 * neck, top - 0.01, p.height, 20, 0.9 * neck), p.lid)]
    if p.cap == "foil":
        rings = [(0, low), (1.03 * neck, low), (1.03 * neck, top - 0.03 * p.height), (1.04 * r, top - 0.025 * p.height)]
        rings += [(1.04 * r, p.height - 0.002), (0.9 * r, p.height), (0, p.height)]
        return [(revolve(np.array(rings), 28), p.lid)]
    if p.cap == "crown":
        return [
            (
                revolve(
                    np.array(
                        [[0, low], [1.25 * r, low], [1.15 * r, p.height - 0.002], [0.9 * r, p.height], [0, p.height]]
                    ),
                    21,
                ),
                p.lid,
            )
        ]
    if p.cap == "screw":
        ring = revolve(np.array([[0, low], [1.16 * r, low], [1.16 * r, low + 0.08 * high], [0, low + 0.08 * high]]), 28)
        lid = revolve(
            np.array(
                [
                    [0, low + 0.12 * high],
                    [1.14 * r, low + 0.12 * high],
                    [1.12 * r, p.height - 0.001],
                    [1.0 * r, p.height],
                    [0, p.height],
                ]
            ),
            28,
        )
        return [(ring, p.lid), (lid, p.lid)]
    middle = low + 0.45 * high
    collar = revolve(
        np.array([[0, low], [1.16 * r, low], [1.12 * r, middle], [0.5 * r, middle + 0.002], [0, middle + 0.002]]), 28
    )
    if p.cap == "sport":
        nozzle = revolve(
            np.array(
                [
                    [0, middle],
                    [0.62 * r, middle],
                    [0.5 * r, 0.3 * middle + 0.7 * p.height],
                    [0.6 * r, p.height - 0.002],
                    [0.4 * r, p.height],
                    [0, p.height],
                ]
            ),
            20,
        )
        return [(collar, p.lid), (nozzle, p.paper)]
    bulb = revolve(
        np.array(
            [
                [0, middle],
                [0.75 * r, middle],
                [0.8 * r, 0.5 * (middle + p.height)],
                [0.5 * r, p.height - 0.002],
                [0, p.height],
            ]
        ),
        20,
    )
    return [(collar, p.lid), (bulb, materials.RUBBER)]


def _labels(p: BottleParams) -> Pieces:
    """Return the label with what is printed on it, and one around the neck."""
    if p.label == "none":
        return []
    shoulder = p.shoulder * p.height
    low, high = p.label_low * shoulder + 0.03 * p.height, min(p.label_high, 0.94) * shoulder
    turn = p.label_turn_deg
    pieces = [(_patch(p, low, high, turn, 0.0006), p.paper)]
    step = high - low
    if p.art == "stripes":
        pieces += [
            (_patch(p, low + a * step, low + b * step, turn, 0.001), p.ink) for a, b in ((0.06, 0.16), (0.8, 0.94))
        ]
    elif p.art == "badge":
        wide = min(0.4 * turn, 60.0)
        pieces += [(_patch(p, low + 0.3 * step, low + 0.72 * step, wide, 0.001), p.ink),
                   (_patch(p, low + 0.42 * step, low + 0.6 * step, 0.55 * wide, 0.0014), p.lid)]  # fmt: skip
    elif p.art == "lines":
        for k, share in enumerate((0.5, 0.38, 0.42, 0.3)):
            at = low + step * (0.82 - 0.2 * k)
            pieces.append((_patch(p, at - 0.035 * step * (3 - 2 * (k > 0)), at, share * min(turn, 160), 0.001), p.ink))
    if p.label == "both":
        end = min(shoulder + p.slope * p.height, 0.93 * p.mouth)
        top = p.height * (1 - p.cap_height) - 0.004
        if top - end > 0.012:
            pieces.append((_patch(p, end + 0.15 * (top - end), end + 0.8 * (top - end), turn, 0.0006), p.ink))
    return pieces


def _patch(p: BottleParams, low: float, high: float, turn_deg: float, out: float) -> Mesh:
    """Return a thin curved sheet on the bottle's front between two heights, ``turn_deg`` wide, ``out`` thick."""
    heights = np.linspace(low, high, 7)
    radii = np.interp(heights, *_outline(p))
    if turn_deg >= 360:
        rings = [*zip(radii + out, heights), *zip(radii[::-1] - 0.001, heights[::-1])]
        return _squared(p, sleeve(np.array(rings), SEGMENTS))
    columns = max(3, int(turn_deg / 9))
    angle = np.radians(-90 + turn_deg * (np.linspace(0, 1, columns) - 0.5))
    ring = np.stack([np.cos(angle), np.sin(angle)], -1)
    level = np.broadcast_to(heights[:, None, None], (7, columns, 1))
    skins = [np.concatenate([(radii[:, None, None] + thick) * ring, level], -1) for thick in (out, -0.001)]
    vertices = np.concatenate([skin.reshape(-1, 3) for skin in skins])
    face, count = grid_faces(7, columns), 7 * columns
    index = np.arange(count).reshape(7, columns)
    rim = np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[:0:-1, 0]])
    after = np.roll(rim, -1)
    sides = [np.stack([rim, rim + count, after + count], -1), np.stack([rim, after + count, after], -1)]
    return _squared(p, (vertices, np.concatenate([face, face[:, ::-1] + count, *sides])))
