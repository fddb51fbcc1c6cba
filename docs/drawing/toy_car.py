"""A car made of boxes with its sides written on it, and a ray caster that photographs it.

Nothing of it is symmetric: long bonnet, yellow lamps in front, red ones behind, one orange mirror on the +x side, and
text that reads wrongly in a mirrored picture. Pictures are made with ``Camera.rays``; marks on them are put with
``Camera.project``. So a picture in which both agree, and the words read right, shows that the conventions hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vantage.geometry import Camera, Viewpoint, camera_from_world_at, intrinsics_from_fov

NOTHING = -1
"""Face number of the background; else it is 6 * box + 2 * axis + (1 on the positive side)."""


@dataclass(frozen=True)
class Box:
    """A box along the axes of the object frame, in one colour (0-255), with text on some of its six sides."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    colour: tuple[int, int, int]
    labels: tuple[tuple[str, str], ...] = ()


def _wheel(x: float, y: float) -> Box:
    """Return a wheel whose centre is at x, y."""
    return Box((x - 0.025, y - 0.075, -0.18), (x + 0.025, y + 0.075, -0.03), (52, 56, 64))


def _lamp(x: float, y: float, colour: tuple[int, int, int]) -> Box:
    """Return a lamp whose centre is at x, y."""
    return Box((x - 0.035, y - 0.008, 0.0), (x + 0.035, y + 0.008, 0.045), colour)


YELLOW, RED, ORANGE = (255, 204, 51), (214, 48, 49), (255, 140, 40)

CAR = (
    Box(
        (-0.19, -0.43, -0.12),
        (0.19, 0.43, 0.055),
        (120, 164, 214),
        (("-y", "FRONT"), ("+y", "BACK"), ("+x", "+x side"), ("-x", "-x side")),
    ),
    Box((-0.165, -0.1, 0.055), (0.165, 0.33, 0.19), (196, 216, 238), (("+z", "TOP"),)),
    *(_wheel(x, y) for x in (-0.19, 0.19) for y in (-0.28, 0.28)),
    *(_lamp(x, -0.43, YELLOW) for x in (-0.145, 0.145)),
    *(_lamp(x, 0.43, RED) for x in (-0.145, 0.145)),
    Box((0.165, -0.12, 0.055), (0.235, -0.09, 0.1), ORANGE),
)

KEYPOINTS = {
    **{
        f"wheel {x:+.0f}x {y}": (0.216 * x, -0.28 if y == "front" else 0.28, -0.105)
        for x in (-1, 1)
        for y in ("front", "back")
    },
    **{
        f"lamp {x:+.0f}x {y}": (0.145 * x, -0.439 if y == "front" else 0.439, 0.022)
        for x in (-1, 1)
        for y in ("front", "back")
    },
    **{f"roof {x:+.0f}x": (0.164 * x, -0.099, 0.19) for x in (-1, 1)},
}
"""Points on the surface, in the object frame."""


def camera_at(azimuth, elevation, tilt, distance=2.2, fov=30.0, width=240, height=240) -> Camera:
    """Return a camera that looks at the origin."""
    transform = camera_from_world_at(Viewpoint(azimuth, elevation, tilt, distance))
    return Camera(intrinsics_from_fov(fov, width, height), transform, width, height)


def cast(origins: np.ndarray, directions: np.ndarray, boxes: tuple[Box, ...] = CAR) -> tuple[np.ndarray, np.ndarray]:
    """Return the ray length [...] to the nearest box (infinite where there is none) and the number of its face.

    Args:
        origins, directions: [..., 3] in the object frame.
    """
    nearest = np.full(directions.shape[:-1], np.inf)
    face = np.full(directions.shape[:-1], NOTHING)
    for number, box in enumerate(boxes):
        with np.errstate(divide="ignore", invalid="ignore"):
            to_low, to_high = ((np.array(side) - origins) / directions for side in (box.low, box.high))
        entries = np.minimum(to_low, to_high)
        axis = np.argmax(entries, axis=-1)
        entry = np.max(entries, axis=-1)
        hit = (entry <= np.min(np.maximum(to_low, to_high), axis=-1)) & (entry > 0) & (entry < nearest)
        positive = np.take_along_axis(directions, axis[..., None], -1)[..., 0] < 0
        nearest = np.where(hit, entry, nearest)
        face = np.where(hit, 6 * number + 2 * axis + positive, face)
    return nearest, face


def photograph(camera: Camera, boxes: tuple[Box, ...] = CAR, supersample: int = 3) -> np.ndarray:
    """Return the picture as uint8 RGBA [height, width, 4], transparent where there is no box."""
    fine = camera.resized(camera.width * supersample, camera.height * supersample)
    origins, directions = fine.rays(fine.pixel_centres())
    length, face = cast(origins, directions, boxes)
    points = origins + np.where(np.isfinite(length), length, 0.0)[..., None] * directions
    colours = _paint(points, face, boxes)
    colours[_outline(face)] *= 0.45
    image = np.concatenate([colours, np.where(face == NOTHING, 0.0, 255.0)[..., None]], axis=-1)
    image[face == NOTHING, :3] = 255.0
    blocks = image.reshape(camera.height, supersample, camera.width, supersample, 4)
    return np.round(blocks.mean(axis=(1, 3))).astype(np.uint8)


def visible(camera: Camera, point: tuple[float, float, float], boxes: tuple[Box, ...]) -> bool:
    """Whether no box lies between the camera and a point on a surface."""
    pixels, z_depth = camera.project(point)
    origin, direction = camera.rays(pixels)
    length, _ = cast(origin, direction, boxes)
    return bool(length > camera.ray_length_from_z_depth(pixels, z_depth) - 0.004)


def _paint(points: np.ndarray, face: np.ndarray, boxes: tuple[Box, ...]) -> np.ndarray:
    """Return colours [..., 3] of surface points: the box's colour, shaded by side, with its text."""
    colours = np.zeros(points.shape)
    for number in np.unique(face[face != NOTHING]):
        box, axis, positive = boxes[number // 6], number % 6 // 2, number % 2
        shade = (0.86, 0.94, 1.0 if positive else 0.6)[axis]
        here = face == number
        colours[here] = np.array(box.colour) * shade
        text = dict(box.labels).get(f"{'-+'[positive]}{'xyz'[axis]}")
        if text:
            colours[here] = _written(colours[here], points[here], box, axis, positive, text)
    return colours


def _written(colours: np.ndarray, points: np.ndarray, box: Box, axis: int, positive: int, text: str) -> np.ndarray:
    """Return colours [n, 3] with text on the side, upright for a reader who stands before it."""
    normal = np.eye(3)[axis] * (1 if positive else -1)
    up = np.array([0.0, 1.0, 0.0]) if axis == 2 else np.array([0.0, 0.0, 1.0])
    right = np.cross(up, normal)
    low, high = np.array(box.low), np.array(box.high)
    offset = points - 0.5 * (low + high)
    stamp = _stamp(text)
    size = min(0.62 * abs((high - low) @ up), 0.62 * abs((high - low) @ right) * stamp.shape[0] / stamp.shape[1])
    column = np.floor(stamp.shape[1] / 2 + offset @ right / size * stamp.shape[0]).astype(int)
    row = np.floor(stamp.shape[0] / 2 - offset @ up / size * stamp.shape[0]).astype(int)
    inside = (row >= 0) & (row < stamp.shape[0]) & (column >= 0) & (column < stamp.shape[1])
    ink = np.zeros(len(points))
    ink[inside] = stamp[row[inside], column[inside]]
    return colours * (1 - 0.85 * ink[:, None])


@lru_cache(maxsize=16)
def _stamp(text: str) -> np.ndarray:
    """Return text as coverage [rows, columns] in [0, 1], cut to its ink."""
    font = ImageFont.load_default(size=160)
    image = Image.new("L", (int(font.getlength(text)) + 40, 240))
    ImageDraw.Draw(image).text((20, 20), text, fill=255, font=font, stroke_width=4, stroke_fill=255)
    return np.asarray(image.crop(image.getbbox()), np.float64) / 255.0


def _outline(face: np.ndarray) -> np.ndarray:
    """Return booleans [rows, columns]: on a box, and another face or nothing to the right or below."""
    edge = np.zeros(face.shape, bool)
    edge[:, :-1] |= face[:, :-1] != face[:, 1:]
    edge[:-1] |= face[:-1] != face[1:]
    edge[:, 1:] |= face[:, :-1] != face[:, 1:]
    edge[1:] |= face[:-1] != face[1:]
    return edge & (face != NOTHING)
