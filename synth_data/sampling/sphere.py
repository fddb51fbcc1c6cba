"""The size of the pictures of what stands around an object, and what they are worth as light."""

from __future__ import annotations

import numpy as np

HEIGHT, WIDTH = 64, 128
"""Size of the picture: 2.8 degrees a pixel is enough for the lighting of small renders."""


def mean_radiance(image: np.ndarray) -> np.ndarray:
    """Return the mean RGB over the sphere of a picture [HEIGHT, WIDTH, 3], each row weighted by its area."""
    elevation = np.radians((np.arange(HEIGHT) + 0.5) / HEIGHT * 180 - 90)
    weights = np.cos(elevation) / np.cos(elevation).sum()
    return np.einsum("hwc,h->c", image, weights) / WIDTH
