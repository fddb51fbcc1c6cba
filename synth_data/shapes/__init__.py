"""Procedural models with named 3D keypoints: numpy only, so that they can be made and tested without Blender."""

from synth_data.shapes.mesh import Material, Normalisation, Part, Shape, normalised
from synth_data.shapes.registry import CATEGORIES, sample_shape

__all__ = ["CATEGORIES", "Material", "Normalisation", "Part", "Shape", "normalised", "sample_shape"]
