"""Boxes come in as COCO annotations, COCO results or CSV; what is wrong is named by its line or entry."""

import json

import pytest

from vantage.errors import DataError
from vantage.records.detections import BadBoxError, Detection, checked_box, read_detections

IMAGES = [{"id": 1, "file_name": "a b.jpg"}, {"id": "x", "file_name": "sub/ü.png"}]
CATEGORIES = [{"id": 3, "name": "car"}, {"id": 9, "name": "chair"}]


def save(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def item(image=1, category=3, bbox=(10, 20, 30, 40), **others):
    return {"image_id": image, "category_id": category, "bbox": list(bbox), **others}


def annotations(*items):
    return {"images": IMAGES, "categories": CATEGORIES, "annotations": list(items)}


def test_csv(tmp_path):
    text = "file,category,x0,y0,x1,y1,score\na b.jpg,car,1,2,3.5,4,0.25\nsub/ü.png,chair,-5,0,9,9,\n"
    assert read_detections(save(tmp_path / "b.csv", text)) == [
        Detection("a b.jpg", "car", (1, 2, 3.5, 4), 0.25),
        Detection("sub/ü.png", "chair", (-5, 0, 9, 9), 1.0),
    ]


def test_csv_of_a_spreadsheet_in_another_order_with_frames(tmp_path):
    path = tmp_path / "b.txt"
    path.write_text('x0,y0,x1,y1,frame,file,note\n1,2,3,4,7,"a, b.mp4",hm\n', encoding="utf-8-sig")
    assert read_detections(path, need_category=False) == [Detection("a, b.mp4", "", (1, 2, 3, 4), 1.0, 7)]
    with pytest.raises(DataError, match="no column category"):
        read_detections(path)


def test_coco_annotations_without_crowds(tmp_path):
    path = save(tmp_path / "a.JSON", annotations(item(), item("x", 9, score=0.5), item(iscrowd=1)))
    assert read_detections(path) == [
        Detection("a b.jpg", "car", (10, 20, 40, 60), 1.0),
        Detection("sub/ü.png", "chair", (10, 20, 40, 60), 0.5),
    ]


def test_coco_results_take_their_names_from_the_annotations(tmp_path):
    results, names = save(tmp_path / "r.json", [item(score=0.5)]), save(tmp_path / "n.json", annotations())
    assert read_detections(results, names) == [Detection("a b.jpg", "car", (10, 20, 40, 60), 0.5)]
    with pytest.raises(DataError, match="entry 0: image_id 1 is a number that nothing names.*give the annotations"):
        read_detections(results)


def test_coco_results_that_name_themselves(tmp_path):
    path = save(tmp_path / "r.json", [item("a.jpg", "car", score=0.5)])
    assert read_detections(path)[0].image == "a.jpg"


def test_nothing_found_is_no_mistake(tmp_path):
    assert read_detections(save(tmp_path / "r.json", [])) == []
    assert read_detections(save(tmp_path / "r.json", annotations())) == []
    assert read_detections(save(tmp_path / "r.csv", "file,category,x0,y0,x1,y1\n")) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is no JSON"),
        ("3", "is no COCO file"),
        ({"images": []}, "is no COCO file"),
        ({**annotations(), "images": [{"id": 1}]}, "entry of images lacks id or file_name"),
        (annotations("x"), "entry 0: 'x' is no object"),
        (annotations({"bbox": [1, 2, 3, 4]}), "it has no image_id, category_id"),
        (annotations(item(bbox=(1, 2, 3))), "bbox is \\[1, 2, 3\\]"),
        (annotations(item(bbox=(1, 2, 3, "y"))), "bbox is 'y'"),
        (annotations(item(), item(bbox=(1, 2, 0, 4))), "entry 1: the box 1,2,1,6 has no area"),
        (annotations(item(image=7)), "image_id 7 is not among the 2 images"),
        (annotations(item(image=[7])), "image_id is \\[7\\]"),
        (annotations(item(category=7)), "category_id 7 is not among the 2 categories"),
        (annotations(item(score=float("nan"))), "score is nan"),
    ],
)
def test_what_is_wrong_with_coco_is_said(tmp_path, content, says):
    with pytest.raises(DataError, match=says):
        read_detections(save(tmp_path / "b.json", content))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column file, x0, y0, x1, y1, category \\(it has none\\)"),
        ("file,x0,y0,x1,y1\n", "no column category"),
        ("a,car,1,2,3\n", "line 2: y1 is missing"),
        ("a,car,1,2,3,x\n", "line 2: y1 is 'x'"),
        (",car,1,2,3,4\n", "line 2: file is empty"),
        ("a,,1,2,3,4\n", "line 2 names no category"),
        ("a,car,1,2,3,4\na,car,5,2,3,4\n", "line 3: the box 5,2,3,4 has no area"),
        ("a,car,1,2,nan,4\n", "line 2: the box 1,2,nan,4 is not finite"),
    ],
)
def test_what_is_wrong_with_csv_is_said(tmp_path, text, says):
    head = "" if not text or text.startswith("file") else "file,category,x0,y0,x1,y1\n"
    with pytest.raises(DataError, match=says):
        read_detections(save(tmp_path / "b.csv", head + text))


def test_other_encodings_and_missing_files(tmp_path):
    (tmp_path / "b.csv").write_bytes("file,category,x0,y0,x1,y1\nü,car,1,2,3,4\n".encode("latin-1"))
    for path, says in ((tmp_path / "b.csv", "UTF-8"), (tmp_path, "is a folder"), (tmp_path / "no.csv", "not exist")):
        with pytest.raises(DataError, match=says):
            read_detections(path)
    with pytest.raises(DataError, match=r"no.json does not exist"):
        read_detections(save(tmp_path / "r.json", [item()]), tmp_path / "no.json")


@pytest.mark.parametrize("frame", ["-1", "0.5", "nan", "inf"])
def test_a_frame_is_a_whole_number(tmp_path, frame):
    text = f"file,category,x0,y0,x1,y1,frame\na.mp4,car,1,2,3,4,{frame}\n"
    with pytest.raises(DataError, match="line 2: frame is"):
        read_detections(save(tmp_path / "b.csv", text))


def test_boxes_that_are_none_can_be_passed_over(tmp_path):
    skipped = []
    text = "file,category,x0,y0,x1,y1\na,car,4,2,3,4\nb,car,1,2,3,4\nc,car,1,nan,3,4\n"
    found = read_detections(save(tmp_path / "b.csv", text), skipped=skipped)
    assert [detection.image for detection in found] == ["b"]
    assert ["line 2" in skipped[0], "line 4" in skipped[1]] == [True, True]


def test_a_box():
    assert checked_box(["1", 2, 3, 4]) == (1, 2, 3, 4)
    with pytest.raises(BadBoxError):
        checked_box([1, 2, 1, 4])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,x0,y0,x1,y1,x0\na.jpg,1,2,3,4,5\n", "has the column x0 twice"),
        ("file,x0,y0,x1,y1\na.jpg,1,2,3,4,5\n", "line 2: more fields than columns: 5"),
        ("file,x0,y0,x1,y1\na.jpg,1,2\n", "line 2: x1 is missing"),
        ("file;x0;y0;x1;y1\n", "columns file, x0, y0, x1, y1, commas between"),
    ],
)
def test_rows_that_do_not_fit_their_columns(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        read_detections(save(tmp_path / "b.csv", text), need_category=False)


def test_annotations_belong_to_coco_results(tmp_path):
    path = save(tmp_path / "b.csv", "file,category,x0,y0,x1,y1\na.jpg,car,1,2,3,4\n")
    with pytest.raises(DataError, match="which is CSV; expected COCO results"):
        read_detections(path, tmp_path / "names.json")
