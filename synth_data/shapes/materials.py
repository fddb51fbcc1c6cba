"""Materials that shapes share, and how they are drawn. Colours are linear RGB; `srgb` makes them of display values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.shapes.mesh import Color, Material

WOODS = {
    "oak": ((0.42, 0.25, 0.11), (0.28, 0.15, 0.06)),
    "beech": ((0.58, 0.37, 0.20), (0.46, 0.27, 0.13)),
    "pine": ((0.66, 0.45, 0.22), (0.48, 0.28, 0.11)),
    "walnut": ((0.13, 0.062, 0.030), (0.062, 0.028, 0.014)),
    "mahogany": ((0.16, 0.045, 0.022), (0.085, 0.022, 0.012)),
    "ebony": ((0.022, 0.016, 0.013), (0.010, 0.008, 0.007)),
    "maple": ((0.70, 0.53, 0.33), (0.58, 0.40, 0.23)),
    "painted": ((0.78, 0.77, 0.74), (0.74, 0.73, 0.70)),
}
"""Linear RGB of a board and of its grain."""


def srgb(red: float, green: float, blue: float) -> Color:
    """Return linear RGB for display values in [0, 1] (IEC 61966-2-1)."""
    value = np.array([red, green, blue])
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return tuple(float(channel) for channel in linear)


def hsv(hue: float, saturation: float, value: float) -> Color:
    """Return linear RGB for display hue (in turns), saturation and value."""
    k = (np.array([5.0, 3.0, 1.0]) + hue * 6) % 6
    return srgb(*(value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1)))


BLACK_PLASTIC = Material("black plastic", (0.012, 0.012, 0.013), roughness=0.55)
GREY_PLASTIC = Material("grey plastic", (0.07, 0.07, 0.072), roughness=0.5)
RUBBER = Material("rubber", (0.011, 0.011, 0.012), roughness=0.85)
CHROME = Material("chrome", (0.78, 0.78, 0.80), metallic=1.0, roughness=0.08)
STEEL = Material(
    "steel", (0.50, 0.50, 0.51), metallic=1.0, roughness=0.32, pattern="brushed", pattern_color=(0.4, 0.4, 0.41)
)
BRASS = Material("brass", (0.68, 0.45, 0.16), metallic=1.0, roughness=0.25)
BLACK_METAL = Material("black metal", (0.018, 0.018, 0.019), metallic=0.6, roughness=0.4)
CLEAR_GLASS = Material("clear glass", (0.35, 0.45, 0.42), roughness=0.03, alpha=0.35)


def sample_wood(rng: np.random.Generator) -> Material:
    """Return a wooden surface: a kind of wood, a shade of it, oiled to varnished."""
    name = str(rng.choice(list(WOODS)))
    shade = float(np.exp(rng.normal(0, 0.18)))
    board, grain = (tuple(float(min(1.0, c * shade)) for c in color) for color in WOODS[name])
    return Material(
        name, board, roughness=float(rng.uniform(0.25, 0.6)), coat=float(rng.choice([0.0, 0.3, 0.8])),
        pattern=None if name == "painted" else "wood",
        pattern_color=grain, pattern_scale=float(rng.uniform(0.04, 0.12)),
    )  # fmt: skip


def sample_cloth_color(rng: np.random.Generator) -> Color:
    """Return an upholstery colour: greys and beiges first, then the rest of the wheel."""
    if rng.random() < 0.55:
        return hsv(float(rng.uniform(0.04, 0.14)), float(rng.uniform(0, 0.3)), float(rng.uniform(0.1, 0.9)))
    return hsv(float(rng.random()), float(rng.uniform(0.3, 0.85)), float(rng.uniform(0.2, 0.8)))


def sample_upholstery(rng: np.random.Generator) -> Material:
    """Return cloth or leather."""
    color = sample_cloth_color(rng)
    darker = tuple(0.6 * c for c in color)
    if rng.random() < 0.3:
        if rng.random() < 0.6:
            color = ((0.02, 0.018, 0.016), (0.16, 0.07, 0.03), (0.6, 0.52, 0.42), (0.7, 0.7, 0.68))[rng.integers(4)]
            darker = tuple(0.7 * c for c in color)
        return Material("leather", color, roughness=float(rng.uniform(0.3, 0.5)), pattern="leather",
                        pattern_color=darker, pattern_scale=0.02)  # fmt: skip
    return Material("cloth", color, roughness=float(rng.uniform(0.8, 1.0)), pattern="fabric", pattern_color=darker,
                    pattern_scale=float(rng.uniform(0.006, 0.02)))  # fmt: skip


def sample_plastic(rng: np.random.Generator) -> Material:
    """Return a moulded plastic: white, black, grey or a bright colour."""
    neutral = rng.random() < 0.55
    value = float(rng.choice([0.06, 0.3, 0.6, 0.92]))
    color = (
        srgb(value, value, value)
        if neutral
        else hsv(float(rng.random()), float(rng.uniform(0.5, 0.9)), float(rng.uniform(0.4, 0.9)))
    )
    return Material("plastic", color, roughness=float(rng.uniform(0.15, 0.5)))


def sample_metal(rng: np.random.Generator) -> Material:
    """Return a furniture metal: chrome, steel, black, brass or painted."""
    kind = int(rng.choice(5, p=[0.25, 0.25, 0.3, 0.08, 0.12]))
    if kind == 4:
        return replace(BLACK_METAL, name="painted metal", metallic=0.0, base_color=sample_cloth_color(rng))
    return (CHROME, STEEL, BLACK_METAL, BRASS)[kind]


def sample_linen(rng: np.random.Generator) -> Material:
    """Return bed linen or a curtain: mostly white and pale, sometimes a full colour, plain or with a print."""
    if rng.random() < 0.45:
        value = float(rng.uniform(0.82, 0.97))
        color = srgb(value, value, float(np.clip(value + rng.normal(0, 0.015), 0, 1)))
    elif rng.random() < 0.5:
        color = hsv(float(rng.random()), float(rng.uniform(0.05, 0.25)), float(rng.uniform(0.6, 0.92)))
    else:
        color = sample_cloth_color(rng)
    print_ = hsv(float(rng.random()), float(rng.uniform(0, 0.6)), float(rng.uniform(0.2, 0.9)))
    printed = rng.random() < 0.35
    return Material("linen", color, roughness=float(rng.uniform(0.85, 1.0)), pattern="speckle" if printed else None,
                    pattern_color=print_, pattern_scale=float(rng.uniform(0.06, 0.25)))  # fmt: skip


def sample_lacquer(rng: np.random.Generator) -> Material:
    """Return painted wood, in the colours of cloth, glossier."""
    return Material("lacquered wood", sample_cloth_color(rng), roughness=float(rng.uniform(0.2, 0.5)), coat=0.4)


def sample_board(rng: np.random.Generator) -> Material:
    """Return what cupboards are made of: wood, mostly, or white, black or coloured lacquer."""
    chance = rng.random()
    if chance < 0.62:
        return sample_wood(rng)
    if chance < 0.85:
        value = float(rng.choice([0.93, 0.93, 0.12, 0.5]))
        return Material("lacquered wood", srgb(value, value, value), roughness=float(rng.uniform(0.2, 0.5)), coat=0.3)
    return sample_lacquer(rng)


def tinted(material: Material, factor: float) -> Material:
    """Return a material with its colours multiplied by ``factor``, held within [0, 1]."""
    base, other = (
        tuple(min(1.0, factor * c) for c in color) for color in (material.base_color, material.pattern_color)
    )
    return replace(material, base_color=base, pattern_color=other)
