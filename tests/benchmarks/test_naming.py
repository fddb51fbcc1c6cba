"""Names of sources."""

import re

import pytest

from vantage.benchmarks.naming import LONGEST, source_names


@pytest.mark.parametrize(
    ("specs", "names"),
    [
        (["/sets/renders", "cars:/data/cars"], ["renders", "cars"]),
        (["/a/renders/", "/b/renders", "/c/renders"], ["renders", "renders_2", "renders_3"]),
        (["cars:/a", "cars:/b", "pascal3d:/c,subset=easy"], ["cars", "cars_2", "pascal3d"]),
        (["/a/x", "/b/x_2", "/c/x"], ["x", "x_2", "x_3"]),
        (["/sets/My renders (2026), 1st"], ["My_renders_2026_1st"]),
        (["/sets/日本", "/sets/..renders..", "/"], ["renders", "renders_2", "renders_3"]),
        (["cars", "cars:/a"], ["cars", "cars_2"]),
    ],
)
def test_names_are_plain_and_no_two_alike(specs, names):
    assert source_names(specs) == names


def test_the_working_folder_has_its_own_name(tmp_path, monkeypatch):
    (tmp_path / "bus-set" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "bus-set" / "deep")
    assert source_names([".", ".."]) == ["deep", "bus_set"]


def test_a_folder_that_looks_like_a_reader_is_named_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cars:a").mkdir()
    assert source_names(["cars:a"]) == ["cars_a"]


def test_long_names_are_cut():
    (name,) = source_names(["/sets/" + "name-" * 50])
    assert len(name) <= LONGEST and re.fullmatch(r"\w+[a-z]", name)
