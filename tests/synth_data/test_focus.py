"""A lens that is open: what is out of focus is blurred, what is in focus is not, and the labels do not move."""

import numpy as np
import pytest

from synth_data.commands import Render
from synth_data.option_checks import check_options
from synth_data.order import make_spec
from synth_data.sampling.cameras import Optics, sample_framing
from tests.synth_data.workers import in_blender, make_focused_shots
from vantage.errors import UserError


def soft(picture):
    """Return how many pixels are covered in part."""
    alpha = picture[..., 3]
    return int(((alpha > 0.03) & (alpha < 0.97)).sum())


def test_blur_grows_with_the_lens_and_the_distance_from_focus():
    sharp, focused, near, wide, again = in_blender(
        make_focused_shots, [(0.0, 2.0), (0.1, 1.97), (0.1, 1.2), (0.3, 1.2), (0.0, 2.0)], 64
    )
    assert soft(focused) < 1.5 * soft(sharp) and soft(near) > 1.5 * soft(sharp) and soft(wide) > 1.3 * soft(near)
    np.testing.assert_array_equal(sharp, again)
    for picture in (focused, near, wide):
        assert picture[..., 3].sum() == pytest.approx(sharp[..., 3].sum(), rel=0.1)
        rows, columns = (np.average(np.arange(64), weights=picture[..., 3].sum(axis)) for axis in (1, 0))
        np.testing.assert_allclose((rows, columns), (31.5, 31.5), atol=0.5)


def test_apertures_are_drawn_last_and_only_when_asked_for():
    closed, opened = (sample_framing(np.random.default_rng(4), 0.0, Optics(aperture=most)) for most in (0.0, 0.2))
    assert (closed.fov_deg, closed.fill, closed.shift) == (opened.fov_deg, opened.fill, opened.shift)
    assert closed.aperture == 0 and 0 < opened.aperture <= 0.2


def test_the_option_reaches_the_spec():
    options = Render("unused", categories="chair", aperture=0.1)
    check_options(options)
    assert make_spec(options, ["chair"], [], "").optics.aperture == 0.1
    with pytest.raises(UserError, match="--aperture is 0.9"):
        check_options(Render("unused", aperture=0.9))
