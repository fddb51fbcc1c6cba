"""Which finishes there are in rooms and streets: colours, scales and sheen, drawn."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth_data.scenes.textures import Color, Finish


@dataclass(frozen=True)
class Palette:
    """The finishes of one kind.

    Attributes:
        pairs: main and second colours to choose from; none: any hue.
        period: smallest and largest size of the image, metres.
        size: px.
        roughness: smallest and largest.
        spread: standard deviation of the colours about those of ``pairs``.
    """

    pairs: Sequence[tuple[Color, Color]] = ()
    period: tuple[float, float] = (2.0, 2.0)
    size: int = 256
    roughness: tuple[float, float] = (0.6, 0.9)
    spread: float = 0.03


PALETTES: Mapping[str, Palette] = {
    "planks": Palette(
        [((0.68, 0.50, 0.32), (0.48, 0.32, 0.18)), ((0.50, 0.32, 0.19), (0.33, 0.19, 0.10)),
         ((0.80, 0.68, 0.50), (0.62, 0.47, 0.30)), ((0.55, 0.50, 0.46), (0.38, 0.34, 0.31))],
        (1.6, 2.4), 512, (0.3, 0.6),
    ),
    "tiles": Palette(
        [((0.85, 0.84, 0.80), (0.25, 0.26, 0.28)), ((0.78, 0.62, 0.48), (0.62, 0.42, 0.30)),
         ((0.72, 0.78, 0.80), (0.36, 0.50, 0.58)), ((0.66, 0.64, 0.60), (0.60, 0.58, 0.55))],
        (1.2, 1.8), 256, (0.2, 0.5),
    ),
    "bricks": Palette(
        [((0.60, 0.30, 0.22), (0.70, 0.66, 0.60)), ((0.72, 0.56, 0.40), (0.80, 0.77, 0.70)),
         ((0.45, 0.26, 0.22), (0.58, 0.55, 0.52)), ((0.76, 0.72, 0.66), (0.60, 0.58, 0.54))],
        (1.2, 1.4), 512, (0.8, 0.95),
    ),
    "plaster": Palette(
        [((0.88, 0.84, 0.74), (0.70, 0.66, 0.58)), ((0.80, 0.62, 0.46), (0.62, 0.46, 0.34)),
         ((0.70, 0.76, 0.74), (0.50, 0.56, 0.56)), ((0.86, 0.74, 0.46), (0.70, 0.56, 0.34)),
         ((0.90, 0.90, 0.89), (0.72, 0.72, 0.71))],
        (2.0, 3.2), 256, (0.8, 0.95),
    ),
    "wallpaper": Palette(period=(0.8, 1.6), size=256, roughness=(0.7, 0.9)),
    "carpet": Palette(
        [((0.55, 0.12, 0.12), (0.84, 0.72, 0.50)), ((0.14, 0.22, 0.40), (0.82, 0.78, 0.68)),
         ((0.80, 0.74, 0.62), (0.45, 0.30, 0.24)), ((0.20, 0.36, 0.32), (0.85, 0.60, 0.30)),
            ((0.30, 0.28, 0.30), (0.72, 0.70, 0.66)),
            ((0.62, 0.40, 0.20), (0.30, 0.20, 0.28)),
            ((0.75, 0.62, 0.68), (0.36, 0.24, 0.40))],
        (1.0, 1.0), 256, (0.9, 1.0),
    ),
    "fabric": Palette(period=(0.6, 1.2), size=256, roughness=(0.9, 1.0)),
    "asphalt": Palette([((0.30, 0.30, 0.31), (0.20, 0.20, 0.21)), ((0.38, 0.37, 0.36), (0.28, 0.27, 0.27))],
                       (4.0, 6.0), 512, (0.8, 0.95)),
    "grass": Palette([((0.33, 0.47, 0.18), (0.55, 0.56, 0.28)), ((0.26, 0.42, 0.16), (0.40, 0.50, 0.20))],
                     (3.0, 4.0), 256, (0.9, 1.0)),
    "foliage": Palette([((0.28, 0.45, 0.16), (0.48, 0.56, 0.20)), ((0.20, 0.38, 0.18), (0.30, 0.46, 0.24)),
                        ((0.62, 0.45, 0.14), (0.70, 0.34, 0.12))], (1.6, 2.2), 256, (0.7, 0.9)),
    "bark": Palette([((0.38, 0.31, 0.25), (0.20, 0.16, 0.13)), ((0.50, 0.46, 0.42), (0.30, 0.27, 0.25))],
                    (0.8, 1.2), 128, (0.9, 1.0)),
    "paving": Palette([((0.64, 0.62, 0.59), (0.48, 0.46, 0.44)), ((0.70, 0.62, 0.54), (0.55, 0.47, 0.40))],
                      (2.0, 2.6), 512, (0.7, 0.9)),
    "concrete": Palette([((0.66, 0.65, 0.63), (0.46, 0.45, 0.43)), ((0.74, 0.71, 0.66), (0.55, 0.52, 0.48))],
                        (3.0, 4.0), 256, (0.8, 0.95)),
    "roof": Palette([((0.58, 0.28, 0.20), (0.4, 0.2, 0.15)), ((0.34, 0.34, 0.37), (0.2, 0.2, 0.2))],
                    (2.0, 2.4), 256, (0.7, 0.9)),
    "poster": Palette(period=(1.0, 1.0), size=256, roughness=(0.3, 0.7)),
    "outlook": Palette([((0.42, 0.62, 0.90), (0.36, 0.48, 0.20)), ((0.62, 0.72, 0.84), (0.55, 0.42, 0.16))],
                       (1.0, 1.0), 256, (0.9, 0.9)),
}  # fmt: skip


def sample_finish(rng: np.random.Generator, kind: str) -> Finish:
    """Draw a finish of a ``kind`` (a key of `PALETTES`)."""
    palette = PALETTES[kind]
    if palette.pairs:
        color, second = palette.pairs[int(rng.integers(len(palette.pairs)))]
    else:
        color, second = _any_pair(rng)
    color, second = (_near(rng, c, palette.spread) for c in (color, second))
    period, roughness = float(rng.uniform(*palette.period)), float(rng.uniform(*palette.roughness))
    return Finish(kind, color, second, period, int(rng.integers(2**31)), palette.size, roughness)


def _any_pair(rng: np.random.Generator) -> tuple[Color, Color]:
    """Return a light and a darker colour of related hues."""
    hue, apart = rng.random(), float(rng.choice([0.0, 0.08, 0.5]))
    light = colorsys.hsv_to_rgb(hue, rng.uniform(0.05, 0.4), rng.uniform(0.72, 0.95))
    dark = colorsys.hsv_to_rgb((hue + apart) % 1, rng.uniform(0.3, 0.75), rng.uniform(0.3, 0.7))
    return light, dark


def _near(rng: np.random.Generator, color: Color, spread: float) -> Color:
    """Return a colour ``spread`` lighter or darker, and a third as far off in hue."""
    shade = np.asarray(color) * (1 + 2 * spread * rng.normal()) + rng.normal(0, spread / 3, 3)
    return tuple(float(channel) for channel in np.clip(shade, 0.02, 0.97))
