"""How the views of a group follow from its first: one factor at a time (DC-IGN), or fixed steps of rotation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.sampling.lights import Lighting, turned
from synth_data.sampling.viewpoints import Direction

FACTORS = ("azimuth", "elevation", "light", "shape")
"""What a factor batch may vary: the latents of DC-IGN (Kulkarni et al. 2015, section 4; ``light`` is its azimuth)."""

Factors = tuple[tuple[str, float], ...]
"""Names and values, for the record."""


def stepped(
    base: Direction, place: int, step: float, forward: bool, lighting: Lighting
) -> tuple[Direction, Lighting, Factors]:
    """Return view ``place`` of an action sequence: ``place`` steps of azimuth from ``base``, light unchanged.

    The factor ``action`` is what led to this view from the one before: 1, -1, or 0 for the first.
    """
    sign = 1.0 if forward else -1.0
    direction = replace(base, azimuth=(base.azimuth + sign * step * place) % 360)
    return direction, lighting, (("action", sign if place else 0.0), ("step_deg", step))


def varied(
    factor: str, base: Direction, own: Direction, lighting: Lighting, rng: np.random.Generator
) -> tuple[Direction, Lighting, Factors]:
    """Return a view of a group in which ``factor`` varies and the others are held.

    Args:
        factor: one of `FACTORS`; for ``shape`` the caller draws another model.
        base: direction of the group.
        own: a direction of this view alone.
        lighting: of the group.
        rng: of this view.
    """
    turn = float(rng.uniform(0, 360)) if factor == "light" else 0.0
    if factor in ("azimuth", "elevation"):
        base = replace(base, **{factor: getattr(own, factor)})
    flags = tuple((f"varies_{name}", float(name == factor)) for name in FACTORS)
    return base, turned(lighting, turn) if turn else lighting, (*flags, ("light_turn_deg", turn))
