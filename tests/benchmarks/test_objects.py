"""Views of labelled objects: crops, boxes, cameras, and how often a photograph is read."""

import numpy as np
import pytest
from PIL import Image

from vantage.benchmarks import objects
from vantage.benchmarks.objects import ObjectLabel, ObjectViews, leads_out, placed_box
from vantage.errors import DataError
from vantage.records.augment import crop_only
from vantage.records.sources import InMemorySource, Subset, ViewSource, fine_views, has_tilt, label_of

GREEN = (10, 220, 30)


@pytest.fixture
def photo(tmp_path):
    """A photograph of 200 x 120 pixels, black, with a green rectangle at 60..100, 30..70, and its folder."""
    pixels = np.zeros((120, 200, 3), np.uint8)
    pixels[30:70, 60:100] = GREEN
    Image.fromarray(pixels).save(tmp_path / "a.png")
    return tmp_path


def label(**changes):
    return ObjectLabel(**{"file": "a.png", "category": "car", "angles": (10.0, 5.0, 2.0), **changes})


def shown(view):
    """The pixels of a view's box."""
    x0, y0, x1, y1 = (round(float(edge)) for edge in view["bbox"])
    return view["image"][y0:y1, x0:x1, :3]


def test_view_shows_the_box_with_a_margin(photo):
    views = ObjectViews(photo, [label(box=(60, 30, 100, 70), truncated=True, difficult=False, name="one", source="b")])
    assert isinstance(views, ViewSource)
    view = views[0]
    assert view["image"].shape == (80, 80, 4) and view["image"].dtype == np.uint8
    assert view["bbox"].tolist() == [20, 20, 60, 60] and view["source_bbox"].tolist() == [60, 30, 100, 70]
    assert (shown(view) == GREEN).all() and (view["image"][:19, :, :3] == 0).all()
    assert (view["mask"] == 255).all() and view["mask"].shape == (80, 80)
    assert (view["truncated"], view["difficult"], view["real"]) == (True, False, True) and "occluded" not in view
    assert (view["name"], view["source_image"], view["category"], view["viewpoint_kind"]) == ("one", "b", "car", "fine")
    np.testing.assert_allclose(view["viewpoint"], [10, 5, 2, 0])


def test_the_crop_is_that_of_the_whole_photograph(photo):
    box = (50, 20, 120, 80)
    rgba = np.dstack([np.asarray(Image.open(photo / "a.png")), np.full((120, 200), 255, np.uint8)])
    whole = {**ObjectViews(photo, [label()])[0], "image": rgba, "bbox": np.array(box, np.float32)}
    view = ObjectViews(photo, [label(box=box)])[0]
    np.testing.assert_array_equal(crop_only(view, 48)["image"], crop_only(whole, 48)["image"])


def test_boxes_at_the_rim_are_cut_there(photo):
    view = ObjectViews(photo, [label(box=(-30, 100, 20, 150))])[0]
    assert view["source_bbox"].tolist() == [0, 100, 20, 120] and view["image"].shape == (30, 30, 4)
    assert ObjectViews(photo, [label()])[0]["source_bbox"].tolist() == [0, 0, 200, 120]


@pytest.mark.parametrize("box", [(200, 0, 300, 50), (-9, -9, 0.5, 50), (0, 500, 10, 600)])
def test_boxes_outside_are_refused(photo, box):
    with pytest.raises(DataError, match=r"lies outside .*a\.png; expected one within 200 x 120 pixels"):
        ObjectViews(photo, [label(box=box)])[0]


def test_large_boxes_are_scaled_down(tmp_path):
    pixels = np.zeros((1000, 2000, 3), np.uint8)
    pixels[200:600, 300:1100] = GREEN
    Image.fromarray(pixels).save(tmp_path / "a.png")
    focal = label(box=(300, 200, 1100, 600), camera=(3000.0, 700.0, 400.0), distance=5.0)
    view = ObjectViews(tmp_path, [focal])[0]
    assert view["source_bbox"].tolist() == [300, 200, 1100, 600]
    np.testing.assert_allclose(view["bbox"][2:] - view["bbox"][:2], [384, 192], atol=0.5)
    assert (np.abs(shown(view)[2:-2, 2:-2].astype(int) - GREEN) <= 2).all()
    centre = view["intrinsics"][:2, 2]
    np.testing.assert_allclose(centre, (view["bbox"][:2] + view["bbox"][2:]) / 2, atol=0.1)
    assert view["camera_from_world"].shape == (4, 4) and view["viewpoint"][3] == 5


def test_scaled_copies_keep_their_boxes():
    half = label(box=(60, 30, 100, 70), size=(400, 240))
    assert placed_box(half, 200, 120) == (30, 15, 50, 35)
    turned = label(box=(60, 30, 100, 70), size=(120, 200))
    assert placed_box(turned, 200, 120) == (60, 30, 100, 70)
    odd = label(box=(60, 30, 100, 70), size=(333, 240))
    assert placed_box(odd, 200, 120) == (60, 30, 100, 70)


def test_a_photograph_is_read_once_for_all_its_objects(photo, monkeypatch):
    reads = []
    load = objects.load_photo
    monkeypatch.setattr(objects, "load_photo", lambda path, upright: reads.append(path.name) or load(path, upright))
    Image.new("RGB", (50, 50)).save(photo / "b.png")
    names = ("a.png", "a.png", "a.png", "b.png", "b.png")
    views = ObjectViews(photo, [label(file=name, box=(0, 0, 9, 9)) for name in names])
    assert not reads
    assert [views[i]["source_image"] for i in range(5)] == list(names) and reads == ["a.png", "b.png"]


def test_orientation_counts_where_boxes_are_meant_upright(tmp_path):
    turned = Image.new("RGB", (40, 20), (200, 0, 0))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "a.jpg", exif=exif)
    assert ObjectViews(tmp_path, [label(file="a.jpg")])[0]["image"].shape == (40, 20, 4)
    assert ObjectViews(tmp_path, [label(file="a.jpg")], upright=False)[0]["image"].shape == (20, 40, 4)


def test_labels_need_no_photograph(tmp_path):
    nan = float("nan")
    coarse = label(angles=(90, nan, nan), kind="coarse", box=(1, 2, 3, 4), cad_index=3)
    views = ObjectViews(tmp_path, [label(), coarse, label(angles=(nan, nan, nan), kind="none"), label()])
    found = views.label(1)
    assert found["viewpoint_kind"] == "coarse" and found["viewpoint"][0] == 90 and np.isnan(found["viewpoint"][1])
    assert found["source_bbox"].tolist() == [1, 2, 3, 4] and found["cad_index"] == 3 and "image" not in found
    fine = fine_views(views)
    assert fine.indices == [0, 3] and fine_views(fine) is fine
    assert label_of(InMemorySource(Subset(views, [2])), 0)["viewpoint_kind"] == "none"
    assert has_tilt(InMemorySource(fine)) and not has_tilt(Subset(ObjectViews(tmp_path, [], has_tilt=False), []))


def test_kept_views_are_not_lost_to_labels(photo):
    kept = InMemorySource(ObjectViews(photo, [label()]))
    assert "image" not in kept.label(0)
    assert "image" in kept[0] and "image" in kept.label(0)


def test_subsets():
    easy, cut, hard = label(), label(truncated=True), label(difficult=True, occluded=False)
    assert [item.belongs_to("easy") for item in (easy, cut, hard)] == [True, False, False]
    assert [item.belongs_to("not-difficult") for item in (easy, cut, hard)] == [True, True, False]
    assert all(item.belongs_to("all") for item in (easy, cut, hard))


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.png", "a/../../b.png", "C:\\a.png", "..\\a.png", "\\\\host\\a"])
def test_names_that_lead_out(name):
    assert leads_out(name)


@pytest.mark.parametrize("name", ["a.png", "sub/a.png", "sub\\a.png", "a..b.png"])
def test_names_that_stay(name):
    assert not leads_out(name)
