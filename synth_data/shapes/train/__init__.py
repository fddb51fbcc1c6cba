"""Procedural trains and trams."""

from synth_data.shapes.train.build import build_train
from synth_data.shapes.train.params import TrainParams, sample_train_params

__all__ = ["TrainParams", "build_train", "sample_train_params"]
