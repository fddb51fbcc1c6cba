"""Fixtures of the tests of prediction."""

import pytest

from tests.render4cnn.played import played_predictor


@pytest.fixture
def predictor():
    """A predictor whose network is played."""
    return played_predictor()
