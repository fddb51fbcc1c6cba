"""Plain pictures of a model at given angles, by the command line."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.synth_data.conftest import run
from tests.synth_data.objects import write_obj
from vantage.geometry.cameras import Camera
from vantage.records.reader import open_records

ARGS = ("--azimuth", "0,90,180", "--elevation", "20", "--size", "48", "--samples", "1", "--workers", "1")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("angles") / "views"
    done = run("render", "--category", "table", "--seed", "3", *ARGS, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_files_are_named_by_their_angles(pictures):
    names = sorted(path.name for path in pictures.glob("a*.png"))
    assert names == ["a000_e020_t000.png", "a090_e020_t000.png", "a180_e020_t000.png"]
    assert not list(pictures.glob("vantage_records*")) and (pictures / "contact_sheet.png").exists()


def test_the_list_says_what_the_files_show(pictures):
    entries = json.loads((pictures / "views.json").read_text())
    assert [entry["viewpoint"][0] for entry in entries] == [0, 90, 180]
    for entry in entries:
        with Image.open(pictures / entry["file"]) as image:
            assert image.mode == "RGBA" and image.size == (48, 48)
            assert json.loads(image.text["vantage"]) == entry
            alpha = np.asarray(image)[..., 3]
        rows, columns = np.nonzero(alpha > 200)
        x0, y0, x1, y1 = entry["bbox"]
        assert x0 <= columns.min() and columns.max() < x1 and y0 <= rows.min() and rows.max() < y1
        assert entry["model_id"] == "procedural:table:3"
        assert max(x1 - x0, y1 - y0) == pytest.approx(0.9 * 48, abs=2)
        camera = Camera(np.array(entry["intrinsics"]), np.array(entry["camera_from_world"]), 48, 48)
        assert np.linalg.norm(camera.centre) == pytest.approx(entry["viewpoint"][3], abs=1e-4)


def test_finished_pictures_are_kept_and_missing_ones_made(pictures):
    (pictures / "a090_e020_t000.png").unlink()
    before = {path.name: path.stat().st_mtime_ns for path in pictures.glob("a*.png")}
    whole = (pictures / "views.json").read_bytes()
    done = run("render", "--category", "table", "--seed", "3", *ARGS, "--out", pictures)
    assert done.returncode == 0, done.stderr
    assert (pictures / "a090_e020_t000.png").exists() and (pictures / "views.json").read_bytes() == whole
    assert all((pictures / name).stat().st_mtime_ns == stamp for name, stamp in before.items())


def test_a_cad_file_with_records_too(tmp_path):
    mesh = write_obj(tmp_path / "thing" / "solid.obj")
    done = run("render", "--cad", mesh, *ARGS, "--records", "--out", tmp_path / "views")
    assert done.returncode == 0, done.stderr
    records = list(open_records(tmp_path / "views", "train"))
    assert [round(float(record.viewpoint[0])) for record in records] == [0, 90, 180]
    assert [record.view_id for record in records] == [0, 1, 2] and len({r.scene_id for r in records}) == 1
    for record in records:
        name = f"a{round(float(record.viewpoint[0])):03d}_e020_t000.png"
        with Image.open(tmp_path / "views" / name) as image:
            np.testing.assert_array_equal(np.asarray(image), record.image)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--azimuth", "0:360:15", "--category", "car", "--count", "5"), "--count 5 beside 24 angles"),
        (("--azimuth", "0:360:15"), "no model is named; expected --cad FILE, or --category NAME"),
        (("--azimuth", "zero", "--category", "car"), "--azimuth is 'zero'"),
        (("--elevation", "91", "--category", "car"), "--elevation has 91"),
        (("--preset", "nothing"), "--preset is 'nothing'; expected one of default"),
        (("--images",), "--images name their files"),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path, run_vantage, args, words):
    status, _, told = run_vantage("render", "--out", tmp_path / "set", *args)
    assert status == 2 and words in told
    assert len(told.strip().splitlines()) == 1
