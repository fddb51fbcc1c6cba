"""A slip in any word that is one of several is answered with the word that was meant, in one line."""

from __future__ import annotations

import json

import pytest

from vantage.choices import nearest, unknown_words

RENDER = ("render", "--out", "OUT")
MODEL = "render4cnn"


@pytest.mark.parametrize(
    ("word", "known", "guess"),
    [
        ("foldr", ("coco", "folder"), "folder"),
        ("CAR", ("chair", "car"), "car"),
        ("car", ("CAR", "Chair"), "CAR"),
        ("tv", ("train", "tvmonitor"), "tvmonitor"),
        ("s", ("sofa", "table"), None),
        ("swi", ("swivelchair", "swimmingpool"), None),
        ("zzz", ("sofa", "table"), None),
        ("", ("sofa", ""), None),
        ("sofa", (), None),
    ],
)
def test_the_nearest_word(word, known, guess):
    assert nearest(word, known) == (f" (did you mean {guess}?)" if guess else "")


def test_unknown_words_have_each_its_guess():
    assert unknown_words(("normals", "part", "qqq"), ("normal", "part")) == "normals (did you mean normal?), qqq"
    assert unknown_words(("part",), ("normal", "part")) == ""


@pytest.mark.parametrize(
    ("args", "found", "guess"),
    [
        (("export", "x", "y", "--to", "foldr"), "--to is 'foldr'", "folder"),
        (("export", "x", "y", "--to", "coco", "--background", "whit"), "--background is 'whit'", "white"),
        ((*RENDER, "--categories", "airplane,car"), "no procedural airplane", "aeroplane"),
        ((*RENDER, "--passes", "part,normals"), "--passes asks for normals", "normal"),
        ((*RENDER, "--preset", "scene"), "--preset is 'scene'", "scenes"),
        ((*RENDER, "--lights", "studo"), "--lights is 'studo'", "studio"),
        ((*RENDER, "--materials", "recolored"), "--materials is 'recolored'", "recoloured"),
        ((*RENDER, "--viewpoints", "unifrom"), "--viewpoints is 'unifrom'", "uniform"),
        ((*RENDER, "--category", "room", "--rigs", "drve"), "no camera rig drve", "drive"),
        ((*RENDER, "--held", "directon"), "--held names directon", "direction"),
        ((*RENDER, "--path", "step"), "--path is 'step'", "steps"),
        ((*RENDER, "--factors", "lights"), "--factors names lights", "light"),
        ((*RENDER, "--device", "cpuu"), "--device is 'cpuu'", "cpu"),
        (("train", MODEL, "--out", "OUT", "--data", "x", "--preset", "tny"), "--preset is 'tny'", "tiny"),
        (("train", MODEL, "--out", "OUT", "--data", "car:x"), "kind of data 'car'", "cars"),
        (("evaluate", MODEL, "--data", "x", "--weights", "bset"), "--weights is 'bset'", "best"),
        (("inspct",), "unknown command 'inspct'", "inspect"),
        ((*RENDER, "--elevation-lo", "3"), "unknown option --elevation-lo", "--elevation-low"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_on_the_command_line(run_vantage, tmp_path, args, found, guess):
    args = [str(tmp_path / "out") if word == "OUT" else word for word in args]
    status, out, err = run_vantage(*args)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"{found} (did you mean {guess}?)" in err
    assert not (tmp_path / "out").exists()


def test_choices_are_listed_without_none(run_vantage):
    _, _, err = run_vantage("train", MODEL, "--out", "x", "--preset", "qqq")
    assert err == (
        "vantage: error: --preset is 'qqq'; expected one of base, paper, small, tiny; "
        "see vantage train render4cnn --help\n"
    )


def test_fields_of_a_preset_file(run_vantage, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"sise": 64}))
    assert "there is no field 'sise' (did you mean size?)" in run_vantage("render", "--preset", str(path))[2]
    path.write_text(json.dumps({"preset": "pnt"}))
    assert "preset is 'pnt' (did you mean ptn?)" in run_vantage("render", "--preset", str(path))[2]
