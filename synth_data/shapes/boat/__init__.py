"""Procedural boats and ships."""

from synth_data.shapes.boat.build import build_boat
from synth_data.shapes.boat.params import BoatParams, sample_boat_params

__all__ = ["BoatParams", "build_boat", "sample_boat_params"]
