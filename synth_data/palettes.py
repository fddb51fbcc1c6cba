"""Textures that are only a palette: every triangle takes one colour from a swatch.

Such a texture says which parts of a model share a paint. Turned into plain surfaces, one a colour, the body can be
painted anew, and nothing has to be looked up while rendering.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.develop import linear_from_srgb
from synth_data.models import Surface

MAX_COLORS = 48
"""A texture that gives more colours is taken for a picture."""

_STEP = 12
"""Display values that differ less are one colour (gradients inside a swatch)."""


def resolve_palettes(
    arrays: dict[str, np.ndarray], surfaces: tuple[Surface, ...], textures: tuple[np.ndarray, ...]
) -> tuple[dict[str, np.ndarray], tuple[Surface, ...], tuple[np.ndarray, ...]]:
    """Replace surfaces whose texture is a palette by plain ones.

    Args:
        arrays: ``triangles``, ``surface_of``, ``uv`` and the like of a model.
        surfaces: its surfaces.
        textures: uint8 RGBA images.

    Returns:
        the same three, with ``surface_of`` renumbered and the textures that are left.
    """
    surface_of = arrays["surface_of"].copy()
    result: list[Surface] = []
    for number, surface in enumerate(surfaces):
        faces = np.flatnonzero(arrays["surface_of"] == number)
        colors = _flat_colors(arrays["uv"][faces], textures[surface.texture]) if surface.texture >= 0 else None
        if colors is None:
            surface_of[faces] = len(result)
            result.append(surface)
            continue
        swatches, which = np.unique(colors, axis=0, return_inverse=True)
        surface_of[faces] = len(result) + which.ravel()
        result += [_plain(surface, swatch, k) for k, swatch in enumerate(swatches)]
    used = sorted({surface.texture for surface in result} - {-1})
    renumbered = [replace(s, texture=used.index(s.texture)) if s.texture >= 0 else s for s in result]
    return {**arrays, "surface_of": surface_of}, tuple(renumbered), tuple(textures[number] for number in used)


def _flat_colors(uv: np.ndarray, texture: np.ndarray) -> np.ndarray | None:
    """Return the display colour of each face, uint8 [F, 3], or None where the texture is more than a palette."""
    if not len(uv):
        return None
    middle = uv.mean(axis=1, keepdims=True)
    colors = look_up(np.concatenate([middle, middle + 0.8 * (uv - middle)], axis=1), texture).astype(int)
    flat = np.ptp(colors, axis=1).max(axis=1) <= 3 * _STEP
    if flat.mean() < 0.97 or not (look_up(middle, texture, alpha=True) > 250).all():
        return None
    rounded = (colors[:, 0] // _STEP * _STEP + _STEP // 2).clip(0, 255)
    return rounded if len(np.unique(rounded, axis=0)) <= MAX_COLORS else None


def look_up(uv: np.ndarray, texture: np.ndarray, alpha: bool = False) -> np.ndarray:
    """Return the nearest texels at ``uv`` [..., 2] (v up, repeating): RGB or alpha."""
    height, width = texture.shape[:2]
    column = np.floor((uv[..., 0] % 1) * width).astype(int) % width
    row = np.floor((1 - uv[..., 1] % 1) * height).astype(int) % height
    texels = texture[row, column]
    return texels[..., 3] if alpha else texels[..., :3]


def _plain(surface: Surface, swatch: np.ndarray, number: int) -> Surface:
    """Return a surface of one colour of a palette."""
    color = np.asarray(surface.base_color) * linear_from_srgb(swatch / 255.0)
    return replace(surface, name=f"{surface.name} {number}", base_color=tuple(map(float, color)), texture=-1)
