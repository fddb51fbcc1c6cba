"""Sets that cannot fit on the disk are refused before anything is rendered; all others are not."""

import shutil
from collections import namedtuple

import pytest

from synth_data import disk_room
from synth_data.disk_room import check_room, least_bytes
from tests.synth_data.conftest import SMALL
from vantage.errors import UserError
from vantage.records.reader import read_manifest

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def free(monkeypatch):
    """Set how many bytes are free."""
    return lambda count: monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(10**15, 0, count))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (10.0, "0.01 kB"),
        (1500, "1.5 kB"),
        (2.4e6, "2.4 MB"),
        (41.7e9, "41.7 GB"),
        (12.2e12, "12.2 TB"),
        (1e17, "1e+05 TB"),
    ],
)
def test_sizes_in_words(size, words):
    assert disk_room._words(size) == words


def test_what_cannot_fit_is_refused(tmp_path, free):
    free(40 * 10**9)
    folder = tmp_path / "not" / "there" / "yet"
    check_room(folder, 39e9)
    with pytest.raises(UserError, match=f"at least 41 GB, and 40 GB are free in {tmp_path}; lower --count"):
        check_room(folder, 41e9)


def test_a_set_is_larger_than_its_least_size(small_set):
    spec = read_manifest(small_set)["spec"]
    size = sum(path.stat().st_size for path in small_set.glob("vantage_records-*"))
    assert 0 < least_bytes(spec["count"], spec["size"], spec["size"], True, False) < size


def test_more_of_anything_takes_more():
    least = least_bytes(10, 128, 96, True, False)
    assert least < least_bytes(11, 128, 96, True, False) < least_bytes(11, 128, 128, True, False)
    assert 0 < least_bytes(10, 128, 96, False, True) < least < least_bytes(10, 128, 96, True, True)


def test_a_thousand_million_views_are_refused_before_the_folder_is_made(tmp_path, run_vantage):
    out = tmp_path / "set"
    status, _, words = run_vantage("render", "--out", out, "--count", 10**9)
    assert status == 2 and "the set would take at least" in words and "are free in" in words
    assert not out.exists()
    angles = ("--category", "car", "--azimuth", "0:360/1000", "--elevation", "-90:90/1000", "--size", 4096)
    status, _, words = run_vantage("render", "--out", out, *angles)
    assert status == 2 and "at least 1.68 TB" in words and not out.exists()


def test_a_set_that_was_begun_goes_on(small_set, free, run_vantage):
    free(1)
    status, told, words = run_vantage("render", "--out", small_set, *SMALL)
    assert status == 0 and "nothing left to render" in told, words
