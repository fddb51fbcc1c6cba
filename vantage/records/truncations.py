"""How real boxes differ from the objects in them: kernel densities of the shifts of a box's edges.

Render for CNN (Su et al., ICCV 2015; released ``sample_truncations.m``, specification 1.5) measures, for real objects,
how far each edge of the annotated box is from the projected CAD model's, as a fraction of the model's width or height,
and crops its renders by samples of it, class by class. The measurements need CAD models aligned to photographs and do
not ship; `vantage.benchmarks.pascal3d_truncations` takes them from the release of PASCAL3D+, and a file of them is read
here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from vantage.errors import DataError, UserError

EDGES = ("left", "top", "right", "bottom")
BROAD, BROAD_STD, BROAD_LIMIT = 0.2, 0.1, 0.5
"""Share of samples that are N(0, 0.1) clipped at 0.5 instead."""


@dataclass(frozen=True, eq=False)
class Truncations:
    """Two densities, of (left, right) and of (top, bottom), with the bandwidth 1.06 std n^(-1/5) each.

    Attributes:
        rows: float64 [n, 4] shifts of left, top, right, bottom edge; right and down are positive.
    """

    rows: np.ndarray

    @property
    def bandwidths(self) -> np.ndarray:
        """Deviation of the normal kernel of each edge, [4]: zero where there is but one row."""
        spread = self.rows.std(axis=0, ddof=1) if len(self.rows) > 1 else np.zeros(len(EDGES))
        return 1.06 * spread * len(self.rows) ** -0.2

    def draw(self, rng: np.random.Generator) -> tuple[float, float, float, float]:
        """Return the shifts of left, top, right and bottom edge, for `vantage.records.crops.box_crop`.

        A pair whose box would more than double (right - left above 1) is drawn broadly, and so is a fifth of all.
        """
        across, down = rng.integers(len(self.rows), size=2)
        shifts = self.rows[[across, down, across, down], range(4)] + rng.normal(size=4) * self.bandwidths
        broad = rng.normal(0, BROAD_STD, 4).clip(-BROAD_LIMIT, BROAD_LIMIT)
        replaced = np.tile(shifts[2:] - shifts[:2] > 1, 2) | (rng.random() < BROAD)
        return tuple(np.where(replaced, broad, shifts).tolist())


@lru_cache(maxsize=64)
def load_truncations(path: str | Path, category: str = "") -> Truncations:
    """Read a CSV file with the columns left, top, right, bottom, and perhaps class.

    Args:
        path: the file.
        category: take the rows of this class, where the file says classes and has it; otherwise all rows.

    Raises:
        UserError: no such file.
        DataError: a missing column, no row, or what is no number.
    """
    if not Path(path).is_file():
        raise UserError(f"there is no file of truncations {path}", f"a CSV file with the columns {', '.join(EDGES)}")
    classes, rows = _read(path)
    chosen = np.array([name == category for name in classes], bool)
    return Truncations(rows[chosen] if category and chosen.any() else rows)


def _read(path: str | Path) -> tuple[list[str], np.ndarray]:
    """Return class (empty where the file says none) and shifts, float64 [n, 4], of each row."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        try:
            missing = [name for name in EDGES if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(f"{path} lacks the column {missing[0]}", f"the columns {', '.join(EDGES)}")
            found = [(row.get("class") or "", [float(row[name]) for name in EDGES]) for row in reader]
        except UnicodeDecodeError as error:
            raise DataError(f"{path} is no text", f"a CSV file with the columns {', '.join(EDGES)}") from error
        except (TypeError, ValueError, csv.Error) as error:
            raise DataError(f"{path} line {reader.line_num} is no row of numbers", "four fractions of a box") from error
    rows = np.array([shifts for _, shifts in found], np.float64)
    if not len(rows) or not np.isfinite(rows).all():
        raise DataError(f"{path} has {len(rows)} rows", "at least one, of finite numbers")
    return [name for name, _ in found], rows
