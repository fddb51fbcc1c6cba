"""Procedural buses."""

from synth_data.shapes.bus.build import build_bus
from synth_data.shapes.bus.params import BusParams, sample_bus_params

__all__ = ["BusParams", "build_bus", "sample_bus_params"]
