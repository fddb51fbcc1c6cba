"""Errors of parameters say what was found and what was expected; draws stay within their bounds."""

from dataclasses import dataclass

import numpy as np
import pytest

from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from vantage.errors import UserError


@dataclass
class Params:
    size: object = 1.0
    kind: str = "a"


@pytest.mark.parametrize("size", [0.0, 3, float("nan"), float("inf"), "wide", None])
def test_range_error_names_field_value_and_range(size):
    with pytest.raises(UserError, match=r"Params\.size is .*expected a number from 0\.5 to 2"):
        check_ranges(Params(size), {"size": (0.5, 2)})


@pytest.mark.parametrize("size", [0.5, 2, np.float32(1.0), np.int64(1)])
def test_range_ends_and_numpy_numbers_are_accepted(size):
    check_ranges(Params(size), {"size": (0.5, 2)})


def test_choice_error_lists_the_choices():
    with pytest.raises(UserError, match="'c'; expected one of a, b"):
        check_choices(Params(kind="c"), {"kind": ("a", "b")})


def test_pick_follows_its_weights():
    rng = np.random.default_rng(0)
    drawn = [pick(rng, {"never": 0, "rare": 1, "often": 9}) for _ in range(500)]
    assert "never" not in drawn and 20 < drawn.count("rare") < 90


def test_uniform_stays_inside():
    rng = np.random.default_rng(0)
    drawn = [uniform(rng, (2, 3)) for _ in range(100)]
    assert min(drawn) >= 2 and max(drawn) <= 3 and isinstance(drawn[0], float)
