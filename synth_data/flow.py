"""Optical flow between two views of one model that stands still: exact, from depth and both cameras."""

from __future__ import annotations

import numpy as np

from synth_data.raster import ScreenTriangles, nearest_depths
from vantage.geometry.cameras import Camera

TOLERANCE = 1e-5
"""A point is seen in the other view unless something is nearer there by more than this (object units)."""


def optical_flow(
    depth: np.ndarray, camera: Camera, following: Camera, screen: ScreenTriangles
) -> tuple[np.ndarray, np.ndarray]:
    """Return where what each pixel centre shows has gone in the other view, and whether it is seen there.

    Args:
        depth: float64 [h, w], z-depth in the first view, 0 where nothing is seen.
        camera: of the first view.
        following: of the other view, with the same width and height.
        screen: the triangles of the model in the other view.

    Returns:
        flow float32 [h, w, 2]: place in the other view minus the pixel's centre, px, x to the right and y down. It is
        right also where the point is hidden or outside the frame there; 0 where nothing is seen in the first view, and
        where the point is not before the other camera.
        valid uint8 [h, w]: 255 where the point is seen in the other view: in its frame and not hidden; else 0.
    """
    seen = depth > 0
    centres = camera.pixel_centres()[seen]
    places, z = following.project(camera.unproject(centres, depth[seen]))
    flow, valid = np.zeros((*depth.shape, 2), np.float32), np.zeros(depth.shape, np.uint8)
    flow[seen] = np.where(z[:, None] > 0, places - centres, 0)
    inside = np.flatnonzero(following.in_frame(places))
    nearest = nearest_depths(screen, places[inside], following.width, following.height)
    met = np.zeros(len(centres), np.uint8)
    met[inside] = np.where(nearest < z[inside] - TOLERANCE, 0, 255)
    valid[seen] = met
    return flow, valid


def no_flow(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the flow [h, w, 2] of the last view of a group: none of it valid."""
    return np.zeros((*shape, 2), np.float32), np.zeros(shape, np.uint8)
