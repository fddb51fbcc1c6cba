"""Procedural bicycles."""

from synth_data.shapes.bicycle.build import build_bicycle
from synth_data.shapes.bicycle.params import BicycleParams, sample_bicycle_params

__all__ = ["BicycleParams", "build_bicycle", "sample_bicycle_params"]
