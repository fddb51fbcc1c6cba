"""Procedural cars."""

from synth_data.shapes.car.build import build_car
from synth_data.shapes.car.params import CarParams, sample_car_params

__all__ = ["CarParams", "build_car", "sample_car_params"]
