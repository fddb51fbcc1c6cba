"""PASCAL3D+: a small release, written in its structs, read back; and the meaning of its angles."""

import contextlib
import shutil

import numpy as np
import pytest

from tests.toy_release import (
    BOX,
    CAR,
    COARSE,
    EMPTY,
    FINE,
    LEFT,
    RIGHT,
    Thing,
    box_of,
    project_3d,
    write_annotation,
    write_cad,
    write_pascal3d,
    write_shot,
)
from vantage.benchmarks import is_photographs, open_views
from vantage.benchmarks.inspection import annotated, describe, inspect_photographs, write_sheet
from vantage.benchmarks.objects import ObjectViews
from vantage.benchmarks.pascal3d import VOC, open_pascal3d
from vantage.benchmarks.release_cad import read_cad
from vantage.benchmarks.releases import viewpoint_of
from vantage.errors import DataError, MeshError, UserError
from vantage.geometry.cameras import Camera
from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at
from vantage.records.sources import fine_views

MAIN = VOC / "ImageSets" / "Main"


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """An empty cache."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("VANTAGE_CACHE", str(folder))
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A release that nobody changes."""
    return write_pascal3d(tmp_path_factory.mktemp("pascal3d") / "PASCAL3D+_release1.1")


@pytest.fixture
def release(written, tmp_path):
    """A release to break."""
    return shutil.copytree(written, tmp_path / "release")


def opened(root, options="", split="val"):
    return open_pascal3d(f"{root},categories=car+bus{options}", split)


def names(views):
    return [views.label(index)["name"] for index in range(len(views))]


def refused(text, *words, split="val"):
    with pytest.raises(DataError) as caught:
        open_views(f"pascal3d:{text}", split)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message, message


@pytest.mark.parametrize("view", [FINE, LEFT, RIGHT, {**FINE, "theta": 170.0, "elevation": 60.0}])
def test_theta_is_our_tilt(view):
    """The release's projection of a CAD model is that of our camera at (azimuth, elevation, theta)."""
    camera = Camera(
        np.array([[view["viewport"], 0, view["px"] - 0.5], [0, view["viewport"], view["py"] - 0.5], [0, 0, 1]]),
        camera_from_world_at(Viewpoint(view["azimuth"], view["elevation"], view["theta"], view["distance"])),
        160,
        120,
    )
    np.testing.assert_allclose(camera.project(CAR)[0], project_3d(CAR, view) - 0.5, atol=1e-9)
    other = camera_from_world_at(Viewpoint(view["azimuth"], view["elevation"], -view["theta"], view["distance"]))
    wrong = Camera(camera.intrinsics, other, 160, 120).project(CAR)[0]
    assert np.abs(wrong - project_3d(CAR, view) + 0.5).max() > 2


def test_views_of_a_split(written):
    views = open_views(f"pascal3d:{written},categories=car+bus", "val")
    assert names(views) == [
        "car_pascal/2008_000002 1",
        "car_pascal/2008_000002 2",
        "car_pascal/2008_000003 1",
        "car_pascal/2008_000003 2",
        "car_pascal/2008_000004 1",
        "car_pascal/2008_000004 2",
        "car_imagenet/n02814533_8 1",
    ]
    view = views[0]
    np.testing.assert_allclose(view["viewpoint"], [300, -5, 20, 6])
    assert view["source_image"] == "2008_000002.jpg" and view["cad_index"] == 0 and view["real"]
    x0, y0, x1, y1 = box_of(LEFT)
    assert x0 < 0
    assert view["source_bbox"].tolist() == [0, y0 - 1, x1, y1]
    assert [views.label(i)["viewpoint_kind"] for i in range(7)] == ["fine"] * 4 + ["coarse", "none", "fine"]
    assert views.label(4)["viewpoint"][0] == 135 and np.isnan(views.label(4)["viewpoint"][1:3]).all()
    assert len(fine_views(views)) == 5 and views.has_tilt
    flags = [{name for name in ("truncated", "occluded", "difficult") if views.label(i).get(name)} for i in range(7)]
    assert flags == [set(), {"truncated"}, {"occluded"}, {"difficult"}, set(), set(), set()]
    assert "occluded" not in views.label(4)  # an empty field says nothing


def test_options(written):
    assert len(opened(written, ",source=pascal")) == 6
    assert names(opened(written, ",source=pascal,subset=easy")) == [
        "car_pascal/2008_000002 1",
        "car_pascal/2008_000004 1",
        "car_pascal/2008_000004 2",
    ]
    assert len(opened(written, ",subset=not-difficult")) == 6
    assert names(opened(written, ",source=imagenet", "all")) == [
        "car_imagenet/n02814533_7 1",
        "car_imagenet/n02814533_8 1",
        "bus_imagenet/n02924116_1 1",
    ]
    train = opened(written, split="train")
    assert names(train)[-2:] == ["bus_pascal/2008_000001 3", "bus_imagenet/n02924116_1 1"]
    assert len(open_pascal3d(f"{written},categories=car", "all")) == 9
    assert is_photographs(f"pascal3d:{written},subset=easy") and not is_photographs(str(written))


def test_a_view_has_its_camera(written):
    """The object's centre and every corner of its model come to where the photograph shows them."""
    views = opened(written)
    for index, seen in ((0, LEFT), (1, RIGHT)):
        view = views[index]
        camera = Camera(view["intrinsics"].astype(float), view["camera_from_world"].astype(float), 1, 1)
        pixels = camera.project(CAR)[0]
        box = np.concatenate([pixels.min(0), pixels.max(0)])
        inside = np.maximum(box, 0) if seen is LEFT else box
        np.testing.assert_allclose(inside, view["bbox"], atol=1.6)
    assert "intrinsics" not in views[4]


def test_the_front_is_where_the_picture_shows_it(written):
    """The front of the drawn cars is red: their pixels lie about the projected front."""
    view = opened(written, split="train")[0]
    image = view["image"].astype(int)
    red = np.argwhere((image[..., 0] > 140) & (image[..., 1] < 90) & (image[..., 2] < 90))[:, ::-1].mean(0) + 0.5
    camera = Camera(view["intrinsics"].astype(float), view["camera_from_world"].astype(float), 1, 1)
    front = camera.project(np.array([[0.0, -0.5, -0.07]]))[0][0]
    np.testing.assert_allclose(red, front, atol=3)


@pytest.mark.parametrize(
    ("view", "kind", "angles"),
    [
        ({}, "none", (np.nan, np.nan, np.nan)),
        ({"azimuth_coarse": 405.0}, "coarse", (45, np.nan, np.nan)),
        (COARSE, "coarse", (135, np.nan, np.nan)),
        ({"azimuth": 10.0, "elevation": 5.0}, "none", (np.nan, np.nan, np.nan)),
        ({"azimuth": -10.0, "elevation": 5.0, "distance": 4.0}, "fine", (350, 5, 0)),
        ({"azimuth": 360.0, "elevation": 5.0, "distance": 4.0, "theta": 350.0}, "fine", (0, 5, -10)),
        ({"azimuth": 10.0, "elevation": 100.0, "distance": 4.0, "theta": 180.0}, "fine", (190, 80, 0)),
        ({"azimuth": 10.0, "elevation": 5.0, "distance": 4.0, "theta": -180.0}, "fine", (10, 5, 180)),
    ],
)
def test_kinds_of_viewpoint(view, kind, angles):
    found = viewpoint_of(view)
    assert found[1] == kind
    np.testing.assert_allclose(found[0], angles, atol=1e-9)


def test_viewpoints_that_were_set_by_hand():
    by_hand = {"azimuth_coarse": 77.0, "elevation_coarse": 9.0, "theta": 3.0}
    assert viewpoint_of(by_hand, loose_fine=True)[:3] == ((77.0, 9.0, 3.0), "fine", 0.0)
    assert viewpoint_of(by_hand)[1] == "coarse"
    assert viewpoint_of({**by_hand, "distance": 0.0}, loose_fine=True)[1] == "coarse"
    assert viewpoint_of({"azimuth_coarse": 77.0}, loose_fine=True)[1] == "coarse"


def test_wrong_paths(written, tmp_path):
    refused(tmp_path / "nowhere", "nowhere does not exist", "the folder of the PASCAL3D+ release, with Annotations")
    refused(written.parent, "is no PASCAL3D+ release", f"name {written}")
    refused(tmp_path, "is no PASCAL3D+ release", "check the path")
    (tmp_path / "release.zip").write_bytes(b"PK")
    refused(tmp_path / "release.zip", "release.zip is a file", "unpack it")
    refused("", "names no path")


def test_wrong_options(written):
    refused(f"{written},subset=hard", "subset=hard is unknown; expected one of all, not-difficult, easy")
    refused(f"{written},source=flickr", "unknown source 'flickr'; expected one or more of pascal, imagenet")
    refused(
        f"{written},categories=car+plane",
        "unknown category 'plane' (did you mean aeroplane?); expected one or more of aeroplane",
    )
    refused(f"{written},split=val", "unknown option 'split'")
    refused(written, "PASCAL3D+ has no split 'test'; expected one of train, val, trainval, all", split="test")


def test_classes_that_were_not_copied(written):
    refused(written, "is not the whole PASCAL3D+ release", "lacks Annotations/aeroplane_pascal", "and 56 more")


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ("Images", "it has Annotations, Image_sets, PASCAL, but lacks Images; unpack"),
        ("Annotations", "it has Images, Image_sets, PASCAL, but lacks Annotations"),
        ("Image_sets", "but lacks Image_sets"),
        ("PASCAL", "but lacks PASCAL/VOCdevkit/VOC2012/ImageSets"),
        ("Images/car_imagenet", "but lacks Images/car_imagenet"),
        ("Annotations/car_pascal", "but lacks Annotations/car_pascal"),
        ("PASCAL/VOCdevkit/VOC2012/ImageSets/Main/bus_val.txt", "but lacks PASCAL/VOCdevkit/VOC2012/ImageSets/Main"),
        ("Images/car_pascal/2008_000003.jpg", "1 of 3 photographs are missing, first: 2008_000003.jpg"),
        ("Annotations/car_pascal/2008_000003.mat", "1 of 3 annotations that the image sets name are missing"),
    ],
)
def test_half_copied(release, gone, words):
    path = release / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    refused(f"{release},categories=car+bus", words)


def test_what_is_not_asked_for_may_lack(release):
    for gone in ("PASCAL", "Images/car_pascal", "Annotations/bus_pascal"):
        shutil.rmtree(release / gone)
    assert len(opened(release, ",source=imagenet")) == 1


def test_photographs_may_lie_in_the_devkit(release):
    (release / VOC / "JPEGImages").mkdir()
    for photo in (release / "Images" / "car_pascal").iterdir():
        photo.rename(release / VOC / "JPEGImages" / photo.name)
    (release / "Images" / "car_pascal").rmdir()
    views = opened(release, ",source=pascal")
    assert len(views) == 6 and views[0]["image"].shape[2] == 4


def test_broken_annotations(release):
    path = release / "Annotations" / "car_imagenet" / "n02814533_8.mat"
    whole = path.read_bytes()
    for content, words in (
        (b"", "n02814533_8.mat is empty"),
        (whole[: len(whole) // 2], "is damaged or cut short"),
        (b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(400), "MATLAB 7.3 file (HDF5)"),
        (b"no annotation at all", "is no MATLAB file"),
    ):
        path.write_bytes(content)
        refused(f"{release},categories=car,source=imagenet", "1 of 1 annotations cannot be read", words)
    broken = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(whole)
        for place in broken.integers(0, len(damaged), 3):
            damaged[place] = broken.integers(256)
        path.write_bytes(damaged)
        with contextlib.suppress(DataError):
            opened(release, ",source=imagenet")


def test_other_structs(release):
    from scipy.io import savemat

    path = release / "Annotations" / "car_imagenet" / "n02814533_8.mat"
    for content in ({"record": 3.0}, {"annotation": {"objects": 1}}, {"record": {"filename": "a"}}):
        savemat(path, content)
        refused(f"{release},categories=car,source=imagenet", "has no struct record with objects")
    savemat(path, {"record": {"objects": 4.0}})
    assert len(open_pascal3d(f"{release},categories=car,source=imagenet", "val")) == 0
    write_annotation(path, "../../../secret.jpg", [])
    assert len(open_pascal3d(f"{release},categories=car,source=imagenet", "val")) == 0


def test_names_within_files_do_not_lead_out(release):
    path = release / "Annotations" / "car_imagenet" / "n02814533_8.mat"
    for name in ("../../secret.jpg", "/etc/passwd", "other.JPEG", ""):
        write_annotation(path, name, [Thing()])
        assert opened(release, ",source=imagenet")[0]["source_image"] == "n02814533_8.JPEG"


def test_boxes_outside_are_left_out_and_told(release, capsys):
    things = [Thing(box=(500.0, 10.0, 600.0, 50.0)), Thing(box=BOX), Thing(box=(9.0, 9.0, 3.0, 3.0))]
    write_annotation(release / "Annotations" / "car_imagenet" / "n02814533_8.mat", "", things)
    assert len(opened(release, ",source=imagenet")) == 1
    assert "left out: 2 objects" in capsys.readouterr().err


def test_a_size_with_its_sides_exchanged_loses_no_object(release):
    path = release / "Annotations" / "car_imagenet" / "n02814533_8.mat"
    for size in ((120, 160, 3), (), (1, 1, 3)):
        write_annotation(path, "", [Thing(box=(130.0, 10.0, 155.0, 50.0))], size)
        view = opened(release, ",source=imagenet")[0]
        assert view["source_bbox"].tolist() == [129, 9, 155, 50]


def test_photographs_that_were_scaled(release):
    from PIL import Image

    photo = release / "Images" / "car_imagenet" / "n02814533_8.JPEG"
    Image.open(photo).resize((80, 60)).save(photo, "JPEG")
    x0, y0, x1, y1 = box_of(RIGHT)
    source = opened(release, ",source=imagenet")
    np.testing.assert_allclose(source[0]["source_bbox"], np.array([x0 - 1, y0 - 1, x1, y1]) / 2)
    assert source.scale(0) == 0.5, "as detections in the file count"
    photo.unlink()
    assert source.scale(0) == 1.0


def test_a_few_unreadable_files_are_told_of(release, capsys):
    stems = [f"n0000_{number}" for number in range(150)]
    write_shot(release, "car_imagenet", stems[0], [Thing()], ".JPEG")
    for stem in stems[1:]:
        for folder, suffix in (("Annotations", ".mat"), ("Images", ".JPEG")):
            shelf = release / folder / "car_imagenet"
            shutil.copy(shelf / f"{stems[0]}{suffix}", shelf / f"{stem}{suffix}")
    (release / "Annotations" / "car_imagenet" / f"{stems[7]}.mat").write_bytes(b"x")
    (release / "Images" / "car_imagenet" / f"{stems[9]}.JPEG").unlink()
    (release / "Image_sets" / "car_imagenet_val.txt").write_text("\n".join(stems) + "\n")
    assert len(open_pascal3d(f"{release},categories=car,source=imagenet", "val")) == 148
    told = capsys.readouterr().err
    assert "1 of 150 annotations cannot be read" in told and "1 of 149 photographs are missing" in told


def test_cad_models(written, tmp_path):
    with pytest.raises(DataError, match="has no CAD models"):
        read_cad(tmp_path, "car", 0)
    write_cad(tmp_path)
    whole, half = read_cad(tmp_path, "car", 0), read_cad(tmp_path, "car", 1)
    np.testing.assert_allclose(whole.vertices, CAR, atol=1e-6)
    assert whole.faces.shape == (24, 3) and whole.faces.min() == 0
    (tmp_path / "CAD" / "car" / "02.off").unlink()
    other = read_cad(tmp_path, "car", 1)
    np.testing.assert_allclose(other.vertices, half.vertices, atol=1e-6)
    np.testing.assert_array_equal(other.faces, whole.faces)
    with pytest.raises(DataError, match="has 2 models; number 8 was asked for"):
        read_cad(tmp_path, "car", 7)
    with pytest.raises(DataError, match=r"has neither bus/01.off nor bus.mat"):
        read_cad(tmp_path, "bus", 0)
    for text in ("OFF\n3 1 0\n0 0 0", "OFF 1 1 0 0 0 0 3 0 1 2", "OFF\n1 0 0\nnan 0 0"):
        (tmp_path / "CAD" / "car" / "01.off").write_text(text)
        with pytest.raises(MeshError, match=r"01\.off"):
            read_cad(tmp_path, "car", 0)


def test_a_look_at_it(written, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    facts = inspect_photographs(f"pascal3d:{written},categories=car+bus", json=tmp_path / "facts.json", out=out)
    assert out.stat().st_size > 10_000 and (tmp_path / "facts.json").is_file()
    assert list(facts["splits"]) == ["train", "val"]
    assert facts["splits"]["val"]["viewpoints"] == {"fine": 5, "coarse": 1, "none": 1}
    assert facts["splits"]["val"]["photographs"] == 4 and facts["splits"]["val"]["occluded"] == 1
    assert "viewpoint coarse" in capsys.readouterr().out
    assert describe(fine_views(opened(written)))["azimuth"] == [40, 300]
    views = opened(written)
    for index in (0, 4, 5):
        assert (annotated(views[index]).shape[1], annotated(views[index]).dtype) == (256, np.uint8)
    photo = written / "Images" / "car_imagenet" / "n02814533_8.JPEG"
    photo.rename(tmp_path / "aside.JPEG")
    with pytest.raises(DataError, match="1 of 1 photographs are missing"):  # and not a table without val
        inspect_photographs(f"pascal3d:{written},categories=car+bus", out=out)
    (tmp_path / "aside.JPEG").rename(photo)
    with pytest.raises(UserError, match="is a folder"):
        inspect_photographs(f"pascal3d:{written}", out=tmp_path)


def test_cad_models_lie_on_their_cars(release, tmp_path):
    write_cad(release)
    views = opened(release, ",source=imagenet", "train")
    view = views[0]
    tinted = annotated(view, read_cad(release, "car", 0)).astype(int) - annotated(view)
    rows, columns = np.nonzero(np.abs(tinted).sum(2) > 60)
    zoom = 256 / view["image"].shape[1]
    found = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / zoom
    np.testing.assert_allclose(found, view["bbox"], atol=3)
    inspect_photographs(f"pascal3d:{release},categories=car", out=tmp_path / "sheet.png", cad=True)
    shutil.rmtree(release / "CAD")
    with pytest.raises(DataError, match="has no CAD models"):
        inspect_photographs(f"pascal3d:{release},categories=car", out=tmp_path / "sheet.png", cad=True)
    with pytest.raises(DataError, match="has no view to draw"):
        write_sheet(tmp_path / "sheet.png", ObjectViews(release, []), "no bus")


def test_inspect_on_the_command_line(written, tmp_path, monkeypatch, run_vantage):
    monkeypatch.chdir(tmp_path)
    status, out, _ = run_vantage("inspect", f"pascal3d:{written},categories=car+bus")
    assert status == 0 and "2008" not in out and (tmp_path / "photographs.png").is_file()
    status, _, err = run_vantage("inspect", f"pascal3d:{tmp_path}")
    assert status == 2 and "is no PASCAL3D+ release" in err


def test_empty_fields_are_no_numbers(release):
    path = release / "Annotations" / "car_imagenet" / "n02814533_8.mat"
    things = [Thing(viewpoint={**FINE, name: EMPTY}, box=BOX) for name in ("azimuth", "theta")]
    write_annotation(path, "", things)
    views = opened(release, ",source=imagenet")
    assert [views.label(i)["viewpoint_kind"] for i in range(2)] == ["coarse", "fine"]
    assert views.label(1)["viewpoint"].tolist() == [40, 15, 0, 6]
