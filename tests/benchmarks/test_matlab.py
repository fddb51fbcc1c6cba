"""MATLAB's files, as scipy writes them and as damage leaves them."""

import contextlib
import struct

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from tests.toy_release import EMPTY, FINE
from tests.toy_release import struct as struct_array
from vantage.benchmarks.matlab import read_mat
from vantage.errors import DataError

ALL = {"a", "b", "c", "d", "e", "f", "inner", "x"}


class Everything:
    """A set that holds all names."""

    def __contains__(self, name):
        return True


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.mat"


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.arange(24, dtype=np.int16).reshape(2, 3, 4),
        np.array([[True, False]]),
        np.array([[2**40]]),
        np.float32([[0.5]]),
        np.zeros((0, 0)),
        np.array([[200]], np.uint8),
    ],
)
def test_numbers(path, array, compressed):
    savemat(path, {"a": array, "other": 3.0}, do_compression=compressed)
    found = read_mat(path, ALL)
    assert list(found) == ["a"] and found["a"].dtype == np.float64
    np.testing.assert_array_equal(found["a"], loadmat(path)["a"])


def test_text_cells_and_structs(path):
    cell = np.empty((1, 3), object)
    cell[0] = ["wheel", np.array([[1.0, 2.0]]), EMPTY]
    inner = struct_array([{"x": 1.5, "unread": struct_array([FINE])}, {"x": EMPTY, "unread": "text"}])
    savemat(path, {"a": {"b": "grün", "c": cell, "inner": inner, "d": ""}})
    (found,) = read_mat(path, ALL)["a"]
    assert found["b"] == "grün" and found["d"] == ""
    assert found["c"][0] == "wheel" and found["c"][1].tolist() == [[1, 2]] and found["c"][2].size == 0
    assert [list(entry) for entry in found["inner"]] == [["x"], ["x"]] and found["inner"][0]["x"] == 1.5


def test_kinds_that_are_passed_over(path):
    from scipy.sparse import eye

    savemat(path, {"a": eye(3).tocsc(), "b": 1.0})
    found = read_mat(path, ALL)
    assert found["a"] is None and found["b"] == 1


def element(kind, data):
    """Return an element, the big end first."""
    return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)


def test_big_end_first(path):
    """Beside an object of MATLAB's own, which is passed over."""
    own = element(14, element(6, struct.pack(">II", 17, 0)) + element(1, b"table") + element(1, b"MCOS"))
    flags, sizes = element(6, struct.pack(">II", 6, 0)), element(5, struct.pack(">ii", 1, 2))
    matrix = flags + sizes + element(1, b"a") + element(9, struct.pack(">dd", 1.5, -2))
    path.write_bytes(b"MATLAB 5.0".ljust(124) + b"\x01\x00MI" + own + element(14, matrix))
    assert read_mat(path, ALL)["a"].tolist() == [[1.5, -2]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"short", "is no MATLAB file"),
        (bytes(500), "is no MATLAB file"),
        (b"MATLAB 7.3 MAT-file, Platform".ljust(124) + b"\x00\x02IM" + bytes(400), r"MATLAB 7.3 file \(HDF5\)"),
        (bytes(512) + b"\x89HDF\r\n", r"MATLAB 7.3 file \(HDF5\)"),
    ],
)
def test_other_files(path, content, words):
    path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_mat(path, ALL)


def test_files_that_are_not_there(path, tmp_path):
    for missing in (path, tmp_path):
        with pytest.raises(DataError, match="does not exist"):
            read_mat(missing, ALL)


def test_too_deep(path):
    value = {"x": 1.0}
    for _ in range(40):
        value = {"x": value}
    savemat(path, {"a": value})
    with pytest.raises(DataError, match="too deep"):
        read_mat(path, ALL)


@pytest.mark.parametrize("compressed", [False, True])
def test_damage_is_an_error_and_never_more(path, rng, compressed):
    savemat(path, {"a": {"b": "text", "inner": struct_array([FINE, FINE])}}, do_compression=compressed)
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place])
        with contextlib.suppress(DataError):
            read_mat(path, Everything())
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 3):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        with contextlib.suppress(DataError):
            read_mat(path, Everything())
