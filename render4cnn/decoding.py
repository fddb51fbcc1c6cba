"""Logits to probabilities and angles, and averaging with the mirror image; NumPy only.

Bin i of B is centred at i * 360 / B degrees.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from render4cnn.config import ANGLES, CATEGORY, OFFSET

DECODERS = ("argmax", "expectation")
PEAK_WINDOW = 15.0
"""Degrees on each side of the peak over which an expectation is taken."""

OFFSET_BINS = 2
"""Bins on each side of the peak whose offsets are trusted."""


def class_block(logits: np.ndarray, class_index: np.ndarray) -> np.ndarray:
    """Select each item's class: [n, classes, bins], int [n] -> [n, bins]."""
    return logits[np.arange(len(logits)), class_index]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities over the last axis, float64."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def distributions(outputs: Mapping[str, np.ndarray], class_index: np.ndarray) -> dict[str, np.ndarray]:
    """Turn what a network returns for n crops into what it says of them.

    Args:
        outputs: see :class:`render4cnn.model.ViewpointModel`.
        class_index: int [n], each crop's class.

    Returns:
        angle -> float64 [n, bins], the probability of every bin within the class; where the network has them,
        ``azimuth_offset`` and its like, [n, bins] bin widths, and ``category``, [n, classes] probabilities.
    """
    found = {name: softmax(class_block(outputs[name], class_index)) for name in ANGLES}
    found |= {name: np.asarray(value, np.float64) for name, value in outputs.items() if name.endswith(OFFSET)}
    return found | ({CATEGORY: softmax(outputs[CATEGORY])} if CATEGORY in outputs else {})


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


def mirror_average(straight: Mapping[str, np.ndarray], mirror: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Average `distributions` of images with those of their mirror images."""
    return {name: _average(straight[name], mirror[name], name) for name in straight}


def _average(straight: np.ndarray, mirror: np.ndarray, name: str) -> np.ndarray:
    """Average one of the distributions; offsets change sides too."""
    if name == CATEGORY:
        return 0.5 * (straight + mirror)
    if name.endswith(OFFSET):
        angle = name.removesuffix(OFFSET)
        return average_with_mirror(straight, mirror if angle == "elevation" else -mirror, angle)
    return average_with_mirror(straight, mirror, name)


def decode(probabilities: np.ndarray, method: str, offsets: np.ndarray | None = None) -> np.ndarray:
    """Return the angle of each row of [n, bins], degrees in [0, 360).

    ``argmax`` is the paper's. ``expectation`` is the mean of the angles within 15 degrees of the peak, weighted by
    probability: it is not tied to the bins' centres and does not mix two separate peaks, such as front and back. With
    ``offsets`` [n, bins], in bin widths, it is the mean over the peak and two bins on each side of where each of these
    says that the angle lies.

    Raises:
        ValueError: an unknown method.
    """
    if method not in DECODERS:
        raise ValueError(f"unknown decoder {method!r}; expected one of {', '.join(DECODERS)}")
    bins = probabilities.shape[-1]
    peak = probabilities.argmax(axis=-1)
    if method == "argmax":
        return peak * (360.0 / bins)
    reach = max(1, int(PEAK_WINDOW * bins / 360.0)) if offsets is None else OFFSET_BINS
    places = (peak[:, None] + np.arange(-reach, reach + 1)) % bins
    near = np.take_along_axis(probabilities, places, axis=-1)
    told = np.arange(-reach, reach + 1) + (0.0 if offsets is None else np.take_along_axis(offsets, places, axis=-1))
    angle = (peak + (near * told).sum(axis=-1) / near.sum(axis=-1)) * (360.0 / bins) % 360.0
    return np.where(angle < 360.0, angle, 0.0)  # -1e-20 % 360 is 360


def signed(angle: np.ndarray) -> np.ndarray:
    """Return degrees in (-180, 180]."""
    return 180.0 - (180.0 - angle) % 360.0


def decode_viewpoints(probabilities: dict[str, np.ndarray], method: str) -> np.ndarray:
    """Return azimuth [0, 360), elevation [-90, 90] and tilt (-180, 180] of `distributions` in degrees, [n, 3]."""
    angles = {name: decode(probabilities[name], method, probabilities.get(name + OFFSET)) for name in ANGLES}
    elevation = np.clip(signed(angles["elevation"]), -90.0, 90.0)
    return np.stack([angles["azimuth"], elevation, signed(angles["tilt"])], axis=-1)
