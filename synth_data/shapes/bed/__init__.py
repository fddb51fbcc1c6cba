"""Procedural beds."""

from synth_data.shapes.bed.build import build_bed
from synth_data.shapes.bed.params import BedParams, sample_bed_params

__all__ = ["BedParams", "build_bed", "sample_bed_params"]
