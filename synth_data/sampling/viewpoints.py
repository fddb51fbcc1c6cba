"""Where the camera stands: uniform on a band of the sphere, a grid, or as in real annotations.

The kernel density is that of Render for CNN (Su et al. 2015; released ``kde/sample_viewpoints.m``): bandwidth
1.06 std n^(-1/5) per angle and for the distance, and a fifth of the samples from a broad distribution. Angles are
degrees. Distances are taken as they are, in object units: the paper divides those of PASCAL3D+ by 3 first.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from vantage.errors import UserError

_R2 = np.array([0.5698402909980532, 0.7548776662466927])
"""1/g^2 and 1/g, g being the real root of g^3 = g + 1; the first spreads also a few consecutive azimuths well."""

BROAD_STD = 20.0
"""Standard deviation of elevation and tilt of the broad samples (degrees)."""

DISTANCES = (1.0, 29.0)
"""Range of distances that are taken from a kernel density as they come."""

CLASS_OF = {
    "airplane": "aeroplane",
    "bike": "bicycle",
    "motorcycle": "motorbike",
    "table": "diningtable",
    "desk": "diningtable",
    "couch": "sofa",
    "swivelchair": "chair",
    "monitor": "tvmonitor",
    "tv": "tvmonitor",
}
"""Names of categories -> the PASCAL3D+ class whose viewpoints fit, where the two differ."""

_COLUMNS = {
    "azimuth": ("azimuth_deg", "azimuth"),
    "elevation": ("elevation_deg", "elevation"),
    "tilt": ("tilt_deg", "tilt", "theta_deg", "theta"),
    "distance": ("distance",),
    "class": ("class", "category"),
    "split": ("split",),
}

_LIMITS = {"azimuth": 360.0, "elevation": 90.0, "tilt": 180.0, "theta": 180.0}
"""Beginning of a column's name -> largest absolute value."""


_GOLDEN = (5**0.5 - 1) / 2


def even_step(count: int) -> int:
    """Return a step with which a walk visits all ``count`` places of a circle and is even wherever it ends.

    The one whose ratio to ``count`` has the smallest partial quotients as a continued fraction: what is true of the
    golden ratio for endless walks.
    """
    steps = (step for step in range(1, count) if math.gcd(step, count) == 1)
    return min(steps, key=lambda step: (_largest_quotient(step, count), abs(step / count - _GOLDEN)), default=1)


def _largest_quotient(numerator: int, denominator: int) -> tuple[int, int]:
    """Return the largest partial quotient of a fraction, and their sum."""
    quotients = []
    while numerator:
        quotient, rest = divmod(denominator, numerator)
        quotients.append(quotient)
        numerator, denominator = rest, numerator
    return max(quotients), sum(quotients)


@dataclass(frozen=True)
class Direction:
    """Azimuth, elevation and tilt in degrees; distance in object units, or None where the frame decides it."""

    azimuth: float
    elevation: float
    tilt: float = 0.0
    distance: float | None = None


@dataclass(frozen=True)
class UniformPrior:
    """Uniform over the sphere's area between two elevations; tilt normal about 0."""

    low: float = -10.0
    high: float = 60.0
    tilt_std: float = 3.0

    def draw(self, category: str, index: int, rng: np.random.Generator) -> Direction:
        """Return one direction; ``category`` and ``index`` do not matter."""
        low, high = np.sin(np.radians([self.low, self.high]))
        elevation = float(np.degrees(np.arcsin(rng.uniform(low, high))))
        return Direction(float(rng.uniform(0, 360)), elevation, float(rng.normal(0, self.tilt_std)))


@dataclass(frozen=True)
class SpherePrior:
    """Evenly over the sphere's area between two elevations, without holes or clumps at any number of samples.

    Sample ``index`` is point ``index`` of the R2 sequence (Roberts 2018), which is to an open-ended set what
    Fibonacci's lattice is to one whose size is known.
    """

    low: float = -90.0
    high: float = 90.0
    tilt_std: float = 0.0

    def draw(self, category: str, index: int, rng: np.random.Generator) -> Direction:
        """Return direction ``index``; only the tilt, if any, is drawn from ``rng``."""
        low, high = np.sin(np.radians([self.low, self.high]))
        across, up = np.mod(0.5 + (index + 1) * _R2, 1.0)
        elevation = float(np.degrees(np.arcsin(low + (high - low) * up)))
        return Direction(float(360 * across), elevation, float(rng.normal(0, self.tilt_std)))


@dataclass(frozen=True)
class GridPrior:
    """Every azimuth with every elevation; sample ``index`` has grid point ``index`` (modulo their number).

    Some of the points, in the order of `nth`, lie as evenly as all of them.
    """

    azimuths: int = 24
    elevations: Sequence[float] = (0.0, 15.0, 30.0)
    tilts: Sequence[float] = (0.0,)

    def draw(self, category: str, index: int, rng: np.random.Generator) -> Direction:
        """Return the grid point of ``index``."""
        rest, azimuth = divmod(index, self.azimuths)
        rest, elevation = divmod(rest, len(self.elevations))
        return Direction(
            360.0 * azimuth / self.azimuths,
            float(self.elevations[elevation]),
            float(self.tilts[rest % len(self.tilts)]),
        )

    def __len__(self) -> int:
        return self.azimuths * len(self.elevations) * len(self.tilts)

    def nth(self, number: int) -> int:
        """Return the point that comes at ``number`` (modulo their number) when some of them shall cover the grid."""
        return int(self._order[number % len(self)])

    @cached_property
    def _order(self) -> np.ndarray:
        """The points by a rank-1 lattice that closes around the azimuth: at any time each elevation had as many of its
        azimuths as the others (one more or less), and they lie evenly."""
        row, azimuth = np.divmod(np.arange(len(self)), self.azimuths)
        return np.argsort((azimuth * even_step(self.azimuths) / self.azimuths + row * _GOLDEN) % 1.0, kind="stable")


@dataclass(frozen=True, eq=False)
class DensityPrior:
    """Kernel density over real annotations, with a share of broad samples.

    Attributes:
        rows: class -> float64 [n, 3] azimuth, elevation, tilt ("" where the file names no classes).
        mean_elevation, mean_tilt: over all classes, for the broad samples.
        broad: share of broad samples.
        distances: class -> [n] distances, where the file has them.
        bandwidth_scale: multiplies the kernel's width.
    """

    rows: Mapping[str, np.ndarray]
    mean_elevation: float
    mean_tilt: float
    broad: float = 0.2
    distances: Mapping[str, np.ndarray] | None = None
    bandwidth_scale: float = 1.0

    def class_of(self, category: str) -> str | None:
        """Return the class of the file that serves ``category``, or None."""
        for name in (category, CLASS_OF.get(category, category), ""):
            if name in self.rows:
                return name
        return None

    def draw(self, category: str, index: int, rng: np.random.Generator) -> Direction:
        """Return one direction for ``category``."""
        name = self.class_of(category)
        rows = self.rows[name]
        row = int(rng.integers(len(rows)))
        spread = rng.normal(size=3) * self._widths[name]
        azimuth, elevation, tilt = rows[row] + spread
        broad, angle, noise = rng.random(), rng.uniform(0, 360), rng.normal(0, BROAD_STD, 2)
        if broad < self.broad:
            azimuth = angle
            elevation = np.clip(self.mean_elevation + noise[0], -85, 85)
            tilt = np.clip(self.mean_tilt + noise[1], -45, 45)
        distance = None if self.distances is None else self._distance(self.distances[name], row, rng)
        return Direction(float(azimuth % 360), float(_folded(elevation)), float(_folded(tilt)), distance)

    @cached_property
    def _widths(self) -> Mapping[str, np.ndarray]:
        """Class -> width of the kernel per angle, degrees [3]."""
        return {name: _bandwidth(_unrolled(rows)) * self.bandwidth_scale for name, rows in self.rows.items()}

    def _distance(self, values: np.ndarray, row: int, rng: np.random.Generator) -> float:
        """Return the distance of an annotation, spread by the kernel.

        The paper's rule: outside of `DISTANCES` it is that of an annotation inside and up to 1 more.
        """
        low, high = DISTANCES
        found = float(values[row] + rng.normal() * _bandwidth(values) * self.bandwidth_scale)
        inside = values[(values >= low) & (values <= high)]
        if len(inside) and not low <= found <= high:
            found = float(inside[rng.integers(len(inside))] + rng.uniform())
        return max(found, 0.01)


def read_density(path: str | Path, broad: float = 0.2, split: str = "train") -> DensityPrior:
    """Read annotations from a CSV file.

    Columns: ``azimuth_deg`` and ``elevation_deg``; optional ``tilt_deg`` (0), ``distance``, ``class`` (all rows serve
    every category), ``split`` (only the rows of ``split`` are used where there are any). ``azimuth`` and the like,
    without the unit, are accepted.

    Raises:
        UserError: no such file, missing columns, or a value that is no number (with its line).
    """
    path = Path(path)
    entries = _read_rows(path)
    trained = [entry for entry in entries if entry["split"] in ("", split)]
    entries = trained or entries
    classes = sorted({entry["class"] for entry in entries})
    rows = {name: _values(entries, name, ("azimuth", "elevation", "tilt")) for name in classes}
    every = np.concatenate(list(rows.values()))
    distances = {name: _values(entries, name, ("distance",))[:, 0] for name in classes}
    known = all((values > 0).all() for values in distances.values())
    return DensityPrior(rows, float(every[:, 1].mean()), float(every[:, 2].mean()), broad, distances if known else None)


def require_classes(prior: Any, categories: Sequence[str], path: str) -> None:
    """Raise a UserError where a `DensityPrior` has no class for one of ``categories``."""
    missing = [name for name in categories if isinstance(prior, DensityPrior) and prior.class_of(name) is None]
    if missing:
        raise UserError(
            f"{path} has no viewpoints of {', '.join(missing)}",
            f"its classes are {', '.join(sorted(prior.rows))}",
            "choose other --categories, or --viewpoints uniform",
        )


def _read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the file's rows with our own names for the columns."""
    if not path.is_file():
        raise UserError(
            f"there is no viewpoint file {path}",
            "one of the words of --viewpoints, or a CSV file",
            "check --viewpoints",
        )
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            names = _found_columns(path, reader.fieldnames or ())
            entries = [_entry(path, reader.line_num, row, names) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read as CSV ({error})", "text with a header line") from error
    if not entries:
        raise UserError(f"{path} has no rows", "at least one viewpoint")
    return entries


def _found_columns(path: Path, header: Sequence[str]) -> dict[str, str]:
    """Return our name -> the file's, or raise for a missing one."""
    found = {ours: next((name for name in names if name in header), "") for ours, names in _COLUMNS.items()}
    missing = [_COLUMNS[name][0] for name in ("azimuth", "elevation") if not found[name]]
    if missing:
        has = ", ".join(header) or "none"
        raise UserError(
            f"{path} lacks the column{'s' * (len(missing) > 1)} {' and '.join(missing)}; it has {has}",
            "azimuth_deg and elevation_deg, and if you like tilt_deg, distance, class, split",
        )
    return {ours: name for ours, name in found.items() if name}


def _entry(path: Path, line: int, row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    """Return one row as numbers and words."""
    entry: dict[str, Any] = {"class": "", "split": "", "tilt": 0.0, "distance": 0.0}
    for ours, name in names.items():
        text = (row.get(name) or "").strip()
        entry[ours] = text if ours in ("class", "split") else _number(path, line, name, text)
    return entry


def _number(path: Path, line: int, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    limit = next((limit for word, limit in _LIMITS.items() if name.startswith(word)), np.inf)
    if not (np.isfinite(value) and abs(value) <= limit):
        words = f"a number of degrees from {-limit:g} to {limit:g}" if np.isfinite(limit) else "a number"
        raise UserError(f"{path} line {line}: {name} is {text!r}", words)
    return value


def _values(entries: Sequence[Mapping[str, Any]], name: str, fields: Sequence[str]) -> np.ndarray:
    """Return the values of one class, float64 [n, fields]."""
    return np.array([[entry[field] for field in fields] for entry in entries if entry["class"] == name])


def _bandwidth(rows: np.ndarray) -> np.ndarray:
    """Return the width of the kernel per angle, Silverman's 1.06 std n^(-1/5)."""
    return 1.06 * rows.std(axis=0) * len(rows) ** -0.2


def _unrolled(rows: np.ndarray) -> np.ndarray:
    """Return the rows with azimuths counted from where their circle is cut best: 350 and 10 lie 20 degrees apart.

    The released sampler takes the deviation of azimuths from 0 to 360 as they stand, which for objects that are
    mostly seen from the front is a multiple of what it should be.
    """
    azimuth = rows[:, 0] % 360
    middle = np.degrees(np.angle(np.exp(1j * np.radians(azimuth)).mean()))
    around = (azimuth - middle + 180) % 360
    best = around if around.std() < azimuth.std() else azimuth
    return np.column_stack([best, rows[:, 1:]])


def _folded(angle: float) -> float:
    """Return an elevation or tilt wrapped to [-90, 90), as the released sampler does."""
    return (angle + 90.0) % 180.0 - 90.0
