"""Labels of a whole model: points on the surface, evenly; a hash that knows the mesh; a file that holds it all."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pytest

from synth_data.model_labels import label_model, mesh_hash, sample_points
from tests.synth_data.objects import marked_model
from tests.synth_data.test_voxels import box
from vantage.errors import DataError
from vantage.records.models import load_labels, save_labels


@pytest.fixture(scope="module")
def labels():
    return label_model(marked_model(), "CC0-1.0")


def boxy():
    """A box whose normals are those of its faces."""
    vertices, faces = box()
    flat = np.cross(vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    return replace(marked_model(), vertices=vertices, triangles=faces.astype(np.int32),
                   normals=np.repeat(flat[:, None], 3, axis=1).astype(np.float32),
                   surface_of=np.zeros(12, np.int32))  # fmt: skip


def test_points_lie_on_the_surface_and_normals_stand_on_it(rng):
    points, normals = sample_points(boxy(), 2000, rng)
    low, high = box()[0][[0, -1]]
    towards = np.stack([np.abs(points - low), np.abs(points - high)])
    assert towards.min(axis=(0, 2)).max() < 1e-6
    side, axis = np.divmod(towards.transpose(1, 0, 2).reshape(-1, 6).argmin(axis=1), 3)
    np.testing.assert_allclose(normals, np.eye(3)[axis] * (2 * side - 1)[:, None], atol=1e-6)


def test_points_are_spread_by_area(rng):
    points, _ = sample_points(boxy(), 6000, rng)
    low, high = box()[0][[0, -1]]
    side = high - low
    areas = np.array([side[1] * side[2], side[0] * side[2], side[0] * side[1]])
    on = [(np.minimum(np.abs(points[:, k] - low[k]), np.abs(points[:, k] - high[k])) < 1e-6).mean() for k in range(3)]
    np.testing.assert_allclose(on, areas / areas.sum(), atol=0.003)


def test_the_seed_settles_the_points():
    model = boxy()
    first, second, other = (label_model(model, count=50, seed=seed).points for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_the_hash_knows_the_mesh():
    model = boxy()
    value = mesh_hash(model.vertices, model.triangles)
    assert value == mesh_hash(model.vertices.astype(np.float32), model.triangles.astype(np.int64))
    assert value != mesh_hash(model.vertices * 1.01, model.triangles)
    assert value != mesh_hash(model.vertices, model.triangles[:, ::-1])


def test_a_file_holds_it_all(labels, tmp_path):
    save_labels(tmp_path / "m.npz", labels)
    again = load_labels(tmp_path / "m.npz")
    assert (again.model_id, again.category, again.licence) == ("markers", "marker", "CC0-1.0")
    assert again.mesh_hash == labels.mesh_hash and again.keypoint_names == labels.keypoint_names
    assert set(again.voxels) == {"solid_32", "solid_64", "surface_32", "surface_64"}
    for name, grid in labels.voxels.items():
        size = int(name[-2:])
        assert grid.shape == (size,) * 3 and grid.dtype == bool and grid.any()
        np.testing.assert_array_equal(again.voxels[name], grid)
    for name in ("points", "point_normals", "keypoints"):
        np.testing.assert_array_equal(getattr(again, name), getattr(labels, name))
    assert (tmp_path / "m.npz").stat().st_size < 150_000


def test_the_solid_holds_the_markers(labels):
    index = np.floor((labels.keypoints + 0.5) * 64).astype(int)
    assert labels.voxels["solid_64"][tuple(index.T)].all()


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 half a zip"])
def test_damaged_files_are_refused(tmp_path, content):
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(DataError, match="holds no labels"):
        load_labels(tmp_path / "m.npz")
    with pytest.raises(DataError, match="there are no labels"):
        load_labels(tmp_path / "none.npz")


def test_pickles_are_not_opened(tmp_path):
    np.savez(tmp_path / "m.npz", head=np.array([{"a": 1}], object))
    with pytest.raises(DataError, match="holds no labels"):
        load_labels(tmp_path / "m.npz")


def test_a_file_that_lacks_something_is_refused(labels, tmp_path):
    save_labels(tmp_path / "m.npz", labels)
    with zipfile.ZipFile(tmp_path / "m.npz") as whole, zipfile.ZipFile(tmp_path / "less.npz", "w") as less:
        for name in whole.namelist()[:-2]:
            less.writestr(name, whole.read(name))
    with pytest.raises(DataError, match="holds no labels"):
        load_labels(tmp_path / "less.npz")
