"""Viewpoints that are written down: ``0:360:15``, ``0,30,60`` or a number for each angle, and all combinations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from synth_data.sampling.viewpoints import Direction
from vantage.errors import UserError

MAX_VIEWS = 10**6
_FORMS = "a number, a list such as 0,30,60, or a range such as 0:360:15 or 0:360/31 (step or parts; without the end)"


@dataclass(frozen=True)
class AnglePrior:
    """Each of ``directions`` in turn; sample ``index`` has direction ``index`` (modulo their number)."""

    directions: tuple[Direction, ...]

    def draw(self, category: str, index: int, rng: np.random.Generator) -> Direction:
        """Return the direction of ``index``; ``category`` does not matter."""
        return self.directions[index % len(self.directions)]


def parse_values(text: str, option: str, low: float, high: float) -> tuple[float, ...]:
    """Return the numbers that ``text`` stands for, in its order.

    Args:
        text: comma-separated numbers and ranges ``start:end:step`` or ``start:end/parts`` (the end is left out).
        option: name for messages.
        low, high: what a value may be.

    Raises:
        UserError: not such a text, a value out of range, or one that comes twice.
    """
    words = [word.strip() for word in text.split(",")]
    try:
        values = tuple(value for word in words for value in _values(word))
    except ValueError:
        values = ()
    if not values:
        raise UserError(f"{option} is {text!r}", _FORMS)
    outside = [value for value in values if not low <= value <= high]
    if outside:
        raise UserError(f"{option} has {outside[0]:g}", f"{low:g} to {high:g}")
    if _repeated(values):
        raise UserError(f"{option} {text} names a value twice", "each once")
    return values


def directions_of(azimuth: str, elevation: str, tilt: str = "0", distance: str = "") -> tuple[Direction, ...]:
    """Return all combinations, the azimuth running fastest.

    Raises:
        UserError: a text that `parse_values` refuses, or too many views.
    """
    azimuths = parse_values(azimuth, "--azimuth", -360, 360)
    elevations = parse_values(elevation, "--elevation", -90, 90)
    tilts = parse_values(tilt, "--tilt", -180, 180)
    distances = parse_values(distance, "--distance", 0.01, 1000) if distance.strip() else (None,)
    total = math.prod(map(len, (azimuths, elevations, tilts, distances)))
    if total > MAX_VIEWS:
        raise UserError(f"{total} angles were asked for", f"at most {MAX_VIEWS}")
    turned = [value % 360 % 360 for value in azimuths]  # twice: -1e-20 % 360 is 360
    if _repeated(turned):
        raise UserError(f"--azimuth {azimuth} names a direction twice (a full turn is 360)", "each once")
    return tuple(Direction(a, e, t, d) for d, t, e, a in product(distances, tilts, elevations, turned))


def file_stems(directions: Sequence[Direction]) -> list[str]:
    """Return a name for each direction, such as ``a015_e020_t000`` or ``a007.5_e-10_t000_d2``; all differ."""
    return ["_".join(_words(direction)) for direction in directions]


def _words(direction: Direction) -> list[str]:
    words = [f"a{_padded(direction.azimuth)}", f"e{_padded(direction.elevation)}", f"t{_padded(direction.tilt)}"]
    return words if direction.distance is None else [*words, f"d{direction.distance:.9g}"]


def _repeated(values: Sequence[float]) -> bool:
    """Whether two values have the same name, so that one file would be written over the other."""
    return len(set(map(_padded, values))) < len(values)


def _padded(value: float) -> str:
    """Return a number with three figures before the point, so that files sort by it."""
    whole, point, rest = f"{abs(value):.9g}".partition(".")
    return f"{'-' * (value < 0)}{whole:0>{2 if value < 0 else 3}}{point}{rest}"


def parse_number(text: str) -> float:
    """Return the number that a text says; ValueError for what Python alone takes for one (``1_0``, other digits)."""
    if "_" in text or not text.isascii():
        raise ValueError(text)
    return float(text)


def _values(word: str) -> list[float]:
    """Return the numbers of a number or a range; ValueError for anything else."""
    word, slash, parts = word.partition("/")
    if slash:
        start, end = (parse_number(part) for part in word.split(":"))
        count = int(parts) if parse_number(parts) else 0
        if not 0 < count <= MAX_VIEWS or not math.isfinite(end - start):
            raise ValueError(word)
        return [round(start + (end - start) * number / count, 9) for number in range(count)]
    numbers = [parse_number(part) for part in word.split(":")]
    if not all(map(math.isfinite, numbers)) or len(numbers) not in (1, 3):
        raise ValueError(word)
    if len(numbers) == 1:
        return numbers
    start, end, step = numbers
    if step == 0:
        raise ValueError(word)
    steps = (end - start) / step
    if steps > MAX_VIEWS:
        raise UserError(f"{word} is {steps:.4g} values", f"at most {MAX_VIEWS}")
    count = math.ceil(steps - 1e-9)
    return [round(start + step * number, 9) for number in range(count)]
