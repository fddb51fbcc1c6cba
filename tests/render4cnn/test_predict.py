"""Predicting image files: what is written, what is refused, and that nothing is overwritten. The network is played."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render4cnn.pictures import CAD_FORMATS, cad_renderer
from render4cnn.predict import told_class
from render4cnn.predict_files import predict_files
from render4cnn.prediction import bin_centres
from render4cnn.request import Request, parse_box
from synth_data.cad.files import FORMATS
from tests.render4cnn.played import BINS, lines, save
from vantage.errors import MeshError, UserError
from vantage.geometry.viewpoints import camera_from_object_rotation
from vantage.report.cards import prediction_card


def predict(predictor, out, *inputs, **options):
    return predict_files(Request(list(inputs), out, **options), predictor)


def everything(out):
    return json.loads((out / "predictions.json").read_text())


def test_an_image_in_code(predictor):
    (prediction,) = predictor.predict([np.full((50, 20, 3), 64, np.uint8)], "car")
    assert prediction.category == "car"
    np.testing.assert_allclose(prediction.viewpoint, [64 / 255 * 360, 10, -5], atol=0.6)
    np.testing.assert_allclose(prediction.rotation, camera_from_object_rotation(*prediction.viewpoint))
    assert {name: len(p) for name, p in prediction.probabilities.items()} == dict.fromkeys(
        ("azimuth", "elevation", "tilt"), BINS
    )


def test_a_box_cuts_the_object_out(predictor):
    image = np.zeros((40, 60, 3), np.uint8)
    image[10:30, 20:50] = 128
    whole, cut = predictor.predict([image, image], "car", [None, (20, 10, 50, 30)])
    assert abs(cut.viewpoint[0] - 128 / 255 * 360) < 2
    assert abs(whole.viewpoint[0] - 128 / 255 * 360 / 4) < 4


def test_the_class_is_guessed_only_where_it_must_be(predictor):
    image = np.full((8, 8, 3), 64, np.uint8)
    (guess,) = predictor.predict([image])
    assert (guess.category, guess.category_given) == ("chair", False)
    (given,) = predictor.predict([image], "car")
    assert (given.category, given.category_given) == ("car", True)
    with pytest.raises(UserError, match="car, chair"):
        predictor.predict([image], "spoon")


def test_nothing_to_predict(predictor):
    assert predictor.predict([], "car") == []


def test_bins_are_centred_and_signed():
    assert bin_centres("azimuth", 4).tolist() == [0, 90, 180, 270]
    assert bin_centres("tilt", 4).tolist() == [0, 90, 180, -90]


def test_the_told_class_is_that_of_its_head_or_has_the_sharpest_bins():
    flat, sharp = np.zeros(4), np.array([5.0, 0.0, 0.0, 0.0])
    one = {name: np.stack([[flat, sharp], [sharp, flat]]) for name in ("azimuth", "elevation", "tilt")}
    assert told_class([one]).tolist() == [1, 0]
    headed = {**one, "category": np.array([[3.0, 0.0], [0.0, 1.0]])}
    mirror = {**one, "category": np.array([[0.0, 1.0], [0.0, 1.0]])}
    assert told_class([headed]).tolist() == [0, 1]
    assert told_class([headed, mirror]).tolist() == [0, 1], "the surer of the two decides"


def test_json_and_picture_for_each_image_and_one_list(predictor, tmp_path):
    photo = save(tmp_path / "my car.png", 90, (400, 300))
    out = tmp_path / "out"
    assert predict(predictor, out, photo, category="car") == 0
    (entry,) = everything(out)["predictions"]
    assert json.loads((out / "my car.json").read_text()) == entry
    assert entry["file"] == str(photo)
    assert entry["size"] == [400, 300]
    assert entry["category"] == "car"
    assert entry["viewpoint"]["azimuth"] == pytest.approx(90, abs=2)
    rotation = np.array(entry["camera_from_object_rotation"])
    np.testing.assert_allclose(rotation, camera_from_object_rotation(*entry["viewpoint"].values()), atol=1e-4)
    for name in ("azimuth", "elevation", "tilt"):
        bins = entry["probabilities"][name]
        assert len(bins["probability"]) == len(bins["bin_centres_deg"]) == BINS
        assert sum(bins["probability"]) == pytest.approx(1, abs=1e-3)
        best = bins["bin_centres_deg"][int(np.argmax(bins["probability"]))]
        assert best == pytest.approx(entry["viewpoint"][name], abs=360 / BINS)
    picture = np.asarray(Image.open(out / entry["picture"]))
    assert picture.shape[0] > 320


def test_equal_names_in_different_folders_do_not_overwrite_each_other(predictor, tmp_path):
    photos = tmp_path / "photos"
    for number, place in enumerate(("a/x.png", "b/x.png", "b/c/x.png", "b/x.bmp")):
        save(photos / place, 10 + 80 * number)
    out = tmp_path / "out"
    assert predict(predictor, out, photos, category="car") == 0
    entries = everything(out)["predictions"]
    assert len({entry["picture"] for entry in entries}) == 4
    assert len(list(out.rglob("x*.json"))) == 4
    assert sorted(round(entry["viewpoint"]["azimuth"], -1) for entry in entries) == [10, 90, 170, 250]


def test_what_cannot_be_read_is_named_and_the_others_are_done(predictor, tmp_path, capsys):
    photos = tmp_path / "photos"
    save(photos / "good.png")
    (photos / "empty.jpg").write_bytes(b"")
    (photos / "text.png").write_text("no image")
    out = tmp_path / "out"
    assert predict(predictor, out, photos, category="car") == 2
    result = everything(out)
    assert len(result["predictions"]) == 1
    reasons = {Path(skip["file"]).name: skip["reason"] for skip in result["skipped"]}
    assert "empty" in reasons["empty.jpg"]
    assert "image" in reasons["text.png"]
    assert "empty.jpg" in capsys.readouterr().err


@pytest.mark.parametrize("make", [None, b"", b"no image"])
def test_a_named_file_that_fails_makes_status_two_after_the_others(predictor, tmp_path, make):
    bad = tmp_path / "bad.jpg"
    if make is not None:
        bad.write_bytes(make)
    out = tmp_path / "out"
    assert predict(predictor, out, bad, save(tmp_path / "good.png"), category="car") == 2
    assert [Path(entry["file"]).name for entry in everything(out)["predictions"]] == ["good.png"]
    assert everything(out)["skipped"][0]["file"] == str(bad)


def test_none_readable_is_an_error(predictor, tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "bad.jpg").write_bytes(b"x")
    with pytest.raises(UserError, match="nothing is left to predict"):
        predict(predictor, tmp_path / "out", tmp_path / "p")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no image"):
        predict(predictor, tmp_path / "out", tmp_path / "empty")
    with pytest.raises(UserError, match="no such file"):
        predict(predictor, tmp_path / "out", tmp_path / "missing")


def test_predicting_again_into_the_same_folder_replaces_results_only(predictor, tmp_path):
    photos = tmp_path / "photos"
    photo = save(photos / "x.png")
    before = photo.read_bytes()
    for _ in range(2):
        assert predict(predictor, photos, photos, category="car") == 0
        assert len(everything(photos)["predictions"]) == 1
    assert photo.read_bytes() == before


def test_out_may_not_be_a_file(predictor, tmp_path):
    photo = save(tmp_path / "x.png")
    with pytest.raises(UserError, match="is a file"):
        predict(predictor, photo, photo)
    for name in ("x.csv", "deep/y.JSON"):
        with pytest.raises(UserError, match="folder of that name; expected a folder, or a file that ends in .jsonl"):
            predict(predictor, tmp_path / name, photo)
    (tmp_path / "z.txt").mkdir()
    assert predict(predictor, tmp_path / "z.txt", photo, category="car") == 0


def test_a_box_is_clamped_and_an_image_that_it_misses_is_skipped(predictor, tmp_path):
    photos = tmp_path / "p"
    save(photos / "a.png", size=(200, 100)), save(photos / "b.png", size=(40, 30))
    out = tmp_path / "out"
    assert predict(predictor, out, photos, box=(100, 50, 300, 300), category="car") == 2
    result = everything(out)
    assert [entry["box"] for entry in result["predictions"]] == [[100, 50, 200, 100]]
    assert "40x30" in result["skipped"][0]["reason"]
    assert predict(predictor, out, photos / "a.png", photos / "b.png", box=(100, 50, 300, 300), category="car") == 2


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "5,5,1,1", "0,0,nan,1", "0,0,inf,inf"])
def test_a_box_that_is_none(text):
    with pytest.raises(UserError, match="--box"):
        parse_box(text)
    assert parse_box("1,2.5,3,4") == (1, 2.5, 3, 4)


def test_renders_stand_beside_the_photographs_each_at_its_viewpoint(predictor, tmp_path):
    asked = []

    def render(category, viewpoints):
        asked.append((category, viewpoints))
        return [np.full((64, 64, 4), 255, np.uint8) for _ in viewpoints]

    photos = [save(tmp_path / f"{azimuth}.png", azimuth) for azimuth in (20, 100)]
    predict(predictor, tmp_path / "out", *photos, category="car", render=render)
    ((category, viewpoints),) = asked
    assert category == "car"
    np.testing.assert_allclose(viewpoints[:, 0], [20, 100], atol=2)
    with_render = Image.open(tmp_path / "out" / "20.viewpoint.png").width
    predict(predictor, tmp_path / "plain", *photos, category="car")
    assert with_render > Image.open(tmp_path / "plain" / "20.viewpoint.png").width


def test_where_rendering_fails_the_axes_remain_and_it_is_said(predictor, tmp_path, capsys):
    def render(category, viewpoints):
        raise MeshError("bpy is not installed")

    assert predict(predictor, tmp_path / "out", save(tmp_path / "x.png"), category="car", render=render) == 0
    assert "bpy is not installed" in capsys.readouterr().err
    assert (tmp_path / "out" / "x.viewpoint.png").is_file()


def test_a_missing_cad_file_is_refused_before_anything_is_done(tmp_path):
    with pytest.raises(UserError, match="--cad"):
        cad_renderer(tmp_path / "missing.glb")
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(UserError, match=r"photo.jpg is no CAD model; expected GLB, GLTF, OBJ"):
        cad_renderer(tmp_path / "photo.jpg")
    assert {f".{name}" for name in CAD_FORMATS} == set(FORMATS), "what the generator reads can be drawn"


def test_many_images_are_decoded_once_each(predictor, tmp_path, monkeypatch):
    from render4cnn import crops as module

    opened = []
    original = module.open_photo
    monkeypatch.setattr(module, "open_photo", lambda path, *sides: opened.append(path) or original(path, *sides))
    for number in range(30):
        save(tmp_path / "p" / f"{number:02}.png", 12 * number)
    assert predict(predictor, tmp_path / "out", tmp_path / "p", category="car") == 0
    assert len(opened) == len(set(opened)) == 30
    azimuths = [line["viewpoint"]["azimuth"] for line in lines(tmp_path / "out")]
    np.testing.assert_allclose(azimuths, 12.0 * np.arange(30), atol=4)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["predictions.json", "predictions.jsonl"]


def test_pictures_are_drawn_in_chunks(predictor, tmp_path, monkeypatch):
    from render4cnn import pictures

    monkeypatch.setattr(pictures, "CHUNK", 4)
    for number in range(10):
        save(tmp_path / "p" / f"{number}.png", 30 * number)
    predict(predictor, tmp_path / "out", tmp_path / "p", category="car")
    assert [entry["picture"] for entry in everything(tmp_path / "out")["predictions"]] == [
        f"p/{number}.viewpoint.png" for number in range(10)
    ]


@pytest.mark.parametrize("size", [(3, 900), (900, 3), (1, 1), (5000, 40)])
def test_extreme_shapes_are_drawn(predictor, tmp_path, size):
    assert predict(predictor, tmp_path / "out", save(tmp_path / "x.png", 90, size), category="car") == 0
    width, height = Image.open(tmp_path / "out" / "x.viewpoint.png").size
    assert width < 1200
    assert height < 500


def test_a_card_draws_the_axes_in_the_box():
    photo = np.full((100, 200, 3), 90, np.uint8)
    plain = prediction_card(photo, np.eye(3), [])
    boxed = prediction_card(photo, np.eye(3), [], box=(150, 50, 200, 100))
    changed = np.nonzero(np.any(plain != boxed, axis=-1))
    assert changed[1].max() > 190


def test_the_empty_rim_of_a_render_is_cut_off():
    photo = np.full((100, 100, 3), 90, np.uint8)
    render = np.zeros((200, 200, 4), np.uint8)
    render[90:110, 80:120] = 255
    card = prediction_card(photo, np.eye(3), [], render)
    whole = prediction_card(photo, np.eye(3), [], np.full((20, 40, 4), 255, np.uint8))
    assert abs(card.shape[1] - whole.shape[1]) < 20
    assert prediction_card(photo, np.eye(3), [], np.zeros((8, 8, 4), np.uint8)).shape[0] > 100
