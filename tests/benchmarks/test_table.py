"""Photographs labelled in a CSV file."""

import math

import numpy as np
import pytest
from PIL import Image

from vantage.benchmarks import is_photographs, open_views
from vantage.benchmarks.table import open_table
from vantage.errors import DataError, ImageError
from vantage.records.sources import fine_views

HEADER = "file,category,azimuth_deg,elevation_deg"
FULL = f"{HEADER},tilt_deg,x0,y0,x1,y1,split,truncated,occluded,difficult"


@pytest.fixture
def folder(tmp_path):
    """Two photographs of 40 x 30 pixels."""
    (tmp_path / "images").mkdir()
    for name in ("a", "b"):
        Image.new("RGB", (40, 30), (200, 10, 10)).save(tmp_path / "images" / f"{name}.png")
    return tmp_path


def table(folder, *lines, name="labels.csv", encoding="utf-8"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def refused(text, *words, split="train", error=DataError):
    with pytest.raises(error) as caught:
        open_table(str(text), split)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_all_columns(folder):
    rows = ["images/a.png,car,370,5,-3,10,5,30,25,train,1,0,no", "images/b.png,bus,10,5,0,,,,,val,,true,YES"]
    path = table(folder, FULL, rows[0].replace("370", "350"), *rows[1:])
    views = open_views(f"csv:{path}", "train")
    view = views[0]
    assert len(views) == 1 and view["category"] == "car" and view["source_image"] == "images/a.png"
    np.testing.assert_allclose(view["viewpoint"], [350, 5, -3, 0])
    assert view["source_bbox"].tolist() == [10, 5, 30, 25] and view["image"].shape == (30, 40, 4)
    assert (view["truncated"], view["occluded"], view["difficult"], view["real"]) == (True, False, False, True)
    other = open_table(str(path), "val")[0]
    assert other["bbox"].tolist() == [0, 0, 40, 30] and (other["truncated"], other["occluded"]) == (False, True)
    assert len(open_table(str(path), "all")) == 2 and is_photographs(f"csv:{path}")


def test_a_tilt_counts_where_a_row_says_one(folder):
    head = f"{HEADER},tilt_deg"
    assert not open_table(str(table(folder, head, "images/a.png,car,10,5,", "images/b.png,car,10,5,"))).has_tilt
    assert open_table(str(table(folder, head, "images/a.png,car,10,5,", "images/b.png,car,10,5,0"))).has_tilt


def test_what_is_empty_is_not_meant(folder):
    lines = ["images/a.png,car,10,5", "images/a.png,car,10,", "images/b.png,car,,", "images/b.png,car,,5"]
    views = open_table(str(table(folder, HEADER, *lines)))
    assert [views.label(i)["viewpoint_kind"] for i in range(4)] == ["fine", "coarse", "none", "none"]
    assert views.label(1)["viewpoint"][0] == 10 and math.isnan(views.label(1)["viewpoint"][1])
    assert len(fine_views(views)) == 1 and not views.has_tilt
    assert len({views.label(i)["name"] for i in range(4)}) == 4


@pytest.mark.parametrize(
    ("head", "row", "encoding"),
    [
        (HEADER, "images/a.png,car,12.5,-7.25", "utf-8-sig"),
        (HEADER.replace(",", ";"), "images/a.png;car;12,5;-7,25", "utf-8"),
        (HEADER.replace(",", "\t"), "images/a.png\tcar\t12.5\t-7,25", "utf-16"),
        (HEADER.upper().replace(",", " , "), 'images/a.png, car , "12,5", -7.25', "utf-8"),
        ("note,elevation_deg,azimuth_deg,category,file", '"x, y",-7.25,1.25e1,car,images\\a.png', "utf-8"),
    ],
)
def test_as_spreadsheets_write_it(folder, head, row, encoding):
    view = open_table(str(table(folder, head, row, "", encoding=encoding)))[0]
    np.testing.assert_allclose(view["viewpoint"], [12.5, -7.25, 0, 0])
    assert view["category"] == "car" and view["source_image"] == "images/a.png"


def test_lines_end_as_on_other_systems(folder):
    path = folder / "labels.csv"
    path.write_bytes(f"{HEADER}\r\nimages/a.png,car,1,2\r\n\r\nimages/b.png,car,3,4".encode())
    assert [view["viewpoint"][0] for view in map(open_table(str(path)).__getitem__, range(2))] == [1, 3]


def test_a_path_from_home(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    table(folder, HEADER, "images/a.png,car,1,1")
    assert len(open_views("csv:~/labels.csv,subset=easy")) == 1


def test_options(folder):
    rows = ["images/a.png,car,1,1,1.0", "images/a.png,bus,2,2,0.0", "images/b.png,car,3,3,0"]
    path = table(folder, f"{HEADER},occluded", *rows)
    assert len(open_table(f"{path},subset=easy")) == 2
    assert len(open_table(f"{path},categories=car")) == 2
    assert len(open_table(f"{path},categories=car,subset=easy")) == 1
    refused(f"{path},categories=boat", "unknown category 'boat'", "of bus, car")
    refused(f"{path},subset=hard", "subset=hard is unknown", "all, not-difficult, easy")
    refused(f"{path},colour=red", "unknown option 'colour'", "subset, categories, images")


def test_images_may_lie_elsewhere(folder, tmp_path_factory):
    path = table(tmp_path_factory.mktemp("labels"), HEADER, "a.png,car,1,1")
    assert open_table(f"{path},images={folder / 'images'}")[0]["image"].shape == (30, 40, 4)
    refused(path, "1 of 1 images are missing", "first a.png")
    refused(f"{path},images={folder / 'nowhere'}", "nowhere does not exist or is no folder")


def test_splits(folder):
    path = table(folder, HEADER, "images/a.png,car,1,1")
    assert len(open_table(str(path), "train")) == len(open_table(str(path), "all")) == 1
    refused(path, "has no column split, so there is no 'val'", "one of all", split="val")
    path = table(folder, f"{HEADER},split", "images/a.png,car,1,1,train", "images/a.png,car,1,1,dev")
    refused(path, "has no row of split 'val'", "one of dev, train, all", split="val")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("images/a.png,car,north,5", ("line 2", "azimuth_deg is 'north'", "-360 to 360")),
        ("images/a.png,car,nan,5", ("line 2", "azimuth_deg is nan")),
        ("images/a.png,car,1,91", ("line 2", "elevation_deg is 91", "-90 to 90")),
        ("images/a.png,car,1,5,inf", ("tilt_deg is inf", "-180 to 180")),
        (",car,1,5", ("file is empty",)),
        ("images/a.png,,1,5", ("category is empty",)),
        ("../a.png,car,1,5", ("'../a.png'", "a path below the folder")),
        ("/etc/passwd,car,1,5", ("'/etc/passwd'", "a path below the folder")),
        ("images/a.png,car,1,5,0,1,2,3", ("y1 is empty", "all four numbers")),
        ("images/a.png,car,1,5,0,9,9,5,20", ("the box 9, 9, 5, 20 is smaller than a pixel", "in pixels")),
        ("images/a.png,car,1,5,0,0.1,0.1,0.5,0.5", ("smaller than a pixel",)),
        ("images/a.png,car,1,5,0,40,0,60,20", ("line 2: the box 40, 0, 60, 20 lies outside images/a.png", "40 x 30")),
        ("images/a.png,car,1,5,0,a,0,60,20", ("x0 is 'a'", "a number")),
        ("images/a.png,car,1,5,0,,,,,train,perhaps", ("truncated is 'perhaps'", "0 or 1")),
        ("images/a.png,car,1,5,0,,,,,", ("split is empty",)),
        ("images/a.png,car,1,5,0,,,,,train,0,0,0,7", ("has 14 fields, the header 13", "quotes")),
    ],
)
def test_bad_rows_are_named_by_their_line(folder, row, words):
    full = row.split(",")
    row = row if len(full) > 9 else ",".join([*full, *[""] * (9 - len(full)), "train"])
    refused(table(folder, FULL, row), *words)


def test_bad_files(folder, tmp_path):
    refused(tmp_path / "nowhere.csv", "nowhere.csv does not exist", "azimuth_deg")
    refused(folder, "is a folder")
    refused("", "names no path")
    refused(table(folder, HEADER), "has no rows")
    refused(table(folder, ""), "has no column file, category", "it has none")
    refused(table(folder, "file,category,azimuth,elevation_deg", "a,b,1,2"), "no column azimuth_deg (it has file")
    refused(table(folder, f"{HEADER},file", "a,b,1,2,c"), "has the column file twice")
    refused(table(folder, f"{HEADER},x0,y0", "a,b,1,2,3,4"), "has x0, y0 alone of a box")
    (folder / "labels.csv").write_bytes(b"file\xff\xfe\x00")
    refused(folder / "labels.csv", "cannot be read")
    (folder / "labels.csv").write_bytes(b"\xff\xfe\x00")
    refused(folder / "labels.csv", "cannot be read")
    (folder / "labels.csv").write_bytes(HEADER.encode() + b"\nimages/a.png,stra\xdfe,1,2\n")
    refused(folder / "labels.csv", "cannot be read", "UTF-8")
    refused(table(folder, HEADER, f"{'a' * 200_000},car,1,2"), "cannot be read (field larger")


def test_missing_and_broken_images(folder):
    rows = ["images/a.png,car,1,1", "images/gone.png,car,1,1", "images/gone.png,car,2,2", "images/lost.png,car,1,1"]
    refused(table(folder, HEADER, *rows), "2 of 3 images are missing", "first images/gone.png")
    (folder / "images" / "a.png").write_bytes(b"no image")
    path = table(folder, f"{HEADER},x0,y0,x1,y1", "images/a.png,car,1,1,1,1,9,9")
    refused(path, "a.png is no image", error=ImageError)


def save_sixteen(path):
    Image.fromarray(np.full((30, 40), 40000, np.uint16)).save(path)


@pytest.mark.parametrize(
    ("name", "save"),
    [
        ("x.png", lambda path: Image.new("RGBA", (40, 30), (255, 0, 0, 128)).save(path)),
        ("x.png", save_sixteen),
        ("x.png", lambda path: Image.new("L", (40, 30), 7).save(path)),
        ("x.png", lambda path: Image.new("P", (40, 30), 7).save(path)),
        ("x.jpg", lambda path: Image.new("CMYK", (40, 30)).save(path)),
        ("grüße und mehr.webp", lambda path: Image.new("RGB", (40, 30)).save(path)),
    ],
)
def test_all_kinds_of_pixels(folder, name, save):
    save(folder / name)
    view = open_table(str(table(folder, f"{HEADER},x0,y0,x1,y1", f"{name},car,1,1,30,20,60,60")))[0]
    assert view["image"].dtype == np.uint8 and view["image"].shape[2] == 4
    assert view["source_bbox"].tolist() == [30, 20, 40, 30]


def test_boxes_are_those_of_the_upright_photograph(folder):
    turned = Image.new("RGB", (40, 20))
    exif = turned.getexif()
    exif[0x0112] = 8
    turned.save(folder / "t.jpg", exif=exif)
    head = f"{HEADER},x0,y0,x1,y1"
    assert open_table(str(table(folder, head, "t.jpg,car,1,1,0,30,20,40")))[0]["source_bbox"].tolist() == [
        0,
        30,
        20,
        40,
    ]
    refused(table(folder, head, "t.jpg,car,1,1,30,0,40,20"), "lies outside t.jpg", "20 x 40")
