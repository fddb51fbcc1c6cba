"""Average viewpoint precision from files: photographs and labels in a CSV, detections in CSV and COCO JSON."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from render4cnn.config import Config, ModelConfig
from render4cnn.detections import has_viewpoints, named_alike, objects_of, score_detections
from render4cnn.precision_table import precision_rows
from render4cnn.published import CLASSES, PRECISION
from tests.metrics.voc_script import script_precision
from tests.render4cnn.played import BINS, RedIsAzimuth
from tests.toy_release import write_pascal3d
from vantage.benchmarks import open_views
from vantage.errors import DataError
from vantage.metrics.avp import Found
from vantage.records.detections import Detection, read_detections

LEFT, RIGHT = (0, 0, 40, 40), (60, 10, 90, 50)

LABELS = """file,category,azimuth_deg,elevation_deg,x0,y0,x1,y1,difficult
a.png,car,90,10,0,0,40,40,0
a.png,car,200,10,60,10,90,50,0
sub/b.png,car,90,,0,0,40,40,0
sub/b.png,bottle,0,10,60,10,90,50,0
c.png,car,0,0,0,0,40,40,1
"""

DETECTED = """file,category,x0,y0,x1,y1,score,azimuth_deg,elevation_deg,tilt_deg
photos/a.png,car,0,0,40,40,0.9,91,12,0
a,car,60,10,90,50,0.8,20,10,0
sub/b.png,car,1,1,41,41,0.7,80,,
b.png,bottle,60,10,90,50,0.6,180,10,0
c.png,car,0,0,40,40,0.95,0,0,0
d.png,dog,0,0,5,5,0.5,0,0,0
"""


@pytest.fixture
def data(tmp_path):
    """Photographs whose left half is red by 90 degrees and whose right one by 200, and their labels."""
    for name in ("a.png", "sub/b.png", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        pixels = np.full((60, 100, 3), 40, np.uint8)
        pixels[:, :50, 0], pixels[:, 50:, 0] = round(90 / 360 * 255), round(200 / 360 * 255)
        Image.fromarray(pixels).save(tmp_path / name)
    (tmp_path / "labels.csv").write_text(LABELS)
    (tmp_path / "detected.csv").write_text(DETECTED)
    return f"csv:{tmp_path / 'labels.csv'}"


def test_objects_of_a_source(data):
    objects = objects_of(open_views(data, "all"))
    assert objects.images[2:4] == ["sub/b.png"] * 2
    np.testing.assert_array_equal(objects.boxes[1], RIGHT)
    np.testing.assert_array_equal(objects.viewpoints[2], [90, np.nan, np.nan])
    assert objects.difficult.tolist() == [False] * 4 + [True]


def test_boxes_follow_a_copy_that_was_scaled(data):
    source = open_views(data, "all")
    whole = objects_of(source).boxes
    source.scale = lambda index: 0.5
    np.testing.assert_array_equal(objects_of(source).boxes, whole / 2)


def test_viewpoints_of_the_file_by_hand(data, tmp_path):
    """The surest is of a difficult car, then right, wrong, right (by its coarse label): 1/2, 1/3, 2/4 at recall k/3."""
    result = score_detections(open_views(data, "all"), read_detections(tmp_path / "detected.csv"))
    car, bottle = result["per_class"]["car"], result["per_class"]["bottle"]
    assert (car["objects"], car["detections"]) == (3, 4)
    assert car["ap"] == pytest.approx((3 * 3 / 4) / 3)
    assert car["avp_4"] == car["avp_8"] == pytest.approx(1 / 2)
    assert (bottle["ap"], bottle["avp_4"]) == (1.0, 0.0)
    assert result["mean"]["avp_4"] == car["avp_4"]
    assert result["mean_with_bottle"]["avp_4"] == car["avp_4"] / 2
    assert result["rules"]["voc2010"]["per_class"]["car"]["ap"] == 1.0, "the difficult one is left out"
    notes = " ".join(result["notes"])
    for words in ("1 detections of other classes are left out: dog", "1 difficult", "no network"):
        assert words in notes


def test_a_release_of_pascal3d_against_the_script(tmp_path, monkeypatch, run_vantage, rng):
    """Objects with a coarse viewpoint, with none, difficult and truncated; detections about them, and elsewhere."""
    monkeypatch.setenv("VANTAGE_CACHE", str(tmp_path / "cache"))
    spec = f"pascal3d:{write_pascal3d(tmp_path / 'release')},categories=car+bus"
    objects = objects_of(open_views(f"{spec},source=pascal", "val"))
    rows = ["file,category,x0,y0,x1,y1,score,azimuth_deg"]
    boxes, views = np.tile(objects.boxes, (3, 1)), np.tile(objects.viewpoints, (3, 1))
    for image, box, view in zip(objects.images * 3, boxes, views):
        edges = ",".join(f"{edge:.1f}" for edge in box + rng.normal(0, 4, 4))
        azimuth = (np.nan_to_num(view[0]) + rng.normal(0, 25)) % 360
        rows.append(f"{image.partition('.')[0]},car,{edges},{rng.random():.4f},{azimuth:.2f}")
    rows.append("2008_000009,car,5,5,50,50,0.97,10")
    (tmp_path / "found.csv").write_text("\n".join(rows))
    args = ("evaluate", "render4cnn", "--data", spec, "--detections", tmp_path / "found.csv")
    status, out, err = run_vantage(*args, "--json", tmp_path / "result.json")
    assert status == 0, err
    assert "VOC alone" in out
    row = json.loads((tmp_path / "result.json").read_text())["per_class"]["car"]
    assert row["objects"] == 5, "six of VOC, one of them difficult"
    detections = read_detections(tmp_path / "found.csv")
    images = [f"{item.image}.jpg" for item in detections]
    arrays = (np.array([getattr(item, name) for item in detections]) for name in ("bbox", "viewpoint", "score"))
    found = Found(images, ["car"] * len(images), *arrays)
    for views in (4, 8, 16, 24):
        ours = row["ap"], row[f"avp_{views}"]
        assert ours == pytest.approx(script_precision(found, objects, views))


def played_network(classes=("bottle", "car")):
    config = Config(model=ModelConfig(image_size=16, bins=(BINS, BINS, BINS)))
    return SimpleNamespace(model=RedIsAzimuth(len(classes)), config=config, classes=classes, run=None)


def test_a_network_sees_what_is_in_the_boxes(data):
    detections = [
        Detection("a.png", "car", RIGHT, 0.5),
        Detection("a.png", "car", LEFT, 0.9),
        Detection("sub/b.png", "car", (-2, -2, 38, 39), 0.8),
        Detection("z.png", "car", LEFT, 0.1),
        Detection("a.png", "car", (200, 200, 240, 240), 0.1),
    ]
    trained = played_network()
    result = score_detections(open_views(data, "all"), detections, trained, flip=False)
    row = result["per_class"]["car"]
    assert row["ap"] == row["avp_4"] == row["avp_24"] == 1.0
    assert trained.model.images <= 3, "those that find nothing are not looked at"
    assert any("1 detections lie in 1 photographs without an object" in note for note in result["notes"])
    turned = [Detection("a.png", "car", LEFT, 0.9), Detection("a.png", "car", (50, 5, 80, 45), 0.5)]
    assert score_detections(open_views(data, "all"), turned, trained, False)["per_class"]["car"]["ap"] < 1


def test_classes_that_the_weights_do_not_know_are_named(data):
    with pytest.raises(DataError, match="unknown class 'bottle'.*one of car, chair"):
        detections = [Detection("sub/b.png", "bottle", RIGHT, 0.5)]
        score_detections(open_views(data, "all"), detections, played_network(("car", "chair")))


def test_names_are_matched_by_their_last_part_and_without_ending():
    names = ["x/a.jpg", "y/b.jpg", "z/b.jpg"]
    asked = ["x/a.jpg", "a.jpg", "a", "JPEGImages\\a.jpeg", "b.jpg", "q.jpg"]
    found = named_alike([Detection(name, "car", LEFT) for name in asked], names)
    assert found == ["x/a.jpg"] * 4 + ["b.jpg", "q.jpg"], "b.jpg could be either"
    with pytest.raises(DataError, match="no detection is of a photograph of the data"):
        named_alike([Detection("q", "car", LEFT)], names)


def test_mixed_and_missing_viewpoints():
    told, plain = Detection("a", "car", LEFT, viewpoint=(1.0, 2.0, 3.0)), Detection("a", "car", LEFT)
    assert has_viewpoints([told]) is True
    assert has_viewpoints([plain]) is False
    for detections in ([told, plain], []):
        with pytest.raises(DataError):
            has_viewpoints(detections)


def test_the_command_scores_a_file_without_a_network(data, tmp_path, run_vantage):
    args = ("evaluate", "render4cnn", "--data", data, "--split", "all", "--json", tmp_path / "result.json")
    status, out, err = run_vantage(*args, "--detections", tmp_path / "detected.csv", "--store", tmp_path)
    assert status == 0, err
    for words in ("AVP-24", "released model and script [1]", "paper (unchecked) [2]", "RenderForCNN", "dog"):
        assert words in out
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["run"] is None
    assert next(tmp_path.glob("precision-*.json")).is_file()


def test_coco_results_say_viewpoints_too(data, tmp_path, run_vantage):
    view = {"viewpoint": {"azimuth": 90, "elevation": 10}}
    item = {"image_id": "a.png", "category_id": "car", "bbox": [0, 0, 40, 40], "score": 0.5, **view}
    (tmp_path / "results.json").write_text(json.dumps([item]))
    (found,) = read_detections(tmp_path / "results.json")
    np.testing.assert_array_equal(found.viewpoint, (90.0, 10.0, np.nan))
    args = ("evaluate", "render4cnn", "--data", data, "--split", "all", "--detections", tmp_path / "results.json")
    status, _, err = run_vantage(*args)
    assert status == 0, err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (DETECTED.replace(",91,", ",north,"), "azimuth is 'north'"),
        (DETECTED.replace(",91,", ",999,"), "azimuth is 999"),
        (DETECTED.replace(",91,12,0", ",,,"), "5 of 6 detections have an azimuth"),
        (DETECTED.split("\n")[0], "no detection"),
        (DETECTED.split("\n")[0] + "\na.png,dog,0,0,5,5,0.5,0,0,0\n", "no detection is of a class of the data"),
        (DETECTED.split("\n")[0] + "\nq.png,car,0,0,5,5,0.5,0,0,0\n", "no detection is of a photograph"),
    ],
)
def test_mistakes_in_the_file(data, tmp_path, run_vantage, content, said):
    path = tmp_path / "detected.csv"
    path.write_text(content)
    status, _, err = run_vantage("evaluate", "render4cnn", "--data", data, "--split", "all", "--detections", path)
    assert status == 2
    assert said in err.strip().splitlines()[-1]


def test_names_without_detections_are_refused(data, run_vantage):
    status, _, err = run_vantage("evaluate", "render4cnn", "--data", data, "--annotations", "x.json")
    assert status == 2
    assert "--annotations was given without --detections" in err


def test_a_class_without_a_detection_has_precision_zero(data):
    row = score_detections(open_views(data, "all"), [Detection("a.png", "car", LEFT, viewpoint=(90.0, 10.0, 0.0))])
    assert row["per_class"]["bottle"]["ap"] == 0.0
    assert row["mean"]["ap"] == pytest.approx((1 / 3) / 2)


def test_published_precisions_are_complete_and_their_means_agree():
    for measure, rows in PRECISION.items():
        for row in rows:
            counted = [value for name, value in row.per_class.items() if name != "bottle" or measure == "ap"]
            assert np.mean(counted) == pytest.approx(row.mean, abs=0.0011), (measure, row.name)
            assert set(CLASSES) - {"bottle"} <= set(row.per_class)


def test_rows_stand_above_their_published_ones():
    row = {"objects": 2, "detections": 3, "ap": 0.5, "avp_4": None, "avp_8": float("nan")}
    result = {"per_class": {"car": row, "rocket": row}, "mean": row, "mean_with_bottle": row}
    cells = [row for row, _ in precision_rows(result)]
    titles = ["car", "released mod", "paper (unche", "rocket", "mean of 2 cl", "released mod", "paper (unche"]
    assert [row[0].strip()[:12] for row in cells] == titles
    bottle = [row[0] for row, _ in precision_rows({**result, "per_class": {"car": row, "bottle": row}})]
    assert "mean of 1 class" in bottle
    assert bottle[-1] == "mean with bottle"
    assert cells[0][1:4] == ["2", "0.500", ""]
    assert cells[1][2:4] == ["0.581", "0.482"]
    assert cells[2][2:4] == ["", "0.418"]
