"""Whole photographs with boxes, videos, lines on standard output, and going on after an interruption."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from render4cnn import lines as lines_module
from render4cnn import pictures, standalone
from render4cnn import predict_files as predict_module
from render4cnn.crops import as_picture, clamped, crop_photo
from render4cnn.data import crop_of
from render4cnn.inputs import Inputs, match_boxes
from render4cnn.lines import open_lines
from render4cnn.predict import Predictor
from render4cnn.predict_files import predict_files
from render4cnn.request import Request
from render4cnn.serving import make_forward
from render4cnn.streaming import Job, predict_stream
from tests.render4cnn.played import lines, save
from vantage.errors import DataError, ImageError, UserError
from vantage.image_files import find_images
from vantage.records.detections import Detection
from vantage.records.photos import OpenPhoto, open_photo


def street(path, azimuths, exif=None):
    """Save a photograph of coloured squares in a row, 40 px each, and return their boxes."""
    pixels = np.full((60, 40 * len(azimuths) + 20, 3), 10, np.uint8)
    boxes = [(40 * number + 10, 10, 40 * number + 40, 50) for number in range(len(azimuths))]
    for (x0, y0, x1, y1), azimuth in zip(boxes, azimuths):
        pixels[y0:y1, x0:x1, 0] = round(azimuth / 360 * 255)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **({"exif": exif, "quality": 98, "subsampling": 0} if exif else {}))
    return boxes


def detections(name, boxes, category="car", **others):
    return [Detection(name, category, box, **others) for box in boxes]


def run(predictor, out, *inputs, **options):
    return predict_files(Request(list(inputs), out, **options), predictor)


def azimuths(entries):
    return [entry["viewpoint"]["azimuth"] for entry in entries]


def test_boxes_cut_objects_out_of_whole_photographs(predictor, tmp_path):
    first = street(tmp_path / "p/a b.png", [30, 200])
    second = street(tmp_path / "p/sub/ü.png", [100, 300, 50])
    street(tmp_path / "p/without.png", [10])
    boxes = [*detections("sub/ü.png", second, "chair", score=0.5), *detections("a b.png", first, "")]
    out = tmp_path / "out.jsonl"
    assert run(predictor, out, tmp_path / "p", boxes=boxes, boxes_file=tmp_path / "boxes.csv") == 0
    found = lines(out)
    assert [Path(entry["file"]).name for entry in found] == ["a b.png"] * 2 + ["ü.png"] * 3
    assert azimuths(found) == pytest.approx([30, 200, 100, 300, 50], abs=4)
    assert [entry["category"] for entry in found] == ["chair"] * 5  # the surest where the box names none
    assert [entry["category_given"] for entry in found] == [False] * 2 + [True] * 3
    assert [entry["box"] for entry in found[:2]] == [list(box) for box in first]
    assert found[4]["detection_score"] == 0.5
    assert set(found[0]) >= {"frame", "size", "viewpoint", "camera_from_object_rotation", "confidence"}
    assert "probabilities" not in found[0]


def test_boxes_are_in_the_pixels_of_the_upright_photograph(predictor, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side
    street(tmp_path / "a.jpg", [30, 200], exif)
    width, height = 60, 100
    assert open_photo(tmp_path / "a.jpg").size == (width, height)
    upright = [(height - 0 - 90, 10, height - 50, 40), (10, 50, 50, 80)]  # x = 60 - y, y = x
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "a.jpg", boxes=detections("a.jpg", upright)) == 0
    assert azimuths(lines(tmp_path / "o.jsonl")) == pytest.approx([30, 200], abs=4)


def test_boxes_that_are_none_are_told_and_the_others_done(predictor, tmp_path, capsys):
    (good, _) = street(tmp_path / "a.png", [30, 200])
    bad = [(500, 500, 600, 600), (-50, -50, 0.5, 0.5)]
    names = [*detections("a.png", [good, *bad]), *detections("gone.png", [good, good])]
    options = {
        "boxes": names,
        "boxes_file": tmp_path / "b.csv",
        "problems": ["b.csv, line 9: the box 5,5,1,1 has no area"],
    }
    assert run(predictor, tmp_path / "out", tmp_path / "a.png", draw=False, **options) == 2
    assert azimuths(lines(tmp_path / "out")) == pytest.approx([30], abs=4)
    told = capsys.readouterr().err
    for words in (
        "500,500,600,600 holds nothing of",
        "line 9",
        "gone.png: named in the boxes file",
        "2 boxes are left out",
    ):
        assert words in told
    assert len(json.loads((tmp_path / "out/predictions.json").read_text())["skipped"]) == 4


def test_no_box_at_all_is_no_mistake(predictor, tmp_path):
    street(tmp_path / "a.png", [30])
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "a.png", boxes=[]) == 0
    assert (tmp_path / "o.jsonl").read_text() == ""


def test_a_class_of_the_boxes_that_is_unknown_is_refused_by_name(predictor, tmp_path):
    boxes = street(tmp_path / "a.png", [30])
    spoons = {"boxes": detections("a.png", boxes, "spoon"), "boxes_file": tmp_path / "b.csv"}
    with pytest.raises(DataError, match=r"b.csv has boxes of class 'spoon'; expected one of car, chair"):
        run(predictor, tmp_path / "o.jsonl", tmp_path / "a.png", **spoons)
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "a.png", category="car", **spoons) == 0


def test_many_boxes_in_one_photograph_keep_their_order(predictor, tmp_path):
    wanted = [20 * (number % 17) for number in range(150)]
    boxes = street(tmp_path / "a.png", wanted)
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "a.png", boxes=detections("a.png", boxes)) == 0
    assert np.abs(np.array(azimuths(lines(tmp_path / "o.jsonl"))) - wanted).max() <= 5


def test_several_objects_of_a_photograph_are_drawn_apart(predictor, tmp_path):
    boxes = street(tmp_path / "a.png", [30, 200])
    assert run(predictor, tmp_path / "out", tmp_path / "a.png", boxes=detections("a.png", boxes)) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names >= {"a.1.json", "a.2.json", "a.1.viewpoint.png", "a.2.viewpoint.png"}


def test_names_in_a_file_of_boxes_find_their_photographs(tmp_path):
    for name in ("p/x.png", "p/a/x.png", "p/b/y.png", "q/z.png"):
        save(tmp_path / name)
    files, _ = find_images([tmp_path / "p", tmp_path / "q/z.png"])
    composed, apart = "ü.png", "ü.png"
    save(tmp_path / "p" / composed)
    files, _ = find_images([tmp_path / "p", tmp_path / "q/z.png"])
    box = (0, 0, 5, 5)

    def matched(name):
        found, told = match_boxes(detections(name, [box]), files, [tmp_path / "p", tmp_path / "q"])
        return str(files[next(iter(found))].path.relative_to(tmp_path)) if found else told[0][1]

    assert matched("x.png") == "p/x.png"
    assert matched("a/x.png") == matched("a\\x.png") == matched(str(tmp_path / "p/a/x.png")) == "p/a/x.png"
    assert matched("y.png") == matched("p/b/y.png") == "p/b/y.png"
    assert matched("z.png") == "q/z.png"
    assert matched(apart) == f"p/{composed}"
    assert "not among the images" in matched("c/x.png")
    (tmp_path / "p/a/y.png").write_bytes((tmp_path / "p/b/y.png").read_bytes())
    files, _ = find_images([tmp_path / "p", tmp_path / "q/z.png"])
    assert "fits 2 images" in matched("y.png")


def test_standard_output_has_lines_and_nothing_else(predictor, tmp_path, capsys):
    street(tmp_path / "a.png", [30])
    assert run(predictor, Path("-"), tmp_path / "a.png", category="car", probabilities=True) == 0
    (entry,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(entry["probabilities"]["azimuth"]["probability"]) == 72


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"out": Path("-"), "draw": True}, "--draw yes with --out -"),
        ({"out": Path("x.jsonl"), "draw": True}, "--draw yes"),
        ({"out": Path("-"), "resume": True}, "--resume with --out -"),
        ({"out": Path("x.jsonl"), "every": 0}, "--every is 0"),
        ({"out": Path("x.jsonl"), "box": (0, 0, 1, 1), "boxes": []}, "both --box and --boxes"),
    ],
)
def test_options_that_do_not_fit_together(predictor, tmp_path, options, says):
    street(tmp_path / "a.png", [30])
    with pytest.raises(UserError, match=says):
        Request([tmp_path / "a.png"], **options).check()


def test_a_folder_in_the_place_of_the_lines(predictor, tmp_path):
    street(tmp_path / "a.png", [30])
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(UserError, match="is a folder"):
        Request([tmp_path / "a.png"], tmp_path / "x.jsonl").check()


def interrupted_after(count, network):
    """Let the network be interrupted when it has seen so many crops."""
    original, seen = network._forward, []

    def forward(crops):
        seen.extend(crops)
        if len(seen) > count:
            raise KeyboardInterrupt
        return original(crops)

    network.__dict__["_forward"] = forward


def test_an_interrupted_call_goes_on_and_gives_the_same_lines(predictor, tmp_path):
    boxes = []
    for number in range(60):
        name = f"{number:02}.png"
        boxes += detections(name, street(tmp_path / "p" / name, [6 * number, 100, 200, 300, 40]))
    (tmp_path / "p/10.png").write_bytes(b"broken")
    options = {"boxes": boxes, "boxes_file": tmp_path / "b.csv"}
    assert run(predictor, tmp_path / "whole.jsonl", tmp_path / "p", **options) == 2
    original = predictor._forward
    interrupted_after(200, predictor)
    out = tmp_path / "o.jsonl"
    with pytest.raises(KeyboardInterrupt, match="are kept in .*o.jsonl.part, the same with --resume goes on"):
        run(predictor, out, tmp_path / "p", **options)
    predictor.__dict__["_forward"] = original
    assert not out.exists()
    part = out.with_name("o.jsonl.part")
    assert 100 < len(part.read_text().splitlines()) < 200
    part.write_bytes(part.read_bytes()[:-30])  # killed in the middle of a line
    with pytest.raises(UserError, match="--resume with another category"):
        run(predictor, out, tmp_path / "p", resume=True, category="car", **options)
    assert run(predictor, out, tmp_path / "p", resume=True, **options) == 2  # what was broken is remembered
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.jsonl", "p", "whole.jsonl"]


def test_an_interrupted_call_draws_all_when_it_goes_on(predictor, tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "CHUNK", 50)
    boxes = []
    for number in range(30):
        name = f"{number:02}.png"
        boxes += detections(name, street(tmp_path / "p" / name, [6 * number, 100, 200, 300, 40]))
    options = {"boxes": boxes, "boxes_file": tmp_path / "b.csv", "draw": True}
    assert run(predictor, tmp_path / "whole", tmp_path / "p", **options) == 0
    original = predictor._forward
    interrupted_after(140, predictor)
    with pytest.raises(KeyboardInterrupt):
        run(predictor, tmp_path / "o", tmp_path / "p", **options)
    predictor.__dict__["_forward"] = original
    drawn = list((tmp_path / "o").rglob("*.json"))
    assert len(drawn) == 100, "of 128 lines"
    kept, gone = sorted(drawn)[0], sorted(drawn)[-1]
    before = kept.stat().st_mtime_ns
    assert run(predictor, tmp_path / "o", tmp_path / "p", resume=True, **options) == 0
    assert kept.stat().st_mtime_ns == before and gone.exists(), "what is drawn is not drawn again"
    for name in ("predictions.json", "predictions.jsonl"):
        assert (tmp_path / "o" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert len(list((tmp_path / "o").rglob("*.png"))) == 150


def test_weights_that_changed_since_do_not_go_on(predictor, tmp_path):
    street(tmp_path / "a.png", [30])
    options = {"category": "car", "resume": True}
    first = predict_module._identity(Request([tmp_path / "a.png"], tmp_path / "o.jsonl", **options), predictor)
    predictor.trained.model.variables = (SimpleNamespace(path="a/kernel", value=np.ones(3)),)
    later = predict_module._identity(Request([tmp_path / "a.png"], tmp_path / "o.jsonl", **options), predictor)
    assert {name for name in first if first[name] != later[name]} == {"weights"}


def test_what_was_there_is_kept_where_nothing_can_be_predicted(predictor, tmp_path):
    street(tmp_path / "a.png", [30])
    for out in (tmp_path / "o.jsonl", tmp_path / "o"):
        assert run(predictor, out, tmp_path / "a.png", category="car") == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for out in (tmp_path / "o.jsonl", tmp_path / "o"):
        with pytest.raises(UserError, match="nothing is left to predict"):
            run(predictor, out, tmp_path / "a.png", category="car", box=(900, 900, 990, 990))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_json_of_others_is_not_overwritten(predictor, tmp_path):
    street(tmp_path / "a.png", [30])
    for name in ("a.json", "a.1.json"):
        (tmp_path / name).write_text('{"label": "mine"}')
        with pytest.raises(UserError, match=f"{name} is no prediction and would be lost"):
            run(predictor, tmp_path, tmp_path / "a.png", category="car")
        assert "mine" in (tmp_path / name).read_text() and not (tmp_path / "predictions.jsonl").exists()
        (tmp_path / name).unlink()


def test_links_count_as_files_and_a_loop_is_told(predictor, tmp_path):
    street(tmp_path / "p/a.png", [30])
    (tmp_path / "p/b.png").symlink_to("a.png")
    (tmp_path / "p/c.png").symlink_to("c.png")
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "p", category="car") == 2
    assert [Path(entry["file"]).name for entry in lines(tmp_path / "o.jsonl")] == ["a.png", "b.png"]


def test_boxes_in_frames_that_a_film_does_not_have_are_told(predictor, tmp_path, capsys):
    pytest.importorskip("av")
    from tests.records.test_video import write

    film = write(tmp_path / "film.mp4", frames=5)
    boxes = detections("film.mp4", [(20, 20, 60, 40)], frame=1) + detections("film.mp4", [(20, 20, 60, 40)], frame=99)
    assert run(predictor, tmp_path / "o.jsonl", film, boxes=boxes) == 2
    assert len(lines(tmp_path / "o.jsonl")) == 1
    assert "it has 5 frames, from 0, and none of number 99; box is left out" in capsys.readouterr().err


def test_pictures_of_pil_count_as_their_files(predictor, tmp_path):
    rng = np.random.default_rng(0)
    grey = Image.fromarray(rng.integers(0, 65535, (30, 40), dtype=np.uint16))
    glass = Image.fromarray(rng.integers(0, 255, (30, 40, 4), dtype=np.uint8))
    turned = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    exif = turned.getexif()
    exif[0x0112] = 6
    for number, (image, options) in enumerate(((grey, {}), (glass, {}), (turned, {"exif": exif}))):
        path = tmp_path / f"{number}.png"
        image.save(path, **options)
        expected = predictor.crop(path)
        np.testing.assert_array_equal(predictor.crop(Image.open(path)), expected)
        alone = standalone.crop(Image.open(path), None, predictor.image_size)[0]
        np.testing.assert_allclose(alone * 255, expected, atol=0.51)
    with pytest.raises(SystemExit, match="holds nothing of the 30x40"):
        standalone.crop(Image.open(path), (90, 0, 99, 9), 32)


def test_going_on_with_what_is_complete_changes_nothing(run_vantage, tmp_path):
    street(tmp_path / "a.png", [30])
    (tmp_path / "o.jsonl").write_text("mine")
    call = ("predict", "render4cnn", tmp_path / "a.png", "--category", "car", "--out", tmp_path / "o.jsonl")
    status, _, err = run_vantage(*call, "--resume")
    assert status == 0 and "o.jsonl is complete" in err, err
    assert (tmp_path / "o.jsonl").read_text() == "mine"
    status, _, err = run_vantage(*call, "--annotations", tmp_path / "a.json")
    assert status == 2 and "--annotations was given without --boxes" in err, err


def test_resume_without_anything_to_go_on_with_starts(predictor, tmp_path):
    street(tmp_path / "a.png", [30])
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "a.png", resume=True, category="car") == 0
    assert azimuths(lines(tmp_path / "o.jsonl")) == pytest.approx([20], abs=4)  # of all of it


def test_stopped_before_the_first_line_nothing_is_left(tmp_path):
    with pytest.raises(KeyboardInterrupt), open_lines(tmp_path / "o.jsonl", {"run": 1}):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_is_gone_starts_anew(tmp_path):
    (tmp_path / f"o.jsonl{lines_module.PART}").write_text('{"file":"a","frame":null}\n')
    with open_lines(tmp_path / "o.jsonl", {"run": 1}, resume=True) as found:
        assert found.start is None
    assert (tmp_path / "o.jsonl").read_text() == ""


def test_frames_of_a_video_with_boxes_of_some(predictor, tmp_path):
    pytest.importorskip("av")
    from tests.records.test_video import write

    film = write(tmp_path / "a film.mp4", frames=12)
    assert run(predictor, tmp_path / "o.jsonl", film, category="car", every=4) == 0
    found = lines(tmp_path / "o.jsonl")
    assert [entry["frame"] for entry in found] == [0, 4, 8]
    assert found[1]["seconds"] == pytest.approx(0.4, abs=0.02)
    boxes = [*detections("a film.mp4", [(20, 20, 60, 40)], frame=4), *detections("a film.mp4", [(30, 20, 50, 40)])]
    assert run(predictor, tmp_path / "o.jsonl", film, boxes=boxes, every=4) == 0
    assert [entry["frame"] for entry in lines(tmp_path / "o.jsonl")] == [0, 4, 4, 8]


def test_a_broken_film_is_told_and_the_photographs_done(predictor, tmp_path, capsys):
    pytest.importorskip("av")
    (tmp_path / "a.mp4").write_bytes(b"no film")
    street(tmp_path / "b.png", [30])
    assert run(predictor, tmp_path / "o.jsonl", tmp_path / "a.mp4", tmp_path / "b.png", category="car") == 2
    assert azimuths(lines(tmp_path / "o.jsonl")) == pytest.approx([20], abs=4)  # of all of it
    assert "a.mp4: cannot be opened as a video" in capsys.readouterr().err


def test_jobs_are_taken_a_few_batches_ahead_only(predictor):
    taken = []

    def jobs():
        for number in range(5000):
            taken.append(number)
            yield Job(np.full((8, 8, 3), number % 250, np.uint8), (None,), ("car",), number)

    stream = predict_stream(predictor, jobs())
    assert next(stream).job.tag == 0
    assert len(taken) < 1000
    stream.close()


def test_pictures_in_memory_are_let_go_once_they_are_cut(predictor):
    (done,) = predict_stream(predictor, [Job(np.zeros((8, 8, 3), np.uint8), (None,), ("car",))])
    assert not isinstance(done.job.image, np.ndarray)


def test_files_and_pictures_give_what_arrays_give(predictor, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    found = predictor.predict([pixels, tmp_path / "a.png", str(tmp_path / "a.png"), Image.fromarray(pixels)], "car")
    assert len({prediction.viewpoint.tobytes() for prediction in found}) == 1
    both = predictor.predict_boxes(tmp_path / "a.png", [(0, 0, 30, 30), (10, 10, 60, 40)], "car")
    again = predictor.predict([pixels, pixels], "car", [(0, 0, 30, 30), (10, 10, 60, 40)])
    assert [one.viewpoint.tolist() for one in both] == [one.viewpoint.tolist() for one in again]


def test_mistakes_in_code(predictor, tmp_path):
    pixels = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(UserError, match="1 boxes for 2 images"):
        predictor.predict([pixels, pixels], "car", [None])
    with pytest.raises(ImageError, match="gone.jpg does not exist"):
        predictor.predict([tmp_path / "gone.jpg"], "car")
    with pytest.raises(ImageError, match="9,9,20,20 holds nothing of the image"):
        predictor.predict([pixels], "car", [(9, 9, 20, 20)])
    for wrong in (pixels.astype(np.float32), np.zeros((8, 8, 2), np.uint8), np.zeros((0, 8, 3), np.uint8)):
        with pytest.raises(ImageError, match="uint8 pixels"):
            predictor.predict([wrong], "car")
    assert as_picture(np.zeros((4, 5), np.uint8)).mode == "RGB"


@pytest.mark.parametrize("box", [(0, 0, float("nan"), 5), (5, 5, 1, 1), (0, 0, 0.5, 9), (float("-inf"), 0, 5, 5)])
def test_boxes_without_area_in_the_image(box):
    with pytest.raises(ImageError, match="holds nothing"):
        clamped(box, 10, 10)
    assert clamped((-5, 2, 8, 30), 10, 10) == (0, 2, 8, 10)


@pytest.mark.parametrize("box", [None, (3, 4, 50, 30), (-10, -10, 40, 90), (10.5, 3.25, 11.75, 20)])
def test_a_crop_is_what_evaluation_sees(box):
    pixels = np.random.default_rng(0).integers(0, 255, (44, 66, 3), dtype=np.uint8)
    inside = (0, 0, 66, 44) if box is None else clamped(box, 66, 44)
    opaque = np.full((44, 66, 1), 255, np.uint8)
    view = {"image": np.concatenate([pixels, opaque], -1), "bbox": np.array(inside, np.float32), "real": True}
    view |= {"viewpoint": np.zeros(4, np.float32), "category": "", "index": 0}
    picture = Image.fromarray(pixels)
    np.testing.assert_array_equal(crop_photo(OpenPhoto(picture, picture.size), box, 32), crop_of(view, 32))


def test_a_large_jpeg_is_decoded_smaller_with_its_boxes(tmp_path):
    rng = np.random.default_rng(0)
    smooth = Image.fromarray(rng.integers(0, 255, (20, 30, 3), dtype=np.uint8)).resize(
        (1600, 1200), Image.Resampling.BICUBIC
    )
    smooth.save(tmp_path / "a.jpg", quality=95)
    small, whole = open_photo(tmp_path / "a.jpg", 192), open_photo(tmp_path / "a.jpg")
    assert (small.image.size, small.size, whole.image.size) == ((400, 300), (1600, 1200), (1600, 1200))
    for boxes, shown in (
        ([(0, 0, 100, 100)], (1600, 1200)),
        ([(-1500, 0, 100, 1200)], (1600, 1200)),  # a narrow strip of it is in the photograph
        ([(0, 0, 1600, 1200), (1700, 0, 1800, 50)], (400, 300)),  # the second shows nothing of it
        ([(0, 0, 100, 100), None], (1600, 1200)),
    ):
        assert open_photo(tmp_path / "a.jpg", 192, boxes).image.size == shown
    for box in (None, (100, 200, 1100, 1150)):
        apart = crop_photo(small, box, 96).astype(int) - crop_photo(whole, box, 96)
        assert np.abs(apart).mean() < 2


def test_a_compiled_network_gives_the_models_own_outputs():
    from render4cnn.model import build_model
    from tests.render4cnn import micro

    model = build_model(micro.config(), ("car", "chair"))
    crops = np.random.default_rng(0).integers(0, 255, (5, 32, 32, 3), dtype=np.uint8)
    wanted = model.predict_on_batch(crops.astype(np.float32) / 255)
    forward = make_forward(model)
    for count in (5, 1, 3):
        found = forward(crops[:count])
        for name, value in wanted.items():
            np.testing.assert_allclose(found[name], np.asarray(value)[:count], atol=1e-5)


def test_mirror_images_are_averaged_where_asked():
    class Sided:
        """Says azimuth 90 where the left is bright, 270 where the right is."""

        def predict_on_batch(self, batch):
            left = batch[:, :, : batch.shape[2] // 2].mean(axis=(1, 2, 3)) > batch[:, :, batch.shape[2] // 2 :].mean(
                (1, 2, 3)
            )
            bins = np.zeros((len(batch), 1, 4))
            bins[np.arange(len(batch)), 0, np.where(left, 1, 3)] = 9.0
            return dict.fromkeys(("azimuth", "elevation", "tilt"), bins)

    from render4cnn.config import Config, ModelConfig

    config = Config(model=ModelConfig(image_size=16, bins=(4, 4, 4), decode="argmax"))
    run = SimpleNamespace(path=Path("RUN"), config={})
    trained = SimpleNamespace(model=Sided(), config=config, classes=("car",), run=run)
    crop = np.zeros((16, 16, 3), np.uint8)
    crop[:, :8] = 255
    for flip in (False, True):
        (found,) = Predictor(trained, flip).predict([crop], "car")
        assert found.viewpoint[0] == 90
        assert found.probabilities["azimuth"][1] > 0.99


def test_photographs_without_boxes_are_no_work(tmp_path):
    files, _ = find_images([save(tmp_path / "a.png"), save(tmp_path / "b.png")])
    inputs = Inputs(files, boxes={1: detections("b.png", [(0, 0, 9, 9)])})
    assert inputs.total() == 1
    assert [job.tag.file.path.name for job in inputs.jobs()] == ["b.png"]
