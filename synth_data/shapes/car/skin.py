"""Which cell of the body is paint, glass, trim or roof cloth, and the body as a part."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.body import MIDDLE, RAIL, Grid, Stations
from synth_data.shapes.car.finish import SOFT_TOP, UNDERBODY, Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Part
from synth_data.shapes.primitives import grid_faces

PAINT, GLASS, PRIVACY, TRIM, BLACK, UNDER, SECOND, INTERIOR, CLOTH = range(9)
"""Numbers of the body's materials."""
WINDOW = slice(1, RAIL - 1)
SCREEN = slice(RAIL + 1, MIDDLE)
"""Columns of the top's half: the side windows; windscreen, roof panel and rear window."""


def body_part(grid: Grid, layout: Layout, colors: Palette) -> Part:
    """Return the body with its materials."""
    materials = (colors.paint, colors.glass, colors.privacy, colors.trim, BLACK_PLASTIC, UNDERBODY)
    materials += (colors.second, colors.interior, SOFT_TOP)
    wall = _triangles(grid.wall, wrap=True)
    top, floor = _triangles(grid.top), _triangles(grid.floor)[:, ::-1]
    half = top_materials(grid.stations, layout)
    kinds = [
        wall_materials(grid, layout),
        np.concatenate([half, half[:, ::-1]], axis=1),
        np.full(len(floor) // 2, UNDER),
    ]
    flat = np.repeat(np.concatenate([kind.reshape(-1) for kind in kinds]), 2)
    return Part("body", grid.vertices, np.concatenate([wall, top, floor]), materials, flat, sharp_angle_deg=38)


def _triangles(numbers: np.ndarray, wrap: bool = False) -> np.ndarray:
    """Return the triangles [2 * cells, 3] of a grid of vertex numbers."""
    return numbers.reshape(-1)[grid_faces(*numbers.shape, wrap_columns=wrap)]


def wall_materials(grid: Grid, layout: Layout) -> np.ndarray:
    """Return the material of each cell of the wall [rows - 1, ring]: paint, with black plastic along its foot."""
    kinds = np.full((len(grid.wall) - 1, grid.wall.shape[1]), PAINT)
    rows = {"none": 1, "sill": 2, "full": 3}[layout.details.cladding]
    kinds[: max(rows, 2 if layout.style == "suv" else 1)] = BLACK
    return kinds


def top_materials(at: Stations, layout: Layout) -> np.ndarray:
    """Return the material of each cell of the top's left half [stations - 1, MIDDLE], from the belt line inwards."""
    half = np.full((len(at.belt) - 1, MIDDLE), PAINT)
    if layout.details.decoration == "stripes":
        half[:, MIDDLE - 2] = SECOND
    if layout.open:
        _open_top(at, half)
        return half
    _roof(at, layout, half)
    half[at.between("cowl", "header"), SCREEN] = GLASS
    half[at.between("roof_end", "sill"), SCREEN] = PRIVACY
    if layout.details.roof == "soft":
        half[at.between("roof_end", "sill"), RAIL + 1 : RAIL + 3] = CLOTH
    _side_windows(at, half)
    if layout.sunken:
        half[at.between("bed", "bed_end"), 2:] = BLACK
    return half


def _open_top(at: Stations, half: np.ndarray) -> None:
    """Set the windscreen and the cockpit of a car without a roof."""
    half[at.between("cowl", "bed"), SCREEN] = GLASS
    half[at.between("header", "bed"), 2 : RAIL + 1] = BLACK
    half[at.between("bed", "gate"), 2:] = INTERIOR


def _roof(at: Stations, layout: Layout, half: np.ndarray) -> None:
    """Set what covers the roof and its pillars, before the windows are cut."""
    if layout.details.decoration == "two-tone":
        half[at.between("cowl", "sill"), 1:] = SECOND
    if layout.details.roof == "black":
        half[at.between("header", "roof_end"), RAIL:] = BLACK
    if layout.details.roof == "soft":
        half[at.between("header", "sill"), 1:] = CLOTH
    if layout.details.roof == "sunroof":
        half[at.at["header"] + 1 : at.at["pillar_end"] + 1, RAIL + 3 :] = PRIVACY


def _side_windows(at: Stations, half: np.ndarray) -> None:
    """Set the side windows, the black pillars between them and the trim along their foot."""
    half[at.between("window_start", "window_end"), WINDOW] = PRIVACY
    half[at.between("window_start", "pillar"), WINDOW] = GLASS
    half[at.between("pillar", "pillar_end"), WINDOW] = BLACK
    if "quarter" in at.at:
        half[at.between("quarter", "quarter_end"), WINDOW] = BLACK
    half[at.between("window_start", "window_end"), 0] = TRIM
