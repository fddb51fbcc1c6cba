"""Stations: where the grid of a car's body has its lines along the car."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.car.layout import Layout

FILL = 0.125
"""Largest spacing of stations along the silhouette, metres."""


@dataclass(frozen=True)
class Stations:
    """Where the grid has its lines along the car.

    Attributes:
        belt: along at the belt line, [n], increasing.
        along, z: the silhouette there, [n].
        at: name of a mark -> index of its station.
    """

    belt: np.ndarray
    along: np.ndarray
    z: np.ndarray
    at: dict[str, int]

    def between(self, first: str, last: str) -> slice:
        """Return the bands of the grid from one mark to another."""
        return slice(self.at[first], self.at[last])


def stations(layout: Layout) -> Stations:
    """Return the stations of ``layout``: its marks, the arches, and as many between as curvature wants."""
    line, at = layout.line
    index = np.arange(len(line), dtype=np.float64)
    belt = _belt_of_line(layout, line, at)
    marks = {name: float(i) for name, i in at.items() if name != "peak"}
    marks |= {name: float(np.interp(along, belt, index)) for name, along in _window_marks(layout).items()}
    arches = np.interp(_arch_positions(layout), belt, index)
    positions = _merged_positions(np.array(list(marks.values())), arches, line)
    found = {name: int(np.argmin(np.abs(positions - i))) for name, i in marks.items()}
    along, z = (np.interp(positions, index, line[:, k]) for k in (0, 1))
    return Stations(np.interp(positions, index, belt), along, z, found)


def _belt_of_line(layout: Layout, line: np.ndarray, at: dict[str, int]) -> np.ndarray:
    """Return the position at the belt line that belongs to each sample of the silhouette, [n], increasing.

    They differ where side windows end in a slanting pillar, and around an open car's windscreen, which stands on a
    short piece of the belt line with its front and its back.
    """
    m, p = layout.marks, layout.p
    if layout.open:
        deck, cowl = line[at["bed_end"], 0], m["cowl"]
        known = {"nose": 0.0, "cowl": cowl, "header": cowl + 0.04, "bed": cowl + 0.08, "bed_end": deck}
        known |= {"gate": deck + 0.02, "tail": p.length}
        return np.interp(np.arange(len(line)), [at[name] for name in known], list(known.values()))
    window_top = np.clip(m["window_end"] + p.quarter_shear, m["pillar"] + 0.15, m["sill"] - 0.03)
    cowl, sill = (line[at[name], 0] for name in ("cowl", "sill"))
    top = [0.0, cowl, window_top, sill, p.length]
    return np.interp(line[:, 0], top, [0.0, m["cowl"], m["window_end"], m["sill"], p.length])


def _window_marks(layout: Layout) -> dict[str, float]:
    """Return where side windows and the pillars between them begin and end at the belt line."""
    m = layout.marks
    if layout.open:
        return {}
    marks = {"window_start": m["cowl"] + 0.30 * (m["header"] - m["cowl"]), "window_end": m["window_end"]}
    marks |= {"pillar": m["pillar"], "pillar_end": m["pillar"] + 0.085}
    if layout.details.quarter_window and m["pillar"] + 0.4 < m["quarter"] < m["window_end"] - 0.2:
        marks |= {"quarter": m["quarter"], "quarter_end": m["quarter"] + 0.07}
    return marks


def _arch_positions(layout: Layout) -> np.ndarray:
    """Return along of the columns that draw the arches: even in angle, and a pair at each vertical edge."""
    radius = layout.arch_radius
    angle = np.cos(np.linspace(0, np.pi, 15))
    edge = radius + 0.012
    return np.concatenate([[a - edge, *(a - radius * angle), a + edge] for a in layout.axles])


def _merged_positions(marks: np.ndarray, arches: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return the sorted union of marks, arches and filling, in samples of ``line``; what crowds a mark gives way."""
    gap = 0.25
    marks = np.sort(marks)
    marks = marks[np.diff(marks, prepend=-1) > gap / 2]
    arches = arches[np.min(np.abs(arches[:, None] - marks), axis=1) > gap]
    fixed = np.unique(np.concatenate([marks, arches]))
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    way = np.interp(fixed, np.arange(len(line)), arc)
    filled = [fixed]
    for a, b, wa, wb in zip(fixed, fixed[1:], way, way[1:]):
        target = FILL if wa > 0.35 else 0.06
        count = int(np.ceil((wb - wa) / target))
        filled.append(a + (b - a) * np.arange(1, count) / max(count, 1))
    return np.sort(np.concatenate(filled))
