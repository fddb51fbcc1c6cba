"""Pinhole cameras and rigid transforms.

A transform's name says both ends: ``camera_from_world @ point_in_world = point_in_camera``. The camera frame is
OpenCV's (x right, y down, z forward). Pixel ``(column i, row j)`` covers ``[i, i + 1) x [j, j + 1)`` and has its centre
at ``(i + 0.5, j + 0.5)``, so an image of width w spans 0 to w. Depth is z-depth, the z coordinate in the camera frame;
the length of the ray is another thing and has another name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vantage.geometry.arrays import (
    DEGREE,
    Array,
    ShapeError,
    arrays,
    matrix,
    multiply_vector,
    norm,
    require_broadcast,
    require_shape,
    transpose,
)


@dataclass(frozen=True, eq=False)
class Camera:
    """One pinhole camera, or a batch of cameras whose images have one size.

    Points and pixels have the shape ``[*batch, *any, 2 or 3]``: the first dimensions belong to the cameras (or are 1),
    what follows is free. One camera takes points of any shape; B cameras take [B, n, 3], or [1, n, 3] for the same
    points in all.

    Attributes:
        intrinsics: [..., 3, 3], pixels.
        camera_from_world: [..., 4, 4], rigid, OpenCV axes.
        width, height: size of the image, pixels.

    Raises:
        ShapeError: where matrices of other shapes are given.
    """

    intrinsics: Array
    camera_from_world: Array
    width: int
    height: int

    def __post_init__(self):
        _, intrinsics, transform = arrays(self.intrinsics, self.camera_from_world)
        require_shape("intrinsics", intrinsics, 3, 3)
        require_shape("camera_from_world", transform, 4, 4)
        object.__setattr__(self, "intrinsics", intrinsics)
        object.__setattr__(self, "camera_from_world", transform)

    @property
    def world_from_camera(self) -> Array:
        """The inverse of ``camera_from_world``, [..., 4, 4]."""
        return invert_transform(self.camera_from_world)

    @property
    def centre(self) -> Array:
        """Where the camera is, in the world, [..., 3]."""
        return self.world_from_camera[..., :3, 3]

    def project(self, points_world: Array) -> tuple[Array, Array]:
        """Return pixels [..., 2] and z-depth [...] of points [..., 3] in the world.

        A point that is not in front of the camera (z-depth <= 0) has no pixel: NaN, which no comparison takes for a
        place in the image.
        """
        return project_from_camera(self.intrinsics, transform_points(self.camera_from_world, points_world))

    def unproject(self, pixels: Array, z_depth: Array) -> Array:
        """Return the points [..., 3] in the world that lie at ``pixels`` [..., 2] with z-depth ``z_depth`` [...]."""
        points_camera = unproject_to_camera(self.intrinsics, pixels, z_depth)
        return transform_points(self.world_from_camera, points_camera)

    def rays(self, pixels: Array) -> tuple[Array, Array]:
        """Return origins and unit directions [..., 3], in the world, of the rays through ``pixels`` [..., 2]."""
        xp, direction, world_from_camera = arrays(camera_rays(self.intrinsics, pixels), self.world_from_camera)
        direction = _apply(xp, world_from_camera[..., :3, :3], direction / norm(xp, direction))
        origin = _align(world_from_camera[..., :3, 3], direction, 1)
        return origin + xp.zeros_like(direction), direction

    def ray_length_from_z_depth(self, pixels: Array, z_depth: Array) -> Array:
        """Return the distance [...] from the camera's centre to the points at ``pixels`` with ``z_depth`` [...]."""
        xp, direction, z_depth = arrays(camera_rays(self.intrinsics, pixels), z_depth)
        return z_depth * norm(xp, direction)[..., 0]

    def z_depth_from_ray_length(self, pixels: Array, ray_length: Array) -> Array:
        """Return the z-depth [...] of the points at ``pixels`` at distance ``ray_length`` [...]."""
        xp, direction, ray_length = arrays(camera_rays(self.intrinsics, pixels), ray_length)
        return ray_length / norm(xp, direction)[..., 0]

    def pixel_centres(self) -> np.ndarray:
        """Return [height, width, 2]: x and y of every pixel's centre."""
        x, y = np.meshgrid(np.arange(self.width) + 0.5, np.arange(self.height) + 0.5)
        return np.stack([x, y], axis=-1)

    def in_frame(self, pixels: Array) -> Array:
        """Return booleans [...]: whether ``pixels`` [..., 2] lie on the image. NaN does not."""
        _, pixels = arrays(pixels)
        require_shape("pixels", pixels, 2)
        x, y = pixels[..., 0], pixels[..., 1]
        return (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)

    def cropped(self, box: tuple[float, float, float, float], width: int, height: int) -> Camera:
        """Return the camera of the image that ``box`` (x0, y0, x1, y1, pixels) becomes, resized to width x height."""
        x0, y0, x1, y1 = (float(edge) for edge in box)
        if not (x1 > x0 and y1 > y0):
            raise ShapeError(f"the box {[x0, y0, x1, y1]} has no area", "x0 < x1 and y0 < y1")
        scale_x, scale_y = width / (x1 - x0), height / (y1 - y0)
        crop = np.array([[scale_x, 0, -x0 * scale_x], [0, scale_y, -y0 * scale_y], [0, 0, 1]])
        xp, crop, intrinsics = arrays(crop, self.intrinsics)
        return replace(self, intrinsics=xp.matmul(crop, intrinsics), width=width, height=height)

    def resized(self, width: int, height: int) -> Camera:
        """Return the camera of the whole image at another size."""
        return self.cropped((0, 0, self.width, self.height), width, height)


def intrinsics_from_fov(fov_deg: Array, width: int, height: int) -> Array:
    """Return intrinsics [..., 3, 3] with square pixels and the principal point in the image's middle.

    Args:
        fov_deg: [...] angle of view over the longer side of the image (Blender's automatic sensor fit), degrees in
            (0, 180).
        width, height: pixels.

    Raises:
        ShapeError: for an angle out of range (NumPy only) or an image without pixels.
    """
    xp, fov = arrays(fov_deg)
    if xp is np and not np.all((fov > 0) & (fov < 180)):
        raise ShapeError(f"an angle of view of {fov_deg} degrees was given", "angles between 0 and 180")
    if min(width, height) <= 0:
        raise ShapeError(f"an image of {width} x {height} pixels was given", "at least one pixel")
    focal = 0.5 * max(width, height) / xp.tan(0.5 * fov * DEGREE)
    zero, one = xp.zeros_like(focal), xp.ones_like(focal)
    return matrix(xp, ((focal, zero, 0.5 * width * one), (zero, focal, 0.5 * height * one), (zero, zero, one)))


def invert_intrinsics(intrinsics: Array) -> Array:
    """Return the inverse of intrinsics [..., 3, 3] ``((fx, skew, cx), (0, fy, cy), (0, 0, 1))``, in closed form."""
    xp, intrinsics = arrays(intrinsics)
    require_shape("intrinsics", intrinsics, 3, 3)
    fx, skew, cx = (intrinsics[..., 0, i] for i in range(3))
    fy, cy = intrinsics[..., 1, 1], intrinsics[..., 1, 2]
    zero, one = xp.zeros_like(fx), xp.ones_like(fx)
    return matrix(
        xp,
        (
            (one / fx, -skew / (fx * fy), (skew * cy - cx * fy) / (fx * fy)),
            (zero, one / fy, -cy / fy),
            (zero, zero, one),
        ),
    )


def invert_transform(b_from_a: Array) -> Array:
    """Return ``a_from_b`` [..., 4, 4] of a rigid transform: transposed rotation, no numerical inverse.

    Raises:
        ShapeError: unless the last dimensions are 4, 4.
    """
    xp, transform = arrays(b_from_a)
    require_shape("transform", transform, 4, 4)
    rotation = transpose(xp, transform[..., :3, :3])
    translation = -multiply_vector(xp, rotation, transform[..., :3, 3])
    top = xp.concatenate([rotation, translation[..., None]], axis=-1)
    return xp.concatenate([top, transform[..., 3:, :]], axis=-2)


def transform_points(b_from_a: Array, points_a: Array) -> Array:
    """Return the points in frame b.

    Args:
        b_from_a: [*batch, 4, 4], affine.
        points_a: [*batch, *any, 3]; batch dimensions broadcast, as in `Camera`.

    Raises:
        ShapeError: for other last dimensions, or fewer dimensions of points than of transforms.
    """
    xp, transform, points = arrays(b_from_a, points_a)
    require_shape("transform", transform, 4, 4)
    require_shape("points", points, 3)
    return _apply(xp, transform[..., :3, :3], points) + _align(transform[..., :3, 3], points, 1)


def project_from_camera(intrinsics: Array, points_camera: Array) -> tuple[Array, Array]:
    """Return pixels [..., 2] and z-depth [...] of points [*batch, *any, 3] in the camera frame.

    Pixels are NaN where z-depth <= 0.
    """
    xp, intrinsics, points = arrays(intrinsics, points_camera)
    require_shape("intrinsics", intrinsics, 3, 3)
    require_shape("points", points, 3)
    z_depth = points[..., 2]
    seen = z_depth > 0
    ray = points / xp.where(seen, z_depth, xp.ones_like(z_depth))[..., None]
    pixels = _apply(xp, intrinsics, ray)[..., :2]
    return xp.where(seen[..., None], pixels, xp.zeros_like(pixels) + float("nan")), z_depth


def unproject_to_camera(intrinsics: Array, pixels: Array, z_depth: Array) -> Array:
    """Return the points [*batch, *any, 3] in the camera frame at ``pixels`` [..., 2] with z-depth ``z_depth`` [...]."""
    _, ray, z_depth = arrays(camera_rays(intrinsics, pixels), z_depth)
    require_broadcast(pixels=ray[..., 0], z_depth=z_depth)
    return ray * z_depth[..., None]


def camera_rays(intrinsics: Array, pixels: Array) -> Array:
    """Return the points [*batch, *any, 3] at z-depth 1 in the camera frame that are seen at ``pixels`` [..., 2]."""
    xp, inverse, pixels = arrays(invert_intrinsics(intrinsics), pixels)
    require_shape("pixels", pixels, 2)
    homogeneous = xp.concatenate([pixels, xp.ones_like(pixels[..., :1])], axis=-1)
    return _apply(xp, inverse, homogeneous)


def _apply(xp, matrices: Array, vectors: Array) -> Array:
    """Return matrices [*batch, m, n] times vectors [*batch, *any, n]."""
    return multiply_vector(xp, _align(matrices, vectors, 2), vectors)


def _align(values: Array, points: Array, own: int) -> Array:
    """Insert dimensions of size 1 behind the batch of ``values`` [*batch, own..] so that it goes with ``points``."""
    batch, free = len(values.shape) - own, len(points.shape) - 1
    if batch > free:
        raise ShapeError(
            f"points of shape {list(points.shape)} were given to a batch of shape {list(values.shape)[:batch]}",
            "points [*batch, ..., coordinates]",
            "use [1, n, 3] for the same points in every camera",
        )
    if free > batch:
        values = values[(slice(None),) * batch + (None,) * (free - batch)]
    require_broadcast(cameras=values[(...,) + (0,) * own], points=points[..., 0])
    return values
