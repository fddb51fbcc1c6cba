"""COCO: pycocotools loads what we export, and decodes our masks to what the records hold."""

import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from tests.exporters.samples import toy_record
from vantage.errors import DataError
from vantage.records.formats.coco import CocoCategory, CocoObject, read_coco
from vantage.records.formats.rle import compressed, decode_rle, decompressed, encode_rle
from vantage.records.reader import open_records
from vantage.records.writer import shard_name, write_metadata, write_shard


@pytest.fixture
def exported(export, toy_set):
    return export(toy_set, "coco")


def test_pycocotools_loads_it(exported, toy_set, capsys):
    coco, records = COCO(str(exported / "annotations/train.json")), list(open_records(toy_set))
    assert [c["name"] for c in coco.loadCats(coco.getCatIds())] == ["car", "chair"]
    assert len(coco.getImgIds()) == len(coco.getAnnIds()) == len(records) == 8
    for index, record in enumerate(records):
        image = coco.loadImgs(index + 1)[0]
        (annotation,) = coco.loadAnns(coco.getAnnIds(imgIds=index + 1))
        assert np.array_equal(coco.annToMask(annotation) * np.uint8(255), record.mask)
        x0, y0, x1, y1 = record.bbox
        assert annotation["bbox"] == [x0, y0, x1 - x0, y1 - y0]
        assert coco_mask.toBbox(annotation["segmentation"]).tolist() == annotation["bbox"]
        assert annotation["area"] == coco_mask.area(annotation["segmentation"]) == (record.mask > 0).sum()
        assert coco.loadCats(annotation["category_id"])[0]["name"] == record.category
        assert (
            Image.open(exported / "images" / image["file_name"]).size == (image["width"], image["height"]) == (48, 48)
        )


def test_keypoints_have_cocos_flags(exported, toy_set, capsys):
    coco = COCO(str(exported / "annotations/train.json"))
    for index, record in enumerate(open_records(toy_set)):
        (annotation,) = coco.loadAnns(coco.getAnnIds(imgIds=index + 1))
        category = coco.loadCats(annotation["category_id"])[0]
        assert category["keypoints"] == list(record.keypoint_names)
        rows = np.reshape(annotation["keypoints"], (-1, 3))
        assert rows[:, 2].tolist() == [{0: 2, 1: 1, 2: 1, 3: 0}[state] for state in record.keypoint_visibility]
        shown = record.keypoint_visibility < 3
        assert np.array_equal(rows[shown, :2], record.keypoints_2d[shown]) and not rows[~shown].any()
        assert annotation["num_keypoints"] == shown.sum()


def test_the_skeleton_joins_keypoints_by_their_places_from_one(exported, toy_models):
    categories = {c["name"]: c for c in json.loads((exported / "annotations/train.json").read_text())["categories"]}
    chair = toy_models[0]
    names = [[categories["chair"]["keypoints"][n - 1] for n in edge] for edge in categories["chair"]["skeleton"]]
    assert names == [list(edge) for edge in chair.edges] and names


def test_a_category_has_its_skeleton_where_cad_files_come_first_and_last(export, tmp_path, toy_models):
    bare = {"keypoint_names": (), "keypoint_visibility": np.zeros(0, np.uint8)}
    bare |= {"keypoints_2d": np.zeros((0, 2), np.float32), "keypoints_3d": np.zeros((0, 3), np.float32)}
    views = [toy_record(toy_models[0], 0, model_id="chair/a.glb", **bare), toy_record(toy_models[0], 1)]
    views.append(toy_record(toy_models[0], 2, model_id="chair/b.glb", **bare))
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), views)
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    found = json.loads((export(tmp_path / "set", "coco") / "annotations/train.json").read_text())
    (chair,) = found["categories"]
    assert len(chair["skeleton"]) == len(toy_models[0].edges) > 0
    assert [annotation["num_keypoints"] > 0 for annotation in found["annotations"]] == [False, True, False]


def test_states_outside_and_empty_masks(export, tmp_path, toy_models):
    record = toy_record(toy_models[0], 0)
    outside = toy_record(toy_models[0], 1, keypoint_visibility=np.full(len(toy_models[0].keypoints), 3, np.uint8))
    nothing = toy_record(toy_models[0], 2, mask=np.zeros_like(record.mask), bbox=np.zeros(4, np.float32))
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), [record, outside, nothing])
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    found = json.loads((export(tmp_path / "set", "coco") / "annotations/train.json").read_text())
    assert len(found["images"]) == 3 and [a["image_id"] for a in found["annotations"]] == [1, 2]
    assert found["annotations"][1]["num_keypoints"] == 0 and not any(found["annotations"][1]["keypoints"])


def test_our_reader_returns_what_the_records_hold(exported, toy_set):
    found = read_coco(exported / "annotations/train.json")
    assert found.notes == () and len(found.images) == 8
    for record, image in zip(open_records(toy_set), found.images):
        (thing,) = image.objects
        assert np.array_equal(thing.mask(image.width, image.height), record.mask)
        assert np.array_equal(thing.box, record.bbox) and thing.category.name == record.category
        assert thing.extra["model_id"] == record.model_id
        assert np.allclose(thing.extra["viewpoint"], record.viewpoint)
        assert image.path.is_file() and thing.category.skeleton is not None
    (exported / "images/000003.png").unlink()
    found = read_coco(exported / "annotations/train.json")
    assert len(found.images) == 7 and found.notes == ("1 images are not there and passed over, such as 000003.png",)


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (64, 33), (480, 640)])
@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 1.0])
def test_run_lengths_are_pycocotools(rng, shape, share):
    mask = (rng.random(shape) < share).astype(np.uint8)
    if share == 0.03:
        mask = np.kron(mask[::4, ::4], np.ones((4, 4), np.uint8))[: shape[0], : shape[1]]  # long runs, and short ones
    ours, theirs = encode_rle(mask), coco_mask.encode(np.asfortranarray(mask))
    assert ours == {"size": list(theirs["size"]), "counts": theirs["counts"].decode()}
    assert np.array_equal(decode_rle(ours) > 0, mask > 0)
    runs = decompressed(ours["counts"])
    assert np.array_equal(decode_rle({"size": list(shape), "counts": runs}) > 0, mask > 0)
    assert compressed(runs) == ours["counts"]


def test_polygons_are_close_to_pycocotools(rng):
    turns = np.sort(rng.uniform(0, 2 * np.pi, 12))
    polygon = (np.stack([50 + 40 * np.cos(turns), 40 + 30 * np.sin(turns)], axis=1)).ravel().tolist()
    theirs = coco_mask.decode(coco_mask.frPyObjects([polygon], 80, 100))[..., 0] > 0
    ours = CocoObject(CocoCategory(1, "x"), np.zeros(4), [polygon]).mask(100, 80)
    assert ((ours > 0) ^ theirs).sum() < 0.05 * theirs.sum()


@pytest.mark.parametrize("counts", ["", "0", "n", "~~~", "\x7f", [1, 2], [-1, 5], None, "P" * 99])
def test_broken_run_lengths_are_told(counts):
    with pytest.raises(DataError):
        decode_rle({"size": [2, 2], "counts": counts})
    with pytest.raises(DataError):
        decode_rle({"size": [2], "counts": counts})


@pytest.mark.parametrize(
    ("section", "change", "says"),
    [
        ("images", {"file_name": "../x.png"}, "a path below"),
        ("images", {"width": 0}, "width is '0'"),
        ("images", {"id": "one"}, "has no id"),
        ("annotations", {"category_id": 9}, "not listed"),
        ("annotations", {"bbox": [1, 2, 3]}, "4 numbers"),
        ("annotations", {"keypoints": [1, 2, 3]}, "30 numbers"),
        ("annotations", {"segmentation": [[1, 2]]}, "three points"),
        ("annotations", {"segmentation": {"size": [3, 3], "counts": "9"}}, "48 x 48"),
        ("categories", {"skeleton": [[0, 1]]}, "pairs of their places"),
    ],
)
def test_broken_files_are_told(export, chair_set, section, change, says):
    path = export(chair_set, "coco") / "annotations/train.json"
    content = json.loads(path.read_text())
    content[section][0] |= change
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match=says):
        for image in read_coco(path).images:
            for thing in image.objects:
                thing.mask(image.width, image.height)
