"""Angles from probabilities."""

import numpy as np
import pytest

from render4cnn.decoding import (
    average_with_mirror,
    class_block,
    decode,
    decode_viewpoints,
    mirror_average,
    mirrored_bins,
    signed,
    softmax,
)


def bump(angle, bins, sigma=6.0):
    """A peak of probability around an angle."""
    centres = np.arange(bins) * 360 / bins
    distance = np.abs((centres - angle + 180) % 360 - 180)
    weights = np.exp(-0.5 * (distance / sigma) ** 2)
    return weights / weights.sum()


@pytest.mark.parametrize("bins", [72, 120, 360])
@pytest.mark.parametrize("angle", [0.0, 1.3, 89.9, 180.0, 357.8])
def test_expectation_is_finer_than_the_bins(bins, angle):
    (found,) = decode(bump(angle, bins)[None], "expectation")
    assert abs(signed(found - angle)) < 0.25
    assert 0 <= found < 360


def test_argmax_gives_the_centre_of_a_bin():
    assert decode(bump(61.0, 120)[None], "argmax") == 60.0


def test_two_peaks_are_not_mixed():
    both = 0.6 * bump(10.0, 120) + 0.4 * bump(190.0, 120)
    assert decode(both[None], "expectation") == pytest.approx(10.0, abs=0.2)


def test_unknown_decoder():
    with pytest.raises(ValueError, match="unknown decoder 'mode'"):
        decode(np.ones((1, 4)), "mode")


@pytest.mark.parametrize("angle", [0.0, 3.0, 120.0, 359.0])
def test_mirror_negates_the_angle(angle):
    np.testing.assert_allclose(mirrored_bins(bump(angle, 120)), bump(-angle, 120), atol=1e-12)


def test_average_mirrors_azimuth_and_tilt_but_not_elevation():
    first, second = bump(40.0, 120)[None], bump(320.0, 120)[None]
    for name in ("azimuth", "tilt"):
        np.testing.assert_allclose(average_with_mirror(first, second, name), first)
    np.testing.assert_allclose(average_with_mirror(first, first, "elevation"), first)


def test_class_block_and_softmax(rng):
    logits = rng.normal(size=(2, 3, 5)) * 100
    found = softmax(class_block(logits, np.array([2, 0])))
    np.testing.assert_allclose(found.sum(-1), 1)
    assert (found.argmax(-1) == [logits[0, 2].argmax(), logits[1, 0].argmax()]).all()


def test_viewpoints_are_in_their_ranges():
    angles = {"azimuth": 350.0, "elevation": -20.0, "tilt": 190.0}
    found = decode_viewpoints({name: bump(angle, 120)[None] for name, angle in angles.items()}, "expectation")
    np.testing.assert_allclose(found, [[350.0, -20.0, -170.0]], atol=0.2)


def test_elevation_beyond_the_pole_is_clipped():
    found = decode_viewpoints({name: bump(100.0, 120)[None] for name in ("azimuth", "elevation", "tilt")}, "argmax")
    assert found[0, 1] == 90.0


@pytest.mark.parametrize(("angle", "expected"), [(0, 0), (180, 180), (-180, 180), (181, -179), (540, 180), (359, -1)])
def test_signed(angle, expected):
    assert signed(np.float64(angle)) == expected


def test_offsets_move_the_angle_within_its_bins():
    probabilities = np.full((1, 36), 1e-6)
    probabilities[0, [4, 5, 6]] = 0.3, 0.4, 0.3
    offsets = np.zeros((1, 36))
    offsets[0, 2:9] = 5.4 - np.arange(2, 9)  # each says 54 degrees
    assert decode(probabilities, "expectation", offsets) == pytest.approx([54.0], abs=1e-3)
    assert decode(probabilities, "argmax", offsets) == 50.0


def test_mirror_average_changes_the_sides_of_offsets():
    rng = np.random.default_rng(0)
    straight = {name: rng.random((2, 12)) for name in ("azimuth", "elevation", "tilt")}
    straight |= {f"{name}_offset": rng.normal(size=(2, 12)) for name in ("azimuth", "elevation", "tilt")}
    straight["category"] = rng.random((2, 3))
    mirror = {
        name: value if name.startswith(("elev", "cat")) else mirrored_bins(value) for name, value in straight.items()
    }
    mirror |= {name: -mirror[name] for name in ("azimuth_offset", "tilt_offset")}
    for name, value in mirror_average(straight, mirror).items():
        np.testing.assert_allclose(value, straight[name], err_msg=name)
