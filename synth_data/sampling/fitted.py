"""Viewpoints drawn from densities that were fitted to real annotations and ship with the package.

A density is a grid over azimuth and elevation, smoothed with the kernel of Render for CNN (1.06 std n^(-1/5) per angle;
Su et al. 2015, released ``kde/sample_viewpoints.m``), and the quantiles of the tilt. It is a description of how people
photograph a class of things, not the annotations: ``python -m synth_data.sampling.priors.fit`` makes it from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from synth_data.sampling.viewpoints import BROAD_STD, CLASS_OF, Direction
from vantage.classes import PASCAL3D as CLASSES

AZIMUTH_BINS, ELEVATION_BINS = 48, 36
QUANTILES = 41

_LIKE = {"bed": "diningtable", "bookcase": "tvmonitor", "lamp": "bottle", "rifle": "motorbike"}
"""Classes that PASCAL3D+ lacks -> the one whose viewpoints they borrow: things seen from where these are seen."""


@dataclass(frozen=True, eq=False)
class Density:
    """How one class is seen.

    Attributes:
        views: annotations that it was fitted to.
        cells: float64 [AZIMUTH_BINS, ELEVATION_BINS], of sum 1; azimuths from 0, elevations from -90 degrees.
        tilts: float64 [QUANTILES], rising: quantiles of the tilt, degrees.
    """

    views: int
    cells: np.ndarray
    tilts: np.ndarray

    def draw(self, rng: np.random.Generator) -> tuple[float, float, float]:
        """Return azimuth, elevation and tilt in degrees."""
        cell = int(np.searchsorted(np.cumsum(self.cells.ravel()), rng.random() * self.cells.sum(), side="right"))
        place = np.array(np.unravel_index(min(cell, self.cells.size - 1), self.cells.shape)) + rng.random(2)
        azimuth, elevation = place * (360 / AZIMUTH_BINS, 180 / ELEVATION_BINS) - (0, 90)
        tilt = np.interp(rng.random(), np.linspace(0, 1, QUANTILES), self.tilts)
        return float(azimuth), float(elevation), float(tilt)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON: shares in millionths, rows of azimuth, only elevations that occur."""
        whole = np.rint(self.cells * 1e6).astype(int)
        used = np.flatnonzero(whole.any(axis=0))
        low, high = int(used[0]), int(used[-1]) + 1
        return {
            "views": self.views,
            "first_elevation_bin": low,
            "tilts": self.tilts.round(2).tolist(),
            "millionths": whole[:, low:high].tolist(),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Density:
        """Return what `as_json` gave."""
        rows, low = np.array(entry["millionths"], np.float64), int(entry["first_elevation_bin"])
        cells = np.zeros((AZIMUTH_BINS, ELEVATION_BINS))
        cells[:, low : low + rows.shape[1]] = rows
        return cls(int(entry["views"]), cells / cells.sum(), np.array(entry["tilts"], np.float64))


@dataclass(frozen=True)
class FittedPrior:
    """Each category as its PASCAL3D+ class is photographed; a share of ``broad`` samples as in Render for CNN.

    A broad sample has any azimuth, and elevation and tilt N(mean over all classes, 20 degrees), clipped at 85 and 45.
    """

    broad: float = 0.2

    def draw(self, category: str, index: int, rng: np.random.Generator) -> Direction:
        """Return one direction for ``category``."""
        azimuth, elevation, tilt = load_density(class_of(category)).draw(rng)
        broad, angle, noise = rng.random(), rng.uniform(0, 360), rng.normal(0, BROAD_STD, 2)
        if broad < self.broad:
            mean_elevation, mean_tilt = _means()
            azimuth = angle
            elevation = np.clip(mean_elevation + noise[0], -85, 85)
            tilt = np.clip(mean_tilt + noise[1], -45, 45)
        return Direction(float(azimuth % 360), float(elevation), float(tilt))


def class_of(category: str) -> str:
    """Return the PASCAL3D+ class whose viewpoints fit a category: its own, a like one, else the car's."""
    name = CLASS_OF.get(category, category)
    name = _LIKE.get(name, name)
    return name if name in CLASSES else "car"


@cache
def load_density(name: str) -> Density:
    """Return the shipped density of one of `CLASSES`."""
    text = (files("synth_data.sampling.priors") / f"{name}.json").read_text(encoding="utf-8")
    return Density.from_json(json.loads(text))


@lru_cache(maxsize=1)
def _means() -> tuple[float, float]:
    """Return mean elevation and tilt over the views of all classes, degrees."""
    densities = [load_density(name) for name in CLASSES]
    views = np.array([density.views for density in densities], np.float64)
    heights = (np.arange(ELEVATION_BINS) + 0.5) * (180 / ELEVATION_BINS) - 90
    elevations = [density.cells.sum(axis=0) @ heights for density in densities]
    tilts = [density.tilts.mean() for density in densities]
    return float(np.average(elevations, weights=views)), float(np.average(tilts, weights=views))
