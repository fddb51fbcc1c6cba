"""The page of ``vantage inspect`` and the facts behind it."""

import json

import numpy as np
import pytest

from synth_data.inspection import _shape_iou, describe, inspect_dataset
from synth_data.survey import brightness, even_picks, spread, survey_set
from tests.records.samples import sample_record, write_dataset
from vantage.console import write_json
from vantage.records.reader import open_records

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A set of drawn records that says of itself what a rendered one says."""
    folder = write_dataset(tmp_path_factory.mktemp("sets") / "drawn", {"train": (6, 5), "val": (4,)})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["spec"] = {"size": 64, "samples": 4, "lights": "mixed"}
    manifest["spec"]["viewpoints"] = "uniform {'low': -10.0, 'high': 60.0}"
    manifest["seconds_per_image"] = 0.05
    manifest["seconds_by_stage"] = {"models": 0.01, "render": 0.03, "encoding": 0.01}
    manifest["skipped"] = [{"file": f"car/{EVIL}.obj", "reason": "no OBJ file"}]
    manifest["notes"] = [{"file": "car/a.obj", "note": "no texture a.png"}]
    write_json(folder / "manifest.json", manifest)
    return folder


def test_the_columns_are_those_of_the_records(folder):
    survey = survey_set(folder)
    records = [record for split in ("train", "val") for record in open_records(folder, split)]
    assert len(survey) == len(records) == 15
    assert survey.category.tolist() == [record.category for record in records]
    np.testing.assert_array_equal(survey.viewpoint, [record.viewpoint for record in records])
    assert survey.states.tolist() == [[1, 1, 0, 1]] * 15
    assert survey.place.tolist() == [*range(11), *range(4)]
    assert survey.side[3] == (records[3].bbox[2:] - records[3].bbox[:2]).max()
    assert np.isfinite(survey.brightness).all()
    assert set(survey.of(survey.split == "val").split) == {"val"}


def test_only_some_pictures_are_looked_at(folder):
    assert np.isfinite(survey_set(folder, looked_at=4).brightness).sum() == 4


def test_brightness_is_that_of_the_object():
    image, mask = np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4), np.uint8)
    image[:2], mask[:2] = 255, 255
    assert brightness(image, mask) == pytest.approx(1.0)
    assert brightness(image, 255 - mask) == 0.0
    assert np.isnan(brightness(image, 0 * mask))
    green = np.full((2, 2, 4), (0, 255, 0, 255), np.uint8)
    assert brightness(green, np.full((2, 2, 1), 255, np.uint8)) == pytest.approx(0.7152)


def test_spread_passes_over_what_is_not_known():
    assert spread(np.array([3.0, np.nan, 1.0, 2.0])) == {"min": 1.0, "median": 2.0, "max": 3.0}
    assert spread(np.array([np.nan])) == {"min": None, "median": None, "max": None}


def test_shapes_are_compared_where_they_are_procedural():
    chairs = [f"procedural:chair:{seed}" for seed in range(3)]
    assert 0 < _shape_iou("chair", chairs) < 0.9
    for models in (
        ["chair/a.obj", "chair/b.obj"],
        chairs[:1],
        ["procedural:car:0", "procedural:car:1"],
        ["procedural:9"],
    ):
        assert _shape_iou("chair", models) is None


def test_picks_are_spread_and_different():
    assert even_picks(np.arange(100), 3).tolist() == [0, 50, 99]
    assert even_picks(np.array([7, 9]), 12).tolist() == [7, 9]


def test_facts_are_told_for_splits_and_categories(folder):
    facts = describe(folder)
    assert facts["count"] == 15 and {name: part["count"] for name, part in facts["splits"].items()} == {
        "train": 11,
        "val": 4,
    }
    assert facts["categories"]["car"]["count"] + facts["categories"]["chair"]["count"] == 15
    assert facts["keypoint_states"] == {"visible": 15, "self-occluded": 15, "occluded": 0, "outside": 15}
    assert facts["splits"]["train"]["keypoints_visible"] == pytest.approx(1 / 3)


def test_the_page_shows_every_part_and_escapes_names(folder, tmp_path):
    facts = inspect_dataset(folder, sheet=False, json=tmp_path / "facts.json", out=tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert facts["page"] == str(tmp_path / "page.html")
    for words in ("Azimuth", "Elevation", "Tilt", "Distance", "Box, longer side", "Brightness", "Keypoints", "render"):
        assert words in page
    assert "uniform (low -10.0, high 60.0)" in page and "{'" not in page and "self-occluded" not in page
    assert page.count("hidden by itself") == 2 + 2, "in the figure and its label, and in each category's legend"
    assert page.count("<img") == 15  # at most twelve of a category
    assert "no OBJ file" in page and "no texture a.png" in page
    assert "<script" not in page and "&lt;script&gt;" in page
    assert json.loads((tmp_path / "facts.json").read_text())["seconds_by_stage"]["render"] == 0.03


def test_the_page_goes_into_the_folder_and_can_be_left_out(folder):
    inspect_dataset(folder, sheet=False, page=False)
    assert not (folder / "inspect.html").exists()
    inspect_dataset(folder, sheet=False)
    assert (folder / "inspect.html").stat().st_size > 10_000


def test_a_set_without_keypoints_times_or_spec_has_a_page_too(tmp_path):
    none = np.zeros((0, 2), np.float32)
    plain = {"keypoints_2d": none, "keypoints_3d": np.zeros((0, 3), np.float32), "keypoint_names": ()}
    empty = {"mask": np.zeros((64, 64), np.uint8), "bbox": np.zeros(4, np.float32)}
    changes = {**plain, **empty, "keypoint_visibility": np.zeros(0, np.uint8)}
    assert sample_record(0, **changes).bbox.sum() == 0
    folder = write_dataset(tmp_path / "plain", {"train": (3,)}, **changes)
    facts = inspect_dataset(folder, sheet=False)
    assert facts["splits"]["train"]["keypoints_visible"] is None
    assert facts["splits"]["train"]["empty_masks"] == 3
    assert "did not take times" in (folder / "inspect.html").read_text()


def test_a_page_cannot_be_a_folder(folder, tmp_path, run_vantage):
    status, _, told = run_vantage("inspect", folder, "--out", tmp_path)
    assert status == 2 and "is a folder; expected a file; choose another --out" in told
