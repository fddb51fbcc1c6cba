"""Noise and lattices on a square that repeats without a seam: what image textures are painted with."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree


def cloud(rng: np.random.Generator, size: int, power: float = 1.5, low: float = 1.0, high: float = 1e9) -> np.ndarray:
    """Return periodic noise [size, size] with mean 0 and standard deviation 1.

    Args:
        rng: source of the draws.
        size: px.
        power: amplitudes fall with this power of the frequency: 0 is white noise, 2 is soft clouds.
        low, high: frequencies, in periods a side, outside of which there is nothing.
    """
    return streaks(rng, size, (1.0, 1.0), power, low, high)


def streaks(rng: np.random.Generator, size: int, stretch: tuple[float, float], power: float = 1.5,
            low: float = 1.0, high: float = 1e9) -> np.ndarray:  # fmt: skip
    """Return `cloud` with its frequencies along x and y multiplied by ``stretch`` first: (1, 0.1) runs along x."""
    y = np.fft.fftfreq(size, 1 / size)[:, None] * stretch[1]
    x = np.fft.rfftfreq(size, 1 / size)[None, :] * stretch[0]
    frequency = np.hypot(x, y)
    inside = (frequency >= low) & (frequency <= high) & (frequency > 0)
    amplitude = np.divide(1.0, np.where(inside, frequency, 1.0) ** power, where=inside, out=np.zeros_like(frequency))
    image = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(size, size))) * amplitude, (size, size))
    return (image - image.mean()) / max(float(image.std()), 1e-12)


def grid_coordinates(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x to the right and y upwards, each [size, size] in (0, 1), of the pixels of an image."""
    line = (np.arange(size) + 0.5) / size
    return np.broadcast_to(line, (size, size)), np.broadcast_to(line[::-1, None], (size, size))


def courses(x: np.ndarray, y: np.ndarray, columns: int, rows: int, offsets: np.ndarray):
    """Return a wall of blocks: number of the block and the place in it.

    Args:
        x, y: coordinates in [0, 1).
        columns, rows: blocks in a period.
        offsets: [rows], how far each row is shifted, in blocks.

    Returns:
        int numbers in [0, columns * rows), and x and y in the block in [0, 1), all of the shape of ``x``.
    """
    row = np.minimum((y * rows).astype(int), rows - 1)
    along = (x * columns + offsets[row]) % columns
    column = np.minimum(along.astype(int), columns - 1)
    return row * columns + column, along - column, y * rows - row


def joints(u: np.ndarray, v: np.ndarray, width_u: float, width_v: float) -> np.ndarray:
    """Return 1 in the gaps between blocks and 0 in them, for places ``u``, ``v`` in the block and half widths there."""
    edge = np.minimum(np.minimum(u, 1 - u) / width_u, np.minimum(v, 1 - v) / width_v)
    return np.clip(1.5 - edge, 0, 1)


def scattered(rng: np.random.Generator, size: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return, per pixel, the distance (in sides of the square) to the nearest of ``count`` points and its number."""
    x, y = grid_coordinates(size)
    tree = cKDTree(rng.random((count, 2)), boxsize=1.0)
    distance, number = tree.query(np.stack([x, y], -1).reshape(-1, 2))
    return distance.reshape(size, size), number.reshape(size, size)
