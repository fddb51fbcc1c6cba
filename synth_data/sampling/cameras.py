"""The camera of a view: field of view, distance, and where in the frame the object stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.sampling.viewpoints import Direction
from vantage.geometry.cameras import Camera, intrinsics_from_fov
from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at


@dataclass(frozen=True)
class Framing:
    """How an object is framed.

    Attributes:
        fov_deg: horizontal field of view of the frame.
        fill: the larger side of the object's box over the frame's side; above 1 the object leaves the frame.
        shift: where the box's centre lies off the frame's centre, in units of the free margin (in frames, truncated).
        straight: the camera points at the origin and the frame is not shifted, wherever the box comes to lie.
        aperture: diameter of the lens over the camera's distance; 0: everything is sharp.
    """

    fov_deg: float
    fill: float
    shift: tuple[float, float] = (0.0, 0.0)
    straight: bool = False
    aperture: float = 0.0


@dataclass(frozen=True)
class Optics:
    """The ranges that framings are drawn from.

    Attributes:
        fov: smallest and largest field of view, degrees; 12 is a long lens.
        fill: smallest and largest `Framing.fill`.
        shift: largest `Framing.shift` of either sign.
        straight: see `Framing`.
        distance: of the camera, object units; 0: as `Framing.fill` wants it, unless the viewpoint says otherwise.
        aperture: largest `Framing.aperture`.
    """

    fov: tuple[float, float] = (12.0, 55.0)
    fill: tuple[float, float] = (0.6, 0.95)
    shift: float = 1.0
    straight: bool = False
    distance: float = 0.0
    aperture: float = 0.0


def sample_framing(rng: np.random.Generator, truncation: float = 0.0, optics: Optics = Optics()) -> Framing:
    """Draw a framing: the field of view log-uniformly, fill and shift uniformly.

    Args:
        rng: the source of all draws.
        truncation: probability that the object is partly outside the frame.
        optics: the ranges.
    """
    fov = float(np.exp(rng.uniform(*np.log(optics.fov))))
    fill, shift = float(rng.uniform(*optics.fill)), rng.uniform(-1, 1, 2) * optics.shift
    cut, wide, off = rng.random() < truncation, float(rng.uniform(0.8, 1.3)), rng.normal(0, 0.2, 2).clip(-0.4, 0.4)
    aperture = float(rng.uniform(0, optics.aperture)) if optics.aperture else 0.0
    if cut:
        return Framing(fov, wide, (float(off[0]), float(off[1])), aperture=aperture)
    return Framing(fov, fill, (float(shift[0]), float(shift[1])), optics.straight, aperture)


def sides(size: int | tuple[int, int]) -> tuple[int, int]:
    """Return width and height of pictures of a ``size``: one number for both, or the two."""
    return size if isinstance(size, tuple) else (size, size)


def frame_object(
    direction: Direction, framing: Framing, points: np.ndarray, size: int | tuple[int, int]
) -> tuple[Viewpoint, Camera]:
    """Return the viewpoint with its distance, and the camera.

    The camera looks at the origin along ``direction``. Unless the framing is ``straight``, its principal point is
    shifted so that the box of ``points`` lies where the framing says, as in a crop from a larger photograph.

    Args:
        direction: with a distance where the prior gives one.
        framing: see `Framing`.
        points: float [n, 3], what has to be in the frame (the object's vertices or their hull), object frame.
        size: width and height, px; one number for both.
    """
    width, height = sides(size)
    intrinsics = intrinsics_from_fov(framing.fov_deg, width, height)
    frame = np.array([width, height])
    at_one = camera_from_world_at(Viewpoint(direction.azimuth, direction.elevation, direction.tilt, 0.0))
    turned = points @ np.asarray(at_one)[:3, :3].T
    distance = direction.distance or _fitting_distance(turned, intrinsics[0, 0] / frame, framing.fill)
    distance = max(distance, 0.05 - float(turned[:, 2].min()))
    viewpoint = Viewpoint(direction.azimuth, direction.elevation, direction.tilt, distance)
    if not framing.straight:
        intrinsics[:2, 2] = frame * _principal_point(turned, distance, intrinsics[0, 0] / frame, framing)
    return viewpoint, Camera(intrinsics, camera_from_world_at(viewpoint), width, height)


def _box(turned: np.ndarray, distance: float, focal: np.ndarray) -> np.ndarray:
    """Return the low and high corner of the projected points about the principal point, in frames, [2, 2].

    ``focal`` is the focal length over the frame's width and over its height.
    """
    image = focal * turned[:, :2] / (turned[:, 2:] + distance)
    return np.stack([image.min(axis=0), image.max(axis=0)])


def _fitting_distance(turned: np.ndarray, focal: np.ndarray, fill: float) -> float:
    """Return the distance at which the side of the box that is nearer to the frame's is ``fill`` of it (bisection on
    its logarithm)."""
    nearest = 1e-3 - float(turned[:, 2].min())
    low, high = np.log(nearest), np.log(nearest + 100.0 * focal.max() / fill)
    for _ in range(26):
        middle = (low + high) / 2
        size = np.ptp(_box(turned, np.exp(middle), focal), axis=0).max()
        low, high = (middle, high) if size > fill else (low, middle)
    return float(np.exp(high))


def _principal_point(turned: np.ndarray, distance: float, focal: np.ndarray, framing: Framing) -> np.ndarray:
    """Return the principal point in frames, [2]."""
    low, high = _box(turned, distance, focal)
    size = high - low
    room = np.maximum(0.98 - size, 0.0) / 2
    shift = np.asarray(framing.shift)
    reach = shift * room if framing.fill <= 0.95 and (size <= 0.98).all() else shift
    return 0.5 - (low + high) / 2 + reach
