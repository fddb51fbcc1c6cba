"""``python -m synth_data.sampling.priors.fit CSV``: fit the shipped densities to annotations of PASCAL3D+.

The CSV has the columns class, split, azimuth_deg, elevation_deg, tilt_deg; rows of the split ``val`` are left out, so
that what is fitted can be tested on them.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from synth_data.sampling.fitted import AZIMUTH_BINS, CLASSES, ELEVATION_BINS, QUANTILES, Density
from vantage.console import atomic_write


def fit(rows: np.ndarray) -> Density:
    """Return the density of annotations, float [n, 3] azimuth, elevation, tilt in degrees."""
    spread = rows.std(axis=0)
    length = max(abs(np.exp(1j * np.radians(rows[:, 0])).mean()), 1e-9)
    spread[0] = min(spread[0], np.degrees(np.sqrt(-2 * np.log(length))))  # a front view at 359 is near one at 1
    widths = np.maximum(1.06 * spread * len(rows) ** -0.2, 0.5)
    edges = [np.linspace(0, 360, AZIMUTH_BINS + 1), np.linspace(-90, 90, ELEVATION_BINS + 1)]
    cells, *_ = np.histogram2d(rows[:, 0] % 360, rows[:, 1].clip(-90, 89.999), edges)
    cells = gaussian_filter1d(cells, widths[0] * AZIMUTH_BINS / 360, axis=0, mode="wrap")
    cells = gaussian_filter1d(cells, widths[1] * ELEVATION_BINS / 180, axis=1, mode="constant")
    tilts = np.quantile(rows[:, 2], (np.arange(QUANTILES) / (QUANTILES - 1)).clip(0.002, 0.998))
    return Density(len(rows), cells / cells.sum(), tilts)


def read_rows(path: Path, name: str, splits: Sequence[str]) -> np.ndarray:
    """Return the annotations of a class in some splits, float64 [n, 3] azimuth, elevation, tilt."""
    with open(path, newline="", encoding="utf-8") as file:
        entries = [row for row in csv.DictReader(file) if row["class"] == name and row["split"] in splits]
    return np.array([[float(row[f"{angle}_deg"]) for angle in ("azimuth", "elevation", "tilt")] for row in entries])


def main(path: Path, folder: Path) -> None:
    """Fit all classes and write one file each."""
    for name in CLASSES:
        density = fit(read_rows(path, name, ("train", "pascal")))
        with atomic_write(folder / f"{name}.json", "w") as file:
            file.write(json.dumps(density.as_json(), separators=(",", ":")).replace("],[", "],\n[") + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
