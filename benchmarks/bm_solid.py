"""Solid voxels against analytic volumes, for meshes that are whole and for meshes that are not.

Run it as ``python -m benchmarks.bm_solid``. The number is the intersection over union with the voxels whose centres lie
inside the ball, box or torus; holes are three patches of triangles that are gone.
"""

from __future__ import annotations

import numpy as np

from synth_data.voxels import solid_voxels
from tests.synth_data.test_voxels import SHAPES, centres, holed, overlap

SIZE = 64


def variants(vertices: np.ndarray, faces: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return a closed mesh, and the same in worse states."""
    rng = np.random.default_rng(0)
    turned = np.where((rng.random(len(faces)) < 0.4)[:, None], faces[:, ::-1], faces)
    soup = vertices[faces].reshape(-1, 3)
    found = {"whole": (vertices, faces), "40 % turned round": (vertices, turned),
             "loose triangles": (soup, np.arange(len(soup)).reshape(-1, 3))}  # fmt: skip
    if len(faces) > 50:
        found |= {f"{100 * share:.0f} % gone": holed(vertices, faces, share, rng) for share in (0.03, 0.1)}
    return found


def main() -> None:
    """Print a row for each shape and state."""
    for name, (make, inside) in SHAPES.items():
        truth = inside(centres(SIZE))
        for state, mesh in variants(*make()).items():
            print(f"{name:8} {state:20} {overlap(solid_voxels(*mesh, SIZE), truth):.4f}")


if __name__ == "__main__":
    main()
