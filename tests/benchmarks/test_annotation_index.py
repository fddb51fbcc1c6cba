"""The index of annotations: read once, anew where files change, and never an obstacle."""

import json
import os

import pytest

from tests.toy_release import BOX, FINE, Thing, write_annotation
from vantage.benchmarks import annotation_index
from vantage.benchmarks.annotation_index import WORTH_KEEPING, annotations_of, cache_folder, tolerate
from vantage.errors import DataError

STEMS = [f"n{number}" for number in range(WORTH_KEEPING + 5)]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VANTAGE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    for stem in STEMS:
        write_annotation(tmp_path / "car" / f"{stem}.mat", f"{stem}.jpg", [Thing()])
    return tmp_path / "car"


@pytest.fixture
def reads(monkeypatch):
    """Stems of the files that were read."""
    found = []
    read = annotation_index.read_annotation
    monkeypatch.setattr(annotation_index, "read_annotation", lambda path: found.append(path.stem) or read(path))
    return found


def test_read_once(cache, folder, reads):
    first = annotations_of(folder, STEMS)
    assert reads == STEMS and list(first) == STEMS
    assert first["n3"]["objects"][0]["viewpoint"]["theta"] == FINE["theta"]
    assert annotations_of(folder, STEMS) == first and reads == STEMS
    (file,) = cache.iterdir()
    assert "n3" in json.loads(file.read_text())["files"]
    assert list(annotations_of(folder, ["n7", "gone", "n2"])) == ["n7", "n2"] and reads == STEMS


def test_changed_files_are_read_anew(cache, folder, reads):
    annotations_of(folder, STEMS)
    write_annotation(folder / "n3.mat", "n3.jpg", [Thing("bus", None, BOX)])
    os.utime(folder / "n4.mat", ns=(1, 1))
    (folder / "n5.mat").unlink()
    del reads[:]
    again = annotations_of(folder, STEMS)
    assert reads == ["n3", "n4"] and again["n3"]["objects"][0]["class"] == "bus" and "n5" not in again


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 0}', '{"version": 1, "folder": "x", "files": 3}'])
def test_a_damaged_index_is_made_anew(cache, folder, reads, content):
    first = annotations_of(folder, STEMS)
    (file,) = cache.iterdir()
    file.write_text(content)
    assert annotations_of(folder, STEMS) == first and reads == STEMS + STEMS
    text = json.loads(file.read_text())
    text["files"] = {stem: [1] for stem in STEMS}
    file.write_text(json.dumps(text))
    assert annotations_of(folder, STEMS) == first


def test_a_cache_that_cannot_be_written(folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VANTAGE_CACHE", str(tmp_path / "file" / "cache"))
    assert len(annotations_of(folder, STEMS)) == len(STEMS)
    assert "is not kept" in capsys.readouterr().err


def test_few_files_are_not_kept(cache, folder):
    annotations_of(folder, STEMS[:3])
    assert not cache.exists()


def test_progress_of_many(cache, folder, monkeypatch, capsys):
    monkeypatch.setattr(annotation_index, "LONG", 10)
    annotations_of(folder, STEMS)
    assert f"reading annotations of car: {len(STEMS)}/{len(STEMS)}" in capsys.readouterr().err


def test_where_the_cache_is(monkeypatch, tmp_path):
    for name in ("VANTAGE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder().parts[-2:] == (".cache", "vantage")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "vantage"


def test_few_bad_ones_are_told_and_many_refused(tmp_path, capsys):
    tolerate(tmp_path, "files are odd", [], 5, "even ones")
    tolerate(tmp_path, "files are odd", ["a"], 200, "even ones")
    assert "left out" in capsys.readouterr().err
    with pytest.raises(DataError, match="3 of 200 files are odd, first: a; expected even ones"):
        tolerate(tmp_path, "files are odd", ["a", "b", "c"], 200, "even ones")
