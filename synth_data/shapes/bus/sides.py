"""What is on the sides and the roof of a bus: windows, doors, stripes, wheel arches, mirrors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from synth_data.shapes.bus.layout import Layout
from synth_data.shapes.bus.params import BusParams
from synth_data.shapes.car.finish import AMBER, GRILLE_DARK, UNDERBODY
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import both_sides, box, merged, rounded_box, tube
from synth_data.shapes.vehicles import DARK_GLASS, Piece, arch, on_side

Span = tuple[float, float]


def side_pieces(layout: Layout, paint: Material, second: Material) -> list[Piece]:
    """Return what lies on both sides."""
    p = layout.p
    doors = door_spans(layout)
    pieces = [*stripes(layout, second), *arches(p)]
    for left in (True, False):
        pieces += windows(layout, doors if left == p.doors_left else [], left)
    for number, (start, end) in enumerate(doors):
        pieces += door(layout, start, end, narrow=number > 0 and p.style == "coach")
    pieces += [*mirrors(layout, paint), *markers(layout)]
    return pieces


def door_spans(layout: Layout) -> list[Span]:
    """Return from where to where along y each door reaches, front first."""
    p = layout.p
    start, end = layout.straight
    clear = 1.18 * p.wheel_radius
    width = {"school": 0.75, "mini": 0.95, "coach": 0.85}.get(p.style, 1.25)
    first = start + 0.03
    if first + width > p.axles[0] - clear and first < p.axles[0] + clear:
        first = p.axles[0] + clear
    spans = [(first, first + width)]
    if p.doors > 1:
        middle = 0.5 * (p.axles[0] + p.axles[1]) + (0.8 if p.style == "coach" else 0.0)
        spans.append((middle - width / 2, middle + width / 2))
    if p.doors > 2 and p.axles[-1] + clear + 0.95 < end:
        spans.append((p.axles[-1] + clear, p.axles[-1] + clear + 0.95))
    return spans


def windows(layout: Layout, doors: list[Span], left: bool) -> list[Piece]:
    """Return the windows of one side: each deck's row without the panes where doors are."""
    p = layout.p
    start, end = layout.straight
    pieces: list[Piece] = []
    for number, (low, high) in enumerate(p.decks):
        blocked = doors if number == 0 else []
        last = end - (0.9 if p.style in ("coach", "city") and number == 0 else 0.1)
        edges = np.linspace(start + 0.04, last, p.windows + 1)
        if p.pillars < 0.1:
            band = layout.body.side_panel([edges[0], edges[-1]], (low - 0.05, high + 0.05), 0.005)
            pieces.append((on_side(band, left), BLACK_PLASTIC))
        for a, b in pairwise(edges):
            a, b = a + p.pillars / 2, b - p.pillars / 2
            for free_a, free_b in _free(a, b, blocked):
                panes = (low, low + 0.45 * (high - low)) if p.style == "school" else (low, high)
                mesh = layout.body.side_panel([free_a, free_b], panes, 0.012)
                pieces.append((on_side(mesh, left), DARK_GLASS))
                if p.style == "school":
                    mesh = layout.body.side_panel([free_a, free_b], (panes[1] + 0.04, high), 0.012)
                    pieces.append((on_side(mesh, left), DARK_GLASS))
    return pieces


def _free(a: float, b: float, blocked: list[Span]) -> list[Span]:
    """Return what is left of the span from ``a`` to ``b`` beside the ``blocked`` ones, pieces over 0.2 m."""
    spans = [(a, b)]
    for low, high in blocked:
        cut = [piece for s, e in spans for piece in ((s, min(e, low - 0.08)), (max(s, high + 0.08), e))]
        spans = [(s, e) for s, e in cut if e - s > 0.2] if any(e > low and s < high for s, e in spans) else spans
    return spans


def door(layout: Layout, start: float, end: float, narrow: bool) -> list[Piece]:
    """Return a door: its frame, and one or two leaves of glass."""
    p = layout.p
    low, high = p.clearance + 0.06, p.decks[0][1] + (0.04 if p.style != "coach" else -0.25)
    if narrow:
        high = p.belt - 0.1
    pieces = [(on_side(layout.body.side_panel([start, end], (low, high), 0.010), p.doors_left), BLACK_PLASTIC)]
    middle = 0.5 * (start + end)
    leaves = [(start, end)] if end - start < 0.9 else [(start, middle), (middle, end)]
    for a, b in leaves:
        pane = layout.body.side_panel([a + 0.07, b - 0.07], (low + 0.12, high - 0.1), 0.018)
        pieces.append((on_side(pane, p.doors_left), DARK_GLASS))
    return pieces


def arches(p: BusParams) -> list[Piece]:
    """Return the dark wheel arches of both sides."""
    meshes = [
        arch(1.16 * p.wheel_radius, (p.half + 0.012, axle, p.wheel_radius), p.clearance - 0.01) for axle in p.axles
    ]
    return [(both_sides(merged(meshes)), UNDERBODY)]


def stripes(layout: Layout, second: Material) -> list[Piece]:
    """Return what is painted on the sides in the second colour; the black rails of a school bus."""
    p = layout.p
    start, end = layout.straight
    y = [start - 0.01, end + 0.01]
    if p.style == "school":
        levels = (p.clearance + 0.30, p.belt - 0.22, p.belt - 0.5)
        rails = [layout.body.side_panel(y, [z, z + 0.07], 0.02) for z in levels]
        return [(both_sides(merged(rails)), BLACK_PLASTIC)]
    if p.decoration == "wave":
        along = np.linspace(start, end, 12)
        t = np.linspace(0, 1, 12)
        top = p.belt - 0.12 - 0.75 * (p.belt - p.clearance) * (1 - t**1.5)
        heights = np.stack([np.full(12, p.clearance + 0.02), top.clip(p.clearance + 0.06)], -1)
        return [(both_sides(layout.body.side_panel(along, heights, 0.004)), second)]
    middle = p.belt - 0.3
    levels = {"band": (middle, middle + 0.18), "skirt": (p.clearance + 0.02, p.belt - 0.35)}.get(p.decoration)
    return [(both_sides(layout.body.side_panel(y, levels, 0.004)), second)] if levels else []


def mirrors(layout: Layout, paint: Material) -> list[Piece]:
    """Return the outer mirrors and their arms."""
    p = layout.p
    if p.mirrors == "ears":
        top = p.decks[0][1]
        x, z = 1.03 * p.half, top - 0.45
        y = float(layout.front(np.array(p.half), np.array(top))) - 0.38
        root = layout.body.side(layout.straight[0], top + 0.12)[0]
        path = np.array([root - (0.05, 0, 0), (x, y + 0.12, top + 0.14), (x, y, top - 0.02), (x, y, z)])
    else:
        z = p.belt + 0.28
        y = layout.straight[0] - 0.25
        root = layout.body.side(layout.straight[0], p.belt)[0]
        x = p.half + 0.24
        path = np.array([root - (0.05, 0, 0), (x, y, p.belt), (x, y, z)])
    shell = rounded_box((0.24, 0.10, 0.42), (x, y, z), 0.04, 1)
    return [(both_sides(tube(path, 0.02, 5)), BLACK_PLASTIC), (both_sides(shell), BLACK_PLASTIC)]


def markers(layout: Layout) -> list[Piece]:
    """Return the amber side markers."""
    p = layout.p
    z = p.clearance + 0.22
    meshes = []
    for y in np.linspace(*layout.straight, 5)[1:-1]:
        if min(abs(y - axle) for axle in p.axles) > 1.3 * p.wheel_radius:
            meshes.append(layout.body.side_panel([y - 0.07, y + 0.07], [z, z + 0.06], 0.016))
    return [(both_sides(merged(meshes)), AMBER)] if meshes else []


def roof_pieces(layout: Layout, second: Material) -> list[Piece]:
    """Return the air conditioning, hatches, and a roof of the second colour."""
    p = layout.p
    start, end = layout.straight
    x = np.linspace(-0.86, 0.86, 7) * (p.half - p.tumble)
    pieces: list[Piece] = []
    if p.decoration == "roof":
        pieces.append((layout.body.top_panel(x, [start, end], 0.006), second))
    at = {"front": (0.15, 0.35), "middle": (0.42, 0.66), "long": (0.1, 0.85)}.get(p.unit)
    if at:
        a, b = (start + t * (end - start) for t in at)
        size = (1.35 * p.half, b - a, 0.34)
        white = Material("roof unit", (0.7, 0.7, 0.69), roughness=0.5)
        pieces.append((rounded_box(size, (0, 0.5 * (a + b), p.height + 0.05), 0.12, 1), white))
        grille = box((0.9 * p.half, 0.5 * (b - a), 0.02), (0, 0.5 * (a + b), p.height + 0.22))
        pieces.append((grille, GRILLE_DARK))
    for t in (0.25, 0.75):
        if not at or not at[0] - 0.1 < t < at[1] + 0.1:
            y = start + t * (end - start)
            white = Material("hatch", (0.6, 0.6, 0.6), roughness=0.5)
            pieces.append((rounded_box((0.7, 0.7, 0.12), (0, y, p.height), 0.03, 1), white))
    return pieces
