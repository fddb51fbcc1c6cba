"""Whole sets: what is in them, that they are the same however they were made, and what the commands say."""

import json
import signal
import subprocess
import time
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from PIL import Image

from synth_data import pipeline
from synth_data.commands import Render
from synth_data.models import model_from_shape
from synth_data.order import make_prior, make_spec
from synth_data.pool import Outcome
from synth_data.shapes.registry import sample_shape
from tests.synth_data.conftest import SMALL, command, run, shards_of
from tests.synth_data.objects import write_obj
from tests.synth_data.workers import in_blender, make_records
from vantage.geometry.cameras import Camera
from vantage.records.reader import open_records, read_manifest, splits_of, verify_dataset


@pytest.fixture(scope="module")
def views(small_set):
    return list(open_records(small_set, "train"))


def options(**changes):
    given = {"count": 40, "size": 40, "samples": 1, "seed": 5, "shard_size": 8, "models": 6}
    return Render(out="unused", categories="table,chair", **{**given, **changes})


def test_the_set_is_whole(small_set):
    assert verify_dataset(small_set) == []
    assert splits_of(small_set) == {"train": 36, "val": 4}
    manifest = read_manifest(small_set)
    assert manifest["seed"] == 5 and manifest["skipped"] == [] and manifest["versions"]["bpy"].startswith("4.5")
    assert manifest["seconds_per_image"] > 0 and manifest["spec"]["size"] == 40
    assert Image.open(small_set / "contact_sheet.png").width > 600
    summary = json.loads(small_set.with_suffix(".json").read_text())
    assert summary["count"] == 40 and summary["rendered"] == 40 and summary["images_per_second"] > 0


def test_models_of_the_splits_are_apart(small_set, views):
    held_out = {view.model_id for view in open_records(small_set, "val")}
    assert held_out and not held_out & {view.model_id for view in views}
    assert {view.category for view in views} == {"table", "chair"}


def test_depth_lies_on_the_mesh(views):
    for view in views[::16]:
        category, seed = view.model_id.split(":")[1:]
        model = model_from_shape(sample_shape(category, int(seed)), "m")
        camera = Camera(view.intrinsics.astype(float), view.camera_from_world.astype(float), 40, 40)
        seen = view.depth > 0
        points = camera.unproject(camera.pixel_centres()[seen], view.depth[seen].astype(float))[::9]
        mesh = trimesh.Trimesh(model.vertices, model.triangles, process=False)
        _, distance, _ = trimesh.proximity.closest_point_naive(mesh, points)
        assert distance.max() < 1e-4


def test_mask_depth_box_and_image_agree(views):
    for view in views:
        np.testing.assert_array_equal(view.mask == 255, view.depth > 0)
        rows, columns = np.nonzero(view.mask)
        assert view.bbox.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        opaque = view.image[..., 3] > 0
        assert (opaque & (view.mask > 0)).sum() > 0.97 * (view.mask > 0).sum()
        assert not view.image[~opaque].any()
        assert view.keypoints_2d.shape == (len(view.keypoint_names), 2)


def test_keypoints_are_projections(views):
    for view in views[::5]:
        camera = Camera(view.intrinsics.astype(float), view.camera_from_world.astype(float), 40, 40)
        points, _ = camera.project(view.keypoints_3d.astype(float))
        np.testing.assert_allclose(points, view.keypoints_2d, atol=1e-3)


def test_two_workers_write_the_same_bytes(small_set, tmp_path):
    done = run("render", "--out", tmp_path / "set", *SMALL, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert shards_of(tmp_path / "set") == shards_of(small_set)


def test_any_index_alone_is_that_index_of_the_set(views):
    chosen = options()
    prior, words = make_prior(chosen)
    spec = make_spec(chosen, ["table", "chair"], [], words)
    for view, alone in zip((views[27], views[2]), in_blender(make_records, [27, 2], spec, prior, {})):
        for name, value in view.as_dict().items():
            other = getattr(alone, name)
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(value, np.asarray(other, value.dtype), err_msg=name)
        assert (alone.index, alone.model_id) == (view.index, view.model_id)


def test_a_killed_run_goes_on_to_the_same_bytes(small_set, tmp_path):
    folder = tmp_path / "set"
    args = command("render", "--out", folder, *SMALL, "--workers", "2")
    process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(shards_of(folder)) >= 1 or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(1.0)  # a worker that outlives its parent ends at its next report
    left = shards_of(folder)
    assert 1 <= len(left) < 6 and not (folder / "manifest.json").exists()
    stamps = {name: (folder / name).stat().st_mtime_ns for name in left}
    (folder / ".vantage_records-train.array_record-00004-of-00005.tmp-1").write_bytes(b"left behind")
    done = run("render", "--out", folder, *SMALL, "--workers", "1", "--json", tmp_path / "summary.json")
    assert done.returncode == 0, done.stderr
    assert shards_of(folder) == shards_of(small_set)
    again = [name for name, stamp in stamps.items() if (folder / name).stat().st_mtime_ns != stamp]
    assert not again
    assert not list(folder.glob(".*.tmp-*"))
    assert json.loads((tmp_path / "summary.json").read_text())["reused"] >= 8


def wait_for(condition, seconds=200.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def heed_interrupts():
    """Undo what shells do to the commands that they start in the background: those ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_run_says_so_and_keeps_its_shards(tmp_path):
    folder = tmp_path / "set"
    args = command("render", "--out", folder, *SMALL, "--count", "400", "--workers", "1")
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(args, preexec_fn=heed_interrupts, **options)
    wait_for(lambda: len(shards_of(folder)) >= 1 or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert len(shards_of(folder)) >= 1


def test_a_shard_that_fails_is_told_when_the_rest_is_done(tmp_path, monkeypatch, run_vantage):
    asked = []

    def outcomes(job, shards, *rest):
        for shard in shards:
            asked.append(shard.start)
            yield Outcome(shard, failure="it hung") if shard.start == 8 else Outcome(shard, {"count": shard.count})

    monkeypatch.setattr(pipeline, "_outcomes", outcomes)
    status, _, words = run_vantage("render", "--out", tmp_path / "set", *SMALL)
    assert status == 2 and "views 8 to 15 could not be rendered: it hung; finished shards are kept" in words
    assert asked == [0, 8, 16, 24, 32, 36] and not (tmp_path / "set" / "manifest.json").exists()


def test_a_worker_has_time_for_the_longest_of_views():
    small, large = (replace_size(options(), size, samples) for size, samples in ((128, 4), (2048, 4096)))
    assert pipeline.limits_for(small).seconds == pytest.approx(903, abs=1)
    assert pipeline.limits_for(large).seconds > 24 * 3600


def replace_size(order, size, samples):
    return make_spec(replace(order, size=size, samples=samples), ["table", "chair"], [], make_prior(order)[1])


def test_a_finished_set_is_left_alone(small_set):
    before = {path.name: path.stat().st_mtime_ns for path in small_set.glob("vantage_records-*")}
    done = run("render", "--out", small_set, *SMALL, "--workers", "2")
    assert done.returncode == 0 and "nothing left to render" in done.stdout
    assert before == {path.name: path.stat().st_mtime_ns for path in small_set.glob("vantage_records-*")}


def test_another_spec_in_the_same_folder_is_refused(small_set, run_vantage):
    changed = [*SMALL, "--samples", "2", "--seed", "6"]
    status, _, told = run_vantage("render", "--out", small_set, *changed)
    assert status == 2
    assert "samples 1 there, 2 asked for" in told and "seed 5 there, 6 asked for" in told
    assert len(told.strip().splitlines()) == 1


def test_cad_files_are_rendered_and_bad_ones_named(tmp_path):
    cad = tmp_path / "cad"
    write_obj(cad / "car" / "a.obj")
    write_obj(cad / "car" / "b.obj", np.array([[0, 0, 0], [1, 0, 0], [0, 3, 0], [0, 0, 1.0]]))
    (cad / "car" / "broken.glb").write_bytes(b"glTF nonsense")
    (cad / "views.csv").write_text("azimuth_deg,elevation_deg\n10,20\n20,30\n")
    args = ("render", "--cad", cad, "--viewpoints", cad / "views.csv", "--count", 4, "--size", 32, "--samples", 1)
    strict = run(*args, "--out", tmp_path / "strict", "--strict")
    assert strict.returncode == 2 and "car/broken.glb" in strict.stderr
    assert not shards_of(tmp_path / "strict")
    done = run(*args, "--out", tmp_path / "set", "--workers", "1", "--front=z-", "--up", "y")
    assert done.returncode == 0, done.stderr
    assert "car/broken.glb" in done.stderr
    manifest = read_manifest(tmp_path / "set")
    assert [item["file"] for item in manifest["skipped"]] == ["car/broken.glb"] and manifest["skipped"][0]["reason"]
    view = open_records(tmp_path / "set", "train")[0]
    assert view.category == "car" and (view.normalisation["up"], view.normalisation["front"]) == ("+y", "-z")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--count", "0"), "--count is 0; expected 1 to"),
        (("--size", "4"), "--size is 4"),
        (("--samples", "0"), "--samples is 0"),
        (("--workers", "0"), "--workers is 0"),
        (("--val-fraction", "1.5"), "--val-fraction is 1.5"),
        (("--lights", "candles"), "one of mixed, outdoor"),
        (("--categories", "dragon"), "no procedural dragon; expected one of car, chair, table, sofa"),
        (("--cad", "nowhere"), "there is no CAD folder nowhere"),
        (("--viewpoints", "nowhere.csv"), "there is no viewpoint file nowhere.csv"),
        (("--viewpoints", "grid", "--grid-elevations", "a,b"), "--grid-elevations is 'a,b'"),
        (("--elevation-low", "70"), "--elevation-low 70 is above --elevation-high"),
        (("--up", "y"), "--cad DIR beside it"),
        (("--cout", "4"), "unknown option --cout"),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path, run_vantage, args, words):
    status, _, told = run_vantage("render", "--out", tmp_path / "set", *args)
    assert status == 2 and words in told
    assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "set").exists()


def test_folders_that_cannot_be_used(tmp_path, run_vantage):
    (tmp_path / "file").write_text("")
    status, _, told = run_vantage("render", "--out", tmp_path / "file", *SMALL)
    assert status == 2 and "is a file" in told
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("")
    status, _, told = run_vantage("render", "--out", tmp_path / "full", *SMALL)
    assert status == 2 and "thesis.txt" in told
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


def test_inspect_and_verify(small_set, run_vantage, tmp_path):
    status, told, _ = run_vantage("inspect", small_set, "--json", tmp_path / "facts.json")
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert status == 0 and "40 views" in told
    assert sum(facts["splits"]["train"]["categories"].values()) == facts["splits"]["train"]["count"] == 36
    assert 0 <= facts["splits"]["train"]["viewpoints"]["azimuth"]["min"] < 360
    assert run_vantage("verify", small_set)[0] == 0


def test_verify_finds_a_changed_shard(small_set, run_vantage, tmp_path):
    import shutil

    copy = shutil.copytree(small_set, tmp_path / "copy")
    shard = next(copy.glob("vantage_records-train*"))
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    status, told, _ = run_vantage("verify", copy)
    assert status == 1 and shard.name in told


def test_passes_are_in_the_records_and_only_when_asked_for(tmp_path, views):
    import tensorflow_datasets as tfds

    done = run("render", "--out", tmp_path / "set", *SMALL, "--count", 3, "--workers", 1, "--ground", 0,
               "--passes", "part,normal,object_coordinates,instance,bbox_amodal")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert views[0].normal is None and views[0].part_names == ()
    record = open_records(tmp_path / "set", "train")[0]
    camera = Camera(record.intrinsics.astype(float), record.camera_from_world.astype(float), 40, 40)
    seen = record.mask > 0
    points = camera.unproject(camera.pixel_centres()[seen], record.depth[seen].astype(float))
    assert np.abs(record.object_coordinates[seen] - points).max() < 1e-4
    np.testing.assert_allclose(np.linalg.norm(record.normal[seen], axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(record.instance, seen)
    np.testing.assert_array_equal(record.part > 0, seen)
    assert record.symmetry["mirror"] and len(record.part_names) >= record.part.max()
    assert read_manifest(tmp_path / "set")["optional_features"][:2] == ["normal", "object_coordinates"]
    example = tfds.builder_from_directory(tmp_path / "set").as_data_source("train")[0]
    np.testing.assert_array_equal(example["part"], record.part)


def test_an_unknown_pass_is_refused_in_one_line(tmp_path):
    done = run("render", "--out", tmp_path / "set", "--passes", "normal,colour")
    assert done.returncode != 0 and "--passes asks for colour" in done.stderr and "Traceback" not in done.stderr
