"""Viewpoints in the meaning of PASCAL3D+, and their rotations and cameras.

The object frame has z up and the object's front along -y. The camera looks at the origin::

                 +y  (back)                        azimuth    0: camera on -y, sees the front
                  |                                azimuth   90: camera on +x; the front points to the image's left
        az 180    |                                azimuth  180: camera on +y, sees the back
           .-------------.                         azimuth  270: camera on -x; the front points to the image's right
           |             |                         elevation > 0: camera above, looking down
    -------|   object    |------- +x  az 90        tilt > 0: the image's content turns counter-clockwise
           |             |
           '---\\_____/---'
                  | front
                az 0: camera on -y

The rotation is the one of PASCAL3D+'s projection code (``project_3d.m`` of its release; specification: Xiang,
Mottaghi and Savarese, "Beyond PASCAL", WACV 2014), ``Rz(tilt) Rx(elevation - 90) Rz(-azimuth)``, whose camera axes
are x right, y up, z backward, turned to OpenCV's axes (x right, y down, z forward).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from vantage.geometry.arrays import DEGREE, Array, ShapeError, arrays, matrix, norm, require_broadcast, require_shape
from vantage.geometry.rotations import geodesic_distance_deg

FIELDS = ("azimuth", "elevation", "tilt", "distance")


@dataclass(frozen=True, eq=False)
class Viewpoint:
    """From where an object is seen. The fields broadcast against each other; NumPy arrays or Keras tensors.

    Attributes:
        azimuth: [...] degrees; 0 sees the front, 90 sees it with the nose pointing to the image's left.
        elevation: [...] degrees, positive from above.
        tilt: [...] degrees, positive turns the image's content counter-clockwise.
        distance: [...] from the camera's centre to the object's, in object units.
    """

    azimuth: Array
    elevation: Array
    tilt: Array = 0.0
    distance: Array = 1.0

    def __post_init__(self):
        _, *fields = arrays(*(getattr(self, name) for name in FIELDS))
        require_broadcast(**dict(zip(FIELDS, fields)))
        zero = sum(fields) * 0.0
        for name, value in zip(FIELDS, fields):
            object.__setattr__(self, name, value + zero)

    @classmethod
    def from_array(cls, values: Array) -> Viewpoint:
        """Return the viewpoint of [..., 2 to 4] numbers: azimuth, elevation, then tilt (0), then distance (1).

        Raises:
            ShapeError: for another last dimension.
        """
        _, values = arrays(values)
        if not values.shape or values.shape[-1] not in (2, 3, 4):
            raise ShapeError(f"viewpoints have shape {list(values.shape)}", "[..., 2 to 4] with azimuth, elevation, ..")
        return cls(*(values[..., i] for i in range(values.shape[-1])))

    @property
    def shape(self) -> tuple[int, ...]:
        """The batch shape."""
        return tuple(self.azimuth.shape)

    def to_array(self) -> Array:
        """Return [..., 4]: azimuth, elevation, tilt, distance."""
        xp, *fields = arrays(*(getattr(self, name) for name in FIELDS))
        return xp.stack(fields, axis=-1)

    def rotation(self) -> Array:
        """Return `camera_from_object_rotation` of it, [..., 3, 3]."""
        return camera_from_object_rotation(self.azimuth, self.elevation, self.tilt)

    def canonical(self) -> Viewpoint:
        """Return the same view with every angle in its range (see `viewpoint_from_rotation`)."""
        return Viewpoint(*viewpoint_from_rotation(self.rotation()), self.distance)

    def mirrored(self) -> Viewpoint:
        """Return the view of the left-right mirrored image of an object that is its own mirror image."""
        return Viewpoint(wrap_degrees(-self.azimuth, 0.0), self.elevation, -self.tilt, self.distance)

    def __getitem__(self, index) -> Viewpoint:
        return Viewpoint(*(getattr(self, name)[index] for name in FIELDS))


def camera_from_object_rotation(azimuth: Array, elevation: Array, tilt: Array = 0.0) -> Array:
    """Return the rotation [..., 3, 3] from the object frame to the camera frame (OpenCV axes).

    It is ``diag(1, -1, -1) Rz(tilt) Rx(elevation - 90) Rz(-azimuth)``, multiplied out.

    Args:
        azimuth, elevation, tilt: [...] degrees, broadcast against each other.

    Raises:
        ShapeError: where they do not broadcast.
    """
    xp, azimuth, elevation, tilt = arrays(azimuth, elevation, tilt)
    require_broadcast(azimuth=azimuth, elevation=elevation, tilt=tilt)
    zero = (azimuth + elevation + tilt) * 0.0
    sin_a, cos_a = xp.sin(azimuth * DEGREE), xp.cos(azimuth * DEGREE)
    sin_e, cos_e = xp.sin(elevation * DEGREE), xp.cos(elevation * DEGREE)
    sin_t, cos_t = xp.sin(tilt * DEGREE), xp.cos(tilt * DEGREE)
    right = (cos_t * cos_a + sin_t * sin_e * sin_a, cos_t * sin_a - sin_t * sin_e * cos_a, -sin_t * cos_e)
    up = (sin_t * cos_a - cos_t * sin_e * sin_a, sin_t * sin_a + cos_t * sin_e * cos_a, cos_t * cos_e)
    backward = (cos_e * sin_a, -cos_e * cos_a, sin_e)
    rows = (right, tuple(-entry for entry in up), tuple(-entry for entry in backward))
    return matrix(xp, tuple(tuple(entry + zero for entry in row) for row in rows))


def viewpoint_from_rotation(rotation: Array) -> tuple[Array, Array, Array]:
    """Return azimuth in [0, 360), elevation in [-90, 90] and tilt in (-180, 180] of a rotation; inverse of the above.

    At elevation +-90 only the sum of azimuth and tilt (their difference, from below) means something: there the tilt
    is 0 and the azimuth takes all of it. Near it the three angles are ill-conditioned one by one, but together they
    give the rotation back, since the tilt is read off after the azimuth has been undone.

    Args:
        rotation: [..., 3, 3], camera (OpenCV axes) from object.

    Raises:
        ShapeError: unless the last dimensions are 3, 3.
    """
    xp, rotation = arrays(rotation)
    require_shape("rotation", rotation, 3, 3)
    right, up, backward = rotation[..., 0, :], -rotation[..., 1, :], -rotation[..., 2, :]
    cos_elevation = norm(xp, backward[..., :2])[..., 0]
    pole = cos_elevation < _pole_tolerance(rotation)
    sine, cosine = xp.where(pole, right[..., 1], backward[..., 0]), xp.where(pole, right[..., 0], -backward[..., 1])
    azimuth = xp.arctan2(sine, cosine)
    sine, cosine = xp.sin(azimuth), xp.cos(azimuth)
    tilt = xp.arctan2(up[..., 0] * cosine + up[..., 1] * sine, right[..., 0] * cosine + right[..., 1] * sine)
    tilt = xp.where(pole, xp.zeros_like(tilt), tilt)
    elevation = xp.arctan2(backward[..., 2], cos_elevation)
    return wrap_degrees(azimuth / DEGREE, 0.0), elevation / DEGREE, _wrap_tilt(xp, tilt / DEGREE)


def camera_from_world_at(viewpoint: Viewpoint) -> Array:
    """Return the rigid transform [..., 4, 4] of a camera that looks at the origin from ``viewpoint``.

    The world is the object frame. The object's centre comes to ``(0, 0, distance)`` in the camera frame.
    """
    xp, rotation, distance = arrays(viewpoint.rotation(), viewpoint.distance)
    zero = xp.zeros_like(distance)
    translation = xp.stack([zero, zero, distance], axis=-1)[..., None]
    top = xp.concatenate([rotation, translation], axis=-1)
    bottom = xp.stack([zero, zero, zero, xp.ones_like(zero)], axis=-1)[..., None, :]
    return xp.concatenate([top, bottom], axis=-2)


def viewpoint_from_camera(camera_from_world: Array) -> Viewpoint:
    """Return the viewpoint of a camera [..., 4, 4].

    The angles are those of its rotation and the distance is the one between its centre and the world's origin. For a
    camera that looks past the origin this is not the direction from the origin to the camera.

    Raises:
        ShapeError: unless the last dimensions are 4, 4.
    """
    xp, transform = arrays(camera_from_world)
    require_shape("camera_from_world", transform, 4, 4)
    angles = viewpoint_from_rotation(transform[..., :3, :3])
    return Viewpoint(*angles, norm(xp, transform[..., :3, 3])[..., 0])


def viewpoint_distance_deg(first: Viewpoint | Array, second: Viewpoint | Array) -> Array:
    """Return the geodesic angle [...] in degrees between the rotations of two viewpoints.

    Args:
        first, second: viewpoints, or arrays [..., 2 to 4] of azimuth, elevation, tilt (0), distance (ignored).
    """
    return geodesic_distance_deg(_as_viewpoint(first).rotation(), _as_viewpoint(second).rotation())


def wrap_degrees(angle: Array, start: float = -180.0) -> Array:
    """Return the same angle in [start, start + 360)."""
    xp, angle = arrays(angle)
    wrapped = xp.mod(angle - start, 360.0)
    # a tiny negative number rounds up to 360 itself
    return xp.where(wrapped >= 360.0, xp.zeros_like(wrapped), wrapped) + start


def _as_viewpoint(value: Viewpoint | Array) -> Viewpoint:
    """Return ``value`` as a viewpoint."""
    return value if isinstance(value, Viewpoint) else Viewpoint.from_array(value)


def _wrap_tilt(xp: ModuleType, tilt: Array) -> Array:
    """Return the tilt with -180 made 180."""
    return xp.where(tilt <= -180.0, tilt + 360.0, tilt)


def _pole_tolerance(rotation: Array) -> float:
    """Return the cosine of the elevation below which the view is straight from above or below."""
    return 1e-12 if "64" in str(rotation.dtype) else 2e-6
