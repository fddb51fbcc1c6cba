"""Time of geometry's hot operations: ``python benchmarks/bm_geometry.py [--size N] [--backend tensorflow]``.

Input is what the tests use (tests/geometry/samples.py). Without ``--backend`` it is NumPy alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.geometry.samples import random_rotations
from vantage import geometry as g
from vantage.console import results, write_json
from vantage.metrics.viewpoint import rotation_errors_deg, viewpoint_summary


def operations(size: int) -> dict[str, tuple[Callable, list[np.ndarray]]]:
    """Return name -> (function, float32 arrays), each on ``size`` items."""
    rng = np.random.default_rng(0)
    single = lambda values: np.asarray(values, np.float32)  # noqa: E731
    first, second = (single(random_rotations(rng, (size,))) for _ in range(2))
    angles = single(rng.uniform(-80, 80, (size, 4)))
    intrinsics, transform = (
        g.intrinsics_from_fov(40.0, 128, 128),
        g.camera_from_world_at(g.Viewpoint(30.0, 20.0, 5.0, 2.0)),
    )
    points, pixels = single(rng.uniform(-0.5, 0.5, (size, 3))), single(rng.uniform(0, 128, (size, 2)))
    homography = g.plane_homography(intrinsics, intrinsics, np.eye(4), [0, 0, 1], 2.0)
    camera = lambda: g.Camera(intrinsics, transform, 128, 128)  # noqa: E731
    return {
        "matrix_from_quaternion": (g.matrix_from_quaternion, [single(rng.normal(size=(size, 4)))]),
        "quaternion_from_matrix": (g.quaternion_from_matrix, [first]),
        "matrix_from_axis_angle": (g.matrix_from_axis_angle, [points, angles[:, 0]]),
        "matrix_from_6d": (g.matrix_from_6d, [single(rng.normal(size=(size, 6)))]),
        "geodesic_distance_deg": (g.geodesic_distance_deg, [first, second]),
        "camera_from_object_rotation": (g.camera_from_object_rotation, list(angles[:, :3].T)),
        "viewpoint_from_rotation": (g.viewpoint_from_rotation, [first]),
        "camera_from_world_at": (lambda v: g.camera_from_world_at(g.Viewpoint.from_array(v)), [angles]),
        "Camera.project": (lambda p: camera().project(p), [points]),
        "Camera.rays": (lambda x: camera().rays(x), [pixels]),
        "apply_homography": (g.apply_homography, [single(homography), pixels]),
    }


def metrics(size: int) -> dict[str, tuple[Callable, list[np.ndarray]]]:
    """Return the metrics, which are NumPy only."""
    rng = np.random.default_rng(0)
    predicted, true = rng.uniform(-80, 80, (2, size, 3))
    return {
        "rotation_errors_deg": (rotation_errors_deg, [predicted, true]),
        "viewpoint_summary": (viewpoint_summary, [predicted, true]),
    }


def seconds(function: Callable, values: list) -> float:
    """Return the best time of one call, its result awaited, out of five rounds of about 50 ms."""
    timer = timeit.Timer(lambda: [np.asarray(part) for part in _parts(function(*values))])
    timer.timeit(1)
    rounds = max(1, int(0.05 / max(timer.timeit(1), 1e-9)))
    return min(timer.repeat(5, rounds)) / rounds


def _parts(result) -> tuple:
    """Return the arrays of a result; asking for their values waits for a backend that computes asynchronously."""
    return tuple(result.values()) if isinstance(result, dict) else result if isinstance(result, tuple) else (result,)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10_000, help="items a call")
    parser.add_argument(
        "--backend", choices=["tensorflow", "jax", "torch"], help="also on this backend's tensors, eagerly"
    )
    parser.add_argument("--json", help="write the times to this file")
    options = parser.parse_args()
    columns = {"numpy": lambda value: value}
    if options.backend:
        os.environ["KERAS_BACKEND"] = options.backend
        import keras

        columns[options.backend] = keras.ops.convert_to_tensor
    cases = operations(options.size)
    times = {
        name: {column: seconds(function, list(map(convert, values))) for column, convert in columns.items()}
        for name, (function, values) in cases.items()
    }
    times |= {name: {"numpy": seconds(*case)} for name, case in metrics(options.size).items()}
    table = Table("operation", *(f"{column}, ns an item" for column in columns), title=f"{options.size} items a call")
    for name, row in times.items():
        table.add_row(
            name, *(f"{1e9 * row[column] / options.size:.0f}" if column in row else "-" for column in columns)
        )
    results.print(table)
    write_json(options.json, {"size": options.size, "seconds": times})
    return 0


if __name__ == "__main__":
    sys.exit(main())
