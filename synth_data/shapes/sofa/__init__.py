"""Procedural sofas."""

from synth_data.shapes.sofa.build import build_sofa
from synth_data.shapes.sofa.params import SofaParams, sample_sofa_params

__all__ = ["SofaParams", "build_sofa", "sample_sofa_params"]
