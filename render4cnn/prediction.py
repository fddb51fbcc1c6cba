"""What is told of one object: its viewpoint, how sure that is, and every bin; as plain values and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from render4cnn.config import ANGLES
from render4cnn.decoding import signed


@dataclass(frozen=True)
class Prediction:
    """The viewpoint of one object.

    Args:
        category: its class.
        category_given: the caller named it; otherwise the network told it, or guessed where it has no head for that.
        viewpoint: [3] azimuth in [0, 360), elevation in [-90, 90], tilt in (-180, 180], degrees.
        rotation: camera_from_object [3, 3], OpenCV camera axes.
        probabilities: angle -> [bins]; bin i is centred at i * 360 / bins degrees.
        confidence: probability that the rotation is within 30 degrees of the one told, by the network's own account.
    """

    category: str
    category_given: bool
    viewpoint: np.ndarray
    rotation: np.ndarray
    probabilities: dict[str, np.ndarray]
    confidence: float

    def as_json(self, probabilities: bool = True) -> dict[str, Any]:
        """Return plain values: angles named, the matrix named by both ends, if wanted every bin with its centre."""
        plain = {
            "category": self.category,
            "category_given": self.category_given,
            "viewpoint": {name: round(angle, 3) + 0.0 for name, angle in zip(ANGLES, self.viewpoint.tolist())},
            "camera_from_object_rotation": [[round(x, 6) + 0.0 for x in row] for row in self.rotation.tolist()],
            "confidence": round(self.confidence, 4),
        }
        bins = {name: _bins_json(name, self.probabilities[name]) for name in ANGLES} if probabilities else {}
        return {**plain, "probabilities": bins} if probabilities else plain

    def caption(self) -> str:
        """Return one line for people."""
        azimuth, *others = (round(float(angle)) for angle in self.viewpoint)
        angles = ", ".join(f"{name} {angle}°" for name, angle in zip(ANGLES, (azimuth % 360, *others)))
        return f"{self.category}: {angles}"


def bin_centres(name: str, bins: int) -> np.ndarray:
    """Return the bins' centres in degrees [bins]: azimuth in [0, 360), elevation and tilt in (-180, 180]."""
    centres = np.arange(bins) * (360.0 / bins)
    return centres if name == "azimuth" else signed(centres)


def _bins_json(name: str, probabilities: np.ndarray) -> dict[str, list[float]]:
    """Return centres and probabilities, ascending by centre."""
    centres = bin_centres(name, len(probabilities))
    order = np.argsort(centres)
    return {
        "bin_centres_deg": np.round(centres[order], 4).tolist(),
        "probability": np.round(probabilities[order].astype(float), 6).tolist(),
    }
