"""Ranges of parameters: checked when a parameter object is made, drawn from by its sampler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vantage.errors import UserError

Range = tuple[float, float]


def check_ranges(params: Any, ranges: Mapping[str, Range]) -> None:
    """Raise UserError naming the first field of ``params`` that is not a finite number within its range."""
    for name, (low, high) in ranges.items():
        value = getattr(params, name)
        if not (isinstance(value, int | float | np.number) and low <= value <= high):
            raise UserError(f"{type(params).__name__}.{name} is {value!r}", f"a number from {low:g} to {high:g}")


def check_choices(params: Any, choices: Mapping[str, Sequence[str]]) -> None:
    """Raise UserError naming the first field of ``params`` that is none of its choices."""
    for name, known in choices.items():
        if getattr(params, name) not in known:
            raise UserError(
                f"{type(params).__name__}.{name} is {getattr(params, name)!r}", f"one of {', '.join(known)}"
            )


def uniform(rng: np.random.Generator, bounds: Range) -> float:
    """Return a number drawn evenly from ``bounds``."""
    return float(rng.uniform(*bounds))


def pick(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    """Return a key of ``weights``, drawn in proportion to them."""
    chance = np.array(list(weights.values()), np.float64)
    return list(weights)[int(rng.choice(len(chance), p=chance / chance.sum()))]
