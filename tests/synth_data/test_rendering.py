"""Pictures of a model at given viewpoints, for figures."""

import numpy as np
import pytest

from tests.synth_data.objects import write_obj
from vantage.errors import VantageError
from vantage.rendering import render_views


def test_a_file_is_drawn_from_all_sides(tmp_path):
    path = write_obj(tmp_path / "a.obj")
    front, back = render_views(path, [(0, 10), (180, 10, 0, 5.0)], size=48, samples=1)
    assert front.shape == (48, 48, 4) and front.dtype == np.uint8
    for image in (front, back):
        rows, columns = np.nonzero(image[..., 3] > 128)
        assert 0.8 * 48 < max(np.ptp(rows), np.ptp(columns)) <= 48
    assert (front[..., 3] != back[..., 3]).any()


def test_what_cannot_be_drawn_is_told(tmp_path):
    (tmp_path / "bad.glb").write_bytes(b"glTF")
    for model, words in (("nowhere.glb", "no CAD file nowhere.glb"), ("procedural:whale:0", "unknown category 'whale'"),
                         ("procedural:car", "procedural:CATEGORY:SEED"), (tmp_path / "bad.glb", "")):  # fmt: skip
        with pytest.raises(VantageError) as error:
            render_views(model, [(0, 0)], size=16, samples=1)
        assert words in str(error.value)


def test_no_viewpoint_no_picture():
    assert render_views("procedural:car:0", np.zeros((0, 3))) == []
