"""Logits to probabilities and angles, and averaging with the mirror image; NumPy only.

Bin i of B is centred at i * 360 / B degrees.
"""

from __future__ import annotations

import numpy as np

DECODERS = ("argmax", "expectation")
PEAK_WINDOW = 15.0
"""Degrees on each side of the peak over which an expectation is taken."""


def class_block(logits: np.ndarray, class_index: np.ndarray) -> np.ndarray:
    """Select each item's class: [n, classes, bins], int [n] -> [n, bins]."""
    return logits[np.arange(len(logits)), class_index]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities over the last axis, float64."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def mirrored_bins(probabilities: np.ndarray) -> np.ndarray:
    """Return the probabilities of minus the angle: bin i goes to bin -i; [..., bins] -> the same."""
    return np.roll(probabilities[..., ::-1], 1, axis=-1)


def average_with_mirror(straight: np.ndarray, mirror: np.ndarray, angle: str) -> np.ndarray:
    """Average the probabilities of an image and of its mirror image, whose azimuth and tilt are negated.

    Args:
        straight, mirror: [n, bins].
        angle: azimuth, elevation or tilt.
    """
    return 0.5 * (straight + (mirror if angle == "elevation" else mirrored_bins(mirror)))


def decode(probabilities: np.ndarray, method: str) -> np.ndarray:
    """Return the angle of each row of [n, bins], degrees in [0, 360).

    ``argmax`` is the paper's. ``expectation`` is the mean of the angles within 15 degrees of the peak, weighted by
    probability: it is not tied to the bins' centres and does not mix two separate peaks, such as front and back.

    Raises:
        ValueError: an unknown method.
    """
    if method not in DECODERS:
        raise ValueError(f"unknown decoder {method!r}; expected one of {', '.join(DECODERS)}")
    bins = probabilities.shape[-1]
    peak = probabilities.argmax(axis=-1)
    if method == "argmax":
        return peak * (360.0 / bins)
    reach = max(1, int(PEAK_WINDOW * bins / 360.0))
    steps = np.arange(-reach, reach + 1)
    near = np.take_along_axis(probabilities, (peak[:, None] + steps) % bins, axis=-1)
    angle = (peak + near @ steps / near.sum(axis=-1)) * (360.0 / bins) % 360.0
    return np.where(angle < 360.0, angle, 0.0)  # -1e-20 % 360 is 360


def signed(angle: np.ndarray) -> np.ndarray:
    """Return degrees in (-180, 180]."""
    return 180.0 - (180.0 - angle) % 360.0


def decode_viewpoints(probabilities: dict[str, np.ndarray], method: str) -> np.ndarray:
    """Return azimuth [0, 360), elevation [-90, 90] and tilt (-180, 180] in degrees, [n, 3]."""
    angles = {name: decode(value, method) for name, value in probabilities.items()}
    elevation = np.clip(signed(angles["elevation"]), -90.0, 90.0)
    return np.stack([angles["azimuth"], elevation, signed(angles["tilt"])], axis=-1)
