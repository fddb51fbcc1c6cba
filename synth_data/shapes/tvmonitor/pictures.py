"""What a screen shows: coloured rectangles that look like a picture from a distance.

A picture is a list of (u0, u1, v0, v1, colour), in parts of the screen from its left and lower edge as one looks at it,
later ones over earlier ones.
"""

from __future__ import annotations

import numpy as np

from synth_data.shapes.materials import hsv, srgb
from synth_data.shapes.mesh import Color

Patch = tuple[float, float, float, float, Color]


def picture(kind: str, seed: int) -> list[Patch]:
    """Return the patches of a picture; none for a screen that is off."""
    makers = {
        "landscape": _landscape, "windows": _windows, "text": _text, "bars": _bars, "film": _film, "pitch": _pitch,
        "chart": _chart,
    }  # fmt: skip
    return makers[kind](np.random.default_rng(seed)) if kind in makers else []


def _hue(rng: np.random.Generator, saturation: tuple[float, float], value: tuple[float, float]) -> Color:
    return hsv(float(rng.random()), float(rng.uniform(*saturation)), float(rng.uniform(*value)))


def _landscape(rng: np.random.Generator) -> list[Patch]:
    """Sky in bands, hills in columns, a sun."""
    dusk, horizon = rng.random() < 0.4, float(rng.uniform(0.3, 0.55))
    sky = [hsv(0.07 if dusk else 0.58, float(0.65 - 0.12 * k), float(0.6 + 0.1 * k)) for k in range(4)]
    edges = np.linspace(1, horizon, 5)
    patches = [(0.0, 1.0, float(low), float(high), color) for high, low, color in zip(edges, edges[1:], sky)]
    u, size = float(rng.uniform(0.15, 0.8)), 0.07
    patches.append((u, u + size, 0.8, 0.8 + 1.7 * size, hsv(0.13, 0.4, 1.0)))
    patches.append((0.0, 1.0, 0.0, horizon, hsv(0.3, 0.6, float(rng.uniform(0.3, 0.55)))))
    phase = float(rng.uniform(0, 6))
    for k in range(12):
        top = horizon + 0.12 * (1 + np.sin(0.9 * k + phase) * np.sin(0.37 * k))
        patches.append(
            (k / 12, (k + 1) / 12, horizon - 0.02, float(min(top, 0.95)), hsv(0.38, 0.35, 0.32 + 0.03 * (k % 3)))
        )
    return patches


def _windows(rng: np.random.Generator) -> list[Patch]:
    """A desktop: windows with title bars, a task bar."""
    patches: list[Patch] = [(0.0, 1.0, 0.0, 1.0, _hue(rng, (0.3, 0.7), (0.3, 0.7)))]
    patches.append((0.0, 1.0, 0.0, 0.05, srgb(0.12, 0.12, 0.14)))
    for _ in range(int(rng.integers(1, 4))):
        u, v = rng.uniform(0.02, 0.45, 2)
        w, h = rng.uniform(0.35, 0.52, 2)
        box = (float(u), float(u + w), float(0.07 + v), float(min(0.07 + v + h, 0.97)))
        patches.append((*box, srgb(0.95, 0.95, 0.95)))
        patches.append((box[0], box[1], box[3] - 0.045, box[3], _hue(rng, (0.2, 0.7), (0.4, 0.8))))
        patches += _lines(rng, box[0] + 0.02, box[1] - 0.02, box[2] + 0.03, box[3] - 0.08, srgb(0.4, 0.4, 0.42))
    return patches


def _lines(rng: np.random.Generator, u0: float, u1: float, v0: float, v1: float, color: Color) -> list[Patch]:
    """Lines of text from above."""
    return [(u0, u0 + (u1 - u0) * float(rng.uniform(0.5, 1.0)), v - 0.018, v, color) for v in np.arange(v1, v0, -0.05)]


def _text(rng: np.random.Generator) -> list[Patch]:
    """A page of text, light or dark."""
    dark = rng.random() < 0.5
    paper, ink = (
        (srgb(0.1, 0.11, 0.13), _hue(rng, (0.2, 0.6), (0.6, 0.9))) if dark else ((0.9, 0.9, 0.9), (0.05, 0.05, 0.06))
    )
    return [(0.0, 1.0, 0.0, 1.0, paper), *_lines(rng, 0.06, 0.8, 0.06, 0.93, ink)]


def _bars(rng: np.random.Generator) -> list[Patch]:
    """Colour bars of a test picture."""
    colors = [
        (0.75, 0.75, 0.75),
        (0.75, 0.75, 0),
        (0, 0.75, 0.75),
        (0, 0.75, 0),
        (0.75, 0, 0.75),
        (0.75, 0, 0),
        (0, 0, 0.75),
    ]
    return [(k / 7, (k + 1) / 7, 0.0, 1.0, srgb(*color)) for k, color in enumerate(colors)]


def _film(rng: np.random.Generator) -> list[Patch]:
    """Somebody before a background, with black stripes above and below."""
    patches: list[Patch] = [
        (0.0, 1.0, 0.0, 1.0, (0.0, 0.0, 0.0)),
        (0.0, 1.0, 0.1, 0.9, _hue(rng, (0.1, 0.5), (0.2, 0.6))),
    ]
    for _ in range(5):
        u, v = rng.uniform(0, 0.8), rng.uniform(0.1, 0.6)
        patches.append((float(u), float(u + rng.uniform(0.05, 0.2)), float(v), float(rng.uniform(v + 0.1, 0.9)),
                        _hue(rng, (0.1, 0.7), (0.1, 0.8))))  # fmt: skip
    u = float(rng.uniform(0.25, 0.6))
    patches.append((u - 0.06, u + 0.2, 0.1, 0.42, _hue(rng, (0.2, 0.8), (0.1, 0.6))))
    patches.append((u + 0.01, u + 0.13, 0.42, 0.72, hsv(0.07, 0.45, float(rng.uniform(0.4, 0.85)))))
    patches.append((u + 0.0, u + 0.14, 0.66, 0.76, hsv(0.06, 0.5, float(rng.uniform(0.05, 0.5)))))
    return patches


def _pitch(rng: np.random.Generator) -> list[Patch]:
    """A football field from above, in stripes, with players."""
    patches: list[Patch] = [(k / 8, (k + 1) / 8, 0.0, 0.85, hsv(0.32, 0.7, 0.42 + 0.07 * (k % 2))) for k in range(8)]
    patches.append((0.0, 1.0, 0.85, 1.0, _hue(rng, (0.1, 0.5), (0.2, 0.6))))
    patches.append((0.49, 0.505, 0.0, 0.85, (0.8, 0.8, 0.8)))
    teams = [_hue(rng, (0.7, 0.9), (0.6, 0.9)), (0.85, 0.85, 0.85)]
    for k in range(14):
        u, v = rng.uniform(0.03, 0.93), rng.uniform(0.04, 0.75)
        patches.append((float(u), float(u + 0.016), float(v), float(v + 0.06), teams[k % 2]))
    return patches


def _chart(rng: np.random.Generator) -> list[Patch]:
    """A chart of columns on white."""
    patches: list[Patch] = [(0.0, 1.0, 0.0, 1.0, (0.88, 0.88, 0.88)), (0.08, 0.6, 0.86, 0.92, (0.1, 0.1, 0.12))]
    color = _hue(rng, (0.6, 0.9), (0.4, 0.8))
    for k in range(8):
        u = 0.1 + 0.1 * k
        patches.append((u, u + 0.07, 0.1, float(rng.uniform(0.2, 0.8)), color))
    return patches
