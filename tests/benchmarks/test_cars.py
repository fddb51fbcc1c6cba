"""Car photographs and the short texts that name data."""

import numpy as np
import pytest
from PIL import Image

from tests.records.samples import write_dataset
from vantage.benchmarks import open_views
from vantage.benchmarks.cars import open_cars
from vantage.errors import DataError, ImageError
from vantage.records.sources import ViewSource

HEADER = "file,split,azimuth_deg,elevation_deg"


@pytest.fixture
def cars(tmp_path):
    """A folder of three photographs and its labels."""
    (tmp_path / "images").mkdir()
    for name, size in (("a", (40, 30)), ("b", (20, 10)), ("c", (8, 8))):
        Image.new("RGB", size, (200, 10, 10)).save(tmp_path / "images" / f"{name}.jpg")
    rows = ["images/a.jpg,train,308.23,14.22", "images/b.jpg,val,360,-2", "images/c.jpg,train,-10,0"]
    return labelled(tmp_path, HEADER, *rows)


def labelled(folder, *lines):
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_views(cars):
    views = open_views(f"cars:{cars}", "train")
    assert isinstance(views, ViewSource) and len(views) == 2
    view = views[0]
    assert view["image"].shape == (30, 40, 4) and view["image"].dtype == np.uint8
    assert (view["image"][..., 3] == 255).all() and (view["mask"] == 255).all() and view["mask"].shape == (30, 40)
    np.testing.assert_allclose(view["viewpoint"], [308.23, 14.22, 0, 0], rtol=1e-6)
    assert view["bbox"].tolist() == [0, 0, 40, 30]
    assert (view["category"], view["index"], view["real"]) == ("car", 0, True)
    assert views[1]["viewpoint"][0] == 350


def test_azimuth_lies_in_one_turn(cars):
    assert open_cars(cars, "val")[0]["viewpoint"].tolist() == [0, -2, 0, 0]


def test_columns_in_any_order_with_others_between(cars):
    labelled(cars, "azimuth_deg,note,split,elevation_deg,file", "12,x,val,3,images/a.jpg")
    assert open_cars(cars, "val")[0]["viewpoint"].tolist() == [12, 3, 0, 0]


def refused(folder, *words, split="train"):
    with pytest.raises(DataError) as caught:
        open_cars(folder, split)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_wrong_columns(cars):
    refused(labelled(cars, "file,split,azimuth", "a,train,1"), "no column azimuth_deg, elevation_deg", "it has file")
    refused(labelled(cars, ""), "no column")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("images/a.jpg,train,abc,0", ("line 3", "azimuth_deg is 'abc'")),
        ("images/a.jpg,train,nan,0", ("line 3", "azimuth_deg is nan")),
        ("images/a.jpg,train,10,91", ("line 3", "elevation_deg is 91", "-90 to 90")),
        ("images/a.jpg,train,inf,0", ("azimuth_deg",)),
        ("images/a.jpg,train,1", ("line 3", "elevation_deg")),
        (",train,1,1", ("line 3", "file is empty")),
        ("images/a.jpg,,1,1", ("line 3", "split is empty")),
    ],
)
def test_bad_rows_are_named_by_their_line(cars, row, words):
    refused(labelled(cars, HEADER, "images/b.jpg,train,1,1", row), *words)


def test_no_rows(cars):
    refused(labelled(cars, HEADER), "no rows")


def test_binary_labels(cars):
    (cars / "labels.csv").write_bytes(b"\xff\xfe\x00\x01" * 20)
    refused(cars, "cannot be read")


def test_unknown_split(cars):
    refused(cars, "no row of split 'test'", "train, val", split="test")


def test_missing_things(cars, tmp_path):
    refused(tmp_path / "absent", "does not exist")
    (cars / "images" / "c.jpg").unlink()
    refused(cars, "1 of 2 images", "images/c.jpg")
    (cars / "labels.csv").unlink()
    refused(cars, "no labels.csv")


def test_a_broken_photograph_is_named_when_read(cars):
    (cars / "images" / "a.jpg").write_bytes(b"")
    with pytest.raises(ImageError, match=r"a\.jpg is empty"):
        open_cars(cars, "train")[0]


def test_rendered_sets_are_views_too(tmp_path):
    folder = write_dataset(tmp_path / "with:colon", {"train": (2,)})
    assert open_views(str(folder), "train")[1]["real"] is False


def test_unknown_kind():
    with pytest.raises(DataError, match=r"unknown kind of data 'boats'.*cars:DIR"):
        open_views("boats:/data", "train")


def test_the_real_photographs(vantage_data):
    folder = vantage_data / "cars"
    if not folder.is_dir():
        pytest.skip("no car photographs")
    train, val = open_cars(folder, "train"), open_cars(folder, "val")
    assert (len(train), len(val)) == (4500, 700)
    assert max(val[0]["image"].shape) == 192
