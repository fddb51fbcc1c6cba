"""Procedural motorbikes and scooters."""

from synth_data.shapes.motorbike.build import build_motorbike
from synth_data.shapes.motorbike.params import MotorbikeParams, sample_motorbike_params

__all__ = ["MotorbikeParams", "build_motorbike", "sample_motorbike_params"]
