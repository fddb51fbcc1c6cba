"""Procedural aeroplanes."""

from synth_data.shapes.aeroplane.build import build_aeroplane
from synth_data.shapes.aeroplane.params import AeroplaneParams, sample_aeroplane_params

__all__ = ["AeroplaneParams", "build_aeroplane", "sample_aeroplane_params"]
