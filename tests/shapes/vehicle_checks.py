"""What every vehicle must hold to; used by the tests of each category."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from synth_data.shapes.mesh import Shape
from tests.shapes.furniture_checks import (
    check_all_different,
    check_closed_and_outward,
    check_deterministic,
    check_meshes,
)
from tests.shapes.surfaces import corners, distance


def sampled(sample, build, styles, each: int = 3) -> list[Shape]:
    """Return ``each`` shapes of every style."""
    return [build(sample(np.random.default_rng([seed, 5]), style)) for style in styles for seed in range(each)]


def check_vehicles(shapes: list[Shape], sample, build, most: int = 7_000) -> None:
    """Built twice it is the same; clean closed meshes within the budget; on the ground, in the middle; quick."""
    check_deterministic(sample, build)
    check_meshes(shapes)
    check_closed_and_outward(shapes)
    for shape in shapes:
        low, high = shape.bounds()
        assert abs(low[2]) < 0.03, shape.style
        assert abs(low[0] + high[0]) < 0.12 * (high[0] - low[0]), shape.style
        assert shape.symmetry.mirror == getattr(shape.params, "mirrored", True) and shape.symmetry.fold == 1
        assert shape.triangle_count() <= 12_000, shape.style
    assert np.median([shape.triangle_count() for shape in shapes]) < most


def check_build_time(shapes: list[Shape], build, seconds: float = 0.03) -> None:
    """The quickest of three builds stays under four times ``seconds`` of processor time, which it takes alone."""
    for shape in shapes[::3]:
        spent = []
        for _ in range(3):
            start = time.process_time()
            build(shape.params)
            spent.append(time.process_time() - start)
        assert min(spent) < 4 * seconds, (shape.style, spent)  # beside other work it takes longer


def check_all_seeds_differ(sample, build, count: int = 200) -> None:
    """So many seeds give as many shapes."""
    check_all_different([build(sample(np.random.default_rng([seed, 6]))) for seed in range(count)])


def check_keypoints(shapes: list[Shape], names, gap: float = 0.02, unpaired=()) -> None:
    """The same names in order, mirrored in pairs but for ``unpaired``, within ``gap`` diagonals of the surface."""
    for shape in shapes:
        assert list(shape.keypoints) == list(names), shape.style
        edges = {frozenset(edge) for edge in shape.edges}
        assert len(edges) == len(shape.edges) > 0
        assert edges == {frozenset(map(other_side, edge)) for edge in edges}
        diagonal = np.linalg.norm(np.diff(shape.bounds(), axis=0))
        near = distance(corners(shape), np.array(list(shape.keypoints.values()))) / diagonal
        assert near.max() < gap, (shape.style, dict(zip(names, near.round(3))))
        for name, point in shape.keypoints.items():
            if "left" in name and name not in unpaired:
                assert point[0] > 0, (shape.style, name)
                other = shape.keypoints[name.replace("left", "right")]
                np.testing.assert_allclose(point * (-1, 1, 1), other, atol=1e-9, err_msg=f"{shape.style}: {name}")


def other_side(name: str) -> str:
    """Return the name of the keypoint that ``name`` becomes in a mirror."""
    return name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")


def check_profiles_differ(shapes: list[Shape], bins: int = 12) -> None:
    """The height of the silhouette from front to back is not that from back to front."""
    for shape in shapes:
        triangles = corners(shape)
        points = np.concatenate([triangles.reshape(-1, 3), triangles.mean(axis=1)])
        low, high = points[:, 1].min(), points[:, 1].max()
        place = np.minimum(((points[:, 1] - low) / (high - low) * bins).astype(int), bins - 1)
        heights = np.array([points[place == k, 2].max(initial=0) for k in range(bins)])
        assert np.abs(heights - heights[::-1]).max() > 0.02 * points[:, 2].max(), shape.style


def reds(shape: Shape, back: bool) -> int:
    """Return how many vertices of red lamps lie in the back (or front) half."""
    count = 0
    for part in shape.parts:
        red = [i for i, m in enumerate(part.materials) if m.name == "tail light"]
        y = part.vertices[part.faces[np.isin(part.face_materials, red)]].reshape(-1, 3)[:, 1]
        count += int(((y > 0) == back).sum())
    return count


def check_choices(sample, build, choices, styles) -> None:
    """Every choice of every form builds, for each of ``styles``."""
    for style in styles:
        params = sample(np.random.default_rng(2), style)
        for name, known in choices.items():
            for choice in known if name != "style" else (style,):
                shape = build(replace(params, **{name: choice}))
                assert all(np.isfinite(part.vertices).all() for part in shape.parts), (style, name, choice)


def check_forms(styles, forms, choices) -> None:
    """What a style draws its forms from is known."""
    for style in styles:
        for name, weights in forms[style].items():
            assert set(weights) <= set(choices[name]), (style, name)


def check_every_measure_matters(sample, build, bounds, styles) -> None:
    """Each measure, but for those of the paint, changes the vertices of some style when it is moved."""
    idle = []
    for name, (low, high) in bounds.items():
        if name == "roughness":
            continue
        for style in styles:
            params = sample(np.random.default_rng(3), style)
            value = getattr(params, name)
            other = replace(params, **{name: value + 0.1 * ((high if high - value > value - low else low) - value)})
            if not _same(build(params), build(other)):
                break
        else:
            idle.append(name)
    assert not idle, idle


def _same(one: Shape, other: Shape) -> bool:
    """Whether two shapes have equal vertices."""
    pairs = zip(one.parts, other.parts)
    return len(one.parts) == len(other.parts) and all(np.array_equal(a.vertices, b.vertices) for a, b in pairs)


def check_mirrored(shapes: list[Shape], names, share: float = 1.0) -> None:
    """Of the vertices of the parts ``names`` at least ``share`` have their mirror image near (0.3 % of the size)."""
    for shape in shapes:
        size = np.linalg.norm(np.diff(shape.bounds(), axis=0))
        for part in (part for part in shape.parts if part.name in names):
            images = cKDTree(part.vertices).query(part.vertices * (-1, 1, 1))[0]
            assert np.mean(images < 0.003 * size) >= share, (shape.style, part.name)


def check_bounds(sample, styles, measures, bounds) -> None:
    """Every range that a style draws from lies within what is accepted, and each style can be drawn."""
    for style in styles:
        for name, (low, high) in measures[style].items():
            assert bounds[name][0] <= low <= high <= bounds[name][1], (style, name)
        assert sample(np.random.default_rng(0), style).style == style
    drawn = {sample(np.random.default_rng(seed)).style for seed in range(200)}
    assert drawn == set(styles)


def approx_extent(shape: Shape, axis: int, size: float, slack: float) -> None:
    """The extent along ``axis`` is ``size`` metres but for ``slack``."""
    assert np.ptp(shape.bounds(), axis=0)[axis] == pytest.approx(size, abs=slack), shape.style
