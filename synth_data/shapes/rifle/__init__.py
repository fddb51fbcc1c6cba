"""Procedural rifles. The muzzle is the front."""

from synth_data.shapes.rifle.build import build_rifle
from synth_data.shapes.rifle.params import RifleParams, sample_rifle_params

__all__ = ["RifleParams", "build_rifle", "sample_rifle_params"]
