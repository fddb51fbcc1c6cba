"""Procedural bottles. The label is the front."""

from synth_data.shapes.bottle.build import build_bottle
from synth_data.shapes.bottle.params import BottleParams, sample_bottle_params

__all__ = ["BottleParams", "build_bottle", "sample_bottle_params"]
