"""Sets of deformed models: which runs show one, and that records, labels and the bent mesh agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from synth_data.deformation import Deformation, deform, sample_deformation
from synth_data.exporters.models import shown_model
from synth_data.images import image_names
from synth_data.labelling import label_set
from synth_data.model_labels import mesh_hash
from synth_data.order import make_prior, make_spec
from synth_data.render import ModelShelf
from synth_data.spec import VIEWS_PER_RUN, ModelRef, shown_models
from tests.synth_data.test_set import options
from tests.synth_data.workers import in_blender, make_records
from vantage.geometry.cameras import Camera
from vantage.records.models import read_model_labels
from vantage.records.schema import OUTSIDE

SIZE = 40


def asked(**changes):
    """Return spec and prior of a set of tables and chairs."""
    chosen = options(**{"count": 400, "deform": 0.5, "ground": 0.0, **changes})
    prior, words = make_prior(chosen)
    return make_spec(chosen, ["table", "chair"], [], words), prior


def plain(ref: ModelRef) -> str:
    return ref.base or ref.model_id


def test_a_run_shows_one_shape_and_each_run_its_own():
    spec, _ = asked()
    refs = [spec.model_of(index) for index in range(spec.count)]
    for indices in spec.splits.values():
        runs = [refs[start : min(start + VIEWS_PER_RUN, indices.stop)] for start in indices[::VIEWS_PER_RUN]]
        assert all(len(set(run)) == 1 for run in runs)
    shown = [refs[index] for indices in spec.splits.values() for index in indices[::VIEWS_PER_RUN]]
    bent = [ref for ref in shown if ref.base]
    assert 0.3 < len(bent) / len(shown) < 0.7 and len({ref.bend for ref in bent}) == len(bent)
    assert all(ref.model_id == f"{ref.base}~{ref.bend}" for ref in bent)


def test_only_the_shapes_change():
    spec, _ = asked()
    straight, every = replace(spec, deform=0.0), replace(spec, deform=1.0)
    for index in range(0, spec.count, 5):
        refs = [each.model_of(index) for each in (spec, straight, every)]
        assert len({plain(ref) for ref in refs}) == 1 and not refs[1].base and refs[2].base
        assert len({ref.seed for ref in refs}) == 1, "the procedural model is the same"
        assert refs[0] in refs[1:], "whether it is deformed does not change how"


def test_models_of_the_splits_stay_apart():
    spec, _ = asked(deform=1.0)
    train, val = ({plain(spec.model_of(index)) for index in spec.splits[name]} for name in ("train", "val"))
    assert train and val and not train & val


def test_groups_share_a_shape_unless_shapes_vary():
    group = {"group_size": 20, "held": "direction", "path": "factors", "deform": 1.0}
    spec, _ = asked(factors="light,shape", **group)
    for start in range(0, 200, 20):
        shapes = {spec.model_of(index).model_id for index in range(start, start + 20)}
        assert len(shapes) == (20 if spec.factor_of(start) == "shape" else 1)
    assert len(shown_models(spec)) == len({spec.model_of(index) for index in range(spec.count)})


def test_deformed_copies_are_not_deformed_again():
    copy = ModelRef("car/a.glb~1", "car", "car/a.glb", "hash", base="car/a.glb", bend=1)
    spec = replace(asked()[0], models=(copy,), deform=1.0, val_fraction=0.0)
    assert spec.model_of(3) == copy


@pytest.fixture(scope="module")
def views():
    """Records of deformed models with their meshes."""
    spec, prior = asked(deform=1.0)
    indices = [0, 9, 16]
    shelf = ModelShelf({})
    records = in_blender(make_records, indices, spec, prior, {})
    return spec, [(record, shelf.get(spec.model_of(index))) for index, record in zip(indices, records)]


def camera_of(record) -> Camera:
    return Camera(np.asarray(record.intrinsics, float), np.asarray(record.camera_from_world, float), SIZE, SIZE)


def test_records_say_that_and_how_the_model_was_deformed(views):
    spec, pairs = views
    for record, model in pairs:
        ref = spec.model_of(record.index)
        assert record.model_id == ref.model_id == f"{ref.base}~{ref.bend}"
        deformation = Deformation.from_json(record.normalisation["deformation"])
        base = ModelShelf({}).get(replace(ref, model_id=ref.base, base=""))
        again = deform(base, deformation)
        np.testing.assert_array_equal(again.vertices, model.vertices)
        assert record.normalisation["scale"] == base.normalisation["scale"]
        assert set(record.normalisation["renormalised"]) == {"scale", "offset"}
        assert record.symmetry == {"mirror": base.symmetry.mirror, "fold": 1}


def test_depth_is_that_of_the_deformed_mesh(views):
    for record, model in views[1]:
        camera, seen = camera_of(record), record.depth > 0
        points = camera.unproject(camera.pixel_centres()[seen], record.depth[seen].astype(float))[::23]
        mesh = trimesh.Trimesh(model.vertices, model.triangles, process=False)
        assert trimesh.proximity.closest_point_naive(mesh, points)[1].max() < 1e-4
        straight = ModelShelf({}).get(replace(views[0].model_of(record.index), model_id=plain_id(record), base=""))
        other = trimesh.Trimesh(straight.vertices, straight.triangles, process=False)
        assert trimesh.proximity.closest_point_naive(other, points)[1].max() > 0.003


def plain_id(record) -> str:
    return record.model_id.partition("~")[0]


def test_keypoints_lie_on_the_deformed_object(views):
    for record, model in views[1]:
        points, _ = camera_of(record).project(np.asarray(model.keypoints, float))
        np.testing.assert_allclose(points, record.keypoints_2d, atol=1e-3)
        inside = record.keypoint_visibility != OUTSIDE
        assert inside.any()
        low, high = record.bbox[:2] - 1.5, record.bbox[2:] + 1.5
        assert ((points[inside] >= low) & (points[inside] <= high)).all()
        box = model.vertices[np.unique(model.triangles)]
        assert ((model.keypoints >= box.min(axis=0) - 0.02) & (model.keypoints <= box.max(axis=0) + 0.02)).all()


def test_labels_are_those_of_the_deformed_model(views, tmp_path):
    spec, [(record, model), *_] = views
    one = replace(spec, models=tuple(ref for ref in spec.models if ref.model_id == plain_id(record)),
                  count=VIEWS_PER_RUN, val_fraction=0.0)  # fmt: skip
    assert [ref.model_id for ref in shown_models(one)] == [record.model_id]
    assert label_set(tmp_path, one, {}, 1) == (1, [])
    labels = read_model_labels(tmp_path, record.model_id)
    assert labels.mesh_hash == mesh_hash(model.vertices, model.triangles)
    np.testing.assert_allclose(labels.keypoints, record.keypoints_3d, atol=1e-6)


def test_pictures_at_given_angles_have_their_models_folder():
    spec, prior = asked(viewpoints="angles", azimuth="0,90", count=0, deform=1.0)
    names = image_names(spec, prior)
    assert len(set(names)) == spec.count == 2 * len(spec.models) and not any("~" in name for name in names)


def test_exports_build_a_deformed_model_again(views):
    for record, model in views[1]:
        again = shown_model(record.model_id, record.normalisation)
        np.testing.assert_array_equal(again.vertices, model.vertices)
        other = {**record.normalisation, "deformation": sample_deformation(np.random.default_rng(1)).as_json()}
        assert shown_model(record.model_id, other) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [(("--deform", "1.5"), "--deform is 1.5"), (("--preset", "scenes", "--deform", "0.5"), "--deform bends")],
)
def test_mistakes_are_told(tmp_path, run_vantage, given, words):
    status, _, told = run_vantage("render", "--out", tmp_path / "set", *given)
    assert status == 2 and words in told and len(told.strip().splitlines()) == 1
