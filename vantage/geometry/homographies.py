"""What a plane does to pixels as the camera moves: the mapping under plane-sweep stereo."""

from __future__ import annotations

import numpy as np

from vantage.geometry.arrays import Array, arrays, multiply_vector, require_broadcast, require_shape
from vantage.geometry.cameras import invert_intrinsics


def plane_homography(
    target_intrinsics: Array, source_intrinsics: Array, source_from_target: Array, normal: Array, distance: Array
) -> Array:
    """Return the homography [..., 3, 3] from pixels of the target to pixels of the source camera, over a plane.

    With the plane ``normal . X = distance`` in the target's camera frame it is
    ``K_source (R + t normal^T / distance) K_target^-1`` (Hartley and Zisserman, "Multiple view geometry", 2nd edition,
    result 13.1, where the plane is ``normal . X + d = 0``). ``normal = (0, 0, 1)`` sweeps z-depth. All batch
    dimensions broadcast, so ``distance`` [d] gives [d, 3, 3].

    Args:
        target_intrinsics, source_intrinsics: [..., 3, 3], pixels.
        source_from_target: [..., 4, 4], rigid, from one camera frame to the other.
        normal: [..., 3] in the target's camera frame. Where it has length 1, ``distance`` is the plane's distance.
        distance: [...], not 0.

    Raises:
        ShapeError: for other last dimensions.
    """
    xp, target, source, transform, normal, distance = arrays(
        invert_intrinsics(target_intrinsics), source_intrinsics, source_from_target, normal, distance
    )
    require_shape("source_intrinsics", source, 3, 3)
    require_shape("source_from_target", transform, 4, 4)
    require_shape("normal", normal, 3)
    require_broadcast(normals=normal[..., 0], distances=distance, transforms=transform[..., 0, 0])
    weighted = (normal / distance[..., None])[..., None, :]
    over_plane = transform[..., :3, :3] + transform[..., :3, 3:] * weighted
    return xp.matmul(xp.matmul(source, over_plane), target)


def apply_homography(homography: Array, pixels: Array) -> Array:
    """Return the pixels [..., 2] that ``homography`` [..., 3, 3] (broadcast) makes of ``pixels`` [..., 2].

    What comes to lie behind the source camera (third coordinate <= 0), or at infinity, is NaN.

    Raises:
        ShapeError: for other last dimensions.
    """
    xp, homography, pixels = arrays(homography, pixels)
    require_shape("homography", homography, 3, 3)
    require_shape("pixels", pixels, 2)
    require_broadcast(homographies=homography[..., 0, 0], pixels=pixels[..., 0])
    homogeneous = xp.concatenate([pixels, xp.ones_like(pixels[..., :1])], axis=-1)
    mapped = multiply_vector(xp, homography, homogeneous)
    scale = mapped[..., 2:]
    seen = scale > 0
    plane = mapped[..., :2] / xp.where(seen, scale, xp.ones_like(scale))
    return xp.where(seen, plane, xp.zeros_like(plane) + float("nan"))


def homography_between_indices(homography: Array) -> Array:
    """Return the same homography [..., 3, 3] for array indices, where pixel centres lie at integers.

    Geometry counts pixel centres at integer + 0.5; functions that sample arrays (``keras.ops.image``,
    ``scipy.ndimage``) count them at integers.
    """
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    xp, homography, to_pixels, to_indices = arrays(homography, half, np.linalg.inv(half))
    require_shape("homography", homography, 3, 3)
    return xp.matmul(xp.matmul(to_indices, homography), to_pixels)
