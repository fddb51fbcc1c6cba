"""Options that change nothing beside others are refused; presets and what they say themselves are not."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
import tyro

from synth_data.combinations import IDLE, check_combinations
from synth_data.commands import Render
from synth_data.option_checks import check_options
from synth_data.presets import PRESETS, name_of, preset_behind
from vantage.errors import UserError


def parsed(line: str) -> Render:
    args = [*line.split(), "--out", "unused"]
    return tyro.cli(Render, args=args, default=Render.default_for(args))


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_let_through(name):
    check_options(parsed(f"--preset {name}"))
    check_options(Render.of(replace(PRESETS[name](), seed=3), "unused"))
    if not PRESETS[name]().rigs:
        check_options(parsed(f"--preset {name} --cad folder"))


@pytest.mark.parametrize(
    "line",
    ["--preset scenes --elevation-low 5", "--preset scenes --fill-low 0.5", "--preset scenes --ground 0.5",
     "--preset scenes --distance 2", "--preset posenet --azimuth 3", "--preset scenes --aperture 0.1",
     "--preset scenes --deform-copies 2", "--preset scenes --truncation 0.1", "--preset scenes --recolour 0.5",
     "--preset scenes --broad 0.1", "--preset scenes --step 5", "--preset voxels64 --azimuth 30", "--step 20",
     "--preset ptn --elevation-high 40", "--preset ptn --group-size 5", "--preset ptn --held light", "--held light",
     "--preset rotator --elevation-low 10", "--factors light", "--broad 0.3", "--preset render4cnn --elevation-low 3",
     "--preset render4cnn --deform-copies 2", "--cad folder --models 3", "--procedural-fraction 0.5", "--up +z",
     "--front=-y", "--strict", "--recolour 0.1", "--grid-azimuths 12", "--viewpoints grid --tilt-std 1",
     "--azimuth 0:360:15 --category car --passes normal", "--azimuth 3 --category car --val-fraction 0.2",
     "--azimuth 3 --category car --shard-size 9", "--azimuth 3 --category car --distance 2 --shift 0.5",
     "--distance 2 --fill-low 0.5"],
)  # fmt: skip
def test_what_changes_nothing_is_refused_by_name(line):
    option = [word for word in line.replace("=", " ").split() if word.startswith("--")][-1]
    with pytest.raises(UserError, match=f"^{option} .*changes nothing"):
        check_options(parsed(line))


@pytest.mark.parametrize(
    "line",
    ["--preset scenes --ground 0", "--preset scenes --held camera,light,paint", "--preset scenes --no-smooth",
     "--preset scenes --materials random", "--preset rotator --viewpoints uniform --elevation-low 10",
     "--group-size 4 --held light --count 40", "--preset render4cnn --broad 0.3 --deform-copies 0 --deform 0.5",
     "--cad folder --models 3 --procedural-fraction 0.5", "--procedural-fraction 1", "--recolour 0",
     "--azimuth 0:360:15 --category car --passes normal --records", "--azimuth 3 --category car --deform 0.5",
     "--viewpoints grid --grid-azimuths 12", "--cad folder --up +z --recolour 0.1 --deform-copies 2",
     "--distance 2 --truncation 0.5", "--preset dcign --factors light", "--preset rotator --step 10"],
)  # fmt: skip
def test_what_changes_something_is_let_through(line):
    check_options(parsed(line))


def test_textures_want_procedural_shapes():
    with pytest.raises(UserError, match="^--textures images changes nothing beside --cad alone; .*fraction"):
        check_combinations(Render("unused", cad=Path("folder"), textures="images"))
    check_combinations(Render("unused", cad=Path("folder"), textures="images", procedural_fraction=0.5))


def test_a_file_of_fields_is_held_against_its_preset(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"preset": "scenes", "tilt_std": 1.0}))
    with pytest.raises(UserError, match="--tilt-std 1 changes nothing beside --rigs"):
        check_options(parsed(f"--preset {path}"))
    assert preset_behind(str(path)) == PRESETS["scenes"]()
    path.write_text(json.dumps({"preset": "scenes", "fov_low": 40.0}))
    check_options(parsed(f"--preset {path}"))


def test_steps_and_angles_contradict():
    with pytest.raises(UserError, match="--path steps beside --viewpoints angles"):
        check_options(parsed("--preset rotator --viewpoints angles"))


@pytest.mark.parametrize("lights", ["studio", "soft", "outdoor", "folder:nowhere"])
def test_scenes_have_light_of_their_own(lights):
    with pytest.raises(UserError, match="--lights|no folder"):
        check_options(parsed(f"--preset scenes --lights {lights}"))


def test_every_rule_names_options_that_there_are():
    names = {field.name for field in fields(Render)}
    assert {name for rule in IDLE for name in rule.options} <= names
    assert [name_of(kind()) for kind in PRESETS.values()] == list(PRESETS)
