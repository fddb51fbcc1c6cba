"""A network and a training that take a second or two."""

from __future__ import annotations

from dataclasses import replace

from render4cnn.config import Config, LossConfig, ModelConfig, OptimiserConfig

MODEL = ModelConfig("resnet", 32, 0.25, (24, 24, 24), dropout=0.2)
CONFIG = Config(
    "tiny",
    MODEL,
    LossConfig((30.0,) * 3, (10.0,) * 3),
    OptimiserConfig(learning_rate=5e-3, warmup=0.2),
    batch_size=8,
    steps=6,
    validations=2,
    validation_views=8,
)


def config(**changes) -> Config:
    """Return the micro configuration with changes."""
    return replace(CONFIG, **changes)
