"""Labels of whole models: processor time of voxels, point clouds and deformations, on one core.

Run it as ``OMP_NUM_THREADS=1 python -m benchmarks.bm_model_labels``.
"""

from __future__ import annotations

import time

import numpy as np

from synth_data.deformation import deform, sample_deformation
from synth_data.model_labels import sample_points
from synth_data.models import Model, model_from_shape
from synth_data.shapes.registry import CATEGORIES, sample_shape
from synth_data.voxels import solid_voxels, surface_voxels
from tests.synth_data.test_voxels import SHAPES, ball


def best(work, repeats: int = 3) -> float:
    """Return the least processor seconds of some goes."""
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def bench_mesh(name: str, vertices: np.ndarray, triangles: np.ndarray) -> None:
    """Time the voxels of one mesh."""
    times = [best(lambda: make(vertices, triangles, size)) for make in (solid_voxels, surface_voxels)  # noqa: B023
             for size in (32, 64)]  # fmt: skip
    print(f"{name:24} {len(triangles):7} triangles: " + "".join(f"{1000 * seconds:9.0f} ms" for seconds in times))


def bench_model(name: str, model: Model) -> None:
    """Time points and a deformation of one model."""
    rng = np.random.default_rng(0)
    points = best(lambda: sample_points(model, 4096, rng))
    bent = best(lambda: deform(model, sample_deformation(rng)))
    print(f"{name:24} 4096 points {1000 * points:6.0f} ms, deformation {1000 * bent:6.0f} ms")


def main() -> None:
    """Time known shapes, and one model of each category."""
    print(f"{'':45}" + "".join(f"{text:>12}" for text in ("solid 32", "solid 64", "surface 32", "surface 64")))
    bench_mesh("ball", *ball((0, 0, 0), 0.4, 51))
    bench_mesh("torus", *SHAPES["torus"][0]())
    for category in CATEGORIES:
        model = model_from_shape(sample_shape(category, 0), category)
        bench_mesh(category, model.vertices, model.triangles)
        bench_model(category, model)


if __name__ == "__main__":
    main()
