"""The table of categories; what holds for the shapes of each is in test_families.py."""

import pytest

from synth_data.shapes import CATEGORIES, sample_shape
from vantage.errors import UserError


def test_the_first_categories_keep_their_places_and_so_their_streams():
    assert list(CATEGORIES)[:4] == ["car", "chair", "table", "sofa"]


def test_categories_name_themselves():
    assert {name: sample_shape(name, 0).category for name in CATEGORIES} == {name: name for name in CATEGORIES}


def test_unknown_category_lists_the_known_ones():
    with pytest.raises(UserError, match="unknown category 'spoon'; expected one of car, chair, table, sofa"):
        sample_shape("spoon", 0)


def test_negative_seed_is_refused():
    with pytest.raises(UserError, match="seed -1"):
        sample_shape("car", -1)


def test_categories_draw_from_different_streams():
    assert sample_shape("table", 3).params != sample_shape("sofa", 3).params
