"""ObjectNet3D: a small release, written in its structs, read back."""

import shutil

import numpy as np
import pytest

from tests.toy_release import write_cad, write_objectnet3d
from vantage.benchmarks import open_views
from vantage.benchmarks.release_cad import read_cad
from vantage.errors import DataError
from vantage.records.sources import fine_views


@pytest.fixture
def release(tmp_path, monkeypatch):
    monkeypatch.setenv("VANTAGE_CACHE", str(tmp_path / "cache"))
    return write_objectnet3d(tmp_path / "ObjectNet3D")


def opened(root, options="", split="all"):
    return open_views(f"objectnet3d:{root}{options}", split)


def refused(root, *words, split="train"):
    with pytest.raises(DataError) as caught:
        opened(root, split=split)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_views(release):
    views = opened(release)
    labels = [views.label(index) for index in range(len(views))]
    assert [label["category"] for label in labels] == ["car", "eyeglasses", "cup", "cup", "cup"]
    assert [label["viewpoint_kind"] for label in labels] == ["fine", "fine", "coarse", "none", "fine"]
    assert labels[0]["viewpoint"].tolist() == [77, 9, -12, 6]  # angles set by hand stand in the coarse fields
    assert labels[4]["viewpoint"].tolist() == [45, 3, -12, 0]
    assert labels[1]["source_image"] == labels[2]["source_image"] == "n02690373_2.JPEG"
    assert len(fine_views(views)) == 3
    assert all(views[index]["image"].dtype == np.uint8 for index in range(len(views)))


def test_splits_and_options(release):
    assert [len(opened(release, split=split)) for split in ("train", "val", "test", "trainval")] == [1, 3, 1, 4]
    assert len(opened(release, ",categories=cup")) == 3
    assert len(opened(release, ",categories=cup+eyeglasses,subset=easy")) == 3
    assert len(opened(release, ",categories=sofa")) == 0
    refused(f"{release},categories=boat", "unknown category 'boat'; expected one or more of car, cup, eyeglasses, sofa")
    refused(release, "ObjectNet3D has no split 'dev'; expected one of train, val, test", split="dev")
    refused(f"{release},source=pascal", "unknown option 'source'")


def test_without_the_list_of_classes(release):
    (release / "Image_sets" / "classes.txt").unlink()
    refused(f"{release},categories=boat", "unknown category 'boat'; expected one or more of car")


@pytest.mark.parametrize("gone", ["Images", "Annotations", "Image_sets", "Image_sets/train.txt"])
def test_half_copied(release, gone):
    path = release / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    refused(release, "is not the whole ObjectNet3D release", f"but lacks {gone}")


def test_wrong_paths(release, tmp_path):
    refused(tmp_path / "nowhere", "nowhere does not exist")
    refused(release.parent, "is no ObjectNet3D release", f"name {release}")
    refused(release / "Images", "is no ObjectNet3D release", "check the path")


def test_cad_models_lie_in_their_own_folder(release):
    write_cad(release)
    (release / "CAD" / "off").mkdir()
    (release / "CAD" / "car").rename(release / "CAD" / "off" / "car")
    (release / "CAD" / "car.mat").unlink()
    assert read_cad(release, "car", 1).vertices.shape == (16, 3)
