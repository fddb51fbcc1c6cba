"""Run by test_geometry_backends.py in a process of its own for each backend: tensors give what NumPy gives."""

from __future__ import annotations

import sys

import numpy as np

from vantage import geometry as g


def cases() -> dict:
    """Return name -> (function of arrays, float32 arrays)."""
    rng = np.random.default_rng(0)
    normal = lambda *shape: rng.normal(size=shape).astype("float32")  # noqa: E731
    degrees = lambda *shape: rng.uniform(-80, 80, shape).astype("float32")  # noqa: E731
    rotations = g.matrix_from_quaternion(normal(2, 3, 4))
    others = g.matrix_from_quaternion(normal(3, 4))
    sixd = np.concatenate([normal(5, 6), np.float32([[0, 0, 0, 0, 0, 0], [1, 2, 3, 2, 4, 6]])])
    transforms = g.camera_from_world_at(g.Viewpoint(degrees(4), degrees(4), degrees(4), np.float32(2)))
    intrinsics = np.tile(g.intrinsics_from_fov(np.float32([50]), 64, 48), (4, 1, 1)).astype("float32")
    points, pixels = 0.2 * normal(4, 7, 3), (30 + 8 * normal(4, 7, 2)).astype("float32")
    sweep = np.linspace(1, 3, 4, dtype="float32")
    camera = lambda k, t: g.Camera(k, t, 64, 48)  # noqa: E731
    fixed = g.Camera(g.intrinsics_from_fov(50.0, 64, 48), g.camera_from_world_at(g.Viewpoint(30, 20, 5, 2)), 64, 48)
    return {
        "quaternion to matrix": (g.matrix_from_quaternion, [normal(2, 3, 4)]),
        "matrix to quaternion": (g.quaternion_from_matrix, [rotations]),
        "axis and angle": (g.matrix_from_axis_angle, [normal(5, 3), degrees(5)]),
        "to axis and angle": (g.axis_angle_from_matrix, [rotations]),
        "6d": (g.matrix_from_6d, [sixd]),
        "to 6d": (g.sixd_from_matrix, [rotations]),
        "rotation x": (g.rotation_x, [degrees(6)]),
        "rotation y": (g.rotation_y, [degrees(6)]),
        "rotation z": (g.rotation_z, [degrees(2, 3)]),
        "distance": (g.geodesic_distance_deg, [rotations, others]),
        "distance, rotational": (lambda a, b: g.symmetric_geodesic(a, b, g.Symmetry(fold=0)), [rotations, others]),
        "distance, fourfold": (lambda a, b: g.symmetric_geodesic(a, b, g.Symmetry(fold=4)), [rotations, others]),
        "viewpoint": (g.camera_from_object_rotation, [degrees(2, 3), degrees(3), degrees(2, 1)]),
        "from rotation": (g.viewpoint_from_rotation, [rotations]),
        "pole": (g.viewpoint_from_rotation, [g.camera_from_object_rotation(degrees(3), np.float32(90), degrees(3))]),
        "camera at": (lambda v: g.camera_from_world_at(g.Viewpoint.from_array(v)), [degrees(3, 4)]),
        "viewpoint distance": (g.viewpoint_distance_deg, [degrees(5, 3), degrees(5, 3)]),
        "wrap": (lambda a: g.wrap_degrees(a, 0.0), [degrees(9)]),
        "fov": (lambda a: g.intrinsics_from_fov(a, 64, 48), [20 + np.abs(degrees(3))]),
        "invert": (g.invert_transform, [transforms]),
        "project": (lambda k, t, p: camera(k, t).project(p), [intrinsics, transforms, points]),
        "project behind": (lambda k, t, p: camera(k, t).project(p), [intrinsics, -transforms, points]),
        "unproject": (
            lambda k, t, x, z: camera(k, t).unproject(x, z),
            [intrinsics, transforms, pixels, sweep[:, None]],
        ),
        "rays": (lambda k, t, x: camera(k, t).rays(x), [intrinsics, transforms, pixels]),
        "crop": (lambda k, t: camera(k, t).cropped((1, 2, 9, 12), 4, 4).intrinsics, [intrinsics, transforms]),
        "in frame": (lambda k, t, x: camera(k, t).in_frame(x), [intrinsics, transforms, 2 * pixels]),
        "homography": (g.plane_homography, [intrinsics, intrinsics, transforms, np.float32([0, 0, 1]), sweep]),
        "apply": (
            lambda h, x: g.apply_homography(h, x),
            [np.eye(3, dtype="float32") + 0 * intrinsics[:, None], pixels],
        ),
        "numpy camera, projecting": (lambda p: fixed.project(p), [points]),
        "numpy camera, unprojecting": (lambda x: fixed.unproject(x, 1.5), [pixels]),
        "numpy camera, rays": (lambda x: fixed.rays(x), [pixels]),
        "numpy camera, ray length": (lambda x: fixed.ray_length_from_z_depth(x, 2.0), [pixels]),
        "numpy camera, z-depth": (lambda x: fixed.z_depth_from_ray_length(x, 2.0), [pixels]),
        "numpy homography": (lambda x: g.apply_homography(np.eye(3), x), [pixels]),
        "numpy distance": (lambda r: g.geodesic_distance_deg(np.eye(3), r), [rotations]),
        "indices": (g.homography_between_indices, [intrinsics]),
    }


def as_numpy(results) -> list[np.ndarray]:
    import keras

    results = results if isinstance(results, tuple) else (results,)
    return [value if isinstance(value, np.ndarray) else keras.ops.convert_to_numpy(value) for value in results]


def compiled(function):
    """Return ``function`` as one program on JAX, where single operations cost a compilation each."""
    import keras

    if keras.backend.backend() != "jax":
        return function
    import jax

    return jax.jit(function)


def compare(name: str, function, values: list[np.ndarray]) -> None:
    """Check values, shapes and types of one function."""
    import keras

    expected = as_numpy(function(*values))
    outputs = compiled(function)(*map(keras.ops.convert_to_tensor, values))
    for output in outputs if isinstance(outputs, tuple) else (outputs,):
        assert keras.ops.is_tensor(output), name
    found = as_numpy(outputs)
    assert len(found) == len(expected), name
    for one, other in zip(found, expected):
        assert one.shape == other.shape, (name, one.shape, other.shape)
        assert one.dtype == (bool if other.dtype == bool else np.float32), (name, one.dtype)
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-4, err_msg=name)


def check_mixed_and_symbolic() -> None:
    """Arrays beside tensors, integer tensors, tensors of float16, symbolic tensors, a tensor of another library."""
    import keras

    angle = keras.ops.convert_to_tensor(np.arange(3))
    assert tuple(g.rotation_x(angle).shape) == (3, 3, 3)
    half = keras.ops.cast(angle, "float16")
    mixed = g.geodesic_distance_deg(g.rotation_x(half), np.eye(3))
    assert keras.backend.standardize_dtype(mixed.dtype) == "float16"
    symbolic = g.matrix_from_6d(keras.Input((6,)))
    assert tuple(symbolic.shape) == (None, 3, 3)
    distance = g.geodesic_distance_deg(symbolic, g.camera_from_object_rotation(*[keras.Input(()) for _ in range(3)]))
    assert tuple(distance.shape) == (None,)
    try:
        g.rotation_x(object())
    except g.ShapeError as error:
        assert "tensor of the backend" in str(error)
    else:
        raise AssertionError("an object is no tensor")


def gradient(function, value: np.ndarray) -> np.ndarray:
    """Return the gradient of the sum of ``function`` at ``value``, by the backend's own means."""
    import keras

    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        variable = tf.Variable(value)
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(function(variable * 1.0))
        return tape.gradient(total, variable).numpy()
    if backend == "jax":
        import jax

        return np.asarray(jax.jit(jax.grad(lambda v: function(v).sum()))(value))
    import torch

    variable = torch.tensor(value, requires_grad=True)
    function(variable).sum().backward()
    return variable.grad.numpy()


def check_gradients() -> None:
    """Gradients are finite where a careless formula gives NaN: at no turn, half a turn, degenerate input."""
    half_turn = np.diag([1.0, -1.0, -1.0]).astype("float32")
    sixd = np.zeros((2, 6), "float32")
    sixd[1] = [1, 0, 0, 0, 1, 0]
    far = np.float32([[0.0, 0, -1], [0, 0, 0], [0.1, 0.1, 2]])
    eye4 = np.eye(4, dtype="float32")
    for name, function, value in [
        ("distance at 0", lambda r: g.geodesic_distance_deg(r, np.eye(3)), np.eye(3, dtype="float32")),
        ("distance at 180", lambda r: g.geodesic_distance_deg(r, np.eye(3)), half_turn),
        ("6d", g.matrix_from_6d, sixd),
        ("quaternion", g.matrix_from_quaternion, np.zeros(4, "float32")),
        ("axis", lambda r: g.axis_angle_from_matrix(r)[1], np.eye(3, dtype="float32")),
        ("pole", lambda r: g.viewpoint_from_rotation(r)[1], half_turn),
        ("behind", lambda p: g.Camera(np.eye(3, dtype="float32"), eye4, 4, 4).project(p)[1], far),
    ]:
        assert np.isfinite(gradient(function, value)).all(), name
    turn = np.float32([30.0])
    slope = gradient(lambda a: g.geodesic_distance_deg(g.rotation_x(a), np.eye(3)), turn)
    np.testing.assert_allclose(slope, [1.0], atol=1e-3, err_msg="one degree a degree")


def main() -> int:
    for name, (function, values) in cases().items():
        compare(name, function, values)
    check_mixed_and_symbolic()
    check_gradients()
    return 0


if __name__ == "__main__":
    sys.exit(main())
