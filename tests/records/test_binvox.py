"""Voxel files against bytes made by hand, trimesh's loader, and damage."""

import io

import numpy as np
import pytest
from trimesh.exchange.binvox import export_binvox, load_binvox
from trimesh.voxel import VoxelGrid

from vantage.errors import DataError
from vantage.records.binvox import Voxels, read_binvox, write_binvox


def cells(rng, side=7, share=0.3):
    return rng.random((side, side, side)) < share


def test_bytes_by_hand(tmp_path):
    """Of 2 x 2 x 2 cells, (x=1, y=0, z=0), (0, 1, 0) and (0, 0, 1), which are the numbers 4, 1 and 2."""
    path = tmp_path / "a.binvox"
    runs = bytes([0, 1, 1, 2, 0, 1, 1, 1, 0, 3])
    path.write_bytes(b"#binvox 1\ndim 2 2 2\ntranslate -1 0.5 2\nscale 4\ndata\n" + runs)
    voxels = read_binvox(path)
    assert np.argwhere(voxels.occupied).tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert (voxels.translate, voxels.scale) == ((-1, 0.5, 2), 4)
    assert voxels.centres().tolist() == [[0, 1.5, 5], [0, 3.5, 3], [2, 1.5, 3]]
    write_binvox(tmp_path / "b.binvox", voxels)
    header, _, data = (tmp_path / "b.binvox").read_bytes().partition(b"data\n")
    assert data == runs and header.splitlines()[1] == b"dim 2 2 2"


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_trimesh_reads_what_we_write(tmp_path, rng, share):
    wanted = cells(rng, 16, share)
    write_binvox(tmp_path / "a.binvox", Voxels(wanted, (1, 2, 3), 0.5))
    theirs = load_binvox(io.BytesIO((tmp_path / "a.binvox").read_bytes()))
    assert np.array_equal(theirs.matrix, wanted)
    assert np.allclose(theirs.translation, (1, 2, 3))


def test_we_read_what_trimesh_writes(tmp_path, rng):
    wanted = cells(rng, 9)
    (tmp_path / "a.binvox").write_bytes(export_binvox(VoxelGrid(wanted)))
    assert np.array_equal(read_binvox(tmp_path / "a.binvox").occupied, wanted)


@pytest.mark.parametrize("side", [1, 2, 5, 64])
def test_round_trip_and_equal_bytes(tmp_path, rng, side):
    voxels = Voxels(cells(rng, side, 0.05), (0.1, -1 / 3, 1e-7), 0.7)
    for name in "ab":
        write_binvox(tmp_path / name, voxels)
    found = read_binvox(tmp_path / "a")
    assert np.array_equal(found.occupied, voxels.occupied)
    assert (found.translate, found.scale) == (voxels.translate, voxels.scale)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_runs_of_255_and_more(tmp_path):
    for count in (254, 255, 256, 510, 511, 512):
        flat = np.zeros(8**3, bool)
        flat[:count] = True
        wanted = flat.reshape(8, 8, 8).transpose(0, 2, 1)
        write_binvox(tmp_path / "a", Voxels(wanted))
        data = (tmp_path / "a").read_bytes().partition(b"data\n")[2]
        assert min(data[1::2]) > 0 and sum(data[1::2]) == 512
        assert np.array_equal(read_binvox(tmp_path / "a").occupied, wanted)


def test_comments_and_missing_lines_of_the_header(tmp_path):
    (tmp_path / "a").write_bytes(b"#binvox 1\n# made by hand\n\nDIM 1 1 1\ndata\n\x02\x01")
    found = read_binvox(tmp_path / "a")
    assert found.occupied.all() and found.translate == (0, 0, 0) and found.scale == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not begin with #binvox"),
        (b"ply\n", "does not begin with #binvox"),
        (b"#binvox 1\ndim 2 2 2\n", "without the line data"),
        (b"#binvox 1\n" * 500, "without the line data"),
        (b"#binvox 1\ndata\n\0\x08", "header line dim"),
        (b"#binvox 1\ndim 2 2\ndata\n\0\x08", "header line dim"),
        (b"#binvox 1\ndim 2 2 two\ndata\n\0\x08", "header line dim"),
        (b"#binvox 1\ndim 2 2 4\ndata\n\0\x10", "a cube"),
        (b"#binvox 1\ndim 0 0 0\ndata\n", "a cube"),
        (b"#binvox 1\ndim 99999 99999 99999\ndata\n", "a cube"),
        (b"#binvox 1\ndim 2 2 2\ndata\n\0\x07", "runs of 7 cells"),
        (b"#binvox 1\ndim 2 2 2\ndata\n\0\x08\0", "in 3 bytes"),
        (b"#binvox 1\ndim 2 2 2\nscale nan\ndata\n\0\x08", "positive one"),
        (b"#binvox 1\ndim 2 2 2\nscale -1\ndata\n\0\x08", "positive one"),
        (b"#binvox 1\ndim 2 2 2\ntranslate 0 0\ndata\n\0\x08", "header line translate"),
    ],
)
def test_damage_is_told(tmp_path, content, says):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_binvox(tmp_path / "a")


def test_what_is_no_cube_is_refused(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read_binvox(tmp_path / "none")
    with pytest.raises(DataError, match="a cube"):
        Voxels(np.zeros((2, 2, 3), bool))
    with pytest.raises(DataError, match="positive one"):
        Voxels(np.zeros((2, 2, 2), bool), scale=0)
