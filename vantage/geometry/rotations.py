"""Rotations as matrices, quaternions, axis and angle, and six numbers; and the distance between two.

All functions are batched over leading dimensions ``...`` and take NumPy arrays or Keras tensors. Matrices act on
column vectors from the left. Turns are right-handed: seen from the axis' tip they go counter-clockwise. Quaternions
are ``w, x, y, z``. Angles are degrees.

Each function gives a rotation for whatever numbers it gets (a zero quaternion, two parallel columns), so a network's
output at initialisation is no special case; what it gives then is said in its documentation.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from vantage.geometry.arrays import (
    DEGREE,
    Array,
    arrays,
    matrix,
    norm,
    require_broadcast,
    require_shape,
    transpose,
    unit,
)


def rotation_x(angle_deg: Array) -> Array:
    """Return the turn about x by ``angle_deg`` [...], as matrices [..., 3, 3]; y turns towards z."""
    xp, cos, sin, zero, one = _cos_sin(angle_deg)
    return matrix(xp, ((one, zero, zero), (zero, cos, -sin), (zero, sin, cos)))


def rotation_y(angle_deg: Array) -> Array:
    """Return the turn about y by ``angle_deg`` [...], as matrices [..., 3, 3]; z turns towards x."""
    xp, cos, sin, zero, one = _cos_sin(angle_deg)
    return matrix(xp, ((cos, zero, sin), (zero, one, zero), (-sin, zero, cos)))


def rotation_z(angle_deg: Array) -> Array:
    """Return the turn about z by ``angle_deg`` [...], as matrices [..., 3, 3]; x turns towards y."""
    xp, cos, sin, zero, one = _cos_sin(angle_deg)
    return matrix(xp, ((cos, -sin, zero), (sin, cos, zero), (zero, zero, one)))


def matrix_from_quaternion(quaternion: Array) -> Array:
    """Return the rotation [..., 3, 3] of a quaternion.

    Args:
        quaternion: [..., 4], w x y z, of any length but 0 (0 gives the identity).

    Raises:
        ShapeError: for another last dimension.
    """
    xp, quaternion = arrays(quaternion)
    require_shape("quaternion", quaternion, 4)
    quaternion = unit(xp, quaternion)
    w, x, y, z = (quaternion[..., i] for i in range(4))
    one = xp.ones_like(w)
    return matrix(
        xp,
        (
            (one - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
            (2 * (x * y + w * z), one - 2 * (x * x + z * z), 2 * (y * z - w * x)),
            (2 * (x * z - w * y), 2 * (y * z + w * x), one - 2 * (x * x + y * y)),
        ),
    )


def quaternion_from_matrix(rotation: Array) -> Array:
    """Return the unit quaternion [..., 4] (w x y z, w >= 0) of a rotation [..., 3, 3].

    The symmetric matrix ``4 q q^T`` is linear in the rotation; its row with the largest diagonal entry is normalised.
    That entry is at least 1, so no trace is a bad one (the case distinction of Shepperd, "Quaternion from rotation
    matrix", 1978, without branches).

    Raises:
        ShapeError: unless the last dimensions are 3, 3.
    """
    xp, rotation = arrays(rotation)
    require_shape("rotation", rotation, 3, 3)
    outer = _quaternion_products(xp, rotation)
    diagonal = xp.stack([outer[..., i, i] for i in range(4)], axis=-1)
    largest = xp.equal(xp.expand_dims(xp.argmax(diagonal, axis=-1), -1), xp.arange(4))[..., None]
    quaternion = unit(xp, xp.sum(xp.where(largest, outer, xp.zeros_like(outer)), axis=-2))
    return xp.where(quaternion[..., :1] < 0, -quaternion, quaternion)


def matrix_from_axis_angle(axis: Array, angle_deg: Array) -> Array:
    """Return the turn [..., 3, 3] about ``axis`` [..., 3] (any length; 0 gives the identity) by ``angle_deg`` [...].

    Raises:
        ShapeError: for an axis without 3 components, or shapes that do not broadcast.
    """
    xp, axis, angle = arrays(axis, angle_deg)
    require_shape("axis", axis, 3)
    require_broadcast(axes=axis[..., 0], angles=angle)
    axis = unit(xp, axis)
    half = (angle * (0.5 * DEGREE))[..., None] + xp.zeros_like(axis[..., :1])
    imaginary = xp.sin(half) * axis
    real = xp.cos(half)
    return matrix_from_quaternion(xp.concatenate([real, imaginary], axis=-1))


def axis_angle_from_matrix(rotation: Array) -> tuple[Array, Array]:
    """Return the unit axis [..., 3] and the angle [...] in [0, 180] degrees of a rotation [..., 3, 3].

    Without a turn the axis is x. For half a turn either axis is right, and the one whose largest component is
    positive is given.

    Raises:
        ShapeError: unless the last dimensions are 3, 3.
    """
    xp, rotation = arrays(rotation)
    quaternion = quaternion_from_matrix(rotation)
    real, imaginary = quaternion[..., :1], quaternion[..., 1:]
    length = norm(xp, imaginary)
    angle = 2.0 * xp.arctan2(length, real)[..., 0] / DEGREE
    return xp.where(length > 0, unit(xp, imaginary), _first_axis(xp, imaginary)), angle


def matrix_from_6d(sixd: Array) -> Array:
    """Return the rotation [..., 3, 3] of six numbers: its first column, then its second, made orthonormal.

    The representation of Zhou et al., "On the continuity of rotation representations in neural networks" (CVPR
    2019). A first column of 0 is taken as x; a second one that is 0 or parallel to the first is replaced by the
    coordinate axis that is furthest from it.

    Args:
        sixd: [..., 6], x y z of the first column, then of the second.

    Raises:
        ShapeError: for another last dimension.
    """
    xp, sixd = arrays(sixd)
    require_shape("sixd", sixd, 6)
    first, second = unit(xp, sixd[..., :3]), unit(xp, sixd[..., 3:])
    first = xp.where(norm(xp, first) > 0, first, _first_axis(xp, first))
    rest = _rejection(xp, second, first)
    parallel = norm(xp, rest) < _tolerance(rest)
    rest = xp.where(parallel, _rejection(xp, _far_axis(xp, first), first), rest)
    # a second pass: where little was left, the first has lost digits
    second = unit(xp, _rejection(xp, unit(xp, rest), first))
    return xp.stack([first, second, xp.cross(first, second)], axis=-1)


def sixd_from_matrix(rotation: Array) -> Array:
    """Return the first two columns [..., 6] of a rotation [..., 3, 3], first column first.

    Raises:
        ShapeError: unless the last dimensions are 3, 3.
    """
    xp, rotation = arrays(rotation)
    require_shape("rotation", rotation, 3, 3)
    return xp.concatenate([rotation[..., 0], rotation[..., 1]], axis=-1)


def geodesic_distance_deg(first: Array, second: Array) -> Array:
    """Return the angle [...] in [0, 180] degrees of the turn that leads from one rotation to the other.

    It equals ``acos((trace(A^T B) - 1) / 2)``, and ``||log(A^T B)||_F / sqrt(2)`` of Tulsiani and Malik, "Viewpoints
    and keypoints" (CVPR 2015). Computed as ``atan2(sin, cos)``, since acos has no digits near 0 and 180: its error is
    that of the matrices' entries everywhere, and its gradient is finite.

    Args:
        first, second: rotations [..., 3, 3], broadcast against each other.

    Raises:
        ShapeError: unless the last dimensions are 3, 3.
    """
    xp, first, second = arrays(first, second)
    require_shape("first rotation", first, 3, 3)
    require_shape("second rotation", second, 3, 3)
    require_broadcast(first=first, second=second)
    turn = xp.matmul(transpose(xp, first), second)
    twice_sine = norm(xp, _skew_part(xp, turn))[..., 0]
    twice_cosine = turn[..., 0, 0] + turn[..., 1, 1] + turn[..., 2, 2] - 1.0
    return xp.arctan2(twice_sine, twice_cosine) / DEGREE


def _cos_sin(angle_deg: Array) -> tuple[ModuleType, Array, Array, Array, Array]:
    """Return the module, cosine, sine, and zeros and ones of their shape."""
    xp, angle = arrays(angle_deg)
    cos, sin = xp.cos(angle * DEGREE), xp.sin(angle * DEGREE)
    return xp, cos, sin, xp.zeros_like(cos), xp.ones_like(cos)


def _skew_part(xp: ModuleType, rotation: Array) -> Array:
    """Return [..., 3]: the axis times twice the sine of the angle."""
    entry = [[rotation[..., i, j] for j in range(3)] for i in range(3)]
    return xp.stack([entry[2][1] - entry[1][2], entry[0][2] - entry[2][0], entry[1][0] - entry[0][1]], axis=-1)


def _quaternion_products(xp: ModuleType, rotation: Array) -> Array:
    """Return ``4 q q^T`` [..., 4, 4] of rotations."""
    m = [[rotation[..., i, j] for j in range(3)] for i in range(3)]
    wx, wy, wz = m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]
    xy, xz, yz = m[0][1] + m[1][0], m[0][2] + m[2][0], m[1][2] + m[2][1]
    ww = 1.0 + m[0][0] + m[1][1] + m[2][2]
    xx = 1.0 + m[0][0] - m[1][1] - m[2][2]
    yy = 1.0 - m[0][0] + m[1][1] - m[2][2]
    zz = 1.0 - m[0][0] - m[1][1] + m[2][2]
    return matrix(xp, ((ww, wx, wy, wz), (wx, xx, xy, xz), (wy, xy, yy, yz), (wz, xz, yz, zz)))


def _rejection(xp: ModuleType, vector: Array, direction: Array) -> Array:
    """Return the part of ``vector`` [..., 3] that is orthogonal to the unit vector ``direction`` [..., 3]."""
    return vector - xp.sum(vector * direction, axis=-1, keepdims=True) * direction


def _first_axis(xp: ModuleType, like: Array) -> Array:
    """Return x axes of the shape [..., 3] of ``like``."""
    zero = xp.zeros_like(like[..., 0])
    return xp.stack([xp.ones_like(zero), zero, zero], axis=-1)


def _far_axis(xp: ModuleType, direction: Array) -> Array:
    """Return the coordinate axis [..., 3] along which ``direction`` has its smallest component."""
    smallest = xp.expand_dims(xp.argmin(xp.abs(direction), axis=-1), -1)
    return xp.where(xp.equal(smallest, xp.arange(3)), xp.ones_like(direction), xp.zeros_like(direction))


def _tolerance(like: Array) -> float:
    """Return what counts as 0 beside 1 in the precision of ``like``."""
    name = str(like.dtype)
    if "64" in name:
        return 64 * float(np.finfo(np.float64).eps)
    return 64 * float(np.finfo(np.float32).eps) if "32" in name else 0.05
