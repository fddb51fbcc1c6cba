"""Broken CAD files of any kind stop nothing: each is imported or left out with a reason, in its own worker's time."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from synth_data.cad import cad_file, list_cad
from synth_data.cad.building import import_noted
from synth_data.importing import import_folder
from synth_data.models import load_model
from synth_data.pool import Limits
from tests.synth_data.mutations import (
    KINDS,
    MUTATIONS,
    bomb,
    endless_dae,
    good_files,
    mutated,
    nest,
    suffix,
    swell_picture,
    write_mutants,
)
from tests.synth_data.objects import write_obj
from tests.synth_data.workers import in_blender, make_cad_writer
from vantage.errors import MeshError

LIMITS = Limits(seconds=20.0, memory=6 * 2**30, recycle_after=500, attempts=1)


def import_all(folder, cache) -> tuple[dict, dict[str, str]]:
    """Import what is in ``folder``; every file is either stored, sound, or left out with a reason in words."""
    files, skipped = list_cad(folder)
    stored, broken = import_folder(files, cache, LIMITS)
    reasons = {item.file: item.reason for item in (*skipped, *broken)}
    assert set(stored) | set(reasons) == {path.relative_to(folder).as_posix() for path in (folder / "ball").iterdir()
                                          if path.suffix not in (".mtl", ".png")}  # fmt: skip
    assert not set(stored) & set(reasons)
    for path in stored.values():
        assert_sound(load_model(path))
    return stored, reasons


def assert_sound(model) -> None:
    """The model can be drawn."""
    assert np.isfinite(model.vertices[model.triangles]).all() and np.isfinite(model.normals).all()
    assert np.linalg.norm(np.ptp(model.vertices[np.unique(model.triangles)], axis=0)) == pytest.approx(1)
    assert all(0 <= value <= 1 for surface in model.surfaces for value in surface.base_color)
    assert model.uv is None or np.isfinite(model.uv).all()
    assert all(max(texture.shape[:2]) <= 1024 for texture in model.textures)


def in_words(reasons) -> bool:
    """No reason is an exception that nobody thought of, or a worker that died."""
    return not [reason for reason in reasons if re.match(r"\w*(Error|Exception|Interrupt)\b|its worker", reason)]


def test_thirty_mutants(tmp_path):
    write_mutants(tmp_path / "cad", 30, seed=0)
    stored, reasons = import_all(tmp_path / "cad", tmp_path / "cache")
    assert len(stored) > 2 and len(reasons) > 10 and in_words(reasons.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_five_hundred_mutants(tmp_path, seed):
    write_mutants(tmp_path / "cad", 500, seed)
    stored, reasons = import_all(tmp_path / "cad", tmp_path / "cache")
    assert len(stored) > 50 and len(reasons) > 250 and in_words(reasons.values())


@pytest.mark.slow
def test_mutants_of_fbx_and_usd(tmp_path):
    names = ["inside.fbx", "beside.fbx", "text.usda", "binary.usdc", "packed.usdz"]
    in_blender(make_cad_writer, names, tmp_path)
    (tmp_path / "cad" / "ball").mkdir(parents=True)
    for number in range(100):
        name = names[number % len(names)]
        content = mutated((tmp_path / name).read_bytes(), np.random.default_rng([9, number]))
        (tmp_path / "cad" / "ball" / f"{number:03}_{name}").write_bytes(content)
    stored, reasons = import_all(tmp_path / "cad", tmp_path / "cache")
    assert len(stored) > 10 and len(reasons) > 30


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_that_mutants_come_from_are_good(tmp_path, kind):
    path = tmp_path / f"ball{suffix(kind)}"
    path.write_bytes(good_files()[kind])
    model, _ = import_noted(cad_file(path))
    assert_sound(model)
    assert len(model.triangles) == 48


def test_mutants_are_the_same_for_the_same_seed():
    good = good_files()["glb"]
    first, second, other = (mutated(good, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert first == second != other
    for mutation in MUTATIONS:
        for content in (*good_files().values(), b"", b"x"):
            assert isinstance(mutation(content, np.random.default_rng(0)), bytes)


@pytest.mark.parametrize("kind", ["glb", "gltf", "dae"])
@pytest.mark.parametrize("seed", range(4))
def test_what_refers_to_itself_or_is_nested_deep_ends(tmp_path, kind, seed):
    path = tmp_path / f"ball{suffix(kind)}"
    path.write_bytes(nest(good_files()[kind], np.random.default_rng(seed)))
    try:
        model, _ = import_noted(cad_file(path))
    except MeshError as error:
        assert str(error)
    else:
        assert_sound(model)


@pytest.mark.parametrize("side", [9_000, 60_000, 2**31 - 1])
def test_pictures_that_say_they_are_enormous_are_left_out(tmp_path, side):
    (tmp_path / "wood.png").write_bytes(bomb(side))
    path = write_obj(tmp_path / "a.obj")
    lines = [line if line[0] != "f" else re.sub(r"(\d+)", r"\1/1", line) for line in path.read_text().splitlines()]
    path.write_text("\n".join(["mtllib a.mtl", "vt 0 0", "usemtl paint", *lines]))
    (tmp_path / "a.mtl").write_text("newmtl paint\nKd 1 0 0\nmap_Kd wood.png\n")
    model, notes = import_noted(cad_file(path))
    assert model.textures == () and len(notes) <= 1
    assert (tmp_path / "wood.png").stat().st_size < 200


def test_pictures_inside_a_file_may_lie_too(tmp_path):
    (tmp_path / "a.glb").write_bytes(swell_picture(good_files()["glb"], np.random.default_rng(0)))
    model, notes = import_noted(cad_file(tmp_path / "a.glb"))
    assert_sound(model)
    assert model.textures == () and len(notes) <= 1


def test_a_file_that_needs_too_much_memory_is_left_out(tmp_path):
    """Three thin gigabytes: the file takes no room on the disk, and says truly how long it is."""
    with open(tmp_path / "greedy.stl", "wb") as file:
        count = 3 * 2**30 // 50
        file.write(bytes(80) + count.to_bytes(4, "little"))
        file.truncate(84 + 50 * count)
    good = cad_file(write_obj(tmp_path / "good.obj"))
    limits = Limits(seconds=60, memory=5 * 2**29, attempts=1)
    stored, skipped = import_folder([cad_file(tmp_path / "greedy.stl"), good], tmp_path / "cache", limits)
    assert list(stored) == ["good.obj"]
    assert [(item.file, item.reason) for item in skipped] == [("greedy.stl", "it needs too much memory")]


def test_a_file_that_hangs_is_left_out_and_the_others_are_rendered(tmp_path, monkeypatch, run_vantage):
    monkeypatch.setattr("synth_data.importing.LIMITS", Limits(seconds=2.0, memory=6 * 2**30, attempts=1))
    good = write_obj(tmp_path / "cad" / "car" / "good.obj")
    good.write_text("mtllib gone.mtl\n" + good.read_text())
    (tmp_path / "cad" / "car" / "tangled.dae").write_bytes(endless_dae())
    assert (tmp_path / "cad" / "car" / "tangled.dae").stat().st_size < 20_000
    status, told, more = run_vantage("render", "--out", tmp_path / "set", "--cad", tmp_path / "cad", "--count", 3,
                                  "--size", 24, "--samples", 1, "--workers", 1)  # fmt: skip
    assert status == 0, told + more
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text())
    assert manifest["skipped"] == [{"file": "car/tangled.dae", "reason": "it took longer than 2 s"}]
    note = "the material file gone.mtl is missing; its colour is plain"
    assert manifest["notes"] == [{"file": "car/good.obj", "note": note}] and "1 note on CAD files" in more
    assert {model["model_id"] for model in manifest["spec"]["models"]} == {"car/good.obj"}
    assert "car/tangled.dae: it took longer than 2 s" in told + more and "3 images" in told
