"""Procedural chairs."""

from synth_data.shapes.chair.build import build_chair
from synth_data.shapes.chair.params import ChairParams, sample_chair_params

__all__ = ["ChairParams", "build_chair", "sample_chair_params"]
