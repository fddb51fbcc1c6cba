"""Procedural televisions and monitors. The screen is the front."""

from synth_data.shapes.tvmonitor.build import build_tvmonitor
from synth_data.shapes.tvmonitor.params import TvmonitorParams, sample_tvmonitor_params

__all__ = ["TvmonitorParams", "build_tvmonitor", "sample_tvmonitor_params"]
