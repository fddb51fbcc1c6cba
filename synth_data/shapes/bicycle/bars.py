"""Stem, handlebar, grips and brake levers of a bicycle."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.bicycle.colors import Colors
from synth_data.shapes.bicycle.params import BicycleParams
from synth_data.shapes.cycles import bent, strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC
from synth_data.shapes.primitives import both_sides, merged, rounded_box
from synth_data.shapes.vehicles import Piece


def bar_line(p: BicycleParams) -> np.ndarray:
    """Return the left half of the handlebar from its clamp outwards, [n, 3]."""
    clamp, half = p.joints["clamp"], p.bar_width / 2
    lines = {
        "drop": [(0, 0, 0), (0.75, 0, 0), (1, -0.03, 0), (1, -0.10, -0.02), (1.02, -0.09, -0.10), (1.04, -0.02, -0.14),
                 (1.05, 0.07, -0.14)],
        "flat": [(0, 0, 0), (0.25, 0.0, 0.0), (1, 0.03, 0.01)],
        "riser": [(0, 0, 0), (0.2, 0, 0), (0.36, 0.0, 0.04), (1, 0.045, 0.05)],
        "swept": [(0, 0, 0), (0.2, 0, 0), (0.55, -0.04, 0.06), (0.92, 0.04, 0.06), (1, 0.2, 0.04)],
        "high": [(0, 0, 0), (0.18, 0, 0), (0.42, 0.01, 0.19), (0.6, 0.02, 0.2), (1, 0.06, 0.21)],
    }[p.bar]  # fmt: skip
    scale = 0.75 if p.style == "child" else 1.0
    return clamp + np.array(lines) * (half, scale, scale)


def grip_place(p: BicycleParams) -> np.ndarray:
    """Return the middle of the left grip [3]; of a racing bar, the hood."""
    line = bar_line(p)
    if p.bar == "drop":
        return line[3] + (0, 0, 0.012)
    return line[-1] + 0.055 * _ahead(line[-1], line[-2])


def _ahead(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the unit vector from ``start`` to ``end``."""
    return (end - start) / np.linalg.norm(end - start)


def bar_pieces(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return stem, handlebar, grips, levers; the cross brace of a high one."""
    line, j = bar_line(p), p.joints
    path = np.concatenate([line[:0:-1], line[1:] * (-1, 1, 1)])
    path = np.insert(path, len(line) - 1, line[0], axis=0)
    stem = merged([strut(j["head_top"] - 0.01 * j["steering"], j["quill"] + 0.012 * j["steering"], 0.016, 8),
                   strut(j["quill"], j["clamp"], 0.016, 8)])  # fmt: skip
    pieces = [(stem, colors.metal), (bent(path, 0.011, 0.05, 6), colors.metal)]
    back = _ahead(line[-1], line[-2])
    grip = strut(line[-1] - 0.004 * back, line[-1] + 0.115 * back, 0.0165, 8)
    if p.bar == "drop":
        hood = strut(line[2] + (0, 0.02, 0.005), line[3] + (0, -0.012, 0.03), 0.017, 8)
        lever = bent(
            [line[3] + (0, -0.015, 0.02), line[3] + (0, -0.045, -0.03), line[4] + (0, -0.03, -0.01)], 0.006, 0.03, 4
        )
        tape = bent(line[3:], 0.0145, 0.03, 6)
        return [*pieces, (both_sides(merged([hood, tape])), colors.soft), (both_sides(lever), BLACK_METAL)]
    root = line[-1] + 0.135 * back
    lever = bent([root, root + (0.005, -0.045, -0.012), line[-1] + 0.05 * back + (0, -0.045, -0.02)], 0.006, 0.015, 4)
    pieces += [(both_sides(grip), colors.soft)]
    if p.style != "bmx":
        pieces.append((both_sides(lever), BLACK_METAL))
    if p.bar == "high":
        brace = strut(line[2] * (-1, 1, 1) - (0, 0, 0.04), line[2] - (0, 0, 0.04), 0.008, 6)
        pieces.append((brace, colors.metal))
        if p.style == "child":
            pad = rounded_box((0.10, 0.04, 0.05), j["clamp"] + (0, -0.005, 0.10), 0.018, 1)
            pieces.append((pad, BLACK_PLASTIC))
    return pieces
