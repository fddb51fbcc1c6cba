"""Wings, tailplane, fin: surfaces lofted through aerofoils."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.aeroplane.params import AeroplaneParams
from synth_data.shapes.cycles import strut
from synth_data.shapes.furniture import loft
from synth_data.shapes.materials import BLACK_METAL
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, merged, moved, turned
from synth_data.shapes.vehicles import Piece

Section = tuple[float, float, float, float, float]
"""Of a surface: x, y of the leading edge, z, chord, thickness as a part of the chord."""


def aerofoil(count: int = 12) -> np.ndarray:
    """Return a symmetric section [count, 2]: along the chord (0 to 1), across it (-0.5 to 0.5); from the rear up."""
    angle = np.arange(count) * (2 * np.pi / count)
    along = 0.5 + 0.5 * np.cos(angle)
    return np.stack([along, 0.5 * np.sin(angle) * np.clip(1.28 - 0.85 * along, 0.2, 1)], -1)


def surface(sections: list[Section]) -> Mesh:
    """Return the closed surface on the left through ``sections``, from the root outwards."""
    x, y, z, chord, thick = np.array(sections).T[:, :, None]
    foil = aerofoil()
    along, across = y + chord * foil[:, 0], z + chord * thick * foil[:, 1]
    return loft(np.stack([np.broadcast_to(x, along.shape), along, across], -1))


def upright(mesh: Mesh) -> Mesh:
    """Return a surface on the left turned to stand up: x becomes z."""
    return turned(mesh, "y", -90)


def wing_root(p: AeroplaneParams, upper: bool = False) -> np.ndarray:
    """Return where the leading edge of the (upper) wing meets the plane x = 0, [3]."""
    level = {"low": -0.62, "mid": 0.02, "high": 0.98, "double": 2.2 if upper else -0.78}[p.wing]
    ahead = -0.08 * p.chord * p.length if upper else 0.0
    return np.array([0, p.y(p.wing_at) + ahead, level * p.body])


def wing_sections(p: AeroplaneParams, upper: bool = False) -> list[Section]:
    """Return the sections of the left wing from the middle of the fuselage to its tip."""
    _, y, z = wing_root(p, upper)
    half, chord = p.span * p.length / 2, p.chord * p.length
    half *= 0.92 if p.style == "biplane" and not upper else 1.0
    back, rise = np.tan(np.radians(p.sweep)), np.tan(np.radians(p.dihedral))
    thick = 0.05 if p.style == "fighter" else 0.12
    inner = 0.6 * p.body
    kink = 0.36 * half
    straight = chord * (1 - (1 - p.taper) * kink / half)
    broad = max(straight, chord - (kink - inner) * back) if p.style == "airliner" else straight
    full = chord + (inner * back if p.style == "airliner" else 0.0)
    places = [
        (0.0, full),
        (inner, chord),
        (kink, broad if p.style == "airliner" else straight),
        (0.985 * half, None),
        (half, None),
    ]
    sections = []
    for x, width in places:
        width = chord * (1 - (1 - p.taper) * x / half) if width is None else width
        lead = y + max(x - inner, 0) * back
        sections.append((x, lead, z + x * rise, width, thick * (1 - 0.3 * x / half)))
    x, lead, high, width, thin = sections[-1]
    sections[-1] = (x, lead + 0.12 * width, high, 0.76 * width, 0.5 * thin)
    if p.winglet > 0.01:
        up = p.winglet * p.length
        sections[-1] = (x, lead + 0.04 * width, high, 0.9 * width, 0.8 * thin)
        sections.append((x + 0.3 * up, lead + 0.35 * width + 0.5 * up, high + up, 0.45 * width, 0.6 * thin))
    return sections


def wing_tip(p: AeroplaneParams) -> np.ndarray:
    """Return the middle of the left wing's tip [3] (without the winglet; of the upper wing where there are two)."""
    sections = wing_sections(p, upper=p.wing == "double")
    x, y, z, chord, _ = sections[-2 if p.winglet > 0.01 else -1]
    return np.array([x, y + 0.5 * chord, z])


def wing_pieces(p: AeroplaneParams, paint: Material, second: Material) -> list[Piece]:
    """Return the wing, or both with their struts."""
    material = second if p.wing_in_second else paint
    pieces = [(both_sides(surface(wing_sections(p))), material)]
    if p.wing == "double":
        pieces.append((both_sides(surface(wing_sections(p, upper=True))), material))
        pieces.append((both_sides(merged(_interplane(p))), BLACK_METAL))
    elif p.wing == "high" and p.style == "light" and p.engines == "prop1":
        x, y, z, chord, _ = wing_sections(p)[2]
        brace = strut(
            (0.85 * p.body, y + 0.4 * chord, -0.8 * p.body), (1.1 * x, y + 0.4 * chord, z), 0.045 * p.body + 0.01, 6
        )
        pieces.append((both_sides(brace), paint))
    return pieces


def _interplane(p: AeroplaneParams) -> list[Mesh]:
    """Return the struts and wires between the wings of a biplane, on the left."""
    low, high = np.array(wing_sections(p)), np.array(wing_sections(p, upper=True))
    thin = 0.0035 * p.length
    meshes = []
    for t in (0.12, 0.92):
        for part in (0.15, 0.68):
            ends = [_on_wing(sections, t, part) for sections in (low, high)]
            if t < 0.5:
                ends[0] = np.array([0.75 * p.body, ends[1][1], 0.5 * p.body])
            meshes.append(strut(*ends, thin, 5))
    for start, end in ((0.12, 0.92), (0.92, 0.12)):
        meshes.append(strut(_on_wing(low, start, 0.4), _on_wing(high, end, 0.4), 0.3 * thin, 3))
    return meshes


def _on_wing(sections: np.ndarray, t: float, part: float) -> np.ndarray:
    """Return the point [3] at ``t`` of the half span and ``part`` of the chord."""
    x = t * sections[-1, 0]
    y, z, chord = (np.interp(x, sections[:, 0], sections[:, k]) for k in (1, 2, 3))
    return np.array([x, y + part * chord, z])


def fin_sections(p: AeroplaneParams) -> list[Section]:
    """Return the sections of the fin as of a wing whose x is its height."""
    chord, high = p.fin_chord * p.length, p.fin * p.length
    back = np.tan(np.radians(p.fin_sweep))
    foot = tail_height(p) - 0.25 * p.body
    rear = p.y(0.985) if p.style != "fighter" else p.y(0.97)
    lead = rear - chord
    tip = (0.62 if p.tail == "t" else 0.42) * chord
    sections = [(foot, lead, 0.0, chord, 0.09), (foot + 0.97 * high, lead + 0.97 * high * back, 0.0, tip, 0.09)]
    x, y, z, width, _ = sections[-1]
    dorsal = (
        [(foot - 0.3 * p.body, lead - 0.35 * chord, 0.0, 1.3 * chord, 0.05)]
        if p.style in ("airliner", "turboprop")
        else []
    )
    return [*dorsal, *sections, (x + 0.03 * high, y + 0.1 * width, z, 0.8 * width, 0.05)]


def tail_height(p: AeroplaneParams) -> float:
    """Return the height of the fuselage's upper side under the fin."""
    return {"airliner": 0.92, "bizjet": 0.8, "turboprop": 0.9, "fighter": 0.45}.get(p.style, 0.42) * p.body


def fin_place(p: AeroplaneParams) -> tuple[float, float]:
    """Return x of the (left) fin's foot and how far it leans out, degrees."""
    return (0.62 * p.body, 16.0) if p.tail == "twin" else (0.0, 0.0)


def fins(p: AeroplaneParams) -> Mesh:
    """Return one fin in the middle, or two that lean outwards."""
    fin = upright(surface(fin_sections(p)))
    x, lean = fin_place(p)
    return both_sides(moved(turned(fin, "y", lean), (x, 0, 0))) if x else fin


def fin_points(p: AeroplaneParams) -> tuple[np.ndarray, np.ndarray]:
    """Return the top of the (left) fin and the lower end of its rudder [3]."""
    sections = fin_sections(p)
    top, foot = sections[-1], sections[-3]
    x, lean = fin_place(p)
    ends = np.array([[0, top[1] + 0.5 * top[3], top[0]], [0, foot[1] + 0.92 * foot[3], foot[0] + 0.25 * p.body]])
    vertices = turned((ends, np.zeros((0, 3), int)), "y", lean)[0] + (x, 0, 0)
    return vertices[0], vertices[1]


def tail_sections(p: AeroplaneParams) -> list[Section]:
    """Return the sections of the left half of the tailplane."""
    half, chord = p.tail_span * p.length / 2, p.tail_chord * p.length
    back = np.tan(np.radians(max(p.sweep, 8.0) if p.style != "biplane" else 12.0))
    if p.tail == "t":
        top = fin_sections(p)[-2]
        y, z, rise = top[1] + 0.15 * top[3], top[0] - 0.01 * p.length, 0.0
    else:
        level = {"airliner": 0.45, "turboprop": 0.5, "bizjet": 0.3, "fighter": 0.0}.get(p.style, 0.22)
        y, z, rise = p.y(0.965) - chord, level * p.body, 0.08 if p.style == "airliner" else 0.0
        y += 0.045 * p.length if p.style == "fighter" else 0.0
    sections = [(x, y + x * back, z + x * rise, chord * (1 - 0.5 * x / half), 0.08) for x in (0.0, 0.97 * half)]
    _, lead, high, width, _ = sections[-1]
    return [*sections, (half, lead + 0.12 * width, high, 0.75 * width, 0.04)]


def tail_tip(p: AeroplaneParams) -> np.ndarray:
    """Return the middle of the left tip of the tailplane [3]."""
    x, y, z, chord, _ = tail_sections(p)[-1]
    return np.array([x, y + 0.5 * chord, z])


def tail_pieces(p: AeroplaneParams, paint: Material, second: Material) -> list[Piece]:
    """Return tailplane and fin."""
    colored = p.decoration in ("tail", "belly") or p.style == "biplane"
    return [(both_sides(surface(tail_sections(p))), second if p.wing_in_second else paint),
            (fins(p), second if colored else paint)]  # fmt: skip
