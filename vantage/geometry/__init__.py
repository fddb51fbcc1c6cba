"""Rotations, viewpoints, cameras and homographies under one convention (docs/conventions.md).

Every function takes NumPy arrays (and returns NumPy, in the precision given) or Keras tensors of any backend, batched
over leading dimensions. Angles are degrees.
"""

from vantage.geometry.arrays import ShapeError, namespace
from vantage.geometry.cameras import (
    Camera,
    intrinsics_from_fov,
    invert_intrinsics,
    invert_transform,
    project_from_camera,
    transform_points,
    unproject_to_camera,
)
from vantage.geometry.homographies import apply_homography, homography_between_indices, plane_homography
from vantage.geometry.rotations import (
    axis_angle_from_matrix,
    geodesic_distance_deg,
    matrix_from_6d,
    matrix_from_axis_angle,
    matrix_from_quaternion,
    quaternion_from_matrix,
    rotation_x,
    rotation_y,
    rotation_z,
    sixd_from_matrix,
)
from vantage.geometry.symmetry import Symmetry, symmetric_geodesic
from vantage.geometry.symmetry import rotations as symmetry_rotations
from vantage.geometry.viewpoints import (
    Viewpoint,
    camera_from_object_rotation,
    camera_from_world_at,
    viewpoint_distance_deg,
    viewpoint_from_camera,
    viewpoint_from_rotation,
    wrap_degrees,
)

__all__ = [
    "Camera",
    "ShapeError",
    "Symmetry",
    "Viewpoint",
    "apply_homography",
    "axis_angle_from_matrix",
    "camera_from_object_rotation",
    "camera_from_world_at",
    "geodesic_distance_deg",
    "homography_between_indices",
    "intrinsics_from_fov",
    "invert_intrinsics",
    "invert_transform",
    "matrix_from_6d",
    "matrix_from_axis_angle",
    "matrix_from_quaternion",
    "namespace",
    "plane_homography",
    "project_from_camera",
    "quaternion_from_matrix",
    "rotation_x",
    "rotation_y",
    "rotation_z",
    "sixd_from_matrix",
    "symmetric_geodesic",
    "symmetry_rotations",
    "transform_points",
    "unproject_to_camera",
    "viewpoint_distance_deg",
    "viewpoint_from_camera",
    "viewpoint_from_rotation",
    "wrap_degrees",
]
