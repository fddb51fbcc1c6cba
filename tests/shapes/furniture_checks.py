"""What every piece of furniture must hold to; used by the tests of each category."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.shapes.mesh import Shape, normalised

SEEDS = range(100)
CORNERS = ("front_left", "front_right", "back_left", "back_right")


def sampled(sample, build, seeds=SEEDS) -> list[Shape]:
    """Return one shape a seed."""
    return [build(sample(np.random.default_rng(seed))) for seed in seeds]


def all_vertices(shape: Shape) -> np.ndarray:
    """Return the vertices of all parts, [V, 3]."""
    return np.concatenate([part.vertices for part in shape.parts])


def check_deterministic(sample, build) -> None:
    """Building twice from one seed gives equal arrays."""
    for seed in range(6):
        first, second = (build(sample(np.random.default_rng(seed))) for _ in range(2))
        assert first.params == second.params
        for a, b in zip(first.parts, second.parts, strict=True):
            np.testing.assert_array_equal(a.vertices, b.vertices)
            np.testing.assert_array_equal(a.faces, b.faces)
        for name, point in first.keypoints.items():
            np.testing.assert_array_equal(point, second.keypoints[name])


def check_all_different(shapes: list[Shape]) -> None:
    """No two shapes have the same extent and keypoints."""
    prints = {tuple(np.round(np.concatenate([s.bounds().ravel(), *s.keypoints.values()]), 6)) for s in shapes}
    assert len(prints) == len(shapes)


def check_meshes(shapes: list[Shape]) -> None:
    """Numbers are finite, triangles have an area, corners exist, materials exist."""
    for shape in shapes:
        for part in shape.parts:
            where = f"{shape.style}: {part.name}"
            assert np.isfinite(part.vertices).all(), where
            assert part.faces.min() >= 0 and part.faces.max() < len(part.vertices), where
            a, b, c = (part.vertices[part.faces[:, k]] for k in range(3))
            assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-9, where
            assert part.face_materials.min() >= 0 and part.face_materials.max() < len(part.materials), where
        assert 500 < shape.triangle_count() < 60_000


def check_closed_and_outward(shapes: list[Shape]) -> None:
    """Each edge is run through once each way, and the parts' volumes are positive."""
    for shape in shapes:
        for part in shape.parts:
            where = f"{shape.style}: {part.name}"
            edges = part.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
            forth = np.sort(edges[:, 0] * len(part.vertices) + edges[:, 1])
            back = np.sort(edges[:, 1] * len(part.vertices) + edges[:, 0])
            assert (np.diff(forth) > 0).all(), where
            np.testing.assert_array_equal(forth, back, err_msg=where)
            a, b, c = (part.vertices[part.faces[:, k]] for k in range(3))
            assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() > 0, where


def check_keypoints(shapes: list[Shape], names: list[str]) -> None:
    """The same names in the same order; each lies within 1 % of the diagonal of a vertex; left is +x."""
    for shape in shapes:
        assert list(shape.keypoints) == names
        diagonal = np.linalg.norm(np.diff(shape.bounds(), axis=0))
        vertices = all_vertices(shape)
        for name, point in shape.keypoints.items():
            assert np.linalg.norm(vertices - point, axis=1).min() < 0.012 * diagonal, f"{shape.style}: {name}"
            if "left" in name:
                assert point[0] > shape.keypoints[name.replace("left", "right")][0], f"{shape.style}: {name}"
            if "front" in name:
                assert point[1] < shape.keypoints[name.replace("front", "back")][1], f"{shape.style}: {name}"


def check_on_the_floor(shapes: list[Shape]) -> None:
    """The lowest point and the leg ends are at z = 0, within the tube's radius."""
    for shape in shapes:
        assert abs(shape.bounds()[0, 2]) < 0.003, shape.style
        for corner in CORNERS:
            assert abs(shape.keypoints[f"leg_{corner}"][2]) < 0.035, (shape.style, corner)


def check_normalised(shapes: list[Shape]) -> None:
    """Unit diagonal about the origin, keypoints brought along."""
    for shape in shapes:
        small, norm = normalised(shape)
        low, high = small.bounds()
        np.testing.assert_allclose(np.linalg.norm(high - low), 1, atol=1e-12)
        np.testing.assert_allclose(low + high, 0, atol=1e-12)
        for name, point in small.keypoints.items():
            np.testing.assert_allclose(norm.undo(point), shape.keypoints[name], atol=1e-12)


def check_mirror(shapes: list[Shape]) -> None:
    """Where the shape says it is symmetric, keypoints and extent are."""
    for shape in shapes:
        if shape.symmetry.mirror:
            for name, point in shape.keypoints.items():
                if "left" in name:
                    other = shape.keypoints[name.replace("left", "right")]
                    np.testing.assert_allclose(point * (-1, 1, 1), other, atol=2e-3, err_msg=f"{shape.style}: {name}")
            low, high = shape.bounds()
            assert abs(low[0] + high[0]) < 2e-3, shape.style


def check_choices_build(params, build, choices) -> None:
    """Whatever each field may be, the shape is closed and clean, and another one than with the first choice."""
    for name, values in choices.items():
        extents = []
        for value in values:
            shape = build(replace(params, **{name: value}))
            assert all(np.isfinite(part.vertices).all() for part in shape.parts), (name, value)
            check_closed_and_outward([shape])
            extents.append(sum(np.abs(part.vertices).sum() for part in shape.parts))
        assert name == "style" or len(set(np.round(extents, 6))) > 1, name


def check_ranges_hold(sample, ranges, seeds=range(300)) -> None:
    """What the sampler draws is within the ranges, and moves."""
    drawn = [sample(np.random.default_rng(seed)) for seed in seeds]
    for name, (low, high) in ranges.items():
        values = [getattr(params, name) for params in drawn]
        assert low <= min(values) <= max(values) <= high, name
        assert max(values) > min(values), name


def part_of(shape: Shape, name: str) -> np.ndarray:
    """Return the vertices of a part."""
    return next(part.vertices for part in shape.parts if part.name == name)


def part_names(shape: Shape) -> set[str]:
    """Return the names of a shape's parts."""
    return {part.name for part in shape.parts}


def of_material(shape: Shape, name: str) -> np.ndarray:
    """Return the corners [n, 3] of all triangles of materials called ``name``."""
    found = [np.zeros((0, 3))]
    for part in shape.parts:
        chosen = [number for number, material in enumerate(part.materials) if material.name == name]
        found.append(part.vertices[part.faces[np.isin(part.face_materials, chosen)]].reshape(-1, 3))
    return np.concatenate(found)
