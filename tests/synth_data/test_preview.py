"""The quick picture shows what stands where."""

import numpy as np
import pytest

from synth_data.cad import cad_file
from synth_data.cad.building import import_cad
from synth_data.preview import BACKGROUND, preview
from tests.synth_data.objects import MARKERS, marked_model, write_obj


@pytest.mark.parametrize(("azimuth", "elevation", "name"), [(0, 0, "front"), (90, 0, "left"), (180, 0, "back"),
                                                            (270, 0, "right"), (0, 89, "top")])  # fmt: skip
def test_the_nearest_marker_has_its_colour(azimuth, elevation, name):
    picture = preview(marked_model(), azimuth, elevation, 96)
    colour = np.array(MARKERS[name][1])
    lit = picture.astype(int).reshape(-1, 3)
    shown = (lit[:, colour > 0].min(axis=1) > 100) & (lit[:, colour == 0].max(axis=1, initial=0) < 30)
    assert shown.sum() > 15


def test_around_the_model_is_background(tmp_path):
    picture = preview(import_cad(cad_file(write_obj(tmp_path / "a.obj"))), size=32)
    assert picture.shape == (32, 32, 3) and picture.dtype == np.uint8
    assert (picture[0, 0] == BACKGROUND).all() and (picture != BACKGROUND).any()
