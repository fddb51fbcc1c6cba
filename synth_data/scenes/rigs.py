"""Camera rigs: rows of cameras that see one scene, as view synthesis is trained and tested on.

A rig is ``params -> cameras`` and a sampler that draws params whose cameras keep clear of everything::

    grid     a flat array that looks forward (a plane-sweep or light-field capture)
    drive    steps straight ahead, as from a car or a robot
    orbit    an arc around something, looking at it
    walk     a smooth random walk that looks about
    stereo   pairs beside each other, at a few stations

Lengths are in the units of the `Space`; cameras are OpenCV's, z up in the world, headings in degrees: 0 looks along +y,
90 along +x (a compass from above).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synth_data.scenes.space import Space
from vantage.errors import DataError
from vantage.geometry.cameras import Camera, intrinsics_from_fov

TRIES = 400


@dataclass(frozen=True)
class Lens:
    """What all cameras of a rig share: angle of view over the longer side in degrees, size in pixels."""

    fov_deg: float
    width: int
    height: int


@dataclass(frozen=True)
class GridRig:
    """``rows`` x ``columns`` cameras around ``centre`` [3], ``spacing`` apart, all with one heading and pitch."""

    centre: tuple[float, float, float]
    heading_deg: float
    pitch_deg: float
    rows: int
    columns: int
    spacing: float


@dataclass(frozen=True)
class DriveRig:
    """``count`` cameras from ``start`` [3], ``step`` apart, along ``heading_deg``, looking ``pitch_deg`` up."""

    start: tuple[float, float, float]
    heading_deg: float
    step: float
    count: int
    pitch_deg: float = 0.0


@dataclass(frozen=True)
class OrbitRig:
    """``count`` cameras on an arc of ``span_deg`` about ``target`` [3], at ``radius`` seen from above.

    ``start_deg`` is the heading from the target to the first camera, ``height`` the cameras' z.
    """

    target: tuple[float, float, float]
    radius: float
    height: float
    start_deg: float
    span_deg: float
    count: int


@dataclass(frozen=True)
class WalkRig:
    """One camera at each of ``points`` [n][3], with ``headings_deg`` and ``pitches_deg`` [n]."""

    points: tuple[tuple[float, float, float], ...]
    headings_deg: tuple[float, ...]
    pitches_deg: tuple[float, ...]


@dataclass(frozen=True)
class StereoRig:
    """A left and a right camera, ``baseline`` apart, at each station of a `WalkRig`."""

    stations: WalkRig
    baseline: float


Rig = GridRig | DriveRig | OrbitRig | WalkRig | StereoRig


def rig_cameras(rig: Rig, lens: Lens) -> list[Camera]:
    """Return the cameras of a rig, in its order."""
    points, headings, pitches = _POSES[type(rig)](rig)
    return [camera_at(*pose, lens) for pose in zip(points, headings, pitches)]


def camera_at(point, heading_deg: float, pitch_deg: float, lens: Lens) -> Camera:
    """Return a level camera at ``point`` [3] that looks along a heading, ``pitch_deg`` upwards."""
    right, down, ahead = _axes(heading_deg, pitch_deg)
    transform = np.eye(4)
    transform[:3, :3] = np.stack([right, down, ahead])
    transform[:3, 3] = -transform[:3, :3] @ np.asarray(point, np.float64)
    return Camera(intrinsics_from_fov(lens.fov_deg, lens.width, lens.height), transform, lens.width, lens.height)


def rig_points(rig: Rig) -> np.ndarray:
    """Return where the cameras of a rig are, [n, 3]."""
    return np.asarray(_POSES[type(rig)](rig)[0], np.float64)


def _axes(heading_deg: float, pitch_deg: float) -> np.ndarray:
    """Return the camera's x, y and z axes in the world, [3, 3]."""
    heading, pitch = np.radians(heading_deg), np.radians(pitch_deg)
    level = np.array([np.sin(heading), np.cos(heading), 0.0])
    right = np.array([np.cos(heading), -np.sin(heading), 0.0])
    ahead = np.cos(pitch) * level + np.array([0, 0, np.sin(pitch)])
    return np.stack([right, np.cross(ahead, right), ahead])


def _grid_poses(rig: GridRig):
    right, down, _ = _axes(rig.heading_deg, rig.pitch_deg)
    rows, columns = (np.arange(n) - (n - 1) / 2 for n in (rig.rows, rig.columns))
    points = [np.asarray(rig.centre) + rig.spacing * (c * right + r * down) for r in rows for c in columns]
    return points, [rig.heading_deg] * len(points), [rig.pitch_deg] * len(points)


def _drive_poses(rig: DriveRig):
    ahead = _axes(rig.heading_deg, 0.0)[2]
    points = [np.asarray(rig.start) + rig.step * k * ahead for k in range(rig.count)]
    return points, [rig.heading_deg] * rig.count, [rig.pitch_deg] * rig.count


def _orbit_poses(rig: OrbitRig):
    angles = rig.start_deg + rig.span_deg * np.linspace(0, 1, rig.count)
    pitch = float(np.degrees(np.arctan2(rig.target[2] - rig.height, rig.radius)))
    points = [np.array([*np.asarray(rig.target)[:2], rig.height]) + rig.radius * _axes(a, 0.0)[2] for a in angles]
    return points, list(angles + 180.0), [pitch] * rig.count


def _walk_poses(rig: WalkRig):
    return list(np.asarray(rig.points)), list(rig.headings_deg), list(rig.pitches_deg)


def _stereo_poses(rig: StereoRig):
    points, headings, pitches = _walk_poses(rig.stations)
    pairs = [(p + side * rig.baseline / 2 * _axes(h, 0.0)[0], h, t) for p, h, t in zip(points, headings, pitches)
             for side in (-1, 1)]  # fmt: skip
    return tuple(map(list, zip(*pairs)))


_POSES: dict[type, Callable] = {
    GridRig: _grid_poses,
    DriveRig: _drive_poses,
    OrbitRig: _orbit_poses,
    WalkRig: _walk_poses,
    StereoRig: _stereo_poses,
}


@dataclass(frozen=True, eq=False)
class Ground:
    """What the samplers need to know of a scene.

    Attributes:
        space: where cameras may be.
        heights: lowest and highest z of a camera.
        unit: of lengths: a metre in units of the space.
        margin: least distance to anything.
        targets: middles [n, 3] of what is worth looking at.
        lane: [2, 3] from and to, where one may drive straight ahead; None: wherever there is room.
        area: low and high corner [2, 2] seen from above, within which rigs start; None: the whole space.
        view: least distance of what is straight ahead.
        radii: smallest and largest of orbits.
    """

    space: Space
    heights: tuple[float, float]
    unit: float
    margin: float
    targets: np.ndarray
    lane: np.ndarray | None = None
    area: np.ndarray | None = None
    view: float = 0.9
    radii: tuple[float, float] = (1.2, 4.0)


def sample_grid(rng: np.random.Generator, ground: Ground, count: int) -> GridRig:
    """Draw a grid of ``count`` cameras, wider than high, before one of the targets."""
    rows = max(rows for rows in range(1, int(np.sqrt(count)) + 1) if count % rows == 0)
    spacing = float(rng.uniform(0.06, 0.22)) * ground.unit

    def draw(shrink: float) -> GridRig:
        centre = _start(rng, ground)
        heading, pitch = _towards(rng, ground, centre)
        return GridRig(tuple(centre), heading, pitch, rows, count // rows, spacing * shrink)

    return _first_clear(draw, ground)


def sample_drive(rng: np.random.Generator, ground: Ground, count: int) -> DriveRig:
    """Draw a straight drive of ``count`` cameras."""

    def draw(shrink: float) -> DriveRig:
        if ground.lane is None:
            start = _start(rng, ground)
            step = float(rng.uniform(0.05, 0.14)) * ground.unit * shrink
            return DriveRig(tuple(start), float(rng.uniform(0, 360)), step, count, float(rng.uniform(-8, 2)))
        first, last = ground.lane
        way = last - first
        step = float(rng.uniform(0.3, 1.0)) * ground.unit * shrink
        slack = max(float(np.linalg.norm(way)) - step * count, 0.0)
        start = first + way / np.linalg.norm(way) * float(rng.uniform(0, slack))
        start[2] = float(rng.uniform(1.2, 1.9)) * ground.unit + first[2]
        heading = float(np.degrees(np.arctan2(way[0], way[1]))) + float(rng.normal(0, 2))
        return DriveRig(tuple(start), heading, step, count, float(rng.uniform(-3, 2)))

    return _first_clear(draw, ground)


def sample_orbit(rng: np.random.Generator, ground: Ground, count: int) -> OrbitRig:
    """Draw an arc of ``count`` cameras about one of the targets; tight spaces get short arcs."""

    def draw(shrink: float) -> OrbitRig:
        target = ground.targets[rng.integers(len(ground.targets))]
        radius = float(rng.uniform(*ground.radii))
        span = float(rng.uniform(20, 20 + 160 * shrink)) * float(rng.choice([-1, 1]))
        height = float(rng.uniform(*ground.heights))
        return OrbitRig(tuple(map(float, target)), radius, height, float(rng.uniform(0, 360)), span, count)

    return _first_clear(draw, ground)


def sample_walk(rng: np.random.Generator, ground: Ground, count: int) -> WalkRig:
    """Draw a random walk of ``count`` cameras: it goes on in about the same direction and turns where the way ends."""
    step = float(rng.uniform(0.08, 0.25)) * ground.unit

    def draw(shrink: float) -> WalkRig:
        point = _start(rng, ground)
        heading, pitch = _towards(rng, ground, point)
        course = float(rng.uniform(0, 360))
        points, headings, pitches = [], [], []
        for _ in range(count):
            points.append(tuple(map(float, point)))
            headings.append(float(heading))
            pitches.append(float(pitch))
            heading, pitch = heading + rng.normal(0, 6), 0.9 * pitch + rng.normal(0, 1.5)
            point, course = _next(rng, ground, point, course, step * shrink)
        return WalkRig(tuple(points), tuple(headings), tuple(pitches))

    return _first_clear(draw, ground)


def sample_stereo(rng: np.random.Generator, ground: Ground, count: int) -> StereoRig:
    """Draw the stereo pairs that make ``count`` cameras, one more for an odd number, along a random walk."""
    baseline = float(rng.uniform(0.06, 0.3)) * ground.unit

    def draw(shrink: float) -> StereoRig:
        return StereoRig(sample_walk(rng, ground, -(-count // 2)), baseline * shrink)

    return _first_clear(draw, ground)


SAMPLERS: dict[str, Callable[[np.random.Generator, Ground, int], Rig]] = {
    "grid": sample_grid,
    "drive": sample_drive,
    "orbit": sample_orbit,
    "walk": sample_walk,
    "stereo": sample_stereo,
}
"""Rigs by name."""


def _first_clear(draw: Callable[[float], Rig], ground: Ground) -> Rig:
    """Return the first rig drawn whose cameras keep clear of everything and do not stare at something close.

    ``draw`` is told by how much to shrink the rig: 1 at first, less and less as tries fail.

    Raises:
        DataError: the scene has no room for it.
    """
    for attempt in range(TRIES):
        rig = draw(1 - 0.95 * attempt / TRIES)
        points, headings, pitches = _POSES[type(rig)](rig)
        points = np.asarray(points)
        if (ground.space.clearance(points) < ground.margin).any():
            continue
        ahead = np.array([_axes(h, p)[2] for h, p in zip(headings, pitches)])
        if (ground.space.sight(points, ahead) >= ground.view).all():
            return rig
    raise DataError(f"no rig found room in {TRIES} tries", "a scene with more free space")


def _start(rng: np.random.Generator, ground: Ground) -> np.ndarray:
    """Return a point that is free."""
    low, high = np.stack([ground.space.low, ground.space.high])[:, :2] if ground.area is None else ground.area
    for _ in range(TRIES):
        point = np.array([*rng.uniform(low, high), rng.uniform(*ground.heights)])
        if ground.space.clearance(point[None])[0] >= ground.margin:
            return point
    raise DataError(f"no camera found room in {TRIES} tries", "a scene with more free space")


def _towards(rng: np.random.Generator, ground: Ground, point: np.ndarray) -> tuple[float, float]:
    """Return heading and pitch from a point to about one of the targets."""
    x, y, z = ground.targets[rng.integers(len(ground.targets))] - point
    pitch = float(np.clip(np.degrees(np.arctan2(z, np.hypot(x, y))), -30, 15))
    return float(np.degrees(np.arctan2(x, y)) + rng.normal(0, 5)), 0.7 * pitch


def _next(rng: np.random.Generator, ground: Ground, point: np.ndarray, course: float, step: float):
    """Return the next free point of a walk, and the course to it."""
    for attempt in range(24):
        turned = course + float(rng.normal(0, 12 + 8 * attempt))
        ahead = point + step * _axes(turned, 0.0)[2]
        ahead[2] = np.clip(point[2] + rng.normal(0, 0.1 * step), *ground.heights)
        if ground.space.clearance(ahead[None])[0] >= ground.margin:
            return ahead, turned
    return point, course
