"""`Scene`: pictures with their cameras, the one type that every reader of posed views returns.

The world of a scene is its own; units are the file's. Cameras are those of `vantage.geometry.cameras` (OpenCV axes,
pixel centres at integer + 0.5), without the lens's distortion, which is beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vantage.errors import DataError
from vantage.geometry.cameras import Camera, transform_points
from vantage.records.scenes.lens import Lens

FAR_QUANTILES = (0.001, 0.999)
"""The share of sparse points that the depth range leaves out at either end: a few are always wrong."""


@dataclass(frozen=True, eq=False)
class SceneView:
    """One picture.

    Attributes:
        image: the file.
        camera: without distortion.
        lens: distortion; None where there is none.
        depth: file with z-depth as integers, 0 where it is unknown; None without.
        depth_scale: scene units for each of those integers.
        mask: file that is 0 where the picture is to be ignored; None without.
        points_seen: int64 [n], rows of ``Scene.points`` that this picture shows.
        points_2d: float64 [n, 2], where they were found, pixels (distortion included).
    """

    image: Path
    camera: Camera
    lens: Lens | None = None
    depth: Path | None = None
    depth_scale: float = 1.0
    mask: Path | None = None
    points_seen: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    points_2d: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))

    def project(self, points_world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels [..., 2], distortion included, and z-depth [...] of points [..., 3]; NaN behind the camera."""
        points = transform_points(self.camera.camera_from_world, points_world)
        z_depth = points[..., 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            plane = np.where((z_depth > 0)[..., None], points[..., :2] / z_depth[..., None], np.nan)
        plane = self.lens.distort(plane) if self.lens else plane
        intrinsics = np.asarray(self.camera.intrinsics)
        return plane @ intrinsics[:2, :2].T + intrinsics[:2, 2], z_depth


@dataclass(frozen=True, eq=False)
class Scene:
    """Posed views of one scene.

    Attributes:
        name: of the scene.
        views: in the order of the file, or of their names.
        points: float64 [N, 3], sparse surface points in the world; None without.
        colors: uint8 [N, 3] of the points, RGB; None without.
        depth_range: nearest and farthest z-depth, scene units; None where nothing tells.
        notes: what was left out, a sentence each.
    """

    name: str
    views: tuple[SceneView, ...]
    points: np.ndarray | None = None
    colors: np.ndarray | None = None
    depth_range: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()

    def visibility(self) -> np.ndarray:
        """Return bool [V, N]: which view shows which sparse point."""
        shown = np.zeros((len(self.views), 0 if self.points is None else len(self.points)), bool)
        for row, view in zip(shown, self.views):
            row[view.points_seen] = True
        return shown


def depth_range_of(views: Sequence[SceneView], points: np.ndarray | None) -> tuple[float, float] | None:
    """Return the z-depths between which nearly all sparse points lie in the views that show them; None without any."""
    if points is None:
        return None
    depths = [transform_points(view.camera.camera_from_world, points[view.points_seen])[:, 2] for view in views]
    depths = np.concatenate([np.zeros(0), *depths])
    depths = depths[depths > 0]
    if not len(depths):
        return None
    near, far = np.quantile(depths, FAR_QUANTILES)
    return float(near), float(far)


def require_views(name: str, views: Sequence[SceneView], missing: Sequence[str]) -> tuple[str, ...]:
    """Return the notes on listed pictures that are not there.

    Raises:
        DataError: no picture is there.
    """
    total = len(views) + len(missing)
    if not views:
        first = f", such as {missing[0]}" if missing else ""
        raise DataError(f"{name}: none of its {total} pictures is there{first}", "at least one", "check the paths")
    if not missing:
        return ()
    return (f"{len(missing)} of {total} listed pictures do not exist and are passed over: {', '.join(missing)}",)
